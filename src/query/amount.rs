//! Numbers in a query: `>800`, `100..500`.

use std::ops::Range;

use super::{Amount, AmountRange, Query, QueryError, parse::Parsed};

/// The articles that a number behind `words:` or `copies:` asks for.
pub(super) fn amount(what: Amount, value: &str, bytes: &Range<usize>) -> Parsed<Query> {
    let range = range(what, value, bytes)?;
    if let AmountRange { min: Some(min), max: Some(max) } = range
        && max < min
    {
        return Err(QueryError::new(bytes.clone(), "the highest number is below the lowest").suggest("swap them"));
    }
    Ok(Query::Amount { what, range })
}

fn range(what: Amount, value: &str, bytes: &Range<usize>) -> Parsed<AmountRange> {
    let wrong = || {
        let hint = match value.split_once('-') {
            Some((least, most)) if number(least).is_some() && number(most).is_some() => format!("{least}..{most}"),
            _ => "100..500".to_owned(),
        };
        QueryError::new(bytes.clone(), format!("{value} is no number"))
            .expect("a whole number, such as >800, <500 or 100..500")
            .suggest(format!("write {}:{hint}", what.name()))
    };
    let read = |text: &str| number(text).ok_or_else(wrong);
    let end = |text: &str| if text.is_empty() { Ok(None) } else { read(text).map(Some) };
    let nothing = || QueryError::new(bytes.clone(), "no number is beyond that");
    if let Some(least) = value.strip_prefix(">=").or_else(|| value.strip_prefix('≥')) {
        return Ok(AmountRange { min: Some(read(least)?), max: None });
    }
    if let Some(most) = value.strip_prefix("<=").or_else(|| value.strip_prefix('≤')) {
        return Ok(AmountRange { min: None, max: Some(read(most)?) });
    }
    if let Some(below) = value.strip_prefix('>') {
        let min = read(below)?.checked_add(1).ok_or_else(nothing)?;
        return Ok(AmountRange { min: Some(min), max: None });
    }
    if let Some(above) = value.strip_prefix('<') {
        let max = read(above)?.checked_sub(1).ok_or_else(nothing)?;
        return Ok(AmountRange { min: None, max: Some(max) });
    }
    if let Some((least, most)) = value.split_once("..") {
        return Ok(AmountRange { min: end(least)?, max: end(most)? });
    }
    let exact = read(value.strip_prefix('=').unwrap_or(value))?;
    Ok(AmountRange { min: Some(exact), max: Some(exact) })
}

/// A whole number, with or without commas between its thousands.
fn number(text: &str) -> Option<u64> {
    let mut groups = text.trim().split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    let digits: String = std::iter::once(first).chain(rest).collect();
    let is_number = is_grouped && !first.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}
