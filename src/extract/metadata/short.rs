//! Text of elements that are expected to be short: headings, bylines, date lines.

use crate::extract::dom::{Dom, NodeId};

/// Nodes that a short element may hold; what holds more is no line of text.
const NODES_MAX: usize = 400;

/// Text of an element, its pieces joined by `joint`, without the bare readings of a ruby; `None` where it has more than
/// `bytes_max`. Costs no more than the limits, whatever the element holds.
pub(crate) fn short_text(dom: &Dom, node: NodeId, joint: &str, bytes_max: usize) -> Option<String> {
    let mut text = String::new();
    for (count, below) in dom.walk(node).enumerate() {
        let is_read = !dom.parent(below).is_some_and(|above| dom.is_bare_reading(above));
        if let Some(piece) = dom.text(below).filter(|_| is_read) {
            if !text.is_empty() {
                text.push_str(joint);
            }
            text.push_str(piece);
        } else if joint.is_empty() && dom.name(below).is_some_and(|name| matches!(&**name, "br" | "div" | "p")) {
            text.push(' ');
        }
        if text.len() > bytes_max || count > NODES_MAX {
            return None;
        }
    }
    Some(text)
}

/// The first node below an element that is as asked for, among as many as a short element holds.
pub(crate) fn find_below(dom: &Dom, node: NodeId, is_it: impl Fn(NodeId) -> bool) -> Option<NodeId> {
    dom.walk(node).skip(1).take(NODES_MAX).find(|&below| is_it(below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::dom::ROOT;

    #[test]
    fn readings_of_a_ruby_stay_only_in_brackets() {
        let dom = Dom::parse("<ruby>東京 <rt>とうきょう</rt></ruby>の<ruby>朝<rp>（</rp> <rt>あさ<rp>）</ruby>");
        let text = short_text(&dom, ROOT, "", 100).unwrap();
        assert_eq!(text.split_whitespace().collect::<String>(), "東京の朝（あさ）");
    }

    #[test]
    fn long_elements_have_no_short_text() {
        let dom = Dom::parse("<p>One <b>two</b><br>three</p>");
        assert_eq!(short_text(&dom, ROOT, "", 100).as_deref().map(str::trim), Some("One two three"));
        assert_eq!(short_text(&dom, ROOT, "|", 100).as_deref(), Some("One |two|three"));
        assert_eq!(short_text(&dom, ROOT, "", 10), None);
        assert_eq!(short_text(&Dom::parse(&"<i></i>".repeat(1_000)), ROOT, "", 10), None);
    }
}
