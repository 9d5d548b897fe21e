//! `newssearch extract`.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{
    Exit, Format, Outcome, Stop,
    index::{field_map, parse_bytes, url_map},
    one_of,
    output::{Output, columns, skip_line},
};
use crate::{
    article::Article,
    ingest::{FieldMap, IngestOptions, PAGE_BYTES_MAX},
    pipeline::{self, extract_all},
    render::{ExtractedRecord, json_line, json_pretty, readable, survey, text},
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Files and folders.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// What the articles are printed as.
    #[arg(long, default_value = "text", value_parser = one_of(&["text", "json", "jsonl"]))]
    format: Format,
    /// Instead of the articles, say how many pages of each source gave a title, a date, authors and a story; as text or
    /// json.
    #[arg(long)]
    report: bool,
    /// Names of fields in JSON lines, where they are not the usual ones: title=headline,body=content.
    #[arg(long, value_name = "OURS=THEIRS,…", value_parser = field_map)]
    map: Option<FieldMap>,
    /// JSON file with the addresses of pages: {"page": "https://…"}.
    #[arg(long, value_name = "FILE")]
    url_map: Option<PathBuf>,
    /// Longest page or record that is read, after decompression; longer ones are skipped.
    #[arg(long, default_value_t = PAGE_BYTES_MAX, value_parser = parse_bytes)]
    page_bytes_max: u64,
}

pub(super) fn run(args: &Args) -> Outcome {
    let print: fn(&Article) -> String = match args.format {
        Format::Text => |article| text::heading(article) + &readable(article, columns()) + "\n",
        Format::Json => |article| json_pretty(&ExtractedRecord::from(article)),
        Format::Jsonl => |article| json_line(&ExtractedRecord::from(article)),
        Format::Csv | Format::Trec => return Err(Stop::Usage("articles come as text, json or jsonl".to_owned())),
    };
    let options = IngestOptions {
        page_bytes_max: args.page_bytes_max,
        urls: url_map(args.url_map.as_deref())?,
        fields: args.map.clone().unwrap_or_default(),
        ..IngestOptions::default()
    };
    if args.report {
        return report(args, &options);
    }
    let mut out = if args.format == Format::Text { Output::paged(true) } else { Output::plain() };
    let (mut any, mut clean) = (false, true);
    extract_all(&args.paths, &options, |file, found| -> Result<(), Stop> {
        match found {
            Ok(article) => {
                any = true;
                out.write(&print(&article))?;
            }
            Err(skip) => {
                clean = false;
                writeln!(io::stderr(), "{}", skip_line(file, &skip))?;
            }
        }
        Ok(())
    })?;
    out.finish()?;
    Ok(if any && clean { Exit::Success } else { Exit::Nothing })
}

fn report(args: &Args, options: &IngestOptions) -> Outcome {
    let found = pipeline::survey(&args.paths, options)?;
    let (mut out, told) = match args.format {
        Format::Text => (Output::paged(true), survey(&found)),
        Format::Json => (Output::plain(), json_pretty(&found)),
        _ => return Err(Stop::Usage("the report comes as text or json".to_owned())),
    };
    out.write(&told)?;
    out.finish()?;
    Ok(if found.total.articles > 0 && found.skipped == 0 { Exit::Success } else { Exit::Nothing })
}
