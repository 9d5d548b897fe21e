//! Generates articles: `generate DOCS.jsonl COUNT SEED OUT.jsonl`; counts words: `generate vocabulary FILE.jsonl`.

use std::{collections::HashSet, io, path::Path, process::ExitCode};

use compare::{generator::Generator, record};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["vocabulary", file] => vocabulary(Path::new(file)),
        [file, count, seed, out] => match (count.parse(), seed.parse()) {
            (Ok(count), Ok(seed)) => {
                Generator::learn(Path::new(file), seed).and_then(|generator| generator.write(count, Path::new(out)))
            }
            _ => Err(io::Error::other("COUNT and SEED are numbers")),
        },
        _ => Err(io::Error::other("usage: generate DOCS.jsonl COUNT SEED OUT.jsonl | generate vocabulary FILE.jsonl")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generate: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints how mean length and number of distinct words (runs of letters and digits, in lower case) grow with a file.
fn vocabulary(file: &Path) -> io::Result<()> {
    let mut distinct: HashSet<String> = HashSet::new();
    let (mut articles, mut words, mut next) = (0u64, 0u64, 1_000);
    let print = |articles: u64, words: u64, distinct: usize| {
        println!("{articles} articles, mean {:.1} words, {distinct} distinct", words as f64 / articles.max(1) as f64);
    };
    let mut word = String::new();
    for record in record::records(file)? {
        let body = record?.body;
        for piece in body.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
            word.clear();
            word.extend(piece.chars().flat_map(char::to_lowercase));
            words += 1;
            if !distinct.contains(&word) {
                distinct.insert(word.clone());
            }
        }
        articles += 1;
        if articles == next {
            print(articles, words, distinct.len());
            next = if next.to_string().starts_with('1') { next * 2 } else { next * 5 };
        }
    }
    print(articles, words, distinct.len());
    Ok(())
}
