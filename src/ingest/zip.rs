//! The files in a zip, and in a WACZ, which is one.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use flate2::{Crc, bufread::DeflateDecoder};
use zip::{CompressionMethod, ZipArchive, result::ZipError};

use super::{
    files::{Entries, Entry},
    page::is_of_system,
};
use crate::skip::SkipReason;

/// A zip. Its list of names is held in memory, its files are not.
pub(crate) struct Zip {
    path: PathBuf,
    archive: ZipArchive<BufReader<File>>,
    at: usize,
}

impl Zip {
    pub(crate) fn open(path: &Path) -> Result<Self, SkipReason> {
        let file = File::open(path).map_err(|e| SkipReason::Unreadable(e.to_string()))?;
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|e| failed(e, path))?;
        Ok(Self { path: path.to_owned(), archive, at: 0 })
    }

    /// The file at a place in the list, if its name is wanted.
    fn entry(&mut self, at: usize, wanted: fn(&str) -> bool) -> Result<Option<Entry>, SkipReason> {
        let file = self.archive.by_index_raw(at).map_err(|e| failed(e, Path::new(&at.to_string())))?;
        let name = file.name().to_owned();
        if file.is_dir() || !wanted(&name) {
            return Ok(None);
        }
        if file.encrypted() {
            return Err(SkipReason::BrokenRecord(format!("{name} is encrypted")));
        }
        let (method, sum) = (file.compression(), file.crc32());
        let start = file.data_start().ok_or_else(|| broken("it says not where it begins", Path::new(&name)))?;
        let bytes =
            section(&self.path, start, file.compressed_size()).map_err(|e| SkipReason::Unreadable(e.to_string()))?;
        let content: Box<dyn Read + Send> = match method {
            CompressionMethod::Stored => Box::new(bytes),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(BufReader::new(bytes))),
            other => {
                return Err(SkipReason::BrokenRecord(format!("{name} is compressed as {other}, which is not known")));
            }
        };
        let content = Box::new(Checked { from: content, crc: Crc::new(), sum });
        Ok(Some(Entry { name, content }))
    }
}

impl Entries for Zip {
    fn next_entry(&mut self, wanted: fn(&str) -> bool) -> Option<Result<Entry, SkipReason>> {
        while self.at < self.archive.len() {
            let at = self.at;
            self.at += 1;
            if let Some(entry) = self.entry(at, wanted).transpose() {
                return Some(entry);
            }
        }
        None
    }
}

/// The content of a file in a zip. At its end it is compared with the sum in the list, as that of gzip is.
struct Checked {
    from: Box<dyn Read + Send>,
    crc: Crc,
    sum: u32,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.crc.update(&into[..read]);
        if read == 0 && !into.is_empty() && self.crc.sum() != self.sum {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum is wrong"));
        }
        Ok(read)
    }
}

/// A part of a file, read on its own.
fn section(path: &Path, start: u64, bytes: u64) -> io::Result<impl Read + Send + use<>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    Ok(file.take(bytes))
}

/// Why the list of a zip cannot be had: the system fails to read it, or it is broken.
fn failed(error: ZipError, which: &Path) -> SkipReason {
    match error {
        ZipError::Io(error) if is_of_system(error.kind()) => SkipReason::Unreadable(error.to_string()),
        error => broken(&error.to_string(), which),
    }
}

fn broken(what: &str, which: &Path) -> SkipReason {
    SkipReason::BrokenRecord(format!("{}: {what}", which.file_name().unwrap_or_default().to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;
    use crate::ingest::{
        files::{Files, is_read, is_web_archive},
        records::{Content, Record, Records},
    };

    const LIMIT: u64 = 10_000;

    fn zip(files: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in files {
            let method = if content.len() > 100 { CompressionMethod::Deflated } else { CompressionMethod::Stored };
            zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            zip.write_all(content).unwrap();
        }
        file.write_all(&zip.finish().unwrap().into_inner()).unwrap();
        file
    }

    fn told(file: &Path) -> Vec<String> {
        let mut files = Files::new(Box::new(Zip::open(file).unwrap()), is_read, LIMIT);
        let line = |Record { number, content }: Record| match content {
            Ok(Content::Page(page)) => {
                format!("{number} {} {}", page.origin.entry.unwrap(), page.url.unwrap_or_default())
            }
            Ok(Content::Json(_)) => format!("{number} line"),
            Ok(_) => format!("{number} other"),
            Err(reason) => format!("{number} {reason}"),
        };
        std::iter::from_fn(move || files.next_record()).map(line).collect()
    }

    #[test]
    fn files_are_read_by_their_names_and_written_nowhere() {
        let long = "<p>Dam holds</p>".repeat(20);
        let file = zip(&[
            ("www.a.com/x.html", long.as_bytes()),
            ("../../escape.html", b"<p>x"),
            ("/etc/absolute.html", b"<p>x"),
            ("logo.png", b"x"),
            ("lines.jsonl", b"{}\n\n{}\n"),
            ("inner.zip", b"PK"),
            ("__MACOSX/y.html", b"<p>x"),
            (".hidden/y.html", b"<p>x"),
        ]);
        assert_eq!(
            told(file.path()),
            [
                "1 www.a.com/x.html http://www.a.com/x.html",
                "2 ../../escape.html ",
                "3 /etc/absolute.html ",
                "4 line",
                "6 line",
            ]
        );
    }

    #[test]
    fn a_bomb_is_refused_and_the_rest_goes_in() {
        let file = zip(&[("bomb.html", &vec![b' '; 1_000_000]), ("x.html", b"<p>x")]);
        assert_eq!(
            told(file.path()),
            [format!("1 too large: more than {LIMIT} bytes (page-bytes-max)"), "2 x.html ".to_owned()]
        );
    }

    #[test]
    fn a_file_that_does_not_fit_its_sum_is_refused_and_the_rest_goes_in() {
        let file = zip(&[("a.html", b"<p>Dam holds</p>"), ("b.jsonl", b"{}\n{\"id\": 1}\n"), ("c.html", b"<p>x")]);
        let mut bytes = std::fs::read(file.path()).unwrap();
        for word in [&b"Dam"[..], b"id"] {
            let at = memchr::memmem::find(&bytes, word).unwrap();
            bytes[at] ^= 1;
        }
        std::fs::write(file.path(), bytes).unwrap();
        let wrong = "broken compression: the checksum is wrong";
        assert_eq!(told(file.path()), [&format!("1 {wrong}"), "2 line", "3 line", &format!("4 {wrong}"), "5 c.html "]);
    }

    #[test]
    fn the_web_archives_of_a_wacz_are_read_and_nothing_else() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers/crawl.wacz");
        let mut files = Files::new(Box::new(Zip::open(&file).unwrap()), is_web_archive, 1 << 20);
        let records: Vec<Record> = std::iter::from_fn(move || files.next_record()).collect();
        assert!(records.iter().all(|record| matches!(record.content, Ok(Content::Response(_) | Content::Page(_)))));
        let numbers: Vec<u64> = records.iter().map(|record| record.number).collect();
        assert_eq!(numbers, [3, 4, 5, 6, 7, 8, 9, 17, 18]);
    }

    #[test]
    fn what_is_no_zip_is_told() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"PK\x03\x04 and no more").unwrap();
        assert!(matches!(Zip::open(file.path()), Err(SkipReason::BrokenRecord(_))));
    }
}
