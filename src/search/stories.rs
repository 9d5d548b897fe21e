//! Stories: articles of several days and outlets that tell of one event, as the last run grouped them.

mod told;
mod turns;
mod words;

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, collector::Collector, query::Weight};

use super::{
    Snapshot,
    collect::{Live, Never},
    compile::{CompileOptions, compile},
    stats::Counted,
};
use crate::{
    article::Article,
    error::{Error, Result},
    index::tie,
    query::Query,
};
pub(super) use told::Told;
use told::{NO_REPORT, Teller};

/// Most stories that one list gives; ask for the next ones with [`StoriesOptions::offset`].
pub const STORIES_MAX: usize = 10_000;

/// Most reports of a story that are given and read; of more, as many that lie evenly in it, the first and the latest
/// among them.
pub const STORY_REPORTS_MAX: usize = 1_000;

/// Most outlets of a story that are named.
pub const STORY_SOURCES_MAX: usize = 100;

/// Most terms of a story that can be asked for.
const TERMS_MAX: usize = 100;

/// Terms of a story that is shown alone.
const TERMS_OF_ONE: usize = 12;

/// Reports of a story that are read for its terms, evenly.
const READ_FOR_TERMS: usize = 16;

/// How to list stories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoriesOptions {
    /// Most stories to give. 1 to [`STORIES_MAX`], together with the offset.
    pub limit: usize,
    /// Stories to leave out at the top.
    pub offset: usize,
    /// Order of the stories.
    pub sort: StorySort,
    /// Only stories of at least so many reports, copies not counted. 1 gives articles that stand alone, too.
    pub reports_min: u64,
    /// Most terms to name for each. At most 100.
    pub terms: usize,
}

impl Default for StoriesOptions {
    fn default() -> Self {
        Self { limit: 10, offset: 0, sort: StorySort::Best, reports_min: 2, terms: 8 }
    }
}

/// Order of stories.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StorySort {
    /// By the score of the best hit in each, times 1 and the logarithm of the number of reports that are hits; without
    /// a query by the number of reports.
    #[default]
    Best,
    /// Most reports first.
    Largest,
    /// That with the latest report first; stories without a date last.
    Newest,
    /// That with the earliest first report first; stories without a date last.
    Oldest,
}

/// Stories with articles among the hits of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoryList {
    /// The query in its canonical spelling.
    pub query: String,
    /// Number of such stories.
    pub total: u64,
    /// What was left out of account, for people.
    pub notes: Vec<String>,
    /// The stories asked for, in order.
    pub stories: Vec<ListedStory>,
}

/// A story in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ListedStory {
    /// Place in the list, from 1.
    pub rank: usize,
    /// How well it fits the query; comparable within one list.
    pub score: f32,
    /// Its reports that fit the query, copies not counted.
    pub hits: u64,
    /// The story.
    #[serde(flatten)]
    pub outline: StoryOutline,
}

/// What a story is, in short.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoryOutline {
    /// What it is called by: the id of its first report. The id of every other article in it names it as well.
    pub id: String,
    /// Day of the first report, `YYYY-MM-DD`; `None` for a story of articles without a date.
    pub first_day: Option<String>,
    /// Day of the latest report.
    pub last_day: Option<String>,
    /// Number of articles, copies among them.
    pub articles: u64,
    /// Number of reports: articles that are no copies of others.
    pub reports: u64,
    /// Number of outlets.
    pub sources_total: u64,
    /// The first [`STORY_SOURCES_MAX`] of them, those with most articles first.
    pub sources: Vec<Counted>,
    /// The terms that hold it together, the heaviest first.
    pub terms: Vec<StoryTerm>,
    /// The first report, without the blocks of its story.
    pub first: Article,
    /// The latest report; the first where there is only one.
    pub latest: Article,
}

/// A term that holds a story together: it stands in half of the reports that were read at least.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoryTerm {
    /// The word in its most frequent form.
    pub word: String,
    /// How much it tells: how rare it is in the archive, times the share of the reports with it, times how often it
    /// stands in a report, damped.
    pub weight: f32,
    /// Share of the reports read that have it, 0 to 1.
    pub share: f32,
}

/// A story with its reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Story {
    /// What it is, in short.
    #[serde(flatten)]
    pub outline: StoryOutline,
    /// Its reports by time, those without a date last; at most [`STORY_REPORTS_MAX`].
    pub timeline: Vec<StoryReport>,
}

/// A report of a story: an article, and what copies it has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoryReport {
    /// What it is in the course of the story; `None` for most, and in a story without dates.
    pub moment: Option<StoryMoment>,
    /// Words that a turn brought into the story, those that tell most first.
    pub brings: Vec<String>,
    /// The article, without the blocks of its story.
    pub article: Article,
    /// Number of its copies in the archive.
    pub copies: u64,
    /// The outlets of the copies, by name.
    pub copied_by: Vec<String>,
}

/// What a report is in the course of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoryMoment {
    /// The first report.
    First,
    /// It brings words that no report before it has and that those behind it keep to: the story takes a turn.
    Turn,
    /// The latest report.
    Latest,
}

/// Reports of a story that fit a query.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    reports: u64,
    best: Score,
}

/// A story before its articles are read.
struct Candidate {
    story: u32,
    score: f32,
    hits: u64,
    /// What comes first is greatest.
    key: (f64, i64),
}

impl Snapshot {
    /// Stories with articles among a query's hits.
    pub(crate) fn stories(
        &self,
        query: &Query,
        options: &StoriesOptions,
        compile_options: CompileOptions,
    ) -> Result<StoryList> {
        let end = checked(options)?;
        let statistics = self.statistics()?;
        let compiled = compile(self, query, compile_options, &statistics)?;
        let told = self.told()?;
        let reports = Reports { told: &told, scored: options.sort == StorySort::Best && *query != Query::Everything };
        let hits = self.searcher.search_with_statistics_provider(&*compiled.query, &reports, &statistics);
        let found = by_story(&told, hits.map_err(|e| self.store.error(e))?);
        let mut candidates: Vec<Candidate> =
            found.into_iter().filter_map(|(story, found)| candidate(&told, story, found, options)).collect();
        candidates.sort_unstable_by(|a, b| {
            let order = b.key.0.total_cmp(&a.key.0).then(b.key.1.cmp(&a.key.1));
            order.then_with(|| told.tie(a.story).cmp(&told.tie(b.story))).then(a.story.cmp(&b.story))
        });
        let total = candidates.len() as u64;
        let mut stories = Vec::new();
        for (place, candidate) in candidates.iter().enumerate().take(end).skip(options.offset) {
            let outline = self.outline(&told, candidate.story, options.terms)?;
            stories.push(ListedStory { rank: place + 1, score: candidate.score, hits: candidate.hits, outline });
        }
        let mut notes = compiled.notes;
        if self.store.is_unsettled() {
            notes.push("a run has not come to its end: what it read may be in no story yet".to_owned());
        }
        Ok(StoryList { query: query.to_string(), total, notes, stories })
    }

    /// The story that an article is in.
    pub(crate) fn story(&self, id: &str) -> Result<Story> {
        let told = self.told()?;
        let Some(story) = told.story_of(self.report_tie(tie(id))) else {
            return Err(Error::NoStory { name: id.to_owned() });
        };
        let outline = self.outline(&told, story, TERMS_OF_ONE)?;
        let reports = told.reports(story);
        let chosen = evenly(reports.len(), STORY_REPORTS_MAX);
        let mut articles = Vec::with_capacity(chosen.len());
        for &at in &chosen {
            articles.push(self.article_at(reports[at].address)?);
        }
        let moments = if told.is_dated(story) { self.moments(&articles)? } else { Vec::new() };
        let mut moments = moments.into_iter();
        let mut timeline = Vec::with_capacity(chosen.len());
        for (article, &at) in articles.into_iter().zip(&chosen) {
            let (moment, brings) = moments.next().unwrap_or_default();
            let copies: Vec<Teller> = told.copies(story, &reports[at]).copied().collect();
            let copied_by = self.sources_of(&copies)?;
            timeline.push(StoryReport {
                moment,
                brings,
                article: Article { blocks: Vec::new(), ..article },
                copies: copies.len() as u64,
                copied_by: copied_by.into_iter().map(|counted| counted.name).collect(),
            });
        }
        Ok(Story { outline, timeline })
    }

    /// Hash of the id of the article that stands for an article and its copies.
    fn report_tie(&self, tie: u64) -> u64 {
        self.copies_of(tie).map_or(tie, |cluster| cluster.representative())
    }

    fn outline(&self, told: &Told, story: u32, terms: usize) -> Result<StoryOutline> {
        let tellers = told.tellers(story);
        let reports = told.reports(story);
        let (Some(first), Some(last)) = (reports.first(), reports.last()) else {
            return Err(self.store.damaged("a story has no article"));
        };
        let mut read = Vec::new();
        if terms > 0 {
            for at in evenly(reports.len(), READ_FOR_TERMS) {
                read.push(self.article_at(reports[at].address)?);
            }
        }
        let head = |teller: &Teller| self.stored(teller.address)?.head();
        let (first, latest) = (head(first)?, head(last)?);
        let day = |article: &Article| {
            let dated = article.published.as_ref().filter(|_| told.is_dated(story));
            dated.map(|published| published.day.to_string())
        };
        let mut sources = self.sources_of(tellers)?;
        let sources_total = sources.len() as u64;
        sources.truncate(STORY_SOURCES_MAX);
        Ok(StoryOutline {
            id: first.id.clone(),
            first_day: day(&first),
            last_day: day(&latest),
            articles: tellers.len() as u64,
            reports: reports.len() as u64,
            sources_total,
            sources,
            terms: self.terms_of_story(&read, terms)?,
            first,
            latest,
        })
    }

    /// The outlets of some articles, those with most first, then by name.
    fn sources_of(&self, tellers: &[Teller]) -> Result<Vec<Counted>> {
        let mut counts: FxHashMap<String, u64> = FxHashMap::default();
        let mut by_segment = tellers.to_vec();
        by_segment.sort_unstable_by_key(|teller| teller.address);
        for tellers in by_segment.chunk_by(|a, b| a.address.segment_ord == b.address.segment_ord) {
            let segment = self.searcher.segment_reader(tellers[0].address.segment_ord);
            let Some(column) = self.column(segment, "source_name")? else { continue };
            for teller in tellers {
                for ord in column.term_ords(teller.address.doc_id) {
                    let mut name = String::new();
                    column.ord_to_str(ord, &mut name).map_err(|e| self.store.error(e.into()))?;
                    *counts.entry(name).or_default() += 1;
                }
            }
        }
        let mut counted: Vec<Counted> = counts.into_iter().map(|(name, articles)| Counted { name, articles }).collect();
        counted.sort_unstable_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.name.cmp(&b.name)));
        Ok(counted)
    }
}

fn checked(options: &StoriesOptions) -> Result<usize> {
    if options.terms > TERMS_MAX {
        let range = format!("at most {TERMS_MAX}");
        return Err(Error::Setting { name: "terms", value: options.terms.to_string(), range });
    }
    let end = options.offset.saturating_add(options.limit);
    if options.limit == 0 {
        return Err(Error::Setting { name: "limit", value: "0".to_owned(), range: "at least 1".to_owned() });
    }
    if end > STORIES_MAX {
        let range = format!("at most {STORIES_MAX}");
        return Err(Error::Setting { name: "offset and limit together", value: end.to_string(), range });
    }
    Ok(end)
}

/// Hits by story, each report once.
fn by_story(told: &Told, mut hits: Vec<(u32, Score)>) -> FxHashMap<u32, Found> {
    // An article and its copies are one report, which scores as the best of them.
    hits.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    hits.dedup_by_key(|(report, _)| *report);
    let mut found: FxHashMap<u32, Found> = FxHashMap::default();
    for (report, score) in hits {
        let found = found.entry(told.story_at(report)).or_default();
        found.reports += 1;
        found.best = found.best.max(score);
    }
    // Hits of conditions alone have no scores: then each counts the same.
    if found.values().all(|found| found.best == 0.0) {
        found.values_mut().for_each(|found| found.best = 1.0);
    }
    found
}

fn candidate(told: &Told, story: u32, found: Found, options: &StoriesOptions) -> Option<Candidate> {
    let reports = told.reports(story);
    let count = reports.len() as u64;
    if count < options.reports_min.max(1) {
        return None;
    }
    let score = found.best * (1.0 + (found.reports as f32).ln());
    let time = |teller: Option<&Teller>| teller.map(|teller| teller.published).filter(|_| told.is_dated(story));
    let latest = time(reports.last()).unwrap_or(i64::MIN);
    let key = match options.sort {
        StorySort::Best => (f64::from(score), latest),
        StorySort::Largest => (count as f64, latest),
        StorySort::Newest => (0.0, latest),
        StorySort::Oldest => (0.0, time(reports.first()).map_or(i64::MIN, i64::saturating_neg)),
    };
    Some(Candidate { story, score, hits: found.reports, key })
}

/// Places of a list of a length, at most `max` of them, evenly, the first and the last among them.
fn evenly(length: usize, max: usize) -> Vec<usize> {
    if length <= max || max < 2 {
        return (0..length.min(max)).collect();
    }
    (0..max).map(|at| at * (length - 1) / (max - 1)).collect()
}

/// Finds the reports among a query's hits.
struct Reports<'a> {
    told: &'a Told,
    scored: bool,
}

impl Collector for Reports<'_> {
    type Fruit = Vec<(u32, Score)>;
    type Child = Never<Self::Fruit>;

    fn for_segment(&self, _ord: SegmentOrdinal, _segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        unreachable!("collect_segment does the whole work")
    }

    fn requires_scoring(&self) -> bool {
        self.scored
    }

    fn merge_fruits(&self, all: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(all.into_iter().flatten().collect())
    }

    fn collect_segment(&self, weight: &dyn Weight, ord: u32, segment: &SegmentReader) -> tantivy::Result<Self::Fruit> {
        let live = Live::of(segment, false)?;
        let mut found = Vec::new();
        let mut note = |doc: DocId, score: Score| {
            let report = self.told.report_at(ord, doc);
            if report != NO_REPORT && live.has(doc) {
                found.push((report, score));
            }
        };
        if self.scored {
            weight.for_each(segment, &mut note)?;
        } else {
            weight.for_each_no_score(segment, &mut |docs| docs.iter().for_each(|&doc| note(doc, 1.0)))?;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_evenly_with_both_ends_among_them() {
        assert_eq!(evenly(3, 16), [0, 1, 2]);
        assert_eq!(evenly(100, 4), [0, 33, 66, 99]);
        assert_eq!(evenly(0, 4), Vec::<usize>::new());
        assert!(evenly(1_001, 1_000).windows(2).all(|pair| pair[0] < pair[1]));
    }
}
