//! Where the words of a query stand in the text of one article: what snippets and concordances mark.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    plan::{Plan, Scope, Span, View},
    positional::{LeafTerms, Places},
};
use crate::{
    article::Article,
    index::layout::{self, Counter, Mark, Part, Step, Zone, ZoneEnds},
    text::{Analyzer, Stemming},
};

/// Most places of words of a query that are looked at in one article.
const PLACES_MAX: usize = 20_000;

/// What a query looks for in texts: its clauses that are not negated.
#[derive(Debug, Default)]
pub(super) struct Marks {
    plans: Vec<Plan>,
    /// Rareness of each leaf.
    weights: Vec<f32>,
    /// Leaves by stem, with whether the word must be written as its stem.
    stems: HashMap<String, Vec<(usize, bool)>>,
    /// Leaves by the word as written, where that is not its stem.
    forms: HashMap<String, Vec<usize>>,
    /// Lower-case first characters that a word for one of the leaves can have.
    initials: HashSet<char>,
    /// Whether words are analysed however they begin.
    any_initial: bool,
}

/// A place in an article's text that fits a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Where the text stands.
    pub(super) zone: Zone,
    /// Number of the part of the article's text, from 0, among all parts.
    pub(super) part: usize,
    /// Bytes in the story where it stands there, else in the part.
    pub(super) bytes: Range<usize>,
    /// The word of the query, by number.
    pub(super) leaf: usize,
    /// How much it says.
    pub(super) weight: f32,
}

/// An occurrence of what a query looks for: in the text of a part of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Occurrence {
    /// The headline, standfirst, paragraph or caption.
    pub(super) text: String,
    /// The bytes in it.
    pub(super) bytes: Range<usize>,
}

impl Marks {
    /// Adds a clause, with the rareness of its leaves.
    pub(super) fn add(&mut self, plan: &Plan, leaves: &[LeafTerms], weights: impl IntoIterator<Item = f32>) {
        let shift = self.weights.len();
        self.plans.push(plan.shifted(shift));
        self.weights.extend(weights);
        for (leaf, terms) in leaves.iter().enumerate() {
            let leaf = leaf + shift;
            for alternative in &terms.alternatives {
                self.initials.extend(alternative.term.chars().next());
                let term = alternative.term.clone();
                match alternative.places {
                    Places::Inflected => self.stems.entry(term).or_default().push((leaf, false)),
                    Places::AsWritten => self.stems.entry(term).or_default().push((leaf, true)),
                    Places::Form => self.forms.entry(term).or_default().push(leaf),
                    // It stands in no text.
                    Places::Address => {}
                }
            }
        }
    }

    /// Has every word analysed, however it begins: slower, and surely nothing missed.
    pub(super) fn every_word_counts(&mut self) {
        self.any_initial = true;
    }

    /// Notes how a word may begin that a stemmer changes at its beginning.
    pub(super) fn may_begin_as(&mut self, word: &str) {
        self.initials.extend(word.chars().next().map(|c| c.to_ascii_lowercase()));
    }

    /// The places in an article that fit, in order. `body` is its story, a block a line; `article.blocks` is not looked
    /// at. Words that cannot be among them are counted, but not analysed.
    pub(super) fn places(&self, article: &Article, body: &str) -> Vec<Place> {
        if self.plans.is_empty() {
            return Vec::new();
        }
        let mut text = self.read(article, body);
        let mut marked: Vec<bool> = vec![false; text.places.len()];
        for plan in &self.plans {
            let spans = plan.spans(&mut text);
            let mut leaves = HashSet::new();
            plan.each_leaf(&mut |leaf| {
                leaves.insert(leaf);
            });
            mark(&spans, &leaves, &text, &mut marked);
        }
        text.places.into_iter().zip(marked).filter_map(|((_, place), marked)| marked.then_some(place)).collect()
    }

    /// Every occurrence in an article, in order: a word, a phrase from its first word to its last, what is near each
    /// other likewise. What reaches over the end of a paragraph is shown as far as that.
    pub(super) fn occurrences(&self, article: &Article, body: &str) -> Vec<Occurrence> {
        if self.plans.is_empty() {
            return Vec::new();
        }
        let mut text = self.read(article, body);
        let mut found: Vec<(usize, Range<usize>)> = Vec::new();
        for plan in &self.plans {
            for span in plan.spans(&mut text) {
                let first = text.places.partition_point(|(position, _)| *position < span.start);
                let within = text.places[first..].iter().take_while(|(position, _)| *position <= span.end);
                let Some((_, begin)) = text.places.get(first) else { continue };
                let end = within.filter(|(_, place)| place.part == begin.part).map(|(_, place)| place.bytes.end).max();
                found.push((begin.part, begin.bytes.start..end.unwrap_or(begin.bytes.end)));
            }
        }
        found.sort_unstable_by_key(|(part, bytes)| (*part, bytes.start, bytes.end));
        found.dedup();
        let parts: Vec<_> = layout::parts_with(article, body.lines()).collect();
        let occurrence = |(part, bytes): (usize, Range<usize>)| {
            let part = parts.get(part)?;
            let offset = offset_in_story(part, body);
            Some(Occurrence { text: part.text.to_owned(), bytes: bytes.start - offset..bytes.end - offset })
        };
        found.into_iter().filter_map(occurrence).collect()
    }

    /// Whether a stem is looked for.
    pub(super) fn has_stem(&self, stem: &str) -> bool {
        self.stems.contains_key(stem)
    }

    /// Whether a word as written is looked for.
    pub(super) fn has_form(&self, form: &str) -> bool {
        self.forms.contains_key(form)
    }

    fn read(&self, article: &Article, body: &str) -> MarkedText {
        let language = article.language.as_ref().map(|l| l.code.as_str());
        let mut analyzer = Analyzer::new(language);
        // Some stemmers take prefixes off as well, so that the first letter says nothing.
        let any_initial = self.any_initial || [Some("ar"), Some("id")].map(Stemming::of).contains(&analyzer.stemming());
        let wanted = |word: &str| any_initial || self.may_begin(word);
        let sentences = self.plans.iter().any(Plan::has_scope);
        let mut counter = Counter::default();
        let mut text = MarkedText::default();
        for (number, part) in layout::parts_with(article, body.lines()).enumerate() {
            let offset = offset_in_story(&part, body);
            counter.walk_where(part, &mut analyzer, sentences, wanted, |step, position, bytes| match step {
                Step::Boundary(Mark::Sentence) => text.sentences.push(position),
                Step::Boundary(Mark::Paragraph) => text.paragraphs.push(position),
                Step::Word(word) => {
                    let mut add = |leaf: usize| {
                        // A query may ask for one word a thousand times, and a paragraph may have it as often.
                        if text.places.len() >= PLACES_MAX {
                            return;
                        }
                        let (zone, weight) = (part.zone, self.weights[leaf]);
                        let bytes = bytes.start + offset..bytes.end + offset;
                        text.places.push((position, Place { zone, part: number, bytes, leaf, weight }));
                    };
                    for &(leaf, as_written) in self.stems.get(word.stem).into_iter().flatten() {
                        if !as_written || word.form.is_none() {
                            add(leaf);
                        }
                    }
                    if let Some(leaves) = word.form.and_then(|form| self.forms.get(form)) {
                        leaves.iter().copied().for_each(add);
                    }
                }
            });
            if text.places.len() >= PLACES_MAX {
                break;
            }
        }
        text.sort_by_leaf();
        text.zone_ends = counter.ends();
        text
    }

    /// Whether a word's first letter is one that a query word has.
    fn may_begin(&self, word: &str) -> bool {
        match word.chars().next() {
            Some(c) if c.is_ascii() => self.initials.contains(&c.to_ascii_lowercase()),
            // Folding may change it to anything.
            Some(_) => true,
            None => false,
        }
    }
}

/// Where a part begins in the story; 0 for parts elsewhere.
fn offset_in_story(part: &Part<'_>, body: &str) -> usize {
    match part.zone {
        Zone::Lead | Zone::Body => part.text.as_ptr() as usize - body.as_ptr() as usize,
        _ => 0,
    }
}

/// Marks the places of some leaves that stand within spans. Cost: the places of these leaves and the spans, once each,
/// however many other words stand at the same positions.
fn mark(spans: &[Span], leaves: &HashSet<usize>, text: &MarkedText, marked: &mut [bool]) {
    for leaf in leaves {
        let mut spans = spans.iter().peekable();
        // Where the spans reach that begin no later than the place at hand; they come in the order of their starts.
        let mut reach = None;
        for &at in text.places_of(*leaf) {
            let position = text.places[at].0;
            while let Some(span) = spans.next_if(|span| span.start <= position) {
                reach = reach.max(Some(span.end));
            }
            marked[at] |= reach.is_some_and(|end| position <= end);
        }
    }
}

/// The places of a query's words in one article, by position.
#[derive(Default)]
struct MarkedText {
    places: Vec<(u32, Place)>,
    /// Which of the places are each leaf's.
    by_leaf: HashMap<usize, Vec<usize>>,
    sentences: Vec<u32>,
    paragraphs: Vec<u32>,
    zone_ends: ZoneEnds,
}

impl MarkedText {
    /// Finds out which of the places are each leaf's, once all are there.
    fn sort_by_leaf(&mut self) {
        for (at, (_, place)) in self.places.iter().enumerate() {
            self.by_leaf.entry(place.leaf).or_default().push(at);
        }
    }

    /// The places of a leaf, by position.
    fn places_of(&self, leaf: usize) -> &[usize] {
        self.by_leaf.get(&leaf).map_or(&[], Vec::as_slice)
    }
}

impl View for MarkedText {
    fn leaf(&mut self, leaf: usize, positions: &mut Vec<u32>) {
        positions.extend(self.places_of(leaf).iter().map(|at| self.places[*at].0));
    }

    fn starts(&mut self, scope: Scope, positions: &mut Vec<u32>) {
        positions.extend(&self.paragraphs);
        if scope == Scope::Sentence {
            positions.extend(&self.sentences);
        }
    }

    fn zone_ends(&mut self) -> ZoneEnds {
        self.zone_ends
    }
}
