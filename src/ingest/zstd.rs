//! Zstandard frames one after the other, with the dictionary that a web archive may begin with.

use std::{
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use ruzstd::decoding::{
    BlockDecodingStrategy, Dictionary, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use super::parts::{Parts, Window};

/// Decompressed bytes that are held at a time, about.
const HELD_BYTES: usize = 1 << 17;

/// Longest dictionary, decompressed.
const DICTIONARY_BYTES_MAX: u64 = 32 << 20;

/// Broken frames behind which it steps back to look for the next one.
const STEPS_BACK_MAX: u32 = 100;

/// What a frame begins with (RFC 8878).
const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What the frame begins with that holds the dictionary of a web archive (the WARC Zstandard specification).
const DICTIONARY_FRAME: u32 = 0x184d_2a5d;

/// A file of zstd frames.
pub(crate) struct Zstd {
    from: Window,
    decoder: FrameDecoder,
    held: Vec<u8>,
    at: usize,
    inside: bool,
    failed: Option<(io::ErrorKind, String)>,
    /// Where the frame under way begins in the file.
    frame: u64,
    failures: u32,
}

impl Zstd {
    pub(crate) fn new(from: Box<dyn Read + Send>) -> Self {
        Self {
            from: Window::new(from),
            decoder: FrameDecoder::new(),
            held: Vec::new(),
            at: 0,
            inside: false,
            failed: None,
            frame: 0,
            failures: 0,
        }
    }

    /// Decompresses until bytes are held or the frame ends.
    fn more(&mut self) -> io::Result<()> {
        self.held.clear();
        self.at = 0;
        while self.held.is_empty() && self.inside {
            if !self.decoder.is_finished() {
                let strategy = BlockDecodingStrategy::UptoBytes(HELD_BYTES);
                self.decoder.decode_blocks(&mut self.from, strategy).map_err(invalid)?;
            }
            self.decoder.collect_to_writer(&mut self.held)?;
            self.inside = !(self.decoder.is_finished() && self.decoder.can_collect() == 0);
        }
        let sums = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
        match sums {
            (Some(told), Some(found)) if !self.inside && told != found => Err(invalid("the checksum is wrong")),
            _ => Ok(()),
        }
    }

    /// Reads the header of a frame, and passes over frames that hold something else; `false` at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            self.frame = self.from.place();
            if self.from.fill()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.from) {
                Ok(()) => {
                    self.inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    magic_number,
                    length,
                })) => self.pass_over(magic_number, u64::from(length))?,
                Err(error) => return Err(invalid(error)),
            }
        }
    }

    fn pass_over(&mut self, magic_number: u32, length: u64) -> io::Result<()> {
        let mut content = self.from.by_ref().take(length);
        if magic_number == DICTIONARY_FRAME && length <= DICTIONARY_BYTES_MAX {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            let dictionary = dictionary(bytes)?;
            return self.decoder.add_dict(dictionary).map_err(invalid);
        }
        io::copy(&mut content, &mut io::sink()).map(|_| ())
    }

    fn fail(&mut self, error: io::Error) -> io::Error {
        self.failed = Some((error.kind(), error.to_string()));
        self.inside = false;
        self.at = self.held.len();
        error
    }
}

/// Reads a dictionary, which may itself be compressed.
fn dictionary(bytes: Vec<u8>) -> io::Result<Dictionary> {
    let mut plain = bytes;
    if plain.starts_with(&FRAME) {
        let compressed = std::mem::take(&mut plain);
        let mut decoder = ruzstd::decoding::StreamingDecoder::new(compressed.as_slice()).map_err(invalid)?;
        decoder.by_ref().take(DICTIONARY_BYTES_MAX).read_to_end(&mut plain)?;
    }
    if plain.len() < 8 {
        return Err(invalid("its dictionary is too short"));
    }
    let decoded = guarded(|| Dictionary::decode_dict(&plain).map_err(|error| invalid(error.to_string())));
    decoded.map_err(|error| invalid(format!("its dictionary is broken: {error}")))
}

/// Decoders have panicked over broken bytes; that is one more way of saying that they are broken.
pub(super) fn guarded<T>(decode: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(invalid("the decoder failed on it")))
}

impl Parts for Zstd {
    fn fill(&mut self) -> io::Result<&[u8]> {
        if let Some((kind, text)) = &self.failed {
            return Err(io::Error::new(*kind, text.clone()));
        }
        if self.at == self.held.len() && self.inside {
            guarded(|| self.more()).map_err(|error| self.fail(error))?;
        }
        Ok(&self.held[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at = self.held.len().min(self.at + bytes);
    }

    fn next_part(&mut self) -> io::Result<bool> {
        guarded(|| self.begin()).map_err(|error| self.fail(error))
    }

    fn recover(&mut self) -> bool {
        self.failed = None;
        self.failures += 1;
        // Always behind where it failed, or the same failure would come again without end.
        let behind = self.frame + 1;
        let from = if self.failures <= STEPS_BACK_MAX { behind } else { self.from.place().max(behind) };
        self.from.find(from, FRAME.len(), |bytes| bytes == FRAME)
    }

    fn place(&self, _unread: usize) -> u64 {
        self.frame
    }
}

/// What the decoder says, as an error of reading. A file that ends early says so by that.
fn invalid(error: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
