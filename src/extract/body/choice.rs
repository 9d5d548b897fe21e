//! Which runs of a page are its story: the forest's word, one threshold for each page, and a few sure rules.

use super::{
    Hints, ends,
    features::Features,
    forest,
    names::Names,
    outline::{Outline, Run, Tag, ends_sentence, reads_like_prose},
};

/// Bounds of the chance from which a run counts as part of the story. Between them the page decides: where the forest
/// is sure of much, less sure runs stay out; where it is sure of little, they come in.
const CHANCE_MIN: f32 = 0.35;
const CHANCE_MAX: f32 = 0.5;

/// The threshold that serves best on pages of a usual kind (the tuning pages' sum of gains and losses).
const CHANCE_USUAL: f32 = 0.47;

/// For each run whether it is part of the story.
pub(super) fn choose(outline: &Outline, hints: &Hints) -> Vec<bool> {
    let features = Features::of(outline, hints);
    let chances = forest::chances(&features);
    let threshold = threshold(outline, &chances);
    let mut kept: Vec<bool> = chances.iter().map(|&chance| chance > threshold).collect();
    for (kept, run) in kept.iter_mut().zip(&outline.runs) {
        *kept &= !is_furniture(outline, run);
    }
    if !kept.contains(&true) {
        keep_likeliest(outline, &chances, &mut kept);
    }
    fill_gaps(outline, &chances, &mut kept);
    close_end(outline, &chances, &mut kept);
    close_bare(outline, &chances, &mut kept);
    drop_unseen(outline, &mut kept);
    trim_end(outline, &mut kept);
    ends::trim(outline, hints, &mut kept);
    kept
}

/// Chance below which no run is taken for the story, however little else there is.
const LIKELIEST_CHANCE_MIN: f32 = 0.08;

/// Where no run is likely: takes the likeliest that reads like prose, and those half as likely as it. A brief of one
/// sentence is a story too, and a page without any is lost to the archive.
fn keep_likeliest(outline: &Outline, chances: &[f32], kept: &mut [bool]) {
    let prose = |run: usize| reads_like_prose(&outline.runs[run], outline.text(&outline.runs[run]));
    let candidates: Vec<usize> =
        (0..kept.len()).filter(|&run| prose(run) && !is_furniture(outline, &outline.runs[run])).collect();
    let most = candidates.iter().map(|&run| chances[run]).fold(0.0, f32::max);
    for run in candidates.into_iter().filter(|_| most >= LIKELIEST_CHANCE_MIN) {
        kept[run] = chances[run] * 2.0 >= most;
    }
}

/// The chance above which the runs make the largest expected overlap (Jaccard index, in letters) with the story,
/// averaged with the usual one.
///
/// If the chances are right, the overlap of the likeliest runs with the story is their expected share in it, divided
/// by all that is kept or missed.
fn threshold(outline: &Outline, chances: &[f32]) -> f32 {
    let mut likely: Vec<(f32, f32)> =
        chances.iter().zip(&outline.runs).map(|(&chance, run)| (chance, run.letters as f32)).collect();
    likely.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut union: f32 = likely.iter().map(|(chance, letters)| chance * letters).sum();
    let (mut shared, mut best, mut cut) = (0.0, 0.0, CHANCE_USUAL);
    for (chance, letters) in likely {
        shared += chance * letters;
        union += (1.0 - chance) * letters;
        if shared / union > best {
            (best, cut) = (shared / union, chance);
        }
    }
    ((cut + CHANCE_USUAL) / 2.0).clamp(CHANCE_MIN, CHANCE_MAX)
}

/// Whether a run is furniture whatever stands around it: a figure's caption, the cut lead of another story.
fn is_furniture(outline: &Outline, run: &Run) -> bool {
    let text = outline.text(run);
    ["[…]", "[...]", "[&hellip;]"].iter().any(|cut| text.ends_with(cut))
        || outline.holders_above(run.holder).take(3).any(|holder| {
            holder.tag == Tag::Caption || (holder.own.any(Names::NEWSLETTER) && holder.letters < OFFER_LETTERS_MAX)
        })
}

/// Largest element, in letters, that is believed to be out of sight for good, and the part of the story (one over this)
/// that all such elements may hold together: larger ones are tabs and folds that a script brings to light.
const UNSEEN_LETTERS_MAX: u32 = 300;
const UNSEEN_PART_MAX: u32 = 5;

/// Takes out what browsers do not show.
fn drop_unseen(outline: &Outline, kept: &mut [bool]) {
    let is_unseen = |run: &Run| {
        let mut above = outline.holders_above(run.holder);
        above.any(|holder| holder.own.any(Names::UNSEEN) && holder.letters <= UNSEEN_LETTERS_MAX)
    };
    let chosen = || outline.runs.iter().zip(kept.iter()).filter(|(_, kept)| **kept).map(|(run, _)| run);
    let all: u32 = chosen().map(|run| run.letters).sum();
    let unseen: u32 = chosen().filter(|run| is_unseen(run)).map(|run| run.letters).sum();
    if unseen > 0 && unseen <= all / UNSEEN_PART_MAX {
        for (kept, run) in kept.iter_mut().zip(&outline.runs) {
            *kept &= !is_unseen(run);
        }
    }
}

/// Chance below which a paragraph right behind the story's last stays out all the same, and letters from which on the
/// forest is not doubted.
const END_CHANCE_MIN: f32 = 0.35;
const END_LETTERS_MAX: u32 = 60;

/// Takes in a short paragraph right behind the last of the story: its sibling of one shape, a sentence without links.
fn close_end(outline: &Outline, chances: &[f32], kept: &mut [bool]) {
    let Some(last) = kept.iter().rposition(|&kept| kept) else { return };
    let Some(run) = outline.runs.get(last + 1) else { return };
    let ends = ends_story(outline.text(run));
    let is_short = run.letters < END_LETTERS_MAX && run.links == 0;
    if ends && is_short && chances[last + 1] > END_CHANCE_MIN && is_sibling(outline, last, last + 1) {
        kept[last + 1] = !is_furniture(outline, run);
    }
}

/// Whether a text ends as a sentence does behind which nothing need come.
fn ends_story(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '”', '’', '»', ')']);
    text.ends_with(|c| ends_sentence(c) && !matches!(c, ':' | ';'))
}

/// Chance below which a paragraph of a bare page stays out all the same.
const BARE_CHANCE_MIN: f32 = 0.05;

/// Takes in the paragraphs of a bare page that are siblings of the story's: without a link there is no furniture to
/// speak of, and the forest, which learnt from pages of newsrooms, is not sure of anything on so short a page.
fn close_bare(outline: &Outline, chances: &[f32], kept: &mut [bool]) {
    if outline.runs.iter().any(|run| run.links > 0) {
        return;
    }
    let Some(first) = kept.iter().position(|&kept| kept) else { return };
    for run in first + 1..kept.len() {
        let is_sentence = ends_story(outline.text(&outline.runs[run]));
        if !kept[run] && is_sentence && chances[run] > BARE_CHANCE_MIN && is_sibling(outline, first, run) {
            kept[run] = !is_furniture(outline, &outline.runs[run]);
        }
    }
}

/// Whether two runs are paragraphs of one shape below one parent.
fn is_sibling(outline: &Outline, one: usize, other: usize) -> bool {
    let holder = |run: usize| outline.holders.get(outline.runs[run].holder as usize);
    let (Some(one), Some(other)) = (holder(one), holder(other)) else { return false };
    one.tag == Tag::P && one.shape == other.shape && one.parent == other.parent
}

/// Chance below which a paragraph between two of the story's stays out all the same.
const GAP_CHANCE_MIN: f32 = 0.12;

/// Takes in paragraphs that stand, as siblings of one shape, right between paragraphs of the story.
fn fill_gaps(outline: &Outline, chances: &[f32], kept: &mut [bool]) {
    let sibling = |one, other| is_sibling(outline, one, other);
    let is_near = |run: usize, kept: &[bool]| {
        let before = (run.saturating_sub(GAP_RUNS_MAX)..run).any(|other| kept[other] && sibling(run, other));
        let behind =
            (run + 1..(run + 1 + GAP_RUNS_MAX).min(kept.len())).any(|other| kept[other] && sibling(run, other));
        before && behind
    };
    for run in 0..kept.len() {
        let text = outline.text(&outline.runs[run]);
        let fits = !kept[run] && chances[run] > GAP_CHANCE_MIN && reads_like_prose(&outline.runs[run], text);
        if fits && !is_furniture(outline, &outline.runs[run]) && is_near(run, kept) {
            kept[run] = true;
        }
        if !kept[run] && is_subheading(outline, run, kept) {
            kept[run] = true;
        }
    }
}

/// Whether a run is a heading without links right between two paragraphs of the story that are its siblings.
fn is_subheading(outline: &Outline, run: usize, kept: &[bool]) -> bool {
    let holder = |run: usize| outline.runs.get(run).and_then(|run| outline.holders.get(run.holder as usize));
    let (Some(before), Some(this), Some(behind)) = (holder(run.wrapping_sub(1)), holder(run), holder(run + 1)) else {
        return false;
    };
    matches!(this.tag, Tag::Heading2 | Tag::Heading3)
        && outline.runs[run].link_letters == 0
        && kept[run - 1]
        && kept[run + 1]
        && [before, behind].iter().all(|other| other.tag == Tag::P && other.parent == this.parent)
}

/// Runs on either side among which a gap's siblings are looked for.
const GAP_RUNS_MAX: usize = 4;

/// Letters that an offer of a newsletter may have; a longer element of that name is the newsletter itself.
const OFFER_LETTERS_MAX: u32 = 600;

/// Takes lines off the end that close a page and no story: the lone word "Source", copyright lines, headings of what
/// comes next, links to elsewhere.
fn trim_end(outline: &Outline, kept: &mut [bool]) {
    let mut last = kept.len();
    while let Some(run) = kept[..last].iter().rposition(|&kept| kept) {
        let text = outline.text(&outline.runs[run]);
        if !is_source_line(text) && !is_copyright_line(text) && !leads_on(outline, &outline.runs[run]) {
            break;
        }
        kept[run] = false;
        last = run;
    }
}

/// Letters below which a link at the end of a story is taken for a way on.
const LINK_LETTERS_MAX: u32 = 30;

fn leads_on(outline: &Outline, run: &Run) -> bool {
    let heads = |tag| matches!(tag, Tag::Heading1 | Tag::Heading2 | Tag::Heading3);
    outline.holders_above(run.holder).take(2).any(|holder| heads(holder.tag))
        || (run.link_letters == run.letters && run.letters < LINK_LETTERS_MAX)
}

fn is_source_line(text: &str) -> bool {
    const SOURCE: [&str; 12] = [
        "source",
        "sources",
        "quelle",
        "quellen",
        "fuente",
        "fonte",
        "bron",
        "källa",
        "kilde",
        "źródło",
        "источник",
        "출처",
    ];
    let text = text.trim_end_matches([':', '.']).trim().to_lowercase();
    SOURCE.contains(&text.as_str())
}

/// Longest line, in bytes, that is taken for a notice of rights.
const COPYRIGHT_BYTES_MAX: usize = 240;

fn is_copyright_line(text: &str) -> bool {
    let reserved = || text.contains("©") && text.to_lowercase().contains("rights reserved");
    text.len() <= COPYRIGHT_BYTES_MAX
        && (text.starts_with('©')
            || text.to_lowercase().starts_with("copyright ")
            || text.starts_with("(c) ")
            || reserved())
}
