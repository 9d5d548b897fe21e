//! Pages of the sample corpus against their golden values; a new pair of files needs no code.

mod support;

use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf};

use newssearch::{Article, Error, IngestOptions, Published, UrlMap, extract_all};
use serde_json::Value;
use support::{corpus, text};

/// Golden values as `tests/data/golden/README.md` defines them. A key that is absent is not asserted.
type Golden = serde_json::Map<String, Value>;

/// Golden files that there are at least, so that a wrong path is no success.
const GOLDEN_MIN: usize = 70;

fn golden_files() -> Vec<(PathBuf, Golden)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden");
    let entries = fs::read_dir(folder).expect("the folder of golden values").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(".article.json")).collect();
    files.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).expect("a golden file");
        let golden = serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        (path, golden)
    };
    files.into_iter().map(read).collect()
}

/// The articles of the corpus, by the path of their page below it.
fn articles() -> BTreeMap<String, Article> {
    let folder = corpus().canonicalize().expect("the corpus");
    let urls: UrlMap = serde_json::from_slice(&fs::read(folder.join("urls.json")).expect("addresses")).expect("JSON");
    let options = IngestOptions { urls, ..IngestOptions::default() };
    let mut articles = BTreeMap::new();
    extract_all::<Error>(&[folder], &options, |file, found| {
        if let Ok(article) = found {
            let below = file.rsplit_once("corpus/").map_or(file, |(_, below)| below);
            articles.insert(below.to_owned(), article);
        }
        Ok(())
    })
    .expect("the corpus is read");
    articles
}

/// The article's value for a golden key that is compared whole.
fn value(article: &Article, key: &str) -> Option<Value> {
    let date = |date: &Option<Published>| date.as_ref().map(Published::to_string).into();
    let flags = article.flags;
    let flag_names = [
        (flags.paywalled, "paywalled"),
        (flags.correction, "correction"),
        (flags.live, "live"),
        (flags.sponsored, "sponsored"),
        (flags.opinion, "opinion"),
    ];
    Some(match key {
        "title" => article.title.clone().into(),
        "standfirst" => article.standfirst.clone().into(),
        "source" => article.source.name.clone().into(),
        "section" => article.section.clone().into(),
        "agency" => article.agency.clone().into(),
        "canonical_url" => article.canonical_url.clone().into(),
        "authors" => article.authors.clone().into(),
        "published" => date(&article.published),
        "modified" => date(&article.modified),
        "language" => article.language.as_ref().map(|language| language.code.clone()).into(),
        "flags" => flag_names.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect(),
        "paragraphs" => article.blocks.len().into(),
        _ => return None,
    })
}

/// What is wrong with an article, a line each.
fn faults(article: &Article, golden: &Golden) -> Vec<String> {
    let body = article.body();
    let mut faults = Vec::new();
    for (key, wanted) in golden {
        let strings = || wanted.as_array().into_iter().flatten().map(text);
        match key.as_str() {
            "page" => {}
            "title_holds" => faults.extend(
                strings().filter(|part| !article.title.contains(part)).map(|part| format!("title lacks {part:?}")),
            ),
            "body_starts" if !body.starts_with(&text(wanted)) => {
                faults.push(format!("body starts {:?}, not {wanted}", start(&body)))
            }
            "body_ends" if !body.ends_with(&text(wanted)) => {
                faults.push(format!("body ends {:?}, not {wanted}", end(&body)))
            }
            "body_starts" | "body_ends" => {}
            "must_hold" => {
                faults.extend(strings().filter(|part| !body.contains(part)).map(|part| format!("body lacks {part:?}")))
            }
            "must_not_hold" => {
                faults.extend(strings().filter(|part| body.contains(part)).map(|part| format!("body holds {part:?}")))
            }
            key => match value(article, key) {
                Some(found) if found == *wanted => {}
                Some(found) => faults.push(format!("{key} is {found}, not {wanted}")),
                None => faults.push(format!("{key} is no key that golden values have")),
            },
        }
    }
    faults
}

fn start(body: &str) -> String {
    body.chars().take(60).collect()
}

fn end(body: &str) -> String {
    let skipped = body.chars().count().saturating_sub(60);
    body.chars().skip(skipped).collect()
}

#[test]
fn pages_give_their_golden_values() {
    let articles = articles();
    let golden = golden_files();
    assert!(golden.len() >= GOLDEN_MIN, "{} golden files", golden.len());
    let mut told = String::new();
    let mut failed = 0;
    for (path, golden) in &golden {
        let page = text(&golden["page"]);
        let faults = match articles.get(&page) {
            Some(article) => faults(article, golden),
            None => vec![format!("no article came out of {page}")],
        };
        if !faults.is_empty() {
            failed += 1;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let _ = write!(told, "\n{name}\n    {}", faults.join("\n    "));
        }
    }
    assert!(failed == 0, "{failed} of {} pages differ from their golden values:{told}", golden.len());
}
