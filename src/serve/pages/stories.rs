//! Stories: which the archive has, and the course of one.

use axum::{body::Body, extract::State, http::Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    answer,
    article::NoParams,
    html_response,
    layout::{Layout, Place},
    parts,
};
use crate::{
    search::{ListedStory, StoriesOptions, Story, StoryList, StoryMoment, StoryOutline, StoryReport},
    serve::{
        params::{Name, Params, StoryOrder},
        problem::Problem,
        state::{App, Shared},
        text::{counted, grouped, harmless},
    },
};

/// Stories on a page.
const STORIES: usize = 20;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::serve) struct Listing {
    q: String,
    sort: Option<StoryOrder>,
    offset: u32,
}

impl Listing {
    /// Without a query the newest, with one the best.
    fn order(&self) -> StoryOrder {
        let usual = if self.q.trim().is_empty() { StoryOrder::Newest } else { StoryOrder::Best };
        self.sort.unwrap_or(usual)
    }

    fn href(&self, app: &Shared, sort: StoryOrder, offset: usize) -> String {
        let name = StoryOrder::NAMED.iter().find(|(order, _)| *order == sort).map_or("", |(_, name)| name);
        let offset = offset.to_string();
        let pairs = [("q", self.q.as_str()), ("sort", name), ("offset", offset.as_str())];
        let is_said = |(name, value): &(&str, &str)| !value.is_empty() && (*name, *value) != ("offset", "0");
        app.href_with("/stories", pairs.into_iter().filter(is_said))
    }
}

/// `GET /stories`
pub(in crate::serve) async fn stories(State(app): State<App>, Params(listing): Params<Listing>) -> Response<Body> {
    let page = app.work(move |shared| {
        let query = match shared.parse(&listing.q) {
            Ok((query, _)) => query,
            Err(problem) if problem.mistake.is_some() => {
                return Ok((framed(shared, &listing, &parts::told(&problem)), Some(problem)));
            }
            Err(problem) => return Err(problem),
        };
        let options = StoriesOptions {
            limit: STORIES.min(shared.options.limits.results_max.max(1)),
            offset: listing.offset as usize,
            sort: listing.order().into(),
            ..StoriesOptions::default()
        };
        let list = shared.archive.stories(&query, &options)?;
        Ok((framed(shared, &listing, &listed(shared, &listing, &list)), None))
    });
    match page.await {
        Ok((page, Some(problem))) => Problem::decorated(&problem, html_response(page)),
        Ok((page, None)) => html_response(page),
        Err(problem) => answer(&app, Err(problem)),
    }
}

fn framed(app: &Shared, listing: &Listing, below: &Markup) -> String {
    let body = html! {
        h1 { "Stories" }
        form.search role="search" action=(app.href("/stories")) method="get" {
            div.box {
                label.visually-hidden for="q" { "Stories about" }
                input #q type="search" name="q" value=(harmless(&listing.q)) dir="auto" autocapitalize="none"
                    spellcheck="false" placeholder="Stories about" maxlength=(app.options.limits.query_bytes_max);
                button type="submit" { "Search" }
            }
            div.settings { label { "Order " select name="sort" {
                @for (order, name) in StoryOrder::NAMED {
                    option value=(name) selected[order == listing.order()] { (name) }
                }
            } } }
        }
        (below)
    };
    Layout { app, title: "Stories", place: Place::Stories, feed: None }.page(&body)
}

fn listed(app: &Shared, listing: &Listing, list: &StoryList) -> Markup {
    let (offset, shown) = (listing.offset as usize, list.stories.len());
    let number = match list.total {
        1 => "1 story".to_owned(),
        total => format!("{} stories", grouped(total)),
    };
    html! {
        @if !list.notes.is_empty() { ul.notes { @for note in &list.notes { li { (harmless(note)) } } } }
        p.total role="status" { (number) " of two or more reports" }
        ol.hits start=(offset + 1) { @for story in &list.stories { (item(app, story)) } }
        nav.pages aria-label="More stories" {
            @if offset > 0 {
                a rel="prev" href=(listing.href(app, listing.order(), offset.saturating_sub(STORIES))) { "Earlier on the list" } " "
            }
            @if ((offset + shown) as u64) < list.total && shown > 0 {
                a rel="next" href=(listing.href(app, listing.order(), offset + shown)) { "Next stories" }
            }
        }
    }
}

fn item(app: &Shared, story: &ListedStory) -> Markup {
    let outline = &story.outline;
    html! {
        li.hit {
            article {
                h2 { a dir="auto" lang=[parts::language(&outline.latest)]
                    href=(app.href(&format!("/story/{}", crate::serve::text::path_segment(&outline.id)))) {
                    (harmless(parts::title(&outline.latest)))
                } }
                p.byline { (span(outline)) " · " (numbers(outline)) }
                (terms(outline))
            }
        }
    }
}

/// From its first day to its last.
fn span(outline: &StoryOutline) -> Markup {
    html! {
        @match (&outline.first_day, &outline.last_day) {
            (Some(first), Some(last)) if first == last => { (first) },
            (Some(first), Some(last)) => { (first) " to " (last) },
            _ => { "no date" },
        }
    }
}

fn numbers(outline: &StoryOutline) -> String {
    let copies = outline.articles.saturating_sub(outline.reports);
    let mut said = format!("{}, {}", counted(outline.reports, "report"), counted(outline.sources_total, "outlet"));
    match copies {
        0 => {}
        1 => said.push_str(", 1 copy"),
        copies => said.push_str(&format!(", {} copies", grouped(copies))),
    }
    said
}

fn terms(outline: &StoryOutline) -> Markup {
    html! {
        @if !outline.terms.is_empty() {
            p.shared dir="auto" {
                @for (at, term) in outline.terms.iter().enumerate() {
                    @if at > 0 { ", " } (harmless(&term.word))
                }
            }
        }
    }
}

/// What an article's own page says of the story it is in.
pub(super) fn of_article(app: &Shared, story: &StoryOutline) -> Markup {
    html! {
        section.story-of aria-labelledby="story" {
            h2 #story { "Story" }
            p { "It is one of " (counted(story.reports, "report")) " of "
                a href=(app.href(&format!("/story/{}", crate::serve::text::path_segment(&story.id)))) { "one story" }
                ", " (span(story)) "." }
            (terms(story))
        }
    }
}

/// `GET /story/{id}`
pub(in crate::serve) async fn story(
    State(app): State<App>,
    Name(name): Name,
    Params(NoParams {}): Params<NoParams>,
) -> Response<Body> {
    let page = app.work(move |shared| Ok(course(shared, &shared.archive.story(&shared.article(&name)?.id)?)));
    answer(&app, page.await)
}

fn course(app: &Shared, story: &Story) -> String {
    let outline = &story.outline;
    let title = format!("Story: {}", parts::title(&outline.latest));
    let left_out = outline.reports.saturating_sub(story.timeline.len() as u64);
    let body = html! {
        h1 dir="auto" { (harmless(&title)) }
        p.total { (span(outline)) " · " (numbers(outline)) }
        @if !outline.terms.is_empty() { p { "What holds it together:" } (terms(outline)) }
        h2 { "Its course" }
        @if left_out > 0 { p.aside { (grouped(left_out)) " of the reports, evenly, are not shown." } }
        ol.course { @for report in &story.timeline { (step(app, report)) } }
        h2 { "Outlets" }
        table {
            thead { tr { th scope="col" { "Outlet" } th.number scope="col" { "Articles" } } }
            tbody { @for source in &outline.sources {
                tr { th scope="row" dir="auto" { (harmless(&source.name)) } (parts::number_cell(source.articles)) }
            } }
        }
    };
    Layout { app, title: &title, place: Place::Stories, feed: None }.page(&body)
}

fn step(app: &Shared, report: &StoryReport) -> Markup {
    let moment = report.moment.map(|moment| match moment {
        StoryMoment::First => "First report",
        StoryMoment::Turn => "A turn",
        StoryMoment::Latest => "Latest",
    });
    html! {
        li class=[report.moment.map(|_| "moment")] {
            @if let Some(moment) = moment { p.flag { (moment) } }
            h3 { (parts::headline(app, &report.article)) }
            (parts::byline(&report.article))
            @if !report.brings.is_empty() {
                p.shared dir="auto" { "Brings " @for (at, word) in report.brings.iter().enumerate() {
                    @if at > 0 { ", " } mark { (harmless(word)) }
                } }
            }
            @if report.copies > 0 {
                p.aside dir="auto" {
                    a href=(app.article_href(&report.article.id, "/copies")) { "Copied" }
                    " by " (harmless(&report.copied_by.join(", ")))
                }
            }
        }
    }
}
