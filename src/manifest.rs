//! A search written down, so that it can be made again and compared.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::{
    archive::Archive,
    error::Result,
    query::Query,
    search::{ExportOptions, Fingerprint, Sample, Sort},
    text::ANALYSIS_VERSION,
};

/// Hits whose ids are written down, so that a comparison can name those that came and went.
const IDS_KEPT_MAX: usize = 1_000;

/// A search written down: what was asked of which archive, and what came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchManifest {
    /// Version of newssearch that made it.
    pub newssearch: String,
    /// Version of the analysis of texts.
    pub analysis: u32,
    /// When it was made, in ISO 8601.
    pub made: String,
    /// The query in its canonical spelling.
    pub query: String,
    /// The plain words that were looked for, any of them, where it was no query of the language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// How it was asked.
    pub options: ManifestOptions,
    /// What the archive held.
    pub archive: Fingerprint,
    /// What came out.
    pub hits: HitsRecord,
}

/// How a search was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestOptions {
    /// Order of the hits.
    pub sort: Sort,
    /// Hits left out at the top.
    pub offset: u64,
    /// Most hits; all where there is none.
    pub limit: Option<u64>,
    /// Size of the sample, where it was one.
    pub sample: Option<usize>,
    /// Seed of the sample.
    pub seed: u64,
    /// Most words that a pattern stood for.
    pub expansions_max: usize,
    /// The day that `last:7d` counted back from.
    #[serde(with = "iso_day")]
    pub today: NaiveDate,
}

/// A day as `YYYY-MM-DD`.
mod iso_day {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("a day such as 2022-04-24 is needed"))
    }
}

/// The hits of a search: their number, and hashes of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitsRecord {
    /// Articles that fit.
    pub total: u64,
    /// Hits that were given.
    pub given: u64,
    /// XXH3 of their ids in order, a line each: 32 hexadecimal digits.
    pub hash: String,
    /// Sum of an XXH3 of each id, whatever the order: 16 hexadecimal digits.
    pub set_hash: String,
    /// Ids of the first of them.
    pub first_ids: Vec<String>,
}

/// Reckons up hits while they are given.
#[derive(Default)]
pub struct HitsRecorder {
    given: u64,
    hash: Xxh3,
    sum: u64,
    first_ids: Vec<String>,
}

/// A search that was made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// Whether the same hits came out, in the same order.
    pub same: bool,
    /// What is different in the hits, for people.
    pub differences: Vec<String>,
    /// What else is different, for people: the archive, the program.
    pub notes: Vec<String>,
    /// Ids of the hits that were not among the first ones then. At most as many as are written down.
    pub new_ids: Vec<String>,
    /// Ids that were among the first hits then and fit no more: removed, changed, or the query is read otherwise.
    pub gone_ids: Vec<String>,
    /// Ids that were among the first hits then and still fit, but are not among the first ones now.
    pub displaced_ids: Vec<String>,
    /// The search as it is now.
    pub now: SearchManifest,
}

impl HitsRecorder {
    /// Adds the next hit.
    pub fn add(&mut self, id: &str) {
        self.given += 1;
        self.hash.update(id.as_bytes());
        self.hash.update(b"\n");
        self.sum = self.sum.wrapping_add(xxhash_rust::xxh3::xxh3_64(id.as_bytes()));
        if self.first_ids.len() < IDS_KEPT_MAX {
            self.first_ids.push(id.to_owned());
        }
    }

    /// The record of all that were added, of a search with so many hits.
    pub fn finish(self, total: u64) -> HitsRecord {
        HitsRecord {
            total,
            given: self.given,
            hash: format!("{:032x}", self.hash.digest128()),
            set_hash: format!("{:016x}", self.sum),
            first_ids: self.first_ids,
        }
    }
}

impl std::fmt::Debug for HitsRecorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HitsRecorder").field("given", &self.given).finish_non_exhaustive()
    }
}

impl ManifestOptions {
    /// The options of an export. Where no day is given, `last:` counts back from this one.
    pub fn of(options: &ExportOptions) -> Self {
        Self {
            sort: options.sort,
            offset: options.offset,
            limit: options.limit,
            sample: options.sample.map(|sample| sample.size),
            seed: options.sample.map_or(0, |sample| sample.seed),
            expansions_max: options.expansions_max,
            today: options.today.unwrap_or_else(|| chrono::Local::now().date_naive()),
        }
    }

    /// The same for another export, which gives no stories.
    pub fn export_options(&self) -> ExportOptions {
        ExportOptions {
            sort: self.sort,
            offset: self.offset,
            limit: self.limit,
            sample: self.sample.map(|size| Sample { size, seed: self.seed }),
            body: false,
            expansions_max: self.expansions_max,
            today: Some(self.today),
            ..ExportOptions::default()
        }
    }
}

impl SearchManifest {
    /// Writes a search down whose hits were reckoned up.
    ///
    /// # Errors
    /// As [`Archive::fingerprint`].
    pub fn new(
        archive: &Archive,
        query: &Query,
        words: Option<String>,
        options: ManifestOptions,
        hits: HitsRecord,
    ) -> Result<Self> {
        Ok(Self {
            newssearch: env!("CARGO_PKG_VERSION").to_owned(),
            analysis: ANALYSIS_VERSION,
            made: chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
            query: query.to_string(),
            words,
            options,
            archive: archive.fingerprint()?,
            hits,
        })
    }

    /// Makes a search and writes it down.
    ///
    /// # Errors
    /// As [`Archive::export`].
    pub fn record(archive: &Archive, query: &Query, words: Option<String>, options: ManifestOptions) -> Result<Self> {
        let export = archive.export(query, options.export_options())?;
        let total = export.total();
        let mut recorder = HitsRecorder::default();
        for hit in export {
            recorder.add(&hit?.article.id);
        }
        Self::new(archive, query, words, options, recorder.finish(total))
    }

    /// Makes the search again, as it was asked then and on the day of then, and compares.
    ///
    /// # Errors
    /// [`crate::Error::Query`] where this version does not understand the query, else as [`Archive::export`].
    pub fn replay(&self, archive: &Archive) -> Result<Replay> {
        let query = match &self.words {
            Some(words) => Query::words(words),
            None => Query::parse(&self.query)?,
        };
        let now = Self::record(archive, &query, self.words.clone(), self.options.clone())?;
        let known = |manifest: &Self| manifest.hits.first_ids.iter().cloned().collect::<HashSet<_>>();
        let (before, after) = (known(self), known(&now));
        let (new_ids, gone_ids) = if before == after {
            (Vec::new(), Vec::new())
        } else {
            let not_in = |ids: &[String], known: &HashSet<String>| {
                ids.iter().filter(|id| !known.contains(*id)).cloned().collect::<Vec<_>>()
            };
            (not_in(&now.hits.first_ids, &before), not_in(&self.hits.first_ids, &after))
        };
        let (gone_ids, displaced_ids) = self.parted_by_fit(archive, &query, gone_ids)?;
        let same =
            (self.hits.total, self.hits.given, &self.hits.hash) == (now.hits.total, now.hits.given, &now.hits.hash);
        let (differences, notes) = (self.differences(&now), self.notes(&now));
        Ok(Replay { same, differences, notes, new_ids, gone_ids, displaced_ids, now })
    }

    /// Of ids that are not among the first hits any more: those that fit no more, and those that still do.
    fn parted_by_fit(&self, archive: &Archive, query: &Query, ids: Vec<String>) -> Result<(Vec<String>, Vec<String>)> {
        if ids.is_empty() {
            return Ok((ids, Vec::new()));
        }
        let every = ExportOptions { offset: 0, limit: None, sample: None, ..self.options.export_options() };
        let fitting = archive.seen(query, every)?;
        Ok(ids.into_iter().partition(|id| !fitting.contains(id)))
    }

    fn differences(&self, now: &Self) -> Vec<String> {
        let mut told = Vec::new();
        if self.hits.total != now.hits.total {
            told.push(format!("{} articles fit, where {} did", now.hits.total, self.hits.total));
        }
        if self.hits.given != now.hits.given {
            told.push(format!("{} hits are given, where {} were", now.hits.given, self.hits.given));
        }
        if self.hits.set_hash != now.hits.set_hash {
            told.push("the hits are other articles".to_owned());
        } else if self.hits.hash != now.hits.hash {
            told.push("the hits are the same articles in another order".to_owned());
        }
        told
    }

    fn notes(&self, now: &Self) -> Vec<String> {
        let mut told = Vec::new();
        if self.archive != now.archive {
            let (before, after) = (self.archive.articles, now.archive.articles);
            told.push(format!("the archive has changed: {after} articles, where there were {before}"));
        }
        if self.newssearch != now.newssearch {
            told.push(format!("newssearch {} made it, this is {}", self.newssearch, now.newssearch));
        }
        if self.analysis != now.analysis {
            told.push(format!("texts are analysed by version {}, not {}", now.analysis, self.analysis));
        }
        if self.words.is_none() && self.query != now.query {
            told.push(format!("the query is spelled {} now", now.query));
        }
        told
    }
}
