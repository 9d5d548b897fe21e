//! Archives large enough to have a dictionary that their stories are packed with.

mod support;

use std::{fmt::Write, fs, ops::ControlFlow};

use newssearch::{Archive, IngestOptions, ingest, repair, verify};
use serde_json::{Value, json};
use support::{Folder, answers::articles, chance::Chance};

/// Words of the stories that are made up.
const WORDS: [&str; 24] = [
    "harbour", "council", "ferry", "letter", "minister", "said", "the", "on", "dam", "mended", "strike", "pilots",
    "of", "fishing", "quota", "court", "ruled", "island", "bridge", "and", "closed", "weather", "museum", "opened",
];

/// Stories as JSON lines, and the text of each by its id.
fn stories(prefix: &str, count: usize) -> (String, Vec<(String, String)>) {
    let mut chance = Chance::new(count as u64);
    let mut lines = String::new();
    let mut texts = Vec::new();
    for number in 0..count {
        let words: Vec<&str> = (0..180).map(|_| *chance.of(&WORDS)).collect();
        let body = format!("Report {prefix} {number} begins. {}.", words.join(" "));
        let id = format!("{prefix}-{number}");
        writeln!(lines, "{}", json!({"id": id, "title": format!("{prefix} {number}"), "body": body})).expect("a line");
        texts.push((id, body));
    }
    (lines, texts)
}

fn fill(folder: &Folder) {
    let options = IngestOptions::default();
    ingest(folder.path("index"), &[folder.path("lines")], &options, |_| ControlFlow::Continue(())).expect("a run");
}

/// The dictionary that the last commit names.
fn dictionary(folder: &Folder) -> Option<String> {
    // The record is followed by its seal.
    let meta = fs::read(folder.path("index/segments/meta.json")).expect("a commit");
    let meta: Value = serde_json::Deserializer::from_slice(&meta).into_iter().next().expect("a value").expect("JSON");
    let payload: Value = serde_json::from_str(meta["payload"].as_str().expect("a payload")).expect("JSON");
    payload.get("dictionary").map(|text| text.as_str().expect("text").to_owned())
}

fn check(archive: &Archive, expected: &[(String, String)]) {
    let mut found: Vec<(String, String)> = articles(archive).iter().map(|a| (a.id.clone(), a.body())).collect();
    let mut expected = expected.to_vec();
    found.sort();
    expected.sort();
    assert!(found == expected, "{} of {} articles", found.len(), expected.len());
}

#[test]
fn stories_come_back_whatever_they_were_packed_with() {
    let folder = Folder::new();
    let (few, mut texts) = stories("few", 50);
    folder.write("lines/1.jsonl", few);
    fill(&folder);
    assert_eq!(dictionary(&folder), None, "too few to be learnt from");
    let reader = Archive::open(folder.path("index")).expect("an archive");
    check(&reader, &texts);

    // What is there already counts: these alone are too few, too.
    let (more, more_texts) = stories("more", 90);
    folder.write("lines/2.jsonl", more);
    fill(&folder);
    let made = dictionary(&folder).expect("a dictionary");
    // Some of the next are packed with it, beside those that are there and were not.
    let (last, last_texts) = stories("last", 150);
    folder.write("lines/3.jsonl", last);
    fill(&folder);
    assert_eq!(dictionary(&folder).as_deref(), Some(made.as_str()), "it stays");
    texts.extend(more_texts.into_iter().chain(last_texts));
    reader.reload().expect("a reload");
    check(&reader, &texts);
    check(&Archive::open(folder.path("index")).expect("an archive"), &texts);
    assert_eq!(verify(folder.path("index")).expect("an archive"), []);

    // Lost files are made anew, and the stories that are left are still read.
    for file in fs::read_dir(folder.path("index")).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if file.extension().is_some_and(|ending| ending == "log" || ending == "bin") {
            fs::remove_file(file).expect("a file to remove");
        }
    }
    assert!(!repair(folder.path("index")).expect("a repair").damaged.is_empty());
    assert_eq!(dictionary(&folder).as_deref(), Some(made.as_str()));
    check(&Archive::open(folder.path("index")).expect("an archive"), &texts);
}

#[test]
fn a_reader_goes_on_when_the_archive_is_made_anew_with_another_dictionary() {
    let folder = Folder::new();
    let (lines, texts) = stories("old", 400);
    folder.write("lines/1.jsonl", lines);
    fill(&folder);
    let before = dictionary(&folder).expect("a dictionary");
    let reader = Archive::open(folder.path("index")).expect("an archive");
    check(&reader, &texts);
    let (lines, texts) = stories("new", 420);
    folder.write("lines/1.jsonl", lines);
    folder.run(&["index", "lines", "--rebuild"]).ends_with(0);
    assert_ne!(dictionary(&folder).expect("a dictionary"), before);
    reader.reload().expect("a reload");
    check(&reader, &texts);
}
