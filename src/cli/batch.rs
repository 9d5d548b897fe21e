//! Many queries, or many articles, at once.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use rayon::prelude::*;

use super::{
    Exit, Format, Outcome, Stop,
    output::{Output, tell},
};
use crate::{
    archive::Archive,
    error::Error,
    query::Query,
    render::{HitRecord, MatrixRow as Row, RelatedRecord, json_line, matrix_csv, trec_line},
    search::{FacetField, Hit, Related, RelatedOptions, SearchOptions},
};

/// Queries that are answered side by side before their answers are printed.
const BATCH_MAX: usize = 256;

/// Answers every query of a file, in its order.
pub(super) fn queries(
    archive: &Archive,
    file: &Path,
    syntax: bool,
    options: &SearchOptions,
    format: Format,
) -> Outcome {
    checked(format)?;
    let snippet_chars = if format == Format::Trec { 0 } else { options.snippet_chars };
    let options = SearchOptions { snippet_chars, total: false, ..options.clone() };
    let lines = lines(file)?;
    let queries = read_queries(file, &lines, syntax)?;
    answer(&queries, |(id, query)| {
        let hits = archive.search(query, &options)?.hits;
        let line = |hit: &Hit| match format {
            Format::Trec => trec_line(id, &hit.article, hit.rank, hit.score),
            _ => json_line(&HitRecord::new(Some(id), hit)),
        };
        Ok(hits.iter().map(line).collect())
    })
}

/// Counts the hits of every query of a file by the values of one field: a table with a line a query.
pub(super) fn matrix(archive: &Archive, file: &Path, syntax: bool, field: FacetField) -> Outcome {
    let lines = lines(file)?;
    let queries = read_queries(file, &lines, syntax)?;
    let options = SearchOptions {
        limit: 1,
        snippet_chars: 0,
        facets: vec![field],
        facet_values: usize::MAX,
        ..SearchOptions::default()
    };
    let counted: Vec<Result<Row<'_>, Error>> = queries
        .par_iter()
        .map(|(id, query)| {
            let mut results = archive.search(query, &options)?;
            let facet = results.facets.pop();
            let without = facet.as_ref().map_or(0, |facet| facet.without);
            let values = facet.into_iter().flat_map(|facet| facet.values);
            let values = values.map(|value| (value.name, value.articles)).collect();
            Ok(Row { id, query: results.query, total: results.total.unwrap_or(0), values, without })
        })
        .collect();
    let rows: Vec<Row<'_>> = counted.into_iter().collect::<Result<_, _>>()?;
    let mut out = Output::plain();
    out.write(&matrix_csv(&rows))?;
    out.finish()?;
    Ok(if rows.iter().all(|row| row.total == 0) { Exit::Nothing } else { Exit::Success })
}

/// The queries of a file's lines: an id, a tab, and plain words or, with `syntax`, a query.
fn read_queries<'l>(file: &Path, lines: &'l [(u64, String)], syntax: bool) -> Result<Vec<(&'l str, Query)>, Error> {
    let read = |(number, line): &'l (u64, String)| {
        let wrong = |detail: String| Error::Format { path: file.to_owned(), line: *number, detail };
        let (id, words) = line.split_once('\t').ok_or_else(|| wrong("an id, a tab and words are needed".to_owned()))?;
        let query = if syntax { Query::parse(words).map_err(|e| wrong(e.to_string()))? } else { Query::words(words) };
        Ok((id, query))
    };
    lines.iter().map(read).collect()
}

/// Finds what is related to every article of a file, in its order. Articles that are not there are told, and are a
/// failure at the end; the others are answered.
pub(super) fn related(archive: &Archive, file: &Path, options: &RelatedOptions, format: Format) -> Outcome {
    checked(format)?;
    let lines = lines(file)?;
    let missing = AtomicBool::new(false);
    let exit = answer(&lines, |(number, name)| {
        let article = match archive.article(name) {
            Err(error @ Error::NoArticle { .. }) => {
                missing.store(true, Ordering::Relaxed);
                let _ = tell(&format!("{}, line {number}: {error}", file.display()));
                return Ok(String::new());
            }
            found => found?,
        };
        let related = archive.related(&article, options)?.articles;
        let line = |related: &Related| match format {
            Format::Trec => trec_line(name, &related.article, related.rank, related.score),
            _ => json_line(&RelatedRecord::new(Some(name), related)),
        };
        Ok(related.iter().map(line).collect())
    })?;
    Ok(if missing.into_inner() { Exit::Failure } else { exit })
}

/// Answers side by side and prints in order.
fn answer<Q: Sync>(questions: &[Q], answer: impl Fn(&Q) -> Result<String, Error> + Sync) -> Outcome {
    let mut out = Output::plain();
    let mut any = false;
    for batch in questions.chunks(BATCH_MAX) {
        let answers: Vec<Result<String, Error>> = batch.par_iter().map(&answer).collect();
        for answer in answers {
            let answer = answer?;
            any |= !answer.is_empty();
            out.write(&answer)?;
        }
    }
    out.finish()?;
    Ok(if any { Exit::Success } else { Exit::Nothing })
}

fn checked(format: Format) -> Result<(), Stop> {
    match format {
        Format::Trec | Format::Jsonl => Ok(()),
        _ => Err(Stop::Usage("a batch comes as trec or jsonl".to_owned())),
    }
}

/// The lines of a file that are not blank, with their numbers from 1.
fn lines(file: &Path) -> Result<Vec<(u64, String)>, Error> {
    let text = std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    Ok(lines.map(|(line, number)| (number, line.to_owned())).collect())
}
