//! Dates in text as people write them, in many languages.

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    calendar,
    clock::{self, Clock},
    months::{self, MonthName},
    tokens::{Kind, Token, tokens},
};
use crate::date::{Confidence, DateOrigin, Precision, Published};

/// Most bytes of one text that are searched for dates.
const TEXT_BYTES_MAX: usize = 2_000;

/// Which of two small numbers is the day: `03/04/2020`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Order {
    /// Nobody knows.
    #[default]
    Unknown,
    /// As in most of the world.
    DayFirst,
    /// As in the United States.
    MonthFirst,
}

/// What the page around a text says about how its dates are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Hints {
    /// Order of day and month.
    pub(crate) order: Order,
    /// Whether names of months are Croatian.
    pub(crate) croatian: bool,
}

/// A date found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spotted {
    /// First day it can mean.
    pub(crate) day: NaiveDate,
    precision: Precision,
    clock: Option<Clock>,
    /// Whether another reading of the same digits gives another day.
    pub(crate) ambiguous: bool,
    /// Where it begins in the text, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

impl Spotted {
    /// As a date of publication.
    pub(crate) fn published(&self, origin: DateOrigin, confidence: Confidence) -> Published {
        let clock = self.clock.filter(|_| self.precision == Precision::Day);
        Published {
            day: self.day,
            time: clock.map(|c| c.time),
            offset_minutes: clock.and_then(|c| c.offset_minutes),
            precision: clock.map_or(self.precision, |c| c.precision),
            origin,
            confidence,
        }
    }

    /// Its day and time as printed, where both are.
    pub(super) fn moment(&self) -> Option<NaiveDateTime> {
        self.clock.map(|c| self.day.and_time(c.time))
    }

    /// Whether a time of day stands beside it.
    pub(crate) fn has_clock(&self) -> bool {
        self.clock.is_some()
    }
}

/// All dates of a text that name a day, in order.
pub(crate) fn spot(text: &str, hints: Hints) -> Vec<Spotted> {
    let end = text.floor_char_boundary(TEXT_BYTES_MAX);
    let tokens = tokens(&text[..end]);
    let mut found = Vec::new();
    let (mut at, mut free_from) = (0, 0);
    while at < tokens.len() {
        match date_at(&tokens, at, hints) {
            Some(date) => {
                let (spotted, end) = with_clock(&tokens, at, free_from, date);
                found.push(spotted);
                (at, free_from) = (end, end);
            }
            None => at += 1,
        }
    }
    found
}

/// The first date of a text that names a day.
pub(crate) fn first(text: &str, hints: Hints) -> Option<Spotted> {
    spot(text, hints).into_iter().next()
}

/// A text that is nothing but a month and a year, or a year.
pub(super) fn coarse(text: &str) -> Option<Spotted> {
    let tokens = tokens(&text[..text.floor_char_boundary(TEXT_BYTES_MAX)]);
    let (year, month) = match tokens.as_slice() {
        [year] => (year.number(4..=4)?, None),
        [month, .., year] if tokens.len() <= 4 => {
            (year.number(4..=4)?, Some(gregorian_month(month, Hints::default())?))
        }
        _ => return None,
    };
    let day = calendar::gregorian(year as i32, month.unwrap_or(1), 1)?;
    let precision = if month.is_some() { Precision::Month } else { Precision::Year };
    Some(Spotted { day, precision, clock: None, ambiguous: false, start: 0, end: text.len() })
}

/// A day, the token behind it, and whether its digits can be read in another way.
struct Day {
    day: NaiveDate,
    end: usize,
    ambiguous: bool,
}

impl Day {
    fn plain(day: NaiveDate, end: usize) -> Self {
        Self { day, end, ambiguous: false }
    }
}

fn with_clock(tokens: &[Token], at: usize, free_from: usize, date: Day) -> (Spotted, usize) {
    let after = clock::clock_after(tokens, date.end);
    let before =
        || clock::clock_before(&tokens[free_from..], at - free_from).map(|(clock, from)| (clock, from + free_from));
    let (clock, from, end) = match after {
        Some((clock, end)) => (Some(clock), at, end),
        None => match before() {
            Some((clock, from)) => (Some(clock), from, date.end),
            None => (None, at, date.end),
        },
    };
    let spotted = Spotted {
        day: date.day,
        precision: Precision::Day,
        clock,
        ambiguous: date.ambiguous,
        start: tokens[from].start,
        end: tokens[end - 1].end,
    };
    (spotted, end)
}

/// A date that begins at a token.
fn date_at(tokens: &[Token], at: usize, hints: Hints) -> Option<Day> {
    let token = &tokens[at];
    match &token.kind {
        Kind::Number { .. } if inside_a_number(tokens, at) => None,
        Kind::Number { digits: 8, value } => compact(*value, at),
        Kind::Number { digits: 1..=4, .. } => east_asian(tokens, at)
            .or_else(|| numeric(tokens, at, hints))
            .or_else(|| day_month_year(tokens, at, hints))
            .or_else(|| year_month_day(tokens, at, hints)),
        Kind::Number { .. } | Kind::Mark(_) => None,
        Kind::Word(_) => month_day_year(tokens, at, hints).or_else(|| era(tokens, at)),
    }
}

/// Whether a number goes on to the left: `3.14`, `/2020/`.
fn inside_a_number(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|b| tokens.get(b)).filter(|_| !tokens[at].spaced) else {
        return false;
    };
    match &before.kind {
        Kind::Mark('.' | '-' | '/' | ',') => {
            !before.spaced && at >= 2 && matches!(tokens[at - 2].kind, Kind::Number { .. })
        }
        Kind::Mark('$' | '€' | '£' | '#' | '_' | '=') => true,
        _ => false,
    }
}

/// `20200607`.
fn compact(value: u64, at: usize) -> Option<Day> {
    let value = u32::try_from(value).ok()?;
    let year = value / 10_000;
    let day =
        calendar::gregorian(year as i32, value / 100 % 100, value % 100).filter(|_| (1900..=2100).contains(&year))?;
    Some(Day::plain(day, at + 1))
}

/// `2020-06-07`, `7.6.2020`, `06/07/2020`, `7.6.20`, `1399/02/21`.
fn numeric(tokens: &[Token], at: usize, hints: Hints) -> Option<Day> {
    let first = tokens[at].number(1..=4)?;
    let mut next = at + 1;
    let separator = separator(tokens, &mut next)?;
    let second = tokens.get(next)?.number(1..=2)?;
    next += 1;
    if self::separator(tokens, &mut next)? != separator {
        return None;
    }
    let third_token = tokens.get(next)?;
    let end = next + 1;
    if goes_on(tokens, end, separator) {
        return None;
    }
    if let Some(year) = tokens[at].number(4..=4) {
        let (year, day) = (year as i32, third_token.number(1..=2)?);
        let iranian = calendar::is_iranian_year(year).then(|| calendar::iranian(year, second, day)).flatten();
        let day = iranian.or_else(|| calendar::gregorian(year, second, day))?;
        return Some(Day::plain(day, end));
    }
    let (year, short) = match third_token.number(4..=4) {
        Some(year) => (year as i32, false),
        None => (year_of_two_digits(third_token.number(2..=2)?)?, true),
    };
    if short && separator == '-' {
        return None;
    }
    if calendar::is_iranian_year(year) {
        return calendar::iranian(year, second, first).map(|day| Day::plain(day, end));
    }
    let day_first = calendar::gregorian(year, second, first);
    let month_first =
        calendar::gregorian(year, first, second).filter(|_| separator != '.' || day_first.is_none() && !short);
    let (day, ambiguous) = match (day_first, month_first) {
        (Some(a), Some(b)) if a != b => match hints.order {
            Order::DayFirst => (a, false),
            Order::MonthFirst => (b, false),
            Order::Unknown => (a, true),
        },
        (a, b) => (a.or(b)?, false),
    };
    Some(Day { day, end, ambiguous: ambiguous || short && separator == '/' && hints.order == Order::Unknown })
}

/// A mark that separates the numbers of a date; steps behind it.
fn separator(tokens: &[Token], at: &mut usize) -> Option<char> {
    let token = tokens.get(*at)?;
    let mark = match token.mark()? {
        '\u{2010}' | '\u{2011}' | '\u{2013}' | '\u{2212}' => '-',
        '\u{2044}' | '\u{ff0f}' => '/',
        '\u{ff0e}' => '.',
        mark @ ('-' | '/' | '.') => mark,
        _ => return None,
    };
    let wide = token.spaced || tokens.get(*at + 1)?.spaced;
    *at += 1;
    // `28. 4. 2024` is a date, `3 - 4 - 2024` seldom is; slashes are set wide by some.
    (!wide || mark != '-').then_some(mark)
}

/// Whether a chain of numbers goes on behind a place: `1.2.2020.3`.
fn goes_on(tokens: &[Token], at: usize, separator: char) -> bool {
    tokens.get(at).is_some_and(|t| !t.spaced && t.mark() == Some(separator))
        && tokens.get(at + 1).is_some_and(|t| !t.spaced && matches!(t.kind, Kind::Number { .. }))
}

/// Years after 2000 up to this are written with two digits by this century's pages.
const SHORT_YEAR_MAX: u32 = 68;

fn year_of_two_digits(year: u32) -> Option<i32> {
    Some(if year <= SHORT_YEAR_MAX { 2000 } else { 1900 } + i32::try_from(year).ok()?)
}

/// `2020年6月7日`, `2020년 6월 7일`.
fn east_asian(tokens: &[Token], at: usize) -> Option<Day> {
    let year = tokens[at].number(4..=4)?;
    year_month_day_signs(tokens, at, year as i32)
}

fn year_month_day_signs(tokens: &[Token], at: usize, year: i32) -> Option<Day> {
    let sign = |at: usize, signs: [&str; 2]| tokens.get(at).and_then(Token::word).is_some_and(|w| signs.contains(&w));
    if !sign(at + 1, ["年", "년"]) || !sign(at + 3, ["月", "월"]) {
        return None;
    }
    let month = tokens.get(at + 2)?.number(1..=2)?;
    let day = tokens.get(at + 4)?.number(1..=2)?;
    let end = at + 5 + usize::from(sign(at + 5, ["日", "일"]));
    Some(Day::plain(calendar::gregorian(year, month, day)?, end))
}

/// `令和2年6月7日`.
fn era(tokens: &[Token], at: usize) -> Option<Day> {
    let mut name = tokens[at].word()?.to_owned();
    name.push_str(tokens.get(at + 1)?.word()?);
    let year = calendar::japanese_era_year(&name, tokens.get(at + 2)?.number(1..=3)?)?;
    year_month_day_signs(tokens, at + 2, year)
}

/// `7 June 2020`, `7. Juni 2020`, `7 de junio de 2020`, `ngày 7 tháng 6 năm 2020`, `7-Jun-20`, `۷ خرداد ۱۳۹۹`.
fn day_month_year(tokens: &[Token], at: usize, hints: Hints) -> Option<Day> {
    let day = tokens[at].number(1..=2).filter(|d| (1..=31).contains(d))?;
    let (month, mut next) = month_within(tokens, at + 1, 3, hints)?;
    // The year, behind marks and words such as `de`, `του`, `năm`; `June 2020, 12:00`.
    for _ in 0..3 {
        let token = tokens.get(next)?;
        if let Some(year) = token.number(4..=4) {
            return named_month_day(year as i32, month, day).map(|day| Day::plain(day, next + 1));
        }
        if let Some(year) = token.number(2..=2) {
            let marked = matches!(tokens[next - 1].mark(), Some('\'' | '’' | '-' | '.' | '/'));
            let clock = matches!(tokens.get(next + 1).and_then(Token::mark), Some(':'));
            let year = year_of_two_digits(year).filter(|_| (marked || next == at + 2) && !clock)?;
            return named_month_day(year, month, day).map(|day| Day { day, end: next + 1, ambiguous: !marked });
        }
        // `24 نيسان / أبريل 2020`: the month in two traditions.
        let again = named_month(tokens, next, hints).filter(|(other, _)| *other == month);
        if !joins(token) && again.is_none() {
            return None;
        }
        next = again.map_or(next + 1, |(_, end)| end);
    }
    None
}

/// A month's name among the next few tokens, and the place behind it.
fn month_within(tokens: &[Token], from: usize, count: usize, hints: Hints) -> Option<(MonthName, usize)> {
    for at in from..from + count {
        let token = tokens.get(at)?;
        if let Some(month) = named_month(tokens, at, hints) {
            return Some(month);
        }
        if !joins(token) && !token.word().is_some_and(is_ordinal) {
            return None;
        }
    }
    None
}

/// A month's name at a token, `tháng 6` and the two-word names of the Levant among them; and the place behind it.
fn named_month(tokens: &[Token], at: usize, hints: Hints) -> Option<(MonthName, usize)> {
    let word = tokens[at].word()?;
    let next = tokens.get(at + 1);
    let number = next.and_then(|t| t.number(1..=2)).filter(|n| (1..=12).contains(n));
    match (word, number, next.and_then(Token::word)) {
        ("tháng" | "thg", Some(number), _) => return Some((MonthName::Gregorian(number), at + 2)),
        ("کانون", _, Some("الثانی")) => return Some((MonthName::Gregorian(1), at + 2)),
        ("کانون", _, Some("الأول" | "الاول")) => return Some((MonthName::Gregorian(12), at + 2)),
        ("تشرین", _, Some("الأول" | "الاول")) => return Some((MonthName::Gregorian(10), at + 2)),
        ("تشرین", _, Some("الثانی")) => return Some((MonthName::Gregorian(11), at + 2)),
        _ => {}
    }
    month_of(word, hints).map(|month| (month, at + 1))
}

/// The month of a name, as the page's language reads it.
fn month_of(word: &str, hints: Hints) -> Option<MonthName> {
    Some(match months::month_of(word)? {
        MonthName::CroatianDiffers(_, croatian) if hints.croatian => MonthName::Gregorian(croatian),
        MonthName::CroatianDiffers(elsewhere, _) => MonthName::Gregorian(elsewhere),
        month => month,
    })
}

fn gregorian_month(token: &Token, hints: Hints) -> Option<u32> {
    match month_of(token.word()?, hints)? {
        MonthName::Gregorian(month) => Some(month),
        _ => None,
    }
}

fn named_month_day(year: i32, month: MonthName, day: u32) -> Option<NaiveDate> {
    match month {
        MonthName::Iranian(month) => calendar::iranian(year, month, day),
        MonthName::Gregorian(month) | MonthName::CroatianDiffers(month, _) => calendar::gregorian(year, month, day),
    }
}

/// Marks and small words that stand between the parts of one date.
fn joins(token: &Token) -> bool {
    match &token.kind {
        Kind::Mark(mark) => matches!(mark, '.' | ',' | '-' | '/' | '\'' | '’' | '،' | 'º' | '°' | '–'),
        Kind::Word(word) => matches!(
            word.as_str(),
            "de" | "of"
                | "del"
                | "d"
                | "du"
                | "di"
                | "van"
                | "του"
                | "năm"
                | "ng"
                | "le"
                | "ta"
                | "am"
                | "a"
                | "i"
                | "m"
                | "gada"
                | "г"
                | "da"
        ),
        Kind::Number { .. } => false,
    }
}

fn is_ordinal(word: &str) -> bool {
    matches!(word, "st" | "nd" | "rd" | "th" | "er" | "ης" | "η" | "e" | "o" | "º" | "ª" | "го" | "ая" | "वीं" | "ος")
}

/// `June 7, 2020`, `Jun. 7th 2020`, `Jun 7 13:27:18 UTC 2020`.
fn month_day_year(tokens: &[Token], at: usize, hints: Hints) -> Option<Day> {
    let (month, next) = named_month(tokens, at, hints)?;
    let mut next = next;
    while tokens.get(next).is_some_and(joins) && next < at + 4 {
        next += 1;
    }
    let day = tokens.get(next)?.number(1..=2).filter(|d| (1..=31).contains(d))?;
    next += 1;
    if tokens.get(next).and_then(Token::word).is_some_and(is_ordinal) {
        next += 1;
    }
    for skipped in 0..2 {
        if let Some(year) = tokens.get(next + skipped)?.number(4..=4) {
            return named_month_day(year as i32, month, day).map(|day| Day::plain(day, next + skipped + 1));
        }
        if !joins(&tokens[next + skipped]) {
            break;
        }
    }
    let short = tokens.get(next + 1).filter(|_| matches!(tokens[next].mark(), Some('\'' | '’')));
    if let Some(year) = short.and_then(|t| t.number(2..=2)).and_then(year_of_two_digits) {
        return named_month_day(year, month, day).map(|day| Day::plain(day, next + 2));
    }
    // The year behind the time, as `date` prints it.
    let (_, behind) = clock::clock_after(tokens, next)?;
    let place = (behind..behind + 2).find(|&p| tokens.get(p).is_some_and(|t| t.number(4..=4).is_some()))?;
    let year = tokens[place].number(4..=4)?;
    named_month_day(year as i32, month, day).map(|day| Day::plain(day, next))
}

/// `2020. június 7.`, `2020 m. birželio 7 d.`, `2020. gada 7. jūnijs`, `2020, June 7`, `2020 June 7`.
fn year_month_day(tokens: &[Token], at: usize, hints: Hints) -> Option<Day> {
    let year = tokens[at].number(4..=4)?;
    let mut next = at + 1;
    while tokens.get(next).is_some_and(joins) && next < at + 4 {
        next += 1;
    }
    // Latvian puts the day before the month.
    if let Some(day) = tokens.get(next)?.number(1..=2).filter(|d| (1..=31).contains(d)) {
        let (month, end) = month_within(tokens, next + 1, 2, hints)?;
        return named_month_day(year as i32, month, day).map(|day| Day::plain(day, end));
    }
    let (month, mut next) = named_month(tokens, next, hints)?;
    if tokens.get(next).and_then(Token::mark).is_some_and(|m| ".-".contains(m)) {
        next += 1;
    }
    let day = tokens.get(next)?.number(1..=2).filter(|d| (1..=31).contains(d))?;
    if tokens.get(next + 1).and_then(Token::mark) == Some(':') {
        return None;
    }
    named_month_day(year as i32, month, day).map(|day| Day::plain(day, next + 1))
}

#[cfg(test)]
mod tests;
