//! Feeds and news XML, whole and spoilt.

use std::io::Cursor;

use super::*;

const LIMIT: u64 = 100_000;

fn records(xml: &str) -> Vec<Result<Article, SkipReason>> {
    let mut records = XmlRecords::new(Box::new(Cursor::new(xml.to_owned().into_bytes())), LIMIT);
    let read = |record: Record| match record.content? {
        Content::Xml(item) => item.article("a.xml", record.number),
        _ => panic!("no item"),
    };
    std::iter::from_fn(move || records.next_record()).map(read).collect()
}

fn articles(xml: &str) -> Vec<Article> {
    records(xml).into_iter().map(Result::unwrap).collect()
}

#[test]
fn items_of_rss_are_articles() {
    let feed = r#"<?xml version="1.0"?><rss version="2.0" xmlns:dc="d" xmlns:content="c" xmlns:media="m"><channel>
        <title>Courier</title>
        <link>https://c.example/</link><language>en-gb</language><image><title>Logo</title></image>
        <item><title>Dam &amp;amp; town hold</title><link>https://c.example/1</link><dc:creator><![CDATA[By A. Kim]]>
        </dc:creator>
          <pubDate>Fri, 22 Apr 2022 10:00:00 +0200</pubDate><category>Floods</category>
          <description>The dam held through the night.</description>
          <content:encoded><![CDATA[<p>The engineers said it held.</p><h2>Before</h2><p>Rain fell.</p>]]>
        </content:encoded>
          <media:content url="https://c.example/1.jpg" medium="image"><media:description>The dam</media:description>
        </media:content></item>
        <item><title>Two</title><guid>https://c.example/2</guid><author>a@c.example (B. Lee)</author>
        <description>&lt;b&gt;Only&lt;/b&gt; this.</description></item>
        </channel></rss>"#;
    let [one, two] = articles(feed).try_into().unwrap();
    assert_eq!((one.title.as_str(), one.url.as_deref()), ("Dam & town hold", Some("https://c.example/1")));
    assert_eq!(one.body(), "The engineers said it held.\nBefore\nRain fell.");
    assert_eq!(one.standfirst.as_deref(), Some("The dam held through the night."));
    assert_eq!((one.authors, one.tags), (vec!["A. Kim".to_owned()], vec!["Floods".to_owned()]));
    assert_eq!(one.published.unwrap().to_string(), "2022-04-22T10:00:00+02:00");
    assert_eq!(one.source.name.as_deref(), Some("Courier"));
    assert_eq!(one.images[0].caption.as_deref(), Some("The dam"));
    assert_eq!(
        (two.url.as_deref(), two.authors.clone(), two.body()),
        (Some("https://c.example/2"), vec!["B. Lee".to_owned()], "Only this.".to_owned())
    );
    assert_eq!((two.origin.record, two.published), (Some(2), None));
}

#[test]
fn entries_of_atom_are_articles() {
    let feed = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry>
        <title type="html">Dam &lt;i&gt;holds&lt;/i&gt;</title>
        <link rel="self" href="https://c.example/1.atom"/><link href="https://c.example/1"/><author>
        <name>A. Kim</name></author>
        <published>2022-04-22T10:00:00Z</published><updated>2022-04-23T10:00:00Z</updated><category term="Floods"/>
        <content type="xhtml"><div xmlns="x"><p>One &amp; two.</p><p>Three.</p></div></content></entry></feed>"#;
    let [one] = articles(feed).try_into().unwrap();
    assert_eq!((one.title.as_str(), one.url.as_deref()), ("Dam holds", Some("https://c.example/1")));
    assert_eq!((one.body(), one.tags), ("One & two.\nThree.".to_owned(), vec!["Floods".to_owned()]));
    assert_eq!(one.published.unwrap().to_string(), "2022-04-22T10:00:00Z");
    assert_eq!(one.modified.unwrap().to_string(), "2022-04-23T10:00:00Z");
}

const NITF: &str = r#"<nitf><head><title>Other</title><docdata><doc-id id-string="x-1"/>
        <date.issue norm="20220422T100000Z"/>
    <key-list><keyword key="floods"/></key-list></docdata><pubdata position.section="World" name="Courier"/></head>
        <body><body.head>
    <hedline><hl1>Dam holds</hl1><hl2>Engineers relieved</hl2></hedline><byline>By <person>A. Kim</person></byline>
        </body.head>
    <body.content><block><p>One.</p><hl2>Before</hl2><p>Two <em>three</em>.</p><media media-type="image">
        <media-reference
    source="a.jpg"/><media-caption>The dam</media-caption></media></block></body.content></body></nitf>"#;

#[test]
fn nitf_is_an_article() {
    let [one] = articles(NITF).try_into().unwrap();
    assert_eq!((one.title.as_str(), one.body().as_str()), ("Dam holds", "One.\nBefore\nTwo three."));
    assert_eq!((one.authors, one.tags), (vec!["A. Kim".to_owned()], vec!["floods".to_owned()]));
    assert_eq!((one.standfirst.as_deref(), one.section.as_deref()), (Some("Engineers relieved"), Some("World")));
    assert_eq!(one.published.unwrap().to_string(), "2022-04-22T10:00:00Z");
    assert_eq!((one.source.name.as_deref(), one.images[0].caption.as_deref()), (Some("Courier"), Some("The dam")));
}

#[test]
fn items_of_newsml_are_articles() {
    let item = |headline: &str, content: &str| {
        format!(
            r#"<newsItem guid="tag:a" xml:lang="en"><itemMeta>
        <versionCreated>2022-04-22T10:00:00+02:00</versionCreated><provider>
            <name>Wire</name></provider></itemMeta><contentMeta><headline>{headline}</headline><creator>
        <name>A. Kim</name></creator>
            <subject><name>Floods</name></subject></contentMeta><contentSet><inlineXML>{content}</inlineXML>
        </contentSet></newsItem>"#
        )
    };
    let html = item("One", "<html><head><title>x</title></head><body><p>First.</p><p>Second.</p></body></html>");
    let message = format!(
        "<newsMessage><header><sent>2022</sent></header><itemSet>{html}{}</itemSet></newsMessage>",
        item("Two", NITF)
    );
    let [one, two] = articles(&message).try_into().unwrap();
    assert_eq!((one.title.as_str(), one.body().as_str()), ("One", "First.\nSecond."));
    assert_eq!((one.authors, one.tags), (vec!["A. Kim".to_owned()], vec!["Floods".to_owned()]));
    assert_eq!(one.published.unwrap().to_string(), "2022-04-22T10:00:00+02:00");
    assert_eq!((two.title.as_str(), two.body().as_str()), ("Two", "One.\nBefore\nTwo three."));
}

#[test]
fn entities_are_not_expanded() {
    let bomb = r#"<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
        <!ENTITY f SYSTEM "file:///etc/passwd">]>
        <rss><channel><item><title>x &b; &f; y</title></item></channel></rss>"#;
    assert_eq!(articles(bomb)[0].title, "x &b; &f; y");
}

#[test]
fn what_is_no_feed_or_broken_is_told_and_what_was_before_goes_in() {
    let told =
        |xml: &str| records(xml).into_iter().map(|r| r.map_or_else(|e| e.to_string(), |a| a.title)).collect::<Vec<_>>();
    assert_eq!(told("<urlset><url/></urlset>"), ["broken record: the element urlset is no feed, NITF or NewsML-G2"]);
    let item = "<item><title>One</title></item>";
    let cut = told(&format!("<rss><channel>{item}<item><title>Tw"));
    assert_eq!(cut[0], "One");
    assert!(cut.len() == 2 && cut[1].starts_with("broken record: "), "{cut:?}");
    let long =
        format!("<rss><channel>{item}<item><title>{}</title></item></channel></rss>", "x".repeat(3 * LIMIT as usize));
    assert_eq!(told(&long), ["One", "too large: more than 100000 bytes (page-bytes-max)"]);
    let deep = format!("<rss><channel>{}", "<a>".repeat(10_000));
    assert!(told(&deep)[0].starts_with("broken record: more than"));
    assert_eq!(told("<rss><channel></channel></rss>"), [""; 0]);
}

#[test]
fn bytes_that_do_not_decode_cost_themselves_only() {
    let feed = "<rss><channel><item><title>Dam# holds</title><link rel='x#'>https://c.example/#1</link>\
        <description><![CDATA[It held# through the night.]]></description></item></channel></rss>";
    let bytes: Vec<u8> = feed.bytes().map(|byte| if byte == b'#' { 0xff } else { byte }).collect();
    let mut records = XmlRecords::new(Box::new(Cursor::new(bytes)), LIMIT);
    let Some(Record { content: Ok(Content::Xml(item)), .. }) = records.next_record() else { panic!("no item") };
    let article = item.article("a.xml", 1).unwrap();
    assert_eq!(
        (article.title.as_str(), article.body()),
        ("Dam\u{fffd} holds", "It held\u{fffd} through the night.".into())
    );
}

#[test]
fn an_item_is_as_long_as_all_that_is_in_it() {
    let bytes = |inner: &str| {
        let feed = format!("<rss><channel><item>{inner}</item></channel></rss>");
        let mut records = XmlRecords::new(Box::new(Cursor::new(feed.into_bytes())), LIMIT);
        records.next_record().unwrap().bytes()
    };
    assert!(bytes(&format!("<a x='{}'/>", "y".repeat(50_000))) > 50_000);
    assert!(bytes(&"<a/>".repeat(10_000)) > 10_000 * size_of::<Element>() as u64);
    assert!(bytes(&format!("<a {}/>", "x='' ".repeat(10_000))) > 10_000 * size_of::<String>() as u64);
    assert!(bytes(&"x".repeat(50_000)) > 50_000);
}

#[test]
fn attributes_are_among_what_a_tree_may_hold() {
    let feed = format!("<rss><channel><item><a {}/></item></channel></rss>", "x='' ".repeat(200_000));
    let mut records = XmlRecords::new(Box::new(Cursor::new(feed.into_bytes())), 10 << 20);
    let Some(Record { content: Err(reason), .. }) = records.next_record() else { panic!("it is read") };
    assert!(reason.to_string().starts_with("broken record: more than 200000 elements, attributes"), "{reason}");
}
