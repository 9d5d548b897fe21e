//! Bad input of every kind: a clear message, a skip or exit code 2, never a panic, and nothing else lost.

mod support;

use std::{fs, path::Path};

use serde_json::{Value, json};
use support::{Folder, Ran, gzipped, note, page, program, text};

const GOOD: &str = "Ferry to the outer islands sails again";

/// A good page to stand beside the bad ones.
fn good_page() -> String {
    page(
        GOOD,
        &[
            "The ferry to the outer islands sailed on Tuesday for the first time since the autumn storms broke her ramp at the pier.",
            "Forty islanders and one bull were on board. The crossing took two hours, and the harbour master rang the bell twice.",
        ],
    )
}

/// A folder with the good page in `pages`, between bad ones in the order of names.
fn beside_a_good_page() -> Folder {
    Folder::with(&[("pages/good.html", &good_page())])
}

/// Indexes `pages` with one bad file in it; checks that it is skipped for that reason, and that the good page is found.
fn check_skipped(file: &str, bytes: impl AsRef<[u8]>, reason: &str) {
    let folder = beside_a_good_page();
    folder.write(&format!("pages/{file}"), bytes);
    check_skips(&folder, &[], &[&format!("skipped pages/{file}: {reason}")]);
}

/// Indexes `pages`; checks that each of these skips is told, no other one, and that the good page is found.
fn check_skips(folder: &Folder, args: &[&str], told: &[&str]) {
    let ran = folder.run(&[&["index", "pages"], args].concat()).ends_with(1).says(told);
    assert_eq!(ran.err.lines().count(), told.len(), "{ran:?}");
    assert!(ran.out.contains("indexed    1 article"), "{ran:?}");
    assert_eq!(folder.titles("ferry islands"), [GOOD]);
}

/// Indexes `pages` with one odd file in it; checks that both it and the good page are found by their words.
fn check_indexed(file: &str, bytes: impl AsRef<[u8]>, query: &str) -> Ran {
    let folder = beside_a_good_page();
    folder.write(&format!("pages/{file}"), bytes);
    let ran = folder.index();
    assert_eq!(folder.titles(query).len(), 1, "{query}");
    assert_eq!(folder.titles("ferry islands"), [GOOD]);
    ran
}

// Files.

#[test]
fn an_empty_file_is_skipped() {
    check_skipped("a.html", "", "empty");
    check_skipped("a.html", " \r\n\t\n", "empty");
    check_skipped("a.txt", "", "empty");
    check_skipped("a.html.gz", gzipped(""), "empty");
}

#[test]
fn an_empty_file_of_json_lines_holds_nothing_and_is_no_mistake() {
    let folder = beside_a_good_page();
    folder.write("pages/a.jsonl", "");
    folder.write("pages/b.jsonl", "\n\n");
    folder.index();
    assert_eq!(folder.titles("*"), [GOOD]);
}

#[test]
fn a_truncated_gzip_is_skipped_and_the_rest_goes_in() {
    let whole = gzipped(good_page());
    for end in [0, 1, 5, 10, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        check_skipped("a.html.gz", &whole[..end], if end == 0 { "" } else { "broken compression: it ends early" });
    }
}

#[test]
fn pages_whose_names_end_in_letters_of_several_bytes_are_read() {
    let folder = beside_a_good_page();
    for (number, name) in ["story.php?q=café12", "東京1", "notes😀"].iter().enumerate() {
        let headline = format!("Second ferry {number}");
        folder.write(&format!("pages/www.a.example/{name}"), good_page().replace(GOOD, &headline));
    }
    folder.index();
    assert_eq!(folder.titles("title:second").len(), 3);
    assert_eq!(folder.titles("title:islands"), [GOOD]);
}

#[test]
fn bytes_that_are_no_gzip_are_skipped() {
    check_skipped("a.html.gz", good_page(), "broken compression");
    let mut broken = gzipped(good_page());
    let middle = broken.len() / 2;
    broken[middle..middle + 40].fill(0xff);
    check_skipped("b.html.gz", broken, "broken compression");
}

#[test]
fn a_gzip_member_whose_header_has_no_end_is_told_once() {
    // Its comment has no end. Looked for from there on, the next member was the same one again, without end.
    let member = [&[0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 2, 3][..], &[b'x'; 60]].concat();
    let folder = beside_a_good_page();
    folder.write("pages/crawl.warc.gz", member);
    let ran = folder.run(&["index", "pages", "--json"]).ends_with(1);
    assert_eq!(ran.json()["skipped"], 1);
}

#[test]
fn json_lines_before_the_end_of_a_truncated_gzip_go_in() {
    let folder = beside_a_good_page();
    let line = |id: u32| {
        json!({ "id": id, "language": "en", "title": format!("Quay {id}"), "text": format!("{:x}", md(id)) })
            .to_string()
            + "\n"
    };
    let whole = gzipped((0..20_000).map(line).collect::<String>());
    folder.write("pages/a.jsonl.gz", &whole[..whole.len() / 2]);
    let ran = folder.run(&["index", "pages"]).ends_with(1).says(&["broken compression: it ends early"]);
    let place = ran.err.split(':').nth(1).and_then(|line| line.parse::<u64>().ok());
    assert!(place.is_some_and(|line| line > 1_000), "the line is named: {}", ran.err);
    assert_eq!(folder.titles("ferry islands"), [GOOD]);
    let found = folder.run(&["query", "quay", "--format", "json", "--limit", "1"]).ends_with(0).json();
    assert_eq!(found["total"].as_u64().map(|total| total + 1), place, "every line before that one");
}

/// A number that looks like chance, so that gzip cannot fold the lines away.
fn md(seed: u32) -> u64 {
    u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

#[test]
fn a_binary_named_html_is_skipped() {
    let noise: Vec<u8> = (0..20_000_u32).flat_map(|i| md(i).to_le_bytes()).collect();
    check_skipped("a.html", &noise, "not text");
    let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10"[..], &noise[..2_000]].concat();
    check_skipped("b.html", png, "not text");
    check_skipped("c.html", vec![0; 50_000], "");
    check_skipped("d.html.gz", gzipped(&noise), "not text");
}

#[test]
fn a_page_without_text_is_skipped() {
    check_skipped("a.html", "<!doctype html><html><head></head><body><div></div></body></html>", "no story found");
    check_skipped(
        "b.html",
        "<script>const a = 1;</script><style>p { color: red }</style><!-- none -->",
        "no story found",
    );
    check_skipped("c.html", "<html><body><img src=a.png><br><hr></body></html>", "no story found");
    check_skipped("d.txt", "*** --- ***\n", "no story found");
}

#[test]
fn a_page_over_the_limit_is_refused_by_default_and_by_setting() {
    let folder = beside_a_good_page();
    let huge = fs::File::create(folder.path("pages/huge.html")).expect("a file");
    huge.set_len(200 << 20).expect("a long file");
    folder.write("pages/bomb.html.gz", gzipped(vec![b' '; 40 << 20]));
    let limit = "too large: more than 33554432 bytes (page-bytes-max)";
    check_skips(
        &folder,
        &[],
        &[&format!("skipped pages/bomb.html.gz: {limit}"), &format!("skipped pages/huge.html: {limit}")],
    );

    let folder = beside_a_good_page();
    folder.write("pages/long.html", good_page() + &" ".repeat(3_000));
    folder.write("pages/long.jsonl", json!({ "id": "1", "text": "x".repeat(3_000) }).to_string() + "\n");
    let limit = "too large: more than 2000 bytes (page-bytes-max)";
    check_skips(
        &folder,
        &["--page-bytes-max", "2kB"],
        &[&format!("long.html: {limit}"), &format!("long.jsonl:1: {limit}")],
    );
    assert_eq!(folder.run(&["index", "pages", "--page-bytes-max", "much"]).code, 2);
}

#[test]
fn a_file_longer_than_any_memory_is_refused_without_being_read() {
    let folder = beside_a_good_page();
    let huge = fs::File::create(folder.path("pages/huge.html")).expect("a file");
    if huge.set_len(1 << 42).is_err() {
        note("skipped: the file system takes no sparse file of 4 TB");
        return;
    }
    check_skips(&folder, &[], &["skipped pages/huge.html: too large"]);
}

#[test]
fn invalid_utf_8_costs_the_wrong_bytes_only() {
    let story = "The owls of the railway tunnel flew at dusk, and the guard who counted# them each night wrote down forty of them.";
    let bytes = page("Owls fly", &[story, story]).into_bytes();
    let bytes: Vec<u8> = bytes.into_iter().map(|byte| if byte == b'#' { 0xff } else { byte }).collect();
    check_indexed("a.html", bytes, "owls guard dusk forty");
    let line = [&br#"{"id": "1", "title": "Quay", "text": "was "#[..], b"\xff\xfe", br#"swept"}"#].concat();
    let folder = beside_a_good_page();
    folder.write("pages/a.jsonl", line);
    check_skips(&folder, &[], &["skipped pages/a.jsonl:1: broken record"]);
}

#[test]
fn what_is_no_plain_file_is_skipped() {
    let folder = beside_a_good_page();
    folder.write("pages/x.html/inner.html", "");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", folder.path("pages/dangling.html")).expect("a link");
        std::os::unix::fs::symlink("../pages", folder.path("pages/loop")).expect("a link");
        let loops = "skipped pages/loop: unreadable: a link leads back to a folder above it";
        check_skips(
            &folder,
            &[],
            &["skipped pages/dangling.html: unreadable", loops, "skipped pages/x.html/inner.html: empty"],
        );
    }
}

#[test]
fn a_date_that_cannot_be_read_leaves_its_article_undated_and_is_told() {
    let folder = Folder::new();
    let line =
        |id: &str, date: Value| json!({"id": id, "title": "Ferry", "text": "It sailed.", "date": date}).to_string();
    let long = "x".repeat(1_000);
    let dates = [
        json!("2022-04-22"),
        json!("some day in May\u{1b}[31m"),
        json!(""),
        Value::Null,
        json!(1650621000),
        json!(long),
    ];
    let lines: Vec<String> = (0..).zip(dates).map(|(id, date)| line(&format!("a{id}"), date)).collect();
    folder.write("pages/a.jsonl", lines.join("\n"));
    let ran = folder.run(&["index", "pages"]).ends_with(0);
    assert!(ran.out.contains("undated    2 dates in JSON lines cannot be read"), "{}", ran.out);
    assert!(ran.err.contains("undated pages/a.jsonl:2: \"some day in May"), "{}", ran.err);
    assert!(ran.err.contains("undated pages/a.jsonl:6: \"xxx") && ran.err.len() < 500, "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
    let report: Value =
        serde_json::from_str(&folder.run(&["index", "--rebuild", "--json", "pages"]).out).expect("JSON");
    assert_eq!((&report["articles"], &report["dates_unread"]), (&json!(6), &json!(2)));
    assert_eq!(report["unread_dates"][1], json!({"file": "pages/a.jsonl", "record": 6, "text": "x".repeat(80)}));
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_skipped_and_its_articles_stay() {
    use std::os::unix::fs::PermissionsExt;

    let folder = beside_a_good_page();
    let second = folder.write("pages/second.html", good_page().replace(GOOD, "Second ferry"));
    folder.index();
    fs::set_permissions(&second, fs::Permissions::from_mode(0o000)).expect("a mode set");
    if fs::read(&second).is_ok() {
        note("skipped: this user reads files whatever their mode");
        return;
    }
    let third = folder.write("pages/third.html", good_page());
    fs::set_permissions(third, fs::Permissions::from_mode(0o000)).expect("a mode set");
    folder.run(&["index", "pages"]).ends_with(1).says(&["skipped pages/third.html: unreadable: Permission denied"]);
    assert_eq!(folder.titles("title:second"), ["Second ferry"]);
}

#[test]
#[cfg(unix)]
fn a_file_that_could_not_be_read_is_tried_again() {
    use std::os::unix::fs::PermissionsExt;

    let folder = beside_a_good_page();
    let second = folder.write("pages/second.html", good_page().replace(GOOD, "Second ferry"));
    fs::set_permissions(&second, fs::Permissions::from_mode(0o000)).expect("a mode set");
    if fs::read(&second).is_ok() {
        note("skipped: this user reads files whatever their mode");
        return;
    }
    let unreadable = "skipped pages/second.html: unreadable: Permission denied";
    folder.run(&["index", "pages"]).ends_with(1).says(&[unreadable]);
    folder.run(&["index", "pages"]).ends_with(1).says(&[unreadable]);
    fs::set_permissions(&second, fs::Permissions::from_mode(0o644)).expect("a mode set");
    folder.index();
    assert_eq!(folder.titles("title:second"), ["Second ferry"]);
}

#[test]
#[cfg(target_os = "linux")]
fn what_the_system_fails_to_read_keeps_its_articles_and_is_tried_again() {
    use std::os::unix::fs::symlink;

    let line = json!({ "title": "Owls fly", "text": "At dusk." }).to_string();
    let files = [("pages/a.html", good_page().replace(GOOD, "Second ferry")), ("pages/b.jsonl", line)];
    let folder = beside_a_good_page();
    // The memory of the program as a file: there is nothing at its beginning, and to read that is an error.
    let break_all = || {
        for (name, _) in &files {
            let _ = fs::remove_file(folder.path(name));
            symlink("/proc/self/mem", folder.path(name)).expect("a link");
        }
    };
    let told = ["skipped pages/a.html: unreadable", "skipped pages/b.jsonl", "unreadable"];
    break_all();
    for _ in 0..2 {
        folder.run(&["index", "pages"]).ends_with(1).says(&told);
    }
    for (name, text) in &files {
        folder.remove(name);
        folder.write(name, text);
    }
    folder.index();
    break_all();
    for _ in 0..2 {
        folder.run(&["index", "pages"]).ends_with(1).says(&told);
        assert_eq!((folder.titles("owls"), folder.titles("title:second").len()), (vec!["Owls fly".to_owned()], 1));
    }
}

#[test]
fn a_missing_folder_ends_with_2_and_leaves_no_archive_behind() {
    let folder = Folder::new();
    for args in [&["index", "nowhere"][..], &["index", "nowhere", "--rebuild"], &["extract", "nowhere"]] {
        folder.run(args).ends_with(2).says(&["cannot read nowhere"]);
    }
    assert!(!folder.path("index").exists());
    for args in [&["query", "x"][..], &["related", "x"], &["show", "x"], &["stats"]] {
        folder.run(args).ends_with(2).says(&["no archive in index", "newssearch index"]);
    }
}

#[test]
fn what_was_read_from_standard_input_stays_whatever_folder_is_indexed() {
    let folder = beside_a_good_page();
    let input = folder.write("line.json", json!({ "title": "Owls fly", "text": "At dusk." }).to_string());
    let mut command = program(&["index", "-"]);
    command.current_dir(folder.path(".")).stdin(fs::File::open(input).expect("a file"));
    Ran::of(&command.output().expect("the program runs")).ends_with(0);
    for path in [".", "pages"] {
        folder.run(&["index", path]).ends_with(0);
        assert_eq!(folder.titles("owls"), ["Owls fly"], "{path}");
    }
}

#[test]
fn a_missing_folder_of_several_loses_nothing_of_an_archive() {
    let folder = beside_a_good_page();
    folder.index();
    folder.run(&["index", "pages", "nowhere", "--rebuild"]).ends_with(2);
    assert_eq!(folder.titles("ferry"), [GOOD]);
}

// Pages made to break a parser.

#[test]
fn elements_nested_without_end_are_read() {
    let story =
        "The owls of the railway tunnel flew at dusk, and the guard who counted them each night wrote down forty.";
    for (open, close) in
        [("<div>", "</div>"), ("<b>", "</b>"), ("<table><tr><td>", ""), ("<ul><li>", ""), ("<svg>", "")]
    {
        let nested = format!(
            "<title>Owls fly</title><h1>Owls fly</h1>{}<p>{story}</p>{}",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        let folder = beside_a_good_page();
        folder.write("pages/a.html", nested);
        let ran = folder.run(&["index", "pages"]);
        assert!(ran.code < 2, "{open}: {ran:?}");
        assert_eq!(folder.titles("ferry islands"), [GOOD], "{open}");
    }
}

#[test]
fn the_story_inside_nested_blocks_is_found() {
    let story = "The owls of the railway tunnel flew at dusk, and the guard who counted them each night wrote down forty of them in his book.";
    let nested =
        format!("<title>Owls fly</title><h1>Owls fly</h1>{}<p>{story}</p><p>{story}</p>", "<div>".repeat(100_000));
    check_indexed("a.html", nested, "owls guard");
}

#[test]
fn a_million_attributes_are_read_past() {
    let attributes: String = (0..1_000_000).map(|i| format!(" a{i}=1")).collect();
    let story = "The owls of the railway tunnel flew at dusk, and the guard who counted them each night wrote down forty of them in his book.";
    let html = format!("<title>Owls fly</title><body{attributes}><h1>Owls fly</h1><p>{story}</p><p>{story}</p>");
    check_indexed("a.html", html, "owls guard");
}

#[test]
fn pages_that_end_in_mid_markup_are_read() {
    let whole = good_page().replace(GOOD, "Second ferry");
    let folder = beside_a_good_page();
    for (i, end) in (0..whole.len()).step_by(37).enumerate() {
        folder.write(&format!("pages/cut{i:03}.html"), whole.get(..end).unwrap_or_default());
    }
    for (i, html) in
        ["<", "<!", "<!--", "<a b='", "<script>", "<title>", "</", "&#x", "<![CDATA[", "<textarea>", "<noscript><p>"]
            .iter()
            .enumerate()
    {
        folder.write(&format!("pages/odd{i:03}.html"), format!("{whole}{html}"));
        folder.write(&format!("pages/own{i:03}.html"), html);
    }
    let ran = folder.run(&["index", "pages"]);
    assert!(ran.code < 2, "{ran:?}");
    assert!(folder.titles("bull harbour").contains(&GOOD.to_owned()));
}

#[test]
fn raw_text_elements_below_held_back_ones_break_nothing() {
    let story = "The owls of the railway tunnel flew at dusk, and the guard who counted them each night wrote down forty of them in his book.";
    let raw = [
        "noscript",
        "iframe",
        "style",
        "script",
        "textarea",
        "title",
        "xmp",
        "noembed",
        "noframes",
        "plaintext",
        "svg",
        "math",
        "select",
        "template",
    ];
    for name in raw {
        for held in ["span", "p", "table", "template", "section", "a", "b"] {
            let html = format!(
                "<title>Owls fly</title><h1>Owls fly</h1><p>{story}</p>{}<{held}><{name}>x <b>y</b></{name}></{held}><p>{story}</p>",
                "<div>".repeat(600)
            );
            let page = newssearch::Page { bytes: html.into_bytes(), ..newssearch::Page::default() };
            let found = std::panic::catch_unwind(|| newssearch::extract(&page).map(|article| article.body()));
            let body = found.unwrap_or_else(|_| panic!("<{name}> in <{held}> breaks the parser"));
            assert!(body.is_ok_and(|body| body.contains("railway tunnel")), "<{name}> in <{held}>");
        }
    }
}

// Archives.

/// An archive of one page, with something done to it; checks that each command refuses it with these words.
fn check_refused(harm: impl Fn(&Path), words: &[&str]) {
    let folder = beside_a_good_page();
    folder.index();
    harm(&folder.path("index"));
    for args in [&["query", "ferry"][..], &["related", "good"], &["show", "good"], &["stats"], &["index", "pages"]] {
        let ran = folder.run(args).ends_with(2).says(words);
        assert!(ran.out.is_empty(), "{ran:?}");
    }
    folder.run(&["index", "pages", "--rebuild"]).ends_with(0);
    assert_eq!(folder.titles("ferry"), [GOOD], "a rebuild makes it whole again");
}

fn edit_manifest(index: &Path, name: &str, value: Value) {
    let path = index.join("archive.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).expect("a manifest")).expect("JSON");
    manifest[name] = value;
    fs::write(path, manifest.to_string()).expect("a file written");
}

#[test]
fn an_archive_of_another_version_is_refused_with_what_to_do() {
    for name in ["format", "analysis"] {
        check_refused(
            |index| edit_manifest(index, name, json!(999)),
            &["has format", "999", "newssearch index --rebuild"],
        );
    }
}

#[test]
fn a_damaged_manifest_is_told() {
    for bytes in ["", "{\"format\": 1", "[]", "\u{0}\u{1}"] {
        check_refused(
            |index| fs::write(index.join("archive.json"), bytes).expect("a file written"),
            &["archive.json is damaged", "--rebuild"],
        );
    }
}

#[test]
fn missing_or_broken_segments_are_told() {
    let segments = |index: &Path| index.join("segments");
    check_refused(|index| fs::remove_dir_all(segments(index)).expect("a folder removed"), &["--rebuild"]);
    check_refused(|index| fs::remove_file(segments(index).join("meta.json")).expect("a file removed"), &["--rebuild"]);
    check_refused(|index| fs::write(segments(index).join("meta.json"), "{").expect("a file written"), &["--rebuild"]);
    for ending in ["term", "store", "idx", "fast"] {
        check_refused(
            |index| {
                let gone = fs::read_dir(segments(index)).expect("a folder").flatten().map(|entry| entry.path());
                let gone: Vec<_> = gone.filter(|path| path.extension().is_some_and(|e| e == ending)).collect();
                assert!(!gone.is_empty(), "no .{ending} file");
                for path in gone {
                    fs::remove_file(path).expect("a file removed");
                }
            },
            &["--rebuild"],
        );
    }
}

#[test]
fn a_folder_of_other_things_is_no_archive() {
    let folder = beside_a_good_page();
    folder.write("index/letter.txt", "Dear all");
    folder.run(&["query", "ferry"]).ends_with(2).says(&["no archive in index"]);
    folder.index();
    assert!(folder.path("index/letter.txt").exists(), "what is not ours stays");
    folder.run(&["--index", "pages/good.html", "query", "ferry"]).ends_with(2).says(&["no archive in pages/good.html"]);
}

#[test]
fn an_archive_that_is_written_to_is_locked_for_others_and_can_be_searched() {
    let folder = beside_a_good_page();
    folder.index();
    folder.write("pages/second.html", good_page().replace(GOOD, "Second ferry"));
    let paths = [folder.path("pages")];
    let mut told = 0;
    let report = newssearch::ingest(folder.path("index"), &paths, &newssearch::IngestOptions::default(), |_| {
        if told == 0 {
            folder.run(&["index", "pages"]).ends_with(2).says(&["another process writes to the archive"]);
            folder.run(&["index", "pages", "--rebuild"]).ends_with(2).says(&["another process writes to the archive"]);
            assert_eq!(folder.titles("ferry"), [GOOD]);
        }
        told += 1;
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(report.expect("a report").articles, 1);
    assert!(told > 0);
    assert_eq!(folder.titles("ferry").len(), 2);
}

// Queries.

/// Checks that a query is refused: what is said, the query on its line, and carets under the bytes meant.
fn check_caret(folder: &Folder, query: &str, said: &str, under: &str) {
    let ran = folder.run(&["query", "--", query]).ends_with(2).says(&[said]);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[1], format!("  {query}"), "{ran:?}");
    let start = lines[2].find('^').expect("a caret");
    let carets = lines[2].matches('^').count();
    assert_eq!(lines[1].chars().skip(start).take(carets).collect::<String>(), under, "{ran:?}");
}

#[test]
fn a_mistake_in_a_query_is_shown_with_a_caret() {
    let folder = beside_a_good_page();
    folder.index();
    check_caret(&folder, "titel:ferry", "did you mean title:?", "titel");
    check_caret(&folder, "author:\"a b\"~3", "write author:\"a b\"", "author:\"a b\"~3");
    check_caret(&folder, "ferry \"open quote", "this quote is not closed", "\"");
    check_caret(&folder, "(ferry bull", "this bracket is not closed", "(");
    check_caret(&folder, "fähre)", "this bracket closes nothing", ")");
    check_caret(&folder, "ferry OR", "needs something behind it", "OR");
    check_caret(&folder, "date:2022-13", "is no date", "2022-13");
    check_caret(&folder, "ferry &", "no letter or digit", "&");
}

#[test]
fn long_and_deep_queries_are_refused_in_one_line_each() {
    let folder = beside_a_good_page();
    folder.index();
    folder.run(&["query", &"ferry ".repeat(20_000)]).ends_with(2).says(&["at most 65536 are read"]);
    folder.run(&["query", "--", &"(".repeat(5_000)]).ends_with(2).says(&["nested deeper than 64"]);
    folder.run(&["query", "--", &"-".repeat(5_000)]).ends_with(2).says(&["nested deeper than 64"]);
    let many = vec!["ferry"; 5_000].join(" OR ");
    assert_eq!(folder.titles(&many), [GOOD], "long, but in order");
}

#[test]
fn a_broken_batch_is_told_with_its_line() {
    let folder = beside_a_good_page();
    folder.index();
    folder.write("queries.tsv", "1\tferry\n\nno tab here\n");
    folder.run(&["query", "--batch", "queries.tsv"]).ends_with(2).says(&["queries.tsv, line 3", "a tab and words"]);
    folder.write("queries.tsv", b"1\tferry\xff\n");
    folder.run(&["query", "--batch", "queries.tsv"]).ends_with(2).says(&["cannot read queries.tsv"]);
    folder.run(&["query", "--batch", "nowhere.tsv"]).ends_with(2).says(&["cannot read nowhere.tsv"]);
    folder.write("ids.txt", "good\nnosuchpage\n");
    folder.run(&["related", "--batch", "ids.txt"]).ends_with(2).says(&["no article", "nosuchpage"]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let folder = beside_a_good_page();
    folder.index();
    let cases: [(&[&str], &str); 7] = [
        (&["query", "ferry", "--limit", "200000"], "offset and limit"),
        (&["query", "ferry", "--offset", "18446744073709551615"], "offset and limit"),
        (&["query", "ferry", "--limit=-1"], "--limit"),
        (&["query", "ferry", "--batch", "queries.tsv"], "--batch"),
        (&["related", "good", "--format", "csv"], "text, json, jsonl, trec"),
        (&["index", "pages", "--memory", "1kB"], "memory is"),
        (&["index", "pages", "--threads", "many"], "--threads"),
    ];
    for (args, said) in cases {
        folder.run(args).ends_with(2).says(&[said]);
    }
}

#[test]
fn related_takes_no_limit_out_of_range() {
    let folder = beside_a_good_page();
    folder.write("pages/second.html", good_page().replace(GOOD, "Second ferry"));
    folder.index();
    folder.run(&["related", "good", "--limit", "0"]).ends_with(2).says(&["limit"]);
    folder.run(&["related", "good", "--copies", "--terms", "0"]).ends_with(0);
    folder.run(&["related", "good", "--limit", "18446744073709551615"]).ends_with(2).says(&["limit"]);
    let ran = folder.run(&["related", "good", "--copies", "--limit", "100000", "--format", "jsonl"]).ends_with(0);
    assert_eq!(text(&ran.records()[0]["title"]), "Second ferry");
}

// Containers.

/// A response record of a web archive, with what its header says of its length.
fn response(url: &str, html: &str, says: usize) -> Vec<u8> {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    let header = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-04-22T08:00:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        http.len() + says
    );
    [header.as_bytes(), http.as_bytes(), b"\r\n\r\n"].concat()
}

fn other_page(title: &str) -> String {
    page(
        title,
        &[
            "The owls of the railway tunnel flew at dusk, and the guard who counted them each night wrote down forty of them.",
            "He keeps his book in the signal box, where the last porter left it, and reads from it to nobody but the owls.",
        ],
    )
}

/// Names of all files below a folder.
fn files_below(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            names.extend(files_below(&path));
        } else {
            names.push(path.display().to_string());
        }
    }
    names.sort();
    names
}

#[test]
fn a_truncated_web_archive_gives_what_was_before() {
    let whole = [
        response("https://a.example/1", &other_page("Owls fly"), 0),
        response("https://a.example/2", &other_page("Owls rest"), 0),
    ]
    .concat();
    let folder = beside_a_good_page();
    folder.write("pages/a.warc", &whole[..whole.len() - 200]);
    folder.run(&["index", "pages"]).ends_with(1).says(&["skipped pages/a.warc:2: "]);
    assert_eq!(folder.titles("owls"), ["Owls fly"]);
    let folder = beside_a_good_page();
    let packed = [gzipped(&whole[..whole.len() / 2]), gzipped(&whole[whole.len() / 2..])].concat();
    folder.write("pages/a.warc.gz", &packed[..packed.len() - 30]);
    let ran = folder.run(&["index", "pages"]).ends_with(1);
    assert!(ran.err.contains("skipped pages/a.warc.gz:2: broken compression"), "{ran:?}");
    assert_eq!(folder.titles("owls"), ["Owls fly"]);
}

#[test]
fn a_length_that_lies_and_garbage_between_records_are_told_and_the_rest_goes_in() {
    let (one, three) = (
        response("https://a.example/1", &other_page("Owls fly"), 0),
        response("https://a.example/3", &other_page("Owls rest"), 0),
    );
    for lie in [40, 100_000_000] {
        let folder = beside_a_good_page();
        let liar = response("https://a.example/2", &other_page("Owls lie"), lie);
        folder.write("pages/a.warc", [one.clone(), liar, three.clone()].concat());
        folder.run(&["index", "pages"]).ends_with(1).says(&["skipped pages/a.warc:2: broken record"]);
        let mut titles = folder.titles("owls");
        titles.sort();
        assert!(
            titles.contains(&"Owls fly".to_owned()) && titles.contains(&"Owls rest".to_owned()),
            "{lie}: {titles:?}"
        );
    }
    let folder = beside_a_good_page();
    folder.write("pages/a.warc", [one, b"\x00\xffnothing of use\r\n".repeat(50), three].concat());
    let ran = folder.run(&["index", "pages"]).ends_with(1);
    assert!(ran.err.contains("skipped pages/a.warc:") && ran.err.contains("broken record"), "{ran:?}");
    assert_eq!(folder.titles("owls").len(), 2);
}

#[test]
fn a_bomb_in_a_web_archive_is_skipped_with_the_limit_named() {
    let folder = beside_a_good_page();
    let bomb = response("https://a.example/1", &" ".repeat(40 << 20), 0);
    folder.write(
        "pages/a.warc.gz",
        [gzipped(bomb), gzipped(response("https://a.example/2", &other_page("Owls fly"), 0))].concat(),
    );
    let limit = "skipped pages/a.warc.gz:1: too large: more than 33554432 bytes (page-bytes-max)";
    folder.run(&["index", "pages"]).ends_with(1).says(&[limit]);
    assert_eq!(folder.titles("owls"), ["Owls fly"]);
}

#[test]
fn an_xml_bomb_is_not_expanded() {
    let entities: String =
        (1..12).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let feed = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY e0 \"boom \"><!ENTITY f SYSTEM \"file:///etc/passwd\">{entities}]>\
         <rss version=\"2.0\"><channel><title>Feed</title><item><title>Owls &e11;</title>\
         <description>The owls of the railway tunnel flew at dusk &f; &e11; and rested.</description></item></channel></rss>"
    );
    let folder = beside_a_good_page();
    folder.write("pages/a.xml", feed);
    let ran = folder.run(&["index", "pages"]);
    assert!(ran.code < 2, "{ran:?}");
    assert!(folder.titles("boom").is_empty() && folder.titles("root").is_empty());
    assert_eq!(folder.titles("ferry islands"), [GOOD]);
}

/// A zip of one file, not compressed.
fn zip_of(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    let mut about = Vec::new();
    about.extend_from_slice(&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    about.extend_from_slice(&crc.sum().to_le_bytes());
    about.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    about.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    about.extend_from_slice(&(name.len() as u16).to_le_bytes());
    about.extend_from_slice(&[0, 0]);
    let file = [b"PK\x03\x04", about.as_slice(), name.as_bytes(), bytes].concat();
    let entry = [b"PK\x01\x02\x14\x00", about.as_slice(), &[0; 14], name.as_bytes()].concat();
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend_from_slice(&(entry.len() as u32).to_le_bytes());
    end.extend_from_slice(&(file.len() as u32).to_le_bytes());
    end.extend_from_slice(&[0, 0]);
    [file, entry, end].concat()
}

#[test]
fn names_in_a_zip_that_lead_out_of_it_write_nothing_anywhere() {
    for name in ["../../escaped.html", "/tmp/newssearch-escaped.html", "a/../../escaped.html", "..\\escaped.html"] {
        let folder = beside_a_good_page();
        folder.write("inner/pages/a.zip", zip_of(name, other_page("Owls fly").as_bytes()));
        let before = files_below(&folder.path("."));
        folder.run(&["index", "pages", "inner/pages"]).ends_with(0);
        assert_eq!(folder.titles("owls"), ["Owls fly"], "{name}: it is read");
        let index = folder.path("./index").display().to_string();
        let after: Vec<String> =
            files_below(&folder.path(".")).into_iter().filter(|file| !file.starts_with(&index)).collect();
        assert_eq!(after, before, "{name}: nothing is written outside the index");
        assert!(!Path::new("/tmp/newssearch-escaped.html").exists());
    }
}

#[test]
fn a_charset_that_lies_is_seen_through() {
    let story =
        "Дамба выше города выдержала ночь, сказали инженеры в пятницу, и приказ об эвакуации отменили до полудня.";
    for named in ["iso-8859-1", "utf-16", "shift_jis", "no-such-charset"] {
        let html =
            page("Дамба выдержала", &[story, story]).replace("charset=\"utf-8\"", &format!("charset=\"{named}\""));
        check_indexed("a.html", html, "дамба");
    }
}

/// A file in a tar.
fn tarred(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut block = [0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    block[148..156].fill(b' ');
    block[156] = b'0';
    let sum: u32 = block.iter().map(|&b| u32::from(b)).sum();
    block[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    let mut file = [&block, bytes].concat();
    file.resize(file.len().next_multiple_of(512), 0);
    file
}

#[test]
fn files_in_a_file_have_ids_of_their_own() {
    let line = |title: &str| json!({ "id": "q1", "title": title, "text": "The quay was swept." }).to_string() + "\n";
    let folder = Folder::new();
    let other = line("Quay two") + &line("Quay again");
    let tar = [tarred("a.jsonl", line("Quay one").as_bytes()), tarred("b.jsonl", other.as_bytes())].concat();
    folder.write("pages/a.tar", tar);
    let ran = folder.run(&["index", "pages"]).ends_with(1).says(&["skipped pages/a.tar:3: duplicate id: q1"]);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    assert!(ran.out.contains("indexed    2 articles"), "{ran:?}");
}

#[test]
fn ids_that_are_there_twice_are_told_with_place_and_id() {
    let folder = beside_a_good_page();
    let line =
        |id: &str, title: &str| json!({ "id": id, "title": title, "text": "The quay was swept." }).to_string() + "\n";
    folder.write("pages/a.jsonl", line("q1", "Quay one") + &line("q2", "Quay two") + "\n" + &line("q1", "Quay again"));
    let ran = folder.run(&["index", "pages"]).ends_with(1).says(&["skipped pages/a.jsonl:4: duplicate id: q1"]);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    let report = folder.run(&["index", "pages", "--rebuild", "--json"]).ends_with(1).json();
    assert_eq!(report["skips"][0]["record"], json!(4));
    assert_eq!(text(&report["skips"][0]["file"]), "pages/a.jsonl");
    let mut titles = folder.titles("quay");
    titles.sort();
    assert_eq!(titles, ["Quay one", "Quay two"]);
}
