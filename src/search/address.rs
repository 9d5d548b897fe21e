//! Patterns that reach over several words of an address: `url:courier.example/2022/*`.

use crate::{
    error::{Error, Result},
    index::LABEL_GAP_POSITIONS,
    query::Pattern,
    text::label_terms,
};

/// Most words that a pattern of an address may ask for. Each run of them nests the plan that finds them one deeper.
const WORDS_MAX: usize = 64;

/// How many words on from one run of an address the next one stands at most, so that it stands in the same one.
pub(super) const BETWEEN_RUNS_MAX: u32 = LABEL_GAP_POSITIONS;

/// One word of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A term of the index.
    Term(String),
    /// A shape, with `*` for any letters.
    Shape(Pattern),
}

/// The words that a pattern asks for, in runs side by side; between two runs anything may stand. `None` where it is one
/// word, and there is no more to it than its letters.
///
/// A `*` that stands alone between two signs is any words or none; at either end of the pattern it says nothing, since
/// words are looked for anywhere in the address.
///
/// # Errors
/// [`Error::Setting`] for more than [`WORDS_MAX`] words.
pub(super) fn runs(shape: &str) -> Result<Option<Vec<Vec<Piece>>>> {
    let is_inner = |c: char| c.is_alphanumeric() || c == '*';
    if shape.chars().all(is_inner) {
        return Ok(None);
    }
    let mut runs = vec![Vec::new()];
    let add_plain = |runs: &mut Vec<Vec<Piece>>, text: &str| {
        runs.last_mut().expect("a run").extend(label_terms(text).into_iter().map(Piece::Term));
    };
    // What lies between two words with a sign for letters is cut into words as an address is.
    let mut plain_from = 0;
    for star in shape.match_indices('*').map(|(at, _)| at) {
        if star < plain_from {
            continue;
        }
        let before = shape[plain_from..star].trim_end_matches(is_inner).len();
        let (start, rest) = (plain_from + before, &shape[star..]);
        let end = star + rest.find(|c| !is_inner(c)).unwrap_or(rest.len());
        add_plain(&mut runs, &shape[plain_from..start]);
        let word = &shape[start..end];
        if word.chars().all(|c| c == '*') {
            runs.push(Vec::new());
        } else {
            let piece = Piece::Shape(Pattern::Wildcard(word.to_owned()));
            runs.last_mut().expect("a run").push(piece);
        }
        plain_from = end;
    }
    add_plain(&mut runs, &shape[plain_from..]);
    runs.retain(|run| !run.is_empty());
    let words: usize = runs.iter().map(Vec::len).sum();
    if words > WORDS_MAX {
        return Err(Error::Setting {
            name: "the words of a pattern of addresses (url:)",
            value: words.to_string(),
            range: format!("at most {WORDS_MAX}"),
        });
    }
    Ok(Some(runs))
}

/// Whether runs stand in an address one behind the other. `fits` says whether one of its words is what is asked for.
pub(super) fn stand_in(runs: &[Vec<Piece>], words: &[String], fits: impl Fn(&Piece, &str) -> bool) -> bool {
    let mut from = 0;
    // The first place of each run leaves most room for those behind it.
    runs.iter().all(|run| {
        let found =
            words[from..].windows(run.len()).position(|w| run.iter().zip(w).all(|(piece, word)| fits(piece, word)));
        from += found.map_or(0, |at| at + run.len());
        found.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(shape: &str) -> Option<String> {
        let piece = |piece: &Piece| match piece {
            Piece::Term(term) => term.clone(),
            Piece::Shape(Pattern::Wildcard(shape)) => shape.clone(),
            Piece::Shape(other) => panic!("{other:?}"),
        };
        let run = |run: &Vec<Piece>| run.iter().map(piece).collect::<Vec<_>>().join(" ");
        runs(shape).unwrap().map(|runs| runs.iter().map(run).collect::<Vec<_>>().join(" … "))
    }

    #[test]
    fn an_address_is_cut_into_runs_of_words() {
        assert_eq!(spelt("kor*"), None);
        assert_eq!(spelt("*korea*"), None);
        assert_eq!(spelt("Courier.example/2022/*").as_deref(), Some("courier example 2022"));
        assert_eq!(spelt("https://*.example/2022/0*").as_deref(), Some("https … example 2022 0*"));
        assert_eq!(spelt("*2022/04*").as_deref(), Some("*2022 04*"));
        assert_eq!(spelt("a/*/b*/").as_deref(), Some("a … b*"));
        assert_eq!(spelt("/*/").as_deref(), Some(""));
        // As an address with the same signs is cut.
        assert_eq!(spelt("it's-over/*").as_deref(), Some("it over"));
        assert_eq!(spelt("1,000/u.s/x*y/*z").as_deref(), Some("1000 us x*y *z"));
    }

    #[test]
    fn more_words_than_an_address_has_are_refused() {
        assert!(runs(&"a/*/".repeat(WORDS_MAX)).is_ok_and(|runs| runs.is_some_and(|runs| runs.len() == WORDS_MAX)));
        let error = runs(&"a/*/".repeat(16_000)).unwrap_err().to_string();
        assert!(error.contains("16000") && error.contains("at most 64"), "{error}");
    }

    #[test]
    fn runs_stand_in_their_order() {
        let words = label_terms("https://www.courier.example/2022/04/sport/a-sport-story.html");
        let stands = |shape: &str| {
            stand_in(&runs(shape).unwrap().unwrap(), &words, |piece, word| match piece {
                Piece::Term(term) => term == word,
                Piece::Shape(Pattern::Wildcard(shape)) => word.starts_with(shape.trim_end_matches('*')),
                Piece::Shape(_) => false,
            })
        };
        assert!(stands("courier.example/2022/*/sport"));
        assert!(stands("sport/*/sport"));
        assert!(stands("2022/0*"));
        assert!(!stands("sport/*/2022"));
        assert!(!stands("sport/*/sport/*/sport"));
        assert!(!stands("courier.example/0*"));
    }
}
