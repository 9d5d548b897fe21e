//! What scores are reckoned from: how many articles there are, how long they are, how many hold a term.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use tantivy::{Term, query::Bm25StatisticsProvider, schema::Field};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    Snapshot,
    alone::TermAlone,
    bm25f::{BURSTS_SHARE_MAX, Rarity, burstiness, rareness},
    pass,
    union::{TermUnion, WeighedTerm},
};
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
    /// How often a term stands in the ranked field, likewise.
    occurrences: RefCell<FxHashMap<u64, u64>>,
}

/// Numbers that were taken down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pinned {
    pub(super) articles: u64,
    pub(super) words: u64,
    /// Hash of a term and number of articles with it, by hash.
    pub(super) found: Vec<(u64, u64)>,
    /// Hash of a term and number of times that it stands in them, by hash.
    pub(super) occurrences: Vec<(u64, u64)>,
}

impl Statistics {
    /// The numbers of the archive as it is.
    pub(super) fn of(snapshot: &Snapshot) -> Result<Self> {
        let (articles, words) = (snapshot.searcher.num_docs(), snapshot.text_words()?);
        Ok(Self {
            snapshot: snapshot.clone(),
            articles,
            words,
            found: RefCell::default(),
            occurrences: RefCell::default(),
        })
    }

    /// Numbers that were taken down before; of terms that were not, the present one.
    pub(super) fn pinned(snapshot: &Snapshot, pinned: &Pinned) -> Self {
        let found = RefCell::new(pinned.found.iter().copied().collect());
        let occurrences = RefCell::new(pinned.occurrences.iter().copied().collect());
        Self { snapshot: snapshot.clone(), articles: pinned.articles, words: pinned.words, found, occurrences }
    }

    /// Takes the numbers down.
    pub(super) fn pin(&self) -> Pinned {
        let sorted = |counts: &RefCell<FxHashMap<u64, u64>>| {
            let mut sorted: Vec<(u64, u64)> = counts.borrow().iter().map(|(term, count)| (*term, *count)).collect();
            sorted.sort_unstable();
            sorted
        };
        let (found, occurrences) = (sorted(&self.found), sorted(&self.occurrences));
        Pinned { articles: self.articles, words: self.words, found, occurrences }
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
        let hash = hash_of(term);
        if let Some(found) = self.found.borrow().get(&hash) {
            return Ok(*found);
        }
        let found = self.snapshot.count_with(term)?.min(self.articles);
        self.found.borrow_mut().insert(hash, found);
        Ok(found)
    }

    /// How many threads may look for what fits, of so many that are allowed: one, where the terms asked for so far
    /// stand in so few articles that to open their lists anew for every piece would be a good part of the work.
    pub(super) fn threads(&self, allowed: usize) -> usize {
        let found = self.found.borrow();
        let opened = found.len() as u64 * (1 + self.articles / u64::from(pass::PIECE_DOCS));
        if found.values().sum::<u64>() < opened * pass::DOCS_TO_OPEN { 1 } else { allowed }
    }
}

impl Statistics {
    /// Inverse document frequency of a term of the ranked field, and the number of articles that hold it.
    pub(super) fn rareness_of(&self, term: &str) -> Result<(f32, u64)> {
        let term = Term::from_field_text(self.snapshot.store.fields.text, term);
        let found = self.found(&term).map_err(|e| self.snapshot.store.error(e))?;
        Ok((rareness(self.articles, found), found))
    }

    /// How a term of the ranked field stands in the archive. The first question for a term costs a pass over the blocks
    /// of its frequencies.
    pub(super) fn rarity(&self, term: &str) -> Result<Rarity> {
        let (rareness, found) = self.rareness_of(term)?;
        let articles = self.articles;
        let counted = found > 0 && (found as f64) < BURSTS_SHARE_MAX * articles as f64;
        let occurrences = if counted { self.occurrences(term)? } else { found };
        Ok(Rarity { found, occurrences, rareness, weight: rareness + burstiness(articles, found, occurrences) })
    }

    /// The weight of terms of the ranked field that are taken for one.
    pub(super) fn weight_together(&self, terms: &[String]) -> Result<f32> {
        let (mut found, mut occurrences) = (0, 0);
        for term in terms {
            let rarity = self.rarity(term)?;
            found += rarity.found;
            occurrences += rarity.occurrences;
        }
        let found = found.min(self.articles);
        Ok(rareness(self.articles, found) + burstiness(self.articles, found, occurrences))
    }

    /// Adds those of some terms that articles have, each weighed as all together are, `times` over.
    pub(super) fn weigh(&self, terms: &[String], times: f32, weighed: &mut Vec<WeighedTerm>) -> Result<()> {
        let weight = times * self.weight_together(terms)?;
        for term in terms {
            let found = self.rareness_of(term)?.1;
            if found > 0 {
                weighed.push(WeighedTerm { term: term.clone(), found, weight });
            }
        }
        Ok(())
    }

    /// A query for one term.
    pub(super) fn alone(&self, weighed: &WeighedTerm) -> TermAlone {
        let field = self.snapshot.store.fields.text;
        let (term, times) = weighed.by_library(field, self.articles);
        TermAlone { term, field, times, words_mean: self.average_length() }
    }

    /// A query for any of some terms.
    pub(super) fn union(&self, terms: Vec<WeighedTerm>) -> TermUnion {
        TermUnion::new(self.snapshot.store.fields.text, terms, self.articles, self.average_length())
    }

    /// How often a term stands in the ranked field of all articles.
    fn occurrences(&self, term: &str) -> Result<u64> {
        let term = Term::from_field_text(self.snapshot.store.fields.text, term);
        let hash = hash_of(&term);
        if let Some(known) = self.occurrences.borrow().get(&hash) {
            return Ok(*known);
        }
        let occurrences = self.snapshot.occurrences_of(&term)?;
        self.occurrences.borrow_mut().insert(hash, occurrences);
        Ok(occurrences)
    }
}

fn hash_of(term: &Term) -> u64 {
    let text = term.value().as_str().unwrap_or_default().to_owned();
    xxh3_64_with_seed(text.as_bytes(), u64::from(term.field().field_id()))
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
