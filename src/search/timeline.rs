//! Hits over time, absolute and as a share of what the archive holds.

use std::collections::BTreeMap;

use chrono::{Datelike, Days as DaysOf, Months, NaiveDate};
use serde::Serialize;

use super::{
    Snapshot,
    compile::{CompileOptions, compile},
    tally::{Counts, Tally},
};
use crate::{
    error::{Error, Result},
    index::day_of_number,
    query::{Field, Query},
};

/// Most periods of a timeline.
pub const PERIODS_MAX: usize = 20_000;

/// Most queries of one timeline.
pub const TIMELINE_QUERIES_MAX: usize = 20;

/// A length of time that hits are counted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Days.
    Day,
    /// Weeks, from Monday (ISO 8601).
    Week,
    /// Months.
    #[default]
    Month,
    /// Quarters.
    Quarter,
    /// Years.
    Year,
}

/// Hits of one or several queries over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// The length of a period.
    pub by: Period,
    /// The queries, in their canonical spelling.
    pub queries: Vec<Series>,
    /// First day of each period, without holes, from the first with a hit to the last with one; those of the archive
    /// where there is no hit.
    #[serde(serialize_with = "as_days")]
    pub periods: Vec<NaiveDate>,
}

fn as_days<S: serde::Serializer>(days: &[NaiveDate], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(days.iter().map(NaiveDate::to_string))
}

/// The hits of one query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// The query in its canonical spelling.
    pub query: String,
    /// What the shares are of: the articles that this finds.
    pub of: String,
    /// Hits in each period.
    pub hits: Vec<u64>,
    /// Articles in each period that the shares are of; 0 is a gap of the archive, where nothing can be said.
    pub articles: Vec<u64>,
    /// Hits in all.
    pub total: u64,
    /// Hits without a date.
    pub undated: u64,
    /// Hits whose date is less exact than a period, such as a year in a timeline of months.
    pub inexact: u64,
}

impl Series {
    /// Share of the articles of a period that are hits, 0 to 1; `None` in a gap.
    pub fn share(&self, period: usize) -> Option<f64> {
        let (hits, articles) = (*self.hits.get(period)?, *self.articles.get(period)?);
        (articles > 0).then(|| hits as f64 / articles as f64)
    }
}

impl Period {
    /// The first day of the period that a day is in.
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(DaysOf::new(day.weekday().num_days_from_monday().into())),
            Self::Month => day.with_day(1),
            Self::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        };
        first.unwrap_or(day)
    }

    /// The first day of the next period; `None` where the calendar ends.
    pub fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => start.succ_opt(),
            Self::Week => start.checked_add_days(DaysOf::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
            Self::Quarter => start.checked_add_months(Months::new(3)),
            Self::Year => start.checked_add_months(Months::new(12)),
        }
    }

    /// How a period is called: `2022-04-24`, `2022-W16`, `2022-04`, `2022-Q2`, `2022`.
    pub fn label(self, start: NaiveDate) -> String {
        match self {
            Self::Day => start.format("%Y-%m-%d").to_string(),
            Self::Week => start.format("%G-W%V").to_string(),
            Self::Month => start.format("%Y-%m").to_string(),
            Self::Quarter => format!("{}-Q{}", start.format("%Y"), start.month0() / 3 + 1),
            Self::Year => start.format("%Y").to_string(),
        }
    }
}

/// Articles by the first day of their period, with those that are in none.
#[derive(Default)]
struct Binned {
    by_period: BTreeMap<NaiveDate, u64>,
    inexact: u64,
}

fn bin(counts: &Counts, by: Period) -> Binned {
    let mut binned = Binned::default();
    for ((first, last), articles) in counts.days.iter() {
        let start = |day| day_of_number(day).map(|day| by.start(day));
        match (start(first), start(last)) {
            (Some(first), Some(last)) if first == last => *binned.by_period.entry(first).or_default() += articles,
            _ => binned.inexact += articles,
        }
    }
    binned
}

/// The part of a query that says which outlets, languages or sections are looked at: a share is a share of their
/// articles.
fn denominator(query: &Query) -> Query {
    let says_where = |query: &Query| match query {
        Query::Word { field, .. }
        | Query::Phrase { field, .. }
        | Query::Named { field, .. }
        | Query::Pattern { field, .. } => {
            matches!(field, Field::Source | Field::Language)
        }
        _ => false,
    };
    fn all_say(query: &Query, says: &impl Fn(&Query) -> bool) -> bool {
        match query {
            Query::Any(parts) => parts.iter().all(|part| all_say(part, says)),
            Query::Not(part) => all_say(part, says),
            query => says(query),
        }
    }
    let parts = match query {
        Query::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut kept: Vec<Query> = parts.iter().filter(|part| all_say(part, &says_where)).cloned().collect();
    match kept.len() {
        0 => Query::Everything,
        1 => kept.remove(0),
        _ => Query::All(kept),
    }
}

impl Snapshot {
    /// Counts the hits of queries by period.
    pub(crate) fn timeline(&self, queries: &[Query], by: Period, options: CompileOptions) -> Result<Timeline> {
        if queries.is_empty() || queries.len() > TIMELINE_QUERIES_MAX {
            let range = format!("1 to {TIMELINE_QUERIES_MAX}");
            return Err(Error::Setting { name: "number of queries", value: queries.len().to_string(), range });
        }
        let statistics = self.statistics()?;
        let tally = Tally { names: Vec::new(), days: true };
        let count = |query: &Query| {
            let compiled = compile(self, query, options, &statistics)?;
            self.tally(&*compiled.query, &tally, None, statistics.threads(options.threads))
        };
        let mut binned = Vec::with_capacity(queries.len());
        for query in queries {
            let of = denominator(query);
            let (hits, all) = (count(query)?, count(&of)?);
            binned.push((query, of, bin(&hits, by), bin(&all, by), hits));
        }
        // From the first hit to the last; the archive's own beginning and end where there are none.
        let hit_days = binned.iter().flat_map(|(_, _, hits, ..)| hits.by_period.keys());
        let all_days = binned.iter().flat_map(|(_, _, _, all, _)| all.by_period.keys());
        let first = hit_days.clone().min().or(all_days.clone().min()).copied();
        let last = hit_days.max().or(all_days.max()).copied();
        let periods = match (first, last) {
            (Some(first), Some(last)) => periods(first, last, by)?,
            _ => Vec::new(),
        };
        let series = binned.into_iter().map(|(query, of, hits, all, counts)| {
            let at = |bins: &Binned| periods.iter().map(|p| bins.by_period.get(p).copied().unwrap_or(0)).collect();
            Series {
                query: query.to_string(),
                of: of.to_string(),
                hits: at(&hits),
                articles: at(&all),
                total: counts.total,
                undated: counts.days.undated,
                inexact: hits.inexact,
            }
        });
        Ok(Timeline { by, queries: series.collect(), periods: periods.clone() })
    }
}

fn periods(first: NaiveDate, last: NaiveDate, by: Period) -> Result<Vec<NaiveDate>> {
    let mut periods = vec![first];
    let mut at = first;
    while let Some(next) = by.next(at).filter(|next| *next <= last) {
        if periods.len() == PERIODS_MAX {
            let range =
                format!("longer, so that there are at most {PERIODS_MAX}; from {first} to {last} there are more");
            return Err(Error::Setting { name: "the period", value: by.label(first), range });
        }
        periods.push(next);
        at = next;
    }
    Ok(periods)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_and_are_called_as_calendars_have_it() {
        let day = NaiveDate::from_ymd_opt(2022, 5, 15).unwrap();
        let labels = [
            (Period::Day, "2022-05-15"),
            (Period::Week, "2022-W19"),
            (Period::Month, "2022-05"),
            (Period::Quarter, "2022-Q2"),
            (Period::Year, "2022"),
        ];
        for (by, label) in labels {
            assert_eq!(by.label(by.start(day)), label);
        }
        let new_year = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
        assert_eq!(Period::Week.label(Period::Week.start(new_year)), "2020-W53");
    }

    #[test]
    fn shares_are_of_the_outlets_that_are_asked_for() {
        let of = |query: &str| denominator(&Query::parse(query).unwrap()).to_string();
        assert_eq!(of("dam source:courier lang:en"), "source:courier lang:en");
        assert_eq!(of("dam -sport"), "*");
        assert_eq!(of("dam (source:courier OR source:owl)"), "source:courier OR source:owl");
        assert_eq!(of("dam OR source:owl"), "*");
    }
}
