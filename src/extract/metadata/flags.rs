//! What kind of page an article stands on: paywalled, live, opinion, sponsored, corrected.

use super::{gather::Gathered, json_ld::LinkedData, text::folded};
use crate::{article::Flags, extract::url};

/// Names of sections for opinion, folded, in the languages of many newsrooms.
const OPINION_SECTIONS: [&str; 36] = [
    "opinion",
    "opinions",
    "op ed",
    "oped",
    "editorial",
    "editorials",
    "column",
    "columns",
    "columnists",
    "commentary",
    "comment",
    "comment is free",
    "commentisfree",
    "letters",
    "voices",
    "views",
    "perspectives",
    "meinung",
    "kommentar",
    "kommentare",
    "kolumne",
    "kolumnen",
    "leitartikel",
    "opinión",
    "opinion y analisis",
    "tribuna",
    "opinião",
    "opinioni",
    "editoriale",
    "tribune",
    "idées",
    "мнения",
    "мнение",
    "opinie",
    "debatt",
    "yorum",
];

/// Words in addresses, sections and tags of what somebody paid for.
const SPONSORED: [&str; 13] = [
    "advertisement feature",
    "sponsored",
    "sponsored content",
    "advertorial",
    "paid content",
    "paid post",
    "partner content",
    "brandvoice",
    "anzeige",
    "publirreportaje",
    "branded content",
    "advertiser content",
    "promoted",
];

/// Names of live blogs in addresses, folded.
const LIVE: [&str; 5] = ["liveblog", "live blog", "liveticker", "live ticker", "minuto a minuto"];

/// Words before the colon in the headline of a correction, or in the label of a note on one, folded.
pub(super) const CORRECTIONS: [&str; 31] = [
    "correction",
    "corrections",
    "corrected",
    "clarification",
    "erratum",
    "berichtigung",
    "korrektur",
    "richtigstellung",
    "corrección",
    "fe de errores",
    "fe de erratas",
    "rectificación",
    "rectificatif",
    "errata",
    "errata corrige",
    "rettifica",
    "correzione",
    "correção",
    "correctie",
    "rectificatie",
    "sprostowanie",
    "rättelse",
    "rettelse",
    "düzeltme",
    "oikaisu",
    "исправление",
    "поправка",
    "уточнение",
    "訂正",
    "更正",
    "정정",
];

/// What is known of an article when its kind is asked for.
pub(super) struct Kind<'a> {
    pub(super) section: Option<&'a str>,
    pub(super) tags: &'a [String],
    pub(super) title: Option<&'a str>,
    pub(super) page_url: Option<&'a str>,
}

/// Reads the flags from the page's metadata.
pub(super) fn read(page: &Gathered<'_>, linked: &LinkedData, known: &Kind<'_>) -> Flags {
    let is_type = |name: &str| linked.types.iter().any(|t| t == name);
    let tier = page.meta_named(&["article:content_tier", "og:article:content_tier"]).unwrap_or_default();
    let segments: Vec<String> =
        url::path(known.page_url.unwrap_or_default()).split('/').rev().skip(1).take(6).map(folded).collect();
    let section = known.section.map(folded).unwrap_or_default();
    let in_place =
        |words: &[&str]| words.contains(&section.as_str()) || segments.iter().any(|s| words.contains(&s.as_str()));
    let headlines = [linked.headline.as_deref(), known.title];
    let kickers = headlines.iter().flatten().filter_map(|text| text.split([':', '|', '–', '—']).next()).map(folded);
    let tagged = || known.tags.iter().map(|tag| folded(tag)).any(|tag| SPONSORED.contains(&tag.as_str()));
    Flags {
        paywalled: linked.free == Some(false) || matches!(tier.trim(), "locked" | "metered" | "premium" | "paid"),
        correction: linked.corrected || kickers.into_iter().any(|kicker| CORRECTIONS.contains(&kicker.as_str())),
        live: is_type("liveblogposting") || in_place(&LIVE),
        sponsored: is_type("advertisercontentarticle") || in_place(&SPONSORED) || tagged(),
        opinion: is_type("opinionnewsarticle") || in_place(&OPINION_SECTIONS),
    }
}
