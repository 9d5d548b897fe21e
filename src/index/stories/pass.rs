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

/// Whole number that a weight of 1 is kept as: sums of whole numbers are the same in whatever order they are made.
const SCALE: f32 = 4_096.0;

/// Share of the square of an article's length up to which its most frequent terms are passed over at first.
const PASSED_OVER: f32 = 0.01;

/// Terms and their weights, by hash.
type Terms = Vec<(u32, u32)>;

/// A signature made ready: its weights are of length 1, times [`SCALE`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Signature(Terms);

impl Signature {
    /// Reads the numbers of a signature; empty where they are too few.
    pub(super) fn of(numbers: impl Iterator<Item = u32>) -> Self {
        let mut terms: Vec<(u32, f32)> = numbers.take(SIGNATURE_TERMS).map(term_of).collect();
        let length = terms.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if terms.len() < TERMS_MIN || length <= 0.0 {
            return Self::default();
        }
        terms.sort_unstable_by_key(|(hash, _)| *hash);
        let scaled = |weight: f32| (weight / length * SCALE + 0.5) as u32;
        Self(terms.into_iter().map(|(hash, weight)| (hash, scaled(weight))).collect())
    }

    pub(super) fn hashes(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|(hash, _)| *hash)
    }
}

/// How many articles of a stretch of time have each term.
#[derive(Debug, Default)]
pub(super) struct Counts {
    articles: u32,
    found: FxHashMap<u32, u32>,
}

impl Counts {
    pub(super) fn add(&mut self, signature: &Signature) {
        self.articles += 1;
        for hash in signature.hashes() {
            *self.found.entry(hash).or_default() += 1;
        }
    }
}

/// How rare terms are: squares of inverse document frequencies.
#[derive(Debug, Default)]
struct Weights {
    known: FxHashMap<u32, f32>,
    unknown: f32,
}

impl Weights {
    fn of<'a>(stretches: impl Iterator<Item = &'a Counts>) -> Self {
        let mut found: FxHashMap<u32, u32> = FxHashMap::default();
        let mut articles = ARTICLES_BESIDES;
        for counts in stretches {
            articles += counts.articles as f32;
            if found.is_empty() {
                found.clone_from(&counts.found);
                continue;
            }
            counts.found.iter().for_each(|(hash, count)| *found.entry(*hash).or_default() += count);
        }
        let weight = |found: u32| (1.0 + articles / (found as f32 + 1.0)).ln().powi(2);
        let known = found.into_iter().map(|(hash, found)| (hash, weight(found))).collect();
        Self { known, unknown: weight(0) }
    }

    fn weight(&self, hash: u32) -> f32 {
        self.known.get(&hash).copied().unwrap_or(self.unknown)
    }

    /// What a term adds to the square of the length of a list of terms.
    fn mass(&self, (hash, weight): (u32, u32)) -> f32 {
        (weight as f32).powi(2) * self.weight(hash)
    }

    /// Length of a list of terms.
    fn length(&self, terms: &Terms) -> f32 {
        terms.iter().map(|term| self.mass(*term)).sum::<f32>().sqrt()
    }
}

/// A story that is open.
struct Open {
    /// The place of its first article: what it is called by.
    first: u32,
    last_day: i64,
    recent: VecDeque<Signature>,
    /// All terms of its latest articles together.
    sums: Terms,
    /// The heaviest of them.
    terms: Terms,
    /// Where the story stands in the list of each of these.
    places: Vec<u32>,
}

/// A story in the list of a term.
struct Listed {
    slot: u32,
    /// The term's weight in the story: a whole number.
    weight: f32,
}

/// A term of an article that stories are looked up by.
struct Sought {
    list: usize,
    hash: u32,
    /// Its weight times the square of its rareness.
    weighed: f32,
    /// What it adds to the square of the article's length.
    mass: f32,
}

/// The open stories, and which of them have a term.
#[derive(Default)]
pub(super) struct Pass {
    /// Stories by slot; free slots are taken again.
    open: Vec<Option<Open>>,
    free: Vec<u32>,
    /// For each term the stories that have it.
    lists: FxHashMap<u32, Vec<Listed>>,
    /// Slots by the last day of their stories, or by a day on which it was the last.
    by_last_day: BTreeMap<i64, Vec<u32>>,
    weights: Weights,
    /// By slot, the length of a story's terms, weighed by the rareness of the time; 0 where no story is.
    lengths: Vec<f32>,
    /// By slot, what is summed up for an article; 0 between two articles.
    parts: Vec<f32>,
}

impl Pass {
    /// Begins a stretch of time, in which terms are as rare as in some stretches together.
    pub(super) fn begin<'a>(&mut self, stretches: impl Iterator<Item = &'a Counts>) {
        self.weights = Weights::of(stretches);
        for (story, length) in self.open.iter().zip(&mut self.lengths) {
            *length = story.as_ref().map_or(0.0, |story| self.weights.length(&story.terms));
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
        self.add(slot, [(day, signature)].into_iter());
        self.open[slot as usize].as_ref().map_or(place, |story| story.first)
    }

    /// Opens a story again with its latest articles, the oldest first.
    pub(super) fn reopen(&mut self, first: u32, latest: impl Iterator<Item = (i64, Signature)>) {
        let slot = self.slot(first);
        self.add(slot, latest);
    }

    /// The story that an article joins.
    ///
    /// The terms that most stories have are passed over at first: by Cauchy and Schwarz, what is passed over adds no
    /// more to a cosine than the root of its share in the square of the article's length. The whole cosine is reckoned
    /// for those stories alone where it may be enough.
    fn nearest(&mut self, signature: &Signature) -> Option<u32> {
        // Rounding must not put a bound below what it bounds.
        const ROUNDING: f32 = 1.000_1;
        // Slots that are looked at together: nearly all have too little.
        const BLOCK: usize = 16;
        let length_squared: f32 = signature.0.iter().map(|term| self.weights.mass(*term)).sum();
        let length = length_squared.sqrt();
        let passed_over = (self.part(signature, PASSED_OVER * length_squared) / length_squared).sqrt();
        let bound = |part: f32, story_length: f32| (part / (length * story_length) + passed_over) * ROUNDING;
        // What a part has at least, for each unit of its story's length, where the bound is high enough; a little less,
        // for rounding's sake.
        let least = (SIMILARITY_MIN / ROUNDING - passed_over) / ROUNDING * length;
        let mut candidates: Vec<(f32, u32, u32)> = Vec::new();
        let blocks = self.parts.chunks_mut(BLOCK).zip(self.lengths.chunks(BLOCK));
        for (block, (parts, lengths)) in blocks.enumerate() {
            let mut any = false;
            for (part, story_length) in parts.iter().zip(lengths) {
                any |= *part > least * story_length;
            }
            for (at, (&part, &story_length)) in parts.iter().zip(lengths).enumerate().filter(|_| any) {
                let slot = block * BLOCK + at;
                if part > least * story_length
                    && let bound = bound(part, story_length)
                    && bound >= SIMILARITY_MIN
                    && let Some(story) = &self.open[slot]
                {
                    candidates.push((bound, story.first, slot as u32));
                }
            }
            parts.fill(0.0);
        }
        candidates.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut best: Option<(f32, u32, u32)> = None;
        for (bound, first, slot) in candidates {
            if best.is_some_and(|(most, ..)| bound < most) {
                break;
            }
            let Some(story) = &self.open[slot as usize] else { continue };
            let cosine = self.dot(&signature.0, &story.terms) / (length * self.lengths[slot as usize]);
            let is_better = |(most, before, _)| cosine > most || (cosine == most && first < before);
            if cosine >= SIMILARITY_MIN && best.is_none_or(is_better) {
                best = Some((cosine, first, slot));
            }
        }
        best.map(|(_, _, slot)| slot)
    }

    /// Sums up in `parts` the products of an article's terms and those of the open stories, but for the terms that
    /// most have, as long as these add no more than `pass_over` to the square of the article's length; gives what they
    /// add.
    fn part(&mut self, signature: &Signature, pass_over: f32) -> f32 {
        let mut sought: Vec<Sought> = Vec::with_capacity(SIGNATURE_TERMS);
        for &(hash, weight) in &signature.0 {
            if let Some(list) = self.lists.get(&hash).map(Vec::len).filter(|&list| list <= LIST_MAX) {
                let weighed = weight as f32 * self.weights.weight(hash);
                sought.push(Sought { list, hash, weighed, mass: weight as f32 * weighed });
            }
        }
        sought.sort_unstable_by_key(|sought| (sought.list, sought.hash));
        let mut passed_over = 0.0;
        while let Some(last) = sought.pop_if(|last| passed_over + last.mass <= pass_over) {
            passed_over += last.mass;
        }
        for Sought { hash, weighed, .. } in sought {
            for Listed { slot, weight } in self.lists.get(&hash).into_iter().flatten() {
                self.parts[*slot as usize] += weighed * weight;
            }
        }
        passed_over
    }

    fn dot(&self, one: &Terms, other: &Terms) -> f32 {
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < one.len() && j < other.len() {
            let ((a, x), (b, y)) = (one[i], other[j]);
            if a == b {
                sum += x as f32 * y as f32 * self.weights.weight(a);
            }
            i += usize::from(a <= b);
            j += usize::from(b <= a);
        }
        sum
    }

    fn slot(&mut self, first: u32) -> u32 {
        let (recent, sums, terms, places) = Default::default();
        let story = Open { first, last_day: i64::MIN, recent, sums, terms, places };
        match self.free.pop() {
            Some(slot) => {
                self.open[slot as usize] = Some(story);
                slot
            }
            None => {
                self.open.push(Some(story));
                self.lengths.push(0.0);
                self.parts.push(0.0);
                self.open.len() as u32 - 1
            }
        }
    }

    /// Adds articles to a story.
    fn add(&mut self, slot: u32, articles: impl Iterator<Item = (i64, Signature)>) {
        let Some(mut story) = self.open[slot as usize].take() else { return };
        for (day, signature) in articles {
            story.last_day = day;
            story.sums = sums(&story.sums, &signature.0, u32::saturating_add);
            story.recent.push_back(signature);
            if story.recent.len() > RECENT_MAX
                && let Some(oldest) = story.recent.pop_front()
            {
                story.sums = sums(&story.sums, &oldest.0, u32::saturating_sub);
            }
        }
        let terms = heaviest(&story.sums);
        story.places = self.relist(slot, &story, &terms);
        self.lengths[slot as usize] = self.weights.length(&terms);
        story.terms = terms;
        let of_day = self.by_last_day.entry(story.last_day).or_default();
        if of_day.last() != Some(&slot) {
            of_day.push(slot);
        }
        self.open[slot as usize] = Some(story);
    }

    /// Puts a story, which is taken from its slot, into the lists of its new terms, and out of those that it has no
    /// more; gives where it stands in the lists of the new ones.
    fn relist(&mut self, slot: u32, story: &Open, new: &Terms) -> Vec<u32> {
        let (old, mut i) = (&story.terms, 0);
        let mut places = Vec::with_capacity(new.len());
        for &(hash, weight) in new {
            while let Some(&(gone, _)) = old.get(i).filter(|(other, _)| *other < hash) {
                self.unlist(gone, story.places[i]);
                i += 1;
            }
            let list = self.lists.entry(hash).or_default();
            let listed = Listed { slot, weight: weight as f32 };
            if old.get(i).is_some_and(|(other, _)| *other == hash) {
                places.push(story.places[i]);
                list[story.places[i] as usize] = listed;
                i += 1;
            } else {
                places.push(list.len() as u32);
                list.push(listed);
            }
        }
        for (&(gone, _), &place) in old[i..].iter().zip(&story.places[i..]) {
            self.unlist(gone, place);
        }
        places
    }

    /// Takes out what stands at a place of a term's list; the last of the list takes its place.
    fn unlist(&mut self, hash: u32, place: u32) {
        let Some(list) = self.lists.get_mut(&hash) else { return };
        list.swap_remove(place as usize);
        if let Some(moved) = list.get(place as usize)
            && let Some(story) = &mut self.open[moved.slot as usize]
            && let Ok(at) = story.terms.binary_search_by_key(&hash, |term| term.0)
        {
            story.places[at] = place;
        }
        if list.is_empty() {
            self.lists.remove(&hash);
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
                    self.relist(slot, &story, &Vec::new());
                    self.lengths[slot as usize] = 0.0;
                    self.free.push(slot);
                }
            }
        }
    }
}

/// The terms of two lists, those of both with what `join` makes of their weights; those that weigh nothing are left
/// out.
fn sums(one: &Terms, other: &Terms, join: fn(u32, u32) -> u32) -> Terms {
    let mut all = Vec::with_capacity(one.len() + other.len());
    let (mut i, mut j) = (0, 0);
    while i < one.len() || j < other.len() {
        let (a, b) = (one.get(i).copied(), other.get(j).copied());
        let (hash, x, y) = match (a, b) {
            (Some((a, x)), Some((b, y))) if a == b => (a, x, y),
            (Some((a, x)), b) if b.is_none_or(|(b, _)| a < b) => (a, x, 0),
            (_, Some((b, y))) => (b, 0, y),
            _ => break,
        };
        (i, j) = (i + usize::from(a.is_some_and(|a| a.0 == hash)), j + usize::from(b.is_some_and(|b| b.0 == hash)));
        let weight = join(x, y);
        if weight > 0 {
            all.push((hash, weight));
        }
    }
    all
}

/// The heaviest terms of a list.
fn heaviest(sums: &Terms) -> Terms {
    let mut terms = sums.clone();
    if terms.len() > STORY_TERMS {
        terms.select_nth_unstable_by(STORY_TERMS - 1, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(STORY_TERMS);
        terms.sort_unstable();
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
        let mut counts = Counts::default();
        articles.iter().for_each(|(_, from)| counts.add(&signature(*from)));
        let mut pass = Pass::default();
        pass.begin(std::iter::once(&counts));
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
    fn the_lists_have_each_open_story_where_it_says() {
        let mut pass = Pass::default();
        pass.begin(std::iter::empty());
        let (mut joined, mut begun) = (0, 0);
        for place in 0..2_000_u32 {
            // Events of a few days that overlap, and come again when their stories have ended.
            let day = i64::from(place / 10);
            let event = (place.wrapping_mul(2_654_435_761) >> 28) * 40 + place / 400 * 7;
            let first = pass.put(place, day, signature(1_000 + event + place % 5));
            if first == place { begun += 1 } else { joined += 1 }
        }
        assert!(joined > 500 && begun > 20, "{joined} {begun}");
        let mut listed: usize = pass.lists.values().map(Vec::len).sum();
        for (slot, story) in pass.open.iter().enumerate() {
            let Some(story) = story else {
                assert_eq!(pass.lengths[slot], 0.0);
                continue;
            };
            assert_eq!(pass.lengths[slot], pass.weights.length(&story.terms));
            assert_eq!(story.places.len(), story.terms.len());
            for (&(hash, weight), &place) in story.terms.iter().zip(&story.places) {
                let at = &pass.lists[&hash][place as usize];
                assert_eq!((at.slot as usize, at.weight), (slot, weight as f32));
            }
            listed -= story.terms.len();
        }
        assert_eq!(listed, 0, "nothing else is listed");
        assert!(pass.parts.iter().all(|part| *part == 0.0));
    }

    #[test]
    fn what_says_nothing_stands_alone() {
        let mut pass = Pass::default();
        pass.begin(std::iter::empty());
        let short = || Signature::of((1..4).map(|hash| hash << 6 | 8));
        assert_eq!([pass.put(0, 1, short()), pass.put(1, 1, short())], [0, 1]);
        assert_eq!(Signature::of((1..20).map(|hash| hash << 6)), Signature::default());
    }
}
