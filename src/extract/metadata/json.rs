//! JSON as pages write it: read leniently, for a newsroom's template seldom escapes everything.

/// Nesting that is followed; what lies deeper is skipped.
const DEPTH_MAX: usize = 40;

/// Values that are kept of one script.
const VALUES_MAX: usize = 50_000;

/// A JSON value. Objects keep the order of their members.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string or number.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The list's items, or the value itself where a page left out the brackets.
    pub(super) fn items(&self) -> &[Json] {
        match self {
            Self::List(items) => items,
            Self::Null => &[],
            one => std::slice::from_ref(one),
        }
    }
}

/// Reads the values of a script. Raw line breaks and unescaped quotes in strings, comments, CDATA marks, trailing
/// commas, missing closing brackets and several values in a row are all taken; what cannot be read ends the reading,
/// and what came before is kept.
pub(super) fn read(script: &str) -> Vec<Json> {
    let mut reader = Reader { text: script, at: 0, values: 0, searched: 0 };
    let mut values = Vec::new();
    loop {
        match script[reader.at..].find(['{', '[']) {
            Some(skip) => reader.at += skip,
            None => return values,
        }
        match reader.value(0) {
            Some(value) => values.push(value),
            None => return values,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    values: usize,
    /// Bytes that were gone through to find members behind broken ones.
    searched: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Json> {
        self.skip_blank();
        self.values += 1;
        if self.values > VALUES_MAX || depth > DEPTH_MAX {
            self.at = self.text.len();
            return None;
        }
        match self.peek()? {
            b'{' => Some(self.object(depth)),
            b'[' => Some(self.list(depth)),
            b'"' => self.string().map(Json::Text),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Json {
        let mut members = Vec::new();
        self.at += 1;
        loop {
            self.skip_blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let Some(key) = self.string() else { break };
                    self.skip_blank();
                    if self.peek() != Some(b':') {
                        break;
                    }
                    self.at += 1;
                    let Some(value) = self.value(depth + 1) else { break };
                    members.push((key, value));
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                // A stray character: go on at the next member, if there is one.
                Some(_) => match self.next_member() {
                    Some(at) => self.at = at,
                    None => break,
                },
                None => break,
            }
        }
        Json::Object(members)
    }

    fn list(&mut self, depth: usize) -> Json {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.skip_blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b'}') | None => break,
                Some(_) => match self.value(depth + 1) {
                    Some(value) => items.push(value),
                    None => break,
                },
            }
        }
        Json::List(items)
    }

    /// A string. A quote ends it only where something follows that may follow a string.
    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let stop = rest.find(['"', '\\', '\n', '\r', '\t'])?;
            text.push_str(&rest[..stop]);
            self.at += stop;
            match self.peek()? {
                b'"' if self.quote_ends() => {
                    self.at += 1;
                    return Some(text);
                }
                b'\\' => self.escape(&mut text),
                b'"' => {
                    text.push('"');
                    self.at += 1;
                }
                _ => {
                    text.push(' ');
                    self.at += 1;
                }
            }
        }
    }

    /// Whether the quote at this place ends a string.
    fn quote_ends(&self) -> bool {
        let rest = self.text[self.at + 1..].trim_start();
        match rest.as_bytes().first() {
            None | Some(b'}' | b']' | b':') => true,
            // After a comma a member, an item or the end of a list must come.
            Some(b',') => {
                let next = rest[1..].trim_start().as_bytes().first().copied();
                matches!(next, None | Some(b'"' | b'{' | b'[' | b'}' | b']' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'))
            }
            // The comma before the next member was forgotten.
            Some(b'"') => self.text[self.at + 1..].starts_with(['\n', '\r']),
            _ => false,
        }
    }

    fn escape(&mut self, text: &mut String) {
        self.at += 1;
        let Some(c) = self.text[self.at..].chars().next() else { return };
        self.at += c.len_utf8();
        match c {
            'n' | 'r' | 't' => text.push(' '),
            'b' | 'f' => {}
            'u' => text.push(self.unicode_escape().unwrap_or('\u{fffd}')),
            other => text.push(other),
        }
    }

    /// The character of `\uXXXX`, or of two of them that make up one.
    fn unicode_escape(&mut self) -> Option<char> {
        let high = self.hex4()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return None;
        }
        self.at += 2;
        let low = self.hex4().filter(|low| (0xdc00..0xe000).contains(low))?;
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn hex4(&mut self) -> Option<u32> {
        let code = u32::from_str_radix(self.text.get(self.at..self.at + 4)?, 16).ok()?;
        self.at += 4;
        Some(code)
    }

    /// A number, `true`, `false`, `null` or a word that should have had quotes.
    fn word(&mut self) -> Option<Json> {
        let rest = &self.text[self.at..];
        let end = rest.find([',', '}', ']', '\n']).unwrap_or(rest.len());
        let word = rest[..end].trim();
        self.at += end;
        Some(match word {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" | "" | "undefined" => Json::Null,
            number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Json::Number(number.to_owned()),
            other => Json::Text(other.trim_matches('\'').to_owned()),
        })
    }

    /// Where the next member's name begins: a quote after a comma or a line break. Every brace of a flood of them looks
    /// through the same rest, so what is looked through in all is bounded.
    fn next_member(&mut self) -> Option<usize> {
        if self.searched > SEARCHED_BYTES_MAX {
            return None;
        }
        let text = self.text;
        let rest = &text[self.at..];
        let mut from = 0;
        loop {
            let quote = rest[from..].find('"').map(|q| q + from);
            let name_end = quote.and_then(|quote| rest[quote + 1..].find('"').map(|e| e + quote + 1));
            let (Some(quote), Some(name_end)) = (quote, name_end) else {
                self.searched += rest.len();
                return None;
            };
            let before = rest[..quote].trim_end().as_bytes().last();
            let behind = rest[name_end + 1..].trim_start();
            let begins = behind.starts_with(':') && (before == Some(&b',') || rest[..quote].ends_with(['\n', ' ']));
            from = quote + 1;
            if begins || from > MEMBER_SEARCH_BYTES_MAX {
                self.searched += rest.len() - behind.len();
                return begins.then_some(self.at + quote);
            }
        }
    }

    /// Steps over white space, comments and CDATA marks.
    fn skip_blank(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            if let Some(comment) = trimmed.strip_prefix("/*") {
                self.at += comment.find("*/").map_or(trimmed.len(), |end| end + 4);
            } else if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else {
                return;
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// Bytes after a broken member in which the next one is looked for.
const MEMBER_SEARCH_BYTES_MAX: usize = 20_000;

/// Bytes of one script that are gone through in all to find members behind broken ones; twice the longest script.
const SEARCHED_BYTES_MAX: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn member(script: &str, name: &str) -> Option<String> {
        read(script).iter().find_map(|v| v.get(name)).and_then(Json::text).map(str::to_owned)
    }

    #[test]
    fn sound_json_is_read_as_written() {
        let script = r#"{"a": "x\"y\\ \u00e9 \ud83d\ude00", "b": [1, -2.5e3, true, false, null, {}], "c": {"d": []}}"#;
        let value = &read(script)[0];
        assert_eq!(value.get("a"), Some(&Json::Text("x\"y\\ é 😀".into())));
        assert_eq!(value.get("b").unwrap().items().len(), 6);
        assert_eq!(value.get("c").unwrap().get("d"), Some(&Json::List(vec![])));
    }

    #[test]
    fn what_templates_break_is_mended() {
        for script in [
            "<!-- {\"t\": \"x\", \"a\": 1} -->",
            "//<![CDATA[\n{\"t\": \"x\"}\n//]]>",
            "{\"t\": \"x\",}",
            "{\"t\": \"x\"",
            "{\"h\": \"He said \"no\" to it\", \"t\": \"x\"}",
            "{\"h\": \"one\ntwo\", \"t\": \"x\"}",
            "{\"h\": , \"t\": \"x\"}",
            "{\"h\": \"a\"\n\"t\": \"x\"}",
            "{\"h\": undefined, \"t\": \"x\"}",
            "[{\"t\": \"x\"}",
        ] {
            let values = read(script);
            let found = values.iter().flat_map(Json::items).find_map(|v| v.get("t")).and_then(Json::text);
            assert_eq!(found, Some("x"), "{script}");
        }
    }

    #[test]
    fn inner_quotes_stay_in_the_string() {
        assert_eq!(member("{\"h\": \"He said \"no\" to it\"}", "h").as_deref(), Some("He said \"no\" to it"));
    }

    #[test]
    fn hostile_scripts_end() {
        read(&"[".repeat(1_000_000));
        read(&"{\"a\":".repeat(1_000_000));
        read(&"\"".repeat(100_000));
        read(&"{\"a\" ".repeat(100_000));
        let braces = "{".repeat(4 << 20);
        read(&braces);
        read(&format!("{braces}\""));
        read(&format!("{braces}\"a\""));
        read(&format!("[{}]", "1,".repeat(1_000_000)));
        read("{\"a\": \"\\u12");
        read("{\"a\": \"\\ud800\\u0041\"}");
        read("{\"é\\");
    }
}
