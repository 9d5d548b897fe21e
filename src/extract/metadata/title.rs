//! The headline: what several places of a page agree on, without the site's name.

use super::{
    gather::Gathered,
    json_ld::LinkedData,
    names::Outlet,
    place::{is_bold, is_lower_heading},
    short::short_text,
    text::{clean, folded},
};
use crate::extract::dom::{Dom, ROOT};

/// Bytes a headline may have.
const TITLE_BYTES_MAX: usize = 600;

/// Bytes a heading may have before its white space is folded.
const HEADING_BYTES_MAX: usize = 2_000;

/// Main headings that are compared.
const HEADINGS_MAX: usize = 12;

/// Lower headings and texts in bold that are compared.
const SHOWN_MAX: usize = 200;

/// Words of a title that is known as part of a much longer one.
const PART_WORDS_MIN: usize = 3;

/// Share of common words from which a heading counts as the page's title in other words.
const OVERLAP_MIN: f32 = 0.3;

/// Texts of the page's main headings, in order.
pub(super) fn headings(dom: &Dom, page: &Gathered<'_>) -> Vec<String> {
    let texts = page.headings.iter().take(HEADINGS_MAX).filter_map(|h| short_text(dom, h.node, "", HEADING_BYTES_MAX));
    texts.map(|t| clean(&t)).filter(|t| !t.is_empty() && t.len() <= TITLE_BYTES_MAX).collect()
}

/// What the places of a page say the title is, as printed and folded.
struct Said {
    text: String,
    folded: String,
}

impl Said {
    fn new(text: String) -> Option<Self> {
        let folded = folded(&text);
        (!folded.is_empty() && text.len() <= TITLE_BYTES_MAX).then_some(Self { text, folded })
    }

    /// Whether one is the other with more before or behind it.
    fn is_part_of(&self, other: &Self) -> bool {
        let (short, long) = if self.folded.len() <= other.folded.len() {
            (&self.folded, &other.folded)
        } else {
            (&other.folded, &self.folded)
        };
        long.contains(short.as_str()) && (short.len() * 2 >= long.len() || short.split(' ').count() >= PART_WORDS_MIN)
    }

    /// Whether one is the other with more behind it, or the same.
    fn opens(&self, other: &Self) -> bool {
        other.folded.starts_with(&self.folded) || self.folded.starts_with(&other.folded)
    }

    fn is(&self, other: &Self) -> bool {
        self.folded == other.folded
    }

    /// Whether the other is this with more behind it.
    fn goes_on_in(&self, other: &Self) -> bool {
        other.folded.len() > self.folded.len() && other.folded.starts_with(&self.folded)
    }

    /// Common words, as a share of the shorter one's.
    fn overlap(&self, other: &Self) -> f32 {
        let words: Vec<&str> = self.folded.split(' ').collect();
        let others: Vec<&str> = other.folded.split(' ').collect();
        let common = words.iter().filter(|w| others.contains(w)).count();
        common as f32 / words.len().min(others.len()) as f32
    }
}

/// Chooses the headline.
pub(super) fn read(
    dom: &Dom,
    page: &Gathered<'_>,
    linked: &LinkedData,
    headings: &[String],
    outlet: &Outlet<'_>,
) -> Option<String> {
    let whole = page.title.and_then(|node| Said::new(clean(&dom.text_below(node))));
    let shared = page.meta_named(&["og:title", "twitter:title", "dc.title", "title"]).and_then(|t| Said::new(clean(t)));
    let headline = linked.headline.clone().filter(|_| linked.is_article).and_then(Said::new);
    let headings: Vec<Said> =
        headings.iter().cloned().filter_map(Said::new).filter(|h| !outlet.is_named(&h.folded)).collect();
    let others = [&headline, &shared, &whole];
    if let Some(heading) = best_heading(&headings, &others) {
        let news = linked.types.iter().any(|t| t.ends_with("newsarticle"));
        let title = better_than(heading, &whole, &shared, &headline, news).unwrap_or(heading);
        return Some(without_outlet(&title.text, outlet).to_owned());
    }
    let [headline, shared, whole] = others;
    let named = headline.as_ref().or(shared.as_ref()).or(whole.as_ref());
    let Some(title) = named else { return headings.first().map(|h| h.text.clone()) };
    let title = without_site(&title.text, outlet);
    Some(shown_part(dom, &title).unwrap_or(title))
}

/// The part of a title, before or behind a separator, that the page shows as a lower heading or in bold.
fn shown_part(dom: &Dom, title: &str) -> Option<String> {
    let marks = SEPARATORS.iter().chain(&[": "]);
    let cuts = marks.flat_map(|mark| [title.split_once(mark), title.rsplit_once(mark)]).flatten();
    let mut parts: Vec<String> = cuts.flat_map(|(head, tail)| [folded(head), folded(tail)]).collect();
    parts.retain(|part| part.split(' ').count() >= PART_WORDS_MIN && part.len() * 2 >= title.len());
    if parts.is_empty() {
        return None;
    }
    let shown = dom.walk(ROOT).filter(|&node| is_lower_heading(dom, node) || is_bold(dom, node));
    let texts = shown.filter_map(|node| short_text(dom, node, "", HEADING_BYTES_MAX)).map(|text| clean(&text));
    texts.take(SHOWN_MAX).find(|text| parts.contains(&folded(text)))
}

/// The heading that most other places repeat, or that says the same in other words.
fn best_heading<'s>(headings: &'s [Said], others: &[&Option<Said>; 3]) -> Option<&'s Said> {
    let said = || others.iter().filter_map(|o| o.as_ref());
    if said().next().is_none() {
        return headings.first();
    }
    let repeated = headings.iter().find(|h| said().any(|o| h.is_part_of(o)));
    repeated.or_else(|| headings.iter().find(|h| said().any(|o| h.overlap(o) >= OVERLAP_MIN)))
}

/// A title that is to be preferred to the heading: newsrooms write a second headline for shares and machines, and the
/// places show which of them carries the story. Measured on pages of newsrooms and of the open web.
fn better_than<'s>(
    heading: &Said,
    whole: &Option<Said>,
    shared: &'s Option<Said>,
    headline: &'s Option<Said>,
    news: bool,
) -> Option<&'s Said> {
    let whole = whole.as_ref()?;
    let repeated = whole.is_part_of(heading);
    match (shared, headline) {
        // Both machine-readable titles agree on more than a heading with a site's name behind it.
        (Some(shared), Some(headline)) if news && shared.is(headline) && !heading.opens(shared) => Some(shared),
        // The heading is repeated everywhere but in one place, which then was written apart.
        (Some(shared), Some(headline)) if headline.is(heading) => {
            (repeated && !shared.is_part_of(heading)).then_some(shared)
        }
        (Some(shared), Some(headline)) if shared.is(heading) => {
            let own = repeated || headline.goes_on_in(whole);
            (own && !headline.is_part_of(heading)).then_some(headline)
        }
        // The page's title is the shared one with the site's name behind it.
        (Some(shared), _) if shared.goes_on_in(whole) && !heading.opens(shared) => Some(shared),
        _ => None,
    }
}

/// Marks between a headline and the site's name.
const SEPARATORS: [&str; 14] =
    [" | ", " - ", " – ", " — ", " • ", " · ", " » ", " :: ", " ‹ ", " « ", " / ", "｜", "ㅣ", " : "];

/// Site's names and sections that are cut from one title.
const CUTS_MAX: usize = 3;

/// A title without what stands behind or before its separators: the outlet's name, and shorter ends that are no part of
/// a sentence.
fn without_site(title: &str, outlet: &Outlet<'_>) -> String {
    let mut title = without_outlet(title, outlet);
    for _ in 0..CUTS_MAX {
        let Some((head, tail)) = last_cut(title) else { break };
        if head.len() <= tail.len() * 2 || head.split(' ').count() < PART_WORDS_MIN {
            break;
        }
        title = head;
    }
    title.to_owned()
}

/// A title without the outlet's name at its end or beginning.
fn without_outlet<'t>(title: &'t str, outlet: &Outlet<'_>) -> &'t str {
    let mut title = title;
    for _ in 0..CUTS_MAX {
        match (last_cut(title), first_cut(title)) {
            (Some((head, tail)), _) if outlet.is_like(&folded(tail)) => title = head,
            (_, Some((head, tail))) if outlet.is_like(&folded(head)) => title = tail,
            _ => break,
        }
    }
    title
}

fn last_cut(title: &str) -> Option<(&str, &str)> {
    let cuts = SEPARATORS.iter().filter_map(|s| title.rfind(s).map(|at| (at, s.len())));
    cuts.max().map(|(at, len)| (title[..at].trim(), title[at + len..].trim()))
}

fn first_cut(title: &str) -> Option<(&str, &str)> {
    let cuts = SEPARATORS.iter().filter_map(|s| title.find(s).map(|at| (at, s.len())));
    cuts.min().map(|(at, len)| (title[..at].trim(), title[at + len..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the title of a page with this head and body, of an outlet named `The Daily Example` at example.org.
    fn check(html: &str, expected: Option<&str>) {
        let dom = Dom::parse(html);
        let metadata = super::super::read(&dom, html, Some("https://www.example.org/world/story"), None);
        assert_eq!(metadata.title.as_deref(), expected, "{html}");
    }

    const SITE: &str = r#"<meta property="og:site_name" content="The Daily Example">"#;

    #[test]
    fn site_names_are_cut() {
        for title in [
            "Letters cross the border | The Daily Example",
            "Letters cross the border - example.org",
            "The Daily Example | Letters cross the border",
            "Letters cross the border | World | The Daily Example",
            "Letters cross the border – World",
        ] {
            check(&format!("{SITE}<title>{title}</title>"), Some("Letters cross the border"));
        }
    }

    #[test]
    fn dashes_inside_a_headline_stay() {
        check(
            "<title>Border - letters cross it again after years</title>",
            Some("Border - letters cross it again after years"),
        );
    }

    #[test]
    fn the_heading_that_the_page_is_about_wins() {
        check(
            "<title>Letters cross the border | X</title><h1>The Daily</h1><h1>Letters cross the border</h1>",
            Some("Letters cross the border"),
        );
        check(
            &format!("{SITE}<title>Border letters</title><h1>The Daily Example</h1><h1>Letters cross the border</h1>"),
            Some("Letters cross the border"),
        );
        check("<title>Letters cross the border</title><h1>Subscribe</h1>", Some("Letters cross the border"));
        check("<h1>Letters<br>cross</h1>", Some("Letters cross"));
        check("<p>no title", None);
    }

    #[test]
    fn a_part_of_the_title_that_the_page_shows_is_the_headline() {
        let shown = Some("Letters cross the border");
        check("<title>Print: Letters cross the border</title><h2>Letters cross the border</h2>", shown);
        check(
            "<title>Gull Online - Letters cross the border</title><font><b>Letters cross the border</b></font>",
            shown,
        );
        check("<title>Live: Letters cross the border</title><h2>More</h2>", Some("Live: Letters cross the border"));
        check("<title>Korea: Letters cross the border</title><b>Korea</b>", Some("Korea: Letters cross the border"));
    }

    #[test]
    fn two_machine_titles_of_a_newsroom_outvote_the_heading() {
        let linked =
            r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Border: Letters cross"}</script>"#;
        let shared = r#"<meta property="og:title" content="Border: Letters cross">"#;
        check(
            &format!("{linked}{shared}<title>Other words</title><h1>Letters cross</h1>"),
            Some("Border: Letters cross"),
        );
    }

    #[test]
    fn entities_encoded_twice_are_decoded() {
        check(r#"<meta property="og:title" content="T&amp;#039;s &amp;quot;x&amp;quot;">"#, Some("T's \"x\""));
    }
}
