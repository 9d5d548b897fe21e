//! What is asked for, as a tree; touches no index.

mod parse;

mod lex;
mod names;
mod operator;

mod leaf;

mod amount;
mod dates;
mod lexis;
mod pattern;

mod error;
mod field;
mod lint;
mod notes;
mod spell;

pub use error::{Note, QueryError};
pub use field::Field;

use chrono::NaiveDate;

use crate::text::{Segment, segments};

/// The language on one screen, for people.
pub const QUERY_HELP: &str = include_str!("help.txt");

/// Longest query text, in bytes, as typed and as spelt canonically.
pub const QUERY_BYTES_MAX: usize = 64 * 1024;

/// Deepest nesting of brackets and operators.
pub const QUERY_DEPTH_MAX: usize = 64;

/// Most words and conditions in a query. A phrase counts as its words, a word looked for in two fields as two.
pub const QUERY_CLAUSES_MAX: usize = 8_192;

/// Most words that a `NEAR` or a `PRE` may reach over, and that a phrase with `~` may have between its own.
pub const NEAR_WORDS_MAX: u32 = 100;

/// Longest regular expression, in bytes.
pub const REGEX_BYTES_MAX: usize = 256;

/// Most occurrences that `atleast` may ask for.
pub const ATLEAST_MAX: u32 = 1_000;

/// Most letters that a word found by `~` may differ in.
pub const FUZZY_EDITS_MAX: u8 = 2;

/// Most days, weeks, months or years that `last:` may go back.
pub const LAST_MAX: u32 = 9_999;

/// A query.
///
/// Read from what a person typed with [`Query::parse`], or put together from its parts. Its `Display` is its canonical
/// spelling: parsing that gives the same query, for every query that the parser can give.
///
/// ```
/// use newssearch::Query;
///
/// let query: Query = "title:letters (korea OR seoul) -sport date:2022-04".parse()?;
/// assert_eq!(query.to_string(), "title:letters (korea OR seoul) -sport date:2022-04");
/// # Ok::<(), newssearch::QueryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Query {
    /// Every article. `*`
    Everything,
    /// Articles that hold a word, in any of its inflected forms where the field is a zone of text. `letters`
    Word {
        /// Where to look.
        field: Field,
        /// The word as typed; it may hold several terms, which then stand side by side (`Jae-in`).
        text: String,
    },
    /// Articles that hold words as they are written, in small letters or capitals, with or without accents.
    /// `"exchange letters"`
    Phrase {
        /// Where to look.
        field: Field,
        /// The words, with one space between two.
        text: String,
        /// 0: the words stand side by side in this order. More: all of them in any order, with at most this many other
        /// words between them in all (`"exchange letters"~5`); at most [`NEAR_WORDS_MAX`]. Without effect in
        /// labels, where the parser refuses it.
        slop: u32,
    },
    /// Articles that bear this name, all of it and letter for letter, as facets show it. `tag:="Korea"`
    ///
    /// The words of a name are looked for with [`Query::Phrase`], which finds *North Korea* too. An outlet that nothing
    /// names is named by its domain.
    Named {
        /// Where to look: one of which [`Field::is_named`] is true; in others nothing is found.
        field: Field,
        /// The name, with one space between two words.
        name: String,
    },
    /// Articles that hold a term of a certain shape. `sanction*`
    Pattern {
        /// Where to look.
        field: Field,
        /// The shape.
        pattern: Pattern,
    },
    /// Articles with a date in a span of days; those without such a date are not in any. `date:2022-04`
    Dates {
        /// Which of an article's dates.
        date: DateKind,
        /// The days.
        span: DateSpan,
    },
    /// Articles with a date in the last days, counted back from the day of the search. `last:7d`
    Last {
        /// Which of an article's dates.
        date: DateKind,
        /// How many units, from 1 to [`LAST_MAX`].
        amount: u32,
        /// Of what.
        unit: Unit,
    },
    /// Articles whose date of publication is sure. `date:sure`
    SureDate,
    /// Articles of a certain size. `words:>800`
    Amount {
        /// What is counted.
        what: Amount,
        /// How many there may be.
        range: AmountRange,
    },
    /// Articles of a kind, or that have something. `is:correction`, `has:image`
    Is(Trait),
    /// Articles that hold one thing near another, in one zone of text. `korea NEAR/5 letters`
    ///
    /// The parts hold words, phrases, patterns, [`Query::Any`] of those, and further `Near` and [`Query::Same`]; all in
    /// zones of text.
    Near {
        /// What stands near each other. The parser gives two; `a NEAR/5 b NEAR/5 c` is `(a NEAR/5 b) NEAR/5 c`.
        parts: Vec<Query>,
        /// How many words on from one the other stands at most, from 1 to [`NEAR_WORDS_MAX`]: 1 is side by side, 5
        /// leaves up to four other words between them. So Lexis, Factiva and Westlaw count.
        words: u32,
        /// Whether they stand in the order given (`PRE/5`).
        ordered: bool,
    },
    /// Articles that hold all of these in one sentence or paragraph. `korea SAME SENTENCE letters`
    ///
    /// The parts hold what those of [`Query::Near`] hold.
    Same {
        /// How far apart they may stand.
        scope: Scope,
        /// Two or more.
        parts: Vec<Query>,
    },
    /// Articles that hold something at least so many times. `atleast3(sanctions)`
    ///
    /// The part holds what those of [`Query::Near`] hold.
    AtLeast {
        /// How many times, from 1 to [`ATLEAST_MAX`].
        times: u32,
        /// What.
        part: Box<Query>,
    },
    /// Articles that fit all of these. `korea letters`
    All(Vec<Query>),
    /// Articles that fit at least one of these. `korea OR seoul`
    Any(Vec<Query>),
    /// Articles that do not fit. `-sport`
    Not(Box<Query>),
}

/// The shape of one term as it is indexed: in small letters, without accents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pattern {
    /// `*` stands for any letters or none, `?` for exactly one: `sanction*`, `wom?n`. Its own letters match in small
    /// letters or capitals, with or without accents.
    ///
    /// A `?` behind a word that has no other such sign is read as a question mark; the spelling of such a pattern is
    /// the regular expression that finds the same (`/earn./`).
    Wildcard(String),
    /// Words that differ in a few letters. `letr~1`
    Fuzzy {
        /// The word.
        word: String,
        /// Most letters added, left out, changed or swapped with their neighbour: 1 or [`FUZZY_EDITS_MAX`].
        edits: u8,
    },
    /// A regular expression that the whole term fits, without its slashes. `/organi[sz]ation/`
    ///
    /// Its syntax is that of the crate `regex`, without anchors, word boundaries and lazy repetition. The parser gives
    /// none that is ill formed, has more than [`REGEX_BYTES_MAX`] bytes, or holds white space or `\/`.
    Regex(String),
}

/// Which of an article's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateKind {
    /// When it was published. `date:`
    Published,
    /// When it was last changed. `modified:`
    Modified,
    /// When the page was captured. `captured:`
    Captured,
}

/// Days from `first` to `last`, both in it; an open end is `None`, and so both are for any day at all.
///
/// The parser gives years from 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateSpan {
    /// First day.
    pub first: Option<NaiveDate>,
    /// Last day.
    pub last: Option<NaiveDate>,
}

/// A length of time that `last:` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `d`
    Days,
    /// `w`
    Weeks,
    /// `m`
    Months,
    /// `y`
    Years,
}

/// What is counted of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Amount {
    /// Words of the story. `words:`
    Words,
    /// The same story in other outlets. `copies:`
    Copies,
}

/// Numbers from `min` to `max`, both in it; an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AmountRange {
    /// Least.
    pub min: Option<u64>,
    /// Most.
    pub max: Option<u64>,
}

/// What an article may be (`is:`) or have (`has:`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trait {
    /// `is:correction`: it corrects an earlier article or carries a correction.
    Correction,
    /// `is:paywalled`: its text is cut off behind a payment wall.
    Paywalled,
    /// `is:live`: a live blog.
    Live,
    /// `is:sponsored`: paid for by somebody.
    Sponsored,
    /// `is:opinion`: opinion, editorial or column.
    Opinion,
    /// `has:image`
    Image,
    /// `has:author`
    Author,
    /// `has:date`: a date of publication.
    Date,
    /// `has:section`
    Section,
    /// `has:agency`
    Agency,
    /// `has:standfirst`
    Standfirst,
    /// `has:caption`
    Caption,
    /// `has:tags`
    Tags,
}

/// How far apart the parts of a [`Query::Same`] may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In one sentence.
    Sentence,
    /// In one paragraph; a headline and a caption are one each.
    Paragraph,
}

impl Query {
    /// Reads what a person typed.
    ///
    /// The language is shown on one screen in [`QUERY_HELP`]. An empty text asks for every article.
    ///
    /// # Errors
    /// A mistake, with the bytes where it stands: an open quote or bracket, an unknown field, an operator without its
    /// operand, a date that is none or can be read in two ways, a text longer than [`QUERY_BYTES_MAX`], nested deeper
    /// than [`QUERY_DEPTH_MAX`] or of more words than [`QUERY_CLAUSES_MAX`], a number beyond its limit.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Self::parse_with_notes(text).map(|(query, _)| query)
    }

    /// Reads what a person typed, and says what may have been meant otherwise: whatever was taken in another sense than
    /// its writer may think has a note.
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub fn parse_with_notes(text: &str) -> Result<(Self, Vec<Note>), QueryError> {
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

impl DateKind {
    /// Its name in a query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "date",
            Self::Modified => "modified",
            Self::Captured => "captured",
        }
    }
}

impl Amount {
    /// Its name in a query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Copies => "copies",
        }
    }
}

impl Unit {
    /// Its letter in a query.
    pub fn letter(self) -> char {
        match self {
            Self::Days => 'd',
            Self::Weeks => 'w',
            Self::Months => 'm',
            Self::Years => 'y',
        }
    }
}

impl Trait {
    /// All of them, with the name before the colon and behind it.
    pub const NAMED: [(Self, &'static str, &'static str); 13] = [
        (Self::Correction, "is", "correction"),
        (Self::Paywalled, "is", "paywalled"),
        (Self::Live, "is", "live"),
        (Self::Sponsored, "is", "sponsored"),
        (Self::Opinion, "is", "opinion"),
        (Self::Image, "has", "image"),
        (Self::Author, "has", "author"),
        (Self::Date, "has", "date"),
        (Self::Section, "has", "section"),
        (Self::Agency, "has", "agency"),
        (Self::Standfirst, "has", "standfirst"),
        (Self::Caption, "has", "caption"),
        (Self::Tags, "has", "tags"),
    ];
}

impl AmountRange {
    /// Whether a number is in it.
    pub fn contains(self, number: u64) -> bool {
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }
}

impl DateSpan {
    /// Whether a day is in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.first.is_none_or(|first| day >= first) && self.last.is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
mod tests;
