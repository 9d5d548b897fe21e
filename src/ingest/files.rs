//! The files inside a zip or a tar, each read as a file of its name would be.

use std::io::{BufReader, Read};

use super::{
    page,
    records::{self, Content, Record, Records},
    walk::{self, Kind},
};
use crate::skip::SkipReason;

/// A file inside another one.
pub(crate) struct Entry {
    /// Its name: only ever a name, whatever it looks like. Nothing is written under it.
    pub(crate) name: String,
    pub(crate) content: Box<dyn Read + Send>,
}

/// What holds files.
pub(crate) trait Entries: Send {
    /// The next file whose name is `wanted`; `None` at the end, and behind a failure from which there is no going on.
    fn next_entry(&mut self, wanted: fn(&str) -> bool) -> Option<Result<Entry, SkipReason>>;
}

/// The records of all files inside one: a page is a record, a container gives its own.
pub(crate) struct Files {
    entries: Box<dyn Entries>,
    wanted: fn(&str) -> bool,
    bytes_max: u64,
    /// The container under way, its name, and the number of records before it.
    inner: Option<(Box<dyn Records>, String, u64)>,
    number: u64,
    /// Files begun.
    entry: u64,
}

impl Files {
    pub(crate) fn new(entries: Box<dyn Entries>, wanted: fn(&str) -> bool, bytes_max: u64) -> Self {
        Self { entries, wanted, bytes_max, inner: None, number: 0, entry: 0 }
    }

    /// The page that an entry is; `None` if it is a container, which is then under way.
    fn open(&mut self, entry: Entry) -> Result<Option<Content>, SkipReason> {
        match walk::kind_of(&entry.name) {
            Some(Kind::Many(container)) => {
                let from = Box::new(BufReader::new(entry.content));
                let records = records::over(from, &entry.name, container, self.bytes_max)?;
                self.inner = Some((records, entry.name, self.number - 1));
                Ok(None)
            }
            _ => {
                let mut page = page::from_reader(entry.content, &entry.name, self.bytes_max)?;
                page.origin.entry = Some(entry.name);
                Ok(Some(Content::Page(Box::new(page))))
            }
        }
    }
}

impl Records for Files {
    fn next_record(&mut self) -> Option<Record> {
        loop {
            if let Some((records, _, before)) = &mut self.inner {
                if let Some(mut record) = records.next_record() {
                    record.number += *before;
                    self.number = record.number;
                    return Some(record);
                }
                self.inner = None;
            }
            let entry = self.entries.next_entry(self.wanted)?;
            self.number += 1;
            self.entry += 1;
            let content = match entry.and_then(|entry| self.open(entry)) {
                Ok(None) => continue,
                Ok(Some(content)) => Ok(content),
                Err(reason) => Err(reason),
            };
            return Some(Record { number: self.number, content });
        }
    }

    fn entry(&self) -> u64 {
        self.entry
    }
}

/// Whether a file inside a zip or tar is read: by its name, as on a disk, but no zip inside a zip. What is hidden is
/// not.
pub(crate) fn is_read(name: &str) -> bool {
    let hidden = name.split(['/', '\\']).any(|part| part.starts_with('.') && !matches!(part, "." | ".."));
    let packed = matches!(walk::kind_of(name), Some(Kind::Many(container)) if container.holds_files());
    !hidden && !packed && !name.starts_with("__MACOSX/") && walk::kind_of(name).is_some()
}

/// Whether a file of a WACZ is read: its web archives. The rest is about them.
pub(crate) fn is_web_archive(name: &str) -> bool {
    walk::kind_of(name) == Some(Kind::Many(records::Container::WebArchive))
}
