//! News agencies: which one a story came from.

use super::{gather::Gathered, json_ld::LinkedData, text::folded};

/// News agencies: the name that is shown, and the spellings it is known by, folded.
const AGENCIES: [(&str, &[&str]); 60] = [
    ("AP", &["ap", "associated press", "the associated press", "ap news"]),
    ("Reuters", &["reuters", "thomson reuters"]),
    ("AFP", &["afp", "agence france presse"]),
    ("dpa", &["dpa", "deutsche presse agentur", "dpa infocom", "dpa afx"]),
    ("EFE", &["efe", "agencia efe"]),
    ("Europa Press", &["europa press", "ep"]),
    ("ANSA", &["ansa", "redazione ansa"]),
    ("Adnkronos", &["adnkronos"]),
    ("AGI", &["agi"]),
    ("LaPresse", &["lapresse"]),
    ("PA", &["pa", "pa media", "press association", "pa news agency"]),
    ("UPI", &["upi", "united press international"]),
    ("Bloomberg", &["bloomberg", "bloomberg news"]),
    ("Dow Jones", &["dow jones", "dow jones newswires"]),
    ("APA", &["apa", "austria presse agentur"]),
    ("Keystone-SDA", &["sda", "keystone sda", "ats", "keystone ats"]),
    ("KNA", &["kna"]),
    ("epd", &["epd"]),
    ("SID", &["sid", "sport informations dienst"]),
    ("ANP", &["anp"]),
    ("Belga", &["belga"]),
    ("NTB", &["ntb"]),
    ("TT", &["tt", "tt nyhetsbyrån"]),
    ("Ritzau", &["ritzau"]),
    ("STT", &["stt"]),
    ("BNS", &["bns"]),
    ("ELTA", &["elta"]),
    ("LETA", &["leta"]),
    ("PAP", &["pap"]),
    ("ČTK", &["čtk", "ctk"]),
    ("TASR", &["tasr"]),
    ("SITA", &["sita"]),
    ("MTI", &["mti"]),
    ("Agerpres", &["agerpres"]),
    ("BTA", &["bta", "бта"]),
    ("Tanjug", &["tanjug", "танјуг"]),
    ("HINA", &["hina"]),
    ("Fena", &["fena"]),
    ("Anadolu", &["anadolu", "anadolu agency", "anadolu ajansı", "aa"]),
    ("DHA", &["dha", "demirören haber ajansı"]),
    ("İHA", &["iha", "i̇ha", "ihlas haber ajansı"]),
    ("TASS", &["tass", "тасс"]),
    ("RIA Novosti", &["ria novosti", "риа новости"]),
    ("Interfax", &["interfax", "интерфакс"]),
    ("Ukrinform", &["ukrinform", "укринформ", "укрінформ"]),
    ("UNIAN", &["unian", "униан", "уніан"]),
    ("Xinhua", &["xinhua", "新华社", "新華社"]),
    ("Kyodo", &["kyodo", "kyodo news", "共同通信", "共同"]),
    ("Jiji", &["jiji", "jiji press", "時事通信", "時事"]),
    ("Yonhap", &["yonhap", "연합뉴스"]),
    ("KCNA", &["kcna"]),
    ("CNA", &["cna", "中央社"]),
    ("PTI", &["pti", "press trust of india"]),
    ("ANI", &["ani"]),
    ("IANS", &["ians"]),
    ("Bernama", &["bernama"]),
    ("Antara", &["antara"]),
    ("AAP", &["aap", "australian associated press"]),
    ("The Canadian Press", &["canadian press", "the canadian press", "cp"]),
    ("WAM", &["wam"]),
];

/// Bytes at the beginning of a paragraph in which a dateline stands.
const DATELINE_BYTES_MAX: usize = 160;

/// Bytes of a credit in brackets.
const CREDIT_BYTES_MAX: usize = 40;

/// The agency of a name, as it is shown.
pub(super) fn agency_named(name: &str) -> Option<&'static str> {
    let folded = folded(name);
    AGENCIES.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|&(shown, _)| shown)
}

/// The agency that a credit names, alone (`Reuters`) or with others (`dpa/AFP`, `AP via X`).
pub(super) fn agency_in_credit(credit: &str) -> Option<&'static str> {
    agency_named(credit).or_else(|| {
        credit
            .split(['/', ',', ';', '|', '(', ')', '+', '&'])
            .flat_map(|part| part.split(" via "))
            .find_map(agency_named)
    })
}

/// The agency that the page's metadata credits.
pub(super) fn credited(page: &Gathered<'_>, linked: &LinkedData, authors: &[String]) -> Option<String> {
    let of_authors = authors.iter().map(String::as_str).find_map(agency_in_credit);
    let of_linked = || linked.authors.iter().find_map(|c| agency_in_credit(&c.name));
    let of_source = || linked.agency.as_deref().and_then(agency_named);
    let of_meta = || {
        page.meta_named(&["author", "dc.creator", "dc.source", "article:author", "source"]).and_then(agency_in_credit)
    };
    of_authors.or_else(of_linked).or_else(of_source).or_else(of_meta).map(str::to_owned)
}

/// The agency that a story's own text names: its authors, a credit line, or the dateline of its first paragraph
/// (`WASHINGTON (AP) —`, `Berlin (dpa) -`, `MOSCOW, June 7 /TASS/.`, `東京 7日 ロイター`).
pub(crate) fn agency_from_text(first_paragraph: &str, authors: &[String], credit: Option<&str>) -> Option<String> {
    let named = authors.iter().map(String::as_str).chain(credit).find_map(agency_in_credit);
    named.or_else(|| dateline(first_paragraph)).map(str::to_owned)
}

/// The agency in the dateline that a paragraph opens with.
fn dateline(paragraph: &str) -> Option<&'static str> {
    let paragraph = paragraph.trim_start();
    let head = &paragraph[..paragraph.floor_char_boundary(DATELINE_BYTES_MAX)];
    bracketed(head, '(', ')')
        .or_else(|| bracketed(head, '/', '/'))
        .or_else(|| bracketed(head, '（', '）'))
        .or_else(|| bracketed(head, '[', ']'))
        .or_else(|| before_dash(head))
}

/// Whether a text opens with the dateline of any agency, known or not: `GRAVENHAVEN (CNW) —`.
pub(super) fn has_dateline(text: &str) -> bool {
    let text = text.trim_start();
    let head = &text[..text.floor_char_boundary(DATELINE_BYTES_MAX)];
    let Some((place, (credit, rest))) = head.split_once(" (").and_then(|(p, rest)| Some((p, rest.split_once(')')?)))
    else {
        return false;
    };
    let shouts = |word: &str| word.chars().count() > 1 && !word.chars().any(char::is_lowercase);
    let is_place = place.chars().count() <= PLACE_CHARS_MAX && place.split([' ', ',']).next().is_some_and(shouts);
    let is_short = (2..=SHORT_NAME_BYTES_MAX).contains(&credit.len()) && credit.bytes().all(|b| b.is_ascii_uppercase());
    is_place && (is_short || agency_in_credit(credit).is_some()) && rest.trim_start().starts_with(['—', '–', '-'])
}

/// Letters of an agency's short name.
const SHORT_NAME_BYTES_MAX: usize = 6;

/// An agency in brackets behind a place's name, which is no whole sentence.
fn bracketed(head: &str, open: char, close: char) -> Option<&'static str> {
    let at = head.find(open)?;
    let (place, rest) = (&head[..at], &head[at + open.len_utf8()..]);
    let credit = &rest[..rest.find(close)?];
    let is_dateline = place.chars().count() <= PLACE_CHARS_MAX && (open == '/' || !place.contains(". "));
    (is_dateline && credit.len() <= CREDIT_BYTES_MAX).then(|| agency_in_credit(credit))?
}

/// `PARIS, Reuters —`, `Reuters - `.
fn before_dash(head: &str) -> Option<&'static str> {
    let dash = ["—", " – ", " - ", "--"].iter().filter_map(|dash| head.find(dash)).min()?;
    let line = &head[..dash];
    (line.chars().count() <= PLACE_CHARS_MAX).then(|| line.rsplit([',', ':']).next().and_then(agency_named))?
}

/// Letters that the place and date before an agency may have.
const PLACE_CHARS_MAX: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraph: &str, expected: Option<&str>) {
        assert_eq!(agency_from_text(paragraph, &[], None).as_deref(), expected, "{paragraph}");
    }

    #[test]
    fn datelines_name_their_agency() {
        check("WASHINGTON (AP) — The senate voted.", Some("AP"));
        check("Berlin (dpa/lby) - Der Bundestag", Some("dpa"));
        check("(Reuters) - Shares rose.", Some("Reuters"));
        check("MOSCOW, June 7. /TASS/. The ministry", Some("TASS"));
        check("BEIJING, June 7 (Xinhua) -- China", Some("Xinhua"));
        check("[서울=연합뉴스] 기자", None);
        check("Tokyo, Kyodo — The premier", Some("Kyodo"));
    }

    #[test]
    fn agencies_in_a_story_are_no_credit() {
        check("The minister told Reuters (and others) that", None);
        check("He was angry. A spokesman (AP) said", None);
        check("", None);
    }

    #[test]
    fn datelines_are_known_by_their_shape() {
        for text in ["GRAVENHAVEN (CNW) — Most of", " NEW YORK (AP) - The", "PARIS, June 7 (Reuters) -- France"] {
            assert!(has_dateline(text), "{text}");
        }
        for text in ["Most of them (CNW) — all", "NATO (OTAN) is", "ROME (a city) — was", "", "PARIS (", "AFP — x"]
        {
            assert!(!has_dateline(text), "{text}");
        }
    }

    #[test]
    fn bylines_and_credits_name_agencies() {
        assert_eq!(agency_from_text("", &["The Associated Press".into()], None).as_deref(), Some("AP"));
        assert_eq!(agency_from_text("", &[], Some("dpa/AFP")).as_deref(), Some("dpa"));
        assert_eq!(agency_from_text("", &["Ann Reuter".into()], None), None);
    }
}
