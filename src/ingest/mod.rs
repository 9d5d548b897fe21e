//! Reading what people have: folders, pages, JSON lines.

mod feed;
mod fields;
mod files;
mod fragment;
mod gzip;
mod headers;
mod http;
mod jsonl;
mod mhtml;
mod newsml;
mod nitf;
pub(crate) mod page;
mod parts;
pub(crate) mod records;
mod report;
mod saved;
mod stream;
mod survey;
mod tar;
pub(crate) mod walk;
mod warc;
mod xml;
mod xml_records;
mod zip;
mod zstd;

pub use fields::FieldMap;
pub use report::{DATES_NAMED_MAX, Progress, Report, SKIPS_NAMED_MAX, SkippedAt, UnreadDate};
pub use survey::{ExtractionReport, SourceReport};

use std::collections::HashMap;

/// Longest page or record that is read, in bytes after decompression, unless set otherwise.
pub const PAGE_BYTES_MAX: u64 = 32 << 20;

/// Most threads that extract: each takes memory for the pages that it works on.
pub const THREADS_MAX: usize = 256;

/// Seconds after which what was done is committed, unless set otherwise. A commit costs a few flushes of the disk and a
/// segment of its own; what a run that dies had done since the last one is read again.
pub const COMMIT_SECONDS: u64 = 30;

/// Addresses of pages by page name, as in a `urls.json`.
pub type UrlMap = HashMap<String, String>;

/// How to read and index.
#[derive(Debug, Clone)]
pub struct IngestOptions {
    /// Threads that extract; 0 for as many as there are cores. At most [`THREADS_MAX`].
    pub threads: usize,
    /// Bytes that a run may use for what it indexes, about: half of it for terms before they are written out. What is
    /// mapped of the index's files is not counted. 16 MB to 4 GB.
    pub memory_bytes: usize,
    /// Longest page or record, in bytes after decompression; longer ones are skipped. At least 1.
    pub page_bytes_max: u64,
    /// Whether articles of files that are gone stay in the archive.
    pub keep_missing: bool,
    /// Addresses of pages that do not know their own.
    pub urls: UrlMap,
    /// Which fields of JSON lines hold what, where they have other names. Files read with another mapping are read
    /// again.
    pub fields: FieldMap,
    /// Seconds after which what was done is committed, while more is being read; 0 for after every batch.
    pub commit_seconds: u64,
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self {
            threads: 0,
            memory_bytes: 320 << 20,
            page_bytes_max: PAGE_BYTES_MAX,
            keep_missing: false,
            urls: UrlMap::new(),
            fields: FieldMap::default(),
            commit_seconds: COMMIT_SECONDS,
        }
    }
}
