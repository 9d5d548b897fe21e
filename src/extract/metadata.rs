//! What a page says about its article: headline, authors, dates, outlet, section, tags, address.

pub(crate) mod agency;
mod authors;
pub(crate) mod flags;
pub(crate) mod gather;
mod json;
mod json_ld;
mod labels;
mod microdata;
mod names;
pub(crate) mod place;
mod section;
pub(crate) mod short;
pub(crate) mod text;
mod title;

use gather::Gathered;
use json_ld::{About, LinkedData};
use text::clean;

pub(crate) use agency::agency_from_text;

use super::{
    dates,
    dom::Dom,
    url::{absolute, domain, is_home, without_tracking},
};
use crate::{article::Flags, date::Published};

/// Bytes a page's description may have.
const DESCRIPTION_BYTES_MAX: usize = 4_000;

/// Bytes an outlet's name may have.
const NAME_BYTES_MAX: usize = 120;

/// What a page says about its article.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Metadata {
    /// Headline, without the site's name.
    pub(crate) title: Option<String>,
    /// Summary for search engines and shares; often the standfirst.
    pub(crate) description: Option<String>,
    /// People who wrote it. Where nobody else is credited, the agency or newsroom that is.
    pub(crate) authors: Vec<String>,
    /// Date of publication.
    pub(crate) published: Option<Published>,
    /// Date of the last change.
    pub(crate) modified: Option<Published>,
    /// Outlet's name.
    pub(crate) source_name: Option<String>,
    /// Outlet's host, without `www.`.
    pub(crate) domain: Option<String>,
    /// Section.
    pub(crate) section: Option<String>,
    /// Keywords.
    pub(crate) tags: Vec<String>,
    /// News agency that is credited.
    pub(crate) agency: Option<String>,
    /// Address that the page names as its own, absolute and without tracking.
    pub(crate) canonical_url: Option<String>,
    /// Declared language, ISO 639 in lower case.
    pub(crate) language: Option<String>,
    /// What kind of page it is.
    pub(crate) flags: Flags,
    /// Address that the page's relative links start from.
    pub(crate) base_url: Option<String>,
    /// Address of the picture that stands for the article.
    pub(crate) lead_image: Option<String>,
    /// `articleBody` of the JSON-LD.
    pub(crate) article_body: Option<String>,
}

/// Reads the metadata of a page, parsed and as it came, fetched from `page_url` and captured at `captured` (ISO 8601).
pub(crate) fn read(dom: &Dom, html: &str, page_url: Option<&str>, captured: Option<&str>) -> Metadata {
    let page = Gathered::from(dom);
    let base_url = page.base.and_then(|base| absolute(page_url, base)).or_else(|| page_url.map(str::to_owned));
    let canonical_url = canonical(&page, page_url, base_url.as_deref());
    let urls = [page_url, canonical_url.as_deref()];
    let headings = title::headings(dom, &page);
    let linked = json_ld::read(&page.json_ld, &About { urls, titles: &headings });
    let site = site_name(dom, &page, &linked);
    let domain = urls.iter().flatten().find_map(|url| domain(url));
    let language = language(&page, &linked);
    let outlet =
        names::Outlet { name: site.as_deref(), publisher: linked.publisher.as_deref(), domain: domain.as_deref() };
    let title = title::read(dom, &page, &linked, &headings, &outlet);
    let places = place::Places::new(dom, &page, title.as_deref());
    let dates = dates::read(
        dom,
        &page,
        &places,
        &dates::Sources {
            linked: linked.published.as_deref(),
            linked_modified: linked.modified.as_deref(),
            linked_page: linked.page_published.as_deref().or(linked.uploaded.as_deref()),
            urls,
            language: page
                .language
                .filter(|tag| tag.contains(['-', '_']))
                .or(page.meta_named(&["og:locale"]))
                .or(page.language),
            captured,
            html,
        },
    );
    let authors = authors::read(dom, &page, &places, &linked, &outlet);
    let section = section::section(dom, &page, &places, &linked, page_url.or(canonical_url.as_deref()));
    let tags = section::tags(dom, &page, &linked);
    let kind = flags::Kind { section: section.as_deref(), tags: &tags, title: title.as_deref(), page_url };
    let flags = flags::read(&page, &linked, &kind);
    let flags = Flags {
        correction: flags.correction || labels::corrected(dom, &places),
        sponsored: flags.sponsored || labels::sponsored(dom, &places),
        ..flags
    };
    Metadata {
        title,
        description: description(&page, &linked),
        published: dates.published,
        modified: dates.modified,
        flags,
        section,
        tags,
        agency: agency::credited(&page, &linked, &authors),
        lead_image: lead_image(&page, &linked, base_url.as_deref()),
        base_url,
        article_body: linked.body,
        source_name: site,
        domain,
        authors,
        canonical_url,
        language,
    }
}

/// The page's own address, unless it is a home page that the page itself is not.
fn canonical(page: &Gathered<'_>, page_url: Option<&str>, base_url: Option<&str>) -> Option<String> {
    let named = [page.canonical, page.meta_named(&["og:url"])];
    let urls = named.into_iter().flatten().filter_map(|link| absolute(base_url, link));
    let page_is_home = page_url.is_some_and(is_home);
    urls.filter(|url| page_is_home || !is_home(url)).map(|url| without_tracking(&url)).next()
}

fn site_name(dom: &Dom, page: &Gathered<'_>, linked: &LinkedData) -> Option<String> {
    let named = page.meta_named(&["og:site_name", "og:sitename"]).map(clean);
    named
        .or_else(|| linked.publisher.clone())
        .or_else(|| linked.site_name.clone())
        .or_else(|| microdata::name(dom, page, "publisher"))
        .or_else(|| microdata::name(dom, page, "sourceOrganization"))
        .or_else(|| {
            page.meta_named(&["application-name", "apple-mobile-web-app-title", "dc.publisher", "publisher"]).map(clean)
        })
        .filter(|name| !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.contains("://"))
}

fn description(page: &Gathered<'_>, linked: &LinkedData) -> Option<String> {
    let named = page.meta_named(&["og:description", "description", "twitter:description", "dc.description"]).map(clean);
    named.or_else(|| linked.description.clone()).filter(|d| !d.is_empty() && d.len() <= DESCRIPTION_BYTES_MAX)
}

/// The declared language: two or three letters.
fn language(page: &Gathered<'_>, linked: &LinkedData) -> Option<String> {
    let declared = [
        page.language,
        page.meta_named(&["og:locale", "content-language", "language", "dc.language"]),
        linked.language.as_deref(),
    ];
    declared.into_iter().flatten().find_map(|tag| {
        let code = tag.trim().split(['-', '_', ',']).next().unwrap_or_default().to_ascii_lowercase();
        ((2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
    })
}

fn lead_image(page: &Gathered<'_>, linked: &LinkedData, base_url: Option<&str>) -> Option<String> {
    let named = page.meta_named(&["og:image", "og:image:url", "twitter:image", "twitter:image:src"]);
    named.or(linked.image.as_deref()).and_then(|url| absolute(base_url, url))
}

#[cfg(test)]
mod tests;
