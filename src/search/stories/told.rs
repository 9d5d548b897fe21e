//! Where the articles of stories lie in the segments of an archive.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::{DocAddress, DocId};

use super::super::Snapshot;
use crate::{error::Result, index::Stories};

/// The report of a document that is in no story: an older version, or added by a run that has not come to its end.
pub(super) const NO_REPORT: u32 = u32::MAX;

/// All articles by story. A report is called by its place in [`Stories`], a story by that of its first report there.
///
/// 36 bytes an article.
#[derive(Debug)]
pub(in crate::search) struct Told {
    stories: Stories,
    /// For each segment and document its report.
    by_segment: Vec<Vec<u32>>,
    /// All articles, by story, then by time.
    tellers: Vec<Teller>,
    /// The reports among them, in the same order.
    reports: Vec<Teller>,
}

/// An article in a story.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller {
    story: u32,
    report: u32,
    is_copy: bool,
    /// Seconds since 1970; the greatest number where the date is unknown or too inexact.
    pub(super) published: i64,
    pub(super) address: DocAddress,
}

impl Told {
    /// The report of a document.
    pub(super) fn report_at(&self, segment: u32, doc: DocId) -> u32 {
        let docs = self.by_segment.get(segment as usize);
        docs.and_then(|docs| docs.get(doc as usize)).copied().unwrap_or(NO_REPORT)
    }

    /// The story of a report.
    pub(super) fn story_at(&self, report: u32) -> u32 {
        self.stories.firsts().get(report as usize).copied().unwrap_or(report)
    }

    /// The story of the report whose id has this hash. One pass over the hashes.
    pub(super) fn story_of(&self, tie: u64) -> Option<u32> {
        let report = self.stories.ties().iter().position(|&other| other == tie)?;
        let story = self.story_at(report as u32);
        (!self.reports(story).is_empty()).then_some(story)
    }

    /// Hash of the id of a report.
    pub(super) fn tie(&self, report: u32) -> u64 {
        self.stories.ties().get(report as usize).copied().unwrap_or(0)
    }

    /// Whether the articles of a story have dates.
    pub(super) fn is_dated(&self, story: u32) -> bool {
        (story as usize) < self.stories.dated()
    }

    /// The articles of a story by time, copies among them.
    pub(super) fn tellers(&self, story: u32) -> &[Teller] {
        of_story(&self.tellers, story)
    }

    /// The reports of a story by time.
    pub(super) fn reports(&self, story: u32) -> &[Teller] {
        of_story(&self.reports, story)
    }

    /// The copies of a report.
    pub(super) fn copies(&self, story: u32, report: &Teller) -> impl Iterator<Item = &Teller> {
        let number = report.report;
        self.tellers(story).iter().filter(move |teller| teller.is_copy && teller.report == number)
    }
}

fn of_story(tellers: &[Teller], story: u32) -> &[Teller] {
    let start = tellers.partition_point(|teller| teller.story < story);
    let count = tellers[start..].partition_point(|teller| teller.story == story);
    &tellers[start..start + count]
}

impl Snapshot {
    /// Where the articles of the archive's stories lie. The first call reads the file of stories and looks through two
    /// columns of all articles.
    pub(super) fn told(&self) -> Result<Arc<Told>> {
        if let Some(told) = self.told.get() {
            return Ok(Arc::clone(told));
        }
        let told = Arc::new(self.find_told()?);
        Ok(Arc::clone(self.told.get_or_init(|| told)))
    }

    fn find_told(&self) -> Result<Told> {
        let stories = self.stories_file().read()?;
        let places: FxHashMap<u64, u32> = stories.ties().iter().copied().zip(0..).collect();
        let mut by_segment: Vec<Vec<u32>> = Vec::new();
        by_segment.resize_with(self.searcher.segment_readers().len(), Vec::new);
        let mut tellers: Vec<(Teller, u64)> = Vec::with_capacity(stories.ties().len());
        self.each_live(|ord, segment, docs| {
            let failed = |e| self.store.error(e);
            let ties = segment.fast_fields().u64("tie").map_err(failed)?;
            let dates = segment.fast_fields().i64("published").map_err(failed)?;
            let reports = &mut by_segment[ord as usize];
            reports.resize(segment.max_doc() as usize, NO_REPORT);
            for doc in docs {
                let Some(tie) = ties.first(doc) else { continue };
                let representative = self.copies_of(tie).map(|cluster| cluster.representative());
                let is_copy = representative.is_some_and(|representative| representative != tie);
                let Some(&report) = places.get(&representative.unwrap_or(tie)) else { continue };
                reports[doc as usize] = report;
                let is_dated = (report as usize) < stories.dated();
                let published = dates.first(doc).filter(|_| is_dated).unwrap_or(i64::MAX);
                let story = stories.firsts()[report as usize];
                let address = DocAddress::new(ord, doc);
                tellers.push((Teller { story, report, is_copy, published, address }, tie));
            }
            Ok(())
        })?;
        tellers.sort_unstable_by_key(|(teller, tie)| (teller.story, teller.published, *tie));
        let tellers: Vec<Teller> = tellers.into_iter().map(|(teller, _)| teller).collect();
        let reports = tellers.iter().filter(|teller| !teller.is_copy).copied().collect();
        Ok(Told { stories, by_segment, tellers, reports })
    }
}
