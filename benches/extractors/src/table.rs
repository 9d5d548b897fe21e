//! Markdown tables of scores and times.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::{Map, Value};

use crate::{
    Outcome,
    clock::Timed,
    extractors::{Extractor, PARSING_ALONE},
    gold::{self, GoldSet},
};

/// What the scorer says of a set of predictions, as (field and measure, value).
type Scores = Vec<(String, String)>;

/// Prints a table for each set and one of the time over all, to standard output and into `OUT_DIR/table.md`.
pub fn print(
    gold_dir: &Path,
    out_dir: &Path,
    sets: &[GoldSet],
    chosen: &[Extractor],
    outcomes: &[Outcome],
) -> io::Result<()> {
    let mut report = String::new();
    for (place, set) in sets.iter().enumerate() {
        let of_set: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.set == place).collect();
        report += &scores_table(gold_dir, out_dir, set, chosen, &of_set)?;
    }
    report += &times_table(sets, chosen, outcomes);
    print!("{report}");
    fs::write(out_dir.join("table.md"), report)
}

/// Body, title, authors and date as far as the set's gold has them, over all pages and over each half.
fn scores_table(
    gold_dir: &Path,
    out_dir: &Path,
    set: &GoldSet,
    chosen: &[Extractor],
    outcomes: &[&Outcome],
) -> io::Result<String> {
    let scorer = gold_dir.join("..").join("score_extract.py");
    if !scorer.exists() {
        return Ok(format!("`{}` is not there: no scores for {}.\n\n", scorer.display(), set.name));
    }
    let mut table = String::new();
    for (part, gold) in parts(gold_dir, out_dir, set)? {
        let mut rows = Vec::new();
        for outcome in outcomes.iter().filter(|outcome| chosen[outcome.extractor].answers) {
            let name = chosen[outcome.extractor].name;
            let scores = score(&scorer, &gold, &gold::predictions_path(out_dir, set.name, name))?;
            rows.push((name, scores, without_answer(&outcome.pages)));
        }
        let Some((_, first, _)) = rows.first() else { continue };
        table += &format!("| {part} |");
        first.iter().for_each(|(measure, _)| table += &format!(" {measure} |"));
        table += &format!(" no answer |\n|---|{}---|\n", "---|".repeat(first.len()));
        for (name, scores, missing) in rows {
            table += &format!("| {name} |");
            scores.iter().for_each(|(_, value)| table += &format!(" {value} |"));
            let of = if part.ends_with("half") { String::from(" |\n") } else { format!(" {missing} |\n") };
            table += &of;
        }
        table.push('\n');
    }
    Ok(table)
}

/// The set's gold, and for sets with a held-out half the gold of the pages at even and at odd places by name.
fn parts(gold_dir: &Path, out_dir: &Path, set: &GoldSet) -> io::Result<Vec<(String, PathBuf)>> {
    let path = gold_dir.join(set.name).join("gold.json");
    let gold = gold::read_map(&path)?;
    let mut parts = vec![(set.name.to_owned(), path)];
    if set.name != "newsrooms" {
        return Ok(parts);
    }
    for (half, remainder) in [("even", 0), ("odd", 1)] {
        let pages = set.pages.iter().enumerate().filter(|(place, _)| place % 2 == remainder);
        let kept: Map<String, Value> =
            pages.filter_map(|(_, page)| Some((page.name.clone(), gold.get(&page.name)?.clone()))).collect();
        let path = out_dir.join(format!("{}.{half}.gold.json", set.name));
        fs::write(&path, serde_json::to_vec(&kept)?)?;
        parts.push((format!("{}, {half} half", set.name), path));
    }
    Ok(parts)
}

/// Runs the scorer and takes the figures that a comparison needs from its lines (`body n= 258 F1 0.94 precision ...`).
fn score(scorer: &Path, gold: &Path, predictions: &Path) -> io::Result<Scores> {
    let output = Command::new("python3").arg(scorer).arg(gold).arg(predictions).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("scorer: {}", String::from_utf8_lossy(&output.stderr))));
    }
    let mut scores = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((field, figures)) = line.split_once(' ') else { continue };
        for measure in ["F1", "precision", "recall", "exact", "equal", "right", "right where given"] {
            let label = format!(" {measure} ");
            let mut after = figures.split(&label).skip(1).filter_map(|rest| rest.split(' ').next());
            let value = after.find(|value| value.starts_with(|c: char| c.is_ascii_digit()));
            scores.extend(value.map(|value| (format!("{field} {measure}"), value.to_owned())));
        }
    }
    Ok(scores)
}

fn without_answer(pages: &[Timed]) -> usize {
    pages.iter().filter(|timed| timed.answer.is_none()).count()
}

/// Processor time over all sets together.
fn times_table(sets: &[GoldSet], chosen: &[Extractor], outcomes: &[Outcome]) -> String {
    let pages: usize = sets.iter().map(|set| set.pages.len()).sum();
    let megabytes = sets.iter().map(GoldSet::bytes).sum::<usize>() as f64 / 1e6;
    let seconds = |extractor: usize| -> f64 {
        let of_extractor = outcomes.iter().filter(|outcome| outcome.extractor == extractor);
        of_extractor.flat_map(|outcome| &outcome.pages).map(|timed| timed.processor.as_secs_f64()).sum()
    };
    let parsing = chosen.iter().position(|e| e.name == PARSING_ALONE).map(seconds);

    let mut table = format!("| {pages} pages, {megabytes:.1} MB decoded | processor s | ms a page | ms/MB |");
    table += " times parsing | slowest page | its ms | its ms/MB | most ms/MB, pages over 100 kB | over the limit |\n";
    table += "|---|---|---|---|---|---|---|---|---|---|\n";
    for (place, extractor) in chosen.iter().enumerate() {
        let total = seconds(place);
        let ratio = parsing.map_or(String::new(), |parsing| format!("{:.2}", total / parsing));
        table += &format!(
            "| {} | {total:.3} | {:.2} | {:.1} | {ratio} | {} |\n",
            extractor.name,
            total * 1e3 / pages as f64,
            total * 1e3 / megabytes,
            slowest(sets, outcomes.iter().filter(|outcome| outcome.extractor == place)),
        );
    }
    table
}

/// The cells about an extractor's slowest pages.
fn slowest<'a>(sets: &[GoldSet], outcomes: impl Iterator<Item = &'a Outcome>) -> String {
    let (mut slowest, mut over_limit, mut rate_max) = (("", Duration::ZERO, 0), 0, 0.0f64);
    for outcome in outcomes {
        for (page, timed) in sets[outcome.set].pages.iter().zip(&outcome.pages) {
            over_limit += usize::from(timed.over_limit);
            if timed.processor > slowest.1 {
                slowest = (&page.name, timed.processor, page.html.len());
            }
            if page.html.len() > 100_000 {
                rate_max = rate_max.max(rate(timed.processor, page.html.len()));
            }
        }
    }
    let (name, time, bytes) = slowest;
    format!("{name} | {:.1} | {:.1} | {rate_max:.1} | {over_limit}", time.as_secs_f64() * 1e3, rate(time, bytes))
}

/// Milliseconds a megabyte.
fn rate(time: Duration, bytes: usize) -> f64 {
    time.as_secs_f64() * 1e3 / (bytes as f64 / 1e6)
}
