//! `newssearch query`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{
    ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use serde::Serialize;

use super::{
    Exit, Format, Outcome, Stop, batch,
    export::{self, Form, Sink},
    open,
    output::{Output, tell},
    replay, underlined,
};
use crate::{
    archive::Archive,
    manifest::{HitsRecorder, ManifestOptions, SearchManifest},
    query::{Note, Query},
    render::{HitRecord, csv_header, csv_hits, json_line, json_pretty, safe::for_terminal, text, trec_line},
    search::{CopyMode, ExportOptions, Facet, FacetField, Hit, Recency, RelatedOptions, Results, SearchOptions, Sort},
};

/// Related articles named under the first hit.
const RELATED_SHOWN: usize = 3;

/// Shared terms named for each of them.
const RELATED_TERMS: usize = 3;

#[derive(clap::Args)]
pub(super) struct Args {
    /// What to look for: words, "phrases as written", -not, OR, brackets, NEAR/5, fields, dates; see `newssearch help
    /// query-language`. A query that begins with a dash goes behind `--`, after all options.
    query: Vec<String>,
    /// Most hits.
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Hits to leave out at the top.
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Go on behind the last hit of an earlier answer in the same order: the `next` of its JSON.
    #[arg(long, value_name = "CURSOR", conflicts_with = "offset")]
    after: Option<String>,
    /// Order of the hits.
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// What becomes of copies of one story (wire copy, republication): folded into one hit, hits of their own, or only
    /// stories that have copies [default: collapse, in a batch show].
    #[arg(long, value_enum, value_name = "WHAT")]
    copies: Option<Copies>,
    /// Most passages shown of each hit.
    #[arg(long, default_value_t = 1, value_name = "N")]
    snippets: usize,
    /// Count all hits by these: source, section, author, language, tag, agency, year, month.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = facet_field())]
    facet: Vec<FacetField>,
    /// Most values of a facet.
    #[arg(long, default_value_t = 10, value_name = "N")]
    facet_values: usize,
    /// Say how the query is read and what may be a mistake in it, without searching.
    #[arg(long, conflicts_with_all = ["batch", "any"])]
    lint: bool,
    /// What the hits are printed as [default: text, in a batch trec]; a batch comes as trec or jsonl.
    #[arg(long, value_enum)]
    format: Option<Form>,
    #[command(flatten)]
    export: export::ExportArgs,
    /// Write down what was asked of which archive and what came out, for `newssearch replay`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["after", "batch", "lint"])]
    manifest: Option<PathBuf>,
    /// Any of the words instead of all of them; the text is taken as plain words.
    #[arg(long)]
    any: bool,
    /// File of queries, `id<TAB>words` a line; the words are taken as plain words, any of them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "offset"])]
    batch: Option<PathBuf>,
    /// Add the terms that the first hits have in common.
    #[arg(long)]
    expand: bool,
    /// Prefer recent articles: after so many days what a new one has before an old one is halved [default: 30d].
    #[arg(long, value_name = "DAYS", num_args = 0..=1, require_equals = true, default_missing_value = "30d",
        value_parser = days)]
    recent: Option<u32>,
    /// Take what stands in the file of queries as queries, not as plain words.
    #[arg(long, requires = "batch")]
    syntax: bool,
    /// Count the hits of each query of the file by this: source, section, author, language, tag, agency, year, month; a
    /// table as CSV with a line a query.
    #[arg(long, value_name = "FIELD", requires = "batch", conflicts_with = "format", value_parser = facet_field())]
    matrix: Option<FacetField>,
    /// No pager.
    #[arg(long)]
    no_pager: bool,
}

/// What becomes of copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Copies {
    /// Hits of their own.
    Show,
    /// Folded into one hit.
    Collapse,
    /// Folded, and only what has copies.
    Only,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// Best first.
    Relevance,
    /// Latest first.
    Newest,
    /// Earliest first.
    Oldest,
    /// Longest story first.
    Longest,
    /// Shortest story first.
    Shortest,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
            Order::Longest => Self::Longest,
            Order::Shortest => Self::Shortest,
        }
    }
}

/// The whole answer as one JSON document.
#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    total: Option<u64>,
    total_with_copies: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    facets: &'a [Facet],
    hits: Vec<HitRecord<'a>>,
    /// Where to go on.
    next: Option<String>,
}

/// A preference for recent articles, counted from now.
pub(super) fn recency(half_life_days: u32) -> Recency {
    Recency { half_life_days, now: chrono::Utc::now().timestamp() }
}

/// A number of days, `30d` or `30`.
pub(super) fn days(typed: &str) -> Result<u32, String> {
    let days = typed.strip_suffix('d').unwrap_or(typed).parse().unwrap_or(0);
    if days == 0 { Err("give a number of days, such as 30d".to_owned()) } else { Ok(days) }
}

/// Reads the name of a facet's field.
fn facet_field() -> impl TypedValueParser<Value = FacetField> {
    PossibleValuesParser::new(FacetField::NAMED.map(|(_, name)| name)).map(|typed| {
        let known = FacetField::NAMED.iter().find(|(_, name)| *name == typed);
        known.map_or(FacetField::Source, |(field, _)| *field)
    })
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    // Said here: clap waives what an option needs where that conflicts with what was typed.
    if args.batch.is_none() && (args.syntax || args.matrix.is_some()) {
        return Err(Stop::Usage("--syntax and --matrix are about a file of queries; name it with --batch".to_owned()));
    }
    let options = options(args)?;
    if let Some(file) = &args.batch {
        let format = args.format.map_or(Some(Format::Trec), Form::format);
        let format = format.ok_or_else(|| Stop::Usage("a batch comes as trec or jsonl".to_owned()))?;
        let archive = open(index)?;
        return match args.matrix {
            Some(field) => batch::matrix(&archive, file, args.syntax, field),
            None => batch::queries(&archive, file, args.syntax, &options, format),
        };
    }
    let typed = typed(args)?;
    if args.lint {
        return lint(index, &typed);
    }
    let (query, notes) = if args.any {
        (Query::words(&typed), Vec::new())
    } else {
        Query::parse_with_notes(&typed).map_err(|error| Stop::Query(typed.clone(), error))?
    };
    if let Some(word) = args.query.iter().find(|word| args.recent.is_some() && days(word).is_ok()) {
        tell(&format!(
            "note: {word} is taken as a word; days of --recent stand behind an equals sign, --recent={word}"
        ))?;
    }
    let form = args.format.unwrap_or(Form::Text);
    let exported = args.export.options(form, &options)?;
    let folds = matches!(args.copies, Some(Copies::Collapse | Copies::Only));
    if folds && (exported.is_some() || args.manifest.is_some()) {
        let said = "an export and a manifest hold every copy; --copies does not go with them";
        return Err(Stop::Usage(said.to_owned()));
    }
    if (args.expand || args.recent.is_some()) && (exported.is_some() || args.manifest.is_some()) {
        let said =
            "an export and a manifest have the order of the query itself; --expand and --recent do not go with them";
        return Err(Stop::Usage(said.to_owned()));
    }
    if args.manifest.is_some() && args.manifest == args.export.target.output {
        return Err(Stop::Usage("--manifest and --output name the same file".to_owned()));
    }
    if let Some(exported) = exported {
        let archive = open(index)?;
        let given = write_hits(&archive, &query, args, form, exported)?;
        tell_notes(&notes, &archive.notes(&query)?, &[])?;
        return Ok(if given == 0 { Exit::Nothing } else { Exit::Success });
    }
    let format = form.format().unwrap_or(Format::Text);
    let snippet_chars = if format == Format::Trec { 0 } else { options.snippet_chars };
    let archive = open(index)?;
    let results = archive.search(&query, &SearchOptions { snippet_chars, ..options.clone() })?;
    let mut out = if format == Format::Text { Output::paged(!args.no_pager) } else { Output::plain() };
    print(&mut out, &archive, &results, format)?;
    out.finish()?;
    tell_notes(&notes, &archive.notes(&query)?, &results.notes)?;
    if let Some(file) = &args.manifest {
        let asked = ManifestOptions::of(&export::of_search(&options));
        replay::write(file, &SearchManifest::record(&archive, &query, words(args), asked)?)?;
    }
    if results.hits.is_empty() && format == Format::Text {
        hint(&archive, &results, &query, &options)?;
    }
    Ok(if results.hits.is_empty() { Exit::Nothing } else { Exit::Success })
}

/// Writes the hits of an export one after the other, and the search down where that is wanted. Gives their number.
fn write_hits(
    archive: &Archive,
    query: &Query,
    args: &Args,
    form: Form,
    mut options: ExportOptions,
) -> Result<u64, Stop> {
    let asked = ManifestOptions::of(&options);
    options.today = Some(asked.today);
    let sink = Sink::open(form, &args.export.target, &mut options)?;
    let mut export = archive.export(query, options)?;
    let mut recorder = HitsRecorder::default();
    let given = sink.write(&mut export, |hit| recorder.add(&hit.article.id))?;
    tell_notes(&[], &[], export.notes())?;
    if let Some(file) = &args.manifest {
        let hits = recorder.finish(export.total());
        replay::write(file, &SearchManifest::new(archive, query, words(args), asked, hits)?)?;
    }
    Ok(given)
}

/// The plain words of a search for any of them.
fn words(args: &Args) -> Option<String> {
    args.any.then(|| args.query.join(" "))
}

fn options(args: &Args) -> Result<SearchOptions, Stop> {
    let copies = match args.copies {
        Some(Copies::Show) => CopyMode::Show,
        Some(Copies::Collapse) => CopyMode::Collapse,
        Some(Copies::Only) => CopyMode::Only,
        None if args.batch.is_some() || args.manifest.is_some() => CopyMode::Show,
        None => CopyMode::Collapse,
    };
    Ok(SearchOptions {
        copies,
        expand: args.expand,
        recency: args.recent.map(recency),
        limit: args.limit,
        offset: args.offset,
        after: args.after.as_deref().map(str::parse).transpose()?,
        sort: args.sort.into(),
        snippets: args.snippets,
        facets: args.facet.clone(),
        facet_values: args.facet_values,
        today: Some(chrono::Local::now().date_naive()),
        ..SearchOptions::default()
    })
}

/// The query as it was typed, in one piece.
fn typed(args: &Args) -> Result<String, Stop> {
    // Behind `--`, where a query may begin with a dash, options are words; nobody means that.
    let is_option = |word: &&String| word.strip_prefix("--").is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    if let Some(option) = args.query.iter().find(is_option) {
        return Err(Stop::Usage(format!("{option} stands among the words of the query; options go before --")));
    }
    let typed = args.query.join(" ");
    if typed.trim().is_empty() {
        return Err(Stop::Usage("say what to look for, such as: newssearch query \"dam failure\"".to_owned()));
    }
    Ok(typed)
}

/// Says how a query is read, and what may be a mistake in it; what the archive knows of it too, where there is one.
fn lint(index: &Path, typed: &str) -> Outcome {
    let (query, notes) = Query::parse_with_notes(typed).map_err(|error| Stop::Query(typed.to_owned(), error))?;
    let of_archive = match open(index) {
        Ok(archive) => archive.notes(&query)?,
        Err(_) => Vec::new(),
    };
    let mut out = Output::plain();
    out.write(&format!("{}\n", for_terminal(&query.to_string())))?;
    for note in &notes {
        out.write(&format!("{}\n", pointed_note(typed, note)))?;
    }
    for note in &of_archive {
        out.write(&format!("note: {}\n", for_terminal(note)))?;
    }
    out.finish()?;
    Ok(if notes.is_empty() && of_archive.is_empty() { Exit::Success } else { Exit::Nothing })
}

/// A note with the line it is about and a mark under the place.
fn pointed_note(typed: &str, note: &Note) -> String {
    let suggestion = note.suggestion.as_ref().map(|text| format!("; {text}")).unwrap_or_default();
    let said = format!("note: {}{suggestion}", note.message);
    format!("{}\n{}", for_terminal(&said), underlined(typed, &note.bytes))
}

/// Says on the standard error what was taken otherwise than it may have been meant.
fn tell_notes(notes: &[Note], of_archive: &[String], of_search: &[String]) -> io::Result<()> {
    let typed = notes.iter().map(|note| match &note.suggestion {
        Some(suggestion) => format!("{}; {suggestion}", note.message),
        None => note.message.clone(),
    });
    for note in typed.chain(of_archive.iter().cloned()).chain(of_search.iter().cloned()) {
        tell(&format!("note: {note}"))?;
    }
    Ok(())
}

/// Says on the standard error what may help where there are no hits.
fn hint(archive: &Archive, results: &Results, query: &Query, options: &SearchOptions) -> Result<(), Stop> {
    if results.total.is_some_and(|total| total > 0) {
        return Ok(tell("there are fewer hits than that")?);
    }
    let any = SearchOptions { limit: 1, snippet_chars: 0, total: false, ..SearchOptions::default() };
    if archive.search(&Query::Everything, &any)?.hits.is_empty() {
        return Ok(tell("the archive is empty; newssearch index PATH fills it")?);
    }
    if let Some(better) = archive.did_you_mean(query)? {
        tell(&format!("did you mean {better}"))?;
    }
    if !matches!(query, Query::All(_)) {
        return Ok(tell("no article fits this")?);
    }
    let diagnosis = archive.diagnose(query, options)?;
    tell("no article fits all of this; --any finds articles with any of the words")?;
    Ok(write!(io::stderr(), "{}", text::diagnosis(&diagnosis))?)
}

fn print(out: &mut Output, archive: &Archive, results: &Results, format: Format) -> Result<(), Stop> {
    match format {
        Format::Text => {
            out.write(&text::summary(results))?;
            out.write(&text::facets(&results.facets))?;
            out.write(&text::expanded(&results.expanded))?;
            for hit in &results.hits {
                let related = if hit.rank == 1 { related(archive, hit)? } else { Vec::new() };
                out.write(&text::hit(hit, &related))?;
            }
        }
        Format::Json => {
            let hits: Vec<HitRecord<'_>> = results.hits.iter().map(|hit| HitRecord::new(None, hit)).collect();
            let next = results.next.as_ref().map(ToString::to_string);
            let (query, notes, facets) = (&results.query, &results.notes, &results.facets);
            let (total, total_with_copies) = (results.total, results.total_with_copies);
            out.write(&json_pretty(&Answer { query, total, total_with_copies, notes, facets, hits, next }))?;
        }
        Format::Jsonl => {
            for hit in &results.hits {
                out.write(&json_line(&HitRecord::new(None, hit)))?;
            }
        }
        Format::Csv => out.write(&(csv_header() + &csv_hits(&results.hits)))?,
        Format::Trec => {
            for hit in &results.hits {
                out.write(&trec_line("1", &hit.article, hit.rank, hit.score))?;
            }
        }
    }
    Ok(())
}

fn related(archive: &Archive, hit: &Hit) -> Result<Vec<crate::search::Related>, Stop> {
    let article = archive.article(&hit.article.id)?;
    let options = RelatedOptions { limit: RELATED_SHOWN, terms: RELATED_TERMS, ..RelatedOptions::default() };
    Ok(archive.related(&article, &options)?.articles)
}
