//! Writing the ledger: appending, cutting off left-overs, writing it anew.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Entry, FileState, Ledger};
use crate::{
    error::{Error, Result},
    index::{Payload, create::sync_folder},
};

/// Fewest lines for which the ledger is written anew.
const COMPACT_LINES_MIN: u64 = 1024;

/// The ledger files in an archive's folder.
pub(in crate::index) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_ours = |name: &str| {
        let number = name.strip_prefix("files-").and_then(|name| name.strip_suffix(".log"));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    entries.flatten().filter(|e| e.file_name().to_str().is_some_and(is_ours)).map(|e| e.path()).collect()
}

/// A number that no ledger in the folder has.
pub(in crate::index) fn free_number(folder: &Path) -> u64 {
    let number = |path: &PathBuf| path.file_stem()?.to_str()?.strip_prefix("files-")?.parse::<u64>().ok();
    files(folder).iter().filter_map(number).max().map_or(0, |most| most.saturating_add(1))
}

impl Ledger {
    /// Notes the state of a file.
    pub(crate) fn note(&mut self, file: &str, state: FileState) {
        self.push(&Entry { file: file.to_owned(), state: Some(state.clone()) });
        self.files.insert(file.to_owned(), state);
    }

    /// Notes that a file is gone.
    pub(crate) fn forget(&mut self, file: &str) {
        if self.files.remove(file).is_some() {
            self.push(&Entry { file: file.to_owned(), state: None });
        }
    }

    /// Writes what is new and waits until it is on the disk. What it returns goes into the commit.
    pub(in crate::index) fn write(&mut self) -> Result<Payload> {
        if self.lines >= COMPACT_LINES_MIN && self.lines > 2 * self.files.len() as u64 {
            self.compact();
        }
        let path = self.path();
        self.append(&path).map_err(|source| Error::Write { path, source })?;
        Ok(self.payload.clone())
    }

    /// Removes ledgers that no commit names any more.
    pub(in crate::index) fn sweep(&self) {
        let current = self.path();
        for file in files(&self.folder).into_iter().filter(|file| *file != current) {
            // A left-over does no harm, and the next sweep tries again.
            let _ = fs::remove_file(file);
        }
    }

    fn push(&mut self, entry: &Entry) {
        serde_json::to_writer(&mut self.fresh, entry).expect("an entry is plain data");
        self.fresh.push(b'\n');
        self.lines += 1;
    }

    fn compact(&mut self) {
        let files = std::mem::take(&mut self.files);
        self.begin(self.payload.ledger + 1, files);
    }

    /// Begins the ledger with a number, with these files in it and nothing else.
    fn begin(&mut self, number: u64, files: impl IntoIterator<Item = (String, FileState)>) {
        self.payload = Payload { ledger: number, ..Payload::default() };
        self.hash.reset();
        self.fresh.clear();
        self.files.clear();
        self.lines = 0;
        for (file, state) in files {
            self.note(&file, state);
        }
    }

    /// Writes a ledger with a new number, whatever became of the others; gives what goes into the commit.
    pub(in crate::index) fn write_anew(
        folder: &Path,
        number: u64,
        files: impl IntoIterator<Item = (String, FileState)>,
    ) -> Result<Payload> {
        let mut ledger = Self::open(folder, &Payload::default())?;
        ledger.begin(number, files);
        ledger.write()
    }

    /// Appends behind the bytes that count, cutting off what a run that died may have left there.
    fn append(&mut self, path: &Path) -> io::Result<()> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.set_len(self.payload.ledger_bytes)?;
        file.write_all(&self.fresh)?;
        file.sync_all()?;
        sync_folder(&self.folder)?;
        self.payload.ledger_bytes += self.fresh.len() as u64;
        self.hash.update(&self.fresh);
        self.payload.ledger_xxh3 = self.hash.digest();
        self.fresh.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(bytes: u64) -> FileState {
        FileState { bytes, ..FileState::default() }
    }

    #[test]
    fn what_was_not_committed_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path(), &Payload::default()).unwrap();
        ledger.note("a.html", state(1));
        let committed = ledger.write().unwrap();
        ledger.note("b.html", state(2));
        ledger.write().unwrap();

        let mut again = Ledger::open(folder.path(), &committed).unwrap();
        assert_eq!(again.files().keys().collect::<Vec<_>>(), ["a.html"]);
        again.note("c.html", state(3));
        let committed = again.write().unwrap();
        let last = Ledger::open(folder.path(), &committed).unwrap();
        assert_eq!(last.files().keys().collect::<Vec<_>>(), ["a.html", "c.html"]);
    }

    #[test]
    fn a_ledger_of_overtaken_lines_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path(), &Payload::default()).unwrap();
        for round in 0..COMPACT_LINES_MIN {
            ledger.note("a.html", state(round));
        }
        let committed = ledger.write().unwrap();
        ledger.sweep();
        assert_eq!(committed.ledger, 1);
        assert_eq!(files(folder.path()), [folder.path().join("files-1.log")]);
        let again = Ledger::open(folder.path(), &committed).unwrap();
        assert_eq!(again.files()["a.html"], state(COMPACT_LINES_MIN - 1));
    }

    #[test]
    fn a_ledger_that_was_cut_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path(), &Payload::default()).unwrap();
        ledger.note("a.html", state(1));
        let committed = ledger.write().unwrap();
        let path = folder.path().join("files-0.log");
        let log = OpenOptions::new().write(true).open(&path).unwrap();
        log.set_len(committed.ledger_bytes - 3).unwrap();
        let error = Ledger::open(folder.path(), &committed).unwrap_err();
        assert!(error.to_string().contains("files-0.log is damaged"), "{error}");
    }

    #[test]
    fn a_ledger_that_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path(), &Payload::default()).unwrap();
        ledger.note("a.html", state(4_711));
        let committed = ledger.write().unwrap();
        let path = folder.path().join("files-0.log");
        fs::write(&path, fs::read_to_string(&path).unwrap().replace("4711", "4712")).unwrap();
        let error = Ledger::open(folder.path(), &committed).unwrap_err();
        assert!(error.to_string().contains("files-0.log is damaged: its checksum"), "{error}");
    }
}
