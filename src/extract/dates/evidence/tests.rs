//! Dates of whole pages: which of several places is believed.

use crate::{
    date::Confidence,
    extract::{dom::Dom, metadata},
};

const URL: &str = "https://www.example.org/world/story";

fn check_at(url: &str, captured: Option<&str>, html: &str, published: Option<&str>, modified: Option<&str>) {
    let read = metadata::read(&Dom::parse(html), html, Some(url), captured);
    assert_eq!(read.published.map(|p| p.to_string()).as_deref(), published, "published: {html}");
    assert_eq!(read.modified.map(|p| p.to_string()).as_deref(), modified, "modified: {html}");
}

fn check(html: &str, published: Option<&str>) {
    check_at(URL, None, html, published, None);
}

const LINKED: &str = r#"<script type="application/ld+json">
    {"@type": "NewsArticle", "datePublished": "2020-06-07T09:30:00+02:00", "dateModified": "2020-06-08T10:00:00+02:00"}
    </script>"#;

#[test]
fn json_ld_of_the_article_comes_first() {
    let html = format!(r#"{LINKED}<meta name="date" content="2019-01-01"><h1>A</h1><time datetime="2020-06-01">"#);
    check_at(URL, None, &html, Some("2020-06-07T09:30:00+02:00"), Some("2020-06-08T10:00:00+02:00"));
}

#[test]
fn contradicted_dates_are_less_sure() {
    let confidence =
        |url: &str| metadata::read(&Dom::parse(LINKED), LINKED, Some(url), None).published.unwrap().confidence;
    assert_eq!(confidence(URL), Confidence::Sure);
    assert_eq!(confidence("https://e.org/2020/06/07/story"), Confidence::Sure);
    assert_eq!(confidence("https://e.org/2019/01/02/story"), Confidence::Likely);
}

#[test]
fn a_text_changed_ten_years_later_has_no_sure_day() {
    let page = |tail: &str| {
        let html = format!(
            r#"<script type="application/ld+json">{{"@type": "Article", "headline": "A story",
            "datePublished": "2005-07-26", "dateModified": "2020-04-07"}}</script><h1>A story</h1>{tail}"#
        );
        metadata::read(&Dom::parse(&html), &html, Some(URL), None).published.unwrap().confidence
    };
    assert_eq!(page("<p>Long ago."), Confidence::Unsure);
    assert_eq!(page("<p>26 July 2005</p><p>Long ago."), Confidence::Sure);
}

#[test]
fn a_moment_in_utc_is_told_by_the_clock_of_the_page_or_its_country() {
    let at = |url: &str, tail: &str, published: &str| {
        let html =
            format!(r#"<meta property="article:published_time" content="2020-08-25T00:23:33Z"><h1>A</h1>{tail}"#);
        check_at(url, None, &html, Some(published), None);
    };
    at("https://e.example/story", "", "2020-08-25T00:23:33Z");
    at("https://e.ca/story", "", "2020-08-24");
    at("https://e.ca/2020/08/25/story", "", "2020-08-25T00:23:33Z");
    at("https://e.ca/story", "<p>25 August 2020</p>", "2020-08-25T00:23:33Z");
    let named = r#"<script>{"timezone": "America/Lima"}</script>"#;
    at("https://e.example/story", named, "2020-08-24T19:23:33-05:00");
    at("https://e.example/story", r#"<script>{"timezone": "Europe/Berlin"}</script>"#, "2020-08-25T00:23:33Z");
}

#[test]
fn data_of_programs_dates_a_page_that_says_it_nowhere_else() {
    let data = r#"<script>page = {"firstPublished": "2020-06-07T09:30:00Z"}</script>"#;
    check(&format!("<h1>A</h1><p>No date.</p>{data}"), Some("2020-06-07T09:30:00Z"));
    check(&format!(r#"<meta name="date" content="2020-06-01"><h1>A</h1>{data}"#), Some("2020-06-01"));
}

#[test]
fn metas_microdata_and_time_elements_are_read() {
    for html in [
        r#"<meta property="article:published_time" content="2020-06-07">"#,
        r#"<meta name="PubDate" content="7 June 2020">"#,
        r#"<h1>A</h1><span itemprop="datePublished" content="2020-06-07">Sunday</span>"#,
        r#"<h1>A</h1><div><time datetime="2020-06-07">Sunday</time></div>"#,
        r#"<h1>A</h1><abbr class="published" title="2020-06-07">yesterday</abbr>"#,
        r#"<h1>A</h1><p class="byline">By Ann Lee, 7 June 2020</p>"#,
        r#"<h1>A</h1><p class="date"><span>7</span> <span>June</span> <span>2020</span></p>"#,
        r#"<h1>A</h1><p>Veröffentlicht am 07.06.2020</p>"#,
    ] {
        check(html, Some("2020-06-07"));
    }
}

#[test]
fn a_tooltip_is_read_for_what_its_text_tells_of() {
    let joined = r#"<span title="10:46 AM - 20 Mar 2007">Joined March 2007</span>"#;
    check(&format!("<h1>A</h1>{joined}"), None);
    check(
        &format!(r#"<h1>A</h1>{joined}<p>Birds came.</p><p><a title="11:25 PM - 7 Jun 2020">13 h</a></p>"#),
        Some("2020-06-07T23:25"),
    );
}

#[test]
fn addresses_are_evidence() {
    check_at("https://e.org/2020/06/07/story", None, "<h1>A</h1><p>No date.", Some("2020-06-07"), None);
    check_at("https://e.org/2020/06/story", None, "<h1>A</h1><p>No date.", None, None);
}

#[test]
fn other_peoples_dates_are_not_the_articles() {
    for html in [
        "<h1>A</h1><p>Text.</p><footer>© 2020 Example, 7 June 2020</footer>",
        "<h1>A</h1><p>Text.</p><div class='comments'><p class='date'>7 June 2020</p></div>",
        "<h1>A</h1><p>2 hours ago</p>",
        "<h1>A</h1><p>Founded on 7 June 2020</p>",
        "<h1>A</h1><p>© 2020</p>",
    ] {
        check(html, None);
    }
    let teasers = "<li itemscope><span itemprop='datePublished' content='2020-06-07'></span></li>\
                   <li itemscope><span itemprop='datePublished' content='2020-06-08'></span></li>";
    check(&format!("<h1>A</h1>{}{teasers}", "<p>Text.</p>".repeat(400)), None);
}

#[test]
fn a_date_of_change_is_told_from_one_of_publication() {
    check_at(
        URL,
        None,
        "<h1>A</h1><p>Published 7 June 2020 10:00</p><p>Last updated 8 June 2020 11:30</p>",
        Some("2020-06-07T10:00"),
        Some("2020-06-08T11:30"),
    );
}

#[test]
fn nothing_is_later_than_the_capture() {
    let html =
        r#"<meta property="article:published_time" content="2020-06-09"><h1>A</h1><p class="date">7 June 2020</p>"#;
    check_at(URL, Some("2020-06-07T12:00:00Z"), html, Some("2020-06-07"), None);
    check_at(URL, Some("2020-06-01T12:00:00Z"), html, None, None);
}

#[test]
fn the_newsrooms_own_day_counts_where_it_is_printed() {
    let utc = r#"<meta property="article:published_time" content="2020-06-08T02:15:09Z"><h1>A</h1>"#;
    check(utc, Some("2020-06-08T02:15:09Z"));
    check(&format!("{utc}<p class='date'>June 7, 2020 9:15 pm</p>"), Some("2020-06-07T21:15:09-05:00"));
    check_at("https://e.org/2020/06/07/story", None, utc, Some("2020-06-07"), None);
    // A day on which the story was changed is none of publication.
    check(&format!("{utc}<p>Updated June 7, 2020 9:15 pm</p>"), Some("2020-06-08T02:15:09Z"));
    // No newsroom is fourteen hours behind.
    let noon = r#"<meta property="article:published_time" content="2020-06-08T14:15:09Z"><h1>A</h1>"#;
    check_at("https://e.org/2020/06/07/story", None, noon, Some("2020-06-08T14:15:09Z"), None);
}

#[test]
fn numbers_are_read_as_the_country_writes_them() {
    let html = "<h1>A</h1><p class='date'>06/07/2020</p>";
    check_at("https://e.co.uk/story", None, html, Some("2020-07-06"), None);
    check_at("https://e.com/story", None, &format!("<html lang='en-US'>{html}"), Some("2020-06-07"), None);
    check_at("https://e.com/story", None, &format!("<html lang='es'>{html}"), Some("2020-07-06"), None);
}

#[test]
fn ten_thousand_time_elements_are_bounded() {
    let html = format!("<h1>A</h1>{}", "<div><time datetime='2020-06-07'>7 June</time></div>".repeat(10_000));
    check(&html, Some("2020-06-07"));
}
