//! Pages of plain text: headline, byline, date, pictures and story, without the teasers of the page they came from.

mod furniture;
pub(super) mod marks;
mod paragraphs;

use crate::article::{Block, BlockKind, Image};
use furniture::{HEADLINE_CHARS_MAX, is_headline, is_story};
use paragraphs::{Paragraph, Shape};

/// Paragraphs at the top of a text among which headline, byline and date stand.
const HEAD_PARAGRAPHS_MAX: usize = 12;

/// Longest caption, in characters.
const CAPTION_CHARS_MAX: usize = 600;

/// Fewest words of a caption inside the story.
const CAPTION_WORDS_MIN: usize = 5;

/// Paragraphs that a page must have for each line of names between bars, or the lines are a table's.
const BARRED_SHARE_MIN: usize = 4;

/// Longest heading inside a story, in characters.
const HEADING_CHARS_MAX: usize = 90;

/// Most words of a section's name over the headline.
const KICKER_WORDS_MAX: usize = 3;

/// What a page of plain text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plain {
    /// Headline.
    pub(crate) title: Option<String>,
    /// The story, in order.
    pub(crate) blocks: Vec<Block>,
    /// Captions and credits of pictures that stood in the page.
    pub(crate) images: Vec<Image>,
    /// People that a byline names.
    pub(crate) authors: Vec<String>,
    /// The line that is a date, as it stands there.
    pub(crate) date_line: Option<String>,
}

/// Reads a page of plain text. Takes time linear in its length.
pub(crate) fn read(text: &str) -> Plain {
    let paragraphs = paragraphs::of(text);
    let dropped = furniture::find(&paragraphs);
    let kept: Vec<Paragraph> =
        paragraphs.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(paragraph, _)| paragraph).collect();
    let barred = kept.iter().filter(|paragraph| marks::is_barred(&paragraph.text)).count();
    let mut reader = Reader {
        paragraphs: &kept,
        plain: Plain::default(),
        bars_are_credits: barred * BARRED_SHARE_MIN <= kept.len(),
        story_begun: false,
        caption_open: false,
    };
    let story = reader.read_title();
    for place in story..kept.len() {
        reader.visit(place);
    }
    reader.plain
}

struct Reader<'a> {
    paragraphs: &'a [Paragraph],
    plain: Plain,
    /// Whether lines of names between bars are few.
    bars_are_credits: bool,
    /// Whether a paragraph of the story was read.
    story_begun: bool,
    /// Whether the last block came from the paragraph right before, and may yet turn out to be a caption.
    caption_open: bool,
}

impl Reader<'_> {
    /// Takes the headline, and gives the place behind it.
    fn read_title(&mut self) -> usize {
        let Some(place) = (0..=1).find(|&place| self.is_title(place)) else { return 0 };
        self.plain.title = Some(self.paragraphs[place].text.clone());
        place + 1
    }

    /// Whether the headline stands here: at the top, or below the name of a section if it is repeated then.
    fn is_title(&self, place: usize) -> bool {
        let (Some(paragraph), Some(next)) = (self.paragraphs.get(place), self.paragraphs.get(place + 1)) else {
            return false;
        };
        let text = &paragraph.text;
        let behind = self.paragraphs[place + 1..].iter().take(3);
        let repeated = behind.into_iter().any(|other| marks::same_words(text, &other.text));
        let short = paragraph.shape == Shape::Prose && marks::at_most(text, HEADLINE_CHARS_MAX);
        if place > 0 {
            let kicker = self.paragraphs[0].text.split_whitespace().count() <= KICKER_WORDS_MAX;
            return kicker && short && repeated;
        }
        let words = text.split_whitespace().count();
        let below_kicker = words <= KICKER_WORDS_MAX && !repeated && self.is_title(1);
        let apart = next.gap_before || is_meta(&next.text) || (is_story(next) && next.text.len() > text.len());
        short && !below_kicker && !is_meta(text) && (repeated || (apart && is_headline(paragraph)))
    }

    fn visit(&mut self, place: usize) {
        let text = &self.paragraphs[place].text;
        let caption_open = std::mem::take(&mut self.caption_open);
        if place < HEAD_PARAGRAPHS_MAX && self.take_head(text) {
            return;
        }
        if let Some((caption, by)) = split_caption(text) {
            let (caption, by) = (caption.to_owned(), marks::credit_name(by));
            self.plain.images.push(Image { url: None, caption: Some(caption), credit: Some(by) });
        } else if marks::is_credit(text) || self.is_barred_credit(place) {
            let caption = self.take_caption(place, caption_open);
            self.plain.images.push(Image { url: None, caption, credit: Some(marks::credit_name(text)) });
        } else {
            self.push_block(place);
            self.caption_open = true;
        }
    }

    /// Takes what stands over a story: its headline again, its authors, its date.
    fn take_head(&mut self, text: &str) -> bool {
        if self.plain.title.as_deref().is_some_and(|title| marks::same_words(title, text)) {
            return true;
        }
        let authors = if self.plain.authors.is_empty() { marks::authors(text) } else { Vec::new() };
        let date = self.plain.date_line.is_none() && marks::is_date_line(date_part(text));
        let taken = !authors.is_empty() || date;
        if date {
            self.plain.date_line = Some(date_part(text).to_owned());
        }
        if !authors.is_empty() {
            self.plain.authors = authors;
        }
        taken
    }

    /// Whether a line of names between bars is a credit: not where such lines stand together or are many, as in tables.
    fn is_barred_credit(&self, place: usize) -> bool {
        let barred = |place: usize| self.paragraphs.get(place).is_some_and(|p| marks::is_barred(&p.text));
        self.bars_are_credits && barred(place) && !barred(place + 1) && !(place > 0 && barred(place - 1))
    }

    /// The paragraph right before a credit, if it is the caption: over a story the first one is, inside it only one
    /// that reads like a caption.
    fn take_caption(&mut self, place: usize, caption_open: bool) -> Option<String> {
        let last = self.plain.blocks.last().filter(|_| caption_open)?;
        let over_story = self.plain.blocks.len() == 1 && self.paragraphs[place + 1..].iter().take(3).any(is_story);
        let fits = marks::at_most(&last.text, CAPTION_CHARS_MAX);
        if !fits || !(over_story || reads_like_caption(&last.text)) {
            return None;
        }
        self.plain.blocks.pop().map(|block| block.text)
    }

    fn push_block(&mut self, place: usize) {
        let paragraph = &self.paragraphs[place];
        let kind = match paragraph.shape {
            Shape::Item => BlockKind::ListItem,
            Shape::Row => BlockKind::TableRow,
            Shape::Prose if self.is_heading(place) => BlockKind::Heading,
            Shape::Prose => BlockKind::Paragraph,
        };
        self.story_begun |= kind == BlockKind::Paragraph;
        self.plain.blocks.push(Block::new(kind, paragraph.text.clone()));
    }

    /// Whether a line is a heading inside the story: in capitals, or short and no sentence, over a longer paragraph.
    fn is_heading(&self, place: usize) -> bool {
        let (paragraph, next) = (&self.paragraphs[place], self.paragraphs.get(place + 1));
        let text = &paragraph.text;
        let over_story = next.is_some_and(|next| next.text.len() > text.len() && next.shape == Shape::Prose);
        let stands_out = marks::is_capitals(text) || (self.story_begun && paragraph.gap_before);
        over_story
            && stands_out
            && is_headline(paragraph)
            && marks::at_most(text, HEADING_CHARS_MAX)
            && !text.ends_with(['"', '”', '»', '!', '?', ')', ','])
    }
}

/// A caption and the credit at its end.
fn split_caption(text: &str) -> Option<(&str, &str)> {
    if marks::at_most(text, CAPTION_CHARS_MAX) { marks::split_credit(text) } else { None }
}

fn reads_like_caption(text: &str) -> bool {
    text.split_whitespace().take(CAPTION_WORDS_MIN).count() == CAPTION_WORDS_MIN && marks::reads_like_caption(text)
}

/// Whether a line says who wrote the story or when.
fn is_meta(text: &str) -> bool {
    marks::is_byline(text) || marks::is_date_line(text)
}

/// The date in a line that is a byline or a date with bars: `By Name | March 3, 2021`.
fn date_part(text: &str) -> &str {
    text.split(['|', '•', '·']).map(str::trim).find(|part| marks::is_date_line(part)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
