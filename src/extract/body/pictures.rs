//! The pictures of a story, with their captions and credits.

use std::collections::HashMap;

use html5ever::local_name;

use super::{
    Hints,
    names::{self, Names},
    outline::{Holder, Outline, Tag},
};
use crate::{
    article::Image,
    extract::{
        dom::{Dom, NodeId},
        url,
    },
};

/// Most pictures kept of one story.
const PICTURES_MAX: usize = 200;

/// Longest caption, in bytes.
const CAPTION_BYTES_MAX: usize = 1_500;

/// Elements above a picture among which its frame is looked for.
const FRAME_LEVELS_MAX: usize = 4;

/// Nodes of a frame among which its credit is looked for, and of which the credit is made.
const FRAME_NODES_MAX: usize = 2_000;

/// Runs before the story's first that its lead picture may stand among.
const LEAD_RUNS_MAX: u32 = 12;

/// Narrowest picture, in pixels, where the page tells: smaller ones are icons and faces.
const WIDTH_MIN: u32 = 100;

/// Names of parts of a page whose pictures are not the story's.
const ELSEWHERE: Names = Names(
    Names::NAV.0
        | Names::FOOTER.0
        | Names::SIDE.0
        | Names::COMMENT.0
        | Names::SHARE.0
        | Names::RELATED.0
        | Names::CARD.0
        | Names::AD.0
        | Names::SIGNUP.0
        | Names::AUTHOR.0,
);

/// The pictures that stand in or right before the story.
pub(super) fn of(dom: &Dom, outline: &Outline, kept: &[bool], hints: &Hints) -> Vec<Image> {
    let Some(first) = kept.iter().position(|&kept| kept) else { return Vec::new() };
    let last = kept.iter().rposition(|&kept| kept).unwrap_or(first) as u32;
    let first = (first as u32).saturating_sub(LEAD_RUNS_MAX);
    let mut images: Vec<Image> = Vec::new();
    let mut framed = None;
    // One frame may hold thousands of pictures, with other frames between them.
    let mut captions = HashMap::new();
    for picture in &outline.pictures {
        if picture.run < first
            || picture.run > last + 1
            || images.len() == PICTURES_MAX
            || is_elsewhere(outline, picture.holder)
        {
            continue;
        }
        let frame = frame_of(outline, kept, picture.holder);
        if frame.is_some() && frame == framed {
            continue;
        }
        let Some(src) = source_of(dom, picture.node) else { continue };
        let mut image = Image { url: url::absolute(hints.base_url.or(hints.page_url), src), ..Image::default() };
        if let Some(frame) = frame {
            let caption_of_frame = || caption_of(dom, outline, kept, &outline.holders[frame as usize]);
            (image.caption, image.credit) = captions.entry(frame).or_insert_with(caption_of_frame).clone();
            framed = Some(frame);
        }
        let known = images.iter().any(|other| other.url.is_some() && other.url == image.url);
        if !known && (image.url.is_some() || image.caption.is_some()) {
            images.push(image);
        }
    }
    images
}

/// Whether a picture stands in a part of the page that is no story, as the names right around it say.
fn is_elsewhere(outline: &Outline, holder: u32) -> bool {
    outline.holders_above(holder).take(FRAME_LEVELS_MAX).any(|holder| {
        matches!(holder.tag, Tag::Nav | Tag::Footer | Tag::Aside | Tag::Button)
            || (holder.own.any(ELSEWHERE) && !holder.own.any(Names::CAPTION))
    })
}

/// The element that holds a picture together with its caption: a figure, or one named as such with no story in it.
fn frame_of(outline: &Outline, kept: &[bool], holder: u32) -> Option<u32> {
    let mut at = holder;
    for _ in 0..FRAME_LEVELS_MAX {
        let holder = outline.holders.get(at as usize)?;
        if kept[holder.first_run as usize..holder.end_run as usize].iter().any(|&kept| kept) {
            return None;
        }
        if holder.tag == Tag::Figure || (holder.own.any(Names::CAPTION) && holder.end_run > holder.first_run) {
            return Some(at);
        }
        at = holder.parent;
    }
    None
}

/// Address of a picture: where scripts load it late, the one they will load.
fn source_of(dom: &Dom, node: NodeId) -> Option<&str> {
    let width = dom.attr(node, &local_name!("width")).and_then(|width| width.parse::<u32>().ok());
    if width.is_some_and(|width| width < WIDTH_MIN) {
        return None;
    }
    let late =
        dom.attrs(node).iter().find(|a| matches!(&*a.name.local, "data-src" | "data-original" | "data-lazy-src"));
    late.map(|attr| &*attr.value)
        .or_else(|| dom.attr(node, &local_name!("src")))
        .filter(|src| !src.starts_with("data:"))
}

/// Caption and credit in a frame.
fn caption_of(dom: &Dom, outline: &Outline, kept: &[bool], frame: &Holder) -> (Option<String>, Option<String>) {
    let mut text = String::new();
    let range = frame.first_run as usize..frame.end_run as usize;
    for (run, kept) in outline.runs[range.clone()].iter().zip(&kept[range]) {
        let run_text = outline.text(run);
        if !kept && text.len() + run_text.len() < CAPTION_BYTES_MAX {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(run_text);
        }
    }
    let named = credit_named(dom, frame.node);
    let (caption, credit) = split_credit(&text, named.as_deref());
    (filled(caption.replace('\n', " ")), filled(credit.replace('\n', " ")))
}

fn filled(text: String) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Text of the element in a frame that is named as its credit.
fn credit_named(dom: &Dom, frame: NodeId) -> Option<String> {
    let node = dom.walk(frame).skip(1).take(FRAME_NODES_MAX).find(|&node| {
        dom.attr(node, &local_name!("class")).is_some_and(|class| {
            let mut found = false;
            names::for_words(class, |word| {
                found |= matches!(word, "credit" | "credits" | "copyright" | "photographer" | "attribution");
            });
            found
        })
    })?;
    let text: String = dom.walk(node).take(FRAME_NODES_MAX).filter_map(|below| dom.text(below)).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.len() < CAPTION_BYTES_MAX).then_some(text)
}

/// Takes the credit off a caption: the text named as one, a line of bars and agencies, or what follows a word for it.
fn split_credit(text: &str, named: Option<&str>) -> (String, String) {
    if let Some(credit) = named
        && let Some(at) = text.find(credit)
    {
        let caption = format!("{}{}", &text[..at], &text[at + credit.len()..]);
        return (caption, without_label(credit).to_owned());
    }
    let (mut captions, mut credits) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if reads_like_credit(line) { credits.push(without_label(line)) } else { captions.push(line) }
    }
    if credits.is_empty()
        && let [caption] = captions[..]
        && let Some(at) = LABELS.iter().filter_map(|label| caption.rfind(label)).max()
        && at > 0
    {
        return (caption[..at].trim_end_matches(['(', '[', ' ']).to_owned(), without_label(&caption[at..]).to_owned());
    }
    (captions.join("\n"), credits.join(" "))
}

/// Words that come before a credit.
const LABELS: [&str; 14] = [
    "Photo: ",
    "Photograph: ",
    "Credit: ",
    "Picture: ",
    "Image: ",
    "Foto: ",
    "Bild: ",
    "Fotos: ",
    "Photo by ",
    "Image credit: ",
    "Photo credit: ",
    "Crédit photo : ",
    "Фото: ",
    "©",
];

/// Longest line, in characters, that is taken for a credit.
const CREDIT_CHARS_MAX: usize = 90;

fn reads_like_credit(line: &str) -> bool {
    const AGENCIES: [&str; 9] =
        ["Getty Images", "Reuters", "REUTERS", "AFP", "dpa", "AP Photo", "Shutterstock", "imago", "picture alliance"];
    line.chars().count() <= CREDIT_CHARS_MAX
        && (LABELS.iter().any(|label| line.starts_with(label))
            || line.contains(" | ")
            || (AGENCIES.iter().any(|agency| line.contains(agency)) && !line.ends_with('.')))
}

fn without_label(credit: &str) -> &str {
    let credit = credit.trim();
    let bare = LABELS.iter().filter(|&&label| label != "©").find_map(|label| credit.strip_prefix(label));
    bare.unwrap_or(credit).trim_end_matches([')', ']']).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_come_off_captions() {
        for (text, named, caption, credit) in [
            ("The dam on Friday.\nJo Roe | Agency Pool", None, "The dam on Friday.", "Jo Roe | Agency Pool"),
            ("The dam on Friday. Photo: Jo Roe", None, "The dam on Friday.", "Jo Roe"),
            ("The dam on Friday. (Foto: Jo Roe)", None, "The dam on Friday.", "Jo Roe"),
            ("The dam on Friday. Jo Roe", Some("Jo Roe"), "The dam on Friday. ", "Jo Roe"),
            ("The dam on Friday.", None, "The dam on Friday.", ""),
        ] {
            assert_eq!(split_credit(text, named), (caption.to_owned(), credit.to_owned()), "{text}");
        }
    }
}
