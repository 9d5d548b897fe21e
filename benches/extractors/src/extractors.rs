//! The extractors that are compared, each as one function from a page to the fields that are scored.

use std::hint::black_box;

use crate::{dom::Dom, gold::GoldPage, text};

/// What an extractor found on a page.
#[derive(Debug, Default)]
pub struct Answer {
    /// The story, one block a line.
    pub body: String,
    /// Headline.
    pub title: Option<String>,
    /// People who wrote it.
    pub authors: Vec<String>,
    /// Begins with the day as `YYYY-MM-DD`.
    pub published: Option<String>,
}

/// `None` when the extractor gives up on a page.
pub type Extract = fn(&GoldPage) -> Option<Answer>;

/// An extractor by name.
#[derive(Clone, Copy)]
pub struct Extractor {
    /// As it stands in the tables.
    pub name: &'static str,
    /// The function.
    pub extract: Extract,
    /// Whether it answers at all; parsing alone does not.
    pub answers: bool,
}

/// Name of the extractor that only parses: what the others' times are set against.
pub const PARSING_ALONE: &str = "parsing alone";

/// All extractors that this build has, parsing alone first.
pub fn all() -> Vec<Extractor> {
    let answering = |name, extract| Extractor { name, extract, answers: true };
    vec![
        Extractor { name: PARSING_ALONE, extract: parse_alone, answers: false },
        answering("dom_smoothie", dom_smoothie),
        answering("trafilatura", trafilatura),
        answering("trafilatura with fallback", trafilatura_with_fallback),
        answering("rs-trafilatura", rs_trafilatura),
        #[cfg(feature = "newssearch")]
        answering("newssearch", newssearch),
    ]
}

/// html5ever to a plain tree.
fn parse_alone(page: &GoldPage) -> Option<Answer> {
    black_box(Dom::parse(&page.html).len());
    None
}

fn trafilatura(page: &GoldPage) -> Option<Answer> {
    trafilatura_by(page, false)
}

fn trafilatura_with_fallback(page: &GoldPage) -> Option<Answer> {
    trafilatura_by(page, true)
}

/// Without comments. The body comes from the HTML that it gives: its text has no paragraphs.
fn trafilatura_by(page: &GoldPage, fallback: bool) -> Option<Answer> {
    let mut options = trafilatura::Options::default().with_exclude_comments(true).with_fallback(fallback);
    options.original_url = page.url.as_deref().and_then(|url| url::Url::parse(url).ok());
    let found = trafilatura::extract(&page.html, &options).ok()?;
    Some(Answer {
        body: text::of_html(&found.content_html),
        title: Some(found.metadata.title).filter(|title| !title.is_empty()),
        authors: people(&found.metadata.author),
        published: found.metadata.date.map(|day| day.to_string()),
    })
}

/// With the page's kind given as an article.
fn rs_trafilatura(page: &GoldPage) -> Option<Answer> {
    let options = rs_trafilatura::Options {
        page_type: Some(rs_trafilatura::page_type::PageType::Article),
        url: page.url.clone(),
        ..rs_trafilatura::Options::default()
    };
    let found = rs_trafilatura::extract_with_options(&page.html, &options).ok()?;
    Some(Answer {
        body: found.content_text,
        title: found.metadata.title,
        authors: people(&found.metadata.author.unwrap_or_default()),
        published: found.metadata.date.map(|moment| moment.date_naive().to_string()),
    })
}

fn dom_smoothie(page: &GoldPage) -> Option<Answer> {
    let config = dom_smoothie::Config { text_mode: dom_smoothie::TextMode::Formatted, ..Default::default() };
    let found = dom_smoothie::Readability::new(page.html.as_str(), None, Some(config)).ok()?.parse().ok()?;
    Some(Answer {
        body: found.text_content.to_string(),
        title: Some(found.title).filter(|title| !title.is_empty()),
        authors: people(&found.byline.unwrap_or_default()),
        published: found.published_time.and_then(|time| time.get(..10).map(str::to_owned)),
    })
}

/// From decoded bytes, as the others; its charset detection finds UTF-8 named.
#[cfg(feature = "newssearch")]
fn newssearch(page: &GoldPage) -> Option<Answer> {
    let page = newssearch::Page {
        bytes: page.html.clone().into_bytes(),
        url: page.url.clone(),
        charset: Some("utf-8".to_owned()),
        ..newssearch::Page::default()
    };
    let found = newssearch::extract(&page).ok()?;
    Some(Answer {
        body: found.body(),
        title: Some(found.title).filter(|title| !title.is_empty()),
        authors: found.authors,
        published: found.published.map(|published| published.to_string()),
    })
}

/// The people that a byline in one string names.
fn people(byline: &str) -> Vec<String> {
    byline
        .replace(" and ", ";")
        .replace(" & ", ";")
        .split([';', ',', '|', '\n'])
        .map(|name| name.trim().trim_start_matches("By ").trim_start_matches("by ").trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}
