//! Elements of a stream of XML, each as a small tree. Entities other than XML's own five are never expanded.

use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Read},
};

use quick_xml::{
    Decoder, Reader,
    escape::unescape,
    events::{BytesStart, Event},
};

use super::page::{is_of_system, too_large};
use crate::skip::SkipReason;

/// Deepest nesting of elements that is read.
const DEPTH_MAX: usize = 200;

/// Most elements, attributes and texts in one tree.
const NODES_MAX: usize = 200_000;

/// Prefixes that tell elements of one name apart: a feed's `content` is not a picture's `media:content`.
const PREFIXES: [&str; 6] = ["content", "dc", "dcterms", "itunes", "media", "slash"];

/// An element with what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// In small letters, without its prefix unless that is one of [`PREFIXES`].
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

/// What is in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The elements right in this one.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of a name right in this one.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element at the end of a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Element> {
        match path {
            [] => Some(self),
            [name, rest @ ..] => self.elements().filter(|element| element.name == *name).find_map(|e| e.at(rest)),
        }
    }

    /// All elements of a name below this one, in order, but none inside another one of the name.
    pub(crate) fn below<'a>(&'a self, name: &str, found: &mut Vec<&'a Element>) {
        for element in self.elements() {
            if element.name == name { found.push(element) } else { element.below(name, found) }
        }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All text in it, on one line; `None` if there is none.
    pub(crate) fn line(&self) -> Option<String> {
        let text = self.text();
        let words: Vec<&str> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// All text in it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.add_text(&mut text);
        text
    }

    fn add_text(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Element(element) => element.add_text(text),
                Node::Text(more) => text.push_str(more),
            }
        }
    }

    /// What is in it, as HTML; `rename` gives the names that elements have there, and none for those to leave out.
    pub(crate) fn html(&self, rename: fn(&str) -> Option<&str>) -> String {
        let mut html = String::new();
        self.add_html(&mut html, rename);
        html
    }

    fn add_html(&self, html: &mut String, rename: fn(&str) -> Option<&str>) {
        for node in &self.children {
            match node {
                Node::Text(text) => html.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
                Node::Element(element) => {
                    let Some(name) = rename(&element.name) else { continue };
                    html.extend(["<", name, ">"]);
                    element.add_html(html, rename);
                    html.extend(["</", name, ">"]);
                }
            }
        }
    }

    /// Bytes that it takes in memory, about.
    pub(crate) fn bytes(&self) -> u64 {
        let attribute = |both: &(String, String)| (size_of_val(both) + both.0.len() + both.1.len()) as u64;
        let child = |node: &Node| match node {
            Node::Element(element) => element.bytes(),
            Node::Text(text) => (size_of_val(node) + text.len()) as u64,
        };
        let own = (size_of::<Node>() + self.name.len()) as u64;
        own + self.attributes.iter().map(attribute).sum::<u64>() + self.children.iter().map(child).sum::<u64>()
    }

    fn begin(start: &BytesStart, decoder: Decoder) -> Self {
        let mut fields = start.attributes();
        let attributes = fields.with_checks(false).filter_map(Result::ok).map(|attribute| {
            let name = name_of(attribute.key.as_ref());
            let raw = decoded(decoder, &attribute.value);
            (name, unescape(&raw).map_or_else(|_| raw.clone(), |value| value.into_owned()))
        });
        // One more than a tree may have, so that the tree is refused.
        let attributes = attributes.take(NODES_MAX + 1).collect();
        Self { name: name_of(start.name().as_ref()), attributes, children: Vec::new() }
    }

    fn push_text(&mut self, more: &str) {
        match self.children.last_mut() {
            Some(Node::Text(text)) => text.push_str(more),
            _ => self.children.push(Node::Text(more.to_owned())),
        }
    }
}

/// Bytes as text: those that do not decode cost themselves only.
fn decoded(decoder: Decoder, bytes: &[u8]) -> String {
    let decode = || decoder.encoding().decode_without_bom_handling(bytes).0.into_owned();
    decoder.decode(bytes).map_or_else(|_| decode(), Cow::into_owned)
}

fn name_of(qualified: &[u8]) -> String {
    let name = String::from_utf8_lossy(qualified).to_ascii_lowercase();
    match name.split_once(':') {
        Some((prefix, local)) if !PREFIXES.contains(&prefix) => local.to_owned(),
        _ => name,
    }
}

/// A stream of XML.
pub(crate) struct Xml {
    reader: Reader<BufReader<Limited>>,
    bytes_max: u64,
}

impl Xml {
    pub(crate) fn new(from: Box<dyn BufRead + Send>, bytes_max: u64) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(Limited { from, left: bytes_max }));
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.expand_empty_elements = true;
        Self { reader, bytes_max }
    }

    /// The next element that `opens` does not look into; `None` at the end. Of one that it looks into, those inside are
    /// given, one by one.
    pub(crate) fn next_element(&mut self, opens: impl Fn(&str) -> bool) -> Result<Option<Element>, SkipReason> {
        let mut buffer = Vec::new();
        loop {
            self.reader.get_mut().get_mut().left = self.bytes_max;
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            match event.map_err(|error| broken(&error, self.reader.buffer_position(), self.bytes_max))? {
                Event::Start(start) => {
                    let element = Element::begin(&start, self.reader.decoder());
                    if !opens(&element.name) {
                        return self.tree(element).map(Some);
                    }
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Reads what is in an element, to its end.
    fn tree(&mut self, top: Element) -> Result<Element, SkipReason> {
        let mut nodes = top.attributes.len();
        let mut open = vec![top];
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            let event = event.map_err(|error| broken(&error, self.reader.buffer_position(), self.bytes_max))?;
            nodes += 1;
            if nodes > NODES_MAX || open.len() > DEPTH_MAX {
                return Err(self.told(&format!(
                    "more than {NODES_MAX} elements, attributes and texts, or {DEPTH_MAX} elements inside each other,"
                )));
            }
            let Some(inmost) = open.last_mut() else { return Err(self.told("an end without a beginning")) };
            match event {
                Event::Start(start) => {
                    let element = Element::begin(&start, self.reader.decoder());
                    nodes += element.attributes.len();
                    open.push(element);
                }
                Event::End(_) => {
                    let Some(done) = open.pop() else { continue };
                    match open.last_mut() {
                        Some(outer) => outer.children.push(Node::Element(done)),
                        None => return Ok(done),
                    }
                }
                Event::Text(text) => inmost.push_text(&decoded(self.reader.decoder(), &text)),
                Event::CData(text) => inmost.push_text(&decoded(self.reader.decoder(), &text)),
                Event::GeneralRef(name) => match name.resolve_char_ref() {
                    Ok(Some(sign)) => inmost.push_text(sign.encode_utf8(&mut [0; 4])),
                    _ => inmost.push_text(&entity(&decoded(self.reader.decoder(), &name))),
                },
                Event::Eof => return Err(self.told("the file ends before its element does")),
                _ => {}
            }
        }
    }

    fn told(&self, what: &str) -> SkipReason {
        SkipReason::BrokenRecord(format!("{what} (byte {})", self.reader.buffer_position()))
    }
}

/// What an entity stands for; one that XML does not know stands for itself.
fn entity(name: &str) -> String {
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        "nbsp" => "\u{a0}".to_owned(),
        other => format!("&{other};"),
    }
}

fn broken(error: &quick_xml::Error, place: u64, bytes_max: u64) -> SkipReason {
    match error {
        quick_xml::Error::Io(io) if io.kind() == io::ErrorKind::FileTooLarge => too_large(bytes_max),
        quick_xml::Error::Io(io) if is_of_system(io.kind()) => SkipReason::Unreadable(io.to_string()),
        other => SkipReason::BrokenRecord(format!("{other} (byte {place})")),
    }
}

/// Bytes of which only so many may be read at a time.
struct Limited {
    from: Box<dyn BufRead + Send>,
    left: u64,
}

impl Read for Limited {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let read = self.from.read(into)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}
