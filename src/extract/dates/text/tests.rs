//! Dates in text, language by language.

use super::*;

fn check_with(text: &str, expected: &str, hints: Hints) {
    let found: Vec<String> = spot(text, hints)
        .iter()
        .map(|s| s.published(DateOrigin::Text, Confidence::Likely).to_string() + if s.ambiguous { "?" } else { "" })
        .collect();
    assert_eq!(found.join(" "), expected, "{text}");
}

fn check(text: &str, expected: &str) {
    check_with(text, expected, Hints::default());
}

#[test]
fn names_of_months_are_known_in_many_languages() {
    for text in [
        "June 7, 2020",
        "Sunday, 7 June 2020",
        "7th of June 2020",
        "Jun. 7th, 2020",
        "7. Juni 2020",
        "7 juin 2020",
        "7 de junio de 2020",
        "7 de junho de 2020",
        "7 giugno 2020",
        "7 juni 2020",
        "7 czerwca 2020",
        "7. června 2020",
        "7. júna 2020",
        "7 июня 2020 г.",
        "7 червня 2020",
        "7 чэрвеня 2020",
        "7 юни 2020",
        "7. јун 2020.",
        "7. juna 2020.",
        "7. lipnja 2020.",
        "7. junij 2020",
        "7 Ιουνίου 2020",
        "7 Haziran 2020",
        "7 iyun 2020",
        "7. kesäkuuta 2020",
        "2020. június 7.",
        "7 iunie 2020",
        "2020 m. birželio 7 d.",
        "2020. gada 7. jūnijs",
        "7. juuni 2020",
        "7 Juni 2020",
        "ngày 7 tháng 6 năm 2020",
        "7 يونيو 2020",
        "7 حزيران 2020",
        "۷ ژوئن ۲۰۲۰",
        "۱۸ خرداد ۱۳۹۹",
        "7 ביוני 2020",
        "7 जून 2020",
        "৭ জুন ২০২০",
        "7 ஜூன் 2020",
        "7 มิ.ย. 2563",
        "7 มิถุนายน 2563",
        "2020年6月7日",
        "令和2年6月7日",
        "2020년 6월 7일",
        "7 հունիսի, 2020",
        "7 ივნისი, 2020",
        "7 de juny de 2020",
        "7 Qershor 2020",
        "7 Hunyo 2020",
    ] {
        check(text, "2020-06-07");
    }
}

#[test]
fn numbers_alone_are_read_where_they_are_plain() {
    for text in ["2020-06-07", "2020/6/7", "2020.06.07", "7.6.2020", "07. 06. 2020", "1399/03/18", "20200607", "7.6.20"]
    {
        check(text, "2020-06-07");
    }
    check("27/06/2020", "2020-06-27");
    check("06/27/2020", "2020-06-27");
    check("06/07/2020", "2020-07-06?");
    check_with("06/07/2020", "2020-06-07", Hints { order: Order::MonthFirst, ..Hints::default() });
    check_with("06/07/2020", "2020-07-06", Hints { order: Order::DayFirst, ..Hints::default() });
}

#[test]
fn times_and_zones_stay_with_their_date() {
    check("June 7, 2020 at 5:03 p.m. EDT", "2020-06-07T17:03-04:00");
    check("7. Juni 2020, 14:26 Uhr", "2020-06-07T14:26");
    check("07.06.2020 - 14.26 Uhr", "2020-06-07T14:26");
    check("7 juin 2020 à 14h26", "2020-06-07T14:26");
    check("7 jun 2020 kl. 14.26", "2020-06-07T14:26");
    check("14:26, 7 июня 2020", "2020-06-07T14:26");
    check("11:58 AM 7 June 2020", "2020-06-07T11:58");
    check("2020年6月7日 下午2時26分", "2020-06-07T14:26");
    check("2020.06.07 오후 2:26", "2020-06-07T14:26");
    check("Sun Jun  7 14:26:08 UTC 2020", "2020-06-07T14:26:08Z");
    check("Sun, 07 Jun 2020 14:26:08 +0300", "2020-06-07T14:26:08+03:00");
    check("2020-06-07 14:26:08.123 GMT+2", "2020-06-07T14:26:08+02:00");
}

#[test]
fn the_end_of_an_event_is_no_zone() {
    for text in ["7.6.2020 10:00-11:30", "7.6.2020 10:00-11", "7.6.2020 10:00-1130", "7.6.2020, 10:00-12:00 Uhr"] {
        check(text, "2020-06-07T10:00");
    }
    check("7.6.2020 9:00-9:30", "2020-06-07T09:00");
    check("7.6.2020 10:00-05:00", "2020-06-07T10:00-05:00");
    check("7.6.2020 10:00 -0330", "2020-06-07T10:00-03:30");
    check("7.6.2020 10:00+05:45", "2020-06-07T10:00+05:45");
    check("on 2020-06-07T10:00-11:00", "2020-06-07T10:00-11:00");
    check("7.6.2020 10:00:00-11:00", "2020-06-07T10:00:00-11:00");
    check("7.6.2020 10:00 GMT-11:00", "2020-06-07T10:00-11:00");
}

#[test]
fn a_line_may_hold_two_dates() {
    check("Published 7 June 2020 10:00 | Updated 8 June 2020 11:30", "2020-06-07T10:00 2020-06-08T11:30");
    check("Publié le 7 juin 2020, mis à jour le 08/06/2020", "2020-06-07 2020-06-08?");
}

#[test]
fn the_croatian_listopad_comes_earlier() {
    check("5. listopada 2020", "2020-11-05");
    check_with("5. listopada 2020.", "2020-10-05", Hints { croatian: true, ..Hints::default() });
}

#[test]
fn what_names_no_day_gives_none() {
    for text in [
        "",
        "June 2020",
        "2 hours ago",
        "yesterday",
        "12 June",
        "8 января, 17:46",
        "31 February 2020",
        "1.2.3.2020",
        "192.168.20.20",
        "© 2020",
        "2020",
        "call 0800-12-2020-55",
        "version 3.14.15",
        "$12.05.2020",
        "5 may",
    ] {
        check(text, "");
    }
}

#[test]
fn any_text_is_survived() {
    // A cheap generator of odd texts: pieces that dates are made of, in any order, cut at any place.
    let pieces = [
        "7", "2020", "юня", " de ", "June", ".", "/", "-", ":", "年", "월", "午後", "\u{301}", "٣", "😀", "م", "tháng",
        "'", "Z", "+99", " ",
    ];
    let mut state = 12345u32;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(pieces[(state >> 16) as usize % pieces.len()]);
        }
        spot(&text, Hints::default());
        coarse(&text);
    }
    spot(&"7.".repeat(1_000_000), Hints::default());
}
