//! What the hits of a query are: by outlet, section, author, language, tag, agency, year and month.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::{
    compile::name_column,
    stats::Counted,
    tally::{Counts, Days},
};
use crate::{
    date::{Confidence, DateOrigin, Published},
    index::day_of_number,
    query::{DateKind, DateSpan, Field, Query},
};

/// Something that hits are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FacetField {
    /// Outlet.
    Source,
    /// Section.
    Section,
    /// Author; an article with several counts for each.
    Author,
    /// Language code.
    Language,
    /// Keyword; an article with several counts for each.
    Tag,
    /// News agency.
    Agency,
    /// Year of publication, `YYYY`.
    Year,
    /// Month of publication, `YYYY-MM`; what is dated only to the year is in none.
    Month,
}

/// The hits by the values of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The field.
    pub field: FacetField,
    /// The values that most hits have, with their numbers; years and months in their order.
    pub values: Vec<Counted>,
    /// How many more values there are.
    pub more: u64,
    /// Hits without a value.
    pub without: u64,
}

impl FacetField {
    /// All of them, with their names.
    pub const NAMED: [(Self, &'static str); 8] = [
        (Self::Source, "source"),
        (Self::Section, "section"),
        (Self::Author, "author"),
        (Self::Language, "language"),
        (Self::Tag, "tag"),
        (Self::Agency, "agency"),
        (Self::Year, "year"),
        (Self::Month, "month"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }

    /// The field of its names, where it has some.
    fn field(self) -> Option<Field> {
        Some(match self {
            Self::Source => Field::Source,
            Self::Section => Field::Section,
            Self::Author => Field::Author,
            Self::Language => Field::Language,
            Self::Tag => Field::Tag,
            Self::Agency => Field::Agency,
            Self::Year | Self::Month => return None,
        })
    }

    /// The column of its names, where it has one.
    pub(super) fn column(self) -> Option<&'static str> {
        self.field().and_then(name_column)
    }

    /// A clause that finds the articles with a value, and no others: add it to a query to drill down. `None` where the
    /// value is none of the field.
    ///
    /// It finds as many as the facet counts, but where copies are folded: of a cluster, a facet counts the one that is
    /// shown, and the clause finds whichever bears the value.
    pub fn clause(self, value: &str) -> Option<Query> {
        if let Some(field) = self.field() {
            return Some(Query::Named { field, name: value.to_owned() });
        }
        let (first, last) = Published::from_iso(value, DateOrigin::Record, Confidence::Sure)?.days();
        let span = DateSpan { first: Some(first), last: Some(last) };
        Some(Query::Dates { date: DateKind::Published, span })
    }
}

/// Makes facets of what was counted; `fields` are those that were asked for, in the order of their columns.
pub(super) fn facets(fields: &[FacetField], counts: Counts, most: usize) -> Vec<Facet> {
    let Counts { names, nameless, days, .. } = counts;
    let mut columns = names.into_iter().zip(nameless);
    fields
        .iter()
        .map(|&field| match field.column() {
            Some(_) => {
                let (names, without) = columns.next().unwrap_or_default();
                let mut values: Vec<Counted> =
                    names.into_iter().map(|(name, articles)| Counted { name, articles }).collect();
                values.sort_unstable_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.name.cmp(&b.name)));
                let more = values.len().saturating_sub(most) as u64;
                values.truncate(most);
                Facet { field, values, more, without }
            }
            None => by_date(field, &days, most),
        })
        .collect()
}

fn by_date(field: FacetField, days: &Days, most: usize) -> Facet {
    // A year stands as its January.
    let month = |day: i64| {
        let day = day_of_number(day)?;
        Some(if field == FacetField::Year { (day.year(), 1) } else { (day.year(), day.month()) })
    };
    let mut counts: BTreeMap<(i32, u32), u64> = BTreeMap::new();
    let mut without = days.undated;
    for ((first, last), articles) in days.iter() {
        match (month(first), month(last)) {
            (Some(first), Some(last)) if first == last => *counts.entry(first).or_default() += articles,
            _ => without += articles,
        }
    }
    let format = if field == FacetField::Year { "%Y" } else { "%Y-%m" };
    let name = |(year, month)| {
        let first = NaiveDate::from_ymd_opt(year, month, 1);
        first.map(|first| first.format(format).to_string()).unwrap_or_default()
    };
    let more = counts.len().saturating_sub(most);
    // The latest ones, in their order.
    let values = counts.into_iter().skip(more).map(|(month, articles)| Counted { name: name(month), articles });
    Facet { field, values: values.collect(), more: more as u64, without }
}
