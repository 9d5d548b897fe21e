//! Which articles are worth comparing: those whose sketches share numbers.

/// Numbers that two sketches must share. One or two are often common turns of phrase.
const SHARED_MIN: u32 = 3;

/// Articles that share a number are paired each with each, up to so many.
const LIST_WHOLE_MAX: usize = 128;

/// In a longer list each is paired with so many behind it, so that the work stays linear: copies of one story stand
/// side by side in all of its lists and are joined one by one. Where lists are that long, an edge may depend on when
/// its articles came.
const NEIGHBOURS: usize = 16;

/// Pairs that are held at a time before they are counted.
const PAIRS_HELD_MAX: usize = 1 << 24;

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

/// Pairs of articles that share numbers, at least one of each pair changed; in order, the lesser place first.
pub(super) fn pairs(mut entries: Vec<u64>, changed: &[bool]) -> Vec<(u32, u32)> {
    entries.sort_unstable();
    let (mut pairs, mut counted) = (Vec::new(), Vec::new());
    for list in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
        let reach = if list.len() <= LIST_WHOLE_MAX { list.len() } else { NEIGHBOURS };
        for (i, &one) in list.iter().enumerate() {
            let one = one as u32;
            for &other in list[i + 1..].iter().take(reach) {
                let other = other as u32;
                if changed[one as usize] || changed[other as usize] {
                    pairs.push(entry(one, other));
                }
            }
        }
        if pairs.len() >= PAIRS_HELD_MAX {
            count(&mut pairs, &mut counted);
        }
    }
    count(&mut pairs, &mut counted);
    counted.retain(|(_, shared)| *shared >= SHARED_MIN);
    counted.into_iter().map(|(pair, _)| ((pair >> 32) as u32, pair as u32)).collect()
}

/// Adds pairs to those that are counted.
fn count(pairs: &mut Vec<u64>, counted: &mut Vec<(u64, u32)>) {
    pairs.sort_unstable();
    counted.extend(pairs.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)));
    pairs.clear();
    counted.sort_unstable_by_key(|(pair, _)| *pair);
    counted.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

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
