//! When an article was published: a moment with its precision, its zone as printed, and where it was read.

use std::fmt;

use chrono::{Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A date of publication or change.
///
/// Nothing in it is invented: a page that names a day has day precision, a time without a zone has no offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The day; for month or year precision the first day of it.
    pub day: NaiveDate,
    /// The time of day as printed, for precisions finer than a day.
    pub time: Option<NaiveTime>,
    /// Zone as printed, in minutes east of UTC; `None` is unknown.
    pub offset_minutes: Option<i16>,
    /// How fine it is.
    pub precision: Precision,
    /// Where it was read.
    pub origin: DateOrigin,
    /// How sure.
    pub confidence: Confidence,
}

/// How fine a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the year.
    Year,
    /// To the month.
    Month,
    /// To the day.
    Day,
    /// To the minute.
    Minute,
    /// To the second.
    Second,
}

/// Where a date was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrigin {
    /// A field of a structured record (JSON lines, a feed).
    Record,
    /// JSON-LD in the page.
    JsonLd,
    /// Open Graph or a like property (`article:published_time`).
    OpenGraph,
    /// Another meta tag.
    Meta,
    /// Microdata (`itemprop`).
    Microdata,
    /// A `<time>` element.
    TimeElement,
    /// Text of a byline or dateline.
    Byline,
    /// Text elsewhere on the page.
    Text,
    /// The address.
    Url,
}

/// How sure a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A guess worth showing, marked as such.
    Unsure,
    /// One good sign, nothing against it.
    Likely,
    /// Machine-readable for this very article, or several signs that agree.
    Sure,
}

impl Precision {
    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

impl DateOrigin {
    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::JsonLd => "json_ld",
            Self::OpenGraph => "open_graph",
            Self::Meta => "meta",
            Self::Microdata => "microdata",
            Self::TimeElement => "time_element",
            Self::Byline => "byline",
            Self::Text => "text",
            Self::Url => "url",
        }
    }
}

impl Confidence {
    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

impl Published {
    /// A date known to the day.
    pub fn on_day(day: NaiveDate, origin: DateOrigin, confidence: Confidence) -> Self {
        Self { day, time: None, offset_minutes: None, precision: Precision::Day, origin, confidence }
    }

    /// Reads an ISO 8601 date as machines write it: `2022`, `2022-04`, `2022-04-24`, `2022-04-24T09:30`, with seconds,
    /// with fractions (dropped), with a zone as `Z`, `+09`, `+0900` or `+09:00`; a space may stand for the `T`. `None`
    /// for anything else, such as a day that no calendar has.
    pub fn from_iso(text: &str, origin: DateOrigin, confidence: Confidence) -> Option<Self> {
        let text = text.trim();
        let (date, clock) = match text.find(['T', 't', ' ']) {
            Some(at) => (&text[..at], Some(text[at + 1..].trim())),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)? as i32;
        let month = parts.next().map(|p| digits(p, 2)).map_or(Some(None), |p| p.map(Some))?;
        let dom = parts.next().map(|p| digits(p, 2)).map_or(Some(None), |p| p.map(Some))?;
        if parts.next().is_some() {
            return None;
        }
        let day = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), dom.unwrap_or(1))?;
        let precision = match (month, dom) {
            (None, _) => Precision::Year,
            (_, None) => Precision::Month,
            _ => Precision::Day,
        };
        let mut published = Self { day, time: None, offset_minutes: None, precision, origin, confidence };
        if let Some(clock) = clock.filter(|c| !c.is_empty()) {
            if precision != Precision::Day {
                return None;
            }
            let (time, precision, offset_minutes) = clock_from_iso(clock)?;
            published = Self { time: Some(time), precision, offset_minutes, ..published };
        }
        Some(published)
    }

    /// The first and the last day that it can mean, as printed: the same but for a month or a year.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let after = match self.precision {
            Precision::Year => self.day.checked_add_months(Months::new(12)),
            Precision::Month => self.day.checked_add_months(Months::new(1)),
            _ => return (self.day, self.day),
        };
        (self.day, after.and_then(|after| after.pred_opt()).unwrap_or(NaiveDate::MAX))
    }

    /// Seconds since 1970-01-01T00:00:00Z of the earliest moment it can mean; an unknown zone counts as UTC.
    pub fn unix_seconds(&self) -> i64 {
        let local = self.day.and_time(self.time.unwrap_or_default()).and_utc().timestamp();
        local - i64::from(self.offset_minutes.unwrap_or(0)) * 60
    }
}

/// ISO 8601, as precise as the date is and with the zone only where it is known.
impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.precision {
            Precision::Year => return write!(f, "{}", self.day.format("%Y")),
            Precision::Month => return write!(f, "{}", self.day.format("%Y-%m")),
            _ => write!(f, "{}", self.day.format("%Y-%m-%d"))?,
        }
        match (self.time, self.precision) {
            (Some(time), Precision::Minute) => write!(f, "T{}", time.format("%H:%M"))?,
            (Some(time), Precision::Second) => write!(f, "T{}", time.format("%H:%M:%S"))?,
            _ => return Ok(()),
        }
        match self.offset_minutes {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
            }
        }
    }
}

/// A number of exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn clock_from_iso(text: &str) -> Option<(NaiveTime, Precision, Option<i16>)> {
    let zone_at = text.find(['Z', 'z', '+', '-', '\u{2212}']).unwrap_or(text.len());
    let offset_minutes = match &text[zone_at..] {
        "" => None,
        zone => Some(offset_from_iso(zone)?),
    };
    let clock = text[..zone_at].trim();
    let clock = clock.split_once(['.', ',']).map_or(clock, |(whole, _)| whole);
    let mut parts = clock.split(':').map(|p| digits(p, 2));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let (second, precision) = match parts.next() {
        Some(second) => (second?.min(59), Precision::Second),
        None => (0, Precision::Minute),
    };
    if parts.next().is_some() {
        return None;
    }
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, precision, offset_minutes))
}

fn offset_from_iso(zone: &str) -> Option<i16> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let mut chars = zone.chars();
    let sign = if chars.next()? == '+' { 1 } else { -1 };
    let rest: String = chars.filter(|&c| c != ':').collect();
    let (hours, minutes) = match rest.len() {
        2 => (digits(&rest, 2)?, 0),
        4 if rest.is_ascii() => (digits(&rest[..2], 2)?, digits(&rest[2..], 2)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) as i16)
}

/// How a date is written in JSON: its ISO 8601 value, which holds the precision, with its origin and confidence.
#[derive(Serialize, Deserialize)]
struct Written {
    value: String,
    origin: DateOrigin,
    confidence: Confidence,
}

impl Serialize for Published {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { value: self.to_string(), origin: self.origin, confidence: self.confidence }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Published {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { value, origin, confidence } = Written::deserialize(deserializer)?;
        Self::from_iso(&value, origin, confidence)
            .ok_or_else(|| D::Error::custom(format!("not an ISO 8601 date: {value}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Published::from_iso(text, DateOrigin::Record, Confidence::Sure).map(|p| p.to_string())
    }

    #[test]
    fn precision_and_zone_stay_as_printed() {
        for text in
            ["2022", "2022-04", "2022-04-24", "2022-04-24T09:30", "2022-04-24T09:30:05", "2022-04-24T09:30+09:00"]
        {
            assert_eq!(read(text).as_deref(), Some(text));
        }
        assert_eq!(read("2022-04-24 09:30:05.123-0330").as_deref(), Some("2022-04-24T09:30:05-03:30"));
        assert_eq!(read("2022-04-24T09:30:05z").as_deref(), Some("2022-04-24T09:30:05Z"));
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for text in [
            "",
            "yesterday",
            "2022-02-30",
            "2022-13",
            "22-04-24",
            "2022-04-24T25:00",
            "2022-04-24T09",
            "2022-04T09:30",
            "2022-04-24T09:30+99",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_those_of_json() {
        for (json, name) in [
            (serde_json::to_value(Precision::Minute), Precision::Minute.name()),
            (serde_json::to_value(Confidence::Likely), Confidence::Likely.name()),
            (serde_json::to_value(DateOrigin::JsonLd), DateOrigin::JsonLd.name()),
            (serde_json::to_value(DateOrigin::OpenGraph), DateOrigin::OpenGraph.name()),
            (serde_json::to_value(DateOrigin::TimeElement), DateOrigin::TimeElement.name()),
        ] {
            assert_eq!(json.unwrap(), name);
        }
    }

    #[test]
    fn json_holds_value_origin_and_confidence() {
        let date = Published::from_iso("1963-02-01", DateOrigin::Url, Confidence::Likely).unwrap();
        let json = serde_json::to_string(&date).unwrap();
        assert_eq!(json, r#"{"value":"1963-02-01","origin":"url","confidence":"likely"}"#);
        assert_eq!(serde_json::from_str::<Published>(&json).unwrap(), date);
    }

    #[test]
    fn a_month_or_year_may_mean_any_of_its_days() {
        let days = |text| {
            let (first, last) = Published::from_iso(text, DateOrigin::Record, Confidence::Sure).unwrap().days();
            format!("{first} {last}")
        };
        assert_eq!(days("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(days("1963"), "1963-01-01 1963-12-31");
        assert_eq!(days("2022-04-24T23:30-05:00"), "2022-04-24 2022-04-24");
    }

    #[test]
    fn zones_count_in_the_order() {
        let at = |text| Published::from_iso(text, DateOrigin::Record, Confidence::Sure).unwrap().unix_seconds();
        assert_eq!(at("1970-01-01T09:00+09:00"), 0);
        assert!(at("2022-04-24T23:30-05:00") > at("2022-04-25T00:30+09:00"));
    }
}
