//! Words that furniture is made of, in the languages of many papers.

use std::sync::LazyLock;

use super::hash::Map;

/// A set of cues.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cues(pub u16);

/// Words of a run that are looked at, from its start.
const WORDS_MAX: usize = 40;

/// Number of different cues.
pub(super) const CUES: usize = 12;

macro_rules! cues {
    ($($name:ident = $bit:expr => [$($word:literal)*] [$($part:literal)*];)*) => {
        #[allow(dead_code)]
        impl Cues {
            $(pub(crate) const $name: Cues = Cues(1 << $bit);)*
        }

        static WORDS: LazyLock<Map<&str, u16>> = LazyLock::new(|| {
            let mut words = Map::default();
            $($(words.entry($word).or_insert(Cues::$name.0);)*)*
            words
        });

        /// Cues in scripts that do not part their words.
        fn of_parts(text: &str) -> u16 {
            let mut cues = 0;
            $($(if text.contains($part) { cues |= Cues::$name.0; })*)*
            cues
        }
    };
}

cues! {
    MORE = 0 => ["more" "read" "related" "also" "mehr" "lesen" "weiterlesen" "lire" "aussi" "leer" "más" "también"
        "leggi" "anche" "mais" "leia" "lees" "läs" "les" "czytaj" "również" "čtěte" "také" "читайте" "также" "також"
        "devamı" "okuyun" "continue" "weitere" "dazu" "verwandte" "hier" "selengkapnya" "baca" "juga" "see"
        "recommended" "lue" "myös" "læs" "også" "mer" "thema" "artikel"] ["続きを読む" "関連" "阅读" "閱讀" "相关" "相關" "관련" "더보기"
        "あわせて"];
    SIGNUP = 1 => ["newsletter" "newsletters" "subscribe" "subscription" "subscriber" "subscribers" "sign" "signup"
        "inbox" "register" "login" "log" "abonnieren" "abonnement" "abonnez" "abo" "anmelden" "registrieren"
        "suscríbete" "suscribirse" "boletín" "iscriviti" "abbonati" "inscrivez" "inscreva" "assine" "account"
        "download" "app" "donate" "spenden" "email" "e-mail" "free" "trial" "testen" "kostenlos" "prenumerera"
        "nyhetsbrev" "подпишитесь" "підпишіться" "подписывайтесь" "abone" "support" "membership" "member" "probeabo"
        "plus" "zugang"] ["登録" "会員" "订阅" "訂閱" "구독" "無料"];
    SHARE = 2 => ["share" "tweet" "facebook" "twitter" "whatsapp" "linkedin" "telegram" "instagram" "pinterest"
        "reddit" "teilen" "partager" "compartir" "condividi" "compartilhar" "delen" "dela" "del" "follow" "folgen"
        "suivez" "síguenos" "seguici" "copy" "link" "print" "drucken" "bookmark" "merken" "youtube" "tiktok" "x"
        "bluesky" "paylaş" "поделиться" "social" "google" "channel" "messenger" "kopieren" "xing"] ["シェア" "分享" "공유"
        "フォロー"];
    COMMENT = 3 => ["comment" "comments" "kommentar" "kommentare" "commentaire" "commentaires" "comentarios"
        "comentários" "commenti" "reply" "reacties" "kommentarer" "komentarze" "комментарии" "коментарі" "yorum"
        "posting" "postings" "forum" "leave" "antworten" "discuss"] ["コメント" "评论" "評論" "댓글"];
    COPYRIGHT = 4 => ["copyright" "©" "rights" "reserved" "rechte" "vorbehalten" "droits" "réservés" "derechos"
        "reservados" "reservados" "riservata" "riservati" "terms" "privacy" "policy" "datenschutz" "impressum" "agb"
        "prawa" "zastrzeżone"] ["無断転載" "版权" "著作権" "저작권" "무단"];
    AD = 5 => ["advertisement" "advertising" "anzeige" "werbung" "publicité" "publicidad" "pubblicità" "publicidade"
        "advertentie" "annons" "annonse" "reklama" "реклама" "reklam" "sponsored" "sponsor" "iklan" "promoted" "ad"
        "ads" "mainos"] ["広告" "广告" "廣告" "광고"];
    AUTHOR = 6 => ["by" "von" "par" "por" "di" "av" "af" "door" "author" "autor" "autorin" "auteur" "redaktion"
        "reporter" "correspondent" "editor" "journalist" "reporting" "editing" "written" "writer" "staff" "redacción"
        "rédaction" "redazione" "redactie" "contributor" "автор" "is" "staffreporter" "korrespondent"] ["記者" "기자" "编辑"
        "編輯" "記者)"];
    PHOTO = 7 => ["photo" "foto" "fotos" "photos" "image" "images" "bild" "picture" "credit" "getty" "afp" "reuters"
        "ap" "dpa" "imago" "fotó" "фото" "imagen" "photograph" "photographer" "courtesy" "via" "shutterstock"
        "pixabay" "unsplash" "istock" "caption" "file" "archiv" "alliance" "video" "gallery" "zdjęcie" "fotograf"
        "picture-alliance" "apa" "epa" "ntb" "scanpix" "tt" "symbolbild" "screenshot" "illustration" "copyright"]
        ["写真" "图片" "圖" "사진" "撮影"];
    UPDATED = 8 => ["published" "updated" "posted" "modified" "aktualisiert" "veröffentlicht" "publié" "mis"
        "publicado" "actualizado" "pubblicato" "aggiornato" "min" "minutes" "minuten" "lesezeit" "uhr" "ago"
        "opublikowano" "опубликовано" "am" "pm" "monday" "tuesday" "wednesday" "thursday" "friday" "saturday" "sunday"
        "january" "february" "march" "april" "june" "july" "august" "september" "october" "november" "december" "jan"
        "feb" "mar" "apr" "jun" "jul" "aug" "sep" "sept" "oct" "nov" "dec" "stand" "est" "gmt" "montag" "dienstag"
        "mittwoch" "donnerstag" "freitag" "samstag" "sonntag" "januar" "februar" "märz" "mai" "juni" "juli" "oktober"
        "dezember"] ["更新" "配信" "입력" "발행" "发布"];
    SOURCE = 9 => ["source" "sources" "quelle" "quellen" "fuente" "fonte" "bron" "källa" "kilde" "źródło" "источник"
        "джерело" "kaynak" "zdroj" "tags" "topics" "themen" "filed" "schlagworte" "temas" "tópicos" "mots-clés"
        "etiquetas" "argomenti" "категории" "теги" "categories" "category" "references" "footnotes" "stichworte"
        "ressort" "topic"] ["出典" "来源" "來源" "출처" "标签"];
    NOTICE = 10 => ["cookie" "cookies" "javascript" "browser" "consent" "zustimmung" "adblocker" "enable" "loading"
        "skip" "menu" "search" "suche" "close" "schließen" "accept" "settings" "externe" "inhalte"
        "datenschutzerklärung" "external" "content" "einverstanden" "übermittelt" "personenbezogene"
        "drittplattformen"] ["利用規約"];
    ABOUT = 11 => ["about" "bio" "biography" "expert" "founder" "ceo" "he" "she" "has" "phd" "years" "experience"
        "degree" "university" "holds" "lives" "works" "über" "passionate" "specializes" "former" "writes" "covers"]
        [];
}

impl Cues {
    /// How often each cue stands among the first words of a text.
    pub(crate) fn count(text: &str, counts: &mut [u8; CUES]) {
        let mut word = String::with_capacity(24);
        let mut words = 0;
        let mut wide = false;
        for c in text.chars().chain(std::iter::once(' ')) {
            if c.is_alphanumeric() || c == '©' || (c == '-' && !word.is_empty()) {
                if c.is_ascii() {
                    word.push(c.to_ascii_lowercase());
                } else {
                    wide |= c as u32 >= 0x2E80;
                    word.extend(c.to_lowercase());
                }
                continue;
            }
            if !word.is_empty() {
                add(counts, WORDS.get(word.trim_end_matches('-')).copied().unwrap_or_default());
                word.clear();
                words += 1;
                if words == WORDS_MAX {
                    break;
                }
            }
        }
        if wide {
            add(counts, of_parts(text));
        }
    }
}

fn add(counts: &mut [u8; CUES], mut cues: u16) {
    while cues != 0 {
        let bit = cues.trailing_zeros() as usize;
        counts[bit] = counts[bit].saturating_add(1);
        cues &= cues - 1;
    }
}
