//! Articles that tell of the same things, and the terms that they share.
//!
//! Three steps. The article's [`FIRST_TERMS`] heaviest terms, each counted as often as it stands there (the headline
//! twice), are one query. The terms of its first [`FEEDBACK_HITS`] hits are added, half and half, and the [`TERMS`]
//! heaviest of both are asked again. The first [`RERANKED`] of that answer are put in order by their score together
//! with the pairs of neighbouring words that they share with the article, which tell one story from the next about the
//! same people.

use std::{collections::HashSet, rc::Rc};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use tantivy::{
    DocAddress,
    query::{BooleanQuery, Occur, Query as TantivyQuery},
};
use xxhash_rust::xxh3::xxh3_64;

use super::{
    SearchOptions, Snapshot, Sort,
    bm25f::rareness,
    checked_end,
    collect::Ranked,
    compile,
    feedback::{Best, FOUND_MIN, LOOKED_UP, fed, forms_in, heaviest},
    statistics::Statistics,
    terms::{Readings, TermCounts, TermReader},
};
use crate::{article::Article, date::Published, error::Result, index::tie, query::Query};

/// Terms that are looked for in other articles: the heaviest. 100 do better than 25 or 50.
const TERMS: usize = 100;

/// Terms that the first hits are sought by. More find no better ones.
const FIRST_TERMS: usize = 40;

/// Hits of those that are looked at.
const FIRST_HITS: usize = 20;

/// First hits whose terms are added.
const FEEDBACK_HITS: usize = 15;

/// Share of their terms in the second query.
const FEEDBACK_SHARE: f32 = 0.5;

/// Power of a hit's score against that of the first, by which its terms are weighed.
const FEEDBACK_POWER: i32 = 2;

/// Hits whose neighbouring words are compared.
const RERANKED: usize = 50;

/// What the shared pairs of an article count that has as many as the seed itself, against the score of the best hit.
const PAIRS_TIMES: f32 = 1.0;

/// Rareness below which a shared term is named only where there is nothing better: it stands in more than a quarter of
/// the archive.
const NAMED_RARENESS_MIN: f32 = 1.4;

/// Days between two articles that are still of the same days.
const SAME_DAYS: i64 = 1;

/// Hits that are asked for beyond the limit, to make up for copies and versions.
const SPARE: usize = 32;

/// Words that are compared as one piece when copies are told.
const SHINGLE_WORDS: usize = 5;

/// Share of the pieces of the shorter article that are in the longer one, from which on they are copies.
const COPY_SHARE: f32 = 0.8;

/// How to look for related articles.
#[derive(Debug, Clone, PartialEq)]
pub struct RelatedOptions {
    /// Most articles to give.
    pub limit: usize,
    /// Most shared terms to name for each.
    pub terms: usize,
    /// Only articles that fit this as well (dates, an outlet, a language); it adds nothing to scores.
    pub within: Query,
    /// Whether copies of the article are among them, instead of only being counted.
    pub copies: bool,
}

impl Default for RelatedOptions {
    fn default() -> Self {
        Self { limit: 10, terms: 6, within: Query::Everything, copies: false }
    }
}

/// What is related to an article.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RelatedArticles {
    /// The articles, best first; [`Related::part`] says where each belongs in time.
    pub articles: Vec<Related>,
    /// Copies of the article in other places, and its other versions, that were met on the way and left out.
    pub copies: usize,
}

/// An article related to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Related {
    /// Place, from 1.
    pub rank: usize,
    /// How strongly they are related; comparable among the articles related to one.
    pub score: f32,
    /// Whether it came before, with or after the other.
    pub part: TimePart,
    /// The article, without the blocks of its story.
    pub article: Article,
    /// The terms that both share, the one that counts most first.
    pub shared: Vec<SharedTerm>,
}

/// Where a related article stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimePart {
    /// More than a day earlier.
    Background,
    /// At most a day apart.
    SameDays,
    /// More than a day later.
    FollowUps,
    /// One of the dates is unknown, or known to the month or year only and that does not tell.
    Undated,
}

/// A term that two articles share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedTerm {
    /// The word as the first article writes it most often.
    pub word: String,
    /// What it adds: how often it stands in the first article, times how rare it is in the archive, times how often it
    /// stands in the second, the more the less each further time counts.
    pub weight: f32,
}

/// A term that articles are sought by.
#[derive(Debug, Clone)]
struct Sought {
    term: String,
    readings: Readings,
    /// The word as the article writes it; empty where only its hits have the term.
    word: String,
    frequency: f32,
    rareness: f32,
}

impl Sought {
    fn weight(&self) -> f32 {
        self.frequency * self.rareness
    }
}

/// A hit with its article and its final score.
struct Candidate {
    ranked: Ranked,
    read: Rc<Read>,
    score: f32,
}

/// An article and its telling words.
struct Read {
    /// Without the blocks of its story.
    article: Article,
    words: Vec<ReadWord>,
    /// Its terms, counted, where it was asked for them.
    counts: Option<TermCounts>,
}

/// A telling word of an article.
#[derive(Clone, Copy)]
struct ReadWord {
    /// Hash of its term.
    hash: u64,
    /// The number of its term, where the seed has it.
    number: Option<u32>,
    /// How often it counts.
    times: f32,
    /// Whether it is the first one of its paragraph.
    first: bool,
}

/// Reads articles, each once.
struct ReadingRoom<'a> {
    snapshot: &'a Snapshot,
    /// Numbers of the seed's terms, the heaviest first, by the hash of each.
    numbers: FxHashMap<u64, u32>,
    read: FxHashMap<DocAddress, Rc<Read>>,
}

impl ReadingRoom<'_> {
    /// Hits with their articles. `counting` asks for their terms, counted; what was read without is not read again for
    /// them.
    fn read(&mut self, hits: Vec<Ranked>, counting: bool) -> Result<Vec<(Ranked, Rc<Read>)>> {
        let new: Vec<Ranked> = hits.iter().filter(|hit| !self.read.contains_key(&hit.address)).cloned().collect();
        let numbers = &self.numbers;
        let read = self.snapshot.each_article(&new, 0, |_, article, reader| {
            let mut counts = counting.then(TermCounts::default);
            let words = read_words(&article, numbers, reader, counts.as_mut());
            // The story was read, and is not given.
            Read { article: Article { blocks: Vec::new(), ..article }, words, counts }
        })?;
        self.read.extend(new.iter().map(|hit| hit.address).zip(read.into_iter().map(Rc::new)));
        let with_article = |hit: Ranked| self.read.get(&hit.address).map(|read| (hit, Rc::clone(read)));
        Ok(hits.into_iter().filter_map(with_article).collect())
    }
}

/// The telling words of an article; `counts` has them counted as well.
fn read_words(
    article: &Article,
    numbers: &FxHashMap<u64, u32>,
    reader: &mut TermReader,
    mut counts: Option<&mut TermCounts>,
) -> Vec<ReadWord> {
    /// Bytes of a story for each of its telling words, about.
    const BYTES_A_WORD: usize = 10;
    let bytes: usize = article.blocks.iter().map(|block| block.text.len()).sum();
    let mut words = Vec::with_capacity(bytes / BYTES_A_WORD);
    let length = reader.each(article, |telling| {
        let hash = xxh3_64(telling.term.as_bytes());
        let number = numbers.get(&hash).copied();
        words.push(ReadWord { hash, number, times: telling.times, first: telling.first });
        if let Some(counts) = &mut counts {
            counts.add(&telling);
        }
    });
    if let Some(counts) = counts {
        counts.words = length;
    }
    words
}

/// The numbers of terms, in their order.
fn numbered(terms: &[Sought]) -> FxHashMap<u64, u32> {
    terms.iter().map(|sought| xxh3_64(sought.term.as_bytes())).zip(0..).collect()
}

impl Snapshot {
    /// Articles related to one, best first; the article itself, its copies and its other versions are not among them,
    /// nor what shares no term that could be named.
    pub(crate) fn related(&self, seed: &Article, options: &RelatedOptions) -> Result<RelatedArticles> {
        let end = checked_end(0, options.limit)?;
        let statistics = self.statistics()?;
        let mut reader = self.term_reader()?;
        let terms = self.sought(&reader.counts(seed), &statistics)?;
        let numbers = numbered(&terms);
        let words = read_words(seed, &numbers, &mut reader, None);
        // For who reads the hits.
        drop(reader);
        let mut room = ReadingRoom { snapshot: self, numbers, read: FxHashMap::default() };
        let pairs = Pairs::of(&words, &terms);
        let first = self.by_terms(&terms[..terms.len().min(FIRST_TERMS)], None, FIRST_HITS, &statistics)?;
        let first = with_pairs(seed, &pairs, first, &mut room, true)?;
        let both = self.with_feedback(&terms, &first, &statistics)?;
        let within = match &options.within {
            Query::Everything => None,
            query => Some(compile::filter(self, query, SearchOptions::default().compile_options(), &statistics)?),
        };
        let ranked = self.by_terms(&both, within, end.saturating_add(SPARE).max(RERANKED), &statistics)?;
        let candidates = with_pairs(seed, &pairs, ranked, &mut room, false)?;
        let cluster = self.copies_of(tie(&seed.id)).map(|cluster| cluster.representative());
        let is_copy = |article: &Article| {
            cluster.is_some() && self.copies_of(tie(&article.id)).map(|other| other.representative()) == cluster
        };
        Ok(answer(seed, &words, &terms, candidates, options, is_copy))
    }

    /// An article's terms that others have as well.
    fn sought(&self, counts: &TermCounts, statistics: &Statistics) -> Result<Vec<Sought>> {
        let mut terms = Vec::with_capacity(counts.counts.len());
        for (term, count) in &counts.counts {
            let readings = self.readings(term, &count.forms)?;
            let (rareness, found) = self.rareness_together(&readings, statistics)?;
            if found >= FOUND_MIN {
                let word = count.forms.common().to_owned();
                terms.push(Sought { term: term.clone(), readings, word, frequency: count.frequency, rareness });
            }
        }
        terms.sort_unstable_by(|a, b| b.weight().total_cmp(&a.weight()).then_with(|| a.term.cmp(&b.term)));
        Ok(terms)
    }

    /// The best hits for some terms, each counted by its frequency.
    fn by_terms(
        &self,
        terms: &[Sought],
        within: Option<Box<dyn TantivyQuery>>,
        count: usize,
        statistics: &Statistics,
    ) -> Result<Vec<Ranked>> {
        let mut weighed = Vec::with_capacity(terms.len());
        for sought in terms {
            statistics.weigh(sought.readings.terms(), sought.frequency, &mut weighed)?;
        }
        let query = statistics.union(weighed);
        match within {
            None => self.top(&query, Sort::Relevance, count, None, statistics),
            Some(within) => {
                let both = BooleanQuery::new(vec![(Occur::Must, Box::new(query)), (Occur::Must, within)]);
                self.top(&both, Sort::Relevance, count, None, statistics)
            }
        }
    }

    /// The heaviest of the article's terms and those of its first hits.
    fn with_feedback(&self, terms: &[Sought], hits: &[Candidate], statistics: &Statistics) -> Result<Vec<Sought>> {
        let counted = hits.iter().take(FEEDBACK_HITS).filter_map(|hit| Some((hit.score, hit.read.counts.as_ref()?)));
        let counted: Vec<(f32, &TermCounts)> = counted.collect();
        let fed = fed(&counted, FEEDBACK_POWER, statistics.average_length());
        let all: f32 = terms.iter().map(|sought| sought.frequency).sum();
        let mixed = |own: f32, fed: f32| (1.0 - FEEDBACK_SHARE) * own / all + FEEDBACK_SHARE * fed;
        let known: HashSet<&str> = terms.iter().map(|sought| sought.term.as_str()).collect();
        let mut both: Vec<Sought> = Vec::with_capacity(terms.len() + LOOKED_UP);
        let mut best = Best::of(TERMS);
        for sought in terms {
            let fed = fed.get(sought.term.as_str()).copied().unwrap_or(0.0);
            both.push(Sought { frequency: mixed(sought.frequency, fed), ..sought.clone() });
            best.add(both[both.len() - 1].weight());
        }
        let rarest = rareness(statistics.articles(), FOUND_MIN);
        for (term, weight) in heaviest(fed.into_iter().filter(|(term, _)| !known.contains(term))) {
            let frequency = mixed(0.0, weight);
            if best.excludes(frequency * rarest) {
                break;
            }
            let readings = self.readings(term, &forms_in(&counted, term))?;
            let (rareness, found) = self.rareness_together(&readings, statistics)?;
            if found >= FOUND_MIN {
                best.add(frequency * rareness);
                both.push(Sought { term: term.to_owned(), readings, word: String::new(), frequency, rareness });
            }
        }
        both.sort_unstable_by(|a, b| b.weight().total_cmp(&a.weight()).then_with(|| a.term.cmp(&b.term)));
        both.truncate(TERMS);
        Ok(both)
    }
}

/// The hits but for the seed itself, scores as shares of the best one's; to those of the first `RERANKED` the shared
/// pairs are added. What is added is never negative, so those behind stay behind.
fn with_pairs(
    seed: &Article,
    pairs: &Pairs,
    ranked: Vec<Ranked>,
    room: &mut ReadingRoom<'_>,
    counting: bool,
) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::with_capacity(ranked.len());
    let mut best = None;
    for (ranked, read) in room.read(ranked, counting)? {
        if read.article.id == seed.id {
            continue;
        }
        let best = *best.get_or_insert(ranked.score.max(f32::MIN_POSITIVE));
        let score = ranked.score / best;
        candidates.push(Candidate { ranked, read, score });
    }
    let first = candidates.len().min(RERANKED);
    for candidate in &mut candidates[..first] {
        candidate.score += PAIRS_TIMES * pairs.shared_with(&candidate.read.words);
    }
    let order = |a: &Candidate, b: &Candidate| b.score.total_cmp(&a.score).then_with(|| b.ranked.cmp(&a.ranked));
    candidates[..first].sort_by(order);
    Ok(candidates)
}

/// What is given of the candidates.
fn answer(
    seed: &Article,
    words: &[ReadWord],
    terms: &[Sought],
    candidates: Vec<Candidate>,
    options: &RelatedOptions,
    is_copy: impl Fn(&Article) -> bool,
) -> RelatedArticles {
    let mut given = RelatedArticles::default();
    let pieces = shingles(words);
    for Candidate { read, score, .. } in candidates {
        if given.articles.len() == options.limit {
            break;
        }
        if !options.copies && (is_copy(&read.article) || is_copy_of(&pieces, &read.words)) {
            given.copies += 1;
            continue;
        }
        let mut shared = shared_terms(&terms[..terms.len().min(TERMS)], &read.words, options.terms.max(1));
        if shared.is_empty() {
            continue;
        }
        shared.truncate(options.terms);
        let part = part(seed.published.as_ref(), read.article.published.as_ref());
        let article = read.article.clone();
        given.articles.push(Related { rank: given.articles.len() + 1, score, part, article, shared });
    }
    given
}

/// Pairs of neighbouring telling words of an article, with what each weighs: how often it stands there, damped, times
/// how rare the less rare of both is, squared.
struct Pairs {
    weights: FxHashMap<(u32, u32), f32>,
    /// What an article that is the same weighs.
    whole: f32,
    words: f32,
}

impl Pairs {
    fn of(words: &[ReadWord], terms: &[Sought]) -> Self {
        let (counts, words) = count_pairs(words, |_| true);
        let rareness = |number: u32| terms[number as usize].rareness;
        let weight = |(pair, count): (&(u32, u32), &f32)| {
            (*pair, (1.0 + count.ln()) * rareness(pair.0).min(rareness(pair.1)).powi(2))
        };
        let weights: FxHashMap<(u32, u32), f32> = counts.iter().map(weight).collect();
        let mut pairs = Self { weights, whole: 1.0, words };
        pairs.whole = pairs.sum(&counts).max(f32::MIN_POSITIVE);
        pairs
    }

    /// What the pairs weigh that an article shares, from 0; 1 for the very same text. Longer articles share more by
    /// chance, so the sum is divided by the root of the length.
    fn shared_with(&self, words: &[ReadWord]) -> f32 {
        let (counts, words) = count_pairs(words, |pair| self.weights.contains_key(&pair));
        self.sum(&counts) / self.whole * (self.words / words.max(1.0)).sqrt()
    }

    fn sum(&self, counts: &FxHashMap<(u32, u32), f32>) -> f32 {
        let mut parts: Vec<f32> = counts
            .iter()
            .filter_map(|(pair, count)| self.weights.get(pair).map(|weight| weight * (1.0 + count.ln())))
            .collect();
        // So that the sum is the same to the last bit, whatever the order of the map.
        parts.sort_unstable_by(f32::total_cmp);
        parts.iter().sum()
    }
}

/// How often each pair of known terms that is wanted stands side by side in an article, function words left out; and
/// its telling words.
fn count_pairs(read: &[ReadWord], is_wanted: impl Fn((u32, u32)) -> bool) -> (FxHashMap<(u32, u32), f32>, f32) {
    let mut counts: FxHashMap<(u32, u32), f32> = FxHashMap::default();
    let mut words = 0.0;
    let mut last = None;
    for word in read {
        if let (false, Some(last), Some(number)) = (word.first, last, word.number)
            && is_wanted((last, number))
        {
            *counts.entry((last, number)).or_default() += word.times;
        }
        last = word.number;
        words += word.times;
    }
    (counts, words)
}

/// Where an article stands in time to another.
fn part(seed: Option<&Published>, other: Option<&Published>) -> TimePart {
    let (Some(seed), Some(other)) = (seed, other) else { return TimePart::Undated };
    let ((seed_first, seed_last), (first, last)) = (seed.days(), other.days());
    if (first - seed_last).num_days() > SAME_DAYS {
        TimePart::FollowUps
    } else if (seed_first - last).num_days() > SAME_DAYS {
        TimePart::Background
    } else if seed_first == seed_last && first == last {
        TimePart::SameDays
    } else {
        TimePart::Undated
    }
}

/// Hashes of all runs of `SHINGLE_WORDS` telling words of an article, paragraphs joined. The headline is left out,
/// which is often changed by who prints a copy.
fn shingles(read: &[ReadWord]) -> FxHashSet<u64> {
    let words: Vec<u64> = read.iter().filter(|word| word.times == 1.0).map(|word| word.hash).collect();
    let piece = |words: &[u64]| words.iter().fold(0_u64, |hash, word| hash.rotate_left(5).wrapping_mul(31) ^ word);
    words.windows(SHINGLE_WORDS).map(piece).collect()
}

/// Whether an article is a copy or a version of the one with these pieces: most of the shorter one is in the longer
/// one.
fn is_copy_of(pieces: &FxHashSet<u64>, words: &[ReadWord]) -> bool {
    let others = shingles(words);
    let shorter = pieces.len().min(others.len());
    let both = others.iter().filter(|piece| pieces.contains(piece)).count();
    shorter > 0 && both as f32 >= COPY_SHARE * shorter as f32
}

/// The seed's terms that another article has, with what each adds, the one that adds most first. Terms that stand
/// everywhere are named only where there is nothing better; numbers relate articles, but say nothing to a reader.
fn shared_terms(terms: &[Sought], words: &[ReadWord], most: usize) -> Vec<SharedTerm> {
    let mut frequencies = vec![0.0_f32; terms.len()];
    for word in words {
        if let Some(frequency) = word.number.and_then(|number| frequencies.get_mut(number as usize)) {
            *frequency += word.times;
        }
    }
    let mut shared: Vec<(bool, SharedTerm)> = Vec::new();
    for (seed, frequency) in terms.iter().zip(frequencies) {
        if frequency > 0.0 && seed.word.chars().any(char::is_alphabetic) {
            let weight = seed.weight() * frequency / (frequency + 1.0);
            shared.push((seed.rareness < NAMED_RARENESS_MIN, SharedTerm { word: seed.word.clone(), weight }));
        }
    }
    if shared.iter().any(|(common, _)| !common) {
        shared.retain(|(common, _)| !common);
    }
    let mut shared: Vec<SharedTerm> = shared.into_iter().map(|(_, term)| term).collect();
    shared.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.word.cmp(&b.word)));
    shared.truncate(most);
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        article::{Block, BlockKind},
        date::{Confidence, DateOrigin},
    };

    fn at(date: &str) -> Option<Published> {
        Published::from_iso(date, DateOrigin::Record, Confidence::Sure)
    }

    #[test]
    fn a_day_apart_is_the_same_days_and_vague_dates_tell_only_what_is_sure() {
        let check = |seed: &str, other: &str, wanted: TimePart| {
            assert_eq!(part(at(seed).as_ref(), at(other).as_ref()), wanted, "{seed} {other}");
        };
        check("2022-04-22", "2022-04-22", TimePart::SameDays);
        check("2022-04-22T23:50:00Z", "2022-04-23", TimePart::SameDays);
        check("2022-04-22", "2022-04-20", TimePart::Background);
        check("2022-04-22", "2022-04-24", TimePart::FollowUps);
        check("2022-04-22", "2022-04", TimePart::Undated);
        check("2022-04-22", "2022-06", TimePart::FollowUps);
        check("2022-04-22", "2021", TimePart::Background);
        check("2022-04-22", "", TimePart::Undated);
    }

    fn article(text: &str) -> Article {
        Article { blocks: vec![Block::new(BlockKind::Paragraph, text)], ..Article::default() }
    }

    #[test]
    fn most_of_the_shorter_text_in_the_longer_one_makes_a_copy() {
        let mut reader = TermReader::plain();
        let story = "earth dam above town slipped night thousands people left valley before dawn said officials";
        let mut words = |text: &str| read_words(&article(text), &FxHashMap::default(), &mut reader, None);
        let pieces = shingles(&words(story));
        let mut check = |text: &str, wanted: bool| {
            assert_eq!(is_copy_of(&pieces, &words(text)), wanted, "{text}");
        };
        check(story, true);
        check(&format!("{story} and the inquiry into the drains goes on for another week"), true);
        check("thousands of people left the valley when the earth dam above the town slipped", false);
        check("", false);
    }

    #[test]
    fn pairs_of_the_very_same_text_weigh_one_and_of_another_nothing() {
        let mut reader = TermReader::plain();
        let seed = article("christian bale will play steve jobs");
        let terms: Vec<Sought> = ["christian", "bale", "play", "steve", "jobs"]
            .map(|term| Sought {
                term: term.to_owned(),
                readings: Readings::one(term),
                word: term.to_owned(),
                frequency: 1.0,
                rareness: 2.0,
            })
            .to_vec();
        let numbers = numbered(&terms);
        let mut words = |article: &Article| read_words(article, &numbers, &mut reader, None);
        let pairs = Pairs::of(&words(&seed), &terms);
        assert!((pairs.shared_with(&words(&seed)) - 1.0).abs() < 1e-6);
        assert_eq!(pairs.shared_with(&words(&article("bale jobs christian steve"))), 0.0);
        let half = pairs.shared_with(&words(&article("steve jobs")));
        assert!(half > 0.0 && half < 1.0, "{half}");
    }
}
