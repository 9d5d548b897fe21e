//! The help on the language says nothing that the parser does not read.

use super::{check_notes, notes, read};
use crate::query::{Field, QUERY_HELP, Trait, names};

/// The examples: what stands behind two spaces, up to the explanation.
fn examples() -> impl Iterator<Item = &'static str> {
    let ours = QUERY_HELP.split("OTHERS").next().unwrap_or_default();
    let lines = ours.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    lines.map(|line| line.split("  ").next().unwrap_or_default()).flat_map(|example| example.split(", "))
}

#[test]
fn every_example_is_a_query_in_its_canonical_words() {
    let mut seen = 0;
    for example in examples() {
        seen += 1;
        let query = read(example);
        assert_eq!(read(&query.to_string()), query, "{example}");
        assert!(notes(example).iter().all(|note| !note.message.contains("is read as")), "{example}");
    }
    assert!(seen > 20, "{seen} examples");
}

#[test]
fn examples_in_the_text_are_read_as_it_says() {
    for (piece, example, ours) in [
        ("letters NOT sport", "letters NOT sport", "letters -sport"),
        ("w/5 /5 near5", "a w/5 b /5 c near5 d", "a NEAR/5 b NEAR/5 c NEAR/5 d"),
        ("pre/5 +5 adj", "a pre/5 b +5 c adj d", "a PRE/5 b PRE/5 c PRE/1 d"),
        ("/s /p", "a /s b /p c", "(a SAME SENTENCE b) SAME PARAGRAPH c"),
        ("hlead(x)", "hlead(x)", "title:x OR lead:x"),
        ("headline(x)", "headline(x)", "title:x"),
        ("byline(x)", "byline(x)", "author:x"),
        ("atl5(x)", "atl5(x)", "atleast5(x)"),
        ("hd=x", "hd=x", "title:x"),
        ("wc>800", "wc>800", "words:>800"),
        ("sanction!", "sanction!", "sanction*"),
        ("date aft 5 May 2020", "date aft 5 May 2020", "date:2020-05-06.."),
        (r"(\OR, C\*)", r"\OR C\*", r"\OR C\*"),
    ] {
        assert!(QUERY_HELP.contains(piece), "{piece}");
        assert_eq!(read(example).to_string(), ours, "{example}");
    }
    check_notes("letters -sport", &[]);
}

#[test]
fn every_name_is_there() {
    for (_, name) in Field::NAMED {
        assert!(QUERY_HELP.contains(&format!("{name}:")), "{name}");
    }
    for (_, before, name) in Trait::NAMED {
        assert!(QUERY_HELP.contains(&format!("{before}:{name}")), "{before}:{name}");
    }
    for name in names::all() {
        assert!(QUERY_HELP.contains(&format!("{name}:")), "{name}");
    }
}

#[test]
fn it_fits_a_screen() {
    assert!((24..=40).contains(&QUERY_HELP.lines().count()));
    assert!(QUERY_HELP.lines().all(|line| line.chars().count() <= 80));
}
