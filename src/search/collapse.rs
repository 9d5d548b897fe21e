//! Copies among the hits of a query: folded into one hit, exactly, over all hits.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::{
    DocAddress, DocId, DocSet, Score, SegmentOrdinal, SegmentReader, TERMINATED,
    collector::Collector,
    index::SegmentId,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

use super::{
    Snapshot,
    collect::{Live, Never},
};
use crate::{article::Article, error::Result, index::Member, query::AmountRange};

/// Most copies that are listed with one hit; [`Hit::copies_total`](super::Hit::copies_total) has their number.
pub const COPIES_LISTED_MAX: usize = 25;

/// What becomes of hits that are copies of each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyMode {
    /// Each is a hit.
    #[default]
    Show,
    /// One of them is the hit, the others are listed with it: the longest of the earliest day, or, where that does not
    /// fit the query, the earliest that does. Totals and facets count them once.
    Collapse,
    /// As [`CopyMode::Collapse`], and only what has copies in the archive.
    Only,
}

/// A copy of a hit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HitCopy {
    /// The article, without the blocks of its story.
    pub article: Article,
    /// Whether it fits the query itself.
    pub fits: bool,
    /// Share of its own story that stands in that of the first of all its copies, 0 to 1.
    pub shares: f32,
    /// Share of the first one's story that stands in its own.
    pub covers: f32,
}

/// Where the copies of an archive lie in its segments.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// For each segment its documents that have copies, ascending, with the number of their cluster.
    by_segment: Vec<Vec<(DocId, u32)>>,
    /// For each cluster its members, the one that stands for all first, then by date.
    clusters: Vec<Vec<CopiedAt>>,
}

#[derive(Debug, Clone, Copy)]
struct CopiedAt {
    address: DocAddress,
    member: Member,
}

/// Documents that are not shown, by segment, ascending.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    by_segment: Vec<Vec<DocId>>,
    /// Whether what has no copies is hidden too.
    only: Option<Arc<Copied>>,
}

impl Hidden {
    /// Whether a document of a segment is hidden.
    pub(super) fn has(&self, segment: SegmentOrdinal, doc: DocId) -> bool {
        let segment = segment as usize;
        let listed = |docs: &Vec<DocId>| docs.binary_search(&doc).is_ok();
        let alone = |copied: &Arc<Copied>| copied.cluster_at(segment, doc).is_none();
        self.by_segment.get(segment).is_some_and(listed) || self.only.as_ref().is_some_and(alone)
    }

    /// What is hidden where copies are not folded.
    pub(super) fn unfolded(&self) -> Option<Self> {
        self.only.clone().map(|only| Self { by_segment: Vec::new(), only: Some(only) })
    }

    /// Whether nothing of a segment is hidden.
    pub(super) fn is_none_of(&self, segment: SegmentOrdinal) -> bool {
        self.only.is_none() && self.by_segment.get(segment as usize).is_none_or(Vec::is_empty)
    }
}

impl Copied {
    fn cluster_at(&self, segment: usize, doc: DocId) -> Option<u32> {
        let docs = self.by_segment.get(segment)?;
        let at = docs.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        Some(docs[at].1)
    }
}

/// Finds which documents with copies fit a query.
struct Fitting<'a> {
    copied: &'a Copied,
}

impl Collector for Fitting<'_> {
    type Fruit = Vec<(u32, DocAddress)>;
    type Child = Never<Self::Fruit>;

    fn for_segment(&self, _ord: SegmentOrdinal, _segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        unreachable!("collect_segment does the whole work")
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, all: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(all.into_iter().flatten().collect())
    }

    fn collect_segment(&self, weight: &dyn Weight, ord: u32, segment: &SegmentReader) -> tantivy::Result<Self::Fruit> {
        let mut found = Vec::new();
        let Some(docs) = self.copied.by_segment.get(ord as usize).filter(|docs| !docs.is_empty()) else {
            return Ok(found);
        };
        let mut scorer = weight.scorer(segment, 1.0)?;
        for &(doc, cluster) in docs {
            if scorer.doc() < doc && scorer.seek(doc) == TERMINATED {
                break;
            }
            if scorer.doc() == doc {
                found.push((cluster, DocAddress::new(ord, doc)));
            }
        }
        Ok(found)
    }
}

impl Snapshot {
    /// Where the copies of the archive lie. The first call looks through a column of all articles.
    pub(super) fn copied(&self) -> Result<Arc<Copied>> {
        if let Some(copied) = self.copied.get() {
            return Ok(Arc::clone(copied));
        }
        let copied = Arc::new(self.find_copied()?);
        Ok(Arc::clone(self.copied.get_or_init(|| copied)))
    }

    fn find_copied(&self) -> Result<Copied> {
        let mut members: FxHashMap<u64, (u32, Member)> = FxHashMap::default();
        let mut firsts: Vec<u64> = Vec::new();
        for (number, cluster) in (0..).zip(self.clusters().iter()) {
            members.extend(cluster.members().map(|member| (member.tie, (number, member))));
            firsts.push(cluster.representative());
        }
        let mut copied =
            Copied { by_segment: vec![Vec::new(); self.searcher.segment_readers().len()], ..Copied::default() };
        if members.is_empty() {
            return Ok(copied);
        }
        let mut clusters: Vec<Vec<(bool, i64, CopiedAt)>> = vec![Vec::new(); firsts.len()];
        self.each_live(|ord, segment, docs| {
            let failed = |e| self.store.error(e);
            let ties = segment.fast_fields().u64("tie").map_err(failed)?;
            let dates = segment.fast_fields().i64("published").map_err(failed)?;
            for doc in docs {
                let Some((number, member)) = ties.first(doc).and_then(|tie| members.get(&tie)) else { continue };
                copied.by_segment[ord as usize].push((doc, *number));
                let at = CopiedAt { address: DocAddress::new(ord, doc), member: *member };
                let is_first = firsts[*number as usize] == member.tie;
                clusters[*number as usize].push((!is_first, dates.first(doc).unwrap_or(i64::MAX), at));
            }
            Ok(())
        })?;
        for mut cluster in clusters {
            cluster.sort_unstable_by_key(|(first, date, at)| (*first, *date, at.member.tie));
            copied.clusters.push(cluster.into_iter().map(|(_, _, at)| at).collect());
        }
        Ok(copied)
    }

    /// What is not shown of a query's hits.
    pub(super) fn hidden(&self, query: &dyn Query, mode: CopyMode) -> Result<Option<Hidden>> {
        if mode == CopyMode::Show {
            return Ok(None);
        }
        let copied = self.copied()?;
        let fitting = self.searcher.search(query, &Fitting { copied: &copied }).map_err(|e| self.store.error(e))?;
        let mut by_cluster: FxHashMap<u32, Vec<DocAddress>> = FxHashMap::default();
        for (cluster, address) in fitting {
            by_cluster.entry(cluster).or_default().push(address);
        }
        let mut by_segment: Vec<Vec<DocId>> = vec![Vec::new(); copied.by_segment.len()];
        for (cluster, fitting) in by_cluster {
            let order = &copied.clusters[cluster as usize];
            let shown = order.iter().find(|at| fitting.contains(&at.address)).map(|at| at.address);
            for address in fitting.into_iter().filter(|address| Some(*address) != shown) {
                by_segment[address.segment_ord as usize].push(address.doc_id);
            }
        }
        by_segment.iter_mut().for_each(|docs| docs.sort_unstable());
        let only = (mode == CopyMode::Only).then_some(copied);
        Ok(Some(Hidden { by_segment, only }))
    }

    /// The copies of the article at an address, but for itself, with their number.
    pub(super) fn copies_at(&self, address: DocAddress, query: &dyn Query) -> Result<(u64, Vec<HitCopy>)> {
        let copied = self.copied()?;
        let Some(cluster) = copied.cluster_at(address.segment_ord as usize, address.doc_id) else {
            return Ok((0, Vec::new()));
        };
        let others: Vec<&CopiedAt> =
            copied.clusters[cluster as usize].iter().filter(|at| at.address != address).collect();
        let mut copies = Vec::new();
        for at in others.iter().take(COPIES_LISTED_MAX) {
            let article = self.stored(at.address)?.head()?;
            let fits = self.fits(query, at.address)?;
            let (shares, covers) = (f32::from(at.member.shares) / 100.0, f32::from(at.member.covers) / 100.0);
            copies.push(HitCopy { article, fits, shares, covers });
        }
        Ok((others.len() as u64, copies))
    }

    fn fits(&self, query: &dyn Query, address: DocAddress) -> Result<bool> {
        let failed = |e| self.store.error(e);
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher)).map_err(failed)?;
        let mut scorer = weight.scorer(self.searcher.segment_reader(address.segment_ord), 1.0).map_err(failed)?;
        Ok(scorer.doc() <= address.doc_id && scorer.seek(address.doc_id) == address.doc_id)
    }

    /// The articles with so many copies.
    pub(super) fn with_copy_count(&self, range: AmountRange) -> Result<WithCopies> {
        Ok(WithCopies { copied: self.copied()?, range, segments: self.segment_ords() })
    }

    fn segment_ords(&self) -> Arc<FxHashMap<SegmentId, usize>> {
        let ids = self.searcher.segment_readers().iter().map(SegmentReader::segment_id);
        Arc::new(ids.zip(0..).collect())
    }
}

/// Articles with a number of copies in a range.
#[derive(Debug, Clone)]
pub(super) struct WithCopies {
    copied: Arc<Copied>,
    range: AmountRange,
    segments: Arc<FxHashMap<SegmentId, usize>>,
}

impl WithCopies {
    fn docs(&self, segment: &SegmentReader) -> Vec<DocId> {
        let ord = self.segments.get(&segment.segment_id()).copied();
        let listed = ord.and_then(|ord| self.copied.by_segment.get(ord)).map_or(&[][..], Vec::as_slice);
        let count = |cluster: u32| self.copied.clusters[cluster as usize].len().saturating_sub(1) as u64;
        if !self.range.contains(0) {
            let fitting = listed.iter().filter(|(_, cluster)| self.range.contains(count(*cluster)));
            return fitting.map(|(doc, _)| *doc).collect();
        }
        let mut listed = listed.iter().peekable();
        (0..segment.max_doc())
            .filter(|doc| {
                let cluster = listed.next_if(|(copied, _)| copied == doc).map(|(_, cluster)| *cluster);
                self.range.contains(cluster.map_or(0, count))
            })
            .collect()
    }
}

impl Query for WithCopies {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(WithCopiesWeight(self.clone())))
    }
}

struct WithCopiesWeight(WithCopies);

impl Weight for WithCopiesWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(Listed { docs: self.0.docs(segment), at: 0, score: boost }))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("number of copies", 1.0))
    }
}

/// Documents of a list.
struct Listed {
    docs: Vec<DocId>,
    at: usize,
    score: Score,
}

impl DocSet for Listed {
    fn advance(&mut self) -> DocId {
        self.at = (self.at + 1).min(self.docs.len());
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.at += self.docs[self.at..].partition_point(|&doc| doc < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.docs.len() as u32
    }
}

impl Scorer for Listed {
    fn score(&mut self) -> Score {
        self.score
    }
}

/// Which documents of a segment are shown: the live ones that are not hidden.
pub(super) struct Shown<'a> {
    live: Live<'a>,
    hidden: Option<&'a Hidden>,
    segment: SegmentOrdinal,
}

impl<'a> Shown<'a> {
    pub(super) fn of(live: Live<'a>, hidden: Option<&'a Hidden>, segment: SegmentOrdinal) -> Self {
        Self { live, hidden: hidden.filter(|hidden| !hidden.is_none_of(segment)), segment }
    }

    pub(super) fn has(&self, doc: DocId) -> bool {
        self.live.has(doc) && self.hidden.is_none_or(|hidden| !hidden.has(self.segment, doc))
    }

    /// Whether every document is shown, so that counting needs no look at each.
    pub(super) fn all(&self) -> bool {
        self.live.all() && self.hidden.is_none()
    }
}
