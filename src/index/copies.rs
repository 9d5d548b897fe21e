//! Copies of a story in several articles (wire copy, republication with edits), as clusters in a file beside the index.
//!
//! Two articles are *copies* where the shorter story stands for the greater part in the longer one (`overlap`);
//! clusters are the connected components of that relation over the articles that are searched. They depend on the set
//! of articles alone, not on the order in which they came nor on the number of threads.
//!
//! `copies-N.bin` holds the articles that are in a cluster; all numbers are little-endian, `m` members in `c` clusters:
//!
//! ```text
//! 0   8       "nscopies"
//! 8   4       m
//! 12  4       c
//! 16  8 m     hashes of the members' ids (the field `tie`), ascending
//!     4 m     of each, its cluster
//!     1 m     of each, hundredths of its own story that stand in its cluster's first member, rounded
//!     1 m     of each, hundredths of the first member's story that stand in it
//!     4 (c+1) where each cluster begins in the next list, and its end
//!     4 m     the members of the clusters, as places in the first list; the first is the cluster's representative: of
//!             those of the earliest day the longest
//! ```
//!
//! The payload of a commit makes it valid; see `side`.

#[cfg(feature = "ingest")]
mod candidates;
#[cfg(feature = "ingest")]
mod cluster;
#[cfg(feature = "ingest")]
mod overlap;
#[cfg(feature = "ingest")]
mod settle;

use std::path::Path;

use super::{
    Store,
    side::{self, SideFile, take, take_u32s, take_u64s},
};
use crate::error::Result;

#[cfg(feature = "ingest")]
pub(super) use self::overlap::STORY_SHINGLES_MIN;

/// What its files are called.
pub(super) const NAME: &str = "copies";

const MAGIC: &[u8; 8] = b"nscopies";

/// Bytes before the first list.
#[cfg(feature = "ingest")]
const HEADER_BYTES: usize = 16;

/// The clusters of an archive.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Clusters {
    ties: Vec<u64>,
    cluster: Vec<u32>,
    shares: Vec<u8>,
    covers: Vec<u8>,
    starts: Vec<u32>,
    members: Vec<u32>,
}

/// A cluster of copies.
#[derive(Clone, Copy)]
pub(crate) struct Cluster<'a> {
    all: &'a Clusters,
    number: usize,
}

/// A member of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    /// Hash of its id, as in the field `tie`.
    pub(crate) tie: u64,
    /// Hundredths of its own story that stand in the representative's.
    pub(crate) shares: u8,
    /// Hundredths of the representative's story that stand in its own.
    pub(crate) covers: u8,
}

impl Clusters {
    /// The cluster of an article, by the hash of its id; `None` where it has no copies. Cost: a binary search.
    pub(crate) fn of(&self, tie: u64) -> Option<Cluster<'_>> {
        let place = self.ties.binary_search(&tie).ok()?;
        Some(Cluster { all: self, number: self.cluster[place] as usize })
    }

    /// All clusters, in the order of their representatives' ties.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Cluster<'_>> {
        (0..self.starts.len().saturating_sub(1)).map(|number| Cluster { all: self, number })
    }

    /// Puts clusters into the form that they are kept in; each a list of its members, the representative first.
    #[cfg(feature = "ingest")]
    fn of_lists(mut lists: Vec<Vec<Member>>) -> Self {
        lists.sort_unstable_by_key(|members| members.first().map(|member| member.tie));
        let mut all: Vec<(u32, Member)> = Vec::new();
        for (number, list) in (0..).zip(&lists) {
            all.extend(list.iter().map(|member| (number, *member)));
        }
        all.sort_unstable_by_key(|(_, member)| member.tie);
        let ties: Vec<u64> = all.iter().map(|(_, member)| member.tie).collect();
        let mut clusters = Self { starts: vec![0], ..Self::default() };
        for list in &lists {
            // Every member was put into the list just now.
            clusters.members.extend(list.iter().filter_map(|m| ties.binary_search(&m.tie).ok()).map(|at| at as u32));
            clusters.starts.push(clusters.members.len() as u32);
        }
        clusters.cluster = all.iter().map(|(number, _)| *number).collect();
        clusters.shares = all.iter().map(|(_, member)| member.shares).collect();
        clusters.covers = all.iter().map(|(_, member)| member.covers).collect();
        clusters.ties = ties;
        clusters
    }

    /// The bytes of the file.
    #[cfg(feature = "ingest")]
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 18 * self.ties.len() + 4 * self.starts.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(self.ties.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&(self.starts.len().saturating_sub(1) as u32).to_le_bytes());
        self.ties.iter().for_each(|tie| bytes.extend_from_slice(&tie.to_le_bytes()));
        self.cluster.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        bytes.extend_from_slice(&self.shares);
        bytes.extend_from_slice(&self.covers);
        self.starts.iter().for_each(|start| bytes.extend_from_slice(&start.to_le_bytes()));
        self.members.iter().for_each(|member| bytes.extend_from_slice(&member.to_le_bytes()));
        bytes
    }

    /// Reads the bytes of a file; `None` where they are none that `to_bytes` writes.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let members = take_u32s(&mut rest, 1)?[0] as usize;
        let count = take_u32s(&mut rest, 1)?[0] as usize;
        let ties = take_u64s(&mut rest, members)?;
        let cluster = take_u32s(&mut rest, members)?;
        let shares = take(&mut rest, members)?.to_vec();
        let covers = take(&mut rest, members)?.to_vec();
        let starts = take_u32s(&mut rest, count.checked_add(1)?)?;
        let clusters = Self { ties, cluster, shares, covers, starts, members: take_u32s(&mut rest, members)? };
        (rest.is_empty() && clusters.is_sound()).then_some(clusters)
    }

    /// Whether every place that is named is there.
    fn is_sound(&self) -> bool {
        let (count, members) = (self.starts.len() - 1, self.ties.len());
        self.ties.windows(2).all(|pair| pair[0] < pair[1])
            && self.starts.windows(2).all(|pair| pair[0] < pair[1])
            && (self.starts[0], self.starts[count]) == (0, members as u32)
            && self.cluster.iter().all(|&number| (number as usize) < count)
            && self.members.iter().all(|&member| (member as usize) < members)
    }
}

impl<'a> Cluster<'a> {
    /// Number of its members, two or more.
    pub(crate) fn size(self) -> usize {
        let (start, end) = self.span();
        end - start
    }

    /// Its members, the representative first, then in the order of their ties.
    pub(crate) fn members(self) -> impl Iterator<Item = Member> + 'a {
        let (start, end) = self.span();
        let Clusters { ties, shares, covers, members, .. } = self.all;
        let member = |&place: &u32| {
            let place = place as usize;
            Member { tie: ties[place], shares: shares[place], covers: covers[place] }
        };
        members[start..end].iter().map(member)
    }

    /// Hash of the representative's id: one value for all members.
    pub(crate) fn representative(self) -> u64 {
        self.all.ties[self.all.members[self.span().0] as usize]
    }

    fn span(self) -> (usize, usize) {
        (self.all.starts[self.number] as usize, self.all.starts[self.number + 1] as usize)
    }
}

impl std::fmt::Debug for Cluster<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.members()).finish()
    }
}

impl Store {
    /// The clusters of copies that the last commit names; none where no run has come to its end.
    pub(crate) fn clusters(&self) -> Result<Clusters> {
        side::retried(|| match &self.payload()?.copies {
            Some(file) => read(&self.path, file),
            None => Ok(Clusters::default()),
        })
    }
}

/// Reads a file of copies.
pub(super) fn read(folder: &Path, file: &SideFile) -> Result<Clusters> {
    side::read(folder, NAME, file, Clusters::from_bytes)
}

#[cfg(all(test, feature = "ingest"))]
mod tests {
    use super::*;

    fn member(tie: u64, shares: u8, covers: u8) -> Member {
        Member { tie, shares, covers }
    }

    fn clusters() -> Clusters {
        let second = vec![member(90, 100, 100), member(5, 98, 30)];
        Clusters::of_lists(vec![second, vec![member(7, 100, 100), member(2, 70, 60), member(40, 100, 55)]])
    }

    #[test]
    fn clusters_are_found_by_any_member_and_read_back_the_same() {
        let clusters = clusters();
        let of = |tie| clusters.of(tie).map(|cluster| cluster.members().map(|m| m.tie).collect::<Vec<_>>());
        assert_eq!(of(40), Some(vec![7, 2, 40]));
        assert_eq!(of(5), Some(vec![90, 5]));
        assert_eq!(of(6), None);
        assert_eq!(clusters.of(5).map(Cluster::representative), Some(90));
        assert_eq!(clusters.of(2).map(Cluster::size), Some(3));
        assert_eq!(Clusters::from_bytes(&clusters.to_bytes()), Some(clusters));
        let none = Clusters::of_lists(Vec::new());
        assert_eq!(Clusters::from_bytes(&none.to_bytes()), Some(none));
    }

    #[test]
    fn bytes_that_lie_are_refused() {
        let bytes = clusters().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Clusters::from_bytes(&bytes[..end]), None);
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0xff] {
                let mut spoilt = bytes.clone();
                spoilt[at] = value;
                // Whatever is read must hold together.
                if let Some(clusters) = Clusters::from_bytes(&spoilt) {
                    clusters.iter().for_each(|cluster| assert_eq!(cluster.members().count(), cluster.size()));
                }
            }
        }
    }
}
