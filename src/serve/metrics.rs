//! Numbers about requests, as Prometheus reads them.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Upper ends of the histogram of latencies, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Numbers about requests.
#[derive(Default)]
pub(super) struct Metrics {
    by_route: Mutex<BTreeMap<(String, u16), Latency>>,
    /// Hits that searches found.
    pub(super) hits: AtomicU64,
    pub(super) searches: AtomicU64,
    pub(super) not_modified: AtomicU64,
    pub(super) reloads: AtomicU64,
    pub(super) reload_failures: AtomicU64,
}

/// A histogram.
#[derive(Default)]
struct Latency {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// Counts a request. Routes are those of the router, so their number is small.
    pub(super) fn request(&self, route: &str, status: u16, took: Duration) {
        let mut by_route = self.by_route.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = took.as_secs_f64();
        let latency = by_route.entry((route.to_owned(), status)).or_default();
        latency.count += 1;
        latency.seconds += seconds;
        if let Some(bucket) = BUCKETS.iter().position(|end| seconds <= *end) {
            latency.buckets[bucket] += 1;
        }
    }

    /// Counts a search with its hits.
    pub(super) fn search(&self, hits: u64) {
        self.searches.fetch_add(1, Ordering::Relaxed);
        self.hits.fetch_add(hits, Ordering::Relaxed);
    }

    /// All of them in the text format of Prometheus.
    pub(super) fn text(&self, generation: u64, articles: Option<u64>) -> String {
        let mut out = String::new();
        let name = "newssearch_request_seconds";
        let _ = writeln!(out, "# HELP {name} Time from a request to its answer.\n# TYPE {name} histogram");
        for ((route, status), latency) in self.by_route.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            let mut so_far = 0;
            for (end, count) in BUCKETS.iter().zip(latency.buckets) {
                so_far += count;
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{end}\"}} {so_far}");
            }
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", latency.count);
            let _ = writeln!(out, "{name}_sum{{{labels}}} {:.6}", latency.seconds);
            let _ = writeln!(out, "{name}_count{{{labels}}} {}", latency.count);
        }
        let number = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = [
            ("newssearch_searches_total", "Searches with a total.", number(&self.searches)),
            ("newssearch_hits_total", "Hits that those searches found.", number(&self.hits)),
            ("newssearch_not_modified_total", "Requests answered with 304.", number(&self.not_modified)),
            ("newssearch_reloads_total", "Commits of another process that were shown.", number(&self.reloads)),
            ("newssearch_reload_failures_total", "Commits that could not be.", number(&self.reload_failures)),
        ];
        for (name, help, value) in counters {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}");
        }
        let name = "newssearch_index_generation";
        let help = "A number in the label and always 1: the commit that is shown.";
        let _ =
            writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name}{{generation=\"{generation:016x}\"}} 1");
        if let Some(articles) = articles {
            let name = "newssearch_index_articles";
            let _ = writeln!(out, "# HELP {name} Articles that can be found.\n# TYPE {name} gauge\n{name} {articles}");
        }
        out
    }
}
