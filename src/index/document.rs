//! An article made ready for the index.

use std::{cell::RefCell, collections::HashMap};

use tantivy::TantivyDocument;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{
    Fields, Store,
    layout::{self, Counter, Mark, Step, Zone, ZoneEnds},
    schema::{
        INFLECTED, LABEL_GAP_POSITIONS, PARAGRAPH_START, SENTENCE_START, SKIP, TERM_END, TWICE, day_number, packed,
    },
    sketch,
    stored::{Head, tie},
    stories::SignatureBuilder,
    traits,
};
use crate::{
    article::{Article, BlockKind, Origin},
    date::{Confidence, DateOrigin, Published},
    text::{Analyzer, Stemming, fold},
};

/// An article made ready for the index: analysed and encoded, so that the writer has little left to do.
pub(crate) struct Document {
    fields: TantivyDocument,
    tie: u64,
    /// Hash of the name of its file.
    file: u64,
    /// Seconds since 1970 of the publication.
    published: Option<i64>,
    /// Bytes of its texts.
    bytes: usize,
}

thread_local! {
    /// The analysers of a thread, which remember the stems of words they have met.
    static ANALYZERS: RefCell<HashMap<Stemming, Analyzer>> = RefCell::default();
}

impl Document {
    /// Makes an article ready that no newer version is known of.
    pub(crate) fn of(article: Article, store: &Store) -> Self {
        ANALYZERS.with_borrow_mut(|analyzers| {
            let language = article.language.as_ref().map(|l| l.code.clone());
            let language = language.as_deref();
            let analyzer = analyzers.entry(Stemming::of(language)).or_insert_with(|| Analyzer::new(language));
            Self::new(article, false, store, analyzer)
        })
    }

    /// Makes an article ready. `analyzer` is the one of the article's language; `superseded` says that a newer version
    /// of the article is in the archive.
    pub(crate) fn new(article: Article, superseded: bool, store: &Store, analyzer: &mut Analyzer) -> Self {
        let fields = &store.fields;
        let mut doc = TantivyDocument::new();
        let text = analysed_text(&article, analyzer);
        let analysed_bytes = text.stems.len() + text.forms.len();
        let file = xxh3_64(article.origin.file.as_bytes());
        let published = article.published.as_ref().map(Published::unix_seconds);
        doc.add_text(fields.text, text.stems);
        doc.add_text(fields.forms, text.forms);
        let ZoneEnds { title, standfirst, lead, body } = text.ends;
        for (field, end) in fields.zone_ends.into_iter().zip([title, standfirst, lead, body]) {
            doc.add_u64(field, u64::from(end));
        }
        doc.add_u64(fields.words, u64::from(text.words));
        for key in keys(&article) {
            doc.add_text(fields.key, key);
        }
        doc.add_text(fields.file, &article.origin.file);
        if article.origin.record.is_some() {
            doc.add_text(fields.file, place_key(&article.origin));
        }
        add_labels(&mut doc, fields, &article);
        add_dates(&mut doc, fields, &article);
        for name in traits::of(&article) {
            doc.add_text(fields.traits, name);
        }
        let tie = tie(&article.id);
        doc.add_u64(fields.tie, tie);
        doc.add_u64(fields.superseded, u64::from(superseded));
        for (field, numbers) in [(fields.sketch, sketch::of(&article)), (fields.signature, text.signature)] {
            numbers.chunks(2).for_each(|two| doc.add_u64(field, packed(two)));
        }
        let (head, body) = encode(article);
        doc.add_u64(fields.content, content(&head, &body));
        let body = store.packer.pack(&body);
        let bytes = analysed_bytes + head.len() + body.len();
        doc.add_bytes(fields.head, &head);
        doc.add_bytes(fields.body, &body);
        // It may wait for a while.
        doc.shrink_to_fit();
        Self { fields: doc, tie, file, published, bytes }
    }

    /// Hash of the article's id.
    pub(super) fn tie(&self) -> u64 {
        self.tie
    }

    /// Hash of the name of its file.
    pub(super) fn file(&self) -> u64 {
        self.file
    }

    /// Seconds since 1970 of the publication; none where unknown.
    pub(super) fn published(&self) -> Option<i64> {
        self.published
    }

    /// Bytes of its texts, about what it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn into_fields(self) -> TantivyDocument {
        self.fields
    }
}

/// Hash of all that is kept of an article.
fn content(head: &[u8], body: &str) -> u64 {
    xxh3_64_with_seed(body.as_bytes(), xxh3_64(head))
}

/// Everything an article can be asked for by.
fn keys(article: &Article) -> Vec<&str> {
    let addresses = [&article.url, &article.canonical_url].into_iter().flatten().map(String::as_str);
    let mut keys: Vec<&str> = vec![&article.id, &article.page];
    keys.extend(addresses);
    if article.origin.record.is_none() {
        keys.push(&article.origin.file);
    }
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    keys
}

/// What one document alone has in its `file` field: its file, with its record where there are many in it.
pub(super) fn place_key(origin: &Origin) -> String {
    match origin.record {
        Some(record) => format!("{}\n{record}", origin.file),
        None => origin.file.clone(),
    }
}

/// The text of an article, ready to be split by the index.
#[derive(Default)]
struct AnalysedText {
    /// The stem of every word.
    stems: String,
    /// The words as written where they are inflected, and where sentences and paragraphs begin.
    forms: String,
    ends: ZoneEnds,
    /// Words of the story.
    words: u32,
    /// See `stories`.
    signature: Vec<u32>,
}

/// Analyses all zones that are ranked: headline, standfirst, story, captions. This is where they are weighed for BM25F
/// (Robertson, Zaragoza and Taylor 2004): a word of the headline counts twice, in its frequency and in the length, and
/// one saturation goes over all zones together.
fn analysed_text(article: &Article, analyzer: &mut Analyzer) -> AnalysedText {
    let bytes: usize = article.blocks.iter().map(|b| b.text.len() + 8).sum();
    let mut out = AnalysedText { stems: String::with_capacity(bytes + 256), ..AnalysedText::default() };
    let mut counter = Counter::default();
    // Position behind the last word of each of the two texts.
    let (mut stems_at, mut forms_at) = (0, 0);
    let mut signature = SignatureBuilder::default();
    for part in layout::parts(article) {
        let in_story = matches!(part.zone, Zone::Lead | Zone::Body);
        counter.walk(part, analyzer, |step, position, bytes| match step {
            Step::Boundary(mark) => {
                push_skip(&mut out.forms, position - forms_at);
                forms_at = position;
                out.forms.push_str(match mark {
                    Mark::Sentence => SENTENCE_START,
                    Mark::Paragraph => PARAGRAPH_START,
                });
                out.forms.push(TERM_END);
            }
            Step::Word(word) => {
                out.words += u32::from(in_story);
                signature.add(word.stem, &part.text[bytes], part.zone == Zone::Title);
                push_skip(&mut out.stems, position - stems_at);
                stems_at = position + 1;
                if part.zone == Zone::Title {
                    out.stems.push(TWICE);
                }
                if let Some(form) = word.form {
                    out.stems.push(INFLECTED);
                    push_skip(&mut out.forms, position - forms_at);
                    forms_at = position + 1;
                    out.forms.push_str(form);
                    out.forms.push(TERM_END);
                }
                out.stems.push_str(word.stem);
                out.stems.push(TERM_END);
            }
        });
    }
    out.ends = counter.ends();
    out.signature = signature.finish(article.language.as_ref().map(|language| language.code.as_str()));
    out
}

/// Notes that positions are passed over.
fn push_skip(out: &mut String, positions: u32) {
    if positions > 0 {
        out.push(SKIP);
        out.push_str(&positions.to_string());
        out.push(TERM_END);
    }
}

fn add_dates(doc: &mut TantivyDocument, fields: &Fields, article: &Article) {
    if let Some(published) = &article.published {
        doc.add_i64(fields.published, published.unix_seconds());
        let (first, last) = published.days();
        doc.add_i64(fields.day, day_number(first));
        doc.add_i64(fields.last_day, day_number(last));
    }
    if let Some(modified) = &article.modified {
        doc.add_i64(fields.modified, day_number(modified.days().0));
    }
    let captured = article.origin.captured.as_deref();
    let captured = captured.and_then(|text| Published::from_iso(text, DateOrigin::Record, Confidence::Sure));
    if let Some(captured) = captured {
        doc.add_i64(fields.captured, day_number(captured.day));
    }
}

fn push_terms(out: &mut String, text: &str, analyzer: &mut Analyzer) {
    analyzer.each_term(text, |term, _| {
        out.push_str(term);
        out.push(TERM_END);
    });
}

fn push_gap(out: &mut String) {
    if !out.is_empty() {
        push_skip(out, LABEL_GAP_POSITIONS);
    }
}

fn add_labels(doc: &mut TantivyDocument, fields: &Fields, article: &Article) {
    let mut labels = Analyzer::new(None);
    let mut add = |field, texts: &mut dyn Iterator<Item = &str>| {
        let mut terms = String::new();
        for text in texts {
            push_gap(&mut terms);
            push_terms(&mut terms, text, &mut labels);
        }
        if !terms.is_empty() {
            doc.add_text(field, terms);
        }
    };
    add(fields.author, &mut article.authors.iter().map(String::as_str));
    add(fields.source, &mut [&article.source.name, &article.source.domain].into_iter().flatten().map(String::as_str));
    add(fields.agency, &mut article.agency.iter().map(String::as_str));
    add(fields.section, &mut article.section.iter().map(String::as_str));
    add(fields.tag, &mut article.tags.iter().map(String::as_str));
    add(fields.url, &mut [&article.url, &article.canonical_url].into_iter().flatten().map(String::as_str));
    if let Some(language) = &article.language {
        doc.add_text(fields.language, fold(&language.code));
    }
    if let Some(name) = article.source.name.as_ref().or(article.source.domain.as_ref()) {
        doc.add_text(fields.source_name, name);
    }
    let names = [
        (fields.section_name, article.section.as_slice()),
        (fields.agency_name, article.agency.as_slice()),
        (fields.author_name, &article.authors),
        (fields.tag_name, &article.tags),
    ];
    for (field, names) in names {
        // One that stands there twice is counted once.
        for (at, name) in names.iter().enumerate() {
            if !names[..at].contains(name) {
                doc.add_text(field, name);
            }
        }
    }
}

/// The stored form: the head as JSON and the story as lines.
fn encode(mut article: Article) -> (Vec<u8>, String) {
    let body = article.body();
    let kinds: String = article.blocks.iter().map(|block| letter_of_kind(block.kind)).collect();
    article.blocks.clear();
    let head: Head = (article, kinds);
    let head = serde_json::to_vec(&head).expect("an article is plain data");
    (head, body)
}

fn letter_of_kind(kind: BlockKind) -> char {
    match kind {
        BlockKind::Paragraph => 'p',
        BlockKind::Heading => 'h',
        BlockKind::Quote => 'q',
        BlockKind::ListItem => 'l',
        BlockKind::TableRow => 't',
    }
}
