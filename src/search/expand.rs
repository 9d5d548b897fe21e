//! From a pattern to the words of the archive that fit it.

use std::collections::HashMap;

use tantivy::{Term, query::FuzzyTermQuery, schema::Field as IndexField, termdict::TermStreamer};
use tantivy_fst::{Automaton, Regex};

use super::{
    Snapshot,
    positional::{Alternative, Places},
};
use crate::{
    deadline,
    error::{Error, Result},
    query::Pattern,
    text::{TERM_BYTES_MAX, fold},
};

/// Bytes that a term may lack of a word that is looked for with two letters wrong.
const FUZZY_BYTES_MAX: usize = 8;

/// Most words that one pattern stands for unless a search asks for another limit.
pub(super) const EXPANSIONS_MAX: usize = 2_000;

/// Most words that the patterns of one query stand for together, as a multiple of those of one: each of them keeps its
/// list of articles open.
pub(super) const PATTERNS_FULL_MAX: usize = 10;

/// Most words of the archive that are looked at for one pattern, those of each segment counted apart.
const WORDS_SEEN_MAX: usize = 2_000_000;

/// The words that a pattern stands for.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    /// The most frequent ones that fit, by frequency.
    pub(super) words: Vec<Alternative>,
    /// How many fit in all.
    pub(super) found: usize,
    /// Articles with any of the words, counted once for each.
    pub(super) articles: u64,
}

/// A word of the archive: its term and where that stands.
type Key = (String, bool);

impl Snapshot {
    /// The words in texts that fit a pattern, as written.
    pub(super) fn expand_in_text(&self, pattern: &Pattern, most: usize) -> Result<Expansion> {
        let fields = &self.store.fields;
        let mut words: HashMap<Key, u64> = HashMap::new();
        self.each_fitting(fields.text, pattern, |word, articles| {
            *words.entry((word.to_owned(), false)).or_default() += articles;
        })?;
        self.each_fitting(fields.forms, pattern, |word, articles| {
            *words.entry((word.to_owned(), true)).or_default() += articles;
        })?;
        Ok(most_frequent(words, most, |is_form| if is_form { Places::Form } else { Places::AsWritten }))
    }

    /// The names that an article can be asked for by, which are indexed as they are, that fit a pattern.
    pub(super) fn expand_in_key(&self, pattern: &Pattern, most: usize) -> Result<Expansion> {
        let key = self.store.fields.key;
        match pattern {
            Pattern::Wildcard(shape) => {
                let as_it_is = Pattern::Regex(shaped(shape, push_escaped));
                self.expand_in_label(key, &as_it_is, most)
            }
            pattern => self.expand_in_label(key, pattern, most),
        }
    }

    /// The words of a label that fit a pattern.
    pub(super) fn expand_in_label(&self, field: IndexField, pattern: &Pattern, most: usize) -> Result<Expansion> {
        let mut words: HashMap<Key, u64> = HashMap::new();
        self.each_fitting(field, pattern, |word, articles| {
            *words.entry((word.to_owned(), false)).or_default() += articles;
        })?;
        Ok(most_frequent(words, most, |_| Places::Inflected))
    }

    /// The words of addresses that fit a pattern, with their places.
    pub(super) fn expand_in_address(&self, pattern: &Pattern, most: usize) -> Result<Expansion> {
        let mut words = self.expand_in_label(self.store.fields.url, pattern, most)?;
        words.words.iter_mut().for_each(|word| word.places = Places::Address);
        Ok(words)
    }

    fn each_fitting(&self, field: IndexField, pattern: &Pattern, mut each: impl FnMut(&str, u64)) -> Result<()> {
        match pattern {
            Pattern::Wildcard(shape) => self.each_in(field, &regex(&wildcard(shape))?, each),
            Pattern::Regex(expression) => self.each_in(field, &regex(expression)?, each),
            Pattern::Fuzzy { word, edits } => {
                let word = fold(word);
                // No term is longer; and what is compared with takes memory for each of its letters.
                if word.len() > TERM_BYTES_MAX + FUZZY_BYTES_MAX {
                    return Ok(());
                }
                let query = FuzzyTermQuery::new(Term::from_field_text(field, &word), *edits, true);
                let automaton = query.automaton().map_err(|e| self.store.error(e))?;
                // A letter more or less says nothing of a word of two.
                let least = usize::from(*edits);
                self.each_in(field, &automaton, |found, articles| {
                    if found.chars().count() > least {
                        each(found, articles);
                    }
                })
            }
        }
    }

    fn each_in<A>(&self, field: IndexField, automaton: &A, mut each: impl FnMut(&str, u64)) -> Result<()>
    where
        A: Automaton,
        A::State: Clone,
    {
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field).map_err(|e| self.store.error(e))?;
            let stream = index.terms().search(automaton).into_stream();
            let mut stream: TermStreamer<'_, &A> = stream.map_err(|e| self.store.error(e.into()))?;
            let mut seen = 0;
            while stream.advance() && seen < WORDS_SEEN_MAX {
                seen += 1;
                deadline::check();
                // Marks of sentences are no words.
                if let Ok(word) = std::str::from_utf8(stream.key())
                    && !word.starts_with(char::is_control)
                {
                    each(word, u64::from(stream.value().doc_freq));
                }
            }
        }
        Ok(())
    }
}

fn most_frequent(words: HashMap<Key, u64>, most: usize, places: impl Fn(bool) -> Places) -> Expansion {
    let found = words.len();
    let mut words: Vec<(Key, u64)> = words.into_iter().collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words.truncate(most);
    let articles = words.iter().map(|(_, articles)| articles).sum();
    let words = words.into_iter().map(|((term, is_form), _)| Alternative { term, places: places(is_form) });
    Expansion { words: words.collect(), found, articles }
}

fn regex(expression: &str) -> Result<Regex> {
    Regex::new(expression).map_err(|e| Error::Setting {
        name: "the regular expression",
        value: expression.to_owned(),
        range: format!("one that can be looked for ({e})"),
    })
}

/// A shape with `*` and `?` as a regular expression over folded words.
fn wildcard(shape: &str) -> String {
    shaped(shape, push_literal)
}

/// The same, where `push_literal` says how what stands between them is spelt.
fn shaped(shape: &str, push_literal: impl Fn(&mut String, &str)) -> String {
    let mut expression = String::new();
    let mut literal = String::new();
    for c in shape.chars() {
        match c {
            '*' | '?' => {
                push_literal(&mut expression, &std::mem::take(&mut literal));
                expression.push_str(if c == '*' { ".*" } else { "." });
            }
            c => literal.push(c),
        }
    }
    push_literal(&mut expression, &literal);
    expression
}

/// Appends letters as they are indexed, so that none of them means anything to a regular expression.
fn push_literal(expression: &mut String, literal: &str) {
    let indexed: String = fold(literal).chars().filter(|c| !matches!(c, '\'' | '’' | '.' | ',')).collect();
    push_escaped(expression, &indexed);
}

/// Appends letters as they are, so that none of them means anything to a regular expression.
fn push_escaped(expression: &mut String, literal: &str) {
    for c in literal.chars() {
        // Behind a backslash these two are the edges of a word.
        if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
            expression.push('\\');
        }
        expression.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_become_regular_expressions_over_folded_words() {
        assert_eq!(wildcard("Sanction*"), "sanction.*");
        assert_eq!(wildcard("wom?n"), "wom.n");
        assert_eq!(wildcard("Café*"), "cafe.*");
        assert_eq!(wildcard("a+b*"), "a\\+b.*");
        assert_eq!(wildcard("U.S.*"), "us.*");
        assert!(regex(&wildcard("!\"#$%&'()+,-./:;<=>@[\\]^_`{|}~*")).is_ok());
    }
}
