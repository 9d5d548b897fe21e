//! Properties that a page marks up in its own text (HTML Standard, microdata).

use html5ever::local_name;

use super::{
    gather::Gathered,
    place::Places,
    short::{find_below, short_text},
    text::clean,
};
use crate::extract::dom::{Dom, NodeId};

/// Bytes a property's text may have before its white space is folded.
const TEXT_BYTES_MAX: usize = 400;

/// Text of the element with a property that stands nearest to the headline, teasers and other furniture left out.
pub(super) fn nearest(dom: &Dom, page: &Gathered<'_>, places: &Places<'_>, property: &str) -> Option<String> {
    let found = page.properties.iter().filter(|p| has_property(dom, p.node, property) && !places.is_furniture(p.node));
    found.min_by_key(|p| places.distance(p.place)).and_then(|p| text(dom, p.node))
}

/// Name of the first organisation or person with a property.
pub(super) fn name(dom: &Dom, page: &Gathered<'_>, property: &str) -> Option<String> {
    let found = page.properties.iter().filter(|p| has_property(dom, p.node, property));
    found.filter_map(|p| name_in(dom, p.node)).next()
}

/// The name that an item has, or the text of what is no item.
fn name_in(dom: &Dom, node: NodeId) -> Option<String> {
    let is_item = dom.attr(node, &local_name!("itemscope")).is_some();
    let named = if is_item { find_below(dom, node, |below| has_property(dom, below, "name"))? } else { node };
    text(dom, named)
}

fn text(dom: &Dom, node: NodeId) -> Option<String> {
    let said = dom.attr(node, &local_name!("content")).map(clean);
    said.or_else(|| short_text(dom, node, "", TEXT_BYTES_MAX).map(|text| clean(&text))).filter(|text| !text.is_empty())
}

fn has_property(dom: &Dom, node: NodeId, property: &str) -> bool {
    let named = dom.attr(node, &local_name!("itemprop")).unwrap_or_default();
    named.split_ascii_whitespace().any(|name| name == property)
}
