//! Ranking and extraction, judged: a table over the sample corpus, and scores on gold data where that is at hand.

mod support;

use std::{collections::HashMap, fs, ops::ControlFlow, path::Path, sync::LazyLock};

use newssearch::{
    Archive, Article, Error, IngestOptions, Query, RelatedOptions, SearchOptions, UrlMap, extract_all, ingest,
};
use serde_json::Value;
use support::{
    Folder, corpus_archive, gold_data, note,
    score::{Counts, Judgements, folded},
    text,
};

/// The sample corpus, indexed once.
static CORPUS: LazyLock<Archive> =
    LazyLock::new(|| Archive::open(corpus_archive()).expect("the archive of the corpus"));

/// Queries, and pages that must be among the first hits, as many as there are pages named and one more.
const QUERIES: [(&str, &[&str]); 22] = [
    ("farewell letters Moon Kim", &["korea-letters-farewell"]),
    ("letters North Korea parting state media", &["kim-answers-moon-parting-letter"]),
    ("recount districts Orrin", &["orrin-recount-by-district"]),
    ("dockers walk out", &["dockers-walk-out-harlow"]),
    ("cranes move again", &["cranes-move-again-deal"]),
    ("dam inquiry drains", &["orrin-dam-inquiry-drains"]),
    ("climbers forecast Loriot", &["climbers-blame-forecast"]),
    ("owls theodolite ring road", &["tunnel-owls-protest"]),
    ("keeper Skerry Rock wireless", &["lighthouse-keeper-wireless-1937"]),
    ("lady pilot mail Sound", &["first-woman-pilot-1929"]),
    ("great fire quay tallow", &["harbour-fire-1912"]),
    ("stadium fails votes", &["stadium-vote-count"]),
    ("oil birds CNW Gravenhaven", &["oil-birds-wire-nl", "oil-birds-wire-mp", "oil-birds-wire-dl"]),
    ("AP dam Orrinford", &["dam-wire-nl", "dam-wire-mp"]),
    ("night train porter", &["night-train-last-porter"]),
    ("tuned church bells cathedrals", &["obituary-bell-tuner"]),
    ("tide tables", &["blog-tide-tables"]),
    ("Notenbank Estmark Leitzins", &["zentralbank-estmark-zins"]),
    ("문재인 김정은 친서", &["nambuk-chinseo-gyohwan"]),
    ("إضراب ميناء", &["idrab-mina-qamh"]),
    ("ледоход река", &["ledohod-na-reke"]),
    ("央行 利率", &["estmark-yanghang-lilv"]),
];

/// Articles, and pages of which some must be among the first three related ones.
const RELATED: [(&str, &[&str]); 10] = [
    ("dam-wire-nl", &["dam-wire-mp", "dam-wire-dl"]),
    ("oil-birds-wire-nl", &["oil-birds-wire-mp", "oil-birds-wire-dl"]),
    (
        "korea-letters-farewell",
        &["kim-answers-moon-parting-letter", "what-the-korea-letters-do-not-say", "two-korean-leaders-swap-letters"],
    ),
    ("loriot-climbers-snow-hole", &["climbers-blame-forecast"]),
    ("central-bank-holds-rate", &["bank-rate-household-paywall"]),
    (
        "dockers-walk-out-harlow",
        &["strike-strands-ships-apples", "cranes-move-again-deal", "interview-rourke-hand-on-button"],
    ),
    (
        "orrin-governor-too-close",
        &["orrin-recount-by-district", "strand-concedes-handshake", "recount-smudges-and-stars"],
    ),
    ("stadium-vote-preview", &["stadium-vote-count", "stadium-recount-ends", "stadium-vote-toledo"]),
    ("orrin-dam-wall-slips", &["orrin-dam-inquiry-drains", "dam-wire-nl", "dam-wire-mp", "orrin-evacuees-count-b"]),
    ("zentralbank-estmark-zins", &["streik-harlow-sound-obst", "bergrettung-loriot-elbe", "elbe-faehrmann-rente"]),
];

#[test]
fn queries_find_their_stories_first() {
    let mut faults = Vec::new();
    for (query, pages) in QUERIES {
        let options = SearchOptions { limit: pages.len() + 1, snippet_chars: 0, ..SearchOptions::default() };
        let parsed = Query::parse(query).expect("a query");
        let hits = CORPUS.search(&parsed, &options).expect("a search").hits;
        let found: Vec<String> = hits.into_iter().map(|hit| hit.article.page).collect();
        faults.extend(
            pages
                .iter()
                .filter(|page| !found.iter().any(|f| f == *page))
                .map(|page| format!("{query}: {page} is not in {found:?}")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn related_articles_tell_of_the_same_event() {
    let mut faults = Vec::new();
    for (seed, pages) in RELATED {
        let article = CORPUS.article(seed).expect("a page of the corpus");
        let related = CORPUS
            .related(&article, &RelatedOptions { limit: 3, terms: 5, copies: true, ..RelatedOptions::default() })
            .expect("related ones")
            .articles;
        let found: Vec<String> = related.into_iter().map(|one| one.article.page).collect();
        if !pages.iter().any(|page| found.iter().any(|f| f == page)) {
            faults.push(format!("{seed}: none of {pages:?} in {found:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

// Scores on gold data.

/// Indexes a file of documents, and gives its archive.
fn archive_of(folder: &Folder, documents: &Path) -> Archive {
    let paths = [documents.to_owned()];
    let report =
        ingest(folder.path("index"), &paths, &IngestOptions::default(), |_| ControlFlow::Continue(())).expect("a run");
    assert!(report.is_clean(), "{:?}", report.skips);
    Archive::open(folder.path("index")).expect("an archive")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn check_score(name: &str, score: f64, least: f64) {
    note(&format!("{name} {score:.4}, wanted {least}"));
    assert!(score >= least, "{name} is {score:.4}, but {least} is wanted");
}

#[test]
fn ranking_of_the_time_collection_reaches_its_score() {
    let Some(data) = gold_data("rank/time") else { return };
    let folder = Folder::new();
    let archive = archive_of(&folder, &data.join("docs.jsonl"));
    let options = SearchOptions { limit: 10, snippet_chars: 0, total: false, ..SearchOptions::default() };
    let answer = |line: &str| {
        let (id, words) = line.split_once('\t').expect("an id, a tab, words");
        let hits = archive.search(&Query::words(words), &options).expect("a search").hits;
        (id.to_owned(), hits.into_iter().map(|hit| hit.article.page).collect())
    };
    let run: HashMap<String, Vec<String>> = read(&data.join("queries.tsv")).lines().map(answer).collect();
    let judgements = Judgements::read(&read(&data.join("qrels.txt")));
    check_score("rank/time nDCG@10", judgements.ndcg(&run, 10), 0.74);
}

#[test]
fn related_articles_of_the_reuters_collection_reach_their_score() {
    let Some(data) = gold_data("related/reuters") else { return };
    let folder = Folder::new();
    let archive = archive_of(&folder, &data.join("docs.jsonl"));
    let options = RelatedOptions { limit: 5, terms: 1, ..RelatedOptions::default() };
    let answer = |seed: &str| {
        let article = archive.article(seed).expect("a document");
        let related = archive.related(&article, &options).expect("related ones").articles;
        (seed.to_owned(), related.into_iter().map(|one| one.article.page).collect())
    };
    let run: HashMap<String, Vec<String>> = read(&data.join("seeds.txt")).lines().map(answer).collect();
    let judgements = Judgements::read(&read(&data.join("qrels.txt")));
    check_score("related/reuters P@5", judgements.precision(&run, 5), 0.78);
}

/// The articles of a folder of pages, by page name.
fn extracted(data: &Path) -> HashMap<String, Article> {
    let urls: UrlMap = serde_json::from_str(&read(&data.join("urls.json"))).expect("a map of addresses");
    let options = IngestOptions { urls, ..IngestOptions::default() };
    let mut articles = HashMap::new();
    extract_all::<Error>(&[data.join("html")], &options, |_, found| {
        if let Ok(article) = found {
            articles.insert(article.page.clone(), article);
        }
        Ok(())
    })
    .expect("the pages are read");
    articles
}

/// Share of the pages with a gold value in a field that have it right.
fn share(gold: &serde_json::Map<String, Value>, field: &str, is_right: impl Fn(&str, &str) -> bool) -> f64 {
    let with = gold.iter().map(|(page, gold)| (page, text(&gold[field]))).filter(|(_, value)| !value.is_empty());
    let (mut pages, mut right) = (0_u32, 0_u32);
    for (page, value) in with {
        pages += 1;
        right += u32::from(is_right(page, &value));
    }
    f64::from(right) / f64::from(pages)
}

#[test]
fn extraction_from_newsrooms_reaches_its_scores() {
    let Some(data) = gold_data("extract/newsrooms") else { return };
    let articles = extracted(&data);
    let gold: serde_json::Map<String, Value> = serde_json::from_str(&read(&data.join("gold.json"))).expect("gold");
    let title = share(&gold, "title", |page, title| {
        articles.get(page).is_some_and(|article| folded(&article.title) == folded(title))
    });
    let day = |article: &Article| article.published.as_ref().map(ToString::to_string).unwrap_or_default();
    let date = share(&gold, "date", |page, date| {
        articles.get(page).is_some_and(|article| day(article).get(..10) == date.get(..10))
    });
    check_score("extract/newsrooms body F1", body_f1(&gold, &articles), 0.94);
    check_score("extract/newsrooms title equal", title, 0.78);
    check_score("extract/newsrooms date right", date, 0.93);
}

#[test]
fn extraction_from_web_articles_reaches_its_score() {
    let Some(data) = gold_data("extract/web-articles") else { return };
    let articles = extracted(&data);
    let gold: serde_json::Map<String, Value> = serde_json::from_str(&read(&data.join("gold.json"))).expect("gold");
    check_score("extract/web-articles body F1", body_f1(&gold, &articles), 0.94);
}

fn body_f1(gold: &serde_json::Map<String, Value>, articles: &HashMap<String, Article>) -> f64 {
    let mut counts = Counts::default();
    for (page, gold) in gold {
        let wanted = text(&gold["articleBody"]);
        if !wanted.is_empty() {
            counts.add(&wanted, &articles.get(page).map(Article::body).unwrap_or_default());
        }
    }
    counts.f1()
}

#[test]
fn a_score_is_what_the_formula_gives_by_hand() {
    let folder = Folder::new();
    let stories = [
        "ferry ferry ferry quay tide",
        "ferry quay quay tide tide tide",
        "dam valley slips",
        "dam valley drains",
        "cranes",
    ];
    let lines: Vec<String> =
        stories.iter().zip(1..).map(|(text, id)| serde_json::json!({ "id": id, "text": text }).to_string()).collect();
    let documents = folder.path("pages.jsonl");
    fs::write(&documents, lines.join("\n")).expect("a file");
    let archive = archive_of(&folder, &documents);
    let hits = archive.search(&Query::words("ferry"), &SearchOptions::default()).expect("a search").hits;
    // 5 articles, 2 with the word, which stands there 4 times; 18 words in all.
    let rareness = (1.0_f64 + 3.5 / 2.5).ln();
    let bursts = (5.0_f64 / 2.0).ln() + (1.0 - (-0.8_f64).exp()).ln();
    let score = |times: f64, words: f64| {
        (rareness + bursts) * 2.2 * times / (times + 1.2 * (0.25 + 0.75 * words / (18.0 / 5.0)))
    };
    let wanted = [("1", score(3.0, 5.0)), ("2", score(1.0, 6.0))];
    for (hit, (id, score)) in hits.iter().zip(wanted) {
        assert!(hit.article.id == id && (f64::from(hit.score) - score).abs() < 1e-4, "{id} {score}: {hit:?}");
    }
    let hits = archive.search(&Query::words("slips"), &SearchOptions::default()).expect("a search").hits;
    let rareness = (1.0_f64 + 4.5 / 1.5).ln();
    // Once in one article: no burst; 5 · (1 − e^−0.2) = 0.906 articles are expected.
    let score = rareness * 2.2 / (1.0 + 1.2 * (0.25 + 0.75 * 3.0 / (18.0 / 5.0)));
    assert!(hits.len() == 1 && (f64::from(hits[0].score) - score).abs() < 1e-4, "{score}: {hits:?}");
}

// The measures themselves.

#[test]
fn measures_give_what_is_worked_out_by_hand() {
    let judgements = Judgements::read("q 0 a 3\nq 0 b 1\nq 0 c 0\nnone 0 a 0\nunanswered 0 a 1\n");
    let run = HashMap::from([("q".to_owned(), vec!["x".to_owned(), "a".to_owned(), "b".to_owned()])]);
    let (dcg, ideal) = (3.0 / 3_f64.log2() + 1.0 / 2.0, 3.0 + 1.0 / 3_f64.log2());
    assert!((judgements.ndcg(&run, 10) - dcg / ideal / 2.0).abs() < 1e-12, "a query without an answer counts 0");
    assert!((judgements.precision(&run, 5) - 2.0 / 5.0 / 2.0).abs() < 1e-12);

    let mut counts = Counts::default();
    counts.add("one two three four five", "one two three four six"); // 1 right, 1 too much, 1 missing
    assert!((counts.f1() - 0.5).abs() < 1e-12);
    counts.add("a b", "a b"); // shorter than a run of four: compared whole
    assert!((counts.f1() - 2.0 * (4.0 / 3.0) / (2.0 * (4.0 / 3.0) + 2.0 / 3.0)).abs() < 1e-12);
    assert_eq!(folded("Dam “holds”—Ｏrrin"), "dam holds orrin");
}
