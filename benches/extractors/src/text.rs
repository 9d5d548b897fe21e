//! The text of a piece of HTML, one block a line.

use crate::dom::{Dom, NodeId, ROOT};

/// Elements that do not start a line of their own.
const INLINE: [&str; 30] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "hi", "i", "ins", "kbd",
    "mark", "q", "ref", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];

/// Text of the HTML: each element that is not inline starts and ends a line, white space is folded.
pub fn of_html(html: &str) -> String {
    let dom = Dom::parse(html);
    let mut text = String::with_capacity(html.len());
    let mut node = ROOT;
    'nodes: loop {
        match dom.text(node) {
            Some(piece) => push_folded(&mut text, piece),
            None if breaks(&dom, node) => end_line(&mut text),
            None => {}
        }
        if let Some(child) = dom.first_child(node) {
            node = child;
            continue;
        }
        loop {
            if breaks(&dom, node) {
                end_line(&mut text);
            }
            if let Some(next) = dom.next(node) {
                node = next;
                continue 'nodes;
            }
            match dom.parent(node) {
                Some(parent) => node = parent,
                None => return text,
            }
        }
    }
}

fn breaks(dom: &Dom, node: NodeId) -> bool {
    dom.name(node).is_some_and(|name| !INLINE.contains(&&**name))
}

fn end_line(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn push_folded(text: &mut String, piece: &str) {
    for c in piece.chars() {
        match c.is_whitespace() {
            true if text.is_empty() || text.ends_with([' ', '\n']) => {}
            true => text.push(' '),
            false => text.push(c),
        }
    }
}
