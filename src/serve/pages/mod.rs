//! Pages for people: rendered here, complete without a script.

mod api;
mod archive;
mod article;
mod chart;
mod compare;
mod help;
mod layout;
mod parts;
mod search;
mod stories;

pub(super) use api::{answered, api};
pub(super) use archive::archive;
pub(super) use article::{article, cite, copies, versions};
pub(super) use compare::{compare, compare_csv, compare_svg};
pub(super) use help::help;
pub(super) use search::{Search, search};
pub(super) use stories::{stories, story};

use axum::{
    body::Body,
    extract::State,
    http::{Response, header},
    response::IntoResponse,
};
use maud::html;

use super::{
    problem::Problem,
    state::{App, Shared},
};
use layout::{Layout, Place};

/// The answer to a request for a page.
fn answer(app: &Shared, answered: Result<String, Problem>) -> Response<Body> {
    match answered {
        Ok(page) => html_response(page),
        Err(failed) => problem(app, &failed),
    }
}

fn html_response(page: String) -> Response<Body> {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// A page that tells what went wrong.
pub(super) fn problem(app: &Shared, problem: &Problem) -> Response<Body> {
    let title = problem.kind.title();
    let body = html! {
        h1 { (capital(title)) }
        @if let Some(mistake) = &problem.mistake { (parts::mistake(&mistake.0, &mistake.1)) }
        p { (capital(&super::text::harmless(&problem.detail))) "." }
        p { a href=(app.href("/")) { "Search the archive" } }
    };
    let page = Layout { app, title, place: Place::Elsewhere, feed: None }.page(&body);
    problem.decorated(html_response(page))
}

/// What stands under an address that is none.
pub(super) async fn nothing_here(State(app): State<App>) -> Response<Body> {
    problem(&app, &Problem::not_found("there is no page at this address"))
}

/// A text with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Shared {
    /// The address of something of ours, with the path that the router is mounted under.
    fn href(&self, path: &str) -> String {
        format!("{}{path}", self.options.base)
    }

    /// The address of something of ours with parameters.
    fn href_with<'a>(&self, path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let parameters = super::text::parameters(pairs);
        if parameters.is_empty() { self.href(path) } else { format!("{}{path}?{parameters}", self.options.base) }
    }

    /// The address of an article's page, or of what is below it.
    fn article_href(&self, id: &str, below: &str) -> String {
        format!("{}/article/{}{below}", self.options.base, super::text::path_segment(id))
    }
}
