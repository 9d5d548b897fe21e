//! What is asked for, as a tree; touches no index.

mod error;
mod parse;
mod spell;

pub use error::QueryError;

use chrono::NaiveDate;

use crate::text::{Segment, segments};

/// Longest query text, in bytes.
pub const QUERY_BYTES_MAX: usize = 64 * 1024;

/// Deepest nesting of brackets and operators.
pub const QUERY_DEPTH_MAX: usize = 64;

/// A query.
///
/// Read from what a person typed with [`Query::parse`], or put together from its parts. Its `Display` is its canonical
/// spelling: parsing that gives the same query.
///
/// ```
/// use newssearch::Query;
///
/// let query: Query = "title:letters (korea OR seoul) -sport date:2022-04".parse()?;
/// assert_eq!(query.to_string(), "title:letters (korea OR seoul) -sport date:2022-04");
/// # Ok::<(), newssearch::QueryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Every article.
    Everything,
    /// Articles that hold a word, in any of its inflected forms where the field is text.
    Word {
        /// Where to look.
        field: Field,
        /// The word as typed; it may hold several terms, which then stand side by side (`Jae-in`).
        text: String,
    },
    /// Articles that hold words side by side.
    Phrase {
        /// Where to look.
        field: Field,
        /// The words.
        text: String,
    },
    /// Articles published in a span of days; those without a date are not in any.
    Dates(DateSpan),
    /// Articles that fit all of these.
    All(Vec<Query>),
    /// Articles that fit at least one of these.
    Any(Vec<Query>),
    /// Articles that do not fit.
    Not(Box<Query>),
}

/// A part of the articles that can be searched apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// Headline, standfirst, story and captions: what a query without a field looks at.
    Text,
    /// Headline.
    Title,
    /// Names of the authors.
    Author,
    /// Outlet, by name or domain.
    Source,
    /// Section.
    Section,
    /// Keywords.
    Tag,
    /// Language code.
    Language,
    /// Address.
    Url,
    /// Id.
    Id,
}

/// Days from `first` to `last`, both in it; an open end is `None`. The whole span keeps how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateSpan {
    /// First day.
    pub first: Option<NaiveDate>,
    /// Last day.
    pub last: Option<NaiveDate>,
}

impl Field {
    /// All fields that have a name, with it.
    pub const NAMED: [(Self, &'static str); 8] = [
        (Self::Title, "title"),
        (Self::Author, "author"),
        (Self::Source, "source"),
        (Self::Section, "section"),
        (Self::Tag, "tag"),
        (Self::Language, "lang"),
        (Self::Url, "url"),
        (Self::Id, "id"),
    ];

    /// The field's name in a query; empty for [`Field::Text`].
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }
}

impl Query {
    /// Reads what a person typed.
    ///
    /// Words stand side by side for "all of these"; `OR`, `AND`, `NOT`, `-`, brackets, `"phrases"`, fields
    /// (`title: author: source: section: tag: lang: url: id:`) and dates (`date:2022-04`,
    /// `date:2022-04-01..2022-05-10`,
    /// `after:2021`, `before:2022-05`, both days in it) are understood. An empty text asks for every article.
    ///
    /// # Errors
    /// A mistake, with the bytes where it stands: an open quote or bracket, an unknown field, an operator without its
    /// operand, a date that is none, a text longer than [`QUERY_BYTES_MAX`] or nested deeper than [`QUERY_DEPTH_MAX`].
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text)
    }

    /// A bag of plain words without any syntax: articles with any of them, best first. A text without a word fits none.
    pub fn words(text: &str) -> Self {
        let word = |bytes: std::ops::Range<usize>| Self::Word { field: Field::Text, text: text[bytes].to_owned() };
        let parts = segments(text).map(|segment| match segment {
            Segment::Word(bytes) | Segment::Gram(bytes) => word(bytes),
        });
        Self::Any(parts.collect())
    }
}

impl std::str::FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}
