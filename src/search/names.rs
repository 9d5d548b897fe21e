//! Counts of the labels that articles bear: languages, sources, sections.

use std::collections::HashMap;

use super::{Snapshot, stats::Counted, tally};
use crate::error::Result;

impl Snapshot {
    /// The values of a label over all live articles, most frequent first, then by name.
    pub(super) fn names(&self, field: &str) -> Result<Vec<Counted>> {
        let mut totals: HashMap<String, u64> = HashMap::new();
        self.each_live(|_, segment, docs| {
            let Some(column) = self.column(segment, field)? else { return Ok(()) };
            let mut counts = tally::counters(&column).map_err(|e| self.store.error(e))?;
            for doc in docs {
                for ord in column.term_ords(doc) {
                    counts[ord as usize] += 1;
                }
            }
            for (ord, articles) in counts.into_iter().enumerate().filter(|(_, articles)| *articles > 0) {
                let mut name = String::new();
                column.ord_to_str(ord as u64, &mut name).map_err(|e| self.store.error(e.into()))?;
                *totals.entry(name).or_default() += articles;
            }
            Ok(())
        })?;
        let mut counted: Vec<Counted> = totals.into_iter().map(|(name, articles)| Counted { name, articles }).collect();
        counted.sort_unstable_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.name.cmp(&b.name)));
        Ok(counted)
    }
}
