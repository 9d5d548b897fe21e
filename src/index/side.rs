//! Files beside the index that a commit makes valid: copies and stories.
//!
//! Such a file is called `NAME-N.bin`. Its number N, length and checksum (XXH3) are in the payload of the commit. A
//! run writes a new file under the next number and syncs it before it commits, so that a run that dies leaves the old
//! file valid; files that no commit names are swept by the next run.

#[cfg(feature = "ingest")]
use std::{fs, io::Write};
use std::{
    fs::File,
    io::{self, Read, Seek},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

#[cfg(feature = "ingest")]
use super::create::sync_folder;
use crate::error::{Error, Result};

/// A file beside the index, as the commit's payload names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SideFile {
    /// N in its name.
    pub(super) number: u64,
    pub(super) bytes: u64,
    /// XXH3 of its bytes.
    pub(super) hash: u64,
}

pub(super) fn path(folder: &Path, name: &str, number: u64) -> PathBuf {
    folder.join(format!("{name}-{number}.bin"))
}

/// A file that is open: its bytes stay as they are when a later commit names another.
#[derive(Debug)]
pub(super) struct Opened {
    path: PathBuf,
    file: Mutex<File>,
    named: SideFile,
}

impl Opened {
    pub(super) fn open(folder: &Path, name: &str, named: &SideFile) -> Result<Self> {
        let path = path(folder, name, named.number);
        let file = File::open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        Ok(Self { path, file: Mutex::new(file), named: named.clone() })
    }

    /// Reads it with what understands its bytes.
    pub(super) fn read<T>(&self, from_bytes: impl FnOnce(&[u8]) -> Option<T>) -> Result<T> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        // One byte more than there should be tells of a file that has grown.
        let read = file.rewind().and_then(|()| (&*file).take(self.named.bytes + 1).read_to_end(&mut bytes));
        read.map_err(|source| Error::Read { path: self.path.clone(), source })?;
        let whole = bytes.len() as u64 == self.named.bytes && xxh3_64(&bytes) == self.named.hash;
        let value = whole.then(|| from_bytes(&bytes)).flatten();
        value.ok_or_else(|| Error::Damaged {
            path: self.path.clone(),
            detail: "it is not what the commit says".to_owned(),
        })
    }
}

/// Reads a file with what understands its bytes.
pub(super) fn read<T>(
    folder: &Path,
    name: &str,
    file: &SideFile,
    from_bytes: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<T> {
    Opened::open(folder, name, file)?.read(from_bytes)
}

/// Times that a file is looked for again.
const TRIES: usize = 5;

/// Does something with the file that the last commit names, again where a writer has just removed it for another.
pub(super) fn retried<T>(work: impl Fn() -> Result<T>) -> Result<T> {
    for _ in 1..TRIES {
        match work() {
            Err(Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
    }
    work()
}

/// Writes a new file, unless it would hold what the old one does.
#[cfg(feature = "ingest")]
pub(super) fn write(folder: &Path, name: &str, old: Option<&SideFile>, bytes: &[u8]) -> Result<SideFile> {
    let (hash, length) = (xxh3_64(bytes), bytes.len() as u64);
    let number = match old {
        Some(old) if (old.hash, old.bytes) == (hash, length) && read(folder, name, old, |_| Some(())).is_ok() => {
            return Ok(old.clone());
        }
        Some(old) => old.number + 1,
        None => 0,
    };
    let path = path(folder, name, number);
    let write = || -> io::Result<()> {
        let mut file = File::create(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        sync_folder(folder)
    };
    write().map_err(|source| Error::Write { path: path.clone(), source })?;
    Ok(SideFile { number, bytes: length, hash })
}

/// All files of a name in an archive's folder.
#[cfg(feature = "ingest")]
pub(super) fn files(folder: &Path, name: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_ours = |file: &str| {
        let number =
            file.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).and_then(|n| n.strip_suffix(".bin"));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    entries.flatten().filter(|e| e.file_name().to_str().is_some_and(is_ours)).map(|e| e.path()).collect()
}

/// Removes files of a name that the commit does not name.
#[cfg(feature = "ingest")]
pub(super) fn sweep(folder: &Path, name: &str, current: Option<&SideFile>) {
    let current = current.map(|file| path(folder, name, file.number));
    for file in files(folder, name).into_iter().filter(|file| Some(file) != current.as_ref()) {
        // A left-over does no harm, and the next sweep tries again.
        let _ = fs::remove_file(file);
    }
}

/// Takes bytes off the front.
pub(super) fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    Some(taken)
}

/// Takes numbers of four bytes off the front.
pub(super) fn take_u32s(rest: &mut &[u8], count: usize) -> Option<Vec<u32>> {
    let bytes = take(rest, count.checked_mul(4)?)?;
    Some(bytes.chunks_exact(4).map(|four| u32::from_le_bytes(four.try_into().unwrap_or_default())).collect())
}

/// Takes numbers of eight bytes off the front.
pub(super) fn take_u64s(rest: &mut &[u8], count: usize) -> Option<Vec<u64>> {
    let bytes = take(rest, count.checked_mul(8)?)?;
    Some(bytes.chunks_exact(8).map(|eight| u64::from_le_bytes(eight.try_into().unwrap_or_default())).collect())
}
