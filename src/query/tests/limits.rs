//! Limits: each is told by its name, and soon.

use crate::query::{
    ATLEAST_MAX, NEAR_WORDS_MAX, QUERY_BYTES_MAX, QUERY_CLAUSES_MAX, QUERY_DEPTH_MAX, REGEX_BYTES_MAX, parse::parse,
};

/// A query over a limit, and the name of it.
fn check_limit(typed: &str, name: &str) {
    let error = parse(typed).expect_err(name);
    assert!(error.to_string().contains(name), "{error}");
    assert!(typed.get(error.bytes.clone()).is_some(), "{error}");
}

#[test]
fn limits_are_told_by_name() {
    check_limit(&"a ".repeat(QUERY_BYTES_MAX), "QUERY_BYTES_MAX");
    check_limit(&"x".repeat(1 << 20), "QUERY_BYTES_MAX");
    check_limit(&"(".repeat(10_000), "QUERY_DEPTH_MAX");
    check_limit(&format!("{}a", "-".repeat(10_000)), "QUERY_DEPTH_MAX");
    check_limit(&"NOT ".repeat(10_000), "QUERY_DEPTH_MAX");
    check_limit(&"atleast3 ".repeat(7_000), "QUERY_DEPTH_MAX");
    check_limit(&format!("a{}", " NEAR/5 a".repeat(5_000)), "QUERY_DEPTH_MAX");
    check_limit(&format!("a{}", " /s a /p a".repeat(5_000)), "QUERY_DEPTH_MAX");
    check_limit(&"a ".repeat(QUERY_CLAUSES_MAX + 1), "QUERY_CLAUSES_MAX");
    check_limit(&format!("\"{}\"", "a ".repeat(QUERY_CLAUSES_MAX + 1)), "QUERY_CLAUSES_MAX");
    check_limit(&format!("hlead({})", "a ".repeat(QUERY_CLAUSES_MAX / 2 + 1)), "QUERY_CLAUSES_MAX");
    check_limit(&format!("standfirst:({})", "a ".repeat(6_000)), "QUERY_BYTES_MAX");
    check_limit(&"北".repeat(QUERY_CLAUSES_MAX + 2), "QUERY_CLAUSES_MAX");
    check_limit(&format!("a NEAR/{} b", NEAR_WORDS_MAX + 1), "NEAR_WORDS_MAX");
    check_limit("a w/99999999999999999999 b", "NEAR_WORDS_MAX");
    check_limit(&format!("\"a b\"~{}", NEAR_WORDS_MAX + 1), "NEAR_WORDS_MAX");
    check_limit(&format!("/{}/", "a".repeat(REGEX_BYTES_MAX + 1)), "REGEX_BYTES_MAX");
    check_limit(&format!("/{}{}/", "(".repeat(60), ")".repeat(60)), "no regular expression");
    check_limit(&format!("atleast{}(a)", ATLEAST_MAX + 1), "ATLEAST_MAX");
    check_limit("atleast0(a)", "ATLEAST_MAX");
    check_limit("last:10000d", "LAST_MAX");
    check_limit("a~9", "FUZZY_EDITS_MAX");
}

#[test]
fn what_is_just_within_the_limits_is_read() {
    let depth = QUERY_DEPTH_MAX;
    for typed in [
        format!("{}a{}", "(".repeat(depth), ")".repeat(depth)),
        format!("{}a", "-".repeat(depth)),
        format!("a{}", " NEAR/5 a".repeat(depth)),
        format!("a{}", " /s a".repeat(4_000)),
        "a ".repeat(QUERY_CLAUSES_MAX),
        "a OR ".repeat(QUERY_CLAUSES_MAX - 1) + "a",
        format!("a NEAR/{NEAR_WORDS_MAX} b"),
        format!("\"a b\"~{NEAR_WORDS_MAX}"),
        format!("atleast{ATLEAST_MAX}(a)"),
    ] {
        let (query, _) = parse(&typed).unwrap_or_else(|e| panic!("{e}"));
        let spelling = query.to_string();
        let again = parse(&spelling).unwrap_or_else(|e| panic!("{e}"));
        assert!(again.0 == query);
    }
}

#[test]
fn long_nonsense_ends() {
    for piece in [
        "“a ",
        "\"",
        "“",
        "\\",
        "/a",
        "6\"",
        "a:",
        "*?",
        "~1",
        "date ",
        "date(",
        "same sentence ",
        "and not ",
        "+5 ",
        "atleast3 ",
        "atleast3(",
        "title:(",
        "hlead((",
        "'a ",
        "(/",
        "a b OR ",
        "\u{300}",
    ] {
        let _ = parse(&piece.repeat(QUERY_BYTES_MAX / piece.len()));
    }
}
