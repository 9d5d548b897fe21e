//! Routes about the whole archive.

use axum::{body::Body, extract::State, http::Response};

use super::{Problems, answer, article::NoParams, json_text, records::StatsAnswer};
use crate::serve::{params::Params, state::App};

/// What the archive holds.
#[utoipa::path(get, path = "/api/v1/stats", tag = "archive", operation_id = "stats",
    responses((status = 200, description = "The counts.", body = StatsAnswer), Problems))]
pub(super) async fn stats(State(app): State<App>, Params(NoParams {}): Params<NoParams>) -> Response<Body> {
    let counted = app.work(move |shared| {
        let generation = shared.archive.generation();
        Ok(json_text(&StatsAnswer::new(generation, &*shared.stats()?)))
    });
    answer(&app, counted.await)
}
