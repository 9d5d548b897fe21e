//! All hits of a query as a stream.

use std::{
    io::{self, Write},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Response, header},
    response::IntoResponse,
};
use flate2::{Compression, write::GzEncoder};
use hyper::body::Frame;
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::{
    deadline::within,
    error::Error,
    render::{Shape, Writer, fields},
    search::{Export, ExportOptions},
    serve::{
        encode::Coding,
        params::{Order, Params},
        problem::Problem,
        state::{App, Shared},
    },
};

/// Bytes that are gathered before they are sent.
const CHUNK_BYTES: usize = 64 * 1_024;

/// Chunks that wait for the client.
const CHUNKS_WAITING_MAX: usize = 4;

/// What hits are taken out as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    #[default]
    Jsonl,
    Json,
    Csv,
    Tsv,
    Ris,
    Bibtex,
    #[serde(rename = "csl-json")]
    CslJson,
}

impl Form {
    fn shape(self) -> Shape {
        match self {
            Self::Jsonl => Shape::Jsonl,
            Self::Json => Shape::Json,
            Self::Csv => Shape::Csv,
            Self::Tsv => Shape::Tsv,
            Self::Ris => Shape::Ris,
            Self::Bibtex => Shape::Bibtex,
            Self::CslJson => Shape::CslJson,
        }
    }

    /// Its type and the end of a file's name.
    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Jsonl => ("application/x-ndjson", "jsonl"),
            Self::Json => ("application/json", "json"),
            Self::Csv => ("text/csv; charset=utf-8", "csv"),
            Self::Tsv => ("text/tab-separated-values; charset=utf-8", "tsv"),
            Self::Ris => ("application/x-research-info-systems; charset=utf-8", "ris"),
            Self::Bibtex => ("application/x-bibtex; charset=utf-8", "bib"),
            Self::CslJson => ("application/vnd.citationstyles.csl+json", "json"),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportParams {
    /// The query; an empty one asks for every article.
    #[serde(default)]
    q: String,
    /// What the hits are taken out as.
    #[serde(default)]
    #[param(inline)]
    format: Form,
    /// Columns or keys, `body` (the whole text) among them; the usual ones where none are named.
    #[serde(default)]
    #[param(style = Form, explode = false)]
    fields: Vec<String>,
    /// Order of the hits.
    #[serde(default)]
    #[param(inline)]
    sort: Order,
    /// Most hits; all where it is not given.
    #[param(minimum = 1)]
    limit: Option<u32>,
}

/// All hits of a query, one after the other, copies too. The stream is broken off, not ended, where it cannot be
/// finished.
#[utoipa::path(get, path = "/api/v1/export", tag = "search", operation_id = "export", params(ExportParams),
    responses((status = 200, description = "The hits.", content(
        (String = "application/x-ndjson"), (serde_json::Value = "application/json"), (String = "text/csv"),
        (String = "text/tab-separated-values"), (String = "application/x-research-info-systems"),
        (String = "application/x-bibtex"), (serde_json::Value = "application/vnd.citationstyles.csl+json"))), Problems))]
pub(super) async fn export(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<ExportParams>,
) -> Response<Body> {
    let Ok(permit) = Arc::clone(&app.exports).try_acquire_owned() else {
        let most = app.options.limits.exports_max;
        let mut problem = Problem::busy();
        problem.detail = format!("{most} exports run already (exports_max); come again when one is done");
        return problem.into_json(&app.options.base);
    };
    let form = params.format;
    let begun = match app.work(move |shared| begin(shared, &params)).await {
        Ok(begun) => begun,
        Err(problem) => return problem.into_json(&app.options.base),
    };
    // A stream can be packed as it comes only by gzip here.
    let packed = Coding::wanted(&headers) == Some(Coding::Gzip);
    let (sender, receiver) = mpsc::channel(CHUNKS_WAITING_MAX);
    let whole = Arc::new(AtomicBool::new(false));
    let stream = Stream { receiver, whole: Arc::clone(&whole) };
    let time = app.options.limits.export_time_max;
    let shared = Arc::clone(&app);
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let sink = Sink::new(sender, packed, time, whole);
        match within(time, || Ok(send(begun, sink))) {
            Ok(Ok(()) | Err(Stop::Gone)) => {}
            Ok(Err(Stop::Error(error))) | Err(error) => shared.report(&format!("an export was broken off: {error}")),
        }
    });
    let (kind, ending) = form.kind();
    let mut response = Body::new(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"newssearch.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// An export whose hits are found and not yet read.
struct Begun {
    export: Export,
    writer: Writer,
}

fn begin(shared: &Shared, params: &ExportParams) -> Result<Begun, Problem> {
    let (query, _) = shared.parse(&params.q)?;
    let names = params.fields.iter().flat_map(|names| names.split(',')).map(str::to_owned);
    let names: Vec<String> = names.collect();
    let fields = fields(&names).map_err(|detail| Problem::parameter(detail.replace("--fields", "fields")))?;
    let is_named = |name: &str| fields.iter().any(|field| field.name == name);
    let options = ExportOptions {
        sort: params.sort.into(),
        limit: [params.limit.map(u64::from), shared.options.limits.export_hits_max].into_iter().flatten().min(),
        body: is_named("body"),
        snippet_chars: if is_named("snippet") { 240 } else { 0 },
        ..ExportOptions::default()
    };
    let export = shared.archive.export(&query, options)?;
    Ok(Begun { export, writer: Writer::new(params.format.shape(), fields) })
}

/// Why an export ends before its end.
enum Stop {
    /// Nobody takes it, or too slowly.
    Gone,
    Error(Error),
}

fn send(begun: Begun, mut sink: Sink) -> Result<(), Stop> {
    let Begun { export, mut writer } = begun;
    sink.put(&writer.head(&export))?;
    for hit in export {
        sink.put(&writer.hit(&hit.map_err(Stop::Error)?))?;
    }
    sink.put(writer.foot())?;
    sink.finish()
}

/// Gathers bytes and sends them, packed where that is wanted.
struct Sink {
    sender: mpsc::Sender<Bytes>,
    buffer: Buffer,
    ends: Option<Instant>,
    whole: Arc<AtomicBool>,
}

enum Buffer {
    Plain(Vec<u8>),
    Gzip(Box<GzEncoder<Vec<u8>>>),
}

impl Sink {
    fn new(sender: mpsc::Sender<Bytes>, packed: bool, time: Duration, whole: Arc<AtomicBool>) -> Self {
        let buffer = match packed {
            true => Buffer::Gzip(Box::new(GzEncoder::new(Vec::new(), Compression::new(4)))),
            false => Buffer::Plain(Vec::new()),
        };
        Self { sender, buffer, ends: Instant::now().checked_add(time), whole }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let gathered = match &mut self.buffer {
            Buffer::Plain(buffer) => {
                buffer.extend_from_slice(bytes);
                buffer
            }
            Buffer::Gzip(encoder) => {
                // A vector takes every write.
                let _ = encoder.write_all(bytes);
                encoder.get_mut()
            }
        };
        if gathered.len() < CHUNK_BYTES {
            return Ok(());
        }
        let chunk = std::mem::take(gathered);
        self.send(chunk)
    }

    fn finish(mut self) -> Result<(), Stop> {
        let rest = match std::mem::replace(&mut self.buffer, Buffer::Plain(Vec::new())) {
            Buffer::Plain(buffer) => buffer,
            Buffer::Gzip(encoder) => encoder.finish().unwrap_or_default(),
        };
        self.send(rest)?;
        // Before the sender is dropped, which is how the stream learns that there is no more.
        self.whole.store(true, Ordering::Release);
        Ok(())
    }

    /// Waits until the client takes it, but not beyond the export's time.
    fn send(&self, chunk: Vec<u8>) -> Result<(), Stop> {
        let left = self.ends.map_or(Duration::MAX, |ends| ends.saturating_duration_since(Instant::now()));
        let sent = async { tokio::time::timeout(left, self.sender.send(chunk.into())).await };
        match tokio::runtime::Handle::current().block_on(sent) {
            Ok(Ok(())) => Ok(()),
            _ => Err(Stop::Gone),
        }
    }
}

/// The bytes of an export on their way to the client.
struct Stream {
    receiver: mpsc::Receiver<Bytes>,
    /// Whether all was sent; else the stream breaks off with an error, so that nobody takes a part for the whole.
    whole: Arc<AtomicBool>,
}

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.receiver.poll_recv(cx).map(|chunk| match chunk {
            Some(chunk) => Some(Ok(Frame::data(chunk))),
            None if self.whole.swap(true, Ordering::AcqRel) => None,
            None => Some(Err(io::Error::other("the export was broken off"))),
        })
    }
}
