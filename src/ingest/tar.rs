//! The files in a tar, one after the other, going on behind what is no header.

use std::io::{self, Cursor, Read};

use super::{
    files::{Entries, Entry},
    page::{compression, too_large},
    parts::{Parts, Whole},
};
use crate::skip::SkipReason;

/// Everything in a tar is a multiple of this long.
pub(super) const BLOCK_BYTES: usize = 512;

/// Bytes that are read of what stands apart from the header of a file, its name among them; the rest is passed over.
/// Whole blocks.
const NAME_BYTES_MAX: u64 = 1 << 16;

/// A tar, plain or compressed (POSIX ustar and pax, and GNU's long names).
pub(crate) struct Tar {
    from: Whole,
    bytes_max: u64,
    block: u64,
    /// A header that was found behind garbage.
    found: Option<Header>,
    ended: bool,
}

impl Tar {
    pub(crate) fn new(parts: Box<dyn Parts>, bytes_max: u64) -> Self {
        Self { from: Whole(parts), bytes_max, block: 0, found: None, ended: false }
    }

    fn entry(&mut self, wanted: fn(&str) -> bool) -> Result<Option<Entry>, SkipReason> {
        let mut long_name = None;
        while let Some(header) = self.header()? {
            match header.kind {
                b'L' => long_name = Some(text(&self.about(header.bytes)?)),
                b'x' => long_name = pax_path(&self.about(header.bytes)?).or(long_name),
                b'0' | 0 | b'7' => {
                    let name = long_name.take().unwrap_or(header.name);
                    if wanted(&name) {
                        let content = self.content(header.bytes, self.bytes_max)?;
                        return Ok(Some(Entry { name, content: Box::new(Cursor::new(content)) }));
                    }
                    self.pass_over(header.bytes)?;
                }
                // What else is said of the file behind it: where a link leads, what is said of all files.
                b'K' | b'g' | b'X' => self.pass_over(header.bytes)?,
                // A folder or a link, whose name it was.
                _ => {
                    long_name = None;
                    self.pass_over(header.bytes)?;
                }
            }
        }
        Ok(None)
    }

    /// What is said of the next file, as far as [`NAME_BYTES_MAX`].
    fn about(&mut self, bytes: u64) -> Result<Vec<u8>, SkipReason> {
        let content = self.content(bytes.min(NAME_BYTES_MAX), NAME_BYTES_MAX)?;
        self.pass_over(bytes.saturating_sub(NAME_BYTES_MAX))?;
        Ok(content)
    }

    /// The next header; `None` at the end.
    fn header(&mut self) -> Result<Option<Header>, SkipReason> {
        if let Some(header) = self.found.take() {
            return Ok(Some(header));
        }
        let place = self.block.saturating_mul(BLOCK_BYTES as u64);
        let mut garbage = 0;
        loop {
            let mut block = [0; BLOCK_BYTES];
            let read = read_up_to(&mut self.from, &mut block).map_err(compression)?;
            self.block += 1;
            if read < BLOCK_BYTES {
                self.ended = true;
                let rest = garbage + if block[..read].iter().all(|&b| b == 0) { 0 } else { read };
                return if rest == 0 { Ok(None) } else { Err(garbage_at(rest, place)) };
            }
            match Header::parse(&block) {
                Some(header) if garbage > 0 => {
                    self.found = Some(header);
                    return Err(garbage_at(garbage, place));
                }
                Some(header) => return Ok(Some(header)),
                None if block.iter().all(|&b| b == 0) => {}
                None => garbage += BLOCK_BYTES,
            }
        }
    }

    /// The content of a file, if it is no longer than allowed.
    fn content(&mut self, bytes: u64, bytes_max: u64) -> Result<Vec<u8>, SkipReason> {
        if bytes > bytes_max {
            self.pass_over(bytes)?;
            return Err(too_large(bytes_max));
        }
        let mut content = Vec::new();
        let padded = bytes.checked_next_multiple_of(BLOCK_BYTES as u64).unwrap_or(u64::MAX);
        let read = self.from.by_ref().take(padded).read_to_end(&mut content).map_err(compression)?;
        self.block += padded / BLOCK_BYTES as u64;
        if (read as u64) < bytes {
            return Err(SkipReason::BrokenRecord("the file ends before the page in it does".to_owned()));
        }
        content.truncate(bytes as usize);
        Ok(content)
    }

    fn pass_over(&mut self, bytes: u64) -> Result<(), SkipReason> {
        let padded = bytes.checked_next_multiple_of(BLOCK_BYTES as u64).unwrap_or(u64::MAX);
        self.block = self.block.saturating_add(padded / BLOCK_BYTES as u64);
        io::copy(&mut self.from.by_ref().take(padded), &mut io::sink()).map(|_| ()).map_err(compression)
    }
}

impl Entries for Tar {
    fn next_entry(&mut self, wanted: fn(&str) -> bool) -> Option<Result<Entry, SkipReason>> {
        if self.ended {
            return None;
        }
        let entry = self.entry(wanted).transpose();
        let unreadable = matches!(&entry, Some(Err(SkipReason::BrokenCompression(_) | SkipReason::Unreadable(_))));
        self.ended |= unreadable || entry.is_none();
        entry
    }
}

/// Whether a tar begins here.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let block = bytes.first_chunk::<BLOCK_BYTES>();
    block.is_some_and(|block| block[0] != 0 && Header::parse(block).is_some())
}

fn garbage_at(bytes: usize, place: u64) -> SkipReason {
    SkipReason::BrokenRecord(format!("{bytes} bytes at byte {place} are no file of a tar"))
}

/// What stands before each file.
struct Header {
    name: String,
    bytes: u64,
    kind: u8,
}

impl Header {
    /// Reads a header; `None` where its sum is wrong.
    fn parse(block: &[u8; BLOCK_BYTES]) -> Option<Self> {
        let counted =
            block.iter().enumerate().map(|(at, &b)| u64::from(if (148..156).contains(&at) { b' ' } else { b }));
        if octal(&block[148..156])? != counted.sum::<u64>() {
            return None;
        }
        let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
        // GNU's tar has other things where POSIX has the first part of the name.
        let is_posix = &block[257..263] == b"ustar\0";
        let name = if is_posix && !prefix.is_empty() { format!("{prefix}/{name}") } else { name };
        Some(Self { name, bytes: size(&block[124..136])?, kind: block[156] })
    }
}

/// A size: octal digits, or a number as such where the first bit is set.
fn size(field: &[u8]) -> Option<u64> {
    let (&[first], rest) = field.split_first_chunk()?;
    if first & 0x80 == 0 {
        return octal(field);
    }
    let mut bytes = std::iter::once(first & 0x7f).chain(rest.iter().copied());
    bytes.try_fold(0u64, |sum, byte| sum.checked_mul(256)?.checked_add(u64::from(byte)))
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits = text(field);
    u64::from_str_radix(digits.trim(), 8).ok().or_else(|| digits.trim().is_empty().then_some(0))
}

/// Text up to its zero.
fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(field.split(|&b| b == 0).next().unwrap_or_default()).into_owned()
}

/// The path in a pax header: lines of `length key=value`.
fn pax_path(lines: &[u8]) -> Option<String> {
    let line =
        lines.split(|&b| b == b'\n').find_map(|line| line.splitn(2, |&b| b == b' ').nth(1)?.strip_prefix(b"path="))?;
    Some(text(line))
}

fn read_up_to(from: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < block.len() {
        match from.read(&mut block[read..])? {
            0 => break,
            count => read += count,
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::ingest::{files::is_read, records::parts};

    fn file(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
        let mut block = [0u8; BLOCK_BYTES];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        block[148..156].fill(b' ');
        block[156] = kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u64 = block.iter().map(|&b| u64::from(b)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let mut whole = [&block[..], content].concat();
        whole.resize(whole.len().next_multiple_of(BLOCK_BYTES), 0);
        whole
    }

    fn told(tar: &[u8]) -> Vec<String> {
        let mut tar = Tar::new(parts(Box::new(Cursor::new(tar.to_vec()))).unwrap(), 10_000);
        let line = |entry: Result<Entry, SkipReason>| match entry {
            Ok(mut entry) => {
                let mut content = String::new();
                entry.content.read_to_string(&mut content).unwrap();
                format!("{} {content}", entry.name)
            }
            Err(reason) => reason.to_string(),
        };
        std::iter::from_fn(move || tar.next_entry(is_read)).map(line).collect()
    }

    #[test]
    fn files_are_read_with_long_names_and_without_folders_and_links() {
        let long = format!("{}/x.html", "folder/".repeat(30));
        let pax = format!("30 mtime=1650621600.5\n{} path={long}\n", long.len() + 10);
        let tar = [
            file("a/", b'5', b""),
            file("../a/x.html", b'0', b"one"),
            file("a/link.html", b'2', b""),
            file("././@LongLink", b'L', format!("{long}\0").as_bytes()),
            file("cut.html", b'0', b"two"),
            file("pax", b'x', pax.as_bytes()),
            file("cut.html", 0, b"three"),
            file("a.png", b'0', &[7; 600]),
            file("b.html", b'0', b"four"),
            vec![0; 1024],
        ]
        .concat();
        let expected = ["../a/x.html one", &format!("{long} two"), &format!("{long} three"), "b.html four"];
        assert_eq!(told(&tar), expected);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&tar).unwrap();
        assert_eq!(told(&gzip.finish().unwrap()), expected);
    }

    #[test]
    fn a_long_name_is_that_of_the_next_file_whatever_it_is() {
        let name = |kind: u8, name: &str| match kind {
            b'L' => file("././@LongLink", b'L', format!("{name}\0").as_bytes()),
            _ => file("pax", b'x', format!("{} path={name}\n", name.len() + 10).as_bytes()),
        };
        for kind in [b'L', b'x'] {
            for other in [b'5', b'1', b'2'] {
                let tar = [name(kind, "long/"), file("cut", other, b""), file("a.html", b'0', b"one")].concat();
                assert_eq!(told(&tar), ["a.html one"], "{kind} {other}");
            }
            let link = file("././@LongLink", b'K', b"target\0");
            let tar = [name(kind, "long.html"), link, file("cut", b'0', b"one")].concat();
            assert_eq!(told(&tar), ["long.html one"], "what is said beside it takes nothing away");
        }
    }

    #[test]
    fn what_is_said_of_a_file_at_length_is_passed_over() {
        let comment = format!("999999 comment={}\n", "x".repeat(NAME_BYTES_MAX as usize));
        for about in [format!("17 path=long.html\n{comment}"), comment] {
            let tar = [file("pax", b'x', about.as_bytes()), file("long.html", b'0', b"one")].concat();
            assert_eq!(told(&[tar, file("b.html", b'0', b"two")].concat()), ["long.html one", "b.html two"]);
        }
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_goes_in() {
        let long = vec![b'x'; 20_000];
        let tar = [file("a.html", b'0', b"one"), file("b.html", b'0', &long), file("c.html", b'0', b"three")].concat();
        assert_eq!(told(&tar), ["a.html one", "too large: more than 10000 bytes (page-bytes-max)", "c.html three"]);
        let garbage = [file("a.html", b'0', b"one"), vec![7; 1024], file("c.html", b'0', b"three")].concat();
        assert_eq!(
            told(&garbage),
            ["a.html one", "broken record: 1024 bytes at byte 1024 are no file of a tar", "c.html three"]
        );
        let cut = file("a.html", b'0', b"one");
        assert_eq!(told(&cut[..514]), ["broken record: the file ends before the page in it does"]);
    }
}
