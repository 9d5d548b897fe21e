//! Queries as they are typed.

use newssearch::Query;

/// A query is refused with bytes that lie in it, or its canonical spelling is read as the same query.
pub(crate) fn parse(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Query::parse(&text) {
        Err(error) => {
            assert!(error.bytes.start <= error.bytes.end && error.bytes.end <= text.len(), "{error:?}");
            assert!(text.is_char_boundary(error.bytes.start) && text.is_char_boundary(error.bytes.end), "{error:?}");
        }
        Ok(query) => {
            let spelt = query.to_string();
            let again = Query::parse(&spelt).unwrap_or_else(|error| panic!("{spelt:?}: {error}"));
            assert_eq!(again, query, "{spelt:?}");
        }
    }
}
