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

use super::{
    Snapshot,
    bm25f::{FUNCTION_WORD_TIMES, burstiness, rareness},
    excluded::Excluded,
    proximity::QueryWord,
};
use crate::{
    error::Result,
    index::key_term,
    query::{DateSpan, Field, Query},
    text::{Analyzer, fold, is_function_word},
};

/// A query ready to run.
pub(super) struct Compiled {
    pub(super) query: Box<dyn TantivyQuery>,
    pub(super) words: Words,
    /// The plain words of the query that stand on its top level, in order: what nearness and feedback look at.
    pub(super) plain: Vec<QueryWord>,
    /// How often they count together.
    pub(super) times: f32,
    /// The clauses, where any of the plain words is enough and nothing else is asked for.
    pub(super) bag: Vec<Box<dyn TantivyQuery>>,
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
    let mut compiler = Compiler::new(snapshot)?;
    let plain = |part: &Query| matches!(part, Query::Word { field: Field::Text, .. });
    let parts = match query {
        Query::All(parts) | Query::Any(parts) => parts.as_slice(),
        part => std::slice::from_ref(part),
    };
    for part in parts.iter().filter(|part| plain(part)) {
        if let Query::Word { text, .. } = part {
            compiler.note_plain(text)?;
        }
    }
    let mut bag = Vec::new();
    if let Query::Any(parts) = query
        && parts.iter().all(plain)
    {
        for part in parts {
            bag.push(compiler.compile(part, true)?);
        }
    }
    let query = compiler.compile(query, true)?;
    let Compiler { words, plain, times, .. } = compiler;
    Ok(Compiled { query, words, plain, times, bag })
}

/// Compiles a query that only says which articles are looked at, and adds nothing to scores.
pub(super) fn filter(snapshot: &Snapshot, query: &Query) -> Result<Box<dyn TantivyQuery>> {
    let query = Compiler::new(snapshot)?.compile(query, false)?;
    Ok(Box::new(ConstScoreQuery::new(query, 0.0)))
}

struct Compiler<'a> {
    snapshot: &'a Snapshot,
    analyzers: Vec<Analyzer>,
    words: Words,
    plain: Vec<QueryWord>,
    times: f32,
}

impl<'a> Compiler<'a> {
    fn new(snapshot: &'a Snapshot) -> Result<Self> {
        let analyzers = snapshot.analyzers()?;
        Ok(Self { snapshot, analyzers, words: Words::default(), plain: Vec::new(), times: 0.0 })
    }
}

impl Compiler<'_> {
    /// `wanted` is false below a negation, whose words are not to be marked.
    fn compile(&mut self, query: &Query, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        Ok(match query {
            Query::Everything => everything(),
            Query::Word { field, text } | Query::Phrase { field, text } => self.text(*field, text, wanted)?,
            Query::Dates(span) => self.dates(span),
            Query::All(parts) => self.all(parts, wanted)?,
            Query::Any(parts) => self.any(parts, wanted)?,
            Query::Not(part) => {
                let part = self.compile(part, false)?;
                Box::new(BooleanQuery::new(vec![(Occur::Must, everything()), without(part)]))
            }
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
        })
    }

    /// Words in any of their forms, in any of the archive's languages.
    fn inflected(&mut self, field: TantivyField, text: &str, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        let readings = self.readings(field, text)?;
        if wanted {
            self.mark(field, text, &readings)?;
        }
        let times = self.times_of(text)?;
        self.one_of(field, readings, times)
    }

    /// A text as the terms of each of the languages that know it.
    fn readings(&mut self, field: TantivyField, text: &str) -> Result<Vec<Vec<String>>> {
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
        Ok(readings)
    }

    /// How much a word counts: function words of the archive's first language less than others.
    fn times_of(&self, text: &str) -> Result<f32> {
        let language = self.snapshot.languages()?.first().and_then(Option::as_deref);
        Ok(if is_function_word(text, language) { FUNCTION_WORD_TIMES } else { 1.0 })
    }

    /// Notes a plain word, term by term.
    fn note_plain(&mut self, text: &str) -> Result<()> {
        let readings = self.readings(self.snapshot.store.fields.text, text)?;
        let times = self.times_of(text)?;
        for place in 0..readings.iter().map(Vec::len).max().unwrap_or(0) {
            let mut terms: Vec<String> = readings.iter().filter_map(|reading| reading.get(place).cloned()).collect();
            terms.sort_unstable();
            terms.dedup();
            let weight = times * self.weight_together(&terms)?;
            self.plain.push(QueryWord { terms, weight });
        }
        self.times += times;
        Ok(())
    }

    /// The weight of terms of the ranked field that are taken for one.
    fn weight_together(&self, terms: &[String]) -> Result<f32> {
        let (mut found, mut occurrences) = (0, 0);
        for term in terms {
            let rarity = self.snapshot.rarity(term)?;
            found += rarity.found;
            occurrences += rarity.occurrences;
        }
        let articles = self.snapshot.articles();
        Ok(rareness(articles, found) + burstiness(articles, found, occurrences))
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
    fn one_of(&self, field: TantivyField, readings: Vec<Vec<String>>, times: f32) -> Result<Box<dyn TantivyQuery>> {
        let ranked = field == self.snapshot.store.fields.text;
        let single: Vec<String> = readings.iter().filter(|reading| reading.len() == 1).flatten().cloned().collect();
        let articles = self.snapshot.articles();
        let mut together = 0.0;
        if ranked {
            together = self.weight_together(&single)?;
        } else if !single.is_empty() {
            let mut found = 0;
            for term in &single {
                found += self.found(field, term)?;
            }
            together = rareness(articles, found);
        }
        let mut weighed: Vec<Box<dyn TantivyQuery>> = Vec::with_capacity(readings.len());
        for reading in readings {
            let boost = match reading.as_slice() {
                [term] => match self.found(field, term)? {
                    0 => times,
                    found => times * together / rareness(articles, found),
                },
                // Phrases are rare in every language.
                _ => times,
            };
            weighed.push(Box::new(BoostQuery::new(side_by_side(field, reading), boost)));
        }
        Ok(match weighed.len() {
            0 => Box::new(EmptyQuery),
            1 => weighed.remove(0),
            _ => Box::new(DisjunctionMaxQuery::new(weighed)),
        })
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
