//! The program's saved searches: what is new since the last look, whatever happened to the archive meanwhile.

mod support;

use std::fs;

use serde_json::json;
use support::{Folder, text};

fn article(id: &str, story: &str) -> String {
    json!({ "id": id, "title": format!("Article {id}"), "text": story, "date": "2022-03-04" }).to_string() + "\n"
}

/// An archive of two articles about a quay and one about an owl, with a saved search for the quay.
fn saved() -> Folder {
    let folder = Folder::new();
    let quay = article("one", "The quay was swept.") + &article("two", "The quay was not swept.");
    folder.write("pages/a.jsonl", quay + &article("owl", "An owl sat on a pier."));
    folder.index();
    let ran = folder.run(&["save", "Quay", "quay OR swept"]).ends_with(0);
    assert!(ran.out.contains("2 articles of now count as seen"), "{ran:?}");
    folder
}

/// Ids that `new` lists, sorted; it ends with 1 where there are none.
fn new(folder: &Folder, more: &[&str]) -> Vec<String> {
    let ran = folder.run(&[&["new", "quay", "--format", "jsonl"][..], more].concat());
    let mut ids: Vec<String> = ran.records().iter().map(|hit| text(&hit["id"])).collect();
    assert_eq!(ran.code, i32::from(ids.is_empty()), "{ran:?}");
    ids.sort();
    ids
}

#[test]
fn what_comes_in_is_listed_once() {
    let folder = saved();
    assert_eq!(new(&folder, &[]), [""; 0]);
    folder.write("pages/b.jsonl", article("three", "A third quay.") + &article("dog", "A dog barked."));
    folder.index();
    assert_eq!(new(&folder, &["--peek"]), ["three"]);
    assert_eq!(new(&folder, &[]), ["three"]);
    assert_eq!(new(&folder, &[]), [""; 0]);
}

#[test]
fn what_is_read_again_is_not_new() {
    let folder = saved();
    let again = article("one", "The quay was swept, and swept again.") + &article("two", "No quay.");
    folder.write("pages/a.jsonl", again);
    folder.index();
    assert_eq!(new(&folder, &[]), [""; 0], "the articles were there, with other texts");
    folder.run(&["index", "pages", "--rebuild"]).ends_with(0);
    assert_eq!(new(&folder, &[]), [""; 0], "the archive was made anew");
}

#[test]
fn a_look_at_an_archive_half_made_anew_forgets_nothing() {
    let folder = saved();
    let whole = fs::read_to_string(folder.path("pages/a.jsonl")).unwrap();
    folder.write("pages/a.jsonl", article("owl", "An owl sat on a pier."));
    folder.index();
    assert_eq!(new(&folder, &[]), [""; 0]);
    folder.write("pages/a.jsonl", whole);
    folder.index();
    assert_eq!(new(&folder, &[]), [""; 0], "they were seen before they were gone");
}

#[test]
fn searches_are_listed_replaced_and_forgotten() {
    let folder = saved();
    let listed = folder.run(&["saved"]).ends_with(0);
    assert!(listed.out.starts_with("quay  ") && listed.out.contains("quay OR swept  2 articles seen"), "{listed:?}");
    folder.run(&["save", "quay", "owl"]).ends_with(2).says(&["a search called quay is saved already", "--replace"]);
    folder.run(&["save", "quay", "owl", "--replace"]).ends_with(0);
    let listed = folder.run(&["saved", "--json"]).ends_with(0).json();
    assert_eq!((&listed[0]["query"], &listed[0]["seen"]), (&json!("owl"), &json!(1)));
    folder.run(&["forget", "quya"]).ends_with(2).says(&["no saved search is called quya; did you mean quay?"]);
    folder.run(&["forget", "quay"]).ends_with(0);
    folder.run(&["saved"]).ends_with(1);
    folder.run(&["new", "quay"]).ends_with(2).says(&["no saved search is called quay"]);
}

#[test]
fn what_cannot_be_saved_is_said() {
    let folder = saved();
    folder.run(&["save", "x", "titel:quay"]).ends_with(2).says(&["titel", "^"]);
    folder.run(&["save", "../x", "quay"]).ends_with(2).says(&["the name of a saved search"]);
    folder.run(&["save", "x", "quay", "--index", "elsewhere"]).ends_with(2).says(&["no archive in elsewhere"]);
    let path = folder.path("index/saved/quay.search");
    fs::write(path, "{}").unwrap();
    folder.run(&["new", "quay"]).ends_with(2).says(&["quay.search, line 1: it is no saved search"]);
}

#[test]
fn searches_can_be_kept_elsewhere() {
    let folder = saved();
    folder.run_with(&["save", "owls", "owl"], &[("NEWSSEARCH_SAVED", "mine")]).ends_with(0);
    assert!(folder.path("mine/owls.search").exists() && !folder.path("index/saved/owls.search").exists());
    folder.run(&["new", "owls", "--saved", "mine"]).ends_with(1);
    folder.run(&["new", "owls"]).ends_with(2);
}

#[test]
fn a_look_that_was_not_written_to_the_end_is_none() {
    let folder = saved();
    folder.write("pages/b.jsonl", article("three", "A third quay."));
    folder.index();
    folder.run(&["new", "quay", "--format", "csv", "--output", "nosuch/x.csv"]).ends_with(2);
    assert_eq!(new(&folder, &["--peek"]), ["three"]);
}

#[test]
fn what_is_new_comes_in_every_form() {
    let folder = saved();
    folder.write("pages/b.jsonl", article("three", "A third quay."));
    folder.index();
    let ran = folder.run(&["new", "quay", "--peek"]).ends_with(0);
    assert!(ran.out.contains("Article three"), "{ran:?}");
    let ran = folder.run(&["new", "quay", "--peek", "--format", "csv", "--fields", "id,body"]).ends_with(0);
    assert_eq!(ran.out, "id,body\r\nthree,A third quay.\r\n");
    let ran = folder.run(&["new", "quay", "--format", "ris"]).ends_with(0);
    assert!(ran.out.starts_with("TY  - NEWS\r\n"), "{ran:?}");
}
