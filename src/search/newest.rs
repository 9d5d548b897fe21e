//! The newest articles of a query, or the oldest, without a look at all that fit it.
//!
//! A segment is cut into *stretches* of documents. In most of them the dates fall from the first to the last, because
//! the writer sorts what it hands on; a segment has several, because what is handed on at a time is limited, and
//! because merging puts segments one behind the other. The stretch that holds the newest article of all is looked at
//! first, and left as soon as what follows is older than the worst of the best so far; the search ends at the first
//! stretch that holds nothing newer. Archives come more or less in the order of time, so that stretches overlap little
//! and few are looked at.

use std::{
    cmp::Ordering,
    sync::atomic::{AtomicBool, AtomicU64, Ordering as AtomicOrdering},
};

use tantivy::{
    DocAddress, DocId, SegmentOrdinal, SegmentReader,
    columnar::Column,
    query::{EnableScoring, Query, Weight},
};

use super::{
    Snapshot, Sort,
    collapse::Shown,
    collect::{Key, Live, Ranked, SharedBest, Wanted},
    pass::{self, among, scorer_at},
};
use crate::error::Result;

/// Falling dates of fewer documents are no stretch of their own, but joined with what lies beside them.
const SORTED_MIN: u32 = 512;

/// Most documents of a stretch whose dates do not fall.
const UNSORTED_MAX: u32 = 2_048;

/// Hits that are looked at one after the other in the time that a stretch takes to be begun (measured: 2 to 5 µs
/// against 10 ns).
const HITS_A_STRETCH: u64 = if cfg!(test) { 0 } else { 300 };

/// Documents of a segment that lie side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    segment: SegmentOrdinal,
    first: DocId,
    /// Behind the last.
    end: DocId,
    /// Seconds since 1970 of the latest and of the earliest publication; none where no article has a date.
    dates: Option<(i64, i64)>,
    has_undated: bool,
    /// Whether dates fall from the first document to the last, those without one behind all others.
    is_falling: bool,
}

impl Stretch {
    fn documents(&self) -> u32 {
        self.end - self.first
    }

    fn join(self, next: Self) -> Self {
        let dates = match (self.dates, next.dates) {
            (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))),
            (one, other) => one.or(other),
        };
        Self { end: next.end, dates, has_undated: self.has_undated || next.has_undated, is_falling: false, ..self }
    }

    /// Whether all of its documents come before a place in an order.
    fn is_before(&self, place: Key, order: Order) -> bool {
        let last = self.dates.map(|(latest, earliest)| if order == Order::Newest { earliest } else { latest });
        !self.has_undated && order.by(last) > place.by
    }

    /// The greatest of what its documents are ordered by.
    fn bound(&self, order: Order) -> f64 {
        order.by(self.dates.map(|(latest, earliest)| if order == Order::Newest { latest } else { earliest }))
    }
}

/// The stretches of an archive, in both orders.
#[derive(Debug, Default)]
pub(super) struct Stretches {
    newest: Vec<Stretch>,
    oldest: Vec<Stretch>,
}

impl Stretches {
    fn of(mut all: Vec<Stretch>) -> Self {
        let mut sorted = |order| {
            all.sort_by(|a, b| b.bound(order).total_cmp(&a.bound(order)));
            all.clone()
        };
        Self { newest: sorted(Order::Newest), oldest: sorted(Order::Oldest) }
    }

    fn by(&self, order: Order) -> &[Stretch] {
        match order {
            Order::Newest => &self.newest,
            Order::Oldest => &self.oldest,
        }
    }
}

/// An order by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Newest,
    Oldest,
}

impl Order {
    fn of(sort: Sort) -> Option<Self> {
        match sort {
            Sort::Newest => Some(Self::Newest),
            Sort::Oldest => Some(Self::Oldest),
            _ => None,
        }
    }

    /// What a document is ordered by, the greatest first.
    fn by(self, date: Option<i64>) -> f64 {
        date.map_or(f64::NEG_INFINITY, |seconds| match self {
            Self::Newest => seconds as f64,
            Self::Oldest => -(seconds as f64),
        })
    }
}

/// The stretches of a segment: falling dates where they go on for long, the rest in pieces.
fn stretches(segment: SegmentOrdinal, dates: impl Iterator<Item = Option<i64>>) -> Vec<Stretch> {
    let mut runs: Vec<Stretch> = Vec::new();
    let mut before = None;
    for (doc, date) in (0..).zip(dates) {
        // No date is less than any.
        match runs.last_mut().filter(|_| date <= before) {
            Some(run) => {
                run.end = doc + 1;
                run.dates = run.dates.map(|(latest, earliest)| (latest, date.unwrap_or(earliest)));
                run.has_undated |= date.is_none();
            }
            None => {
                let (dates, has_undated) = (date.map(|date| (date, date)), date.is_none());
                runs.push(Stretch { segment, first: doc, end: doc + 1, dates, has_undated, is_falling: true });
            }
        }
        before = date;
    }
    let mut joined: Vec<Stretch> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last)
                if last.documents().min(run.documents()) < SORTED_MIN
                    && last.documents() + run.documents() <= UNSORTED_MAX =>
            {
                *last = last.join(run);
            }
            _ => joined.push(run),
        }
    }
    joined
}

/// The documents of a stretch, as far as they are shown and may be among the best.
struct Look<'a> {
    order: Order,
    weight: &'a dyn Weight,
    segment: &'a SegmentReader,
    shown: Shown<'a>,
    dates: Column<i64>,
    ties: Column<u64>,
}

impl Look<'_> {
    fn offer_to(&self, best: &SharedBest, stretch: &Stretch, after: Option<Key>) -> tantivy::Result<()> {
        let mut first = stretch.first;
        if let Some(after) = after.filter(|_| stretch.is_falling && self.order == Order::Newest) {
            first = self.first_not_before(stretch, after);
        }
        let mut documents = scorer_at(self.weight, self.segment, first..stretch.end)?;
        let mut doc = documents.doc();
        while doc < stretch.end {
            let by = self.order.by(self.dates.first(doc));
            let is_late = by < best.worst();
            if is_late && stretch.is_falling && self.order == Order::Newest {
                break;
            }
            if !is_late && self.shown.has(doc) {
                let key = Key::new(by, self.ties.first(doc).unwrap_or(0));
                best.offer(Ranked::unscored(key, DocAddress::new(stretch.segment, doc)));
            }
            doc = documents.advance();
        }
        Ok(())
    }

    /// The first document of falling dates that does not come before a place in the order.
    fn first_not_before(&self, stretch: &Stretch, after: Key) -> DocId {
        let (mut low, mut high) = (stretch.first, stretch.end);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.order.by(self.dates.first(middle)).total_cmp(&after.by) {
                Ordering::Greater => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }
}

impl Snapshot {
    /// The first live documents of a query by date; `None` where one pass over all that fit is expected to be less
    /// work, or has proved to be.
    ///
    /// Cost: once a snapshot one pass over a column; then a few microseconds for each stretch that may hold one of the
    /// best. Stretches are looked at by several threads where that takes long (see [`pass::over`]).
    pub(super) fn first_by_date(&self, query: &dyn Query, wanted: &Wanted<'_>) -> Result<Option<Vec<Ranked>>> {
        let Some(order) = Order::of(wanted.sort) else { return Ok(None) };
        let failed = |e| self.store.error(e);
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher)).map_err(failed)?;
        let stretches = self.stretches()?.by(order);
        let mut hits = 0;
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            // Looked at by its first stretch: what a scorer expects to find does not depend on where it stands.
            let Some(stretch) = stretches.iter().find(|stretch| stretch.segment == ord) else { continue };
            let scorer = among(stretch.first..stretch.end, || weight.scorer(segment, 1.0)).map_err(failed)?;
            hits += u64::from(scorer.size_hint());
        }
        if hits.saturating_mul(hits) < HITS_A_STRETCH * wanted.count as u64 * stretches.len() as u64 {
            return Ok(None);
        }
        let best = SharedBest::new(wanted);
        let (looked, is_hopeless) = (AtomicU64::new(0), AtomicBool::new(false));
        let look_at = |some: &mut dyn Iterator<Item = Stretch>| -> tantivy::Result<()> {
            let mut looks: Vec<Option<Look<'_>>> = self.searcher.segment_readers().iter().map(|_| None).collect();
            for stretch in some {
                if stretch.bound(order) < best.worst() || is_hopeless.load(AtomicOrdering::Relaxed) {
                    break;
                }
                if wanted.after.is_some_and(|after| stretch.is_before(after, order)) {
                    continue;
                }
                if (looked.fetch_add(1, AtomicOrdering::Relaxed) + 1) * HITS_A_STRETCH > hits {
                    is_hopeless.store(true, AtomicOrdering::Relaxed);
                    break;
                }
                let look = match &mut looks[stretch.segment as usize] {
                    Some(look) => look,
                    free => free.insert(self.look(stretch.segment, order, &*weight, wanted)?),
                };
                look.offer_to(&best, &stretch, wanted.after)?;
            }
            Ok(())
        };
        pass::over(stretches, wanted.threads, look_at).map_err(failed)?;
        Ok((!is_hopeless.into_inner()).then(|| best.into_sorted()))
    }

    fn look<'a>(
        &'a self,
        segment: SegmentOrdinal,
        order: Order,
        weight: &'a dyn Weight,
        wanted: &Wanted<'a>,
    ) -> tantivy::Result<Look<'a>> {
        let reader = self.searcher.segment_reader(segment);
        let (dates, ties) = (reader.fast_fields().i64("published")?, reader.fast_fields().u64("tie")?);
        let shown = Shown::of(Live::of(reader, false)?, wanted.hidden, segment);
        Ok(Look { order, weight, segment: reader, shown, dates, ties })
    }

    /// The stretches of all segments.
    fn stretches(&self) -> Result<&Stretches> {
        if let Some(stretches) = self.stretches.get() {
            return Ok(stretches);
        }
        let mut all = Vec::new();
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let dates = segment.fast_fields().i64("published").map_err(|e| self.store.error(e))?;
            all.extend(stretches(ord, (0..segment.max_doc()).map(|doc| dates.first(doc))));
        }
        Ok(self.stretches.get_or_init(|| Stretches::of(all)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documents of a stretch, its latest and earliest date, and whether dates fall.
    type Found = (u32, Option<(i64, i64)>, bool);

    fn found(dates: impl Iterator<Item = Option<i64>>) -> Vec<Found> {
        stretches(0, dates).into_iter().map(|s| (s.documents(), s.dates, s.is_falling)).collect()
    }

    #[test]
    fn falling_dates_are_a_stretch_and_the_rest_is_cut_in_pieces() {
        let falling = |from: i64| (0..1_000).map(move |i| Some(from - i));
        let undated = std::iter::repeat_n(None, 600);
        assert_eq!(
            found(falling(9_000).chain(undated).chain(falling(50_000))),
            [(1_600, Some((9_000, 8_001)), true), (1_000, Some((50_000, 49_001)), true)]
        );
        let rising = (0..5_000).map(Some);
        assert_eq!(
            found(rising),
            [
                (2_048, Some((2_047, 0)), false),
                (2_048, Some((4_095, 2_048)), false),
                (904, Some((4_999, 4_096)), false)
            ]
        );
        assert_eq!(found(std::iter::empty()), []);
    }

    #[test]
    fn what_lies_before_a_place_is_told_and_the_undated_never_do() {
        let at = |by| Key::new(by, 0);
        let stretch = stretches(0, [Some(30), Some(20)].into_iter())[0];
        assert!(stretch.is_before(at(19.0), Order::Newest) && !stretch.is_before(at(20.0), Order::Newest));
        assert!(stretch.is_before(at(-31.0), Order::Oldest) && !stretch.is_before(at(-30.0), Order::Oldest));
        let stretch = stretches(0, [Some(30), None].into_iter())[0];
        assert!(!stretch.is_before(at(1.0), Order::Newest));
    }
}
