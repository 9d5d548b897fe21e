//! The sketch of a story: a few numbers by which near-duplicates find each other.

use crate::{article::Article, text::each_shingle};

/// Numbers in a sketch. Of a copy cut to 30 % of the words about ten are left, and three are enough to be compared.
pub(super) const SKETCH_HASHES: usize = 32;

/// The sketch of an article's story: of the hashes of its shingles, the [`SKETCH_HASHES`] smallest, of each the lower
/// half. In order of the hashes; empty where the story is too short to be told from others by its words.
///
/// This is the bottom-k form of MinHash: A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997.
/// Unlike k permutations it costs one hash a shingle. Two sketches share about `k · |A ∩ B| / |larger|` numbers, so
/// that a text and its first part do as well, which LSH over bands of permutations would pass over.
pub(super) fn of(article: &Article) -> Vec<u32> {
    let mut smallest = Smallest { hashes: Vec::with_capacity(2 * SKETCH_HASHES), below: u64::MAX };
    let mut shingles = 0;
    each_shingle(article.blocks.iter().map(|block| block.text.as_str()), |hash| {
        shingles += 1;
        smallest.offer(hash);
    });
    if shingles < super::copies::STORY_SHINGLES_MIN {
        return Vec::new();
    }
    smallest.cut();
    smallest.hashes.iter().map(|&hash| hash as u32).collect()
}

/// The smallest of all hashes offered, each once.
struct Smallest {
    hashes: Vec<u64>,
    /// What is not below this is not among them.
    below: u64,
}

impl Smallest {
    fn offer(&mut self, hash: u64) {
        if hash < self.below {
            self.hashes.push(hash);
            if self.hashes.len() == 2 * SKETCH_HASHES {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.hashes.truncate(SKETCH_HASHES);
        if self.hashes.len() == SKETCH_HASHES {
            self.below = self.hashes[SKETCH_HASHES - 1];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        article::{Block, BlockKind},
        text::Shingles,
    };

    fn article(words: std::ops::Range<u32>) -> Article {
        let text: Vec<String> = words.map(|n| format!("word{n}")).collect();
        Article { blocks: vec![Block::new(BlockKind::Paragraph, text.join(" "))], ..Article::default() }
    }

    #[test]
    fn a_sketch_is_the_smallest_hashes_of_all() {
        let article = article(0..3_000);
        let all = Shingles::of(article.blocks.iter().map(|block| block.text.as_str())).runs;
        let smallest: Vec<u32> = all.iter().take(SKETCH_HASHES).map(|&hash| hash as u32).collect();
        assert_eq!(of(&article), smallest);
    }

    #[test]
    fn the_first_part_of_a_text_shares_numbers_with_the_whole() {
        let (whole, part) = (of(&article(0..1_000)), of(&article(0..300)));
        let shared = whole.iter().filter(|hash| part.contains(hash)).count();
        assert!((4..=18).contains(&shared), "{shared}");
        assert!(of(&article(1_000..2_000)).iter().all(|hash| !whole.contains(hash)));
    }

    #[test]
    fn a_few_words_have_no_sketch() {
        assert!(of(&article(0..10)).is_empty());
    }
}
