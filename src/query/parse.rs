//! From tokens to the query tree: a recursive descent, loosest operator first.

use std::ops::Range;

use super::{
    Note, QUERY_BYTES_MAX, QUERY_CLAUSES_MAX, QUERY_DEPTH_MAX, Query, QueryError, Scope,
    lex::{Kind, Token, tokens},
    lint,
    names::Fields,
    notes::Notes,
    operator::{self, Operator},
};

pub(super) type Parsed<T> = Result<T, QueryError>;

pub(super) fn parse(text: &str) -> Parsed<(Query, Vec<Note>)> {
    if text.len() > QUERY_BYTES_MAX {
        let message =
            format!("the query has {} bytes, but at most {QUERY_BYTES_MAX} are read (QUERY_BYTES_MAX)", text.len());
        return Err(QueryError::new(text.len()..text.len(), message));
    }
    let mut notes = Notes::default();
    let tokens = tokens(text, &mut notes)?;
    let mut parser = Parser { text, tokens, at: 0, depth: 0, clauses: 0, scope: None, notes };
    if parser.tokens.is_empty() {
        return match text.trim().is_empty() {
            true => Ok((Query::Everything, parser.notes.finish())),
            false => Err(QueryError::new(0..text.len(), "there is no letter or digit to look for here")),
        };
    }
    let part = parser.any()?;
    if let Some(token) = parser.token() {
        return Err(QueryError::new(token.bytes.clone(), "this bracket closes nothing").suggest("take it out"));
    }
    // What is spelt in full must be readable too: a saved query is.
    let spelt_bytes = part.query.to_string().len();
    if spelt_bytes > QUERY_BYTES_MAX {
        let message = format!(
            "spelt in full, this query has {spelt_bytes} bytes, but at most {QUERY_BYTES_MAX} are read (QUERY_BYTES_MAX)"
        );
        return Err(QueryError::new(part.bytes, message).suggest("ask in several queries"));
    }
    lint::whole(&part, &mut parser.notes);
    Ok((part.query, parser.notes.finish()))
}

/// A piece of the query that is understood.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) query: Query,
    /// Where it was written.
    pub(super) bytes: Range<usize>,
    /// Most operators above one of its words.
    pub(super) depth: usize,
    /// Whether it stands in brackets.
    pub(super) bracketed: bool,
    /// What of it cannot stand in a `NEAR`, and why not.
    pub(super) unfit: Option<(Range<usize>, &'static str)>,
}

/// An operator between two operands, and the tokens that it takes.
struct Infix {
    operator: Operator,
    tokens: usize,
    /// Whether a `NOT` is part of it.
    not: bool,
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    /// Brackets and negations that are open.
    pub(super) depth: usize,
    pub(super) clauses: usize,
    /// Field whose bracket this is, and where it is named.
    pub(super) scope: Option<(Fields, Range<usize>)>,
    pub(super) notes: Notes,
}

impl<'a> Parser<'a> {
    /// One or more "all" groups with `OR` between them.
    fn any(&mut self) -> Parsed<Part> {
        let mut parts = vec![self.all()?];
        while let Some(bytes) = self.take(|operator| operator == Operator::Or) {
            self.operand_after(&bytes)?;
            parts.push(self.all()?);
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        lint::alternatives(&parts, self.text, &mut self.notes);
        let unfit = parts.iter().find_map(|part| part.unfit.clone());
        Ok(Part { unfit, ..self.join(parts, Query::Any)? })
    }

    /// One or more parts side by side, `AND` between them or not.
    fn all(&mut self) -> Parsed<Part> {
        self.operand_before()?;
        let mut parts = vec![self.not()?];
        // Whether an AND stands before each part.
        let mut said = vec![false];
        loop {
            match self.infix() {
                Some(infix) if infix.operator == Operator::And => {
                    let bytes = self.take_infix(&infix);
                    self.operand_after(&bytes)?;
                    let part = self.not()?;
                    parts.push(if infix.not { self.negated(part, bytes)? } else { part });
                    said.push(true);
                }
                // NEAR, PRE and SAME were taken further in.
                Some(infix) if infix.operator != Operator::Not => break,
                _ if self.token().is_none_or(|token| token.kind == Kind::Close) => break,
                _ => {
                    self.glued();
                    parts.push(self.not()?);
                    said.push(false);
                }
            }
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        lint::together(&parts, &said, self.text, &mut self.notes);
        let part = self.join(parts, Query::All)?;
        Ok(Part { unfit: Some((part.bytes.clone(), "words side by side need not be near each other")), ..part })
    }

    /// One operand with the negations before it.
    fn not(&mut self) -> Parsed<Part> {
        let Some(token) = self.token() else { return self.same() };
        if !matches!(token.kind, Kind::Minus | Kind::Operator(Operator::Not)) {
            return self.same();
        }
        let bytes = token.bytes.clone();
        let is_minus = token.kind == Kind::Minus;
        self.at += 1;
        self.deeper()?;
        if let Some(Kind::Operator(near @ (Operator::Near { .. } | Operator::Same(_)))) = self.token().map(|t| &t.kind)
        {
            let message = format!("NOT cannot stand before {near}");
            let end = self.tokens[self.at].bytes.end;
            return Err(QueryError::new(bytes.start..end, message).suggest(format!("write one -(one {near} two)")));
        }
        self.operand_after(&bytes)?;
        if is_minus {
            lint::minus(self, &bytes);
        }
        let part = self.not()?;
        self.depth -= 1;
        self.negated(part, bytes)
    }

    fn negated(&mut self, part: Part, operator: Range<usize>) -> Parsed<Part> {
        let bytes = operator.start..part.bytes.end;
        let depth = self.deep(part.depth + 1, &bytes)?;
        let unfit = Some((bytes.clone(), "what is left out stands near nothing"));
        Ok(Part { query: Query::Not(Box::new(part.query)), bytes, depth, bracketed: false, unfit })
    }

    /// Parts in one sentence or paragraph.
    fn same(&mut self) -> Parsed<Part> {
        let mut left = self.near()?;
        let mut chain: Option<Scope> = None;
        while let Some(infix) = self.infix() {
            let Operator::Same(scope) = infix.operator else { break };
            let scope = scope.unwrap_or(Scope::Paragraph);
            let bytes = self.take_infix(&infix);
            self.operand_after(&bytes)?;
            let right = self.near()?;
            self.near_operands(&[&left, &right], &bytes)?;
            left = match left.query {
                Query::Same { scope: before, mut parts } if chain == Some(scope) && before == scope => {
                    let depth = self.deep(left.depth.max(right.depth + 1), &right.bytes)?;
                    parts.push(right.query);
                    Part {
                        query: Query::Same { scope, parts },
                        bytes: left.bytes.start..right.bytes.end,
                        depth,
                        ..left
                    }
                }
                query => {
                    let left = Part { query, ..left };
                    self.join(vec![left, right], |parts| Query::Same { scope, parts })?
                }
            };
            chain = Some(scope);
        }
        Ok(left)
    }

    /// Operands near each other; `a NEAR/5 b NEAR/5 c` is `(a NEAR/5 b) NEAR/5 c`.
    fn near(&mut self) -> Parsed<Part> {
        let mut left = self.operand()?;
        while let Some(infix) = self.infix() {
            let Operator::Near { words, ordered } = infix.operator else { break };
            let bytes = self.take_infix(&infix);
            self.operand_after(&bytes)?;
            let right = self.operand()?;
            self.near_operands(&[&left, &right], &bytes)?;
            lint::neighbours(&left, &right, words, &bytes, &mut self.notes);
            left = self.join(vec![left, right], |parts| Query::Near { parts, words, ordered })?;
        }
        Ok(left)
    }

    /// What a `NEAR`, a `SAME` or an `atleast` can hold.
    pub(super) fn near_operands(&self, parts: &[&Part], operator: &Range<usize>) -> Parsed<()> {
        let Some((part, (bytes, why))) = parts.iter().find_map(|part| Some((part, part.unfit.clone()?))) else {
            return Ok(());
        };
        let name = &self.text[operator.clone()];
        let suggestion = match &part.query {
            Query::All(_) => lint::phrase_or_either(&self.text[bytes.clone()]),
            _ => "join it with AND outside of brackets".to_owned(),
        };
        Err(QueryError::new(bytes, format!("this cannot stand with {name}: {why}"))
            .expect("words, phrases, and groups of them with OR")
            .suggest(suggestion))
    }

    pub(super) fn bracket(&mut self) -> Parsed<Part> {
        let open = self.tokens[self.at].bytes.clone();
        self.at += 1;
        self.deeper()?;
        let unclosed = || QueryError::new(open.clone(), "this bracket is not closed").suggest("add a )");
        if self.token().is_none() {
            return Err(unclosed());
        }
        let part = self.any()?;
        let Some(close) = self.token() else { return Err(unclosed()) };
        let bytes = open.start..close.bytes.end;
        self.at += 1;
        self.depth -= 1;
        Ok(Part { bytes, bracketed: true, ..part })
    }

    /// A bracket whose words are looked for in the field before it.
    pub(super) fn field_bracket(&mut self, fields: Fields, name: Range<usize>) -> Parsed<Part> {
        let outer = self.scope.replace((fields, name.clone()));
        let part = self.bracket()?;
        self.scope = outer;
        Ok(Part { bytes: name.start..part.bytes.end, ..part })
    }

    /// A bracket, a phrase, a word, a condition.
    fn operand(&mut self) -> Parsed<Part> {
        let Some(token) = self.token() else {
            let end = self.text.len();
            return Err(QueryError::new(end..end, "the query ends here").expect("a word or a phrase"));
        };
        let bytes = token.bytes.clone();
        match &token.kind {
            Kind::Open => self.bracket(),
            Kind::Close => Err(QueryError::new(bytes, "a word or a phrase should stand here")),
            Kind::Minus | Kind::Operator(_) => {
                let message = format!("{} cannot stand here", &self.text[bytes.clone()]);
                Err(QueryError::new(bytes, message).expect("a word, a phrase, or a group of them with OR in brackets"))
            }
            _ => self.leaf(),
        }
    }

    /// Puts parts together under one operator.
    fn join(&self, parts: Vec<Part>, operator: impl FnOnce(Vec<Query>) -> Query) -> Parsed<Part> {
        let start = parts.first().map_or(0, |part| part.bytes.start);
        let bytes = start..parts.last().map_or(start, |part| part.bytes.end);
        let depth = self.deep(parts.iter().map(|part| part.depth + 1).max().unwrap_or(0), &bytes)?;
        let query = operator(parts.into_iter().map(|part| part.query).collect());
        Ok(Part { query, bytes, depth, bracketed: false, unfit: None })
    }

    pub(super) fn token(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Text of the word that stands some tokens on, if one does.
    pub(super) fn word_at(&self, at: usize) -> Option<&'a str> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        Some(&self.text[token.bytes.clone()])
    }

    /// Whether an operand can begin at a token.
    pub(super) fn begins_operand(&self, at: usize) -> bool {
        let kind = self.tokens.get(at).map(|token| &token.kind);
        kind.is_some_and(|kind| {
            !matches!(kind, Kind::Close | Kind::Operator(_)) || *kind == Kind::Operator(Operator::Not)
        })
    }

    /// The operator that stands here, behind an operand; in small letters some are operators only if another follows.
    fn infix(&self) -> Option<Infix> {
        let plain = |operator, tokens| Some(Infix { operator, tokens, not: false });
        match &self.token()?.kind {
            Kind::Operator(Operator::Same(None)) => match self.word_at(self.at + 1).and_then(operator::scope) {
                Some(scope) => plain(Operator::Same(Some(scope)), 2),
                None => plain(Operator::Same(None), 1),
            },
            Kind::Operator(operator) => plain(*operator, 1),
            Kind::Word => {
                let (first, second) = (self.word_at(self.at)?, self.word_at(self.at + 1));
                if first == "same" && self.begins_operand(self.at + 2) {
                    return plain(Operator::Same(Some(second.and_then(operator::scope)?)), 2);
                }
                if second.is_some_and(|second| operator::is_and_not(first, second)) && self.begins_operand(self.at + 2)
                {
                    return Some(Infix { operator: Operator::And, tokens: 2, not: true });
                }
                // Before a form of Lexis's or Factiva's own, their small letters are meant too.
                self.is_their_form(self.at + 1).then_some(())?;
                match first {
                    "and" => plain(Operator::And, 1),
                    "or" => plain(Operator::Or, 1),
                    "not" => Some(Infix { operator: Operator::And, tokens: 1, not: true }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn take(&mut self, wanted: impl Fn(Operator) -> bool) -> Option<Range<usize>> {
        let infix = self.infix().filter(|infix| wanted(infix.operator))?;
        Some(self.take_infix(&infix))
    }

    fn take_infix(&mut self, infix: &Infix) -> Range<usize> {
        let bytes = self.tokens[self.at].bytes.start..self.tokens[self.at + infix.tokens - 1].bytes.end;
        self.at += infix.tokens;
        let ours = match (infix.not, infix.tokens) {
            (true, 1) => Operator::Not.to_string(),
            (true, _) => format!("{} {}", infix.operator, Operator::Not),
            (false, _) => infix.operator.to_string(),
        };
        let typed = &self.text[bytes.clone()];
        if typed != ours {
            self.notes.taken_as(bytes.clone(), typed, &ours);
        }
        bytes
    }

    /// Something that stands right behind a quote or a bracket, as if it belonged to it.
    fn glued(&mut self) {
        let Some(token) = self.tokens.get(self.at).filter(|token| token.glued) else { return };
        if matches!(token.kind, Kind::Word | Kind::Quoted(..) | Kind::Regex(_)) {
            self.notes.glued(&token.bytes, &self.text[token.bytes.clone()]);
        }
    }

    /// An operator may not stand where an operand should begin.
    fn operand_before(&self) -> Parsed<()> {
        let Some(Token { kind: Kind::Operator(operator), bytes, .. }) = self.token() else { return Ok(()) };
        if *operator == Operator::Not {
            return Ok(());
        }
        let name = &self.text[bytes.clone()];
        Err(QueryError::new(bytes.clone(), format!("{name} needs something before it"))
            .suggest(format!("to look for the word, write \"{name}\" in quotes")))
    }

    /// Something must follow an operator.
    fn operand_after(&self, operator: &Range<usize>) -> Parsed<()> {
        if self.begins_operand(self.at) {
            return Ok(());
        }
        let name = &self.text[operator.clone()];
        Err(QueryError::new(operator.clone(), format!("{name} needs something behind it")))
    }

    pub(super) fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        let at = self.tokens.get(self.at.saturating_sub(1)).map_or(0..0, |token| token.bytes.clone());
        self.deep(self.depth, &at).map(|_| ())
    }

    /// A depth that is allowed.
    pub(super) fn deep(&self, depth: usize, bytes: &Range<usize>) -> Parsed<usize> {
        if depth <= QUERY_DEPTH_MAX {
            return Ok(depth);
        }
        let message = format!("brackets and operators are nested deeper than {QUERY_DEPTH_MAX} (QUERY_DEPTH_MAX)");
        Err(QueryError::new(bytes.clone(), message))
    }

    /// Counts words and conditions.
    pub(super) fn count(&mut self, clauses: usize, bytes: &Range<usize>) -> Parsed<()> {
        self.clauses += clauses;
        if self.clauses <= QUERY_CLAUSES_MAX {
            return Ok(());
        }
        let message = format!("a query has at most {QUERY_CLAUSES_MAX} words and conditions (QUERY_CLAUSES_MAX)");
        Err(QueryError::new(bytes.clone(), message).suggest("ask in several queries"))
    }
}
