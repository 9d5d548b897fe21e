//! What all requests share, and the workers that search for them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Options, metrics::Metrics, problem::Problem};
use crate::{
    archive::Archive,
    article::Article,
    deadline::within,
    error::Error,
    index::CHECKED_BYTES_MAX,
    query::{Note, Query},
    search::{Doctor, Stats},
};

/// What all requests share.
pub(super) struct Shared {
    pub(super) archive: Archive,
    pub(super) options: Options,
    pub(super) metrics: Metrics,
    workers: Arc<Semaphore>,
    waiting: AtomicUsize,
    pub(super) exports: Arc<Semaphore>,
    /// What is the same for all as long as the archive is.
    kept: Mutex<Kept>,
}

/// Answers about the whole archive, of one generation.
#[derive(Default)]
struct Kept {
    generation: u64,
    stats: Option<Arc<Stats>>,
    doctor: Option<Arc<Doctor>>,
    pages: HashMap<String, Arc<String>>,
}

/// Most texts of the archive page that are kept.
const PAGES_KEPT_MAX: usize = 64;

pub(super) type App = Arc<Shared>;

/// Counts a request that waits, as long as it does.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    pub(super) fn new(archive: Archive, options: Options) -> Self {
        Self {
            workers: Arc::new(Semaphore::new(options.limits.worker_count())),
            exports: Arc::new(Semaphore::new(options.limits.exports_max)),
            waiting: AtomicUsize::new(0),
            metrics: Metrics::default(),
            kept: Mutex::default(),
            archive,
            options,
        }
    }

    /// Does work that searches, on a thread where it holds up nobody, within the time that a search may take. A client
    /// that goes away frees its place in the queue; a search that runs holds its worker until its time is over at most.
    pub(super) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        job: impl FnOnce(&Shared) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let begun = Instant::now();
        let time = self.options.limits.query_time_max;
        let permit = self.worker(time).await?;
        let shared = Arc::clone(self);
        let left = time.saturating_sub(begun.elapsed());
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            within(left, || Ok(job(&shared)))
        });
        match done.await {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => Err(error.into()),
            Err(failed) => Err(Problem::failed(format!("a search failed: {failed}"))),
        }
    }

    async fn worker(&self, time: std::time::Duration) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(permit) = Arc::clone(&self.workers).try_acquire_owned() {
            return Ok(permit);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.options.limits.waiting_max {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Problem::busy());
        }
        let _waiting = Waiting(&self.waiting);
        match tokio::time::timeout(time, Arc::clone(&self.workers).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Problem::busy()),
        }
    }

    /// Reads a query, within the limit of its length.
    pub(super) fn parse(&self, typed: &str) -> Result<(Query, Vec<Note>), Problem> {
        let most = self.options.limits.query_bytes_max;
        if typed.len() > most {
            return Err(Problem::parameter(format!(
                "the query is {} bytes long, but this server takes at most {most} (query_bytes_max)",
                typed.len()
            )));
        }
        Query::parse_with_notes(typed).map_err(|error| Problem::query(typed, error))
    }

    /// The article of a name that anybody may have sent.
    pub(super) fn article(&self, name: &str) -> Result<Article, Problem> {
        let found = self.archive.article_named(name)?;
        found.ok_or_else(|| Error::NoArticle { name: name.to_owned() }.into())
    }

    /// What the archive holds; reckoned once for each state of it.
    pub(super) fn stats(&self) -> Result<Arc<Stats>, Problem> {
        if let Some(stats) = self.kept(|kept| kept.stats.clone()) {
            return Ok(stats);
        }
        let generation = self.archive.generation();
        let stats = Arc::new(self.archive.stats()?);
        self.keep(generation, |kept| kept.stats = Some(Arc::clone(&stats)));
        Ok(stats)
    }

    /// What looks wrong in the archive; looked for once for each state of it.
    pub(super) fn doctor(&self) -> Result<Arc<Doctor>, Problem> {
        if let Some(doctor) = self.kept(|kept| kept.doctor.clone()) {
            return Ok(doctor);
        }
        let generation = self.archive.generation();
        let doctor = Arc::new(self.archive.doctor_checking(CHECKED_BYTES_MAX)?);
        self.keep(generation, |kept| kept.doctor = Some(Arc::clone(&doctor)));
        Ok(doctor)
    }

    /// A text about the whole archive, made once for each state of it.
    pub(super) fn kept_text(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<String, Problem>,
    ) -> Result<Arc<String>, Problem> {
        if let Some(text) = self.kept(|kept| kept.pages.get(key).cloned()) {
            return Ok(text);
        }
        let generation = self.archive.generation();
        let text = Arc::new(make()?);
        self.keep(generation, |kept| {
            if kept.pages.len() < PAGES_KEPT_MAX {
                kept.pages.insert(key.to_owned(), Arc::clone(&text));
            }
        });
        Ok(text)
    }

    fn kept<T>(&self, of: impl FnOnce(&Kept) -> Option<T>) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.generation == self.archive.generation()).then(|| of(&kept)).flatten()
    }

    fn keep(&self, generation: u64, put: impl FnOnce(&mut Kept)) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.generation != generation {
            *kept = Kept { generation, ..Kept::default() };
        }
        put(&mut kept);
    }

    /// Says something to the operator.
    pub(super) fn report(&self, line: &str) {
        if let Some(report) = &self.options.report {
            report(&super::text::harmless(line));
        }
    }

    /// Shows what was committed since the last look; gives whether there was anything.
    pub(super) fn reload(&self) -> bool {
        match self.archive.reload_if_changed() {
            Ok(changed) => {
                self.metrics.reloads.fetch_add(u64::from(changed), Ordering::Relaxed);
                changed
            }
            Err(error) => {
                // Told once, not at each look.
                if self.metrics.reload_failures.fetch_add(1, Ordering::Relaxed) == 0 || !error_is_known(&error) {
                    self.report(&format!("what was committed cannot be shown: {error}"));
                }
                false
            }
        }
    }
}

/// Whether the same is likely found again at the next look.
fn error_is_known(error: &Error) -> bool {
    matches!(error, Error::NoArchive { .. } | Error::FormatVersion { .. } | Error::Damaged { .. } | Error::Index { .. })
}
