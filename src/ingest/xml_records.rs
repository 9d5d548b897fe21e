//! Articles in XML: feeds (RSS, Atom), NITF, NewsML-G2, told apart by their elements.

use std::io::BufRead;

use super::{
    feed, newsml, nitf,
    records::{Content, Record, Records},
    xml::{Element, Xml},
};
use crate::{article::Article, extract::id_of, skip::SkipReason};

/// Elements that hold records and what is said of all of them.
const HOLDERS: [&str; 6] = ["rss", "rdf", "channel", "feed", "newsmessage", "itemset"];

/// Elements that hold one article.
const ARTICLES: [&str; 4] = ["item", "entry", "newsitem", "nitf"];

/// Whether a text begins like XML that is read here.
pub(super) fn begins(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let mut elements = text.split('<').skip(1).filter(|tag| !tag.starts_with(['?', '!']));
    let root = elements.next().map(|tag| tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next());
    let root = root.flatten().unwrap_or_default();
    let root = root.split_once(':').map_or(root, |(_, name)| name);
    text.starts_with('<') && (HOLDERS.contains(&root) || ARTICLES.contains(&root))
}

/// A record of XML, not yet looked into.
#[derive(Debug)]
pub(crate) struct Item {
    element: Element,
    outlet: Outlet,
}

/// What a feed says of itself.
#[derive(Debug, Default, Clone)]
pub(crate) struct Outlet {
    pub(crate) name: Option<String>,
    pub(crate) language: Option<String>,
}

/// The records of a file of XML.
pub(crate) struct XmlRecords {
    xml: Xml,
    outlet: Outlet,
    number: u64,
    /// Whether it is XML of a kind that is known.
    known: bool,
    ended: bool,
}

impl XmlRecords {
    pub(crate) fn new(from: Box<dyn BufRead + Send>, bytes_max: u64) -> Self {
        Self { xml: Xml::new(from, bytes_max), outlet: Outlet::default(), number: 0, known: false, ended: false }
    }

    fn next_item(&mut self) -> Result<Option<Item>, SkipReason> {
        let mut held = false;
        loop {
            let opened = std::cell::Cell::new(false);
            let element = self.xml.next_element(|name| {
                let opens = HOLDERS.contains(&name);
                opened.set(opened.get() | opens);
                opens
            })?;
            held |= opened.get();
            self.known |= held;
            let Some(element) = element else { return Ok(None) };
            match element.name.as_str() {
                name if ARTICLES.contains(&name) => {
                    self.known = true;
                    return Ok(Some(Item { element, outlet: self.outlet.clone() }));
                }
                "title" => self.outlet.name = self.outlet.name.take().or_else(|| element.line()),
                "language" => self.outlet.language = element.line(),
                name if !self.known => {
                    let reason = format!("the element {name} is no feed, NITF or NewsML-G2");
                    return Err(SkipReason::BrokenRecord(reason));
                }
                _ => {}
            }
        }
    }
}

impl Records for XmlRecords {
    fn next_record(&mut self) -> Option<Record> {
        if self.ended {
            return None;
        }
        self.number += 1;
        let content = match self.next_item() {
            Ok(item) => Ok(Content::Xml(Box::new(item?))),
            Err(reason) => {
                self.ended = true;
                Err(reason)
            }
        };
        Some(Record { number: self.number, content })
    }
}

impl Item {
    /// Bytes that it takes in memory, about.
    pub(crate) fn bytes(&self) -> u64 {
        self.element.bytes()
    }

    pub(super) fn article(self, file: &str, number: u64) -> Result<Article, SkipReason> {
        let mut article = match self.element.name.as_str() {
            "nitf" => nitf::article(&self.element),
            "newsitem" => newsml::article(&self.element),
            _ => feed::article(&self.element, &self.outlet),
        };
        if article.title.is_empty() && article.blocks.is_empty() {
            return Err(SkipReason::NoStory);
        }
        file.clone_into(&mut article.origin.file);
        article.origin.record = Some(number);
        article.id = id_of(&article);
        article.page.clone_from(&article.id);
        Ok(article)
    }
}

#[cfg(test)]
mod tests;
