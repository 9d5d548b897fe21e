//! The query language on one page, with examples that work on the archive at hand.

use axum::{body::Body, extract::State, http::Response};
use maud::{Markup, html};

use super::{
    answer,
    article::NoParams,
    layout::{Layout, Place},
    parts,
};
use crate::{
    query::QUERY_HELP,
    search::{CopyMode, SearchOptions, TermsOptions},
    serve::{
        params::Params,
        problem::Problem,
        state::{App, Shared},
        text::harmless,
    },
};

/// Words that examples are made of.
const WORDS: usize = 6;

/// `GET /help`
pub(in crate::serve) async fn help(State(app): State<App>, Params(NoParams {}): Params<NoParams>) -> Response<Body> {
    let page = app.work(|shared| {
        let text = shared.kept_text("help", || Ok(page(shared, &examples(shared)?)))?;
        Ok(text.as_str().to_owned())
    });
    answer(&app, page.await)
}

/// An example with what it asks for and how many articles it finds here.
struct Example {
    query: String,
    asks: &'static str,
    found: u64,
}

fn page(app: &Shared, examples: &[Example]) -> String {
    let body = html! {
        h1 { "Query language" }
        @if !examples.is_empty() { (table(app, examples)) }
        h2 { "All of it" }
        pre.language tabindex="0" { (QUERY_HELP) }
        h2 { "Keys" }
        dl.keys {
            dt { kbd { "/" } } dd { "to the search box" }
            dt { kbd { "j" } " " kbd { "k" } } dd { "next and previous hit" }
            dt { kbd { "o" } } dd { "open the hit" }
            dt { kbd { "?" } } dd { "this page" }
        }
    };
    Layout { app, title: "Query language", place: Place::Help, feed: None }.page(&body)
}

fn table(app: &Shared, examples: &[Example]) -> Markup {
    html! {
        h2 { "Examples from this archive" }
        div.wide tabindex="0" role="group" aria-label="Examples" { table {
            thead { tr { th scope="col" { "Query" } th scope="col" { "asks for" } th.number scope="col" { "finds" } } }
            tbody {
                @for example in examples {
                    tr {
                        th scope="row" dir="auto" {
                            a href=(app.href_with("/", [("q", example.query.as_str())])) { code { (harmless(&example.query)) } }
                        }
                        td { (example.asks) }
                        (parts::number_cell(example.found))
                    }
                }
            }
        } }
    }
}

/// Examples made of the archive's own words, outlets and dates; those that find nothing are left out.
fn examples(shared: &Shared) -> Result<Vec<Example>, Problem> {
    let stats = shared.stats()?;
    let newest = SearchOptions { limit: 1, sort: crate::search::Sort::Longest, ..SearchOptions::default() };
    let Some(hit) = shared.archive.search(&crate::query::Query::Everything, &newest)?.hits.into_iter().next() else {
        return Ok(Vec::new());
    };
    let of_it = crate::query::Query::Phrase { field: crate::query::Field::Id, text: hit.article.id.clone(), slop: 0 };
    let terms = TermsOptions { limit: WORDS * 3 };
    let terms = shared.archive.significant_terms(&of_it, None, &terms, &SearchOptions::default())?;
    let is_word = |word: &str| word.chars().all(char::is_alphanumeric) && word.chars().count() > 3;
    let words: Vec<String> = terms.terms.into_iter().map(|term| term.word).filter(|word| is_word(word)).collect();
    let mut made: Vec<(String, &'static str)> = Vec::new();
    if let [one, two, ..] = words.as_slice() {
        let stem: String = one.chars().take(4).collect();
        made.extend([
            (one.clone(), "a word in any of its forms"),
            (format!("{one} {two}"), "both words"),
            (format!("{one} OR {two}"), "either word"),
            (format!("{one} -{two}"), "the first and not the second"),
            (format!("\"{one}\""), "the word as it is written"),
            (format!("{stem}*"), "words that begin like this"),
            (format!("{one} NEAR/20 {two}"), "at most twenty words apart"),
            (format!("{one} SAME PARAGRAPH {two}"), "both in one paragraph"),
        ]);
        made.extend(words.get(2).map(|three| (format!("({one} OR {two}) {three}"), "brackets")));
    }
    let plain = |name: &str| !name.contains(['"', '\\']) && !name.trim().is_empty();
    made.extend(
        stats
            .sources
            .iter()
            .filter(|s| plain(&s.name))
            .take(1)
            .map(|s| (format!("source:\"{}\"", s.name), "everything of one outlet")),
    );
    made.extend(stats.languages.get(1).map(|l| (format!("lang:{}", l.name), "articles in one language")));
    if let Some(last) = &stats.last_day {
        let month = last.get(..7).unwrap_or(last);
        made.push((format!("date:{month}"), "published in a month"));
        made.push((format!("after:{}", last.get(..4).unwrap_or(last)), "published in a year or later"));
    }
    made.push(("words:>800".to_owned(), "long articles"));
    made.push(("is:correction".to_owned(), "corrections"));
    let options = SearchOptions { limit: 1, snippet_chars: 0, copies: CopyMode::Collapse, ..SearchOptions::default() };
    let mut examples = Vec::new();
    for (query, asks) in made {
        let Ok((parsed, _)) = shared.parse(&query) else { continue };
        let found = shared.archive.search(&parsed, &options)?.total.unwrap_or(0);
        if found > 0 {
            examples.push(Example { query, asks, found });
        }
    }
    Ok(examples)
}
