//! Which word of an article stands at which position: the same for the index and for a text that is marked up.
//!
//! Positions count words. Headline, standfirst, story and each caption are *zones*, with [`GAP_POSITIONS`] between them
//! that no nearness reaches over. In the index a position is doubled, and one more where the word is inflected, that is
//! written otherwise than its stem: so that a word can be looked for as written without a list of its own.

use std::ops::Range;

use crate::{
    article::Article,
    text::{Analyzer, Word, each_sentence_start},
};

/// Positions between two zones; more than any distance that a query can name.
pub(crate) const GAP_POSITIONS: u32 = 128;

/// A part of the text that can be searched apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Zone {
    /// Headline.
    Title,
    /// Standfirst.
    Standfirst,
    /// First paragraph of the story.
    Lead,
    /// The rest of the story.
    Body,
    /// Captions.
    Caption,
}

/// Where the zones of an article end: the first position behind each. A zone that is not there ends where the one
/// before it does; captions stand behind all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ZoneEnds {
    /// Of the headline.
    pub(crate) title: u32,
    /// Of the standfirst.
    pub(crate) standfirst: u32,
    /// Of the first paragraph of the story.
    pub(crate) lead: u32,
    /// Of the story.
    pub(crate) body: u32,
}

impl ZoneEnds {
    /// The zone of a position at which a word stands.
    pub(crate) fn zone(self, position: u32) -> Zone {
        if position < self.title {
            Zone::Title
        } else if position < self.standfirst {
            Zone::Standfirst
        } else if position < self.lead {
            Zone::Lead
        } else if position < self.body {
            Zone::Body
        } else {
            Zone::Caption
        }
    }
}

/// A text of an article in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    /// What it is part of.
    pub(crate) zone: Zone,
    /// The text: a headline, a standfirst, a block of the story, a caption.
    pub(crate) text: &'a str,
    /// Whether it begins a zone, behind a gap.
    pub(crate) begins_zone: bool,
}

/// The texts of an article that are searched as its text, in order.
#[cfg(any(feature = "ingest", test))]
pub(crate) fn parts(article: &Article) -> impl Iterator<Item = Part<'_>> {
    parts_with(article, article.blocks.iter().map(|block| block.text.as_str()))
}

/// The same, with the blocks of the story given apart.
pub(crate) fn parts_with<'a>(
    article: &'a Article,
    blocks: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = Part<'a>> {
    let title = std::iter::once(Part { zone: Zone::Title, text: &article.title, begins_zone: true });
    let standfirst = article.standfirst.iter();
    let standfirst = standfirst.map(|text| Part { zone: Zone::Standfirst, text, begins_zone: true });
    let blocks = blocks.filter(|text| !text.is_empty()).enumerate().map(|(i, text)| Part {
        zone: if i == 0 { Zone::Lead } else { Zone::Body },
        text,
        begins_zone: i == 0,
    });
    let captions = article.images.iter().filter_map(|image| image.caption.as_deref());
    let captions = captions.map(|text| Part { zone: Zone::Caption, text, begins_zone: true });
    title.chain(standfirst).chain(blocks).chain(captions).filter(|part| !part.text.is_empty())
}

/// What is met on the way through a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A sentence begins at the next word.
    Sentence,
    /// A paragraph, a headline or a caption begins at the next word, and so does a sentence.
    Paragraph,
}

/// Counts positions along the parts of an article.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    /// Position of the next word.
    next: u32,
    ends: ZoneEnds,
    starts: Vec<usize>,
}

/// What [`Counter::walk`] tells of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'a> {
    /// A boundary before the next word.
    Boundary(Mark),
    /// A word at its place.
    Word(Word<'a>),
}

impl Counter {
    /// Goes through one part, the next in order, and calls `each` with what is met, its position and, for a word, its
    /// bytes in the part's text.
    #[cfg(any(feature = "ingest", test))]
    pub(crate) fn walk(
        &mut self,
        part: Part<'_>,
        analyzer: &mut Analyzer,
        each: impl FnMut(Step<'_>, u32, Range<usize>),
    ) {
        self.walk_where(part, analyzer, true, |_| true, each);
    }

    /// The same, but without words that are not `wanted`, and without sentences where none are asked for.
    pub(crate) fn walk_where(
        &mut self,
        part: Part<'_>,
        analyzer: &mut Analyzer,
        sentences: bool,
        wanted: impl Fn(&str) -> bool,
        mut each: impl FnMut(Step<'_>, u32, Range<usize>),
    ) {
        if part.begins_zone && self.next > 0 {
            self.next += GAP_POSITIONS;
        }
        self.starts.clear();
        if sentences {
            each_sentence_start(part.text, |at| self.starts.push(at));
        }
        let mut starts = self.starts.iter().copied().peekable();
        let mut first = true;
        let mut next = self.next;
        analyzer.each_word_where(part.text, wanted, |word, bytes| {
            let mut begins = false;
            while starts.next_if(|&start| start <= bytes.start).is_some() {
                begins = true;
            }
            if std::mem::take(&mut first) {
                each(Step::Boundary(Mark::Paragraph), next, bytes.start..bytes.start);
            } else if begins {
                each(Step::Boundary(Mark::Sentence), next, bytes.start..bytes.start);
            }
            if let Some(word) = word {
                each(Step::Word(word), next, bytes);
            }
            next += 1;
        });
        self.next = next;
        self.note_end(part.zone);
    }

    fn note_end(&mut self, zone: Zone) {
        let next = self.next;
        let ends = &mut self.ends;
        match zone {
            Zone::Title => *ends = ZoneEnds { title: next, standfirst: next, lead: next, body: next },
            Zone::Standfirst => (ends.standfirst, ends.lead, ends.body) = (next, next, next),
            Zone::Lead => (ends.lead, ends.body) = (next, next),
            Zone::Body => ends.body = next,
            Zone::Caption => {}
        }
    }

    /// Where the zones ended, of those gone through.
    pub(crate) fn ends(&self) -> ZoneEnds {
        self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, BlockKind, Image};

    #[test]
    fn zones_stand_apart_and_paragraphs_side_by_side() {
        let article = Article {
            title: "Two words".to_owned(),
            blocks: vec![
                Block::new(BlockKind::Paragraph, "Lead here. More of it."),
                Block::new(BlockKind::Paragraph, "End"),
            ],
            images: vec![Image { caption: Some("Seen".to_owned()), ..Image::default() }],
            ..Article::default()
        };
        let mut counter = Counter::default();
        let mut analyzer = Analyzer::new(None);
        let mut found = Vec::new();
        for part in parts(&article) {
            counter.walk(part, &mut analyzer, |step, position, _| {
                found.push(match step {
                    Step::Boundary(mark) => format!("{mark:?} {position}"),
                    Step::Word(word) => format!("{} {position}", word.stem),
                });
            });
        }
        let (lead, end) = (2 + GAP_POSITIONS, 7 + GAP_POSITIONS);
        let caption = end + 1 + GAP_POSITIONS;
        let expected = [
            "Paragraph 0".to_owned(),
            "two 0".to_owned(),
            "words 1".to_owned(),
            format!("Paragraph {lead}"),
            format!("lead {lead}"),
            format!("here {}", lead + 1),
            format!("Sentence {}", lead + 2),
            format!("more {}", lead + 2),
            format!("of {}", lead + 3),
            format!("it {}", lead + 4),
            format!("Paragraph {end}"),
            format!("end {end}"),
            format!("Paragraph {caption}"),
            format!("seen {caption}"),
        ];
        assert_eq!(found, expected);
        let ends = counter.ends();
        assert_eq!(ends, ZoneEnds { title: 2, standfirst: 2, lead: end, body: end + 1 });
        assert_eq!(
            [0, lead, end, caption].map(|at| ends.zone(at)),
            [Zone::Title, Zone::Lead, Zone::Body, Zone::Caption]
        );
    }
}
