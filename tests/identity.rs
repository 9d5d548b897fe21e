//! Which captures are one article, what changed between them, and how an archive's health is told; through the program.

mod support;

use serde_json::{Value, json};
use support::{Folder, Ran, corpus_archive, page, program, text};

const FERRY: &str = "The ferry to the outer islands sailed on Tuesday for the first time since the autumn storms broke her ramp at the pier.";
const BULL: &str =
    "Forty islanders and one bull were on board, and the harbour master rang the bell twice as she left the quay.";

/// A response record of a web archive.
fn response(url: &str, captured: &str, html: &str) -> Vec<u8> {
    let http = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{html}",
        html.len()
    );
    let header = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {captured}\r\n\
         WARC-Record-ID: <urn:uuid:{}>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        captured.len() + url.len(),
        http.len()
    );
    [header.as_bytes(), http.as_bytes(), b"\r\n\r\n"].concat()
}

fn versions(folder: &Folder, name: &str) -> Value {
    folder.run(&["versions", name, "--format", "json"]).ends_with(0).json()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

// One article.

#[test]
fn tracking_amp_and_mobile_forms_of_an_address_are_one_article() {
    let addresses = [
        "https://www.a.example/2022/ferry.html",
        "http://a.example/2022/ferry.html?utm_source=feed&fbclid=x#top",
        "https://m.a.example/2022/ferry.html",
        "https://amp.a.example/2022/ferry.html",
        "https://www.a.example/amp/2022/ferry.html",
        "https://www.a.example/2022/ferry.amp.html",
        "https://www.a.example/2022/ferry.html?ref=rss",
    ];
    let folder = Folder::new();
    let record = |(n, url): (usize, &&str)| {
        response(url, &format!("2022-04-2{n}T08:00:00Z"), &page("Ferry sails", &[FERRY, BULL]))
    };
    folder.write("pages/crawl.warc", addresses.iter().enumerate().flat_map(record).collect::<Vec<u8>>());
    folder.write(
        "pages/other.html",
        page(
            "Another ferry",
            &[
                "The ferry to the mainland was late.",
                "Her cook had missed the tide, and nobody else can light the stove in the galley.",
            ],
        ),
    );
    folder.index();
    let mut titles = folder.titles("ferry");
    titles.sort();
    assert_eq!(titles, ["Another ferry", "Ferry sails"]);
    for url in addresses {
        let found = versions(&folder, url);
        assert_eq!(list(&found["versions"]).len(), addresses.len(), "{url}");
    }
    let stats = folder.run(&["stats", "--json"]).ends_with(0).json();
    assert_eq!((stats["articles"].as_u64(), stats["older_versions"].as_u64()), (Some(2), Some(6)));
}

#[test]
fn a_capture_that_is_the_same_to_the_byte_is_no_change() {
    let folder = Folder::new();
    let html = page("Ferry sails", &[FERRY, BULL]);
    let url = "https://a.example/ferry";
    let days = ["2022-04-20T08:00:00Z", "2022-04-21T08:00:00Z", "2022-04-22T08:00:00Z"];
    folder.write("pages/crawl.warc", days.iter().flat_map(|day| response(url, day, &html)).collect::<Vec<u8>>());
    folder.index();
    assert_eq!(folder.titles("ferry"), ["Ferry sails"], "found once");
    let found = versions(&folder, url);
    let found = list(&found["versions"]);
    assert_eq!(found.iter().map(|v| text(&v["captured"])).collect::<Vec<_>>(), days);
    assert!(found[0]["changes"].is_null());
    assert!(found[1..].iter().all(|v| list(&v["changes"]).is_empty() && v["changes"].is_array()));
    assert_eq!(found.iter().filter(|v| v["current"] == json!(true)).count(), 1);
    let shown = folder.run(&["versions", url]).ends_with(0).out;
    assert_eq!(shown.matches("nothing changed").count(), 2, "{shown}");
    folder.run(&["copies", url]).ends_with(1);
    assert!(folder.run(&["related", url]).out.is_empty(), "versions are not related to each other");
}

#[test]
fn what_changed_between_versions_is_shown_word_by_word() {
    let folder = Folder::new();
    let url = "https://a.example/ferry";
    let first = page("Ferry sails", &[FERRY, BULL]);
    let second = page(
        "Ferry sails again",
        &[FERRY, &BULL.replace("Forty", "Thirty\u{1b}[2J"), "The next one leaves on Friday."],
    );
    folder.write("pages/b.warc", response(url, "2022-04-21T08:00:00Z", &second));
    folder.write("pages/a.warc", response(url, "2022-04-20T08:00:00Z", &first));
    folder.index();
    let ran = folder.run(&["versions", url]).ends_with(0);
    for part in
        ["{+again+}", "[-Forty-] {+Thirty", "{+The next one leaves on Friday.+}", "captured 2022-04-20T08:00:00Z"]
    {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let coloured = folder.run_with(&["versions", url], &[("CLICOLOR_FORCE", "1")]).ends_with(0).out;
    assert!(coloured.contains("\u{1b}[31mForty\u{1b}[0m \u{1b}[32mThirty"), "{coloured}");
    assert!(!coloured.contains("[-") && !coloured.contains("\u{1b}[2J"), "{coloured}");
    let found = versions(&folder, url);
    let changes = list(&found["versions"][1]["changes"]);
    assert_eq!(changes.iter().map(|c| text(&c["part"])).collect::<Vec<_>>(), ["title", "story"]);
    assert_eq!(text(&changes[0]["pieces"][1]["kind"]), "inserted");
}

#[test]
fn a_corrected_story_of_the_corpus_has_two_versions() {
    let index = corpus_archive();
    let mut command = program(&["versions", "orrin-evacuees-count-b"]);
    let ran = Ran::of(&command.env("NEWSSEARCH_INDEX", &index).output().expect("the program runs")).ends_with(0);
    assert!(ran.out.contains("[-5,800-]") && ran.out.contains("{+4,800+}"), "{}", ran.out);
    let mut missing = program(&["versions", "nowhere"]);
    Ran::of(&missing.env("NEWSSEARCH_INDEX", &index).output().expect("the program runs")).ends_with(2);
}

// How much was understood.

#[test]
fn extraction_is_reported_by_source() {
    let folder = Folder::with(&[
        ("pages/a.html", &page("Ferry sails", &[FERRY, BULL])),
        ("pages/empty.html", ""),
        (
            "pages/b.jsonl",
            "{\"title\": \"Dam\", \"text\": \"It held.\", \"source\": \"Courier\", \"date\": \"2022-04-22\"}\n\
             {\"title\": \"Dam\", \"text\": \"It held.\", \"source\": \"Courier\", \"authors\": [\"A. Kim\"]}\n",
        ),
    ]);
    let ran = folder.run(&["extract", "--report", "pages"]).ends_with(1);
    assert!(ran.out.contains("4 pages, 1 without an article (1 empty)"), "{}", ran.out);
    let report = folder.run(&["extract", "--report", "--format", "json", "pages"]).ends_with(1).json();
    let courier = &report["sources"][0];
    assert_eq!(text(&courier["source"]), "Courier");
    let counts = ["articles", "title", "date", "date_sure", "authors", "body"].map(|name| courier[name].as_u64());
    assert_eq!(counts, [Some(2), Some(2), Some(1), Some(1), Some(1), Some(2)]);
    assert_eq!(report["total"]["articles"], json!(3));
    folder.run(&["extract", "--report", "--format", "jsonl", "pages"]).ends_with(2);
    folder.remove("pages/empty.html");
    folder.run(&["extract", "--report", "pages"]).ends_with(0);
    assert!(!folder.path("index").exists());
}

/// A line of a source on a day of 2022.
fn daily(source: &str, day: u32, n: u32) -> String {
    let date = chrono::NaiveDate::from_yo_opt(2022, day).expect("a day").to_string();
    let story = format!("Harbour{source}{day}x{n} was quiet.");
    json!({ "id": format!("{source}-{day}-{n}"), "title": "Harbour", "text": story, "source": source, "date": date })
        .to_string()
        + "\n"
}

#[test]
fn a_healthy_archive_has_no_findings() {
    let folder = Folder::new();
    folder.write("pages/a.jsonl", (1..60).map(|day| daily("Courier", day, 0)).collect::<String>());
    folder.index();
    let ran = folder.run(&["doctor"]).ends_with(0);
    assert!(ran.out.contains("59 articles, 1 source, 1 segment: nothing to find fault with"), "{}", ran.out);
    let json = folder.run(&["doctor", "--format", "json"]).ends_with(0).json();
    assert!(list(&json["findings"]).is_empty());
    Folder::new().run(&["doctor"]).ends_with(2).says(&["no archive"]);
}

#[test]
fn holes_jumps_missing_dates_and_copies_are_found() {
    let folder = Folder::new();
    let mut lines: String = (1..60).filter(|day| !(30..42).contains(day)).map(|day| daily("Courier", day, 0)).collect();
    lines += &(1..60)
        .flat_map(|day| (0..if day == 20 { 50 } else { 2 }).map(move |n| daily("Ledger", day, n)))
        .collect::<String>();
    let undated = |n: u32| {
        json!({ "id": format!("u{n}"), "title": "x", "text": format!("Quay {n}."), "source": "Notes" }).to_string()
            + "\n"
    };
    lines += &(0..6).map(undated).collect::<String>();
    let wire: String = (0..80).map(|n| format!("word{n} ")).collect();
    let copied = |n: u32| {
        json!({ "id": format!("c{n}"), "title": "x", "text": wire, "source": "Digest", "date": "2022-04-22" })
            .to_string()
            + "\n"
    };
    lines += &(0..6).map(copied).collect::<String>();
    folder.write("pages/a.jsonl", lines);
    folder.index();
    let ran = folder.run(&["doctor"]).ends_with(1);
    for part in [
        "Courier: no articles from 2022-01-30 to 2022-02-10, 12 days",
        "Ledger: 50 articles on 2022-01-20, where 2 a day are usual",
        "Notes: 6 of 6 articles have no date",
        "Digest: 5 of 6 articles are copies of others",
        "4 findings",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn damage_is_found_by_checksum_and_by_count() {
    let folder = Folder::new();
    folder.write("pages/a.jsonl", (1..60).map(|day| daily("Courier", day, 0)).collect::<String>());
    folder.index();
    let segments =
        std::fs::read_dir(folder.path("index/segments")).expect("a folder").flatten().map(|entry| entry.path());
    let store = segments.into_iter().find(|path| path.extension().is_some_and(|e| e == "store")).expect("a store");
    let whole = std::fs::read(&store).expect("bytes");
    let mut spoilt = whole.clone();
    spoilt[3] ^= 0x55;
    std::fs::write(&store, &spoilt).expect("a file written");
    let out = folder.run(&["doctor"]).ends_with(1).out;
    assert!(out.contains("damaged") && out.contains(".store"), "{out}");
    std::fs::write(&store, &whole).expect("a file written");
    folder.run(&["doctor"]).ends_with(0);

    let ledger = folder.path("index/files-0.log");
    let lied = std::fs::read_to_string(&ledger).expect("a ledger").replace("\"articles\":59", "\"articles\":58");
    std::fs::write(&ledger, lied).expect("a file written");
    let out = folder.run(&["doctor"]).ends_with(1).out;
    assert!(out.contains("files-0.log") || out.contains("the ledger of files says 58"), "{out}");
}

// Other names of fields.

#[test]
fn fields_with_other_names_are_mapped_and_a_new_mapping_reads_again() {
    let folder = Folder::new();
    let line = json!({ "uuid": "x1", "headline": "Dam holds", "content": "It held through the night.", "meta": { "day": "2022-04-22" } });
    folder.write("pages/a.jsonl", line.to_string() + "\n");
    folder.write("pages/b.html", page("Ferry sails", &[FERRY, BULL]));
    folder.run(&["index", "pages"]).ends_with(1).says(&["skipped pages/a.jsonl:1: no story found"]);
    let map = "id=uuid,title=headline,body=content,date=meta.day";
    let ran = folder.run(&["index", "pages", "--map", map]).ends_with(0);
    assert!(ran.out.contains("indexed    1 article") && ran.out.contains("1 file not read again"), "{}", ran.out);
    let hit = &folder.run(&["query", "night", "--format", "jsonl"]).ends_with(0).records()[0];
    assert_eq!(["id", "title", "published"].map(|name| text(&hit[name])), ["x1", "Dam holds", "2022-04-22"]);
    assert!(folder.run(&["index", "pages", "--map", map]).ends_with(0).out.contains("indexed    0 articles"));
    let other = folder.run(&["index", "pages", "--map", "title=content"]).ends_with(0);
    assert!(other.out.contains("indexed    1 article"), "{}", other.out);
    assert_eq!(folder.titles("held"), ["It held through the night."]);
    for map in ["titel=headline", "title", "title="] {
        folder.run(&["index", "pages", "--map", map]).ends_with(2).says(&["--map"]);
    }
    let shown = folder.run(&["extract", "pages/a.jsonl", "--map", map, "--format", "jsonl"]).ends_with(0);
    assert_eq!(text(&shown.records()[0]["id"]), "x1");
}
