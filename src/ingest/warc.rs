//! Web archives: the pages among the records of a WARC file (ISO 28500), whatever else is broken in it.

use std::io;

use memchr::memmem;

use super::{
    headers::{self, HEADER_BYTES_MAX, Headers},
    http::Head,
    page::{compression, too_large},
    parts::Parts,
    records::{Content, Record, Records},
};
use crate::{
    article::{Origin, Page},
    date::{Confidence, DateOrigin, Published},
    skip::SkipReason,
};

/// Records whose length may turn out wrong before no length in the file is trusted any more: looking back for the true
/// end of a record costs a second look at its bytes.
const LIES_MAX: u32 = 8;

/// What every record begins with.
const BEGIN: &[u8] = b"WARC/";

/// What ends a record and begins the next one.
const NEXT: &[u8] = b"\r\n\r\nWARC/1.";

/// The end of a record, which belongs to it.
const END_BYTES: usize = 4;

/// The records of a WARC file. What stands in the place of a record counts as one.
pub(crate) struct Warc {
    bytes: Bytes,
    bytes_max: u64,
    number: u64,
    /// Records whose length was wrong.
    lies: u32,
    /// Whether the next record's place is unknown, which was told already.
    astray: bool,
    /// Where a record begins whose first line was read.
    begun: Option<Begun>,
    ended: bool,
}

/// Where a record begins.
#[derive(Debug, Clone, Copy)]
struct Begun {
    place: u64,
    /// Whether a compressed part begins there as well, and so behind its end.
    with_part: bool,
}

/// What a step through the file came upon.
enum Step {
    Content(Content),
    /// A record that holds no page.
    Passed,
    End,
}

/// Why a step came upon nothing.
enum Failure {
    /// The bytes cannot be had.
    Bytes(io::Error),
    /// They can, but are no record.
    Record(SkipReason),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Bytes(error)
    }
}

impl Records for Warc {
    fn next_record(&mut self) -> Option<Record> {
        while !self.ended {
            self.number += 1;
            let content = match self.step() {
                Ok(Step::End) => return None,
                Ok(Step::Passed) => continue,
                Ok(Step::Content(content)) => Ok(content),
                Err(Failure::Record(reason)) => Err(reason),
                Err(Failure::Bytes(error)) => Err(self.recover(error)),
            };
            return Some(Record { number: self.number, content });
        }
        None
    }
}

impl Warc {
    pub(crate) fn new(parts: Box<dyn Parts>, bytes_max: u64) -> Self {
        let bytes = Bytes { parts, again: Vec::new(), at: 0, at_part: true };
        Self { bytes, bytes_max, number: 0, lies: 0, astray: false, begun: None, ended: false }
    }

    fn step(&mut self) -> Result<Step, Failure> {
        let Some(begun) = self.begin()? else { return Ok(Step::End) };
        let headers = self.headers(begun)?;
        let length = headers.get("content-length").and_then(|length| length.parse::<u64>().ok());
        let Some(length) = length else {
            self.astray = true;
            return Err(broken("it does not say how long it is", begun));
        };
        let block = self.block(begun, length)?;
        let cut = (block.len() as u64) < length;
        let is_endless =
            block.len() > HEADER_BYTES_MAX && block.starts_with(b"HTTP/") && headers::end(&block).is_none();
        match content(&headers, block, self.bytes_max) {
            Some(_) if cut => Err(Failure::Record(too_large(self.bytes_max))),
            Some(content) => Ok(Step::Content(content)),
            None if is_endless => Err(broken("the header of its response has no end", begun)),
            None => Ok(Step::Passed),
        }
    }

    /// After a failure to decompress: goes to where the next part begins, and says what was wrong.
    fn recover(&mut self, error: io::Error) -> SkipReason {
        let place = self.bytes.place();
        self.begun = None;
        self.ended = !self.bytes.recover();
        match compression(error) {
            SkipReason::BrokenCompression(text) => SkipReason::BrokenCompression(format!("{text} (byte {place})")),
            reason => reason,
        }
    }

    /// Reads the first line of the next record; `None` at the end of the file. What is no record before it is told.
    fn begin(&mut self) -> Result<Option<Begun>, Failure> {
        if let Some(begun) = self.begun.take() {
            return Ok(Some(begun));
        }
        self.bytes.pass_line_ends()?;
        let mut begun = Begun { place: self.bytes.place(), with_part: self.bytes.at_part };
        let garbage_place = begun.place;
        let mut garbage_bytes = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            self.bytes.line(&mut line, false)?;
            if let Some(at) = first_line(&line) {
                garbage_bytes += at;
                break;
            }
            if line.is_empty() {
                break;
            }
            garbage_bytes += line.len();
            begun = Begun { place: self.bytes.place(), with_part: self.bytes.at_part };
        }
        let begun = (!line.is_empty()).then_some(begun);
        if garbage_bytes == 0 || std::mem::take(&mut self.astray) {
            return Ok(begun);
        }
        self.begun = begun;
        self.ended = begun.is_none();
        let reason = format!("{garbage_bytes} bytes at byte {garbage_place} are no record");
        Err(Failure::Record(SkipReason::BrokenRecord(reason)))
    }

    /// Reads the header behind the first line.
    fn headers(&mut self, begun: Begun) -> Result<Headers, Failure> {
        let mut lines = Vec::new();
        loop {
            let before = lines.len();
            if self.bytes.line(&mut lines, begun.with_part)? {
                return Err(broken("its header is cut off", begun));
            }
            match &lines[before..] {
                b"\n" | b"\r\n" => return Ok(Headers::parse(&lines)),
                b"" => return Err(broken("the file ends in its header", begun)),
                _ if lines.len() > HEADER_BYTES_MAX => {
                    self.astray = true;
                    return Err(broken("its header has no end", begun));
                }
                _ => {}
            }
        }
    }

    /// Reads the content of a record, or as much of it as the limit allows.
    fn block(&mut self, begun: Begun, length: u64) -> Result<Vec<u8>, Failure> {
        let kept_max = usize::try_from(self.bytes_max).unwrap_or(usize::MAX).saturating_add(HEADER_BYTES_MAX);
        let fits = length <= kept_max as u64;
        // A length that cannot be kept cannot be looked into again, and is watched while it is read.
        let watched = !fits || self.lies >= LIES_MAX;
        let mut block = Vec::with_capacity(if fits { length as usize } else { 0 });
        let mut seen = Vec::new();
        let mut left = length;
        while left > 0 {
            let bytes = self.bytes.fill()?;
            if bytes.is_empty() {
                let more = self.bytes.next_part()?;
                let next = more && begun.with_part && self.bytes.peek(BEGIN.len())? == BEGIN;
                if more && !next {
                    continue;
                }
                return Err(self.ended_early(&mut block, begun, left, more));
            }
            let take = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if watched {
                let before = seen.len();
                seen.extend_from_slice(&bytes[..take]);
                if let Some(at) = memmem::find(&seen, NEXT) {
                    let end = at + END_BYTES;
                    match end.checked_sub(before) {
                        Some(more) => self.bytes.consume(more),
                        // The next record's first letters were at the end of the bytes before.
                        None => self.bytes.unread(seen[end..before].to_vec()),
                    }
                    return Err(self.lie(begun));
                }
                seen.drain(..seen.len().saturating_sub(NEXT.len() - 1));
            }
            let room = kept_max.saturating_sub(block.len());
            block.extend_from_slice(&bytes[..take.min(room)]);
            self.bytes.consume(take);
            left -= take as u64;
        }
        if !watched {
            self.check_end(&mut block, begun)?;
        }
        Ok(block)
    }

    /// Whether the record ends where it says: behind it, nothing or the next one.
    fn check_end(&mut self, block: &mut Vec<u8>, begun: Begun) -> Result<(), Failure> {
        let behind = self.bytes.peek(NEXT.len())?;
        if NEXT.starts_with(behind) {
            return Ok(());
        }
        let next_begins = matches!(behind.first(), Some(b'\r' | b'\n')) || behind.starts_with(BEGIN);
        let length = block.len();
        block.extend_from_slice(behind);
        let next = memmem::find(block, NEXT).filter(|at| at + END_BYTES < length);
        block.truncate(length);
        if let Some(at) = next {
            self.bytes.unread(block.split_off(at + END_BYTES));
            return Err(self.lie(begun));
        }
        if !next_begins {
            self.astray = true;
            return Err(self.lie(begun));
        }
        Ok(())
    }

    /// The next record begins, or the file ends, before this one should.
    fn ended_early(&mut self, block: &mut Vec<u8>, begun: Begun, left: u64, more: bool) -> Failure {
        let next = memmem::find(block, NEXT);
        if let Some(at) = next {
            self.bytes.unread(block.split_off(at + END_BYTES));
        }
        if more || next.is_some() {
            return self.lie(begun);
        }
        self.ended = true;
        broken(&format!("the file ends {left} bytes before the record does"), begun)
    }

    fn lie(&mut self, begun: Begun) -> Failure {
        self.lies += 1;
        broken("it is not as long as it says", begun)
    }
}

fn broken(what: &str, begun: Begun) -> Failure {
    Failure::Record(SkipReason::BrokenRecord(format!("{what} (byte {})", begun.place)))
}

/// Where the first line of a record begins in a line: at its start, or behind bytes that are none.
fn first_line(line: &[u8]) -> Option<usize> {
    let end = line.trim_ascii_end().len();
    let at = end.checked_sub("WARC/1.0".len())?;
    matches!(&line[at..end], [b'W', b'A', b'R', b'C', b'/', b'0'..=b'9', b'.', b'0'..=b'9'])
        .then_some(at)
        .or_else(|| (line.starts_with(b"WARC/0.") || line.starts_with(b"WARC/1.")).then_some(0))
}

/// What a record holds; `None` if it is no page: a request, an image, an error of the server, a page seen before.
fn content(headers: &Headers, block: Vec<u8>, bytes_max: u64) -> Option<Content> {
    let kind = headers.get("warc-type")?.to_ascii_lowercase();
    let url = headers.get("warc-target-uri").map(|url| url.trim_matches(['<', '>']).to_owned());
    let origin = Origin {
        captured: headers.get("warc-date").and_then(moment),
        entry: headers.get("warc-record-id").map(|id| id.trim_matches(['<', '>']).to_owned()),
        ..Origin::default()
    };
    match kind.as_str() {
        "response" => {
            let head = Head::parse(&block)?;
            let content_type = head.content_type().or_else(|| headers.get("warc-identified-payload-type"))?;
            let wanted = head.status == 200 && headers::is_html(content_type);
            wanted.then(|| Content::Response(Box::new(head.response(block, url, origin, bytes_max))))
        }
        "resource" => {
            let content_type = headers.get("content-type").filter(|content_type| headers::is_html(content_type))?;
            let charset = headers::parameter(content_type, "charset");
            Some(Content::Page(Box::new(Page { bytes: block, url, charset, origin })))
        }
        _ => None,
    }
}

/// A moment as ISO 8601, to the second.
fn moment(text: &str) -> Option<String> {
    Some(Published::from_iso(text, DateOrigin::Record, Confidence::Sure)?.to_string())
}

/// The bytes of a file, of which some can be given back.
struct Bytes {
    parts: Box<dyn Parts>,
    again: Vec<u8>,
    at: usize,
    /// Whether nothing of the part was read yet.
    at_part: bool,
}

impl Bytes {
    /// The next bytes of the part under way; none at its end.
    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.at < self.again.len() { Ok(&self.again[self.at..]) } else { self.parts.fill() }
    }

    fn consume(&mut self, bytes: usize) {
        self.at_part &= bytes == 0;
        if self.at < self.again.len() {
            self.at += bytes;
        } else {
            self.parts.consume(bytes);
        }
    }

    fn next_part(&mut self) -> io::Result<bool> {
        self.at_part = true;
        self.parts.next_part()
    }

    fn recover(&mut self) -> bool {
        self.at_part = true;
        self.again.clear();
        self.at = 0;
        self.parts.recover()
    }

    fn place(&self) -> u64 {
        self.parts.place(self.again.len() - self.at)
    }

    /// Gives bytes back, to be read again.
    fn unread(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(&self.again[self.at..]);
        self.again = bytes;
        self.at = 0;
    }

    /// The next bytes of the part under way, `bytes` of them if it has as many.
    fn peek(&mut self, bytes: usize) -> io::Result<&[u8]> {
        if self.fill()?.len() < bytes {
            let at_part = self.at_part;
            let mut gathered = Vec::new();
            while gathered.len() < bytes {
                let more = self.fill()?;
                let count = more.len();
                if count == 0 {
                    break;
                }
                gathered.extend_from_slice(more);
                self.consume(count);
            }
            self.unread(gathered);
            self.at_part = at_part;
        }
        let there = self.fill()?;
        Ok(&there[..there.len().min(bytes)])
    }

    /// Passes over the ends of lines, and on to the next part where one ends.
    fn pass_line_ends(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.fill()?;
            let there = bytes.len();
            let ends = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            self.consume(ends);
            if there == 0 {
                if !self.next_part()? {
                    return Ok(());
                }
            } else if ends < there {
                return Ok(());
            }
        }
    }

    /// Adds the next line to `line`, with its end, or [`HEADER_BYTES_MAX`] bytes of it; nothing at the end of the file.
    /// Where it is to `stop_at_record`, it goes no further than to a part that begins with one, and says so.
    fn line(&mut self, line: &mut Vec<u8>, stop_at_record: bool) -> io::Result<bool> {
        let mut room = HEADER_BYTES_MAX;
        while room > 0 {
            let bytes = self.fill()?;
            if bytes.is_empty() {
                if !self.next_part()? {
                    return Ok(false);
                }
                if stop_at_record && self.peek(BEGIN.len())? == BEGIN {
                    return Ok(true);
                }
                continue;
            }
            let end = memchr::memchr(b'\n', bytes).map(|at| at + 1);
            let take = end.unwrap_or(bytes.len()).min(room);
            line.extend_from_slice(&bytes[..take]);
            self.consume(take);
            room -= take;
            if end.is_some_and(|end| end <= take) {
                return Ok(false);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests;
