//! Runs extractors over gold pages: `extractors GOLD_DIR OUT_DIR [--only NAME,...]`.
//!
//! Writes `OUT_DIR/SET.EXTRACTOR.jsonl` for each pair and prints Markdown tables of score and processor time. The
//! scores come from the scorer beside the gold (`GOLD_DIR/../score_extract.py`), if it is there.

mod clock;
mod dom;
mod extractors;
mod gold;
mod table;
mod text;

use std::{fs, io, path::PathBuf, process::ExitCode};

use clock::Timed;
use extractors::Extractor;
use gold::GoldSet;

/// Sets of gold pages, by the names of their folders.
const SETS: [&str; 3] = ["newsrooms", "web-articles", "dates"];

/// Runs over all pages; the fastest of a page counts.
const ROUNDS: usize = 3;

/// One extractor over one set.
struct Outcome {
    /// Place of the set among the sets measured.
    set: usize,
    /// Place of the extractor among those measured.
    extractor: usize,
    /// A page's fastest run, in the order of the set's pages.
    pages: Vec<Timed>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("extractors: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(gold_dir), Some(out_dir)) = (args.next(), args.next()) else {
        return Err(io::Error::other("usage: extractors GOLD_DIR OUT_DIR [--only NAME,...]"));
    };
    let only = args.next().filter(|flag| flag == "--only").and(args.next());
    let (gold_dir, out_dir) = (PathBuf::from(gold_dir), PathBuf::from(out_dir));
    fs::create_dir_all(&out_dir)?;

    let chosen: Vec<Extractor> = extractors::all()
        .into_iter()
        .filter(|e| only.as_ref().is_none_or(|only| only.split(',').any(|name| name == e.name)))
        .collect();
    let sets = SETS.iter().map(|set| GoldSet::load(&gold_dir, set)).collect::<io::Result<Vec<_>>>()?;
    let outcomes = measure(&sets, &chosen);
    for outcome in &outcomes {
        gold::write_predictions(&out_dir, &sets[outcome.set], chosen[outcome.extractor].name, &outcome.pages)?;
    }
    table::print(&gold_dir, &out_dir, &sets, &chosen, &outcomes)
}

/// Rounds are outermost, so that a busy spell of the machine falls on all extractors alike.
fn measure(sets: &[GoldSet], chosen: &[Extractor]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for set in 0..sets.len() {
        for extractor in 0..chosen.len() {
            outcomes.push(Outcome { set, extractor, pages: Vec::new() });
        }
    }
    for round in 1..=ROUNDS {
        for outcome in &mut outcomes {
            let (set, extractor) = (&sets[outcome.set], &chosen[outcome.extractor]);
            eprintln!("round {round}/{ROUNDS}: {} over {}", extractor.name, set.name);
            clock::time_pages(extractor.extract, &set.pages, &mut outcome.pages);
        }
    }
    outcomes
}
