//! The index against a scan over all articles, on real text: the sample corpus, and the Reuters articles where there
//! are any. Queries are drawn from the articles' own words.

mod support;

use std::{collections::BTreeSet, ops::ControlFlow, path::Path};

use newssearch::{Archive, Article, Field, IngestOptions, Pattern, Query, Scope, SearchOptions, Trait, ingest};
use support::{Folder, corpus_archive, gold_data};

/// Articles of a long file that are looked at.
const ARTICLES_MAX: usize = 400;

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
}

/// Words that stand side by side somewhere in an article.
fn words(articles: &[Article], chance: &mut Chance, count: usize) -> Vec<String> {
    for _ in 0..100 {
        let article = &articles[chance.below(articles.len())];
        let texts: Vec<&str> = std::iter::once(article.title.as_str())
            .chain(article.blocks.iter().map(|block| block.text.as_str()))
            .collect();
        let text = texts[chance.below(texts.len())];
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.len() >= count {
            let start = chance.below(words.len() - count + 1);
            return words[start..start + count].iter().map(|word| (*word).to_owned()).collect();
        }
    }
    vec!["nothing".to_owned(); count]
}

fn word(articles: &[Article], chance: &mut Chance) -> String {
    words(articles, chance, 1).remove(0)
}

fn placed(articles: &[Article], chance: &mut Chance, depth: u32) -> Query {
    let field = [Field::Text, Field::Text, Field::Text, Field::Title, Field::Lead, Field::Caption][chance.below(6)];
    let pair = |chance: &mut Chance| vec![placed(articles, chance, depth - 1), placed(articles, chance, depth - 1)];
    match chance.below(if depth == 0 { 6 } else { 10 }) {
        0..=1 => Query::Word { field, text: word(articles, chance) },
        2 => Query::Phrase { field, text: word(articles, chance), slop: 0 },
        3 => Query::Phrase { field, text: words(articles, chance, 2).join(" "), slop: 0 },
        4 => Query::Phrase { field, text: words(articles, chance, 3).join(" "), slop: chance.below(3) as u32 },
        5 => {
            let word = word(articles, chance);
            let half: String = word.chars().take(word.chars().count().div_ceil(2)).collect();
            Query::Pattern { field, pattern: Pattern::Wildcard(half + "*") }
        }
        6..=7 => Query::Near { parts: pair(chance), words: 1 + chance.below(8) as u32, ordered: chance.below(2) == 0 },
        8 => Query::Same { scope: [Scope::Sentence, Scope::Paragraph][chance.below(2)], parts: pair(chance) },
        _ => Query::AtLeast { times: 2, part: Box::new(placed(articles, chance, depth - 1)) },
    }
}

/// A pattern made of a piece of an article's address: its end open, or a part in the middle.
fn address(articles: &[Article], chance: &mut Chance) -> Query {
    let article = &articles[chance.below(articles.len())];
    let url: Vec<char> = article.url.as_deref().unwrap_or("https://a.example/b/c").chars().collect();
    let (a, b) = (chance.below(url.len()), chance.below(url.len()));
    let mut piece: Vec<char> = url[a.min(b)..=a.max(b)].to_vec();
    match chance.below(3) {
        0 => piece.push('*'),
        1 => drop(piece.splice(piece.len() / 2..piece.len() / 2, "/*/".chars())),
        _ => piece.insert(0, '*'),
    }
    Query::Pattern { field: Field::Url, pattern: Pattern::Wildcard(piece.into_iter().collect()) }
}

fn query(articles: &[Article], chance: &mut Chance, depth: u32) -> Query {
    let parts = |chance: &mut Chance| vec![query(articles, chance, depth - 1), query(articles, chance, depth - 1)];
    match chance.below(if depth == 0 { 6 } else { 10 }) {
        0 if chance.below(2) == 0 => address(articles, chance),
        0..=3 => placed(articles, chance, 1),
        4 => Query::Is([Trait::Author, Trait::Date, Trait::Image, Trait::Caption][chance.below(4)]),
        5 => {
            let article = &articles[chance.below(articles.len())];
            let language = article.language.as_ref().map_or("en", |language| language.code.as_str());
            Query::Word { field: Field::Language, text: language.to_owned() }
        }
        6..=7 => Query::All(parts(chance)),
        8 => Query::Any(parts(chance)),
        _ => Query::Not(Box::new(query(articles, chance, depth - 1))),
    }
}

fn check(folder: &Path, queries: u64) {
    let archive = Archive::open(folder).expect("an archive");
    let options =
        SearchOptions { limit: 20_000, snippet_chars: 0, expansions_max: 100_000, ..SearchOptions::default() };
    let all = archive.search(&Query::Everything, &options).expect("a search").hits;
    let articles: Vec<Article> = all.iter().map(|hit| archive.article(&hit.article.id).expect("an article")).collect();
    let mut chance = Chance(7);
    let mut telling = 0;
    for _ in 0..queries {
        let query = query(&articles, &mut chance, 2);
        let found = archive.search(&query, &options).unwrap_or_else(|e| panic!("{query}: {e}")).hits;
        let found: BTreeSet<&str> = found.iter().map(|hit| hit.article.id.as_str()).collect();
        let scanned: BTreeSet<&str> = articles
            .iter()
            .filter(|article| archive.fits(&query, article, &options).unwrap_or_else(|e| panic!("{query}: {e}")))
            .map(|article| article.id.as_str())
            .collect();
        assert_eq!(found, scanned, "{query}");
        telling += u64::from(!found.is_empty() && found.len() < articles.len());
    }
    assert!(telling > queries / 3, "{telling} of {queries} queries tell articles apart");
}

#[test]
fn the_index_of_the_sample_corpus_finds_what_a_scan_finds() {
    check(&corpus_archive(), 150);
}

#[test]
fn the_index_of_the_reuters_articles_finds_what_a_scan_finds() {
    let Some(file) = gold_data("related/reuters/docs.jsonl") else { return };
    let text = std::fs::read_to_string(file).expect("the articles");
    let lines: String = text.lines().step_by(25).take(ARTICLES_MAX).map(|line| line.to_owned() + "\n").collect();
    let folder = Folder::new();
    let articles = folder.write("articles.jsonl", lines);
    let index = folder.path("index");
    ingest(&index, &[articles], &IngestOptions::default(), |_| ControlFlow::Continue(())).expect("a run");
    check(&index, 120);
}
