//! A slow, obvious twin of the search: what the index finds, a scan over all articles must find too.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    sync::LazyLock,
};

use chrono::NaiveDate;
use newssearch::{Archive, Article, DateKind, DateSpan, Field, IngestOptions, Query, SearchOptions, ingest};
use serde_json::json;
use support::Folder;

/// Queries that are made up and tried.
const QUERIES: u64 = 1_500;

/// Deepest tree that is made up.
const DEPTH_MAX: u32 = 4;

/// Words that no stemmer changes and no other word is changed to, so that the twin needs to know no stemming.
const WORDS: [&str; 12] = ["quay", "bull", "dam", "fog", "tar", "gull", "mast", "rope", "salt", "keel", "drum", "lamp"];
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

    /// A few words.
    fn words(&mut self, most: usize) -> String {
        let count = 1 + self.below(most);
        (0..count).map(|_| self.one_of(&WORDS)).collect::<Vec<_>>().join(" ")
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
    let paragraphs: Vec<String> = (0..1 + chance.below(3)).map(|_| chance.words(6) + ".").collect();
    let record = json!({
        "id": format!("a{id}"),
        "title": chance.words(3),
        "text": paragraphs.join("\n\n"),
        "authors": [chance.one_of(&AUTHORS)],
        "source": chance.one_of(&SOURCES),
        "section": chance.one_of(&SECTIONS),
        "tags": [chance.one_of(&WORDS)],
        "date": chance.one_of(&DAYS),
        "language": "en",
    });
    record.to_string() + "\n"
}

/// A made-up query. Lists of one part, or of parts of their own kind, are none that a parser would make.
fn query(chance: &mut Chance, depth: u32) -> Query {
    let kinds = if depth == 0 { 9 } else { 15 };
    match chance.below(kinds) {
        0..=3 => Query::Word { field: Field::Text, text: chance.one_of(&WORDS).to_owned() },
        4 => Query::Phrase { field: Field::Text, text: two_words(chance), slop: 0 },
        5 => labelled(chance),
        6 => Query::Word { field: Field::Title, text: chance.one_of(&WORDS).to_owned() },
        7 => Query::Dates { date: DateKind::Published, span: span(chance) },
        8 if chance.below(4) == 0 => Query::Everything,
        8 => Query::Phrase { field: Field::Title, text: chance.words(2), slop: 0 },
        9..=10 => Query::All(parts(chance, depth)),
        11..=12 => Query::Any(parts(chance, depth)),
        _ => Query::Not(Box::new(query(chance, depth - 1))),
    }
}

fn two_words(chance: &mut Chance) -> String {
    format!("{} {}", chance.one_of(&WORDS), chance.one_of(&WORDS))
}

fn parts(chance: &mut Chance, depth: u32) -> Vec<Query> {
    (0..2 + chance.below(3)).map(|_| query(chance, depth - 1)).collect()
}

fn labelled(chance: &mut Chance) -> Query {
    let (field, text) = match chance.below(6) {
        0 => (Field::Author, chance.one_of(&["clement", "Grey", "imogen", "nobody"])),
        1 => (Field::Source, chance.one_of(&["courier", "owl", "HARBOUR"])),
        2 => (Field::Section, chance.one_of(&["world", "news", "sport"])),
        3 => (Field::Tag, chance.one_of(&WORDS)),
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
        Query::Word { field, text } | Query::Phrase { field, text, slop: 0 } => {
            texts(*field, article).iter().any(|zone| holds(zone, text))
        }
        Query::Dates { date: DateKind::Published, span } => article.published.as_ref().is_some_and(|published| {
            span.first.is_none_or(|first| published.day >= first) && span.last.is_none_or(|last| published.day <= last)
        }),
        Query::All(parts) => parts.iter().all(|part| fits(part, article)),
        Query::Any(parts) => parts.iter().any(|part| fits(part, article)),
        Query::Not(part) => !fits(part, article),
        other => panic!("the twin does not know {other}"),
    }
}

/// The texts of a field; no phrase reaches from one to the next, but from one paragraph to the next.
fn texts(field: Field, article: &Article) -> Vec<String> {
    match field {
        Field::Text => vec![article.title.clone(), article.body()],
        Field::Title => vec![article.title.clone()],
        Field::Author => article.authors.clone(),
        Field::Source => article.source.name.iter().chain(&article.source.domain).cloned().collect(),
        Field::Section => article.section.iter().cloned().collect(),
        Field::Tag => article.tags.clone(),
        Field::Language => article.language.iter().map(|language| language.code.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Whether words stand side by side in a text, in small letters or capitals.
fn holds(text: &str, wanted: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
    };
    let (text, wanted) = (words(text), words(wanted));
    text.windows(wanted.len()).any(|run| run == wanted)
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
