//! Throws changed seeds at targets, for a time; keeps what breaks a promise. Runs on a stable compiler.
//!
//! ```sh
//! cargo run -- all --seconds 3            # each target for 3 seconds of processor time
//! cargo run -- warc --seconds 3600 --seed 7
//! cargo run -- snippet --keep-slower 500   # and keep what takes more milliseconds
//! cargo run -- html --longest 4194304      # inputs of up to 4 MiB: what grows faster than its input shows
//! cargo run -- warc artifacts/warc/crash-1f  # one input again
//! ```

use std::{
    env, fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use newssearch_fuzz::{TARGETS, Target, target};
use xxhash_rust::xxh3::xxh3_64;

/// Longest input that is made where nothing else is asked for. Longer seeds are cut.
const INPUT_BYTES_MAX: usize = 64 << 10;

/// Longest input of this run; see [`INPUT_BYTES_MAX`].
static LONGEST: AtomicUsize = AtomicUsize::new(INPUT_BYTES_MAX);

/// Processor time after which one input has taken too long, many times what the slowest sound one takes.
const INPUT_SECONDS_MAX: u64 = 30;

/// Most changes made to a seed at a time.
const CHANGES_MAX: u64 = 8;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let option = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)?.parse().ok());
    let (seconds, seed): (u64, u64) = (option("--seconds").unwrap_or(3), option("--seed").unwrap_or(1));
    let targets = match args.first().map(String::as_str) {
        Some("all") => TARGETS.to_vec(),
        Some(name) if target(name).is_some() => target(name).into_iter().collect(),
        _ => {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            eprintln!(
                "mutate all|{} [--seconds N] [--seed N] [--keep-slower MS] [--longest BYTES] [FILE]",
                names.join("|")
            );
            return ExitCode::from(2);
        }
    };
    if let Some(file) = args.get(1).filter(|arg| !arg.starts_with("--")) {
        (targets[0].run)(&fs::read(file).expect("an input"));
        return ExitCode::SUCCESS;
    }
    LONGEST.store(option("--longest").map_or(INPUT_BYTES_MAX, |bytes: u64| bytes as usize), Ordering::Relaxed);
    watch();
    let plan = Plan {
        time: Duration::from_secs(seconds),
        seed,
        kept_from: option("--keep-slower").map_or(Duration::MAX, Duration::from_millis),
    };
    let broken: u64 = targets.iter().map(|target| attack(target, &plan)).sum();
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How targets are attacked.
struct Plan {
    /// Processor time for each.
    time: Duration,
    seed: u64,
    /// Inputs that take longer are kept.
    kept_from: Duration,
}

/// The input at work and its target's name, and how many inputs there were.
static CURRENT: Mutex<(Vec<u8>, &str)> = Mutex::new((Vec::new(), ""));
static SINCE: AtomicU64 = AtomicU64::new(0);

/// Ends the program where one input takes too long.
fn watch() {
    let start = Instant::now();
    thread::spawn(move || {
        let mut last = (0, Duration::ZERO);
        loop {
            thread::sleep(Duration::from_millis(200));
            let input = SINCE.load(Ordering::Relaxed);
            if input != last.0 {
                last = (input, spent(start));
            } else if spent(start).saturating_sub(last.1) > Duration::from_secs(INPUT_SECONDS_MAX) {
                let current = CURRENT.lock().expect("an input");
                let file = keep(current.1, "slow", &current.0);
                eprintln!("{}: too long after {:?}, kept as {}", current.1, spent(start), file.display());
                std::process::exit(1);
            }
        }
    });
}

/// Processor time of all threads of this program so far; where the system does not tell, the time since `start`.
fn spent(start: Instant) -> Duration {
    /// Linux tells every program so, whatever the kernel's own rate is.
    const TICKS_PER_SECOND: u64 = 100;
    let told = fs::read_to_string("/proc/self/stat");
    // The name in brackets may have spaces; user and system time are the 12th and 13th fields behind it.
    let ticks = told.ok().and_then(|text| {
        let fields: Vec<u64> = text.rsplit(')').next()?.split(' ').skip(12).take(2).flat_map(str::parse).collect();
        <[u64; 2]>::try_from(fields).ok()
    });
    ticks.map_or_else(
        || start.elapsed(),
        |[user, system]| Duration::from_millis((user + system) * 1000 / TICKS_PER_SECOND),
    )
}

/// Attacks a target; gives how many different inputs broke it.
fn attack(target: &Target, plan: &Plan) -> u64 {
    let seeds = seeds(target);
    assert!(!seeds.is_empty(), "{} has no seeds", target.name);
    let words = words(&seeds);
    let mut chance = Chance(plan.seed ^ xxh3_64(target.name.as_bytes()));
    let start = Instant::now();
    let before = spent(start);
    let mut now = before;
    let (mut inputs, mut broken) = (0_u64, 0);
    let mut slowest = Duration::ZERO;
    while now - before < plan.time || inputs < seeds.len() as u64 {
        // Every seed as it is, then what becomes of them.
        let input = match seeds.get(inputs as usize) {
            Some(seed) => seed.clone(),
            None => changed(&seeds, &words, &mut chance),
        };
        inputs += 1;
        *CURRENT.lock().expect("an input") = (input.clone(), target.name);
        SINCE.fetch_add(1, Ordering::Relaxed);
        let run = target.run;
        if catch_unwind(|| run(&input)).is_err() {
            broken += 1;
            eprintln!("{}: broken, kept as {}", target.name, keep(target.name, "crash", &input).display());
        }
        // The making of the input is in it, and is nothing beside what would be slow.
        let took = spent(start) - now;
        now += took;
        slowest = slowest.max(took);
        if took > plan.kept_from {
            eprintln!("{}: {took:?}, kept as {}", target.name, keep(target.name, "slow", &input).display());
        }
        if broken >= 10 {
            break;
        }
    }
    eprintln!(
        "{}: {inputs} inputs from {} seeds in {:.0} s of processor time, slowest {slowest:.1?}, {broken} broken",
        target.name,
        seeds.len(),
        (now - before).as_secs_f64()
    );
    broken
}

fn keep(target: &str, kind: &str, input: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(target);
    let file = folder.join(format!("{kind}-{:016x}", xxh3_64(input)));
    fs::create_dir_all(&folder).and_then(|()| fs::write(&file, input)).expect("an input kept");
    file
}

/// The target's own seeds, those made afresh, and files of the repository with its endings.
fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = files(&here.join("seeds").join(target.name), &[]);
    for folder in target.more_seeds.0 {
        files.extend(self::files(&here.join("..").join(folder), target.more_seeds.1));
    }
    let read = |file: PathBuf| fs::read(file).expect("a seed");
    let all = files.into_iter().map(read).chain((target.fresh_seeds)());
    all.filter(|seed| !seed.is_empty()).map(cut).collect()
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(LONGEST.load(Ordering::Relaxed));
    bytes
}

/// Files of a folder and of those in it, of some endings or of any, by name.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.is_empty() || path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Words that stand in the seeds, to be put elsewhere.
fn words(seeds: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || b"-_:</".contains(byte);
    let all = seeds.iter().flat_map(|seed| seed.split(|byte| !is_inner(byte)));
    let mut words: Vec<Vec<u8>> = all.filter(|word| (1..=32).contains(&word.len())).map(<[u8]>::to_vec).collect();
    words.sort();
    words.dedup();
    words
}

/// Values that break what was written for others.
const HOSTILE: [&[u8]; 24] = [
    b"",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n\r\n",
    b"-1",
    b"0",
    b"4294967296",
    b"18446744073709551615",
    b"99999999999999999999",
    b"1e999",
    b"\xe2\x80\xae",
    b"\xcc\x88",
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d",
    b"\xe0\xb8\xb3",
    b"\x1b[31m",
    b"((((((((",
    b"\"\"",
    b"..",
    b"0000-00-00",
    b"<![CDATA[",
    b"&#x110000;",
    b"\xed\xa0\x80",
    b"\xc4\xb0",
];

/// A seed with some changes.
fn changed(seeds: &[Vec<u8>], words: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = chance.of(seeds).clone();
    for _ in 0..=chance.below(CHANGES_MAX) {
        let at = chance.below(input.len() as u64 + 1) as usize;
        let to = at + chance.below((input.len() - at) as u64 + 1).min(1 + chance.below(200)) as usize;
        match chance.below(10) {
            0 if at < input.len() => input[at] ^= 1 << chance.below(8),
            1 if at < input.len() => input[at] = chance.below(256) as u8,
            2 => drop(input.drain(at..to)),
            3 => input.truncate(at),
            4 => drop(input.splice(at..at, chance.of(&HOSTILE).iter().copied())),
            5 if !words.is_empty() => drop(input.splice(at..to.min(at + 12), chance.of(words).clone())),
            6 => {
                // A piece again and again.
                let piece = input[at..to].to_vec();
                let times = chance.below(if piece.len() < 20 { 400 } else { 8 });
                for _ in 0..times {
                    input.splice(at..at, piece.iter().copied());
                }
            }
            7 if at < to => {
                // A piece until the input is as long as may be: what is quadratic shows.
                let (piece, room) =
                    (input[at..to].to_vec(), LONGEST.load(Ordering::Relaxed).saturating_sub(input.len()));
                input.splice(at..at, piece.iter().copied().cycle().take(room));
            }
            8 => {
                let other = chance.of(seeds);
                let from = chance.below(other.len() as u64) as usize;
                let piece = other[from..].iter().copied().take(chance.below(2_000) as usize).collect::<Vec<_>>();
                input.splice(at..at, piece);
            }
            _ => {
                let other = chance.of(seeds);
                let from = chance.below(other.len() as u64) as usize;
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
        input = cut(input);
    }
    input
}

/// Numbers that follow from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len() as u64) as usize]
    }
}
