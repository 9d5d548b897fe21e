//! Mistakes and doubts in a query, with the bytes where they stand.

use std::{fmt, ops::Range};

/// A mistake in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryError {
    /// Bytes of the query text that are meant.
    pub bytes: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What should stand there instead.
    pub expected: Option<String>,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// Something in a query that is understood, but perhaps not as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// Bytes of the query text that are meant.
    pub bytes: Range<usize>,
    /// What it was taken as.
    pub message: String,
    /// What to write for the other sense.
    pub suggestion: Option<String>,
}

impl QueryError {
    pub(super) fn new(bytes: Range<usize>, message: impl Into<String>) -> Self {
        Self { bytes, message: message.into(), expected: None, suggestion: None }
    }

    pub(super) fn expect(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }

    pub(super) fn suggest(self, suggestion: impl Into<String>) -> Self {
        Self { suggestion: Some(suggestion.into()), ..self }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "query, byte {}: {}", self.bytes.start + 1, self.message)?;
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected}")?;
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {suggestion}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "query, byte {}: {}", self.bytes.start + 1, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {suggestion}"),
            None => Ok(()),
        }
    }
}
