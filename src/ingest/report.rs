//! What a run did, as values.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use crate::skip::{Skip, SkipReason};

/// Most skips that a report names; the rest is counted.
pub const SKIPS_NAMED_MAX: usize = 1_000;

/// Most dates that could not be read that a report names; the rest is counted.
pub const DATES_NAMED_MAX: usize = 100;

/// Longest text of such a date that is given, in characters; what is longer is cut.
const DATE_CHARS_MAX: usize = 80;

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files read to their end.
    pub files_done: u64,
    /// Files to read.
    pub files_total: u64,
    /// Bytes of them read, as they lie on the disk.
    pub bytes_done: u64,
    /// Bytes to read.
    pub bytes_total: u64,
    /// Articles indexed.
    pub articles: u64,
    /// Pages and records skipped.
    pub skipped: u64,
}

/// A skip, with its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedAt {
    /// The file.
    pub file: String,
    /// What was skipped in it.
    #[serde(flatten)]
    pub skip: Skip,
}

/// A date of a record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadDate {
    /// The file.
    pub file: String,
    /// The record's number in it, from 1.
    pub record: u64,
    /// What stands there.
    pub text: String,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Articles indexed.
    pub articles: u64,
    /// Files read.
    pub files_read: u64,
    /// Files that were as they had been, and were not read.
    pub files_unchanged: u64,
    /// Files that were gone and whose articles were removed.
    pub files_removed: u64,
    /// Files of kinds that hold no articles.
    pub files_ignored: u64,
    /// How many of them have each ending, `.pdf`.
    pub files_ignored_by_ending: BTreeMap<String, u64>,
    /// Pages and records skipped in this run.
    pub skipped: u64,
    /// How many were skipped for each reason.
    pub skipped_by_reason: BTreeMap<String, u64>,
    /// The first [`SKIPS_NAMED_MAX`] of them.
    pub skips: Vec<SkippedAt>,
    /// Articles of JSON lines whose record gives a date that cannot be read: they are in, and have none.
    pub dates_unread: u64,
    /// The first [`DATES_NAMED_MAX`] of those dates.
    pub unread_dates: Vec<UnreadDate>,
    /// Whether the run was asked to stop before its end; what it had done is committed.
    pub stopped: bool,
    /// Articles in the archive after the run.
    pub archive_articles: u64,
    /// Older versions of them that are kept beside them.
    pub archive_older_versions: u64,
    /// Bytes of the archive on disk.
    pub disk_bytes: u64,
    /// Time it took.
    pub elapsed: Duration,
}

impl Report {
    pub(crate) fn skip(&mut self, file: &str, skip: &Skip) {
        self.skipped += 1;
        *self.skipped_by_reason.entry(skip.reason.name().to_owned()).or_default() += 1;
        if self.skips.len() < SKIPS_NAMED_MAX {
            self.skips.push(SkippedAt { file: file.to_owned(), skip: skip.clone() });
        }
    }

    pub(crate) fn unread_date(&mut self, file: &str, record: u64, text: &str) {
        self.dates_unread += 1;
        if self.unread_dates.len() < DATES_NAMED_MAX {
            let text = text.chars().take(DATE_CHARS_MAX).collect();
            self.unread_dates.push(UnreadDate { file: file.to_owned(), record, text });
        }
    }

    /// Whether everything that was read went in.
    pub fn is_clean(&self) -> bool {
        self.skipped == 0
    }
}

impl SkipReason {
    /// This reason, for a whole file or page.
    pub(crate) fn whole(self) -> Skip {
        Skip { record: None, reason: self }
    }
}
