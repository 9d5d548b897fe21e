//! Plain tantivy on a file of news: `plain-tantivy index FILE DIR [THREADS]`, `plain-tantivy query DIR QUERIES.tsv`.

use std::{path::Path, process::ExitCode, time::Instant};

use compare::{
    clock::{self, Fastest, Spread},
    cost, memory,
    plain::{self, Plain},
    queries,
};

/// Rounds over all queries; the fastest of a query counts.
const ROUNDS: usize = 5;

/// The ways of asking.
const MODES: [(&str, plain::Way); 3] = [
    ("top 10", Plain::top),
    ("top 10 with titles", Plain::top_with_titles),
    ("top 10 with snippets", Plain::top_with_snippets),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["index", file, dir] => index(file, dir, None),
        ["index", file, dir, threads] => match threads.parse() {
            Ok(threads) => index(file, dir, Some(threads)),
            Err(_) => Err(tantivy::TantivyError::InvalidArgument(format!("not a number of threads: {threads}"))),
        },
        ["query", dir, queries] => query(dir, queries),
        _ => {
            eprintln!("usage: plain-tantivy index FILE DIR [THREADS] | plain-tantivy query DIR QUERIES.tsv");
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plain-tantivy: {error}");
            ExitCode::FAILURE
        }
    }
}

fn index(file: &str, dir: &str, threads: Option<usize>) -> tantivy::Result<()> {
    let start = Instant::now();
    let count = plain::index(Path::new(file), Path::new(dir), threads)?;
    println!(
        "{count} articles, {:.3} s, {:.3} s of processor time, {:.1} MB of memory at most, {:.1} MB on disk",
        start.elapsed().as_secs_f64(),
        clock::process_time().as_secs_f64(),
        memory::peak_bytes() as f64 / 1e6,
        cost::size(Path::new(dir))? as f64 / 1e6,
    );
    Ok(())
}

fn query(dir: &str, queries: &str) -> tantivy::Result<()> {
    let plain = Plain::open(Path::new(dir))?;
    let queries = queries::typed(Path::new(queries))?;
    println!("{} articles in {} segments, {} queries, µs", plain.len(), plain.segments(), queries.len());
    let mut modes = MODES.map(|(name, top)| (name, top, Fastest::new(queries.len())));
    for _ in 0..ROUNDS {
        for (_, top, fastest) in &mut modes {
            for (place, query) in queries.iter().enumerate() {
                fastest.ask(place, || top(&plain, &query.text))?;
            }
        }
    }
    for (name, _, fastest) in modes {
        let Spread { mean, p50, p99 } = fastest.spread(|_| true);
        println!("{name}: mean {mean:.0}, p50 {p50:.0}, p99 {p99:.0}");
    }
    Ok(())
}
