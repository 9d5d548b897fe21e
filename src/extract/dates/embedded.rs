//! Dates of publication in the data that a page's programs carry, for pages that say it nowhere else.

use memchr::memmem;

use super::{
    machine_or_human,
    text::{Hints, spot},
};
use crate::date::{Confidence, DateOrigin, Published};

/// Names of values that are dates of publication, in small letters and without joints.
const NAMES: [&str; 20] = [
    "articlepublicationdate",
    "articlepublishdate",
    "articlepublisheddate",
    "datepublished",
    "deploydate",
    "deploydt",
    "firstpublishdate",
    "firstpublished",
    "firstpublishedat",
    "firstpublisheddate",
    "pubdate",
    "publicationdate",
    "publicationtime",
    "publishdate",
    "publishedat",
    "publisheddate",
    "publishedon",
    "publishedtime",
    "publishtime",
    "pubtime",
];

/// Parts of which one stands in every such name.
const PARTS: [&str; 4] = ["ublish", "ublicat", "pub", "eploy"];

/// Places of a page that are looked at.
const PLACES_MAX: usize = 2_000;

/// Bytes of a name and of a value.
const NAME_BYTES_MAX: usize = 40;
const VALUE_BYTES_MAX: usize = 60;

/// The date that all values of such names agree on; `None` where there are none, or where teasers have theirs too.
pub(super) fn read(html: &str, hints: Hints) -> Option<Published> {
    let mut found: Option<Published> = None;
    for part in PARTS {
        for at in memmem::find_iter(html.as_bytes(), part).take(PLACES_MAX) {
            let Some(date) = value_at(html, at).and_then(|value| date_of(value, hints)) else { continue };
            match &found {
                Some(other) if other.day != date.day => return None,
                Some(other) if other.precision >= date.precision => {}
                _ => found = Some(date),
            }
        }
    }
    found
}

fn date_of(value: &str, hints: Hints) -> Option<Published> {
    let date = machine_or_human(value, DateOrigin::Text, Confidence::Likely, hints)?;
    // A value that is prose, or a list of dates, is none.
    (spot(value, hints).len() <= 1).then_some(date)
}

/// The value of the name that has a part at `at`: `"name": "value"` or `name = 'value'`, quotes escaped or not.
fn value_at(html: &str, at: usize) -> Option<&str> {
    let bytes = html.as_bytes();
    let in_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let from = at.saturating_sub(NAME_BYTES_MAX);
    let start = match bytes[from..at].iter().rposition(|b| !in_name(b)) {
        Some(before) => from + before + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let end = at + bytes[at..].iter().take(NAME_BYTES_MAX).position(|b| !in_name(b))?;
    let name: String = html[start..end].chars().filter(char::is_ascii_alphanumeric).collect();
    if !NAMES.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let rest = html[end..].trim_start_matches(['\\', '"', '\'', ' ']).strip_prefix([':', '='])?;
    let rest = rest.trim_start_matches(['\\', '"', '\'', ' ']);
    let value = &rest[..rest.floor_char_boundary(VALUE_BYTES_MAX)];
    let value = &value[..value.find(['\\', '"', '\'', '<', '}', ','])?];
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, day: Option<&str>) {
        assert_eq!(read(html, Hints::default()).map(|d| d.to_string()).as_deref(), day, "{html}");
    }

    #[test]
    fn values_of_programs_are_read() {
        check(r#"<script>x = {"publishedAt": "2020-06-07T09:30:00Z"}</script>"#, Some("2020-06-07T09:30:00Z"));
        check(r#"push("{\"publish_date\":\"2020-06-07\"}")"#, Some("2020-06-07"));
        check("var pubDate = '07.06.2020 18:40';", Some("2020-06-07T18:40"));
        check(r#"{"firstPublished":1591522200}"#, Some("2020-06-07T09:30:00Z"));
    }

    #[test]
    fn what_teasers_contradict_is_not_given() {
        check(r#"{"pubDate": "2020-06-07"},{"pubDate": "2020-06-06"}"#, None);
        check(r#"{"pubDate": "2020-06-07"},{"pubDate": "2020-06-07T10:00"}"#, Some("2020-06-07T10:00"));
    }

    #[test]
    fn other_names_and_values_give_nothing() {
        for html in
            [r#"{"publisher": "2020-06-07"}"#, r#"{"pubDate": "soon"}"#, "pubDate", "pubDate: '", "", "publish_date: 7"]
        {
            check(html, None);
        }
    }
}
