//! The fields that a hit can be taken out by: names of columns and keys, and what stands in them.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::suggest::nearest;
use crate::{article::Flags, search::ExportedHit};

/// What stands in a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// Nothing is known.
    Nothing,
    Text(Cow<'a, str>),
    List(Cow<'a, [String]>),
    Number(u64),
    Score(f32),
    Yes(bool),
}

/// What kind of value a field has, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "parquet"), allow(dead_code, reason = "only tables with typed columns ask"))]
pub(crate) enum Kind {
    Text,
    List,
    Number,
    Score,
    Yes,
}

/// A field of a hit.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    #[cfg_attr(not(feature = "parquet"), allow(dead_code, reason = "only tables with typed columns ask"))]
    pub(crate) kind: Kind,
    pub(crate) value: fn(&ExportedHit) -> Value<'_>,
}

/// The fields that are taken where none are named.
const USUAL: [&str; 17] = [
    "rank",
    "score",
    "id",
    "page",
    "url",
    "title",
    "authors",
    "published",
    "published_confidence",
    "published_origin",
    "source",
    "domain",
    "agency",
    "section",
    "language",
    "file",
    "record",
];

/// Every field. `date` is another name of `published`.
const FIELDS: [Field; 33] = [
    number("rank", |hit| Value::Number(hit.rank)),
    Field { name: "score", kind: Kind::Score, value: |hit| Value::Score(hit.score) },
    text("id", |hit| of_text(&hit.article.id)),
    text("page", |hit| of_text(&hit.article.page)),
    text("url", |hit| of_option(hit.article.url.as_ref().or(hit.article.canonical_url.as_ref()))),
    text("canonical_url", |hit| of_option(hit.article.canonical_url.as_ref())),
    text("title", |hit| of_text(&hit.article.title)),
    text("standfirst", |hit| of_option(hit.article.standfirst.as_ref())),
    text("body", |hit| of_option(hit.body.as_ref())),
    text("snippet", |hit| of_option(hit.snippet.as_ref().map(|snippet| &snippet.text))),
    list("authors", |hit| Value::List(Cow::Borrowed(&hit.article.authors))),
    text("date", published),
    text("published", published),
    text("published_confidence", |hit| of_option(hit.article.published.as_ref().map(|date| date.confidence.name()))),
    text("published_origin", |hit| of_option(hit.article.published.as_ref().map(|date| date.origin.name()))),
    text("day", |hit| of_owned(hit.article.published.as_ref().map(|date| date.day.to_string()))),
    text("modified", |hit| of_owned(hit.article.modified.as_ref().map(ToString::to_string))),
    text("captured", |hit| of_option(hit.article.origin.captured.as_ref())),
    text("source", |hit| of_option(hit.article.source.name.as_ref().or(hit.article.source.domain.as_ref()))),
    text("domain", |hit| of_option(hit.article.source.domain.as_ref())),
    text("agency", |hit| of_option(hit.article.agency.as_ref())),
    text("section", |hit| of_option(hit.article.section.as_ref())),
    list("tags", |hit| Value::List(Cow::Borrowed(&hit.article.tags))),
    text("language", |hit| of_option(hit.article.language.as_ref().map(|language| &language.code))),
    list("captions", |hit| Value::List(hit.article.images.iter().filter_map(|image| image.caption.clone()).collect())),
    text("file", |hit| of_text(&hit.article.origin.file)),
    number("record", |hit| hit.article.origin.record.map_or(Value::Nothing, Value::Number)),
    text("entry", |hit| of_option(hit.article.origin.entry.as_ref())),
    flag("paywalled", |hit| yes(hit, |flags| flags.paywalled)),
    flag("correction", |hit| yes(hit, |flags| flags.correction)),
    flag("live", |hit| yes(hit, |flags| flags.live)),
    flag("sponsored", |hit| yes(hit, |flags| flags.sponsored)),
    flag("opinion", |hit| yes(hit, |flags| flags.opinion)),
];

const fn text(name: &'static str, value: fn(&ExportedHit) -> Value<'_>) -> Field {
    Field { name, kind: Kind::Text, value }
}

const fn list(name: &'static str, value: fn(&ExportedHit) -> Value<'_>) -> Field {
    Field { name, kind: Kind::List, value }
}

const fn number(name: &'static str, value: fn(&ExportedHit) -> Value<'_>) -> Field {
    Field { name, kind: Kind::Number, value }
}

const fn flag(name: &'static str, value: fn(&ExportedHit) -> Value<'_>) -> Field {
    Field { name, kind: Kind::Yes, value }
}

fn published(hit: &ExportedHit) -> Value<'_> {
    of_owned(hit.article.published.as_ref().map(ToString::to_string))
}

fn yes(hit: &ExportedHit, flag: fn(&Flags) -> bool) -> Value<'_> {
    Value::Yes(flag(&hit.article.flags))
}

fn of_text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn of_option<'a>(text: Option<&'a (impl AsRef<str> + ?Sized)>) -> Value<'a> {
    text.map_or(Value::Nothing, |text| Value::Text(Cow::Borrowed(text.as_ref())))
}

fn of_owned<'a>(text: Option<String>) -> Value<'a> {
    text.map_or(Value::Nothing, |text| Value::Text(Cow::Owned(text)))
}

/// Names of all fields.
#[cfg(feature = "serve")]
pub(crate) fn field_names() -> Vec<&'static str> {
    FIELDS.iter().map(|field| field.name).collect()
}

/// The fields of some names, each once; the usual ones where none are named.
///
/// # Errors
/// A text for people where there is no such field.
pub(crate) fn fields(names: &[String]) -> Result<Vec<Field>, String> {
    let named = |name: &str| FIELDS.iter().find(|field| field.name == name).copied();
    if names.is_empty() {
        return Ok(USUAL.iter().filter_map(|name| named(name)).collect());
    }
    let mut fields: Vec<Field> = Vec::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        let field = named(&name.to_lowercase()).ok_or_else(|| unknown(name))?;
        if !fields.iter().any(|taken| taken.name == field.name) {
            fields.push(field);
        }
    }
    if fields.is_empty() { Err("--fields names no field".to_owned()) } else { Ok(fields) }
}

fn unknown(name: &str) -> String {
    let names = FIELDS.map(|field| field.name);
    let there_are = format!("here are: {}", names.join(", "));
    match nearest(name, &names) {
        Some(meant) => format!("there is no field {name}; did you mean {meant}? T{there_are}"),
        None => format!("there is no field {name}; t{there_are}"),
    }
}

/// A hit as a map of some fields.
pub(crate) struct Row<'a> {
    pub(crate) hit: &'a ExportedHit,
    pub(crate) fields: &'a [Field],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for field in self.fields {
            match (field.value)(self.hit) {
                Value::Nothing => map.serialize_entry(field.name, &())?,
                Value::Text(text) => map.serialize_entry(field.name, &*text)?,
                Value::List(list) => map.serialize_entry(field.name, &*list)?,
                Value::Number(number) => map.serialize_entry(field.name, &number)?,
                Value::Score(score) => map.serialize_entry(field.name, &score)?,
                Value::Yes(yes) => map.serialize_entry(field.name, &yes)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Result<Vec<&'static str>, String> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        fields(&names).map(|fields| fields.iter().map(|field| field.name).collect())
    }

    #[test]
    fn fields_come_in_the_order_they_are_named() {
        assert_eq!(named(&["title", " Body", "title"]).unwrap(), ["title", "body"]);
        assert_eq!(named(&[]).unwrap(), USUAL);
    }

    #[test]
    fn an_unknown_field_is_told_with_those_that_there_are() {
        let told = named(&["titel"]).unwrap_err();
        assert!(told.starts_with("there is no field titel; did you mean title? There are: rank, score, id"), "{told}");
        let told = named(&["qqqqqqqq"]).unwrap_err();
        assert!(told.starts_with("there is no field qqqqqqqq; there are: rank"), "{told}");
    }
}
