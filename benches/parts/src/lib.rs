//! What the parts are measured on: the pages of the sample corpus, and generated articles.

use std::{
    env,
    fs::{self, File},
    io::{self, BufWriter, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use compare::{
    generator::Generator,
    queries::{self, Kind},
    record::Record,
};
use newssearch::{Article, IngestOptions, Origin, Page, extract_all, ingest};
use tempfile::TempDir;

/// Articles generated: few enough to be indexed in seconds.
pub const ARTICLES: usize = 10_000;

/// Queries drawn of each kind.
pub const QUERIES_A_KIND: usize = 50;

const ARTICLES_SEED: u64 = 1;
const QUERIES_SEED: u64 = 1963;

/// The sample corpus.
pub fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

/// Its pages as they were kept, those that are not compressed.
pub fn pages() -> io::Result<Vec<Page>> {
    let mut pages = Vec::new();
    let mut folders = vec![corpus()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_page = path.extension().is_some_and(|end| ["html", "htm", "xhtml", "txt"].iter().any(|e| end == *e));
            if path.is_dir() {
                folders.push(path);
            } else if is_page {
                let origin = Origin { file: path.display().to_string(), ..Origin::default() };
                pages.push(Page { bytes: fs::read(path)?, origin, ..Page::default() });
            }
        }
    }
    pages.sort_by(|a, b| a.origin.file.cmp(&b.origin.file));
    Ok(pages)
}

/// Generated articles, in a folder that goes with this.
pub struct Generated {
    folder: TempDir,
    /// What they were generated from.
    pub seeds: &'static str,
    generator: Generator,
}

impl Generated {
    /// Learns from the Reuters articles of the gold data or, where `NEWSSEARCH_EVAL_DATA` names none, from the English
    /// articles of the sample corpus: figures from the two are not alike.
    pub fn new() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let gold = env::var_os("NEWSSEARCH_EVAL_DATA").map(|gold| Path::new(&gold).join("related/reuters/docs.jsonl"));
        let (seeds, file) = match gold.filter(|file| file.exists()) {
            Some(file) => ("reuters", file),
            None => ("corpus", write_english(&folder.path().join("seeds.jsonl"))?),
        };
        Ok(Self { seeds, generator: Generator::learn(&file, ARTICLES_SEED)?, folder })
    }

    /// A file of so many.
    pub fn file(&self, articles: usize) -> io::Result<PathBuf> {
        let file = self.path(&format!("articles-{articles}.jsonl"));
        if !file.exists() {
            self.generator.write(articles, &file)?;
        }
        Ok(file)
    }

    /// A place for an archive.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn write_english(out: &Path) -> io::Result<PathBuf> {
    let mut lines = BufWriter::new(File::create(out)?);
    let written = extract_all(&[corpus()], &IngestOptions::default(), |_, found| -> Result<(), Failure> {
        match found {
            Ok(article) if is_english(&article) => {
                serde_json::to_writer(&mut lines, &Record { body: article.body(), ..Record::default() })?;
                Ok(lines.write_all(b"\n")?)
            }
            _ => Ok(()),
        }
    });
    written.map_err(io::Error::other)?;
    lines.flush()?;
    Ok(out.to_owned())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn is_english(article: &Article) -> bool {
    article.language.as_ref().is_some_and(|language| language.code == "en")
}

/// Removes an archive, if there is one.
pub fn remove(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("a folder of our own");
    }
}

/// Indexes files into a folder, and gives how many articles there were.
pub fn index(files: &[PathBuf], folder: &Path, options: &IngestOptions) -> u64 {
    let report = ingest(folder, files, options, |_| ControlFlow::Continue(())).expect("a run to its end");
    report.articles
}

/// Queries drawn from a file of articles, by kind, in the spelling of the query language.
pub fn queries(file: &Path) -> io::Result<impl Fn(Kind) -> Vec<String>> {
    let drawn = queries::drawn(file, QUERIES_A_KIND * queries::DRAWN_KINDS.len(), QUERIES_SEED)?;
    Ok(move |kind| drawn.iter().filter(|query| query.kind == kind).map(|query| query.text.clone()).collect())
}
