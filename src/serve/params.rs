//! Parameters of requests, read so that a mistake is told by its name.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    gate::is_for_programs,
    pages,
    problem::Problem,
    state::{App, Shared},
};
use crate::{
    render::suggest::nearest,
    search::{CopyMode, Cursor, FacetField, Period, Sort, StorySort},
};

/// Parameters behind the `?` of an address.
pub(super) struct Params<T>(pub(super) T);

/// The part of a path that names an article or the like.
pub(super) struct Name(pub(super) String);

/// A problem on its way to whoever asked, before a handler knows who that is.
pub(super) struct Rejection(Response);

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.0
    }
}

fn rejection(problem: Problem, parts: &Parts, app: &Shared) -> Rejection {
    Rejection(if is_for_programs(&parts.uri) {
        problem.into_json(&app.options.base)
    } else {
        pages::problem(app, &problem)
    })
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Params<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let read = serde_html_form::from_str(query);
        read.map(Self).map_err(|error| {
            let detail = match wrong_pair::<T>(query) {
                Some((name, error)) => format!("{name}: {error}"),
                None => error.to_string(),
            };
            rejection(Problem::parameter(detail), parts, app)
        })
    }
}

/// The first parameter that is wrong by itself, and how: the reader of all of them does not tell which it was.
fn wrong_pair<T: DeserializeOwned>(query: &str) -> Option<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).find_map(|(name, value)| {
        let alone = super::text::parameters([(&*name, &*value)]);
        let error = serde_html_form::from_str::<T>(&alone).err()?;
        Some((name.into_owned(), error.to_string()))
    })
}

impl FromRequestParts<App> for Name {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        let read = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        match read {
            Ok(path) => Ok(Self(path.0)),
            Err(_) => Err(rejection(Problem::parameter("the name in the path is no text in UTF-8"), parts, app)),
        }
    }
}

/// Order of hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    #[default]
    Relevance,
    Newest,
    Oldest,
    Longest,
    Shortest,
}

impl Order {
    pub(super) const NAMED: [(Self, &'static str); 5] = [
        (Self::Relevance, "relevance"),
        (Self::Newest, "newest"),
        (Self::Oldest, "oldest"),
        (Self::Longest, "longest"),
        (Self::Shortest, "shortest"),
    ];
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
            Order::Longest => Self::Longest,
            Order::Shortest => Self::Shortest,
        }
    }
}

/// What becomes of copies of one story: folded into one hit, hits of their own, or only stories that have copies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Copies {
    #[default]
    Collapse,
    Show,
    Only,
}

impl From<Copies> for CopyMode {
    fn from(copies: Copies) -> Self {
        match copies {
            Copies::Collapse => Self::Collapse,
            Copies::Show => Self::Show,
            Copies::Only => Self::Only,
        }
    }
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum By {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl By {
    pub(super) const NAMED: [(Self, &'static str); 5] = [
        (Self::Day, "day"),
        (Self::Week, "week"),
        (Self::Month, "month"),
        (Self::Quarter, "quarter"),
        (Self::Year, "year"),
    ];
}

impl From<By> for Period {
    fn from(by: By) -> Self {
        match by {
            By::Day => Self::Day,
            By::Week => Self::Week,
            By::Month => Self::Month,
            By::Quarter => Self::Quarter,
            By::Year => Self::Year,
        }
    }
}

/// Order of stories.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StoryOrder {
    #[default]
    Best,
    Largest,
    Newest,
    Oldest,
}

impl StoryOrder {
    pub(super) const NAMED: [(Self, &'static str); 4] =
        [(Self::Best, "best"), (Self::Largest, "largest"), (Self::Newest, "newest"), (Self::Oldest, "oldest")];
}

impl From<StoryOrder> for StorySort {
    fn from(order: StoryOrder) -> Self {
        match order {
            StoryOrder::Best => Self::Best,
            StoryOrder::Largest => Self::Largest,
            StoryOrder::Newest => Self::Newest,
            StoryOrder::Oldest => Self::Oldest,
        }
    }
}

/// Reads an empty value, as forms send it, as none.
pub(super) fn none_if_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(deserializer)?;
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|error| serde::de::Error::custom(format!("{error}: {text}"))),
    }
}

/// Reads names of facets, each given once more or with commas between them.
pub(super) fn facet_fields(names: &[String]) -> Result<Vec<FacetField>, Problem> {
    let mut fields = Vec::new();
    for name in names.iter().flat_map(|names| names.split(',')).map(str::trim) {
        let Some((field, _)) = FacetField::NAMED.iter().find(|(_, known)| *known == name) else {
            return Err(unknown("facet", name, &FacetField::NAMED.map(|(_, name)| name)));
        };
        if !fields.contains(field) {
            fields.push(*field);
        }
    }
    Ok(fields)
}

/// Reads the names of fields to give; `None` for all of them.
pub(super) fn field_names(given: &[String], known: &[&'static str]) -> Result<Option<Vec<&'static str>>, Problem> {
    let mut names = Vec::new();
    for name in given.iter().flat_map(|names| names.split(',')).map(str::trim) {
        let Some(known) = known.iter().find(|known| **known == name) else {
            return Err(unknown("field", name, known));
        };
        names.push(*known);
    }
    Ok(if names.is_empty() { None } else { Some(names) })
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Problem {
    let meant = nearest(name, known).map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
    Problem::parameter(format!("there is no {what} {name}{meant} There are: {}", known.join(", ")))
}

/// Checks a number of results.
pub(super) fn checked_limit(app: &Shared, limit: usize) -> Result<usize, Problem> {
    let most = app.options.limits.results_max;
    match limit {
        0 => Err(Problem::parameter("limit is 0, but must be at least 1")),
        limit if limit > most => {
            Err(Problem::parameter(format!("limit is {limit}, but must be at most {most} (results_max)")))
        }
        limit => Ok(limit),
    }
}

/// Reads a cursor.
pub(super) fn cursor(text: Option<&str>) -> Result<Option<Cursor>, Problem> {
    Ok(text.filter(|text| !text.is_empty()).map(str::parse).transpose()?)
}
