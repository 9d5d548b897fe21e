//! The archive on disk: what lies where, and how it is opened.
//!
//! ```text
//! index/
//!   archive.json     the manifest: format and analysis versions; written once
//!   writer.lock      locked by the one process that writes; see `lock`
//!   writer.json      who that is
//!   files-N.log      the ledger: every file that was read, a JSON line each; see `ledger`
//!   copies-N.bin     which articles are copies of each other; see `copies` and `side`
//!   stories-N.bin    which articles tell of one event; see `stories` and `side`
//!   unsettled        stands there while versions, copies and stories are still to be settled; see `versions`
//!   segments/        the tantivy index; the payload of its last commit says which ledger, how much of it, and which
//!                    copies and stories count, and has what stories are packed with; see `pack`
//!     meta.json      the last commit, sealed with a checksum; see `seal` and `disk`
//!     meta.copy      a copy of it, for `repair`
//!   saved/           searches kept by name, which are no part of the index; see `SavedSearches`
//! ```
//!
//! *Rationale.* A run may be killed at any instant. What counts is decided by one atomic step, tantivy's commit: the
//! ledger is appended to and synced first, and the commit's payload then says how many of its bytes are true. Bytes
//! behind that are left-overs of a run that died, and are cut off by the next writer.
//!
//! *Checksums.* Every file has one. Those of `meta.json` and of the ledger are looked at whenever they are read. Those
//! of the segments are looked at when an archive is opened, the smallest files first, as far as [`CHECKED_BYTES_MAX`]
//! goes; before a writer changes anything, all of them; and by `verify`. What a search finds damaged beyond that is
//! told then.

mod copies;
#[cfg(feature = "ingest")]
mod create;
mod disk;
#[cfg(feature = "ingest")]
mod document;
mod guard;
pub(crate) mod layout;
mod ledger;
#[cfg(feature = "ingest")]
mod lock;
mod pack;
#[cfg(feature = "ingest")]
mod queue;
#[cfg(feature = "ingest")]
mod repair;
#[cfg(feature = "ingest")]
mod rescue;
mod schema;
mod seal;
mod side;
#[cfg(feature = "ingest")]
mod sketch;
mod stored;
mod stories;
mod traits;
mod verify;
#[cfg(feature = "ingest")]
mod versions;
mod window;
#[cfg(feature = "ingest")]
mod writer;

pub(crate) use copies::{Cluster, Clusters, Member};
#[cfg(feature = "ingest")]
pub(crate) use create::clear;
#[cfg(feature = "ingest")]
pub(crate) use document::Document;
pub(crate) use guard::guarded;
#[cfg(feature = "ingest")]
pub(crate) use ledger::FileState;
pub(crate) use ledger::Ledger;
#[cfg(feature = "ingest")]
pub use repair::{Repair, repair};
pub(crate) use schema::{Fields, LABEL_GAP_POSITIONS, PARAGRAPH_START, SENTENCE_START, day_number, day_of_number};
pub(crate) use stored::{StoredArticle, StoredArticles, key_term, tie};
pub(crate) use stories::{Stories, StoriesFile};
pub(crate) use traits::{SURE_DATE, UNSURE_DATE};
pub(crate) use verify::CHECKED_BYTES_MAX;
pub use verify::{DamagedFile, verify};
#[cfg(feature = "ingest")]
pub(crate) use writer::{Writer, WriterOptions, checked_memory};

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tantivy::{Directory, TantivyError, directory::error::OpenReadError};
use xxhash_rust::xxh3::xxh3_64;

use disk::{Disk, Reading};
use pack::{Dictionary, Packer};

use crate::{
    error::{Error, Result},
    text::ANALYSIS_VERSION,
};

/// Version of the format described here and in `schema`, `document` and `ledger`.
const FORMAT_VERSION: u32 = 7;

/// Name of the file that says that versions and copies are not settled.
const UNSETTLED: &str = "unsettled";

/// File that a writer locks, and one that says who it is.
const WRITER_LOCK: &str = "writer.lock";
const WRITER: &str = "writer.json";

const MANIFEST: &str = "archive.json";
const SEGMENTS: &str = "segments";

/// The manifest: the one file that says what the folder is.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    analysis: u32,
    /// Who wrote it; for people only.
    created_by: String,
}

/// What a commit says beside the articles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// Number N of the ledger file `files-N.log`.
    pub(crate) ledger: u64,
    /// Bytes of it that count.
    pub(crate) ledger_bytes: u64,
    /// The clusters of copies; none where no run has come to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copies: Option<side::SideFile>,
    /// The stories, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stories: Option<side::SideFile>,
    /// What stories are packed with, as text; none where there were too few. See `pack`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dictionary: Option<String>,
    /// XXH3 of those bytes.
    pub(crate) ledger_xxh3: u64,
    /// What the manifest says, for an archive that lost it.
    pub(crate) format: u32,
    pub(crate) analysis: u32,
}

/// An opened archive folder.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) path: PathBuf,
    pub(crate) index: tantivy::Index,
    pub(crate) fields: Fields,
    disk: Disk,
    packer: Arc<Packer>,
}

impl Store {
    /// Opens an existing archive.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        check_manifest(path)?;
        Self::open_segments(path, Reading::Mapped)
    }

    /// Opens an archive, whatever its manifest says.
    fn open_segments(path: &Path, reading: Reading) -> Result<Self> {
        let segments = path.join(SEGMENTS);
        let disk = Disk::open(&segments, reading).map_err(|e| index_error(path, e.into()))?;
        let mut index = tantivy::Index::open(disk.clone()).map_err(|e| index_error(path, e))?;
        schema::register(&mut index);
        let fields = Fields::of(&index.schema())
            .ok_or_else(|| Error::Damaged { path: segments, detail: "fields of the index are missing".to_owned() })?;
        Ok(Self { path: path.to_owned(), index, fields, disk, packer: Arc::default() })
    }

    /// The last commit.
    fn metas(&self) -> Result<tantivy::IndexMeta> {
        self.index.load_metas().map_err(|e| self.error(e))
    }

    /// A number that changes with every commit.
    pub(crate) fn generation(&self) -> Result<u64> {
        let meta = self.disk.atomic_read(Path::new(disk::META)).map_err(|e| self.error(e.into()))?;
        Ok(xxh3_64(&meta))
    }

    /// What the last commit said.
    pub(crate) fn payload(&self) -> Result<Payload> {
        self.metas()?.payload.map_or(Ok(Payload::default()), |text| {
            serde_json::from_str(&text).map_err(|e| Error::Damaged {
                path: self.path.join(SEGMENTS).join("meta.json"),
                detail: format!("the commit's payload is not ours: {e}"),
            })
        })
    }

    /// What the last commit says that stories are packed with.
    fn committed_dictionary(&self) -> Result<Option<Dictionary>> {
        self.payload()?.dictionary.map(|text| self.dictionary_of(&text)).transpose()
    }

    /// Makes known what the stories of the last commit are packed with: they can be read then whatever becomes of it.
    pub(crate) fn know_dictionary(&self) -> Result<()> {
        if let Some(dictionary) = self.committed_dictionary()? {
            self.packer.know(dictionary);
        }
        Ok(())
    }

    fn dictionary_of(&self, text: &str) -> Result<Dictionary> {
        Dictionary::from_text(text).ok_or_else(|| Error::Damaged {
            path: self.segment_path(Path::new(disk::META)),
            detail: "what stories are packed with is no dictionary".to_owned(),
        })
    }

    /// A stored story again.
    fn unpack(&self, bytes: &[u8]) -> io::Result<String> {
        self.packer.unpack(bytes, || self.committed_dictionary().ok().flatten())
    }

    /// Reads the ledger as the last commit left it.
    pub(crate) fn ledger(&self) -> Result<Ledger> {
        let mut payload = self.payload()?;
        loop {
            let ledger = Ledger::open(&self.path, &payload);
            // A writer may commit between the two steps, and remove the ledger that was the last one's.
            match self.payload()? {
                newer if ledger.is_err() && newer != payload => payload = newer,
                _ => return ledger,
            }
        }
    }

    /// A searcher of what was committed last, for one use.
    pub(crate) fn searcher(&self) -> Result<tantivy::Searcher> {
        let builder = self.index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual);
        let reader: tantivy::IndexReader = builder.try_into().map_err(|e| self.error(e))?;
        Ok(reader.searcher())
    }

    /// Whether a run ended before versions, copies and stories were settled.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.path.join(UNSETTLED).exists()
    }

    /// Whether a run is under way.
    pub(crate) fn is_written_to(&self) -> bool {
        let is_held = |file: fs::File| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock));
        // Asked only where somebody says to hold it, since asking takes it for a moment.
        self.path.join(WRITER).exists() && fs::File::open(self.path.join(WRITER_LOCK)).is_ok_and(is_held)
    }

    /// Whether a searcher shows the last commit.
    pub(crate) fn is_shown_by(&self, searcher: &tantivy::Searcher) -> Result<bool> {
        let metas = self.metas()?;
        let committed = metas.segments.iter().map(|segment| (segment.id(), segment.delete_opstamp()));
        Ok(committed.collect::<std::collections::BTreeMap<_, _>>() == *searcher.generation().segments())
    }

    /// Number of segments in the last commit.
    pub(crate) fn segment_count(&self) -> Result<u64> {
        Ok(self.metas()?.segments.len() as u64)
    }

    /// Bytes on disk.
    pub(crate) fn disk_bytes(&self) -> u64 {
        folder_bytes(&self.path)
    }

    /// An error of the index library, with the place.
    pub(crate) fn error(&self, error: tantivy::TantivyError) -> Error {
        match self.disk.take_failure() {
            Some((path, source)) => Error::Write { path, source },
            None => index_error(&self.path, error),
        }
    }
}

fn check_manifest(path: &Path) -> Result<()> {
    let file = path.join(MANIFEST);
    let text = match fs::read(&file) {
        Ok(text) => text,
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(Error::NoArchive { path: path.to_owned() });
        }
        Err(source) => return Err(Error::Read { path: file, source }),
    };
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|e| Error::Damaged { path: file, detail: format!("it is no manifest: {e}") })?;
    if (manifest.format, manifest.analysis) == (FORMAT_VERSION, ANALYSIS_VERSION) {
        return Ok(());
    }
    Err(Error::FormatVersion {
        path: path.to_owned(),
        found: format!("{}.{}", manifest.format, manifest.analysis),
        supported: format!("{FORMAT_VERSION}.{ANALYSIS_VERSION}"),
    })
}

fn index_error(path: &Path, error: TantivyError) -> Error {
    let damaged = |file: &Path, detail: String| Error::Damaged { path: path.join(SEGMENTS).join(file), detail };
    match error {
        TantivyError::LockFailure(..) => Error::Locked { path: path.to_owned(), holder: String::new() },
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => damaged(&file, "it is gone".to_owned()),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => match io_error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => damaged(&filepath, io_error.to_string()),
            _ => Error::Index { path: path.join(SEGMENTS).join(filepath), detail: io_error.to_string() },
        },
        error => Error::Index { path: path.to_owned(), detail: error.to_string() },
    }
}

fn folder_bytes(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => folder_bytes(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
