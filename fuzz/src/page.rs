//! Pages.

use newssearch::{Article, Origin, Page, extract};

fn extracted(html: Vec<u8>, url: Option<String>) -> Option<Article> {
    let origin = Origin {
        file: "pages/a.html".to_owned(),
        captured: Some("2022-03-04T05:06:07Z".to_owned()),
        ..Origin::default()
    };
    let article = extract(&Page { bytes: html, url, charset: None, origin }).ok()?;
    // What is stored is read again.
    let json = serde_json::to_string(&article).expect("an article is plain data");
    let again: Article = serde_json::from_str(&json).expect("what was written is read");
    assert_eq!(again.id, article.id);
    assert!(!article.id.is_empty());
    Some(article)
}

pub(crate) fn html(bytes: &[u8]) {
    extracted(bytes.to_vec(), Some("https://news.example/2022/03/04/story".to_owned()));
}

/// Lines: an address, then dates, each put into all the places of a page where dates stand.
pub(crate) fn dates_and_addresses(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let url = lines.next().unwrap_or_default().to_owned();
    for line in lines.take(20) {
        let attribute = line.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        let json = serde_json::to_string(line).expect("a text is plain data").replace("</", "<\\/");
        let story = "The ferry sailed on Tuesday for the first time since the autumn storms broke her ramp. ".repeat(4);
        let pages = [
            format!("<meta property=\"article:published_time\" content=\"{attribute}\">"),
            format!(
                "<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"datePublished\":{json},\"dateModified\":{json},\"url\":{json}}}</script>"
            ),
            format!("<link rel=\"canonical\" href=\"{attribute}\">"),
        ];
        for head in pages {
            let html = format!(
                "<!doctype html><html><head><title>Ferry</title>{head}</head><body><article><h1>Ferry</h1>\
                 <p class=\"byline\">By A. Reporter, {attribute}</p><time datetime=\"{attribute}\">{attribute}</time>\
                 <p>{story}</p></article></body></html>"
            );
            if let Some(article) = extracted(html.into_bytes(), Some(url.clone()))
                && let Some(published) = &article.published
            {
                // Shown, kept and reckoned with.
                let _ = (published.to_string(), published.unix_seconds());
            }
        }
    }
}
