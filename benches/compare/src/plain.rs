//! The plainest program for a file of news in tantivy, as its own examples would have it: what newssearch is set
//! against.

use std::{fs, hint::black_box, path::Path};

use tantivy::{
    DocAddress, Index, IndexWriter, Order, ReloadPolicy, Searcher, TantivyDocument,
    collector::{Count, TopDocs},
    query::{Query, QueryParser},
    schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value},
    snippet::SnippetGenerator,
};

use crate::{
    facets::{self, Columns},
    record,
};

/// Memory of the writer, over all its threads.
const WRITER_BYTES: usize = 200_000_000;

/// Hits that a query gives.
const HITS: usize = 10;

/// The fields of the index.
#[derive(Clone, Copy)]
struct Fields {
    id: Field,
    title: Field,
    body: Field,
    date: Field,
    published: Field,
    columns: Columns,
}

/// The column that the newest are found by.
const PUBLISHED: &str = "published";

/// Title and body in one language's stems with positions, everything stored; the date as a column to sort by, and
/// columns to count by.
fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing).set_stored();
    let fields = Fields {
        id: builder.add_text_field("id", STRING | STORED),
        title: builder.add_text_field("title", text.clone()),
        body: builder.add_text_field("body", text),
        date: builder.add_text_field("date", STORED),
        published: builder.add_u64_field(PUBLISHED, FAST),
        columns: Columns::add_to(&mut builder),
    };
    (builder.build(), fields)
}

/// Indexes a file of JSON lines into a new folder and waits for merges. Without a number of threads the library
/// chooses.
pub fn index(file: &Path, dir: &Path, threads: Option<usize>) -> tantivy::Result<u64> {
    let (schema, fields) = schema();
    fs::create_dir_all(dir)?;
    let index = Index::create_in_dir(dir, schema)?;
    let mut writer: IndexWriter = match threads {
        Some(threads) => index.writer_with_num_threads(threads, WRITER_BYTES)?,
        None => index.writer(WRITER_BYTES)?,
    };
    let mut count = 0;
    for record in record::records(file)? {
        let record = record?;
        let mut document = TantivyDocument::new();
        fields.columns.fill(&mut document, &record);
        document.add_text(fields.id, record.id);
        document.add_text(fields.title, record.title);
        document.add_text(fields.body, record.body);
        if let Some(date) = record.date {
            if let Some(published) = record::date_digits(&date) {
                document.add_u64(fields.published, published);
            }
            document.add_text(fields.date, date);
        }
        writer.add_document(document)?;
        count += 1;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(count)
}

/// An open index, ready for queries.
pub struct Plain {
    searcher: Searcher,
    parser: QueryParser,
    body_parser: QueryParser,
    fields: Fields,
}

/// A way of asking a query: how many hits there are.
pub type Way = fn(&Plain, &str) -> tantivy::Result<usize>;

impl Plain {
    /// Opens the index in a folder.
    pub fn open(dir: &Path) -> tantivy::Result<Self> {
        let index = Index::open_in_dir(dir)?;
        let (_, fields) = schema();
        let parser = QueryParser::for_index(&index, vec![fields.title, fields.body]);
        let body_parser = QueryParser::for_index(&index, vec![fields.body]);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { searcher: reader.searcher(), parser, body_parser, fields })
    }

    /// Articles in the index.
    pub fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Segments of the index.
    pub fn segments(&self) -> usize {
        self.searcher.segment_readers().len()
    }

    /// The best articles by score: how many there are. Nothing of them is fetched.
    pub fn top(&self, words: &str) -> tantivy::Result<usize> {
        Ok(self.best(&*self.parser.parse_query(words)?)?.len())
    }

    /// The best articles by the score of their bodies alone: one list of postings for a word, not two.
    pub fn top_of_bodies(&self, words: &str) -> tantivy::Result<usize> {
        Ok(self.best(&*self.body_parser.parse_query(words)?)?.len())
    }

    /// The best articles with title, date and name of each.
    pub fn top_with_titles(&self, words: &str) -> tantivy::Result<usize> {
        self.titles(&self.best(&*self.parser.parse_query(words)?)?)
    }

    /// The same, with all hits counted by outlet, section and month. Indexes of earlier builds have no columns for it.
    pub fn top_with_facets(&self, words: &str) -> tantivy::Result<usize> {
        let columns = [facets::SOURCE, facets::SECTION, facets::MONTH];
        let (hits, counts) = facets::top(&self.searcher, &*self.parser.parse_query(words)?, &columns)?;
        black_box(counts);
        self.titles(&hits)
    }

    /// The same with a snippet of each, by tantivy's own generator.
    pub fn top_with_snippets(&self, words: &str) -> tantivy::Result<usize> {
        let query = self.parser.parse_query(words)?;
        let snippets = SnippetGenerator::create(&self.searcher, &*query, self.fields.body)?;
        let hits = self.best(&*query)?;
        for &address in &hits {
            let document: TantivyDocument = self.searcher.doc(address)?;
            black_box((self.shown(&document), snippets.snippet_from_doc(&document).to_html()));
        }
        Ok(hits.len())
    }

    /// How many articles a query matches.
    pub fn count(&self, words: &str) -> tantivy::Result<usize> {
        self.searcher.search(&*self.parser.parse_query(words)?, &Count)
    }

    /// The newest articles that match: how many there are. Indexes of earlier builds have no column for it.
    pub fn newest(&self, words: &str) -> tantivy::Result<usize> {
        let query = self.parser.parse_query(words)?;
        let newest = TopDocs::with_limit(HITS).order_by_fast_field::<u64>(PUBLISHED, Order::Desc);
        Ok(black_box(self.searcher.search(&*query, &newest)?).len())
    }

    fn best(&self, query: &dyn Query) -> tantivy::Result<Vec<DocAddress>> {
        let hits = self.searcher.search(query, &TopDocs::with_limit(HITS).order_by_score())?;
        Ok(hits.into_iter().map(|(_, address)| address).collect())
    }

    /// Reads what a list of hits shows, and gives how many there are.
    fn titles(&self, hits: &[DocAddress]) -> tantivy::Result<usize> {
        for &address in hits {
            black_box(self.shown(&self.searcher.doc(address)?));
        }
        Ok(hits.len())
    }

    /// What a list of hits shows of an article.
    fn shown(&self, document: &TantivyDocument) -> [Option<String>; 3] {
        let text = |field| document.get_first(field).and_then(|value| value.as_str()).map(str::to_owned);
        [self.fields.id, self.fields.title, self.fields.date].map(text)
    }
}
