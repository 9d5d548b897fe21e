//! Dates in a query, in the forms that people write, as spans of days.

use std::ops::Range;

use chrono::{Datelike, Months, NaiveDate};

use super::{DateKind, DateSpan, LAST_MAX, Query, QueryError, Unit, names::Edge, parse::Parsed};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// First and last day of what a date names.
type Days = (NaiveDate, NaiveDate);

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoDate {
    /// It is something else.
    Other,
    /// Day and month can be told apart in two ways.
    TwoReadings(NaiveDate, NaiveDate),
    /// There is a time of day behind it.
    Time,
}

/// The articles that a date behind `date:`, `after:` or the like asks for.
pub(super) fn span(date: DateKind, edge: Edge, value: &str, bytes: &Range<usize>) -> Parsed<Query> {
    if let Some(back) = value.strip_prefix("last:") {
        let last = last(back, bytes)?;
        return Ok(if let Query::Last { amount, unit, .. } = last { Query::Last { date, amount, unit } } else { last });
    }
    if value.eq_ignore_ascii_case("sure") && date == DateKind::Published && edge == Edge::In {
        return Ok(Query::SureDate);
    }
    let day = |text: &str| days(text).map_err(|why| no_date(text, &why, date, bytes));
    let (edge, value) = match edge {
        Edge::In => compared(value),
        edge => (edge, value),
    };
    let span = match value.split_once("..").filter(|_| edge == Edge::In) {
        Some((first, last)) => {
            let side = |text: &str| if text.is_empty() { Ok(None) } else { day(text).map(Some) };
            DateSpan { first: side(first)?.map(|days| days.0), last: side(last)?.map(|days| days.1) }
        }
        None => edge_of(day(value)?, edge, bytes)?,
    };
    in_order(span, bytes)?;
    Ok(Query::Dates { date, span })
}

/// The comparison that a value begins with.
fn compared(value: &str) -> (Edge, &str) {
    const SIGNS: [(&str, Edge); 7] = [
        (">=", Edge::From),
        ("<=", Edge::Until),
        ("≥", Edge::From),
        ("≤", Edge::Until),
        (">", Edge::After),
        ("<", Edge::Before),
        ("=", Edge::In),
    ];
    let sign = SIGNS.iter().find_map(|(sign, edge)| value.strip_prefix(sign).map(|rest| (*edge, rest)));
    sign.unwrap_or((Edge::In, value))
}

/// The span that one end of some days gives.
pub(super) fn edge_of((first, last): Days, edge: Edge, bytes: &Range<usize>) -> Parsed<DateSpan> {
    let beyond = || QueryError::new(bytes.clone(), "there is no day beyond that; years go from 0001 to 9999");
    let in_range = |day: NaiveDate| (1..=9999).contains(&day.year()).then_some(day);
    Ok(match edge {
        Edge::In => DateSpan { first: Some(first), last: Some(last) },
        Edge::From => DateSpan { first: Some(first), last: None },
        Edge::Until => DateSpan { first: None, last: Some(last) },
        Edge::After => DateSpan { first: Some(last.succ_opt().and_then(in_range).ok_or_else(beyond)?), last: None },
        Edge::Before => DateSpan { first: None, last: Some(first.pred_opt().and_then(in_range).ok_or_else(beyond)?) },
    })
}

pub(super) fn in_order(span: DateSpan, bytes: &Range<usize>) -> Parsed<()> {
    match (span.first, span.last) {
        (Some(first), Some(last)) if last < first => {
            Err(QueryError::new(bytes.clone(), "the last day is before the first").suggest("swap them"))
        }
        _ => Ok(()),
    }
}

/// How far `last:` goes back.
pub(super) fn last(value: &str, bytes: &Range<usize>) -> Parsed<Query> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = value.split_at(digits);
    let wrong = |suggestion: &str| {
        QueryError::new(bytes.clone(), format!("{value} is no length of time"))
            .expect("a number of days, weeks, months or years, such as 7d, 2w, 3m or 1y")
            .suggest(suggestion)
    };
    let unit = match unit.to_ascii_lowercase().as_str() {
        "d" | "day" | "days" => Unit::Days,
        "w" | "week" | "weeks" => Unit::Weeks,
        "m" | "mo" | "month" | "months" => Unit::Months,
        "y" | "yr" | "year" | "years" => Unit::Years,
        "h" | "hour" | "hours" => return Err(wrong("dates are looked at by the day: write last:1d")),
        _ => return Err(wrong("write last:7d")),
    };
    match number.parse::<u32>() {
        _ if number.is_empty() => Err(wrong(&format!("write last:1{}", unit.letter()))),
        Ok(amount) if (1..=LAST_MAX).contains(&amount) => Ok(Query::Last { date: DateKind::Published, amount, unit }),
        _ => Err(QueryError::new(bytes.clone(), format!("last: goes back by 1 to {LAST_MAX} (LAST_MAX)"))),
    }
}

/// The first and last day of a year, month or day as typed.
pub(super) fn days(typed: &str) -> Result<Days, NoDate> {
    let typed = typed.trim().trim_end_matches(',');
    let parts: Vec<&str> = typed.split(['-', '/', '.', ' ', ',']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if typed.split(['T', ' ']).nth(1).is_some_and(|time| time.contains(':')) {
        return Err(NoDate::Time);
    }
    if !parts.iter().all(is_number) {
        return with_month_name(&parts).ok_or(NoDate::Other);
    }
    // One kind of sign between the numbers, and no space or comma.
    let signs: Vec<char> = typed.chars().filter(|c| !c.is_ascii_digit()).collect();
    if signs.iter().any(|sign| matches!(sign, ' ' | ',') || *sign != signs[0]) {
        return Err(NoDate::Other);
    }
    match parts[..] {
        [day] if day.len() == 8 => whole(&day[..4], Some(&day[4..6]), Some(&day[6..])),
        [year] => whole(year, None, None),
        [year, month] if year.len() == 4 => whole(year, Some(month), None),
        [month, year] => whole(year, Some(month), None),
        [year, month, day] if year.len() == 4 => whole(year, Some(month), Some(day)),
        [a, b, year] => return day_first_or_month_first(a, b, year),
        _ => None,
    }
    .ok_or(NoDate::Other)
}

/// `24.4.2022` and `4/24/2022`: the order of day and month is taken only where there is no other.
fn day_first_or_month_first(a: &str, b: &str, year: &str) -> Result<Days, NoDate> {
    match (whole(year, Some(b), Some(a)), whole(year, Some(a), Some(b))) {
        (Some(one), Some(other)) if one != other => Err(NoDate::TwoReadings(one.0, other.0)),
        (Some(days), _) | (_, Some(days)) => Ok(days),
        _ => Err(NoDate::Other),
    }
}

/// `24 April 2022`, `April 24, 2022`, `Apr-2022`.
fn with_month_name(parts: &[&str]) -> Option<Days> {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    let place = parts.iter().position(|part| month_named(part).is_some())?;
    let month = month_named(parts[place])?.to_string();
    let ordinal = |day: &&str| {
        let lower = day.to_ascii_lowercase();
        let number = lower.strip_suffix("st").or_else(|| lower.strip_suffix("nd"));
        let number = number.or_else(|| lower.strip_suffix("rd")).or_else(|| lower.strip_suffix("th"));
        number.unwrap_or(&lower).to_owned()
    };
    match (&parts[..], place) {
        ([_, year], 0) | ([year, _], 1) if year.len() == 4 => whole(year, Some(&month), None),
        ([_, day, year], 0) | ([day, _, year], 1) if year.len() == 4 => whole(year, Some(&month), Some(&ordinal(day))),
        ([year, _, day], 1) => whole(year, Some(&month), Some(&ordinal(day))),
        _ => None,
    }
}

/// The number of a month by its English name, or the beginning of it in three letters or more.
fn month_named(name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))?;
    Some(place + 1)
}

/// The days of a year, month or day given in digits.
fn whole(year: &str, month: Option<&str>, day: Option<&str>) -> Option<Days> {
    let number = |text: &str| -> Option<u32> {
        let is_number = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok())?
    };
    let short = |text: &str| number(text).filter(|_| text.len() <= 2);
    let year = number(year).filter(|number| year.len() == 4 && *number > 0)?;
    let month = month.map(|text| short(text).ok_or(())).transpose().ok()?;
    let day = day.map(|text| short(text).ok_or(())).transpose().ok()?;
    let first = NaiveDate::from_ymd_opt(year as i32, month.unwrap_or(1), day.unwrap_or(1))?;
    let after = match (month, day) {
        (_, Some(_)) => return Some((first, first)),
        (Some(_), None) => first.checked_add_months(Months::new(1))?,
        (None, None) => first.with_year(first.year() + 1)?,
    };
    Some((first, after.pred_opt()?))
}

/// Says what is wrong with a date.
pub(super) fn no_date(typed: &str, why: &NoDate, date: DateKind, bytes: &Range<usize>) -> QueryError {
    let name = date.name();
    let error = |message: String| QueryError::new(bytes.clone(), message);
    match why {
        NoDate::TwoReadings(one, other) => {
            let spoken = |day: &NaiveDate| day.format("%-d %B %Y").to_string();
            error(format!("{typed} may be {} or {}", spoken(one), spoken(other)))
                .expect("the year first, then the month")
                .suggest(format!("write {one} or {other}"))
        }
        NoDate::Time => error(format!("{typed} has a time, but articles are looked for by the day"))
            .suggest(format!("write {name}:{}", typed.split(['T', ' ']).next().unwrap_or_default())),
        NoDate::Other => {
            let suggestion = match (typed.to_ascii_lowercase().as_str(), typed.split_once('-')) {
                ("today" | "yesterday" | "now", _) => "for the last day, write last:1d".to_owned(),
                (_, Some((first, last))) if days(first).is_ok() && days(last).is_ok() => {
                    format!("for a span, write {name}:{first}..{last}")
                }
                _ => format!("write {name}:2022-04-24; a span is {name}:2022-04..2022-06"),
            };
            error(format!("{typed} is no date"))
                .expect("a year, month or day such as 2022, 2022-04 or 2022-04-24")
                .suggest(suggestion)
        }
    }
}
