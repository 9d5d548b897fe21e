//! `newssearch query`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use serde::Serialize;

use super::{Exit, Format, Outcome, Stop, batch, open, output::Output};
use crate::{
    archive::Archive,
    query::Query,
    render::{HitRecord, csv_header, csv_hits, json_line, json_pretty, text, trec_line},
    search::{Hit, Recency, RelatedOptions, Results, SearchOptions, Sort},
};

/// Related articles named under the first hit.
const RELATED_SHOWN: usize = 3;

/// Shared terms named for each of them.
const RELATED_TERMS: usize = 3;

#[derive(clap::Args)]
pub(super) struct Args {
    /// What to look for: words, "phrases", -not, OR, brackets, title: author: source: section: tag: lang: url: id:,
    /// date:2022-04, after: before:. A query that begins with a dash goes behind `--`, after all options.
    query: Vec<String>,
    /// Most hits.
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Hits to leave out at the top.
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Order of the hits.
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// What the hits are printed as [default: text, in a batch trec]; a batch comes as trec or jsonl.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Any of the words instead of all of them; the text is taken as plain words.
    #[arg(long)]
    any: bool,
    /// File of queries, `id<TAB>words` a line; the words are taken as plain words, any of them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "offset"])]
    batch: Option<PathBuf>,
    /// Add the terms that the first hits have in common.
    #[arg(long)]
    expand: bool,
    /// Prefer recent articles: after so many days what a new one has before an old one is halved [default: 30d].
    #[arg(long, value_name = "DAYS", num_args = 0..=1, require_equals = true, default_missing_value = "30d",
        value_parser = days)]
    recent: Option<u32>,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// Best first.
    Relevance,
    /// Latest first.
    Newest,
    /// Earliest first.
    Oldest,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
        }
    }
}

/// A number of days, `30d` or `30`.
fn days(typed: &str) -> Result<u32, String> {
    let days = typed.strip_suffix('d').unwrap_or(typed).parse().unwrap_or(0);
    if days == 0 { Err("give a number of days, such as 30d".to_owned()) } else { Ok(days) }
}

/// The whole answer as one JSON document.
#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    total: Option<u64>,
    hits: Vec<HitRecord<'a>>,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let options = SearchOptions {
        limit: args.limit,
        offset: args.offset,
        sort: args.sort.into(),
        expand: args.expand,
        recency: args.recent.map(|half_life_days| Recency { half_life_days, now: chrono::Utc::now().timestamp() }),
        ..SearchOptions::default()
    };
    if let Some(file) = &args.batch {
        return batch::queries(&open(index)?, file, &options, args.format.unwrap_or(Format::Trec));
    }
    // Behind `--`, where a query may begin with a dash, options are words; nobody means that.
    let is_option = |word: &&String| word.strip_prefix("--").is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    if let Some(option) = args.query.iter().find(is_option) {
        return Err(Stop::Usage(format!("{option} stands among the words of the query; options go before --")));
    }
    let typed = args.query.join(" ");
    if typed.trim().is_empty() {
        return Err(Stop::Usage("say what to look for, such as: newssearch query \"dam failure\"".to_owned()));
    }
    let query =
        if args.any { Query::words(&typed) } else { Query::parse(&typed).map_err(|e| Stop::Query(typed, e))? };
    let format = args.format.unwrap_or(Format::Text);
    let snippet_chars = if format == Format::Trec { 0 } else { options.snippet_chars };
    let archive = open(index)?;
    let results = archive.search(&query, &SearchOptions { snippet_chars, ..options })?;
    let mut out = if format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    print(&mut out, &archive, &results, format)?;
    out.finish()?;
    if results.hits.is_empty() && format == Format::Text {
        hint(&results, &query)?;
    }
    Ok(if results.hits.is_empty() { Exit::Nothing } else { Exit::Success })
}

/// Says on the standard error what may help where there are no hits.
fn hint(results: &Results, query: &Query) -> Result<(), Stop> {
    let is_operator = |part: &Query| match part {
        Query::Word { text, .. } => matches!(text.as_str(), "or" | "and" | "not"),
        _ => false,
    };
    let said = match query {
        _ if results.total.is_some_and(|total| total > 0) => "there are fewer hits than that",
        Query::All(parts) if parts.iter().any(is_operator) => {
            "no article has all of these words; OR, AND and NOT are operators only in capitals"
        }
        Query::All(_) => "no article fits all of this; --any finds articles with any of the words",
        _ => "no article fits this",
    };
    Ok(writeln!(io::stderr(), "newssearch: {said}")?)
}

fn print(out: &mut Output, archive: &Archive, results: &Results, format: Format) -> Result<(), Stop> {
    match format {
        Format::Text => {
            out.write(&text::summary(results))?;
            for hit in &results.hits {
                let related = if hit.rank == 1 { related(archive, hit)? } else { Vec::new() };
                out.write(&text::hit(hit, &related))?;
            }
        }
        Format::Json => {
            let hits: Vec<HitRecord<'_>> = results.hits.iter().map(|hit| HitRecord::new(None, hit)).collect();
            out.write(&json_pretty(&Answer { query: &results.query, total: results.total, hits }))?;
        }
        Format::Jsonl => {
            for hit in &results.hits {
                out.write(&json_line(&HitRecord::new(None, hit)))?;
            }
        }
        Format::Csv => out.write(&(csv_header() + &csv_hits(&results.hits)))?,
        Format::Trec => {
            for hit in &results.hits {
                out.write(&trec_line("1", &hit.article, hit.rank, hit.score))?;
            }
        }
    }
    Ok(())
}

fn related(archive: &Archive, hit: &Hit) -> Result<Vec<crate::search::Related>, Stop> {
    let article = archive.article(&hit.article.id)?;
    let options = RelatedOptions { limit: RELATED_SHOWN, terms: RELATED_TERMS, ..RelatedOptions::default() };
    Ok(archive.related(&article, &options)?.articles)
}
