//! Plain tantivy beside SQLite and Lucene, in one run: `engines FILE.jsonl [--with sqlite,lucene] [--rounds N]
//! [--indexes DIR]`.
//!
//! Each indexes the same file in a process of its own, by turns, on one writing thread; then each answers the same
//! queries. What is not on the machine is left out with a line that says so. What is in the folder of `--indexes` is
//! kept there, and only made where it is missing. Prints Markdown.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use compare::{
    answers::{self, Answers},
    cost::{self, Cost},
    lucene::Lucene,
    plain::{self, Plain},
    queries::{self, Query},
    sqlite::{self, Sqlite},
};

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

/// Ways of asking an engine, in this order; the last for plain tantivy only, whose others look into two fields.
const WAYS: [&str; 6] = [
    "top 10",
    "top 10 with titles",
    "top 10 with titles and its snippets",
    "number of all hits",
    "newest 10",
    "top 10 of bodies alone",
];

/// The ways of asking plain tantivy.
const PLAIN_WAYS: [fn(&Plain, &str) -> tantivy::Result<usize>; 6] =
    [Plain::top, Plain::top_with_titles, Plain::top_with_snippets, Plain::count, Plain::newest, Plain::top_of_bodies];

/// The ways of asking SQLite.
const SQLITE_WAYS: [fn(&Sqlite, &str) -> rusqlite::Result<usize>; 5] =
    [Sqlite::top, Sqlite::top_with_titles, Sqlite::top_with_snippets, Sqlite::count, Sqlite::newest];

/// An engine.
enum Engine {
    /// Plain tantivy, which the others are set against.
    Plain,
    Sqlite,
    Lucene(Lucene),
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        [task @ ("index-plain" | "index-sqlite"), file, dir] => index_once(task, Path::new(file), Path::new(dir)),
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
    let usage = || io::Error::other("usage: engines FILE.jsonl [--with sqlite,lucene] [--rounds N] [--indexes DIR]");
    let (mut file, mut with, mut rounds, mut indexes) = (None, "sqlite,lucene".to_owned(), ROUNDS, None);
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
    if let Some(dir) = &options.indexes {
        fs::create_dir_all(dir)?;
        return engines_in(dir, options);
    }
    let work = env::temp_dir().join(format!("newssearch-engines-{}", std::process::id()));
    fs::create_dir_all(&work)?;
    let result = engines_in(&work, options);
    fs::remove_dir_all(&work)?;
    result
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
    for (engine, name) in engines.iter().zip(&names) {
        eprintln!("asking {name}");
        let answers = engine.ask(work, &queries, &list)?;
        rows.extend(WAYS.iter().map(|way| format!("{name}: {way}")).zip(answers));
    }
    answers::print(&queries, &rows.iter().map(|(name, answers)| (name.as_str(), answers)).collect::<Vec<_>>());
    Ok(())
}

/// Plain tantivy, and those named that are there.
fn chosen(with: &str) -> io::Result<Vec<Engine>> {
    let mut engines = vec![Engine::Plain];
    for name in with.split(',').filter(|name| !name.is_empty()) {
        match name {
            "sqlite" => engines.push(Engine::Sqlite),
            "lucene" => match Lucene::find() {
                Ok(lucene) => engines.push(Engine::Lucene(lucene)),
                Err(error) => println!("Lucene is left out: {error}\n"),
            },
            _ => return Err(io::Error::other(format!("no engine {name}; there are sqlite and lucene"))),
        }
    }
    Ok(engines)
}

impl Engine {
    fn name(&self) -> String {
        match self {
            Engine::Plain => "plain tantivy".to_owned(),
            Engine::Sqlite => sqlite::version(),
            Engine::Lucene(lucene) => lucene.version().to_owned(),
        }
    }

    /// Where its index lies; plain tantivy's is not the one of `compare`, whose earlier builds had no column of dates.
    fn folder(&self, work: &Path) -> PathBuf {
        work.join(match self {
            Engine::Plain => "engines-plain",
            Engine::Sqlite => "engines-sqlite",
            Engine::Lucene(_) => "engines-lucene",
        })
    }

    /// Indexes in a process of its own, from nothing.
    fn index(&self, file: &Path, work: &Path) -> io::Result<Cost> {
        let dir = self.folder(work);
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        let apart = |task: &str| Cost::printed_by(Command::new(env::current_exe()?).arg(task).arg(file).arg(&dir));
        match self {
            Engine::Plain => apart("index-plain"),
            Engine::Sqlite => apart("index-sqlite"),
            Engine::Lucene(lucene) => lucene.index(file, &dir),
        }
    }

    /// Asks all queries in as many of [`WAYS`] as it has.
    fn ask(&self, work: &Path, queries: &[Query], list: &Path) -> io::Result<Vec<Answers>> {
        let dir = self.folder(work);
        match self {
            Engine::Plain => {
                let plain = Plain::open(&dir).map_err(io::Error::other)?;
                let ask = |way: usize, text: &str| PLAIN_WAYS[way](&plain, text).map_err(io::Error::other);
                ask_here(queries, PLAIN_WAYS.len(), QUERY_ROUNDS, ask)
            }
            Engine::Sqlite => {
                let sqlite = Sqlite::open(&dir).map_err(io::Error::other)?;
                let ask = |way: usize, text: &str| SQLITE_WAYS[way](&sqlite, text).map_err(io::Error::other);
                ask_here(queries, SQLITE_WAYS.len(), SQLITE_QUERY_ROUNDS, ask)
            }
            Engine::Lucene(lucene) => lucene.ask(&dir, list, queries.len(), [JAVA_WARM_ROUNDS, QUERY_ROUNDS]),
        }
    }
}

/// Asks in this process.
fn ask_here(
    queries: &[Query],
    ways: usize,
    rounds: usize,
    ask: impl Fn(usize, &str) -> io::Result<usize>,
) -> io::Result<Vec<Answers>> {
    let mut answers = vec![Answers::none(queries.len()); ways];
    for _ in 0..rounds {
        for (way, answers) in answers.iter_mut().enumerate() {
            for (place, query) in queries.iter().enumerate() {
                answers.ask(place, || ask(way, &query.text))?;
            }
        }
    }
    Ok(answers)
}

/// What a process of [`Engine::index`] does: indexes once and prints what it took.
fn index_once(task: &str, file: &Path, dir: &Path) -> io::Result<()> {
    let cost = Cost::of(dir, || match task {
        "index-plain" => plain::index(file, dir, Some(1)).map_err(io::Error::other),
        _ => sqlite::index(file, dir),
    })?;
    println!("{}", serde_json::to_string(&cost)?);
    Ok(())
}
