//! The best hits of a query, in an order that does not depend on how the index is cut into segments.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::Column,
    query::{Query, Weight},
};

use super::{
    Snapshot, Sort,
    recency::{self, Recency},
};
use crate::error::Result;

/// A hit before its article is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked {
    /// What the order is by; greater is better.
    key: Key,
    pub(super) score: Score,
    pub(super) address: DocAddress,
    /// What its age leaves of its score.
    fresh: f32,
}

/// What hits are ordered by, best greatest: score or date, then the hash of the id, least first.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Key {
    by: f64,
    tie: Reverse<u64>,
}

impl Ranked {
    /// Adds to the score, as much as its age leaves of it.
    pub(super) fn raise(&mut self, by: f32) {
        self.score += by * self.fresh;
        self.key.by = f64::from(self.score);
    }
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        let keys = self.key.by.total_cmp(&other.key.by).then(self.key.tie.cmp(&other.key.tie));
        keys.then(other.address.cmp(&self.address))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The `count` best of all offered.
struct Best {
    count: usize,
    heap: BinaryHeap<Reverse<Ranked>>,
}

impl Best {
    fn new(count: usize) -> Self {
        Self { count, heap: BinaryHeap::new() }
    }

    fn offer(&mut self, ranked: Ranked) {
        if self.heap.len() < self.count {
            self.heap.push(Reverse(ranked));
        } else if self.heap.peek().is_some_and(|worst| ranked > worst.0) {
            self.heap.pop();
            self.heap.push(Reverse(ranked));
        }
    }

    /// The worst that is still among the best, once there are enough.
    fn worst(&self) -> Option<&Ranked> {
        if self.heap.len() < self.count { None } else { self.heap.peek().map(|worst| &worst.0) }
    }

    fn into_vec(self) -> Vec<Ranked> {
        self.heap.into_iter().map(|Reverse(ranked)| ranked).collect()
    }
}

/// Which documents of a segment are searched: not deleted, and no older versions unless they are asked for.
struct Live<'a> {
    segment: &'a SegmentReader,
    superseded: Option<Column<u64>>,
}

impl<'a> Live<'a> {
    fn of(segment: &'a SegmentReader, versions: bool) -> tantivy::Result<Self> {
        let column = segment.fast_fields().u64("superseded")?;
        let superseded = (!versions && column.max_value() > 0).then_some(column);
        Ok(Self { segment, superseded })
    }

    fn has(&self, doc: DocId) -> bool {
        self.segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
            && self.superseded.as_ref().is_none_or(|column| column.first(doc) != Some(1))
    }

    /// Whether every document is live, so that counting needs no look at each.
    fn all(&self) -> bool {
        self.segment.alive_bitset().is_none() && self.superseded.is_none()
    }
}

struct Top {
    sort: Sort,
    count: usize,
    /// Whether older versions count as well.
    versions: bool,
    /// Whether age takes from scores.
    recency: Option<Recency>,
}

impl Collector for Top {
    type Fruit = Vec<Ranked>;
    type Child = Never<Vec<Ranked>>;

    fn for_segment(&self, _ord: SegmentOrdinal, _segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        unreachable!("collect_segment does the whole work")
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Ranked>>) -> tantivy::Result<Vec<Ranked>> {
        let mut all: Vec<Ranked> = fruits.into_iter().flatten().collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.truncate(self.count);
        Ok(all)
    }

    fn collect_segment(&self, weight: &dyn Weight, ord: u32, segment: &SegmentReader) -> tantivy::Result<Vec<Ranked>> {
        match self.sort {
            Sort::Relevance => self.by_score(weight, ord, segment),
            Sort::Newest => self.by_date(weight, ord, segment, 1.0),
            Sort::Oldest => self.by_date(weight, ord, segment, -1.0),
        }
    }
}

impl Top {
    fn by_score(&self, weight: &dyn Weight, ord: u32, segment: &SegmentReader) -> tantivy::Result<Vec<Ranked>> {
        let live = Live::of(segment, self.versions)?;
        let ties = segment.fast_fields().u64("tie")?;
        let dates = segment.fast_fields().i64("published")?;
        let mut best = Best::new(self.count);
        // Age never adds to a score, so the worst score so far is a bound for what age has not looked at. What scores like the worst hit may still come before it by its tie, so only less is passed over.
        let threshold = |best: &Best| best.worst().map_or(Score::MIN, |worst| worst.score.next_down());
        weight.for_each_pruning(Score::MIN, segment, &mut |doc, score| {
            if live.has(doc) {
                let fresh = self.recency.map_or(1.0, |recency| recency::factor(recency, dates.first(doc)));
                let score = score * fresh;
                let key = Key { by: f64::from(score), tie: Reverse(ties.first(doc).unwrap_or(0)) };
                best.offer(Ranked { key, score, address: DocAddress::new(ord, doc), fresh });
            }
            threshold(&best)
        })?;
        Ok(best.into_vec())
    }

    /// Greatest `sign` times date first; what has no date comes last.
    fn by_date(
        &self,
        weight: &dyn Weight,
        ord: u32,
        segment: &SegmentReader,
        sign: f64,
    ) -> tantivy::Result<Vec<Ranked>> {
        let live = Live::of(segment, self.versions)?;
        let ties = segment.fast_fields().u64("tie")?;
        let dates = segment.fast_fields().i64("published")?;
        let mut best = Best::new(self.count);
        weight.for_each_no_score(segment, &mut |docs| {
            for &doc in docs.iter().filter(|&&doc| live.has(doc)) {
                let by = dates.first(doc).map_or(f64::NEG_INFINITY, |seconds| sign * seconds as f64);
                if best.worst().is_some_and(|worst| by < worst.key.by) {
                    continue;
                }
                let key = Key { by, tie: Reverse(ties.first(doc).unwrap_or(0)) };
                best.offer(Ranked { key, score: 0.0, address: DocAddress::new(ord, doc), fresh: 1.0 });
            }
        })?;
        Ok(best.into_vec())
    }
}

struct Counter;

impl Collector for Counter {
    type Fruit = u64;
    type Child = Never<u64>;

    fn for_segment(&self, _ord: SegmentOrdinal, _segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        unreachable!("collect_segment does the whole work")
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, counts: Vec<u64>) -> tantivy::Result<u64> {
        Ok(counts.into_iter().sum())
    }

    fn collect_segment(&self, weight: &dyn Weight, _ord: u32, segment: &SegmentReader) -> tantivy::Result<u64> {
        let live = Live::of(segment, false)?;
        if live.all() {
            return weight.count(segment).map(u64::from);
        }
        let mut count = 0;
        weight.for_each_no_score(segment, &mut |docs| {
            count += docs.iter().filter(|&&doc| live.has(doc)).count() as u64;
        })?;
        Ok(count)
    }
}

/// tantivy asks for a collector that is fed one document at a time; ours feed themselves.
struct Never<F>(std::marker::PhantomData<fn() -> F>);

impl<F: Send + 'static> SegmentCollector for Never<F> {
    type Fruit = F;

    fn collect(&mut self, _doc: DocId, _score: Score) {}

    fn harvest(self) -> Self::Fruit {
        unreachable!("collect_segment does the whole work")
    }
}

impl Snapshot {
    /// The `count` best live documents of a query, best first.
    pub(super) fn top(&self, query: &dyn Query, sort: Sort, count: usize) -> Result<Vec<Ranked>> {
        self.top_recent(query, sort, count, None)
    }

    /// The same, with scores that fall with age.
    pub(super) fn top_recent(
        &self,
        query: &dyn Query,
        sort: Sort,
        count: usize,
        recency: Option<Recency>,
    ) -> Result<Vec<Ranked>> {
        self.searcher.search(query, &Top { sort, count, versions: false, recency }).map_err(|e| self.store.error(e))
    }

    /// The first document of a query, older versions among them.
    pub(super) fn any_version(&self, query: &dyn Query) -> Result<Option<Ranked>> {
        let top = Top { sort: Sort::Relevance, count: 1, versions: true, recency: None };
        let found = self.searcher.search(query, &top).map_err(|e| self.store.error(e))?;
        Ok(found.into_iter().next())
    }

    /// Number of live documents that fit a query.
    pub(super) fn count(&self, query: &dyn Query) -> Result<u64> {
        self.searcher.search(query, &Counter).map_err(|e| self.store.error(e))
    }

    /// Number of live documents.
    #[cfg(feature = "ingest")]
    pub(crate) fn live_articles(&self) -> Result<u64> {
        self.count(&tantivy::query::AllQuery)
    }

    /// Calls `each` with the live documents of every segment.
    pub(super) fn each_live(
        &self,
        mut each: impl FnMut(&SegmentReader, &mut dyn Iterator<Item = DocId>) -> Result<()>,
    ) -> Result<()> {
        for segment in self.searcher.segment_readers() {
            let live = Live::of(segment, false).map_err(|e| self.store.error(e))?;
            each(segment, &mut (0..segment.max_doc()).filter(|&doc| live.has(doc)))?;
        }
        Ok(())
    }
}
