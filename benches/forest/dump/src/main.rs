//! Writes, for each page of a folder, its runs of text and their rows of features: what the forest learns from.

use std::{
    collections::HashMap,
    error::Error,
    fs::{self, File},
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use extract::{body::rows, dom::Dom};
use flate2::read::GzDecoder;
use serde_json::json;

mod metadata;

/// The parts of the library that lead from a page to its rows.
#[allow(dead_code, reason = "the library uses more of them")]
#[path = "../../../../src/extract"]
mod extract {
    pub mod dom;
    #[path = "body"]
    pub mod body {
        mod cues;
        mod features;
        mod hash;
        mod hints;
        mod names;
        mod outline;
        #[path = "../../../benches/forest/dump/src/rows.rs"]
        pub mod rows;
        use hints::Hints;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [pages, out] = arguments.as_slice() else { return Err("usage: forest-dump FOLDER OUT".into()) };
    let mut rows = BufWriter::new(File::create(out.with_extension("f32"))?);
    let mut runs = BufWriter::new(File::create(out.with_extension("jsonl"))?);
    let urls = urls(&pages.join("urls.json"))?;
    for (page, path) in files(&pages.join("html"))? {
        let html = read(&path)?;
        dump(&html, &page, urls.get(&page).and_then(Option::as_deref), &mut rows, &mut runs)?;
    }
    rows.flush()?;
    Ok(runs.flush()?)
}

/// Writes one page: a line with its runs' texts, and as many rows of little-endian `f32`.
fn dump(
    html: &str,
    page: &str,
    url: Option<&str>,
    rows: &mut impl Write,
    runs: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let dom = Dom::parse(html);
    let page_rows = rows::of(&dom, &metadata::read(&dom), url);
    for value in &page_rows.values {
        rows.write_all(&value.to_le_bytes())?;
    }
    writeln!(runs, "{}", json!({"page": page, "width": page_rows.width, "texts": page_rows.texts}))?;
    Ok(())
}

/// Names and paths of the pages in a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".html.gz"));
        if let Some(name) = name {
            files.push((name.to_owned(), path.clone()));
        }
    }
    files.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(files)
}

/// Addresses of the pages; none where there is no list.
fn urls(list: &Path) -> Result<HashMap<String, Option<String>>, Box<dyn Error>> {
    if !list.exists() {
        return Ok(HashMap::new());
    }
    Ok(serde_json::from_slice(&fs::read(list)?)?)
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path)?).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
