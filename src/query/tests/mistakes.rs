//! Mistakes: where they stand, and what is said about them.

use std::ops::Range;

use crate::query::parse::parse;

/// Where a mistake is found, and pieces of what is said about it.
fn check_error(typed: &str, bytes: Range<usize>, said: &[&str]) {
    let error = parse(typed).expect_err(typed);
    assert_eq!(error.bytes, bytes, "{typed}: {error}");
    for piece in said {
        assert!(error.to_string().contains(piece), "{typed}: {error}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    check_error("titel:korea", 0..5, &["did you mean title:?"]);
    check_error("a \"b c", 2..3, &["not closed"]);
    check_error("(a b", 0..1, &["not closed"]);
    check_error("a b)", 3..4, &["closes nothing"]);
    check_error("a OR", 2..4, &["behind it"]);
    check_error("OR a", 0..2, &["before it"]);
    check_error("date:2022-13", 5..12, &["no date"]);
    check_error("date:2022..2021", 5..15, &["before the first"]);
    check_error("title: korea", 0..6, &["right behind", "title:korea"]);
    check_error("()", 1..2, &["should stand here"]);
    check_error("— …", 0..7, &["no letter"]);
    check_error("a & b", 2..3, &["no letter", "side by side"]);
    check_error("a | b", 2..3, &["no letter", "OR"]);
    check_error("a > b", 2..3, &["no letter"]);
    check_error("a + b", 2..3, &["no letter"]);
    check_error("\"...\"", 0..5, &["no letter"]);
    check_error("(", 0..1, &["not closed"]);
    check_error("a AND (OR b)", 7..9, &["before it"]);
    check_error("a NOT", 2..5, &["behind it"]);
    check_error("a OR AND b", 2..4, &["behind it"]);
    check_error("a -)", 2..3, &["behind it"]);
}

#[test]
fn whole_names_are_asked_for_where_there_are_some() {
    check_error("tag:=", 4..5, &["whole name", "tag:="]);
    check_error("tag:=\"\"", 4..7, &["whole name"]);
    check_error("tag:=\"a b\"~3", 4..12, &["no other words"]);
    check_error("title:=\"a b\"", 0..12, &["title:", "write title:\"a b\""]);
    check_error("tag:(= a)", 5..6, &["whole name"]);
    check_error("url:=a.example", 0..14, &["write id:a.example"]);
    check_error("url:a.example/b~1", 4..17, &["one word"]);
}

#[test]
fn names_that_are_none() {
    check_error("titel:\"a b\"", 0..5, &["did you mean title:?"]);
    check_error("titel:(a b)", 0..5, &["did you mean title:?"]);
    check_error("sorce:x", 0..5, &["source:"]);
    check_error("foobarbaz:x", 0..9, &["no field", "expected one of title, body", "quotes"]);
    check_error("has:imagee", 4..10, &["did you mean has:image?"]);
    check_error("is:image", 3..8, &["did you mean has:image?"]);
    check_error("is:nonsense", 3..11, &["is:correction"]);
    check_error("title:(a author:b)", 9..16, &["inside the bracket of title:"]);
    check_error("title:(a words:>5)", 9..17, &["only words"]);
    check_error("hlead(a date aft 2020)", 8..21, &["only words"]);
    check_error("title:*", 0..7, &["no word"]);
    check_error("author:*", 0..8, &["has:author"]);
    check_error("words:", 0..6, &["words:>800"]);
    check_error("words: 7", 0..6, &["number right behind"]);
    check_error("date:(2020)", 5..6, &["one value"]);
}

#[test]
fn dates_that_are_none_or_two() {
    check_error("date:1/5/2020", 5..13, &["1 May 2020", "5 January 2020", "2020-05-01", "2020-01-05"]);
    check_error("date aft 1/5/2020", 9..17, &["1 May 2020", "5 January 2020", "2020-05-01", "2020-01-05"]);
    check_error("date:2020-2021", 5..14, &["date:2020..2021"]);
    check_error("date:2020-02-30", 5..15, &["no date", "expected a year"]);
    check_error("date:0000", 5..9, &["no date"]);
    check_error("date:12345", 5..10, &["no date"]);
    check_error("date:1/5/20", 5..11, &["no date"]);
    check_error("date:yesterday", 5..14, &["last:1d"]);
    check_error("date:2020-01-05T10:00", 5..21, &["date:2020-01-05"]);
    check_error("date aft soon", 9..13, &["no date"]);
    check_error("date:>9999", 5..10, &["0001 to 9999"]);
    check_error("date bef 0001", 9..13, &["0001 to 9999"]);
    check_error("date(geq 2021 and leq 2020)", 5..26, &["before the first"]);
    check_error("date(geq 2021", 4..5, &["not closed"]);
    check_error("last:7", 5..6, &["last:7d"]);
    check_error("last:week", 5..9, &["last:1w"]);
    check_error("last:24h", 5..8, &["last:1d"]);
    check_error("last:0d", 5..7, &["1 to 9999"]);
    check_error("words:many", 6..10, &["whole number"]);
    check_error("words:100-500", 6..13, &["words:100..500"]);
    check_error("words:500..100", 6..14, &["swap"]);
    check_error("words:<0", 6..8, &["beyond"]);
}

#[test]
fn what_cannot_stand_near() {
    check_error("a NEAR/5 (b c)", 10..13, &["words, phrases, and groups", "\"b c\""]);
    check_error("a w/5 (b or c)", 7..13, &["write (b OR c)"]);
    check_error("(a b) w/5 c", 1..4, &["w/5", "\"a b\""]);
    check_error("a NEAR/5 (b OR c d)", 15..18, &["side by side"]);
    check_error("a NEAR/5 author:b", 9..17, &["label"]);
    check_error("a NEAR/5 date:2020", 9..18, &["no text"]);
    check_error("a NEAR/5 -b", 9..10, &["cannot stand here"]);
    check_error("a NEAR/5 (-b)", 10..12, &["left out"]);
    check_error("a NEAR/5 *", 9..10, &["every article"]);
    check_error("a NEAR/5", 2..8, &["behind it"]);
    check_error("NEAR/5 a", 0..6, &["before it", "in quotes"]);
    check_error("a SAME SENTENCE", 2..15, &["behind it"]);
    check_error("a NOT NEAR/5 b", 2..12, &["-(one NEAR/5 two)"]);
    check_error("a NEAR/5 atleast3(b)", 9..20, &["number of times"]);
    check_error("atleast3(a b)", 9..12, &["side by side"]);
    check_error("atleast3(source:a)", 9..17, &["label"]);
    check_error("a w/seg b", 2..7, &["title:(one two)"]);
    check_error("a +s b", 2..4, &["SAME SENTENCE"]);
    check_error("a /f50/ b", 2..7, &["lead:"]);
}

#[test]
fn patterns_that_are_none() {
    check_error("Jae-i*", 0..6, &["one word", "write Jae PRE/1 i*"]);
    check_error("source:new-yor*", 7..15, &["one word", "write its words apart"]);
    check_error("北京*", 0..7, &["without spaces"]);
    check_error("**", 0..2, &["letter or digit"]);
    check_error("letr~3", 0..6, &["1 to 2"]);
    check_error(r"let\?~1", 0..7, &["one word"]);
    check_error("letr*~1", 0..7, &["not both"]);
    check_error(r"a\*b*", 0..5, &["backslash"]);
    check_error("/abc", 0..4, &["does not end"]);
    check_error("/a/b", 0..4, &["second /"]);
    check_error("/a(b/", 0..5, &["unclosed group"]);
    check_error("/^a/", 0..4, &["whole word"]);
    check_error("/a+?/", 0..5, &["lazy"]);
    check_error("\"a b\"~ c", 0..6, &["\"a b\"~5"]);
}
