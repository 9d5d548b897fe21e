//! What the archive holds: coverage by outlet and day, holes, doubts, what was left out.

use std::collections::BTreeMap;

use axum::{body::Body, extract::State, http::Response};
use chrono::{Datelike, NaiveDate, Weekday};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    answer,
    layout::{Layout, Place},
    parts,
};
use crate::{
    query::{DateKind, DateSpan, Field, Query},
    search::{Counted, Doctor, Finding, Period, SearchOptions, Stats},
    serve::{
        params::{Params, none_if_empty},
        problem::Problem,
        state::{App, Shared},
        text::{counted, grouped, harmless},
    },
};

/// Outlets in the table of years.
const OUTLETS_MAX: usize = 40;

/// Findings on the page.
const FINDINGS_MAX: usize = 200;

/// Shades of a calendar beside the one for nothing.
const SHADES: u64 = 4;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::serve) struct Coverage {
    /// Outlet; all where it is left out.
    source: String,
    #[serde(deserialize_with = "none_if_empty")]
    year: Option<i32>,
}

/// `GET /archive`
pub(in crate::serve) async fn archive(State(app): State<App>, Params(coverage): Params<Coverage>) -> Response<Body> {
    let page = app.work(move |shared| {
        let key = format!("archive {:?} {}", coverage.year, coverage.source);
        let text = shared.kept_text(&key, || page(shared, &coverage))?;
        Ok(text.as_str().to_owned())
    });
    answer(&app, page.await)
}

fn page(shared: &Shared, coverage: &Coverage) -> Result<String, Problem> {
    let stats = shared.stats()?;
    let doctor = shared.doctor()?;
    let of = |day: &Option<String>| day.as_deref()?.get(..4)?.parse::<i32>().ok();
    let (first, last) = (of(&stats.first_day), of(&stats.last_day));
    let year = coverage.year.or(last).filter(|year| (0..=9_999).contains(year));
    let calendar = year.map(|year| calendar(shared, coverage, year)).transpose()?;
    let years = by_year(shared, &stats)?;
    let body = html! {
        h1 { "What the archive holds" }
        (numbers(&stats))
        h2 #coverage { "Coverage by day" }
        (chooser(shared, &stats, coverage, year))
        @if let Some(calendar) = calendar { (calendar) }
        @if let (Some(year), Some(first), Some(last)) = (year, first, last) {
            (neighbours(shared, coverage, year, first, last))
        }
        @if !years.columns.is_empty() { (year_table(shared, &years)) }
        (doubts(shared, &doctor))
        (skipped(&stats))
    };
    Ok(Layout { app: shared, title: "What the archive holds", place: Place::Archive, feed: None }.page(&body))
}

fn numbers(stats: &Stats) -> Markup {
    html! {
        dl.numbers {
            dt { "Articles" } dd { (grouped(stats.articles)) }
            dt { "Older versions" } dd { (grouped(stats.older_versions)) }
            dt { "Outlets" } dd { (grouped(stats.sources.len() as u64)) }
            dt { "From" } dd { (stats.first_day.as_deref().unwrap_or("–")) }
            dt { "To" } dd { (stats.last_day.as_deref().unwrap_or("–")) }
            dt { "Without a date" } dd { (grouped(stats.undated)) }
            dt { "Files read" } dd { (grouped(stats.files)) }
            dt { "On disk" } dd { (megabytes(stats.disk_bytes)) }
        }
        p { "Languages: " @for (at, language) in stats.languages.iter().enumerate() {
            @if at > 0 { ", " } (harmless(&language.name)) " " span.aside { (grouped(language.articles)) }
        } }
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn chooser(app: &Shared, stats: &Stats, coverage: &Coverage, year: Option<i32>) -> Markup {
    html! {
        form.settings action=(app.href("/archive")) method="get" {
            label { "Outlet " select name="source" {
                option value="" { "all" }
                @for source in &stats.sources {
                    option value=(parts::attribute(&source.name)) selected[source.name == coverage.source] {
                        (harmless(&source.name))
                    }
                }
            } }
            label { "Year " input type="number" name="year" min="0" max="9999" value=[year]; }
            button type="submit" { "Show" }
        }
    }
}

/// The query for an outlet's articles.
fn of_source(source: &str) -> Query {
    if source.is_empty() {
        return Query::Everything;
    }
    Query::Named { field: Field::Source, name: source.to_owned() }
}

fn within(query: Query, first: NaiveDate, last: NaiveDate) -> Query {
    let span = DateSpan { first: Some(first), last: Some(last) };
    let dates = Query::Dates { date: DateKind::Published, span };
    if query == Query::Everything { dates } else { Query::All(vec![query, dates]) }
}

/// A year, a table a month, a cell a day.
fn calendar(shared: &Shared, coverage: &Coverage, year: i32) -> Result<Markup, Problem> {
    let (Some(first), Some(last)) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31)) else {
        return Err(Problem::parameter(format!("there is no year {year}")));
    };
    let query = within(of_source(&coverage.source), first, last);
    let timeline = shared.archive.timeline(&[query], Period::Day, &SearchOptions::default())?;
    let series = &timeline.queries[0];
    let days: BTreeMap<NaiveDate, u64> =
        timeline.periods.iter().copied().zip(series.hits.iter().copied()).filter(|(_, hits)| *hits > 0).collect();
    let most = days.values().copied().max().unwrap_or(0);
    let months = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(year, month, 1));
    Ok(html! {
        p { (counted(series.total, "article")) " of " (year)
            @if !coverage.source.is_empty() { " in " span dir="auto" { (harmless(&coverage.source)) } }
            @if series.inexact > 0 { "; " (grouped(series.inexact)) " of them known to the month or year only" }
            ". The darker a day, the more; at most " (grouped(most)) "." }
        div.calendar {
            @for start in months { (month(shared, coverage, start, &days, most)) }
        }
    })
}

fn month(app: &Shared, coverage: &Coverage, start: NaiveDate, days: &BTreeMap<NaiveDate, u64>, most: u64) -> Markup {
    let in_month: Vec<NaiveDate> = start.iter_days().take_while(|day| day.month() == start.month()).collect();
    let weeks = in_month.chunk_by(|a, b| a.iso_week() == b.iso_week());
    html! {
        table.month {
            caption { (start.format("%B")) }
            thead.visually-hidden { tr {
                @for name in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
                    th scope="col" { (name) }
                }
            } }
            tbody {
                @for week in weeks {
                    tr {
                        @for weekday in DAYS_OF_WEEK {
                            @match week.iter().find(|day| day.weekday() == weekday) {
                                None => { td.none {} },
                                Some(day) => { (cell(app, coverage, *day, days.get(day).copied().unwrap_or(0), most)) },
                            }
                        }
                    }
                }
            }
        }
    }
}

const DAYS_OF_WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn cell(app: &Shared, coverage: &Coverage, day: NaiveDate, articles: u64, most: u64) -> Markup {
    if articles == 0 {
        return html! { td.shade-0 { span title=(format!("{day}: nothing")) { (day.day()) } } };
    }
    let shade = (articles * SHADES).div_ceil(most.max(1));
    let text = day.to_string();
    let mut pairs = vec![("from", text.as_str()), ("to", text.as_str())];
    let filter = format!("source:{}", coverage.source);
    if !coverage.source.is_empty() {
        pairs.push(("f", &filter));
    }
    let told = format!("{day}: {}", counted(articles, "article"));
    html! {
        td class=(format!("shade-{}", shade.min(SHADES))) {
            a href=(app.href_with("/", pairs)) title=(told) aria-label=(told) { (day.day()) }
        }
    }
}

fn neighbours(app: &Shared, coverage: &Coverage, year: i32, first: i32, last: i32) -> Markup {
    let href = |year: i32| {
        let year = year.to_string();
        app.href_with("/archive", [("source", coverage.source.as_str()), ("year", &year)])
    };
    html! {
        nav.pages aria-label="Years" {
            @if year > first { a rel="prev" href=(href(year - 1)) { (year - 1) } " " }
            @if year < last { a rel="next" href=(href(year + 1)) { (year + 1) } }
        }
    }
}

/// Articles of the largest outlets by year.
struct Years {
    columns: Vec<String>,
    rows: Vec<(Counted, Vec<u64>)>,
}

fn by_year(shared: &Shared, stats: &Stats) -> Result<Years, Problem> {
    let sources: Vec<&Counted> = stats.sources.iter().take(OUTLETS_MAX).collect();
    let mut counts: Vec<BTreeMap<NaiveDate, u64>> = Vec::new();
    for part in sources.chunks(crate::search::TIMELINE_QUERIES_MAX) {
        let queries: Vec<Query> = part.iter().map(|source| of_source(&source.name)).collect();
        let timeline = shared.archive.timeline(&queries, Period::Year, &SearchOptions::default())?;
        for series in &timeline.queries {
            counts.push(timeline.periods.iter().copied().zip(series.hits.iter().copied()).collect());
        }
    }
    let mut years: Vec<NaiveDate> =
        counts.iter().flat_map(|counts| counts.iter().filter(|(_, n)| **n > 0).map(|(year, _)| *year)).collect();
    years.sort_unstable();
    years.dedup();
    let row = |(source, counts): (&&Counted, BTreeMap<NaiveDate, u64>)| {
        ((*source).clone(), years.iter().map(|year| counts.get(year).copied().unwrap_or(0)).collect())
    };
    let rows = sources.iter().zip(counts).map(row).collect();
    Ok(Years { columns: years.iter().map(|year| year.format("%Y").to_string()).collect(), rows })
}

fn year_table(app: &Shared, years: &Years) -> Markup {
    html! {
        h2 { "Outlets by year" }
        div.wide tabindex="0" role="group" aria-label="Outlets by year" { table.years {
            thead { tr { th scope="col" { "Outlet" }
                @for year in &years.columns { th.number scope="col" { (year) } } } }
            tbody {
                @for (source, counts) in &years.rows {
                    tr {
                        th scope="row" dir="auto" {
                            a href=(app.href_with("/", [("f", format!("source:{}", source.name).as_str())])) {
                                (harmless(&source.name))
                            }
                        }
                        @for (year, count) in years.columns.iter().zip(counts) {
                            td.number {
                                @if *count > 0 {
                                    a href=(app.href_with("/archive", [("source", source.name.as_str()), ("year", year)])) {
                                        (grouped(*count))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        } }
    }
}

fn doubts(app: &Shared, doctor: &Doctor) -> Markup {
    let href = |finding: &Finding| {
        let pairs = [
            finding.source.as_deref().map(|source| ("source", source)),
            finding.first_day.as_deref().and_then(|day| day.get(..4)).map(|year| ("year", year)),
        ];
        app.href_with("/archive", pairs.into_iter().flatten())
    };
    html! {
        h2 { "Holes and doubts" }
        @if doctor.findings.is_empty() { p { "Nothing looks wrong." } } @else {
            ul.findings {
                @for finding in doctor.findings.iter().take(FINDINGS_MAX) {
                    li dir="auto" {
                        (harmless(&finding.to_string()))
                        @if finding.first_day.is_some() { " " a href=(href(finding)) { "calendar" } }
                    }
                }
            }
            @if doctor.findings.len() > FINDINGS_MAX {
                p { "and " (grouped((doctor.findings.len() - FINDINGS_MAX) as u64)) " more" }
            }
        }
    }
}

fn skipped(stats: &Stats) -> Markup {
    html! {
        h2 { "Left out" }
        p { (grouped(stats.skipped)) " " @if stats.skipped == 1 { "page or record" } @else { "pages or records" } " " @if stats.skipped == 1 { "was" } @else { "were" }
            " left out when the files were read." }
        @if !stats.skipped_by_reason.is_empty() {
            table {
                thead { tr { th scope="col" { "Why" } th.number scope="col" { "How many" } } }
                tbody { @for reason in &stats.skipped_by_reason {
                    tr { th scope="row" { (harmless(&reason.name)) } (parts::number_cell(reason.articles)) }
                } }
            }
        }
    }
}
