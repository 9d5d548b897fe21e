//! Addresses: made absolute, cleaned of tracking, and brought to one form by which copies of a page are known.

/// Longest address that is looked at.
const URL_BYTES_MAX: usize = 4_096;

/// Parameters that say how a reader came to a page, not which page it is. A `*` stands for any ending.
const TRACKING: [&str; 54] = [
    "utm_*", "mtm_*", "pk_*", "hsa_*", "_hs*", "mc_*", "ito", "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid",
    "msclkid", "yclid", "igshid", "igsh", "twclid", "ttclid", "ref", "ref_src", "referrer", "source", "src", "cmp",
    "cmpid", "cid", "ncid", "smid", "smtyp", "sh", "share", "rss", "rssfeed", "xtor", "wt_mc", "wt.mc_id", "maca",
    "ns_*", "at_*", "taid", "partner", "feed", "feedtype", "feedname", "amp", "ampshare", "ampcf", "amp_js_v",
    "amp_gsa", "amp_ct", "amp_tf", "amp_r", "amp_lite",
];

/// The parts of an address that matter here.
struct Parts<'u> {
    scheme: &'u str,
    host: &'u str,
    path: &'u str,
    query: &'u str,
    /// The fragment without its `#`, where it names the page.
    bang: &'u str,
}

/// Splits an absolute web address; `None` for others.
fn split(url: &str) -> Option<Parts<'_>> {
    let url = url.trim();
    if url.len() > URL_BYTES_MAX {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let bang = if names_page(fragment) { fragment } else { "" };
    let host_end = rest.find(['/', '?', '\\']).unwrap_or(rest.len());
    let authority = &rest[..host_end];
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (path, query) = rest[host_end..].split_once('?').unwrap_or((&rest[host_end..], ""));
    let host_ok =
        !authority.is_empty() && authority.contains(['.', ':']) && !authority.contains(|c: char| c.is_whitespace());
    (host_ok || authority == "localhost").then_some(Parts { scheme, host: authority, path, query, bang })
}

/// Whether a fragment says which page it is, and not which place on it: `#!5753509/slug`, by which programs of some
/// sites fetched the article into one page.
fn names_page(fragment: &str) -> bool {
    fragment.strip_prefix('!').is_some_and(|rest| rest.contains(char::is_alphanumeric))
}

/// Host of an address in lower case, without port and `www.`.
pub(crate) fn domain(url: &str) -> Option<String> {
    let host = split(url)?.host.to_ascii_lowercase();
    let host = host.split_once(':').map_or(host.as_str(), |(host, _)| host);
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// Path of an address, from its slash, without query.
pub(crate) fn path(url: &str) -> &str {
    split(url).map_or("", |parts| parts.path)
}

/// Whether an address is the home page of its host.
pub(crate) fn is_home(url: &str) -> bool {
    let is_bare = |p: &Parts<'_>| p.query.is_empty() && p.bang.is_empty();
    split(url).is_some_and(|p| matches!(p.path, "" | "/" | "/index.html" | "/index.php") && is_bare(&p))
}

/// An address that a page at `base` names: absolute, without a fragment that is a place on the page.
pub(crate) fn absolute(base: Option<&str>, link: &str) -> Option<String> {
    let (link, fragment) = link.trim().split_once('#').unwrap_or((link.trim(), ""));
    let url = without_fragment(base, link)?;
    Some(if names_page(fragment) { format!("{url}#{fragment}") } else { url })
}

/// As [`absolute`], for a link that has no fragment.
fn without_fragment(base: Option<&str>, link: &str) -> Option<String> {
    if link.is_empty() || link.len() > URL_BYTES_MAX {
        return None;
    }
    // A colon in the first part is a scheme's; behind it, an address stands within the path or query of another.
    if link.split(['/', '?']).next().is_some_and(|first| first.contains(':')) {
        return split(link).map(|_| link.to_owned());
    }
    let base = split(base?)?;
    if let Some(rest) = link.strip_prefix("//") {
        return Some(format!("{}://{rest}", base.scheme)).filter(|url| split(url).is_some());
    }
    let root = format!("{}://{}", base.scheme, base.host);
    if link.starts_with('/') {
        return Some(root + link);
    }
    if link.starts_with('?') {
        return Some(root + base.path + link);
    }
    let folder = base.path.rfind('/').map_or("/", |slash| &base.path[..=slash]);
    Some(root + &without_dots(&format!("{folder}{link}")))
}

/// A path with its `.` and `..` resolved.
fn without_dots(path: &str) -> String {
    let (path, query) = path.split_once('?').map_or((path, None), |(p, q)| (p, Some(q)));
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut resolved = String::from("/") + &kept.join("/");
    if let Some(query) = query {
        resolved.push('?');
        resolved.push_str(query);
    }
    resolved
}

/// The address without its tracking parameters and the place on the page, else as it stands.
pub(crate) fn without_tracking(url: &str) -> String {
    let Some(parts) = split(url) else { return url.trim().to_owned() };
    let query = kept_parameters(parts.query);
    let path = if parts.path.is_empty() { "/" } else { parts.path };
    let mut clean = format!("{}://{}{path}", parts.scheme.to_ascii_lowercase(), parts.host.to_ascii_lowercase());
    if !query.is_empty() {
        clean.push('?');
        clean.push_str(&query.join("&"));
    }
    push_bang(&mut clean, parts.bang);
    clean
}

/// One form for all addresses of a page: no scheme, `www.`, mobile or AMP host, default port, AMP path, tracking
/// parameter, place on the page, index file or trailing slash; the parameters in order, and named as they were meant
/// where a template escaped their `&` twice. For comparing, not for fetching.
pub(crate) fn normalized_url(url: &str) -> String {
    let Some(parts) = split(url) else { return url.trim().to_owned() };
    let mut normal = normal_host(parts.host);
    normal.push_str(&normal_path(parts.path));
    let mut query = kept_parameters(parts.query);
    query.iter_mut().for_each(|p| *p = as_meant(p));
    query.retain(|p| !matches!(*p, "" | "output=amp" | "outputType=amp" | "m=1" | "mobile=1"));
    query.sort_unstable();
    if !query.is_empty() {
        normal.push('?');
        normal.push_str(&query.join("&"));
    }
    push_bang(&mut normal, parts.bang.trim_end_matches('/'));
    normal
}

fn push_bang(url: &mut String, bang: &str) {
    if !bang.is_empty() {
        url.push('#');
        url.push_str(bang);
    }
}

/// Whether two addresses are forms of one page's.
pub(crate) fn same_page(one: &str, other: &str) -> bool {
    one == other || normalized_url(one) == normalized_url(other)
}

fn normal_host(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix(":80").or_else(|| host.strip_suffix(":443")).unwrap_or(&host);
    let mut host = host.trim_end_matches('.');
    // A label is dropped only where a whole name is left: `m.example.org`, not `m.org`.
    while let Some(rest) = ["www.", "m.", "mobile.", "amp."].iter().find_map(|label| host.strip_prefix(label)) {
        if !rest.contains('.') {
            break;
        }
        host = rest;
    }
    host.to_owned()
}

fn normal_path(path: &str) -> String {
    let mut path = path.trim_end_matches('/');
    for index in ["/index.html", "/index.htm", "/index.php"] {
        path = path.strip_suffix(index).unwrap_or(path);
    }
    path = path.strip_suffix("/amp").or_else(|| path.strip_suffix("/amp.html")).unwrap_or(path);
    let path = path.strip_prefix("/amp/").map_or_else(|| path.to_owned(), |rest| format!("/{rest}"));
    match path.strip_suffix(".amp.html").or_else(|| path.strip_suffix(".amp")) {
        Some(stem) if path.ends_with("html") => format!("{stem}.html"),
        Some(stem) => stem.to_owned(),
        None => path,
    }
}

/// The parameters that say which page it is.
fn kept_parameters(query: &str) -> Vec<&str> {
    query.split('&').filter(|p| !p.is_empty() && !is_tracking(p)).collect()
}

/// A parameter without what is left of an `&` that was escaped twice: `amp;id=7`.
fn as_meant(parameter: &str) -> &str {
    parameter.trim_start_matches("amp;")
}

fn is_tracking(parameter: &str) -> bool {
    let parameter = as_meant(parameter);
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let name = name.to_ascii_lowercase();
    // `source=123` or `cid=…` may name the page itself on old sites; words are what trackers write.
    let is_number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    if is_number && matches!(&*name, "source" | "src" | "cid" | "ref") {
        return false;
    }
    TRACKING.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_page_are_one() {
        let normal = "example.org/a/story.html";
        for url in [
            "https://example.org/a/story.html",
            "http://www.Example.org:80/a/story.html#top",
            "https://m.example.org/a/story.html?utm_source=x&fbclid=1",
            "https://amp.example.org/a/story.html/",
            "https://www.example.org/amp/a/story.html",
            "https://example.org/a/story.amp.html",
            "https://example.org/a/story.html/amp/",
            "https://user@example.org/a/story.html?",
            "https://example.org/a/story.html?ref=rss",
        ] {
            assert_eq!(normalized_url(url), normal, "{url}");
        }
    }

    #[test]
    fn parameters_that_name_the_page_stay_in_order() {
        assert_eq!(normalized_url("https://e.org/?p=2&id=7&utm_medium=x"), "e.org?id=7&p=2");
        assert_ne!(normalized_url("https://e.org/?id=7"), normalized_url("https://e.org/?id=8"));
        assert_ne!(normalized_url("https://e.org/a?cid=1234567"), normalized_url("https://e.org/a"));
        assert_eq!(normalized_url("https://m.org/a"), "m.org/a");
    }

    #[test]
    fn parameters_that_only_look_like_tracking_name_the_page() {
        for (one, other) in [
            ("https://e.org/story.asp?cat=1&amp;id=77", "https://e.org/story.asp?cat=1&amp;id=78"),
            ("https://e.org/?feedid=1", "https://e.org/?feedid=2"),
            ("https://e.org/?ampere=1", "https://e.org/?ampere=2"),
            ("https://e.org/?cid=101", "https://e.org/?cid=102"),
            ("https://e.org/?src=7", "https://e.org/?src=8"),
            ("https://e.org/#!5753509/slug", "https://e.org/#!5753510/slug"),
            ("https://e.org/#!5753509/slug", "https://e.org/"),
        ] {
            assert!(!same_page(one, other), "{one} {other}");
            assert_ne!(without_tracking(one), without_tracking(other));
        }
        for (one, other) in [
            ("https://e.org/story.asp?cat=1&amp;id=77", "https://e.org/story.asp?cat=1&id=77"),
            ("https://e.org/a?id=7&amp;amp;utm_source=x&amp;", "https://e.org/a?id=7"),
            ("https://e.org/a?amp&feedType=RSS&feedName=top&amp_js_v=0.1", "https://e.org/a"),
            ("https://e.org/a?amp=1&feed=rss2&cid=top&ref=", "https://e.org/a"),
            ("https://www.e.org/#!5753509/slug/", "http://e.org#!5753509/slug"),
            ("https://e.org/a#!", "https://e.org/a"),
        ] {
            assert!(same_page(one, other), "{one} {other}");
        }
    }

    #[test]
    fn links_become_absolute() {
        let base = Some("https://e.org/a/b.html?x=1");
        for (link, expected) in [
            ("c.html", Some("https://e.org/a/c.html")),
            ("../c.html?y=../z", Some("https://e.org/c.html?y=../z")),
            ("/c#d", Some("https://e.org/c")),
            ("/#!5753509/slug", Some("https://e.org/#!5753509/slug")),
            ("//f.org/c", Some("https://f.org/c")),
            ("https://f.org/c", Some("https://f.org/c")),
            ("/cdn-cgi/image/w=800/https://f.org/c.jpg", Some("https://e.org/cdn-cgi/image/w=800/https://f.org/c.jpg")),
            ("w/https://f.org/c.jpg", Some("https://e.org/a/w/https://f.org/c.jpg")),
            ("c.html?from=https://f.org/a", Some("https://e.org/a/c.html?from=https://f.org/a")),
            ("?from=https://f.org/", Some("https://e.org/a/b.html?from=https://f.org/")),
            ("ftp://f.org/c", None),
            ("javascript:open('https://f.org/')", None),
            ("javascript:void(0)", None),
            ("mailto:a@e.org", None),
            ("", None),
            ("#top", None),
        ] {
            assert_eq!(absolute(base, link).as_deref(), expected, "{link}");
        }
        assert_eq!(absolute(None, "c.html"), None);
    }

    #[test]
    fn tracking_goes_and_the_rest_stays() {
        assert_eq!(without_tracking("https://WWW.e.org/A?id=1&utm_a=2#x"), "https://www.e.org/A?id=1");
        assert_eq!(without_tracking("https://e.org#!7/slug"), "https://e.org/#!7/slug");
        assert_eq!(without_tracking("not a url"), "not a url");
    }

    #[test]
    fn hosts_and_homes() {
        assert_eq!(domain("https://www.E.org:8080/x").as_deref(), Some("e.org"));
        assert_eq!(domain("file:///x"), None);
        assert!(is_home("https://e.org") && is_home("https://e.org/") && !is_home("https://e.org/a"));
        assert!(!is_home("https://e.org/#!7/slug") && is_home("https://e.org/#top"));
    }

    #[test]
    fn any_text_is_survived() {
        for text in
            ["://", "http://", "http://é", "https://[::1]/", "http://a b/", "https://e.org/%", "https://e.org?é=#"]
        {
            normalized_url(text);
            without_tracking(text);
            absolute(Some(text), text);
        }
    }
}
