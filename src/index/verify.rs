//! Finding damage: every file of an archive held against its checksum, and the ledger against the articles.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use serde::Serialize;
use tantivy::{
    DocSet, HasLen, IndexMeta, SegmentReader, TERMINATED,
    directory::{error::OpenReadError, footer::Footer},
    schema::IndexRecordOption,
};

use super::{Ledger, SEGMENTS, Store, check_manifest, disk::MANAGED};
use crate::error::{Error, Result};

/// Bytes of segments whose checksums are looked at when an archive is opened, the smallest files first. 16 MiB take
/// some 5 ms from a warm page cache; an archive of some thousand articles is checked whole.
pub(crate) const CHECKED_BYTES_MAX: u64 = 16 << 20;

/// Bytes of a file that are read at a time for its checksum.
const PIECE_BYTES: usize = 1 << 18;

/// Shortest file that tantivy's check of its end does not stumble over.
const FOOTER_BYTES_MIN: u64 = 8;

/// Most files whose articles are not as many as the ledger says that are named.
const MISCOUNTED_NAMED_MAX: usize = 3;

/// A file of an archive that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedFile {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub detail: String,
}

/// Reads every byte of the archive in a folder, and names the files that are not as they were written. An empty list:
/// all is well.
///
/// Cost: a second for two to three gigabytes from a warm page cache. Nothing is written; a writer may be at work
/// meanwhile.
///
/// # Errors
/// [`Error::NoArchive`] and [`Error::FormatVersion`]. Whatever is damaged is in the list.
pub fn verify(folder: impl AsRef<Path>) -> Result<Vec<DamagedFile>> {
    let folder = folder.as_ref();
    match check_manifest(folder) {
        Err(Error::Damaged { path, detail }) => return Ok(vec![DamagedFile { path, detail }]),
        result => result?,
    }
    let managed = folder.join(SEGMENTS).join(MANAGED);
    if fs::read(&managed).is_ok_and(|bytes| !is_list_of_files(&bytes)) {
        return Ok(vec![DamagedFile { path: managed, detail: "it is no list of files".to_owned() }]);
    }
    let found = Store::open(folder).and_then(|store| store.verify());
    found.or_else(|error| as_damage(folder, error).map(|damaged| vec![damaged]))
}

/// Whether the bytes are those of tantivy's list of its files.
pub(super) fn is_list_of_files(bytes: &[u8]) -> bool {
    serde_json::from_slice::<BTreeSet<PathBuf>>(bytes).is_ok()
}

/// An error as the damage it tells of.
pub(super) fn as_damage(folder: &Path, error: Error) -> Result<DamagedFile> {
    match error {
        Error::Damaged { path, detail } => Ok(DamagedFile { path, detail }),
        Error::Index { path, detail } => Ok(DamagedFile { path, detail }),
        Error::Read { path, source } if path.starts_with(folder) => {
            Ok(DamagedFile { path, detail: source.to_string() })
        }
        error => Err(error),
    }
}

impl From<DamagedFile> for Error {
    fn from(DamagedFile { path, detail }: DamagedFile) -> Self {
        Self::Damaged { path, detail }
    }
}

impl Store {
    fn verify(&self) -> Result<Vec<DamagedFile>> {
        let mut damaged = self.damaged_segments(u64::MAX)?;
        match self.ledger() {
            Ok(ledger) if damaged.is_empty() => damaged.extend(self.miscounted(&ledger)?),
            Ok(_) => {}
            Err(error) => damaged.push(as_damage(&self.path, error)?),
        }
        let stories = self.stories().and_then(|file| file.read());
        let beside = [self.clusters().map(|_| ()), stories.map(|_| ()), self.committed_dictionary().map(|_| ())];
        for error in beside.into_iter().filter_map(Result::err) {
            damaged.push(as_damage(&self.path, error)?);
        }
        Ok(damaged)
    }

    /// The first damaged file of the segments, as an error. Looks at files from the smallest on, as long as they are no
    /// more than `bytes_max` together.
    pub(crate) fn check_segments(&self, bytes_max: u64) -> Result<()> {
        self.damaged_segments(bytes_max)?.into_iter().next().map_or(Ok(()), |damaged| Err(damaged.into()))
    }

    /// The damaged files of the segments, among the smallest as far as `bytes_max` goes.
    pub(crate) fn damaged_segments(&self, bytes_max: u64) -> Result<Vec<DamagedFile>> {
        let length = |file: PathBuf| (fs::metadata(self.segment_path(&file)).map_or(0, |meta| meta.len()), file);
        let mut files: Vec<(u64, PathBuf)> = files_of(&self.metas()?).into_iter().map(length).collect();
        files.sort_unstable();
        let mut left = bytes_max;
        files.retain(|(bytes, _)| {
            let fits = *bytes <= left;
            left = if fits { left - bytes } else { 0 };
            fits
        });
        let check = |(bytes, file): (u64, PathBuf)| self.damage_of(&file, bytes).map(|damaged| (file, damaged));
        let mut damaged: Vec<(PathBuf, DamagedFile)> = files.into_par_iter().filter_map(check).collect();
        if !damaged.is_empty() {
            // A writer may have merged segments meanwhile, and removed the files of the old ones.
            let current = files_of(&self.metas()?);
            damaged.retain(|(file, _)| current.contains(file));
        }
        Ok(damaged.into_iter().map(|(_, damaged)| damaged).collect())
    }

    /// What is wrong with a segment's file, if anything is.
    pub(super) fn damage_of(&self, file: &Path, bytes: u64) -> Option<DamagedFile> {
        let detail = if bytes < FOOTER_BYTES_MIN {
            if self.segment_path(file).exists() {
                format!("it has {bytes} bytes, too few for its checksum")
            } else {
                "it is gone".to_owned()
            }
        } else {
            match self.has_its_checksum(file) {
                Ok(true) => return None,
                Ok(false) => "its checksum is wrong".to_owned(),
                Err(error) => error.to_string(),
            }
        };
        Some(DamagedFile { path: self.segment_path(file), detail })
    }

    /// Whether a segment's file has the checksum that stands at its end.
    fn has_its_checksum(&self, file: &Path) -> std::result::Result<bool, OpenReadError> {
        let whole = self.disk.open_in_windows(file)?;
        let check = || {
            let (footer, content) = Footer::extract_footer(whole)?;
            let mut hasher = crc32fast::Hasher::new();
            for start in (0..content.len()).step_by(PIECE_BYTES) {
                let end = content.len().min(start + PIECE_BYTES);
                hasher.update(&content.read_bytes_slice(start..end)?);
            }
            Ok(hasher.finalize() == footer.crc)
        };
        check().map_err(|error| OpenReadError::wrap_io_error(error, file.to_owned()))
    }

    pub(super) fn segment_path(&self, file: &Path) -> PathBuf {
        self.path.join(SEGMENTS).join(file)
    }

    /// Whether the ledger has another number of articles for a file than there are.
    fn miscounted(&self, ledger: &Ledger) -> Result<Option<DamagedFile>> {
        let searcher = self.searcher()?;
        let mut counted = BTreeMap::new();
        for segment in searcher.segment_readers() {
            self.count_articles(segment, &mut counted)?;
        }
        // A writer committed meanwhile: what was counted is not what the ledger tells of.
        if self.payload()? != *ledger.payload() {
            return Ok(None);
        }
        let noted = ledger.files().iter().filter(|(_, state)| state.articles > 0);
        let noted: BTreeMap<&str, u64> = noted.map(|(file, state)| (file.as_str(), state.articles)).collect();
        let names = counted.keys().map(String::as_str).chain(noted.keys().copied());
        let mut wrong: Vec<String> = names
            .map(|file| (file, counted.get(file).copied().unwrap_or(0), noted.get(file).copied().unwrap_or(0)))
            .filter(|(_, there, said)| there != said)
            .map(|(file, there, said)| format!("{file} has {there} articles where {said} were read"))
            .collect();
        wrong.sort_unstable();
        wrong.dedup();
        let more = wrong.len().saturating_sub(MISCOUNTED_NAMED_MAX);
        wrong.truncate(MISCOUNTED_NAMED_MAX);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let detail = format!("it does not tell of the articles that there are: {}{more}", wrong.join(", "));
        Ok((!wrong.is_empty()).then(|| DamagedFile { path: ledger.path(), detail }))
    }

    /// Adds the articles of one segment to the number for each file.
    pub(super) fn count_articles(&self, segment: &SegmentReader, counted: &mut BTreeMap<String, u64>) -> Result<()> {
        let failed = |e: std::io::Error| self.error(e.into());
        let index = segment.inverted_index(self.fields.file).map_err(|e| self.error(e))?;
        let mut terms = index.terms().stream().map_err(failed)?;
        while let Some((term, info)) = terms.next() {
            // A place in a file of many; its file has a term of its own.
            if term.contains(&b'\n') {
                continue;
            }
            let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic).map_err(failed)?;
            let mut articles = 0;
            let mut doc = postings.doc();
            while doc != TERMINATED {
                articles += u64::from(!segment.is_deleted(doc));
                doc = postings.advance();
            }
            if articles > 0 {
                *counted.entry(String::from_utf8_lossy(term).into_owned()).or_default() += articles;
            }
        }
        Ok(())
    }
}

/// The files that the segments of a commit consist of.
pub(super) fn files_of(metas: &IndexMeta) -> Vec<PathBuf> {
    let deleted_from: Vec<String> =
        metas.segments.iter().filter(|meta| meta.has_deletes()).map(|meta| meta.id().uuid_string()).collect();
    let is_there = |file: &PathBuf| match file.extension().and_then(|ending| ending.to_str()) {
        Some("del") => deleted_from.iter().any(|id| file.to_string_lossy().starts_with(id.as_str())),
        Some("temp") => false,
        _ => true,
    };
    metas.list_segment_files().into_iter().filter(is_there).collect()
}
