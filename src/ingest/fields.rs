//! Names of fields in JSON lines: which of ours a field of theirs is.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::Error;

/// Fields of ours that a field of theirs can be read as.
const FIELDS: [&str; 14] = [
    "id",
    "url",
    "title",
    "standfirst",
    "body",
    "authors",
    "date",
    "modified",
    "captured",
    "source",
    "section",
    "tags",
    "language",
    "agency",
];

/// Most steps of a name such as `byline.original`.
const STEPS_MAX: usize = 8;

/// Which fields of JSON lines hold what: `title=headline,body=content` in the form that it is typed in.
///
/// A name on the right may lead into objects, `byline.original`. What a record has under its usual name is taken where
/// the mapped field is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldMap {
    theirs: BTreeMap<&'static str, String>,
}

impl std::str::FromStr for FieldMap {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut map = Self::default();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (ours, theirs) = pair.split_once('=').unwrap_or((pair, ""));
            map.insert(ours.trim(), theirs.trim())?;
        }
        Ok(map)
    }
}

impl FieldMap {
    /// Says that the field `theirs` of a record is our field `ours`.
    ///
    /// # Errors
    /// [`Error::Setting`] where we have no such field, or `theirs` is empty.
    pub fn insert(&mut self, ours: &str, theirs: &str) -> Result<(), Error> {
        let wrong = |range: String| Error::Setting { name: "map", value: format!("{ours}={theirs}"), range };
        let Some(&known) = FIELDS.iter().find(|&&field| field == ours) else {
            return Err(wrong(format!("OURS=THEIRS, ours being one of {}", FIELDS.join(", "))));
        };
        if theirs.is_empty() || theirs.split('.').count() > STEPS_MAX {
            return Err(wrong("OURS=THEIRS, such as title=headline or authors=byline.original".to_owned()));
        }
        self.theirs.insert(known, theirs.to_owned());
        Ok(())
    }

    /// Whether nothing is mapped.
    pub fn is_empty(&self) -> bool {
        self.theirs.is_empty()
    }

    /// Of everything that decides how records are read; `None` where nothing is mapped.
    pub(crate) fn hash(&self) -> Option<u64> {
        let pairs: Vec<String> = self.theirs.iter().map(|(ours, theirs)| format!("{ours}={theirs}")).collect();
        (!pairs.is_empty()).then(|| xxh3_64(pairs.join("\n").as_bytes()))
    }

    /// Puts the fields of a record under our names.
    pub(super) fn apply(&self, record: &mut Map<String, Value>) {
        let found: Vec<(&str, Value)> =
            self.theirs.iter().filter_map(|(ours, theirs)| Some((*ours, take(record, theirs)?))).collect();
        for (ours, value) in found {
            record.insert(ours.to_owned(), value);
        }
    }
}

/// A field by its name, or by the names on the way to it.
fn take(record: &Map<String, Value>, name: &str) -> Option<Value> {
    if let Some(value) = record.get(name) {
        return Some(value.clone()).filter(|value| !value.is_null());
    }
    let (first, rest) = name.split_once('.')?;
    take(record.get(first)?.as_object()?, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_put_under_our_names() {
        let map: FieldMap = "title=headline, body = text.full ,date=a.b".parse().unwrap();
        let json = r#"{"title": "x", "headline": "Dam", "text": {"full": "It held."}, "a.b": "2022"}"#;
        let mut record: Map<String, Value> = serde_json::from_str(json).unwrap();
        map.apply(&mut record);
        let ours = ["title", "body", "date"].map(|name| record[name].as_str().unwrap());
        assert_eq!(ours, ["Dam", "It held.", "2022"]);
        assert_ne!(map.hash(), "title=headline".parse::<FieldMap>().unwrap().hash());
        assert_eq!("".parse::<FieldMap>().unwrap().hash(), None);
    }

    #[test]
    fn what_is_no_mapping_is_refused() {
        for text in ["headline", "titel=headline", "title=", "=x", "title=a.b.c.d.e.f.g.h.i"] {
            assert!(text.parse::<FieldMap>().is_err(), "{text}");
        }
    }
}
