//! The fields of the tantivy index.

use tantivy::{
    schema::{
        FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
    },
    tokenizer::{Token, TokenStream, Tokenizer},
};

/// Name under which the splitting of analysed text is registered.
const ANALYSED: &str = "newssearch_analysed";

/// Puts terms of one text into the form that the index splits again: one term a line.
///
/// Text is analysed beside the index writer, in as many threads as there are, and not inside it: tantivy knows one
/// tokenizer a field, ours depends on the article's language.
pub(crate) const TERM_END: char = '\n';

/// Stands for a gap in the positions, so that no phrase reaches over the end of a headline.
pub(crate) const GAP: &str = "\u{1}";

/// Positions that a gap is wide.
const GAP_POSITIONS: usize = 64;

/// The fields, each named after what it holds.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "ingest"), allow(dead_code, reason = "some are only written"))]
pub(crate) struct Fields {
    /// Id, page name, addresses, file: what an article can be asked for by.
    pub(crate) key: Field,
    /// File it came from, and in a file of many its place in it: what it is taken out again by.
    pub(crate) file: Field,
    /// Terms of headline, standfirst, story and captions in one field with one length: what is ranked by.
    pub(crate) text: Field,
    /// Terms of the headline alone.
    pub(crate) title: Field,
    /// Folded words of the authors' names.
    pub(crate) author: Field,
    /// Folded words of the outlet's name and domain.
    pub(crate) source: Field,
    /// Folded words of the section.
    pub(crate) section: Field,
    /// Folded words of the tags.
    pub(crate) tag: Field,
    /// Words of the addresses.
    pub(crate) url: Field,
    /// Language code.
    pub(crate) language: Field,
    /// Outlet's name as shown.
    pub(crate) source_name: Field,
    /// Section as shown.
    pub(crate) section_name: Field,
    /// Seconds since 1970 of the publication; negative before. None where unknown.
    pub(crate) published: Field,
    /// Hash of the id: orders what scores alike.
    pub(crate) tie: Field,
    /// 1 where a newer version of the same article is in the archive, else 0.
    pub(crate) superseded: Field,
    /// Numbers by which copies of the story find each other; see `sketch`.
    pub(crate) sketch: Field,
    /// The article but for its story, as JSON.
    pub(crate) head: Field,
    /// The story, one block a line.
    pub(crate) body: Field,
}

/// The schema of format version 2.
pub(super) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let analysed = |record, fieldnorms| {
        let indexing = TextFieldIndexing::default();
        let indexing = indexing.set_tokenizer(ANALYSED).set_index_option(record).set_fieldnorms(fieldnorms);
        TextOptions::default().set_indexing_options(indexing)
    };
    let positions = IndexRecordOption::WithFreqsAndPositions;
    let fast = NumericOptions::default().set_fast();
    let fields = Fields {
        key: schema.add_text_field("key", STRING),
        file: schema.add_text_field("file", STRING),
        text: schema.add_text_field("text", analysed(positions, true)),
        title: schema.add_text_field("title", analysed(positions, false)),
        author: schema.add_text_field("author", analysed(positions, false)),
        source: schema.add_text_field("source", analysed(positions, false)),
        section: schema.add_text_field("section", analysed(positions, false)),
        tag: schema.add_text_field("tag", analysed(positions, false)),
        url: schema.add_text_field("url", analysed(positions, false)),
        language: schema.add_text_field("language", STRING | FAST),
        source_name: schema.add_text_field("source_name", FAST),
        section_name: schema.add_text_field("section_name", FAST),
        published: schema.add_i64_field("published", fast.clone() | INDEXED),
        tie: schema.add_u64_field("tie", fast.clone()),
        superseded: schema.add_u64_field("superseded", fast.clone() | INDEXED),
        sketch: schema.add_u64_field("sketch", fast),
        head: schema.add_bytes_field("head", STORED),
        body: schema.add_text_field("body", STORED),
    };
    (schema.build(), fields)
}

impl Fields {
    /// The fields of an opened index; `None` if it lacks one.
    pub(super) fn of(schema: &Schema) -> Option<Self> {
        let (ours, fields) = build();
        let same = ours.fields().all(|(field, entry)| schema.get_field(entry.name()).is_ok_and(|f| f == field));
        same.then_some(fields)
    }
}

/// Makes our splitting known to an index.
pub(super) fn register(index: &mut tantivy::Index) {
    index.tokenizers().register(ANALYSED, SplitTerms);
}

/// Splits what was analysed into its terms.
#[derive(Clone)]
struct SplitTerms;

struct SplitStream<'a> {
    rest: &'a str,
    position: usize,
    token: Token,
}

impl Tokenizer for SplitTerms {
    type TokenStream<'a> = SplitStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SplitStream<'a> {
        SplitStream { rest: text, position: 0, token: Token::default() }
    }
}

impl TokenStream for SplitStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some((term, rest)) = self.rest.split_once(TERM_END) {
            self.rest = rest;
            if term == GAP {
                self.position += GAP_POSITIONS;
                continue;
            }
            self.token.text.clear();
            self.token.text.push_str(term);
            self.token.position = self.position;
            self.position += 1;
            return true;
        }
        false
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_keep_their_positions_and_gaps_widen_them() {
        let tokens = SplitTerms.token_stream("north\nkorea\n\u{1}\nleader\n").process_to_vec();
        assert_eq!(tokens, [("north".to_owned(), 0), ("korea".to_owned(), 1), ("leader".to_owned(), 66)]);
    }

    trait ToVec {
        fn process_to_vec(self) -> Vec<(String, usize)>;
    }

    impl ToVec for SplitStream<'_> {
        fn process_to_vec(mut self) -> Vec<(String, usize)> {
            let mut tokens = Vec::new();
            while self.advance() {
                tokens.push((self.token().text.clone(), self.token().position));
            }
            tokens
        }
    }
}
