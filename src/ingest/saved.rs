//! Where a saved page came from: what the program that saved it wrote into it, or the path of a mirror.

use chrono::{DateTime, Utc};
use memchr::memmem;

/// Bytes at the top of a page in which programs leave their comment.
const TOP_BYTES: usize = 1 << 13;

/// Longest address that is taken from a comment.
const URL_BYTES_MAX: usize = 4_096;

/// Last labels of host names with more than two letters, by which a folder is known for a host. Those that are also
/// endings of files are left out.
const TOP_LEVELS: [&str; 24] = [
    "com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "news", "press", "media", "online", "site",
    "today", "world", "live", "blog", "africa", "asia", "example", "test", "onion", "website",
];

/// What a page tells about itself.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) url: Option<String>,
    /// ISO 8601, in UTC.
    pub(crate) captured: Option<String>,
}

/// Reads the comment of SingleFile, HTTrack, or a browser that saved a page.
pub(crate) fn told(page: &[u8]) -> Told {
    let top = &page[..page.len().min(TOP_BYTES)];
    single_file(top).or_else(|| httrack(top)).or_else(|| browser(top)).unwrap_or_default()
}

/// `Page saved with SingleFile`, then `url: …` and `saved date: …` on lines of their own.
fn single_file(top: &[u8]) -> Option<Told> {
    let comment = comment_behind(top, b"Page saved with SingleFile")?;
    let after = |label: &str| {
        let line = comment.lines().find_map(|line| line.trim().strip_prefix(label).map(str::trim));
        line.map(str::to_owned)
    };
    let captured = after("saved date:").and_then(|date| script_date(&date));
    Some(Told { url: after("url:").filter(|url| is_web(url)), captured })
}

/// `Mirrored from host/path by HTTrack Website Copier/3.x [XR&CO'2014], Fri, 22 Apr 2022 08:00:00 GMT`.
fn httrack(top: &[u8]) -> Option<Told> {
    let comment = comment_behind(top, b"Mirrored from ")?;
    let (address, rest) = comment.split_once(" by HTTrack")?;
    let url = Some(format!("http://{}", address.trim())).filter(|url| is_web(url));
    let captured = rest.rsplit_once("], ").and_then(|(_, date)| mail_date(date.trim()));
    Some(Told { url, captured })
}

/// `saved from url=(0023)https://host/path`.
fn browser(top: &[u8]) -> Option<Told> {
    let comment = comment_behind(top, b"saved from url=(")?;
    let (_, address) = comment.split_once(')')?;
    let url = address.split_whitespace().next().filter(|url| is_web(url)).map(str::to_owned);
    Some(Told { url, captured: None })
}

/// The rest of the comment in which some words stand.
fn comment_behind(top: &[u8], words: &[u8]) -> Option<String> {
    let at = memmem::find(top, words)?;
    memmem::rfind(&top[..at], b"<!--").filter(|&open| memmem::find(&top[open..at], b"-->").is_none())?;
    let rest = &top[at + words.len()..];
    let end = memmem::find(rest, b"-->")?;
    Some(String::from_utf8_lossy(&rest[..end]).into_owned())
}

fn is_web(url: &str) -> bool {
    url.len() <= URL_BYTES_MAX
        && (url.starts_with("http://") || url.starts_with("https://"))
        && !url.contains(['<', ' '])
}

/// A date as scripts print it: `Fri Apr 22 2022 10:00:00 GMT+0200 (Central European Summer Time)`.
fn script_date(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    let [_, month, day, year, time, zone] = words.as_slice() else { return None };
    let plain = format!("{day} {month} {year} {time} {}", zone.strip_prefix("GMT")?);
    utc(DateTime::parse_from_str(&plain, "%d %b %Y %H:%M:%S %z").ok()?)
}

/// A date as mail has it (RFC 2822), as ISO 8601 in UTC.
pub(crate) fn mail_date(text: &str) -> Option<String> {
    utc(DateTime::parse_from_rfc2822(text).ok()?)
}

fn utc(date: DateTime<chrono::FixedOffset>) -> Option<String> {
    Some(date.with_timezone(&Utc).format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The address of a page in a mirror: of `sites/www.a.example/x/y.html`, `http://www.a.example/x/y.html`. `None` where
/// no folder of its path is named like a host. The scheme is `http` where no folder above the host says another.
pub(crate) fn url_from_path(path: &str) -> Option<String> {
    let folders: Vec<&str> = path.split(['/', '\\']).collect();
    let (file, folders) = folders.split_last()?;
    let host_at = folders
        .iter()
        .rposition(|folder| folder.starts_with("www.") && is_host(folder))
        .or_else(|| folders.iter().rposition(|folder| is_host(folder)))?;
    let scheme = match host_at.checked_sub(1).map(|above| folders[above].trim_end_matches(':')) {
        Some("https") => "https",
        _ => "http",
    };
    let file = file.strip_suffix(".gz").unwrap_or(file);
    let file = if file == "index.html" { "" } else { file };
    let mut url = format!("{scheme}://{}/", folders[host_at]);
    for folder in &folders[host_at + 1..] {
        url.push_str(folder);
        url.push('/');
    }
    url.push_str(&file.replace(' ', "%20"));
    Some(url).filter(|url| is_web(url))
}

/// Whether a folder is named like a host: labels with a dot between them, the last one a known one or of a country.
fn is_host(folder: &str) -> bool {
    let host = folder.split_once([':', '+']).map_or(folder, |(host, _)| host);
    let Some((rest, last)) = host.rsplit_once('.') else { return false };
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let country =
        last.len() == 2 && last.bytes().all(|b| b.is_ascii_lowercase()) && !matches!(last, "gz" | "js" | "db");
    rest.split('.').all(label) && (country || TOP_LEVELS.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, url: &str, captured: Option<&str>) {
        let found = told(page.as_bytes());
        assert_eq!((found.url.as_deref(), found.captured.as_deref()), (Some(url), captured));
    }

    #[test]
    fn programs_that_save_pages_tell_where_from() {
        let single_file = "<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n \
            url: https://a.example/x?y=1 \n saved date: Fri Apr 22 2022 10:00:00 GMT+0200 (Central European Summer \
            Time)\n--><meta charset=utf-8>";
        check(single_file, "https://a.example/x?y=1", Some("2022-04-22T08:00:00Z"));
        let httrack = "<html>\n<!-- Mirrored from a.example/x.php?y=1 by HTTrack Website Copier/3.x [XR&CO'2014], \
            Fri, 22 Apr 2022 08:00:00 GMT -->\n";
        check(httrack, "http://a.example/x.php?y=1", Some("2022-04-22T08:00:00Z"));
        let browser = "<!DOCTYPE html>\n<!-- saved from url=(0022)https://a.example/x/y -->\n<html>";
        check(browser, "https://a.example/x/y", None);
    }

    #[test]
    fn words_outside_a_comment_tell_nothing() {
        for page in
            ["<p>Mirrored from a.example by HTTrack</p>", "<!-- x --><p>saved from url=(1)https://a.example/ -->"]
        {
            assert_eq!(told(page.as_bytes()), Told::default(), "{page}");
        }
        let script = "<!-- Page saved with SingleFile\n url: javascript:alert(1)\n saved date: soon\n-->";
        assert_eq!(told(script.as_bytes()), Told::default());
    }

    #[test]
    fn a_folder_named_like_a_host_gives_the_address() {
        for (path, url) in [
            ("mirror/www.a.com/2022/x.html", "http://www.a.com/2022/x.html"),
            ("a.co.uk/news/index.html.gz", "http://a.co.uk/news/"),
            ("https/a.com/x.html", "https://a.com/x.html"),
            ("b.com/mirror/www.a.com/b.org/x.html", "http://www.a.com/b.org/x.html"),
        ] {
            assert_eq!(url_from_path(path).as_deref(), Some(url));
        }
        for path in ["x.html", "a.com", "pages/v1.2/x.html", "User.Name/x.html", "old.files/x.html", "../x.html"] {
            assert_eq!(url_from_path(path), None, "{path}");
        }
    }
}
