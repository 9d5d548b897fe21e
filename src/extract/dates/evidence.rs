//! The places of a page that name dates, and the choice among what they say.

use chrono::{NaiveDate, NaiveDateTime, Timelike};
use html5ever::local_name;

use super::{
    after_capture, embedded, machine_or_human,
    text::{Hints, Order, Spotted},
    url::date_in,
    visible::{self, Around},
    zone,
};
use crate::{
    date::{Confidence, DateOrigin, Precision, Published},
    extract::{
        dom::{Dom, NodeId},
        metadata::{gather::Gathered, place::Places, short::short_text},
    },
};

/// What is known of the page before its dates are read.
pub(crate) struct Sources<'p> {
    /// JSON-LD `datePublished` of the article.
    pub(crate) linked: Option<&'p str>,
    /// JSON-LD `dateModified` of the article.
    pub(crate) linked_modified: Option<&'p str>,
    /// JSON-LD `datePublished` of the page's node, or `uploadDate` of a video.
    pub(crate) linked_page: Option<&'p str>,
    /// Addresses of the page: fetched from, canonical.
    pub(crate) urls: [Option<&'p str>; 2],
    /// Language of the page as declared, such as `en-US`.
    pub(crate) language: Option<&'p str>,
    /// When the page was captured.
    pub(crate) captured: Option<&'p str>,
    /// The page as it came, programs included.
    pub(crate) html: &'p str,
}

/// The two dates of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) published: Option<Published>,
    pub(crate) modified: Option<Published>,
}

/// Names of metas made for the date of publication, the most trusted first.
const PUBLISHED_METAS: [&str; 11] = [
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published",
    "datepublished",
    "rnews:datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
];

/// Names of metas that hold it on many sites, and other days on some.
const LIKELY_METAS: [&str; 57] = [
    "cxenseparse:articlepublicationdate",
    "cxense-parse:recs:publishtime",
    "dateofpublication",
    "publishdate",
    "publish-date",
    "publish_date",
    "publisheddate",
    "published-date",
    "published_date",
    "publication_date",
    "publication-date",
    "publicationdate",
    "published_at",
    "publish_time",
    "publishtime",
    "published_time",
    "published",
    "pubdate",
    "pub_date",
    "article-publication-date",
    "article_date_original",
    "article.published",
    "article.created",
    "article:post_date",
    "article:publication_date",
    "articledate",
    "article_date",
    "originalpublicationdate",
    "release_date",
    "video:release_date",
    "og:release_date",
    "og:video:release_date",
    "music:release_date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "prism.publicationdate",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "dc:date",
    "dc.created",
    "analyticsattributes.articledate",
    "ptime",
    "firstpublished",
    "dcsext.articlefirstpublished",
    "created",
    "creation_date",
    "datecreated",
    "displaydate",
    "article:created_time",
    "date",
    "last_updated_date",
    "time",
];

/// Names of metas that hold the date of the last change.
const MODIFIED_METAS: [&str; 14] = [
    "article:modified_time",
    "og:article:modified_time",
    "article:modified",
    "og:modified_time",
    "datemodified",
    "og:updated_time",
    "article:updated_time",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
    "last_modified",
    "modified",
    "revised",
];

/// Reads and weighs all the places.
pub(crate) fn read(dom: &Dom, gathered: &Gathered<'_>, places: &Places<'_>, sources: &Sources<'_>) -> Dates {
    let around = Around {
        dom,
        places,
        hints: hints(sources),
        url: sources.urls.iter().flatten().find_map(|url| date_in(url)),
        captured: sources.captured.and_then(day_of),
    };
    let page = Page { gathered, around };
    let published = page.published(sources);
    let modified = page.modified(sources);
    match published {
        Some(published) => {
            let modified = modified.filter(|m| m.day >= published.day);
            Dates { published: Some(published), modified }
        }
        None => {
            let found = visible::read(&page.around);
            let published = found.published.or_else(|| page.in_programs(sources));
            Dates { published, modified: modified.or(found.updated) }
        }
    }
}

fn day_of(iso: &str) -> Option<NaiveDate> {
    Published::from_iso(iso, DateOrigin::Record, Confidence::Sure).map(|p| p.day)
}

/// How the page's numbers and names of months are to be read, by its language and the country of its host.
fn hints(sources: &Sources<'_>) -> Hints {
    let tag = sources.language.unwrap_or_default().to_ascii_lowercase();
    let (language, region) = tag.split_once(['-', '_']).unwrap_or((&tag, ""));
    let country = sources.urls.iter().flatten().find_map(|url| country_of(url));
    // Publishing systems write `en-US` wherever they stand, so that the country counts first.
    let order = match (country.as_deref(), language, region) {
        (Some("us" | "ph"), ..) => Order::MonthFirst,
        (Some("ca"), "en" | "", _) => Order::Unknown,
        (Some(_), ..) => Order::DayFirst,
        (None, _, "us" | "ph") => Order::MonthFirst,
        (None, "" | "en", "") => Order::Unknown,
        _ => Order::DayFirst,
    };
    Hints { order, croatian: language == "hr" }
}

/// Country in the name of a host; the endings that are sold to everybody name none.
fn country_of(url: &str) -> Option<String> {
    const FOR_EVERYBODY: [&str; 9] = ["io", "co", "ai", "tv", "me", "eu", "fm", "to", "cc"];
    let ending = crate::extract::url::domain(url)?.rsplit('.').next()?.to_owned();
    (ending.len() == 2 && !FOR_EVERYBODY.contains(&ending.as_str())).then_some(ending)
}

/// Nodes between the headline and a date from which the date may be a teaser's.
const TEASER_DISTANCE_MIN: usize = 300;

/// Days by which two zones' dates of one moment may differ.
const ZONES_DAYS_MAX: i64 = 1;

/// Farthest that newsrooms' clocks are behind UTC and ahead of it; zones differ by quarters of an hour.
const HOURS_WEST_MAX: i64 = 9;
const HOURS_EAST_MAX: i64 = 13;
const ZONE_STEP_MINUTES: i64 = 15;

/// Days after publication from which a change shows that a page is kept up, as those of wikis are: stories are left as
/// they were, though their pages may be made anew when a newsroom changes its system.
const KEPT_UP_DAYS_MIN: i64 = 3_650;

struct Page<'p, 'd> {
    gathered: &'p Gathered<'d>,
    around: Around<'p, 'd>,
}

impl Page<'_, '_> {
    fn published(&self, sources: &Sources<'_>) -> Option<Published> {
        let named = self
            .machine(sources.linked, DateOrigin::JsonLd, Confidence::Sure)
            .or_else(|| self.in_metas(&PUBLISHED_METAS, Confidence::Sure))
            .or_else(|| self.in_properties("datepublished"))
            .or_else(|| self.in_metas(&LIKELY_METAS, Confidence::Likely))
            .or_else(|| self.machine(sources.linked_page, DateOrigin::JsonLd, Confidence::Likely));
        let changed = self.modified(sources).map(|m| m.day);
        named
            .map(|published| self.as_printed(self.weighed(published, changed), changed, sources))
            .or_else(|| self.in_url())
    }

    /// The date with less confidence where another place made for the date of publication names a day far from it, and
    /// with least where the text was changed so much later that it is another one, and nothing else names its day.
    fn weighed(&self, published: Published, changed: Option<NaiveDate>) -> Published {
        let url = self.around.url.filter(|d| d.to_the_day).map(|d| d.day);
        let meta = self.in_metas(&PUBLISHED_METAS, Confidence::Sure).map(|p| p.day);
        let far = |day: NaiveDate| (day - published.day).num_days().abs() > ZONES_DAYS_MAX;
        let doubted = [url, meta].into_iter().flatten().any(far);
        let rewritten = changed.is_some_and(|day| (day - published.day).num_days() > KEPT_UP_DAYS_MIN);
        let shown = || visible::beside_headline(&self.around).map(|s| s.day);
        let worst = match () {
            () if rewritten && url.or_else(shown).is_none_or(far) => Confidence::Unsure,
            () if doubted => Confidence::Likely,
            () => Confidence::Sure,
        };
        Published { confidence: published.confidence.min(worst), ..published }
    }

    /// A moment in UTC, as the newsroom's own clock had it where the page prints that too: systems store UTC, and an
    /// evening's story then carries the next day's date.
    fn as_printed(&self, published: Published, changed: Option<NaiveDate>, sources: &Sources<'_>) -> Published {
        let (Some(0), Some(time)) = (published.offset_minutes, published.time) else { return published };
        let moment = published.day.and_time(time);
        let reachable = |day: NaiveDate| match (day - published.day).num_days() {
            -1 => i64::from(time.num_seconds_from_midnight()) < HOURS_WEST_MAX * 3600,
            1 => i64::from(time.num_seconds_from_midnight()) >= (24 - HOURS_EAST_MAX) * 3600,
            _ => false,
        };
        let shown = visible::beside_headline(&self.around);
        let confirmed = [shown.as_ref().map(|s| s.day), self.around.url.filter(|d| d.to_the_day).map(|d| d.day)];
        let confirmed = confirmed.contains(&Some(published.day));
        let beside = shown.filter(|s| reachable(s.day));
        if let Some(printed) = beside.as_ref().and_then(Spotted::moment) {
            let minutes = (printed - moment.with_second(0).unwrap_or(moment)).num_minutes();
            if minutes % ZONE_STEP_MINUTES == 0 && minutes.abs() <= HOURS_EAST_MAX * 60 {
                let (day, time) = (printed.date(), printed.time().with_second(time.second()));
                return Published { day, time, offset_minutes: i16::try_from(minutes).ok(), ..published };
            }
        }
        // What is printed may be another moment, or the day of a change.
        let beside = beside.filter(|s| !s.has_clock() && (changed == Some(published.day) || changed != Some(s.day)));
        let url = self.around.url.filter(|d| d.to_the_day).map(|d| d.day).filter(|&day| reachable(day));
        match beside.map(|s| (s.day, DateOrigin::Byline)).or(url.map(|day| (day, DateOrigin::Url))) {
            Some((day, origin)) => Published::on_day(day, origin, Confidence::Likely),
            None if confirmed => published,
            None => on_newsrooms_clock(&published, moment, sources).unwrap_or(published),
        }
    }

    fn modified(&self, sources: &Sources<'_>) -> Option<Published> {
        self.machine(sources.linked_modified, DateOrigin::JsonLd, Confidence::Sure)
            .or_else(|| self.in_metas(&MODIFIED_METAS, Confidence::Sure))
            .or_else(|| self.in_properties("datemodified"))
    }

    /// A date from a machine-readable place, unless it lies behind the capture.
    fn machine(&self, text: Option<&str>, origin: DateOrigin, confidence: Confidence) -> Option<Published> {
        machine_or_human(text?, origin, confidence, self.around.hints).filter(|p| self.possible(p))
    }

    fn possible(&self, published: &Published) -> bool {
        published.precision >= Precision::Day && !after_capture(published.day, self.around.captured)
    }

    fn in_metas(&self, names: &[&str], confidence: Confidence) -> Option<Published> {
        names.iter().find_map(|name| {
            let origin = if name.contains(':') { DateOrigin::OpenGraph } else { DateOrigin::Meta };
            self.gathered.all(name).find_map(|content| self.machine(Some(content), origin, confidence))
        })
    }

    /// Microdata of a name, the one nearest to the headline; none where several far ones contradict each other, for
    /// those belong to teasers.
    fn in_properties(&self, name: &str) -> Option<Published> {
        let named = self.gathered.properties.iter().filter(|p| {
            let value = self.around.dom.attr(p.node, &local_name!("itemprop")).unwrap_or_default();
            value.split_ascii_whitespace().any(|v| v.eq_ignore_ascii_case(name))
        });
        let dated: Vec<(usize, Published)> = named
            .filter_map(|p| {
                let published = self.date_of(p.node, DateOrigin::Microdata, Confidence::Sure)?;
                Some((self.around.places.distance(p.place), published))
            })
            .collect();
        let (distance, nearest) = dated.iter().min_by_key(|(distance, _)| *distance)?;
        let agreed = dated.iter().all(|(_, other)| other.day == nearest.day);
        (agreed || *distance <= TEASER_DISTANCE_MIN).then(|| nearest.clone())
    }

    /// The date that an element holds: in an attribute, else in its text.
    fn date_of(&self, node: NodeId, origin: DateOrigin, confidence: Confidence) -> Option<Published> {
        let attributes = [local_name!("content"), local_name!("datetime"), local_name!("title")];
        let attribute = attributes
            .iter()
            .filter_map(|name| self.around.dom.attr(node, name))
            .find_map(|text| self.machine(Some(text), origin, confidence));
        attribute.or_else(|| {
            let text = short_text(self.around.dom, node, " ", visible::LINE_BYTES_MAX)?;
            self.machine(Some(&text), origin, confidence)
        })
    }

    /// A date in the data of the page's programs.
    fn in_programs(&self, sources: &Sources<'_>) -> Option<Published> {
        embedded::read(sources.html, self.around.hints).filter(|p| self.possible(p))
    }

    fn in_url(&self) -> Option<Published> {
        let date = self.around.url.filter(|d| d.to_the_day && !after_capture(d.day, self.around.captured))?;
        Some(Published::on_day(date.day, DateOrigin::Url, Confidence::Likely))
    }
}

/// A moment in UTC by the zone that the page names, else by its country's, where it is another day there.
fn on_newsrooms_clock(published: &Published, utc: NaiveDateTime, sources: &Sources<'_>) -> Option<Published> {
    let country = sources.urls.iter().flatten().find_map(|url| country_of(url));
    let of_country = || zone::of_country(country.as_deref()?);
    let offsets = zone::named_in(sources.html).or_else(of_country)?;
    let (there, offset_minutes) = zone::local(utc, &offsets).filter(|(there, _)| there.date() != published.day)?;
    Some(match offset_minutes {
        Some(_) => Published { day: there.date(), time: Some(there.time()), offset_minutes, ..published.clone() },
        None => Published::on_day(there.date(), published.origin, Confidence::Likely),
    })
}

#[cfg(test)]
mod tests;
