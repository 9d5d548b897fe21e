//! The leaves of a query: words, phrases, patterns, and the conditions with a name before them.

use std::ops::Range;

use super::{
    ATLEAST_MAX, Field, Pattern, Query, QueryError,
    amount::amount,
    dates::{last, span},
    lex::{Kind, one_space, unescaped},
    names::{self, Condition, Fields, Name},
    operator,
    parse::{Parsed, Parser, Part},
    pattern::{Reading, Shape, regex, shape, single_word},
};
use crate::text::segments;

impl Parser<'_> {
    /// The leaf that begins at the next token, which there is.
    pub(super) fn leaf(&mut self) -> Parsed<Part> {
        let token = self.tokens[self.at].clone();
        match token.kind {
            Kind::Name(name) => self.named(name, token.bytes),
            Kind::Word => match self.date_form()? {
                Some(part) => Ok(part),
                None => self.word_or_at_least(token.bytes),
            },
            _ => self.text_leaf(None),
        }
    }

    /// A phrase, a regular expression or a word, in the fields named before it.
    fn text_leaf(&mut self, fields: Option<(Fields, Range<usize>)>) -> Parsed<Part> {
        let token = self.tokens[self.at].clone();
        self.at += 1;
        let start = fields.as_ref().map_or(token.bytes.start, |(_, name)| name.start);
        let bytes = start..token.bytes.end;
        match token.kind {
            Kind::Quoted(text, slop) => {
                let terms = self.searchable(&text, &token.bytes)?;
                self.notes.phrase(&token.bytes, &text);
                let slop = slop.unwrap_or(0);
                if slop > 0 {
                    self.near_in_text(fields.as_ref(), &bytes)?;
                }
                self.spread(bytes, fields, terms, |field| Query::Phrase { field, text: text.clone(), slop })
            }
            Kind::Regex(text) => {
                regex(&text, &token.bytes, &mut self.notes)?;
                let pattern = Pattern::Regex(text);
                self.spread(bytes, fields, 1, |field| Query::Pattern { field, pattern: pattern.clone() })
            }
            Kind::Exact(name) => self.whole_name(name, fields, bytes),
            Kind::Word if fields.is_none() && self.is_in_names() && self.text[bytes.clone()].starts_with('=') => {
                let typed = unescaped(&self.text[bytes.start + 1..bytes.end]);
                let behind = self.token().filter(|next| next.glued && typed.is_empty());
                let (name, bytes) = match behind.map(|next| (next.kind.clone(), next.bytes.end)) {
                    Some((Kind::Quoted(name, None), end)) => {
                        self.at += 1;
                        (name, bytes.start..end)
                    }
                    _ => (one_space(&typed), bytes),
                };
                if name.is_empty() {
                    return Err(nothing_exact(bytes));
                }
                self.whole_name(name, None, bytes)
            }
            _ => self.word(token.bytes, fields),
        }
    }

    /// Whether this stands in the bracket of a field of names.
    fn is_in_names(&self) -> bool {
        self.scope.as_ref().is_some_and(|(fields, _)| fields.each().all(Field::is_named))
    }

    /// A name that is asked for as it is.
    fn whole_name(
        &mut self,
        name: String,
        fields: Option<(Fields, Range<usize>)>,
        bytes: Range<usize>,
    ) -> Parsed<Part> {
        let looked_in = fields.as_ref().or(self.scope.as_ref()).map_or(Fields::TEXT, |(fields, _)| *fields);
        if let Some(other) = looked_in.each().find(|field| !field.is_named()) {
            return Err(no_names(other, &name, bytes));
        }
        let terms = segments(&name).count().max(1);
        self.spread(bytes, fields, terms, |field| Query::Named { field, name: name.clone() })
    }

    /// Words of a label are looked for side by side; nothing counts the words between them.
    fn near_in_text(&self, fields: Option<&(Fields, Range<usize>)>, bytes: &Range<usize>) -> Parsed<()> {
        let fields = fields.or(self.scope.as_ref()).map_or(Fields::TEXT, |(fields, _)| *fields);
        match fields.each().find(|field| !field.is_text()) {
            None => Ok(()),
            Some(label) => {
                let typed = &self.text[bytes.clone()];
                let without = typed.rfind('~').map_or(typed, |at| &typed[..at]);
                let message = format!("{}: is a label, whose words stand side by side", label.name());
                Err(QueryError::new(bytes.clone(), message).suggest(format!("write {without}")))
            }
        }
    }

    /// What stands behind a name.
    fn named(&mut self, name: Name, bytes: Range<usize>) -> Parsed<Part> {
        self.at += 1;
        let typed = self.text[bytes.clone()].trim_end_matches([':', '=']).to_owned();
        if !self.token().is_some_and(|next| next.glued && next.kind != Kind::Close) {
            return Err(nothing_behind(&typed, name, &bytes, self.word_at(self.at)));
        }
        if let Some(ours) = names::ours_for(&typed, name) {
            self.notes.taken_as(bytes.clone(), &self.text[bytes.clone()], &ours);
        } else if !self.text[bytes.clone()].ends_with(':') {
            self.notes.taken_as(bytes.clone(), &self.text[bytes.clone()], &format!("{}:", typed.to_lowercase()));
        }
        let fields = match name {
            Name::Fields(fields) => fields,
            Name::Condition(condition) => return self.condition(condition, bytes),
        };
        if let Some((outer, _)) = &self.scope {
            let message = format!("{typed} stands inside the bracket of {}", outer.spelt());
            return Err(QueryError::new(bytes, message).suggest("close that bracket first, and join with AND or OR"));
        }
        if self.token().is_some_and(|next| next.kind == Kind::Open) {
            return self.field_bracket(fields, bytes);
        }
        self.text_leaf(Some((fields, bytes)))
    }

    /// A condition on dates, sizes or kinds, whose value is the next token.
    fn condition(&mut self, condition: Condition, bytes: Range<usize>) -> Parsed<Part> {
        let token = self.tokens[self.at].clone();
        let value = match &token.kind {
            Kind::Quoted(text, None) => text.clone(),
            Kind::Word => unescaped(&self.text[token.bytes.clone()]),
            _ => {
                let before = &self.text[bytes.clone()];
                return Err(QueryError::new(
                    token.bytes,
                    format!("{before} takes one value, with no bracket round it"),
                ));
            }
        };
        self.at += 1;
        let value = value.as_str();
        let query = match condition {
            Condition::Last => last(value, &token.bytes)?,
            Condition::Dates(date, edge) => span(date, edge, value, &token.bytes)?,
            Condition::Amount(what) => amount(what, value, &token.bytes)?,
            Condition::Trait(before) => match names::trait_named(before, value) {
                Some(found) => Query::Is(found),
                None => {
                    return Err(QueryError::new(token.bytes, format!("there is no {before}:{value}"))
                        .suggest(names::trait_near(before, value)));
                }
            },
        };
        self.condition_part(query, bytes.start..token.bytes.end)
    }

    /// A condition that is no text, so that no field can be before it.
    pub(super) fn condition_part(&mut self, query: Query, bytes: Range<usize>) -> Parsed<Part> {
        if let Some((outer, _)) = &self.scope {
            let message = format!("only words and phrases stand inside the bracket of {}", outer.spelt());
            return Err(QueryError::new(bytes, message).suggest("close that bracket first"));
        }
        self.count(1, &bytes)?;
        self.notes.condition(&query, &bytes);
        let unfit = Some((bytes.clone(), "it is no text"));
        Ok(Part { query, bytes, depth: 0, bracketed: false, unfit })
    }

    /// A word without a name before it, or `atleast3` and what it counts.
    fn word_or_at_least(&mut self, bytes: Range<usize>) -> Parsed<Part> {
        let typed = &self.text[bytes.clone()];
        let Some(number) = operator::at_least(typed).filter(|_| self.begins_operand(self.at + 1)) else {
            return self.text_leaf(None);
        };
        let times = match number.parse::<u32>() {
            Ok(times) if (1..=ATLEAST_MAX).contains(&times) => times,
            _ => {
                let message = format!("atleast counts from 1 to {ATLEAST_MAX} (ATLEAST_MAX)");
                return Err(QueryError::new(bytes, message).expect("a number, as in atleast3(word)"));
            }
        };
        self.at += 1;
        let is_bracket = self.token().is_some_and(|next| next.kind == Kind::Open);
        if !is_bracket || !typed.starts_with("atleast") {
            self.notes.taken_as(bytes.clone(), typed, &format!("atleast{times}(…)"));
        }
        // A bracket counts by itself.
        if !is_bracket {
            self.deeper()?;
        }
        let part = self.counted()?;
        self.depth -= usize::from(!is_bracket);
        self.near_operands(&[&part], &bytes)?;
        let bytes = bytes.start..part.bytes.end;
        let depth = self.deep(part.depth + 1, &bytes)?;
        let unfit = Some((bytes.clone(), "a number of times is near nothing"));
        Ok(Part { query: Query::AtLeast { times, part: Box::new(part.query) }, bytes, depth, bracketed: false, unfit })
    }

    /// One word, in whichever shape.
    fn word(&mut self, bytes: Range<usize>, fields: Option<(Fields, Range<usize>)>) -> Parsed<Part> {
        let is_bare = fields.is_none();
        let whole = fields.as_ref().map_or(bytes.start, |(_, name)| name.start)..bytes.end;
        let mut typed = &self.text[bytes.clone()];
        if typed == "*" {
            return self.everything(whole, fields);
        }
        if is_bare {
            self.not_a_field(typed, &bytes)?;
            if let Some(rest) = typed.strip_prefix('+').filter(|rest| rest.starts_with(char::is_alphanumeric)) {
                self.notes.plus(&bytes, rest);
                typed = rest;
            }
            self.doubtful_word(&bytes, typed);
        }
        if let Some((_, name)) = fields.as_ref().filter(|_| typed.starts_with('-')) {
            self.notes.minus_behind(&bytes, &self.text[name.clone()], typed);
        }
        let looked_in = fields.as_ref().or(self.scope.as_ref()).map_or(Fields::TEXT, |(fields, _)| *fields);
        let reading = Reading::of(looked_in.each());
        let shape = shape(typed, reading, &bytes, &mut self.notes)?;
        let pattern = match shape {
            Shape::Plain(text) => {
                let terms = self.searchable(&text, &bytes)?;
                if !looked_in.each().any(|field| matches!(field, Field::Url | Field::Id)) {
                    self.notes.word(&bytes, &text);
                }
                if looked_in.each().any(|field| field == Field::Language) {
                    self.notes.language(&bytes, &text);
                }
                return self.spread(whole, fields, terms, |field| Query::Word { field, text: text.clone() });
            }
            Shape::Pattern(pattern) => pattern,
        };
        let is_near_word =
            matches!(pattern, Pattern::Fuzzy { .. }) && looked_in.each().all(|field| field == Field::Url);
        if reading != Reading::Address || is_near_word {
            single_word(&pattern, looked_in.each().all(Field::is_text), &bytes)?;
        }
        self.spread(whole, fields, 1, |field| Query::Pattern { field, pattern: pattern.clone() })
    }

    /// `*` for every article.
    fn everything(&mut self, bytes: Range<usize>, fields: Option<(Fields, Range<usize>)>) -> Parsed<Part> {
        let Some((fields, _)) = fields.or_else(|| self.scope.clone()) else {
            self.count(1, &bytes)?;
            let unfit = Some((bytes.clone(), "* is every article"));
            return Ok(Part { query: Query::Everything, bytes, depth: 0, bracketed: false, unfit });
        };
        let name = fields.spelt();
        let has = names::trait_named("has", name.trim_end_matches(':'));
        let suggestion = match has {
            Some(_) => format!("for articles that have it, write has:{}", name.trim_end_matches(':')),
            None => "for every article, write * alone".to_owned(),
        };
        Err(QueryError::new(bytes, "* alone is no word to look for").suggest(suggestion))
    }

    /// A leaf in each of its fields.
    fn spread(
        &mut self,
        bytes: Range<usize>,
        fields: Option<(Fields, Range<usize>)>,
        terms: usize,
        leaf: impl Fn(Field) -> Query,
    ) -> Parsed<Part> {
        let fields = fields.or_else(|| self.scope.clone()).map_or(Fields::TEXT, |(fields, _)| fields);
        let unfit = fields.each().find(|field| !field.is_text()).map(|_| (bytes.clone(), "it is a label, not text"));
        let mut leaves: Vec<Query> = fields.each().map(leaf).collect();
        self.count(terms * leaves.len(), &bytes)?;
        let depth = usize::from(leaves.len() > 1);
        let query = if leaves.len() == 1 { leaves.remove(0) } else { Query::Any(leaves) };
        Ok(Part { query, bytes, depth, bracketed: depth > 0, unfit })
    }

    /// The number of terms in a text. One without a letter or digit finds nothing and is never what was meant.
    fn searchable(&self, text: &str, bytes: &Range<usize>) -> Parsed<usize> {
        if text.chars().any(char::is_alphanumeric) {
            return Ok(segments(text).count().max(1));
        }
        Err(QueryError::new(bytes.clone(), "there is no letter or digit to look for here"))
    }

    /// What stands before a colon and is no field of ours is a mistake, but for headlines and addresses.
    fn not_a_field(&mut self, typed: &str, bytes: &Range<usize>) -> Parsed<()> {
        let Some(name) = field_like(typed) else { return Ok(()) };
        let name_bytes = bytes.start..bytes.start + name.len();
        let is_followed = |kind: &Kind| matches!(kind, Kind::Open | Kind::Quoted(..));
        let is_before = self.token().is_some_and(|next| next.glued && is_followed(&next.kind));
        let rest = &typed[name.len() + 1..];
        if rest.starts_with("//") {
            self.notes.address(bytes, typed);
        } else if rest.is_empty() && !is_before {
            self.notes.colon(bytes, name);
        } else {
            return Err(unknown_field(name, name_bytes));
        }
        Ok(())
    }

    /// Words that are operators in other engines, or in capitals.
    fn doubtful_word(&mut self, bytes: &Range<usize>, typed: &str) {
        let at = self.at - 1;
        let follows = at > 0 && !matches!(self.tokens[at - 1].kind, Kind::Open | Kind::Operator(_) | Kind::Minus);
        self.notes.operator_like(bytes, typed, follows, self.begins_operand(self.at));
        let glued = self.token().is_some_and(|next| next.glued && next.kind == Kind::Open);
        if glued && typed.chars().all(|c| c.is_ascii_alphabetic()) {
            self.notes.bracket(bytes, typed);
        }
    }

    /// What `atleast` counts: one operand.
    fn counted(&mut self) -> Parsed<Part> {
        let next = self.token().map(|token| (token.kind.clone(), token.bytes.clone()));
        match next {
            Some((Kind::Open, _)) => self.bracket(),
            Some((Kind::Minus | Kind::Operator(_), bytes)) => {
                Err(QueryError::new(bytes, "atleast counts what is there").expect("a word or a phrase"))
            }
            _ => self.leaf(),
        }
    }
}

/// The letters before a word's first colon, where they look like a field's name, and not like a time or a Bible verse.
pub(super) fn field_like(typed: &str) -> Option<&str> {
    let (name, _) = typed.split_once(':')?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic())).then_some(name)
}

/// There is no name behind `=`.
pub(super) fn nothing_exact(bytes: Range<usize>) -> QueryError {
    QueryError::new(bytes, "= needs a whole name right behind it")
        .expect("one word, or more in quotes, as in tag:=\"North Korea\"")
}

/// A whole name was asked for where there are none.
fn no_names(field: Field, name: &str, bytes: Range<usize>) -> QueryError {
    let before = field.name();
    let error = QueryError::new(bytes, format!("{before}: has no whole names that = could ask for"));
    let suggestion = match field {
        Field::Id => Query::Word { field, text: name.to_owned() },
        Field::Url => Query::Word { field: Field::Id, text: name.to_owned() },
        field => Query::Phrase { field, text: name.to_owned(), slop: 0 },
    };
    error.suggest(format!("write {suggestion}"))
}

fn unknown_field(typed: &str, bytes: Range<usize>) -> QueryError {
    let suggestion = match names::nearest(typed) {
        Some(name) => format!("did you mean {name}:?"),
        None => "to look for a colon, put the text in quotes".to_owned(),
    };
    let known = names::all().collect::<Vec<_>>().join(", ");
    let error = QueryError::new(bytes, format!("there is no field {typed}")).suggest(suggestion);
    if names::nearest(typed).is_some() { error } else { error.expect(format!("one of {known}")) }
}

/// A name with nothing right behind it.
fn nothing_behind(typed: &str, name: Name, bytes: &Range<usize>, next: Option<&str>) -> QueryError {
    let (needed, example) = match name {
        Name::Fields(_) => ("a word or a phrase", "korea"),
        Name::Condition(Condition::Dates(..)) => ("a year, month or day", "2022-04"),
        Name::Condition(Condition::Last) => ("a length of time", "7d"),
        Name::Condition(Condition::Amount(_)) => ("a number", ">800"),
        Name::Condition(Condition::Trait("is")) => ("a kind of article", "correction"),
        Name::Condition(Condition::Trait(_)) => ("what the article should have", "image"),
    };
    let example = next.filter(|_| matches!(name, Name::Fields(_))).unwrap_or(example);
    let message = format!("{typed}: needs {needed} right behind it");
    QueryError::new(bytes.clone(), message).suggest(format!("write {typed}:{example}"))
}
