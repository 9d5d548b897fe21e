//! Files that hold many articles, read one record at a time.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use super::{
    FieldMap,
    files::{self, Files},
    gzip::Gzip,
    http::Response,
    jsonl,
    page::guarded,
    parts::{Parts, Plain, Whole},
    stream,
    tar::Tar,
    walk::Found,
    warc::Warc,
    xml_records::{Item, XmlRecords},
    zip::Zip,
    zstd::Zstd,
};
use crate::{
    article::{Article, Page},
    extract::{extract_guarded, id_of},
    skip::{Skip, SkipReason},
};

/// What kind of container a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// JSON lines: a record a line.
    JsonLines,
    /// A web archive (WARC).
    WebArchive,
    /// A zip with web archives in it (WACZ).
    ZippedWebArchive,
    /// A zip of files.
    Zip,
    /// A tar of files.
    Tar,
    /// A feed, NITF or NewsML-G2.
    Xml,
    /// Standard input, whatever it holds.
    Stdin,
}

impl Container {
    /// Whether there may be JSON lines in it.
    pub(crate) fn may_hold_json(self) -> bool {
        matches!(self, Self::JsonLines | Self::Zip | Self::Tar | Self::Stdin)
    }

    /// Whether it holds files of other kinds.
    pub(crate) fn holds_files(self) -> bool {
        matches!(self, Self::ZippedWebArchive | Self::Zip | Self::Tar)
    }
}

/// A record of a container, not yet looked into: that is done in many threads.
#[derive(Debug)]
pub(crate) struct Record {
    /// Its number in the container, from 1.
    pub(crate) number: u64,
    /// What it holds; or why it cannot be had.
    pub(crate) content: Result<Content, SkipReason>,
}

/// What a record holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// A line of JSON.
    Json(Vec<u8>),
    /// A page; its origin's file and record are filled in by whoever reads it.
    Page(Box<Page>),
    /// An element of XML.
    Xml(Box<Item>),
    /// A page as it came over the wire.
    Response(Box<Response>),
}

/// What a record gives.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) article: Article,
    /// Whether the record gives it its id.
    pub(crate) has_own_id: bool,
    /// What stands where its date should, and is none that can be read.
    pub(crate) unread_date: Option<String>,
}

impl From<Article> for Recorded {
    fn from(article: Article) -> Self {
        Self { article, has_own_id: false, unread_date: None }
    }
}

/// Reads a container from its start, holding no more than one record in memory.
///
/// Numbers grow from record to record; one that holds nothing of use is passed over. After a failure from which there
/// is no going on, that failure is the last record.
pub(crate) trait Records: Send {
    /// The next record; `None` at the end.
    fn next_record(&mut self) -> Option<Record>;

    /// Which of the files inside the last record lies in, from 1; 0 where there are none inside.
    fn entry(&self) -> u64 {
        0
    }
}

/// Opens a container. `bytes_max` is the longest record, after decompression. A panic of its reader is its last record.
pub(crate) fn open(file: &Found, container: Container, bytes_max: u64) -> Result<Box<dyn Records>, SkipReason> {
    let records = guarded(|| unguarded(file, container, bytes_max))?;
    Ok(Box::new(Guarded { records: Some(records), number: 0 }))
}

fn unguarded(file: &Found, container: Container, bytes_max: u64) -> Result<Box<dyn Records>, SkipReason> {
    let wanted = match container {
        Container::ZippedWebArchive => files::is_web_archive,
        Container::Zip => files::is_read,
        Container::Stdin => return stream::open(std::io::stdin(), bytes_max),
        _ => return over(Box::new(buffered(&file.path)?), &file.name, container, bytes_max),
    };
    Ok(Box::new(Files::new(Box::new(Zip::open(&file.path)?), wanted, bytes_max)))
}

/// Records of which a panic costs those behind it, and no other file.
struct Guarded {
    /// `None` behind a panic.
    records: Option<Box<dyn Records>>,
    /// Number of the last record.
    number: u64,
}

impl Records for Guarded {
    fn next_record(&mut self) -> Option<Record> {
        let records = self.records.as_mut()?;
        let record = match guarded(|| Ok(records.next_record())) {
            Ok(record) => record?,
            Err(reason) => {
                self.records = None;
                Record { number: self.number + 1, content: Err(reason) }
            }
        };
        self.number = record.number;
        Some(record)
    }

    fn entry(&self) -> u64 {
        self.records.as_ref().map_or(0, |records| records.entry())
    }
}

/// Opens a container that is read from its start to its end, which a zip cannot be.
pub(crate) fn over(
    from: Box<dyn BufRead + Send>,
    name: &str,
    container: Container,
    bytes_max: u64,
) -> Result<Box<dyn Records>, SkipReason> {
    Ok(match container {
        Container::JsonLines => Box::new(jsonl::Lines::new(from, name, bytes_max)),
        Container::WebArchive => Box::new(Warc::new(parts(from)?, bytes_max)),
        Container::Tar => Box::new(Files::new(Box::new(Tar::new(parts(from)?, bytes_max)), files::is_read, bytes_max)),
        Container::Xml => Box::new(XmlRecords::new(Box::new(BufReader::new(Whole(parts(from)?))), bytes_max)),
        Container::Stdin => stream::open(from, bytes_max)?,
        Container::Zip | Container::ZippedWebArchive => {
            return Err(SkipReason::Unreadable("a zip cannot be read from within another file".to_owned()));
        }
    })
}

/// The parts of a file, decompressed as its first bytes ask for.
pub(super) fn parts(mut from: Box<dyn BufRead + Send>) -> Result<Box<dyn Parts>, SkipReason> {
    let begin = from.fill_buf().map_err(|e| SkipReason::Unreadable(e.to_string()))?;
    let begin: Vec<u8> = begin.iter().copied().take(4).collect();
    Ok(match begin.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(Gzip::new(Box::new(from))),
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Box::new(Zstd::new(Box::new(from))),
        _ => Box::new(Plain::new(Box::new(from))),
    })
}

impl Record {
    /// Bytes that the record takes in memory, about.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.content {
            Ok(Content::Json(line)) => line.len() as u64,
            Ok(Content::Page(page)) => page.bytes.len() as u64,
            Ok(Content::Response(response)) => response.bytes(),
            Ok(Content::Xml(item)) => item.bytes(),
            Err(_) => 0,
        }
    }

    /// Whether the system failed to read it.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.content.as_ref().is_err_and(SkipReason::is_unreadable)
    }

    /// The id that the record gives its article, if it does, and there is one.
    pub(crate) fn own_id(&self, fields: &FieldMap) -> Option<String> {
        match &self.content {
            Ok(Content::Json(line)) => jsonl::own_id(line, fields),
            _ => None,
        }
    }

    /// The article in the record. `fields` are the names of fields in JSON.
    pub(crate) fn article(self, file: &str, fields: &FieldMap) -> Result<Recorded, Skip> {
        let number = self.number;
        let read = |content| match content {
            Content::Json(line) => jsonl::article(&line, file, number, fields),
            Content::Page(page) => article(*page, file, number).map(Recorded::from),
            Content::Xml(item) => item.article(file, number).map(Recorded::from),
            Content::Response(response) => {
                response.into_page().and_then(|page| article(page, file, number)).map(Recorded::from)
            }
        };
        let found = self.content.and_then(|content| guarded(|| read(content)));
        found.map_err(|reason| Skip { record: Some(number), reason })
    }
}

/// The article on a page in a container. A page that has a name there is read as a file of that name would be.
fn article(mut page: Page, file: &str, number: u64) -> Result<Article, SkipReason> {
    page.origin.record = Some(number);
    page.origin.file = page.origin.entry.clone().unwrap_or_else(|| file.to_owned());
    let mut article = extract_guarded(&page)?;
    file.clone_into(&mut article.origin.file);
    article.id = id_of(&article);
    Ok(article)
}

/// A file to read from its start, buffered.
pub(crate) fn buffered(path: &Path) -> Result<impl BufRead + Send + use<>, SkipReason> {
    const BUFFER_BYTES: usize = 1 << 16;
    let file = File::open(path).map_err(|e| SkipReason::Unreadable(e.to_string()))?;
    Ok(std::io::BufReader::with_capacity(BUFFER_BYTES, file))
}

#[cfg(test)]
mod tests;
