//! The program on small archives that each test writes, and on the sample corpus: answers, exit codes, formats.

mod support;

use std::{
    collections::{BTreeSet, HashSet},
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use support::{Folder, Ran, corpus, corpus_archive, dated_page, gzipped, note, page, program, text};

/// The sample corpus, indexed once.
static CORPUS: LazyLock<PathBuf> = LazyLock::new(corpus_archive);

const DAM: &str = "Dam above Harrow holds through the night";
const FERRY: &str = "Ferry to the outer islands sails again";
const OWLS: &str = "Owls return to the railway tunnel";

/// A page with a story of one paragraph about a bell.
fn bell_page() -> String {
    let story = "The bell of Saint Orm hangs in its tower again after nine years on the floor of the nave, and the sexton rang it \
                 for an hour on Sunday until the neighbours came to ask him whether anything had happened.";
    page("Bell of Saint Orm is hung again", &[story])
}

/// Three pages that share few words.
fn three_pages() -> Folder {
    let dam = [
        "The dam above Harrow held through the night, engineers said on Friday, and the order to leave was lifted before noon.",
        "Water stood a hand below the crest when the rain stopped. Engineers will walk the wall again on Monday, the council said.",
    ];
    let ferry = [
        "The ferry to the outer islands sailed on Tuesday for the first time since the autumn storms broke her ramp at the pier.",
        "Forty islanders and one bull were on board. The crossing took two hours, and the harbour master rang the bell twice.",
    ];
    let owls = [
        "A pair of owls has come back to the railway tunnel that was closed in March, and the engineers have stopped their work.",
        "The birds nest above the second signal. Trains will go round by the coast until the young have flown, the railway said.",
    ];
    Folder::with(&[
        ("pages/dam.html", &dated_page(DAM, "2021-06-18T09:30:00+01:00", &dam)),
        ("pages/ferry.html", &dated_page(FERRY, "2022-11-08", &ferry)),
        ("pages/owls.html", &page(OWLS, &owls)),
    ])
}

/// Runs the program on the archive of the sample corpus.
fn on_corpus(args: &[&str]) -> Ran {
    let mut command = program(&["--index"]);
    let output = command.arg(&*CORPUS).args(args).output();
    Ran::of(&output.expect("the program runs"))
}

/// Runs a command line on a terminal of its own and gives all that was shown; `None`, with a printed line, where there
/// is no `script` program of util-linux.
fn on_a_terminal(folder: &Folder, line: &str, variables: &[(&str, &str)]) -> Option<String> {
    let mut command = program::<&str>(&[]);
    let mut script = std::process::Command::new("script");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    command.stdin(Stdio::null());
    script.current_dir(folder.path("")).args(["-qec", line, "/dev/null"]).stdin(Stdio::null());
    match script.env("TERM", "xterm").envs(variables.iter().copied()).output() {
        Ok(output) if output.status.code().is_some_and(|code| code <= 2) => {
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        _ => {
            note("skipped: there is no `script` program to open a terminal with");
            None
        }
    }
}

fn ranks(ran: &Ran) -> Vec<u64> {
    ran.records().iter().filter_map(|hit| hit["rank"].as_u64()).collect()
}

fn pages(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| text(&record["page"])).collect()
}

// Exit codes and help.

#[test]
fn hits_end_with_0_none_with_1_and_mistakes_with_2() {
    let folder = three_pages();
    folder.index();
    let cases: [(&[&str], i32); 16] = [
        (&["query", "dam"], 0),
        (&["query", "zebra"], 1),
        (&["query", "titel:dam"], 2),
        (&["query", ""], 2),
        (&["query"], 2),
        (&["query", "dam", "--limit", "0"], 2),
        (&["query", "dam", "--format", "xml"], 2),
        (&["related", "dam"], 0),
        (&["related", "nosuchpage"], 2),
        (&["related"], 2),
        (&["show", "dam"], 0),
        (&["show", "nosuchpage"], 2),
        (&["stats"], 0),
        (&["stats", "--index", "elsewhere"], 2),
        (&["extract", "pages"], 0),
        (&["nosuchcommand"], 2),
    ];
    for (args, code) in cases {
        let ran = folder.run(args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        let told = match code {
            0 => ran.err.is_empty(),
            1 => ran.err == "newssearch: no article fits this\n",
            _ => !ran.err.is_empty(),
        };
        assert!(told, "{args:?}: only what went wrong, or found nothing, is told beside: {ran:?}");
    }
}

#[test]
fn every_command_has_a_help_text() {
    let folder = Folder::new();
    let all = folder.run(&["--help"]).ends_with(0);
    for command in ["index", "query", "related", "show", "stats", "extract"] {
        assert!(all.out.contains(command), "{}", all.out);
        let help = folder.run(&[command, "--help"]).ends_with(0);
        assert!(help.out.contains("Usage: newssearch") && help.out.contains("--index"), "{}", help.out);
    }
    let version = folder.run(&["--version"]).ends_with(0);
    assert_eq!(version.out.trim(), concat!("newssearch ", env!("CARGO_PKG_VERSION")));
}

// Indexing.

#[test]
fn a_run_ends_with_a_report_and_shows_no_progress_in_a_pipe() {
    let folder = three_pages();
    folder.write("pages/notes.pdf", "no page");
    folder.write("pages/empty.html", "");
    let ran = folder.run(&["index", "pages"]).ends_with(1).says(&["skipped pages/empty.html: empty"]);
    for line in ["indexed    3 articles", "ignored    1 file", "skipped    1 (1 empty)", "archive    3 articles"] {
        assert!(ran.out.contains(line), "{line} is not in {}", ran.out);
    }
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(!ran.out.contains(['\r', '\x1b']) && !ran.err.contains(['\r', '\x1b']), "{ran:?}");
}

#[test]
fn progress_is_shown_on_a_terminal() {
    let folder = three_pages();
    let Some(shown) = on_a_terminal(&folder, &format!("{} index pages", support::PROGRAM), &[]) else { return };
    assert!(shown.contains("left") && shown.contains("/s"), "{shown:?}");
    assert!(shown.contains("indexed    3 articles"), "{shown:?}");
}

#[test]
fn the_report_comes_as_json_too() {
    let folder = three_pages();
    folder.write("pages/empty.html", "");
    let report = folder.run(&["index", "pages", "--json"]).ends_with(1).json();
    let counts = ["articles", "files_read", "skipped", "archive_articles"].map(|name| report[name].as_u64());
    assert_eq!(counts, [Some(3), Some(4), Some(1), Some(3)], "{report}");
    assert_eq!(report["skips"][0]["file"], "pages/empty.html");
    assert!(report["disk_bytes"].as_u64() > Some(0), "{report}");
}

/// Indexes again and gives what the report says was read, left alone and removed.
fn again(folder: &Folder, args: &[&str]) -> [Option<u64>; 3] {
    let report = folder.run(&[&["index", "pages", "--json"], args].concat()).ends_with(0).json();
    ["articles", "files_unchanged", "files_removed"].map(|name| report[name].as_u64())
}

#[test]
fn a_second_run_reads_only_what_is_new_or_changed() {
    let folder = three_pages();
    folder.index();
    assert_eq!(again(&folder, &[]), [Some(0), Some(3), Some(0)]);

    folder.write("pages/bell.html", bell_page());
    let flown = "The young owls have flown and trains run through the railway again, a week before the date that the company gave.";
    folder.write(
        "pages/owls.html",
        page("Owls leave the tunnel", &[flown, "The parents were seen by the coast on Sunday night."]),
    );
    assert_eq!(again(&folder, &[]), [Some(2), Some(2), Some(0)]);
    assert_eq!(folder.titles("owls"), ["Owls leave the tunnel"]);
    assert_eq!(folder.titles("nest signal"), [""; 0], "the old story is gone");
    assert_eq!(folder.titles("bell tower"), ["Bell of Saint Orm is hung again"]);
}

#[test]
fn a_file_that_is_only_touched_is_not_indexed_again() {
    let folder = three_pages();
    folder.index();
    let file = std::fs::File::options().append(true).open(folder.path("pages/dam.html")).expect("the page opens");
    file.set_modified(SystemTime::now() + Duration::from_secs(60)).expect("the time is set");
    assert_eq!(again(&folder, &[]), [Some(0), Some(3), Some(0)]);
    assert_eq!(folder.titles("dam"), [DAM]);
}

#[test]
fn what_is_gone_is_removed_unless_it_is_to_be_kept() {
    let folder = three_pages();
    folder.index();
    folder.remove("pages/ferry.html");
    assert_eq!(again(&folder, &["--keep-missing"]), [Some(0), Some(2), Some(0)]);
    assert_eq!(folder.titles("ferry"), [FERRY]);
    assert_eq!(again(&folder, &[]), [Some(0), Some(2), Some(1)]);
    assert_eq!(folder.titles("ferry"), [""; 0]);
    assert_eq!(folder.titles("*").len(), 2);
}

#[test]
fn a_run_on_one_folder_leaves_the_articles_of_others_alone() {
    let folder = three_pages();
    folder.index();
    folder.write("more/bell.html", bell_page());
    folder.run(&["index", "more"]).ends_with(0);
    folder.run(&["index", "pages/dam.html"]).ends_with(0);
    assert_eq!(folder.titles("*").len(), 4);
}

#[test]
fn a_rebuild_begins_anew_and_leaves_other_files_in_the_folder() {
    let folder = three_pages();
    folder.index();
    folder.write("index/notes.md", "kept by hand");
    folder.write("other/bell.html", bell_page());
    folder.run(&["index", "other", "--rebuild"]).ends_with(0);
    assert_eq!(folder.titles("*"), ["Bell of Saint Orm is hung again"]);
    assert!(folder.path("index/notes.md").exists());
}

#[test]
fn pages_get_their_addresses_from_a_map() {
    let folder = three_pages();
    folder.write("urls.json", r#"{"dam": "https://www.courier.example/2021/dam.html"}"#);
    folder.run(&["index", "pages", "--url-map", "urls.json"]).ends_with(0);
    let hit = &folder.run(&["query", "dam", "--format", "jsonl"]).records()[0];
    assert_eq!(hit["url"], "https://www.courier.example/2021/dam.html");
    assert_eq!(hit["domain"], "courier.example");
    assert!(folder.titles("url:courier").contains(&DAM.to_owned()));

    folder.write("broken.json", "{\"dam\": \n");
    let ran = folder.run(&["index", "pages", "--url-map", "broken.json"]).ends_with(2);
    ran.says(&["broken.json, line 2", "JSON object"]);
}

#[test]
fn every_kind_of_file_is_read_compressed_or_not() {
    let folder = Folder::new();
    let names = ["a.html", "b.htm", "c.xhtml", "d.txt", "e.jsonl", "F.HTML"];
    for name in names {
        let headline = format!("Lamp number {} is lit again", name.to_lowercase().replace('.', " "));
        let story = "The lamp on the quay was lit again on Sunday after eleven years, and the keeper's daughter held the taper.";
        let bytes = match name {
            "d.txt" => format!("{headline}\n\n{story}\n"),
            "e.jsonl" => json!({ "id": "e", "title": headline, "body": story }).to_string() + "\n",
            _ => page(&headline, &[story]),
        };
        folder.write(&format!("pages/{name}"), &bytes);
        let other = bytes.replace("Lamp number", "Second lamp").replace("\"e\"", "\"e2\"");
        folder.write(&format!("pages/2{name}.gz"), gzipped(other));
    }
    folder.write("pages/g.doc", "no page");
    folder.write("pages/.hidden.html", page("Hidden", &["A lamp that nobody should find."]));
    folder.index();
    let titles: BTreeSet<String> = folder.titles("lamp").into_iter().collect();
    assert_eq!(titles.len(), 2 * names.len(), "{titles:?}");
    assert!(!titles.contains("Hidden"));
}

#[test]
fn a_broken_line_is_skipped_with_its_number_and_duplicates_are_told() {
    let folder = Folder::new();
    let line = |id: &str, title: &str| {
        json!({ "id": id, "title": title, "text": "The quay was swept.", "views": 7 }).to_string()
    };
    let lines = [
        line("1", "First"),
        "{\"id\": ".to_owned(),
        String::new(),
        line("2", "Second"),
        line("1", "Third"),
        line("4", "Fourth"),
    ];
    folder.write("pages/a.jsonl", lines.join("\n"));
    let ran = folder.run(&["index", "pages"]).ends_with(1);
    let ran = ran.says(&["skipped pages/a.jsonl:2: broken record", "skipped pages/a.jsonl:5: duplicate id: 1"]);
    assert!(ran.out.contains("skipped    2 (1 broken record, 1 duplicate id)"), "{}", ran.out);
    let mut titles = folder.titles("quay");
    titles.sort();
    assert_eq!(titles, ["First", "Fourth", "Second"]);
}

#[test]
fn records_give_all_their_fields() {
    let folder = Folder::new();
    let record = json!({
        "id": "c-17", "url": "https://www.courier.example/17", "title": "Quay swept", "body": "First block.\n\nSecond block.",
        "authors": ["Imogen Farrant", "Ivo Clement"], "date": "2022-04-22T08:40:00+01:00", "source": "The Courier",
        "section": "Harbour", "tags": ["quay", "broom"], "unknown": { "deep": [1] },
    });
    folder.write("pages/a.jsonl", record.to_string());
    folder.index();
    let shown = folder.run(&["show", "c-17", "--json"]).ends_with(0).json();
    for (name, value) in [
        ("id", json!("c-17")),
        ("page", json!("c-17")),
        ("url", json!("https://www.courier.example/17")),
        ("title", json!("Quay swept")),
        ("body", json!("First block.\nSecond block.")),
        ("authors", json!(["Imogen Farrant", "Ivo Clement"])),
        ("published", json!("2022-04-22T08:40:00+01:00")),
        ("source", json!("The Courier")),
        ("section", json!("Harbour")),
        ("tags", json!(["quay", "broom"])),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    for query in [
        "author:clement",
        "source:courier",
        "section:harbour",
        "tag:broom",
        "date:2022-04-22",
        "id:c-17",
        "url:courier",
    ] {
        assert_eq!(folder.titles(query), ["Quay swept"], "{query}");
    }
}

#[test]
fn the_folder_of_the_index_comes_from_the_option_or_the_environment() {
    let folder = three_pages();
    folder.run(&["--index", "one", "index", "pages/dam.html"]).ends_with(0);
    folder.run_with(&["index", "pages/ferry.html"], &[("NEWSSEARCH_INDEX", "two")]).ends_with(0);
    assert!(!folder.path("index").exists());
    let titles = |args: &[&str], variables: &[(&str, &str)]| {
        let ran = folder.run_with(&[args, &["query", "*", "--format", "jsonl"]].concat(), variables).ends_with(0);
        text(&ran.records()[0]["title"])
    };
    assert_eq!(titles(&["--index", "two"], &[]), FERRY);
    assert_eq!(titles(&[], &[("NEWSSEARCH_INDEX", "one")]), DAM);
    assert_eq!(titles(&["--index", "two"], &[("NEWSSEARCH_INDEX", "one")]), FERRY, "what is typed counts more");
}

// Searching.

#[test]
fn a_hit_for_people_has_all_that_identifies_it() {
    let ran = on_corpus(&["query", "Moon Kim farewell letters", "--limit", "3"]).ends_with(0);
    let first = ran.out.split("\n\n").nth(1).unwrap_or_default();
    for part in ["1. ", "Related: ", "2022-04", "by ", "https://www.", "id "] {
        assert!(first.contains(part), "{part:?} is not in {first}");
    }
    assert_eq!(ran.out.matches("Related: ").count(), 1, "under the first hit only: {}", ran.out);
    let headline = first.lines().next().unwrap_or_default();
    assert!(headline.rsplit(' ').next().is_some_and(|score| score.parse::<f32>().is_ok()), "a score ends {headline}");
    assert!(!ran.out.contains('\x1b'), "{}", ran.out);
}

#[test]
fn matches_are_marked_where_colours_are_wanted() {
    let folder = three_pages();
    folder.index();
    let shown = |variables: &[(&str, &str)]| folder.run_with(&["query", "ferry"], variables).ends_with(0).out;
    let marked = shown(&[("CLICOLOR_FORCE", "1")]);
    assert!(marked.contains("The \x1b[1;33mferry\x1b[0m to the outer islands"), "{marked:?}");
    for plain in [&[][..], &[("NO_COLOR", "1")], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], &[("TERM", "dumb")]] {
        assert!(!shown(plain).contains('\x1b'), "{plain:?}");
    }
    let json = folder.run_with(&["query", "ferry", "--format", "json"], &[("CLICOLOR_FORCE", "1")]).out;
    assert!(!json.contains('\x1b'), "{json}");
}

#[test]
fn a_terminal_gets_colours_unless_it_is_dumb_or_they_are_not_wanted() {
    let folder = three_pages();
    folder.index();
    let line = format!("{} query ferry", support::PROGRAM);
    for (variables, coloured) in [
        (&[("PAGER", "")][..], true),
        (&[("PAGER", ""), ("NO_COLOR", "1")], false),
        (&[("PAGER", ""), ("TERM", "dumb")], false),
        (&[("PAGER", "no-such-pager"), ("TERM", "dumb")], false),
    ] {
        let Some(shown) = on_a_terminal(&folder, &line, variables) else { return };
        assert!(shown.contains(FERRY), "{variables:?}: {shown:?}");
        assert_eq!(shown.contains("\x1b[1;33m"), coloured, "{variables:?}: {shown:?}");
    }
}

#[test]
fn a_pager_is_used_on_a_terminal_only() {
    let folder = three_pages();
    folder.index();
    let line = |more: &str| format!("{} query ferry {more}", support::PROGRAM);
    let pager = [("PAGER", "sed s/^/paged:/")];
    let Some(shown) = on_a_terminal(&folder, &line(""), &pager) else { return };
    assert!(shown.contains("paged:"), "{shown:?}");
    for (line, variables) in [
        (line("--no-pager"), &pager[..]),
        (line("| cat"), &pager),
        (line("--format jsonl"), &pager),
        (line(""), &[pager[0], ("TERM", "dumb")]),
    ] {
        let Some(shown) = on_a_terminal(&folder, &line, variables) else { return };
        assert!(shown.contains(FERRY) && !shown.contains("paged:"), "{line} {variables:?}: {shown:?}");
    }
}

#[test]
fn json_has_the_fields_of_a_hit() {
    let answer = on_corpus(&["query", "North Korea letters", "--format", "json", "--limit", "4"]).ends_with(0).json();
    assert_eq!(answer["query"], "North Korea letters");
    let hits = answer["hits"].as_array().expect("a list of hits");
    assert_eq!(hits.len(), 4);
    assert!(answer["total"].as_u64() >= Some(4), "{}", answer["total"]);
    for hit in hits {
        for name in [
            "rank",
            "score",
            "id",
            "page",
            "url",
            "title",
            "authors",
            "published",
            "source",
            "section",
            "language",
            "file",
        ] {
            assert!(hit.get(name).is_some(), "{name} is not in {hit}");
        }
        let snippet = text(&hit["snippet"]);
        let matches = hit["matches"].as_array().expect("a list of places");
        assert!(!matches.is_empty(), "{hit}");
        for place in matches {
            let bound = |name: &str| usize::try_from(place[name].as_u64().expect("a byte")).expect("a small one");
            let word = snippet.get(bound("start")..bound("end")).expect("bytes of the snippet").to_lowercase();
            assert!(["north", "korea", "letter"].iter().any(|stem| word.starts_with(stem)), "{word} in {snippet}");
        }
    }
}

#[test]
fn json_lines_hold_what_the_json_document_holds() {
    let args = ["query", "dam", "--limit", "5", "--format"];
    let lines = on_corpus(&[&args[..], &["jsonl"]].concat()).ends_with(0).records();
    let document = on_corpus(&[&args[..], &["json"]].concat()).ends_with(0).json();
    assert_eq!(Value::Array(lines), document["hits"]);
}

#[test]
fn a_table_has_a_line_a_hit_and_no_formulas() {
    let folder = Folder::new();
    let titles =
        ["=HYPERLINK(\"http://x\")", "+1 for the quay", "-5 degrees at the quay", "@quay", "Quay, \"swept\"\nagain"];
    let lines: Vec<String> = titles
        .iter()
        .map(|title| json!({ "id": title, "title": title, "text": "The quay was swept." }).to_string())
        .collect();
    folder.write("pages/a.jsonl", lines.join("\n"));
    folder.index();
    let ran = folder.run(&["query", "quay", "--format", "csv"]).ends_with(0);
    let mut table = csv::Reader::from_reader(ran.out.as_bytes());
    let header = table.headers().expect("a header").clone();
    assert_eq!(&header[0], "rank");
    let column = header.iter().position(|name| name == "title").expect("a column of titles");
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row like the header")).collect();
    assert_eq!(rows.len(), titles.len());
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    let found: HashSet<&str> = rows.iter().map(|row| &row[column]).collect();
    let safe =
        ["'=HYPERLINK(\"http://x\")", "'+1 for the quay", "'-5 degrees at the quay", "'@quay", "Quay, \"swept\" again"];
    assert_eq!(found, HashSet::from(safe));
}

#[test]
fn limit_and_offset_cut_the_same_list() {
    let all = on_corpus(&["query", "harbour", "--format", "jsonl", "--limit", "100"]).ends_with(0).records();
    assert!(all.len() > 5, "{}", all.len());
    for (offset, limit) in [(0, 3), (3, 2), (4, 1), (all.len() - 1, 50)] {
        let part = on_corpus(&[
            "query",
            "harbour",
            "--format",
            "jsonl",
            "--offset",
            &offset.to_string(),
            "--limit",
            &limit.to_string(),
        ]);
        assert_eq!(part.records(), all[offset..all.len().min(offset + limit)], "{offset} {limit}");
        assert_eq!(ranks(&part).first(), Some(&(offset as u64 + 1)));
    }
    on_corpus(&["query", "harbour", "--offset", &all.len().to_string()]).ends_with(1);
}

#[test]
fn hits_are_sorted_by_date_and_those_without_one_come_last() {
    let dates = |order: &str| -> Vec<String> {
        let ran = on_corpus(&["query", "letters", "--sort", order, "--format", "jsonl", "--limit", "100"]).ends_with(0);
        ran.records().iter().map(|hit| text(&hit["published"])).collect()
    };
    let (newest, oldest) = (dates("newest"), dates("oldest"));
    let day = |date: &String| date.get(..10).unwrap_or(date).to_owned();
    let dated = |dates: &[String]| -> Vec<String> { dates.iter().filter(|date| !date.is_empty()).map(day).collect() };
    assert!(oldest.iter().any(String::is_empty), "an undated one is among them");
    for list in [&newest, &oldest] {
        let undated = list.iter().position(String::is_empty).unwrap_or(list.len());
        assert!(list[undated..].iter().all(String::is_empty), "{list:?}");
    }
    assert!(dated(&oldest).is_sorted(), "{oldest:?}");
    assert!(dated(&newest).iter().rev().is_sorted(), "{newest:?}");
    assert_eq!(newest.iter().collect::<BTreeSet<_>>(), oldest.iter().collect::<BTreeSet<_>>());
}

#[test]
fn a_trec_run_has_six_columns_and_names_pages() {
    let ran = on_corpus(&["query", "Orrin dam", "--format", "trec", "--limit", "5"]).ends_with(0);
    let rows: Vec<Vec<&str>> = ran.out.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(rows.len(), 5);
    for (row, rank) in rows.iter().zip(1..) {
        assert_eq!((row.len(), row[0], row[1], row[3]), (6, "1", "Q0", rank.to_string().as_str()), "{row:?}");
        assert!(row[4].parse::<f32>().is_ok_and(|score| score > 0.0), "{row:?}");
    }
    let scores: Vec<f32> = rows.iter().filter_map(|row| row[4].parse().ok()).collect();
    assert!(scores.iter().rev().is_sorted(), "{scores:?}");
}

#[test]
fn a_batch_answers_each_query_in_its_order_and_takes_words_plainly() {
    let folder = three_pages();
    folder.index();
    // Syntax means nothing here, and any of the words is enough.
    folder.write("queries.tsv", "7\tferry (\"bull\n\nx9\tzebra\na\ttitel:owls -tunnel OR\n");
    let ran = folder.run(&["query", "--batch", "queries.tsv", "--format", "trec", "--limit", "1"]).ends_with(0);
    let rows: Vec<Vec<&str>> = ran.out.lines().map(|line| line.split(' ').take(4).collect()).collect();
    assert_eq!(rows, [["7", "Q0", "ferry", "1"], ["a", "Q0", "owls", "1"]]);
    let lines = folder.run(&["query", "--batch", "queries.tsv", "--format", "jsonl"]).ends_with(0).records();
    assert_eq!(lines[0]["query"], "7");
    folder.write("none.tsv", "1\tzebra\n");
    folder.run(&["query", "--batch", "none.tsv"]).ends_with(1);
    folder.run(&["query", "--batch", "queries.tsv", "--format", "csv"]).ends_with(2).says(&["trec or jsonl"]);
}

#[test]
fn a_batch_of_articles_gives_a_run_of_related_ones() {
    let folder = Folder::new();
    folder.write("ids.txt", "dam-wire-nl\n\nowd-0001\n");
    let batch = folder.path("ids.txt");
    let ran =
        on_corpus(&["related", "--batch", &batch.to_string_lossy(), "--format", "trec", "--limit", "3"]).ends_with(0);
    let rows: Vec<Vec<&str>> = ran.out.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(
        rows.iter().map(|row| row[0]).collect::<Vec<_>>(),
        ["dam-wire-nl"; 3].into_iter().chain(["owd-0001"; 3]).collect::<Vec<_>>()
    );
    assert!(rows.iter().all(|row| row.len() == 6 && row[0] != row[2]), "{rows:?}");
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let folder = Folder::new();
    let story = "The quay was swept. ".repeat(40);
    let lines: String =
        (0..1_500).map(|id| json!({ "id": id, "title": "Quay", "text": story }).to_string() + "\n").collect();
    folder.write("pages/a.jsonl", lines);
    folder.index();
    let commands: [&[&str]; 4] = [
        &["query", "quay", "--limit", "1500", "--format", "jsonl"],
        &["query", "quay", "--limit", "1500"],
        &["related", "7", "--copies", "--limit", "1400", "--format", "jsonl"],
        &["extract", "pages", "--format", "jsonl"],
    ];
    for args in commands {
        let mut command = program(args);
        command.current_dir(folder.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let mut reader = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        reader.read_line(&mut line).expect("a first line");
        drop(reader);
        let mut err = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
        let code = child.wait().expect("the program ends").code();
        assert_eq!((code, err.as_str()), (Some(0), ""), "{args:?}");
    }
}

// Related articles, single articles, counts.

#[test]
fn an_article_is_named_by_id_address_file_or_page() {
    let folder = three_pages();
    folder.write("urls.json", r#"{"dam": "https://www.courier.example/2021/dam.html"}"#);
    folder.run(&["index", "pages", "--url-map", "urls.json"]).ends_with(0);
    let id = text(&folder.run(&["query", "dam", "--format", "jsonl"]).records()[0]["id"]);
    let file = folder.path("pages/dam.html");
    let names = [
        &id,
        "dam",
        "https://www.courier.example/2021/dam.html",
        "pages/dam.html",
        "./pages/dam.html",
        &file.to_string_lossy(),
    ];
    for name in names {
        let answer = folder.run(&["related", name, "--format", "json"]).ends_with(0).json();
        assert_eq!(answer["article"], id.as_str(), "{name}");
        let shown = folder.run(&["show", name]).ends_with(0);
        assert!(shown.out.starts_with(DAM), "{name}: {}", shown.out);
    }
}

#[test]
fn related_articles_name_the_terms_that_made_them_related() {
    let answer =
        on_corpus(&["related", "loriot-climbers-snow-hole", "--format", "json", "--limit", "4", "--terms", "5"])
            .ends_with(0)
            .json();
    let related = answer["related"].as_array().expect("a list");
    assert_eq!(related.len(), 4);
    let story = |id: &Value| {
        let shown = on_corpus(&["show", &text(id), "--json"]).ends_with(0).json();
        [text(&shown["title"]), text(&shown["standfirst"]), text(&shown["body"])].join("\n")
    };
    let seed = story(&answer["article"]);
    for one in related {
        let other = story(&one["id"]).to_lowercase();
        let shared = one["shared"].as_array().expect("a list of terms");
        assert!((1..=5).contains(&shared.len()), "{one}");
        assert!(
            shared.iter().all(|term| !text(&term["word"]).is_empty() && term["weight"].as_f64() > Some(0.0)),
            "{one}"
        );
        for word in shared.iter().map(|term| text(&term["word"])) {
            let stem: String = word.to_lowercase().chars().take(3).collect();
            assert!(seed.contains(&word) && other.contains(&stem), "{word} stands in both stories: {one}");
        }
        assert_ne!(one["id"], answer["article"], "an article is not related to itself");
    }
    let told = on_corpus(&["related", "loriot-climbers-snow-hole"]).ends_with(0).out;
    assert!(told.contains("Shares: "), "{told}");
}

#[test]
fn an_article_is_shown_readably() {
    let shown = on_corpus(&["show", "korea-letters-farewell"]).ends_with(0).out;
    let mut lines = shown.lines();
    assert_eq!(lines.next(), Some("Moon and Kim trade farewell letters as nuclear talks stay frozen"));
    assert_eq!(lines.next(), Some("The Harbour Courier · World · 2022-04-22 08:40:00+01:00 · by Imogen Farrant"));
    assert!(shown.contains("The leaders of North and South Korea have exchanged"), "{shown}");
    assert!(
        shown.lines().all(|line| line.chars().count() <= 100 || !line.contains(' ') || line.contains("http")),
        "{shown}"
    );
    assert!(!shown.contains('\x1b'));
}

#[test]
fn stats_say_what_the_archive_holds() {
    let stats = on_corpus(&["stats", "--json"]).ends_with(0).json();
    // What corpus/README.md says: 108 articles, four of them other captures or forms of a page that is there too.
    assert_eq!(stats["articles"], 104, "{stats}");
    assert_eq!(stats["files"], 97);
    assert_eq!(stats["skipped"], 0);
    assert_eq!(stats["first_day"].as_str().map(|day| &day[..4]), Some("1912"));
    assert_eq!(stats["last_day"].as_str().map(|day| &day[..4]), Some("2026"));
    assert_eq!(stats["languages"].as_array().map(Vec::len), Some(14), "{}", stats["languages"]);
    let told = on_corpus(&["stats"]).ends_with(0).out;
    for name in ["articles", "skipped", "dates", "sources", "sections", "languages", "size"] {
        assert!(told.lines().any(|line| line.starts_with(name)), "{name} is not in {told}");
    }
}

#[test]
fn skipped_pages_are_in_the_stats() {
    let folder = three_pages();
    folder.write("pages/empty.html", "");
    folder.write("pages/cut.html.gz", &gzipped("x".repeat(5_000))[..20]);
    folder.run(&["index", "pages"]).ends_with(1);
    let stats = folder.run(&["stats", "--json"]).ends_with(0).json();
    assert_eq!((&stats["articles"], &stats["skipped"]), (&json!(3), &json!(2)));
    let reasons = [json!({ "name": "broken compression", "articles": 1 }), json!({ "name": "empty", "articles": 1 })];
    assert_eq!(stats["skipped_by_reason"], json!(reasons));
}

// Extraction without an archive.

#[test]
fn extraction_prints_an_article_a_line_and_makes_no_archive() {
    let folder = three_pages();
    folder.write("pages/record.jsonl.gz", gzipped(r#"{"id": "r", "title": "Quay swept", "text": "It was swept."}"#));
    folder.write("urls.json", r#"{"ferry": "https://isles.example/ferry"}"#);
    let ran = folder.run(&["extract", "pages", "--format", "jsonl", "--url-map", "urls.json"]).ends_with(0);
    assert!(ran.err.is_empty() && !folder.path("index").exists(), "{ran:?}");
    let records = ran.records();
    assert_eq!(pages(&records), ["dam", "ferry", "owls", "r"]);
    for record in &records {
        for name in ["page", "url", "title", "authors", "published", "body", "language", "source", "section"] {
            assert!(record.get(name).is_some(), "{name} is not in {record}");
        }
        assert!(record["authors"].is_array() && record["body"].is_string(), "{record}");
    }
    assert_eq!(records[0]["published"], "2021-06-18T09:30:00+01:00");
    assert_eq!(records[1]["published"], "2022-11-08");
    assert_eq!(records[1]["url"], "https://isles.example/ferry");
    assert_eq!(records[2]["published"], Value::Null);
    assert_eq!(text(&records[0]["body"]).lines().count(), 2, "one block a line");
    assert_eq!(records[0]["language"], "en");
}

#[test]
fn extraction_prints_for_people_and_as_json_too() {
    let folder = three_pages();
    let told = folder.run(&["extract", "pages/dam.html"]).ends_with(0).out;
    assert!(told.starts_with(DAM) && told.contains("Water stood a hand below the crest"), "{told}");
    let json = folder.run(&["extract", "pages/dam.html", "--format", "json"]).ends_with(0).json();
    assert_eq!(json["title"], DAM);
    folder.run(&["extract", "pages/dam.html", "--format", "csv"]).ends_with(2).says(&["text, json, jsonl"]);
}

#[test]
fn a_page_that_cannot_be_used_is_told_beside_the_others() {
    let folder = three_pages();
    folder.write("pages/empty.html", " \n");
    let ran = folder.run(&["extract", "pages", "--format", "jsonl"]).ends_with(1);
    let ran = ran.says(&["empty.html: empty"]);
    assert_eq!(pages(&ran.records()), ["dam", "ferry", "owls"]);
}

// The sample corpus.

#[test]
fn control_characters_of_pages_reach_no_output() {
    let harmless = |c: char| {
        c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
    };
    for page in ["hostile-terminal-escapes", "hostile-bidi-byline", "hostile-script-headline"] {
        let outputs: [&[&str]; 6] = [
            &["show", page],
            &["show", page, "--json"],
            &["related", page],
            &["query", "source:owl", "--limit", "50"],
            &["query", "source:owl", "--format", "csv"],
            &["query", "source:owl", "--format", "jsonl"],
        ];
        for args in outputs {
            let ran = on_corpus(args).ends_with(0);
            let bad: Vec<char> = ran.out.chars().filter(|&c| !harmless(c)).collect();
            assert!(bad.is_empty(), "{args:?}: {bad:?}");
        }
    }
}

#[test]
fn the_corpus_is_extracted_whole() {
    let pages_dir = corpus();
    let urls = pages_dir.join("urls.json");
    let args =
        [Path::new("extract"), &pages_dir, Path::new("--format"), Path::new("jsonl"), Path::new("--url-map"), &urls];
    let ran = Ran::of(&program(&args).output().expect("the program runs")).ends_with(0);
    let records = ran.records();
    assert_eq!(records.len(), 108, "as corpus/README.md counts");
    for record in &records {
        for name in ["title", "body", "url", "language"] {
            assert!(!text(&record[name]).is_empty(), "{}: {name}", record["page"]);
        }
        assert!(!text(&record["body"]).contains(['\u{1b}', '\u{7}', '\u{8}', '\u{7f}']), "{}", record["page"]);
    }
}
