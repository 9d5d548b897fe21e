//! `newssearch kwic`.

use std::{ops::ControlFlow, path::Path};

use clap::ValueEnum;
use serde::Serialize;

use super::{
    Exit, Format, Outcome, one_of, open,
    output::{Output, tell},
    parsed,
};
use crate::{
    render::{json_line, text},
    search::{KwicLine, KwicOptions, KwicSort, SearchOptions},
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// The query.
    #[arg(required = true)]
    query: Vec<String>,
    /// Most characters on each side.
    #[arg(long, default_value_t = 40)]
    width: usize,
    /// Order of the lines.
    #[arg(long, value_enum, default_value_t = Order::Date)]
    sort: Order,
    /// What they are printed as.
    #[arg(long, value_parser = one_of(&["text", "jsonl"]), default_value = "text")]
    format: Format,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

/// Order of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// By what stands left, from the match outwards.
    Left,
    /// By what stands right.
    Right,
    /// Earliest article first.
    Date,
}

/// A line as JSON.
#[derive(Serialize)]
struct LineRecord<'a> {
    id: &'a str,
    published: Option<String>,
    source: Option<&'a str>,
    left: &'a str,
    keyword: &'a str,
    right: &'a str,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    let query = parsed(&args.query.join(" "))?;
    let sort = match args.sort {
        Order::Left => KwicSort::Left,
        Order::Right => KwicSort::Right,
        Order::Date => KwicSort::Date,
    };
    let options = KwicOptions { width: args.width, sort };
    let archive = open(index)?;
    let mut out = if args.format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    let mut written = Ok(());
    let lines = archive.kwic(&query, &options, &SearchOptions::default(), |line| {
        written = out.write(&shown(&line, args));
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    out.finish()?;
    if lines == 0 {
        tell("no words of an article fit this")?;
    }
    Ok(if lines == 0 { Exit::Nothing } else { Exit::Success })
}

fn shown(line: &KwicLine, args: &Args) -> String {
    if args.format == Format::Text {
        return text::kwic(line, args.width);
    }
    let article = &line.article;
    json_line(&LineRecord {
        id: &article.id,
        published: article.published.as_ref().map(ToString::to_string),
        source: article.source.name.as_deref().or(article.source.domain.as_deref()),
        left: &line.left,
        keyword: &line.keyword,
        right: &line.right,
    })
}
