//! A news item in NewsML-G2 of the IPTC.

use super::{feed::without_by, fragment, nitf, xml::Element};
use crate::{
    article::{Article, Source},
    extract::{language, metadata::agency_from_text},
};

/// Authors or tags of one item; further ones are dropped.
const NAMES_MAX: usize = 200;

/// Reads a `newsItem` element. Its text is XHTML, NITF or plain.
pub(super) fn article(item: &Element) -> Article {
    let content = |path: &[&str]| item.at(&["contentmeta"]).and_then(|meta| meta.at(path));
    let managed = |path: &[&str]| item.at(&["itemmeta"]).and_then(|meta| meta.at(path));
    let inner = item.at(&["contentset", "inlinexml", "nitf"]).map(nitf::article).unwrap_or_default();
    let blocks = if inner.blocks.is_empty() { fragment::blocks(&story(item)) } else { inner.blocks };
    let title = content(&["headline"]).or_else(|| managed(&["title"])).and_then(Element::line).unwrap_or(inner.title);
    let authors = authors(item);
    let authors = if authors.is_empty() { inner.authors } else { authors };
    let credit = content(&["creditline"]).and_then(Element::line);
    let date = |element: Option<&Element>| element.and_then(Element::line).and_then(|text| nitf::date(&text));
    let language = content(&["language"]).and_then(|language| language.attribute("tag"));
    let provider = managed(&["provider"]).and_then(|provider| provider.at(&["name"]).and_then(Element::line));
    let tags = item.at(&["contentmeta"]).into_iter().flat_map(|meta| meta.all("subject").chain(meta.all("keyword")));
    let web = |url: &&str| url.starts_with("http://") || url.starts_with("https://");
    Article {
        language: language::of_blocks(&title, &blocks, language.or_else(|| item.attribute("lang"))),
        agency: agency_from_text(blocks.first().map_or("", |block| &block.text), &authors, credit.as_deref()),
        published: date(managed(&["firstcreated"]))
            .or_else(|| date(content(&["contentcreated"])))
            .or_else(|| date(managed(&["versioncreated"])))
            .or(inner.published),
        modified: date(content(&["contentmodified"])).or_else(|| date(managed(&["versioncreated"]))),
        source: Source { name: provider.or(credit).or(inner.source.name), domain: None },
        tags: tags.filter_map(|tag| tag.at(&["name"]).unwrap_or(tag).line()).take(NAMES_MAX).collect(),
        url: item.attribute("guid").filter(web).map(str::to_owned),
        standfirst: inner.standfirst.or_else(|| content(&["description"]).and_then(Element::line)),
        images: inner.images,
        title,
        blocks,
        authors,
        ..Article::default()
    }
}

/// The story as HTML.
fn story(item: &Element) -> String {
    let xhtml = item.at(&["contentset", "inlinexml"]).map(|xml| xml.html(nitf::html_name));
    let plain = || {
        let text = item.at(&["contentset", "inlinedata"]).map(Element::text).unwrap_or_default();
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        escaped.split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>")).collect()
    };
    xhtml.unwrap_or_else(plain)
}

fn authors(item: &Element) -> Vec<String> {
    let Some(meta) = item.at(&["contentmeta"]) else { return Vec::new() };
    let creators = meta.all("creator").filter_map(|creator| creator.at(&["name"]).and_then(Element::line));
    let mut names: Vec<String> = creators.collect();
    if names.is_empty() {
        names.extend(meta.all("by").filter_map(Element::line));
    }
    names.iter().map(|name| without_by(name).to_owned()).take(NAMES_MAX).collect()
}
