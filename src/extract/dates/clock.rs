//! The time of day and the zone that stand beside a date.

use chrono::NaiveTime;

use super::tokens::{Kind, Token};
use crate::date::Precision;

/// A time of day as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) time: NaiveTime,
    pub(super) precision: Precision,
    pub(super) offset_minutes: Option<i16>,
}

/// Tokens that may stand between a date and its time (`, um`, `| klo`, `(Tuesday) at`).
const BETWEEN_MAX: usize = 6;

/// Letters a word between a date and its time may have.
const BETWEEN_WORD_BYTES_MAX: usize = 24;

/// The time that stands after a date, and the place behind it.
pub(super) fn clock_after(tokens: &[Token], from: usize) -> Option<(Clock, usize)> {
    let mut at = from;
    let mut half = None;
    let mut announced = false;
    while at < tokens.len() && at <= from + BETWEEN_MAX {
        if let Some((clock, end)) = clock_at(tokens, at, half, announced) {
            return Some((clock, end));
        }
        match &tokens[at].kind {
            Kind::Number { .. } => return None,
            Kind::Word(word) if word.len() > BETWEEN_WORD_BYTES_MAX => return None,
            Kind::Word(word) => {
                half = half.or_else(|| half_before(tokens, at));
                announced = announces(word);
            }
            Kind::Mark(mark) if ";!?".contains(*mark) => return None,
            Kind::Mark('.') if announced => {}
            Kind::Mark(_) => announced = false,
        }
        at += 1;
    }
    None
}

/// The time that ends just before a date (`17:46, 8 January 2026`), and the place it begins at.
pub(super) fn clock_before(tokens: &[Token], until: usize) -> Option<(Clock, usize)> {
    let first = until.saturating_sub(BETWEEN_MAX + 3);
    // The nearest one wins; a time must end where the date begins but for marks and short words.
    (first..until).rev().find_map(|at| {
        let (clock, end) = clock_at(tokens, at, None, false)?;
        let starts_inside = at > 0 && matches!(tokens[at - 1].mark(), Some(':'));
        let filled = tokens.get(end..until)?.iter().all(|t| match &t.kind {
            Kind::Number { .. } => false,
            Kind::Word(word) => word.len() <= 12,
            Kind::Mark(mark) => ",|-–—•·()/".contains(*mark),
        });
        (!starts_inside && filled).then_some((clock, at))
    })
}

/// Words after which `20.30` is a time and not a number.
fn announces(word: &str) -> bool {
    matches!(
        word,
        "kl" | "klo" | "ore" | "um" | "ob" | "o" | "h" | "pukul" | "jam" | "pk" | "alle" | "t" | "godz" | "at" | "от"
    )
}

/// A time that begins at a token.
fn clock_at(tokens: &[Token], at: usize, half: Option<Half>, announced: bool) -> Option<(Clock, usize)> {
    let hour = tokens.get(at)?.number(1..=2)?;
    let separator = tokens.get(at + 1)?;
    let minute_token = tokens.get(at + 2);
    let minute = minute_token.and_then(|t| t.number(2..=2));
    let (minute, mut end) = match &separator.kind {
        Kind::Mark(':' | '：') => (minute?, at + 3),
        Kind::Mark('.') if announced || hour_word(tokens.get(at + 3)) => (minute?, at + 3),
        Kind::Word(h) if matches!(h.as_str(), "h" | "u" | "ч") => {
            (minute.unwrap_or(0), at + if minute.is_some() { 3 } else { 2 })
        }
        Kind::Word(h) if matches!(h.as_str(), "時" | "时" | "點" | "点" | "시") => {
            let minute = minute_token.and_then(|t| t.number(1..=2));
            (minute.unwrap_or(0), at + if minute.is_some() { 4 } else { 2 })
        }
        Kind::Word(h) if matches!(h.as_str(), "am" | "pm") && !announced => (0, at + 1),
        _ => return None,
    };
    end = end.min(tokens.len());
    let mut second = None;
    if matches!(tokens.get(end).and_then(Token::mark), Some(':')) {
        second = tokens.get(end + 1).and_then(|t| t.number(1..=2));
        end += if second.is_some() { 2 } else { 0 };
    }
    // Fractions of a second.
    if second.is_some()
        && matches!(tokens.get(end).and_then(Token::mark), Some('.' | ','))
        && tokens.get(end + 1).is_some_and(|t| !t.spaced && t.number(1..=9).is_some())
    {
        end += 2;
    }
    let mut half = half;
    if let Some((found, after)) = half_after(tokens, end) {
        half = Some(found);
        end = after;
    }
    let hour = match half {
        Some(Half::Morning) if hour == 12 => 0,
        Some(Half::Evening) if hour < 12 => hour + 12,
        _ => hour,
    };
    let time = NaiveTime::from_hms_opt(hour % 24, minute, second.unwrap_or(0).min(59)).filter(|_| hour <= 24)?;
    let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
    let begins_behind_t = at.checked_sub(1).and_then(|before| tokens[before].word()) == Some("t");
    let by_machine = second.is_some() || begins_behind_t;
    let (offset_minutes, end) =
        zone_at(tokens, end, by_machine).map_or((None, end), |(offset, end)| (Some(offset), end));
    Some((Clock { time, precision, offset_minutes }, end))
}

fn hour_word(token: Option<&Token>) -> bool {
    token
        .and_then(Token::word)
        .is_some_and(|word| matches!(word, "uhr" | "uur" | "h" | "hrs" | "wib" | "wita" | "wit" | "val"))
}

/// Half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Evening,
}

/// `am`, `p.m.` after a time, and the place behind it.
fn half_after(tokens: &[Token], at: usize) -> Option<(Half, usize)> {
    let word = tokens.get(at)?.word()?;
    match word {
        "am" | "πμ" => return Some((Half::Morning, at + 1)),
        "pm" | "μμ" => return Some((Half::Evening, at + 1)),
        "a" | "p" => {}
        _ => return None,
    }
    let half = if word == "a" { Half::Morning } else { Half::Evening };
    let mark = tokens.get(at + 1)?.mark();
    let m = tokens.get(at + 2)?.word();
    let dotted = matches!(tokens.get(at + 3).and_then(Token::mark), Some('.'));
    (mark == Some('.') && m == Some("m")).then_some((half, at + 3 + usize::from(dotted)))
}

/// A word before a time that says which half of the day it is in.
fn half_before(tokens: &[Token], at: usize) -> Option<Half> {
    let word = tokens[at].word()?;
    let next = tokens.get(at + 1).and_then(Token::word).unwrap_or_default();
    match (word, next) {
        ("오전", _) | ("上", "午") | ("午", "前") => Some(Half::Morning),
        ("오후", _) | ("下", "午") | ("午", "后" | "後") => Some(Half::Evening),
        _ => None,
    }
}

/// Minutes by which zones lie west of UTC where many people live: whole hours, and Newfoundland's two. Samoa's eleven
/// and the nine and a half of the Marquesas are far more often when an event ends.
fn lies_west(minutes: i16) -> bool {
    const WEST_MINUTES_MAX: i16 = 600;
    const NEWFOUNDLAND: [i16; 2] = [150, 210];
    NEWFOUNDLAND.contains(&minutes) || (minutes <= WEST_MINUTES_MAX && minutes % 60 == 0)
}

/// A zone that stands after a time: `Z`, `+02:00`, `GMT+2`, `CEST`; and the place behind it. Behind a time that is not
/// as machines write it, `-11:30` is no zone but when an event ends: `10:00-11:30`.
fn zone_at(tokens: &[Token], at: usize, by_machine: bool) -> Option<(i16, usize)> {
    let bracket = usize::from(matches!(tokens.get(at).and_then(Token::mark), Some('(')));
    let first = tokens.get(at + bracket)?;
    if let Some(name) = first.word() {
        let named = zone_named(name)?;
        let signed = matches!(name, "gmt" | "utc").then(|| signed_offset(tokens, at + bracket + 1)).flatten();
        return signed.or(Some((named, at + bracket + 1)));
    }
    signed_offset(tokens, at).filter(|&(offset, _)| by_machine || offset >= 0 || lies_west(-offset))
}

/// `+02:00`, `-0500`, `+3`, and the place behind it.
fn signed_offset(tokens: &[Token], at: usize) -> Option<(i16, usize)> {
    let sign = match tokens.get(at)?.mark()? {
        '+' => 1,
        '-' | '\u{2212}' if !tokens.get(at + 1)?.spaced => -1,
        _ => return None,
    };
    let token = tokens.get(at + 1).filter(|t| !t.spaced)?;
    let (hours, minutes, end) = if let Some(both) = token.number(4..=4) {
        (both / 100, both % 100, at + 2)
    } else {
        let hours = token.number(1..=2)?;
        match (tokens.get(at + 2).and_then(Token::mark), tokens.get(at + 3).and_then(|t| t.number(2..=2))) {
            (Some(':'), Some(minutes)) => (hours, minutes, at + 4),
            _ => (hours, 0, at + 2),
        }
    };
    (hours <= 14 && minutes < 60).then_some((sign * (hours * 60 + minutes) as i16, end))
}

/// Minutes east of UTC of a zone's short name; names that stand for several zones (`CST`, `IST`, `BST`) are unknown.
fn zone_named(name: &str) -> Option<i16> {
    Some(match name {
        "z" | "utc" | "gmt" | "wet" => 0,
        "cet" | "mez" | "wat" => 60,
        "cest" | "mesz" | "eet" | "sast" | "cat" => 120,
        "eest" | "msk" | "мск" | "trt" => 180,
        "pkt" => 300,
        "wib" => 420,
        "wita" | "hkt" | "sgt" | "awst" => 480,
        "jst" | "kst" | "wit" => 540,
        "aest" => 600,
        "aedt" => 660,
        "nzst" => 720,
        "edt" => -240,
        "est" | "cdt" => -300,
        "mdt" => -360,
        "mst" | "pdt" => -420,
        "pst" | "akdt" => -480,
        _ => return None,
    })
}
