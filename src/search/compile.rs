//! From our query tree to a tantivy query, and to what snippets mark.

use std::{ops::Bound, sync::Arc};

use chrono::{Days, Months, NaiveDate};
use tantivy::{
    DocAddress, Term,
    query::{
        AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query as TantivyQuery, RangeQuery,
        TermQuery, TermSetQuery,
    },
    schema::{Field as TantivyField, IndexRecordOption},
};

use super::{
    Snapshot,
    address::{self, BETWEEN_RUNS_MAX, Piece},
    bm25f::{Bm25, FUNCTION_WORD_TIMES, rareness},
    excluded::Excluded,
    expand::PATTERNS_FULL_MAX,
    marks::Marks,
    named::Named,
    plan::{Plan, Scope as PlanScope, WindowLeaf},
    positional::{self, Alternative, LeafTerms, Places, PositionalQuery},
    proximity::QueryWord,
    statistics::Statistics,
    union::WeighedTerm,
};
use crate::{
    error::{Error, Result},
    index::{SURE_DATE, day_number, key_term, layout::Zone},
    query::{Amount, AmountRange, DateKind, DateSpan, Field, Pattern, Query, Scope, Trait, Unit},
    text::{Analyzer, FunctionWordsOf, fold},
};

/// A query ready to run.
pub(super) struct Compiled {
    pub(super) query: Box<dyn TantivyQuery>,
    pub(super) marks: Marks,
    /// The plain words of the query that stand on its top level, in order: what nearness and feedback look at.
    pub(super) plain: Vec<QueryWord>,
    /// How often they count together.
    pub(super) times: f32,
    /// The words' terms, where any of them is enough and nothing else is asked for.
    pub(super) bag: Vec<WeighedTerm>,
    /// Whether places of words decide which articles fit.
    pub(super) is_placed: bool,
    /// What was left out of account, for people.
    pub(super) notes: Vec<String>,
}

/// What a query is compiled under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CompileOptions {
    /// Most words that a pattern stands for.
    pub(super) expansions_max: usize,
    /// The day that `last:` counts back from.
    pub(super) today: NaiveDate,
    /// Most threads that look for what fits.
    pub(super) threads: usize,
}

/// Compiles a query against one state of an archive: its languages decide how words are analysed.
pub(super) fn compile(
    snapshot: &Snapshot,
    query: &Query,
    options: CompileOptions,
    statistics: &Statistics,
) -> Result<Compiled> {
    let mut compiler = Compiler::new(snapshot, options, statistics)?;
    let parts = match query {
        Query::All(parts) | Query::Any(parts) => parts.as_slice(),
        part => std::slice::from_ref(part),
    };
    let (mut plain, mut times) = (Vec::new(), 0.0);
    for part in parts {
        if let Query::Word { field: Field::Text, text } = part {
            times += compiler.note_plain(text, &mut plain)?;
        }
    }
    let mut bag = Vec::new();
    let compiled = match query {
        Query::Any(parts) => {
            let (terms, others) = compiler.weighed(parts, true)?;
            if others.is_empty() {
                bag.clone_from(&terms);
            }
            compiler.any_of(terms, &others, true)?
        }
        query => compiler.compile(query, true)?,
    };
    let (marks, notes) = (std::mem::take(&mut compiler.marks), std::mem::take(&mut compiler.notes));
    Ok(Compiled { query: compiled, marks, plain, times, bag, is_placed: compiler.is_placed, notes })
}

/// Compiles a query that only says which articles are looked at, and adds nothing to scores.
pub(super) fn filter(
    snapshot: &Snapshot,
    query: &Query,
    options: CompileOptions,
    statistics: &Statistics,
) -> Result<Box<dyn TantivyQuery>> {
    let query = Compiler::new(snapshot, options, statistics)?.compile(query, false)?;
    Ok(Box::new(ConstScoreQuery::new(query, 0.0)))
}

/// A clause about the places of words as a plan over leaves.
pub(super) fn plan_of(
    snapshot: &Snapshot,
    query: &Query,
    options: CompileOptions,
    statistics: &Statistics,
) -> Result<(Plan, Vec<LeafTerms>)> {
    let mut clause = Clause::default();
    let plan = Compiler::new(snapshot, options, statistics)?.plan(query, &mut clause)?;
    Ok((plan, clause.leaves))
}

impl Snapshot {
    /// How often what a query asks for stands in an article's text; `None` for what has no places there.
    pub(super) fn places_at(
        &self,
        query: &Query,
        options: CompileOptions,
        statistics: &Statistics,
        address: DocAddress,
    ) -> Result<Option<u32>> {
        let mut compiler = Compiler::new(self, options, statistics)?;
        let mut clause = Clause::default();
        let has_places = match query {
            Query::Word { field, .. } | Query::Phrase { field, .. } | Query::Pattern { field, .. } => field.is_text(),
            Query::Near { .. } | Query::Same { .. } | Query::AtLeast { .. } => true,
            _ => false,
        };
        if !has_places {
            return Ok(None);
        }
        let segment = self.searcher.segment_reader(address.segment_ord);
        if let Query::Word { field: Field::Text, text } = query {
            let readings = compiler.readings(text)?;
            if readings.iter().all(|reading| reading.len() == 1) {
                let stems: Vec<String> = readings.into_iter().flatten().collect();
                let most = positional::frequency(segment, &self.store.fields, &stems, address.doc_id);
                return most.map(Some).map_err(|e| self.store.error(e));
            }
        }
        let plan = compiler.plan(query, &mut clause)?;
        let found = positional::occurrences(segment, &clause.leaves, &plan, &self.store.fields, address.doc_id);
        found.map(Some).map_err(|e| self.store.error(e))
    }
}

struct Compiler<'a> {
    snapshot: &'a Snapshot,
    options: CompileOptions,
    statistics: &'a Statistics,
    analyzers: Vec<Analyzer>,
    /// Those for words that the others do not know; empty until they are needed.
    rare_analyzers: Vec<Analyzer>,
    marks: Marks,
    /// Whether a clause about places was met.
    is_placed: bool,
    notes: Vec<String>,
    /// Words that patterns stand for so far.
    expanded: usize,
}

/// A clause about the places of words, while it is put together.
#[derive(Default)]
struct Clause {
    leaves: Vec<LeafTerms>,
    /// Rareness of each leaf.
    weights: Vec<f32>,
}

impl Clause {
    fn leaf(&mut self, terms: LeafTerms, weight: f32) -> Plan {
        self.leaves.push(terms);
        self.weights.push(weight);
        Plan::Leaf(self.leaves.len() - 1)
    }

    /// How much a plan over these leaves says: all that it needs together, the least of what it may do with.
    fn rareness(&self, plan: &Plan) -> f32 {
        match plan {
            Plan::Leaf(leaf) => self.weights[*leaf],
            Plan::Sequence(parts) | Plan::Same { parts, .. } => parts.iter().map(|part| self.rareness(part)).sum(),
            Plan::Window { leaves, .. } => leaves.iter().map(|leaf| self.weights[leaf.leaf]).sum(),
            Plan::Near { left, right, .. } => self.rareness(left) + self.rareness(right),
            Plan::Any(parts) => parts.iter().map(|part| self.rareness(part)).reduce(f32::min).unwrap_or(0.0),
            Plan::AtLeast { part, .. } | Plan::Within { part, .. } => self.rareness(part),
        }
    }
}

impl<'a> Compiler<'a> {
    fn new(snapshot: &'a Snapshot, options: CompileOptions, statistics: &'a Statistics) -> Result<Self> {
        let analyzers = snapshot.analyzers()?;
        Ok(Self {
            snapshot,
            options,
            statistics,
            analyzers,
            rare_analyzers: Vec::new(),
            marks: Marks::default(),
            is_placed: false,
            notes: Vec::new(),
            expanded: 0,
        })
    }
}

impl Compiler<'_> {
    /// `wanted` is false below a negation, whose words are not to be marked.
    fn compile(&mut self, query: &Query, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        Ok(match query {
            Query::Everything => everything(),
            Query::Word { field: Field::Text, text } => self.word(text, wanted)?,
            Query::Word { field, text } | Query::Phrase { field, text, .. } if !field.is_text() => {
                self.label(*field, text)
            }
            Query::Named { field, name } => self.named(*field, name),
            Query::Pattern { field, pattern } if !field.is_text() => self.label_pattern(*field, pattern)?,
            Query::Word { .. }
            | Query::Phrase { .. }
            | Query::Pattern { .. }
            | Query::Near { .. }
            | Query::Same { .. }
            | Query::AtLeast { .. } => self.positional(query, wanted)?,
            Query::Dates { date, span } => self.dates(*date, *span),
            Query::Last { date, amount, unit } => {
                let last = self.options.today.checked_add_days(Days::new(1));
                self.dates(*date, DateSpan { first: days_back(self.options.today, *amount, *unit), last })
            }
            Query::SureDate => self.with_trait(SURE_DATE),
            Query::Amount { what, range } => self.amount(*what, *range)?,
            Query::Is(what) => self.with_trait(trait_name(*what)),
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
        let (terms, others) = self.weighed(parts, wanted)?;
        self.any_of(terms, &others, wanted)
    }

    /// Any of some terms and other parts.
    fn any_of(&mut self, terms: Vec<WeighedTerm>, others: &[&Query], wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        let mut clauses: Vec<Box<dyn TantivyQuery>> = Vec::with_capacity(others.len() + 1);
        if !terms.is_empty() {
            clauses.push(Box::new(self.statistics.union(terms)));
        }
        for part in others {
            clauses.push(self.compile(part, wanted)?);
        }
        Ok(union(clauses))
    }

    /// The terms of those parts that are plain words of one term in each of their readings, and the other parts.
    fn weighed<'q>(&mut self, parts: &'q [Query], wanted: bool) -> Result<(Vec<WeighedTerm>, Vec<&'q Query>)> {
        let (mut terms, mut others) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Query::Word { field: Field::Text, text } if self.weigh_word(text, wanted, &mut terms)? => {}
                part => others.push(part),
            }
        }
        Ok((terms, others))
    }

    /// A word in any of its forms, in any of the archive's languages, anywhere in the text.
    fn word(&mut self, text: &str, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        let mut terms = Vec::new();
        if !self.weigh_word(text, wanted, &mut terms)? {
            return self.positional(&Query::Word { field: Field::Text, text: text.to_owned() }, wanted);
        }
        Ok(match &terms[..] {
            [] => Box::new(EmptyQuery),
            [one] => Box::new(self.statistics.alone(one)),
            _ => Box::new(self.statistics.union(terms)),
        })
    }

    /// Adds the terms of a word, all its readings weighed as one: an article has one language, so that one of them
    /// counts, and it is not worth more for being rare in a language that few articles have. `false` where a reading is
    /// of several terms; nothing is added then.
    fn weigh_word(&mut self, text: &str, wanted: bool, terms: &mut Vec<WeighedTerm>) -> Result<bool> {
        let readings = self.readings(text)?;
        if readings.iter().any(|reading| reading.len() != 1) {
            return Ok(false);
        }
        if wanted {
            let mut clause = Clause::default();
            let plan = self.word_plan(text, &readings, &mut clause)?;
            self.mark(text, &plan, &clause);
        }
        let readings: Vec<String> = readings.into_iter().flatten().collect();
        let times = self.times_of(text)?;
        self.statistics.weigh(&readings, times, terms)?;
        Ok(true)
    }

    /// How much a word counts: function words of the archive's first language less than others.
    fn times_of(&self, text: &str) -> Result<f32> {
        let language = self.snapshot.languages()?.first().and_then(Option::as_deref);
        Ok(if FunctionWordsOf::language(language).has(text) { FUNCTION_WORD_TIMES } else { 1.0 })
    }

    /// Notes a plain word, term by term; gives how much it counts.
    fn note_plain(&mut self, text: &str, plain: &mut Vec<QueryWord>) -> Result<f32> {
        let readings = self.readings(text)?;
        let times = self.times_of(text)?;
        for place in 0..readings.iter().map(Vec::len).max().unwrap_or(0) {
            let mut terms: Vec<String> = readings.iter().filter_map(|reading| reading.get(place).cloned()).collect();
            terms.sort_unstable();
            terms.dedup();
            let weight = times * self.statistics.weight_together(&terms)?;
            plain.push(QueryWord { terms, weight });
        }
        Ok(times)
    }

    /// A clause about the places of words.
    fn positional(&mut self, query: &Query, wanted: bool) -> Result<Box<dyn TantivyQuery>> {
        self.is_placed = true;
        let mut clause = Clause::default();
        let plan = self.plan(query, &mut clause)?;
        if wanted {
            let text = match query {
                Query::Word { text, .. } => text,
                _ => "",
            };
            self.mark(text, &plan, &clause);
        }
        let bm25 = Bm25::new(clause.rareness(&plan), self.statistics.average_length());
        let fields = self.snapshot.store.fields;
        Ok(Box::new(PositionalQuery { plan: Arc::new(plan), leaves: Arc::new(clause.leaves), fields, bm25 }))
    }

    fn plan(&mut self, query: &Query, clause: &mut Clause) -> Result<Plan> {
        Ok(match query {
            Query::Word { field, text } if field.is_text() => {
                let readings = self.readings(text)?;
                within(*field, self.word_plan(text, &readings, clause)?)
            }
            Query::Phrase { field, text, slop } if field.is_text() => {
                within(*field, self.phrase_plan(text, *slop, clause)?)
            }
            Query::Pattern { field, pattern } if field.is_text() => within(*field, self.pattern_plan(pattern, clause)?),
            Query::Any(parts) => Plan::Any(self.plans(parts, clause)?),
            Query::Near { parts, words, ordered } => {
                let mut plans = self.plans(parts, clause)?.into_iter();
                let Some(first) = plans.next() else { return Err(not_placed(query)) };
                plans.fold(first, |left, right| {
                    let (left, right) = (Box::new(left), Box::new(right));
                    Plan::Near { left, right, words: *words, ordered: *ordered }
                })
            }
            Query::Same { scope, parts } => {
                let scope = match scope {
                    Scope::Sentence => PlanScope::Sentence,
                    Scope::Paragraph => PlanScope::Paragraph,
                };
                Plan::Same { scope, parts: self.plans(parts, clause)? }
            }
            Query::AtLeast { times, part } => Plan::AtLeast { times: *times, part: Box::new(self.plan(part, clause)?) },
            other => return Err(not_placed(other)),
        })
    }

    fn plans(&mut self, parts: &[Query], clause: &mut Clause) -> Result<Vec<Plan>> {
        parts.iter().map(|part| self.plan(part, clause)).collect()
    }

    /// One leaf for all readings that are one term, and a sequence for each that is more.
    fn word_plan(&self, text: &str, readings: &[Vec<String>], clause: &mut Clause) -> Result<Plan> {
        let inflected = |term: &String| Alternative { term: term.clone(), places: Places::Inflected };
        let mut plans = Vec::new();
        let single: Vec<Alternative> = readings.iter().filter(|r| r.len() == 1).flatten().map(inflected).collect();
        if !single.is_empty() {
            plans.push(self.leaf(single, clause)?);
        }
        for reading in readings.iter().filter(|reading| reading.len() > 1) {
            let words: Result<Vec<Plan>> =
                reading.iter().map(|term| self.leaf(vec![inflected(term)], clause)).collect();
            plans.push(Plan::Sequence(words?));
        }
        if plans.is_empty() {
            return Err(Error::Setting {
                name: "the word",
                value: text.to_owned(),
                range: "one with a letter or digit".to_owned(),
            });
        }
        Ok(if plans.len() == 1 { plans.remove(0) } else { Plan::Any(plans) })
    }

    /// Words as they are written.
    fn phrase_plan(&self, text: &str, slop: u32, clause: &mut Clause) -> Result<Plan> {
        let words: Vec<String> = crate::text::label_terms(text);
        let mut plans = Vec::with_capacity(words.len());
        for word in &words {
            let alternative = |places| Alternative { term: word.clone(), places };
            plans.push(self.leaf(vec![alternative(Places::AsWritten), alternative(Places::Form)], clause)?);
        }
        if slop == 0 || plans.len() < 2 {
            return Ok(if plans.len() == 1 { plans.remove(0) } else { Plan::Sequence(plans) });
        }
        let first = clause.leaves.len() - words.len();
        let leaves = words.iter().enumerate().map(|(at, word)| WindowLeaf {
            leaf: first + at,
            kind: words.iter().position(|other| other == word).unwrap_or(at),
        });
        Ok(Plan::Window { leaves: leaves.collect(), spare: slop })
    }

    fn pattern_plan(&mut self, pattern: &Pattern, clause: &mut Clause) -> Result<Plan> {
        let most = self.options.expansions_max;
        let expansion = self.snapshot.expand_in_text(pattern, most)?;
        self.note_expansion(pattern, expansion.found, most)?;
        let weight = self.rareness_of(expansion.articles);
        Ok(clause.leaf(LeafTerms { alternatives: expansion.words }, weight))
    }

    /// Counts what a pattern stands for, and notes where that is not all that fits it.
    fn note_expansion(&mut self, pattern: &Pattern, found: usize, most: usize) -> Result<()> {
        self.expanded = self.expanded.saturating_add(found.min(most));
        let all = most.saturating_mul(PATTERNS_FULL_MAX);
        if self.expanded > all {
            return Err(Error::Setting {
                name: "what the patterns of the query stand for together",
                value: format!("more than {all} words"),
                range: format!("at most {all}, {PATTERNS_FULL_MAX} times as many as one may (expansions_max)"),
            });
        }
        if found > most {
            let spelt = Query::Pattern { field: Field::Text, pattern: pattern.clone() };
            self.notes.push(format!(
                "{spelt} fits {found} words of the archive; only the {most} most frequent were looked for (expansions_max)"
            ));
        }
        Ok(())
    }

    fn leaf(&self, alternatives: Vec<Alternative>, clause: &mut Clause) -> Result<Plan> {
        let mut found = 0;
        for alternative in &alternatives {
            let term = alternative.index_term(&self.snapshot.store.fields);
            found += self.statistics.found(&term).map_err(|e| self.snapshot.store.error(e))?;
        }
        let weight = self.rareness_of(found);
        Ok(clause.leaf(LeafTerms { alternatives }, weight))
    }

    fn rareness_of(&self, found: u64) -> f32 {
        let articles = self.statistics.articles();
        rareness(articles, found.min(articles))
    }

    fn mark(&mut self, text: &str, plan: &Plan, clause: &Clause) {
        for segment in Analyzer::new(None).terms(text) {
            self.marks.may_begin_as(&segment.text);
        }
        self.marks.add(plan, &clause.leaves, clause.weights.iter().copied());
    }

    /// What a word may be: its terms in each of the archive's languages, each reading once.
    fn readings(&mut self, text: &str) -> Result<Vec<Vec<String>>> {
        let mut readings: Vec<Vec<String>> = Vec::new();
        for analyzer in &mut self.analyzers {
            add_reading(analyzer, text, &mut readings);
        }
        if !self.any_possible(&readings)? {
            if self.rare_analyzers.is_empty() {
                self.rare_analyzers = self.snapshot.rare_analyzers()?;
            }
            for analyzer in &mut self.rare_analyzers {
                add_reading(analyzer, text, &mut readings);
            }
        }
        Ok(readings)
    }

    /// Whether all terms of one of the readings stand in the archive at all.
    fn any_possible(&self, readings: &[Vec<String>]) -> Result<bool> {
        for reading in readings {
            let mut possible = true;
            for term in reading {
                possible &= self.found(term)? > 0;
            }
            if possible {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Number of articles with a stem.
    fn found(&self, stem: &str) -> Result<u64> {
        let found = self.statistics.found(&Term::from_field_text(self.snapshot.store.fields.text, stem));
        found.map_err(|e| self.snapshot.store.error(e))
    }

    /// Words of a name or label, side by side and as they are.
    fn label(&self, field: Field, text: &str) -> Box<dyn TantivyQuery> {
        let fields = self.snapshot.store.fields;
        match field {
            Field::Language => {
                unscored(TermQuery::new(Term::from_field_text(fields.language, &fold(text)), IndexRecordOption::Basic))
            }
            Field::Id => unscored(TermQuery::new(key_term(&fields, text), IndexRecordOption::Basic)),
            field => match self.label_field(field) {
                Some(field) => side_by_side(field, &crate::text::label_terms(text)),
                None => Box::new(EmptyQuery),
            },
        }
    }

    /// A whole name. Those with its words are few; which of them bear it as it is, its column tells.
    fn named(&self, field: Field, name: &str) -> Box<dyn TantivyQuery> {
        let fields = self.snapshot.store.fields;
        if field == Field::Language {
            let code = Term::from_field_text(fields.language, name);
            return unscored(TermQuery::new(code, IndexRecordOption::Basic));
        }
        let (Some(column), Some(words)) = (name_column(field), self.label_field(field)) else {
            return Box::new(EmptyQuery);
        };
        let terms = crate::text::label_terms(name);
        let among = if terms.is_empty() { Box::new(AllQuery) as _ } else { side_by_side(words, &terms) };
        unscored(Named { among, column, name: name.to_owned() })
    }

    /// A pattern that reaches over several words of an address.
    fn address(&mut self, runs: Vec<Vec<Piece>>) -> Result<Box<dyn TantivyQuery>> {
        self.is_placed = true;
        let mut clause = Clause::default();
        let mut whole: Option<Plan> = None;
        for run in runs {
            let mut words = Vec::with_capacity(run.len());
            for piece in run {
                words.push(match piece {
                    Piece::Term(term) => self.leaf(vec![Alternative { term, places: Places::Address }], &mut clause)?,
                    Piece::Shape(pattern) => {
                        let most = self.options.expansions_max;
                        let expansion = self.snapshot.expand_in_address(&pattern, most)?;
                        self.note_expansion(&pattern, expansion.found, most)?;
                        clause.leaf(LeafTerms { alternatives: expansion.words }, 0.0)
                    }
                });
            }
            let run = if words.len() == 1 { words.remove(0) } else { Plan::Sequence(words) };
            whole = Some(match whole {
                None => run,
                Some(before) => {
                    let (left, right) = (Box::new(before), Box::new(run));
                    Plan::Near { left, right, words: BETWEEN_RUNS_MAX, ordered: true }
                }
            });
        }
        let Some(plan) = whole else { return Ok(Box::new(EmptyQuery)) };
        // Nothing is scored by it.
        let bm25 = Bm25::new(0.0, self.statistics.average_length());
        let fields = self.snapshot.store.fields;
        Ok(unscored(PositionalQuery { plan: Arc::new(plan), leaves: Arc::new(clause.leaves), fields, bm25 }))
    }

    fn label_pattern(&mut self, field: Field, pattern: &Pattern) -> Result<Box<dyn TantivyQuery>> {
        if let (Field::Url, Pattern::Wildcard(shape)) = (field, pattern)
            && let Some(runs) = address::runs(shape)?
        {
            return self.address(runs);
        }
        let fields = self.snapshot.store.fields;
        let index_field = match field {
            Field::Language => Some(fields.language),
            Field::Id => Some(fields.key),
            field => self.label_field(field),
        };
        let Some(index_field) = index_field else { return Ok(Box::new(EmptyQuery)) };
        let most = self.options.expansions_max;
        let expansion = match field {
            Field::Id => self.snapshot.expand_in_key(pattern, most)?,
            _ => self.snapshot.expand_in_label(index_field, pattern, most)?,
        };
        self.note_expansion(pattern, expansion.found, most)?;
        let terms = expansion.words.iter().map(|word| Term::from_field_text(index_field, &word.term));
        Ok(unscored(TermSetQuery::new(terms)))
    }

    fn label_field(&self, field: Field) -> Option<TantivyField> {
        let fields = self.snapshot.store.fields;
        Some(match field {
            Field::Author => fields.author,
            Field::Source => fields.source,
            Field::Agency => fields.agency,
            Field::Section => fields.section,
            Field::Tag => fields.tag,
            Field::Url => fields.url,
            _ => return None,
        })
    }

    /// Articles all of whose possible days are in a span.
    fn dates(&self, date: DateKind, span: DateSpan) -> Box<dyn TantivyQuery> {
        let fields = self.snapshot.store.fields;
        let (first, last) = match date {
            DateKind::Published => (fields.day, fields.last_day),
            DateKind::Modified => (fields.modified, fields.modified),
            DateKind::Captured => (fields.captured, fields.captured),
        };
        let at = |field, day: NaiveDate| Term::from_field_i64(field, day_number(day));
        let since = span.first.map(|day| RangeQuery::new(Bound::Included(at(first, day)), Bound::Unbounded));
        let until = span.last.map(|day| RangeQuery::new(Bound::Unbounded, Bound::Included(at(last, day))));
        match (since, until) {
            (Some(since), Some(until)) => unscored(BooleanQuery::intersection(vec![Box::new(since), Box::new(until)])),
            (Some(one), None) | (None, Some(one)) => unscored(one),
            (None, None) => {
                let least = Bound::Included(Term::from_field_i64(first, i64::MIN));
                unscored(RangeQuery::new(least, Bound::Unbounded))
            }
        }
    }

    fn amount(&self, what: Amount, range: AmountRange) -> Result<Box<dyn TantivyQuery>> {
        let field = match what {
            Amount::Words => self.snapshot.store.fields.words,
            Amount::Copies => return Ok(unscored(self.snapshot.with_copy_count(range)?)),
        };
        let at = |number| Bound::Included(Term::from_field_u64(field, number));
        Ok(unscored(RangeQuery::new(at(range.min.unwrap_or(0)), at(range.max.unwrap_or(u64::MAX)))))
    }

    fn with_trait(&self, name: &str) -> Box<dyn TantivyQuery> {
        let term = Term::from_field_text(self.snapshot.store.fields.traits, name);
        unscored(TermQuery::new(term, IndexRecordOption::Basic))
    }
}

/// The column that has the whole names of a field.
pub(super) fn name_column(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Author => "author_name",
        Field::Source => "source_name",
        Field::Agency => "agency_name",
        Field::Section => "section_name",
        Field::Tag => "tag_name",
        Field::Language => "language",
        _ => return None,
    })
}

fn add_reading(analyzer: &mut Analyzer, text: &str, readings: &mut Vec<Vec<String>>) {
    let reading: Vec<String> = analyzer.terms(text).into_iter().map(|t| t.text).collect();
    if !reading.is_empty() && !readings.contains(&reading) {
        readings.push(reading);
    }
}

/// A part of the query that has no place among words.
fn not_placed(query: &Query) -> Error {
    let range = "words, phrases or patterns in the text, or OR-groups of them".to_owned();
    Error::Setting { name: "what stands near something or is counted", value: query.to_string(), range }
}

fn within(field: Field, plan: Plan) -> Plan {
    let zones: &'static [Zone] = match field {
        Field::Title => &[Zone::Title],
        Field::Standfirst => &[Zone::Standfirst],
        Field::Lead => &[Zone::Standfirst, Zone::Lead],
        Field::Body => &[Zone::Lead, Zone::Body],
        Field::Caption => &[Zone::Caption],
        _ => return plan,
    };
    Plan::Within { zones, part: Box::new(plan) }
}

pub(super) fn days_back(today: NaiveDate, amount: u32, unit: Unit) -> Option<NaiveDate> {
    match unit {
        Unit::Days => today.checked_sub_days(Days::new(amount.into())),
        Unit::Weeks => today.checked_sub_days(Days::new(u64::from(amount) * 7)),
        Unit::Months => today.checked_sub_months(Months::new(amount)),
        Unit::Years => today.checked_sub_months(Months::new(amount.saturating_mul(12))),
    }
}

/// The name under which the index keeps a trait.
fn trait_name(what: Trait) -> &'static str {
    Trait::NAMED.iter().find(|(known, ..)| *known == what).map_or("", |(_, _, name)| name)
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
/// of which it admits all, where tantivy leaves it out: scores would depend on how the index is cut.
fn unscored(query: impl TantivyQuery) -> Box<dyn TantivyQuery> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

fn term_query(field: TantivyField, term: &str) -> Box<dyn TantivyQuery> {
    Box::new(TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs))
}

/// Words of a label side by side. Places are doubled in the index.
fn side_by_side(field: TantivyField, terms: &[String]) -> Box<dyn TantivyQuery> {
    match terms {
        [] => Box::new(EmptyQuery),
        [term] => term_query(field, term),
        terms => {
            let places = terms.iter().enumerate().map(|(at, term)| (2 * at, Term::from_field_text(field, term)));
            Box::new(PhraseQuery::new_with_offset(places.collect()))
        }
    }
}

fn union(mut parts: Vec<Box<dyn TantivyQuery>>) -> Box<dyn TantivyQuery> {
    match parts.len() {
        0 => Box::new(EmptyQuery),
        1 => parts.remove(0),
        _ => Box::new(BooleanQuery::union(parts)),
    }
}
