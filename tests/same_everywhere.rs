//! The same corpus gives the same ids, hits, order and scores, however it got into the archive.

mod support;

use std::{fs, ops::ControlFlow, path::Path};

use newssearch::{Archive, IngestOptions, ingest};
use support::{
    Folder,
    answers::{Answers, answers, check_same},
    states,
};

const SCALE: u64 = 6;

fn fill(folder: &Folder, paths: &[std::path::PathBuf], options: &IngestOptions) {
    ingest(folder.path("index"), paths, options, |_| ControlFlow::Continue(())).expect("a run to its end");
}

fn answers_of(folder: &Folder) -> Answers {
    answers(&Archive::open(folder.path("index")).expect("an archive"))
}

/// The archive of the last state, made in one run.
fn fresh(threads: usize) -> Answers {
    let folder = Folder::new();
    states::write(&folder, 2, SCALE);
    fill(&folder, &[folder.path("pages")], &IngestOptions { threads, ..IngestOptions::default() });
    answers_of(&folder)
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() { files.extend(self::files(&entry)) } else { files.push(entry) }
    }
    files.sort();
    files
}

#[test]
fn threads_change_nothing() {
    let one = fresh(1);
    assert!(one.counts.0 > 300 && one.counts.1 > 0, "{:?}", one.counts);
    for threads in [2, 8] {
        check_same(&format!("{threads} threads"), &one, &fresh(threads));
    }
}

#[test]
fn runs_over_changes_and_deletions_give_what_one_run_gives() {
    let folder = Folder::new();
    for state in 0..states::STATES {
        let _ = fs::remove_dir_all(folder.path("pages"));
        states::write(&folder, state, SCALE);
        fill(&folder, &[folder.path("pages")], &IngestOptions { commit_seconds: 0, ..IngestOptions::default() });
    }
    check_same("three runs", &fresh(0), &answers_of(&folder));
}

#[test]
fn ten_runs_give_what_one_run_gives() {
    let folder = Folder::new();
    states::write(&folder, 2, SCALE);
    let files = files(&folder.path("pages"));
    for part in files.chunks(files.len().div_ceil(10)) {
        fill(&folder, part, &IngestOptions::default());
    }
    check_same("ten runs", &fresh(0), &answers_of(&folder));
}
