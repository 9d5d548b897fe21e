//! What an output must be for nothing in it to do harm, by the form that it has.

use std::{borrow::Cow, cell::RefCell, collections::BTreeSet};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};
use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::Value;

/// What an output is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lines for people.
    Text,
    /// JSON values, one after the other.
    Json,
    /// A JSON value a line.
    Jsonl,
    Csv,
    Tsv,
    Trec,
    Ris,
    Bibtex,
    /// SVG, Atom and other XML.
    Xml,
    Html,
    /// Nothing but a mistake, told on the standard error.
    Mistake,
}

/// How a line begins that a text forged.
pub(crate) const FORGED: &str = "FORGED";

/// The colours of the program and of its usage.
const COLOURS: [&str; 9] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[2m",
    "\u{1b}[4m",
    "\u{1b}[1;33m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[36m",
];

/// What a formula begins with in some spreadsheet.
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Elements that pages, drawings and feeds are made of.
const ELEMENTS: &str = "html head meta title link script body a header nav ul li main h1 h2 h3 form div label input \
    datalist button p select option code span ol article time mark details summary aside section svg defs pattern line \
    g rect dl dt dd figure figcaption img blockquote table thead tbody tr th td caption pre kbd del ins path text tspan \
    circle feed id updated published entry author name OpenSearchDescription ShortName Description InputEncoding Image \
    Url";

/// Elements of HTML without an end.
const VOID: [&str; 4] = ["meta", "link", "input", "img"];

/// What is wrong with an output; nothing where it is harmless.
pub(crate) fn check(form: Form, output: &str) -> Result<(), String> {
    let text: Cow<'_, str> = if form == Form::Text { Cow::Owned(without_colours(output)) } else { output.into() };
    let allowed: &[char] = match form {
        Form::Ris | Form::Csv => &['\n', '\r'],
        Form::Tsv => &['\n', '\t'],
        _ => &['\n'],
    };
    let bad: BTreeSet<char> = text.chars().filter(|&c| is_harmful(c) && !allowed.contains(&c)).collect();
    if !bad.is_empty() {
        return Err(format!("{bad:?} is shown"));
    }
    match form {
        Form::Text => text_lines(&text),
        Form::Json => values(&text).map(drop),
        Form::Jsonl => text.lines().try_for_each(|line| match values(line)?.len() {
            1 => Ok(()),
            values => Err(format!("{values} values on {line:?}")),
        }),
        Form::Csv => cells(&text, b','),
        Form::Tsv => cells(&text, b'\t'),
        Form::Trec => text.lines().try_for_each(|line| match line.split(' ').filter(|word| !word.is_empty()).count() {
            6 => Ok(()),
            columns => Err(format!("{columns} columns in {line:?}")),
        }),
        Form::Ris => references(&text),
        Form::Bibtex => entries(&text).map(drop),
        Form::Xml => xml(&text),
        Form::Html => html(&text).map(drop),
        Form::Mistake => {
            if text.is_empty() {
                Ok(())
            } else {
                Err("it is no mistake".to_owned())
            }
        }
    }
}

/// Records of a list of references or of a table.
pub(crate) fn records(form: Form, output: &str) -> usize {
    match form {
        Form::Json => {
            values(output).unwrap()[0]["hits"].as_array().or(values(output).unwrap()[0].as_array()).unwrap().len()
        }
        Form::Csv => csv::Reader::from_reader(output.as_bytes()).records().count(),
        Form::Ris => output.lines().filter(|line| *line == "TY  - NEWS").count(),
        Form::Bibtex => entries(output).unwrap(),
        Form::Tsv => output.lines().count() - 1,
        _ => output.lines().count(),
    }
}

/// Without the colours that are our own.
fn without_colours(text: &str) -> String {
    COLOURS.iter().fold(text.to_owned(), |text, colour| text.replace(colour, ""))
}

/// What a terminal acts on, what turns the direction of writing, what is never seen, and what XML does not allow.
fn is_harmful(c: char) -> bool {
    let directs = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
    let hides = matches!(
        c,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    c.is_control() || directs || hides || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn text_lines(text: &str) -> Result<(), String> {
    match text.lines().find(|line| line.starts_with(FORGED)) {
        Some(line) => Err(format!("a line of its own: {line:?}")),
        None => Ok(()),
    }
}

fn values(text: &str) -> Result<Vec<Value>, String> {
    serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().map_err(|e| e.to_string())
}

/// Cells of a table are no formulas, and all its lines have as many.
fn cells(table: &str, between: u8) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(between)
        .quoting(between == b',')
        .from_reader(table.as_bytes());
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        let is_formula = |cell: &&str| {
            let begins = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
            begins.starts_with(FORMULA_STARTS) && cell.parse::<f64>().is_err()
        };
        if let Some(cell) = record.iter().find(is_formula) {
            return Err(format!("{cell:?} is a formula"));
        }
    }
    Ok(())
}

/// Every line of RIS is a tag with its value, and every record has a beginning and an end.
fn references(text: &str) -> Result<(), String> {
    let mut is_open = false;
    for line in text.split_terminator("\r\n") {
        let (tag, value) = line.split_at_checked(6).unwrap_or((line, ""));
        let is_tag = tag.len() == 6 && tag.ends_with("  - ") && tag[..2].bytes().all(|b| b.is_ascii_alphanumeric());
        let fits = match tag {
            "TY  - " => !std::mem::replace(&mut is_open, true),
            "ER  - " => std::mem::replace(&mut is_open, false) && value.is_empty(),
            "" => !is_open,
            _ => is_open && is_tag,
        };
        if !fits || value.contains('\n') {
            return Err(format!("{line:?} is out of place"));
        }
    }
    if is_open { Err("the last record has no end".to_owned()) } else { Ok(()) }
}

/// The number of BibTeX entries: braces are paired, between entries stands nothing, and TeX gets no command but those
/// for a character.
fn entries(text: &str) -> Result<usize, String> {
    let (mut depth, mut count) = (0_usize, 0);
    for line in text.lines() {
        if depth == 0 && !line.is_empty() {
            if !["@article{", "@online{"].iter().any(|start| line.starts_with(start)) {
                return Err(format!("{line:?} stands between entries"));
            }
            count += 1;
        }
        for c in line.chars() {
            depth = match c {
                '{' => depth + 1,
                '}' => depth.checked_sub(1).ok_or_else(|| format!("a brace too many in {line:?}"))?,
                _ => depth,
            };
        }
        for command in line.split('\\').skip(1) {
            let is_character = ["textbackslash{}", "textbraceleft{}", "textbraceright{}", "textasciitilde{}"]
                .iter()
                .chain(&["textasciicircum{}", "%", "#", "$", "&", "_"])
                .any(|known| command.starts_with(known));
            if !is_character {
                return Err(format!("\\{command} is a command"));
            }
        }
    }
    if depth == 0 { Ok(count) } else { Err("an entry has no end".to_owned()) }
}

/// XML is well-formed, of elements that we write.
fn xml(text: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0;
    loop {
        let event = reader.read_event().map_err(|e| e.to_string())?;
        let (tag, opens) = match &event {
            Event::Start(tag) => (tag, 1),
            Event::Empty(tag) => (tag, 0),
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Text(_) | Event::GeneralRef(_) | Event::Decl(_) => continue,
            Event::Eof if depth == 0 => return Ok(()),
            other => return Err(format!("{other:?} in XML")),
        };
        depth += opens;
        let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
        element(&name)?;
        for found in tag.attributes() {
            let found = found.map_err(|e| e.to_string())?;
            let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|e| e.to_string())?;
            attribute(&String::from_utf8_lossy(found.key.as_ref()), &value)?;
        }
    }
}

fn element(name: &str) -> Result<(), String> {
    if ELEMENTS.split_whitespace().any(|own| own == name) { Ok(()) } else { Err(format!("<{name}> is not ours")) }
}

/// No attribute runs anything, and addresses are those of the web.
fn attribute(name: &str, value: &str) -> Result<(), String> {
    let leads = matches!(name, "href" | "src" | "action" | "formaction" | "xlink:href" | "poster" | "data");
    let is_web = ["/", "#", "?", "http://", "https://"].iter().any(|start| value.starts_with(start));
    if name.starts_with("on") || matches!(name, "style" | "srcdoc" | "srcset") || (leads && !is_web) {
        return Err(format!("{name}={value:?}"));
    }
    Ok(())
}

/// The addresses that a page leads to; it is of elements that we write, each with its end.
pub(crate) fn html(page: &str) -> Result<Vec<String>, String> {
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let Tags { tags, mistakes } = tokenizer.sink;
    if let Some(mistake) = mistakes.into_inner().into_iter().next() {
        return Err(mistake);
    }
    let (mut open, mut links) = (Vec::new(), Vec::new());
    for Tag { kind, name, self_closing, attrs, .. } in tags.into_inner() {
        element(&name)?;
        if kind == TagKind::EndTag {
            match open.pop() {
                Some(opened) if opened == name => continue,
                opened => return Err(format!("</{name}> after {opened:?}")),
            }
        }
        for found in &attrs {
            attribute(&found.name.local, &found.value)?;
            if matches!(&*found.name.local, "href" | "src" | "action") {
                links.push(found.value.to_string());
            }
        }
        if !self_closing && !VOID.contains(&&*name) {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(links) } else { Err(format!("without an end: {open:?}")) }
}

/// The tags of a page, and what is no HTML in it.
#[derive(Default)]
struct Tags {
    tags: RefCell<Vec<Tag>>,
    mistakes: RefCell<Vec<String>>,
}

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tags.borrow_mut().push(tag),
            Token::CommentToken(text) => self.mistakes.borrow_mut().push(format!("a comment: {text}")),
            Token::ParseError(mistake) => self.mistakes.borrow_mut().push(mistake.into_owned()),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
