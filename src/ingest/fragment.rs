//! A fragment of HTML that holds a story and nothing else, as blocks.

use super::jsonl::one_line;
use crate::{
    article::{Block, BlockKind},
    extract::dom::{Dom, NodeId, ROOT},
};

/// Elements above a text that may say what kind of block it is.
const LEVELS_MAX: usize = 8;

/// Elements that begin a block.
const BLOCKS: [&str; 24] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "div",
    "dl",
    "dt",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// Elements whose text is none of the story's.
const LEFT_OUT: [&str; 6] = ["figcaption", "head", "script", "style", "noscript", "iframe"];

/// The blocks of a fragment, in order.
pub(crate) fn blocks(html: &str) -> Vec<Block> {
    let dom = Dom::parse(html);
    let mut story = Story { blocks: Vec::new(), text: String::new(), kind: BlockKind::Paragraph };
    let mut holder = ROOT;
    let mut after_break = false;
    for id in dom.walk(ROOT) {
        let name = dom.name(id).map_or("", |name| name);
        if name == "br" {
            if after_break {
                story.end();
            }
            story.text.push(' ');
            after_break = true;
        } else if BLOCKS.contains(&name) {
            story.end();
        } else if matches!(name, "td" | "th") && !story.text.is_empty() {
            story.text.push('\t');
        }
        let Some(text) = dom.text(id) else { continue };
        let Some((block, kind)) = holder_of(&dom, id) else { continue };
        if block != holder {
            story.end();
            holder = block;
        }
        after_break &= text.trim().is_empty();
        story.kind = kind;
        story.text.push_str(text);
    }
    story.end();
    story.blocks
}

/// The text of a fragment on one line.
pub(crate) fn line(html: &str) -> Option<String> {
    let texts: Vec<String> = blocks(html).into_iter().map(|block| block.text).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

/// The block that a text stands in, and its kind; `None` where it is none of the story's.
fn holder_of(dom: &Dom, text: NodeId) -> Option<(NodeId, BlockKind)> {
    let mut holder = None;
    let mut kind = BlockKind::Paragraph;
    for id in dom.ancestors(text).take(LEVELS_MAX) {
        let name = dom.name(id).map_or("", |name| name);
        if LEFT_OUT.contains(&name) {
            return None;
        }
        if BLOCKS.contains(&name) {
            holder = holder.or(Some(id));
            kind = match name {
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => BlockKind::Heading,
                "li" => BlockKind::ListItem,
                "tr" => BlockKind::TableRow,
                "blockquote" => BlockKind::Quote,
                _ => continue,
            };
            break;
        }
    }
    Some((holder.unwrap_or(ROOT), kind))
}

struct Story {
    blocks: Vec<Block>,
    text: String,
    kind: BlockKind,
}

impl Story {
    /// Ends the block under way.
    fn end(&mut self) {
        let cells =
            self.text.split('\t').filter(|_| self.kind == BlockKind::TableRow).map(one_line).collect::<Vec<_>>();
        let text = if cells.is_empty() { one_line(&self.text) } else { cells.join("\t") };
        if !text.trim().is_empty() {
            self.blocks.push(Block::new(self.kind, text));
        }
        self.text.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_their_kinds_and_order() {
        let html = "Lead <b>words</b>.<p>One<br>line.<br><br>Two.</p><h2>Head</h2><ul><li>Item</li></ul>\
            <blockquote><p>Said</p></blockquote><table><tr><td>a</td><td>b c</td></tr></table>\
            <figure><figcaption>Not</figcaption></figure><script>no</script>Tail";
        let told: Vec<String> = blocks(html).iter().map(|block| format!("{:?} {}", block.kind, block.text)).collect();
        let expected = [
            "Paragraph Lead words.",
            "Paragraph One line.",
            "Paragraph Two.",
            "Heading Head",
            "ListItem Item",
            "Quote Said",
            "TableRow a\tb c",
            "Paragraph Tail",
        ];
        assert_eq!(told, expected);
    }
}
