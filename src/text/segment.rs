//! Where words begin and end, and the pairs of signs that stand for words in scripts without spaces.

use std::ops::Range;

/// A piece of text that becomes one term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A word of a script with spaces; apostrophes, the dots of an acronym and thousands separators are inside.
    Word(Range<usize>),
    /// Two neighbouring signs (one, where a sign stands alone) of a script that does not part its words.
    Gram(Range<usize>),
}

/// The segments of a text, in order. Linear in its length.
pub(crate) fn segments(text: &str) -> Segments<'_> {
    Segments { text, at: 0, gram: None, acronyms_from: 0 }
}

/// Iterator over the segments of a text.
pub(crate) struct Segments<'a> {
    text: &'a str,
    at: usize,
    /// Start of the pair to give next, within a run of signs, and whether the run's first pair was given.
    gram: Option<(usize, bool)>,
    /// Before this place no acronym begins: letters with dots that end in a longer word were looked at to there.
    acronyms_from: usize,
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        loop {
            if let Some((start, begun)) = self.gram
                && let Some(gram) = self.next_gram(start, begun)
            {
                return Some(gram);
            }
            let byte = *self.text.as_bytes().get(self.at)?;
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                self.at += 1;
                continue;
            }
            let c = self.peek()?;
            if is_unspaced(c) {
                self.gram = Some((self.at, false));
            } else if is_word(c) {
                return Some(Segment::Word(self.word()));
            } else {
                self.at += c.len_utf8();
            }
        }
    }
}

impl Segments<'_> {
    fn peek(&self) -> Option<char> {
        first_char(&self.text[self.at..])
    }

    /// The pair of signs that starts at `start`; none when the run is over.
    fn next_gram(&mut self, start: usize, begun: bool) -> Option<Segment> {
        let first = first_char(&self.text[start..]).filter(|&c| is_unspaced(c));
        let Some(first) = first else {
            (self.at, self.gram) = (start, None);
            return None;
        };
        let middle = start + first.len_utf8();
        match first_char(&self.text[middle..]).filter(|&c| is_unspaced(c)) {
            Some(second) => {
                self.gram = Some((middle, true));
                Some(Segment::Gram(start..middle + second.len_utf8()))
            }
            None => {
                (self.at, self.gram) = (middle, None);
                (!begun).then_some(Segment::Gram(start..middle))
            }
        }
    }

    /// Takes the word that starts here.
    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        if let Some(bytes) = plain_word(&self.text.as_bytes()[start..]) {
            self.at = start + bytes;
            return start..self.at;
        }
        if start >= self.acronyms_from {
            match acronym(&self.text[start..]) {
                Acronym::To(end) => {
                    self.at = start + end;
                    return start..self.at;
                }
                Acronym::NoneTo(end) => self.acronyms_from = start + end,
            }
        }
        let mut end = start;
        let mut plain_end = None;
        // Whether there are only digits so far, and commas between them.
        let mut is_number = true;
        while let Some(c) = first_char(&self.text[end..]) {
            let after = end + c.len_utf8();
            if is_word(c) && !is_unspaced(c) {
                end = after;
                is_number &= c.is_ascii_digit();
            } else if is_apostrophe(c) {
                match suffix(&self.text[after..]) {
                    Suffix::Possessive(bytes) => {
                        plain_end = Some(end);
                        end = after + bytes;
                        break;
                    }
                    Suffix::Contraction(bytes) => (end, is_number) = (after + bytes, false),
                    Suffix::None => break,
                }
            } else if c == ',' && is_number && begins_with_thousand(&self.text[after..]) {
                end = after + 3;
            } else {
                break;
            }
        }
        self.at = end;
        start..plain_end.unwrap_or(end)
    }
}

/// Bytes of a word of ASCII letters and digits with nothing behind it that might belong to it: nearly every word of
/// most texts.
fn plain_word(text: &[u8]) -> Option<usize> {
    let bytes = text.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(text.len());
    let ends = match text.get(bytes) {
        Some(b'.') => bytes > 1,
        Some(byte) => byte.is_ascii() && !matches!(byte, b'\'' | b','),
        None => true,
    };
    (bytes > 0 && ends).then_some(bytes)
}

fn first_char(text: &str) -> Option<char> {
    text.chars().next()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '＇')
}

/// A letter, a digit, or a mark that belongs to the letter before it.
pub(super) fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || is_mark(c)
}

/// Marks inside words that are not letters themselves.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{93c}' | '\u{94d}' | '\u{9cd}' | '\u{a4d}' | '\u{acd}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}'
        | '\u{ccd}' | '\u{d4d}' | '\u{dca}' | '\u{200c}' | '\u{200d}' | '\u{ad}' | '\u{2060}')
}

/// Signs of scripts that do not part words by spaces; Korean too, whose particles hang on the words.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{e80}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{318e}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{323af}')
}

/// Whether an acronym with dots (`U.S.`, `e.g.`) starts at a place, in bytes from there.
enum Acronym {
    /// It does, and ends here.
    To(usize),
    /// It does not, nor at any place before this one.
    NoneTo(usize),
}

/// The acronym that starts here, if one does: single letters, each followed by a dot.
fn acronym(text: &str) -> Acronym {
    let mut end = 0;
    let mut letters = 0;
    let mut rest = text.chars();
    loop {
        let mut ahead = rest.clone();
        let letter = ahead.next().filter(|c| c.is_alphabetic() && !is_unspaced(*c));
        let dot = ahead.next();
        match (letter, dot) {
            (Some(letter), Some('.')) => {
                end += letter.len_utf8() + 1;
                letters += 1;
                rest = ahead;
            }
            // The last letter may lack its dot, as in `U.S`.
            (Some(letter), next) if letters > 0 && !next.is_some_and(is_word) => {
                return Acronym::To(end + letter.len_utf8());
            }
            // Whichever of its letters one begins with, the dots end in the same longer word.
            (Some(_), _) if letters > 0 => return Acronym::NoneTo(end),
            _ if letters > 1 => return Acronym::To(end),
            _ => return Acronym::NoneTo(0),
        }
    }
}

enum Suffix {
    /// `'s` at the end of a word: not part of it. Bytes after the apostrophe.
    Possessive(usize),
    /// `'t`, `'re` and the like: part of the word. Bytes after the apostrophe.
    Contraction(usize),
    None,
}

/// What stands behind an apostrophe.
fn suffix(rest: &str) -> Suffix {
    let bytes = rest.chars().take_while(|&c| is_word(c)).map(char::len_utf8).sum::<usize>().min(rest.len());
    match rest.get(..bytes.min(3)).filter(|_| bytes <= 2) {
        Some("s" | "S") => Suffix::Possessive(bytes),
        Some("t" | "re" | "ve" | "ll" | "d" | "m" | "T" | "RE" | "VE" | "LL" | "D" | "M") => Suffix::Contraction(bytes),
        _ => Suffix::None,
    }
}

/// Whether three digits stand behind a comma, and no more of them.
fn begins_with_thousand(after: &str) -> bool {
    after.bytes().take_while(u8::is_ascii_digit).take(4).count() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of the segments of a text.
    fn cut(text: &str) -> Vec<&str> {
        segments(text).map(|(Segment::Word(bytes) | Segment::Gram(bytes))| &text[bytes]).collect()
    }

    #[test]
    fn dots_commas_and_apostrophes_stay_in_words_they_belong_to() {
        for (text, words) in [
            ("the U.S. and U.S", &["the", "U.S.", "and", "U.S"][..]),
            ("a.b.cd e.g. x.", &["a", "b", "cd", "e.g.", "x"]),
            ("a.b.cd.e.f", &["a", "b", "cd", "e.f"]),
            ("é.б.cd", &["é", "б", "cd"]),
            ("1,000,000.5", &["1,000,000", "5"]),
            ("1,000,00 1,0000 x1,000", &["1,000", "00", "1", "0000", "x1", "000"]),
            ("1't,000 1é,000", &["1't", "000", "1é", "000"]),
            ("1,000's 1,000t,000", &["1,000", "1,000t", "000"]),
        ] {
            assert_eq!(cut(text), words, "{text}");
        }
    }

    #[test]
    fn a_megabyte_of_commas_or_dots_is_gone_through_once() {
        let number = format!("1{}", ",000".repeat(250_000));
        assert_eq!(cut(&number), [number.as_str()]);
        let dotted = format!("{}aa", "a.".repeat(500_000));
        assert_eq!(cut(&dotted).len(), 500_001);
    }
}
