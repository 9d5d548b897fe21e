//! What extraction gave, as a table for people.

use std::fmt::Write;

use super::{
    safe::for_terminal,
    text::{BOLD, PLAIN, counted},
};
use crate::ingest::{ExtractionReport, SourceReport};

/// Columns that a source's name takes at most.
const NAME_COLUMNS: usize = 32;

/// A line a source.
pub(crate) fn survey(report: &ExtractionReport) -> String {
    let mut out = format!(
        "{BOLD}{:<NAME_COLUMNS$} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}{PLAIN}\n",
        "source", "articles", "title", "date", "sure", "likely", "unsure", "authors", "body"
    );
    for source in &report.sources {
        line(&mut out, source.source.as_deref().unwrap_or("(none named)"), source);
    }
    if report.sources.len() > 1 {
        line(&mut out, "all", &report.total);
    }
    let reasons: Vec<String> = report.skipped_by_reason.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    let _ = writeln!(out, "{}, {} without an article{reasons}", counted(report.pages, "page"), report.skipped);
    out
}

fn line(out: &mut String, name: &str, of: &SourceReport) {
    let name: String = for_terminal(name).chars().take(NAME_COLUMNS).collect();
    let _ = writeln!(
        out,
        "{name:<NAME_COLUMNS$} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        of.articles, of.title, of.date, of.date_sure, of.date_likely, of.date_unsure, of.authors, of.body
    );
}
