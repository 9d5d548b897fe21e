//! The writer's lock: one process at a time changes an archive, and the next one is told who does.
//!
//! The lock is the system's own (`flock`, `LockFileEx`) on the file `writer.lock`, so that it ends with its process
//! however that ends. Who holds it stands beside it in `writer.json`; what a dead process left there is written over.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::{WRITER, WRITER_LOCK};
use crate::error::{Error, Result};

/// How long, and how often, a lock is waited for that was let go: a process that this one starts has a copy of all its
/// open files for a moment, and what is locked stays so until the last copy is closed.
const LET_GO_WAIT: Duration = Duration::from_millis(10);
const LET_GO_WAITS: u32 = 100;

/// Tries to take a lock, again as long as it may be one that was let go.
pub(super) fn patiently<T, E>(
    mut attempt: impl FnMut() -> std::result::Result<T, E>,
    may_be_let_go: impl Fn(&E) -> bool,
) -> std::result::Result<T, E> {
    for _ in 0..LET_GO_WAITS {
        match attempt() {
            Err(error) if may_be_let_go(&error) => thread::sleep(LET_GO_WAIT),
            done => return done,
        }
    }
    attempt()
}

/// Where Linux keeps the machine's name; elsewhere it stays unknown.
const HOST_FILES: [&str; 2] = ["/proc/sys/kernel/hostname", "/etc/hostname"];

/// The right to write to an archive, until it is dropped.
#[derive(Debug)]
pub(crate) struct WriterLock {
    /// Locked as long as it is open.
    _file: File,
    holder: PathBuf,
}

/// Who writes to an archive.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    pid: u32,
    /// Name of the machine: an archive may lie on a shared disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    /// Since when, ISO 8601.
    since: String,
}

impl WriterLock {
    /// Takes the lock of the archive in a folder, which is made where it is not there.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(WRITER_LOCK);
        let failed = |path: &Path, source| Error::Write { path: path.to_owned(), source };
        fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = open.map_err(|e| failed(&path, e))?;
        let holder = folder.join(WRITER);
        // Nobody says to hold it: it was let go, and lives on in a process that is just being started.
        let may_be_let_go = |error: &TryLockError| matches!(error, TryLockError::WouldBlock) && !holder.exists();
        patiently(|| file.try_lock(), may_be_let_go).map_err(|error| match error {
            TryLockError::WouldBlock => Error::Locked { path: folder.to_owned(), holder: Holder::read(&holder) },
            TryLockError::Error(source) => failed(&path, source),
        })?;
        // For people only: where it cannot be written, the lock holds all the same.
        let _ = fs::write(&holder, Holder::this().to_json());
        Ok(Self { _file: file, holder })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // The lock is still held, so that this is nobody else's. A left-over does no harm.
        let _ = fs::remove_file(&self.holder);
    }
}

impl Holder {
    fn this() -> Self {
        let host = HOST_FILES.iter().find_map(|file| fs::read_to_string(file).ok());
        let host = host.map(|host| host.trim().to_owned()).filter(|host| !host.is_empty());
        Self { pid: std::process::id(), host, since: Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true) }
    }

    fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a holder is plain data") + "\n"
    }

    /// Who is said to hold a lock; empty where nothing can be read.
    fn read(path: &Path) -> String {
        let text = fs::read(path).unwrap_or_default();
        serde_json::from_slice::<Self>(&text).map_or_else(|_| String::new(), |holder| holder.to_string())
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.pid)?;
        if let Some(host) = &self.host {
            write!(f, " on {host}")?;
        }
        write!(f, ", since {}", self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_next_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let first = WriterLock::take(folder.path()).unwrap();
        let error = WriterLock::take(folder.path()).unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        assert!(error.contains("since 2"), "{error}");
        drop(first);
        WriterLock::take(folder.path()).unwrap();
    }

    #[test]
    fn a_lock_that_was_let_go_is_waited_for_until_its_last_copy_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = WriterLock::take(folder.path()).unwrap();
        let copy = first._file.try_clone().unwrap();
        drop(first);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(5 * LET_GO_WAIT);
                drop(copy);
            });
            WriterLock::take(folder.path()).unwrap();
        });
    }

    #[test]
    fn what_a_dead_process_left_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(WRITER_LOCK), "").unwrap();
        fs::write(folder.path().join(WRITER), r#"{"pid":1,"since":"1999-01-01T00:00:00Z"}"#).unwrap();
        let _lock = WriterLock::take(folder.path()).unwrap();
        let error = WriterLock::take(folder.path()).unwrap_err().to_string();
        assert!(!error.contains("1999"), "{error}");
    }
}
