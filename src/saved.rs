//! Searches that are kept by name, each with the articles that were seen of it.
//!
//! ```text
//! index/saved/NAME.search    a line of JSON (`Head`), then a line of 16 hexadecimal digits for each article seen
//! ```
//!
//! *Rationale.* They lie in the archive's folder, so that they move with it and an archive that is made anew keeps
//! them; another folder can be named where the archive is shared or cannot be written to. What was seen is kept as a
//! set of hashes of ids and never forgotten: a mark in time would list what is read again as new, and a set that is
//! replaced at each look would list everything again after a look at an archive half made anew. An article that was in
//! the archive before and fits only since it changed is listed: it is new to the search.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    archive::Archive,
    error::{Error, Result},
    query::Query,
    search::{Export, ExportOptions, Seen},
};

/// Folder of saved searches in an archive's folder.
const FOLDER: &str = "saved";

/// File that is locked while one of them is changed.
const LOCK: &str = ".lock";

/// Ending of a saved search's file.
const ENDING: &str = "search";

/// Longest name, in bytes.
pub const SAVED_NAME_BYTES_MAX: usize = 100;

/// The first line of a saved search's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    query: String,
    saved: String,
    looked: String,
}

/// A search that is kept by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its name, in small letters.
    pub name: String,
    /// The query in its canonical spelling; `last:7d` counts back from the day of each look.
    pub query: String,
    /// When it was saved, in ISO 8601.
    pub saved: String,
    /// When it was last looked at.
    pub looked: String,
    /// The articles seen.
    pub seen: Seen,
}

/// The searches that are saved for an archive.
#[derive(Debug, Clone)]
pub struct SavedSearches {
    folder: PathBuf,
}

impl SavedSearches {
    /// Those in an archive's own folder.
    pub fn of(archive_folder: &Path) -> Self {
        Self { folder: archive_folder.join(FOLDER) }
    }

    /// Those in a folder that is kept for them elsewhere.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Saves a query. All articles that fit it now count as seen.
    ///
    /// # Errors
    /// [`Error::Setting`] for a name that is none, [`Error::SavedAlready`] where it is taken and not to be replaced,
    /// [`Error::Write`], else as [`Archive::seen`].
    pub fn save(&self, archive: &Archive, name: &str, query: &Query, replace: bool) -> Result<SavedSearch> {
        let name = checked_name(name)?;
        if !replace && self.path(&name).exists() {
            return Err(Error::SavedAlready { name });
        }
        let seen = archive.seen(query, ExportOptions::default())?;
        let _alone = self.lock()?;
        // Another may have taken the name meanwhile.
        if !replace && self.path(&name).exists() {
            return Err(Error::SavedAlready { name });
        }
        let saved = SavedSearch { name, query: query.to_string(), saved: now(), looked: now(), seen };
        self.write(&saved)?;
        Ok(saved)
    }

    /// All saved searches, by name.
    ///
    /// # Errors
    /// [`Error::Read`] or [`Error::Format`] where one cannot be read.
    pub fn list(&self) -> Result<Vec<SavedSearch>> {
        self.names()?.iter().map(|name| self.get(name)).collect()
    }

    /// The saved search of a name.
    ///
    /// # Errors
    /// [`Error::NoSavedSearch`] where there is none, else as [`SavedSearches::list`].
    pub fn get(&self, name: &str) -> Result<SavedSearch> {
        let name = checked_name(name)?;
        let path = self.path(&name);
        match fs::read_to_string(&path) {
            Ok(text) => read(&name, &text).map_err(|(line, detail)| Error::Format { path, line, detail }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(Error::NoSavedSearch { name }),
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    /// Removes a saved search.
    ///
    /// # Errors
    /// [`Error::NoSavedSearch`] where there is none, [`Error::Write`] where it cannot be removed.
    pub fn forget(&self, name: &str) -> Result<()> {
        let name = checked_name(name)?;
        let path = self.path(&name);
        let _alone = if path.exists() { Some(self.lock()?) } else { None };
        match fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(Error::NoSavedSearch { name }),
            Err(source) => Err(Error::Write { path, source }),
        }
    }

    /// Notes that articles were seen, and that this was a look. What another look noted meanwhile is kept.
    ///
    /// # Errors
    /// As [`SavedSearches::get`], and [`Error::Write`].
    pub fn look(&self, name: &str, seen: &Seen) -> Result<()> {
        self.get(name)?;
        let _alone = self.lock()?;
        let mut saved = self.get(name)?;
        saved.seen.extend(seen);
        saved.looked = now();
        self.write(&saved)
    }

    /// Names of all saved searches, in order.
    ///
    /// # Errors
    /// [`Error::Read`] where the folder cannot be read; one that is not there holds none.
    pub fn names(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(Error::Read { path: self.folder.clone(), source }),
        };
        let paths = entries.flatten().map(|entry| entry.path());
        let ours = paths.filter(|path| path.extension().is_some_and(|ending| ending == ENDING));
        let mut names: Vec<String> = ours
            .filter_map(|path| path.file_stem().and_then(|name| name.to_str()).map(str::to_owned))
            .filter(|name| checked_name(name).is_ok_and(|checked| checked == *name))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ENDING}"))
    }

    /// Waits until no other process changes a saved search, and keeps them waiting until it is dropped.
    fn lock(&self) -> Result<fs::File> {
        let path = self.folder.join(LOCK);
        let locked = || -> io::Result<fs::File> {
            fs::create_dir_all(&self.folder)?;
            let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        locked().map_err(|source| Error::Write { path: path.clone(), source })
    }

    /// Writes a saved search as a whole: a reader sees the old one or the new one.
    fn write(&self, saved: &SavedSearch) -> Result<()> {
        let path = self.path(&saved.name);
        let head = Head { query: saved.query.clone(), saved: saved.saved.clone(), looked: saved.looked.clone() };
        let half = self.folder.join(format!("{}.{}.new", saved.name, std::process::id()));
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = io::BufWriter::new(fs::File::create(&half)?);
            serde_json::to_writer(&mut file, &head)?;
            file.write_all(b"\n")?;
            for hash in saved.seen.hashes() {
                writeln!(file, "{hash:016x}")?;
            }
            file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
            fs::rename(&half, &path)
        };
        write().map_err(|source| {
            // What is half written is of no use to anybody.
            let _ = fs::remove_file(&half);
            Error::Write { path, source }
        })
    }
}

impl SavedSearch {
    /// The articles that came in since the last look.
    ///
    /// # Errors
    /// [`Error::Query`] where this version does not understand the query, else as [`Archive::export`].
    pub fn new_hits(&self, archive: &Archive, options: ExportOptions) -> Result<Export> {
        archive.export(&Query::parse(&self.query)?, ExportOptions { except: Some(self.seen.clone()), ..options })
    }
}

fn read(name: &str, text: &str) -> Result<SavedSearch, (u64, String)> {
    let mut lines = (1..).zip(text.lines());
    let (_, first) = lines.next().unwrap_or((1, ""));
    let head: Head = serde_json::from_str(first).map_err(|e| (1, format!("it is no saved search: {e}")))?;
    let hash = |(number, line): (u64, &str)| {
        u64::from_str_radix(line, 16).map_err(|_| (number, "16 hexadecimal digits are needed".to_owned()))
    };
    let seen = lines.map(hash).collect::<Result<Seen, _>>()?;
    let Head { query, saved, looked } = head;
    Ok(SavedSearch { name: name.to_owned(), query, saved, looked, seen })
}

/// A name as it is kept: in small letters, for some file systems do not tell `Dam` from `dam`.
fn checked_name(name: &str) -> Result<String> {
    let name = name.trim().to_lowercase();
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.len() <= SAVED_NAME_BYTES_MAX && name.chars().all(is_of_name) {
        return Ok(name);
    }
    let range = format!("letters, digits, - and _, at most {SAVED_NAME_BYTES_MAX} bytes");
    Err(Error::Setting { name: "the name of a saved search", value: format!("{name:?}"), range })
}

fn now() -> String {
    chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searches() -> (tempfile::TempDir, SavedSearches) {
        let folder = tempfile::tempdir().unwrap();
        let searches = SavedSearches::of(folder.path());
        (folder, searches)
    }

    fn saved(seen: impl IntoIterator<Item = u64>) -> SavedSearch {
        SavedSearch {
            name: "dam".to_owned(),
            query: "dam -\"beaver dam\"".to_owned(),
            saved: now(),
            looked: now(),
            seen: seen.into_iter().collect(),
        }
    }

    #[test]
    fn a_saved_search_is_read_as_it_was_written() {
        let (_folder, searches) = searches();
        let search = saved([u64::MAX, 0, 17]);
        searches.write(&search).unwrap();
        assert_eq!(searches.list().unwrap(), [search]);
        searches.forget("Dam").unwrap();
        assert!(matches!(searches.forget("dam"), Err(Error::NoSavedSearch { .. })));
        assert_eq!(searches.list().unwrap(), []);
    }

    #[test]
    fn what_was_seen_is_never_forgotten() {
        let (_folder, searches) = searches();
        searches.write(&saved([1, 2])).unwrap();
        searches.look("dam", &[3].into_iter().collect()).unwrap();
        searches.look("dam", &Seen::default()).unwrap();
        assert_eq!(searches.get("dam").unwrap().seen.hashes(), [1, 2, 3]);
    }

    #[test]
    fn a_damaged_file_is_told_with_its_line() {
        let (_folder, searches) = searches();
        searches.write(&saved([1])).unwrap();
        let path = searches.path("dam");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text + "zzz\n").unwrap();
        let told = searches.get("dam").unwrap_err().to_string();
        assert!(told.ends_with("dam.search, line 3: 16 hexadecimal digits are needed"), "{told}");
        fs::write(&path, "").unwrap();
        assert!(searches.get("dam").unwrap_err().to_string().contains("line 1: it is no saved search"));
    }

    #[test]
    fn names_leave_the_folder_in_no_way() {
        for name in ["", "..", "../x", "a/b", "a.b", "a b", "a\\b", "\u{0}", &"a".repeat(101)] {
            assert!(checked_name(name).is_err(), "{name:?}");
        }
        assert_eq!(checked_name(" Dam-7_é北 ").unwrap(), "dam-7_é北");
    }
}
