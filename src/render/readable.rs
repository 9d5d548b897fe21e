//! An article to read: its blocks as a small page of HTML, laid out by html2text.

use std::fmt::Write;

use super::safe::for_terminal;
use crate::article::{Article, Block, BlockKind};

/// Narrowest lines that a table or a quotation still fits in.
const WIDTH_MIN: usize = 20;

/// Lays out an article's standfirst, story and captions in lines of at most `width` columns.
pub(crate) fn readable(article: &Article, width: usize) -> String {
    let html = html(article);
    let width = width.max(WIDTH_MIN);
    let laid_out = html2text::config::plain_no_decorate().string_from_read(html.as_bytes(), width);
    let text = laid_out.unwrap_or_else(|_| article.body());
    text.lines().map(|line| for_terminal(line.trim_end()).into_owned() + "\n").collect()
}

fn html(article: &Article) -> String {
    let mut html = String::new();
    if let Some(standfirst) = &article.standfirst {
        let repeated = article.blocks.first().is_some_and(|block| block.text == *standfirst);
        if !repeated {
            element(&mut html, "p", standfirst);
        }
    }
    let mut open = None;
    for block in &article.blocks {
        let group = group_of(block);
        if open != group {
            close(&mut html, open);
            if let Some(tag) = group {
                let _ = write!(html, "<{tag}>");
            }
            open = group;
        }
        push_block(&mut html, block);
    }
    close(&mut html, open);
    for image in &article.images {
        let parts: Vec<&str> = [&image.caption, &image.credit].into_iter().flatten().map(String::as_str).collect();
        if !parts.is_empty() {
            element(&mut html, "p", &format!("[Picture: {}]", parts.join(" — ")));
        }
    }
    html
}

/// The element that neighbouring blocks of one kind share.
fn group_of(block: &Block) -> Option<&'static str> {
    match block.kind {
        BlockKind::ListItem => Some("ul"),
        BlockKind::Quote => Some("blockquote"),
        BlockKind::TableRow => Some("table"),
        BlockKind::Paragraph | BlockKind::Heading => None,
    }
}

fn close(html: &mut String, open: Option<&str>) {
    if let Some(tag) = open {
        let _ = write!(html, "</{tag}>");
    }
}

fn push_block(html: &mut String, block: &Block) {
    match block.kind {
        BlockKind::Heading => element(html, "p", &block.text),
        BlockKind::ListItem => element(html, "li", &block.text),
        BlockKind::Paragraph | BlockKind::Quote => element(html, "p", &block.text),
        BlockKind::TableRow => {
            html.push_str("<tr>");
            for cell in block.text.split('\t') {
                element(html, "td", cell);
            }
            html.push_str("</tr>");
        }
    }
}

fn element(html: &mut String, tag: &str, text: &str) {
    let _ = write!(html, "<{tag}>");
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            c => html.push(c),
        }
    }
    let _ = write!(html, "</{tag}>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_laid_out_by_their_kind() {
        let article = Article {
            blocks: vec![
                Block::new(BlockKind::Heading, "The count"),
                Block::new(BlockKind::Paragraph, "Votes & <b>voices</b>."),
                Block::new(BlockKind::ListItem, "one"),
                Block::new(BlockKind::ListItem, "two"),
                Block::new(BlockKind::TableRow, "north\t12"),
            ],
            ..Article::default()
        };
        let text = readable(&article, 40);
        for line in ["The count", "Votes & <b>voices</b>.", "* one", "* two"] {
            assert!(text.contains(line), "{line:?} in {text}");
        }
        assert!(text.lines().any(|line| line.contains("north") && line.contains("12")), "{text}");
    }

    #[test]
    fn escapes_of_a_page_do_not_reach_the_terminal() {
        let blocks = vec![Block::new(BlockKind::Paragraph, "a\u{1b}]0;title\u{7}b")];
        assert!(!readable(&Article { blocks, ..Article::default() }, 60).contains('\u{1b}'));
    }
}
