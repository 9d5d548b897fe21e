//! Why a query finds nothing: what each of its parts finds alone.

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::{
    Snapshot,
    compile::{CompileOptions, compile, name_column},
    named::number_in,
    statistics::Statistics,
};
use crate::{
    error::Result,
    query::{Field, Query, Trait},
    text::label_terms,
};

/// Most parts of a query that are looked at one by one.
pub const CLAUSES_MAX: usize = 32;

/// What a query finds, part by part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Articles that fit the whole query.
    pub total: u64,
    /// Its parts that must all fit, with what each finds; the first [`CLAUSES_MAX`].
    pub clauses: Vec<Clause>,
    /// The part without which most is found, where that is more than nothing.
    pub best_dropped: Option<usize>,
}

/// One part of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// The part in its canonical spelling.
    pub query: String,
    /// Articles that fit it alone.
    pub alone: u64,
    /// Articles that fit all other parts.
    pub without: u64,
}

impl Snapshot {
    /// Counts what the parts of a query find.
    pub(crate) fn diagnose(&self, query: &Query, options: CompileOptions) -> Result<Diagnosis> {
        let statistics = self.statistics()?;
        let total = self.count_of(query, options, &statistics)?;
        let parts = match query {
            Query::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut clauses = Vec::new();
        for (at, part) in parts.iter().enumerate().take(CLAUSES_MAX) {
            let mut others = parts.to_vec();
            others.remove(at);
            let without = match others.len() {
                0 => 0,
                1 => self.count_of(&others[0], options, &statistics)?,
                _ => self.count_of(&Query::All(others), options, &statistics)?,
            };
            let alone = self.count_of(part, options, &statistics)?;
            clauses.push(Clause { query: part.to_string(), alone, without });
        }
        let best = clauses.iter().enumerate().max_by_key(|(at, clause)| (clause.without, std::cmp::Reverse(*at)));
        let best_dropped = best.filter(|(_, clause)| clause.without > total).map(|(at, _)| at);
        Ok(Diagnosis { total, clauses, best_dropped })
    }

    fn count_of(&self, query: &Query, options: CompileOptions, statistics: &Statistics) -> Result<u64> {
        self.count(&*compile(self, query, options, statistics)?.query)
    }

    /// Fields that a query names and no article has, and whole names that none bears.
    pub(crate) fn notes(&self, query: &Query) -> Result<Vec<String>> {
        let mut asked = Asked::default();
        asked.collect(query);
        let mut notes = Vec::new();
        let mut empty = FxHashSet::default();
        for (field, name) in Field::NAMED {
            if asked.fields.contains(&field) && !self.has_any(field)? {
                empty.insert(field);
                notes.push(format!("no article of this archive has anything in {name}:"));
            }
        }
        for (field, name) in asked.names.iter().take(CLAUSES_MAX).filter(|(field, _)| !empty.contains(field)) {
            if !self.is_borne(*field, name)? {
                let whole = Query::Named { field: *field, name: (*name).to_owned() };
                let words = Query::Phrase { field: *field, text: (*name).to_owned(), slop: 0 };
                let hint =
                    if label_terms(name).is_empty() { String::new() } else { format!("; {words} finds its words") };
                notes.push(format!("{whole}: no article bears this name, letter for letter{hint}"));
            }
        }
        Ok(notes)
    }

    /// Whether any article bears a name, or did until it was removed.
    fn is_borne(&self, field: Field, name: &str) -> Result<bool> {
        let Some(column) = name_column(field) else { return Ok(false) };
        for segment in self.searcher.segment_readers() {
            let number = self.column(segment, column)?.map(|column| number_in(&column, name));
            if number.transpose().map_err(|e| self.store.error(e))?.flatten().is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether any article has something in a field.
    fn has_any(&self, field: Field) -> Result<bool> {
        let fields = self.store.fields;
        let index_field = match field {
            Field::Author => fields.author,
            Field::Source => fields.source,
            Field::Agency => fields.agency,
            Field::Section => fields.section,
            Field::Tag => fields.tag,
            Field::Language => fields.language,
            Field::Url => fields.url,
            Field::Standfirst => return self.has_trait(Trait::Standfirst),
            Field::Caption => return self.has_trait(Trait::Caption),
            _ => return Ok(true),
        };
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(index_field).map_err(|e| self.store.error(e))?;
            if index.terms().num_terms() > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn has_trait(&self, what: Trait) -> Result<bool> {
        let options = CompileOptions { expansions_max: 1, today: chrono::NaiveDate::default(), threads: 1 };
        Ok(self.count_of(&Query::Is(what), options, &self.statistics()?)? > 0)
    }
}

/// What a query asks for, by kind.
#[derive(Default)]
struct Asked<'a> {
    fields: FxHashSet<Field>,
    /// Whole names, in their order.
    names: Vec<(Field, &'a str)>,
}

impl<'a> Asked<'a> {
    fn collect(&mut self, query: &'a Query) {
        match query {
            Query::Word { field, .. } | Query::Phrase { field, .. } | Query::Pattern { field, .. } => {
                self.fields.insert(*field);
            }
            Query::Named { field, name } => {
                self.fields.insert(*field);
                self.names.push((*field, name));
            }
            Query::Near { parts, .. } | Query::Same { parts, .. } | Query::All(parts) | Query::Any(parts) => {
                parts.iter().for_each(|part| self.collect(part));
            }
            Query::AtLeast { part, .. } | Query::Not(part) => self.collect(part),
            _ => {}
        }
    }
}
