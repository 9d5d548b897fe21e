//! Archives: passages shown of hostile texts, and index files that somebody wrote by hand.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use newssearch::{Archive, Error, IngestOptions, Query, SearchOptions, StoriesOptions, ingest, verify};
use tempfile::TempDir;
use xxhash_rust::xxh3::xxh3_64;

use crate::files::folder;

static FOLDER: LazyLock<TempDir> = LazyLock::new(folder);

fn fill(index: &Path, file: &Path) {
    let options = IngestOptions { threads: 1, ..IngestOptions::default() };
    ingest(index, &[file.to_owned()], &options, |_| ControlFlow::Continue(())).expect("a run to its end");
}

/// The first line is a query, the rest a story: a passage of it is shown, with marks that lie on characters.
pub(crate) fn snippet(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (query, story) = text.split_once('\n').unwrap_or((&text, &text));
    let folder = FOLDER.path().join("snippet");
    let index = folder.join("index");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("a.jsonl");
    fs::write(&file, serde_json::json!({ "id": "a", "title": query, "text": story }).to_string()).expect("a file");
    fill(&index, &file);
    let archive = Archive::open(&index).expect("an archive");
    let words = story.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    for asked in [query, &words] {
        let Ok(asked) = Query::parse(asked) else { continue };
        for snippet_chars in [1, 40, 240, 10_000] {
            let options = SearchOptions { snippet_chars, ..SearchOptions::default() };
            let results = archive.search(&asked, &options).expect("a search");
            for snippet in results.hits.iter().filter_map(|hit| hit.snippet.as_ref()) {
                let mut last = 0;
                for part in &snippet.matches {
                    assert!(
                        last <= part.start && part.start <= part.end && part.end <= snippet.text.len(),
                        "{snippet:?}"
                    );
                    assert!(snippet.text.get(part.clone()).is_some(), "{snippet:?}");
                    last = part.end;
                }
            }
        }
    }
}

/// A small archive that inputs are put into, with copies and a story in it.
static ARCHIVE: LazyLock<Small> = LazyLock::new(|| {
    let folder = FOLDER.path().join("files");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("a.jsonl");
    let text = "The harbour master of Kallavik swept the quay before the ferry from Osterholm came in, and said that the \
                storm had taken two boats, a crane and the lamp at the end of the mole.";
    let line = |id: u32| {
        let said = if id % 2 == 0 { "Nobody was hurt." } else { "The mayor thanked him." };
        let date = format!("2023-05-0{}T06:00:00Z", 1 + id);
        serde_json::json!({ "id": format!("a{id}"), "title": format!("Quay {id}"), "text": format!("{text} {said}"), "date": date })
    };
    fs::write(&file, (0..5).map(|id| line(id).to_string() + "\n").collect::<String>()).expect("a file");
    let index = folder.join("index");
    fill(&index, &file);
    let files =
        ["archive.json", "files-0.log", "segments/meta.json", "copies-0.bin", "stories-0.bin"].map(|n| index.join(n));
    let bytes = files.clone().map(|file| fs::read(file).expect("a file"));
    Small { index, files, bytes }
});

struct Small {
    index: PathBuf,
    /// The manifest, the ledger, the last commit, the copies and the stories, and what they hold.
    files: [PathBuf; 5],
    bytes: [Vec<u8>; 5],
}

/// The first byte says which file the rest becomes: the manifest, the ledger, the last commit, or what the commit names
/// with checksums that fit: the ledger, the commit's payload, the copies, the stories.
pub(crate) fn index_files(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let Small { index, files, bytes: before } = &*ARCHIVE;
    // First, for an input before may have ended in a panic.
    for (file, bytes) in files.iter().zip(before) {
        fs::write(file, bytes).expect("a file");
    }
    let write = |file: usize, bytes: &[u8]| fs::write(&files[file], bytes).expect("a file");
    let commit = |payload: &str| write(2, &sealed(&before[2], payload));
    let (length, hash) = (rest.len(), xxh3_64(rest));
    match kind % KINDS {
        place @ 0..=2 => write(usize::from(place), rest),
        3 => {
            write(1, rest);
            commit(&payload(&before[2], &[("/ledger_bytes", length as u64), ("/ledger_xxh3", hash)]));
        }
        4 => commit(&String::from_utf8_lossy(rest)),
        5 => {
            write(3, rest);
            commit(&payload(&before[2], &[("/copies/bytes", length as u64), ("/copies/hash", hash)]));
        }
        _ => {
            write(4, rest);
            commit(&payload(&before[2], &[("/stories/bytes", length as u64), ("/stories/hash", hash)]));
        }
    }
    if let Ok(archive) = Archive::open(index) {
        let _ = archive.stats();
        let _ = archive.search(&Query::Everything, &SearchOptions::default());
        let _ = archive.stories(&Query::Everything, &StoriesOptions::default());
        let _ = archive.copies("a1");
        let _ = archive.story("a1");
    }
    match verify(index) {
        Ok(_) | Err(Error::NoArchive { .. } | Error::FormatVersion { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

/// Ways in which `index_files` puts an input into the archive.
const KINDS: u8 = 7;

/// The archive's files as they are: inputs that open, of this version's format.
pub(crate) fn sound_files() -> Vec<Vec<u8>> {
    let [manifest, ledger, commit, copies, stories] = ARCHIVE.bytes.clone();
    let payload = payload(&commit, &[]).into_bytes();
    let all = [manifest, ledger.clone(), commit, ledger, payload, copies, stories];
    (0..KINDS).zip(all).map(|(kind, bytes)| [vec![kind], bytes].concat()).collect()
}

/// The payload of a last commit with other values at some places.
fn payload(meta: &[u8], changes: &[(&str, u64)]) -> String {
    let meta: serde_json::Value = serde_json::from_slice(meta).expect("a commit");
    let payload = meta["payload"].as_str().expect("a payload");
    let mut payload: serde_json::Value = serde_json::from_str(payload).expect("plain data");
    for (place, value) in changes {
        *payload.pointer_mut(place).unwrap_or_else(|| panic!("{place} in a commit")) = (*value).into();
    }
    payload.to_string()
}

/// A last commit with another payload and a checksum that fits.
fn sealed(meta: &[u8], payload: &str) -> Vec<u8> {
    let mut meta: serde_json::Value = serde_json::from_slice(meta).expect("a commit");
    meta["payload"] = payload.into();
    meta.as_object_mut().expect("an object").remove("newssearch_xxh3");
    let text = serde_json::to_string_pretty(&meta).expect("plain data");
    let body = text.trim_end().strip_suffix('}').expect("an object").trim_end();
    format!("{body},\n  \"newssearch_xxh3\": \"{:016x}\"\n}}\n", xxh3_64(body.as_bytes())).into_bytes()
}
