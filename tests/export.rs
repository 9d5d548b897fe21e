//! The program's exports: every hit in every form, fields, samples; and searches that are written down and made again.

mod support;

use std::{
    collections::{BTreeSet, HashSet},
    fs,
};

use serde_json::{Value, json};
use support::{Folder, Ran, note, text};

/// Articles in the archive of these tests.
const ARTICLES: usize = 300;

/// An archive of short articles that all hold `quay`, some also `crane`; a few with nasty texts.
fn quay() -> Folder {
    let folder = Folder::new();
    folder.write("pages/a.jsonl", lines(0..ARTICLES));
    folder.index();
    folder
}

fn lines(numbers: std::ops::Range<usize>) -> String {
    let line = |number: usize| {
        let crane = if number.is_multiple_of(3) { "The crane was moved twice." } else { "" };
        let article = json!({
            "id": format!("q{number}"),
            "title": if number == 7 { "=SUM(\"quay\")\t{a}".to_owned() } else { format!("Quay swept, part {number}") },
            "text": format!("The quay was swept on day {number}.\n{crane}\nNobody was there, \"quite\" nobody."),
            "date": if number.is_multiple_of(5) { None } else { Some(format!("2021-{:02}-{:02}", number % 12 + 1, number % 28 + 1)) },
            "authors": ["Ann Lee", "Jan van der Berg"],
            "source": "The Harbour Post",
            "tags": ["quays", "brooms"],
            "language": "en",
        });
        article.to_string() + "\n"
    };
    numbers.map(line).collect()
}

fn ids(ran: &Ran) -> Vec<String> {
    ran.records().iter().map(|hit| text(&hit["id"])).collect()
}

fn table(ran: &Ran) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(ran.out.as_bytes());
    reader.records().map(|row| row.expect("a row like the header")).collect()
}

#[test]
fn every_hit_comes_once_and_in_the_order_of_the_search() {
    let folder = quay();
    for sort in ["relevance", "newest", "oldest", "longest", "shortest"] {
        let searched = folder.run(&["query", "quay crane", "--format", "jsonl", "--sort", sort, "--limit", "1000"]);
        let exported = folder.run(&["query", "quay crane", "--format", "jsonl", "--sort", sort, "--all"]).ends_with(0);
        assert_eq!(ids(&exported), ids(&searched), "{sort}");
        assert_eq!(ids(&exported).iter().collect::<HashSet<_>>().len(), ARTICLES / 3);
        let cut = ["query", "quay crane", "--format", "jsonl", "--sort", sort, "--limit", "7", "--offset", "5"];
        let cut = folder.run(&[&cut[..], &["--fields", "rank,id"]].concat()).ends_with(0);
        assert_eq!(ids(&cut), ids(&searched)[5..12]);
        assert_eq!(cut.records()[0]["rank"], 6);
    }
}

#[test]
fn every_form_holds_every_hit() {
    let folder = quay();
    let all = |form: &str| folder.run(&["query", "quay", "--all", "--format", form]).ends_with(0);
    assert_eq!(all("jsonl").records().len(), ARTICLES);
    let document = all("json").json();
    assert_eq!((&document["total"], document["hits"].as_array().unwrap().len()), (&json!(ARTICLES), ARTICLES));
    assert_eq!(document["query"], "quay");
    assert_eq!(table(&all("csv")).len(), ARTICLES + 1);
    assert_eq!(all("tsv").out.lines().count(), ARTICLES + 1);
    assert_eq!(all("ris").out.matches("TY  - NEWS\r\n").count(), ARTICLES);
    assert_eq!(all("bibtex").out.matches("@article{").count(), ARTICLES);
    assert_eq!(all("csl-json").json().as_array().unwrap().len(), ARTICLES);
    assert_eq!(all("trec").out.lines().count(), ARTICLES);
    assert!(all("text").out.contains("Quay swept, part 299"));
}

#[test]
fn a_query_without_hits_gives_an_empty_form_and_ends_with_1() {
    let folder = quay();
    let none = |form: &str| folder.run(&["query", "zebra", "--all", "--format", form]).ends_with(1);
    assert_eq!(none("json").json()["hits"], json!([]));
    assert_eq!(none("csl-json").json(), json!([]));
    assert_eq!(table(&none("csv")).len(), 1);
    assert_eq!(none("ris").out, "");
}

#[test]
fn fields_are_columns_in_their_order_with_the_full_text() {
    let folder = quay();
    let fields = ["--fields", "title,date,source,body,tags,record"];
    let args = [&["query", "id:q7", "--format", "csv"][..], &fields].concat();
    let rows = table(&folder.run(&args).ends_with(0));
    assert_eq!(rows[0], ["title", "date", "source", "body", "tags", "record"][..]);
    let title = "'=SUM(\"quay\") {a}";
    let body = "The quay was swept on day 7.\nNobody was there, \"quite\" nobody.";
    assert_eq!(rows[1], [title, "2021-08-08", "The Harbour Post", body, "quays; brooms", "8"][..]);
    let args = [&["query", "id:q7", "--format", "jsonl"][..], &fields].concat();
    let record = &folder.run(&args).ends_with(0).records()[0];
    assert_eq!(record["body"], body);
    assert_eq!(record["tags"], json!(["quays", "brooms"]));
    let tsv = folder.run(&["query", "id:q7", "--format", "tsv", "--fields", "body,title"]).ends_with(0);
    assert_eq!(tsv.out, format!("body\ttitle\n{}\t{title}\n", body.replace('\n', " ")));
}

#[test]
fn what_does_not_go_together_is_said() {
    let folder = quay();
    let cases: [(&[&str], &str); 8] = [
        (&["--fields", "titel", "--format", "csv"], "there is no field titel; did you mean title? There are: rank,"),
        (&["--fields", "title", "--format", "ris"], "--fields can only add body"),
        (&["--fields", "title"], "--fields needs a --format"),
        (&["--sample", "0"], "sample is 0, but must be between 1 and 1000000"),
        (&["--seed", "1"], "--sample"),
        (&["--all", "--facet", "source"], "cannot be used with"),
        (&["--format", "ris", "--facet", "source"], "do not go with an export"),
        (&["--output", "nosuch/folder/x.csv", "--format", "csv"], "cannot write nosuch/folder/x.csv"),
    ];
    for (args, told) in cases {
        folder.run(&[&["query", "quay"][..], args].concat()).ends_with(2).says(&[told]);
    }
}

#[test]
fn a_file_is_there_once_it_is_whole() {
    let folder = quay();
    let ran = folder.run(&["query", "quay", "--all", "--format", "csv", "--output", "hits.csv"]).ends_with(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    let printed = folder.run(&["query", "quay", "--all", "--format", "csv"]).out;
    assert_eq!(fs::read_to_string(folder.path("hits.csv")).unwrap(), printed);
    assert!(!folder.path("hits.csv.part").exists());
    folder.run(&["query", "quay", "--output", "pages", "--format", "csv"]).ends_with(2).says(&["cannot write pages"]);
}

#[test]
fn parquet_is_written_to_a_file_or_said_to_be_left_out() {
    let folder = quay();
    let ran = folder.run(&["query", "quay", "--all", "--format", "parquet", "--output", "hits.parquet"]);
    if cfg!(feature = "parquet") {
        let bytes = fs::read(folder.path("hits.parquet")).unwrap();
        assert!(ran.code == 0 && bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{ran:?}");
    } else {
        ran.ends_with(2).says(&["built without parquet", "--features parquet"]);
        assert!(!folder.path("hits.parquet").exists());
    }
}

#[test]
fn a_sample_is_the_same_however_the_archive_was_made() {
    let folder = quay();
    let sample = |folder: &Folder, size: &str, seed: &str| -> BTreeSet<String> {
        let args = ["query", "quay", "--sample", size, "--seed", seed, "--format", "jsonl"];
        ids(&folder.run(&args).ends_with(0)).into_iter().collect()
    };
    let first = sample(&folder, "20", "1");
    assert_eq!(first.len(), 20);
    assert_eq!(sample(&folder, "20", "1"), first);
    assert_ne!(sample(&folder, "20", "2"), first);
    assert!(sample(&folder, "5", "1").is_subset(&first));
    assert_eq!(sample(&folder, "5000", "1").len(), ARTICLES);

    // The same articles from other files, in another order and in many runs.
    let other = Folder::new();
    for part in (0..3).rev() {
        other.write(&format!("pages/{part}.jsonl"), lines(part * 100..(part + 1) * 100));
        other.index();
    }
    assert_eq!(sample(&other, "20", "1"), first);
}

#[test]
fn a_sample_keeps_the_order_of_the_search() {
    let folder = quay();
    let args = ["query", "quay", "--sample", "40", "--sort", "newest", "--format", "jsonl"];
    let dates: Vec<Value> =
        folder.run(&args).ends_with(0).records().iter().map(|hit| hit["published"].clone()).collect();
    let dated: Vec<String> = dates.iter().filter(|date| !date.is_null()).map(text).collect();
    assert!(dated.is_sorted_by(|a, b| a >= b) && dates[..dated.len()].iter().all(|date| !date.is_null()), "{dates:?}");
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let folder = quay();
    let program = support::PROGRAM;
    let line = format!(
        "{program} query quay --all --format csv --fields body,title,body | head -n 1; exit ${{PIPESTATUS[0]}}"
    );
    let mut bash = std::process::Command::new("bash");
    let Ok(output) = bash.current_dir(folder.path("")).args(["-c", &line]).output() else {
        note("skipped: there is no bash");
        return;
    };
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

// Searches that are written down.

#[test]
fn a_search_that_is_made_again_is_the_same_until_the_archive_changes() {
    let folder = quay();
    let args = ["query", "title:quay crane", "--all", "--format", "csv", "--manifest", "m.json", "--output", "o.csv"];
    folder.run(&args).ends_with(0);
    let manifest: Value = serde_json::from_str(&fs::read_to_string(folder.path("m.json")).unwrap()).unwrap();
    assert_eq!((&manifest["query"], &manifest["hits"]["total"]), (&json!("title:quay crane"), &json!(100)));
    assert_eq!(manifest["archive"]["articles"], ARTICLES);
    let same = folder.run(&["replay", "m.json"]).ends_with(0);
    assert!(same.out.starts_with("the same 100 hits as on 2"), "{same:?}");

    // An article that does not fit comes in: the archive is another, the hits are not.
    folder.write(
        "pages/b.jsonl",
        json!({"id": "owl", "title": "Owls", "text": "An owl sat on a pier all night."}).to_string(),
    );
    folder.index();
    let same = folder.run(&["replay", "m.json"]).ends_with(0);
    assert!(same.out.contains("note: the archive has changed: 301 articles, where there were 300"), "{same:?}");

    // One that fits.
    folder
        .write("pages/c.jsonl", json!({"id": "new", "title": "Quay", "text": "A crane fell on the quay."}).to_string());
    folder.index();
    let differs = folder.run(&["replay", "m.json"]).ends_with(1);
    for told in ["not the same hits", "101 articles fit, where 100 did", "the hits are other articles", "new: new"] {
        assert!(differs.out.contains(told), "{told} in {differs:?}");
    }
    let json = folder.run(&["replay", "m.json", "--json"]).ends_with(1).json();
    assert_eq!((&json["same"], &json["new_ids"], &json["gone_ids"]), (&json!(false), &json!(["new"]), &json!([])));
    folder.run(&["replay", "nosuch.json"]).ends_with(2);
    folder.write("bad.json", "{}");
    folder.run(&["replay", "bad.json"]).ends_with(2).says(&["bad.json, line 1: it is no search"]);
}

#[test]
fn a_fingerprint_tells_what_is_held_and_not_how_it_came_there() {
    let fingerprint = |folder: &Folder| {
        folder.run(&["query", "quay", "--manifest", "m.json", "--format", "jsonl"]).ends_with(0);
        let manifest: Value = serde_json::from_str(&fs::read_to_string(folder.path("m.json")).unwrap()).unwrap();
        text(&manifest["archive"]["hash"])
    };
    let (one, two) = (Folder::new(), Folder::new());
    for (folder, order) in [(&one, [0, 1, 2]), (&two, [2, 0, 1])] {
        for part in order {
            folder.write(&format!("pages/{part}.jsonl"), lines(part * 10..(part + 1) * 10));
            folder.index();
        }
    }
    let first = fingerprint(&one);
    assert_eq!(fingerprint(&two), first);
    one.index();
    assert_eq!(fingerprint(&one), first, "a run that finds nothing new changes nothing");
    // As many words, another one of them.
    one.write("pages/0.jsonl", lines(0..10).replace("swept on day 3", "swept on day 4"));
    one.index();
    let changed = fingerprint(&one);
    assert_ne!(changed, first);
    one.write("pages/0.jsonl", lines(0..10));
    one.index();
    assert_eq!(fingerprint(&one), first, "what is as it was has the fingerprint that it had");
}

#[test]
fn days_that_a_query_counts_back_are_those_of_the_day_it_was_made() {
    let folder = quay();
    folder.run(&["query", "quay last:7d", "--manifest", "m.json", "--format", "jsonl"]).ends_with(1);
    let path = folder.path("m.json");
    let then = fs::read_to_string(&path).unwrap();
    let today = text(&serde_json::from_str::<Value>(&then).unwrap()["options"]["today"]);
    fs::write(&path, then.replace(&format!("\"today\": \"{today}\""), "\"today\": \"2021-06-10\"")).unwrap();
    let differs = folder.run(&["replay", "m.json", "--json"]).ends_with(1).json();
    assert!(differs["now"]["hits"]["total"].as_u64().unwrap() > 0, "{differs}");
}

#[test]
fn plain_words_and_samples_are_made_again_as_they_were() {
    let folder = quay();
    let typed = ["query", "crane zebra swept", "--any", "--format", "jsonl", "--manifest", "m.json"];
    let cases: [&[&str]; 3] =
        [&[], &["--sample", "9", "--seed", "3"], &["--sort", "oldest", "--limit", "5", "--offset", "2"]];
    for more in cases {
        folder.run(&[&typed[..], more].concat()).ends_with(0);
        folder.run(&["replay", "m.json"]).ends_with(0);
    }
}
