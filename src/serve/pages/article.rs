//! Pages of one article: to read, its copies, its versions, its citation.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, Response, header},
    response::IntoResponse,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    answer,
    layout::{Layout, Place},
    parts,
};
use crate::{
    article::{Article, Block, BlockKind, Image},
    date::Published,
    diff::{Difference, PartDifference, Piece, PieceKind},
    error::Error,
    index::tie,
    render::{bibtex, csl_json, ris},
    search::{CopiedArticle, Copies, CopyDifference, RelatedArticles, RelatedOptions, StoryOutline, TimePart, Version},
    serve::{
        api::records::diff_part,
        gate::CSP,
        params::{Name, Params},
        state::{App, Shared},
        text::{counted, grouped, harmless, web_address},
    },
};

/// Related articles on a page.
const RELATED: usize = 12;

/// Copies listed on an article's own page; the others are on a page of their own.
const COPIES_LISTED: usize = 10;

/// Words shown before and behind a change.
const CONTEXT_WORDS: usize = 12;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(in crate::serve) struct Reading {
    /// `show` asks for pictures from where they lie on the web.
    images: Pictures,
}

/// Whether pictures are loaded from elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pictures {
    #[default]
    Hide,
    Show,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve) struct NoParams {}

/// `GET /article/{id}`
pub(in crate::serve) async fn article(
    State(app): State<App>,
    Name(name): Name,
    Params(reading): Params<Reading>,
) -> Response<Body> {
    let pictures = reading.images;
    let page = app.work(move |shared| {
        let article = shared.article(&name)?;
        let related =
            shared.archive.related(&article, &RelatedOptions { limit: RELATED, ..RelatedOptions::default() })?;
        let copies = shared.archive.copies(&article.id)?;
        let versions = shared.archive.version_count(&article.id)?;
        let story = match shared.archive.story(&article.id) {
            Ok(story) => Some(story.outline).filter(|story| story.reports > 1),
            // A run that has not come to its end yet: the article can be read all the same.
            Err(Error::NoStory { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let below = Below { related, copies, versions, story };
        Ok(whole(shared, &article, pictures, &below))
    });
    let mut response = answer(&app, page.await);
    if pictures == Pictures::Show {
        let csp = CSP.replace("img-src 'self'", "img-src 'self' https: http:");
        if let Ok(csp) = HeaderValue::from_str(&csp) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, csp);
        }
    }
    response
}

/// What an article's page has below its text.
struct Below {
    related: RelatedArticles,
    copies: Copies,
    versions: usize,
    story: Option<StoryOutline>,
}

fn whole(app: &Shared, article: &Article, pictures: Pictures, below: &Below) -> String {
    let Below { related, copies, versions, story } = below;
    let body = html! {
        article.reading {
            header {
                h1 dir="auto" lang=[parts::language(article)] { (harmless(parts::title(article))) }
                @if let Some(standfirst) = &article.standfirst {
                    @if article.blocks.first().is_none_or(|block| block.text != *standfirst) {
                        p.standfirst dir="auto" lang=[parts::language(article)] { (harmless(standfirst)) }
                    }
                }
                (parts::byline(article))
            }
            div.story lang=[parts::language(article)] {
                @for group in groups(&article.blocks) { (blocks(group)) }
            }
            (images(app, article, pictures))
        }
        section.facts aria-labelledby="facts" {
            h2 #facts { "About this article" }
            (facts(app, article))
            p.cite {
                "Cite as "
                @for (format, name) in [("text", "plain text"), ("ris", "RIS"), ("bibtex", "BibTeX"), ("csl-json", "CSL JSON")] {
                    a href=(app.article_href(&article.id, &format!("/cite?format={format}"))) { (name) } " "
                }
            }
        }
        @if copies.total > 1 { (copies_part(app, article, copies)) }
        @if let Some(story) = story { (super::stories::of_article(app, story)) }
        @if *versions > 1 {
            section.versions aria-labelledby="versions" {
                h2 #versions { "Versions" }
                p { "The archive has " (counted(*versions as u64, "version")) " of this article. "
                    a href=(app.article_href(&article.id, "/versions")) { "What changed" } }
            }
        }
        (related_part(app, related))
    };
    Layout { app, title: parts::title(article), place: Place::Elsewhere, feed: None }.page(&body)
}

/// Neighbouring blocks that belong into one element.
fn groups(blocks: &[Block]) -> impl Iterator<Item = &[Block]> {
    blocks.chunk_by(|a, b| {
        a.kind == b.kind && matches!(a.kind, BlockKind::ListItem | BlockKind::TableRow | BlockKind::Quote)
    })
}

fn blocks(group: &[Block]) -> Markup {
    html! {
        @match group.first().map(|block| block.kind) {
            Some(BlockKind::ListItem) => { ul { @for block in group { li dir="auto" { (harmless(&block.text)) } } } }
            Some(BlockKind::Quote) => { blockquote { @for block in group { p dir="auto" { (harmless(&block.text)) } } } }
            Some(BlockKind::TableRow) => {
                div.wide tabindex="0" role="group" aria-label="Table" { table { tbody { @for block in group {
                    tr { @for cell in block.text.split('\t') { td dir="auto" { (harmless(cell)) } } }
                } } } }
            }
            Some(BlockKind::Heading) => { @for block in group { h2 dir="auto" { (harmless(&block.text)) } } }
            _ => { @for block in group { p dir="auto" { (harmless(&block.text)) } } }
        }
    }
}

fn images(app: &Shared, article: &Article, pictures: Pictures) -> Markup {
    let has_address = article.images.iter().any(|image| address(image).is_some());
    html! {
        @if !article.images.is_empty() {
            section.pictures aria-labelledby="pictures" {
                h2 #pictures { "Pictures" }
                @if has_address && pictures == Pictures::Hide {
                    p.aside {
                        a href=(app.article_href(&article.id, "?images=show")) rel="nofollow" { "Show pictures" }
                        " – they are loaded from the sites they lie on, which then see you read."
                    }
                }
                @for image in &article.images {
                    figure {
                        @if pictures == Pictures::Show {
                            @if let Some(address) = address(image) {
                                img src=(address) alt=(harmless(image.caption.as_deref().unwrap_or_default()))
                                    loading="lazy" referrerpolicy="no-referrer";
                            }
                        }
                        figcaption dir="auto" {
                            (harmless(image.caption.as_deref().unwrap_or("(without a caption)")))
                            @if let Some(credit) = &image.credit { " " span.aside { (harmless(credit)) } }
                        }
                    }
                }
            }
        }
    }
}

fn address(image: &Image) -> Option<std::borrow::Cow<'_, str>> {
    web_address(image.url.as_deref()?)
}

/// What is known of an article, with where it was read.
fn facts(app: &Shared, article: &Article) -> Markup {
    let labels = [
        ("source", "Outlet", article.source.name.as_deref().or(article.source.domain.as_deref())),
        ("section", "Section", article.section.as_deref()),
        ("agency", "Agency", article.agency.as_deref()),
    ];
    let origin = &article.origin;
    let search = |field: &str, value: &str| app.href_with("/", [("f", format!("{field}:{value}").as_str())]);
    html! {
        dl {
            @for (field, name, value) in labels {
                @if let Some(value) = value {
                    dt { (name) }
                    dd dir="auto" { a href=(search(field, value)) { (harmless(value)) } }
                }
            }
            @if let Some(published) = &article.published { dt { "Published" } dd { (parts::date_in_full(published)) } }
            @if let Some(modified) = &article.modified { dt { "Changed" } dd { (parts::date_in_full(modified)) } }
            @if !article.authors.is_empty() {
                dt { "Authors" }
                dd dir="auto" { @for (at, author) in article.authors.iter().enumerate() {
                    @if at > 0 { ", " }
                    a href=(search("author", author)) { (harmless(author)) }
                } }
            }
            @if let Some(language) = &article.language {
                dt { "Language" }
                dd { a href=(search("language", &language.code)) { (harmless(&language.code)) }
                    " " span.aside { "(sure to " (parts::percent(f64::from(language.certainty))) ")" } }
            }
            @if !article.tags.is_empty() {
                dt { "Keywords" } dd dir="auto" { (harmless(&article.tags.join(", "))) }
            }
            @if let Some(url) = article.url.as_deref().or(article.canonical_url.as_deref()) {
                dt { "Original" } dd.long { (parts::outside(url)) }
            }
            @if let Some(url) = article.canonical_url.as_deref().filter(|url| article.url.as_deref() != Some(url)) {
                @if article.url.is_some() { dt { "Its own address" } dd.long { (parts::outside(url)) } }
            }
            dt { "In the archive" }
            dd.long {
                (harmless(&origin.file))
                @if let Some(record) = origin.record { ", record " (grouped(record)) }
                @if let Some(entry) = &origin.entry { ", " (harmless(entry)) }
                " · " a href=(app.href(&format!("/api/v1/article/{}", crate::serve::text::path_segment(&article.id)))) { "as JSON" }
            }
            @if let Some(captured) = &origin.captured { dt { "Captured" } dd { (harmless(captured)) } }
            dt { "Id" } dd.long { (harmless(&article.id)) }
        }
    }
}

/// Related articles in their three parts.
fn related_part(app: &Shared, related: &RelatedArticles) -> Markup {
    let parts_of = [
        (TimePart::Background, "Background"),
        (TimePart::SameDays, "Same days"),
        (TimePart::FollowUps, "Follow-ups"),
        (TimePart::Undated, "At a time unknown"),
    ];
    html! {
        @if !related.articles.is_empty() {
            section.related aria-labelledby="related" {
                h2 #related { "Related articles" }
                div.parts {
                    @for (part, name) in parts_of {
                        @let of_part: Vec<_> = related.articles.iter().filter(|one| one.part == part).collect();
                        @if !of_part.is_empty() {
                            section {
                                h3 { (name) }
                                ul {
                                    @for one in of_part {
                                        li.hit {
                                            (parts::headline(app, &one.article))
                                            (parts::byline(&one.article))
                                            p.shared { "Shares " @for (at, term) in one.shared.iter().enumerate() {
                                                @if at > 0 { ", " }
                                                mark dir="auto" { (harmless(&term.word)) }
                                            } }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn copies_part(app: &Shared, article: &Article, copies: &Copies) -> Markup {
    html! {
        section.copies aria-labelledby="copies" {
            h2 #copies { "Copies" }
            p { "The same story stands in the archive " (grouped(copies.total as u64)) " times. "
                a href=(app.article_href(&article.id, "/copies")) { "How they differ" } }
            ul {
                @for copy in copies.members.iter().filter(|copy| copy.article.id != article.id).take(COPIES_LISTED) {
                    li { (parts::headline(app, &copy.article)) (parts::byline(&copy.article)) }
                }
            }
        }
    }
}

/// A page about what there is of an article, with the way back to it.
fn page_beside(app: &Shared, article: &Article, what: &str, rest: &Markup) -> String {
    let title = format!("{what} of “{}”", parts::title(article));
    let body = html! {
        h1 dir="auto" { (harmless(&title)) }
        p { a href=(app.article_href(&article.id, "")) { "Back to the article" } }
        (rest)
    };
    Layout { app, title: &title, place: Place::Elsewhere, feed: None }.page(&body)
}

/// `GET /article/{id}/copies`
pub(in crate::serve) async fn copies(
    State(app): State<App>,
    Name(name): Name,
    Params(NoParams {}): Params<NoParams>,
) -> Response<Body> {
    let page = app.work(move |shared| {
        let article = shared.article(&name)?;
        let copies = shared.archive.copies(&article.id)?;
        let body = html! {
            @if copies.members.is_empty() {
                p { "It has no copies in the archive." }
            } @else {
                p { (counted(copies.total as u64, "article")) " have this story. The first stands for all: of the earliest "
                    "day the longest. The others are compared with it." }
                ol.hits {
                    @for copy in &copies.members { (copy_item(shared, copy)) }
                }
            }
        };
        Ok(page_beside(shared, &article, "Copies", &body))
    });
    answer(&app, page.await)
}

fn copy_item(app: &Shared, copy: &CopiedArticle) -> Markup {
    html! {
        li.hit {
            h2 { (parts::headline(app, &copy.article)) }
            (parts::byline(&copy.article))
            @match &copy.differs {
                None => { p { "Stands for all." } },
                Some(differs) => {
                    p { "Has " (parts::percent(f64::from(copy.covers))) " of the first one’s text; "
                        (parts::percent(f64::from(copy.shares))) " of its own is from there." }
                    (differs_list(differs))
                },
            }
        }
    }
}

fn differs_list(differs: &CopyDifference) -> Markup {
    let missing = differs.words_missing.saturating_sub(differs.words_cut);
    let said = [
        differs.title.then(|| "another headline".to_owned()),
        differs.lead.then(|| "begins with other words".to_owned()),
        differs.captions.then(|| "other captions".to_owned()),
        (differs.words_cut > 0).then(|| format!("the last {} cut", counted(differs.words_cut as u64, "word"))),
        (missing > 0).then(|| format!("{} missing before that", counted(missing as u64, "word"))),
        (differs.words_added > 0).then(|| format!("{} of its own", counted(differs.words_added as u64, "word"))),
    ];
    html! {
        @if said.iter().flatten().next().is_none() && differs.numbers.is_empty() { p { "Word for word the same." } }
        @else {
            ul.differs {
                @for text in said.iter().flatten() { li { (text) } }
                @for (first, own) in &differs.numbers {
                    li { "the number " del { (harmless(first)) } " is " ins { (harmless(own)) } }
                }
            }
        }
    }
}

/// `GET /article/{id}/versions`
pub(in crate::serve) async fn versions(
    State(app): State<App>,
    Name(name): Name,
    Params(NoParams {}): Params<NoParams>,
) -> Response<Body> {
    let page = app.work(move |shared| {
        let article = shared.article(&name)?;
        let versions = shared.archive.versions(&article.id)?;
        let body = html! { ol.versions { @for version in &versions { (version_item(version)) } } };
        Ok(page_beside(shared, &article, "Versions", &body))
    });
    answer(&app, page.await)
}

fn version_item(version: &Version) -> Markup {
    let article = &version.article;
    html! {
        li {
            h2 dir="auto" { (harmless(parts::title(article))) }
            (parts::byline(article))
            p.aside {
                "Captured " (harmless(article.origin.captured.as_deref().unwrap_or("at a time unknown")))
                ", " (harmless(&article.origin.file))
                @if version.current { " · this is the one that is searched" }
            }
            @match &version.changes {
                None => { p { "The first." } },
                Some(changes) if changes.is_empty() => { p { "Nothing changed." } },
                Some(changes) => { (changed_parts(changes)) },
            }
        }
    }
}

fn changed_parts(changes: &Difference) -> Markup {
    html! {
        @for part in &changes.parts {
            h3 { (super::capital(diff_part(part.part))) " " span.aside { (words_changed(part)) } }
            p.diff dir="auto" { (excerpt(&part.pieces)) }
        }
    }
}

fn words_changed(part: &PartDifference) -> String {
    let (deleted, inserted) = part.words();
    format!("{} out, {} in", counted(deleted as u64, "word"), grouped(inserted as u64))
}

/// The changes with a few words around them.
fn excerpt(pieces: &[Piece]) -> Markup {
    let last = pieces.len().saturating_sub(1);
    html! {
        @for (at, piece) in pieces.iter().enumerate() {
            @match piece.kind {
                PieceKind::Same => { (context(&piece.text, at == 0, at == last)) },
                PieceKind::Deleted => { del { (harmless(&piece.text)) } },
                PieceKind::Inserted => { ins { (harmless(&piece.text)) } },
            }
        }
    }
}

/// What stayed: its first and last words where it is long.
fn context(text: &str, is_first: bool, is_last: bool) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let head = if is_first { 0 } else { CONTEXT_WORDS };
    let tail = if is_last { 0 } else { CONTEXT_WORDS };
    if words.len() <= head + tail + 1 {
        return harmless(text).into_owned();
    }
    let (head, tail) = (words[..head].concat(), words[words.len() - tail..].concat());
    format!("{}… {}", harmless(&head), harmless(&tail))
}

/// What a citation is written as.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::serve) enum Citation {
    #[default]
    Text,
    Ris,
    Bibtex,
    #[serde(rename = "csl-json")]
    CslJson,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(in crate::serve) struct CiteParams {
    format: Citation,
}

/// `GET /article/{id}/cite`
pub(in crate::serve) async fn cite(
    State(app): State<App>,
    Name(name): Name,
    Params(params): Params<CiteParams>,
) -> Response<Body> {
    let cited = app.work(move |shared| {
        let article = shared.article(&name)?;
        Ok(match params.format {
            Citation::Text => ("text/plain; charset=utf-8", None, plain_citation(&article)),
            Citation::Ris => ("application/x-research-info-systems; charset=utf-8", Some("ris"), ris(&article, None)),
            Citation::Bibtex => {
                ("application/x-bibtex; charset=utf-8", Some("bib"), bibtex(&article, tie(&article.id), None))
            }
            Citation::CslJson => {
                let items = format!("[{}]\n", csl_json(&article, None));
                ("application/vnd.citationstyles.csl+json", Some("json"), items)
            }
        })
    });
    let (kind, ending, text) = match cited.await {
        Ok(cited) => cited,
        Err(problem) => return answer(&app, Err(problem)),
    };
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = ending.map(|ending| format!("attachment; filename=\"article.{ending}\""));
    if let Some(disposition) = disposition.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// An article as a line in a list of sources.
fn plain_citation(article: &Article) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !article.authors.is_empty() {
        parts.push(article.authors.join(", "));
    }
    parts.push(format!("“{}”", parts::title(article)));
    parts.extend(parts::outlet(article).map(str::to_owned));
    parts.push(article.published.as_ref().map_or_else(|| "n.d.".to_owned(), Published::to_string));
    parts.extend(article.url.clone().or_else(|| article.canonical_url.clone()));
    parts.push(format!("archive: {}", article.origin.file));
    harmless(&parts.join(". ")).into_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stayed_is_cut_to_the_words_around_a_change() {
        let long: String = (0..60).map(|n| format!("w{n} ")).collect();
        assert!(context(&long, true, false).starts_with("… w48 "));
        assert!(context(&long, false, true).ends_with("w11 … "));
        assert_eq!(context("a b ", false, false), "a b ");
    }
}
