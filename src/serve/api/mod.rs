//! The HTTP API, version 1, and the OpenAPI document that is made from it.

mod archive;
mod article;
mod export;
pub(super) mod records;
mod search;
mod stories;

use axum::{
    Router,
    extract::State,
    http::{Response, header},
    response::IntoResponse,
    routing::get,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    IntoResponses, OpenApi,
    openapi::{Content, RefOr, Response as OpenResponse, ResponseBuilder},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    problem::{Problem, ProblemRecord},
    state::{App, Shared},
};
use crate::{
    render::{field_names, json_line},
    search::{FacetField, TIMELINE_QUERIES_MAX},
};

/// What the document says besides its routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "newssearch",
        description = "Searches an archive of news. All routes read; every answer has an ETag that changes with the \
            archive. Errors are problems (RFC 9457), with the bytes of a query that they are about.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(ProblemRecord))
)]
struct Document;

/// Answers that every route of the API may give beside its own.
struct Problems;

impl IntoResponses for Problems {
    fn responses() -> std::collections::BTreeMap<String, RefOr<OpenResponse>> {
        let problem = |description: &str| {
            let schema = utoipa::openapi::Ref::from_schema_name("Problem");
            let content = Content::new(Some(RefOr::Ref(schema)));
            let response = ResponseBuilder::new().description(description).content("application/problem+json", content);
            RefOr::T(response.build())
        };
        [
            ("400", "A mistake in the query or in a parameter; the query's has its bytes."),
            ("401", "A key is needed."),
            ("404", "There is no such article."),
            ("413", "The request has a body, and it is too long."),
            ("414", "The address is too long."),
            ("421", "The server does not go by that name."),
            ("431", "The headers are too long."),
            ("500", "The archive cannot be read."),
            ("503", "The search took too long, or too many wait; come again."),
        ]
        .map(|(status, description)| (status.to_owned(), problem(description)))
        .into_iter()
        .chain([("304".to_owned(), RefOr::T(ResponseBuilder::new().description("Nothing changed.").build()))])
        .collect()
    }
}

/// The routes of the API, and their document.
pub(super) fn routes(app: &Shared) -> (Router<App>, Value) {
    let api = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(search::search))
        .routes(routes!(search::count))
        .routes(routes!(search::facets))
        .routes(routes!(search::timeline))
        .routes(routes!(search::terms))
        .routes(routes!(search::complete))
        .routes(routes!(search::kwic))
        .routes(routes!(export::export))
        .routes(routes!(article::article))
        .routes(routes!(article::related))
        .routes(routes!(article::copies))
        .routes(routes!(article::versions))
        .routes(routes!(stories::stories))
        .routes(routes!(stories::story))
        .routes(routes!(archive::stats));
    let (router, document) = api.split_for_parts();
    let mut document = serde_json::to_value(&document).unwrap_or_default();
    finish(&mut document, app);
    let text = json_line(&document);
    let serve = move || async move { ([(header::CONTENT_TYPE, "application/json")], text.clone()) };
    (router.route("/api/openapi.json", get(serve)), document)
}

/// Says in the document what depends on the server: its path, its keys, and which fields `fields=` may leave out.
fn finish(document: &mut Value, app: &Shared) {
    let base = if app.options.base.is_empty() { "/" } else { &app.options.base };
    document["servers"] = json!([{ "url": base }]);
    for name in ["ArticleHead", "Hit", "ArticleAnswer"] {
        forget_required(&mut document["components"]["schemas"][name]);
    }
    for (_, methods) in document["paths"].as_object_mut().into_iter().flatten() {
        let operation = methods["get"]["operationId"].as_str().unwrap_or_default().to_owned();
        let parameters = methods["get"].get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            bound(parameter, &operation, app);
        }
    }
    document["components"]["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer" },
        "header": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
    });
    if !app.options.keys.is_empty() {
        document["security"] = json!([{ "bearer": [] }, { "header": [] }]);
    }
}

fn forget_required(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("required");
    if let Some(parts) = object.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.iter_mut().for_each(forget_required);
    }
}

/// Says of a parameter which values it can have, as far as the server or a list in the code decides it.
fn bound(parameter: &mut Value, operation: &str, app: &Shared) {
    let name = parameter["name"].as_str().unwrap_or_default().to_owned();
    let names = |names: &[&str]| json!(names);
    // In bytes, which the schema of a text cannot say.
    if matches!(name.as_str(), "q" | "against" | "within") {
        let said = parameter["description"].as_str().unwrap_or_default();
        parameter["description"] = json!(format!("{said} At most {} bytes.", app.options.limits.query_bytes_max));
    }
    let schema = &mut parameter["schema"];
    match (name.as_str(), operation) {
        ("limit", "export") | ("offset" | "reports_min", _) => {
            schema["maximum"] = json!(u32::MAX);
            schema["format"] = json!("int64");
        }
        ("limit" | "facet_values", _) => schema["maximum"] = json!(app.options.limits.results_max),
        ("facets", _) => schema["items"]["enum"] = names(&FacetField::NAMED.map(|(_, name)| name)),
        ("fields", "search") => schema["items"]["enum"] = names(&records::hit_fields()),
        ("fields", "article") => schema["items"]["enum"] = names(&records::article_fields()),
        ("fields", "export") => schema["items"]["enum"] = names(&field_names()),
        ("q", "timeline") => schema["maxItems"] = json!(TIMELINE_QUERIES_MAX),
        _ => {}
    }
}

/// An answer as JSON, with what is invisible or acts on a terminal written as escapes.
fn json_text(answer: &impl Serialize) -> String {
    json_line(answer)
}

/// The answer to a request of the API.
fn answer(app: &Shared, answered: Result<String, Problem>) -> Response<axum::body::Body> {
    match answered {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(problem) => problem.into_json(&app.options.base),
    }
}

/// Only the named fields of an object.
fn pick(value: &mut Value, names: Option<&[&str]>) {
    if let (Some(names), Some(object)) = (names, value.as_object_mut()) {
        object.retain(|name, _| names.contains(&name.as_str()));
    }
}

/// What stands under an address of the API that is none.
pub(super) async fn nothing_here(State(app): State<App>) -> Response<axum::body::Body> {
    Problem::not_found("there is no such route; GET /api/openapi.json has them all").into_json(&app.options.base)
}
