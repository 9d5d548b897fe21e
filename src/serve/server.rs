//! A server for the router: connections, their limits, commits of others, a graceful end.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener as StdListener},
    sync::Arc,
    time::Duration,
};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::{Options, routes, state::Shared, timed::Timed};
use crate::archive::Archive;

/// Where an archive is served where nothing else is said.
pub const ADDRESS: &str = "127.0.0.1:7700";

/// How often it is looked whether the server is to end.
const END_LOOK: Duration = Duration::from_millis(100);

/// Pause after a connection could not be taken, such as for want of file handles.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);

/// Limits of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerOptions {
    /// Most connections at a time; further ones wait to be taken.
    pub connections_max: usize,
    /// Time that a client has to send the head of a request, and to begin the next one on its connection.
    pub head_time_max: Duration,
    /// Most bytes of the head of a request.
    pub head_bytes_max: usize,
    /// Most headers of a request.
    pub headers_max: usize,
    /// Time in which a client must take something of an answer; one that does not is cut off.
    pub write_time_max: Duration,
    /// How often it is looked whether another process committed.
    pub reload_time: Duration,
    /// Time that requests have to come to their end once the server is to end.
    pub end_time_max: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            connections_max: 512,
            head_time_max: Duration::from_secs(15),
            head_bytes_max: 64 * 1024,
            headers_max: 100,
            write_time_max: Duration::from_secs(30),
            reload_time: Duration::from_secs(1),
            end_time_max: Duration::from_secs(10),
        }
    }
}

/// An archive on its way to be served: its address is taken, no connection is.
#[derive(Debug)]
pub struct Server {
    listener: StdListener,
    archive: Archive,
    options: Options,
    limits: ServerOptions,
}

/// How a server came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All requests were answered.
    Gracefully,
    /// Some were cut off, for they took longer than [`ServerOptions::end_time_max`].
    CutOff,
}

impl Server {
    /// Takes an address. On loopback, and without [`Options::hosts`], only the names of loopback are answered to, so
    /// that no page on the web reaches the archive by a name that resolves to this machine.
    ///
    /// It serves whom the address lets through: whether an address that others can reach needs keys is its caller's to
    /// say.
    ///
    /// # Errors
    /// Those of the system: the address is taken, or not this machine's.
    pub fn bind(
        address: SocketAddr,
        archive: Archive,
        mut options: Options,
        limits: ServerOptions,
    ) -> io::Result<Self> {
        let listener = StdListener::bind(address)?;
        listener.set_nonblocking(true)?;
        if options.hosts.is_empty() && is_loopback(address.ip()) {
            options.hosts = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
            options.hosts.push(host_name(address.ip()));
            options.hosts.dedup();
        }
        Ok(Self { listener, archive, options, limits })
    }

    /// The address that was taken.
    ///
    /// # Errors
    /// Those of the system.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `ends` says so, which is asked ten times a second; then takes no more connections, and answers what
    /// was asked.
    ///
    /// # Errors
    /// Those of the system, where no thread or no listener can be had.
    pub fn run(self, ends: impl Fn() -> bool + Send + 'static) -> io::Result<Ended> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("newssearch-serve").build()?;
        let time = self.limits.end_time_max;
        let ended = runtime.block_on(self.serve(ends));
        // A search that still runs has its time limit; nobody waits for its answer.
        runtime.shutdown_timeout(if matches!(ended, Ok(Ended::CutOff)) { Duration::ZERO } else { time });
        ended
    }

    async fn serve(self, ends: impl Fn() -> bool) -> io::Result<Ended> {
        let Self { listener, archive, options, limits } = self;
        let listener = TcpListener::from_std(listener)?;
        let shared = Arc::new(Shared::new(archive, options));
        let router = routes(Arc::clone(&shared));
        let reloading = tokio::spawn(reload(shared, limits.reload_time));
        let connections = Arc::new(Semaphore::new(limits.connections_max));
        let graceful = GracefulShutdown::new();
        let http = http(&limits);
        let end = wait_for(ends);
        tokio::pin!(end);
        loop {
            let (stream, permit) = tokio::select! {
                taken = take(&listener, &connections) => taken,
                () = &mut end => break,
            };
            let Some(permit) = permit else { continue };
            let service = TowerToHyperService::new(router.clone());
            // Answers are written at once; they are not to wait for more.
            let _ = stream.set_nodelay(true);
            let stream = TokioIo::new(Timed::new(stream, limits.write_time_max));
            let connection = graceful.watch(http.serve_connection(stream, service));
            tokio::spawn(async move {
                // A client that breaks off is nobody's error.
                let _ = connection.await;
                drop(permit);
            });
        }
        drop(listener);
        reloading.abort();
        match timeout(limits.end_time_max, graceful.shutdown()).await {
            Ok(()) => Ok(Ended::Gracefully),
            Err(_) => Ok(Ended::CutOff),
        }
    }
}

/// Whether only this machine reaches an address.
pub(crate) fn is_loopback(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback()),
    }
}

/// An address as it stands in a `Host` header.
fn host_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

fn http(limits: &ServerOptions) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time_max)
        // Below that hyper would not start.
        .max_buf_size(limits.head_bytes_max.max(8 * 1024))
        .max_headers(limits.headers_max);
    http
}

/// The next connection, once there is room for it.
async fn take(listener: &TcpListener, connections: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    loop {
        let permit = Arc::clone(connections).acquire_owned().await.ok();
        match listener.accept().await {
            Ok((stream, _)) => return (stream, permit),
            Err(_) => sleep(PAUSE_AFTER_FAILURE).await,
        }
    }
}

async fn wait_for(ends: impl Fn() -> bool) {
    while !ends() {
        sleep(END_LOOK).await;
    }
}

/// Shows what others commit, for as long as the server runs.
async fn reload(shared: Arc<Shared>, every: Duration) {
    loop {
        sleep(every).await;
        let shared = Arc::clone(&shared);
        // A search that fails to begin fails loudly; here the next look tries again.
        let _ = tokio::task::spawn_blocking(move || shared.reload()).await;
    }
}
