//! From a page to an article.

pub(crate) mod body;
mod charset;
pub(crate) mod dates;
pub(crate) mod dom;
pub(crate) mod language;
pub(crate) mod metadata;
pub(crate) mod plain;
pub(crate) mod url;

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    article::{Article, Page, Source},
    date::Confidence,
    skip::SkipReason,
};

/// Reads the article that stands on a page of HTML or plain text.
///
/// Furniture of the page is in no part of it. Cost: about the parsing of the page; one page is never looked at twice.
///
/// ```
/// use newssearch::{Page, extract};
///
/// let page = Page {
///     bytes: b"<title>Dam holds</title><h1>Dam holds</h1><p>The dam above the town held through the night, engineers \
///              said on Friday, and the evacuation order was lifted before noon.</p>".to_vec(),
///     ..Page::default()
/// };
/// assert_eq!(extract(&page)?.title, "Dam holds");
/// # Ok::<(), newssearch::SkipReason>(())
/// ```
///
/// # Errors
/// Why there is no article: nothing on the page, bytes that are no text, no story.
pub fn extract(page: &Page) -> Result<Article, SkipReason> {
    if page.bytes.trim_ascii().is_empty() {
        return Err(SkipReason::Empty);
    }
    let text = charset::decode(&page.bytes, page.charset.as_deref()).ok_or(SkipReason::NotText)?;
    let mut article = if is_html(&page.origin.file, &text) { from_html(page, &text) } else { from_text(&text) };
    let has_story = article.blocks.iter().any(|b| b.text.chars().any(char::is_alphanumeric));
    let has_captions = article.images.iter().any(|image| image.caption.is_some());
    if !has_story && !has_captions && !is_dated(&article) {
        return Err(SkipReason::NoStory);
    }
    article.url.clone_from(&page.url);
    article.origin = page.origin.clone();
    article.page = page_name(&page.origin.file).to_owned();
    article.id = id_of(&article);
    if article.source.domain.is_none() {
        article.source.domain = article.url.as_deref().and_then(url::domain);
    }
    Ok(article)
}

/// Whether a page has the head of an article: a headline and a date of its own. Such a page is worth keeping though its
/// story cannot be read (programs fetch it, it is a film or a picture); walls against robots have no date.
fn is_dated(article: &Article) -> bool {
    !article.title.is_empty() && article.published.as_ref().is_some_and(|p| p.confidence > Confidence::Unsure)
}

/// As [`extract`]. Pages are hostile and parsers have mistakes: a panic on one page is that page's skip.
pub(crate) fn extract_guarded(page: &Page) -> Result<Article, SkipReason> {
    std::panic::catch_unwind(|| extract(page)).unwrap_or_else(|panic| Err(SkipReason::of_panic(&*panic, "page")))
}

/// The name of a page: that of its file, without folders and the endings `.gz`, `.html`, `.htm`, `.xhtml`, `.txt`.
pub(crate) fn page_name(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.strip_suffix(".gz").unwrap_or(name);
    [".html", ".htm", ".xhtml", ".txt"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// The id of an article: made from its canonical address, else from the address it was fetched from, else from its
/// place.
pub(crate) fn id_of(article: &Article) -> String {
    let address = article.canonical_url.as_deref().or(article.url.as_deref());
    let identity = match (address, article.origin.record) {
        (Some(address), _) => url::normalized_url(address),
        (None, None) => format!("file:{}", article.origin.file),
        (None, Some(record)) => format!("file:{}#{record}", article.origin.file),
    };
    format!("{:016x}", xxh3_64(identity.as_bytes()))
}

/// Whether a page is to be read as HTML. A file named as text is one unless it begins like HTML.
fn is_html(file: &str, text: &str) -> bool {
    let file = file.to_ascii_lowercase();
    let named_text = file.strip_suffix(".gz").unwrap_or(&file).ends_with(".txt");
    let begin: String = text.trim_start().chars().take(14).flat_map(char::to_lowercase).collect();
    !named_text || ["<!doctype html", "<html", "<?xml", "<head", "<body"].iter().any(|top| begin.starts_with(top))
}

fn from_html(page: &Page, html: &str) -> Article {
    let dom = dom::Dom::parse(html);
    let metadata = metadata::read(&dom, html, page.url.as_deref(), page.origin.captured.as_deref());
    let hints = body::Hints {
        title: metadata.title.as_deref(),
        article_body: metadata.article_body.as_deref(),
        page_url: page.url.as_deref(),
        base_url: metadata.base_url.as_deref(),
        description: metadata.description.as_deref(),
        authors: &metadata.authors,
    };
    let body = body::find(&dom, &hints);
    let first = body.blocks.first().map_or("", |block| &block.text);
    let credit = body.images.iter().find_map(|image| image.credit.as_deref());
    let agency = metadata.agency.or_else(|| metadata::agency_from_text(first, &metadata.authors, None));
    let agency = agency.or_else(|| metadata::agency_from_text("", &[], credit).filter(|_| metadata.authors.is_empty()));
    let mut flags = metadata.flags;
    flags.paywalled |= body.paywalled_hint;
    Article {
        language: language::of_blocks(
            metadata.title.as_deref().unwrap_or_default(),
            &body.blocks,
            metadata.language.as_deref(),
        ),
        title: metadata.title.unwrap_or_default(),
        standfirst: body.standfirst,
        blocks: body.blocks,
        authors: metadata.authors,
        source: Source { name: metadata.source_name, domain: metadata.domain },
        agency,
        section: metadata.section,
        tags: metadata.tags,
        published: metadata.published,
        modified: metadata.modified,
        images: body.images,
        canonical_url: metadata.canonical_url,
        flags,
        ..Article::default()
    }
}

fn from_text(text: &str) -> Article {
    let plain = plain::read(text);
    let first = plain.blocks.first().map_or("", |block| &block.text);
    let agency = metadata::agency_from_text(first, &plain.authors, None);
    Article {
        language: language::of_blocks(plain.title.as_deref().unwrap_or_default(), &plain.blocks, None),
        title: plain.title.unwrap_or_default(),
        agency,
        published: plain.date_line.as_deref().and_then(dates::date_from_text),
        blocks: plain.blocks,
        authors: plain.authors,
        images: plain.images,
        ..Article::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_pages_lose_their_endings() {
        for (file, name) in [("a/b.html.gz", "b"), ("b.txt", "b"), ("c.d.htm", "c.d"), ("e", "e"), ("f.xhtml", "f")] {
            assert_eq!(page_name(file), name);
        }
    }

    #[test]
    fn a_file_named_as_text_is_text_in_capitals_too() {
        for file in ["a.txt", "a.txt.gz", "A.TXT", "A.Txt.GZ"] {
            assert!(!is_html(file, "Dam <holds>"), "{file}");
            assert!(is_html(file, "<!DOCTYPE html><p>Dam holds"), "{file}");
        }
        assert!(is_html("a.html", "Dam <holds>"));
    }

    #[test]
    fn a_dated_headline_is_kept_though_its_story_cannot_be_read() {
        let read = |head: &str| extract(&Page { bytes: head.as_bytes().to_vec(), ..Page::default() });
        let title = "<title>Dam holds</title><h1>Dam holds</h1>";
        let date = "<meta property='article:published_time' content='2020-06-07'>";
        let kept = read(&format!("{title}{date}<script>load()</script>")).unwrap();
        assert_eq!((kept.title.as_str(), kept.blocks.len()), ("Dam holds", 0));
        assert_eq!(read("<title>Access denied</title><script>check()</script>"), Err(SkipReason::NoStory));
        assert_eq!(read(date), Err(SkipReason::NoStory));
    }

    #[test]
    fn forms_of_one_address_are_one_article() {
        let id = |url: &str| id_of(&Article { url: Some(url.to_owned()), ..Article::default() });
        assert_eq!(id("https://www.a.example/x?utm_source=feed"), id("http://a.example/x/"));
        assert_ne!(id("https://a.example/x"), id("https://a.example/y"));
    }
}
