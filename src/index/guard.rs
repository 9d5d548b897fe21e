//! Work on files that may be damaged.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
};

use super::verify;
use crate::{
    deadline::out_of_time,
    error::{Error, Result},
};

/// Does work on an archive whose files may be damaged. tantivy takes their bytes at their word: it may fail or panic on
/// what it reads. Then the checksums are looked at, and the damaged file is named. A panic over a sound archive is a
/// mistake of ours, and goes on.
pub(crate) fn guarded<T>(folder: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let damage = || catch_unwind(|| verify(folder)).ok()?.ok()?.into_iter().next().map(Error::from);
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Err(Error::Damaged { path, detail })) if path != folder => Err(Error::Damaged { path, detail }),
        Ok(Err(error @ (Error::Index { .. } | Error::Damaged { .. }))) => Err(damage().unwrap_or(error)),
        Ok(result) => result,
        Err(panic) => match out_of_time(&*panic).or_else(damage) {
            Some(error) => Err(error),
            None => resume_unwind(panic),
        },
    }
}
