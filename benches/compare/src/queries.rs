//! Queries to measure with: those of a file, and seeded ones drawn from the articles themselves.

use std::{collections::HashMap, fs, io, path::Path};

use crate::{
    random::Random,
    record::{self, Record},
};

/// Articles at the start of a file from which queries are drawn.
const ARTICLES_MAX: usize = 20_000;

/// Words shorter than this are not drawn alone.
const WORD_CHARS_MIN: usize = 3;

/// The most frequent words are not drawn alone: nobody asks for `the`.
const RANK_MIN: usize = 50;

/// Kinds of queries that are drawn, in equal numbers.
pub const DRAWN_KINDS: [Kind; 4] = [Kind::Term, Kind::Union, Kind::Intersection, Kind::Phrase];

/// What a query is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words that somebody typed, any of which may be missing.
    Words,
    /// One word.
    Term,
    /// Two or three words with `OR`.
    Union,
    /// Two words of one article with `AND`.
    Intersection,
    /// Two or three adjacent words in quotes.
    Phrase,
}

impl Kind {
    /// For a table.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Words => "words typed",
            Kind::Term => "terms",
            Kind::Union => "unions",
            Kind::Intersection => "intersections",
            Kind::Phrase => "phrases",
        }
    }
}

/// A query, in a spelling that tantivy's parser and newssearch read alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What it is made of.
    pub kind: Kind,
    /// Its text: lower-case words, `AND`, `OR` and quotes.
    pub text: String,
}

/// The words of a file's queries (`id<TAB>words` a line), as unions without operators.
pub fn typed(path: &Path) -> io::Result<Vec<Query>> {
    let text = fs::read_to_string(path)?;
    let queries = text.lines().filter_map(|line| Some(words(line.split_once('\t')?.1).join(" ")));
    Ok(queries.filter(|text| !text.is_empty()).map(|text| Query { kind: Kind::Words, text }).collect())
}

/// Queries drawn from a file of articles: `count` in all, of each kind as many.
pub fn drawn(file: &Path, count: usize, seed: u64) -> io::Result<Vec<Query>> {
    let articles: Vec<Record> = record::records(file)?.take(ARTICLES_MAX).collect::<io::Result<_>>()?;
    let bodies: Vec<Vec<String>> =
        articles.iter().map(|article| words(&article.body)).filter(|body| body.len() > 10).collect();
    if bodies.is_empty() {
        return Err(io::Error::other("no article has enough words to draw queries from"));
    }
    let vocabulary = vocabulary(&bodies);
    let mut random = Random::new(seed);
    let kinds = DRAWN_KINDS.iter().cycle().take(count);
    Ok(kinds.map(|&kind| Query { kind, text: draw(kind, &bodies, &vocabulary, &mut random) }).collect())
}

/// Writes queries for a program in another language: `kind<TAB>text` a line.
pub fn write(path: &Path, queries: &[Query]) -> io::Result<()> {
    let lines = queries.iter().map(|query| format!("{}\t{}\n", query.kind.name(), query.text));
    fs::write(path, lines.collect::<String>())
}

/// Words by how often they occur, the most frequent first: a place drawn by its logarithm gives rare and frequent ones.
fn vocabulary(bodies: &[Vec<String>]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in bodies.iter().flatten().filter(|word| is_drawn(word)) {
        *counts.entry(word).or_default() += 1;
    }
    let mut ranked: Vec<(&str, usize)> = counts.into_iter().filter(|&(_, count)| count > 1).collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    ranked.into_iter().map(|(word, _)| word.to_owned()).collect()
}

fn draw(kind: Kind, bodies: &[Vec<String>], vocabulary: &[String], random: &mut Random) -> String {
    let mut word = || {
        let lowest = RANK_MIN.min(vocabulary.len()) as f64;
        let place = (lowest * (vocabulary.len() as f64 / lowest).powf(random.unit())) as usize;
        vocabulary[place.min(vocabulary.len() - 1)].clone()
    };
    match kind {
        Kind::Words | Kind::Term => word(),
        Kind::Union => format!("{} OR {} OR {}", word(), word(), word()),
        Kind::Intersection => {
            let body = random.pick(bodies);
            let drawn: Vec<&String> = body.iter().filter(|word| is_drawn(word)).collect();
            format!("{} AND {}", random.pick(&drawn), random.pick(&drawn))
        }
        Kind::Phrase => {
            let body = random.pick(bodies);
            let words = 2 + random.below(2);
            let start = random.below(body.len() - words);
            format!("\"{}\"", body[start..start + words].join(" "))
        }
    }
}

fn is_drawn(word: &str) -> bool {
    word.chars().count() >= WORD_CHARS_MIN && word.chars().all(char::is_alphabetic)
}

/// The words of a text in lower case: runs of letters and digits, as tantivy's own tokenizer splits it.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
