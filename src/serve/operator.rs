//! What whoever runs the server asks it: is it there, can it answer, what did it do.

use axum::{
    body::Body,
    extract::State,
    http::{Response, StatusCode, header},
    response::IntoResponse,
};

use super::state::App;
use crate::{query::Query, search::SearchOptions};

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> Response<Body> {
    text(StatusCode::OK, "ok\n".to_owned(), "text/plain; charset=utf-8")
}

/// `GET /readyz`: the archive answers a search.
pub(super) async fn readyz(State(app): State<App>) -> Response<Body> {
    let looked = app.work(|shared| {
        let options = SearchOptions { limit: 1, snippet_chars: 0, total: false, ..SearchOptions::default() };
        Ok(shared.archive.search(&Query::Everything, &options).map(|_| ())?)
    });
    match looked.await {
        Ok(()) => text(StatusCode::OK, "ready\n".to_owned(), "text/plain; charset=utf-8"),
        Err(problem) => {
            text(StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", problem.detail), "text/plain; charset=utf-8")
        }
    }
}

/// `GET /metrics`: in the text format of Prometheus.
pub(super) async fn metrics(State(app): State<App>) -> Response<Body> {
    let articles = app.work(|shared| Ok(shared.stats()?.articles)).await.ok();
    let metrics = app.metrics.text(app.archive.generation(), articles);
    text(StatusCode::OK, metrics, "text/plain; version=0.0.4; charset=utf-8")
}

fn text(status: StatusCode, text: String, kind: &'static str) -> Response<Body> {
    (status, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}
