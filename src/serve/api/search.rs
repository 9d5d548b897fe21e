//! Routes that search and count.

use std::ops::ControlFlow;

use axum::{body::Body, extract::State, http::Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{
    Problems, answer, json_text, pick,
    records::{
        CompleteAnswer, CountAnswer, FacetsAnswer, HitRecord, KwicAnswer, SearchAnswer, TermsAnswer, TimelineAnswer,
        hit_fields,
    },
};
use crate::{
    query::Query,
    search::{CopyMode, KwicOptions, KwicSort, SearchOptions, TIMELINE_QUERIES_MAX, TermsOptions},
    serve::{
        params::{By, Copies, Order, Params, checked_limit, cursor, facet_fields, field_names},
        problem::{NoteRecord, Problem},
        state::{App, Shared},
    },
};

/// Most characters of a snippet.
const SNIPPET_CHARS_MAX: usize = 2_000;

/// Most snippets of a hit.
const SNIPPETS_MAX: usize = 20;

/// Longest beginning of a word, in bytes.
const PREFIX_BYTES_MAX: usize = 200;

/// Most characters on each side of an occurrence.
const KWIC_WIDTH_MAX: usize = 500;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// The query; an empty one asks for every article.
    #[serde(default)]
    q: String,
    /// Most hits.
    #[serde(default = "ten")]
    #[param(minimum = 1)]
    limit: usize,
    /// Where to go on: the `next` of an earlier answer to the same query in the same order.
    cursor: Option<String>,
    /// Order of the hits.
    #[serde(default)]
    #[param(inline)]
    sort: Order,
    /// What becomes of copies.
    #[serde(default)]
    #[param(inline)]
    copies: Copies,
    /// What to count the hits by: source, section, author, language, tag, agency, year, month.
    #[serde(default)]
    #[param(style = Form, explode = false)]
    facets: Vec<String>,
    /// Most values of a facet.
    #[serde(default = "ten")]
    #[param(minimum = 1)]
    facet_values: usize,
    /// Most characters of a snippet, at most 2000; 0 for none.
    #[serde(default = "snippet_chars")]
    #[param(maximum = 2000)]
    snippet_chars: usize,
    /// Most snippets of a hit, at most 20.
    #[serde(default = "one")]
    #[param(minimum = 1, maximum = 20)]
    snippets: usize,
    /// Whether to count all hits.
    #[serde(default = "yes")]
    total: bool,
    /// Fields of the hits; all where none are named.
    #[serde(default)]
    #[param(style = Form, explode = false)]
    fields: Vec<String>,
}

pub(super) fn ten() -> usize {
    10
}

fn one() -> usize {
    1
}

fn yes() -> bool {
    true
}

fn snippet_chars() -> usize {
    240
}

/// Search: the best hits of a query, with snippets, facets and totals.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", operation_id = "search", params(SearchParams),
    responses((status = 200, description = "The hits.", body = SearchAnswer), Problems))]
pub(super) async fn search(State(app): State<App>, Params(params): Params<SearchParams>) -> Response<Body> {
    let answered = app.work(move |shared| searched(shared, &params)).await;
    answer(&app, answered)
}

fn searched(shared: &Shared, params: &SearchParams) -> Result<String, Problem> {
    let (query, notes) = shared.parse(&params.q)?;
    let fields = field_names(&params.fields, &hit_fields())?;
    let options = SearchOptions {
        limit: checked_limit(shared, params.limit)?,
        after: cursor(params.cursor.as_deref())?,
        sort: params.sort.into(),
        copies: params.copies.into(),
        facets: facet_fields(&params.facets)?,
        facet_values: within("facet_values", params.facet_values, shared.options.limits.results_max)?,
        snippet_chars: at_most("snippet_chars", params.snippet_chars, SNIPPET_CHARS_MAX)?,
        snippets: within("snippets", params.snippets, SNIPPETS_MAX)?,
        total: params.total,
        ..SearchOptions::default()
    };
    let results = shared.archive.search(&query, &options)?;
    shared.metrics.search(results.total.unwrap_or(0));
    let hits = results.hits.iter().map(HitRecord::from);
    let hits = hits.map(|hit| {
        let mut hit = serde_json::to_value(hit).unwrap_or_default();
        pick(&mut hit, fields.as_deref());
        hit
    });
    let found_none = results.hits.is_empty() && options.after.is_none();
    let answer = SearchAnswer {
        hits: Value::Array(hits.collect()),
        total: results.total,
        total_with_copies: results.total_with_copies,
        notes: all_notes(shared, &query, &notes, &results.notes)?,
        did_you_mean: match found_none {
            true => shared.archive.did_you_mean(&query)?.map(|query| query.to_string()),
            false => None,
        },
        facets: results.facets.iter().map(Into::into).collect(),
        next: results.next.as_ref().map(ToString::to_string),
        query: results.query,
    };
    Ok(json_text(&answer))
}

/// What may have been meant otherwise: what the query says, what the archive knows, what the search left out.
fn all_notes(
    shared: &Shared,
    query: &Query,
    typed: &[crate::query::Note],
    of_search: &[String],
) -> Result<Vec<NoteRecord>, Problem> {
    let of_archive = shared.archive.notes(query)?;
    let plain = |message: &String| NoteRecord { bytes: None, message: message.clone(), suggestion: None };
    Ok(typed.iter().map(NoteRecord::from).chain(of_archive.iter().chain(of_search).map(plain)).collect())
}

/// A number from 1 to the most that there may be.
fn within(name: &str, value: usize, most: usize) -> Result<usize, Problem> {
    if value == 0 {
        return Err(Problem::parameter(format!("{name} is 0, but must be at least 1")));
    }
    at_most(name, value, most)
}

pub(super) fn at_most(name: &str, value: usize, most: usize) -> Result<usize, Problem> {
    if value > most {
        return Err(Problem::parameter(format!("{name} is {value}, but must be at most {most}")));
    }
    Ok(value)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CountParams {
    /// The query; an empty one asks for every article.
    #[serde(default)]
    q: String,
}

/// Count the articles that fit, with and without copies.
#[utoipa::path(get, path = "/api/v1/count", tag = "search", operation_id = "count", params(CountParams),
    responses((status = 200, description = "How many.", body = CountAnswer), Problems))]
pub(super) async fn count(State(app): State<App>, Params(params): Params<CountParams>) -> Response<Body> {
    let counted = app.work(move |shared| {
        let (query, _) = shared.parse(&params.q)?;
        let copies = CopyMode::Collapse;
        let options = SearchOptions { limit: 1, snippet_chars: 0, copies, ..SearchOptions::default() };
        let results = shared.archive.search(&query, &options)?;
        let (total, with_copies) = (results.total.unwrap_or(0), results.total_with_copies.unwrap_or(0));
        Ok(json_text(&CountAnswer { query: results.query, total, total_with_copies: with_copies }))
    });
    answer(&app, counted.await)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FacetsParams {
    /// The query; an empty one asks for every article.
    #[serde(default)]
    q: String,
    /// What to count by: source, section, author, language, tag, agency, year, month; all of them where none is named.
    #[serde(default)]
    #[param(style = Form, explode = false)]
    facets: Vec<String>,
    /// Most values of each.
    #[serde(default = "ten")]
    #[param(minimum = 1)]
    limit: usize,
    /// What becomes of copies.
    #[serde(default)]
    #[param(inline)]
    copies: Copies,
}

/// Count the articles that fit by outlet, section, author, language, keyword, agency, year and month.
#[utoipa::path(get, path = "/api/v1/facets", tag = "search", operation_id = "facets", params(FacetsParams),
    responses((status = 200, description = "The counts.", body = FacetsAnswer), Problems))]
pub(super) async fn facets(State(app): State<App>, Params(params): Params<FacetsParams>) -> Response<Body> {
    let counted = app.work(move |shared| {
        let (query, _) = shared.parse(&params.q)?;
        let mut fields = facet_fields(&params.facets)?;
        if fields.is_empty() {
            fields = crate::search::FacetField::NAMED.map(|(field, _)| field).to_vec();
        }
        let options = SearchOptions {
            limit: 1,
            snippet_chars: 0,
            facets: fields,
            facet_values: checked_limit(shared, params.limit)?,
            copies: params.copies.into(),
            ..SearchOptions::default()
        };
        let results = shared.archive.search(&query, &options)?;
        let facets = results.facets.iter().map(Into::into).collect();
        Ok(json_text(&FacetsAnswer { query: results.query, total: results.total.unwrap_or(0), facets }))
    });
    answer(&app, counted.await)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TimelineParams {
    /// The queries, each once more: `q=a&q=b`; at most 20. Every article where none is given.
    #[serde(default)]
    q: Vec<String>,
    /// What hits are counted by.
    #[serde(default = "month")]
    #[param(inline)]
    by: By,
}

fn month() -> By {
    By::Month
}

/// Count the hits of queries over time, with the articles of the archive that they are a share of.
#[utoipa::path(get, path = "/api/v1/timeline", tag = "search", operation_id = "timeline", params(TimelineParams),
    responses((status = 200, description = "The periods.", body = TimelineAnswer), Problems))]
pub(super) async fn timeline(State(app): State<App>, Params(params): Params<TimelineParams>) -> Response<Body> {
    let counted = app.work(move |shared| {
        let queries = parsed_queries(shared, &params.q)?;
        let timeline = shared.archive.timeline(&queries, params.by.into(), &SearchOptions::default())?;
        Ok(json_text(&TimelineAnswer::from(&timeline)))
    });
    answer(&app, counted.await)
}

/// Reads the queries of a timeline.
pub(super) fn parsed_queries(shared: &Shared, typed: &[String]) -> Result<Vec<Query>, Problem> {
    if typed.len() > TIMELINE_QUERIES_MAX {
        return Err(Problem::parameter(format!(
            "there are {} queries, but at most {TIMELINE_QUERIES_MAX}",
            typed.len()
        )));
    }
    if typed.is_empty() {
        return Ok(vec![Query::Everything]);
    }
    typed.iter().map(|typed| Ok(shared.parse(typed)?.0)).collect()
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TermsParams {
    /// The query.
    #[serde(default)]
    q: String,
    /// What its hits are compared with: those of another query; the whole archive where it is not given.
    against: Option<String>,
    /// Most terms.
    #[serde(default = "twenty")]
    #[param(minimum = 1)]
    limit: usize,
}

fn twenty() -> usize {
    20
}

/// The words that are typical of a query's hits.
#[utoipa::path(get, path = "/api/v1/terms", tag = "search", operation_id = "terms", params(TermsParams),
    responses((status = 200, description = "The words.", body = TermsAnswer), Problems))]
pub(super) async fn terms(State(app): State<App>, Params(params): Params<TermsParams>) -> Response<Body> {
    let found = app.work(move |shared| {
        let (query, _) = shared.parse(&params.q)?;
        let against = params.against.as_deref().filter(|typed| !typed.is_empty());
        let against = against.map(|typed| shared.parse(typed)).transpose()?.map(|(query, _)| query);
        let terms = TermsOptions { limit: checked_limit(shared, params.limit)? };
        let options = SearchOptions::default();
        let terms = shared.archive.significant_terms(&query, against.as_ref(), &terms, &options)?;
        Ok(json_text(&TermsAnswer::from(&terms)))
    });
    answer(&app, found.await)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CompleteParams {
    /// How the words begin; at most 200 bytes.
    #[serde(default)]
    prefix: String,
    /// Most words.
    #[serde(default = "ten")]
    #[param(minimum = 1)]
    limit: usize,
}

/// Words of the archive that begin like this.
#[utoipa::path(get, path = "/api/v1/complete", tag = "search", operation_id = "complete", params(CompleteParams),
    responses((status = 200, description = "The words.", body = CompleteAnswer), Problems))]
pub(super) async fn complete(State(app): State<App>, Params(params): Params<CompleteParams>) -> Response<Body> {
    let found = app.work(move |shared| {
        let limit = checked_limit(shared, params.limit)?;
        at_most("bytes of the prefix", params.prefix.len(), PREFIX_BYTES_MAX)?;
        let words = match params.prefix.trim() {
            "" => Vec::new(),
            prefix => shared.archive.complete(prefix, limit)?.iter().map(Into::into).collect(),
        };
        Ok(json_text(&CompleteAnswer { prefix: params.prefix, words }))
    });
    answer(&app, found.await)
}

/// Order of occurrences.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Occurrences {
    Left,
    Right,
    #[default]
    Date,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct KwicParams {
    /// The query.
    #[serde(default)]
    q: String,
    /// Most characters on each side, at most 500.
    #[serde(default = "forty")]
    #[param(maximum = 500)]
    width: usize,
    /// By what stands left or right of the match, or by date.
    #[serde(default)]
    #[param(inline)]
    sort: Occurrences,
    /// Occurrences to leave out at the top.
    #[serde(default)]
    offset: u32,
    /// Most occurrences.
    #[serde(default = "twenty")]
    #[param(minimum = 1)]
    limit: usize,
}

fn forty() -> usize {
    40
}

/// Every occurrence of what a query looks for, in its context.
#[utoipa::path(get, path = "/api/v1/kwic", tag = "search", operation_id = "kwic", params(KwicParams),
    responses((status = 200, description = "The occurrences.", body = KwicAnswer), Problems))]
pub(super) async fn kwic(State(app): State<App>, Params(params): Params<KwicParams>) -> Response<Body> {
    let found = app.work(move |shared| {
        let (query, _) = shared.parse(&params.q)?;
        let limit = checked_limit(shared, params.limit)?;
        let sort = match params.sort {
            Occurrences::Left => KwicSort::Left,
            Occurrences::Right => KwicSort::Right,
            Occurrences::Date => KwicSort::Date,
        };
        let options = KwicOptions { width: at_most("width", params.width, KWIC_WIDTH_MAX)?, sort };
        let (mut lines, mut before, mut more) = (Vec::new(), params.offset, false);
        shared.archive.kwic(&query, &options, &SearchOptions::default(), |line| {
            if before > 0 {
                before -= 1;
            } else if lines.len() < limit {
                lines.push(line.into());
            } else {
                more = true;
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        Ok(json_text(&KwicAnswer { query: query.to_string(), lines, more }))
    });
    answer(&app, found.await)
}
