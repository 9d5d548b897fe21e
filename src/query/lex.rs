//! From the query text to its tokens: brackets, quotes, names, operators, words.

use std::ops::Range;

use super::{
    QueryError,
    leaf::nothing_exact,
    names::{Name, named},
    notes::Notes,
    operator::{Operator, operator, words},
};

/// A piece of the query text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) bytes: Range<usize>,
    /// Whether nothing parts it from the token before.
    pub(super) glued: bool,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    /// A minus sign that stands right before something.
    Minus,
    /// A name with its sign: `title:`, `headline` before a bracket.
    Name(Name),
    /// What stood in quotes, with one space between words, and the number behind a `~`.
    Quoted(String, Option<u32>),
    /// A whole name, behind `=`.
    Exact(String),
    /// A regular expression without its slashes.
    Regex(String),
    Operator(Operator),
    /// Anything else, up to the next white space, bracket or quote; its text is in the query.
    Word,
}

/// The tokens of a text. Linear in its length.
pub(super) fn tokens(text: &str, notes: &mut Notes) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), unclosed: Vec::new() };
    while lexer.skip_spaces() {
        let start = lexer.at;
        let kind = lexer.next(notes)?;
        if let Some(kind) = kind {
            let glued = lexer.tokens.last().is_some_and(|before| before.bytes.end == start);
            lexer.tokens.push(Token { kind, bytes: start..lexer.at, glued });
        }
    }
    Ok(lexer.tokens)
}

/// A character that ends a word.
pub(super) fn is_break(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c)
}

/// Straight and typographic double quotes.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

/// The quotes that close what one of them opens, in the languages that use it.
fn closing(open: char) -> &'static [char] {
    match open {
        '“' | '‟' => &['”', '"'],
        '”' => &['”'],
        '„' => &['“', '”', '"'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '＂' => &['＂'],
        _ => &['"'],
    }
}

/// A word without its backslashes: each makes the sign behind it an ordinary one.
pub(super) fn unescaped(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    let mut signs = word.chars();
    while let Some(c) = signs.next() {
        plain.push(if c == '\\' { signs.next().unwrap_or('\\') } else { c });
    }
    plain
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// Opening quotes for which no closing one of theirs is left.
    unclosed: Vec<char>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Whether there is something left.
    fn skip_spaces(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.at < self.text.len()
    }

    /// The next token, and nothing for signs that are no part of a query.
    fn next(&mut self, notes: &mut Notes) -> Result<Option<Kind>, QueryError> {
        let c = self.rest().chars().next().unwrap_or_default();
        let is_value = self.follows_name();
        match c {
            '(' => return Ok(Some(self.single(Kind::Open))),
            ')' => return Ok(Some(self.single(Kind::Close))),
            '-' if !is_value && self.rest()[1..].starts_with(|c: char| !c.is_whitespace()) => {
                return Ok(Some(self.single(Kind::Minus)));
            }
            '/' => {
                if let Some(kind) = self.regex()? {
                    return Ok(Some(kind));
                }
            }
            '=' if self.follows_field() => return self.exact().map(Some),
            c if is_quote(c) => return self.quoted(c).map(Some),
            _ => {}
        }
        if !is_value && let Some(name) = self.name() {
            return Ok(Some(name));
        }
        self.word(is_value, notes)
    }

    fn single(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    /// Whether what comes is the value of a name.
    fn follows_name(&self) -> bool {
        self.tokens.last().is_some_and(|t| matches!(t.kind, Kind::Name(_)) && t.bytes.end == self.at)
    }

    fn follows_field(&self) -> bool {
        self.follows_name() && self.tokens.last().is_some_and(|t| matches!(t.kind, Kind::Name(Name::Fields(_))))
    }

    /// What stands behind `=`: a name in quotes, or one word.
    fn exact(&mut self) -> Result<Kind, QueryError> {
        let start = self.at;
        self.at += 1;
        let name = match self.rest().chars().next().filter(|c| is_quote(*c)) {
            Some(open) => match self.quoted(open)? {
                Kind::Quoted(name, None) => name,
                _ => return Err(QueryError::new(start..self.at, "a whole name has no other words among its own")),
            },
            None => {
                let run = self.run();
                self.at += run.len();
                one_space(&unescaped(run))
            }
        };
        if name.is_empty() {
            return Err(nothing_exact(start..self.at));
        }
        Ok(Kind::Exact(name))
    }

    /// A known name with a sign right behind it; a sign that belongs to the value, or a bracket, is left there.
    fn name(&mut self) -> Option<Kind> {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let sign = rest[length..].chars().next()?;
        let meant = named(&rest[..length], sign)?;
        self.at += length + usize::from(sign == ':' || (sign == '=' && !meant.is_compared()));
        Some(Kind::Name(meant))
    }

    /// What stands in quotes. Where a quote's own closing quote is nowhere, any other closes it.
    fn quoted(&mut self, open: char) -> Result<Kind, QueryError> {
        let start = self.at;
        let inside = start + open.len_utf8();
        let own = |c: char| closing(open).contains(&c);
        let mut end = None;
        if !self.unclosed.contains(&open) {
            end = find_unescaped(&self.text[inside..], own);
            if end.is_none() {
                self.unclosed.push(open);
            }
        }
        let Some(length) = end.or_else(|| find_unescaped(&self.text[inside..], is_quote)) else {
            return Err(QueryError::new(start..inside, "this quote is not closed")
                .expect("a \" at the end of the phrase")
                .suggest("add it; a quote to look for is written \\\""));
        };
        let end = inside + length;
        self.at = end + self.text[end..].chars().next().map_or(1, char::len_utf8);
        let text = unquoted(&self.text[inside..end]);
        let slop = self.slop(start)?;
        Ok(Kind::Quoted(text, slop))
    }

    /// The number of other words that may stand in a phrase.
    fn slop(&mut self, start: usize) -> Result<Option<u32>, QueryError> {
        let Some(number) = self.rest().strip_prefix('~') else { return Ok(None) };
        let number = &number[..number.bytes().take_while(u8::is_ascii_digit).count()];
        self.at += 1 + number.len();
        if number.is_empty() {
            return Err(QueryError::new(start..self.at, "~ behind a phrase needs a number")
                .expect("how many other words may stand between its own")
                .suggest(format!("write {}5", &self.text[start..self.at])));
        }
        if number.bytes().all(|b| b == b'0') {
            return Ok(Some(0));
        }
        words(number, &(start..self.at)).map(Some)
    }

    /// A regular expression: from a slash to the next, with no white space between them, and nothing behind them.
    /// Nothing where the slash begins an operator.
    fn regex(&mut self) -> Result<Option<Kind>, QueryError> {
        let (start, is_value) = (self.at, self.follows_name());
        let rest = &self.rest()[1..];
        let length = find_unescaped(rest, |c| c == '/' || c.is_whitespace()).unwrap_or(rest.len());
        let ends_word = |text: &str| text.chars().next().is_none_or(is_break);
        if length > 0 && rest[length..].starts_with('/') && ends_word(&rest[length + 1..]) {
            self.at += length + 2;
            let regex = rest[..length].replace("\\/", "/");
            let bytes = start..self.at;
            let operator = if is_value { None } else { factiva_operator(&regex, bytes)? };
            return Ok(Some(operator.unwrap_or(Kind::Regex(regex))));
        }
        if !is_value && operator(self.run(), &(start..start + self.run().len()))?.is_some() {
            return Ok(None);
        }
        if !self.run().contains(char::is_alphanumeric) {
            return Ok(None);
        }
        let bytes = start..start + self.run().len();
        let message = if rest[length..].starts_with('/') {
            "a regular expression ends at its second /, and nothing stands right behind it"
        } else {
            "this begins a regular expression that does not end"
        };
        Err(QueryError::new(bytes, message)
            .expect("one word's expression between two slashes, such as /organi[sz]ation/")
            .suggest("write \\/ for a slash in it, or put the text in quotes"))
    }

    /// What is left up to the next break.
    fn run(&self) -> &'a str {
        let rest = self.rest();
        let mut end = 0;
        let mut signs = rest.char_indices();
        while let Some((at, c)) = signs.next() {
            // The sign for inches and for seconds stands behind a number: 6", 5'11".
            let is_inches = matches!(c, '"' | '”') && is_number(&rest[..at]);
            if is_break(c) && !is_inches {
                break;
            }
            end = at + c.len_utf8();
            if c == '\\'
                && let Some((at, c)) = signs.next()
            {
                end = at + c.len_utf8();
            }
        }
        &rest[..end]
    }

    fn word(&mut self, is_value: bool, notes: &mut Notes) -> Result<Option<Kind>, QueryError> {
        let run = self.run();
        let bytes = self.at..self.at + run.len();
        self.at = bytes.end;
        if is_value {
            return Ok(Some(Kind::Word));
        }
        if let Some(length) = around(run, self.rest()) {
            self.at += length;
            let number = &self.text[bytes.end + 1..self.at - 1];
            let words = words(number, &(bytes.start..self.at))?;
            return Ok(Some(Kind::Operator(Operator::Near { words, ordered: false })));
        }
        // A number with its sign is an operator only between two words.
        if run.starts_with('+') && (self.begins() || run.len() > 3) {
            return Ok(Some(Kind::Word));
        }
        if let Some(operator) = operator(run, &bytes)? {
            return Ok(Some(Kind::Operator(operator)));
        }
        let has_text = run.contains(|c: char| c.is_alphanumeric() || c == '*');
        if has_text || is_comparison(run) {
            return Ok(Some(Kind::Word));
        }
        if run.chars().all(is_elsewhere_operator) {
            return Err(stray_sign(run, bytes));
        }
        notes.sign(bytes, run);
        Ok(None)
    }

    /// Whether an operand is to begin here, and no operator can stand.
    fn begins(&self) -> bool {
        let before = self.tokens.last().map(|token| &token.kind);
        before.is_none_or(|kind| matches!(kind, Kind::Open | Kind::Operator(_) | Kind::Minus))
    }
}

/// Signs that are operators in other languages, so that to drop them would be to guess.
fn is_elsewhere_operator(c: char) -> bool {
    matches!(c, '&' | '|' | '+' | '^' | '~' | '=' | '<' | '>')
}

fn stray_sign(sign: &str, bytes: Range<usize>) -> QueryError {
    let suggestion = match sign {
        "&" | "+" => "take it out: words side by side must all be there",
        "|" => "for either one write OR",
        _ => "take it out",
    };
    QueryError::new(bytes, "there is no letter or digit to look for here")
        .expect("a word or a phrase")
        .suggest(suggestion)
}

/// Signs that stand between `date` or `wc` and its number.
pub(super) fn is_comparison(word: &str) -> bool {
    matches!(word, "<" | ">" | "=" | "<=" | ">=")
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '/' | '\'' | '’' | '½' | '¼' | '¾'))
}

/// The bracketed number behind `AROUND`, which Google has for `NEAR`.
fn around(word: &str, behind: &str) -> Option<usize> {
    let number = behind.strip_prefix('(').filter(|_| word == "AROUND")?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && number[digits..].starts_with(')')).then_some(digits + 2)
}

/// Factiva writes `/N30/` for `NEAR/30`.
fn factiva_operator(between: &str, bytes: Range<usize>) -> Result<Option<Kind>, QueryError> {
    let Some((letter, number)) = lettered_number(between) else { return Ok(None) };
    if letter == 'f' {
        let message = format!("/{between}/ for the first words of an article is not in this language");
        return Err(QueryError::new(bytes, message).suggest("lead: looks at standfirst and first paragraph"));
    }
    words(number, &bytes).map(|words| Some(Kind::Operator(Operator::Near { words, ordered: false })))
}

/// The parts of `N30` and `F50`, which are no regular expressions between slashes.
pub(super) fn lettered_number(text: &str) -> Option<(char, &str)> {
    let letter = text.chars().next().filter(|c| matches!(c, 'n' | 'N' | 'f' | 'F'))?;
    let number = &text[1..];
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((letter.to_ascii_lowercase(), number))
}

/// Where the first sign of a kind stands that has no backslash before it.
fn find_unescaped(text: &str, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let mut signs = text.char_indices();
    while let Some((at, c)) = signs.next() {
        if wanted(c) {
            return Some(at);
        }
        if c == '\\' {
            signs.next();
        }
    }
    None
}

/// The text of a phrase: a backslash stands only before quotes and itself, and words are parted by one space.
fn unquoted(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(c) = signs.next() {
        match (c, signs.peek()) {
            ('\\', Some(&next)) if next == '\\' || is_quote(next) => {
                plain.push(next);
                signs.next();
            }
            _ => plain.push(c),
        }
    }
    one_space(&plain)
}

/// A text whose words are parted by one space.
pub(super) fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
