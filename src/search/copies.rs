//! The copies of an article in other outlets, and what is different in each.

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::DocAddress;

use super::Snapshot;
use crate::{
    article::Article,
    diff::{Difference, Part, PartDifference, PieceKind, word_count},
    error::Result,
    index::{Member, tie},
};

/// Most copies of an article that are given; more are counted.
pub const COPIES_MAX: usize = 1_000;

/// Most changed numbers that are named.
const NUMBERS_MAX: usize = 10;

/// Words at the beginning of a story by which its lead is told.
const LEAD_WORDS: usize = 16;

/// Words from which something missing at the end counts as cut off.
const PASSAGE_WORDS_MIN: usize = 8;

/// An article and its copies: wire copy in several outlets, republication with edits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Copies {
    /// Id of the article asked for.
    pub article: String,
    /// Articles in the cluster, that one among them.
    pub total: usize,
    /// The first [`COPIES_MAX`] of them: the one that stands for all (the longest of the earliest day), then by date
    /// and by how much they share. Empty where the article has no copies.
    pub members: Vec<CopiedArticle>,
}

/// One article of a cluster of copies.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CopiedArticle {
    /// The article, without the blocks of its story.
    pub article: Article,
    /// Share of its story that stands in the representative's, 0 to 1, by runs of four words.
    pub shares: f32,
    /// Share of the representative's story that stands in its own.
    pub covers: f32,
    /// How it differs from the representative; `None` for that one.
    pub differs: Option<CopyDifference>,
}

/// How a copy differs from another article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CopyDifference {
    /// Its headline is another.
    pub title: bool,
    /// Its story begins with other words.
    pub lead: bool,
    /// Its captions are others.
    pub captions: bool,
    /// Words that are missing at its end.
    pub words_cut: usize,
    /// Words that are missing, those at the end among them.
    pub words_missing: usize,
    /// Words that it has instead or in addition.
    pub words_added: usize,
    /// Numbers that stand where others stood, as pairs of the other one and its own.
    pub numbers: Vec<(String, String)>,
}

impl CopyDifference {
    /// Compares a copy with another article.
    pub fn between(other: &Article, copy: &Article) -> Self {
        let difference = Difference::between(other, copy);
        let mut found = Self {
            title: difference.part(Part::Title).is_some(),
            captions: difference.part(Part::Captions).is_some(),
            ..Self::default()
        };
        if let Some(story) = difference.part(Part::Story) {
            (found.words_missing, found.words_added) = story.words();
            found.lead = has_other_lead(story);
            found.words_cut = words_cut(story);
            found.numbers = numbers(story);
        }
        found
    }
}

/// Whether half of the first words are others.
fn has_other_lead(story: &PartDifference) -> bool {
    let (mut words, mut others) = (0, 0);
    for piece in story.pieces.iter().filter(|piece| piece.kind != PieceKind::Deleted) {
        let some = word_count(&piece.text).min(LEAD_WORDS - words);
        words += some;
        others += if piece.kind == PieceKind::Inserted { some } else { 0 };
    }
    words > 0 && others * 2 >= words
}

fn words_cut(story: &PartDifference) -> usize {
    let last = story.pieces.last().filter(|piece| piece.kind == PieceKind::Deleted);
    last.map(|piece| word_count(&piece.text)).filter(|&words| words >= PASSAGE_WORDS_MIN).unwrap_or(0)
}

/// Numbers that took the place of others: in a deletion and the insertion behind it, as many in both.
fn numbers(story: &PartDifference) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for pair in story.pieces.windows(2) {
        if (pair[0].kind, pair[1].kind) == (PieceKind::Deleted, PieceKind::Inserted) {
            let (old, new) = (numbers_of(&pair[0].text), numbers_of(&pair[1].text));
            if old.len() == new.len() {
                pairs.extend(old.into_iter().zip(new).filter(|(old, new)| old != new));
            }
        }
    }
    pairs.truncate(NUMBERS_MAX);
    pairs
}

fn numbers_of(text: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_numeric()).to_owned();
    text.split_whitespace().filter(|word| word.contains(char::is_numeric)).map(bare).collect()
}

impl Snapshot {
    /// The copies of an article.
    pub(crate) fn copies(&self, id: &str) -> Result<Copies> {
        let mut copies = Copies { article: id.to_owned(), total: 0, members: Vec::new() };
        let Some(cluster) = self.copies_of(tie(id)) else { return Ok(copies) };
        let mut members: Vec<Member> = Vec::with_capacity(cluster.size());
        members.extend(cluster.members());
        let places = self.places(&members)?;
        copies.total = places.len();
        let mut first: Option<Article> = None;
        for member in members.iter().take(COPIES_MAX) {
            let Some(&address) = places.get(&member.tie) else { continue };
            let article = self.article_at(address)?;
            let differs = first.as_ref().map(|first| CopyDifference::between(first, &article));
            let (shares, covers) = (f32::from(member.shares) / 100.0, f32::from(member.covers) / 100.0);
            if first.is_none() {
                first = Some(article.clone());
            }
            copies.members.push(CopiedArticle {
                article: Article { blocks: Vec::new(), ..article },
                shares,
                covers,
                differs,
            });
        }
        if let Some((_, rest)) = copies.members.split_first_mut() {
            let day =
                |copy: &CopiedArticle| copy.article.published.as_ref().map_or(i64::MAX, |date| date.unix_seconds());
            let most = |copy: &CopiedArticle| (-copy.covers, -copy.shares);
            rest.sort_by(|a, b| {
                let shared = most(a).partial_cmp(&most(b)).unwrap_or(std::cmp::Ordering::Equal);
                day(a).cmp(&day(b)).then(shared).then_with(|| a.article.id.cmp(&b.article.id))
            });
        }
        Ok(copies)
    }

    /// Where members of a cluster lie. One pass over a column of the archive.
    fn places(&self, members: &[Member]) -> Result<FxHashMap<u64, DocAddress>> {
        let mut wanted: Vec<u64> = members.iter().map(|member| member.tie).collect();
        wanted.sort_unstable();
        let mut places = FxHashMap::default();
        self.each_live(|ord, segment, docs| {
            let ties = segment.fast_fields().u64("tie").map_err(|e| self.store.error(e))?;
            for doc in docs {
                let tie = ties.first(doc).unwrap_or(0);
                if wanted.binary_search(&tie).is_ok() {
                    places.entry(tie).or_insert(DocAddress::new(ord, doc));
                }
            }
            Ok(())
        })?;
        Ok(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, BlockKind};

    fn article(title: &str, story: &str) -> Article {
        let blocks = story.lines().map(|line| Block::new(BlockKind::Paragraph, line)).collect();
        Article { title: title.to_owned(), blocks, ..Article::default() }
    }

    #[test]
    fn the_edits_that_papers_make_are_named() {
        let whole = "The dam above the town held through the night, engineers said.\nSome 5,800 people slept in schools.\n\
                     The order was lifted before noon, and the first families walked home along the river road.";
        let cut = "Estmark's largest dam has withstood the worst flood since it was built in 1931.\nSome 4,800 people slept in schools.";
        let found = CopyDifference::between(&article("Dam holds", whole), &article("Dam stands", cut));
        assert!(found.title && found.lead && !found.captions);
        assert_eq!(found.words_cut, 16);
        assert_eq!(found.numbers, [("5,800".to_owned(), "4,800".to_owned())]);
        let same = CopyDifference::between(&article("Dam holds", whole), &article("Dam holds", whole));
        assert_eq!(same, CopyDifference::default());
    }
}
