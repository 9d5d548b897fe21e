//! What looks wrong in an archive: holes in its sources, odd days, dates that are missing, copies, damage.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use tantivy::{DocSet, SegmentReader, TERMINATED, Term, schema::IndexRecordOption};

use super::Snapshot;
use crate::{
    error::Result,
    index::{DamagedFile, UNSURE_DATE, day_number, day_of_number},
};

/// Days with articles from which a source is said to have a rhythm.
const RHYTHM_DAYS_MIN: usize = 15;

/// Longest usual pause between two days with articles; a source with longer ones has no rhythm that a hole could break.
const USUAL_PAUSE_DAYS_MAX: i64 = 10;

/// A hole is a pause this many times as long as nine in ten of the source's are at most.
const HOLE_TIMES: i64 = 3;

/// Shortest hole: a long week-end is none.
const HOLE_DAYS_MIN: i64 = 5;

/// A jump is a day with this many times the articles of the source's middle day.
const JUMP_TIMES: usize = 8;

/// Fewest articles of a day that are a jump.
const JUMP_ARTICLES_MIN: usize = 30;

/// Fewest articles of a source of which shares are told.
const SHARE_ARTICLES_MIN: u64 = 5;

/// Shares from which missing dates, dates that are unsure and copies are worth a word, in hundredths.
const UNDATED_HUNDREDTHS_MIN: u64 = 10;
const UNSURE_HUNDREDTHS_MIN: u64 = 20;
const COPIES_HUNDREDTHS_MIN: u64 = 50;

/// Most holes, and most jumps, that are named of one source: the longest and the highest.
const NAMED_A_SOURCE_MAX: usize = 5;

/// What a look at a whole archive found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Doctor {
    /// Articles looked at; older versions are not among them.
    pub articles: u64,
    /// Sources they are of.
    pub sources: u64,
    /// Segments of the index whose checksums were taken.
    pub segments: u64,
    /// What was found: first what concerns the archive as a whole, then by source.
    pub findings: Vec<Finding>,
}

/// Something worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The source it concerns; `None` for articles without one, and for the archive as a whole.
    pub source: Option<String>,
    /// How many: days of a hole, articles of a jump, articles without a date, copies, files.
    pub count: u64,
    /// Of how many; for a jump, what is usual.
    pub of: u64,
    /// First day, `YYYY-MM-DD`.
    pub first_day: Option<String>,
    /// Last day.
    pub last_day: Option<String>,
    /// The file, where it is about one.
    pub file: Option<String>,
}

/// What a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A file of the index does not hold what was written.
    Checksum,
    /// The ledger of files and the index do not have the same number of articles.
    Ledger,
    /// A run ended before its end; versions and copies are not settled.
    Unfinished,
    /// Days without articles of a source that has some on most days.
    Hole,
    /// Far more articles on a day than usual.
    Jump,
    /// Articles without a date.
    MissingDates,
    /// Articles whose date is a guess.
    UnsureDates,
    /// Articles that are copies of others.
    Copies,
    /// Articles dated to a day that is still to come.
    Ahead,
}

impl Finding {
    fn new(kind: FindingKind, source: Option<&str>, count: u64, of: u64) -> Self {
        let source = source.map(ToOwned::to_owned);
        Self { kind, source, count, of, first_day: None, last_day: None, file: None }
    }

    fn on(self, first: i64, last: i64) -> Self {
        let day = |number| day_of_number(number).map(|day| day.format("%Y-%m-%d").to_string());
        Self { first_day: day(first), last_day: day(last), ..self }
    }
}

/// A sentence for people.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, of, .. } = self;
        let (first, last) = (self.first_day.as_deref().unwrap_or("?"), self.last_day.as_deref().unwrap_or("?"));
        let of_whole = matches!(self.kind, FindingKind::Checksum | FindingKind::Ledger | FindingKind::Unfinished);
        if !of_whole {
            write!(f, "{}: ", self.source.as_deref().unwrap_or("(no source)"))?;
        }
        match self.kind {
            FindingKind::Checksum => write!(
                f,
                "the file {} of the index does not hold what was written; make the archive anew with --rebuild",
                self.file.as_deref().unwrap_or("?")
            ),
            FindingKind::Ledger => write!(
                f,
                "the index holds {count} articles and older versions, but the ledger of files says {of}; make it anew with --rebuild"
            ),
            FindingKind::Unfinished => f.write_str(
                "a run ended before its end: older versions may be found and copies may not be; index again",
            ),
            FindingKind::Hole => {
                write!(f, "no articles from {first} to {last}, {count} days; pauses are at most {of} days else")
            }
            FindingKind::Jump => write!(f, "{count} articles on {first}, where {of} a day are usual"),
            FindingKind::MissingDates => write!(f, "{count} of {of} articles have no date"),
            FindingKind::UnsureDates => write!(f, "{count} of {of} dates are unsure"),
            FindingKind::Copies => write!(f, "{count} of {of} articles are copies of others"),
            FindingKind::Ahead => write!(f, "{count} of {of} articles are dated after today, up to {last}"),
        }
    }
}

/// What is counted of one source.
#[derive(Default)]
struct SourceCounts {
    articles: u64,
    undated: u64,
    unsure: u64,
    copies: u64,
    /// Articles of days still to come, and the last of these days.
    ahead: u64,
    ahead_until: Option<i64>,
    /// Days of the articles that are dated to the day.
    days: Vec<i64>,
}

impl Snapshot {
    /// Looks at the whole archive. Cost: a pass over the columns of all articles, and one over the bytes of the
    /// smallest files of the index, as far as `bytes_max` goes.
    pub(crate) fn doctor(&self, bytes_max: u64) -> Result<Doctor> {
        let mut findings = Vec::new();
        let segments = self.check_files(bytes_max, &mut findings)?;
        self.check_ledger(&mut findings)?;
        // Somewhere it is tomorrow already.
        let last_day = day_number(chrono::Utc::now().date_naive()) + 1;
        let sources = self.source_counts(last_day)?;
        for (name, counts) in &sources {
            counts.findings(name.as_deref(), &mut findings);
        }
        let articles = sources.values().map(|counts| counts.articles).sum();
        Ok(Doctor { articles, sources: sources.keys().flatten().count() as u64, segments, findings })
    }

    fn check_files(&self, bytes_max: u64, findings: &mut Vec<Finding>) -> Result<u64> {
        let segments = self.store.segment_count()?;
        let damaged = self.store.damaged_segments(bytes_max)?;
        for DamagedFile { path, .. } in &damaged {
            let finding = Finding::new(FindingKind::Checksum, None, damaged.len() as u64, segments);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            findings.push(Finding { file: Some(name.into_owned()), ..finding });
        }
        Ok(segments)
    }

    fn check_ledger(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let ledger: u64 = self.store.ledger()?.files().values().map(|state| state.articles).sum();
        let index = self.searcher.num_docs();
        // A commit that came meanwhile has its own ledger.
        if ledger != index && self.store.is_shown_by(&self.searcher)? {
            findings.push(Finding::new(FindingKind::Ledger, None, index, ledger));
        }
        if self.store.is_unsettled() && !self.store.is_written_to() {
            findings.push(Finding::new(FindingKind::Unfinished, None, 1, 1));
        }
        Ok(())
    }

    /// Counts by source; `None` stands for articles without one. Days behind `last_day` are still to come.
    fn source_counts(&self, last_day: i64) -> Result<BTreeMap<Option<String>, SourceCounts>> {
        let mut sources: BTreeMap<Option<String>, SourceCounts> = BTreeMap::new();
        self.each_live(|_, segment, docs| {
            let column = self.column(segment, "source_name")?;
            let names = column.as_ref().map_or(0, |column| column.num_terms());
            let mut counts: Vec<SourceCounts> = (0..=names).map(|_| SourceCounts::default()).collect();
            let unsure = self.unsure(segment)?;
            let fast = segment.fast_fields();
            let read = |e| self.store.error(e);
            let (first, last) = (fast.i64("day").map_err(read)?, fast.i64("last_day").map_err(read)?);
            let ties = fast.u64("tie").map_err(read)?;
            for doc in docs {
                let source = column.as_ref().and_then(|column| column.term_ords(doc).next());
                let counts = &mut counts[source.map_or(names, |ord| ord as usize)];
                counts.articles += 1;
                counts.unsure += u64::from(unsure.binary_search(&doc).is_ok());
                let tie = ties.first(doc).unwrap_or(0);
                counts.copies += u64::from(self.copies_of(tie).is_some_and(|cluster| cluster.representative() != tie));
                let ahead = first.first(doc).filter(|day| *day > last_day);
                counts.ahead += u64::from(ahead.is_some());
                counts.ahead_until = counts.ahead_until.max(ahead);
                match (first.first(doc), last.first(doc)) {
                    (None, _) => counts.undated += 1,
                    (Some(first), Some(last)) if first == last => counts.days.push(first),
                    _ => {}
                }
            }
            for (ord, counts) in counts.into_iter().enumerate().filter(|(_, counts)| counts.articles > 0) {
                let mut name = String::new();
                if let Some(column) = column.as_ref().filter(|_| ord < names) {
                    column.ord_to_str(ord as u64, &mut name).map_err(|e| self.store.error(e.into()))?;
                }
                sources.entry((ord < names).then_some(name)).or_default().add(counts);
            }
            Ok(())
        })?;
        Ok(sources)
    }

    /// The documents of a segment whose date is unsure, in order.
    fn unsure(&self, segment: &SegmentReader) -> Result<Vec<u32>> {
        let field = self.store.fields.traits;
        let term = Term::from_field_text(field, UNSURE_DATE);
        let index = segment.inverted_index(field).map_err(|e| self.store.error(e))?;
        let postings = index.read_postings(&term, IndexRecordOption::Basic).map_err(|e| self.store.error(e.into()))?;
        let mut docs = Vec::new();
        if let Some(mut postings) = postings {
            while postings.doc() != TERMINATED {
                docs.push(postings.doc());
                postings.advance();
            }
        }
        Ok(docs)
    }
}

impl SourceCounts {
    fn add(&mut self, other: Self) {
        self.articles += other.articles;
        self.undated += other.undated;
        self.unsure += other.unsure;
        self.copies += other.copies;
        self.ahead += other.ahead;
        self.ahead_until = self.ahead_until.max(other.ahead_until);
        self.days.extend(other.days);
    }

    fn findings(&self, source: Option<&str>, findings: &mut Vec<Finding>) {
        let mut days = self.days.clone();
        days.sort_unstable();
        for Hole { first, last, usual } in holes(&days) {
            let finding = Finding::new(FindingKind::Hole, source, (last - first + 1) as u64, usual as u64);
            findings.push(finding.on(first, last));
        }
        for Jump { day, articles, usual } in jumps(&days) {
            findings.push(Finding::new(FindingKind::Jump, source, articles as u64, usual as u64).on(day, day));
        }
        if let Some(last) = self.ahead_until {
            findings.push(Finding::new(FindingKind::Ahead, source, self.ahead, self.articles).on(last, last));
        }
        let dated = self.articles - self.undated;
        for (kind, count, of, least) in [
            (FindingKind::MissingDates, self.undated, self.articles, UNDATED_HUNDREDTHS_MIN),
            (FindingKind::UnsureDates, self.unsure, dated, UNSURE_HUNDREDTHS_MIN),
            (FindingKind::Copies, self.copies, self.articles, COPIES_HUNDREDTHS_MIN),
        ] {
            if of >= SHARE_ARTICLES_MIN && count * 100 >= of * least {
                findings.push(Finding::new(kind, source, count, of));
            }
        }
    }
}

/// Days without articles, and the longest pause that is usual.
#[derive(Debug, PartialEq, Eq)]
struct Hole {
    first: i64,
    last: i64,
    usual: i64,
}

/// Holes among days, which are in order; the longest ones, in order.
fn holes(days: &[i64]) -> Vec<Hole> {
    let mut distinct = days.to_vec();
    distinct.dedup();
    if distinct.len() < RHYTHM_DAYS_MIN {
        return Vec::new();
    }
    let mut steps: Vec<i64> = distinct.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let usual = steps[steps.len() * 9 / 10];
    if usual > USUAL_PAUSE_DAYS_MAX {
        return Vec::new();
    }
    let is_hole = |pair: &&[i64]| pair[1] - pair[0] > (HOLE_TIMES * usual).max(HOLE_DAYS_MIN);
    let hole = |pair: &[i64]| Hole { first: pair[0] + 1, last: pair[1] - 1, usual: usual - 1 };
    let mut holes: Vec<Hole> = distinct.windows(2).filter(is_hole).map(hole).collect();
    holes.sort_by_key(|hole| (hole.first - hole.last, hole.first));
    holes.truncate(NAMED_A_SOURCE_MAX);
    holes.sort_by_key(|hole| hole.first);
    holes
}

/// A day with far more articles than the middle day.
#[derive(Debug, PartialEq, Eq)]
struct Jump {
    day: i64,
    articles: usize,
    usual: usize,
}

/// Jumps among days, which are in order; the highest ones, in order.
fn jumps(days: &[i64]) -> Vec<Jump> {
    let counted: Vec<(i64, usize)> = days.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect();
    if counted.len() < RHYTHM_DAYS_MIN {
        return Vec::new();
    }
    let mut counts: Vec<usize> = counted.iter().map(|(_, articles)| *articles).collect();
    counts.sort_unstable();
    let usual = counts[counts.len() / 2];
    let least = (JUMP_TIMES * usual).max(JUMP_ARTICLES_MIN);
    let is_jump = |&(day, articles): &(i64, usize)| (articles >= least).then_some(Jump { day, articles, usual });
    let mut jumps: Vec<Jump> = counted.iter().filter_map(is_jump).collect();
    jumps.sort_by_key(|jump| (usize::MAX - jump.articles, jump.day));
    jumps.truncate(NAMED_A_SOURCE_MAX);
    jumps.sort_by_key(|jump| jump.day);
    jumps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Working days: five of seven.
    fn working_days(count: i64) -> Vec<i64> {
        (0..count).filter(|day| day % 7 < 5).collect()
    }

    #[test]
    fn a_hole_is_a_pause_that_is_long_for_the_source() {
        assert_eq!(holes(&working_days(200)), []);
        let days: Vec<i64> = working_days(200).into_iter().filter(|day| !(70..91).contains(day)).collect();
        assert_eq!(holes(&days), [Hole { first: 68, last: 90, usual: 2 }]);
        let weekly: Vec<i64> = (0..40).map(|week| week * 7).filter(|day| !(100..150).contains(day)).collect();
        assert_eq!(holes(&weekly), [Hole { first: 99, last: 153, usual: 6 }]);
        let rare: Vec<i64> = (0..40).map(|n| n * 30 + n * n).collect();
        assert_eq!(holes(&rare), [], "nothing regular");
        assert_eq!(holes(&[1, 2, 3, 400]), [], "too little to tell");
        assert_eq!(holes(&[]), []);
    }

    #[test]
    fn a_jump_is_a_day_with_far_more_than_usual() {
        let mut days: Vec<i64> = (0..100).flat_map(|day| [day; 5]).collect();
        assert_eq!(jumps(&days), []);
        days.extend([50; 60]);
        days.sort_unstable();
        assert_eq!(jumps(&days), [Jump { day: 50, articles: 65, usual: 5 }]);
    }

    #[test]
    fn shares_are_told_from_a_few_articles_on() {
        let told = |counts: SourceCounts| {
            let mut findings = Vec::new();
            counts.findings(Some("Courier"), &mut findings);
            findings.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let counts = SourceCounts { articles: 20, undated: 2, unsure: 4, copies: 10, ..SourceCounts::default() };
        assert_eq!(
            told(counts),
            [
                "Courier: 2 of 20 articles have no date",
                "Courier: 4 of 18 dates are unsure",
                "Courier: 10 of 20 articles are copies of others"
            ]
        );
        assert!(told(SourceCounts { articles: 4, undated: 4, ..SourceCounts::default() }).is_empty());
        let ahead = SourceCounts { articles: 2, ahead: 1, ahead_until: Some(47_117), ..Default::default() };
        assert_eq!(told(ahead), ["Courier: 1 of 2 articles are dated after today, up to 2099-01-01"]);
    }
}
