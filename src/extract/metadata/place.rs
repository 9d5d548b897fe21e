//! Where on a page an element stands: how far from the headline, and whether in furniture.

use std::{cell::RefCell, collections::HashMap};

use html5ever::local_name;

use super::{
    gather::{Gathered, Placed},
    short::short_text,
    text::{clean, folded},
};
use crate::extract::dom::{Dom, NodeId, ROOT};

/// Ancestors that are asked what an element is part of.
const ANCESTORS_MAX: usize = 14;

/// Bytes of a heading that is compared with the headline.
const HEADING_BYTES_MAX: usize = 2_000;

/// The headline's place on a page, and what lies around it.
pub(crate) struct Places<'d> {
    dom: &'d Dom,
    headline: Option<Placed>,
    /// Elements that hold the headline: they hold the story too, whatever their class says.
    around: Vec<NodeId>,
    /// What elements' names were found to say.
    said: RefCell<HashMap<NodeId, Says>>,
}

/// Parts of class names and ids that are furniture wherever they stand in the name.
const FURNITURE_PARTS: [&str; 14] = [
    "comment",
    "related",
    "sidebar",
    "footer",
    "copyright",
    "recommend",
    "popular",
    "trending",
    "mostread",
    "most-read",
    "more-news",
    "carousel",
    "weather",
    "readmore",
];

/// Parts that seldom belong to a story's head.
const WEAK_PARTS: [&str; 3] = ["teaser", "newsletter", "calendar"];

/// Whole words of class names and ids that seldom belong to a story's head.
const WEAK_WORDS: [&str; 11] =
    ["nav", "navbar", "menu", "latest", "ticker", "archive", "promo", "aside", "breadcrumb", "breadcrumbs", "card"];

/// What an element loses by standing in furniture, and in what may be furniture.
const FURNITURE_SCORE: i32 = -40;
const WEAK_SCORE: i32 = -15;

/// Parts of class names and ids around an article's own date and byline.
const HEAD_PARTS: [&str; 16] = [
    "date",
    "publish",
    "posted",
    "byline",
    "meta",
    "time",
    "info",
    "author",
    "created",
    "fecha",
    "data",
    "datum",
    "header",
    "detail",
    "submitted",
    "entry",
];

impl<'d> Places<'d> {
    /// Finds the headline: the main heading with the title's text, else another heading with it, else the first main
    /// heading, else letters in bold with the title's text.
    pub(crate) fn new(dom: &'d Dom, page: &Gathered<'_>, title: Option<&str>) -> Self {
        let title = title.map(folded).unwrap_or_default();
        let is_title = |node: NodeId| {
            short_text(dom, node, "", HEADING_BYTES_MAX).is_some_and(|text| folded(&clean(&text)) == title)
        };
        let main = || page.headings.iter().copied().find(|h| is_title(h.node));
        let lower = || {
            let mut placed = dom.walk(ROOT).enumerate().map(|(place, node)| Placed { node, place });
            placed.find(|p| is_lower_heading(dom, p.node) && is_title(p.node))
        };
        let headline = if title.is_empty() { None } else { main().or_else(lower) };
        // Pages of old set their headlines in bold or large letters.
        let bold = || {
            let mut placed = dom.walk(ROOT).enumerate().map(|(place, node)| Placed { node, place });
            placed.find(|p| is_bold(dom, p.node) && is_title(p.node))
        };
        let headline = headline.or_else(|| page.headings.first().copied());
        let headline = if headline.is_none() && !title.is_empty() { bold() } else { headline };
        let around = headline.map(|h| dom.ancestors(h.node).collect()).unwrap_or_default();
        Self { dom, headline, around, said: RefCell::default() }
    }

    /// How many nodes stand before the headline.
    pub(crate) fn headline(&self) -> Option<usize> {
        self.headline.map(|h| h.place)
    }

    /// The headline's element.
    pub(crate) fn headline_node(&self) -> Option<NodeId> {
        self.headline.map(|h| h.node)
    }

    /// How far a place is from the headline; what stands above it counts as farther.
    pub(crate) fn distance(&self, place: usize) -> usize {
        let headline = self.headline().unwrap_or(0);
        if place >= headline { place - headline } else { (headline - place) * 3 }
    }

    /// Whether an element stands in furniture: navigation, teasers, comments, the foot.
    pub(crate) fn is_furniture(&self, node: NodeId) -> bool {
        self.surroundings(node).1 < 0
    }

    /// Whether an element's name says that it holds the date of a change.
    pub(crate) fn is_update(&self, node: NodeId) -> bool {
        std::iter::once(node).chain(self.dom.ancestors(node)).take(2).any(|above| {
            self.dom.attr(above, &local_name!("class")).is_some_and(|class| {
                let class = class.to_ascii_lowercase();
                (class.contains("updat") || class.contains("modif")) && !class.contains("publish")
            })
        })
    }

    /// What the elements around a node say: above zero for an article's head, below for furniture.
    pub(crate) fn head_score(&self, node: NodeId) -> i32 {
        let (head, furniture) = self.surroundings(node);
        head + furniture
    }

    /// What speaks for an article's head (from zero up) and for furniture (from zero down).
    fn surroundings(&self, node: NodeId) -> (i32, i32) {
        let (mut head, mut furniture) = (0, 0);
        let chain = std::iter::once(node).chain(self.dom.ancestors(node));
        for (depth, above) in chain.take(ANCESTORS_MAX).enumerate() {
            let shared = self.around.contains(&above);
            let says = self.says(above);
            if !shared {
                furniture = furniture.min(says.furniture);
            }
            if self.dom.is(above, &local_name!("time")) {
                head = HEAD_SCORE;
            } else if says.head && depth < HEAD_DEPTH_MAX {
                head = head.max(HEAD_SCORE - 4 * depth as i32);
            }
            if shared && depth >= HEAD_DEPTH_MAX || furniture == FURNITURE_SCORE {
                break;
            }
        }
        (head, furniture)
    }

    /// What an element's own names say. Kept, for the elements near the root are asked again and again.
    fn says(&self, node: NodeId) -> Says {
        if let Some(&says) = self.said.borrow().get(&node) {
            return says;
        }
        let mut says = match self.dom.name(node) {
            Some(&(local_name!("footer") | local_name!("nav"))) => Says { head: false, furniture: FURNITURE_SCORE },
            Some(&local_name!("aside")) => Says { head: false, furniture: WEAK_SCORE },
            _ => Says::default(),
        };
        for name in [local_name!("class"), local_name!("id")] {
            if let Some(value) = self.dom.attr(node, &name) {
                let value = value.to_ascii_lowercase();
                let head = HEAD_PARTS.iter().any(|part| value.contains(part));
                says.furniture = says.furniture.min(furniture_score(&value, head));
                says.head |= head;
            }
        }
        self.said.borrow_mut().insert(node, says);
        says
    }
}

/// What an element's names say of its place.
#[derive(Debug, Clone, Copy, Default)]
struct Says {
    /// Whether they are those of an article's head.
    head: bool,
    /// Score of furniture, from zero down.
    furniture: i32,
}

/// What an element gains by standing in a story's head.
const HEAD_SCORE: i32 = 25;

/// Ancestors whose names tell that an element belongs to a story's head.
const HEAD_DEPTH_MAX: usize = 4;

/// Whether an element is a heading below the main one.
pub(super) fn is_lower_heading(dom: &Dom, node: NodeId) -> bool {
    matches!(dom.name(node), Some(&(local_name!("h2") | local_name!("h3") | local_name!("h4"))))
}

/// Whether an element only looks like a heading.
pub(super) fn is_bold(dom: &Dom, node: NodeId) -> bool {
    matches!(
        dom.name(node),
        Some(&(local_name!("b") | local_name!("strong") | local_name!("font") | local_name!("big")))
    )
}

/// What a class or id in lower case says of furniture. One that also is a head's name says so in strong words only.
fn furniture_score(name: &str, head: bool) -> i32 {
    let weak_word = |word: &str| WEAK_WORDS.contains(&word);
    if FURNITURE_PARTS.iter().any(|part| name.contains(part)) {
        FURNITURE_SCORE
    } else if !head
        && (WEAK_PARTS.iter().any(|part| name.contains(part))
            || name.split(' ').any(|word| word == "widget")
            || name.split(|c: char| !c.is_ascii_alphanumeric()).any(weak_word))
    {
        WEAK_SCORE
    } else {
        0
    }
}
