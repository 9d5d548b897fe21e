//! How newssearch grows with its archive: `growth FILE.jsonl SIZE,SIZE… [--generate] [--memory MB] [--threads N]
//! [--dir DIR] [--plot OUT.svg]`.
//!
//! Each size is the first so many articles of FILE or, with `--generate`, as many generated from it. They are indexed
//! in a process of its own, and once more with nothing changed; other processes open the archive and answer a first
//! query; then the same queries, drawn from the smallest size, are asked of each. `--memory` is what terms may take
//! until they are written out. The articles in the folder of `--dir` are kept there, and taken where they are there;
//! archives are made anew. Prints Markdown, a size at a time to the error output too.

use std::{
    env,
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

use compare::{
    answers::{self, Answers},
    clock::Spread,
    cost::{self, Cost},
    folder::in_folder,
    generator::Generator,
    memory::{self, Peaks},
    ours::{self, Wanted},
    plot::{self, Line, Panel},
    queries::{self, DRAWN_KINDS, Kind, Query},
};
use newssearch::{Archive, IngestOptions};
use serde::{Deserialize, Serialize};

/// Queries drawn from the articles, a quarter of each kind.
const QUERIES_DRAWN: usize = 400;

/// Rounds over all queries in each way; the fastest of a query counts.
const QUERY_ROUNDS: usize = 3;

/// Times that the archive is opened; the middle one counts.
const OPENINGS: usize = 5;

/// Seed of the articles and queries, as `compare` has them.
const ARTICLES_SEED: u64 = 1;
const QUERIES_SEED: u64 = 1963;

/// Ways of asking.
const WAYS: [(&str, (Wanted, usize)); 7] = [
    ("top 10 with titles", (Wanted::Titles, 1)),
    ("with snippets", (Wanted::Snippets, 1)),
    ("with three facets", (Wanted::Facets, 1)),
    ("newest 10", (Wanted::Newest, 1)),
    ("all cores: top 10 with titles", (Wanted::Titles, 0)),
    ("all cores: with snippets", (Wanted::Snippets, 0)),
    ("all cores: with three facets", (Wanted::Facets, 0)),
];

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["index", file, dir, memory, threads] => index_once(file, dir, memory, threads),
        ["open", dir, query] => open_once(dir, query),
        _ => options(&args).and_then(|options| growth(&options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("growth: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    file: PathBuf,
    /// In order.
    sizes: Vec<usize>,
    generate: bool,
    memory_bytes: usize,
    threads: usize,
    dir: Option<PathBuf>,
    plot: Option<PathBuf>,
}

fn options(args: &[&str]) -> io::Result<Options> {
    let usage = || {
        io::Error::other(
            "usage: growth FILE.jsonl SIZE,SIZE… [--generate] [--memory MB] [--threads N] [--dir DIR] [--plot OUT.svg]",
        )
    };
    let mut places = Vec::new();
    let defaults = IngestOptions::default();
    let (mut generate, mut memory_bytes, mut threads) = (false, defaults.memory_bytes, defaults.threads);
    let (mut dir, mut plot) = (None, None);
    let mut args = args.iter();
    while let Some(&arg) = args.next() {
        let mut value = || args.next().copied().ok_or_else(usage);
        match arg {
            "--generate" => generate = true,
            "--memory" => memory_bytes = value()?.parse::<usize>().map_err(|_| usage())? << 20,
            "--threads" => threads = value()?.parse().map_err(|_| usage())?,
            "--dir" => dir = Some(PathBuf::from(value()?)),
            "--plot" => plot = Some(PathBuf::from(value()?)),
            place => places.push(place),
        }
    }
    let [file, sizes] = places[..] else { return Err(usage()) };
    let sizes: Result<Vec<usize>, _> = sizes.split(',').map(str::parse).collect();
    let mut sizes = sizes.ok().filter(|sizes| !sizes.contains(&0)).ok_or_else(usage)?;
    sizes.sort_unstable();
    sizes.dedup();
    Ok(Options { file: PathBuf::from(file), sizes, generate, memory_bytes, threads, dir, plot })
}

/// What a run of indexing took.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Run {
    cost: Cost,
    memory: Peaks,
}

/// What it took a process to get to a first answer.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Opening {
    open_seconds: f64,
    answer_seconds: f64,
}

/// What was measured of a size.
struct Measured {
    articles: usize,
    file_bytes: u64,
    cold: Run,
    unchanged: Run,
    opening: Opening,
    answers: Vec<(&'static str, Answers)>,
}

fn growth(options: &Options) -> io::Result<()> {
    in_folder(options.dir.as_deref(), "growth", |work| growth_in(work, options))
}

fn growth_in(work: &Path, options: &Options) -> io::Result<()> {
    let files: Vec<PathBuf> = options.sizes.iter().map(|size| work.join(format!("articles-{size}.jsonl"))).collect();
    write_articles(options, &files)?;
    let queries = queries::drawn(&files[0], QUERIES_DRAWN, QUERIES_SEED)?;
    let mut all = Vec::new();
    for (&articles, file) in options.sizes.iter().zip(&files) {
        eprintln!("{articles} articles");
        let measured = measure(articles, file, work, &queries, options)?;
        eprintln!("{}", row(&measured));
        all.push(measured);
    }
    print_costs(&all, options);
    print_answers(&all, &queries);
    match &options.plot {
        Some(path) => fs::write(path, drawn(&all, &queries)),
        None => Ok(()),
    }
}

/// Writes those files that are not there, whole or not at all.
fn write_articles(options: &Options, files: &[PathBuf]) -> io::Result<()> {
    let missing: Vec<_> = options.sizes.iter().zip(files).filter(|(_, file)| !file.exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let generator = options.generate.then(|| Generator::learn(&options.file, ARTICLES_SEED)).transpose()?;
    for (&size, file) in missing {
        eprintln!("writing {size} articles");
        let part = file.with_extension("part");
        match &generator {
            Some(generator) => generator.write(size, &part)?,
            None => cut(&options.file, size, &part)?,
        }
        fs::rename(part, file)?;
    }
    Ok(())
}

/// Copies the first lines of a file.
fn cut(file: &Path, lines: usize, out: &Path) -> io::Result<()> {
    let mut from = BufReader::with_capacity(1 << 20, File::open(file)?);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(out)?);
    let mut line = Vec::new();
    for number in 0..lines {
        line.clear();
        if from.read_until(b'\n', &mut line)? == 0 {
            return Err(io::Error::other(format!("{} has {number} articles, not {lines}", file.display())));
        }
        out.write_all(&line)?;
    }
    out.flush()
}

fn measure(articles: usize, file: &Path, work: &Path, queries: &[Query], options: &Options) -> io::Result<Measured> {
    let dir = work.join(format!("index-{articles}"));
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    let settings = [options.memory_bytes, options.threads].map(|number| number.to_string());
    let index = || cost::printed_by::<Run>(this()?.arg("index").arg(file).arg(&dir).args(&settings));
    let (cold, unchanged) = (index()?, index()?);
    if cold.cost.articles != articles as u64 || unchanged.cost.articles != 0 {
        let [first, then] = [cold, unchanged].map(|run| run.cost.articles);
        return Err(io::Error::other(format!("{first} articles were indexed and then {then}, not {articles} and 0")));
    }
    warm(&dir)?;
    let opening = opening(&dir, queries)?;
    let archive = Archive::open(&dir).map_err(io::Error::other)?;
    let answers = answers::ask(queries, &WAYS, QUERY_ROUNDS, |&(wanted, threads), query| {
        ours::ask(&archive, query, wanted, threads)
    })?;
    Ok(Measured { articles, file_bytes: fs::metadata(file)?.len(), cold, unchanged, opening, answers })
}

/// This program, to be run once more.
fn this() -> io::Result<Command> {
    env::current_exe().map(Command::new)
}

/// What the process does that indexes: prints what it took.
fn index_once(file: &str, dir: &str, memory_bytes: &str, threads: &str) -> io::Result<()> {
    let (memory_bytes, threads) = (number(memory_bytes)?, number(threads)?);
    let options = IngestOptions { memory_bytes, threads, ..IngestOptions::default() };
    let (file, dir) = (Path::new(file), Path::new(dir));
    let (cost, memory) = memory::watched(|| Cost::of(dir, || ours::index(file, dir, &options)));
    println!("{}", serde_json::to_string(&Run { cost: cost?, memory })?);
    Ok(())
}

fn number(text: &str) -> io::Result<usize> {
    text.parse().map_err(io::Error::other)
}

/// Reads all files of a folder, so that the system has them in memory.
fn warm(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            warm(&path)?;
        } else {
            io::copy(&mut File::open(path)?, &mut io::sink())?;
        }
    }
    Ok(())
}

/// Opens the archive in several processes; each part of the time is the middle one of theirs.
fn opening(dir: &Path, queries: &[Query]) -> io::Result<Opening> {
    let first = queries.iter().find(|query| query.kind == Kind::Union);
    let text = first.map_or("", |query| &query.text);
    let openings = (0..OPENINGS).map(|_| cost::printed_by::<Opening>(this()?.arg("open").arg(dir).arg(text)));
    let openings: Vec<Opening> = openings.collect::<io::Result<_>>()?;
    let middle = |part: fn(&Opening) -> f64| {
        let mut parts: Vec<f64> = openings.iter().map(part).collect();
        parts.sort_by(f64::total_cmp);
        parts[OPENINGS / 2]
    };
    Ok(Opening { open_seconds: middle(|o| o.open_seconds), answer_seconds: middle(|o| o.answer_seconds) })
}

/// What a process of [`opening`] does: prints what it took.
fn open_once(dir: &str, query: &str) -> io::Result<()> {
    let query = Query { kind: Kind::Union, text: query.to_owned() };
    let start = Instant::now();
    let archive = Archive::open(dir).map_err(io::Error::other)?;
    let open_seconds = start.elapsed().as_secs_f64();
    ours::ask(&archive, &query, Wanted::SnippetsAndTotal, 0)?;
    let answer_seconds = start.elapsed().as_secs_f64() - open_seconds;
    println!("{}", serde_json::to_string(&Opening { open_seconds, answer_seconds })?);
    Ok(())
}

fn print_costs(all: &[Measured], options: &Options) {
    println!(
        "Cold indexing, with {} MB for terms; then with nothing changed; then opened:\n",
        options.memory_bytes >> 20
    );
    println!(
        "| articles | JSON lines MB | wall s | processor s | articles a second | peak memory MB | of its own \
         | of files | size MB | times the text | nothing changed s | share of the first run | open ms | first answer ms |"
    );
    println!("{}|", "|---".repeat(14));
    all.iter().for_each(|measured| println!("{}", row(measured)));
    println!();
}

fn row(measured: &Measured) -> String {
    let Measured { articles, file_bytes, cold, unchanged, opening, .. } = measured;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    format!(
        "| {articles} | {:.1} | {:.2} | {:.2} | {:.0} | {:.0} | {:.0} | {:.0} | {:.1} | {:.2} | {:.3} | {:.2} % \
         | {:.1} | {:.1} |",
        megabytes(*file_bytes),
        cold.cost.wall_seconds,
        cold.cost.processor_seconds,
        *articles as f64 / cold.cost.wall_seconds,
        megabytes(cold.memory.all),
        megabytes(cold.memory.anonymous),
        megabytes(cold.memory.files),
        megabytes(cold.cost.disk_bytes),
        cold.cost.disk_bytes as f64 / *file_bytes as f64,
        unchanged.cost.wall_seconds,
        unchanged.cost.wall_seconds / cold.cost.wall_seconds * 100.0,
        opening.open_seconds * 1e3,
        opening.answer_seconds * 1e3,
    )
}

/// Kinds of queries, all of them first.
fn kinds() -> impl Iterator<Item = Option<Kind>> {
    [None].into_iter().chain(DRAWN_KINDS.map(Some))
}

fn print_answers(all: &[Measured], queries: &[Query]) {
    println!("The same {} queries of each, µs as p50 / p99, the fastest of the rounds for each:\n", queries.len());
    let cells = |cells: &mut dyn Iterator<Item = String>| cells.map(|cell| format!(" {cell} |")).collect::<String>();
    println!("| |{} p50 grows as |", cells(&mut all.iter().map(|measured| format!("{} articles", measured.articles))));
    println!("|---|{}---|", "---|".repeat(all.len()));
    for (place, (way, _)) in WAYS.iter().enumerate() {
        for kind in kinds() {
            let spreads: Vec<Spread> =
                all.iter().map(|measured| measured.answers[place].1.spread(queries, kind)).collect();
            let times = cells(&mut spreads.iter().map(|Spread { p50, p99, .. }| format!("{p50:.0} / {p99:.0}")));
            let name = kind.map_or("all", Kind::name);
            println!("| {way}: {name} |{times} {} |", exponent(all, &spreads));
        }
    }
}

/// By which power of the number of articles times grew from the smallest size to the largest.
fn exponent(all: &[Measured], spreads: &[Spread]) -> String {
    let (Some(least), Some(most)) = (all.first(), all.last()) else { return String::new() };
    if least.articles == most.articles {
        return String::new();
    }
    let times = spreads[spreads.len() - 1].p50 / spreads[0].p50;
    format!("n^{:.2}", times.ln() / (most.articles as f64 / least.articles as f64).ln())
}

/// Everything as lines over the number of articles.
fn drawn(all: &[Measured], queries: &[Query]) -> String {
    let line = |name: &str, colour: usize, dashed: bool, up: &dyn Fn(&Measured) -> f64| Line {
        name: name.to_owned(),
        colour,
        dashed,
        points: all.iter().map(|measured| (measured.articles as f64, up(measured))).collect(),
    };
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let spread = |way: usize, kind| move |measured: &Measured| measured.answers[way].1.spread(queries, kind);
    let both = |name: &str, colour: usize, of: &dyn Fn(&Measured) -> Spread| {
        [
            line(&format!("{name}, p50"), colour, false, &|measured| of(measured).p50),
            line(&format!("{name}, p99"), colour, true, &|measured| of(measured).p99),
        ]
    };
    let alone = WAYS.iter().enumerate().filter(|(_, (_, (_, threads)))| *threads == 1);
    let by_way = alone.flat_map(|(way, (name, _))| both(name, way, &spread(way, None)));
    let by_kind =
        DRAWN_KINDS.iter().enumerate().flat_map(|(place, &kind)| both(kind.name(), place, &spread(0, Some(kind))));
    let panel = |title: &str, upwards: &str, lines: Vec<Line>| Panel {
        title: title.to_owned(),
        upwards: upwards.to_owned(),
        lines,
    };
    let panels = [
        panel(
            "Indexing and opening",
            "seconds",
            vec![
                line("indexing, processor", 1, false, &|m| m.cold.cost.processor_seconds),
                line("indexing, wall clock", 0, false, &|m| m.cold.cost.wall_seconds),
                line("again, nothing changed", 2, false, &|m| m.unchanged.cost.wall_seconds),
                line("open and first answer", 3, false, &|m| m.opening.open_seconds + m.opening.answer_seconds),
            ],
        ),
        panel(
            "Memory of indexing, and disk",
            "megabytes",
            vec![
                line("peak memory", 0, false, &|m| megabytes(m.cold.memory.all)),
                line("of its own", 1, false, &|m| megabytes(m.cold.memory.anonymous)),
                line("mapped from files", 2, false, &|m| megabytes(m.cold.memory.files)),
                line("archive on disk", 3, false, &|m| megabytes(m.cold.cost.disk_bytes)),
            ],
        ),
        panel("Queries of all kinds on one thread, by what is asked for", "microseconds", by_way.collect()),
        panel("Top 10 with titles on one thread, by kinds of queries", "microseconds", by_kind.collect()),
    ];
    plot::svg("How newssearch grows with its archive", "articles", &panels)
}
