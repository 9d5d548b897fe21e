//! Spellings of Lexis, Factiva and Google, and what they are in our language.

use super::{check, notes};

/// A spelling of theirs is spelt in ours, and a note says so.
fn check_theirs(typed: &str, ours: &str) {
    check(typed, ours);
    let notes = notes(typed);
    assert!(notes.iter().any(|note| note.message.contains("is read as")), "{typed}: {notes:?}");
}

#[test]
fn within_so_many_words() {
    for typed in [
        "a w/5 b",
        "a W/5 b",
        "a /5 b",
        "a near5 b",
        "a NEAR5 b",
        "a near/5 b",
        "a n/5 b",
        "a within/5 b",
        "a AROUND(5) b",
        "a /n5/ b",
    ] {
        check_theirs(typed, "a NEAR/5 b");
    }
    check_theirs("a NEAR b", "a NEAR/10 b");
    check_theirs(
        "\"north korea\" w/10 (letter! or \"x\")".replace(" or ", " OR ").as_str(),
        "\"north korea\" NEAR/10 (letter* OR \"x\")",
    );
}

#[test]
fn before_by_so_many_words() {
    for typed in ["a pre/5 b", "a PRE5 b", "a +5 b", "a p/5 b", "a adj5 b", "a ADJ5 b", "a adj/5 b", "a onear/5 b"] {
        check_theirs(typed, "a PRE/5 b");
    }
    check_theirs("a adj b", "a PRE/1 b");
    check_theirs("a ADJ b", "a PRE/1 b");
}

#[test]
fn in_one_sentence_or_paragraph() {
    for typed in ["a /s b", "a w/s b", "a W/S b", "a w/sent b", "a /sent b"] {
        check_theirs(typed, "a SAME SENTENCE b");
    }
    for typed in ["a /p b", "a w/p b", "a w/para b", "a SAME b"] {
        check_theirs(typed, "a SAME PARAGRAPH b");
    }
}

#[test]
fn segments_are_fields() {
    check_theirs("headline(korea)", "title:korea");
    check_theirs("HEADLINE(korea OR seoul)", "title:korea OR title:seoul");
    check_theirs("hlead(korea)", "title:korea OR lead:korea");
    check_theirs("hlead(korea letters)", "(title:korea OR lead:korea) (title:letters OR lead:letters)");
    check_theirs("hlead(korea w/5 letters)", "(title:korea OR lead:korea) NEAR/5 (title:letters OR lead:letters)");
    check_theirs("byline(kim)", "author:kim");
    check_theirs("publication(\"le monde\")", "source:\"le monde\"");
    check_theirs("source(courier)", "source:courier");
    check_theirs("lead(a OR b)", "lead:a OR lead:b");
    check_theirs("body(korea)", "body:korea");
    check_theirs("section(world)", "section:world");
    check_theirs("title(korea)", "title:korea");
    check_theirs("hd=korea", "title:korea");
    check_theirs("hl=korea", "title:korea");
    check_theirs("hlp=(korea)", "title:korea OR lead:korea");
    check_theirs("by=smith la=en sn=courier", "author:smith lang:en source:courier");
    check_theirs("headline:korea byline:kim language:en", "title:korea author:kim lang:en");
}

#[test]
fn google_names_are_fields() {
    check_theirs(
        "site:courier.example intitle:korea inurl:politics",
        "source:courier.example title:korea url:politics",
    );
    check_theirs("when:7d", "last:7d");
}

#[test]
fn at_least_so_many_times() {
    check_theirs("atl5(korea)", "atleast5(korea)");
    check_theirs("ATLEAST5(korea)", "atleast5(korea)");
    check_theirs("atleast5 korea", "atleast5(korea)");
    check_theirs("atleast5 \"winter games\" korea", "atleast5(\"winter games\") korea");
    check("atleast5 (korea)", "atleast5(korea)");
}

#[test]
fn dates_in_words() {
    check_theirs("korea date aft 5 May 2020", "korea date:2020-05-06..");
    check_theirs("date aft 2020", "date:2021-01-01..");
    check_theirs("date bef 2020-05", "date:..2020-04-30");
    check_theirs("date is January 5, 2020", "date:2020-01-05");
    check_theirs("date geq 13/5/2020", "date:2020-05-13..");
    check_theirs("date leq 5/13/2020", "date:..2020-05-13");
    check_theirs("date after 5-Jan-2020", "date:2020-01-06..");
    check_theirs("date before 2020", "date:..2019-12-31");
    check_theirs("date > 2020", "date:2021-01-01..");
    check_theirs("date >2020", "date:2021-01-01..");
    check_theirs("date = 2020", "date:2020");
    check_theirs("date>2020", "date:2021-01-01..");
    check_theirs("date=2020", "date:2020");
    check_theirs("date from 2020-01-05 to 2020-03", "date:2020-01-05..2020-03-31");
    check_theirs("date from 5 Jan 2020 to 7 Jan 2020 korea", "date:2020-01-05..2020-01-07 korea");
    check_theirs("date(geq (6/15/2004) and leq (6/30/2004))", "date:2004-06-15..2004-06-30");
    check_theirs("date(2004)", "date:2004");
    check_theirs("date(> 2004)", "date:2005-01-01..");
    check_theirs("korea and date aft 2020", "korea date:2021-01-01..");
    check_theirs("date -30 korea", "last:30d korea");
    check_theirs("date aft 2020 may", "date:2021-01-01.. may");
}

#[test]
fn english_that_looks_like_a_date_form_stays_words() {
    check("date is late", "\\date is late");
    check("release date after all", "release \\date after all");
    check("date rape trial", "date rape trial");
    check("up to date on korea", "up to \\date on korea");
}

#[test]
fn truncation_and_word_counts() {
    check_theirs("sanction!", "sanction*");
    check_theirs("title:sanction!", "title:sanction*");
    check("wom?n", "wom?n");
    check_theirs("wc>800", "words:>800");
    check_theirs("wc<500", "words:<500");
    check_theirs("wc > 800", "words:>800");
    check_theirs("length>800", "words:>800");
}

#[test]
fn and_not_in_small_letters() {
    check_theirs("a and not b", "a -b");
    check_theirs("a but not b", "a -b");
    check_theirs("a and not (b c)", "a -(b c)");
    check_theirs("hd=korea and wc>300 not la=de", "title:korea words:>300 -lang:de");
    check_theirs("headline(a) or byline(b) and date aft 2020", "title:a OR (author:b date:2021-01-01..)");
    check_theirs("korea and wc > 300", "korea words:>300");
    check(r"-\wc \>800 x", r"-\wc >800 x");
    check("war and date", "war and date");
    check("war or title:date", "war or title:date");
    check_theirs("a && b || c", "(a b) OR c");
}
