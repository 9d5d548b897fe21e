//! Archives of old formats, kept in `tests/data/archives`: what is of another version is refused with what to do.

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use newssearch::{Archive, Error, Query, SearchOptions, repair, verify};
use serde_json::Value;
use support::{Folder, states};

fn kept() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/archives");
    let entries = fs::read_dir(folder).expect("old archives").map(|entry| entry.expect("an entry").path());
    let named = |path: PathBuf| {
        let version = path.file_name()?.to_str()?.strip_prefix("format-")?.to_owned();
        Some((version, path))
    };
    entries.filter_map(named).collect()
}

/// The version that this build writes.
fn current() -> String {
    let folder = Folder::with(&[("pages/a.html", &support::page("A page", &["It has a story of a few words in it."]))]);
    folder.index();
    let manifest = fs::read(folder.path("index/archive.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    format!("{}.{}", manifest["format"], manifest["analysis"])
}

#[test]
fn old_archives_are_refused_with_what_to_do_and_the_current_one_answers() {
    let current = current();
    let mut seen = 0;
    for (version, path) in kept() {
        // A copy: nothing in the tree is to change.
        let folder = Folder::new();
        states::copy(&path, &folder.path("index"));
        let before = fs::read(folder.path("index/segments/meta.json")).expect("a commit");
        seen += 1;
        if version == current {
            assert_eq!(verify(folder.path("index")).expect("an archive"), []);
            let archive = Archive::open(folder.path("index")).expect("an archive of this version");
            let query = Query::parse("islanders bull").expect("a query");
            assert_eq!(archive.search(&query, &SearchOptions::default()).expect("a search").hits.len(), 1);
            continue;
        }
        for args in [&["query", "ferry"][..], &["stats"], &["show", "ferry"], &["index", "index/.."]] {
            folder.run(args).ends_with(2).says(&["has format", &version, &current, "newssearch index --rebuild"]);
        }
        assert!(matches!(verify(folder.path("index")), Err(Error::FormatVersion { .. })));
        assert!(matches!(repair(folder.path("index")), Err(Error::FormatVersion { .. })));
        assert_eq!(fs::read(folder.path("index/segments/meta.json")).expect("a commit"), before, "nothing changed");
        folder.write("pages/a.html", support::page("A page", &["It has a story of a few words in it."]));
        folder.run(&["index", "pages", "--rebuild"]).ends_with(0);
        assert_eq!(folder.titles("story"), ["A page"]);
    }
    assert!(seen >= 2, "old archives were not found");
}

#[test]
fn an_archive_of_this_version_is_kept_as_test_data() {
    let current = current();
    assert!(
        kept().iter().any(|(version, _)| *version == current),
        "add tests/data/archives/format-{current}; README.md there says how"
    );
}
