//! Text cut into numbers, words and marks, the units that dates are made of.

/// Most tokens that are made of one text; what comes after is not looked at.
const TOKENS_MAX: usize = 400;

/// Digits a number may have; longer ones become a number that is no part of a date.
const DIGITS_MAX: usize = 14;

/// One unit of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Whether white space stands before it.
    pub(super) spaced: bool,
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends, in bytes.
    pub(super) end: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Digits of any script.
    Number { value: u64, digits: usize },
    /// Letters, in lower case; a Chinese character or a kana is a word of its own.
    Word(String),
    /// Any other character.
    Mark(char),
}

impl Token {
    /// Value of a number that has as many digits as asked for.
    pub(super) fn number(&self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        match self.kind {
            Kind::Number { value, digits: count } if digits.contains(&count) => u32::try_from(value).ok(),
            _ => None,
        }
    }

    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The mark, if it is one.
    pub(super) fn mark(&self) -> Option<char> {
        match self.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }
}

/// Cuts a text, up to a limit.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut spaced = false;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        let joined =
            !spaced && tokens.last().is_some_and(|last| last.end == start || gap_invisible(text, last.end, start));
        if !(joined && tokens.last_mut().is_some_and(|last| extend(last, c, end))) {
            if tokens.len() == TOKENS_MAX {
                break;
            }
            tokens.push(Token { kind: kind(c), spaced, start, end });
        }
        spaced = false;
    }
    tokens
}

/// Takes one more character into a token, where it belongs there.
fn extend(token: &mut Token, c: char, end: usize) -> bool {
    match (&mut token.kind, digit(c)) {
        (Kind::Number { value, digits }, Some(more)) => {
            *value = if *digits < DIGITS_MAX { *value * 10 + more } else { u64::MAX / 16 };
            *digits += 1;
        }
        (Kind::Word(word), None)
            if is_letter(c) && !is_ideograph(c) && !word.chars().next().is_some_and(is_ideograph) =>
        {
            push_lowercase(word, c);
        }
        // Thai short names of months have a full stop inside: `ม.ค.`
        (Kind::Word(word), None) if c == '.' && word.chars().count() <= 2 && is_thai(word) => word.push(c),
        _ => return false,
    }
    token.end = end;
    true
}

fn kind(c: char) -> Kind {
    match digit(c) {
        Some(value) => Kind::Number { value, digits: 1 },
        None if is_letter(c) => {
            let mut word = String::new();
            push_lowercase(&mut word, c);
            Kind::Word(word)
        }
        None => Kind::Mark(c),
    }
}

fn push_lowercase(word: &mut String, c: char) {
    match c {
        // Persian letters that keyboards exchange for the Arabic ones.
        'ي' | 'ى' => word.push('ی'),
        'ك' => word.push('ک'),
        // A capital dotted I becomes i and a dot above, which no name of a month has.
        _ => word.extend(c.to_lowercase().filter(|&c| c != '\u{307}')),
    }
}

/// Value of a decimal digit of the scripts whose digits pages write dates with.
fn digit(c: char) -> Option<u64> {
    /// The zeros; each script's other digits follow its own.
    const ZEROS: [u32; 16] = [
        0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0x1040, 0x17e0,
        0xff10,
    ];
    let code = u32::from(c);
    if code < 0x80 {
        return c.to_digit(10).map(u64::from);
    }
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).map(|zero| u64::from(code - zero))
}

/// Whether a character is part of words: letters, and the signs of Indic and Thai scripts that Unicode counts as marks.
fn is_letter(c: char) -> bool {
    c.is_alphabetic()
        || matches!(u32::from(c), 0x300..=0x36f | 0x900..=0x963 | 0x971..=0xdff | 0xe31..=0xe4e | 0x200c | 0x200d)
}

fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff)
}

fn is_thai(word: &str) -> bool {
    word.chars().all(|c| matches!(u32::from(c), 0xe01..=0xe4e))
}

/// Characters that show nothing: marks of direction, soft hyphens, zero-width spaces.
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0xad | 0x200b | 0x200e | 0x200f | 0x202a..=0x202e | 0x2060..=0x2069 | 0xfeff)
}

fn gap_invisible(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|gap| gap.chars().all(is_invisible))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        let mut shape = String::new();
        for token in tokens(text) {
            match token.kind {
                Kind::Number { value, digits } => shape.push_str(&format!("#{value}/{digits} ")),
                Kind::Word(word) => shape.push_str(&format!("{word} ")),
                Kind::Mark(mark) => shape.push_str(&format!("'{mark}' ")),
            }
        }
        shape
    }

    #[test]
    fn numbers_words_and_marks_come_apart() {
        assert_eq!(shape("5. MÄRZ2020"), "#5/1 '.' märz #2020/4 ");
        assert_eq!(shape("2020年1月"), "#2020/4 年 #1/1 月 ");
        assert_eq!(shape("०५ अक्टूबर"), "#5/2 अक्टूबर ");
        assert_eq!(shape("5 ม.ค. 2563"), "#5/1 ม.ค '.' #2563/4 ");
        assert_eq!(shape("\u{200e}1\u{200e}2"), "#12/2 ");
    }

    #[test]
    fn long_input_is_bounded() {
        assert_eq!(tokens(&"1 ".repeat(100_000)).len(), TOKENS_MAX);
        assert_eq!(tokens(&"9".repeat(100_000)).len(), 1);
    }
}
