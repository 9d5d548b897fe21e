//! Where a program keeps what it makes.

use std::{env, fs, io, path::Path, process};

/// Does the work in a folder that is kept, making it where it is not there; where none is given, in one of the system's
/// for temporary files, which is removed afterwards.
pub fn in_folder(kept: Option<&Path>, name: &str, work: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    if let Some(kept) = kept {
        fs::create_dir_all(kept)?;
        return work(kept);
    }
    let folder = env::temp_dir().join(format!("newssearch-{name}-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let done = work(&folder);
    fs::remove_dir_all(&folder)?;
    done
}
