//! The score of a word in an article: BM25, after Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009).

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;

/// How soon further occurrences of a word stop counting. The same as tantivy's own, which scores plain words.
pub(super) const K1: f32 = 1.2;

/// How much the length of an article counts: 0 not at all, 1 in full. The same as tantivy's own.
pub(super) const B: f32 = 0.75;

/// The BM25 of one clause: its rareness, and what lengths do to it.
#[derive(Debug, Clone)]
pub(super) struct Bm25 {
    /// Rareness times k1 + 1.
    weight: f32,
    /// k1 times the share of a length, by the byte that lengths are kept in.
    norms: Arc<[f32; 256]>,
}

impl Bm25 {
    /// For a clause of a rareness (inverse document frequency) among articles of an average length in words.
    pub(super) fn new(rareness: f32, average_length: f32) -> Self {
        let norm = |id: usize| {
            let length = FieldNormReader::id_to_fieldnorm(id as u8) as f32;
            K1 * (1.0 - B + B * length / average_length.max(1.0))
        };
        Self { weight: rareness * (K1 + 1.0), norms: Arc::new(std::array::from_fn(norm)) }
    }

    /// The same, weighed.
    pub(super) fn boosted(&self, boost: f32) -> Self {
        Self { weight: self.weight * boost, norms: Arc::clone(&self.norms) }
    }

    /// The score of so many occurrences in an article of a length, as the index keeps it.
    pub(super) fn score(&self, length_id: u8, occurrences: u32) -> f32 {
        let frequency = occurrences as f32;
        self.weight * frequency / (frequency + self.norms[usize::from(length_id)])
    }
}

/// Inverse document frequency, as BM25 has it: ln(1 + (N - n + 0.5) / (n + 0.5)).
pub(super) fn rareness(articles: u64, found: u64) -> f32 {
    (1.0 + (articles.saturating_sub(found) as f32 + 0.5) / (found as f32 + 0.5)).ln()
}
