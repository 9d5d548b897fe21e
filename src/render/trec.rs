//! Lines of a TREC run.

use super::safe::for_terminal;
use crate::article::Article;

/// Name of the system that a run says it is from.
const TAG: &str = "newssearch";

/// `query Q0 document rank score tag`; the document is the record's `id` or the page's name. Blanks become `_`, and so
/// does an empty name: a line has six columns.
pub(crate) fn trec_line(query: &str, article: &Article, rank: usize, score: f32) -> String {
    format!("{} Q0 {} {rank} {score} {TAG}\n", word(query), word(&article.page))
}

fn word(text: &str) -> String {
    let word: String = for_terminal(text).chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
    if word.is_empty() { "_".to_owned() } else { word }
}
