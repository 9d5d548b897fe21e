//! An article as it is kept in the index, and back.

use std::io;

use tantivy::{TantivyDocument, Term, schema::Value};
use xxhash_rust::xxh3::xxh3_64;

use super::{Fields, Store, pack};
use crate::article::{Article, Block, BlockKind};

/// Everything of an article but its story, and the kinds of the story's blocks, a letter each; in JSON a list of two.
/// Lists of hits need not unpack the story's structure.
pub(super) type Head = (Article, String);

/// What the index keeps of an article, still encoded.
pub(crate) struct StoredArticle<'a> {
    head: &'a [u8],
    body: &'a [u8],
    store: &'a Store,
}

impl<'a> StoredArticle<'a> {
    /// The stored parts of a document; `None` if it has none.
    pub(crate) fn of(doc: &'a TantivyDocument, store: &'a Store) -> Option<Self> {
        let head = doc.get_first(store.fields.head)?.as_bytes()?;
        let body = doc.get_first(store.fields.body)?.as_bytes()?;
        Some(Self { head, body, store })
    }

    /// Bytes of its parts, unpacked.
    pub(crate) fn bytes(&self) -> usize {
        self.head.len() + pack::length(self.body).unwrap_or(0)
    }

    /// The story, one block a line.
    pub(crate) fn body(&self) -> io::Result<String> {
        self.store.unpack(self.body)
    }

    /// The article without its story.
    pub(crate) fn head(&self) -> io::Result<Article> {
        self.parts().map(|(article, _)| article)
    }

    fn parts(&self) -> io::Result<Head> {
        Ok(serde_json::from_slice(self.head)?)
    }

    /// The whole article.
    pub(crate) fn article(&self) -> io::Result<Article> {
        let (mut article, kinds) = self.parts()?;
        let body = self.body()?;
        let kinds = kinds.chars().map(kind_of_letter).chain(std::iter::repeat(BlockKind::Paragraph));
        if !body.is_empty() {
            article.blocks = body.lines().zip(kinds).map(|(text, kind)| Block::new(kind, text)).collect();
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
