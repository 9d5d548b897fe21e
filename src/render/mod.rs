//! From results to what is shown: text, JSON, CSV, TREC runs.

mod csv;
mod doctor;
mod json;
mod readable;
mod record;
pub(crate) mod safe;
mod survey;
pub(crate) mod text;
mod timeline;
mod trec;
mod versions;

pub(crate) use csv::{csv_header, csv_hits};
pub(crate) use doctor::doctor;
pub(crate) use json::{json_line, json_pretty};
pub(crate) use readable::readable;
pub(crate) use record::{ExtractedRecord, HitRecord, RelatedRecord};
pub(crate) use survey::survey;
pub(crate) use timeline::{Measure, timeline_csv, timeline_svg, timeline_text};
pub(crate) use trec::trec_line;
pub(crate) use versions::{CopiesRecord, Marks, VersionRecord, copy, version};
