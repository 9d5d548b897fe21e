//! A place in a list of hits, to go on from.

use std::{fmt, str::FromStr};

use super::{Sort, collect::Key, statistics::Pinned};
use crate::error::{Error, Result};

/// Longest cursor that is read, in characters.
const CURSOR_CHARS_MAX: usize = 256 * 1024;

/// A place in a list of hits, to go on from with [`SearchOptions::after`](super::SearchOptions::after).
///
/// It holds the last hit's place in the order and the numbers that scores are reckoned from. So the next page goes on
/// just behind it, nothing twice and nothing left out, however many hits there are and whatever came into the archive
/// meanwhile. As text it is a word of letters and digits; it belongs to one query, one order and one archive.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    pub(super) sort: Sort,
    pub(super) key: Key,
    /// The lowest place in the order by score alone of those that nearness put in another order, where the last hit is
    /// one of them.
    pub(super) window: Option<Key>,
    /// Hits up to and with this one.
    pub(super) rank: u64,
    pub(super) statistics: Pinned,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pinned { articles, words, found, occurrences } = &self.statistics;
        write!(f, "{}{:016x}{:016x}", letter(self.sort), self.key.by.to_bits(), self.key.tie.0)?;
        write!(f, "{:x}x{articles:x}x{words:x}x", self.rank)?;
        if let Some(window) = self.window {
            write!(f, "{:016x}{:016x}", window.by.to_bits(), window.tie.0)?;
        }
        found.iter().try_for_each(|(term, found)| write!(f, "x{term:016x}{found:x}"))?;
        occurrences.iter().try_for_each(|(term, times)| write!(f, "y{term:016x}{times:x}"))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        read(text).ok_or_else(|| Error::Setting {
            name: "cursor",
            value: text.chars().take(40).collect(),
            range: "one that a search gave".to_owned(),
        })
    }
}

fn read(text: &str) -> Option<Cursor> {
    if !text.is_ascii() || text.len() > CURSOR_CHARS_MAX {
        return None;
    }
    let number = |digits: &str| u64::from_str_radix(digits, 16).ok();
    let sort = Sort::ALL.into_iter().find(|sort| text.starts_with(letter(*sort)))?;
    let by = f64::from_bits(number(text.get(1..17)?)?);
    let tie = number(text.get(17..33)?)?;
    let mut counted = text.get(33..)?.split('y');
    let mut parts = counted.next()?.split('x');
    let rank = number(parts.next()?)?;
    let articles = number(parts.next()?)?;
    let words = number(parts.next()?)?;
    let window = match parts.next()? {
        "" => None,
        key => Some(Key::new(f64::from_bits(number(key.get(..16)?)?), number(key.get(16..)?)?)),
    };
    let count = |part: &str| Some((number(part.get(..16)?)?, number(part.get(16..)?)?));
    let found =
        parts.map(|part| count(part).map(|(term, found)| (term, found.min(articles)))).collect::<Option<_>>()?;
    let occurrences = counted.map(count).collect::<Option<_>>()?;
    let statistics = Pinned { articles, words, found, occurrences };
    Some(Cursor { sort, key: Key::new(by, tie), window, rank, statistics })
}

fn letter(sort: Sort) -> char {
    match sort {
        Sort::Relevance => 'r',
        Sort::Newest => 'n',
        Sort::Oldest => 'o',
        Sort::Longest => 'l',
        Sort::Shortest => 's',
        Sort::Sample => 'h',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_from_its_text() {
        let (found, occurrences) = (vec![(7, 3), (u64::MAX, 900)], vec![(7, 30)]);
        let statistics = Pinned { articles: 900, words: 123_456, found, occurrences };
        for by in [12.25, f64::NEG_INFINITY, -1.0] {
            let window = (by > 0.0).then(|| Key::new(0.5, 9));
            let key = Key::new(by, 42);
            let cursor = Cursor { sort: Sort::Newest, key, window, rank: 10, statistics: statistics.clone() };
            assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let (sort, key, statistics) = (Sort::Relevance, Key::new(1.0, 2), Pinned::default());
        let word = Cursor { sort, key, window: None, rank: 3, statistics }.to_string();
        for text in ["", "r", "é", "z12", &word[..20], &format!("{word}x12"), "r0000000000000000000000000000000g1x1x1"]
        {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
