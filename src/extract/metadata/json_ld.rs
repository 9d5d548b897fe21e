//! What a page's JSON-LD says about its article.

use std::collections::HashMap;

use super::{
    json::{self, Json},
    text::clean,
};
use crate::extract::url::same_page;

/// JSON-LD scripts that are read of one page.
const SCRIPTS_MAX: usize = 40;

/// Bytes of JSON-LD that are read of one page.
const SCRIPT_BYTES_MAX: usize = 4 << 20;

/// Nesting of objects that is searched for the article.
const DEPTH_MAX: usize = 12;

/// Nodes that are compared as the page's article.
const NODES_MAX: usize = 2_000;

/// Somebody named as an author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Credit {
    pub(super) name: String,
    /// Whether the page says that it is an organisation.
    pub(super) organisation: bool,
}

/// The members of the article's node, as the page wrote them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LinkedData {
    /// Whether the node is an article, and not only the page or a video on it.
    pub(super) is_article: bool,
    /// Names of its types, in lower case.
    pub(super) types: Vec<String>,
    pub(super) headline: Option<String>,
    pub(super) description: Option<String>,
    pub(super) authors: Vec<Credit>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    /// `datePublished` of the page's node, where the article's has none.
    pub(super) page_published: Option<String>,
    pub(super) uploaded: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) agency: Option<String>,
    pub(super) section: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) free: Option<bool>,
    /// Whether it tells of a correction.
    pub(super) corrected: bool,
    pub(super) body: Option<String>,
    pub(super) image: Option<String>,
    pub(super) language: Option<String>,
    /// Names of the breadcrumb, from the home page down.
    pub(super) breadcrumb: Vec<String>,
    /// Name of the site's own node.
    pub(super) site_name: Option<String>,
}

/// What else is known of the page, to find its node among many.
pub(super) struct About<'p> {
    /// Its addresses: fetched from, canonical.
    pub(super) urls: [Option<&'p str>; 2],
    /// Its headlines.
    pub(super) titles: &'p [String],
}

/// Reads the scripts of a page.
pub(super) fn read(scripts: &[&str], about: &About<'_>) -> LinkedData {
    let mut bytes = 0;
    let values: Vec<Json> = scripts
        .iter()
        .take(SCRIPTS_MAX)
        .take_while(|script| {
            bytes += script.len();
            bytes <= SCRIPT_BYTES_MAX
        })
        .flat_map(|script| json::read(script))
        .collect();
    let mut nodes = Nodes::default();
    for value in &values {
        nodes.visit(value, 0, false);
    }
    nodes.linked_data(about)
}

/// An object that may be the page's article.
struct Node<'j> {
    value: &'j Json,
    types: Vec<String>,
    nested: bool,
}

#[derive(Default)]
struct Nodes<'j> {
    all: Vec<Node<'j>>,
    by_id: HashMap<&'j str, &'j Json>,
}

/// Members whose objects are other things than the page's article.
const ELSEWHERE: [&str; 10] = [
    "liveBlogUpdate",
    "comment",
    "isPartOf",
    "itemListElement",
    "hasPart",
    "citation",
    "mentions",
    "publisher",
    "review",
    "relatedLink",
];

impl<'j> Nodes<'j> {
    fn visit(&mut self, value: &'j Json, depth: usize, nested: bool) {
        if depth > DEPTH_MAX || self.all.len() >= NODES_MAX {
            return;
        }
        match value {
            Json::List(items) => items.iter().for_each(|item| self.visit(item, depth + 1, nested)),
            Json::Object(members) => {
                let types = types(value);
                let names_page = value.get("@graph").is_some() || types.is_empty();
                if !types.is_empty() {
                    self.all.push(Node { value, types, nested });
                }
                if let Some(id) = value.get("@id").and_then(Json::text).filter(|_| members.len() > 1) {
                    self.by_id.entry(id).or_insert(value);
                }
                for (name, member) in members {
                    let main = matches!(name.as_str(), "@graph" | "mainEntity" | "mainEntityOfPage") || names_page;
                    let away = ELSEWHERE.contains(&name.as_str());
                    if matches!(member, Json::List(_) | Json::Object(_)) && !(away && name != "itemListElement") {
                        self.visit(member, depth + 1, nested || away || !main);
                    }
                }
            }
            _ => {}
        }
    }

    fn linked_data(&self, about: &About<'_>) -> LinkedData {
        let mut best: Option<(i32, &Node<'j>)> = None;
        for node in &self.all {
            let score = score(node, about);
            if score > 0 && best.is_none_or(|(most, _)| score > most) {
                best = Some((score, node));
            }
        }
        let mut data = best.map(|(_, node)| self.article(node)).unwrap_or_default();
        self.fill_from_page(&mut data);
        data
    }

    fn article(&self, node: &Node<'j>) -> LinkedData {
        let value = node.value;
        let text = |name: &str| value.get(name).and_then(first_text).map(clean).filter(|t| !t.is_empty());
        LinkedData {
            is_article: type_score(&node.types) >= BLOG_SCORE,
            types: node.types.clone(),
            headline: text("headline").or_else(|| text("name")),
            description: text("description"),
            authors: self.credits(value.get("author").or_else(|| value.get("creator"))),
            published: text("datePublished").or_else(|| text("dateCreated")),
            modified: text("dateModified"),
            uploaded: text("uploadDate"),
            publisher: value.get("publisher").and_then(|p| self.name_of(p)),
            agency: value
                .get("sourceOrganization")
                .or_else(|| value.get("copyrightHolder"))
                .and_then(|p| self.name_of(p)),
            section: text("articleSection"),
            keywords: keywords(value.get("keywords")),
            corrected: value.get("correction").is_some_and(is_told),
            free: value.get("isAccessibleForFree").and_then(truth),
            body: value.get("articleBody").and_then(first_text).map(str::to_owned),
            image: value.get("image").or_else(|| value.get("thumbnailUrl")).and_then(image_url),
            language: value.get("inLanguage").and_then(first_text).map(str::to_owned),
            ..LinkedData::default()
        }
    }

    /// What the nodes of the page, the site and the breadcrumb add.
    fn fill_from_page(&self, data: &mut LinkedData) {
        for node in &self.all {
            let text = |name: &str| node.value.get(name).and_then(first_text).map(clean).filter(|t| !t.is_empty());
            let is = |name: &str| node.types.iter().any(|t| t == name);
            if is("breadcrumblist") && data.breadcrumb.is_empty() {
                data.breadcrumb = breadcrumb(node.value);
            } else if is("website") || is("newsmediaorganization") {
                data.site_name = data.site_name.take().or_else(|| text("name"));
            } else if !node.nested && node.types.iter().any(|t| t.ends_with("page")) {
                data.page_published = data.page_published.take().or_else(|| text("datePublished"));
                data.modified = data.modified.take().or_else(|| text("dateModified"));
            } else if is("videoobject") && !node.nested {
                data.uploaded = data.uploaded.take().or_else(|| text("uploadDate"));
            }
        }
    }

    /// The people and organisations of an `author` member.
    fn credits(&self, value: Option<&'j Json>) -> Vec<Credit> {
        self.credits_within(value, 0, &mut { CREDIT_ITEMS_MAX })
    }

    /// As [`Nodes::credits`], at a depth, as long as items are left to look at: a list may point to itself many times.
    fn credits_within(&self, value: Option<&'j Json>, depth: usize, items_left: &mut usize) -> Vec<Credit> {
        let mut credits = Vec::new();
        if depth > DEPTH_MAX {
            return credits;
        }
        for item in value.map(Json::items).unwrap_or_default() {
            let Some(left) = items_left.checked_sub(1) else { break };
            *items_left = left;
            match item {
                Json::Text(name) => credits.push(Credit { name: clean(name), organisation: false }),
                Json::List(_) => credits.extend(self.credits_within(Some(item), depth + 1, items_left)),
                Json::Object(_) => {
                    let item = self.resolved(item);
                    let organisation = types(item).iter().any(|t| t.contains("organization"));
                    let names = item.get("name").or_else(|| item.get("author"));
                    for name in self.credits_within(names, depth + 1, items_left) {
                        credits.push(Credit { organisation: name.organisation || organisation, ..name });
                    }
                }
                _ => {}
            }
            if credits.len() >= CREDITS_MAX {
                break;
            }
        }
        credits.retain(|c| !c.name.is_empty());
        credits.truncate(CREDITS_MAX);
        credits
    }

    /// The object that an object with nothing but an `@id` points to.
    fn resolved(&self, value: &'j Json) -> &'j Json {
        match value.get("@id").and_then(Json::text) {
            Some(id) if value.get("name").is_none() => self.by_id.get(id).copied().unwrap_or(value),
            _ => value,
        }
    }

    fn name_of(&self, value: &'j Json) -> Option<String> {
        self.credits(Some(value)).into_iter().next().map(|c| c.name)
    }
}

/// Authors that are taken of one article.
const CREDITS_MAX: usize = 40;

/// Items that are looked at to find the authors of one article, those that its items point to included.
const CREDIT_ITEMS_MAX: usize = 400;

/// Keywords that are taken of one article.
const KEYWORDS_MAX: usize = 100;

const NEWS_SCORE: i32 = 40;
const ARTICLE_SCORE: i32 = 36;
const BLOG_SCORE: i32 = 32;

fn score(node: &Node<'_>, about: &About<'_>) -> i32 {
    let kind = type_score(&node.types);
    if kind == 0 {
        return 0;
    }
    let value = node.value;
    let mut score = kind;
    let urls = ["url", "@id", "mainEntityOfPage"].map(|name| value.get(name));
    let urls = urls.iter().flatten().filter_map(|u| u.text().or_else(|| u.get("@id").and_then(Json::text)));
    if urls.clone().any(|url| about.urls.iter().flatten().any(|page| same_page(url, page))) {
        score += 30;
    }
    let headline = value.get("headline").and_then(first_text).map(clean);
    if headline
        .as_ref()
        .is_some_and(|h| about.titles.iter().any(|t| t.starts_with(h.as_str()) || h.starts_with(t.as_str())))
    {
        score += 15;
    }
    score += 3 * i32::from(value.get("datePublished").is_some()) + 3 * i32::from(headline.is_some());
    if node.nested { (score - 25).max(0) } else { score }
}

fn type_score(types: &[String]) -> i32 {
    let of = |t: &String| match t.as_str() {
        "article" | "report" | "scholarlyarticle" | "techarticle" | "advertisercontentarticle" => ARTICLE_SCORE,
        t if t.ends_with("newsarticle") || t == "liveblogposting" => NEWS_SCORE,
        t if t.ends_with("article") => ARTICLE_SCORE,
        t if t.ends_with("posting") || t == "blog" => BLOG_SCORE,
        "review" | "recipe" | "howto" | "podcastepisode" | "creativework" | "qapage" | "question" => 20,
        "videoobject" | "movie" | "event" => 12,
        t if t.ends_with("webpage") => 10,
        _ => 0,
    };
    types.iter().map(of).max().unwrap_or(0)
}

fn types(value: &Json) -> Vec<String> {
    let named = value.get("@type").map(Json::items).unwrap_or_default().iter().filter_map(Json::text);
    named.map(|t| t.rsplit(['/', ':', '#']).next().unwrap_or(t).trim().to_ascii_lowercase()).collect()
}

/// The text of a value, or of the first item of a list, or the `@value` of an object.
fn first_text(value: &Json) -> Option<&str> {
    match value {
        Json::List(items) => items.iter().find_map(Json::text),
        Json::Object(_) => value.get("@value").or_else(|| value.get("name")).and_then(Json::text),
        one => one.text(),
    }
}

fn truth(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(truth) => Some(*truth),
        Json::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Json::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Whether a member tells anything: templates write out comments without a text.
fn is_told(value: &Json) -> bool {
    let has_text = |text: Option<&Json>| text.and_then(first_text).is_some_and(|text| !text.trim().is_empty());
    value.items().iter().any(|item| has_text(Some(item)) || has_text(item.get("text")))
}

fn keywords(value: Option<&Json>) -> Vec<String> {
    let items = value.map(Json::items).unwrap_or_default();
    let single = items.len() == 1;
    let texts = items.iter().filter_map(first_text).map(str::to_owned);
    let mut keywords: Vec<String> = if single {
        texts.flat_map(|t| t.split([',', ';']).map(clean).collect::<Vec<_>>()).collect()
    } else {
        texts.map(|t| clean(&t)).collect()
    };
    keywords.retain(|k| !k.is_empty());
    keywords.truncate(KEYWORDS_MAX);
    keywords
}

fn image_url(value: &Json) -> Option<String> {
    let first = value.items().first()?;
    let url = first.get("url").or_else(|| first.get("contentUrl")).unwrap_or(first);
    url.text().filter(|u| !u.is_empty()).map(str::to_owned)
}

fn breadcrumb(value: &Json) -> Vec<String> {
    let items = value.get("itemListElement").map(Json::items).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| item.get("name").or_else(|| item.get("item").and_then(|i| i.get("name"))))
        .filter_map(first_text)
        .map(clean)
        .take(KEYWORDS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(script: &str) -> LinkedData {
        let titles = ["Letters cross".to_owned()];
        read(&[script], &About { urls: [Some("https://www.example.org/story"), None], titles: &titles })
    }

    fn names(data: &LinkedData) -> Vec<&str> {
        data.authors.iter().map(|c| c.name.as_str()).collect()
    }

    #[test]
    fn an_article_is_found_in_any_shape() {
        for script in [
            r#"{"@type":"NewsArticle","headline":"Letters cross","author":{"name":"Ann Lee"}}"#,
            r#"[{"@type":"WebSite","name":"X"},{"@type":"Article","headline":"Letters cross","author":"Ann Lee"}]"#,
            r##"{"@graph":[{"@type":"Article","headline":"Letters cross","author":{"@id":"#a"}},
                {"@type":"Person","@id":"#a","name":"Ann Lee"}]}"##,
            r#"{"@type":["NewsArticle","Report"],"headline":"Letters cross","author":[{"name":["Ann Lee"]}]}"#,
            r#"{"@type":"WebPage","mainEntity":{"@type":"http://schema.org/NewsArticle","headline":"Letters cross",
                "author":{"@type":"Person","name":"Ann Lee"}}}"#,
            r#"{"@type":"BlogPosting","headline":"Letters cross","creator":[["Ann Lee"]]}"#,
        ] {
            let data = read_one(script);
            assert_eq!(data.headline.as_deref(), Some("Letters cross"), "{script}");
            assert_eq!(names(&data), ["Ann Lee"], "{script}");
            assert!(data.is_article, "{script}");
        }
    }

    #[test]
    fn the_article_of_this_page_wins_over_others() {
        let script = r#"{"@graph":[
            {"@type":"NewsArticle","headline":"Another one","url":"https://www.example.org/other"},
            {"@type":"NewsArticle","headline":"A third","url":"https://example.org/story/?utm_source=x"}]}"#;
        assert_eq!(read_one(script).headline.as_deref(), Some("A third"));
        let script = r#"{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Teaser"}]}"#;
        let both = format!("[{script},{{\"@type\":\"NewsArticle\",\"headline\":\"Letters cross\"}}]");
        assert_eq!(read_one(&both).headline.as_deref(), Some("Letters cross"));
    }

    #[test]
    fn members_are_read_as_pages_write_them() {
        let data = read_one(
            r#"{"@type":"OpinionNewsArticle","datePublished":"2020-06-07","isAccessibleForFree":"False",
            "keywords":"a, b;c","articleSection":["World","Asia"],
            "publisher":{"@type":"Organization","name":"X &amp; Y"},
            "image":[{"url":"https://e.org/i.jpg"}],"author":[{"@type":"Organization","name":"AP"}]}"#,
        );
        assert_eq!(data.published.as_deref(), Some("2020-06-07"));
        assert_eq!(data.free, Some(false));
        assert_eq!(data.keywords, ["a", "b", "c"]);
        assert_eq!(data.section.as_deref(), Some("World"));
        assert_eq!(data.publisher.as_deref(), Some("X & Y"));
        assert_eq!(data.image.as_deref(), Some("https://e.org/i.jpg"));
        assert!(data.authors[0].organisation);
    }

    #[test]
    fn breadcrumbs_sites_and_pages_are_read_beside_the_article() {
        let data = read_one(
            r#"[{"@type":"BreadcrumbList","itemListElement":[{"name":"Home"},{"item":{"name":"World"}},{"name":"S"}]},
            {"@type":"WebSite","name":"The Daily"},{"@type":"WebPage","datePublished":"2020-06-07"}]"#,
        );
        assert_eq!(data.breadcrumb, ["Home", "World", "S"]);
        assert_eq!(data.site_name.as_deref(), Some("The Daily"));
        assert_eq!(data.page_published.as_deref(), Some("2020-06-07"));
    }

    #[test]
    fn hostile_scripts_are_bounded() {
        let deep = "{\"author\":".repeat(100_000);
        read_one(&deep);
        let wide = format!("[{}]", r#"{"@type":"NewsArticle","headline":"x"},"#.repeat(100_000));
        assert_eq!(read_one(&wide).headline.as_deref(), Some("x"));
        let authors = format!(r#"{{"@type":"NewsArticle","author":[{}]}}"#, r#"{"name":"A B"},"#.repeat(10_000));
        assert_eq!(read_one(&authors).authors.len(), CREDITS_MAX);
        let circular = r##"{"@type":"Article","@id":"#a","author":{"@id":"#a"}}"##;
        assert!(read_one(circular).authors.is_empty());
        let fan = r##"{"@id":"#a"},"##.repeat(40);
        for member in ["author", "publisher"] {
            let members = format!(r#""author":[{fan}],"{member}":[{fan}]"#);
            let data = read_one(&format!(r##"{{"@type":"NewsArticle","@id":"#a","headline":"x",{members}}}"##));
            assert_eq!((data.headline.as_deref(), data.authors.len(), data.publisher), (Some("x"), 0, None));
        }
        let many = vec!["{}"; 100_000];
        read(&many, &About { urls: [None, None], titles: &[] });
    }
}
