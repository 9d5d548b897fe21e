//! Answers compressed as their readers take them: gzip and zstd.

use std::io::Write;

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderMap, HeaderValue, Response, header},
};
use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt;

/// Shortest answer that is worth it, in bytes.
const ENCODED_BYTES_MIN: usize = 1_024;

/// Longest answer that is compressed where requests are waited for; longer ones go to another thread.
const AT_ONCE_BYTES_MAX: usize = 256 * 1_024;

/// How hard zstd looks for repetitions.
const ZSTD_LEVEL: i32 = 3;

/// A way to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Zstd,
}

impl Coding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The one that a client likes best; gzip where it likes both alike, for it makes these texts shorter.
    pub(super) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let (mut gzip, mut zstd, mut others) = (None, None, 0.0);
        for value in headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
            for part in value.split(',') {
                let mut parts = part.split(';');
                let name = parts.next().unwrap_or_default().trim();
                let weight =
                    parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok());
                let weight: f32 = weight.unwrap_or(0.0);
                match name.to_ascii_lowercase().as_str() {
                    "gzip" | "x-gzip" => gzip = Some(weight),
                    "zstd" => zstd = Some(weight),
                    "*" => others = weight,
                    _ => {}
                }
            }
        }
        let (gzip, zstd) = (gzip.unwrap_or(others), zstd.unwrap_or(others));
        match (gzip > 0.0, zstd > 0.0) {
            (true, _) if gzip >= zstd => Some(Self::Gzip),
            (_, true) => Some(Self::Zstd),
            _ => None,
        }
    }

    fn encode(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::new(5));
                encoder.write_all(bytes).ok()?;
                encoder.finish().ok()
            }
            Self::Zstd => {
                let mut encoded = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
                zstd_safe::compress(&mut encoded, bytes, ZSTD_LEVEL).ok()?;
                Some(encoded)
            }
        }
    }
}

/// Whether compressing what has this type helps.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["text/", "application/json", "application/problem+json", "application/xml", "application/atom+xml"]
        .iter()
        .chain(&["application/opensearchdescription+xml", "image/svg+xml"])
        .any(|start| kind.starts_with(start))
}

/// Compresses an answer that is there as a whole; a stream goes through as it is.
pub(super) async fn encoded(response: Response<Body>, coding: Option<Coding>) -> Response<Body> {
    let whole = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    let (Some(coding), Some(size)) = (coding, whole) else { return response };
    let taken = response.headers().contains_key(header::CONTENT_ENCODING);
    if size < ENCODED_BYTES_MIN || taken || !is_text(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Response::from_parts(parts, Body::empty());
    };
    let Some(shorter) = encode(bytes.clone(), coding).await else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(shorter))
}

async fn encode(bytes: Bytes, coding: Coding) -> Option<Vec<u8>> {
    if bytes.len() <= AT_ONCE_BYTES_MAX {
        return coding.encode(&bytes);
    }
    tokio::task::spawn_blocking(move || coding.encode(&bytes)).await.ok()?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coding_is_what_the_client_takes() {
        let cases = [
            ("gzip, zstd", Some(Coding::Gzip)),
            ("gzip;q=0.5, zstd", Some(Coding::Zstd)),
            ("br, zstd", Some(Coding::Zstd)),
            ("*", Some(Coding::Gzip)),
            ("gzip;q=0, *;q=0.1", Some(Coding::Zstd)),
            ("gzip;q=0", None),
            ("identity", None),
            ("gzip;q=no", None),
            ("", None),
        ];
        for (accepted, coding) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(Coding::wanted(&headers), coding, "{accepted}");
        }
        assert_eq!(Coding::wanted(&HeaderMap::new()), None);
    }
}
