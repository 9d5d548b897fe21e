//! The page cut into tags and text, as the HTML standard says (13.2.5, Tokenization), less what no rule of ours reads.
//!
//! Left out here, and so never built: comments, the text of programs and style sheets, attributes of other names than
//! [`is_read`] knows. Text and values share the page's buffer; only what holds a character reference is copied.

use html5ever::{
    Attribute, LocalName, QualName, ns,
    tendril::StrTendril,
    tokenizer::{
        Doctype, Tag,
        TagKind::{EndTag, StartTag},
        Token, TokenSink, TokenSinkResult,
        states::RawKind,
    },
};
use memchr::{memchr, memchr2, memmem};

use super::references;

/// Most attributes of one tag that are read.
pub(super) const ATTRS_MAX: usize = 256;

/// Longest name of a tag, in bytes; longer ones are cut.
const NAME_BYTES_MAX: usize = 100;

/// Feeds a page to a tree builder. Takes time linear in the page's length.
pub(super) fn feed<S: TokenSink>(html: &str, sink: &S) {
    let html = html.strip_prefix('\u{feff}').unwrap_or(html);
    let page = StrTendril::from_slice(&unix_lines(html));
    Tokens { bytes: page.as_bytes(), page: &page, sink, at: 0 }.run();
    let _ = sink.process_token(Token::EOFToken, 0);
    sink.end();
}

/// The page with its line ends as line feeds.
fn unix_lines(html: &str) -> std::borrow::Cow<'_, str> {
    if memchr(b'\r', html.as_bytes()).is_none() {
        return html.into();
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr(b'\r', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        text.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    text.push_str(rest);
    text.into()
}

struct Tokens<'a, S> {
    page: &'a StrTendril,
    bytes: &'a [u8],
    sink: &'a S,
    at: usize,
}

/// A tag as it stands on the page: its token, and where it ends.
struct Read {
    tag: Tag,
    end: usize,
    /// Whether its type names JSON-LD.
    linked_data: bool,
}

impl<S: TokenSink> Tokens<'_, S> {
    /// The data state.
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let open = self.find_tag(self.at);
            self.text(self.at, open, true);
            self.at = open;
            if open == self.bytes.len() {
                return;
            }
            match self.bytes.get(open + 1) {
                Some(b'!') => self.declaration(open),
                Some(b'/') if letter(self.bytes.get(open + 2)) => self.end_tag(open),
                // `</>` is nothing, `</ x>` a comment of sorts.
                Some(b'/') => self.at = self.past(open + 2, b'>'),
                Some(b'?') => self.at = self.past(open + 2, b'>'),
                _ => self.start_tag(open),
            }
        }
    }

    /// The next place where something else than text begins; the page's end if nothing does.
    fn find_tag(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(found) = memchr(b'<', &self.bytes[at..]) {
            let open = at + found;
            match self.bytes.get(open + 1) {
                Some(b'!' | b'?') => return open,
                Some(b'/') if open + 2 < self.bytes.len() => return open,
                next if letter(next) => return open,
                _ => at = open + 1,
            }
        }
        self.bytes.len()
    }

    /// Behind the next byte of a kind; the page's end if there is none.
    fn past(&self, from: usize, byte: u8) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        memchr(byte, rest).map_or(self.bytes.len(), |found| from + found + 1)
    }

    /// `<!--`, `<!doctype`, `<![CDATA[`; anything else behind `<!` is a comment of sorts.
    fn declaration(&mut self, open: usize) {
        let rest = &self.bytes[open + 2..];
        if rest.starts_with(b"--") {
            self.at = self.comment_end(open);
        } else if rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype")) {
            let end = self.past(open, b'>');
            let doctype = doctype(self.page[open + 9..end].trim_end_matches('>'));
            let _ = self.sink.process_token(Token::DoctypeToken(doctype), 0);
            self.at = end;
        } else if rest.starts_with(b"[CDATA[") && self.sink.adjusted_current_node_present_but_not_in_html_namespace() {
            let start = open + "<![CDATA[".len();
            let end = memmem::find(&self.bytes[start..], b"]]>").map(|found| start + found);
            self.text(start, end.unwrap_or(self.bytes.len()), false);
            self.at = end.map_or(self.bytes.len(), |end| end + 3);
        } else {
            self.at = self.past(open + 2, b'>');
        }
    }

    /// End of the comment that begins at `open`; the page's end if nothing closes it.
    fn comment_end(&self, open: usize) -> usize {
        let mut at = open + "<!".len();
        while let Some(found) = memmem::find(&self.bytes[at..], b"--") {
            let dashes = at + found;
            match &self.bytes[dashes + 2..] {
                [b'>', ..] => return dashes + 3,
                [b'!', b'>', ..] if dashes >= open + 4 => return dashes + 4,
                _ => at = dashes + 1,
            }
        }
        self.bytes.len()
    }

    fn end_tag(&mut self, open: usize) {
        match self.tag(open + 2, EndTag) {
            None => self.at = self.bytes.len(),
            Some(read) => {
                self.at = read.end;
                let _ = self.sink.process_token(Token::TagToken(read.tag), 0);
            }
        }
    }

    fn start_tag(&mut self, open: usize) {
        let Some(Read { tag, end, linked_data }) = self.tag(open + 1, StartTag) else {
            self.at = self.bytes.len();
            return;
        };
        self.at = end;
        let (name, self_closing) = (tag.name.clone(), tag.self_closing);
        let is_program = matches!(&*name, "script" | "style");
        match self.sink.process_token(Token::TagToken(tag), 0) {
            TokenSinkResult::RawData(kind) => {
                let close = self.close_of(end, &name);
                if !is_program || linked_data {
                    self.raw_text(end, close, kind == RawKind::Rcdata);
                }
                self.at = close;
            }
            TokenSinkResult::Plaintext => {
                self.raw_text(end, self.bytes.len(), false);
                self.at = self.bytes.len();
            }
            // In pictures and formulas, which hold programs too.
            _ if is_program && !self_closing => self.at = self.close_of(end, &name),
            _ => {}
        }
    }

    /// Start of the end tag of this name; the page's end if there is none.
    fn close_of(&self, from: usize, name: &str) -> usize {
        for found in memmem::find_iter(&self.bytes[from..], b"</") {
            let rest = &self.bytes[from + found + 2..];
            let named = rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
            if named && rest.get(name.len()).is_some_and(|&b| space(b) || matches!(b, b'/' | b'>')) {
                return from + found;
            }
        }
        self.bytes.len()
    }

    /// Hands on the text from `start` to `end`, its character references resolved if it is to have such.
    fn text(&self, start: usize, end: usize, resolved: bool) {
        if start >= end {
            return;
        }
        let bytes = &self.bytes[start..end];
        let special = if resolved { memchr2(b'&', 0, bytes) } else { memchr(0, bytes) };
        if special.is_none() {
            return self.characters(self.shared(start, end));
        }
        for (nth, piece) in self.page[start..end].split('\0').enumerate() {
            if nth > 0 {
                let _ = self.sink.process_token(Token::NullCharacterToken, 0);
            }
            let text = if resolved { references::resolved(piece, false) } else { piece.into() };
            self.characters(StrTendril::from_slice(&text));
        }
    }

    /// As [`Self::text`], for elements that hold text only.
    fn raw_text(&self, start: usize, end: usize, resolved: bool) {
        if memchr(0, &self.bytes[start..end]).is_none() {
            return self.text(start, end, resolved);
        }
        let text = self.page[start..end].replace('\0', "\u{fffd}");
        let text = if resolved { references::resolved(&text, false) } else { text.as_str().into() };
        self.characters(StrTendril::from_slice(&text));
    }

    fn characters(&self, text: StrTendril) {
        if !text.is_empty() {
            let _ = self.sink.process_token(Token::CharacterTokens(text), 0);
        }
    }

    fn shared(&self, start: usize, end: usize) -> StrTendril {
        self.page.subtendril(start as u32, (end - start) as u32)
    }

    /// Reads a tag from its name on; `None` where the page ends in it.
    fn tag(&self, name_start: usize, kind: html5ever::tokenizer::TagKind) -> Option<Read> {
        let name_end = self.skip(name_start, |b| !space(b) && !matches!(b, b'/' | b'>'))?;
        let name = local_name(&self.page[name_start..name_end], NAME_BYTES_MAX);
        let mut tag = Tag { kind, name, self_closing: false, attrs: Vec::new(), had_duplicate_attributes: false };
        let (mut from, mut count, mut linked_data) = (name_end, 0, false);
        loop {
            let at = self.skip(from, |b| space(b) || b == b'/')?;
            if self.bytes[at] == b'>' {
                // A slash at the end of a value without quotes is part of it.
                tag.self_closing = at > from && self.bytes[at - 1] == b'/';
                return Some(Read { tag, end: at + 1, linked_data });
            }
            count += 1;
            let Span { name, value, end } = self.attribute(at)?;
            from = end;
            if kind == StartTag && count <= ATTRS_MAX {
                let name = &self.page[name.0..name.1];
                linked_data |= name.eq_ignore_ascii_case("type") && names_json_ld(&self.bytes[value.0..value.1]);
                self.push(&mut tag, name, value);
            }
        }
    }

    /// Adds an attribute to a tag, if it is of a name that is read, and the first of it.
    fn push(&self, tag: &mut Tag, name: &str, (start, end): (usize, usize)) {
        let mut lower = [0; READ_BYTES_MAX];
        let Some(lower) = lower.get_mut(..name.len()) else { return };
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        let Ok(name) = std::str::from_utf8(lower) else { return };
        if !is_read(name) {
            return;
        }
        let local = LocalName::from(name);
        if tag.attrs.iter().any(|attr| attr.name.local == local) {
            tag.had_duplicate_attributes = true;
            return;
        }
        let value = match memchr2(b'&', 0, &self.bytes[start..end]) {
            None => self.shared(start, end),
            Some(_) => {
                let value = references::resolved(&self.page[start..end], true);
                StrTendril::from_slice(&value.replace('\0', "\u{fffd}"))
            }
        };
        tag.attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
    }

    /// The attribute that begins at `at`; `None` where the page ends in it.
    fn attribute(&self, at: usize) -> Option<Span> {
        // An equals sign at the very start is part of the name.
        let name_end = self.skip(at + 1, |b| !space(b) && !matches!(b, b'/' | b'>' | b'='))?;
        let equals = self.skip(name_end, space)?;
        if self.bytes[equals] != b'=' {
            return Some(Span { name: (at, name_end), value: (name_end, name_end), end: name_end });
        }
        let start = self.skip(equals + 1, space)?;
        let (value, end) = match self.bytes[start] {
            quote @ (b'"' | b'\'') => {
                let close = start + 1 + memchr(quote, &self.bytes[start + 1..])?;
                ((start + 1, close), close + 1)
            }
            _ => {
                let end = self.skip(start, |b| !space(b) && b != b'>')?;
                ((start, end), end)
            }
        };
        Some(Span { name: (at, name_end), value, end })
    }

    /// The first place from `at` on whose byte is not as asked for; `None` where the page ends before it.
    fn skip(&self, at: usize, test: impl Fn(u8) -> bool) -> Option<usize> {
        self.bytes.get(at..)?.iter().position(|&b| !test(b)).map(|found| at + found)
    }
}

/// Where an attribute's name and value stand, and where it ends.
struct Span {
    name: (usize, usize),
    value: (usize, usize),
    end: usize,
}

fn space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0C)
}

fn letter(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphabetic)
}

/// A name in small letters.
fn local_name(name: &str, bytes_max: usize) -> LocalName {
    let name = &name[..name.floor_char_boundary(bytes_max)];
    if name.bytes().any(|b| b.is_ascii_uppercase() || b == 0) {
        LocalName::from(name.to_ascii_lowercase().replace('\0', "\u{fffd}"))
    } else {
        LocalName::from(name)
    }
}

/// Whether the type of a script may say that it holds JSON-LD; the plus sign may be a character reference.
fn names_json_ld(value: &[u8]) -> bool {
    let has = |word: &[u8]| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    has(b"ld") && has(b"json")
}

/// Bytes of the longest name that [`is_read`] knows.
const READ_BYTES_MAX: usize = 16;

/// Whether an attribute is read by any rule of the extractor, or decides how the tree is built.
fn is_read(name: &str) -> bool {
    matches!(
        name,
        "class"
            | "id"
            | "href"
            | "src"
            | "rel"
            | "title"
            | "style"
            | "role"
            | "type"
            | "name"
            | "content"
            | "property"
            | "itemprop"
            | "itemscope"
            | "itemtype"
            | "datetime"
            | "hidden"
            | "aria-label"
            | "aria-hidden"
            | "lang"
            | "value"
            | "width"
            | "http-equiv"
            | "data-src"
            | "data-original"
            | "data-lazy-src"
            | "data-testid"
            | "data-component"
            | "data-type"
            | "data-name"
            | "data-qa"
            | "data-module"
            | "color"
            | "face"
            | "size"
            | "encoding"
    )
}

/// A doctype, from what stands behind its first word: its name and its two identifiers, which tell old pages by.
fn doctype(text: &str) -> Doctype {
    let text = text.trim_start();
    let (name, mut rest) = text.split_at(text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len()));
    let mut ids = [None, None];
    rest = rest.trim_start();
    let keyword = rest.get(..6).unwrap_or_default().to_ascii_lowercase();
    let first = match keyword.as_str() {
        "public" => 0,
        "system" => 1,
        _ => ids.len(),
    };
    rest = rest.get(6..).unwrap_or_default();
    for id in ids.iter_mut().skip(first) {
        rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, behind)) = rest[1..].split_once(quote) else { break };
        *id = Some(StrTendril::from_slice(value));
        rest = behind;
    }
    let force_quirks = name.is_empty() || (first < 2 && ids[first].is_none()) || (first == 2 && !keyword.is_empty());
    let [public_id, system_id] = ids;
    let name = Some(name.to_ascii_lowercase()).filter(|name| !name.is_empty());
    Doctype { name: name.map(|name| StrTendril::from_slice(&name)), public_id, system_id, force_quirks }
}

#[cfg(test)]
mod tests;
