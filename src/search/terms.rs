//! The terms of an article that say what it is about, as they are read from its text.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::bm25f::TITLE_TIMES;
use crate::{
    article::Article,
    text::{Analyzer, is_function_word},
};

/// Words of an article that are looked at; later ones add little and cost time.
const WORDS_MAX: usize = 20_000;

/// Reads the terms of articles; remembers the stems of each language between them.
#[derive(Default)]
pub(super) struct TermReader {
    analyzers: HashMap<Option<String>, Analyzer>,
}

/// A word of an article that is no function word.
pub(super) struct Telling<'a> {
    pub(super) term: &'a str,
    /// The word as it is written.
    pub(super) word: &'a str,
    /// How often it counts: a word of the headline more than once.
    pub(super) times: f32,
    /// Whether it is the first one of its paragraph.
    pub(super) first: bool,
}

/// How often each telling term stands in an article, and in which forms.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct TermCounts {
    pub(super) counts: FxHashMap<String, Count>,
    /// All words, function words among them, those of the headline as often as they count.
    pub(super) words: f32,
}

/// How often a term stands in an article, and in which forms.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Count {
    pub(super) frequency: f32,
    pub(super) forms: FxHashMap<String, u32>,
}

impl Count {
    /// The most frequent form; of several, the first in the alphabet.
    pub(super) fn common_form(&self) -> &str {
        let best = self.forms.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        best.map_or("", |(form, _)| form)
    }
}

impl TermReader {
    /// How often each telling term stands in an article.
    pub(super) fn counts(&mut self, article: &Article) -> TermCounts {
        let mut counts: FxHashMap<String, Count> = FxHashMap::default();
        let words = self.each(article, |telling| {
            if !counts.contains_key(telling.term) {
                counts.insert(telling.term.to_owned(), Count::default());
            }
            if let Some(count) = counts.get_mut(telling.term) {
                count.frequency += telling.times;
                match count.forms.get_mut(telling.word) {
                    Some(times) => *times += 1,
                    None => {
                        count.forms.insert(telling.word.to_owned(), 1);
                    }
                }
            }
        });
        TermCounts { counts, words }
    }

    /// Calls `each` with the telling words of an article, in order, and gives its length: all words, those of the
    /// headline as often as they count.
    pub(super) fn each(&mut self, article: &Article, mut each: impl FnMut(Telling<'_>)) -> f32 {
        let language = article.language.as_ref().map(|l| l.code.as_str());
        let analyzer = self.analyzers.entry(language.map(str::to_owned)).or_insert_with(|| Analyzer::new(language));
        let title = std::iter::once((article.title.as_str(), TITLE_TIMES));
        let rest = article.standfirst.iter().chain(article.blocks.iter().map(|block| &block.text));
        let (mut words, mut length) = (0, 0.0);
        for (text, times) in title.chain(rest.map(|text| (text.as_str(), 1.0))) {
            let mut first = true;
            analyzer.each_term(text, |term, bytes| {
                words += 1;
                length += times;
                let word = &text[bytes];
                if words <= WORDS_MAX && is_telling(term, word, language) {
                    each(Telling { term, word, times, first });
                    first = false;
                }
            });
        }
        length
    }
}

/// Single Latin letters, function words, and pairs of hiragana, which are endings, say nothing.
fn is_telling(term: &str, word: &str, language: Option<&str>) -> bool {
    let is_ending = word.chars().all(|c| matches!(c, '\u{3041}'..='\u{309f}'));
    term.len() > 1 && !is_ending && !is_function_word(word, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, BlockKind, Language};

    #[test]
    fn the_headline_counts_twice_and_function_words_not_at_all() {
        let article = Article {
            title: "Dam slips".to_owned(),
            blocks: vec![Block::new(BlockKind::Paragraph, "The dams of the valley, a dam each")],
            language: Some(Language { code: "en".to_owned(), certainty: 1.0 }),
            ..Article::default()
        };
        let counts = TermReader::default().counts(&article);
        assert_eq!(counts.words, 2.0 * 2.0 + 8.0);
        let dam = &counts.counts["dam"];
        assert_eq!((dam.frequency, dam.common_form()), (4.0, "Dam"));
        assert!(!counts.counts.contains_key("the"));
    }
}
