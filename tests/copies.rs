//! Copies of one story in several articles: found whatever the order, kept through changes, and measured against edits
//! that papers make.
//!
//! With gold data at hand (`NEWSSEARCH_EVAL_DATA`), `cargo test --release --test copies -- --nocapture` prints
//! precision and recall by kind of edit.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fs,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use newssearch::{Archive, IngestOptions, Query, SearchOptions, ingest};
use serde_json::{Value, json};
use support::{Folder, corpus_archive, gold_data, note, program, text};

// Archives of made-up wire copy.

/// A story that is like no other with another seed: runs of invented words.
fn story(seed: u64, words: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("w{}", (state >> 33) % 5_000)
    };
    (0..words).map(|_| word()).collect::<Vec<_>>().join(" ")
}

fn first_words(text: &str, count: usize) -> String {
    text.split(' ').take(count).collect::<Vec<_>>().join(" ")
}

fn line(id: &str, source: &str, day: &str, text: &str) -> String {
    json!({ "id": id, "title": format!("Story {id}"), "text": text, "source": source, "date": day, "language": "en" })
        .to_string()
        + "\n"
}

fn fill(folder: &Folder, paths: &[PathBuf], threads: usize) {
    let options = IngestOptions { threads, ..IngestOptions::default() };
    ingest(folder.path("index"), paths, &options, |_| ControlFlow::Continue(())).expect("a run to its end");
}

fn open(folder: &Folder) -> Archive {
    Archive::open(folder.path("index")).expect("an archive")
}

fn ids(archive: &Archive) -> Vec<String> {
    let options = SearchOptions { limit: 100_000, snippet_chars: 0, ..SearchOptions::default() };
    let results = archive.search(&Query::Everything, &options).expect("a search");
    results.hits.into_iter().map(|hit| hit.article.id).collect()
}

/// A member of a cluster: its id, and hundredths that it shares and covers.
type Shown = (String, u32, u32);

/// All clusters with everything that is said of them, in order.
fn clusters(archive: &Archive) -> Vec<Vec<Shown>> {
    let mut clusters = BTreeSet::new();
    let mut seen = HashSet::new();
    for id in ids(archive) {
        if seen.contains(&id) {
            continue;
        }
        let copies = archive.copies(&id).expect("copies");
        assert_eq!(copies.total, copies.members.len());
        let hundredths = |share: f32| (share * 100.0).round() as u32;
        let member = |copy: &newssearch::CopiedArticle| {
            (copy.article.id.clone(), hundredths(copy.shares), hundredths(copy.covers))
        };
        let members: Vec<Shown> = copies.members.iter().map(member).collect();
        if !members.is_empty() {
            assert!(members.iter().any(|(member, ..)| *member == id), "{id} is not among its own copies");
            seen.extend(members.iter().map(|(member, ..)| member.clone()));
            clusters.insert(members);
        }
    }
    clusters.into_iter().collect()
}

fn names(clusters: &[Vec<Shown>]) -> Vec<Vec<&str>> {
    clusters.iter().map(|list| list.iter().map(|(id, ..)| id.as_str()).collect()).collect()
}

/// Days of articles in files of their own: two stories in several outlets, others alone.
fn days() -> Vec<(String, String)> {
    let (dam, birds) = (story(1, 300), story(2, 120));
    let digest: String = (20..26).map(|seed| story(seed, 40) + " ").collect();
    vec![
        (
            "day1.jsonl".to_owned(),
            line("dam-whole", "A", "2022-04-01", &dam) + &line("alone", "A", "2022-04-01", &story(3, 200)),
        ),
        (
            "day2.jsonl".to_owned(),
            line("dam-cut", "B", "2022-04-02", &first_words(&dam, 100)) + &line("digest", "B", "2022-04-02", &digest),
        ),
        (
            "day3.jsonl".to_owned(),
            line("birds", "A", "2022-04-03", &birds) + &line("brief", "C", "2022-04-03", &story(20, 40)),
        ),
        ("day4.jsonl".to_owned(), line("birds-lead", "C", "2022-04-03", &(story(4, 30) + " " + &birds))),
        ("day5.jsonl".to_owned(), line("dam-late", "D", "", &(first_words(&dam, 200) + " " + &story(5, 60)))),
    ]
}

fn folder_of_days() -> (Folder, Vec<PathBuf>) {
    let folder = Folder::new();
    let paths = days().iter().map(|(name, text)| folder.write(&format!("pages/{name}"), text)).collect();
    (folder, paths)
}

#[test]
fn the_same_story_in_several_outlets_is_a_cluster() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    let found = clusters(&open(&folder));
    assert_eq!(names(&found), [vec!["birds-lead", "birds"], vec!["dam-whole", "dam-cut", "dam-late"]]);
    let dam = &found[1];
    assert_eq!((dam[1].1, dam[1].2), (100, 33), "cut to a third: all its own is from there");
    assert!(dam[2].1 < 80 && dam[2].2 > 60, "{dam:?}");
    let archive = open(&folder);
    let copies = archive.copies("dam-cut").expect("copies");
    let differs = copies.members[1].differs.as_ref().expect("a difference");
    assert_eq!((differs.words_cut, differs.words_added, differs.title, differs.lead), (200, 0, true, false));
    assert!(archive.copies("alone").expect("copies").members.is_empty());
    assert!(archive.copies("brief").expect("copies").members.is_empty(), "one brief of a digest is no copy");
}

#[test]
fn clusters_depend_neither_on_the_order_of_arrival_nor_on_threads() {
    let (folder, mut paths) = folder_of_days();
    fill(&folder, &paths, 1);
    let whole = clusters(&open(&folder));
    for round in 0..4 {
        paths.rotate_left(1);
        if round % 2 == 0 {
            paths.reverse();
        }
        let parts = Folder::new();
        for path in &paths {
            fill(&parts, std::slice::from_ref(path), 2);
        }
        assert_eq!(clusters(&open(&parts)), whole);
    }
}

#[test]
fn what_goes_leaves_its_cluster_and_what_changes_is_looked_for_again() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    folder.remove("pages/day1.jsonl");
    let all = [folder.path("pages")];
    fill(&folder, &all, 0);
    let rest = clusters(&open(&folder));
    assert_eq!(
        names(&rest),
        [vec!["birds-lead", "birds"], vec!["dam-cut", "dam-late"]],
        "two cut ones are copies still"
    );
    folder.write("pages/day5.jsonl", line("dam-late", "D", "2022-04-09", &story(9, 200)));
    fill(&folder, &all, 0);
    assert_eq!(names(&clusters(&open(&folder))), [["birds-lead", "birds"]]);
    folder.write("pages/day6.jsonl", line("alone-too", "E", "2022-04-09", &first_words(&story(9, 200), 150)));
    fill(&folder, &all, 0);
    assert_eq!(names(&clusters(&open(&folder))), [vec!["birds-lead", "birds"], vec!["dam-late", "alone-too"]]);
}

#[test]
fn a_bridge_that_goes_parts_its_cluster() {
    // The middle one has half of each; the outer ones have nothing in common.
    let (one, other) = (story(1, 100), story(2, 100));
    let folder = Folder::new();
    folder.write("pages/a.jsonl", line("one", "A", "2022-04-01", &one) + &line("other", "A", "2022-04-01", &other));
    folder.write("pages/b.jsonl", line("both", "B", "2022-04-02", &format!("{one} {other}")));
    let all = [folder.path("pages")];
    fill(&folder, &all, 0);
    assert_eq!(clusters(&open(&folder)).iter().map(Vec::len).collect::<Vec<_>>(), [3]);
    folder.remove("pages/b.jsonl");
    fill(&folder, &all, 0);
    assert_eq!(clusters(&open(&folder)), Vec::<Vec<Shown>>::new());
}

#[test]
fn older_versions_take_no_part() {
    let folder = Folder::new();
    let dam = story(1, 200);
    let capture = |at: &str, text: &str| {
        json!({ "url": "https://a.example/dam", "title": "Dam", "text": text, "captured": at, "language": "en" })
            .to_string()
            + "\n"
    };
    folder.write("pages/a.jsonl", capture("2022-04-01T10:00:00Z", &dam));
    folder.write("pages/b.jsonl", line("other", "B", "2022-04-02", &dam));
    let all = [folder.path("pages")];
    fill(&folder, &all, 0);
    assert_eq!(clusters(&open(&folder)).len(), 1);
    folder.write("pages/c.jsonl", capture("2022-04-03T10:00:00Z", &story(7, 200)));
    fill(&folder, &all, 0);
    assert_eq!(clusters(&open(&folder)), Vec::<Vec<Shown>>::new(), "the newest version tells of other things");
    folder.remove("pages/c.jsonl");
    fill(&folder, &all, 0);
    assert_eq!(clusters(&open(&folder)).len(), 1, "the older one is searched again");
}

#[test]
fn a_run_that_dies_leaves_the_clusters_of_the_last_one_and_the_next_makes_them_whole() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths[..2], 0);
    let before = clusters(&open(&folder));
    let options = IngestOptions { commit_seconds: 0, ..IngestOptions::default() };
    let died = catch_unwind(AssertUnwindSafe(|| {
        ingest(folder.path("index"), &[folder.path("pages")], &options, |progress| {
            assert!(progress.files_done < 2, "the run dies here");
            ControlFlow::Continue(())
        })
    }));
    assert!(died.is_err());
    assert_eq!(names(&clusters(&open(&folder))), names(&before));
    fill(&folder, &[folder.path("pages")], 0);
    let whole = Folder::new();
    fill(&whole, &paths, 0);
    assert_eq!(clusters(&open(&folder)), clusters(&open(&whole)));
}

#[test]
fn a_program_killed_at_any_instant_loses_no_cluster() {
    let (folder, paths) = folder_of_days();
    let whole = Folder::new();
    fill(&whole, &paths, 0);
    let wanted = clusters(&open(&whole));
    let args = ["index", "pages"];
    for millis in [0, 3, 6, 10, 15, 20, 30, 45, 60, 90] {
        let mut child = program(&args).current_dir(folder.path(".")).spawn().expect("the program runs");
        std::thread::sleep(std::time::Duration::from_millis(millis));
        let _ = child.kill();
        child.wait().expect("it ends");
        let name = format!("pages/more{millis}.jsonl");
        folder.write(&name, line(&format!("more{millis}"), "Z", "2022-05-01", &story(100 + millis, 80)));
    }
    folder.run(&args).ends_with(0);
    assert_eq!(clusters(&open(&folder)), wanted);
    let left = fs::read_dir(folder.path("index")).expect("a folder").flatten();
    let left: Vec<String> = left.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(left.iter().filter(|name| name.starts_with("copies-")).count(), 1, "{left:?}");
    assert!(!left.contains(&"unsettled".to_owned()), "{left:?}");
}

#[test]
fn a_damaged_file_of_copies_is_told_and_made_anew() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    let wanted = clusters(&open(&folder));
    let file = folder.path("index/copies-0.bin");
    let mut bytes = fs::read(&file).expect("the file of copies");
    bytes[20] ^= 1;
    fs::write(&file, &bytes).expect("a file written");
    folder.run(&["query", "w1"]).ends_with(2).says(&["copies-0.bin is damaged", "--rebuild"]);
    folder.run(&["index", "pages"]).ends_with(0);
    assert_eq!(clusters(&open(&folder)), wanted, "a run makes it anew");
}

#[test]
fn a_story_in_a_thousand_outlets_is_one_cluster() {
    let folder = Folder::new();
    let dam = story(1, 120);
    let copies: String =
        (0..1_000).map(|n| line(&format!("copy{n}"), "A", "2022-04-01", &first_words(&dam, 60 + n % 60))).collect();
    folder.write("pages/a.jsonl", copies);
    fill(&folder, &[folder.path("pages")], 0);
    let copies = open(&folder).copies("copy7").expect("copies");
    assert_eq!((copies.total, copies.members.len()), (1_000, 1_000));
}

// The sample corpus.

#[test]
fn wire_copy_of_the_sample_corpus_is_clustered_and_nothing_else() {
    let archive = Archive::open(corpus_archive()).expect("the archive of the corpus");
    let pages = |id: &str| {
        let copies = archive.copies(id).expect("copies");
        copies.members.iter().map(|copy| copy.article.page.clone()).collect::<BTreeSet<_>>()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(pages("dam-wire-dl"), set(&["dam-wire-nl", "dam-wire-mp", "dam-wire-dl"]));
    assert_eq!(pages("oil-birds-wire-mp"), set(&["oil-birds-wire-nl", "oil-birds-wire-mp", "oil-birds-wire-dl"]));
    let found: Vec<BTreeSet<String>> = clusters(&archive)
        .iter()
        .map(|list| list.iter().map(|(id, ..)| archive.article(id).expect("an article").page).collect())
        .collect();
    note(&format!("clusters of the corpus: {found:?}"));
    let first = archive.copies("dam-wire-mp").expect("copies");
    assert_eq!(first.members[0].article.page, "dam-wire-nl", "the whole one stands for the others");
}

#[test]
fn copies_are_printed_for_people_and_as_json() {
    let index = corpus_archive();
    let run = |args: &[&str]| {
        let mut command = program(args);
        support::Ran::of(&command.env("NEWSSEARCH_INDEX", &index).output().expect("the program runs"))
    };
    let ran = run(&["copies", "dam-wire-dl"]).ends_with(0);
    for part in
        ["stands for all", "another headline", "begins with other words", "% of its own is from there", "Daily Lantern"]
    {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let json = run(&["copies", "dam-wire-dl", "--format", "json"]).ends_with(0).json();
    assert_eq!((json["total"].as_u64(), json["copies"].as_array().map(Vec::len)), (Some(3), Some(3)));
    assert!(json["copies"][0]["differs"].is_null() && json["copies"][1]["differs"]["title"].is_boolean());
    run(&["copies", "library-heat-from-river"]).ends_with(1).says(&["no copies"]);
    run(&["copies", "nowhere"]).ends_with(2).says(&["no article"]);
}

// Measured.

/// An article of a collection.
struct Doc {
    id: String,
    title: String,
    body: String,
    /// Day of publication, in days.
    day: Option<i64>,
}

fn docs(path: &Path) -> Vec<Doc> {
    let lines = fs::read_to_string(path).expect("a collection");
    let doc = |line: &str| {
        let doc: Value = serde_json::from_str(line).expect("a document");
        Doc {
            id: text(&doc["id"]),
            title: text(&doc["title"]),
            body: text(&doc["body"]),
            day: day(&text(&doc["date"])),
        }
    };
    lines.lines().map(doc).collect()
}

/// The day of a date such as `26-FEB-1987 15:01:01.79`.
fn day(date: &str) -> Option<i64> {
    let day = chrono::NaiveDate::parse_from_str(date.trim().get(..11)?.trim(), "%d-%b-%Y").ok()?;
    Some(day.signed_duration_since(chrono::NaiveDate::default()).num_days())
}

/// Edits that papers make.
const EDITS: [&str; 14] = [
    "cut to 70 %",
    "cut to 50 %",
    "cut to 30 %",
    "new headline",
    "new lead paragraph",
    "a third of the numbers changed",
    "all numbers changed",
    "stray captions",
    "agency line",
    "local colour inserted",
    "spelling en-GB/en-US",
    "house style (pct, mln, dlrs)",
    "cut to 50 %, new headline and lead",
    "all but the cut together",
];

/// Spellings, and words of Reuters' telegrams.
const SPELLINGS: [(&str, &str); 22] = [
    ("center", "centre"),
    ("labor", "labour"),
    ("program", "programme"),
    ("defense", "defence"),
    ("favor", "favour"),
    ("color", "colour"),
    ("organization", "organisation"),
    ("organize", "organise"),
    ("realize", "realise"),
    ("traveled", "travelled"),
    ("harbor", "harbour"),
    ("theater", "theatre"),
    ("meter", "metre"),
    ("neighbor", "neighbour"),
    ("honor", "honour"),
    ("behavior", "behaviour"),
    ("recognize", "recognise"),
    ("analyze", "analyse"),
    ("license", "licence"),
    ("percent", "per cent"),
    ("tons", "tonnes"),
    ("plow", "plough"),
];
const HOUSE: [(&str, &str); 6] = [
    ("pct", "percent"),
    ("mln", "million"),
    ("dlrs", "dollars"),
    ("billion", "bn"),
    ("cts", "cents"),
    ("govt", "government"),
];

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn replaced(words: &mut [String], pairs: &[(&str, &str)]) {
    for word in words {
        let (bare, end) = word.split_at(word.trim_end_matches(|c: char| !c.is_alphanumeric()).len());
        for (one, other) in pairs {
            let found = [(one, other), (other, one)].into_iter().find(|(from, _)| bare.eq_ignore_ascii_case(from));
            if let Some((_, to)) = found {
                *word = format!("{to}{end}");
                break;
            }
        }
    }
}

/// An edited copy; `foreign` gives words for what is written anew.
fn edited(doc: &Doc, edit: &str, foreign: &Doc) -> (String, String) {
    let mut title = doc.title.clone();
    let mut story: Vec<String> = words(&doc.body).into_iter().map(str::to_owned).collect();
    let has = |part: &str| edit.contains(part) || edit.starts_with("all but");
    let strange = |count: usize| words(&foreign.body).into_iter().take(count).map(str::to_owned).collect::<Vec<_>>();
    for (cut, hundredths) in [("70", 70), ("50", 50), ("30", 30)] {
        if edit.contains(cut) {
            story.truncate(story.len() * hundredths / 100);
        }
    }
    if has("headline") {
        title.clone_from(&foreign.title);
    }
    if has("numbers") {
        let turned = |c: char| c.to_digit(10).map_or(c, |digit| char::from(b'0' + (digit as u8 + 3) % 10));
        let numbers = story.iter_mut().filter(|word| word.contains(|c: char| c.is_ascii_digit()));
        let step = if edit == "all numbers changed" { 1 } else { 3 };
        numbers.step_by(step).for_each(|word| *word = word.chars().map(turned).collect());
    }
    if has("spelling") {
        replaced(&mut story, &SPELLINGS);
    }
    if edit.contains("house") {
        replaced(&mut story, &HOUSE);
    }
    if has("colour") {
        let middle = story.len() / 2;
        story.splice(middle..middle, strange(40));
    }
    if has("captions") {
        let third = story.len() / 3;
        story.splice(third..third, strange(12));
        story.splice(2 * third..2 * third, strange(12));
    }
    if has("lead") {
        // A fifth of the story, 25 words at most.
        story.splice(..(story.len() / 5).min(25), strange(22));
    }
    if has("agency") {
        story.splice(..0, words("LONDON, April 22 (Reuters) -").into_iter().map(str::to_owned));
        story.extend(words("(Reporting by A. Kim in London; Editing by B. Ray)").into_iter().map(str::to_owned));
    }
    (title, story.join(" "))
}

/// The sets of runs of four words of articles, by a way of its own: a slow, obvious twin.
fn runs(body: &str) -> HashSet<String> {
    let words: Vec<String> = body
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect();
    words.windows(4).map(|run| run.join(" ")).collect()
}

/// Numbers in digits, whole and without the marks that part thousands.
fn numbers(body: &str) -> HashSet<String> {
    let parts = body.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ',' | '/' | '-'));
    let digits = parts.filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let number = |part: &str| {
        let end = part.find(char::is_alphabetic).unwrap_or(part.len());
        part[..end].trim_end_matches(|c: char| !c.is_ascii_digit()).replace(['.', ','], "")
    };
    digits.map(number).collect()
}

/// All pairs that are copies by comparing every article with every other that has a run in common with it.
fn twin(docs: &[Doc]) -> BTreeMap<(usize, usize), f64> {
    let sets: Vec<HashSet<String>> = docs.iter().map(|doc| runs(&doc.body)).collect();
    let mut lists: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, set) in sets.iter().enumerate() {
        set.iter().for_each(|run| lists.entry(run).or_default().push(i));
    }
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for list in lists.values() {
        for (a, &one) in list.iter().enumerate() {
            list[a + 1..].iter().for_each(|&other| *shared.entry((one.min(other), one.max(other))).or_default() += 1);
        }
    }
    let numbers: Vec<HashSet<String>> = docs.iter().map(|doc| numbers(&doc.body)).collect();
    let mut pairs = BTreeMap::new();
    for ((one, other), shared) in shared {
        let (shorter, longer) = (sets[one].len().min(sets[other].len()), sets[one].len().max(sets[other].len()));
        let containment = shared as f64 / shorter as f64;
        let least = if shorter < 60 { 0.8 } else { 0.5 };
        let far = docs[one].day.zip(docs[other].day).is_some_and(|(a, b)| a.abs_diff(b) > 14);
        let least = if far { 0.9 } else { least };
        let short = if sets[one].len() <= sets[other].len() { one } else { other };
        let same = numbers[one].intersection(&numbers[other]).count();
        let count = numbers[short].len();
        let filled_in = if shorter < 60 { (same as f64) < 0.66 * count as f64 } else { count >= 4 && 2 * same < count };
        if shorter >= 24 && containment >= least && shared as f64 >= 0.2 * longer as f64 && !filled_in {
            pairs.insert((one, other), containment);
        }
    }
    pairs
}

/// The cluster of each article, by its id.
fn cluster_numbers(archive: &Archive) -> HashMap<String, usize> {
    let clusters = clusters(archive);
    clusters.iter().enumerate().flat_map(|(n, list)| list.iter().map(move |(id, ..)| (id.clone(), n))).collect()
}

/// Indexes a collection and edited copies of some of it; prints how many are found by kind of edit. Gives the least
/// recall of all kinds.
fn measure_edits(name: &str, docs: &[Doc], lengths: std::ops::Range<usize>) -> f64 {
    const EACH: usize = 60;
    let fit: Vec<usize> = (0..docs.len()).filter(|&i| lengths.contains(&words(&docs[i].body).len())).collect();
    // Each original is edited once, so that no copy is found by way of another.
    let step = (fit.len() / (EACH * EDITS.len())).max(1);
    let mut lines = String::new();
    let mut made: Vec<(usize, String, String)> = Vec::new();
    for (n, &i) in fit.iter().step_by(step).take(EACH * EDITS.len()).enumerate() {
        let foreign = &docs[fit[(n * step + fit.len() / 2) % fit.len()]];
        let edit = n % EDITS.len();
        let (title, body) = edited(&docs[i], EDITS[edit], foreign);
        let id = format!("copy-{}", docs[i].id);
        lines += &(json!({ "id": id, "title": title, "body": body }).to_string() + "\n");
        made.push((edit, docs[i].id.clone(), id));
    }
    let folder = Folder::new();
    folder.write("pages/copies.jsonl", lines);
    let originals: String = docs
        .iter()
        .map(|doc| json!({ "id": doc.id, "title": doc.title, "body": doc.body }).to_string() + "\n")
        .collect();
    folder.write("pages/originals.jsonl", originals);
    fill(&folder, &[folder.path("pages")], 0);
    let numbers = cluster_numbers(&open(&folder));
    let mut found = [(0_u32, 0_u32); EDITS.len()];
    for (edit, original, copy) in &made {
        found[*edit].1 += 1;
        found[*edit].0 += u32::from(numbers.get(original).is_some_and(|n| numbers.get(copy) == Some(n)));
    }
    let mut least: f64 = 1.0;
    for (edit, (found, all)) in EDITS.iter().zip(found) {
        let recall = f64::from(found) / f64::from(all.max(1));
        note(&format!("{name}, {lengths:?} words: {edit}: {found} of {all} found, {recall:.3}"));
        // A form of words with all its numbers changed is told from a copy on purpose.
        if *edit != "all numbers changed" {
            least = least.min(recall);
        }
    }
    least
}

#[test]
fn edited_copies_in_real_collections_are_found() {
    for name in ["related/reuters", "related/bbc"] {
        let Some(data) = gold_data(name) else { return };
        let docs = docs(&data.join("docs.jsonl"));
        let least = measure_edits(name, &docs, 120..5_000);
        assert!(least >= 0.85, "{name}: {least}");
        if name.ends_with("reuters") {
            measure_edits(name, &docs, 60..120);
        }
    }
}

#[test]
fn clusters_of_a_real_collection_are_those_of_an_exact_comparison() {
    let Some(data) = gold_data("related/reuters") else { return };
    let docs = docs(&data.join("docs.jsonl"));
    let folder = Folder::new();
    fill(&folder, &[data.join("docs.jsonl")], 0);
    let archive = open(&folder);
    let numbers = cluster_numbers(&archive);
    let pairs = twin(&docs);
    let number = |i: usize| numbers.get(&docs[i].id);
    let found = pairs.keys().filter(|(a, b)| number(*a).is_some() && number(*a) == number(*b)).count();
    // Articles that are joined, by the exact comparison, directly or by way of others.
    let mut parents: Vec<usize> = (0..docs.len()).collect();
    fn root(parents: &mut [usize], mut i: usize) -> usize {
        while parents[i] != i {
            i = parents[i];
        }
        i
    }
    for &(a, b) in pairs.keys() {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        parents[a.max(b)] = a.min(b);
    }
    let (mut joined, mut right, mut direct) = (0_u32, 0_u32, 0_u32);
    for a in 0..docs.len() {
        for b in a + 1..docs.len() {
            if number(a).is_some() && number(a) == number(b) {
                joined += 1;
                direct += u32::from(pairs.contains_key(&(a, b)));
                right += u32::from(root(&mut parents, a) == root(&mut parents, b));
            }
        }
    }
    let (recall, precision) = (found as f64 / pairs.len() as f64, f64::from(right) / f64::from(joined.max(1)));
    note(&format!(
        "related/reuters: {} pairs by exact comparison, {recall:.3} of them in one cluster; of {joined} pairs in clusters {precision:.3} are joined by it, {direct} directly",
        pairs.len()
    ));
    let qrels = fs::read_to_string(data.join("qrels.txt")).expect("judgements");
    let (mut same_topics, mut clustered, mut exact) = (0_u32, 0_u32, 0_u32);
    let places: HashMap<&str, usize> = docs.iter().enumerate().map(|(i, doc)| (doc.id.as_str(), i)).collect();
    for judgement in qrels.lines() {
        let parts = words(judgement);
        if parts[3] == "3" {
            let (a, b) = (places[parts[0]], places[parts[2]]);
            same_topics += 1;
            clustered += u32::from(number(a).is_some() && number(a) == number(b));
            exact += u32::from(pairs.contains_key(&(a.min(b), a.max(b))));
        }
    }
    note(&format!(
        "related/reuters: of {same_topics} pairs on the same topics {clustered} are in one cluster, {exact} by exact comparison"
    ));
    if let Some(path) = std::env::var_os("NEWSSEARCH_COPIES_SAMPLE") {
        let mut sample = String::new();
        for (n, ((a, b), containment)) in pairs.iter().enumerate().filter(|(n, _)| n % 11 == 0) {
            sample += &format!("== {n}: {containment:.2} {} / {}\n", docs[*a].id, docs[*b].id);
            sample += &format!("{}\n{}\n--\n{}\n{}\n\n", docs[*a].title, docs[*a].body, docs[*b].title, docs[*b].body);
        }
        fs::write(path, sample).expect("a sample written");
    }
    assert!(recall >= 0.95 && precision >= 0.98, "{recall} {precision}");
}
