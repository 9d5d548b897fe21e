//! The password in what a browser sends after a login (RFC 7617).

/// Longest that is read, in bytes.
const BASIC_BYTES_MAX: usize = 512;

/// The password of `name:password` in base 64; `None` for anything else.
pub(super) fn password(encoded: &str) -> Option<Vec<u8>> {
    let decoded = decoded(encoded)?;
    let colon = decoded.iter().position(|&byte| byte == b':')?;
    Some(decoded[colon + 1..].to_vec())
}

fn decoded(encoded: &str) -> Option<Vec<u8>> {
    if encoded.len() > BASIC_BYTES_MAX {
        return None;
    }
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for byte in encoded.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_read_and_rubbish_is_not() {
        let of = |text| password(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(of("YWxhZGRpbjpvcGVuc2VzYW1l").as_deref(), Some("opensesame"));
        assert_eq!(of("OmE6Yg==").as_deref(), Some("a:b"));
        assert_eq!(of("bm9jb2xvbg==").as_deref(), None);
        assert_eq!(of("*").as_deref(), None);
        assert_eq!(of(""), None);
    }
}
