//! An article as it is kept in the index, and back.

use std::{fmt, io, ops::Range};

use tantivy::{DocAddress, Searcher, Term, directory::OwnedBytes, store::StoreReader};
use xxhash_rust::xxh3::xxh3_64;

use super::{Fields, Store, pack};
use crate::{
    article::{Article, Block, BlockKind},
    error::{Error, Result},
};

/// Everything of an article but its story, and the kinds of the story's blocks, a letter each; in JSON a list of two.
/// Lists of hits need not unpack the story's structure.
pub(super) type Head = (Article, String);

/// Blocks of the store that are held unpacked for each segment, each 16 KiB and the rest of its last article.
const BLOCKS_HELD: usize = 64;

/// Reads the articles of one commit.
pub(crate) struct StoredArticles {
    store: Store,
    /// By segment.
    readers: Vec<StoreReader>,
}

impl StoredArticles {
    /// Of the commit that a searcher sees.
    pub(crate) fn of(store: &Store, searcher: &Searcher) -> Result<Self> {
        let open = |segment: &tantivy::SegmentReader| segment.get_store_reader(BLOCKS_HELD);
        let readers = searcher.segment_readers().iter().map(open).collect::<io::Result<_>>();
        Ok(Self { store: store.clone(), readers: readers.map_err(|e| store.error(e.into()))? })
    }

    /// Of readers that were opened otherwise; their places in the list are the segments of addresses.
    #[cfg(feature = "ingest")]
    pub(super) fn over(store: &Store, readers: Vec<StoreReader>) -> Self {
        Self { store: store.clone(), readers }
    }

    /// The article at an address. Cost: a block of the store is read, and unpacked where it is not held.
    pub(crate) fn at(&self, address: DocAddress) -> Result<StoredArticle<'_>> {
        let reader = &self.readers[address.segment_ord as usize];
        let document = reader.get_document_bytes(address.doc_id).map_err(|e| self.store.error(e))?;
        let (head, body) = parts(&document, self.store.fields)
            .ok_or_else(|| self.store.damaged("an article lacks its stored parts"))?;
        Ok(StoredArticle { document, head, body, store: &self.store })
    }
}

impl fmt::Debug for StoredArticles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredArticles").field("segments", &self.readers.len()).finish_non_exhaustive()
    }
}

/// What the index keeps of an article, still encoded.
pub(crate) struct StoredArticle<'a> {
    document: OwnedBytes,
    head: Range<usize>,
    body: Range<usize>,
    store: &'a Store,
}

impl StoredArticle<'_> {
    /// Bytes of its parts, unpacked.
    pub(crate) fn bytes(&self) -> usize {
        self.head.len().saturating_add(pack::length(&self.document[self.body.clone()]).unwrap_or(0))
    }

    /// The story, one block a line.
    pub(crate) fn body(&self) -> Result<String> {
        self.store.unpack(&self.document[self.body.clone()]).map_err(|e| self.store.damaged(&e.to_string()))
    }

    /// The article without its story.
    pub(crate) fn head(&self) -> Result<Article> {
        self.parts().map(|(article, _)| article)
    }

    fn parts(&self) -> Result<Head> {
        serde_json::from_slice(&self.document[self.head.clone()]).map_err(|e| self.store.damaged(&e.to_string()))
    }

    /// The whole article.
    pub(crate) fn article(&self) -> Result<Article> {
        let (mut article, kinds) = self.parts()?;
        let body = self.body()?;
        let kinds = kinds.chars().map(kind_of_letter).chain(std::iter::repeat(BlockKind::Paragraph));
        if !body.is_empty() {
            article.blocks = body.lines().zip(kinds).map(|(text, kind)| Block::new(kind, text)).collect();
        }
        Ok(article)
    }
}

impl Store {
    /// Damage that shows in what is stored.
    pub(crate) fn damaged(&self, detail: &str) -> Error {
        Error::Damaged { path: self.path.clone(), detail: detail.to_owned() }
    }
}

/// Where the head and the story lie in a document of tantivy's store; `None` where it is none of ours.
///
/// tantivy's own way to a document goes through such fields a byte at a time, which takes longer than all else that a
/// headline needs. A document is the number of its fields, and of each its number, a byte for its kind, its length and
/// its bytes; a test holds this against what tantivy reads.
fn parts(document: &[u8], fields: Fields) -> Option<(Range<usize>, Range<usize>)> {
    const KIND_BYTES: u8 = 4;
    let mut rest = document;
    let (mut head, mut body) = (None, None);
    for _ in 0..variable(&mut rest)? {
        let (number, behind) = rest.split_first_chunk()?;
        let (kind, behind) = behind.split_first()?;
        rest = behind;
        let length = usize::try_from(variable(&mut rest)?).ok()?;
        let start = document.len() - rest.len();
        rest = rest.get(length..)?;
        let field = tantivy::schema::Field::from_field_id(u32::from_le_bytes(*number));
        let part = [(fields.head, &mut head), (fields.body, &mut body)].into_iter().find(|(ours, _)| *ours == field);
        if let Some((_, part)) = part.filter(|_| *kind == KIND_BYTES) {
            *part = Some(start..start + length);
        }
    }
    Some((head?, body?))
}

/// Takes a number off the front: seven bits a byte, the lowest first; the last byte has its highest bit set.
fn variable(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..u64::BITS.div_ceil(7) {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 != 0 {
            return Some(number);
        }
    }
    None
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

#[cfg(all(test, feature = "ingest"))]
mod tests {
    use tantivy::{TantivyDocument, schema::Value};

    use super::*;
    use crate::{
        index::{Document, Writer, WriterOptions},
        text::Analyzer,
    };

    fn article(number: usize) -> Article {
        let blocks = vec![Block::new(BlockKind::Paragraph, "The dam held. ".repeat(number * number))];
        Article { id: format!("a-{number}"), title: "x".repeat(number * 40), blocks, ..Article::default() }
    }

    #[test]
    fn documents_are_taken_apart_as_the_index_library_does() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(folder.path(), &WriterOptions::default()).unwrap();
        for number in 1..41 {
            let document = Document::new(article(number), false, writer.store(), &mut Analyzer::new(Some("en")));
            writer.add(document).unwrap();
        }
        writer.finish().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let searcher = store.searcher().unwrap();
        let articles = StoredArticles::of(&store, &searcher).unwrap();
        let mut lengths = Vec::new();
        for (ord, segment) in (0..).zip(searcher.segment_readers()) {
            for address in segment.doc_ids_alive().map(|doc| DocAddress::new(ord, doc)) {
                let found = articles.at(address).unwrap();
                let document: TantivyDocument = searcher.doc(address).unwrap();
                let bytes = |field| document.get_first(field).and_then(|value| value.as_bytes()).unwrap();
                assert_eq!(&found.document[found.head.clone()], bytes(store.fields.head));
                assert_eq!(&found.document[found.body.clone()], bytes(store.fields.body));
                let whole = found.article().unwrap();
                let number = whole.id.trim_start_matches("a-").parse().unwrap();
                assert_eq!((&whole.title, &whole.blocks), (&article(number).title, &article(number).blocks));
                lengths.push(found.bytes());
                for end in 0..found.document.len() {
                    // Whatever is found lies within.
                    let cut = &found.document[..end];
                    if let Some((head, body)) = parts(cut, store.fields) {
                        assert!(head.end <= end && body.end <= end);
                    }
                }
            }
        }
        assert_eq!(lengths.len(), 40);
        assert!(lengths.iter().any(|length| *length < 128) && lengths.iter().any(|length| *length > 1 << 14));
    }

    #[test]
    fn numbers_end_where_they_say() {
        let number = |bytes: &[u8]| {
            let mut rest = bytes;
            variable(&mut rest).map(|number| (number, rest.len()))
        };
        assert_eq!(number(&[0x80 | 5, 9]), Some((5, 1)));
        assert_eq!(number(&[1, 0x80 | 2]), Some((2 << 7 | 1, 0)));
        assert_eq!(number(&[1]), None);
        assert_eq!(number(&[1; 40]), None);
    }
}
