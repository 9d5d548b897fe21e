//! What a request can fail with: RFC 9457 for programs, a page for people.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::text::harmless;
use crate::{
    error::Error,
    query::{Note, QueryError},
    render::json_line,
};

/// Seconds after which a client that was turned away may come again.
const RETRY_SECONDS: &str = "1";

/// An answer that tells what went wrong.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) kind: Kind,
    pub(super) detail: String,
    /// The query as typed, and where in it the mistake stands.
    pub(super) mistake: Option<Box<(String, QueryError)>>,
    /// What an operator should see and a client should not.
    pub(super) internal: Option<String>,
}

/// What kind of problem it is; each stands in the page that shows the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    QueryMistake,
    Parameter,
    NotFound,
    Method,
    TooLong,
    Key,
    Host,
    OutOfTime,
    Busy,
    Failed,
}

impl Kind {
    pub(super) const ALL: [Self; 10] = [
        Self::QueryMistake,
        Self::Parameter,
        Self::NotFound,
        Self::Method,
        Self::TooLong,
        Self::Key,
        Self::Host,
        Self::OutOfTime,
        Self::Busy,
        Self::Failed,
    ];

    /// Its name, the end of its `type`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::QueryMistake => "query-mistake",
            Self::Parameter => "parameter",
            Self::NotFound => "not-found",
            Self::Method => "method",
            Self::TooLong => "too-long",
            Self::Key => "key",
            Self::Host => "host",
            Self::OutOfTime => "out-of-time",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }

    /// What it is in a few words, the same for every occurrence.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::QueryMistake => "the query has a mistake",
            Self::Parameter => "a parameter is wrong",
            Self::NotFound => "there is no such thing here",
            Self::Method => "this is only for reading",
            Self::TooLong => "the request is too long",
            Self::Key => "a key is needed",
            Self::Host => "this server does not go by that name",
            Self::OutOfTime => "the search was cut off",
            Self::Busy => "the server is busy",
            Self::Failed => "the server failed",
        }
    }
}

/// A problem as `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemRecord {
    /// Which kind of problem it is: a relative reference that ends in its name, such as `/api#query-mistake`.
    r#type: String,
    /// The kind in a few words.
    title: &'static str,
    /// The status code.
    status: u16,
    /// What is wrong this time, and what to do.
    detail: String,
    /// Where in the query the mistake stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<ByteRange>,
    /// What was expected there.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    /// What may have been meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
}

/// Bytes of a UTF-8 text: from `start` up to, and without, `end`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ByteRange {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What may be meant otherwise in a query.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Note)]
pub(super) struct NoteRecord {
    /// Where it stands in the query; absent where it is about the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<ByteRange>,
    /// What it is.
    pub(super) message: String,
    /// What may have been meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suggestion: Option<String>,
}

impl From<&Note> for NoteRecord {
    fn from(note: &Note) -> Self {
        let bytes = ByteRange { start: note.bytes.start, end: note.bytes.end };
        Self { bytes: Some(bytes), message: note.message.clone(), suggestion: note.suggestion.clone() }
    }
}

impl Problem {
    pub(super) fn new(status: StatusCode, kind: Kind, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), mistake: None, internal: None }
    }

    /// A parameter that is wrong.
    pub(super) fn parameter(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Kind::Parameter, detail)
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Kind::NotFound, detail)
    }

    pub(super) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Kind::Busy, "too many searches wait already; come again in a moment")
    }

    pub(super) fn out_of_time() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Kind::OutOfTime, Error::OutOfTime.to_string())
    }

    /// A mistake of ours, or a broken archive.
    pub(super) fn failed(internal: impl Into<String>) -> Self {
        let detail = "the archive could not answer; whoever runs the server finds the reason in its log";
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, Kind::Failed, detail);
        Self { internal: Some(internal.into()), ..problem }
    }

    /// A mistake in a query.
    pub(super) fn query(typed: &str, error: QueryError) -> Self {
        let problem = Self::new(StatusCode::BAD_REQUEST, Kind::QueryMistake, error.to_string());
        Self { mistake: Some(Box::new((typed.to_owned(), error))), ..problem }
    }

    /// The answer for a program.
    pub(super) fn into_json(self, base: &str) -> Response<Body> {
        let mistake = self.mistake.as_ref().map(|mistake| &mistake.1);
        let record = ProblemRecord {
            r#type: format!("{base}/api#{}", self.kind.name()),
            title: self.kind.title(),
            status: self.status.as_u16(),
            detail: harmless(&self.detail).into_owned(),
            bytes: mistake.map(|error| ByteRange { start: error.bytes.start, end: error.bytes.end }),
            expected: mistake.and_then(|error| error.expected.clone()),
            suggestion: mistake.and_then(|error| error.suggestion.clone()),
        };
        let json = HeaderValue::from_static("application/problem+json");
        self.decorated(([(header::CONTENT_TYPE, json)], json_line(&record)).into_response())
    }

    /// Gives an answer the status and the headers of this problem.
    pub(super) fn decorated(&self, mut response: Response<Body>) -> Response<Body> {
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        match self.kind {
            Kind::Busy | Kind::OutOfTime => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
            }
            Kind::Key => {
                let basic = HeaderValue::from_static("Basic realm=\"newssearch: any name, a key as password\"");
                headers.insert(header::WWW_AUTHENTICATE, basic);
                headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        if let Some(internal) = &self.internal {
            response.extensions_mut().insert(Internal(internal.clone()));
        }
        response
    }
}

/// What went wrong inside, on its way to the operator's log.
#[derive(Debug, Clone)]
pub(super) struct Internal(pub(super) String);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NoArticle { .. } | Error::NoStory { .. } => Self::not_found(error.to_string()),
            Error::Setting { .. } => Self::parameter(error.to_string()),
            Error::OutOfTime => Self::out_of_time(),
            Error::Query(error) => Self::query("", error),
            error => Self::failed(error.to_string()),
        }
    }
}
