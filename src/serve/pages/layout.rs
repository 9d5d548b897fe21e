//! What all pages have around them.

use maud::{DOCTYPE, Markup, html};

use crate::serve::{state::Shared, text::harmless};

/// Which of the main pages one belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Search,
    Stories,
    Compare,
    Archive,
    Help,
    Api,
    Elsewhere,
}

const NAVIGATION: [(Place, &str, &str); 6] = [
    (Place::Search, "/", "Search"),
    (Place::Stories, "/stories", "Stories"),
    (Place::Compare, "/compare", "Compare"),
    (Place::Archive, "/archive", "Archive"),
    (Place::Help, "/help", "Query language"),
    (Place::Api, "/api", "API"),
];

/// A page's frame.
pub(super) struct Layout<'a> {
    pub(super) app: &'a Shared,
    pub(super) title: &'a str,
    pub(super) place: Place,
    /// Address of the feed of what is shown.
    pub(super) feed: Option<&'a str>,
}

impl Layout<'_> {
    /// The whole page.
    pub(super) fn page(&self, body: &Markup) -> String {
        let app = self.app;
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (harmless(self.title)) " · newssearch" }
                    link rel="stylesheet" href=(app.href("/assets/style.css"));
                    link rel="icon" href=(app.href("/assets/icon.svg")) type="image/svg+xml";
                    link rel="search" type="application/opensearchdescription+xml" title="newssearch"
                        href=(app.href("/opensearch.xml"));
                    @if let Some(feed) = self.feed {
                        link rel="alternate" type="application/atom+xml" title="These articles, newest first"
                            href=(feed);
                    }
                    script src=(app.href("/assets/script.js")) defer {}
                }
                body data-base=(app.options.base) {
                    a.skip href="#main" { "Skip to the content" }
                    header.top {
                        a.name href=(app.href("/")) { "newssearch" }
                        nav aria-label="Pages" {
                            ul {
                                @for (place, path, name) in NAVIGATION {
                                    li {
                                        a href=(app.href(path)) aria-current=[(place == self.place).then_some("page")] {
                                            (name)
                                        }
                                    }
                                }
                            }
                        }
                    }
                    main #main tabindex="-1" { (body) }
                }
            }
        };
        page.into_string()
    }
}
