//! Stories for people at a terminal, and as records.

use std::fmt::Write;

use serde::Serialize;

use super::{
    record::ArticleRecord,
    safe::for_terminal,
    text::{BOLD, DIM, PLAIN, by_line, counted, place, title},
};
use crate::search::{Counted, ListedStory, Story, StoryList, StoryMoment, StoryOutline, StoryReport, StoryTerm};

/// Most outlets that are named on a line.
const SOURCES_SHOWN_MAX: usize = 6;

/// The line above a list of stories.
pub(crate) fn stories_summary(list: &StoryList) -> String {
    let count = stories_counted(list.total);
    match (list.stories.first(), list.stories.last()) {
        (Some(first), Some(last)) if (first.rank, last.rank as u64) != (1, list.total) => {
            format!("{DIM}{} to {} of {count}{PLAIN}\n\n", first.rank, last.rank)
        }
        _ => format!("{DIM}{count}{PLAIN}\n\n"),
    }
}

fn stories_counted(total: u64) -> String {
    if total == 1 { "1 story".to_owned() } else { counted(total, "storie") }
}

/// A story of a list in a few lines.
pub(crate) fn listed_story(listed: &ListedStory) -> String {
    let outline = &listed.outline;
    let mut out = format!("{DIM}{}.{PLAIN} {BOLD}{}{PLAIN}\n", listed.rank, title(&outline.latest));
    let _ = writeln!(out, "   {}", numbers(outline));
    if outline.reports > 1 {
        let _ = writeln!(out, "   First: {}", title(&outline.first));
    }
    if !outline.terms.is_empty() {
        let _ = writeln!(out, "   Terms: {}", words(&outline.terms));
    }
    let _ = writeln!(out, "   {DIM}{}  id {}{PLAIN}\n", sources(outline), for_terminal(&outline.id));
    out
}

/// A story with its reports.
pub(crate) fn story(story: &Story) -> String {
    let outline = &story.outline;
    let mut out = format!("{BOLD}{}{PLAIN}\n{}\n", title(&outline.latest), numbers(outline));
    if !outline.terms.is_empty() {
        let _ = writeln!(out, "Terms: {}", words(&outline.terms));
    }
    let _ = writeln!(out, "{DIM}{}{PLAIN}\n", sources(outline));
    story.timeline.iter().for_each(|one| report(&mut out, one));
    let left_out = outline.reports.saturating_sub(story.timeline.len() as u64);
    if left_out > 0 {
        let _ = writeln!(out, "{} between them left out", counted(left_out, "report"));
    }
    out
}

fn report(out: &mut String, report: &StoryReport) {
    let article = &report.article;
    let moment = match report.moment {
        Some(StoryMoment::First) => "first   ",
        Some(StoryMoment::Turn) => "turn    ",
        Some(StoryMoment::Latest) => "latest  ",
        None => "        ",
    };
    let _ = writeln!(out, "{DIM}{moment}{PLAIN}{BOLD}{}{PLAIN}", title(article));
    let line = by_line(article);
    if !line.is_empty() {
        let _ = writeln!(out, "        {line}");
    }
    if !report.brings.is_empty() {
        let _ = writeln!(out, "        Brings: {}", for_terminal(&report.brings.join(", ")));
    }
    if report.copies > 0 {
        let by = if report.copied_by.is_empty() { String::new() } else { format!(": {}", report.copied_by.join(", ")) };
        let copies = if report.copies == 1 { "1 copy".to_owned() } else { counted(report.copies, "copie") };
        let _ = writeln!(out, "        {copies}{}", for_terminal(&by));
    }
    let _ = writeln!(out, "        {DIM}{}{PLAIN}\n", place(article));
}

/// From when to when, and how much of it there is.
fn numbers(outline: &StoryOutline) -> String {
    let days = match (&outline.first_day, &outline.last_day) {
        (Some(first), Some(last)) if first == last => first.clone(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "undated".to_owned(),
    };
    let copies = match outline.articles - outline.reports.min(outline.articles) {
        0 => String::new(),
        1 => ", 1 of them a copy".to_owned(),
        copies => format!(", {copies} of them copies"),
    };
    let articles = counted(outline.articles, "article");
    let text = format!("{days} · {articles}{copies} · {}", counted(outline.sources_total, "outlet"));
    for_terminal(&text).into_owned()
}

fn words(terms: &[StoryTerm]) -> String {
    let words: Vec<&str> = terms.iter().map(|term| term.word.as_str()).collect();
    for_terminal(&words.join(", ")).into_owned()
}

fn sources(outline: &StoryOutline) -> String {
    let one = |counted: &Counted| format!("{} {}", counted.name, counted.articles);
    let mut names: Vec<String> = outline.sources.iter().take(SOURCES_SHOWN_MAX).map(one).collect();
    let more = outline.sources_total.saturating_sub(names.len() as u64);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    let names = if names.is_empty() { "unknown outlet".to_owned() } else { names.join(", ") };
    for_terminal(&names).into_owned()
}

/// A list of stories as a record.
#[derive(Serialize)]
pub(crate) struct StoriesRecord<'a> {
    query: &'a str,
    total: u64,
    notes: &'a [String],
    stories: Vec<ListedStoryRecord<'a>>,
}

/// A story of a list as a record.
#[derive(Serialize)]
pub(crate) struct ListedStoryRecord<'a> {
    rank: usize,
    score: f32,
    hits: u64,
    #[serde(flatten)]
    outline: OutlineRecord<'a>,
}

/// A story in short as a record.
#[derive(Serialize)]
struct OutlineRecord<'a> {
    id: &'a str,
    first_day: Option<&'a str>,
    last_day: Option<&'a str>,
    articles: u64,
    reports: u64,
    sources_total: u64,
    sources: &'a [Counted],
    terms: &'a [StoryTerm],
    first: ArticleRecord<'a>,
    latest: ArticleRecord<'a>,
}

/// A story with its reports as a record.
#[derive(Serialize)]
pub(crate) struct StoryRecord<'a> {
    #[serde(flatten)]
    outline: OutlineRecord<'a>,
    timeline: Vec<ReportRecord<'a>>,
}

/// A report as a record.
#[derive(Serialize)]
pub(crate) struct ReportRecord<'a> {
    moment: Option<StoryMoment>,
    brings: &'a [String],
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    copies: u64,
    copied_by: &'a [String],
}

impl<'a> From<&'a StoryList> for StoriesRecord<'a> {
    fn from(list: &'a StoryList) -> Self {
        let stories = list.stories.iter().map(ListedStoryRecord::from).collect();
        Self { query: &list.query, total: list.total, notes: &list.notes, stories }
    }
}

impl<'a> From<&'a ListedStory> for ListedStoryRecord<'a> {
    fn from(listed: &'a ListedStory) -> Self {
        Self { rank: listed.rank, score: listed.score, hits: listed.hits, outline: (&listed.outline).into() }
    }
}

impl<'a> From<&'a StoryOutline> for OutlineRecord<'a> {
    fn from(outline: &'a StoryOutline) -> Self {
        Self {
            id: &outline.id,
            first_day: outline.first_day.as_deref(),
            last_day: outline.last_day.as_deref(),
            articles: outline.articles,
            reports: outline.reports,
            sources_total: outline.sources_total,
            sources: &outline.sources,
            terms: &outline.terms,
            first: (&outline.first).into(),
            latest: (&outline.latest).into(),
        }
    }
}

impl<'a> From<&'a Story> for StoryRecord<'a> {
    fn from(story: &'a Story) -> Self {
        Self { outline: (&story.outline).into(), timeline: story.timeline.iter().map(ReportRecord::from).collect() }
    }
}

impl<'a> From<&'a StoryReport> for ReportRecord<'a> {
    fn from(report: &'a StoryReport) -> Self {
        Self {
            moment: report.moment,
            brings: &report.brings,
            article: (&report.article).into(),
            copies: report.copies,
            copied_by: &report.copied_by,
        }
    }
}
