//! The pass over articles by day that puts each to a story.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;

use super::{
    SIMILARITY_MIN, STORY_GAP_DAYS_MAX,
    signature::{SIGNATURE_TERMS, term_of},
};

/// Latest articles of a story that others are compared with: it moves on with its event.
pub(super) const RECENT_MAX: usize = 16;

/// Terms of a story, the heaviest of its latest articles.
const STORY_TERMS: usize = 64;

/// A term that more open stories have finds no story: it stands everywhere.
const LIST_MAX: usize = 1_000;

/// Fewest terms of a signature by which an article can be told.
const TERMS_MIN: usize = 6;

/// Articles that are thought to be there besides those that are: so that a term is not common where a small archive
/// holds little but one story.
const ARTICLES_BESIDES: f32 = 500.0;

/// A signature made ready: terms and weights of length 1, by hash.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Signature(Vec<(u32, f32)>);

impl Signature {
    /// Reads the numbers of a signature; empty where they are too few.
    pub(super) fn of(numbers: impl Iterator<Item = u32>) -> Self {
        let mut terms: Vec<(u32, f32)> = numbers.take(SIGNATURE_TERMS).map(term_of).collect();
        let length = terms.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if terms.len() < TERMS_MIN || length <= 0.0 {
            return Self::default();
        }
        terms.iter_mut().for_each(|(_, weight)| *weight /= length);
        Self(terms)
    }

    pub(super) fn hashes(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|(hash, _)| *hash)
    }
}

/// How rare terms are among the articles of a stretch of time.
#[derive(Debug, Default)]
pub(super) struct Rareness {
    articles: f32,
    found: FxHashMap<u32, u32>,
}

impl Rareness {
    pub(super) fn add(&mut self, signature: &Signature) {
        self.articles += 1.0;
        for hash in signature.hashes() {
            *self.found.entry(hash).or_default() += 1;
        }
    }

    /// Inverse document frequency.
    fn of(&self, hash: u32) -> f32 {
        let found = self.found.get(&hash).copied().unwrap_or(0) as f32;
        (1.0 + (self.articles + ARTICLES_BESIDES) / (found + 1.0)).ln()
    }

    /// Length of a list of terms, weighed.
    fn length(&self, terms: &[(u32, f32)]) -> f32 {
        terms.iter().map(|(hash, weight)| (weight * self.of(*hash)).powi(2)).sum::<f32>().sqrt()
    }
}

/// A story that is open.
struct Open {
    /// The place of its first article: what it is called by.
    first: u32,
    last_day: i64,
    recent: VecDeque<Signature>,
    terms: Vec<(u32, f32)>,
    /// Length of the terms, weighed by the rareness of the time.
    length: f32,
}

/// The open stories, and which of them have a term.
#[derive(Default)]
pub(super) struct Pass {
    /// Stories by slot; free slots are taken again.
    open: Vec<Option<Open>>,
    free: Vec<u32>,
    /// For each term the slots of the stories that have it, with its weight in each.
    lists: FxHashMap<u32, Vec<(u32, f32)>>,
    /// Slots by the last day of their stories, or by a day on which it was the last.
    by_last_day: BTreeMap<i64, Vec<u32>>,
    rareness: Rareness,
    scores: Vec<f32>,
    touched: Vec<u32>,
}

impl Pass {
    /// Begins a stretch of time.
    pub(super) fn begin(&mut self, rareness: Rareness) {
        self.rareness = rareness;
        for story in self.open.iter_mut().flatten() {
            story.length = self.rareness.length(&story.terms);
        }
    }

    /// Puts an article to a story; gives the place of the story's first article, `place` itself where it begins one.
    /// Days must not go back.
    pub(super) fn put(&mut self, place: u32, day: i64, signature: Signature) -> u32 {
        self.close_before(day.saturating_sub(STORY_GAP_DAYS_MAX));
        if signature.0.is_empty() {
            return place;
        }
        let slot = match self.nearest(&signature) {
            Some(slot) => slot,
            None => self.slot(place),
        };
        self.add(slot, day, signature);
        self.open[slot as usize].as_ref().map_or(place, |story| story.first)
    }

    /// Opens a story again with its latest articles, the oldest first.
    pub(super) fn reopen(&mut self, first: u32, latest: impl Iterator<Item = (i64, Signature)>) {
        let slot = self.slot(first);
        for (day, signature) in latest {
            if let Some(story) = &mut self.open[slot as usize] {
                story.last_day = day;
                story.recent.push_back(signature);
            }
        }
        self.renew(slot);
    }

    /// The story that an article joins. The sums are made in the order of the article's terms, so that they do not
    /// depend on the order of the lists.
    fn nearest(&mut self, signature: &Signature) -> Option<u32> {
        self.scores.resize(self.open.len(), 0.0);
        for &(hash, weight) in &signature.0 {
            let Some(list) = self.lists.get(&hash).filter(|list| list.len() <= LIST_MAX) else { continue };
            let weighed = weight * self.rareness.of(hash).powi(2);
            for &(slot, in_story) in list {
                let score = &mut self.scores[slot as usize];
                if *score == 0.0 {
                    self.touched.push(slot);
                }
                *score += weighed * in_story;
            }
        }
        let length = self.rareness.length(&signature.0);
        let mut best: Option<(f32, u32, u32)> = None;
        for slot in self.touched.drain(..) {
            let score = std::mem::take(&mut self.scores[slot as usize]);
            let Some(story) = &self.open[slot as usize] else { continue };
            let cosine = score / (length * story.length);
            let is_better = |(most, first, _)| cosine > most || (cosine == most && story.first < first);
            if cosine >= SIMILARITY_MIN && best.is_none_or(is_better) {
                best = Some((cosine, story.first, slot));
            }
        }
        best.map(|(_, _, slot)| slot)
    }

    fn slot(&mut self, first: u32) -> u32 {
        let story = Open { first, last_day: i64::MIN, recent: VecDeque::new(), terms: Vec::new(), length: 0.0 };
        match self.free.pop() {
            Some(slot) => {
                self.open[slot as usize] = Some(story);
                slot
            }
            None => {
                self.open.push(Some(story));
                self.open.len() as u32 - 1
            }
        }
    }

    fn add(&mut self, slot: u32, day: i64, signature: Signature) {
        if let Some(story) = &mut self.open[slot as usize] {
            story.last_day = day;
            story.recent.push_back(signature);
            if story.recent.len() > RECENT_MAX {
                story.recent.pop_front();
            }
            self.renew(slot);
        }
    }

    /// Makes a story's terms anew from its latest articles.
    fn renew(&mut self, slot: u32) {
        let Some(mut story) = self.open[slot as usize].take() else { return };
        self.unlist(slot, &story.terms);
        story.terms = terms_of(&story.recent);
        story.length = self.rareness.length(&story.terms);
        for &(hash, weight) in &story.terms {
            self.lists.entry(hash).or_default().push((slot, weight));
        }
        let of_day = self.by_last_day.entry(story.last_day).or_default();
        if of_day.last() != Some(&slot) {
            of_day.push(slot);
        }
        self.open[slot as usize] = Some(story);
    }

    fn unlist(&mut self, slot: u32, terms: &[(u32, f32)]) {
        for (hash, _) in terms {
            let Some(list) = self.lists.get_mut(hash) else { continue };
            if let Some(at) = list.iter().position(|(listed, _)| *listed == slot) {
                list.swap_remove(at);
            }
            if list.is_empty() {
                self.lists.remove(hash);
            }
        }
    }

    /// Closes the stories whose last article is from before a day.
    fn close_before(&mut self, day: i64) {
        while let Some(entry) = self.by_last_day.first_entry().filter(|entry| *entry.key() < day) {
            let (last_day, slots) = entry.remove_entry();
            for slot in slots {
                let is_over = |story: &Open| story.last_day == last_day;
                if self.open[slot as usize].as_ref().is_some_and(is_over)
                    && let Some(story) = self.open[slot as usize].take()
                {
                    self.unlist(slot, &story.terms);
                    self.free.push(slot);
                }
            }
        }
    }
}

/// The heaviest terms of some articles together, by hash.
fn terms_of(articles: &VecDeque<Signature>) -> Vec<(u32, f32)> {
    if let [one] = articles.iter().collect::<Vec<_>>()[..] {
        return one.0.clone();
    }
    let mut all: Vec<(u32, f32)> = articles.iter().flat_map(|signature| signature.0.iter().copied()).collect();
    // A stable sort, so that the sums are made in the order of the articles.
    all.sort_by_key(|(hash, _)| *hash);
    let sum = |same: &[(u32, f32)]| (same[0].0, same.iter().map(|(_, weight)| weight).sum::<f32>());
    let mut terms: Vec<(u32, f32)> = all.chunk_by(|a, b| a.0 == b.0).map(sum).collect();
    if terms.len() > STORY_TERMS {
        terms.select_nth_unstable_by(STORY_TERMS - 1, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(STORY_TERMS);
        terms.sort_unstable_by_key(|(hash, _)| *hash);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A signature of ten terms from a number on, all of one weight.
    fn signature(from: u32) -> Signature {
        Signature::of((from..from + 10).map(|hash| hash << 6 | 8))
    }

    fn put_all(articles: &[(i64, u32)]) -> Vec<u32> {
        let mut rareness = Rareness::default();
        articles.iter().for_each(|(_, from)| rareness.add(&signature(*from)));
        let mut pass = Pass::default();
        pass.begin(rareness);
        (0..).zip(articles).map(|(place, (day, from))| pass.put(place, *day, signature(*from))).collect()
    }

    #[test]
    fn articles_of_one_vocabulary_are_a_story_while_no_fortnight_lies_between() {
        assert_eq!(put_all(&[(1, 100), (1, 500), (10, 101), (12, 501), (24, 102)]), [0, 1, 0, 1, 0]);
        assert_eq!(put_all(&[(1, 100), (15, 100), (30, 100)]), [0, 0, 2]);
    }

    #[test]
    fn a_story_moves_on_with_its_event() {
        let days: Vec<(i64, u32)> = (0..40).map(|n| (i64::from(n), 100 + n / 2)).collect();
        assert_eq!(put_all(&days), vec![0; 40], "each joins the latest, though the last shares nothing with the first");
    }

    #[test]
    fn what_says_nothing_stands_alone() {
        let mut pass = Pass::default();
        pass.begin(Rareness::default());
        let short = || Signature::of((1..4).map(|hash| hash << 6 | 8));
        assert_eq!([pass.put(0, 1, short()), pass.put(1, 1, short())], [0, 1]);
        assert_eq!(Signature::of((1..20).map(|hash| hash << 6)), Signature::default());
    }
}
