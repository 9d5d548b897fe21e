//! A search engine for archives of news.
//!
//! An *archive* is a folder with an index of articles. [`ingest`] fills it from saved pages and JSON lines, [`Archive`]
//! opens it for searching.
//!
//! ```no_run
//! use std::{ops::ControlFlow, path::PathBuf};
//!
//! use newssearch::{Archive, IngestOptions, Query, RelatedOptions, SearchOptions, ingest};
//!
//! ingest("index", &[PathBuf::from("corpus")], &IngestOptions::default(), |_| ControlFlow::Continue(()))?;
//! let archive = Archive::open("index")?;
//! let results = archive.search(&Query::parse("north korea letters")?, &SearchOptions::default())?;
//! for hit in &results.hits {
//!     println!("{:.1} {}", hit.score, hit.article.title);
//! }
//! if let Some(best) = results.hits.first() {
//!     let best = archive.article(&best.article.id)?;
//!     for related in archive.related(&best, &RelatedOptions::default())?.articles {
//!         let words: Vec<_> = related.shared.iter().map(|term| term.word.as_str()).collect();
//!         println!("related: {} ({})", related.article.title, words.join(", "));
//!     }
//! }
//! # Ok::<(), newssearch::Error>(())
//! ```
//!
//! Features: `cli` (the program), `ingest` (reading pages). Without them an archive can be opened and searched.

#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used))]

mod archive;
mod article;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod date;
mod deadline;
mod diff;
mod error;
#[cfg(feature = "ingest")]
mod extract;
mod index;
#[cfg(feature = "ingest")]
mod ingest;
mod manifest;
#[cfg(feature = "ingest")]
mod pipeline;
mod place;
mod query;
#[cfg(any(feature = "cli", feature = "serve"))]
mod render;
mod saved;
mod search;
#[cfg(feature = "serve")]
pub mod serve;
mod skip;
mod text;

pub use archive::Archive;
pub use article::{Article, Block, BlockKind, Flags, Image, Language, Origin, Page, Source};
pub use date::{Confidence, DateOrigin, Precision, Published};
pub use deadline::within;
pub use diff::{Difference, Part, PartDifference, Piece, PieceKind};
pub use error::{Error, Result};
#[cfg(feature = "ingest")]
pub use extract::extract;
pub use index::{DamagedFile, verify};
#[cfg(feature = "ingest")]
pub use index::{Repair, repair};
#[cfg(feature = "ingest")]
pub use ingest::{
    COMMIT_SECONDS, DATES_NAMED_MAX, ExtractionReport, FieldMap, IngestOptions, PAGE_BYTES_MAX, Progress, Report,
    SKIPS_NAMED_MAX, SkippedAt, SourceReport, THREADS_MAX, UnreadDate, UrlMap,
};
pub use manifest::{HitsRecord, HitsRecorder, ManifestOptions, Replay, SearchManifest};
#[cfg(feature = "ingest")]
pub use pipeline::{clear, extract_all, ingest, survey};
pub use query::{
    ATLEAST_MAX, Amount, AmountRange, DateKind, DateSpan, FUZZY_EDITS_MAX, Field, LAST_MAX, NEAR_WORDS_MAX, Note,
    Pattern, QUERY_BYTES_MAX, QUERY_CLAUSES_MAX, QUERY_DEPTH_MAX, QUERY_HELP, Query, QueryError, REGEX_BYTES_MAX,
    Scope, Trait, Unit,
};
pub use saved::{SAVED_NAME_BYTES_MAX, SavedSearch, SavedSearches};
pub use search::{
    AgeShare, CLAUSES_MAX, COPIES_LISTED_MAX, COPIES_MAX, Clause, CopiedArticle, Copies, CopyDifference, CopyMode,
    Counted, Cursor, Diagnosis, Doctor, ExpandedTerm, Explained, Explanation, Export, ExportOptions, ExportedHit,
    Facet, FacetField, Finding, FindingKind, Fingerprint, Hit, HitCopy, KWIC_SORTED_MAX, KwicLine, KwicOptions,
    KwicSort, LIMIT_MAX, ListedStory, PERIODS_MAX, Period, Recency, Related, RelatedArticles, RelatedOptions, Results,
    SAMPLE_MAX, STORIES_MAX, STORY_REPORTS_MAX, STORY_SOURCES_MAX, Sample, ScoreNumbers, SearchOptions, Seen, Series,
    SharedTerm, SignificantTerm, SignificantTerms, Snippet, Sort, Stats, StoriesOptions, Story, StoryList, StoryMoment,
    StoryOutline, StoryReport, StorySort, StoryTerm, TERMS_SAMPLE_MAX, TIMELINE_QUERIES_MAX, TermsOptions, TimePart,
    Timeline, VERSIONS_MAX, Version,
};
pub use skip::{Skip, SkipReason};
