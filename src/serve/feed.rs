//! Any search as an Atom feed (RFC 4287), and the description by which browsers add a search box (OpenSearch 1.1).

use std::fmt::Write;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Response, Uri, header},
    response::IntoResponse,
};
use chrono::DateTime;

use super::{
    pages::{self, Search},
    params::Params,
    problem::Problem,
    state::{App, Shared},
    text::{parameters, path_segment, web_address},
};
use crate::{
    article::Article,
    render::safe::for_xml,
    search::{CopyMode, Results, SearchOptions, Sort},
};

/// Entries of a feed.
const ENTRIES: usize = 30;

/// `GET /feed`: the newest hits of a search, with the parameters of the search page.
pub(super) async fn feed(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Params(search): Params<Search>,
) -> Response<Body> {
    let root = root(&app, &uri, &headers);
    let target = uri.path_and_query().map_or_else(String::new, |target| target.as_str().to_owned());
    let made = app.work(move |shared| {
        let (query, _) = search.query(shared)?;
        let options = SearchOptions {
            limit: ENTRIES,
            sort: Sort::Newest,
            copies: CopyMode::Collapse,
            total: false,
            ..SearchOptions::default()
        };
        let results = shared.archive.search(&query, &options)?;
        Ok(atom(&root, &target, &results))
    });
    match made.await {
        Ok(feed) => ([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response(),
        Err(problem) => told(&app, &problem),
    }
}

fn told(app: &Shared, problem: &Problem) -> Response<Body> {
    pages::problem(app, problem)
}

/// Scheme and name that the server goes by in this request, for addresses that must be whole.
fn root(app: &Shared, uri: &Uri, headers: &HeaderMap) -> String {
    let host = uri.host().or_else(|| headers.get(header::HOST)?.to_str().ok()).unwrap_or("localhost");
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
    let host = if host.chars().all(is_name) { host } else { "localhost" };
    let forwarded = headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes() == b"https");
    format!("{}://{host}{}", if forwarded { "https" } else { "http" }, app.options.base)
}

fn atom(root: &str, target: &str, results: &Results) -> String {
    let newest = results.hits.iter().map(|hit| updated(&hit.article)).max();
    let mut feed =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    let query = for_xml(&results.query);
    let search = for_xml(&format!("{root}/?{}", parameters([("q", results.query.as_str()), ("sort", "newest")])));
    let own = for_xml(&format!("{root}{target}"));
    let _ = write!(
        feed,
        "<title>{query} – newssearch</title>\n<id>{search}</id>\n<link rel=\"alternate\" href=\"{search}\"/>\n\
         <link rel=\"self\" href=\"{own}\"/>\n<updated>{}</updated>\n",
        newest.unwrap_or_else(|| EPOCH.to_owned()),
    );
    for hit in &results.hits {
        let article = &hit.article;
        let address = for_xml(&format!("{root}/article/{}", path_segment(&article.id)));
        let title = if article.title.trim().is_empty() { "(without a headline)" } else { &article.title };
        let authors = match article.authors.as_slice() {
            [] => article.source.name.as_deref().or(article.source.domain.as_deref()).into_iter().collect(),
            authors => authors.iter().map(String::as_str).collect::<Vec<_>>(),
        };
        let _ = write!(
            feed,
            "<entry>\n<title>{}</title>\n<id>{address}</id>\n<link rel=\"alternate\" href=\"{address}\"/>\n\
             <updated>{}</updated>\n",
            for_xml(title),
            updated(article),
        );
        if let Some(published) = article.published.as_ref().and_then(|date| moment(date.unix_seconds())) {
            let _ = writeln!(feed, "<published>{published}</published>");
        }
        for author in if authors.is_empty() { vec!["unknown"] } else { authors } {
            let _ = writeln!(feed, "<author><name>{}</name></author>", for_xml(author));
        }
        if let Some(original) = article.url.as_deref().and_then(web_address) {
            let _ = writeln!(feed, "<link rel=\"via\" href=\"{}\"/>", for_xml(&iri(&original)));
        }
        if let Some(snippet) = &hit.snippet {
            let _ = writeln!(feed, "<summary>{}</summary>", for_xml(&snippet.text));
        }
        feed.push_str("</entry>\n");
    }
    feed.push_str("</feed>\n");
    feed
}

const EPOCH: &str = "1970-01-01T00:00:00Z";

/// When an article last changed, as far as is known.
fn updated(article: &Article) -> String {
    let date = article.modified.as_ref().or(article.published.as_ref());
    date.and_then(|date| moment(date.unix_seconds())).unwrap_or_else(|| EPOCH.to_owned())
}

fn moment(unix_seconds: i64) -> Option<String> {
    DateTime::from_timestamp(unix_seconds, 0).map(|moment| moment.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// An address without characters that no address has.
fn iri(address: &str) -> String {
    let is_plain = |c: char| c > '\u{7f}' || c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let mut clean = String::with_capacity(address.len());
    for c in address.chars() {
        if is_plain(c) {
            clean.push(c);
        } else {
            let _ = write!(clean, "%{:02X}", u32::from(c));
        }
    }
    clean
}

/// `GET /opensearch.xml`
pub(super) async fn opensearch(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let root = for_xml(&root(&app, &uri, &headers));
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>newssearch</ShortName>\n<Description>Search the archive of news</Description>\n\
         <InputEncoding>UTF-8</InputEncoding>\n\
         <Image height=\"64\" width=\"64\" type=\"image/svg+xml\">{root}/assets/icon.svg</Image>\n\
         <Url type=\"text/html\" method=\"get\" template=\"{root}/?q={{searchTerms}}\"/>\n\
         <Url type=\"application/atom+xml\" method=\"get\" template=\"{root}/feed?q={{searchTerms}}\"/>\n\
         <Url type=\"application/opensearchdescription+xml\" rel=\"self\" template=\"{root}/opensearch.xml\"/>\n\
         </OpenSearchDescription>\n",
    );
    let kind = HeaderValue::from_static("application/opensearchdescription+xml; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
