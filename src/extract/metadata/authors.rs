//! Who wrote an article: credits gathered from the page's metadata and byline.

use html5ever::local_name;

use super::{
    agency::{agency_named, has_dateline},
    gather::Gathered,
    json_ld::LinkedData,
    names::{Credit, Outlet, looks_like_person, read_credit},
    place::Places,
    short::{find_below, short_text},
    text::{clean, folded},
};
use crate::extract::dom::{Dom, NodeId, ROOT};

/// Authors that are kept.
const AUTHORS_MAX: usize = 30;

/// Metas that name the author, the most trusted first.
const AUTHOR_METAS: [&str; 18] = [
    "author",
    "article:author_name",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor.author",
    "citation_author",
    "articleauthor",
    "authors",
    "dcsext.author",
    "og:author",
    "twitter:misc:written by",
    "lp.article:author",
];

/// Labels of `twitter:label1` whose `twitter:data1` is the author, folded.
const WRITTEN_BY: [&str; 16] = [
    "written by",
    "verfasst von",
    "geschrieben von",
    "écrit par",
    "escrito por",
    "scritto da",
    "geschreven door",
    "skriven av",
    "skrevet av",
    "skrevet af",
    "napisane przez",
    "napsal a",
    "yazan",
    "автор",
    "написано",
    "ditulis oleh",
];

/// Reads the authors: JSON-LD first, then metas, then the byline. The first place that names people
/// counts; where none does, the first that credits an agency or a newsroom.
pub(super) fn read(
    dom: &Dom,
    page: &Gathered<'_>,
    places: &Places<'_>,
    linked: &LinkedData,
    outlet: &Outlet<'_>,
) -> Vec<String> {
    let linked = from_linked(linked, outlet);
    if !linked.people.is_empty() {
        return unique(linked.people);
    }
    // An agency or a desk is a byline; the outlet's own name only fills a place, and says nothing against people.
    let credited = linked.collective.as_ref().is_some_and(|name| !outlet.is_named(&folded(name)));
    let metas = from_metas(page, outlet);
    let (mut elements, trust) = from_elements(dom, places, outlet);
    if credited && trust == Some(Naming::Class) {
        elements = Credit::default();
    }
    // Metas often name the first of several authors only.
    let confirmed = trust == Some(Naming::Marked) && metas.people.iter().all(|name| elements.people.contains(name));
    let (first, second) = if confirmed { (elements, metas) } else { (metas, elements) };
    let mut collective = linked.collective;
    for credit in [first, second] {
        if !credit.people.is_empty() {
            return unique(credit.people);
        }
        collective = collective.or(credit.collective);
    }
    if credited {
        return collective.into_iter().collect();
    }
    let beside = beside_headline(dom, places, outlet);
    if !beside.people.is_empty() {
        return unique(beside.people);
    }
    let collective = collective.or(beside.collective);
    let is_agency = |name: &String| agency_named(name).is_some();
    collective
        .filter(|name| is_agency(name) || !outlet.is_named(&folded(name)) || !is_wire_copy(dom, places))
        .into_iter()
        .collect()
}

/// Nodes behind the headline in which a dateline is looked for.
const DATELINE_NODES_MAX: usize = 200;

/// Whether the story has an agency's dateline: then the outlet did not write it, and fills the author's place only.
fn is_wire_copy(dom: &Dom, places: &Places<'_>) -> bool {
    let behind = dom.walk(ROOT).skip(places.headline().unwrap_or(0)).take(DATELINE_NODES_MAX);
    behind.filter(|&node| dom.text(node).is_some_and(has_dateline)).any(|node| !places.is_furniture(node))
}

fn unique(names: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    names.into_iter().filter(|n| seen.insert(folded(n))).take(AUTHORS_MAX).collect()
}

fn from_linked(linked: &LinkedData, outlet: &Outlet<'_>) -> Credit {
    let mut all = Credit::default();
    for named in &linked.authors {
        let credit = read_credit(&named.name, outlet);
        if named.organisation {
            all.collective = all.collective.or_else(|| Some(named.name.clone()));
        } else {
            all.add(credit);
        }
    }
    all
}

fn from_metas(page: &Gathered<'_>, outlet: &Outlet<'_>) -> Credit {
    let mut all = Credit::default();
    let labelled = written_by(page);
    for name in AUTHOR_METAS {
        for content in page.all(name) {
            let credit = read_credit(&clean(content), outlet);
            // `example.org, Paris, France` names an outlet and where it is, no people.
            if credit.collective.is_none() || all.people.is_empty() && credit.people.is_empty() {
                all.add(credit);
            } else {
                all.collective = all.collective.or(credit.collective);
            }
        }
        if !all.people.is_empty() {
            return all;
        }
    }
    if let Some(content) = labelled {
        all.add(read_credit(&clean(content), outlet));
    }
    all
}

/// The author in the pairs of label and datum that are made for cards of links.
fn written_by<'d>(page: &Gathered<'d>) -> Option<&'d str> {
    [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")].iter().find_map(|(label, datum)| {
        let label = folded(page.all(label).next()?);
        WRITTEN_BY.contains(&label.as_str()).then(|| page.all(datum).next())?
    })
}

/// Bytes a byline may have.
const BYLINE_BYTES_MAX: usize = 500;

/// Text of a byline; the texts of inner elements are set apart by commas.
fn byline_text(dom: &Dom, node: NodeId) -> Option<String> {
    let text = short_text(dom, node, "\n", BYLINE_BYTES_MAX)?;
    let pieces: Vec<String> = text.lines().map(clean).filter(|piece| !piece.is_empty()).collect();
    (!pieces.is_empty()).then(|| pieces.join(", "))
}

/// Elements that may name an author and are looked at.
const NAMING_MAX: usize = 60;

/// Nodes that may lie between two authors of one byline.
const BYLINE_GAP: usize = 40;

/// An element that names authors, in order of trust.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Naming {
    /// Microdata, or a link marked as one to the author.
    Marked,
    /// A link whose address leads to an author's page.
    Link,
    /// An element whose class says byline or author.
    Class,
}

/// Names in the elements nearest to the headline that are made to hold authors, and how far they can be trusted.
fn from_elements(dom: &Dom, places: &Places<'_>, outlet: &Outlet<'_>) -> (Credit, Option<Naming>) {
    let mut found: Vec<(usize, Naming, Credit)> = Vec::new();
    for (place, node) in dom.walk(ROOT).enumerate() {
        let Some(naming) = naming(dom, node) else { continue };
        let credit = credit_of(dom, node, naming, outlet);
        let names = !credit.people.is_empty() || credit.collective.is_some() && naming == Naming::Marked;
        if names && !places.is_furniture(node) {
            found.push((place, naming, credit));
        }
        if found.len() >= NAMING_MAX {
            break;
        }
    }
    let Some(nearest) = (0..found.len()).min_by_key(|&at| places.distance(found[at].0)) else {
        return (Credit::default(), None);
    };
    let group = byline_around(&found, nearest);
    let trust = group.iter().map(|(_, naming, _)| *naming).min();
    let mut all = Credit::default();
    for (_, naming, credit) in group {
        if Some(*naming) == trust {
            all.add(credit.clone());
        }
    }
    without_parts(&mut all.people);
    (all, trust)
}

/// The elements that lie close to the nearest one and to each other.
fn byline_around(found: &[(usize, Naming, Credit)], nearest: usize) -> &[(usize, Naming, Credit)] {
    let close = |one: usize, other: usize| found[other].0 - found[one].0 <= BYLINE_GAP;
    let (mut first, mut last) = (nearest, nearest);
    while first > 0 && close(first - 1, first) {
        first -= 1;
    }
    while last + 1 < found.len() && close(last, last + 1) {
        last += 1;
    }
    &found[first..=last]
}

/// Drops names that are a part of another one: `Ann` beside `Ann Lee`.
fn without_parts(names: &mut Vec<String>) {
    let whole = names.clone();
    names.retain(|name| {
        !whole
            .iter()
            .any(|other| other.len() > name.len() && name.split(' ').all(|word| other.split(' ').any(|w| w == word)))
    });
}

fn credit_of(dom: &Dom, node: NodeId, naming: Naming, outlet: &Outlet<'_>) -> Credit {
    let inner = || find_below(dom, node, |n| dom.attr(n, &local_name!("itemprop")) == Some("name"));
    let node = if naming == Naming::Marked { inner().unwrap_or(node) } else { node };
    let text = dom.attr(node, &local_name!("content")).map(clean).or_else(|| byline_text(dom, node));
    let mut credit = text.map(|text| read_credit(&text, outlet)).unwrap_or_default();
    if naming != Naming::Marked {
        credit.people.retain(|name| looks_like_person(name));
    }
    credit
}

fn naming(dom: &Dom, node: NodeId) -> Option<Naming> {
    let is_link = *dom.name(node)? == local_name!("a");
    let attrs = dom.attrs(node).iter();
    attrs
        .filter_map(|attr| match attr.name.local {
            local_name!("itemprop") => has_author(&attr.value).then_some(Naming::Marked),
            local_name!("rel") if is_link => has_author(&attr.value).then_some(Naming::Marked),
            local_name!("href") if is_link => leads_to_author(&attr.value).then_some(Naming::Link),
            local_name!("class") => is_byline_class(&attr.value).then_some(Naming::Class),
            _ => None,
        })
        .min()
}

fn has_author(words: &str) -> bool {
    words.split_ascii_whitespace().any(|word| word == "author")
}

/// Parts of an address that lead to authors' pages.
const AUTHOR_PATHS: [&str; 16] = [
    "author",
    "authors",
    "autor",
    "autoren",
    "autorin",
    "autores",
    "auteur",
    "auteurs",
    "autore",
    "autori",
    "redakteur",
    "journalist",
    "journalists",
    "reporter",
    "reporters",
    "yazar",
];

fn leads_to_author(href: &str) -> bool {
    let Some((_, path)) = href.rsplit_once("://").map_or(Some(("", href)), |(_, rest)| rest.split_once('/')) else {
        return false;
    };
    path.split(['/', '?', '=']).any(|segment| AUTHOR_PATHS.contains(&segment))
}

/// Whether a class holds `byline` or `author`, in letters of any case.
fn is_byline_class(class: &str) -> bool {
    let bytes = class.as_bytes();
    bytes.windows(BYLINE_NAME_BYTES).any(|window| match window[0] {
        b'b' | b'B' => window.eq_ignore_ascii_case(b"byline"),
        b'a' | b'A' => window.eq_ignore_ascii_case(b"author"),
        _ => false,
    })
}

/// Bytes of `byline` and of `author`.
const BYLINE_NAME_BYTES: usize = 6;

/// Nodes behind the headline in which a byline without a telling class is looked for.
const BESIDE_NODES_MAX: usize = 100;

/// Words that begin a byline.
const BYLINE_WORDS: [&str; 14] =
    ["by", "von", "por", "par", "di", "door", "av", "af", "autor", "author", "автор", "text", "yazan", "oleh"];

/// Names from a line behind the headline that begins with `By` or its like.
fn beside_headline(dom: &Dom, places: &Places<'_>, outlet: &Outlet<'_>) -> Credit {
    let mut next = places.headline_node().and_then(|headline| dom.after(headline, ROOT));
    for _ in 0..BESIDE_NODES_MAX {
        let Some(node) = next else { break };
        next = dom.first_child(node).or_else(|| dom.after(node, ROOT));
        let Some(text) = dom.text(node).filter(|t| t.len() <= BYLINE_BYTES_MAX) else { continue };
        let text = clean(text);
        let (first, rest) = text.split_once(' ').unwrap_or((&text, ""));
        if !BYLINE_WORDS.contains(&first.trim_end_matches(':').to_lowercase().as_str()) {
            continue;
        }
        let line = if rest.is_empty() { next.and_then(|n| byline_text(dom, n)) } else { Some(rest.to_owned()) };
        let mut credit = line.map(|line| read_credit(&line, outlet)).unwrap_or_default();
        credit.people.retain(|name| looks_like_person(name));
        if !credit.people.is_empty() || credit.collective.is_some() {
            return credit;
        }
    }
    Credit::default()
}
