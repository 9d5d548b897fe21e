//! An HTTP response as it was kept: its header, and its body with the wrappings of the transfer taken off.

use std::{
    io::{self, Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::{
    headers::{self, Headers},
    page::{compression, read_bounded, too_large},
    parts::Whole,
    zstd::Zstd,
};
use crate::{
    article::{Origin, Page},
    skip::SkipReason,
};

/// Most codings laid over each other that are taken off.
const CODINGS_MAX: usize = 4;

/// Longest line with the size of a chunk.
const CHUNK_LINE_BYTES_MAX: usize = 1 << 10;

/// A response, not yet unwrapped: that is done in many threads.
#[derive(Debug)]
pub(crate) struct Response {
    headers: Headers,
    /// Header and body.
    block: Vec<u8>,
    body_at: usize,
    pub(crate) url: Option<String>,
    pub(crate) origin: Origin,
    bytes_max: u64,
}

/// What the first line and the header of a response say.
pub(crate) struct Head {
    pub(crate) status: u16,
    headers: Headers,
    body_at: usize,
}

impl Head {
    /// Reads the header of a response; `None` where there is none.
    pub(crate) fn parse(block: &[u8]) -> Option<Self> {
        let body_at = headers::end(block)?;
        let line_end = memchr::memchr(b'\n', block)?;
        let line = std::str::from_utf8(&block[..line_end]).ok()?;
        let mut words = line.split_ascii_whitespace();
        let status = words.next().filter(|version| version.starts_with("HTTP/")).and(words.next())?.parse().ok()?;
        Some(Self { status, headers: Headers::parse(&block[line_end + 1..body_at]), body_at })
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.headers.get("content-type")
    }

    /// The response with this header.
    pub(crate) fn response(self, block: Vec<u8>, url: Option<String>, origin: Origin, bytes_max: u64) -> Response {
        Response { headers: self.headers, block, body_at: self.body_at, url, origin, bytes_max }
    }
}

impl Response {
    pub(crate) fn bytes(&self) -> u64 {
        self.block.len() as u64 + self.headers.bytes()
    }

    /// The page, with chunks joined and compression taken off; nothing longer than the limit is made on the way.
    pub(crate) fn into_page(mut self) -> Result<Page, SkipReason> {
        let charset = self.headers.get("content-type").and_then(|value| headers::parameter(value, "charset"));
        let mut body = self.block.split_off(self.body_at);
        let codings = codings(&self.headers);
        if codings.len() > CODINGS_MAX {
            return Err(SkipReason::BrokenCompression(format!("it is coded {} times", codings.len())));
        }
        for coding in codings.iter().rev() {
            body = without_coding(coding, body, self.bytes_max)?;
        }
        Ok(Page { bytes: body, url: self.url, charset, origin: self.origin })
    }
}

/// What was laid over the body, in the order in which it was done.
fn codings(headers: &Headers) -> Vec<String> {
    let fields = [headers.get("content-encoding"), headers.get("transfer-encoding")];
    let names = fields.into_iter().flatten().flat_map(|field| field.split(','));
    names.map(|name| name.trim().to_ascii_lowercase()).collect()
}

/// Takes one coding off. Many programs that write archives take it off themselves and leave the header as it was: a
/// body that does not begin as the header says is taken as it stands.
fn without_coding(coding: &str, body: Vec<u8>, bytes_max: u64) -> Result<Vec<u8>, SkipReason> {
    match coding {
        "chunked" => Ok(joined_chunks(&body).unwrap_or(body)),
        "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => bounded(GzDecoder::new(&*body), bytes_max),
        "deflate" if is_zlib(&body) => bounded(ZlibDecoder::new(&*body), bytes_max),
        "deflate" if !looks_like_html(&body) => bounded(DeflateDecoder::new(&*body), bytes_max),
        "br" if !looks_like_html(&body) => bounded(brotli_decompressor::Decompressor::new(&*body, 1 << 14), bytes_max),
        "zstd" if body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
            bounded(Whole(Box::new(Zstd::without_dictionaries(Box::new(Cursor::new(body))))), bytes_max)
        }
        _ => Ok(body),
    }
}

/// Decoders have panicked over broken bytes; that is one more way of saying that they are broken.
fn bounded(from: impl Read, bytes_max: u64) -> Result<Vec<u8>, SkipReason> {
    let failed = |_| Err(io::Error::new(io::ErrorKind::InvalidData, "the decoder failed on it"));
    let read = catch_unwind(AssertUnwindSafe(|| read_bounded(from, bytes_max))).unwrap_or_else(failed);
    read.map_err(broken)?.ok_or_else(|| too_large(bytes_max))
}

/// Reading from memory does not fail; decompressing does.
fn broken(error: io::Error) -> SkipReason {
    match compression(error) {
        SkipReason::Unreadable(text) => SkipReason::BrokenCompression(text),
        reason => reason,
    }
}

/// Whether bytes begin as a zlib stream does (RFC 1950).
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..] if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

fn looks_like_html(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().first() == Some(&b'<')
}

/// The content of chunks (RFC 9112, section 7.1). One that is cut off ends the body; `None` where there are no chunks.
fn joined_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let line_end = memchr::memchr(b'\n', &rest[..rest.len().min(CHUNK_LINE_BYTES_MAX)]);
        let size = line_end.and_then(|end| chunk_size(&rest[..end]));
        let (Some(line_end), Some(size)) = (line_end, size) else {
            return (!joined.is_empty()).then_some(joined);
        };
        let content = &rest[line_end + 1..];
        joined.extend_from_slice(&content[..content.len().min(size)]);
        if size == 0 || content.len() <= size {
            return Some(joined);
        }
        rest = &content[size..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
}

fn chunk_size(line: &[u8]) -> Option<usize> {
    let digits = line.split(|&b| b == b';').next()?.trim_ascii();
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const LIMIT: u64 = 1 << 16;

    fn page(header: &str, body: &[u8]) -> Result<Page, SkipReason> {
        let block = [format!("HTTP/1.1 200 OK\r\n{header}\r\n\r\n").as_bytes(), body].concat();
        let head = Head::parse(&block).unwrap();
        assert_eq!(head.status, 200);
        head.response(block, None, Origin::default(), LIMIT).into_page()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    #[test]
    fn chunks_are_joined_and_compression_is_taken_off() {
        let packed = gzip(b"<p>Dam holds</p>");
        let (one, other) = packed.split_at(9);
        let chunk = |bytes: &[u8]| [format!("{:x};x=y\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        let body = [chunk(one), chunk(other), b"0\r\n\r\n".to_vec()].concat();
        let read = page(
            "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html; charset=utf-8",
            &body,
        );
        let read = read.unwrap();
        assert_eq!((read.bytes.as_slice(), read.charset.as_deref()), (&b"<p>Dam holds</p>"[..], Some("utf-8")));
    }

    #[test]
    fn a_body_that_is_not_wrapped_as_its_header_says_stands_as_it_is() {
        for header in [
            "Content-Encoding: gzip",
            "Transfer-Encoding: chunked",
            "Content-Encoding: br",
            "Content-Encoding: deflate",
        ] {
            assert_eq!(page(header, b"<p>Dam holds</p>").unwrap().bytes, b"<p>Dam holds</p>", "{header}");
        }
    }

    #[test]
    fn a_bomb_is_refused_with_the_limit() {
        let bomb = gzip(&vec![b' '; LIMIT as usize + 1]);
        let refused = page("Content-Encoding: gzip", &bomb).unwrap_err();
        assert_eq!(refused, SkipReason::TooLarge { limit: "page-bytes-max".to_owned(), bytes_max: LIMIT });
    }

    #[test]
    fn a_compressed_body_that_ends_early_is_told() {
        let mut packed = gzip(b"<p>Dam holds</p>");
        packed.truncate(packed.len() - 10);
        assert!(matches!(page("Content-Encoding: gzip", &packed), Err(SkipReason::BrokenCompression(_))));
    }

    #[test]
    fn what_is_no_response_is_none() {
        for block in ["", "HTTP/1.1 200 OK", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 two\r\n\r\n"] {
            assert!(Head::parse(block.as_bytes()).is_none(), "{block}");
        }
    }
}
