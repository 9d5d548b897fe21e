//! A time by which a search must have ended.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::{Duration, Instant},
};

use crate::error::{Error, Result};

/// Looks at an article after which the clock is looked at; each takes some 10 ns to 1 µs.
const LOOKS_BETWEEN: u32 = 255;

thread_local! {
    /// When the work of this thread must have ended.
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Looks that are left until the clock is looked at.
    static LEFT: Cell<u32> = const { Cell::new(0) };
}

/// What a search unwinds with when its time is over.
struct OutOfTime;

/// Does work that must end within a time: a search, count, export or the like of this thread that runs longer ends with
/// [`Error::OutOfTime`]. Calls may be nested; the least time counts.
///
/// The clock is looked at while articles and the words of a pattern are looked at, so what ends late does so by some
/// milliseconds. The checksums of [`Archive::doctor`](crate::Archive::doctor) are not cut off.
///
/// ```no_run
/// use std::time::Duration;
///
/// use newssearch::{Archive, Query, SearchOptions, within};
///
/// let archive = Archive::open("index")?;
/// let query = Query::parse("a* NEAR/9 b*")?;
/// let results = within(Duration::from_secs(2), || archive.search(&query, &SearchOptions::default()))?;
/// # Ok::<(), newssearch::Error>(())
/// ```
///
/// # Errors
/// [`Error::OutOfTime`], else those of the work.
pub fn within<T>(time: Duration, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = END.get();
    // A time beyond the clock's end is none.
    let end = [Instant::now().checked_add(time), before].into_iter().flatten().min();
    END.set(end);
    LEFT.set(0);
    let done = catch_unwind(AssertUnwindSafe(work));
    END.set(before);
    LEFT.set(0);
    match done {
        Ok(result) => result,
        Err(payload) => Err(out_of_time(&*payload).unwrap_or_else(|| resume_unwind(payload))),
    }
}

/// When the work of this thread must have ended.
pub(crate) fn end() -> Option<Instant> {
    END.get()
}

/// Does work of another thread in this one, which does nothing else: it unwinds where its time is over.
pub(crate) fn until<T>(end: Option<Instant>, work: impl FnOnce() -> T) -> T {
    END.set(end);
    LEFT.set(0);
    work()
}

/// The error of work that was cut off, where that is what it unwinds with.
pub(crate) fn out_of_time(payload: &(dyn Any + Send)) -> Option<Error> {
    payload.is::<OutOfTime>().then_some(Error::OutOfTime)
}

/// Ends the work of this thread where its time is over; called at each look at an article. It unwinds, because the
/// loops that are to end are the index library's and ask nobody whether to go on.
#[inline]
pub(crate) fn check() {
    match LEFT.get() {
        0 => look(),
        left => LEFT.set(left - 1),
    }
}

#[cold]
fn look() {
    match END.get() {
        None => LEFT.set(u32::MAX),
        Some(end) if Instant::now() < end => LEFT.set(LOOKS_BETWEEN),
        // Without the hook of panics: it is none.
        Some(_) => resume_unwind(Box::new(OutOfTime)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(count: u32) -> Result<u32> {
        (0..count).for_each(|_| check());
        Ok(count)
    }

    #[test]
    fn work_that_is_out_of_time_ends() {
        assert!(matches!(within(Duration::ZERO, || looks(1)), Err(Error::OutOfTime)));
        assert_eq!(within(Duration::MAX, || looks(1_000)).unwrap(), 1_000);
        assert_eq!(looks(1_000).unwrap(), 1_000, "no time is left over");
    }

    #[test]
    fn the_least_of_nested_times_counts() {
        let inner = within(Duration::ZERO, || within(Duration::from_secs(3_600), || looks(1)));
        assert!(matches!(inner, Err(Error::OutOfTime)));
        let outer = within(Duration::from_secs(3_600), || {
            assert!(within(Duration::ZERO, || looks(1)).is_err());
            looks(1_000)
        });
        assert_eq!(outer.unwrap(), 1_000);
    }

    #[test]
    #[should_panic(expected = "ours")]
    fn a_panic_goes_on() {
        let _ = within(Duration::MAX, || -> Result<()> { panic!("ours") });
    }
}
