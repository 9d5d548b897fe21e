//! Character references: `&amp;`, `&#8217;`, `&#x2019;`.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use memchr::memchr;

/// Longest name of a reference, in bytes: `CounterClockwiseContourIntegral;`.
const NAME_BYTES_MAX: usize = 33;

/// A text with its character references resolved, as the HTML standard says (13.2.5.72 and on). In values of attributes
/// a name without its semicolon is left alone where it may be part of an address's query.
pub(super) fn resolved(text: &str, in_attribute: bool) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return text.into() };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    loop {
        let end = match rest.as_bytes().get(1) {
            Some(b'#') => numeric(&rest[2..], &mut out).map(|used| used + 2),
            Some(b) if b.is_ascii_alphanumeric() => named(&rest[1..], in_attribute, &mut out).map(|used| used + 1),
            _ => None,
        };
        let end = end.unwrap_or_else(|| {
            out.push('&');
            1
        });
        rest = &rest[end..];
        let Some(next) = memchr(b'&', rest.as_bytes()) else { break };
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    out.push_str(rest);
    out.into()
}

/// Resolves a number; returns how many bytes it takes.
fn numeric(text: &str, out: &mut String) -> Option<usize> {
    let hex = text.starts_with(['x', 'X']);
    let digits = &text[usize::from(hex)..];
    let radix = if hex { 16 } else { 10 };
    let count = digits.bytes().take_while(|b| char::from(*b).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let number = digits[..count].chars().try_fold(0_u32, |sum, c| {
        sum.checked_mul(radix)?.checked_add(c.to_digit(radix)?).filter(|&n| n <= 0x0010_FFFF)
    });
    let known = number.filter(|&n| n != 0).and_then(|n| match n {
        0x80..=0x9F => C1_REPLACEMENTS[n as usize - 0x80].or(char::from_u32(n)),
        n => char::from_u32(n),
    });
    out.push(known.unwrap_or(char::REPLACEMENT_CHARACTER));
    let used = usize::from(hex) + count;
    Some(used + usize::from(text[used..].starts_with(';')))
}

/// Resolves the longest name that a text begins with; returns how many bytes it takes.
fn named(text: &str, in_attribute: bool, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = bytes.iter().take(NAME_BYTES_MAX).take_while(|b| b.is_ascii_alphanumeric()).count();
    let with_end = name + usize::from(bytes.get(name) == Some(&b';'));
    // The table holds the beginnings of names too, with nothing as what they stand for.
    let find = |end: usize| NAMED_ENTITIES.get(&text[..end]).filter(|found| found.0 != 0).map(|&found| (end, found));
    let (end, (first, second)) = find(with_end).or_else(|| (1..=name).rev().find_map(find))?;
    let next = bytes.get(end);
    let in_query = next == Some(&b'=') || next.is_some_and(u8::is_ascii_alphanumeric);
    if in_attribute && bytes[end - 1] != b';' && in_query {
        return None;
    }
    out.extend(char::from_u32(first));
    out.extend(char::from_u32(second).filter(|_| second != 0));
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_for_characters() {
        for (text, expected) in [
            ("a &amp; b &lt;c&gt;", "a & b <c>"),
            ("&#8217;&#x2019;&#X2019", "’’’"),
            ("&#150;&#0;&#xD800;&#99999999999;", "–\u{fffd}\u{fffd}\u{fffd}"),
            ("&notit; &notin; &not;", "¬it; ∉ ¬"),
            ("&copy 2020 & &; &# &#x &#xg &unknown; &NotEqualTilde;", "© 2020 & &; &# &#x &#xg &unknown; ≂̸"),
            ("&", "&"),
            ("x&eacute", "xé"),
            ("&nbsp;", "\u{a0}"),
        ] {
            assert_eq!(resolved(text, false), expected, "{text}");
        }
    }

    #[test]
    fn addresses_keep_their_queries() {
        assert_eq!(resolved("/?a=1&copy=2&amp;b&lt", true), "/?a=1&copy=2&b<");
        assert_eq!(resolved("/?a=1&copy=2", false), "/?a=1©=2");
    }
}
