//! Hits as a table.

use super::safe::for_cell;
use crate::{date::Published, search::Hit};

const COLUMNS: [&str; 12] =
    ["rank", "score", "id", "title", "source", "section", "language", "published", "authors", "url", "file", "snippet"];

/// The line with the names of the columns.
pub(crate) fn csv_header() -> String {
    COLUMNS.join(",") + "\n"
}

/// A line a hit; authors are separated by `; `.
pub(crate) fn csv_hits(hits: &[Hit]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for hit in hits {
        let article = &hit.article;
        let source = article.source.name.as_deref().or(article.source.domain.as_deref());
        let url = article.url.as_deref().or(article.canonical_url.as_deref());
        let cells = [
            hit.rank.to_string(),
            hit.score.to_string(),
            article.id.clone(),
            article.title.clone(),
            source.unwrap_or_default().to_owned(),
            article.section.clone().unwrap_or_default(),
            article.language.as_ref().map(|l| l.code.clone()).unwrap_or_default(),
            article.published.as_ref().map(Published::to_string).unwrap_or_default(),
            article.authors.join("; "),
            url.unwrap_or_default().to_owned(),
            article.origin.file.clone(),
            hit.snippet.as_ref().map(|s| s.text.clone()).unwrap_or_default(),
        ];
        writer.write_record(cells.iter().map(|cell| for_cell(cell).into_owned())).expect("a vector takes every write");
    }
    let bytes = writer.into_inner().expect("a vector takes every write");
    String::from_utf8(bytes).expect("all cells are text")
}
