//! An article as it is kept in the index, and back.

use tantivy::{TantivyDocument, Term, schema::Value};
use xxhash_rust::xxh3::xxh3_64;

use super::Fields;
use crate::article::{Article, Block, BlockKind};

/// Everything of an article but its story, and the kinds of the story's blocks, a letter each; in JSON a list of two.
/// Lists of hits need not unpack the story's structure.
pub(super) type Head = (Article, String);

/// What the index keeps of an article, still encoded.
pub(crate) struct StoredArticle<'a> {
    head: &'a [u8],
    /// The story, one block a line.
    pub(crate) body: &'a str,
}

impl<'a> StoredArticle<'a> {
    /// The stored parts of a document; `None` if it has none.
    pub(crate) fn of(doc: &'a TantivyDocument, fields: &Fields) -> Option<Self> {
        let head = doc.get_first(fields.head)?.as_bytes()?;
        let body = doc.get_first(fields.body)?.as_str()?;
        Some(Self { head, body })
    }

    /// Bytes of its stored parts.
    pub(crate) fn bytes(&self) -> usize {
        self.head.len() + self.body.len()
    }

    /// The article without its story.
    pub(crate) fn head(&self) -> serde_json::Result<Article> {
        serde_json::from_slice::<Head>(self.head).map(|(article, _)| article)
    }

    /// The whole article.
    pub(crate) fn article(&self) -> serde_json::Result<Article> {
        let (mut article, kinds): Head = serde_json::from_slice(self.head)?;
        let kinds = kinds.chars().map(kind_of_letter).chain(std::iter::repeat(BlockKind::Paragraph));
        if !self.body.is_empty() {
            article.blocks = self.body.lines().zip(kinds).map(|(text, kind)| Block::new(kind, text)).collect();
        }
        Ok(article)
    }
}

/// Orders articles that score alike, in any archive that holds them.
pub(crate) fn tie(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// The term that a document is found by when it is asked for by name.
pub(crate) fn key_term(fields: &Fields, name: &str) -> Term {
    Term::from_field_text(fields.key, name)
}

/// The kind of a block, by the letter that `document` writes for it.
fn kind_of_letter(letter: char) -> BlockKind {
    match letter {
        'h' => BlockKind::Heading,
        'q' => BlockKind::Quote,
        'l' => BlockKind::ListItem,
        't' => BlockKind::TableRow,
        _ => BlockKind::Paragraph,
    }
}
