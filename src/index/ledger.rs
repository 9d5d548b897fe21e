//! The ledger: which files were read, in which state, and what was skipped in them.
//!
//! `files-N.log` is a text of JSON lines, only ever appended to. A line is the newest word about its file: an [`Entry`]
//! with a state, or without one when the file is gone. When more than half of the lines are overtaken, the whole is
//! written anew as `files-(N+1).log`; the commit's payload says which N counts.

#[cfg(feature = "ingest")]
mod append;

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::Payload;
use crate::{
    error::{Error, Result},
    skip::Skip,
};

/// What was found when a file was last read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FileState {
    /// Its length.
    pub(crate) bytes: u64,
    /// Its time of change, in nanoseconds since 1970; 0 where the file system has none.
    pub(crate) modified_ns: i64,
    /// XXH3 of its bytes, where the whole was read at once: a file only touched is known again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hash: Option<u64>,
    /// XXH3 of the address that it was given from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<u64>,
    /// XXH3 of the names of fields that its records were read by, where they are not the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fields: Option<u64>,
    /// Articles that came out of it.
    pub(crate) articles: u64,
    /// What was skipped in it; the first few of many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) skips: Vec<Skip>,
    /// How many were skipped.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) skipped: u64,
    /// Records read so far, while the file is not read to its end; a later run goes on behind them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unfinished: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<FileState>,
}

/// All files of an archive.
pub(crate) struct Ledger {
    folder: PathBuf,
    payload: Payload,
    files: BTreeMap<String, FileState>,
    /// Lines in the log, overtaken ones too.
    lines: u64,
    /// Over the bytes that count.
    hash: Xxh3,
    /// Lines to be written by the next commit.
    #[cfg(feature = "ingest")]
    fresh: Vec<u8>,
}

/// Whether a number is 0, for serde.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[cfg(feature = "ingest")]
pub(super) use append::{files, free_number};

impl Ledger {
    /// Reads what the payload says counts.
    pub(super) fn open(folder: &Path, payload: &Payload) -> Result<Self> {
        let mut ledger = Self {
            folder: folder.to_owned(),
            payload: payload.clone(),
            files: BTreeMap::new(),
            lines: 0,
            hash: Xxh3::new(),
            #[cfg(feature = "ingest")]
            fresh: Vec::new(),
        };
        if payload.ledger_bytes > 0 {
            ledger.read()?;
        }
        Ok(ledger)
    }

    /// All files, by name, with their states.
    pub(crate) fn files(&self) -> &BTreeMap<String, FileState> {
        &self.files
    }

    /// What the commit said that this was read by.
    pub(super) fn payload(&self) -> &Payload {
        &self.payload
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(format!("files-{}.log", self.payload.ledger))
    }

    fn read(&mut self) -> Result<()> {
        let path = self.path();
        let damaged = |detail: String| Error::Damaged { path: path.clone(), detail };
        let log = File::open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let mut read = 0;
        for line in BufReader::new(log.take(self.payload.ledger_bytes)).split(b'\n') {
            let line = line.map_err(|source| Error::Read { path: path.clone(), source })?;
            read += line.len() as u64 + 1;
            self.lines += 1;
            self.hash.update(&line);
            self.hash.update(b"\n");
            let entry: Entry =
                serde_json::from_slice(&line).map_err(|e| damaged(format!("line {} is no entry: {e}", self.lines)))?;
            match entry.state {
                Some(state) => self.files.insert(entry.file, state),
                None => self.files.remove(&entry.file),
            };
        }
        if read != self.payload.ledger_bytes {
            return Err(damaged(format!("it has {read} bytes where the commit says {}", self.payload.ledger_bytes)));
        }
        if self.hash.digest() != self.payload.ledger_xxh3 {
            return Err(damaged("its checksum is wrong".to_owned()));
        }
        Ok(())
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("path", &self.path()).field("files", &self.files.len()).finish_non_exhaustive()
    }
}
