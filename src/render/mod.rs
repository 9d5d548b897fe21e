//! From results to what is shown: text, JSON, CSV, TREC runs.

mod csv;
mod json;
mod readable;
mod record;
pub(crate) mod safe;
pub(crate) mod text;
mod trec;

pub(crate) use csv::{csv_header, csv_hits};
pub(crate) use json::{json_line, json_pretty};
pub(crate) use readable::readable;
pub(crate) use record::{ExtractedRecord, HitRecord, RelatedRecord};
pub(crate) use trec::trec_line;
