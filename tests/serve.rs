//! The archive over HTTP: the router as a service, and the program on a port.
#![cfg(feature = "serve")]

mod support;

use std::{
    collections::{BTreeSet, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use newssearch::{
    Archive,
    serve::{ApiKeys, Options, router, router_with},
};
use serde_json::{Value, json};
use support::{
    Folder, corpus_archive,
    http::{RUNTIME, ask, encoded, get, get_with},
    page, program, text,
};
use tower::ServiceExt;

static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| Archive::open(corpus_archive()).unwrap());
static CORPUS: LazyLock<Router> = LazyLock::new(|| router(ARCHIVE.clone()));

fn with(change: impl FnOnce(&mut Options)) -> Router {
    let mut options = Options::default();
    change(&mut options);
    router_with(ARCHIVE.clone(), options)
}

fn ids(router: &Router) -> Vec<String> {
    let hits = get(router, "/api/v1/search?q=*&limit=500&copies=show&fields=id").json();
    hits["hits"].as_array().unwrap().iter().map(|hit| text(&hit["id"])).collect()
}

/// Addresses of every page about some articles.
fn pages(ids: &[String]) -> Vec<String> {
    let mut pages: Vec<String> =
        ["/", "/?q=quay", "/?q=harbour+OR+quay&show=share", "/?q=zzzz+quay&f=source:none", "/archive", "/help", "/api"]
            .map(str::to_owned)
            .to_vec();
    pages.extend(
        [
            "/stories",
            "/stories?q=quay",
            "/compare",
            "/compare?q=quay&q=harbour",
            "/compare.svg?q=quay",
            "/feed?q=*",
            "/opensearch.xml",
        ]
        .map(str::to_owned),
    );
    for id in ids {
        let id = encoded(id);
        pages.push(format!("/article/{id}"));
        pages.push(format!("/story/{id}"));
        pages.extend(["?images=show", "/copies", "/versions", "/cite"].map(|below| format!("/article/{id}{below}")));
    }
    pages
}

#[test]
fn the_hostile_pages_of_the_sample_corpus_show_as_text() {
    let hits = get(&CORPUS, "/api/v1/search?q=alert&limit=50").json();
    assert!(hits["total"].as_u64().unwrap() > 0, "{hits}");
    for hit in hits["hits"].as_array().unwrap() {
        let page = get(&CORPUS, &format!("/article/{}", encoded(&text(&hit["id"])))).text();
        assert!(page.contains("&lt;script") && !page.contains("<script>"), "{page}");
    }
}

#[test]
fn every_answer_forbids_what_a_page_might_do() {
    for target in ["/", "/?q=harbour", "/nope", "/api/v1/search", "/api/nope", "/assets/style.css", "/healthz", "/?q=("]
    {
        let answer = get(&CORPUS, target);
        let csp = answer.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self';",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(csp.contains(rule), "{target}: {csp}");
        }
        assert!(!csp.contains("unsafe"), "{csp}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[test]
fn pictures_come_from_elsewhere_only_where_they_are_asked_for() {
    let folder = Folder::new();
    let record = json!({"id": "a", "title": "Quay", "text": "The quay was swept before noon.",
        "images": [{"url": "https://pictures.example/a.jpg", "caption": "The quay"}]});
    folder.write("pages/a.jsonl", record.to_string());
    folder.index();
    let router = router(Archive::open(folder.path("index")).unwrap());
    if router_has_no_images(&router) {
        return;
    }
    let plain = get(&router, "/article/a");
    assert!(!plain.text().contains("<img") && plain.text().contains("images=show"));
    assert!(!plain.header("content-security-policy").contains("https:"));
    let asked = get(&router, "/article/a?images=show");
    assert!(asked.text().contains("<img src=\"https://pictures.example/a.jpg\""), "{}", asked.text());
    assert!(asked.header("content-security-policy").contains("img-src 'self' https: http:"));
    // What is told of an unchanged page is put over what its browser was told before.
    let tag = asked.header("etag");
    let again = get_with(&router, "/article/a?images=show", &[("if-none-match", tag)]);
    assert_eq!((again.status, again.header("content-security-policy")), (304, ""));
}

/// Whether JSON lines do not take pictures in.
fn router_has_no_images(router: &Router) -> bool {
    get(router, "/api/v1/article/a").json()["images"].as_array().is_none_or(Vec::is_empty)
}

#[test]
fn an_answer_that_is_known_is_not_sent_again() {
    for target in ["/", "/?q=harbour", "/api/v1/search?q=harbour", "/api/openapi.json", "/assets/style.css", "/archive"]
    {
        let first = get(&CORPUS, target);
        let tag = first.header("etag");
        assert!(first.status == 200 && tag.len() > 4, "{target}: {first:?}");
        let again = get_with(&CORPUS, target, &[("if-none-match", tag)]);
        assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, tag), "{target}");
        let other = get_with(&CORPUS, target, &[("if-none-match", "W/\"other\"")]);
        assert_eq!(other.status, 200);
    }
    let [one, other] =
        ["harbour", "storm"].map(|q| get(&CORPUS, &format!("/api/v1/search?q={q}")).header("etag").to_owned());
    assert_ne!(one, other);
    assert_eq!(get(&CORPUS, "/api/v1/search?q=(").header("etag"), "", "an error is no state of the archive");
}

#[test]
fn answers_are_packed_as_the_client_takes_them() {
    let plain = get(&CORPUS, "/?q=harbour");
    let gzip = get_with(&CORPUS, "/?q=harbour", &[("accept-encoding", "gzip")]);
    let zstd = get_with(&CORPUS, "/?q=harbour", &[("accept-encoding", "zstd")]);
    assert_eq!((gzip.header("content-encoding"), zstd.header("content-encoding")), ("gzip", "zstd"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&gzip.bytes[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.bytes);
    let mut unpacked = Vec::with_capacity(plain.bytes.len());
    zstd_safe::decompress(&mut unpacked, &zstd.bytes).unwrap();
    assert_eq!(unpacked, plain.bytes);
    let export = get_with(&CORPUS, "/api/v1/export?q=*", &[("accept-encoding", "gzip")]);
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&export.bytes[..]).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, get(&CORPUS, "/api/v1/export?q=*").text());
}

#[test]
fn the_search_page_weighs_little_and_asks_nobody_else() {
    let bytes: usize = ["/?q=harbour", "/assets/style.css", "/assets/script.js", "/assets/icon.svg"]
        .map(|target| get_with(&CORPUS, target, &[("accept-encoding", "gzip")]).bytes.len())
        .iter()
        .sum();
    assert!(bytes < 30_000, "{bytes}");
    for target in ["/", "/?q=harbour", "/archive", "/compare?q=harbour"] {
        let page = get(&CORPUS, target).text();
        assert!(!page.contains("src=\"http") && !page.contains("rel=\"stylesheet\" href=\"http"), "{target}");
    }
    assert!(!get(&CORPUS, "/assets/style.css").text().contains("url("));
}

#[test]
fn mistakes_in_queries_are_told_with_their_bytes() {
    for (query, start, end) in [("title:(", 6, 7), ("date:2022-99", 5, 12)] {
        for path in ["search", "count", "facets", "timeline", "terms", "kwic", "export"] {
            let problem =
                get(&CORPUS, &format!("/api/v1/{path}?q={}", encoded(query))).is_problem(400, "query-mistake");
            assert_eq!(problem["bytes"], json!({"start": start, "end": end}), "{path}: {problem}");
            assert!(!text(&problem["detail"]).is_empty() && !text(&problem["title"]).is_empty());
        }
        let page = get(&CORPUS, &format!("/?q={}", encoded(query)));
        assert_eq!(page.status, 400);
        let wrong = format!("<span class=\"wrong\">{}</span>", &query[start..end]);
        assert!(page.text().contains(&wrong), "{}", page.text());
        assert!(page.text().contains("name=\"q\""), "the box is still there");
    }
}

#[test]
fn parameters_that_are_wrong_are_named() {
    let cases = [
        ("search?limit=0", "limit is 0"),
        ("search?limit=1001", "results_max"),
        ("search?limit=x", "limit"),
        ("search?limt=3", "limt"),
        ("search?sort=best", "best"),
        ("search?facets=outlet", "there is no facet outlet"),
        ("search?fields=titel", "did you mean title?"),
        ("search?cursor=abc", "cursor"),
        ("search?snippet_chars=99999", "snippet_chars"),
        ("timeline?by=decade", "decade"),
        ("kwic?width=501", "width"),
        ("export?format=pdf", "pdf"),
        ("export?fields=nope", "there is no field nope"),
        ("complete?limit=0", "limit"),
        ("stats?x=1", "x"),
        ("article/owd-0004/related?terms=101", "terms"),
    ];
    for (target, named) in cases {
        let problem = get(&CORPUS, &format!("/api/v1/{target}")).is_problem(400, "parameter");
        assert!(text(&problem["detail"]).contains(named), "{target}: {problem}");
    }
    get(&CORPUS, "/api/v1/article/none-such").is_problem(404, "not-found");
    get(&CORPUS, "/api/v1/article/%FF").is_problem(400, "parameter");
    get(&CORPUS, "/api/v1/none-such").is_problem(404, "not-found");
    assert_eq!(get(&CORPUS, "/article/none-such").status, 404);
    for target in ["/api/v1/search", "/api/v1/article/a"] {
        let answer = ask(&CORPUS, Request::post(target).body(Body::empty()).unwrap());
        answer.is_problem(405, "method");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
}

#[test]
fn cursors_lead_to_every_hit_once() {
    for sort in ["relevance", "newest", "oldest", "longest"] {
        for query in ["*", "harbour OR storm", "the ship"] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            let mut total = 0;
            loop {
                let target =
                    format!("/api/v1/search?q={}&sort={sort}&limit=7&fields=id,rank&cursor={cursor}", encoded(query));
                let page = get(&CORPUS, &target).json();
                total = total.max(page["total"].as_u64().unwrap());
                seen.extend(page["hits"].as_array().unwrap().iter().map(|hit| text(&hit["id"])));
                match page["next"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
            let once: BTreeSet<&String> = seen.iter().collect();
            assert_eq!((seen.len() as u64, once.len() as u64), (total, total), "{query} {sort}");
        }
    }
}

#[test]
fn only_the_fields_asked_for_are_given() {
    let hits = get(&CORPUS, "/api/v1/search?q=harbour&fields=title,id&limit=2").json();
    for hit in hits["hits"].as_array().unwrap() {
        assert_eq!(hit.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "title"], "{hit}");
    }
    let id = encoded(&text(&hits["hits"][0]["id"]));
    let article = get(&CORPUS, &format!("/api/v1/article/{id}?fields=blocks")).json();
    assert!(article["blocks"].as_array().is_some_and(|blocks| !blocks.is_empty()) && article["title"].is_null());
}

#[test]
fn the_api_answers_as_the_library_does() {
    let query = newssearch::Query::parse("harbour").unwrap();
    let found = ARCHIVE.search(&query, &newssearch::SearchOptions::default()).unwrap();
    let answer = get(&CORPUS, "/api/v1/search?q=harbour&copies=show").json();
    assert_eq!(answer["total"].as_u64(), found.total);
    let ids: Vec<String> = answer["hits"].as_array().unwrap().iter().map(|hit| text(&hit["id"])).collect();
    assert_eq!(ids, found.hits.iter().map(|hit| hit.article.id.clone()).collect::<Vec<_>>());
    for (hit, known) in answer["hits"].as_array().unwrap().iter().zip(&found.hits) {
        let snippet = text(&hit["snippet"]);
        assert_eq!(snippet, known.snippet.as_ref().unwrap().text);
        for range in hit["matches"].as_array().unwrap() {
            let at = |end: &str| range[end].as_u64().unwrap() as usize;
            assert!(snippet.get(at("start")..at("end")).is_some());
        }
    }
    let count = get(&CORPUS, "/api/v1/count?q=harbour").json();
    assert_eq!(count["total_with_copies"].as_u64(), found.total);
    let stats = get(&CORPUS, "/api/v1/stats").json();
    assert_eq!(stats["articles"].as_u64(), Some(ARCHIVE.stats().unwrap().articles));
    let export = get(&CORPUS, "/api/v1/export?q=harbour").text();
    assert_eq!(export.lines().count() as u64, found.total.unwrap());
    let timeline = get(&CORPUS, "/api/v1/timeline?q=harbour&q=storm&by=year").json();
    assert_eq!(timeline["queries"][0]["total"].as_u64(), found.total);
    assert_eq!(timeline["periods"][0]["hits"].as_array().unwrap().len(), 2);
    let first = encoded(&ids[0]);
    let article = ARCHIVE.article(&ids[0]).unwrap();
    let related = ARCHIVE.related(&article, &newssearch::RelatedOptions::default()).unwrap();
    let answer = get(&CORPUS, &format!("/api/v1/article/{first}/related")).json();
    assert_eq!(answer["related"].as_array().unwrap().len(), related.articles.len());
    assert_eq!(answer["related"][0]["id"], related.articles[0].article.id.as_str());
    assert!(!answer["related"][0]["shared"].as_array().unwrap().is_empty());
    let all = newssearch::StoriesOptions::default();
    let stories = ARCHIVE.stories(&newssearch::Query::Everything, &all).unwrap();
    let answer = get(&CORPUS, "/api/v1/stories").json();
    assert_eq!(answer["total"].as_u64(), Some(stories.total));
    assert!(stories.total > 0);
    let of_one = &stories.stories[0].outline;
    assert_eq!(answer["stories"][0]["id"], of_one.id.as_str());
    let story = get(&CORPUS, &format!("/api/v1/story/{}", encoded(&of_one.latest.id))).json();
    assert_eq!((&story["id"], story["timeline"].as_array().unwrap().len() as u64), (&json!(of_one.id), of_one.reports));
    for below in ["copies", "versions"] {
        assert_eq!(get(&CORPUS, &format!("/api/v1/article/{first}/{below}")).status, 200);
    }
    let words = get(&CORPUS, "/api/v1/complete?prefix=harb").json();
    assert_eq!(words["words"][0]["name"], "harbour", "{words}");
    let lines = get(&CORPUS, "/api/v1/kwic?q=harbour&limit=3").json();
    assert_eq!((lines["lines"].as_array().unwrap().len(), &lines["more"]), (3, &json!(true)));
    let terms = get(&CORPUS, "/api/v1/terms?q=harbour&limit=4").json();
    assert_eq!(terms["terms"].as_array().unwrap().len(), 4);
    let meant = get(&CORPUS, "/api/v1/search?q=harbuor").json();
    assert_eq!(meant["did_you_mean"], "harbour", "{meant}");
}

#[test]
fn limits_are_told_by_name() {
    let long = "a".repeat(300);
    let small = with(|options| {
        options.limits.query_bytes_max = 100;
        options.limits.target_bytes_max = 2_000;
        options.limits.results_max = 5;
        options.limits.body_bytes_max = 10;
        options.limits.head_bytes_max = 400;
    });
    let says = |problem: Value, name: &str| assert!(text(&problem["detail"]).contains(name), "{problem}");
    says(get(&small, &format!("/api/v1/search?q={long}")).is_problem(400, "parameter"), "query_bytes_max");
    says(
        get(&small, &format!("/api/v1/search?q={}", "a".repeat(3_000))).is_problem(414, "too-long"),
        "target_bytes_max",
    );
    says(get(&small, "/api/v1/search?q=a&limit=6").is_problem(400, "parameter"), "results_max");
    says(get_with(&small, "/api/v1/search", &[("content-length", "11")]).is_problem(413, "too-long"), "body_bytes_max");
    says(
        get_with(&small, "/api/v1/search", &[("x-long", &"a".repeat(400))]).is_problem(431, "too-long"),
        "head_bytes_max",
    );
    let slow = with(|options| options.limits.query_time_max = Duration::ZERO);
    for path in [
        "search?q=the",
        "count?q=the",
        "timeline?q=the",
        "terms?q=the",
        "kwic?q=the",
        "export?q=the",
        "article/owd-0004",
    ] {
        let answer = get(&slow, &format!("/api/v1/{path}"));
        answer.is_problem(503, "out-of-time");
        assert_eq!(answer.header("retry-after"), "1");
    }
    let page = get(&slow, "/?q=the");
    assert!(page.status == 503 && page.text().contains("cut off"), "{}", page.text());
    let none = with(|options| options.limits.exports_max = 0);
    says(get(&none, "/api/v1/export?q=the").is_problem(503, "busy"), "exports_max");
    let few = with(|options| options.limits.export_hits_max = Some(3));
    assert_eq!(get(&few, "/api/v1/export?q=*").text().lines().count(), 3);
}

#[test]
fn requests_beyond_the_queue_are_turned_away_at_once() {
    let busy = with(|options| {
        options.limits.workers = 1;
        options.limits.waiting_max = 0;
    });
    // One that holds the only worker; it takes long enough for the other to find it there.
    let statuses = RUNTIME.block_on(async {
        let mut asked = Vec::new();
        for _ in 0..32 {
            let router = busy.clone();
            asked.push(tokio::spawn(async move {
                let request = Request::get("/api/v1/terms?q=*").body(Body::empty()).unwrap();
                router.oneshot(request).await.unwrap().status()
            }));
        }
        let mut statuses = Vec::new();
        for one in asked {
            statuses.push(one.await.unwrap());
        }
        statuses
    });
    assert!(statuses.contains(&StatusCode::OK), "{statuses:?}");
    assert!(statuses.iter().all(|s| matches!(*s, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE)), "{statuses:?}");
}

const KEY: &str = "correct-horse-battery";

#[test]
fn a_key_opens_and_is_never_logged() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let sink = Arc::clone(&lines);
    let locked = with(|options| {
        options.keys = ApiKeys::parse(KEY).unwrap();
        options.access_log = Some(Arc::new(move |line: &str| sink.lock().unwrap().push(line.to_owned())));
    });
    let bearer = format!("Bearer {KEY}");
    let basic = "Basic dXNlcjpjb3JyZWN0LWhvcnNlLWJhdHRlcnk=";
    for target in ["/", "/api/v1/search?q=harbour", "/metrics", "/assets/style.css", "/api/openapi.json"] {
        assert_eq!(get(&locked, target).status, 401, "{target}");
        for headers in [[("authorization", "Bearer wrong-wrong-wrong-wrong")], [("x-api-key", "correct-horse-batter")]]
        {
            let refused = get_with(&locked, target, &headers);
            assert_eq!(refused.status, 401);
            assert!(refused.headers.contains_key(header::WWW_AUTHENTICATE));
        }
        for headers in [[("authorization", bearer.as_str())], [("x-api-key", KEY)], [("authorization", basic)]] {
            assert_eq!(get_with(&locked, target, &headers).status, 200, "{target} {headers:?}");
        }
    }
    get(&locked, "/api/v1/search").is_problem(401, "key");
    assert_eq!(get(&locked, "/healthz").status, 200);
    let lines = lines.lock().unwrap().clone();
    assert!(lines.len() > 20);
    for line in lines.iter() {
        let read: Value = serde_json::from_str(line).unwrap();
        assert!(read["status"].is_u64() && read["target"].is_string() && read["milliseconds"].is_number(), "{line}");
        assert!(!line.contains(KEY) && !line.contains("dXNlcj"), "{line}");
    }
    let document = get_with(&locked, "/api/openapi.json", &[("x-api-key", KEY)]).json();
    assert!(document["security"].is_array());
}

#[test]
fn other_sites_read_the_api_only_where_they_are_named() {
    let open = with(|options| options.cors_origin = Some("https://desk.example".to_owned()));
    let of = |target: &str, origin: &str| get_with(&open, target, &[("origin", origin)]);
    assert_eq!(
        of("/api/v1/stats", "https://desk.example").header("access-control-allow-origin"),
        "https://desk.example"
    );
    assert_eq!(of("/api/v1/stats", "https://evil.example").header("access-control-allow-origin"), "");
    assert_eq!(of("/", "https://desk.example").header("access-control-allow-origin"), "");
    let named = with(|options| options.hosts = vec!["localhost".to_owned()]);
    assert_eq!(get_with(&named, "/", &[("host", "LOCALHOST:7700")]).status, 200);
    get_with(&named, "/api/v1/stats", &[("host", "evil.example")]).is_problem(421, "host");
    assert_eq!(get(&named, "/").status, 421);
}

#[test]
fn what_is_committed_is_shown() {
    let folder = Folder::new();
    folder.write(
        "pages/a.html",
        page("Ferry sinks", &["The ferry sank off the mole at dawn, and all aboard were saved."]),
    );
    folder.index();
    let archive = Archive::open(folder.path("index")).unwrap();
    let router = router(archive.clone());
    let before = get(&router, "/api/v1/count?q=ferry");
    assert_eq!(before.json()["total"], 1);
    assert!(!archive.reload_if_changed().unwrap());
    folder.write(
        "pages/b.html",
        page("Ferry raised", &["The ferry was raised by two cranes on a quiet afternoon in May."]),
    );
    folder.index();
    assert_eq!(get(&router, "/api/v1/count?q=ferry").json()["total"], 1);
    assert!(archive.reload_if_changed().unwrap());
    let after = get_with(&router, "/api/v1/count?q=ferry", &[("if-none-match", before.header("etag"))]);
    assert_eq!((after.status, &after.json()["total"]), (200, &json!(2)));
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(get(&router, "/api/v1/stats").json()["articles"], 2);
}

#[test]
fn the_document_names_every_route_of_the_api_and_no_other() {
    let document = get(&CORPUS, "/api/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let id = encoded(&ids(&CORPUS)[0]);
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    for path in &paths {
        let answer = get(&CORPUS, &path.replace("{id}", &id));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let operation = &document["paths"][path.as_str()]["get"];
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(!text(&parameter["description"]).is_empty(), "{path} {parameter}");
        }
        if answer.header("content-type") == "application/json" {
            let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            check_schema(&document, schema, &answer.json(), path);
        }
        for status in ["400", "503"] {
            assert!(operation["responses"][status]["content"]["application/problem+json"].is_object(), "{path}");
        }
    }
    let wanted = [
        "search",
        "count",
        "timeline",
        "terms",
        "facets",
        "complete",
        "kwic",
        "export",
        "stats",
        "article/{id}",
        "article/{id}/related",
        "article/{id}/copies",
        "article/{id}/versions",
    ];
    for route in wanted {
        assert!(paths.iter().any(|path| **path == format!("/api/v1/{route}")), "{route}");
    }
    let page = get(&CORPUS, "/api").text();
    assert!(paths.iter().all(|path| page.contains(path.as_str())));
}

/// Checks that an answer has the keys of its schema and no others.
fn check_schema(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return check_schema(document, &document["components"]["schemas"][name], value, &format!("{place} {name}"));
    }
    if let Some(items) = value.as_array() {
        return items.iter().for_each(|item| check_schema(document, &schema["items"], item, place));
    }
    let Some(object) = value.as_object() else { return };
    let mut properties = serde_json::Map::new();
    let mut schemas = VecDeque::from([schema.clone()]);
    while let Some(schema) = schemas.pop_front() {
        if let Some(name) = schema["$ref"].as_str() {
            schemas.push_back(document["components"]["schemas"][name.rsplit('/').next().unwrap()].clone());
        }
        for list in ["allOf", "oneOf"] {
            schemas.extend(schema[list].as_array().into_iter().flatten().cloned());
        }
        properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    }
    for (key, value) in object {
        let schema = properties.get(key).unwrap_or_else(|| panic!("{place}: {key} is not in the document"));
        check_schema(document, schema, value, &format!("{place} {key}"));
    }
}

#[test]
fn every_link_of_ours_leads_somewhere() {
    let mut waiting =
        VecDeque::from(["/".to_owned(), "/?q=harbour".to_owned(), "/compare?q=harbour&q=storm".to_owned()]);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut asked = 0;
    while let Some(target) = waiting.pop_front() {
        if asked == 400 {
            break;
        }
        asked += 1;
        let answer = get(&CORPUS, &target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = answer.text();
        for link in
            page.split(" href=\"").skip(1).chain(page.split(" src=\"").skip(1)).chain(page.split(" action=\"").skip(1))
        {
            let link = link.split('"').next().unwrap().replace("&amp;", "&");
            if let Some(name) = link.strip_prefix('#') {
                assert!(page.contains(&format!("id=\"{name}\"")), "{target}: {link}");
            } else if link.starts_with('/') && seen.insert(link.clone()) {
                waiting.push_back(link);
            } else {
                assert!(link.starts_with('/') || link.starts_with("http"), "{target}: {link}");
            }
        }
    }
    assert!(asked > 150, "{asked}");
}

#[test]
fn an_archive_without_dates_or_without_articles_is_shown() {
    let empty = Folder::new();
    empty.write("pages/none.jsonl", "");
    empty.run(&["index", "pages"]);
    let undated = Folder::new();
    undated.write("pages/a.jsonl", json!({"id": "a", "text": "The quay was swept before noon."}).to_string());
    undated.index();
    for (folder, articles) in [(&empty, 0), (&undated, 1)] {
        let router = router(Archive::open(folder.path("index")).unwrap());
        assert_eq!(get(&router, "/api/v1/stats").json()["articles"], articles);
        let ids = if articles == 0 { Vec::new() } else { ids(&router) };
        for target in pages(&ids).iter().map(String::as_str).chain([
            "/api/v1/timeline?q=*&by=day",
            "/api/v1/stories",
            "/api/v1/terms?q=*",
            "/readyz",
        ]) {
            let answer = get(&router, target);
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        }
    }
}

#[test]
fn behind_the_number_of_a_facet_stand_as_many_articles() {
    let folder = Folder::new();
    let record = |id: &str, tags: &[&str], source: &str| {
        let record = json!({"id": id, "text": format!("The quay was swept before noon of {id}."), "tags": tags, "source": source});
        record.to_string() + "\n"
    };
    let records = [
        record("a", &["Korea"], "Courier"),
        record("b", &["North Korea"], "Harbour Courier"),
        record("c", &["korea", "North Korea"], "Courier"),
        record("d", &["$$"], "The \"Late\" Courier"),
        record("e", &["$$"], "Night\u{ad}ly <\u{200e}Post>"),
    ];
    folder.write("pages/a.jsonl", records.concat());
    folder.index();
    let router = router(Archive::open(folder.path("index")).unwrap());
    let answer = get(&router, "/api/v1/search?q=quay&facets=tag,source").json();
    let mut looked_at = 0;
    for facet in answer["facets"].as_array().unwrap() {
        for value in facet["values"].as_array().unwrap() {
            let filter = encoded(&format!("{}:{}", text(&facet["field"]), text(&value["name"])));
            let page = get(&router, &format!("/?q=quay&f={filter}")).text();
            let found = page.matches("<li class=\"hit\"").count() as u64;
            assert_eq!(found, value["articles"].as_u64().unwrap(), "{filter}: {page}");
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 4 + 4);
    // The form sends a filter back as it is.
    let page = get(&router, &format!("/?q=quay&f={}", encoded("source:Night\u{ad}ly <\u{200e}Post>"))).text();
    assert!(page.contains("name=\"f\" value=\"source:Night&#173;ly &#60;&#8206;Post&#62;\""), "{page}");
    let none = get(&router, "/api/v1/search?q=tag:%3DKOREA").json();
    assert_eq!(
        (none["total"].as_u64(), none["notes"].to_string().contains("letter for letter")),
        (Some(0), true),
        "{none}"
    );
}

#[test]
fn mounted_under_a_path_all_links_stay_below_it() {
    let inner = with(|options| options.base = "/desk/archive".to_owned());
    let outer = Router::new().nest("/desk/archive", inner);
    for target in
        ["/desk/archive?q=harbour", "/desk/archive/archive", "/desk/archive/help", "/desk/archive/feed?q=storm"]
    {
        let answer = get(&outer, target);
        assert_eq!(answer.status, 200, "{target}");
        let page = answer.text();
        for link in page.split("=\"/").skip(1) {
            assert!(link.starts_with("desk/archive"), "{target}: /{}", &link[..link.len().min(60)]);
        }
    }
    let problem = get(&outer, "/desk/archive/api/v1/search?q=(").is_problem(400, "query-mistake");
    assert_eq!(problem["type"], "/desk/archive/api#query-mistake");
    let feed = get_with(&outer, "/desk/archive/feed?q=storm", &[("host", "desk.example")]).text();
    assert!(feed.contains("rel=\"self\" href=\"http://desk.example/desk/archive/feed?q=storm\""), "{feed}");
    // A path that what is below it begins with, too.
    let outer = Router::new().nest("/a", with(|options| options.base = "/a".to_owned()));
    get(&outer, "/a/api/v1/search?q=(").is_problem(400, "query-mistake");
}

#[test]
fn feeds_and_the_search_box_are_sound() {
    let feed = get_with(&CORPUS, "/feed?q=harbour&f=source:Openwire+Digest", &[("host", "127.0.0.1:7700")]);
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    let feed = feed.text();
    assert_eq!(feed.matches("<entry>").count(), 2, "{feed}");
    assert!(feed.contains("href=\"http://127.0.0.1:7700/article/owd-0004\""), "{feed}");
    let box_of = get_with(&CORPUS, "/opensearch.xml", &[("host", "127.0.0.1:7700")]).text();
    assert!(box_of.contains("http://127.0.0.1:7700/?q={searchTerms}"), "{box_of}");
    let evil = get_with(&CORPUS, "/feed?q=harbour", &[("host", "a\"><x>")]).text();
    assert!(!evil.contains("<x>"), "{evil}");
}

#[test]
fn an_operator_sees_health_and_numbers() {
    let router = with(|_| ());
    assert_eq!((get(&router, "/healthz").status, get(&router, "/readyz").status), (200, 200));
    get(&router, "/api/v1/search?q=harbour");
    let metrics = get(&router, "/metrics").text();
    for line in [
        "newssearch_request_seconds_bucket{route=\"/api/v1/search\",status=\"200\",le=\"+Inf\"} 1",
        "newssearch_request_seconds_count{route=\"/healthz\",status=\"200\"} 1",
        "newssearch_searches_total 1",
        "newssearch_hits_total 10",
        "# TYPE newssearch_request_seconds histogram",
        "newssearch_index_generation{generation=\"",
        "newssearch_index_articles ",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
}

#[test]
fn no_rubbish_brings_a_500() {
    let values = [
        "",
        "%00",
        "%FF%FE",
        "%F0%9F%98%80",
        "-1",
        "1e9",
        "99999999999999999999",
        "true",
        "*",
        "(",
        "a~9",
        "%22",
        "/./",
        "..",
        "a%0Ab",
        "NaN",
        "2022-02-30",
    ];
    let names = [
        "q",
        "limit",
        "cursor",
        "sort",
        "copies",
        "facets",
        "facet_values",
        "snippet_chars",
        "snippets",
        "total",
        "fields",
        "by",
        "against",
        "prefix",
        "width",
        "offset",
        "format",
        "terms",
        "within",
        "f",
        "from",
        "to",
        "after",
        "show",
        "measure",
        "source",
        "year",
        "images",
    ];
    let id = encoded(&ids(&CORPUS)[0]);
    let routes = [
        "/",
        "/compare",
        "/compare.svg",
        "/compare.csv",
        "/archive",
        "/feed",
        "/help",
        "/api/v1/search",
        "/api/v1/count",
        "/api/v1/facets",
        "/api/v1/timeline",
        "/api/v1/terms",
        "/api/v1/complete",
        "/api/v1/kwic",
        "/api/v1/export",
        "/api/v1/stats",
    ];
    let mut below: Vec<String> = routes.map(str::to_owned).to_vec();
    below.extend(["", "/cite", "/copies", "/versions"].map(|part| format!("/article/{id}{part}")));
    below.extend(["", "/related"].map(|part| format!("/api/v1/article/{id}{part}")));
    for route in &below {
        for name in names {
            for value in values {
                let answer = get(&CORPUS, &format!("{route}?{name}={value}"));
                assert!(
                    matches!(answer.status, 200 | 400),
                    "{route}?{name}={value}: {} {}",
                    answer.status,
                    answer.text()
                );
            }
        }
    }
    for value in values.iter().filter(|value| !value.is_empty()) {
        for route in ["/article/", "/api/v1/article/"] {
            let status = get(&CORPUS, &format!("{route}{value}")).status;
            assert!(matches!(status, 200 | 400 | 404), "{route}{value}: {status}");
        }
    }
}

// The program on a port.

/// The program while it serves.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Folder, args: &[&str]) -> Self {
        let mut command = program(&[&["serve", "--address", "127.0.0.1:0"], args].concat());
        command.current_dir(folder.path(".")).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line:?}");
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Sends a request and reads what comes until the connection ends.
    fn ask(&self, target: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[cfg(unix)]
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let sent = std::process::Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let code = self.child.wait().unwrap().code();
        let mut err = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (code, err)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ferry() -> Folder {
    let folder = Folder::new();
    folder.write(
        "pages/a.html",
        page("Ferry sinks", &["The ferry sank off the mole at dawn, and all aboard were saved."]),
    );
    folder.index();
    folder
}

#[cfg(unix)]
#[test]
fn the_program_serves_shows_commits_and_ends_gracefully() {
    let folder = ferry();
    for signal in ["-TERM", "-INT"] {
        let serving = Serving::start(&folder, &["--access-log", "access.jsonl"]);
        let answer = serving.ask("/api/v1/search?q=ferry&fields=title");
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("Ferry sinks"), "{answer}");
        // A connection that asks for nothing does not keep the program from its end.
        let idle = serving.connect();
        assert_eq!(serving.end(signal), (Some(0), String::new()));
        drop(idle);
    }
    let log = std::fs::read_to_string(folder.path("access.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 2);
    let serving = Serving::start(&folder, &[]);
    folder.write(
        "pages/b.html",
        page("Ferry raised", &["The ferry was raised by two cranes on a quiet afternoon in May."]),
    );
    folder.index();
    let shows = || serving.ask("/api/v1/count?q=ferry").contains("\"total\":2");
    while !shows() {
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_request_may_not_be_slow_or_long() {
    let folder = ferry();
    let serving = Serving::start(&folder, &["--head-seconds", "0.3", "--connections-max", "2"]);
    // Two clients that send half a head hold both connections, until their time is over.
    let mut slow: Vec<TcpStream> = (0..2).map(|_| serving.connect()).collect();
    slow.iter_mut().for_each(|stream| write!(stream, "GET / HTTP/1.1\r\nHost: ").unwrap());
    assert!(serving.ask("/healthz").starts_with("HTTP/1.1 200 "));
    for mut stream in slow {
        let mut rest = Vec::new();
        // Told or cut off, it ends.
        let _ = stream.read_to_end(&mut rest);
    }
    let mut stream = serving.connect();
    let _ = write!(stream, "GET / HTTP/1.1\r\nHost: {}\r\nX-Long: {}\r\n\r\n", serving.address, "a".repeat(100_000));
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(serving.ask("/?q=ferry").contains("Ferry sinks"));
}

#[test]
fn others_are_let_in_only_by_key_or_by_word() {
    let folder = ferry();
    let refused = folder.run(&["serve", "--address", "0.0.0.0:0"]).ends_with(2);
    refused.says(&["other machines can reach", "--api-key-file", "--public"]);
    folder.write("empty.keys", "# none\n");
    folder.run(&["serve", "--api-key-file", "empty.keys"]).ends_with(2).says(&["there is no key in it"]);
    folder.write("short.keys", "secret\n");
    let short = folder.run(&["serve", "--api-key-file", "short.keys"]).ends_with(2).says(&["short.keys, line 1"]);
    assert!(!short.err.contains("secret"), "{short:?}");
    folder.run(&["serve", "--api-key-file", "none.keys"]).ends_with(2).says(&["cannot read none.keys"]);
    folder.run(&["serve", "--address", "nowhere"]).ends_with(2).says(&["must be an address with a port"]);
    folder.run(&["serve", "--index", "none"]).ends_with(2).says(&["no archive in none"]);
    folder.run(&["serve", "--cors-origin", "desk"]).ends_with(2).says(&["must be an origin"]);
    folder.write("good.keys", KEY);
    let serving = Serving::start(&folder, &["--api-key-file", "good.keys"]);
    assert!(serving.ask("/").starts_with("HTTP/1.1 401 "));
}

#[test]
fn a_client_that_takes_nothing_holds_no_worker_and_loses_its_export() {
    let folder = Folder::new();
    let sentence = "The ferry sank off the mole at dawn, and all aboard were saved by the pilot's boat. ";
    let line = |number: usize| {
        let text = format!("{number} {}", sentence.repeat(3_000));
        json!({"id": number.to_string(), "title": format!("Ferry {number}"), "text": text}).to_string() + "\n"
    };
    folder.write("pages/a.jsonl", (0..48).map(line).collect::<String>());
    folder.index();
    let args = ["--workers", "1", "--exports-max", "1", "--write-seconds", "0.5"];
    let serving = Serving::start(&folder, &args);
    let mut idle = serving.connect();
    write!(idle, "GET /api/v1/export?q=*&fields=body HTTP/1.1\r\nHost: {}\r\n\r\n", serving.address).unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    // Searches go on while the export waits; another export has its turn once the first is cut off.
    assert!(serving.ask("/api/v1/count?q=ferry").contains("\"total_with_copies\":48"));
    while serving.ask("/api/v1/export?q=*&fields=id").contains("exports_max") {
        assert!(serving.ask("/healthz").starts_with("HTTP/1.1 200"));
    }
    let mut rest = Vec::new();
    // Cut off, or ended before the last chunk: nobody can take it for the whole.
    let _ = idle.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"\r\n0\r\n\r\n"), "{} bytes", rest.len());
}

#[test]
fn many_patterns_are_refused_together() {
    let letters: Vec<String> = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("*{a}*{b}*"))).collect();
    let answer = get(&CORPUS, &format!("/api/v1/search?q={}", encoded(&letters.join(" OR "))));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("expansions_max"), "{}", answer.text());
}

#[test]
fn filters_are_counted_wherever_they_come() {
    let filters = "&f=tag:x".repeat(60);
    for page in ["/", "/feed"] {
        let answer = get(&CORPUS, &format!("{page}?q=harbour{filters}"));
        assert_eq!(answer.status, 400, "{page}");
    }
}

#[test]
fn numbers_of_an_answer_are_told_by_their_names() {
    for (parameter, told) in [("snippets=0", "snippets is 0"), ("facet_values=0", "facet_values is 0")] {
        let answer = get(&CORPUS, &format!("/api/v1/search?q=harbour&{parameter}"));
        assert!(answer.status == 400 && answer.text().contains(told), "{}", answer.text());
    }
    let few = with(|options| options.limits.results_max = 5);
    assert_eq!(get(&few, "/api/v1/search?q=harbour&limit=2&facet_values=2&snippets=10").status, 200);
}
