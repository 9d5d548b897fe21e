//! A file of the index, read a window at a time into memory of our own.
//!
//! *Rationale.* Merging goes through every byte of the segments that it joins. Where they are mapped, all these bytes
//! count as the process's own until the mapping is dropped, hundreds of megabytes that no limit governs; read through a
//! window they take [`WINDOW_BYTES`] a file. Searching keeps to mapped files: it touches little, and often the same.
//!
//! What is read one piece behind the other, as merging reads lists of postings and blocks of stored articles, is read
//! ahead; all else is read as it is asked for, however much that is.

use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tantivy::{
    HasLen,
    directory::{FileHandle, OwnedBytes},
};

/// Bytes that are read ahead.
const WINDOW_BYTES: usize = 1 << 18;

/// A file that is read through a window.
///
/// It is opened for each window anew: held open, the files of many segments would be more than a process may have. A
/// file that was removed meanwhile is read where it is mapped, which takes no memory until then.
pub(super) struct Windowed {
    path: PathBuf,
    mapped: Arc<dyn FileHandle>,
    window: Mutex<Window>,
}

struct Window {
    /// Where it begins in the file.
    start: usize,
    bytes: OwnedBytes,
    /// End of what was asked for last.
    next: usize,
}

impl Windowed {
    /// Reads the file of a path that is mapped already.
    pub(super) fn new(path: PathBuf, mapped: Arc<dyn FileHandle>) -> Self {
        Self { path, mapped, window: Mutex::new(Window { start: 0, bytes: OwnedBytes::empty(), next: 0 }) }
    }

    fn read(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut file = match File::open(&self.path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return self.mapped.read_bytes(range),
            opened => opened?,
        };
        let mut bytes = vec![0; range.len()];
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(OwnedBytes::new(bytes))
    }
}

impl FileHandle for Windowed {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.len() {
            let detail = format!("bytes {} to {} of {} are asked for", range.start, range.end, self.len());
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, detail));
        }
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = range.start == std::mem::replace(&mut window.next, range.end);
        let end = window.start + window.bytes.len();
        if range.start < window.start || range.end > end {
            if !goes_on || range.len() >= WINDOW_BYTES {
                drop(window);
                return self.read(range);
            }
            let ahead = range.start..self.len().min(range.start + WINDOW_BYTES);
            (window.start, window.bytes) = (ahead.start, self.read(ahead)?);
        }
        let start = range.start - window.start;
        Ok(window.bytes.slice(start..start + range.len()))
    }
}

impl HasLen for Windowed {
    fn len(&self) -> usize {
        self.mapped.len()
    }
}

impl fmt::Debug for Windowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Windowed").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tantivy::directory::{Directory, MmapDirectory};

    use super::*;

    /// A file of some windows, no two pieces of it alike.
    fn content() -> Vec<u8> {
        (0..WINDOW_BYTES as u32).flat_map(u32::to_le_bytes).collect()
    }

    fn windowed(folder: &std::path::Path) -> Windowed {
        fs::write(folder.join("file"), content()).unwrap();
        let mapped = MmapDirectory::open(folder).unwrap().get_file_handle("file".as_ref()).unwrap();
        Windowed::new(folder.join("file"), mapped)
    }

    #[test]
    fn every_piece_is_what_the_file_has() {
        let folder = tempfile::tempdir().unwrap();
        let (file, content) = (windowed(folder.path()), content());
        assert_eq!(file.len(), content.len());
        let mut pieces = vec![0..content.len(), 5..5, content.len()..content.len()];
        let (mut at, mut state) = (0, 1_usize);
        while at < content.len() {
            // One behind the other, some longer than a window, with a step back and a leap in between.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let length = if state >> 58 == 0 { WINDOW_BYTES + 9 } else { (state >> 40) % 9_000 };
            pieces.push(at..content.len().min(at + length));
            if state >> 59 & 7 == 3 {
                pieces.push(at / 2..at);
                pieces.push(content.len() - 7..content.len());
            }
            at += length;
        }
        assert!(pieces.len() > 50);
        for piece in pieces {
            assert!(file.read_bytes(piece.clone()).unwrap().as_slice() == &content[piece.clone()], "{piece:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = windowed(folder.path());
        let end = file.len();
        assert_eq!(file.read_bytes(end - 1..end + 1).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        fs::File::options().write(true).open(folder.path().join("file")).unwrap().set_len(100).unwrap();
        assert_eq!(file.read_bytes(90..110).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_removed_is_read_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = windowed(folder.path());
        fs::remove_file(folder.path().join("file")).unwrap();
        assert_eq!(file.read_bytes(4..8).unwrap().as_slice(), 1_u32.to_le_bytes());
        assert_eq!(file.read_bytes(8..12).unwrap().as_slice(), 2_u32.to_le_bytes());
    }
}
