//! Pages of plain text, and what must come of them.

use super::{Plain, read};

/// A page and what it says.
#[derive(Default)]
struct Case {
    page: &'static str,
    title: Option<&'static str>,
    story: &'static [&'static str],
    captions: &'static [&'static str],
    credits: &'static [&'static str],
    authors: &'static [&'static str],
    date_line: Option<&'static str>,
}

fn check(case: Case) {
    let Plain { title, blocks, images, authors, date_line } = read(case.page);
    assert_eq!(title.as_deref(), case.title);
    assert_eq!(blocks.iter().map(|block| &*block.text).collect::<Vec<_>>(), case.story);
    assert_eq!(images.iter().filter_map(|image| image.caption.as_deref()).collect::<Vec<_>>(), case.captions);
    assert_eq!(images.iter().filter_map(|image| image.credit.as_deref()).collect::<Vec<_>>(), case.credits);
    assert_eq!(authors, case.authors);
    assert_eq!(date_line.as_deref(), case.date_line);
}

/// The story that most of the pages below tell.
const FERRY: [&str; 3] = [
    "The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.",
    "“She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.",
    "The company wants to sell the ship to a museum. No buyer has been found so far.",
];

#[test]
fn republished_story_with_caption_source_and_three_cards() {
    check(Case {
        page: "Valterra’s oldest ferry makes its last crossing\n\n\
            Valterra’s oldest ferry makes its last crossing\n\n\n\
            The ferry Constance leaves the harbour of Valterra. This file photo was taken in 1990.\n\n\
            Jo Dell | Harbour Pictures | Agence Nord\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\n\n\
            “She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\n\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\n\n\n\n\
            Source\n\n\
            Copper price doubles as miners strike\n\
            Markets\n\n\
            Copper price doubles as miners strike\n\n\
            Trucks wait at the gate of a closed mine. Kim Sae-ra | Agence Nord The price of copper has doubled \
            since miners laid down their tools, and analysts see no end before the […]\n\n\
            Read More\n\
            Five things to know about the comet\n\
            World\n\n\
            Five things to know about the comet\n\n\
            Astronomers counted four tails. Here is what the telescopes saw. From a […]\n\n\
            Read More\n\
            Swimmer Olga Brandt returns to the pool. Here’s why she is smiling\n\
            World\n\n\
            Swimmer Olga Brandt returns to the pool. Here’s why she is smiling\n\n\
            The champion had given up her sport after an injury. Her coach never believed her, and added to […]\n\n\
            Read More",
        title: Some("Valterra’s oldest ferry makes its last crossing"),
        story: &FERRY,
        captions: &["The ferry Constance leaves the harbour of Valterra. This file photo was taken in 1990."],
        credits: &["Jo Dell | Harbour Pictures | Agence Nord"],
        ..Case::default()
    });
}

#[test]
fn cards_without_source_line_section_or_repeated_headline() {
    check(Case {
        page: "Oldest ferry makes its last crossing\r\n\r\n\
            By Kim Sae-ra and Jo Dell | March 3, 2021\r\n\r\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\r\n\
            \r\n“She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\r\n\r\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\r\n\r\n\
            Copper price doubles as miners strike\r\n\r\n\
            The price of copper has doubled since miners laid down their tools [...]\r\n\r\n\
            Continue reading →\r\n\r\n\
            Comet seen with four tails\r\n\r\n\
            Astronomers counted four tails and are at a loss [...]\r\n\r\n\
            Continue reading →\r\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &FERRY,
        authors: &["Kim Sae-ra", "Jo Dell"],
        date_line: Some("March 3, 2021"),
        ..Case::default()
    });
}

#[test]
fn cards_with_whole_leads_under_a_heading() {
    check(Case {
        page: "Oldest ferry makes its last crossing\n\n\
            3 March 2021\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\n\n\
            “She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\n\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\n\n\
            Related Posts\n\n\
            Copper price doubles as miners strike\n\
            Markets\n\
            Copper price doubles as miners strike\n\
            The price of copper has doubled since miners laid down their tools. No end is in sight.\n\
            READ MORE »\n\
            Comet seen with four tails\n\
            World\n\
            Comet seen with four tails\n\
            Astronomers counted four tails and are at a loss. They will look again on Friday night.\n\
            READ MORE »\n\
            © 2021 The Valterra Herald. All rights reserved.\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &FERRY,
        date_line: Some("3 March 2021"),
        ..Case::default()
    });
}

#[test]
fn cards_that_offer_nothing_but_two_headlines_and_whole_leads_behind_the_source() {
    check(Case {
        page: "World\n\n\
            Oldest ferry makes its last crossing\n\n\
            Oldest ferry makes its last crossing\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\n\n\
            “She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\n\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\n\n\
            Source link\n\n\
            Copper price doubles as miners strike\n\n\
            Markets\n\n\
            Copper price doubles as miners strike\n\n\
            The price of copper has doubled since miners laid down their tools. No end is in sight.\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &FERRY,
        ..Case::default()
    });
}

#[test]
fn bare_cards_show_each_other() {
    check(Case {
        page: "Oldest ferry makes its last crossing\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\n\n\
            “She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\n\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\n\n\
            Copper price doubles as miners strike\n\n\
            The price of copper has doubled since miners laid down their tools. No end is in sight.\n\n\
            Read more\n\n\
            Comet seen with four tails\n\n\
            Astronomers counted four tails and are at a loss. They will look again on Friday night.\n\n\
            Read more\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &FERRY,
        ..Case::default()
    });
}

#[test]
fn a_card_inside_the_story_goes_alone() {
    check(Case {
        page: "Oldest ferry makes its last crossing\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\n\n\
            Copper price doubles as miners strike\n\n\
            The price of copper has doubled since miners laid down their […]\n\n\
            Read More\n\n\
            “She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\n\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &FERRY,
        ..Case::default()
    });
}

#[test]
fn an_offer_to_read_on_takes_no_paragraph_of_the_story_with_it() {
    check(Case {
        page: "Oldest ferry makes its last crossing\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\n\n\
            “She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\n\n\
            Read more\n\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\n\n\
            Source: Harbour board\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &FERRY,
        ..Case::default()
    });
}

#[test]
fn an_excerpt_alone_is_kept() {
    check(Case {
        page: "Oldest ferry makes its last crossing\n\nWorld\n\nOldest ferry makes its last crossing\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one […]\n\nRead More\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &["World", "The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one […]"],
        ..Case::default()
    });
}

#[test]
fn other_languages_have_cards_too() {
    check(Case {
        page: "Älteste Fähre fährt zum letzten Mal\n\nÄlteste Fähre fährt zum letzten Mal\n\n\
            Von Jörg Brandt\n\n\
            Die Fähre im Hafen von Valterra, 1990.\n\nFoto: Anna Weiß\n\n\
            Die älteste Fähre von Valterra ist am Sonntag zum letzten Mal gefahren, einundsechzig Jahre nach der Taufe.\n\n\
            Quelle\n\n\
            Kupferpreis verdoppelt sich\nMärkte\n\nKupferpreis verdoppelt sich\n\n\
            Der Preis für Kupfer hat sich seit dem Streik der Bergleute […]\n\nWeiterlesen\n",
        title: Some("Älteste Fähre fährt zum letzten Mal"),
        story: &[
            "Die älteste Fähre von Valterra ist am Sonntag zum letzten Mal gefahren, einundsechzig Jahre nach der Taufe.",
        ],
        captions: &["Die Fähre im Hafen von Valterra, 1990."],
        credits: &["Anna Weiß"],
        authors: &["Jörg Brandt"],
        ..Case::default()
    });
    check(Case {
        page: "발테라의 가장 오래된 여객선 마지막 운항\n\n발테라의 가장 오래된 여객선 마지막 운항\n\n\
            발테라의 가장 오래된 여객선이 일요일 마지막으로 운항했다고 회사 측이 밝혔다.\n\n\
            회사는 배를 박물관에 팔기를 원하지만 아직 사겠다는 곳은 없다.\n\n\
            출처\n\n구리 가격 두 배로 상승\n시장\n\n구리 가격 두 배로 상승\n\n광부들의 파업 이후 구리 가격이 […]\n\n더 보기\n",
        title: Some("발테라의 가장 오래된 여객선 마지막 운항"),
        story: &[
            "발테라의 가장 오래된 여객선이 일요일 마지막으로 운항했다고 회사 측이 밝혔다.",
            "회사는 배를 박물관에 팔기를 원하지만 아직 사겠다는 곳은 없다.",
        ],
        ..Case::default()
    });
}

#[test]
fn pictures_inside_the_story_leave_it_whole() {
    check(Case {
        page: "Oldest ferry makes its last crossing\n\n\
            The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after it was christened.\n\n\
            Passengers wave from the deck in Valterra on Sunday. (AP Photo/Jo Dell)\n\n\
            “She never missed a crossing,” said Ada Lorne, who was at the helm for twenty years.\n\n\
            Photo: Kim Sae-ra\n\n\
            The company wants to sell the ship to a museum. No buyer has been found so far.\n\n\
            The ship’s bell, pictured in 1962\n\n\
            Harbour museum/Getty Images\n",
        title: Some("Oldest ferry makes its last crossing"),
        story: &FERRY,
        captions: &["Passengers wave from the deck in Valterra on Sunday.", "The ship’s bell, pictured in 1962"],
        credits: &["AP Photo/Jo Dell", "Kim Sae-ra", "Harbour museum/Getty Images"],
        ..Case::default()
    });
}

#[test]
fn wire_copy_with_indents_and_an_end_mark() {
    check(Case {
        page: "FERRY MAKES ITS LAST CROSSING\n\
            By JO DELL\n\
            Staff Writer\n\n\
            \x20    VALTERRA (WIRE) -- The oldest ferry of Valterra sailed for the\n\
            last time on Sunday, sixty-one years after it was christened.\n\
            \x20    ``She never missed a crossing,'' said Ada Lorne, who was at the\n\
            helm for twenty years.\n\n\
            THE MUSEUM WAITS\n\n\
            \x20    The company wants to sell the ship to a museum. No buyer has\n\
            been found so far.\n\
            \x20    -30-\n\n\
            Jo Dell can be reached at the harbour desk of this newspaper at all hours of the day.\n",
        title: Some("FERRY MAKES ITS LAST CROSSING"),
        story: &[
            "Staff Writer",
            "VALTERRA (WIRE) -- The oldest ferry of Valterra sailed for the last time on Sunday, sixty-one years after \
             it was christened.",
            "``She never missed a crossing,'' said Ada Lorne, who was at the helm for twenty years.",
            "THE MUSEUM WAITS",
            "The company wants to sell the ship to a museum. No buyer has been found so far.",
        ],
        authors: &["Jo Dell"],
        ..Case::default()
    });
}

#[test]
fn text_without_a_headline_has_none() {
    check(Case {
        page: "The oldest ferry of Valterra sailed for the last time on Sunday.\n\nNo buyer has been found so far.\n",
        story: &["The oldest ferry of Valterra sailed for the last time on Sunday.", "No buyer has been found so far."],
        ..Case::default()
    });
    check(Case { page: "Ferries", story: &["Ferries"], ..Case::default() });
    check(Case { page: " \n\u{c}\u{0}\r\n", ..Case::default() });
}

#[test]
fn headings_and_items_are_told_apart() {
    use crate::article::BlockKind::{Heading, ListItem, Paragraph};
    let plain = read(
        "Oldest ferry makes its last crossing\n\n\
         The oldest ferry of Valterra sailed for the last time on Sunday.\n\n\
         What becomes of the ship\n\n\
         The company wants to sell it to a museum. Three towns have asked for it:\n\n\
         - Valterra\n- Nordhaven\n- Port Lorne\n",
    );
    let kinds: Vec<_> = plain.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [Paragraph, Heading, Paragraph, ListItem, ListItem, ListItem]);
}

#[test]
fn no_word_of_a_card_survives_wherever_the_cards_are_cut() {
    let cards = "Copper price doubles\nMarkets\n\nCopper price doubles\n\nMiners strike in the […]\n\nRead More\n\
        Comet seen\nWorld\n\nComet seen\n\nTelescopes turned to the […]\n\nRead More";
    let story = format!("Ferry’s last crossing\n\n{}\n\nSource\n\n", FERRY.join("\n\n"));
    for end in (0..=cards.len()).filter(|&end| cards.is_char_boundary(end)) {
        let plain = read(&format!("{story}{}", &cards[..end]));
        assert_eq!(plain.blocks.iter().map(|block| &*block.text).collect::<Vec<_>>(), FERRY, "{}", &cards[..end]);
    }
}

#[test]
fn hostile_text_ends_soon() {
    let lines = 20_000;
    for line in [
        "Read More\n",
        "Related\n\n",
        "Source\n\n",
        "[…]\n",
        "A\n\nA\n",
        "###\n",
        "By A\n",
        "x | y\n\n",
        "\t\n\tx\ty\n",
    ] {
        let plain = read(&line.repeat(lines));
        assert!(plain.blocks.len() <= super::paragraphs::PARAGRAPHS_MAX);
    }
    for text in ["'\"'".repeat(100_000), "(".repeat(300_000), "| ".repeat(100_000), "a-\n".repeat(100_000)] {
        read(&text);
    }
}
