//! Most memory that this process has held, apart by what it is; 0 where the system does not tell.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Between two looks at what is resident.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Peaks of resident memory, in bytes. The parts need not have had theirs at one moment.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Peaks {
    /// All of it, as the system counts it.
    pub all: u64,
    /// The program's own, as far as it was seen from look to look.
    pub anonymous: u64,
    /// Mapped from files, which the system takes back when it needs it; seen in the same way.
    pub files: u64,
}

/// Most memory that this process has held at once, in bytes.
pub fn peak_bytes() -> u64 {
    resident(["VmHWM:"])[0]
}

/// Runs something while a thread looks at what it holds.
pub fn watched<T>(run: impl FnOnce() -> T) -> (T, Peaks) {
    let over = Arc::new(AtomicBool::new(false));
    let watch = thread::spawn({
        let over = Arc::clone(&over);
        move || {
            let mut peaks = Peaks::default();
            while !over.load(Ordering::Relaxed) {
                let [anonymous, files] = resident(["RssAnon:", "RssFile:"]);
                peaks.anonymous = peaks.anonymous.max(anonymous);
                peaks.files = peaks.files.max(files);
                thread::sleep(LOOK_EVERY);
            }
            peaks
        }
    });
    let done = run();
    over.store(true, Ordering::Relaxed);
    let peaks = watch.join().unwrap_or_default();
    (done, Peaks { all: peak_bytes(), ..peaks })
}

/// Fields of this process's status, in bytes.
fn resident<const N: usize>(fields: [&str; N]) -> [u64; N] {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    fields.map(|field| {
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or(0) * 1024
    })
}
