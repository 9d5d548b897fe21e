//! What short lines of a plain text are: a byline, a date, a credit, the end of a story, a teaser's last words.

use crate::extract::dates::text::{Hints, first};

/// Longest byline, in characters.
const BYLINE_CHARS_MAX: usize = 120;

/// Longest line that is a date and little else, in characters.
const DATE_LINE_CHARS_MAX: usize = 80;

/// Words that may stand beside the date on a line of its own: `Updated`, a city, `at`.
const DATE_LINE_WORDS_MAX: usize = 5;

/// Longest credit that stands alone, in characters.
const CREDIT_CHARS_MAX: usize = 120;

/// Most words of a credit that stands alone.
const CREDIT_WORDS_MAX: usize = 14;

/// Fewest words of a caption before a credit in the same paragraph, unless it is a sentence.
const CAPTION_WORDS_MIN: usize = 5;

/// Most parts of a credit between bars.
const CREDIT_PARTS_MAX: usize = 4;

/// Longest part of a credit between two bars, in characters.
const CREDIT_PART_CHARS_MAX: usize = 48;

/// Longest heading in capitals, in characters.
const CAPITALS_CHARS_MAX: usize = 120;

/// Longest name of a person, in words.
const NAME_WORDS_MAX: usize = 5;

/// Longest line that begins a part of the page behind the story, in characters.
const TAIL_CHARS_MAX: usize = 60;

/// Words that stand before the names of authors.
#[rustfmt::skip]
const BYLINE_LEADS: [&str; 17] = [
    "by", "by:", "written by", "author:", "authors:", "story by", "von", "von:", "autor:", "autorin:", "par", "por",
    "autore:", "door", "автор:", "автор", "av",
];

/// Words in a byline that name a role or a house, not a person.
#[rustfmt::skip]
const ROLE_WORDS: [&str; 33] = [
    "agencies", "agency", "associated", "bureau", "chief", "columnist", "contributor", "correspondent", "desk",
    "editor", "editorial", "for", "journalist", "korrespondent", "magazine", "network", "news", "newspaper",
    "newsroom", "press", "producer", "redaktion", "redaction", "reporter", "reporters", "reuters", "service",
    "special", "staff", "team", "the", "writer", "writers",
];

/// What a line about the maker of a picture begins with.
#[rustfmt::skip]
const CREDIT_LEADS: [&str; 41] = [
    "photo", "photos", "photograph", "photographs", "photo credit", "photo by", "photos by", "photo courtesy of",
    "photograph by", "picture", "picture by", "pictures", "image", "image by", "image credit", "image source",
    "credit", "illustration", "illustration by", "foto", "fotos", "foto de", "bild", "bilder", "symbolbild",
    "crédit photo", "crédit", "crédits", "crédito", "fot", "kuva", "kép", "zdjęcie", "fotoğraf", "gambar", "фото",
    "사진", "写真", "图", "图片", "图源",
];

/// What only credits of pictures hold.
#[rustfmt::skip]
const CREDIT_SIGNS: [&str; 16] = [
    "getty images", "ap photo", "/ap", "/afp", "/reuters", "/epa", "via reuters", "via afp", "via ap",
    "shutterstock", "istock", "alamy", "file photo", "handout", "pool photo", "courtesy photo",
];

/// A line that offers to go on reading elsewhere, without its arrows and dots.
#[rustfmt::skip]
const READ_MORE: [&str; 41] = [
    "read more", "read full story", "read the full story", "read full article", "read the full article",
    "read the rest", "read article", "read story", "continue reading", "keep reading", "more", "see more",
    "view more", "learn more", "full story", "view post", "view article", "weiterlesen", "mehr lesen", "mehr",
    "mehr erfahren", "zum artikel", "lire la suite", "lire plus", "en savoir plus", "leer más", "seguir leyendo",
    "leia mais", "ler mais", "leggi tutto", "leggi di più", "continua a leggere", "lees meer", "verder lezen",
    "läs mer", "les mer", "læs mere", "czytaj więcej", "читать далее", "читать дальше", "devamını oku",
];

/// The same in scripts and languages where the line is often longer or shorter.
#[rustfmt::skip]
const READ_MORE_FAR: [&str; 17] = [
    "подробнее", "читати далі", "докладніше", "더 보기", "더보기", "자세히 보기", "続きを読む", "もっと読む",
    "阅读更多", "阅读全文", "查看更多", "閱讀更多", "繼續閱讀", "اقرأ المزيد", "المزيد", "קרא עוד",
    "baca selengkapnya",
];

/// A line that names nothing but the word for where a story was taken from.
#[rustfmt::skip]
const SOURCE_WORDS: [&str; 27] = [
    "source", "sources", "source link", "source url", "original source", "original article", "via", "quelle",
    "quellen", "fuente", "fuentes", "fonte", "fonti", "bron", "bronnen", "källa", "kilde", "źródło", "zdroj",
    "источник", "джерело", "kaynak", "출처", "来源", "來源", "出典", "المصدر",
];

/// What stands over the parts of a page behind the story.
#[rustfmt::skip]
const TAIL_HEADINGS: [&str; 53] = [
    "related", "related articles", "related posts", "related stories", "related news", "related content",
    "related topics", "you may also like", "you might also like", "you may like", "more stories", "more news",
    "more from", "more like this", "more on this", "read next", "up next", "next article", "recommended",
    "recommended for you", "recommended stories", "latest news", "latest stories", "latest articles",
    "latest posts", "most read", "most popular", "popular posts", "popular articles", "trending", "trending now",
    "don't miss", "what to read next", "also read", "see also", "leave a reply", "leave a comment", "comments",
    "post a comment", "mehr zum thema", "das könnte sie auch interessieren", "lesen sie auch", "weitere artikel",
    "kommentare", "à lire aussi", "sur le même sujet", "articles similaires", "commentaires",
    "noticias relacionadas", "te puede interesar", "leia também", "читайте также", "похожие новости",
];

/// Lines that are the page's own, wherever they stand.
#[rustfmt::skip]
const FURNITURE: [&str; 25] = [
    "advertisement", "advertisements", "advertising", "story continues below advertisement",
    "article continues below advertisement", "story continues below", "anzeige", "werbung", "publicité",
    "publicidad", "реклама", "share", "share this", "share this article", "share this story", "share on facebook",
    "share on twitter", "tweet", "print", "email", "listen to this article", "load more", "back to top",
    "subscribe to our newsletter", "sign up for our newsletter",
];

/// Marks that editors and agencies put below a story.
#[rustfmt::skip]
const END_MARKS: [&str; 14] = [
    "-30-", "—30—", "–30–", "- 30 -", "-0-", "###", "# # #", "-ends-", "- ends -", "ends", "(ends)", "(end)",
    "-end-", "- end -",
];

/// Whether a line ends where a sentence may end.
pub(super) fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」', '』', '“', '*']);
    line.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '।', '؟', '۔', '։', '።'])
}

/// Whether a line is set in capitals: several letters, none of them small.
pub(super) fn is_capitals(line: &str) -> bool {
    let mut capitals = 0;
    for c in line.chars().take(CAPITALS_CHARS_MAX + 1) {
        if c.is_lowercase() {
            return false;
        }
        capitals += usize::from(c.is_uppercase());
    }
    capitals >= 3 && at_most(line, CAPITALS_CHARS_MAX)
}

/// Whether a line says who wrote the story.
pub(super) fn is_byline(line: &str) -> bool {
    !authors(line).is_empty()
}

/// The people that a byline names; none when the line is no byline.
pub(super) fn authors(line: &str) -> Vec<String> {
    if !at_most(line, BYLINE_CHARS_MAX) {
        return Vec::new();
    }
    let line = line.split(['|', '•', '·']).next().unwrap_or(line).trim();
    let lower = line.to_lowercase();
    let lead = BYLINE_LEADS.iter().filter(|lead| starts_with_word(&lower, lead)).max_by_key(|lead| lead.len());
    // Lower case may have another length than the line; the leads are of scripts where it has not.
    let Some(names) = lead.and_then(|lead| line.get(lead.len()..)) else { return Vec::new() };
    let mut people = Vec::new();
    for name in split_names(names) {
        match person(&name) {
            Some(person) => people.push(person),
            None if people.is_empty() => return Vec::new(),
            None => {}
        }
    }
    people
}

fn split_names(names: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in names.split_whitespace() {
        if matches!(word, "and" | "AND" | "And" | "&" | "und" | "et" | "y" | "e" | "en" | "och" | "и") {
            parts.push(String::new());
            continue;
        }
        let bare = word.trim_end_matches([',', ';', '/']);
        if let Some(part) = parts.last_mut() {
            part.push_str(if part.is_empty() { "" } else { " " });
            part.push_str(bare);
        }
        if bare.len() < word.len() {
            parts.push(String::new());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A person's name in usual case; `None` for roles, houses and what is no name.
fn person(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let cased = name.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    let capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase());
    let role = |word: &&str| ROLE_WORDS.contains(&word.to_lowercase().as_str());
    let fits = (1..=NAME_WORDS_MAX).contains(&words.len())
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '\u{300}'..='\u{36f}'))
        && !words.iter().any(role);
    if !fits || (cased && !(words.first().is_some_and(capital) && words.last().is_some_and(capital))) {
        return None;
    }
    let shouted = cased && is_capitals(name);
    Some(if shouted {
        words.iter().map(|word| title_case(word)).collect::<Vec<_>>().join(" ")
    } else {
        name.to_owned()
    })
}

fn title_case(word: &str) -> String {
    let mut start = true;
    let mut cased = String::with_capacity(word.len());
    for c in word.chars() {
        match start {
            true => cased.push(c),
            false => cased.extend(c.to_lowercase()),
        }
        start = !c.is_alphabetic();
    }
    cased
}

/// Whether a line is a date, with little beside it.
pub(super) fn is_date_line(line: &str) -> bool {
    if !at_most(line, DATE_LINE_CHARS_MAX) || !line.contains(|c: char| c.is_numeric()) {
        return false;
    }
    let Some(date) = first(line, Hints::default()) else { return false };
    let (Some(before), Some(after)) = (line.get(..date.start), line.get(date.end..)) else { return false };
    let words = |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    words(before) + words(after) <= DATE_LINE_WORDS_MAX
}

/// Whether a line says who made a picture, and nothing else; names between bars are for [`is_barred`].
pub(in crate::extract) fn is_credit(line: &str) -> bool {
    if !at_most(line, CREDIT_CHARS_MAX) || line.split_whitespace().count() > CREDIT_WORDS_MAX {
        return false;
    }
    let bare = line.strip_prefix(['(', '[', '（']).and_then(|rest| rest.strip_suffix([')', ']', '）'])).unwrap_or(line);
    let lower = bare.to_lowercase();
    has_credit_lead(&lower) || (has_credit_sign(&lower) && (bare != line || !ends_sentence(bare)))
}

/// Whether a line is made of parts between bars or strokes, as in `Name | Agency` and `Name / Agency`. Rows of a table
/// are
/// written like this, too.
pub(in crate::extract) fn is_barred(line: &str) -> bool {
    ["|", " / "].iter().any(|bar| {
        let parts = line.split(bar).count();
        (2..=CREDIT_PARTS_MAX).contains(&parts) && line.split(bar).all(|part| is_credit_part(part.trim()))
    })
}

fn is_credit_part(part: &str) -> bool {
    part.chars().next().is_some_and(|first| first.is_alphabetic() && !first.is_lowercase())
        && at_most(part, CREDIT_PART_CHARS_MAX)
        && !part.ends_with(['.', '!', '?', '…', ':'])
        && !part.contains(|c: char| c.is_numeric() || matches!(c, '$' | '%' | '€' | '£'))
}

fn has_credit_lead(lower: &str) -> bool {
    CREDIT_LEADS.iter().any(|lead| match lower.strip_prefix(lead) {
        Some(rest) => {
            rest.trim_start().starts_with([':', '=', '/', '：', '©'])
                || (lead.ends_with(" by") && rest.starts_with(' '))
        }
        None => false,
    })
}

fn has_credit_sign(lower: &str) -> bool {
    CREDIT_SIGNS.iter().any(|sign| lower.contains(sign))
}

/// The maker's name in a credit, without brackets and without what leads it in: `(Photo: Name)`.
pub(in crate::extract) fn credit_name(credit: &str) -> String {
    let bare = credit.trim_matches(['(', ')', '[', ']', '（', '）', ' ']);
    let name = bare
        .split_once([':', '=', '：'])
        .filter(|(lead, _)| CREDIT_LEADS.contains(&lead.trim().to_lowercase().as_str()));
    name.map_or(bare, |(_, name)| name).trim().to_owned()
}

/// A caption with its credit in one paragraph, apart: `Caption. (Agency Photo/Name)`, `Caption. Name | Agency |
/// Agency`.
pub(super) fn split_credit(text: &str) -> Option<(&str, &str)> {
    let start = if text.ends_with([')', ']', '）']) {
        text.rfind(['(', '[', '（'])?
    } else {
        let bar = text.find('|')?;
        text[..bar].rfind(". ").map_or(0, |stop| stop + 2)
    };
    let (caption, credit) = (text[..start].trim(), text[start..].trim());
    let sure = is_barred(credit) || is_credit(credit);
    let whole = ends_sentence(caption) || caption.split_whitespace().count() >= CAPTION_WORDS_MIN;
    (!caption.is_empty() && whole && sure).then_some((caption, credit))
}

/// Whether a caption's own words show that it is one.
pub(super) fn reads_like_caption(text: &str) -> bool {
    const SIGNS: [&str; 20] = [
        "file photo",
        "pictured",
        "in this photo",
        "this photo",
        "photo taken",
        "photograph",
        "seen here",
        "is seen",
        "are seen",
        "shows",
        "poses",
        "(l)",
        "(r)",
        "(left)",
        "(right)",
        ", left,",
        ", right,",
        "archivbild",
        "in diesem",
        "на фото",
    ];
    let lower = text.to_lowercase();
    !ends_sentence(text)
        || SIGNS.iter().any(|sign| lower.contains(sign))
        || text.rfind(", ").is_some_and(|_| first(last_chars(text), Hints::default()).is_some_and(|d| d.end > 0))
}

/// The end of a text, where a caption says when its picture was taken.
fn last_chars(text: &str) -> &str {
    const CAPTION_DATE_BYTES: usize = 24;
    let mut start = text.len().saturating_sub(CAPTION_DATE_BYTES);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// Whether a line offers to go on reading elsewhere, and says nothing else.
pub(super) fn is_read_more(line: &str) -> bool {
    at_most(line, TAIL_CHARS_MAX) && is_one_of(&bare(line), &[&READ_MORE, &READ_MORE_FAR])
}

/// Whether a text is cut off as excerpts are: `[…]`, or dots and an offer to read on.
pub(super) fn is_cut_off(text: &str) -> bool {
    let text = match text.rfind(['…', ']', '.']) {
        Some(at) => {
            let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
            let rest = &text[end..];
            if rest.is_empty() || is_read_more(rest) { &text[..end] } else { text }
        }
        None => text,
    };
    ["[…]", "[...]", "[&hellip;]", "(…)", "[ … ]", "[. . .]"].iter().any(|sign| text.ends_with(sign))
}

/// Whether a text breaks off with dots, which excerpts do and quotations may.
pub(super) fn trails_off(text: &str) -> bool {
    text.ends_with('…') || text.ends_with("...") || is_cut_off(text)
}

/// Whether a line is the word `Source` in some language, with a colon or without, or a short credit behind it.
pub(super) fn is_source_line(line: &str) -> bool {
    if !at_most(line, TAIL_CHARS_MAX) {
        return false;
    }
    let lead = line.split_once([':', '：']).map_or(line, |(lead, _)| lead);
    is_one_of(&bare(lead), &[&SOURCE_WORDS])
}

/// Whether a line is nothing but the word `Source`.
pub(super) fn is_lone_source(line: &str) -> bool {
    at_most(line, TAIL_CHARS_MAX) && is_one_of(&bare(line), &[&SOURCE_WORDS])
}

/// Whether a line begins a part of the page that is not the story: related articles, comments.
pub(super) fn is_tail_heading(line: &str) -> bool {
    at_most(line, TAIL_CHARS_MAX) && is_one_of(&bare(line), &[&TAIL_HEADINGS])
}

/// Whether a line is the page's own: an advertisement's mark, a share button, a copyright notice.
pub(super) fn is_furniture(line: &str) -> bool {
    let lower = bare(&line.chars().take(CREDIT_CHARS_MAX).collect::<String>());
    let notice = lower.starts_with('©') || lower.starts_with("copyright ") || lower.ends_with("all rights reserved");
    (notice && at_most(line, CREDIT_CHARS_MAX)) || (at_most(line, TAIL_CHARS_MAX) && is_one_of(&lower, &[&FURNITURE]))
}

/// Whether a line is the mark that editors put below a story.
pub(super) fn is_end_mark(line: &str) -> bool {
    at_most(line, TAIL_CHARS_MAX) && END_MARKS.contains(&line.to_lowercase().as_str())
}

/// Whether two lines say the same, whatever their case and marks.
pub(in crate::extract) fn same_words(one: &str, other: &str) -> bool {
    let words = |text| str::chars(text).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    words(one).eq(words(other)) && words(one).next().is_some()
}

/// Whether a text has no more than this many characters. Looks at no more than it needs.
pub(super) fn at_most(text: &str, chars: usize) -> bool {
    text.len() <= chars || text.chars().nth(chars).is_none()
}

/// A line in lower case without the arrows, dots and brackets around it.
fn bare(line: &str) -> String {
    let lower = line.to_lowercase().replace('’', "'");
    lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '©' && !matches!(c, '\u{300}'..='\u{36f}')).to_owned()
}

fn is_one_of(line: &str, lists: &[&[&str]]) -> bool {
    lists.iter().any(|list| list.contains(&line))
}

fn starts_with_word(lower: &str, lead: &str) -> bool {
    lower.strip_prefix(lead).is_some_and(|rest| rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(recognises: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        yes.iter().for_each(|line| assert!(recognises(line), "{line}"));
        no.iter().for_each(|line| assert!(!recognises(line), "{line}"));
    }

    #[test]
    fn bylines_name_people() {
        for (line, people) in [
            ("By Ada Lorne", &["Ada Lorne"][..]),
            ("BY ADA LORNE AND JO O'DELL", &["Ada Lorne", "Jo O'Dell"]),
            ("By Ada Lorne, Staff Writer", &["Ada Lorne"]),
            ("By Ada Lorne, Jo Dell and Kim Sae-ra | March 3, 2021", &["Ada Lorne", "Jo Dell", "Kim Sae-ra"]),
            ("Von Jörg Müller und Anna Weiß", &["Jörg Müller", "Anna Weiß"]),
            ("By the river", &[]),
            ("By Staff Reporter", &[]),
            ("By Tuesday the water had risen to the windows of the lower town and people left.", &[]),
            ("Bypass opened", &[]),
        ] {
            assert_eq!(authors(line), people, "{line}");
        }
    }

    #[test]
    fn dates_alone_on_their_line_are_seen() {
        check(
            is_date_line,
            &[
                "March 3, 2021",
                "Published: 3 March 2021 at 10:45 GMT",
                "2021-03-03",
                "3 марта 2021",
                "Sun., May 2, 1993",
            ],
            &["May we ask?", "The flood of March 3, 2021 changed how the town thinks of its river", "Elections", "12"],
        );
    }

    #[test]
    fn credits_are_seen() {
        check(
            is_credit,
            &[
                "Photo: Ada Lorne",
                "PHOTO BY ADA LORNE",
                "(AP Photo/Ada Lorne)",
                "Ada Lorne/AFP via Getty Images",
                "File photo",
                "사진=김새라",
            ],
            &[
                "Photographers gathered at the harbour.",
                "He sold the photo to Getty Images.",
                "Pictures of an exhibition",
            ],
        );
        check(
            is_barred,
            &["Ada Lorne | Harbour Press | Getty Images", "김새라 | 항구신문"],
            &[
                "Year | Ships in 1960",
                "Ada Lorne",
                "The vote was a tie | Nobody won.",
                "one | two",
                "A | B | C | D | E",
            ],
        );
        assert_eq!(
            split_credit("The ferry in 1960. Ada Lorne | Harbour Press"),
            Some(("The ferry in 1960.", "Ada Lorne | Harbour Press"))
        );
        assert_eq!(split_credit("The ferry. (AP Photo/Ada Lorne)"), Some(("The ferry.", "(AP Photo/Ada Lorne)")));
        assert_eq!(credit_name("(Photo: Ada Lorne)"), "Ada Lorne");
        assert_eq!(split_credit("The Global Ferry Company (GFC)"), None);
    }

    #[test]
    fn last_lines_of_teasers_and_stories_are_seen() {
        check(
            is_read_more,
            &["Read More", "READ MORE »", "Continue reading →", "Weiterlesen …", "더 보기", "اقرأ المزيد"],
            &["Read more: the ferry's last summer", "She wanted to read more", ""],
        );
        check(is_cut_off, &["a long […]", "a long [...]", "a long […] Read More"], &["a long …", "a list [1]", "long"]);
        check(is_lone_source, &["Source", "Source:", "SOURCE LINK", "Quelle:"], &["Source: Reuters", "Sourcery"]);
        check(is_end_mark, &["-30-", "###", "ENDS"], &["30", "#", "The end"]);
        check(is_furniture, &["Advertisement", "© 2020 The Valterra Herald", "All rights reserved."], &["Shares fell"]);
    }
}
