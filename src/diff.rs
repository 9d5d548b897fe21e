//! What two states of an article have in common, word by word.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::{
    article::Article,
    date::Published,
    text::{Segment, segments},
};

/// Most paragraphs of a story that are compared one by one; a longer story is compared whole.
const BLOCKS_MAX: usize = 2_000;

/// Most words that are compared with each other at a time. Longer changed passages stand as one deletion and one
/// insertion. The cost of a comparison grows with the words times the changes.
const WORDS_MAX: usize = 4_000;

/// Most words that stayed between two long changes and are counted as changed: two passages with nothing in common
/// still share a "the".
const CHANCE_WORDS_MAX: usize = 2;

/// Words from which a change is a long one.
const LONG_WORDS_MIN: usize = 5;

/// What changed from one state of an article to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Difference {
    /// The parts that changed; none where all is the same.
    pub parts: Vec<PartDifference>,
}

/// What changed in one part of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartDifference {
    /// Which part.
    pub part: Part,
    /// The part's text in order: what stayed, what was taken out, what was put in. Those that stayed and those put in
    /// are the later text, a line break for each paragraph; those that stayed and those taken out have the words of the
    /// earlier one.
    pub pieces: Vec<Piece>,
}

/// A part of an article that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// The headline.
    Title,
    /// The standfirst.
    Standfirst,
    /// The authors.
    Authors,
    /// The date of publication.
    Published,
    /// The date of the last change.
    Modified,
    /// The story.
    Story,
    /// The captions of pictures.
    Captions,
}

/// A run of text in a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub kind: PieceKind,
    /// The text.
    pub text: String,
}

/// What became of a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceKind {
    /// It stayed.
    Same,
    /// It was taken out.
    Deleted,
    /// It was put in.
    Inserted,
}

impl Difference {
    /// Compares two states of an article. Paragraphs and spaces set anew are no change.
    pub fn between(before: &Article, after: &Article) -> Self {
        let date = |date: &Option<Published>| date.as_ref().map(Published::to_string).unwrap_or_default();
        let captions = |article: &Article| {
            let captions = article.images.iter().filter_map(|image| image.caption.as_deref());
            captions.collect::<Vec<_>>().join("\n")
        };
        let standfirst = |article: &Article| article.standfirst.clone().unwrap_or_default();
        let texts = [
            (Part::Title, before.title.clone(), after.title.clone()),
            (Part::Standfirst, standfirst(before), standfirst(after)),
            (Part::Authors, before.authors.join(", "), after.authors.join(", ")),
            (Part::Published, date(&before.published), date(&after.published)),
            (Part::Modified, date(&before.modified), date(&after.modified)),
            (Part::Story, before.body(), after.body()),
            (Part::Captions, captions(before), captions(after)),
        ];
        let part = |(part, before, after): (Part, String, String)| {
            let pieces = compare(&before, &after);
            pieces.iter().any(|piece| piece.kind != PieceKind::Same).then_some(PartDifference { part, pieces })
        };
        Self { parts: texts.into_iter().filter_map(part).collect() }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// What changed in a part; `None` where nothing did.
    pub fn part(&self, part: Part) -> Option<&PartDifference> {
        self.parts.iter().find(|difference| difference.part == part)
    }
}

impl PartDifference {
    /// Words taken out and words put in.
    pub fn words(&self) -> (usize, usize) {
        let of =
            |kind| self.pieces.iter().filter(|piece| piece.kind == kind).map(|piece| word_count(&piece.text)).sum();
        (of(PieceKind::Deleted), of(PieceKind::Inserted))
    }
}

/// Words of a text; of scripts without spaces, pairs of signs.
pub(crate) fn word_count(text: &str) -> usize {
    segments(text).count()
}

/// Compares two texts: paragraph by paragraph, and where these differ word by word.
fn compare(before: &str, after: &str) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    if before == after {
        pieces.push(PieceKind::Same, after);
        return pieces.list;
    }
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    if old.len().max(new.len()) > BLOCKS_MAX {
        words(before, after, &mut pieces);
        return pieces.list;
    }
    let key = |blocks: &[&str]| blocks.iter().map(|block| block.trim().to_owned()).collect::<Vec<_>>();
    let changes = capture_diff_slices(Algorithm::Myers, &key(&old), &key(&new));
    // A paragraph taken out and one put in beside it are mostly one that was changed: runs of both are compared
    // together.
    let mut run = (String::new(), String::new());
    for change in changes {
        let (old_range, new_range) = (change.old_range(), change.new_range());
        if let DiffOp::Equal { .. } = change {
            words(&run.0, &run.1, &mut pieces);
            run = (String::new(), String::new());
            pieces.push(PieceKind::Same, &new[new_range].concat());
        } else {
            run.0 += &old[old_range].concat();
            run.1 += &new[new_range].concat();
        }
    }
    words(&run.0, &run.1, &mut pieces);
    pieces.list
}

/// Compares two texts word by word.
fn words(before: &str, after: &str, pieces: &mut Pieces) {
    let (old, new) = (tokens(before), tokens(after));
    if old.len().max(new.len()) > WORDS_MAX {
        pieces.push(PieceKind::Deleted, before);
        pieces.push(PieceKind::Inserted, after);
        return;
    }
    let key = |tokens: &[&str]| tokens.iter().map(|token| token.trim().to_owned()).collect::<Vec<_>>();
    let mut found = Pieces::default();
    for change in capture_diff_slices(Algorithm::Myers, &key(&old), &key(&new)) {
        let (taken, put) = (old[change.old_range()].concat(), new[change.new_range()].concat());
        if let DiffOp::Equal { .. } = change {
            found.push(PieceKind::Same, &put);
        } else {
            found.push(PieceKind::Deleted, &taken);
            found.push(PieceKind::Inserted, &put);
        }
    }
    found.without_chance_matches(pieces);
}

/// The words of a text with the punctuation that hangs on them and the space behind; signs of scripts without spaces
/// one by one. Together they are the text.
fn tokens(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = Vec::new();
    let mut in_space = false;
    for (at, c) in text.char_indices() {
        if in_space && !c.is_whitespace() {
            ends.push(at);
        }
        in_space = c.is_whitespace();
    }
    for segment in segments(text) {
        if let Segment::Gram(bytes) = segment {
            let second = text[bytes.clone()].chars().next().map_or(0, char::len_utf8);
            ends.extend([bytes.start, bytes.start + second, bytes.end]);
        }
    }
    ends.push(text.len());
    ends.sort_unstable();
    ends.dedup();
    let mut tokens = Vec::with_capacity(ends.len());
    let mut start = 0;
    for end in ends.into_iter().filter(|&end| end > 0) {
        tokens.push(&text[start..end]);
        start = end;
    }
    tokens
}

/// Pieces in the making: neighbours of one kind are one piece, and of a change what was taken out comes first.
#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
}

impl Pieces {
    /// Hands the pieces on; words that stayed by chance as taken out and put in again.
    fn without_chance_matches(self, to: &mut Pieces) {
        let words: Vec<(PieceKind, usize)> = self.list.iter().map(|p| (p.kind, word_count(&p.text))).collect();
        let is_long = |of: &[(PieceKind, usize)]| of.iter().any(|&(_, words)| words >= LONG_WORDS_MIN);
        let changes = |of: &[(PieceKind, usize)]| of.iter().take_while(|(kind, _)| *kind != PieceKind::Same).count();
        for (i, piece) in self.list.iter().enumerate() {
            let behind: Vec<_> = words[..i].iter().rev().take(2).copied().collect();
            let (behind, before) = (&behind[..changes(&behind)], &words[i + 1..]);
            let by_chance = piece.kind == PieceKind::Same
                && words[i].1 <= CHANCE_WORDS_MAX
                && is_long(behind)
                && is_long(&before[..changes(before)]);
            if by_chance {
                to.push(PieceKind::Deleted, &piece.text);
                to.push(PieceKind::Inserted, &piece.text);
            } else {
                to.push(piece.kind, &piece.text);
            }
        }
    }

    fn push(&mut self, kind: PieceKind, text: &str) {
        // Spaces alone are no change.
        let kind = match kind {
            PieceKind::Deleted if text.trim().is_empty() => return,
            PieceKind::Inserted if text.trim().is_empty() => PieceKind::Same,
            kind => kind,
        };
        if text.is_empty() {
            return;
        }
        let changed = self.list.iter().rev().take_while(|piece| piece.kind != PieceKind::Same).count();
        let run = self.list.len() - changed;
        if kind == PieceKind::Same {
            match self.list.last_mut().filter(|last| last.kind == kind) {
                Some(last) => last.text.push_str(text),
                None => self.list.push(Piece { kind, text: text.to_owned() }),
            }
            return;
        }
        match self.list[run..].iter_mut().find(|piece| piece.kind == kind) {
            Some(piece) => piece.text.push_str(text),
            None if kind == PieceKind::Deleted => self.list.insert(run, Piece { kind, text: text.to_owned() }),
            None => self.list.push(Piece { kind, text: text.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, BlockKind};

    /// What changed, as `[-…-]` and `{+…+}`.
    fn shown(before: &str, after: &str) -> String {
        let mark = |piece: &Piece| match piece.kind {
            PieceKind::Same => piece.text.clone(),
            PieceKind::Deleted => format!("[-{}-]", piece.text),
            PieceKind::Inserted => format!("{{+{}+}}", piece.text),
        };
        compare(before, after).iter().map(mark).collect()
    }

    #[test]
    fn changed_words_are_told_from_those_that_stayed() {
        assert_eq!(
            shown("Some 5,800 people left.", "Some 4,800 people left."),
            "Some [-5,800 -]{+4,800 +}people left."
        );
        assert_eq!(shown("One.\nTwo.\nThree.", "One.\nThree."), "One.\n[-Two.\n-]Three.");
        assert_eq!(shown("a b c d", "a X Y d"), "a [-b c -]{+X Y +}d");
        assert_eq!(shown("", "new"), "{+new+}");
    }

    #[test]
    fn paragraphs_set_anew_are_no_change() {
        assert_eq!(shown("One two.\nThree four.", "One two. Three\nfour."), "One two. Three\nfour.");
    }

    #[test]
    fn signs_of_scripts_without_spaces_are_compared_one_by_one() {
        assert_eq!(shown("北京大学今天开学", "北京大学明天开学"), "北京大学[-今-]{+明+}天开学");
    }

    #[test]
    fn both_texts_can_be_read_off_a_comparison() {
        let texts = ["", "a", "a b\nc d. e\nf", "北京 a b\nq", "c d. e\na b f x y z\n\n w", "\n\n"];
        for (before, after) in texts.iter().flat_map(|a| texts.iter().map(move |b| (*a, *b))) {
            let pieces = compare(before, after);
            let without = |kind| pieces.iter().filter(|p| p.kind != kind).map(|p| p.text.as_str()).collect::<String>();
            assert_eq!(without(PieceKind::Deleted), after, "{before:?} {after:?}");
            let plain = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(plain(&without(PieceKind::Inserted)), plain(before), "{before:?} {after:?}");
        }
    }

    #[test]
    fn long_texts_with_nothing_in_common_are_bounded() {
        let text = |word: &str| (0..200_000).map(|n| format!("{word}{n} ")).collect::<String>();
        assert_eq!(compare(&text("a"), &text("b")).len(), 2);
        let lines = |word: &str| (0..20_000).map(|n| format!("{word}{n}\n")).collect::<String>();
        assert_eq!(compare(&lines("a"), &lines("b")).len(), 2);
    }

    #[test]
    fn only_parts_that_changed_are_named() {
        let article = |title: &str, story: &str| Article {
            title: title.to_owned(),
            blocks: vec![Block::new(BlockKind::Paragraph, story)],
            ..Article::default()
        };
        let difference = Difference::between(&article("Dam", "It held."), &article("Dam", "It broke."));
        assert_eq!(difference.parts.iter().map(|p| p.part).collect::<Vec<_>>(), [Part::Story]);
        assert_eq!(difference.parts[0].words(), (1, 1));
        assert!(Difference::between(&article("Dam", "It held."), &article("Dam", "It held.")).is_empty());
    }
}
