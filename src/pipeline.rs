//! From files to a searchable archive: the one place where reading meets the index.

use std::{
    collections::HashSet,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use rayon::prelude::*;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::{
    article::{Article, Page},
    error::{Error, Result},
    extract::{extract_guarded, page_name},
    index::{self, Document, FileState, Store, Writer, WriterOptions, checked_memory},
    ingest::{
        ExtractionReport, IngestOptions, Progress, Report, THREADS_MAX, page,
        records::{self, Container, Record, Recorded, Records},
        walk::{self, Found, Kind, Walk},
    },
    place,
    search::Snapshot,
    skip::{Skip, SkipReason},
};

/// Most pages that are extracted side by side before they are handed on.
const BATCH_PAGES_MAX: usize = 64;

/// Most bytes of pages or of records that are worked on side by side, and of what was made of them and waits to be
/// handed on: where it was compressed, that can be a thousand times as long.
const BATCH_BYTES_MAX: u64 = 16 << 20;

/// Most records that are worked on side by side.
const BATCH_RECORDS_MAX: usize = 512;

/// Greatest limit that can be set for a page or record. The length of a stored story is a number of four bytes.
const PAGE_BYTES_LIMIT_MAX: u64 = 1 << 31;

/// Most skips kept for one file; the rest is counted.
const SKIPS_KEPT_MAX: usize = 1_000;

/// Indexes files and folders into the archive in `folder`, making it where there is none.
///
/// Files that the archive knows and that did not change are not read again; articles of files that are gone from the
/// folders given are removed, unless they are to be kept. A file that cannot be used is skipped, with the reason in the
/// report. `progress` is called after each batch, and ends the run by [`ControlFlow::Break`]: what was done is then
/// committed, and the next run goes on from there.
///
/// ```no_run
/// use std::{ops::ControlFlow, path::PathBuf};
///
/// use newssearch::{IngestOptions, ingest};
///
/// let report = ingest("index", &[PathBuf::from("corpus")], &IngestOptions::default(), |_| ControlFlow::Continue(()))?;
/// println!("{} articles, {} skipped", report.articles, report.skipped);
/// # Ok::<(), newssearch::Error>(())
/// ```
///
/// # Errors
/// A file or folder given that is not there; an archive of another version, one that another process writes to, one
/// that
/// is damaged; a disk that cannot be written. What was committed before stays.
pub fn ingest(
    folder: impl AsRef<Path>,
    paths: &[PathBuf],
    options: &IngestOptions,
    progress: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Report> {
    let started = Instant::now();
    let folder = folder.as_ref();
    let memory_bytes = checked_memory(options.memory_bytes)?;
    check_limits(options)?;
    // Looked at before the archive is made: a path mistyped leaves no empty archive behind.
    for path in paths.iter().filter(|path| path.as_os_str() != walk::STDIN) {
        path.metadata().map_err(|source| Error::Read { path: path.clone(), source })?;
    }
    refuse_own_folder(paths, folder)?;
    let writer = Writer::open(folder, &WriterOptions { memory_bytes })?;
    let own = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let walk = walk::walk(paths, &place::base(folder), Some(&own))?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|e| Error::Setting {
        name: "threads",
        value: options.threads.to_string(),
        range: format!("a number that the system can start ({e})"),
    })?;
    let run = Run {
        options,
        pool,
        writer,
        report: Report::default(),
        progress: Progress::default(),
        callback: progress,
        committed: Instant::now(),
    };
    run.finish(&walk, started)
}

fn check_limits(options: &IngestOptions) -> Result<()> {
    let refused = |name, value: String, range: String| Err(Error::Setting { name, value, range });
    if options.threads > THREADS_MAX {
        return refused("threads", options.threads.to_string(), format!("at most {THREADS_MAX}"));
    }
    if !(1..=PAGE_BYTES_LIMIT_MAX).contains(&options.page_bytes_max) {
        let range = format!("from 1 to {PAGE_BYTES_LIMIT_MAX}");
        return refused("page-bytes-max", options.page_bytes_max.to_string(), range);
    }
    Ok(())
}

/// The archive's own folder holds no pages: asked to index it, or what lies in it, is a mistake.
fn refuse_own_folder(paths: &[PathBuf], folder: &Path) -> Result<()> {
    let Ok(own) = folder.canonicalize() else { return Ok(()) };
    let inside = |path: &&PathBuf| path.canonicalize().is_ok_and(|path| path.starts_with(&own));
    paths.iter().find(inside).map_or(Ok(()), |path| {
        let range = "outside of what is indexed".to_owned();
        Err(Error::Setting { name: "the folder of the index", value: path.display().to_string(), range })
    })
}

/// Removes everything from the archive in a folder, so that the next [`ingest`] begins anew. Other files in the folder
/// stay.
///
/// # Errors
/// [`Error::Locked`] where another process writes to it, [`Error::Write`] where it cannot be removed.
pub fn clear(folder: impl AsRef<Path>) -> Result<()> {
    index::clear(folder.as_ref())
}

/// Extracts pages and records without an archive, and gives them to `each` in the order of their names.
///
/// # Errors
/// A file or folder given that is not there; what `each` returns.
pub fn extract_all<E: From<Error>>(
    paths: &[PathBuf],
    options: &IngestOptions,
    mut each: impl FnMut(&str, Result<Article, Skip>) -> Result<(), E>,
) -> Result<(), E> {
    let here = std::env::current_dir().map_err(|source| Error::Read { path: PathBuf::from("."), source })?;
    let walk = walk::walk(paths, &here, None)?;
    for (name, skip) in walk.unreadable {
        each(&name, Err(skip))?;
    }
    for batch in batches(&walk.files) {
        match batch {
            Batch::Pages(files) => {
                let mut files = files.iter();
                let read = |file| (file, read_page(file, options));
                while let Some(found) = side_by_side(&mut files, read, |(_, found)| found_bytes(found)) {
                    for (file, found) in found {
                        each(&file.name, found.map_err(SkipReason::whole))?;
                    }
                }
            }
            Batch::Records(file, container) => extract_records(file, container, options, &mut each)?,
        }
    }
    Ok(())
}

/// Extracts pages and records as [`extract_all`] does, and counts what each source's pages gave.
///
/// # Errors
/// A file or folder given that is not there.
pub fn survey(paths: &[PathBuf], options: &IngestOptions) -> Result<ExtractionReport> {
    let mut report = ExtractionReport::default();
    extract_all(paths, options, |_, found| -> Result<()> {
        report.add(&found);
        Ok(())
    })?;
    report.finish();
    Ok(report)
}

fn extract_records<E>(
    file: &Found,
    container: Container,
    options: &IngestOptions,
    each: &mut impl FnMut(&str, Result<Article, Skip>) -> Result<(), E>,
) -> Result<(), E> {
    let mut records = match records::open(file, container, options.page_bytes_max) {
        Ok(records) => records,
        Err(reason) => return each(&file.name, Err(reason.whole())),
    };
    loop {
        let batch = next_batch(&mut *records);
        if batch.is_empty() {
            return Ok(());
        }
        let mut batch = batch.into_iter();
        let read = |(_, record): (u64, Record)| record.article(&file.name, &options.fields).map(|read| read.article);
        while let Some(found) = side_by_side(&mut batch, read, found_bytes) {
            for found in found {
                each(&file.name, found)?;
            }
        }
    }
}

/// Bytes that an article takes in memory, about.
fn found_bytes<E>(found: &Result<Article, E>) -> u64 {
    let article = found.as_ref().ok();
    let blocks = article.into_iter().flat_map(|article| &article.blocks);
    blocks.map(|block| (size_of_val(block) + block.text.len()) as u64).sum()
}

/// Does some of the work, in many threads: as much as gives [`BATCH_BYTES_MAX`], and what each thread had begun. What
/// was made is in the order of the work; `None` where there is none left.
fn side_by_side<T: Send, U: Send>(
    left: &mut (impl Iterator<Item = T> + Send),
    work: impl Fn(T) -> U + Sync,
    bytes: impl Fn(&U) -> u64 + Sync,
) -> Option<Vec<U>> {
    let held = AtomicU64::new(0);
    // Threads take one after the other in order, so that what is left is all behind what was taken.
    let taken = std::iter::from_fn(|| (held.load(Ordering::Relaxed) < BATCH_BYTES_MAX).then(|| left.next()).flatten());
    let made = taken.enumerate().par_bridge().map(|(at, item)| {
        let made = work(item);
        held.fetch_add(bytes(&made), Ordering::Relaxed);
        (at, made)
    });
    let mut made: Vec<(usize, U)> = made.collect();
    made.sort_unstable_by_key(|(at, _)| *at);
    (!made.is_empty()).then(|| made.into_iter().map(|(_, made)| made).collect())
}

/// What is worked on at a time.
enum Batch<'a> {
    Pages(&'a [Found]),
    Records(&'a Found, Container),
}

/// Cuts files into batches: pages together, each other file by itself.
fn batches(files: &[Found]) -> Vec<Batch<'_>> {
    let mut batches = Vec::new();
    let mut start = 0;
    while start < files.len() {
        if let Kind::Many(container) = files[start].kind {
            batches.push(Batch::Records(&files[start], container));
            start += 1;
            continue;
        }
        let mut end = start;
        let mut bytes = 0;
        while end < files.len() && files[end].kind == Kind::Page && end - start < BATCH_PAGES_MAX {
            bytes += files[end].bytes;
            end += 1;
            if bytes > BATCH_BYTES_MAX {
                break;
            }
        }
        batches.push(Batch::Pages(&files[start..end]));
        start = end;
    }
    batches
}

/// The article of a page's file.
fn read_page(file: &Found, options: &IngestOptions) -> Result<Article, SkipReason> {
    extract_guarded(&page::read(&file.path, &file.name, options.page_bytes_max, &options.urls)?)
}

/// Of everything that decides what a page becomes.
fn page_hash(page: &Page) -> u64 {
    let told = [&page.url, &page.charset, &page.origin.captured];
    // What is not told leaves the hash as it is. The address has the seed of none.
    let hashes = (0..).zip(told).filter_map(|(seed, text)| Some(xxh3_64_with_seed(text.as_ref()?.as_bytes(), seed)));
    hashes.fold(xxh3_64(&page.bytes), |all, hash| all ^ hash)
}

/// Hash of an id that a record gives itself. One file may not have it twice, but two files inside one may each have it.
fn id_hash(entry: u64, id: &str) -> u64 {
    xxh3_64_with_seed(id.as_bytes(), entry)
}

/// Records, each with the file inside that it lies in.
type RecordBatch = Vec<(u64, Record)>;

/// The next records, up to one that the system fails to read.
fn next_batch(records: &mut dyn Records) -> RecordBatch {
    let mut batch = RecordBatch::new();
    let mut bytes = 0;
    while batch.len() < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX {
        let Some(record) = records.next_record() else { break };
        bytes += record.bytes();
        let is_last = record.is_unreadable();
        batch.push((records.entry(), record));
        if is_last {
            break;
        }
    }
    batch
}

/// One run of [`ingest`].
struct Run<'a, P> {
    options: &'a IngestOptions,
    pool: rayon::ThreadPool,
    writer: Writer,
    report: Report,
    progress: Progress,
    callback: P,
    committed: Instant,
}

/// What became of a page: its file's hash, and the document or why there is none. `None`: it is as it was.
type Outcome = (Option<u64>, Option<Result<Document, SkipReason>>);

/// What became of a record, or why there is nothing.
type RecordOutcome = Result<FromRecord, Skip>;

struct FromRecord {
    /// Its number.
    number: u64,
    /// The id that it gives itself, with the file inside that it lies in.
    own_id: Option<(u64, String)>,
    /// What stands where its date should, and is none that can be read.
    unread_date: Option<String>,
    document: Document,
}

impl<P: FnMut(&Progress) -> ControlFlow<()>> Run<'_, P> {
    fn finish(mut self, walk: &Walk, started: Instant) -> Result<Report> {
        let todo = self.compare(walk)?;
        self.progress.files_total = todo.len() as u64;
        self.progress.bytes_total = todo.iter().map(|file| file.bytes).sum();
        if self.tell().is_continue() {
            self.read(&todo)?;
        } else {
            self.report.stopped = true;
        }
        self.writer.commit()?;
        let store = self.writer.store().clone();
        self.pool.install(|| self.writer.finish())?;
        let searcher = store.searcher()?;
        let all = searcher.num_docs();
        self.report.archive_articles = Snapshot::new(store.clone(), searcher)?.live_articles()?;
        self.report.archive_older_versions = all.saturating_sub(self.report.archive_articles);
        self.report.disk_bytes = store.disk_bytes();
        self.report.elapsed = started.elapsed();
        Ok(self.report)
    }

    /// Compares what is there with what the archive knows: removes what is gone, and gives the files to read.
    fn compare(&mut self, walk: &Walk) -> Result<Vec<Found>> {
        self.report.files_ignored = walk.ignored;
        self.report.files_ignored_by_ending.clone_from(&walk.ignored_by_ending);
        for (name, skip) in &walk.unreadable {
            self.report.skip(name, skip);
        }
        let present: HashSet<&str> = walk.files.iter().map(|file| file.name.as_str()).collect();
        let known = self.writer.ledger().files();
        let is_gone = |name: &str| !present.contains(name) && walk.covers(name) && !walk.is_hidden(name);
        let gone: Vec<String> = known.keys().filter(|name| is_gone(name)).cloned().collect();
        let todo: Vec<Found> =
            walk.files.iter().filter(|file| !is_same(known.get(&file.name), file, self.options)).cloned().collect();
        self.report.files_unchanged = (walk.files.len() - todo.len()) as u64;
        if !self.options.keep_missing {
            for name in gone {
                self.writer.remove_file(&name)?;
                self.writer.forget_file(&name);
                self.report.files_removed += 1;
            }
        }
        Ok(todo)
    }

    /// Reads files, batch by batch, until all are read or the callback says to stop.
    fn read(&mut self, todo: &[Found]) -> Result<()> {
        for batch in batches(todo) {
            let flow = match batch {
                Batch::Pages(files) => self.pages(files)?,
                Batch::Records(file, container) => self.records(file, container)?,
            };
            if flow.is_break() {
                self.report.stopped = true;
                break;
            }
        }
        Ok(())
    }

    fn pages(&mut self, files: &[Found]) -> Result<ControlFlow<()>> {
        let mut left = files.iter();
        loop {
            let (options, store) = (self.options, self.writer.store());
            let known = self.writer.ledger().files();
            let bytes = |(_, (_, outcome)): &(&Found, Outcome)| match outcome {
                Some(Ok(document)) => document.bytes() as u64,
                _ => 0,
            };
            let outcomes = self.pool.install(|| {
                let before = |file: &Found| known.get(&file.name).and_then(|state| state.hash);
                side_by_side(&mut left, |file| (file, page_outcome(file, before(file), options, store)), bytes)
            });
            let Some(outcomes) = outcomes else { break };
            for (file, (hash, outcome)) in outcomes {
                self.page(file, hash, outcome)?;
                self.progress.files_done += 1;
                self.progress.bytes_done += file.bytes;
            }
        }
        self.after_batch()
    }

    /// Takes in what became of one page.
    fn page(&mut self, file: &Found, hash: Option<u64>, outcome: Option<Result<Document, SkipReason>>) -> Result<()> {
        let before = self.writer.ledger().files().get(&file.name).cloned();
        let Some(outcome) = outcome else {
            self.report.files_unchanged += 1;
            let (bytes, modified_ns, url) = (file.bytes, file.modified_ns, url_hash(file, self.options));
            let state = FileState { bytes, modified_ns, url, ..before.unwrap_or_default() };
            self.writer.note_file(&file.name, state);
            return Ok(());
        };
        self.report.files_read += 1;
        let outcome = match outcome {
            Err(reason) if reason.is_unreadable() && before.is_some() => {
                self.report_only(file, &reason.whole());
                return Ok(());
            }
            outcome => outcome,
        };
        if before.is_some_and(|state| state.articles > 0) {
            self.writer.remove_file(&file.name)?;
        }
        let (bytes, modified_ns, url) = (file.bytes, file.modified_ns, url_hash(file, self.options));
        let mut state = FileState { bytes, modified_ns, hash, url, ..FileState::default() };
        match outcome {
            Ok(document) => {
                state.articles = 1;
                self.add(document)?;
            }
            Err(reason) => self.skip(file, &mut state, reason.whole()),
        }
        self.writer.note_file(&file.name, state);
        Ok(())
    }

    /// Reads a container, from where an earlier run left it if the file is still the same.
    fn records(&mut self, file: &Found, container: Container) -> Result<ControlFlow<()>> {
        let records = records::open(file, container, self.options.page_bytes_max);
        self.take_in(file, records)
    }

    /// Takes in the records of a file. Where the system fails to read it, what the archive has of it stays, and the
    /// next run goes on from there.
    fn take_in(&mut self, file: &Found, records: Result<Box<dyn Records>, SkipReason>) -> Result<ControlFlow<()>> {
        let before = self.writer.ledger().files().get(&file.name).cloned();
        let fields = fields_hash(file, self.options);
        let is_same = |state: &FileState| {
            (state.bytes, state.modified_ns, state.fields) == (file.bytes, file.modified_ns, fields)
        };
        let same = before.clone().filter(is_same);
        let resumed = same.filter(|state| state.unfinished.is_some());
        let fresh = FileState { bytes: file.bytes, modified_ns: file.modified_ns, fields, ..FileState::default() };
        let behind = resumed.as_ref().and_then(|state| state.unfinished).unwrap_or(0);
        let mut is_outdated = resumed.is_none() && before.as_ref().is_some_and(|state| state.articles > 0);
        let mut state = resumed.unwrap_or(fresh);
        self.report.files_read += 1;
        let mut records = match records {
            Ok(records) => records,
            Err(reason) if reason.is_unreadable() && before.is_some() => {
                return self.left_alone(file, reason.whole());
            }
            Err(reason) => {
                self.remove_once(file, &mut is_outdated)?;
                self.skip(file, &mut state, reason.whole());
                return self.file_done(file, state);
            }
        };
        let mut ids = HashSet::new();
        let mut batch = next_batch(&mut *records);
        while !batch.is_empty() {
            let failure = batch.pop_if(|(_, record)| record.is_unreadable());
            if let Some(last) = batch.last().map(|(_, record)| record.number) {
                self.remove_once(file, &mut is_outdated)?;
                self.pass_over(&mut batch, behind, &mut ids);
                self.batch_of_records(file, batch, &mut ids, &mut state)?;
                state.unfinished = Some(last.max(behind));
                self.writer.note_file(&file.name, state.clone());
            }
            batch = next_batch(&mut *records);
            if let Some((_, Record { number, content: Err(reason) })) = failure {
                let skip = Skip { record: Some(number), reason };
                if batch.is_empty() {
                    return self.left_alone(file, skip);
                }
                self.skip(file, &mut state, skip);
            }
            if self.after_batch()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.remove_once(file, &mut is_outdated)?;
        state.unfinished = None;
        self.file_done(file, state)
    }

    /// Takes out what the archive has of a file that is read anew, once.
    fn remove_once(&mut self, file: &Found, is_outdated: &mut bool) -> Result<()> {
        if std::mem::take(is_outdated) {
            self.writer.remove_file(&file.name)?;
        }
        Ok(())
    }

    /// Ends with a file that cannot be read, or be read on.
    fn left_alone(&mut self, file: &Found, skip: Skip) -> Result<ControlFlow<()>> {
        self.report_only(file, &skip);
        self.progress.files_done += 1;
        self.progress.bytes_done += file.bytes;
        self.after_batch()
    }

    /// Drops the records that an earlier run took in, and remembers their ids.
    fn pass_over(&self, batch: &mut RecordBatch, behind: u64, ids: &mut HashSet<u64>) {
        batch.retain(|(entry, record)| {
            if record.number <= behind {
                ids.extend(record.own_id(&self.options.fields).map(|id| id_hash(*entry, &id)));
            }
            record.number > behind
        });
    }

    fn batch_of_records(
        &mut self,
        file: &Found,
        batch: RecordBatch,
        ids: &mut HashSet<u64>,
        state: &mut FileState,
    ) -> Result<()> {
        let mut left = batch.into_iter();
        loop {
            let (store, names) = (self.writer.store(), &self.options.fields);
            let outcome = |(entry, record): (u64, Record)| -> RecordOutcome {
                let number = record.number;
                let Recorded { article, has_own_id, unread_date } = record.article(&file.name, names)?;
                let own_id = has_own_id.then(|| (entry, article.id.clone()));
                Ok(FromRecord { number, own_id, unread_date, document: Document::of(article, store) })
            };
            let bytes = |outcome: &RecordOutcome| outcome.as_ref().map_or(0, |read| read.document.bytes() as u64);
            let Some(outcomes) = self.pool.install(|| side_by_side(&mut left, outcome, bytes)) else { return Ok(()) };
            for outcome in outcomes {
                match outcome {
                    Ok(FromRecord { number, own_id: Some((entry, id)), .. }) if !ids.insert(id_hash(entry, &id)) => {
                        self.skip(file, state, Skip { record: Some(number), reason: SkipReason::DuplicateId(id) });
                    }
                    Ok(read) => {
                        state.articles += 1;
                        if let Some(date) = &read.unread_date {
                            self.report.unread_date(&file.name, read.number, date);
                        }
                        self.add(read.document)?;
                    }
                    Err(skip) => self.skip(file, state, skip),
                }
            }
        }
    }

    fn file_done(&mut self, file: &Found, state: FileState) -> Result<ControlFlow<()>> {
        self.writer.note_file(&file.name, state);
        self.progress.files_done += 1;
        self.progress.bytes_done += file.bytes;
        self.after_batch()
    }

    fn add(&mut self, document: Document) -> Result<()> {
        self.report.articles += 1;
        self.progress.articles += 1;
        self.writer.add(document)
    }

    fn skip(&mut self, file: &Found, state: &mut FileState, skip: Skip) {
        self.report_only(file, &skip);
        state.skipped += 1;
        // One that says that the file is to be read again is kept whatever was before it.
        if state.skips.len() == SKIPS_KEPT_MAX && skip.reason.is_unreadable() {
            state.skips.pop();
        }
        if state.skips.len() < SKIPS_KEPT_MAX {
            state.skips.push(skip);
        }
    }

    /// Tells of a skip that says nothing of the file: the next run tries again.
    fn report_only(&mut self, file: &Found, skip: &Skip) {
        self.report.skip(&file.name, skip);
        self.progress.skipped += 1;
    }

    /// Commits where it is time, and tells how far the run is.
    fn after_batch(&mut self) -> Result<ControlFlow<()>> {
        if self.committed.elapsed() >= Duration::from_secs(self.options.commit_seconds) {
            self.writer.commit()?;
            self.committed = Instant::now();
        }
        Ok(self.tell())
    }

    fn tell(&mut self) -> ControlFlow<()> {
        (self.callback)(&self.progress)
    }
}

/// Whether a file is as it was when it was last read to its end, and would be read in the same way again.
fn is_same(known: Option<&FileState>, file: &Found, options: &IngestOptions) -> bool {
    let limit_changed = |skip: &Skip| match skip.reason {
        SkipReason::TooLarge { bytes_max, .. } => bytes_max != options.page_bytes_max,
        _ => false,
    };
    known.is_some_and(|state| {
        (state.bytes, state.modified_ns, state.url) == (file.bytes, file.modified_ns, url_hash(file, options))
            && state.fields == fields_hash(file, options)
            && state.unfinished.is_none()
            && !state.skips.iter().any(|skip| limit_changed(skip) || skip.reason.is_unreadable())
    })
}

/// Hash of the address that a page is given from outside.
fn url_hash(file: &Found, options: &IngestOptions) -> Option<u64> {
    let url = options.urls.get(page_name(&file.name)).filter(|_| file.kind == Kind::Page);
    url.map(|url| xxh3_64(url.as_bytes()))
}

/// Hash of the names of fields that the records of a file are read by.
fn fields_hash(file: &Found, options: &IngestOptions) -> Option<u64> {
    match file.kind {
        Kind::Many(container) if container.may_hold_json() => options.fields.hash(),
        _ => None,
    }
}

fn page_outcome(file: &Found, before: Option<u64>, options: &IngestOptions, store: &Store) -> Outcome {
    let (hash, article) = read_hashed(file, before, options);
    (hash, article.map(|article| article.map(|article| Document::of(article, store))))
}

/// Reads a page; it is not extracted again where its bytes are as before.
fn read_hashed(
    file: &Found,
    before: Option<u64>,
    options: &IngestOptions,
) -> (Option<u64>, Option<Result<Article, SkipReason>>) {
    match page::read(&file.path, &file.name, options.page_bytes_max, &options.urls) {
        Err(reason) => (None, Some(Err(reason))),
        Ok(page) => {
            let hash = page_hash(&page);
            let same = before == Some(hash);
            (Some(hash), (!same).then(|| extract_guarded(&page)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{Archive, CopyMode, FacetField, Query, SearchOptions, Sort};

    /// Articles of which words, places, outlets and days look like chance.
    fn archive() -> (tempfile::TempDir, Archive) {
        let folder = tempfile::tempdir().unwrap();
        let words = ["harbour", "storm", "mayor", "ferry", "quay", "and", "the", "strikes"];
        let mut seed = 1963_u64;
        let mut draw = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut line = |id: u64| {
            let count = 3 + draw(20);
            let text: Vec<&str> = (0..count).map(|_| words[draw(8).min(draw(8)) as usize]).collect();
            let (outlet, day) = (draw(7), 1 + draw(28));
            serde_json::json!({
                "id": id.to_string(), "title": "Notice", "text": text.join(" "),
                "source": format!("Outlet {outlet}"), "date": format!("2023-02-{day:02}"),
            })
        };
        let lines: String = (0..1_500).map(|id| line(id).to_string() + "\n").collect();
        let file = folder.path().join("a.jsonl");
        fs::write(&file, lines).unwrap();
        let index = folder.path().join("index");
        let options = IngestOptions::default();
        ingest(&index, &[file], &options, |_| ControlFlow::Continue(())).unwrap();
        let archive = Archive::open(index).unwrap();
        (folder, archive)
    }

    /// Records that were read before.
    struct Stub(std::vec::IntoIter<Record>);

    impl Records for Stub {
        fn next_record(&mut self) -> Option<Record> {
            self.0.next()
        }
    }

    /// Lines with these numbers; 0 for one that the system fails to read.
    fn stub(numbers: &[u64]) -> Result<Box<dyn Records>, SkipReason> {
        let record = |(at, number): (u64, &u64)| {
            let line = || format!(r#"{{"id": "r{number}", "title": "Quay {number}"}}"#).into_bytes();
            let failed = || SkipReason::Unreadable("the disk hums".to_owned());
            let content = if *number == 0 { Err(failed()) } else { Ok(records::Content::Json(line())) };
            Record { number: at, content }
        };
        Ok(Box::new(Stub((1..).zip(numbers).map(record).collect::<Vec<_>>().into_iter())))
    }

    #[test]
    fn what_is_made_of_little_is_handed_on_before_it_is_too_much() {
        const THREADS: usize = 3;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build().unwrap();
        let mut left = 0..100;
        let mut all = Vec::new();
        let work = |number: u64| (number, BATCH_BYTES_MAX / 4);
        while let Some(made) = pool.install(|| side_by_side(&mut left, work, |(_, bytes)| *bytes)) {
            assert!(made.len() < 4 + THREADS, "{} at once", made.len());
            all.extend(made.into_iter().map(|(number, _)| number));
        }
        assert_eq!(all, (0..100).collect::<Vec<u64>>());
        let mut little = 0..1_000;
        assert_eq!(side_by_side(&mut little, |number: u64| number, |_| 1).map(|all| all.len()), Some(1_000));
    }

    #[test]
    fn a_page_is_another_when_what_stands_beside_its_bytes_is() {
        let page = Page { bytes: b"<p>Dam".to_vec(), ..Page::default() };
        let told = || Some("x".to_owned());
        let mut captured = page.clone();
        captured.origin.captured = told();
        let url = Page { url: told(), ..page.clone() };
        let charset = Page { charset: told(), ..page.clone() };
        let hashes: HashSet<u64> = [page, captured, url, charset].iter().map(page_hash).collect();
        assert_eq!(hashes.len(), 4);
    }

    #[test]
    fn a_file_that_the_system_fails_to_read_is_read_on_in_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let options = IngestOptions::default();
        let writer = Writer::open(&folder.path().join("index"), &WriterOptions::default()).unwrap();
        let mut run = Run {
            options: &options,
            pool: rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap(),
            writer,
            report: Report::default(),
            progress: Progress::default(),
            callback: |_: &Progress| ControlFlow::Continue(()),
            committed: Instant::now(),
        };
        let kind = Kind::Many(Container::JsonLines);
        let mut file = Found { path: PathBuf::new(), name: "a.jsonl".to_owned(), kind, bytes: 9, modified_ns: 1 };
        // What was read, how many articles it gave, what the archive says of the file, and whether that is all.
        let mut check =
            |file: &Found, numbers: &[u64], read: u64, articles: u64, unfinished: Option<u64>, all: bool| {
                let (before, skipped) = (run.report.articles, run.report.skipped);
                assert!(run.take_in(file, stub(numbers)).unwrap().is_continue());
                assert_eq!(run.report.articles - before, read, "{numbers:?}");
                assert_eq!(run.report.skipped - skipped, u64::from(numbers.contains(&0)), "{numbers:?}");
                let state = run.writer.ledger().files().get("a.jsonl");
                let told = state.map_or((0, None), |state| (state.articles, state.unfinished));
                assert_eq!(told, (articles, unfinished), "{numbers:?}");
                assert_eq!(is_same(state, file, &options), all, "{numbers:?}");
            };
        check(&file, &[0], 0, 0, None, false);
        check(&file, &[1, 2, 0], 2, 2, Some(2), false);
        check(&file, &[1, 0], 0, 2, Some(2), false);
        check(&file, &[1, 2, 3], 1, 3, None, true);
        file.bytes += 1;
        check(&file, &[0], 0, 3, None, false);
        check(&file, &[1, 2, 3, 0, 5], 4, 4, None, false);
        check(&file, &[1, 2, 3, 4, 5], 5, 5, None, true);
        run.pool.install(|| run.writer.finish()).unwrap();
        let archive = Archive::open(folder.path().join("index")).unwrap();
        let found = archive.search(&Query::parse("quay").unwrap(), &SearchOptions::default()).unwrap();
        assert_eq!(found.total, Some(5));
    }

    #[test]
    fn answers_are_the_same_however_many_threads_look() {
        let (_folder, archive) = archive();
        let queries = [
            "*",
            "harbour",
            "harbour OR strike OR quay",
            "mayor ferry",
            "\"harbour storm\"",
            "storm NEAR/3 mayor",
            "\"the storm\" OR \"ferry quay\"",
            "\"harbour mayor\" -quay",
            "strikes AND NOT storm",
            "title:notice ferr*",
        ];
        for query in queries {
            let query = Query::parse(query).unwrap();
            for (facets, copies) in [
                (vec![], CopyMode::Show),
                (vec![FacetField::Source, FacetField::Month], CopyMode::Show),
                (vec![FacetField::Source], CopyMode::Collapse),
            ] {
                for (total, sort) in
                    [(false, Sort::Relevance), (true, Sort::Relevance), (false, Sort::Newest), (true, Sort::Oldest)]
                {
                    let by = |threads| {
                        let facets = facets.clone();
                        let options =
                            SearchOptions { threads, facets, copies, total, sort, ..SearchOptions::default() };
                        archive.search(&query, &options).unwrap()
                    };
                    let alone = by(1);
                    assert!(!alone.hits.is_empty(), "{query}");
                    for threads in [0, 2, 5] {
                        assert_eq!(by(threads), alone, "{query}, {sort:?} first, by {threads}");
                    }
                }
            }
        }
    }
}
