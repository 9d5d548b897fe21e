//! Doubts about how the parts of a query are put together.

use std::{collections::HashSet, ops::Range};

use super::{
    Amount, AmountRange, DateKind, DateSpan, Field, Query,
    lex::is_quote,
    notes::{Notes, SHOWN_BYTES_MAX},
    parse::{Parser, Part},
};

/// A minus before a number may be one.
pub(super) fn minus(parser: &mut Parser<'_>, bytes: &Range<usize>) {
    let next = parser.word_at(parser.at).filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    if let Some(number) = next {
        parser.notes.add_with(
            bytes,
            format!("articles with {number} are left out"),
            "in quotes, the sign is part of the text",
        );
    }
}

/// Looks at the parts of an `OR`.
pub(super) fn alternatives(parts: &[Part], text: &str, notes: &mut Notes) {
    repeated(parts, text, notes);
    field_of_one(parts, text, notes);
    let is_open =
        |part: &&Part| !part.bracketed && matches!(part.query, Query::All(_) | Query::Near { .. } | Query::Same { .. });
    if let Some(part) = parts.iter().find(is_open) {
        let shown = part.query.to_string();
        let message = match shown.len() {
            0..=SHOWN_BYTES_MAX => format!("OR is read last: ({shown}) is one side of it"),
            _ => "OR is read last: all of this is one side of it".to_owned(),
        };
        notes.add_with(&part.bytes, message, "put brackets round what belongs together");
    }
    if let Some(part) = parts.iter().find(|part| matches!(part.query, Query::Not(_))) {
        notes.add(&part.bytes, "OR with something left out fits nearly every article", None);
    }
}

/// Looks at parts that must all be there. `said` tells for each whether an `AND` stands before it.
pub(super) fn together(parts: &[Part], said: &[bool], text: &str, notes: &mut Notes) {
    repeated(parts, text, notes);
    names_of_several_words(parts, said, text, notes);
    contradictions(parts, notes);
    for (at, pair) in parts.windows(2).enumerate() {
        let [before, behind] = pair else { continue };
        let is_near = |part: &Part| !part.bracketed && matches!(part.query, Query::Near { .. } | Query::Same { .. });
        let (near, word) = match (is_near(before), is_near(behind)) {
            (true, false) if is_plain_word(behind) => (before, behind),
            (false, true) if is_plain_word(before) => (behind, before),
            _ => continue,
        };
        if said[at + 1] || near.bytes.len() > SHOWN_BYTES_MAX {
            continue;
        }
        let message = format!("{} is looked for anywhere, and apart from it {}", &text[word.bytes.clone()], near.query);
        notes.add_with(&word.bytes, message, "for a phrase, put its words in quotes");
    }
}

fn repeated(parts: &[Part], text: &str, notes: &mut Notes) {
    let mut seen = HashSet::new();
    for bytes in parts.iter().filter(|part| !seen.insert(&part.query)).map(|part| &part.bytes) {
        let shown = if bytes.len() <= SHOWN_BYTES_MAX { &text[bytes.clone()] } else { "this" };
        notes.add(bytes, format!("{shown} is there twice"), None);
    }
}

/// `title:korea OR seoul`: the field reaches over one word only.
fn field_of_one(parts: &[Part], text: &str, notes: &mut Notes) {
    for pair in parts.windows(2) {
        if let [before, behind] = pair
            && let Some(name) = named_word(before)
            && is_plain_word(behind)
        {
            let words = (&text[before.bytes.clone()], &text[behind.bytes.clone()]);
            let first = words.0.split_once([':', '=']).map_or(words.0, |(_, first)| first);
            let message = format!("{name}: belongs to {first} alone");
            notes.add_with(&behind.bytes, message, format!("for both write {name}:({first} OR {})", words.1));
        }
    }
}

/// `source:New York Times`: a name of several words needs quotes.
fn names_of_several_words(parts: &[Part], said: &[bool], text: &str, notes: &mut Notes) {
    let is_name = |bytes: &Range<usize>| text[bytes.clone()].starts_with(char::is_uppercase);
    for (at, part) in parts.iter().enumerate() {
        let (field, first, sign) = match &part.query {
            Query::Word { field, text } => (field, text, ""),
            // In quotes its end was said.
            Query::Named { field, name } if !text[part.bytes.clone()].ends_with(is_quote) => (field, name, "="),
            _ => continue,
        };
        if part.bracketed || field.is_text() || !first.starts_with(char::is_uppercase) {
            continue;
        }
        let rest = parts[at + 1..].iter().zip(&said[at + 1..]);
        let rest = rest.take_while(|(part, said)| !**said && is_plain_word(part) && is_name(&part.bytes));
        let words: Vec<&str> = rest.map(|(part, _)| &text[part.bytes.clone()]).collect();
        if let Some(next) = parts.get(at + 1).filter(|_| !words.is_empty()) {
            let name = field.name();
            let message = format!("{name}: belongs to {first} alone");
            notes.add_with(
                &next.bytes,
                message,
                format!("for all of it write {name}:{sign}\"{first} {}\"", words.join(" ")),
            );
        }
    }
}

fn is_plain_word(part: &Part) -> bool {
    !part.bracketed && matches!(part.query, Query::Word { field: Field::Text, .. })
}

/// The name of the field before a single word.
fn named_word(part: &Part) -> Option<&'static str> {
    match &part.query {
        Query::Word { field, .. } if *field != Field::Text && !part.bracketed => Some(field.name()),
        Query::Named { field, .. } if !part.bracketed => Some(field.name()),
        _ => None,
    }
}

/// What may have been meant by words side by side that were to stand near something.
pub(super) fn phrase_or_either(inner: &str) -> String {
    let words: Vec<&str> = inner.split_whitespace().collect();
    let is_short = inner.len() <= SHOWN_BYTES_MAX && !inner.contains(['(', ')', '"', ':']);
    let is_or = |word: &&str| word.eq_ignore_ascii_case("or");
    if !is_short || words.contains(&"AND") {
        return "join it with AND outside of brackets".to_owned();
    }
    match words.iter().any(is_or) {
        true => {
            let ours: Vec<&str> = words.iter().map(|word| if is_or(word) { "OR" } else { word }).collect();
            format!("in capitals, OR is an operator: write ({})", ours.join(" "))
        }
        false => format!("write \"{}\" for the phrase, or OR between the words", words.join(" ")),
    }
}

/// Conditions that no article can fit together.
fn contradictions(parts: &[Part], notes: &mut Notes) {
    for kind in [DateKind::Published, DateKind::Modified, DateKind::Captured] {
        let mut all = DateSpan { first: None, last: None };
        for part in parts {
            let Query::Dates { date, span } = &part.query else { continue };
            if *date != kind {
                continue;
            }
            all.first = all.first.max(span.first);
            all.last = [all.last, span.last].into_iter().flatten().min();
            if let (Some(first), Some(last)) = (all.first, all.last)
                && last < first
            {
                notes.add(&part.bytes, "no day is in this span and in the ones before it", None);
                break;
            }
        }
    }
    for kind in [Amount::Words, Amount::Copies] {
        let mut all = AmountRange { min: None, max: None };
        for part in parts {
            let Query::Amount { what, range } = part.query else { continue };
            if what != kind {
                continue;
            }
            all.min = all.min.max(range.min);
            all.max = [all.max, range.max].into_iter().flatten().min();
            if all.min.zip(all.max).is_some_and(|(min, max)| max < min) {
                notes.add(&part.bytes, "no number is in this range and in the ones before it", None);
                break;
            }
        }
    }
    let wanted: HashSet<&Query> = parts.iter().map(|part| &part.query).collect();
    for part in parts {
        if let Query::Not(left_out) = &part.query
            && wanted.contains(left_out.as_ref())
        {
            notes.add(&part.bytes, "what is left out here is asked for beside it: nothing can fit", None);
        }
    }
}

/// Looks at two operands that are to stand near each other, at most so many words apart.
pub(super) fn neighbours(left: &Part, right: &Part, words: u32, operator: &Range<usize>, notes: &mut Notes) {
    if let Query::Near { words: before, .. } = left.query
        && !left.bracketed
        && before != words
        && left.bytes.len() <= SHOWN_BYTES_MAX
    {
        let message = format!("this is read from the left: ({}) comes first", left.query);
        notes.add_with(operator, message, "put brackets round what belongs together");
    }
    let zone = |part: &Part| match &part.query {
        Query::Word { field, .. } | Query::Phrase { field, .. } | Query::Pattern { field, .. } => Some(*field),
        _ => None,
    };
    let (Some(a), Some(b)) = (zone(left), zone(right)) else { return };
    let meets = |a: Field, b: Field| {
        a == b || a == Field::Text || (a == Field::Lead && matches!(b, Field::Body | Field::Standfirst))
    };
    if !meets(a, b) && !meets(b, a) {
        let message = format!("nothing fits: no word of {}: is near one of {}:", a.name(), b.name());
        notes.add_with(operator, message, "for both in one article, write AND");
    }
}

/// Looks at the whole query.
pub(super) fn whole(part: &Part, notes: &mut Notes) {
    let is_not = |query: &Query| matches!(query, Query::Not(_));
    let only_not = match &part.query {
        Query::All(parts) => parts.iter().all(is_not),
        query => is_not(query),
    };
    if only_not {
        notes.add(&part.bytes, "every article is asked for but those with this", None);
    }
}
