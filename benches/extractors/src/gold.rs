//! Gold sets: their pages in memory as text, and the prediction files that the scorer reads.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value, json};

use crate::clock::Timed;

/// Bytes from the start of a page in which its charset may be named.
const CHARSET_BYTES_MAX: usize = 4096;

/// A page, decoded.
#[derive(Debug)]
pub struct GoldPage {
    /// Its key in the gold.
    pub name: String,
    /// Where it was fetched from.
    pub url: Option<String>,
    /// Its markup.
    pub html: String,
}

/// A folder of pages with their gold.
pub struct GoldSet {
    /// Name of the folder.
    pub name: &'static str,
    /// Its pages, sorted by name.
    pub pages: Vec<Arc<GoldPage>>,
}

impl GoldSet {
    /// Reads and decodes all pages of a set.
    pub fn load(gold_dir: &Path, name: &'static str) -> io::Result<Self> {
        let dir = gold_dir.join(name);
        let urls = read_map(&dir.join("urls.json"))?;
        let mut files: Vec<PathBuf> =
            fs::read_dir(dir.join("html"))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        files.sort();
        let mut pages = Vec::with_capacity(files.len());
        for file in files {
            let file_name = file.file_name().unwrap_or_default().to_string_lossy();
            let Some(page) = file_name.strip_suffix(".html.gz") else { continue };
            let mut bytes = Vec::new();
            MultiGzDecoder::new(File::open(&file)?).read_to_end(&mut bytes)?;
            let url = urls.get(page).and_then(Value::as_str).map(str::to_owned);
            pages.push(Arc::new(GoldPage { name: page.to_owned(), url, html: decode(&bytes) }));
        }
        Ok(Self { name, pages })
    }

    /// Size of all pages, decoded.
    pub fn bytes(&self) -> usize {
        self.pages.iter().map(|page| page.html.len()).sum()
    }
}

/// Reads a JSON object.
pub fn read_map(path: &Path) -> io::Result<Map<String, Value>> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// Writes what an extractor made of a set, one page a line; pages without an answer are left out.
pub fn write_predictions(out_dir: &Path, set: &GoldSet, extractor: &str, pages: &[Timed]) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(predictions_path(out_dir, set.name, extractor))?);
    for (page, timed) in set.pages.iter().zip(pages) {
        let Some(answer) = &timed.answer else { continue };
        let line = json!({
            "page": page.name,
            "body": answer.body,
            "title": answer.title,
            "authors": answer.authors,
            "published": answer.published,
        });
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// Where the predictions of an extractor for a set lie.
pub fn predictions_path(out_dir: &Path, set: &str, extractor: &str) -> PathBuf {
    out_dir.join(format!("{set}.{}.jsonl", extractor.replace(' ', "-")))
}

/// Decodes a page by its byte order mark, the charset it names, or by what its bytes look like.
fn decode(bytes: &[u8]) -> String {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => named_encoding(bytes).unwrap_or_else(|| guessed_encoding(bytes)),
    };
    encoding.decode(bytes).0.into_owned()
}

fn named_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(CHARSET_BYTES_MAX)]).to_ascii_lowercase();
    let after = head.split_once("charset=")?.1.trim_start_matches(['"', '\'', ' ']);
    let label = after.split(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).next()?;
    Encoding::for_label(label.as_bytes())
}

fn guessed_encoding(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}
