//! `newssearch related`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Exit, Format, Outcome, Stop, batch, one_of, open, output::Output};
use crate::{
    render::{RelatedRecord, json_line, json_pretty, text, trec_line},
    search::RelatedOptions,
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Id, address, page name or file of the article.
    #[arg(required_unless_present = "batch")]
    article: Option<String>,
    /// Most articles.
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Most shared terms named for each.
    #[arg(long, default_value_t = 6)]
    terms: usize,
    /// What they are printed as [default: text, in a batch trec]; a batch comes as trec or jsonl.
    #[arg(long, value_parser = one_of(&["text", "json", "jsonl", "trec"]))]
    format: Option<Format>,
    /// File of articles, an id, address, page name or file a line.
    #[arg(long, value_name = "FILE", conflicts_with = "article")]
    batch: Option<PathBuf>,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

/// The whole answer as one JSON document.
#[derive(Serialize)]
struct Answer<'a> {
    /// Id of the article asked for.
    article: &'a str,
    related: Vec<RelatedRecord<'a>>,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let options = RelatedOptions { limit: args.limit, terms: args.terms };
    let archive = open(index)?;
    if let Some(file) = &args.batch {
        return batch::related(&archive, file, &options, args.format.unwrap_or(Format::Trec));
    }
    let name = args.article.as_deref().unwrap_or_default();
    let article = archive.article(name)?;
    let related = archive.related(&article, &options)?;
    let format = args.format.unwrap_or(Format::Text);
    let mut out = if format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    match format {
        Format::Text => {
            for related in &related {
                out.write(&text::related(related))?;
            }
        }
        Format::Json => {
            let list = related.iter().map(|r| RelatedRecord::new(None, r)).collect();
            out.write(&json_pretty(&Answer { article: &article.id, related: list }))?;
        }
        Format::Jsonl => {
            for related in &related {
                out.write(&json_line(&RelatedRecord::new(None, related)))?;
            }
        }
        Format::Trec => {
            for related in &related {
                out.write(&trec_line(name, &related.article, related.rank, related.score))?;
            }
        }
        Format::Csv => return Err(Stop::Usage("related articles come as text, json, jsonl or trec".to_owned())),
    }
    out.finish()?;
    Ok(if related.is_empty() { Exit::Nothing } else { Exit::Success })
}
