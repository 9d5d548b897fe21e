//! The signature of an article: its heaviest terms, by which articles about one event find each other.
//!
//! It is made where the article is analysed, from the article alone, so that it is the same in every archive and costs
//! no look-up of how rare a term is there. How rare a term is among the signatures of its time counts later, in
//! `pass`.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use crate::text::{Analyzer, function_words};

/// Terms of a signature. In a prototype on the headline groups of *fnc-train*, F1 (B-cubed) at the best threshold of
/// each is 0.874 with 16 terms, 0.888 with 24, 0.900 with 32, 0.912 with 48; 32 take 128 bytes an article.
pub(super) const SIGNATURE_TERMS: usize = 32;

/// Bits of a term's weight, in its number below those of its hash.
const WEIGHT_BITS: u32 = 6;

/// Steps of a weight to 1.
const WEIGHT_STEPS: f32 = 8.0;

/// Bits of a term's hash: at half a million terms in a window one in a hundred has another's.
const HASH_BITS: u32 = 26;

/// What a term that is mostly written with a capital counts more: nearly always a name.
const CAPITAL_FACTOR: f32 = 1.4;

/// Bytes up to which a stem counts as short, and how much less likely it is taken.
const SHORT_BYTES: usize = 3;
const SHORT_FACTOR: f32 = 0.7;

/// Times that the words of the headline count.
const TITLE_TIMES: u32 = 2;

/// A term of a signature, as a number: its hash, and its weight in the lowest bits.
pub(super) fn term_of(number: u32) -> (u32, f32) {
    (number >> WEIGHT_BITS, (number & ((1 << WEIGHT_BITS) - 1)) as f32 / WEIGHT_STEPS)
}

fn hash_of(stem: &str) -> u32 {
    (xxh3_64(stem.as_bytes()) >> (64 - HASH_BITS)) as u32
}

/// Hashes of the stems of function words by language.
static FUNCTION_STEMS: LazyLock<FxHashMap<&'static str, FxHashSet<u32>>> = LazyLock::new(|| {
    let stems = |language, words: &mut dyn Iterator<Item = &str>| {
        let mut analyzer = Analyzer::new(Some(language));
        words.map(|word| hash_of(analyzer.word(word).stem)).collect()
    };
    function_words().map(|(language, mut words)| (language, stems(language, &mut words))).collect()
});

/// Collects the words of an article: a table of its terms, by hash with open addressing.
pub(in crate::index) struct SignatureBuilder {
    slots: Vec<Slot>,
    terms: usize,
}

/// A term of an article; none where its frequency is 0.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u32,
    frequency: u32,
    /// How often it is written with a capital.
    capitals: u32,
    is_short: bool,
}

/// Slots of a table at first, a power of two; it is kept half empty.
const SLOTS: usize = 512;

impl Default for SignatureBuilder {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); SLOTS], terms: 0 }
    }
}

impl SignatureBuilder {
    /// Adds a word: its stem, and how it is written.
    pub(in crate::index) fn add(&mut self, stem: &str, word: &str, in_title: bool) {
        if stem.len() < 2 {
            return;
        }
        let is_capital = match word.as_bytes().first() {
            Some(byte) if byte.is_ascii() => byte.is_ascii_uppercase(),
            _ => word.starts_with(char::is_uppercase),
        };
        if 2 * self.terms >= self.slots.len() {
            self.grow();
        }
        let times = if in_title { TITLE_TIMES } else { 1 };
        let slot = self.slot(hash_of(stem));
        let is_new = slot.frequency == 0;
        slot.frequency = slot.frequency.saturating_add(times);
        slot.capitals = slot.capitals.saturating_add(if is_capital { times } else { 0 });
        slot.is_short |= stem.len() <= SHORT_BYTES;
        self.terms += usize::from(is_new);
    }

    /// The slot of a term, or the one that it takes.
    fn slot(&mut self, hash: u32) -> &mut Slot {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].frequency > 0 && self.slots[at].hash != hash {
            at = (at + 1) & mask;
        }
        let slot = &mut self.slots[at];
        slot.hash = hash;
        slot
    }

    fn grow(&mut self) {
        let slots = vec![Slot::default(); 2 * self.slots.len()];
        for slot in std::mem::replace(&mut self.slots, slots) {
            if slot.frequency > 0 {
                *self.slot(slot.hash) = slot;
            }
        }
    }

    /// The signature: of the terms that are no function words the [`SIGNATURE_TERMS`] heaviest, by the logarithm of
    /// their frequency; in the order of their hashes.
    pub(in crate::index) fn finish(self, language: Option<&str>) -> Vec<u32> {
        let function_stems = language.and_then(|language| FUNCTION_STEMS.get(language));
        let is_function_word = |hash: u32| function_stems.is_some_and(|stems| stems.contains(&hash));
        let mut terms: Vec<(u32, u32)> = Vec::with_capacity(self.terms);
        for slot in self.slots.iter().filter(|slot| slot.frequency > 0 && !is_function_word(slot.hash)) {
            let damped = if slot.frequency == 1 { 1.0 } else { 1.0 + (slot.frequency as f32).ln() };
            let weight = damped * if 2 * slot.capitals > slot.frequency { CAPITAL_FACTOR } else { 1.0 };
            let steps = ((weight * WEIGHT_STEPS + 0.5) as u32).min((1 << WEIGHT_BITS) - 1);
            let chosen_by = weight * if slot.is_short { SHORT_FACTOR } else { 1.0 };
            // Heaviest first; of the same weight in the order of hashes, which is as good as any.
            terms.push((u32::MAX - (chosen_by * 1024.0) as u32, slot.hash << WEIGHT_BITS | steps));
        }
        if terms.len() > SIGNATURE_TERMS {
            terms.select_nth_unstable(SIGNATURE_TERMS - 1);
            terms.truncate(SIGNATURE_TERMS);
        }
        let mut signature: Vec<u32> = terms.into_iter().map(|(_, number)| number).collect();
        signature.sort_unstable();
        signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(title: &str, text: &str) -> Vec<u32> {
        let mut builder = SignatureBuilder::default();
        let mut analyzer = Analyzer::new(Some("en"));
        for (text, in_title) in [(title, true), (text, false)] {
            analyzer.each_word(text, |word, bytes| builder.add(word.stem, &text[bytes], in_title));
        }
        builder.finish(Some("en"))
    }

    fn weight_of(signature: &[u32], stem: &str) -> Option<f32> {
        signature.iter().map(|&number| term_of(number)).find(|(hash, _)| *hash == hash_of(stem)).map(|(_, w)| w)
    }

    #[test]
    fn names_and_words_of_the_headline_weigh_more_and_function_words_nothing() {
        let signature = signature("Dam holds", "The people of Orrin said that the wall would not break");
        assert_eq!(weight_of(&signature, "the"), None);
        assert_eq!(weight_of(&signature, "wall"), Some(1.0));
        assert!(weight_of(&signature, "orrin") > weight_of(&signature, "wall"));
        assert!(weight_of(&signature, "hold") > weight_of(&signature, "wall"));
    }

    #[test]
    fn the_heaviest_terms_are_kept() {
        let many: String = (0..500).map(|n| format!("word{n} ")).collect();
        let signature = signature("", &(many + "flood flood flood flood"));
        assert_eq!(signature.len(), SIGNATURE_TERMS);
        assert!(weight_of(&signature, "flood").is_some());
        assert!(signature.is_sorted());
    }
}
