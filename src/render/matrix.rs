//! Counts of several queries as a table: a line a query, a column a value.

use std::collections::{BTreeMap, BTreeSet};

use super::safe::for_cell;

/// The counts of one query.
pub(crate) struct MatrixRow<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// Its canonical spelling.
    pub(crate) query: String,
    /// All hits.
    pub(crate) total: u64,
    /// Hits by value.
    pub(crate) values: BTreeMap<String, u64>,
    /// Hits without a value.
    pub(crate) without: u64,
}

/// The table; values that no query has are no columns, and what a query does not have is 0.
pub(crate) fn matrix_csv(rows: &[MatrixRow<'_>]) -> String {
    let columns: BTreeSet<&str> = rows.iter().flat_map(|row| row.values.keys().map(String::as_str)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["id", "query", "total"].into_iter().chain(columns.iter().copied()).chain(["without"]);
    writer.write_record(header.map(|name| for_cell(name).into_owned())).expect("a vector takes every write");
    for row in rows {
        let counts = columns.iter().map(|name| row.values.get(*name).copied().unwrap_or(0));
        let numbers = std::iter::once(row.total).chain(counts).chain([row.without]);
        let cells = [for_cell(row.id).into_owned(), for_cell(&row.query).into_owned()];
        let cells = cells.into_iter().chain(numbers.map(|number| number.to_string()));
        writer.write_record(cells).expect("a vector takes every write");
    }
    String::from_utf8(writer.into_inner().expect("a vector takes every write")).expect("all cells are text")
}
