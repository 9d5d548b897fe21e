//! From text to the terms that are indexed, the same way for articles and for queries.

mod function_words;
mod language;
mod normal;
mod packed;
mod segment;
mod sentence;
#[cfg(feature = "ingest")]
mod shingle;

pub(crate) use function_words::FunctionWordsOf;
#[cfg(feature = "ingest")]
pub(crate) use function_words::{FunctionWords, function_words};
pub(crate) use language::Stemming;
pub(crate) use normal::fold;
pub(crate) use segment::{Segment, segments};
pub(crate) use sentence::each_sentence_start;
#[cfg(feature = "ingest")]
pub(crate) use shingle::{Shingles, each_shingle, shared};

use std::ops::Range;

use frostem::Stemmer;
use rustc_hash::FxHashMap;

use packed::Packed;

/// Version of the rules in this folder; an index made with other rules is refused.
pub(crate) const ANALYSIS_VERSION: u32 = 2;

/// Longest term, in bytes; the rest of a longer word is not looked at, in articles and queries alike.
pub(crate) const TERM_BYTES_MAX: usize = 96;

const _: () = assert!(TERM_BYTES_MAX <= u8::MAX as usize);

/// Most words whose stems an analyser remembers; it forgets them all when there are more.
const CACHE_WORDS_MAX: usize = 1 << 16;

/// Turns text of one language into terms. Keeps the stems of words it has met, so one per thread is worth keeping.
pub(crate) struct Analyzer {
    stemming: Stemming,
    stemmer: Option<Stemmer>,
    function_words: FunctionWordsOf,
    /// What is known of short words of ASCII letters and digits, nearly all of those of most languages.
    short: FxHashMap<Packed, Known>,
    /// What is known of other words, by the word in lower case.
    long: FxHashMap<Box<str>, Known>,
    /// The terms of the words that are known: of each its stem, and behind it its form.
    terms: String,
    lower: String,
}

/// What is remembered of a word: where its terms are.
#[derive(Clone, Copy)]
struct Known {
    at: u32,
    stem_bytes: u8,
    /// 0 where the form is the stem.
    form_bytes: u8,
    is_function_word: bool,
}

/// The terms of one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    /// The word without its inflection, folded.
    pub(crate) stem: &'a str,
    /// The word as written, folded, where that is not the same.
    pub(crate) form: Option<&'a str>,
    /// Whether it is a function word of the language that the analyser was made for.
    pub(crate) is_function_word: bool,
}

/// A term and the bytes of the text that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// What is indexed.
    pub(crate) text: String,
    /// Where it stands in the text analysed.
    pub(crate) bytes: Range<usize>,
}

impl Analyzer {
    /// An analyser for texts of a language, given by its ISO 639 code; without a stemmer for it, words stay as they
    /// are.
    pub(crate) fn new(language: Option<&str>) -> Self {
        let stemming = Stemming::of(language);
        let (short, long, terms, lower) = (FxHashMap::default(), FxHashMap::default(), String::new(), String::new());
        let (stemmer, function_words) = (stemming.stemmer(), FunctionWordsOf::language(language));
        Self { stemming, stemmer, function_words, short, long, terms, lower }
    }

    /// What it does to the ends of words.
    pub(crate) fn stemming(&self) -> Stemming {
        self.stemming
    }

    /// Number of words that it remembers.
    pub(crate) fn words_known(&self) -> usize {
        self.short.len() + self.long.len()
    }

    /// Calls `each` with every word of the text and its place, in order. Linear in the length of the text.
    pub(crate) fn each_word(&mut self, text: &str, mut each: impl FnMut(Word<'_>, Range<usize>)) {
        self.each_word_where(
            text,
            |_| true,
            |word, bytes| {
                if let Some(word) = word {
                    each(word, bytes);
                }
            },
        );
    }

    /// As [`Analyzer::each_word`], but words that are not `wanted` are told of without being analysed.
    pub(crate) fn each_word_where(
        &mut self,
        text: &str,
        wanted: impl Fn(&str) -> bool,
        mut each: impl FnMut(Option<Word<'_>>, Range<usize>),
    ) {
        for segment in segments(text) {
            match segment {
                // A word that begins with a letter of ASCII is never empty when it is folded; others may be.
                Segment::Word(bytes) if text.as_bytes()[bytes.start].is_ascii() && !wanted(&text[bytes.clone()]) => {
                    each(None, bytes);
                }
                Segment::Word(bytes) => {
                    let word = self.word(&text[bytes.clone()]);
                    if !word.stem.is_empty() {
                        each(Some(word), bytes);
                    }
                }
                Segment::Gram(bytes) => {
                    let gram = normal::fold(&text[bytes.clone()]);
                    each(Some(Word { stem: &gram, form: None, is_function_word: false }), bytes);
                }
            }
        }
    }

    /// Calls `each` with every term of the text and its place, in order. Linear in the length of the text.
    pub(crate) fn each_term(&mut self, text: &str, mut each: impl FnMut(&str, Range<usize>)) {
        self.each_word(text, |word, bytes| each(word.stem, bytes));
    }

    /// All terms of a text.
    pub(crate) fn terms(&mut self, text: &str) -> Vec<Term> {
        let mut terms = Vec::new();
        self.each_term(text, |term, bytes| terms.push(Term { text: term.to_owned(), bytes }));
        terms
    }

    /// The terms of one word, as it is segmented.
    pub(crate) fn word(&mut self, word: &str) -> Word<'_> {
        let short = Packed::of_lower_ascii(word);
        let known = match short {
            Some(packed) => self.short.get(&packed).copied(),
            None => {
                self.lower.clear();
                normal::lower_into(&mut self.lower, word);
                self.long.get(self.lower.as_str()).copied()
            }
        };
        let Known { at, stem_bytes, form_bytes, is_function_word } = known.unwrap_or_else(|| self.learn(word, short));
        let (stem, rest) = self.terms[at as usize..].split_at(usize::from(stem_bytes));
        Word { stem, form: (form_bytes > 0).then(|| &rest[..usize::from(form_bytes)]), is_function_word }
    }

    /// Finds the terms of a word, and remembers them.
    fn learn(&mut self, word: &str, short: Option<Packed>) -> Known {
        if self.words_known() >= CACHE_WORDS_MAX {
            self.short.clear();
            self.long.clear();
            self.terms.clear();
        }
        self.lower.clear();
        normal::lower_into(&mut self.lower, word);
        let form = fold(&self.lower);
        let stem = match &self.stemmer {
            Some(stemmer) if self.stemming.applies_to(&self.lower) => fold(&stemmer.stem(&self.lower)),
            _ => form.clone(),
        };
        let form = if stem == form { "" } else { &form };
        // Both are about as long as the word, of `TERM_BYTES_MAX` bytes at most.
        let known = Known {
            at: self.terms.len() as u32,
            stem_bytes: stem.len() as u8,
            form_bytes: form.len() as u8,
            is_function_word: self.function_words.has(word),
        };
        self.terms.push_str(&stem);
        self.terms.push_str(form);
        match short {
            Some(packed) => drop(self.short.insert(packed, known)),
            None => drop(self.long.insert(self.lower.as_str().into(), known)),
        }
        known
    }
}

/// Terms of names and labels (authors, sources, sections): words folded, but not stemmed.
pub(crate) fn label_terms(text: &str) -> Vec<String> {
    Analyzer::new(None).terms(text).into_iter().map(|t| t.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Option<&str>, text: &str, terms: &[&str]) {
        let found = Analyzer::new(language).terms(text);
        assert_eq!(found.iter().map(|t| t.text.as_str()).collect::<Vec<_>>(), terms, "{text}");
    }

    #[test]
    fn words_are_folded_and_stemmed_by_language() {
        check(Some("en"), "Leaders’ letters, exchanged", &["leader", "letter", "exchang"]);
        check(Some("de"), "Häuser", &["haus"]);
        check(None, "Häuser Leaders", &["hauser", "leaders"]);
    }

    #[test]
    fn inflected_words_keep_what_was_written() {
        let mut analyzer = Analyzer::new(Some("en"));
        let word = |stem, form, is_function_word| Word { stem, form, is_function_word };
        assert_eq!(analyzer.word("Letters"), word("letter", Some("letters"), false));
        assert_eq!(analyzer.word("letter"), word("letter", None, false));
        assert_eq!(Analyzer::new(Some("fr")).word("Été"), word("ete", None, true));
    }

    #[test]
    fn function_words_are_those_of_the_analysers_language() {
        for (language, word, expected) in [
            (Some("fr"), "Été", true),
            (Some("en"), "The", true),
            (Some("en"), "their", true),
            (Some("en"), "dam", false),
            (Some("de"), "their", false),
            (None, "the", false),
        ] {
            let mut analyzer = Analyzer::new(language);
            // Once as it is met first, once as it is known.
            for _ in 0..2 {
                assert_eq!(analyzer.word(word).is_function_word, expected, "{language:?} {word}");
            }
        }
    }

    #[test]
    fn accents_do_not_part_a_word_from_its_plain_spelling() {
        check(Some("fr"), "Été ete", &["ete", "ete"]);
        check(None, "Đà Nẵng Łódź straße Kraków", &["da", "nang", "lodz", "strasse", "krakow"]);
    }

    #[test]
    fn acronyms_with_and_without_dots_are_one() {
        check(None, "the U.S. and the US", &["the", "us", "and", "the", "us"]);
        check(None, "U.N.-backed e.g. this", &["un", "backed", "eg", "this"]);
    }

    #[test]
    fn possessives_and_contractions() {
        check(None, "Moon's Kim’s don't l'homme O'Brien", &["moon", "kim", "dont", "l", "homme", "o", "brien"]);
    }

    #[test]
    fn marks_of_where_a_word_may_break_are_no_part_of_it() {
        check(None, "Bundes\u{ad}kanzler", &["bundeskanzler"]);
    }

    #[test]
    fn numbers_lose_their_thousands_separators() {
        check(None, "1,000 3.5 1,00 12,345,678", &["1000", "3", "5", "1", "00", "12345678"]);
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        check(None, "北京大学", &["北京", "京大", "大学"]);
        check(None, "김정은 위원장", &["김정", "정은", "위원", "원장"]);
        check(None, "GDP增长3%", &["gdp", "增长", "3"]);
        check(None, "国", &["国"]);
        check(None, "ข่าว", &["ข่", "่า", "าว"]);
    }

    #[test]
    fn places_point_into_the_text() {
        let text = "Ärzte—北京 U.S.";
        for term in Analyzer::new(None).terms(text) {
            assert!(text.get(term.bytes.clone()).is_some_and(|t| !t.is_empty()), "{term:?}");
        }
    }

    #[test]
    fn a_word_without_end_is_cut() {
        let text = "x".repeat(5000);
        let found = Analyzer::new(None).terms(&text);
        assert!(found.iter().all(|t| t.text.len() <= TERM_BYTES_MAX), "{}", found.len());
        assert_eq!(found.len(), 1);
    }
}
