//! Notes: nothing typed is dropped in silence.

use super::{check, check_notes, notes};

#[test]
fn a_plain_query_has_no_notes() {
    for typed in [
        "korea letters",
        "\"exchange letters\"",
        "a OR b",
        "(a OR b) -c",
        "title:korea date:2022-04",
        "a NEAR/5 b",
        "sanction*",
        "Jae-in U.S. don't kick-off",
        "has:image is:live words:>800",
        "12:30",
        "a SAME SENTENCE b",
        "atleast3(a)",
        "title:(a OR b)",
        "l'homme Moon's",
        "northern Ireland",
        "état",
    ] {
        check_notes(typed, &[]);
    }
}

#[test]
fn small_operators_are_words() {
    check_notes("korea or seoul", &["in capitals, OR"]);
    check_notes("korea and seoul", &["in capitals, AND"]);
    check_notes("not korea", &["in capitals, NOT"]);
    check_notes("korea not seoul", &["in capitals, NOT"]);
    check_notes("korea near seoul", &["NEAR/10"]);
    check_notes("korea same seoul", &["SAME SENTENCE"]);
    check_notes("a n5 b", &["NEAR/5"]);
    check_notes("or", &[]);
    check_notes("a same sentence b", &["same sentence is read as SAME SENTENCE"]);
    check_notes("a NEAR b", &["NEAR is read as NEAR/10"]);
    check_notes("a SAME b", &["SAME is read as SAME PARAGRAPH"]);
    check_notes("a and not b", &["and not is read as AND NOT"]);
}

#[test]
fn signs_that_do_nothing_are_named() {
    check("a – b", "a b");
    check_notes("a – b", &["– has no letter"]);
    check_notes("North / South", &["for either one write OR"]);
    check_notes("que faire ?", &["? has no letter"]);
    check_notes("a - b", &["to leave out a word"]);
    check_notes("a —b", &["the dash before b"]);
    check_notes("+korea +seoul", &["+ does nothing", "+ does nothing"]);
    check("+korea", "korea");
    check_notes("C++ AT&T", &["C++ is looked for as C", "AT&T is looked for as AT T"]);
    check_notes("[a b]", &["( and )", "( and )"]);
    check_notes("korea, seoul, pyongyang", &["punctuation such as ,"]);
    check_notes("will it end?", &["question mark"]);
    check("will it end?", "will it end?");
    check_notes("!korea", &["write - for that"]);
    check_notes("-5 degrees", &["articles with 5"]);
    check_notes("a😀 😀", &["a😀 is looked for as a", "no letter"]);
    check_notes(&"x".repeat(200), &["first 96 bytes"]);
    check_notes("a^2", &["a^2 is looked for as a 2"]);
}

#[test]
fn quotes_that_are_none() {
    check("6\" gun", "6\\\" gun");
    check_notes("6\" gun", &["6\" is looked for as 6"]);
    check_notes("5'11\" tall", &["is looked for as 5 11"]);
    check_notes("‘exact phrase’", &["single quotes"]);
    check_notes("'exact phrase'", &["single quotes"]);
    check_notes("\"sanction* regime\"", &["no wildcard"]);
}

#[test]
fn colons_that_name_no_field() {
    check_notes("Re: korea", &["Re: is a word"]);
    check_notes("titel: korea", &["did you mean title:"]);
    check_notes("http://a.example/x", &["url:http://a.example/x"]);
    check_notes("headlin(korea)", &["headlin is a word"]);
    check_notes("titel(korea)", &["did you mean title:(…)?"]);
}

#[test]
fn doubtful_queries() {
    check_notes("title:korea OR seoul", &["for both write title:(korea OR seoul)"]);
    check_notes("source:New York Times", &["source:\"New York Times\""]);
    check_notes("source:=New York Times", &["source:=\"New York Times\""]);
    check_notes("source:=\"New York\" Times", &[]);
    check_notes("tag:=korea OR seoul", &["for both write tag:(=korea OR seoul)"]);
    check_notes("source:courier korea", &[]);
    check_notes("a a", &["twice"]);
    check_notes("a OR b OR a", &["twice"]);
    check_notes("a -a", &["nothing can fit"]);
    check_notes("date:2020 date:2021", &["no day"]);
    check_notes("date:2020 modified:2021", &[]);
    check_notes("words:>800 words:<500", &["no number"]);
    check_notes("-a", &["every article is asked for but"]);
    check_notes("-a -b", &["every article is asked for but"]);
    check_notes("a OR -b", &["nearly every article"]);
    check_notes("date:9998..", &["still to come"]);
    check_notes("a b OR c", &["OR is read last: (a b)"]);
    check_notes("a OR b NEAR/5 c", &["OR is read last: (b NEAR/5 c)"]);
    check_notes("north korea NEAR/5 letters", &["north is looked for anywhere"]);
    check_notes("north AND korea NEAR/5 letters", &[]);
    check_notes("title:a NEAR/5 body:b", &["nothing fits"]);
    check_notes("title:a NEAR/5 b", &[]);
    check_notes("a NEAR/5 b NEAR/2 c", &["(a NEAR/5 b) comes first"]);
    check_notes("a NEAR/5 b NEAR/5 c", &[]);
    check_notes("title:-sport", &["-title:sport"]);
    check_notes("\"a b\"* c", &["* is apart from"]);
    check_notes("a\"b c\"d", &["\"b c\" is apart from", "d is apart from"]);
    check_notes("lang:english la=klingon", &["lang:en", "la= is read as lang:", "two or three letters"]);
    check_notes("lang:en lang:pt-BR lang:zh", &[]);
    check_notes("/Abc/", &["A fits none"]);
    check_notes("/(?i)Abc\\D/", &[]);
}

#[test]
fn notes_have_an_end() {
    let notes = notes(&"… a ".repeat(500));
    assert_eq!(notes.len(), 51);
    assert!(notes[50].message.contains("more notes"));
}
