//! The story of a page: its blocks in order, with the furniture of the page left out.

use crate::{
    article::{Block, Image},
    extract::dom::Dom,
};

mod hints;
mod outline;

mod hash;
mod names;

mod cues;
mod features;
mod forest;

mod captions;
mod choice;
mod ends;

mod blocks;
mod pictures;

pub(crate) use hints::Hints;
use names::Names;
use outline::Outline;

/// The story of a page and what stands around it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    /// The story, in order, standfirst included.
    pub blocks: Vec<Block>,
    /// Pictures of the story.
    pub images: Vec<Image>,
    /// The lead sentence set apart between headline and story; where the page counts it as story it is a block too.
    pub standfirst: Option<String>,
    /// Whether the page shows signs of a payment wall.
    pub paywalled_hint: bool,
}

/// Finds the story of a page. Takes time linear in the page's size.
pub(crate) fn find(dom: &Dom, hints: &Hints) -> Body {
    let outline = Outline::of(dom);
    let mut kept = choice::choose(&outline, hints);
    let caption = captions::take(&outline, hints, &mut kept);
    let mut images = pictures::of(dom, &outline, &kept, hints);
    if caption.as_ref().is_some_and(|taken| images.iter().all(|image| image.caption != taken.caption)) {
        images.extend(caption);
    }
    Body {
        blocks: blocks::of(&outline, &kept),
        images,
        standfirst: standfirst(&outline, &kept),
        paywalled_hint: has_paywall(dom, &outline),
    }
}

/// Letters a standfirst may have.
const STANDFIRST_LETTERS: std::ops::RangeInclusive<u32> = 30..=600;

/// Runs before the story among which a standfirst is looked for: it may stand above bylines and pictures.
const STANDFIRST_RUNS_MAX: usize = 12;

/// The first run of the story, if its element is named as a lead and the next run's is not; else a run shortly before
/// it, behind the headline, that is a sentence in such an element.
fn standfirst(outline: &Outline, kept: &[bool]) -> Option<String> {
    lead_in_story(outline, kept).or_else(|| lead_above_story(outline, kept))
}

fn lead_above_story(outline: &Outline, kept: &[bool]) -> Option<String> {
    let first = kept.iter().position(|&kept| kept)?;
    let above = &outline.runs[first.saturating_sub(STANDFIRST_RUNS_MAX)..first];
    let holder = |run: &outline::Run| outline.holders.get(run.holder as usize);
    let headline = above.iter().rposition(|run| holder(run).is_some_and(|h| h.tag == outline::Tag::Heading1))?;
    let lead = above[headline..].iter().find(|run| {
        let is_lead = holder(run).is_some_and(|h| h.tag != outline::Tag::Heading1 && h.own.any(Names::LEAD));
        let text = outline.text(run);
        is_lead && run.links == 0 && STANDFIRST_LETTERS.contains(&run.letters) && text.ends_with(outline::ends_sentence)
    })?;
    Some(outline.text(lead).to_owned())
}

fn lead_in_story(outline: &Outline, kept: &[bool]) -> Option<String> {
    let mut chosen = outline.runs.iter().zip(kept).filter(|(_, kept)| **kept).map(|(run, _)| run);
    let (first, second) = (chosen.next()?, chosen.next()?);
    let leads = |run: &outline::Run| {
        run.inline_names.any(Names::LEAD) || outline.holders_above(run.holder).take(2).any(|h| h.own.any(Names::LEAD))
    };
    let stands = leads(first) && !leads(second) && STANDFIRST_LETTERS.contains(&first.letters);
    stands.then(|| outline.text(first).to_owned())
}

/// Whether an element with text is named as a payment wall.
fn has_paywall(dom: &Dom, outline: &Outline) -> bool {
    outline.holders.iter().filter(|h| h.letters > 0 && h.own.any(Names::PAYWALL)).any(|h| {
        dom.attrs(h.node).iter().any(|attr| {
            let mut named = false;
            if matches!(attr.name.local, html5ever::local_name!("class") | html5ever::local_name!("id")) {
                names::for_words(&attr.value, |word| named |= matches!(word, "paywall" | "regwall"));
            }
            named
        })
    })
}

#[cfg(test)]
mod tests;
