//! Articles as JSON lines, as far as the programs here need them.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use serde::{Deserialize, Serialize};

/// An article.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Its name.
    pub id: String,
    /// Where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Headline.
    pub title: String,
    /// Story.
    pub body: String,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// When it was published, as the file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Outlet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Section of the outlet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
}

/// The articles of a file, one a line.
pub fn records(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Record>>> {
    let lines = BufReader::with_capacity(1 << 20, File::open(path)?).lines();
    Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
}

/// Year and month of a date as a number of six digits.
pub fn month_digits(date: &str) -> Option<u64> {
    date_digits(date.get(..7)?)
}

/// The digits of a date as a number: dates of one spelling stand in order by it.
pub fn date_digits(date: &str) -> Option<u64> {
    let digits: String = date.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}
