//! Gzip members one after the other, going on behind one that is broken.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::parts::{Parts, Window};

/// Decompressed bytes that are held at a time.
const HELD_BYTES: usize = 1 << 16;

/// Longest header of a member: a name or a comment may stand in it.
const HEADER_BYTES_MAX: usize = 1 << 12;

/// Bytes at which a member is known: two that mark it, its method, flags, a time, how hard it was packed, on which
/// system.
const START_BYTES: usize = 10;

/// Broken members behind which it steps back to look for the next one; behind further ones it only looks ahead, so that
/// a file made of broken members is not read over and over.
const STEPS_BACK_MAX: u32 = 100;

/// A file of gzip members (RFC 1952).
pub(crate) struct Gzip {
    from: Window,
    inflate: Decompress,
    crc: Crc,
    held: Vec<u8>,
    at: usize,
    state: State,
    /// Where the member under way begins in the file.
    member: u64,
    failures: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Before a member, or at the end of the file.
    Between,
    /// In the compressed bytes of a member.
    Inside,
    /// All of a member was decompressed.
    Ended,
    Failed(io::ErrorKind, String),
}

impl Gzip {
    pub(crate) fn new(from: Box<dyn Read + Send>) -> Self {
        Self {
            from: Window::new(from),
            inflate: Decompress::new(false),
            crc: Crc::new(),
            held: vec![0; HELD_BYTES],
            at: HELD_BYTES,
            state: State::Between,
            member: 0,
            failures: 0,
        }
    }

    /// Decompresses until bytes are held or the member ends.
    fn more(&mut self) -> io::Result<()> {
        self.held.resize(HELD_BYTES, 0);
        let mut filled = 0;
        while filled < HELD_BYTES {
            let bytes = self.from.fill()?;
            if bytes.is_empty() {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(bytes, &mut self.held[filled..], FlushDecompress::None);
            let status = status.map_err(|error| invalid(&error.to_string()))?;
            self.from.consume((self.inflate.total_in() - read) as usize);
            filled += (self.inflate.total_out() - written) as usize;
            if status == Status::StreamEnd {
                self.state = State::Ended;
                break;
            }
            if (self.inflate.total_in(), self.inflate.total_out()) == (read, written) {
                return Err(invalid("the compressed bytes lead nowhere"));
            }
        }
        self.crc.update(&self.held[..filled]);
        self.held.truncate(filled);
        self.at = 0;
        if self.state == State::Ended { self.check_end() } else { Ok(()) }
    }

    /// Compares what was decompressed with the sums behind it.
    fn check_end(&mut self) -> io::Result<()> {
        let mut sums = [0; 8];
        self.from.read_exact(&mut sums)?;
        let [a, b, c, d, e, f, g, h] = sums;
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() || u32::from_le_bytes([e, f, g, h]) != self.crc.amount() {
            return Err(invalid("the checksum is wrong"));
        }
        Ok(())
    }

    /// Reads the header of a member; `false` at the end of the file. Zeros behind the last member are padding.
    fn begin(&mut self) -> io::Result<bool> {
        while self.from.fill()?.first() == Some(&0) {
            self.from.consume(1);
        }
        self.member = self.from.place();
        let header = self.from.peek(HEADER_BYTES_MAX)?;
        if header.is_empty() {
            return Ok(false);
        }
        let bytes = header_bytes(header).ok_or_else(|| invalid("no gzip member begins there"))?;
        self.from.consume(bytes);
        self.inflate.reset(false);
        self.crc.reset();
        self.state = State::Inside;
        Ok(true)
    }

    fn fail(&mut self, error: io::Error) -> io::Error {
        self.state = State::Failed(error.kind(), error.to_string());
        self.at = self.held.len();
        error
    }
}

impl Parts for Gzip {
    fn fill(&mut self) -> io::Result<&[u8]> {
        if let State::Failed(kind, text) = &self.state {
            return Err(io::Error::new(*kind, text.clone()));
        }
        if self.state == State::Between {
            self.next_part()?;
        }
        if self.at == self.held.len() && self.state == State::Inside {
            self.more().map_err(|error| self.fail(error))?;
        }
        Ok(&self.held[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at = self.held.len().min(self.at + bytes);
    }

    fn next_part(&mut self) -> io::Result<bool> {
        self.state = State::Between;
        self.at = self.held.len();
        self.begin().map_err(|error| self.fail(error))
    }

    fn recover(&mut self) -> bool {
        self.at = self.held.len();
        self.state = State::Between;
        self.failures += 1;
        // Always behind where it failed, or the same failure would come again without end.
        let behind = self.member + 1;
        let from = if self.failures <= STEPS_BACK_MAX { behind } else { self.from.place().max(behind) };
        self.from.find(from, START_BYTES, begins)
    }

    fn place(&self, _unread: usize) -> u64 {
        self.member
    }
}

/// Whether a member begins here, as its first bytes tell.
fn begins(bytes: &[u8]) -> bool {
    let [0x1f, 0x8b, 8, flags, _, _, _, _, packed, system] = bytes else { return false };
    flags & 0xe0 == 0 && matches!(packed, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
}

/// Length of the header of a member.
fn header_bytes(header: &[u8]) -> Option<usize> {
    let (start, mut rest) = header.split_at_checked(START_BYTES)?;
    let [0x1f, 0x8b, 8, flags, ..] = start else { return None };
    if flags & 4 != 0 {
        let (&[low, high], behind) = rest.split_first_chunk()?;
        rest = behind.get(usize::from(u16::from_le_bytes([low, high]))..)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            rest = &rest[memchr::memchr(0, rest)? + 1..];
        }
    }
    if flags & 2 != 0 {
        rest = rest.get(2..)?;
    }
    Some(header.len() - rest.len())
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text.to_owned())
}
