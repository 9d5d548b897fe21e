//! What people who tried the program for the first time stumbled over, so that nobody does again.

mod support;

use support::{Folder, page};

fn ferry() -> String {
    page("Ferry sinks", &["The ferry sank off the mole at dawn, and all aboard were saved."])
}

#[test]
fn other_files_in_the_index_folder_are_never_removed() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    for name in ["index/segments/notes.txt", "index/files-old.log", "index/mine.txt"] {
        folder.write(name, "precious");
    }
    folder.index();
    folder.run(&["index", "--rebuild", "pages"]).ends_with(0);
    folder.write("index/archive.json", "junk");
    folder.run(&["query", "ferry"]).ends_with(2).says(&["damaged", "--rebuild"]);
    folder.run(&["index", "--rebuild", "pages"]).ends_with(0);
    for name in ["index/segments/notes.txt", "index/files-old.log", "index/mine.txt"] {
        assert_eq!(std::fs::read_to_string(folder.path(name)).expect(name), "precious");
    }
    assert_eq!(folder.titles("ferry"), ["Ferry sinks"]);
}

#[test]
fn the_folder_of_the_index_is_not_indexed() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.run(&["--index", "pages", "index", "pages"]).ends_with(2).says(&["outside of what is indexed"]);
    assert!(!folder.path("pages/archive.json").exists());
}

#[test]
fn addresses_given_later_are_taken_in() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.write("urls.json", r#"{"a": "https://courier.example/ferry"}"#);
    folder.index();
    folder.run(&["index", "--url-map", "urls.json", "pages"]).ends_with(0);
    assert_eq!(folder.titles("url:courier"), ["Ferry sinks"]);
    let again = folder.run(&["index", "--url-map", "urls.json", "pages"]).ends_with(0);
    assert!(again.out.contains("unchanged  1 file"), "{again:?}");
}

#[test]
fn what_was_too_large_is_read_when_the_limit_grows() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.run(&["index", "--page-bytes-max", "20", "pages"]).ends_with(1).says(&["too large"]);
    folder.index();
    assert_eq!(folder.titles("ferry"), ["Ferry sinks"]);
}

#[test]
fn a_query_may_begin_with_a_dash_and_a_mistyped_option_is_told() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    let ran = folder.run(&["query", "--format", "jsonl", "--", "-strike"]).ends_with(0);
    assert_eq!(ran.records().len(), 1);
    folder.run(&["query", "ferry", "--limt", "2"]).ends_with(2).says(&["--limt"]);
    folder.run(&["query", "--", "-strike", "--limit", "2"]).ends_with(2).says(&["--limit"]);
}

#[test]
fn no_hits_come_with_a_hint() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    folder.run(&["query", "ferry or strike"]).ends_with(1).says(&["in capitals"]);
    folder.run(&["query", "ferry strike"]).ends_with(1).says(&["--any"]);
    folder.run(&["query", "ferrx*"]).ends_with(1).says(&["no article fits"]);
    assert_eq!(folder.titles("ferr*"), folder.titles("ferry"));
    folder.run(&["query", "ferry~9"]).ends_with(2).says(&["^^^^^^^"]);
}

#[test]
fn formats_that_a_command_does_not_have_are_not_offered() {
    let folder = Folder::new();
    let help = folder.run(&["related", "--help"]).ends_with(0).out;
    assert!(help.contains("jsonl") && !help.contains("csv"), "{help}");
    let help = folder.run(&["extract", "--help"]).ends_with(0).out;
    assert!(help.contains("jsonl") && !help.contains("trec"), "{help}");
}

#[test]
fn a_batch_of_articles_goes_on_behind_one_that_is_not_there() {
    let folder = Folder::new();
    let story = "The ferry Gannet sank off the mole at dawn, and the harbour master praised the Gannet's crew.";
    folder.write("pages/a.html", page("Ferry Gannet sinks", &[story]));
    folder.write("pages/b.html", page("Gannet crew praised", &[story]));
    for other in 0..8 {
        let text = format!("Council number {other} met on Tuesday, talked of drains for an hour and went home early.");
        folder.write(&format!("pages/c{other}.html"), page(&format!("Drains {other}"), &[&text]));
    }
    folder.write("ids.txt", "nowhere\na\n");
    folder.index();
    let ran =
        folder.run(&["related", "--copies", "--batch", "ids.txt"]).ends_with(2).says(&["ids.txt, line 1", "nowhere"]);
    assert!(ran.out.starts_with("a Q0 b 1 "), "{ran:?}");
}

#[test]
fn an_older_version_is_shown_by_its_page_name() {
    let folder = Folder::new();
    let version = |words: &str, modified: &str| {
        format!(
            "<html><head><title>Count</title><link rel=canonical href='https://c.example/count'>\
             <meta property='article:modified_time' content='{modified}'></head><body><article><h1>Count of homes</h1>\
             <p>{words} people had to leave their homes on Monday, the county said at noon in a statement.</p>\
             <p>They spent the night in school halls and with friends, and will go home when the water falls.</p>\
             </article></body></html>"
        )
    };
    folder.write("pages/first.html", version("5,800", "2021-06-14T10:00:00Z"));
    folder.write("pages/second.html", version("4,800", "2021-06-15T10:00:00Z"));
    folder.index();
    let all = folder.run(&["query", "homes", "--format", "jsonl"]).ends_with(0);
    assert_eq!(all.records().len(), 1);
    assert!(folder.run(&["show", "first"]).ends_with(0).out.contains("5,800"));
    assert!(folder.run(&["show", "second"]).ends_with(0).out.contains("4,800"));
}

#[test]
fn options_about_a_file_of_queries_are_refused_without_one() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    for args in [&["query", "ferry", "--matrix", "month"][..], &["query", "ferry", "--syntax"]] {
        folder.run(args).ends_with(2).says(&["--batch"]);
    }
}

#[test]
fn words_of_a_query_need_no_quotes() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    assert_eq!(folder.run(&["kwic", "mole", "dawn"]).ends_with(0).out.lines().count(), 2);
    let (terms, quoted) = (folder.run(&["terms", "ferry", "mole"]), folder.run(&["terms", "ferry mole"]));
    assert_eq!((terms.code, &terms.out), (quoted.code, &quoted.out));
    folder.run(&["stories", "ferry", "mole", "--min-reports", "1"]).ends_with(0);
    folder.run(&["explain", "ferry", "mole"]).ends_with(2).says(&["in quotes"]);
}

#[test]
fn what_only_fell_behind_the_first_hits_is_not_gone() {
    let folder = Folder::new();
    let line =
        |id: &str, date: &str| format!(r#"{{"id": "{id}", "title": "Ferry", "text": "{id}.", "date": "{date}"}}"#);
    folder.write("pages/a.jsonl", [line("one", "2022-01-03"), line("two", "2022-01-02")].join("\n"));
    folder.index();
    folder.run(&["query", "ferry", "--sort", "newest", "--limit", "2", "--manifest", "m.json"]).ends_with(0);
    folder.write(
        "pages/a.jsonl",
        [line("two", "2022-01-02"), line("new", "2022-01-04"), line("newer", "2022-01-05")].join("\n"),
    );
    folder.index();
    let replay = folder.run(&["replay", "m.json"]).ends_with(1);
    for told in ["new: new\n", "new: newer\n", "gone: one\n", "still fits, but is not among the first hits: two\n"] {
        assert!(replay.out.contains(told), "{told:?} in {replay:?}");
    }
    let json = folder.run(&["replay", "m.json", "--json"]).ends_with(1).json();
    assert_eq!(json["gone_ids"], serde_json::json!(["one"]));
    assert_eq!(json["displaced_ids"], serde_json::json!(["two"]));
}

#[test]
fn words_are_added_to_no_query_that_has_none() {
    let folder = Folder::new();
    let line =
        |n: usize| format!(r#"{{"id": "{n}", "title": "Ferry", "text": "Quay {n}, mole.", "date": "2022-01-0{n}"}}"#);
    folder.write("pages/a.jsonl", (1..8).map(line).collect::<Vec<_>>().join("\n"));
    folder.index();
    for query in ["date:2022", "date:2022-01-03..2022-01-05", "*"] {
        let plain = folder.run(&["query", query, "--format", "json"]).ends_with(0).json();
        let expanded = folder.run(&["query", query, "--expand", "--format", "json"]).ends_with(0).json();
        let ids = |answer: &serde_json::Value| {
            answer["hits"].as_array().expect("hits").iter().map(|hit| support::text(&hit["id"])).collect::<Vec<_>>()
        };
        assert_eq!((ids(&plain), &plain["total"]), (ids(&expanded), &expanded["total"]), "{query}");
    }
}

#[test]
fn an_answer_that_holds_nothing_says_why() {
    let folder = Folder::new();
    folder.write("pages/notes.pdf", "no page");
    folder.index();
    folder.run(&["query", "ferry"]).ends_with(1).says(&["the archive is empty"]);
    folder.write("pages/a.html", ferry());
    folder.index();
    folder.run(&["kwic", "zebra"]).ends_with(1).says(&["no words of an article fit this"]);
    folder.run(&["complete", "zebra"]).ends_with(1).says(&["no word of the archive"]);
    folder.run(&["related", "a"]).ends_with(1).says(&["no article is related"]);
    folder.run(&["saved"]).ends_with(1).says(&["newssearch save"]);
    folder.run(&["query", "ferry", "--recent", "30"]).ends_with(1).says(&["--recent=30"]);
    let timeline = folder.run(&["timeline", "zebra"]).ends_with(1);
    assert_eq!(timeline.out.trim(), "zebra\n0 articles", "no list of empty months");
}

#[test]
fn a_report_names_what_was_ignored_and_what_became_an_older_version() {
    let folder = Folder::new();
    let page = |words: &str| ferry().replace("</head>", "<link rel=canonical href=https://c.example/f></head>") + words;
    folder.write("pages/a.html", page(""));
    folder.write("pages/b.html", page("<!-- later -->"));
    folder.write("pages/notes.PDF", "no page");
    folder.write("pages/README", "no page");
    let report = folder.index().out;
    assert!(
        report.contains("ignored    2 files of kinds that hold no articles (1 .pdf, 1 without an ending)"),
        "{report}"
    );
    assert!(report.contains("archive    1 article and 1 older version, "), "{report}");
}

#[test]
fn all_that_is_known_is_shown_as_json() {
    let folder = Folder::new();
    let line = r#"{"id": "a", "title": "Ferry", "text": "It sank.", "captured": "2022-04-23T08:00:00+02:00"}"#;
    folder.write("pages/a.jsonl", line);
    folder.index();
    let shown = folder.run(&["show", "a", "--json"]).ends_with(0).json();
    assert_eq!((&shown["captured"], &shown["body"]), (&"2022-04-23T08:00:00+02:00".into(), &"It sank.".into()));
    assert_eq!(shown["entry"], serde_json::Value::Null);
}

#[test]
fn dates_still_to_come_are_doubted() {
    let folder = Folder::new();
    folder.write(
        "pages/a.jsonl",
        r#"{"id": "a", "title": "Ferry", "text": "Sank.", "date": "2099-01-05", "source": "C"}"#,
    );
    folder.index();
    let told = folder.run(&["doctor"]).ends_with(1).out;
    assert!(told.contains("C: 1 of 1 articles are dated after today, up to 2099-01-05"), "{told}");
}

#[test]
fn an_export_leaves_nothing_half_done_and_links_as_they_are() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    folder.write("kept/hits.csv", "old");
    folder.write("hits.csv.part", "precious");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path("kept/hits.csv"), folder.path("hits.csv")).expect("a link");
    #[cfg(not(unix))]
    folder.write("hits.csv", "old");
    folder.run(&["query", "ferry", "--all", "--format", "csv", "--output", "hits.csv"]).ends_with(0);
    assert!(std::fs::read_to_string(folder.path("hits.csv")).expect("hits").contains("Ferry sinks"));
    #[cfg(unix)]
    assert!(folder.path("hits.csv").is_symlink());
    assert_eq!(std::fs::read_to_string(folder.path("hits.csv.part")).expect("another's"), "precious");
    folder.run(&["query", "/(/", "--all", "--format", "csv", "--output", "more.csv"]).ends_with(2);
    let left = std::fs::read_dir(folder.path("")).expect("a folder").map(|e| e.expect("an entry").file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("more.csv")).collect();
    assert!(left.is_empty(), "{left:?}");
    let same = ["query", "ferry", "--all", "--format", "csv", "--output", "x", "--manifest", "x"];
    folder.run(&same).ends_with(2).says(&["the same file"]);
}

#[test]
fn what_an_export_would_leave_out_is_refused() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    for option in ["--expand", "--recent"] {
        folder.run(&["query", "ferry", option, "--all", "--format", "csv"]).ends_with(2).says(&["do not go with"]);
        folder.run(&["query", "ferry", option, "--manifest", "m.json"]).ends_with(2).says(&["do not go with"]);
    }
}

#[test]
fn an_archive_that_lost_its_manifest_is_not_made_anew_without_a_word() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    std::fs::remove_file(folder.path("index/archive.json")).expect("a file removed");
    folder.run(&["index", "pages"]).ends_with(2).says(&["archive.json", "doctor --repair", "--rebuild"]);
    folder.run(&["doctor", "--repair"]);
    assert_eq!(folder.titles("ferry"), ["Ferry sinks"]);
    std::fs::remove_file(folder.path("index/archive.json")).expect("a file removed");
    folder.run(&["index", "--rebuild", "pages"]).ends_with(0);
    assert_eq!(folder.titles("ferry"), ["Ferry sinks"]);
}

#[test]
fn articles_are_shown_by_their_own_ids_first() {
    let folder = Folder::new();
    let older = r#"{"id": "storm", "title": "Storm", "text": "It blew.", "date": "2020-01-01"}"#;
    folder.write("pages/a.jsonl", older);
    folder.write("pages/storm.html", ferry());
    folder.index();
    assert!(folder.run(&["show", "storm"]).ends_with(0).out.starts_with("Storm\n"));
}

#[test]
fn shapes_of_ids_are_taken_as_they_are() {
    let folder = Folder::new();
    let line = |id: &str| format!(r#"{{"id": "{id}", "title": "{id}", "text": "It blew."}}"#);
    folder.write("pages/a.jsonl", [line("ABC-12.3"), line("ABC-13.4"), line("https://c.example/2022/x")].join("\n"));
    folder.index();
    assert_eq!(folder.titles("id:ABC-12*"), ["ABC-12.3"]);
    assert_eq!(folder.titles("id:ABC-1*.4"), ["ABC-13.4"]);
    assert_eq!(folder.titles("id:https://c.example/2022/*"), ["https://c.example/2022/x"]);
}

#[test]
fn a_name_that_stands_twice_is_counted_once() {
    let folder = Folder::new();
    folder
        .write("pages/a.jsonl", r#"{"id": "a", "title": "Dam", "text": "It held.", "tags": ["dam", "water", "dam"]}"#);
    folder.index();
    let answer = folder.run(&["query", "dam", "--facet", "tag", "--format", "json"]).ends_with(0).json();
    let values = answer["facets"][0]["values"].as_array().expect("values").clone();
    assert!(values.iter().all(|value| value["articles"] == 1) && values.len() == 2, "{values:?}");
}

#[test]
fn only_what_has_copies_is_counted_with_them() {
    let folder = Folder::new();
    let wire: String = (0..80).map(|n| format!("word{n} ")).collect();
    let line = |n: usize, text: &str| format!("{{\"id\": \"{n}\", \"title\": \"Dam\", \"text\": \"{text}\"}}\n");
    let alone: String = (2..12).map(|n| line(n, &format!("A dam of its own, number {n}."))).collect();
    folder.write("pages/a.jsonl", line(0, &wire) + &line(1, &wire) + &alone);
    folder.index();
    let answer = folder.run(&["query", "dam", "--copies", "only", "--format", "json"]).ends_with(0).json();
    assert_eq!((&answer["total"], &answer["total_with_copies"]), (&1.into(), &2.into()), "{answer}");
}

#[test]
fn a_word_too_long_to_be_indexed_is_not_looked_for_nearly() {
    let folder = Folder::new();
    folder.write("pages/a.html", ferry());
    folder.index();
    folder.run(&["query", &format!("{}~2", "x".repeat(300))]).ends_with(2).says(&["TERM_BYTES_MAX"]);
    let unknown: String = (0..300).map(|n| format!("zq{n}xywv ")).collect();
    folder.run(&["query", &unknown]).ends_with(1);
}
