//! Metadata of whole pages.

use super::*;

const URL: &str = "https://www.example.org/world/story?utm_source=x";

fn page(html: &str) -> Metadata {
    read(&Dom::parse(html), html, Some(URL), None)
}

#[test]
fn canonical_addresses_are_absolute_clean_and_plausible() {
    let check = |html: &str, expected: Option<&str>| {
        assert_eq!(page(html).canonical_url.as_deref(), expected, "{html}");
    };
    check("<link rel='canonical' href='/world/story?ref=rss#top'>", Some("https://www.example.org/world/story"));
    check("<meta property='og:url' content='https://example.org/a?id=7&fbclid=1'>", Some("https://example.org/a?id=7"));
    check("<link rel=canonical href='https://example.org/'>", None);
    check(
        "<link rel=canonical href='https://other.example/'><meta property='og:url' content='https://example.org/b'>",
        Some("https://example.org/b"),
    );
    check("<link rel=canonical href='javascript:void(0)'>", None);
    check("<p>none", None);
}

#[test]
fn relative_links_start_from_the_base_that_the_page_names() {
    let check = |base: &str, canonical: &str, image: &str| {
        let read = page(&format!("{base}<link rel=canonical href=story><meta property='og:image' content='i/a.jpg'>"));
        assert_eq!(
            (read.canonical_url.as_deref(), read.lead_image.as_deref()),
            (Some(canonical), Some(image)),
            "{base}"
        );
    };
    check("", "https://www.example.org/world/story", "https://www.example.org/world/i/a.jpg");
    check(
        "<base target=_top><base href='/en/'>",
        "https://www.example.org/en/story",
        "https://www.example.org/en/i/a.jpg",
    );
    check("<base href='//e.example/x/'>", "https://e.example/x/story", "https://e.example/x/i/a.jpg");
    check("<base href='javascript:'>", "https://www.example.org/world/story", "https://www.example.org/world/i/a.jpg");
}

#[test]
fn outlet_section_tags_and_language_are_read() {
    let read = page(
        r#"<html lang="en-GB"><meta property="og:site_name" content="The Daily &amp; Example">
        <meta property="article:section" content="World"><meta property="article:tag" content="Asia">
        <meta property="article:tag" content="asia"><meta property="article:tag" content="Letters">
        <meta property="og:description" content=" A  letter. "><meta property="og:image" content="/i.jpg">"#,
    );
    assert_eq!(read.source_name.as_deref(), Some("The Daily & Example"));
    assert_eq!(read.domain.as_deref(), Some("example.org"));
    assert_eq!(read.section.as_deref(), Some("World"));
    assert_eq!(read.tags, ["Asia", "Letters"]);
    assert_eq!(read.language.as_deref(), Some("en"));
    assert_eq!(read.description.as_deref(), Some("A letter."));
    assert_eq!(read.lead_image.as_deref(), Some("https://www.example.org/i.jpg"));
}

#[test]
fn sections_are_read_from_links_microdata_and_breadcrumbs() {
    let check = |html: &str, expected: Option<&str>| assert_eq!(page(html).section.as_deref(), expected, "{html}");
    check(
        "<nav class=menu><a rel=category href=/c/money>Money</a></nav>
        <header><a rel='category tag' href=/c/asia>Asia</a><a rel='category tag' href=/c/sea>Sea</a><h1>A</h1></header>
        <div class=related><a rel='category tag' href=/c/sport>Sport</a></div>",
        Some("Asia"),
    );
    check(&format!("<h1>A</h1>{}<a rel=category href=/c>Far</a>", "<p>x</p>".repeat(200)), None);
    check("<h1>A</h1><div itemscope>On <span itemprop=articleSection>Harbour</span></div>", Some("Harbour"));
    check("<h1>A</h1><meta itemprop=articleSection content=Harbour>", Some("Harbour"));
    let steps = "<a href=/>Top</a> &gt; <a href=/front>Home</a> &gt; <a href=/asia>Asia</a> &gt; <a href=/asia/k>K</a>";
    check(&format!("<nav aria-label=Breadcrumb>{steps}</nav><h1>A</h1>"), Some("Asia"));
    check(&format!("<ol itemtype='https://schema.org/BreadcrumbList'>{steps}</ol><h1>A</h1>"), Some("Asia"));
    check(&format!("<div class=trail>{steps}</div><h1>A</h1>"), None);
    check("<meta property='article:section' content=World><h1>A</h1><a rel=category href=/c>Asia</a>", Some("World"));
}

#[test]
fn publishers_are_read_from_microdata() {
    let check = |html: &str, expected: Option<&str>| assert_eq!(page(html).source_name.as_deref(), expected, "{html}");
    check("<div itemprop=publisher itemscope><img><meta itemprop=name content='The Gull'></div>", Some("The Gull"));
    check("<p itemprop='publisher creator'>The <b>Gull</b></p>", Some("The Gull"));
    check("<p itemprop=sourceOrganization itemscope><i itemprop=name>The Gull</i></p>", Some("The Gull"));
    check("<div itemprop=publisher itemscope><img alt=Gull> Since 1903</div>", None);
}

#[test]
fn headlines_in_bold_letters_have_bylines_below_them() {
    let check = |html: &str| {
        let read = page(html);
        assert_eq!(read.title.as_deref(), Some("The fair lost by nine votes"), "{html}");
        assert_eq!(read.authors, ["Ann Lee", "Bo Ek"], "{html}");
    };
    check(
        "<title>The fair lost by nine votes</title><table><tr><td><b>Menu</b><td><font size=6><b>The fair lost by nine \
         votes</b></font><br><font>By Ann Lee and Bo Ek<br>Staff writers</font>",
    );
    check(
        "<title>Print: The fair lost by nine votes</title><h2>The fair lost by nine votes</h2>
         <i>By Ann Lee and Bo Ek</i>",
    );
}

#[test]
fn keywords_stand_in_for_tags_within_limits() {
    let read = page(&format!("<meta name=keywords content='{}, {}'>", "x".repeat(500), "a,b,".repeat(500)));
    assert_eq!(read.tags, ["a", "b"]);
}

#[test]
fn kinds_of_pages_are_flagged() {
    let linked = |members: &str| page(&format!("<script type='application/ld+json'>{{{members}}}</script>")).flags;
    assert!(linked(r#""@type":"NewsArticle","isAccessibleForFree":false"#).paywalled);
    assert!(linked(r#""@type":"LiveBlogPosting""#).live);
    assert!(linked(r#""@type":"OpinionNewsArticle""#).opinion);
    assert!(linked(r#""@type":"NewsArticle","articleSection":"Meinung""#).opinion);
    assert!(linked(r#""@type":"AdvertiserContentArticle""#).sponsored);
    assert!(linked(r#""@type":"NewsArticle","headline":"Correction: Letters""#).correction);
    assert!(linked(r#""@type":"NewsArticle","correction":{"text":"It is the Orb."}"#).correction);
    assert!(!linked(r#""@type":"NewsArticle","correction":{"@type":"CorrectionComment","text":""}"#).correction);
    assert!(page("<meta property='article:tag' content='Advertisement feature'><h1>A</h1>").flags.sponsored);
    assert_eq!(
        linked(r#""@type":"NewsArticle","headline":"Corrections officers strike","isAccessibleForFree":true"#),
        Flags::default()
    );
}

#[test]
fn authors_come_from_the_first_place_that_names_people() {
    let check = |html: &str, expected: &[&str]| assert_eq!(page(html).authors, expected, "{html}");
    let agency = r#"<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"AFP"}}</script>"#;
    check(agency, &["AFP"]);
    check(&format!("{agency}<meta name=author content='Ann Lee'>"), &["Ann Lee"]);
    check("<meta name=author content='https://example.org/ann'><meta name=byl content='By Ann Lee'>", &["Ann Lee"]);
    check(
        "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Ann Lee'>",
        &["Ann Lee"],
    );
    check("<h1>A</h1><a rel=author>Ann Lee</a> and <a rel=author>Bo Ek</a>", &["Ann Lee", "Bo Ek"]);
    check("<h1>A</h1><p>By <a href='/authors/ann-lee'>Ann Lee</a></p>", &["Ann Lee"]);
    check("<h1>A</h1><p class='byline'>By Ann Lee, Staff Writer</p>", &["Ann Lee"]);
    check("<h1>A</h1><p>By Ann Lee</p>", &["Ann Lee"]);
    check("<h1>A</h1><p>By the river it was quiet.</p>", &[]);
    check("<h1>A</h1><div class=comments><a rel=author>Troll One</a></div>", &[]);
}

#[test]
fn an_outlet_is_no_author_of_an_agencys_story() {
    let check = |text: &str, expected: &[&str]| {
        let html = format!(
            r#"<meta property="og:site_name" content="The Gull"><meta name=author content="The Gull"><h1>A</h1>{text}"#
        );
        assert_eq!(page(&html).authors, expected, "{html}");
    };
    check("<p>Birds came.</p><p>LOWCLIFF (CNW) — They flew.</p>", &[]);
    check("<p>Birds came to Lowcliff (and left).</p>", &["The Gull"]);
    check("<div class=related>LOWCLIFF (CNW) — They flew.</div>", &["The Gull"]);
}

#[test]
fn agencies_are_named_beside_authors() {
    let linked =
        r#"<script type="application/ld+json">{"@type":"NewsArticle","author":["Ann Lee","Reuters"]}</script>"#;
    let read = page(linked);
    assert_eq!(read.authors, ["Ann Lee"]);
    assert_eq!(read.agency.as_deref(), Some("Reuters"));
}

#[test]
fn an_empty_page_has_nothing() {
    let read = read(&Dom::parse(""), "", None, None);
    assert_eq!(read, Metadata::default());
}

#[test]
fn hostile_pages_are_bounded() {
    page(&"<meta name=author content='A B'>".repeat(50_000));
    page(&"<h1>".repeat(50_000));
    page(&"<a rel=author href=/author/x>Ann Lee</a>".repeat(50_000));
    page(&format!("<title>{}</title><h1>{}</h1>", " | ".repeat(100_000), "a ".repeat(200_000)));
    page(&format!("<meta name=author content='{}'>", "a, ".repeat(100_000)));
    page(&format!("<meta name=date content='{}'>", "7.".repeat(1_000_000)));
}
