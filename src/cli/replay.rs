//! `newssearch replay`, and writing down what it reads.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use super::{Exit, Outcome, Stop, export::Out, open, output::Output};
use crate::{
    error::Error,
    manifest::{Replay, SearchManifest},
    render::{json_pretty, safe::for_terminal},
};

/// Most ids that are named for people; JSON has more.
const IDS_SHOWN_MAX: usize = 10;

#[derive(clap::Args)]
pub(super) struct Args {
    /// File that `query --manifest` wrote.
    file: PathBuf,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
}

/// Writes a search down.
pub(super) fn write(file: &Path, manifest: &SearchManifest) -> Result<(), Stop> {
    let mut out = Out::open(Some(file))?;
    let written = out.write_all(json_pretty(manifest).as_bytes()).and_then(|()| out.finish());
    written.map_err(|source| Error::Write { path: file.to_owned(), source }.into())
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let text = fs::read_to_string(&args.file).map_err(|source| Error::Read { path: args.file.clone(), source })?;
    let manifest: SearchManifest = serde_json::from_str(&text).map_err(|e| Error::Format {
        path: args.file.clone(),
        line: e.line() as u64,
        detail: format!("it is no search that was written down ({e})"),
    })?;
    let replay = manifest.replay(&open(index)?)?;
    let mut out = Output::plain();
    out.write(&if args.json { json_pretty(&replay) } else { told(&manifest, &replay) })?;
    out.finish()?;
    Ok(if replay.same { Exit::Success } else { Exit::Nothing })
}

fn told(manifest: &SearchManifest, replay: &Replay) -> String {
    let mut lines = vec![match replay.same {
        true => format!("the same {} hits as on {}", replay.now.hits.given, manifest.made),
        false => format!("not the same hits as on {}", manifest.made),
    }];
    lines.extend(replay.differences.iter().cloned());
    lines.extend(named("new", &replay.new_ids));
    lines.extend(named("gone", &replay.gone_ids));
    lines.extend(named("still fits, but is not among the first hits", &replay.displaced_ids));
    lines.extend(replay.notes.iter().map(|note| format!("note: {note}")));
    lines.iter().map(|line| for_terminal(line).into_owned() + "\n").collect()
}

fn named(what: &str, ids: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = ids.iter().take(IDS_SHOWN_MAX).map(|id| format!("{what}: {id}")).collect();
    if ids.len() > IDS_SHOWN_MAX {
        lines.push(format!("{what}: and {} more; --json names them", ids.len() - IDS_SHOWN_MAX));
    }
    lines
}
