//! From a day in some calendar to the Gregorian day.

use chrono::NaiveDate;

/// First and last year a page may be dated to; archives hold old papers.
pub(crate) const YEAR_MIN: i32 = 1000;
pub(crate) const YEAR_MAX: i32 = 2100;

/// Years of the Iranian solar calendar that a page can name (1921 to 2071).
const IRANIAN_YEARS: std::ops::RangeInclusive<i32> = 1300..=1450;

/// Years of the Buddhist era that a page can name.
const BUDDHIST_YEARS: std::ops::RangeInclusive<i32> = 2400..=2650;

/// Years between the Buddhist and the common era.
const BUDDHIST_YEARS_AHEAD: i32 = 543;

/// The Gregorian day, if the calendar has it and its year is within [`YEAR_MIN`] and [`YEAR_MAX`]; a year that can only
/// be of the Buddhist era is taken for one.
pub(super) fn gregorian(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = if BUDDHIST_YEARS.contains(&year) { year - BUDDHIST_YEARS_AHEAD } else { year };
    (YEAR_MIN..=YEAR_MAX).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day))?
}

/// Whether a bare number of a year can only be Iranian where it stands in an Iranian date.
pub(super) fn is_iranian_year(year: i32) -> bool {
    IRANIAN_YEARS.contains(&year)
}

/// The Gregorian day of a day of the Iranian solar calendar, by the 33-year cycle of leap years that is exact for the
/// years in [`IRANIAN_YEARS`] (Borkowski, 1996, gives the breaks of the cycle).
pub(super) fn iranian(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let days_in_month = match month {
        1..=6 => 31,
        7..=12 => 30,
        _ => return None,
    };
    if !IRANIAN_YEARS.contains(&year) || !(1..=days_in_month).contains(&day) {
        return None;
    }
    let day_of_year = (month - 1) * 31 - (month - 1).saturating_sub(6) + day - 1;
    // Leap years before `year` since 1300, where the cycle's leap years are those with these remainders.
    let leap_years = (1300..year).filter(|y| matches!(y % 33, 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30)).count() as i64;
    let days = i64::from(year - 1300) * 365 + leap_years + i64::from(day_of_year);
    // 1 Farvardin 1300 was 21 March 1921.
    NaiveDate::from_ymd_opt(1921, 3, 21)?.checked_add_signed(chrono::Duration::days(days))
}

/// Year of a Japanese era's year.
pub(super) fn japanese_era_year(era: &str, year: u32) -> Option<i32> {
    let before_first = match era {
        "令和" => 2018,
        "平成" => 1988,
        "昭和" => 1925,
        "大正" => 1911,
        "明治" => 1867,
        "民國" | "民国" => 1911,
        _ => return None,
    };
    Some(before_first + i32::try_from(year).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn iranian_days_are_the_gregorian_ones() {
        assert_eq!(iranian(1300, 1, 1), day("1921-03-21"));
        assert_eq!(iranian(1357, 11, 22), day("1979-02-11"));
        assert_eq!(iranian(1399, 1, 1), day("2020-03-20"));
        assert_eq!(iranian(1399, 2, 21), day("2020-05-10"));
        assert_eq!(iranian(1399, 12, 30), day("2021-03-20"));
        assert_eq!(iranian(1400, 1, 1), day("2021-03-21"));
        assert_eq!(iranian(1403, 1, 1), day("2024-03-20"));
        assert_eq!(iranian(1404, 1, 1), day("2025-03-21"));
        assert_eq!(iranian(1399, 7, 31), None);
        assert_eq!(iranian(99, 7, 3), None);
    }

    #[test]
    fn years_out_of_reach_are_none() {
        assert_eq!(gregorian(2563, 5, 1), day("2020-05-01"));
        assert_eq!(gregorian(999, 5, 1), None);
        assert_eq!(gregorian(2101, 5, 1), None);
        assert_eq!(gregorian(2021, 2, 29), None);
    }

    #[test]
    fn eras_count_from_their_first_year() {
        assert_eq!(japanese_era_year("令和", 2), Some(2020));
        assert_eq!(japanese_era_year("民國", 109), Some(2020));
    }
}
