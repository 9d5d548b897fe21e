//! Words with signs in them: beginnings, wildcards, likenesses, regular expressions.

use std::ops::Range;

use regex_syntax::{
    ParserBuilder,
    hir::{Hir, HirKind},
};

use super::{FUZZY_EDITS_MAX, Field, Pattern, QueryError, REGEX_BYTES_MAX, notes::Notes, parse::Parsed};
use crate::text::{Segment, TERM_BYTES_MAX, fold, segments};

/// Deepest nesting of brackets in a regular expression.
const REGEX_DEPTH_MAX: u32 = 32;

/// A word as it is to be looked for.
#[derive(Debug, PartialEq)]
pub(super) enum Shape {
    Plain(String),
    Pattern(Pattern),
}

/// What a `?` is in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// One letter.
    Word,
    /// Part of an address or id.
    Address,
}

impl Reading {
    pub(super) fn of(mut fields: impl Iterator<Item = Field>) -> Self {
        let is_address = fields.all(|field| matches!(field, Field::Url | Field::Id));
        if is_address { Self::Address } else { Self::Word }
    }

    fn is_wildcard(self, c: char) -> bool {
        c == '*' || (c == '?' && self == Self::Word)
    }
}

/// A sign of a word, and whether a backslash stands before it.
type Sign = (char, bool);

/// Reads the signs of a word.
pub(super) fn shape(typed: &str, reading: Reading, bytes: &Range<usize>, notes: &mut Notes) -> Parsed<Shape> {
    let signs = signs(typed);
    if let Some((word, edits)) = fuzzy(&signs) {
        return likeness(word, &edits, reading, bytes, notes);
    }
    let (core, tail) = signs.split_at(tail_start(&signs, reading));
    let is_wild = |(c, literal): &Sign| !literal && reading.is_wildcard(*c);
    let is_truncated = is_truncation(core, tail);
    if !is_truncated && !core.iter().any(is_wild) {
        if tail.contains(&('?', false)) {
            notes.question(bytes, &text_of(core));
        }
        return Ok(Shape::Plain(text_of(&signs)));
    }
    if core.iter().any(|(c, literal)| *literal && reading.is_wildcard(*c)) {
        let message = "a word with wildcards cannot hold the same signs as themselves";
        return Err(QueryError::new(bytes.clone(), message).suggest("take the backslash or the wildcard out"));
    }
    if !core.iter().any(|(c, _)| c.is_alphanumeric()) {
        return Err(QueryError::new(bytes.clone(), "a pattern needs a letter or digit besides its wildcards"));
    }
    let mut pattern = text_of(core);
    if is_truncated {
        pattern.push('*');
        notes.taken_as(bytes.clone(), typed, &pattern);
    } else {
        let kept = tail.iter().take_while(|sign| is_wild(sign)).count();
        pattern += &text_of(&tail[..kept]);
        if kept < tail.len() {
            notes.punctuation(bytes, &text_of(&tail[kept..]));
        }
    }
    Ok(Shape::Pattern(Pattern::Wildcard(pattern)))
}

/// Whether a word's text would be read as a wildcard when typed: it has a wildcard before the signs at its end.
pub(super) fn is_wildcard(text: &str, field: Field) -> bool {
    let signs: Vec<Sign> = text.chars().map(|c| (c, false)).collect();
    let reading = Reading::of([field].into_iter());
    let tail = tail_start(&signs, reading);
    let is_wild = |(c, _): &Sign| reading.is_wildcard(*c);
    signs[..tail].iter().any(is_wild) && signs[tail..].iter().all(is_wild)
}

/// Where the signs stand in a word that need a backslash to be ordinary ones: wildcards, `~1`, `!`.
pub(super) fn special(text: &str, field: Field) -> Vec<bool> {
    let signs: Vec<Sign> = text.chars().map(|c| (c, false)).collect();
    let reading = Reading::of([field].into_iter());
    let tail = tail_start(&signs, reading);
    let mut special: Vec<bool> = signs.iter().map(|(c, _)| *c == '*').collect();
    for (at, (c, _)) in signs[..tail].iter().enumerate() {
        special[at] |= reading.is_wildcard(*c);
    }
    if let Some((word, _)) = fuzzy(&signs) {
        special[word.len()] = true;
    }
    if is_truncation(&signs[..tail], &signs[tail..]) {
        special[tail] = true;
    }
    special
}

/// Where the `~` stands in a wildcard's text that would make it a likeness.
pub(super) fn special_in_wildcard(text: &str) -> Option<usize> {
    let signs: Vec<Sign> = text.chars().map(|c| (c, false)).collect();
    fuzzy(&signs).map(|(word, _)| word.len())
}

fn signs(typed: &str) -> Vec<Sign> {
    let mut signs = Vec::with_capacity(typed.len());
    let mut rest = typed.chars();
    while let Some(c) = rest.next() {
        signs.push(if c == '\\' { rest.next().map_or(('\\', true), |next| (next, true)) } else { (c, false) });
    }
    signs
}

fn text_of(signs: &[Sign]) -> String {
    signs.iter().map(|(c, _)| c).collect()
}

/// Where the punctuation at the end of a word begins, which ends a sentence and not a pattern. A `*` is not in it; an
/// address has none.
fn tail_start(signs: &[Sign], reading: Reading) -> usize {
    if reading == Reading::Address {
        return signs.len();
    }
    let is_tail = |c: char| matches!(c, '?' | '!' | ',' | ';' | ':' | '.' | '…' | '\'' | '’');
    signs.len() - signs.iter().rev().take_while(|(c, literal)| !literal && is_tail(*c)).count()
}

/// `sanction!`, as Lexis writes `sanction*`.
fn is_truncation(core: &[Sign], tail: &[Sign]) -> bool {
    tail == [('!', false)] && core.last().is_some_and(|(c, _)| c.is_alphanumeric())
}

/// The word before a `~`, and the digits behind it.
fn fuzzy(signs: &[Sign]) -> Option<(&[Sign], String)> {
    let digits = signs.iter().rev().take_while(|(c, literal)| !literal && c.is_ascii_digit()).count();
    let (before, number) = signs.split_at(signs.len() - digits);
    let (tilde, word) = before.split_last()?;
    (*tilde == ('~', false) && !word.is_empty()).then(|| (word, text_of(number)))
}

fn likeness(word: &[Sign], edits: &str, reading: Reading, bytes: &Range<usize>, notes: &mut Notes) -> Parsed<Shape> {
    let text = text_of(word);
    if word.iter().any(|(c, literal)| !literal && reading.is_wildcard(*c)) {
        return Err(QueryError::new(bytes.clone(), "a word has either wildcards or a ~, not both"));
    }
    if !text.contains(char::is_alphanumeric) {
        return Err(QueryError::new(bytes.clone(), "there is no letter or digit to look for here"));
    }
    if text.len() > TERM_BYTES_MAX {
        let message =
            format!("this is longer than the {TERM_BYTES_MAX} bytes that a word is indexed with (TERM_BYTES_MAX)");
        return Err(QueryError::new(bytes.clone(), message));
    }
    let edits = match edits.parse::<u8>() {
        Ok(edits) if (1..=FUZZY_EDITS_MAX).contains(&edits) => edits,
        Err(_) if edits.is_empty() => {
            notes.taken_as(bytes.clone(), &format!("{text}~"), &format!("{text}~{FUZZY_EDITS_MAX}"));
            FUZZY_EDITS_MAX
        }
        _ => {
            let message = format!("a word may differ in 1 to {FUZZY_EDITS_MAX} letters (FUZZY_EDITS_MAX)");
            return Err(QueryError::new(bytes.clone(), message).suggest(format!("write {text}~1")));
        }
    };
    Ok(Shape::Pattern(Pattern::Fuzzy { word: text, edits }))
}

/// A pattern is for one term, so that one with a hyphen in it, or of signs without spaces, would find nothing.
pub(super) fn single_word(pattern: &Pattern, is_text: bool, bytes: &Range<usize>) -> Parsed<()> {
    let text = match pattern {
        Pattern::Wildcard(text) => text,
        Pattern::Fuzzy { word, .. } => word,
        Pattern::Regex(_) => return Ok(()),
    };
    let filled = match pattern {
        Pattern::Wildcard(text) => text.replace(['*', '?'], "x"),
        _ => text.clone(),
    };
    let mut found = segments(&filled);
    match (found.next(), found.next()) {
        (Some(Segment::Word(word)), None) if word == (0..filled.len()) => Ok(()),
        (Some(Segment::Gram(_)), _) | (_, Some(Segment::Gram(_))) => {
            let message = "words of a script without spaces are found by their signs, with no pattern";
            Err(QueryError::new(bytes.clone(), message).suggest("write the word alone"))
        }
        _ => {
            let message = format!("a pattern is for one word of letters and digits, and {text} is not");
            let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '*' | '?')).collect();
            let can_be_near = is_text && matches!(pattern, Pattern::Wildcard(_));
            let suggestion = match can_be_near && words.iter().all(|word| word.contains(char::is_alphanumeric)) {
                true => format!("write {}", words.join(" PRE/1 ")),
                false => "write its words apart".to_owned(),
            };
            Err(QueryError::new(bytes.clone(), message).suggest(suggestion))
        }
    }
}

/// Looks at a regular expression, without its slashes, as the search will.
pub(super) fn regex(text: &str, bytes: &Range<usize>, notes: &mut Notes) -> Parsed<()> {
    if text.len() > REGEX_BYTES_MAX {
        let message = format!(
            "the regular expression has {} bytes, but at most {REGEX_BYTES_MAX} are read (REGEX_BYTES_MAX)",
            text.len()
        );
        return Err(QueryError::new(bytes.clone(), message));
    }
    let wrong = |what: String| QueryError::new(bytes.clone(), format!("this is no regular expression: {what}"));
    let parsed = ParserBuilder::new().nest_limit(REGEX_DEPTH_MAX).build().parse(text);
    let hir = parsed.map_err(|error| match error {
        regex_syntax::Error::Parse(error) => wrong(error.kind().to_string()),
        regex_syntax::Error::Translate(error) => wrong(error.kind().to_string()),
        _ => wrong("it cannot be read".to_owned()),
    })?;
    if !hir.properties().look_set().is_empty() {
        let message = "^, $ and \\b have no place here: an expression always fits a whole word";
        return Err(QueryError::new(bytes.clone(), message).suggest("take them out; .* stands for any letters"));
    }
    if is_lazy(&hir) {
        let message = "lazy repetition has no place here: an expression always fits a whole word";
        return Err(QueryError::new(bytes.clone(), message).suggest("take out the ? behind the repetition"));
    }
    if let Some(letter) = unfolded_letter(&hir) {
        notes.letter(bytes, letter);
    }
    Ok(())
}

fn is_lazy(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => !repetition.greedy || is_lazy(&repetition.sub),
        HirKind::Capture(capture) => is_lazy(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(is_lazy),
        _ => false,
    }
}

/// A letter that no term has, since terms are in small letters without accents.
fn unfolded_letter(hir: &Hir) -> Option<char> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().find(|c| c.is_alphabetic() && fold(c.encode_utf8(&mut [0; 4])) != c.to_string())
        }
        HirKind::Repetition(repetition) => unfolded_letter(&repetition.sub),
        HirKind::Capture(capture) => unfolded_letter(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(unfolded_letter),
        _ => None,
    }
}
