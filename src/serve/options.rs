//! What a server may be told: keys, names, limits. Each limit has a name and a default.

use std::{fmt, sync::Arc, time::Duration};

use super::keys::ApiKeys;

/// How an archive is served. The default is for a reader on the same machine: no keys, no other site.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Keys of which every request must bring one; none are asked for where there are none.
    pub keys: ApiKeys,
    /// Names of hosts that requests may be for, without a port; any where there are none. A server on loopback should
    /// name its own, so that no page elsewhere on the web can reach it by a name that resolves to this machine.
    pub hosts: Vec<String>,
    /// The one origin whose pages may read the API (CORS), such as `https://desk.example`; none where it is not given.
    pub cors_origin: Option<String>,
    /// Path under which another program mounts the router, such as `/archive`; empty for the root. Links begin with it.
    pub base: String,
    /// Called with a line of JSON for each request.
    pub access_log: Option<LineSink>,
    /// Called with a line of text for what an operator should know: a commit that cannot be read, a damaged file.
    pub report: Option<LineSink>,
    /// Limits of requests.
    pub limits: Limits,
}

/// Where lines of a log go. Called from several threads.
pub type LineSink = Arc<dyn Fn(&str) + Send + Sync>;

/// Limits of what one request may cost. Beyond one of them a request has an error that names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// Longest query, in bytes.
    pub query_bytes_max: usize,
    /// Longest path with its parameters, in bytes.
    pub target_bytes_max: usize,
    /// Longest head of a request, in bytes of its headers.
    pub head_bytes_max: usize,
    /// Longest body of a request, in bytes. No route reads one.
    pub body_bytes_max: u64,
    /// Time of a search; one that takes longer is cut off and answered with 503. Waiting for a worker counts.
    pub query_time_max: Duration,
    /// Most hits, lines or values of one answer.
    pub results_max: usize,
    /// Searches that run at the same time; 0 for one a core.
    pub workers: usize,
    /// Requests that wait for a worker; beyond them the answer is 503 at once.
    pub waiting_max: usize,
    /// Exports that run at the same time.
    pub exports_max: usize,
    /// Time of an export, the client's own slowness in it.
    pub export_time_max: Duration,
    /// Most hits of an export; all where it is not given.
    pub export_hits_max: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            query_bytes_max: 8 * 1024,
            target_bytes_max: 32 * 1024,
            head_bytes_max: 32 * 1024,
            body_bytes_max: 64 * 1024,
            query_time_max: Duration::from_secs(10),
            results_max: 1_000,
            workers: 0,
            waiting_max: 256,
            exports_max: 4,
            export_time_max: Duration::from_secs(600),
            export_hits_max: None,
        }
    }
}

impl Limits {
    /// Number of workers.
    pub(super) fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            workers => workers,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("keys", &self.keys)
            .field("hosts", &self.hosts)
            .field("cors_origin", &self.cors_origin)
            .field("base", &self.base)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
