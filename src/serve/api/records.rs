//! What the API answers with. Names are stable within a version; new ones may come in.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    article::{Article, Block, Flags},
    date::Published,
    diff::{Difference, PieceKind},
    search::{
        CopiedArticle, Counted, Facet, Hit, HitCopy, KwicLine, Period, Related, SharedTerm, SignificantTerm,
        SignificantTerms, Snippet, Stats, Story, StoryList, StoryMoment, StoryOutline, TimePart, Timeline, Version,
    },
    serve::problem::{ByteRange, NoteRecord},
};

/// What identifies and dates an article.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArticleHead {
    /// Its id: what the paths of articles take.
    id: String,
    /// Short name, for runs.
    page: String,
    /// Where it stood on the web.
    url: Option<String>,
    title: String,
    standfirst: Option<String>,
    authors: Vec<String>,
    /// ISO 8601, as precise as it is known: `2022`, `2022-04`, `2022-04-24`, `2022-04-24T09:30+09:00`.
    published: Option<String>,
    /// How fine that is: year, month, day, minute, second.
    published_precision: Option<&'static str>,
    /// How sure that is: sure, likely, unsure.
    published_confidence: Option<&'static str>,
    /// Where on the page it was read.
    published_origin: Option<&'static str>,
    /// Outlet's name, else its domain.
    source: Option<String>,
    domain: Option<String>,
    agency: Option<String>,
    section: Option<String>,
    /// ISO 639 code.
    language: Option<String>,
    /// Where it lies in the archive's sources.
    file: String,
    /// Number of the record in the file, from 1.
    record: Option<u64>,
}

/// Names of the fields of [`ArticleHead`].
const HEAD_FIELDS: [&str; 17] = [
    "id",
    "page",
    "url",
    "title",
    "standfirst",
    "authors",
    "published",
    "published_precision",
    "published_confidence",
    "published_origin",
    "source",
    "domain",
    "agency",
    "section",
    "language",
    "file",
    "record",
];

/// Fields of a hit that `fields=` can name.
pub(crate) fn hit_fields() -> Vec<&'static str> {
    [&["rank", "score"], &HEAD_FIELDS[..], &["snippet", "matches", "more_snippets", "copies_total", "copies"]].concat()
}

impl From<&Article> for ArticleHead {
    fn from(article: &Article) -> Self {
        let published = article.published.as_ref();
        Self {
            id: article.id.clone(),
            page: article.page.clone(),
            url: article.url.clone().or_else(|| article.canonical_url.clone()),
            title: article.title.clone(),
            standfirst: article.standfirst.clone(),
            authors: article.authors.clone(),
            published: published.map(Published::to_string),
            published_precision: published.map(|date| date.precision.name()),
            published_confidence: published.map(|date| date.confidence.name()),
            published_origin: published.map(|date| date.origin.name()),
            source: article.source.name.clone().or_else(|| article.source.domain.clone()),
            domain: article.source.domain.clone(),
            agency: article.agency.clone(),
            section: article.section.clone(),
            language: article.language.as_ref().map(|language| language.code.clone()),
            file: article.origin.file.clone(),
            record: article.origin.record,
        }
    }
}

/// A hit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hit)]
pub(crate) struct HitRecord {
    /// Place among all hits, from 1.
    rank: usize,
    /// How well it fits; 0 where the order is not by relevance.
    score: f32,
    #[serde(flatten)]
    article: ArticleHead,
    /// A passage with the words of the query.
    snippet: Option<String>,
    /// Bytes of the snippet that fit the query.
    matches: Vec<ByteRange>,
    /// Further passages.
    more_snippets: Vec<SnippetRecord>,
    /// Number of its copies; 0 where copies are hits of their own.
    copies_total: u64,
    /// The first of them.
    copies: Vec<FoldedCopy>,
}

/// A passage.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Snippet)]
pub(crate) struct SnippetRecord {
    text: String,
    matches: Vec<ByteRange>,
}

/// A copy that is folded into a hit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoldedCopy {
    id: String,
    title: String,
    source: Option<String>,
    url: Option<String>,
    published: Option<String>,
    /// Whether it fits the query itself.
    fits: bool,
    /// Share of its own story that stands in that of the first of all its copies, 0 to 1.
    shares: f32,
    /// Share of the first one's story that stands in its own.
    covers: f32,
}

fn ranges(ranges: &[std::ops::Range<usize>]) -> Vec<ByteRange> {
    ranges.iter().map(|range| ByteRange { start: range.start, end: range.end }).collect()
}

impl From<&Snippet> for SnippetRecord {
    fn from(snippet: &Snippet) -> Self {
        Self { text: snippet.text.clone(), matches: ranges(&snippet.matches) }
    }
}

impl From<&HitCopy> for FoldedCopy {
    fn from(copy: &HitCopy) -> Self {
        let ArticleHead { id, title, source, url, published, .. } = (&copy.article).into();
        Self { id, title, source, url, published, fits: copy.fits, shares: copy.shares, covers: copy.covers }
    }
}

impl From<&Hit> for HitRecord {
    fn from(hit: &Hit) -> Self {
        Self {
            rank: hit.rank,
            score: hit.score,
            article: (&hit.article).into(),
            snippet: hit.snippet.as_ref().map(|snippet| snippet.text.clone()),
            matches: hit.snippet.as_ref().map(|snippet| ranges(&snippet.matches)).unwrap_or_default(),
            more_snippets: hit.more_snippets.iter().map(Into::into).collect(),
            copies_total: hit.copies_total,
            copies: hit.copies.iter().map(Into::into).collect(),
        }
    }
}

/// The values of one facet. `tag:="NAME"` as a part of the query finds the hits with that value of `tag`; so do the
/// other fields of names. Years and months are found by `date:`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facet)]
pub(crate) struct FacetRecord {
    field: &'static str,
    values: Vec<CountedRecord>,
    /// How many more values there are.
    more: u64,
    /// Hits without a value.
    without: u64,
}

/// A name and the number of articles that bear it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Counted)]
pub(crate) struct CountedRecord {
    name: String,
    articles: u64,
}

impl From<&Counted> for CountedRecord {
    fn from(counted: &Counted) -> Self {
        Self { name: counted.name.clone(), articles: counted.articles }
    }
}

impl From<&Facet> for FacetRecord {
    fn from(facet: &Facet) -> Self {
        let values = facet.values.iter().map(Into::into).collect();
        Self { field: facet.field.name(), values, more: facet.more, without: facet.without }
    }
}

/// The answer to a search.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchAnswer {
    /// The query in its canonical spelling.
    pub(super) query: String,
    /// Number of hits; copies that are folded into one hit count once. `null` where it was not asked for.
    pub(super) total: Option<u64>,
    /// Number of articles that fit, each copy counted.
    pub(super) total_with_copies: Option<u64>,
    /// What may have been meant otherwise.
    pub(super) notes: Vec<NoteRecord>,
    /// The query with words that the archive knows, where there are no hits.
    pub(super) did_you_mean: Option<String>,
    pub(super) facets: Vec<FacetRecord>,
    /// The hits; with the fields that `fields` names, where it is given.
    #[schema(value_type = Vec<HitRecord>)]
    pub(super) hits: serde_json::Value,
    /// Where to go on: the `cursor` of the next request; `null` at the end.
    pub(super) next: Option<String>,
}

/// How many articles fit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountAnswer {
    pub(super) query: String,
    pub(super) total: u64,
    pub(super) total_with_copies: u64,
}

/// Counts by fields.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetsAnswer {
    pub(super) query: String,
    pub(super) total: u64,
    pub(super) facets: Vec<FacetRecord>,
}

/// Hits over time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimelineAnswer {
    /// Length of a period: day, week, month, quarter, year.
    by: &'static str,
    queries: Vec<SeriesRecord>,
    periods: Vec<PeriodRecord>,
}

/// One query of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeriesRecord {
    query: String,
    /// What the shares are of.
    of: String,
    total: u64,
    undated: u64,
    /// Hits whose date is less exact than a period.
    inexact: u64,
}

/// One period of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeriodRecord {
    period: String,
    /// Its first day.
    from: String,
    /// Hits of each query.
    hits: Vec<u64>,
    /// Articles that the shares are of.
    articles: Vec<u64>,
    /// Share of the articles that are hits, 0 to 1; `null` in a gap of the archive.
    shares: Vec<Option<f64>>,
}

pub(crate) fn period_name(by: Period) -> &'static str {
    match by {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Quarter => "quarter",
        Period::Year => "year",
    }
}

impl From<&Timeline> for TimelineAnswer {
    fn from(timeline: &Timeline) -> Self {
        let series = timeline.queries.iter().map(|series| SeriesRecord {
            query: series.query.clone(),
            of: series.of.clone(),
            total: series.total,
            undated: series.undated,
            inexact: series.inexact,
        });
        let periods = timeline.periods.iter().enumerate().map(|(at, start)| PeriodRecord {
            period: timeline.by.label(*start),
            from: start.to_string(),
            hits: timeline.queries.iter().map(|series| series.hits[at]).collect(),
            articles: timeline.queries.iter().map(|series| series.articles[at]).collect(),
            shares: timeline.queries.iter().map(|series| series.share(at)).collect(),
        });
        Self { by: period_name(timeline.by), queries: series.collect(), periods: periods.collect() }
    }
}

/// Terms that are typical of a query's hits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TermsAnswer {
    query: String,
    /// What they are compared with; `null` for the whole archive.
    against: Option<String>,
    /// What they are ordered by.
    statistic: &'static str,
    /// Articles of the query that were read.
    sample: u64,
    /// Articles they are compared with.
    compared: u64,
    terms: Vec<TermRecord>,
}

/// A typical term.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TermRecord {
    word: String,
    /// How typical it is: the log-likelihood ratio.
    g2: f64,
    /// Articles of the sample with it.
    articles: u64,
    /// Articles that it is compared with that have it.
    articles_compared: u64,
}

impl From<&SignificantTerms> for TermsAnswer {
    fn from(terms: &SignificantTerms) -> Self {
        let record = |term: &SignificantTerm| TermRecord {
            word: term.word.clone(),
            g2: term.g2,
            articles: term.articles,
            articles_compared: term.articles_compared,
        };
        Self {
            query: terms.query.clone(),
            against: terms.against.clone(),
            statistic: terms.statistic,
            sample: terms.sample,
            compared: terms.compared,
            terms: terms.terms.iter().map(record).collect(),
        }
    }
}

/// Words that begin alike.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompleteAnswer {
    pub(super) prefix: String,
    /// The most frequent first.
    pub(super) words: Vec<CountedRecord>,
}

/// A whole article.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArticleAnswer {
    #[serde(flatten)]
    article: ArticleHead,
    /// The address that the page names as its own.
    canonical_url: Option<String>,
    modified: Option<String>,
    tags: Vec<String>,
    blocks: Vec<BlockRecord>,
    images: Vec<ImageRecord>,
    flags: FlagsRecord,
    /// How sure the language is, 0 to 1.
    language_certainty: Option<f32>,
    /// When the page was captured.
    captured: Option<String>,
    /// Name of the record in its container.
    entry: Option<String>,
}

/// Fields of an article that `fields=` can name.
pub(crate) fn article_fields() -> Vec<&'static str> {
    let beyond =
        ["canonical_url", "modified", "tags", "blocks", "images", "flags", "language_certainty", "captured", "entry"];
    [&HEAD_FIELDS[..], &beyond].concat()
}

/// A block of a story.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Block)]
pub(crate) struct BlockRecord {
    /// paragraph, heading, quote, list_item, table_row.
    kind: &'static str,
    /// The cells of a table row are separated by tabs.
    text: String,
}

pub(crate) fn block_kind(block: &Block) -> &'static str {
    use crate::article::BlockKind;
    match block.kind {
        BlockKind::Paragraph => "paragraph",
        BlockKind::Heading => "heading",
        BlockKind::Quote => "quote",
        BlockKind::ListItem => "list_item",
        BlockKind::TableRow => "table_row",
    }
}

/// A picture.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Image)]
pub(crate) struct ImageRecord {
    url: Option<String>,
    caption: Option<String>,
    credit: Option<String>,
}

/// What kind of page an article stood on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Flags)]
pub(crate) struct FlagsRecord {
    paywalled: bool,
    correction: bool,
    live: bool,
    sponsored: bool,
    opinion: bool,
}

impl From<Flags> for FlagsRecord {
    fn from(flags: Flags) -> Self {
        let Flags { paywalled, correction, live, sponsored, opinion } = flags;
        Self { paywalled, correction, live, sponsored, opinion }
    }
}

impl From<&Article> for ArticleAnswer {
    fn from(article: &Article) -> Self {
        let block = |block: &Block| BlockRecord { kind: block_kind(block), text: block.text.clone() };
        let image = |image: &crate::article::Image| ImageRecord {
            url: image.url.clone(),
            caption: image.caption.clone(),
            credit: image.credit.clone(),
        };
        Self {
            article: article.into(),
            canonical_url: article.canonical_url.clone(),
            modified: article.modified.as_ref().map(Published::to_string),
            tags: article.tags.clone(),
            blocks: article.blocks.iter().map(block).collect(),
            images: article.images.iter().map(image).collect(),
            flags: article.flags.into(),
            language_certainty: article.language.as_ref().map(|language| language.certainty),
            captured: article.origin.captured.clone(),
            entry: article.origin.entry.clone(),
        }
    }
}

/// Articles related to one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelatedAnswer {
    /// Id of the article asked for.
    pub(super) article: String,
    /// Copies and other versions that were left out.
    pub(super) copies: usize,
    pub(super) related: Vec<RelatedRecord>,
}

/// A related article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Related)]
pub(crate) struct RelatedRecord {
    rank: usize,
    score: f32,
    /// background, same_days, follow_ups, undated.
    part: &'static str,
    #[serde(flatten)]
    article: ArticleHead,
    /// The terms that both share, the one that counts most first.
    shared: Vec<SharedRecord>,
}

/// A term that two articles share.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharedTerm)]
pub(crate) struct SharedRecord {
    word: String,
    weight: f32,
}

pub(crate) fn part_name(part: TimePart) -> &'static str {
    match part {
        TimePart::Background => "background",
        TimePart::SameDays => "same_days",
        TimePart::FollowUps => "follow_ups",
        TimePart::Undated => "undated",
    }
}

impl From<&Related> for RelatedRecord {
    fn from(related: &Related) -> Self {
        let shared = |term: &SharedTerm| SharedRecord { word: term.word.clone(), weight: term.weight };
        Self {
            rank: related.rank,
            score: related.score,
            part: part_name(related.part),
            article: (&related.article).into(),
            shared: related.shared.iter().map(shared).collect(),
        }
    }
}

/// The copies of an article.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CopiesAnswer {
    /// Id of the article asked for.
    pub(super) article: String,
    /// Articles in the cluster, that one among them.
    pub(super) total: usize,
    /// The one that stands for all first; empty where the article has no copies.
    pub(super) copies: Vec<CopyRecord>,
}

/// A copy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Copy)]
pub(crate) struct CopyRecord {
    #[serde(flatten)]
    article: ArticleHead,
    /// Share of its story that stands in the first one's, 0 to 1.
    shares: f32,
    /// Share of the first one's story that stands in its own.
    covers: f32,
    /// How it differs from the first one; `null` for that one.
    differs: Option<DiffersRecord>,
}

/// How a copy differs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Differs)]
pub(crate) struct DiffersRecord {
    title: bool,
    lead: bool,
    captions: bool,
    words_cut: usize,
    words_missing: usize,
    words_added: usize,
    /// Numbers that stand where others stood: the first one's and its own.
    numbers: Vec<NumberRecord>,
}

/// A number that is another one in a copy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NumberRecord {
    first: String,
    copy: String,
}

impl From<&CopiedArticle> for CopyRecord {
    fn from(copy: &CopiedArticle) -> Self {
        let differs = copy.differs.as_ref().map(|differs| DiffersRecord {
            title: differs.title,
            lead: differs.lead,
            captions: differs.captions,
            words_cut: differs.words_cut,
            words_missing: differs.words_missing,
            words_added: differs.words_added,
            numbers: differs
                .numbers
                .iter()
                .map(|(first, copy)| NumberRecord { first: first.clone(), copy: copy.clone() })
                .collect(),
        });
        Self { article: (&copy.article).into(), shares: copy.shares, covers: copy.covers, differs }
    }
}

/// The versions of an article.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionsAnswer {
    /// Id of the article asked for.
    pub(super) article: String,
    /// The oldest first.
    pub(super) versions: Vec<VersionRecord>,
}

/// A version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub(crate) struct VersionRecord {
    /// From 1.
    number: usize,
    /// Whether it is the one that is searched.
    current: bool,
    captured: Option<String>,
    modified: Option<String>,
    #[serde(flatten)]
    article: ArticleHead,
    /// What changed since the version before; `null` for the first.
    changes: Option<Vec<ChangeRecord>>,
}

/// What changed in one part of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeRecord {
    /// title, standfirst, authors, published, modified, story, captions.
    part: &'static str,
    pieces: Vec<PieceRecord>,
}

/// A run of text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Piece)]
pub(crate) struct PieceRecord {
    /// same, deleted, inserted.
    kind: &'static str,
    text: String,
}

pub(crate) fn diff_part(part: crate::diff::Part) -> &'static str {
    use crate::diff::Part;
    match part {
        Part::Title => "title",
        Part::Standfirst => "standfirst",
        Part::Authors => "authors",
        Part::Published => "published",
        Part::Modified => "modified",
        Part::Story => "story",
        Part::Captions => "captions",
    }
}

fn changes(difference: &Difference) -> Vec<ChangeRecord> {
    let kind = |kind| match kind {
        PieceKind::Same => "same",
        PieceKind::Deleted => "deleted",
        PieceKind::Inserted => "inserted",
    };
    let piece = |piece: &crate::diff::Piece| PieceRecord { kind: kind(piece.kind), text: piece.text.clone() };
    let part = |part: &crate::diff::PartDifference| ChangeRecord {
        part: diff_part(part.part),
        pieces: part.pieces.iter().map(piece).collect(),
    };
    difference.parts.iter().map(part).collect()
}

impl From<&Version> for VersionRecord {
    fn from(version: &Version) -> Self {
        Self {
            number: version.number,
            current: version.current,
            captured: version.article.origin.captured.clone(),
            modified: version.article.modified.as_ref().map(Published::to_string),
            article: (&version.article).into(),
            changes: version.changes.as_ref().map(changes),
        }
    }
}

/// Occurrences in their context.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KwicAnswer {
    pub(super) query: String,
    pub(super) lines: Vec<KwicRecord>,
    /// Whether there are more.
    pub(super) more: bool,
}

/// One occurrence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KwicLine)]
pub(crate) struct KwicRecord {
    left: String,
    keyword: String,
    right: String,
    id: String,
    title: String,
    source: Option<String>,
    published: Option<String>,
}

impl From<KwicLine> for KwicRecord {
    fn from(line: KwicLine) -> Self {
        let ArticleHead { id, title, source, published, .. } = (&line.article).into();
        Self { left: line.left, keyword: line.keyword, right: line.right, id, title, source, published }
    }
}

/// What the archive holds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatsAnswer {
    /// Changes with every commit.
    pub(super) generation: String,
    articles: u64,
    older_versions: u64,
    files: u64,
    skipped: u64,
    skipped_by_reason: Vec<CountedRecord>,
    first_day: Option<String>,
    last_day: Option<String>,
    undated: u64,
    sources: Vec<CountedRecord>,
    sections: Vec<CountedRecord>,
    languages: Vec<CountedRecord>,
    disk_bytes: u64,
}

impl StatsAnswer {
    pub(super) fn new(generation: u64, stats: &Stats) -> Self {
        let records = |counted: &[Counted]| counted.iter().map(Into::into).collect();
        Self {
            generation: format!("{generation:016x}"),
            articles: stats.articles,
            older_versions: stats.older_versions,
            files: stats.files,
            skipped: stats.skipped,
            skipped_by_reason: records(&stats.skipped_by_reason),
            first_day: stats.first_day.clone(),
            last_day: stats.last_day.clone(),
            undated: stats.undated,
            sources: records(&stats.sources),
            sections: records(&stats.sections),
            languages: records(&stats.languages),
            disk_bytes: stats.disk_bytes,
        }
    }
}

/// Stories with articles among the hits of a query.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoriesAnswer {
    query: String,
    /// Number of such stories.
    total: u64,
    /// What was left out of account.
    notes: Vec<String>,
    stories: Vec<ListedRecord>,
}

/// A story in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedStory)]
pub(crate) struct ListedRecord {
    rank: usize,
    score: f32,
    /// Its reports that fit the query, copies not counted.
    hits: u64,
    #[serde(flatten)]
    outline: OutlineRecord,
}

/// What a story is, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoryOutline)]
pub(crate) struct OutlineRecord {
    /// Id of its first report; the id of every other article in it names it as well.
    id: String,
    first_day: Option<String>,
    last_day: Option<String>,
    /// Articles, copies among them.
    articles: u64,
    /// Articles that are no copies of others.
    reports: u64,
    sources_total: u64,
    /// The outlets with most articles first.
    sources: Vec<CountedRecord>,
    /// The words that hold it together.
    terms: Vec<StoryTermRecord>,
    first: ArticleHead,
    latest: ArticleHead,
}

/// A word that holds a story together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoryTerm)]
pub(crate) struct StoryTermRecord {
    word: String,
    weight: f32,
    /// Share of the reports that have it, 0 to 1.
    share: f32,
}

/// A story with its reports.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoryAnswer {
    #[serde(flatten)]
    outline: OutlineRecord,
    /// The reports by time.
    timeline: Vec<StoryReportRecord>,
}

/// A report of a story.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoryReport)]
pub(crate) struct StoryReportRecord {
    /// first, turn, latest; `null` for most.
    moment: Option<&'static str>,
    /// Words that a turn brought into the story.
    brings: Vec<String>,
    #[serde(flatten)]
    article: ArticleHead,
    /// Number of its copies.
    copies: u64,
    /// The outlets of the copies.
    copied_by: Vec<String>,
}

pub(crate) fn moment_name(moment: StoryMoment) -> &'static str {
    match moment {
        StoryMoment::First => "first",
        StoryMoment::Turn => "turn",
        StoryMoment::Latest => "latest",
    }
}

impl From<&StoryOutline> for OutlineRecord {
    fn from(outline: &StoryOutline) -> Self {
        let term = |term: &crate::search::StoryTerm| StoryTermRecord {
            word: term.word.clone(),
            weight: term.weight,
            share: term.share,
        };
        Self {
            id: outline.id.clone(),
            first_day: outline.first_day.clone(),
            last_day: outline.last_day.clone(),
            articles: outline.articles,
            reports: outline.reports,
            sources_total: outline.sources_total,
            sources: outline.sources.iter().map(Into::into).collect(),
            terms: outline.terms.iter().map(term).collect(),
            first: (&outline.first).into(),
            latest: (&outline.latest).into(),
        }
    }
}

impl From<&StoryList> for StoriesAnswer {
    fn from(list: &StoryList) -> Self {
        let listed = |story: &crate::search::ListedStory| ListedRecord {
            rank: story.rank,
            score: story.score,
            hits: story.hits,
            outline: (&story.outline).into(),
        };
        Self {
            query: list.query.clone(),
            total: list.total,
            notes: list.notes.clone(),
            stories: list.stories.iter().map(listed).collect(),
        }
    }
}

impl From<&Story> for StoryAnswer {
    fn from(story: &Story) -> Self {
        let report = |report: &crate::search::StoryReport| StoryReportRecord {
            moment: report.moment.map(moment_name),
            brings: report.brings.clone(),
            article: (&report.article).into(),
            copies: report.copies,
            copied_by: report.copied_by.clone(),
        };
        Self { outline: (&story.outline).into(), timeline: story.timeline.iter().map(report).collect() }
    }
}
