//! `newssearch story`.

use std::path::Path;

use super::{Exit, Format, Outcome, Stop, one_of, open, output::Output};
use crate::render::{ReportRecord, StoryRecord, json_line, json_pretty, story};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Id, address, page name or file of any article of the story.
    article: String,
    /// What it is printed as; jsonl is a report a line.
    #[arg(long, default_value = "text", value_parser = one_of(&["text", "json", "jsonl"]))]
    format: Format,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let found = open(index)?.story(&args.article)?;
    let mut out = if args.format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    match args.format {
        Format::Text => out.write(&story(&found))?,
        Format::Json => out.write(&json_pretty(&StoryRecord::from(&found)))?,
        Format::Jsonl => {
            for report in &found.timeline {
                out.write(&json_line(&ReportRecord::from(report)))?;
            }
        }
        Format::Csv | Format::Trec => return Err(Stop::Usage("a story comes as text, json or jsonl".to_owned())),
    }
    out.finish()?;
    Ok(Exit::Success)
}
