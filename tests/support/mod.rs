//! What the tests of the whole share: folders with pages, the program run in them, the sample corpus.
#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod answers;
pub(crate) mod chance;
pub(crate) mod harmless;
#[cfg(feature = "serve")]
pub(crate) mod http;
pub(crate) mod score;
pub(crate) mod states;

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use tempfile::TempDir;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_newssearch");

/// Settings from outside that change what the program does.
const SETTINGS: [&str; 20] = [
    "NEWSSEARCH_CONFIG",
    "NEWSSEARCH_INDEX",
    "NEWSSEARCH_LIMIT",
    "NEWSSEARCH_MEMORY",
    "NEWSSEARCH_NO_PAGER",
    "NEWSSEARCH_PAGE_BYTES_MAX",
    "NEWSSEARCH_SAVED",
    "NEWSSEARCH_SNIPPETS",
    "NEWSSEARCH_SORT",
    "NEWSSEARCH_THREADS",
    "APPDATA",
    "HOME",
    "XDG_CONFIG_HOME",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "COLUMNS",
    "PAGER",
    "LESS",
];

/// A folder of its own for a test; the program runs in it.
pub(crate) struct Folder(TempDir);

/// What the program did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder with files in it, each a name and its text.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder made");
        fs::write(&path, bytes).expect("a file written");
        path
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("a file removed");
    }

    /// Runs the program in the folder.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Ran {
        self.run_with(args, &[])
    }

    /// Runs the program in the folder with some environment variables.
    pub(crate) fn run_with<A: AsRef<OsStr>>(&self, args: &[A], variables: &[(&str, &str)]) -> Ran {
        let mut command = program(args);
        command.current_dir(self.0.path()).envs(variables.iter().copied());
        Ran::of(&command.output().expect("the program runs"))
    }

    /// Indexes `pages` and checks that everything went in.
    pub(crate) fn index(&self) -> Ran {
        self.run(&["index", "pages"]).ends_with(0)
    }

    /// Titles of the hits of a query, best first; copies of one story each.
    pub(crate) fn titles(&self, query: &str) -> Vec<String> {
        let ran = self.run(&["query", "--format", "jsonl", "--limit", "1000", "--copies", "show", "--", query]);
        assert_eq!(ran.code, i32::from(ran.out.is_empty()), "{query}: {ran:?}");
        ran.records().iter().map(|hit| text(&hit["title"])).collect()
    }
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output in UTF-8");
        let ran = Self {
            code: output.status.code().expect("an exit code"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        };
        assert!(!ran.err.contains("panicked"), "{ran:?}");
        assert!((0..=2).contains(&ran.code), "{ran:?}");
        ran
    }

    /// Checks the exit code.
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Checks that the standard error holds all of these.
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in {self:?}");
        }
        self
    }

    /// The output as one JSON value.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in {self:?}"))
    }

    /// The output as JSON values, one a line.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e} in {line}"))).collect()
    }
}

/// The program with arguments, in a pipe and without settings from outside.
pub(crate) fn program<A: AsRef<OsStr>>(args: &[A]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).stdin(Stdio::null());
    for name in SETTINGS {
        command.env_remove(name);
    }
    command
}

/// The text of a JSON string; empty for anything else.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A page with a headline and a story, in plain markup.
pub(crate) fn page(headline: &str, paragraphs: &[&str]) -> String {
    dated_page(headline, "", paragraphs)
}

/// A page with a date of publication in its metadata.
pub(crate) fn dated_page(headline: &str, published: &str, paragraphs: &[&str]) -> String {
    let date = match published {
        "" => String::new(),
        date => format!("<meta property=\"article:published_time\" content=\"{date}\">"),
    };
    let story: String = paragraphs.iter().map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{headline}</title>{date}</head>\n\
         <body><article><h1>{headline}</h1>\n{story}</article></body></html>\n"
    )
}

/// Bytes compressed with gzip.
pub(crate) fn gzipped(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).expect("a vector takes every write");
    encoder.finish().expect("a vector takes every write")
}

/// The sample corpus.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Indexes the sample corpus with the program, into a folder of this test file's own; gives the archive's folder.
pub(crate) fn corpus_archive() -> PathBuf {
    let index = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME")).join("index");
    let pages = corpus();
    let urls = pages.join("urls.json");
    let args = [OsStr::new("--index"), index.as_os_str(), "index".as_ref(), pages.as_os_str()];
    let args = [&args[..], &["--url-map".as_ref(), urls.as_os_str(), "--rebuild".as_ref()]].concat();
    let output = program(&args).output().expect("the program runs");
    Ran::of(&output).ends_with(0);
    index
}

/// The folder of gold data that `NEWSSEARCH_EVAL_DATA` names; `None`, with a printed line, where there is none.
pub(crate) fn gold_data(wanted: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("NEWSSEARCH_EVAL_DATA").map(|folder| Path::new(&folder).join(wanted));
    match folder {
        Some(folder) if folder.exists() => Some(folder),
        _ => {
            note(&format!("skipped: there is no {wanted} in the folder that NEWSSEARCH_EVAL_DATA names"));
            None
        }
    }
}

/// Prints a line beside what the test framework catches.
pub(crate) fn note(line: &str) {
    // Nobody to read it is no failure of a test.
    let _ = writeln!(std::io::stderr(), "{line}");
}
