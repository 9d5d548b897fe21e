//! The best hits of a query, in an order that does not depend on how the index is cut into segments.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering as AtomicOrdering},
    },
};

use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::Column,
    query::{EnableScoring, Query, Weight},
};

use super::{
    Snapshot, Sort,
    collapse::{Hidden, Shown},
    pass::{self, Piece, among, heeds_among},
    recency::{self, Recency},
    statistics::Statistics,
    tally::{Counts, SegmentTally, Tally},
};
use crate::{deadline, error::Result};

/// A hit before its article is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked {
    /// What the order is by; greater is better.
    pub(super) key: Key,
    pub(super) score: Score,
    pub(super) address: DocAddress,
    /// What its age leaves of its score.
    fresh: f32,
}

impl Ranked {
    /// A hit in an order that no score is part of.
    pub(super) fn unscored(key: Key, address: DocAddress) -> Self {
        Self { key, score: 0.0, address, fresh: 1.0 }
    }

    /// The score with so much added, as much as its age leaves of it.
    pub(super) fn raised(&self, by: f32) -> Score {
        self.score + by * self.fresh
    }

    /// What was added to the score of an earlier state of this hit.
    pub(super) fn added_since(&self, before: &Self) -> Score {
        (self.score - before.score) / self.fresh
    }

    /// Adds to the score.
    pub(super) fn raise(&mut self, by: f32) {
        self.score = self.raised(by);
        self.key.by = f64::from(self.score);
    }
}

/// What hits are ordered by, best greatest: score or date, then the hash of the id, least first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Key {
    pub(super) by: f64,
    pub(super) tie: Reverse<u64>,
}

impl Key {
    pub(super) fn new(by: f64, tie: u64) -> Self {
        Self { by, tie: Reverse(tie) }
    }

    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        self.by.total_cmp(&other.by).then(self.tie.cmp(&other.tie))
    }
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key).then(other.address.cmp(&self.address))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The `count` best of all offered that come behind a place in the order.
pub(super) struct Best {
    count: usize,
    after: Option<Key>,
    heap: BinaryHeap<Reverse<Ranked>>,
}

impl Best {
    pub(super) fn new(count: usize, after: Option<Key>) -> Self {
        Self { count, after, heap: BinaryHeap::new() }
    }

    pub(super) fn offer(&mut self, ranked: Ranked) {
        if self.after.is_some_and(|after| ranked.key.cmp(&after).is_ge()) {
            return;
        }
        if self.heap.len() < self.count {
            self.heap.push(Reverse(ranked));
        } else if self.heap.peek().is_some_and(|worst| ranked > worst.0) {
            self.heap.pop();
            self.heap.push(Reverse(ranked));
        }
    }

    /// The worst that is still among the best, once there are enough.
    pub(super) fn worst(&self) -> Option<&Ranked> {
        if self.heap.len() < self.count { None } else { self.heap.peek().map(|worst| &worst.0) }
    }

    /// What is in the list, in no order; it is empty then.
    pub(super) fn take(&mut self) -> Vec<Ranked> {
        self.heap.drain().map(|Reverse(ranked)| ranked).collect()
    }
}

/// The best of what several threads offer: what one finds bounds what the others look at.
pub(super) struct SharedBest {
    best: Mutex<Best>,
    /// Bits of what the worst is ordered by that is still among the best; less than any until there are enough.
    worst: AtomicU64,
}

impl SharedBest {
    pub(super) fn new(wanted: &Wanted<'_>) -> Self {
        let worst = AtomicU64::new(f64::NEG_INFINITY.to_bits());
        Self { best: Mutex::new(Best::new(wanted.count, wanted.after)), worst }
    }

    /// What is ordered by less than this is not among the best.
    pub(super) fn worst(&self) -> f64 {
        f64::from_bits(self.worst.load(AtomicOrdering::Relaxed))
    }

    pub(super) fn offer(&self, ranked: Ranked) {
        let mut best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        best.offer(ranked);
        if let Some(worst) = best.worst() {
            self.worst.store(worst.key.by.to_bits(), AtomicOrdering::Relaxed);
        }
    }

    /// The best, best first.
    pub(super) fn into_sorted(self) -> Vec<Ranked> {
        let mut all = self.best.into_inner().unwrap_or_else(PoisonError::into_inner).take();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all
    }
}

/// Which documents of a segment are searched: not deleted, and no older versions unless they are asked for.
pub(super) struct Live<'a> {
    segment: &'a SegmentReader,
    superseded: Option<Column<u64>>,
}

impl<'a> Live<'a> {
    pub(super) fn of(segment: &'a SegmentReader, versions: bool) -> tantivy::Result<Self> {
        let column = segment.fast_fields().u64("superseded")?;
        let superseded = (!versions && column.max_value() > 0).then_some(column);
        Ok(Self { segment, superseded })
    }

    pub(super) fn has(&self, doc: DocId) -> bool {
        deadline::check();
        self.segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
            && self.superseded.as_ref().is_none_or(|column| column.first(doc) != Some(1))
    }

    /// Whether every document is live, so that counting needs no look at each.
    pub(super) fn all(&self) -> bool {
        self.segment.alive_bitset().is_none() && self.superseded.is_none()
    }
}

/// Which of a query's documents are wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) sort: Sort,
    pub(super) count: usize,
    /// Only what comes behind this in the order.
    pub(super) after: Option<Key>,
    pub(super) hidden: Option<&'a Hidden>,
    /// Whether age takes from scores.
    pub(super) recency: Option<Recency>,
    /// Most threads that look; see [`pass::over`].
    pub(super) threads: usize,
}

impl Wanted<'_> {
    /// The first of all, in an order.
    pub(super) fn first(sort: Sort, count: usize) -> Self {
        Self { sort, count, after: None, hidden: None, recency: None, threads: 0 }
    }
}

/// The best by a number of their own: date, length, hash.
struct Top<'a> {
    sort: Sort,
    /// One list for all segments, so that what is in one of them bounds what is looked at in the next.
    best: Mutex<Best>,
    hidden: Option<&'a Hidden>,
    /// Whether older versions count as well.
    versions: bool,
}

/// Documents that are counted together.
const COUNTED_TOGETHER: usize = 64;

impl<'a> Top<'a> {
    fn new(wanted: &Wanted<'a>, versions: bool) -> Self {
        let Wanted { sort, count, after, hidden, .. } = *wanted;
        Self { sort, best: Mutex::new(Best::new(count, after)), hidden, versions }
    }

    fn best(&self) -> MutexGuard<'_, Best> {
        self.best.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Collector for Top<'_> {
    type Fruit = Vec<Ranked>;
    type Child = Never<()>;

    fn for_segment(&self, _ord: SegmentOrdinal, _segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        unreachable!("collect_segment does the whole work")
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, _: Vec<()>) -> tantivy::Result<Vec<Ranked>> {
        let mut all = self.best().take();
        all.sort_unstable_by(|a, b| b.cmp(a));
        Ok(all)
    }

    fn collect_segment(&self, weight: &dyn Weight, ord: u32, segment: &SegmentReader) -> tantivy::Result<()> {
        match self.sort {
            Sort::Relevance => unreachable!("scores are `BestByScore`'s"),
            Sort::Newest => self.by_number(weight, ord, segment, 1.0),
            Sort::Oldest => self.by_number(weight, ord, segment, -1.0),
            Sort::Longest => self.by_number(weight, ord, segment, 1.0),
            Sort::Shortest => self.by_number(weight, ord, segment, -1.0),
            Sort::Sample => self.by_number(weight, ord, segment, 0.0),
        }
    }
}

impl Top<'_> {
    /// Greatest `sign` times date or length first; what has none comes last.
    fn by_number(&self, weight: &dyn Weight, ord: u32, segment: &SegmentReader, sign: f64) -> tantivy::Result<()> {
        let live = Shown::of(Live::of(segment, self.versions)?, self.hidden, ord);
        let ties = segment.fast_fields().u64("tie")?;
        let (dates, lengths) = match self.sort {
            Sort::Longest | Sort::Shortest => (None, Some(segment.fast_fields().u64("words")?)),
            Sort::Sample => (None, None),
            _ => (Some(segment.fast_fields().i64("published")?), None),
        };
        let number = |doc| {
            let date = dates.as_ref().and_then(|dates| dates.first(doc)).map(|seconds| seconds as f64);
            date.or_else(|| lengths.as_ref().and_then(|lengths| lengths.first(doc)).map(|words| words as f64))
        };
        let mut best = self.best();
        weight.for_each_no_score(segment, &mut |docs| {
            for &doc in docs.iter().filter(|&&doc| live.has(doc)) {
                let by = number(doc).map_or(f64::NEG_INFINITY, |number| sign * number);
                if best.worst().is_some_and(|worst| by < worst.key.by) {
                    continue;
                }
                let key = Key::new(by, ties.first(doc).unwrap_or(0));
                best.offer(Ranked::unscored(key, DocAddress::new(ord, doc)));
            }
        })
    }
}

/// The best by score, looked for by several threads at a time.
struct BestByScore<'a> {
    best: SharedBest,
    hidden: Option<&'a Hidden>,
    recency: Option<Recency>,
}

impl<'a> BestByScore<'a> {
    fn new(wanted: &Wanted<'a>) -> Self {
        Self { best: SharedBest::new(wanted), hidden: wanted.hidden, recency: wanted.recency }
    }

    /// The worst score that is still among the best; [`Score::MIN`] until there are enough.
    fn worst(&self) -> Score {
        // What is ordered by is a score here, and stays as it is; -∞ becomes the least number.
        (self.best.worst() as Score).max(Score::MIN)
    }

    /// What a score must exceed to be looked at. What scores like the worst hit may still come before it by its tie, so
    /// only less is passed over. Age never adds to a score, so this is a bound for what age has not looked at, too.
    fn threshold(&self) -> Score {
        match self.worst() {
            Score::MIN => Score::MIN,
            worst => worst.next_down(),
        }
    }

    fn offer(&self, columns: &Columns<'_>, address: DocAddress, score: Score) {
        let fresh = self.recency.map_or(1.0, |recency| recency::factor(recency, columns.dates.first(address.doc_id)));
        let score = score * fresh;
        if score < self.worst() {
            return;
        }
        let key = Key::new(f64::from(score), columns.ties.first(address.doc_id).unwrap_or(0));
        self.best.offer(Ranked { key, score, address, fresh });
    }

    /// Looks through a piece, leaving out what cannot be among the best.
    fn look(&self, weight: &dyn Weight, piece: &Piece, segment: &SegmentReader) -> tantivy::Result<()> {
        let columns = Columns::of(segment, self.hidden, piece.segment)?;
        among(piece.docs.clone(), || {
            weight.for_each_pruning(self.threshold(), segment, &mut |doc, score| {
                if columns.shown.has(doc) {
                    self.offer(&columns, DocAddress::new(piece.segment, doc), score);
                }
                // Others may have raised it meanwhile.
                self.threshold()
            })
        })
    }

    /// Looks through a piece and counts all in it.
    fn look_counting(
        &self,
        weight: &dyn Weight,
        piece: &Piece,
        segment: &SegmentReader,
        counting: &mut SegmentTally,
    ) -> tantivy::Result<()> {
        let columns = Columns::of(segment, self.hidden, piece.segment)?;
        let mut docs = Vec::with_capacity(COUNTED_TOGETHER);
        piece.each_score(weight, segment, |doc, score| {
            if columns.shown.has(doc) {
                self.offer(&columns, DocAddress::new(piece.segment, doc), score);
                docs.push(doc);
                if docs.len() == COUNTED_TOGETHER {
                    counting.count(&docs);
                    docs.clear();
                }
            }
        })?;
        counting.count(&docs);
        Ok(())
    }
}

/// What a thread needs that looks for the best by score.
struct LookByScore<'a> {
    best: &'a BestByScore<'a>,
    weight: &'a dyn Weight,
    segments: &'a [SegmentReader],
}

/// What is looked up of documents of a segment that may be among the best.
struct Columns<'a> {
    shown: Shown<'a>,
    ties: Column<u64>,
    dates: Column<i64>,
}

impl<'a> Columns<'a> {
    fn of(segment: &'a SegmentReader, hidden: Option<&'a Hidden>, ord: SegmentOrdinal) -> tantivy::Result<Self> {
        let shown = Shown::of(Live::of(segment, false)?, hidden, ord);
        let (ties, dates) = (segment.fast_fields().u64("tie")?, segment.fast_fields().i64("published")?);
        Ok(Self { shown, ties, dates })
    }
}

/// tantivy asks for a collector that is fed one document at a time; ours feed themselves.
pub(super) struct Never<F>(std::marker::PhantomData<fn() -> F>);

impl<F: Send + 'static> SegmentCollector for Never<F> {
    type Fruit = F;

    fn collect(&mut self, _doc: DocId, _score: Score) {}

    fn harvest(self) -> Self::Fruit {
        unreachable!("collect_segment does the whole work")
    }
}

impl Snapshot {
    /// The `count` best live documents of a query behind a place in the order, best first.
    pub(super) fn top(
        &self,
        query: &dyn Query,
        sort: Sort,
        count: usize,
        after: Option<Key>,
        statistics: &Statistics,
    ) -> Result<Vec<Ranked>> {
        self.top_of(query, &Wanted { after, ..Wanted::first(sort, count) }, statistics)
    }

    /// The best live documents of a query.
    pub(super) fn top_of(
        &self,
        query: &dyn Query,
        wanted: &Wanted<'_>,
        statistics: &Statistics,
    ) -> Result<Vec<Ranked>> {
        if let Some(found) = self.first_by_date(query, wanted)? {
            return Ok(found);
        }
        if wanted.sort != Sort::Relevance {
            return self.searcher.search(query, &Top::new(wanted, false)).map_err(|e| self.store.error(e));
        }
        let (best, _) = self.by_score(query, wanted, statistics, heeds_among(query), |look, pieces| {
            for piece in pieces {
                look.best.look(look.weight, &piece, &look.segments[piece.segment as usize])?;
            }
            Ok(())
        })?;
        Ok(best)
    }

    /// The best live documents of a query by their scores, and counts over all of them, in one pass. For queries whose
    /// documents take longer to find than to score.
    pub(super) fn top_with_counts(
        &self,
        query: &dyn Query,
        wanted: &Wanted<'_>,
        tally: &Tally,
        statistics: &Statistics,
    ) -> Result<(Vec<Ranked>, Counts)> {
        let (best, counted) = self.by_score(query, wanted, statistics, true, |look, pieces| {
            tally.over(look.segments, pieces, |piece, segment, counting| {
                look.best.look_counting(look.weight, piece, segment, counting)
            })
        })?;
        Ok((best, Counts::joined(tally, counted.concat())))
    }

    /// The best by score, as `work` of one or several threads looks through pieces, with what it makes of them in each.
    /// `cut` says that a segment may be several pieces.
    fn by_score<T: Send>(
        &self,
        query: &dyn Query,
        wanted: &Wanted<'_>,
        statistics: &Statistics,
        cut: bool,
        work: impl Fn(&LookByScore<'_>, &mut dyn Iterator<Item = Piece>) -> tantivy::Result<T> + Sync,
    ) -> Result<(Vec<Ranked>, Vec<T>)> {
        let look = || {
            let weight = query.weight(EnableScoring::enabled_from_statistics_provider(statistics, &self.searcher))?;
            let (segments, best) = (self.searcher.segment_readers(), BestByScore::new(wanted));
            let threads = statistics.threads(wanted.threads);
            let look = LookByScore { best: &best, weight: &*weight, segments };
            let made = pass::over(&pass::pieces(segments, cut && threads != 1), threads, |pieces| work(&look, pieces))?;
            Ok((best.best.into_sorted(), made))
        };
        look().map_err(|e| self.store.error(e))
    }

    /// The first document of a query, older versions among them.
    pub(super) fn any_version(&self, query: &dyn Query) -> Result<Option<Ranked>> {
        let top = Top::new(&Wanted::first(Sort::Newest, 1), true);
        let found = self.searcher.search(query, &top).map_err(|e| self.store.error(e))?;
        Ok(found.into_iter().next())
    }

    /// Documents of a query, older versions among them.
    pub(super) fn all_versions(&self, query: &dyn Query, count: usize) -> Result<Vec<Ranked>> {
        let top = Top::new(&Wanted::first(Sort::Newest, count), true);
        self.searcher.search(query, &top).map_err(|e| self.store.error(e))
    }

    /// Number of live documents that fit a query.
    pub(super) fn count(&self, query: &dyn Query) -> Result<u64> {
        Ok(self.tally(query, &Tally::default(), None, 1)?.total)
    }

    /// Number of live documents.
    #[cfg(feature = "ingest")]
    pub(crate) fn live_articles(&self) -> Result<u64> {
        self.count(&tantivy::query::AllQuery)
    }

    /// Calls `each` with every segment, its number and its live documents.
    pub(super) fn each_live(
        &self,
        mut each: impl FnMut(SegmentOrdinal, &SegmentReader, &mut dyn Iterator<Item = DocId>) -> Result<()>,
    ) -> Result<()> {
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let live = Live::of(segment, false).map_err(|e| self.store.error(e))?;
            each(ord, segment, &mut (0..segment.max_doc()).filter(|&doc| live.has(doc)))?;
        }
        Ok(())
    }
}
