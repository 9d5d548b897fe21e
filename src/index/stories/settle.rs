//! Bringing the stories up to date at the end of a run.

use std::collections::BTreeMap;

use tantivy::{DocAddress, Searcher, columnar::Column};
use xxhash_rust::xxh3::Xxh3;

use super::{
    BUCKET_DAYS, Bucket, NAME, STORY_GAP_DAYS_MAX, Stories, UNDATED,
    pass::{Pass, RECENT_MAX, Rareness, Signature},
};
use crate::{
    error::Result,
    index::{
        Store, Writer,
        copies::{self, Clusters},
        side::{self, SideFile},
    },
};

/// Buckets before its own that tell how rare a term is at an article's time.
const BUCKETS_BEFORE: i64 = 2;

impl Writer {
    /// Puts the articles to stories that were added since these were last made, and all that this may change. What it gives goes
    /// into the next commit. Copies must be settled.
    ///
    /// Cost: one pass over four columns of all articles; the signatures of those from the first changed bucket on.
    pub(in crate::index) fn find_stories(&self) -> Result<SideFile> {
        let folder = &self.store.path;
        let read = |file: &SideFile| side::read(folder, NAME, file, Stories::from_bytes).ok();
        let before = self.stories.as_ref().and_then(read).unwrap_or_default();
        let clusters = match &self.copies {
            Some(file) => copies::read(folder, file)?,
            None => Clusters::default(),
        };
        let searcher = self.store.searcher()?;
        let stories = Live::of(&self.store, &searcher, &clusters)?.grown(&before);
        side::write(folder, NAME, self.stories.as_ref(), &stories.to_bytes())
    }

    /// Whether the stories that the last commit names can be read.
    pub(in crate::index) fn has_stories(&self) -> bool {
        let read = |file: &SideFile| side::read(&self.store.path, NAME, file, Stories::from_bytes).is_ok();
        self.stories.as_ref().is_some_and(read)
    }
}

/// An article that is put to a story.
struct Unit {
    /// Day of publication, in days since 1970; [`UNDATED`] where that is unknown.
    day: i64,
    tie: u64,
    content: u64,
    address: DocAddress,
}

impl Unit {
    fn bucket(&self) -> i64 {
        if self.day == UNDATED { UNDATED } else { self.day.div_euclid(BUCKET_DAYS) }
    }
}

/// All articles that are put to stories, by day and tie, and their signatures by segment.
struct Live {
    units: Vec<Unit>,
    signatures: Vec<Option<Column<u64>>>,
}

impl Live {
    fn of(store: &Store, searcher: &Searcher, clusters: &Clusters) -> Result<Self> {
        let mut live = Self { units: Vec::new(), signatures: Vec::new() };
        let failed = |e| store.error(e);
        for (ord, segment) in (0..).zip(searcher.segment_readers()) {
            let columns = segment.fast_fields();
            let (ties, marks) = (columns.u64("tie").map_err(failed)?, columns.u64("superseded").map_err(failed)?);
            let contents = columns.u64("content").map_err(failed)?;
            let (days, last_days) = (columns.i64("day").map_err(failed)?, columns.i64("last_day").map_err(failed)?);
            for doc in segment.doc_ids_alive().filter(|&doc| marks.first(doc) != Some(1)) {
                let tie = ties.first(doc).unwrap_or(0);
                if clusters.of(tie).is_some_and(|cluster| cluster.representative() != tie) {
                    continue;
                }
                let is_exact =
                    |day: &i64| last_days.first(doc).is_none_or(|last| last.saturating_sub(*day) <= STORY_GAP_DAYS_MAX);
                let day = days.first(doc).filter(is_exact).unwrap_or(UNDATED);
                let content = contents.first(doc).unwrap_or(0);
                live.units.push(Unit { day, tie, content, address: DocAddress::new(ord, doc) });
            }
            live.signatures.push(columns.column_opt("signature").map_err(failed)?);
        }
        live.units.sort_unstable_by_key(|unit| (unit.day, unit.tie, unit.address));
        live.units.dedup_by_key(|unit| (unit.day, unit.tie));
        Ok(live)
    }

    fn buckets(&self) -> Vec<Bucket> {
        let bucket = |units: &[Unit]| {
            let mut hash = Xxh3::new();
            for unit in units {
                hash.update(&unit.day.to_le_bytes());
                hash.update(&unit.tie.to_le_bytes());
                hash.update(&unit.content.to_le_bytes());
            }
            Bucket { number: units[0].bucket(), articles: units.len() as u32, hash: hash.digest() }
        };
        self.units.chunk_by(|a, b| a.bucket() == b.bucket()).map(bucket).collect()
    }

    fn signature(&self, place: usize) -> Signature {
        let address = self.units[place].address;
        let column = self.signatures[address.segment_ord as usize].as_ref();
        let numbers = column.into_iter().flat_map(|column| column.values_for_doc(address.doc_id));
        Signature::of(numbers.map(|number| number as u32))
    }

    /// The stories of these articles; `before` are those of an earlier run.
    fn grown(&self, before: &Stories) -> Stories {
        let ties = self.units.iter().map(|unit| unit.tie).collect();
        let mut grown = Stories { ties, firsts: Vec::with_capacity(self.units.len()), buckets: self.buckets() };
        let changes = Changes::between(&before.buckets, &grown.buckets);
        let mut at = changes.same;
        let start: usize = articles(&grown.buckets[..at]);
        grown.firsts.extend_from_slice(&before.firsts[..start]);
        let mut pass = self.pass_at(&grown, at);
        // The comparison of states looks back over all articles, so it is made ever more seldom.
        let (mut next_look, mut step) = (at, 1);
        while at < grown.buckets.len() {
            if changes.is_past(&grown.buckets, at) && at >= next_look {
                if self.take_over(&mut grown, before, &changes, at) {
                    break;
                }
                (next_look, step) = (at + step, step * 2);
            }
            pass.begin(self.rareness(&grown.buckets, at));
            let start = grown.firsts.len();
            for place in start..start + grown.buckets[at].articles as usize {
                let first = pass.put(place as u32, self.units[place].day, self.signature(place));
                grown.firsts.push(first);
            }
            at += 1;
        }
        grown
    }

    /// How rare terms are at the time of a bucket.
    fn rareness(&self, buckets: &[Bucket], at: usize) -> Rareness {
        let mut rareness = Rareness::default();
        let number = buckets[at].number;
        let mut end = articles(&buckets[..=at]);
        for bucket in buckets[..=at].iter().rev() {
            // Articles without a date are their own time.
            let is_near = bucket.number == number || (number != UNDATED && bucket.number >= number - BUCKETS_BEFORE);
            if !is_near {
                break;
            }
            let start = end - bucket.articles as usize;
            (start..end).for_each(|place| rareness.add(&self.signature(place)));
            end = start;
        }
        rareness
    }

    /// The first of the articles before a bucket that are near enough to it for their stories to be open.
    fn open_from(&self, buckets: &[Bucket], at: usize) -> usize {
        let end = articles(&buckets[..at]);
        match buckets.get(at) {
            Some(bucket) if bucket.number != UNDATED => {
                let day = bucket.number.saturating_mul(BUCKET_DAYS).saturating_sub(STORY_GAP_DAYS_MAX);
                self.units[..end].partition_point(|unit| unit.day < day)
            }
            _ => end,
        }
    }

    /// The pass as it stood before a bucket.
    fn pass_at(&self, stories: &Stories, at: usize) -> Pass {
        let mut pass = Pass::default();
        for open in latest(&stories.firsts, self.open_from(&stories.buckets, at)) {
            let signatures = open.places.into_iter().map(|place| (self.units[place].day, self.signature(place)));
            let signatures: Vec<_> = signatures.filter(|(_, signature)| *signature != Signature::default()).collect();
            if !signatures.is_empty() {
                pass.reopen(open.first, signatures.into_iter());
            }
        }
        pass
    }

    /// Takes the rest of the stories from before where those that are open before a bucket are the same as they were: with
    /// the same latest articles, none of them in a bucket that has changed.
    fn take_over(&self, grown: &mut Stories, before: &Stories, changes: &Changes, at: usize) -> bool {
        let (end, rest) = (grown.firsts.len(), self.units.len() - grown.firsts.len());
        let end_before = before.ties.len() - rest;
        let from = self.open_from(&grown.buckets, at);
        let Some(from_before) = (from + end_before).checked_sub(end) else { return false };
        let now = latest(&grown.firsts, from);
        let then = latest(&before.firsts[..end_before], from_before);
        let (same, changed_end) = changes.unchanged(&grown.buckets);
        let is_as_it_was = |open: &Latest| open.places.iter().all(|&place| place < same || place >= changed_end);
        let ties = |stories: &Stories, open: &Latest| -> Vec<u64> {
            let latest = open.places.iter().map(|&place| stories.ties[place]);
            std::iter::once(stories.ties[open.first as usize]).chain(latest).collect()
        };
        let is_same = |(one, other): (&Latest, &Latest)| is_as_it_was(one) && ties(grown, one) == ties(before, other);
        if now.len() != then.len() || !now.iter().zip(&then).all(is_same) {
            return false;
        }
        for &first in &before.firsts[end_before..] {
            let first = match (first as usize).checked_sub(end_before) {
                Some(behind) => (end + behind) as u32,
                // Only an open story can have an article in the rest.
                None => match then.binary_search_by_key(&first, |open| open.first) {
                    Ok(place) => now[place].first,
                    Err(_) => {
                        grown.firsts.truncate(end);
                        return false;
                    }
                },
            };
            grown.firsts.push(first);
        }
        true
    }
}

fn articles(buckets: &[Bucket]) -> usize {
    buckets.iter().map(|bucket| bucket.articles as usize).sum()
}

/// A story with the places of its latest articles, the oldest first.
struct Latest {
    first: u32,
    places: Vec<usize>,
}

/// The stories that have an article from a place on, by their first.
fn latest(firsts: &[u32], from: usize) -> Vec<Latest> {
    let mut open: BTreeMap<u32, Vec<usize>> = firsts[from..].iter().map(|&first| (first, Vec::new())).collect();
    let start = open.keys().next().map_or(firsts.len(), |&first| first as usize);
    for place in (start..firsts.len()).rev() {
        if let Some(places) = open.get_mut(&firsts[place]).filter(|places| places.len() < RECENT_MAX) {
            places.push(place);
        }
    }
    open.values_mut().for_each(|places| places.reverse());
    open.into_iter().map(|(first, places)| Latest { first, places }).collect()
}

/// What is different between the buckets of two runs.
struct Changes {
    /// Buckets at the beginning that are the same.
    same: usize,
    /// Buckets at the end that are the same, of those behind.
    same_at_end: usize,
    /// Number of the last bucket that is not.
    last: i64,
}

impl Changes {
    fn between(before: &[Bucket], now: &[Bucket]) -> Self {
        let same = before.iter().zip(now).take_while(|(a, b)| a == b).count();
        let (before, now) = (&before[same..], &now[same..]);
        let same_at_end = before.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| a == b).count();
        let changed = |buckets: &[Bucket]| buckets[..buckets.len() - same_at_end].last().map(|bucket| bucket.number);
        Self { same, same_at_end, last: changed(before).max(changed(now)).unwrap_or(i64::MIN) }
    }

    /// Places up to which, and from which on, the articles are in buckets that are as they were.
    fn unchanged(&self, buckets: &[Bucket]) -> (usize, usize) {
        (articles(&buckets[..self.same]), articles(&buckets[..buckets.len() - self.same_at_end]))
    }

    /// Whether from a bucket on all articles are as they were, and how rare their terms are as well.
    fn is_past(&self, buckets: &[Bucket], at: usize) -> bool {
        let number = buckets[at].number;
        at >= buckets.len() - self.same_at_end && (number == UNDATED || number - BUCKETS_BEFORE > self.last)
    }
}
