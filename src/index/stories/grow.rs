//! Growing the stories of a run before to those of the articles that are there now.

use std::collections::{BTreeMap, VecDeque};

use xxhash_rust::xxh3::Xxh3;

use super::{
    BUCKET_DAYS, Bucket, STORY_GAP_DAYS_MAX, Stories, UNDATED,
    pass::{Counts, Pass, RECENT_MAX, Signature},
};

/// Buckets before its own that tell how rare a term is at an article's time.
const BUCKETS_BEFORE: i64 = 2;

/// An article that is put to a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Day of publication, in days since 1970; [`UNDATED`] where that is unknown.
    pub(super) day: i64,
    /// Hash of its id.
    pub(super) tie: u64,
    /// Hash of all that is kept of it.
    pub(super) content: u64,
}

impl Unit {
    fn bucket(&self) -> i64 {
        if self.day == UNDATED { UNDATED } else { self.day.div_euclid(BUCKET_DAYS) }
    }
}

/// The articles to put to stories, by day and tie, and what gives the signature of each.
pub(super) struct Growth<'a, S> {
    pub(super) units: &'a [Unit],
    pub(super) signature: S,
}

impl<S: Fn(usize) -> Signature> Growth<'_, S> {
    /// The stories of these articles; `before` are those of an earlier run.
    pub(super) fn grown(&self, before: &Stories) -> Stories {
        let ties = self.units.iter().map(|unit| unit.tie).collect();
        let mut grown = Stories { ties, firsts: Vec::with_capacity(self.units.len()), buckets: self.buckets() };
        let changes = Changes::between(&before.buckets, &grown.buckets);
        let mut at = changes.same;
        let start: usize = articles(&grown.buckets[..at]);
        grown.firsts.extend_from_slice(&before.firsts[..start]);
        let mut pass = self.pass_at(&grown, at);
        let mut counted = VecDeque::new();
        // The comparison of states looks back over all articles, so it is made ever more seldom.
        let (mut next_look, mut step) = (at, 1);
        while at < grown.buckets.len() {
            if changes.is_past(&grown.buckets, at) && at >= next_look {
                if self.take_over(&mut grown, before, &changes, at) {
                    break;
                }
                (next_look, step) = (at + step, step * 2);
            }
            self.count(&grown.buckets, at, &mut counted);
            pass.begin(counted.iter().map(|(_, counts)| counts));
            let start = grown.firsts.len();
            for place in start..start + grown.buckets[at].articles as usize {
                let first = pass.put(place as u32, self.units[place].day, (self.signature)(place));
                grown.firsts.push(first);
            }
            at += 1;
        }
        grown
    }

    /// Counts the terms of a bucket, and of those before it that tell how rare a term is at its time; what was counted
    /// already is kept as far as it is one of them.
    fn count(&self, buckets: &[Bucket], at: usize, counted: &mut VecDeque<(i64, Counts)>) {
        let number = buckets[at].number;
        // Articles without a date are their own time.
        let is_near = |other: i64| other == number || (number != UNDATED && other >= number - BUCKETS_BEFORE);
        counted.retain(|(other, _)| is_near(*other));
        let near = buckets[..=at].iter().rev().take_while(|bucket| is_near(bucket.number)).count();
        for at in at + 1 - near..=at {
            let bucket = buckets[at];
            if counted.iter().any(|(other, _)| *other == bucket.number) {
                continue;
            }
            let start = articles(&buckets[..at]);
            let mut counts = Counts::default();
            (start..start + bucket.articles as usize).for_each(|place| counts.add(&(self.signature)(place)));
            counted.push_back((bucket.number, counts));
        }
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
            let signatures = open.places.into_iter().map(|place| (self.units[place].day, (self.signature)(place)));
            let signatures: Vec<_> = signatures.filter(|(_, signature)| *signature != Signature::default()).collect();
            if !signatures.is_empty() {
                pass.reopen(open.first, signatures.into_iter());
            }
        }
        pass
    }

    /// Takes the rest of the stories from before where those that are open before a bucket are the same as they were:
    /// with the same latest articles, none of them in a bucket that has changed.
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A world of articles about some events, made by chance.
    struct World {
        state: u64,
        days: u64,
        events: u64,
        articles: Vec<(Unit, u32)>,
    }

    impl World {
        fn chance(&mut self, below: u64) -> u64 {
            self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.state >> 33) % below
        }

        /// An article of one of a few events, on one of some days.
        fn add(&mut self) {
            let day = if self.chance(20) == 0 { UNDATED } else { self.chance(self.days) as i64 - 100 };
            let (tie, event) = (self.chance(1 << 30), self.chance(self.events) as u32);
            // Events move on: articles far apart in time share little.
            let drift = if day == UNDATED { 0 } else { (day + 100) as u32 / 9 };
            let from = event * 1_000 + drift + self.chance(12) as u32;
            self.articles.push((Unit { day, tie, content: u64::from(from) }, from));
        }

        /// Adds, removes and changes some articles.
        fn change(&mut self) {
            for _ in 0..self.chance(4) {
                let at = self.chance(self.articles.len() as u64) as usize;
                match self.chance(3) {
                    0 => {
                        self.articles.swap_remove(at);
                    }
                    1 => {
                        let by = self.chance(12) as u32;
                        let (unit, from) = &mut self.articles[at];
                        *from += by;
                        unit.content = u64::from(*from);
                    }
                    _ => self.add(),
                }
            }
        }

        /// The stories of the world, and how many signatures were read for them.
        fn grown(&self, before: &Stories) -> (Stories, usize) {
            let mut articles = self.articles.clone();
            articles.sort_unstable_by_key(|(unit, _)| (unit.day, unit.tie));
            articles.dedup_by_key(|(unit, _)| (unit.day, unit.tie));
            let units: Vec<Unit> = articles.iter().map(|(unit, _)| *unit).collect();
            let read = Cell::new(0);
            let signature = |place: usize| {
                read.set(read.get() + 1);
                let from = articles[place].1;
                Signature::of((from..from + 10).map(|hash| hash << 6 | 8))
            };
            let grown = Growth { units: &units, signature }.grown(before);
            (grown, read.get())
        }
    }

    #[test]
    fn many_runs_give_the_stories_of_one() {
        let (mut told, mut cheaper) = (0, 0);
        for seed in 0..60 {
            // Dense and sparse worlds: stories that end soon, and stories that hold articles of many buckets.
            let (days, events) = [(200, 12), (600, 3), (1_200, 2), (3_000, 12)][seed as usize % 4];
            let mut world = World { state: seed, days, events, articles: Vec::new() };
            (0..150).for_each(|_| world.add());
            let mut before = Stories::default();
            for run in 0..12 {
                let (grown, read) = world.grown(&before);
                let (fresh, read_anew) = world.grown(&Stories::default());
                assert_eq!(grown, fresh, "seed {seed}, run {run}");
                cheaper += usize::from(read < read_anew);
                told += grown.firsts.iter().enumerate().filter(|(at, first)| **first as usize != *at).count();
                before = grown;
                world.change();
            }
        }
        assert!(told > 10_000 && cheaper > 100, "{told} articles joined a story; {cheaper} runs were cheaper");
    }

    #[test]
    fn what_an_early_change_does_to_a_long_story_is_followed_to_its_end() {
        // Among these worlds are some in which a shorter look at the state before a bucket would not do.
        for seed in (0..200).chain(2_200..2_300) {
            let mut world = World { state: seed, days: 500, events: 1, articles: Vec::new() };
            (0..60).for_each(|_| world.add());
            let (before, _) = world.grown(&Stories::default());
            let early = world.articles.iter_mut().filter(|(unit, _)| unit.day < -60);
            for (unit, from) in early.take(2) {
                *from += 3;
                unit.content = u64::from(*from);
            }
            let (grown, _) = world.grown(&before);
            assert_eq!(grown, world.grown(&Stories::default()).0, "seed {seed}");
        }
    }

    #[test]
    fn a_new_day_costs_its_own_time_and_an_old_one_until_its_stories_have_ended() {
        let mut world = World { state: 7, days: 3_000, events: 12, articles: Vec::new() };
        (0..20_000).for_each(|_| world.add());
        let (before, all) = world.grown(&Stories::default());
        let late = Unit { day: 2_900, tie: 1, content: 2 };
        world.articles.push((late, 3));
        let (_, read) = world.grown(&before);
        assert!(read * 20 < all, "{read} of {all} signatures were read for a new day");
        world.articles.pop();
        world.articles.push((Unit { day: 500, ..late }, 900_000));
        let (grown, read) = world.grown(&before);
        assert_eq!(grown, world.grown(&Stories::default()).0);
        assert!(read * 3 < all, "{read} of {all} signatures were read for a day of long ago");
    }
}
