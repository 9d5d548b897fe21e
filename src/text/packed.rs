//! Short words as numbers: equal numbers, equal words, so that a table of words needs no look at another place.

/// Longest word that is packed, in bytes.
const PACKED_BYTES: usize = 16;

/// The bytes of a short word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Packed(u64, u64);

impl Packed {
    /// A word as it is; none where it is longer, or has a zero byte, which stands behind the words that are shorter.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::from_bytes(word.as_bytes(), |byte| (byte != 0).then_some(byte))
    }

    /// A word of ASCII letters and digits in lower case; none where it has anything else in it, or is longer.
    pub(super) fn of_lower_ascii(word: &str) -> Option<Self> {
        // The bit is set in digits, and in letters tells their case.
        Self::from_bytes(word.as_bytes(), |byte| byte.is_ascii_alphanumeric().then_some(byte | 0x20))
    }

    /// Without a branch for each byte: all are changed, and looked at together.
    fn from_bytes(word: &[u8], changed: impl Fn(u8) -> Option<u8>) -> Option<Self> {
        let mut bytes = [0; PACKED_BYTES];
        bytes.get_mut(..word.len())?.copy_from_slice(word);
        let mut all = true;
        for (place, byte) in bytes.iter_mut().enumerate() {
            let new = changed(*byte);
            all &= new.is_some() | (place >= word.len());
            *byte = new.unwrap_or(0);
        }
        let number = u128::from_le_bytes(bytes);
        all.then_some(Self(number as u64, (number >> 64) as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_number_only_where_they_are_the_same() {
        let words = ["", "a", "A", "aa", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaab", "baaaaaaaaaaaaaaa", "été"];
        for one in words {
            for other in words {
                assert_eq!(Packed::of(one) == Packed::of(other), one == other, "{one} {other}");
            }
        }
        assert_eq!(Packed::of("aaaaaaaaaaaaaaaaa"), None);
        assert_eq!(Packed::of("a\0"), None);
    }

    #[test]
    fn case_is_taken_off_letters_and_nothing_else_is_taken() {
        assert_eq!(Packed::of_lower_ascii("Mayor19"), Packed::of("mayor19"));
        for byte in 0..128_u8 {
            let word = char::from(byte).to_string();
            let expected = byte.is_ascii_alphanumeric().then(|| Packed::of(&word.to_ascii_lowercase())).flatten();
            assert_eq!(Packed::of_lower_ascii(&word), expected, "{word:?}");
        }
        assert_eq!(Packed::of_lower_ascii("été"), None);
    }
}
