//! When an article was published and last changed: what the page says in many places, weighed.

mod calendar;
mod clock;
mod embedded;
mod evidence;
mod labels;
mod months;
pub(crate) mod text;
mod tokens;
pub(crate) mod url;
mod visible;
mod zone;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime};

pub(crate) use evidence::{Sources, read};
use text::Hints;

use crate::date::{Confidence, DateOrigin, Precision, Published};

/// Most bytes of a date's text that are read.
const DATE_TEXT_BYTES_MAX: usize = 400;

/// A date from a text that is thought to hold one, as machines or people write it.
///
/// The confidence is [`Confidence::Unsure`] where day and month could be exchanged.
pub(crate) fn date_from_text(text: &str) -> Option<Published> {
    machine_or_human(text, DateOrigin::Record, Confidence::Sure, Hints::default())
}

/// As [`date_from_text`], for a text from a known place of a page whose habits are known.
fn machine_or_human(text: &str, origin: DateOrigin, confidence: Confidence, hints: Hints) -> Option<Published> {
    let text = text.trim();
    let text = &text[..text.floor_char_boundary(DATE_TEXT_BYTES_MAX)];
    let in_range = |p: &Published| (calendar::YEAR_MIN..=calendar::YEAR_MAX).contains(&p.day.year());
    if let Some(published) = Published::from_iso(text, origin, confidence).filter(in_range) {
        return if is_iranian(&published) { from_iranian(published) } else { Some(published) };
    }
    if let Some(published) = from_stamp(text, origin, confidence).or_else(|| from_epoch(text, origin, confidence)) {
        return Some(published);
    }
    if let Some(spotted) = text::first(text, hints) {
        let confidence = if spotted.ambiguous { Confidence::Unsure } else { confidence };
        return Some(spotted.published(origin, confidence));
    }
    text::coarse(text).map(|spotted| spotted.published(origin, confidence)).filter(in_range)
}

/// Whether the day of an ISO date can only be meant in the Iranian calendar; nothing on the web is from the 14th
/// century.
fn is_iranian(published: &Published) -> bool {
    calendar::is_iranian_year(published.day.year()) && published.precision >= Precision::Day
}

/// The same moment with its day in our calendar; `None` where the Iranian one has no such day.
fn from_iranian(published: Published) -> Option<Published> {
    let day = calendar::iranian(published.day.year(), published.day.month(), published.day.day())?;
    Some(Published { day, ..published })
}

/// Years that a date written as nothing but digits may be of.
const STAMP_YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// A day with the time behind it, as nothing but digits: `2020060712`, `202006071230`, `20200607123000`. No zone.
/// An hour alone is not kept.
///
/// Comes before [`from_epoch`]: counted from 1970, ten such digits are seconds of the years 2033 to 2036, and twelve
/// milliseconds of 1976.
fn from_stamp(text: &str, origin: DateOrigin, confidence: Confidence) -> Option<Published> {
    if !matches!(text.len(), 10 | 12 | 14) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |digits: std::ops::Range<usize>| text.get(digits).map_or(Some(0), |digits| digits.parse::<u32>().ok());
    let year = i32::try_from(number(0..4)?).ok().filter(|year| STAMP_YEARS.contains(year))?;
    let day = NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)?;
    let time = NaiveTime::from_hms_opt(number(8..10)?, number(10..12)?, number(12..14)?)?;
    let precision = match text.len() {
        10 => return Some(Published::on_day(day, origin, confidence)),
        12 => Precision::Minute,
        _ => Precision::Second,
    };
    Some(Published { time: Some(time), precision, ..Published::on_day(day, origin, confidence) })
}

/// Seconds or milliseconds since 1970.
fn from_epoch(text: &str, origin: DateOrigin, confidence: Confidence) -> Option<Published> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let seconds = match text.len() {
        9 | 10 => number,
        12 | 13 => number / 1_000,
        _ => return None,
    };
    let moment = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    Some(Published {
        day: moment.date(),
        time: Some(moment.time()),
        offset_minutes: Some(0),
        precision: Precision::Second,
        origin,
        confidence,
    })
}

/// Whether a day lies behind the day of capture, with a day's grace for zones.
fn after_capture(day: NaiveDate, captured: Option<NaiveDate>) -> bool {
    captured.and_then(|c| c.checked_add_days(Days::new(1))).is_some_and(|last| day > last)
}

#[cfg(test)]
mod tests;
