//! The story of an article as it is stored: its length in four bytes (little-endian), then raw DEFLATE (RFC 1951).
//!
//! Each is compressed by itself and not with others in a block of the store, as the store's own compression does: so
//! that headlines are read without unpacking the stories beside them, and a story without its neighbours.

use std::io;

#[cfg(feature = "ingest")]
use flate2::{Compress, Compression, FlushCompress};
use flate2::{Decompress, FlushDecompress, Status};

/// Bytes that hold the length.
const LENGTH_BYTES: usize = 4;

/// No DEFLATE makes more bytes of one; what claims to is damaged.
const RATIO_MAX: usize = 1_032;

/// How hard to look for repetitions, of 1 to 9. On generated articles of 3 kB 1 leaves 51 %, 4 leaves 48 %, 9 leaves
/// 48 %.
#[cfg(feature = "ingest")]
const LEVEL: u32 = 4;

#[cfg(feature = "ingest")]
thread_local! {
    /// Its tables are large, so each thread keeps its own.
    static COMPRESS: std::cell::RefCell<Compress> = Compress::new(Compression::new(LEVEL), false).into();
}

/// Compresses a text of less than 4 GiB.
#[cfg(feature = "ingest")]
pub(super) fn compress(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("an article is smaller than its page, which has a limit");
    // Enough for what does not compress at all.
    let mut bytes = Vec::with_capacity(LENGTH_BYTES + text.len() + text.len() / 1_000 + 64);
    bytes.extend_from_slice(&length.to_le_bytes());
    COMPRESS.with_borrow_mut(|compress| {
        compress.reset();
        let status = compress.compress_vec(text.as_bytes(), &mut bytes, FlushCompress::Finish);
        assert!(matches!(status, Ok(flate2::Status::StreamEnd)), "there is room for it: {status:?}");
    });
    bytes
}

/// Bytes of the text; 0 where nothing tells.
pub(super) fn length(bytes: &[u8]) -> usize {
    bytes.first_chunk::<LENGTH_BYTES>().map_or(0, |&length| u32::from_le_bytes(length) as usize)
}

/// The text again.
pub(super) fn decompress(bytes: &[u8]) -> io::Result<String> {
    let damaged = |detail: &str| io::Error::new(io::ErrorKind::InvalidData, format!("a stored story {detail}"));
    let compressed = bytes.get(LENGTH_BYTES..).ok_or_else(|| damaged("has no length"))?;
    let length = length(bytes);
    if length > compressed.len().saturating_mul(RATIO_MAX) {
        return Err(damaged("claims to be longer than it can be"));
    }
    let mut text = Vec::with_capacity(length);
    let status = Decompress::new(false).decompress_vec(compressed, &mut text, FlushDecompress::Finish);
    match status {
        Ok(Status::StreamEnd) if text.len() == length => {}
        _ => return Err(damaged("does not unpack")),
    }
    String::from_utf8(text).map_err(|_| damaged("is not UTF-8"))
}

#[cfg(all(test, feature = "ingest"))]
mod tests {
    use super::*;

    /// Text that nothing can be left out of.
    fn noise(letters: usize) -> String {
        let mut state = 1_u32;
        let next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_u32(0x4e00 + (state >> 16) % 20_000).unwrap_or('x')
        };
        (0..letters).map(next).collect()
    }

    #[test]
    fn a_text_comes_back() {
        for text in [String::new(), "x".to_owned(), "A dam, a letter. ".repeat(5_000), noise(100_000)] {
            let bytes = compress(&text);
            assert_eq!(length(&bytes), text.len());
            assert!(decompress(&bytes).is_ok_and(|found| found == text), "{} bytes", text.len());
        }
    }

    #[test]
    fn damage_is_an_error_and_takes_no_memory() {
        let bytes = compress(&"A dam, a letter. ".repeat(100));
        for end in 0..bytes.len() {
            assert!(decompress(&bytes[..end]).is_err(), "cut at {end}");
        }
        for length in [0_u32, 1_699, 1_701, u32::MAX] {
            let lying = [&length.to_le_bytes()[..], &bytes[LENGTH_BYTES..]].concat();
            assert!(decompress(&lying).is_err(), "{length}");
        }
    }
}
