//! Times an extractor page by page: processor time of its own thread, with a limit on the wall clock.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use rustix::time::{ClockId, clock_gettime};

use crate::{
    extractors::{Answer, Extract},
    gold::GoldPage,
};

/// Longest time one page may take; its thread is left behind then, and the page counts as without an answer.
pub const PAGE_TIME_MAX: Duration = Duration::from_secs(60);

/// A page that took longer than this is not run again in later rounds.
const REPEAT_TIME_MAX: Duration = Duration::from_secs(2);

/// Stack of the thread that extracts: room for extractors that recurse into deep pages.
const STACK_BYTES: usize = 1 << 30;

/// What one page cost, and what came of it.
#[derive(Debug)]
pub struct Timed {
    /// Processor time of the fastest round.
    pub processor: Duration,
    /// What was extracted; `None` where the extractor gave an error, panicked or ran out of time.
    pub answer: Option<Answer>,
    /// Whether the time limit was reached.
    pub over_limit: bool,
}

/// Runs all pages once, and keeps each page's fastest run in `best`, which is empty at first.
pub fn time_pages(extract: Extract, pages: &[Arc<GoldPage>], best: &mut Vec<Timed>) {
    let mut worker = Worker::start(extract);
    for (place, page) in pages.iter().enumerate() {
        if best.get(place).is_some_and(|timed| timed.processor > REPEAT_TIME_MAX) {
            continue;
        }
        let timed = worker.run(page).unwrap_or_else(|| {
            worker = Worker::start(extract);
            Timed { processor: PAGE_TIME_MAX, answer: None, over_limit: true }
        });
        match best.get_mut(place) {
            None => best.push(timed),
            Some(before) if timed.processor < before.processor => *before = timed,
            Some(_) => {}
        }
    }
}

/// A thread that extracts pages sent to it. It is never joined: one that hangs in a page is left behind.
struct Worker {
    pages: Sender<Arc<GoldPage>>,
    results: Receiver<Timed>,
}

impl Worker {
    fn start(extract: Extract) -> Self {
        let (pages, inbox) = channel::<Arc<GoldPage>>();
        let (outbox, results) = channel();
        thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(move || {
                for page in inbox {
                    if outbox.send(time_page(extract, &page)).is_err() {
                        break;
                    }
                }
            })
            .expect("a thread can be started");
        Self { pages, results }
    }

    /// `None` when the page takes too long.
    fn run(&self, page: &Arc<GoldPage>) -> Option<Timed> {
        self.pages.send(Arc::clone(page)).ok()?;
        self.results.recv_timeout(PAGE_TIME_MAX).ok()
    }
}

fn time_page(extract: Extract, page: &GoldPage) -> Timed {
    let start = thread_time();
    let answer = catch_unwind(AssertUnwindSafe(|| extract(page))).unwrap_or_default();
    Timed { processor: thread_time().saturating_sub(start), answer, over_limit: false }
}

/// Processor time that this thread has used.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
