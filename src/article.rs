//! The values that travel from a page to the index: `Page`, `Article` and the parts of an article.

use serde::{Deserialize, Serialize};

use crate::date::Published;

/// A page as it was kept: undecoded bytes, with what the container that held it knew about it.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The page's bytes, decompressed but not decoded.
    pub bytes: Vec<u8>,
    /// Address the page was fetched from, where the container knows it.
    pub url: Option<String>,
    /// Charset named by the container (an HTTP header), if any.
    pub charset: Option<String>,
    /// Where the page lies.
    pub origin: Origin,
}

/// Where an article came from: a file, and the record in it when the file holds many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Path of the file, as it was walked to.
    pub file: String,
    /// Number of the record in the file, from 1; absent where the file is one page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// Name of the record in the file: the path in a zip or tar, the `WARC-Record-ID` in a web archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// When the page was captured: an upper bound for its dates, never a publication date itself. ISO 8601 with zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
}

/// One news article, in the parts an editor would recognise.
///
/// Furniture of the page (navigation, teasers, share bars, comments) is in none of them. Texts hold no markup and no
/// control characters; a block's text holds no line break.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    /// Stable id: the `id` of a JSON line, else made from the canonical URL, else from the place the page lies at.
    pub id: String,
    /// Short name used in runs: the JSON line's `id`, or the file's name without its endings.
    pub page: String,
    /// Address the page was fetched from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Address that the page names as its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<String>,
    /// Headline, without the site's name.
    pub title: String,
    /// The lead sentence set apart between headline and story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standfirst: Option<String>,
    /// The story, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// People who wrote it; no outlets, no roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Outlet.
    #[serde(skip_serializing_if = "is_default")]
    pub source: Source,
    /// News agency that the copy came from (`AP`, `Reuters`), where the page says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// Section of the outlet, such as `World`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Keywords given by the outlet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Language of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Date of publication; absent where the page does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// Date of the last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<Published>,
    /// Pictures of the story with their captions and credits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// What kind of page it is.
    #[serde(skip_serializing_if = "is_default")]
    pub flags: Flags,
    /// Where it came from.
    pub origin: Origin,
}

/// Whether a value is the empty one, for serde: what is not known is not written.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// One block of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text, without line breaks; the cells of a table row are separated by tabs.
    pub text: String,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A paragraph.
    Paragraph,
    /// A heading inside the story.
    Heading,
    /// A quotation set apart.
    Quote,
    /// An item of a list.
    ListItem,
    /// A row of a table.
    TableRow,
}

/// An outlet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// Its name, as the page gives it.
    pub name: Option<String>,
    /// Its host name without `www.`.
    pub domain: Option<String>,
}

/// A language and how it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Language {
    /// ISO 639-1 code in lower case, or 639-3 where there is no shorter one.
    pub code: String,
    /// 0 to 1: how sure.
    pub certainty: f32,
}

/// A picture in the story.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Image {
    /// Its address, absolute where the page's own is known.
    pub url: Option<String>,
    /// What stands below it.
    pub caption: Option<String>,
    /// Who took it.
    pub credit: Option<String>,
}

/// What kind of page an article stood on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flags {
    /// The text is cut off behind a payment wall.
    pub paywalled: bool,
    /// The article corrects an earlier one or carries a correction.
    pub correction: bool,
    /// A live blog.
    pub live: bool,
    /// Paid for by somebody.
    pub sponsored: bool,
    /// Opinion, editorial or column.
    pub opinion: bool,
}

impl Block {
    /// A block of the given kind.
    pub fn new(kind: BlockKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

impl Article {
    /// The story as plain text, one block a line.
    pub fn body(&self) -> String {
        let mut body = String::with_capacity(self.blocks.iter().map(|b| b.text.len() + 1).sum());
        for block in &self.blocks {
            if !body.is_empty() {
                body.push('\n');
            }
            body.push_str(&block.text);
        }
        body
    }
    /// Orders versions of one article from the oldest to the newest: by capture, then by change or publication, then by
    /// place.
    pub(crate) fn age_key(&self) -> (Option<&str>, Option<i64>, &str, Option<u64>) {
        let changed = self.modified.as_ref().or(self.published.as_ref()).map(Published::unix_seconds);
        (self.origin.captured.as_deref(), changed, &self.origin.file, self.origin.record)
    }
}
