//! Dates as records and metas hold them.

use super::*;

fn check(text: &str, expected: Option<&str>) {
    assert_eq!(date_from_text(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
}

#[test]
fn records_hold_dates_of_any_make() {
    check("2022-04-24T09:30:05.123+09:00", Some("2022-04-24T09:30:05+09:00"));
    check(" 2022-04-24 ", Some("2022-04-24"));
    check("1963-02-01", Some("1963-02-01"));
    check("2022-04", Some("2022-04"));
    check("April 2022", Some("2022-04"));
    check("1963", Some("1963"));
    check("1650792605", Some("2022-04-24T09:30:05Z"));
    check("1650792605000", Some("2022-04-24T09:30:05Z"));
    check("Sun, 24 Apr 2022 09:30:05 GMT", Some("2022-04-24T09:30:05Z"));
    check("20220424T093005Z", Some("2022-04-24"));
    check("24.04.2022 09:30", Some("2022-04-24T09:30"));
    check("2022-04-24T09:30:05Z[UTC]", Some("2022-04-24T09:30:05Z"));
}

#[test]
fn digits_alone_are_a_calendar_stamp_or_seconds() {
    check("20200607123005", Some("2020-06-07T12:30:05"));
    check("202006071230", Some("2020-06-07T12:30"));
    check("2020060712", Some("2020-06-07"));
    check("1999123123", Some("1999-12-31"));
    // No stamps: no such month, hour or year.
    check("2020130712", Some("2034-01-06T03:25:12Z"));
    check("2020060724", Some("2034-01-05T07:58:44Z"));
    check("0999999999", Some("2001-09-09T01:46:39Z"));
    check("1999999999", Some("2033-05-18T03:33:19Z"));
    check("631152000", Some("1990-01-01T00:00:00Z"));
    check("631152000000", Some("1990-01-01T00:00:00Z"));
    check("946684800000", Some("2000-01-01T00:00:00Z"));
    check("20200607126000", None);
    check("20200229245959", None);
}

#[test]
fn iranian_days_are_told_by_their_years() {
    check("1399-02-21", Some("2020-05-10"));
    check("1399/02/21", Some("2020-05-10"));
    check("1399-02-21T10:30:05+04:30", Some("2020-05-10T10:30:05+04:30"));
    check("1399-02-21 10:30", Some("2020-05-10T10:30"));
    // Days that our calendar lacks.
    check("1399-02-31", Some("2020-05-20"));
    check("1399-02-31T10:30:05+04:30", Some("2020-05-20T10:30:05+04:30"));
    // A day that the Iranian calendar lacks.
    check("1399-07-31", None);
}

#[test]
fn no_date_is_invented() {
    for text in ["", "today", "2 hours ago", "0000-00-00 00:00:00", "2022-02-31", "n/a", "12", "999999999999999999"] {
        check(text, None);
    }
}

#[test]
fn exchangeable_days_and_months_are_unsure() {
    assert_eq!(date_from_text("03/04/2022").unwrap().confidence, Confidence::Unsure);
    assert_eq!(date_from_text("23/04/2022").unwrap().confidence, Confidence::Sure);
}
