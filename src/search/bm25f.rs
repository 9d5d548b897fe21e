//! The formula that articles are ranked by, with all of its constants.
//!
//! **BM25F** (Robertson, Zaragoza, Taylor 2004): the zones of an article are one field before the frequency of a term
//! is saturated, the headline counting [`TITLE_TIMES`] times; lengths and statistics are those of the joined field.
//!
//! ```text
//! score(article) = Σ over the terms t of the query   times(t) · weight(t) · saturated(t) · (K1 + 1)
//! saturated(t)   = f / (f + K1 · (1 − B + B · words / words_mean))     f: how often t stands in the article
//! weight(t)      = ln(1 + (N − n + ½) / (n + ½))                       n of the N articles hold t
//!                + max(0, ln(N / n) + ln(1 − e^(−occurrences / N)))    where fewer than half of them do
//! times(t)       = how often t stands in the query, FUNCTION_WORD_TIMES if it is a function word
//! ```
//!
//! The second line of the weight is the residual inverse document frequency (Church and Gale 1995, "Poisson mixtures"):
//! by how much a term stands in fewer articles than it would if its occurrences fell at random. Names and subjects come
//! in bursts, words of manner do not.
//!
//! tantivy's `TermQuery` computes all but the second line and `times`, with `K1` and `B` of these very values; the rest
//! is its boost. Lengths are kept in one byte there (exact to 40 words, then to 6 or 12 %).

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;

/// How fast a further occurrence of a term counts less.
pub(super) const K1: f32 = 1.2;

/// How much the length of an article counts, 0 to 1.
pub(super) const B: f32 = 0.75;

/// How often a term of the headline counts.
pub(super) const TITLE_TIMES: f32 = 2.0;

/// How much a function word of the query counts. Not 0: there are titles that hold nothing else.
pub(super) const FUNCTION_WORD_TIMES: f32 = 0.3;

/// Share of the articles from which on a term is too common for its bursts to be counted. Bounds what counting costs.
pub(super) const BURSTS_SHARE_MAX: f64 = 0.5;

/// Inverse document frequency, as BM25 has it.
pub(super) fn rareness(articles: u64, found: u64) -> f32 {
    (1.0 + (articles.saturating_sub(found) as f32 + 0.5) / (found as f32 + 0.5)).ln()
}

/// Residual inverse document frequency: how much rarer a term's articles are than its occurrences make believe.
pub(super) fn burstiness(articles: u64, found: u64, occurrences: u64) -> f32 {
    if articles == 0 || found == 0 {
        return 0.0;
    }
    let (articles, found, occurrences) = (articles as f64, found as f64, occurrences as f64);
    let expected = -(-occurrences / articles).exp_m1();
    ((articles / found).ln() + expected.ln()).max(0.0) as f32
}

/// A frequency on its way to 1. `words` is the length of the article, `words_mean` that of all.
pub(super) fn saturated(frequency: f32, words: f32, words_mean: f32) -> f32 {
    frequency / (frequency + length_part(words, words_mean))
}

/// The frequency that is half saturated in an article of a length.
pub(super) fn length_part(words: f32, words_mean: f32) -> f32 {
    K1 * (1.0 - B + B * words / words_mean.max(1.0))
}

/// How a term stands in an archive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rarity {
    /// Articles that hold it.
    pub(super) found: u64,
    /// How often it stands in them; `found` where that was not counted, since it stands in most.
    pub(super) occurrences: u64,
    /// Inverse document frequency: what tantivy weighs it with.
    pub(super) rareness: f32,
    /// What the formula weighs it with.
    pub(super) weight: f32,
}

/// The BM25 of a clause whose words are placed: its rareness, and what lengths do to it.
#[derive(Debug, Clone)]
pub(super) struct Bm25 {
    /// Rareness times k1 + 1.
    weight: f32,
    /// [`length_part`], by the byte that lengths are kept in.
    length_parts: Arc<[f32; 256]>,
}

impl Bm25 {
    /// For a clause of a rareness among articles of a mean length in words.
    pub(super) fn new(rareness: f32, words_mean: f32) -> Self {
        let part = |id: usize| length_part(FieldNormReader::id_to_fieldnorm(id as u8) as f32, words_mean);
        Self { weight: rareness * (K1 + 1.0), length_parts: Arc::new(std::array::from_fn(part)) }
    }

    /// The same, weighed.
    pub(super) fn boosted(&self, boost: f32) -> Self {
        Self { weight: self.weight * boost, length_parts: Arc::clone(&self.length_parts) }
    }

    /// The score of so many occurrences in an article of a length, as the index keeps it.
    pub(super) fn score(&self, length_id: u8, occurrences: u32) -> f32 {
        let frequency = occurrences as f32;
        self.weight * frequency / (frequency + self.length_parts[usize::from(length_id)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: f32, wanted: f32) {
        assert!((found - wanted).abs() < 1e-5, "{found}, wanted {wanted}");
    }

    #[test]
    fn the_parts_of_the_formula_are_what_is_worked_out_by_hand() {
        check(rareness(100, 9), (1.0_f32 + 91.5 / 9.5).ln());
        check(saturated(2.0, 150.0, 100.0), 2.0 / (2.0 + 1.2 * (0.25 + 0.75 * 1.5)));
        check(saturated(0.0, 150.0, 100.0), 0.0);
        // 20 occurrences at random would stand in 100 · (1 − e^−0.2) = 18.13 articles, and not in 5.
        check(burstiness(100, 5, 20), (18.127_f32 / 5.0).ln());
    }

    #[test]
    fn a_term_that_stands_once_in_each_of_its_articles_comes_in_no_bursts() {
        for found in [1, 10, 50, 100] {
            assert!(burstiness(100, found, found) < 1e-6, "{found}");
        }
        assert_eq!(burstiness(0, 0, 0), 0.0);
        assert!(burstiness(100, 10, 100) > burstiness(100, 10, 20));
    }
}
