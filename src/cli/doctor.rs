//! `newssearch doctor`.

use std::path::Path;

use super::{Exit, Format, Outcome, one_of, open, output::Output};
use crate::{
    index::{DamagedFile, Repair, repair, verify},
    render::{doctor, json_pretty, safe::for_terminal, text::counted},
};

/// Most files that are read again that are listed for people; JSON has more.
const FILES_SHOWN_MAX: usize = 20;

#[derive(clap::Args)]
pub(super) struct Args {
    /// What the findings are printed as.
    #[arg(long, default_value = "text", value_parser = one_of(&["text", "json"]))]
    format: Format,
    /// Save what can be saved of a damaged archive, and say what was lost; the next `newssearch index` reads it again.
    #[arg(long)]
    repair: bool,
}

pub(super) fn run(index: &Path, args: &Args) -> Outcome {
    if args.repair {
        let done = repair(index)?;
        show(args, || repaired(&done), || json_pretty(&done))?;
        return Ok(if done.articles_lost == 0 { Exit::Success } else { Exit::Nothing });
    }
    let damaged = verify(index)?;
    if !damaged.is_empty() {
        let advice = "save what can be saved with `newssearch doctor --repair`\n";
        show(args, || listed(&damaged) + advice, || json_pretty(&serde_json::json!({ "damaged": damaged })))?;
        return Ok(Exit::Nothing);
    }
    let health = open(index)?.doctor()?;
    show(args, || doctor(&health), || json_pretty(&health))?;
    Ok(if health.findings.is_empty() { Exit::Success } else { Exit::Nothing })
}

fn show(args: &Args, text: impl FnOnce() -> String, json: impl FnOnce() -> String) -> std::io::Result<()> {
    let for_people = args.format == Format::Text;
    let mut out = if for_people { Output::paged(false) } else { Output::plain() };
    out.write(&if for_people { text() } else { json() })?;
    out.finish()
}

fn listed(damaged: &[DamagedFile]) -> String {
    let line = |file: &DamagedFile| format!("damaged    {}: {}", file.path.display(), file.detail);
    damaged.iter().map(|file| for_terminal(&line(file)).into_owned() + "\n").collect()
}

fn repaired(done: &Repair) -> String {
    if done.damaged.is_empty() {
        return "nothing is damaged\n".to_owned();
    }
    let mut text = listed(&done.damaged);
    text += &format!("kept       {}\n", counted(done.articles_kept, "article"));
    if done.articles_rescued > 0 {
        let rescued = counted(done.articles_rescued, "article");
        text += &format!("rescued    {rescued} of them, indexed anew from what was stored\n");
    }
    text += &format!("lost       {}\n", counted(done.articles_lost, "article"));
    for file in done.files_again.iter().take(FILES_SHOWN_MAX) {
        text += &format!("again      {}\n", for_terminal(file));
    }
    match done.files_again_total.saturating_sub(FILES_SHOWN_MAX as u64) {
        0 => {}
        more => text += &format!("again      {} more\n", counted(more, "file")),
    }
    if done.files_again_total > 0 {
        text += "the next `newssearch index` over the same files reads them again\n";
    }
    text
}
