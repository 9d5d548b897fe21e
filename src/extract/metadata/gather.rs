//! One walk over the tree that finds the nodes in which metadata can stand.

use std::borrow::Cow;

use html5ever::local_name;

use crate::extract::dom::{Dom, NodeId, ROOT};

/// Elements of one kind that are kept.
const KEPT_MAX: usize = 300;

/// A `meta` element.
pub(super) struct Meta<'d> {
    /// Its `property`, `name` or `itemprop`, in lower case.
    pub(super) name: Cow<'d, str>,
    pub(super) content: &'d str,
}

/// An element, and how many nodes stand before it on the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) node: NodeId,
    pub(crate) place: usize,
}

/// The nodes of a page that may say something about its article.
#[derive(Default)]
pub(crate) struct Gathered<'d> {
    pub(super) language: Option<&'d str>,
    pub(super) metas: Vec<Meta<'d>>,
    pub(super) canonical: Option<&'d str>,
    pub(super) base: Option<&'d str>,
    pub(super) title: Option<NodeId>,
    pub(crate) headings: Vec<Placed>,
    pub(super) json_ld: Vec<&'d str>,
    pub(crate) times: Vec<Placed>,
    /// Elements with `itemprop`.
    pub(crate) properties: Vec<Placed>,
    /// Links with `rel=tag`.
    pub(super) tag_links: Vec<NodeId>,
    /// Links with `rel=category`.
    pub(super) category_links: Vec<Placed>,
    /// The first element that says that it is the breadcrumb.
    pub(super) breadcrumb: Option<NodeId>,
}

impl<'d> Gathered<'d> {
    /// Walks the page.
    pub(super) fn from(dom: &'d Dom) -> Self {
        let mut found = Self::default();
        for (place, node) in dom.walk(ROOT).enumerate() {
            found.look_at(dom, node, place);
        }
        found
    }

    fn look_at(&mut self, dom: &'d Dom, node: NodeId, place: usize) {
        let Some(name) = dom.name(node) else { return };
        let placed = Placed { node, place };
        match *name {
            local_name!("meta") => self.meta(dom, node, placed),
            local_name!("link") => self.link(dom, node),
            local_name!("title") if self.title.is_none() => self.title = Some(node),
            local_name!("html") => self.language = dom.attr(node, &local_name!("lang")),
            local_name!("base") => self.base = self.base.or_else(|| dom.attr(node, &local_name!("href"))),
            local_name!("script") => {
                let is_json_ld =
                    dom.attr(node, &local_name!("type")).is_some_and(|t| t.to_ascii_lowercase().contains("ld+json"));
                if is_json_ld && self.json_ld.len() < KEPT_MAX {
                    self.json_ld.extend(dom.children(node).filter_map(|text| dom.text(text)));
                }
            }
            local_name!("h1") => push(&mut self.headings, placed),
            local_name!("time") => push(&mut self.times, placed),
            local_name!("a") => {
                let rel = dom.attr(node, &local_name!("rel")).unwrap_or_default();
                if has_word(rel, "tag") && self.tag_links.len() < KEPT_MAX {
                    self.tag_links.push(node);
                }
                if has_word(rel, "category") {
                    push(&mut self.category_links, placed);
                }
            }
            _ => {}
        }
        if *name != local_name!("meta") && dom.attr(node, &local_name!("itemprop")).is_some() {
            push(&mut self.properties, placed);
        }
        if self.breadcrumb.is_none() && is_breadcrumb(dom, node) {
            self.breadcrumb = Some(node);
        }
    }

    fn meta(&mut self, dom: &'d Dom, node: NodeId, placed: Placed) {
        if dom.attr(node, &local_name!("itemprop")).is_some() {
            push(&mut self.properties, placed);
        }
        let content = dom.attr(node, &local_name!("content")).or_else(|| dom.attr(node, &local_name!("value")));
        let name = [local_name!("property"), local_name!("name"), local_name!("itemprop"), local_name!("http-equiv")];
        let name = name.iter().find_map(|attribute| dom.attr(node, attribute));
        if let (Some(name), Some(content)) = (name, content)
            && !content.trim().is_empty()
            && self.metas.len() < METAS_MAX
        {
            self.metas.push(Meta { name: lower(name.trim()), content });
        }
    }

    fn link(&mut self, dom: &'d Dom, node: NodeId) {
        let rel = dom.attr(node, &local_name!("rel")).unwrap_or_default();
        if self.canonical.is_none() && has_word(rel, "canonical") {
            self.canonical = dom.attr(node, &local_name!("href"));
        }
    }

    /// Contents of the metas of a name, in lower case, in their order.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'d str> + 's {
        self.metas.iter().filter(move |meta| meta.name == name).map(|meta| meta.content)
    }

    /// Content of the first meta that has one of the names; the first name counts most.
    pub(super) fn meta_named(&self, names: &[&str]) -> Option<&'d str> {
        names.iter().find_map(|name| self.all(name).next())
    }
}

/// Metas that are kept of one page.
const METAS_MAX: usize = 1_000;

fn push(list: &mut Vec<Placed>, placed: Placed) {
    if list.len() < KEPT_MAX {
        list.push(placed);
    }
}

/// Whether an element's type, class, id or label says that it is a breadcrumb.
fn is_breadcrumb(dom: &Dom, node: NodeId) -> bool {
    if matches!(dom.name(node), Some(&(local_name!("body") | local_name!("html")))) {
        return false;
    }
    dom.attrs(node).iter().any(|attr| {
        matches!(&*attr.name.local, "itemtype" | "class" | "id" | "aria-label")
            && attr.value.as_bytes().windows(BREADCRUMB.len()).any(|part| part.eq_ignore_ascii_case(BREADCRUMB))
    })
}

/// What the names of breadcrumbs hold.
const BREADCRUMB: &[u8] = b"breadcrumb";

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a list of words holds a word, whatever its case.
fn has_word(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w.eq_ignore_ascii_case(word))
}
