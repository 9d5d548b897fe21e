//! `newssearch versions`.

use std::path::Path;

use serde::Serialize;

use super::{Exit, Format, Outcome, one_of, open, output::Output};
use crate::render::{VersionRecord, json_pretty, version};

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

/// The whole answer as one JSON document.
#[derive(Serialize)]
struct Answer<'a> {
    /// Id of the article asked for.
    article: &'a str,
    versions: Vec<VersionRecord<'a>>,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let archive = open(index)?;
    let versions = archive.versions(&args.article)?;
    let mut out = if args.format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    if args.format == Format::Text {
        let marks = out.marks();
        for one in &versions {
            out.write(&version(one, marks))?;
        }
    } else {
        let article = versions.first().map_or("", |version| version.article.id.as_str());
        out.write(&json_pretty(&Answer { article, versions: versions.iter().map(VersionRecord::from).collect() }))?;
    }
    out.finish()?;
    Ok(Exit::Success)
}
