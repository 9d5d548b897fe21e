//! Many queries, or many articles, at once.

use std::{
    io::{self, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use rayon::prelude::*;

use super::{Exit, Format, Outcome, Stop, output::Output};
use crate::{
    archive::Archive,
    error::Error,
    query::Query,
    render::{HitRecord, RelatedRecord, json_line, trec_line},
    search::{Hit, Related, RelatedOptions, SearchOptions},
};

/// Queries that are answered side by side before their answers are printed.
const BATCH_MAX: usize = 256;

/// Answers every query of a file, in its order.
pub(super) fn queries(archive: &Archive, file: &Path, options: &SearchOptions, format: Format) -> Outcome {
    checked(format)?;
    let snippet_chars = if format == Format::Trec { 0 } else { options.snippet_chars };
    let options = SearchOptions { snippet_chars, total: false, ..options.clone() };
    let lines = lines(file)?;
    let queries: Vec<(&str, Query)> = lines
        .iter()
        .map(|(number, line)| {
            let (id, words) = line.split_once('\t').ok_or_else(|| Error::Format {
                path: file.to_owned(),
                line: *number,
                detail: "an id, a tab and words are needed".to_owned(),
            })?;
            Ok((id, Query::words(words)))
        })
        .collect::<Result<_, Error>>()?;
    answer(&queries, |(id, query)| {
        let hits = archive.search(query, &options)?.hits;
        let line = |hit: &Hit| match format {
            Format::Trec => trec_line(id, &hit.article, hit.rank, hit.score),
            _ => json_line(&HitRecord::new(Some(id), hit)),
        };
        Ok(hits.iter().map(line).collect())
    })
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
                let _ = writeln!(io::stderr(), "newssearch: {}, line {number}: {error}", file.display());
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
