//! The story of an article as it is stored: one Zstandard frame (RFC 8878) that tells its length.
//!
//! Each is compressed by itself and not with others in a block of the store, as the store's own compression does: so
//! that headlines are read without unpacking the stories beside them, and a story without its neighbours.
//!
//! What stories have in common, a *dictionary* knows. It is made of the first that are added, once there are
//! [`SAMPLE_BYTES`] of them; those before it are stored without. It stays the archive's for good, and stands in the
//! payload of every commit, where it has a checksum and a copy. A frame names its dictionary by a number.

use std::{
    io,
    sync::{Arc, PoisonError, RwLock},
};
#[cfg(feature = "ingest")]
use std::{mem, sync::Mutex};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
#[cfg(feature = "ingest")]
use zstd_safe::{CCtx, CDict};
use zstd_safe::{DCtx, DDict, get_dict_id_from_frame, get_frame_content_size};

/// How hard to look for repetitions. On articles of 3 kB 1 leaves 44 % with a dictionary, 3 leaves 41 %, 6 leaves 40 %
/// in five times the time of 3.
#[cfg(feature = "ingest")]
const LEVEL: i32 = 3;

/// Bytes of a dictionary, at most. Half as many leave 1 % more of a story; one is read with every commit.
const DICTIONARY_BYTES_MAX: usize = 32 << 10;

/// Bytes of stories that a dictionary is made of. Twice as many leave half a per cent less of a story, and take twice
/// as long to be learnt from (15 ms).
#[cfg(feature = "ingest")]
const SAMPLE_BYTES: usize = 128 << 10;

/// Bytes that one story gives to it, at most.
#[cfg(feature = "ingest")]
const SAMPLE_OF_ONE_MAX: usize = 8 << 10;

/// A frame makes no more bytes of one, and what claims to is damaged: the densest block has 3 bytes before the one that
/// it repeats 128 Ki times.
const RATIO_MAX: usize = 32 << 10;

/// Dictionaries that are remembered: an archive has one, another where it was made anew under its readers.
const KNOWN_MAX: usize = 4;

#[cfg(feature = "ingest")]
thread_local! {
    /// Its tables are large, so each thread keeps its own.
    static COMPRESS: std::cell::RefCell<CCtx<'static>> = CCtx::create().into();
}

thread_local! {
    static DECOMPRESS: std::cell::RefCell<DCtx<'static>> = DCtx::create().into();
}

/// What the stories of an archive have in common.
pub(super) struct Dictionary {
    bytes: Vec<u8>,
    number: u32,
    reading: DDict<'static>,
    #[cfg(feature = "ingest")]
    writing: CDict<'static>,
}

impl Dictionary {
    /// `None` where the bytes are no dictionary.
    fn new(bytes: Vec<u8>) -> Option<Self> {
        let reading = DDict::try_create(&bytes)?;
        let number = reading.get_dict_id()?.get();
        #[cfg(feature = "ingest")]
        let writing = CDict::try_create(&bytes, LEVEL)?;
        Some(Self {
            bytes,
            number,
            reading,
            #[cfg(feature = "ingest")]
            writing,
        })
    }

    /// Of the text that [`Dictionary::text`] makes.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD_NO_PAD.decode(text).ok()?;
        (bytes.len() <= DICTIONARY_BYTES_MAX).then(|| Self::new(bytes)).flatten()
    }

    /// As it stands in a commit.
    #[cfg(feature = "ingest")]
    pub(super) fn text(&self) -> String {
        BASE64_STANDARD_NO_PAD.encode(&self.bytes)
    }
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dictionary").field("bytes", &self.bytes.len()).field("number", &self.number).finish()
    }
}

/// Packs and unpacks the stories of an archive, in many threads.
#[derive(Debug, Default)]
pub(super) struct Packer {
    /// The newest last.
    known: RwLock<Vec<Arc<Dictionary>>>,
    #[cfg(feature = "ingest")]
    samples: Mutex<Samples>,
}

impl Packer {
    /// Remembers a dictionary of the archive, once: several threads may have looked for it at a time.
    pub(super) fn know(&self, dictionary: Dictionary) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.iter().any(|one| one.number == dictionary.number) {
            return;
        }
        if known.len() == KNOWN_MAX {
            known.remove(0);
        }
        known.push(Arc::new(dictionary));
    }

    fn numbered(&self, number: u32) -> Option<Arc<Dictionary>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().rev().find(|dictionary| dictionary.number == number).cloned()
    }

    /// The text again. `committed` gives the dictionary that the last commit names, and is asked where the text needs
    /// one that is not known.
    pub(super) fn unpack(&self, bytes: &[u8], committed: impl Fn() -> Option<Dictionary>) -> io::Result<String> {
        let damaged = |detail: &str| io::Error::new(io::ErrorKind::InvalidData, format!("a stored story {detail}"));
        let length = length(bytes).ok_or_else(|| damaged("has no length"))?;
        if length > bytes.len().saturating_mul(RATIO_MAX) {
            return Err(damaged("claims to be longer than it can be"));
        }
        let dictionary = match get_dict_id_from_frame(bytes) {
            None => None,
            Some(number) => {
                let look = || self.numbered(number.get());
                let looked_again = || {
                    self.know(committed()?);
                    look()
                };
                Some(look().or_else(looked_again).ok_or_else(|| damaged("needs a dictionary that is not there"))?)
            }
        };
        let mut text = Vec::new();
        text.try_reserve_exact(length).map_err(|_| damaged("claims to be longer than memory is"))?;
        let unpacked = DECOMPRESS.with_borrow_mut(|decompress| match &dictionary {
            Some(dictionary) => decompress.decompress_using_ddict(&mut text, bytes, &dictionary.reading),
            None => decompress.decompress(&mut text, bytes),
        });
        if unpacked.is_err() || text.len() != length {
            return Err(damaged("does not unpack"));
        }
        String::from_utf8(text).map_err(|_| damaged("is not UTF-8"))
    }
}

/// Bytes of a packed text; `None` where nothing tells.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    get_frame_content_size(bytes).ok().flatten().and_then(|length| usize::try_from(length).ok())
}

#[cfg(feature = "ingest")]
impl Packer {
    /// The newest that is known.
    pub(super) fn dictionary(&self) -> Option<Arc<Dictionary>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    /// Packs a text, with the dictionary where there is one; else it is one of those that it is made of.
    pub(super) fn pack(&self, text: &str) -> Vec<u8> {
        let dictionary = self.dictionary();
        if dictionary.is_none() {
            self.learn(text);
        }
        let mut bytes = Vec::with_capacity(zstd_safe::compress_bound(text.len()));
        let packed = COMPRESS.with_borrow_mut(|compress| match &dictionary {
            Some(dictionary) => compress.compress_using_cdict(&mut bytes, text.as_bytes(), &dictionary.writing),
            None => compress.compress(&mut bytes, text.as_bytes(), LEVEL),
        });
        packed.unwrap_or_else(|code| panic!("there is room for it: {}", zstd_safe::get_error_name(code)));
        bytes
    }

    /// Takes a text among those that the dictionary is made of, and makes it once there are enough. Gives whether more
    /// are wanted.
    pub(super) fn learn(&self, text: &str) -> bool {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = samples.take(text);
        let wants_more = !samples.taken;
        drop(samples);
        // Stories that have nothing in common make none, and the archive goes on without.
        if let Some(dictionary) = enough.and_then(|samples| samples.learnt()) {
            self.know(dictionary);
        }
        wants_more
    }
}

/// The stories that a dictionary is made of, one behind the other.
#[cfg(feature = "ingest")]
#[derive(Debug, Default)]
struct Samples {
    bytes: Vec<u8>,
    sizes: Vec<usize>,
    /// Whether there were enough, and no more are taken.
    taken: bool,
}

#[cfg(feature = "ingest")]
impl Samples {
    /// Takes one more; gives all, once, when they are enough.
    fn take(&mut self, text: &str) -> Option<Self> {
        if self.taken || text.is_empty() {
            return None;
        }
        let sample = &text.as_bytes()[..text.len().min(SAMPLE_OF_ONE_MAX)];
        self.bytes.extend_from_slice(sample);
        self.sizes.push(sample.len());
        if self.bytes.len() < SAMPLE_BYTES {
            return None;
        }
        Some(mem::replace(self, Self { taken: true, ..Self::default() }))
    }

    fn learnt(&self) -> Option<Dictionary> {
        let mut bytes = Vec::with_capacity(DICTIONARY_BYTES_MAX);
        zstd_safe::train_from_buffer(&mut bytes, &self.bytes, &self.sizes).ok()?;
        Dictionary::new(bytes)
    }
}

#[cfg(all(test, feature = "ingest"))]
mod tests {
    use super::*;

    /// Text that nothing can be left out of.
    fn noise(letters: usize) -> String {
        let mut state = 1_u32;
        let next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_u32(0x4e00 + (state >> 16) % 20_000).unwrap_or('x')
        };
        (0..letters).map(next).collect()
    }

    fn story(number: usize) -> String {
        let letters = number * 7_919 % 1_009;
        format!("The harbour of {letters} had its dam mended, said the council on day {number}. ").repeat(3)
            + &format!("Letter {} was answered by the ministry of fisheries. ", number * 31)
    }

    /// A packer that has learnt a dictionary of the stories from a number on.
    fn learnt_from(first: usize) -> Packer {
        let packer = Packer::default();
        assert!((first..).take(10_000).any(|number| !packer.learn(&story(number))));
        packer
    }

    fn learnt() -> Packer {
        learnt_from(0)
    }

    #[test]
    fn a_text_comes_back() {
        for packer in [Packer::default(), learnt()] {
            for text in [String::new(), "x".to_owned(), "A dam, a letter. ".repeat(5_000), noise(40_000), story(7)] {
                let bytes = packer.pack(&text);
                assert_eq!(length(&bytes), Some(text.len()));
                assert_eq!(packer.unpack(&bytes, || None).unwrap(), text);
            }
        }
    }

    #[test]
    fn a_dictionary_is_made_once_of_enough_stories_and_makes_them_shorter() {
        let packer = Packer::default();
        let bare = packer.pack(&story(100_000));
        assert!(packer.dictionary().is_none());
        let packer = learnt();
        let number = packer.dictionary().unwrap().number;
        assert!((0..5_000).all(|number| !packer.learn(&story(number))));
        assert_eq!(packer.dictionary().unwrap().number, number);
        let with = packer.pack(&story(100_000));
        assert!(2 * with.len() < bare.len(), "{} of {}", with.len(), bare.len());
    }

    #[test]
    fn a_reader_asks_for_the_dictionary_once_and_says_where_there_is_none() {
        let packer = learnt();
        let bytes = packer.pack(&story(1));
        let text = packer.dictionary().unwrap().text();
        let reader = Packer::default();
        let error = reader.unpack(&bytes, || None).unwrap_err();
        assert!(error.to_string().contains("needs a dictionary"), "{error}");
        assert_eq!(reader.unpack(&bytes, || Dictionary::from_text(&text)).unwrap(), story(1));
        assert_eq!(reader.unpack(&bytes, || panic!("it is known")).unwrap(), story(1));
        reader.know(Dictionary::from_text(&text).unwrap());
        assert_eq!(reader.known.read().unwrap().len(), 1, "another thread's look for it changes nothing");
        assert!(Dictionary::from_text("no dictionary").is_none());
        assert!(Dictionary::from_text(&BASE64_STANDARD_NO_PAD.encode("too short to be one")).is_none());
    }

    #[test]
    fn an_archive_made_anew_under_its_readers_has_another_dictionary() {
        let reader = Packer::default();
        for first in [0, 50_000, 100_000, 150_000, 200_000, 250_000] {
            let packer = learnt_from(first);
            let (bytes, text) = (packer.pack(&story(3)), packer.dictionary().unwrap().text());
            assert_eq!(reader.unpack(&bytes, || Dictionary::from_text(&text)).unwrap(), story(3));
        }
        assert_eq!(reader.known.read().unwrap().len(), KNOWN_MAX);
    }

    #[test]
    fn damage_is_an_error_and_takes_no_memory() {
        for packer in [Packer::default(), learnt()] {
            let text = "A dam, a letter. ".repeat(100);
            let bytes = packer.pack(&text);
            for end in 0..bytes.len() {
                assert!(packer.unpack(&bytes[..end], || None).is_err(), "cut at {end}");
            }
            for (at, bit) in (0..bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
                let mut bent = bytes.clone();
                bent[at] ^= 1 << bit;
                // No checksum here, so it may be another text; never more than it can be.
                let most = bytes.len() * RATIO_MAX;
                assert!(packer.unpack(&bent, || None).map_or(0, |text| text.len()) <= most, "{at}, {bit}");
            }
        }
        // A header that claims 1 TiB: the descriptor has a length of eight bytes and no dictionary.
        let lying = [&[0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000][..], &(1_u64 << 40).to_le_bytes(), &[1, 0, 0]].concat();
        let error = Packer::default().unpack(&lying, || None).unwrap_err();
        assert!(error.to_string().contains("longer than it can be"), "{error}");
    }
}
