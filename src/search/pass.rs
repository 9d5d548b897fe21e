//! A pass over an archive's documents, piece by piece, which further threads join where it takes long.

use std::{
    cell::Cell,
    iter::from_fn,
    ops::Range,
    panic::resume_unwind,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tantivy::{
    DocId, SegmentOrdinal, SegmentReader, TERMINATED,
    query::{Query, Scorer, Weight},
};

use super::{positional::PositionalQuery, union::TermUnion};
use crate::deadline;

/// Documents of a piece, about.
pub(super) const PIECE_DOCS: DocId = if cfg!(test) { 100 } else { 1 << 16 };

/// Documents of a list that are looked at in ten times the time in which it is opened: the lists of a query are opened
/// anew for each piece (measured: some 3 µs, against 10 ns and more).
pub(super) const DOCS_TO_OPEN: u64 = if cfg!(test) { 0 } else { 2_000 };

/// How long a pass goes on alone before others join it: some ten times what starting a thread takes.
const ALONE: Duration = Duration::from_micros(if cfg!(test) { 0 } else { 200 });

/// Most threads of one pass.
const THREADS_MAX: usize = 16;

/// Documents that the index library gives at a time.
const DOCS_AT_A_TIME: usize = 64;

thread_local! {
    /// The documents that scorers opened by this thread give; see [`among`].
    static AMONG: Cell<(DocId, DocId)> = const { Cell::new((0, TERMINATED)) };
}

/// Does work that need be right about some documents only, whatever queries these are part of. A scorer stands at its
/// first document from the beginning, and to look for that by places, in a segment of which a stretch is wanted, may be
/// to look through all of it.
///
/// A thread's own, because the index library has no place for it in what it asks of a query. Only queries of this
/// crate heed it ([`heeds_among`]): documents of others that are not wanted are for the caller to pass over.
pub(super) fn among<T>(documents: Range<DocId>, work: impl FnOnce() -> T) -> T {
    /// Puts back what was there, also where the work panics.
    struct Before((DocId, DocId));
    impl Drop for Before {
        fn drop(&mut self) {
            AMONG.set(self.0);
        }
    }
    let _before = Before(AMONG.replace((documents.start, documents.end)));
    work()
}

/// The documents that are wanted of a query that is run now.
pub(super) fn wanted() -> Range<DocId> {
    let (first, end) = AMONG.get();
    first..end
}

/// A scorer that stands at the first document of a query among some, or behind them all.
pub(super) fn scorer_at(
    weight: &dyn Weight,
    segment: &SegmentReader,
    docs: Range<DocId>,
) -> tantivy::Result<Box<dyn Scorer>> {
    let first = docs.start;
    let mut scorer = among(docs, || weight.scorer(segment, 1.0))?;
    if scorer.doc() < first {
        scorer.seek(first);
    }
    Ok(scorer)
}

/// Whether a query gives, whichever way it is run, wanted documents only.
pub(super) fn heeds_among(query: &dyn Query) -> bool {
    query.is::<PositionalQuery>() || query.is::<TermUnion>()
}

/// Documents of a segment that lie side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) segment: SegmentOrdinal,
    pub(super) docs: Range<DocId>,
}

impl Piece {
    /// Calls `each` with the documents of a query in it, some at a time, in order.
    pub(super) fn each_doc(
        &self,
        weight: &dyn Weight,
        heeds_among: bool,
        segment: &SegmentReader,
        each: &mut dyn FnMut(&[DocId]),
    ) -> tantivy::Result<()> {
        if heeds_among || self.docs == (0..segment.max_doc()) {
            return among(self.docs.clone(), || weight.for_each_no_score(segment, each));
        }
        let mut found = scorer_at(weight, segment, self.docs.clone())?;
        let mut docs = [0; DOCS_AT_A_TIME];
        while found.doc() < self.docs.end {
            let count = found.fill_buffer(&mut docs);
            let within = docs[..count].partition_point(|&doc| doc < self.docs.end);
            each(&docs[..within]);
        }
        Ok(())
    }

    /// Calls `each` with the documents of a query in it and their scores, in order.
    pub(super) fn each_score(
        &self,
        weight: &dyn Weight,
        segment: &SegmentReader,
        mut each: impl FnMut(DocId, f32),
    ) -> tantivy::Result<()> {
        let mut found = scorer_at(weight, segment, self.docs.clone())?;
        while found.doc() < self.docs.end {
            each(found.doc(), found.score());
            found.advance();
        }
        Ok(())
    }
}

/// All documents of some segments: in pieces of about [`PIECE_DOCS`] where they are to be `cut`, else each segment one.
pub(super) fn pieces(segments: &[SegmentReader], cut: bool) -> Vec<Piece> {
    let pieces = (0..).zip(segments).flat_map(|(segment, reader)| {
        let docs = reader.max_doc();
        let size = if cut { docs.div_ceil(docs.div_ceil(PIECE_DOCS).max(1)) } else { docs };
        (0..docs).step_by(size.max(1) as usize).map(move |first| Piece { segment, docs: first..docs.min(first + size) })
    });
    pieces.collect()
}

/// Threads of this process that are in a pass.
static BUSY: AtomicUsize = AtomicUsize::new(0);

/// A thread's part in a pass.
struct Seat;

impl Seat {
    fn take() -> Self {
        BUSY.fetch_add(1, Ordering::Relaxed);
        Self
    }

    /// A part, where a core has nothing to do.
    fn on_idle_core() -> Option<Self> {
        static CORES: OnceLock<usize> = OnceLock::new();
        let cores = *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
        let taken = BUSY.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |busy| (busy < cores).then_some(busy + 1));
        taken.ok().map(|_| Self)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        BUSY.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does work on all pieces and gives what each thread made of those that it took, in no order. `work` runs once in each
/// thread, with the pieces that the thread takes one after the other, which come in the order of segments. This thread
/// begins alone; where that takes longer than [`ALONE`] others join it, at most `threads` in all (0: no such bound), as
/// long as cores have nothing to do.
pub(super) fn over<P: Clone + Sync, T: Send, E: Send>(
    pieces: &[P],
    threads: usize,
    work: impl Fn(&mut dyn Iterator<Item = P>) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let threads = if threads == 0 { THREADS_MAX } else { threads.min(THREADS_MAX) };
    let next = AtomicUsize::new(0);
    let take = || pieces.get(next.fetch_add(1, Ordering::Relaxed)).cloned();
    let begun = Instant::now();
    let _seat = Seat::take();
    thread::scope(|scope| {
        let mut others = Vec::new();
        let mut own = from_fn(|| {
            let left = pieces.len().saturating_sub(next.load(Ordering::Relaxed));
            if others.is_empty() && left > 1 && begun.elapsed() >= ALONE {
                for _ in 1..threads.min(left) {
                    let Some(seat) = Seat::on_idle_core() else { break };
                    let (end, work, take) = (deadline::end(), &work, &take);
                    let join = move || {
                        let _seat = seat;
                        deadline::until(end, || work(&mut from_fn(take)))
                    };
                    match thread::Builder::new().spawn_scoped(scope, join) {
                        Ok(other) => others.push(other),
                        // Where the system gives no further thread this one does all.
                        Err(_) => break,
                    }
                }
            }
            take()
        });
        let mut all = vec![work(&mut own)];
        for other in others {
            all.push(other.join().unwrap_or_else(|payload| resume_unwind(payload)));
        }
        all.into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ten() -> Vec<Piece> {
        (0..10).map(|n| Piece { segment: n / 4, docs: n..n + 1 }).collect()
    }

    #[test]
    fn every_piece_is_worked_on_once_whoever_does_it() {
        for (threads, pause) in [(1, 0), (0, 0), (0, 1), (2, 1)] {
            let found: tantivy::Result<Vec<_>> = over(&ten(), threads, |pieces| {
                let slow = |piece: Piece| {
                    thread::sleep(Duration::from_millis(pause));
                    piece.docs.start
                };
                Ok(pieces.map(slow).collect::<Vec<_>>())
            });
            let found = found.unwrap();
            assert!(found.iter().all(|docs| docs.is_sorted()), "{found:?}");
            assert!(threads == 0 || found.len() <= threads, "{found:?}");
            let mut all = found.concat();
            all.sort_unstable();
            assert_eq!(all, (0..10).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_fails_in_any_thread_fails() {
        let failed = over(&ten(), 0, |pieces| {
            thread::sleep(Duration::from_millis(1));
            for piece in pieces {
                if piece.docs.start == 7 {
                    return Err(tantivy::TantivyError::InternalError("seven".to_owned()));
                }
            }
            Ok(())
        });
        assert!(failed.is_err());
    }

    #[test]
    fn a_pass_that_is_out_of_time_ends_in_all_threads() {
        let ended = deadline::within(Duration::from_millis(20), || {
            let counted: tantivy::Result<Vec<()>> = over(&ten(), 0, |pieces| {
                pieces.next();
                loop {
                    deadline::check();
                }
            });
            Ok(counted.is_ok())
        });
        assert!(matches!(ended, Err(crate::Error::OutOfTime)));
    }

    #[test]
    fn segments_are_cut_into_pieces_that_are_alike() {
        use tantivy::{Index, doc, schema::Schema};

        let index = Index::create_in_ram(Schema::builder().build());
        let mut writer = index.writer_with_num_threads::<tantivy::TantivyDocument>(1, 20_000_000).unwrap();
        for documents in [250, 30] {
            for _ in 0..documents {
                writer.add_document(doc!()).unwrap();
            }
            writer.commit().unwrap();
        }
        let searcher = index.reader().unwrap().searcher();
        let mut lengths: Vec<_> = searcher.segment_readers().iter().map(SegmentReader::max_doc).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, [30, 250]);
        let docs = |cut| {
            let mut docs: Vec<_> =
                pieces(searcher.segment_readers(), cut).into_iter().map(|piece| piece.docs).collect();
            docs.sort_by_key(|docs| (docs.end, docs.start));
            docs
        };
        assert_eq!(docs(true), [0..30, 0..84, 84..168, 168..250]);
        assert_eq!(docs(false), [0..30, 0..250]);
    }

    #[test]
    fn what_is_wanted_is_put_back() {
        assert_eq!(among(3..5, || (wanted(), among(4..5, wanted), wanted())), (3..5, 4..5, 3..5));
        assert_eq!(wanted(), 0..TERMINATED);
    }
}
