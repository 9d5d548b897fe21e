//! An article made ready for the index.

use tantivy::TantivyDocument;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    Fields,
    schema::{GAP, TERM_END},
    sketch,
    stored::Head,
};
use crate::{
    article::{Article, BlockKind, Origin},
    text::{Analyzer, fold},
};

/// An article made ready for the index: analysed and encoded, so that the writer has little left to do.
pub(crate) struct Document {
    fields: TantivyDocument,
    tie: u64,
}

impl Document {
    /// Makes an article ready. `analyzer` is the one of the article's language; `superseded` says that a newer version
    /// of the article is in the archive.
    pub(crate) fn new(article: Article, superseded: bool, fields: &Fields, analyzer: &mut Analyzer) -> Self {
        let mut doc = TantivyDocument::new();
        let (title, text) = analysed_text(&article, analyzer);
        doc.add_text(fields.title, title);
        doc.add_text(fields.text, text);
        for key in keys(&article) {
            doc.add_text(fields.key, key);
        }
        doc.add_text(fields.file, &article.origin.file);
        if article.origin.record.is_some() {
            doc.add_text(fields.file, place_key(&article.origin));
        }
        add_labels(&mut doc, fields, &article);
        if let Some(published) = &article.published {
            doc.add_i64(fields.published, published.unix_seconds());
        }
        let tie = tie(&article.id);
        doc.add_u64(fields.tie, tie);
        doc.add_u64(fields.superseded, u64::from(superseded));
        for number in sketch::of(&article) {
            doc.add_u64(fields.sketch, number.into());
        }
        let (head, body) = encode(article);
        doc.add_bytes(fields.head, &head);
        doc.add_text(fields.body, body);
        Self { fields: doc, tie }
    }

    /// Hash of the article's id.
    pub(super) fn tie(&self) -> u64 {
        self.tie
    }

    pub(super) fn into_fields(self) -> TantivyDocument {
        self.fields
    }
}

/// Orders articles that score alike, in any archive that holds them.
pub(crate) fn tie(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
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

/// Analysed headline, and analysed text of all zones that are ranked: headline, standfirst, story, captions.
fn analysed_text(article: &Article, analyzer: &mut Analyzer) -> (String, String) {
    let mut title = String::new();
    push_terms(&mut title, &article.title, analyzer);
    let bytes: usize = article.blocks.iter().map(|b| b.text.len() + 8).sum();
    let mut text = String::with_capacity(title.len() + bytes + 256);
    text.push_str(&title);
    push_gap(&mut text);
    if let Some(standfirst) = &article.standfirst {
        push_terms(&mut text, standfirst, analyzer);
        push_gap(&mut text);
    }
    for block in &article.blocks {
        push_terms(&mut text, &block.text, analyzer);
    }
    for caption in article.images.iter().filter_map(|image| image.caption.as_deref()) {
        push_gap(&mut text);
        push_terms(&mut text, caption, analyzer);
    }
    (title, text)
}

fn push_terms(out: &mut String, text: &str, analyzer: &mut Analyzer) {
    analyzer.each_term(text, |term, _| {
        out.push_str(term);
        out.push(TERM_END);
    });
}

fn push_gap(out: &mut String) {
    if !out.is_empty() {
        out.push_str(GAP);
        out.push(TERM_END);
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
    add(fields.section, &mut article.section.iter().map(String::as_str));
    add(fields.tag, &mut article.tags.iter().map(String::as_str));
    add(fields.url, &mut [&article.url, &article.canonical_url].into_iter().flatten().map(String::as_str));
    if let Some(language) = &article.language {
        doc.add_text(fields.language, fold(&language.code));
    }
    if let Some(name) = article.source.name.as_ref().or(article.source.domain.as_ref()) {
        doc.add_text(fields.source_name, name);
    }
    if let Some(section) = &article.section {
        doc.add_text(fields.section_name, section);
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
