//! A file of the index, read a window at a time into memory of our own.
//!
//! *Rationale.* Merging goes through every byte of the segments that it joins. Where they are mapped, all these bytes
//! count as the process's own until the mapping is dropped, hundreds of megabytes that no limit governs; read through a
//! window they take [`WINDOW_BYTES`] a file. Searching keeps to mapped files: it touches little, and often the same.
//!
//! What is read one piece behind the other, as merging reads lists of postings, is read ahead; all else is read as it
//! is asked for. That may be much: stored articles of a segment from which none was deleted are asked for as one piece.
//! One longer than [`PIECE_BYTES_MAX`] is mapped, so that the system can take its memory back.
//!
//! Small files, and all behind the first [`OPEN_FILES_MAX`], are mapped too: a process may have few files open, some
//! systems allow 256.

use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use rustc_hash::FxHashMap;
use tantivy::{
    HasLen,
    directory::{FileHandle, OwnedBytes},
};

/// Bytes that are read ahead.
const WINDOW_BYTES: usize = 1 << 18;

/// Longest piece that is read into memory.
const PIECE_BYTES_MAX: usize = 128 << 20;

/// Longest file that is mapped all the same.
const SMALL_FILE_BYTES_MAX: usize = 1 << 19;

/// Most files that are open at a time: those of 25 segments and more.
const OPEN_FILES_MAX: usize = 100;

/// The files that are open, by path: those of one segment once, however many read it.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(Mutex<FxHashMap<PathBuf, Weak<Mutex<File>>>>);

impl OpenFiles {
    /// `None` where there are enough, or the system opens no more.
    fn open(&self, path: &Path) -> Option<Arc<Mutex<File>>> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open.get(path).and_then(Weak::upgrade) {
            return Some(file);
        }
        open.retain(|_, file| file.strong_count() > 0);
        if open.len() >= OPEN_FILES_MAX {
            return None;
        }
        let file = Arc::new(Mutex::new(File::open(path).ok()?));
        open.insert(path.to_owned(), Arc::downgrade(&file));
        Some(file)
    }
}

/// A file that is read through a window. One that is small or not opened is read as it is mapped, which takes no memory
/// until then. It can be read after its name was removed, as what is merged away is while others still read it.
pub(super) struct Windowed {
    file: Option<Arc<Mutex<File>>>,
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
    pub(super) fn new(path: &Path, mapped: Arc<dyn FileHandle>, files: &OpenFiles) -> Self {
        let window = Window { start: 0, bytes: OwnedBytes::empty(), next: 0 };
        let file = if mapped.len() > SMALL_FILE_BYTES_MAX { files.open(path) } else { None };
        Self { file, mapped, window: Mutex::new(window) }
    }

    fn read(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let Some(file) = self.file.as_ref().filter(|_| range.len() <= PIECE_BYTES_MAX) else {
            return self.mapped.read_bytes(range);
        };
        let mut bytes = vec![0; range.len()];
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
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
        f.debug_struct("Windowed").field("bytes", &self.len()).finish_non_exhaustive()
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
        Windowed::new(&folder.join("file"), mapped, &OpenFiles::default())
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

    #[test]
    fn a_file_is_open_once_as_long_as_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "one").unwrap();
        let files = OpenFiles::default();
        let path = folder.path().join("file");
        let [one, other] = [0, 1].map(|_| files.open(&path).unwrap());
        assert!(Arc::ptr_eq(&one, &other));
        drop((one, other));
        fs::write(folder.path().join("other"), "two").unwrap();
        let _other = files.open(&folder.path().join("other")).unwrap();
        assert_eq!(files.0.lock().unwrap().len(), 1, "what nobody reads is forgotten");
        assert!(files.open(&folder.path().join("none")).is_none());
    }

    #[test]
    fn only_so_many_files_are_open() {
        let folder = tempfile::tempdir().unwrap();
        let files = OpenFiles::default();
        let path = |n: usize| folder.path().join(n.to_string());
        (0..=OPEN_FILES_MAX).for_each(|n| fs::write(path(n), "x").unwrap());
        let mut open: Vec<_> = (0..OPEN_FILES_MAX).map(|n| files.open(&path(n)).unwrap()).collect();
        assert!(files.open(&path(OPEN_FILES_MAX)).is_none());
        assert!(files.open(&path(3)).is_some(), "one that is open already");
        open.pop();
        assert!(files.open(&path(OPEN_FILES_MAX)).is_some());
    }

    #[test]
    fn a_small_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "small").unwrap();
        let mapped = MmapDirectory::open(folder.path()).unwrap().get_file_handle("file".as_ref()).unwrap();
        let file = Windowed::new(&folder.path().join("file"), mapped, &OpenFiles::default());
        assert!(file.file.is_none());
        assert_eq!(file.read_bytes(1..4).unwrap().as_slice(), b"mal");
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_read_as_it_is_mapped() {
        let folder = tempfile::tempdir().unwrap();
        let file = Windowed { file: None, ..windowed(folder.path()) };
        assert_eq!(file.read_bytes(4..8).unwrap().as_slice(), 1_u32.to_le_bytes());
        assert_eq!(file.read_bytes(8..12).unwrap().as_slice(), 2_u32.to_le_bytes());
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
