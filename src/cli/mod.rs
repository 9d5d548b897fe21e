//! The program: what is typed becomes calls of the library, and what they give is printed.

mod batch;
mod extract;
mod index;
mod output;
mod query;
mod related;
mod show;
mod signals;
mod stats;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{
    Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::{archive::Archive, error::Error, query::QueryError};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// All is well; for a search, there are hits.
    Success = 0,
    /// No hits; for indexing, something was skipped.
    Nothing = 1,
    /// It could not be done.
    Failure = 2,
    /// Stopped by SIGINT; what was done is kept. 128 and the signal's number, as shells have it.
    Interrupted = 130,
    /// Stopped by SIGTERM; what was done is kept.
    Terminated = 143,
}

/// Search an archive of news.
#[derive(Parser)]
#[command(name = "newssearch", version, max_term_width = 100)]
struct Cli {
    /// Folder of the archive's index.
    #[arg(long, global = true, env = "NEWSSEARCH_INDEX", default_value = "index", value_name = "DIR")]
    index: PathBuf,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Index files and folders: pages of HTML and plain text, JSON lines, each also as .gz.
    Index(index::Args),
    /// Search, and print the best hits.
    Query(query::Args),
    /// Print articles related to one, with the terms they share.
    Related(related::Args),
    /// Print one article to read.
    Show(show::Args),
    /// Say what the archive holds.
    Stats(stats::Args),
    /// Print the articles in files without indexing them.
    Extract(extract::Args),
}

/// What answers are printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// A JSON document a line.
    Jsonl,
    /// A table with a line a hit.
    Csv,
    /// A TREC run, for scoring.
    Trec,
}

/// Reads a format, of those that a command has.
fn one_of(names: &'static [&'static str]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(names).try_map(|name| <Format as ValueEnum>::from_str(&name, true))
}

/// What ends a command before its time.
enum Stop {
    Error(Error),
    /// A mistake in the query, with its text.
    Query(String, QueryError),
    /// What was typed does not go together.
    Usage(String),
    Output(io::Error),
}

type Outcome = Result<Exit, Stop>;

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the program on the process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Index(args) => index::run(&cli.index, &args),
        Command::Query(args) => query::run(&cli.index, &args),
        Command::Related(args) => related::run(&cli.index, &args),
        Command::Show(args) => show::run(&cli.index, &args),
        Command::Stats(args) => stats::run(&cli.index, &args),
        Command::Extract(args) => extract::run(&args),
    };
    let exit = outcome.unwrap_or_else(|stop| told(&stop));
    ExitCode::from(exit as u8)
}

/// Says why the program stops. A reader who went away is no failure.
fn told(stop: &Stop) -> Exit {
    let text = match stop {
        Stop::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Success,
        Stop::Output(error) => format!("cannot write the answer: {error}"),
        Stop::Error(error) => error.to_string(),
        Stop::Usage(text) => text.clone(),
        Stop::Query(query, error) => pointed(query, error),
    };
    // Where even this cannot be written, the exit code says it.
    let _ = writeln!(io::stderr(), "newssearch: {}", output::harmless_lines(&text));
    Exit::Failure
}

/// A mistake with the line it stands in and a caret under it.
fn pointed(query: &str, error: &QueryError) -> String {
    let line_start = query[..error.bytes.start.min(query.len())].rfind('\n').map_or(0, |at| at + 1);
    let line = query[line_start..].lines().next().unwrap_or_default();
    let before = query.get(line_start..error.bytes.start).map_or(0, |text| text.chars().count());
    let under = query.get(error.bytes.clone()).map_or(1, |text| text.chars().count().max(1));
    let carets = "^".repeat(under.min(line.chars().count().saturating_sub(before).max(1)));
    format!("{error}\n  {line}\n  {}{carets}", " ".repeat(before))
}

fn open(index: &std::path::Path) -> Result<Archive, Error> {
    Archive::open(index)
}
