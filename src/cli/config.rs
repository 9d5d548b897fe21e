//! Settings from a file, beside flags and the environment; and `newssearch config`, which shows them.
//!
//! A setting is a flag of some commands. A flag counts for more than its environment variable, that for more than the
//! file, and that for more than the default. The file's values become the defaults of the flags, so that there is one
//! way in which a value is read and checked.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use clap::{ArgMatches, parser::ValueSource};
use serde::Serialize;
use toml::de::{DeTable, DeValue};

use super::{Exit, Outcome, Stop, output::Output};
use crate::{
    error::Error,
    render::{json_pretty, safe::for_terminal, suggest::nearest},
};

/// Environment variable that names another file.
const FILE_VARIABLE: &str = "NEWSSEARCH_CONFIG";

/// Longest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A setting: a flag that the file and the environment can give as well.
struct Key {
    /// Name of the flag and in the file.
    name: &'static str,
    variable: &'static str,
    /// Commands that have the flag; all of them where none is named.
    commands: &'static [&'static str],
}

/// Settings of `serve`, where the program has it.
#[cfg(feature = "serve")]
const SERVE_KEYS: [Key; 15] = [
    of_serve("address", "NEWSSEARCH_ADDRESS"),
    of_serve("api-key-file", "NEWSSEARCH_API_KEY_FILE"),
    of_serve("public", "NEWSSEARCH_PUBLIC"),
    of_serve("host", "NEWSSEARCH_HOST"),
    of_serve("cors-origin", "NEWSSEARCH_CORS_ORIGIN"),
    of_serve("access-log", "NEWSSEARCH_ACCESS_LOG"),
    of_serve("query-seconds", "NEWSSEARCH_QUERY_SECONDS"),
    of_serve("query-bytes-max", "NEWSSEARCH_QUERY_BYTES_MAX"),
    of_serve("results-max", "NEWSSEARCH_RESULTS_MAX"),
    of_serve("workers", "NEWSSEARCH_WORKERS"),
    of_serve("waiting-max", "NEWSSEARCH_WAITING_MAX"),
    of_serve("exports-max", "NEWSSEARCH_EXPORTS_MAX"),
    of_serve("connections-max", "NEWSSEARCH_CONNECTIONS_MAX"),
    of_serve("head-seconds", "NEWSSEARCH_HEAD_SECONDS"),
    of_serve("write-seconds", "NEWSSEARCH_WRITE_SECONDS"),
];
#[cfg(not(feature = "serve"))]
const SERVE_KEYS: [Key; 0] = [];

#[cfg(feature = "serve")]
const fn of_serve(name: &'static str, variable: &'static str) -> Key {
    Key { name, variable, commands: &["serve"] }
}

/// All settings.
fn keys() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().chain(&SERVE_KEYS)
}

const KEYS: [Key; 9] = [
    Key { name: "index", variable: "NEWSSEARCH_INDEX", commands: &[] },
    Key { name: "saved", variable: "NEWSSEARCH_SAVED", commands: &["save", "saved", "forget", "new"] },
    Key { name: "limit", variable: "NEWSSEARCH_LIMIT", commands: &["query", "related", "stories"] },
    Key { name: "sort", variable: "NEWSSEARCH_SORT", commands: &["query"] },
    Key { name: "snippets", variable: "NEWSSEARCH_SNIPPETS", commands: &["query"] },
    Key {
        name: "no-pager",
        variable: "NEWSSEARCH_NO_PAGER",
        commands: &["query", "related", "show", "kwic", "timeline", "versions", "copies", "stories", "story"],
    },
    Key { name: "threads", variable: "NEWSSEARCH_THREADS", commands: &["index"] },
    Key { name: "memory", variable: "NEWSSEARCH_MEMORY", commands: &["index"] },
    Key { name: "page-bytes-max", variable: "NEWSSEARCH_PAGE_BYTES_MAX", commands: &["index", "extract"] },
];

#[derive(clap::Args)]
pub(super) struct Args {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
}

/// What the file of settings says.
#[derive(Default)]
pub(super) struct Config {
    /// Where it lies, or would lie.
    file: Option<PathBuf>,
    /// Values by key, as a flag would have them, with their lines in the file.
    values: BTreeMap<&'static str, (u64, String)>,
}

/// A setting as it holds.
#[derive(Serialize)]
struct Setting {
    key: &'static str,
    value: Option<String>,
    /// `flag`, `environment`, `file` or `default`.
    from: &'static str,
    /// The variable or file.
    place: Option<String>,
}

impl Config {
    /// Reads the file of settings; one that is not there says nothing.
    pub(super) fn read() -> Result<Self, Stop> {
        let named = env::var_os(FILE_VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
        let must_be_there = named.is_some();
        let Some(file) = named.or_else(usual_file) else { return Ok(Self::default()) };
        let unread = |source| Stop::Error(Error::Read { path: file.clone(), source });
        let text = match fs::metadata(&file) {
            Ok(meta) if meta.len() > FILE_BYTES_MAX => return Err(unread(io::ErrorKind::FileTooLarge.into())),
            Ok(_) => fs::read_to_string(&file).map_err(unread)?,
            Err(e) if !must_be_there && e.kind() == io::ErrorKind::NotFound => String::new(),
            Err(e) if !must_be_there && e.kind() == io::ErrorKind::NotADirectory => String::new(),
            Err(e) => return Err(unread(e)),
        };
        let line = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count() as u64;
        let values = values(&text)
            .map_err(|(at, detail)| Error::Format { path: file.clone(), line: line(at), detail })?
            .into_iter()
            .map(|(key, (at, value))| (key, (line(at), value)))
            .collect();
        Ok(Self { file: Some(file), values })
    }

    /// The program's commands with these settings as their defaults, and with their environment variables.
    pub(super) fn applied(&self, mut command: clap::Command) -> Result<clap::Command, Stop> {
        for key in keys() {
            let value = self.values.get(key.name);
            if let Some((line, value)) = value {
                self.check(&command, key, *line, value)?;
            }
            let value = value.map(|(_, value)| value);
            let set = |arg: clap::Arg| {
                let is_flag = !arg.get_action().takes_values();
                let of_variable = env::var_os(key.variable).unwrap_or_default();
                let arg = arg.env(key.variable).hide_env_values(!is_harmless(&of_variable.to_string_lossy()));
                let arg = if is_flag { of_flag(arg) } else { arg };
                match value {
                    Some(value) => arg.default_value(value.clone()).hide_default_value(!is_harmless(value)),
                    None => arg,
                }
            };
            let id = key.id();
            if key.commands.is_empty() {
                command = command.mut_arg(&id, set);
            }
            for name in key.commands {
                command = command.mut_subcommand(name, |sub| sub.mut_arg(&id, set));
            }
        }
        Ok(command)
    }

    /// Checks a value as the flag would.
    fn check(&self, command: &clap::Command, key: &Key, line: u64, value: &str) -> Result<(), Stop> {
        let Some(arg) = key.arg(command) else { return Ok(()) };
        let arg = if arg.get_action().takes_values() { arg.clone() } else { of_flag(arg.clone()) };
        // Flags and variables would get in the way of a value that is to be looked at alone.
        let alone = clap::Command::new("newssearch").arg(arg.env(None::<&str>).global(false).required(false));
        let typed = format!("--{}={value}", key.name);
        let Err(error) = alone.try_get_matches_from(["newssearch", &typed]) else { return Ok(()) };
        let told = error.to_string();
        let told = told.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let file = self.file.as_deref().unwrap_or(Path::new("")).display();
        Err(Stop::Usage(format!("{file}, line {line}: {told}")))
    }

    fn setting(&self, key: &Key, command: &clap::Command, matches: &ArgMatches) -> Setting {
        let from_flag = key.commands.is_empty() && matches.value_source(&key.id()) == Some(ValueSource::CommandLine);
        let (value, from, place) = if from_flag {
            let value = matches.get_one::<PathBuf>(&key.id()).map(|path| path.display().to_string());
            (value, "flag", Some(format!("--{}", key.name)))
        } else if let Some(value) = env::var_os(key.variable) {
            (Some(value.to_string_lossy().into_owned()), "environment", Some(key.variable.to_owned()))
        } else if let Some((_, value)) = self.values.get(key.name) {
            (Some(value.clone()), "file", self.file.as_ref().map(|file| file.display().to_string()))
        } else {
            let defaults = key.arg(command).map(clap::Arg::get_default_values).unwrap_or_default();
            let is_flag = key.arg(command).is_some_and(|arg| !arg.get_action().takes_values());
            let value = defaults.first().map(|value| value.to_string_lossy().into_owned());
            (value.or_else(|| is_flag.then(|| "false".to_owned())), "default", None)
        };
        Setting { key: key.name, value, from, place }
    }
}

impl Key {
    fn id(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The flag, in the first command that has it.
    fn arg<'a>(&self, command: &'a clap::Command) -> Option<&'a clap::Arg> {
        let command = self.commands.first().map_or(Some(command), |name| command.find_subcommand(name))?;
        command.get_arguments().find(|arg| arg.get_id().as_str() == self.id())
    }
}

/// Whether a value may stand in the usage as it is.
fn is_harmless(value: &str) -> bool {
    matches!(for_terminal(value), Cow::Borrowed(_))
}

/// A flag that may be switched off again: `--no-pager=false`.
fn of_flag(arg: clap::Arg) -> clap::Arg {
    arg.action(clap::ArgAction::Set)
        .value_parser(clap::builder::BoolishValueParser::new())
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .default_value("false")
        .hide_default_value(true)
        .hide_possible_values(true)
        .value_name("BOOL")
}

/// `$XDG_CONFIG_HOME/newssearch/config.toml`, or that below `~/.config`; the variable counts only if its path is
/// absolute, as the XDG specification says.
fn usual_file() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".config")).or_else(|| absolute("APPDATA"));
    Some(absolute("XDG_CONFIG_HOME").or_else(home)?.join("newssearch").join("config.toml"))
}

/// A text about a place in the file, with the byte where that begins.
type Placed = (usize, String);

/// The values of a file with the bytes at which they stand; the byte at which a mistake stands, and what it is.
fn values(text: &str) -> Result<BTreeMap<&'static str, Placed>, Placed> {
    let table = DeTable::parse(text)
        .map_err(|e| (e.span().map_or(0, |span| span.start), e.message().lines().collect::<Vec<_>>().join("; ")))?;
    let mut values = BTreeMap::new();
    for (typed, value) in table.get_ref() {
        let at = typed.span().start;
        let name = typed.get_ref().replace('_', "-");
        let key = keys().find(|key| key.name == name).ok_or_else(|| (at, unknown(typed.get_ref())))?;
        let at = value.span().start;
        let value = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Boolean(yes) => yes.to_string(),
            _ => return Err((at, format!("{name} must be a text, a whole number, true or false"))),
        };
        values.insert(key.name, (at, value));
    }
    Ok(values)
}

fn unknown(typed: &str) -> String {
    let names: Vec<&str> = keys().map(|key| key.name).collect();
    let meant = match nearest(&typed.replace('_', "-"), &names) {
        Some(meant) => format!("; did you mean {meant}?"),
        None => format!("; there are {}", names.join(", ")),
    };
    format!("there is no setting {typed}{meant}")
}

pub(super) fn run(config: &Config, matches: &ArgMatches, args: &Args) -> Outcome {
    let command = <super::Cli as clap::CommandFactory>::command();
    let of_command = matches.subcommand().map_or(matches, |(_, matches)| matches);
    let settings: Vec<Setting> = keys().map(|key| config.setting(key, &command, of_command)).collect();
    let mut out = Output::plain();
    out.write(&if args.json { json_pretty(&settings) } else { told(config, &settings) })?;
    out.finish()?;
    Ok(Exit::Success)
}

fn told(config: &Config, settings: &[Setting]) -> String {
    let mut lines: Vec<String> = settings
        .iter()
        .map(|Setting { key, value, from, place }| {
            let value = value.as_deref().unwrap_or("-");
            let place = place.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
            format!("{key:<15} {value:<12} {from}{place}")
        })
        .collect();
    let file =
        config.file.as_ref().map_or_else(|| "nowhere: there is no HOME".into(), |file| file.display().to_string());
    let there = config.file.as_ref().is_some_and(|file| file.exists());
    lines.push(String::new());
    lines.push(format!("file            {file}{}", if there { "" } else { " (not there)" }));
    lines.iter().map(|line| for_terminal(line).into_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_a_flag_of_its_commands() {
        let command = <super::super::Cli as clap::CommandFactory>::command();
        for key in keys() {
            for name in key.commands.iter().map(|name| Some(*name)).chain(key.commands.is_empty().then_some(None)) {
                let command = name.map_or(&command, |name| command.find_subcommand(name).unwrap());
                assert!(command.get_arguments().any(|arg| arg.get_id().as_str() == key.id()), "{} {name:?}", key.name);
            }
            assert_eq!(key.variable, format!("NEWSSEARCH_{}", key.id().to_uppercase()));
        }
        Config::default().applied(command).ok().unwrap().debug_assert();
    }

    #[test]
    fn values_are_read_as_a_flag_would_have_them() {
        let read = values("index = \"a b\"\nlimit = 20\nno-pager = true\npage_bytes_max = '1MB'\n").unwrap();
        let expected = [("index", "a b"), ("limit", "20"), ("no-pager", "true"), ("page-bytes-max", "1MB")];
        let read: Vec<_> = read.iter().map(|(key, (_, value))| (*key, value.as_str())).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let cases = [
            ("limit = 1\nlimti = 2\n", 10, "there is no setting limti; did you mean limit?"),
            ("[query]\nlimit = 2\n", 1, "there is no setting query; there are index, saved"),
            ("limit = [1]\n", 8, "limit must be a text, a whole number, true or false"),
        ];
        for (text, at, told) in cases {
            let (found, detail) = values(text).unwrap_err();
            assert_eq!(found, at, "{text}");
            assert!(detail.starts_with(told), "{detail}");
        }
        assert!(values("limit = \n").is_err() && values("= 3").is_err() && values("limit = 1\nlimit = 2").is_err());
    }
}
