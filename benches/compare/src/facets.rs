//! Columns of plain tantivy to count hits by, and the count by its own aggregations.

use serde_json::{Map, Value, json};
use tantivy::{
    DocAddress, Searcher, TantivyDocument,
    aggregation::{AggContextParams, AggregationCollector, agg_result::AggregationResults},
    collector::TopDocs,
    query::Query,
    schema::{FAST, Field, SchemaBuilder},
};

use crate::record::{self, Record};

/// Outlets.
pub const SOURCE: &str = "source";

/// Sections.
pub const SECTION: &str = "section";

/// Months of publication, as numbers of year and month.
pub const MONTH: &str = "month";

/// Hits that a query gives.
const HITS: usize = 10;

/// The columns of an index.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    source: Field,
    section: Field,
    month: Field,
}

impl Columns {
    /// Adds them to a schema.
    pub fn add_to(builder: &mut SchemaBuilder) -> Self {
        Self {
            source: builder.add_text_field(SOURCE, FAST),
            section: builder.add_text_field(SECTION, FAST),
            month: builder.add_u64_field(MONTH, FAST),
        }
    }

    /// Adds their values to an article's document.
    pub fn fill(&self, document: &mut TantivyDocument, record: &Record) {
        for (field, text) in [(self.source, &record.source), (self.section, &record.section)] {
            text.iter().for_each(|text| document.add_text(field, text));
        }
        let month = record.date.as_deref().and_then(record::month_digits);
        month.iter().for_each(|&month| document.add_u64(self.month, month));
    }
}

/// The best articles by score, while all hits are counted by some columns in the same pass: outlets and sections by the
/// ten that most hits have, all months.
pub fn top(
    searcher: &Searcher,
    query: &dyn Query,
    columns: &[&str],
) -> tantivy::Result<(Vec<DocAddress>, AggregationResults)> {
    let values = |column: &str| if column == MONTH { 200 } else { 10 };
    let terms = |&column: &&str| (column.to_owned(), json!({"terms": {"field": column, "size": values(column)}}));
    let asked = Value::Object(columns.iter().map(terms).collect::<Map<_, _>>());
    let counts = AggregationCollector::from_aggs(serde_json::from_value(asked)?, AggContextParams::default());
    let both = (TopDocs::with_limit(HITS).order_by_score(), counts);
    let (hits, counts) = searcher.search(query, &both)?;
    Ok((hits.into_iter().map(|(_, address)| address).collect(), counts))
}

#[cfg(test)]
mod tests {
    use tantivy::{Index, IndexWriter, query::AllQuery, schema::Schema};

    use super::*;

    #[test]
    fn all_hits_are_counted_by_each_column() {
        let mut builder = Schema::builder();
        let columns = Columns::add_to(&mut builder);
        let index = Index::create_in_ram(builder.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        for (source, date) in [("Post", "2014-01-02T10:00:00Z"), ("Post", "2014-01-31"), ("Herald", "2014-02-01")] {
            let text = |text: &str| Some(text.to_owned());
            let record = Record { source: text(source), date: text(date), section: text("World"), ..Record::default() };
            let mut document = TantivyDocument::new();
            columns.fill(&mut document, &record);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let (hits, counts) = top(&searcher, &AllQuery, &[SOURCE, SECTION, MONTH]).unwrap();
        let counts = serde_json::to_value(counts).unwrap();
        let counted = |column: &str| -> Vec<u64> {
            let buckets = counts[column]["buckets"].as_array().unwrap().iter();
            buckets.map(|bucket| bucket["doc_count"].as_u64().unwrap()).collect()
        };
        assert_eq!(
            (hits.len(), counted(SOURCE), counted(SECTION), counted(MONTH)),
            (3, vec![2, 1], vec![3], vec![2, 1])
        );
    }
}
