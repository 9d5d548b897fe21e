//! Made-up trees and texts: what is spelt is read back, and nothing panics.

use chrono::NaiveDate;

use crate::query::{
    ATLEAST_MAX, Amount, AmountRange, DateKind, DateSpan, Field, LAST_MAX, NEAR_WORDS_MAX, Pattern, Query, Scope,
    Trait, Unit, parse::parse,
};

/// Trees and texts that are made up.
const ROUNDS: usize = 4_000;

/// Words that are easily taken for something else, and plain ones; each has a letter or digit.
const NASTY: [&str; 100] = [
    "=x",
    "tag:=x",
    "tag:=",
    "source:=\"x y\"",
    "korea",
    "a",
    "OR",
    "AND",
    "NOT",
    "or",
    "and",
    "not",
    "NEAR",
    "near",
    "SAME",
    "same",
    "sentence",
    "paragraph",
    "SENTENCE",
    "adj",
    "ADJ",
    "adj5",
    "near5",
    "NEAR/5",
    "w/5",
    "pre/5",
    "/5",
    "+5",
    "/s",
    "/p",
    "w/s",
    "+s",
    "w/seg",
    "atleast3",
    "atl3",
    "ATLEAST3",
    "date",
    "Date",
    "aft",
    "is",
    "after",
    "geq",
    "2020",
    "1/5/2020",
    "30",
    ">2020",
    "wc",
    "words",
    ">800",
    "wc>800",
    "words:>800",
    "date:2020",
    "date>2020",
    "date=1",
    "hd=x",
    "title:x",
    "Title:",
    "titel:x",
    "korea:",
    "http://a.example/?q=1",
    "12:30",
    "a:b",
    ":x",
    "x:",
    "-x",
    "--x",
    "x-",
    "–x",
    "+x",
    "++x",
    "x*",
    "*x",
    "x?y",
    "x?",
    "x?!",
    "x!",
    "x!!",
    "!x",
    "x~",
    "x~1",
    "x~9",
    "~1",
    "x\\",
    "\\x",
    "x\"y",
    "“x”",
    "'x'",
    "‘x’",
    "(x",
    "x)",
    "a b",
    "a\u{a0}b",
    "a\nb",
    "/x/",
    "/x",
    "x/",
    "headline(",
    "AROUND(5)",
    "한국",
    "é\u{301}",
];

/// Numbers that look like chance and are the same in every run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below((most - least + 1) as usize) as u32
    }

    fn nasty(&mut self) -> String {
        match self.below(4) {
            0 => format!("{}{}", self.one_of(&NASTY), self.one_of(&NASTY)),
            _ => self.one_of(&NASTY).to_owned(),
        }
    }
}

const ZONES: [Field; 6] = [Field::Text, Field::Title, Field::Body, Field::Standfirst, Field::Caption, Field::Lead];

fn field(chance: &mut Chance) -> Field {
    match chance.below(3) {
        0 => chance.one_of(&Field::NAMED).0,
        _ => Field::Text,
    }
}

fn text_leaf(chance: &mut Chance, field: Field) -> Query {
    match chance.below(6) {
        0 | 1 => {
            let words: Vec<String> = (0..=chance.below(3)).map(|_| chance.nasty()).collect();
            let text = words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
            // Words of a label stand side by side.
            let slop = match chance.below(2) {
                1 if field.is_text() => chance.between(1, NEAR_WORDS_MAX),
                _ => 0,
            };
            Query::Phrase { field, text, slop }
        }
        2 => Query::Pattern { field, pattern: pattern(chance, field) },
        _ => Query::Word { field, text: chance.nasty() },
    }
}

fn pattern(chance: &mut Chance, field: Field) -> Pattern {
    let word = chance.one_of(&["sanction", "a", "Übung", "2020", "date", "or", "AND"]);
    match chance.below(3) {
        0 => Pattern::Wildcard(match chance.below(4) {
            0 => format!("{word}*"),
            1 => format!("*{word}?"),
            // A ? alone makes no pattern in an address.
            2 if !matches!(field, Field::Url | Field::Id) => format!("x?{word}"),
            _ => format!("{word}*{word}??"),
        }),
        1 => Pattern::Fuzzy { word: word.to_owned(), edits: chance.between(1, 2) as u8 },
        _ => Pattern::Regex(
            chance
                .one_of(&["organi[sz]ation", "(a|b)*c", "a/b", "x\\(\"y", "\\d{4}", "n5x", "s", "5", "[/]", "日"])
                .to_owned(),
        ),
    }
}

fn span(chance: &mut Chance) -> DateSpan {
    let days = [
        "0001-01-01",
        "1612-01-01",
        "1677-09-21",
        "2022-04-01",
        "2022-04-30",
        "2022-12-31",
        "2262-04-12",
        "9999-12-31",
    ];
    let mut day = || chance.one_of(&days).parse::<NaiveDate>().expect("a day");
    let (a, b) = (day(), day());
    match chance.below(4) {
        0 => DateSpan { first: Some(a.min(b)), last: Some(a.max(b)) },
        1 => DateSpan { first: Some(a), last: None },
        2 => DateSpan { first: None, last: Some(a) },
        _ => DateSpan { first: None, last: None },
    }
}

fn condition(chance: &mut Chance) -> Query {
    let date = chance.one_of(&[DateKind::Published, DateKind::Modified, DateKind::Captured]);
    match chance.below(7) {
        0 => Query::Everything,
        6 => {
            let named: Vec<Field> = Field::NAMED.iter().map(|(field, _)| *field).filter(|f| f.is_named()).collect();
            let names = ["Korea", "North Korea", "a \"b\" \\", "$$$", "=", "R&D (new)", "日本"];
            Query::Named { field: chance.one_of(&named), name: chance.one_of(&names).to_owned() }
        }
        1 => Query::Dates { date, span: span(chance) },
        2 => {
            let unit = chance.one_of(&[Unit::Days, Unit::Weeks, Unit::Months, Unit::Years]);
            Query::Last { date, amount: chance.between(1, LAST_MAX), unit }
        }
        3 => Query::SureDate,
        4 => {
            let number = chance.one_of(&[0, 1, 800, u64::MAX - 1, u64::MAX]);
            let (min, max) = chance.one_of(&[
                (None, None),
                (Some(number), None),
                (None, Some(number)),
                (Some(number), Some(number)),
                (Some(0), Some(number)),
            ]);
            Query::Amount { what: chance.one_of(&[Amount::Words, Amount::Copies]), range: AmountRange { min, max } }
        }
        _ => Query::Is(chance.one_of(&Trait::NAMED).0),
    }
}

/// What can stand near something.
fn near(chance: &mut Chance, depth: u32) -> Query {
    if depth == 0 || chance.below(3) == 0 {
        let field = chance.one_of(&ZONES);
        return text_leaf(chance, field);
    }
    let parts = |chance: &mut Chance, least, most| -> Vec<Query> {
        (0..chance.between(least, most)).map(|_| near(chance, depth - 1)).collect()
    };
    match chance.below(3) {
        0 => Query::Any(parts(chance, 2, 4)),
        1 => {
            let (words, ordered) = (chance.between(1, NEAR_WORDS_MAX), chance.below(2) == 0);
            Query::Near { parts: parts(chance, 2, 2), words, ordered }
        }
        _ => Query::Same { scope: chance.one_of(&[Scope::Sentence, Scope::Paragraph]), parts: parts(chance, 2, 3) },
    }
}

fn query(chance: &mut Chance, depth: u32) -> Query {
    if depth == 0 || chance.below(6) == 0 {
        let field = field(chance);
        return if chance.below(4) == 0 { condition(chance) } else { text_leaf(chance, field) };
    }
    let parts = |chance: &mut Chance| (0..chance.between(2, 4)).map(|_| query(chance, depth - 1)).collect();
    match chance.below(8) {
        0..=2 => Query::All(parts(chance)),
        3 | 4 => Query::Any(parts(chance)),
        5 => Query::Not(Box::new(query(chance, depth - 1))),
        6 => {
            let part = Box::new(near(chance, depth - 1));
            Query::AtLeast { times: chance.between(1, ATLEAST_MAX), part }
        }
        _ => near(chance, depth),
    }
}

#[test]
fn a_query_is_read_back_from_its_spelling() {
    let mut chance = Chance(1);
    for round in 0..ROUNDS {
        // Small ones first, so that a fault shows in a small one.
        let query = query(&mut chance, (round * 5 / ROUNDS) as u32);
        let spelling = query.to_string();
        match parse(&spelling) {
            Ok((again, _)) => assert!(again == query, "{spelling}\n{query:?}\n{again:?}"),
            Err(error) => panic!("{spelling}\n{query:?}\n{error}"),
        }
    }
}

/// An error has its place in the text; a query has a spelling that stays; notes have theirs.
fn check_any(typed: &str) {
    match parse(typed) {
        Ok((query, notes)) => {
            let spelling = query.to_string();
            let again = parse(&spelling).unwrap_or_else(|e| panic!("{typed:?} is spelt {spelling:?}: {e}"));
            assert_eq!(again.0, query, "{typed:?} is spelt {spelling:?}");
            for note in notes {
                assert!(typed.get(note.bytes.clone()).is_some() && !note.message.is_empty(), "{typed:?}: {note:?}");
            }
        }
        Err(error) => {
            assert!(typed.get(error.bytes.clone()).is_some() && !error.message.is_empty(), "{typed:?}: {error:?}");
        }
    }
}

#[test]
fn no_text_makes_the_parser_fail_otherwise_than_by_an_error_with_its_place() {
    const PIECES: [&str; 40] = [
        "(",
        ")",
        "\"",
        "“",
        "”",
        "»",
        "-",
        "*",
        "?",
        "!",
        "~",
        "~1",
        "/",
        "\\",
        "+",
        ":",
        "=",
        ">",
        "..",
        ",",
        "'",
        "title:",
        "hlead(",
        "date:",
        "last:",
        "words:",
        "is:",
        "url:",
        "atleast3(",
        " ",
        " ",
        " ",
        "\t",
        "\n",
        "\u{0}",
        "é",
        "한",
        "&",
        "OR",
        "5",
    ];
    let mut chance = Chance(2);
    for _ in 0..ROUNDS * 4 {
        let mut text = String::new();
        for _ in 0..chance.below(14) {
            match chance.below(3) {
                0 => text += chance.one_of(&NASTY),
                _ => text += chance.one_of(&PIECES),
            }
            if chance.below(2) == 0 {
                text.push(' ');
            }
        }
        check_any(&text);
    }
}

#[test]
fn no_bytes_make_the_parser_fail() {
    let mut chance = Chance(3);
    for _ in 0..ROUNDS {
        let bytes: Vec<u8> = (0..chance.below(40)).map(|_| chance.below(256) as u8).collect();
        check_any(&String::from_utf8_lossy(&bytes));
        let ascii: String = (0..chance.below(30)).map(|_| chance.between(32, 126) as u8 as char).collect();
        check_any(&ascii);
    }
}
