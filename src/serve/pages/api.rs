//! The page that shows the API, from the document that programs read.

use axum::{body::Body, http::Response};
use maud::{Markup, html};
use serde_json::Value;

use super::{
    html_response,
    layout::{Layout, Place},
};
use crate::serve::{problem::Kind, state::Shared};

/// The page of a document.
pub(in crate::serve) fn api(app: &Shared, document: &Value) -> String {
    let empty = serde_json::Map::new();
    let paths = document["paths"].as_object().unwrap_or(&empty);
    let body = html! {
        h1 { "API" }
        p { (text(&document["info"]["description"])) }
        p { a href=(app.href("/api/openapi.json")) { "OpenAPI document" } " · "
            "An example: " a href=(app.href("/api/v1/search?q=*&limit=3&facets=source")) { code { "/api/v1/search?q=*&limit=3&facets=source" } } }
        @for (path, methods) in paths {
            @let operation = &methods["get"];
            section.route {
                h2 { code { "GET " (path) } }
                p { (text(&operation["summary"])) }
                (parameters(&operation["parameters"]))
                p.aside { "Answers: " (answers(&operation["responses"]["200"]["content"])) }
            }
        }
        h2 { "Problems" }
        p { "Errors come as " code { "application/problem+json" } ". The " code { "type" } " ends in one of these:" }
        dl { @for kind in Kind::ALL { dt id=(kind.name()) { code { (kind.name()) } } dd { (kind.title()) } } }
        h2 { "Also here" }
        ul {
            li { code { "/feed?q=…" } ": any search as an Atom feed, newest first" }
            li { code { "/opensearch.xml" } ": the description that browsers add as a search box" }
            li { code { "/healthz" } ", " code { "/readyz" } ", " code { "/metrics" } ": for whoever runs the server" }
        }
    };
    Layout { app, title: "API", place: Place::Api, feed: None }.page(&body)
}

/// The page as an answer.
pub(in crate::serve) fn answered(page: String) -> Response<Body> {
    html_response(page)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn parameters(parameters: &Value) -> Markup {
    let list = parameters.as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if !list.is_empty() {
            div.wide tabindex="0" role="group" aria-label="Parameters" { table {
                thead { tr { th scope="col" { "Parameter" } th scope="col" { "In" } th scope="col" { "What it is" } } }
                tbody { @for parameter in list {
                    tr {
                        th scope="row" { code { (text(&parameter["name"])) } }
                        td { (text(&parameter["in"])) }
                        td { (text(&parameter["description"])) (choices(&parameter["schema"])) }
                    }
                } }
            } }
        }
    }
}

/// The values that a parameter can have.
fn choices(schema: &Value) -> String {
    let values: Vec<&str> = schema["enum"].as_array().into_iter().flatten().map(text).collect();
    if values.is_empty() { String::new() } else { format!(" One of: {}.", values.join(", ")) }
}

fn answers(content: &Value) -> String {
    let kinds = content.as_object().map(|kinds| kinds.keys().map(String::as_str).collect::<Vec<_>>());
    kinds.unwrap_or_default().join(", ")
}
