//! The style sheet, the script and the icon: part of the program.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use xxhash_rust::xxh3::xxh3_64;

use super::{pages, params::Name, problem::Problem, state::App};

const ASSETS: [(&str, &str, &str); 3] = [
    ("style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("script.js", "text/javascript; charset=utf-8", include_str!("assets/script.js")),
    ("icon.svg", "image/svg+xml; charset=utf-8", include_str!("assets/icon.svg")),
];

/// `GET /assets/{name}`
pub(super) async fn asset(State(app): State<App>, headers: HeaderMap, Name(name): Name) -> Response<Body> {
    let Some((_, kind, text)) = ASSETS.iter().find(|(known, ..)| *known == name) else {
        return pages::problem(&app, &Problem::not_found("there is no such file"));
    };
    let tag = format!("\"{:016x}\"", xxh3_64(text.as_bytes()));
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|value| value.split(',')).any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, *kind)], *text).into_response(),
    };
    if let Ok(tag) = HeaderValue::from_str(&format!("W/{tag}")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
