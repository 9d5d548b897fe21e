//! Cleaning of short texts: titles, names, captions.

/// A text on one line: entities that were encoded twice decoded, white space folded, invisible characters dropped.
pub(crate) fn clean(text: &str) -> String {
    let decoded;
    let text = if text.contains('&') {
        // Twice: some templates encode what is encoded already.
        decoded = decode_entities(&decode_entities(text));
        &decoded
    } else {
        text
    };
    let mut cleaned = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            blank = !cleaned.is_empty();
        } else if !matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}') {
            if blank {
                cleaned.push(' ');
                blank = false;
            }
            cleaned.push(c);
        }
    }
    cleaned
}

/// Decodes the character references of HTML that stand in texts which were encoded twice.
pub(crate) fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((c, len)) => {
                decoded.push(c);
                rest = &rest[len..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

/// Longest reference that is looked for, in bytes.
const ENTITY_BYTES_MAX: usize = 12;

/// The reference that a text begins with: its character and length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(ENTITY_BYTES_MAX).position(|b| b == b';')?;
    let name = &text[1..end];
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => named(name)?,
    };
    Some((c, end + 1))
}

fn named(name: &str) -> Option<char> {
    const NAMES: [(&str, char); 56] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("ndash", '–'),
        ("mdash", '—'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("sbquo", '‚'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("bdquo", '„'),
        ("laquo", '«'),
        ("raquo", '»'),
        ("hellip", '…'),
        ("shy", '\u{ad}'),
        ("auml", 'ä'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("Auml", 'Ä'),
        ("Ouml", 'Ö'),
        ("Uuml", 'Ü'),
        ("szlig", 'ß'),
        ("eacute", 'é'),
        ("egrave", 'è'),
        ("ecirc", 'ê'),
        ("agrave", 'à'),
        ("aacute", 'á'),
        ("acirc", 'â'),
        ("atilde", 'ã'),
        ("ccedil", 'ç'),
        ("iacute", 'í'),
        ("icirc", 'î'),
        ("ntilde", 'ñ'),
        ("oacute", 'ó'),
        ("ocirc", 'ô'),
        ("otilde", 'õ'),
        ("uacute", 'ú'),
        ("ugrave", 'ù'),
        ("ucirc", 'û'),
        ("iquest", '¿'),
        ("iexcl", '¡'),
        ("euro", '€'),
        ("pound", '£'),
        ("middot", '·'),
        ("bull", '•'),
        ("Eacute", 'É'),
        ("aring", 'å'),
        ("Aring", 'Å'),
        ("aelig", 'æ'),
        ("oslash", 'ø'),
        ("Oslash", 'Ø'),
        ("copy", '©'),
        ("reg", '®'),
    ];
    NAMES.iter().find(|(known, _)| *known == name).map(|&(_, c)| c)
}

/// Letters and digits of a text in lower case, words separated by single blanks: what two spellings have in common.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.extend(c.to_lowercase());
        } else if !matches!(c, '\u{ad}' | '\u{200b}' | '\u{301}') {
            gap = true;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_on_one_line() {
        assert_eq!(clean("  a\n\tb \u{a0} c\u{ad}d&amp;#039; &uuml;&nope; & "), "a b cd' ü&nope; &");
        assert_eq!(clean("T&#039;s &#x2019;"), "T's ’");
        assert_eq!(clean("\u{200b}"), "");
    }

    #[test]
    fn folding_keeps_letters_and_digits() {
        assert_eq!(folded("“Dem Teufel”: Teil-2!"), "dem teufel teil 2");
        assert_eq!(folded("—"), "");
    }
}
