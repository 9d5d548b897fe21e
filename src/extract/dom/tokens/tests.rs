//! The tokens against html5ever's own tokenizer: slower, and right by its own tests.

use html5ever::{
    tokenizer::{BufferQueue, Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeBuilderOpts},
};

use super::*;
use crate::extract::dom::{Dom, NodeId, ROOT, Sink, gate::Gate};

/// Drops comments, which part the text around them.
struct WithoutComments(Gate);

impl TokenSink for WithoutComments {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        match token {
            Token::CommentToken(_) => TokenSinkResult::Continue,
            token => self.0.process_token(token, line),
        }
    }

    fn end(&self) {
        self.0.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.0.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A page's tree by html5ever's tokenizer.
fn twin(html: &str) -> Dom {
    let builder = TreeBuilder::new(Sink::default(), TreeBuilderOpts::default());
    let tokenizer = Tokenizer::new(WithoutComments(Gate::new(builder)), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    while !matches!(tokenizer.feed(&queue), html5ever::TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.0.finish()
}

/// A tree, an element or a stretch of text a line, less what is left out of ours.
fn lines(dom: &Dom) -> Vec<String> {
    let mut lines = Vec::new();
    let mut text: Option<(NodeId, String)> = None;
    for node in dom.walk(ROOT) {
        let Some(parent) = dom.parent(node) else { continue };
        if let Some(piece) = dom.text(node) {
            let program = dom.name(parent).is_some_and(|name| matches!(&**name, "script" | "style"));
            let linked = dom.attr(parent, &html5ever::local_name!("type")).is_some_and(|t| t.contains("ld+json"));
            match &mut text {
                _ if program && !linked => {}
                Some((above, before)) if *above == parent => before.push_str(piece),
                _ => {
                    lines.extend(text.replace((parent, piece.to_owned())).map(|(_, text)| format!("{text:?}")));
                }
            }
        } else if let Some(name) = dom.name(node) {
            lines.extend(text.take().map(|(_, text)| format!("{text:?}")));
            let attrs = dom.attrs(node).iter().filter(|attr| is_read(&attr.name.local));
            let attrs: String = attrs.map(|attr| format!(" {}={:?}", &*attr.name.local, &*attr.value)).collect();
            lines.push(format!("{} <{}{attrs}>", dom.ancestors(node).count(), &**name));
        }
    }
    lines.extend(text.map(|(_, text)| format!("{text:?}")));
    lines
}

fn check(html: &str) {
    assert_eq!(lines(&Dom::parse(html)), lines(&twin(html)), "{html}");
}

#[test]
fn tags_text_and_references_are_the_standards() {
    for html in [
        "<!doctype html><title>a &amp; <b></title><p class=x>one<br/>two</p>",
        "<p><table><tr><td>quirks",
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\"><p><table>",
        "<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 3.2//EN'><p><table>",
        "<!doctype html system 'about:legacy-compat'><p><table>",
        "<!doctype><p><table><!doctype html>",
        "a<!-- b > --c -->d<!-->e<!--->f<!--g--!>h<!-- never closed <p>y",
        "1 < 2 <> </> <3 </ x> <?php y ?> <!x> <![CDATA[no]]> <",
        "</",
        "<A HREF=/x?a=1&copy=2&amp;b&lt= Title='>' class=\"<!--\" b=x>y</A >",
        "<a href=x/>y<a href = 'z' / title = q / >w<a title=>v<a =title=x>u<a 'title'=1>",
        "<p class=a class=b CLASS=c id>x</p id=y/>",
        "<img src=a/><br / ><svg viewBox=1><path d=2 /><title>t<b></title></svg><p>x",
        "<svg><![CDATA[a < b && c]]><style>p{}</style><script/>x</svg>y",
        "<math><mi>x<annotation-xml encoding='text/html'><p>y",
        "<svg><font color=red>x",
        "<textarea>\n<p>a &lt; b</textarea><pre>\n\nx</pre><xmp><b>&amp;</xmp><noscript><img src=x>&amp;</noscript>",
        "<iframe src=x><p></iframe><noembed><p></noembed><style>p{}</style ><script>if (a<b) '</scripts>'</script >x",
        "<script type=application/ld+json>{\"a\": \"<!-- b &amp; </p>\"}</SCRIPT>x<script>never closed <p>y",
        "<plaintext>a</p>&amp;",
        "line\r\nline\rline\n<p title='a\r\nb'>\r\n",
        "a\0b<p title='a\0b&amp;'>\0<textarea>a\0b</textarea><svg>a\0b</svg><table>\0x",
        "\u{feff}<p>x",
        "x<a",
        "x<a b='c",
        "x<a b",
        "x<a b=",
        "x<!",
        "x<!doctype",
        "&amp;&notit;&notin;&#x2019;&#0;&#150;&unknown;&am&",
        "日本<p title=日本>語&hellip;</p日>",
        "<select><option>a<option>b</select><b><p>x</b>y<i><table><b>z",
        "<x-y data-src=1 itemscope>x<frameset><template><td>y</template>",
    ] {
        check(html);
    }
}

/// Pieces of which pages are made up, right and wrong.
const PIECES: [&str; 48] = [
    "<p>",
    "</p>",
    "<div class='a b'>",
    "</div>",
    "<a href=\"x?a&b;c\">",
    "</a>",
    "<b>",
    "</b>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<ul>",
    "<li>",
    "</ul>",
    "<br/>",
    "<svg>",
    "</svg>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<noscript>",
    "</noscript>",
    "<!--",
    "-->",
    "--!>",
    "<!doctype html>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&lt",
    "&#8217;",
    "&notit",
    " x ",
    "word",
    "\n",
    "<",
    ">",
    "'",
    "\"",
    "=",
    "/",
    "日",
];

#[test]
fn made_up_soups_are_read_as_html5ever_reads_them() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for _ in 0..20_000 {
        let html: String = (0..random(30) + 1).map(|_| PIECES[random(PIECES.len())]).collect();
        // Programs that hold comments, and those within pictures, are meant to be read more simply.
        let is_simpler = html.contains("<script>") && html.contains("<!--") || html.contains("<svg>");
        if !is_simpler {
            check(&html);
        }
    }
}

#[test]
fn attributes_past_the_limit_go() {
    let attrs = |count: usize| (0..count).map(|i| format!(" a{i}")).collect::<String>();
    let class = |html: &str| {
        let dom = Dom::parse(html);
        let a = dom.walk(ROOT).find(|&n| dom.is(n, &html5ever::local_name!("a"))).unwrap();
        dom.attr(a, &html5ever::local_name!("class")).is_some()
    };
    assert!(class(&format!("<a{} class=x>y</a>", attrs(ATTRS_MAX - 1))));
    assert!(!class(&format!("<a{} class=x>y</a>", attrs(ATTRS_MAX))));
}
