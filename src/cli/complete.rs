//! `newssearch complete`.

use std::path::Path;

use super::{
    Exit, Outcome, open,
    output::{Output, tell},
};
use crate::render::safe::for_terminal;

#[derive(clap::Args)]
pub(super) struct Args {
    /// How the word begins.
    prefix: String,
    /// Most words.
    #[arg(long, default_value_t = 10)]
    limit: usize,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let words = open(index)?.complete(&args.prefix, args.limit)?;
    let mut out = Output::plain();
    for word in &words {
        out.write(&format!("{}\t{}\n", for_terminal(&word.name), word.articles))?;
    }
    out.finish()?;
    if words.is_empty() {
        tell("no word of the archive begins like this")?;
    }
    Ok(if words.is_empty() { Exit::Nothing } else { Exit::Success })
}
