//! The passage of a story that shows best why it was found.

use std::ops::Range;

use serde::Serialize;

use super::marks::{Marks, Place};
use crate::{article::Article, index::layout::Zone, text::each_sentence_start};

/// Most places that are weighed in one story.
const PLACES_MAX: usize = 2_000;

/// A passage of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// Plain text as it stands in the story; not escaped for any markup. A cut is shown as `…`.
    pub text: String,
    /// Bytes of the text that fit the query, in order, none touching another.
    pub matches: Vec<Range<usize>>,
}

/// The `most` best passages of a story, best first, each of at most about `chars` characters, none overlapping another;
/// the story's beginning where nothing of the query stands in it (but in the headline, say); none where there is no
/// story.
pub(super) fn best(marks: &Marks, article: &Article, body: &str, chars: usize, most: usize) -> Vec<Snippet> {
    let mut places = marks.places(article, body);
    places.retain(|place| matches!(place.zone, Zone::Lead | Zone::Body));
    places.truncate(PLACES_MAX);
    let mut left: Vec<&Place> = places.iter().collect();
    let mut passages: Vec<Range<usize>> = Vec::new();
    while passages.len() < most {
        let Some(passage) = best_passage(&left, body, chars) else { break };
        left.retain(|place| place.bytes.end <= passage.start || place.bytes.start >= passage.end);
        // A passage is widened over its neighbours' text; where that was taken, it says nothing new.
        if passages.iter().all(|taken| passage.end <= taken.start || passage.start >= taken.end) {
            passages.push(passage);
        }
    }
    if passages.is_empty() {
        passages.push(widen(body, 0..0, chars));
    }
    passages.retain(|passage| !passage.is_empty());
    passages.into_iter().map(|passage| cut(body, passage, &places)).collect()
}

/// The stretch of the body with the most, the rarest and the most different words, within one block and `chars` bytes.
fn best_passage(places: &[&Place], body: &str, chars: usize) -> Option<Range<usize>> {
    let mut best: Option<(f32, Range<usize>)> = None;
    let mut first = 0;
    for last in 0..places.len() {
        let end = places[last].bytes.end;
        let block_start = body[..places[last].bytes.start].rfind('\n').map_or(0, |at| at + 1);
        let too_far = |place: &Place| place.bytes.start < block_start || end - place.bytes.start > chars;
        while first < last && too_far(places[first]) {
            first += 1;
        }
        let worth = worth(&places[first..=last]);
        if best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, places[first].bytes.start..end));
        }
    }
    best.map(|(_, passage)| widen(body, passage, chars))
}

/// Different words count in full, each further place of one a little.
fn worth(places: &[&Place]) -> f32 {
    const AGAIN: f32 = 0.1;
    let mut worth = 0.0;
    let mut seen: Vec<usize> = Vec::new();
    for place in places.iter().take(64) {
        if seen.contains(&place.leaf) {
            worth += place.weight * AGAIN;
        } else {
            seen.push(place.leaf);
            worth += place.weight;
        }
    }
    worth
}

/// Widens a passage to `chars` bytes of its block: to the start of its sentence where that is near, then to the right,
/// at
/// whole words.
fn widen(body: &str, passage: Range<usize>, chars: usize) -> Range<usize> {
    let block_start = body[..passage.start].rfind('\n').map_or(0, |at| at + 1);
    let block_end = body[passage.end..].find('\n').map_or(body.len(), |at| passage.end + at);
    let spare = chars.saturating_sub(passage.len());
    let lead = floor_char(body, passage.start.saturating_sub(spare * 2 / 3).max(block_start));
    let start = match sentence_start(&body[lead..passage.start]) {
        _ if lead == block_start => lead,
        Some(at) => lead + at,
        None => lead + word_start(&body[lead..passage.start]),
    };
    let limit = floor_char(body, (start + chars).clamp(passage.end, block_end));
    let end = match limit {
        limit if limit == block_end => limit,
        limit => passage.end + word_end(&body[passage.end..limit]),
    };
    start..end
}

/// Where the first sentence begins that starts within a text, seen from behind the end of another.
fn sentence_start(text: &str) -> Option<usize> {
    let mut starts = Vec::new();
    each_sentence_start(text, |at| starts.push(at));
    starts.get(1).copied()
}

/// Start of the first whole word in a text that begins within one; its end where there is none.
fn word_start(text: &str) -> usize {
    match text.find(char::is_whitespace) {
        Some(at) => at + text[at..].len() - text[at..].trim_start().len(),
        None => 0,
    }
}

/// End of the last whole word in a text that ends within one.
fn word_end(text: &str) -> usize {
    text.rfind(char::is_whitespace).unwrap_or(if text.is_ascii() { 0 } else { text.len() })
}

fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Takes the passage out of the body, with signs where it was cut and the places in it.
fn cut(body: &str, passage: Range<usize>, places: &[Place]) -> Snippet {
    let starts_block = passage.start == 0 || body[..passage.start].ends_with('\n');
    let ends_block = passage.end == body.len() || body[passage.end..].starts_with('\n');
    let mut text = String::with_capacity(passage.len() + 8);
    if !starts_block {
        text.push_str("… ");
    }
    let shift = text.len();
    text.push_str(&body[passage.clone()]);
    if !ends_block {
        text.push_str(" …");
    }
    let mut matches: Vec<Range<usize>> = Vec::new();
    let inside = places.iter().filter(|p| p.bytes.start >= passage.start && p.bytes.end <= passage.end);
    for place in inside {
        let range = place.bytes.start - passage.start + shift..place.bytes.end - passage.start + shift;
        match matches.last_mut() {
            // Pairs of signs overlap.
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => matches.push(range),
        }
    }
    Snippet { text: text.replace('\t', " "), matches }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            plan::Plan,
            positional::{Alternative, LeafTerms, Places},
        },
        *,
    };

    fn check(words: &[&str], body: &str, chars: usize, marked: &str) {
        let snippets = best(&marks_of(words), &Article::default(), body, chars, 1);
        assert_eq!(snippets.first().map(shown).as_deref().unwrap_or("nothing"), marked);
    }

    fn shown(snippet: &Snippet) -> String {
        let mut shown = snippet.text.clone();
        for range in snippet.matches.iter().rev() {
            shown.insert(range.end, ']');
            shown.insert(range.start, '[');
        }
        shown
    }

    /// Words to be marked, as plain stems.
    fn marks_of(words: &[&str]) -> Marks {
        let mut marks = Marks::default();
        for word in words {
            let alternative = Alternative { term: (*word).to_owned(), places: Places::Inflected };
            marks.add(&Plan::Leaf(0), &[LeafTerms { alternatives: vec![alternative] }], [1.0]);
        }
        marks
    }

    #[test]
    fn the_passage_with_most_different_words_is_taken() {
        let body = "A letter came. Nothing else was in it.\nNobody wrote. The letter from the north of Korea was late.";
        check(&["letter", "north", "korea"], body, 50, "… The [letter] from the [north] of [Korea] was late.");
    }

    #[test]
    fn a_passage_stays_in_its_paragraph() {
        check(&["letter"], "First paragraph.\nA letter.\nThird paragraph.", 200, "A [letter].");
    }

    #[test]
    fn cuts_are_at_whole_words_and_shown() {
        let body = "one two three four five six seven eight nine ten eleven twelve";
        check(&["six"], body, 24, "… four five [six] seven …");
    }

    #[test]
    fn where_nothing_is_found_the_story_begins() {
        check(&["letter"], "No such word. Lettering is another.\nMore.", 100, "No such word. Lettering is another.");
        check(&["letter"], "", 100, "nothing");
    }

    #[test]
    fn neighbouring_pairs_of_signs_are_one_match() {
        check(&["北京", "京大"], "我在北京大学。", 100, "我在[北京大]学。");
    }

    #[test]
    fn letters_of_many_bytes_are_never_cut() {
        let body = "Ünïcödé ".repeat(60) + "letter" + &" ñandú".repeat(60);
        for chars in 1..80 {
            let snippets = best(&marks_of(&["letter"]), &Article::default(), &body, chars, 1);
            assert_eq!(&snippets[0].text[snippets[0].matches[0].clone()], "letter");
        }
    }

    #[test]
    fn a_word_asked_for_often_in_a_text_that_has_it_often_stays_in_bounds() {
        let marks = marks_of(&["quay"; 300]);
        let body = "quay ".repeat(300);
        assert!(marks.places(&Article::default(), &body).len() <= 20_000);
        assert_eq!(best(&marks, &Article::default(), &body, 20, 1)[0].matches.len(), 4);
    }

    #[test]
    fn several_passages_come_best_first_and_apart() {
        let body = "A letter came.\nNothing.\nThe north of Korea wrote a letter.\nKorea wrote.";
        let snippets = best(&marks_of(&["letter", "north", "korea"]), &Article::default(), body, 60, 5);
        let expected = ["The [north] of [Korea] wrote a [letter].", "A [letter] came.", "[Korea] wrote."];
        assert_eq!(snippets.iter().map(shown).collect::<Vec<_>>(), expected);
    }
}
