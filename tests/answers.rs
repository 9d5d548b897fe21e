//! What people do with an answer: facets, timelines, typical words, concordances, pages of hits, explanations. Each is
//! held against a plain count over the articles.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use newssearch::{
    Archive, Article, CopyMode, FacetField, IngestOptions, KwicOptions, KwicSort, Period, Query, Recency,
    SearchOptions, Sort, TermsOptions, ingest,
};
use serde_json::json;
use support::{Folder, chance::Chance, corpus_archive, program};

/// The sample corpus, indexed once.
static CORPUS: LazyLock<PathBuf> = LazyLock::new(corpus_archive);

fn archive() -> Archive {
    Archive::open(&*CORPUS).expect("an archive")
}

fn query(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn all() -> SearchOptions {
    SearchOptions { limit: 10_000, snippet_chars: 0, ..SearchOptions::default() }
}

/// Every hit of a query, whole.
fn articles(archive: &Archive, text: &str) -> Vec<Article> {
    let hits = archive.search(&query(text), &all()).expect("a search").hits;
    hits.iter().map(|hit| archive.article(&hit.article.id).expect("an article")).collect()
}

fn count<K: Ord>(keys: impl IntoIterator<Item = K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

#[test]
fn facets_count_what_the_hits_are() {
    let archive = archive();
    for text in ["*", "dam OR letters", "lang:en -title:dam"] {
        let hits = articles(&archive, text);
        let fields: Vec<FacetField> = FacetField::NAMED.iter().map(|(field, _)| *field).collect();
        let options = SearchOptions { facets: fields, facet_values: 1_000, ..all() };
        for facet in archive.search(&query(text), &options).expect("a search").facets {
            let values = |article: &Article| -> BTreeSet<String> {
                let published = article.published.as_ref().map(ToString::to_string);
                let date =
                    |chars: usize| published.iter().filter_map(|date| date.get(..chars)).map(str::to_owned).collect();
                match facet.field {
                    FacetField::Source => {
                        article.source.name.iter().chain(&article.source.domain).take(1).cloned().collect()
                    }
                    FacetField::Section => article.section.iter().cloned().collect(),
                    FacetField::Author => article.authors.iter().cloned().collect(),
                    FacetField::Language => article.language.iter().map(|language| language.code.clone()).collect(),
                    FacetField::Tag => article.tags.iter().cloned().collect(),
                    FacetField::Agency => article.agency.iter().cloned().collect(),
                    FacetField::Year => date(4),
                    _ => date(7),
                }
            };
            let expected = count(hits.iter().flat_map(values));
            let found: BTreeMap<String, u64> = facet.values.iter().map(|v| (v.name.clone(), v.articles)).collect();
            assert_eq!(found, expected, "{text}: {:?}", facet.field);
            let without = hits.iter().filter(|article| values(article).is_empty()).count() as u64;
            assert_eq!((facet.without, facet.more), (without, 0), "{text}: {:?}", facet.field);
        }
    }
}

#[test]
fn a_facet_drills_down_to_as_many_hits_as_it_counts() {
    let archive = archive();
    let base = query("dam OR letters OR strike");
    for copies in [CopyMode::Collapse, CopyMode::Show] {
        let all = SearchOptions { copies, ..all() };
        let facets = FacetField::NAMED.map(|(field, _)| field).to_vec();
        let options = SearchOptions { facets, facet_values: 40, ..all.clone() };
        for facet in archive.search(&base, &options).expect("a search").facets {
            for value in facet.values {
                let clause = facet.field.clause(&value.name).expect("a clause");
                assert_eq!(query(&clause.to_string()), clause);
                let within = Query::All(vec![base.clone(), clause.clone()]);
                let found = archive.search(&within, &all).expect("a search").total.expect("a total");
                match copies {
                    CopyMode::Show => assert_eq!(found, value.articles, "{clause}"),
                    // A copy that is folded away may bear the name that is asked for.
                    _ => assert!(found >= value.articles, "{clause}: {found} of {}", value.articles),
                }
            }
        }
    }
}

#[test]
fn patterns_reach_over_several_words_of_an_address() {
    let archive = archive();
    let everything = articles(&archive, "*");
    let addresses = |article: &Article| [article.url.clone(), article.canonical_url.clone()].into_iter().flatten();
    let mut telling = 0;
    let inner = [
        ("url:courier.example/2022/*", "courier.example/2022/", ""),
        ("url:*.example/2022/0*", ".example/2022/0", ""),
        ("inurl:2022/*/regatta*", "/2022/", "/regatta"),
        ("url:https://*/2023/", "https://", "/2023/"),
        ("url:regatta/*/2022", "/regatta", "2022"),
    ];
    for (text, first, then) in inner {
        let has = |url: String| url.find(first).is_some_and(|at| url[at + first.len() - 1..].contains(then));
        let expected = everything.iter().filter(|article| addresses(article).any(has)).map(|article| &article.id);
        let expected: std::collections::BTreeSet<&String> = expected.collect();
        let found = articles(&archive, text);
        assert_eq!(
            found.iter().map(|article| &article.id).collect::<std::collections::BTreeSet<_>>(),
            expected,
            "{text}"
        );
        telling += usize::from(!expected.is_empty() && expected.len() < everything.len());
    }
    assert!(telling >= 3, "{telling}");
}

#[test]
fn a_timeline_counts_articles_by_period_and_leaves_gaps_empty() {
    let archive = archive();
    let everything = articles(&archive, "*");
    let month =
        |article: &Article| article.published.as_ref().map(|date| date.to_string()).filter(|date| date.len() >= 7);
    let month = |article: &Article| month(article).map(|date| date[..7].to_owned());
    let held = count(everything.iter().filter_map(month));
    let timeline = archive.timeline(&[query("dam"), query("letters")], Period::Month, &all()).expect("a timeline");
    for (series, text) in timeline.queries.iter().zip(["dam", "letters"]) {
        let hits = articles(&archive, text);
        let expected = count(hits.iter().filter_map(month));
        for (at, start) in timeline.periods.iter().enumerate() {
            let label = timeline.by.label(*start);
            assert_eq!(series.hits[at], expected.get(&label).copied().unwrap_or(0), "{text} {label}");
            assert_eq!(series.articles[at], held.get(&label).copied().unwrap_or(0), "{text} {label}");
            assert_eq!(series.share(at).is_none(), !held.contains_key(&label), "{text} {label}");
        }
        let shown: u64 = series.hits.iter().sum();
        assert_eq!(shown + series.undated + series.inexact, series.total, "{text}");
        assert_eq!(series.total, hits.len() as u64);
    }
}

#[test]
fn every_occurrence_stands_in_the_concordance() {
    let archive = archive();
    let word = "dam";
    let occurrences =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|found| found.to_lowercase() == word).count();
    let expected: usize = articles(&archive, "\"dam\"")
        .iter()
        .map(|article| {
            let captions = article.images.iter().filter_map(|image| image.caption.as_deref());
            let texts = [article.title.as_str()].into_iter().chain(article.standfirst.as_deref()).chain(captions);
            texts.map(occurrences).sum::<usize>() + occurrences(&article.body())
        })
        .sum();
    for sort in [KwicSort::Date, KwicSort::Left, KwicSort::Right] {
        let mut lines = Vec::new();
        let options = KwicOptions { width: 30, sort };
        let count = archive.kwic(&query("\"dam\""), &options, &all(), |line| {
            lines.push(line);
            ControlFlow::Continue(())
        });
        assert_eq!((count.expect("lines") as usize, lines.len()), (expected, expected), "{sort:?}");
        assert!(lines.iter().all(|line| line.keyword.to_lowercase() == word));
        if sort == KwicSort::Right {
            let first_words: Vec<String> = lines.iter().map(|line| first_word(&line.right)).collect();
            assert!(first_words.is_sorted(), "{first_words:?}");
        }
    }
}

fn first_word(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default().to_lowercase()
}

#[test]
fn a_phrase_is_one_line_of_the_concordance() {
    let mut keywords = Vec::new();
    let count = archive().kwic(&query("\"personal letters\""), &KwicOptions::default(), &all(), |line| {
        keywords.push(line.keyword);
        ControlFlow::Continue(())
    });
    assert!(count.expect("lines") > 0 && keywords.iter().all(|keyword| keyword == "personal letters"), "{keywords:?}");
}

/// All hits of a query, a page at a time.
fn paged(archive: &Archive, query: &Query, sort: Sort, size: usize) -> Vec<(usize, String)> {
    let mut options = SearchOptions { limit: size, sort, snippet_chars: 0, ..SearchOptions::default() };
    let mut hits = Vec::new();
    loop {
        let results = archive.search(query, &options).expect("a search");
        hits.extend(results.hits.iter().map(|hit| (hit.rank, hit.article.id.clone())));
        let Some(next) = results.next else { return hits };
        // As text and back, as a program would hand it on.
        options.after = Some(next.to_string().parse().expect("a cursor"));
    }
}

#[test]
fn pages_by_cursor_are_the_whole_list() {
    let archive = archive();
    let query = query("dam OR letters OR lang:en");
    for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest, Sort::Longest, Sort::Shortest] {
        let whole = archive.search(&query, &SearchOptions { sort, ..all() }).expect("a search").hits;
        let whole: Vec<(usize, String)> = whole.iter().map(|hit| (hit.rank, hit.article.id.clone())).collect();
        for size in [1, 7, 1_000] {
            assert_eq!(paged(&archive, &query, sort, size), whole, "{sort:?} {size}");
        }
    }
}

#[test]
fn few_hits_by_date_are_the_first_of_all() {
    let folder = Folder::new();
    let mut chance = Chance::new(7);
    // Days that rise, days by chance, and days by chance of which some are missing, in a run each.
    for (run, day) in ["rising", "any", "some"].into_iter().zip([0, 1, 2]) {
        let line = |number: u64| {
            let day = if day == 0 { number / 4 } else { chance.below(500) + 100 * day };
            let date = chrono::NaiveDate::from_num_days_from_ce_opt(730_000 + day as i32).expect("a day").to_string();
            let date = if run == "some" && chance.below(5) == 0 { None } else { Some(date) };
            let text = if chance.below(3) == 0 { "rope" } else { "quay rope" };
            let line = json!({"id": format!("{run}{number}"), "title": "Harbour", "text": text, "date": date});
            line.to_string() + "\n"
        };
        folder.write(&format!("{run}.jsonl"), (0..2_000).map(line).collect::<String>());
        index(&folder, &[&format!("{run}.jsonl")]);
    }
    let archive = Archive::open(folder.path("index")).expect("an archive");
    // The last three have words by their places, wanted and not wanted.
    let texts =
        ["quay", "rope quay", "*", "\"quay rope\"", "rope -\"quay rope\"", "rope (quay NEAR/3 rope OR harbour)"];
    for (text, sort) in texts.iter().flat_map(|text| [(text, Sort::Newest), (text, Sort::Oldest)]) {
        // So many are looked for by one pass over all that fit.
        let whole = paged(&archive, &query(text), sort, 10_000);
        assert!(whole.len() > 1_500, "{} hits", whole.len());
        for size in [10, 333] {
            assert_eq!(paged(&archive, &query(text), sort, size), whole, "{text} {sort:?} {size}");
        }
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let archive = archive();
    let options = SearchOptions { limit: 1, ..SearchOptions::default() };
    let after = archive.search(&query("dam"), &options).expect("a search").next;
    let wrong = SearchOptions { after, sort: Sort::Newest, ..options };
    assert!(archive.search(&query("dam"), &wrong).expect_err("another order").to_string().contains("cursor"));
}

/// Articles about a quay, with more or fewer of its words.
fn lines(ids: std::ops::Range<u32>) -> String {
    let line = |id: u32| {
        let words = "quay ".repeat(1 + id as usize % 7) + &"rope ".repeat(3 + id as usize % 11);
        json!({"id": format!("a{id}"), "title": format!("Number {id}"), "text": words, "language": "en"}).to_string()
            + "\n"
    };
    ids.map(line).collect()
}

fn index(folder: &Folder, paths: &[&str]) {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path(path)).collect();
    ingest(folder.path("index"), &paths, &IngestOptions::default(), |_| ControlFlow::Continue(())).expect("a run");
}

#[test]
fn paging_goes_on_in_an_archive_that_grows() {
    let folder = Folder::new();
    folder.write("one.jsonl", lines(0..200));
    index(&folder, &["one.jsonl"]);
    let archive = Archive::open(folder.path("index")).expect("an archive");
    let query = query("quay");
    let whole = paged(&archive, &query, Sort::Relevance, 1_000);
    let first = archive.search(&query, &SearchOptions { limit: 50, ..SearchOptions::default() }).expect("a search");
    // Twice as many articles, so that every rareness and the average length are others.
    folder.write("two.jsonl", lines(200..600));
    index(&folder, &["two.jsonl"]);
    archive.reload().expect("a reload");
    let mut ids: Vec<String> = first.hits.iter().map(|hit| hit.article.id.clone()).collect();
    let mut after = first.next;
    while let Some(cursor) = after {
        let options = SearchOptions { limit: 50, after: Some(cursor), ..SearchOptions::default() };
        let page = archive.search(&query, &options).expect("a search");
        ids.extend(page.hits.iter().map(|hit| hit.article.id.clone()));
        after = page.next;
    }
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "nothing comes twice");
    let old: Vec<&String> = ids.iter().filter(|id| id[1..].parse::<u32>().is_ok_and(|id| id < 200)).collect();
    let expected: Vec<&String> = whole.iter().map(|(_, id)| id).collect();
    assert_eq!(old, expected, "what was there comes in its order");
}

#[test]
fn the_parts_of_a_score_add_up_to_it() {
    let archive = archive();
    for text in ["dam", "dam engineers", "dam (water OR lake) -ferry", "\"earth dam\" valley", "dam NEAR/5 wall"] {
        let query = query(text);
        let hit = archive.search(&query, &all()).expect("a search").hits.remove(0);
        let explanation = archive.explain(&query, Some(&hit.article.id), &all()).expect("an explanation");
        let tree = &explanation.tree;
        assert_eq!(tree.fits, Some(true));
        let score = explanation.score.expect("a score");
        assert!((score - hit.score).abs() < 1e-4, "{text}: {score} and {}", hit.score);
        assert!((tree.score + explanation.nearness - score).abs() < 1e-4 && explanation.nearness >= 0.0, "{text}");
        if !tree.parts.is_empty() {
            let sum: f32 = tree.parts.iter().filter(|part| part.part != "none of").map(|part| part.score).sum();
            assert!((sum - tree.score).abs() < 1e-3, "{text}: {sum} and {}", tree.score);
        }
    }
}

#[test]
fn what_age_leaves_of_a_score_is_explained() {
    let archive = archive();
    let now = 1_700_000_000;
    for half_life_days in [30, 3_000] {
        let options = SearchOptions { recency: Some(Recency { half_life_days, now }), ..all() };
        for text in ["dam", "dam engineers", "owls OR ferry OR dam"] {
            let results = archive.search(&query(text), &options).expect("a search");
            for hit in results.hits.iter().take(10) {
                let id = Some(hit.article.id.as_str());
                let explanation = archive.explain(&query(text), id, &options).expect("an explanation");
                let age = explanation.age.expect("what age leaves");
                let left = |days: f64| 0.5 + 0.5 * (-days / f64::from(half_life_days)).exp2() as f32;
                assert!((age.factor - age.days.map_or(0.5, left)).abs() < 1e-5, "{text}: {age:?}");
                assert_eq!(age.days.is_none(), hit.article.published.is_none());
                let score = explanation.score.expect("a score");
                assert!((score - hit.score).abs() < 1e-4, "{text}: {score} and {}", hit.score);
                let made = (explanation.tree.score + explanation.nearness) * age.factor;
                assert!((score - made).abs() < 1e-4, "{text}: {score}, made of {made}");
            }
        }
    }
}

#[test]
fn typical_words_are_those_of_the_subject() {
    let archive = archive();
    let terms =
        archive.significant_terms(&query("title:dam"), None, &TermsOptions { limit: 10 }, &all()).expect("terms");
    let words: Vec<&str> = terms.terms.iter().map(|term| term.word.as_str()).collect();
    assert!(words.contains(&"valley") && !words.contains(&"dam") && !words.contains(&"the"), "{words:?}");
    for term in &terms.terms {
        assert!(term.g2 > 0.0 && term.articles <= terms.sample && term.articles_compared >= term.articles, "{term:?}");
    }
    let against = query("title:letters");
    let against = archive.significant_terms(&query("title:dam"), Some(&against), &TermsOptions::default(), &all());
    assert_eq!(against.expect("terms").against.as_deref(), Some("title:letters"));
}

#[test]
fn words_that_the_archive_does_not_know_are_corrected_from_its_own() {
    let archive = archive();
    let better = |text: &str| archive.did_you_mean(&query(text)).expect("a search").map(|query| query.to_string());
    assert_eq!(better("vally").as_deref(), Some("valley"));
    assert_eq!(better("dam \"vally floor\"").as_deref(), Some("dam \"valley floor\""));
    assert_eq!(better("engineers"), None);
    assert_eq!(better("xqzptk"), None);
}

#[test]
fn completions_are_words_that_somebody_wrote() {
    let archive = archive();
    let words = archive.complete("engin", 10).expect("words");
    assert!(words.iter().any(|word| word.name == "engineers"), "{words:?}");
    for word in words.iter().chain(&archive.complete("excha", 10).expect("words")) {
        let phrase = Query::Phrase { field: newssearch::Field::Text, text: word.name.clone(), slop: 0 };
        assert!(archive.search(&phrase, &all()).expect("a search").total > Some(0), "{word:?}");
    }
    assert!(archive.complete("", 10).expect("words").is_empty());
}

#[test]
fn zero_hits_are_taken_apart() {
    let archive = archive();
    let diagnosis = archive.diagnose(&query("dam engineers ferry lang:ko"), &all()).expect("a diagnosis");
    assert_eq!(diagnosis.total, 0);
    assert_eq!(diagnosis.clauses.len(), 4);
    for clause in &diagnosis.clauses {
        assert_eq!(Some(clause.alone), archive.search(&query(&clause.query), &all()).expect("a search").total);
    }
    let best = diagnosis.best_dropped.map(|at| &diagnosis.clauses[at]);
    assert!(best.is_none_or(|best| diagnosis.clauses.iter().all(|other| other.without <= best.without)));
}

/// For each article that has copies, the ids of all of them.
fn clusters(archive: &Archive) -> BTreeMap<String, BTreeSet<String>> {
    let everything = articles(archive, "*");
    let copies = |article: &Article| {
        let copies = archive.copies(&article.id).expect("copies");
        copies.members.iter().map(|member| member.article.id.clone()).collect::<BTreeSet<_>>()
    };
    everything.iter().map(|article| (article.id.clone(), copies(article))).filter(|(_, all)| all.len() > 1).collect()
}

#[test]
fn copies_are_folded_into_one_hit_over_all_hits() {
    let archive = archive();
    let clusters = clusters(&archive);
    assert!(clusters.len() > 5, "the sample archive has copies: {clusters:?}");
    for text in ["*", "dam", "seabirds OR oil", "\"earth dam\"", "source:lantern"] {
        let plain = articles(&archive, text);
        let stories: BTreeSet<BTreeSet<String>> = plain
            .iter()
            .map(|article| clusters.get(&article.id).cloned().unwrap_or_else(|| [article.id.clone()].into()))
            .collect();
        let collapsed = SearchOptions { copies: CopyMode::Collapse, ..all() };
        let results = archive.search(&query(text), &collapsed).expect("a search");
        assert_eq!(results.total, Some(stories.len() as u64), "{text}");
        assert_eq!(results.total_with_copies, Some(plain.len() as u64), "{text}");
        assert_eq!(results.hits.len(), stories.len(), "{text}");
        let fitting: BTreeSet<&String> = plain.iter().map(|article| &article.id).collect();
        for hit in &results.hits {
            assert!(fitting.contains(&hit.article.id), "{text}");
            let listed: BTreeSet<String> = hit.copies.iter().map(|copy| copy.article.id.clone()).collect();
            let others = clusters.get(&hit.article.id).cloned().unwrap_or_default();
            let others: BTreeSet<String> = others.into_iter().filter(|id| *id != hit.article.id).collect();
            assert_eq!((listed, hit.copies_total), (others.clone(), others.len() as u64), "{text}");
            for copy in &hit.copies {
                assert_eq!(copy.fits, fitting.contains(&copy.article.id), "{text}");
            }
        }
        let only = SearchOptions { copies: CopyMode::Only, ..all() };
        let with_copies = stories.iter().filter(|story| story.len() > 1).count() as u64;
        assert_eq!(archive.search(&query(text), &only).expect("a search").total, Some(with_copies), "{text}");
    }
}

#[test]
fn facets_of_folded_hits_count_each_once() {
    let archive = archive();
    let options =
        SearchOptions { copies: CopyMode::Collapse, facets: vec![FacetField::Language], facet_values: 1_000, ..all() };
    let results = archive.search(&query("dam OR oil"), &options).expect("a search");
    let counted: u64 = results.facets[0].values.iter().map(|value| value.articles).sum();
    assert_eq!(counted + results.facets[0].without, results.hits.len() as u64);
}

#[test]
fn articles_are_found_by_the_number_of_their_copies() {
    let archive = archive();
    let clusters = clusters(&archive);
    let ids =
        |text: &str| -> BTreeSet<String> { articles(&archive, text).into_iter().map(|article| article.id).collect() };
    let with = |least: usize| clusters.iter().filter(|(_, all)| all.len() > least).map(|(id, _)| id.clone()).collect();
    assert_eq!(ids("copies:>0"), with(1));
    assert_eq!(ids("copies:>1"), with(2));
    let none: BTreeSet<String> = ids("*").into_iter().filter(|id| !clusters.contains_key(id)).collect();
    assert_eq!(ids("copies:0"), none);
}

// The same from the command line.

fn run(args: &[&str]) -> support::Ran {
    let mut command = program(&["--index"]);
    support::Ran::of(&command.arg::<&Path>(&CORPUS).args(args).output().expect("the program runs"))
}

#[test]
fn the_program_prints_facets_timelines_terms_and_concordances() {
    let facets = run(&["query", "dam", "--facet", "source,year", "--format", "json"]).ends_with(0).json();
    assert_eq!(facets["facets"][0]["field"], "source");
    assert!(facets["next"].is_null() || facets["next"].is_string());
    let csv = run(&["timeline", "dam", "--by", "year", "--format", "csv"]).ends_with(0).out;
    assert!(csv.starts_with("period,from,query,hits,articles,share\n2021,2021-01-01,dam,"), "{csv}");
    let svg = run(&["timeline", "dam", "\"<b>\"", "--format", "svg"]).ends_with(0).out;
    assert!(svg.starts_with("<svg ") && svg.contains("&lt;b&gt;") && !svg.contains("<b>"), "{svg}");
    assert!(run(&["timeline", "dam"]).ends_with(0).out.contains('█'));
    assert!(run(&["terms", "title:dam"]).ends_with(0).out.contains("valley"));
    let kwic = run(&["kwic", "dam", "--width", "20", "--sort", "left"]).ends_with(0);
    assert!(kwic.out.lines().count() > 10 && kwic.out.lines().all(|line| line.to_lowercase().contains("dam")));
    let explained = run(&["explain", "dam water"]).ends_with(0).out;
    assert!(explained.contains("all of"), "{explained}");
    let hit = run(&["query", "dam", "--limit", "1", "--format", "json"]).ends_with(0).json();
    let id = hit["hits"][0]["id"].as_str().expect("an id");
    let explained = run(&["explain", "dam", id, "--recent=90d"]).ends_with(0).out;
    assert!(explained.contains("for its age (") && explained.contains("half-life 90 days"), "{explained}");
    assert!(run(&["complete", "engin"]).ends_with(0).out.starts_with("engineers\t"));
    assert!(run(&["complete", "qqqq"]).ends_with(1).out.is_empty());
}

#[test]
fn the_program_says_what_it_made_of_a_query() {
    let lint = run(&["query", "--lint", "dam w/5 water"]).ends_with(1);
    assert!(lint.out.starts_with("dam NEAR/5 water\nnote: "), "{}", lint.out);
    assert_eq!(run(&["query", "--lint", "dam NEAR/5 water"]).ends_with(0).out, "dam NEAR/5 water\n");
    run(&["query", "--lint", "titel:dam"]).ends_with(2).says(&["did you mean", "^^^^^"]);
    run(&["query", "dam xqzptk"]).ends_with(1).says(&["xqzptk: 0 articles alone", "<- leave this out"]);
    run(&["query", "vally"]).ends_with(1).says(&["did you mean valley"]);
}

#[test]
fn the_program_prefers_recent_articles_where_it_is_told_to() {
    /// Ids of the hits, and whether each is dated.
    fn hits(args: &[&str]) -> Vec<(String, bool)> {
        let ran = run(&[&["query", "dam", "--limit", "50", "--format", "json"], args].concat()).ends_with(0).json();
        let hit =
            |hit: &serde_json::Value| (hit["id"].as_str().expect("an id").to_owned(), !hit["published"].is_null());
        ran["hits"].as_array().expect("hits").iter().map(hit).collect()
    }
    let dated = |hits: &[(String, bool)]| hits.iter().filter(|(_, dated)| *dated).cloned().collect::<Vec<_>>();
    let (plain, slow, fast) = (hits(&[]), hits(&["--recent=100000d"]), hits(&["--recent"]));
    assert!(dated(&plain).len() < plain.len(), "one of them has no date");
    assert_eq!(dated(&slow), dated(&plain), "over so long a half-life all that are dated are of today");
    assert!(!slow.last().expect("hits").1, "what has no date is old");
    assert_eq!(fast.iter().collect::<BTreeSet<_>>(), plain.iter().collect::<BTreeSet<_>>(), "the hits stay the same");
    run(&["query", "dam", "--recent=0d"]).ends_with(2).says(&["30d"]);
}

#[test]
fn related_articles_are_narrowed_by_day_outlet_and_language() {
    let related = |args: &[&str]| -> Vec<serde_json::Value> {
        let ran = run(&[&["related", "owd-0006", "--limit", "50", "--format", "json"], args].concat());
        assert!(matches!(ran.code, 0 | 1), "{ran:?}");
        ran.json()["related"].as_array().expect("articles").clone()
    };
    let all = related(&[]);
    let text = |article: &serde_json::Value, name: &str| article[name].as_str().unwrap_or_default().to_owned();
    let of = |narrowed: &[serde_json::Value]| -> BTreeSet<String> {
        narrowed.iter().map(|article| text(article, "id")).collect()
    };
    let day = |article: &serde_json::Value| text(article, "published").chars().take(10).collect::<String>();
    let days: BTreeSet<String> = all.iter().map(day).filter(|day| day.len() == 10).collect();
    let middle = days.iter().nth(days.len() / 2).expect("days").clone();
    let before = related(&["--before", &middle]);
    let after = related(&["--after", &middle]);
    assert!(!before.is_empty() && before.iter().all(|article| day(article) <= middle), "{middle}");
    assert!(!after.is_empty() && after.iter().all(|article| day(article) >= middle), "{middle}");
    assert!(of(&before).len() < all.len() && of(&after).len() < all.len());
    let source = text(&all[0], "source");
    let narrowed = related(&["--source", &source]);
    assert!(!narrowed.is_empty() && narrowed.iter().all(|article| text(article, "source") == source), "{source}");
    assert!(related(&["--lang", "de"]).iter().all(|article| text(article, "language") == "de"));
    run(&["related", "owd-0006", "--before", "soon"]).ends_with(2).says(&["soon"]);
}
