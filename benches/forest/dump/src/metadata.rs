//! A plain reader of the metadata that the features use. The library's own would teach the forest to lean on it more
//! than pages of unknown make deserve.

use html5ever::local_name;
use serde_json::Value;

use crate::extract::dom::{Dom, NodeId, ROOT};

/// Deepest nesting of JSON-LD that is looked into.
const DEPTH_MAX: usize = 7;

/// What a page says of itself.
#[derive(Default)]
pub struct Metadata {
    pub title: Option<String>,
    pub article_body: Option<String>,
    pub description: Option<String>,
}

/// Reads `og:title` or `<title>`, the first description, and the longest `articleBody`.
pub fn read(dom: &Dom) -> Metadata {
    let mut metadata = Metadata::default();
    let mut head_title = None;
    for node in dom.walk(ROOT) {
        match dom.name(node) {
            Some(&local_name!("meta")) => read_meta(dom, node, &mut metadata),
            Some(&local_name!("title")) if head_title.is_none() => head_title = Some(dom.text_below(node)),
            Some(&local_name!("script")) => read_script(dom, node, &mut metadata),
            _ => {}
        }
    }
    metadata.title = metadata.title.or(head_title);
    metadata
}

fn read_meta(dom: &Dom, node: NodeId, metadata: &mut Metadata) {
    let key = dom.attr(node, &local_name!("property")).or(dom.attr(node, &local_name!("name"))).unwrap_or_default();
    let content = || dom.attr(node, &local_name!("content")).map(str::to_owned);
    if key.eq_ignore_ascii_case("og:title") && metadata.title.is_none() {
        metadata.title = content();
    }
    if (key.eq_ignore_ascii_case("og:description") || key == "description") && metadata.description.is_none() {
        metadata.description = content();
    }
}

fn read_script(dom: &Dom, node: NodeId, metadata: &mut Metadata) {
    if dom.attr(node, &local_name!("type")) == Some("application/ld+json")
        && let Ok(value) = serde_json::from_str(&dom.text_below(node))
    {
        find_body(&value, DEPTH_MAX, &mut metadata.article_body);
    }
}

fn find_body(value: &Value, depth: usize, longest: &mut Option<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Object(members) => {
            if let Some(Value::String(body)) = members.get("articleBody")
                && longest.as_ref().is_none_or(|longest| longest.len() < body.len())
            {
                *longest = Some(body.clone());
            }
            members.values().for_each(|value| find_body(value, depth, longest));
        }
        Value::Array(values) => values.iter().for_each(|value| find_body(value, depth, longest)),
        _ => {}
    }
}
