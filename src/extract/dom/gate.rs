//! Stands between the tokens and html5ever's tree builder, and holds back tags that would make the builder slow.

use std::cell::{Cell, RefCell};

use html5ever::{
    LocalName, local_name,
    tokenizer::{
        Tag,
        TagKind::{EndTag, StartTag},
        Token, TokenSink, TokenSinkResult,
    },
    tree_builder::TreeBuilder,
};

use super::{Dom, NodeId, Sink};

/// Deepest nesting that is built. Deeper blocks become siblings, deeper inline elements are dropped, all text is kept.
/// The tree builder walks along the open elements for many a tag. Real pages stay below 100.
pub(super) const DEPTH_MAX: u32 = 256;

/// Most formatting elements (`<b>`, `<font>`, ...) that may be left open at a time. The tree builder opens all of them
/// again in each new paragraph.
pub(super) const FORMATTING_MAX: u32 = 24;

pub(super) struct Gate {
    builder: TreeBuilder<NodeId, Sink>,
    /// Start tags held back whose end tags are still to come.
    held: Cell<u32>,
    /// Formatting elements open.
    formatting: Cell<u32>,
    /// Templates open past [`DEPTH_MAX`]: what is in them is no text of the page.
    templates: Cell<u32>,
    /// Whether a link is open past [`DEPTH_MAX`]: one at a time is let through, for links tell teasers from a story.
    deep_link: Cell<bool>,
    /// The block that was opened last at [`DEPTH_MAX`].
    deepest: RefCell<Option<LocalName>>,
}

impl Gate {
    pub(crate) fn new(builder: TreeBuilder<NodeId, Sink>) -> Self {
        Self {
            builder,
            held: Cell::default(),
            formatting: Cell::default(),
            templates: Cell::default(),
            deep_link: Cell::default(),
            deepest: RefCell::default(),
        }
    }

    pub(crate) fn finish(self) -> Dom {
        use html5ever::interface::TreeSink;
        self.builder.sink.finish()
    }

    /// Whether the builder is to see a tag.
    fn admits(&self, tag: &Tag) -> bool {
        if self.is_in_deep_template(tag) {
            return false;
        }
        match tag.kind {
            StartTag if is_leaf(&tag.name) => true,
            StartTag => self.admits_start(tag),
            EndTag if is_leaf(&tag.name) => true,
            EndTag => self.admits_end(tag),
        }
    }

    fn is_in_deep_template(&self, tag: &Tag) -> bool {
        let open = self.templates.get();
        if tag.name != local_name!("template") {
            return open > 0;
        }
        match tag.kind {
            StartTag if open > 0 || self.builder.sink.depth.get() >= DEPTH_MAX => self.templates.set(open + 1),
            EndTag if open > 0 => self.templates.set(open - 1),
            _ => return false,
        }
        true
    }

    fn admits_start(&self, tag: &Tag) -> bool {
        if is_formatting(&tag.name) {
            if self.formatting.get() >= FORMATTING_MAX {
                return false;
            }
            self.formatting.set(self.formatting.get() + 1);
        }
        let depth = self.builder.sink.depth.get();
        if depth < DEPTH_MAX || (tag.name == local_name!("a") && !self.deep_link.replace(true)) {
            return true;
        }
        let flattened = depth < 2 * DEPTH_MAX && is_block(&tag.name);
        let closed = flattened && self.close_deepest(tag);
        if !tag.self_closing && (closed || !flattened) {
            self.held.set(self.held.get() + 1);
        }
        flattened
    }

    /// Ends the block opened last at the greatest depth, so that the next one becomes its sibling. Tells whether there
    /// was one.
    fn close_deepest(&self, next: &Tag) -> bool {
        let Some(name) = self.deepest.replace(Some(next.name.clone())) else { return false };
        let end = Tag { kind: EndTag, name, self_closing: false, attrs: Vec::new(), had_duplicate_attributes: false };
        // An end tag of a block never asks the tokenizer for anything.
        let _ = self.builder.process_token(Token::TagToken(end), 0);
        true
    }

    fn admits_end(&self, tag: &Tag) -> bool {
        if is_formatting(&tag.name) {
            self.formatting.set(self.formatting.get().saturating_sub(1));
        }
        if tag.name == local_name!("a") && self.deep_link.replace(false) {
            return true;
        }
        if self.held.get() > 0 {
            self.held.set(self.held.get() - 1);
            return false;
        }
        self.deepest.take();
        let depth = &self.builder.sink.depth;
        depth.set(depth.get().saturating_sub(1));
        true
    }
}

impl TokenSink for Gate {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        let admitted = match &token {
            Token::EOFToken => true,
            _ if self.builder.sink.full() => false,
            Token::TagToken(tag) => self.admits(tag),
            _ => self.templates.get() == 0,
        };
        if admitted { self.builder.process_token(token, line_number) } else { TokenSinkResult::Continue }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Elements that hold no others, so that they never nest: void ones, and those whose text is read raw. The builder must
/// see the end of the latter: until then it takes no other tag.
fn is_leaf(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("hr")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("param")
            | local_name!("source")
            | local_name!("track")
            | local_name!("wbr")
            | local_name!("script")
            | local_name!("style")
            | local_name!("title")
            | local_name!("textarea")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("noscript")
            | local_name!("xmp")
    )
}

/// Elements whose text stands apart from what surrounds them, or is not read at all.
fn is_block(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("address")
            | local_name!("article")
            | local_name!("aside")
            | local_name!("blockquote")
            | local_name!("dd")
            | local_name!("div")
            | local_name!("dt")
            | local_name!("figcaption")
            | local_name!("figure")
            | local_name!("footer")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("header")
            | local_name!("li")
            | local_name!("main")
            | local_name!("nav")
            | local_name!("p")
            | local_name!("section")
            | local_name!("svg")
    )
}

/// The formatting elements of the HTML standard, less `<a>`, which never nests.
fn is_formatting(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("b")
            | local_name!("big")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("tt")
            | local_name!("u")
    )
}
