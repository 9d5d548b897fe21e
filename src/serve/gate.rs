//! What every request passes on its way in and out: names, keys, limits, unchanged answers, headers, the log.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header},
    middleware::Next,
    response::IntoResponse,
};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    basic,
    encode::{Coding, encoded},
    pages,
    problem::{Internal, Kind, Problem},
    state::{App, Shared},
};
use crate::render::json_line;

/// What pages may load: our own style, script and pictures, nothing else. Nothing inline runs or styles.
pub(super) const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Routes that answer without a key, for whoever watches over the server.
const OPEN: [&str; 2] = ["/healthz", "/readyz"];

/// Routes whose answers do not depend on the archive alone.
const NEVER_THE_SAME: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/assets/{name}"];

pub(super) async fn pass(State(app): State<App>, mut request: Request, next: Next) -> Response<Body> {
    let begun = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let route = request.extensions().get::<MatchedPath>().map(|path| own_path(&app, path.as_str()).to_owned());
    let headers = request.headers().clone();
    let coding = Coding::wanted(&headers);
    // What an error is told as depends on whom it is told.
    let response = match admit(&app, &method, &uri, &headers, route.as_deref()) {
        Err(problem) => told(&app, problem, &uri),
        Ok(()) if method == Method::OPTIONS && app.options.cors_origin.is_some() => {
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(()) => {
            let tag = entity_tag(&app, &method, &uri, route.as_deref());
            if tag.as_ref().is_some_and(|tag| is_known(&headers, tag)) {
                app.metrics.not_modified.fetch_add(1, Ordering::Relaxed);
                tagged(StatusCode::NOT_MODIFIED.into_response(), tag)
            } else {
                // Of no use to any route, and of interest to nobody beyond here.
                request.headers_mut().remove(header::AUTHORIZATION);
                let response = next.run(request).await;
                let is_head = method == Method::HEAD;
                let response = if is_head { response } else { encoded(response, coding).await };
                tagged(response, tag)
            }
        }
    };
    let response = finished(&app, response, &headers, &uri);
    if let Some(Internal(detail)) = response.extensions().get() {
        app.report(&format!("{method} {}: {detail}", uri.path()));
    }
    let took = begun.elapsed();
    app.metrics.request(route.as_deref().unwrap_or("none"), response.status().as_u16(), took);
    log(&app, &method, &uri, &response, took);
    response
}

/// A route's path as this router knows it, whatever it is mounted under.
fn own_path<'a>(app: &Shared, path: &'a str) -> &'a str {
    let own = path.strip_prefix(app.options.base.as_str());
    own.filter(|own| own.is_empty() || own.starts_with('/')).unwrap_or(path)
}

/// Whether a request may be looked at at all.
fn admit(app: &Shared, method: &Method, uri: &Uri, headers: &HeaderMap, route: Option<&str>) -> Result<(), Problem> {
    let limits = &app.options.limits;
    check_host(app, uri, headers)?;
    let target = uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target > limits.target_bytes_max {
        let most = limits.target_bytes_max;
        let detail = format!("the address is {target} bytes long, but at most {most} are read (target_bytes_max)");
        return Err(Problem::new(StatusCode::URI_TOO_LONG, Kind::TooLong, detail));
    }
    let head: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if head > limits.head_bytes_max {
        let most = limits.head_bytes_max;
        let detail = format!("the headers are {head} bytes long, but at most {most} are read (head_bytes_max)");
        return Err(Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, Kind::TooLong, detail));
    }
    let body = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if body.is_some_and(|bytes| bytes > limits.body_bytes_max) {
        let most = limits.body_bytes_max;
        let detail = format!("the body is longer than {most} bytes (body_bytes_max); no request here needs one");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Kind::TooLong, detail));
    }
    let is_preflight = method == Method::OPTIONS && app.options.cors_origin.is_some();
    let is_open = is_preflight || route.is_some_and(|route| OPEN.contains(&route));
    if !app.options.keys.is_empty() && !is_open && !has_key(app, headers) {
        let detail = "send a key as `Authorization: Bearer KEY`, as `X-API-Key: KEY`, or as the password of a login";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, Kind::Key, detail));
    }
    Ok(())
}

/// Whether a request is for a name of this server. A page elsewhere on the web could otherwise read the archive by a
/// name of its own that resolves to this machine.
fn check_host(app: &Shared, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let names = &app.options.hosts;
    if names.is_empty() {
        return Ok(());
    }
    let host = uri.host().or_else(|| headers.get(header::HOST)?.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    if names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let detail = format!("this server answers for {}; others are named when it is started", names.join(", "));
    Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, Kind::Host, detail))
}

/// Whether a request brings a key.
fn has_key(app: &Shared, headers: &HeaderMap) -> bool {
    let keys = &app.options.keys;
    if let Some(key) = headers.get("x-api-key") {
        return keys.have(key.as_bytes());
    }
    let Some(given) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
    let Some((scheme, given)) = given.split_once(' ') else { return false };
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => keys.have(given.trim().as_bytes()),
        "basic" => basic::password(given.trim()).is_some_and(|password| keys.have(&password)),
        _ => false,
    }
}

/// A problem as the one who asked reads it.
fn told(app: &Shared, problem: Problem, uri: &Uri) -> Response<Body> {
    if is_for_programs(uri) { problem.into_json(&app.options.base) } else { pages::problem(app, &problem) }
}

/// Whether what stands under an address is read by programs.
pub(super) fn is_for_programs(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

/// What stands for an answer as long as the archive is the same: a hash of the address, the archive's state, the day
/// (for `last:7d`), the build and the settings that answers depend on.
fn entity_tag(app: &Shared, method: &Method, uri: &Uri, route: Option<&str>) -> Option<String> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if !reads || route.is_none_or(|route| NEVER_THE_SAME.contains(&route)) {
        return None;
    }
    let generation = app.archive.generation();
    let today = chrono::Local::now().date_naive();
    let of = format!("{uri} {today} {} {:?}", env!("CARGO_PKG_VERSION"), app.options);
    Some(format!("W/\"{generation:016x}-{:016x}\"", xxh3_64(of.as_bytes())))
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let plain = tag.trim_start_matches("W/");
    let given = headers.get_all(header::IF_NONE_MATCH);
    let mut given = given.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    given.any(|given| given.trim().trim_start_matches("W/") == plain)
}

/// Adds what a client needs to ask again only for what changed.
fn tagged(mut response: Response<Body>, tag: Option<String>) -> Response<Body> {
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok())
        && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED)
    {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Adds the headers that every answer has.
fn finished(app: &Shared, mut response: Response<Body>, asked: &HeaderMap, uri: &Uri) -> Response<Body> {
    let is_unchanged = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    // Without a body there is nothing to load; and browsers put the headers of what is unchanged over those of the page
    // they have, which may allow pictures.
    if !is_unchanged {
        set(header::CONTENT_SECURITY_POLICY, CSP);
    }
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    set(header::VARY, "accept-encoding, authorization, x-api-key, origin");
    set(header::CACHE_CONTROL, "private, no-cache");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if is_for_programs(uri)
        && let Some(origin) = allowed_origin(app, asked)
    {
        headers
            .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
        let allowed = HeaderValue::from_static("authorization, x-api-key, if-none-match");
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, retry-after"));
    }
    response
}

/// The origin that asks, where its pages may read the answer.
fn allowed_origin(app: &Shared, asked: &HeaderMap) -> Option<HeaderValue> {
    let origin = asked.get(header::ORIGIN)?;
    (app.options.cors_origin.as_deref()?.as_bytes() == origin.as_bytes()).then(|| origin.clone())
}

/// A line of the access log. Of headers nothing is in it: no key can be.
#[derive(Serialize)]
struct LogLine<'a> {
    time: String,
    method: &'a str,
    target: &'a str,
    status: u16,
    milliseconds: f64,
    /// Absent where the answer is a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

fn log(app: &Shared, method: &Method, uri: &Uri, response: &Response<Body>, took: Duration) {
    let Some(sink) = &app.options.access_log else { return };
    let line = LogLine {
        time: chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        method: method.as_str(),
        target: uri.path_and_query().map_or("/", |target| target.as_str()),
        status: response.status().as_u16(),
        milliseconds: (took.as_secs_f64() * 1e6).round() / 1e3,
        bytes: axum::body::HttpBody::size_hint(response.body()).exact(),
    };
    sink(json_line(&line).trim_end());
}
