//! Keywords in context: every occurrence of what a query looks for.

use std::{
    ops::{ControlFlow, Range},
    sync::Arc,
};

use serde::Serialize;

use super::{
    Snapshot, Sort,
    compile::{CompileOptions, compile},
    marks::Occurrence,
};
use crate::{
    article::Article,
    error::{Error, Result},
    query::Query,
};

/// Most lines that are sorted by what stands beside the match; in the order of articles there is no limit.
pub const KWIC_SORTED_MAX: usize = 200_000;

/// Most bytes of such lines.
const SORTED_BYTES_MAX: usize = 64 << 20;

/// Articles that are looked up at a time.
const PAGE: usize = 1_000;

/// How to list occurrences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KwicOptions {
    /// Most characters on each side.
    pub width: usize,
    /// Order of the lines.
    pub sort: KwicSort,
}

impl Default for KwicOptions {
    fn default() -> Self {
        Self { width: 40, sort: KwicSort::Date }
    }
}

/// Order of the lines of a concordance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KwicSort {
    /// By what stands left of the match, read from the match outwards.
    Left,
    /// By what stands right of the match.
    Right,
    /// By date of publication, the earliest first, then by place in the article.
    #[default]
    Date,
}

/// One occurrence in its context.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KwicLine {
    /// What stands before it in its paragraph, whole words.
    pub left: String,
    /// The match as written.
    pub keyword: String,
    /// What stands behind it in its paragraph, whole words.
    pub right: String,
    /// The article, without the blocks of its story.
    pub article: Article,
}

impl Snapshot {
    /// Calls `each` with every occurrence in all hits, until it breaks. Gives the number of lines.
    ///
    /// In the order of dates, memory does not grow with the number of hits.
    pub(crate) fn kwic(
        &self,
        query: &Query,
        options: &KwicOptions,
        compile_options: CompileOptions,
        mut each: impl FnMut(KwicLine) -> ControlFlow<()>,
    ) -> Result<u64> {
        if options.sort == KwicSort::Date {
            let mut lines = 0;
            self.each_line(query, options, compile_options, |line| {
                lines += 1;
                Ok(each(line.with_article()))
            })?;
            return Ok(lines);
        }
        let (mut lines, mut bytes) = (Vec::new(), 0);
        self.each_line(query, options, compile_options, |line| {
            let key = sort_key(&line, options.sort);
            bytes += key.len() + line.bytes();
            if lines.len() == KWIC_SORTED_MAX || bytes > SORTED_BYTES_MAX {
                let range = format!(
                    "by date where there are more than {KWIC_SORTED_MAX} lines (KWIC_SORTED_MAX) or {SORTED_BYTES_MAX} \
                     bytes of them"
                );
                return Err(Error::Setting { name: "the order of lines", value: "left or right".to_owned(), range });
            }
            lines.push((key, line));
            Ok(ControlFlow::Continue(()))
        })?;
        lines.sort_by(|a, b| a.0.cmp(&b.0));
        let count = lines.len() as u64;
        for (_, line) in lines {
            if each(line.with_article()).is_break() {
                break;
            }
        }
        Ok(count)
    }

    fn each_line(
        &self,
        query: &Query,
        options: &KwicOptions,
        compile_options: CompileOptions,
        mut each: impl FnMut(Line) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let statistics = self.statistics()?;
        let compiled = compile(self, query, compile_options, &statistics)?;
        let mut after = None;
        loop {
            let hits = self.top(&*compiled.query, Sort::Oldest, PAGE, after, &statistics)?;
            for hit in &hits {
                let stored = self.stored(hit.address)?;
                let (article, body) = (Arc::new(stored.head()?), stored.body()?);
                for occurrence in compiled.marks.occurrences(&article, &body) {
                    if each(line(&article, &occurrence, options.width))?.is_break() {
                        return Ok(());
                    }
                }
            }
            match hits.last() {
                Some(last) if hits.len() == PAGE => after = Some(last.key),
                _ => return Ok(()),
            }
        }
    }
}

/// A line while it is held: lines of one article share it.
struct Line {
    left: String,
    keyword: String,
    right: String,
    article: Arc<Article>,
}

impl Line {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.left.len() + self.keyword.len() + self.right.len()
    }

    fn with_article(self) -> KwicLine {
        let Self { left, keyword, right, article } = self;
        KwicLine { left, keyword, right, article: Arc::unwrap_or_clone(article) }
    }
}

fn line(article: &Arc<Article>, occurrence: &Occurrence, width: usize) -> Line {
    let Occurrence { text, bytes } = occurrence;
    let Range { start, end } = bytes.clone();
    Line {
        left: last_words(&text[..start], width).replace('\t', " "),
        keyword: text[start..end].replace('\t', " "),
        right: first_words(&text[end..], width).replace('\t', " "),
        article: Arc::clone(article),
    }
}

/// The last whole words of a text, in at most so many characters.
fn last_words(text: &str, chars: usize) -> &str {
    let start = text.char_indices().rev().nth(chars.saturating_sub(1)).map_or(0, |(at, _)| at);
    if start == 0 {
        return text;
    }
    let cut = &text[start..];
    match cut.find(char::is_whitespace) {
        Some(at) if !text[..start].ends_with(char::is_whitespace) => &cut[at..],
        _ => cut,
    }
}

/// The first whole words of a text, in at most so many characters.
fn first_words(text: &str, chars: usize) -> &str {
    let Some((end, next)) = text.char_indices().nth(chars) else { return text };
    let cut = &text[..end];
    match cut.rfind(char::is_whitespace) {
        Some(at) if !next.is_whitespace() => &cut[..at],
        _ => cut,
    }
}

/// What lines are sorted by: words in small letters, from the match outwards, parted by what comes before all letters.
fn sort_key(line: &Line, sort: KwicSort) -> String {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let words = match sort {
        KwicSort::Left => words(&line.left).into_iter().rev().collect(),
        _ => words(&line.right),
    };
    words.join("\0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_whole_words() {
        assert_eq!(last_words("one two three ", 8), " three ");
        assert_eq!(last_words("one two", 80), "one two");
        assert_eq!(first_words(" one two three", 6), " one");
        assert_eq!(first_words("", 6), "");
        assert_eq!(first_words("ééé ööö", 3), "ééé");
    }
}
