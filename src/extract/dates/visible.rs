//! Dates that a reader sees: in a byline, under the headline, in a date line.

use chrono::{Datelike, NaiveDate};
use html5ever::local_name;

use super::{
    after_capture,
    labels::{Label, label},
    text::{Hints, Spotted, spot},
    url::UrlDate,
};
use crate::{
    date::{Confidence, DateOrigin, Published},
    extract::{
        dom::{Dom, NodeId, ROOT},
        metadata::{place::Places, short::short_text},
    },
};

/// Bytes a text may have to be a date line; longer ones are prose.
pub(super) const LINE_BYTES_MAX: usize = 240;

/// Bytes of a text that may be one piece of a date line.
const PIECE_BYTES_MAX: usize = 12;

/// Date lines that are weighed on one page.
const LINES_MAX: usize = 200;

/// Nodes behind the headline that count as next to it.
const BESIDE_NODES_MAX: usize = 80;

/// Score from which a visible date is given, and from which it is likely.
const SCORE_MIN: i32 = 30;
const SCORE_LIKELY: i32 = 60;

/// What is known of the page around its visible dates.
pub(super) struct Around<'p, 'd> {
    pub(super) dom: &'d Dom,
    pub(super) places: &'p Places<'d>,
    pub(super) hints: Hints,
    pub(super) url: Option<UrlDate>,
    pub(super) captured: Option<NaiveDate>,
}

/// The dates of publication and change that a reader finds.
#[derive(Default)]
pub(super) struct Found {
    pub(super) published: Option<Published>,
    pub(super) updated: Option<Published>,
}

/// A date on the page and how probably it is the article's.
struct Candidate {
    score: i32,
    origin: DateOrigin,
    date: Spotted,
}

impl Candidate {
    fn published(&self) -> Published {
        let sure = self.score >= SCORE_LIKELY && !self.date.ambiguous;
        self.date.published(self.origin, if sure { Confidence::Likely } else { Confidence::Unsure })
    }
}

/// The date lines that most probably are the article's.
pub(super) fn read(around: &Around<'_, '_>) -> Found {
    let mut found: [Option<Candidate>; 2] = [None, None];
    let (mut lines, mut last_text) = (0, "");
    for (place, node) in around.dom.walk(ROOT).enumerate() {
        let text = around.dom.text(node);
        if let Some((line, above, origin)) = line_at(around.dom, node) {
            for (candidate, updated) in candidates(around, &line, last_text, above, place, origin) {
                lines += 1;
                let best = &mut found[usize::from(updated)];
                if best.as_ref().is_none_or(|b| candidate.score > b.score) {
                    *best = Some(candidate);
                }
            }
            if lines >= LINES_MAX {
                break;
            }
        }
        last_text = text.filter(|t| !t.trim().is_empty()).unwrap_or(last_text);
    }
    let [published, updated] = found.map(|best| best.filter(|c| c.score >= SCORE_MIN));
    // A story that shows only when it was changed: a bound, and better than a date far from its head.
    let bound = updated.as_ref().filter(|u| published.as_ref().is_none_or(|p| u.score - p.score >= UPDATED_MARGIN));
    let bound = bound.map(|u| Published { confidence: Confidence::Unsure, ..u.published() });
    Found { published: bound.or_else(|| published.map(|p| p.published())), updated: updated.map(|u| u.published()) }
}

/// How much better placed the date of a change must be to stand for a date of publication.
const UPDATED_MARGIN: i32 = 20;

/// The dates of a line with their scores, and whether each is one of a change.
fn candidates(
    around: &Around<'_, '_>,
    line: &str,
    last_text: &str,
    above: NodeId,
    place: usize,
    origin: DateOrigin,
) -> Vec<(Candidate, bool)> {
    let mut found = Vec::new();
    let mut from = 0;
    for date in spot(line, around.hints) {
        let before = line.get(from..date.start).unwrap_or_default();
        // A label may stand in the element before.
        let said = label(before)
            .or_else(|| if from == 0 && last_text.len() < LINE_BYTES_MAX { label(last_text) } else { None });
        let updated = said == Some(Label::Updated);
        from = date.end;
        if after_capture(date.day, around.captured) || said == Some(Label::Other) {
            continue;
        }
        let score = place_score(place, around.places.headline())
            + text_score(line, &date)
            + around.places.head_score(above)
            + url_score(around.url, &date)
            + if said == Some(Label::Published) { 12 } else { 0 }
            // Themes mark the only date of a story as `updated` too, so that the name alone does not decide.
            - if said.is_none() && around.places.is_update(above) { 5 } else { 0 }
            + if origin == DateOrigin::TimeElement { 10 } else { 0 };
        found.push((Candidate { score, origin, date }, updated));
    }
    found
}

/// The first date behind the headline, among the nodes next to it, that is not said to be one of a change.
pub(super) fn beside_headline(around: &Around<'_, '_>) -> Option<Spotted> {
    let dom = around.dom;
    let mut next = dom.after(around.places.headline_node()?, ROOT);
    let mut last_text = "";
    for _ in 0..BESIDE_NODES_MAX {
        let node = next?;
        next = dom.first_child(node).or_else(|| dom.after(node, ROOT));
        if let Some((line, above, DateOrigin::Byline)) = line_at(dom, node)
            && around.places.head_score(above) >= 0
            && let Some(date) = spot(&line, around.hints).into_iter().next()
        {
            let said = label(&line[..date.start]).or_else(|| label(last_text));
            if !matches!(said, Some(Label::Updated | Label::Other)) {
                return Some(date).filter(|date| text_score(&line, date) >= 0);
            }
        }
        last_text = dom.text(node).filter(|t| !t.trim().is_empty()).unwrap_or(last_text);
    }
    None
}

/// The line that begins at a node and may hold a date, the element it stands in, and what kind of place that is.
fn line_at(dom: &Dom, node: NodeId) -> Option<(String, NodeId, DateOrigin)> {
    if let Some(text) = dom.text(node) {
        let (line, above) = may_hold_date(text).then(|| line_of(dom, node, text))??;
        return Some((line, above, DateOrigin::Byline));
    }
    let name = dom.name(node)?;
    if *name == local_name!("time") {
        let value = dom.attr(node, &local_name!("datetime")).filter(|v| may_hold_date(v))?;
        return Some((value.to_owned(), node, DateOrigin::TimeElement));
    }
    // A relative text may have its date in a tooltip; one that tells of another day, as `Joined in March`, has that.
    let tooltip = dom.attr(node, &local_name!("title")).filter(|t| may_hold_date(t))?;
    let holds_lines =
        matches!(*name, local_name!("span") | local_name!("abbr") | local_name!("a") | local_name!("div"));
    let is_other = || short_text(dom, node, "", LINE_BYTES_MAX).and_then(|shown| label(&shown)) == Some(Label::Other);
    (holds_lines && !is_other()).then(|| (tooltip.to_owned(), node, DateOrigin::Byline))
}

/// Digits that the shortest date has: `7 Jun 20`.
const DIGITS_MIN: usize = 3;

/// Whether a text is short and has the digits of a date, of any script.
fn may_hold_date(text: &str) -> bool {
    // White space around the text counts little: templates indent.
    text.len() <= LINE_BYTES_MAX * 4
        && if text.is_ascii() {
            text.bytes().filter(u8::is_ascii_digit).nth(DIGITS_MIN - 1).is_some()
        } else {
            text.chars().filter(|c| c.is_numeric()).nth(DIGITS_MIN - 1).is_some()
        }
        && text.trim().len() <= LINE_BYTES_MAX
}

/// The line a text node is part of: its own text, or its parent's where the node alone may be a piece of a date.
fn line_of(dom: &Dom, node: NodeId, text: &str) -> Option<(String, NodeId)> {
    let parent = dom.parent(node)?;
    match *dom.name(parent)? {
        local_name!("script")
        | local_name!("style")
        | local_name!("title")
        | local_name!("option")
        | local_name!("textarea") => return None,
        _ => {}
    }
    if text.trim().len() > PIECE_BYTES_MAX {
        return Some((text.to_owned(), parent));
    }
    let alone = dom.children(parent).nth(1).is_none();
    let above = dom.parent(parent).filter(|_| alone).unwrap_or(parent);
    Some((short_text(dom, above, " ", LINE_BYTES_MAX).unwrap_or_else(|| text.to_owned()), above))
}

fn place_score(place: usize, headline: Option<usize>) -> i32 {
    let Some(headline) = headline else { return 10 };
    match place.checked_sub(headline) {
        Some(0..60) => 30,
        Some(60..160) => 20,
        Some(160..400) => 5,
        Some(_) => 0,
        None if headline - place < 60 => 22,
        None if headline - place < 100 => 10,
        None => -5,
    }
}

fn text_score(line: &str, spotted: &Spotted) -> i32 {
    let rest = line.trim().len().saturating_sub(spotted.end - spotted.start);
    let brief = match rest {
        0..8 => 15,
        8..40 => 8,
        40..80 => 0,
        _ => -20,
    };
    brief + if spotted.has_clock() { 10 } else { 0 }
}

fn url_score(url: Option<UrlDate>, spotted: &Spotted) -> i32 {
    match url {
        Some(url) if url.day.year() == spotted.day.year() && url.day.month() == spotted.day.month() => 20,
        Some(_) => -20,
        None => 0,
    }
}
