//! Text from pages made harmless where it is shown.

use std::borrow::Cow;

/// What a formula begins with in some spreadsheet; the wide ones count where text is Chinese or Japanese.
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A text on one line without anything that a terminal acts on or that turns the direction of what follows: control
/// characters and bidi controls become U+FFFD, line breaks and tabs a space. What has no width is left out.
pub(crate) fn for_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_harmful(c) || c == '\n') {
        return Cow::Borrowed(text);
    }
    let harmless = |c: char| match c {
        '\n' | '\r' | '\t' => Some(' '),
        c if has_no_width(c) => None,
        c if is_harmful(c) => Some('\u{fffd}'),
        c => Some(c),
    };
    Cow::Owned(text.chars().filter_map(harmless).collect())
}

/// JSON in which what is invisible or acts on a terminal is written as `\u` escapes: the text read back is the same.
pub(crate) fn json_for_terminal(json: String) -> String {
    // JSON itself has no such characters outside its strings, and line breaks inside them are escaped already.
    if !json.chars().any(is_harmful) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_harmful(c) {
            // What lies beyond 16 bits is two escapes in JSON.
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// A cell of a table that no spreadsheet takes for a formula: one that begins like it, be it behind blanks or in the
/// wide forms of Japanese keyboards, has a `'` put before it.
pub(crate) fn for_cell(text: &str) -> Cow<'_, str> {
    not_a_formula(for_terminal(text))
}

/// A text on one line for the files of other programs: white space is single blanks, and controls, those of the
/// direction of writing too, are left out.
pub(crate) fn on_one_line(text: &str) -> Cow<'_, str> {
    let is_plain = |text: &str| {
        let changes = |c: char| is_harmful(c) || (c.is_whitespace() && c != ' ');
        !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains(changes)
    };
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = line.len();
        line.extend(word.chars().filter(|&c| !is_harmful(c)));
        if line.len() > before && before > 0 {
            line.insert(before, ' ');
        }
    }
    Cow::Owned(line)
}

/// A text of several lines for the files of other programs, each made as [`on_one_line`] does.
pub(crate) fn on_lines(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.lines().map(on_one_line).collect::<Vec<_>>().join("\n"))
}

/// A text of several lines that no spreadsheet takes for a formula, be it in quotes: of those a table with tabs has
/// none of its own, and spreadsheets take them off.
pub(crate) fn not_a_formula(text: Cow<'_, str>) -> Cow<'_, str> {
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
    if begins.starts_with(FORMULA_STARTS) { Cow::Owned(format!("'{text}")) } else { text }
}

/// A text as it may stand in XML or HTML, between tags or in quotes.
pub(crate) fn for_xml(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in for_terminal(text).chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            c => shown.push(c),
        }
    }
    shown
}

/// What is not shown as it is, line breaks aside: control characters, controls of the direction of writing, characters
/// that break lines, those that are never seen (annotations, old controls of shapes, the tags in which text can be
/// hidden) and the two that XML does not allow.
fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n')
        || has_no_width(c)
        || matches!(
            c,
            '\u{61c}' | '\u{180e}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
                | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Places where a line may or may not break, and operators without a sign: two texts that differ in them alone look
/// alike. The joiners U+200C and U+200D are not among them; Persian, Indian scripts and emoji are written with them.
fn has_no_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        let shown = for_terminal("a\u{1b}[31mb\u{9b}c\u{202e}d\ne\u{7}f");
        assert_eq!(shown, "a\u{fffd}[31mb\u{fffd}c\u{fffd}d e\u{fffd}f");
        assert_eq!(
            for_terminal("pay\u{200b}pal\u{ad}\u{feff} \u{646}\u{200c}\u{627}"),
            "paypal \u{646}\u{200c}\u{627}"
        );
    }

    #[test]
    fn json_reads_back_the_same() {
        let text = "a\u{1b}[31m \u{9b} \u{202e} \u{e0041} 한국 é";
        let json = json_for_terminal(serde_json::to_string(text).unwrap());
        assert!(!json.chars().any(is_harmful), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn cells_are_no_formulas() {
        assert_eq!(for_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(for_cell("\t =1+1"), "'  =1+1");
        assert_eq!(for_cell("plain - and simple"), "plain - and simple");
        assert_eq!(for_cell("plain"), "plain");
        assert_eq!(for_cell("＝SUM(1)"), "'＝SUM(1)");
        assert_eq!(for_cell("\u{200b}\" =1+1\""), "'\" =1+1\"");
    }

    #[test]
    fn lines_for_other_programs_hold_no_controls() {
        assert_eq!(on_one_line(" a\tb\r\n\u{200f}שלום\u{202e}  c\u{1b}[m \u{7} "), "a b שלום c[m");
        assert_eq!(on_one_line("plain text"), "plain text");
        assert_eq!(on_lines("one\u{0}\ntwo\tx"), "one\ntwo x");
        assert_eq!(on_lines("one\n two"), "one\n two");
    }
}
