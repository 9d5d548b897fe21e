//! Several searches on one timeline, to look at and to take away.

use axum::{
    body::Body,
    extract::State,
    http::{Response, header},
    response::IntoResponse,
};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::{
    answer, html_response,
    layout::{Layout, Place},
    parts,
};
use crate::{
    query::Query,
    render::{Measure, timeline_csv, timeline_svg},
    search::{Period, SearchOptions, SignificantTerms, TermsOptions, Timeline},
    serve::{
        params::{By, Params},
        problem::Problem,
        state::{App, Shared},
        text::{counted, grouped, harmless},
    },
};

/// Most searches that are compared on a page.
const QUERIES_MAX: usize = 8;

/// Boxes that are shown at least.
const BOXES_MIN: usize = 3;

/// Terms shown of each search.
const TERMS: usize = 12;

/// Most rows of the table of counts; the CSV has all.
const ROWS_MAX: usize = 400;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::serve) struct Compared {
    q: Vec<String>,
    by: Option<By>,
    measure: Drawn,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Drawn {
    #[default]
    Count,
    Share,
}

impl Compared {
    /// The searches that something was typed for.
    fn queries(&self, shared: &Shared) -> Result<Vec<Query>, Problem> {
        let typed: Vec<&String> = self.q.iter().filter(|typed| !typed.trim().is_empty()).collect();
        if typed.len() > QUERIES_MAX {
            return Err(Problem::parameter(format!("at most {QUERIES_MAX} searches can be compared")));
        }
        typed.into_iter().map(|typed| Ok(shared.parse(typed)?.0)).collect()
    }

    fn by(&self) -> Period {
        self.by.unwrap_or(By::Month).into()
    }

    fn measure(&self) -> Measure {
        if self.measure == Drawn::Share { Measure::Share } else { Measure::Count }
    }

    fn href(&self, app: &Shared, path: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = self.q.iter().map(|typed| ("q", typed.as_str())).collect();
        let by = self.by.unwrap_or(By::Month);
        pairs.extend(By::NAMED.iter().filter(|(known, _)| *known == by).map(|(_, name)| ("by", *name)));
        if self.measure == Drawn::Share {
            pairs.push(("measure", "share"));
        }
        app.href_with(path, pairs)
    }
}

fn timeline(shared: &Shared, compared: &Compared) -> Result<Timeline, Problem> {
    let queries = compared.queries(shared)?;
    if queries.is_empty() {
        return Err(Problem::parameter("give at least one search: q=…"));
    }
    Ok(shared.archive.timeline(&queries, compared.by(), &SearchOptions::default())?)
}

/// `GET /compare`
pub(in crate::serve) async fn compare(State(app): State<App>, Params(compared): Params<Compared>) -> Response<Body> {
    let page = app.work(move |shared| {
        let shown = match compared.queries(shared) {
            Err(problem) if problem.mistake.is_some() => {
                let body = html! { (form(shared, &compared)) (parts::told(&problem)) };
                return Ok((framed(shared, &body), Some(problem)));
            }
            Err(problem) => return Err(problem),
            Ok(queries) if queries.is_empty() => html! {
                p { "Type two or more searches to see them on one timeline." }
            },
            Ok(queries) => {
                let options = SearchOptions::default();
                let timeline = shared.archive.timeline(&queries, compared.by(), &options)?;
                let terms = TermsOptions { limit: TERMS };
                let terms = queries.iter().map(|q| shared.archive.significant_terms(q, None, &terms, &options));
                let terms = terms.collect::<Result<Vec<_>, _>>()?;
                result(shared, &compared, &timeline, &terms)
            }
        };
        Ok((framed(shared, &html! { (form(shared, &compared)) (shown) }), None))
    });
    match page.await {
        Ok((page, Some(problem))) => problem.decorated(html_response(page)),
        Ok((page, None)) => html_response(page),
        Err(problem) => answer(&app, Err(problem)),
    }
}

fn framed(app: &Shared, body: &Markup) -> String {
    let body = html! { h1 { "Compare searches" } (body) };
    Layout { app, title: "Compare searches", place: Place::Compare, feed: None }.page(&body)
}

fn form(app: &Shared, compared: &Compared) -> Markup {
    let boxes = (compared.q.len() + 1).clamp(BOXES_MIN, QUERIES_MAX);
    let by = compared.by.unwrap_or(By::Month);
    html! {
        form.compare action=(app.href("/compare")) method="get" {
            @for at in 0..boxes {
                @let typed = compared.q.get(at).map(String::as_str).unwrap_or_default();
                label { span { "Search " (at + 1) " " }
                    input type="text" name="q" value=(harmless(typed)) dir="auto" autocapitalize="none"
                        spellcheck="false" maxlength=(app.options.limits.query_bytes_max);
                }
            }
            div.settings {
                label { "By " select name="by" {
                    @for (known, name) in By::NAMED { option value=(name) selected[known == by] { (name) } }
                } }
                label { "Show " select name="measure" {
                    option value="count" selected[compared.measure == Drawn::Count] { "number of articles" }
                    option value="share" selected[compared.measure == Drawn::Share] { "share of the archive" }
                } }
                button type="submit" { "Compare" }
            }
        }
    }
}

fn result(app: &Shared, compared: &Compared, timeline: &Timeline, terms: &[SignificantTerms]) -> Markup {
    // The drawing is our own and its texts are escaped; it holds no style and no script.
    let drawing = PreEscaped(timeline_svg(timeline, compared.measure()));
    html! {
        figure.drawing {
            div.wide tabindex="0" role="group" aria-label="Drawing" { (drawing) }
            figcaption {
                "Hatched where the archive holds nothing. Take away: "
                a href=(compared.href(app, "/compare.svg")) download="timeline.svg" { "SVG" } " · "
                a href=(compared.href(app, "/compare.csv")) download="timeline.csv" { "CSV" }
            }
        }
        (totals(app, timeline, terms))
        (counts(timeline))
    }
}

/// A row for each search, with its typical words.
fn totals(app: &Shared, timeline: &Timeline, terms: &[SignificantTerms]) -> Markup {
    html! {
        h2 { "Searches and their typical words" }
        div.wide tabindex="0" role="group" aria-label="Searches" { table {
            thead { tr { th scope="col" { "Search" } th.number scope="col" { "Articles" }
                th.number scope="col" { "without a date" } th scope="col" { "Typical words" } } }
            tbody {
                @for (series, terms) in timeline.queries.iter().zip(terms) {
                    tr {
                        th scope="row" dir="auto" {
                            a href=(app.href_with("/", [("q", series.query.as_str())])) { (harmless(&series.query)) }
                        }
                        (parts::number_cell(series.total)) (parts::number_cell(series.undated))
                        td dir="auto" {
                            (harmless(&terms.terms.iter().map(|term| term.word.as_str()).collect::<Vec<_>>().join(", ")))
                        }
                    }
                }
            }
        } }
    }
}

/// A row for each period.
fn counts(timeline: &Timeline) -> Markup {
    let rows = timeline.periods.len();
    html! {
        h2 { "Counts" }
        @if rows > ROWS_MAX { p { "The last " (grouped(ROWS_MAX as u64)) " of " (counted(rows as u64, "period")) "; the CSV has all." } }
        div.wide tabindex="0" role="group" aria-label="Counts" { table {
            thead { tr {
                th scope="col" { "Period" }
                @for series in &timeline.queries { th.number scope="col" dir="auto" { (harmless(&series.query)) } }
            } }
            tbody {
                @for (at, start) in timeline.periods.iter().enumerate().skip(rows.saturating_sub(ROWS_MAX)) {
                    tr {
                        th scope="row" { (timeline.by.label(*start)) }
                        @for series in &timeline.queries {
                            td.number {
                                @match series.share(at) {
                                    None => { span.aside { "nothing archived" } },
                                    Some(share) => { (grouped(series.hits[at])) " " span.aside { (parts::percent(share)) } },
                                }
                            }
                        }
                    }
                }
            }
        } }
    }
}

/// `GET /compare.svg`
pub(in crate::serve) async fn compare_svg(
    State(app): State<App>,
    Params(compared): Params<Compared>,
) -> Response<Body> {
    let drawn = app.work(move |shared| Ok(timeline_svg(&timeline(shared, &compared)?, compared.measure())));
    taken(&app, drawn.await, "image/svg+xml; charset=utf-8")
}

/// `GET /compare.csv`
pub(in crate::serve) async fn compare_csv(
    State(app): State<App>,
    Params(compared): Params<Compared>,
) -> Response<Body> {
    let table = app.work(move |shared| Ok(timeline_csv(&timeline(shared, &compared)?)));
    taken(&app, table.await, "text/csv; charset=utf-8")
}

fn taken(app: &Shared, text: Result<String, Problem>, kind: &'static str) -> Response<Body> {
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Err(problem) => answer(app, Err(problem)),
    }
}
