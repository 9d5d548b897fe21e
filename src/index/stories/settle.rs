//! Bringing the stories up to date at the end of a run.

use tantivy::{DocAddress, Searcher, columnar::Column};

use super::{
    NAME, STORY_GAP_DAYS_MAX, Stories, UNDATED,
    grow::{Growth, Unit},
    pass::Signature,
};
use crate::{
    error::Result,
    index::{
        Store, Writer,
        copies::{self, Clusters},
        schema::unpacked,
        side::{self, SideFile},
    },
};

impl Writer {
    /// Puts the articles to stories that were added since these were last made, and all that this may change. What it
    /// gives goes into the next commit. Copies must be settled.
    ///
    /// Cost: one pass over four columns of all articles; the signatures of those from the first changed bucket on.
    pub(in crate::index) fn find_stories(&self) -> Result<SideFile> {
        let folder = &self.store.path;
        let read = |file: &SideFile| side::read(folder, NAME, file, Stories::from_bytes).ok();
        let before = self.stories.as_ref().and_then(read).unwrap_or_default();
        let clusters = match &self.copies {
            Some(file) => copies::read(folder, file)?,
            None => Clusters::default(),
        };
        let searcher = self.store.searcher()?;
        let live = Live::of(&self.store, &searcher, &clusters)?;
        let stories = Growth { units: &live.units, signature: |place| live.signature(place) }.grown(&before);
        side::write(folder, NAME, self.stories.as_ref(), &stories.to_bytes())
    }

    /// Whether the stories that the last commit names can be read.
    pub(in crate::index) fn has_stories(&self) -> bool {
        let read = |file: &SideFile| side::read(&self.store.path, NAME, file, Stories::from_bytes).is_ok();
        self.stories.as_ref().is_some_and(read)
    }
}

/// All articles that are put to stories, by day and tie, where they lie, and their signatures by segment.
struct Live {
    units: Vec<Unit>,
    addresses: Vec<DocAddress>,
    signatures: Vec<Option<Column<u64>>>,
}

impl Live {
    fn of(store: &Store, searcher: &Searcher, clusters: &Clusters) -> Result<Self> {
        let articles = usize::try_from(searcher.num_docs()).unwrap_or(0);
        let mut found: Vec<(Unit, DocAddress)> = Vec::with_capacity(articles);
        let mut signatures = Vec::new();
        let failed = |e| store.error(e);
        for (ord, segment) in (0..).zip(searcher.segment_readers()) {
            let columns = segment.fast_fields();
            let (ties, marks) = (columns.u64("tie").map_err(failed)?, columns.u64("superseded").map_err(failed)?);
            let contents = columns.u64("content").map_err(failed)?;
            let (days, last_days) = (columns.i64("day").map_err(failed)?, columns.i64("last_day").map_err(failed)?);
            for doc in segment.doc_ids_alive().filter(|&doc| marks.first(doc) != Some(1)) {
                let tie = ties.first(doc).unwrap_or(0);
                if clusters.of(tie).is_some_and(|cluster| cluster.representative() != tie) {
                    continue;
                }
                let is_exact =
                    |day: &i64| last_days.first(doc).is_none_or(|last| last.saturating_sub(*day) <= STORY_GAP_DAYS_MAX);
                let day = days.first(doc).filter(is_exact).unwrap_or(UNDATED);
                let content = contents.first(doc).unwrap_or(0);
                found.push((Unit { day, tie, content }, DocAddress::new(ord, doc)));
            }
            signatures.push(columns.column_opt("signature").map_err(failed)?);
        }
        found.sort_unstable_by_key(|(unit, address)| (unit.day, unit.tie, *address));
        found.dedup_by_key(|(unit, _)| (unit.day, unit.tie));
        let addresses = found.iter().map(|(_, address)| *address).collect();
        // In the memory of `found`.
        let units = found.into_iter().map(|(unit, _)| unit).collect();
        Ok(Self { units, addresses, signatures })
    }

    fn signature(&self, place: usize) -> Signature {
        let address = self.addresses[place];
        let column = self.signatures[address.segment_ord as usize].as_ref();
        let numbers = column.into_iter().flat_map(|column| column.values_for_doc(address.doc_id));
        Signature::of(numbers.flat_map(unpacked))
    }
}
