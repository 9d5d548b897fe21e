//! How files are named in an archive: relative to the folder that holds the archive, so that both can move together.

use std::{
    borrow::Cow,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// The folder that file names are relative to: the one that the archive's own folder lies in.
pub(crate) fn base(archive: &Path) -> PathBuf {
    let full = archive.canonicalize().unwrap_or_else(|_| archive.to_owned());
    full.parent().map_or_else(|| full.clone(), Path::to_owned)
}

/// The name of a file, given by its canonical path: relative to the base where it lies below it, else whole. Parts are
/// joined by `/` on every system.
pub(crate) fn relative(file: &Path, base: &Path) -> String {
    match file.strip_prefix(base) {
        Ok(below) => {
            let parts: Vec<_> = below.components().map(|part| text(part.as_os_str())).collect();
            parts.join("/")
        }
        Err(_) => text(file.as_os_str()).into_owned(),
    }
}

/// Where the file of a name lies, to be compared with others: the other way from [`relative`], but for bytes that are
/// no text.
#[cfg(feature = "ingest")]
pub(crate) fn full(name: &str, base: &Path) -> PathBuf {
    // A name that is whole replaces the base.
    Path::new(&*text(base.as_os_str())).join(name)
}

/// A part of a name as text. Bytes that are none are written as in an address, so that two names differ still.
fn text(part: &OsStr) -> Cow<'_, str> {
    if let Some(text) = part.to_str() {
        return Cow::Borrowed(text);
    }
    let mut text = String::new();
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beside_the_archive_are_named_from_there() {
        assert_eq!(relative(Path::new("/home/a/corpus/x.html"), Path::new("/home/a")), "corpus/x.html");
        assert_eq!(relative(Path::new("/data/x.html"), Path::new("/home/a")), "/data/x.html");
    }

    #[test]
    #[cfg(all(unix, feature = "ingest"))]
    fn names_that_are_no_text_stay_apart() {
        use std::os::unix::ffi::OsStrExt;

        let path = |bytes: &'static [u8]| Path::new(OsStr::from_bytes(bytes));
        let base = path(b"/caf\xe9");
        assert_eq!(relative(path(b"/caf\xe9/caf\xe8.html"), base), "caf%E8.html");
        assert_eq!(relative(path(b"/caf\xe9/caf\xe9.html"), base), "caf%E9.html");
        assert_eq!(relative(path(b"/data/caf\xe9.html"), base), "/data/caf%E9.html");
        let root = full(&relative(path(b"/caf\xe9/p\xe9"), base), base);
        assert!(full("p%E9/x.html", base).starts_with(root));
    }
}
