//! The learnt judge of runs: a forest of small decision trees.
//!
//! `benches/forest` grows it with LightGBM from pages whose story is known, tells how, and how good it is. Any change
//! of [`super::features`], [`super::names`] or [`super::cues`] needs a new forest.

use std::sync::LazyLock;

/// The forest's trees as the trainer wrote them, little endian: number of trees (u16); then for each tree the number of
/// its inner nodes (u8), those (column u16, bound f32, left i8, right i8; a child below zero is the leaf `!child`), and
/// its leaves, one more than inner nodes (f32). A row goes left where its column is at most the bound.
static BYTES: &[u8] = include_bytes!("forest.bin");

static FOREST: LazyLock<Forest> = LazyLock::new(|| Forest::read(BYTES).expect("forest.bin is built in, and whole"));

/// Decision trees whose leaves add up to the log odds that a run is part of the story.
struct Forest {
    trees: Vec<Tree>,
}

struct Tree {
    nodes: Vec<Node>,
    leaves: Vec<f32>,
}

#[derive(Clone, Copy)]
struct Node {
    column: u16,
    bound: f32,
    left: i8,
    right: i8,
}

/// Trees that are asked before a run may be given up, and the log odds below which it is.
const TREES_FIRST: usize = 40;
const ODDS_HOPELESS: f32 = -3.5;

/// Chance, from 0 to 1, that a run with this row of features belongs to the story.
///
/// Most runs of a page are links that the first trees are sure about; the rest of the forest is not asked for them.
pub(super) fn chance(row: &[f32]) -> f32 {
    let (first, rest) = FOREST.trees.split_at(TREES_FIRST.min(FOREST.trees.len()));
    let mut odds: f32 = first.iter().map(|tree| tree.leaf(row)).sum();
    if odds > ODDS_HOPELESS {
        odds += rest.iter().map(|tree| tree.leaf(row)).sum::<f32>();
    }
    1.0 / (1.0 + (-odds).exp())
}

impl Forest {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let count = u16::from_le_bytes(reader.take()?);
        let trees = (0..count).map(|_| Tree::read(&mut reader)).collect::<Option<_>>()?;
        reader.0.is_empty().then_some(Self { trees })
    }
}

impl Tree {
    fn read(reader: &mut Reader) -> Option<Self> {
        let [count] = reader.take()?;
        let nodes = (0..count).map(|_| Node::read(reader)).collect::<Option<_>>()?;
        let leaves = (0..=count).map(|_| reader.take().map(f32::from_le_bytes)).collect::<Option<_>>()?;
        Some(Self { nodes, leaves })
    }

    fn leaf(&self, row: &[f32]) -> f32 {
        let mut at: i8 = if self.nodes.is_empty() { !0 } else { 0 };
        while at >= 0 {
            let node = &self.nodes[at as usize];
            at = if row[usize::from(node.column)] <= node.bound { node.left } else { node.right };
        }
        self.leaves[!at as usize]
    }
}

impl Node {
    fn read(reader: &mut Reader) -> Option<Self> {
        let column = u16::from_le_bytes(reader.take()?);
        let bound = f32::from_le_bytes(reader.take()?);
        let [left, right] = reader.take()?.map(|byte| byte as i8);
        Some(Self { column, bound, left, right })
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }
}
