//! `newssearch terms`.

use std::path::Path;

use super::{Exit, Format, Outcome, one_of, open, output::Output, parsed};
use crate::{
    render::{json_pretty, text},
    search::{SearchOptions, TermsOptions},
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// The query.
    #[arg(required = true)]
    query: Vec<String>,
    /// Compare with the hits of this query instead of the whole archive.
    #[arg(long, value_name = "QUERY")]
    against: Option<String>,
    /// Most words.
    #[arg(long, default_value_t = 25)]
    limit: usize,
    /// What they are printed as.
    #[arg(long, value_parser = one_of(&["text", "json"]), default_value = "text")]
    format: Format,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let query = parsed(&args.query.join(" "))?;
    let against = args.against.as_deref().map(parsed).transpose()?;
    let options = TermsOptions { limit: args.limit };
    let terms = open(index)?.significant_terms(&query, against.as_ref(), &options, &SearchOptions::default())?;
    let mut out = if args.format == Format::Text { Output::paged(true) } else { Output::plain() };
    match args.format {
        Format::Json => out.write(&json_pretty(&terms))?,
        _ => out.write(&text::terms(&terms))?,
    }
    out.finish()?;
    Ok(if terms.terms.is_empty() { Exit::Nothing } else { Exit::Success })
}
