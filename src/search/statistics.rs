//! What scores are reckoned from: how many articles there are, how long they are, how many hold a term.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use tantivy::{Term, query::Bm25StatisticsProvider, schema::Field};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Snapshot;
use crate::error::Result;

/// The numbers behind the scores of one search.
///
/// They are taken from the archive as it is, or as it was when a cursor was made: so that scores stay what they were
/// while a reader pages through an archive that grows.
pub(super) struct Statistics {
    snapshot: Snapshot,
    articles: u64,
    words: u64,
    /// Articles with a term, by the term's hash: those asked for, or those pinned.
    found: RefCell<FxHashMap<u64, u64>>,
}

/// Numbers that were taken down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pinned {
    pub(super) articles: u64,
    pub(super) words: u64,
    /// Hash of a term and number of articles with it, by hash.
    pub(super) found: Vec<(u64, u64)>,
}

impl Statistics {
    /// The numbers of the archive as it is.
    pub(super) fn of(snapshot: &Snapshot) -> Result<Self> {
        let (articles, words) = (snapshot.searcher.num_docs(), snapshot.text_words()?);
        Ok(Self { snapshot: snapshot.clone(), articles, words, found: RefCell::default() })
    }

    /// Numbers that were taken down before; of terms that were not, the present one.
    pub(super) fn pinned(snapshot: &Snapshot, pinned: &Pinned) -> Self {
        let found = RefCell::new(pinned.found.iter().copied().collect());
        Self { snapshot: snapshot.clone(), articles: pinned.articles, words: pinned.words, found }
    }

    /// Takes the numbers down.
    pub(super) fn pin(&self) -> Pinned {
        let mut found: Vec<(u64, u64)> = self.found.borrow().iter().map(|(term, found)| (*term, *found)).collect();
        found.sort_unstable();
        Pinned { articles: self.articles, words: self.words, found }
    }

    /// Number of articles.
    pub(super) fn articles(&self) -> u64 {
        self.articles
    }

    /// Average length of an article's text, in words.
    pub(super) fn average_length(&self) -> f32 {
        if self.articles == 0 { 1.0 } else { self.words as f32 / self.articles as f32 }
    }

    /// Number of articles with a term.
    pub(super) fn found(&self, term: &Term) -> tantivy::Result<u64> {
        let text = term.value().as_str().unwrap_or_default().to_owned();
        let hash = xxh3_64_with_seed(text.as_bytes(), u64::from(term.field().field_id()));
        if let Some(found) = self.found.borrow().get(&hash) {
            return Ok(*found);
        }
        let found = self.snapshot.count_with(term)?.min(self.articles);
        self.found.borrow_mut().insert(hash, found);
        Ok(found)
    }
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(self.words)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.articles)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.found(term)
    }
}
