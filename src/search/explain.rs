//! How a query is read, and how the score of an article comes about, term by term.

use serde::Serialize;
use tantivy::{DocAddress, query::EnableScoring, query::TermQuery, schema::IndexRecordOption};

use super::{
    SearchOptions, Snapshot, Sort,
    bm25f::{B, K1},
    compile::{CompileOptions, compile},
    recency::{self, Recency},
    statistics::Statistics,
};
use crate::{
    error::{Error, Result},
    index::key_term,
    query::Query,
};

/// How a query is read, and how an article fits it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The query in its canonical spelling.
    pub query: String,
    /// Articles that fit it.
    pub total: u64,
    /// The article's score: that of the tree with its nearness, times what its age leaves of it; `None` where none was
    /// asked about or it does not fit.
    pub score: Option<f32>,
    /// What the nearness of the query's words adds, for articles among the first by the tree's score.
    pub nearness: f32,
    /// What the article's age leaves of its score, where recent articles are preferred.
    pub age: Option<AgeShare>,
    /// Its parts; for an article with what each adds to its score.
    pub tree: Explained,
}

/// What the age of an article leaves of its score: `½ + ½ × 2^(−days / half-life)`, half where it has no date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AgeShare {
    /// Factor of the score, 0.5 to 1.
    pub factor: f32,
    /// Days since its publication; `None` without a date.
    pub days: Option<f64>,
    /// Days after which what a new article has before an old one is halved.
    pub half_life_days: u32,
}

/// One part of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// The part in its canonical spelling, or `all of`, `any of`, `none of` where it has parts itself.
    pub part: String,
    /// Articles that fit it.
    pub articles: u64,
    /// Whether the article fits it; `None` where none was asked about.
    pub fits: Option<bool>,
    /// What it adds to the article's score.
    pub score: f32,
    /// The numbers of the formula, for what is scored by occurrences.
    pub numbers: Option<ScoreNumbers>,
    /// Parts of it.
    pub parts: Vec<Explained>,
}

/// The numbers behind a BM25 score: `weight × occurrences × (k1 + 1) / (occurrences + k1 × (1 − b + b × length /
/// average length))`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreNumbers {
    /// For a plain word ln(1 + (N − n + 0.5) / (n + 0.5)) where n of N articles hold it, and what its occurrences come
    /// in bursts by; less for a function word. For several words together the sum of their rareness.
    pub weight: f32,
    /// Times that it stands in the article; a word of the headline counts twice.
    pub occurrences: u32,
    /// Words in the article, as the index keeps it: rounded to one byte.
    pub length: u32,
    /// Words in an article on average.
    pub average_length: f32,
    /// Articles of the archive, N.
    pub archive: u64,
    /// How soon further occurrences stop counting.
    pub k1: f32,
    /// How much the length counts.
    pub b: f32,
}

struct Explainer<'a> {
    snapshot: &'a Snapshot,
    options: CompileOptions,
    statistics: Statistics,
    article: Option<DocAddress>,
}

impl Snapshot {
    /// Explains a query, and the score of the article with an id.
    pub(crate) fn explain(&self, query: &Query, id: Option<&str>, options: &SearchOptions) -> Result<Explanation> {
        let recency = options.recency;
        let options = options.compile_options();
        let statistics = self.statistics()?;
        let article = match id {
            None => None,
            Some(id) => {
                let key = TermQuery::new(key_term(&self.store.fields, id), IndexRecordOption::Basic);
                let found = self.top(&key, Sort::Newest, 1, None, &statistics)?;
                let found = found.first().ok_or_else(|| Error::NoArticle { name: id.to_owned() })?;
                Some(found.address)
            }
        };
        let explainer = Explainer { snapshot: self, options, statistics, article };
        let tree = explainer.explain(query)?;
        let nearness = explainer.nearness(query, recency)?;
        let age = match (recency, article) {
            (Some(recency), Some(address)) => Some(self.age_share(recency, address)?),
            _ => None,
        };
        let left = age.map_or(1.0, |age| age.factor);
        let score = tree.fits.unwrap_or(false).then_some((tree.score + nearness) * left);
        Ok(Explanation { query: query.to_string(), total: tree.articles, score, nearness, age, tree })
    }

    fn age_share(&self, recency: Recency, address: DocAddress) -> Result<AgeShare> {
        let columns = self.searcher.segment_reader(address.segment_ord).fast_fields();
        let published = columns.i64("published").map_err(|e| self.store.error(e))?.first(address.doc_id);
        Ok(AgeShare {
            factor: recency::factor(recency, published),
            days: published.map(|published| recency::age_days(recency, published)),
            half_life_days: recency.half_life_days,
        })
    }
}

impl Explainer<'_> {
    fn explain(&self, query: &Query) -> Result<Explained> {
        let (name, parts): (_, &[Query]) = match query {
            Query::All(parts) => ("all of", parts),
            Query::Any(parts) => ("any of", parts),
            Query::Not(part) => ("none of", std::slice::from_ref(part)),
            leaf => return self.leaf(leaf),
        };
        let compiled = compile(self.snapshot, query, self.options, &self.statistics)?;
        let articles = self.snapshot.count(&*compiled.query)?;
        let score = self.score(&*compiled.query)?;
        let parts = parts.iter().map(|part| self.explain(part)).collect::<Result<_>>()?;
        let fits = self.article.map(|_| score.is_some());
        Ok(Explained { part: name.to_owned(), articles, fits, score: score.unwrap_or(0.0), numbers: None, parts })
    }

    /// What the nearness of the query's words adds to the article's score.
    fn nearness(&self, query: &Query, recency: Option<Recency>) -> Result<f32> {
        let Some(address) = self.article else { return Ok(0.0) };
        let compiled = compile(self.snapshot, query, self.options, &self.statistics)?;
        self.snapshot.nearness_at(&compiled, address, recency, &self.statistics)
    }

    fn leaf(&self, query: &Query) -> Result<Explained> {
        let compiled = compile(self.snapshot, query, self.options, &self.statistics)?;
        let articles = self.snapshot.count(&*compiled.query)?;
        let score = self.score(&*compiled.query)?;
        let numbers = match (score, self.article) {
            (Some(score), Some(address)) if score > 0.0 => self.numbers(query, score, address)?,
            _ => None,
        };
        let fits = self.article.map(|_| score.is_some());
        Ok(Explained {
            part: query.to_string(),
            articles,
            fits,
            score: score.unwrap_or(0.0),
            numbers,
            parts: Vec::new(),
        })
    }

    /// The article's score for a query; `None` where it does not fit.
    fn score(&self, query: &dyn tantivy::query::Query) -> Result<Option<f32>> {
        let Some(address) = self.article else { return Ok(None) };
        let failed = |e| self.snapshot.store.error(e);
        let searcher = &self.snapshot.searcher;
        let scoring = EnableScoring::enabled_from_statistics_provider(&self.statistics, searcher);
        let weight = query.weight(scoring).map_err(failed)?;
        let segment = searcher.segment_reader(address.segment_ord);
        let mut scorer = weight.scorer(segment, 1.0).map_err(failed)?;
        let found = scorer.doc() <= address.doc_id && scorer.seek(address.doc_id) == address.doc_id;
        Ok(found.then(|| scorer.score()))
    }

    /// The numbers of a part that is scored by its occurrences. The weight is what makes the formula give the score.
    fn numbers(&self, query: &Query, score: f32, address: DocAddress) -> Result<Option<ScoreNumbers>> {
        let Some(occurrences) = self.snapshot.places_at(query, self.options, &self.statistics, address)? else {
            return Ok(None);
        };
        let failed = |e| self.snapshot.store.error(e);
        let segment = self.snapshot.searcher.segment_reader(address.segment_ord);
        let lengths = segment.fieldnorms_readers().get_field(self.snapshot.store.fields.text).map_err(failed)?;
        let length = lengths.map_or(1, |lengths| lengths.fieldnorm(address.doc_id));
        let average_length = self.statistics.average_length();
        let frequency = occurrences as f32;
        let norm = K1 * (1.0 - B + B * length as f32 / average_length.max(1.0));
        let weight = score * (frequency + norm) / (frequency * (K1 + 1.0));
        let archive = self.statistics.articles();
        Ok(Some(ScoreNumbers { weight, occurrences, length, average_length, archive, k1: K1, b: B }))
    }
}
