//! What `newssearch query` and `newssearch new` take out of an archive, hit by hit, and where it goes.

use std::{
    fs::{self, File},
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
};

use clap::ValueEnum;

use super::{Format, Stop};
#[cfg(feature = "parquet")]
use crate::render::ParquetWriter;
use crate::{
    render::{Field, Shape, Writer, fields, text, trec_line},
    search::{Export, ExportOptions, ExportedHit, Hit, Sample, SearchOptions},
};

/// Bytes that are gathered before they are written.
const BUFFER_BYTES: usize = 256 * 1024;

/// What hits are printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// A JSON document a line.
    Jsonl,
    /// A table with a line a hit.
    Csv,
    /// A table with tabs, nothing quoted; an export, as what follows but trec: each copy is a hit of its own.
    Tsv,
    /// Records for reference managers: Zotero, EndNote, Mendeley.
    Ris,
    /// Entries for BibTeX, biblatex and biber.
    Bibtex,
    /// Items for citation processors.
    CslJson,
    /// A table with typed columns; where newssearch is built with the feature `parquet`.
    Parquet,
    /// A TREC run, for scoring.
    Trec,
}

impl Form {
    /// The format of an answer that is printed at once; `None` for what only comes hit by hit.
    pub(super) fn format(self) -> Option<Format> {
        match self {
            Self::Text => Some(Format::Text),
            Self::Json => Some(Format::Json),
            Self::Jsonl => Some(Format::Jsonl),
            Self::Csv => Some(Format::Csv),
            Self::Trec => Some(Format::Trec),
            Self::Tsv | Self::Ris | Self::Bibtex | Self::CslJson | Self::Parquet => None,
        }
    }
}

/// What is taken out, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// Every hit, whatever --limit says, one after the other. As with --sample, --fields and --output, each copy is
    /// then a hit of its own.
    #[arg(long, conflicts_with_all = ["after", "facet", "offset", "sample"])]
    pub(super) all: bool,
    /// A sample of N of all hits, each as likely as every other.
    #[arg(long, value_name = "N", conflicts_with_all = ["after", "facet", "offset"])]
    pub(super) sample: Option<usize>,
    /// Seed of the sample: the same one gives the same sample.
    #[arg(long, default_value_t = 0, requires = "sample")]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) target: Target,
}

/// Which columns or keys, and where they go.
#[derive(Debug, clap::Args)]
pub(super) struct Target {
    /// Columns or keys, in this order: rank, score, id, page, url, canonical_url, title, standfirst, body (the full
    /// text), snippet, authors, date, published_confidence, published_origin, day, modified, captured, source, domain,
    /// agency, section, tags, language, captions, file, record, entry, paywalled, correction, live, sponsored, opinion.
    /// For ris, bibtex and csl-json only body: it is added to what they have.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(super) fields: Vec<String>,
    /// File to write to instead of the standard output; it is there only once it is whole.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

impl ExportArgs {
    /// What to export, where the hits are to come one after the other; `None` where an answer is printed at once.
    pub(super) fn options(&self, form: Form, search: &SearchOptions) -> Result<Option<ExportOptions>, Stop> {
        let streamed = self.all
            || self.sample.is_some()
            || form.format().is_none()
            || !self.target.fields.is_empty()
            || self.target.output.is_some();
        if !streamed {
            return Ok(None);
        }
        if search.after.is_some() || !search.facets.is_empty() {
            return Err(Stop::Usage("--after and --facet do not go with an export of hits".to_owned()));
        }
        let every = self.all || self.sample.is_some();
        Ok(Some(ExportOptions {
            limit: if every { None } else { Some(search.limit as u64) },
            sample: self.sample.map(|size| Sample { size, seed: self.seed }),
            ..of_search(search)
        }))
    }
}

/// The options of an export that gives the hits of a search.
pub(super) fn of_search(search: &SearchOptions) -> ExportOptions {
    ExportOptions {
        sort: search.sort,
        offset: search.offset as u64,
        limit: Some(search.limit as u64),
        expansions_max: search.expansions_max,
        today: search.today,
        snippet_chars: search.snippet_chars,
        ..ExportOptions::default()
    }
}

/// Writes hits in a form to where they go.
pub(super) struct Sink {
    writer: SinkWriter,
    out: Out,
}

enum SinkWriter {
    Text,
    Trec,
    Shaped(Writer),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetWriter<Out>>),
}

impl Sink {
    /// Checks what is asked for, and says in the options of the export what it needs of each hit.
    pub(super) fn open(form: Form, target: &Target, options: &mut ExportOptions) -> Result<Self, Stop> {
        let chosen = chosen_fields(form, target)?;
        let has = |name: &str| chosen.iter().any(|field| field.name == name);
        options.body = has("body");
        options.snippet_chars = match form {
            Form::Text => options.snippet_chars,
            _ if has("snippet") => options.snippet_chars,
            _ => 0,
        };
        let to_terminal = target.output.is_none() && io::stdout().is_terminal();
        if form == Form::Parquet && to_terminal {
            return Err(Stop::Usage("parquet is not for a terminal; name a file with --output, or a pipe".to_owned()));
        }
        let out = Out::open(target.output.as_deref())?;
        let shaped = |shape| SinkWriter::Shaped(Writer::new(shape, chosen.clone()));
        let writer = match form {
            Form::Text => SinkWriter::Text,
            Form::Trec => SinkWriter::Trec,
            Form::Json => shaped(Shape::Json),
            Form::Jsonl => shaped(Shape::Jsonl),
            Form::Csv => shaped(Shape::Csv),
            Form::Tsv => shaped(Shape::Tsv),
            Form::Ris => shaped(Shape::Ris),
            Form::Bibtex => shaped(Shape::Bibtex),
            Form::CslJson => shaped(Shape::CslJson),
            Form::Parquet => return parquet(out, chosen),
        };
        Ok(Self { writer, out })
    }

    /// Writes all hits, and calls `each` with every one that was written. Gives their number.
    pub(super) fn write(mut self, export: &mut Export, mut each: impl FnMut(&ExportedHit)) -> Result<u64, Stop> {
        if let SinkWriter::Shaped(writer) = &self.writer {
            self.out.write_all(&writer.head(export))?;
        }
        let mut given = 0;
        for hit in export.by_ref() {
            let hit = hit?;
            self.hit(&hit)?;
            each(&hit);
            given += 1;
        }
        self.finish()?;
        Ok(given)
    }

    fn hit(&mut self, hit: &ExportedHit) -> io::Result<()> {
        match &mut self.writer {
            SinkWriter::Text => self.out.write_all(anstream::adapter::strip_str(&of_text(hit)).to_string().as_bytes()),
            SinkWriter::Trec => {
                let rank = usize::try_from(hit.rank).unwrap_or(usize::MAX);
                self.out.write_all(trec_line("1", &hit.article, rank, hit.score).as_bytes())
            }
            SinkWriter::Shaped(writer) => self.out.write_all(&writer.hit(hit)),
            #[cfg(feature = "parquet")]
            SinkWriter::Parquet(writer) => writer.hit(hit),
        }
    }

    fn finish(mut self) -> io::Result<()> {
        match self.writer {
            SinkWriter::Text | SinkWriter::Trec => {}
            SinkWriter::Shaped(writer) => self.out.write_all(writer.foot())?,
            #[cfg(feature = "parquet")]
            SinkWriter::Parquet(writer) => return writer.finish()?.finish(),
        }
        self.out.finish()
    }
}

/// A hit for people, as a search prints it.
fn of_text(hit: &ExportedHit) -> String {
    let hit = Hit {
        rank: usize::try_from(hit.rank).unwrap_or(usize::MAX),
        score: hit.score,
        article: hit.article.clone(),
        snippet: hit.snippet.clone(),
        more_snippets: Vec::new(),
        copies_total: 0,
        copies: Vec::new(),
    };
    text::hit(&hit, &[])
}

fn chosen_fields(form: Form, target: &Target) -> Result<Vec<Field>, Stop> {
    let named = &target.fields;
    match form {
        Form::Text | Form::Trec if !named.is_empty() => {
            Err(Stop::Usage("--fields needs a --format that has fields, such as csv or jsonl".to_owned()))
        }
        Form::Text | Form::Trec => Ok(Vec::new()),
        Form::Ris | Form::Bibtex | Form::CslJson if named.is_empty() => Ok(Vec::new()),
        Form::Ris | Form::Bibtex | Form::CslJson if named.iter().all(|name| name.trim() == "body") => {
            fields(named).map_err(Stop::Usage)
        }
        Form::Ris | Form::Bibtex | Form::CslJson => {
            Err(Stop::Usage("this format has its own fields; --fields can only add body to them".to_owned()))
        }
        Form::Json | Form::Jsonl | Form::Csv | Form::Tsv | Form::Parquet => fields(named).map_err(Stop::Usage),
    }
}

#[cfg(feature = "parquet")]
fn parquet(out: Out, fields: Vec<Field>) -> Result<Sink, Stop> {
    let writer = SinkWriter::Parquet(Box::new(ParquetWriter::new(out, fields)?));
    Ok(Sink { writer, out: Out::Nowhere })
}

#[cfg(not(feature = "parquet"))]
fn parquet(_out: Out, _fields: Vec<Field>) -> Result<Sink, Stop> {
    Err(Stop::Usage(
        "this newssearch is built without parquet; build it with `cargo install --path . --features \
         parquet`, or take csv or jsonl"
            .to_owned(),
    ))
}

/// Where an export goes.
pub(super) enum Out {
    Stdout(BufWriter<io::Stdout>),
    /// A file that takes its name when it is whole.
    File {
        half: HalfWritten,
        path: PathBuf,
        file: BufWriter<File>,
    },
    /// A pipe or a device, which is written to as it is.
    Direct(BufWriter<File>),
    #[cfg(feature = "parquet")]
    Nowhere,
}

/// A file that is not whole yet, and is removed where it does not become so.
pub(super) struct HalfWritten(PathBuf);

impl Drop for HalfWritten {
    fn drop(&mut self) {
        // Renamed, it is there no more.
        let _ = fs::remove_file(&self.0);
    }
}

/// Names that are tried for a file that is not whole yet.
const HALF_NAMES: u32 = 100;

/// A new file beside another, which it is to become.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    for number in 0..HALF_NAMES {
        let mut half = path.as_os_str().to_owned();
        half.push(format!(".{}-{number}.part", std::process::id()));
        let half = PathBuf::from(half);
        match File::create_new(&half) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (half, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

impl Out {
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Stop> {
        let Some(path) = path else {
            return Ok(Self::Stdout(BufWriter::with_capacity(BUFFER_BYTES, io::stdout())));
        };
        let cannot = |source| crate::error::Error::Write { path: path.to_owned(), source };
        let is_special = fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
        if is_special {
            let file = fs::OpenOptions::new().write(true).open(path).map_err(cannot)?;
            return Ok(Self::Direct(BufWriter::with_capacity(BUFFER_BYTES, file)));
        }
        if path.is_dir() {
            return Err(cannot(io::ErrorKind::IsADirectory.into()).into());
        }
        // A link stays one, and what it leads to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (half, file) = beside(&path).map_err(cannot)?;
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Self::File { half: HalfWritten(half), path, file })
    }

    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Stdout(mut out) => out.flush(),
            Self::Direct(mut out) => out.flush(),
            Self::File { half, path, mut file } => {
                file.flush()?;
                fs::rename(&half.0, path)
            }
            #[cfg(feature = "parquet")]
            Self::Nowhere => Ok(()),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Direct(file) | Self::File { file, .. } => file.write(bytes),
            #[cfg(feature = "parquet")]
            Self::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Direct(file) | Self::File { file, .. } => file.flush(),
            #[cfg(feature = "parquet")]
            Self::Nowhere => Ok(()),
        }
    }
}
