//! Whether two stories are copies of each other.

use crate::text::{Shingles, shared};

/// Fewest shingles of a story that can be a copy: with less, nearly all that two share may be a form of words.
pub(in crate::index) const STORY_SHINGLES_MIN: usize = 24;

/// How much two stories have in common, in runs of words and in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap {
    one: usize,
    other: usize,
    shared: usize,
    /// Numbers of the shorter story, and how many of them stand in the longer one.
    numbers: usize,
    numbers_shared: usize,
}

impl Overlap {
    /// Compares two stories.
    pub(super) fn of(one: &Shingles, other: &Shingles) -> Self {
        let shorter = if one.runs.len() <= other.runs.len() { one } else { other };
        Self {
            one: one.runs.len(),
            other: other.runs.len(),
            shared: shared(&one.runs, &other.runs),
            numbers: shorter.numbers.len(),
            numbers_shared: shared(&one.numbers, &other.numbers),
        }
    }

    /// Whether one story is a copy of the other. The measure is containment (Broder 1997), the shared part of the
    /// shorter one: a copy cut from the end has little resemblance left, but is contained whole.
    ///
    /// Half of the shorter one is to be shared, of a short one more, and a fifth of the longer one: a digest that holds
    /// many briefs is no copy of any. Where the words are shared but most numbers are others, it is the same form
    /// filled in anew (a market report, a weekly table), and no copy; of a short one most numbers are to be the same,
    /// however few there are. Wire copy runs within days: what resembles an article of another fortnight is mostly a
    /// standing form too, and only a copy where nearly all of it is shared. `tests/copies.rs` measures the thresholds.
    ///
    /// `days_apart` are the days between the publications, where both are known.
    pub(super) fn is_copy(self, days_apart: Option<u64>) -> bool {
        const SHORT_SHINGLES: usize = 60;
        const SHARE_MIN: f64 = 0.5;
        const SHARE_OF_SHORT_MIN: f64 = 0.8;
        const FAR_DAYS: u64 = 14;
        const SHARE_OF_FAR_MIN: f64 = 0.9;
        const SHARE_OF_LONGER_MIN: f64 = 0.2;
        const SHARE_OF_NUMBERS_MIN: f64 = 0.5;
        const SHARE_OF_NUMBERS_OF_SHORT_MIN: f64 = 0.66;
        const NUMBERS_MIN: usize = 4;
        let (shorter, longer) = (self.one.min(self.other), self.one.max(self.other));
        let (share_min, numbers_min, numbers_share_min) = if shorter < SHORT_SHINGLES {
            (SHARE_OF_SHORT_MIN, 1, SHARE_OF_NUMBERS_OF_SHORT_MIN)
        } else {
            (SHARE_MIN, NUMBERS_MIN, SHARE_OF_NUMBERS_MIN)
        };
        let is_far = days_apart.is_some_and(|days| days > FAR_DAYS);
        let share_min = if is_far { SHARE_OF_FAR_MIN } else { share_min };
        let shared = self.shared as f64;
        shorter >= STORY_SHINGLES_MIN
            && shared >= share_min * shorter as f64
            && shared >= SHARE_OF_LONGER_MIN * longer as f64
            && (self.numbers < numbers_min || self.numbers_shared as f64 >= numbers_share_min * self.numbers as f64)
    }

    /// Hundredths of the first story, and of the second, that stand in the other.
    pub(super) fn hundredths(self) -> (u8, u8) {
        let of = |whole: usize| ((200 * self.shared + whole) / (2 * whole).max(1)).min(100) as u8;
        (of(self.one), of(self.other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_story_is_a_copy_and_a_brief_in_a_digest_is_none() {
        let overlap = |one, other, shared| Overlap { one, other, shared, numbers: 0, numbers_shared: 0 };
        let is_copy = |one, other, shared| overlap(one, other, shared).is_copy(None);
        assert!(is_copy(300, 90, 88), "cut from the end");
        assert!(is_copy(300, 320, 180), "rewritten in places");
        assert!(!is_copy(300, 320, 100), "a third in common: the background of a story");
        assert!(!is_copy(40, 400, 40), "one of many briefs");
        assert!(!is_copy(10, 10, 10), "too short to tell");
        assert!(!is_copy(30, 30, 22) && is_copy(30, 30, 24), "of a short text more is asked");
        assert_eq!(overlap(200, 60, 60).hundredths(), (30, 100));
        let filled_in = |numbers_shared| Overlap { numbers: 12, numbers_shared, ..overlap(100, 110, 60) };
        assert!(!filled_in(3).is_copy(None) && filled_in(8).is_copy(None), "a form that is filled in anew");
        let months_apart = |shared| overlap(300, 200, shared).is_copy(Some(60));
        assert!(!months_apart(150) && months_apart(190), "after weeks nearly all is to be shared");
    }
}
