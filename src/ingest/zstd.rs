//! Zstandard frames one after the other, with the dictionary that a web archive may begin with.

use std::io::{self, Read};

use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer, ResetDirective, get_error_name};

use super::parts::{Parts, Window};

/// Decompressed bytes that are held at a time.
const HELD_BYTES: usize = 1 << 17;

/// Widest window of a frame, as the power of two of its bytes (128 MiB): as wide as `zstd --ultra -22` makes it.
const WINDOW_LOG_MAX: u32 = 27;

/// Longest dictionary, decompressed.
const DICTIONARY_BYTES_MAX: usize = 32 << 20;

/// Most dictionaries of a file, which may be some files one behind the other. Each can be a thousand times as long as
/// what it is made of, so further ones are passed over.
const DICTIONARIES_MAX: u32 = 16;

/// Broken frames behind which it steps back to look for the next one.
const STEPS_BACK_MAX: u32 = 100;

/// What a frame begins with (RFC 8878).
const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What a frame begins with that holds something else, but for its lowest four bits.
const OTHER_FRAME: u32 = 0x184d_2a50;

/// What the frame begins with that holds the dictionary of a web archive (the WARC Zstandard specification).
const DICTIONARY_FRAME: u32 = 0x184d_2a5d;

/// What a dictionary begins with.
const DICTIONARY: [u8; 4] = [0x37, 0xa4, 0x30, 0xec];

/// A file of zstd frames.
pub(crate) struct Zstd {
    from: Window,
    decoder: DCtx<'static>,
    held: Vec<u8>,
    at: usize,
    inside: bool,
    failed: Option<(io::ErrorKind, String)>,
    /// Where the frame under way begins in the file.
    frame: u64,
    failures: u32,
    /// Dictionaries that may still come.
    dictionaries_left: u32,
}

impl Zstd {
    /// A web archive, in which dictionaries may stand.
    pub(crate) fn new(from: Box<dyn Read + Send>) -> Self {
        Self { dictionaries_left: DICTIONARIES_MAX, ..Self::without_dictionaries(from) }
    }

    /// Frames that have no dictionary, as those of a page have none.
    pub(crate) fn without_dictionaries(from: Box<dyn Read + Send>) -> Self {
        let mut decoder = DCtx::create();
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).expect("it is between 10 and 30");
        Self {
            from: Window::new(from),
            decoder,
            held: Vec::with_capacity(HELD_BYTES),
            at: 0,
            inside: false,
            failed: None,
            frame: 0,
            failures: 0,
            dictionaries_left: 0,
        }
    }

    /// Decompresses until bytes are held or the frame ends.
    fn more(&mut self) -> io::Result<()> {
        self.held.clear();
        self.at = 0;
        while self.held.is_empty() && self.inside {
            let bytes = self.from.fill()?;
            let is_at_end = bytes.is_empty();
            let mut input = InBuffer::around(bytes);
            let mut output = OutBuffer::around(&mut self.held);
            let expected = self.decoder.decompress_stream(&mut output, &mut input).map_err(broken)?;
            let read = input.pos();
            self.from.consume(read);
            self.inside = expected > 0;
            if self.inside && is_at_end && self.held.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Goes to the next frame, over those that hold something else; `false` at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            self.frame = self.from.place();
            let magic = match *self.from.peek(FRAME.len())? {
                [] => return Ok(false),
                [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
                _ => return Err(io::ErrorKind::UnexpectedEof.into()),
            };
            if magic == u32::from_le_bytes(FRAME) {
                self.decoder.reset(ResetDirective::SessionOnly).map_err(broken)?;
                self.inside = true;
                return Ok(true);
            }
            if magic & !0xf != OTHER_FRAME {
                return Err(invalid("no frame begins here"));
            }
            self.pass_over(magic)?;
        }
    }

    fn pass_over(&mut self, magic: u32) -> io::Result<()> {
        let mut header = [0; 8];
        self.from.read_exact(&mut header)?;
        let length = u64::from(u32::from_le_bytes([header[4], header[5], header[6], header[7]]));
        let mut content = self.from.by_ref().take(length);
        let is_dictionary = magic == DICTIONARY_FRAME && length <= DICTIONARY_BYTES_MAX as u64;
        if is_dictionary && self.dictionaries_left > 0 {
            self.dictionaries_left -= 1;
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            let dictionary = dictionary(bytes)?;
            return self.decoder.load_dictionary(&dictionary).map(|_| ()).map_err(broken_dictionary);
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
fn dictionary(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut plain = bytes;
    if plain.starts_with(&FRAME) {
        let compressed = std::mem::replace(&mut plain, Vec::with_capacity(DICTIONARY_BYTES_MAX));
        zstd_safe::decompress(&mut plain, &compressed).map_err(broken_dictionary)?;
    }
    if plain.starts_with(&DICTIONARY) { Ok(plain) } else { Err(invalid("its dictionary is none")) }
}

impl Parts for Zstd {
    fn fill(&mut self) -> io::Result<&[u8]> {
        if let Some((kind, text)) = &self.failed {
            return Err(io::Error::new(*kind, text.clone()));
        }
        if self.at == self.held.len() && self.inside {
            self.more().map_err(|error| self.fail(error))?;
        }
        Ok(&self.held[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at = self.held.len().min(self.at + bytes);
    }

    fn next_part(&mut self) -> io::Result<bool> {
        self.begin().map_err(|error| self.fail(error))
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

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// What the decoder says, as an error of reading.
fn broken(code: usize) -> io::Error {
    invalid(get_error_name(code))
}

fn broken_dictionary(code: usize) -> io::Error {
    invalid(&format!("its dictionary is broken: {}", get_error_name(code)))
}

#[cfg(test)]
mod tests {
    use super::{super::parts::Whole, *};

    fn frame(text: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(zstd_safe::compress_bound(text.len()));
        zstd_safe::compress(&mut bytes, text.as_bytes(), 1).unwrap();
        bytes
    }

    /// A frame of which the decoder takes what is in it for a dictionary.
    fn dictionary_frame(content: &[u8]) -> Vec<u8> {
        [&DICTIONARY_FRAME.to_le_bytes()[..], &(content.len() as u32).to_le_bytes(), content].concat()
    }

    fn read(zstd: Zstd) -> io::Result<String> {
        io::read_to_string(Whole(Box::new(zstd)))
    }

    fn from(bytes: Vec<u8>) -> Box<dyn Read + Send> {
        Box::new(io::Cursor::new(bytes))
    }

    #[test]
    fn what_would_be_a_dictionary_is_passed_over_in_a_page() {
        let bytes = [frame("one "), dictionary_frame(b"none of them"), frame("two")].concat();
        assert_eq!(read(Zstd::without_dictionaries(from(bytes.clone()))).unwrap(), "one two");
        let error = read(Zstd::new(from(bytes))).unwrap_err();
        assert!(error.to_string().contains("its dictionary is none"), "{error}");
    }

    #[test]
    fn only_so_many_dictionaries_are_unpacked() {
        let samples: Vec<String> =
            (0..2_000).map(|n| format!("The dam of {n} was mended on day {}. ", n % 7)).collect();
        let sizes: Vec<usize> = samples.iter().map(String::len).collect();
        let mut trained = Vec::with_capacity(4_096);
        zstd_safe::train_from_buffer(&mut trained, samples.concat().as_bytes(), &sizes).unwrap();
        let sound = dictionary_frame(&trained);
        let (most, more) = (sound.repeat(DICTIONARIES_MAX as usize), dictionary_frame(b"none"));
        assert_eq!(read(Zstd::new(from([most.clone(), more.clone(), frame("one")].concat()))).unwrap(), "one");
        let fewer = most[sound.len()..].to_vec();
        assert!(read(Zstd::new(from([fewer, more, frame("one")].concat()))).is_err());
    }
}
