//! Runs of words as numbers: what near-duplicates are told by.

use super::segment::{is_unspaced, is_word};

/// Words of a shingle. Runs of four tell stories apart and survive small edits: one changed word costs four of them. In
/// scripts without spaces a "word" is a pair of signs, so that a shingle is a run of five signs.
const SHINGLE_WORDS: usize = 4;

/// Words of a text that are looked at; what stands behind them is not compared.
const WORDS_MAX: usize = 50_000;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// What is compared of a story: each kind as hashes in order, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shingles {
    /// Runs of words.
    pub(crate) runs: Vec<u64>,
    /// Numbers written in digits.
    pub(crate) numbers: Vec<u64>,
}

impl Shingles {
    /// Those of a text, given block by block.
    pub(crate) fn of<'a>(blocks: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        let mut window = Window::default();
        for block in blocks {
            each_word(block, |word, is_number| {
                found.runs.extend(window.push(word));
                if is_number {
                    found.numbers.push(word);
                }
            });
        }
        for hashes in [&mut found.runs, &mut found.numbers] {
            hashes.sort_unstable();
            hashes.dedup();
        }
        found
    }
}

/// Calls `each` with the hash of every shingle of a text, block after block; shingles reach over the ends of blocks,
/// which outlets set anew. The same on every machine and in every build.
///
/// Words count in small letters and without apostrophes, punctuation and spaces not at all. Nothing here depends on the
/// language. Cost: one pass over the bytes.
pub(crate) fn each_shingle<'a>(blocks: impl Iterator<Item = &'a str>, mut each: impl FnMut(u64)) {
    let mut window = Window::default();
    for block in blocks {
        each_word(block, |word, _| {
            if let Some(run) = window.push(word) {
                each(run);
            }
        });
    }
}

/// How many hashes two sets share.
pub(crate) fn shared(one: &[u64], other: &[u64]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < one.len() && j < other.len() {
        let (a, b) = (one[i], other[j]);
        count += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    count
}

/// The last words of a text.
#[derive(Default)]
struct Window {
    last: [u64; SHINGLE_WORDS - 1],
    words: usize,
}

impl Window {
    /// Takes the next word and gives the hash of the run that it ends.
    fn push(&mut self, word: u64) -> Option<u64> {
        if self.words == WORDS_MAX {
            return None;
        }
        self.words += 1;
        let run = self.last.iter().fold(0_u64, |hash, word| hash.wrapping_mul(FNV_PRIME) ^ word);
        let run = mixed(run.wrapping_mul(FNV_PRIME) ^ word);
        self.last.rotate_left(1);
        self.last[SHINGLE_WORDS - 2] = word;
        (self.words >= SHINGLE_WORDS).then_some(run)
    }
}

/// Calls `each` with a hash of every word (FNV-1a over its small letters) and whether it is a number, and of every pair
/// of neighbouring signs where a script does not part its words.
fn each_word(text: &str, mut each: impl FnMut(u64, bool)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut word = FNV_OFFSET;
    let mut is_number = false;
    // The sign before this one, in a run of signs.
    let mut sign: Option<char> = None;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() {
                is_number |= word == FNV_OFFSET && byte.is_ascii_digit();
                word = (word ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(FNV_PRIME);
            } else if byte != b'\'' {
                flush(&mut word, &mut is_number, &mut each);
            }
            (at, sign) = (at + 1, None);
            continue;
        }
        let Some(c) = text[at..].chars().next() else { return };
        at += c.len_utf8();
        if is_unspaced(c) {
            flush(&mut word, &mut is_number, &mut each);
            if let Some(before) = sign {
                each(added(added(FNV_OFFSET, before), c), false);
            }
            sign = Some(c);
            continue;
        }
        sign = None;
        if is_word(c) {
            word = c.to_lowercase().fold(word, added);
        } else if c != '’' {
            flush(&mut word, &mut is_number, &mut each);
        }
    }
    flush(&mut word, &mut is_number, &mut each);
}

fn flush(word: &mut u64, is_number: &mut bool, each: &mut impl FnMut(u64, bool)) {
    if *word != FNV_OFFSET {
        each(*word, *is_number);
        (*word, *is_number) = (FNV_OFFSET, false);
    }
}

fn added(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(u32::from(c))).wrapping_mul(FNV_PRIME)
}

/// Spreads a hash over all its bits (the finaliser of MurmurHash3).
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Vec<u64> {
        Shingles::of(text.lines()).runs
    }

    #[test]
    fn case_punctuation_and_paragraphs_do_not_part_texts() {
        let one = set("The dam’s wall held, engineers said. Nobody was hurt.");
        assert_eq!(one, set("the DAM'S wall held\nengineers said -- nobody was hurt"));
        assert_eq!(one.len(), 9 - SHINGLE_WORDS + 1);
    }

    #[test]
    fn one_changed_word_costs_four_runs() {
        let one = set("a b c d e f g h i j k l");
        let other = set("a b c d e X g h i j k l");
        assert_eq!((one.len(), shared(&one, &other)), (9, 5));
    }

    #[test]
    fn scripts_without_spaces_have_runs_of_five_signs() {
        assert_eq!(set("北京大学今天开学").len(), 4);
        assert_eq!(shared(&set("北京大学今天开学"), &set("昨日北京大学今天")), 2);
        assert_eq!(set("김정은 위원장").len(), 1);
    }

    #[test]
    fn hashes_stay_as_they_are_written_on_the_disk() {
        assert_eq!(set("the dam wall held"), [HELD]);
    }

    const HELD: u64 = 9_423_529_695_322_263_276;

    #[test]
    fn numbers_are_told_apart() {
        let numbers = |text: &str| Shingles::of(text.lines()).numbers;
        assert_eq!(numbers("Some 5,800 people of 40 towns, 40 in all").len(), 3);
        assert_eq!(shared(&numbers("40 and 41"), &numbers("41 or 42")), 1);
        assert!(numbers("one two a1").is_empty());
    }

    #[test]
    fn short_and_odd_texts_have_no_runs() {
        for text in ["", "one two three", "'''' ---", "\u{0}\u{1}"] {
            assert!(set(text).is_empty(), "{text:?}");
        }
    }
}
