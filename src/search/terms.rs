//! The terms of an article that say what it is about, as they are read from its text.

use std::{
    collections::HashMap,
    mem,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Snapshot,
    bm25f::{TITLE_TIMES, rareness},
    collect::Ranked,
    pass,
    statistics::Statistics,
};
use crate::{article::Article, error::Result, text::Analyzer};
use rustc_hash::FxHashMap;

/// Words of an article that are looked at; later ones add little and cost time.
const WORDS_MAX: usize = 20_000;

/// Most forms of a term that are looked for in articles of unknown language.
const FORMS_MAX: usize = 4;

/// Most forms of a term that are told apart in what is counted; a story has a few.
const FORMS_COUNTED_MAX: usize = 32;

/// Readers that are kept for the next search, of some megabytes each at most.
const READERS_KEPT_MAX: usize = 4;

/// Words that a reader may remember to be kept.
const WORDS_KEPT_MAX: usize = 1 << 16;

/// Reads the terms of articles; remembers the stems of each language between them.
#[derive(Default)]
pub(super) struct TermReader {
    analyzers: HashMap<Option<String>, Analyzer>,
    /// What articles of unknown language are read as.
    fallback: Option<String>,
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
    pub(super) forms: Forms,
}

/// The forms in which a term is written, with how often each is: one or two, mostly.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Forms(Vec<(String, u32)>);

impl Forms {
    pub(super) fn add(&mut self, form: &str, times: u32) {
        if let Some((_, all)) = self.0.iter_mut().find(|(known, _)| known == form) {
            *all += times;
        } else if self.0.len() < FORMS_COUNTED_MAX {
            self.0.push((form.to_owned(), times));
        }
    }

    pub(super) fn add_all(&mut self, others: &Self) {
        others.0.iter().for_each(|(form, times)| self.add(form, *times));
    }

    /// The most frequent one; of several, the first in the alphabet.
    pub(super) fn common(&self) -> &str {
        let best = self.0.iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        best.map_or("", |(form, _)| form)
    }
}

/// A term of the ranked field, with what stands for it in articles whose language is unknown: they are not stemmed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Readings(Vec<String>);

impl Readings {
    /// The terms; an article has one language, so that one of them counts.
    pub(super) fn terms(&self) -> &[String] {
        &self.0
    }

    #[cfg(test)]
    pub(super) fn one(term: &str) -> Self {
        Self(vec![term.to_owned()])
    }
}

impl Snapshot {
    /// A reader for the terms of this archive's articles: what is in no known language is read as if it were in the one
    /// that most are in.
    pub(super) fn term_reader(&self) -> Result<KeptReader> {
        let fallback = self.languages()?.iter().flatten().next().cloned();
        let kept = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = TermReader { fallback, ..kept.unwrap_or_default() };
        Ok(KeptReader { reader, readers: Arc::clone(&self.readers) })
    }

    /// What `each` makes of the articles of some hits, in their order; read by several threads where that takes long.
    pub(super) fn each_article<T: Send>(
        &self,
        hits: &[Ranked],
        threads: usize,
        each: impl Fn(&Ranked, Article, &mut TermReader) -> T + Sync,
    ) -> Result<Vec<T>> {
        let places: Vec<usize> = (0..hits.len()).collect();
        let read: Result<Vec<_>> = pass::over(&places, threads, |places| {
            let mut reader = self.term_reader()?;
            let mut read = Vec::new();
            for place in places {
                let article = self.article_at(hits[place].address)?;
                read.push((place, each(&hits[place], article, &mut reader)));
            }
            Ok(read)
        });
        let mut read: Vec<(usize, T)> = read?.into_iter().flatten().collect();
        read.sort_unstable_by_key(|(place, _)| *place);
        Ok(read.into_iter().map(|(_, made)| made).collect())
    }

    /// How a term is to be looked for, by its forms.
    pub(super) fn readings(&self, term: &str, forms: &Forms) -> Result<Readings> {
        let mut readings = vec![term.to_owned()];
        if self.languages()?.contains(&None) {
            let mut frequent: Vec<&(String, u32)> = forms.0.iter().collect();
            frequent.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let mut plain = Analyzer::new(None);
            for (form, _) in frequent {
                let reading = plain.word(form).stem;
                if readings.len() <= FORMS_MAX && !readings.iter().any(|known| known == reading) {
                    readings.push(reading.to_owned());
                }
            }
        }
        Ok(Readings(readings))
    }

    /// Inverse document frequency of all readings together, and the number of articles that hold one.
    pub(super) fn rareness_together(&self, readings: &Readings, statistics: &Statistics) -> Result<(f32, u64)> {
        let mut found = 0;
        for reading in &readings.0 {
            found += statistics.rareness_of(reading)?.1;
        }
        Ok((rareness(statistics.articles(), found), found))
    }
}

impl TermReader {
    /// A reader that takes unknown languages for what they are.
    #[cfg(test)]
    pub(super) fn plain() -> Self {
        Self::default()
    }

    /// How often each telling term stands in an article.
    pub(super) fn counts(&mut self, article: &Article) -> TermCounts {
        let mut counts = TermCounts::default();
        counts.words = self.each(article, |telling| counts.add(&telling));
        counts
    }

    /// Calls `each` with the telling words of an article, in order, and gives its length: all words, those of the
    /// headline as often as they count.
    pub(super) fn each(&mut self, article: &Article, mut each: impl FnMut(Telling<'_>)) -> f32 {
        let language = article.language.as_ref().map(|l| l.code.as_str()).or(self.fallback.as_deref());
        let analyzer = self.analyzers.entry(language.map(str::to_owned)).or_insert_with(|| Analyzer::new(language));
        let title = std::iter::once((article.title.as_str(), TITLE_TIMES));
        let rest = article.standfirst.iter().chain(article.blocks.iter().map(|block| &block.text));
        let (mut words, mut length) = (0, 0.0);
        for (text, times) in title.chain(rest.map(|text| (text.as_str(), 1.0))) {
            let mut first = true;
            analyzer.each_word(text, |found, bytes| {
                words += 1;
                length += times;
                let word = &text[bytes];
                if words <= WORDS_MAX && !found.is_function_word && is_telling(found.stem, word) {
                    each(Telling { term: found.stem, word, times, first });
                    first = false;
                }
            });
        }
        length
    }
}

impl TermCounts {
    pub(super) fn add(&mut self, telling: &Telling<'_>) {
        if !self.counts.contains_key(telling.term) {
            self.counts.insert(telling.term.to_owned(), Count::default());
        }
        if let Some(count) = self.counts.get_mut(telling.term) {
            count.frequency += telling.times;
            count.forms.add(telling.word, 1);
        }
    }
}

/// A reader that is kept for the next search, with the stems that it has met.
pub(super) struct KeptReader {
    reader: TermReader,
    readers: Arc<Mutex<Vec<TermReader>>>,
}

impl Deref for KeptReader {
    type Target = TermReader;

    fn deref(&self) -> &TermReader {
        &self.reader
    }
}

impl DerefMut for KeptReader {
    fn deref_mut(&mut self) -> &mut TermReader {
        &mut self.reader
    }
}

impl Drop for KeptReader {
    fn drop(&mut self) {
        let words: usize = self.reader.analyzers.values().map(Analyzer::words_known).sum();
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if words <= WORDS_KEPT_MAX && readers.len() < READERS_KEPT_MAX {
            readers.push(mem::take(&mut self.reader));
        }
    }
}

/// Single Latin letters, and pairs of hiragana, which are endings, say nothing.
fn is_telling(term: &str, word: &str) -> bool {
    let is_ending = !word.is_ascii() && word.chars().all(|c| matches!(c, '\u{3041}'..='\u{309f}'));
    term.len() > 1 && !is_ending
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
        let counts = TermReader::plain().counts(&article);
        assert_eq!(counts.words, 2.0 * 2.0 + 8.0);
        let dam = &counts.counts["dam"];
        assert_eq!((dam.frequency, dam.forms.common()), (4.0, "Dam"));
        assert!(!counts.counts.contains_key("the"));
    }
}
