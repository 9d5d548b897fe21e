//! Counts over all hits of a query: labels and days, in one pass without scores.

use std::fmt::Debug;

use rustc_hash::FxHashMap;
use tantivy::{
    DocId, SegmentOrdinal, SegmentReader,
    columnar::{Cardinality, Column, StrColumn},
    query::{EnableScoring, Query},
};

use super::{
    Snapshot,
    collapse::{Hidden, Shown},
    collect::Live,
    pass::{self, Piece, heeds_among},
};
use crate::{deadline, error::Result};

/// What is counted besides the hits.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Columns of names.
    pub(super) names: Vec<&'static str>,
    /// Whether days are counted.
    pub(super) days: bool,
}

impl Tally {
    /// Whether nothing but the number of hits is asked for.
    fn is_bare(&self) -> bool {
        self.names.is_empty() && !self.days
    }
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) total: u64,
    /// For each column the names and the number of hits with them.
    pub(super) names: Vec<FxHashMap<String, u64>>,
    /// For each column the number of hits without a name.
    pub(super) nameless: Vec<u64>,
    pub(super) days: Days,
}

/// Hits by day of publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// The first day of `exact`.
    start: i64,
    /// Hits of each day, one after the other, where the day is known.
    exact: Vec<u64>,
    /// By the first and the last day that the publication can be on: what is not in `exact`.
    spans: FxHashMap<(i64, i64), u64>,
    pub(super) undated: u64,
}

/// Most days that are counted one by one; what is further off is kept with the spans.
const DAYS_MAX: i64 = 200_000;

impl Days {
    /// Room for the days between two.
    fn between(first: i64, last: i64) -> Self {
        let days = last.saturating_sub(first).saturating_add(1).clamp(0, DAYS_MAX);
        Self { start: first, exact: vec![0; days as usize], ..Self::default() }
    }

    fn add(&mut self, first: i64, last: i64, hits: u64) {
        let place = usize::try_from(first.wrapping_sub(self.start)).ok().filter(|_| first == last);
        match place.and_then(|place| self.exact.get_mut(place)) {
            Some(count) => *count += hits,
            None => *self.spans.entry((first, last)).or_default() += hits,
        }
    }

    /// The first and the last day that publications can be on, each with its hits.
    pub(super) fn iter(&self) -> impl Iterator<Item = ((i64, i64), u64)> + '_ {
        let day = |(place, &hits): (usize, &u64)| {
            let day = self.start + place as i64;
            ((day, day), hits)
        };
        let exact = self.exact.iter().enumerate().filter(|(_, hits)| **hits > 0).map(day);
        exact.chain(self.spans.iter().map(|(&days, &hits)| (days, hits)))
    }

    /// All of several.
    fn joined(all: &[Self]) -> Self {
        let counted = || all.iter().filter(|days| !days.exact.is_empty());
        let first = counted().map(|days| days.start).min().unwrap_or(0);
        let last = counted().map(|days| days.start + days.exact.len() as i64 - 1).max().unwrap_or(first - 1);
        let mut joined = Self::between(first, last);
        for days in all {
            joined.undated += days.undated;
            days.iter().for_each(|((first, last), hits)| joined.add(first, last, hits));
        }
        joined
    }
}

impl Tally {
    /// Counts pieces by what looks through one; gives the counts of each segment that they are of.
    pub(super) fn over(
        &self,
        segments: &[SegmentReader],
        pieces: &mut dyn Iterator<Item = Piece>,
        mut look: impl FnMut(&Piece, &SegmentReader, &mut SegmentTally) -> tantivy::Result<()>,
    ) -> tantivy::Result<Vec<Counts>> {
        let mut all = Vec::new();
        let mut counting: Option<(SegmentOrdinal, SegmentTally)> = None;
        for piece in pieces {
            let segment = &segments[piece.segment as usize];
            if let Some((_, done)) = counting.take_if(|(ord, _)| *ord != piece.segment) {
                all.push(done.finish()?);
            }
            let (_, tally) = match &mut counting {
                Some(same) => same,
                free => free.insert((piece.segment, SegmentTally::open(self, segment)?)),
            };
            look(&piece, segment, tally)?;
        }
        if let Some((_, done)) = counting {
            all.push(done.finish()?);
        }
        Ok(all)
    }
}

impl Counts {
    /// What was counted in all segments.
    pub(super) fn joined(tally: &Tally, all: Vec<Self>) -> Self {
        let mut joined = Self {
            names: vec![FxHashMap::default(); tally.names.len()],
            nameless: vec![0; tally.names.len()],
            ..Self::default()
        };
        let mut days = Vec::with_capacity(all.len());
        for counts in all {
            joined.total += counts.total;
            for (into, from) in joined.names.iter_mut().zip(counts.names) {
                for (name, count) in from {
                    *into.entry(name).or_default() += count;
                }
            }
            for (into, from) in joined.nameless.iter_mut().zip(counts.nameless) {
                *into += from;
            }
            days.push(counts.days);
        }
        joined.days = Days::joined(&days);
        joined
    }
}

/// Counts the documents of a segment.
pub(super) struct SegmentTally {
    total: u64,
    names: Vec<Names>,
    days: Option<DayCounter>,
}

impl SegmentTally {
    pub(super) fn open(tally: &Tally, segment: &SegmentReader) -> tantivy::Result<Self> {
        let names = tally.names.iter().map(|name| Names::open(segment, name));
        let days = if tally.days { Some(DayCounter::open(segment)?) } else { None };
        Ok(Self { total: 0, names: names.collect::<tantivy::Result<_>>()?, days })
    }

    /// Adds documents that are not looked at.
    fn add(&mut self, documents: u64) {
        self.total += documents;
    }

    /// Counts documents, each given once.
    pub(super) fn count(&mut self, docs: &[DocId]) {
        self.total += docs.len() as u64;
        self.names.iter_mut().for_each(|names| names.count(docs));
        if let Some(days) = &mut self.days {
            days.count(docs);
        }
    }

    pub(super) fn finish(self) -> tantivy::Result<Counts> {
        let mut counts = Counts { total: self.total, ..Counts::default() };
        for names in self.names {
            counts.nameless.push(names.nameless);
            counts.names.push(names.finish()?);
        }
        counts.days = self.days.map(|days| days.counted).unwrap_or_default();
        Ok(counts)
    }
}

/// A counter for each name of a column. Of a column whose file is damaged it is an error: an allocation without bounds
/// would end the program.
pub(super) fn counters(column: &StrColumn) -> tantivy::Result<Vec<u64>> {
    let damaged = || tantivy::TantivyError::InternalError("a column has more names than values".to_owned());
    let names = column.num_terms();
    // Every name stands there because an article has it.
    if names > column.ords().values.num_vals() as usize {
        return Err(damaged());
    }
    let mut counters = Vec::new();
    counters.try_reserve_exact(names).map_err(|_| damaged())?;
    counters.resize(names, 0);
    Ok(counters)
}

/// Counts the names of one column.
struct Names {
    column: Option<StrColumn>,
    counts: Vec<u64>,
    nameless: u64,
    read: Read<u64>,
}

/// Reads a number each of many documents.
#[derive(Default)]
struct Read<T> {
    numbers: Vec<T>,
    options: Vec<Option<T>>,
}

impl<T: Copy + Default + PartialOrd + Debug + Send + Sync + 'static> Read<T> {
    /// The first number of each document.
    fn first(&mut self, column: &Column<T>, docs: &[DocId]) -> impl Iterator<Item = Option<T>> + '_ {
        self.numbers.clear();
        self.options.clear();
        if column.get_cardinality() == Cardinality::Full {
            self.numbers.resize(docs.len(), T::default());
            column.values.get_vals(docs, &mut self.numbers);
        } else {
            self.options.resize(docs.len(), None);
            column.first_vals(docs, &mut self.options);
        }
        // One of the two is empty.
        self.numbers.iter().copied().map(Some).chain(self.options.iter().copied())
    }
}

impl Names {
    fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        let column = segment.fast_fields().str(name)?;
        let counts = column.as_ref().map_or(Ok(Vec::new()), counters)?;
        Ok(Self { column, counts, nameless: 0, read: Read::default() })
    }

    fn count(&mut self, docs: &[DocId]) {
        let Some(column) = &self.column else {
            self.nameless += docs.len() as u64;
            return;
        };
        let ords = column.ords();
        if ords.get_cardinality() == Cardinality::Multivalued {
            for &doc in docs {
                // A name that an article bears twice counts once.
                let mut last = None;
                for ord in ords.values_for_doc(doc) {
                    if last.replace(ord) != Some(ord) {
                        self.counts[ord as usize] += 1;
                    }
                }
                self.nameless += u64::from(last.is_none());
            }
            return;
        }
        self.read.first(ords, docs).for_each(|ord| match ord {
            Some(ord) => self.counts[ord as usize] += 1,
            None => self.nameless += 1,
        });
    }

    fn finish(self) -> tantivy::Result<FxHashMap<String, u64>> {
        let mut names = FxHashMap::default();
        if let Some(column) = &self.column {
            for (ord, count) in self.counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                let mut name = String::new();
                column.ord_to_str(ord as u64, &mut name)?;
                names.insert(name, count);
            }
        }
        Ok(names)
    }
}

/// Counts days.
struct DayCounter {
    first: Column<i64>,
    last: Column<i64>,
    counted: Days,
    read: (Read<i64>, Read<i64>),
}

impl DayCounter {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let (first, last) = (columns.i64("day")?, columns.i64("last_day")?);
        // A column without any value has the least number for both ends.
        let counted = match first.min_value() {
            i64::MIN => Days::default(),
            least => Days::between(least, last.max_value()),
        };
        Ok(Self { first, last, counted, read: Default::default() })
    }

    fn count(&mut self, docs: &[DocId]) {
        let (firsts, lasts) = &mut self.read;
        firsts.first(&self.first, docs).zip(lasts.first(&self.last, docs)).for_each(|(first, last)| match first {
            None => self.counted.undated += 1,
            Some(first) => self.counted.add(first, last.unwrap_or(first), 1),
        });
    }
}

impl Snapshot {
    /// Counts over all live hits of a query that are not hidden, by at most so many threads (see [`pass::over`]).
    pub(super) fn tally(
        &self,
        query: &dyn Query,
        tally: &Tally,
        hidden: Option<&Hidden>,
        threads: usize,
    ) -> Result<Counts> {
        let count = || {
            let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
            let segments = self.searcher.segment_readers();
            let heeds = heeds_among(query);
            // The index library counts most queries without a look at each document, a segment at a time.
            let pieces = pass::pieces(segments, threads != 1 && (heeds || !tally.is_bare()));
            let counted = pass::over(&pieces, threads, |pieces| {
                let mut docs = Vec::new();
                tally.over(segments, pieces, |piece, segment, counting| {
                    let shown = Shown::of(Live::of(segment, false)?, hidden, piece.segment);
                    if tally.is_bare() && shown.all() && piece.docs == (0..segment.max_doc()) {
                        counting.add(u64::from(weight.count(segment)?));
                        return Ok(());
                    }
                    piece.each_doc(&*weight, heeds, segment, &mut |found| {
                        if shown.all() {
                            deadline::check();
                            return counting.count(found);
                        }
                        docs.clear();
                        docs.extend(found.iter().copied().filter(|&doc| shown.has(doc)));
                        counting.count(&docs);
                    })
                })
            })?;
            Ok(Counts::joined(tally, counted.concat()))
        };
        count().map_err(|e| self.store.error(e))
    }
}
