//! A caption in a paragraph of its own, between headline and story, known by the credit behind it.

use super::{
    Hints,
    outline::{Outline, Run},
};
use crate::{
    article::Image,
    extract::plain::marks::{credit_name, is_barred, is_credit, same_words},
};

/// Most letters of such a caption.
const CAPTION_LETTERS_MAX: u32 = 500;

/// Takes a caption and its credit out of the story's beginning.
///
/// Pages that republish a story have its picture's caption and credit as paragraphs like any other. What tells them is
/// their place: the caption opens the text, right below the headline or a picture, and a line that is a credit and
/// nothing else follows.
pub(super) fn take(outline: &Outline, hints: &Hints, kept: &mut [bool]) -> Option<Image> {
    let first = kept.iter().position(|&kept| kept)?;
    let (caption, credit) = (&outline.runs[first], outline.runs.get(first + 1)?);
    let credit_text = outline.text(credit);
    let below = caption.pictures > 0 || first.checked_sub(1).is_some_and(|above| is_headline(outline, above, hints));
    let story_follows = kept[first + 2..].contains(&true);
    let fits = below && story_follows && caption.letters <= CAPTION_LETTERS_MAX && credit.links == 0;
    if !fits || !(is_barred(credit_text) || is_credit(credit_text)) {
        return None;
    }
    kept[first] = false;
    kept[first + 1] = false;
    Some(Image { url: None, caption: Some(text(outline, caption)), credit: Some(credit_name(credit_text)) })
}

fn is_headline(outline: &Outline, run: usize, hints: &Hints) -> bool {
    hints.title.is_some_and(|title| same_words(title, outline.text(&outline.runs[run])))
}

fn text(outline: &Outline, run: &Run) -> String {
    outline.text(run).to_owned()
}
