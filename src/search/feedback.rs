//! Terms that the first hits have in common: feedback, for a query and for related articles.
//!
//! The form is that of RM3 (Abdul-Jaleel and others 2004): the query and the terms of its first hits, half each. Two
//! things differ. A term's part in a hit is its frequency as BM25 saturates it, not the bare one (as in Rocchio over
//! BM25's vectors). And hits are weighed by a high power of their score against the best one's: where the first hit
//! stands out it speaks almost alone, where all score alike they speak together. This is the guard: plain RM3, which
//! lets ten hits speak where only one is right, loses 0.03 to 0.06 on small collections.

use std::{cmp::Reverse, collections::BinaryHeap};

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as TantivyQuery};

use super::{
    Snapshot,
    bm25f::{rareness, saturated},
    collect::Ranked,
    compile::Compiled,
    statistics::Statistics,
    terms::{Forms, Readings, TermCounts},
    union::WeighedTerm,
};
use crate::error::Result;

/// Hits whose terms are added to a query.
pub(super) const HITS: usize = 10;

/// Terms added to a query.
const TERMS: usize = 30;

/// Share of the added terms in the expanded query.
pub(super) const SHARE: f32 = 0.5;

/// Power of a hit's score against that of the first.
const POWER: i32 = 4;

/// Share of the articles from which on a term says too little to be added.
const COMMON_SHARE: f32 = 0.25;

/// Terms that are looked up in the index, the heaviest in the hits.
pub(super) const LOOKED_UP: usize = 150;

/// Fewest articles that hold a term that is added.
pub(super) const FOUND_MIN: u64 = 2;

/// A term that the first hits added to a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpandedTerm {
    /// The word as the hits write it most often.
    pub word: String,
    /// Its share of what was added.
    pub weight: f32,
    /// The terms of the index.
    #[serde(skip)]
    pub(super) readings: Readings,
}

/// A term and what it weighs in some hits.
pub(super) type Fed<'a> = (&'a str, f32);

/// The terms of hits, given with their scores, best first. Each hit's terms weigh 1 together times its share, which
/// goes by the power of its score; all weights add up to 1. None where no hit has a score, as those of a date alone.
pub(super) fn fed<'a>(hits: &[(f32, &'a TermCounts)], power: i32, words_mean: f32) -> FxHashMap<&'a str, f32> {
    let best = hits.first().map_or(0.0, |(score, _)| *score).max(f32::MIN_POSITIVE);
    let shares: Vec<f32> = hits.iter().map(|(score, _)| (score / best).max(0.0).powi(power)).collect();
    let all: f32 = shares.iter().sum();
    let mut weights: FxHashMap<&str, f32> = FxHashMap::default();
    if all == 0.0 {
        return weights;
    }
    for ((_, hit), share) in hits.iter().zip(shares) {
        let part = |frequency| saturated(frequency, hit.words, words_mean);
        // In the order of their sizes, so that the sum comes out the same to the last bit.
        let mut parts: Vec<f32> = hit.counts.values().map(|count| part(count.frequency)).collect();
        parts.sort_unstable_by(f32::total_cmp);
        let together: f32 = parts.into_iter().sum();
        for (term, count) in &hit.counts {
            *weights.entry(term).or_default() += share / all * part(count.frequency) / together;
        }
    }
    weights
}

/// The heaviest of some terms, as many as are looked up in the index; the heaviest first, then by the term.
pub(super) fn heaviest<'a>(terms: impl Iterator<Item = Fed<'a>>) -> Vec<Fed<'a>> {
    let order = |a: &Fed<'_>, b: &Fed<'_>| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0));
    let mut terms: Vec<Fed<'_>> = terms.collect();
    if terms.len() > LOOKED_UP {
        terms.select_nth_unstable_by(LOOKED_UP, order);
        terms.truncate(LOOKED_UP);
    }
    terms.sort_unstable_by(order);
    terms
}

/// How hits write a term.
pub(super) fn forms_in(hits: &[(f32, &TermCounts)], term: &str) -> Forms {
    let mut forms = Forms::default();
    hits.iter().filter_map(|(_, hit)| hit.counts.get(term)).for_each(|count| forms.add_all(&count.forms));
    forms
}

/// The weights of the best so far, for telling what cannot be among them.
pub(super) struct Best {
    weights: BinaryHeap<Reverse<u32>>,
    count: usize,
}

impl Best {
    pub(super) fn of(count: usize) -> Self {
        Self { weights: BinaryHeap::with_capacity(count + 1), count }
    }

    /// Notes a weight, which is not negative.
    pub(super) fn add(&mut self, weight: f32) {
        // Floats that are not negative are in the order of their bits.
        self.weights.push(Reverse(weight.to_bits()));
        if self.weights.len() > self.count {
            self.weights.pop();
        }
    }

    /// Whether all that weighs no more than this is too light.
    pub(super) fn excludes(&self, weight: f32) -> bool {
        self.weights.len() == self.count && self.weights.peek().is_some_and(|least| weight.to_bits() < least.0)
    }
}

impl Snapshot {
    /// The terms to add to a query whose first hits these are: the heaviest by their weight in the hits times how rare
    /// they are, weights adding up to 1. None where there are no hits. Cost: the hits' stories are read and analysed,
    /// and `LOOKED_UP` terms looked up.
    pub(super) fn expansion(
        &self,
        hits: &[Ranked],
        threads: usize,
        statistics: &Statistics,
    ) -> Result<Vec<ExpandedTerm>> {
        let hits = &hits[..hits.len().min(HITS)];
        let counted = self.each_article(hits, threads, |hit, article, reader| (hit.score, reader.counts(&article)))?;
        let counted: Vec<(f32, &TermCounts)> = counted.iter().map(|(score, counts)| (*score, counts)).collect();
        let common = statistics.articles() as f32 * COMMON_SHARE;
        let rarest = rareness(statistics.articles(), FOUND_MIN);
        let (mut chosen, mut best) = (Vec::new(), Best::of(TERMS));
        for (term, weight) in heaviest(fed(&counted, POWER, statistics.average_length()).into_iter()) {
            if best.excludes(weight * rarest) {
                break;
            }
            let forms = forms_in(&counted, term);
            let readings = self.readings(term, &forms)?;
            let (rareness, found) = self.rareness_together(&readings, statistics)?;
            if found >= FOUND_MIN && (found as f32) < common {
                best.add(weight * rareness);
                chosen.push((weight * rareness, term, weight, forms, readings));
            }
        }
        chosen.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        chosen.truncate(TERMS);
        let all: f32 = chosen.iter().map(|(_, _, weight, ..)| weight).sum();
        let added = |(_, _, weight, forms, readings): (f32, &str, f32, Forms, Readings)| ExpandedTerm {
            word: forms.common().to_owned(),
            weight: weight / all,
            readings,
        };
        Ok(chosen.into_iter().map(added).collect())
    }

    /// A query with the terms that feedback adds. Where any of its words was enough, articles with none of them but
    /// with added terms come in; else the added terms change the order alone.
    pub(super) fn expanded(
        &self,
        compiled: &Compiled,
        added: &[ExpandedTerm],
        statistics: &Statistics,
    ) -> Result<Box<dyn TantivyQuery>> {
        let mut terms = Vec::with_capacity(compiled.bag.len() + added.len());
        for own in &compiled.bag {
            terms.push(WeighedTerm { weight: own.weight * (1.0 - SHARE), ..own.clone() });
        }
        for added in added {
            statistics.weigh(added.readings.terms(), SHARE * compiled.times * added.weight, &mut terms)?;
        }
        let terms = Box::new(statistics.union(terms));
        if !compiled.bag.is_empty() {
            return Ok(terms);
        }
        let own = Box::new(BoostQuery::new(compiled.query.box_clone(), 1.0 - SHARE));
        Ok(Box::new(BooleanQuery::new(vec![(Occur::Must, own), (Occur::Should, terms)])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::terms::Count;

    fn hit(terms: &[(&str, f32)]) -> TermCounts {
        let counts = terms.iter().map(|(term, frequency)| {
            let mut forms = Forms::default();
            forms.add(term, 1);
            ((*term).to_owned(), Count { frequency: *frequency, forms })
        });
        TermCounts { counts: counts.collect(), words: 100.0 }
    }

    fn weight(fed: &FxHashMap<&str, f32>, term: &str) -> f32 {
        fed[term]
    }

    #[test]
    fn hits_that_score_alike_speak_together() {
        let (first, second) = (hit(&[("dam", 2.0), ("valley", 1.0)]), hit(&[("dam", 1.0), ("ferry", 1.0)]));
        let fed = fed(&[(8.0, &first), (8.0, &second)], POWER, 100.0);
        let all: f32 = fed.values().sum();
        assert!((all - 1.0).abs() < 1e-6, "{all}");
        let part = |frequency: f32| frequency / (frequency + 1.2);
        assert!((weight(&fed, "dam") - 0.5 * (part(2.0) / (part(2.0) + part(1.0)) + 0.5)).abs() < 1e-6);
        assert!((weight(&fed, "ferry") - 0.25).abs() < 1e-6);
    }

    #[test]
    fn a_hit_that_stands_out_speaks_almost_alone() {
        let (first, second) = (hit(&[("dam", 1.0)]), hit(&[("ferry", 1.0)]));
        let fed = fed(&[(8.0, &first), (4.0, &second)], POWER, 100.0);
        assert!((weight(&fed, "ferry") - (1.0 / 16.0) / (17.0 / 16.0)).abs() < 1e-6);
        assert!(super::fed(&[], POWER, 100.0).is_empty());
        assert!(super::fed(&[(0.0, &first), (0.0, &second)], POWER, 100.0).is_empty(), "nothing says how much of each");
    }

    #[test]
    fn the_heaviest_are_in_order() {
        let words: Vec<String> = (0..LOOKED_UP + 50).map(|n| format!("w{n:03}")).collect();
        let found = heaviest(words.iter().enumerate().map(|(n, word)| (word.as_str(), (n % 100) as f32)));
        assert_eq!(found.len(), LOOKED_UP);
        assert_eq!(found[..3], [("w099", 99.0), ("w199", 99.0), ("w098", 98.0)]);
        assert!(found.is_sorted_by(|a, b| a.1 > b.1 || (a.1 == b.1 && a.0 < b.0)));
    }

    #[test]
    fn what_is_lighter_than_the_best_is_excluded() {
        let mut best = Best::of(2);
        assert!(!best.excludes(0.0), "there is room");
        [0.5, 3.0, 0.25, 2.0].into_iter().for_each(|weight| best.add(weight));
        assert!(best.excludes(1.9) && !best.excludes(2.0) && !best.excludes(2.5));
    }
}
