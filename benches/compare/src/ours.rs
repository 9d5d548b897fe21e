//! newssearch, used as its users use it, for the same questions that plain tantivy is asked.

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use newssearch::{Archive, IngestOptions, Query, SearchOptions, ingest};

use crate::queries::{self, Kind};

/// Indexes a file of JSON lines into a new folder. Without a number of threads, as many as there are cores extract.
pub fn index(file: &Path, dir: &Path, threads: Option<usize>) -> io::Result<u64> {
    let options = IngestOptions { threads: threads.unwrap_or(0), ..IngestOptions::default() };
    let file: PathBuf = file.canonicalize()?;
    let report = ingest(dir, &[file], &options, |_| ControlFlow::Continue(())).map_err(io::Error::other)?;
    Ok(report.articles)
}

/// What is asked for beside the ten best articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extras {
    /// Titles, dates, outlets and whatever else the head of an article holds.
    Titles,
    /// A snippet, too.
    Snippets,
    /// The number of all hits, too.
    SnippetsAndTotal,
}

/// Asks an archive, from the query's text to its hits, and gives how many there are.
pub fn top(archive: &Archive, query: &queries::Query, extras: Extras) -> io::Result<usize> {
    let parsed = match query.kind {
        Kind::Words => Query::words(&query.text),
        _ => Query::parse(&query.text).map_err(io::Error::other)?,
    };
    let defaults = SearchOptions::default();
    let options = SearchOptions {
        snippet_chars: if extras == Extras::Titles { 0 } else { defaults.snippet_chars },
        total: extras == Extras::SnippetsAndTotal,
        ..defaults
    };
    let results = archive.search(&parsed, &options).map_err(io::Error::other)?;
    Ok(std::hint::black_box(results).hits.len())
}
