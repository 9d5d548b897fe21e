//! `newssearch stories`.

use std::path::Path;

use clap::ValueEnum;

use super::{
    Exit, Format, Outcome, Stop, one_of, open,
    output::{Output, tell},
    parsed,
};
use crate::{
    query::Query,
    render::{ListedStoryRecord, StoriesRecord, json_line, json_pretty, listed_story, stories_summary},
    search::{StoriesOptions, StorySort},
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Only stories with articles among the hits of this query.
    query: Vec<String>,
    /// Most stories.
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Leave out so many at the top.
    #[arg(long, default_value_t = 0, value_name = "N")]
    offset: usize,
    /// Order of the stories.
    #[arg(long, value_enum, default_value_t = Order::Best)]
    order: Order,
    /// Fewest reports of a story; a report and its copies count as one.
    #[arg(long, default_value_t = 2, value_name = "N")]
    min_reports: u64,
    /// Most terms named for each.
    #[arg(long, default_value_t = 8)]
    terms: usize,
    /// What they are printed as.
    #[arg(long, default_value = "text", value_parser = one_of(&["text", "json", "jsonl"]))]
    format: Format,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

/// Order of stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// What fits the query best; without a query the largest first.
    Best,
    /// Most reports first.
    Largest,
    /// That with the latest report first.
    Newest,
    /// That with the earliest first report first.
    Oldest,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let query = if args.query.is_empty() { Query::Everything } else { parsed(&args.query.join(" "))? };
    let sort = match args.order {
        Order::Best => StorySort::Best,
        Order::Largest => StorySort::Largest,
        Order::Newest => StorySort::Newest,
        Order::Oldest => StorySort::Oldest,
    };
    let (limit, offset, reports_min, terms) = (args.limit, args.offset, args.min_reports, args.terms);
    let archive = open(index)?;
    let list = archive.stories(&query, &StoriesOptions { limit, offset, sort, reports_min, terms })?;
    let mut out = if args.format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    match args.format {
        Format::Text => {
            out.write(&stories_summary(&list))?;
            for listed in &list.stories {
                out.write(&listed_story(listed))?;
            }
        }
        Format::Json => out.write(&json_pretty(&StoriesRecord::from(&list)))?,
        Format::Jsonl => {
            for listed in &list.stories {
                out.write(&json_line(&ListedStoryRecord::from(listed)))?;
            }
        }
        Format::Csv | Format::Trec => return Err(Stop::Usage("stories come as text, json or jsonl".to_owned())),
    }
    out.finish()?;
    for note in &list.notes {
        tell(note)?;
    }
    Ok(if list.stories.is_empty() { Exit::Nothing } else { Exit::Success })
}
