//! Files of many records, as they lie on a disk.

use std::{fs, path::PathBuf, sync::LazyLock};

use newssearch::{Error, IngestOptions, SkipReason, extract_all};
use tempfile::TempDir;

/// Where inputs are written; in memory where the system has such a place.
pub(crate) fn folder() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}

static FOLDER: LazyLock<TempDir> = LazyLock::new(folder);

/// Records of a file of this name are read or skipped; a skip that says that the extractor failed is a mistake.
fn read(name: &str, bytes: &[u8]) {
    let path = FOLDER.path().join(name);
    fs::write(&path, bytes).expect("a file written");
    let options = IngestOptions { threads: 1, page_bytes_max: 1 << 20, ..IngestOptions::default() };
    let read = extract_all(&[path], &options, |_, found| -> Result<(), Error> {
        if let Err(skip) = found {
            assert!(!matches!(skip.reason, SkipReason::Failed(_)), "{}", skip.reason);
        }
        Ok(())
    });
    read.expect("a file that is there");
}

pub(crate) fn warc(bytes: &[u8]) {
    match bytes {
        [0x1f, 0x8b, ..] => read("a.warc.gz", bytes),
        [0x28, 0xb5, ..] | [_, 0x2a, 0x4d, 0x18, ..] => read("a.warc.zst", bytes),
        _ => read("a.warc", bytes),
    }
}

pub(crate) fn jsonl(bytes: &[u8]) {
    read("a.jsonl", bytes);
}

pub(crate) fn xml(bytes: &[u8]) {
    read("a.xml", bytes);
}

/// Zips, tars and saved pages, told by how they begin.
pub(crate) fn containers(bytes: &[u8]) {
    match bytes {
        [b'P', b'K', ..] => {
            read("a.wacz", bytes);
            read("a.zip", bytes);
        }
        _ if bytes.len() > 512 && bytes[257..].starts_with(b"ustar") => read("a.tar", bytes),
        _ => read("a.mhtml", bytes),
    }
}
