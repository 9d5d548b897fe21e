//! newssearch, used as its users use it, for the same questions that plain tantivy is asked.

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use newssearch::{Archive, FacetField, IngestOptions, Query, SearchOptions, Sort, ingest};

use crate::queries::{self, Kind};

/// Indexes what is new of a file of JSON lines.
pub fn index(file: &Path, dir: &Path, options: &IngestOptions) -> io::Result<u64> {
    let file: PathBuf = file.canonicalize()?;
    let report = ingest(dir, &[file], options, |_| ControlFlow::Continue(())).map_err(io::Error::other)?;
    Ok(report.articles)
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The ten best with titles, dates, outlets and whatever else the head of an article holds.
    Titles,
    /// The same with a snippet of each.
    Snippets,
    /// The same with the number of all hits.
    SnippetsAndTotal,
    /// The number of all hits. The best one comes with it.
    Total,
    /// The ten newest, with titles.
    Newest,
    /// The ten best with titles, and all hits counted by outlet, section and month.
    Facets,
}

impl Wanted {
    fn options(self) -> SearchOptions {
        let plain = SearchOptions { snippet_chars: 0, total: false, ..SearchOptions::default() };
        let snippet_chars = SearchOptions::default().snippet_chars;
        match self {
            Self::Titles => plain,
            Self::Snippets => SearchOptions { snippet_chars, ..plain },
            Self::SnippetsAndTotal => SearchOptions { snippet_chars, total: true, ..plain },
            Self::Total => SearchOptions { limit: 1, total: true, ..plain },
            Self::Newest => SearchOptions { sort: Sort::Newest, ..plain },
            Self::Facets => {
                SearchOptions { facets: vec![FacetField::Source, FacetField::Section, FacetField::Month], ..plain }
            }
        }
    }
}

/// Asks an archive with at most so many threads (0 for as many as there are cores), from the query's text to its hits, and
/// gives how many there are: all where they are counted alone.
pub fn ask(archive: &Archive, query: &queries::Query, wanted: Wanted, threads: usize) -> io::Result<usize> {
    let parsed = match query.kind {
        Kind::Words => Query::words(&query.text),
        _ => Query::parse(&query.text).map_err(io::Error::other)?,
    };
    let results = archive.search(&parsed, &SearchOptions { threads, ..wanted.options() }).map_err(io::Error::other)?;
    let total = results.total.filter(|_| wanted == Wanted::Total);
    let hits = std::hint::black_box(results).hits.len();
    Ok(total.map_or(hits, |total| total as usize))
}
