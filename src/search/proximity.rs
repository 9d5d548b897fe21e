//! How near the words of a query stand to each other, as a small part of the score of the first hits.
//!
//! ```text
//! proximity = WINDOW_TIMES · Σ weight(t) · (WINDOW_K + 1) · f / (f + WINDOW_K), in the best WINDOW_WORDS words
//!           + PAIR_TIMES · Σ (weight(a) + weight(b)) · (K1 + 1) · f / (f + K)
//! ```
//!
//! The first sum goes over the distinct terms t that stand f times in the window, the second over neighbouring words a,
//! b of the query; there f is how often they stand side by side in the same order, K the part of BM25 that depends on
//! the length of the article. The pairs are the ordered windows of the sequential dependence model (Metzler and Croft
//! 2005); the window is passage evidence (Callan 1994) for what stands together without standing side by side.

use std::collections::BTreeMap;

use tantivy::{DocId, SegmentOrdinal, TERMINATED, Term, postings::Postings, schema::IndexRecordOption};

use super::{
    Snapshot,
    bm25f::{K1, length_part},
    collect::Ranked,
    statistics::Statistics,
};
use crate::error::Result;

/// Hits that are looked at, best first.
pub(super) const RERANKED: usize = 50;

/// Words that the best passage is long.
const WINDOW_WORDS: u32 = 25;

/// What the passage counts.
const WINDOW_TIMES: f32 = 0.75;

/// How fast a further occurrence in the passage counts less: nearly at once.
const WINDOW_K: f32 = 0.3;

/// What words side by side count.
const PAIR_TIMES: f32 = 0.05;

/// Positions that the index counts from one word to the next.
const POSITIONS_PER_WORD: u32 = 2;

/// Most words of a query whose nearness is looked at.
const WORDS_MAX: usize = 64;

/// A word of a query, with its readings in the archive's languages as terms of the ranked field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QueryWord {
    pub(super) terms: Vec<String>,
    /// Weight in the sense of the ranking formula.
    pub(super) weight: f32,
}

/// Where a word of the query stands in an article, each place once, in order; and its weight.
#[derive(Debug, Clone, Default, PartialEq)]
struct Placed {
    weight: f32,
    places: Vec<u32>,
}

/// The part of the score that is nearness. `neighbours` are places in `words` of what stands side by side in the query.
fn proximity(words: &[Placed], neighbours: &[(usize, usize)], length_part: f32) -> f32 {
    let pair = |&(a, b): &(usize, usize)| {
        let together = side_by_side(&words[a].places, &words[b].places) as f32;
        (words[a].weight + words[b].weight) * (K1 + 1.0) * together / (together + length_part)
    };
    WINDOW_TIMES * best_passage(words) + PAIR_TIMES * neighbours.iter().map(pair).sum::<f32>()
}

/// The greatest weight of the words in `WINDOW_WORDS` words.
fn best_passage(words: &[Placed]) -> f32 {
    let mut places: Vec<(u32, usize)> =
        words.iter().enumerate().flat_map(|(word, placed)| placed.places.iter().map(move |&at| (at, word))).collect();
    places.sort_unstable();
    let mut counts = vec![0_u32; words.len()];
    let (mut best, mut start) = (0.0_f32, 0);
    for &(at, word) in &places {
        counts[word] += 1;
        while at - places[start].0 >= WINDOW_WORDS {
            counts[places[start].1] -= 1;
            start += 1;
        }
        // Added up anew, so that no rounding is carried along; queries are short.
        best = best.max(words.iter().zip(&counts).map(|(word, &count)| word.weight * in_passage(count)).sum());
    }
    best
}

/// What a word counts that stands so often in a passage.
fn in_passage(count: u32) -> f32 {
    (WINDOW_K + 1.0) * count as f32 / (count as f32 + WINDOW_K)
}

/// How often a place of the first is right before one of the second.
fn side_by_side(first: &[u32], second: &[u32]) -> usize {
    let mut second = second.iter().peekable();
    let stands = |&&at: &&u32| {
        while second.next_if(|&&other| other <= at).is_some() {}
        second.peek() == Some(&&(at + 1))
    };
    first.iter().filter(stands).count()
}

/// Distinct words of a query, and which stand side by side in it.
fn distinct(query: &[QueryWord]) -> (Vec<&QueryWord>, Vec<(usize, usize)>) {
    let mut words: Vec<&QueryWord> = Vec::new();
    let mut order = Vec::new();
    for word in query {
        let place = words.iter().position(|known| known.terms == word.terms).unwrap_or_else(|| {
            words.push(word);
            words.len() - 1
        });
        order.push(place);
    }
    let mut neighbours: Vec<(usize, usize)> = order.windows(2).map(|pair| (pair[0], pair[1])).collect();
    neighbours.retain(|(a, b)| a != b);
    neighbours.sort_unstable();
    neighbours.dedup();
    (words, neighbours)
}

/// A hit while it is looked at for nearness.
struct Looked {
    /// Place among the hits.
    hit: usize,
    doc: DocId,
    /// How often each word stands in it, as the index counts them.
    frequencies: Vec<u32>,
    length_part: f32,
}

/// The most that nearness can be, with words that stand so often; and the least.
fn bounds(words: &[&QueryWord], neighbours: &[(usize, usize)], looked: &Looked) -> (f32, f32) {
    /// Room for rounding.
    const ROUNDED_UP: f32 = 1.000_01;
    let frequencies = &looked.frequencies;
    let passage: f32 = words.iter().zip(frequencies).map(|(word, &count)| word.weight * in_passage(count)).sum();
    let pair = |&(a, b): &(usize, usize)| {
        let together = frequencies[a].min(frequencies[b]) as f32;
        (words[a].weight + words[b].weight) * (K1 + 1.0) * together / (together + looked.length_part)
    };
    let most = WINDOW_TIMES * passage + PAIR_TIMES * neighbours.iter().map(pair).sum::<f32>();
    let there = words.iter().zip(frequencies).filter(|&(_, &count)| count > 0);
    let least = WINDOW_TIMES * there.map(|(word, _)| word.weight * in_passage(1)).fold(0.0, f32::max);
    (most * ROUNDED_UP, least / ROUNDED_UP)
}

impl Snapshot {
    /// Adds `times` the nearness of the query's words to the scores of hits, and puts them in order again. Of the order
    /// only the first `wanted` are right: what cannot be among them is not looked at. Nothing changes for a single
    /// word.
    pub(super) fn rerank(
        &self,
        query: &[QueryWord],
        ranked: &mut [Ranked],
        times: f32,
        wanted: usize,
        statistics: &Statistics,
    ) -> Result<()> {
        let (words, neighbours) = distinct(&query[..query.len().min(WORDS_MAX)]);
        if words.len() < 2 || ranked.len() < 2 {
            return Ok(());
        }
        let mut by_segment: BTreeMap<SegmentOrdinal, Vec<Looked>> = BTreeMap::new();
        for (hit, Ranked { address, .. }) in ranked.iter().enumerate() {
            let looked = Looked { hit, doc: address.doc_id, frequencies: vec![0; words.len()], length_part: 0.0 };
            by_segment.entry(address.segment_ord).or_default().push(looked);
        }
        for (&ord, hits) in &mut by_segment {
            hits.sort_unstable_by_key(|looked| looked.doc);
            self.read_frequencies(ord, &words, statistics.average_length(), hits)?;
        }
        if wanted < ranked.len() {
            let mut floors: Vec<f32> = Vec::with_capacity(ranked.len());
            let bounds_of = |looked: &Looked| bounds(&words, &neighbours, looked);
            let raised = |looked: &Looked, by: f32| ranked[looked.hit].raised(times * by);
            floors.extend(by_segment.values().flatten().map(|looked| raised(looked, bounds_of(looked).1)));
            floors.sort_unstable_by(|a, b| b.total_cmp(a));
            let floor = floors[wanted.saturating_sub(1)];
            for hits in by_segment.values_mut() {
                hits.retain(|looked| raised(looked, bounds_of(looked).0) >= floor);
            }
        }
        for (ord, hits) in by_segment {
            for (placed, looked) in self.placed(ord, &words, &hits)?.iter().zip(&hits) {
                ranked[looked.hit].raise(times * proximity(placed, &neighbours, looked.length_part));
            }
        }
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        Ok(())
    }

    /// How often the words stand in hits of a segment, which are in order; and how long these are.
    fn read_frequencies(
        &self,
        ord: SegmentOrdinal,
        words: &[&QueryWord],
        words_mean: f32,
        hits: &mut [Looked],
    ) -> Result<()> {
        let field = self.store.fields.text;
        let segment = self.searcher.segment_reader(ord);
        let lengths = segment.get_fieldnorms_reader(field).map_err(|e| self.store.error(e))?;
        for looked in hits.iter_mut() {
            looked.length_part = length_part(lengths.fieldnorm(looked.doc) as f32, words_mean);
        }
        let inverted = segment.inverted_index(field).map_err(|e| self.store.error(e))?;
        for (place, word) in words.iter().enumerate() {
            for term in &word.terms {
                let postings =
                    inverted.read_block_postings(&Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
                let Some(mut postings) = postings.map_err(|e| self.store.error(e.into()))? else { continue };
                for looked in hits.iter_mut() {
                    let at = postings.seek(looked.doc);
                    if at >= postings.block_len() {
                        break;
                    }
                    if postings.doc(at) == looked.doc {
                        looked.frequencies[place] += postings.freq(at);
                    }
                }
            }
        }
        Ok(())
    }

    /// For each hit of a segment where the words stand in it. The hits are in order.
    fn placed(&self, ord: SegmentOrdinal, words: &[&QueryWord], hits: &[Looked]) -> Result<Vec<Vec<Placed>>> {
        let empty: Vec<Placed> = words.iter().map(|w| Placed { weight: w.weight, places: Vec::new() }).collect();
        let mut placed = vec![empty; hits.len()];
        let field = self.store.fields.text;
        let inverted = self.searcher.segment_reader(ord).inverted_index(field).map_err(|e| self.store.error(e))?;
        for (place, word) in words.iter().enumerate() {
            let with_word = || hits.iter().enumerate().filter(|(_, looked)| looked.frequencies[place] > 0);
            if with_word().next().is_none() {
                continue;
            }
            for term in &word.terms {
                let term = Term::from_field_text(field, term);
                let postings = inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions);
                let Some(postings) = postings.map_err(|e| self.store.error(e.into()))? else { continue };
                let docs = with_word().map(|(hit, looked)| (looked.doc, hit));
                read_places(postings, docs, |hit, at| placed[hit][place].places.push(at / POSITIONS_PER_WORD));
            }
        }
        for word in placed.iter_mut().flatten() {
            word.places.sort_unstable();
            word.places.dedup();
        }
        Ok(placed)
    }
}

/// Calls `each` with the positions of a term in documents, which are in order.
fn read_places(
    mut postings: impl Postings,
    docs: impl Iterator<Item = (DocId, usize)>,
    mut each: impl FnMut(usize, u32),
) {
    let mut positions = Vec::new();
    for (doc, hit) in docs {
        if postings.doc() < doc && postings.seek(doc) == TERMINATED {
            return;
        }
        if postings.doc() == doc {
            postings.positions(&mut positions);
            positions.iter().for_each(|&at| each(hit, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(places: &[&[u32]], neighbours: &[(usize, usize)], wanted: f32) {
        let weights = [1.0, 2.0, 4.0];
        let words: Vec<Placed> =
            places.iter().zip(weights).map(|(places, weight)| Placed { weight, places: places.to_vec() }).collect();
        let found = proximity(&words, neighbours, 1.2);
        assert!((found - wanted).abs() < 1e-5, "{places:?}: {found}, wanted {wanted}");
    }

    #[test]
    fn the_best_passage_holds_the_heaviest_words_that_stand_together() {
        check(&[&[0], &[24], &[200]], &[], WINDOW_TIMES * 4.0);
        check(&[&[0, 190], &[24], &[200]], &[], WINDOW_TIMES * 5.0);
        check(&[&[0], &[24], &[]], &[], WINDOW_TIMES * 3.0);
        check(&[&[0], &[25], &[]], &[], WINDOW_TIMES * 2.0);
        check(&[&[], &[], &[]], &[], 0.0);
        check(&[&[3, 4, 5], &[], &[]], &[], WINDOW_TIMES * 1.3 * 3.0 / 3.3);
        // A word again is worth less than another word.
        check(&[&[0], &[24], &[30, 31]], &[], WINDOW_TIMES * (2.0 + 4.0 * 1.3 * 2.0 / 2.3));
    }

    #[test]
    fn neighbours_count_in_their_order_and_are_saturated() {
        let passage = WINDOW_TIMES * 3.0;
        check(&[&[5], &[6], &[]], &[(0, 1)], passage + PAIR_TIMES * 3.0 * 2.2 * 1.0 / 2.2);
        check(&[&[6], &[5], &[]], &[(0, 1)], passage);
        let twice = passage * 1.3 * 2.0 / 2.3;
        check(&[&[5, 9], &[6, 10], &[]], &[(0, 1)], twice + PAIR_TIMES * 3.0 * 2.2 * 2.0 / 3.2);
        check(
            &[&[5, 6, 60], &[7, 61], &[]],
            &[(0, 1)],
            WINDOW_TIMES * (1.3 * 2.0 / 2.3 + 2.0) + PAIR_TIMES * 3.0 * 2.2 * 2.0 / 3.2,
        );
    }

    #[test]
    fn a_word_that_is_asked_for_twice_is_one() {
        let word = |term: &str| QueryWord { terms: vec![term.to_owned()], weight: 1.0 };
        let query = [word("new"), word("york"), word("new"), word("new"), word("york")];
        let (words, neighbours) = distinct(&query);
        assert_eq!((words.len(), neighbours), (2, vec![(0, 1), (1, 0)]));
    }
}
