//! Which zones a newsroom's clock can be in: as its page names one, as its country lies.

use std::ops::RangeInclusive;

use chrono::{NaiveDateTime, TimeDelta};
use memchr::memmem;

/// Offsets from UTC over a year, in minutes.
pub(super) type Offsets = RangeInclusive<i64>;

/// Zones as pages name them (the names of the IANA time zone database) with their offsets in hours, least and greatest
/// over the year.
const ZONES: [(&str, i64, i64); 44] = [
    ("America/Anchorage", -9, -8),
    ("America/Argentina/Buenos_Aires", -3, -3),
    ("America/Bogota", -5, -5),
    ("America/Buenos_Aires", -3, -3),
    ("America/Caracas", -4, -4),
    ("America/Chicago", -6, -5),
    ("America/Denver", -7, -6),
    ("America/Detroit", -5, -4),
    ("America/Edmonton", -7, -6),
    ("America/Halifax", -4, -3),
    ("America/Lima", -5, -5),
    ("America/Los_Angeles", -8, -7),
    ("America/Mexico_City", -6, -5),
    ("America/New_York", -5, -4),
    ("America/Phoenix", -7, -7),
    ("America/Santiago", -4, -3),
    ("America/Sao_Paulo", -3, -2),
    ("America/Toronto", -5, -4),
    ("America/Vancouver", -8, -7),
    ("America/Winnipeg", -6, -5),
    ("Asia/Dubai", 4, 4),
    ("Asia/Hong_Kong", 8, 8),
    ("Asia/Jakarta", 7, 7),
    ("Asia/Jerusalem", 2, 3),
    ("Asia/Karachi", 5, 5),
    ("Asia/Manila", 8, 8),
    ("Asia/Seoul", 9, 9),
    ("Asia/Shanghai", 8, 8),
    ("Asia/Singapore", 8, 8),
    ("Asia/Taipei", 8, 8),
    ("Asia/Tokyo", 9, 9),
    ("Australia/Brisbane", 10, 10),
    ("Australia/Melbourne", 10, 11),
    ("Australia/Perth", 8, 8),
    ("Australia/Sydney", 10, 11),
    ("Europe/Athens", 2, 3),
    ("Europe/Berlin", 1, 2),
    ("Europe/Istanbul", 3, 3),
    ("Europe/Kiev", 2, 3),
    ("Europe/London", 0, 1),
    ("Europe/Madrid", 1, 2),
    ("Europe/Moscow", 3, 3),
    ("Europe/Paris", 1, 2),
    ("Pacific/Auckland", 12, 13),
];

/// Countries of the Americas, by the ends of their hosts, with their offsets in hours.
///
/// Only these: their evenings, when much is published, are the next day in UTC. Elsewhere the days differ for stories
/// of the small hours, which are few, and where the page prints that day it is taken from there.
const COUNTRIES: [(&str, i64, i64); 20] = [
    ("ar", -3, -3),
    ("bo", -4, -4),
    ("br", -5, -2),
    ("ca", -8, -2),
    ("cl", -6, -3),
    ("cr", -6, -6),
    ("cu", -5, -4),
    ("do", -4, -4),
    ("ec", -6, -5),
    ("gt", -6, -6),
    ("hn", -6, -6),
    ("jm", -5, -5),
    ("mx", -8, -5),
    ("ni", -6, -6),
    ("pa", -5, -5),
    ("pe", -5, -5),
    ("py", -4, -3),
    ("sv", -6, -6),
    ("us", -10, -4),
    ("uy", -3, -3),
];

/// Names of zones in quotes that are looked at on one page.
const NAMED_MAX: usize = 100;

/// Offsets of the one zone that a page's programs name; `None` where they name none or several.
pub(super) fn named_in(html: &str) -> Option<Offsets> {
    const REGIONS: [&str; 5] = ["America", "Asia", "Australia", "Europe", "Pacific"];
    let mut found: Option<&(&str, i64, i64)> = None;
    for region in REGIONS {
        for at in memmem::find_iter(html.as_bytes(), region).take(NAMED_MAX) {
            let quoted = html[..at].ends_with(['"', '\'']);
            let Some(zone) = ZONES.iter().find(|zone| quoted && names(&html[at..], zone.0)) else { continue };
            if found.is_some_and(|other| other.1 != zone.1 || other.2 != zone.2) {
                return None;
            }
            found = Some(zone);
        }
    }
    found.map(|&(_, least, greatest)| least * 60..=greatest * 60)
}

/// Whether a text in quotes begins with a zone's name, its slashes escaped or not.
fn names(text: &str, zone: &str) -> bool {
    let mut rest = text;
    for (nth, part) in zone.split('/').enumerate() {
        if nth > 0 {
            rest = match rest.strip_prefix('/').or_else(|| rest.strip_prefix("\\/")) {
                Some(rest) => rest,
                None => return false,
            };
        }
        rest = match rest.strip_prefix(part) {
            Some(rest) => rest,
            None => return false,
        };
    }
    rest.starts_with(['"', '\'', '\\'])
}

/// Offsets of a country of the Americas.
pub(super) fn of_country(country: &str) -> Option<Offsets> {
    COUNTRIES.iter().find(|c| c.0 == country).map(|&(_, least, greatest)| least * 60..=greatest * 60)
}

/// A moment in UTC on a clock that is within the offsets, and its offset where that is known; `None` where the clock
/// may show either of two days.
pub(super) fn local(utc: NaiveDateTime, offsets: &Offsets) -> Option<(NaiveDateTime, Option<i16>)> {
    let at = |minutes: i64| utc.checked_add_signed(TimeDelta::minutes(minutes));
    let (earliest, latest) = (at(*offsets.start())?, at(*offsets.end())?);
    let known = earliest == latest;
    (earliest.date() == latest.date()).then(|| (latest, known.then(|| i16::try_from(*offsets.end()).ok()).flatten()))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn a_page_names_its_zone() {
        let check = |html: &str, hours: Option<Offsets>| assert_eq!(named_in(html), hours, "{html}");
        check(r#"{"timezone": "America/New_York"}"#, Some(-300..=-240));
        check(r#"tz='Asia\/Tokyo'"#, Some(540..=540));
        check(r#""America/New_York" "America/Toronto""#, Some(-300..=-240));
        check(r#""America/New_York" "America/Chicago""#, None);
        check("In America/New_York", None);
        check(r#""America/Nowhere" "Europe/Berliner""#, None);
    }

    #[test]
    fn a_day_is_told_only_where_all_clocks_agree() {
        let utc = |hour| NaiveDate::from_ymd_opt(2020, 6, 7).unwrap().and_hms_opt(hour, 0, 0).unwrap();
        let check = |hour: u32, country: &str, day: Option<&str>| {
            let there = of_country(country).and_then(|offsets| local(utc(hour), &offsets));
            assert_eq!(there.map(|(moment, _)| moment.date().to_string()).as_deref(), day, "{hour} {country}");
        };
        check(1, "ca", Some("2020-06-06"));
        check(3, "ca", None);
        check(9, "ca", Some("2020-06-07"));
        check(1, "de", None);
    }
}
