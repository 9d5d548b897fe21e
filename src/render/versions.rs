//! Versions and copies of an article for people at a terminal, and as records.

use std::fmt::Write;

use serde::Serialize;

use super::{
    record::ArticleRecord,
    safe::for_terminal,
    text::{BOLD, DIM, PLAIN, by_line, counted, place, title},
};
use crate::{
    article::Article,
    diff::{Difference, Part, PartDifference, Piece, PieceKind},
    search::{CopiedArticle, Copies, CopyDifference, Version},
};

const DELETED: &str = "\x1b[31m";
const INSERTED: &str = "\x1b[32m";

/// Words shown before and behind a change.
const CONTEXT_WORDS: usize = 10;

/// How changes are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marks {
    /// By colour.
    Colours,
    /// `[-taken out-]` and `{+put in+}`.
    Signs,
}

/// A version with what changed since the one before.
pub(crate) fn version(version: &Version, marks: Marks) -> String {
    let article = &version.article;
    let current = if version.current { format!("  {DIM}searched{PLAIN}") } else { String::new() };
    let mut out = format!("{DIM}{}.{PLAIN} {BOLD}{}{PLAIN}{current}\n", version.number, title(article));
    let line = by_line(article);
    if !line.is_empty() {
        let _ = writeln!(out, "   {line}");
    }
    let captured = article.origin.captured.as_deref().unwrap_or("at a time unknown");
    let _ = writeln!(out, "   {DIM}captured {}  {}{PLAIN}", for_terminal(captured), file(article));
    match &version.changes {
        None => {}
        Some(changes) if changes.is_empty() => out.push_str("   nothing changed\n"),
        Some(changes) => changes.parts.iter().for_each(|part| changed_part(&mut out, part, marks)),
    }
    out.push('\n');
    out
}

fn changed_part(out: &mut String, part: &PartDifference, marks: Marks) {
    let words = match part.part {
        Part::Published | Part::Modified => String::new(),
        _ => {
            let (deleted, inserted) = part.words();
            format!(" ({} out, {inserted} in)", counted(deleted as u64, "word"))
        }
    };
    let _ = writeln!(out, "   {}{words}:", part_name(part.part));
    for line in excerpt(&part.pieces, marks).lines() {
        let _ = writeln!(out, "     {line}");
    }
}

/// A name for people.
fn part_name(part: Part) -> &'static str {
    match part {
        Part::Title => "headline",
        Part::Standfirst => "standfirst",
        Part::Authors => "authors",
        Part::Published => "published",
        Part::Modified => "changed",
        Part::Story => "story",
        Part::Captions => "captions",
    }
}

/// The changes of a text, each with a few words around it.
fn excerpt(pieces: &[Piece], marks: Marks) -> String {
    let mut out = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        if piece.kind == PieceKind::Same {
            out.push_str(&context(&piece.text, i > 0, i + 1 < pieces.len()));
        } else {
            marked(&mut out, piece, marks);
        }
    }
    out
}

/// What stayed, cut to the words beside a change; line breaks stay.
fn context(text: &str, behind: bool, before: bool) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let keep = CONTEXT_WORDS * (usize::from(behind) + usize::from(before));
    if words.len() <= keep + 1 {
        return harmless(text);
    }
    let start = if behind { words[..CONTEXT_WORDS].concat() } else { String::new() };
    let end = if before { words[words.len() - CONTEXT_WORDS..].concat() } else { String::new() };
    // What stands between is mostly paragraphs: a break says so.
    let gap = if behind && before { "…\n… " } else { "… " };
    harmless(&start) + gap + &harmless(&end)
}

fn marked(out: &mut String, piece: &Piece, marks: Marks) {
    for part in piece.text.split_inclusive('\n') {
        let text = part.trim_end();
        if !text.is_empty() {
            let text = for_terminal(text);
            let _ = match (marks, piece.kind) {
                (Marks::Colours, PieceKind::Deleted) => write!(out, "{DELETED}{text}{PLAIN}"),
                (Marks::Colours, _) => write!(out, "{INSERTED}{text}{PLAIN}"),
                (Marks::Signs, PieceKind::Deleted) => write!(out, "[-{text}-]"),
                (Marks::Signs, _) => write!(out, "{{+{text}+}}"),
            };
        }
        out.push_str(if part.ends_with('\n') { "\n" } else { " " });
    }
}

/// A text of several lines made harmless.
fn harmless(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => for_terminal(line).into_owned() + "\n",
            None => for_terminal(line).into_owned(),
        })
        .collect()
}

fn file(article: &Article) -> String {
    match article.origin.record {
        Some(record) => for_terminal(&format!("{}:{record}", article.origin.file)).into_owned(),
        None => for_terminal(&article.origin.file).into_owned(),
    }
}

/// A copy with how much it shares and how it differs.
pub(crate) fn copy(number: usize, copy: &CopiedArticle) -> String {
    let mut out = format!("{DIM}{number}.{PLAIN} {BOLD}{}{PLAIN}\n", title(&copy.article));
    let line = by_line(&copy.article);
    let agency = copy.article.agency.as_ref().map(|agency| format!("agency {}", for_terminal(agency)));
    let line: Vec<String> = [Some(line).filter(|line| !line.is_empty()), agency].into_iter().flatten().collect();
    if !line.is_empty() {
        let _ = writeln!(out, "   {}", line.join(" · "));
    }
    match &copy.differs {
        None => out.push_str("   stands for all: of the earliest day the longest\n"),
        Some(differs) => {
            let (has, own) = (percent(copy.covers), percent(copy.shares));
            let _ = writeln!(out, "   has {has} % of the first one's text; {own} % of its own is from there");
            let _ = writeln!(out, "   {}", summary(differs));
        }
    }
    let _ = writeln!(out, "   {DIM}{}{PLAIN}\n", place(&copy.article));
    out
}

fn percent(share: f32) -> u32 {
    (share * 100.0).round() as u32
}

/// How a copy differs, on a line.
fn summary(differs: &CopyDifference) -> String {
    let mut parts = Vec::new();
    if differs.title {
        parts.push("another headline".to_owned());
    }
    if differs.lead {
        parts.push("begins with other words".to_owned());
    }
    if differs.words_cut > 0 {
        parts.push(format!("the last {} cut", counted(differs.words_cut as u64, "word")));
    }
    let missing = differs.words_missing - differs.words_cut.min(differs.words_missing);
    if missing + differs.words_added > 0 {
        let of = if differs.words_cut > 0 { " before that" } else { "" };
        parts.push(format!("{}{of} out, {} in", counted(missing as u64, "word"), differs.words_added));
    }
    if differs.captions {
        parts.push("other captions".to_owned());
    }
    if !differs.numbers.is_empty() {
        let pairs: Vec<String> = differs.numbers.iter().map(|(old, new)| format!("{old} is {new}")).collect();
        parts.push(format!("numbers: {}", pairs.join(", ")));
    }
    if parts.is_empty() {
        parts.push("word for word the same".to_owned());
    }
    for_terminal(&parts.join("; ")).into_owned()
}

/// A version as a record.
#[derive(Serialize)]
pub(crate) struct VersionRecord<'a> {
    number: usize,
    current: bool,
    /// ISO 8601.
    captured: Option<&'a str>,
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    modified: Option<String>,
    /// What changed since the version before; `null` for the first.
    changes: Option<&'a Difference>,
}

impl<'a> From<&'a Version> for VersionRecord<'a> {
    fn from(version: &'a Version) -> Self {
        Self {
            number: version.number,
            current: version.current,
            captured: version.article.origin.captured.as_deref(),
            article: (&version.article).into(),
            modified: version.article.modified.as_ref().map(ToString::to_string),
            changes: version.changes.as_ref(),
        }
    }
}

/// An article's copies as a record.
#[derive(Serialize)]
pub(crate) struct CopiesRecord<'a> {
    /// Id of the article asked for.
    article: &'a str,
    total: usize,
    copies: Vec<CopyRecord<'a>>,
}

/// A copy as a record.
#[derive(Serialize)]
struct CopyRecord<'a> {
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    shares: f32,
    covers: f32,
    differs: Option<&'a CopyDifference>,
}

impl<'a> From<&'a Copies> for CopiesRecord<'a> {
    fn from(copies: &'a Copies) -> Self {
        let record = |copy: &'a CopiedArticle| CopyRecord {
            article: (&copy.article).into(),
            shares: copy.shares,
            covers: copy.covers,
            differs: copy.differs.as_ref(),
        };
        Self { article: &copies.article, total: copies.total, copies: copies.members.iter().map(record).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(kind: PieceKind, text: &str) -> Piece {
        Piece { kind, text: text.to_owned() }
    }

    #[test]
    fn changes_stand_with_a_few_words_around_them_and_nothing_acts_on_a_terminal() {
        let long: String = (0..60).map(|n| format!("w{n} ")).collect();
        let pieces = [
            piece(PieceKind::Same, &long),
            piece(PieceKind::Deleted, "Nine\u{1b}[2J "),
            piece(PieceKind::Inserted, "Seven\nmore "),
            piece(PieceKind::Same, &long),
        ];
        let shown = excerpt(&pieces, Marks::Signs);
        assert!(shown.starts_with("… w50 "), "{shown}");
        assert!(shown.contains("w59 [-Nine\u{fffd}[2J-] {+Seven+}\n{+more+} w0 "), "{shown}");
        assert!(shown.ends_with("w9 … "), "{shown}");
        assert!(excerpt(&pieces, Marks::Colours).contains("\x1b[32mSeven\x1b[0m\n"));
    }
}
