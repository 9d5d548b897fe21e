//! What was left out of an archive, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A page or record that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// Number of the record (in JSON lines: the line), from 1; absent where the file is one page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// Why.
    pub reason: SkipReason,
}

/// Why a page or record was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SkipReason {
    /// Nothing in it.
    Empty,
    /// It holds bytes that no text has.
    NotText,
    /// It is longer than the limit, which is named.
    TooLarge {
        /// The setting that limits it.
        limit: String,
        /// Its value, in bytes.
        bytes_max: u64,
    },
    /// The system could not read it; the text says why. The next run tries again.
    Unreadable(String),
    /// Its compressed bytes end early or are wrong.
    BrokenCompression(String),
    /// The page has no story.
    NoStory,
    /// The record is not in its format.
    BrokenRecord(String),
    /// A record before it has the same id.
    DuplicateId(String),
    /// The extractor failed on it: a mistake of ours, worth a report.
    Failed(String),
}

impl SkipReason {
    /// A short name, for counting.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotText => "not text",
            Self::TooLarge { .. } => "too large",
            Self::Unreadable(_) => "unreadable",
            Self::BrokenCompression(_) => "broken compression",
            Self::NoStory => "no story found",
            Self::BrokenRecord(_) => "broken record",
            Self::DuplicateId(_) => "duplicate id",
            Self::Failed(_) => "extractor failed",
        }
    }

    /// That a step over something panicked, with what it said.
    #[cfg(feature = "ingest")]
    pub(crate) fn of_panic(panic: &(dyn std::any::Any + Send), over: &str) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("for no reason given");
        Self::Failed(format!("{text}; this is a mistake of ours, please report it with the {over}"))
    }

    /// Whether the system failed to read it, and may not fail the next time.
    #[cfg(feature = "ingest")]
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable(_))
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::TooLarge { limit, bytes_max } => write!(f, ": more than {bytes_max} bytes ({limit})"),
            Self::Unreadable(detail)
            | Self::BrokenCompression(detail)
            | Self::BrokenRecord(detail)
            | Self::Failed(detail) => write!(f, ": {detail}"),
            Self::DuplicateId(id) => write!(f, ": {id}"),
            Self::Empty | Self::NotText | Self::NoStory => Ok(()),
        }
    }
}
