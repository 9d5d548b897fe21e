//! Lines of a plain text, joined into the paragraphs that their author meant.

use super::marks;

/// Widest hard-wrapped text, in columns. Text with longer lines has one paragraph a line.
const WRAP_COLUMNS_MAX: usize = 110;

/// Narrowest hard-wrapped text, in columns. Text with shorter lines is a list or verse, and keeps its lines.
const WRAP_COLUMNS_MIN: usize = 30;

/// Share of the adjacent lines, in percent, that lie within the width of the text; the others are strays, such as a
/// URL.
const WRAP_WITHIN_PERCENT: usize = 95;

/// Share of the full lines, in percent, that must break off within a sentence before the text counts as hard-wrapped.
const WRAP_MID_SENTENCE_PERCENT: usize = 40;

/// Columns by which a line is indented when it starts a paragraph.
const INDENT_COLUMNS_MIN: usize = 2;

/// Columns of a tab.
const TAB_COLUMNS: usize = 8;

/// Lines at the top of a text among which a byline or a date may stand right below the headline.
const HEAD_LINES_MAX: usize = 12;

/// Most paragraphs that are read of a text; what comes after is dropped.
pub(super) const PARAGRAPHS_MAX: usize = 200_000;

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// Its text: white space folded, no control characters, tabs only between the cells of a row.
    pub text: String,
    /// What its lines look like.
    pub shape: Shape,
    /// Whether a blank line stands before it.
    pub gap_before: bool,
}

/// What the lines of a paragraph look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Running text, or a line of its own.
    Prose,
    /// Begins with a bullet, which is taken off.
    Item,
    /// Cells between tabs.
    Row,
}

/// A line that is not blank.
struct Line<'a> {
    /// Without the white space around it.
    text: &'a str,
    /// Columns of white space before it.
    indent: usize,
    /// Columns of the text, with wide characters as two.
    columns: usize,
    /// Whether a blank line stands before it.
    gap: bool,
    shape: Shape,
}

/// The paragraphs of a text. Takes time linear in its length.
pub(super) fn of(text: &str) -> Vec<Paragraph> {
    let lines = lines(text);
    let width = wrap_width(&lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| &lines[place]);
        if before.is_some_and(|before| continues(before, line, width, place))
            && let Some(paragraph) = paragraphs.last_mut()
        {
            join(&mut paragraph.text, line.text);
        } else if paragraphs.len() < PARAGRAPHS_MAX {
            paragraphs.push(start(line));
        } else {
            break;
        }
    }
    paragraphs.retain(|paragraph| !paragraph.text.is_empty());
    paragraphs
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut gap = true;
    for text in text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if trimmed.is_empty() {
            gap = true;
            continue;
        }
        let indent = text.chars().take_while(|c| c.is_whitespace()).map(space_columns).sum();
        let shape = if bullet(trimmed).is_some() { Shape::Item } else { Shape::Prose };
        lines.push(Line { text: trimmed, indent, columns: columns(trimmed), gap, shape });
        gap = false;
    }
    mark_rows(&mut lines);
    lines
}

/// Lines with tabs inside are rows of a table where two of them stand together.
fn mark_rows(lines: &mut [Line]) {
    let tabbed: Vec<bool> = lines.iter().map(|line| line.text.contains('\t')).collect();
    for (place, line) in lines.iter_mut().enumerate() {
        let above = place > 0 && tabbed[place - 1] && !line.gap;
        let below = tabbed.get(place + 1) == Some(&true);
        if tabbed[place] && (above || below) {
            line.shape = Shape::Row;
        }
    }
}

/// The column at which a hard-wrapped text was broken; `None` when each line is a paragraph.
fn wrap_width(lines: &[Line]) -> Option<usize> {
    let mut of_width = [0usize; WRAP_COLUMNS_MAX + 1];
    let mut adjacent = 0;
    for pair in lines.windows(2).filter(|pair| !pair[1].gap) {
        adjacent += 1;
        if let Some(count) = of_width.get_mut(pair[0].indent + pair[0].columns) {
            *count += 1;
        }
    }
    let enough = (adjacent * WRAP_WITHIN_PERCENT).div_ceil(100);
    let mut within = 0;
    let width = of_width.iter().position(|count| {
        within += count;
        within >= enough
    })?;
    let full = |pair: &&[Line]| !pair[1].gap && is_full(&pair[0], &pair[1], width);
    let (mut filled, mut mid_sentence) = (0, 0);
    for pair in lines.windows(2).filter(full) {
        filled += 1;
        mid_sentence += usize::from(!marks::ends_sentence(pair[0].text));
    }
    let wrapped = filled > 0 && mid_sentence * 100 >= filled * WRAP_MID_SENTENCE_PERCENT;
    (width >= WRAP_COLUMNS_MIN && wrapped).then_some(width)
}

/// Whether the next line's first word had no room on the line: it was broken for its width. An eighth of the width is
/// allowed for ragged text.
fn is_full(line: &Line, next: &Line, width: usize) -> bool {
    let word = match next.text.chars().next() {
        Some(first) if is_unspaced(first) => 2,
        _ => columns(next.text.split(char::is_whitespace).next().unwrap_or_default()),
    };
    line.indent + line.columns + 1 + word > width - width / 8
}

/// Whether a line goes on with the paragraph of the line before it.
fn continues(before: &Line, line: &Line, width: Option<usize>, place: usize) -> bool {
    let Some(width) = width else { return false };
    if line.gap || line.shape != Shape::Prose || before.shape == Shape::Row {
        return false;
    }
    let indented = before.shape == Shape::Prose && line.indent >= before.indent + INDENT_COLUMNS_MIN;
    let head = place < HEAD_LINES_MAX && (marks::is_byline(line.text) || marks::is_date_line(line.text));
    if indented || head || marks::is_capitals(before.text) != marks::is_capitals(line.text) {
        return false;
    }
    let broken_off = !marks::ends_sentence(before.text) && (before.indent + before.columns) * 5 >= width * 3;
    broken_off || is_full(before, line, width)
}

fn start(line: &Line) -> Paragraph {
    let mut text = String::with_capacity(line.text.len());
    match line.shape {
        Shape::Row => {
            for cell in line.text.split('\t').map(str::trim).filter(|cell| !cell.is_empty()) {
                if !text.is_empty() {
                    text.push('\t');
                }
                push_folded(&mut text, cell);
            }
        }
        Shape::Item => push_folded(&mut text, bullet(line.text).unwrap_or(line.text)),
        Shape::Prose => push_folded(&mut text, line.text),
    }
    Paragraph { text, shape: line.shape, gap_before: line.gap }
}

/// What stands behind the bullet of a list item.
fn bullet(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['-', '*', '+', '•', '·', '‣', '▪', '●', '◦'])?;
    let item = rest.trim_start();
    (item.len() < rest.len() && item.contains(char::is_alphanumeric)).then_some(item)
}

/// Adds a line to a paragraph: with a space, but for a word broken at its hyphen and for scripts without spaces.
fn join(text: &mut String, line: &str) {
    let mut last = text.chars().rev();
    let unspaced = match (last.next(), last.next(), line.chars().next()) {
        (Some('-'), Some(before), Some(first)) => before.is_alphanumeric() && first.is_alphanumeric(),
        (Some(last), _, Some(first)) => is_unspaced(last) && is_unspaced(first),
        _ => true,
    };
    if !unspaced {
        text.push(' ');
    }
    push_folded(text, line);
}

/// Adds a piece of text with its white space folded and without what cannot be seen.
fn push_folded(text: &mut String, piece: &str) {
    for c in piece.chars() {
        match c {
            c if c.is_whitespace() => {
                if !text.is_empty() && !text.ends_with([' ', '\t']) {
                    text.push(' ');
                }
            }
            '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
}

fn space_columns(c: char) -> usize {
    match c {
        '\t' => TAB_COLUMNS,
        c => char_columns(c),
    }
}

fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

fn char_columns(c: char) -> usize {
    1 + usize::from(is_unspaced(c) || matches!(c, '\u{1100}'..='\u{115f}' | '\u{ac00}'..='\u{d7a3}'))
}

/// Whether the character belongs to Chinese or Japanese, which put no space between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{30ff}' | '\u{31f0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = of(text).into_iter().map(|paragraph| paragraph.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_long_line_is_a_paragraph() {
        let (first, second) = ("The harbour was closed on Monday. ".repeat(5), "It opened again at noon. ".repeat(6));
        check(&format!("Harbour\r\n{first}\r\n{second}\n"), &["Harbour", first.trim(), second.trim()]);
    }

    #[test]
    fn wrapped_lines_are_joined_up_to_a_blank_line() {
        check(
            "The council voted on Tuesday to close the old bridge over\n\
             the river for two years, the longest closure since it was\n\
             opened to carts.\n\
             \n\
             Shopkeepers on both banks said that they had not been asked\n\
             before the vote.\n",
            &[
                "The council voted on Tuesday to close the old bridge over the river for two years, the longest \
                 closure since it was opened to carts.",
                "Shopkeepers on both banks said that they had not been asked before the vote.",
            ],
        );
    }

    #[test]
    fn an_indent_starts_a_paragraph() {
        check(
            "     VALTERRA (WIRE) -- The ferry company said that its oldest\n\
             ship would sail for the last time in spring, after sixty years\n\
             on the same route.\n\
             \tPassengers had asked for one more summer, and a petition was\n\
             handed to the director with four thousand names.\n",
            &[
                "VALTERRA (WIRE) -- The ferry company said that its oldest ship would sail for the last time in \
                 spring, after sixty years on the same route.",
                "Passengers had asked for one more summer, and a petition was handed to the director with four \
                 thousand names.",
            ],
        );
    }

    #[test]
    fn a_short_line_ends_a_paragraph_where_no_blank_lines_are() {
        check(
            "The mill at the edge of the town burned down in the night, and\n\
             nobody was hurt.\n\
             Firemen came from three villages and worked until the morning,\n\
             when rain set in.\n",
            &[
                "The mill at the edge of the town burned down in the night, and nobody was hurt.",
                "Firemen came from three villages and worked until the morning, when rain set in.",
            ],
        );
    }

    #[test]
    fn headline_and_byline_right_above_the_story_stay_apart() {
        check(
            "MAYOR OF THE OLD TOWN GIVES UP HIS OFFICE AFTER TWENTY YEARS\n\
             By Ada Lorne\n\
             The mayor of the old town told the council on Friday that he\n\
             would not stand again, and that he had known it for a year.\n",
            &[
                "MAYOR OF THE OLD TOWN GIVES UP HIS OFFICE AFTER TWENTY YEARS",
                "By Ada Lorne",
                "The mayor of the old town told the council on Friday that he would not stand again, and that he had \
                 known it for a year.",
            ],
        );
    }

    #[test]
    fn hyphens_and_unspaced_scripts_join_without_a_space() {
        check(
            "Nobody had thought that the agreement between the two long-\n\
             divided cities would hold, but it did, said the negotiator --\n\
             and then left.\n",
            &[
                "Nobody had thought that the agreement between the two long-divided cities would hold, but it did, said \
               the negotiator -- and then left.",
            ],
        );
        check(
            "市議会は火曜日、川にかかる古い橋を二年間閉鎖することを\n決めた。橋が開通してから最も長い閉鎖となる見通しで、商\n店主らは反発している。\n",
            &[
                "市議会は火曜日、川にかかる古い橋を二年間閉鎖することを決めた。橋が開通してから最も長い閉鎖となる見通しで、商店主らは反発している。",
            ],
        );
    }

    #[test]
    fn items_and_rows_keep_their_lines() {
        check(
            "- bread\n- salt\n\nYear\tShips\n1900\t12\n1901\t\t9\n",
            &["bread", "salt", "Year\tShips", "1900\t12", "1901\t9"],
        );
        let shapes: Vec<Shape> = of("- bread\n\nYear\tShips\n1900\t12").iter().map(|p| p.shape).collect();
        assert_eq!(shapes, [Shape::Item, Shape::Row, Shape::Row]);
    }

    #[test]
    fn form_feeds_and_unseen_characters_leave_no_trace() {
        check("One\u{c}Two\u{0}\u{7}\n\u{feff}Th\u{ad}ree\u{a0}\u{a0}four", &["One", "Two", "Three four"]);
    }
}
