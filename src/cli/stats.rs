//! `newssearch stats`.

use std::path::Path;

use super::{Exit, Outcome, open, output::Output};
use crate::render::{json_pretty, text};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let stats = open(index)?.stats()?;
    let mut out = Output::plain();
    out.write(&if args.json { json_pretty(&stats) } else { text::stats(&stats) })?;
    out.finish()?;
    Ok(Exit::Success)
}
