//! `newssearch doctor`.

use std::path::Path;

use super::{Exit, Format, Outcome, one_of, open, output::Output};
use crate::render::{doctor, json_pretty};

#[derive(clap::Args)]
pub(super) struct Args {
    /// What the findings are printed as.
    #[arg(long, default_value = "text", value_parser = one_of(&["text", "json"]))]
    format: Format,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let health = open(index)?.doctor()?;
    let mut out = if args.format == Format::Text { Output::paged(false) } else { Output::plain() };
    out.write(&if args.format == Format::Text { doctor(&health) } else { json_pretty(&health) })?;
    out.finish()?;
    Ok(if health.findings.is_empty() { Exit::Success } else { Exit::Nothing })
}
