//! From a query to ranked hits.

mod bm25f;
mod collect;
mod compile;
mod excluded;
mod feedback;
mod names;
mod proximity;
mod recency;
mod related;
mod snapshot;
mod snippet;
mod stats;
mod terms;

pub use feedback::ExpandedTerm;
pub use recency::Recency;
pub use related::{Part, Related, RelatedArticles, RelatedOptions, SharedTerm};
pub use snippet::Snippet;
pub use stats::{Counted, Stats};

pub(crate) use snapshot::Snapshot;

use serde::Serialize;
use tantivy::{DocAddress, TantivyDocument, query::TermQuery, schema::IndexRecordOption};

use crate::{
    article::Article,
    error::{Error, Result},
    index::{StoredArticle, key_term},
    query::Query,
};
use collect::Ranked;

/// Most hits one search gives; ask for the next ones with [`SearchOptions::offset`].
pub const LIMIT_MAX: usize = 100_000;

/// How to search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchOptions {
    /// Most hits to give. 1 to [`LIMIT_MAX`], together with the offset.
    pub limit: usize,
    /// Hits to leave out at the top.
    pub offset: usize,
    /// Order of the hits.
    pub sort: Sort,
    /// Most characters of a snippet; 0 for none.
    pub snippet_chars: usize,
    /// Whether to add the terms that the first hits have in common (feedback), where the order is by relevance. Articles
    /// that the query does not fit come in only where any of its words was enough.
    pub expand: bool,
    /// Whether recent articles are preferred, where the order is by relevance; the oldest keep half of their score.
    pub recency: Option<Recency>,
    /// Whether to count all hits. Costs a pass over all of them; without it [`Results::total`] is `None`.
    pub total: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            limit: 10,
            offset: 0,
            sort: Sort::Relevance,
            snippet_chars: 240,
            expand: false,
            recency: None,
            total: true,
        }
    }
}

/// Order of hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sort {
    /// Best first, by BM25F over headline, standfirst, story and captions, and how near the query's words stand.
    #[default]
    Relevance,
    /// Latest publication first; articles without a date last.
    Newest,
    /// Earliest publication first; articles without a date last.
    Oldest,
}

/// What a search gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Results {
    /// The query in its canonical spelling.
    pub query: String,
    /// Number of articles that fit, where it was asked for.
    pub total: Option<u64>,
    /// The terms that feedback added, the heaviest first; empty where it was not asked for.
    pub expanded: Vec<ExpandedTerm>,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
}

/// An article that fits a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Place among all hits, from 1.
    pub rank: usize,
    /// How well it fits; 0 where the order is by date.
    pub score: f32,
    /// The article, without the blocks of its story; [`crate::Archive::article`] gives the whole.
    pub article: Article,
    /// A passage with the words of the query, or the story's beginning where they stand elsewhere.
    pub snippet: Option<Snippet>,
}

impl Snapshot {
    /// Searches.
    pub(crate) fn search(&self, query: &Query, options: &SearchOptions) -> Result<Results> {
        let end = checked_end(options.offset, options.limit)?;
        let compiled = compile::compile(self, query)?;
        let (ranked, expanded) = self.ranked(&compiled, options, end)?;
        let total = if options.total { Some(self.count(&*compiled.query)?) } else { None };
        let hits = ranked.into_iter().enumerate().take(end).skip(options.offset);
        let hits = hits.map(|(i, ranked)| self.hit(i + 1, &ranked, &compiled.words, options.snippet_chars));
        Ok(Results { query: query.to_string(), total, expanded, hits: hits.collect::<Result<_>>()? })
    }

    /// The best hits in order, at least `end` of them where there are so many, and the terms that feedback added.
    fn ranked(
        &self,
        compiled: &compile::Compiled,
        options: &SearchOptions,
        end: usize,
    ) -> Result<(Vec<Ranked>, Vec<ExpandedTerm>)> {
        if options.sort != Sort::Relevance {
            return Ok((self.top(&*compiled.query, options.sort, end)?, Vec::new()));
        }
        let near = options.expand || compiled.plain.len() > 1;
        let count = if near { end.max(proximity::RERANKED) } else { end };
        let mut ranked = self.top_recent(&*compiled.query, Sort::Relevance, count, options.recency)?;
        self.rerank(&compiled.plain, &mut ranked, 1.0)?;
        if !options.expand {
            return Ok((ranked, Vec::new()));
        }
        let expanded = self.expansion(&ranked)?;
        let query = self.expanded(compiled, &expanded)?;
        let mut ranked = self.top_recent(&*query, Sort::Relevance, count, options.recency)?;
        self.rerank(&compiled.plain, &mut ranked, 1.0 - feedback::SHARE)?;
        Ok((ranked, expanded))
    }

    fn hit(&self, rank: usize, ranked: &Ranked, words: &compile::Words, snippet_chars: usize) -> Result<Hit> {
        let doc = self.doc(ranked.address)?;
        let stored = self.stored(&doc)?;
        let article = stored.head().map_err(|e| self.damaged(&e.to_string()))?;
        let snippet = match snippet_chars {
            0 => None,
            chars => snippet::best(words, &article, stored.body, chars),
        };
        Ok(Hit { rank, score: ranked.score, article, snippet })
    }

    /// The article with a key: id, address, page name or file. Of several the one whose id comes first in the order of
    /// ties; an older version only where no other article has the key.
    pub(crate) fn by_key(&self, key: &str) -> Result<Option<Article>> {
        let query = TermQuery::new(key_term(&self.store.fields, key), IndexRecordOption::Basic);
        let found = match self.top(&query, Sort::Relevance, 1)?.into_iter().next() {
            Some(live) => Some(live),
            None => self.any_version(&query)?,
        };
        found.map(|ranked| self.article_at(ranked.address)).transpose()
    }

    /// The stored document at an address.
    fn doc(&self, address: DocAddress) -> Result<TantivyDocument> {
        self.searcher.doc(address).map_err(|e| self.store.error(e))
    }

    fn stored<'a>(&self, doc: &'a TantivyDocument) -> Result<StoredArticle<'a>> {
        StoredArticle::of(doc, &self.store.fields).ok_or_else(|| self.damaged("an article lacks its stored parts"))
    }

    /// The whole article at an address.
    fn article_at(&self, address: DocAddress) -> Result<Article> {
        let doc = self.doc(address)?;
        self.stored(&doc)?.article().map_err(|e| self.damaged(&e.to_string()))
    }

    fn damaged(&self, detail: &str) -> Error {
        Error::Damaged { path: self.store.path.clone(), detail: detail.to_owned() }
    }
}

/// Number of hits to collect for a page of them.
fn checked_end(offset: usize, limit: usize) -> Result<usize> {
    let end = offset.saturating_add(limit);
    if limit == 0 {
        return Err(Error::Setting { name: "limit", value: "0".to_owned(), range: "at least 1".to_owned() });
    }
    if end > LIMIT_MAX {
        let range = format!("at most {LIMIT_MAX}");
        return Err(Error::Setting { name: "offset and limit together", value: end.to_string(), range });
    }
    Ok(end)
}
