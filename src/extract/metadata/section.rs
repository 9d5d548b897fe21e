//! Section and tags of an article.

use html5ever::local_name;

use super::{
    gather::Gathered,
    json_ld::LinkedData,
    microdata,
    place::Places,
    short::short_text,
    text::{clean, folded},
};
use crate::extract::{
    dom::{Dom, NodeId},
    url::{absolute, is_home},
};

/// Bytes a section's name may have.
const SECTION_BYTES_MAX: usize = 80;

/// Tags that are kept, and the bytes each may have.
const TAGS_MAX: usize = 50;
const TAG_BYTES_MAX: usize = 100;

/// Nodes between the headline and a link to the story's category.
const CATEGORY_DISTANCE_MAX: usize = 150;

/// Nodes between two categories of one story.
const CATEGORY_GAP_MAX: usize = 8;

/// Nodes of a breadcrumb that are looked at.
const BREADCRUMB_NODES_MAX: usize = 200;

/// The outlet's section: from the properties made for it, else from the link to the story's category, else from the
/// breadcrumb.
pub(super) fn section(
    dom: &Dom,
    page: &Gathered<'_>,
    places: &Places<'_>,
    linked: &LinkedData,
    page_url: Option<&str>,
) -> Option<String> {
    let usable = |text: &String| !text.is_empty() && text.len() <= SECTION_BYTES_MAX && !text.contains("://");
    let named = [
        "article:section",
        "og:article:section",
        "section",
        "articlesection",
        "parsely-section",
        "cxenseparse:section",
        "dc.subject.section",
    ];
    linked
        .section
        .clone()
        .filter(usable)
        .or_else(|| page.meta_named(&named).map(clean).filter(usable))
        .or_else(|| microdata::nearest(dom, page, places, "articleSection").filter(usable))
        .or_else(|| category(dom, page, places).filter(usable))
        // The first step is the home page, the last one the article.
        .or_else(|| {
            linked
                .breadcrumb
                .get(1..linked.breadcrumb.len().saturating_sub(1))
                .and_then(|steps| steps.first().cloned())
                .filter(usable)
        })
        .or_else(|| first_step(dom, page.breadcrumb?, page_url).filter(usable))
}

/// The first of the categories that are linked nearest to the headline.
fn category(dom: &Dom, page: &Gathered<'_>, places: &Places<'_>) -> Option<String> {
    let headline = places.headline()?;
    let links = page.category_links.iter().filter(|link| !places.is_furniture(link.node));
    let close: Vec<_> = links.filter(|link| headline.abs_diff(link.place) <= CATEGORY_DISTANCE_MAX).collect();
    let mut first = (0..close.len()).min_by_key(|&at| headline.abs_diff(close[at].place))?;
    while first > 0 && close[first].place - close[first - 1].place <= CATEGORY_GAP_MAX {
        first -= 1;
    }
    short_text(dom, close[first].node, "", SECTION_BYTES_MAX * 2).map(|text| clean(&text))
}

/// The first step of a breadcrumb below the home page: a link, so that the article's own title is none.
fn first_step(dom: &Dom, breadcrumb: NodeId, page_url: Option<&str>) -> Option<String> {
    let leads_home = |link: &str| link == "/" || absolute(page_url, link).is_some_and(|url| is_home(&url));
    let links = dom.walk(breadcrumb).take(BREADCRUMB_NODES_MAX).filter(|&node| dom.is(node, &local_name!("a")));
    let below_home = links.filter(|&link| dom.attr(link, &local_name!("href")).is_some_and(|to| !leads_home(to)));
    let mut steps =
        below_home.filter_map(|link| short_text(dom, link, "", SECTION_BYTES_MAX * 2)).map(|text| clean(&text));
    steps.find(|step| is_named(step))
}

/// Whether a step of a breadcrumb has the name of a section: no number, arrow or home page.
fn is_named(step: &str) -> bool {
    step.starts_with(char::is_alphabetic) && !HOME.contains(&folded(step).as_str())
}

/// Names of home pages in breadcrumbs, folded.
const HOME: [&str; 18] = [
    "home",
    "homepage",
    "home page",
    "start",
    "startseite",
    "hauptseite",
    "inicio",
    "início",
    "portada",
    "accueil",
    "forside",
    "hem",
    "etusivu",
    "главная",
    "головна",
    "anasayfa",
    "beranda",
    "ホーム",
];

/// Keywords that the outlet gave, without doubles.
pub(super) fn tags(dom: &Dom, page: &Gathered<'_>, linked: &LinkedData) -> Vec<String> {
    let own: Vec<String> = page.all("article:tag").chain(page.all("og:article:tag")).map(clean).collect();
    let listed = || page.meta_named(&["news_keywords", "keywords", "sailthru.tags", "parsely-tags"]);
    let mut candidates = if own.len() > 1 { own } else { own.iter().flat_map(|t| t.split(',').map(clean)).collect() };
    candidates.extend(linked.keywords.iter().cloned());
    if candidates.is_empty() {
        candidates.extend(listed().into_iter().flat_map(|list| list.split([',', ';']).map(clean)));
    }
    if candidates.is_empty() {
        candidates.extend(
            page.tag_links.iter().filter_map(|&link| short_text(dom, link, "", TAG_BYTES_MAX * 2)).map(|t| clean(&t)),
        );
    }
    let mut seen = std::collections::HashSet::new();
    candidates.retain(|tag| !tag.is_empty() && tag.len() <= TAG_BYTES_MAX && seen.insert(folded(tag)));
    candidates.truncate(TAGS_MAX);
    candidates
}
