//! Operators between words, by their spellings: ours, and those of Lexis, Factiva and others.

use std::{
    fmt::{self, Display, Formatter},
    ops::Range,
};

use super::{NEAR_WORDS_MAX, QueryError, Scope};

/// Words that `NEAR` reaches over where no number stands behind it.
const NEAR_WORDS_UNSAID: u32 = 10;

/// What joins two operands, or stands before one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Not,
    Near {
        words: u32,
        ordered: bool,
    },
    /// `SAME`; without a scope the next word may give it.
    Same(Option<Scope>),
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or => f.write_str("OR"),
            Self::And => f.write_str("AND"),
            Self::Not => f.write_str("NOT"),
            Self::Near { words, ordered: false } => write!(f, "NEAR/{words}"),
            Self::Near { words, ordered: true } => write!(f, "PRE/{words}"),
            Self::Same(Some(Scope::Sentence)) => f.write_str("SAME SENTENCE"),
            Self::Same(Some(Scope::Paragraph) | None) => f.write_str("SAME PARAGRAPH"),
        }
    }
}

/// The operator that a whole word is, if it is one wherever it stands.
///
/// # Errors
/// A number out of range, or an operator that other engines have and this one has not.
pub(super) fn operator(word: &str, bytes: &Range<usize>) -> Result<Option<Operator>, QueryError> {
    let exact = match word {
        "OR" | "||" => Some(Operator::Or),
        "AND" | "&&" => Some(Operator::And),
        "NOT" => Some(Operator::Not),
        "NEAR" => Some(Operator::Near { words: NEAR_WORDS_UNSAID, ordered: false }),
        "SAME" => Some(Operator::Same(None)),
        _ => None,
    };
    if exact.is_some() {
        return Ok(exact);
    }
    let lower = word.to_ascii_lowercase();
    Ok(match lower.as_str() {
        "adj" => Some(Operator::Near { words: 1, ordered: true }),
        "/s" | "/sent" | "w/s" | "w/sent" | "w/sentence" => Some(Operator::Same(Some(Scope::Sentence))),
        "/p" | "/para" | "w/p" | "w/para" | "w/paragraph" => Some(Operator::Same(Some(Scope::Paragraph))),
        "/seg" | "w/seg" => {
            return Err(QueryError::new(bytes.clone(), format!("{word} is no operator here"))
                .suggest("name the field instead, such as title:(one two)"));
        }
        "+s" | "+p" | "pre/s" | "pre/p" | "pre/sent" | "pre/para" => {
            let scope = if lower.contains('s') { Scope::Sentence } else { Scope::Paragraph };
            let message =
                format!("{word} is no operator here: within a sentence or paragraph the order is not looked at");
            let suggestion = format!("write {}, or PRE/20 for the order", Operator::Same(Some(scope)));
            return Err(QueryError::new(bytes.clone(), message).suggest(suggestion));
        }
        _ => nearness(&lower, bytes)?,
    })
}

/// Operators with a number behind them.
fn nearness(lower: &str, bytes: &Range<usize>) -> Result<Option<Operator>, QueryError> {
    const SPELLINGS: [(&str, bool); 13] = [
        ("near/", false),
        ("near", false),
        ("n/", false),
        ("w/", false),
        ("within/", false),
        ("/", false),
        ("pre/", true),
        ("pre", true),
        ("p/", true),
        ("onear/", true),
        ("adj/", true),
        ("adj", true),
        ("+", true),
    ];
    let number =
        |name: &str| lower.strip_prefix(name).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let found = SPELLINGS.iter().find_map(|(name, ordered)| number(name).map(|number| (number, *ordered)));
    let Some((number, ordered)) = found else { return Ok(None) };
    words(number, bytes).map(|words| Some(Operator::Near { words, ordered }))
}

/// The number of words that an operator reaches over.
pub(super) fn words(number: &str, bytes: &Range<usize>) -> Result<u32, QueryError> {
    match number.parse::<u32>() {
        Ok(0) => Err(QueryError::new(bytes.clone(), "no word stands 0 words from another")
            .suggest("1 is side by side: write NEAR/1, or PRE/1 for this order")),
        Ok(words) if words <= NEAR_WORDS_MAX => Ok(words),
        _ => Err(QueryError::new(
            bytes.clone(),
            format!("nearness reaches at most {NEAR_WORDS_MAX} words (NEAR_WORDS_MAX)"),
        )
        .suggest("write a smaller number, or SAME PARAGRAPH")),
    }
}

/// The number in `atleast3`, also as `atl3`; none where it is not this word.
pub(super) fn at_least(word: &str) -> Option<&str> {
    let digits = word.len() - word.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (name, number) = word.split_at(digits);
    let known = name.eq_ignore_ascii_case("atleast") || name.eq_ignore_ascii_case("atl");
    (known && !number.is_empty()).then_some(number)
}

/// The scope that `same` has with this word behind it.
pub(super) fn scope(word: &str) -> Option<Scope> {
    match word.to_ascii_lowercase().as_str() {
        "sentence" => Some(Scope::Sentence),
        "paragraph" => Some(Scope::Paragraph),
        _ => None,
    }
}

/// Whether two words in small letters, standing between operands, are the operator "and not".
pub(super) fn is_and_not(first: &str, second: &str) -> bool {
    matches!(first, "and" | "but") && second == "not"
}
