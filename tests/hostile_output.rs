//! What pages, file names and queries say is shown harmless: in every format, of every command, on both streams.

mod support;

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Value, json};
use support::{Folder, Ran, page, text};

/// What a terminal acts on, what turns the direction of writing, what is never seen, what a spreadsheet reckons with,
/// and markup.
const HOSTILE: [&str; 12] = [
    "\u{1b}]0;owned\u{7}",
    "\u{1b}[2J\u{1b}[31m",
    "\u{9b}31m",
    "\u{202e}desrever\u{2066}",
    "a\u{8}\u{8}b\r\nrank,1",
    "\u{e0041}\u{e0042}",
    "\u{fff9}x\u{fffa}y\u{fffb}",
    "=HYPERLINK(\"http://evil.example\")",
    "@SUM(1)",
    "\t=1+1",
    "<script>alert(1)</script>",
    "\u{2028}\u{feff}",
];

fn is_harmless(c: char) -> bool {
    let hidden = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c == '\n' || !(c.is_control() || hidden)
}

fn check_harmless(what: &[&str], ran: &Ran) {
    for (stream, said) in [("out", &ran.out), ("err", &ran.err)] {
        let bad: BTreeSet<char> = said.chars().filter(|&c| !is_harmless(c)).collect();
        assert!(bad.is_empty(), "{what:?}, {stream}: {bad:?} in {said:?}");
    }
}

/// An archive of articles that are hostile in every field, and of files with hostile names.
static FOLDER: LazyLock<Folder> = LazyLock::new(|| {
    let folder = Folder::new();
    let line = |(number, evil): (usize, &&str)| {
        let record = json!({
            "id": format!("{evil}{number}"), "title": format!("{evil} quay {number}"), "authors": [format!("{evil}By"), evil],
            "text": format!("{evil} The quay was swept before noon. {evil} The harbour master rang the bell {evil}"),
            "section": evil, "tags": [evil], "source": evil, "url": format!("https://news.example/{evil}"),
            "published": evil, "language": evil,
        });
        record.to_string() + "\n"
    };
    folder.write("pages/a.jsonl", HOSTILE.iter().enumerate().map(line).collect::<String>());
    folder.write(
        "pages/\u{1b}[31mred\u{202e}.html",
        page("\u{1b}[1mThe quay", &["The quay was swept before noon, they said."]),
    );
    folder.write("pages/\u{1b}[31mempty\n.html", "");
    folder.write("pages/=broken.jsonl", "{\u{1b}[31m\n{\"id\": \"\u{202e}\", \"text\": 3}\n");
    let ran = folder.run(&["index", "pages"]).ends_with(1);
    check_harmless(&["index"], &ran);
    let ran = folder.run(&["index", "pages", "--rebuild", "--json"]).ends_with(1);
    check_harmless(&["index", "--json"], &ran);
    folder
});

#[test]
fn no_command_shows_what_is_hostile_in_any_format() {
    let queries = ["quay", "*"];
    for format in ["text", "json", "jsonl", "csv", "trec"] {
        for query in queries {
            let args = ["query", query, "--format", format, "--limit", "50"];
            let ran = FOLDER.run(&args).ends_with(0);
            assert!(ran.out.len() > 100, "{ran:?}");
            check_harmless(&args, &ran);
        }
    }
    let hits = FOLDER.run(&["query", "quay", "--format", "jsonl", "--limit", "50"]).records();
    assert_eq!(hits.len(), HOSTILE.len() + 1);
    for hit in hits {
        let id = text(&hit["id"]);
        for args in
            [&["show", &id][..], &["show", &id, "--json"], &["related", &id], &["related", &id, "--format", "jsonl"]]
        {
            let ran = FOLDER.run(args);
            check_harmless(args, &ran);
            assert!(ran.code <= 1, "{ran:?}");
        }
    }
    for args in
        [&["stats"][..], &["stats", "--json"], &["extract", "pages"], &["extract", "pages", "--format", "jsonl"]]
    {
        let ran = FOLDER.run(args);
        check_harmless(args, &ran);
        assert!(ran.out.len() > 100, "{ran:?}");
    }
}

#[test]
fn json_keeps_what_it_shows_harmless() {
    let ids: BTreeSet<String> = FOLDER
        .run(&["extract", "pages/a.jsonl", "--format", "jsonl"])
        .records()
        .iter()
        .map(|record: &Value| text(&record["id"]))
        .collect();
    // Control characters are taken off when a record is read; what is left comes back as it was.
    let kept = |evil: &&str| !evil.chars().any(|c| c.is_control() || c.is_whitespace());
    for (number, evil) in HOSTILE.iter().enumerate().filter(|(_, evil)| kept(evil)) {
        assert!(ids.contains(&format!("{evil}{number}")), "{evil:?} is not in {ids:?}");
    }
    assert!(ids.iter().any(|id| id.contains('\u{202e}')) && ids.iter().any(|id| id.contains('\u{e0041}')), "{ids:?}");
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let ran = FOLDER.run(&["query", "*", "--format", "csv", "--limit", "50"]).ends_with(0);
    for cell in cells(&ran.out) {
        assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell:?}");
    }
    assert!(ran.out.contains("'=HYPERLINK"), "{}", ran.out);
}

/// Cells of a table, RFC 4180.
fn cells(table: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in table.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("a cell").push(c),
        }
    }
    cells
}

#[test]
fn mistakes_are_told_harmless_too() {
    for evil in HOSTILE.iter().filter(|evil| !evil.starts_with('-')) {
        let quote = format!("\"{evil}");
        let field = format!("{evil}:x (");
        for args in [
            &["show", evil][..],
            &["query", &quote],
            &["query", &field],
            &["stats", "--index", evil],
            &["related", evil],
        ] {
            check_harmless(args, &FOLDER.run(args));
        }
    }
}
