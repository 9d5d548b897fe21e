//! `newssearch completions`, `man` and `query-language`: what is made from the definitions of the commands.

use std::{fs, path::PathBuf};

use clap_complete::Shell;

use super::{Exit, Outcome, output::Output};
use crate::{error::Error, query::QUERY_HELP};

#[derive(clap::Args)]
pub(super) struct ShellArgs {
    /// The shell.
    shell: Shell,
}

#[derive(clap::Args)]
pub(super) struct ManArgs {
    /// Folder to write a page for each command into; the main page is printed where none is given.
    folder: Option<PathBuf>,
}

pub(super) fn shell(mut command: clap::Command, args: &ShellArgs) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "newssearch", &mut script);
    printed(&script)
}

pub(super) fn man(command: clap::Command, args: &ManArgs) -> Outcome {
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        return printed(&page);
    };
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|source| Error::Write { path: folder.clone(), source })?;
    Ok(Exit::Success)
}

/// The query language, through a pager where somebody reads it at a terminal.
pub(super) fn query_language() -> Outcome {
    let mut out = Output::paged(true);
    out.write(QUERY_HELP)?;
    out.finish()?;
    Ok(Exit::Success)
}

fn printed(bytes: &[u8]) -> Outcome {
    let mut out = Output::plain();
    out.write(&String::from_utf8_lossy(bytes))?;
    out.finish()?;
    Ok(Exit::Success)
}
