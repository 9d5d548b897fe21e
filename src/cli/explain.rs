//! `newssearch explain`.

use std::path::Path;

use super::{
    Exit, Format, Outcome, Stop, one_of, open,
    output::Output,
    parsed,
    query::{days, recency},
};
use crate::{
    error::Error,
    render::{json_pretty, text},
    search::SearchOptions,
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// The query, in one argument.
    query: String,
    /// Id, address, page name or file of an article whose score is to be explained.
    article: Option<String>,
    /// How the score comes about where recent articles are preferred: after so many days what a new one has before an
    /// old one is halved [default: 30d].
    #[arg(long, value_name = "DAYS", num_args = 0..=1, require_equals = true, default_missing_value = "30d",
        value_parser = days)]
    recent: Option<u32>,
    /// What it is printed as.
    #[arg(long, value_parser = one_of(&["text", "json"]), default_value = "text")]
    format: Format,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let query = parsed(&args.query)?;
    let options = SearchOptions { recency: args.recent.map(recency), ..SearchOptions::default() };
    let explanation = match open(index)?.explain(&query, args.article.as_deref(), &options) {
        Err(error @ Error::NoArticle { .. }) => {
            return Err(Stop::Usage(format!("{error}; a query of several words is one argument, in quotes")));
        }
        explained => explained?,
    };
    let mut out = if args.format == Format::Text { Output::paged(true) } else { Output::plain() };
    match args.format {
        Format::Json => out.write(&json_pretty(&explanation))?,
        _ => out.write(&text::explanation(&explanation))?,
    }
    out.finish()?;
    let fits = explanation.tree.fits.unwrap_or(explanation.total > 0);
    Ok(if fits { Exit::Success } else { Exit::Nothing })
}
