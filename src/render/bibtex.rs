//! Articles as BibTeX entries, as biblatex and biber read them.

use std::fmt::Write;

use super::{
    names::{Name, names},
    safe::on_one_line,
};
use crate::{
    article::Article,
    date::{Precision, Published},
    text::fold,
};

/// Most characters of each readable part of a key.
const KEY_PART_CHARS_MAX: usize = 20;

/// Languages that babel knows, by their codes.
const LANGUAGES: [(&str, &str); 42] = [
    ("ar", "arabic"),
    ("bg", "bulgarian"),
    ("ca", "catalan"),
    ("cs", "czech"),
    ("cy", "welsh"),
    ("da", "danish"),
    ("de", "german"),
    ("el", "greek"),
    ("en", "english"),
    ("es", "spanish"),
    ("et", "estonian"),
    ("eu", "basque"),
    ("fa", "persian"),
    ("fi", "finnish"),
    ("fr", "french"),
    ("ga", "irish"),
    ("gl", "galician"),
    ("he", "hebrew"),
    ("hi", "hindi"),
    ("hr", "croatian"),
    ("hu", "hungarian"),
    ("id", "indonesian"),
    ("is", "icelandic"),
    ("it", "italian"),
    ("ja", "japanese"),
    ("ko", "korean"),
    ("lt", "lithuanian"),
    ("lv", "latvian"),
    ("nb", "norwegian"),
    ("nl", "dutch"),
    ("no", "norwegian"),
    ("pl", "polish"),
    ("pt", "portuguese"),
    ("ro", "romanian"),
    ("ru", "russian"),
    ("sk", "slovak"),
    ("sl", "slovene"),
    ("sr", "serbian"),
    ("sv", "swedish"),
    ("tr", "turkish"),
    ("uk", "ukrainian"),
    ("vi", "vietnamese"),
];

/// An entry of an article, with its story as an annotation where it is given.
///
/// `@article` where the outlet is known, else `@online`. The key is made from the first author or the outlet, the year
/// and a hash of the id: it is the same in every export, and no two articles share one.
pub(crate) fn bibtex(article: &Article, hash: u64, body: Option<&str>) -> String {
    let outlet = article.source.name.as_deref().or(article.source.domain.as_deref());
    let kind = if outlet.is_some() { "article" } else { "online" };
    let mut entry = format!("@{kind}{{{},\n", key(article, hash));
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(entry, "  {name} = {{{value}}},");
        }
    };
    let authors: Vec<String> = names(article).iter().map(author).collect();
    field("author", &authors.join(" and "));
    field("title", &escaped(&article.title));
    field("journaltitle", &escaped(outlet.unwrap_or_default()));
    field("entrysubtype", if outlet.is_some() { "newspaper" } else { "" });
    field("date", &article.published.as_ref().map(date).unwrap_or_default());
    let url = article.canonical_url.as_deref().or(article.url.as_deref());
    field("url", &address(url.unwrap_or_default()));
    let language = article.language.as_ref().map(|language| language.code.as_str());
    let known = LANGUAGES.iter().find(|(code, _)| Some(*code) == language);
    field("langid", known.map_or("", |(_, name)| name));
    field("abstract", &escaped(article.standfirst.as_deref().unwrap_or_default()));
    let tags: Vec<String> = article.tags.iter().map(|tag| escaped(&tag.replace(',', ";"))).collect();
    field("keywords", &tags.join(", "));
    field("annotation", &escaped(body.unwrap_or_default()));
    entry + "}\n\n"
}

/// Letters and digits of ASCII, and one dash: what every program takes for a key.
fn key(article: &Article, hash: u64) -> String {
    let first = match names(article).into_iter().next() {
        Some(Name::Person { family, .. }) => Some(family),
        Some(Name::Whole(name)) => Some(name),
        None => article.source.name.as_deref().or(article.source.domain.as_deref()),
    };
    let name: String = fold(first.unwrap_or_default()).chars().filter(char::is_ascii_alphanumeric).collect();
    let name = &name[..name.len().min(KEY_PART_CHARS_MAX)];
    let name = if name.is_empty() { "article" } else { name };
    let year = article.published.as_ref().map(|date| date.day.format("%Y").to_string()).unwrap_or_default();
    format!("{name}{year}-{hash:016x}")
}

/// What belongs together is kept so by braces.
fn author(name: &Name<'_>) -> String {
    match name {
        Name::Person { given, family, suffix: None } => format!("{}, {}", escaped(family), escaped(given)),
        Name::Person { given, family, suffix: Some(suffix) } => {
            format!("{}, {}, {}", escaped(family), escaped(suffix), escaped(given))
        }
        Name::Whole(name) => format!("{{{}}}", escaped(name)),
    }
}

fn date(published: &Published) -> String {
    let format = match published.precision {
        Precision::Year => "%Y",
        Precision::Month => "%Y-%m",
        Precision::Day | Precision::Minute | Precision::Second => "%Y-%m-%d",
    };
    published.day.format(format).to_string()
}

/// A text in which TeX acts on nothing. Braces become commands: BibTeX counts them even behind a backslash.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in on_one_line(text).chars() {
        match c {
            '\\' => safe.push_str("\\textbackslash{}"),
            '{' => safe.push_str("\\textbraceleft{}"),
            '}' => safe.push_str("\\textbraceright{}"),
            '~' => safe.push_str("\\textasciitilde{}"),
            '^' => safe.push_str("\\textasciicircum{}"),
            '%' | '#' | '$' | '&' | '_' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

/// An address is taken letter by letter, so that what would end its field is written as an address writes it.
fn address(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in on_one_line(url).chars() {
        match c {
            '{' => safe.push_str("%7B"),
            '}' => safe.push_str("%7D"),
            '\\' => safe.push_str("%5C"),
            ' ' => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{nasty, plain},
        *,
    };

    #[test]
    fn an_article_of_an_outlet_has_the_fields_of_a_newspaper_article() {
        let expected = "@article{vanderberg2022-000000000000002a,\n  author = {van der Berg, Jan and {The Weather Desk}},\n  \
                        title = {Letters are exchanged},\n  journaltitle = {The Plain Dealer},\n  entrysubtype = {newspaper},\n  \
                        date = {2022-04},\n  url = {https://example.org/a%20b},\n  langid = {english},\n  \
                        abstract = {Two leaders write.},\n  keywords = {letters, peace; war},\n}\n\n";
        assert_eq!(bibtex(&plain(), 42, None), expected);
    }

    #[test]
    fn nothing_in_an_article_acts_on_tex_or_ends_its_field() {
        let expected = "@online{ap-0000000000000001,\n  author = {{AP}},\n  title = {A \\textbraceleft{}B\\textbraceright{} \
                        \\textbackslash{}c \"d\" ER - TY - BOOK 50\\% \\& \\#1 שלום},\n  annotation = {x\\_y \\textasciitilde{} \
                        \\textasciicircum{} \\$},\n}\n\n";
        assert_eq!(bibtex(&nasty(), 1, Some("x_y\n~ ^ $")), expected);
    }

    #[test]
    fn addresses_stay_what_they_are() {
        assert_eq!(address("https://example.org/a_b?c=%20d&e={f}\\"), "https://example.org/a_b?c=%20d&e=%7Bf%7D%5C");
    }

    #[test]
    fn a_name_in_another_script_leaves_a_key_that_every_program_takes() {
        let article = Article { authors: vec!["김철수".to_owned()], ..Article::default() };
        assert!(bibtex(&article, 7, None).starts_with("@online{article-0000000000000007,\n  author = {{김철수}},\n"));
    }
}
