//! Reads a `.warc.gz` held in memory in two ways and compares: `warc-bench FILE`.
//!
//! Decompressing it alone is `flate2` with the same backend as the library's; reading it is the library's own way to
//! the pages: members found, records split and checked, transfer codings taken off. Processor time of one thread, the
//! fastest of the rounds. `make_warc.py` writes the file.

#![allow(dead_code, unused_imports, reason = "only the readers of the library are measured")]

use std::{
    fs,
    io::{self, Cursor, Read},
    process::ExitCode,
    time::Duration,
};

use flate2::read::MultiGzDecoder;
use rustix::time::{ClockId, clock_gettime};

#[path = "../../../src/article.rs"]
mod article;
#[path = "../../../src/date.rs"]
mod date;
#[path = "../../../src/error.rs"]
mod error;
#[path = "../../../src/extract/mod.rs"]
mod extract;
#[path = "../../../src/ingest/mod.rs"]
mod ingest;
#[path = "../../../src/place.rs"]
mod place;
#[path = "../../../src/skip.rs"]
mod skip;

/// Errors name those of queries, of which there are none here.
mod query {
    #[derive(Debug, thiserror::Error)]
    #[error("no query")]
    pub struct QueryError;
}
#[path = "../../../src/text/function_words.rs"]
mod function_words;
/// What telling a language needs.
mod text {
    pub(crate) use super::function_words::FunctionWords;
}

use article::Page;
use ingest::{
    PAGE_BYTES_MAX,
    records::{Container, Content, over},
};

/// Rounds of which the fastest counts.
const ROUNDS: usize = 7;

/// Bytes decompressed at a time, where decompressing is all that is done.
const BUFFER_BYTES: usize = 1 << 16;

fn main() -> ExitCode {
    let Some(file) = std::env::args_os().nth(1) else {
        eprintln!("usage: warc-bench FILE.warc.gz");
        return ExitCode::FAILURE;
    };
    match fs::read(&file).and_then(|bytes| run(&bytes)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("warc-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(bytes: &[u8]) -> io::Result<()> {
    let (mut alone, mut reading) = (Duration::MAX, Duration::MAX);
    let (mut plain_bytes, mut pages) = (0, (0, 0));
    for _ in 0..ROUNDS {
        let start = now();
        plain_bytes = decompressed(bytes)?;
        alone = alone.min(now() - start);
        let held = Cursor::new(bytes.to_vec());
        let start = now();
        pages = read(held)?;
        reading = reading.min(now() - start);
    }
    let megabytes = plain_bytes as f64 / 1e6;
    let speed = |time: Duration| megabytes / time.as_secs_f64();
    println!(
        "{:.1} MB, {megabytes:.1} MB decompressed; {} pages of {:.1} MB",
        bytes.len() as f64 / 1e6,
        pages.0,
        pages.1 as f64 / 1e6
    );
    println!("decompressing alone: {:.0} MB/s", speed(alone));
    println!(
        "reading the records: {:.0} MB/s, {:.0} % of it",
        speed(reading),
        100.0 * alone.as_secs_f64() / reading.as_secs_f64()
    );
    Ok(())
}

/// Decompresses a file and counts its bytes.
fn decompressed(bytes: &[u8]) -> io::Result<u64> {
    let (mut decoder, mut buffer, mut sum) = (MultiGzDecoder::new(bytes), vec![0; BUFFER_BYTES], 0);
    loop {
        match decoder.read(&mut buffer)? {
            0 => return Ok(sum),
            count => sum += count as u64,
        }
    }
}

/// Reads all pages of a web archive; how many, and their bytes.
fn read(held: Cursor<Vec<u8>>) -> io::Result<(u64, u64)> {
    let failed = |reason: skip::SkipReason| io::Error::other(reason.to_string());
    let mut records = over(Box::new(held), "bench", Container::WebArchive, PAGE_BYTES_MAX).map_err(failed)?;
    let (mut count, mut bytes) = (0, 0);
    while let Some(record) = records.next_record() {
        let page: Page = match record.content.map_err(failed)? {
            Content::Response(response) => response.into_page().map_err(failed)?,
            Content::Page(page) => *page,
            Content::Json(_) | Content::Xml(_) => continue,
        };
        count += 1;
        bytes += page.bytes.len() as u64;
    }
    Ok((count, bytes))
}

/// Processor time of this thread.
fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
