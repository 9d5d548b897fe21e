//! Files of many records, as they lie on a disk.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::LazyLock,
};

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
    read_all(&path);
}

/// What is read of a file or a folder: pages' names with the articles' ids, none where one was skipped.
fn read_all(path: &Path) -> Vec<(String, Option<String>)> {
    let options = IngestOptions { threads: 1, page_bytes_max: 1 << 20, ..IngestOptions::default() };
    let mut all = Vec::new();
    let read = extract_all(&[path.to_owned()], &options, |name, found| -> Result<(), Error> {
        if let Err(skip) = &found {
            assert!(!matches!(skip.reason, SkipReason::Failed(_)), "{}", skip.reason);
        }
        all.push((name.to_owned(), found.ok().map(|article| article.id)));
        Ok(())
    });
    read.expect("a file that is there");
    all
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

/// What a file holds where an input gives only its name.
const PAGE: &[u8] = b"<title>Ferry sails</title><h1>Ferry sails</h1><p>The ferry sailed on Tuesday for the first time \
    since the autumn storms broke her ramp, and the mayor of Kallavik was the first on board.</p>";

/// Most folders that a file of the target `names` lies in.
const FOLDERS_MAX: usize = 8;

/// Longest name of a file that Linux takes, in bytes.
const FILE_NAME_BYTES_MAX: usize = 255;

/// The first line is a file's name, the rest what it holds: in a folder, and in a tar. Read again, it is the same.
pub(crate) fn names(bytes: &[u8]) {
    let line = bytes.iter().position(|byte| matches!(byte, b'\n' | 0)).unwrap_or(bytes.len());
    let (name, page) = (&bytes[..line], bytes.get(line + 1..).filter(|page| !page.is_empty()).unwrap_or(PAGE));
    let folder = FOLDER.path().join("names");
    let _ = fs::remove_dir_all(&folder);
    let parts = name.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b"." | b".."));
    let mut path = folder.clone();
    path.extend(parts.take(FOLDERS_MAX).map(|part| OsStr::from_bytes(&part[..part.len().min(FILE_NAME_BYTES_MAX)])));
    // A name of dots alone is the folder itself.
    if path != folder {
        fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
        fs::write(&path, page).expect("a file written");
        let read = read_all(&folder);
        assert_eq!(read_all(&folder), read);
    }
    let mut tar = Vec::new();
    if name.len() > TAR_NAME_BYTES {
        tar_entry(&mut tar, b'L', b"././@LongLink", name);
    }
    tar_entry(&mut tar, b'0', &name[..name.len().min(TAR_NAME_BYTES)], page);
    tar.resize(tar.len() + 2 * TAR_BLOCK, 0);
    self::read("names.tar", &tar);
}

const TAR_BLOCK: usize = 512;
const TAR_NAME_BYTES: usize = 100;

/// An entry of a tar, in blocks.
fn tar_entry(tar: &mut Vec<u8>, kind: u8, name: &[u8], bytes: &[u8]) {
    let mut head = [0_u8; TAR_BLOCK];
    head[..name.len()].copy_from_slice(name);
    head[100..108].copy_from_slice(b"0000644\0");
    head[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
    head[136..148].copy_from_slice(b"00000000000\0");
    head[148..156].copy_from_slice(b"        ");
    head[156] = kind;
    head[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tar.extend_from_slice(&head);
    tar.extend_from_slice(bytes);
    tar.resize(tar.len().next_multiple_of(TAR_BLOCK), 0);
}
