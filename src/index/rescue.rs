//! Reading articles out of damaged segments.
//!
//! What was stored of them lies in a file of its own, and all else of a segment can be made from it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use tantivy::{
    DocAddress, DocSet, SegmentReader, TERMINATED, Term,
    fastfield::AliveBitSet,
    index::{SegmentComponent, SegmentMeta},
    indexer::NoMergePolicy,
    schema::IndexRecordOption,
    store::StoreReader,
};

use super::{Document, Payload, Store, StoredArticles, document::place_key, queue::Queue, versions::leave_unsettled};
use crate::{article::Article, error::Result};

/// Memory for the terms of what is indexed anew, in bytes.
const TERMS_BYTES: usize = 64 << 20;

/// Most bytes of articles that wait to be indexed.
const WAITING_BYTES_MAX: usize = 16 << 20;

/// Articles that are read at a time.
const READ_AT_A_TIME: usize = 64;

/// Blocks of a store that are held unpacked.
const BLOCKS_HELD: usize = 8;

/// Indexes anew what is stored in damaged segments, where the files that hold it are whole, and commits that beside
/// them. What the whole segments have already is passed over: a repair may have ended here before.
pub(super) fn rescue(store: &Store, whole: &[SegmentMeta], damaged: &[SegmentMeta]) -> Result<()> {
    let mut readers = Vec::new();
    let mut places = Vec::new();
    for meta in damaged {
        let Some((reader, alive)) = stored_in(store, meta) else { continue };
        let is_alive = |doc: &u32| alive.as_ref().is_none_or(|alive| alive.is_alive(*doc));
        let segment = readers.len() as u32;
        places.extend((0..meta.max_doc()).filter(is_alive).map(|doc| DocAddress::new(segment, doc)));
        readers.push(reader);
    }
    if places.is_empty() {
        return Ok(());
    }
    leave_unsettled(&store.path)?;
    store.know_dictionary()?;
    let open = |meta: &SegmentMeta| SegmentReader::open(&store.index.segment(meta.clone()));
    let known: Vec<SegmentReader> =
        whole.iter().map(open).collect::<tantivy::Result<_>>().map_err(|e| store.error(e))?;
    let articles = StoredArticles::over(store, readers);
    let mut writer = store.index_writer(TERMS_BYTES)?;
    // Nothing of what is damaged is merged into anything.
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let queue = Queue::new(WAITING_BYTES_MAX);
    for some in places.chunks(READ_AT_A_TIME) {
        let read = |place: &DocAddress| {
            let article = articles.at(*place).and_then(|stored| stored.article()).ok()?;
            (!is_known(store, &known, &article)).then(|| Document::of(article, store))
        };
        // What cannot be read, whatever the checksum says, is lost.
        let read = |place| catch_unwind(AssertUnwindSafe(|| read(place))).ok().flatten();
        let documents: Vec<Option<Document>> = some.par_iter().map(read).collect();
        for document in documents.into_iter().flatten() {
            writer.add_document(queue.admit(document)).map_err(|e| store.error(e))?;
        }
    }
    let dictionary = store.packer.dictionary().map(|dictionary| dictionary.text());
    let payload = Payload { dictionary, ..store.payload()? };
    let mut prepared = writer.prepare_commit().map_err(|e| store.error(e))?;
    prepared.set_payload(&serde_json::to_string(&payload).expect("a payload is plain data"));
    prepared.commit().map_err(|e| store.error(e))?;
    writer.wait_merging_threads().map_err(|e| store.error(e))
}

/// What is stored in a segment, and which of its articles were not deleted (all, where none is given); `None` where a
/// file that says so is damaged.
fn stored_in(store: &Store, meta: &SegmentMeta) -> Option<(StoreReader, Option<AliveBitSet>)> {
    let is_whole = |component| store.is_file_whole(&meta.relative_path(component));
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

/// Whether the whole segments have this very article, by the file and the place in it that it came from.
fn is_known(store: &Store, segments: &[SegmentReader], article: &Article) -> bool {
    let place = Term::from_field_text(store.fields.file, &place_key(&article.origin));
    segments.iter().any(|segment| {
        let index = segment.inverted_index(store.fields.file);
        let postings = index.and_then(|index| Ok(index.read_postings(&place, IndexRecordOption::Basic)?));
        postings.ok().flatten().is_some_and(|mut postings| {
            let mut doc = postings.doc();
            while doc != TERMINATED && segment.is_deleted(doc) {
                doc = postings.advance();
            }
            doc != TERMINATED
        })
    })
}
