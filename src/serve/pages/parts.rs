//! Small parts that several pages have.

use std::ops::Range;

use maud::{Markup, PreEscaped, html};

use crate::{
    article::{Article, Flags},
    date::{Confidence, DateOrigin, Published},
    query::QueryError,
    search::Snippet,
    serve::{
        problem::Problem,
        state::Shared,
        text::{grouped, harmless, web_address},
    },
};

/// A text as the value of an attribute that is sent back as it is: unlike what is shown it keeps every sign that HTML
/// can name, those that are no letters as references.
pub(super) fn attribute(text: &str) -> PreEscaped<String> {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || (c == ' ' || c.is_ascii_graphic()) && !matches!(c, '&' | '<' | '>' | '"' | '\'') {
            escaped.push(c);
        } else if c.is_control() || matches!(u32::from(c), 0xfdd0..=0xfdef) || u32::from(c) & 0xfffe == 0xfffe {
            escaped.push(char::REPLACEMENT_CHARACTER);
        } else {
            escaped.push_str(&format!("&#{};", u32::from(c)));
        }
    }
    PreEscaped(escaped)
}

/// A text with some of its bytes marked.
pub(super) fn marked(text: &str, marks: &[Range<usize>]) -> Markup {
    let mut pieces = Vec::new();
    let mut at = 0;
    for mark in marks {
        let (Some(before), Some(inside)) = (text.get(at..mark.start), text.get(mark.clone())) else { continue };
        pieces.push((before, false));
        pieces.push((inside, true));
        at = mark.end;
    }
    pieces.push((text.get(at..).unwrap_or_default(), false));
    html! {
        @for (piece, is_marked) in pieces {
            @if is_marked { mark { (harmless(piece)) } } @else { (harmless(piece)) }
        }
    }
}

pub(super) fn snippet(snippet: &Snippet, language: Option<&str>) -> Markup {
    html! { p.snippet dir="auto" lang=[language] { (marked(&snippet.text, &snippet.matches)) } }
}

/// A query with its mistake underlined.
pub(super) fn mistake(typed: &str, error: &QueryError) -> Markup {
    let end = error.bytes.end.min(typed.len()).max(error.bytes.start);
    // A mistake at the very end stands under a blank that is put there for it.
    let (start, shown) = match error.bytes.start >= typed.len() {
        true => (typed.len(), format!("{typed} ")),
        false => (error.bytes.start, typed.to_owned()),
    };
    let range = start..if start == typed.len() { typed.len() + 1 } else { end };
    let (before, wrong, behind) = match (shown.get(..range.start), shown.get(range.clone()), shown.get(range.end..)) {
        (Some(before), Some(wrong), Some(behind)) if !typed.is_empty() => (before, wrong, behind),
        _ => (typed, "", ""),
    };
    html! {
        div.mistake role="alert" {
            p.typed dir="auto" {
                code { (harmless(before)) span.wrong { (harmless(wrong)) } (harmless(behind)) }
            }
            p { (harmless(&error.message)) }
            @if let Some(expected) = &error.expected { p { "Expected: " (harmless(expected)) } }
            @if let Some(suggestion) = &error.suggestion { p { (harmless(suggestion)) } }
        }
    }
}

/// A problem inside a page that goes on.
pub(super) fn told(problem: &Problem) -> Markup {
    match &problem.mistake {
        Some(mistake) => self::mistake(&mistake.0, &mistake.1),
        None => html! { div.mistake role="alert" { p { (harmless(&problem.detail)) } } },
    }
}

/// Name of an article's outlet, else its domain.
pub(super) fn outlet(article: &Article) -> Option<&str> {
    article.source.name.as_deref().or(article.source.domain.as_deref())
}

pub(super) fn language(article: &Article) -> Option<&str> {
    // What is no code of a language would make the page invalid.
    let code = article.language.as_ref().map(|language| language.code.as_str())?;
    code.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        .then_some(code)
        .filter(|code| !code.is_empty())
}

pub(super) fn title(article: &Article) -> &str {
    if article.title.trim().is_empty() { "(without a headline)" } else { &article.title }
}

/// A date with how sure it is.
pub(super) fn date(published: Option<&Published>) -> Markup {
    let Some(published) = published else { return html! { span.undated { "no date" } } };
    let shown = published.to_string();
    let shown = shown.replacen('T', " ", 1);
    html! {
        time datetime=(datetime(published)) { (shown) }
        @match published.confidence {
            Confidence::Sure => {},
            Confidence::Likely => { " " span.certainty { "likely" } },
            Confidence::Unsure => { " " span.certainty { "unsure" } },
        }
    }
}

/// A date in a form that HTML knows.
fn datetime(published: &Published) -> String {
    published.to_string()
}

/// Where a date was read, and how fine and how sure it is.
pub(super) fn date_in_full(published: &Published) -> Markup {
    html! {
        (date(Some(published)))
        " " span.aside {
            "(" (published.confidence.name()) ", to the " (published.precision.name()) ", read in "
            (place_of_date(published.origin)) ")"
        }
    }
}

fn place_of_date(origin: DateOrigin) -> &'static str {
    match origin {
        DateOrigin::JsonLd => "JSON-LD",
        DateOrigin::OpenGraph => "Open Graph",
        DateOrigin::Meta => "a meta tag",
        DateOrigin::Microdata => "microdata",
        DateOrigin::TimeElement => "a time element",
        DateOrigin::Byline => "the byline",
        DateOrigin::Text => "the text",
        DateOrigin::Url => "the address",
        DateOrigin::Record => "the record",
    }
}

/// Outlet, date and authors on a line.
pub(super) fn byline(article: &Article) -> Markup {
    html! {
        p.byline {
            @if let Some(outlet) = outlet(article) { span.outlet dir="auto" { (harmless(outlet)) } " · " }
            (date(article.published.as_ref()))
            @if !article.authors.is_empty() {
                " · " span.authors dir="auto" { (harmless(&article.authors.join(", "))) }
            }
            @for flag in flags(article.flags) { " · " span.flag { (flag) } }
        }
    }
}

pub(super) fn flags(flags: Flags) -> Vec<&'static str> {
    let named = [
        (flags.paywalled, "behind a payment wall"),
        (flags.correction, "correction"),
        (flags.live, "live"),
        (flags.sponsored, "sponsored"),
        (flags.opinion, "opinion"),
    ];
    named.into_iter().filter_map(|(is, name)| is.then_some(name)).collect()
}

/// A link to somewhere else on the web, where it is one.
pub(super) fn outside(address: &str) -> Markup {
    html! {
        @match web_address(address) {
            Some(link) => a href=(link) rel="noreferrer noopener external nofollow" { (harmless(address)) },
            None => (harmless(address)),
        }
    }
}

/// A headline that links to its article.
pub(super) fn headline(app: &Shared, article: &Article) -> Markup {
    html! {
        a dir="auto" lang=[language(article)] href=(app.article_href(&article.id, "")) { (harmless(title(article))) }
    }
}

pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        p if p < 1.0 => format!("{p:.2} %"),
        p if p < 10.0 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// A number in a table.
pub(super) fn number_cell(number: u64) -> Markup {
    html! { td.number { (grouped(number)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_put_around_text_and_markup_is_text() {
        let text = "a <b> sanction";
        assert_eq!(marked(text, std::slice::from_ref(&(6..14))).into_string(), "a &lt;b&gt; <mark>sanction</mark>");
        assert_eq!(
            marked("é", std::slice::from_ref(&(1..2))).into_string(),
            "é",
            "a range inside a letter marks nothing"
        );
    }

    #[test]
    fn a_mistake_is_underlined_where_it_stands() {
        for typed in ["", "(", "title:", "a \"b", "é (", "date:2022-13 x"] {
            let Err(error) = crate::query::Query::parse(typed) else { continue };
            let shown = mistake(typed, &error).into_string();
            assert!(shown.contains("<span class=\"wrong\">"), "{shown}");
            assert!(!shown.contains("<span class=\"wrong\"></span>") || typed.is_empty(), "{typed}: {shown}");
        }
    }
}
