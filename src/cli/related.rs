//! `newssearch related`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{
    Exit, Format, Outcome, Stop, batch, one_of, open,
    output::{Output, tell},
};
use crate::{
    query::{Field, Query},
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
    /// Only articles up to this day, month or year: 2022-04-22, 2022-04, 2022.
    #[arg(long, value_name = "DATE")]
    before: Option<String>,
    /// Only articles from this day, month or year on.
    #[arg(long, value_name = "DATE")]
    after: Option<String>,
    /// Only articles of this outlet, by name or domain.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only articles in this language, such as en.
    #[arg(long, value_name = "CODE")]
    lang: Option<String>,
    /// Give copies and other versions of the article too, instead of only counting them.
    #[arg(long)]
    copies: bool,
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
    /// Copies and other versions left out.
    copies: usize,
    related: Vec<RelatedRecord<'a>>,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let options = RelatedOptions { limit: args.limit, terms: args.terms, within: within(args)?, copies: args.copies };
    let archive = open(index)?;
    if let Some(file) = &args.batch {
        return batch::related(&archive, file, &options, args.format.unwrap_or(Format::Trec));
    }
    let name = args.article.as_deref().unwrap_or_default();
    let article = archive.article(name)?;
    let found = archive.related(&article, &options)?;
    let format = args.format.unwrap_or(Format::Text);
    let mut out = if format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    match format {
        Format::Text => out.write(&text::related_in_parts(&found))?,
        Format::Json => {
            let related = found.articles.iter().map(|r| RelatedRecord::new(None, r)).collect();
            out.write(&json_pretty(&Answer { article: &article.id, copies: found.copies, related }))?;
        }
        Format::Jsonl => {
            for related in &found.articles {
                out.write(&json_line(&RelatedRecord::new(None, related)))?;
            }
        }
        Format::Trec => {
            for related in &found.articles {
                out.write(&trec_line(name, &related.article, related.rank, related.score))?;
            }
        }
        Format::Csv => return Err(Stop::Usage("related articles come as text, json, jsonl or trec".to_owned())),
    }
    out.finish()?;
    if found.articles.is_empty() {
        tell(if matches!(options.within, Query::Everything) {
            "no article is related to this one"
        } else {
            "no article of those is related to this one"
        })?;
    }
    Ok(if found.articles.is_empty() { Exit::Nothing } else { Exit::Success })
}

/// What narrows the answer, as a query.
fn within(args: &Args) -> Result<Query, Stop> {
    let mut parts = Vec::new();
    for (name, date) in [("after", &args.after), ("before", &args.before)] {
        if let Some(date) = date {
            let typed = format!("{name}:{date}");
            match Query::parse(&typed).map_err(|e| Stop::Query(typed, e))? {
                span @ Query::Dates { .. } => parts.push(span),
                _ => return Err(Stop::Usage(format!("--{name} takes a date such as 2022-04-22, 2022-04 or 2022"))),
            }
        }
    }
    for (field, text) in [(Field::Source, &args.source), (Field::Language, &args.lang)] {
        parts.extend(text.iter().map(|text| Query::Phrase { field, text: text.clone(), slop: 0 }));
    }
    Ok(if parts.is_empty() { Query::Everything } else { Query::All(parts) })
}
