//! Reading articles out of damaged segments.
//!
//! What was stored of them lies in a file of its own, and all else of a segment can be made from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use rayon::prelude::*;
use tantivy::{
    DocAddress, IndexWriter,
    fastfield::AliveBitSet,
    index::{SegmentComponent, SegmentMeta},
    indexer::NoMergePolicy,
    store::StoreReader,
};

use super::{
    Document, Store, StoredArticle, StoredArticles,
    queue::{Queue, Queued},
};
use crate::error::Result;

/// Memory for the terms of what is indexed anew, in bytes.
const TERMS_BYTES: usize = 64 << 20;

/// Most bytes of articles that wait to be indexed, and about as many are read at a time.
const WAITING_BYTES_MAX: usize = 16 << 20;

/// Blocks of a store that are held unpacked.
const BLOCKS_HELD: usize = 8;

/// Articles of damaged segments, indexed anew and not committed.
pub(super) struct Rescued {
    writer: IndexWriter<Queued>,
    /// How many there are of each file.
    pub(super) articles: BTreeMap<String, u64>,
}

/// Indexes anew what is stored in damaged segments, where the files that hold it are none of the `bad` ones. `None`:
/// nowhere.
pub(super) fn rescue(store: &Store, damaged: &[SegmentMeta], bad: &BTreeSet<PathBuf>) -> Result<Option<Rescued>> {
    let mut readers = Vec::new();
    let mut places = Vec::new();
    for meta in damaged {
        let Some((reader, alive)) = stored_in(store, meta, bad) else { continue };
        let is_alive = |doc: &u32| alive.as_ref().is_none_or(|alive| alive.is_alive(*doc));
        let segment = readers.len() as u32;
        places.extend((0..meta.max_doc()).filter(is_alive).map(|doc| DocAddress::new(segment, doc)));
        readers.push(reader);
    }
    if places.is_empty() {
        return Ok(None);
    }
    // What a repair that was killed had begun.
    store.sweep_segments()?;
    store.know_dictionary()?;
    let stored = StoredArticles::over(store, readers);
    let writer = store.index_writer(TERMS_BYTES)?;
    // Nothing of what is damaged is merged into anything.
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let mut rescued = Rescued { writer, articles: BTreeMap::new() };
    let queue = Queue::new(WAITING_BYTES_MAX);
    let mut places = places.into_iter();
    loop {
        let some = next_articles(&stored, &mut places);
        if some.is_empty() {
            return Ok(Some(rescued));
        }
        let made: Vec<Option<(String, Document)>> = some.par_iter().map(|stored| document(stored, store)).collect();
        for (file, document) in made.into_iter().flatten() {
            rescued.writer.add_document(queue.admit(document)).map_err(|e| store.error(e))?;
            *rescued.articles.entry(file).or_default() += 1;
        }
    }
}

/// The next articles as stored, about [`WAITING_BYTES_MAX`] of them. What cannot be read, whatever its checksum
/// says, is lost.
fn next_articles<'a>(
    stored: &'a StoredArticles,
    places: &mut impl Iterator<Item = DocAddress>,
) -> Vec<StoredArticle<'a>> {
    let mut some = Vec::new();
    let mut bytes = 0;
    while bytes < WAITING_BYTES_MAX {
        let Some(place) = places.next() else { break };
        if let Ok(Ok(article)) = catch_unwind(AssertUnwindSafe(|| stored.at(place))) {
            bytes += article.bytes();
            some.push(article);
        }
    }
    some
}

/// An article made ready again, with the file it came from.
fn document(stored: &StoredArticle<'_>, store: &Store) -> Option<(String, Document)> {
    let make = || {
        let article = stored.article().ok()?;
        Some((article.origin.file.clone(), Document::of(article, store)))
    };
    catch_unwind(AssertUnwindSafe(make)).ok().flatten()
}

impl Rescued {
    /// Makes the articles part of the archive.
    pub(super) fn commit(mut self, store: &Store, payload: &str) -> Result<()> {
        let mut prepared = self.writer.prepare_commit().map_err(|e| store.error(e))?;
        prepared.set_payload(payload);
        prepared.commit().map_err(|e| store.error(e))?;
        self.writer.wait_merging_threads().map_err(|e| store.error(e))
    }
}

/// What is stored in a segment, and which of its articles were not deleted (all, where none is given); `None` where a
/// file that says so is damaged.
fn stored_in(store: &Store, meta: &SegmentMeta, bad: &BTreeSet<PathBuf>) -> Option<(StoreReader, Option<AliveBitSet>)> {
    let is_whole = |component| !bad.contains(&meta.relative_path(component));
    let open = || {
        let segment = store.index.segment(meta.clone());
        let alive = match meta.has_deletes() {
            true => Some(AliveBitSet::open(segment.open_read(SegmentComponent::Delete).ok()?.read_bytes().ok()?)),
            false => None,
        };
        let bytes = segment.open_read(SegmentComponent::Store).ok()?;
        Some((StoreReader::open(bytes, BLOCKS_HELD).ok()?, alive))
    };
    let is_whole = is_whole(SegmentComponent::Store) && (!meta.has_deletes() || is_whole(SegmentComponent::Delete));
    if is_whole { catch_unwind(AssertUnwindSafe(open)).ok().flatten() } else { None }
}
