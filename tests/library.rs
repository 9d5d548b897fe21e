//! The library without the program: ingest with progress, archives shared between threads, the same answers every time.

mod support;

use std::{
    collections::BTreeSet,
    fs,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use newssearch::{
    Archive, Article, Error, Field, IngestOptions, Page, Progress, Query, QueryError, Related, RelatedOptions, Report,
    Results, SearchOptions, Skip, SkipReason, Sort, Stats, UrlMap, clear, extract, extract_all, ingest,
};
use serde_json::json;
use support::{Folder, corpus, page};

/// Lines that are worked on together, as the pipeline has it; files of more lines take several batches.
const BATCH_LINES: u64 = 512;

const fn is_send_and_sync<T: Send + Sync>() {}

/// What a server holds on to or hands from thread to thread; checked when this is compiled.
const _: () = {
    is_send_and_sync::<Archive>();
    is_send_and_sync::<Article>();
    is_send_and_sync::<Error>();
    is_send_and_sync::<IngestOptions>();
    is_send_and_sync::<Query>();
    is_send_and_sync::<QueryError>();
    is_send_and_sync::<Related>();
    is_send_and_sync::<Report>();
    is_send_and_sync::<Results>();
    is_send_and_sync::<Stats>();
};

/// Ingests to the end.
fn fill(folder: &Folder, paths: &[PathBuf], options: &IngestOptions) -> Report {
    ingest(folder.path("index"), paths, options, |_| ControlFlow::Continue(())).expect("a run to its end")
}

/// Ingests until the callback was told of this many articles or more.
fn fill_until(folder: &Folder, paths: &[PathBuf], articles: u64) -> Report {
    let enough = |progress: &Progress| {
        if progress.articles >= articles { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    ingest(folder.path("index"), paths, &IngestOptions::default(), enough).expect("a run that is stopped")
}

fn open(folder: &Folder) -> Archive {
    Archive::open(folder.path("index")).expect("an archive")
}

/// Ids of all articles, sorted; fails where one is there twice.
fn ids(archive: &Archive) -> BTreeSet<String> {
    let options = SearchOptions { limit: 100_000, snippet_chars: 0, ..SearchOptions::default() };
    let results = archive.search(&Query::Everything, &options).expect("a search");
    let ids: BTreeSet<String> = results.hits.iter().map(|hit| hit.article.id.clone()).collect();
    assert_eq!(ids.len(), results.hits.len(), "an article is there twice");
    assert_eq!(results.total, Some(ids.len() as u64));
    ids
}

fn lines(ids: std::ops::Range<u64>) -> String {
    let line = |id| {
        json!({ "id": format!("r{id}"), "title": format!("Quay {id}"), "text": "The quay was swept." }).to_string()
            + "\n"
    };
    ids.map(line).collect()
}

fn count(archive: &Archive, query: &str) -> u64 {
    let query = Query::parse(query).expect("a query");
    archive.search(&query, &SearchOptions::default()).expect("a search").total.expect("a total is asked for")
}

/// A page and a file of lines, twice, so that they are read in four batches.
fn four_batches() -> Folder {
    let story = "The ferry to the outer islands sailed on Tuesday for the first time since the autumn storms broke her ramp at the pier.";
    Folder::with(&[
        ("pages/a.html", &page("First ferry", &[story, story])),
        ("pages/b.jsonl", &lines(0..3)),
        ("pages/c.html", &page("Second ferry", &[story, story])),
        ("pages/d.jsonl", &lines(3..6)),
        ("pages/empty.html", ""),
        ("pages/e.pdf", "no page"),
    ])
}

// Runs.

#[test]
fn a_run_tells_how_far_it_is_and_reports_what_it_did() {
    let folder = four_batches();
    let mut told: Vec<Progress> = Vec::new();
    let report = ingest(folder.path("index"), &[folder.path("pages")], &IngestOptions::default(), |progress| {
        told.push(*progress);
        ControlFlow::Continue(())
    })
    .expect("a run to its end");
    let (first, last) = (told[0], told[told.len() - 1]);
    assert_eq!((first.files_done, first.files_total, first.bytes_done), (0, 5, 0));
    assert_eq!((last.files_done, last.articles, last.skipped), (5, 8, 1));
    assert_eq!((last.bytes_done, last.bytes_total), (first.bytes_total, first.bytes_total));
    assert!(told.len() >= 5, "after each batch");
    assert!(
        told.is_sorted_by_key(|progress| (progress.files_done, progress.bytes_done, progress.articles)),
        "{told:?}"
    );

    assert_eq!((report.articles, report.files_read, report.files_ignored, report.skipped), (8, 5, 1, 1));
    assert_eq!((report.archive_articles, report.stopped, report.is_clean()), (8, false, false));
    assert_eq!(report.skips[0].file, "pages/empty.html");
    assert_eq!(report.skips[0].skip, Skip { record: None, reason: SkipReason::Empty });
    assert!(report.disk_bytes > 0);
    assert_eq!(report.skipped_by_reason["empty"], 1);
    assert_eq!((report.dates_unread, report.unread_dates), (0, Vec::new()));
}

#[test]
fn a_run_that_is_stopped_keeps_what_it_did_and_the_next_goes_on() {
    let folder = four_batches();
    let paths = [folder.path("pages")];
    let first = fill_until(&folder, &paths, 4);
    assert_eq!((first.stopped, first.articles, first.archive_articles), (true, 4, 4));
    let archive = open(&folder);
    assert_eq!(ids(&archive).len(), 4);
    let second = fill(&folder, &paths, &IngestOptions::default());
    assert_eq!((second.stopped, second.articles), (false, 4));
    archive.reload().expect("a newer state");
    assert_eq!(ids(&archive).len(), 8);
    assert_eq!(fill(&folder, &paths, &IngestOptions::default()).articles, 0);
}

#[test]
fn a_run_that_is_stopped_at_once_says_so_and_loses_nothing() {
    let folder = four_batches();
    let paths = [folder.path("pages")];
    let report = fill_until(&folder, &paths, 0);
    assert_eq!((report.articles, report.stopped), (0, true));
    assert_eq!(fill(&folder, &paths, &IngestOptions::default()).articles, 8);
}

#[test]
fn a_file_of_lines_is_gone_on_with_from_where_it_was_left() {
    let folder = Folder::new();
    let all = BATCH_LINES * 2 + 500;
    // The last line has an id of the first batch: known again, though another run read that.
    folder.write("pages/a.jsonl", lines(0..all) + &lines(5..6));
    let paths = [folder.path("pages")];
    let first = fill_until(&folder, &paths, 1);
    assert_eq!((first.stopped, first.articles), (true, BATCH_LINES));
    let second = fill_until(&folder, &paths, 1);
    assert_eq!((second.stopped, second.articles), (true, BATCH_LINES), "the lines behind the first ones");
    let third = fill(&folder, &paths, &IngestOptions::default());
    assert_eq!((third.articles, third.archive_articles), (500, all));
    assert_eq!(third.skips[0].skip.reason, SkipReason::DuplicateId("r5".to_owned()));
    assert_eq!(ids(&open(&folder)).len() as u64, all);
    assert_eq!(fill(&folder, &paths, &IngestOptions::default()).files_unchanged, 1);
}

#[test]
fn a_file_of_lines_that_changed_meanwhile_is_read_from_its_start() {
    let folder = Folder::new();
    folder.write("pages/a.jsonl", lines(0..BATCH_LINES * 2));
    let paths = [folder.path("pages")];
    fill_until(&folder, &paths, 1);
    folder.write("pages/a.jsonl", lines(100_000..100_010));
    let report = fill(&folder, &paths, &IngestOptions::default());
    assert_eq!((report.articles, report.archive_articles), (10, 10));
}

#[test]
fn commits_on_the_way_are_seen_while_the_run_goes_on() {
    let folder = Folder::new();
    folder.write("pages/a.jsonl", lines(0..BATCH_LINES * 2));
    let options = IngestOptions { commit_seconds: 0, ..IngestOptions::default() };
    let mut seen = Vec::new();
    let report = ingest(folder.path("index"), &[folder.path("pages")], &options, |progress| {
        if progress.articles > 0 {
            seen.push((progress.articles, count(&open(&folder), "quay")));
        }
        ControlFlow::Continue(())
    });
    assert_eq!(report.expect("a run to its end").articles, BATCH_LINES * 2);
    assert!(seen.iter().any(|(told, _)| *told == BATCH_LINES), "{seen:?}");
    assert!(seen.iter().all(|(told, found)| told == found), "{seen:?}");
}

#[test]
fn a_run_that_dies_leaves_its_last_commit_and_the_next_goes_on_from_there() {
    let folder = Folder::new();
    folder.write("pages/a.jsonl", lines(0..BATCH_LINES * 3));
    let paths = [folder.path("pages")];
    let mut commits = 0;
    for commit_seconds in [0, 3600] {
        let options = IngestOptions { commit_seconds, ..IngestOptions::default() };
        let died = catch_unwind(AssertUnwindSafe(|| {
            ingest(folder.path("index"), &paths, &options, |progress| {
                assert!(progress.articles == 0, "the run dies here");
                ControlFlow::Continue(())
            })
        }));
        assert!(died.is_err());
        commits += u64::from(commit_seconds == 0);
        assert_eq!(count(&open(&folder), "quay"), BATCH_LINES * commits, "only what was committed counts");
    }
    let report = fill(&folder, &paths, &IngestOptions::default());
    assert_eq!((report.articles, report.archive_articles), (BATCH_LINES * 2, BATCH_LINES * 3));
    assert_eq!(ids(&open(&folder)).len() as u64, BATCH_LINES * 3);
}

#[test]
fn settings_out_of_range_and_paths_that_are_not_there_are_errors() {
    let folder = four_batches();
    let run = |paths: &[PathBuf], options: &IngestOptions| {
        ingest(folder.path("index"), paths, options, |_| ControlFlow::Continue(()))
    };
    let small = IngestOptions { memory_bytes: 1, ..IngestOptions::default() };
    assert!(matches!(run(&[folder.path("pages")], &small), Err(Error::Setting { .. })));
    let many = IngestOptions { threads: 100_000, ..IngestOptions::default() };
    let none = IngestOptions { page_bytes_max: 0, ..IngestOptions::default() };
    for (options, name) in [(&small, "memory"), (&many, "threads"), (&none, "page-bytes-max")] {
        let error = run(&[folder.path("pages")], options).expect_err("a setting out of its range").to_string();
        assert!(error.starts_with(name) && error.contains("but must be"), "{error}");
    }
    assert!(matches!(run(&[folder.path("nowhere")], &IngestOptions::default()), Err(Error::Read { .. })));
    assert!(!folder.path("index").exists(), "nothing is left behind");
    assert!(matches!(Archive::open(folder.path("index")), Err(Error::NoArchive { .. })));
    assert!(matches!(Archive::open(folder.path("pages/a.html")), Err(Error::NoArchive { .. })));
}

#[test]
fn a_cleared_archive_is_made_anew() {
    let folder = four_batches();
    let paths = [folder.path("pages")];
    fill(&folder, &paths, &IngestOptions::default());
    folder.write("index/notes.md", "kept by hand");
    clear(folder.path("index")).expect("cleared");
    assert!(matches!(Archive::open(folder.path("index")), Err(Error::NoArchive { .. })));
    assert!(folder.path("index/notes.md").exists());
    assert_eq!(fill(&folder, &paths, &IngestOptions::default()).articles, 8);
    clear(folder.path("elsewhere")).expect("there was nothing to clear");
}

#[test]
fn an_archive_moves_together_with_its_pages() {
    let folder = four_batches();
    fs::create_dir(folder.path("old")).expect("a folder");
    fs::rename(folder.path("pages"), folder.path("old/pages")).expect("moved");
    let run = |place: &str| {
        let paths = [folder.path(place).join("pages")];
        ingest(folder.path(place).join("index"), &paths, &IngestOptions::default(), |_| ControlFlow::Continue(()))
            .expect("a run")
    };
    assert_eq!(run("old").articles, 8);
    fs::rename(folder.path("old"), folder.path("new")).expect("moved");
    let again = run("new");
    assert_eq!((again.articles, again.files_unchanged, again.files_removed), (0, 5, 0));
}

// Searching.

#[test]
fn an_open_archive_stays_as_it_was_until_it_is_reloaded() {
    let folder = four_batches();
    let paths = [folder.path("pages")];
    fill(&folder, &paths, &IngestOptions::default());
    let archive = open(&folder);
    let other = archive.clone();
    folder.remove("pages/d.jsonl");
    folder.write("pages/f.jsonl", lines(10..15));
    fill(&folder, &paths, &IngestOptions::default());
    assert_eq!((count(&archive, "quay"), count(&other, "quay")), (6, 6));
    archive.reload().expect("a newer state");
    assert_eq!((count(&archive, "quay"), count(&other, "quay")), (8, 8), "clones show the same");
}

#[test]
fn threads_search_while_a_run_commits() {
    let folder = Folder::new();
    folder.write("pages/a.jsonl", lines(0..100));
    let paths = [folder.path("pages")];
    fill(&folder, &paths, &IngestOptions::default());
    let archive = open(&folder);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let search = |archive: Archive| {
            let (mut searches, mut last) = (0, 0);
            while !done.load(Ordering::Relaxed) || searches == 0 {
                archive.reload().expect("a newer state");
                let found = count(&archive, "quay");
                assert!(found >= 100, "{found} after {last}");
                let article = archive.article("r7").expect("an article that is always there");
                assert!(
                    archive.related(&article, &RelatedOptions::default()).expect("related ones").articles.len() == 10
                );
                (searches, last) = (searches + 1, found);
            }
            searches
        };
        let readers: Vec<_> =
            (0..4).map(|_| archive.clone()).map(|archive| scope.spawn(move || search(archive))).collect();
        let options = IngestOptions { commit_seconds: 0, ..IngestOptions::default() };
        for round in 1..6 {
            folder.write(&format!("pages/b{round}.jsonl"), lines(round * 1_000..round * 1_000 + 200));
            fill(&folder, &paths, &options);
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().expect("a thread that ends well") > 0);
        }
    });
    archive.reload().expect("a newer state");
    assert_eq!(count(&archive, "quay"), 1_100);
}

#[test]
fn articles_are_given_by_name_and_related_ones_share_terms() {
    let folder = Folder::new();
    let report = fill(&folder, &[corpus()], &corpus_options(0));
    assert!(report.is_clean(), "{:?}", report.skips);
    let archive = open(&folder);
    let article = archive.article("dam-wire-nl").expect("by page name");
    assert!(!article.blocks.is_empty());
    for name in [&article.id, article.url.as_ref().expect("an address")] {
        assert_eq!(archive.article(name).expect("by another name"), article);
    }
    assert!(matches!(archive.article("nosuchpage"), Err(Error::NoArticle { name }) if name == "nosuchpage"));

    let options = RelatedOptions { limit: 5, terms: 3, ..RelatedOptions::default() };
    let related = archive.related(&article, &options).expect("related ones").articles;
    assert_eq!(related.len(), 5);
    for (one, rank) in related.iter().zip(1..) {
        assert_eq!((one.rank, one.shared.len()), (rank, 3));
        assert!(one.article.id != article.id && one.article.blocks.is_empty());
    }
    assert!(related.is_sorted_by(|a, b| a.score >= b.score));
    // An article need not be in the archive.
    let bytes = page(
        "Dam above Orrinford slips",
        &["The earth dam above Orrinford slipped in the night, and thousands of people left the Orrin valley."; 2],
    );
    let stranger = extract(&Page { bytes: bytes.into_bytes(), ..Page::default() }).expect("an article");
    let related = archive.related(&stranger, &options).expect("related ones").articles;
    assert!(related[0].article.page.contains("dam") || related[0].article.title.contains("Orrin"), "{:?}", related[0]);
}

#[test]
fn limits_out_of_range_are_errors() {
    let folder = four_batches();
    fill(&folder, &[folder.path("pages")], &IngestOptions::default());
    let archive = open(&folder);
    for (limit, offset) in [(0, 0), (100_001, 0), (1, 100_000), (1, usize::MAX), (usize::MAX, 1)] {
        let options = SearchOptions { limit, offset, ..SearchOptions::default() };
        assert!(matches!(archive.search(&Query::Everything, &options), Err(Error::Setting { .. })), "{limit} {offset}");
    }
    let article = archive.article("r1").expect("an article");
    for limit in [0, 100_001, usize::MAX] {
        let options = RelatedOptions { limit, terms: 1, ..RelatedOptions::default() };
        assert!(matches!(archive.related(&article, &options), Err(Error::Setting { .. })), "{limit}");
    }
}

#[test]
fn totals_and_snippets_are_given_where_they_are_asked_for() {
    let folder = four_batches();
    fill(&folder, &[folder.path("pages")], &IngestOptions::default());
    let archive = open(&folder);
    let query = Query::parse("ferry").expect("a query");
    let plain = SearchOptions { total: false, snippet_chars: 0, ..SearchOptions::default() };
    let results = archive.search(&query, &plain).expect("a search");
    assert_eq!((results.total, results.hits.len()), (None, 2));
    assert!(results.hits.iter().all(|hit| hit.snippet.is_none() && hit.article.blocks.is_empty()));
    let short = SearchOptions { snippet_chars: 40, ..SearchOptions::default() };
    for hit in archive.search(&query, &short).expect("a search").hits {
        let snippet = hit.snippet.expect("a snippet");
        assert!(snippet.text.chars().count() <= 40 + "… ".len() + " …".len(), "{snippet:?}");
        assert!(
            snippet.matches.iter().all(|bytes| snippet.text[bytes.clone()].eq_ignore_ascii_case("ferry")),
            "{snippet:?}"
        );
    }
}

#[test]
fn stats_count_what_is_there() {
    let folder = Folder::new();
    let line = |id: u32, date: &str, source: &str| {
        json!({ "id": id, "title": "Quay", "text": "The quay was swept.", "date": date, "source": source, "section": "Harbour" }).to_string()
    };
    folder.write(
        "pages/a.jsonl",
        [line(1, "1912-03-04", "Courier"), line(2, "2022-04", "Courier"), line(3, "", "Ledger")].join("\n"),
    );
    fill(&folder, &[folder.path("pages")], &IngestOptions::default());
    let stats = open(&folder).stats().expect("counts");
    assert_eq!((stats.articles, stats.files, stats.skipped, stats.undated, stats.older_versions), (3, 1, 0, 1, 0));
    assert_eq!((stats.first_day.as_deref(), stats.last_day.as_deref()), (Some("1912-03-04"), Some("2022-04-01")));
    let named =
        |counted: &[newssearch::Counted]| counted.iter().map(|c| (c.name.clone(), c.articles)).collect::<Vec<_>>();
    assert_eq!(named(&stats.sources), [("Courier".to_owned(), 2), ("Ledger".to_owned(), 1)]);
    assert_eq!(named(&stats.sections), [("Harbour".to_owned(), 3)]);
}

// The same corpus gives the same answers.

fn corpus_options(threads: usize) -> IngestOptions {
    let urls = fs::read(corpus().join("urls.json")).expect("addresses");
    let urls: UrlMap = serde_json::from_slice(&urls).expect("JSON");
    IngestOptions { threads, urls, ..IngestOptions::default() }
}

/// A query and its order, or the first hit whose related articles these are, with ids and scores of what was found.
type Answer = (String, Vec<(String, f32)>);

/// Hits of some queries, in order, and what is related to each first hit.
fn answers(archive: &Archive) -> Vec<Answer> {
    let queries = [
        "North Korea letters",
        "harbour OR dam",
        "the",
        "source:courier -strike",
        "*",
        "date:2021..2023 water",
        "강 편지",
        "\"central bank\"",
    ];
    let mut answers = Vec::new();
    for query in queries {
        let query = Query::parse(query).expect("a query");
        for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest] {
            let options = SearchOptions { limit: 200, sort, ..SearchOptions::default() };
            let hits = archive.search(&query, &options).expect("a search").hits;
            if let Some(first) = hits.first() {
                let first = archive.article(&first.article.id).expect("the first hit");
                let related = archive.related(&first, &RelatedOptions::default()).expect("related ones").articles;
                answers.push((
                    format!("related {}", first.id),
                    related.into_iter().map(|one| (one.article.id, one.score)).collect(),
                ));
            }
            answers.push((
                format!("{query}, {sort:?}"),
                hits.into_iter().map(|hit| (hit.article.id, hit.score)).collect(),
            ));
        }
    }
    answers
}

#[test]
fn the_number_of_threads_changes_no_id_no_order_and_no_score() {
    let of = |threads| {
        let folder = Folder::new();
        fill(&folder, &[corpus()], &corpus_options(threads));
        answers(&open(&folder))
    };
    let one = of(1);
    assert!(one.iter().all(|(_, found)| !found.is_empty()));
    for threads in [2, 8] {
        for (with_one, with_more) in one.iter().zip(of(threads)) {
            assert_eq!(*with_one, with_more, "{threads} threads");
        }
    }
}

/// Pages of the corpus that are another capture or form of a page that is there too.
const OTHER_VERSIONS: [&str; 4] = [
    "cranes-move-again-deal-amp",
    "eelgrass-seed-boat-shared",
    "orrin-evacuees-count-a",
    "school-on-the-moor-radio-print",
];

/// The files of the corpus, in order.
fn corpus_files() -> Vec<PathBuf> {
    let mut folders = vec![corpus()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten().filter(|entry| entry.file_name() != "README.md")
        {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending != "json"));
    files.sort();
    files
}

/// Fills an archive with files, a few of them a run.
fn fill_in_parts(folder: &Folder, files: &[PathBuf], files_a_run: usize) {
    for part in files.chunks(files_a_run) {
        fill(folder, part, &corpus_options(0));
    }
}

/// Checks that answers are those of the whole, in what `of` takes from them.
fn check_same<T: PartialEq + std::fmt::Debug>(whole: &[Answer], parts: &[Answer], of: impl Fn(&Answer) -> T) {
    assert_eq!(whole.len(), parts.len());
    for (whole, parts) in whole.iter().zip(parts) {
        assert_eq!(of(whole), of(parts), "{}:\n{:?}\n{:?}", whole.0, whole.1, parts.1);
    }
}

#[test]
fn many_small_runs_in_any_order_give_what_one_run_gives() {
    let mut files = corpus_files();
    files.retain(|path| OTHER_VERSIONS.iter().all(|name| !path.to_string_lossy().contains(name)));
    let whole = Folder::new();
    fill(&whole, &files, &corpus_options(0));
    let whole = answers(&open(&whole));
    for files_a_run in [7, 30] {
        files.reverse();
        let parts = Folder::new();
        fill_in_parts(&parts, &files, files_a_run);
        check_same(&whole, &answers(&open(&parts)), |(query, found)| {
            (query.clone(), found.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>())
        });
    }
}

#[test]
fn the_same_versions_are_found_whatever_the_order_they_came_in() {
    let mut files = corpus_files();
    let whole = Folder::new();
    fill(&whole, &files, &corpus_options(0));
    let articles = |folder: &Folder| {
        let archive = open(folder);
        ids(&archive).iter().map(|id| archive.article(id).expect("an article")).collect::<Vec<_>>()
    };
    for files_a_run in [1, 40] {
        files.reverse();
        let parts = Folder::new();
        fill_in_parts(&parts, &files, files_a_run);
        for (whole, parts) in articles(&whole).into_iter().zip(articles(&parts)) {
            assert_eq!(whole, parts);
        }
        let stats = open(&parts).stats().expect("counts");
        assert_eq!((stats.articles, stats.older_versions), (104, 4));
    }
}

// Extraction without an archive.

#[test]
fn pages_are_extracted_in_the_order_of_their_names() {
    let folder = four_batches();
    let mut seen: Vec<(String, Option<String>)> = Vec::new();
    extract_all::<Error>(&[folder.path("pages")], &IngestOptions::default(), |file, found| {
        let name = Path::new(file).file_name().expect("a name").to_string_lossy().into_owned();
        seen.push((name, found.ok().map(|article| article.page)));
        Ok(())
    })
    .expect("all pages");
    let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["a.html", "b.jsonl", "b.jsonl", "b.jsonl", "c.html", "d.jsonl", "d.jsonl", "d.jsonl", "empty.html"]
    );
    assert_eq!(seen[1].1.as_deref(), Some("r0"));
    assert_eq!(seen[8].1, None);
    let stopped = extract_all(&[folder.path("pages")], &IngestOptions::default(), |_, _| {
        Err(Error::NoArticle { name: "stop".to_owned() })
    });
    assert!(matches!(stopped, Err(Error::NoArticle { .. })), "what the callback returns comes back");
}

#[test]
fn fields_have_names_and_queries_are_built_from_parts() {
    for (field, name) in Field::NAMED {
        assert_eq!(field.name(), name);
        let query: Query = format!("{name}:quay").parse().expect("a query");
        assert_eq!(query, Query::Word { field, text: "quay".to_owned() });
    }
}

#[test]
fn a_word_of_a_language_with_few_articles_is_found_as_it_stands() {
    let folder = Folder::new();
    let mut text = lines(0..400);
    text += &json!({"id": "insel", "title": "Inseln wieder erreichbar", "language": "de",
        "body": "Die Fähren zu den Inseln fahren wieder, wie die Reederei am Montag mitteilte."})
    .to_string();
    let file = folder.write("a.jsonl", text + "\n");
    fill(&folder, &[file], &IngestOptions::default());
    let archive = open(&folder);
    for query in ["Inseln", "title:Inseln", "Insel", "Reederei"] {
        assert_eq!(count(&archive, query), 1, "{query}");
    }
}

#[test]
fn what_lies_outside_of_a_run_s_folders_stays_and_what_is_gone_below_them_goes() {
    let folder = Folder::new();
    let inside = folder.write("home/pages/a.jsonl", lines(0..1));
    folder.write("home/pages/b.jsonl", lines(1..2));
    folder.write("outside/c.jsonl", lines(2..3));
    let run = |paths: &[&str]| {
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path(path)).collect();
        let report =
            ingest(folder.path("home/index"), &paths, &IngestOptions::default(), |_| ControlFlow::Continue(()));
        let report = report.expect("a run to its end");
        (report.files_removed, report.archive_articles)
    };
    assert_eq!(run(&["home/pages", "outside"]), (0, 3));
    // The folder that names are relative to.
    assert_eq!(run(&["home"]), (0, 3), "what lies outside stays");
    fs::remove_file(inside).expect("a file removed");
    // One above it.
    assert_eq!(run(&["home/.."]), (1, 2), "what is gone below goes");
    fs::remove_file(folder.path("outside/c.jsonl")).expect("a file removed");
    assert_eq!(run(&["home"]), (0, 2));
    assert_eq!(run(&["home/../."]), (1, 1));
}

#[cfg(target_os = "linux")]
#[test]
fn files_whose_names_are_no_text_are_told_apart() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let folder = Folder::new();
    for (bytes, id) in [(&b"caf\xe8.jsonl"[..], 0), (b"caf\xe9.jsonl", 1), (b"caf%E8.jsonl", 2)] {
        let file = folder.path("pages").join(OsStr::from_bytes(bytes));
        fs::create_dir_all(folder.path("pages")).expect("a folder");
        fs::write(file, lines(id..id + 1)).expect("a file");
    }
    let paths = [folder.path("pages")];
    for articles in [2, 0] {
        let report = fill(&folder, &paths, &IngestOptions::default());
        assert_eq!((report.articles, report.archive_articles, report.files_removed), (articles, 2, 0));
        // What is written like an address already is told, for two cannot have one name.
        assert_eq!((report.skips.len(), report.skips[0].file.as_str()), (1, "pages/caf%E8.jsonl"));
    }
    fs::remove_file(paths[0].join(OsStr::from_bytes(b"caf\xe9.jsonl"))).expect("a file removed");
    assert_eq!(fill(&folder, &paths, &IngestOptions::default()).files_removed, 1);
}

#[test]
fn a_resumed_run_takes_in_what_an_unbroken_one_does() {
    let line = |id: &str, text: &str| json!({ "id": id, "text": text }).to_string() + "\n";
    let odd = "\u{feff}".to_owned() + &line("first", "x") + &line("no story", " ") + &line("two\nlines", "x");
    let again = line("first", "y") + &line("no story", "y") + &line("two lines", "y");
    let whole = Folder::with(&[("pages/a.jsonl", &(odd + &lines(0..BATCH_LINES) + &again))]);
    let parts = Folder::new();
    parts.write("pages/a.jsonl", fs::read(whole.path("pages/a.jsonl")).expect("a file"));
    fill(&whole, &[whole.path("pages")], &IngestOptions::default());
    fill_until(&parts, &[parts.path("pages")], 1);
    fill(&parts, &[parts.path("pages")], &IngestOptions::default());
    let ids_of_whole = ids(&open(&whole));
    assert!(ids_of_whole.contains("no story") && ids_of_whole.len() as u64 == BATCH_LINES + 3);
    assert_eq!(ids(&open(&parts)), ids_of_whole);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_above_brings_nothing_in_twice() {
    let folder = Folder::new();
    let file = folder.write("pages/2022/a.jsonl", lines(0..3));
    let pages = folder.path("pages");
    std::os::unix::fs::symlink("..", pages.join("up")).expect("a link made");
    std::os::unix::fs::symlink("2022", pages.join("latest")).expect("a link made");
    let report = fill(&folder, &[pages], &IngestOptions::default());
    assert_eq!((report.articles, report.archive_articles), (3, 3), "{file:?} {report:?}");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_that_is_passed_over_where_it_lies_is_followed() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    folder.write("pages/.store/2022/a.jsonl", lines(0..3));
    let pages = folder.path("pages");
    symlink(".store/2022", pages.join("latest")).expect("a link made");
    let paths = [pages.clone()];
    let report = fill(&folder, &paths, &IngestOptions::default());
    assert_eq!((report.articles, report.archive_articles), (3, 3), "{report:?}");
    // The archive's own folder is not come into by a link either.
    symlink("../index", pages.join("own")).expect("a link made");
    folder.write("index/b.jsonl", lines(3..4));
    let report = fill(&folder, &paths, &IngestOptions::default());
    assert_eq!((report.articles, report.archive_articles), (0, 3), "{report:?}");
}
