//! Articles that tell of the same things, and the terms that they share.

use std::collections::HashMap;

use serde::Serialize;
use tantivy::{
    Term,
    query::{BooleanQuery, BoostQuery, Query as TantivyQuery, TermQuery},
    schema::IndexRecordOption,
};

use super::{Snapshot, Sort, bm25::rareness, checked_end};
use crate::{
    article::Article,
    error::Result,
    text::{Analyzer, is_function_word},
};

/// Terms of an article that are looked for in others: the best by weight. 100 are measured to do better than 25.
const TERMS_MAX: usize = 100;

/// Rareness (see [`rareness`]) below which a shared term is named only where there is nothing better: it stands in more
/// than a quarter of the archive.
const NAMED_RARENESS_MIN: f32 = 1.4;

/// How often the words of the headline count.
const TITLE_TIMES: f32 = 2.0;

/// Words of an article that are looked at; later ones add little and cost time.
const WORDS_MAX: usize = 20_000;

/// How to look for related articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedOptions {
    /// Most articles to give.
    pub limit: usize,
    /// Most shared terms to name for each.
    pub terms: usize,
}

impl Default for RelatedOptions {
    fn default() -> Self {
        Self { limit: 10, terms: 6 }
    }
}

/// An article related to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Related {
    /// Place, from 1.
    pub rank: usize,
    /// How strongly they are related; comparable among the articles related to one.
    pub score: f32,
    /// The article, without the blocks of its story.
    pub article: Article,
    /// The terms that both share, the one that counts most first.
    pub shared: Vec<SharedTerm>,
}

/// A term that two articles share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedTerm {
    /// The word as the first article writes it most often.
    pub word: String,
    /// What it adds: how often it stands in the first article, times how rare it is in the archive, times how often it
    /// stands in the second, the more the less each further time counts.
    pub weight: f32,
}

/// A term of the article that others are sought for.
struct SeedTerm {
    term: String,
    word: String,
    frequency: f32,
    rareness: f32,
}

impl SeedTerm {
    fn weight(&self) -> f32 {
        self.frequency * self.rareness
    }
}

impl Snapshot {
    /// Articles related to one, best first; the article itself and its other versions are not among them, nor what
    /// shares no term that could be named.
    ///
    /// The article's `TERMS_MAX` terms of the highest weight (frequency, the headline counted again, times inverse
    /// document frequency) are one query, each boosted by its frequency; BM25 does the rest.
    pub(crate) fn related(&self, seed: &Article, options: &RelatedOptions) -> Result<Vec<Related>> {
        checked_end(0, options.limit)?;
        let terms = self.seed_terms(seed)?;
        let mut clauses: Vec<Box<dyn TantivyQuery>> = Vec::with_capacity(terms.len());
        for term in &terms {
            let query =
                TermQuery::new(Term::from_field_text(self.store.fields.text, &term.term), IndexRecordOption::WithFreqs);
            clauses.push(Box::new(BoostQuery::new(Box::new(query), term.frequency)));
        }
        // Other versions of the seed may be among the first; a few more are asked for to make up for them.
        let statistics = self.statistics()?;
        let count = options.limit.saturating_add(8);
        let ranked = self.top(&BooleanQuery::union(clauses), Sort::Relevance, count, None, &statistics)?;
        let mut related = Vec::with_capacity(options.limit);
        for ranked in ranked {
            if related.len() == options.limit {
                break;
            }
            let article = self.article_at(ranked.address)?;
            if article.id != seed.id {
                let mut shared = shared_terms(&terms, &article, options.terms.max(1));
                if shared.is_empty() {
                    continue;
                }
                shared.truncate(options.terms);
                let article = Article { blocks: Vec::new(), ..article };
                related.push(Related { rank: related.len() + 1, score: ranked.score, article, shared });
            }
        }
        Ok(related)
    }

    /// The terms that say most about an article, the highest weight first.
    fn seed_terms(&self, seed: &Article) -> Result<Vec<SeedTerm>> {
        let mut counts = term_counts(seed);
        let articles = self.searcher.num_docs();
        let mut terms = Vec::with_capacity(counts.len());
        for (term, count) in counts.drain() {
            let field_term = Term::from_field_text(self.store.fields.text, &term);
            let found = self.articles_with(&field_term)?;
            // A term that only the seed has relates it to nothing.
            if found >= 2 {
                let frequency = count.frequency;
                terms.push(SeedTerm {
                    term,
                    word: count.common_form(),
                    frequency,
                    rareness: rareness(articles, found),
                });
            }
        }
        terms.sort_unstable_by(|a, b| b.weight().total_cmp(&a.weight()).then_with(|| a.term.cmp(&b.term)));
        terms.truncate(TERMS_MAX);
        Ok(terms)
    }
}

/// How often a term stands in an article, and in which forms.
#[derive(Default)]
struct Count {
    frequency: f32,
    forms: HashMap<String, u32>,
}

impl Count {
    /// The most frequent form; of several, the first in the alphabet.
    fn common_form(self) -> String {
        let best = self.forms.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        best.map(|(form, _)| form).unwrap_or_default()
    }
}

fn term_counts(article: &Article) -> HashMap<String, Count> {
    let language = article.language.as_ref().map(|l| l.code.as_str());
    let mut analyzer = Analyzer::new(language);
    let mut counts: HashMap<String, Count> = HashMap::new();
    let mut words = 0;
    let title = std::iter::once((article.title.as_str(), TITLE_TIMES));
    let rest = article.standfirst.iter().chain(article.blocks.iter().map(|b| &b.text));
    for (text, times) in title.chain(rest.map(|text| (text.as_str(), 1.0))) {
        analyzer.each_term(text, |term, bytes| {
            words += 1;
            if words <= WORDS_MAX && is_telling(term, &text[bytes.clone()], language) {
                if !counts.contains_key(term) {
                    counts.insert(term.to_owned(), Count::default());
                }
                if let Some(count) = counts.get_mut(term) {
                    count.frequency += times;
                    *count.forms.entry(text[bytes].to_owned()).or_default() += 1;
                }
            }
        });
    }
    counts
}

/// Single Latin letters, function words, and pairs of hiragana, which are endings, say nothing.
fn is_telling(term: &str, word: &str, language: Option<&str>) -> bool {
    let is_ending = word.chars().all(|c| matches!(c, '\u{3041}'..='\u{309f}'));
    term.len() > 1 && !is_ending && !is_function_word(word, language)
}

/// The seed's terms that another article has, with what each adds, the one that adds most first. Terms that stand
/// everywhere are named only where there is nothing better; numbers relate articles, but say nothing to a reader.
fn shared_terms(terms: &[SeedTerm], article: &Article, most: usize) -> Vec<SharedTerm> {
    let counts = plain_counts(article);
    let mut shared: Vec<(bool, SharedTerm)> = Vec::new();
    for seed in terms.iter().filter(|seed| seed.word.chars().any(char::is_alphabetic)) {
        if let Some(&count) = counts.get(&seed.term) {
            let weight = seed.weight() * count as f32 / (count as f32 + 1.0);
            shared.push((seed.rareness < NAMED_RARENESS_MIN, SharedTerm { word: seed.word.clone(), weight }));
        }
    }
    if shared.iter().any(|(common, _)| !common) {
        shared.retain(|(common, _)| !common);
    }
    let mut shared: Vec<SharedTerm> = shared.into_iter().map(|(_, term)| term).collect();
    shared.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.word.cmp(&b.word)));
    shared.truncate(most);
    shared
}

/// How often each term stands in an article.
fn plain_counts(article: &Article) -> HashMap<String, u32> {
    let mut analyzer = Analyzer::new(article.language.as_ref().map(|l| l.code.as_str()));
    let mut counts: HashMap<String, u32> = HashMap::new();
    let texts =
        std::iter::once(&article.title).chain(&article.standfirst).chain(article.blocks.iter().map(|b| &b.text));
    for text in texts {
        analyzer.each_term(text, |term, _| match counts.get_mut(term) {
            Some(count) => *count += 1,
            None => {
                counts.insert(term.to_owned(), 1);
            }
        });
    }
    counts
}
