//! Words before a date that say which date it is.

/// What a label says of the date behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Published,
    Updated,
    /// A day of something else: an event, a photograph, today.
    Other,
}

/// Bytes before a date in which its label stands.
const LABEL_BYTES_MAX: usize = 60;

/// Stems of words for publication, in small letters.
const PUBLISHED: [&str; 40] = [
    "publi",
    "posted",
    "veröffentlicht",
    "erschienen",
    "erstellt",
    "geplaatst",
    "gepubliceerd",
    "опублик",
    "создан",
    "дата",
    "оприлюдн",
    "yayın",
    "eklenme",
    "giriş",
    "oluşturulma",
    "objavljen",
    "zveřejněn",
    "vydán",
    "megjelen",
    "közzét",
    "δημοσ",
    "julkaistu",
    "udgivet",
    "upplagd",
    "diterbitkan",
    "đăng",
    "입력",
    "등록",
    "게재",
    "公開",
    "掲載",
    "配信",
    "発表",
    "发布",
    "發布",
    "發表",
    "نشر",
    "انتشار",
    "प्रकाशित",
    "প্রকাশ",
];

/// Stems of words for a change.
const UPDATED: [&str; 44] = [
    "updat",
    "modif",
    "revis",
    "edited",
    "reviewed",
    "verified",
    "checked",
    "aktuali",
    "geändert",
    "überarbeitet",
    "stand:",
    "mis à jour",
    "maj ",
    "màj",
    "actuali",
    "atualiz",
    "aggiorn",
    "bijgewerkt",
    "gewijzigd",
    "uppdater",
    "oppdater",
    "opdater",
    "обновл",
    "оновл",
    "измен",
    "змінен",
    "güncel",
    "son değişiklik",
    "수정",
    "更新",
    "diperbarui",
    "cập nhật",
    "päivit",
    "muokattu",
    "actualiz",
    "ενημέρ",
    "ενημερ",
    "τελευταία",
    "تحديث",
    "بروزرسانی",
    "frissít",
    "ažurira",
    "अपडेट",
    "আপডেট",
];

/// Stems of words for other days.
const OTHER: [&str; 14] = [
    "©",
    "copyright",
    "founded",
    "established",
    "since ",
    "seit ",
    "depuis ",
    "desde ",
    "expires",
    "valid",
    "joined",
    "born",
    "deadline",
    "today",
];

/// The label at the end of the text before a date: the last word of either kind.
pub(super) fn label(before: &str) -> Option<Label> {
    let from = before.ceil_char_boundary(before.len().saturating_sub(LABEL_BYTES_MAX));
    let text = before[from..].to_lowercase();
    let last = |stems: &[&str]| stems.iter().filter_map(|stem| text.rfind(stem)).max();
    let found = [(last(&PUBLISHED), Label::Published), (last(&UPDATED), Label::Updated), (last(&OTHER), Label::Other)];
    found
        .into_iter()
        .filter_map(|(at, label)| at.map(|at| (at, label)))
        .max_by_key(|(at, _)| *at)
        .map(|(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_label_counts() {
        for (text, expected) in [
            ("Published on ", Some(Label::Published)),
            ("First published: 7 June 2020. Last updated ", Some(Label::Updated)),
            ("Aktualisiert am ", Some(Label::Updated)),
            ("Опубликовано: ", Some(Label::Published)),
            ("Обновлено ", Some(Label::Updated)),
            ("© ", Some(Label::Other)),
            ("By Ann Lee ", None),
            ("", None),
        ] {
            assert_eq!(label(text), expected, "{text}");
        }
    }
}
