//! newssearch against plain tantivy, in one run: `compare [FILE.jsonl] [QUERIES.tsv] [--rounds N]
//! [--indexes DIR]`.
//!
//! Both index the same file, each time in a process of its own and by turns; then both answer the same queries by
//! turns. Without a file, the Reuters articles below the folder that `NEWSSEARCH_EVAL_DATA` names are taken. What is in
//! the folder of `--indexes` is kept there, and only made where it is missing: for more figures on the same indexes.
//! Prints Markdown.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use compare::{
    answers::{self, Answers},
    cost::{self, Cost},
    folder::in_folder,
    ours::{self, Wanted},
    plain::{self, Plain},
    queries::{self, Query},
};
use newssearch::{Archive, IngestOptions};

/// Times that each program indexes the file, unless set otherwise; the fastest counts.
const ROUNDS: usize = 5;

/// Rounds over all queries for each round of indexing; the fastest of a query counts.
const QUERY_ROUNDS: usize = 2;

/// Queries drawn from the articles.
const QUERIES_DRAWN: usize = 300;

/// Seed of the queries drawn.
const SEED: u64 = 1963;

/// A program and how it is set.
#[derive(Clone, Copy)]
struct Subject {
    /// As it stands in the table.
    name: &'static str,
    /// What a process of this program is told to do.
    task: &'static str,
    /// Threads; 0 for what the program chooses.
    threads: usize,
}

/// The first is what the others are set against.
const SUBJECTS: [Subject; 4] = [
    Subject { name: "plain tantivy, one thread", task: "index-plain", threads: 1 },
    Subject { name: "plain tantivy, as many threads as it likes", task: "index-plain", threads: 0 },
    Subject { name: "newssearch, one thread for extraction", task: "index-newssearch", threads: 1 },
    Subject { name: "newssearch, as it comes", task: "index-newssearch", threads: 0 },
];

/// Those whose indexes answer the queries.
const ASKED: [usize; 2] = [0, 3];

/// What was asked of whom.
#[derive(Clone, Copy)]
enum Way {
    /// Plain tantivy, by one of its functions.
    Plain(plain::Way),
    /// newssearch.
    Ours(Wanted),
}

/// Ways of asking, with the name of each.
const WAYS: [(&str, Way); 6] = [
    ("plain tantivy: top 10", Way::Plain(Plain::top)),
    ("plain tantivy: top 10 with titles", Way::Plain(Plain::top_with_titles)),
    ("plain tantivy: top 10 with titles and its snippets", Way::Plain(Plain::top_with_snippets)),
    ("newssearch: top 10 with titles", Way::Ours(Wanted::Titles)),
    ("newssearch: top 10 with titles and snippets", Way::Ours(Wanted::Snippets)),
    ("newssearch: the same with the number of all hits", Way::Ours(Wanted::SnippetsAndTotal)),
];

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        [task @ ("index-plain" | "index-newssearch"), file, dir, threads] => index_once(task, file, dir, threads),
        _ => options(&args).and_then(|options| compare(&options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    file: PathBuf,
    typed: Option<PathBuf>,
    rounds: usize,
    indexes: Option<PathBuf>,
}

fn options(args: &[&str]) -> io::Result<Options> {
    let (mut paths, mut rounds, mut indexes) = (Vec::new(), ROUNDS, None);
    let mut args = args.iter();
    while let Some(&arg) = args.next() {
        match arg {
            "--rounds" => {
                let number = args.next().and_then(|number| number.parse().ok()).filter(|&rounds| rounds > 0);
                rounds = number.ok_or_else(|| io::Error::other("--rounds needs a number from 1"))?;
            }
            "--indexes" => {
                let dir = args.next().ok_or_else(|| io::Error::other("--indexes needs a folder"))?;
                indexes = Some(PathBuf::from(dir));
            }
            path => paths.push(PathBuf::from(path)),
        }
    }
    let gold = env::var_os("NEWSSEARCH_EVAL_DATA").map(PathBuf::from);
    let in_gold = |path: &str| gold.as_ref().map(|gold| gold.join(path));
    let mut paths = paths.into_iter();
    let file = paths.next().or_else(|| in_gold("related/reuters/docs.jsonl"));
    let file =
        file.ok_or_else(|| io::Error::other("usage: compare FILE.jsonl [QUERIES.tsv] [--rounds N] [--indexes DIR]"))?;
    let typed = paths.next().or_else(|| in_gold("rank/time/queries.tsv"));
    Ok(Options { file, typed, rounds, indexes })
}

fn compare(options: &Options) -> io::Result<()> {
    in_folder(options.indexes.as_deref(), "compare", |work| compare_in(work, options))
}

fn compare_in(work: &Path, options: &Options) -> io::Result<()> {
    if options.indexes.is_some() && ASKED.iter().all(|&subject| folder(work, &SUBJECTS[subject]).exists()) {
        eprintln!("the indexes of {} are there and taken as they are", work.display());
    } else {
        let mut best: Vec<Option<Cost>> = vec![None; SUBJECTS.len()];
        for round in 0..options.rounds {
            for (subject, best) in SUBJECTS.iter().zip(&mut best) {
                eprintln!("indexing, round {}/{}: {}", round + 1, options.rounds, subject.name);
                let cost = index_apart(subject, &options.file, work)?;
                *best = Some(best.map_or(cost, |best| best.fastest(cost)));
            }
        }
        let names = SUBJECTS.iter().map(|subject| subject.name);
        let costs: Vec<(&str, Cost)> = names.zip(best).filter_map(|(name, cost)| Some((name, cost?))).collect();
        cost::print(&costs, fs::metadata(&options.file)?.len());
    }

    let mut queries = options.typed.as_deref().map_or(Ok(Vec::new()), queries::typed)?;
    queries.extend(queries::drawn(&options.file, QUERIES_DRAWN, SEED)?);
    let plain = Plain::open(&folder(work, &SUBJECTS[ASKED[0]])).map_err(io::Error::other)?;
    let archive = Archive::open(folder(work, &SUBJECTS[ASKED[1]])).map_err(io::Error::other)?;
    let answers = answers::ask(&queries, &WAYS, options.rounds * QUERY_ROUNDS, |way, query| match way {
        Way::Plain(top) => top(&plain, &query.text).map_err(io::Error::other),
        Way::Ours(wanted) => ours::ask(&archive, query, *wanted, 1),
    })?;
    print_answers(&queries, &answers);
    Ok(())
}

/// Where a subject's index lies.
fn folder(work: &Path, subject: &Subject) -> PathBuf {
    work.join(format!("{}-{}", subject.task, subject.threads))
}

/// Indexes in a process of its own, from nothing.
fn index_apart(subject: &Subject, file: &Path, work: &Path) -> io::Result<Cost> {
    let dir = folder(work, subject);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    let mut command = Command::new(env::current_exe()?);
    command.arg(subject.task).arg(file).arg(&dir).arg(subject.threads.to_string());
    cost::printed_by(&mut command).map_err(|error| io::Error::other(format!("{}: {error}", subject.name)))
}

/// What the process of [`index_apart`] does: indexes once and prints what it took.
fn index_once(task: &str, file: &str, dir: &str, threads: &str) -> io::Result<()> {
    let threads: usize = threads.parse().map_err(io::Error::other)?;
    let (file, dir) = (Path::new(file), Path::new(dir));
    let cost = Cost::of(dir, || match task {
        "index-plain" => plain::index(file, dir, (threads > 0).then_some(threads)).map_err(io::Error::other),
        _ => ours::index(file, dir, &IngestOptions { threads, ..IngestOptions::default() }),
    })?;
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}

fn print_answers(queries: &[Query], rows: &[(&str, Answers)]) {
    answers::print(queries, rows);
    let mean = |way: usize| rows[way].1.mean();
    println!("\nWith titles, newssearch takes {:.2} times as long as plain tantivy; ", mean(3) / mean(1));
    println!(
        "with snippets {:.2} times, and with the number of all hits {:.2} times.",
        mean(4) / mean(2),
        mean(5) / mean(2)
    );
}
