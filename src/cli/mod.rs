//! The program: what is typed becomes calls of the library, and what they give is printed.

mod batch;
mod complete;
mod completions;
mod config;
mod copies;
mod doctor;
mod explain;
mod export;
mod extract;
mod index;
mod kwic;
mod memory;
mod output;
mod query;
mod related;
mod replay;
mod saved;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod signals;
mod stats;
mod stories;
mod story;
mod terms;
mod timeline;
mod versions;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
    error::{ContextKind, ContextValue},
};

use crate::{
    archive::Archive,
    error::Error,
    query::{QUERY_HELP, Query, QueryError},
    render::safe::for_terminal,
};
use config::Config;

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
    /// Index files and folders: saved pages, plain text, JSON lines, web archives, feeds and news in XML, each also
    /// packed (.gz, .zip, .tar).
    Index(index::Args),
    /// Search, and print the best hits.
    Query(query::Args),
    /// Count the hits of queries over time, absolute and as a share of what the archive holds.
    Timeline(timeline::Args),
    /// Print the words that are typical of a query's hits.
    Terms(terms::Args),
    /// Print every occurrence of what a query looks for, in its context.
    Kwic(kwic::Args),
    /// Say how a query is read, and how an article's score comes about.
    Explain(explain::Args),
    /// Print the words of the archive that begin like this.
    Complete(complete::Args),
    /// Print articles related to one, with the terms they share.
    Related(related::Args),
    /// List stories: articles of several days and outlets that tell of one event.
    Stories(stories::Args),
    /// Print the course of a story: its first report, its turns, the latest.
    Story(story::Args),
    /// Print one article to read.
    Show(show::Args),
    /// Print the versions of an article, and what changed from each to the next.
    Versions(versions::Args),
    /// Print the copies of an article in other outlets, and how they differ.
    Copies(copies::Args),
    /// Say what the archive holds.
    Stats(stats::Args),
    /// Say what looks wrong in the archive: holes, missing dates, copies, damage.
    Doctor(doctor::Args),
    /// Print the articles in files without indexing them.
    Extract(extract::Args),
    /// Make a search again that was written down with `query --manifest`, and say what is different.
    Replay(replay::Args),
    /// Keep a query by name; `newssearch new` lists what comes in for it.
    Save(saved::SaveArgs),
    /// List the saved searches.
    Saved(saved::ListArgs),
    /// Remove a saved search.
    Forget(saved::ForgetArgs),
    /// Print what came in for a saved search since the last look. Ends with 0 where there is anything, with 1 where
    /// not.
    New(saved::NewArgs),
    /// Serve the archive to browsers and programs: pages, an API, feeds. Ends with SIGINT or SIGTERM once all is
    /// answered.
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    /// Say which settings hold, and where each comes from.
    Config(config::Args),
    /// Print completions for a shell.
    Completions(completions::ShellArgs),
    /// Print the manual page, or write a page for each command into a folder.
    Man(completions::ManArgs),
    /// The query language on one screen.
    #[command(long_about = QUERY_HELP, help_template = "{about}")]
    QueryLanguage,
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

/// Reads a query that was typed.
fn parsed(typed: &str) -> Result<Query, Stop> {
    Query::parse(typed).map_err(|error| Stop::Query(typed.to_owned(), error))
}

/// Runs the program on the process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    memory::give_back_large_blocks();
    match Config::read().and_then(|config| Ok((config.applied(Cli::command())?, config))) {
        Ok((command, config)) => ExitCode::from(run_command(command, &config) as u8),
        Err(stop) => ExitCode::from(told(&stop) as u8),
    }
}

fn run_command(command: clap::Command, config: &Config) -> Exit {
    let matches = command.try_get_matches().unwrap_or_else(|error| usage(error).exit());
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| usage(error).exit());
    let outcome = match cli.command {
        Command::Index(args) => index::run(&cli.index, &args),
        Command::Query(args) => query::run(&cli.index, &args),
        Command::Timeline(args) => timeline::run(&cli.index, &args),
        Command::Terms(args) => terms::run(&cli.index, &args),
        Command::Kwic(args) => kwic::run(&cli.index, &args),
        Command::Explain(args) => explain::run(&cli.index, &args),
        Command::Complete(args) => complete::run(&cli.index, &args),
        Command::Related(args) => related::run(&cli.index, &args),
        Command::Stories(args) => stories::run(&cli.index, &args),
        Command::Story(args) => story::run(&cli.index, &args),
        Command::Show(args) => show::run(&cli.index, &args),
        Command::Versions(args) => versions::run(&cli.index, &args),
        Command::Copies(args) => copies::run(&cli.index, &args),
        Command::Doctor(args) => doctor::run(&cli.index, &args),
        Command::Stats(args) => stats::run(&cli.index, &args),
        Command::Extract(args) => extract::run(&args),
        Command::Replay(args) => replay::run(&cli.index, &args),
        Command::Save(args) => saved::save(&cli.index, &args),
        Command::Saved(args) => saved::list(&cli.index, &args),
        Command::Forget(args) => saved::forget(&cli.index, &args),
        Command::New(args) => saved::new(&cli.index, &args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&cli.index, &args),
        Command::Config(args) => config::run(config, &matches, &args),
        Command::Completions(args) => documented().and_then(|command| completions::shell(command, &args)),
        Command::Man(args) => documented().and_then(|command| completions::man(command, &args)),
        Command::QueryLanguage => completions::query_language(),
    };
    outcome.unwrap_or_else(|stop| told(&stop))
}

/// A mistake in what was typed, with what it quotes made harmless.
fn usage(mut error: clap::Error) -> clap::Error {
    let harmless = |text: &String| for_terminal(text).into_owned();
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(harmless(text)))),
            ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(harmless).collect()))),
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    // Tips that quote what was typed are styled, and cannot be made harmless; those that need not be stay.
    let is_harmful = |text: &str| for_terminal(text) != text;
    let tips = match error.get(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => tips.iter().any(|tip| is_harmful(&tip.to_string())),
        _ => false,
    };
    if tips {
        error.remove(ContextKind::Suggested);
    }
    error
}

/// The commands as they are without a file of settings, for completions and manuals.
fn documented() -> Result<clap::Command, Stop> {
    Config::default().applied(Cli::command())
}

/// Says why the program stops. A reader who went away is no failure.
fn told(stop: &Stop) -> Exit {
    let text = match stop {
        Stop::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Success,
        Stop::Output(error) => format!("cannot write the answer: {error}"),
        Stop::Error(error) => error.to_string(),
        Stop::Usage(text) => text.clone(),
        Stop::Query(_, error) => error.to_string(),
    };
    // Where even this cannot be written, the exit code says it.
    let _ = output::tell(&text);
    if let Stop::Query(query, error) = stop {
        let _ = writeln!(io::stderr(), "{}", underlined(query, &error.bytes));
    }
    Exit::Failure
}

/// The line of a query that some bytes stand in, as it is shown, and carets under them.
fn underlined(query: &str, bytes: &std::ops::Range<usize>) -> String {
    let line_start = query[..bytes.start.min(query.len())].rfind('\n').map_or(0, |at| at + 1);
    let line = for_terminal(query[line_start..].lines().next().unwrap_or_default());
    let shown = |bytes: std::ops::Range<usize>| query.get(bytes).map_or(0, |text| for_terminal(text).chars().count());
    let (before, under) = (shown(line_start..bytes.start), shown(bytes.clone()).max(1));
    let carets = "^".repeat(under.min(line.chars().count().saturating_sub(before).max(1)));
    format!("  {line}\n  {}{carets}", " ".repeat(before))
}

fn open(index: &std::path::Path) -> Result<Archive, Error> {
    Archive::open(index)
}
