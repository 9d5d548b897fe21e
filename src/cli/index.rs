//! `newssearch index`.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    Exit, Outcome, Stop,
    output::{Output, skip_line},
    signals::Signals,
};
use crate::{
    error::Error,
    ingest::{
        COMMIT_SECONDS, DATES_NAMED_MAX, FieldMap, IngestOptions, PAGE_BYTES_MAX, Progress, Report, SKIPS_NAMED_MAX,
        UnreadDate, UrlMap,
    },
    pipeline::{clear, ingest},
    render::{
        json_pretty,
        safe::for_terminal,
        text::{bytes, counted},
    },
};

/// Most skips, and most dates, that are listed for people; JSON has more.
const LISTED_MAX: usize = 20;

/// What a run says that a signal stopped.
const STOPPED: &str = "stopped by a signal; what was done is committed, and the next run goes on from there";

#[derive(clap::Args)]
pub(super) struct Args {
    /// Files and folders to index.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Begin anew: remove what the archive holds first.
    #[arg(long)]
    rebuild: bool,
    /// Keep articles whose files are gone.
    #[arg(long)]
    keep_missing: bool,
    /// Names of fields in JSON lines, where they are not the usual ones: title=headline,body=content. What was read
    /// with others is read again.
    #[arg(long, value_name = "OURS=THEIRS,…", value_parser = field_map)]
    map: Option<FieldMap>,
    /// JSON file with the addresses of pages: {"page": "https://…"}, a page being a file's name without its endings.
    #[arg(long, value_name = "FILE")]
    url_map: Option<PathBuf>,
    /// Threads that extract; 0 for one a core.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Memory for what is indexed, such as 200MB: half of it for terms before they are written.
    #[arg(long, default_value = "320MB", value_parser = parse_bytes)]
    memory: u64,
    /// Longest page or record that is read, after decompression; longer ones are skipped.
    #[arg(long, default_value_t = PAGE_BYTES_MAX, value_parser = parse_bytes)]
    page_bytes_max: u64,
    /// Seconds after which what was done is committed while more is read; 0 for after every batch of pages.
    #[arg(long, default_value_t = COMMIT_SECONDS, value_name = "SECONDS")]
    commit_seconds: u64,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let options = IngestOptions {
        threads: args.threads,
        memory_bytes: usize::try_from(args.memory).unwrap_or(usize::MAX),
        page_bytes_max: args.page_bytes_max,
        keep_missing: args.keep_missing,
        urls: url_map(args.url_map.as_deref())?,
        fields: args.map.clone().unwrap_or_default(),
        commit_seconds: args.commit_seconds,
    };
    let signals = Signals::watch()?;
    if args.rebuild {
        for path in &args.paths {
            path.metadata().map_err(|source| Error::Read { path: path.clone(), source })?;
        }
        clear(index)?;
    }
    let bar = bar();
    let report = ingest(index, &args.paths, &options, |progress| {
        show(&bar, progress);
        if signals.came().is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    bar.finish_and_clear();
    let report = report?;
    let mut out = Output::plain();
    out.write(&if args.json { json_pretty(&report) } else { told(&report) })?;
    out.finish()?;
    if !args.json {
        list_left_out(&report)?;
    }
    match signals.came().filter(|_| report.stopped) {
        Some(exit) => {
            writeln!(io::stderr(), "newssearch: {STOPPED}")?;
            Ok(exit)
        }
        None if report.is_clean() => Ok(Exit::Success),
        None => Ok(Exit::Nothing),
    }
}

/// Reads a `--map`.
pub(super) fn field_map(typed: &str) -> Result<FieldMap, String> {
    typed.parse().map_err(|error: Error| for_terminal(&error.to_string()).into_owned())
}

/// Reads a `--url-map`.
pub(super) fn url_map(file: Option<&Path>) -> Result<UrlMap, Stop> {
    let Some(file) = file else { return Ok(UrlMap::new()) };
    let text = std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
    let map = serde_json::from_str(&text).map_err(|e| Error::Format {
        path: file.to_owned(),
        line: e.line() as u64,
        detail: format!("it should be a JSON object of page names and addresses ({e})"),
    })?;
    Ok(map)
}

/// Reads a number of bytes such as `200MB`, `64 MiB` or `1000`.
pub(super) fn parse_bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim().find(|c: char| !c.is_ascii_digit()).unwrap_or(text.trim().len());
    let (number, unit) = text.trim().split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("a number of bytes such as 200MB or 64MiB is needed".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "a number of bytes such as 200MB is needed".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is more than there can be".to_owned())
}

/// A progress bar on the terminal; nothing anywhere else.
fn bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    let style = "{bar:30} {bytes}/{total_bytes}  {binary_bytes_per_sec}  {msg}  {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_length(progress.bytes_total);
    bar.set_position(progress.bytes_done);
    bar.set_message(counted(progress.articles, "article"));
}

fn told(report: &Report) -> String {
    let seconds = report.elapsed.as_secs_f64();
    let mut text = format!("indexed    {}", counted(report.articles, "article"));
    if report.articles > 0 && seconds > 0.0 {
        text += &format!(" in {seconds:.2} s, {:.0} a second", report.articles as f64 / seconds);
    }
    text.push('\n');
    let counts = |counts: &BTreeMap<String, u64>| -> String {
        counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
    };
    let mut line = |count: u64, name: &str, said: &str| {
        if count > 0 {
            text += &format!("{name:<11}{} {said}\n", counted(count, "file"));
        }
    };
    line(report.files_unchanged, "unchanged", "not read again");
    line(report.files_removed, "removed", "no longer there");
    let ignored = format!("of kinds that hold no articles ({})", counts(&report.files_ignored_by_ending));
    line(report.files_ignored, "ignored", &ignored);
    if report.skipped > 0 {
        text += &format!("skipped    {} ({})\n", report.skipped, counts(&report.skipped_by_reason));
    }
    if report.dates_unread > 0 {
        let dates = counted(report.dates_unread, "date");
        text += &format!("undated    {dates} in JSON lines cannot be read: these articles have none\n");
    }
    if report.stopped {
        text += "stopped    before the end; what was done is kept\n";
    }
    let articles = counted(report.archive_articles, "article");
    let older = match report.archive_older_versions {
        0 => String::new(),
        older => format!(" and {}", counted(older, "older version")),
    };
    text + &format!("archive    {articles}{older}, {} on disk\n", bytes(report.disk_bytes))
}

/// Names the skips and the dates that could not be read on the standard error.
fn list_left_out(report: &Report) -> io::Result<()> {
    let skips = report.skips.iter().map(|skipped| skip_line(&skipped.file, &skipped.skip));
    list(skips, report.skipped, SKIPS_NAMED_MAX)?;
    let undated = report.unread_dates.iter().map(|UnreadDate { file, record, text }| {
        for_terminal(&format!("undated {file}:{record}: {text:?} is no date that can be read")).into_owned()
    });
    list(undated, report.dates_unread, DATES_NAMED_MAX)
}

/// The first of some lines, and how many more there are; JSON has up to `named_max`.
fn list(lines: impl Iterator<Item = String>, total: u64, named_max: usize) -> io::Result<()> {
    let mut err = io::stderr().lock();
    for line in lines.take(LISTED_MAX) {
        writeln!(err, "{line}")?;
    }
    match total.saturating_sub(LISTED_MAX as u64) {
        0 => Ok(()),
        more => writeln!(err, "and {more} more; --json lists up to {named_max}"),
    }
}
