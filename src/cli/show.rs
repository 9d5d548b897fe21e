//! `newssearch show`.

use std::path::Path;

use super::{
    Exit, Outcome, open,
    output::{Output, columns},
};
use crate::render::{ExtractedRecord, json_pretty, readable, text};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Id, address, page name or file of the article.
    article: String,
    /// Print all that is known of it as JSON.
    #[arg(long)]
    json: bool,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let article = open(index)?.article(&args.article)?;
    let mut out = if args.json { Output::plain() } else { Output::paged(!args.no_pager) };
    if args.json {
        out.write(&json_pretty(&ExtractedRecord::from(&article)))?;
    } else {
        out.write(&text::heading(&article))?;
        out.write(&readable(&article, columns()))?;
    }
    out.finish()?;
    Ok(Exit::Success)
}
