//! Articles as CSL-JSON, the form that citation processors read.

use chrono::Datelike;
use serde::Serialize;

use super::{
    json::json_line,
    names::{Name, names},
    safe::on_one_line,
};
use crate::{
    article::Article,
    date::{Confidence, DateOrigin, Precision, Published},
};

/// An item; what is not known is left out.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Item<'a> {
    id: &'a str,
    r#type: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessed: Option<Date>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#abstract: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Author<'a> {
    Person {
        family: &'a str,
        given: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        suffix: Option<&'a str>,
    },
    Whole {
        literal: &'a str,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Date {
    /// A list of one date, itself a list of year, month and day as far as they are known.
    date_parts: [Vec<i32>; 1],
}

/// An item of an article on one line, with its story as a note where it is given.
pub(crate) fn csl_json(article: &Article, body: Option<&str>) -> String {
    let author = |name| match name {
        Name::Person { given, family, suffix } => Author::Person { family, given, suffix },
        Name::Whole(literal) => Author::Whole { literal },
    };
    let captured = article.origin.captured.as_deref();
    let captured = captured.and_then(|text| Published::from_iso(text, DateOrigin::Record, Confidence::Sure));
    let item = Item {
        id: &article.id,
        r#type: "article-newspaper",
        title: on_one_line(&article.title).into_owned(),
        author: names(article).into_iter().map(author).collect(),
        container_title: article.source.name.as_deref().or(article.source.domain.as_deref()),
        section: article.section.as_deref(),
        issued: article.published.as_ref().map(date),
        accessed: captured.as_ref().map(date),
        url: article.canonical_url.as_deref().or(article.url.as_deref()),
        language: article.language.as_ref().map(|language| language.code.as_str()),
        r#abstract: article.standfirst.as_deref().map(|text| on_one_line(text).into_owned()),
        keyword: (!article.tags.is_empty()).then(|| article.tags.join(", ")),
        note: body,
    };
    let mut line = json_line(&item);
    line.truncate(line.trim_end().len());
    line
}

fn date(published: &Published) -> Date {
    let (month, day) = (published.day.month() as i32, published.day.day() as i32);
    let year = published.day.year();
    let parts = match published.precision {
        Precision::Year => vec![year],
        Precision::Month => vec![year, month],
        Precision::Day | Precision::Minute | Precision::Second => vec![year, month, day],
    };
    Date { date_parts: [parts] }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{nasty, plain},
        *,
    };

    #[test]
    fn an_article_is_an_item_with_what_is_known() {
        let expected = r#"{"id":"plain","type":"article-newspaper","title":"Letters are exchanged","author":[{"family":"van der Berg","given":"Jan"},{"literal":"The Weather Desk"}],"container-title":"The Plain Dealer","section":"World","issued":{"date-parts":[[2022,4]]},"URL":"https://example.org/a b","language":"en","abstract":"Two leaders write.","keyword":"letters, peace; war"}"#;
        assert_eq!(csl_json(&plain(), None), expected);
    }

    #[test]
    fn what_is_nasty_is_kept_as_text() {
        let expected = r#"{"id":"nasty","type":"article-newspaper","title":"A {B} \\c \"d\" ER - TY - BOOK 50% & #1 שלום","author":[{"literal":"AP"}],"note":"x\ny"}"#;
        assert_eq!(csl_json(&nasty(), Some("x\ny")), expected);
    }
}
