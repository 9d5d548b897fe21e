//! Containers read through the one door, whole and spoilt.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use super::*;
use crate::ingest::walk::{Kind, kind_of};

const LIMIT: u64 = 1 << 20;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers").join(name)
}

fn found(path: PathBuf, name: &str) -> Found {
    let kind = kind_of(name).unwrap();
    Found { path, name: name.to_owned(), kind, bytes: 0, modified_ns: 0 }
}

fn articles(name: &str) -> Vec<Article> {
    let file = found(data(name), name);
    let Kind::Many(container) = file.kind else { panic!("{name} is a page") };
    let mut records = open(&file, container, LIMIT).unwrap();
    std::iter::from_fn(move || records.next_record())
        .map(|record| record.article(name, &FieldMap::default()).unwrap().article)
        .collect()
}

#[test]
fn pages_of_a_web_archive_are_articles_with_address_and_time() {
    for name in ["crawl.warc", "crawl.warc.gz", "crawl.warc.zst", "crawl.wacz"] {
        let articles = articles(name);
        assert_eq!(articles.len(), 9, "{name}");
        for article in articles {
            assert!(!article.title.is_empty() && !article.blocks.is_empty() && article.url.is_some(), "{name}");
            assert_eq!(article.origin.file, name);
            assert!(article.origin.record.is_some() && article.origin.entry.is_some());
            assert_eq!(article.origin.captured.as_deref(), Some("2024-05-06T07:08:09Z"));
            assert_eq!(article.id, id_of(&article));
        }
    }
}

/// A stream of numbers that looks random and is the same at each run.
fn numbers(mut state: u64) -> impl FnMut() -> usize {
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize
    }
}

/// Changes some bytes of a file, cuts it, or repeats a part of it.
fn spoil(file: &mut Vec<u8>, next: &mut impl FnMut() -> usize) {
    for _ in 0..=next() % 8 {
        let at = next() % file.len();
        let end = (at + next() % 200).min(file.len());
        match next() % 4 {
            0 => file[at] = next() as u8,
            1 => file.truncate(at.max(20)),
            2 => drop(file.drain(at..end)),
            _ => {
                let part = file[at..end].to_vec();
                let to = next() % file.len();
                file.splice(to..to, part);
            }
        }
        if file.is_empty() {
            file.push(0);
        }
    }
}

#[test]
fn spoilt_files_are_read_to_their_end_without_a_panic() {
    let feed = b"<rss><channel><item><title>a &amp; b</title><link a='x'>c</link></item></channel></rss>".to_vec();
    let mail =
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x=3D\r\n--b--"
            .to_vec();
    let read = |name: &str| (name.to_owned(), fs::read(data(name)).unwrap());
    let mut files = ["crawl.warc", "crawl.warc.gz", "crawl.warc.zst", "crawl.wacz"].map(read).to_vec();
    files.extend([("feed.rss".to_owned(), feed), ("crawl.tar".to_owned(), fs::read(data("crawl.warc")).unwrap())]);
    let folder = tempfile::tempdir().unwrap();
    let mut next = numbers(7);
    for (name, whole) in &files {
        for _ in 0..ROUNDS {
            let mut bytes = whole.clone();
            spoil(&mut bytes, &mut next);
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let file = found(path, name);
            let Kind::Many(container) = file.kind else { panic!("{name} is a page") };
            let Ok(mut records) = open(&file, container, LIMIT) else { continue };
            let mut last = 0;
            while let Some(record) = records.next_record() {
                assert!(record.number > last, "{name}: numbers grow");
                last = record.number;
                if let Ok(Content::Response(response)) = record.content {
                    let _ = response.into_page();
                }
            }
            assert!(last <= whole.len() as u64, "{name} has no more records than bytes");
        }
    }
    for _ in 0..ROUNDS {
        let mut bytes = mail.clone();
        spoil(&mut bytes, &mut next);
        let _ = crate::ingest::page::from_reader(Cursor::new(bytes), "x.mht", LIMIT);
    }
}

/// Times that each file is spoilt.
const ROUNDS: usize = 60;

/// Two records, and then a reader with a mistake.
struct Mistaken(u64);

impl Records for Mistaken {
    fn next_record(&mut self) -> Option<Record> {
        self.0 += 1;
        assert!(self.0 < 3, "no such record");
        Some(Record { number: self.0, content: Ok(Content::Json(b"{}".to_vec())) })
    }
}

#[test]
fn a_panic_of_a_reader_is_the_last_record() {
    let mut records = Guarded { records: Some(Box::new(Mistaken(0))), number: 0 };
    let all: Vec<Record> = std::iter::from_fn(|| records.next_record()).collect();
    assert_eq!(all.len(), 3);
    assert!(
        matches!(&all[2], Record { number: 3, content: Err(SkipReason::Failed(text)) } if text.contains("no such"))
    );
}
