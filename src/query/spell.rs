//! The canonical spelling of a query: parsing it gives the query back.

use std::fmt::{self, Display, Formatter};

use super::{
    AmountRange, DateKind, DateSpan, Field, Pattern, Query, Trait,
    dates::days,
    leaf::field_like,
    lex::{is_break, lettered_number},
    lexis::begins_form,
    names::named,
    operator::{Operator, at_least, is_and_not, operator, scope},
    pattern::{is_wildcard, special, special_in_wildcard},
};
use crate::text::fold;

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("*"),
            Self::Word { field, text } => {
                prefix(f, *field)?;
                word(f, *field, text)
            }
            Self::Phrase { field, text, slop } => {
                prefix(f, *field)?;
                quoted(f, text)?;
                if *slop > 0 { write!(f, "~{slop}") } else { Ok(()) }
            }
            Self::Named { field, name } => {
                write!(f, "{}:=", field.name())?;
                quoted(f, name)
            }
            Self::Pattern { field, pattern } => {
                prefix(f, *field)?;
                self::pattern(f, *field, pattern)
            }
            Self::Dates { date, span } => write!(f, "{}:{span}", date.name()),
            Self::Last { date: DateKind::Published, amount, unit } => write!(f, "last:{amount}{}", unit.letter()),
            Self::Last { date, amount, unit } => write!(f, "{}:last:{amount}{}", date.name(), unit.letter()),
            Self::SureDate => f.write_str("date:sure"),
            Self::Amount { what, range } => write!(f, "{}:{range}", what.name()),
            Self::Is(what) => what.fmt(f),
            Self::Near { parts, words, ordered } => {
                let operator = Operator::Near { words: *words, ordered: *ordered };
                // A chain is read from the left, two at a time.
                let is_chain = parts.len() == 2;
                joined(f, parts, operator, |at, part| match part {
                    Self::Near { .. } => at > 0 || !is_chain,
                    part => is_group(part),
                })
            }
            Self::Same { scope, parts } => joined(f, parts, Operator::Same(Some(*scope)), |_, part| {
                !matches!(part, Self::Near { .. }) && is_group(part)
            }),
            Self::AtLeast { times, part } => write!(f, "atleast{times}({part})"),
            Self::All(parts) => all(f, parts),
            // Nothing is one of none.
            Self::Any(parts) if parts.is_empty() => f.write_str("-*"),
            Self::Any(parts) => joined(f, parts, Operator::Or, |_, part| is_group(part)),
            Self::Not(part) => {
                f.write_str("-")?;
                bracketed(f, part, is_group(part))
            }
        }
    }
}

/// The span without the name of its date.
impl Display for DateSpan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (Some(first), Some(last)) => match whole(first, last) {
                Some(name) => f.write_str(&name),
                None => write!(f, "{first}..{last}"),
            },
            (Some(first), None) => write!(f, "{first}.."),
            (None, Some(last)) => write!(f, "..{last}"),
            (None, None) => f.write_str(".."),
        }
    }
}

impl Display for AmountRange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => write!(f, "{min}"),
            (Some(min), Some(max)) => write!(f, "{min}..{max}"),
            (Some(0), None) => f.write_str("0.."),
            (Some(min), None) => write!(f, ">{}", min - 1),
            (None, Some(u64::MAX)) => write!(f, "..{}", u64::MAX),
            (None, Some(max)) => write!(f, "<{}", max + 1),
            (None, None) => f.write_str(".."),
        }
    }
}

impl Display for Trait {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match Self::NAMED.iter().find(|(known, ..)| known == self) {
            Some((_, before, name)) => write!(f, "{before}:{name}"),
            None => Ok(()),
        }
    }
}

/// Whether a part needs brackets to stand in another.
fn is_group(part: &Query) -> bool {
    matches!(part, Query::All(_) | Query::Any(_) | Query::Near { .. } | Query::Same { .. })
}

/// Parts side by side. A few words are read together with the next as an operator, unless a backslash says otherwise.
fn all(f: &mut Formatter<'_>, parts: &[Query]) -> fmt::Result {
    if parts.is_empty() {
        return f.write_str("*");
    }
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(" ")?;
        }
        let (minuses, inner) = unnegated(part);
        let is_escaped = match minuses {
            0 => is_read_together(part, &parts[at + 1..], at > 0),
            _ => begins_condition(inner, &parts[at + 1..]),
        };
        if is_escaped {
            write!(f, "{}\\{inner}", "-".repeat(minuses))?;
        } else {
            bracketed(f, part, is_group(part))?;
        }
    }
    Ok(())
}

/// What stands behind the minus signs of a part, and how many there are.
fn unnegated(mut part: &Query) -> (usize, &Query) {
    let mut minuses = 0;
    while let Query::Not(inner) = part {
        (minuses, part) = (minuses + 1, inner);
    }
    (minuses, part)
}

fn plain(part: Option<&Query>) -> Option<&str> {
    match part {
        Some(Query::Word { field: Field::Text, text }) => Some(text),
        _ => None,
    }
}

/// Whether a word would begin a condition such as `date aft 2020` with what stands behind it.
fn begins_condition(part: &Query, behind: &[Query]) -> bool {
    let Some(first) = plain(Some(part)) else { return false };
    match (plain(behind.first()), behind.first()) {
        (Some(second), _) => begins_form(first, second),
        (None, Some(Query::Not(_))) => first.eq_ignore_ascii_case("date"),
        _ => false,
    }
}

/// Whether a word would be read as an operator or a condition with what stands behind it.
fn is_read_together(part: &Query, behind: &[Query], follows: bool) -> bool {
    let Some(first) = plain(Some(part)) else { return false };
    let is_operator = |second: &str| (first == "same" && scope(second).is_some()) || is_and_not(first, second);
    let is_lower = matches!(first, "and" | "or" | "not");
    let is_between = follows && behind.len() > 1;
    begins_condition(part, behind)
        || (is_between && plain(behind.first()).is_some_and(is_operator))
        || (is_between && is_lower && begins_condition(&behind[0], &behind[1..]))
}

fn joined(
    f: &mut Formatter<'_>,
    parts: &[Query],
    between: Operator,
    brackets: impl Fn(usize, &Query) -> bool,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            write!(f, " {between} ")?;
        }
        bracketed(f, part, parts.len() > 1 && brackets(at, part))?;
    }
    Ok(())
}

fn bracketed(f: &mut Formatter<'_>, part: &Query, brackets: bool) -> fmt::Result {
    if brackets { write!(f, "({part})") } else { part.fmt(f) }
}

/// The short name of a span that is one day, one month or one year.
fn whole(first: chrono::NaiveDate, last: chrono::NaiveDate) -> Option<String> {
    let names = [first.format("%Y").to_string(), first.format("%Y-%m").to_string(), first.to_string()];
    names.into_iter().find(|name| days(name) == Ok((first, last)))
}

fn prefix(f: &mut Formatter<'_>, field: Field) -> fmt::Result {
    match field {
        Field::Text => Ok(()),
        field => write!(f, "{}:", field.name()),
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("\"")
}

/// A word, with a backslash before each sign that would be read as something else.
fn word(f: &mut Formatter<'_>, field: Field, text: &str) -> fmt::Result {
    escaped(f, text, &special(text, field), field)
}

fn pattern(f: &mut Formatter<'_>, field: Field, pattern: &Pattern) -> fmt::Result {
    match pattern {
        Pattern::Wildcard(text) if is_wildcard(text, field) => {
            let tilde = special_in_wildcard(text);
            let special: Vec<bool> = text.chars().enumerate().map(|(at, _)| Some(at) == tilde).collect();
            escaped(f, text, &special, field)
        }
        Pattern::Wildcard(text) => regex(f, field, &as_regex(text)),
        Pattern::Fuzzy { word: text, edits } => {
            word(f, field, text)?;
            write!(f, "~{edits}")
        }
        Pattern::Regex(text) => regex(f, field, text),
    }
}

fn escaped(f: &mut Formatter<'_>, text: &str, special: &[bool], field: Field) -> fmt::Result {
    let first = first_is_special(text, field);
    let colon = if field == Field::Text { field_like(text).map(str::len) } else { None };
    let colon = colon.filter(|_| !is_no_field(text));
    let sign = named_sign(text).filter(|_| field == Field::Text);
    for (count, (at, c)) in text.char_indices().enumerate() {
        let is_special = is_break(c)
            || c == '\\'
            || (at == 0 && first)
            || Some(at) == colon
            || Some(at) == sign
            || special.get(count).is_some_and(|special| *special);
        if is_special {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    Ok(())
}

/// Whether the first sign of a word says what it is, or the whole word is an operator.
fn first_is_special(text: &str, field: Field) -> bool {
    if field != Field::Text {
        return text.starts_with(['/', '=']);
    }
    text.starts_with(['/', '-', '+']) || !matches!(operator(text, &(0..0)), Ok(None)) || at_least(text).is_some()
}

/// Words with a colon that are read as words all the same: addresses, and a colon at the end.
fn is_no_field(text: &str) -> bool {
    let Some(name) = field_like(text) else { return true };
    let rest = &text[name.len() + 1..];
    named(name, ':').is_none() && (rest.is_empty() || rest.starts_with("//"))
}

/// Where the sign stands that makes the letters before it a name: `hd=`, `wc>`.
fn named_sign(text: &str) -> Option<usize> {
    let at = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let sign = text[at..].chars().next()?;
    named(&text[..at], sign).map(|_| at)
}

fn regex(f: &mut Formatter<'_>, field: Field, text: &str) -> fmt::Result {
    match lettered_number(text) {
        // An operator of Factiva's.
        Some(_) if field == Field::Text => write!(f, "/(?:{text})/"),
        _ => write!(f, "/{}/", text.replace('/', "\\/")),
    }
}

/// The regular expression that finds what a wildcard finds.
fn as_regex(wildcard: &str) -> String {
    let mut regex = String::with_capacity(wildcard.len() + 2);
    for c in fold(wildcard).chars() {
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            c if c.is_alphanumeric() => regex.push(c),
            c => {
                if regex_syntax::is_meta_character(c) {
                    regex.push('\\');
                }
                regex.push(c);
            }
        }
    }
    regex
}
