//! Which articles are worth comparing: those whose sketches share numbers.

/// Numbers that two sketches must share. One or two are often common turns of phrase.
const SHARED_MIN: u32 = 3;

/// Articles that share a number are paired each with each, up to so many.
const LIST_WHOLE_MAX: usize = 32;

/// In a longer list each is paired with so many behind it, so that the work stays linear: copies of one story stand
/// side by side in all of its lists and are joined one by one. Where lists are that long, an edge may depend on when
/// its articles came.
const NEIGHBOURS: usize = 8;

/// Counters of pairs for each number of a sketch. Of generated articles two numbers bring four pairs.
const COUNTERS_A_NUMBER: usize = 4;

/// Numbers of sketches that are looked at in one go: 16 MiB.
const NUMBERS_HELD_MAX: usize = 1 << 21;

/// A share of all numbers, of which all sketches are looked through together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    number: u64,
    of: u64,
}

impl Share {
    /// The shares in which so many numbers are looked at.
    pub(super) fn all(numbers: usize) -> impl Iterator<Item = Self> {
        let of = numbers.div_ceil(NUMBERS_HELD_MAX).max(1) as u64;
        (0..of).map(move |number| Self { number, of })
    }

    pub(super) fn has(self, hash: u32) -> bool {
        (u64::from(hash) * self.of) >> 32 == self.number
    }
}

/// Numbers of the sketches of articles that have changed, for a quick look at all others.
pub(super) struct Wanted {
    hashes: rustc_hash::FxHashSet<u32>,
    /// A bit for each value of the lower bits of a number: nearly all that are not wanted are told by it.
    bits: Vec<u64>,
}

const FILTER_BITS: u32 = 22;

impl Wanted {
    pub(super) fn new(hashes: impl Iterator<Item = u32>) -> Self {
        let hashes: rustc_hash::FxHashSet<u32> = hashes.collect();
        let mut bits = vec![0; 1 << (FILTER_BITS - 6)];
        for hash in &hashes {
            let (word, bit) = place(*hash);
            bits[word] |= bit;
        }
        Self { hashes, bits }
    }

    pub(super) fn has(&self, hash: u32) -> bool {
        let (word, bit) = place(hash);
        self.bits[word] & bit != 0 && self.hashes.contains(&hash)
    }
}

fn place(hash: u32) -> (usize, u64) {
    let low = hash & ((1 << FILTER_BITS) - 1);
    ((low >> 6) as usize, 1 << (low & 63))
}

/// A number of a sketch and the article that it is of, by its place; sorted, they are the lists.
pub(super) fn entry(hash: u32, place: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(place)
}

/// Finds pairs of articles that share numbers. All numbers are looked through twice, a [`Share`] at a time: first to
/// count how often each pair comes, in counters that others may share, then to keep those pairs that may come often
/// enough. Nearly all pairs share one number by chance, and are not kept.
pub(super) struct Pairs<'a> {
    changed: &'a [bool],
    counters: Counters,
    kept: Vec<u64>,
}

impl<'a> Pairs<'a> {
    /// `changed` says of each article whether it is new or has changed: one of each pair is. `numbers` is how many
    /// entries there are, about.
    pub(super) fn new(changed: &'a [bool], numbers: usize) -> Self {
        Self { changed, counters: Counters::new(numbers), kept: Vec::new() }
    }

    /// Counts the pairs of some numbers, given all entries of these, sorted.
    pub(super) fn count(&mut self, entries: &[u64]) {
        each_pair(entries, self.changed, |pair| self.counters.add(pair));
    }

    /// Keeps of the same pairs those that may share enough. All are to be counted before.
    pub(super) fn keep(&mut self, entries: &[u64]) {
        each_pair(entries, self.changed, |pair| {
            if self.counters.may_be_enough(pair) {
                self.kept.push(pair);
            }
        });
    }

    /// The pairs that share enough numbers; in order, the lesser place first.
    pub(super) fn finish(mut self) -> Vec<(u32, u32)> {
        self.kept.sort_unstable();
        let pairs = self.kept.chunk_by(|a, b| a == b).filter(|same| same.len() >= SHARED_MIN as usize);
        pairs.map(|same| ((same[0] >> 32) as u32, same[0] as u32)).collect()
    }
}

/// Calls `each` with every pair of articles that share a number, once for each number.
fn each_pair(entries: &[u64], changed: &[bool], mut each: impl FnMut(u64)) {
    for list in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
        let reach = if list.len() <= LIST_WHOLE_MAX { list.len() } else { NEIGHBOURS };
        for (i, &one) in list.iter().enumerate() {
            let one = one as u32;
            for &other in list[i + 1..].iter().take(reach) {
                let other = other as u32;
                if changed[one as usize] || changed[other as usize] {
                    each(entry(one, other));
                }
            }
        }
    }
}

/// Counters of two bits, found by the hash of a pair; pairs of one hash share theirs. They stop at [`SHARED_MIN`].
struct Counters {
    words: Vec<u64>,
    /// Bits of a hash by which a counter is found.
    bits: u32,
}

const _: () = assert!(SHARED_MIN == 3, "the most that two bits hold");

impl Counters {
    /// Counters for the pairs of so many numbers, some for each. Takes one or two bytes a number.
    fn new(numbers: usize) -> Self {
        let bits = (numbers.max(1 << 10) * COUNTERS_A_NUMBER).next_power_of_two().ilog2();
        Self { words: vec![0; 1 << (bits - 5)], bits }
    }

    /// The word that a pair's counter is in, and how far its two bits are from the lowest.
    fn place(&self, pair: u64) -> (usize, u64) {
        // Fibonacci hashing: the upper bits of a product with the golden ratio.
        let at = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - self.bits);
        ((at >> 5) as usize, 2 * (at & 31))
    }

    fn add(&mut self, pair: u64) {
        let (word, shift) = self.place(pair);
        let count = self.words[word] >> shift & 3;
        self.words[word] += u64::from(count < 3) << shift;
    }

    fn may_be_enough(&self, pair: u64) -> bool {
        let (word, shift) = self.place(pair);
        self.words[word] >> shift & 3 == 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(mut entries: Vec<u64>, changed: &[bool]) -> Vec<(u32, u32)> {
        entries.sort_unstable();
        let mut pairs = Pairs::new(changed, entries.len());
        pairs.count(&entries);
        pairs.keep(&entries);
        pairs.finish()
    }

    #[test]
    fn shares_are_all_numbers_each_once() {
        assert_eq!(Share::all(NUMBERS_HELD_MAX).count(), 1);
        let shares: Vec<Share> = Share::all(2 * NUMBERS_HELD_MAX + 1).collect();
        for hash in [0, 1, u32::MAX / 3, u32::MAX / 3 + 1, u32::MAX / 2, u32::MAX] {
            assert_eq!(shares.iter().filter(|share| share.has(hash)).count(), 1, "{hash}");
        }
        let entries: Vec<u64> = [7, 1 << 31, u32::MAX].iter().flat_map(|&h| [0, 1].map(|at| entry(h, at))).collect();
        let of = |share: Share| -> Vec<u64> {
            entries.iter().copied().filter(|entry| share.has((entry >> 32) as u32)).collect()
        };
        let mut pairs = Pairs::new(&[true; 2], entries.len());
        shares.iter().for_each(|&share| pairs.count(&of(share)));
        shares.iter().for_each(|&share| pairs.keep(&of(share)));
        assert_eq!(pairs.finish(), [(0, 1)], "what two articles share is counted over all shares");
    }

    #[test]
    fn articles_that_share_three_numbers_are_a_pair_where_one_is_changed() {
        let entries =
            || [7, 8, 9].into_iter().flat_map(|hash| [0, 1, 2].map(|place| entry(hash, place))).collect::<Vec<_>>();
        assert_eq!(pairs(entries(), &[true; 3]), [(0, 1), (0, 2), (1, 2)]);
        assert_eq!(pairs(entries(), &[false, false, true]), [(0, 2), (1, 2)]);
        let two = [entry(7, 0), entry(7, 1), entry(8, 0), entry(8, 1)];
        assert_eq!(pairs(two.to_vec(), &[true; 2]), [], "two numbers are not enough");
    }

    #[test]
    fn pairs_that_share_a_counter_are_told_apart_in_the_end() {
        // Far more pairs than counters.
        let mut entries: Vec<u64> =
            (0..3_000).flat_map(|hash| (0..60).map(move |place| entry(hash, hash + place))).collect();
        entries.sort_unstable();
        let found = pairs(entries.clone(), &[true; 3_059]);
        let mut counts = std::collections::BTreeMap::<u64, u32>::new();
        each_pair(&entries, &[true; 3_059], |pair| *counts.entry(pair).or_default() += 1);
        let expected: Vec<(u32, u32)> = counts
            .into_iter()
            .filter(|(_, count)| *count >= SHARED_MIN)
            .map(|(pair, _)| ((pair >> 32) as u32, pair as u32))
            .collect();
        assert!(found == expected && found.len() > 10_000, "{} and {}", found.len(), expected.len());
    }

    #[test]
    fn a_long_list_is_joined_in_linear_work() {
        let count = 20_000;
        let entries = (0..count).flat_map(|place| [1, 2, 3].map(|hash| entry(hash, place))).collect();
        let pairs = pairs(entries, &vec![true; count as usize]);
        assert!(pairs.len() <= count as usize * NEIGHBOURS);
        assert!((1..count).all(|place| pairs.binary_search(&(place - 1, place)).is_ok()));
    }

    #[test]
    fn numbers_are_looked_up() {
        let wanted = Wanted::new([5, 1 << 30].into_iter());
        assert!(wanted.has(5) && wanted.has(1 << 30));
        assert!(!wanted.has(5 + (1 << FILTER_BITS)) && !wanted.has(6));
    }
}
