//! Lines at a story's top and end that are sure to be no part of it: bylines, notes on the author, the page's address.

use super::{
    Hints,
    outline::{Outline, Run},
};

/// Runs at the top of a story that may be its byline.
const BYLINE_RUNS_MAX: usize = 3;

/// Longest note on an author, in letters.
const NOTE_LETTERS_MAX: u32 = 600;

/// Longest line that tells the page's address, in letters.
const POINTER_LETTERS_MAX: u32 = 200;

/// Words of a byline besides the names.
const BYLINE_WORDS: [&str; 16] =
    ["by", "von", "par", "por", "di", "da", "door", "av", "af", "and", "und", "et", "y", "e", "och", "og"];

/// Takes such lines off.
pub(super) fn trim(outline: &Outline, hints: &Hints, kept: &mut [bool]) {
    trim_bylines(outline, hints, kept);
    trim_notes(outline, hints, kept);
    trim_address(outline, hints, kept);
}

fn trim_bylines(outline: &Outline, hints: &Hints, kept: &mut [bool]) {
    let top: Vec<usize> = (0..kept.len()).filter(|&run| kept[run]).take(BYLINE_RUNS_MAX).collect();
    for run in top {
        kept[run] = !is_byline(outline.text(&outline.runs[run]), hints.authors);
    }
}

/// Whether a line is the authors' names and words that lead to them, and nothing else.
fn is_byline(text: &str, authors: &[String]) -> bool {
    let names: Vec<&str> = authors.iter().flat_map(|name| words(name)).collect();
    let named = words(text).filter(|word| names.contains(word)).count();
    let other = |word: &&str| !names.contains(word) && !BYLINE_WORDS.contains(&word.to_lowercase().as_str());
    text.len() <= BYLINE_BYTES_MAX && named > 1 && !words(text).any(|word| other(&word))
}

/// Longest byline, in bytes.
const BYLINE_BYTES_MAX: usize = 200;

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Takes off the last lines that begin with an author's name and stand apart from the story.
fn trim_notes(outline: &Outline, hints: &Hints, kept: &mut [bool]) {
    while let Some(last) = kept.iter().rposition(|&kept| kept) {
        let Some(before) = kept[..last].iter().rposition(|&kept| kept) else { return };
        let run = &outline.runs[last];
        let begins =
            hints.authors.iter().any(|name| name.contains(' ') && outline.text(run).starts_with(name.as_str()));
        if !begins || run.letters > NOTE_LETTERS_MAX || !stands_apart(outline, &outline.runs[before], run) {
            return;
        }
        kept[last] = false;
    }
}

/// Whether a run has another parent than the story's run before it, or is all in italics or bold.
fn stands_apart(outline: &Outline, before: &Run, run: &Run) -> bool {
    let parent = |run: &Run| outline.holders.get(run.holder as usize).map(|holder| holder.parent);
    (run.holder != before.holder && parent(run) != parent(before)) || run.strong_letters == run.letters
}

/// Takes off a last line that ends in an address on the page's own site, as printed pages have.
fn trim_address(outline: &Outline, hints: &Hints, kept: &mut [bool]) {
    let Some(last) = kept.iter().rposition(|&kept| kept) else { return };
    let run = &outline.runs[last];
    let address = outline.text(run).rsplit(' ').next().and_then(host);
    if address.is_some() && run.letters <= POINTER_LETTERS_MAX && address == hints.page_url.and_then(host) {
        kept[last] = false;
    }
}

/// The host of a web address, without `www.`.
fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byline_is_names_and_little_else() {
        let authors = ["Ada Quill".to_owned(), "Jo Roe".to_owned()];
        for line in ["By Ada Quill", "Ada Quill and Jo Roe", "Von Ada Quill"] {
            assert!(is_byline(line, &authors), "{line}");
        }
        for line in ["Ada Quill walked home.", "By and by", "", "Ada"] {
            assert!(!is_byline(line, &authors), "{line}");
        }
    }

    #[test]
    fn hosts_are_compared_without_www() {
        assert_eq!(host("https://www.paper.example/a"), host("http://paper.example"));
        assert_eq!(host("paper.example"), None);
    }
}
