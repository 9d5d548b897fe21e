//! The router asked as a service, without a port.

use std::sync::LazyLock;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request},
};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::text;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("an answer in UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e} in {}", self.text()))
    }

    /// Checks that it is a problem of a kind.
    pub(crate) fn is_problem(&self, status: u16, kind: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{problem}");
        assert_eq!(problem["status"], status);
        assert!(text(&problem["type"]).ends_with(&format!("/api#{kind}")), "{problem}");
        problem
    }
}

pub(crate) static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());

pub(crate) fn ask(router: &Router, request: Request<Body>) -> Answer {
    RUNTIME.block_on(async {
        let response = router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    })
}

pub(crate) fn get(router: &Router, target: &str) -> Answer {
    get_with(router, target, &[])
}

pub(crate) fn get_with(router: &Router, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(router, request.body(Body::empty()).unwrap())
}

/// A text as a part of an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
