//! Counts over all hits of a query: labels and days, in one pass without scores.

use rustc_hash::FxHashMap;
use tantivy::{
    DocId, SegmentOrdinal, SegmentReader,
    collector::Collector,
    columnar::{Column, StrColumn},
    query::{Query, Weight},
};

use super::{
    Snapshot,
    collapse::{Hidden, Shown},
    collect::{Live, Never},
};
use crate::error::Result;

/// What is counted besides the hits.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Columns of names.
    pub(super) names: Vec<&'static str>,
    /// Whether days are counted.
    pub(super) days: bool,
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
    /// By the first and the last day that the publication can be on.
    pub(super) dated: FxHashMap<(i64, i64), u64>,
    pub(super) undated: u64,
}

/// A tally over what is not hidden.
struct TallyShown<'a> {
    tally: &'a Tally,
    hidden: Option<&'a Hidden>,
}

impl Collector for TallyShown<'_> {
    type Fruit = Counts;
    type Child = Never<Counts>;

    fn for_segment(&self, _ord: SegmentOrdinal, _segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        unreachable!("collect_segment does the whole work")
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, all: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut merged = Counts {
            names: vec![FxHashMap::default(); self.tally.names.len()],
            nameless: vec![0; self.tally.names.len()],
            ..Counts::default()
        };
        for counts in all {
            merged.total += counts.total;
            for (into, from) in merged.names.iter_mut().zip(counts.names) {
                for (name, count) in from {
                    *into.entry(name).or_default() += count;
                }
            }
            for (into, from) in merged.nameless.iter_mut().zip(counts.nameless) {
                *into += from;
            }
            merged.days.undated += counts.days.undated;
            for (days, count) in counts.days.dated {
                *merged.days.dated.entry(days).or_default() += count;
            }
        }
        Ok(merged)
    }

    fn collect_segment(&self, weight: &dyn Weight, ord: u32, segment: &SegmentReader) -> tantivy::Result<Counts> {
        let live = Shown::of(Live::of(segment, false)?, self.hidden, ord);
        let mut names: Vec<Names> =
            self.tally.names.iter().map(|name| Names::open(segment, name)).collect::<tantivy::Result<_>>()?;
        let mut days = if self.tally.days { Some(DayCounter::open(segment)?) } else { None };
        let mut counts = Counts::default();
        if names.is_empty() && days.is_none() && live.all() {
            counts.total = weight.count(segment).map(u64::from)?;
            return Ok(counts);
        }
        weight.for_each_no_score(segment, &mut |docs| {
            for &doc in docs.iter().filter(|&&doc| live.has(doc)) {
                counts.total += 1;
                names.iter_mut().for_each(|names| names.count(doc));
                if let Some(days) = &mut days {
                    days.count(doc);
                }
            }
        })?;
        for names in names {
            counts.nameless.push(names.nameless);
            counts.names.push(names.finish()?);
        }
        if let Some(days) = days {
            counts.days = days.counted;
        }
        Ok(counts)
    }
}

/// Counts the names of one column.
struct Names {
    column: Option<StrColumn>,
    counts: Vec<u64>,
    nameless: u64,
}

impl Names {
    fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        let column = segment.fast_fields().str(name)?;
        let counts = vec![0; column.as_ref().map_or(0, |column| column.num_terms())];
        Ok(Self { column, counts, nameless: 0 })
    }

    fn count(&mut self, doc: DocId) {
        let before = self.nameless;
        self.nameless += 1;
        if let Some(column) = &self.column {
            // A name that an article bears twice counts once.
            let mut last = None;
            for ord in column.term_ords(doc) {
                self.nameless = before;
                if last.replace(ord) != Some(ord) {
                    self.counts[ord as usize] += 1;
                }
            }
        }
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
}

impl DayCounter {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self { first: columns.i64("day")?, last: columns.i64("last_day")?, counted: Days::default() })
    }

    fn count(&mut self, doc: DocId) {
        match self.first.first(doc) {
            None => self.counted.undated += 1,
            Some(first) => {
                let last = self.last.first(doc).unwrap_or(first);
                *self.counted.dated.entry((first, last)).or_default() += 1;
            }
        }
    }
}

impl Snapshot {
    /// Counts over all live hits of a query that are not hidden.
    pub(super) fn tally(&self, query: &dyn Query, tally: &Tally, hidden: Option<&Hidden>) -> Result<Counts> {
        self.searcher.search(query, &TallyShown { tally, hidden }).map_err(|e| self.store.error(e))
    }
}
