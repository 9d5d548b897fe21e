//! What the query language and ranking cost, each part against the plainest tantivy for the same, in one run:
//! `language FILE.jsonl [--indexes DIR]`.
//!
//! Nearness against a phrase of the same words; facets, a month-by-month count and the ten best hits against tantivy's
//! own aggregations with its ten best; ranking with and without feedback against one joined field of English stems;
//! related articles against its more-like-this. Indexes that are in DIR are taken as they are. Prints Markdown.

use std::{
    env, fs,
    hint::black_box,
    io,
    path::{Path, PathBuf},
};

use compare::{
    clock::{Fastest, Spread},
    facets::{self, Columns},
    folder::in_folder,
    ours, queries, record,
};
use newssearch::{Archive, FacetField, IngestOptions, Query, RelatedOptions, SearchOptions};
use tantivy::{
    DocAddress, Index, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term,
    collector::TopDocs,
    query::{MoreLikeThisQuery, QueryParser, TermQuery},
    schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value},
};

/// Queries drawn from the articles, of four kinds.
const QUERIES: usize = 400;

/// Rounds over all queries; the fastest of each counts.
const ROUNDS: usize = 3;

/// Articles that related ones are asked for.
const RELATED: u32 = 50;

const SEED: u64 = 1963;

/// Title and body in one field of English stems, with columns to count by.
struct Plain {
    searcher: Searcher,
    parser: QueryParser,
    fields: Fields,
}

struct Fields {
    id: Field,
    body: Field,
    columns: Columns,
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing).set_stored();
    let fields = Fields {
        id: builder.add_text_field("id", STRING | STORED),
        body: builder.add_text_field("body", text),
        columns: Columns::add_to(&mut builder),
    };
    (builder.build(), fields)
}

impl Plain {
    fn index(file: &Path, dir: &Path) -> tantivy::Result<()> {
        let (schema, fields) = schema();
        fs::create_dir_all(dir)?;
        let index = Index::create_in_dir(dir, schema)?;
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 200_000_000)?;
        for record in record::records(file)? {
            let record = record?;
            let mut document = TantivyDocument::new();
            fields.columns.fill(&mut document, &record);
            document.add_text(fields.id, record.id);
            document.add_text(fields.body, record.title + "\n" + &record.body);
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()
    }

    fn open(dir: &Path) -> tantivy::Result<Self> {
        let index = Index::open_in_dir(dir)?;
        let (_, fields) = schema();
        let parser = QueryParser::for_index(&index, vec![fields.body]);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { searcher: reader.searcher(), parser, fields })
    }

    /// Names of some articles, evenly drawn.
    fn ids(&self, count: u32) -> tantivy::Result<Vec<String>> {
        let mut ids = Vec::new();
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            let share = (segment.max_doc() / count.min(segment.max_doc()).max(1)) as usize;
            for doc in (0..segment.max_doc()).step_by(share.max(1) * self.searcher.segment_readers().len()) {
                let document: TantivyDocument = self.searcher.doc(DocAddress::new(ord as u32, doc))?;
                ids.extend(document.get_first(self.fields.id).and_then(|id| id.as_str()).map(str::to_owned));
            }
        }
        ids.truncate(count as usize);
        Ok(ids)
    }

    /// tantivy's articles like the one with an id, as it comes but for the words that are in most articles.
    fn like(&self, id: &str) -> tantivy::Result<usize> {
        let term = TermQuery::new(Term::from_field_text(self.fields.id, id), IndexRecordOption::Basic);
        let found = self.searcher.search(&term, &TopDocs::with_limit(1).order_by_score())?;
        let Some(&(_, address)) = found.first() else { return Ok(0) };
        let like = MoreLikeThisQuery::builder()
            .with_min_doc_frequency(2)
            .with_min_term_frequency(1)
            .with_max_query_terms(100)
            .with_document(address);
        Ok(black_box(self.searcher.search(&like, &TopDocs::with_limit(11).order_by_score())?).len())
    }

    fn top(&self, text: &str) -> tantivy::Result<usize> {
        let query = self.parser.parse_query(text)?;
        Ok(black_box(self.searcher.search(&query, &TopDocs::with_limit(10).order_by_score())?).len())
    }

    fn top_with_counts(&self, text: &str) -> tantivy::Result<usize> {
        let query = self.parser.parse_query(text)?;
        Ok(black_box(facets::top(&self.searcher, &*query, &[facets::SOURCE, facets::MONTH])?).0.len())
    }
}

fn main() -> io::Result<()> {
    let usage = || io::Error::other("usage: language FILE.jsonl [--indexes DIR]");
    let args: Vec<String> = env::args().skip(1).collect();
    let file = match &args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [file] => PathBuf::from(file),
        [file, "--indexes", dir] => return measure(Path::new(file), Path::new(dir)),
        _ => return Err(usage()),
    };
    in_folder(None, "language", |work| measure(&file, work))
}

fn measure(file: &Path, work: &Path) -> io::Result<()> {
    let (joined, own) = (work.join("joined"), work.join("index-newssearch-0"));
    if !joined.exists() {
        Plain::index(file, &joined).map_err(io::Error::other)?;
    }
    if !own.exists() {
        ours::index(file, &own, &IngestOptions::default())?;
    }
    let plain = Plain::open(&joined).map_err(io::Error::other)?;
    let archive = Archive::open(own).map_err(io::Error::other)?;
    let drawn = queries::drawn(file, QUERIES, SEED)?;
    let phrases: Vec<String> = drawn
        .iter()
        .filter(|query| query.kind == queries::Kind::Phrase)
        .filter(|query| query.text.trim_matches('"').split_whitespace().count() == 2)
        .map(|query| query.text.clone())
        .collect();
    let near: Vec<String> = phrases.iter().map(|text| text.trim_matches('"').replace(' ', " NEAR/5 ")).collect();
    let of_kind = |kind| drawn.iter().filter(move |query| query.kind == kind).map(|query| query.text.clone());
    let unions: Vec<String> = of_kind(queries::Kind::Union).collect();
    let typed: Vec<String> = unions.iter().map(|text| text.replace(" OR ", " ")).collect();
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
    let base = row("plain tantivy: top 10 of one joined field, words typed", &typed, asked, None)?;
    row("newssearch: the same words, BM25F and nearness, with titles", &typed, |text| search(text, &hits), Some(base))?;
    let expand = SearchOptions { expand: true, ..hits.clone() };
    row("newssearch: the same with feedback", &typed, |text| search(text, &expand), Some(base))?;
    let base = row("plain tantivy: unions of three words, top 10", &unions, asked, None)?;
    row("newssearch: the same by BM25F and nearness, with titles", &unions, |text| search(text, &hits), Some(base))?;
    let ids = plain.ids(RELATED).map_err(io::Error::other)?;
    let base =
        row("plain tantivy: more like this, 100 terms", &ids, |id| plain.like(id).map_err(io::Error::other), None)?;
    let related = RelatedOptions::default();
    let like = |id: &str| {
        let article = archive.article(id).map_err(io::Error::other)?;
        Ok(black_box(archive.related(&article, &related).map_err(io::Error::other)?).articles.len())
    };
    row("newssearch: related articles, with titles and terms", &ids, like, Some(base))?;
    Ok(())
}

/// Asks all queries in rounds and prints a line; gives the mean.
fn row(name: &str, queries: &[String], ask: impl Fn(&str) -> io::Result<usize>, base: Option<f64>) -> io::Result<f64> {
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
