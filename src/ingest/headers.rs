//! Header lines as `Name: value`, the same in WARC records, HTTP responses and parts of mail.

/// Longest header that is read. What is made of a header takes many times its bytes.
pub(crate) const HEADER_BYTES_MAX: usize = 1 << 16;

/// The fields of a header, in order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Reads lines up to the first empty one. A line that begins with a blank goes on with the one before it; a line
    /// without a colon is passed over: headers are written by every kind of program.
    pub(crate) fn parse(lines: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines.split(|&b| b == b'\n') {
            let text = String::from_utf8_lossy(line);
            let text = text.trim_end();
            match (text.starts_with([' ', '\t']), fields.last_mut()) {
                (true, Some((_, value))) => {
                    value.push(' ');
                    value.push_str(text.trim_start());
                }
                _ => fields.extend(
                    text.split_once(':').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())),
                ),
            }
        }
        Self(fields)
    }

    /// The first field of a name, in capitals or not, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Bytes that it takes in memory, about.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.iter().map(|field| (size_of_val(field) + field.0.len() + field.1.len()) as u64).sum()
    }
}

/// Splits a header from what it stands over: the place behind its empty line. `None` where there is no such line within
/// [`HEADER_BYTES_MAX`].
pub(crate) fn end(bytes: &[u8]) -> Option<usize> {
    let bytes = &bytes[..bytes.len().min(HEADER_BYTES_MAX)];
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'\n', &bytes[from..]).map(|at| from + at + 1) {
        match &bytes[at..] {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => from = at,
        }
    }
    None
}

/// The type in a `Content-Type`, in lower case and without its parameters.
pub(crate) fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A parameter of a `Content-Type`, such as `charset`, without its quotes.
pub(crate) fn parameter(content_type: &str, name: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty())
}

/// Whether a media type is that of a page.
pub(crate) fn is_html(content_type: &str) -> bool {
    matches!(&*media_type(content_type), "text/html" | "application/xhtml+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_in_any_case_and_over_two_lines() {
        let headers = Headers::parse(b"Content-TYPE: text/html;\r\n charset=\"utf-8\"\r\nno colon\r\nX:\r\n");
        let content_type = headers.get("content-type").unwrap();
        assert_eq!(content_type, "text/html; charset=\"utf-8\"");
        assert_eq!(parameter(content_type, "Charset").as_deref(), Some("utf-8"));
        assert!(is_html(content_type));
        assert_eq!((headers.get("x"), headers.get("no colon")), (None, None));
    }

    #[test]
    fn a_header_ends_at_its_empty_line() {
        assert_eq!(end(b"a: b\r\n\r\nbody"), Some(8));
        assert_eq!(end(b"a: b\n\nbody"), Some(6));
        assert_eq!(end(b"a: b\r\n"), None);
        let long = |bytes: usize| "a: b\n".repeat(bytes / 5) + "\n";
        assert_eq!(end(long(HEADER_BYTES_MAX - 10).as_bytes()), Some(long(HEADER_BYTES_MAX - 10).len()));
        assert_eq!(end(long(HEADER_BYTES_MAX + 10).as_bytes()), None);
    }
}
