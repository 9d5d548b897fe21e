//! Archives: passages shown of hostile texts, and index files that somebody wrote by hand.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use newssearch::{Archive, Error, IngestOptions, Query, SearchOptions, ingest, verify};
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

/// A small archive that inputs are put into.
static ARCHIVE: LazyLock<Small> = LazyLock::new(|| {
    let folder = FOLDER.path().join("files");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("a.jsonl");
    let line = |id: u32| format!("{{\"id\":\"a{id}\",\"title\":\"Quay {id}\",\"text\":\"The quay was swept.\"}}\n");
    fs::write(&file, (0..5).map(line).collect::<String>()).expect("a file");
    let index = folder.join("index");
    fill(&index, &file);
    let files = ["archive.json", "files-0.log", "segments/meta.json"].map(|name| index.join(name));
    let bytes = files.clone().map(|file| fs::read(file).expect("a file"));
    Small { index, files, bytes }
});

struct Small {
    index: PathBuf,
    /// The manifest, the ledger and the last commit, and what they hold.
    files: [PathBuf; 3],
    bytes: [Vec<u8>; 3],
}

/// The first byte says which file the rest becomes: the manifest, the ledger, the last commit, or the ledger or the
/// commit's payload with checksums that fit.
pub(crate) fn index_files(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let Small { index, files, bytes: before } = &*ARCHIVE;
    // First, for an input before may have ended in a panic.
    for (file, bytes) in files.iter().zip(before) {
        fs::write(file, bytes).expect("a file");
    }
    match kind % 5 {
        place @ 0..=2 => fs::write(&files[usize::from(place)], rest).expect("a file"),
        3 => {
            fs::write(&files[1], rest).expect("a file");
            let (bytes, hash) = (rest.len() as u64, xxh3_64(rest));
            let payload = serde_json::json!({ "ledger": 0, "ledger_bytes": bytes, "ledger_xxh3": hash, "format": 4, "analysis": 2 });
            fs::write(&files[2], sealed(&before[2], &payload.to_string())).expect("a file");
        }
        _ => fs::write(&files[2], sealed(&before[2], &String::from_utf8_lossy(rest))).expect("a file"),
    }
    if let Ok(archive) = Archive::open(index) {
        let _ = archive.stats();
        let _ = archive.search(&Query::Everything, &SearchOptions::default());
    }
    match verify(index) {
        Ok(_) | Err(Error::NoArchive { .. } | Error::FormatVersion { .. }) => {}
        Err(error) => panic!("{error}"),
    }
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
