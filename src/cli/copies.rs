//! `newssearch copies`.

use std::{
    io::{self, Write},
    path::Path,
};

use super::{Exit, Format, Outcome, one_of, open, output::Output};
use crate::render::{CopiesRecord, copy, json_pretty};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Id, address, page name or file of the article.
    article: String,
    /// What they are printed as.
    #[arg(long, default_value = "text", value_parser = one_of(&["text", "json"]))]
    format: Format,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let copies = open(index)?.copies(&args.article)?;
    let mut out = if args.format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    if args.format == Format::Text {
        for (number, one) in (1..).zip(&copies.members) {
            out.write(&copy(number, one))?;
        }
    } else {
        out.write(&json_pretty(&CopiesRecord::from(&copies)))?;
    }
    out.finish()?;
    if args.format == Format::Text {
        match copies.total - copies.members.len() {
            _ if copies.members.is_empty() => writeln!(io::stderr(), "newssearch: the article has no copies here")?,
            0 => {}
            more => writeln!(io::stderr(), "and {more} more")?,
        }
    }
    Ok(if copies.members.is_empty() { Exit::Nothing } else { Exit::Success })
}
