//! Conditions as Lexis and Factiva write them in several words: `date aft 5 May 2020`, `wc > 800`.

use std::ops::Range;

use super::{
    Amount, DateKind, DateSpan, Query, QueryError,
    amount::amount,
    dates::{NoDate, days, edge_of, in_order, last, no_date},
    lex::{Kind, is_comparison},
    names::Edge,
    parse::{Parsed, Parser, Part},
};

/// Most words that one date is written in: `5 January 2020`.
const DATE_WORDS_MAX: usize = 3;

/// What stands behind `date`, which part of the days it gives, and whether it is also an English word.
const DATE_WORDS: [(&str, Edge, bool); 15] = [
    ("aft", Edge::After, false),
    ("after", Edge::After, true),
    (">", Edge::After, false),
    ("bef", Edge::Before, false),
    ("before", Edge::Before, true),
    ("<", Edge::Before, false),
    ("geq", Edge::From, false),
    (">=", Edge::From, false),
    ("since", Edge::From, true),
    ("leq", Edge::Until, false),
    ("<=", Edge::Until, false),
    ("is", Edge::In, true),
    ("on", Edge::In, true),
    ("=", Edge::In, false),
    ("from", Edge::From, true),
];

/// A date form that was read, and the tokens it took.
struct Form {
    span: DateSpan,
    end: usize,
}

/// What a word behind `date` says about the date behind it; none where it is a word like others.
fn edge_named(word: &str) -> Option<(Edge, bool)> {
    let word = word.to_ascii_lowercase();
    DATE_WORDS.iter().find(|(name, ..)| *name == word).map(|(_, edge, is_word)| (*edge, *is_word))
}

/// Whether two words could begin such a form, so that the first needs a backslash to be a word.
pub(super) fn begins_form(first: &str, second: &str) -> bool {
    let first = first.to_ascii_lowercase();
    let is_sign = |word: &str| word.starts_with(['<', '>', '=']);
    match first.as_str() {
        "date" => edge_named(second).is_some() || is_sign(second),
        name => compared_amount(name).is_some() && is_sign(second),
    }
}

fn compared_amount(name: &str) -> Option<Amount> {
    match name.to_ascii_lowercase().as_str() {
        "wc" | "length" | "words" => Some(Amount::Words),
        "copies" => Some(Amount::Copies),
        _ => None,
    }
}

impl Parser<'_> {
    /// Whether a condition or field as only Lexis or Factiva write it stands at a token: `date aft 2020`, `hd=korea`.
    pub(super) fn is_their_form(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        if matches!(token.kind, Kind::Name(_)) {
            return !self.text[token.bytes.clone()].ends_with(':');
        }
        let Some(word) = self.word_at(at) else { return false };
        if word.eq_ignore_ascii_case("date") {
            return !matches!((self.last_days(at), self.dates_at(at)), (Ok(None), Ok(None)));
        }
        compared_amount(word).is_some() && !matches!(self.amount_at(at), Ok(None))
    }

    /// A condition in several words, if one begins here.
    pub(super) fn date_form(&mut self) -> Parsed<Option<Part>> {
        let Some(word) = self.word_at(self.at) else { return Ok(None) };
        let start = self.at;
        let (query, end) = if compared_amount(word).is_some() {
            match self.amount_at(start)? {
                Some(read) => read,
                None => return Ok(None),
            }
        } else if word.eq_ignore_ascii_case("date") {
            match self.last_days(start)? {
                Some(read) => read,
                None => match self.dates_at(self.at)? {
                    Some(form) => (Query::Dates { date: DateKind::Published, span: form.span }, form.end),
                    None => return Ok(None),
                },
            }
        } else {
            return Ok(None);
        };
        self.at = end;
        let bytes = self.tokens[start].bytes.start..self.tokens[end - 1].bytes.end;
        self.notes.taken_as(bytes.clone(), &self.text[bytes.clone()], &query.to_string());
        self.condition_part(query, bytes).map(Some)
    }

    /// `wc > 800` at a token.
    fn amount_at(&self, at: usize) -> Parsed<Option<(Query, usize)>> {
        let Some(what) = self.word_at(at).and_then(compared_amount) else { return Ok(None) };
        let sign = self.word_at(at + 1).filter(|word| word.starts_with(['<', '>', '=']));
        let Some(sign) = sign else { return Ok(None) };
        let number = if is_comparison(sign) { self.word_at(at + 2).unwrap_or_default() } else { "" };
        let end = at + 2 + usize::from(!number.is_empty());
        let bytes = self.between(at + 1, end);
        Ok(Some((amount(what, &format!("{sign}{number}"), &bytes)?, end)))
    }

    /// `date -30`, the last 30 days, at a token.
    fn last_days(&self, at: usize) -> Parsed<Option<(Query, usize)>> {
        let is_minus = self.tokens.get(at + 1).is_some_and(|token| token.kind == Kind::Minus);
        let number = self.word_at(at + 2).filter(|word| is_minus && word.bytes().all(|b| b.is_ascii_digit()));
        let Some(number) = number else { return Ok(None) };
        let bytes = self.between(at + 1, at + 3);
        last(&format!("{number}d"), &bytes).map(|query| Some((query, at + 3)))
    }

    /// `date aft 2020`, `date from 2020 to 2021`, `date(geq 2020 and leq 2021)` at a token.
    fn dates_at(&self, at: usize) -> Parsed<Option<Form>> {
        let is_bracket = self.tokens.get(at + 1).is_some_and(|next| next.glued && next.kind == Kind::Open);
        if is_bracket {
            return self.bracketed_dates(at + 2).map(Some);
        }
        let Some((word, (edge, is_word))) = self.word_at(at + 1).and_then(|word| Some((word, edge_named(word)?)))
        else {
            return self.glued_comparison(at);
        };
        let read = match self.days_at(at + 2) {
            Ok(Some(read)) => read,
            Ok(None) if is_word => return Ok(None),
            Ok(None) => return Err(self.no_date_at(at + 2)),
            Err(error) => return Err(error),
        };
        let (days, end) = read;
        let bytes = self.between(at + 2, end);
        let mut form = Form { span: edge_of(days, edge, &bytes)?, end };
        if word.eq_ignore_ascii_case("from")
            && self.word_at(end).is_some_and(|to| to.eq_ignore_ascii_case("to"))
            && let Some(((_, last), end)) = self.days_at(end + 1)?
        {
            form = Form { span: DateSpan { last: Some(last), ..form.span }, end };
            in_order(form.span, &self.between(at, end))?;
        }
        Ok(Some(form))
    }

    /// `date >2020`
    fn glued_comparison(&self, at: usize) -> Parsed<Option<Form>> {
        let Some(word) = self.word_at(at + 1).filter(|word| word.starts_with(['<', '>', '='])) else { return Ok(None) };
        let value = word.trim_start_matches(['<', '>', '=']);
        let Some((edge, _)) = edge_named(&word[..word.len() - value.len()]) else { return Ok(None) };
        let bytes = self.between(at + 1, at + 2);
        let days = days(value).map_err(|why| no_date(value, &why, DateKind::Published, &bytes))?;
        Ok(Some(Form { span: edge_of(days, edge, &bytes)?, end: at + 2 }))
    }

    /// What stands in the bracket of `date(`: dates with their words, brackets round them or not, `and` between them.
    fn bracketed_dates(&self, mut at: usize) -> Parsed<Form> {
        let start = at;
        let mut span = DateSpan { first: None, last: None };
        let mut depth = 1;
        let mut edge = Edge::In;
        while depth > 0 {
            let Some(token) = self.tokens.get(at) else {
                return Err(
                    QueryError::new(self.between(start - 1, start), "this bracket is not closed").suggest("add a )")
                );
            };
            let word = self.word_at(at).unwrap_or_default();
            match &token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                _ if self.text[token.bytes.clone()].eq_ignore_ascii_case("and") => {}
                _ if edge_named(word).is_some() => edge = edge_named(word).map_or(edge, |(edge, _)| edge),
                _ => {
                    let Some((days, end)) = self.days_at(at)? else { return Err(self.no_date_at(at)) };
                    let part = edge_of(days, edge, &self.between(at, end))?;
                    span.first = span.first.max(part.first);
                    span.last = [span.last, part.last].into_iter().flatten().min();
                    edge = Edge::In;
                    at = end - 1;
                }
            }
            at += 1;
        }
        if span == (DateSpan { first: None, last: None }) {
            return Err(self.no_date_at(start));
        }
        in_order(span, &self.between(start, at - 1))?;
        Ok(Form { span, end: at })
    }

    /// The date that begins at a token, in as many words as it has.
    fn days_at(&self, at: usize) -> Parsed<Option<((chrono::NaiveDate, chrono::NaiveDate), usize)>> {
        let words: Vec<&str> = (at..at + DATE_WORDS_MAX).map_while(|at| self.word_at(at)).collect();
        for count in (1..=words.len()).rev() {
            // A year may have other words behind it: "2020 may".
            if count > 1 && words[0].len() == 4 && words[0].bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
            match days(&words[..count].join(" ")) {
                Ok(days) => return Ok(Some((days, at + count))),
                Err(why @ NoDate::TwoReadings(..)) => {
                    return Err(no_date(words[0], &why, DateKind::Published, &self.between(at, at + 1)));
                }
                Err(_) => {}
            }
        }
        Ok(None)
    }

    fn no_date_at(&self, at: usize) -> QueryError {
        let bytes = match self.tokens.get(at) {
            Some(token) => token.bytes.clone(),
            None => self.text.len()..self.text.len(),
        };
        let typed = self.text[bytes.clone()].to_owned();
        if typed.is_empty() {
            return QueryError::new(bytes, "a date is missing").expect("a year, month or day such as 2022 or 2022-04");
        }
        no_date(&typed, &NoDate::Other, DateKind::Published, &bytes)
    }

    /// Bytes of the tokens from one up to another.
    fn between(&self, first: usize, end: usize) -> Range<usize> {
        self.tokens[first].bytes.start..self.tokens[end.max(first + 1) - 1].bytes.end
    }
}
