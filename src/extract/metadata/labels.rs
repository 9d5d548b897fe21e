//! Labels that stand for themselves on a page: that a story was corrected, that somebody paid for it.

use html5ever::local_name;

use super::{
    flags,
    place::{Places, is_lower_heading},
    text::folded,
};
use crate::extract::dom::{Dom, NodeId, ROOT};

/// Bytes at the beginning of a text in which the label of a correction stands.
const CORRECTION_BYTES_MAX: usize = 80;

/// Words that a label has behind its first: those of a date.
const DATE_WORDS_MAX: usize = 6;

/// Bytes a label of a paid story may have.
const PAID_BYTES_MAX: usize = 80;

/// Nodes before the headline and from it on in which a label of a paid story is looked for.
const PAID_NODES_BEFORE: usize = 24;
const PAID_NODES_AFTER: usize = 40;

/// Parents that are looked at to see whether a text stands for itself.
const PARENTS_MAX: usize = 6;

/// Whether a note below the headline says that the story was corrected: a text of its own that begins with such a
/// label, as in `Correction, June 17: An earlier version ...`.
pub(super) fn corrected(dom: &Dom, places: &Places<'_>) -> bool {
    let below = dom.walk(ROOT).skip(places.headline().unwrap_or(0));
    let mut notes = below.filter(|&node| dom.text(node).is_some_and(is_correction));
    notes.any(|node| begins_block(dom, node) && !is_link(dom, node) && !places.is_furniture(node))
}

/// Whether a text begins with the label of a correction: a known word, perhaps a date, and a colon or its like.
fn is_correction(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches(['*', '[', '(', '【', '［']);
    let head = &text[..text.floor_char_boundary(CORRECTION_BYTES_MAX)];
    let Some((label, _)) = head.split_once([':', '：', '—', '–', '】', ']', '］']) else { return false };
    let label = folded(label);
    let date = flags::CORRECTIONS.iter().filter_map(|word| label.strip_prefix(word));
    date.into_iter().any(|rest| {
        let numbered = rest.starts_with(' ') && rest.contains(|c: char| c.is_ascii_digit());
        rest.is_empty() || numbered && rest.split_whitespace().count() <= DATE_WORDS_MAX
    })
}

/// Whether a label beside the headline says that somebody paid for the story.
pub(super) fn sponsored(dom: &Dom, places: &Places<'_>) -> bool {
    let Some(headline) = places.headline() else { return false };
    let first = headline.saturating_sub(PAID_NODES_BEFORE);
    let mut near = dom.walk(ROOT).skip(first).take(headline - first + PAID_NODES_AFTER);
    near.any(|node| {
        dom.text(node).is_some_and(is_paid)
            && begins_block(dom, node)
            && ends_element(dom, node)
            && !is_slot(dom, node)
            && !places.is_furniture(node)
    })
}

/// Whether a text stands over other things than the story: in a heading of its own, or where advertising goes.
fn is_slot(dom: &Dom, text: NodeId) -> bool {
    let is_ad = |above| {
        let names = dom.attr(above, &local_name!("class")).unwrap_or_default();
        names
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| AD_WORDS.iter().any(|ad| word.eq_ignore_ascii_case(ad)))
    };
    dom.ancestors(text).take(PARENTS_MAX).any(|above| is_lower_heading(dom, above) || is_ad(above))
}

/// Words in the classes of elements that hold advertising.
const AD_WORDS: [&str; 5] = ["ad", "ads", "advert", "banner", "adslot"];

fn is_paid(text: &str) -> bool {
    let text = text.trim();
    text.len() <= PAID_BYTES_MAX && {
        let label = folded(text);
        PAID.contains(&label.as_str()) || PAID_BY.iter().any(|lead| label.starts_with(lead))
    }
}

/// Labels of paid stories, folded. Those of mere advertising, such as `Anzeige`, stand beside any story.
const PAID: [&str; 28] = [
    "sponsored",
    "sponsored content",
    "sponsored post",
    "sponsored story",
    "advertorial",
    "advertisement feature",
    "advertising feature",
    "paid content",
    "paid post",
    "paid partnership",
    "partner content",
    "branded content",
    "promoted content",
    "bezahlter inhalt",
    "bezahlte anzeige",
    "gesponserter inhalt",
    "contenu sponsorisé",
    "contenu partenaire",
    "publi rédactionnel",
    "publirédactionnel",
    "contenido patrocinado",
    "publirreportaje",
    "publireportaje",
    "conteúdo patrocinado",
    "contenuto sponsorizzato",
    "publiredazionale",
    "на правах рекламы",
    "artykuł sponsorowany",
];

/// How labels begin that say who paid, folded.
const PAID_BY: [&str; 8] = [
    "sponsored by ",
    "paid for by ",
    "paid content from ",
    "paid content by ",
    "paid post by ",
    "gesponsert von ",
    "patrocinado por ",
    "sponsorisé par ",
];

/// Whether a text is the first of its block: no other text stands before it on its line.
fn begins_block(dom: &Dom, text: NodeId) -> bool {
    line(dom, text).all(|node| dom.prev(node).is_none_or(|before| !is_running(dom, before)))
}

/// Whether no running text follows on a text's line.
fn ends_element(dom: &Dom, text: NodeId) -> bool {
    line(dom, text).all(|node| dom.next(node).is_none_or(|after| !is_running(dom, after)))
}

/// A text and the elements of its line that hold it.
fn line(dom: &Dom, text: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let inline = |&node: &NodeId| dom.name(node).is_none_or(|name| INLINE.contains(&&**name));
    std::iter::once(text).chain(dom.ancestors(text).take(PARENTS_MAX).take_while(inline))
}

/// Elements that begin no line.
const INLINE: [&str; 10] = ["a", "b", "strong", "i", "em", "span", "font", "u", "small", "mark"];

fn is_running(dom: &Dom, node: NodeId) -> bool {
    dom.text(node).is_some_and(|text| text.contains(char::is_alphanumeric))
}

/// Whether a text is a link's or a headline's.
fn is_link(dom: &Dom, text: NodeId) -> bool {
    dom.ancestors(text).take(PARENTS_MAX).any(|above| {
        matches!(
            dom.name(above),
            Some(&(local_name!("a") | local_name!("h1") | local_name!("script") | local_name!("style")))
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::{article::Flags, extract::dom::Dom};

    fn flags(html: &str) -> Flags {
        super::super::read(&Dom::parse(html), html, Some("https://www.example.org/world/story"), None).flags
    }

    #[test]
    fn notes_of_corrections_are_seen() {
        for note in [
            "<p>Correction, June 17: An earlier version gave another number.</p>",
            "<p><strong>Correction:</strong> The river is the Orb.</p>",
            "<div><em>Berichtigung: Der Fluss heißt Orb.</em></div>",
            "<p>[Corrección: el río es el Orb.]</p>",
            "<p>Rectificatif : la rivière est l'Orb.</p>",
            "<p>【訂正】川の名はオルブです。</p>",
        ] {
            assert!(flags(&format!("<h1>The river rises</h1><p>It rose.</p>{note}")).correction, "{note}");
        }
    }

    #[test]
    fn corrections_that_a_story_tells_of_are_none() {
        for note in [
            "<p>Corrections officers went on strike on 5 May: none came.</p>",
            "<p>Correction of the river began in 1817.</p>",
            "<p>The minister wrote: <b>Correction:</b> never.</p>",
            "<ul><li><a href=/c>Correction: the river</a></li></ul>",
            "<div class=comments><p>Correction: it is the Orb.</p></div>",
            "<footer><p>Corrections: write to us</p></footer>",
        ] {
            assert!(!flags(&format!("<h1>The river rises</h1><p>It rose.</p>{note}")).correction, "{note}");
        }
    }

    #[test]
    fn labels_of_paid_stories_are_seen() {
        for top in [
            "<div><b>Sponsored</b> <span>Paid content from Tallow Baths</span></div>",
            "<p class=kicker>Advertisement feature</p>",
            "<div><a href=/partners>Contenido patrocinado</a></div>",
            "<p>Sponsored by Tallow Baths</p>",
        ] {
            assert!(flags(&format!("{top}<h1>Up to your neck</h1><p>It is warm.</p>")).sponsored, "{top}");
            assert!(flags(&format!("<h1>Up to your neck</h1>{top}<p>It is warm.</p>")).sponsored, "{top}");
        }
    }

    #[test]
    fn advertising_beside_a_story_does_not_pay_for_it() {
        for (top, end) in [
            ("<p>The bill was <b>sponsored</b> by two members.</p>", ""),
            ("<p><b>Sponsored</b> by two members, the bill passed.</p>", ""),
            ("<div>Anzeige</div>", ""),
            ("<h3>Sponsored content</h3>", ""),
            ("<div class='ad block'><p>Sponsored</p></div>", ""),
            ("<nav><a href=/s>Sponsored</a></nav>", ""),
            ("", "<div class=related><p>Sponsored</p></div>"),
        ] {
            let text = "<p>One <i>line</i> more.</p>".repeat(20);
            let html = format!("{top}<h1>A bill passes</h1>{text}{end}<p>Paid content</p>");
            assert!(!flags(&html).sponsored, "{html}");
        }
    }
}
