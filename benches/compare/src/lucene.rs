//! Lucene for a file of news: `lucene/Main.java`, run by whatever Java there is.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use crate::{
    answers::Answers,
    cost::{self, Cost},
};

/// Where the program and its jars lie.
const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lucene");

/// Oldest Java that this Lucene runs on.
const JAVA_MIN: u32 = 21;

/// Memory of the Java heap; vectors, which Lucene unpacks postings with where it may.
const JAVA_OPTIONS: [&str; 3] = ["-Xmx1g", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"];

/// Ways of asking, as the program names them. It counts nothing by columns, which takes a jar more.
pub const WAYS: [&str; 5] = ["top", "titles", "snippets", "count", "newest"];

/// The program, compiled.
pub struct Lucene {
    java: PathBuf,
    classpath: String,
    version: String,
}

impl Lucene {
    /// Compiles the program. The error says what is missing.
    pub fn find() -> io::Result<Self> {
        let jars = Path::new(HOME).join("jars");
        let version = version(&jars).ok_or_else(|| io::Error::other("no jars; run benches/compare/lucene/fetch"))?;
        let bin = |name: &str| match env::var_os("JAVA_HOME") {
            Some(home) => Path::new(&home).join("bin").join(name),
            None => PathBuf::from(name),
        };
        let classes = jars.join("classes");
        let classpath = format!("{}/*:{}", jars.display(), classes.display());
        let source = Path::new(HOME).join("Main.java");
        let found = run(Command::new(bin("javac")).arg("-version"));
        let found = found.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        if !found.as_deref().is_ok_and(|found| release(found) >= Some(JAVA_MIN)) {
            let found = found.unwrap_or_else(|error| format!("javac: {error}"));
            return Err(io::Error::other(format!("it needs Java {JAVA_MIN}, by JAVA_HOME or PATH ({found})")));
        }
        run(Command::new(bin("javac")).args(["-cp", &classpath, "-d"]).arg(&classes).arg(source))?;
        Ok(Self { java: bin("java"), classpath, version })
    }

    /// Name and version of the library.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Indexes a file of JSON lines into a new folder.
    pub fn index(&self, file: &Path, dir: &Path) -> io::Result<Cost> {
        cost::printed_by(self.command().arg("index").arg(file).arg(dir))
    }

    /// Asks the queries of a file (`kind<TAB>text` a line) in each of [`WAYS`], first in so many rounds that do not
    /// count, in which Java compiles.
    pub fn ask(&self, dir: &Path, queries: &Path, count: usize, rounds: [usize; 2]) -> io::Result<Vec<Answers>> {
        let rounds = rounds.map(|rounds| rounds.to_string());
        let output = run(self.command().arg("ask").arg(dir).arg(queries).args(rounds))?;
        let mut answers = vec![Answers::none(count); WAYS.len()];
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let (way, answer) = read(line).ok_or_else(|| io::Error::other(format!("not an answer: {line}")))?;
            let [place, nanoseconds, hits] = answer;
            answers[way].keep(place as usize, Duration::from_nanos(nanoseconds), hits as usize);
        }
        Ok(answers)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.java);
        command.args(JAVA_OPTIONS).args(["-cp", &self.classpath, "Main"]);
        command
    }
}

/// Of `javac 21.0.2`, 21.
fn release(version: &str) -> Option<u32> {
    version.strip_prefix("javac ")?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// `way TAB query TAB nanoseconds TAB hits`.
fn read(line: &str) -> Option<(usize, [u64; 3])> {
    let mut fields = line.split('\t');
    let name = fields.next()?;
    let way = WAYS.iter().position(|&way| way == name)?;
    let mut number = || fields.next()?.parse().ok();
    Some((way, [number()?, number()?, number()?]))
}

/// By the name of its jar.
fn version(jars: &Path) -> Option<String> {
    let names = fs::read_dir(jars).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let version = |name: String| Some(name.strip_prefix("lucene-core-")?.strip_suffix(".jar")?.to_owned());
    names.filter_map(version).max().map(|version| format!("Lucene {version}"))
}

fn run(command: &mut Command) -> io::Result<Output> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}
