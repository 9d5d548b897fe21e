//! Routes about stories.

use axum::{body::Body, extract::State, http::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Problems, answer,
    article::NoParams,
    json_text,
    records::{StoriesAnswer, StoryAnswer},
    search::ten,
};
use crate::{
    search::StoriesOptions,
    serve::{
        params::{Name, Params, StoryOrder, checked_limit},
        state::App,
    },
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StoriesParams {
    /// The query; an empty one asks for all stories.
    #[serde(default)]
    q: String,
    /// Order of the stories.
    #[serde(default)]
    #[param(inline)]
    sort: StoryOrder,
    /// Only stories of at least so many reports, copies not counted.
    #[serde(default = "two")]
    reports_min: u32,
    /// Stories to leave out at the top.
    #[serde(default)]
    offset: u32,
    /// Most stories.
    #[serde(default = "ten")]
    #[param(minimum = 1)]
    limit: usize,
}

fn two() -> u32 {
    2
}

/// Stories with articles among the hits of a query.
#[utoipa::path(get, path = "/api/v1/stories", tag = "stories", operation_id = "stories", params(StoriesParams),
    responses((status = 200, description = "The stories.", body = StoriesAnswer), Problems))]
pub(super) async fn stories(State(app): State<App>, Params(params): Params<StoriesParams>) -> Response<Body> {
    let found = app.work(move |shared| {
        let (query, _) = shared.parse(&params.q)?;
        let options = StoriesOptions {
            limit: checked_limit(shared, params.limit)?,
            offset: params.offset as usize,
            sort: params.sort.into(),
            reports_min: params.reports_min.into(),
            ..StoriesOptions::default()
        };
        Ok(json_text(&StoriesAnswer::from(&shared.archive.stories(&query, &options)?)))
    });
    answer(&app, found.await)
}

/// The story that an article is in, with its reports by time.
#[utoipa::path(get, path = "/api/v1/story/{id}", tag = "stories", operation_id = "story",
    params(("id" = String, Path, description = "Id, address, page name or file of any of its articles.")),
    responses((status = 200, description = "The story.", body = StoryAnswer), Problems))]
pub(super) async fn story(
    State(app): State<App>,
    Name(name): Name,
    Params(NoParams {}): Params<NoParams>,
) -> Response<Body> {
    let found =
        app.work(move |shared| Ok(json_text(&StoryAnswer::from(&shared.archive.story(&shared.article(&name)?.id)?))));
    answer(&app, found.await)
}
