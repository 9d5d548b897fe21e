//! Archives whose files were damaged: flipped bits, cut ends, files that are gone.
//!
//! `NEWSSEARCH_DAMAGES` is the number of damages to each file, beside three that each has (1), `NEWSSEARCH_SEED` where
//! chance begins.

mod support;

use std::{
    fs,
    ops::ControlFlow,
    os::unix::process::ExitStatusExt,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
    thread,
    time::Duration,
};

use newssearch::{Archive, Error, IngestOptions, ingest, repair, verify};
use support::{
    Folder,
    answers::{Answers, answers, check_same, try_answers},
    chance::{Chance, setting},
    note, program, states,
};

/// An archive with deletions, older versions and several segments, and what it answers.
struct Sound {
    folder: Folder,
    answers: Answers,
}

static SOUND: LazyLock<Sound> = LazyLock::new(|| {
    let folder = Folder::new();
    // How many segments are left hangs on when their merges end: now and then it is one.
    for _ in 0..10 {
        let _ = fs::remove_dir_all(folder.path("index"));
        for state in 0..2 {
            let _ = fs::remove_dir_all(folder.path("pages"));
            states::write(&folder, state, 1);
            fill(&folder, "index");
        }
        if has_several_segments(&folder) {
            break;
        }
    }
    let answers = answers(&Archive::open(folder.path("index")).expect("an archive"));
    assert!(answers.counts.0 > 100 && answers.counts.1 > 0, "{:?}", answers.counts);
    let commit = fs::read_to_string(folder.path("index/segments/meta.json")).expect("a commit");
    assert!(commit.contains("dictionary"), "its stories are packed with one");
    assert_eq!(verify(folder.path("index")).expect("an archive"), []);
    Sound { folder, answers }
});

fn has_several_segments(folder: &Folder) -> bool {
    let commit = fs::read(folder.path("index/segments/meta.json")).expect("a commit");
    let commit: serde_json::Value = serde_json::from_slice(&commit).expect("JSON");
    commit["segments"].as_array().is_some_and(|segments| segments.len() > 1)
}

fn fill(folder: &Folder, index: &str) {
    let options = IngestOptions { commit_seconds: 0, threads: 1, ..IngestOptions::default() };
    ingest(folder.path(index), &[folder.path("pages")], &options, |_| ControlFlow::Continue(())).expect("a run");
}

/// What is done to a file.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip { byte: u64, bit: u32 },
    Cut { bytes: u64 },
    Remove,
}

fn harm(path: &Path, harm: Harm) {
    let mut bytes = fs::read(path).expect("a file");
    match harm {
        Harm::Flip { byte, bit } => bytes[byte as usize] ^= 1 << bit,
        Harm::Cut { bytes: left } => bytes.truncate(left as usize),
        Harm::Remove => return fs::remove_file(path).expect("a file removed"),
    }
    fs::write(path, bytes).expect("a file written");
}

/// The files that an archive cannot do without, by their names below its folder.
fn files() -> Vec<PathBuf> {
    let index = SOUND.folder.path("index");
    let names = |below: &str| {
        let entries = fs::read_dir(index.join(below)).expect("a folder").map(|entry| entry.expect("an entry"));
        entries.filter(|e| e.path().is_file()).map(|e| Path::new(below).join(e.file_name())).collect::<Vec<_>>()
    };
    let mut files = [names(""), names("segments")].concat();
    files.retain(|file| {
        let name = file.file_name().expect("a name").to_string_lossy();
        !name.ends_with(".lock") && name != "meta.copy"
    });
    files.sort();
    assert!(files.len() > 15, "{files:?}");
    files
}

/// Some damages to a file of a length.
fn harms(chance: &mut Chance, bytes: u64, count: u64) -> Vec<Harm> {
    let mut harms = vec![Harm::Remove, Harm::Cut { bytes: 0 }, Harm::Cut { bytes: bytes.saturating_sub(1) }];
    for _ in 0..count {
        harms.push(Harm::Flip { byte: chance.below(bytes), bit: chance.below(8) as u32 });
        harms.push(Harm::Cut { bytes: chance.below(bytes) });
    }
    harms
}

/// A copy of the sound archive with one file harmed, beside its pages.
fn harmed(file: &Path, what: Harm) -> PathBuf {
    let copy = SOUND.folder.path(&format!("copy-{:?}", std::thread::current().id()));
    let _ = fs::remove_dir_all(&copy);
    states::copy(&SOUND.folder.path("index"), &copy);
    harm(&copy.join(file), what);
    copy
}

fn each_harm(mut check: impl FnMut(&str, &Path, PathBuf)) -> u64 {
    let seed = setting("NEWSSEARCH_SEED", 1);
    let count = setting("NEWSSEARCH_DAMAGES", 1);
    let mut chance = Chance::new(seed);
    let mut checked = 0;
    for file in files() {
        let bytes = fs::metadata(SOUND.folder.path("index").join(&file)).expect("a length").len();
        for what in harms(&mut chance, bytes, count) {
            check(&format!("seed {seed}, {}, {what:?}", file.display()), &file, harmed(&file, what));
            checked += 1;
        }
    }
    checked
}

/// Whether an error tells of a file by its name, or of the manifest by what it no longer says.
fn names(error: &Error, file: &Path) -> bool {
    let name = file.file_name().expect("a name").to_string_lossy();
    let is_manifest = name == "archive.json";
    error.to_string().contains(&*name)
        || (is_manifest && matches!(error, Error::FormatVersion { .. } | Error::NoArchive { .. }))
}

#[test]
fn damage_is_told_with_the_file_or_does_not_matter() {
    let checked =
        each_harm(|what, file, index| match Archive::open(&index).and_then(|archive| try_answers(&archive)) {
            Ok(answers) => check_same(what, &SOUND.answers, &answers),
            Err(error) => assert!(names(&error, file), "{what}: {error}"),
        });
    note(&format!("{checked} damages"));
}

#[test]
fn what_was_not_checked_when_opening_fails_without_a_panic() {
    let mut wrong = 0;
    each_harm(|what, file, index| {
        let asked = catch_unwind(AssertUnwindSafe(|| {
            Archive::open_checking(&index, 0).and_then(|archive| try_answers(&archive))
        }));
        match asked.unwrap_or_else(|_| panic!("{what}: a panic")) {
            Ok(answers) => wrong += u64::from(answers != SOUND.answers),
            // A list of ids that names what is not there is a wrong answer too.
            Err(Error::NoArticle { .. }) => wrong += 1,
            Err(error) => assert!(names(&error, file), "{what}: {error}"),
        }
    });
    note(&format!("{wrong} of them gave other answers where no checksum was looked at"));
}

#[test]
fn a_writer_refuses_what_is_damaged_before_it_changes_anything() {
    let mut chance = Chance::new(setting("NEWSSEARCH_SEED", 1));
    for ending in ["term", "idx", "pos", "store", "fast", "fieldnorm", "del"] {
        let file = of_ending(&mut chance, ending);
        let bytes = fs::metadata(SOUND.folder.path("index").join(&file)).expect("a length").len();
        let index = harmed(&file, Harm::Flip { byte: chance.below(bytes), bit: 3 });
        let options = IngestOptions { commit_seconds: 0, ..IngestOptions::default() };
        SOUND.folder.write("more/one.html", support::page("One more", &["A page that is new to the archive."]));
        let more = [SOUND.folder.path("more")];
        let error = ingest(&index, &more, &options, |_| ControlFlow::Continue(())).expect_err("a refusal");
        assert!(names(&error, &file), "{error}");
        let before = fs::read(SOUND.folder.path("index/segments/meta.json")).expect("a commit");
        assert_eq!(fs::read(index.join("segments/meta.json")).expect("a commit"), before);
    }
}

#[test]
fn a_writer_refuses_a_small_archive_too_whose_stories_have_no_dictionary_yet() {
    let folder = Folder::new();
    folder.write("pages/one.html", support::page("Harbour", &["The harbour was quiet on all days of the year."]));
    folder.write("pages/two.html", support::page("Quay", &["Nobody came to the quay, and no ship was seen there."]));
    fill(&folder, "index");
    let commit = fs::read_to_string(folder.path("index/segments/meta.json")).expect("a commit");
    assert!(!commit.contains("dictionary\\\":\\\""), "{commit}");
    let entries = fs::read_dir(folder.path("index/segments")).expect("a folder").map(|e| e.expect("an entry").path());
    let parts = ["term", "idx", "pos", "store", "fast", "fieldnorm"];
    let is_part = |path: &PathBuf| parts.iter().any(|part| path.extension().is_some_and(|e| e == *part));
    let files: Vec<PathBuf> = entries.filter(is_part).collect();
    assert_eq!(files.len(), parts.len(), "{files:?}");
    let mut chance = Chance::new(setting("NEWSSEARCH_SEED", 1));
    for file in files {
        let whole = fs::read(&file).expect("a file");
        for what in harms(&mut chance, whole.len() as u64, 6) {
            harm(&file, what);
            let options = IngestOptions { commit_seconds: 0, ..IngestOptions::default() };
            let run = || ingest(folder.path("index"), &[folder.path("pages")], &options, |_| ControlFlow::Continue(()));
            let error = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| panic!("{}, {what:?}", file.display()));
            let error = error.map(|report| panic!("{}, {what:?}: {report:?}", file.display())).unwrap_err();
            assert!(names(&error, &file), "{}, {what:?}: {error}", file.display());
            fs::write(&file, &whole).expect("a file written");
        }
    }
    fill(&folder, "index");
}

fn of_ending(chance: &mut Chance, ending: &str) -> PathBuf {
    let files: Vec<PathBuf> =
        files().into_iter().filter(|file| file.extension().is_some_and(|e| e == ending)).collect();
    assert!(!files.is_empty(), "no .{ending} file");
    chance.of(&files).clone()
}

#[test]
fn a_repair_saves_what_is_whole_and_the_next_run_reads_the_rest_again() {
    let mut chance = Chance::new(setting("NEWSSEARCH_SEED", 1));
    let records = ["archive.json", "segments/meta.json", "segments/.managed.json"].map(PathBuf::from);
    let of_segments = ["term", "idx", "pos", "store", "fast", "fieldnorm", "del", "log"];
    let files: Vec<PathBuf> = of_segments.iter().map(|ending| of_ending(&mut chance, ending)).chain(records).collect();
    let mut made = 0;
    for file in files {
        let bytes = fs::metadata(SOUND.folder.path("index").join(&file)).expect("a length").len();
        for what in [Harm::Flip { byte: chance.below(bytes), bit: 2 }, Harm::Cut { bytes: bytes / 2 }, Harm::Remove] {
            let told = format!("{}, {what:?}", file.display());
            let index = harmed(&file, what);
            let found = verify(&index);
            let done = repair(&index).unwrap_or_else(|error| panic!("{told}: {error}"));
            if found.as_ref().is_ok_and(Vec::is_empty) {
                assert!(done.damaged.len() <= 1, "{told}: {done:?}");
            } else {
                assert!(done.damaged.iter().any(|damaged| damaged.path.ends_with(&file)), "{told}: {done:?}");
            }
            assert_eq!(verify(&index).expect("an archive"), [], "{told}");
            let archive = Archive::open(&index).expect("an archive that was repaired");
            let stats = archive.stats().expect("counts");
            let (kept, whole) =
                (stats.articles + stats.older_versions, SOUND.answers.counts.0 + SOUND.answers.counts.1);
            assert_eq!((kept, kept + done.articles_lost), (done.articles_kept.max(kept), whole), "{told}: {done:?}");
            assert_eq!(done.articles_lost > 0, !done.files_again.is_empty() && kept < whole, "{told}: {done:?}");
            // All of these can be made from what is stored.
            let is_made =
                ["term", "idx", "pos", "fast", "fieldnorm"].iter().any(|e| file.extension() == Some(e.as_ref()));
            if is_made {
                assert_eq!((done.articles_lost, done.files_again_total), (0, 0), "{told}: {done:?}");
                assert!(done.articles_rescued > 0, "{told}: {done:?}");
                check_same(&told, &SOUND.answers, &answers(&archive));
            }
            made += u64::from(is_made);
            let name = index.file_name().expect("a name").to_str().expect("UTF-8").to_owned();
            fill(&SOUND.folder, &name);
            check_same(&told, &SOUND.answers, &answers(&Archive::open(&index).expect("an archive")));
            assert_eq!(verify(&index).expect("an archive"), [], "{told}");
            assert!(repair(&index).expect("nothing to repair").damaged.is_empty(), "{told}");
        }
    }
    assert_eq!(made, 15);
}

#[test]
#[cfg(unix)]
fn a_repair_that_is_killed_can_be_made_again_and_loses_nothing() {
    let mut chance = Chance::new(setting("NEWSSEARCH_SEED", 1));
    let file = of_ending(&mut chance, "term");
    let index = harmed(&file, Harm::Cut { bytes: 40 });
    // No file of articles is read again for it.
    let doctor = || {
        let mut doctor = program(&["--index"]);
        doctor.arg(&index).args(["doctor", "--repair"]).stdout(Stdio::null()).stderr(Stdio::null());
        doctor.spawn().expect("the program runs")
    };
    // Later and later, until one is at its end before it is killed.
    let (mut killed, mut wait) = (0, 0);
    loop {
        let mut child = doctor();
        thread::sleep(Duration::from_millis(wait));
        child.kill().expect("a kill");
        let status = child.wait().expect("an end");
        if status.success() {
            break;
        }
        assert_eq!(status.signal(), Some(9), "{status}");
        (killed, wait) = (killed + 1, wait + chance.below(40));
    }
    let last = repair(&index).expect("a repair");
    assert_eq!((last.articles_lost, last.files_again_total), (0, 0), "{last:?}");
    assert_eq!(verify(&index).expect("an archive"), []);
    note(&format!("{killed} repairs killed"));
    assert!(killed > 0);
    // A run that finds nothing new settles versions and copies where a repair was killed before it did.
    let name = index.file_name().expect("a name").to_str().expect("UTF-8").to_owned();
    fill(&SOUND.folder, &name);
    check_same("after kills", &SOUND.answers, &answers(&Archive::open(&index).expect("an archive")));
}

#[test]
fn the_doctor_names_what_is_damaged_and_repairs_it() {
    let file = of_ending(&mut Chance::new(setting("NEWSSEARCH_SEED", 1)), "store");
    let index = harmed(&file, Harm::Cut { bytes: 300 });
    let name = file.file_name().expect("a name").to_str().expect("UTF-8");
    let doctor = |args: &[&str]| {
        let args = [&["--index", index.to_str().expect("UTF-8"), "doctor"], args].concat();
        SOUND.folder.run(&args)
    };
    for args in [&[][..], &["--format", "json"]] {
        let ran = doctor(args).ends_with(1);
        assert!(ran.out.contains("damaged") && ran.out.contains(name), "{ran:?}");
    }
    let ran = doctor(&["--repair"]).ends_with(1);
    for said in ["damaged", name, "lost       ", "again      pages/", "newssearch index"] {
        assert!(ran.out.contains(said), "{said:?} is not in {ran:?}");
    }
    assert!(doctor(&["--repair"]).ends_with(0).out.contains("nothing is damaged"));
    assert!(doctor(&[]).code <= 1);
}

#[test]
fn where_the_commit_and_its_copy_are_lost_nothing_can_be_saved() {
    let index = harmed(Path::new("segments/meta.json"), Harm::Cut { bytes: 100 });
    harm(&index.join("segments/meta.copy"), Harm::Flip { byte: 40, bit: 1 });
    let error = repair(&index).expect_err("nothing to save").to_string();
    assert!(error.contains("meta.json is damaged") && error.contains("--rebuild"), "{error}");
}

#[test]
fn a_folder_without_an_archive_is_neither_verified_nor_repaired() {
    let folder = Folder::with(&[("letters/a.txt", "Dear all")]);
    assert!(matches!(verify(folder.path("letters")), Err(Error::NoArchive { .. })));
    assert!(matches!(repair(folder.path("letters")), Err(Error::NoArchive { .. })));
    assert_eq!(fs::read_dir(folder.path("letters")).expect("a folder").count(), 1);
}
