//! Bringing the clusters of copies up to date at the end of a run.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{DocAddress, Searcher, columnar::Column};

use super::{
    Clusters, Member, NAME,
    candidates::{Pairs, Share, Wanted, entry},
    cluster::{self, Articles, Group, SETS_HELD_MAX},
};
use crate::{
    error::Result,
    index::{
        Store, StoredArticles, Writer,
        schema::unpacked,
        side::{self, SideFile},
        sketch::SKETCH_HASHES,
    },
    text::Shingles,
};

impl Writer {
    /// Finds the copies among the articles added since the clusters were last made, and between them and all others;
    /// among all, where that is not known. What it gives goes into the next commit.
    ///
    /// Cost: one pass over the sketches of all articles; only stories that may be copies are read.
    pub(in crate::index) fn find_copies(&mut self) -> Result<SideFile> {
        let before = match (&self.copies, self.copies_anew) {
            (Some(file), false) => super::read(&self.store.path, file).ok(),
            _ => None,
        };
        let searcher = self.store.searcher()?;
        let mut live = Live::of(&self.store, &searcher)?;
        let changed = match &before {
            Some(clusters) => live.changed(&self.added, clusters),
            None => vec![true; live.places.len()],
        };
        let (kept, known) = live.kept(before.as_ref(), &changed);
        let pairs = live.pairs(&changed)?;
        let groups = cluster::groups(live.places.len(), &pairs, &known);
        let touched: FxHashSet<u64> =
            groups.iter().flat_map(|group| &group.known).map(|&(representative, _)| live.tie(representative)).collect();
        let found = live.clusters(&groups)?;
        let untouched = kept.into_iter().filter(|list| !touched.contains(&list[0].tie));
        let clusters = Clusters::of_lists(found.into_iter().chain(untouched).collect());
        side::write(&self.store.path, NAME, self.copies.as_ref(), &clusters.to_bytes())
    }

    /// Whether the clusters that the last commit names can be read.
    pub(in crate::index) fn has_copies(&self) -> bool {
        self.copies.as_ref().is_some_and(|file| super::read(&self.store.path, file).is_ok())
    }
}

/// An article that is searched.
struct Place {
    tie: u64,
    address: DocAddress,
}

/// All articles that are searched, in the order of their ties.
struct Live<'a> {
    store: &'a Store,
    searcher: &'a Searcher,
    articles: StoredArticles,
    places: Vec<Place>,
    /// All of them in the order in which they lie.
    by_address: Vec<u32>,
    /// By segment.
    days: Vec<Option<Column<i64>>>,
    /// Sets of shingles that were read ahead.
    read: FxHashMap<u32, Shingles>,
}

impl<'a> Live<'a> {
    fn of(store: &'a Store, searcher: &'a Searcher) -> Result<Self> {
        let (by_address, days, read) = Default::default();
        let places = Vec::with_capacity(usize::try_from(searcher.num_docs()).unwrap_or(0));
        let articles = StoredArticles::of(store, searcher)?;
        let mut live = Self { store, searcher, articles, places, by_address, days, read };
        for (ord, segment) in (0..).zip(searcher.segment_readers()) {
            let columns = segment.fast_fields();
            let ties = columns.u64("tie").map_err(|e| store.error(e))?;
            let marks = columns.u64("superseded").map_err(|e| store.error(e))?;
            let searched = segment.doc_ids_alive().filter(|&doc| marks.first(doc) != Some(1));
            live.places.extend(
                searched.map(|doc| Place { tie: ties.first(doc).unwrap_or(0), address: DocAddress::new(ord, doc) }),
            );
            live.days.push(columns.column_opt("day").map_err(|e| store.error(e))?);
        }
        live.places.sort_unstable_by_key(|place| (place.tie, place.address));
        // Two ids with one hash: the second has no copies.
        live.places.dedup_by_key(|place| place.tie);
        live.by_address = (0..live.places.len() as u32).collect();
        live.by_address.sort_unstable_by_key(|&at| live.places[at as usize].address);
        Ok(live)
    }

    fn place(&self, tie: u64) -> Option<u32> {
        self.places.binary_search_by_key(&tie, |place| place.tie).ok().map(|at| at as u32)
    }

    /// Which articles are new or have changed, and those of clusters that lost or changed a member: they are looked for
    /// among all again.
    fn changed(&self, added: &[u64], clusters: &Clusters) -> Vec<bool> {
        let mut changed = vec![false; self.places.len()];
        added.iter().filter_map(|&tie| self.place(tie)).for_each(|at| changed[at as usize] = true);
        for cluster in clusters.iter() {
            let is_whole = |member: Member| self.place(member.tie).is_some_and(|at| !changed[at as usize]);
            if !cluster.members().all(is_whole) {
                cluster.members().filter_map(|m| self.place(m.tie)).for_each(|at| changed[at as usize] = true);
            }
        }
        changed
    }

    /// The clusters that are as they were, and pairs of each one's representative and its other members.
    fn kept(&self, clusters: Option<&Clusters>, changed: &[bool]) -> (Vec<Vec<Member>>, Vec<(u32, u32)>) {
        let (mut lists, mut pairs) = (Vec::new(), Vec::new());
        for cluster in clusters.iter().flat_map(|clusters| clusters.iter()) {
            let Some(first) = self.place(cluster.representative()).filter(|&at| !changed[at as usize]) else {
                continue;
            };
            pairs.extend(cluster.members().skip(1).filter_map(|m| self.place(m.tie)).map(|at| (first, at)));
            lists.push(cluster.members().collect());
        }
        (lists, pairs)
    }

    /// The articles that share numbers with changed ones.
    fn pairs(&self, changed: &[bool]) -> Result<Vec<(u32, u32)>> {
        let numbers = SKETCH_HASHES * changed.iter().filter(|changed| **changed).count();
        let mut pairs = Pairs::new(changed, numbers);
        let shares: Vec<Share> = Share::all(numbers).collect();
        if let [all] = shares[..] {
            // As after most runs: the sketches of all articles are read once.
            let entries = self.entries(changed, all)?;
            pairs.count(&entries);
            pairs.keep(&entries);
        } else {
            for &share in &shares {
                pairs.count(&self.entries(changed, share)?);
            }
            for &share in &shares {
                pairs.keep(&self.entries(changed, share)?);
            }
        }
        Ok(pairs.finish())
    }

    /// Of a share, the numbers of the changed articles' sketches, and the same numbers in all others; sorted.
    fn entries(&self, changed: &[bool], share: Share) -> Result<Vec<u64>> {
        let mut entries = Vec::new();
        self.each_number(changed, true, |hash, at| {
            if share.has(hash) {
                entries.push(entry(hash, at));
            }
        })?;
        if !changed.iter().all(|changed| *changed) {
            let wanted = Wanted::new(entries.iter().map(|entry| (entry >> 32) as u32));
            self.each_number(changed, false, |hash, at| {
                if wanted.has(hash) {
                    entries.push(entry(hash, at));
                }
            })?;
        }
        entries.sort_unstable();
        Ok(entries)
    }

    /// Calls `each` with the numbers of the sketches of those articles that are changed, or of those that are not, and
    /// the article's place. One segment's sketches are held at a time.
    fn each_number(&self, changed: &[bool], wanted: bool, mut each: impl FnMut(u32, u32)) -> Result<()> {
        let segment_of = |at: &u32| self.places[*at as usize].address.segment_ord;
        for all in self.by_address.chunk_by(|a, b| segment_of(a) == segment_of(b)) {
            let mut articles = all.iter().filter(|&&at| changed[at as usize] == wanted).peekable();
            if articles.peek().is_none() {
                continue;
            }
            let columns = self.searcher.segment_reader(segment_of(&all[0])).fast_fields();
            let Some(sketches) = columns.column_opt::<u64>("sketch").map_err(|e| self.store.error(e))? else {
                continue;
            };
            for &at in articles {
                let doc = self.places[at as usize].address.doc_id;
                sketches.values_for_doc(doc).flat_map(unpacked).for_each(|hash| each(hash, at));
            }
        }
        Ok(())
    }

    /// Compares the articles of groups; gives the clusters in them.
    ///
    /// Articles are read some groups at a time and in the order in which they lie, so that each block of the store is
    /// unpacked once and not once an article.
    fn clusters(&mut self, groups: &[Group]) -> Result<Vec<Vec<Member>>> {
        let mut found = Vec::new();
        let mut rest = groups;
        while !rest.is_empty() {
            let mut places = Vec::new();
            let mut count = 0;
            while count < rest.len() && places.len() < SETS_HELD_MAX {
                places.extend(rest[count].places());
                count += 1;
            }
            let (batch, behind) = rest.split_at(count);
            rest = behind;
            self.read_ahead(places)?;
            let live: &Self = self;
            let clusters = batch.par_iter().map(|group| cluster::clusters(group, live)).collect::<Result<Vec<_>>>()?;
            found.extend(clusters.into_iter().flatten());
        }
        Ok(found)
    }

    /// Reads the sets of articles, no more than are held at a time.
    fn read_ahead(&mut self, mut places: Vec<u32>) -> Result<()> {
        const READ_AT_A_TIME: usize = 64;
        self.read.clear();
        places.truncate(SETS_HELD_MAX);
        places.sort_unstable_by_key(|&at| self.places[at as usize].address);
        let read = places.par_chunks(READ_AT_A_TIME).map(|places| {
            places.iter().map(|&at| Ok((at, self.shingles(at)?.into_owned()))).collect::<Result<Vec<_>>>()
        });
        let read = read.collect::<Result<Vec<_>>>()?;
        self.read = read.into_iter().flatten().collect();
        Ok(())
    }
}

impl Articles for Live<'_> {
    fn shingles(&self, place: u32) -> Result<Cow<'_, Shingles>> {
        if let Some(read) = self.read.get(&place) {
            return Ok(Cow::Borrowed(read));
        }
        let address = self.places[place as usize].address;
        Ok(Cow::Owned(Shingles::of(self.articles.at(address)?.body()?.lines())))
    }

    fn day(&self, place: u32) -> Option<i64> {
        let address = self.places[place as usize].address;
        self.days[address.segment_ord as usize].as_ref()?.first(address.doc_id)
    }

    fn tie(&self, place: u32) -> u64 {
        self.places[place as usize].tie
    }
}
