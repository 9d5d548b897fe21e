//! newssearch beside plain tantivy, SQLite and Lucene, in one run: `engines FILE.jsonl [--with
//! newssearch,sqlite,lucene] [--rounds N] [--indexes DIR]`.
//!
//! Each indexes the same file in a process of its own, by turns, on one writing thread (newssearch with one thread that
//! extracts, and once more as it comes); then each answers the same queries. What is not on the machine is left out
//! with a line that says so. What is in the folder of `--indexes` is kept there, and only made where it is missing.
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
    lucene::{self, Lucene},
    ours::{self, Wanted},
    plain::{self, Plain},
    queries::{self, Query},
    sqlite::{self, Sqlite},
};
use newssearch::{Archive, IngestOptions};

/// Times that each engine indexes the file, unless set otherwise; the fastest counts.
const ROUNDS: usize = 1;

/// Rounds over all queries in each way; the fastest of a query counts.
const QUERY_ROUNDS: usize = 10;

/// The same for SQLite, which takes some twenty times as long.
const SQLITE_QUERY_ROUNDS: usize = 2;

/// Rounds that do not count, in which Java compiles.
const JAVA_WARM_ROUNDS: usize = 20;

/// Queries drawn from the articles, as `compare` draws them.
const QUERIES_DRAWN: usize = 300;

/// Seed of the queries drawn.
const SEED: u64 = 1963;

const TOP: &str = "top 10";
const TITLES: &str = "top 10 with titles";
const SNIPPETS: &str = "top 10 with titles and its snippets";
const COUNT: &str = "number of all hits";
const NEWEST: &str = "newest 10";
const FACETS: &str = "top 10 with titles and three facets";

/// The engines that the others are set beside, unless told otherwise.
const WITH: &str = "newssearch,sqlite,lucene";

/// The ways of asking plain tantivy, with their names; the last is for plain tantivy only, whose others look into two
/// fields.
const PLAIN_WAYS: [(&str, plain::Way); 7] = [
    (TOP, Plain::top),
    (TITLES, Plain::top_with_titles),
    (SNIPPETS, Plain::top_with_snippets),
    (COUNT, Plain::count),
    (NEWEST, Plain::newest),
    (FACETS, Plain::top_with_facets),
    ("top 10 of bodies alone", Plain::top_of_bodies),
];

/// The ways of asking newssearch, which gives no hit without its title, and the threads of each: 0 for as many as there
/// are cores, of which long searches make use. The other engines have one.
const OUR_WAYS: [(&str, (Wanted, usize)); 10] = [
    (TITLES, (Wanted::Titles, 1)),
    (SNIPPETS, (Wanted::Snippets, 1)),
    ("number of all hits, with the best", (Wanted::Total, 1)),
    ("newest 10 with titles", (Wanted::Newest, 1)),
    (FACETS, (Wanted::Facets, 1)),
    ("top 10 with titles, all cores", (Wanted::Titles, 0)),
    ("top 10 with titles and its snippets, all cores", (Wanted::Snippets, 0)),
    ("number of all hits, with the best, all cores", (Wanted::Total, 0)),
    ("newest 10 with titles, all cores", (Wanted::Newest, 0)),
    ("top 10 with titles and three facets, all cores", (Wanted::Facets, 0)),
];

/// The ways of asking SQLite.
const SQLITE_WAYS: [(&str, sqlite::Way); 6] = [
    (TOP, Sqlite::top),
    (TITLES, Sqlite::top_with_titles),
    (SNIPPETS, Sqlite::top_with_snippets),
    (COUNT, Sqlite::count),
    (NEWEST, Sqlite::newest),
    (FACETS, Sqlite::top_with_facets),
];

/// The ways of asking Lucene, in the order of its program.
const LUCENE_WAYS: [&str; lucene::WAYS.len()] = [TOP, TITLES, SNIPPETS, COUNT, NEWEST];

/// An engine.
enum Engine {
    /// Plain tantivy, which the others are set against.
    Plain,
    /// newssearch, with so many threads that extract; 0 for as many as there are cores.
    Ours(usize),
    Sqlite,
    Lucene(Lucene),
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["index", engine, file, dir] => index_once(engine, Path::new(file), Path::new(dir)),
        _ => options(&args).and_then(|options| engines(&options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("engines: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    file: PathBuf,
    with: String,
    rounds: usize,
    indexes: Option<PathBuf>,
}

fn options(args: &[&str]) -> io::Result<Options> {
    let usage =
        || io::Error::other("usage: engines FILE.jsonl [--with newssearch,sqlite,lucene] [--rounds N] [--indexes DIR]");
    let (mut file, mut with, mut rounds, mut indexes) = (None, WITH.to_owned(), ROUNDS, None);
    let mut args = args.iter();
    while let Some(&arg) = args.next() {
        let mut value = || args.next().copied().ok_or_else(usage);
        match arg {
            "--with" => with = value()?.to_owned(),
            "--rounds" => rounds = value()?.parse().ok().filter(|&rounds| rounds > 0).ok_or_else(usage)?,
            "--indexes" => indexes = Some(PathBuf::from(value()?)),
            path => file = Some(PathBuf::from(path)),
        }
    }
    Ok(Options { file: file.ok_or_else(usage)?, with, rounds, indexes })
}

fn engines(options: &Options) -> io::Result<()> {
    in_folder(options.indexes.as_deref(), "engines", |work| engines_in(work, options))
}

fn engines_in(work: &Path, options: &Options) -> io::Result<()> {
    let engines = chosen(&options.with)?;
    let names: Vec<String> = engines.iter().map(Engine::name).collect();
    let mut best: Vec<Option<Cost>> = vec![None; engines.len()];
    let missing: Vec<bool> = engines.iter().map(|engine| !engine.folder(work).exists()).collect();
    for round in 0..options.rounds {
        for place in (0..engines.len()).filter(|&place| missing[place]) {
            eprintln!("indexing, round {}/{}: {}", round + 1, options.rounds, names[place]);
            let cost = engines[place].index(&options.file, work)?;
            best[place] = Some(best[place].map_or(cost, |best| best.fastest(cost)));
        }
    }
    let costs = names.iter().zip(best).filter_map(|(name, cost)| Some((name.as_str(), cost?)));
    cost::print(&costs.collect::<Vec<_>>(), fs::metadata(&options.file)?.len());

    let queries = queries::drawn(&options.file, QUERIES_DRAWN, SEED)?;
    let list = work.join("queries.tsv");
    queries::write(&list, &queries)?;
    let mut rows: Vec<(String, Answers)> = Vec::new();
    for (engine, name) in engines.iter().zip(&names).filter(|(engine, _)| engine.is_asked()) {
        eprintln!("asking {name}");
        let answers = engine.ask(work, &queries, &list)?;
        rows.extend(answers.into_iter().map(|(way, answers)| (format!("{name}: {way}"), answers)));
    }
    answers::print(&queries, &rows);
    Ok(())
}

/// Plain tantivy, and those named that are there.
fn chosen(with: &str) -> io::Result<Vec<Engine>> {
    let mut engines = vec![Engine::Plain];
    for name in with.split(',').filter(|name| !name.is_empty()) {
        match name {
            "newssearch" => engines.extend([Engine::Ours(1), Engine::Ours(0)]),
            "sqlite" => engines.push(Engine::Sqlite),
            "lucene" => match Lucene::find() {
                Ok(lucene) => engines.push(Engine::Lucene(lucene)),
                Err(error) => println!("Lucene is left out: {error}\n"),
            },
            _ => return Err(io::Error::other(format!("no engine {name}; there are {WITH}"))),
        }
    }
    Ok(engines)
}

impl Engine {
    fn name(&self) -> String {
        match self {
            Engine::Plain => "plain tantivy".to_owned(),
            Engine::Ours(0) => "newssearch".to_owned(),
            Engine::Ours(_) => "newssearch, one thread for extraction".to_owned(),
            Engine::Sqlite => sqlite::version(),
            Engine::Lucene(lucene) => lucene.version().to_owned(),
        }
    }

    /// What its folder is named by, and the task of the process that indexes.
    fn key(&self) -> &'static str {
        match self {
            Engine::Plain => "plain",
            Engine::Ours(0) => "newssearch",
            Engine::Ours(_) => "newssearch-1",
            Engine::Sqlite => "sqlite",
            Engine::Lucene(_) => "lucene",
        }
    }

    /// Where its index lies; plain tantivy's is not the one of `compare`, whose earlier builds had fewer columns.
    fn folder(&self, work: &Path) -> PathBuf {
        work.join(format!("engines-{}", self.key()))
    }

    /// Whether its index answers the queries: one of newssearch is enough.
    fn is_asked(&self) -> bool {
        !matches!(self, Engine::Ours(1..))
    }

    /// Indexes in a process of its own, from nothing.
    fn index(&self, file: &Path, work: &Path) -> io::Result<Cost> {
        let dir = self.folder(work);
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        match self {
            Engine::Lucene(lucene) => lucene.index(file, &dir),
            _ => cost::printed_by(Command::new(env::current_exe()?).args(["index", self.key()]).arg(file).arg(&dir)),
        }
    }

    /// Asks all queries in each way that it has.
    fn ask(&self, work: &Path, queries: &[Query], list: &Path) -> io::Result<Vec<(&'static str, Answers)>> {
        let dir = self.folder(work);
        match self {
            Engine::Plain => {
                let plain = Plain::open(&dir).map_err(io::Error::other)?;
                answers::ask(queries, &PLAIN_WAYS, QUERY_ROUNDS, |ask, query| {
                    ask(&plain, &query.text).map_err(io::Error::other)
                })
            }
            Engine::Ours(_) => {
                let archive = Archive::open(&dir).map_err(io::Error::other)?;
                answers::ask(queries, &OUR_WAYS, QUERY_ROUNDS, |&(wanted, threads), query| {
                    ours::ask(&archive, query, wanted, threads)
                })
            }
            Engine::Sqlite => {
                let sqlite = Sqlite::open(&dir).map_err(io::Error::other)?;
                answers::ask(queries, &SQLITE_WAYS, SQLITE_QUERY_ROUNDS, |ask, query| {
                    ask(&sqlite, &query.text).map_err(io::Error::other)
                })
            }
            Engine::Lucene(lucene) => {
                let answers = lucene.ask(&dir, list, queries.len(), [JAVA_WARM_ROUNDS, QUERY_ROUNDS])?;
                Ok(LUCENE_WAYS.into_iter().zip(answers).collect())
            }
        }
    }
}

/// What a process of [`Engine::index`] does: indexes once and prints what it took.
fn index_once(engine: &str, file: &Path, dir: &Path) -> io::Result<()> {
    let cost = Cost::of(dir, || match engine {
        "plain" => plain::index(file, dir, Some(1)).map_err(io::Error::other),
        "newssearch" => ours::index(file, dir, &IngestOptions::default()),
        "newssearch-1" => ours::index(file, dir, &IngestOptions { threads: 1, ..IngestOptions::default() }),
        "sqlite" => sqlite::index(file, dir),
        _ => Err(io::Error::other(format!("no engine {engine} is indexed here"))),
    })?;
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}
