//! Routes about one article.

use axum::{body::Body, extract::State, http::Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Problems, answer, json_text, pick,
    records::{ArticleAnswer, CopiesAnswer, RelatedAnswer, VersionsAnswer, article_fields},
    search::{at_most, ten},
};
use crate::{
    query::Query,
    search::RelatedOptions,
    serve::{
        params::{Name, Params, checked_limit, field_names},
        state::App,
    },
};

/// Most shared terms that are named for a related article.
const TERMS_MAX: usize = 100;

/// No parameters at all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoParams {}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ArticleParams {
    /// Fields to give; all where none are named.
    #[serde(default)]
    #[param(style = Form, explode = false)]
    fields: Vec<String>,
}

/// A whole article.
#[utoipa::path(get, path = "/api/v1/article/{id}", tag = "article", operation_id = "article",
    params(("id" = String, Path, description = "Its id, address, page name or file."), ArticleParams),
    responses((status = 200, description = "The article.", body = ArticleAnswer), Problems))]
pub(super) async fn article(
    State(app): State<App>,
    Name(name): Name,
    Params(params): Params<ArticleParams>,
) -> Response<Body> {
    let found = app.work(move |shared| {
        let fields = field_names(&params.fields, &article_fields())?;
        let article = shared.article(&name)?;
        let mut record = serde_json::to_value(ArticleAnswer::from(&article)).unwrap_or_default();
        pick(&mut record, fields.as_deref());
        Ok(json_text(&record))
    });
    answer(&app, found.await)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RelatedParams {
    /// Most articles.
    #[serde(default = "ten")]
    #[param(minimum = 1)]
    limit: usize,
    /// Most shared terms named for each, at most 100.
    #[serde(default = "six")]
    #[param(maximum = 100)]
    terms: usize,
    /// Only articles that fit this query as well.
    within: Option<String>,
    /// Whether to give copies too, instead of only counting them.
    #[serde(default)]
    copies: bool,
}

fn six() -> usize {
    6
}

/// Articles related to one, with the terms they share and their place in time.
#[utoipa::path(get, path = "/api/v1/article/{id}/related", tag = "article", operation_id = "related",
    params(("id" = String, Path, description = "Its id, address, page name or file."), RelatedParams),
    responses((status = 200, description = "The articles, best first.", body = RelatedAnswer), Problems))]
pub(super) async fn related(
    State(app): State<App>,
    Name(name): Name,
    Params(params): Params<RelatedParams>,
) -> Response<Body> {
    let found = app.work(move |shared| {
        let within = params.within.as_deref().filter(|typed| !typed.is_empty());
        let within = within.map(|typed| shared.parse(typed)).transpose()?.map_or(Query::Everything, |(query, _)| query);
        let limit = checked_limit(shared, params.limit)?;
        let options =
            RelatedOptions { limit, terms: at_most("terms", params.terms, TERMS_MAX)?, within, copies: params.copies };
        let article = shared.article(&name)?;
        let found = shared.archive.related(&article, &options)?;
        let related = found.articles.iter().map(Into::into).collect();
        Ok(json_text(&RelatedAnswer { article: article.id, copies: found.copies, related }))
    });
    answer(&app, found.await)
}

/// The copies of an article in the archive, and how each differs.
#[utoipa::path(get, path = "/api/v1/article/{id}/copies", tag = "article", operation_id = "copies",
    params(("id" = String, Path, description = "Its id, address, page name or file.")),
    responses((status = 200, description = "The copies.", body = CopiesAnswer), Problems))]
pub(super) async fn copies(
    State(app): State<App>,
    Name(name): Name,
    Params(NoParams {}): Params<NoParams>,
) -> Response<Body> {
    let found = app.work(move |shared| {
        let copies = shared.archive.copies(&shared.article(&name)?.id)?;
        let members = copies.members.iter().map(Into::into).collect();
        Ok(json_text(&CopiesAnswer { article: copies.article, total: copies.total, copies: members }))
    });
    answer(&app, found.await)
}

/// All versions of an article, the oldest first, with what changed from each to the next.
#[utoipa::path(get, path = "/api/v1/article/{id}/versions", tag = "article", operation_id = "versions",
    params(("id" = String, Path, description = "Its id, address, page name or file.")),
    responses((status = 200, description = "The versions.", body = VersionsAnswer), Problems))]
pub(super) async fn versions(
    State(app): State<App>,
    Name(name): Name,
    Params(NoParams {}): Params<NoParams>,
) -> Response<Body> {
    let found = app.work(move |shared| {
        let article = shared.article(&name)?.id;
        let versions = shared.archive.versions(&article)?.iter().map(Into::into).collect();
        Ok(json_text(&VersionsAnswer { article, versions }))
    });
    answer(&app, found.await)
}
