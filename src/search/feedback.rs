//! Terms that the first hits have in common: feedback, for a query and for related articles.
//!
//! The form is that of RM3 (Abdul-Jaleel and others 2004): the query and the terms of its first hits, half each. Two
//! things differ. A term's part in a hit is its frequency as BM25 saturates it, not the bare one (as in Rocchio over
//! BM25's vectors). And hits are weighed by a high power of their score against the best one's: where the first hit
//! stands out it speaks almost alone, where all score alike they speak together. This is the guard: plain RM3, which
//! lets ten hits speak where only one is right, loses 0.03 to 0.06 on small collections.

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as TantivyQuery};

use super::{
    Snapshot,
    bm25f::saturated,
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
const LOOKED_UP: usize = 150;

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

/// What a term weighs in some hits, and how they write it.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Fed {
    pub(super) weight: f32,
    pub(super) forms: Forms,
}

/// The terms of hits, given with their scores, best first. Each hit's terms weigh 1 together times its share, which
/// goes by the power of its score; all weights add up to 1.
pub(super) fn fed<'a>(hits: &[(f32, &'a TermCounts)], power: i32, words_mean: f32) -> FxHashMap<&'a str, Fed> {
    let best = hits.first().map_or(0.0, |(score, _)| *score).max(f32::MIN_POSITIVE);
    let shares: Vec<f32> = hits.iter().map(|(score, _)| (score / best).max(0.0).powi(power)).collect();
    let all: f32 = shares.iter().sum();
    let mut terms: FxHashMap<&str, Fed> = FxHashMap::default();
    for ((_, hit), share) in hits.iter().zip(shares) {
        let part = |frequency| saturated(frequency, hit.words, words_mean);
        // In the order of their sizes, so that the sum comes out the same to the last bit.
        let mut parts: Vec<f32> = hit.counts.values().map(|count| part(count.frequency)).collect();
        parts.sort_unstable_by(f32::total_cmp);
        let together: f32 = parts.into_iter().sum();
        for (term, count) in &hit.counts {
            let fed = terms.entry(term).or_default();
            fed.weight += share / all * part(count.frequency) / together;
            fed.forms.add_all(&count.forms);
        }
    }
    terms
}

impl Snapshot {
    /// The terms to add to a query whose first hits these are: the heaviest by their weight in the hits times how rare
    /// they are, weights adding up to 1. None where there are no hits. Cost: the hits' stories are read and analysed,
    /// and `LOOKED_UP` terms looked up.
    pub(super) fn expansion(&self, hits: &[Ranked], statistics: &Statistics) -> Result<Vec<ExpandedTerm>> {
        let mut reader = self.term_reader()?;
        let mut counted = Vec::with_capacity(HITS);
        for hit in hits.iter().take(HITS) {
            counted.push((hit.score, reader.counts(&self.article_at(hit.address)?)));
        }
        let counted: Vec<(f32, &TermCounts)> = counted.iter().map(|(score, counts)| (*score, counts)).collect();
        let fed = fed(&counted, POWER, statistics.average_length());
        let mut heaviest: Vec<(&str, &Fed)> = fed.iter().map(|(term, fed)| (*term, fed)).collect();
        heaviest.sort_unstable_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then_with(|| a.0.cmp(b.0)));
        let common = statistics.articles() as f32 * COMMON_SHARE;
        let mut chosen = Vec::new();
        for (term, fed) in heaviest.into_iter().take(LOOKED_UP) {
            let readings = self.readings(term, &fed.forms)?;
            let (rareness, found) = self.rareness_together(&readings, statistics)?;
            if found >= 2 && (found as f32) < common {
                chosen.push((fed.weight * rareness, term, fed, readings));
            }
        }
        chosen.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        chosen.truncate(TERMS);
        let all: f32 = chosen.iter().map(|(_, _, fed, _)| fed.weight).sum();
        let added = |(_, _, fed, readings): (f32, &str, &Fed, Readings)| ExpandedTerm {
            word: fed.forms.common().to_owned(),
            weight: fed.weight / all,
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

    fn weight(fed: &FxHashMap<&str, Fed>, term: &str) -> f32 {
        fed[term].weight
    }

    #[test]
    fn hits_that_score_alike_speak_together() {
        let (first, second) = (hit(&[("dam", 2.0), ("valley", 1.0)]), hit(&[("dam", 1.0), ("ferry", 1.0)]));
        let fed = fed(&[(8.0, &first), (8.0, &second)], POWER, 100.0);
        let all: f32 = fed.values().map(|fed| fed.weight).sum();
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
    }
}
