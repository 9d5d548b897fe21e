//! Which paragraphs of a plain text are not the story: teaser cards, what stands behind the source or the end mark.

use super::{
    marks,
    paragraphs::{Paragraph, Shape},
};

/// Most paragraphs of a teaser card: headline, section, headline again, caption, credit, lead, author, date, last
/// words.
const CARD_PARAGRAPHS_MAX: usize = 9;

/// Most paragraphs in a card that read like a story's: its lead, and the caption of its picture.
const CARD_STORY_PARAGRAPHS_MAX: usize = 2;

/// Paragraphs within which a card repeats its headline.
const REPEAT_WITHIN: usize = 3;

/// Longest headline, in characters.
pub(super) const HEADLINE_CHARS_MAX: usize = 220;

/// Longest lead of a card, in characters.
const LEAD_CHARS_MAX: usize = 700;

/// Shortest paragraph of a story, in bytes of UTF-8, which weigh scripts by what they say.
const STORY_BYTES_MIN: usize = 60;

/// Marks the paragraphs that are not the story. Takes time linear in the number of paragraphs.
pub(super) fn find(paragraphs: &[Paragraph]) -> Vec<bool> {
    let mut finder = Finder {
        paragraphs,
        stories: paragraphs.iter().map(is_story).collect(),
        dropped: vec![false; paragraphs.len()],
        first_story: 0,
        boundary: None,
        unsupported: None,
    };
    for place in 0..paragraphs.len() {
        finder.visit(place);
    }
    finder.drop_tail();
    finder.dropped
}

/// Whether a paragraph could be a headline: short, and no sentence.
pub(super) fn is_headline(paragraph: &Paragraph) -> bool {
    let text = &paragraph.text;
    paragraph.shape == Shape::Prose
        && marks::at_most(text, HEADLINE_CHARS_MAX)
        && !text.ends_with(['.', ':', ';', ',', '。', '।', '۔'])
        && !marks::is_read_more(text)
}

/// Whether a paragraph reads like one of a story: long enough, and a whole sentence at its end.
pub(super) fn is_story(paragraph: &Paragraph) -> bool {
    let text = &paragraph.text;
    paragraph.shape == Shape::Prose
        && text.len() >= STORY_BYTES_MIN
        && marks::ends_sentence(text)
        && !marks::is_cut_off(text)
}

struct Finder<'a> {
    paragraphs: &'a [Paragraph],
    /// Which paragraphs read like a story's.
    stories: Vec<bool>,
    dropped: Vec<bool>,
    /// No paragraph of the story is kept before this one. It only grows, so that looking it up costs little.
    first_story: usize,
    /// First paragraph behind the last card or source line: a card may begin there.
    boundary: Option<usize>,
    /// A card's last words without a sign of where the card began.
    unsupported: Option<usize>,
}

impl Finder<'_> {
    fn visit(&mut self, place: usize) {
        let text = &self.paragraphs[place].text;
        if marks::is_source_line(text) {
            self.dropped[place] = true;
            self.boundary = Some(place + 1);
        } else if marks::is_read_more(text) {
            self.drop_card(place);
        } else if marks::is_cut_off(text) && marks::at_most(text, LEAD_CHARS_MAX) {
            self.drop_excerpt(place);
        } else if marks::is_furniture(text) {
            self.dropped[place] = true;
        }
    }

    /// Drops the card that ends at `end`, as far as its beginning is known, and its last words in any case.
    fn drop_card(&mut self, end: usize) {
        match self.card_start(end) {
            Some(start) if self.story_before(start) => {
                if let Some(first) = self.unsupported.filter(|&first| first + 1 == start) {
                    self.drop_bare_card(first);
                }
                self.drop_from(start, end);
            }
            _ => {
                self.unsupported = Some(end);
                self.drop_from(end, end);
            }
        }
    }

    /// Drops a card whose lead is cut off. Quotations are cut in the same way, but no headline stands over them.
    fn drop_excerpt(&mut self, end: usize) {
        if let Some(start) = self.card_start(end).filter(|&start| start < end)
            && self.story_before(start)
        {
            self.drop_from(start, end);
        }
    }

    /// Drops headline and lead above the last words of a card that a second card has shown to be one.
    fn drop_bare_card(&mut self, end: usize) {
        let Some(headline) = end.checked_sub(2) else { return };
        if is_headline(&self.paragraphs[headline]) && self.story_before(headline) {
            self.drop_from(headline, end);
        }
    }

    fn drop_from(&mut self, start: usize, end: usize) {
        self.dropped[start..=end].fill(true);
        self.boundary = Some(end + 1);
    }

    /// Where the card that ends at `end` begins: behind the card before it, at a headline that is repeated, or at the
    /// short lines over a lead that is cut off.
    fn card_start(&self, end: usize) -> Option<usize> {
        let lowest = self.boundary.unwrap_or(0).max((end + 1).saturating_sub(CARD_PARAGRAPHS_MAX));
        if self.boundary == Some(lowest) && lowest < end && self.is_card(lowest, end) {
            return Some(lowest);
        }
        let repeated = (lowest..end).find(|&place| self.repeats(place, end));
        repeated.or_else(|| self.above_cut_off(lowest, end))
    }

    fn is_card(&self, start: usize, end: usize) -> bool {
        let stories = self.stories[start..end].iter().filter(|&&story| story).count();
        is_headline(&self.paragraphs[start]) && stories <= CARD_STORY_PARAGRAPHS_MAX
    }

    /// Whether a headline stands here and again a few paragraphs below.
    fn repeats(&self, place: usize, end: usize) -> bool {
        let headline = &self.paragraphs[place];
        let below = (place + 1..end.min(place + 1 + REPEAT_WITHIN)).map(|below| &self.paragraphs[below]);
        is_headline(headline) && below.into_iter().any(|other| marks::same_words(&headline.text, &other.text))
    }

    fn above_cut_off(&self, lowest: usize, end: usize) -> Option<usize> {
        let cut_off = |place: usize| marks::trails_off(&self.paragraphs[place].text);
        let lead = if marks::is_cut_off(&self.paragraphs[end].text) { end } else { end.checked_sub(1)? };
        if lead < lowest || !cut_off(lead) {
            return None;
        }
        let headlines = (lowest..lead).rev().take_while(|&place| is_headline(&self.paragraphs[place])).count();
        Some(lead - headlines)
    }

    /// Whether a paragraph of the story is kept before this place.
    fn story_before(&mut self, place: usize) -> bool {
        while self.first_story < place && (self.dropped[self.first_story] || !self.stories[self.first_story]) {
            self.first_story += 1;
        }
        self.first_story < place
    }

    /// Drops all behind a source line, an end mark or the heading of another part, where no story follows.
    fn drop_tail(&mut self) {
        let mut story_bytes_after = 0;
        let mut cut = self.paragraphs.len();
        let bytes: usize = self.paragraphs.iter().map(|paragraph| paragraph.text.len()).sum();
        for place in (0..self.paragraphs.len()).rev() {
            let text = &self.paragraphs[place].text;
            if marks::is_end_mark(text) {
                self.dropped[place] = true;
                // Notes and contacts stand behind an end mark; more than that is another story.
                if story_bytes_after * 2 < bytes && self.story_before(place) {
                    (cut, story_bytes_after) = (place, 0);
                }
            } else if self.begins_tail(place, story_bytes_after) {
                (cut, story_bytes_after) = (place, 0);
            } else if !self.dropped[place] && self.stories[place] {
                story_bytes_after += text.len();
            }
        }
        self.dropped[cut..].fill(true);
    }

    fn begins_tail(&mut self, place: usize, story_bytes_after: usize) -> bool {
        let text = &self.paragraphs[place].text;
        let source = marks::is_lone_source(text);
        if !source && !marks::is_tail_heading(text) {
            return false;
        }
        let end = self.paragraphs.len().min(place + 1 + CARD_PARAGRAPHS_MAX);
        let card_follows = source && place + 1 < end && self.repeats(place + 1, end);
        (story_bytes_after == 0 || card_follows) && self.story_before(place)
    }
}
