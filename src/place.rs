//! How files are named in an archive: relative to the folder that holds the archive, so that both can move together.

use std::path::{Path, PathBuf};

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
            let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            parts.join("/")
        }
        Err(_) => file.to_string_lossy().into_owned(),
    }
}

/// Where the file of a name lies: the other way from [`relative`].
pub(crate) fn full(name: &str, base: &Path) -> PathBuf {
    // A name that is whole replaces the base.
    base.join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beside_the_archive_are_named_from_there() {
        assert_eq!(relative(Path::new("/home/a/corpus/x.html"), Path::new("/home/a")), "corpus/x.html");
        assert_eq!(relative(Path::new("/data/x.html"), Path::new("/home/a")), "/data/x.html");
    }
}
