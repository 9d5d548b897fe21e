//! The program's settings, completions, manual pages and the help on the query language.

mod support;

use std::fs;

use support::{Folder, Ran, page};

/// An archive of three articles about a quay, in a folder of its own name; with a file of settings.
fn folder(settings: &str) -> Folder {
    let folder = Folder::new();
    for number in 1..=3 {
        let story =
            format!("The quay was swept on day {number}, and nobody but the harbour master saw how it was done.");
        folder.write(&format!("pages/{number}.html"), page(&format!("Quay swept, part {number}"), &[&story]));
    }
    folder.run(&["index", "pages", "--index", "of-the-file"]).ends_with(0);
    folder.write("xdg/newssearch/config.toml", settings);
    folder
}

fn run(folder: &Folder, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let xdg = folder.path("xdg");
    let xdg = [("XDG_CONFIG_HOME", xdg.to_str().expect("a path in UTF-8"))];
    folder.run_with(args, &[&xdg[..], variables].concat())
}

fn hits(ran: &Ran) -> usize {
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.out.lines().count()
}

#[test]
fn a_flag_counts_for_more_than_a_variable_and_that_for_more_than_the_file() {
    let folder = folder("index = \"of-the-file\"\nlimit = 1\n");
    let query = ["query", "quay", "--format", "jsonl"];
    assert_eq!(hits(&run(&folder, &query, &[])), 1);
    assert_eq!(hits(&run(&folder, &query, &[("NEWSSEARCH_LIMIT", "2")])), 2);
    let flag = [&query[..], &["--limit", "3"]].concat();
    assert_eq!(hits(&run(&folder, &flag, &[("NEWSSEARCH_LIMIT", "2")])), 3);
    let all = [&query[..], &["--all"]].concat();
    assert_eq!(hits(&run(&folder, &all, &[("NEWSSEARCH_LIMIT", "2")])), 3, "--all counts for more than any limit");
    run(&folder, &query, &[("NEWSSEARCH_INDEX", "elsewhere")]).ends_with(2).says(&["no archive in elsewhere"]);
    folder.run(&query).ends_with(2).says(&["no archive in index"]);
}

#[test]
fn the_program_says_where_each_setting_comes_from() {
    let folder = folder("index = \"of-the-file\"\nlimit = 1\nno-pager = true\n");
    let ran = run(&folder, &["config"], &[("NEWSSEARCH_LIMIT", "2")]).ends_with(0);
    let line = |key: &str| ran.out.lines().find(|line| line.starts_with(key)).unwrap_or_default().to_owned();
    assert!(line("index").contains("of-the-file") && line("index").contains(" file /"), "{ran:?}");
    assert!(line("limit").contains("2 ") && line("limit").contains("environment NEWSSEARCH_LIMIT"), "{ran:?}");
    assert!(line("sort").contains("relevance") && line("sort").ends_with("default"), "{ran:?}");
    assert!(line("no-pager").contains("true"), "{ran:?}");
    let ran = run(&folder, &["config", "--index", "typed"], &[]).ends_with(0);
    assert!(ran.out.contains("typed") && ran.out.contains("flag --index"), "{ran:?}");
    let json = folder.run(&["config", "--json"]).ends_with(0).json();
    assert_eq!(
        (&json[0]["key"], &json[0]["value"], &json[0]["from"]),
        (&"index".into(), &"index".into(), &"default".into())
    );
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_line() {
    let cases = [
        ("limit = 2\nlimti = 3\n", "config.toml, line 2: there is no setting limti; did you mean limit?"),
        ("\nlimit = \"many\"\n", "config.toml, line 2: invalid value 'many' for '--limit <LIMIT>'"),
        ("sort = \"best\"\n", "config.toml, line 1: invalid value 'best' for '--sort <SORT>'"),
        ("limit = = 2\n", "config.toml, line 1: "),
    ];
    for (settings, told) in cases {
        run(&folder(settings), &["stats"], &[]).ends_with(2).says(&[told]);
    }
    Folder::new().run_with(&["stats"], &[("NEWSSEARCH_CONFIG", "nosuch.toml")]).ends_with(2).says(&["nosuch.toml"]);
}

#[test]
fn every_shell_has_completions_for_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = folder.run(&["completions", shell]).ends_with(0);
        for word in ["timeline", "completions", "csl-json", "manifest"] {
            assert!(ran.out.contains(word), "{word} for {shell}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new();
    let ran = folder.run(&["man"]).ends_with(0);
    assert!(ran.out.contains(".TH newssearch 1"), "{ran:?}");
    folder.run(&["man", "pages/man1"]).ends_with(0);
    for name in ["newssearch", "newssearch-query", "newssearch-new"] {
        let text = fs::read_to_string(folder.path(&format!("pages/man1/{name}.1"))).expect("a page");
        assert!(text.contains(".SH SYNOPSIS"), "{name}");
    }
}

#[test]
fn the_query_language_is_shown_on_one_screen() {
    let expected =
        fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/query/help.txt")).unwrap();
    let folder = Folder::new();
    assert_eq!(folder.run(&["query-language"]).ends_with(0).out, expected);
    assert_eq!(folder.run(&["help", "query-language"]).ends_with(0).out.trim_end(), expected.trim_end());
}
