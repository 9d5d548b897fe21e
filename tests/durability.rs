//! The promises that nothing is lost: runs that are killed, stopped, refused, or that the disk fails.
//!
//! `NEWSSEARCH_KILLS` is the number of kills (24), `NEWSSEARCH_FAILURES` that of failing calls (12), `NEWSSEARCH_SEED`
//! where chance begins, `NEWSSEARCH_LOAD_SECONDS` how long readers search beside a writer (3).

#![cfg(unix)]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    ops::ControlFlow,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use newssearch::{Archive, Article, Error, IngestOptions, Query, RelatedOptions, SearchOptions, ingest, verify};
use support::{
    Folder,
    answers::{Answers, answers, articles, check_same},
    chance::{Chance, setting},
    note, program,
    states::{self, STATES},
};

/// Size of the corpus: some 600 articles.
const SCALE: u64 = 5;

/// Most kills of one run before it is let finish.
const KILLS_A_RUN_MAX: u64 = 3;

/// The program's run over `pages`, with a commit after every batch.
fn index_command(folder: &Folder, index: &Path, threads: u64) -> Command {
    let mut command = program(&["--index"]);
    command.arg(index).args(["index", "pages", "--commit-seconds", "0", "--threads", &threads.to_string()]);
    command.current_dir(folder.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn check_ended(output: &Output, code: i32) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked"), "{text}");
    assert_eq!(output.status.code(), Some(code), "{text}");
}

/// A corpus in one state, with an archive of it that was never killed.
struct Reference {
    folder: Folder,
    answers: Answers,
    /// Its articles by id, older versions left out.
    by_id: BTreeMap<String, Article>,
    /// How long the run took.
    took: Duration,
}

/// Each state's archive is made from that of the state before.
fn references() -> Vec<Reference> {
    let mut references: Vec<Reference> = Vec::new();
    for state in 0..STATES {
        let folder = Folder::new();
        states::write(&folder, state, SCALE);
        if let Some(before) = references.last() {
            states::copy(&before.folder.path("reference"), &folder.path("reference"));
        }
        let started = Instant::now();
        check_ended(&index_command(&folder, &folder.path("reference"), 2).output().expect("the program runs"), 0);
        let took = started.elapsed();
        let archive = Archive::open(folder.path("reference")).expect("an archive");
        let answers = answers(&archive);
        let by_id = answers.articles.iter().map(|article| (article.id.clone(), article.clone())).collect();
        references.push(Reference { folder, answers, by_id, took });
    }
    references
}

/// The archive after a kill: sound, and every article in it as one of the two states has it.
///
/// `known` are the articles that a reader saw before the kill; those that both states have must still be there.
fn check_after_kill(what: &str, index: &Path, before: Option<&Reference>, now: &Reference, known: u64) -> u64 {
    let archive = match Archive::open(index) {
        Ok(archive) => archive,
        Err(Error::NoArchive { .. }) if before.is_none() && known == 0 => return 0,
        Err(error) => panic!("{what}: {error}"),
    };
    assert_eq!(verify(index).expect("an archive"), [], "{what}");
    let mut found = BTreeMap::new();
    for article in articles(&archive) {
        found.insert(article.id.clone(), article);
    }
    for (id, article) in &found {
        let states = [before.and_then(|before| before.by_id.get(id)), now.by_id.get(id)];
        // A version that neither state shows may be live until versions are settled.
        let is_version = article.url.as_deref().is_some_and(|url| url.starts_with("https://news.example/"));
        assert!(is_version || states.into_iter().flatten().any(|state| state == article), "{what}: {article:?}");
    }
    if let Some(before) = before {
        for (id, article) in &before.by_id {
            if now.by_id.get(id) == Some(article) {
                assert!(found.contains_key(id), "{what}: {id} was committed, and is gone");
            }
        }
    }
    let stats = archive.stats().expect("counts");
    if before.is_none() {
        assert!(stats.articles + stats.older_versions >= known, "{what}: a reader had seen {known} articles");
    }
    archive.search(&Query::parse("harbour council").expect("a query"), &SearchOptions::default()).expect("a search");
    stats.articles + stats.older_versions
}

/// Articles that a reader sees, older versions too; 0 where there is no archive yet.
fn seen(index: &Path) -> u64 {
    match Archive::open(index) {
        Ok(archive) => archive.stats().map(|stats| stats.articles + stats.older_versions).expect("counts"),
        Err(Error::NoArchive { .. }) => 0,
        Err(error) => panic!("a reader beside a writer: {error}"),
    }
}

/// Lets a run go on for a while and kills it; gives how many articles a reader saw meanwhile, `None` where the run was
/// at its end before.
fn kill_after(mut child: Child, index: &Path, wait: Duration) -> Option<u64> {
    let until = Instant::now() + wait;
    let mut known = 0;
    while Instant::now() < until {
        known = known.max(seen(index));
        thread::sleep(Duration::from_millis(5).min(until.saturating_duration_since(Instant::now())));
    }
    child.kill().expect("a kill");
    let output = child.wait_with_output().expect("an end");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked"), "{text}");
    (output.status.signal() == Some(9)).then_some(known)
}

#[test]
fn a_run_that_is_killed_at_any_instant_loses_nothing() {
    let kills_wanted = setting("NEWSSEARCH_KILLS", 24);
    let seed = setting("NEWSSEARCH_SEED", 1);
    let references = references();
    let mut chance = Chance::new(seed);
    let (mut kills, mut between, mut rounds) = (0, 0, 0);
    while kills < kills_wanted {
        rounds += 1;
        let state = chance.below(STATES as u64) as usize;
        let (before, now) = (state.checked_sub(1).map(|before| &references[before]), &references[state]);
        let index = now.folder.path(&format!("index{rounds}"));
        if let Some(before) = before {
            states::copy(&before.folder.path("reference"), &index);
        }
        let mut known = 0;
        for kill in 0..=chance.below(KILLS_A_RUN_MAX) {
            let wait = Duration::from_micros(chance.below(now.took.as_micros() as u64 * 11 / 10));
            let child = index_command(&now.folder, &index, 1 + chance.below(4)).spawn().expect("the program runs");
            let Some(seen) = kill_after(child, &index, wait) else { break };
            kills += 1;
            let what = format!("seed {seed}, round {rounds}, state {state}, kill {kill} after {wait:?}");
            known = check_after_kill(&what, &index, before, now, seen.max(if before.is_none() { known } else { 0 }));
            between += u64::from(known > 0 && known < now.answers.counts.0 + now.answers.counts.1);
        }
        let what = format!("seed {seed}, round {rounds}, state {state}");
        check_ended(&index_command(&now.folder, &index, 2).output().expect("the program runs"), 0);
        assert_eq!(verify(&index).expect("an archive"), [], "{what}");
        check_same(&what, &now.answers, &answers(&Archive::open(&index).expect("an archive")));
        let left = leftovers(&index);
        assert!(left.is_empty(), "{what}: {left:?}");
        fs::remove_dir_all(&index).expect("a folder removed");
    }
    note(&format!("{kills} kills in {rounds} runs, {between} of them with a part of the articles committed"));
}

/// Files in an archive that is not being written that have no business there.
fn leftovers(index: &Path) -> Vec<PathBuf> {
    let names = |folder: &Path| fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path());
    let mut files: Vec<PathBuf> = names(index).chain(names(&index.join("segments"))).collect();
    let meta = fs::read_to_string(index.join("segments/meta.json")).expect("a commit").replace('-', "");
    files.retain(|path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        let of_segment = name.len() > 32 && name.as_bytes()[..32].iter().all(u8::is_ascii_hexdigit);
        (of_segment && !meta.contains(&name[..32]))
            || name.starts_with(".half-")
            || name == "unsettled"
            || name == "writer.json"
    });
    files
}

// Signals.

/// Sends a signal to a process.
fn send(signal: &str, pid: u32) {
    let sent = Command::new("kill").args([signal, &pid.to_string()]).status().expect("a signal sent");
    assert!(sent.success());
}

/// Starts a run that reads from a pipe that stays open, so that it is at work when a signal comes.
fn check_stopped(signal: &str, code: i32) {
    let folder = Folder::new();
    states::write(&folder, 0, SCALE * 4);
    let whole = newssearch_articles(&folder, "whole");
    let index = folder.path("index");
    let child = program(&["--index"])
        .arg(&index)
        .args(["index", "pages", "--threads", "1"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    while !index.join("unsettled").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    send(signal, child.id());
    let output = child.wait_with_output().expect("an end");
    check_ended(&output, code);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("what was done is committed"), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("stopped    before the end"));
    let done = articles(&Archive::open(&index).expect("an archive")).len() as u64;
    assert!(done > 0 && done < whole, "{done} of {whole}");
    check_ended(&index_command(&folder, &index, 2).output().expect("the program runs"), 0);
    assert_eq!(articles(&Archive::open(&index).expect("an archive")).len() as u64, whole);
}

fn newssearch_articles(folder: &Folder, index: &str) -> u64 {
    let options = IngestOptions::default();
    let report = ingest(folder.path(index), &[folder.path("pages")], &options, |_| ControlFlow::Continue(()));
    report.expect("a run to its end").archive_articles
}

#[test]
fn the_first_signal_keeps_what_was_done_and_says_so() {
    check_stopped("-INT", 130);
    check_stopped("-TERM", 143);
}

#[test]
fn the_second_signal_ends_the_program_at_once() {
    let folder = Folder::new();
    states::write(&folder, 0, SCALE);
    // Reading from a pipe that nobody writes to: only a second signal ends that.
    let mut child = program(&["--index"])
        .arg(folder.path("index"))
        .args(["index", "pages", "-"])
        .current_dir(folder.path(""))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    while !folder.path("index/archive.json").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(300));
    send("-TERM", child.id());
    thread::sleep(Duration::from_millis(300));
    if child.try_wait().expect("a state").is_none() {
        send("-TERM", child.id());
    }
    assert_eq!(child.wait().expect("an end").code(), Some(143));
    assert_eq!(verify(folder.path("index")).expect("an archive"), []);
}

// One writer.

#[test]
fn a_second_writer_is_told_who_the_first_is() {
    let folder = Folder::new();
    states::write(&folder, 0, 1);
    let mut told = 0;
    let report = ingest(folder.path("index"), &[folder.path("pages")], &IngestOptions::default(), |_| {
        if told == 0 {
            let me = format!("process {}", std::process::id());
            for args in [&["index", "pages"][..], &["index", "pages", "--rebuild"]] {
                folder.run(args).ends_with(2).says(&["another process writes", "index", &me, ", since 2"]);
            }
        }
        told += 1;
        ControlFlow::Continue(())
    });
    assert!(report.is_ok() && told > 0, "{report:?}");
    assert!(!folder.path("index/writer.json").exists());
}

#[test]
fn two_first_runs_at_once_leave_one_whole_archive() {
    let folder = Folder::new();
    states::write(&folder, 0, 2);
    for round in 0..6 {
        let index = folder.path(&format!("index{round}"));
        let start = || index_command(&folder, &index, 1).spawn().expect("the program runs");
        let ends: Vec<Option<i32>> =
            [start(), start(), start()].map(|child| child.wait_with_output().expect("an end").status.code()).to_vec();
        assert!(ends.contains(&Some(0)) && ends.iter().all(|code| matches!(code, Some(0 | 2))), "{ends:?}");
        assert_eq!(verify(&index).expect("an archive"), []);
    }
}

#[test]
fn the_lock_of_a_dead_process_is_taken_over() {
    let folder = Folder::new();
    states::write(&folder, 0, SCALE);
    let index = folder.path("index");
    let mut child = index_command(&folder, &index, 1).spawn().expect("the program runs");
    while !index.join("writer.json").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("a kill");
    child.wait().expect("an end");
    check_ended(&index_command(&folder, &index, 2).output().expect("the program runs"), 0);
}

// Readers beside a writer.

#[test]
fn readers_beside_a_writer_never_fail_and_see_whole_commits() {
    let seconds = setting("NEWSSEARCH_LOAD_SECONDS", 3);
    let folder = Folder::new();
    let index = folder.path("index");
    // Each round writes pairs of lines with one number: a snapshot with a number in one line only is no whole commit.
    let pairs = |round: u64| -> String {
        let line = |id: u64| {
            format!("{{\"id\":\"r{id}\",\"title\":\"Round r{round}x\",\"text\":\"The quay r{round}x was swept.\"}}\n")
        };
        (0..40).map(line).collect()
    };
    folder.write("pages/a.jsonl", pairs(0));
    // Many files, so that the ledger is written anew now and then.
    for file in 0..300 {
        folder.write(
            &format!("pages/z{file}.jsonl"),
            format!("{{\"id\":\"z{file}\",\"text\":\"Barley {file} stays.\"}}\n"),
        );
    }
    let paths = [folder.path("pages")];
    let options = IngestOptions { commit_seconds: 3_600, threads: 1, ..IngestOptions::default() };
    ingest(&index, &paths, &options, |_| ControlFlow::Continue(())).expect("a first run");
    let done = AtomicBool::new(false);
    let reads = AtomicU64::new(0);
    let check = |archive: &Archive| {
        let options = SearchOptions { limit: 100, ..SearchOptions::default() };
        let hits = archive.search(&Query::parse("quay").expect("a query"), &options).expect("a search").hits;
        let titles: std::collections::BTreeSet<&str> = hits.iter().map(|hit| hit.article.title.as_str()).collect();
        assert_eq!((hits.len(), titles.len()), (40, 1), "{titles:?}");
        let article = archive.article("z7").expect("an article that is always there");
        archive.related(&article, &RelatedOptions::default()).expect("related ones");
        archive.stats().expect("counts");
        reads.fetch_add(1, Ordering::Relaxed);
    };
    let mut rounds = 0;
    let kept = Archive::open(&index).expect("an archive");
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                kept.reload().expect("a newer state");
                check(&kept);
            }
        });
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                check(&Archive::open(&index).expect("an archive beside a writer"));
            }
        });
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert_eq!(verify(&index).expect("an archive"), []);
            }
        });
        let until = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < until {
            rounds += 1;
            folder.write("pages/a.jsonl", pairs(rounds));
            for file in 0..300 {
                let text = format!("{{\"id\":\"z{file}\",\"text\":\"Barley {file} stays in round {rounds}.\"}}\n");
                folder.write(&format!("pages/z{file}.jsonl"), text);
            }
            let report = ingest(&index, &paths, &options, |_| ControlFlow::Continue(()));
            if let Err(error) = report {
                done.store(true, Ordering::Relaxed);
                panic!("{error}");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    note(&format!("{rounds} commits and {} snapshots read in {seconds} s", reads.into_inner()));
}

// Disks that fail.

/// What the last commit of an archive says of it, which is the same after segments were merged.
fn commit_of(index: &Path) -> serde_json::Value {
    let meta = fs::read(index.join("segments/meta.json")).expect("a commit");
    serde_json::from_slice::<serde_json::Value>(&meta).expect("JSON")["payload"].clone()
}

/// Runs a program that only root may; `None`, with a line, where that is not so.
fn as_root(program: &str, args: &[&str]) -> Option<()> {
    let ran = Command::new(program).args(args).stderr(Stdio::null()).status();
    if ran.is_ok_and(|status| status.success()) {
        return Some(());
    }
    note(&format!("skipped: `{program} {}` is not possible here", args.join(" ")));
    None
}

/// A small file system of its own, until it is dropped.
struct Mounted(PathBuf);

impl Mounted {
    fn new(folder: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder made");
        let path = folder.to_str().expect("a name in UTF-8");
        as_root("mount", &["-t", "tmpfs", "-o", options, "newssearch", path])?;
        Some(Self(folder.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_ends_a_run_with_its_place_and_keeps_the_last_commit() {
    let folder = Folder::new();
    states::write(&folder, 0, SCALE);
    let disk = folder.path("disk");
    let Some(_mounted) = Mounted::new(&disk, "size=64m") else { return };
    let index = disk.join("index");
    check_ended(&index_command(&folder, &index, 2).output().expect("the program runs"), 0);
    let before = answers(&Archive::open(&index).expect("an archive"));
    fs::remove_dir_all(folder.path("pages")).expect("a folder removed");
    states::write(&folder, 1, SCALE);
    // On the same disk: files are named from the folder that the archive lies in.
    let whole = disk.join("whole");
    check_ended(&index_command(&folder, &whole, 2).output().expect("the program runs"), 0);
    let wanted = answers(&Archive::open(&whole).expect("an archive"));
    fs::remove_dir_all(whole).expect("a folder removed");
    let mut full = 0;
    for left_kb in [0, 4, 40, 100, 400] {
        let copy = disk.join("copy");
        let _ = fs::remove_dir_all(&copy);
        states::copy(&index, &copy);
        fill_up(&disk.join("ballast"), left_kb << 10);
        let output = index_command(&folder, &copy, 2).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        // With the most space left, the run may fit.
        if output.status.code() != Some(0) {
            full += 1;
            check_ended(&output, 2);
            assert!(said.contains("No space left on device") && said.contains("copy"), "{left_kb} kB left: {said}");
        }
        assert_eq!(verify(&copy).expect("an archive"), [], "{left_kb} kB left");
        if commit_of(&copy) == commit_of(&index) {
            check_same("after a full disk", &before, &answers(&Archive::open(&copy).expect("an archive")));
        }
        fs::remove_file(disk.join("ballast")).expect("a file removed");
        check_ended(&index_command(&folder, &copy, 2).output().expect("the program runs"), 0);
        assert_eq!(verify(&copy).expect("an archive"), []);
        check_same("finished", &wanted, &answers(&Archive::open(&copy).expect("an archive")));
    }
    assert!(full >= 3, "only {full} runs found the disk full");
}

/// Fills a disk but for some bytes.
fn fill_up(path: &Path, left_bytes: u64) {
    use std::io::Write;
    let mut file = fs::File::create(path).expect("a file");
    let block = vec![0_u8; 4096];
    while file.write_all(&block).is_ok() {}
    let bytes = file.metadata().expect("a length").len();
    file.set_len(bytes.saturating_sub(left_bytes)).expect("a shorter file");
}

#[test]
fn an_archive_that_may_only_be_read_is_searched_and_not_written() {
    let folder = Folder::new();
    states::write(&folder, 0, 2);
    let disk = folder.path("disk");
    let Some(_mounted) = Mounted::new(&disk, "size=64m") else { return };
    let index = disk.join("index");
    check_ended(&index_command(&folder, &index, 2).output().expect("the program runs"), 0);
    let before = answers(&Archive::open(&index).expect("an archive"));
    let path = disk.to_str().expect("a name in UTF-8");
    let Some(()) = as_root("mount", &["-o", "remount,ro", path]) else { return };
    let output = index_command(&folder, &index, 2).output().expect("the program runs");
    check_ended(&output, 2);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Read-only file system") && said.contains("index"), "{said}");
    assert_eq!(verify(&index).expect("an archive"), []);
    check_same("read only", &before, &answers(&Archive::open(&index).expect("an archive")));
    fs::remove_file(index.join("segments/.tantivy-meta.lock")).expect_err("nothing can be removed");
    let nowhere = disk.join("nowhere");
    let output = index_command(&folder, &nowhere, 2).output().expect("the program runs");
    check_ended(&output, 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere"));
}

/// Makes calls of the C library fail that have to do with an archive; see `tests/data/failing_calls.c`. `None`, with a
/// line, where there is no C compiler or no such library.
fn failing_calls() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/failing_calls.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("failing_calls.so");
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").output();
    if cfg!(target_os = "linux") && made.is_ok_and(|output| output.status.success()) {
        return Some(library);
    }
    note("skipped: there is no C compiler to make calls fail with");
    None
}

/// What the library says once a call was made to fail.
const FAILED: &str = "failing_calls: ";

#[test]
fn writes_and_syncs_that_fail_end_a_run_with_their_place() {
    let Some(library) = failing_calls() else { return };
    let library = library.to_str().expect("a name in UTF-8");
    let seed = setting("NEWSSEARCH_SEED", 1);
    let rounds = setting("NEWSSEARCH_FAILURES", 12);
    let mut chance = Chance::new(seed ^ 5);
    let mut failed = BTreeMap::new();
    let (before, now) = (Folder::new(), Folder::new());
    states::write(&before, 0, SCALE);
    states::write(&now, 1, SCALE);
    for folder in [&before, &now] {
        check_ended(&index_command(folder, &folder.path("reference"), 2).output().expect("the program runs"), 0);
    }
    let wanted = answers(&Archive::open(now.path("reference")).expect("an archive"));
    for round in 0..rounds {
        let index = now.path(&format!("broken{round}"));
        states::copy(&before.path("reference"), &index);
        let call = *chance.of(&["write", "sync", "rename"]);
        let number = 1 + chance.below(if call == "write" { 60 } else { 30 });
        let lasting = chance.below(2);
        let what = format!("seed {seed}, round {round}: {call} number {number} fails, lasting {lasting}");
        let variables = [
            ("LD_PRELOAD", library.to_owned()),
            ("FAILING_CALL", call.to_owned()),
            ("FAILING_NUMBER", number.to_string()),
            ("FAILING_LASTING", lasting.to_string()),
            ("FAILING_PLACE", format!("broken{round}")),
        ];
        let output = index_command(&now, &index, 2).envs(variables).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "{what}: {said}");
        let code = output.status.code();
        if said.contains(FAILED) && code == Some(2) {
            *failed.entry(call).or_insert(0) += 1;
            assert!(said.contains("newssearch: ") && said.contains(&format!("broken{round}")), "{what}: {said}");
            assert!(said.contains("Input/output error") || said.contains("No space"), "{what}: {said}");
        } else {
            // What failed may be done without, such as the removal of a file or the note who writes.
            assert_eq!(code, Some(0), "{what}: {said}");
        }
        assert_eq!(verify(&index).expect("an archive"), [], "{what}: {said}");
        check_ended(&index_command(&now, &index, 2).output().expect("the program runs"), 0);
        check_same(&what, &wanted, &answers(&Archive::open(&index).expect("an archive")));
        fs::remove_dir_all(index).expect("a folder removed");
    }
    note(&format!("runs that a failing call ended: {failed:?} of {rounds}"));
    assert!(failed.values().sum::<u64>() > 0, "no call failed");
}
