//! An article in NITF, the News Industry Text Format of the IPTC.

use super::{feed::without_by, fragment, jsonl::one_line, xml::Element};
use crate::{
    article::{Article, Image, Source},
    date::Published,
    extract::{dates::date_from_text, language, metadata::agency_from_text},
};

/// Pictures or tags of one article; further ones are dropped.
const PARTS_MAX: usize = 200;

/// Reads an `nitf` element.
pub(super) fn article(nitf: &Element) -> Article {
    let head = nitf.at(&["body", "body.head"]);
    let in_head = |path: &[&str]| head.and_then(|head| head.at(path)).and_then(Element::line);
    let document = nitf.at(&["head", "docdata"]);
    let title = in_head(&["hedline", "hl1"]).or_else(|| nitf.at(&["head", "title"]).and_then(Element::line));
    let title = title.unwrap_or_default();
    let body = nitf.at(&["body", "body.content"]);
    let blocks = fragment::blocks(&body.map(|body| body.html(html_name)).unwrap_or_default());
    let mut tags = Vec::new();
    nitf.below("keyword", &mut tags);
    let authors = authors(head);
    let modified = document.and_then(|d| d.at(&["date.release"])).and_then(normal_date);
    Article {
        language: language::of_blocks(&title, &blocks, nitf.attribute("lang")),
        agency: agency_from_text(
            blocks.first().map_or("", |block| &block.text),
            &authors,
            in_head(&["distributor"]).as_deref(),
        ),
        published: published(nitf, head, document),
        modified,
        source: Source { name: in_head(&["distributor"]).or_else(|| source_of(nitf)), domain: None },
        section: nitf.at(&["head", "pubdata"]).and_then(|p| p.attribute("position.section")).map(one_line),
        tags: tags.iter().filter_map(|tag| tag.attribute("key").map(one_line)).take(PARTS_MAX).collect(),
        images: images(body),
        url: document
            .and_then(|d| d.at(&["doc-id"]))
            .and_then(|id| id.attribute("id-string"))
            .filter(is_web)
            .map(str::to_owned),
        standfirst: in_head(&["hedline", "hl2"]).or_else(|| in_head(&["abstract"])),
        title,
        blocks,
        authors,
        ..Article::default()
    }
}

fn is_web(url: &&str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// What elements of NITF are in HTML; those that are no text of the story are left out.
pub(super) fn html_name(name: &str) -> Option<&str> {
    match name {
        "media" | "byline" | "distributor" => None,
        "hl1" | "hl2" => Some("h2"),
        "bq" => Some("blockquote"),
        "block" => Some("div"),
        other => Some(other),
    }
}

fn published(nitf: &Element, head: Option<&Element>, document: Option<&Element>) -> Option<Published> {
    let issued = document.and_then(|d| d.at(&["date.issue"])).and_then(normal_date);
    let printed = || nitf.at(&["head", "pubdata"]).and_then(|p| p.attribute("date.publication")).and_then(date);
    let of_story = || head.and_then(|head| head.at(&["dateline", "story.date"])).and_then(normal_date);
    issued.or_else(printed).or_else(of_story)
}

fn normal_date(element: &Element) -> Option<Published> {
    element.attribute("norm").and_then(date).or_else(|| date(&element.line()?))
}

/// A date, also as ISO 8601 has it without its marks (`20220422T100000Z`).
pub(super) fn date(text: &str) -> Option<Published> {
    let basic = text.len() >= 8 && text.as_bytes()[..8].iter().all(u8::is_ascii_digit);
    if !basic {
        return date_from_text(text);
    }
    let (day, time) = text.split_at(8);
    let mut iso = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    let time =
        time.strip_prefix('T').filter(|time| time.len() >= 6 && time.as_bytes()[..6].iter().all(u8::is_ascii_digit));
    if let Some(time) = time {
        iso.push_str(&format!("T{}:{}:{}{}", &time[..2], &time[2..4], &time[4..6], &time[6..]));
    }
    date_from_text(&iso)
}

fn authors(head: Option<&Element>) -> Vec<String> {
    let mut people = Vec::new();
    let Some(head) = head else { return people };
    for byline in head.all("byline") {
        let mut named = Vec::new();
        byline.below("person", &mut named);
        if named.is_empty() {
            named.push(byline);
        }
        people.extend(named.into_iter().filter_map(Element::line).map(|name| without_by(&name).to_owned()));
    }
    people.truncate(PARTS_MAX);
    people
}

fn source_of(nitf: &Element) -> Option<String> {
    nitf.at(&["head", "pubdata"])?.attribute("name").map(one_line)
}

fn images(body: Option<&Element>) -> Vec<Image> {
    let mut media = Vec::new();
    if let Some(body) = body {
        body.below("media", &mut media);
    }
    let image = |media: &Element| Image {
        url: media.at(&["media-reference"]).and_then(|image| image.attribute("source")).map(str::to_owned),
        caption: media.at(&["media-caption"]).and_then(Element::line),
        credit: media.at(&["media-producer"]).and_then(Element::line),
    };
    media
        .into_iter()
        .filter(|media| media.attribute("media-type").is_none_or(|kind| kind == "image"))
        .take(PARTS_MAX)
        .map(image)
        .collect()
}
