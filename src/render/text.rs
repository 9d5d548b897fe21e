//! Hits, articles and counts for people at a terminal.
//!
//! Colours are always written; the stream that is written to takes them off where they are not wanted.

use std::{fmt::Write, ops::Range};

use super::safe::for_terminal;
use crate::{
    article::Article,
    date::{Confidence, Published},
    search::{
        AgeShare, Counted, Diagnosis, ExpandedTerm, Explained, Explanation, Facet, Hit, HitCopy, KwicLine, Related,
        RelatedArticles, Results, SignificantTerms, Snippet, Stats, TimePart,
    },
};

pub(super) const BOLD: &str = "\x1b[1m";
pub(super) const DIM: &str = "\x1b[2m";
const MARK: &str = "\x1b[1;33m";
pub(super) const PLAIN: &str = "\x1b[0m";

/// Most names of a kind that `stats` lists.
const NAMES_SHOWN_MAX: usize = 12;

/// The line above the hits.
pub(crate) fn summary(results: &Results) -> String {
    let Some(total) = results.total else { return String::new() };
    let mut line = match (results.hits.first(), results.hits.last()) {
        (Some(first), Some(last)) if (first.rank, last.rank as u64) != (1, total) => {
            format!("{} to {} of {}", first.rank, last.rank, counted(total, "article"))
        }
        _ => counted(total, "article"),
    };
    if let Some(all) = results.total_with_copies.filter(|all| *all != total) {
        let _ = write!(line, ", {} with copies", thousands(all));
    }
    format!("{DIM}{line}{PLAIN}\n\n")
}

/// A hit in a few lines, with the articles related to it where they are given.
pub(crate) fn hit(hit: &Hit, related: &[Related]) -> String {
    let mut out = headline(hit.rank, &hit.article, hit.score);
    for snippet in hit.snippet.iter().chain(&hit.more_snippets) {
        let _ = writeln!(out, "   {}", marked(snippet));
    }
    let _ = writeln!(out, "   {DIM}{}{PLAIN}", place(&hit.article));
    if hit.copies_total > 0 {
        let _ = writeln!(out, "   Copies: {}", copies(hit));
    }
    if !related.is_empty() {
        let one = |r: &Related| format!("{} ({})", title(&r.article), words(r));
        let list: Vec<String> = related.iter().map(one).collect();
        let _ = writeln!(out, "   Related: {}", list.join("; "));
    }
    out.push('\n');
    out
}

/// The outlets that have a copy of a hit, with how much of it.
fn copies(hit: &Hit) -> String {
    let one = |copy: &HitCopy| {
        let source = copy.article.source.name.as_deref().or(copy.article.source.domain.as_deref());
        let day = copy.article.published.as_ref().map(|date| format!(", {}", date.day)).unwrap_or_default();
        let covers = (copy.covers * 100.0).round();
        format!("{} ({covers:.0} %{day}, id {})", source.unwrap_or("unknown outlet"), copy.article.id)
    };
    let mut list: Vec<String> = hit.copies.iter().map(one).collect();
    let more = hit.copies_total.saturating_sub(hit.copies.len() as u64);
    if more > 0 {
        list.push(format!("and {more} more"));
    }
    for_terminal(&list.join("; ")).into_owned()
}

/// The facets of a result, a line each.
pub(crate) fn facets(facets: &[Facet]) -> String {
    let mut out = String::new();
    for facet in facets.iter().filter(|facet| !facet.values.is_empty()) {
        let mut values: Vec<String> =
            facet.values.iter().map(|value| format!("{} {}", for_terminal(&value.name), value.articles)).collect();
        if facet.more > 0 {
            values.push(format!("and {} more", facet.more));
        }
        if facet.without > 0 {
            values.push(format!("{} without", facet.without));
        }
        let _ = writeln!(out, "{DIM}{:<9}{PLAIN} {}", facet.field.name(), values.join(", "));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// What each part of a query finds, and which is best left out.
pub(crate) fn diagnosis(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    for (at, clause) in diagnosis.clauses.iter().enumerate() {
        let best = if diagnosis.best_dropped == Some(at) { "  <- leave this out" } else { "" };
        let alone = counted(clause.alone, "article");
        let without = counted(clause.without, "article");
        let _ = writeln!(out, "  {}: {alone} alone, {without} without it{best}", for_terminal(&clause.query));
    }
    out
}

/// Terms that are typical of a result.
pub(crate) fn terms(terms: &SignificantTerms) -> String {
    let against = terms.against.as_deref().unwrap_or("the whole archive");
    let mut out = format!(
        "{DIM}{} of {} articles read, against {} articles of {}; {}{PLAIN}\n",
        for_terminal(&terms.query),
        thousands(terms.sample),
        thousands(terms.compared),
        for_terminal(against),
        terms.statistic,
    );
    for term in &terms.terms {
        let word = for_terminal(&term.word);
        let _ = writeln!(
            out,
            "{:>10.1}  {word}  {DIM}{} against {}{PLAIN}",
            term.g2, term.articles, term.articles_compared
        );
    }
    out
}

/// A line of a concordance, the match in one column.
pub(crate) fn kwic(line: &KwicLine, width: usize) -> String {
    let source = line.article.source.name.as_deref().or(line.article.source.domain.as_deref()).unwrap_or("-");
    let day =
        line.article.published.as_ref().map_or_else(|| "undated   ".to_owned(), |date| format!("{:<10}", date.day));
    let left = for_terminal(line.left.trim_end());
    let right = for_terminal(line.right.trim_start());
    let padding = " ".repeat(width.saturating_sub(columns(&left)));
    let keyword = for_terminal(&line.keyword);
    let after = " ".repeat(width.saturating_sub(columns(&right)));
    format!(
        "{DIM}{day}{PLAIN} {padding}{left} {MARK}{keyword}{PLAIN} {right}{after} {DIM}{}{PLAIN}\n",
        for_terminal(source)
    )
}

/// Columns that a text takes on a terminal: two for signs of East Asian scripts, none for marks.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{5b0}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' => 0,
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{20000}'..='\u{3fffd}' => 2,
            _ => 1,
        })
        .sum()
}

/// How a query is read, and how an article's score comes about.
pub(crate) fn explanation(explanation: &Explanation) -> String {
    let mut out = format!("{BOLD}{}{PLAIN}\n", for_terminal(&explanation.query));
    if let Some(score) = explanation.score {
        let (sum, nearness) = (explanation.tree.score, explanation.nearness);
        let parts = format!("{sum:.4} by its words + {nearness:.4} for how near they stand");
        let _ = match &explanation.age {
            None => writeln!(out, "{score:>9.4}  = {parts}"),
            Some(AgeShare { factor, days, half_life_days }) => {
                let age = days.map_or("no date".to_owned(), |days| format!("{days:.1} days old"));
                writeln!(
                    out,
                    "{score:>9.4}  = ({parts}) x {factor:.4} for its age ({age}, half-life {half_life_days} days)"
                )
            }
        };
    } else if explanation.tree.fits == Some(false) {
        out.push_str("this article does not fit; what it lacks has no score\n");
    }
    explained(&mut out, &explanation.tree, 0);
    out
}

fn explained(out: &mut String, part: &Explained, depth: usize) {
    let indent = "  ".repeat(depth);
    let fits = match part.fits {
        Some(true) => format!("{:>9.4}  ", part.score),
        Some(false) => format!("{:>9}  ", "-"),
        None => String::new(),
    };
    let _ =
        writeln!(out, "{fits}{indent}{} {DIM}{}{PLAIN}", for_terminal(&part.part), counted(part.articles, "article"));
    if let Some(n) = &part.numbers {
        let _ = writeln!(
            out,
            "{:>9}  {indent}{DIM}= weight {:.4} x {} times x ({} + 1) / ({} + {} x (1 - {} + {} x {} / {:.1})); {} articles in the \
             archive{PLAIN}",
            "", n.weight, n.occurrences, n.k1, n.occurrences, n.k1, n.b, n.b, n.length, n.average_length, n.archive,
        );
    }
    for part in &part.parts {
        explained(out, part, depth + 1);
    }
}

/// Related articles by their place in time, each part best first, and how many copies were left out.
pub(crate) fn related_in_parts(found: &RelatedArticles) -> String {
    let parts = [
        (TimePart::Background, "Background"),
        (TimePart::SameDays, "Same days"),
        (TimePart::FollowUps, "Follow-ups"),
        (TimePart::Undated, "Undated"),
    ];
    let mut out = String::new();
    for (part, name) in parts {
        let of_part: Vec<&Related> = found.articles.iter().filter(|related| related.part == part).collect();
        // Where no date tells, there are no parts to name.
        if !of_part.is_empty() && (part != TimePart::Undated || of_part.len() < found.articles.len()) {
            let _ = writeln!(out, "{BOLD}{name}{PLAIN}\n");
        }
        of_part.into_iter().for_each(|one| out.push_str(&related(one)));
    }
    match found.copies {
        0 => {}
        1 => out.push_str("1 copy or other version left out; --copies shows it\n"),
        copies => {
            let _ = writeln!(out, "{copies} copies or other versions left out; --copies shows them");
        }
    }
    out
}

/// The words that feedback added to a query.
pub(crate) fn expanded(terms: &[ExpandedTerm]) -> String {
    const SHOWN_MAX: usize = 15;
    if terms.is_empty() {
        return String::new();
    }
    let words: Vec<&str> = terms.iter().take(SHOWN_MAX).map(|term| term.word.as_str()).collect();
    format!("{DIM}added {}{PLAIN}\n\n", for_terminal(&words.join(", ")))
}

/// A related article in a few lines, with the terms shared.
fn related(related: &Related) -> String {
    let mut out = headline(related.rank, &related.article, related.score);
    let _ = writeln!(out, "   Shares: {}", words(related));
    let _ = writeln!(out, "   {DIM}{}{PLAIN}\n", place(&related.article));
    out
}

/// What stands above an article that is shown whole.
pub(crate) fn heading(article: &Article) -> String {
    let mut out = format!("{BOLD}{}{PLAIN}\n", title(article));
    let line = by_line(article);
    if !line.is_empty() {
        let _ = writeln!(out, "{line}");
    }
    let modified = article.modified.as_ref().filter(|modified| {
        article.published.as_ref().is_none_or(|published| published.unix_seconds() != modified.unix_seconds())
    });
    let modified = modified.map(|modified| format!("changed {}", date(modified)));
    let agency = article.agency.as_ref().map(|agency| format!("agency {agency}"));
    let tags = (!article.tags.is_empty()).then(|| format!("tags {}", article.tags.join(", ")));
    let language = article.language.as_ref().map(|l| format!("language {}", l.code));
    let more: Vec<String> = [modified, agency, language, tags].into_iter().flatten().chain(flags(article)).collect();
    if !more.is_empty() {
        let _ = writeln!(out, "{DIM}{}{PLAIN}", for_terminal(&more.join(" · ")));
    }
    let _ = writeln!(out, "{DIM}{}{PLAIN}\n", place(article));
    out
}

/// What an archive holds.
pub(crate) fn stats(stats: &Stats) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<12}{value}");
    };
    line("articles", stats.articles.to_string());
    if stats.older_versions > 0 {
        line("versions", format!("{} older ones kept beside them", stats.older_versions));
    }
    line("files", stats.files.to_string());
    let reasons: Vec<String> = stats.skipped_by_reason.iter().map(|c| format!("{} {}", c.articles, c.name)).collect();
    line(
        "skipped",
        if reasons.is_empty() { "0".to_owned() } else { format!("{} ({})", stats.skipped, reasons.join(", ")) },
    );
    let days = match (&stats.first_day, &stats.last_day) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none known".to_owned(),
    };
    line("dates", if stats.undated > 0 { format!("{days}, {} without one", stats.undated) } else { days });
    line("sources", names(&stats.sources));
    line("sections", names(&stats.sections));
    line("languages", names(&stats.languages));
    line("size", bytes(stats.disk_bytes));
    out
}

/// A number with its noun, thousands parted.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// A number of bytes in the unit that fits, 1 kB being 1,000 bytes.
pub(crate) fn bytes(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 1000.0 {
            return if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn headline(rank: usize, article: &Article, score: f32) -> String {
    let mut out = format!("{DIM}{rank}.{PLAIN} {BOLD}{}{PLAIN}", title(article));
    if score > 0.0 {
        let _ = write!(out, "  {DIM}{score:.2}{PLAIN}");
    }
    out.push('\n');
    let line = by_line(article);
    if !line.is_empty() {
        let _ = writeln!(out, "   {line}");
    }
    out
}

pub(super) fn title(article: &Article) -> String {
    if article.title.is_empty() { "(no headline)".to_owned() } else { for_terminal(&article.title).into_owned() }
}

/// Outlet, section, date, authors.
pub(super) fn by_line(article: &Article) -> String {
    let source = article.source.name.clone().or_else(|| article.source.domain.clone());
    let date = article.published.as_ref().map(date);
    let authors = (!article.authors.is_empty()).then(|| format!("by {}", article.authors.join(", ")));
    let parts: Vec<String> = [source, article.section.clone(), date, authors].into_iter().flatten().collect();
    for_terminal(&parts.join(" · ")).into_owned()
}

fn date(date: &Published) -> String {
    let shown = date.to_string().replace('T', " ");
    if date.confidence == Confidence::Unsure { format!("{shown} (unsure)") } else { shown }
}

/// Where the article lies, and what it can be asked for by.
pub(super) fn place(article: &Article) -> String {
    let address = article.url.as_ref().or(article.canonical_url.as_ref());
    let file = match article.origin.record {
        Some(record) => format!("{}:{record}", article.origin.file),
        None => article.origin.file.clone(),
    };
    let place = address.cloned().unwrap_or(file);
    for_terminal(&format!("{place}  id {}", article.id)).into_owned()
}

fn words(related: &Related) -> String {
    let words: Vec<&str> = related.shared.iter().map(|term| term.word.as_str()).collect();
    for_terminal(&words.join(", ")).into_owned()
}

fn flags(article: &Article) -> Vec<String> {
    let flags = article.flags;
    let named = [
        (flags.paywalled, "cut off by a payment wall"),
        (flags.correction, "correction"),
        (flags.live, "live blog"),
        (flags.sponsored, "sponsored"),
        (flags.opinion, "opinion"),
    ];
    named.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned()).collect()
}

/// A snippet with its matches marked.
fn marked(snippet: &Snippet) -> String {
    let mut out = String::new();
    let mut at = 0;
    for Range { start, end } in snippet.matches.iter().cloned() {
        out.push_str(&for_terminal(&snippet.text[at..start]));
        let _ = write!(out, "{MARK}{}{PLAIN}", for_terminal(&snippet.text[start..end]));
        at = end;
    }
    out.push_str(&for_terminal(&snippet.text[at..]));
    out
}

fn names(names: &[Counted]) -> String {
    if names.is_empty() {
        return "none known".to_owned();
    }
    let shown: Vec<String> =
        names.iter().take(NAMES_SHOWN_MAX).map(|c| format!("{} {}", for_terminal(&c.name), c.articles)).collect();
    match names.len().saturating_sub(NAMES_SHOWN_MAX) {
        0 => format!("{}: {}", names.len(), shown.join(", ")),
        more => format!("{}: {}, and {more} more", names.len(), shown.join(", ")),
    }
}
