//! What is taken out of a page before it is parsed: comments, programs, style sheets, and attributes past any use.

/// Most attributes of one tag that are parsed. The tokenizer compares each with all before it.
pub(super) const ATTRS_MAX: usize = 256;

/// Cuts a page into the pieces that are worth parsing, in order. Takes time linear in the page's length.
///
/// Scripts keep their text only where their type names JSON: the rest is of no use for the article, and is half of
/// what a newsroom's page weighs.
pub(super) fn pieces(html: &str) -> Vec<&str> {
    let mut sieve = Sieve { html, bytes: html.as_bytes(), kept: 0, pieces: Vec::new() };
    sieve.run();
    sieve.pieces
}

struct Sieve<'a> {
    html: &'a str,
    bytes: &'a [u8],
    /// Start of the piece that is being kept.
    kept: usize,
    pieces: Vec<&'a str>,
}

/// A tag: where its name stands and where it ends.
struct Tag {
    name_start: usize,
    name_end: usize,
    end: usize,
}

impl<'a> Sieve<'a> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(open) = self.find(at, "<") {
            at = match self.bytes.get(open + 1) {
                Some(b'!') if self.bytes[open..].starts_with(b"<!--") => {
                    let end = self.comment_end(open);
                    self.drop_range(open, end);
                    end
                }
                Some(b'/') if self.letter_at(open + 2) => self.tag(open + 2).end,
                Some(_) if self.letter_at(open + 1) => {
                    let tag = self.tag(open + 1);
                    self.raw_text(open, &tag).unwrap_or(tag.end)
                }
                _ => open + 1,
            };
        }
        self.drop_range(self.bytes.len(), self.bytes.len());
    }

    /// Leaves out what stands from `start` to `end`.
    fn drop_range(&mut self, start: usize, end: usize) {
        if start > self.kept {
            self.pieces.push(&self.html[self.kept..start]);
        }
        self.kept = end;
    }

    fn find(&self, at: usize, what: &str) -> Option<usize> {
        self.html.get(at..)?.find(what).map(|found| at + found)
    }

    fn letter_at(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic)
    }

    /// End of the comment that begins at `open`; the page's end if nothing closes it.
    fn comment_end(&self, open: usize) -> usize {
        let mut at = open + "<!".len();
        while let Some(dashes) = self.find(at, "--") {
            match &self.bytes[dashes + 2..] {
                [b'>', ..] => return dashes + 3,
                [b'!', b'>', ..] if dashes >= open + 4 => return dashes + 4,
                _ => at = dashes + 1,
            }
        }
        self.bytes.len()
    }

    /// Reads a tag from its name on, and leaves out its attributes past [`ATTRS_MAX`].
    ///
    /// Follows the tokenizer's states, since a quote counts only where a value may begin.
    fn tag(&mut self, name_start: usize) -> Tag {
        let mut at = self.skip(name_start, |b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0C | b'/' | b'>'));
        let name_end = at;
        let mut attrs = 0;
        let mut full_at = None;
        loop {
            at = self.skip(at, |b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0C | b'/'));
            if self.bytes.get(at).is_none_or(|&b| b == b'>') {
                break;
            }
            if attrs == ATTRS_MAX {
                full_at = Some(at);
            }
            attrs += 1;
            at = self.attr_end(at);
        }
        if let Some(start) = full_at {
            self.drop_range(start, at);
        }
        Tag { name_start, name_end, end: (at + 1).min(self.bytes.len()) }
    }

    /// End of the attribute that begins at `at`.
    fn attr_end(&self, at: usize) -> usize {
        let space = |b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0C);
        // An equals sign at the very start is part of the name.
        let name_end = self.skip(at + 1, |b| !space(b) && !matches!(b, b'/' | b'>' | b'='));
        let equals = self.skip(name_end, space);
        if self.bytes.get(equals) != Some(&b'=') {
            return name_end;
        }
        let value = self.skip(equals + 1, space);
        match self.bytes.get(value) {
            Some(quote @ (b'"' | b'\'')) => {
                let quote = if *quote == b'"' { "\"" } else { "'" };
                self.find(value + 1, quote).map_or(self.bytes.len(), |end| end + 1)
            }
            _ => self.skip(value, |b| !space(b) && b != b'>'),
        }
    }

    fn skip(&self, at: usize, test: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().position(|&b| !test(b)).unwrap_or(rest.len())
    }

    /// Where the text of a script or style sheet ends, if the tag opens one; its text is left out unless it is data.
    fn raw_text(&mut self, open: usize, tag: &Tag) -> Option<usize> {
        let name = &self.bytes[tag.name_start..tag.name_end];
        let script = name.eq_ignore_ascii_case(b"script");
        if script || name.eq_ignore_ascii_case(b"style") {
            let close = self.close_of(tag.end, name);
            if !(script && names_json(&self.bytes[open..tag.end])) {
                self.drop_range(tag.end, close);
            }
            return Some(close);
        }
        // The text of these holds no comments.
        if [&b"title"[..], b"textarea", b"noscript"].iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
            return Some(self.close_of(tag.end, name));
        }
        None
    }

    /// Start of the end tag of this name; the page's end if there is none.
    fn close_of(&self, from: usize, name: &[u8]) -> usize {
        let mut at = from;
        while let Some(close) = self.find(at, "</") {
            let rest = &self.bytes[close + 2..];
            let named = rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name));
            if named && rest.get(name.len()).is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace()) {
                return close;
            }
            at = close + 2;
        }
        self.bytes.len()
    }
}

/// Whether a script's tag says that it holds JSON.
fn names_json(tag: &[u8]) -> bool {
    tag.windows(4).any(|word| word.eq_ignore_ascii_case(b"json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, kept: &str) {
        assert_eq!(pieces(html).concat(), kept);
    }

    #[test]
    fn comments_programs_and_styles_go() {
        check("a<!-- b > --c -->d<!-->e<!--f--!>g", "adeg");
        check("<script>if (a<b) '</scripts>'</script >x", "<script></script >x");
        check("<STYLE media=x>p{}</style>x", "<STYLE media=x></style>x");
        check("<p>x<!-- never closed <p>y", "<p>x");
        check("<script>never closed <p>y", "<script>");
    }

    #[test]
    fn data_and_titles_stay() {
        for html in [
            r#"<script type="application/ld+json">{"a": "<!-- b"}</script>x"#,
            "<title>a <!-- b</title><p>x",
            "1 < 2 <> </> <3 <!doctype html>",
            "<a title='>' href=\"<!--\" b=x>y</a>",
        ] {
            check(html, html);
        }
    }

    #[test]
    fn attributes_past_the_limit_go() {
        let attrs = |count: usize| (0..count).map(|i| format!(" a{i}")).collect::<String>();
        check(&format!("<a{}>x</a>", attrs(ATTRS_MAX)), &format!("<a{}>x</a>", attrs(ATTRS_MAX)));
        check(&format!("<a{}>x</a>", attrs(ATTRS_MAX * 3)), &format!("<a{} >x</a>", attrs(ATTRS_MAX)));
        let quoted = format!("<a b='>' c\"{}>x", attrs(ATTRS_MAX));
        assert_eq!(pieces(&quoted).concat().len(), quoted.len() - " a254 a255".len() + 1);
    }

    #[test]
    fn a_tag_that_never_ends_is_read_once() {
        check("<a b='c", "<a b='c");
        check("x<a", "x<a");
    }
}
