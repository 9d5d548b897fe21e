//! A page as a plain tree, filled by html5ever and nothing else: the bound for extractors that build one.

use std::{borrow::Cow, cell::RefCell};

use html5ever::{
    Attribute, LocalName, Namespace, ParseOpts, QualName,
    interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink},
    parse_document,
    tendril::{StrTendril, TendrilSink},
};

/// A node of a [`Dom`]: its place in the tree's vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// The document node of every tree.
pub const ROOT: NodeId = NodeId(0);

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Node {
    parent: u32,
    first_child: u32,
    last_child: u32,
    prev: u32,
    next: u32,
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
pub struct Dom {
    nodes: Vec<Node>,
}

impl Dom {
    /// Parses a page. Never fails: HTML has a reading for every text. Takes time linear in its length for sane pages.
    pub fn parse(html: &str) -> Self {
        parse_document(Sink::default(), ParseOpts::default()).one(StrTendril::from_slice(html))
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Name of an element; `None` for other nodes.
    pub fn name(&self, id: NodeId) -> Option<&LocalName> {
        match &self.node(id).data {
            NodeData::Element { name, .. } => Some(&name.local),
            _ => None,
        }
    }

    /// Text of a text node; `None` for other nodes.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).data {
            NodeData::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The node's parent.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).parent)
    }

    /// The node's first child.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).first_child)
    }

    /// The sibling after the node.
    pub fn next(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).next)
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}

fn some(index: u32) -> Option<NodeId> {
    (index != NONE).then_some(NodeId(index))
}

/// What html5ever writes into.
struct Sink {
    nodes: RefCell<Vec<Node>>,
}

impl Default for Sink {
    fn default() -> Self {
        let sink = Self { nodes: RefCell::default() };
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
        nodes.push(Node { parent: NONE, first_child: NONE, last_child: NONE, prev: NONE, next: NONE, data });
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
