//! A generated corpus in three states, one after the other: fresh, then with files changed, gone and new, then with
//! newer and lost versions. Pages, JSON lines and web archives, plain and compressed.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use serde_json::json;

use super::{Folder, chance::Chance, dated_page, gzipped};

/// How many states there are.
pub(crate) const STATES: usize = 3;

const WORDS: [&str; 48] = [
    "harbour",
    "council",
    "ferry",
    "engine",
    "letters",
    "minister",
    "bridge",
    "winter",
    "school",
    "market",
    "river",
    "strike",
    "budget",
    "coast",
    "island",
    "railway",
    "signal",
    "tower",
    "museum",
    "orchard",
    "copper",
    "glacier",
    "vote",
    "court",
    "appeal",
    "inquiry",
    "storm",
    "quarry",
    "festival",
    "library",
    "union",
    "pier",
    "lighthouse",
    "barley",
    "customs",
    "treaty",
    "pilot",
    "canal",
    "foundry",
    "census",
    "tariff",
    "chapel",
    "meadow",
    "reservoir",
    "sculptor",
    "violin",
    "vineyard",
    "warden",
];

/// Queries whose answers tell archives apart.
pub(crate) const QUERIES: [&str; 9] = [
    "harbour council",
    "\"ferry engine\"",
    "letters OR minister",
    "winter -school",
    "title:market",
    "the",
    "*",
    "date:2021..2022 storm",
    "vineyard warden violin",
];

/// Records of about 4 kB that come in with the second state, and the number of the first, behind all others.
const LONG_LINES: u64 = 32;
const LONG_FROM: u64 = 1_000_000;

fn sentence(chance: &mut Chance) -> String {
    let words: Vec<&str> = (0..9 + chance.below(8)).map(|_| *chance.of(&WORDS)).collect();
    format!("The {} said the {}.", words[0], words[1..].join(" "))
}

fn story(chance: &mut Chance) -> Vec<String> {
    (0..3).map(|_| (0..3).map(|_| sentence(chance)).collect::<Vec<_>>().join(" ")).collect()
}

fn page(name: &str, edition: u64) -> String {
    let mut chance = Chance::new(hash(name) ^ edition);
    let headline = format!("{} {} of {name}", chance.of(&WORDS), chance.of(&WORDS));
    let date = format!("20{:02}-{:02}-{:02}", 18 + chance.below(6), 1 + chance.below(12), 1 + chance.below(28));
    let story = story(&mut chance);
    dated_page(&headline, &date, &story.iter().map(String::as_str).collect::<Vec<_>>())
}

fn hash(name: &str) -> u64 {
    name.bytes().fold(7, |hash: u64, byte| hash.wrapping_mul(131).wrapping_add(u64::from(byte)))
}

/// Records of so many sentences each.
fn lines(ids: std::ops::Range<u64>, sentences: usize) -> String {
    let line = |id: u64| {
        let mut chance = Chance::new(id * 31);
        let title = format!("{} line {id}", chance.of(&WORDS));
        let text: Vec<String> = (0..sentences).map(|_| sentence(&mut chance)).collect();
        let record = json!({ "id": format!("line-{id}"), "title": title, "text": text.join(" ") });
        record.to_string() + "\n"
    };
    ids.map(line).collect()
}

/// A web archive of captures of pages, each a number and a day of capture. The same number on another day is another
/// version of one article.
fn warc(captures: &[(u64, u64)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, day) in captures {
        let html = page(&format!("capture{number}"), *day);
        let http =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{html}", html.len());
        let record = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}-{day}>\r\n\
             WARC-Target-URI: https://news.example/story/{number}\r\nWARC-Date: 2022-03-{day:02}T08:00:00Z\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
            http.len()
        );
        bytes.extend_from_slice(record.as_bytes());
    }
    bytes
}

/// Writes the corpus in a state into `pages` of a folder. Files that two states share have the same time of change.
pub(crate) fn write(folder: &Folder, state: usize, scale: u64) {
    let edition = |changed: bool| u64::from(changed) * state as u64;
    let mut files: Vec<(String, Vec<u8>, u64)> = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>, edition: u64| files.push((name, bytes, edition));
    for number in 0..8 * scale {
        let (gone, late) = (state >= 1 && number % 8 == 0, number % 8 == 7);
        let edition = edition(number % 8 == 3);
        if !gone && (!late || state >= 1) {
            add(format!("a/page{number}.html"), page(&format!("page{number}"), edition).into_bytes(), edition);
        }
    }
    add("b/first.jsonl".to_owned(), lines(state as u64 * 40 * scale..110 * scale, 1).into_bytes(), state as u64);
    if state >= 1 {
        add("b/second.jsonl.gz".to_owned(), gzipped(lines(200 * scale..260 * scale, 1)), 1);
        // With what was there, enough stories for a dictionary to pack them with.
        add("b/long.jsonl".to_owned(), lines(LONG_FROM..LONG_FROM + LONG_LINES, 50).into_bytes(), 1);
    }
    let captures =
        |days: &[u64]| days.iter().flat_map(|day| (0..3 * scale).map(|number| (number, *day))).collect::<Vec<_>>();
    add("c/first.warc".to_owned(), warc(&captures(&[4, 9])), 0);
    if state == 1 {
        add("c/newer.warc.gz".to_owned(), gzipped(warc(&captures(&[20]))), 1);
    }
    if state == 2 {
        add("c/older.warc".to_owned(), warc(&captures(&[1])), 2);
    }
    for (name, bytes, edition) in files {
        let path = folder.write(&format!("pages/{name}"), bytes);
        set_time(&path, SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000 + edition * 1_000));
    }
}

fn set_time(path: &Path, time: SystemTime) {
    let file = fs::OpenOptions::new().write(true).open(path).expect("a file");
    file.set_modified(time).expect("a time set");
}

/// Copies a folder with all that is in it; `from` need not be there.
pub(crate) fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).expect("a folder made");
    for entry in entries.map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file copied");
        }
    }
}
