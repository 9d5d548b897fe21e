//! The little words that every text in a language holds: the surest sign of it, and its absence the surest doubt.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::packed::Packed;

/// Most words of a text that are looked up.
const WORDS_MAX: usize = 150;

/// Fewest function words that speak for a language.
const WORDS_MIN: u32 = 3;

/// One word in so many is a function word, at least, in a text that is clearly in a language.
const SHARE_CLEAR_MIN: u32 = 14;

/// One word in so many is a function word, at least, in a text that may be in a language.
const SHARE_MIN: u32 = 20;

/// Frequent words by language, those left out that two neighbours share in the same use.
const LISTS: [(&str, &str); 38] = [
    (
        "en",
        "the of and to in that is was for on with as by at it from are his her he be have has an not were \
         which will this said or but they their its had would been who after more than about up out into",
    ),
    (
        "de",
        "der die das und ist nicht mit den von zu dem ein eine für auf im sich des auch als dass nach wird \
         bei einer um werden hat aus noch wie einen über sind war oder aber vor zur bis mehr durch nur kann \
         wenn sie er haben einem",
    ),
    (
        "fr",
        "le les des et une dans est que qui pour pas sur au aux du avec par ce cette plus sont il elle ont \
         été mais leur ses son sa ou après être fait nous ces selon dont comme deux même très aussi sans",
    ),
    (
        "es",
        "el los las y una que por con para del se su al es lo más como pero sus fue ha han este esta entre \
         sobre son también desde hasta según cuando muy sin donde ser dos años todo tras había porque ya",
    ),
    (
        "pt",
        "o os uma que do da dos das em no na nos nas com para por não mais ao aos à é foi são se seu sua como \
         pelo pela mas também até sobre entre ser está segundo após isso já quando disse tem um",
    ),
    (
        "it",
        "il gli che di della del dei delle è un una per con non sono da nel nella alla al anche più come ma \
         si lo suo sua ha hanno stato dopo questo questa tra dal dalla essere ai anni delle due perché",
    ),
    (
        "nl",
        "de het een van en dat niet op zijn met voor aan er te die ook als bij maar om naar door uit over \
         worden wordt heeft hebben nog was deze dit hij ze meer zegt geen kan tot werd wel dan",
    ),
    (
        "sv",
        "och att det som en på är av för med den till inte har de om ett han var vi jag men sig från så kan \
         när år säger också efter vid ska hade under eller nu där mot detta mer",
    ),
    (
        "da",
        "og det er en til på af for den at med de ikke der har et som fra men han blev også var efter ved kan \
         siger om skal være sig vil hvor når over mere eller blevet år havde",
    ),
    (
        "no",
        "og det er en til på av for den at med de ikke som har et fra men han ble også var etter ved kan sier \
         om skal være seg vil hvor når over mer eller blitt år hadde",
    ),
    (
        "fi",
        "ja on ei että oli se hän ovat myös mutta kun niin joka sen ole mukaan kuin jo vain tai vuoden sekä \
         nyt kuitenkin mitä siitä ollut voi jälkeen hänen tämä",
    ),
    (
        "pl",
        "w i na z się nie do to że jest o jak po od za co dla przez ale są był było jego oraz które który \
         także już czy tym jej roku ma tego będzie może przed być",
    ),
    (
        "cs",
        "a v se na je že s z o do i to ve k pro za by ale jako od po jsou byl bylo podle také jeho který \
         které jen už co než až nebo tak když roku si však",
    ),
    (
        "sk",
        "a v sa na je že s z o do aj to vo k pre za by ale ako od po sú bol bolo podľa tiež jeho ktorý ktoré \
         len už čo než až alebo tak keď roku si však",
    ),
    (
        "hu",
        "a az és hogy nem is egy ez volt meg de csak már még mint szerint azt ha el lesz után pedig volna \
         majd miatt ami kell több vagy ezt között",
    ),
    (
        "ro",
        "și în de la cu pe un o care din că nu pentru este au fost mai sau prin după ce al ale sunt dar fi \
         lui fost această acest despre iar când are unui",
    ),
    (
        "tr",
        "ve bir bu da de için ile olarak olan çok daha gibi sonra kadar ise en ne var dedi her olduğunu göre \
         ancak yeni iki olduğu şekilde tarafından veya ama yıl",
    ),
    (
        "id",
        "yang dan di dari untuk dengan pada ini itu tidak dalam akan adalah oleh ke juga ada telah sebagai \
         mereka tersebut kata karena bisa lebih atau saat bahwa kepada",
    ),
    (
        "vi",
        "và của là các trong có được cho những với không một đã người này khi để từ đến cũng năm về ra sẽ tại \
         như trên nhiều sau ông",
    ),
    (
        "ca",
        "el els les i una que per amb del al és més com però ha han aquest aquesta són també fins després va \
         seva seu sense molt entre dels perquè hi",
    ),
    (
        "hr",
        "i u je da se na za od su s o koji što nije kao bi će te ali kako sve po iz koja koje bilo samo bio \
         već prema nakon više još ili",
    ),
    ("sl", "in v je da se na za so z s ki ne bi pa kot od po o tudi še ali že bo pri med ter ni kar ko bil bila"),
    ("et", "ja on ei et see oli ka ta kui aga mis oma siis need kes või seda ning pärast olid saab tema kas nii"),
    ("lt", "ir kad yra į su tai kaip iš bet jis buvo ne už apie nuo dėl savo po jau dar tik prie arba jų kuris"),
    ("lv", "un ir ka no ar par uz tas bet kā arī viņš nav bija pēc pie vai lai jau kas tiek līdz savu to"),
    (
        "ru",
        "и в не на что с по как это он из за от для его о к но а у же до был было так все также они после при \
         которые который",
    ),
    (
        "uk",
        "і в не на що з та про у як до за це від для його й але він також який які під після було так або чи \
         цього щоб",
    ),
    ("bg", "и на да в се от за не с че е по са като до си но при той ще това как които има или след обаче беше"),
    ("sr", "и у је да се на за од су са о који што није као би ће али како све по из која које било само био већ"),
    ("ar", "في من على إلى أن عن مع التي الذي هذا هذه كان ما لا بعد بين وقال قال كما كل أو قد ولا خلال وفي"),
    ("fa", "و در به از که این را با است برای آن یک خود تا بر هم نیز شد کرد اند ها شده های می"),
    ("hi", "के में की है और से को का ने पर यह कि हैं भी एक इस नहीं लिए था जो कहा तो हो गया कर बाद अपने"),
    (
        "af",
        "die en van het is in nie wat vir met aan hy om sy te op dit ook was deur by sal kan maar hulle tot \
         moet word gesê",
    ),
    ("az", "və bir bu ilə üçün olan də da ki nə olub deyib sonra daha həm onun görə edib isə qədər"),
    ("is", "og að í á er sem til um við en var það ekki fyrir hann með af því frá hefur þá eftir hafa segir þess"),
    ("sq", "dhe të në e i për me një që nga se ka është më do nuk ishte si janë u ai por kjo tij"),
    ("sw", "ya na wa kwa ni katika la za kuwa hiyo huo cha alisema kama hii baada ambao watu lakini huyo"),
    ("tl", "ang ng sa mga na ay ni at para kay hindi ito niya din nang may siya kung ako sinabi naman ayon"),
];

/// Languages by word, as bits by their place in [`LISTS`].
static LANGUAGES: LazyLock<FxHashMap<Packed, u64>> = LazyLock::new(|| {
    let mut languages: FxHashMap<Packed, u64> = FxHashMap::default();
    for (place, (_, words)) in LISTS.iter().enumerate() {
        for word in words.split(' ') {
            let word = Packed::of(word).expect("a short word");
            *languages.entry(word).or_default() |= 1 << place;
        }
    }
    languages
});

/// The languages of a word in lower case.
fn languages_of(word: &str) -> u64 {
    Packed::of(word).and_then(|word| LANGUAGES.get(&word).copied()).unwrap_or(0)
}

/// The function words of each language that is listed, by its code.
#[cfg(feature = "ingest")]
pub(crate) fn function_words() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    LISTS.iter().map(|(language, words)| (*language, words.split(' ')))
}

/// A language, as far as its function words are concerned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FunctionWordsOf(u64);

impl FunctionWordsOf {
    /// Of a language by its code; one that is not listed has none.
    pub(crate) fn language(code: Option<&str>) -> Self {
        let place = LISTS.iter().position(|(listed, _)| Some(*listed) == code);
        Self(place.map_or(0, |place| 1 << place))
    }

    /// Whether a word, in any case, is one of them.
    pub(crate) fn has(self, word: &str) -> bool {
        self.0 != 0 && languages_of(&word.to_lowercase()) & self.0 != 0
    }
}

/// How many function words of each language a text holds.
#[cfg_attr(not(feature = "ingest"), allow(dead_code, reason = "only pages need to be told their language"))]
pub(crate) struct FunctionWords {
    counts: [u32; LISTS.len()],
    words: u32,
}

#[cfg_attr(not(feature = "ingest"), allow(dead_code, reason = "only pages need to be told their language"))]
impl FunctionWords {
    /// Counts in the first words of a text.
    pub(crate) fn count(text: &str) -> Self {
        let mut counted = Self { counts: [0; LISTS.len()], words: 0 };
        let words =
            text.split(|c: char| !c.is_alphabetic() && !matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{97f}'));
        let mut lower = String::new();
        for word in words.filter(|word| !word.is_empty()).take(WORDS_MAX) {
            counted.words += 1;
            lower.clear();
            if word.is_ascii() {
                lower.push_str(word);
                lower.make_ascii_lowercase();
            } else {
                lower.extend(word.chars().flat_map(char::to_lowercase));
            }
            let mut languages = languages_of(&lower);
            while languages != 0 {
                counted.counts[languages.trailing_zeros() as usize] += 1;
                languages &= languages - 1;
            }
        }
        counted
    }

    /// The language that the words clearly speak for: enough of them, and half as many again as for any other.
    pub(crate) fn clear(&self) -> Option<&'static str> {
        let (place, most) =
            self.counts.iter().copied().enumerate().max_by_key(|(place, count)| (*count, usize::MAX - place))?;
        let second =
            self.counts.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, count)| *count).max()?;
        let enough = most >= WORDS_MIN && most * SHARE_CLEAR_MIN >= self.words;
        let clear = enough && most * 2 >= second * 3;
        clear.then_some(LISTS[place].0)
    }

    /// Whether there are enough function words of any language to think of it.
    pub(crate) fn any(&self) -> bool {
        self.counts.iter().any(|count| *count >= WORDS_MIN && count * SHARE_CLEAR_MIN >= self.words)
    }

    /// Whether a language may be it: one whose words are not listed, or of which there are some. A text of many words
    /// without any function word of a language is not written in it.
    pub(crate) fn allows(&self, code: &str) -> bool {
        match LISTS.iter().position(|(listed, _)| *listed == code) {
            Some(place) => self.counts[place] * SHARE_MIN >= self.words,
            None => true,
        }
    }
}
