//! `newssearch serve`.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    Exit, Outcome, Stop, open,
    output::{self, Output},
    signals::Signals,
};
use crate::{
    error::Error,
    serve::{ADDRESS, ApiKeys, Ended, Limits, LineSink, Options, Server, ServerOptions, is_loopback},
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Address and port to serve on; port 0 takes a free one. One that other machines reach needs --api-key-file or
    /// --public.
    #[arg(long, default_value = ADDRESS, value_name = "ADDRESS:PORT")]
    address: String,
    /// File of keys, one a line, 16 to 128 visible ASCII characters each; every request must then bring one: as
    /// `Authorization: Bearer KEY`, as `X-API-Key: KEY`, or as the password that a browser asks for.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Let everybody who reaches the address read the archive.
    #[arg(long)]
    public: bool,
    /// Names that the server goes by, with commas between them; requests for others are refused [default: on loopback
    /// localhost and its addresses, elsewhere any].
    #[arg(long, value_name = "NAMES")]
    host: Option<String>,
    /// Origin whose pages may read the API, such as `https://desk.example`.
    #[arg(long, value_name = "ORIGIN")]
    cors_origin: Option<String>,
    /// File that a line of JSON is added to for each request; - for the standard error.
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,
    /// Seconds that a search may take, its waiting included; one that takes longer is cut off.
    #[arg(long, default_value_t = 10.0, value_name = "SECONDS", value_parser = seconds)]
    query_seconds: f64,
    /// Longest query, in bytes.
    #[arg(long, default_value_t = Limits::default().query_bytes_max, value_name = "BYTES")]
    query_bytes_max: usize,
    /// Most hits, lines or values of one answer.
    #[arg(long, default_value_t = Limits::default().results_max, value_name = "N", value_parser = at_least_one)]
    results_max: usize,
    /// Searches that run at the same time; 0 for one a core.
    #[arg(long, default_value_t = 0, value_name = "N")]
    workers: usize,
    /// Requests that wait for a worker before others are turned away.
    #[arg(long, default_value_t = Limits::default().waiting_max, value_name = "N")]
    waiting_max: usize,
    /// Exports that run at the same time.
    #[arg(long, default_value_t = Limits::default().exports_max, value_name = "N")]
    exports_max: usize,
    /// Most connections at the same time.
    #[arg(long, default_value_t = ServerOptions::default().connections_max, value_name = "N",
        value_parser = at_least_one)]
    connections_max: usize,
    /// Seconds that a client has to send the head of a request.
    #[arg(long, default_value_t = 15.0, value_name = "SECONDS", value_parser = seconds)]
    head_seconds: f64,
    /// Seconds in which a client must take something of an answer.
    #[arg(long, default_value_t = 30.0, value_name = "SECONDS", value_parser = seconds)]
    write_seconds: f64,
}

/// Most seconds of a limit: a day.
const SECONDS_MAX: f64 = 86_400.0;

fn seconds(typed: &str) -> Result<f64, String> {
    match typed.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= SECONDS_MAX => Ok(seconds),
        _ => Err(format!("give a number of seconds, more than 0 and at most {SECONDS_MAX}")),
    }
}

fn at_least_one(typed: &str) -> Result<usize, String> {
    typed.parse().ok().filter(|number| *number > 0).ok_or_else(|| "give a whole number, at least 1".to_owned())
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let address = resolved(&args.address)?;
    let keys = args.api_key_file.as_deref().map(ApiKeys::read).transpose()?.unwrap_or_default();
    let reaches_others = !is_loopback(address.ip());
    if reaches_others && keys.is_empty() && !args.public {
        return Err(Stop::Usage(format!(
            "other machines can reach {address}: name a file of keys with --api-key-file, or let everybody in with \
             --public"
        )));
    }
    let is_locked = !keys.is_empty();
    let log = args.access_log.as_deref().map(Log::open).transpose()?;
    let options = Options {
        keys,
        hosts: names(args.host.as_deref())?,
        cors_origin: args.cors_origin.as_deref().map(origin).transpose()?,
        access_log: log.as_ref().map(|log| Arc::clone(&log.sink)),
        report: Some(Arc::new(|line: &str| tell(line))),
        limits: limits(args),
        ..Options::default()
    };
    let server_options = ServerOptions {
        connections_max: args.connections_max,
        head_time_max: Duration::from_secs_f64(args.head_seconds),
        write_time_max: Duration::from_secs_f64(args.write_seconds),
        ..ServerOptions::default()
    };
    let archive = open(index)?;
    let signals = Signals::watch()?;
    let unbound =
        |error: io::Error| Stop::Usage(format!("cannot serve on {address}: {error}; another --address may do"));
    let server = Server::bind(address, archive, options, server_options).map_err(unbound)?;
    let address = server.address()?;
    if reaches_others {
        let who = if is_locked { "who has a key" } else { "everybody who can reach it" };
        tell(&format!("other machines can reach {address}; {who} can read the archive"));
    }
    let mut out = Output::plain();
    out.write(&format!("http://{address}/\n"))?;
    out.finish()?;
    let signals = Arc::new(signals);
    let watched = Arc::clone(&signals);
    let ended = server.run(move || watched.came().is_some());
    if let Some(log) = log {
        log.finish();
    }
    match ended? {
        Ended::Gracefully => Ok(Exit::Success),
        Ended::CutOff => {
            tell("some requests were cut off");
            Ok(signals.came().unwrap_or(Exit::Failure))
        }
    }
}

fn resolved(typed: &str) -> Result<SocketAddr, Stop> {
    let found = typed.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    let wrong = || Stop::Usage(format!("--address is {typed}, but must be an address with a port, such as {ADDRESS}"));
    found.ok_or_else(wrong)
}

/// Reads names of hosts; what a browser never sends as one would never fit.
fn names(typed: Option<&str>) -> Result<Vec<String>, Stop> {
    let names = typed.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let checked = |name: &str| {
        let is_bracketed = name.starts_with('[') && name.ends_with(']');
        match is_bracketed || !name.contains([':', '/']) {
            true => Ok(name.to_owned()),
            false => Err(Stop::Usage(format!(
                "--host has {name}, but must have names without a port, and IPv6 addresses in brackets"
            ))),
        }
    };
    names.map(checked).collect()
}

/// Reads an origin: a scheme and a host, perhaps a port, as browsers send it.
fn origin(typed: &str) -> Result<String, Stop> {
    let rest = typed.strip_prefix("https://").or_else(|| typed.strip_prefix("http://"));
    let is_one = rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic() && b != b'/'));
    let wrong = || Stop::Usage(format!("--cors-origin is {typed}, but must be an origin such as https://desk.example"));
    if is_one { Ok(typed.to_owned()) } else { Err(wrong()) }
}

fn limits(args: &Args) -> Limits {
    Limits {
        query_time_max: Duration::from_secs_f64(args.query_seconds),
        query_bytes_max: args.query_bytes_max,
        results_max: args.results_max,
        workers: args.workers,
        waiting_max: args.waiting_max,
        exports_max: args.exports_max,
        ..Limits::default()
    }
}

/// Lines of the access log that may wait to be written. Where there are more, being written to a pipe that nobody reads
/// or to a disk that is gone, they are left out: that is no reason not to answer.
const LOG_LINES_MAX: usize = 4_096;

/// How long the lines that wait at the end are waited for.
const LOG_END: Duration = Duration::from_secs(2);

/// Where lines go, to a file or the standard error, in a thread of their own.
struct Log {
    sink: LineSink,
    /// Lines that are not written yet.
    waiting: Arc<AtomicUsize>,
}

impl Log {
    fn open(path: &Path) -> Result<Self, Stop> {
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let mut out: Box<dyn Write + Send> = if path == Path::new("-") {
            Box::new(io::stderr())
        } else {
            Box::new(OpenOptions::new().create(true).append(true).open(path).map_err(failed)?)
        };
        let (lines, written) = mpsc::sync_channel::<String>(LOG_LINES_MAX);
        let waiting = Arc::new(AtomicUsize::new(0));
        let done = Arc::clone(&waiting);
        let write = move || {
            for line in written {
                // A disk that is full is no reason not to answer.
                let _ = writeln!(out, "{line}");
                done.fetch_sub(1, Ordering::AcqRel);
            }
        };
        thread::Builder::new().name("access log".to_owned()).spawn(write).map_err(failed)?;
        let count = Arc::clone(&waiting);
        let sink = move |line: &str| {
            count.fetch_add(1, Ordering::AcqRel);
            if lines.try_send(line.to_owned()).is_err() {
                count.fetch_sub(1, Ordering::AcqRel);
            }
        };
        Ok(Self { sink: Arc::new(sink), waiting })
    }

    /// Waits until all lines are written, for a time.
    fn finish(&self) {
        let begun = Instant::now();
        while self.waiting.load(Ordering::Acquire) > 0 && begun.elapsed() < LOG_END {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn tell(line: &str) {
    let _ = output::tell(line);
}
