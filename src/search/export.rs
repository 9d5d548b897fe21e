//! Every hit of a query, one after the other, in bounded memory.

use std::{collections::HashSet, vec};

use chrono::NaiveDate;
use tantivy::{
    DocAddress, DocId, Score, SegmentReader,
    columnar::Column,
    query::{EnableScoring, Weight},
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    SearchOptions, Snapshot, Snippet, Sort,
    collect::Live,
    compile::{self, Compiled},
    expand::EXPANSIONS_MAX,
    snippet,
    statistics::Statistics,
};
use crate::{
    article::Article,
    error::{Error, Result},
    index::{guarded, tie},
    query::Query,
};

/// Hits whose places are held at once, 32 bytes each. Where there are more, the query is run again for the next ones.
const PASS_HITS_MAX: usize = 1_000_000;

/// Most articles of a sample.
pub const SAMPLE_MAX: usize = PASS_HITS_MAX;

/// Hits that are read together, so that a block of the store is unpacked once for all of them that lie in it.
const WINDOW_HITS_MAX: usize = 4_096;

/// Most bytes of text that are read together; a window of longer articles is made smaller.
const WINDOW_BYTES_MAX: usize = 24 << 20;

/// What is taken out of an archive.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// Order of the hits.
    pub sort: Sort,
    /// Hits to leave out at the top.
    pub offset: u64,
    /// Most hits; all of them where it is not given.
    pub limit: Option<u64>,
    /// A sample of the hits instead of all of them. Offset and limit count in the sample.
    pub sample: Option<Sample>,
    /// Articles that are left out.
    pub except: Option<Seen>,
    /// Whether the story is given.
    pub body: bool,
    /// Most characters of a snippet; 0 for none.
    pub snippet_chars: usize,
    /// As in [`crate::SearchOptions`].
    pub expansions_max: usize,
    /// The day that `last:7d` counts back from; today where it is not given.
    pub today: Option<NaiveDate>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            sort: Sort::Relevance,
            offset: 0,
            limit: None,
            sample: None,
            except: None,
            body: true,
            snippet_chars: 0,
            expansions_max: EXPANSIONS_MAX,
            today: None,
        }
    }
}

/// A sample in which every hit is as likely as every other.
///
/// Which articles are in it depends on their ids and the seed alone: not on the order in which they were indexed, nor
/// on what else the archive holds. A smaller sample with the same seed is part of a larger one, and where articles
/// come in later, those of the sample that are still in it are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Most articles, 1 to [`SAMPLE_MAX`].
    pub size: usize,
    /// Any number; another one gives another sample.
    pub seed: u64,
}

/// A set of articles, each known by a hash of its id (8 bytes): those that somebody has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(HashSet<u64>);

impl Seen {
    /// Adds an article; gives whether it was not among them.
    pub fn insert(&mut self, id: &str) -> bool {
        self.0.insert(tie(id))
    }

    /// Whether an article is among them.
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(&tie(id))
    }

    /// Number of articles.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// The hashes, least first.
    pub fn hashes(&self) -> Vec<u64> {
        let mut hashes: Vec<u64> = self.0.iter().copied().collect();
        hashes.sort_unstable();
        hashes
    }
}

impl FromIterator<u64> for Seen {
    /// A set of hashes that [`Seen::hashes`] gave.
    fn from_iter<I: IntoIterator<Item = u64>>(hashes: I) -> Self {
        Self(hashes.into_iter().collect())
    }
}

/// An article that fits a query, with its story.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedHit {
    /// Place among the hits, from 1.
    pub rank: u64,
    /// How well it fits; 0 where the order is by date.
    pub score: f32,
    /// The article, without the blocks of its story.
    pub article: Article,
    /// The story, one block a line; `None` where it was not asked for.
    pub body: Option<String>,
    /// A passage with the words of the query, where it was asked for.
    pub snippet: Option<Snippet>,
}

impl ExportedHit {
    /// A hash of the article's id.
    pub fn hash(&self) -> u64 {
        tie(&self.article.id)
    }
}

/// A hit before its article is read, ordered as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    /// Score, date or the like as a number, first least.
    by: u64,
    tie: u64,
    address: DocAddress,
}

/// The hits of a query, given one after the other. An iterator; made by [`crate::Archive::export`].
///
/// It shows the archive as it was when it was made. Memory: 32 bytes for each of at most a million hits, and a few
/// thousand articles, whatever the number of hits.
pub struct Export {
    snapshot: Snapshot,
    statistics: Statistics,
    compiled: Compiled,
    options: ExportOptions,
    query: String,
    total: u64,
    /// Hits of this pass whose articles are not read yet.
    pass: vec::IntoIter<Found>,
    /// Last hit of this pass, where another pass is needed for those behind it.
    more_behind: Option<Found>,
    /// Hits that are read and not given yet.
    window: vec::IntoIter<ExportedHit>,
    window_hits: usize,
    /// Place of the last hit that was read.
    rank: u64,
    /// Place of the last hit to be given.
    end: u64,
}

impl Snapshot {
    /// Finds all hits of a query; their articles are read while they are taken.
    pub(crate) fn export(self, query: &Query, options: ExportOptions) -> Result<Export> {
        if let Some(sample) = options.sample
            && !(1..=SAMPLE_MAX).contains(&sample.size)
        {
            let range = format!("between 1 and {SAMPLE_MAX}");
            return Err(Error::Setting { name: "sample", value: sample.size.to_string(), range });
        }
        if options.limit == Some(0) {
            return Err(Error::Setting { name: "limit", value: "0".to_owned(), range: "at least 1".to_owned() });
        }
        let compiling =
            SearchOptions { expansions_max: options.expansions_max, today: options.today, ..SearchOptions::default() };
        let statistics = self.statistics()?;
        let compiled = compile::compile(&self, query, compiling.compile_options(), &statistics)?;
        let end = options.limit.map_or(u64::MAX, |limit| options.offset.saturating_add(limit));
        let mut export = Export {
            snapshot: self,
            statistics,
            compiled,
            options,
            query: query.to_string(),
            total: 0,
            pass: Vec::new().into_iter(),
            more_behind: None,
            window: Vec::new().into_iter(),
            window_hits: WINDOW_HITS_MAX,
            rank: 0,
            end,
        };
        export.total = export.find(None)?;
        Ok(export)
    }

    /// The articles that fit a query, without reading them.
    pub(crate) fn seen(self, query: &Query, options: ExportOptions) -> Result<Seen> {
        let mut export = self.export(query, options)?;
        let mut seen = Seen::default();
        loop {
            seen.0.extend(export.pass.by_ref().map(|found| found.tie));
            let Some(last) = export.more_behind else { return Ok(seen) };
            export.find(Some(last))?;
        }
    }
}

impl Export {
    /// The query in its canonical spelling.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Number of articles that fit, whatever the limit and the sample.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Number of hits that are given from here on.
    pub fn remaining(&self) -> u64 {
        let hits = self.options.sample.map_or(self.total, |sample| self.total.min(sample.size as u64));
        let first = self.options.offset.max(self.rank.saturating_sub(self.window.len() as u64));
        hits.min(self.end).saturating_sub(first)
    }

    /// What was left out of account, for people.
    pub fn notes(&self) -> &[String] {
        &self.compiled.notes
    }

    /// Finds the hits behind a place in the order, as many as are held at once. Gives the number of all there are.
    fn find(&mut self, after: Option<Found>) -> Result<u64> {
        let mut pass = Pass { after, ..Pass::new(&self.options) };
        self.run(&mut pass).map_err(|e| self.snapshot.store.error(e))?;
        let total = pass.total;
        let (mut hits, cut) = pass.into_hits();
        hits.sort_unstable();
        self.more_behind = if cut { hits.last().copied() } else { None };
        self.pass = hits.into_iter();
        Ok(total)
    }

    /// Offers every live hit to a pass.
    fn run(&self, pass: &mut Pass<'_>) -> tantivy::Result<()> {
        let searcher = &self.snapshot.searcher;
        let by_score = self.options.sort == Sort::Relevance;
        let scoring = match by_score {
            true => EnableScoring::enabled_from_statistics_provider(&self.statistics, searcher),
            false => EnableScoring::disabled_from_searcher(searcher),
        };
        let weight = self.compiled.query.weight(scoring)?;
        for (ord, segment) in (0..).zip(searcher.segment_readers()) {
            if by_score {
                each_scored(&*weight, segment, |doc, tie, score| {
                    pass.offer(Found { by: of_score(score), tie, address: DocAddress::new(ord, doc) });
                })?;
            } else {
                let order = NumberOrder::of(self.options.sort, segment)?;
                each_unscored(&*weight, segment, |doc, tie| {
                    pass.offer(Found { by: order.of_doc(doc), tie, address: DocAddress::new(ord, doc) });
                })?;
            }
        }
        Ok(())
    }

    /// Reads the next hits; `None` at the end.
    fn read_window(&mut self) -> Result<Option<Vec<ExportedHit>>> {
        self.skip_to_offset()?;
        while self.pass.as_slice().is_empty() {
            let Some(last) = self.more_behind else { return Ok(None) };
            self.find(Some(last))?;
        }
        let left = usize::try_from(self.end.saturating_sub(self.rank)).unwrap_or(usize::MAX);
        loop {
            let hits = &self.pass.as_slice()[..self.pass.len().min(self.window_hits).min(left)];
            if hits.is_empty() {
                return Ok(None);
            }
            let Some(window) = self.read(hits)? else {
                self.window_hits = (self.window_hits / 2).max(1);
                continue;
            };
            self.window_hits = (self.window_hits * 2).min(WINDOW_HITS_MAX);
            self.rank += window.len() as u64;
            self.pass.by_ref().take(window.len()).for_each(drop);
            return Ok(Some(window));
        }
    }

    fn skip_to_offset(&mut self) -> Result<()> {
        while self.rank < self.options.offset {
            let skip = usize::try_from(self.options.offset - self.rank).unwrap_or(usize::MAX);
            self.rank += self.pass.by_ref().take(skip).count() as u64;
            match self.more_behind {
                _ if self.rank == self.options.offset => {}
                Some(last) => {
                    self.find(Some(last))?;
                }
                None => break,
            }
        }
        Ok(())
    }

    /// Reads the articles of some hits in the order in which they are stored; `None` where they are too long to be held
    /// together.
    fn read(&self, hits: &[Found]) -> Result<Option<Vec<ExportedHit>>> {
        let mut by_address: Vec<usize> = (0..hits.len()).collect();
        by_address.sort_unstable_by_key(|&i| hits[i].address);
        let mut read: Vec<Option<ExportedHit>> = Vec::new();
        read.resize_with(hits.len(), || None);
        let mut bytes = 0;
        for i in by_address {
            let (hit, hit_bytes) = self.read_one(&hits[i], self.rank + i as u64 + 1)?;
            bytes += hit_bytes;
            if bytes > WINDOW_BYTES_MAX && hits.len() > 1 {
                return Ok(None);
            }
            read[i] = Some(hit);
        }
        Ok(Some(read.into_iter().flatten().collect()))
    }

    fn read_one(&self, found: &Found, rank: u64) -> Result<(ExportedHit, usize)> {
        let stored = self.snapshot.stored(found.address)?;
        let article = stored.head()?;
        let body = match self.options.body || self.options.snippet_chars > 0 {
            true => stored.body()?,
            false => String::new(),
        };
        let snippet = match self.options.snippet_chars {
            0 => None,
            chars => snippet::best(&self.compiled.marks, &article, &body, chars, 1).pop(),
        };
        let body = self.options.body.then_some(body);
        let score = if self.options.sort == Sort::Relevance { score_of(found.by) } else { 0.0 };
        Ok((ExportedHit { rank, score, article, body, snippet }, stored.bytes()))
    }
}

impl Iterator for Export {
    type Item = Result<ExportedHit>;

    fn next(&mut self) -> Option<Result<ExportedHit>> {
        if let Some(hit) = self.window.next() {
            return Some(Ok(hit));
        }
        let folder = self.snapshot.store.path.clone();
        match guarded(&folder, || self.read_window()) {
            Ok(window) => {
                self.window = window?.into_iter();
                self.window.next().map(Ok)
            }
            Err(error) => {
                // What cannot be read ends it: the next call would fail at the same place.
                self.end = 0;
                Some(Err(error))
            }
        }
    }
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("query", &self.query).field("total", &self.total).finish_non_exhaustive()
    }
}

/// The first hits in their order, of those behind a place in it; for a sample those whose hashes are least.
struct Pass<'a> {
    after: Option<Found>,
    sample: Option<Sample>,
    except: Option<&'a Seen>,
    /// Hits with what they are chosen by, at most twice as many as are kept.
    hits: Vec<(u64, Found)>,
    keep: usize,
    /// What is chosen by is not above this.
    most: (u64, Option<Found>),
    /// Whether hits were dropped that a later pass is to give.
    cut: bool,
    total: u64,
}

impl<'a> Pass<'a> {
    fn new(options: &'a ExportOptions) -> Self {
        let wanted = options.limit.map_or(u64::MAX, |limit| options.offset.saturating_add(limit));
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).max(1);
        Self {
            after: None,
            sample: options.sample,
            except: options.except.as_ref(),
            hits: Vec::new(),
            keep: options.sample.map_or(PASS_HITS_MAX.min(wanted), |sample| sample.size),
            most: (u64::MAX, None),
            cut: false,
            total: 0,
        }
    }

    fn offer(&mut self, found: Found) {
        if self.except.is_some_and(|seen| seen.0.contains(&found.tie)) {
            return;
        }
        self.total += 1;
        if self.after.is_some_and(|after| found <= after) {
            return;
        }
        let chosen_by = self.sample.map_or(0, |sample| xxh3_64_with_seed(&found.tie.to_le_bytes(), sample.seed));
        if let (chosen, Some(most)) = self.most
            && (chosen_by, found) > (chosen, most)
        {
            return;
        }
        self.hits.push((chosen_by, found));
        if self.hits.len() >= self.keep.saturating_mul(2) {
            self.drop_last();
        }
    }

    /// Keeps no more than are wanted.
    fn drop_last(&mut self) {
        if self.hits.len() <= self.keep {
            return;
        }
        let (_, &mut (chosen_by, found), _) = self.hits.select_nth_unstable(self.keep - 1);
        self.hits.truncate(self.keep);
        self.most = (chosen_by, Some(found));
        self.cut = self.sample.is_none();
    }

    /// The hits kept, and whether others come behind them.
    fn into_hits(mut self) -> (Vec<Found>, bool) {
        self.drop_last();
        (self.hits.into_iter().map(|(_, found)| found).collect(), self.cut)
    }
}

/// Calls `each` with the live documents of a segment that fit, their ties and scores.
fn each_scored(
    weight: &dyn Weight,
    segment: &SegmentReader,
    mut each: impl FnMut(DocId, u64, Score),
) -> tantivy::Result<()> {
    let live = Live::of(segment, false)?;
    let ties = segment.fast_fields().u64("tie")?;
    // The same way in which a search scores, with a threshold that nothing stays below: sums are rounded alike.
    weight.for_each_pruning(Score::MIN, segment, &mut |doc, score| {
        if live.has(doc) {
            each(doc, ties.first(doc).unwrap_or(0), score);
        }
        Score::MIN
    })
}

/// Calls `each` with the live documents of a segment that fit, and their ties.
fn each_unscored(
    weight: &dyn Weight,
    segment: &SegmentReader,
    mut each: impl FnMut(DocId, u64),
) -> tantivy::Result<()> {
    let live = Live::of(segment, false)?;
    let ties = segment.fast_fields().u64("tie")?;
    weight.for_each_no_score(segment, &mut |docs| {
        for &doc in docs.iter().filter(|&&doc| live.has(doc)) {
            each(doc, ties.first(doc).unwrap_or(0));
        }
    })
}

/// What hits are ordered by where it is not their score, as numbers whose least comes first.
enum NumberOrder {
    Dates { dates: Column<i64>, newest_first: bool },
    Lengths { words: Column<u64>, longest_first: bool },
    Ties,
}

impl NumberOrder {
    fn of(sort: Sort, segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(match sort {
            Sort::Newest | Sort::Oldest => {
                Self::Dates { dates: columns.i64("published")?, newest_first: sort == Sort::Newest }
            }
            Sort::Longest | Sort::Shortest => {
                Self::Lengths { words: columns.u64("words")?, longest_first: sort == Sort::Longest }
            }
            Sort::Relevance | Sort::Sample => Self::Ties,
        })
    }

    /// What has no date comes last.
    fn of_doc(&self, doc: DocId) -> u64 {
        let (number, turned) = match self {
            // Moved so that the least signed number is the least unsigned one.
            Self::Dates { dates, newest_first } => {
                (dates.first(doc).map(|seconds| seconds.cast_unsigned() ^ (1 << 63)), *newest_first)
            }
            Self::Lengths { words, longest_first } => (words.first(doc), *longest_first),
            Self::Ties => (Some(0), false),
        };
        number.map_or(u64::MAX, |number| if turned { !number } else { number })
    }
}

/// A score as a number, the greatest score's least.
fn of_score(score: Score) -> u64 {
    let bits = score.to_bits();
    let ascending = if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
    u64::from(!ascending)
}

/// The score of such a number.
fn score_of(by: u64) -> Score {
    let ascending = !(by as u32);
    Score::from_bits(if ascending >> 31 == 1 { ascending & !(1 << 31) } else { !ascending })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(by: u64, tie: u64) -> Found {
        Found { by, tie, address: DocAddress::new(0, tie as u32) }
    }

    fn kept(options: &ExportOptions, keep: usize, hits: impl IntoIterator<Item = Found>) -> (Vec<Found>, bool) {
        let mut pass = Pass::new(options);
        pass.keep = pass.keep.min(keep);
        hits.into_iter().for_each(|hit| pass.offer(hit));
        let (mut hits, cut) = pass.into_hits();
        hits.sort_unstable();
        (hits, cut)
    }

    #[test]
    fn greater_scores_come_first_and_are_read_back() {
        let scores = [f32::MAX, 12.5, 1.0, f32::MIN_POSITIVE, 0.0, -0.0, -3.25, f32::MIN];
        assert!(scores.map(of_score).is_sorted());
        assert_eq!(scores.map(of_score).map(score_of).map(f32::to_bits), scores.map(f32::to_bits));
    }

    #[test]
    fn passes_give_all_hits_in_one_order() {
        let hits: Vec<Found> = (0..1_000).map(|i| found(i * 7_919 % 13, i)).collect();
        let options = ExportOptions::default();
        let (mut given, mut after) = (Vec::new(), None);
        loop {
            let mut pass = Pass { after, keep: 64, ..Pass::new(&options) };
            hits.iter().for_each(|&hit| pass.offer(hit));
            assert_eq!(pass.total, 1_000);
            let (mut part, cut) = pass.into_hits();
            part.sort_unstable();
            after = part.last().copied();
            given.extend(part);
            if !cut {
                break;
            }
        }
        let mut sorted = hits;
        sorted.sort_unstable();
        assert_eq!(given, sorted);
    }

    #[test]
    fn a_sample_depends_on_its_seed_and_not_on_the_order_of_arrival() {
        let hits: Vec<Found> = (0..500).map(|i| found(0, i)).collect();
        let sample = |seed| ExportOptions { sample: Some(Sample { size: 50, seed }), ..ExportOptions::default() };
        let (first, cut) = kept(&sample(1), usize::MAX, hits.clone());
        assert_eq!((first.len(), cut), (50, false));
        assert_eq!(kept(&sample(1), usize::MAX, hits.iter().rev().copied()).0, first);
        assert_ne!(kept(&sample(2), usize::MAX, hits.clone()).0, first);
        let smaller = ExportOptions { sample: Some(Sample { size: 10, seed: 1 }), ..ExportOptions::default() };
        let smaller = kept(&smaller, usize::MAX, hits).0;
        assert!(smaller.iter().all(|hit| first.contains(hit)) && smaller.len() == 10);
    }

    #[test]
    fn every_hit_is_as_likely_in_a_sample_as_every_other() {
        let hits: Vec<Found> = (0..40).map(|i| found(i, i)).collect();
        let mut times = [0_u32; 40];
        for seed in 0..4_000 {
            let options = ExportOptions { sample: Some(Sample { size: 10, seed }), ..ExportOptions::default() };
            for hit in kept(&options, usize::MAX, hits.iter().copied()).0 {
                times[hit.tie as usize] += 1;
            }
        }
        // 1,000 times each, with a standard deviation of 27: five of them either way.
        assert!(times.iter().all(|times| (860..=1_140).contains(times)), "{times:?}");
    }

    #[test]
    fn what_was_seen_is_left_out() {
        let seen: Seen = [3, 5].into_iter().collect();
        let options = ExportOptions { except: Some(seen), ..ExportOptions::default() };
        let (hits, _) = kept(&options, usize::MAX, (0..7).map(|i| found(0, i)));
        assert_eq!(hits.iter().map(|hit| hit.tie).collect::<Vec<_>>(), [0, 1, 2, 4, 6]);
    }
}
