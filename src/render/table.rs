//! Hits as rows of a table: CSV as in RFC 4180, and TSV.

use std::borrow::Cow;

use super::{
    fields::{Field, Value},
    safe::{not_a_formula, on_lines, on_one_line},
};
use crate::search::ExportedHit;

/// A kind of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Commas and quotes; a cell may hold line breaks.
    Csv,
    /// Tabs; a cell holds neither tabs nor line breaks, so that nothing is quoted.
    Tsv,
}

impl Table {
    /// The line with the names of the columns.
    pub(crate) fn header(self, fields: &[Field]) -> Vec<u8> {
        self.line(fields.iter().map(|field| Cow::Borrowed(field.name)))
    }

    /// The line of a hit; the parts of a list are separated by `; `.
    pub(crate) fn row(self, hit: &ExportedHit, fields: &[Field]) -> Vec<u8> {
        self.line(fields.iter().map(|field| self.cell((field.value)(hit))))
    }

    fn cell(self, value: Value<'_>) -> Cow<'_, str> {
        let text = match value {
            Value::Nothing => return Cow::Borrowed(""),
            Value::Number(number) => return Cow::Owned(number.to_string()),
            Value::Score(score) => return Cow::Owned(score.to_string()),
            Value::Yes(yes) => return Cow::Borrowed(if yes { "true" } else { "false" }),
            Value::Text(text) => text,
            Value::List(list) => Cow::Owned(list.join("; ")),
        };
        let safe = match self {
            Self::Csv => on_lines(&text),
            Self::Tsv => on_one_line(&text),
        };
        match safe {
            // Nothing was changed, so that what was borrowed stays so.
            Cow::Borrowed(_) => not_a_formula(text),
            Cow::Owned(safe) => not_a_formula(Cow::Owned(safe)),
        }
    }

    fn line<'a>(self, cells: impl Iterator<Item = Cow<'a, str>>) -> Vec<u8> {
        match self {
            Self::Csv => {
                let mut writer =
                    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::with_capacity(1024));
                writer.write_record(cells.map(|cell| cell.into_owned().into_bytes())).expect("a vector takes all");
                writer.into_inner().expect("a vector takes all")
            }
            Self::Tsv => {
                let mut line = cells.collect::<Vec<_>>().join("\t");
                line.push('\n');
                line.into_bytes()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fields::fields, *};
    use crate::article::Article;

    fn hit() -> ExportedHit {
        let article = Article {
            title: "=1+\"2\",\tthree".to_owned(),
            authors: vec!["Ann Lee".to_owned(), "B\r\nC".to_owned()],
            ..Article::default()
        };
        let body = Some("One, \"two\".\n-three\u{0}\u{202e}.".to_owned());
        ExportedHit { rank: 3, score: 1.5, article, body, snippet: None }
    }

    fn row(table: Table, names: &[&str]) -> String {
        let fields = fields(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
        let bytes = [table.header(&fields), table.row(&hit(), &fields)].concat();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn csv_quotes_what_rfc_4180_says_and_holds_no_formulas() {
        let names = ["rank", "score", "title", "authors", "body", "url", "live"];
        let expected = "rank,score,title,authors,body,url,live\r\n\
                        3,1.5,\"'=1+\"\"2\"\", three\",\"Ann Lee; B\nC\",\"One, \"\"two\"\".\n-three.\",,false\r\n";
        assert_eq!(row(Table::Csv, &names), expected);
    }

    #[test]
    fn tsv_has_neither_tabs_nor_line_breaks_in_its_cells() {
        let expected = "title\tauthors\tbody\tsection\n'=1+\"2\", three\tAnn Lee; B C\tOne, \"two\". -three.\t\n";
        assert_eq!(row(Table::Tsv, &["title", "authors", "body", "section"]), expected);
    }
}
