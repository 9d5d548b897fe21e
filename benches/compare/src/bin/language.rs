//! What the query language costs, each part against the plainest tantivy for the same, in one run: `language
//! FILE.jsonl`.
//!
//! Nearness against a phrase of the same words; facets, a month-by-month count and the ten best hits against tantivy's
//! own aggregations with its ten best. Prints Markdown.

use std::{
    env, fs,
    hint::black_box,
    io,
    path::{Path, PathBuf},
};

use compare::{
    clock::{Fastest, Spread},
    ours, queries,
    record,
};
use newssearch::{Archive, FacetField, Query, SearchOptions};
use tantivy::{
    Index, IndexWriter, ReloadPolicy, Searcher, TantivyDocument,
    aggregation::{AggContextParams, AggregationCollector, agg_req::Aggregations},
    collector::TopDocs,
    query::QueryParser,
    schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
};

/// Queries drawn from the articles, of four kinds.
const QUERIES: usize = 400;

/// Rounds over all queries; the fastest of each counts.
const ROUNDS: usize = 3;

const SEED: u64 = 1963;

/// Title and body in one field of English stems, outlet and day as columns.
struct Plain {
    searcher: Searcher,
    parser: QueryParser,
}

struct Fields {
    body: Field,
    source: Field,
    day: Field,
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing).set_stored();
    let fields = Fields {
        body: builder.add_text_field("body", text),
        source: builder.add_text_field("source", STRING | FAST | STORED),
        day: builder.add_i64_field("day", FAST),
    };
    (builder.build(), fields)
}

impl Plain {
    fn index(file: &Path, dir: &Path) -> tantivy::Result<Self> {
        let (schema, fields) = schema();
        fs::create_dir_all(dir)?;
        let index = Index::create_in_dir(dir, schema)?;
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 200_000_000)?;
        for record in record::records(file)? {
            let record = record?;
            let mut document = TantivyDocument::new();
            document.add_text(fields.body, record.title + "\n" + &record.body);
            document.add_text(fields.source, record.source.unwrap_or_default());
            // Month by month in the form of a number is enough to be counted by.
            let digits: String = record.date.unwrap_or_default().chars().filter(char::is_ascii_digit).take(6).collect();
            document.add_i64(fields.day, digits.parse().unwrap_or(0));
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let parser = QueryParser::for_index(&index, vec![fields.body]);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { searcher: reader.searcher(), parser })
    }

    fn top(&self, text: &str) -> tantivy::Result<usize> {
        let query = self.parser.parse_query(text)?;
        Ok(black_box(self.searcher.search(&query, &TopDocs::with_limit(10).order_by_score())?).len())
    }

    fn top_with_counts(&self, text: &str) -> tantivy::Result<usize> {
        let query = self.parser.parse_query(text)?;
        let asked: Aggregations = serde_json::from_value(serde_json::json!({
            "source": {"terms": {"field": "source", "size": 10}},
            "month": {"terms": {"field": "day", "size": 200}},
        }))?;
        let counts = AggregationCollector::from_aggs(asked, AggContextParams::default());
        let both = (TopDocs::with_limit(10).order_by_score(), counts);
        Ok(black_box(self.searcher.search(&query, &both)?).0.len())
    }
}

fn main() -> io::Result<()> {
    let usage = || io::Error::other("usage: language FILE.jsonl");
    let file = env::args().nth(1).map(PathBuf::from).ok_or_else(usage)?;
    let work = env::temp_dir().join(format!("newssearch-language-{}", std::process::id()));
    fs::create_dir_all(&work)?;
    let done = measure(&file, &work);
    fs::remove_dir_all(&work)?;
    done
}

fn measure(file: &Path, work: &Path) -> io::Result<()> {
    let plain = Plain::index(file, &work.join("plain")).map_err(io::Error::other)?;
    ours::index(file, &work.join("ours"), None)?;
    let archive = Archive::open(work.join("ours")).map_err(io::Error::other)?;
    let drawn = queries::drawn(file, QUERIES, SEED)?;
    let phrases: Vec<String> = drawn
        .iter()
        .filter(|query| query.kind == queries::Kind::Phrase)
        .filter(|query| query.text.trim_matches('"').split_whitespace().count() == 2)
        .map(|query| query.text.clone())
        .collect();
    let near: Vec<String> = phrases.iter().map(|text| text.trim_matches('"').replace(' ', " NEAR/5 ")).collect();
    let all: Vec<String> = drawn.iter().map(|query| query.text.clone()).collect();
    let hits = SearchOptions { snippet_chars: 0, total: false, ..SearchOptions::default() };
    let counted = SearchOptions { facets: vec![FacetField::Source, FacetField::Month], total: true, ..hits.clone() };
    let search = |text: &str, options: &SearchOptions| {
        let query = Query::parse(text).map_err(io::Error::other)?;
        let results = archive.search(&query, options).map_err(io::Error::other)?;
        Ok(black_box(results).hits.len())
    };
    let asked = |text: &str| plain.top(text).map_err(io::Error::other);
    let with_counts = |text: &str| plain.top_with_counts(text).map_err(io::Error::other);
    println!("| µs a query: mean / p50 / p99 | | times |\n|---|---|---|");
    let base = row("plain tantivy: phrases of two words, top 10", &phrases, asked, None)?;
    row("newssearch: the same phrases, as written, with titles", &phrases, |text| search(text, &hits), Some(base))?;
    row("newssearch: the same words NEAR/5, with titles", &near, |text| search(text, &hits), Some(base))?;
    let base = row("plain tantivy: top 10, outlets and months by its aggregations", &all, with_counts, None)?;
    row("newssearch: top 10 with titles, total, outlets and months", &all, |text| search(text, &counted), Some(base))?;
    Ok(())
}

/// Asks all queries in rounds and prints a line; gives the mean.
fn row(
    name: &str,
    queries: &[String],
    ask: impl Fn(&str) -> io::Result<usize>,
    base: Option<f64>,
) -> io::Result<f64> {
    let mut fastest = Fastest::new(queries.len());
    for _ in 0..ROUNDS {
        for (at, query) in queries.iter().enumerate() {
            fastest.ask(at, || ask(query))?;
        }
    }
    let Spread { mean, p50, p99 } = fastest.spread(|_| true);
    let times = base.map(|base| format!("{:.2}", mean / base)).unwrap_or_default();
    println!("| {name} ({}) | {mean:.0} / {p50:.0} / {p99:.0} | {times} |", queries.len());
    Ok(mean)
}
