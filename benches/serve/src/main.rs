//! Searches over HTTP against the same searches in the process: `serve-bench INDEX WORDS [SECONDS]`.
//!
//! Each search has snippets and three facets. WORDS is a file of words, one a line, of which the queries are made: one
//! word, two words, either of two, a phrase. Rounds in the process and over HTTP by one client take turns; then 64
//! clients, each on its own connection. `SECONDS` goes on with 64 clients for so long and says what the memory of the
//! server is each minute, while somebody else may index.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use newssearch::{
    Archive, CopyMode, FacetField, Query, SearchOptions,
    serve::{Options, Server, ServerOptions},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const CLIENTS: usize = 64;
const ROUNDS: usize = 5;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", index] => serve(index),
        [index, words] => measure(index, words, 0),
        [index, words, seconds] => measure(index, words, seconds.parse()?),
        _ => Err("serve-bench INDEX WORDS [SECONDS]".into()),
    }
}

fn serve(index: &str) -> Result<(), Failure> {
    let archive = Archive::open(index)?;
    let server = Server::bind("127.0.0.1:0".parse()?, archive, Options::default(), ServerOptions::default())?;
    println!("{}", server.address()?);
    server.run(|| false)?;
    Ok(())
}

/// The server in a process of its own; ends with this one.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn measure(index: &str, words: &str, seconds: u64) -> Result<(), Failure> {
    let archive = Archive::open(index)?;
    let queries = queries(&fs::read_to_string(words)?);
    let targets: Arc<Vec<String>> = Arc::new(queries.iter().map(|query| target(query)).collect());
    let mut child = Command::new(env::current_exe()?).args(["serve", index]).stdout(Stdio::piped()).spawn()?;
    let mut address = String::new();
    BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut address)?;
    let serving = Serving(child);
    let address = address.trim().to_owned();
    let mut client = Client::connect(&address)?;
    let (mut inside, mut outside, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let mut times = [Duration::ZERO; 2];
        for (query, target) in queries.iter().zip(targets.iter()) {
            let begun = Instant::now();
            search(&archive, query)?;
            times[0] += begun.elapsed();
            let begun = Instant::now();
            client.get(target)?;
            times[1] += begun.elapsed();
        }
        let begun = Instant::now();
        queries.iter().try_for_each(|_| client.get("/healthz"))?;
        let healthz = begun.elapsed();
        // The first is for warming up.
        if round > 0 {
            inside.push(times[0].as_secs_f64() * 1e3 / queries.len() as f64);
            bare.push(healthz.as_secs_f64() * 1e3 / queries.len() as f64);
            outside.push(times[1].as_secs_f64() * 1e3 / queries.len() as f64);
        }
    }
    let (inside, outside) = (least(&inside), least(&outside));
    println!("{} queries, fastest of {ROUNDS} rounds, mean of a query", queries.len());
    println!("in the process {inside:.3} ms, over HTTP {outside:.3} ms: {:.2} times", outside / inside);
    println!("a request that asks nothing of the archive: {:.3} ms", least(&bare));
    let one = throughput(&address, &targets, 1, Duration::from_secs(10))?;
    let many = throughput(&address, &targets, CLIENTS, Duration::from_secs(10))?;
    println!("1 client {one:.0} a second, {CLIENTS} clients {many:.0} a second: {:.2} times", many / one);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(seconds) {
        let left = Duration::from_secs(seconds).saturating_sub(begun.elapsed()).min(Duration::from_secs(60));
        let rate = throughput(&address, &targets, CLIENTS, left)?;
        println!("{:.0} s: {rate:.0} a second, {}", begun.elapsed().as_secs_f64(), memory(&serving));
    }
    Ok(())
}

fn memory(serving: &Serving) -> String {
    let status = fs::read_to_string(format!("/proc/{}/status", serving.0.id())).unwrap_or_default();
    let of = |name: &str| status.lines().find(|line| line.starts_with(name)).unwrap_or_default().replace('\t', " ");
    format!("{} {}", of("RssAnon"), of("VmRSS"))
}

fn least(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

fn queries(words: &str) -> Vec<String> {
    let words: Vec<&str> = words.lines().filter(|word| !word.is_empty()).collect();
    let pairs = words.chunks_exact(2);
    let made = pairs.flat_map(|pair| {
        let [a, b] = [pair[0], pair[1]];
        [a.to_owned(), format!("{a} {b}"), format!("{a} OR {b}"), format!("\"{a} {b}\"")]
    });
    made.collect()
}

fn target(query: &str) -> String {
    let escaped: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/v1/search?q={escaped}&facets=source,section,year")
}

/// What the route does, without HTTP.
fn search(archive: &Archive, query: &str) -> Result<(), Failure> {
    let options = SearchOptions {
        facets: vec![FacetField::Source, FacetField::Section, FacetField::Year],
        copies: CopyMode::Collapse,
        ..SearchOptions::default()
    };
    let query = Query::parse(query)?;
    if archive.search(&query, &options)?.hits.is_empty() {
        archive.did_you_mean(&query)?;
    }
    Ok(())
}

/// A client that keeps its connection.
struct Client {
    stream: BufReader<TcpStream>,
    address: String,
}

impl Client {
    fn connect(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), address: address.to_owned() })
    }

    fn get(&mut self, target: &str) -> Result<(), Failure> {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut line, mut bytes, mut is_first) = (String::new(), 0, true);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            if is_first && !line.starts_with("HTTP/1.1 200 ") {
                return Err(line.into());
            }
            is_first = false;
            match line.trim_end() {
                "" => break,
                header => bytes = header.strip_prefix("content-length: ").map_or(Ok(bytes), str::parse)?,
            }
        }
        let mut body = vec![0; bytes];
        self.stream.read_exact(&mut body)?;
        Ok(())
    }
}

/// Answers a second that some clients have together.
fn throughput(address: &str, targets: &Arc<Vec<String>>, clients: usize, time: Duration) -> Result<f64, Failure> {
    let (ends, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let begun = Instant::now();
    let workers: Vec<_> = (0..clients)
        .map(|number| {
            let (ends, answers) = (Arc::clone(&ends), Arc::clone(&answers));
            let (address, targets) = (address.to_owned(), Arc::clone(targets));
            thread::spawn(move || -> Result<(), Failure> {
                let mut client = Client::connect(&address)?;
                for target in targets.iter().cycle().skip(number * 7) {
                    if ends.load(Ordering::Relaxed) {
                        break;
                    }
                    client.get(target)?;
                    answers.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            })
        })
        .collect();
    thread::sleep(time);
    ends.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.join().map_err(|_| "a client failed")??;
    }
    Ok(answers.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}
