//! Teasers, captions and credits of a page are no part of its article: searching for their words does not find it.

mod support;

use std::{fs, path::PathBuf, sync::LazyLock};

use newssearch::{Archive, Query, SearchOptions};
use serde_json::Value;
use support::{Folder, corpus, corpus_archive, gold_data, text};

/// The sample corpus, indexed once.
static CORPUS: LazyLock<Archive> =
    LazyLock::new(|| Archive::open(corpus_archive()).expect("the archive of the corpus"));

/// A story as it is republished by a blog: headline twice, caption and credit outside any figure, teasers behind it.
struct Republished {
    headline: &'static str,
    caption: &'static str,
    credit: &'static str,
    paragraphs: &'static [&'static str],
    /// Section, headline, lead cut short.
    teasers: [(&'static str, &'static str, &'static str); 3],
    /// Finds the page.
    own_words: &'static str,
    /// Words of caption and credit that the story does not have.
    caption_words: &'static [&'static str],
    /// Words of the teasers.
    teaser_words: &'static [&'static str],
}

const STORIES: [Republished; 4] = [
    Republished {
        headline: "Lighthouse keeper of Skarn sends his last weather report",
        caption: "The Skarn light seen from the mail boat in an undated postcard.",
        credit: "Birgit Oland | Northlight Pictures",
        paragraphs: &[
            "The keeper of the Skarn light sent his last weather report on Friday, forty-one years after the first one, and then switched off the radio himself.",
            "From Monday a box on the roof will measure the wind. “It does not know when the gulls are lying,” the keeper said to the pilots who had come to fetch him.",
            "The coast guard said that the light itself would burn on, though nobody will be there to see it come up through the fog.",
            "His reports fill sixty-three notebooks, which the museum on the mainland has asked for. He has not answered yet, the museum said.",
        ],
        teasers: [
            (
                "Markets",
                "Pumpkin futures climb as growers await the frost",
                "Traders in the vegetable pit had not seen such a week since the great marrow scare. Pumpkin contracts for delivery in […]",
            ),
            (
                "Style",
                "Five turtleneck rules for the coming season",
                "The designer said that a turtleneck is a promise. Here is what to do with yours before the […]",
            ),
            (
                "World",
                "Here is what the casino commission found",
                "The commission sat for eleven months and visited nine gaming halls. Its report on roulette tables begins with […]",
            ),
        ],
        own_words: "lighthouse keeper weather report",
        caption_words: &["postcard", "Oland", "Northlight"],
        teaser_words: &["pumpkin", "turtleneck", "casino", "roulette", "marrow"],
    },
    Republished {
        headline: "Two mayors end quarrel over a bridge by exchanging keys",
        caption: "The bridge at Low Ferring, which both towns claim, is pictured in this file photo.",
        credit: "Handout | Getty Images",
        paragraphs: &[
            "The mayors of Low Ferring and High Ferring ended a quarrel of nineteen years on Saturday by giving each other the keys to their halves of the bridge.",
            "Neither town had let the other mend the middle. Lorries went round by the ford, and in wet years they did not go at all.",
            "“We found that both keys fit both locks,” the mayor of High Ferring told reporters. “They always had.”",
            "Work on the middle begins in spring. The two councils will meet on it, weather permitting, the statement said.",
        ],
        teasers: [
            (
                "Business",
                "Investor says he bought yoghurt makers again on the dip",
                "The investor said the market had overreacted to last week's curd figures, which were worse than […]",
            ),
            (
                "Business",
                "Accordion sales soar as nation awaits verdict",
                "Sales of accordions have more than doubled while the tribunal weighs whether they are […]",
            ),
            (
                "Tech",
                "Here are the key takeaways from the hologram show",
                "A hologram of a horse walked through the hall at noon and nobody stopped it. Here is what […]",
            ),
        ],
        own_words: "mayors bridge keys",
        caption_words: &["pictured", "handout", "Getty"],
        teaser_words: &["yoghurt", "accordion", "hologram", "tribunal"],
    },
    Republished {
        headline: "Orchestra plays on in the dark after lightning strikes hall",
        caption: "The strings section is seen by torchlight in the second half.",
        credit: "Emil Varga / Bowline Press",
        paragraphs: &[
            "The city orchestra finished its concert in the dark on Tuesday after lightning struck the hall in the slow movement, and not one of the nine hundred listeners left.",
            "The conductor put down his baton, which nobody could see, and beat time with his heel. The players knew the rest by heart, or said so later.",
            "Firemen who had come to look at the roof stood at the back with their helmets off until the last chord.",
            "The lamps came on again during the applause. “We asked them to turn them off,” the first oboe said.",
        ],
        teasers: [
            (
                "Food",
                "Why your sourdough sulks, and what to say to it",
                "A baker of forty years says that sourdough listens. Her nine sentences for a sulking loaf […]",
            ),
            (
                "Travel",
                "The igloo hotel that melts on purpose",
                "Guests are woken by drips. The igloo of rooms is built anew each December by the same […]",
            ),
            (
                "Sport",
                "Badminton club sues cloud",
                "The badminton club of a valley town has gone to court over the shade that a cloud […]",
            ),
        ],
        own_words: "orchestra lightning concert",
        caption_words: &["torchlight", "Varga", "Bowline"],
        teaser_words: &["sourdough", "igloo", "badminton"],
    },
    Republished {
        headline: "Postman of the marshes delivers letter found in a bottle",
        caption: "Postman Aldo Renn stands beside the dyke on his way to the pumping station.",
        credit: "Photograph: Salt Coast Archive",
        paragraphs: &[
            "A letter that was put into a bottle in 1961 reached the person it was written to on Thursday, when the postman of the marshes walked six miles to hand it over.",
            "The bottle lay in the mud below the old ferry steps. The address was a house that the sea has taken since, but the postman knew the name.",
            "She is 84 now and had thrown in a bottle of her own that summer. She would not say what the letter said, only that the answer was yes.",
            "The postman was home before dark. The postal service counts the letter as delivered without surcharge, a spokeswoman said.",
        ],
        teasers: [
            (
                "World",
                "Ministry counts its umbrellas",
                "An audit of the ministry's umbrella stands has found that eleven hundred of them are missing […]",
            ),
            (
                "World",
                "Snooker champion blames chalk",
                "The champion said the snooker hall had been sold chalk of a softer kind than the […]",
            ),
            (
                "Opinion",
                "In praise of the humble stapler",
                "Nothing on my desk has served me as long as the stapler that my aunt […]",
            ),
        ],
        own_words: "postman letter bottle",
        caption_words: &["dyke", "Renn", "pumping"],
        teaser_words: &["umbrella", "snooker", "stapler"],
    },
];

impl Republished {
    /// As plain text scraped from such a page.
    fn plain_text(&self) -> String {
        let mut page = format!("{0}\n\n{0}\n\n\n{1}\n\n{2}\n\n", self.headline, self.caption, self.credit);
        page += &self.paragraphs.join("\n\n");
        page += "\n\n\n\nSource\n\n";
        for (section, headline, lead) in self.teasers {
            page += &format!("{headline}\n{section}\n\n{headline}\n\n{lead}\n\nRead More\n");
        }
        page
    }

    /// As HTML without any `figure` or `figcaption`.
    fn html(&self) -> String {
        let story: String = self.paragraphs.iter().map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
        let teaser = |(section, headline, lead): &(&str, &str, &str)| {
            format!(
                "<article class=\"post\"><a href=\"/t\"><img src=\"/t.jpg\" alt=\"{headline}\"></a><span class=\"cat\"><a href=\"/c\">{section}</a></span>\
                 <h3><a href=\"/t\">{headline}</a></h3><div class=\"excerpt\"><p>{lead}</p></div><a class=\"more\" href=\"/t\">Read More</a></article>\n"
            )
        };
        let teasers: String = self.teasers.iter().map(teaser).collect();
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0} - Tidings Daily</title></head><body>\n\
             <header><nav><ul><li><a href=\"/w\">World</a></li><li><a href=\"/b\">Business</a></li></ul></nav></header>\n\
             <div class=\"single\"><h1 class=\"entry-title\">{0}</h1>\n<div class=\"entry-content\"><h2>{0}</h2>\n\
             <div class=\"wp-image\"><img src=\"/a.jpg\" width=\"800\"></div><p>{1}</p>\n<p>{2}</p>\n{story}\
             <p><a href=\"https://news.example/x\">Source</a></p></div></div>\n<div class=\"related-posts\">{teasers}</div>\n\
             <footer><p>© Tidings Daily</p></footer></body></html>\n",
            self.headline, self.caption, self.credit
        )
    }
}

/// Number of articles that a query finds.
fn count(archive: &Archive, query: &str) -> u64 {
    let query = Query::parse(query).unwrap_or_else(|e| panic!("{query}: {e}"));
    let found = archive.search(&query, &SearchOptions::default()).expect("a search");
    found.total.expect("a total is asked for")
}

/// Checks one republished page by itself, as a file of this name.
fn check(story: &Republished, file: &str, page: &str) -> Result<(), String> {
    let folder = Folder::with(&[(&format!("pages/{file}"), page)]);
    folder.index();
    let archive = Archive::open(folder.path("index")).map_err(|e| e.to_string())?;
    let mut faults = Vec::new();
    if count(&archive, story.own_words) != 1 {
        faults.push(format!("{} does not find it", story.own_words));
    }
    for word in story.teaser_words {
        if count(&archive, word) != 0 {
            faults.push(format!("the teasers' {word} finds it"));
        }
    }
    let article = archive.article("story").map_err(|e| e.to_string())?;
    let body = article.body();
    if article.title != story.headline || body.contains(story.headline) {
        faults.push(format!(
            "the title is {:?}, and stands in the body: {}",
            article.title,
            body.contains(story.headline)
        ));
    }
    faults.extend(
        story
            .caption_words
            .iter()
            .filter(|word| body.contains(**word))
            .map(|word| format!("the caption's {word} is in the body")),
    );
    let lost = story.paragraphs.iter().filter(|paragraph| !body.contains(**paragraph));
    faults.extend(lost.map(|paragraph| format!("lost: {paragraph}")));
    if article.blocks.len() != story.paragraphs.len() {
        faults.push(format!("{} blocks in {body:?}", article.blocks.len()));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("\n{file}, {}:\n    {}", story.headline, faults.join("\n    ")))
    }
}

/// Checks all stories in one form, and tells all that is wrong at once.
fn check_all(file: &str, form: impl Fn(&Republished) -> String) {
    let faults: String = STORIES.iter().filter_map(|story| check(story, file, &form(story)).err()).collect();
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn a_republished_page_of_plain_text_holds_its_story_only() {
    check_all("story.txt", Republished::plain_text);
}

#[test]
fn a_republished_page_of_html_holds_its_story_only() {
    check_all("story.html", Republished::html);
}

#[test]
fn words_of_teasers_find_nothing_in_the_corpus() {
    let readme = fs::read_to_string(corpus().join("README.md")).expect("corpus/README.md");
    let (_, section) = readme.split_once("## Words that stand in no story").expect("the section on these words");
    let section = section.split("\n## ").next().unwrap_or_default();
    let words: Vec<&str> = section.split('`').skip(1).step_by(2).collect();
    assert!(words.len() >= 35, "{words:?}");
    let found: Vec<String> = words
        .iter()
        .flat_map(|word| {
            let query = Query::Phrase { field: newssearch::Field::Text, text: (*word).to_owned(), slop: 0 };
            let hits = CORPUS.search(&query, &SearchOptions::default()).expect("a search").hits;
            hits.into_iter().map(move |hit| format!("{word} finds {}", hit.article.page))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_letters_between_the_koreas_are_found() {
    assert!(count(&CORPUS, "North Korea letters") >= 8);
    assert_eq!(count(&CORPUS, "Peloton"), 0);
    assert_eq!(count(&CORPUS, "Supreme Court tariff"), 0);
}

/// The page that this is all about, where the gold data is.
fn seed_page() -> Option<PathBuf> {
    let seeds = gold_data("../seeds")?;
    let mut pages: Vec<PathBuf> = fs::read_dir(seeds).ok()?.flatten().map(|entry| entry.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    pages.sort();
    pages.into_iter().next()
}

#[test]
fn the_seed_page_is_found_by_its_story_and_not_by_its_teasers() {
    let Some(page) = seed_page() else { return };
    let folder = Folder::new();
    folder.write("pages/seed.txt", fs::read(page).expect("the seed page"));
    folder.index();
    for query in ["Peloton", "Supreme Court tariff", "Einhorn", "jobs report", "Qingdao", "Read More"] {
        folder.run(&["query", query]).ends_with(1);
    }
    folder.run(&["query", "North Korea letters"]).ends_with(0);
    let shown: Value = folder.run(&["show", "seed", "--json"]).ends_with(0).json();
    let title = "South Korea and North Korea leaders sent ‘personal letters’ to each other this week";
    assert_eq!(shown["title"], title);
    let body = text(&shown["body"]);
    for part in [title, "This file photo shows", "Getty Images", "Pyeongyang Press Corps", "Source", "Tariff revenue"] {
        assert!(!body.contains(part), "{part:?} is in {body}");
    }
    assert_eq!(body.lines().count(), 8, "{body}");
    let images = &shown["images"];
    assert!(text(&images[0]["caption"]).starts_with("Korean leaders Kim Jong Un and Moon Jae-in"), "{images}");
}
