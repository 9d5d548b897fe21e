//! A page saved as a mail with its pictures (MHTML, RFC 2557): the page in it.

use memchr::memmem;

use super::{
    headers::{self, Headers},
    saved,
};
use crate::{
    article::{Origin, Page},
    skip::SkipReason,
};

/// Parts inside parts that are looked into.
const DEPTH_MAX: usize = 4;

/// Parts of one level that are looked at.
const PARTS_MAX: usize = 10_000;

/// Whether a file holds such a page, by its name.
pub(crate) fn is_mhtml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.ends_with(".mhtml") || name.ends_with(".mht")
}

/// The first part that is HTML, decoded.
pub(crate) fn page(mail: &[u8]) -> Result<Page, SkipReason> {
    let (top, part) = part(mail, 0).ok_or_else(|| SkipReason::BrokenRecord("no page in the mail".to_owned()))?;
    let content_type = part.headers.get("content-type").unwrap_or_default();
    let address = top.get("snapshot-content-location").or_else(|| part.headers.get("content-location"));
    let url = address.filter(|url| url.starts_with("http")).map(str::to_owned);
    let captured = top.get("date").and_then(saved::mail_date);
    let bytes = match part.headers.get("content-transfer-encoding").map(str::to_ascii_lowercase).as_deref() {
        Some("quoted-printable") => from_quoted_printable(part.body),
        Some("base64") => from_base64(part.body),
        _ => part.body.to_vec(),
    };
    let charset = headers::parameter(content_type, "charset");
    Ok(Page { bytes, url, charset, origin: Origin { captured, ..Origin::default() } })
}

struct Part<'a> {
    headers: Headers,
    body: &'a [u8],
}

/// The header of a mail, and its first part that is HTML.
fn part(mail: &[u8], depth: usize) -> Option<(Headers, Part<'_>)> {
    let body_at = headers::end(mail)?;
    let headers = Headers::parse(&mail[..body_at]);
    let body = &mail[body_at..];
    let content_type = headers.get("content-type")?.to_owned();
    if headers::is_html(&content_type) {
        return Some((headers.clone(), Part { headers, body }));
    }
    if depth >= DEPTH_MAX || !headers::media_type(&content_type).starts_with("multipart/") {
        return None;
    }
    let boundary = headers::parameter(&content_type, "boundary")?;
    let found = parts(body, &boundary).find_map(|inner| part(inner, depth + 1))?;
    Some((headers, found.1))
}

/// What stands between lines that begin with the boundary, up to [`PARTS_MAX`] times.
fn parts<'a>(body: &'a [u8], boundary: &str) -> impl Iterator<Item = &'a [u8]> {
    let mark = format!("--{boundary}").into_bytes();
    let starts = memmem::find_iter(body, &mark).filter(|&at| at == 0 || body[at - 1] == b'\n');
    let starts = starts.chain([body.len()]).take(PARTS_MAX + 1).collect::<Vec<_>>();
    let mark_bytes = mark.len();
    let between = starts.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
    between.into_iter().filter_map(move |(start, end)| {
        let part = &body[start + mark_bytes..end];
        let line_end = memchr::memchr(b'\n', part)?;
        Some(&part[line_end + 1..])
    })
}

/// Decodes quoted-printable (RFC 2045, section 6.7); what is no such code stands for itself.
fn from_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        decoded.extend_from_slice(&rest[..at]);
        rest = match &rest[at + 1..] {
            [b'\n', after @ ..] | [b'\r', b'\n', after @ ..] => after,
            [high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(hex(*high) << 4 | hex(*low));
                after
            }
            after => {
                decoded.push(b'=');
                after
            }
        };
    }
    decoded.extend_from_slice(rest);
    decoded
}

fn hex(digit: u8) -> u8 {
    (digit as char).to_digit(16).unwrap_or(0) as u8
}

/// Decodes base64 (RFC 2045, section 6.8) up to its padding; other bytes are passed over, as they are to be.
fn from_base64(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for &byte in body.iter().take_while(|&&b| b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8);
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(encoding: &str, body: &str) -> Vec<u8> {
        let lines = [
            "From: <Saved by Blink>",
            "Snapshot-Content-Location: https://a.example/x",
            "Date: Fri, 22 Apr 2022 10:00:00 +0200",
            "MIME-Version: 1.0",
            "Content-Type: multipart/related;",
            "\ttype=\"text/html\";",
            "\tboundary=\"----b----\"",
            "",
            "",
            "------b----",
            "Content-Type: text/html; charset=windows-1252",
            &format!("Content-Transfer-Encoding: {encoding}"),
            "Content-Location: https://a.example/x",
            "",
            body,
            "------b----",
            "Content-Type: image/png",
            "",
            "<p>no page</p>",
            "------b------",
            "",
        ];
        lines.join("\r\n").into_bytes()
    }

    #[test]
    fn the_page_is_decoded_with_its_address_and_time() {
        let read = page(&mail("quoted-printable", "<p class=3D\"x\">Caf=E9 o=\r\nn=?")).unwrap();
        assert_eq!(read.bytes.trim_ascii_end(), b"<p class=\"x\">Caf\xe9 on=?");
        assert_eq!((read.url.as_deref(), read.charset.as_deref()), (Some("https://a.example/x"), Some("windows-1252")));
        assert_eq!(read.origin.captured.as_deref(), Some("2022-04-22T08:00:00Z"));
        assert_eq!(page(&mail("base64", "PHA+RGFt\r\nIGhvbGRzPC9wPg==")).unwrap().bytes, b"<p>Dam holds</p>");
        assert_eq!(page(&mail("8bit", "<p>Dam")).unwrap().bytes.trim_ascii_end(), b"<p>Dam");
    }

    #[test]
    fn a_mail_without_a_page_is_told() {
        let long = format!("Content-Type: text/html\r\n{}\r\n<p>x", "X: y\r\n".repeat(12_000));
        let nested = "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n".repeat(50);
        for mail in ["", "Content-Type: text/plain\r\n\r\nx", "Content-Type: multipart/related\r\n\r\n", &nested, &long]
        {
            assert!(matches!(page(mail.as_bytes()), Err(SkipReason::BrokenRecord(_))));
        }
    }
}
