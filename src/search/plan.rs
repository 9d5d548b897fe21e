//! What is asked of the places of words: nearness, order, scope; the same over the index and over a text.

use crate::index::layout::{Zone, ZoneEnds};

/// Most spans that one part of a plan gives for one article; what lies behind them is not looked at.
pub(super) const SPANS_MAX: usize = 8_192;

/// A stretch of words, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    pub(super) fn word(position: u32) -> Self {
        Self { start: position, end: position }
    }
}

/// A tree over *leaves*: words and their alternatives, known by number to whoever reads their places.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plan {
    /// Every place of a leaf.
    Leaf(usize),
    /// One behind another.
    Sequence(Vec<Plan>),
    /// All of these leaves, in any order, with at most `spare` other words among them.
    Window { leaves: Vec<WindowLeaf>, spare: u32 },
    /// Two that do not overlap, at most `words` apart (1 is side by side), the left one first where `ordered`.
    Near { left: Box<Plan>, right: Box<Plan>, words: u32, ordered: bool },
    /// All in one sentence or paragraph.
    Same { scope: Scope, parts: Vec<Plan> },
    /// Any of these.
    Any(Vec<Plan>),
    /// The part, where it stands so often.
    AtLeast { times: u32, part: Box<Plan> },
    /// The part, where it begins and ends in these zones.
    Within { zones: &'static [Zone], part: Box<Plan> },
}

/// A leaf of a window. Leaves of one kind are the same word, which must then stand there as often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WindowLeaf {
    pub(super) leaf: usize,
    pub(super) kind: usize,
}

/// What words share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Sentence,
    Paragraph,
}

/// Reads the places of one article.
pub(super) trait View {
    /// Puts the positions of a leaf into an empty list; in any order.
    fn leaf(&mut self, leaf: usize, positions: &mut Vec<u32>);
    /// Appends the positions at which units of a scope begin; in any order.
    fn starts(&mut self, scope: Scope, positions: &mut Vec<u32>);
    /// Where the zones end.
    fn zone_ends(&mut self) -> ZoneEnds;
}

impl Plan {
    /// The spans of an article that fit, in order, each once; at most `SPANS_MAX`.
    pub(super) fn spans(&self, view: &mut dyn View) -> Vec<Span> {
        let mut spans = match self {
            Self::Leaf(leaf) => words(*leaf, view),
            Self::Sequence(parts) => sequence(parts, view),
            Self::Window { leaves, spare } => window(leaves, *spare, view),
            Self::Near { left, right, words, ordered } => {
                let left = left.spans(view);
                if left.is_empty() { left } else { near(&left, &right.spans(view), *words, *ordered) }
            }
            Self::Same { scope, parts } => same(*scope, parts, view),
            Self::Any(parts) => any(parts, view),
            Self::AtLeast { times, part } => {
                let spans = part.spans(view);
                if spans.len() < *times as usize { Vec::new() } else { spans }
            }
            Self::Within { zones, part } => {
                let mut spans = part.spans(view);
                if !spans.is_empty() {
                    let ends = view.zone_ends();
                    spans.retain(|span| [span.start, span.end].iter().all(|&at| zones.contains(&ends.zone(at))));
                }
                spans
            }
        };
        spans.truncate(SPANS_MAX);
        spans
    }

    /// The same plan with the numbers of its leaves raised.
    pub(super) fn shifted(&self, by: usize) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.shifted(by)).collect();
        match self {
            Self::Leaf(leaf) => Self::Leaf(leaf + by),
            Self::Sequence(parts) => Self::Sequence(all(parts)),
            Self::Window { leaves, spare } => {
                let leaves = leaves.iter().map(|leaf| WindowLeaf { leaf: leaf.leaf + by, kind: leaf.kind });
                Self::Window { leaves: leaves.collect(), spare: *spare }
            }
            Self::Near { left, right, words, ordered } => Self::Near {
                left: Box::new(left.shifted(by)),
                right: Box::new(right.shifted(by)),
                words: *words,
                ordered: *ordered,
            },
            Self::Same { scope, parts } => Self::Same { scope: *scope, parts: all(parts) },
            Self::Any(parts) => Self::Any(all(parts)),
            Self::AtLeast { times, part } => Self::AtLeast { times: *times, part: Box::new(part.shifted(by)) },
            Self::Within { zones, part } => Self::Within { zones, part: Box::new(part.shifted(by)) },
        }
    }

    /// Whether it asks where sentences or paragraphs begin.
    pub(super) fn has_scope(&self) -> bool {
        match self {
            Self::Leaf(_) | Self::Window { .. } => false,
            Self::Same { .. } => true,
            Self::Sequence(parts) | Self::Any(parts) => parts.iter().any(Self::has_scope),
            Self::Near { left, right, .. } => left.has_scope() || right.has_scope(),
            Self::AtLeast { part, .. } | Self::Within { part, .. } => part.has_scope(),
        }
    }

    /// Calls `each` with every leaf.
    pub(super) fn each_leaf(&self, each: &mut impl FnMut(usize)) {
        match self {
            Self::Leaf(leaf) => each(*leaf),
            Self::Window { leaves, .. } => leaves.iter().for_each(|leaf| each(leaf.leaf)),
            Self::Sequence(parts) | Self::Same { parts, .. } | Self::Any(parts) => {
                parts.iter().for_each(|part| part.each_leaf(each));
            }
            Self::Near { left, right, .. } => {
                left.each_leaf(each);
                right.each_leaf(each);
            }
            Self::AtLeast { part, .. } | Self::Within { part, .. } => part.each_leaf(each),
        }
    }
}

fn sorted(mut positions: Vec<u32>) -> Vec<u32> {
    if !positions.is_sorted() {
        positions.sort_unstable();
    }
    positions.dedup();
    positions
}

fn in_order(mut spans: Vec<Span>) -> Vec<Span> {
    if !spans.is_sorted() {
        spans.sort_unstable();
    }
    spans.dedup();
    spans
}

fn words(leaf: usize, view: &mut dyn View) -> Vec<Span> {
    let mut positions = Vec::new();
    view.leaf(leaf, &mut positions);
    sorted(positions).into_iter().map(Span::word).collect()
}

fn any(parts: &[Plan], view: &mut dyn View) -> Vec<Span> {
    in_order(parts.iter().flat_map(|part| part.spans(view)).collect())
}

fn sequence(parts: &[Plan], view: &mut dyn View) -> Vec<Span> {
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    let mut spans = first.spans(view);
    for part in rest {
        if spans.is_empty() {
            break;
        }
        let next = part.spans(view);
        let mut joined = Vec::new();
        let mut from = 0;
        let single = spans.iter().all(|span| span.start == span.end);
        for span in &spans {
            // Words come in the order of their ends too, so that what was passed need not be looked at again.
            if !single {
                from = 0;
            }
            from += next[from..].partition_point(|other| other.start <= span.end);
            let behind = next[from..].iter().take_while(|other| other.start == span.end + 1);
            joined.extend(behind.map(|other| Span { start: span.start, end: other.end }));
        }
        joined.truncate(SPANS_MAX);
        spans = in_order(joined);
    }
    spans
}

fn near(left: &[Span], right: &[Span], words: u32, ordered: bool) -> Vec<Span> {
    let mut found = Vec::new();
    let longest = right.iter().map(|span| span.end - span.start).max().unwrap_or(0);
    for a in left {
        let first = right.partition_point(|b| b.start.saturating_add(longest).saturating_add(words) < a.start);
        for b in right[first..].iter().take_while(|b| b.start <= a.end.saturating_add(words)) {
            let fits = if b.start > a.end {
                b.start - a.end <= words
            } else {
                !ordered && b.end < a.start && a.start - b.end <= words
            };
            if fits {
                found.push(Span { start: a.start.min(b.start), end: a.end.max(b.end) });
            }
        }
        if found.len() >= SPANS_MAX {
            break;
        }
    }
    in_order(found)
}

/// Of the windows that hold all, those that hold no smaller one.
fn window(leaves: &[WindowLeaf], spare: u32, view: &mut dyn View) -> Vec<Span> {
    let kinds = leaves.iter().map(|leaf| leaf.kind + 1).max().unwrap_or(0);
    let mut needed = vec![0_usize; kinds];
    let mut places: Vec<(u32, usize)> = Vec::new();
    for leaf in leaves {
        needed[leaf.kind] += 1;
        if needed[leaf.kind] == 1 {
            let mut positions = Vec::new();
            view.leaf(leaf.leaf, &mut positions);
            if positions.is_empty() {
                return Vec::new();
            }
            places.extend(sorted(positions).into_iter().map(|position| (position, leaf.kind)));
        }
    }
    places.sort_unstable();
    let longest = leaves.len() as u32 + spare;
    let mut held = vec![0_usize; kinds];
    let mut missing = needed.iter().filter(|&&count| count > 0).count();
    let mut first = 0;
    let mut found = Vec::new();
    for &(end, kind) in &places {
        held[kind] += 1;
        if held[kind] == needed[kind] {
            missing -= 1;
        }
        while missing == 0 {
            let (start, kind) = places[first];
            if held[kind] == needed[kind] {
                if end - start < longest {
                    found.push(Span { start, end });
                }
                missing += 1;
            }
            held[kind] -= 1;
            first += 1;
        }
    }
    in_order(found)
}

/// One span for each sentence or paragraph that has all parts: from the first of them to the last.
fn same(scope: Scope, parts: &[Plan], view: &mut dyn View) -> Vec<Span> {
    let mut found: Vec<Vec<Span>> = Vec::with_capacity(parts.len());
    for part in parts {
        let spans = part.spans(view);
        if spans.is_empty() {
            return Vec::new();
        }
        found.push(spans);
    }
    let mut starts = Vec::new();
    view.starts(scope, &mut starts);
    let starts = sorted(starts);
    let by_unit: Vec<Vec<(usize, Span)>> = found.iter().map(|spans| by_unit(spans, &starts)).collect();
    let Some((first, rest)) = by_unit.split_first() else { return Vec::new() };
    let joined = first.iter().filter_map(|&(unit, span)| {
        rest.iter().try_fold(span, |all, units| {
            let at = units.binary_search_by_key(&unit, |(unit, _)| *unit).ok()?;
            let span = units[at].1;
            Some(Span { start: all.start.min(span.start), end: all.end.max(span.end) })
        })
    });
    in_order(joined.collect())
}

/// The stretch from the first span to the last in each unit that has any wholly within it. Units are counted by their
/// `starts`.
fn by_unit(spans: &[Span], starts: &[u32]) -> Vec<(usize, Span)> {
    let mut units: Vec<(usize, Span)> = Vec::new();
    for span in spans {
        let unit = starts.partition_point(|&start| start <= span.start);
        if starts.get(unit).is_some_and(|&next| span.end >= next) {
            continue;
        }
        match units.last_mut() {
            Some((last, all)) if *last == unit => all.end = all.end.max(span.end),
            _ => units.push((unit, *span)),
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text whose words are leaves by their letter; `.` ends a sentence.
    struct Letters(&'static str);

    impl View for Letters {
        fn leaf(&mut self, leaf: usize, positions: &mut Vec<u32>) {
            let letter = char::from(b'a' + leaf as u8);
            let words = self.0.chars().filter(|&c| c != '.');
            positions.extend(words.zip(0..).filter(|&(c, _)| c == letter).map(|(_, at)| at));
        }

        fn starts(&mut self, _: Scope, positions: &mut Vec<u32>) {
            let mut at = 0;
            positions.push(0);
            for c in self.0.chars() {
                if c == '.' { positions.push(at) } else { at += 1 }
            }
        }

        fn zone_ends(&mut self) -> ZoneEnds {
            ZoneEnds { title: 2, standfirst: 2, lead: 4, body: 100 }
        }
    }

    const A: Plan = Plan::Leaf(0);
    const B: Plan = Plan::Leaf(1);
    const C: Plan = Plan::Leaf(2);

    fn check(plan: &Plan, text: &'static str, spans: &[(u32, u32)]) {
        let found: Vec<(u32, u32)> = plan.spans(&mut Letters(text)).iter().map(|s| (s.start, s.end)).collect();
        assert_eq!(found, spans, "{plan:?} in {text}");
    }

    fn near_plan(left: Plan, right: Plan, words: u32, ordered: bool) -> Plan {
        Plan::Near { left: Box::new(left), right: Box::new(right), words, ordered }
    }

    #[test]
    fn a_sequence_needs_its_parts_side_by_side() {
        check(&Plan::Sequence(vec![A, B]), "abxab", &[(0, 1), (3, 4)]);
        check(&Plan::Sequence(vec![A, A]), "aaa", &[(0, 1), (1, 2)]);
        check(&Plan::Sequence(vec![A, B, C]), "abxabc", &[(3, 5)]);
        check(&Plan::Sequence(vec![Plan::Any(vec![A, Plan::Sequence(vec![A, B])]), B]), "abb", &[(0, 1), (0, 2)]);
        check(&Plan::Sequence(vec![]), "a", &[]);
    }

    #[test]
    fn nearness_counts_words_from_end_to_start() {
        check(&near_plan(A, B, 1, false), "ab", &[(0, 1)]);
        check(&near_plan(A, B, 1, false), "ba", &[(0, 1)]);
        check(&near_plan(A, B, 1, true), "ba", &[]);
        check(&near_plan(A, B, 2, true), "axb", &[(0, 2)]);
        check(&near_plan(A, B, 2, true), "axxb", &[]);
        check(&near_plan(Plan::Sequence(vec![A, B]), C, 2, false), "cxab", &[(0, 3)]);
        check(&near_plan(near_plan(A, B, 3, false), C, 1, true), "axbc", &[(0, 3)]);
    }

    #[test]
    fn nothing_is_near_itself() {
        check(&near_plan(A, A, 5, false), "a", &[]);
        check(&near_plan(A, A, 5, false), "axa", &[(0, 2)]);
    }

    #[test]
    fn a_window_holds_all_in_any_order() {
        let leaves = |kinds: &[usize]| kinds.iter().map(|&kind| WindowLeaf { leaf: kind, kind }).collect::<Vec<_>>();
        check(&Plan::Window { leaves: leaves(&[0, 1]), spare: 0 }, "baxab", &[(0, 1), (3, 4)]);
        check(&Plan::Window { leaves: leaves(&[0, 1]), spare: 1 }, "axb", &[(0, 2)]);
        check(&Plan::Window { leaves: leaves(&[0, 1]), spare: 1 }, "axxb", &[]);
        check(&Plan::Window { leaves: leaves(&[0, 0]), spare: 5 }, "xax", &[]);
        check(&Plan::Window { leaves: leaves(&[0, 0]), spare: 5 }, "axa", &[(0, 2)]);
    }

    #[test]
    fn a_sentence_has_all_of_its_words() {
        let same = |parts: &[Plan]| Plan::Same { scope: Scope::Sentence, parts: parts.to_vec() };
        check(&same(&[A, B]), "ax.xb", &[]);
        check(&same(&[A, B]), "ax.bxa", &[(2, 4)]);
        check(&same(&[Plan::Sequence(vec![A, B]), A]), "a.b", &[]);
        check(&same(&[A, B]), "aba.ab", &[(0, 2), (3, 4)]);
    }

    #[test]
    fn counts_and_zones_restrict() {
        check(&Plan::AtLeast { times: 2, part: Box::new(A) }, "aba", &[(0, 0), (2, 2)]);
        check(&Plan::AtLeast { times: 3, part: Box::new(A) }, "aba", &[]);
        check(&Plan::Within { zones: &[Zone::Title], part: Box::new(A) }, "xaa", &[(1, 1)]);
        check(
            &Plan::Within { zones: &[Zone::Lead, Zone::Body], part: Box::new(A) },
            "aaaaa",
            &[(2, 2), (3, 3), (4, 4)],
        );
    }
}
