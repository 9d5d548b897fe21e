//! `newssearch timeline`.

use std::path::Path;

use clap::ValueEnum;
use serde::Serialize;

use super::{
    Exit, Outcome, open,
    output::{Output, columns},
    parsed,
};
use crate::{
    render::{Measure, json_pretty, timeline_csv, timeline_svg, timeline_text},
    search::{Period, SearchOptions, Series, Timeline},
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// The queries, each in one argument.
    #[arg(required = true)]
    queries: Vec<String>,
    /// What hits are counted by.
    #[arg(long, value_enum, default_value_t = By::Month)]
    by: By,
    /// Draw the share of the archive's articles of each period instead of the number of hits.
    #[arg(long)]
    share: bool,
    /// What it is printed as.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// How a timeline is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Bars and a sparkline.
    Text,
    /// A drawing.
    Svg,
    /// A table.
    Csv,
    /// One JSON document.
    Json,
}

/// A timeline as JSON: a list of periods with a value for each query.
#[derive(Serialize)]
struct TimelineRecord<'a> {
    by: Period,
    queries: Vec<QueryRecord<'a>>,
    periods: Vec<PeriodRecord>,
}

#[derive(Serialize)]
struct QueryRecord<'a> {
    query: &'a str,
    of: &'a str,
    total: u64,
    undated: u64,
    inexact: u64,
}

#[derive(Serialize)]
struct PeriodRecord {
    period: String,
    from: String,
    hits: Vec<u64>,
    articles: Vec<u64>,
    /// `null` in a gap of the archive.
    shares: Vec<Option<f64>>,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let queries = args.queries.iter().map(|typed| parsed(typed)).collect::<Result<Vec<_>, _>>()?;
    let by = match args.by {
        By::Day => Period::Day,
        By::Week => Period::Week,
        By::Month => Period::Month,
        By::Quarter => Period::Quarter,
        By::Year => Period::Year,
    };
    let timeline = open(index)?.timeline(&queries, by, &SearchOptions::default())?;
    let measure = if args.share { Measure::Share } else { Measure::Count };
    let mut out = if args.format == Form::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    out.write(&match args.format {
        Form::Text => timeline_text(&timeline, measure, columns()),
        Form::Svg => timeline_svg(&timeline, measure),
        Form::Csv => timeline_csv(&timeline),
        Form::Json => json_pretty(&record(&timeline)),
    })?;
    out.finish()?;
    let none = timeline.queries.iter().all(|series| series.total == 0);
    Ok(if none { Exit::Nothing } else { Exit::Success })
}

fn record(timeline: &Timeline) -> TimelineRecord<'_> {
    let query = |series: &'_ Series| -> (u64, u64, u64) { (series.total, series.undated, series.inexact) };
    let queries = timeline.queries.iter().map(|series| {
        let (total, undated, inexact) = query(series);
        QueryRecord { query: &series.query, of: &series.of, total, undated, inexact }
    });
    let periods = timeline.periods.iter().enumerate().map(|(at, start)| PeriodRecord {
        period: timeline.by.label(*start),
        from: start.to_string(),
        hits: timeline.queries.iter().map(|series| series.hits[at]).collect(),
        articles: timeline.queries.iter().map(|series| series.articles[at]).collect(),
        shares: timeline.queries.iter().map(|series| series.share(at)).collect(),
    });
    TimelineRecord { by: timeline.by, queries: queries.collect(), periods: periods.collect() }
}
