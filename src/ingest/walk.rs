//! Which files there are to read.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::Metadata,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use walkdir::{DirEntry, WalkDir};

use super::{records::Container, saved};
use crate::{
    error::{Error, Result},
    place,
    skip::{Skip, SkipReason},
};

/// Deepest nesting of folders.
const FOLDERS_DEEP_MAX: usize = 128;

/// What standard input is called where files are named.
pub(crate) const STDIN: &str = "-";

/// What is read from standard input is named in the archive by the time.
const STDIN_NAME: &str = "stdin/%Y-%m-%dT%H:%M:%S%.3fZ";

/// What a file holds, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One page of HTML or plain text.
    Page,
    /// Many articles.
    Many(Container),
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Its name in the archive.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) bytes: u64,
    /// Time of change in nanoseconds since 1970; 0 where the file system has none.
    pub(crate) modified_ns: i64,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Files to read, by name.
    pub(crate) files: Vec<Found>,
    /// Files and folders that could not be looked at, by name.
    pub(crate) unreadable: Vec<(String, Skip)>,
    /// Where the roots really lie, as names are compared.
    roots: Vec<PathBuf>,
    /// What names are relative to.
    base: PathBuf,
    /// Files of kinds that hold no articles.
    pub(crate) ignored: u64,
    /// How many of them have each ending, `.pdf`.
    pub(crate) ignored_by_ending: BTreeMap<String, u64>,
}

/// Walks files and folders. `leave_out` is a folder that is not entered: the archive's own.
///
/// Hidden files and folders are passed over, links are followed, a link that leads back to its own folder is reported.
///
/// # Errors
/// A root that does not exist or cannot be read: what is asked for by name must be there.
pub(crate) fn walk(roots: &[PathBuf], base: &Path, leave_out: Option<&Path>) -> Result<Walk> {
    let mut walk = Walk { base: base.to_owned(), ..Walk::default() };
    for root in roots {
        if root.as_os_str() == STDIN {
            walk.files.push(stdin());
            continue;
        }
        let root = root.canonicalize().map_err(|source| Error::Read { path: root.clone(), source })?;
        if root.is_dir() {
            std::fs::read_dir(&root).map_err(|source| Error::Read { path: root.clone(), source })?;
        }
        walk.root(&root, base, leave_out);
        walk.roots.push(place::full(&place::relative(&root, base), base));
    }
    walk.files.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    walk.files.dedup_by(|a, b| {
        let is_same_name = a.name == b.name;
        if is_same_name && a.path != b.path {
            let reason = SkipReason::Unreadable("another file has the same name in the archive".to_owned());
            walk.unreadable.push((a.name.clone(), reason.whole()));
        }
        is_same_name
    });
    Ok(walk)
}

/// Standard input, as a file that is new each time: what was read from it before stays in the archive.
fn stdin() -> Found {
    let now = chrono::Utc::now();
    Found {
        path: PathBuf::from(STDIN),
        name: now.format(STDIN_NAME).to_string(),
        kind: Kind::Many(Container::Stdin),
        bytes: 0,
        modified_ns: now.timestamp_nanos_opt().unwrap_or(0),
    }
}

impl Walk {
    /// Whether a name is that of a file that would have been found if it were there: it lies at or below one of the
    /// roots. What was read from standard input lies nowhere.
    pub(crate) fn covers(&self, name: &str) -> bool {
        let file = place::full(name, &self.base);
        !is_stdin(name) && self.roots.iter().any(|root| file.starts_with(root))
    }

    /// Whether a name lies at or below something that could not be looked at, so that nobody knows if it is gone.
    pub(crate) fn is_hidden(&self, name: &str) -> bool {
        let file = place::full(name, &self.base);
        self.unreadable.iter().any(|(unreadable, _)| file.starts_with(place::full(unreadable, &self.base)))
    }

    fn root(&mut self, root: &Path, base: &Path, leave_out: Option<&Path>) {
        let wanted = |entry: &DirEntry| {
            let hidden = entry.depth() > 0 && is_hidden_name(entry.file_name());
            let own = leave_out.is_some_and(|folder| is_folder(entry, folder));
            !hidden && !own && !is_twice(entry, root, leave_out)
        };
        let walker = WalkDir::new(root).follow_links(true).max_depth(FOLDERS_DEEP_MAX).sort_by_file_name();
        for entry in walker.into_iter().filter_entry(wanted) {
            match entry {
                Ok(entry) => self.entry(&entry, base),
                Err(error) => {
                    let name = place::relative(error.path().unwrap_or(root), base);
                    self.unreadable.push((name, SkipReason::Unreadable(plain_text(&error)).whole()));
                }
            }
        }
    }

    fn entry(&mut self, entry: &DirEntry, base: &Path) {
        if entry.file_type().is_dir() {
            return;
        }
        let name = place::relative(entry.path(), base);
        let kind = match kind_of(&name) {
            Some(kind) => kind,
            // A file that was asked for by its name is read, whatever it is called.
            None if entry.depth() == 0 => Kind::Page,
            None => {
                self.ignore(&name);
                return;
            }
        };
        match entry.metadata() {
            Ok(meta) if meta.is_file() => {
                let path = entry.path().to_owned();
                self.files.push(Found { path, name, kind, bytes: meta.len(), modified_ns: modified_ns(&meta) });
            }
            Ok(_) => self.unreadable.push((name, SkipReason::Unreadable("it is no plain file".to_owned()).whole())),
            Err(error) => self.unreadable.push((name, SkipReason::Unreadable(plain_text(&error)).whole())),
        }
    }
}

/// Most endings of ignored files that are told apart, and letters of the longest; others are told together.
const ENDINGS_TOLD_MAX: usize = 20;
const ENDING_LETTERS_MAX: usize = 10;

/// What stands for endings that are not told apart.
const OTHER_ENDINGS: &str = "others";

impl Walk {
    fn ignore(&mut self, name: &str) {
        self.ignored += 1;
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let is_plain = ending.len() <= ENDING_LETTERS_MAX && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut ending = match ending {
            "" => "without an ending".to_owned(),
            _ if is_plain => format!(".{}", ending.to_ascii_lowercase()),
            _ => OTHER_ENDINGS.to_owned(),
        };
        if !self.ignored_by_ending.contains_key(&ending) && self.ignored_by_ending.len() >= ENDINGS_TOLD_MAX {
            OTHER_ENDINGS.clone_into(&mut ending);
        }
        *self.ignored_by_ending.entry(ending).or_default() += 1;
    }
}

/// Endings of pages.
const PAGE_ENDINGS: [&str; 6] = [".html", ".htm", ".xhtml", ".txt", ".mhtml", ".mht"];

/// Whether an entry is a link to a folder that the walk comes through anyway, or to one above the root, which would
/// bring the root in a second time. A link to a folder that the walk is in is left to the walker, which reports it.
fn is_twice(entry: &DirEntry, root: &Path, leave_out: Option<&Path>) -> bool {
    if entry.depth() == 0 || !entry.path_is_symlink() || !entry.file_type().is_dir() {
        return false;
    }
    let is_twice = |target: PathBuf| {
        if entry.path().starts_with(&target) && target.starts_with(root) {
            return false;
        }
        match target.strip_prefix(root) {
            // What is passed over where it lies is come to by the link alone.
            Ok(below) => !below.iter().any(is_hidden_name) && leave_out.is_none_or(|own| !target.starts_with(own)),
            Err(_) => root.starts_with(&target),
        }
    };
    entry.path().canonicalize().is_ok_and(is_twice)
}

fn is_hidden_name(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether an entry is this folder, come to by links or not.
fn is_folder(entry: &DirEntry, folder: &Path) -> bool {
    let may_be = entry.path_is_symlink() || Some(entry.file_name()) == folder.file_name();
    let is_same = || entry.path().canonicalize().is_ok_and(|real| real == folder);
    entry.file_type().is_dir() && may_be && (entry.path() == folder || is_same())
}

/// Endings of the programs that make pages: in a mirror their files are what they made.
const PROGRAM_ENDINGS: [&str; 8] = ["asp", "aspx", "cfm", "jsp", "php", "shtml", "html", "htm"];

/// What a file holds, by its ending; capitals and small letters alike.
pub(crate) fn kind_of(name: &str) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if PAGE_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Some(Kind::Page);
    }
    if is_page_of_mirror(name) {
        return Some(Kind::Page);
    }
    // Frames of zstd are only read where web archives and tars are.
    let container = match name.strip_suffix(".zst").unwrap_or(name).rsplit_once('.')?.1 {
        "warc" => Container::WebArchive,
        "tar" | "tgz" => Container::Tar,
        _ if name.ends_with(".zst") => return None,
        "jsonl" | "ndjson" => Container::JsonLines,
        "wacz" => Container::ZippedWebArchive,
        "zip" => Container::Zip,
        "rss" | "atom" | "xml" | "nitf" => Container::Xml,
        _ => return None,
    };
    Some(Kind::Many(container))
}

/// Whether a file below a folder that is named like a host was made by a program: of `host/story.php?id=5` and
/// `host/story/5` the names say no more.
fn is_page_of_mirror(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.split_once('?').map_or(file, |(stem, _)| stem);
    let may_be = stem.rsplit_once('.').is_none_or(|(_, ending)| PROGRAM_ENDINGS.contains(&ending));
    may_be && saved::url_from_path(name).is_some()
}

/// Whether a name was given to standard input. No file that is found has such a name, for it has no known ending.
fn is_stdin(name: &str) -> bool {
    chrono::NaiveDateTime::parse_from_str(name, STDIN_NAME).is_ok()
}

fn modified_ns(meta: &Metadata) -> i64 {
    let since = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

/// What went wrong, without the path, which is named beside it.
fn plain_text(error: &walkdir::Error) -> String {
    match (error.loop_ancestor(), error.io_error()) {
        (Some(_), _) => "a link leads back to a folder above it".to_owned(),
        (None, Some(error)) => error.to_string(),
        (None, None) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_files_are_counted_by_their_endings() {
        let mut walk = Walk::default();
        for name in ["a.pdf", "b/c.PDF", "README", ".x", "x.tar.bz2", "odd.e\u{301}", "long.abcdefghijk"] {
            walk.ignore(name);
        }
        let told: Vec<(&str, u64)> = walk.ignored_by_ending.iter().map(|(name, n)| (name.as_str(), *n)).collect();
        assert_eq!(told, [(".bz2", 1), (".pdf", 2), ("others", 2), ("without an ending", 2)]);
        (0..50).for_each(|n| walk.ignore(&format!("x.e{n}")));
        assert_eq!((walk.ignored, walk.ignored_by_ending.len()), (57, ENDINGS_TOLD_MAX));
        assert_eq!(walk.ignored_by_ending["others"], 36);
    }

    #[test]
    fn roots_cover_what_lies_below_them_on_the_disk() {
        let walk = |root: &str| Walk { roots: vec![root.into()], base: "/home/a".into(), ..Walk::default() };
        let names = ["x.html", "pages/x.html", "pages2/x.html", "/home/b/x.html", "/data/x.html", &stdin().name];
        for (root, covered) in [
            ("/home/a", &names[..3]),
            ("/home", &names[..4]),
            ("/", &names[..5]),
            ("/home/a/pages", &names[1..2]),
            ("/home/a/pages2/x.html", &names[2..3]),
            ("/data", &names[4..5]),
        ] {
            let found: Vec<&str> = names.into_iter().filter(|name| walk(root).covers(name)).collect();
            assert_eq!(found, covered, "{root}");
        }
        assert!(walk("/home/a").covers("stdin/x.html"), "a folder of that name is one");
    }

    #[test]
    fn kinds_are_known_by_their_endings() {
        for (name, kind) in [
            ("a/X.HTML.gz", Some(Kind::Page)),
            ("x.mhtml", Some(Kind::Page)),
            ("x.jsonl", Some(Kind::Many(Container::JsonLines))),
            ("x.warc.gz", Some(Kind::Many(Container::WebArchive))),
            ("x.warc.zst", Some(Kind::Many(Container::WebArchive))),
            ("x.wacz", Some(Kind::Many(Container::ZippedWebArchive))),
            ("x.tar.gz", Some(Kind::Many(Container::Tar))),
            ("x.tgz", Some(Kind::Many(Container::Tar))),
            ("x.jsonl.zst", None),
            ("x.png", None),
            ("www.a.com/story.php?id=5", Some(Kind::Page)),
            ("www.a.com/story/5", Some(Kind::Page)),
            ("www.a.com/style.css?v=5", None),
            ("story.php?id=5", None),
            ("warc", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }
}
