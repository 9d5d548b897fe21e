//! What an archive holds, as one number.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Snapshot, collect::Live};
use crate::error::Result;

/// What an archive held at one moment.
///
/// Two archives with the same fingerprint hold the same articles, older versions too, each with the same text, dates
/// and place; how they were indexed, in which order and in how many runs, is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Articles that can be found.
    pub articles: u64,
    /// Sum of a hash of each article, as 16 hexadecimal digits: of its id, of all that is kept of it, and of whether a
    /// newer version of it is in the archive.
    pub hash: String,
}

impl Snapshot {
    /// The fingerprint of the archive. One pass over three columns.
    pub(crate) fn fingerprint(&self) -> Result<Fingerprint> {
        let (mut articles, mut sum) = (0, 0_u64);
        for segment in self.searcher.segment_readers() {
            let mut add = || -> tantivy::Result<()> {
                let ties = segment.fast_fields().u64("tie")?;
                let contents = segment.fast_fields().u64("content")?;
                let live = Live::of(segment, false)?;
                for doc in segment.doc_ids_alive() {
                    let mut bytes = [0; 17];
                    bytes[..8].copy_from_slice(&ties.first(doc).unwrap_or(0).to_le_bytes());
                    bytes[8..16].copy_from_slice(&contents.first(doc).unwrap_or(0).to_le_bytes());
                    bytes[16] = u8::from(live.has(doc));
                    articles += u64::from(live.has(doc));
                    sum = sum.wrapping_add(xxh3_64(&bytes));
                }
                Ok(())
            };
            add().map_err(|e| self.store.error(e))?;
        }
        Ok(Fingerprint { articles, hash: format!("{sum:016x}") })
    }
}
