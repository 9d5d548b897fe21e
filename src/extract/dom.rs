//! A page as a tree: one flat vector of nodes, filled by html5ever's tree builder from our own tokens.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
};

use html5ever::{
    Attribute, LocalName, Namespace, QualName,
    interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink},
    local_name,
    tendril::StrTendril,
    tree_builder::{TreeBuilder, TreeBuilderOpts},
};

mod gate;
mod references;
mod tokens;

/// Most nodes a page's tree may have; what comes after is dropped.
pub(crate) const NODES_MAX: usize = 1_000_000;

/// Most bytes of a page that are parsed; what comes after is dropped.
pub(crate) const PAGE_BYTES_MAX: usize = 256 << 20;

/// A node of a [`Dom`]: its place in the tree's vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

/// The document node of every tree.
pub(crate) const ROOT: NodeId = NodeId(0);

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Node {
    parent: u32,
    first_child: u32,
    last_child: u32,
    prev: u32,
    next: u32,
    /// Levels below the document, when it was put in its place.
    depth: u32,
    data: NodeData,
}

#[derive(Debug)]
enum NodeData {
    Document,
    Element {
        name: QualName,
        attrs: Vec<Attribute>,
    },
    Text(StrTendril),
    /// Comments, processing instructions: kept as places only, for html5ever asks for handles to them.
    Void,
}

/// A parsed page.
#[derive(Debug)]
pub(crate) struct Dom {
    nodes: Vec<Node>,
}

impl Dom {
    /// Parses a page. Never fails: HTML has a reading for every text. Takes time linear in its length.
    ///
    /// The tree lacks the text of scripts (other than JSON-LD) and of style sheets, comments, attributes that no rule
    /// reads, and whatever is past the limits on depth, nodes, attributes and open formatting elements.
    pub(crate) fn parse(html: &str) -> Self {
        let builder = TreeBuilder::new(Sink::default(), TreeBuilderOpts::default());
        let gate = gate::Gate::new(builder);
        tokens::feed(cut(html, PAGE_BYTES_MAX), &gate);
        gate.finish()
    }

    /// Name of an element; `None` for other nodes.
    pub(crate) fn name(&self, id: NodeId) -> Option<&LocalName> {
        match &self.node(id).data {
            NodeData::Element { name, .. } => Some(&name.local),
            _ => None,
        }
    }

    /// Whether the node is an element of this name.
    pub(crate) fn is(&self, id: NodeId, name: &LocalName) -> bool {
        self.name(id) == Some(name)
    }

    /// Value of an element's attribute.
    pub(crate) fn attr(&self, id: NodeId, name: &LocalName) -> Option<&str> {
        self.attrs(id).iter().find(|a| a.name.local == *name).map(|a| &*a.value)
    }

    /// All attributes of an element; none for other nodes.
    pub(crate) fn attrs(&self, id: NodeId) -> &[Attribute] {
        match &self.node(id).data {
            NodeData::Element { attrs, .. } => attrs,
            _ => &[],
        }
    }

    /// Text of a text node; `None` for other nodes.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).data {
            NodeData::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Text of a node and all below it, as it stands in the page, without any spacing added.
    pub(crate) fn text_below(&self, id: NodeId) -> String {
        let mut text = String::new();
        for node in self.walk(id) {
            text.push_str(self.text(node).unwrap_or_default());
        }
        text
    }

    /// Whether an element says how the signs of a ruby before it are said, without the brackets that some pages put
    /// around for readers who see it as text: as text it would be one word with those signs.
    pub(crate) fn is_bare_reading(&self, id: NodeId) -> bool {
        if !matches!(self.name(id), Some(&(local_name!("rt") | local_name!("rtc")))) {
            return false;
        }
        // White space may stand between.
        let mut before = [self.prev(id), self.prev(id).and_then(|before| self.prev(before))].into_iter().flatten();
        let bracket = before.find(|&node| self.name(node).is_some());
        !bracket.is_some_and(|node| self.is(node, &local_name!("rp")) && self.first_child(node).is_some())
    }

    /// The node's parent.
    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).parent)
    }

    /// The node's first child.
    pub(crate) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).first_child)
    }

    /// The sibling after the node.
    pub(crate) fn next(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).next)
    }

    /// The sibling before the node.
    pub(crate) fn prev(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).prev)
    }

    /// The node's children, in order.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(id), |&child| self.next(child))
    }

    /// The node's ancestors, nearest first.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |&node| self.parent(node))
    }

    /// The node and all below it, in document order. Uses no stack, so depth costs nothing.
    pub(crate) fn walk(&self, top: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(top), move |&node| self.first_child(node).or_else(|| self.after(node, top)))
    }

    /// The first node in document order that is behind `id` and not below it, inside `top`.
    pub(crate) fn after(&self, id: NodeId, top: NodeId) -> Option<NodeId> {
        let mut node = id;
        while node != top {
            if let Some(next) = self.next(node) {
                return Some(next);
            }
            node = self.parent(node)?;
        }
        None
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}

fn some(index: u32) -> Option<NodeId> {
    (index != NONE).then_some(NodeId(index))
}

/// The longest start of a text that has at most so many bytes.
fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// What html5ever writes into.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    /// Depth of the node that was attached last.
    depth: Cell<u32>,
}

impl Default for Sink {
    fn default() -> Self {
        let sink = Self { nodes: RefCell::default(), depth: Cell::default() };
        sink.add(NodeData::Document);
        sink
    }
}

/// The name of an element, by value: names are atoms, so a copy costs little.
#[derive(Debug)]
struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl Sink {
    fn add(&self, data: NodeData) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        let id = NodeId(nodes.len() as u32);
        nodes.push(Node { parent: NONE, first_child: NONE, last_child: NONE, prev: NONE, next: NONE, depth: 0, data });
        id
    }

    fn detach(&self, id: NodeId) {
        let nodes = &mut *self.nodes.borrow_mut();
        let Node { parent, prev, next, .. } = nodes[id.0 as usize];
        match prev {
            NONE if parent != NONE => nodes[parent as usize].first_child = next,
            NONE => {}
            prev => nodes[prev as usize].next = next,
        }
        match next {
            NONE if parent != NONE => nodes[parent as usize].last_child = prev,
            NONE => {}
            next => nodes[next as usize].prev = prev,
        }
        let node = &mut nodes[id.0 as usize];
        (node.parent, node.prev, node.next) = (NONE, NONE, NONE);
    }

    fn attach_last(&self, parent: NodeId, id: NodeId) {
        let nodes = &mut *self.nodes.borrow_mut();
        let last = nodes[parent.0 as usize].last_child;
        nodes[id.0 as usize].parent = parent.0;
        nodes[id.0 as usize].prev = last;
        match last {
            NONE => nodes[parent.0 as usize].first_child = id.0,
            last => nodes[last as usize].next = id.0,
        }
        nodes[parent.0 as usize].last_child = id.0;
        self.placed(nodes, parent.0, id);
    }

    fn placed(&self, nodes: &mut [Node], parent: u32, id: NodeId) {
        let depth = nodes.get(parent as usize).map_or(0, |parent| parent.depth) + 1;
        nodes[id.0 as usize].depth = depth;
        self.depth.set(depth);
    }

    fn attach_before(&self, sibling: NodeId, id: NodeId) {
        let nodes = &mut *self.nodes.borrow_mut();
        let Node { parent, prev, .. } = nodes[sibling.0 as usize];
        let node = &mut nodes[id.0 as usize];
        (node.parent, node.prev, node.next) = (parent, prev, sibling.0);
        nodes[sibling.0 as usize].prev = id.0;
        match prev {
            NONE if parent != NONE => nodes[parent as usize].first_child = id.0,
            NONE => {}
            prev => nodes[prev as usize].next = id.0,
        }
        self.placed(nodes, parent, id);
    }

    /// Adds text to the text node `at`, if it is one.
    fn joined(&self, at: u32, text: &StrTendril) -> bool {
        match at {
            NONE => false,
            at => match &mut self.nodes.borrow_mut()[at as usize].data {
                NodeData::Text(before) => {
                    before.push_tendril(text);
                    true
                }
                _ => false,
            },
        }
    }

    fn full(&self) -> bool {
        self.nodes.borrow().len() >= NODES_MAX
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Name;

    fn finish(self) -> Dom {
        Dom { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        ROOT
    }

    fn elem_name(&self, target: &NodeId) -> Name {
        match &self.nodes.borrow()[target.0 as usize].data {
            NodeData::Element { name, .. } => Name(name.clone()),
            _ => unreachable!("html5ever asks for the names of elements only"),
        }
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _flags: ElementFlags) -> NodeId {
        self.add(NodeData::Element { name, attrs })
    }

    fn create_comment(&self, _text: StrTendril) -> NodeId {
        self.add(NodeData::Void)
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> NodeId {
        self.add(NodeData::Void)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        if self.full() {
            return;
        }
        match child {
            NodeOrText::AppendNode(node) => self.attach_last(*parent, node),
            NodeOrText::AppendText(text) => {
                let last = self.nodes.borrow()[parent.0 as usize].last_child;
                if !self.joined(last, &text) {
                    let node = self.add(NodeData::Text(text));
                    self.attach_last(*parent, node);
                }
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &NodeId, prev: &NodeId, child: NodeOrText<NodeId>) {
        let has_parent = self.nodes.borrow()[element.0 as usize].parent != NONE;
        if has_parent { self.append_before_sibling(element, child) } else { self.append(prev, child) }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if self.full() {
            return;
        }
        match child {
            NodeOrText::AppendNode(node) => {
                self.detach(node);
                self.attach_before(*sibling, node);
            }
            NodeOrText::AppendText(text) => {
                let prev = self.nodes.borrow()[sibling.0 as usize].prev;
                if !self.joined(prev, &text) {
                    let node = self.add(NodeData::Text(text));
                    self.attach_before(*sibling, node);
                }
            }
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, new: Vec<Attribute>) {
        if let NodeData::Element { attrs, .. } = &mut self.nodes.borrow_mut()[target.0 as usize].data {
            for attr in new {
                if !attrs.iter().any(|a| a.name == attr.name) {
                    attrs.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        loop {
            let child = self.nodes.borrow()[node.0 as usize].first_child;
            let Some(child) = some(child) else { break };
            self.detach(child);
            self.attach_last(*new_parent, child);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_document_order() {
        let dom = Dom::parse("<p>One <b>two</b> three<table>stray<tr><td>four</table>");
        let body = dom.walk(ROOT).find(|&n| dom.is(n, &local_name!("body"))).unwrap();
        assert_eq!(dom.text_below(body), "One two threestrayfour");
    }

    #[test]
    fn a_named_charset_does_not_stop_the_parse() {
        let dom = Dom::parse("<meta charset=utf-8><p>one<script>x</script><p>two");
        assert_eq!(dom.text_below(ROOT), "onetwo");
    }

    #[test]
    fn scripts_keep_data_only() {
        let dom = Dom::parse("<script>a<b</script><script type=application/ld+json>{}</script><!-- c -->d");
        assert_eq!(dom.text_below(ROOT), "{}d");
    }

    /// Deepest node of a tree.
    fn depth(dom: &Dom) -> usize {
        dom.walk(ROOT).map(|node| dom.ancestors(node).count()).max().unwrap()
    }

    #[test]
    fn depth_is_bounded_and_text_is_kept() {
        for open in ["<div>", "<b><p>", "<table><tr><td>", "<ul><li>", "<svg><g>", "<x-y>", "<a><div>"] {
            let dom = Dom::parse(&format!("{}inside", open.repeat(100_000)));
            assert!(depth(&dom) <= 2 * gate::DEPTH_MAX as usize, "{open}: {}", depth(&dom));
            let is_shown = open != "<template>";
            assert!(!is_shown || dom.text_below(ROOT).contains("inside"), "{open}");
        }
    }

    #[test]
    fn templates_are_bounded_and_what_is_too_deep_in_them_goes() {
        let dom = Dom::parse(&format!("{}inside", "<template>".repeat(100_000)));
        assert!(depth(&dom) <= 2 * gate::DEPTH_MAX as usize, "{}", depth(&dom));
        assert_eq!(dom.text_below(ROOT), "");
    }

    #[test]
    fn what_follows_deep_nesting_is_read() {
        let deep = format!("{}deep{}", "<div>".repeat(5_000), "</div>".repeat(5_000));
        let dom = Dom::parse(&format!("{deep}<p>after <b>it</b></p>"));
        let p = dom.walk(ROOT).find(|&n| dom.is(n, &local_name!("p"))).unwrap();
        assert_eq!((dom.text_below(p).as_str(), dom.ancestors(p).count()), ("after it", 3));
    }

    #[test]
    fn blocks_stay_apart_below_the_depth_limit() {
        let dom =
            Dom::parse(&format!("{}<p>one <b>two</b> three<template><p>no</template><p>four", "<div>".repeat(5_000)));
        let texts: Vec<_> =
            dom.walk(ROOT).filter(|&n| dom.is(n, &local_name!("p"))).map(|n| dom.text_below(n)).collect();
        assert_eq!(texts, ["one two three", "four"]);
    }

    #[test]
    fn formatting_left_open_is_bounded() {
        let html: String = (0..20_000).map(|i| format!("<p><font id={i}>word")).collect();
        let dom = Dom::parse(&html);
        assert!(dom.nodes.len() < 20_000 * 2 * gate::FORMATTING_MAX as usize, "{}", dom.nodes.len());
    }

    #[test]
    fn a_million_attributes_are_bounded() {
        let attrs: String = (0..1_000_000).map(|i| format!(" a{i}")).collect();
        let dom = Dom::parse(&format!("<p{attrs}>one</p{attrs}><p>two"));
        assert!(dom.walk(ROOT).all(|node| dom.attrs(node).len() <= tokens::ATTRS_MAX));
        assert_eq!(dom.text_below(ROOT), "onetwo");
    }

    #[test]
    fn a_text_of_fifty_megabytes_is_one_node() {
        let dom = Dom::parse(&format!("<p>{}", "word ".repeat(10 << 20)));
        let texts: Vec<_> = dom.walk(ROOT).filter_map(|node| dom.text(node)).collect();
        assert_eq!(texts.iter().map(|text| text.len()).collect::<Vec<_>>(), [50 << 20]);
    }

    #[test]
    fn floods_of_references_are_one_text() {
        for (flood, text) in [("&amp;", "&"), ("&#38;", "&"), ("&", "&"), ("&notit", "¬it"), ("&#x", "&#x")] {
            let dom = Dom::parse(&format!("<p title='{0}'>{0}", flood.repeat(100_000)));
            assert_eq!(dom.text_below(ROOT), text.repeat(100_000), "{flood}");
            assert!(dom.nodes.len() < 10, "{flood}");
        }
        let dom = Dom::parse(&format!("<p>&{};", "a".repeat(1 << 20)));
        assert_eq!(dom.text_below(ROOT).len(), (1 << 20) + 2);
    }

    #[test]
    fn what_is_never_closed_is_read_once() {
        for open in
            ["<a b='c", "<!--", "<![CDATA[", "<script>", "<title>", "<p x=", "<!x", "</p ", "<svg><style>", "--!"]
        {
            let dom = Dom::parse(&format!("<p>one</p>{}", open.repeat(100_000)));
            assert!(dom.text_below(ROOT).starts_with("one"), "{open}");
            assert!(dom.nodes.len() < 20, "{open}: {}", dom.nodes.len());
        }
    }

    #[test]
    fn text_that_stands_wrong_in_a_huge_table_costs_one_node_each() {
        let dom = Dom::parse(&format!("<table>{}", "stray<tr><td>cell".repeat(100_000)));
        assert!(dom.nodes.len() < 400_000, "{}", dom.nodes.len());
        assert!(dom.text_below(ROOT).ends_with("cell"));
    }

    #[test]
    fn nodes_are_bounded() {
        let dom = Dom::parse(&"<br>".repeat(NODES_MAX + 1_000));
        assert!(dom.nodes.len() <= NODES_MAX + 8);
    }

    #[test]
    fn one_huge_text_is_one_node() {
        const WORDS: usize = 100_000;
        let dom = Dom::parse(&format!("<p>{}", "word &amp; ".repeat(WORDS)));
        let texts: Vec<_> = dom.walk(ROOT).filter_map(|n| dom.text(n)).collect();
        assert_eq!(texts.iter().map(|text| text.len()).collect::<Vec<_>>(), ["word & ".len() * WORDS]);
    }

    #[test]
    fn misnested_formatting_is_repaired() {
        let dom = Dom::parse("<p><b>one<p>two</b>three");
        let bolds: Vec<_> =
            dom.walk(ROOT).filter(|&n| dom.is(n, &local_name!("b"))).map(|n| dom.text_below(n)).collect();
        assert_eq!(bolds, ["one", "two"]);
    }
}
