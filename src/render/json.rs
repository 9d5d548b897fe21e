//! JSON that is safe to print.

use serde::Serialize;

use super::safe::json_for_terminal;

/// One value a line.
pub(crate) fn json_line(value: &impl Serialize) -> String {
    json_for_terminal(serde_json::to_string(value).expect("records are plain data")) + "\n"
}

/// One value over many lines.
pub(crate) fn json_pretty(value: &impl Serialize) -> String {
    json_for_terminal(serde_json::to_string_pretty(value).expect("records are plain data")) + "\n"
}
