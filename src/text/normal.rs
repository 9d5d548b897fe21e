//! Letters made alike: case, accents, compatibility forms.

use unicode_normalization::UnicodeNormalization;

use super::TERM_BYTES_MAX;

/// Appends a word in lower case, without apostrophes and dots (`don't`, `U.S.`) and thousands separators, cut to
/// `TERM_BYTES_MAX` bytes.
pub(super) fn lower_into(lower: &mut String, word: &str) {
    for c in word.chars() {
        if lower.len() + 4 > TERM_BYTES_MAX {
            return;
        }
        match c {
            '\'' | '’' | 'ʼ' | '＇' | '.' | ',' | '\u{ad}' | '\u{2060}' => {}
            c if c.is_ascii() => lower.push(c.to_ascii_lowercase()),
            c => lower.extend(c.to_lowercase()),
        }
    }
}

/// Folds a word to what is compared: compatibility forms and accents are taken off, `ß` and the like are spelt out.
///
/// Marks that carry the meaning stay: Indic vowel signs, Thai tones, the voiced kana.
pub(crate) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfkd().filter(|&c| !is_accent(c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'þ' => folded.push_str("th"),
            'ـ' | '\u{200c}' | '\u{200d}' => {}
            'ٱ' => folded.push('ا'),
            'ى' => folded.push('ي'),
            'ς' => folded.push('σ'),
            c => folded.push(c),
        }
    }
    folded.nfc().take_while_bytes(TERM_BYTES_MAX)
}

/// Marks that many people leave out when they type: Latin, Greek and Cyrillic accents, Arabic and Hebrew vowel points.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{670}')
}

trait TakeBytes {
    fn take_while_bytes(self, bytes_max: usize) -> String;
}

impl<I: Iterator<Item = char>> TakeBytes for I {
    fn take_while_bytes(self, bytes_max: usize) -> String {
        let mut text = String::new();
        for c in self {
            if text.len() + c.len_utf8() > bytes_max {
                break;
            }
            text.push(c);
        }
        text
    }
}
