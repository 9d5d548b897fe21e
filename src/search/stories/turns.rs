//! The turns of a story: reports that bring something new which later ones keep to.
//!
//! A report is worth naming in the course of a story where it is novel and useful (J. Allan, R. Gupta and V.
//! Khandelwal, "Temporal Summaries of New Topics", SIGIR 2001). Here it is novel by terms that no report before it
//! has, and useful where the following ones take these terms up. The thresholds below are chosen by eye on the sample
//! corpus: there is no gold data for turns.

use rustc_hash::FxHashSet;

use super::{super::Snapshot, StoryMoment, words::by_weight};
use crate::{article::Article, error::Result};

/// Reports before a turn at least: what the second of a story brings is mostly other words for the same.
const BEFORE_MIN: usize = 2;

/// Reports behind a report that are looked at for what it brought.
const FOLLOWING: usize = 6;

/// How many of them have to have a term that counts as taken up; it is to be half of them as well.
const TAKEN_UP_MIN: usize = 2;

/// Fewest new terms of a turn that are taken up: one may be chance.
const TERMS_MIN: usize = 2;

/// Most turns of a story that are named, those that bring most.
const TURNS_MAX: usize = 8;

/// Most words that are named of what a turn brings.
const BRINGS_MAX: usize = 6;

/// What a report is in the course of its story, and the words that it brings.
type Moment = (Option<StoryMoment>, Vec<String>);

impl Snapshot {
    /// What the reports of a story are in its course, in the order of time.
    pub(super) fn moments(&self, reports: &[Article]) -> Result<Vec<Moment>> {
        let mut moments: Vec<Moment> = vec![(None, Vec::new()); reports.len()];
        let turns = self.turns(reports)?;
        for turn in turns {
            moments[turn.report] = (Some(StoryMoment::Turn), turn.words);
        }
        if let Some(last) = moments.last_mut() {
            last.0 = Some(StoryMoment::Latest);
        }
        if let Some(first) = moments.first_mut() {
            first.0 = Some(StoryMoment::First);
        }
        Ok(moments)
    }

    fn turns(&self, reports: &[Article]) -> Result<Vec<Turn>> {
        let statistics = self.statistics()?;
        let mut reader = self.term_reader()?;
        let counts: Vec<_> = reports.iter().map(|report| reader.counts(report).counts).collect();
        let terms: Vec<FxHashSet<&str>> = counts.iter().map(|c| c.keys().map(String::as_str).collect()).collect();
        let mut turns = Vec::new();
        for (report, terms) in taken_up(&terms).into_iter().enumerate().filter(|(_, terms)| terms.len() >= TERMS_MIN) {
            let mut brings = Vec::with_capacity(terms.len());
            for term in terms.into_iter().filter(|term| !term.starts_with(|c: char| c.is_numeric())) {
                let forms = &counts[report][term].forms;
                let (rareness, _) = self.rareness_together(&self.readings(term, forms)?, &statistics)?;
                brings.push((forms.common(), rareness));
            }
            brings.sort_unstable_by(|a, b| by_weight(*a, *b));
            if brings.len() >= TERMS_MIN {
                let weight = brings.iter().map(|(_, rareness)| rareness).sum();
                let words = brings.iter().take(BRINGS_MAX).map(|(word, _)| (*word).to_owned()).collect();
                turns.push(Turn { report, weight, words });
            }
        }
        turns.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.report.cmp(&b.report)));
        turns.truncate(TURNS_MAX);
        Ok(turns)
    }
}

struct Turn {
    report: usize,
    /// How rare the terms are that it brings, together.
    weight: f32,
    words: Vec<String>,
}

/// For each report the terms that it is the first to have and that the following ones take up.
fn taken_up<'a>(reports: &[FxHashSet<&'a str>]) -> Vec<Vec<&'a str>> {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut brought = Vec::with_capacity(reports.len());
    for (at, terms) in reports.iter().enumerate() {
        let following = &reports[(at + 1).min(reports.len())..(at + 1 + FOLLOWING).min(reports.len())];
        let is_kept = |term: &str| {
            let with = following.iter().filter(|later| later.contains(term)).count();
            with >= TAKEN_UP_MIN && 2 * with >= following.len()
        };
        let new = terms.iter().copied().filter(|term| seen.insert(term));
        let kept: Vec<&str> = new.filter(|term| at >= BEFORE_MIN && is_kept(term)).collect();
        brought.push(kept);
    }
    brought
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_taken_up_where_half_of_the_following_reports_have_it() {
        let story = ["dam slips", "dam flood", "dam minister quits", "dam minister rain", "minister quits", "dam"];
        let terms: Vec<FxHashSet<&str>> = story.iter().map(|report| report.split(' ').collect()).collect();
        let mut brought = taken_up(&terms);
        brought.iter_mut().for_each(|terms| terms.sort_unstable());
        let none: Vec<&str> = Vec::new();
        assert_eq!(brought, [none.clone(), none.clone(), vec!["minister"], none.clone(), none.clone(), none]);
        assert!(taken_up(&[]).is_empty());
    }
}
