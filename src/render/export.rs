//! Hits written one after the other in the form that was asked for.

use super::{
    bibtex::bibtex,
    csl::csl_json,
    fields::{Field, Row},
    json::json_line,
    ris::ris,
    safe::json_for_terminal,
    table::Table,
};
use crate::search::{Export, ExportedHit};

/// What hits are taken out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Json,
    Jsonl,
    Csv,
    Tsv,
    Ris,
    Bibtex,
    CslJson,
}

/// Writes hits in one shape: what stands before them, each, and what stands behind.
pub(crate) struct Writer {
    shape: Shape,
    fields: Vec<Field>,
    /// Hits written so far.
    written: u64,
}

impl Writer {
    pub(crate) fn new(shape: Shape, fields: Vec<Field>) -> Self {
        Self { shape, fields, written: 0 }
    }

    /// What stands before the hits.
    pub(crate) fn head(&self, export: &Export) -> Vec<u8> {
        match self.shape {
            Shape::Json => {
                let query = serde_json::to_string(export.query()).expect("a text is plain data");
                format!("{{\"query\":{},\"total\":{},\"hits\":[", json_for_terminal(query), export.total()).into_bytes()
            }
            Shape::CslJson => b"[".to_vec(),
            Shape::Csv => Table::Csv.header(&self.fields),
            Shape::Tsv => Table::Tsv.header(&self.fields),
            Shape::Jsonl | Shape::Ris | Shape::Bibtex => Vec::new(),
        }
    }

    /// A hit.
    pub(crate) fn hit(&mut self, hit: &ExportedHit) -> Vec<u8> {
        let between = if self.written == 0 { "\n" } else { ",\n" };
        self.written += 1;
        let body = hit.body.as_deref();
        match self.shape {
            Shape::Json => [between, json_line(&self.row(hit)).trim_end()].concat().into_bytes(),
            Shape::Jsonl => json_line(&self.row(hit)).into_bytes(),
            Shape::Csv => Table::Csv.row(hit, &self.fields),
            Shape::Tsv => Table::Tsv.row(hit, &self.fields),
            Shape::Ris => ris(&hit.article, body).into_bytes(),
            Shape::Bibtex => bibtex(&hit.article, hit.hash(), body).into_bytes(),
            Shape::CslJson => [between, &csl_json(&hit.article, body)].concat().into_bytes(),
        }
    }

    /// What stands behind the hits.
    pub(crate) fn foot(&self) -> &'static [u8] {
        match self.shape {
            Shape::Json => b"\n]}\n",
            Shape::CslJson => b"\n]\n",
            Shape::Jsonl | Shape::Csv | Shape::Tsv | Shape::Ris | Shape::Bibtex => b"",
        }
    }

    fn row<'a>(&'a self, hit: &'a ExportedHit) -> Row<'a> {
        Row { hit, fields: &self.fields }
    }
}
