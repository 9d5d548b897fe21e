//! Making an archive's folder, and emptying it.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use tantivy::{Directory, TantivyError, directory::META_LOCK};

use super::{
    FORMAT_VERSION, MANIFEST, Manifest, SEGMENTS, Store, check_manifest, copies,
    disk::{Disk, HALF_WRITTEN, META, META_COPY, Reading},
    index_error, ledger,
    lock::WriterLock,
    schema, seal, side, stories,
    verify::files_of,
};
use crate::{
    error::{Error, Result},
    text::ANALYSIS_VERSION,
};

impl Store {
    /// Opens an archive for writing, or makes an empty one where there is none.
    pub(crate) fn open_or_create(path: &Path) -> Result<Self> {
        match check_manifest(path) {
            Err(Error::NoArchive { .. }) => Self::create(path)?,
            result => result?,
        }
        Self::open_segments(path, Reading::InWindows)
    }

    /// Makes an empty archive, under the writer's lock. The manifest is written last: a folder without it is no
    /// archive.
    fn create(path: &Path) -> Result<()> {
        let segments = path.join(SEGMENTS);
        if [META, META_COPY].iter().any(|name| has_commit(&segments.join(name))) {
            let detail = "it is gone, but what it belongs to is there: `newssearch doctor --repair` makes it anew, --rebuild \
                          begins the archive anew";
            return Err(Error::Damaged { path: path.join(MANIFEST), detail: detail.to_owned() });
        }
        remove_all(path)?;
        fs::create_dir_all(&segments).map_err(|source| Error::Write { path: segments.clone(), source })?;
        let (schema, _) = schema::build();
        let disk = Disk::open(&segments, Reading::InWindows).map_err(|e| index_error(path, e.into()))?;
        let made = tantivy::Index::create(disk.clone(), schema, tantivy::IndexSettings::default());
        made.map_err(|e| match disk.take_failure() {
            Some((path, source)) => Error::Write { path, source },
            None => index_error(path, e),
        })?;
        write_manifest(path)
    }
}

/// Whether a file is the whole record of a commit of ours; that of an archive which is still being made has no payload.
fn has_commit(path: &Path) -> bool {
    let payload = |bytes: Vec<u8>| serde_json::from_slice::<serde_json::Value>(&bytes).ok()?.get("payload").cloned();
    fs::read(path)
        .is_ok_and(|bytes| seal::is_whole(&bytes) && payload(bytes).is_some_and(|payload| payload.is_string()))
}

impl Store {
    /// Removes the files of segments that the last commit does not name, under the writer's lock while nothing is
    /// written: what a run that died had begun, and what was merged. A next run may give its files the same names, and
    /// tantivy then refuses to write them.
    pub(super) fn sweep_segments(&self) -> Result<()> {
        // A reader that is just opening what the commit before named is waited for.
        let lock = self.index.directory().acquire_lock(&META_LOCK);
        let _lock = lock.map_err(|e| self.error(TantivyError::LockFailure(e, None)))?;
        let needed: HashSet<PathBuf> = files_of(&self.metas()?).into_iter().collect();
        let folder = self.path.join(SEGMENTS);
        let entries = fs::read_dir(&folder).map_err(|source| Error::Read { path: folder, source })?;
        for entry in entries.flatten() {
            let is_left = |name: &str| {
                name.starts_with(HALF_WRITTEN) || (is_of_segment(name) && !needed.contains(Path::new(name)))
            };
            if entry.file_name().to_str().is_some_and(is_left) {
                // What cannot be removed, being open on a system that minds, is removed by the next sweep.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

/// Writes the manifest of an archive of this version.
pub(super) fn write_manifest(folder: &Path) -> Result<()> {
    let manifest = Manifest {
        format: FORMAT_VERSION,
        analysis: ANALYSIS_VERSION,
        created_by: concat!("newssearch ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let text = serde_json::to_string_pretty(&manifest).expect("a manifest is plain data") + "\n";
    write_synced(&folder.join(MANIFEST), text.as_bytes())
}

/// Removes everything of an archive from its folder, unless another process writes to it.
pub(crate) fn clear(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let _lock = WriterLock::take(path)?;
    remove_all(path)
}

/// Removes an archive's own files from its folder but those of the lock, the manifest first and then the records of the
/// last commit: without them nobody takes what is left for an archive. Other files stay, whatever they are called.
fn remove_all(path: &Path) -> Result<()> {
    remove_file(&path.join(MANIFEST))?;
    for record in [META, META_COPY] {
        remove_file(&path.join(SEGMENTS).join(record))?;
    }
    let beside = [copies::NAME, stories::NAME].map(|name| side::files(path, name));
    for file in ledger::files(path).into_iter().chain(beside.into_iter().flatten()) {
        remove_file(&file)?;
    }
    let segments = path.join(SEGMENTS);
    let Ok(entries) = fs::read_dir(&segments) else { return Ok(()) };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_of_index)) {
        remove_file(&entry.path())?;
    }
    // It stays where something else is in it.
    let _ = fs::remove_dir(&segments);
    Ok(())
}

fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::Write { path: path.to_owned(), source }),
        _ => Ok(()),
    }
}

/// Whether a file in the folder of segments is one that the index library writes: named after a segment, or one of its
/// own records and locks.
fn is_of_index(name: &str) -> bool {
    let in_one_step = name.strip_prefix(HALF_WRITTEN).unwrap_or(name);
    is_of_segment(name)
        || matches!(in_one_step, "meta.json" | ".managed.json" | META_COPY)
        || name.starts_with(".tantivy-")
}

/// Whether a file is named after a segment.
pub(super) fn is_of_segment(name: &str) -> bool {
    let segment = name.split('.').next().unwrap_or_default();
    segment.len() == 32 && segment.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Writes a new file and waits until it and its name are on the disk.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> io::Result<()> {
        let half = path.with_extension("new");
        fs::write(&half, bytes)?;
        fs::File::open(&half)?.sync_all()?;
        fs::rename(&half, path)?;
        match path.parent() {
            Some(folder) => sync_folder(folder),
            None => Ok(()),
        }
    };
    write().map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Waits until the names in a folder are on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}
