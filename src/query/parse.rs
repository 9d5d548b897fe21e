//! From what a person typed to the query tree: a recursive descent over the text itself.

use std::ops::Range;

use chrono::{Datelike, Months, NaiveDate};

use super::{DateKind, DateSpan, Field, QUERY_BYTES_MAX, QUERY_DEPTH_MAX, Query, QueryError};

/// Names of the date fields; the others are in [`Field::NAMED`].
const DATE_FIELDS: [&str; 3] = ["date", "after", "before"];

type Parsed<T> = Result<T, QueryError>;

pub(super) fn parse(text: &str) -> Parsed<Query> {
    if text.len() > QUERY_BYTES_MAX {
        let message = format!("the query has {} bytes, but at most {QUERY_BYTES_MAX} are read", text.len());
        return Err(QueryError::new(QUERY_BYTES_MAX..text.len(), message));
    }
    let mut parser = Parser { text, at: 0, depth: 0 };
    if parser.at_end() {
        return Ok(Query::Everything);
    }
    let query = parser.any()?;
    if parser.at_end() {
        return Ok(query);
    }
    Err(QueryError::new(parser.at..parser.at + 1, "this bracket closes nothing").suggest("take it out"))
}

/// Whether a word can stand in a query without quotes and be read back as the same word.
pub(super) fn is_plain_word(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with('-')
        && !matches!(word, "AND" | "OR" | "NOT")
        && !word.contains(|c| is_break(c) || c == '*')
        && !word.find(':').is_some_and(|colon| is_field_name(&word[..colon]))
}

/// The first and last day of a year, month or day as typed.
pub(super) fn span_of(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|y| y.len() == 4).and_then(number)?;
    let month = parts.next().map(|m| number(m).filter(|_| m.len() <= 2).ok_or(())).transpose().ok()?;
    let day = parts.next().map(|d| number(d).filter(|_| d.len() <= 2).ok_or(())).transpose().ok()?;
    if parts.next().is_some() {
        return None;
    }
    let first = NaiveDate::from_ymd_opt(year as i32, month.unwrap_or(1), day.unwrap_or(1))?;
    let after = match (month, day) {
        (_, Some(_)) => return Some((first, first)),
        (Some(_), None) => first.checked_add_months(Months::new(1))?,
        (None, None) => first.with_year(first.year() + 1)?,
    };
    Some((first, after.pred_opt()?))
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A character that ends a word.
fn is_break(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c)
}

/// Straight and typographic double quotes.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// One or more "all" groups with `OR` between them.
    fn any(&mut self) -> Parsed<Query> {
        self.deeper()?;
        let mut parts = vec![self.all()?];
        while let Some(operator) = self.take_operator("OR") {
            self.operand_after(&operator)?;
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Ok(if parts.len() == 1 { parts.remove(0) } else { Query::Any(parts) })
    }

    /// One or more parts side by side, `AND` between them or not.
    fn all(&mut self) -> Parsed<Query> {
        self.operand_before()?;
        let mut parts = vec![self.part()?];
        loop {
            if let Some(operator) = self.take_operator("AND") {
                self.operand_after(&operator)?;
            } else if self.at_end() || self.peek() == Some(')') || self.peek_operator("OR") {
                break;
            }
            parts.push(self.part()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Query::All(parts) })
    }

    /// One operand with the negations before it.
    fn part(&mut self) -> Parsed<Query> {
        let negation = self.take_operator("NOT").or_else(|| self.take_minus());
        let Some(negation) = negation else {
            return self.operand(None);
        };
        self.deeper()?;
        self.operand_after(&negation)?;
        let part = self.part()?;
        self.depth -= 1;
        Ok(Query::Not(Box::new(part)))
    }

    /// A bracket, a phrase, a word, each with or without a field before it.
    fn operand(&mut self, field: Option<Field>) -> Parsed<Query> {
        self.skip_spaces();
        match self.peek() {
            Some('(') => self.bracket(field),
            Some(c) if is_quote(c) => self.phrase(field.unwrap_or(Field::Text)),
            _ => self.word(field),
        }
    }

    fn bracket(&mut self, field: Option<Field>) -> Parsed<Query> {
        let open = self.at;
        self.at += 1;
        if let Some(field) = field {
            let bytes = open..open + 1;
            return Err(QueryError::new(
                bytes,
                format!("a field takes a word or a phrase, not a bracket, after {}:", field.name()),
            )
            .suggest(format!("write {0}:one OR {0}:two", field.name())));
        }
        let query = self.any()?;
        self.skip_spaces();
        if self.peek() != Some(')') {
            return Err(QueryError::new(open..open + 1, "this bracket is not closed").suggest("add a )"));
        }
        self.at += 1;
        Ok(query)
    }

    fn phrase(&mut self, field: Field) -> Parsed<Query> {
        let open = self.at;
        let quote = self.peek().map_or(1, char::len_utf8);
        let start = open + quote;
        let Some(length) = self.text[start..].find(is_quote) else {
            return Err(
                QueryError::new(open..start, "this quote is not closed").suggest("add a \" at the end of the phrase")
            );
        };
        let end = start + length;
        self.at = end + self.text[end..].chars().next().map_or(1, char::len_utf8);
        let text = self.text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        self.searchable(&text, open..self.at)?;
        Ok(Query::Phrase { field, text, slop: 0 })
    }

    fn word(&mut self, field: Option<Field>) -> Parsed<Query> {
        let start = self.at;
        let end = self.text[start..].find(is_break).map_or(self.text.len(), |length| start + length);
        let word = &self.text[start..end];
        if field.is_none()
            && let Some(colon) = word.find(':').filter(|&colon| is_field_name(&word[..colon]))
        {
            return self.fielded(start..start + colon);
        }
        self.at = end;
        if word == "*" && field.is_none() {
            return Ok(Query::Everything);
        }
        if word.is_empty() {
            let bytes = start..self.text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
            return Err(QueryError::new(bytes, "a word or a phrase should stand here"));
        }
        if word.contains('*') {
            return Err(QueryError::new(start..end, "beginnings of words (with *) cannot be looked for yet")
                .suggest("words are found in all their forms without it"));
        }
        self.searchable(word, start..end)?;
        Ok(Query::Word { field: field.unwrap_or(Field::Text), text: word.to_owned() })
    }

    /// What follows the name of a field, at `name`, and its colon.
    fn fielded(&mut self, name: Range<usize>) -> Parsed<Query> {
        let typed = self.text[name.clone()].to_ascii_lowercase();
        self.at = name.end + 1;
        if DATE_FIELDS.contains(&typed.as_str()) {
            return self.dates(&typed);
        }
        let Some((field, _)) = Field::NAMED.iter().find(|(_, known)| *known == typed) else {
            return Err(unknown_field(&typed, name));
        };
        if self.peek().is_none_or(char::is_whitespace) {
            let message = format!("{typed}: needs a word or a phrase right behind it");
            return Err(QueryError::new(name.start..self.at, message));
        }
        self.operand(Some(*field))
    }

    fn dates(&mut self, name: &str) -> Parsed<Query> {
        let start = self.at;
        let end = self.text[start..].find(is_break).map_or(self.text.len(), |length| start + length);
        self.at = end;
        let typed = &self.text[start..end];
        let day = |text: &str| {
            span_of(text).ok_or_else(|| {
                QueryError::new(start..end, format!("{text:?} is no date"))
                    .suggest("write a year, month or day such as 2022, 2022-04 or 2022-04-24")
            })
        };
        let (first, last) = match (name, typed.split_once("..")) {
            ("after", None) => (Some(day(typed)?.0), None),
            ("before", None) => (None, Some(day(typed)?.1)),
            ("date", Some((first, last))) => {
                let side = |text: &str| if text.is_empty() { Ok(None) } else { day(text).map(Some) };
                (side(first)?.map(|s| s.0), side(last)?.map(|s| s.1))
            }
            _ => {
                let (first, last) = day(typed)?;
                (Some(first), Some(last))
            }
        };
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            return Err(QueryError::new(start..end, "the last day is before the first").suggest("swap them"));
        }
        Ok(Query::Dates { date: DateKind::Published, span: DateSpan { first, last } })
    }

    /// A text without a letter or digit finds nothing and is never what was meant.
    fn searchable(&self, text: &str, bytes: Range<usize>) -> Parsed<()> {
        if text.chars().any(char::is_alphanumeric) {
            return Ok(());
        }
        Err(QueryError::new(bytes, "there is no letter or digit to look for here"))
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth <= QUERY_DEPTH_MAX {
            return Ok(());
        }
        let message = format!("brackets and negations are nested deeper than {QUERY_DEPTH_MAX}");
        Err(QueryError::new(self.at..self.text.len().min(self.at + 1), message))
    }

    fn skip_spaces(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn at_end(&mut self) -> bool {
        self.skip_spaces();
        self.at == self.text.len()
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn peek_operator(&mut self, name: &str) -> bool {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        rest.strip_prefix(name).is_some_and(|rest| rest.chars().next().is_none_or(is_break))
    }

    fn take_operator(&mut self, name: &str) -> Option<Range<usize>> {
        self.peek_operator(name).then(|| {
            self.at += name.len();
            self.at - name.len()..self.at
        })
    }

    fn take_minus(&mut self) -> Option<Range<usize>> {
        (self.peek() == Some('-')).then(|| {
            self.at += 1;
            self.at - 1..self.at
        })
    }

    /// An operator may not stand where an operand should begin.
    fn operand_before(&mut self) -> Parsed<()> {
        for name in ["OR", "AND"] {
            if let Some(bytes) = self.take_operator(name) {
                let message = format!("{name} needs something before it");
                return Err(QueryError::new(bytes, message)
                    .suggest(format!("to look for the word, write \"{name}\" in quotes")));
            }
        }
        Ok(())
    }

    /// Something must follow an operator.
    fn operand_after(&mut self, operator: &Range<usize>) -> Parsed<()> {
        let missing =
            self.at_end() || self.peek() == Some(')') || self.peek_operator("OR") || self.peek_operator("AND");
        if !missing {
            return Ok(());
        }
        let name = &self.text[operator.clone()];
        Err(QueryError::new(operator.clone(), format!("{name} needs something behind it")))
    }
}

/// Whether what stands before a colon looks like a field's name, and not like a time or a Bible verse.
fn is_field_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic())
}

fn unknown_field(typed: &str, bytes: Range<usize>) -> QueryError {
    let known: Vec<&str> = Field::NAMED.iter().map(|(_, name)| *name).chain(DATE_FIELDS).collect();
    let near = known.iter().map(|name| (edits(typed, name), name)).min().filter(|(edits, _)| *edits <= 2);
    let suggestion = match near {
        Some((_, name)) => format!("did you mean {name}:?"),
        None => format!("fields are {}; to look for a colon, put the text in quotes", known.join(", ")),
    };
    QueryError::new(bytes, format!("there is no field {typed}")).suggest(suggestion)
}

/// Letters to add, drop, change or swap to get from one short word to another (optimal string alignment).
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(32).collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Canonical spelling of a query.
    fn check(typed: &str, canonical: &str) {
        let query = parse(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
        assert_eq!(query.to_string(), canonical, "{query:?}");
        assert_eq!(parse(canonical), Ok(query), "read back");
    }

    /// Where a mistake is found, and a word of what is said about it.
    fn check_error(typed: &str, bytes: Range<usize>, said: &str) {
        let error = parse(typed).expect_err(typed);
        assert_eq!(error.bytes, bytes, "{typed}: {error}");
        assert!(error.to_string().contains(said), "{error}");
    }

    #[test]
    fn what_people_type_is_read_and_spelt_canonically() {
        check("North Korea letters", "North Korea letters");
        check("  north   AND korea ", "north korea");
        check("“exact phrase”", "\"exact phrase\"");
        check("a OR b c", "a OR (b c)");
        check("(a OR b) c", "(a OR b) c");
        check("NOT a -b -(c d)", "-a -b -(c d)");
        check("title:\"two words\" Author:kim", "title:\"two words\" author:kim");
        check("", "*");
        check("12:30 kick-off", "12:30 kick-off");
        check("date:2022-04 after:2021 before:2022-05-10", "date:2022-04 date:2021-01-01.. date:..2022-05-10");
        check("date:2022-04-01..2022-04", "date:2022-04");
        check("date:1612", "date:1612");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        check_error("titel:korea", 0..5, "did you mean title:?");
        check_error("a \"b c", 2..3, "not closed");
        check_error("(a b", 0..1, "not closed");
        check_error("a b)", 3..4, "closes nothing");
        check_error("a OR", 2..4, "behind it");
        check_error("OR a", 0..2, "before it");
        check_error("date:2022-13", 5..12, "no date");
        check_error("date:2022..2021", 5..15, "before the first");
        check_error("a & b", 2..3, "no letter");
        check_error("title: korea", 0..6, "right behind");
        check_error("()", 1..2, "should stand here");
        check_error("korea*", 0..6, "yet");
    }

    #[test]
    fn depth_and_length_have_limits() {
        assert!(parse(&"(".repeat(10_000)).is_err());
        assert!(parse(&"-".repeat(10_000)).is_err());
        assert!(parse(&"a ".repeat(QUERY_BYTES_MAX)).is_err());
        assert!(parse(&format!("{}a{}", "(".repeat(60), ")".repeat(60))).is_ok());
    }
}
