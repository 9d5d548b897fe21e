//! `newssearch save`, `saved`, `forget` and `new`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{
    Exit, Outcome, Stop,
    export::{Form, Sink, Target},
    open,
    output::{Output, tell},
    parsed,
};
use crate::{
    error::Error,
    render::{json_pretty, safe::for_terminal, suggest::nearest, text::counted},
    saved::{SavedSearch, SavedSearches},
    search::{ExportOptions, SearchOptions, Seen, Sort},
};

/// Where saved searches are kept.
#[derive(Debug, clap::Args)]
struct Place {
    /// Folder of the saved searches [default: `saved` in the index's folder].
    #[arg(long, value_name = "DIR")]
    saved: Option<PathBuf>,
}

impl Place {
    fn searches(&self, index: &Path) -> SavedSearches {
        self.saved.as_ref().map_or_else(|| SavedSearches::of(index), SavedSearches::in_folder)
    }
}

#[derive(clap::Args)]
pub(super) struct SaveArgs {
    /// Name: letters, digits, - and _.
    name: String,
    /// The query, as for `newssearch query`.
    #[arg(required = true)]
    query: Vec<String>,
    /// Put it in the place of a search of this name.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
pub(super) struct ListArgs {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
pub(super) struct ForgetArgs {
    /// Name of the search.
    name: String,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
pub(super) struct NewArgs {
    /// Name of the search.
    name: String,
    /// Only look: the same is listed the next time.
    #[arg(long)]
    peek: bool,
    /// What the articles are printed as.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    place: Place,
}

/// A saved search in a list.
#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    query: &'a str,
    saved: &'a str,
    looked: &'a str,
    seen: usize,
}

pub(super) fn save(index: &Path, args: &SaveArgs) -> Outcome {
    let query = parsed(&args.query.join(" "))?;
    let saved = args.place.searches(index).save(&open(index)?, &args.name, &query, args.replace)?;
    let seen = counted(saved.seen.len() as u64, "article");
    let SavedSearch { name, query, .. } = saved;
    printed([
        format!("saved {name}: {query}"),
        format!("{seen} of now count as seen; `newssearch new {name}` lists later ones"),
    ])?;
    Ok(Exit::Success)
}

pub(super) fn list(index: &Path, args: &ListArgs) -> Outcome {
    let searches = args.place.searches(index).list()?;
    let listed = |search: &SavedSearch| -> String {
        let seen = counted(search.seen.len() as u64, "article");
        format!("{}  {}  {seen} seen, last on {}", search.name, search.query, search.looked)
    };
    if args.json {
        let listed: Vec<Listed<'_>> = searches
            .iter()
            .map(|SavedSearch { name, query, saved, looked, seen }| Listed {
                name,
                query,
                saved,
                looked,
                seen: seen.len(),
            })
            .collect();
        let mut out = Output::plain();
        out.write(&json_pretty(&listed))?;
        out.finish()?;
    } else {
        printed(searches.iter().map(listed))?;
        if searches.is_empty() {
            tell("no search is saved; newssearch save NAME QUERY keeps one")?;
        }
    }
    Ok(if searches.is_empty() { Exit::Nothing } else { Exit::Success })
}

pub(super) fn forget(index: &Path, args: &ForgetArgs) -> Outcome {
    let searches = args.place.searches(index);
    searches.forget(&args.name).map_err(|error| with_suggestion(&searches, error))?;
    Ok(Exit::Success)
}

pub(super) fn new(index: &Path, args: &NewArgs) -> Outcome {
    let searches = args.place.searches(index);
    let search = searches.get(&args.name).map_err(|error| with_suggestion(&searches, error))?;
    let snippet_chars = SearchOptions::default().snippet_chars;
    let mut options = ExportOptions { sort: Sort::Newest, snippet_chars, ..ExportOptions::default() };
    let sink = Sink::open(args.format, &args.target, &mut options)?;
    let mut export = search.new_hits(&open(index)?, options)?;
    let mut seen = Seen::default();
    let given = sink.write(&mut export, |hit| {
        seen.insert(&hit.article.id);
    })?;
    // Only now, when all are written: what nobody could read is not seen.
    if !args.peek {
        searches.look(&args.name, &seen)?;
    }
    Ok(if given == 0 { Exit::Nothing } else { Exit::Success })
}

fn printed(lines: impl IntoIterator<Item = String>) -> Result<(), Stop> {
    let mut out = Output::plain();
    for line in lines {
        out.write(&(for_terminal(&line).into_owned() + "\n"))?;
    }
    Ok(out.finish()?)
}

/// An error with the name that may have been meant.
fn with_suggestion(searches: &SavedSearches, error: Error) -> Stop {
    let Error::NoSavedSearch { name } = &error else { return error.into() };
    let names = searches.names().unwrap_or_default();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match nearest(name, &names) {
        Some(meant) => Stop::Usage(format!("no saved search is called {name}; did you mean {meant}?")),
        None => error.into(),
    }
}
