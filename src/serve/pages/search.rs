//! The search page.

use axum::{body::Body, extract::State, http::Response};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    answer,
    chart::{Chart, fitting},
    html_response,
    layout::{Layout, Place},
    parts,
};
use crate::{
    query::{DateKind, DateSpan, Note, Query},
    search::{Facet, FacetField, Hit, Results, SearchOptions, Stats},
    serve::{
        params::{Copies, Order, Params, cursor, none_if_empty},
        problem::Problem,
        state::{App, Shared},
        text::{counted, grouped, harmless},
    },
};

/// Hits on a page.
const HITS: usize = 20;

/// What the hits are counted by beside the page.
const FACETS: [(FacetField, &str); 6] = [
    (FacetField::Source, "Outlet"),
    (FacetField::Section, "Section"),
    (FacetField::Language, "Language"),
    (FacetField::Author, "Author"),
    (FacetField::Agency, "Agency"),
    (FacetField::Tag, "Keyword"),
];

/// Values shown of each.
const FACET_VALUES: usize = 8;

/// Most filters of one search.
const FILTERS_MAX: usize = 50;

/// The state of a search: all of it is in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::serve) struct Search {
    pub(super) q: String,
    /// Facets that are clicked on, as `source:The Plain Dealer`.
    f: Vec<String>,
    #[serde(deserialize_with = "none_if_empty")]
    from: Option<NaiveDate>,
    #[serde(deserialize_with = "none_if_empty")]
    to: Option<NaiveDate>,
    sort: Order,
    copies: Copies,
    /// Where to go on.
    after: String,
    /// What the timeline shows: `share` or the number of hits.
    #[serde(deserialize_with = "none_if_empty")]
    show: Option<Show>,
}

/// What the timeline shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    Share,
}

impl std::str::FromStr for Show {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if text == "share" { Ok(Self::Share) } else { Err("show is `share` or left out, not") }
    }
}

impl Search {
    fn is_empty(&self) -> bool {
        self.q.trim().is_empty() && self.f.is_empty() && self.from.is_none() && self.to.is_none()
    }

    /// The query with everything that was clicked on.
    pub(in crate::serve) fn query(&self, shared: &Shared) -> Result<(Query, Vec<Note>), Problem> {
        if self.f.len() > FILTERS_MAX {
            return Err(Problem::parameter(format!("there are more than {FILTERS_MAX} filters")));
        }
        let (typed, notes) = shared.parse(&self.q)?;
        let mut parts = match typed {
            Query::All(parts) => parts,
            Query::Everything => Vec::new(),
            one => vec![one],
        };
        let mut by_field: Vec<(FacetField, Vec<Query>)> = Vec::new();
        for filter in self.f.iter().filter(|filter| !filter.is_empty()) {
            let (field, value) = read_filter(filter)?;
            let clause = field.clause(value).ok_or_else(|| Problem::parameter(format!("f={filter} is no filter")))?;
            match by_field.iter_mut().find(|(known, _)| *known == field) {
                Some((_, clauses)) => clauses.push(clause),
                None => by_field.push((field, vec![clause])),
            }
        }
        for (_, mut clauses) in by_field {
            parts.push(if clauses.len() == 1 { clauses.remove(0) } else { Query::Any(clauses) });
        }
        if self.from.is_some() || self.to.is_some() {
            parts.push(Query::Dates { date: DateKind::Published, span: DateSpan { first: self.from, last: self.to } });
        }
        let query = match parts.len() {
            0 => Query::Everything,
            1 => parts.remove(0),
            _ => Query::All(parts),
        };
        Ok((query, notes))
    }

    fn has_filter(&self, filter: &str) -> bool {
        self.f.iter().any(|known| known == filter)
    }

    /// The address of this state.
    fn href(&self, app: &Shared, path: &str) -> String {
        let sort = Order::NAMED.iter().find(|(order, _)| *order == self.sort).map_or("", |(_, name)| name);
        let (from, to) = (self.from.map(|day| day.to_string()), self.to.map(|day| day.to_string()));
        let mut pairs = vec![("q", self.q.as_str())];
        pairs.extend(self.f.iter().map(|filter| ("f", filter.as_str())));
        pairs.extend(from.as_deref().map(|day| ("from", day)));
        pairs.extend(to.as_deref().map(|day| ("to", day)));
        if self.sort != Order::Relevance {
            pairs.push(("sort", sort));
        }
        pairs.extend(copies_name(self.copies).map(|name| ("copies", name)));
        if !self.after.is_empty() {
            pairs.push(("after", &self.after));
        }
        if self.show == Some(Show::Share) {
            pairs.push(("show", "share"));
        }
        app.href_with(path, pairs)
    }

    /// The same search, changed, from its first page.
    fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = Self { after: String::new(), ..self.clone() };
        change(&mut changed);
        changed
    }
}

fn copies_name(copies: Copies) -> Option<&'static str> {
    match copies {
        Copies::Collapse => None,
        Copies::Show => Some("show"),
        Copies::Only => Some("only"),
    }
}

/// Reads a filter, `source:The Plain Dealer`.
fn read_filter(filter: &str) -> Result<(FacetField, &str), Problem> {
    let wrong = || Problem::parameter(format!("f={filter} is no filter, such as f=source:Name"));
    let (name, value) = filter.split_once(':').ok_or_else(wrong)?;
    let (field, _) = FacetField::NAMED.iter().find(|(_, known)| *known == name).ok_or_else(wrong)?;
    Ok((*field, value))
}

/// What a search page shows.
struct Found {
    query: Query,
    results: Results,
    notes: Vec<String>,
    did_you_mean: Option<String>,
    /// Where nothing was found: what each part of the query finds alone.
    diagnosis: Option<crate::search::Diagnosis>,
    timeline: Option<crate::search::Timeline>,
}

/// `GET /`
pub(in crate::serve) async fn search(State(app): State<App>, Params(state): Params<Search>) -> Response<Body> {
    let shown = app.work(move |shared| {
        if state.is_empty() {
            let stats = shared.stats()?;
            return Ok((page(shared, &state, "Search", None, &welcome(shared, &stats)), None));
        }
        match found(shared, &state) {
            Ok(found) => {
                let title = format!("{} – search", state.q);
                Ok((page(shared, &state, &title, None, &results(shared, &state, &found)), None))
            }
            // A mistake in the query is shown where it was typed.
            Err(problem) if problem.mistake.is_some() => {
                Ok((page(shared, &state, "Search", Some(&problem), &html! {}), Some(problem)))
            }
            Err(problem) => Err(problem),
        }
    });
    match shown.await {
        Ok((page, Some(problem))) => problem.decorated(html_response(page)),
        Ok((page, None)) => html_response(page),
        Err(problem) => answer(&app, Err(problem)),
    }
}

fn found(shared: &Shared, state: &Search) -> Result<Found, Problem> {
    let (query, typed) = state.query(shared)?;
    let options = SearchOptions {
        limit: HITS.min(shared.options.limits.results_max.max(1)),
        after: cursor(Some(&state.after))?,
        sort: state.sort.into(),
        copies: state.copies.into(),
        facets: FACETS.map(|(field, _)| field).to_vec(),
        facet_values: FACET_VALUES,
        ..SearchOptions::default()
    };
    let archive = &shared.archive;
    let results = archive.search(&query, &options)?;
    shared.metrics.search(results.total.unwrap_or(0));
    let is_first = options.after.is_none();
    let none = results.hits.is_empty() && is_first;
    let mut notes: Vec<String> = typed.iter().map(note_text).collect();
    notes.extend(archive.notes(&query)?);
    notes.extend(results.notes.iter().cloned());
    let (did_you_mean, diagnosis) = match none {
        true => {
            let (typed, _) = shared.parse(&state.q)?;
            let better = archive.did_you_mean(&typed)?.map(|query| query.to_string());
            let diagnosis = matches!(query, Query::All(_)).then(|| archive.diagnose(&query, &options)).transpose()?;
            (better, diagnosis)
        }
        false => (None, None),
    };
    let timeline = (is_first && !none).then(|| fitting(archive, &query, &options)).transpose()?;
    Ok(Found { query, results, notes, did_you_mean, diagnosis, timeline })
}

fn note_text(note: &Note) -> String {
    match &note.suggestion {
        Some(suggestion) => format!("{}; {suggestion}", note.message),
        None => note.message.clone(),
    }
}

fn page(app: &Shared, state: &Search, title: &str, problem: Option<&Problem>, below: &Markup) -> String {
    let feed = (!state.is_empty()).then(|| state.changed(|_| ()).href(app, "/feed"));
    let body = html! {
        h1.visually-hidden { (harmless(title)) }
        (form(app, state))
        @if let Some(problem) = problem { (parts::told(problem)) }
        div #results { (below) }
    };
    Layout { app, title, place: Place::Search, feed: feed.as_deref() }.page(&body)
}

fn form(app: &Shared, state: &Search) -> Markup {
    let longest = app.options.limits.query_bytes_max;
    html! {
        form.search role="search" action=(app.href("/")) method="get" data-live="" {
            div.box {
                label.visually-hidden for="q" { "Search the archive" }
                input #q type="search" name="q" value=(harmless(&state.q)) maxlength=(longest) dir="auto"
                    autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="Search the archive"
                    list="words" aria-describedby="hint";
                datalist #words {}
                button type="submit" { "Search" }
            }
            p.visually-hidden #hint { "Words, \"phrases as written\", -not, OR, title:word, date:2022-04" }
            @for filter in &state.f { input type="hidden" name="f" value=(parts::attribute(filter)); }
            @if state.show == Some(Show::Share) { input type="hidden" name="show" value="share"; }
            div.settings {
                label { "Order " select name="sort" {
                    @for (order, name) in Order::NAMED {
                        option value=(name) selected[order == state.sort] { (name) }
                    }
                } }
                label { "Copies " select name="copies" {
                    @for (copies, value, name) in [
                        (Copies::Collapse, "collapse", "folded"),
                        (Copies::Show, "show", "each for itself"),
                        (Copies::Only, "only", "only what has copies"),
                    ] { option value=(value) selected[copies == state.copies] { (name) } }
                } }
                label { "From " input type="date" name="from" value=[state.from]; }
                label { "to " input type="date" name="to" value=[state.to]; }
            }
        }
    }
}

/// What stands below an empty box.
fn welcome(app: &Shared, stats: &Stats) -> Markup {
    let example = |query: &str| html! { a href=(app.href_with("/", [("q", query)])) { code { (harmless(query)) } } };
    html! {
        p.total {
            (counted(stats.articles, "article"))
            @if let (Some(first), Some(last)) = (&stats.first_day, &stats.last_day) { ", " (first) " to " (last) }
            ", from " (counted(stats.sources.len() as u64, "outlet")) ". "
            a href=(app.href("/archive")) { "What the archive holds" } " · "
            a href=(app.href_with("/", [("q", "*"), ("sort", "newest")])) { "Newest articles" } " · "
            a href=(app.href("/help")) { "Query language" }
        }
        @if let Some(source) = stats.sources.iter().find(|source| is_plain(&source.name)) {
            p { "For example: " (example(&format!("source:\"{}\"", source.name))) }
        }
    }
}

/// Whether a name can stand in quotes in a query.
fn is_plain(name: &str) -> bool {
    !name.contains(['"', '\\']) && !name.trim().is_empty()
}

fn results(app: &Shared, state: &Search, found: &Found) -> Markup {
    let Found { results, notes, did_you_mean, diagnosis, timeline, .. } = found;
    html! {
        @if !notes.is_empty() {
            ul.notes aria-label="Notes on the query" { @for note in notes { li { (harmless(note)) } } }
        }
        (filters(app, state))
        p.total role="status" { (totals(results)) }
        @if results.hits.is_empty() { (nothing(app, state, did_you_mean.as_deref(), diagnosis.as_ref())) }
        @if let Some(timeline) = timeline && timeline.periods.len() > 1 {
            (over_time(app, state, timeline))
        }
        @if !results.hits.is_empty() {
            div.columns {
                div.hits-part {
                    ol.hits start=(results.hits.first().map_or(1, |hit| hit.rank)) {
                        @for one in &results.hits { (hit(app, one)) }
                    }
                    (further(app, state, found))
                }
                aside aria-label="Narrow the search" {
                    @for facet in &results.facets { (values(app, state, facet)) }
                }
            }
        }
    }
}

fn totals(results: &Results) -> String {
    let (total, with_copies) = (results.total.unwrap_or(0), results.total_with_copies.unwrap_or(0));
    match with_copies > total {
        true => format!("{} ({} with copies)", counted(total, "article"), grouped(with_copies)),
        false => counted(total, "article"),
    }
}

/// What is clicked on, each to click off.
fn filters(app: &Shared, state: &Search) -> Markup {
    let span = match (state.from, state.to) {
        (None, None) => None,
        (from, to) => {
            let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            Some(format!("{} … {}", day(from), day(to)))
        }
    };
    html! {
        @if !state.f.is_empty() || span.is_some() {
            ul.filters aria-label="Filters" {
                @for filter in &state.f {
                    @let without = state.changed(|state| state.f.retain(|known| known != filter));
                    li { a href=(without.href(app, "/")) title="Remove this filter" {
                        span dir="auto" { (harmless(filter)) } span aria-hidden="true" { " ×" }
                        span.visually-hidden { " – remove this filter" }
                    } }
                }
                @if let Some(span) = span {
                    @let without = state.changed(|state| (state.from, state.to) = (None, None));
                    li { a href=(without.href(app, "/")) title="Remove this filter" {
                        (span) span aria-hidden="true" { " ×" } span.visually-hidden { " – remove this filter" }
                    } }
                }
            }
        }
    }
}

fn nothing(
    app: &Shared,
    state: &Search,
    did_you_mean: Option<&str>,
    diagnosis: Option<&crate::search::Diagnosis>,
) -> Markup {
    html! {
        @if let Some(better) = did_you_mean {
            @let meant = state.changed(|state| state.q = better.to_owned());
            p.meant { "Did you mean " a href=(meant.href(app, "/")) { (harmless(better)) } "?" }
        }
        @if let Some(diagnosis) = diagnosis && !diagnosis.clauses.is_empty() {
            table {
                caption { "No article fits all of this. What each part finds:" }
                thead { tr { th scope="col" { "Part" } th.number scope="col" { "alone" }
                    th.number scope="col" { "all but this" } } }
                tbody {
                    @for clause in &diagnosis.clauses {
                        tr {
                            th scope="row" dir="auto" { (harmless(&clause.query)) }
                            (parts::number_cell(clause.alone)) (parts::number_cell(clause.without))
                        }
                    }
                }
            }
        }
    }
}

fn over_time(app: &Shared, state: &Search, timeline: &crate::search::Timeline) -> Markup {
    let is_share = state.show == Some(Show::Share);
    let link = |first: NaiveDate, last: NaiveDate| {
        state.changed(|state| (state.from, state.to) = (Some(first), Some(last))).href(app, "/")
    };
    let other = state.changed(|state| state.show = if is_share { None } else { Some(Show::Share) });
    let series = &timeline.queries[0];
    let share = is_share;
    html! {
        section.over-time aria-label="Over time" {
            (Chart { timeline, share, link: &link }.draw())
            p.aside {
                @if is_share { "Share of the archive, " } @else { "Number of articles, copies too, " }
                "by " (crate::serve::api::records::period_name(timeline.by)) "; hatched where nothing is archived. "
                a href=(other.href(app, "/")) { @if is_share { "Show numbers" } @else { "Show shares" } }
                " · "
                a href=(app.href_with("/stories", [("q", series.query.as_str())])) { "As stories" }
                " · "
                a href=(app.href_with("/compare", [("q", series.query.as_str())])) { "Compare with another search" }
                @if series.undated > 0 { " · " (grouped(series.undated)) " without a date" }
            }
        }
    }
}

fn hit(app: &Shared, hit: &Hit) -> Markup {
    let article = &hit.article;
    html! {
        li.hit {
            article {
                h2 { (parts::headline(app, article)) }
                (parts::byline(article))
                @match &hit.snippet {
                    Some(snippet) => { (parts::snippet(snippet, parts::language(article))) },
                    None => {},
                }
                @if hit.copies_total > 0 { (copies(app, hit)) }
            }
        }
    }
}

/// The copies that are folded into a hit.
fn copies(app: &Shared, hit: &Hit) -> Markup {
    html! {
        details.copies {
            summary { (copies_summary(hit)) }
            ul {
                @for copy in &hit.copies {
                    li {
                        (parts::headline(app, &copy.article))
                        @if let Some(outlet) = parts::outlet(&copy.article) { " · " span dir="auto" { (harmless(outlet)) } }
                        " · " (parts::date(copy.article.published.as_ref()))
                        @if !copy.fits { " · does not fit the query itself" }
                    }
                }
            }
            p { a href=(app.article_href(&hit.article.id, "/copies")) { "How they differ" } }
        }
    }
}

fn copies_summary(hit: &Hit) -> String {
    let number = format!("{} {}", grouped(hit.copies_total), if hit.copies_total == 1 { "copy" } else { "copies" });
    let mut outlets: Vec<&str> = hit.copies.iter().filter_map(|copy| parts::outlet(&copy.article)).collect();
    outlets.dedup();
    outlets.truncate(3);
    let outlets = outlets.iter().map(|outlet| harmless(outlet)).collect::<Vec<_>>().join(", ");
    if outlets.is_empty() { number } else { format!("{number}: {outlets}") }
}

/// The values of a facet, to click on and off.
fn values(app: &Shared, state: &Search, facet: &Facet) -> Markup {
    let name = FACETS.iter().find(|(field, _)| *field == facet.field).map_or("", |(_, name)| name);
    html! {
        @if !facet.values.is_empty() {
            section.facet {
                h2 { (name) }
                ul {
                    @for value in &facet.values {
                        @let filter = format!("{}:{}", facet.field.name(), value.name);
                        @let on = state.has_filter(&filter);
                        @let other = state.changed(|state| match on {
                            true => state.f.retain(|known| *known != filter),
                            false => state.f.push(filter.clone()),
                        });
                        li {
                            a href=(other.href(app, "/")) aria-current=[on.then_some("true")] {
                                span.value dir="auto" { (harmless(&value.name)) }
                                " " span.count { (grouped(value.articles)) }
                            }
                        }
                    }
                }
                @if facet.more > 0 { p.aside { "and " (grouped(facet.more)) " more" } }
            }
        }
    }
}

/// Where to go from here.
fn further(app: &Shared, state: &Search, found: &Found) -> Markup {
    let query = found.query.to_string();
    let taken = |format: &'static str| app.href_with("/api/v1/export", [("q", query.as_str()), ("format", format)]);
    html! {
        nav.pages aria-label="More hits" {
            @if !state.after.is_empty() { a href=(state.changed(|_| ()).href(app, "/")) { "First page" } " " }
            @if let Some(next) = &found.results.next {
                @let on = Search { after: next.to_string(), ..state.clone() }.href(app, "/");
                @if on.len() <= app.options.limits.target_bytes_max {
                    a.next rel="next" href=(on) { "Next hits" }
                } @else {
                    "There are more hits; the query has too many words for an address that leads on to them."
                }
            }
        }
        p.aside {
            "Take all out as "
            @for (format, name) in [("csv", "CSV"), ("jsonl", "JSON lines"), ("ris", "RIS"), ("bibtex", "BibTeX")] {
                a href=(taken(format)) { (name) } " · "
            }
            a href=(state.changed(|_| ()).href(app, "/feed")) { "Feed" }
        }
    }
}
