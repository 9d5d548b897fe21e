//! API keys: read, kept so that they are never shown, compared in constant time.

use std::{fmt, fs, io::Read, path::Path};

use subtle::{Choice, ConstantTimeEq};

use crate::error::{Error, Result};

/// Shortest key, in bytes.
pub const KEY_BYTES_MIN: usize = 16;

/// Longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 128;

/// Most keys.
pub const KEYS_MAX: usize = 1_000;

/// Longest file of keys, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Keys that open an archive.
#[derive(Clone, Default)]
pub struct ApiKeys(Vec<Key>);

/// A key, padded, so that all are compared in the same time.
#[derive(Clone)]
struct Key {
    bytes: [u8; KEY_BYTES_MAX],
    length: u8,
}

impl ApiKeys {
    /// Reads keys, one a line; empty lines and those that begin with `#` are none. A key is of [`KEY_BYTES_MIN`] to
    /// [`KEY_BYTES_MAX`] visible ASCII characters.
    ///
    /// # Errors
    /// What is wrong, and in which line; never the key itself.
    pub fn parse(text: &str) -> Result<Self, (u64, String)> {
        let mut keys = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = Key::new(line.as_bytes()).ok_or_else(|| {
                let range = format!("{KEY_BYTES_MIN} to {KEY_BYTES_MAX} visible ASCII characters");
                (number, format!("a key must be of {range}"))
            })?;
            if keys.len() == KEYS_MAX {
                return Err((number, format!("there are more than {KEYS_MAX} keys")));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err((1, "there is no key in it".to_owned())) } else { Ok(Self(keys)) }
    }

    /// Reads a file of keys; see [`ApiKeys::parse`].
    ///
    /// # Errors
    /// [`Error::Read`] where it cannot be read, [`Error::Format`] where it holds something else or no key.
    pub fn read(file: impl AsRef<Path>) -> Result<Self> {
        let path = file.as_ref();
        let unread = |source| Error::Read { path: path.to_owned(), source };
        let mut text = String::new();
        let opened = fs::File::open(path).map_err(unread)?;
        opened.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(unread)?;
        if text.len() as u64 > FILE_BYTES_MAX {
            let detail = format!("it is longer than {FILE_BYTES_MAX} bytes, which no file of keys need be");
            return Err(Error::Format { path: path.to_owned(), line: 1, detail });
        }
        Self::parse(&text).map_err(|(line, detail)| Error::Format { path: path.to_owned(), line, detail })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the keys is this. The time it takes tells neither which nor how much of it is right.
    pub(super) fn have(&self, given: &[u8]) -> bool {
        let Some(given) = Key::new(given) else { return false };
        let same = |key: &Key| key.bytes.ct_eq(&given.bytes) & key.length.ct_eq(&given.length);
        self.0.iter().fold(Choice::from(0), |any, key| any | same(key)).into()
    }
}

impl Key {
    fn new(given: &[u8]) -> Option<Self> {
        let fits = (KEY_BYTES_MIN..=KEY_BYTES_MAX).contains(&given.len()) && given.iter().all(u8::is_ascii_graphic);
        let mut bytes = [0; KEY_BYTES_MAX];
        fits.then(|| {
            bytes[..given.len()].copy_from_slice(given);
            Self { bytes, length: given.len() as u8 }
        })
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_key_opens_and_nothing_else() {
        let keys = ApiKeys::parse("# desk\n\nabcdefghijklmnop\nabcdefghijklmnopq\n").unwrap();
        for (given, opens) in [
            ("abcdefghijklmnop", true),
            ("abcdefghijklmnopq", true),
            ("abcdefghijklmno", false),
            ("abcdefghijklmnopqr", false),
            ("abcdefghijklmnoP", false),
            ("abcdefghijklmnop\0", false),
            ("", false),
        ] {
            assert_eq!(keys.have(given.as_bytes()), opens, "{given:?}");
        }
        assert_eq!(format!("{keys:?}"), "2 keys");
    }

    #[test]
    fn a_file_without_a_sound_key_is_refused() {
        for (text, line) in [("", 1), ("# only\n", 1), ("abcdefghijklmnop\nshort\n", 2), ("abcdefghijklmnöp", 1)] {
            let (at, detail) = ApiKeys::parse(text).unwrap_err();
            assert_eq!(at, line, "{text:?}");
            assert!(!detail.contains("short"), "{detail}");
        }
    }
}
