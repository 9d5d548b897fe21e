//! Dates in addresses: `/2020/06/07/`, `/20200607-`, `-2020-06-07`.

use chrono::NaiveDate;

use super::calendar;

/// Years that a date in an address may have: addresses are no older than the web.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// A date in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UrlDate {
    /// The day, or the first of the month.
    pub(crate) day: NaiveDate,
    /// Whether the day stands there, not only the month.
    pub(crate) to_the_day: bool,
}

/// The date in an address, if there is one and no other that contradicts it.
pub(crate) fn date_in(url: &str) -> Option<UrlDate> {
    let path = path_of(url);
    let runs = digit_runs(path);
    let days: Vec<NaiveDate> = (0..runs.len()).filter_map(|at| day_at(path, &runs, at)).collect();
    if let Some(&day) = days.first() {
        return days.iter().all(|&d| d == day).then_some(UrlDate { day, to_the_day: true });
    }
    let month = (0..runs.len()).find_map(|at| month_at(path, &runs, at))?;
    Some(UrlDate { day: month, to_the_day: false })
}

/// Path and query of an address; fragments and hosts hold no dates.
fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    rest.find('/').map_or("", |at| &rest[at..])
}

/// A run of digits: where it begins and ends.
type Run = (usize, usize);

/// Most runs of digits in an address that are looked at.
const RUNS_MAX: usize = 40;

fn digit_runs(path: &str) -> Vec<Run> {
    let bytes = path.as_bytes();
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() && runs.len() < RUNS_MAX {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        runs.push((start, at));
    }
    runs
}

/// A day whose first digits are this run.
fn day_at(path: &str, runs: &[Run], at: usize) -> Option<NaiveDate> {
    let run = text(path, runs, at)?;
    if starts_inside_a_word(path, runs[at].0) {
        return None;
    }
    if run.len() == 8 {
        return day(&run[..4], &run[4..6], &run[6..]);
    }
    // `202003171044893040`: a date and a number in one.
    if (12..=20).contains(&run.len()) && path.as_bytes()[..runs[at].0].ends_with(b"/") {
        let hour: u32 = run[8..10].parse().ok()?;
        return day(&run[..4], &run[4..6], &run[6..8]).filter(|_| hour < 24);
    }
    let (second, third) = (text(path, runs, at + 1)?, text(path, runs, at + 2));
    let joint = between(path, runs, at)?;
    if run.len() == 4 && second.len() == 4 && joint == "/" {
        // `/2020/0607/`
        return day(run, &second[..2], &second[2..]);
    }
    let third =
        third.filter(|_| between(path, runs, at + 1) == Some(joint) && matches!(joint, "/" | "-" | "_" | "."))?;
    if run.len() == 4 && second.len() <= 2 && third.len() <= 2 {
        return day(run, second, third);
    }
    // `07-06-2020`, where the order is sure.
    if run.len() <= 2 && second.len() == 2 && third.len() == 4 && joint == "-" {
        let first: u32 = run.parse().ok()?;
        return (first > 12).then(|| day(third, second, run))?;
    }
    None
}

/// A month: `/2020/06/`, `/2020-06/`.
fn month_at(path: &str, runs: &[Run], at: usize) -> Option<NaiveDate> {
    let (year, month) = (text(path, runs, at)?, text(path, runs, at + 1)?);
    let whole_segment =
        path.as_bytes()[..runs[at].0].ends_with(b"/") && path.as_bytes().get(runs[at + 1].1) == Some(&b'/');
    let joined = matches!(between(path, runs, at)?, "/" | "-");
    (year.len() == 4 && month.len() == 2 && whole_segment && joined).then(|| day(year, month, "1"))?
}

fn starts_inside_a_word(path: &str, start: usize) -> bool {
    path.as_bytes()[..start].last().is_some_and(u8::is_ascii_alphabetic)
}

fn text<'p>(path: &'p str, runs: &[Run], at: usize) -> Option<&'p str> {
    runs.get(at).map(|&(start, end)| &path[start..end])
}

fn between<'p>(path: &'p str, runs: &[Run], at: usize) -> Option<&'p str> {
    Some(&path[runs.get(at)?.1..runs.get(at + 1)?.0])
}

fn day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year = year.parse().ok().filter(|y| YEARS.contains(y))?;
    calendar::gregorian(year, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Option<&str>) {
        let found =
            date_in(url).map(|d| if d.to_the_day { d.day.to_string() } else { d.day.format("%Y-%m").to_string() });
        assert_eq!(found.as_deref(), expected, "{url}");
    }

    #[test]
    fn addresses_name_days() {
        check("https://a.example/2020/06/07/story", Some("2020-06-07"));
        check("https://a.example/news/20200607/story", Some("2020-06-07"));
        check("https://a.example/nota/2020-4-15-16-5-0-en-ruta", Some("2020-04-15"));
        check("https://a.example/arab_world/202003171044893040-x/", Some("2020-03-17"));
        check("https://a.example/x/2020/0607/123.html", Some("2020-06-07"));
        check("https://a.example/2020_06_07", Some("2020-06-07"));
        check("https://a.example/story-27-06-2020", Some("2020-06-27"));
        check("https://a.example/2020/06/story", Some("2020-06"));
    }

    #[test]
    fn other_numbers_are_no_dates() {
        check("https://a.example/story/8297417", None);
        check("https://a.example/story/20201399", None);
        check("https://2020.example/06/07/", None);
        check("https://a.example/x#2020/06/07", None);
        check("https://a.example/2020/06/07/of-2019/05/06/", None);
        check("https://a.example/id20200607", None);
        check("https://a.example/story-06-07-2020", None);
        check("", None);
    }
}
