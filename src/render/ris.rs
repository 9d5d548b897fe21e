//! Articles as RIS, the form that reference managers exchange.

use std::fmt::Write;

use super::{
    names::{Name, names},
    safe::on_one_line,
};
use crate::{
    article::Article,
    date::{Precision, Published},
};

/// A record of an article, with its story as a note where it is given.
///
/// Tags are those that Zotero and EndNote read for `NEWS`; every value is on one line, and lines end with CR LF.
pub(crate) fn ris(article: &Article, body: Option<&str>) -> String {
    let mut record = String::from("TY  - NEWS\r\n");
    let mut line = |tag: &str, value: &str| {
        let value = on_one_line(value);
        if !value.is_empty() {
            let _ = write!(record, "{tag}  - {value}\r\n");
        }
    };
    line("TI", &article.title);
    for name in names(article) {
        line("AU", &author(&name));
    }
    line("T2", article.source.name.as_deref().or(article.source.domain.as_deref()).unwrap_or_default());
    line("SE", article.section.as_deref().unwrap_or_default());
    if let Some(published) = &article.published {
        line("DA", &date(published));
        line("PY", &published.day.format("%Y").to_string());
    }
    line("LA", article.language.as_ref().map_or("", |language| &language.code));
    line("UR", article.canonical_url.as_deref().or(article.url.as_deref()).unwrap_or_default());
    line("AB", article.standfirst.as_deref().unwrap_or_default());
    for tag in &article.tags {
        // A semicolon would part it in two.
        line("KW", &tag.replace(';', ","));
    }
    line("N1", body.unwrap_or_default());
    record + "ER  - \r\n\r\n"
}

/// `Family, Given, Suffix`; a comma in the name of an organisation would make it a person's.
fn author(name: &Name<'_>) -> String {
    match name {
        Name::Person { given, family, suffix: None } => format!("{family}, {given}"),
        Name::Person { given, family, suffix: Some(suffix) } => format!("{family}, {given}, {suffix}"),
        Name::Whole(name) => name.replace(',', " "),
    }
}

/// `YYYY/MM/DD/other`, with what is not known left empty.
fn date(published: &Published) -> String {
    let format = match published.precision {
        Precision::Year => "%Y///",
        Precision::Month => "%Y/%m//",
        Precision::Day | Precision::Minute | Precision::Second => "%Y/%m/%d/",
    };
    published.day.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{nasty, plain},
        *,
    };

    #[test]
    fn an_article_has_the_tags_of_a_newspaper_article() {
        let expected = "TY  - NEWS\r\nTI  - Letters are exchanged\r\nAU  - van der Berg, Jan\r\nAU  - The Weather Desk\r\n\
                        T2  - The Plain Dealer\r\nSE  - World\r\nDA  - 2022/04//\r\nPY  - 2022\r\nLA  - en\r\n\
                        UR  - https://example.org/a b\r\nAB  - Two leaders write.\r\nKW  - letters\r\nKW  - peace, war\r\n\
                        ER  - \r\n\r\n";
        assert_eq!(ris(&plain(), None), expected);
    }

    #[test]
    fn nothing_in_an_article_breaks_out_of_its_line() {
        let expected = "TY  - NEWS\r\nTI  - A {B} \\c \"d\" ER - TY - BOOK 50% & #1 שלום\r\nAU  - AP\r\n\
                        N1  - One. TI - two\r\nER  - \r\n\r\n";
        assert_eq!(ris(&nasty(), Some("One.\r\nTI  - two")), expected);
    }

    #[test]
    fn an_article_of_which_nothing_is_known_is_still_a_record() {
        assert_eq!(ris(&Article::default(), None), "TY  - NEWS\r\nER  - \r\n\r\n");
    }
}
