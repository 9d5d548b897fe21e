//! The language of a text.

use whatlang::{Lang, Script};

use crate::{
    article::{Block, Language},
    text::FunctionWords,
};

/// Bytes of a text that are looked at: more does not change the answer.
const SAMPLE_BYTES: usize = 1500;

/// Fewest letters of a sample that can overrule what is declared.
const LETTERS_MIN: usize = 60;

/// Certainty from which a finding overrules what is declared.
const OVERRULES: f32 = 0.5;

/// Certainty of a declaration that the text neither confirms nor contradicts.
const DECLARED: f32 = 0.6;

/// The language of an article, by its story, or by its headline where that is all there is.
pub(crate) fn of_blocks(title: &str, blocks: &[Block], declared: Option<&str>) -> Option<Language> {
    let mut sample = String::with_capacity(SAMPLE_BYTES + 512);
    let texts = blocks.iter().map(|block| block.text.as_str()).chain(std::iter::once(title));
    for text in texts {
        if sample.len() >= SAMPLE_BYTES {
            break;
        }
        sample.push_str(text);
        sample.push(' ');
    }
    of(&sample, declared)
}

/// The language of a text, by what it is written in and what is declared (ISO 639-1, or a tag that begins with it).
///
/// Certainty: 1 where the text's function words are clear or finding and declaration agree, else that of the detector
/// or
/// of the declaration. `None` where nothing tells: no letter, or only numbers and names.
fn of(text: &str, declared: Option<&str>) -> Option<Language> {
    let declared = declared.and_then(code_of_tag);
    let sample = sample(text);
    let counted = FunctionWords::count(sample);
    if let Some(code) = counted.clear().filter(|code| !declared.as_ref().is_some_and(|declared| alike(code, declared)))
    {
        return Some(Language { code: code.to_owned(), certainty: 1.0 });
    }
    // What is left are short texts, lists of numbers and names, and languages that are not listed.
    // Latin letters alone say little, and a text in them without any function word is no prose in a language listed.
    let worth_a_look = counted.any() || whatlang::detect_script(sample).is_some_and(|script| script != Script::Latin);
    let found = worth_a_look.then(|| whatlang::detect(sample)).flatten();
    let found = found.filter(|found| counted.allows(&code_of(found.lang())));
    let letters = sample.chars().filter(|c| c.is_alphabetic()).take(LETTERS_MIN).count();
    match (found, declared) {
        (Some(found), Some(declared)) => {
            let code = code_of(found.lang());
            let certainty = found.confidence() as f32;
            if code == declared {
                Some(Language { code, certainty: 1.0 })
            } else if wins(&found, letters) && !alike(&code, &declared) {
                Some(Language { code, certainty })
            } else {
                Some(Language { code: declared, certainty: DECLARED })
            }
        }
        (Some(found), None) => Some(Language { code: code_of(found.lang()), certainty: found.confidence() as f32 }),
        (None, Some(declared)) => Some(Language { code: declared, certainty: DECLARED }),
        (None, None) => None,
    }
}

/// Whether a finding weighs more than a declaration. A script of one language alone always does.
fn wins(found: &whatlang::Info, letters: usize) -> bool {
    let own_script = matches!(
        found.script(),
        Script::Hangul
            | Script::Hiragana
            | Script::Katakana
            | Script::Greek
            | Script::Thai
            | Script::Hebrew
            | Script::Georgian
    );
    own_script || (letters >= LETTERS_MIN && found.confidence() as f32 >= OVERRULES)
}

/// Languages that a detector easily takes for one another; a declaration then decides.
fn alike(found: &str, declared: &str) -> bool {
    const GROUPS: [&[&str]; 6] = [
        &["no", "nb", "nn", "da", "sv"],
        &["hr", "sr", "bs", "sl", "me"],
        &["cs", "sk"],
        &["es", "pt", "gl", "ca"],
        &["ru", "uk", "be", "bg", "mk"],
        &["id", "ms", "jv"],
    ];
    GROUPS.iter().any(|group| group.contains(&found) && group.contains(&declared))
}

/// The first part of a text, cut at a character.
fn sample(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The language of a tag such as `en-US` or `pt_BR`.
pub(crate) fn code_of_tag(tag: &str) -> Option<String> {
    let code = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let known = matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_lowercase()) && code != "und";
    known.then(|| match code.as_str() {
        "nb" | "nn" => "no".to_owned(),
        _ => code,
    })
}

/// ISO 639-1 code of a language, 639-3 where it has none.
fn code_of(lang: Lang) -> String {
    let code = match lang {
        Lang::Afr => "af",
        Lang::Aka => "ak",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jav => "jv",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lat => "la",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "no",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Sna => "sn",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tuk => "tk",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        Lang::Zul => "zu",
        other => other.code(),
    };
    code.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, declared: Option<&str>, code: Option<&str>) {
        assert_eq!(of(text, declared).map(|l| l.code).as_deref(), code, "{text} {declared:?}");
    }

    #[test]
    fn the_text_decides_where_it_is_clear() {
        let german = "Die Bürgermeisterin erklärte am Montag, dass die Brücke über den Fluss erst im Herbst wieder geöffnet wird.";
        check(german, Some("en-US"), Some("de"));
        check(german, Some("de_AT"), Some("de"));
        check(german, None, Some("de"));
        check("한국어", Some("en"), Some("ko"));
    }

    #[test]
    fn the_declaration_decides_where_the_text_is_short() {
        check("Hotel Bar", Some("sv"), Some("sv"));
        check("", Some("fr"), Some("fr"));
        check("123", None, None);
    }

    #[test]
    fn a_list_of_figures_is_in_no_language() {
        check(
            "Shr loss 14 cts vs profit 21 cts\nNet loss 353,000 vs profit 541,000\nRevs 2,668,000 vs 2,525,000",
            None,
            None,
        );
    }

    #[test]
    fn neighbours_are_told_apart() {
        check(
            "Ministeren sagde i dag, at regeringen ikke vil hæve skatterne, og at der skal findes penge til skolerne.",
            None,
            Some("da"),
        );
        check(
            "El president va dir que els pressupostos són també per a les escoles i que no hi ha més diners.",
            None,
            Some("ca"),
        );
        check("Прем'єр заявив, що уряд не підвищуватиме податки, але гроші для шкіл також знайдуть.", None, Some("uk"));
    }
}
