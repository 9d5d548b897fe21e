//! Our own language: what is typed in it, and how it is spelt back.

use super::{check, read};
use crate::query::{Amount, AmountRange, DateKind, Field, Pattern, Query, Scope, Trait, Unit, names};

#[test]
fn what_people_type_is_read_and_spelt_canonically() {
    check("North Korea letters", "North Korea letters");
    check("  north   AND korea ", "north korea");
    check("“exact phrase”", "\"exact phrase\"");
    check("a OR b c", "a OR (b c)");
    check("(a OR b) c", "(a OR b) c");
    check("NOT a -b -(c d)", "-a -b -(c d)");
    check("title:\"two words\" Author:kim", "title:\"two words\" author:kim");
    check("", "*");
    check("  \t ", "*");
    check("*", "*");
    check("12:30 kick-off", "12:30 kick-off");
    check("a AND NOT b", "a -b");
    check("((a)) (b)", "a b");
    check("a (b c)", "a (b c)");
}

#[test]
fn fields_reach_over_their_bracket() {
    check("title:(a OR b)", "title:a OR title:b");
    check("title:(\"a b\" -c d*)", "title:\"a b\" -title:c title:d*");
    check("author:(kim moon)", "author:kim author:moon");
    check("body:(a NEAR/3 b)", "body:a NEAR/3 body:b");
    check("lead:atleast2(a)", "lead:atleast2 a");
    check("lead:(atleast2(a OR b))", "atleast2(lead:a OR lead:b)");
    for (field, name) in Field::NAMED {
        assert_eq!(read(&format!("{name}:quay")), Query::Word { field, text: "quay".to_owned() });
    }
}

#[test]
fn quotes_of_every_kind_make_phrases() {
    for typed in
        ["\"a b\"", "“a b”", "„a b“", "„a b”", "«a b»", "»a b«", "”a b”", "»a b»", "“a b\"", "\"a b”", "\"a  b \""]
    {
        check(typed, "\"a b\"");
    }
    check("\"he said “no” twice\"", "\"he said “no” twice\"");
    check(r#""a \"b\" \\ c\d""#, r#""a \"b\" \\ c\\d""#);
    check("a\"b c\"d", "a \"b c\" d");
}

#[test]
fn nearness_and_scope_bind_tighter_than_not_and_and() {
    check("\"a b\"~5", "\"a b\"~5");
    check("\"a b\"~0", "\"a b\"");
    check("a NEAR/5 b", "a NEAR/5 b");
    check("a PRE/5 \"b c\"", "a PRE/5 \"b c\"");
    check("x a NEAR/5 b OR c", "(x (a NEAR/5 b)) OR c");
    check("-a NEAR/5 b", "-(a NEAR/5 b)");
    check("a NEAR/5 b NEAR/5 c", "a NEAR/5 b NEAR/5 c");
    check("(a NEAR/5 b) NEAR/5 c", "a NEAR/5 b NEAR/5 c");
    check("a NEAR/5 (b NEAR/5 c)", "a NEAR/5 (b NEAR/5 c)");
    check("a NEAR/5 (b OR c*) PRE/2 d", "a NEAR/5 (b OR c*) PRE/2 d");
    check("a SAME SENTENCE b", "a SAME SENTENCE b");
    check("a SAME PARAGRAPH b NEAR/2 c", "a SAME PARAGRAPH b NEAR/2 c");
    check("a SAME SENTENCE b SAME SENTENCE c", "a SAME SENTENCE b SAME SENTENCE c");
    check("a SAME SENTENCE b SAME PARAGRAPH c", "(a SAME SENTENCE b) SAME PARAGRAPH c");
    check("(a SAME SENTENCE b) NEAR/5 c", "(a SAME SENTENCE b) NEAR/5 c");
    check("a same sentence b", "a SAME SENTENCE b");
    check("a same paragraph b", "a SAME PARAGRAPH b");
    check("atleast3(a)", "atleast3(a)");
    check("atleast3(\"a b\" OR c NEAR/2 d)", "atleast3(\"a b\" OR (c NEAR/2 d))");
    let same = read("a SAME SENTENCE b SAME SENTENCE c");
    assert!(matches!(same, Query::Same { scope: Scope::Sentence, parts } if parts.len() == 3));
}

#[test]
fn patterns_are_for_one_word() {
    check("sanction*", "sanction*");
    check("wom?n *tion w?m?n?", "wom?n *tion w?m?n?");
    check("letr~1 letr~2", "letr~1 letr~2");
    check("/organi[sz]ation/", "/organi[sz]ation/");
    check("/(a|b)*c/", "/(a|b)*c/");
    check("title:/a\\/b/ -/x.*/", "title:/a\\/b/ -/x.*/");
    check("author:kim* sanction*, wom?n.", "author:kim* sanction* wom?n");
    let wildcard = Pattern::Wildcard("Sanction*".to_owned());
    assert_eq!(read("body:Sanction*"), Query::Pattern { field: Field::Body, pattern: wildcard });
    let fuzzy = Pattern::Fuzzy { word: "letr".to_owned(), edits: 1 };
    assert_eq!(read("letr~1"), Query::Pattern { field: Field::Text, pattern: fuzzy });
    let regex = Pattern::Regex("a/b".to_owned());
    assert_eq!(read("/a\\/b/"), Query::Pattern { field: Field::Text, pattern: regex });
    let ending = Query::Pattern { field: Field::Text, pattern: Pattern::Wildcard("Earn?".to_owned()) };
    assert_eq!(ending.to_string(), "/earn./");
    check("url:*korea* url:http://a.example/?q=1", "url:*korea* url:http://a.example/?q=1");
}

#[test]
fn dates_are_spans_of_days() {
    check("date:2022-04 after:2021 before:2022-05-10", "date:2022-04 date:2021-01-01.. date:..2022-05-10");
    check("date:2022-04-01..2022-04", "date:2022-04");
    check("date:2022-04-01..2022-05-10", "date:2022-04-01..2022-05-10");
    check("date:..2022", "date:..2022-12-31");
    check("date:.. modified:.. captured:2020..", "date:.. modified:.. captured:2020-01-01..");
    check("on:2022-04-24", "date:2022-04-24");
    check("date:1612 date:0044-03-15 date:9999", "date:1612 date:0044-03-15 date:9999");
    check("date:sure DATE:Sure", "date:sure date:sure");
    check("last:7d last:2w last:3m last:1y", "last:7d last:2w last:3m last:1y");
    check(
        "last:7days modified:last:2weeks captured:last:1y date:last:3d",
        "last:7d modified:last:2w captured:last:1y last:3d",
    );
    check(
        "date:>2021 date:>=2021 date:<2021 date:<=2021",
        "date:2022-01-01.. date:2021-01-01.. date:..2020-12-31 date:..2021-12-31",
    );
    let last = Query::Last { date: DateKind::Modified, amount: 2, unit: Unit::Weeks };
    assert_eq!(read("modified:last:2w"), last);
}

#[test]
fn days_are_read_in_the_forms_that_have_one_reading() {
    for typed in [
        "2022-04-24",
        "2022/04/24",
        "2022.4.24",
        "20220424",
        "24.4.2022",
        "24/04/2022",
        "4/24/2022",
        "24-Apr-2022",
        "\"24 April 2022\"",
        "\"April 24, 2022\"",
        "\"24th april 2022\"",
        "apr/24/2022",
        "2022-Apr-24",
    ] {
        check(&format!("date:{typed}"), "date:2022-04-24");
    }
    for typed in ["2022-04", "2022/4", "04/2022", "4.2022", "apr-2022", "\"April 2022\"", "2022-april"] {
        check(&format!("date:{typed}"), "date:2022-04");
    }
    check("date:5/5/2022", "date:2022-05-05");
}

#[test]
fn a_whole_name_stands_behind_an_equals_sign() {
    check("tag:=Korea tag:=\"North  Korea\"", "tag:=\"Korea\" tag:=\"North Korea\"");
    check("source:=\"a \\\"b\\\" (c)\" lang:=en", "source:=\"a \\\"b\\\" (c)\" lang:=\"en\"");
    check("byline:=“Ann Lee” -author:=$$", "author:=\"Ann Lee\" -author:=\"$$\"");
    let named = |field, name: &str| Query::Named { field, name: name.to_owned() };
    assert_eq!(read("section:=World"), named(Field::Section, "World"));
    check("tag:(=Korea OR =\"North Korea\" OR seoul)", "tag:=\"Korea\" OR tag:=\"North Korea\" OR tag:seoul");
    check(r"tag:(\=x y)", r"tag:\=x tag:y");
    check("title:(=x y)", r"title:\=x title:y");
    // An equals sign in the word itself.
    check(r"tag:\=x tag:a=b", r"tag:\=x tag:a=b");
}

#[test]
fn sizes_and_kinds_are_conditions() {
    check("words:>800 words:>=800 words:<500 words:<=500", "words:>800 words:>799 words:<500 words:<501");
    check(
        "words:100..500 words:100.. words:..500 words:7 words:=7",
        "words:100..500 words:>99 words:<501 words:7 words:7",
    );
    check("copies:>5 words:0.. words:.. words:>1,000", "copies:>5 words:0.. words:.. words:>1000");
    check("words>800 copies<=5 words=3", "words:>800 copies:<6 words:3");
    let range = AmountRange { min: Some(801), max: None };
    assert_eq!(read("words:>800"), Query::Amount { what: Amount::Words, range });
    for (found, before, name) in Trait::NAMED {
        check(&format!("{before}:{name}"), &format!("{before}:{name}"));
        assert_eq!(read(&format!("{before}:{}", name.to_uppercase())), Query::Is(found));
    }
    check("has:tag has:photos -is:live", "has:tags has:image -is:live");
}

#[test]
fn a_backslash_makes_ordinary_signs() {
    check(r"\OR \-x x\ y a\(b", r"\OR \-x x\ y a\(b");
    check(r"sanction\* wom\?n letr\~1 \/a/ Yahoo\!", r"sanction\* wom\?n letr\~1 \/a/ Yahoo\!");
    check(r"title\:x http://a.example/x \adj \atleast3", r"title\:x http://a.example/x \adj \atleast3");
    check(r"id:*\~5 url:a*\~", r"id:*\~5 url:a*\~");
    check(r"\k\o\rea", "korea");
    check("x\\", "x\\\\");
    check(r"a \same sentence b", r"a \same sentence b");
    check("same sentence", "same sentence");
    check(r"a \and not b", r"a \and not b");
    check(r"\date is 2020", r"\date is 2020");
    check("date is late", r"\date is late");
    assert_eq!(read(r"\OR"), Query::Word { field: Field::Text, text: "OR".to_owned() });
}

#[test]
fn names_have_one_meaning_each() {
    let all: Vec<&str> = names::all().collect();
    let unlike: std::collections::HashSet<&&str> = all.iter().collect();
    assert_eq!(all.len(), unlike.len());
}
