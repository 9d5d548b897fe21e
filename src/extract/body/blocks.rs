//! From chosen runs to the blocks of an article.

use super::outline::{NONE, Outline, Tag};
use crate::article::{Block, BlockKind};

/// Elements above a run that may say what kind of block it is.
const KIND_LEVELS_MAX: usize = 5;

/// Cells that a row of data may have in one block.
const CELLS_MAX: usize = 64;

/// The chosen runs as blocks, in order. The cells of a table's row become one block.
pub(super) fn of(outline: &Outline, kept: &[bool]) -> Vec<Block> {
    let chosen: Vec<usize> = (0..outline.runs.len()).filter(|&run| kept[run]).collect();
    let mut blocks = Vec::with_capacity(chosen.len());
    let mut rest = chosen.as_slice();
    while !rest.is_empty() {
        let row = row_of(outline, rest);
        if is_data(outline, row) {
            let texts: Vec<_> = row.iter().map(|&run| outline.text(&outline.runs[run])).collect();
            blocks.push(Block::new(BlockKind::TableRow, texts.join("\t")));
            rest = &rest[row.len()..];
        } else {
            let alone = row.len().max(1);
            blocks.extend(
                rest[..alone].iter().map(|&run| Block::new(kind_of(outline, run), outline.text(&outline.runs[run]))),
            );
            rest = &rest[alone..];
        }
    }
    blocks
}

/// The runs, from the first on, that stand in one row of a table.
fn row_of<'r>(outline: &Outline, runs: &'r [usize]) -> &'r [usize] {
    let row = outline.runs[runs[0]].row;
    let same = runs.iter().take_while(|&&run| row != NONE && outline.runs[run].row == row).count();
    &runs[..same]
}

/// Whether the runs of a row are data, one in each cell, and not the parts of a page that a table lays out.
fn is_data(outline: &Outline, row: &[usize]) -> bool {
    let cell = |run: usize| outline.runs[run].cell;
    (2..=CELLS_MAX).contains(&row.len()) && row.windows(2).all(|pair| cell(pair[0]) != cell(pair[1]))
}

fn kind_of(outline: &Outline, run: usize) -> BlockKind {
    for holder in outline.holders_above(outline.runs[run].holder).take(KIND_LEVELS_MAX) {
        match holder.tag {
            Tag::Heading1 | Tag::Heading2 | Tag::Heading3 => return BlockKind::Heading,
            Tag::Quote => return BlockKind::Quote,
            Tag::Item if holder.first_run as usize == run => return BlockKind::ListItem,
            Tag::Item | Tag::Article | Tag::Main | Tag::Cell => break,
            _ => {}
        }
    }
    BlockKind::Paragraph
}
