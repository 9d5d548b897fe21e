//! The archive in the browser and over HTTP: pages, an API, feeds, as a router that any program can mount.
//!
//! ```no_run
//! use newssearch::{Archive, serve};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let archive = Archive::open("index")?;
//! let mut options = serve::Options::default();
//! options.base = "/archive".to_owned();
//! let app = axum::Router::<()>::new().nest("/archive", serve::router_with(archive, options));
//! # Ok(())
//! # }
//! ```
//!
//! The router needs a runtime of tokio. Searches run on its blocking threads, as many at a time as
//! [`Limits::workers`] says. It shows the commits of a writer once somebody calls
//! [`Archive::reload_if_changed`](crate::Archive::reload_if_changed) on a clone of the archive; [`Server`] does so each
//! second. Whoever serves the router sees to the time that clients have for their requests; [`Server`] does.
//!
//! Everything that comes from pages is shown as text. Answers forbid browsers to load or run anything from elsewhere
//! (`Content-Security-Policy`); pictures of an article are loaded from their sites only where the reader asks for them.

mod api;
mod assets;
mod basic;
mod encode;
mod feed;
mod gate;
mod keys;
mod metrics;
mod operator;
mod options;
mod pages;
mod params;
mod problem;
mod server;
mod state;
mod text;
mod timed;

pub use keys::{ApiKeys, KEY_BYTES_MAX, KEY_BYTES_MIN, KEYS_MAX};
pub use options::{Limits, LineSink, Options};
#[cfg(feature = "cli")]
pub(crate) use server::is_loopback;
pub use server::{ADDRESS, Ended, Server, ServerOptions};

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Response, StatusCode, header},
    middleware,
    routing::get,
};

use crate::archive::Archive;
use problem::{Kind, Problem};
use state::{App, Shared};

/// The pages and the API of an archive, as a router to serve or to mount; see the module.
pub fn router(archive: Archive) -> Router {
    router_with(archive, Options::default())
}

/// As [`router`], with settings. Mounted under a path, the router needs to know it: [`Options::base`].
pub fn router_with(archive: Archive, options: Options) -> Router {
    routes(Arc::new(Shared::new(archive, options)))
}

fn routes(app: App) -> Router {
    let (api, document) = api::routes(&app);
    let page = pages::api(&app, &document);
    let pages = Router::new()
        .route("/", get(pages::search))
        .route("/article/{id}", get(pages::article))
        .route("/article/{id}/copies", get(pages::copies))
        .route("/article/{id}/versions", get(pages::versions))
        .route("/article/{id}/cite", get(pages::cite))
        .route("/stories", get(pages::stories))
        .route("/story/{id}", get(pages::story))
        .route("/compare", get(pages::compare))
        .route("/compare.svg", get(pages::compare_svg))
        .route("/compare.csv", get(pages::compare_csv))
        .route("/archive", get(pages::archive))
        .route("/help", get(pages::help))
        .route("/api", get(move || async move { pages::answered(page.clone()) }))
        .route("/feed", get(feed::feed))
        .route("/opensearch.xml", get(feed::opensearch))
        .route("/assets/{name}", get(assets::asset))
        .route("/healthz", get(operator::healthz))
        .route("/readyz", get(operator::readyz))
        .route("/metrics", get(operator::metrics));
    pages
        .merge(api)
        .route("/api/{*rest}", get(api::nothing_here))
        .fallback(pages::nothing_here)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), gate::pass))
        .with_state(app)
}

/// The answer to a method that a route does not have.
async fn method_not_allowed(State(app): State<App>, request: Request) -> Response<Body> {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, Kind::Method, "only GET and HEAD are answered here");
    let mut response = match gate::is_for_programs(request.uri()) {
        true => problem.into_json(&app.options.base),
        false => pages::problem(&app, &problem),
    };
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET, HEAD"));
    response
}
