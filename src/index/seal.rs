//! The checksum inside `meta.json`, which tantivy leaves without one.
//!
//! A last member `"newssearch_xxh3"` holds the XXH3 of all bytes before it. tantivy ignores members that it does not
//! know, so that its own tools still read the file.

use xxhash_rust::xxh3::xxh3_64;

const BEFORE: &str = ",\n  \"newssearch_xxh3\": \"";
const BEHIND: &str = "\"\n}\n";

/// The object in a text of JSON with its checksum as its last member. What is no object stays as it is.
#[cfg(feature = "ingest")]
pub(super) fn seal(json: &[u8]) -> Vec<u8> {
    let Some(body) = json.trim_ascii_end().strip_suffix(b"}") else { return json.to_vec() };
    let body = body.trim_ascii_end();
    let mut sealed = body.to_vec();
    sealed.extend_from_slice(format!("{BEFORE}{:016x}{BEHIND}", xxh3_64(body)).as_bytes());
    sealed
}

/// Whether a sealed text is as it was written.
pub(super) fn is_whole(sealed: &[u8]) -> bool {
    let hex = sealed.strip_suffix(BEHIND.as_bytes()).and_then(|rest| rest.split_last_chunk::<16>());
    let body = hex.and_then(|(rest, hex)| Some((rest.strip_suffix(BEFORE.as_bytes())?, hex)));
    body.is_some_and(|(body, hex)| format!("{:016x}", xxh3_64(body)).as_bytes() == hex)
}

#[cfg(all(test, feature = "ingest"))]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_and_every_cut_is_seen() {
        let whole = seal(b"{\n  \"segments\": [1, 2],\n  \"opstamp\": 3\n}\n");
        assert!(is_whole(&whole));
        assert!(serde_json::from_slice::<serde_json::Value>(&whole).is_ok());
        for at in 0..whole.len() {
            assert!(!is_whole(&whole[..at]));
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                assert!(!is_whole(&flipped), "byte {at}, bit {bit}");
            }
        }
    }
}
