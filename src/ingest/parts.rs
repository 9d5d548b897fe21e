//! The bytes of a file of records, decompressed, and where each compressed part of it begins.

use std::io::{self, Read};

/// Bytes read from a file at a time.
const READ_BYTES: usize = 1 << 17;

/// Bytes behind the reader that are kept, so that it can step back after a failure. A broken part is mostly noticed
/// within the first few hundred bytes that are wrong.
const KEPT_BYTES: usize = 1 << 15;

/// A file that is one part (plain), or many that were compressed one by one (gzip members, zstd frames).
pub(crate) trait Parts: Send {
    /// The next bytes of the part under way; none at its end. A failure stays until [`Parts::recover`].
    fn fill(&mut self) -> io::Result<&[u8]>;

    /// Marks bytes as read.
    fn consume(&mut self, bytes: usize);

    /// Goes on to the next part; `false` at the end of the file.
    fn next_part(&mut self) -> io::Result<bool>;

    /// After a failure, goes to the next place where a part may begin; `false` if there is none.
    fn recover(&mut self) -> bool;

    /// Where in the file the byte lies that is `unread` bytes before the next one; of compressed bytes, where their
    /// part begins.
    fn place(&self, unread: usize) -> u64;
}

/// Bytes of a file, with some of those already read.
pub(super) struct Window {
    from: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    /// The next byte to read.
    at: usize,
    /// Where in the file the first byte of `bytes` lies.
    place: u64,
}

impl Window {
    pub(super) fn new(from: Box<dyn Read + Send>) -> Self {
        Self { from, bytes: Vec::new(), at: 0, place: 0 }
    }

    /// Bytes not yet read; none at the end of the file.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        if self.at == self.bytes.len() {
            self.read_more()?;
        }
        Ok(&self.bytes[self.at..])
    }

    /// Reads until `bytes` are there to be looked at, or the file ends.
    pub(super) fn peek(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.bytes.len() - self.at < bytes && self.read_more()? > 0 {}
        let end = self.bytes.len().min(self.at + bytes);
        Ok(&self.bytes[self.at..end])
    }

    pub(super) fn consume(&mut self, bytes: usize) {
        self.at = self.bytes.len().min(self.at + bytes);
    }

    /// Where in the file the next byte lies.
    pub(super) fn place(&self) -> u64 {
        self.place + self.at as u64
    }

    /// Goes to a place in the file, as far as the bytes there are at hand.
    fn go_to(&mut self, place: u64) {
        let at = usize::try_from(place.saturating_sub(self.place)).unwrap_or(usize::MAX);
        self.at = at.min(self.bytes.len());
    }

    /// Goes to the next place from `from` on at which `begins` accepts the bytes; `wide` are as many as it looks at.
    pub(super) fn find(&mut self, from: u64, wide: usize, begins: impl Fn(&[u8]) -> bool) -> bool {
        self.go_to(from);
        loop {
            match self.peek(wide) {
                Ok(bytes) if bytes.len() == wide => {}
                _ => return false,
            }
            let found = self.bytes[self.at..].windows(wide).position(&begins);
            if let Some(at) = found {
                self.at += at;
                return true;
            }
            self.at = self.bytes.len() + 1 - wide;
        }
    }

    fn read_more(&mut self) -> io::Result<usize> {
        let gone = self.at.saturating_sub(KEPT_BYTES);
        self.bytes.drain(..gone);
        self.at -= gone;
        self.place += gone as u64;
        let end = self.bytes.len();
        self.bytes.resize(end + READ_BYTES, 0);
        let read = loop {
            match self.from.read(&mut self.bytes[end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.bytes.truncate(end + read.as_ref().copied().unwrap_or(0));
        read
    }
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill()?;
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// A file that is not compressed.
pub(crate) struct Plain(Window);

impl Plain {
    pub(crate) fn new(from: Box<dyn Read + Send>) -> Self {
        Self(Window::new(from))
    }
}

impl Parts for Plain {
    fn fill(&mut self) -> io::Result<&[u8]> {
        self.0.fill()
    }

    fn consume(&mut self, bytes: usize) {
        self.0.consume(bytes);
    }

    fn next_part(&mut self) -> io::Result<bool> {
        Ok(false)
    }

    fn recover(&mut self) -> bool {
        false
    }

    fn place(&self, unread: usize) -> u64 {
        self.0.place().saturating_sub(unread as u64)
    }
}

/// All parts of a file, one after the other.
pub(crate) struct Whole(pub(crate) Box<dyn Parts>);

impl Read for Whole {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.0.fill()?.is_empty() {
            if !self.0.next_part()? {
                return Ok(0);
            }
        }
        let bytes = self.0.fill()?;
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        self.0.consume(count);
        Ok(count)
    }
}
