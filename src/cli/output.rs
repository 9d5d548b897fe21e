//! Where answers go: a pager, a terminal, a pipe.

use std::{
    env, fmt,
    io::{self, IsTerminal, Write},
    process::{Child, Command, Stdio},
};

use anstream::{AutoStream, ColorChoice};

use crate::{
    render::{Marks, safe::for_terminal},
    skip::Skip,
};

/// The standard output, through a pager where a person reads at a terminal; colours only where they are wanted
/// (`NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`).
pub(super) struct Output {
    stream: AutoStream<Box<dyn Write>>,
    pager: Option<Child>,
}

impl Output {
    /// Output for an answer that a person may want to page through.
    pub(super) fn paged(wanted: bool) -> Self {
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let choice = match AutoStream::choice(&io::stdout()) {
            // A build server's `CI` would count for more than a terminal that says what it cannot do.
            _ if dumb && !forced() => ColorChoice::Never,
            choice => choice,
        };
        let paged = wanted && !dumb && io::stdout().is_terminal();
        if let Some(mut pager) = paged.then(start_pager).flatten()
            && let Some(input) = pager.stdin.take()
        {
            return Self { stream: AutoStream::new(Box::new(input), choice), pager: Some(pager) };
        }
        Self { stream: AutoStream::new(Box::new(io::BufWriter::new(io::stdout())), choice), pager: None }
    }

    /// Output for machines: never coloured.
    pub(super) fn plain() -> Self {
        let stdout: Box<dyn Write> = Box::new(io::BufWriter::new(io::stdout()));
        Self { stream: AutoStream::new(stdout, ColorChoice::AlwaysAnsi), pager: None }
    }

    /// How changes are marked: by colour where there are any.
    pub(super) fn marks(&self) -> Marks {
        if self.stream.current_choice() == ColorChoice::Never { Marks::Signs } else { Marks::Colours }
    }

    pub(super) fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())
    }

    /// Hands everything on and waits for the pager.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { mut stream, pager } = self;
        stream.flush()?;
        drop(stream);
        if let Some(mut pager) = pager {
            pager.wait()?;
        }
        Ok(())
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("pager", &self.pager).finish_non_exhaustive()
    }
}

/// Whether colours are wanted whatever the terminal says.
fn forced() -> bool {
    env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
}

/// Starts the reader's pager; `None` where there is none or none is wanted (`PAGER=`).
fn start_pager() -> Option<Child> {
    let pager = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = pager.split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // Quit if it fits one screen, pass colours through, leave the text on the screen.
        command.env("LESS", "FRX");
    }
    command.spawn().ok()
}

/// Says something on a line of the standard error.
pub(super) fn tell(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "newssearch: {}", for_terminal(text))
}

/// What was skipped, on a line: the file, its record where it holds many, and why.
pub(super) fn skip_line(file: &str, skip: &Skip) -> String {
    let place = skip.record.map_or_else(|| file.to_owned(), |record| format!("{file}:{record}"));
    for_terminal(&format!("skipped {place}: {}", skip.reason)).into_owned()
}

/// Columns of the terminal, or of a usual line where there is none.
pub(super) fn columns() -> usize {
    const USUAL: usize = 80;
    const MOST: usize = 100;
    env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(USUAL).min(MOST)
}
