//! The canonical spelling of a query: parsing it gives the query back.

use std::fmt::{self, Display, Formatter};

use super::{DateSpan, Field, Query, parse::is_plain_word};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("*"),
            Self::Word { field, text } => {
                field_prefix(f, *field)?;
                if is_plain_word(text) { f.write_str(text) } else { quoted(f, text) }
            }
            Self::Phrase { field, text, .. } => {
                field_prefix(f, *field)?;
                quoted(f, text)
            }
            Self::Dates { span, .. } => span.fmt(f),
            Self::All(parts) => joined(f, parts, " ", |part| matches!(part, Self::Any(_) | Self::All(_))),
            Self::Any(parts) => joined(f, parts, " OR ", |part| matches!(part, Self::Any(_) | Self::All(_))),
            Self::Not(part) => {
                f.write_str("-")?;
                bracketed(f, part, matches!(**part, Self::Any(_) | Self::All(_)))
            }
            _ => write!(f, "{self:?}"),
        }
    }
}

impl Display for DateSpan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (Some(first), Some(last)) => match whole(first, last) {
                Some(name) => write!(f, "date:{name}"),
                None => write!(f, "date:{first}..{last}"),
            },
            (Some(first), None) => write!(f, "date:{first}.."),
            (None, Some(last)) => write!(f, "date:..{last}"),
            (None, None) => f.write_str("date:.."),
        }
    }
}

/// The short name of a span that is one day, one month or one year.
fn whole(first: chrono::NaiveDate, last: chrono::NaiveDate) -> Option<String> {
    let names = [first.format("%Y").to_string(), first.format("%Y-%m").to_string(), first.to_string()];
    names.into_iter().find(|name| super::parse::span_of(name) == Some((first, last)))
}

fn field_prefix(f: &mut Formatter<'_>, field: Field) -> fmt::Result {
    match field {
        Field::Text => Ok(()),
        field => write!(f, "{}:", field.name()),
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{text}\"")
}

fn joined(f: &mut Formatter<'_>, parts: &[Query], between: &str, inner: impl Fn(&Query) -> bool) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        bracketed(f, part, inner(part))?;
    }
    Ok(())
}

fn bracketed(f: &mut Formatter<'_>, part: &Query, brackets: bool) -> fmt::Result {
    if brackets { write!(f, "({part})") } else { part.fmt(f) }
}
