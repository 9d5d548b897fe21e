//! Comparing articles in full and joining copies to clusters.

use std::{borrow::Cow, cmp::Reverse};

use rustc_hash::FxHashMap;

use super::{Member, overlap::Overlap};
use crate::{error::Result, text::Shingles};

/// Most sets of shingles that one thread holds at a time.
pub(super) const SETS_HELD_MAX: usize = 10_000;

/// Sets of things that are joined two by two (union-find).
pub(super) struct Joined {
    parents: Vec<u32>,
}

impl Joined {
    pub(super) fn new(count: usize) -> Self {
        Self { parents: (0..count as u32).collect() }
    }

    /// The least of the set that a thing is in.
    pub(super) fn root(&mut self, mut thing: u32) -> u32 {
        while self.parents[thing as usize] != thing {
            let above = self.parents[self.parents[thing as usize] as usize];
            self.parents[thing as usize] = above;
            thing = above;
        }
        thing
    }

    /// Joins the sets of two things.
    pub(super) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.parents[one.max(other) as usize] = one.min(other);
    }
}

/// Articles that may be copies of each other and of no others: a share of the work.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Pairs to compare.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Pairs that are known to be in one cluster.
    pub(super) known: Vec<(u32, u32)>,
}

/// Parts pairs into groups that have no article in common. `articles` is the number of all.
pub(super) fn groups(articles: usize, pairs: &[(u32, u32)], known: &[(u32, u32)]) -> Vec<Group> {
    let mut joined = Joined::new(articles);
    pairs.iter().chain(known).for_each(|&(one, other)| joined.join(one, other));
    let mut numbers: FxHashMap<u32, usize> = FxHashMap::default();
    let mut groups: Vec<Group> = Vec::new();
    for &pair in pairs {
        let number = *numbers.entry(joined.root(pair.0)).or_insert(groups.len());
        if number == groups.len() {
            groups.push(Group::default());
        }
        groups[number].pairs.push(pair);
    }
    for &pair in known {
        // Clusters that no pair touches stay as they are.
        if let Some(&number) = numbers.get(&joined.root(pair.0)) {
            groups[number].known.push(pair);
        }
    }
    groups
}

/// What is asked about articles, by their places.
pub(super) trait Articles: Sync {
    /// What is compared of an article.
    fn shingles(&self, place: u32) -> Result<Cow<'_, Shingles>>;
    /// The day of publication, in days since 1970; `None` where it is unknown.
    fn day(&self, place: u32) -> Option<i64>;
    /// The hash of the id.
    fn tie(&self, place: u32) -> u64;
}

impl Group {
    /// The articles in it, each once, in order.
    pub(super) fn places(&self) -> Vec<u32> {
        let mut places: Vec<u32> = self.pairs.iter().chain(&self.known).flat_map(|&(a, b)| [a, b]).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Compares the pairs of a group and gives its clusters, each with the representative first.
///
/// Two that are joined already are not compared: it would change nothing.
pub(super) fn clusters(group: &Group, articles: &impl Articles) -> Result<Vec<Vec<Member>>> {
    let places = group.places();
    let local = |place: u32| places.binary_search(&place).map_or(0, |at| at as u32);
    let mut joined = Joined::new(places.len());
    group.known.iter().for_each(|&(one, other)| joined.join(local(one), local(other)));
    let mut sets = Sets { articles, held: FxHashMap::default() };
    for &(one, other) in &group.pairs {
        if joined.root(local(one)) != joined.root(local(other))
            && sets.overlap(one, other)?.is_copy(days_apart(articles, one, other))
        {
            joined.join(local(one), local(other));
        }
    }
    let mut lists: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (at, &place) in (0..).zip(&places) {
        lists.entry(joined.root(at)).or_default().push(place);
    }
    lists.into_values().filter(|list| list.len() > 1).map(|list| sets.members(&list)).collect()
}

/// Days between two articles, where both are dated.
fn days_apart(articles: &impl Articles, one: u32, other: u32) -> Option<u64> {
    Some(articles.day(one)?.abs_diff(articles.day(other)?))
}

struct Sets<'a, A> {
    articles: &'a A,
    held: FxHashMap<u32, Cow<'a, Shingles>>,
}

impl<A: Articles> Sets<'_, A> {
    fn hold(&mut self, place: u32) -> Result<()> {
        if !self.held.contains_key(&place) {
            self.held.insert(place, self.articles.shingles(place)?);
        }
        Ok(())
    }

    fn length(&mut self, place: u32) -> Result<usize> {
        self.hold(place)?;
        Ok(self.held[&place].runs.len())
    }

    fn overlap(&mut self, one: u32, other: u32) -> Result<Overlap> {
        if self.held.len() >= SETS_HELD_MAX {
            self.held.clear();
        }
        self.hold(one)?;
        self.hold(other)?;
        Ok(Overlap::of(&self.held[&one], &self.held[&other]))
    }

    /// The members of a cluster: the representative, then the others in the order of their places.
    ///
    /// The representative is of the earliest day known and the longest of that day: times within a day are often those
    /// of a feed or of a correction, and the shorter ones are the cut ones.
    fn members(&mut self, list: &[u32]) -> Result<Vec<Member>> {
        let mut best = None;
        for &place in list {
            let length = self.length(place)?;
            let key = (self.articles.day(place).unwrap_or(i64::MAX), Reverse(length), self.articles.tie(place));
            if best.is_none_or(|(least, _)| key < least) {
                best = Some((key, place));
            }
        }
        let representative = best.map_or(0, |(_, place)| place);
        let rest = list.iter().copied().filter(|&place| place != representative);
        let member = |place: u32| {
            let (shares, covers) = self.overlap(place, representative)?.hundredths();
            Ok(Member { tie: self.articles.tie(place), shares, covers })
        };
        std::iter::once(representative).chain(rest).map(member).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Articles that are ranges of words, on days.
    struct Ranges(Vec<(std::ops::Range<u64>, Option<i64>)>);

    impl Articles for Ranges {
        fn shingles(&self, place: u32) -> Result<Cow<'_, Shingles>> {
            Ok(Cow::Owned(Shingles { runs: self.0[place as usize].0.clone().collect(), numbers: Vec::new() }))
        }

        fn day(&self, place: u32) -> Option<i64> {
            self.0[place as usize].1
        }

        fn tie(&self, place: u32) -> u64 {
            u64::from(place) + 100
        }
    }

    fn check(articles: &Ranges, pairs: &[(u32, u32)], known: &[(u32, u32)], clusters: &[&[u64]]) {
        let mut found = Vec::new();
        for group in groups(articles.0.len(), pairs, known) {
            found.extend(super::clusters(&group, articles).unwrap());
        }
        let mut found: Vec<Vec<u64>> =
            found.iter().map(|list| list.iter().map(|member| member.tie).collect()).collect();
        found.sort();
        assert_eq!(found, clusters);
    }

    #[test]
    fn copies_are_joined_and_the_longest_of_the_first_day_stands_for_them() {
        let articles =
            Ranges(vec![(0..100, Some(5)), (0..200, Some(5)), (0..190, None), (500..600, Some(1)), (40..240, Some(6))]);
        let all = [(0, 1), (0, 2), (1, 2), (1, 3), (1, 4)];
        check(&articles, &all, &[], &[&[101, 100, 102, 104]]);
        check(&articles, &[(1, 3)], &[], &[]);
    }

    #[test]
    fn what_was_joined_before_stays_so_where_a_pair_touches_it() {
        let articles = Ranges(vec![(0..100, Some(5)), (0..100, Some(4)), (20..110, None), (300..400, None)]);
        check(&articles, &[(1, 2)], &[(0, 1)], &[&[101, 100, 102]]);
        check(&articles, &[(1, 3)], &[(0, 1)], &[&[101, 100]]);
        check(&articles, &[], &[(0, 1)], &[]);
    }
}
