//! From results to what is shown: text, JSON, tables, lists of references, TREC runs.

mod bibtex;
mod csl;
mod csv;
mod doctor;
mod export;
mod fields;
mod json;
mod matrix;
mod names;
#[cfg(feature = "parquet")]
mod parquet;
mod readable;
mod record;
mod ris;
pub(crate) mod safe;
mod stories;
pub(crate) mod suggest;
mod survey;
mod table;
pub(crate) mod text;
mod timeline;
mod trec;
mod versions;

pub(crate) use csv::{csv_header, csv_hits};
pub(crate) use doctor::doctor;
pub(crate) use export::{Shape, Writer};
pub(crate) use fields::{Field, fields};
pub(crate) use json::{json_line, json_pretty};
pub(crate) use matrix::{MatrixRow, matrix_csv};
#[cfg(feature = "parquet")]
pub(crate) use parquet::ParquetWriter;
pub(crate) use readable::readable;
pub(crate) use record::{ExtractedRecord, HitRecord, RelatedRecord};
pub(crate) use stories::{
    ListedStoryRecord, ReportRecord, StoriesRecord, StoryRecord, listed_story, stories_summary, story,
};
pub(crate) use survey::survey;
pub(crate) use timeline::{Measure, timeline_csv, timeline_svg, timeline_text};
pub(crate) use trec::trec_line;
pub(crate) use versions::{CopiesRecord, Marks, VersionRecord, copy, version};

#[cfg(test)]
mod tests {
    use crate::{
        article::{Article, Language, Source},
        date::{Confidence, DateOrigin, Published},
    };

    /// An article of which the usual is known; its date to the month.
    pub(super) fn plain() -> Article {
        Article {
            id: "plain".to_owned(),
            url: Some("https://example.org/a b".to_owned()),
            title: "Letters are exchanged".to_owned(),
            standfirst: Some("Two leaders write.".to_owned()),
            authors: vec!["Jan van der Berg".to_owned(), "The Weather Desk".to_owned()],
            source: Source { name: Some("The Plain Dealer".to_owned()), domain: None },
            section: Some("World".to_owned()),
            tags: vec!["letters".to_owned(), "peace; war".to_owned()],
            language: Some(Language { code: "en".to_owned(), certainty: 1.0 }),
            published: Published::from_iso("2022-04", DateOrigin::Record, Confidence::Sure),
            ..Article::default()
        }
    }

    /// An article that would break out of every form, without author, outlet and date.
    pub(super) fn nasty() -> Article {
        Article {
            id: "nasty".to_owned(),
            title: "A {B} \\c \"d\"\r\nER  - \r\nTY  - BOOK\u{0} 50% & #1 \u{202e}שלום".to_owned(),
            agency: Some("AP".to_owned()),
            ..Article::default()
        }
    }
}
