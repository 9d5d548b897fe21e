//! The parts of newssearch, as far as its public interface reaches them, each by the smallest call that does.
//!
//! The parsing of a page and the reading of its dates stand behind `extract`: the one is within `extract`, the other is
//! told by small pages with a date and without. Merging stands behind `ingest`: it is told by runs that commit once and
//! runs that commit each batch. `benches/extractors` measures parsing alone.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    time::Duration,
};

use compare::queries::Kind;
use criterion::{BatchSize, Bencher, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use newssearch::{
    Archive, Article, FacetField, IngestOptions, Page, Query, RelatedOptions, SearchOptions, Sort, extract, extract_all,
};
use parts::{ARTICLES, Generated, corpus, pages, queries, remove};

/// Articles of an iteration of indexing, of reading and of merging: batches are of 512.
const INDEXED: usize = 1_000;
const MERGED: usize = 5_000;

/// Articles whose text is analysed, and whose related ones are looked for.
const ANALYSED: usize = 100;
const RELATED: usize = 20;

/// A page of one sentence, and the same with its date told in different ways.
const PAGES_OF_A_SENTENCE: [(&str, &str, &str); 5] = [
    ("no date", "", ""),
    ("meta", "<meta property=\"article:published_time\" content=\"2023-03-14T09:30:00+01:00\">", ""),
    (
        "JSON-LD",
        "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"datePublished\":\"2023-03-14\"}</script>",
        "",
    ),
    ("time element", "", "<time datetime=\"2023-03-14T09:30\">14 March</time>"),
    ("written out", "", "<p class=\"byline\">By Ann Orr, published 14 March 2023, 9.30am</p>"),
];

fn parse(c: &mut Criterion) {
    const QUERIES: [&str; 5] = [
        "dam",
        "north korea letters",
        "title:(dam OR reservoir) AND \"evacuation order\" NOT source:ledger",
        "(quake NEAR/5 rescue*) date:2020..2023 lang:en words:>800",
        "\"prime minister\"~3 AND (flood* OR storm OR \"heavy rain\") -opinion last:30d",
    ];
    assert!(QUERIES.iter().all(|text| Query::parse(text).is_ok()), "queries are in the query language");
    let mut group = c.benchmark_group("parse");
    group.throughput(Throughput::Elements(QUERIES.len() as u64));
    group.bench_function("queries", |b| b.iter(|| QUERIES.map(|text| Query::parse(text).is_ok())));
    let generated = Generated::new().expect("generated articles");
    let files = [generated.file(INDEXED).expect("a file")];
    group.throughput(Throughput::Elements(INDEXED as u64)).sample_size(20);
    group.bench_function(named("JSON lines to articles", &generated), |b| b.iter(|| articles(&files).len()));
}

fn extraction(c: &mut Criterion) {
    let pages = pages().expect("the sample corpus");
    let bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    let mut group = c.benchmark_group("extract");
    group.throughput(Throughput::Bytes(bytes as u64));
    let extracted = || pages.iter().filter(|page| black_box(extract(page)).is_ok()).count();
    group.bench_function("pages of the corpus, with parsing and dates", |b| b.iter(extracted));
}

fn dates(c: &mut Criterion) {
    let mut group = c.benchmark_group("dates, through extract of a page of one sentence");
    for (name, head, body) in PAGES_OF_A_SENTENCE {
        let html = format!(
            "<!doctype html><html lang=en><head><title>Dam holds</title>{head}</head><body><h1>Dam holds</h1>{body}\
             <p>The dam above the town held through the night, engineers said, and the order was lifted.</p>"
        );
        let page = Page { bytes: html.into_bytes(), ..Page::default() };
        let article = extract(&page).expect("an article");
        assert_eq!(article.published.is_some(), name != "no date", "{name}");
        group.bench_function(name, |b| b.iter(|| extract(&page)));
    }
}

fn tokenise(c: &mut Criterion) {
    let generated = Generated::new().expect("generated articles");
    let file = generated.file(ANALYSED).expect("a file");
    let archive = archive(&generated, &file);
    let articles = articles(&[file]);
    let options = SearchOptions::default();
    let fits = |query: &Query, article| archive.fits(query, article, &options).expect("an answer");
    let fitting = |query: &Query| articles.iter().filter(|article| fits(query, article)).count();
    let mut group = c.benchmark_group("tokenise");
    group.throughput(Throughput::Bytes(articles.iter().map(|article| article.body().len() as u64).sum()));
    // The second is what the call takes beside; an analyser is made for each story, and remembers no stem of another.
    for (name, query) in [
        ("stories, through fits of words:>1", "words:>1"),
        ("the same call, with nothing to analyse", "date:2014..2023"),
    ] {
        let query = Query::parse(query).expect("a query");
        assert_eq!(fitting(&query), ANALYSED, "{name}");
        group.bench_function(named(name, &generated), |b| b.iter(|| fitting(&query)));
    }
}

fn index(c: &mut Criterion) {
    let generated = Generated::new().expect("generated articles");
    let (archive, files) = (generated.path("anew"), [generated.file(INDEXED).expect("a file")]);
    let options = IngestOptions::default();
    let mut group = c.benchmark_group("index");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.throughput(Throughput::Elements(INDEXED as u64));
    group.bench_function(named("JSON lines", &generated), |b| index_anew(b, &files, &archive, &options));
    let corpus = [corpus()];
    remove(&archive);
    group.throughput(Throughput::Elements(parts::index(&corpus, &archive, &options)));
    group.bench_function("the corpus", |b| index_anew(b, &corpus, &archive, &options));
}

fn merge(c: &mut Criterion) {
    let generated = Generated::new().expect("generated articles");
    let (archive, files) = (generated.path("anew"), [generated.file(MERGED).expect("a file")]);
    let mut group = c.benchmark_group("merge, through ingest");
    group.sample_size(10).measurement_time(Duration::from_secs(30));
    group.throughput(Throughput::Elements(MERGED as u64));
    for (name, commit_seconds) in [("one commit", u64::MAX), ("a commit each batch, merged", 0)] {
        let options = IngestOptions { commit_seconds, ..IngestOptions::default() };
        group.bench_function(named(name, &generated), |b| index_anew(b, &files, &archive, &options));
    }
}

fn search(c: &mut Criterion) {
    let generated = Generated::new().expect("generated articles");
    let file = generated.file(ARTICLES).expect("a file");
    let drawn = queries(&file).expect("queries");
    let archive = archive(&generated, &file);
    let folder = generated.path("archive");
    c.bench_function("open", |b| b.iter(|| Archive::open(&folder).expect("an archive")));

    let hits = SearchOptions { snippet_chars: 0, total: false, ..SearchOptions::default() };
    let snippets = SearchOptions { snippet_chars: SearchOptions::default().snippet_chars, ..hits.clone() };
    let facets = vec![FacetField::Source, FacetField::Section, FacetField::Month];
    let facets = SearchOptions { facets, ..hits.clone() };
    let newest = SearchOptions { sort: Sort::Newest, ..hits.clone() };
    let (terms, phrases) = (drawn(Kind::Term), drawn(Kind::Phrase));
    let near: Vec<String> = phrases.iter().map(|text| text.trim_matches('"').replace(' ', " NEAR/5 ")).collect();
    let asked = [
        ("term", &terms, &hits),
        ("union", &drawn(Kind::Union), &hits),
        ("intersection", &drawn(Kind::Intersection), &hits),
        ("phrase", &phrases, &hits),
        ("NEAR", &near, &hits),
        ("term with snippets", &terms, &snippets),
        ("term with three facets", &terms, &facets),
        ("term, newest first", &terms, &newest),
    ];
    let mut group = c.benchmark_group("search, top 10 with titles");
    group.sample_size(20);
    for (name, texts, options) in asked {
        let queries: Vec<Query> = texts.iter().map(|text| Query::parse(text).expect("a query")).collect();
        group.throughput(Throughput::Elements(queries.len() as u64));
        let ask = || {
            let found = |query| archive.search(query, options).expect("a search").hits.len();
            queries.iter().map(found).sum::<usize>()
        };
        group.bench_function(named(name, &generated), |b| b.iter(ask));
    }
    group.finish();

    let related: Vec<Article> = (0..RELATED)
        .map(|place| format!("{:08}", place * ARTICLES / RELATED))
        .map(|id| archive.article(&id).expect("an article"))
        .collect();
    let mut group = c.benchmark_group("related");
    group.sample_size(10).throughput(Throughput::Elements(RELATED as u64));
    let options = RelatedOptions::default();
    let ask = || {
        related
            .iter()
            .map(|article| archive.related(article, &options).expect("a search").articles.len())
            .sum::<usize>()
    };
    group.bench_function(named("articles, with titles and terms", &generated), |b| b.iter(ask));
}

/// Indexes into a folder that is empty each time.
fn index_anew(b: &mut Bencher, files: &[PathBuf], folder: &Path, options: &IngestOptions) {
    b.iter_batched(|| remove(folder), |()| parts::index(files, folder, options), BatchSize::PerIteration);
}

/// With what the articles were generated from.
fn named(name: &str, generated: &Generated) -> BenchmarkId {
    BenchmarkId::new(name, format!("generated from {}", generated.seeds))
}

fn archive(generated: &Generated, file: &Path) -> Archive {
    let folder = generated.path("archive");
    parts::index(&[file.to_owned()], &folder, &IngestOptions::default());
    Archive::open(folder).expect("an archive")
}

fn articles(files: &[PathBuf]) -> Vec<Article> {
    let mut articles = Vec::new();
    extract_all::<newssearch::Error>(files, &IngestOptions::default(), |_, found| {
        articles.extend(found);
        Ok(())
    })
    .expect("articles");
    articles
}

criterion_group!(parts, parse, extraction, dates, tokenise, index, merge, search);
criterion_main!(parts);
