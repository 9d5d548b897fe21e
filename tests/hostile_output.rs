//! What pages, file names and queries say is shown harmless: in every format, of every command, on both streams, and in
//! every answer of the server.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    sync::LazyLock,
};

use serde_json::{Value, json};
use support::{
    Folder, Ran,
    harmless::{FORGED, Form, Form::*, check, records},
    page, states, text,
};

/// What a terminal acts on, forged lines and records, what turns the direction of writing, what is never seen, markup.
const HOSTILE: [&str; 8] = [
    "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[35m\u{1b}]8;;http://evil.example\u{1b}\\\u{1b}]52;c;b3du\u{7}\u{9b}35m\u{9d}0;x\u{9c}",
    "a\u{8}\u{8}b\r\nFORGED 1\nER  - \nTY  - NEWS\n}\n@article{forged,\n",
    "\u{202e}desrever\u{2066}\u{2069}\u{200f}\u{200e}\u{61c}",
    "pay\u{200b}pal\u{ad}\u{2060}\u{feff}\u{e0041}\u{e0042}\u{fff9}x\u{fffa}y\u{fffb}\u{2028}z\u{2029}\u{180e}\u{fffe}\u{ffff}",
    "<script>alert(1)</script>\"><img src=x onerror=alert(1)>' onmouseover='alert(1)",
    "]]></title></text></svg></summary><x><!--&lt;b&gt;&#60;&unknown;",
    "javascript:alert(1)//{{7*7}}${7*7}",
    "}, title = {owned}, \\input{/etc/passwd} %$#_^~",
];

/// What spreadsheets reckon with.
const FORMULAS: [&str; 7] =
    ["=HYPERLINK(\"http://evil.example\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\"=1+1\"", "＝1+1"];

/// What is run, and what comes out. `EVIL` stands for every hostile text and `QUOTED` for a phrase of it, `ID` for every
/// hostile article. Commands run in this order.
const RUNS: &[(&str, Form)] = &[
    ("index pages", Text),
    ("index pages --json", Json),
    ("index EVIL", Mistake),
    ("index pages --map EVIL", Mistake),
    ("query quay --limit 99 --snippets 3", Text),
    ("query quay --limit 99 --format json", Json),
    ("query quay --limit 99 --format jsonl", Jsonl),
    ("query quay --limit 99 --format csv", Csv),
    ("query quay --limit 99 --format trec", Trec),
    ("query * --all", Text),
    ("query * --all --format json", Json),
    ("query * --all --format jsonl --fields FIELDS", Jsonl),
    ("query * --all --format csv --fields FIELDS", Csv),
    ("query * --all --format tsv --fields FIELDS", Tsv),
    ("query * --all --format ris --fields body", Ris),
    ("query * --all --format bibtex --fields body", Bibtex),
    ("query * --all --format csl-json --fields body", Json),
    ("query * --all --format parquet --output table.parquet", PARQUET),
    ("query * --facet source,section,author,language,tag,agency --facet-values 99", Text),
    ("query * --facet source,section,author,language,tag,agency --facet-values 99 --format json", Json),
    ("query quay --expand", Text),
    ("query QUOTED", Text),
    ("query QUOTED --format json", Json),
    ("query zzzz QUOTED", Text),
    ("query --lint QUOTED", Text),
    ("query --any -- EVIL", Text),
    ("query --batch queries.tsv --syntax", Trec),
    ("query --batch queries.tsv --format jsonl", Jsonl),
    ("query --batch queries.tsv --matrix source", Csv),
    ("query --batch queries.tsv --matrix tag", Csv),
    ("query (\"EVIL", Mistake),
    ("query EVIL:(", Mistake),
    ("query quay --format EVIL", Mistake),
    ("query quay --after EVIL", Mistake),
    ("query quay --format csv --fields EVIL", Mistake),
    ("query quay --manifest manifest.json", Text),
    ("replay manifest.json", Text),
    ("replay manifest.json --json", Json),
    ("replay elsewhere.json", Text),
    ("replay elsewhere.json --json", Json),
    ("replay EVIL", Mistake),
    ("timeline quay QUOTED", Text),
    ("timeline quay QUOTED --format svg", Xml),
    ("timeline quay QUOTED --format csv", Csv),
    ("timeline quay QUOTED --format json", Json),
    ("timeline quay --by EVIL", Mistake),
    ("terms QUOTED --against quay", Text),
    ("terms quay --against QUOTED --format json", Json),
    ("kwic quay", Text),
    ("kwic quay --format jsonl", Jsonl),
    ("explain QUOTED ID", Text),
    ("explain QUOTED ID --format json", Json),
    ("explain quay EVIL", Mistake),
    ("complete e", Tsv),
    ("complete -- EVIL", Tsv),
    ("complete owne", Tsv),
    ("related ID", Text),
    ("related ID --format json", Json),
    ("related ID --format jsonl", Jsonl),
    ("related ID --format trec", Trec),
    ("related EVIL", Mistake),
    ("related ID --before EVIL", Mistake),
    ("related --batch articles.txt", Trec),
    ("related --batch articles.txt --format jsonl", Jsonl),
    ("related --batch missing.txt", Mistake),
    ("stories --limit 99", Text),
    ("stories --limit 99 --format json", Json),
    ("stories QUOTED --format jsonl", Jsonl),
    ("story ID", Text),
    ("story ID --format json", Json),
    ("story ID --format jsonl", Jsonl),
    ("story EVIL", Mistake),
    ("show ID", Text),
    ("show ID --json", Json),
    ("show EVIL", Mistake),
    ("versions ID", Text),
    ("versions ID --format json", Json),
    ("versions EVIL", Mistake),
    ("copies ID", Text),
    ("copies ID --format json", Json),
    ("copies EVIL", Mistake),
    ("stats", Text),
    ("stats --json", Json),
    ("stats --index EVIL", Mistake),
    ("doctor", Text),
    ("doctor --format json", Json),
    ("doctor --index damaged", Text),
    ("doctor --index damaged --format json", Json),
    ("doctor --index damaged --repair", Text),
    ("doctor --index damaged-too --repair --format json", Json),
    ("extract pages", Text),
    ("extract pages --format json", Json),
    ("extract pages --format jsonl", Jsonl),
    ("extract pages --report", Text),
    ("extract pages --report --format json", Json),
    ("extract EVIL", Mistake),
    ("save desk QUOTED --replace", Text),
    ("save EVIL quay", Mistake),
    ("saved", Text),
    ("saved --json", Json),
    ("new early --peek --saved searches", Text),
    ("new early --peek --saved searches --format json", Json),
    ("new early --peek --saved searches --format jsonl", Jsonl),
    ("new early --peek --saved searches --format csv", Csv),
    ("new early --peek --saved searches --format tsv", Tsv),
    ("new early --peek --saved searches --format ris", Ris),
    ("new early --peek --saved searches --format bibtex", Bibtex),
    ("new early --peek --saved searches --format csl-json", Json),
    ("new early --peek --saved searches --format parquet --output table.parquet", PARQUET),
    ("new early --peek --saved searches --format trec", Trec),
    ("new EVIL", Mistake),
    ("forget EVIL", Mistake),
    #[cfg(feature = "serve")]
    ("serve --address EVIL", Mistake),
    #[cfg(feature = "serve")]
    ("serve --cors-origin EVIL", Mistake),
    ("config --index EVIL", Text),
    ("config --index EVIL --json", Json),
    ("completions bash", Text),
    ("completions EVIL", Mistake),
    ("man", Text),
    ("query-language", Text),
    ("EVIL", Mistake),
    ("--EVIL", Mistake),
    ("index --EVIL", Mistake),
    ("query --EVIL", Mistake),
];

/// A file that is written apart says nothing; without the feature there is none.
const PARQUET: Form = if cfg!(feature = "parquet") { Text } else { Mistake };

/// Every field of an export that pages fill.
const FIELDS: &str = "id,page,url,canonical_url,title,standfirst,body,snippet,authors,captured,source,domain,agency,\
    section,tags,language,captions,file,entry";

/// Enough for a page to have a story.
const STORY: &str = "The ferry crossed the sound again on Monday after a month in the yard, and its crew said that the \
    engine had never run so quietly, though nobody on the island had asked them about it.";

fn hostile() -> impl Iterator<Item = &'static str> {
    HOSTILE.into_iter().chain(FORMULAS)
}

/// Reports of an event for each hostile text, all hostile in every field: the older version of one, then the newer one, a
/// copy of it in another outlet and a later report.
fn articles(evil: &str, number: usize) -> [String; 2] {
    let report = |report: usize| {
        let word = |n: usize| match n % 3 {
            0 => format!("event{number}x{}", (n * 7 + report * 5) % 20),
            _ => format!("word{}", (n * n * 31 + number * 17 + report * 101) % 900),
        };
        (0..120).map(word).collect::<Vec<_>>().join(" ")
    };
    let article = |name: &str, place: &str, day: usize, body: String, address: &str| {
        // A story has lines of its own; a forged one is no worse there.
        let lines = evil.replace(FORGED, "forged");
        let record = json!({
            "id": format!("{evil}{name}{number}"), "title": format!("{evil} {place} {number}"),
            "standfirst": format!("{evil} standfirst"), "authors": [format!("{evil}By"), evil], "section": evil,
            "body": format!("{lines} The quay was swept. {body} {lines}\nThe {place} master rang the bell {lines}"),
            "tags": [evil], "source": format!("{evil} {name}"), "url": format!("https://{name}.example/{evil}"),
            "canonical_url": format!("https://news.example/{number}/{address}"), "agency": evil,
            "captured": format!("2024-02-{day:02}T08:00:00Z"), "date": format!("2024-02-{day:02}"), "language": "en",
        });
        record.to_string() + "\n"
    };
    let newer = article("first", "quay", 2, report(0) + " And more came.", "a")
        + &article("copy", "pier", 3, report(0) + " And more came.", "b")
        + &article("later", "harbour", 4, report(1), "c");
    [article("first", "quay", 1, report(0), "a"), newer]
}

/// Every character that is no letter as a reference, so that it comes through to the text of a page.
fn referenced(text: &str) -> String {
    text.chars().fold(String::new(), |mut html, c| {
        let _ = if c.is_alphanumeric() { write!(html, "{c}") } else { write!(html, "&#{};", u32::from(c)) };
        html
    })
}

/// An archive of articles that are hostile in every field, and of files with hostile names.
static FOLDER: LazyLock<Folder> = LazyLock::new(|| {
    let folder = Folder::new();
    folder.write("other.jsonl", json!({"id": "other", "text": "The quay was swept before noon."}).to_string());
    folder.run(&["index", "--index", "other", "other.jsonl"]).ends_with(0);
    folder.run(&["save", "--index", "other", "--saved", "searches", "early", "*"]).ends_with(0);
    folder.run(&["query", "--index", "other", "--manifest", "elsewhere.json", "*"]).ends_with(0);
    let (mut lines, mut queries) = ([String::new(), String::new()], String::new());
    for (number, evil) in hostile().enumerate() {
        lines.iter_mut().zip(articles(evil, number)).for_each(|(lines, more)| *lines += &more);
        let _ = writeln!(queries, "{}\tquay", evil.replace(['\n', '\r', '\t'], " "));
        let (name, told) = (evil.replace('/', "_"), referenced(evil));
        folder.write(&format!("pages/{name}{number}.html"), page(&told, &[&format!("{told} {STORY} {told}"), STORY]));
        folder.write(&format!("pages/{name}empty.html"), "");
        folder
            .write(&format!("pages/{name}broken.jsonl"), format!("{{{evil}\n{{\"id\": \"{number}\", \"text\": 3}}\n"));
    }
    folder.write("pages/older.jsonl", &lines[0]);
    folder.write("pages/newer.jsonl", &lines[1]);
    folder.write("queries.tsv", queries);
    let ran = folder.run(&["index", "pages"]).ends_with(1);
    assert_eq!(check(Text, &ran.out).and(check(Text, &ran.err)), Ok(()), "{ran:?}");
    let ran = folder.run(&["index", "pages", "--rebuild", "--json"]).ends_with(1);
    assert_eq!(check(Json, &ran.out).and(check(Text, &ran.err)), Ok(()), "{ran:?}");
    folder.write("articles.txt", ids(&folder).join("\n"));
    folder.write("missing.txt", hostile().map(|evil| evil.replace(['\n', '\r'], " ") + "\n").collect::<String>());
    for name in ["damaged", "damaged-too"] {
        states::copy(&folder.path("index"), &folder.path(name));
        damage(&folder, name);
    }
    folder
});

/// Ids of the newest versions.
fn ids(folder: &Folder) -> Vec<String> {
    let ran =
        folder.run(&["query", "title:quay", "--format", "jsonl", "--limit", "99", "--copies", "show"]).ends_with(0);
    ran.records().iter().map(|hit| text(&hit["id"])).collect()
}

/// Changes a byte in the middle of every stored article's file.
fn damage(folder: &Folder, index: &str) {
    let mut changed = 0;
    let mut folders = vec![folder.path(index)];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "store") {
                let mut bytes = fs::read(&entry).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0xff;
                fs::write(entry, bytes).unwrap();
                changed += 1;
            }
        }
    }
    assert!(changed > 0);
}

/// The arguments of a row, one list for each of what its placeholder stands for.
fn arguments(row: &str, form: Form) -> Vec<Vec<String>> {
    // Formulas are formulas in tables alone; the other forms have seen all that they may.
    let texts = if form == Csv { hostile().collect() } else { HOSTILE.to_vec() };
    let quoted = |evil: &str| format!("\"{}\"", evil.replace(['"', '\\'], " "));
    let with = |id: &str, evil: &str| -> Vec<String> {
        let filled = |word: &str| {
            word.replace("QUOTED", &quoted(evil)).replace("EVIL", evil).replace("FIELDS", FIELDS).replace("ID", id)
        };
        row.split(' ').map(filled).collect()
    };
    let known: Vec<String> = ids(&FOLDER).into_iter().filter(|id| !id.starts_with('-')).collect();
    let (has_id, has_evil) = (row.contains("ID"), row.contains("EVIL") || row.contains("QUOTED"));
    match (has_id, has_evil) {
        (false, false) => vec![with("", "")],
        (true, false) => known.iter().map(|id| with(id, "")).collect(),
        _ => texts.iter().zip(known.iter().cycle()).map(|(evil, id)| with(id, evil)).collect(),
    }
}

fn check_run(args: &[String], form: Form) -> Result<Ran, String> {
    // Where nobody wants colours they are taken off, and hostile ones with them: so they are wanted.
    let ran = FOLDER.run_with(args, &[("CLICOLOR_FORCE", "1")]);
    let told = |stream: &str, mistake: String| format!("{args:?}, {stream}: {mistake} in {ran:?}");
    check(Text, &ran.err).map_err(|mistake| told("err", mistake))?;
    let is_mistake = ran.code == 2 && ran.out.is_empty() && !ran.err.is_empty();
    match form {
        Mistake if is_mistake => {}
        Mistake => return Err(told("out", "no mistake was found".to_owned())),
        _ if ran.code > 1 => return Err(told("out", "it failed".to_owned())),
        form => check(form, &ran.out).map_err(|mistake| told("out", mistake))?,
    }
    Ok(ran)
}

#[test]
fn no_command_shows_what_is_hostile_in_any_format() {
    let mut wrong = Vec::new();
    for &(row, form) in RUNS {
        let mut said = 0;
        for args in arguments(row, form) {
            match check_run(&args, form) {
                Ok(ran) => said += ran.out.len() + ran.err.len(),
                Err(mistake) => wrong.push(mistake),
            }
        }
        if said == 0 && !row.contains("--output") && !row.starts_with("complete --") {
            wrong.push(format!("{row} says nothing"));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Commands by what `newssearch -h` lists, and the formats that each takes.
fn listed() -> BTreeMap<String, BTreeSet<String>> {
    let help = |args: &[&str]| FOLDER.run(&[args, &["-h"]].concat()).ends_with(0).out;
    let usage = help(&[]);
    let commands = usage.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap().lines();
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()));
    let formats = |command: &str| {
        let usage = help(&[command]).split_whitespace().collect::<Vec<_>>().join(" ");
        let format = usage.split("--format <").nth(1).unwrap_or_default();
        let values = format.split("[possible values: ").nth(1).unwrap_or_default().split(']').next().unwrap();
        values.split(", ").filter(|value| !value.is_empty()).map(str::to_owned).collect()
    };
    names.filter(|name| *name != "help").map(|name| (name.to_owned(), formats(name))).collect()
}

#[test]
fn every_command_is_tried_in_each_of_its_formats() {
    let listed = listed();
    assert!(listed.len() > 20 && listed["query"].len() > 9, "{listed:?}");
    let tried = |command: &str, format: Option<&str>| {
        RUNS.iter().filter(|(_, form)| *form != Mistake || format == Some("parquet")).any(|(row, _)| {
            let words: Vec<&str> = row.split(' ').collect();
            let named = words.iter().position(|word| *word == "--format").map(|at| words[at + 1]);
            words[0] == command && (format.is_none() || named.unwrap_or("text") == format.unwrap())
        })
    };
    // What serves answers over HTTP, and what forgets says nothing.
    let apart = ["serve", "forget"];
    for (command, formats) in listed.iter().filter(|(command, _)| !apart.contains(&command.as_str())) {
        assert!(tried(command, None), "{command} is not in the table");
        for format in formats {
            assert!(tried(command, Some(format)), "{command} --format {format} is not in the table");
        }
    }
}

#[test]
fn usage_and_settings_show_no_hostile_value() {
    let folder = Folder::new();
    for evil in HOSTILE {
        let file = folder.write("settings.toml", format!("saved = {}\n", json!(evil)));
        let settings =
            [("NEWSSEARCH_CONFIG", file.to_str().unwrap()), ("NEWSSEARCH_INDEX", evil), ("CLICOLOR_FORCE", "1")];
        for args in [&["--help"][..], &["saved", "--help"], &["config"], &["new", "x"], &["stats"]] {
            let ran = folder.run_with(args, &settings);
            assert!(ran.out.len() + ran.err.len() > 0);
            assert_eq!(check(Text, &ran.out).and(check(Text, &ran.err)), Ok(()), "{args:?}: {ran:?}");
        }
    }
}

#[test]
fn one_article_stays_one_record() {
    let all =
        |format: &str| FOLDER.run(&["query", "*", "--all", "--format", format, "--fields", "body"]).ends_with(0).out;
    let articles = records(Jsonl, &all("jsonl"));
    assert!(articles >= 4 * hostile().count(), "{articles}");
    for (format, form) in
        [("json", Json), ("csl-json", Json), ("csv", Csv), ("tsv", Tsv), ("ris", Ris), ("bibtex", Bibtex)]
    {
        assert_eq!(records(form, &all(format)), articles, "{format}");
    }
}

#[test]
fn json_keeps_what_it_shows_harmless() {
    let told: BTreeSet<String> = FOLDER
        .run(&["extract", "pages/newer.jsonl", "--format", "jsonl"])
        .records()
        .iter()
        .map(|record: &Value| text(&record["id"]))
        .collect();
    // Control characters are taken off when a record is read; what is left comes back as it was.
    let is_kept = |evil: &&str| !evil.chars().any(|c| c.is_control() || c.is_whitespace());
    let kept: Vec<(usize, &str)> = hostile().enumerate().filter(|(_, evil)| is_kept(evil)).collect();
    assert!(kept.len() > 5 && kept.iter().any(|(_, evil)| evil.contains('\u{202e}')), "{kept:?}");
    for (number, evil) in kept {
        assert!(told.contains(&format!("{evil}first{number}")), "{evil:?} is not in {told:?}");
    }
}

#[cfg(feature = "serve")]
mod served {
    //! The answers of the server.

    use axum::Router;
    use newssearch::{Archive, serve::router};

    use super::{
        support::{
            harmless::html,
            http::{Answer, encoded, get},
        },
        *,
    };

    /// Most pages of a kind that are looked at.
    const PAGES_MAX: usize = 40;

    static ROUTER: LazyLock<Router> = LazyLock::new(|| router(Archive::open(FOLDER.path("index")).unwrap()));

    /// What an answer is written in.
    fn form(answer: &Answer) -> Form {
        match answer.header("content-type").split(';').next().unwrap() {
            "text/html" => Html,
            "application/json" | "application/problem+json" | "application/vnd.citationstyles.csl+json" => Json,
            "application/x-ndjson" | "application/jsonl" => Jsonl,
            "application/atom+xml" | "application/opensearchdescription+xml" | "image/svg+xml" => Xml,
            "text/csv" => Csv,
            "text/tab-separated-values" => Tsv,
            "application/x-research-info-systems" => Ris,
            "application/x-bibtex" => Bibtex,
            "text/plain" => Text,
            other => panic!("an answer of a kind that is not looked at: {other}"),
        }
    }

    fn check_answer(target: &str) -> Answer {
        let answer = get(&ROUTER, target);
        assert!(matches!(answer.status, 200 | 400 | 404), "{target}: {}", answer.text());
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{target}");
        assert_eq!(check(form(&answer), &answer.text()), Ok(()), "{target}: {}", answer.text());
        answer
    }

    #[test]
    fn every_page_that_links_lead_to_is_harmless() {
        let starts = ["/", "/?q=quay&show=share", "/compare?q=quay&q=harbour", "/stories", "/archive", "/feed?q=*"];
        let mut waiting: Vec<String> = starts.map(str::to_owned).to_vec();
        waiting.extend(ids(&FOLDER).iter().map(|id| format!("/article/{}?images=show", encoded(id))));
        let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        let mut at = 0;
        while let Some(target) = waiting.get(at).cloned() {
            at += 1;
            let parts: Vec<&str> = target.split('?').next().unwrap().split('/').collect();
            let count = kinds.entry(format!("{} {}", parts[1], parts.get(3).unwrap_or(&""))).or_default();
            *count += 1;
            if *count > PAGES_MAX || parts[1] == "assets" || target.starts_with("/api/") {
                continue;
            }
            let answer = check_answer(&target);
            assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            if form(&answer) == Html {
                let links = html(&answer.text()).unwrap().into_iter().filter(|link| link.starts_with('/'));
                waiting.extend(links.filter(|link| seen.insert(link.clone())));
            }
        }
        for kind in ["", "archive", "article", "compare", "compare.svg", "feed", "help", "stories", "story"] {
            assert!(kinds.contains_key(&format!("{kind} ")), "{kind}: {kinds:?}");
        }
        for below in ["copies", "versions", "cite"] {
            assert!(kinds.contains_key(&format!("article {below}")), "{below}: {kinds:?}");
        }
    }

    /// A parameter of a route.
    struct Parameter {
        name: String,
        /// The values that there are; none where any text may be given.
        values: Vec<String>,
        is_needed: bool,
    }

    impl Parameter {
        fn of(described: &Value) -> Self {
            let schema = &described["schema"];
            let values = schema["enum"].as_array().or(schema["items"]["enum"].as_array());
            Self {
                name: text(&described["name"]),
                values: values.into_iter().flatten().map(text).collect(),
                is_needed: described["required"] == true || described["name"] == "q",
            }
        }
    }

    /// Paths of the API with what stands behind their `?`.
    fn routes() -> Vec<(String, Vec<Parameter>)> {
        let document = get(&ROUTER, "/api/openapi.json").json();
        let route = |(path, methods): (&String, &Value)| {
            let parameters = methods["get"]["parameters"].as_array().cloned().unwrap_or_default();
            (path.clone(), parameters.iter().filter(|one| one["in"] == "query").map(Parameter::of).collect())
        };
        document["paths"].as_object().unwrap().iter().map(route).collect()
    }

    #[test]
    fn every_route_of_the_api_is_harmless() {
        let known = ids(&FOLDER);
        let (mut answered, mut formats) = (0, 0);
        for (path, parameters) in routes() {
            let path = |id: &str| path.replace("{id}", &encoded(id));
            let needed = |but: &str| -> String {
                let needed = parameters.iter().filter(|one| one.is_needed && one.name != but);
                needed.map(|one| format!("&{}={}", one.name, if one.name == "q" { "quay" } else { "e" })).collect()
            };
            for id in if path("a") == path("b") { &known[..1] } else { &known[..] } {
                let target = format!("{}?{}", path(id), needed("").trim_start_matches('&'));
                let answer = check_answer(&target);
                assert_eq!(answer.status, 200, "{target}: {}", answer.text());
                answered += 1;
            }
            for Parameter { name, values, .. } in &parameters {
                for value in values.iter().cloned().chain(hostile().map(str::to_owned)) {
                    check_answer(&format!("{}?{name}={}{}", path(&known[0]), encoded(&value), needed(name)));
                }
            }
            for format in parameters.iter().filter(|one| one.name == "format").flat_map(|one| &one.values) {
                let target = format!("{}?q=*&format={format}&fields={FIELDS}", path(""));
                let answer = check_answer(&target);
                assert_eq!(answer.status, 200, "{target}: {}", answer.text());
                assert!(answer.header("content-disposition").starts_with("attachment"), "{target}");
                formats += 1;
            }
        }
        assert!(answered > 40 && formats == 7, "{answered}, {formats}");
    }

    #[test]
    fn what_was_typed_into_an_address_is_harmless() {
        let places = "/?q= /?q=title: /?f=source: /?f= /?from= /?after= /?nothing= /compare?q= /compare?q=a&by= \
            /compare.svg?q= /feed?q= /stories?q= /archive?source= /archive?year= /article/ /story/ /api/v1/article/ /api/";
        for place in places.split(' ').filter(|place| !place.is_empty()) {
            for evil in hostile() {
                check_answer(&format!("{place}{}", encoded(evil)));
            }
        }
    }
}
