//! Names of months, in the languages that newsrooms write in.

use std::{collections::HashMap, sync::LazyLock};

/// What a month's name says: its number, and the calendar whose month it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MonthName {
    /// A month of the Gregorian calendar.
    Gregorian(u32),
    /// A month of the Iranian solar calendar.
    Iranian(u32),
    /// A name that is one month here and another there: the first, unless the text is Croatian.
    CroatianDiffers(u32, u32),
}

/// Letters a known name may be followed by: case endings (`júniusban`, `toukokuussa`).
const ENDING_CHARS_MAX: usize = 3;

/// Letters a name must have before endings are looked for, so that `mar` does not match `mark`.
const STEM_CHARS_MIN: usize = 4;

/// Month of a word in lower case.
pub(super) fn month_of(word: &str) -> Option<MonthName> {
    if let Some(&month) = TABLE.get(word) {
        return Some(month);
    }
    let word = word.strip_prefix('ב').unwrap_or(word);
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(STEM_CHARS_MIN).collect();
    std::iter::once(word.len())
        .chain(ends.into_iter().rev().take(ENDING_CHARS_MAX))
        .find_map(|end| TABLE.get(&word[..end]).copied())
}

static TABLE: LazyLock<HashMap<&'static str, MonthName>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for (number, names) in (1..).zip(GREGORIAN) {
        for name in names.split_whitespace() {
            table.entry(name).or_insert(MonthName::Gregorian(number));
        }
    }
    for (number, name) in (1..).zip(IRANIAN) {
        table.entry(name).or_insert(MonthName::Iranian(number));
    }
    for (name, elsewhere, croatian) in CROATIAN {
        table.insert(name, MonthName::CroatianDiffers(elsewhere, croatian));
    }
    table
});

/// Names shared by Croatian and its neighbours that mean different months: name, elsewhere, in Croatian.
const CROATIAN: [(&str, u32, u32); 3] = [("listopad", 11, 10), ("listopada", 11, 10), ("lip", 7, 6)];

/// Months of the Iranian solar calendar, from Farvardin.
const IRANIAN: [&str; 12] =
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

/// Full, inflected and short names, January to December.
const GREGORIAN: [&str; 12] = [
    "january januar januari janvier enero gennaio janeiro januarie janvāris janvārī janvāra jaanuar januára január \
     januarie ianuarie janúar jänner janner janar gener xaneiro urtarrila sausio sausis siječnja siječanj styczeń \
     stycznia leden ledna января январь янв січня січень січ студзеня студзень януари јануар јануара јануари \
     ιανουαρίου ιανουάριος ιαν ocak yanvar tammikuu tammikuuta jan janv ene gen enr led sty oca tammi jän ینایر \
     جانفی ژانویه جنوری जनवरी जान জানুয়ারি জানুয়ারী જાન્યુઆરી ஜனவரி జనవరి ಜನವರಿ ജനുവരി ਜਨਵਰੀ ජනවාරි \
     มกราคม ม.ค қаңтар հունվար հունվարի იანვარი ינואר ionawr ianuar sij जानेवारी",
    "february februar februari février fevrier febrero febbraio fevereiro februarie februāris februārī februāra \
     veebruar február februára febrúar feber shkurt febrer febreiro otsaila vasario vasaris veljače veljača luty \
     lutego únor února февраля февраль фев февр лютого лютий лют лютага люты февруари фебруар фебруара фебруари \
     φεβρουαρίου φεβρουάριος φεβ şubat subat fevral helmikuu helmikuuta feb fév févr fevr fev únr šub şub helmi \
     فبرایر شباط فیفری فوریه فروری फरवरी फ़रवरी फेब्रुवारी ফেব্রুয়ারি ফেব্রুয়ারী ફેબ્રુઆરી பிப்ரவரி ఫిబ్రవరి \
     ಫೆಬ್ರವರಿ ഫെബ്രുവരി ਫ਼ਰਵਰੀ ਫਰਵਰੀ පෙබරවාරි กุมภาพันธ์ ก.พ ақпан փետրվար փետրվարի თებერვალი פברואר chwefror \
     pebrero velj feabhra",
    "march märz maerz mars marzo março marco maart maret mac mart martie marts marta märts marec marca március \
     március mar març martxoa martxoaren kovo kovas ožujka ožujak marzec březen března марта март мар березня \
     березень бер сакавіка сакавік март марта марте μαρτίου μάρτιος μαρ maaliskuu maaliskuuta maalis mrt mär mrz \
     مارس آذار مارچ मार्च मार्च মার্চ માર્ચ மார்ச் మార్చి ಮಾರ್ಚ್ മാർച്ച് മാര്‍ച്ച് ਮਾਰਚ මාර්තු มีนาคม มี.ค наурыз \
     մարտ մարտի მარტი מרץ מרס mawrth marso machi mäerz ožu márta",
    "april avril abril aprile aprel aprill aprilie aprīlis aprīlī aprīļa apríl apríla április aprílie prill \
     apirila apirilaren balandžio balandis travnja travanj kwiecień kwietnia duben dubna апреля апрель апр квітня \
     квітень кві квіт красавіка красавік април априла απριλίου απρίλιος απρ nisan huhtikuu huhtikuuta huhti apr avr \
     abr ápr dub kwi nis أبریل ابریل إبریل نیسان أفریل آوریل اپریل अप्रैल एप्रिल এপ্রিল એપ્રિલ ஏப்ரல் ఏప్రిల్ \
     ಏಪ್ರಿಲ್ ഏപ്രില്‍ ഏപ്രിൽ ਅਪ੍ਰੈਲ අප්‍රේල් เมษายน เม.ย сәуір ապրիլ ապրիլի აპრილი אפריל ebrill aprili abrëll",
    "may mai mayo maggio maio mei maj maja mayıs mayis maí máj mája május majs maijs maijā maija maig maiatza \
     gegužės gegužė svibnja svibanj maja květen května мая май травня травень тра трав май маја мај мая траўня \
     μαΐου μάιος μαϊ μαι toukokuu toukokuuta touko mag kvě أیار مایو مای مه مئی मई मे মে મે மே మే ಮೇ മേയ് മെയ് \
     ਮਈ මැයි พฤษภาคม พ.ค мамыр մայիս մայիսի მაისი מאי mee mayı maijs máji",
    "june juni juin junio giugno junho iunie jūnijs jūnijā jūnija juuni jún júna június júní juny xuño qershor \
     ekaina ekainaren birželio birželis lipnja lipanj czerwiec czerwca červen června июня июнь июн червня червень чер \
     черв чэрвеня юни јун јуна јуни juna ιουνίου ιούνιος ιουν haziran iyun kesäkuu kesäkuuta kesä jun giu haz čvn cze \
     یونیو حزیران جوان ژوئن جون जून জুন જૂન ஜூன் జూన్ ಜೂನ್ ജൂണ്‍ ജൂൺ ਜੂਨ ජූනි มิถุนายน มิ.ย маусым հունիս \
     հունիսի ივნისი יוני mehefin hunyo junie júní",
    "july juli juillet julio luglio julho iulie jūlijs jūlijā jūlija juuli júl júla július júlí juliol xullo \
     korrik uztaila uztailaren liepos liepa srpnja srpanj lipiec lipca červenec července июля июль июл липня липень \
     лип ліпеня юли јул јула јули jula ιουλίου ιούλιος ιουλ temmuz iyul heinäkuu heinäkuuta heinä jul juil lug tem čvc \
     lipc یولیو تموز جویلیة ژوئیه جولای جولائی जुलाई जुलै জুলাই જુલાઈ ஜூலை జులై జూలై ಜುಲೈ ജൂലൈ ਜੁਲਾਈ ජූලි \
     กรกฎาคม ก.ค шілде հուլիս հուլիսի ივლისი יולי gorffennaf hulyo julai julie",
    "august août aout agosto augustus agustus ogos augusta augusts augustā augustus augusztus ágúst agost gusht \
     abuztua abuztuaren rugpjūčio rugpjūtis kolovoza kolovoz sierpień sierpnia srpen srpna августа август авг серпня \
     серпень сер серп жніўня август августа аугуст αυγούστου αύγουστος αυγ ağustos agustos avqust avgust avgusta \
     elokuu elokuuta elo aug ago agu ağu sie srp aoû أغسطس اغسطس آب أوت اوت اوت اگست अगस्त ऑगस्ट আগস্ট ઑગસ્ટ ઓગસ્ટ \
     ஆகஸ்ட் ఆగస్టు ಆಗಸ್ಟ್ ഓഗസ്റ്റ് ആഗസ്റ്റ് ਅਗਸਤ අගෝස්තු สิงหาคม ส.ค тамыз օգոստոս օգոստոսի აგვისტო אוגוסט awst \
     agosti",
    "september septembre septiembre setiembre settembre setembro septembrie septembris septembrī septembra szeptember \
     septembar septembra setembre shtator iraila irailaren rugsėjo rugsėjis rujna rujan wrzesień września září \
     сентября сентябрь сен сент вересня вересень вер верасня септември септембар септембра σεπτεμβρίου σεπτέμβριος \
     σεπ σεπτ eylül eylul sentyabr syyskuu syyskuuta syys sep sept set eyl wrz zář szept سبتمبر أیلول سپتامبر ستمبر \
     सितंबर सितम्बर सप्टेंबर সেপ্টেম্বর સપ્ટેમ્બર செப்டம்பர் సెప్టెంబర్ ಸೆಪ್ಟೆಂಬರ್ സെപ്റ്റംബര്‍ സെപ്റ്റംബർ ਸਤੰਬਰ \
     සැප්තැම්බර් กันยายน ก.ย қыркүйек սեպտեմբեր սեպտեմբերի სექტემბერი ספטמבר medi setyembre septemba",
    "october oktober octobre octubre ottobre outubro octombrie oktobris oktobrī oktobra október októbra októbris \
     oktoober outubro tetor urria urriaren spalio spalis październik października říjen října октября октябрь окт \
     жовтня жовтень жов жовт кастрычніка октомври октобар октобра οκτωβρίου οκτώβριος οκτ ekim oktyabr lokakuu \
     lokakuuta loka oct okt ott out eki paź říj أکتوبر اکتوبر اکتبر اکتوبر अक्टूबर अक्तूबर ऑक्टोबर অক্টোবর ઑક્ટોબર \
     ઓક્ટોબર அக்டோபர் అక్టోబర్ ಅಕ್ಟೋಬರ್ ഒക്ടോബര്‍ ഒക്ടോബർ ਅਕਤੂਬਰ ඔක්තෝබර් ตุลาคม ต.ค қазан հոկտեմբեր հոկտեմբերի \
     ოქტომბერი אוקטובר hydref oktubre oktoba",
    "november novembre noviembre novembro noiembrie novembris novembrī novembra nóvember nëntor azaroa azaroaren \
     lapkričio lapkritis studenoga studenog studeni studenoga ноября ноябрь ноя нояб листопада листопад лис лист \
     лістапада ноември новембар новембра νοεμβρίου νοέμβριος νοε kasım kasim noyabr marraskuu marraskuuta marras nov \
     kas lis نوفمبر نوامبر نومبر नवंबर नवम्बर नोव्हेंबर নভেম্বর નવેમ્બર நவம்பர் నవంబర్ ನವೆಂಬರ್ നവംബര്‍ നവംബർ ਨਵੰਬਰ \
     නොවැම්බර් พฤศจิกายน พ.ย қараша նոյեմբեր նոյեմբերի ნოემბერი נובמבר tachwedd nobyembre novemba",
    "december dezember décembre decembre diciembre dicembre dezembro desember disember decembrie decembris decembrī \
     decembra detsember december deciembre desembre dhjetor abendua abenduaren gruodžio gruodis prosinca prosinac \
     grudzień grudnia prosinec prosince декабря декабрь дек грудня грудень гру груд снежня декември децембар \
     децембра δεκεμβρίου δεκέμβριος δεκ aralık aralik dekabr joulukuu joulukuuta joulu dec dez déc dic des ara gru \
     pro دیسمبر دسامبر دسمبر दिसंबर दिसम्बर डिसेंबर ডিসেম্বর ડિસેમ્બર டிசம்பர் డిసెంబర్ ಡಿಸೆಂಬರ್ ഡിസംബര്‍ ഡിസംബർ \
     ਦਸੰਬਰ දෙසැම්බර් ธันวาคม ธ.ค желтоқсан դեկտեմբեր դեկտեմբերի დეკემბერი דצמבר rhagfyr disyembre desemba",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_allowed_on_long_names_only() {
        assert_eq!(month_of("júniusban"), Some(MonthName::Gregorian(6)));
        assert_eq!(month_of("toukokuussa"), Some(MonthName::Gregorian(5)));
        assert_eq!(month_of("בינואר"), Some(MonthName::Gregorian(1)));
        assert_eq!(month_of("mark"), None);
        assert_eq!(month_of(""), None);
    }

    #[test]
    fn no_name_stands_under_two_months() {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (number, names) in GREGORIAN.iter().enumerate() {
            for name in names.split_whitespace() {
                let before = *seen.entry(name).or_insert(number);
                assert_eq!(before, number, "{name}");
            }
        }
    }

    #[test]
    fn croatian_and_its_neighbours_differ() {
        assert_eq!(month_of("listopada"), Some(MonthName::CroatianDiffers(11, 10)));
        assert_eq!(month_of("srpna"), Some(MonthName::Gregorian(8)));
        assert_eq!(month_of("srpnja"), Some(MonthName::Gregorian(7)));
    }
}
