//! SIGINT and SIGTERM: the first asks a run to stop and keep what it did, the second ends the program at once.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

use super::Exit;

/// Signals that ask a run to stop, with how the program then ends.
const STOPPING: [(i32, Exit); 2] = [(SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)];

/// Watches for signals from its making to the end of the program.
pub(super) struct Signals {
    /// Number of the signal that came; 0 while none has.
    came: Arc<AtomicUsize>,
}

impl Signals {
    /// Begins to watch. From now on the first signal only leaves word; one that comes after it ends the program at
    /// once, and an archive that is being written stays as its last commit left it.
    pub(super) fn watch() -> io::Result<Self> {
        let came = Arc::new(AtomicUsize::new(0));
        let again = Arc::new(AtomicBool::new(false));
        for (signal, exit) in STOPPING {
            // In this order: the first signal finds the flag down, raises it, and the second finds it up.
            flag::register_conditional_shutdown(signal, exit as i32, Arc::clone(&again))?;
            flag::register(signal, Arc::clone(&again))?;
            flag::register_usize(signal, Arc::clone(&came), signal.unsigned_abs() as usize)?;
        }
        Ok(Self { came })
    }

    /// How the program is to end, once a signal asked for it.
    pub(super) fn came(&self) -> Option<Exit> {
        let came = self.came.load(Ordering::Relaxed);
        STOPPING.iter().find(|(signal, _)| signal.unsigned_abs() as usize == came).map(|(_, exit)| *exit)
    }
}
