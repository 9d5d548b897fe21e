//! Which characters a page's bytes stand for.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// Bytes at the top of a page in which it may name its charset. Browsers look at 1024; saved pages often have a
/// comment above.
const DECLARATION_BYTES_MAX: usize = 8 * 1024;

/// Bytes that a guess is made from, from the first one on that is not ASCII.
const GUESS_BYTES_MAX: usize = 64 * 1024;

/// Bytes of ASCII before those of a guess by which the detector knows whether a word begins there.
const GUESS_BYTES_BEFORE: usize = 2;

/// Bytes that are looked at for signs of something that is no text.
const BINARY_BYTES_MAX: usize = 4 * 1024;

/// Decodes a page. `None` for bytes that are no text. Bytes that the charset has no sign for become U+FFFD.
///
/// A byte order mark decides; then UTF-8 where the bytes are that and hold more than ASCII, whatever is declared; then
/// what the container and the page declare; then a guess from the bytes.
pub(crate) fn decode(bytes: &[u8], container: Option<&str>) -> Option<String> {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[mark_bytes..]).0.into_owned());
    }
    if is_binary(bytes) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // ISO-2022-JP is ASCII with escapes.
        if !bytes.contains(&0x1b) || declared(bytes, container) != Some(encoding_rs::ISO_2022_JP) {
            return Some(text.to_owned());
        }
    }
    let encoding = match declared(bytes, container) {
        Some(encoding) if encoding != UTF_8 && encoding != UTF_16LE && encoding != UTF_16BE => encoding,
        Some(_) if mostly_utf8(bytes) => UTF_8,
        _ => guess(bytes),
    };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn declared(bytes: &[u8], container: Option<&str>) -> Option<&'static Encoding> {
    let container = container.and_then(|label| named(label.trim().as_bytes()));
    container.or_else(|| declaration(&bytes[..bytes.len().min(DECLARATION_BYTES_MAX)]))
}

/// The charset of a label. Charsets that browsers refuse to read, whose pages would be one U+FFFD, count as not named;
/// `x-user-defined` is what pages are read as that declare it.
fn named(label: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label)?;
    Some(if encoding == X_USER_DEFINED { WINDOWS_1252 } else { encoding })
}

/// The charset that a page names in a `meta` element or an XML declaration. Scripts and style sheets name their own.
fn declaration(top: &[u8]) -> Option<&'static Encoding> {
    let lower = top.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = find(&lower[from..], b"<meta").map(|at| from + at + "<meta".len()) {
        let end = lower[at..].iter().position(|&b| b == b'>').map_or(lower.len(), |end| at + end);
        let element = &lower[at..end];
        let is_whole_name = element.first().is_some_and(|&b| b.is_ascii_whitespace() || b == b'/');
        if let Some(encoding) = Some(element).filter(|_| is_whole_name).and_then(charset_within) {
            return Some(encoding);
        }
        from = end;
    }
    let xml = lower.starts_with(b"<?xml").then(|| find(&lower, b"encoding")).flatten();
    xml.and_then(|at| label_after(&lower[at + "encoding".len()..]))
}

/// The first charset that the attributes of a `meta` element name.
fn charset_within(element: &[u8]) -> Option<&'static Encoding> {
    let mut from = 0;
    while let Some(at) = find(&element[from..], b"charset").map(|at| from + at + "charset".len()) {
        if let Some(encoding) = label_after(&element[at..]) {
            return Some(encoding);
        }
        from = at;
    }
    None
}

/// The charset in `= "label"`.
fn label_after(rest: &[u8]) -> Option<&'static Encoding> {
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_:.".contains(b))).unwrap_or(rest.len());
    named(&rest[..end])
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let first = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    let end = bytes.len().min(first + GUESS_BYTES_MAX);
    detector.feed(&bytes[first.saturating_sub(GUESS_BYTES_BEFORE)..end], true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if encoding == UTF_8 { WINDOWS_1252 } else { encoding }
}

/// Whether a page that says it is UTF-8 is that but for a few bytes, as a cut or a broken template leaves them.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= bad * 4
}

/// Text has no NUL and few other control bytes. UTF-16 without a mark is not told from binary.
fn is_binary(bytes: &[u8]) -> bool {
    let top = &bytes[..bytes.len().min(BINARY_BYTES_MAX)];
    let controls = top.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)).count();
    top.contains(&0) || controls * 20 > top.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_charsets_are_used() {
        for (label, word) in [
            ("windows-1251", "Новости"),
            ("euc-kr", "남북 정상"),
            ("shift_jis", "新聞の見出し"),
            ("gb18030", "新闻标题"),
            ("iso-8859-2", "wiadomości"),
            ("iso-8859-1", "Zürich, Århus, São Paulo"),
            ("iso-8859-5", "Новости"),
            ("iso-8859-7", "Ειδήσεις"),
            ("iso-8859-9", "Türkiye İğdır"),
            ("iso-8859-15", "100 € à Œuilly"),
            ("koi8-u", "Україна"),
            ("big5", "新聞標題"),
            ("euc-jp", "新聞の見出し"),
            ("windows-1252", "Zürich – “Straße”"),
        ] {
            let page = format!("<html><head><meta charset='{label}'></head><body>{word}</body></html>");
            let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(&page).0.into_owned();
            assert!(decode(&bytes, None).unwrap().contains(word), "{label}");
        }
    }

    #[test]
    fn undeclared_charsets_are_guessed() {
        let text = "Президент подписал указ о назначении нового министра иностранных дел страны в понедельник.";
        let bytes = Encoding::for_label(b"windows-1251").unwrap().encode(text).0.into_owned();
        assert_eq!(decode(&bytes, None).unwrap(), text);
    }

    #[test]
    fn undeclared_asian_charsets_are_guessed() {
        for (label, text) in [
            ("shift_jis", "東京都は月曜日、新しい防災計画を発表した。住民への説明会は来月に開かれる予定だという。"),
            ("euc-kr", "정부는 월요일 새로운 재난 대응 계획을 발표했다. 주민 설명회는 다음 달에 열릴 예정이다."),
            ("gb18030", "市政府星期一公布了新的防灾计划，居民说明会将于下个月举行，届时专家将回答提问。"),
        ] {
            let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned();
            assert_eq!(decode(&bytes, None).unwrap(), text, "{label}");
        }
    }

    #[test]
    fn what_stands_behind_much_ascii_is_guessed() {
        let text = "Президент подписал указ о назначении нового министра иностранных дел страны в понедельник.";
        let page = format!("{}{text}", "<script>var a = 1;</script>\n".repeat(4_000));
        let bytes = Encoding::for_label(b"windows-1251").unwrap().encode(&page).0.into_owned();
        assert!(decode(&bytes, None).unwrap().ends_with(text));
    }

    #[test]
    fn scripts_name_their_own_charset() {
        let text = "Новости";
        for meta in ["<meta charset=windows-1251>", "<META\ncontent='text/html; charset=windows-1251'>"] {
            let page = format!("<script src=a.js charset=\"iso-8859-1\"></script><metal charset=utf-8>{meta}{text}");
            let bytes = Encoding::for_label(b"windows-1251").unwrap().encode(&page).0.into_owned();
            assert_eq!(decode(&bytes, None).unwrap(), page);
        }
    }

    #[test]
    fn charsets_that_nobody_reads_are_as_good_as_none() {
        let text = "市政府星期一公布了新的防灾计划，居民说明会将于下个月举行，届时专家将回答提问。";
        for label in ["hz-gb-2312", "iso-2022-kr", "iso-2022-cn"] {
            let page = format!("<meta charset={label}>{text}");
            let bytes = Encoding::for_label(b"gb18030").unwrap().encode(&page).0.into_owned();
            assert_eq!(decode(&bytes, Some(label)).unwrap(), page);
        }
        let page = "<meta charset=x-user-defined>Zürich – “Straße”";
        assert_eq!(decode(&WINDOWS_1252.encode(page).0, None).unwrap(), page);
    }

    #[test]
    fn mark_comes_before_container_and_container_before_page() {
        let word = "Новости";
        let page = format!("<meta charset='iso-8859-1'>{word}");
        let windows = Encoding::for_label(b"windows-1251").unwrap().encode(&page).0.into_owned();
        assert_eq!(decode(&windows, Some("windows-1251")).unwrap(), page);
        assert!(!decode(&windows, None).unwrap().contains(word));
        let marked = format!("\u{feff}{page}");
        assert_eq!(decode(marked.as_bytes(), Some("windows-1251")).unwrap(), page);
    }

    #[test]
    fn what_says_utf8_and_is_not_is_guessed() {
        let text = "<meta charset=utf-8>Президент подписал указ о назначении нового министра иностранных дел страны.";
        let bytes = Encoding::for_label(b"windows-1251").unwrap().encode(text).0.into_owned();
        assert_eq!(decode(&bytes, Some("utf-8")).unwrap(), text);
    }

    #[test]
    fn a_declaration_that_lies_is_overruled_by_utf8() {
        let page = "<meta charset=iso-8859-1>Zürich";
        assert_eq!(decode(page.as_bytes(), Some("windows-1252")).unwrap(), page);
    }

    #[test]
    fn one_bad_byte_does_not_turn_utf8_into_something_else() {
        let mut bytes = "<meta charset=utf-8>Zürich, Köln, Łódź, São Paulo, Đà Nẵng".as_bytes().to_vec();
        bytes.push(0xff);
        assert_eq!(decode(&bytes, None).unwrap(), "<meta charset=utf-8>Zürich, Köln, Łódź, São Paulo, Đà Nẵng\u{fffd}");
    }

    #[test]
    fn a_mark_decides() {
        let bytes: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("Grüße".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&bytes, Some("windows-1251")).unwrap(), "Grüße");
    }

    #[test]
    fn binary_is_no_text() {
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None), None);
    }
}
