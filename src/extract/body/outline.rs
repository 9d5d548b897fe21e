//! A page as a flat list of text runs, and the elements that hold them: what the body is chosen from.

use html5ever::{LocalName, local_name};

use super::names::{self, Names};
use crate::extract::dom::{Dom, NodeId, ROOT};

/// Most runs of text a page may have; what comes after is dropped.
const RUNS_MAX: usize = 50_000;

/// No holder, no row.
pub(super) const NONE: u32 = u32::MAX;

/// A run of text that no block boundary cuts: a paragraph, a heading, a cell, the text between two line breaks.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Where its text stands in [`Outline::text`].
    pub start: u32,
    pub end: u32,
    /// The innermost block element that holds it, an index into [`Outline::holders`].
    pub holder: u32,
    /// Table row and cell, if it stands in a table: indexes into [`Outline::holders`].
    pub row: u32,
    pub cell: u32,
    /// Letters (characters that are no space; those of wide scripts count [`WIDE_LETTERS`]): in all, inside links,
    /// inside bold or italic elements.
    pub letters: u32,
    pub link_letters: u32,
    pub strong_letters: u32,
    /// Number of links that begin in it.
    pub links: u32,
    /// Names of the inline elements that open at its start.
    pub inline_names: Names,
    /// Whether it begins behind a line break rather than at a block's edge.
    pub after_break: bool,
    /// Pictures between the run before and this one, and inside this one.
    pub pictures: u32,
}

/// A block element on the way to some run.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    pub parent: u32,
    pub node: NodeId,
    pub tag: Tag,
    /// What its own class and id say.
    pub own: Names,
    /// What those of all its ancestors and its own say.
    pub all: Names,
    pub depth: u16,
    /// Runs below it: `first_run..end_run`.
    pub first_run: u32,
    pub end_run: u32,
    /// Number among its parent's block children, and how many block children it has itself.
    pub place: u32,
    pub children: u32,
    /// Pictures below it.
    pub pictures: u32,
    /// Letters below it in all and in links.
    pub letters: u32,
    pub link_letters: u32,
    /// Letters below it in runs that read like sentences.
    pub prose: u32,
    /// Letters in runs that read like sentences and have it as their holder or as their holder's parent.
    pub near_prose: u32,
    /// Hash of its tag and class, to know repeated structures by.
    pub shape: u32,
}

/// Block elements, told apart as far as the choice needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Tag {
    Other,
    Div,
    Section,
    Article,
    Main,
    P,
    Heading1,
    Heading2,
    Heading3,
    Quote,
    Item,
    List,
    Table,
    Row,
    Cell,
    Figure,
    Caption,
    Aside,
    Nav,
    Header,
    Footer,
    Form,
    Button,
    Pre,
    Definition,
    Details,
    Address,
    Label,
}

/// The text of a page, cut into runs.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub text: String,
    pub runs: Vec<Run>,
    pub holders: Vec<Holder>,
    pub pictures: Vec<Picture>,
}

/// A picture of the page.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub node: NodeId,
    pub holder: u32,
    /// The run it stands in or before.
    pub run: u32,
}

/// Most pictures of a page that are looked at.
const PICTURES_MAX: usize = 5_000;

impl Outline {
    /// Walks over a page once.
    pub(crate) fn of(dom: &Dom) -> Self {
        let mut walker = Walker::new(dom);
        walker.walk(body_of(dom).unwrap_or(ROOT));
        walker.flush();
        let mut outline = walker.outline;
        outline.add_up();
        outline
    }

    /// Text of a run.
    pub(crate) fn text(&self, run: &Run) -> &str {
        &self.text[run.start as usize..run.end as usize]
    }

    /// The holder and its ancestors, nearest first.
    pub(crate) fn holders_above(&self, holder: u32) -> impl Iterator<Item = &Holder> {
        std::iter::successors(self.holders.get(holder as usize), |h| self.holders.get(h.parent as usize))
    }

    /// Brings the sums from the runs up through their holders. Parents come before their children in the vector.
    fn add_up(&mut self) {
        for run in &self.runs {
            let Some(holder) = self.holders.get_mut(run.holder as usize) else { continue };
            holder.letters += run.letters;
            holder.link_letters += run.link_letters;
            if reads_like_prose(run, &self.text[run.start as usize..run.end as usize]) {
                holder.prose += run.letters;
                holder.near_prose += run.letters;
                let parent = holder.parent;
                if let Some(parent) = self.holders.get_mut(parent as usize) {
                    parent.near_prose += run.letters;
                }
            }
        }
        for i in (1..self.holders.len()).rev() {
            let Holder { parent, pictures, letters, link_letters, prose, .. } = self.holders[i];
            if let Some(parent) = self.holders.get_mut(parent as usize) {
                parent.pictures += pictures;
                parent.letters += letters;
                parent.link_letters += link_letters;
                parent.prose += prose;
            }
        }
    }
}

/// Letters a run needs to count as prose.
const PROSE_LETTERS_MIN: u32 = 60;

/// What a character of Chinese, Japanese or Korean counts: it says as much as two to three letters.
const WIDE_LETTERS: u32 = 2;

/// Whether a run is long, has few links and holds the end of a sentence.
pub(super) fn reads_like_prose(run: &Run, text: &str) -> bool {
    run.letters >= PROSE_LETTERS_MIN && run.link_letters * 3 < run.letters && text.contains(ends_sentence)
}

/// Whether a character ends a sentence, in the scripts of the world's papers.
pub(super) fn ends_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '।' | '؟' | '۔' | ':' | ';')
}

fn body_of(dom: &Dom) -> Option<NodeId> {
    let html = dom.children(ROOT).find(|&n| dom.is(n, &local_name!("html")))?;
    dom.children(html).find(|&n| dom.is(n, &local_name!("body")))
}

/// How an element takes part in the flow of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Its text is not read.
    Skip,
    Inline,
    Link,
    Strong,
    Break,
    Rule,
    Picture,
    Block(Tag),
}

fn flow_of(name: &LocalName) -> Flow {
    use Flow::{Block, Break, Inline, Link, Picture, Rule, Skip, Strong};
    match *name {
        local_name!("script")
        | local_name!("style")
        | local_name!("noscript")
        | local_name!("template")
        | local_name!("iframe")
        | local_name!("object")
        | local_name!("svg")
        | local_name!("select")
        | local_name!("textarea")
        | local_name!("video")
        | local_name!("audio")
        | local_name!("canvas")
        | local_name!("map")
        | local_name!("noframes")
        | local_name!("datalist")
        | local_name!("head")
        | local_name!("title") => Skip,
        local_name!("a") => Link,
        local_name!("b") | local_name!("strong") | local_name!("i") | local_name!("em") => Strong,
        local_name!("br") => Break,
        local_name!("img") | local_name!("picture") => Picture,
        local_name!("hr") => Rule,
        local_name!("div") => Block(Tag::Div),
        local_name!("section") => Block(Tag::Section),
        local_name!("article") => Block(Tag::Article),
        local_name!("main") => Block(Tag::Main),
        local_name!("p") => Block(Tag::P),
        local_name!("h1") => Block(Tag::Heading1),
        local_name!("h2") => Block(Tag::Heading2),
        local_name!("h3") | local_name!("h4") | local_name!("h5") | local_name!("h6") => Block(Tag::Heading3),
        local_name!("blockquote") => Block(Tag::Quote),
        local_name!("li") => Block(Tag::Item),
        local_name!("ul") | local_name!("ol") | local_name!("menu") | local_name!("dir") => Block(Tag::List),
        local_name!("table") => Block(Tag::Table),
        local_name!("tr") => Block(Tag::Row),
        local_name!("td") | local_name!("th") => Block(Tag::Cell),
        local_name!("figure") => Block(Tag::Figure),
        local_name!("figcaption") => Block(Tag::Caption),
        local_name!("aside") => Block(Tag::Aside),
        local_name!("nav") => Block(Tag::Nav),
        local_name!("header") | local_name!("hgroup") => Block(Tag::Header),
        local_name!("footer") => Block(Tag::Footer),
        local_name!("form") | local_name!("fieldset") => Block(Tag::Form),
        local_name!("button") => Block(Tag::Button),
        local_name!("pre") => Block(Tag::Pre),
        local_name!("dl") | local_name!("dt") | local_name!("dd") => Block(Tag::Definition),
        local_name!("details") | local_name!("summary") | local_name!("dialog") => Block(Tag::Details),
        local_name!("address") => Block(Tag::Address),
        local_name!("label") | local_name!("option") | local_name!("optgroup") => Block(Tag::Label),
        local_name!("tbody")
        | local_name!("thead")
        | local_name!("tfoot")
        | local_name!("caption")
        | local_name!("center")
        | local_name!("body")
        | local_name!("html") => Block(Tag::Other),
        _ => Inline,
    }
}

struct Walker<'a> {
    dom: &'a Dom,
    outline: Outline,
    cache: names::Cache,
    holder: u32,
    row: u32,
    cell: u32,
    /// Open elements of each kind around the present place.
    links: u32,
    strongs: u32,
    /// The run being filled.
    run: Run,
    /// Whether a space is due before the next letter.
    space: bool,
    /// Line breaks since the last letter.
    breaks: u32,
}

impl<'a> Walker<'a> {
    fn new(dom: &'a Dom) -> Self {
        Self {
            dom,
            outline: Outline::default(),
            cache: names::Cache::default(),
            holder: NONE,
            row: NONE,
            cell: NONE,
            links: 0,
            strongs: 0,
            run: empty_run(0),
            space: false,
            breaks: 0,
        }
    }

    /// Visits everything below `top` in order, without recursion.
    fn walk(&mut self, top: NodeId) {
        let dom = self.dom;
        let mut node = top;
        loop {
            let entered = self.enter(node);
            if entered && let Some(child) = dom.first_child(node) {
                node = child;
                continue;
            }
            if entered {
                self.leave(node);
            }
            loop {
                if node == top {
                    return;
                }
                if let Some(next) = dom.next(node) {
                    node = next;
                    break;
                }
                let Some(parent) = dom.parent(node) else { return };
                node = parent;
                self.leave(node);
            }
            if self.outline.runs.len() >= RUNS_MAX {
                return;
            }
        }
    }

    /// Returns whether the node's children are to be visited (and the node to be left).
    fn enter(&mut self, node: NodeId) -> bool {
        if let Some(text) = self.dom.text(node) {
            self.push(text);
            return false;
        }
        let Some(name) = self.dom.name(node) else { return node == ROOT };
        match flow_of(name) {
            Flow::Skip => return false,
            Flow::Inline if self.dom.is_bare_reading(node) => return false,
            Flow::Break => self.line_break(),
            Flow::Rule => self.flush(),
            Flow::Picture => {
                self.run.pictures += 1;
                if self.outline.pictures.len() < PICTURES_MAX && self.dom.is(node, &local_name!("img")) {
                    let run = self.outline.runs.len() as u32;
                    self.outline.pictures.push(Picture { node, holder: self.holder, run });
                }
                if let Some(holder) = self.outline.holders.get_mut(self.holder as usize) {
                    holder.pictures += 1;
                }
            }
            Flow::Link => {
                self.links += 1;
                self.run.links += 1;
                self.note_inline(node);
            }
            Flow::Strong => self.strongs += 1,
            Flow::Inline => self.note_inline(node),
            Flow::Block(tag) => self.open(node, tag),
        }
        true
    }

    fn leave(&mut self, node: NodeId) {
        let Some(name) = self.dom.name(node) else { return };
        match flow_of(name) {
            Flow::Link => self.links -= 1,
            Flow::Strong => self.strongs -= 1,
            Flow::Block(_) => self.close(),
            Flow::Skip | Flow::Inline | Flow::Break | Flow::Rule | Flow::Picture => {}
        }
    }

    fn open(&mut self, node: NodeId, tag: Tag) {
        self.flush();
        let (own, shape) = if self.holder == NONE { Default::default() } else { self.cache.of(self.dom, node) };
        let id = self.outline.holders.len() as u32;
        let (all, depth, place) = match self.outline.holders.get_mut(self.holder as usize) {
            Some(parent) => {
                parent.children += 1;
                (parent.all | own, parent.depth + 1, parent.children - 1)
            }
            None => (own, 0, 0),
        };
        let first_run = self.outline.runs.len() as u32;
        self.outline.holders.push(Holder {
            parent: self.holder,
            node,
            tag,
            own,
            all,
            depth,
            first_run,
            end_run: first_run,
            place,
            children: 0,
            pictures: 0,
            letters: 0,
            link_letters: 0,
            prose: 0,
            near_prose: 0,
            shape: shape.wrapping_mul(31).wrapping_add(tag as u32),
        });
        self.holder = id;
        match tag {
            Tag::Row => self.row = id,
            Tag::Cell => self.cell = id,
            Tag::Table => (self.row, self.cell) = (NONE, NONE),
            _ => {}
        }
    }

    fn close(&mut self) {
        self.flush();
        let runs = self.outline.runs.len() as u32;
        let holder = &mut self.outline.holders[self.holder as usize];
        holder.end_run = runs;
        let (tag, parent) = (holder.tag, holder.parent);
        self.holder = parent;
        match tag {
            Tag::Row => self.row = NONE,
            Tag::Cell => self.cell = NONE,
            Tag::Table => {
                let outline = &self.outline;
                let above = |tag| {
                    let mut at = parent;
                    while let Some(h) = outline.holders.get(at as usize) {
                        match h.tag {
                            t if t == tag => return at,
                            Tag::Table => break,
                            _ => at = h.parent,
                        }
                    }
                    NONE
                };
                (self.row, self.cell) = (above(Tag::Row), above(Tag::Cell));
            }
            _ => {}
        }
    }

    /// Remembers what the class of an inline element says, if the element opens the run.
    fn note_inline(&mut self, node: NodeId) {
        if self.run.letters == 0 {
            self.run.inline_names |= self.cache.of(self.dom, node).0;
        }
    }

    fn line_break(&mut self) {
        self.breaks += 1;
        self.space = true;
        if self.breaks >= 2 && self.run.letters > 0 {
            self.flush();
            self.run.after_break = true;
        }
    }

    fn push(&mut self, text: &str) {
        let before = self.outline.text.len();
        let out = &mut self.outline.text;
        let mut letters = 0;
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if is_unseen(c) {
                continue;
            }
            if self.space && out.len() > self.run.start as usize {
                out.push(' ');
            }
            self.space = false;
            out.push(c);
            letters += if c >= '\u{2E80}' { WIDE_LETTERS } else { 1 };
        }
        if out.len() > before && letters > 0 {
            self.breaks = 0;
            self.run.letters += letters;
            self.run.link_letters += if self.links > 0 { letters } else { 0 };
            self.run.strong_letters += if self.strongs > 0 { letters } else { 0 };
        }
    }

    /// Ends the run being filled, if it has any text.
    fn flush(&mut self) {
        let end = self.outline.text.len() as u32;
        let mut run = std::mem::replace(&mut self.run, empty_run(end));
        self.space = false;
        self.breaks = 0;
        if run.letters == 0 || self.outline.runs.len() >= RUNS_MAX {
            self.run.pictures = run.pictures;
            return;
        }
        run.end = end;
        (run.holder, run.row, run.cell) = (self.holder, self.row, self.cell);
        self.outline.runs.push(run);
    }
}

/// Whether a character has no shape of its own and no part in a word: controls, marks of direction, empty spaces.
///
/// Soft hyphens and joiners stay: they belong to the words they stand in.
fn is_unseen(c: char) -> bool {
    let is_mark = matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}');
    c.is_control() || is_mark || matches!(c, '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn empty_run(start: u32) -> Run {
    Run {
        start,
        end: start,
        holder: NONE,
        row: NONE,
        cell: NONE,
        letters: 0,
        link_letters: 0,
        strong_letters: 0,
        links: 0,
        inline_names: Names::default(),
        after_break: false,
        pictures: 0,
    }
}
