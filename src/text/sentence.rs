//! Where sentences begin.

/// Words in front of a dot that does not end a sentence: titles and ranks that stand before names, and a few others. In
/// lower case.
const ABBREVIATIONS: [&str; 52] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "gen", "sen", "rep", "gov", "lt", "col", "sgt", "capt", "maj", "cmdr",
    "adm", "rev", "hon", "pres", "messrs", "mme", "mlle", "no", "nos", "vs", "v", "fig", "vol", "pp", "ed", "eds",
    "approx", "dept", "inc", "ltd", "co", "corp", "jan", "feb", "aug", "sept", "sep", "oct", "nov", "dec", "nr", "bzw",
    "ca", "sr", "sra", "ing",
];

/// Longest of them, in bytes.
const ABBREVIATION_BYTES_MAX: usize = 6;

/// Calls `each` with the byte at which each sentence of a text begins, the first one too. Linear in its length.
///
/// A sentence ends with `.`, `!`, `?` or `…`, with what closes it (quotes, brackets), and a blank, unless what follows
/// begins in lower case or the dot belongs to an initial or an abbreviation; with `。`, `！`, `？` at once.
pub(crate) fn each_sentence_start(text: &str, mut each: impl FnMut(usize)) {
    if let Some(start) = text.find(|c: char| !c.is_whitespace()) {
        each(start);
    }
    let mut at = 0;
    // Nothing ends at most bytes, letters and blanks of ASCII.
    while let Some(passed) =
        text.as_bytes()[at..].iter().position(|&b| matches!(b, b'.' | b'!' | b'?') || !b.is_ascii())
    {
        at += passed;
        let mut behind = text[at..].chars();
        let ends = match behind.next() {
            Some('.') => !ends_abbreviation(&text[..at]),
            Some('!' | '?' | '…' | '؟' | '۔' | '।') => true,
            Some('。' | '！' | '？') => {
                let next = behind.as_str().trim_start_matches(is_closing);
                at = text.len() - next.len();
                if !next.is_empty() {
                    each(at);
                }
                continue;
            }
            _ => false,
        };
        let mut next = behind.as_str();
        if ends {
            let closed = next.trim_start_matches(|c| is_closing(c) || matches!(c, '.' | '!' | '?' | '…'));
            next = closed.trim_start();
            if next.len() < closed.len() && first_letter(next).is_some_and(|c| !c.is_lowercase()) {
                each(text.len() - next.len());
            }
        }
        at = text.len() - next.len();
    }
}

/// Whether the dot behind a text belongs to an initial (`J.`, the `S.` of `U.S.`) or to an abbreviation.
fn ends_abbreviation(before: &str) -> bool {
    let mut window = before.len().saturating_sub(ABBREVIATION_BYTES_MAX + 4);
    while !before.is_char_boundary(window) {
        window += 1;
    }
    let word_at = before[window..]
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(window, |at| window + at + before[window + at..].chars().next().map_or(1, char::len_utf8));
    let word = &before[word_at..];
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter.is_uppercase(),
        (Some(_), Some(_)) if word.len() <= ABBREVIATION_BYTES_MAX => {
            ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '“' | ')' | ']' | '」' | '』' | '）')
}

/// The first letter or digit of a text within its first few characters.
fn first_letter(text: &str) -> Option<char> {
    text.chars().take(4).find(|c| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, sentences: &[&str]) {
        let mut starts = Vec::new();
        each_sentence_start(text, |at| starts.push(at));
        starts.push(text.len());
        let found: Vec<&str> = starts.windows(2).map(|pair| text[pair[0]..pair[1]].trim()).collect();
        assert_eq!(found, sentences);
    }

    #[test]
    fn sentences_end_at_their_signs() {
        check("It rained. Nobody came! Why? Ask them.", &["It rained.", "Nobody came!", "Why?", "Ask them."]);
        check("“It rained.” She left.", &["“It rained.”", "She left."]);
        check("Wait… 12 came.", &["Wait…", "12 came."]);
    }

    #[test]
    fn dots_of_names_and_abbreviations_end_none() {
        check(
            "Mr. Moon met J. R. Kim in the U.S. on Jan. 5. Then he left.",
            &["Mr. Moon met J. R. Kim in the U.S. on Jan. 5.", "Then he left."],
        );
        check("It cost 3.5 million, approx. as much as before.", &["It cost 3.5 million, approx. as much as before."]);
    }

    #[test]
    fn other_scripts_have_signs_of_their_own() {
        check("他来了。她走了！「好。」他说。", &["他来了。", "她走了！", "「好。」", "他说。"]);
        check("वह आया। वह गया।", &["वह आया।", "वह गया।"]);
    }

    #[test]
    fn any_text_has_its_first_sentence_only_where_there_is_one() {
        check("", &[]);
        check("   ", &[]);
        check(". . .", &[". . ."]);
        check("é.", &["é."]);
    }
}
