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
            each_unit(block, |unit| match unit {
                Unit::Word(word) => found.runs.extend(window.push(word)),
                Unit::Number(number) => found.numbers.push(number),
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
        each_unit(block, |unit| {
            if let Unit::Word(word) = unit
                && let Some(run) = window.push(word)
            {
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
        self.last = [self.last[1], self.last[2], word];
        (self.words >= SHINGLE_WORDS).then_some(run)
    }
}

/// What a text is made of, as hashes.
enum Unit {
    /// A word (FNV-1a over its small letters), or a pair of neighbouring signs where a script does not part its words.
    Word(u64),
    /// A number in digits, whole: `5,800`, `1.5`, `6-3/8`. Its digits come as words too.
    Number(u64),
}

/// For each byte the small letter or the digit that it is; 0 for others.
const IN_WORDS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            letters[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    letters
};

/// Calls `each` with the units of a text.
fn each_unit(text: &str, mut each: impl FnMut(Unit)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let (mut word, mut number) = (FNV_OFFSET, FNV_OFFSET);
    // The sign before this one, in a run of signs.
    let mut sign: Option<char> = None;
    while let Some(&byte) = bytes.get(at) {
        if number == FNV_OFFSET && byte.is_ascii_alphabetic() {
            // The bulk of most texts: letters, and digits behind them.
            while let Some(letter) = bytes.get(at).map(|&byte| IN_WORDS[byte as usize]).filter(|&letter| letter != 0) {
                word = (word ^ u64::from(letter)).wrapping_mul(FNV_PRIME);
                at += 1;
            }
            sign = None;
            if bytes.get(at) == Some(&b' ') {
                flush(&mut word, Unit::Word, &mut each);
                at += 1;
            }
            continue;
        }
        if byte.is_ascii() {
            if byte.is_ascii_digit() && (word == FNV_OFFSET || number != FNV_OFFSET) {
                number = (number ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
            } else if number != FNV_OFFSET && !joins_digits(bytes, at) {
                each(Unit::Number(std::mem::replace(&mut number, FNV_OFFSET)));
            } else if number != FNV_OFFSET && matches!(byte, b'/' | b'-') {
                number = (number ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
            }
            if byte.is_ascii_alphanumeric() {
                word = (word ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(FNV_PRIME);
            } else if byte != b'\'' {
                flush(&mut word, Unit::Word, &mut each);
            }
            (at, sign) = (at + 1, None);
            continue;
        }
        flush(&mut number, Unit::Number, &mut each);
        let Some(c) = text[at..].chars().next() else { return };
        at += c.len_utf8();
        if is_unspaced(c) {
            flush(&mut word, Unit::Word, &mut each);
            if let Some(before) = sign {
                each(Unit::Word(added(added(FNV_OFFSET, before), c)));
            }
            sign = Some(c);
            continue;
        }
        sign = None;
        if is_word(c) {
            word = c.to_lowercase().fold(word, added);
        } else if c != '’' {
            flush(&mut word, Unit::Word, &mut each);
        }
    }
    flush(&mut number, Unit::Number, &mut each);
    flush(&mut word, Unit::Word, &mut each);
}

/// Whether a byte joins the digits before it with a digit behind it to one number.
fn joins_digits(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at], b'.' | b',' | b'/' | b'-') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
}

fn flush(hash: &mut u64, unit: fn(u64) -> Unit, each: &mut impl FnMut(Unit)) {
    if *hash != FNV_OFFSET {
        each(unit(std::mem::replace(hash, FNV_OFFSET)));
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
        assert_eq!(numbers("Some 5,800 people of 40 towns, 40 in all, 6-3/8 pct.").len(), 3);
        assert_eq!(numbers("5,800"), numbers("5.800."));
        assert_eq!(shared(&numbers("at 6-3/8 pct"), &numbers("at 6-3/16 pct")), 0);
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
