//! Saving what can be saved of a damaged archive.
//!
//! Whole segments are kept. Of damaged ones the articles are indexed anew where the file that stores them is whole (see
//! `rescue`), and lost where it is not. A file of the ledger whose articles are not all there any more is
//! noted as never read, so that the next run reads it again; until then the articles that are left of it are found.
//! All that takes effect by one atomic step, the writing of `meta.json`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use serde::Serialize;
use tantivy::{Directory, SegmentReader, index::SegmentMeta};

use super::{
    FORMAT_VERSION, FileState, Ledger, MANIFEST, Payload, SEGMENTS, Store, Writer, WriterOptions, check_manifest,
    create,
    disk::{MANAGED, META, META_COPY, Reading},
    ledger,
    lock::WriterLock,
    rescue::{Rescued, rescue},
    seal,
    verify::{DamagedFile, as_damage, files_of, is_list_of_files, verify},
    versions::leave_unsettled,
};
use crate::{
    error::{Error, Result},
    text::ANALYSIS_VERSION,
};

/// Most files that a [`Repair`] names; the rest is counted.
const FILES_NAMED_MAX: usize = 1_000;

/// What was done to save an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// The files that were damaged. Empty: all was well, and nothing was done.
    pub damaged: Vec<DamagedFile>,
    /// Articles that were in the archive and are no more, as far as the ledger of files could be read.
    pub articles_lost: u64,
    /// Articles that are left, older versions among them.
    pub articles_kept: u64,
    /// Those among them that were indexed anew, from what was stored of them in damaged segments.
    pub articles_rescued: u64,
    /// The first files that the next run reads again, by name.
    pub files_again: Vec<String>,
    /// How many there are; all of them where the ledger was damaged.
    pub files_again_total: u64,
}

/// Saves what can be saved of the archive in a folder. The next run over the same files and folders
/// reads again what was lost, as long as it is there.
///
/// Cost: as [`verify`] twice, a pass over the names of all files, and what it takes to index the articles of
/// damaged segments.
///
/// # Errors
/// [`Error::NoArchive`], [`Error::FormatVersion`], [`Error::Locked`]; [`Error::Damaged`] where nothing can be saved:
/// the last commit and its copy are both lost.
pub fn repair(folder: impl AsRef<Path>) -> Result<Repair> {
    let folder = folder.as_ref();
    if !folder.join(SEGMENTS).is_dir() {
        return check_manifest(folder).map(|()| Repair::default());
    }
    let lock = WriterLock::take(folder)?;
    let damaged = restore_records(folder)?;
    let found = verify(folder)?;
    let damaged: Vec<DamagedFile> = damaged.into_iter().chain(found).collect();
    if damaged.is_empty() {
        return Ok(Repair::default());
    }
    let store = Store::open(folder)?;
    let salvage = Salvage::of(&store)?;
    let rescued = rescue(&store, &salvage.damaged, &salvage.bad)?;
    let repair = salvage.keep(&store, damaged, rescued)?;
    Writer::open_locked(folder, &WriterOptions::default(), lock)?.finish()?;
    Ok(repair)
}

/// Puts back the small files without which nothing can be opened, and gives those that were damaged.
fn restore_records(folder: &Path) -> Result<Vec<DamagedFile>> {
    let mut damaged = Vec::new();
    let segments = folder.join(SEGMENTS);
    let failed = |path: &Path, source| Error::Write { path: path.to_owned(), source };
    let meta = segments.join(META);
    let whole = |path: &Path| fs::read(path).ok().filter(|bytes| seal::is_whole(bytes));
    let manifest = check_manifest(folder);
    if whole(&meta).is_none() {
        if let Err(error @ Error::FormatVersion { .. }) = manifest {
            return Err(error);
        }
        let copy = whole(&segments.join(META_COPY)).ok_or_else(|| Error::Damaged {
            path: meta.clone(),
            detail: "its checksum is wrong, and so is that of its copy".to_owned(),
        })?;
        create::write_synced(&meta, &copy)?;
        damaged.push(DamagedFile { path: meta, detail: "its checksum is wrong; an earlier copy was taken".to_owned() });
    }
    let managed = segments.join(MANAGED);
    if !fs::read(&managed).is_ok_and(|bytes| is_list_of_files(&bytes)) {
        let names = fs::read_dir(&segments).map_err(|e| failed(&segments, e))?.flatten();
        let names: BTreeSet<String> = names
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| create::is_of_segment(name) || name == META)
            .collect();
        create::write_synced(&managed, &serde_json::to_vec(&names).expect("names are plain data"))?;
        damaged.push(DamagedFile { path: managed, detail: "it is no list of files".to_owned() });
    }
    match manifest {
        // What the last commit says of the version is sealed; the manifest may have lost it.
        Err(error @ (Error::Damaged { .. } | Error::NoArchive { .. } | Error::FormatVersion { .. })) => {
            let Ok(payload) = Store::open_segments(folder, Reading::Mapped).and_then(|store| store.payload()) else {
                return Err(error);
            };
            if (payload.format, payload.analysis) != (FORMAT_VERSION, ANALYSIS_VERSION) {
                return Err(error);
            }
            create::write_manifest(folder)?;
            damaged.push(DamagedFile { path: folder.join(MANIFEST), detail: "it is no manifest".to_owned() });
        }
        result => result?,
    }
    Ok(damaged)
}

/// What is whole of an archive.
struct Salvage {
    /// The segments that are not.
    damaged: Vec<SegmentMeta>,
    /// Their files whose checksums are wrong.
    bad: BTreeSet<PathBuf>,
    /// Articles in the other segments, for each file.
    articles: BTreeMap<String, u64>,
    /// The ledger, where it is whole.
    ledger: Option<Ledger>,
}

impl Salvage {
    fn of(store: &Store) -> Result<Self> {
        let metas = store.metas()?;
        let is_bad = |file: &PathBuf| {
            let bytes = fs::metadata(store.segment_path(file)).map_or(0, |meta| meta.len());
            store.damage_of(file, bytes).is_some()
        };
        let bad: BTreeSet<PathBuf> = files_of(&metas).into_iter().filter(is_bad).collect();
        let mut articles = BTreeMap::new();
        let mut damaged = Vec::new();
        for meta in metas.segments {
            let id = meta.id().uuid_string();
            let is_bad = bad.iter().any(|file| file.to_string_lossy().starts_with(&id));
            let Some(counted) = (if is_bad { None } else { counted(store, &meta) }) else {
                damaged.push(meta);
                continue;
            };
            for (file, count) in counted {
                *articles.entry(file).or_default() += count;
            }
        }
        let ledger = match store.ledger() {
            Ok(ledger) => Some(ledger),
            Err(error) => as_damage(&store.path, error).map(|_| None)?,
        };
        Ok(Self { damaged, bad, articles, ledger })
    }

    /// Makes what is whole, and what was rescued, the archive.
    fn keep(mut self, store: &Store, damaged: Vec<DamagedFile>, rescued: Option<Rescued>) -> Result<Repair> {
        let mut repair = Repair { damaged, ..Repair::default() };
        for (file, count) in rescued.iter().flat_map(|rescued| &rescued.articles) {
            repair.articles_rescued += count;
            *self.articles.entry(file.clone()).or_default() += count;
        }
        repair.articles_kept = self.articles.values().sum();
        let noted = self.ledger.as_ref().map(|ledger| ledger.files().clone());
        let mut states = BTreeMap::new();
        for (file, state) in noted.iter().flatten() {
            let left = self.articles.get(file).copied().unwrap_or(0);
            if left == state.articles {
                states.insert(file.clone(), state.clone());
                continue;
            }
            repair.articles_lost += state.articles.saturating_sub(left);
            repair.again(file);
            if left > 0 {
                states.insert(file.clone(), never_read(left));
            }
        }
        for (file, left) in &self.articles {
            if !noted.as_ref().is_some_and(|noted| noted.contains_key(file)) {
                repair.again(file);
                states.insert(file.clone(), never_read(*left));
            }
        }
        let number = ledger::free_number(&store.path);
        let payload = Ledger::write_anew(&store.path, number, states)?;
        leave_unsettled(&store.path)?;
        let packed_with = store.packer.dictionary().map(|dictionary| dictionary.text());
        let dictionary = packed_with.or(store.payload()?.dictionary);
        let payload = Payload { dictionary, format: FORMAT_VERSION, analysis: ANALYSIS_VERSION, ..payload };
        let payload = serde_json::to_string(&payload).expect("a payload is plain data");
        store.disk.leave_out(self.damaged.iter().map(|meta| meta.id().uuid_string()));
        if let Some(rescued) = rescued {
            rescued.commit(store, &payload)?;
            return Ok(repair);
        }
        let mut metas = store.metas()?;
        metas.payload = Some(payload);
        let text = serde_json::to_vec_pretty(&metas).expect("a commit is plain data");
        let written = store.index.directory().atomic_write(Path::new(META), &text);
        written.map_err(|source| Error::Write { path: store.segment_path(Path::new(META)), source })?;
        Ok(repair)
    }
}

impl Repair {
    fn again(&mut self, file: &str) {
        self.files_again_total += 1;
        if self.files_again.len() < FILES_NAMED_MAX {
            self.files_again.push(file.to_owned());
        }
    }
}

/// The state of a file that has articles in the archive and is as no file on a disk is, so that it is read again.
fn never_read(articles: u64) -> FileState {
    FileState { bytes: u64::MAX, modified_ns: i64::MIN, articles, ..FileState::default() }
}

/// The articles of a segment for each file; `None` where it cannot be read, whatever its checksums say.
fn counted(store: &Store, meta: &SegmentMeta) -> Option<BTreeMap<String, u64>> {
    let count = || {
        let segment = SegmentReader::open(&store.index.segment(meta.clone())).map_err(|e| store.error(e))?;
        let mut counted = BTreeMap::new();
        store.count_articles(&segment, &mut counted).map(|()| counted)
    };
    catch_unwind(AssertUnwindSafe(count)).ok().and_then(Result::ok)
}
