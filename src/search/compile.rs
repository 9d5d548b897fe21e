//! From our query tree to a tantivy query, and to the words that snippets mark.

use std::{
    collections::{HashMap, HashSet},
    ops::Bound,
};

use chrono::{Days, NaiveDate};
use tantivy::{
    Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery,
        Query as TantivyQuery, RangeQuery, TermQuery,
    },
    schema::{Field as TantivyField, IndexRecordOption},
};

use super::{Snapshot, excluded::Excluded};
use crate::{
    error::{Error, Result},
    index::key_term,
    query::{DateKind, DateSpan, Field, Query},
    text::{Analyzer, fold},
};

/// A query ready to run.
pub(super) struct Compiled {
    pub(super) query: Box<dyn TantivyQuery>,
    pub(super) words: Words,
}

/// The terms that a query looks for in the text, with what each is worth in a snippet.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Rareness (inverse document frequency) by term.
    pub(super) weights: HashMap<String, f32>,
    /// Lower-case first characters that a word for one of the terms can have; empty for any.
    pub(super) initials: HashSet<char>,
}

/// Compiles a query against one state of an archive: its languages decide how words are analysed.
pub(super) fn compile(snapshot: &Snapshot, query: &Query) -> Result<Compiled> {
    let mut compiler = Compiler { snapshot, analyzers: snapshot.analyzers()?, words: Words::default() };
    let query = compiler.compile(query, true)?;
    Ok(Compiled { query, words: compiler.words })
}

struct Compiler<'a> {
    snapshot: &'a Snapshot,
    analyzers: Vec<Analyzer>,
    words: Words,
}

impl Compiler<'_> {
    /// `wanted` is false below a negation, whose words are not to be marked.
    fn compile(&mut self, query: &Query, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        Ok(match query {
            Query::Everything => everything(),
            Query::Word { field, text } | Query::Phrase { field, text, slop: 0 } => self.text(*field, text, wanted)?,
            Query::Dates { date: DateKind::Published, span } => self.dates(span),
            Query::All(parts) => self.all(parts, wanted)?,
            Query::Any(parts) => self.any(parts, wanted)?,
            Query::Not(part) => {
                let part = self.compile(part, false)?;
                Box::new(BooleanQuery::new(vec![(Occur::Must, everything()), without(part)]))
            }
            other => return Err(not_yet(other)),
        })
    }

    fn all(&mut self, parts: &[Query], wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        let mut clauses = Vec::with_capacity(parts.len() + 1);
        for part in parts {
            clauses.push(match part {
                Query::Not(part) => without(self.compile(part, false)?),
                part => (Occur::Must, self.compile(part, wanted)?),
            });
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, everything()));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn any(&mut self, parts: &[Query], wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        let parts: Result<Vec<_>> = parts.iter().map(|part| self.compile(part, wanted)).collect();
        Ok(union(parts?))
    }

    fn text(&mut self, field: Field, text: &str, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        let fields = self.snapshot.store.fields;
        Ok(match field {
            Field::Text => self.inflected(fields.text, text, wanted)?,
            Field::Title => self.inflected(fields.title, text, wanted)?,
            Field::Author => label(fields.author, text),
            Field::Source => label(fields.source, text),
            Field::Section => label(fields.section, text),
            Field::Tag => label(fields.tag, text),
            Field::Url => label(fields.url, text),
            Field::Language => {
                Box::new(TermQuery::new(Term::from_field_text(fields.language, &fold(text)), IndexRecordOption::Basic))
            }
            Field::Id => Box::new(TermQuery::new(key_term(&fields, text), IndexRecordOption::Basic)),
            Field::Body | Field::Standfirst | Field::Caption | Field::Lead | Field::Agency => {
                return Err(not_yet(&Query::Word { field, text: text.to_owned() }));
            }
        })
    }

    /// Words in any of their forms, in any of the archive's languages.
    fn inflected(&mut self, field: TantivyField, text: &str, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        let mut readings: Vec<Vec<String>> = Vec::new();
        for analyzer in &mut self.analyzers {
            let reading: Vec<String> = analyzer.terms(text).into_iter().map(|t| t.text).collect();
            if !reading.is_empty() && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        if !self.any_possible(field, &readings)? {
            self.read_in_rare_languages(text, &mut readings)?;
        }
        if wanted {
            self.mark(field, text, &readings)?;
        }
        self.one_of(field, readings)
    }

    /// Whether all terms of one of the readings stand in the archive at all.
    fn any_possible(&self, field: TantivyField, readings: &[Vec<String>]) -> Result<bool> {
        for reading in readings {
            let mut possible = true;
            for term in reading {
                possible &= self.found(field, term)? > 0;
            }
            if possible {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Adds the readings in languages that few articles are in, and the word as it is written.
    fn read_in_rare_languages(&self, text: &str, readings: &mut Vec<Vec<String>>) -> Result<()> {
        for mut analyzer in self.snapshot.rare_analyzers()? {
            let reading: Vec<String> = analyzer.terms(text).into_iter().map(|t| t.text).collect();
            if !reading.is_empty() && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        Ok(())
    }

    /// Readings of one word in several languages. An article has one language, so that only the best reading counts;
    /// and a reading is not worth more for being rare in a language that few articles have.
    fn one_of(&self, field: TantivyField, mut readings: Vec<Vec<String>>) -> Result<Box<dyn TantivyQuery>> {
        if readings.len() == 1 {
            return Ok(side_by_side(field, readings.remove(0)));
        }
        let mut counts = Vec::with_capacity(readings.len());
        for reading in &readings {
            counts.push(match reading.as_slice() {
                [term] => self.found(field, term)?,
                // Phrases are rare in every language.
                _ => 0,
            });
        }
        let articles = self.snapshot.searcher.num_docs();
        let together = rareness(articles, counts.iter().sum());
        let weighed = |(reading, count): (Vec<String>, u64)| -> Box<dyn TantivyQuery> {
            let boost = if count == 0 { 1.0 } else { together / rareness(articles, count) };
            Box::new(BoostQuery::new(side_by_side(field, reading), boost))
        };
        Ok(Box::new(DisjunctionMaxQuery::new(readings.into_iter().zip(counts).map(weighed).collect())))
    }

    /// Number of articles with a term.
    fn found(&self, field: TantivyField, term: &str) -> Result<u64> {
        let found = self.snapshot.searcher.doc_freq(&Term::from_field_text(field, term));
        found.map_err(|e| self.snapshot.store.error(e))
    }

    /// Notes terms for the snippets.
    fn mark(&mut self, field: TantivyField, text: &str, readings: &[Vec<String>]) -> Result<()> {
        let articles = self.snapshot.searcher.num_docs();
        for term in readings.iter().flatten() {
            if !self.words.weights.contains_key(term) {
                self.words.weights.insert(term.clone(), rareness(articles, self.found(field, term)?));
            }
            self.words.initials.extend(term.chars().next());
        }
        for segment in Analyzer::new(None).terms(text) {
            self.words.initials.extend(segment.text.chars().next());
        }
        Ok(())
    }

    fn dates(&self, span: &DateSpan) -> Box<dyn TantivyQuery> {
        let field = self.snapshot.store.fields.published;
        let at = |day: NaiveDate| Term::from_field_i64(field, day.and_time(Default::default()).and_utc().timestamp());
        let first = span.first.map_or(Bound::Unbounded, |day| Bound::Included(at(day)));
        let after = span.last.and_then(|day| day.checked_add_days(Days::new(1)));
        let last = after.map_or(Bound::Unbounded, |day| Bound::Excluded(at(day)));
        if (&first, &last) == (&Bound::Unbounded, &Bound::Unbounded) {
            let least = Bound::Included(Term::from_field_i64(field, i64::MIN));
            return unscored(RangeQuery::new(least, Bound::Unbounded));
        }
        unscored(RangeQuery::new(first, last))
    }
}

/// The parts of the language that the search does not know yet.
fn not_yet(query: &Query) -> Error {
    let range =
        "a query of words, phrases, dates of publication, AND, OR and NOT; the rest is not there yet".to_owned();
    Error::Setting { name: "query", value: query.to_string(), range }
}

/// Every article, whatever its score.
fn everything() -> Box<dyn TantivyQuery> {
    unscored(AllQuery)
}

/// A clause whose articles are excluded.
fn without(part: Box<dyn TantivyQuery>) -> (Occur, Box<dyn TantivyQuery>) {
    (Occur::MustNot, Box::new(Excluded(part)))
}

/// A clause that admits articles and adds nothing to their scores. Left to itself it would add 1, but not in segments
/// of
/// which it admits all, where tantivy leaves it out: scores would depend on how the index is cut.
fn unscored(query: impl TantivyQuery) -> Box<dyn TantivyQuery> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

/// Inverse document frequency, as BM25 has it: ln(1 + (N - n + 0.5) / (n + 0.5)).
pub(super) fn rareness(articles: u64, found: u64) -> f32 {
    (1.0 + (articles.saturating_sub(found) as f32 + 0.5) / (found as f32 + 0.5)).ln()
}

/// Words of a name or label, side by side and as they are.
fn label(field: TantivyField, text: &str) -> Box<dyn TantivyQuery> {
    side_by_side(field, crate::text::label_terms(text))
}

fn side_by_side(field: TantivyField, mut terms: Vec<String>) -> Box<dyn TantivyQuery> {
    match terms.len() {
        0 => Box::new(EmptyQuery),
        1 => {
            let term = Term::from_field_text(field, &terms.remove(0));
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        }
        _ => Box::new(PhraseQuery::new(terms.iter().map(|term| Term::from_field_text(field, term)).collect())),
    }
}

fn union(mut parts: Vec<Box<dyn TantivyQuery>>) -> Box<dyn TantivyQuery> {
    match parts.len() {
        0 => Box::new(EmptyQuery),
        1 => parts.remove(0),
        _ => Box::new(BooleanQuery::union(parts)),
    }
}
