//! What an archive holds, in numbers.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde::Serialize;

use super::Snapshot;
use crate::error::Result;

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Articles that can be found.
    pub articles: u64,
    /// Older versions of articles that are kept beside them.
    pub older_versions: u64,
    /// Files that were read.
    pub files: u64,
    /// Pages and records that were left out, in all.
    pub skipped: u64,
    /// Why they were left out: name of the reason and number, as far as each was kept.
    pub skipped_by_reason: Vec<Counted>,
    /// First day of publication, `YYYY-MM-DD`, UTC.
    pub first_day: Option<String>,
    /// Last day of publication, `YYYY-MM-DD`, UTC.
    pub last_day: Option<String>,
    /// Articles without a date.
    pub undated: u64,
    /// Outlets, by number of articles.
    pub sources: Vec<Counted>,
    /// Sections, by number of articles.
    pub sections: Vec<Counted>,
    /// Languages, by number of articles.
    pub languages: Vec<Counted>,
    /// Bytes on disk.
    pub disk_bytes: u64,
}

/// A name and the number of articles that bear it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The name.
    pub name: String,
    /// How many.
    pub articles: u64,
}

impl Snapshot {
    /// Counts what the archive holds. One pass over its articles' dates and labels.
    pub(crate) fn stats(&self) -> Result<Stats> {
        let (mut articles, mut undated) = (0, 0);
        let (mut first, mut last): (Option<i64>, Option<i64>) = (None, None);
        self.each_live(|_, segment, docs| {
            let dates = segment.fast_fields().i64("published").map_err(|e| self.store.error(e))?;
            for doc in docs {
                articles += 1;
                match dates.first(doc) {
                    None => undated += 1,
                    Some(seconds) => {
                        first = Some(first.map_or(seconds, |f| f.min(seconds)));
                        last = Some(last.map_or(seconds, |l| l.max(seconds)));
                    }
                }
            }
            Ok(())
        })?;
        let ledger = self.store.ledger()?;
        let mut by_reason: BTreeMap<&'static str, u64> = BTreeMap::new();
        for skip in ledger.files().values().flat_map(|state| &state.skips) {
            *by_reason.entry(skip.reason.name()).or_default() += 1;
        }
        Ok(Stats {
            articles,
            older_versions: self.searcher.num_docs() - articles,
            files: ledger.files().len() as u64,
            skipped: ledger.files().values().map(|state| state.skipped).sum(),
            skipped_by_reason: by_reason
                .into_iter()
                .map(|(name, articles)| Counted { name: name.to_owned(), articles })
                .collect(),
            first_day: first.and_then(day),
            last_day: last.and_then(day),
            undated,
            sources: self.names("source_name")?,
            sections: self.names("section_name")?,
            languages: self.names("language")?,
            disk_bytes: self.store.disk_bytes(),
        })
    }
}

fn day(unix_seconds: i64) -> Option<String> {
    DateTime::from_timestamp(unix_seconds, 0).map(|moment| moment.format("%Y-%m-%d").to_string())
}
