//! The folder of segments as tantivy sees it: its own memory-mapped folder, with what it leaves out.
//!
//! - Who searches reads mapped files; who writes reads them in windows, see `window`.
//! - `meta.json` is sealed with a checksum (see `seal`), and the folder is synced once its new name is there, so that a
//!   commit that was told is on the disk. A copy lies beside it in `meta.copy`, for `repair`.
//! - Once a `meta.json` could not be written, no other is: what was done in memory and what the last commit says no
//!   longer fit together, and a merge that ends later must not make half of it true.
//! - The first write that fails is remembered with its place, for the error that people see.
//! - A folder that may only be read can be searched.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

#[cfg(feature = "ingest")]
use std::sync::OnceLock;

use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, FileSlice, Lock, META_LOCK, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
    error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError},
};

use super::{
    seal,
    window::{OpenFiles, Windowed},
};

/// tantivy's record of the last commit.
pub(super) const META: &str = "meta.json";

/// The copy of it.
#[cfg(feature = "ingest")]
pub(super) const META_COPY: &str = "meta.copy";

/// tantivy's list of the files that it made. A name too many or too few in it does no harm.
pub(super) const MANAGED: &str = ".managed.json";

/// Put before the name of a file that is being written in one step.
pub(super) const HALF_WRITTEN: &str = ".half-";

/// How the files of segments are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As mapped: quick where the same is read often.
    Mapped,
    /// In windows: what goes through all of them takes little memory.
    #[cfg_attr(not(feature = "ingest"), expect(dead_code, reason = "an archive is never written without it"))]
    InWindows,
}

/// The folder of segments.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    inner: MmapDirectory,
    root: PathBuf,
    reading: Reading,
    files: Arc<OpenFiles>,
    failures: Arc<Failures>,
    /// Segments that no commit names any more, whatever the index library knows of them.
    #[cfg(feature = "ingest")]
    left_out: Arc<OnceLock<Vec<String>>>,
}

#[derive(Debug, Default)]
struct Failures {
    first: Mutex<Option<(PathBuf, io::Error)>>,
    /// Whether a `meta.json` could not be written.
    commit_failed: AtomicBool,
}

impl Disk {
    pub(super) fn open(folder: &Path, reading: Reading) -> Result<Self, OpenDirectoryError> {
        let inner = MmapDirectory::open(folder)?;
        Ok(Self {
            inner,
            root: folder.to_owned(),
            reading,
            files: Arc::default(),
            failures: Arc::default(),
            #[cfg(feature = "ingest")]
            left_out: Arc::default(),
        })
    }

    /// From now on commits leave out these segments, by their ids: what is in them goes with the next commit, in the
    /// same step in which something else comes in their place. Once an opened folder; later calls do nothing.
    #[cfg(feature = "ingest")]
    pub(super) fn leave_out(&self, segments: impl Iterator<Item = String>) {
        let _ = self.left_out.set(segments.collect());
    }

    /// Opens a file to be read in windows.
    pub(super) fn open_in_windows(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        Ok(FileSlice::new(Arc::new(self.windowed(path, self.inner.get_file_handle(path)?))))
    }

    fn windowed(&self, path: &Path, mapped: Arc<dyn FileHandle>) -> Windowed {
        Windowed::new(&self.root.join(path), mapped, &self.files)
    }

    /// The first write that failed since this was last asked, with its place.
    pub(super) fn take_failure(&self) -> Option<(PathBuf, io::Error)> {
        self.failures.first.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Passes a result on, and remembers a failure.
    fn noted<T>(&self, path: &Path, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| self.failures.note(&self.root.join(path), error))
    }

    #[cfg(feature = "ingest")]
    fn write_meta(&self, data: &[u8]) -> io::Result<()> {
        if self.failures.commit_failed.load(Ordering::Acquire) {
            return Err(io::Error::other("an earlier commit failed"));
        }
        let sealed = match self.left_out.get() {
            None => seal::seal(data),
            Some(segments) => seal::seal(&without(data, segments)?),
        };
        let written = replace(&self.root.join(META), &sealed).and_then(|()| self.inner.sync_directory());
        match &written {
            Err(_) => self.failures.commit_failed.store(true, Ordering::Release),
            // It has its checksum, so that half a copy is known as such, and it need not be waited for.
            Ok(()) => drop(fs::write(self.root.join(META_COPY), &sealed)),
        }
        self.noted(Path::new(META), written)
    }

    /// An archive is never written without the feature `ingest`.
    #[cfg(not(feature = "ingest"))]
    fn write_meta(&self, _data: &[u8]) -> io::Result<()> {
        self.failures.commit_failed.store(true, Ordering::Release);
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    /// Takes the lock under which readers open what writers remove, in a folder where no file may be made. Where there
    /// is none, nobody ever wrote while somebody read.
    fn read_only_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match File::open(self.root.join(&lock.filepath)) {
            Ok(file) => {
                file.lock().map_err(LockError::wrap_io_error)?;
                Ok(DirectoryLock::from(Box::new(file)))
            }
            Err(_) => Ok(DirectoryLock::from(Box::new(()))),
        }
    }
}

impl Failures {
    fn note(&self, path: &Path, error: &io::Error) {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| (path.to_owned(), same_error(error)));
    }
}

/// A commit without some segments.
#[cfg(feature = "ingest")]
fn without(meta: &[u8], segments: &[String]) -> io::Result<Vec<u8>> {
    let mut meta: serde_json::Value = serde_json::from_slice(meta)?;
    let named = meta.get_mut("segments").and_then(serde_json::Value::as_array_mut);
    let named = named.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a commit names no segments"))?;
    named.retain(|segment| {
        let id = segment["segment_id"].as_str().unwrap_or_default().replace('-', "");
        !segments.contains(&id)
    });
    Ok(serde_json::to_vec_pretty(&meta)?)
}

/// An error like another, as far as people see it.
fn same_error(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// Replaces a file in one step: readers see the old bytes or the new ones. Its name is on the disk once the folder is
/// synced.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let half = path.with_file_name(format!("{HALF_WRITTEN}{name}"));
    let mut file = File::create(&half)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&half, path)
}

impl Directory for Disk {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let mapped = self.inner.get_file_handle(path)?;
        Ok(match self.reading {
            Reading::Mapped => mapped,
            Reading::InWindows => Arc::new(self.windowed(path, mapped)),
        })
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let opened = self.inner.open_write(path).inspect_err(|error| {
            if let OpenWriteError::IoError { io_error, .. } = error {
                self.failures.note(&self.root.join(path), io_error);
            }
        })?;
        let file = opened.into_inner().map_err(|e| OpenWriteError::wrap_io_error(e.into_error(), path.to_owned()))?;
        let watched = WatchedFile { file, disk: self.clone(), path: path.to_owned() };
        Ok(io::BufWriter::new(Box::new(watched)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let bytes = self.inner.atomic_read(path)?;
        if path == Path::new(META) && !seal::is_whole(&bytes) {
            let error = io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong");
            return Err(OpenReadError::wrap_io_error(error, path.to_owned()));
        }
        Ok(bytes)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new(META) {
            return self.write_meta(data);
        }
        self.noted(path, replace(&self.root.join(path), data))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.noted(Path::new(""), self.inner.sync_directory())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let read_only =
            |e: &io::Error| matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
        match self.inner.acquire_lock(lock) {
            Err(LockError::IoError(e)) if lock.filepath == META_LOCK.filepath && read_only(&e) => {
                self.read_only_lock(lock)
            }
            result => result,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

/// A file of a segment while it is written.
struct WatchedFile {
    file: Box<dyn TerminatingWrite + Send + Sync>,
    disk: Disk,
    path: PathBuf,
}

impl Write for WatchedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        self.disk.noted(&self.path, written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.disk.noted(&self.path, flushed)
    }
}

impl TerminatingWrite for WatchedFile {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        let ended = self.file.terminate_ref(token);
        self.disk.noted(&self.path, ended)
    }
}

#[cfg(all(test, feature = "ingest"))]
mod tests {
    use super::*;

    #[test]
    fn after_a_commit_that_failed_there_is_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path(), Reading::InWindows).unwrap();
        let meta = Path::new(META);
        disk.atomic_write(meta, b"{\"a\": 1}").unwrap();
        fs::create_dir(folder.path().join(".half-meta.json")).unwrap();
        disk.atomic_write(meta, b"{\"a\": 2}").unwrap_err();
        fs::remove_dir(folder.path().join(".half-meta.json")).unwrap();
        disk.atomic_write(meta, b"{\"a\": 3}").unwrap_err();
        assert!(disk.atomic_read(meta).unwrap().starts_with(b"{\"a\": 1"));
        let (place, _) = disk.take_failure().unwrap();
        assert_eq!(place, folder.path().join(META));
    }

    #[test]
    fn a_meta_that_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path(), Reading::InWindows).unwrap();
        disk.atomic_write(Path::new(META), b"{\"opstamp\": 12}").unwrap();
        let path = folder.path().join(META);
        fs::write(&path, fs::read_to_string(&path).unwrap().replace("12", "13")).unwrap();
        assert!(disk.atomic_read(Path::new(META)).is_err());
    }
}
