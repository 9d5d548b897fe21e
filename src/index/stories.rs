//! Stories: articles that tell of one event, over days and outlets, in a file beside the index.
//!
//! The method is single-pass clustering with a window of time, as in topic detection and tracking (J. Allan et al.,
//! "Topic Detection and Tracking Pilot Study: Final Report", 1998; Y. Yang, T. Pierce and J. Carbonell, "A Study on
//! Retrospective and On-Line Event Detection", SIGIR 1998). Articles are taken by day, on one day in the order of
//! their ties. Each is compared with the stories that had an article in the [`STORY_GAP_DAYS_MAX`] days before, by the
//! cosine of its `signature` and that of the story's latest articles, terms weighed by how rare they are in the
//! signatures of the time. It joins the nearest story from [`SIMILARITY_MIN`] on, and else begins one. Stories are not
//! merged afterwards.
//!
//! - Copies count as one article: the one that stands for its cluster.
//! - Articles without a date, or with one less exact than the gap, are a set of their own, as if of one day. A new one
//!   among them has all of them put to stories again.
//! - *The stories depend on the set of articles alone*: one run and ten give the same. Time is cut into buckets of
//!   [`BUCKET_DAYS`] days. The file says of each what was in it; the next run begins with the first bucket that is not
//!   as it was, with the stories that were open then, and stops where these are again as they were (`grow`). So a new
//!   day costs the articles of its own bucket and a look at those of the two before, an old one those from there to
//!   where its stories have ended, and two buckets more.
//! - An event that is told of in two languages is two stories.
//!
//! Scored in `tests/stories.rs`; figures in `BENCHMARKS.md`.
//!
//! `stories-N.bin` holds every article that is searched, but copies by their representative alone; all numbers are
//! little-endian, `u` articles in `b` buckets:
//!
//! ```text
//! 0   8       "nsstorie"
//! 8   4       u
//! 12  4       b
//! 16  8 u     hashes of the articles' ids (the field `tie`) by day, then by themselves; those without a day last
//!     4 u     of each, the place in this list of the first article of its story; its own where it begins one
//!     8 b     numbers of the buckets, ascending: days since 1970 over 28; the greatest number for no day
//!     4 b     articles in each
//!     8 b     of each, XXH3 of the days, ties and contents of its articles
//! ```
//!
//! The payload of a commit makes it valid; see `side`.

#[cfg(feature = "ingest")]
mod grow;
#[cfg(feature = "ingest")]
mod pass;
#[cfg(feature = "ingest")]
mod settle;
#[cfg(feature = "ingest")]
mod signature;

use super::{
    Store,
    side::{self, take, take_u32s, take_u64s},
};
use crate::error::Result;

#[cfg(feature = "ingest")]
pub(super) use signature::SignatureBuilder;

/// What its files are called.
pub(super) const NAME: &str = "stories";

const MAGIC: &[u8; 8] = b"nsstorie";

/// Days without an article after which a story counts as finished. Chosen, not measured: no groups of dated articles by
/// hand were at hand. A follow-up a month later is a story of its own.
#[cfg(feature = "ingest")]
const STORY_GAP_DAYS_MAX: i64 = 14;

/// Least cosine of an article and a story that it joins. Chosen on the headline groups of *fnc-train*, 1,669 articles:
/// F1 (B-cubed) is 0.878 at 0.20, 0.889 at 0.225, 0.893 at 0.25, 0.883 at 0.275, 0.872 at 0.30.
#[cfg(feature = "ingest")]
const SIMILARITY_MIN: f32 = 0.25;

/// Days of a bucket. Two buckets are longer than the gap, so that what is open at the end of one began its last days
/// in it.
#[cfg(feature = "ingest")]
const BUCKET_DAYS: i64 = 28;

/// The bucket of articles without a day.
const UNDATED: i64 = i64::MAX;

/// A stretch of time and what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bucket {
    number: i64,
    articles: u32,
    hash: u64,
}

/// The stories of an archive.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stories {
    ties: Vec<u64>,
    firsts: Vec<u32>,
    buckets: Vec<Bucket>,
}

impl Stories {
    /// Hashes of the ids of all articles, in the order in which they were taken.
    pub(crate) fn ties(&self) -> &[u64] {
        &self.ties
    }

    /// For each of them, the place in their order of the first article of its story.
    pub(crate) fn firsts(&self) -> &[u32] {
        &self.firsts
    }

    /// How many of them have a day; those without one come last.
    pub(crate) fn dated(&self) -> usize {
        let undated = self.buckets.last().filter(|bucket| bucket.number == UNDATED);
        self.ties.len() - undated.map_or(0, |bucket| bucket.articles as usize)
    }

    /// The bytes of the file.
    #[cfg(feature = "ingest")]
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + 12 * self.ties.len() + 20 * self.buckets.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(self.ties.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&(self.buckets.len() as u32).to_le_bytes());
        self.ties.iter().for_each(|tie| bytes.extend_from_slice(&tie.to_le_bytes()));
        self.firsts.iter().for_each(|first| bytes.extend_from_slice(&first.to_le_bytes()));
        self.buckets.iter().for_each(|bucket| bytes.extend_from_slice(&bucket.number.to_le_bytes()));
        self.buckets.iter().for_each(|bucket| bytes.extend_from_slice(&bucket.articles.to_le_bytes()));
        self.buckets.iter().for_each(|bucket| bytes.extend_from_slice(&bucket.hash.to_le_bytes()));
        bytes
    }

    /// Reads the bytes of a file; `None` where they are none that `to_bytes` writes.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let articles = take_u32s(&mut rest, 1)?[0] as usize;
        let count = take_u32s(&mut rest, 1)?[0] as usize;
        let ties = take_u64s(&mut rest, articles)?;
        let firsts = take_u32s(&mut rest, articles)?;
        let numbers = take(&mut rest, count.checked_mul(8)?)?;
        let numbers = numbers.chunks_exact(8).map(|eight| i64::from_le_bytes(eight.try_into().unwrap_or_default()));
        let sizes = take_u32s(&mut rest, count)?;
        let hashes = take_u64s(&mut rest, count)?;
        let buckets = numbers.zip(sizes).zip(hashes);
        let buckets = buckets.map(|((number, articles), hash)| Bucket { number, articles, hash }).collect();
        let stories = Self { ties, firsts, buckets };
        (rest.is_empty() && stories.is_sound()).then_some(stories)
    }

    /// Whether every place that is named is there, and begins a story.
    fn is_sound(&self) -> bool {
        let articles: u64 = self.buckets.iter().map(|bucket| u64::from(bucket.articles)).sum();
        let begins = |&first: &u32| self.firsts.get(first as usize) == Some(&first);
        articles == self.ties.len() as u64
            && self.buckets.windows(2).all(|pair| pair[0].number < pair[1].number)
            && self.firsts.iter().all(begins)
            && self.firsts.iter().enumerate().all(|(at, &first)| first as usize <= at)
    }
}

/// The file of stories that a commit names, not read yet.
#[derive(Debug, Default)]
pub(crate) struct StoriesFile(Option<side::Opened>);

impl StoriesFile {
    /// Reads the stories; none where no run has come to its end.
    pub(crate) fn read(&self) -> Result<Stories> {
        self.0.as_ref().map_or(Ok(Stories::default()), |file| file.read(Stories::from_bytes))
    }
}

impl Store {
    /// Opens the file of stories that the last commit names.
    pub(crate) fn stories(&self) -> Result<StoriesFile> {
        side::retried(|| {
            let file = self.payload()?.stories;
            file.map(|file| side::Opened::open(&self.path, NAME, &file)).transpose().map(StoriesFile)
        })
    }
}

#[cfg(all(test, feature = "ingest"))]
mod tests {
    use super::*;

    fn stories() -> Stories {
        let bucket = |number, articles| Bucket { number, articles, hash: 77 };
        Stories {
            ties: vec![90, 5, 7, 2],
            firsts: vec![0, 1, 0, 3],
            buckets: vec![bucket(-3, 2), bucket(40, 1), bucket(UNDATED, 1)],
        }
    }

    #[test]
    fn stories_are_read_back_the_same() {
        let bytes = stories().to_bytes();
        assert_eq!(Stories::from_bytes(&bytes), Some(stories()));
        assert_eq!(Stories::from_bytes(&Stories::default().to_bytes()), Some(Stories::default()));
        assert_eq!(stories().dated(), 3);
    }

    #[test]
    fn bytes_that_lie_are_refused() {
        let bytes = stories().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Stories::from_bytes(&bytes[..end]), None);
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0xff] {
                let mut spoilt = bytes.clone();
                spoilt[at] = value;
                // Whatever is read must hold together.
                if let Some(stories) = Stories::from_bytes(&spoilt) {
                    assert!(stories.firsts().iter().all(|&first| first < 4) && stories.dated() <= 4);
                }
            }
        }
    }
}
