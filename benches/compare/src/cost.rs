//! What it took a program to index a file once.

use std::{fs, io, path::Path, process::Command, time::Instant};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{clock, memory};

/// Counted in a process that does nothing else.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Cost {
    /// Articles indexed.
    pub articles: u64,
    /// Wall clock, merges waited for.
    pub wall_seconds: f64,
    /// Processor time of all threads.
    pub processor_seconds: f64,
    /// Peak of resident memory, with what is mapped of files.
    pub memory_bytes: u64,
    /// All files of the index.
    pub disk_bytes: u64,
}

impl Cost {
    /// Runs the indexing of one folder, in the process that is to be counted.
    pub fn of(dir: &Path, index: impl FnOnce() -> io::Result<u64>) -> io::Result<Self> {
        let start = Instant::now();
        let articles = index()?;
        Ok(Self {
            articles,
            wall_seconds: start.elapsed().as_secs_f64(),
            processor_seconds: clock::process_time().as_secs_f64(),
            memory_bytes: memory::peak_bytes(),
            disk_bytes: size(dir)?,
        })
    }

    /// The better of two runs; of their memory the worse.
    pub fn fastest(self, other: Self) -> Self {
        Self {
            wall_seconds: self.wall_seconds.min(other.wall_seconds),
            processor_seconds: self.processor_seconds.min(other.processor_seconds),
            memory_bytes: self.memory_bytes.max(other.memory_bytes),
            ..other
        }
    }
}

/// Size of all files in a folder, in bytes.
pub fn size(dir: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { size(&entry.path())? } else { meta.len() };
    }
    Ok(bytes)
}

/// Runs a program that prints what it took as JSON.
pub fn printed_by<T: DeserializeOwned>(command: &mut Command) -> io::Result<T> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Prints a table of costs as ratios to the first.
pub fn print(costs: &[(&str, Cost)], file_bytes: u64) {
    let Some(&(_, first)) = costs.first() else { return };
    let (articles, megabytes) = (first.articles, file_bytes as f64 / 1e6);
    println!("Cold indexing of {articles} articles ({megabytes:.1} MB of JSON lines), the fastest of the rounds:\n");
    println!("| | wall s | processor s | peak memory MB | size MB | wall | processor | size |");
    println!("|---|---|---|---|---|---|---|---|");
    for (name, cost) in costs {
        println!(
            "| {name} | {:.2} | {:.2} | {:.0} | {:.1} | {:.2}× | {:.2}× | {:.2}× |",
            cost.wall_seconds,
            cost.processor_seconds,
            cost.memory_bytes as f64 / 1e6,
            cost.disk_bytes as f64 / 1e6,
            cost.wall_seconds / first.wall_seconds,
            cost.processor_seconds / first.processor_seconds,
            cost.disk_bytes as f64 / first.disk_bytes as f64,
        );
    }
    for (name, cost) in costs.iter().filter(|(_, cost)| cost.articles != articles) {
        println!("\n{name} indexed {} articles, not {articles}.", cost.articles);
    }
    println!();
}
