//! What can go wrong, told with its place.

use std::{io, path::PathBuf};

use crate::query::QueryError;

/// An error of this crate. Its text says what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no archive in the folder.
    #[error("no archive in {}; make one with `newssearch index`", .path.display())]
    NoArchive {
        /// Folder that was to hold it.
        path: PathBuf,
    },
    /// The archive was written by another version.
    #[error(
        "the archive in {} has format {found}, but this build reads {supported}; make it anew with `newssearch index --rebuild`",
        .path.display()
    )]
    FormatVersion {
        /// Folder of the archive.
        path: PathBuf,
        /// Format it has.
        found: String,
        /// Format this build reads.
        supported: String,
    },
    /// Another process writes to the archive.
    #[error("another process writes to the archive in {}{}; wait for it or stop it", .path.display(), in_brackets(.holder))]
    Locked {
        /// Folder of the archive.
        path: PathBuf,
        /// Who writes, and since when; empty where that is not known.
        holder: String,
    },
    /// A file of the archive does not hold what it should.
    #[error(
        "{} is damaged: {detail}; save what can be saved with `newssearch doctor --repair`, or make the archive anew with `newssearch index --rebuild`",
        .path.display()
    )]
    Damaged {
        /// The damaged file or folder.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A file or folder that was asked for is not there or cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of settings or of queries is not in its format.
    #[error("{}, line {line}: {detail}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        detail: String,
    },
    /// No article has this id, address, page name or file.
    #[error("no article with the id, address or file {name}")]
    NoArticle {
        /// What was asked for.
        name: String,
    },
    /// The article is in no story.
    #[error("the article {name} is in no story yet: the run that read it did not come to its end; index again")]
    NoStory {
        /// Id of the article.
        name: String,
    },
    /// There is no saved search of this name.
    #[error("no saved search is called {name}; `newssearch saved` lists them")]
    NoSavedSearch {
        /// What was asked for.
        name: String,
    },
    /// There is a saved search of this name already.
    #[error("a search called {name} is saved already; `--replace` puts the new one in its place")]
    SavedAlready {
        /// The name.
        name: String,
    },
    /// A setting is out of its range.
    #[error("{name} is {value}, but must be {range}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Value given.
        value: String,
        /// What is allowed.
        range: String,
    },
    /// The query has a mistake.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The index below failed.
    #[error(
        "the index in {} failed: {detail}; if that stays so, make it anew with `newssearch index --rebuild`",
        .path.display()
    )]
    Index {
        /// Folder of the archive.
        path: PathBuf,
        /// What the index library said.
        detail: String,
    },
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
