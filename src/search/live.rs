//! Counts that scores are made of, over the articles that are there.
//!
//! The index library counts deleted articles until their segment is merged, and reckons the length of a merged segment
//! from rounded lengths: the same articles would score otherwise after ten small runs than after one, or after a run
//! that was killed. So what is counted here is what is there, article by article, and no more than that.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use tantivy::{
    DocSet, SegmentReader, TERMINATED, Term,
    postings::Postings,
    schema::{Field, IndexRecordOption},
};

use super::Snapshot;
use crate::error::Result;

/// Most terms whose counts a snapshot remembers; then it begins anew.
const TERMS_REMEMBERED_MAX: usize = 10_000;

/// What was counted already.
#[derive(Debug, Default)]
pub(super) struct Counted {
    text_words: OnceLock<u64>,
    /// Articles with a term, in the segments that articles were deleted from.
    by_term: Mutex<HashMap<Term, u64>>,
    /// How often a term stands in the ranked field.
    occurrences: Mutex<HashMap<Term, u64>>,
}

impl Snapshot {
    /// Number of articles with a term. Cost: one look-up a segment; in a segment that articles were deleted from, a
    /// pass over those with the term, the first time.
    pub(super) fn count_with(&self, term: &Term) -> tantivy::Result<u64> {
        let mut count = 0;
        let mut with_deleted: Vec<&SegmentReader> = Vec::new();
        for segment in self.searcher.segment_readers() {
            if segment.has_deletes() {
                with_deleted.push(segment);
            } else {
                count += u64::from(segment.inverted_index(term.field())?.doc_freq(term)?);
            }
        }
        if with_deleted.is_empty() {
            return Ok(count);
        }
        if let Some(known) = self.counted.by_term.lock().unwrap_or_else(PoisonError::into_inner).get(term) {
            return Ok(count + known);
        }
        let mut among_deleted = 0;
        for segment in with_deleted {
            among_deleted += alive_with(segment, term)?;
        }
        let mut by_term = self.counted.by_term.lock().unwrap_or_else(PoisonError::into_inner);
        if by_term.len() >= TERMS_REMEMBERED_MAX {
            by_term.clear();
        }
        by_term.insert(term.clone(), among_deleted);
        Ok(count + among_deleted)
    }

    /// How often a term of the ranked field stands in all articles. The first question for a term costs a pass over the
    /// blocks of its frequencies, in a segment that articles were deleted from over its articles.
    pub(super) fn occurrences_of(&self, term: &Term) -> Result<u64> {
        if let Some(known) = self.counted.occurrences.lock().unwrap_or_else(PoisonError::into_inner).get(term) {
            return Ok(*known);
        }
        let occurrences = self.count_occurrences(term).map_err(|e| self.store.error(e))?;
        let mut known = self.counted.occurrences.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= TERMS_REMEMBERED_MAX {
            known.clear();
        }
        known.insert(term.clone(), occurrences);
        Ok(occurrences)
    }

    fn count_occurrences(&self, term: &Term) -> tantivy::Result<u64> {
        let mut occurrences = 0;
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(term.field())?;
            if segment.has_deletes() {
                let Some(mut postings) = index.read_postings(term, IndexRecordOption::WithFreqs)? else { continue };
                while postings.doc() != TERMINATED {
                    if !segment.is_deleted(postings.doc()) {
                        occurrences += u64::from(postings.term_freq());
                    }
                    postings.advance();
                }
                continue;
            }
            let Some(mut postings) = index.read_block_postings(term, IndexRecordOption::WithFreqs)? else { continue };
            while postings.block_len() > 0 {
                occurrences += postings.freqs().iter().map(|&frequency| u64::from(frequency)).sum::<u64>();
                postings.advance();
            }
        }
        Ok(occurrences)
    }

    /// Words of all texts, as the index rounds their lengths. One pass over a byte an article, the first time.
    pub(super) fn text_words(&self) -> Result<u64> {
        if let Some(words) = self.counted.text_words.get() {
            return Ok(*words);
        }
        let words = self.words_in(self.store.fields.text).map_err(|e| self.store.error(e))?;
        Ok(*self.counted.text_words.get_or_init(|| words))
    }

    fn words_in(&self, field: Field) -> tantivy::Result<u64> {
        let mut words = 0;
        for segment in self.searcher.segment_readers() {
            if segment.fieldnorms_readers().get_field(field)?.is_some() {
                let lengths = segment.get_fieldnorms_reader(field)?;
                words += segment.doc_ids_alive().map(|doc| u64::from(lengths.fieldnorm(doc))).sum::<u64>();
            }
        }
        Ok(words)
    }
}

/// Number of articles of a segment with a term that are not deleted.
fn alive_with(segment: &SegmentReader, term: &Term) -> tantivy::Result<u64> {
    let index = segment.inverted_index(term.field())?;
    let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else { return Ok(0) };
    let mut alive = 0;
    while postings.doc() != TERMINATED {
        alive += u64::from(!segment.is_deleted(postings.doc()));
        postings.advance();
    }
    Ok(alive)
}
