//! Notes on words and signs that are read otherwise than they may be meant: nothing typed is dropped in silence.

use std::ops::Range;

use chrono::NaiveDate;

use super::{DateSpan, Note, Query, names::nearest};
use crate::text::{Segment, TERM_BYTES_MAX, segments};

/// Most notes on one query; what is left out is counted in a last one.
const NOTES_MAX: usize = 50;

/// Longest query text, in bytes, that is put into a note.
pub(super) const SHOWN_BYTES_MAX: usize = 200;

/// Names of languages that are looked for, with their codes.
const LANGUAGES: [(&str, &str); 12] = [
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("dutch", "nl"),
    ("english", "en"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
];

/// Notes as they are made.
#[derive(Debug, Default)]
pub(super) struct Notes {
    notes: Vec<Note>,
    left_out: usize,
    has_punctuation: bool,
}

impl Notes {
    pub(super) fn add(&mut self, bytes: &Range<usize>, message: impl Into<String>, suggestion: Option<String>) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(Note { bytes: bytes.clone(), message: message.into(), suggestion });
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn add_with(&mut self, bytes: &Range<usize>, message: impl Into<String>, suggestion: impl Into<String>) {
        self.add(bytes, message, Some(suggestion.into()));
    }

    /// All notes, in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Note> {
        self.notes.sort_by_key(|note| (note.bytes.start, note.bytes.end));
        if let Some(last) = self.notes.last().filter(|_| self.left_out > 0) {
            let message = format!("there are {} more notes on this query", self.left_out);
            self.notes.push(Note { bytes: last.bytes.clone(), message, suggestion: None });
        }
        self.notes
    }

    /// Another spelling of something that our language has.
    pub(super) fn taken_as(&mut self, bytes: Range<usize>, typed: &str, ours: &str) {
        self.add(&bytes, format!("{typed} is read as {ours}"), None);
    }

    /// Signs that stand alone.
    pub(super) fn sign(&mut self, bytes: Range<usize>, typed: &str) {
        let suggestion = match typed {
            "/" => Some("for either one write OR".to_owned()),
            "!" => Some("to leave out a word, write - right before it".to_owned()),
            _ if typed.starts_with(['-', '–', '—', '−']) => {
                Some("to leave out a word, write - right before it".to_owned())
            }
            _ if typed.contains(['[', ']', '{', '}']) => Some("for a group, use ( and )".to_owned()),
            _ => None,
        };
        self.add(&bytes, format!("{typed} has no letter or digit and is not looked for"), suggestion);
    }

    /// Signs of a word, or at its end, that no term has.
    pub(super) fn word(&mut self, bytes: &Range<usize>, text: &str) {
        let (mut found, mut inside, mut last, mut is_cut) = (Vec::new(), String::new(), 0, false);
        let mut ends = String::new();
        for segment in segments(text) {
            let (Segment::Word(place) | Segment::Gram(place)) = segment;
            let lost = text.get(last..place.start).unwrap_or_default();
            if found.is_empty() {
                ends.push_str(lost)
            } else {
                inside.push_str(lost)
            }
            is_cut |= place.len() > TERM_BYTES_MAX;
            last = place.end;
            found.push(&text[place]);
        }
        ends.push_str(&text[last..]);
        if is_cut {
            let message = format!("of so long a word only the first {TERM_BYTES_MAX} bytes are looked at");
            self.add(bytes, message, None);
        }
        if text.starts_with('!') {
            self.add_with(bytes, "! before a word leaves nothing out", "write - for that");
            return;
        }
        let undashed = text.trim_start_matches(['–', '—', '−']);
        if undashed.len() < text.len() {
            self.add_with(bytes, format!("the dash before {undashed} leaves nothing out"), "write - for that");
        } else if ends.contains(is_symbol) || inside.contains(is_symbol) {
            let message = format!("{text} is looked for as {}", found.join(" "));
            let is_group = ends.contains(['[', ']', '{', '}']);
            self.add(bytes, message, is_group.then(|| "for a group, use ( and )".to_owned()));
        } else if text.starts_with(['\'', '‘', '‚', '‹']) {
            self.add_with(bytes, "single quotes make no phrase", "put the words between \" and \"");
        } else if ends.contains([',', ';', ':', '!', '…']) && ends != ":" {
            self.punctuation(bytes, &ends);
        }
    }

    /// A language by its name.
    pub(super) fn language(&mut self, bytes: &Range<usize>, text: &str) {
        let code = text.split('-').next().unwrap_or_default();
        if code.chars().count() <= 3 {
            return;
        }
        let known = LANGUAGES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
        let suggestion = known.map(|(_, code)| format!("did you mean lang:{code}?"));
        self.add(bytes, "languages go by their codes of two or three letters", suggestion);
    }

    /// Signs that end a sentence; one note for all of them.
    pub(super) fn punctuation(&mut self, bytes: &Range<usize>, lost: &str) {
        let shown = lost.chars().find(|c| c.is_ascii_punctuation() || *c == '…');
        if let Some(sign) = shown.filter(|_| !self.has_punctuation) {
            self.has_punctuation = true;
            self.add(bytes, format!("punctuation such as {sign} is not looked for"), None);
        }
    }

    pub(super) fn question(&mut self, bytes: &Range<usize>, word: &str) {
        self.add_with(
            bytes,
            "? at the end of a word is a question mark",
            format!("for one letter more write /{word}./"),
        );
    }

    pub(super) fn plus(&mut self, bytes: &Range<usize>, word: &str) {
        self.add_with(
            bytes,
            "+ does nothing: all words must be there anyway",
            format!("for it as written, {word:?} in quotes"),
        );
    }

    pub(super) fn letter(&mut self, bytes: &Range<usize>, letter: char) {
        let message = format!("terms are in small letters without accents, so that {letter} fits none");
        self.add_with(bytes, message, "write the expression so, or (?i) before it");
    }

    /// What stands in quotes.
    pub(super) fn phrase(&mut self, bytes: &Range<usize>, text: &str) {
        if text.contains('*') {
            self.add_with(bytes, "* in quotes is no wildcard", "write the words apart, with PRE/1 between them");
        }
    }

    /// A word or phrase with no space before it.
    pub(super) fn glued(&mut self, bytes: &Range<usize>, typed: &str) {
        self.add(bytes, format!("{typed} is apart from what stands right before it"), None);
    }

    /// A minus behind the name of a field.
    pub(super) fn minus_behind(&mut self, bytes: &Range<usize>, name: &str, typed: &str) {
        let rest = typed.trim_start_matches('-');
        self.add_with(bytes, format!("- behind {name} leaves nothing out"), format!("for that write -{name}{rest}"));
    }

    /// An address without its field.
    pub(super) fn address(&mut self, bytes: &Range<usize>, typed: &str) {
        self.add_with(
            bytes,
            "this address is looked for in the text",
            format!("for the article's own write url:{typed}"),
        );
    }

    /// A colon at the end of a word.
    pub(super) fn colon(&mut self, bytes: &Range<usize>, name: &str) {
        let near = nearest(name).map(|known| format!("did you mean {known}: with the word right behind it?"));
        self.add(bytes, format!("{name}: is a word here and no field"), near);
    }

    /// A word right before a bracket.
    pub(super) fn bracket(&mut self, bytes: &Range<usize>, name: &str) {
        let near = nearest(name).map(|known| format!("did you mean {known}:(…)?"));
        self.add(bytes, format!("{name} is a word here, and no field for the bracket behind it"), near);
    }

    /// A word that is an operator in capitals, or elsewhere; `follows` and `leads` say whether words are beside it.
    pub(super) fn operator_like(&mut self, bytes: &Range<usize>, typed: &str, follows: bool, leads: bool) {
        let between = follows && leads;
        let is = |name: &str| typed.eq_ignore_ascii_case(name);
        let suggestion = if between && (is("or") || is("and")) || leads && is("not") {
            format!("in capitals, {} is an operator", typed.to_uppercase())
        } else if between && (is("near") || is("within")) {
            "NEAR/10 is the operator".to_owned()
        } else if between && is("same") {
            "SAME SENTENCE and SAME PARAGRAPH are operators".to_owned()
        } else if between && is("pre") {
            "PRE/5 is the operator".to_owned()
        } else if between && is_numbered(typed) {
            format!("NEAR/{} is the operator", &typed[1..])
        } else {
            return;
        };
        self.add_with(bytes, format!("{typed} is looked for as a word"), suggestion);
    }

    /// A span of days that has not begun, or a language that is no code.
    pub(super) fn condition(&mut self, query: &Query, bytes: &Range<usize>) {
        if let Query::Dates { span: DateSpan { first: Some(first), .. }, .. } = query
            && *first > today()
        {
            self.add(bytes, "these days are still to come", None);
        }
    }
}

/// The day it is in the earliest zone, so that nothing is called future that has begun somewhere.
fn today() -> NaiveDate {
    (chrono::Utc::now() + chrono::TimeDelta::hours(14)).date_naive()
}

/// `n5`, `w5`: operators elsewhere, and names of roads and cars.
fn is_numbered(typed: &str) -> bool {
    let number = typed.strip_prefix(['n', 'N', 'w', 'W']);
    number.is_some_and(|number| matches!(number.len(), 1 | 2) && number.bytes().all(|b| b.is_ascii_digit()))
}

/// A sign that says more than punctuation does.
fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric()
        && !c.is_whitespace()
        && !matches!(
            c,
            '-' | '\''
                | '’'
                | '‘'
                | '‚'
                | '‹'
                | '›'
                | '.'
                | ','
                | ';'
                | ':'
                | '!'
                | '?'
                | '…'
                | '–'
                | '—'
                | '/'
                | '·'
        )
}
