//! Texts of pages on their way into an answer, and addresses made of them.

use std::borrow::Cow;

use crate::render::safe::for_terminal;

/// A text without controls and without characters that turn the direction of what follows. The pages' templates escape
/// markup.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    for_terminal(text)
}

/// An address that a page may link to: of the web, and nothing that a browser would run.
pub(super) fn web_address(address: &str) -> Option<Cow<'_, str>> {
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    });
    is_web.then(|| harmless(address))
}

/// A text as one segment of a path.
pub(super) fn path_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => segment.push(char::from(byte)),
            // A lone dot or two would be a step in the path.
            b'.' if text.bytes().any(|byte| byte != b'.') => segment.push('.'),
            byte => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// Parameters as the part of an address behind its `?`.
pub(super) fn parameters<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// A number with its thousands set apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things.
pub(super) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_linked() {
        for address in ["https://a.example/", "HTTP://a.example"] {
            assert!(web_address(address).is_some(), "{address}");
        }
        for address in ["javascript:alert(1)", "data:text/html,x", " https://a.example", "//a.example", "https://", "é"]
        {
            assert!(web_address(address).is_none(), "{address}");
        }
    }

    #[test]
    fn any_text_is_one_segment() {
        assert_eq!(path_segment("a/b?c=d#e"), "a%2Fb%3Fc%3Dd%23e");
        assert_eq!((path_segment(".."), path_segment("a.b")), ("%2E%2E".to_owned(), "a.b".to_owned()));
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
