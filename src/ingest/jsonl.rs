//! Articles from JSON lines.

use std::io::{self, BufRead, BufReader};

use flate2::bufread::MultiGzDecoder;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{
    FieldMap,
    page::{compression, is_gzip, too_large},
    records::{Content, Record, Recorded, Records},
};
use crate::{
    article::{Article, Block, BlockKind, Origin, Source},
    date::{Confidence, DateOrigin, Published},
    extract::{dates::date_from_text, id_of, language, metadata::agency_from_text, url},
    skip::SkipReason,
};

/// Most authors or tags of one record; further ones are dropped.
const NAMES_MAX: usize = 200;

/// The lines of a file, one at a time, however long the file is.
pub(crate) struct Lines {
    from: Box<dyn BufRead + Send>,
    bytes_max: u64,
    /// Number of the last line given, from 1.
    number: u64,
}

impl Lines {
    pub(crate) fn new(file: Box<dyn BufRead + Send>, name: &str, bytes_max: u64) -> Self {
        let from: Box<dyn BufRead + Send> =
            if is_gzip(name) { Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file))) } else { file };
        Self { from, bytes_max, number: 0 }
    }
}

impl Records for Lines {
    /// The next line that is not blank, without its end.
    fn next_record(&mut self) -> Option<Record> {
        loop {
            let mut line = Vec::new();
            self.number += 1;
            let content = match read_line(&mut *self.from, &mut line, self.bytes_max) {
                Ok(0) => return None,
                Ok(read) if read > self.bytes_max => Err(too_large(self.bytes_max)),
                Ok(_) if line.trim_ascii().is_empty() => continue,
                Ok(_) => Ok(Content::Json(line)),
                Err(error) => {
                    self.from = Box::new(io::empty());
                    Err(compression(error))
                }
            };
            return Some(Record { number: self.number, content });
        }
    }
}

/// Reads one line to its end and keeps at most `bytes_max` bytes of it. Returns the bytes read, its end included.
fn read_line(from: &mut dyn BufRead, line: &mut Vec<u8>, bytes_max: u64) -> io::Result<u64> {
    let mut read = 0;
    loop {
        let chunk = match from.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            return Ok(read);
        }
        let end = chunk.iter().position(|&b| b == b'\n');
        let take = end.map_or(chunk.len(), |at| at + 1);
        if read < bytes_max {
            line.extend_from_slice(&chunk[..take]);
        }
        read += take as u64;
        from.consume(take);
        if end.is_some() {
            return Ok(read);
        }
    }
}

/// The fields of a line that are understood; others are passed over.
///
/// Beside our own names those of news-please (`maintext`, `date_publish`, `source_domain`), of trafilatura (`text`,
/// `raw_text`, `author`, `hostname`, `sitename`, `categories`), of schema.org (`headline`, `articleBody`,
/// `datePublished`, `publisher`, `keywords`), and what else collections of news are often written with (`published`,
/// `publication`, `link`, `category`). Where a record has several of a kind, the first in the order here counts. A
/// `headline` counts beside an `articleBody` only: elsewhere it may be anything.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    #[serde(deserialize_with = "text")]
    id: Option<String>,
    #[serde(deserialize_with = "text")]
    url: Option<String>,
    #[serde(deserialize_with = "text")]
    link: Option<String>,
    #[serde(deserialize_with = "text")]
    canonical_url: Option<String>,
    #[serde(deserialize_with = "text")]
    title: Option<String>,
    #[serde(deserialize_with = "text")]
    headline: Option<String>,
    #[serde(deserialize_with = "text")]
    standfirst: Option<String>,
    #[serde(deserialize_with = "text")]
    body: Option<String>,
    #[serde(deserialize_with = "text")]
    maintext: Option<String>,
    #[serde(deserialize_with = "text")]
    text: Option<String>,
    #[serde(deserialize_with = "text")]
    raw_text: Option<String>,
    #[serde(rename = "articleBody", deserialize_with = "text")]
    article_body: Option<String>,
    #[serde(deserialize_with = "names")]
    authors: Vec<String>,
    #[serde(deserialize_with = "names")]
    author: Vec<String>,
    #[serde(deserialize_with = "dated")]
    date: Option<String>,
    #[serde(deserialize_with = "dated")]
    date_publish: Option<String>,
    #[serde(rename = "datePublished", deserialize_with = "dated")]
    date_published: Option<String>,
    #[serde(rename = "publishedAt", deserialize_with = "dated")]
    published_at: Option<String>,
    #[serde(deserialize_with = "dated")]
    published: Option<String>,
    #[serde(deserialize_with = "dated")]
    modified: Option<String>,
    #[serde(deserialize_with = "dated")]
    date_modify: Option<String>,
    #[serde(rename = "dateModified", deserialize_with = "dated")]
    date_modified: Option<String>,
    #[serde(deserialize_with = "text")]
    captured: Option<String>,
    #[serde(deserialize_with = "text")]
    date_download: Option<String>,
    #[serde(deserialize_with = "text")]
    source: Option<String>,
    #[serde(deserialize_with = "text")]
    sitename: Option<String>,
    #[serde(deserialize_with = "text")]
    publisher: Option<String>,
    #[serde(deserialize_with = "text")]
    publication: Option<String>,
    #[serde(rename = "source-hostname", deserialize_with = "text")]
    source_hostname: Option<String>,
    #[serde(deserialize_with = "text")]
    source_domain: Option<String>,
    #[serde(deserialize_with = "text")]
    hostname: Option<String>,
    #[serde(deserialize_with = "names")]
    section: Vec<String>,
    #[serde(deserialize_with = "names")]
    categories: Vec<String>,
    #[serde(deserialize_with = "names")]
    category: Vec<String>,
    #[serde(deserialize_with = "names")]
    tags: Vec<String>,
    #[serde(deserialize_with = "names")]
    keywords: Vec<String>,
    #[serde(deserialize_with = "text")]
    language: Option<String>,
    #[serde(deserialize_with = "text")]
    agency: Option<String>,
}

/// A text, a number taken as one, or the name of what is told by an object; what is none of these counts as absent.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(as_text(Value::deserialize(from)?))
}

fn as_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(mut of) => of.remove("name").and_then(|name| name.as_str().map(str::to_owned)),
        _ => None,
    }
}

/// What stands for a date: a text, a number, one of these in a list or in an object as MongoDB writes it. What is none
/// of these is given as JSON, so that it is told.
fn dated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(as_date(Value::deserialize(from)?))
}

fn as_date(value: Value) -> Option<String> {
    const INNER: [&str; 3] = ["$date", "$numberLong", "name"];
    match value {
        Value::Null => None,
        Value::Array(items) => items.into_iter().find_map(as_date),
        Value::Object(mut of) => match INNER.iter().find_map(|name| of.remove(*name)) {
            Some(inner) => as_date(inner),
            None => Some(Value::Object(of).to_string()),
        },
        Value::Bool(_) => Some(value.to_string()),
        other => as_text(other),
    }
}

/// A list of texts, or one text, in which semicolons part several.
fn names<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let part = |text: String| text.split(';').map(str::to_owned).collect::<Vec<_>>();
    Ok(match Value::deserialize(from)? {
        Value::Array(items) => items.into_iter().filter_map(as_text).take(NAMES_MAX).collect(),
        value => as_text(value).into_iter().flat_map(part).take(NAMES_MAX).collect(),
    })
}

/// A line that is the record of an article.
struct Line {
    fields: Fields,
    title: String,
    blocks: Vec<Block>,
}

impl Line {
    fn read(line: &[u8], map: &FieldMap) -> Result<Self, SkipReason> {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err(SkipReason::BrokenRecord("it is no JSON object".to_owned()));
        }
        let mut fields = fields(line, map).map_err(|e| SkipReason::BrokenRecord(e.to_string()))?;
        let headline = fields.headline.take().filter(|_| fields.article_body.is_some());
        let story = [
            fields.body.take(),
            fields.maintext.take(),
            fields.text.take(),
            fields.raw_text.take(),
            fields.article_body.take(),
        ];
        let blocks = blocks(first(story).as_deref().unwrap_or_default());
        let title = one_line(&first([fields.title.take(), headline]).unwrap_or_default());
        if blocks.is_empty() && title.is_empty() {
            return Err(SkipReason::NoStory);
        }
        Ok(Self { fields, title, blocks })
    }

    /// The id that it gives itself.
    fn own_id(&self) -> Option<String> {
        self.fields.id.as_deref().map(one_line).filter(|id| !id.is_empty())
    }
}

/// Reads the article in a line.
pub(super) fn article(line: &[u8], file: &str, number: u64, map: &FieldMap) -> Result<Recorded, SkipReason> {
    let line = Line::read(line, map)?;
    let own_id = line.own_id();
    let Line { fields: record, title, blocks } = line;
    let begin = blocks.first().map_or(title.as_str(), |block| &block.text);
    let authors = cleaned(if record.authors.is_empty() { record.author } else { record.authors });
    // trafilatura writes the address into `source`.
    let (source_url, source) = match first([record.source]) {
        Some(url) if url.contains("://") => (Some(url), None),
        name => (None, name),
    };
    let url = first([record.url, source_url, record.link]);
    let name = first([source, record.sitename, record.source_hostname, record.publisher, record.publication])
        .map(|name| one_line(&name));
    let domain = url.as_deref().and_then(url::domain).or_else(|| host(first([record.source_domain, record.hostname])?));
    let agency = first([record.agency]).map(|agency| one_line(&agency));
    let date = first([record.date, record.date_publish, record.date_published, record.published_at, record.published]);
    let published = date.as_deref().and_then(date_from_text);
    let unread_date = date.filter(|_| published.is_none());
    let mut article = Article {
        language: language::of_blocks(&title, &blocks, record.language.as_deref()),
        agency: agency.or_else(|| agency_from_text(begin, &authors, None)),
        standfirst: first([record.standfirst]).map(|text| one_line(&text)),
        published,
        modified: first([record.modified, record.date_modify, record.date_modified])
            .and_then(|date| date_from_text(&date)),
        // A domain is no name where it is known as a domain.
        source: Source { name: name.filter(|name| Some(name) != domain.as_ref()), domain },
        section: [record.section, record.categories, record.category].into_iter().flat_map(cleaned).next(),
        tags: cleaned(if record.tags.is_empty() { record.keywords } else { record.tags }),
        url,
        canonical_url: first([record.canonical_url]),
        origin: Origin {
            file: file.to_owned(),
            record: Some(number),
            captured: first([record.captured, record.date_download]).and_then(|text| moment(&text)),
            ..Origin::default()
        },
        title,
        blocks,
        authors,
        ..Article::default()
    };
    let has_own_id = own_id.is_some();
    article.id = own_id.unwrap_or_else(|| id_of(&article));
    article.page.clone_from(&article.id);
    Ok(Recorded { article, has_own_id, unread_date })
}

fn fields(line: &[u8], map: &FieldMap) -> serde_json::Result<Fields> {
    if map.is_empty() {
        return serde_json::from_slice(line);
    }
    let mut record: Map<String, Value> = serde_json::from_slice(line)?;
    map.apply(&mut record);
    serde_json::from_value(Value::Object(record))
}

/// The first text that is not blank.
fn first<const N: usize>(texts: [Option<String>; N]) -> Option<String> {
    texts.into_iter().flatten().find(|text| !text.trim().is_empty())
}

/// A host name, given as one or as an address.
fn host(text: String) -> Option<String> {
    if text.contains("://") { url::domain(&text) } else { url::domain(&format!("http://{}", text.trim())) }
}

/// The time of a capture, in ISO 8601; `None` where it is none.
fn moment(text: &str) -> Option<String> {
    Published::from_iso(text, DateOrigin::Record, Confidence::Sure).map(|moment| moment.to_string())
}

/// The id that a line gives its article, if it gives one: the same as [`article`] finds.
pub(super) fn own_id(line: &[u8], map: &FieldMap) -> Option<String> {
    Line::read(line, map).ok()?.own_id()
}

fn cleaned(names: Vec<String>) -> Vec<String> {
    names.iter().map(|name| one_line(name)).filter(|name| !name.is_empty()).collect()
}

/// A text on one line, without control characters.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The paragraphs of a plain text. Blank lines and indented lines begin one; where there are none, and the lines do not
/// look wrapped at a margin, each line is one.
fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let parted = lines.iter().skip(1).any(|line| line.trim().is_empty() || line.starts_with([' ', '\t']));
    let wrapped = parted || is_wrapped(&lines);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in lines {
        let begins = !open || !wrapped || line.starts_with([' ', '\t']);
        let line = one_line(line);
        if line.is_empty() {
            open = false;
            continue;
        }
        match paragraphs.last_mut().filter(|_| !begins) {
            Some(paragraph) => {
                paragraph.push(' ');
                paragraph.push_str(&line);
            }
            None => paragraphs.push(line),
        }
        open = true;
    }
    paragraphs.into_iter().map(|text| Block::new(BlockKind::Paragraph, text)).collect()
}

/// Whether lines go on in mid-sentence: a third of them or more end without a stop and are followed by a small letter.
fn is_wrapped(lines: &[&str]) -> bool {
    let goes_on = |pair: &[&str]| {
        let ends = pair[0].trim_end().ends_with(['.', '!', '?', '"', '”', ':', '。', '…', ')']);
        !ends && pair[1].chars().next().is_some_and(|c| c.is_lowercase() || c.is_numeric())
    };
    let wraps = lines.windows(2).filter(|pair| goes_on(pair)).count();
    lines.len() > 1 && wraps * 3 >= lines.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Article, SkipReason> {
        article(line.as_bytes(), "a.jsonl", 7, &FieldMap::default()).map(|read| read.article)
    }

    #[test]
    fn fields_are_taken_and_others_passed_over() {
        let line = r#"{"id": 5, "title": "Dam\nholds", "text": "One.\n\nTwo\nlines.", "authors": "A. Kim", "date": "2022-04-22",
            "source": "Courier", "tags": ["dam", 7, null], "views": {"n": 1}, "url": "https://www.c.example/x"}"#;
        let article = read(&line.replace("\n            ", " ")).unwrap();
        assert_eq!((article.id.as_str(), article.title.as_str()), ("5", "Dam holds"));
        assert_eq!(article.body(), "One.\nTwo lines.");
        assert_eq!(
            (article.authors, article.tags),
            (vec!["A. Kim".to_owned()], vec!["dam".to_owned(), "7".to_owned()])
        );
        assert_eq!(article.published.unwrap().to_string(), "2022-04-22");
        assert_eq!(article.source, Source { name: Some("Courier".into()), domain: Some("c.example".into()) });
    }

    #[test]
    fn records_of_schema_org_and_of_collections_are_understood() {
        let article = read(
            r#"{"@type": "NewsArticle", "headline": "Dam holds", "articleBody": "It held.\nNobody was hurt.",
            "author": [{"@type": "Person", "name": "A. Kim"}, {"name": "B. Ray"}], "publisher": {"name": "The Courier"},
            "datePublished": "2022-04-22T10:30:00+09:00", "dateModified": "2022-04-23", "keywords": "dam; water",
            "url": {"name": 7}}"#,
        )
        .unwrap();
        assert_eq!((article.title.as_str(), article.body()), ("Dam holds", "It held.\nNobody was hurt.".to_owned()));
        assert_eq!((article.authors, article.tags), (names_of(["A. Kim", "B. Ray"]), names_of(["dam", "water"])));
        assert_eq!(article.published.unwrap().to_string(), "2022-04-22T10:30:00+09:00");
        assert_eq!(article.modified.unwrap().to_string(), "2022-04-23");
        assert_eq!((article.source.name.as_deref(), article.url), (Some("The Courier"), None));

        let article = read(
            r#"{"title": "Dam holds", "text": "It held.", "publication": "Courier", "published": "2022-04-22", "category": "World",
            "link": "https://www.c.example/dam", "source": {"id": null, "name": "Ledger"}}"#,
        )
        .unwrap();
        assert_eq!((article.body(), article.section.as_deref()), ("It held.".to_owned(), Some("World")));
        assert_eq!(article.published.unwrap().to_string(), "2022-04-22");
        assert_eq!(article.source, Source { name: Some("Ledger".into()), domain: Some("c.example".into()) });
    }

    #[test]
    fn dates_are_read_as_other_programs_write_them_or_told() {
        let check = |date: &str, wanted: Option<&str>, unread: Option<&str>| {
            let line = format!("{{\"title\": \"x\", \"date\": {date}}}");
            let read = article(line.as_bytes(), "a.jsonl", 1, &FieldMap::default()).unwrap();
            let found = read.article.published.map(|date| date.to_string());
            assert_eq!((found.as_deref(), read.unread_date.as_deref()), (wanted, unread), "{date}");
        };
        check("{\"$date\": \"2022-04-22T10:00:00Z\"}", Some("2022-04-22T10:00:00Z"), None);
        check("{\"$date\": {\"$numberLong\": \"1650621000000\"}}", Some("2022-04-22T09:50:00Z"), None);
        check("[\"2022-04-22\"]", Some("2022-04-22"), None);
        check("null", None, None);
        check("\" \"", None, None);
        check("[]", None, None);
        check("true", None, Some("true"));
        check("{\"day\": 3}", None, Some("{\"day\":3}"));
        check("\"some day\"", None, Some("some day"));
    }

    fn names_of<const N: usize>(names: [&str; N]) -> Vec<String> {
        names.map(str::to_owned).to_vec()
    }

    #[test]
    fn records_of_news_please_and_trafilatura_are_understood() {
        let article = read(
            r#"{"authors": ["A. Kim"], "date_download": "2022-04-23 08:00:00", "date_modify": null,
            "date_publish": "2022-04-22 10:30:00", "description": "Lead.", "filename": "x.json", "image_url": null, "language": "en",
            "localpath": null, "maintext": "It held.\nNobody was hurt.", "source_domain": "www.c.example", "text": null,
            "title": "Dam holds", "title_page": null, "url": "https://www.c.example/dam"}"#,
        )
        .unwrap();
        assert_eq!((article.title.as_str(), article.body()), ("Dam holds", "It held.\nNobody was hurt.".to_owned()));
        assert_eq!(article.published.unwrap().to_string(), "2022-04-22T10:30:00");
        assert_eq!(article.origin.captured.as_deref(), Some("2022-04-23T08:00:00"));
        assert_eq!(article.source, Source { name: None, domain: Some("c.example".into()) });
        assert_eq!(article.id, read(r#"{"url": "http://c.example/dam/", "title": "x"}"#).unwrap().id);

        let article = read(
            r#"{"title": "Dam holds", "author": "A. Kim; B. Ray", "hostname": "c.example", "date": "2022-04-22", "fingerprint": "f",
            "id": null, "license": null, "comments": "", "raw_text": "It held. Nobody", "text": "It held.\nNobody was hurt.",
            "language": null, "image": null, "pagetype": "article", "filedate": "2026-01-01", "source": "https://c.example/dam",
            "source-hostname": "The Courier", "excerpt": "", "categories": "World;Dams", "tags": "dam;water"}"#,
        )
        .unwrap();
        assert_eq!((article.url.as_deref(), article.body().lines().count()), (Some("https://c.example/dam"), 2));
        assert_eq!((article.authors.len(), article.tags.len(), article.section.as_deref()), (2, 2, Some("World")));
        assert_eq!(article.source, Source { name: Some("The Courier".into()), domain: Some("c.example".into()) });
    }

    #[test]
    fn what_is_no_record_is_told() {
        assert!(matches!(read("{\"title\": "), Err(SkipReason::BrokenRecord(_))));
        assert!(matches!(read("[1]"), Err(SkipReason::BrokenRecord(_))));
        assert_eq!(read("{\"views\": 1}"), Err(SkipReason::NoStory));
    }

    #[test]
    fn the_id_of_a_line_passed_over_is_that_of_its_article() {
        for (line, id) in [
            ("{\"id\": \"a\\n  b\", \"title\": \"x\"}", Some("a b")),
            ("\u{feff}{\"id\": 7, \"title\": \"x\"}", Some("7")),
            ("{\"id\": \" \", \"title\": \"x\"}", None),
            ("{\"id\": \"a\", \"title\": \" \"}", None),
            ("[{\"id\": \"a\"}]", None),
        ] {
            let map = FieldMap::default();
            assert_eq!(own_id(line.as_bytes(), &map).as_deref(), id, "{line}");
            let read = article(line.as_bytes(), "a.jsonl", 1, &map).ok().filter(|read| read.has_own_id);
            assert_eq!(read.map(|read| read.article.id).as_deref(), id, "{line}");
        }
    }

    #[test]
    fn lines_wrapped_at_a_margin_are_joined() {
        let texts = |text: &str| blocks(text).into_iter().map(|b| b.text).collect::<Vec<_>>();
        assert_eq!(texts("one two\nthree four\nfive."), ["one two three four five."]);
        assert_eq!(
            texts("Heading .\nmodels of straight and\ndelta wings. Then\nmore."),
            ["Heading . models of straight and delta wings. Then more."]
        );
        assert_eq!(texts("One.\nTwo.\nThree."), ["One.", "Two.", "Three."]);
        assert_eq!(texts("One two\nthree.\n    Four\nfive."), ["One two three.", "Four five."]);
    }

    #[test]
    fn a_line_over_the_limit_is_passed_over_and_the_next_one_read() {
        let file = io::Cursor::new(format!("{}\n\n{{}}\n", "x".repeat(200_000)));
        let mut lines = Lines::new(Box::new(file), "a.jsonl", 1000);
        let first = lines.next_record().unwrap();
        assert!(matches!(first, Record { number: 1, content: Err(SkipReason::TooLarge { .. }) }));
        let second = lines.next_record().unwrap();
        assert!(matches!(second, Record { number: 3, content: Ok(Content::Json(line)) } if line == b"{}\n"));
        assert!(lines.next_record().is_none());
    }
}
