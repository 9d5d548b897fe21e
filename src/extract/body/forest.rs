//! The learnt judge of runs: a forest of small decision trees.
//!
//! `benches/forest` grows it with LightGBM from pages whose story is known, tells how, and how good it is. Any change
//! of [`super::features`], [`super::names`] or [`super::cues`] needs a new forest.

use std::sync::LazyLock;

use super::features::Features;

/// The forest's trees as the trainer wrote them, little endian: number of trees (u16); then for each tree the number of
/// its inner nodes (u8), those (column u16, bound f32, left i8, right i8; a child below zero is the leaf `!child`), and
/// its leaves, one more than inner nodes (f32). A row goes left where its column is at most the bound.
static BYTES: &[u8] = include_bytes!("forest.bin");

static FOREST: LazyLock<Forest> = LazyLock::new(|| Forest::read(BYTES).expect("forest.bin is built in, and whole"));

/// Decision trees whose leaves add up to the log odds that a run is part of the story.
struct Forest {
    trees: Vec<Tree>,
}

/// Most inner nodes and leaves of a tree; a power of two, so that a place within it needs no check.
const NODES_MAX: usize = 32;

struct Tree {
    /// Inner nodes, then leaves. A leaf leads to itself, so that all rows take as many steps.
    nodes: [Node; NODES_MAX],
    /// What a leaf adds.
    values: [f32; NODES_MAX],
    depth: u8,
}

#[derive(Clone, Copy, Default)]
struct Node {
    bound: f32,
    column: u16,
    left: u8,
    right: u8,
}

/// Trees that are asked before a run may be given up, and the log odds below which it is.
const TREES_FIRST: usize = 40;
const ODDS_HOPELESS: f32 = -3.5;

/// Rows that go down a tree side by side: the steps of one wait for memory while those of the others are made.
const LANES: usize = 8;

/// For each run the chance, from 0 to 1, that it belongs to the story.
///
/// Most runs of a page are links that the first trees are sure about; the rest of the forest is not asked for them.
pub(super) fn chances(features: &Features) -> Vec<f32> {
    let (first, rest) = FOREST.trees.split_at(TREES_FIRST.min(FOREST.trees.len()));
    let all: Vec<usize> = (0..features.rows()).collect();
    let mut odds = vec![0.0; all.len()];
    add(first, features, &all, &mut odds);
    let open: Vec<usize> = all.into_iter().filter(|&run| odds[run] > ODDS_HOPELESS).collect();
    let mut more = vec![0.0; odds.len()];
    add(rest, features, &open, &mut more);
    odds.iter().zip(more).map(|(odds, more)| 1.0 / (1.0 + (-(odds + more)).exp())).collect()
}

/// Adds to the sums of some rows what the trees say.
fn add(trees: &[Tree], features: &Features, rows: &[usize], sums: &mut [f32]) {
    for block in rows.chunks(LANES) {
        let lanes: [&[f32]; LANES] = std::array::from_fn(|lane| features.row(block[lane.min(block.len() - 1)]));
        let mut added = [0.0; LANES];
        for tree in trees {
            for (sum, value) in added.iter_mut().zip(tree.values_of(&lanes)) {
                *sum += value;
            }
        }
        for (&row, sum) in block.iter().zip(added) {
            sums[row] += sum;
        }
    }
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
        if usize::from(count) * 2 >= NODES_MAX {
            return None;
        }
        let mut tree = Self { nodes: [Node::default(); NODES_MAX], values: [0.0; NODES_MAX], depth: 0 };
        for node in &mut tree.nodes[..usize::from(count)] {
            *node = Node::read(reader, count)?;
        }
        for leaf in count..=2 * count {
            tree.nodes[usize::from(leaf)] = Node { left: leaf, right: leaf, ..Node::default() };
            tree.values[usize::from(leaf)] = f32::from_le_bytes(reader.take()?);
        }
        // A child stands behind its parent, so that one pass finds every depth, and there is no way round in circles.
        let mut depths = [0; NODES_MAX];
        for at in 0..usize::from(count) {
            for child in [tree.nodes[at].left, tree.nodes[at].right] {
                if usize::from(child) <= at || child > 2 * count {
                    return None;
                }
                depths[usize::from(child)] = depths[at] + 1;
            }
        }
        tree.depth = depths.into_iter().max().unwrap_or_default();
        Some(tree)
    }

    /// What the tree says of each row.
    fn values_of(&self, rows: &[&[f32]; LANES]) -> [f32; LANES] {
        let mut at = [0_u8; LANES];
        for _ in 0..self.depth {
            for (at, row) in at.iter_mut().zip(rows) {
                let node = &self.nodes[usize::from(*at) % NODES_MAX];
                *at = if row[usize::from(node.column)] <= node.bound { node.left } else { node.right };
            }
        }
        at.map(|at| self.values[usize::from(at) % NODES_MAX])
    }
}

impl Node {
    /// Reads a node of a tree with so many inner ones.
    fn read(reader: &mut Reader, count: u8) -> Option<Self> {
        let column = u16::from_le_bytes(reader.take()?);
        let bound = f32::from_le_bytes(reader.take()?);
        let place = |child: u8| if (child as i8) < 0 { count + !child } else { child };
        let [left, right] = reader.take()?.map(place);
        Some(Self { bound, column, left, right })
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
