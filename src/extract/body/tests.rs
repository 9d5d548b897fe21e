//! Small pages of every kind of furniture, and what must be left of them.

use super::*;
use crate::article::BlockKind::{self, Heading, ListItem, Paragraph, Quote, TableRow};

const TITLE: &str = "Ferry strike ends after nine days";

/// Six paragraphs of a story.
const STORY: [&str; 6] = [
    "The ferries to the outer islands sailed again on Monday, nine days after their crews had walked off the boats.",
    "Under the agreement, which was signed shortly before midnight, deckhands will earn six per cent more from October.",
    "“We did not get all that we asked for, but we can look our families in the eye,” said Marta Lindqvist of the union.",
    "The company, which lost some four million crowns, said that it would not raise its fares before next summer.",
    "On Hallö, where shelves had been empty since Thursday, islanders lined the quay and clapped as the first boat came in.",
    "A mediator who had been called from the capital slept on the boat home and missed the speeches, her office said.",
];

fn paragraphs(format: &str) -> String {
    STORY.map(|text| format.replace('%', text)).join("\n")
}

fn found(html: &str) -> Body {
    find(&Dom::parse(html), &Hints { title: Some(TITLE), ..Hints::default() })
}

fn texts(body: &Body) -> Vec<&str> {
    body.blocks.iter().map(|block| block.text.as_str()).collect()
}

/// The page's body is the story, whole, and nothing else.
fn check_story_alone(html: &str) {
    assert_eq!(texts(&found(html)), STORY, "{html}");
}

/// The story's page with something before it, behind it, and in its middle.
fn page_with(before: &str, middle: &str, behind: &str) -> String {
    let (first, second) = STORY.split_at(3);
    let set = |texts: &[&str]| texts.iter().map(|text| format!("<p>{text}</p>")).collect::<String>();
    format!(
        "<html><head><title>{TITLE}</title></head><body><nav><ul><li><a href=/w>World</a></li><li><a href=/s>Sport</a></li>\
         </ul></nav><article class=post><h1>{TITLE}</h1><div class=entry-content>{before}{}{middle}{}</div>{behind}\
         </article><footer><p>© 2024 The Daily Sound. All rights reserved.</p></footer></body></html>",
        set(first),
        set(second),
    )
}

/// The story's page with an element in which runs and blocks are tried out.
fn blocks_of(html: &str) -> Vec<(BlockKind, String)> {
    let body = found(&page_with("", html, ""));
    body.blocks.into_iter().filter(|b| !STORY.contains(&b.text.as_str())).map(|b| (b.kind, b.text)).collect()
}

#[test]
fn a_page_without_furniture_is_all_story() {
    check_story_alone(&format!("<h1>{TITLE}</h1>{}", paragraphs("<p>%</p>")));
    check_story_alone(&page_with("", "", ""));
}

#[test]
fn a_bare_page_of_two_paragraphs_keeps_both() {
    let passed = "Inspectors had passed it in March, the port said.";
    for last in ["Nobody was hurt and the ship took on no water, the coast guard said.", passed, STORY[1], STORY[4]] {
        let page = format!("<title>{TITLE}</title><h1>{TITLE}</h1><p>{}</p><p>{last}</p>", STORY[0]);
        assert_eq!(texts(&found(&page)), [STORY[0], last]);
        let page = format!("{page}<p>© 2024 The Daily Sound. All rights reserved.</p>");
        assert_eq!(texts(&found(&page)), [STORY[0], last]);
    }
}

#[test]
fn the_title_bylines_and_dates_on_top_are_no_story() {
    for top in [
        format!("<h1>{TITLE}</h1>"),
        format!("<p><strong>{TITLE}</strong></p>"),
        "<div class=byline>By Jo Roe</div><div class=meta>March 3, 2024, 10:31</div>".to_owned(),
        "<p class=author>Jo Roe</p><time>3 March 2024</time>".to_owned(),
    ] {
        check_story_alone(&page_with(&top, "", ""));
    }
}

#[test]
fn boxes_inside_the_story_go() {
    for html in [
        "<p><strong>Read more:</strong> <a href=/x>Bridge to the mainland will cost twice as much</a></p>",
        "<div class=related-box><h4>Also on Daily Sound</h4><a href=/x>Bridge to the mainland will cost more</a></div>",
        "<div class=newsletter><h4>Like this story?</h4><p>Get the best of our paper in your inbox every morning.</p>\
         <form><input type=email><button>Sign up</button></form></div>",
        "<ul class=share><li><a href=/f>Share on Facebook</a></li><li><a href=/t>Tweet</a></li></ul>",
        "<div class=advertisement>Advertisement</div>",
        "<aside class=related><h3>Related</h3><ul><li><a href=/a>Bridge to cost more</a></li><li><a href=/b>Fares \
         up</a></li></ul></aside>",
    ] {
        check_story_alone(&page_with("", html, ""));
    }
}

#[test]
fn what_stands_behind_the_story_goes() {
    for behind in [
        "<div class=author-bio><img src=/j.jpg><h4>Jo Roe</h4><p>Jo Roe writes about the sea. She joined us in 2011.</p></div>",
        "<section id=comments class=comments><h3>2 comments</h3><div class=comment><p>About time too, I say. My mother \
         has waited for her parcels.</p></div><div class=comment><p>First!</p></div></section>",
        "<div class=cookie-consent><p>We use cookies to improve your experience on our site.</p><button>Accept</button></div>",
        "<div class=paywall><h3>This story is for subscribers</h3><p>Subscribe now for one crown a week.</p></div>",
        "<p>Source</p>",
        "<p><a href=/x>Source</a></p>",
        "<p>© 2024 The Daily Sound. All rights reserved.</p>",
    ] {
        check_story_alone(&page_with("", "", behind));
    }
}

/// Cards of other stories: section, headline twice, a lead that is cut off, "Read More".
const CARDS: [(&str, &str); 3] = [
    (
        "Harbour seals move into the marina for the winter",
        "Berth holders found them on the jetties on Sunday. The harbour master says that they pay no fees, and that nobody has asked them to leave […]",
    ),
    (
        "Lighthouse keeper's diary sells for a record sum",
        "The buyer, who wished to stay unnamed, bid by telephone for eleven minutes. The diary tells of forty winters on the […]",
    ),
    (
        "Choir of fishmongers to sing at the royal wedding",
        "They practise among the crates at five in the morning. Their leader says that haddock carries a tune better than […]",
    ),
];

fn cards(card: &str) -> String {
    CARDS.map(|(title, lead)| card.replace("TITLE", title).replace("LEAD", lead)).concat()
}

#[test]
fn teaser_cards_are_in_no_block() {
    for card in [
        "<div class=card><a href=/x><img src=/x.jpg alt='TITLE'></a><span>World</span><h3><a href=/x>TITLE</a></h3><p>LEAD</p>\
         <a href=/x>Read More</a></div>",
        "<article><a href=/x>TITLE</a><span class=cat>World</span><h2>TITLE</h2><div>LEAD</div><a href=/x>Read More</a></article>",
        "<div><p>TITLE</p><p>World</p><h3>TITLE</h3><p>LEAD</p><p><a href=/x>Read More</a></p></div>",
        "<li><a href=/x><h4>TITLE</h4></a><p>LEAD</p><a href=/x>Read More</a></li>",
    ] {
        let behind = format!("<p>Source</p><div>{}</div>", cards(card));
        let body = found(&page_with("", "", &behind));
        assert_eq!(texts(&body), STORY, "{card}");
        let around = format!("<h1>{TITLE}</h1><h1>{TITLE}</h1>{}<p>Source</p>{}", paragraphs("<p>%</p>"), cards(card));
        assert!(!found(&around).blocks.iter().any(|block| block.text.ends_with("[…]")), "{card}");
    }
}

#[test]
fn inline_elements_neither_glue_nor_split_words() {
    for (html, text) in [
        (
            "<p>The <b>boats</b>, <i>all</i> <a href=/n>nine</a> of them<sup>1</sup>, were late on the first of the days.</p>",
            "The boats, all nine of them1, were late on the first of the days.",
        ),
        (
            "<p>Un<b>believ</b>able, said the mayor\u{a0}&amp; the\n\n  whole council, and then he said it all over again.</p>",
            "Unbelievable, said the mayor & the whole council, and then he said it all over again.",
        ),
        (
            "<p>島への船は<b>月曜日</b>に<a href=/x>再び</a>動き出した。組合と会社は真夜中の前に合意し、船員の賃金は十月から上がる。</p>",
            "島への船は月曜日に再び動き出した。組合と会社は真夜中の前に合意し、船員の賃金は十月から上がる。",
        ),
        (
            "<p>One line of a verse that the crew sang<br>and then another one, which was the last that they knew.</p>",
            "One line of a verse that the crew sang and then another one, which was the last that they knew.",
        ),
        (
            "<p>The\u{0} crews\u{200b} went <!-- no --> home\u{202e} by the late train, which had waited for them at the pier.</p>",
            "The crews went home by the late train, which had waited for them at the pier.",
        ),
    ] {
        assert_eq!(blocks_of(html), [(Paragraph, text.to_owned())]);
    }
}

#[test]
fn two_line_breaks_part_paragraphs() {
    check_story_alone(&format!("<h1>{TITLE}</h1><div class=story>{}</div>", STORY.join("<br><br>\n")));
    check_story_alone(&format!("<h1>{TITLE}</h1><td>{}", STORY.join("<br>&nbsp;<br/>")));
}

#[test]
fn blocks_are_what_their_elements_are() {
    let quote = "Nobody should have to choose between the last boat and a day's pay, whatever the tide may be doing.";
    assert_eq!(blocks_of(&format!("<blockquote><p>{quote}</p></blockquote>")), [(Quote, quote.to_owned())]);
    assert_eq!(
        blocks_of(
            "<h2>What the crews get</h2><ul><li>Six per cent more pay from October, and two more later on</li>\
                   <li>A warm room on every boat, with a stove that works in winter</li></ul>"
        ),
        [
            (ListItem, "Six per cent more pay from October, and two more later on".to_owned()),
            (ListItem, "A warm room on every boat, with a stove that works in winter".to_owned()),
        ]
    );
}

#[test]
fn subheadings_are_headings() {
    let (first, second) = STORY.split_at(3);
    let set = |texts: &[&str]| texts.iter().map(|text| format!("<p>{text}</p>")).collect::<String>();
    let html = format!("<h1>{TITLE}</h1>{}<h2>What the crews get</h2>{}", set(first), set(second));
    let body = found(&html);
    assert_eq!(body.blocks[3], Block::new(Heading, "What the crews get"), "{:?}", texts(&body));
}

#[test]
fn cells_of_a_row_are_one_block() {
    let outline = Outline::of(&Dom::parse(
        "<table><tr><th>Island</th><th>Boats</th></tr><tr><td><p>Hallö</p></td><td>4</td></tr></table>\
         <table><tr><td><p>Left one</p><p>Left two</p></td><td>Right</td></tr></table>",
    ));
    let all = blocks::of(&outline, &vec![true; outline.runs.len()]);
    let row = |text: &str| Block::new(TableRow, text);
    assert_eq!(all[..2], [row("Island\tBoats"), row("Hallö\t4")]);
    assert!(all[2..].iter().all(|block| block.kind == Paragraph));
}

#[test]
fn captions_and_credits_go_with_their_pictures() {
    let figure = "<figure><img src=/quay.jpg width=800><figcaption>Islanders on the quay. <span class=credit>Photo: Jo \
                  Roe</span></figcaption></figure>";
    let html = page_with(figure, "", "");
    let hints = Hints { title: Some(TITLE), page_url: Some("https://sound.example/a/b"), ..Hints::default() };
    let body = find(&Dom::parse(&html), &hints);
    assert_eq!(texts(&body), STORY);
    let image = Image {
        url: Some("https://sound.example/quay.jpg".to_owned()),
        caption: Some("Islanders on the quay.".to_owned()),
        credit: Some("Jo Roe".to_owned()),
    };
    assert_eq!(body.images, [image]);
    let hints = Hints { base_url: Some("https://pictures.example/"), ..hints };
    assert_eq!(find(&Dom::parse(&html), &hints).images[0].url.as_deref(), Some("https://pictures.example/quay.jpg"));
}

#[test]
fn a_frame_with_thousands_of_pictures_is_looked_through_once() {
    let pictures = "<img src=/a.jpg><figure><img src=/a.jpg></figure>".repeat(2_400);
    let figure = format!("<figure>{pictures}{}</figure>", "<i></i>".repeat(100_000));
    let hints = Hints { title: Some(TITLE), page_url: Some("https://sound.example/a/b"), ..Hints::default() };
    assert_eq!(find(&Dom::parse(&page_with(&figure, "", "")), &hints).images.len(), 1);
}

#[test]
fn a_named_lead_is_standfirst_and_first_block() {
    let lead =
        "Crews of the island ferries go back to work with a rise of six per cent, and shops can fill their shelves.";
    let body = found(&page_with(&format!("<p class=standfirst>{lead}</p>"), "", ""));
    assert_eq!((body.standfirst.as_deref(), texts(&body)[0]), (Some(lead), lead));
    assert_eq!(found(&page_with("", "", "")).standfirst, None);
}

#[test]
fn a_payment_wall_is_noticed() {
    assert!(found(&page_with("", "", "<div id=regwall><p>Subscribe to read on.</p></div>")).paywalled_hint);
    assert!(!found(&page_with("", "", "")).paywalled_hint);
}

#[test]
fn pages_without_text_have_no_story() {
    for html in ["", "<p></p>", "<script>x</script>", "<img src=a.jpg>", "\u{0}", "<table><tr><td></table>"] {
        assert_eq!(found(html).blocks, [], "{html}");
    }
}

#[test]
fn hostile_pages_end() {
    let rows = "<table><tr><td>a<td>b".repeat(3_000);
    let classes: String = (0..50_000).map(|i| format!("<i class='a{i}' id='b{i}'>x</i><p>")).collect();
    for html in [
        "<div><p>a".repeat(30_000),
        "<b><p>a".repeat(10_000),
        rows,
        classes,
        format!("<p>{}", "word. ".repeat(1_000_000)),
        format!("<p class='{}'>a", "x ".repeat(1_000_000)),
    ] {
        let hints =
            Hints { title: Some(&html), article_body: Some(&html), description: Some(&html), ..Hints::default() };
        let body = find(&Dom::parse(&html), &hints);
        assert!(body.blocks.iter().map(|block| block.text.len()).sum::<usize>() <= html.len());
    }
}

#[test]
fn no_soup_of_tags_panics() {
    const PIECES: [&str; 24] = [
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<b>",
        "</b>",
        "<a href=x>",
        "</a>",
        "<template>",
        "</template>",
        "<noscript>",
        "</noscript>",
        "<svg>",
        "<title>",
        "</title>",
        "<!-- ",
        "-->",
        "<li class=related>",
        "Some words, and more of them. ",
        "<select><option>",
    ];
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..400 {
        let mut html = "<div>".repeat((state % 300) as usize);
        for _ in 0..200 {
            // Marsaglia's xorshift: the soup is the same in every run.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            html.push_str(PIECES[(state % 24) as usize]);
        }
        let body = found(&html);
        assert!(body.blocks.iter().all(|block| !block.text.is_empty()));
    }
}

#[test]
fn readings_of_a_ruby_stay_only_in_brackets() {
    for (ruby, text) in [
        ("<ruby>東京<rt>とう<b>きょう</b></rt></ruby>", "東京"),
        ("<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>", "東京"),
        ("<ruby>東京<rp></rp><rt>とうきょう</rt></ruby>", "東京"),
        ("<ruby>東京<rp>（</rp><rt>とうきょう</rt><rp>）</rp></ruby>", "東京（とうきょう）"),
    ] {
        let html = page_with("", "", "").replace("Hallö", ruby);
        assert_eq!(texts(&found(&html)), STORY.map(|story| story.replace("Hallö", text)), "{ruby}");
    }
}
