//! A slow, obvious twin of the search: what the index finds, a scan over all articles must find too.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    sync::LazyLock,
};

use chrono::NaiveDate;
use newssearch::{
    Amount, AmountRange, Archive, Article, Confidence, DateKind, DateSpan, Field, IngestOptions, Pattern, Query, Scope,
    SearchOptions, Trait, ingest,
};
use serde_json::json;
use support::Folder;

/// Queries that are made up and tried.
const QUERIES: u64 = 1_500;

/// Deepest tree that is made up.
const DEPTH_MAX: u32 = 4;

/// Words, each with what its forms have in common.
const WORDS: [(&str, &str); 18] = [
    ("quay", "quay"),
    ("bull", "bull"),
    ("dam", "dam"),
    ("fog", "fog"),
    ("tar", "tar"),
    ("gull", "gull"),
    ("mast", "mast"),
    ("rope", "rope"),
    ("salt", "salt"),
    ("keel", "keel"),
    ("drum", "drum"),
    ("lamp", "lamp"),
    ("letter", "letter"),
    ("letters", "letter"),
    ("lettered", "letter"),
    ("sails", "sail"),
    ("sailing", "sail"),
    ("sail", "sail"),
];
const AUTHORS: [&str; 4] = ["Imogen Farrant", "Ivo Clement", "Ottoline Grey", "Clement Grey"];
const SOURCES: [&str; 3] = ["Harbour Courier", "Night Owl", "Courier"];
const SECTIONS: [&str; 3] = ["World", "Harbour News", "World Sport"];
const DAYS: [&str; 6] = ["", "1912-03-04", "2021-06-18", "2021-12-31", "2022-01-01", "2022-11-08"];

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

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())].0
    }

    /// A few words.
    fn words(&mut self, most: usize) -> String {
        let count = 1 + self.below(most);
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// A paragraph of a few sentences.
    fn paragraph(&mut self) -> String {
        let sentence = |chance: &mut Self| {
            let words = chance.words(8);
            words[..1].to_uppercase() + &words[1..] + "."
        };
        (0..1 + self.below(3)).map(|_| sentence(self)).collect::<Vec<_>>().join(" ")
    }
}

/// An archive of made-up articles, in several segments, with all of them beside it.
struct Twin {
    archive: Archive,
    articles: BTreeMap<String, Article>,
    _folder: Folder,
}

static TWIN: LazyLock<Twin> = LazyLock::new(|| {
    let folder = Folder::new();
    let mut chance = Chance(1);
    for part in 0..4 {
        let line = |id: u32| record(id, &mut chance);
        let lines: String = (part * 60..part * 60 + 60).map(line).collect();
        folder.write(&format!("pages/{part}.jsonl"), lines);
        let paths = [folder.path("pages")];
        ingest(folder.path("index"), &paths, &IngestOptions::default(), |_| ControlFlow::Continue(())).expect("a run");
    }
    let archive = Archive::open(folder.path("index")).expect("an archive");
    let options = SearchOptions { limit: 1_000, ..SearchOptions::default() };
    let all = archive.search(&Query::Everything, &options).expect("a search").hits;
    let whole = |id: String| (id.clone(), archive.article(&id).expect("an article"));
    let articles: BTreeMap<String, Article> = all.into_iter().map(|hit| whole(hit.article.id)).collect();
    assert_eq!(articles.len(), 240);
    Twin { archive, articles, _folder: folder }
});

fn record(id: u32, chance: &mut Chance) -> String {
    let paragraphs: Vec<String> = (0..1 + chance.below(3)).map(|_| chance.paragraph()).collect();
    let record = json!({
        "id": format!("a{id}"),
        "title": chance.words(3),
        "text": paragraphs.join("\n\n"),
        "authors": [chance.one_of(&AUTHORS)],
        "source": chance.one_of(&SOURCES),
        "section": chance.one_of(&SECTIONS),
        "tags": [chance.word()],
        "date": chance.one_of(&DAYS),
        "language": "en",
    });
    record.to_string() + "\n"
}

/// A made-up query. Lists of one part, or of parts of their own kind, are none that a parser would make.
fn query(chance: &mut Chance, depth: u32) -> Query {
    let kinds = if depth == 0 { 12 } else { 20 };
    match chance.below(kinds) {
        0..=2 => Query::Word { field: Field::Text, text: chance.word().to_owned() },
        3..=4 => in_text(chance, 0),
        5 => labelled(chance),
        6 => Query::Is([Trait::Author, Trait::Date, Trait::Tags, Trait::Image][chance.below(4)]),
        7 => Query::Dates { date: DateKind::Published, span: span(chance) },
        8 if chance.below(4) == 0 => Query::Everything,
        8 => Query::SureDate,
        9 => Query::Amount {
            what: Amount::Words,
            range: AmountRange { min: Some(chance.below(12) as u64), max: Some(12 + chance.below(30) as u64) },
        },
        10 => Query::AtLeast { times: 2 + chance.below(2) as u32, part: Box::new(in_text(chance, 1)) },
        11..=14 => in_text(chance, 2),
        15..=16 => Query::All(parts(chance, depth)),
        17..=18 => Query::Any(parts(chance, depth)),
        _ => Query::Not(Box::new(query(chance, depth - 1))),
    }
}

/// Something that stands at places in the text.
fn in_text(chance: &mut Chance, depth: u32) -> Query {
    let field = [Field::Text, Field::Text, Field::Text, Field::Title, Field::Body, Field::Lead][chance.below(6)];
    let two = |chance: &mut Chance| vec![in_text(chance, depth - 1), in_text(chance, depth - 1)];
    match chance.below(if depth == 0 { 6 } else { 10 }) {
        0..=1 => Query::Word { field, text: chance.word().to_owned() },
        2 => Query::Phrase { field, text: chance.words(1), slop: 0 },
        3 => Query::Phrase { field, text: format!("{} {}", chance.word(), chance.word()), slop: 0 },
        4 => Query::Phrase {
            field,
            text: format!("{} {}", chance.word(), chance.words(2)),
            slop: chance.below(4) as u32,
        },
        5 => Query::Pattern { field, pattern: pattern(chance) },
        6..=7 => {
            let (parts, words, ordered) = (two(chance), 1 + chance.below(6) as u32, chance.below(2) == 0);
            Query::Near { parts, words, ordered }
        }
        8 => Query::Same { scope: [Scope::Sentence, Scope::Paragraph][chance.below(2)], parts: two(chance) },
        _ => Query::Any(two(chance)),
    }
}

fn pattern(chance: &mut Chance) -> Pattern {
    match chance.below(3) {
        0 => Pattern::Wildcard(chance.one_of(&["let*", "*l", "s?l*", "*ll", "?a?t", "sail*", "x*"]).to_owned()),
        1 => Pattern::Fuzzy { word: chance.one_of(&["letr", "bul", "sial", "mats", "gulls"]).to_owned(), edits: 1 },
        _ => Pattern::Regex(chance.one_of(&["(bu|gu)ll", "sail(s|ing)?", "[a-k].*", "le.*[rd]"]).to_owned()),
    }
}

fn parts(chance: &mut Chance, depth: u32) -> Vec<Query> {
    (0..2 + chance.below(3)).map(|_| query(chance, depth - 1)).collect()
}

fn labelled(chance: &mut Chance) -> Query {
    if chance.below(3) == 0 {
        let (field, name) = match chance.below(5) {
            0 => (Field::Author, chance.one_of(&["Clement Grey", "Ivo Clement", "ivo clement", "Clement"])),
            1 => (Field::Source, chance.one_of(&["Courier", "Harbour Courier", "courier"])),
            2 => (Field::Section, chance.one_of(&["World", "World Sport", "Sport"])),
            3 => (Field::Tag, chance.word()),
            _ => (Field::Language, chance.one_of(&["en", "EN", "de"])),
        };
        return Query::Named { field, name: name.to_owned() };
    }
    let (field, text) = match chance.below(6) {
        0 => (Field::Author, chance.one_of(&["clement", "Grey", "imogen", "nobody"])),
        1 => (Field::Source, chance.one_of(&["courier", "owl", "HARBOUR"])),
        2 => (Field::Section, chance.one_of(&["world", "news", "sport"])),
        3 => (Field::Tag, chance.word()),
        4 => (Field::Language, chance.one_of(&["en", "EN", "de"])),
        _ => (Field::Id, chance.one_of(&["a7", "a200", "A7"])),
    };
    Query::Word { field, text: text.to_owned() }
}

fn span(chance: &mut Chance) -> DateSpan {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let (a, b) = (day(chance.one_of(&DAYS)), day(chance.one_of(&DAYS)));
    match (a, b) {
        (Some(a), Some(b)) => DateSpan { first: Some(a.min(b)), last: Some(a.max(b)) },
        (first, last) => DateSpan { first, last },
    }
}

// The twin: reads every article for every query.

fn fits(query: &Query, article: &Article) -> bool {
    match query {
        Query::Everything => true,
        Query::Word { field: Field::Id, text } => article.id == *text,
        Query::Word { field, text } | Query::Phrase { field, text, .. } if !field.is_text() => {
            labels(*field, article).iter().any(|label| holds(label, text))
        }
        Query::Named { field, name } => labels(*field, article).contains(name),
        Query::Dates { span, .. } => article.published.as_ref().is_some_and(|published| span.contains(published.day)),
        Query::SureDate => article.published.as_ref().is_some_and(|date| date.confidence == Confidence::Sure),
        Query::Is(Trait::Author) => !article.authors.is_empty(),
        Query::Is(Trait::Date) => article.published.is_some(),
        Query::Is(Trait::Tags) => !article.tags.is_empty(),
        Query::Is(_) => false,
        Query::Amount { range, .. } => range.contains(words_of(&article.body()).len() as u64),
        Query::All(parts) => parts.iter().all(|part| fits(part, article)),
        Query::Any(parts) if parts.iter().any(|part| !is_in_text(part)) => parts.iter().any(|part| fits(part, article)),
        Query::Not(part) => !fits(part, article),
        placed => !spans(placed, &Text::of(article)).is_empty(),
    }
}

fn is_in_text(query: &Query) -> bool {
    match query {
        Query::Word { field, .. } | Query::Phrase { field, .. } | Query::Pattern { field, .. } => field.is_text(),
        Query::Near { .. } | Query::Same { .. } | Query::AtLeast { .. } => true,
        Query::Any(parts) => parts.iter().all(is_in_text),
        _ => false,
    }
}

/// A word of an article, with where it stands.
struct Placed {
    word: String,
    /// Places count words; a hundred thousand lie between headline and story.
    place: usize,
    sentence: usize,
    paragraph: usize,
}

struct Text(Vec<Placed>);

const STORY: usize = 100_000;

impl Text {
    fn of(article: &Article) -> Self {
        let mut placed = Vec::new();
        let mut sentence = 0;
        let blocks = article.blocks.iter().map(|block| block.text.as_str());
        for (paragraph, text) in std::iter::once(article.title.as_str()).chain(blocks).enumerate() {
            for part in text.split('.') {
                sentence += 1;
                for word in words_of(part) {
                    let place = if paragraph == 0 { placed.len() } else { STORY + placed.len() };
                    placed.push(Placed { word, place, sentence, paragraph });
                }
            }
        }
        Self(placed)
    }

    fn at(&self, place: usize) -> &Placed {
        self.0.iter().find(|placed| placed.place == place).expect("a place of a word")
    }
}

/// Whether a field holds a place.
fn is_within(field: Field, placed: &Placed) -> bool {
    match field {
        Field::Title => placed.paragraph == 0,
        Field::Body => placed.paragraph > 0,
        Field::Lead => placed.paragraph == 1,
        _ => true,
    }
}

/// First and last places of all stretches that fit, by trying everything.
fn spans(query: &Query, text: &Text) -> BTreeSet<(usize, usize)> {
    let single = |field: Field, fits: &dyn Fn(&str) -> bool| -> BTreeSet<(usize, usize)> {
        let fitting = text.0.iter().filter(|placed| is_within(field, placed) && fits(&placed.word));
        fitting.map(|placed| (placed.place, placed.place)).collect()
    };
    match query {
        Query::Word { field, text: wanted } => single(*field, &|word| stem(word) == stem(wanted)),
        Query::Pattern { field, pattern } => single(*field, &|word| is_shaped(word, pattern)),
        Query::Phrase { field, text: phrase, slop } => {
            let words = words_of(phrase);
            let mut found = BTreeSet::new();
            for choice in choices(&words, *field, text) {
                let (first, last) = (choice.iter().min().copied(), choice.iter().max().copied());
                let (Some(first), Some(last)) = (first, last) else { continue };
                let in_order = choice.windows(2).all(|pair| pair[1] == pair[0] + 1);
                let in_window = last - first < words.len() + *slop as usize;
                if if *slop == 0 { in_order } else { in_window } {
                    found.insert((first, last));
                }
            }
            if *slop > 0 { smallest(&found) } else { found }
        }
        Query::Any(parts) => parts.iter().flat_map(|part| spans(part, text)).collect(),
        Query::Near { parts, words, ordered } => {
            let (left, right) = (spans(&parts[0], text), spans(&parts[1], text));
            let near = |gap: usize| gap <= *words as usize;
            let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (*a, *b)));
            let fitting =
                pairs.filter(|(a, b)| (b.0 > a.1 && near(b.0 - a.1)) || (!ordered && a.0 > b.1 && near(a.0 - b.1)));
            fitting.map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))).collect()
        }
        Query::Same { scope, parts } => {
            let unit = |place: usize| match scope {
                Scope::Sentence => text.at(place).sentence,
                Scope::Paragraph => text.at(place).paragraph,
            };
            let found: Vec<_> = parts.iter().map(|part| spans(part, text)).collect();
            let units: BTreeSet<usize> = text.0.iter().map(|placed| unit(placed.place)).collect();
            let whole = |one: usize| {
                let inside = |(a, b): &&(usize, usize)| unit(*a) == one && unit(*b) == one;
                let all: Vec<Vec<_>> = found.iter().map(|spans| spans.iter().filter(inside).collect()).collect();
                let spans = all.iter().flatten();
                let (first, last) = (spans.clone().map(|s| s.0).min()?, spans.map(|s| s.1).max()?);
                all.iter().all(|spans| !spans.is_empty()).then_some((first, last))
            };
            units.into_iter().filter_map(whole).collect()
        }
        Query::AtLeast { times, part } => {
            let found = spans(part, text);
            if found.len() >= *times as usize { found } else { BTreeSet::new() }
        }
        other => panic!("{other:?} has no places"),
    }
}

/// Every way to choose a place for each word, no place twice.
fn choices(words: &[String], field: Field, text: &Text) -> Vec<Vec<usize>> {
    let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
    for word in words {
        let places = text.0.iter().filter(|placed| placed.word == *word && is_within(field, placed));
        let places: Vec<usize> = places.map(|placed| placed.place).collect();
        let longer = |choice: Vec<usize>| {
            let free = places.iter().filter(|place| !choice.contains(place)).copied().collect::<Vec<_>>();
            free.into_iter().map(move |place| [choice.clone(), vec![place]].concat())
        };
        choices = choices.into_iter().flat_map(longer).collect();
    }
    choices
}

/// The stretches that hold no other.
fn smallest(all: &BTreeSet<(usize, usize)>) -> BTreeSet<(usize, usize)> {
    let holds = |a: &(usize, usize), b: &(usize, usize)| a != b && a.0 <= b.0 && b.1 <= a.1;
    all.iter().filter(|a| !all.iter().any(|b| holds(a, b))).copied().collect()
}

fn is_shaped(word: &str, pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Wildcard(shape) => {
            let (shape, word): (Vec<char>, Vec<char>) = (shape.chars().collect(), word.chars().collect());
            is_wild(&shape, &word)
        }
        Pattern::Fuzzy { word: wanted, edits } => edits_between(word, wanted) <= usize::from(*edits),
        // The few that are made up, by hand.
        Pattern::Regex(expression) => match expression.as_str() {
            "(bu|gu)ll" => ["bull", "gull"].contains(&word),
            "sail(s|ing)?" => ["sail", "sails", "sailing"].contains(&word),
            "[a-k].*" => word.starts_with(|c| ('a'..='k').contains(&c)),
            "le.*[rd]" => word.len() > 2 && word.starts_with("le") && word.ends_with(['r', 'd']),
            other => panic!("{other}"),
        },
        other => panic!("{other:?}"),
    }
}

fn is_wild(shape: &[char], word: &[char]) -> bool {
    match (shape.split_first(), word.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), _) => is_wild(rest, word) || (!word.is_empty() && is_wild(shape, &word[1..])),
        (Some((c, rest)), Some((w, after))) => (*c == '?' || c == w) && is_wild(rest, after),
        _ => false,
    }
}

/// Letters to add, drop, change or swap with their neighbour, tried in every way.
fn edits_between(a: &str, b: &str) -> usize {
    fn count(a: &[u8], b: &[u8], most: usize) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([x, a @ ..], [y, b @ ..]) if x == y => count(a, b, most),
            _ if most == 0 => 1,
            ([x, a_rest @ ..], [y, b_rest @ ..]) => {
                let next = most - 1;
                let mut best = count(a_rest, b_rest, next).min(count(a_rest, b, next)).min(count(a, b_rest, next));
                if let ([x2, a_rest @ ..], [y2, b_rest @ ..]) = (a_rest, b_rest)
                    && (x, x2) == (y2, y)
                {
                    best = best.min(count(a_rest, b_rest, next));
                }
                1 + best
            }
        }
    }
    count(a.as_bytes(), b.as_bytes(), 2)
}

fn stem(word: &str) -> &str {
    WORDS.iter().find(|(form, _)| *form == word).map_or(word, |(_, stem)| stem)
}

fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// The texts of a label; no phrase reaches from one to the next.
fn labels(field: Field, article: &Article) -> Vec<String> {
    match field {
        Field::Author => article.authors.clone(),
        Field::Source => article.source.name.iter().chain(&article.source.domain).cloned().collect(),
        Field::Section => article.section.iter().cloned().collect(),
        Field::Tag => article.tags.clone(),
        Field::Language => article.language.iter().map(|language| language.code.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Whether words stand side by side in a label, in small letters or capitals.
fn holds(label: &str, wanted: &str) -> bool {
    let (label, wanted) = (words_of(label), words_of(wanted));
    label.windows(wanted.len()).any(|run| run == wanted)
}

/// Ids that the index finds.
fn found(query: &Query) -> BTreeSet<&str> {
    let options = SearchOptions { limit: 1_000, snippet_chars: 0, ..SearchOptions::default() };
    let results = TWIN.archive.search(query, &options).unwrap_or_else(|e| panic!("{query}: {e}"));
    assert_eq!(results.total, Some(results.hits.len() as u64), "{query}");
    let known = |id: &str| TWIN.articles.get_key_value(id).map(|(id, _)| id.as_str());
    results.hits.iter().filter_map(|hit| known(&hit.article.id)).collect()
}

#[test]
fn the_index_finds_what_a_scan_over_all_articles_finds() {
    let mut chance = Chance(2);
    let (mut hits, mut queries_with_hits) = (0, 0);
    for _ in 0..QUERIES {
        let query = query(&mut chance, DEPTH_MAX);
        let scan: BTreeSet<&str> =
            TWIN.articles.iter().filter(|(_, article)| fits(&query, article)).map(|(id, _)| id.as_str()).collect();
        let index = found(&query);
        assert_eq!(index, scan, "{query}\n{query:?}");
        hits += scan.len();
        queries_with_hits += u64::from(!scan.is_empty() && scan.len() < TWIN.articles.len());
    }
    assert!(queries_with_hits > QUERIES / 2, "{queries_with_hits} queries tell articles apart, {hits} hits in all");
}

#[test]
fn sets_of_hits_join_as_their_queries_do() {
    let all: BTreeSet<&str> = TWIN.articles.keys().map(String::as_str).collect();
    let mut chance = Chance(3);
    for _ in 0..QUERIES / 10 {
        let (a, b) = (query(&mut chance, 2), query(&mut chance, 2));
        let (of_a, of_b) = (found(&a), found(&b));
        assert_eq!(found(&Query::All(vec![a.clone(), b.clone()])), &of_a & &of_b, "{a} AND {b}");
        assert_eq!(found(&Query::Any(vec![a.clone(), b.clone()])), &of_a | &of_b, "{a} OR {b}");
        assert_eq!(found(&Query::Not(Box::new(a.clone()))), &all - &of_a, "NOT {a}");
    }
}

#[test]
fn a_bag_of_words_finds_articles_with_any_of_them() {
    let mut chance = Chance(4);
    for _ in 0..QUERIES / 10 {
        let text = chance.words(4);
        let any = text.split(' ').map(|word| Query::Word { field: Field::Text, text: word.to_owned() }).collect();
        assert_eq!(found(&Query::words(&text)), found(&Query::Any(any)), "{text}");
    }
    assert!(found(&Query::words("?!")).is_empty());
}

#[test]
fn a_query_is_read_back_from_its_spelling() {
    let mut chance = Chance(5);
    for _ in 0..QUERIES * 4 {
        let query = query(&mut chance, DEPTH_MAX);
        let spelling = query.to_string();
        assert_eq!(Query::parse(&spelling), Ok(query), "{spelling}");
    }
}

#[test]
fn odd_words_are_read_back_from_their_spelling() {
    let words = [
        "OR",
        "AND",
        "NOT",
        "*",
        "-x",
        "x-",
        "a:b",
        "title:x",
        "12:30",
        "C++",
        "C#",
        "3.5",
        "don't",
        "“x",
        "x(y",
        "a b",
        "한국",
        "http://a.example/?q=1",
        "and",
        "x\\",
        "date:2022",
        ":x",
        "x:",
        "é",
        "-",
        "a\u{a0}b",
        "—dash",
        "1",
        "NEAR",
        "x*",
        "\u{202e}x",
        "ß",
    ];
    let mut faults = Vec::new();
    for word in words.into_iter().filter(|word| word.chars().any(char::is_alphanumeric)) {
        for field in [Field::Text, Field::Title, Field::Author] {
            let words = Query::Word { field, text: word.to_owned() };
            let parsed = Query::parse(&words.to_string());
            // What no word can be is spelt as a phrase, which finds the same.
            let phrase = Query::Phrase { field, text: word.to_owned(), slop: 0 };
            let alike = [&words, &phrase].into_iter().any(|query| parsed.as_ref() == Ok(query));
            if !alike && !word.contains(|c: char| matches!(c, '"' | '“') || c.is_whitespace()) {
                faults.push(format!("{words:?} is spelt {words}, and read {parsed:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_text_makes_the_parser_fail_otherwise_than_by_an_error_with_its_place() {
    let pieces = [
        "title:", "(", ")", "\"", "-", "OR", "AND", "NOT", "*", "date:", "2022-04", "..", "a", "é", "한", " ", "\t",
        "\n", "“", "»", ":", "\u{0}", "&",
    ];
    let mut chance = Chance(6);
    for _ in 0..QUERIES * 10 {
        let text: String = (0..chance.below(12)).map(|_| chance.one_of(&pieces)).collect();
        match Query::parse(&text) {
            Ok(query) => {
                let spelling = query.to_string();
                let again = Query::parse(&spelling).unwrap_or_else(|e| panic!("{text:?} is spelt {spelling:?}: {e}"));
                assert_eq!(again.to_string(), spelling, "{text:?}");
            }
            Err(error) => {
                assert!(text.get(error.bytes.clone()).is_some() && !error.message.is_empty(), "{text:?}: {error:?}");
            }
        }
    }
}
