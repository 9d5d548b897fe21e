//! The shape of the code, held to what ARCHITECTURE.md and CONTRIBUTING.md say.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Rooms from the top of the house to its bottom. A room may use those on lines below its own, and itself.
const STOREYS: &[&[&str]] = &[
    &["cli"],
    &["serve"],
    &["pipeline", "render"],
    &["manifest", "saved"],
    &["archive"],
    &["ingest", "search"],
    &["index", "extract"],
    &["deadline"],
    &["error"],
    &["query", "diff"],
    &["text"],
    &["skip", "place"],
    &["article"],
    &["date"],
];

/// Uses upwards that are meant, with the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Outside crates, and the only rooms that may name them.
const CRATES: &[(&str, &[&str])] = &[
    ("tantivy", &["index", "search", "archive", "pipeline"]),
    ("tantivy_fst", &["search"]),
    ("html5ever", &["extract"]),
    ("html2text", &["render"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("toml", &["cli"]),
    ("parquet", &["render", "cli"]),
    ("indicatif", &["cli"]),
    ("signal_hook", &["cli"]),
    ("anstream", &["cli"]),
    ("csv", &["render"]),
    ("frostem", &["text"]),
    ("regex_syntax", &["query"]),
    ("similar", &["diff"]),
    ("unicode_normalization", &["text"]),
    ("whatlang", &["extract"]),
    ("encoding_rs", &["extract"]),
    ("chardetng", &["extract"]),
    ("flate2", &["ingest", "serve"]),
    ("brotli_decompressor", &["ingest"]),
    ("quick_xml", &["ingest"]),
    ("zstd_safe", &["index", "ingest", "serve"]),
    ("base64", &["index"]),
    ("crc32fast", &["index"]),
    ("libc", &["cli"]),
    ("axum", &["serve"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("maud", &["serve"]),
    ("subtle", &["serve"]),
    ("tokio", &["serve"]),
    ("utoipa", &["serve"]),
    ("walkdir", &["ingest"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below `src`, with their paths from there and their texts.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files.sort();
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The room a file belongs to: its top folder, or its own name.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn storey(room: &str) -> Option<usize> {
    STOREYS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms that a text names behind `crate::`, single or in a list of imports.
fn named_rooms(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => rooms.extend(top_names(list)),
            None => rooms.extend(word(rest)),
        }
    }
    rooms
}

/// The first words of the parts of a bracketed list, inner brackets left out.
fn top_names(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 1;
    let mut part = String::new();
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (c == ',' && depth == 1) || depth == 0 {
            names.extend(word(part.trim()));
            part.clear();
        } else {
            part.push(c);
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    let begins_name = text[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric());
    (!word.is_empty() && !begins_name).then_some(word)
}

#[test]
fn names_point_down_only() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let from = room(&file);
        if matches!(from, "lib" | "main") {
            continue;
        }
        let Some(upper) = storey(from) else {
            wrong.push(format!("src/{file}: the room {from} has no storey in tests/tidy.rs"));
            continue;
        };
        for to in named_rooms(&text) {
            let Some(lower) = storey(&to) else { continue };
            let excepted = EXCEPTIONS.iter().any(|(a, b, _)| *a == from && *b == to);
            if to != from && lower <= upper && !excepted {
                wrong.push(format!("src/{file} uses {to}, which is not below {from}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outside_crates_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (name, rooms) in CRATES {
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let named =
                code.clone().any(|line| line.contains(&format!("{name}::")) || line.contains(&format!("use {name}")));
            if named && !rooms.contains(&room(&file)) {
                wrong.push(format!("src/{file} names the crate {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_in_one_line_what_lives_there() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let first = text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") || !first.ends_with(['.', ':']) {
            wrong.push(format!("src/{file} begins with {first:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_names_every_room_and_nothing_that_is_gone() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut wrong = Vec::new();
    let rooms: BTreeSet<String> =
        sources().iter().map(|(file, _)| file.split('/').next().unwrap().to_owned()).collect();
    for room in &rooms {
        let name = if room.ends_with(".rs") { format!("`src/{room}`") } else { format!("`src/{room}/`") };
        if !map.contains(&name) {
            wrong.push(format!("ARCHITECTURE.md does not name {name}"));
        }
    }
    for quoted in map.split('`').skip(1).step_by(2) {
        let is_path =
            quoted.contains('/') && !quoted.contains([' ', '<', '*', ':', '…', '(']) && !quoted.starts_with("index/");
        if is_path && !root().join(quoted).exists() {
            wrong.push(format!("ARCHITECTURE.md names `{quoted}`, which is not there"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lines_are_no_wider_than_the_page() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        // Pages and tables of words are data: in tests, and where a line is a text or names one.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in (1..).zip(code.lines()) {
            let is_data = line.contains('"') && !line.trim_start().starts_with("//");
            if line.chars().count() > 120 && !is_data && !file.ends_with("tests.rs") {
                wrong.push(format!("src/{file}:{number} has {} characters", line.chars().count()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readme_names_the_commands_that_there_are() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let cli = fs::read_to_string(root().join("src/cli/mod.rs")).unwrap();
    let list = &cli[cli.find("enum Command {").unwrap()..];
    let commands = list[..list.find("\n}").unwrap()]
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', '/']))
        .filter_map(|line| line.split_once('('))
        .map(|(name, _)| name.to_lowercase());
    let mut seen = 0;
    for command in commands {
        seen += 1;
        assert!(readme.contains(&format!("newssearch {command}")), "README.md does not show `newssearch {command}`");
    }
    assert!(seen >= 6, "the list of commands was not found");
}
