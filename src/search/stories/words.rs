//! The terms that hold a story together.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::{
    super::{
        Snapshot,
        terms::{Count, Forms},
    },
    StoryTerm,
};
use crate::{article::Article, error::Result};

/// Terms that are looked up in the index, those that stand most often.
const LOOKED_UP: usize = 400;

/// A term over the reports of a story.
#[derive(Default)]
struct Shared {
    reports: usize,
    /// How often it stands in them, damped in each.
    times: f32,
    forms: Forms,
}

impl Shared {
    fn add(&mut self, count: &Count) {
        self.reports += 1;
        self.times += 1.0 + count.frequency.ln();
        self.forms.add_all(&count.forms);
    }
}

impl Snapshot {
    /// The terms that half of some reports have at least, the heaviest first. Numbers and words of two small letters
    /// are none.
    pub(super) fn terms_of_story(&self, reports: &[Article], limit: usize) -> Result<Vec<StoryTerm>> {
        let mut reader = self.term_reader()?;
        let mut shared: FxHashMap<String, Shared> = FxHashMap::default();
        for report in reports {
            // One after the other, so that each sum is made in the order of the reports.
            for (term, count) in reader.counts(report).counts {
                shared.entry(term).or_default().add(&count);
            }
        }
        let is_shared = |(term, shared): &(String, Shared)| {
            2 * shared.reports >= reports.len() && !term.starts_with(|c: char| c.is_numeric())
        };
        let mut shared: Vec<(String, Shared)> = shared.into_iter().filter(is_shared).collect();
        shared.sort_unstable_by(|a, b| by_weight((&a.0, a.1.times), (&b.0, b.1.times)));
        shared.truncate(LOOKED_UP);
        let statistics = self.statistics()?;
        let mut terms = Vec::with_capacity(shared.len());
        for (term, Shared { reports: with, times, forms }) in shared {
            let word = forms.common();
            if is_particle(word) {
                continue;
            }
            let (rareness, _) = self.rareness_together(&self.readings(&term, &forms)?, &statistics)?;
            let share = with as f32 / reports.len() as f32;
            let weight = rareness * share * times / with as f32;
            terms.push(StoryTerm { word: word.to_owned(), weight, share });
        }
        terms.sort_unstable_by(|a, b| by_weight((&a.word, a.weight), (&b.word, b.weight)));
        terms.truncate(limit);
        Ok(terms)
    }
}

/// Two small Latin letters: an article or a preposition, and rare where few articles are in its language.
fn is_particle(word: &str) -> bool {
    const LETTERS_MAX: usize = 2;
    word.len() <= LETTERS_MAX && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The heaviest first, then by the word.
pub(super) fn by_weight(a: (&str, f32), b: (&str, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0))
}
