//! A plan as a query of the index: first articles that have its words, then, of those, the ones where they stand right.

use std::{cmp::Reverse, collections::BinaryHeap, fmt, sync::Arc};

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED, Term,
    columnar::Column,
    fieldnorm::FieldNormReader,
    postings::{Postings, SegmentPostings},
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
    schema::{Field, IndexRecordOption},
};

use super::{
    bm25f::Bm25,
    pass,
    plan::{Plan, SPANS_MAX, Scope, View},
};
use crate::{
    deadline,
    index::{Fields, PARAGRAPH_START, SENTENCE_START, layout::ZoneEnds},
};

/// Terms of the index that stand for one word of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LeafTerms {
    pub(super) alternatives: Vec<Alternative>,
}

/// A term, and which of its places count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alternative {
    pub(super) term: String,
    pub(super) places: Places,
}

/// Which places of a term count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    /// Of a stem, all.
    Inflected,
    /// Of a stem, those where it is the word as written.
    AsWritten,
    /// Of a word as written that is not its stem, all.
    Form,
    /// Of a word of an address, all.
    Address,
}

impl Alternative {
    /// The term in its field.
    pub(super) fn index_term(&self, fields: &Fields) -> Term {
        Term::from_field_text(self.field(fields), &self.term)
    }

    fn field(&self, fields: &Fields) -> Field {
        match self.places {
            Places::Inflected | Places::AsWritten => fields.text,
            Places::Form => fields.forms,
            Places::Address => fields.url,
        }
    }
}

/// Articles where words stand as a plan says.
#[derive(Clone)]
pub(super) struct PositionalQuery {
    pub(super) plan: Arc<Plan>,
    pub(super) leaves: Arc<Vec<LeafTerms>>,
    pub(super) fields: Fields,
    /// What an occurrence is worth.
    pub(super) bm25: Bm25,
}

impl fmt::Debug for PositionalQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PositionalQuery").field("plan", &self.plan).field("leaves", &self.leaves).finish()
    }
}

impl Query for PositionalQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(PositionalWeight(self.clone())))
    }
}

/// How often a plan fits one document.
pub(super) fn occurrences(
    segment: &SegmentReader,
    leaves: &[LeafTerms],
    plan: &Plan,
    fields: &Fields,
    doc: DocId,
) -> tantivy::Result<u32> {
    let mut places = SegmentPlaces::open(segment, leaves, plan, fields)?;
    if places.candidate(plan, doc) != doc {
        return Ok(0);
    }
    places.doc = doc;
    Ok(plan.spans(&mut places).len() as u32)
}

/// How often the most frequent of some stems counts in one document: in the headline twice.
pub(super) fn frequency(
    segment: &SegmentReader,
    fields: &Fields,
    stems: &[String],
    doc: DocId,
) -> tantivy::Result<u32> {
    let index = segment.inverted_index(fields.text)?;
    let mut most = 0;
    for stem in stems {
        let term = Term::from_field_text(fields.text, stem);
        if let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs)?
            && postings.doc() <= doc
            && postings.seek(doc) == doc
        {
            most = most.max(postings.term_freq());
        }
    }
    Ok(most)
}

struct PositionalWeight(PositionalQuery);

impl PositionalWeight {
    /// A scorer that stands before the first document.
    fn open(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<PositionalScorer> {
        let query = &self.0;
        let places = SegmentPlaces::open(segment, &query.leaves, &query.plan, &query.fields)?;
        let lengths = segment.fieldnorms_readers().get_field(query.fields.text)?;
        Ok(PositionalScorer {
            phrase: Phrase::of(&query.plan, &places),
            plan: Arc::clone(&query.plan),
            places,
            lengths: lengths.unwrap_or_else(|| FieldNormReader::constant(segment.max_doc(), 1)),
            bm25: query.bm25.boosted(boost),
            doc: 0,
            end: pass::wanted().end,
            found: 0,
        })
    }
}

impl Weight for PositionalWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = self.open(segment, boost)?;
        scorer.doc = scorer.next_from(pass::wanted().start, Wanted::Count);
        Ok(Box::new(scorer))
    }

    /// Places are not read where the frequencies of the words already tell that an article cannot be among the best.
    fn for_each_pruning(
        &self,
        mut threshold: Score,
        segment: &SegmentReader,
        callback: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        let mut scorer = self.open(segment, 1.0)?;
        let mut doc = scorer.next_from(pass::wanted().start, Wanted::Above(threshold));
        while doc != TERMINATED {
            let score = scorer.bm25.score(scorer.lengths.fieldnorm_id(doc), scorer.found);
            if score > threshold {
                threshold = callback(doc, score);
            }
            doc = scorer.next_from(doc + 1, Wanted::Above(threshold));
        }
        Ok(())
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.seek(doc) != doc {
            return Err(tantivy::TantivyError::InvalidArgument("the document does not match".to_owned()));
        }
        Ok(Explanation::new("words where they are asked for", scorer.score()))
    }
}

/// What is to be found out of a document.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    /// How often the plan fits.
    Count,
    /// How often it fits, where that can score more than this.
    Above(Score),
}

/// A plan that is words one behind another, which is most of them: looked for without a list of spans.
struct Phrase {
    /// The words by how few articles have them, each with its place in the phrase.
    leaves: Vec<(usize, u32)>,
    /// Places at which the phrase may begin, and those of one more word.
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl Phrase {
    fn of(plan: &Plan, places: &SegmentPlaces) -> Option<Self> {
        let Plan::Sequence(parts) = plan else { return None };
        let leaf = |(part, at): (&Plan, u32)| if let Plan::Leaf(leaf) = part { Some((*leaf, at)) } else { None };
        let mut leaves: Vec<(usize, u32)> = parts.iter().zip(0..).map(leaf).collect::<Option<_>>()?;
        if leaves.is_empty() {
            return None;
        }
        leaves.sort_by_key(|&(leaf, _)| places.leaves[leaf].most);
        Some(Self { leaves, starts: Vec::new(), places: Vec::new() })
    }

    /// How often it stands in the document that the words are at.
    fn count(&mut self, words: &mut SegmentPlaces) -> usize {
        for (place, &(leaf, offset)) in self.leaves.iter().enumerate() {
            let into = if place == 0 { &mut self.starts } else { &mut self.places };
            into.clear();
            words.leaf(leaf, into);
            into.truncate(SPANS_MAX);
            if place == 0 {
                // What stands too near the beginning is no place of the phrase.
                let early = self.starts.partition_point(|&at| at < offset);
                self.starts.drain(..early);
                self.starts.iter_mut().for_each(|at| *at -= offset);
            } else {
                keep_followed(&mut self.starts, &self.places, offset);
            }
            if self.starts.is_empty() {
                return 0;
            }
        }
        self.starts.len()
    }
}

/// Keeps the places that have one of the others so far behind them. Both ascend.
fn keep_followed(starts: &mut Vec<u32>, others: &[u32], offset: u32) {
    let (mut kept, mut at) = (0, 0);
    for place in 0..starts.len() {
        let start = starts[place];
        while others.get(at).is_some_and(|&other| other < start + offset) {
            at += 1;
        }
        let Some(&other) = others.get(at) else { break };
        starts[kept] = start;
        kept += usize::from(other == start + offset);
    }
    starts.truncate(kept);
}

struct PositionalScorer {
    plan: Arc<Plan>,
    phrase: Option<Phrase>,
    places: SegmentPlaces,
    lengths: FieldNormReader,
    bm25: Bm25,
    doc: DocId,
    /// Documents from this on are not looked at.
    end: DocId,
    /// Spans in the present document.
    found: u32,
}

impl PositionalScorer {
    /// The first document at or behind one where the plan fits as it is wanted.
    fn next_from(&mut self, mut target: DocId, wanted: Wanted) -> DocId {
        /// Room for rounding in what a document can score at most.
        const ROUNDED_UP: f32 = 1.000_01;
        loop {
            let candidate = match &self.phrase {
                Some(phrase) => self.places.meet_words(&phrase.leaves, target),
                None => self.places.candidate(&self.plan, target),
            };
            if candidate >= self.end {
                return TERMINATED;
            }
            deadline::check();
            self.places.doc = candidate;
            let hopeless = match wanted {
                Wanted::Above(threshold) if threshold > 0.0 => {
                    let most = self.places.most_here(&self.plan);
                    self.bm25.score(self.lengths.fieldnorm_id(candidate), most) * ROUNDED_UP <= threshold
                }
                _ => false,
            };
            if !hopeless {
                let found = match &mut self.phrase {
                    Some(phrase) => phrase.count(&mut self.places),
                    None => self.plan.spans(&mut self.places).len(),
                };
                if found > 0 {
                    self.found = found as u32;
                    return candidate;
                }
            }
            target = candidate + 1;
        }
    }
}

impl DocSet for PositionalScorer {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.doc = self.next_from(self.doc + 1, Wanted::Count);
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc {
            self.doc = if target >= TERMINATED { TERMINATED } else { self.next_from(target, Wanted::Count) };
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.places.most(&self.plan)
    }

    fn cost(&self) -> u64 {
        /// How many times as long a document takes as one of a plain word.
        const TIMES_A_WORD: u64 = 8;
        u64::from(self.size_hint()) * TIMES_A_WORD
    }
}

impl Scorer for PositionalScorer {
    fn score(&mut self) -> Score {
        self.bm25.score(self.lengths.fieldnorm_id(self.doc), self.found)
    }
}

/// The places of a plan's words in one segment.
struct SegmentPlaces {
    leaves: Vec<Leaf>,
    sentences: Option<SegmentPostings>,
    paragraphs: Option<SegmentPostings>,
    zone_ends: Vec<Column<u64>>,
    /// The document that is looked at.
    doc: DocId,
    scratch: Vec<u32>,
}

/// A word of the query in one segment: its terms, by the document that each stands at.
struct Leaf {
    streams: Vec<Stream>,
    /// Where each of several terms stands.
    heap: BinaryHeap<Reverse<(DocId, usize)>>,
    most: u32,
}

struct Stream {
    postings: SegmentPostings,
    as_written: bool,
}

impl Leaf {
    /// How often the word's terms stand in a document together, as the index counts them.
    fn frequency(&self, doc: DocId) -> u32 {
        let here = self.streams.iter().filter(|stream| stream.postings.doc() == doc);
        here.map(|stream| stream.postings.term_freq()).fold(0, u32::saturating_add)
    }

    fn doc(&self) -> DocId {
        match &self.streams[..] {
            [stream] => stream.postings.doc(),
            _ => self.heap.peek().map_or(TERMINATED, |Reverse((doc, _))| *doc),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if let [stream] = &mut self.streams[..] {
            let doc = stream.postings.doc();
            return if doc >= target { doc } else { stream.postings.seek(target) };
        }
        while let Some(Reverse((doc, at))) = self.heap.peek().copied() {
            if doc >= target {
                return doc;
            }
            self.heap.pop();
            let doc = self.streams[at].postings.seek(target);
            if doc != TERMINATED {
                self.heap.push(Reverse((doc, at)));
            }
        }
        TERMINATED
    }
}

impl SegmentPlaces {
    fn open(segment: &SegmentReader, leaves: &[LeafTerms], plan: &Plan, fields: &Fields) -> tantivy::Result<Self> {
        let text = segment.inverted_index(fields.text)?;
        let forms = segment.inverted_index(fields.forms)?;
        let with_places = IndexRecordOption::WithFreqsAndPositions;
        let open = |terms: &LeafTerms| -> tantivy::Result<Leaf> {
            let mut leaf = Leaf { streams: Vec::new(), heap: BinaryHeap::new(), most: 0 };
            for alternative in &terms.alternatives {
                let index = match alternative.places {
                    Places::Inflected | Places::AsWritten => &text,
                    Places::Form => &forms,
                    Places::Address => &segment.inverted_index(fields.url)?,
                };
                if let Some(postings) = index.read_postings(&alternative.index_term(fields), with_places)? {
                    leaf.most = leaf.most.saturating_add(postings.doc_freq());
                    leaf.heap.push(Reverse((postings.doc(), leaf.streams.len())));
                    leaf.streams.push(Stream { postings, as_written: alternative.places == Places::AsWritten });
                }
            }
            Ok(leaf)
        };
        let starts = |term: &str| forms.read_postings(&Term::from_field_text(fields.forms, term), with_places);
        let (mut by_scope, mut by_zone) = (false, false);
        needs(plan, &mut by_scope, &mut by_zone);
        let columns = ["title_end", "standfirst_end", "lead_end", "body_end"];
        let columns = columns.iter().take(if by_zone { columns.len() } else { 0 });
        Ok(Self {
            leaves: leaves.iter().map(open).collect::<tantivy::Result<_>>()?,
            sentences: if by_scope { starts(SENTENCE_START)? } else { None },
            paragraphs: if by_scope { starts(PARAGRAPH_START)? } else { None },
            zone_ends: columns.map(|name| segment.fast_fields().u64(name)).collect::<tantivy::Result<_>>()?,
            doc: 0,
            scratch: Vec::new(),
        })
    }

    /// The first document at or behind `target` that has the words of a plan, wherever they stand.
    fn candidate(&mut self, plan: &Plan, target: DocId) -> DocId {
        if target >= TERMINATED {
            return TERMINATED;
        }
        match plan {
            Plan::Leaf(leaf) => self.leaves[*leaf].seek(target),
            Plan::Any(parts) => parts.iter().map(|part| self.candidate(part, target)).min().unwrap_or(TERMINATED),
            Plan::AtLeast { part, .. } | Plan::Within { part, .. } => self.candidate(part, target),
            Plan::Sequence(parts) | Plan::Same { parts, .. } => {
                self.meet(target, parts.len(), |places, at, target| places.candidate(&parts[at], target))
            }
            Plan::Window { leaves, .. } => {
                self.meet(target, leaves.len(), |places, at, target| places.leaves[leaves[at].leaf].seek(target))
            }
            Plan::Near { left, right, .. } => {
                self.meet(target, 2, |places, at, target| places.candidate(if at == 0 { left } else { right }, target))
            }
        }
    }

    /// The first document at or behind `target` that has all of some words.
    fn meet_words(&mut self, words: &[(usize, u32)], target: DocId) -> DocId {
        if target >= TERMINATED {
            return TERMINATED;
        }
        self.meet(target, words.len(), |places, at, target| places.leaves[words[at].0].seek(target))
    }

    /// Most spans that a plan can have in the document that is looked at, by how often its words stand there.
    fn most_here(&self, plan: &Plan) -> u32 {
        match plan {
            Plan::Leaf(leaf) => self.leaves[*leaf].frequency(self.doc),
            Plan::Any(parts) => parts.iter().map(|part| self.most_here(part)).fold(0, u32::saturating_add),
            Plan::Sequence(parts) if parts.iter().all(|part| matches!(part, Plan::Leaf(_))) => {
                parts.iter().map(|part| self.most_here(part)).min().unwrap_or(0)
            }
            Plan::Sequence(parts) => parts.iter().map(|part| self.most_here(part)).fold(1, u32::saturating_mul),
            Plan::Same { parts, .. } => parts.iter().map(|part| self.most_here(part)).min().unwrap_or(0),
            Plan::Window { leaves, .. } => {
                leaves.iter().map(|l| self.leaves[l.leaf].frequency(self.doc)).fold(0, u32::saturating_add)
            }
            Plan::Near { left, right, .. } => self.most_here(left).saturating_mul(self.most_here(right)),
            Plan::AtLeast { part, .. } | Plan::Within { part, .. } => self.most_here(part),
        }
    }

    /// The first document at or behind `target` that `count` parts all have, each asked by its number.
    fn meet(&mut self, mut target: DocId, count: usize, seek: impl Fn(&mut Self, usize, DocId) -> DocId) -> DocId {
        if count == 0 {
            return TERMINATED;
        }
        let (mut agreed, mut at) = (0, 0);
        while agreed < count {
            let doc = seek(self, at, target);
            if doc == TERMINATED {
                return TERMINATED;
            }
            agreed = if doc == target { agreed + 1 } else { 1 };
            target = doc;
            at = (at + 1) % count;
        }
        target
    }

    /// Most documents that can fit.
    fn most(&self, plan: &Plan) -> u32 {
        match plan {
            Plan::Leaf(leaf) => self.leaves[*leaf].most,
            Plan::Any(parts) => parts.iter().map(|part| self.most(part)).fold(0, u32::saturating_add),
            Plan::AtLeast { part, .. } | Plan::Within { part, .. } => self.most(part),
            Plan::Sequence(parts) | Plan::Same { parts, .. } => {
                parts.iter().map(|part| self.most(part)).min().unwrap_or(0)
            }
            Plan::Window { leaves, .. } => leaves.iter().map(|l| self.leaves[l.leaf].most).min().unwrap_or(0),
            Plan::Near { left, right, .. } => self.most(left).min(self.most(right)),
        }
    }
}

/// Whether a plan asks where sentences or paragraphs begin, and where zones end.
fn needs(plan: &Plan, scope: &mut bool, zone: &mut bool) {
    match plan {
        Plan::Leaf(_) | Plan::Window { .. } => {}
        Plan::Sequence(parts) | Plan::Any(parts) => parts.iter().for_each(|part| needs(part, scope, zone)),
        Plan::Same { parts, .. } => {
            *scope = true;
            parts.iter().for_each(|part| needs(part, scope, zone));
        }
        Plan::Near { left, right, .. } => {
            needs(left, scope, zone);
            needs(right, scope, zone);
        }
        Plan::AtLeast { part, .. } => needs(part, scope, zone),
        Plan::Within { part, .. } => {
            *zone = true;
            needs(part, scope, zone);
        }
    }
}

impl View for SegmentPlaces {
    /// Ascending and each once, which phrases rely on.
    fn leaf(&mut self, leaf: usize, positions: &mut Vec<u32>) {
        let (doc, scratch) = (self.doc, &mut self.scratch);
        let leaf = &mut self.leaves[leaf];
        // A part of an alternative may stand at another document: it is not behind this one.
        if leaf.doc() != doc {
            return;
        }
        let mut several = false;
        for stream in leaf.streams.iter_mut().filter(|stream| stream.postings.doc() == doc) {
            scratch.clear();
            stream.postings.append_positions_with_offset(0, scratch);
            several |= !positions.is_empty();
            // A word of the headline stands there twice.
            let mut last = None;
            let written = u32::from(stream.as_written);
            for &place in scratch.iter().filter(|&place| place & written == 0) {
                if last != Some(place / 2) {
                    positions.push(place / 2);
                }
                last = Some(place / 2);
            }
        }
        if several {
            positions.sort_unstable();
            positions.dedup();
        }
    }

    fn starts(&mut self, scope: Scope, positions: &mut Vec<u32>) {
        let (doc, scratch) = (self.doc, &mut self.scratch);
        let sentences = self.sentences.as_mut().filter(|_| scope == Scope::Sentence);
        for postings in self.paragraphs.as_mut().into_iter().chain(sentences) {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc {
                scratch.clear();
                postings.append_positions_with_offset(0, scratch);
                positions.extend(scratch.iter().map(|place| place / 2));
            }
        }
    }

    fn zone_ends(&mut self) -> ZoneEnds {
        let end = |at: usize| {
            let column: Option<&Column<u64>> = self.zone_ends.get(at);
            column.and_then(|column| column.first(self.doc)).unwrap_or(0) as u32
        };
        ZoneEnds { title: end(0), standfirst: end(1), lead: end(2), body: end(3) }
    }
}
