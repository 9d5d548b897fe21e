//! Which stemmer a language has.

use frostem::{Algorithm, Stemmer};

/// How the ends of words are taken off in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Stemming(Option<Algorithm>);

impl Stemming {
    /// The stemming of a language by its ISO 639 code.
    pub(crate) fn of(language: Option<&str>) -> Self {
        let algorithm = match language.unwrap_or_default() {
            "ar" => Algorithm::Arabic,
            "ca" => Algorithm::Catalan,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "en" => Algorithm::English,
            "es" => Algorithm::Spanish,
            "et" => Algorithm::Estonian,
            "eu" => Algorithm::Basque,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "ga" => Algorithm::Irish,
            "hi" => Algorithm::Hindi,
            "hu" => Algorithm::Hungarian,
            "hy" => Algorithm::Armenian,
            "id" => Algorithm::Indonesian,
            "it" => Algorithm::Italian,
            "lt" => Algorithm::Lithuanian,
            "ne" => Algorithm::Nepali,
            "nl" => Algorithm::Dutch,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "pl" => Algorithm::Polish,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "sr" => Algorithm::Serbian,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            "uk" => Algorithm::Ukrainian,
            _ => return Self(None),
        };
        Self(Some(algorithm))
    }

    /// The stemmer itself.
    pub(crate) fn stemmer(self) -> Option<Stemmer> {
        self.0.map(Stemmer::new)
    }

    /// Whether a word may be stemmed: numbers and codes such as `g20` stay as they are.
    pub(crate) fn applies_to(self, word: &str) -> bool {
        self.0.is_some() && !word.bytes().any(|b| b.is_ascii_digit())
    }
}
