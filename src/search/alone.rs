//! The best articles for one weighed term, without a look at blocks of articles that cannot be among them.
//!
//! The index library knows of each block of 128 articles how often a term stands at most, and how long the article is,
//! but makes no use of it where the query has a weight of its own. So the bare term is run here, and what it scores is
//! multiplied.

use tantivy::{
    DocId, Score, SegmentReader,
    query::{BoostQuery, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight},
    schema::Field,
};

/// Room for rounding.
const ROUNDED: f32 = 1.000_01;

/// A term that counts so many times.
#[derive(Debug, Clone)]
pub(super) struct TermAlone {
    pub(super) term: TermQuery,
    pub(super) field: Field,
    pub(super) times: f32,
    /// Mean length of all articles, in words, as scores are reckoned.
    pub(super) words_mean: f32,
}

impl Query for TermAlone {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let bare = self.term.weight(scoring)?;
        let weighed = BoostQuery::new(Box::new(self.term.clone()), self.times).weight(scoring)?;
        Ok(Box::new(AloneWeight { query: self.clone(), bare, weighed }))
    }
}

struct AloneWeight {
    query: TermAlone,
    bare: Box<dyn Weight>,
    weighed: Box<dyn Weight>,
}

impl AloneWeight {
    /// By how much an article of a segment can score more than the best of its block. The best was found when the
    /// segment was written, by the mean length of its own articles; by another mean another article may be the best,
    /// which then has at most the share of the two means more.
    fn off(&self, segment: &SegmentReader) -> tantivy::Result<f32> {
        let words = segment.inverted_index(self.query.field)?.total_num_tokens();
        let means = self.query.words_mean / (words as f32 / segment.max_doc() as f32);
        Ok(means.max(means.recip()) * ROUNDED)
    }
}

impl Weight for AloneWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.weighed.scorer(segment, boost)
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.weighed.explain(segment, doc)
    }

    fn count(&self, segment: &SegmentReader) -> tantivy::Result<u32> {
        self.bare.count(segment)
    }

    fn for_each_no_score(&self, segment: &SegmentReader, callback: &mut dyn FnMut(&[DocId])) -> tantivy::Result<()> {
        self.bare.for_each_no_score(segment, callback)
    }

    fn for_each_pruning(
        &self,
        mut threshold: Score,
        segment: &SegmentReader,
        callback: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        let (times, off) = (self.query.times, self.off(segment)?);
        if !(times.is_normal() && times > 0.0 && off.is_finite()) {
            return self.weighed.for_each_pruning(threshold, segment, callback);
        }
        // No score is less than 0.
        let bare = |threshold: Score| if threshold > 0.0 { threshold / times / off } else { Score::MIN };
        self.bare.for_each_pruning(bare(threshold), segment, &mut |doc, score| {
            let score = score * times;
            if score > threshold {
                threshold = callback(doc, score);
            }
            bare(threshold)
        })
    }
}

#[cfg(test)]
mod tests {
    use tantivy::{
        Index, TERMINATED, Term, doc,
        schema::{IndexRecordOption, Schema, TEXT},
    };

    use super::*;

    /// Articles of which each segment's are longer than those of the one before.
    fn index() -> (Index, Field) {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 20_000_000).unwrap();
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        let mut seed = 7_u64;
        let mut draw = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for segment in 0..3 {
            for _ in 0..3_000 {
                let often = "quay ".repeat(draw(6) as usize);
                let others = "word ".repeat(draw(30 << (3 * segment)) as usize);
                writer.add_document(doc!(field => often + &others)).unwrap();
            }
            writer.commit().unwrap();
        }
        (index, field)
    }

    #[test]
    fn the_best_are_those_that_a_scan_finds() {
        let (index, field) = index();
        let searcher = index.reader().unwrap().searcher();
        let words: u64 =
            searcher.segment_readers().iter().map(|s| s.inverted_index(field).unwrap().total_num_tokens()).sum();
        let term = TermQuery::new(Term::from_field_text(field, "quay"), IndexRecordOption::WithFreqs);
        let words_mean = words as f32 / searcher.num_docs() as f32;
        for times in [1.0, 0.3, 7.5] {
            let query = TermAlone { term: term.clone(), field, times, words_mean };
            let weight = query.weight(EnableScoring::enabled_from_searcher(&searcher)).unwrap();
            for segment in searcher.segment_readers() {
                let mut all = Vec::new();
                let mut scorer = weight.scorer(segment, 1.0).unwrap();
                while scorer.doc() != TERMINATED {
                    all.push(scorer.score());
                    scorer.advance();
                }
                all.sort_by(|a, b| b.total_cmp(a));
                for count in [1, 10, 100] {
                    let (mut best, mut seen) = (Vec::new(), 0);
                    let pruned = weight.for_each_pruning(Score::MIN, segment, &mut |_, score| {
                        seen += 1;
                        best.push(score);
                        best.sort_by(|a, b| b.total_cmp(a));
                        best.truncate(count);
                        if best.len() < count { Score::MIN } else { best[count - 1].next_down() }
                    });
                    pruned.unwrap();
                    assert!(best.iter().zip(&all).all(|(found, wanted)| (found - wanted).abs() < 1e-5 * wanted));
                    assert_eq!(best.len(), count);
                    assert!(seen < all.len() / 2, "{seen} of {} were looked at", all.len());
                }
            }
        }
    }

    #[test]
    fn a_block_whose_best_is_another_by_another_mean_is_not_passed_over() {
        let (index, field) = index();
        let searcher = index.reader().unwrap().searcher();
        let term = TermQuery::new(Term::from_field_text(field, "quay"), IndexRecordOption::WithFreqs);
        let alone = |words_mean| {
            let query = TermAlone { term: term.clone(), field, times: 1.0, words_mean };
            let (bare, weighed) = (
                term.weight(EnableScoring::enabled_from_searcher(&searcher)),
                query.weight(EnableScoring::enabled_from_searcher(&searcher)),
            );
            AloneWeight { query, bare: bare.unwrap(), weighed: weighed.unwrap() }
        };
        let segment = searcher.segment_reader(0);
        let own = segment.inverted_index(field).unwrap().total_num_tokens() as f32 / segment.max_doc() as f32;
        for (words_mean, off) in [(own, 1.0), (own * 3.0, 3.0), (own / 4.0, 4.0)] {
            assert!((alone(words_mean).off(segment).unwrap() - off).abs() < 0.001, "{words_mean}");
        }
    }
}
