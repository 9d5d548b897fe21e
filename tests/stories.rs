//! Stories: grown over days and outlets, the same whatever the order of runs, and scored against groups by hand.
//!
//! With gold data at hand (`NEWSSEARCH_EVAL_DATA`), `cargo test --release --test stories -- --nocapture` prints the
//! scores.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    ops::ControlFlow,
    path::PathBuf,
    sync::LazyLock,
};

use newssearch::{
    Archive, Error, IngestOptions, Query, STORIES_MAX, StoriesOptions, Story, StoryMoment, StorySort, ingest, repair,
    verify,
};
use serde_json::json;
use support::{Folder, corpus_archive, gold_data, note};

// Archives of made-up reports.

/// A text about an event: some of its words, and words that stand anywhere.
fn text(event: u64, report: u64) -> String {
    let mut state = (event * 1_000 + report).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut chance = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut word = |n: u64| {
        if n.is_multiple_of(3) { format!("e{event}x{}", chance(20)) } else { format!("w{}", chance(3_000)) }
    };
    (0..120).map(&mut word).collect::<Vec<_>>().join(" ")
}

fn line(id: &str, source: &str, day: &str, text: &str) -> String {
    json!({ "id": id, "title": format!("Report {id}"), "text": text, "source": source, "date": day, "language": "en" })
        .to_string()
        + "\n"
}

/// Days of two events and of articles that stand alone, a file a day.
fn days() -> Vec<(String, String)> {
    let mut days = Vec::new();
    for day in 1..=20_u64 {
        let date = format!("2022-04-{day:02}");
        let mut lines = line(&format!("alone-{day}"), "C", &date, &text(100 + day, day));
        if day % 2 == 1 {
            lines += &line(&format!("dam-{day:02}"), ["A", "B"][day as usize / 2 % 2], &date, &text(1, day));
        }
        if (5..12).contains(&day) {
            lines += &line(&format!("port-{day:02}"), "C", &date, &text(2, day));
        }
        days.push((format!("day{day:02}.jsonl"), lines));
    }
    days
}

fn folder_of_days() -> (Folder, Vec<PathBuf>) {
    let folder = Folder::new();
    let paths = days().iter().map(|(name, text)| folder.write(&format!("pages/{name}"), text)).collect();
    (folder, paths)
}

fn fill(folder: &Folder, paths: &[PathBuf], threads: usize) {
    let options = IngestOptions { threads, ..IngestOptions::default() };
    ingest(folder.path("index"), paths, &options, |_| ControlFlow::Continue(())).expect("a run to its end");
}

fn open(folder: &Folder) -> Archive {
    Archive::open(folder.path("index")).expect("an archive")
}

fn archive_of(lines: &str) -> (Folder, Archive) {
    let folder = Folder::new();
    let path = folder.write("pages/all.jsonl", lines);
    fill(&folder, &[path], 0);
    let archive = open(&folder);
    (folder, archive)
}

/// Ids of a story's reports, in their order.
fn ids(story: &Story) -> Vec<String> {
    story.timeline.iter().map(|report| report.article.id.clone()).collect()
}

/// All stories of an archive, those of one report too, each by the ids of its reports.
fn all(archive: &Archive) -> BTreeSet<Vec<String>> {
    let options = StoriesOptions { limit: STORIES_MAX, reports_min: 1, terms: 0, ..StoriesOptions::default() };
    let list = archive.stories(&Query::Everything, &options).expect("stories");
    assert_eq!(list.total, list.stories.len() as u64);
    let story = |id: &str| ids(&archive.story(id).expect("a story"));
    list.stories.iter().map(|listed| story(&listed.outline.id)).collect()
}

fn listed(archive: &Archive, query: &str, options: &StoriesOptions) -> Vec<(String, u64)> {
    let query = if query.is_empty() { Query::Everything } else { Query::parse(query).expect("a query") };
    let list = archive.stories(&query, options).expect("stories");
    list.stories.into_iter().map(|listed| (listed.outline.id, listed.hits)).collect()
}

#[test]
fn reports_of_one_event_are_a_story_over_days_and_outlets() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    let archive = open(&folder);
    let stories = archive.stories(&Query::Everything, &StoriesOptions::default()).expect("stories").stories;
    let told = |place: usize| {
        let outline = &stories[place].outline;
        let (first, last) = (outline.first_day.as_deref().unwrap_or("-"), outline.last_day.as_deref().unwrap_or("-"));
        let sources: Vec<_> = outline.sources.iter().map(|counted| (counted.name.as_str(), counted.articles)).collect();
        format!("{} {first} {last} {} {} {sources:?}", outline.id, outline.articles, outline.sources_total)
    };
    assert_eq!(stories.len(), 2);
    assert_eq!(told(0), r#"dam-01 2022-04-01 2022-04-19 10 2 [("A", 5), ("B", 5)]"#);
    assert_eq!(told(1), r#"port-05 2022-04-05 2022-04-11 7 1 [("C", 7)]"#);
    for (listed, (event, name)) in stories.iter().zip([("e1x", "dam"), ("e2x", "port")]) {
        let terms = &listed.outline.terms;
        let is_of_it = |word: &str| word.starts_with(event) || word == name;
        assert!(terms.len() == 8 && terms.iter().all(|term| is_of_it(&term.word)), "{terms:?}");
        assert!(terms.windows(2).all(|pair| pair[0].weight >= pair[1].weight));
        assert!(terms.iter().all(|term| (0.5..=1.0).contains(&term.share)));
    }
    let dam = archive.story("dam-01").expect("a story");
    let moments: Vec<_> = dam.timeline.iter().map(|report| report.moment).collect();
    assert_eq!((moments[0], moments[9]), (Some(StoryMoment::First), Some(StoryMoment::Latest)));
    assert!(ids(&dam).is_sorted() && dam.timeline.len() == 10);
    for id in ids(&dam) {
        assert_eq!(archive.story(&id).expect("a story"), dam, "any of its articles names a story");
    }
}

#[test]
fn one_run_and_many_runs_in_any_order_grow_the_same_stories() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 2);
    let at_once = all(&open(&folder));
    assert!(at_once.iter().any(|story| story.len() == 10), "{at_once:?}");
    let mut orders = vec![paths.clone(), paths.iter().rev().cloned().collect(), paths.clone()];
    orders[2].sort_by_key(|path| path.to_string_lossy().bytes().map(|b| u64::from(b) * 7 % 11).sum::<u64>());
    for order in orders {
        let other = Folder::new();
        for path in &order {
            fill(&other, std::slice::from_ref(path), 1);
        }
        assert_eq!(all(&open(&other)), at_once);
    }
}

#[test]
fn what_is_gone_or_changed_leaves_the_stories_of_a_run_anew() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    let before = all(&open(&folder));
    // The first report is gone, another tells of the other event now, and what stands alone joins.
    folder.remove("pages/day01.jsonl");
    folder.write("pages/day07.jsonl", line("dam-07", "A", "2022-04-07", &text(2, 70)));
    folder.write("pages/day20.jsonl", line("alone-20", "C", "2022-04-20", &text(1, 90)));
    let pages = [folder.path("pages")];
    fill(&folder, &pages, 0);
    let after = all(&open(&folder));
    assert_ne!(before, after);
    let fresh = Folder::new();
    fill(&fresh, &pages, 0);
    assert_eq!(all(&open(&fresh)), after);
    let archive = open(&folder);
    assert_eq!(archive.story("alone-20").expect("a story").outline.id, "dam-03");
    assert!(matches!(archive.story("dam-01"), Err(Error::NoArticle { .. })));
}

#[test]
fn a_pause_of_more_than_a_fortnight_ends_a_story() {
    let days = ["2022-01-01", "2022-01-15", "2022-01-30", "2022-01-30"];
    let lines: String = (1..).zip(days).map(|(n, day)| line(&format!("r{n}"), "A", day, &text(1, n))).collect();
    let (_folder, archive) = archive_of(&lines);
    let stories = all(&archive);
    assert!(stories.contains(&vec!["r1".to_owned(), "r2".to_owned()]), "{stories:?}");
    assert_eq!(stories.len(), 2);
}

#[test]
fn articles_without_a_date_or_with_a_vague_one_have_stories_of_their_own() {
    let lines = line("dated", "A", "2022-04-01", &text(1, 1))
        + &line("dated-too", "B", "2022-04-02", &text(1, 2))
        + &line("undated", "A", "", &text(1, 3))
        + &line("undated-too", "A", "", &text(1, 4))
        + &line("month", "B", "2022-04", &text(1, 5));
    let (_folder, archive) = archive_of(&lines);
    let story = archive.story("month").expect("a story");
    assert_eq!(story.timeline.len(), 3);
    assert_eq!((story.outline.first_day.clone(), story.outline.last_day.clone()), (None, None));
    assert!(story.timeline.iter().all(|report| report.moment.is_none()), "without dates there is no first");
    assert_eq!(ids(&archive.story("dated").expect("a story")), ["dated", "dated-too"]);
    let options = |sort| StoriesOptions { sort, ..StoriesOptions::default() };
    for sort in [StorySort::Newest, StorySort::Oldest] {
        assert_eq!(listed(&archive, "", &options(sort))[0].0, "dated", "what has no date comes last");
    }
}

#[test]
fn a_report_and_its_copies_count_once() {
    let wire = text(1, 1);
    let lines = line("wire", "A", "2022-04-01", &wire)
        + &line("copy-b", "B", "2022-04-02", &wire)
        + &line("copy-c", "C", "2022-04-03", &(wire.clone() + " " + &text(50, 1)[..40]))
        + &line("own", "D", "2022-04-04", &text(1, 2));
    let (_folder, archive) = archive_of(&lines);
    let story = archive.story("copy-c").expect("a story");
    assert_eq!(ids(&story), ["wire", "own"]);
    assert_eq!((story.outline.articles, story.outline.reports, story.outline.sources_total), (4, 2, 4));
    assert_eq!(
        (story.timeline[0].copies, &story.timeline[0].copied_by[..]),
        (2, &["B".to_owned(), "C".to_owned()][..])
    );
    let options = StoriesOptions::default();
    assert_eq!(listed(&archive, "source:B", &options), [("wire".to_owned(), 1)], "a copy that fits brings its story");
    assert_eq!(listed(&archive, "e1x1 OR e1x2 OR e1x3 OR e1x4", &options), [("wire".to_owned(), 2)]);
}

#[test]
fn a_query_finds_stories_by_their_articles_and_puts_them_in_order() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    let archive = open(&folder);
    let options = StoriesOptions::default();
    let only = |query: &str| listed(&archive, query, &options);
    assert_eq!(only("e2x1 OR e2x2 OR e2x3"), [("port-05".to_owned(), 7)]);
    assert_eq!(only("date:2022-04-01"), [("dam-01".to_owned(), 1)]);
    assert_eq!(only("nosuchword"), []);
    let both = only("e1x1 OR e2x2");
    assert_eq!(both.len(), 2);
    let sorted = |sort| listed(&archive, "", &StoriesOptions { sort, ..StoriesOptions::default() });
    let first = |sort| sorted(sort)[0].0.clone();
    assert_eq!(first(StorySort::Best), "dam-01");
    assert_eq!(first(StorySort::Largest), "dam-01");
    assert_eq!(first(StorySort::Newest), "dam-01");
    assert_eq!(first(StorySort::Oldest), "dam-01");
    let second = StoriesOptions { offset: 1, limit: 1, ..StoriesOptions::default() };
    assert_eq!(listed(&archive, "", &second)[0].0, "port-05");
    let alone = StoriesOptions { reports_min: 1, limit: 100, ..StoriesOptions::default() };
    assert_eq!(listed(&archive, "", &alone).len(), 22);
}

#[test]
fn settings_out_of_range_are_refused() {
    let (_folder, archive) = archive_of(&line("one", "A", "2022-04-01", &text(1, 1)));
    let usual = StoriesOptions::default;
    for options in [
        StoriesOptions { limit: 0, ..usual() },
        StoriesOptions { limit: STORIES_MAX, offset: 1, ..usual() },
        StoriesOptions { offset: usize::MAX, ..usual() },
        StoriesOptions { terms: 101, ..usual() },
    ] {
        let refused = archive.stories(&Query::Everything, &options);
        assert!(matches!(refused, Err(Error::Setting { .. })), "{options:?}: {refused:?}");
    }
    assert!(matches!(archive.story("nosuch"), Err(Error::NoArticle { .. })));
    let alone = archive.story("one").expect("an article that stands alone is a story of one");
    assert_eq!((alone.timeline.len(), alone.timeline[0].moment), (1, Some(StoryMoment::First)));
}

#[test]
fn a_turn_is_a_report_that_brings_what_later_ones_keep_to() {
    let fall = "minister resignation inquiry parliament";
    let lines: String = (1..=10)
        .map(|n| {
            let news = if n >= 5 { fall } else { "" };
            line(&format!("r{n:02}"), "A", &format!("2022-04-{n:02}"), &format!("{} {news}", text(1, n)))
        })
        .collect();
    let (_folder, archive) = archive_of(&lines);
    let story = archive.story("r01").expect("a story");
    let turns: Vec<_> = story.timeline.iter().filter(|r| r.moment == Some(StoryMoment::Turn)).collect();
    assert_eq!(turns.len(), 1, "{:?}", turns.iter().map(|turn| (&turn.article.id, &turn.brings)).collect::<Vec<_>>());
    assert_eq!(turns[0].article.id, "r05");
    let brings: BTreeSet<&str> = turns[0].brings.iter().map(String::as_str).collect();
    assert_eq!(brings, fall.split(' ').collect());
}

#[test]
fn an_open_archive_keeps_its_stories_while_a_writer_goes_on() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths[..10], 0);
    let (read, not_read) = (open(&folder), open(&folder));
    let before = all(&read);
    fill(&folder, &paths, 0);
    fill(&folder, &paths[..1], 0);
    assert_eq!(all(&read), before);
    assert_eq!(all(&not_read), before, "though the file it is read from is another's by now");
    not_read.reload().expect("a newer state");
    assert_ne!(all(&not_read), before);
}

#[test]
fn it_is_told_that_a_run_has_not_come_to_its_end() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    let before = all(&open(&folder));
    // As a run leaves it that is killed behind its last commit of articles.
    folder.write("index/unsettled", "");
    let notes =
        |folder: &Folder| open(folder).stories(&Query::Everything, &StoriesOptions::default()).expect("stories").notes;
    assert!(notes(&folder).iter().any(|note| note.contains("not come to its end")), "{:?}", notes(&folder));
    folder.run(&["stories"]).ends_with(0).says(&["not come to its end"]);
    fill(&folder, &paths, 0);
    assert_eq!((notes(&folder), all(&open(&folder))), (Vec::new(), before));
}

// Damage.

#[test]
fn damaged_copies_and_stories_are_told_and_made_anew() {
    let (folder, paths) = folder_of_days();
    fill(&folder, &paths, 0);
    let before = all(&open(&folder));
    for name in ["copies-0.bin", "stories-0.bin"] {
        let path = folder.path("index").join(name);
        let mut bytes = fs::read(&path).expect("a file");
        bytes[9] ^= 1;
        fs::write(&path, &bytes).expect("a file written");
        let damaged = verify(folder.path("index")).expect("an archive");
        assert_eq!(damaged.iter().map(|file| file.path.clone()).collect::<Vec<_>>(), [path]);
        let told = folder.run(&["doctor"]).ends_with(1);
        assert!(told.out.contains(name) && told.out.contains("--repair"), "{told:?}");
        if name.starts_with("stories") {
            let archive = open(&folder);
            let failed = archive.stories(&Query::Everything, &StoriesOptions::default());
            assert!(matches!(failed, Err(Error::Damaged { .. })), "{failed:?}");
        }
        let repaired = repair(folder.path("index")).expect("a repair");
        assert_eq!((repaired.articles_lost, repaired.damaged.len()), (0, 1));
        assert_eq!(verify(folder.path("index")).expect("an archive"), []);
        assert_eq!(all(&open(&folder)), before);
    }
    // The next run does that as well.
    let file = fs::read_dir(folder.path("index")).expect("a folder").flatten();
    let file = file.map(|entry| entry.path()).find(|path| path.to_string_lossy().contains("stories-"));
    fs::remove_file(file.expect("a file of stories")).expect("a file removed");
    fill(&folder, &paths, 0);
    assert_eq!(all(&open(&folder)), before);
}

// The program.

#[test]
fn the_program_lists_stories_and_tells_one() {
    let (folder, _) = folder_of_days();
    folder.index();
    let told = folder.run(&["stories"]).ends_with(0);
    assert!(told.out.contains("2 stories"), "{told:?}");
    assert!(told.out.contains("2022-04-01 to 2022-04-19 · 10 articles · 2 outlets"), "{told:?}");
    let list = folder.run(&["stories", "e2x1", "--format", "json"]).ends_with(0).json();
    assert_eq!((&list["total"], &list["stories"][0]["id"]), (&json!(1), &json!("port-05")));
    assert_eq!(list["stories"][0]["latest"]["id"], "port-11");
    let lines = folder.run(&["stories", "--format", "jsonl", "--order", "oldest", "--limit", "1"]).ends_with(0);
    assert_eq!(lines.records()[0]["first_day"], "2022-04-01");
    folder.run(&["stories", "nosuchword"]).ends_with(1);
    folder.run(&["stories", "--limit", "0"]).ends_with(2).says(&["limit", "at least 1"]);
    let story = folder.run(&["story", "port-07", "--format", "json"]).ends_with(0).json();
    assert_eq!((&story["id"], &story["reports"]), (&json!("port-05"), &json!(7)));
    assert_eq!((&story["timeline"][0]["moment"], &story["timeline"][6]["moment"]), (&json!("first"), &json!("latest")));
    assert_eq!(folder.run(&["story", "port-07", "--format", "jsonl"]).ends_with(0).records().len(), 7);
    let told = folder.run(&["story", "port-07"]).ends_with(0);
    assert!(told.out.contains("first   Report port-05") && told.out.contains("latest  Report port-11"), "{told:?}");
    folder.run(&["story", "nosuch"]).ends_with(2).says(&["nosuch"]);
}

#[test]
fn nothing_of_a_hostile_story_acts_on_a_terminal() {
    let hostile = "Dam \u{1b}[2J\u{1b}]0;owned\u{7} \u{202e}sdrawkcab \u{9b}31m";
    let record = |n: u64| {
        json!({
            "id": format!("h{n}\u{1b}[31m"), "title": hostile, "date": format!("2022-04-0{n}"), "language": "en",
            "source": format!("Out\u{1b}[1mlet\u{202e}{n}"), "text": text(1, n) + " evil\u{1b}]0;x\u{7}word",
        })
    };
    let lines: String = (1..=6).map(|n| record(n).to_string() + "\n").collect();
    let folder = Folder::with(&[("pages/all.jsonl", &lines)]);
    folder.index();
    let listed = folder.run(&["stories"]).ends_with(0).out;
    let id = folder.run(&["stories", "--format", "json"]).ends_with(0).json()["stories"][0]["id"].clone();
    let told = folder.run(&["story", id.as_str().expect("an id")]).ends_with(0).out;
    for out in [listed, told] {
        assert!(out.contains("Dam"), "{out}");
        let acts =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!out.contains(acts), "{out:?}");
    }
}

// Scores.

/// Precision, recall and F1 by B-cubed (A. Bagga and B. Baldwin, "Entity-Based Cross-Document Coreferencing Using the
/// Vector Space Model", 1998) over the articles that have a group.
fn b_cubed(found: &HashMap<String, usize>, groups: &BTreeMap<String, usize>) -> (f64, f64, f64) {
    let (mut sizes, mut group_sizes, mut both) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (id, group) in groups {
        *sizes.entry(found[id]).or_insert(0.0) += 1.0;
        *group_sizes.entry(*group).or_insert(0.0) += 1.0;
        *both.entry((found[id], *group)).or_insert(0.0) += 1.0;
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for (id, group) in groups {
        let shared = both[&(found[id], *group)];
        precision += shared / sizes[&found[id]];
        recall += shared / group_sizes[group];
    }
    let count = groups.len() as f64;
    let (precision, recall) = (precision / count, recall / count);
    (precision, recall, 2.0 * precision * recall / (precision + recall))
}

/// The number of the story of each article, by id and by page name, copies among them.
fn stories_by_article(archive: &Archive, names: impl Iterator<Item = String>) -> HashMap<String, usize> {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    names
        .map(|name| {
            let story = archive.story(&name).expect("a story").outline.id;
            let next = numbers.len();
            (name, *numbers.entry(story).or_insert(next))
        })
        .collect()
}

#[test]
fn b_cubed_is_what_is_worked_out_by_hand() {
    let found = [("a", 1), ("b", 1), ("c", 2), ("d", 2)].map(|(id, n)| (id.to_owned(), n)).into();
    let groups = [("a", 1), ("b", 1), ("c", 1), ("d", 2)].map(|(id, n)| (id.to_owned(), n)).into();
    let (precision, recall, f1) = b_cubed(&found, &groups);
    assert!((precision - (1.0 + 1.0 + 0.5 + 0.5) / 4.0).abs() < 1e-12);
    assert!((recall - (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0 + 1.0) / 4.0).abs() < 1e-12);
    assert!((f1 - 2.0 * precision * recall / (precision + recall)).abs() < 1e-12);
}

#[test]
fn stories_of_headline_groups_reach_their_score() {
    let (Some(related), Some(rank)) = (gold_data("related/fnc-train"), gold_data("rank/fnc1-train")) else { return };
    let folder = Folder::new();
    fill(&folder, &[rank.join("docs.jsonl")], 0);
    let archive = open(&folder);
    // Articles that belong to one headline, and to another that shares an article with it, tell one story.
    let mut groups: Vec<BTreeSet<String>> = Vec::new();
    let qrels = fs::read_to_string(related.join("qrels.txt")).expect("judgements");
    for judgement in qrels.lines() {
        let columns: Vec<&str> = judgement.split_whitespace().collect();
        if columns[3] == "0" {
            continue;
        }
        let mut joined: BTreeSet<String> = [columns[0], columns[2]].map(str::to_owned).into();
        groups.retain(|group| {
            let apart = group.is_disjoint(&joined);
            if !apart {
                joined.extend(group.iter().cloned());
            }
            apart
        });
        groups.push(joined);
    }
    let count = groups.len();
    let groups: BTreeMap<String, usize> =
        groups.into_iter().zip(0..).flat_map(|(ids, group)| ids.into_iter().map(move |id| (id, group))).collect();
    let found = stories_by_article(&archive, groups.keys().cloned());
    let (precision, recall, f1) = b_cubed(&found, &groups);
    note(&format!(
        "related/fnc-train: {} articles in {count} groups; B-cubed precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}",
        groups.len()
    ));
    assert!(f1 >= 0.88, "B-cubed F1 is {f1:.4}");
}

/// The sample corpus, indexed once.
static CORPUS: LazyLock<Archive> =
    LazyLock::new(|| Archive::open(corpus_archive()).expect("the archive of the corpus"));

/// The events of the sample corpus (`corpus/README.md`), each by its pages.
const EVENTS: [&str; 8] = [
    "kim-year-end-letter-2018 owd-0002 letters-in-the-rain-liaison nambuk-chinseo-gyohwan owd-0001 \
     korea-letters-farewell kim-answers-moon-parting-letter chosen-shokan-kokan what-the-korea-letters-do-not-say \
     jeopgyeong-maeul-pyeonji korea-letters-opinion-costs-nothing owd-0003 two-korean-leaders-swap-letters",
    "dockers-walk-out-harlow owd-0004 strike-strands-ships-apples harlow-strike-live streik-harlow-sound-obst \
     interview-rourke-hand-on-button huelga-puerto-harlow-trigo idrab-mina-qamh cranes-move-again-deal \
     greve-harlow-fim owd-0005",
    "orrin-dam-wall-slips dam-wire-nl dam-wire-mp dam-wire-dl owd-0006 orrin-evacuees-count-b \
     dam-engineers-fair-rating owd-0007 orrin-dam-inquiry-drains notes-from-the-ridge",
    "central-bank-holds-rate bank-rate-household-paywall estmark-yanghang-lilv zentralbank-estmark-zins \
     seven-things-june-cut owd-0008",
    "loriot-trois-alpinistes loriot-sauvetage-lucarne loriot-climbers-snow-hole climbers-blame-forecast \
     bergrettung-loriot-elbe owd-0009",
    "stadium-vote-preview stadium-vote-count stadium-letter-plainfield stadium-vote-toledo stadium-recount-ends",
    "orrin-governor-too-close recount-smudges-and-stars orrin-recount-by-district owd-0010 strand-concedes-handshake",
    "oil-birds-wire-nl oil-birds-wire-mp oil-birds-wire-dl oil-ship-named",
];

/// Pages of the events above that cannot be found as one story: in another language than most of the event, without a
/// date, or more than a fortnight from its other reports.
const OUT_OF_REACH: &str = "kim-year-end-letter-2018 owd-0002 letters-in-the-rain-liaison nambuk-chinseo-gyohwan \
     chosen-shokan-kokan jeopgyeong-maeul-pyeonji two-korean-leaders-swap-letters streik-harlow-sound-obst \
     huelga-puerto-harlow-trigo idrab-mina-qamh greve-harlow-fim orrin-dam-inquiry-drains notes-from-the-ridge \
     estmark-yanghang-lilv zentralbank-estmark-zins owd-0008 loriot-trois-alpinistes loriot-sauvetage-lucarne \
     bergrettung-loriot-elbe";

#[test]
fn stories_of_the_sample_corpus_reach_their_score() {
    let pages = |list: &'static str| list.split_whitespace();
    let groups: BTreeMap<String, usize> =
        (0..).zip(EVENTS).flat_map(|(event, list)| pages(list).map(move |page| (page.to_owned(), event))).collect();
    let found = stories_by_article(&CORPUS, groups.keys().cloned());
    let score = |what: &str, groups: &BTreeMap<String, usize>| {
        let (precision, recall, f1) = b_cubed(&found, groups);
        let articles = groups.len();
        note(&format!(
            "corpus, {what}: {articles} articles; B-cubed precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}"
        ));
        (precision, f1)
    };
    let (precision, f1) = score("all of its events", &groups);
    assert!(precision == 1.0 && f1 >= 0.45, "B-cubed precision {precision:.4}, F1 {f1:.4}");
    let out: BTreeSet<&str> = pages(OUT_OF_REACH).collect();
    let in_reach = groups.into_iter().filter(|(page, _)| !out.contains(page.as_str())).collect();
    let (_, f1) = score("what one language and a fortnight can join", &in_reach);
    assert!(f1 >= 0.7, "B-cubed F1 {f1:.4}");
    // What belongs to no event of several articles has joined none of them.
    let options = StoriesOptions { limit: 1_000, terms: 0, ..StoriesOptions::default() };
    for listed in CORPUS.stories(&Query::Everything, &options).expect("stories").stories {
        for report in CORPUS.story(&listed.outline.id).expect("a story").timeline {
            assert!(found.contains_key(&report.article.page), "{} is of no event", report.article.page);
        }
    }
}
