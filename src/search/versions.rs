//! The versions of an article, and what changed from one to the next.

use serde::Serialize;
use tantivy::{query::TermQuery, schema::IndexRecordOption};

use super::Snapshot;
use crate::{
    article::{Article, Origin},
    deadline,
    diff::Difference,
    error::Result,
    index::key_term,
};

/// Most versions of one article that are given, the newest of more.
pub const VERSIONS_MAX: usize = 1_000;

/// One state of an article: a capture of its page, or a record of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Version {
    /// Number, from 1 for the oldest kept.
    pub number: usize,
    /// The whole article; its origin says where it lies and when it was captured.
    pub article: Article,
    /// Whether it is the one that is searched.
    pub current: bool,
    /// What changed since the version before; `None` for the first, empty where nothing did.
    pub changes: Option<Difference>,
}

impl Version {
    /// Where it lies, and when it was captured.
    pub fn place(&self) -> &Origin {
        &self.article.origin
    }
}

impl Snapshot {
    /// Number of versions of an article.
    #[cfg(feature = "serve")]
    pub(crate) fn version_count(&self, id: &str) -> Result<usize> {
        let query = TermQuery::new(key_term(&self.store.fields, id), IndexRecordOption::Basic);
        let tie = crate::index::tie(id);
        Ok(self.all_versions(&query, VERSIONS_MAX)?.iter().filter(|ranked| ranked.key.tie.0 == tie).count())
    }

    /// All versions of an article, the oldest first.
    pub(crate) fn versions(&self, id: &str) -> Result<Vec<Version>> {
        let query = TermQuery::new(key_term(&self.store.fields, id), IndexRecordOption::Basic);
        let mut articles = Vec::new();
        for ranked in self.all_versions(&query, VERSIONS_MAX)? {
            articles.push(self.article_at(ranked.address)?);
        }
        // An id may be the page name or address of another article.
        articles.retain(|article| article.id == id);
        articles.sort_by(|a, b| a.age_key().cmp(&b.age_key()));
        let count = articles.len();
        let mut versions: Vec<Version> = Vec::with_capacity(count);
        for (number, article) in (1..).zip(articles) {
            deadline::check();
            let changes = versions.last().map(|before| Difference::between(&before.article, &article));
            versions.push(Version { number, article, current: number == count, changes });
        }
        Ok(versions)
    }
}
