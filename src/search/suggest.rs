//! Words of the archive: what may have been meant, and how what was begun may go on.

use std::cell::Cell;

use tantivy::{DocSet, TERMINATED, Term, postings::Postings, schema::IndexRecordOption};

use super::{
    Snapshot,
    positional::{Alternative, Places},
    stats::Counted,
};
use crate::{
    deadline,
    error::Result,
    query::{Pattern, Query},
    text::{fold, label_terms},
};

/// Fewest letters of a word that is corrected, by the number of letters that may be wrong.
const LETTERS_MIN: [usize; 2] = [4, 7];

/// Most words that are looked at for one that is corrected, or that completes.
const CANDIDATES_MAX: usize = 200;

/// Articles that are looked at to find out whether a stem stands anywhere as a word.
const ARTICLES_SEEN_MAX: usize = 64;

/// Most words of a query that are looked up to be corrected, and most of them that the archive does not know: each of
/// these is compared with the whole dictionary.
const WORDS_MAX: usize = 64;
const UNKNOWN_WORDS_MAX: usize = 8;

/// How many words may still be looked at.
struct Left {
    words: Cell<usize>,
    unknown: Cell<usize>,
}

impl Left {
    /// Takes one, where there is one left.
    fn take(of: &Cell<usize>) -> bool {
        let left = of.get();
        of.set(left.saturating_sub(1));
        left > 0
    }
}

impl Snapshot {
    /// The query with its unknown words changed to known ones.
    pub(crate) fn did_you_mean(&self, query: &Query) -> Result<Option<Query>> {
        let left = Left { words: Cell::new(WORDS_MAX), unknown: Cell::new(UNKNOWN_WORDS_MAX) };
        let corrected = self.corrected(query, &left)?;
        Ok(Some(corrected).filter(|corrected| corrected != query))
    }

    fn corrected(&self, query: &Query, left: &Left) -> Result<Query> {
        let all = |parts: &[Query]| parts.iter().map(|part| self.corrected(part, left)).collect::<Result<Vec<_>>>();
        Ok(match query {
            Query::Word { field, text } if field.is_text() => {
                Query::Word { field: *field, text: self.corrected_words(text, left)? }
            }
            Query::Phrase { field, text, slop } if field.is_text() => {
                Query::Phrase { field: *field, text: self.corrected_words(text, left)?, slop: *slop }
            }
            Query::All(parts) => Query::All(all(parts)?),
            Query::Any(parts) => Query::Any(all(parts)?),
            Query::Near { parts, words, ordered } => {
                Query::Near { parts: all(parts)?, words: *words, ordered: *ordered }
            }
            Query::Same { scope, parts } => Query::Same { scope: *scope, parts: all(parts)? },
            Query::AtLeast { times, part } => {
                Query::AtLeast { times: *times, part: Box::new(self.corrected(part, left)?) }
            }
            other => other.clone(),
        })
    }

    /// A text of words with those changed that stand in no article.
    fn corrected_words(&self, text: &str, left: &Left) -> Result<String> {
        let mut words = Vec::new();
        let mut changed = false;
        for word in text.split_whitespace() {
            let better = match label_terms(word).as_slice() {
                [term] => self.better_word(term, left)?,
                _ => None,
            };
            changed |= better.is_some();
            words.push(better.unwrap_or_else(|| word.to_owned()));
        }
        Ok(if changed { words.join(" ") } else { text.to_owned() })
    }

    /// The most frequent word that is written nearly like one that the archive does not know.
    fn better_word(&self, word: &str, left: &Left) -> Result<Option<String>> {
        if word.bytes().any(|b| b.is_ascii_digit()) || !Left::take(&left.words) || self.is_known(word)? {
            return Ok(None);
        }
        if !Left::take(&left.unknown) {
            return Ok(None);
        }
        let letters = word.chars().count();
        for edits in [1, 2] {
            if letters < LETTERS_MIN[usize::from(edits) - 1] {
                break;
            }
            let pattern = Pattern::Fuzzy { word: word.to_owned(), edits };
            let expansion = self.expand_in_text(&pattern, CANDIDATES_MAX)?;
            // Mistakes are rare in first letters.
            let first = word.chars().next();
            let mut best: Option<&Alternative> = None;
            for candidate in &expansion.words {
                let same_first = candidate.term.chars().next() == first;
                if self.is_written(candidate)? && (same_first || best.is_none()) {
                    best = Some(candidate);
                    if same_first {
                        break;
                    }
                }
            }
            if let Some(best) = best {
                return Ok(Some(best.term.clone()));
            }
        }
        Ok(None)
    }

    /// Whether a word, in any form, stands in the archive.
    fn is_known(&self, word: &str) -> Result<bool> {
        let fields = self.store.fields;
        let mut terms = vec![Term::from_field_text(fields.forms, word)];
        for mut analyzer in self.analyzers()?.into_iter().chain(self.rare_analyzers()?) {
            terms.extend(analyzer.terms(word).iter().map(|term| Term::from_field_text(fields.text, &term.text)));
        }
        for term in terms {
            if self.searcher.doc_freq(&term).map_err(|e| self.store.error(e))? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Words that begin like this, the most frequent first.
    pub(crate) fn complete(&self, prefix: &str, limit: usize) -> Result<Vec<Counted>> {
        let prefix = fold(prefix.trim());
        if prefix.is_empty() {
            return Ok(Vec::new());
        }
        let pattern = Pattern::Wildcard(prefix + "*");
        let expansion = self.expand_in_text(&pattern, CANDIDATES_MAX.max(limit.saturating_mul(4)))?;
        let mut words: Vec<Counted> = Vec::new();
        for word in &expansion.words {
            if words.len() == limit {
                break;
            }
            if !words.iter().any(|known| known.name == word.term) && self.is_written(word)? {
                let articles = self.searcher.doc_freq(&word.index_term(&self.store.fields));
                let articles = articles.map_err(|e| self.store.error(e))?;
                words.push(Counted { name: word.term.clone(), articles });
            }
        }
        Ok(words)
    }

    /// Whether a term is a word that somebody wrote, and not only the stem of others.
    fn is_written(&self, word: &Alternative) -> Result<bool> {
        if word.places == Places::Form {
            return Ok(true);
        }
        let term = word.index_term(&self.store.fields);
        let mut places = Vec::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(term.field()).map_err(|e| self.store.error(e))?;
            let postings = index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions);
            let Some(mut postings) = postings.map_err(|e| self.store.error(e.into()))? else { continue };
            for _ in 0..ARTICLES_SEEN_MAX {
                deadline::check();
                if postings.doc() == TERMINATED {
                    break;
                }
                places.clear();
                postings.append_positions_with_offset(0, &mut places);
                if places.iter().any(|place| place % 2 == 0) {
                    return Ok(true);
                }
                postings.advance();
            }
        }
        Ok(false)
    }
}
