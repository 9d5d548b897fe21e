//! Articles and hits as flat records, the form of every machine-readable output.

use std::ops::Range;

use serde::Serialize;

use crate::{
    article::{Article, Flags},
    date::{Confidence, DateOrigin, Published},
    search::{Hit, HitCopy, Related, SharedTerm, Snippet, TimePart},
};

/// What identifies and dates an article.
#[derive(Serialize)]
pub(crate) struct ArticleRecord<'a> {
    pub(crate) id: &'a str,
    pub(crate) page: &'a str,
    pub(crate) url: Option<&'a str>,
    pub(crate) title: &'a str,
    pub(crate) authors: &'a [String],
    /// ISO 8601, as precise as it is known.
    pub(crate) published: Option<String>,
    pub(crate) published_confidence: Option<Confidence>,
    pub(crate) published_origin: Option<DateOrigin>,
    /// Outlet's name, else its domain.
    pub(crate) source: Option<&'a str>,
    pub(crate) domain: Option<&'a str>,
    pub(crate) agency: Option<&'a str>,
    pub(crate) section: Option<&'a str>,
    pub(crate) language: Option<&'a str>,
    pub(crate) file: &'a str,
    pub(crate) record: Option<u64>,
}

/// A hit of a query.
#[derive(Serialize)]
pub(crate) struct HitRecord<'a> {
    /// Id of the query in a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    rank: usize,
    score: f32,
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    snippet: Option<&'a str>,
    /// Bytes of the snippet that fit the query.
    matches: &'a [Range<usize>],
    /// Further passages, where they were asked for.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    more_snippets: &'a [Snippet],
    /// Its copies in other outlets, where they are folded into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    copies: Vec<CopyRecord<'a>>,
}

/// A copy of a hit.
#[derive(Serialize)]
struct CopyRecord<'a> {
    id: &'a str,
    title: &'a str,
    source: Option<&'a str>,
    url: Option<&'a str>,
    published: Option<String>,
    /// Whether it fits the query itself.
    fits: bool,
    /// Share of its own story that stands in that of the first of all its copies.
    shares: f32,
    /// Share of the first one's story that stands in its own.
    covers: f32,
}

impl<'a> From<&'a HitCopy> for CopyRecord<'a> {
    fn from(copy: &'a HitCopy) -> Self {
        let ArticleRecord { id, title, source, url, published, .. } = (&copy.article).into();
        Self { id, title, source, url, published, fits: copy.fits, shares: copy.shares, covers: copy.covers }
    }
}

/// An article related to another.
#[derive(Serialize)]
pub(crate) struct RelatedRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    rank: usize,
    score: f32,
    /// Whether it came before, with or after the other.
    part: TimePart,
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    shared: &'a [SharedTerm],
}

/// A whole article, as extracted.
#[derive(Serialize)]
pub(crate) struct ExtractedRecord<'a> {
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    canonical_url: Option<&'a str>,
    modified: Option<String>,
    standfirst: Option<&'a str>,
    /// Plain text, one block a line.
    body: String,
    images: &'a [crate::article::Image],
    tags: &'a [String],
    language_certainty: Option<f32>,
    flags: Flags,
    /// When the page was captured, ISO 8601 with its zone.
    captured: Option<&'a str>,
    /// Name of the record in its file.
    entry: Option<&'a str>,
}

impl<'a> From<&'a Article> for ArticleRecord<'a> {
    fn from(article: &'a Article) -> Self {
        let published = article.published.as_ref();
        Self {
            id: &article.id,
            page: &article.page,
            url: article.url.as_deref().or(article.canonical_url.as_deref()),
            title: &article.title,
            authors: &article.authors,
            published: published.map(Published::to_string),
            published_confidence: published.map(|p| p.confidence),
            published_origin: published.map(|p| p.origin),
            source: article.source.name.as_deref().or(article.source.domain.as_deref()),
            domain: article.source.domain.as_deref(),
            agency: article.agency.as_deref(),
            section: article.section.as_deref(),
            language: article.language.as_ref().map(|l| l.code.as_str()),
            file: &article.origin.file,
            record: article.origin.record,
        }
    }
}

impl<'a> HitRecord<'a> {
    pub(crate) fn new(query: Option<&'a str>, hit: &'a Hit) -> Self {
        Self {
            query,
            rank: hit.rank,
            score: hit.score,
            article: (&hit.article).into(),
            snippet: hit.snippet.as_ref().map(|s| s.text.as_str()),
            matches: hit.snippet.as_ref().map_or(&[], |s| &s.matches),
            more_snippets: &hit.more_snippets,
            copies: hit.copies.iter().map(CopyRecord::from).collect(),
        }
    }
}

impl<'a> RelatedRecord<'a> {
    pub(crate) fn new(query: Option<&'a str>, related: &'a Related) -> Self {
        let Related { rank, score, part, article, shared } = related;
        Self { query, rank: *rank, score: *score, part: *part, article: article.into(), shared }
    }
}

impl<'a> From<&'a Article> for ExtractedRecord<'a> {
    fn from(article: &'a Article) -> Self {
        Self {
            article: article.into(),
            canonical_url: article.canonical_url.as_deref(),
            modified: article.modified.as_ref().map(Published::to_string),
            standfirst: article.standfirst.as_deref(),
            body: article.body(),
            images: &article.images,
            tags: &article.tags,
            language_certainty: article.language.as_ref().map(|l| l.certainty),
            flags: article.flags,
            captured: article.origin.captured.as_deref(),
            entry: article.origin.entry.as_deref(),
        }
    }
}
