//! The fields of the tantivy index.

use chrono::NaiveDate;
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

/// Stands before the number of positions that are passed over.
pub(crate) const SKIP: char = '\u{1}';

/// Stands before a stem whose word is inflected.
pub(crate) const INFLECTED: char = '\u{2}';

/// Stands before a stem, and before [`INFLECTED`], that counts twice at its place.
pub(crate) const TWICE: char = '\u{5}';

/// Positions between two labels of one kind, which no phrase crosses.
pub(crate) const LABEL_GAP_POSITIONS: u32 = 64;

/// The term of a place in `forms` where a sentence begins that begins no paragraph.
pub(crate) const SENTENCE_START: &str = "\u{3}";

/// The term of a place in `forms` where a paragraph, a headline, a standfirst or a caption begins.
pub(crate) const PARAGRAPH_START: &str = "\u{4}";

/// The fields, each named after what it holds.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "ingest"), allow(dead_code, reason = "some are only written"))]
pub(crate) struct Fields {
    /// Id, page name, addresses, file: what an article can be asked for by.
    pub(crate) key: Field,
    /// File it came from, and in a file of many its place in it: what it is taken out again by.
    pub(crate) file: Field,
    /// Stems of headline, standfirst, story and captions in one field with one length: what is ranked by. Their places
    /// are those of [`super::layout`], doubled, and one more where the word is inflected.
    pub(crate) text: Field,
    /// Words as written where they are inflected, at the same places; beginnings of sentences and paragraphs, at the
    /// doubled places of the words behind them.
    pub(crate) forms: Field,
    /// Ends of the zones of `text`, in words: headline, standfirst, lead, story.
    pub(crate) zone_ends: [Field; 4],
    /// Words of the story.
    pub(crate) words: Field,
    /// Folded words of the agency.
    pub(crate) agency: Field,
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
    /// Agency as shown.
    pub(crate) agency_name: Field,
    /// Authors as shown.
    pub(crate) author_name: Field,
    /// Tags as shown.
    pub(crate) tag_name: Field,
    /// What an article is and has; see [`super::traits`].
    pub(crate) traits: Field,
    /// First day that the publication can be on, as printed, in days since 1970. None where unknown.
    pub(crate) day: Field,
    /// Last day that it can be on.
    pub(crate) last_day: Field,
    /// Day of the last change, in days since 1970.
    pub(crate) modified: Field,
    /// Day of capture, in days since 1970.
    pub(crate) captured: Field,
    /// Seconds since 1970 of the publication; negative before. None where unknown.
    pub(crate) published: Field,
    /// Hash of the id: orders what scores alike.
    pub(crate) tie: Field,
    /// Hash of all that is kept of the article, its place among it: what the archive's fingerprint is made of.
    pub(crate) content: Field,
    /// 1 where a newer version of the same article is in the archive, else 0.
    pub(crate) superseded: Field,
    /// Numbers by which copies of the story find each other, two to a value; see `sketch`.
    pub(crate) sketch: Field,
    /// The heaviest terms, by which articles about one event find each other, two to a value; see
    /// `stories`.
    pub(crate) signature: Field,
    /// The article but for its story, as JSON.
    pub(crate) head: Field,
    /// The story, one block a line, compressed; see `pack`.
    pub(crate) body: Field,
}

/// The schema of format version 7.
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
        forms: schema.add_text_field("forms", analysed(positions, false)),
        zone_ends: ["title_end", "standfirst_end", "lead_end", "body_end"]
            .map(|name| schema.add_u64_field(name, fast.clone())),
        words: schema.add_u64_field("words", fast.clone()),
        agency: schema.add_text_field("agency", analysed(positions, false)),
        author: schema.add_text_field("author", analysed(positions, false)),
        source: schema.add_text_field("source", analysed(positions, false)),
        section: schema.add_text_field("section", analysed(positions, false)),
        tag: schema.add_text_field("tag", analysed(positions, false)),
        url: schema.add_text_field("url", analysed(positions, false)),
        language: schema.add_text_field("language", STRING | FAST),
        source_name: schema.add_text_field("source_name", FAST),
        section_name: schema.add_text_field("section_name", FAST),
        agency_name: schema.add_text_field("agency_name", FAST),
        author_name: schema.add_text_field("author_name", FAST),
        tag_name: schema.add_text_field("tag_name", FAST),
        traits: schema.add_text_field("traits", STRING),
        day: schema.add_i64_field("day", fast.clone()),
        last_day: schema.add_i64_field("last_day", fast.clone()),
        modified: schema.add_i64_field("modified", fast.clone()),
        captured: schema.add_i64_field("captured", fast.clone()),
        published: schema.add_i64_field("published", fast.clone()),
        tie: schema.add_u64_field("tie", fast.clone()),
        content: schema.add_u64_field("content", fast.clone()),
        superseded: schema.add_u64_field("superseded", fast.clone() | INDEXED),
        sketch: schema.add_u64_field("sketch", fast.clone()),
        signature: schema.add_u64_field("signature", fast),
        head: schema.add_bytes_field("head", STORED),
        body: schema.add_bytes_field("body", STORED),
    };
    (schema.build(), fields)
}

/// One or two numbers as one value of a column: each value that is added costs the writer a look-up.
#[cfg(feature = "ingest")]
pub(super) fn packed(numbers: &[u32]) -> u64 {
    let (first, last) = (numbers.first().copied().unwrap_or(0), numbers.last().copied().unwrap_or(0));
    u64::from(first) | u64::from(last) << 32
}

/// The numbers of such a value; two that are the same are one.
#[cfg(feature = "ingest")]
pub(super) fn unpacked(value: u64) -> impl Iterator<Item = u32> {
    let (first, last) = (value as u32, (value >> 32) as u32);
    std::iter::once(first).chain((last != first).then_some(last))
}

/// A day as it is indexed: days since 1970-01-01, negative before.
pub(crate) fn day_number(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

/// The day of a number; `None` where no calendar has it.
pub(crate) fn day_of_number(number: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(number)?)
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
    /// Whether the token is given once more.
    again: bool,
}

impl Tokenizer for SplitTerms {
    type TokenStream<'a> = SplitStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SplitStream<'a> {
        SplitStream { rest: text, position: 0, token: Token::default(), again: false }
    }
}

impl TokenStream for SplitStream<'_> {
    fn advance(&mut self) -> bool {
        if std::mem::take(&mut self.again) {
            return true;
        }
        // Terms are short: going through their bytes is quicker than a search made for long texts.
        while let Some(end) = self.rest.bytes().position(|byte| byte == TERM_END as u8) {
            let line = &self.rest[..end];
            self.rest = &self.rest[end + 1..];
            let line = match line.strip_prefix(TWICE) {
                Some(line) => {
                    self.again = true;
                    line
                }
                None => line,
            };
            let (term, inflected, words) = match line.as_bytes().first() {
                Some(&first) if first == SKIP as u8 => {
                    self.position += line[1..].parse::<usize>().unwrap_or(0);
                    continue;
                }
                Some(&first) if first == INFLECTED as u8 => (&line[1..], 1, 1),
                _ if matches!(line, SENTENCE_START | PARAGRAPH_START) => (line, 0, 0),
                _ => (line, 0, 1),
            };
            self.token.text.clear();
            self.token.text.push_str(term);
            self.token.position = 2 * self.position + inflected;
            self.position += words;
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
    fn terms_keep_their_positions_and_what_is_passed_over_widens_them() {
        let tokens =
            SplitTerms.token_stream("\u{4}\nnorth\n\u{5}korea\n\u{1}64\n\u{3}\n\u{5}\u{2}leader\n").process_to_vec();
        let expected =
            [("\u{4}", 0), ("north", 0), ("korea", 2), ("korea", 2), ("\u{3}", 132), ("leader", 133), ("leader", 133)];
        assert_eq!(tokens, expected.map(|(term, position)| (term.to_owned(), position)));
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
