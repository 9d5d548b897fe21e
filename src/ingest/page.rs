//! One page from one file.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use super::{UrlMap, mhtml, saved};
use crate::{article::Page, extract::page_name, skip::SkipReason};

/// Reads a page, decompressed where it is gzip.
pub(crate) fn read(path: &Path, name: &str, bytes_max: u64, urls: &UrlMap) -> Result<Page, SkipReason> {
    let file = File::open(path).map_err(|e| SkipReason::Unreadable(e.to_string()))?;
    let mut page = from_reader(file, name, bytes_max)?;
    if let Some(url) = urls.get(page_name(name)) {
        page.url = Some(url.clone());
    }
    name.clone_into(&mut page.origin.file);
    Ok(page)
}

/// Reads a page that is a file of this name. Its address is what was kept with it, else what its path tells. A panic is
/// that page's skip.
pub(crate) fn from_reader(file: impl Read, name: &str, bytes_max: u64) -> Result<Page, SkipReason> {
    guarded(|| unguarded(file, name, bytes_max))
}

fn unguarded(file: impl Read, name: &str, bytes_max: u64) -> Result<Page, SkipReason> {
    let bytes = if is_gzip(name) {
        read_bounded(MultiGzDecoder::new(BufReader::new(file)), bytes_max).map_err(compression)?
    } else {
        read_bounded(file, bytes_max).map_err(compression)?
    };
    let bytes = bytes.ok_or_else(|| too_large(bytes_max))?;
    let mut page = if mhtml::is_mhtml(name) { mhtml::page(&bytes)? } else { Page { bytes, ..Page::default() } };
    let told = saved::told(&page.bytes);
    page.url = page.url.or(told.url).or_else(|| saved::url_from_path(name));
    page.origin.captured = page.origin.captured.or(told.captured);
    Ok(page)
}

/// Whether a file is compressed, by its name.
pub(crate) fn is_gzip(name: &str) -> bool {
    // Bytes, for the third letter from the end may begin further ahead.
    name.as_bytes()
        .split_last_chunk::<3>()
        .is_some_and(|(stem, end)| !stem.is_empty() && end.eq_ignore_ascii_case(b".gz"))
}

/// Does a step of reading. Files are hostile and readers have mistakes, as extractors do: a panic is a skip of what was
/// read.
pub(crate) fn guarded<T>(step: impl FnOnce() -> Result<T, SkipReason>) -> Result<T, SkipReason> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|panic| Err(SkipReason::of_panic(&*panic, "file")))
}

pub(crate) fn too_large(bytes_max: u64) -> SkipReason {
    SkipReason::TooLarge { limit: "page-bytes-max".to_owned(), bytes_max }
}

/// What a failure of decompression means: bytes that end early or are wrong, or a file that cannot be read.
pub(crate) fn compression(error: io::Error) -> SkipReason {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => SkipReason::BrokenCompression("it ends early".to_owned()),
        kind if is_of_system(kind) => SkipReason::Unreadable(error.to_string()),
        _ => SkipReason::BrokenCompression(error.to_string()),
    }
}

/// Whether reading failed by the system, and not by what the bytes are.
pub(crate) fn is_of_system(kind: io::ErrorKind) -> bool {
    !matches!(kind, io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
}

/// Reads to the end; `None` where there is more than the limit.
pub(crate) fn read_bounded(from: impl Read, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= bytes_max).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_known_by_names_of_any_letters() {
        for (name, is) in [
            ("a.html.gz", true),
            ("a.HTML.GZ", true),
            ("é.gz", true),
            (".gz", false),
            ("story.php?q=café12", false),
            ("東京1", false),
            ("notes😀", false),
            ("", false),
        ] {
            assert_eq!(is_gzip(name), is, "{name}");
        }
    }

    /// A file of which reading panics.
    struct Panics;

    impl Read for Panics {
        fn read(&mut self, _into: &mut [u8]) -> io::Result<usize> {
            panic!("out of bounds")
        }
    }

    #[test]
    fn a_panic_while_a_page_is_read_is_its_skip() {
        let read = from_reader(Panics, "a.html", 10);
        assert!(matches!(read, Err(SkipReason::Failed(text)) if text.starts_with("out of bounds; ")));
    }
}
