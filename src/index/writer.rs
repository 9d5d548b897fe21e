//! The one writer of an archive: adds, removes, commits.

use std::{cmp::Reverse, path::Path};

use rustc_hash::FxHashSet;
use tantivy::{DocAddress, IndexWriter, TantivyError, Term, indexer::IndexWriterOptions, merge_policy::LogMergePolicy};
use xxhash_rust::xxh3::xxh3_64;

use super::{
    Document, FORMAT_VERSION, FileState, Ledger, Payload, Store, StoredArticles, copies,
    lock::{WriterLock, patiently},
    queue::{Queue, Queued},
    side::{self, SideFile},
    stories,
};
use crate::{
    error::{Error, Result},
    text::ANALYSIS_VERSION,
};

/// Smallest memory the index library works with.
const MEMORY_BYTES_MIN: usize = 16 << 20;

/// Of the memory, one part in so many is for terms; the rest is left for what is beside them: articles on their way,
/// merging, and the search for copies and stories, which comes when the allocator still holds what terms were in.
const TERMS_PART: usize = 2;

/// One part in so many is for what is gathered before it is handed on, and as much for what waits for the library.
const GATHERED_PART: usize = 16;

/// Merges at a time: each goes through all files of its segments, and several at once drive each other's out of the
/// page cache.
const MERGES_MAX: usize = 1;

/// Articles of a segment that is not merged again: so that an article is written anew a few times and no more, however
/// large the archive grows, and indexing stays linear. A search goes over one more segment for so many.
const SEGMENT_ARTICLES_MAX: usize = 1 << 18;

/// Articles of an archive without a dictionary that are looked at for one, when it is opened for writing: most may have
/// no story at all.
const LOOKED_AT_MAX: usize = 2_000;

/// Fewest articles that are handed on together.
const GATHERED_MIN: usize = 64;

/// Articles are handed on once there is one for so many that were before: so that in a small archive, too, reading and
/// writing go on side by side.
const HANDED_ON_PART: usize = 8;

/// How an archive is written.
#[derive(Debug, Clone)]
pub(crate) struct WriterOptions {
    /// Bytes that a run may use, about; see [`TERMS_PART`]. 16 MiB to 4 GiB.
    pub(crate) memory_bytes: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { memory_bytes: 320 << 20 }
    }
}

/// Writes to an archive. Holds its lock until it is dropped.
pub(crate) struct Writer {
    pub(super) store: Store,
    pub(super) inner: IndexWriter<Queued>,
    ledger: Ledger,
    /// Whether anything was done since the last commit.
    dirty: bool,
    /// Whether versions are to be compared before the end; see `versions`.
    pub(super) unsettled: bool,
    /// The clusters of copies that the next commit names.
    pub(super) copies: Option<SideFile>,
    /// The stories that the next commit names.
    pub(super) stories: Option<SideFile>,
    /// Whether nobody knows what was added since they were made, so that all articles are to be compared.
    pub(super) copies_anew: bool,
    /// Hashes of the ids of the articles added since they were made.
    pub(super) added: Vec<u64>,
    gathered: Gathered,
    /// Most bytes of these.
    gathered_bytes_max: usize,
    queue: Queue,
    /// Articles handed on so far.
    handed_on: usize,
    /// Whether the checksums of what is there were looked at.
    checked: bool,
    /// Last, so that it is the last to be dropped.
    _lock: WriterLock,
}

impl Writer {
    /// Opens the archive in a folder for writing, making it where there is none.
    ///
    /// One thread writes segments: it is kept fed by analysis in all others, and two would need a merge that costs more
    /// than it saves (measured on two cores).
    pub(crate) fn open(path: &Path, options: &WriterOptions) -> Result<Self> {
        Self::open_locked(path, options, WriterLock::take(path)?)
    }

    /// Opens the archive in a folder whose lock is held already.
    pub(super) fn open_locked(path: &Path, options: &WriterOptions, lock: WriterLock) -> Result<Self> {
        let gathered_bytes_max = options.memory_bytes / GATHERED_PART;
        let terms_bytes = (options.memory_bytes / TERMS_PART).max(MEMORY_BYTES_MIN);
        let store = Store::open_or_create(path)?;
        store.sweep_segments()?;
        let inner = store.index_writer(terms_bytes)?;
        let mut merging = LogMergePolicy::default();
        merging.set_max_docs_before_merge(SEGMENT_ARTICLES_MAX);
        inner.set_merge_policy(Box::new(merging));
        let ledger = store.ledger()?;
        let Payload { copies, stories, dictionary, .. } = store.payload()?;
        // Stories are read for a new dictionary, by a library that takes the bytes of files at their word.
        let checked = dictionary.is_none();
        if checked {
            store.check_segments(u64::MAX)?;
        }
        store.start_packing(dictionary.as_deref())?;
        let mut writer = Self {
            store,
            inner,
            ledger,
            dirty: false,
            unsettled: false,
            copies,
            stories,
            copies_anew: false,
            added: Vec::new(),
            gathered: Gathered::default(),
            gathered_bytes_max,
            queue: Queue::new(gathered_bytes_max),
            handed_on: 0,
            checked,
            _lock: lock,
        };
        writer.copies_anew = writer.was_left_unsettled() || !writer.has_copies();
        let is_damaged = writer.copies.is_some() && (writer.copies_anew || !writer.has_stories());
        writer.unsettled = writer.was_left_unsettled() || is_damaged;
        Ok(writer)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Adds an article. It is handed on with others, the latest publication first: so that the newest hits of a query
    /// are found without a look at all.
    pub(crate) fn add(&mut self, document: Document) -> Result<()> {
        self.touch()?;
        self.unsettle()?;
        self.added.push(document.tie());
        self.gathered.push(document);
        let enough = (self.handed_on / HANDED_ON_PART).max(GATHERED_MIN);
        if self.gathered.documents.len() >= enough || self.gathered.bytes >= self.gathered_bytes_max {
            self.hand_on()?;
        }
        Ok(())
    }

    /// Hands on what was gathered.
    fn hand_on(&mut self) -> Result<()> {
        let Gathered { mut documents, .. } = std::mem::take(&mut self.gathered);
        documents.sort_by_key(|document| (Reverse(document.published()), document.tie()));
        self.handed_on += documents.len();
        for document in documents {
            self.inner.add_document(self.queue.admit(document)).map_err(|e| self.store.error(e))?;
        }
        Ok(())
    }

    /// Takes out every article that came from a file, among those added before this call.
    pub(crate) fn remove_file(&mut self, file: &str) -> Result<()> {
        self.touch()?;
        self.unsettle()?;
        if self.gathered.has(file) {
            self.hand_on()?;
        }
        self.inner.delete_term(Term::from_field_text(self.store.fields.file, file));
        Ok(())
    }

    /// Notes the state of a file that was read.
    pub(crate) fn note_file(&mut self, file: &str, state: FileState) {
        self.dirty = true;
        self.ledger.note(file, state);
    }

    /// Notes that a file is gone.
    pub(crate) fn forget_file(&mut self, file: &str) {
        self.dirty = true;
        self.ledger.forget(file);
    }

    /// Called before anything is changed. Checks the segments that are there, all bytes of them: merged into others,
    /// what is damaged would get a checksum that fits. Cost: under half a second a gigabyte, once a run that changes
    /// something.
    fn touch(&mut self) -> Result<()> {
        self.dirty = true;
        if !self.checked {
            self.store.check_segments(u64::MAX)?;
            self.checked = true;
        }
        Ok(())
    }

    /// Makes all that was done visible and safe, in one step. Does nothing where nothing was done.
    pub(crate) fn commit(&mut self) -> Result<()> {
        if !self.dirty {
            return Ok(());
        }
        self.touch()?;
        self.hand_on()?;
        let payload = Payload {
            copies: self.copies.clone(),
            stories: self.stories.clone(),
            dictionary: self.store.packer.dictionary().map(|dictionary| dictionary.text()),
            format: FORMAT_VERSION,
            analysis: ANALYSIS_VERSION,
            ..self.ledger.write()?
        };
        let text = serde_json::to_string(&payload).expect("a payload is plain data");
        let mut prepared = self.inner.prepare_commit().map_err(|e| self.store.error(e))?;
        prepared.set_payload(&text);
        prepared.commit().map_err(|e| self.store.error(e))?;
        self.ledger.sweep();
        self.dirty = false;
        Ok(())
    }

    /// Finds copies and stories among the articles as they were last committed, and commits that.
    pub(super) fn settle_copies_and_stories(&mut self) -> Result<()> {
        let before = (self.copies.clone(), self.stories.clone());
        self.copies = Some(self.find_copies()?);
        self.stories = Some(self.find_stories()?);
        if before != (self.copies.clone(), self.stories.clone()) {
            self.dirty = true;
            self.commit()?;
        }
        side::sweep(&self.store.path, copies::NAME, self.copies.as_ref());
        side::sweep(&self.store.path, stories::NAME, self.stories.as_ref());
        (self.copies_anew, self.added) = (false, Vec::new());
        Ok(())
    }

    /// Commits, settles which versions are searched and which articles are copies, and waits for the tidying of
    /// segments in the background.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.commit()?;
        if self.unsettled {
            self.settle()?;
        }
        let Self { store, inner, _lock, .. } = self;
        inner.wait_merging_threads().map_err(|e| store.error(e))?;
        store.sweep_segments()
    }
}

impl Store {
    /// The index library's own writer. Its lock is free as long as ours is held, but for a copy of it that was let go.
    pub(super) fn index_writer(&self, terms_bytes: usize) -> Result<IndexWriter<Queued>> {
        let open = || {
            let settings = IndexWriterOptions::builder()
                .memory_budget_per_thread(terms_bytes)
                .num_worker_threads(1)
                .num_merge_threads(MERGES_MAX)
                .build();
            self.index.writer_with_options(settings)
        };
        patiently(open, |error| matches!(error, TantivyError::LockFailure(..))).map_err(|e| self.error(e))
    }

    /// Makes known what stories are packed with, of the text in the last commit; or begins to make it of the stories
    /// that are there, too few until now.
    fn start_packing(&self, dictionary: Option<&str>) -> Result<()> {
        if let Some(text) = dictionary {
            self.packer.know(self.dictionary_of(text)?);
            return Ok(());
        }
        let searcher = self.searcher()?;
        let segments = (0..).zip(searcher.segment_readers());
        let places =
            segments.flat_map(|(ord, segment)| segment.doc_ids_alive().map(move |doc| DocAddress::new(ord, doc)));
        let articles = StoredArticles::of(self, &searcher)?;
        for place in places.take(LOOKED_AT_MAX) {
            // What cannot be read is told of when it is asked for.
            let body = articles.at(place).and_then(|stored| stored.body());
            if !self.packer.learn(&body.unwrap_or_default()) {
                break;
            }
        }
        Ok(())
    }
}

/// Articles that were added and not yet handed on.
#[derive(Default)]
struct Gathered {
    documents: Vec<Document>,
    bytes: usize,
    /// Hashes of the names of their files.
    files: FxHashSet<u64>,
}

impl Gathered {
    fn push(&mut self, document: Document) {
        self.bytes += document.bytes();
        self.files.insert(document.file());
        self.documents.push(document);
    }

    /// Whether an article of a file is among them.
    fn has(&self, file: &str) -> bool {
        self.files.contains(&xxh3_64(file.as_bytes()))
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("path", &self.store.path).finish_non_exhaustive()
    }
}

/// Checks a memory setting.
pub(crate) fn checked_memory(bytes: usize) -> Result<usize> {
    if (MEMORY_BYTES_MIN..=4 << 30).contains(&bytes) {
        return Ok(bytes);
    }
    Err(Error::Setting { name: "memory", value: format!("{bytes} bytes"), range: "between 16 MB and 4 GB".to_owned() })
}
