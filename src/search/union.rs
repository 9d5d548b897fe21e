//! The best articles for a union of weighed terms.
//!
//! The method is MaxScore (Turtle and Flood 1995) by windows of documents: a term can add so much at most, and terms
//! that together cannot lift an article among the best only add to articles that other terms brought: read through
//! where these are many, looked up where they are few. It takes hundreds of terms, of which the index library's own
//! WAND sorts all for every article.
//!
//! Scores are added up as whole numbers, [`SCALE`] to one: so that a sum does not depend on the order of its parts,
//! which is another for every threshold.

use std::{ops::Range, sync::OnceLock};

use tantivy::{
    DocId, Score, SegmentReader, TERMINATED, Term,
    fieldnorm::FieldNormReader,
    postings::BlockSegmentPostings,
    query::{BooleanQuery, BoostQuery, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight},
    schema::{Field, IndexRecordOption},
};

use super::{
    bm25f::{Bm25, K1, rareness},
    pass,
};
use crate::deadline;

/// What a score of 1 is in whole numbers.
const SCALE: f32 = 68_719_476_736.0;

/// Room for rounding in what a term can add at most.
const ROUNDED_UP: f32 = 1.000_01;

/// Documents of a window; a power of two.
const WINDOW: usize = 2048;

/// How many times as long it takes to look a document up as to read on to the next one.
const LOOK_UP_TIMES: u64 = 8;

/// A term of the ranked field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WeighedTerm {
    pub(super) term: String,
    /// Articles that hold it.
    pub(super) found: u64,
    /// Its weight in the sense of the ranking formula, times how often it counts.
    pub(super) weight: f32,
}

impl WeighedTerm {
    /// A query for its articles that the index library runs, and what its scores are to be multiplied by.
    pub(super) fn by_library(&self, field: Field, articles: u64) -> (TermQuery, f32) {
        let query = TermQuery::new(Term::from_field_text(field, &self.term), IndexRecordOption::WithFreqs);
        (query, self.weight / rareness(articles, self.found))
    }
}

/// Articles with any of some terms.
#[derive(Debug, Clone)]
pub(super) struct TermUnion {
    field: Field,
    terms: Vec<WeighedTerm>,
    articles: u64,
    words_mean: f32,
}

impl TermUnion {
    /// Over the terms of a field, among so many articles of such a mean length. A term that comes again counts again.
    pub(super) fn new(field: Field, mut terms: Vec<WeighedTerm>, articles: u64, words_mean: f32) -> Self {
        terms.sort_by(|a, b| a.term.cmp(&b.term));
        terms.dedup_by(|again, first| {
            let same = again.term == first.term;
            if same {
                first.weight += again.weight;
            }
            same
        });
        Self { field, terms, articles, words_mean }
    }

    fn term(&self, weighed: &WeighedTerm) -> Term {
        Term::from_field_text(self.field, &weighed.term)
    }
}

impl Query for TermUnion {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let terms = self.terms.iter().map(|term| -> Box<dyn Query> {
            let (query, times) = term.by_library(self.field, self.articles);
            Box::new(BoostQuery::new(Box::new(query), times))
        });
        let by_library = BooleanQuery::union(terms.collect()).weight(scoring)?;
        Ok(Box::new(UnionWeight { union: self.clone(), by_library, saturation: OnceLock::new() }))
    }
}

struct UnionWeight {
    union: TermUnion,
    by_library: Box<dyn Weight>,
    /// Made where it is needed first, once for all segments.
    saturation: OnceLock<Saturation>,
}

impl UnionWeight {
    /// The terms that a segment has, by what they can add, the least first.
    fn open(&self, segment: &SegmentReader, option: IndexRecordOption) -> tantivy::Result<Vec<Stream>> {
        let index = segment.inverted_index(self.union.field)?;
        let mut streams = Vec::with_capacity(self.union.terms.len());
        for weighed in &self.union.terms {
            if let Some(postings) = index.read_block_postings(&self.union.term(weighed), option)? {
                let most = whole(weighed.weight * (K1 + 1.0) * ROUNDED_UP);
                let in_window = u64::from(postings.doc_freq()) * WINDOW as u64 / u64::from(segment.max_doc());
                streams.push(Stream { postings, at: 0, weight: weighed.weight, most, in_window });
            }
        }
        streams.sort_by_key(|stream| stream.most);
        Ok(streams)
    }
}

impl Weight for UnionWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.by_library.scorer(segment, boost)
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.by_library.explain(segment, doc)
    }

    fn for_each_pruning(
        &self,
        threshold: Score,
        segment: &SegmentReader,
        callback: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        let lengths = segment.get_fieldnorms_reader(self.union.field)?;
        let streams = self.open(segment, IndexRecordOption::WithFreqs)?;
        let saturation = self.saturation.get_or_init(|| Saturation::new(self.union.words_mean));
        MaxScore::new(streams, lengths, saturation, threshold).run(pass::wanted(), callback);
        Ok(())
    }

    fn for_each_no_score(&self, segment: &SegmentReader, callback: &mut dyn FnMut(&[DocId])) -> tantivy::Result<()> {
        let mut streams = self.open(segment, IndexRecordOption::Basic)?;
        let mut found = Touched::default();
        let mut docs = Vec::with_capacity(WINDOW);
        let wanted = pass::wanted();
        streams.iter_mut().for_each(|stream| stream.seek(wanted.start));
        while let Some(start) = next_window(&streams, wanted.end) {
            for stream in &mut streams {
                stream.each_until(wanted.end.min(start + WINDOW as DocId), |doc, _| found.add((doc - start) as usize));
            }
            found.drain(|at| docs.push(start + at as DocId));
            callback(&docs);
            docs.clear();
        }
        Ok(())
    }

    fn count(&self, segment: &SegmentReader) -> tantivy::Result<u32> {
        let mut count = 0;
        let alive = segment.alive_bitset();
        self.for_each_no_score(segment, &mut |docs| {
            let docs = docs.iter().filter(|&&doc| alive.is_none_or(|alive| alive.is_alive(doc)));
            count += docs.count() as u32;
        })?;
        Ok(count)
    }
}

/// Where the window begins that the first document of any stream is in; none where that is not before `end`.
fn next_window(streams: &[Stream], end: DocId) -> Option<DocId> {
    let first = streams.iter().map(Stream::doc).min().filter(|&doc| doc < end)?;
    Some(first - first % WINDOW as DocId)
}

/// Documents of a window that were met.
struct Touched([u64; WINDOW / 64]);

impl Default for Touched {
    fn default() -> Self {
        Self([0; WINDOW / 64])
    }
}

impl Touched {
    fn add(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    /// Calls `each` with all of them, in order, and forgets them.
    fn drain(&mut self, mut each: impl FnMut(usize)) {
        for (place, word) in self.0.iter_mut().enumerate() {
            while *word != 0 {
                each(place * 64 + word.trailing_zeros() as usize);
                *word &= *word - 1;
            }
        }
    }
}

/// The articles of a term, block by block.
struct Stream {
    postings: BlockSegmentPostings,
    /// Place in the block.
    at: usize,
    weight: f32,
    /// What it can add at most, in whole numbers.
    most: u64,
    /// About how many of its documents are in a window.
    in_window: u64,
}

impl Stream {
    fn doc(&self) -> DocId {
        self.postings.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// Goes on to the first document that is not before one.
    fn seek(&mut self, doc: DocId) {
        if self.doc() < doc {
            self.at = self.postings.seek(doc);
        }
    }

    /// Calls `each` with the documents before `end` and how often the term stands there.
    fn each_until(&mut self, end: DocId, mut each: impl FnMut(DocId, u32)) {
        loop {
            let docs = self.postings.docs();
            // Without frequencies there is a list of ones.
            let freqs = self.postings.freqs();
            let before = self.at + docs[self.at..].partition_point(|&doc| doc < end);
            for (place, &doc) in docs.iter().enumerate().take(before).skip(self.at) {
                each(doc, freqs.get(place).copied().unwrap_or(1));
            }
            self.at = before;
            if before < docs.len() || docs.is_empty() {
                return;
            }
            self.postings.advance();
            self.at = 0;
        }
    }

    /// How often the term stands in a document that is not behind the present one; 0 where it does not.
    fn frequency_in(&mut self, doc: DocId) -> u32 {
        self.seek(doc);
        if self.doc() == doc { self.postings.freq(self.at) } else { 0 }
    }
}

/// A score in whole numbers. Scores are never negative; the way over signed numbers is the shorter one for a processor.
fn whole(score: f32) -> u64 {
    (score * SCALE) as i64 as u64
}

fn score(whole: u64) -> Score {
    (whole as f64 / f64::from(SCALE)) as Score
}

/// A run over the documents of a segment.
struct MaxScore<'a> {
    /// By what they can add, the least first.
    streams: Vec<Stream>,
    /// What each stream and those before it can add together.
    together: Vec<u64>,
    /// The first of the streams that are read in full: those before it cannot lift a document alone.
    first: usize,
    lengths: FieldNormReader,
    saturation: &'a Saturation,
    /// What a document must exceed; `None` where all are wanted.
    threshold: Option<u64>,
    sums: Box<[u64; WINDOW]>,
    touched: Touched,
}

impl<'a> MaxScore<'a> {
    fn new(streams: Vec<Stream>, lengths: FieldNormReader, saturation: &'a Saturation, threshold: Score) -> Self {
        let mut sum = 0_u64;
        let together = streams.iter().map(|stream| {
            sum = sum.saturating_add(stream.most);
            sum
        });
        let together = together.collect();
        let sums = Box::new([0; WINDOW]);
        let touched = Touched::default();
        let mut new = Self { streams, together, first: 0, lengths, saturation, threshold: None, sums, touched };
        new.raise(threshold);
        new
    }

    fn raise(&mut self, threshold: Score) {
        self.threshold = (threshold >= 0.0).then(|| whole(threshold));
        if let Some(threshold) = self.threshold {
            self.first = self.together.partition_point(|&together| together <= threshold);
        }
    }

    fn run(mut self, wanted: Range<DocId>, callback: &mut dyn FnMut(DocId, Score) -> Score) {
        let mut candidates: Vec<u16> = Vec::with_capacity(WINDOW);
        self.streams.iter_mut().for_each(|stream| stream.seek(wanted.start));
        while let Some(start) = next_window(&self.streams[self.first..], wanted.end) {
            deadline::check();
            let end = wanted.end.min(start + WINDOW as DocId);
            // Streams that become too light meanwhile are read in this window all the same.
            let light = self.first;
            for place in light..self.streams.len() {
                self.add_all(place, start..end, true);
            }
            candidates.clear();
            self.touched.drain(|at| candidates.push(at as u16));
            self.sieve(light, &mut candidates);
            for place in (0..light).rev() {
                if candidates.is_empty() {
                    break;
                }
                if candidates.len() as u64 * LOOK_UP_TIMES > self.streams[place].in_window {
                    self.add_all(place, start..end, false);
                } else {
                    self.look_up(place, start, &candidates);
                }
                self.sieve(place, &mut candidates);
            }
            for &at in &candidates {
                let sum = self.sums[usize::from(at)];
                if self.threshold.is_none_or(|threshold| sum > threshold) {
                    self.raise(callback(start + DocId::from(at), score(sum)));
                }
            }
            self.sums.fill(0);
        }
    }

    /// Adds what a stream has in the window.
    fn add_all(&mut self, place: usize, Range { start, end }: Range<DocId>, touches: bool) {
        let Self { streams, saturation, lengths, sums, touched, .. } = self;
        let stream = &mut streams[place];
        let weight = stream.weight;
        stream.seek(start);
        stream.each_until(end, |doc, frequency| {
            let at = (doc - start) as usize;
            sums[at] += whole(weight * saturation.of(frequency, lengths.fieldnorm_id(doc)));
            if touches {
                touched.add(at);
            }
        });
    }

    /// Adds what a stream has in some documents of the window.
    fn look_up(&mut self, place: usize, start: DocId, candidates: &[u16]) {
        let Self { streams, saturation, lengths, sums, .. } = self;
        let stream = &mut streams[place];
        for &at in candidates {
            let doc = start + DocId::from(at);
            let frequency = stream.frequency_in(doc);
            if frequency > 0 {
                sums[usize::from(at)] += whole(stream.weight * saturation.of(frequency, lengths.fieldnorm_id(doc)));
            }
        }
    }

    /// Keeps those documents of the window that the first `left` streams can still lift over the threshold.
    fn sieve(&self, left: usize, candidates: &mut Vec<u16>) {
        let most = if left == 0 { 0 } else { self.together[left - 1] };
        // What the document itself must exceed then; where that is less than nothing, all may be lifted.
        let Some(least) = self.threshold.and_then(|threshold| threshold.checked_sub(most)) else { return };
        // Which ones are kept cannot be foreseen, so that a branch for each would cost more than what it saves.
        let mut kept = 0;
        for place in 0..candidates.len() {
            let at = candidates[place];
            candidates[kept] = at;
            kept += usize::from(self.sums[usize::from(at)] > least);
        }
        candidates.truncate(kept);
    }
}

/// Frequencies for which saturation is reckoned beforehand.
const FREQUENCIES: usize = 16;

/// What a frequency counts in an article of a length: all the formula but the weight.
struct Saturation {
    known: Box<[[f32; 256]; FREQUENCIES]>,
    one: Bm25,
}

impl Saturation {
    fn new(words_mean: f32) -> Self {
        let one = Bm25::new(1.0, words_mean);
        let mut known = Box::new([[0.0; 256]; FREQUENCIES]);
        for (frequency, lengths) in (0..).zip(known.iter_mut()) {
            for (length, known) in (0..=u8::MAX).zip(lengths) {
                *known = one.score(length, frequency);
            }
        }
        Self { known, one }
    }

    fn of(&self, frequency: u32, length: u8) -> f32 {
        match self.known.get(frequency as usize) {
            Some(lengths) => lengths[usize::from(length)],
            None => self.one.score(length, frequency),
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::{
        Index, doc,
        query::Bm25StatisticsProvider,
        schema::{Schema, TEXT},
    };

    use super::*;

    /// A sequence that looks like chance.
    struct Draws(u64);

    impl Draws {
        fn below(&mut self, n: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % n
        }
    }

    /// Articles of a few words, the word `w7` in about one of 7; in one segment.
    fn index(articles: u64) -> (Index, Field) {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 20_000_000).unwrap();
        let mut draws = Draws(7);
        for _ in 0..articles {
            let mut text = String::from("always ");
            for word in [1, 2, 3, 7, 19, 101, 997, 3001] {
                for _ in 0..draws.below(3) {
                    if draws.below(word) == 0 {
                        text += &format!("w{word} ");
                    }
                }
            }
            writer.add_document(doc!(field => text)).unwrap();
        }
        writer.commit().unwrap();
        (index, field)
    }

    fn check(index: &Index, field: Field, words: &[&str], count: usize) {
        let searcher = index.reader().unwrap().searcher();
        let (articles, all) = (searcher.num_docs(), searcher.total_num_tokens(field).unwrap());
        let weighed = |word: &&str| {
            let found = searcher.doc_freq(&Term::from_field_text(field, word)).unwrap();
            WeighedTerm { term: (*word).to_owned(), found, weight: rareness(articles, found) }
        };
        let terms: Vec<WeighedTerm> = words.iter().map(weighed).collect();
        let query = TermUnion::new(field, terms, articles, all as f32 / articles as f32);
        let weight = query.weight(EnableScoring::enabled_from_searcher(&searcher)).unwrap();
        let segment = searcher.segment_reader(0);
        let mut scores: Vec<(DocId, Score)> = Vec::new();
        let mut scorer = weight.scorer(segment, 1.0).unwrap();
        while scorer.doc() != TERMINATED {
            scores.push((scorer.doc(), scorer.score()));
            scorer.advance();
        }
        let mut docs = Vec::new();
        weight.for_each_no_score(segment, &mut |some| docs.extend_from_slice(some)).unwrap();
        assert_eq!(docs, scores.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), "{words:?}");
        assert_eq!(weight.count(segment).unwrap() as usize, docs.len());

        let mut best: Vec<(Score, std::cmp::Reverse<DocId>)> = Vec::new();
        let mut seen = 0;
        let pruned = weight.for_each_pruning(Score::MIN, segment, &mut |doc, score| {
            seen += 1;
            let expected = scores[scores.binary_search_by_key(&doc, |(doc, _)| *doc).unwrap()].1;
            assert!(
                (score - expected).abs() <= 1e-5 * expected.max(1e-3),
                "{words:?} {doc}: {score}, wanted {expected}"
            );
            best.push((score, std::cmp::Reverse(doc)));
            best.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            best.truncate(count);
            if best.len() < count { Score::MIN } else { best[count - 1].0.next_down() }
        });
        pruned.unwrap();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        assert_eq!(best.len(), scores.len().min(count), "{words:?}");
        for ((found, _), (_, expected)) in best.iter().zip(&scores) {
            assert!((found - expected).abs() <= 1e-5 * expected.max(1e-3), "{words:?}: {found}, wanted {expected}");
        }
        let few = scores.len() < 100 || count >= scores.len();
        assert!(few || seen < scores.len(), "{words:?}: nothing was passed over");
    }

    #[test]
    fn the_best_are_those_that_a_scan_finds() {
        let (index, field) = index(20_000);
        for count in [1, 10, 100, 30_000] {
            check(&index, field, &["w1", "w3001", "w19"], count);
            check(&index, field, &["always", "w997"], count);
            check(&index, field, &["w3001", "w997", "w101", "w19", "w7", "w3", "w2", "w1", "always"], count);
            check(&index, field, &["w7", "w7", "w101"], count);
            check(&index, field, &["w19"], count);
            check(&index, field, &["nowhere", "w997"], count);
        }
        check(&index, field, &["nowhere"], 10);
        check(&index, field, &[], 10);
    }
}
