//! What hostile input is thrown at: a target is a function of bytes that panics where a promise is broken.

mod archive;
mod files;
mod page;
mod query;

/// A target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name; its seeds lie in `seeds/NAME`.
    pub name: &'static str,
    /// Folders and files of the repository that serve as seeds too, and the endings of those that do.
    pub more_seeds: (&'static [&'static str], &'static [&'static str]),
    /// Seeds that are made when they are needed, since they would grow old.
    pub fresh_seeds: fn() -> Vec<Vec<u8>>,
    /// What it does with an input.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "query", more_seeds: (&[], &[]), fresh_seeds: Vec::new, run: query::parse },
    Target { name: "html", more_seeds: (&["corpus"], &["html"]), fresh_seeds: Vec::new, run: page::html },
    Target {
        name: "dates_and_addresses",
        more_seeds: (&[], &[]),
        fresh_seeds: Vec::new,
        run: page::dates_and_addresses,
    },
    Target {
        name: "warc",
        more_seeds: (&["tests/data/containers"], &["warc", "gz", "zst"]),
        fresh_seeds: Vec::new,
        run: files::warc,
    },
    Target { name: "jsonl", more_seeds: (&["corpus"], &["jsonl"]), fresh_seeds: Vec::new, run: files::jsonl },
    Target { name: "xml", more_seeds: (&["corpus"], &["xml"]), fresh_seeds: Vec::new, run: files::xml },
    Target {
        name: "containers",
        more_seeds: (&["tests/data/containers", "corpus"], &["wacz", "zip", "tar", "mhtml", "eml"]),
        fresh_seeds: Vec::new,
        run: files::containers,
    },
    Target { name: "names", more_seeds: (&[], &[]), fresh_seeds: Vec::new, run: files::names },
    Target { name: "snippet", more_seeds: (&[], &[]), fresh_seeds: Vec::new, run: archive::snippet },
    Target { name: "index", more_seeds: (&[], &[]), fresh_seeds: archive::sound_files, run: archive::index_files },
];

/// The target of a name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}
