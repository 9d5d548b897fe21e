//! What an article is and has, as terms: `is:correction`, `has:image`.

#[cfg(any(feature = "ingest", test))]
use crate::{article::Article, date::Confidence};

/// The term of articles whose date of publication is sure.
pub(crate) const SURE_DATE: &str = "sure";

/// The term of articles whose date of publication is a guess.
pub(crate) const UNSURE_DATE: &str = "unsure";

/// The traits of an article: words that a query names behind `is:` and `has:`, [`SURE_DATE`] and [`UNSURE_DATE`].
#[cfg(any(feature = "ingest", test))]
pub(crate) fn of(article: &Article) -> impl Iterator<Item = &'static str> {
    let flags = article.flags;
    let confidence = article.published.as_ref().map(|date| date.confidence);
    [
        ("correction", flags.correction),
        ("paywalled", flags.paywalled),
        ("live", flags.live),
        ("sponsored", flags.sponsored),
        ("opinion", flags.opinion),
        ("image", !article.images.is_empty()),
        ("caption", article.images.iter().any(|image| image.caption.is_some())),
        ("author", !article.authors.is_empty()),
        ("date", article.published.is_some()),
        (SURE_DATE, confidence == Some(Confidence::Sure)),
        (UNSURE_DATE, confidence == Some(Confidence::Unsure)),
        ("section", article.section.is_some()),
        ("agency", article.agency.is_some()),
        ("standfirst", article.standfirst.is_some()),
        ("tags", !article.tags.is_empty()),
    ]
    .into_iter()
    .filter_map(|(name, has)| has.then_some(name))
}
