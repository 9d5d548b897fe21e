//! What the parser reads, word for word.

mod generated;
mod help;
mod limits;
mod mistakes;
mod noted;
mod spelling;
mod theirs;

use super::{Note, Query, parse::parse};

/// Canonical spelling of what was typed, and that it is read back.
fn check(typed: &str, canonical: &str) {
    let query = read(typed);
    assert_eq!(query.to_string(), canonical, "{typed} is {query:?}");
    assert_eq!(read(canonical), query, "{canonical} read back");
}

fn read(typed: &str) -> Query {
    parse(typed).unwrap_or_else(|e| panic!("{typed}: {e}")).0
}

fn notes(typed: &str) -> Vec<Note> {
    parse(typed).unwrap_or_else(|e| panic!("{typed}: {e}")).1
}

/// What was typed, and a piece of each note on it, in order.
fn check_notes(typed: &str, said: &[&str]) {
    let notes = notes(typed);
    let told: Vec<String> = notes.iter().map(|note| format!("{} {note}", &typed[note.bytes.clone()])).collect();
    assert_eq!(told.len(), said.len(), "{typed}: {told:#?}");
    for (note, piece) in told.iter().zip(said) {
        assert!(note.contains(piece), "{typed}: {note} does not say {piece}");
    }
}
