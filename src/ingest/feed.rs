//! An item of an RSS feed (2.0, 1.0) or an entry of an Atom feed (RFC 4287).

use super::{fragment, jsonl::one_line, xml::Element, xml_records::Outlet};
use crate::{
    article::{Article, Image, Source},
    extract::{dates::date_from_text, language, metadata::agency_from_text, url},
};

/// Authors or tags of one item; further ones are dropped.
const NAMES_MAX: usize = 200;

/// Reads an item. The story is its whole content where the feed has it, else its summary.
pub(super) fn article(item: &Element, outlet: &Outlet) -> Article {
    let first = |names: &[&str]| names.iter().find_map(|name| item.all(name).find_map(Element::line));
    let title = item.all("title").next().and_then(html_of).and_then(|html| fragment::line(&html)).unwrap_or_default();
    let story = ["content:encoded", "content"].iter().find_map(|name| item.all(name).find_map(html_of));
    let summary = ["description", "summary"].iter().find_map(|name| item.all(name).find_map(html_of));
    let standfirst = summary.as_deref().filter(|_| story.is_some()).and_then(fragment::line);
    let blocks = fragment::blocks(story.or(summary).as_deref().unwrap_or_default());
    let standfirst = standfirst.filter(|text| blocks.iter().all(|block| !block.text.starts_with(cut(text))));
    let authors = authors(item);
    let url = address(item);
    let tags = item.all("category").filter_map(|tag| tag.attribute("term").map(one_line).or_else(|| tag.line()));
    let date = |names: &[&str]| first(names).and_then(|date| date_from_text(&date));
    Article {
        language: language::of_blocks(&title, &blocks, outlet.language.as_deref()),
        agency: agency_from_text(blocks.first().map_or("", |block| &block.text), &authors, None),
        published: date(&["pubdate", "published", "dc:date", "dcterms:created", "issued", "updated"]),
        modified: date(&["updated", "dcterms:modified"]),
        source: Source {
            name: item.at(&["source"]).and_then(source_name).or_else(|| outlet.name.clone()),
            domain: url.as_deref().and_then(url::domain),
        },
        tags: tags.take(NAMES_MAX).collect(),
        images: images(item),
        title,
        standfirst,
        blocks,
        authors,
        url,
        ..Article::default()
    }
}

/// Beginning of a summary: it is often the first paragraph of the story, cut off.
fn cut(summary: &str) -> &str {
    let text = summary.trim_end_matches(['.', '…', ' ', ']', '[']);
    &text[..text.floor_char_boundary(60)]
}

/// The content of a text element as HTML, whichever way it was put there.
fn html_of(element: &Element) -> Option<String> {
    let html = match element.attribute("type") {
        Some("xhtml") => element.html(|name| Some(name)),
        Some("text" | "text/plain") => element.text().replace('&', "&amp;").replace('<', "&lt;"),
        _ if element.elements().next().is_some() => element.html(|name| Some(name)),
        _ => element.text(),
    };
    (!html.trim().is_empty()).then_some(html)
}

/// Where the item links to.
fn address(item: &Element) -> Option<String> {
    let is_page = |link: &&Element| link.attribute("rel").is_none_or(|rel| rel == "alternate");
    let link = item
        .all("link")
        .filter(is_page)
        .find_map(|link| link.attribute("href").map(str::to_owned).or_else(|| link.line()));
    let guid =
        || item.all("guid").filter(|guid| guid.attribute("ispermalink") != Some("false")).find_map(Element::line);
    link.or_else(guid).filter(|url| url::domain(url).is_some())
}

/// Names of authors. RSS has `address (name)` in `author`; an address alone is no name.
fn authors(item: &Element) -> Vec<String> {
    let creators = item.all("dc:creator").chain(item.all("author")).chain(item.all("itunes:author"));
    let names = creators.filter_map(|author| author.at(&["name"]).unwrap_or(author).line());
    let mut authors: Vec<String> = Vec::new();
    for name in names.flat_map(|names| names.split([',', ';']).map(str::to_owned).collect::<Vec<_>>()) {
        let name = match name.split_once('(') {
            Some((before, inner)) if before.contains('@') => inner.trim_end_matches([')', ' ']).to_owned(),
            _ => name,
        };
        let name = without_by(&name).to_owned();
        if !name.is_empty() && !name.contains('@') && !authors.contains(&name) && authors.len() < NAMES_MAX {
            authors.push(name);
        }
    }
    authors
}

/// A name without the `By` before it.
pub(super) fn without_by(name: &str) -> &str {
    let name = name.trim();
    let by = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("by "));
    if by { name[3..].trim() } else { name }
}

fn source_name(source: &Element) -> Option<String> {
    source.at(&["title"]).unwrap_or(source).line()
}

fn images(item: &Element) -> Vec<Image> {
    let mut media = Vec::new();
    item.below("media:content", &mut media);
    media.extend(item.all("enclosure"));
    let is_image = |image: &&&Element| {
        let kind = image.attribute("type").or_else(|| image.attribute("medium")).unwrap_or_default();
        kind.starts_with("image")
    };
    let image = |image: &&Element| Image {
        url: image.attribute("url").map(str::to_owned),
        caption: image.at(&["media:description"]).and_then(Element::line),
        credit: image.at(&["media:credit"]).and_then(Element::line),
    };
    media.iter().filter(is_image).take(NAMES_MAX).map(image).collect()
}
