//! Names of people, told from the names of outlets, agencies, desks and roles in a credit.

use super::{agency::agency_named, text::folded};

/// Bytes and words a person's name may have.
const NAME_BYTES_MAX: usize = 80;
const NAME_WORDS_MAX: usize = 6;

/// The outlet, to tell its name from people's.
pub(super) struct Outlet<'p> {
    pub(super) name: Option<&'p str>,
    /// Publisher, where the page names it apart.
    pub(super) publisher: Option<&'p str>,
    pub(super) domain: Option<&'p str>,
}

impl Outlet<'_> {
    /// Whether a folded text is the outlet's name, its host, or its host without the ending.
    pub(super) fn is_named(&self, folded_text: &str) -> bool {
        let joined = folded_text.replace(' ', "");
        !joined.is_empty() && self.names().any(|known| known == joined)
    }

    /// Whether a folded text is the outlet's name, a part of it or little more than it.
    pub(super) fn is_like(&self, folded_text: &str) -> bool {
        let joined = folded_text.replace(' ', "");
        let part = |short: &str, long: &str| {
            short.chars().count() >= LABEL_CHARS_MIN && short.len() * 2 >= long.len() && long.contains(short)
        };
        !joined.is_empty()
            && self.names().any(|known| known == joined || part(&joined, &known) || part(&known, &joined))
    }

    /// The outlet's name, its host and the host without ending, in small letters without blanks.
    fn names(&self) -> impl Iterator<Item = String> {
        let label = self.domain.and_then(|d| d.split('.').rev().nth(1));
        [self.name, self.publisher, self.domain, label].into_iter().flatten().map(|name| folded(name).replace(' ', ""))
    }
}

/// Letters a host's label or a name must have to be looked for inside another text.
const LABEL_CHARS_MIN: usize = 5;

/// Whom a byline credits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Credit {
    pub(super) people: Vec<String>,
    /// An agency, outlet or desk, as printed.
    pub(super) collective: Option<String>,
}

impl Credit {
    /// Takes up another credit of the same story.
    pub(super) fn add(&mut self, other: Self) {
        self.people.extend(other.people);
        self.collective = self.collective.take().or(other.collective);
    }
}

/// Reads a credit: `By Ann Lee and Bo Ek, Staff Writers`.
pub(super) fn read_credit(credit: &str, outlet: &Outlet<'_>) -> Credit {
    let whole = without_brackets(credit);
    let whole = strip_by(whole.trim()).trim_end_matches([',', ' ']);
    let whole_folded = folded(whole);
    if whole.contains("://")
        || whole.starts_with('@')
        || is_picture_credit(whole)
        || PLACEHOLDERS.contains(&whole_folded.as_str())
    {
        return Credit::default();
    }
    if outlet.is_named(&whole_folded) {
        return Credit { people: Vec::new(), collective: Some(whole.to_owned()).filter(|n| n.len() <= NAME_BYTES_MAX) };
    }
    let is_collective = |name: &String| is_collective(name, outlet);
    let parts = split_names(whole);
    let parts = parts.iter().enumerate().filter_map(|(at, part)| name_in(part).map(|name| (at, name)));
    let parts =
        parts.filter(|(at, name)| !(is_degree(name) || *at > 0 && is_abbreviation(name) && !is_collective(name)));
    let (roles, names): (Vec<String>, Vec<String>) = parts.map(|(_, name)| name).partition(|name| is_role(name));
    let (desks, mut people): (Vec<String>, Vec<String>) = names.into_iter().partition(is_collective);
    // `Guardian staff reporter` stands for a newsroom where nobody is named.
    let collective = !desks.is_empty() || people.is_empty() && roles.iter().any(is_collective);
    // `Brazil, Rachel`: the family name first.
    if let [family, given] = people.as_slice()
        && whole.matches(',').count() == 1
        && [family, given].iter().all(|name| !name.contains(' ') && name.is_ascii())
    {
        people = vec![format!("{given} {family}")];
    }
    let collective = collective.then(|| whole.to_owned());
    Credit { people, collective: collective.filter(|name| name.len() <= NAME_BYTES_MAX) }
}

/// Names of accounts that publishing systems fill in, folded.
const PLACEHOLDERS: [&str; 9] =
    ["admin", "administrator", "adminn", "webmaster", "root", "user", "guest", "wordpress", "superuser"];

/// Words that begin the credit of a picture, not of a story.
const PICTURE_WORDS: [&str; 18] = [
    "foto",
    "fotos",
    "photo",
    "photos",
    "photograph",
    "photography",
    "image",
    "images",
    "bild",
    "bilder",
    "picture",
    "illustration",
    "video",
    "фото",
    "source",
    "quelle",
    "credit",
    "cover",
];

fn is_picture_credit(credit: &str) -> bool {
    credit.split([' ', ':', ',']).next().is_some_and(|first| PICTURE_WORDS.contains(&first.to_lowercase().as_str()))
}

/// Whether a text is spelled as people's names are: two to five words with capitals, or a few characters of a script
/// that has no capitals.
pub(super) fn looks_like_person(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    let cased = name.chars().any(|c| c.is_uppercase() || c.is_lowercase());
    if !cased {
        return (2..=24).contains(&name.chars().count());
    }
    if folded(name).split(' ').any(|word| PAGE_WORDS.contains(&word)) {
        return false;
    }
    let capital = |word: &&&str| word.chars().next().is_some_and(char::is_uppercase);
    (2..=5).contains(&words.len())
        && words.iter().filter(capital).count() >= 2
        && words.iter().all(|w| capital(&w) || w.chars().count() <= PARTICLE_CHARS_MAX || w.contains(['\'', '’']))
}

/// Words of buttons and labels that stand beside bylines, folded.
const PAGE_WORDS: [&str; 26] = [
    "profile",
    "more",
    "read",
    "learn",
    "view",
    "follow",
    "subscribe",
    "about",
    "cite",
    "share",
    "watch",
    "live",
    "posts",
    "article",
    "articles",
    "updated",
    "published",
    "checked",
    "comments",
    "comment",
    "google",
    "editorial",
    "mehr",
    "minutes",
    "listen",
    "print",
];

/// Letters that particles inside names have: `van`, `della`.
const PARTICLE_CHARS_MAX: usize = 5;

/// Words in the names of newsrooms, desks and agencies, folded.
const COLLECTIVE_WORDS: [&str; 48] = [
    "redaktion",
    "redaction",
    "rédaction",
    "redacción",
    "redaccion",
    "redazione",
    "redação",
    "redactie",
    "redakcja",
    "redakce",
    "redakcia",
    "redaksi",
    "redaktionen",
    "toimitus",
    "szerkesztőség",
    "редакция",
    "редакція",
    "newsroom",
    "staff",
    "editors",
    "editorial",
    "team",
    "desk",
    "news",
    "nachrichten",
    "agency",
    "agencies",
    "agencia",
    "agencias",
    "agentur",
    "agenturen",
    "agence",
    "agenzia",
    "admin",
    "administrator",
    "webmaster",
    "press",
    "zeitung",
    "online",
    "media",
    "service",
    "haber",
    "haberler",
    "magazine",
    "newspaper",
    "times",
    "tv",
    "gmbh",
];

/// Last words of roles, folded.
const ROLE_WORDS: [&str; 58] = [
    "reporter",
    "reporters",
    "correspondent",
    "correspondents",
    "editor",
    "editors",
    "writer",
    "writers",
    "journalist",
    "journalists",
    "contributor",
    "columnist",
    "producer",
    "photographer",
    "director",
    "redakteur",
    "redakteurin",
    "korrespondent",
    "korrespondentin",
    "chefredakteur",
    "autorin",
    "journaliste",
    "periodista",
    "giornalista",
    "jornalista",
    "jurnalis",
    "journalistin",
    "freelance",
    "author",
    "null",
    "undefined",
    "none",
    "unknown",
    "anonymous",
    "facebook",
    "twitter",
    "instagram",
    "linkedin",
    "email",
    "share",
    "columnists",
    "analyst",
    "manager",
    "founder",
    "ceo",
    "specialist",
    "strategist",
    "expert",
    "consultant",
    "officer",
    "president",
    "professor",
    "fotograf",
    "redactor",
    "redactora",
    "corresponsal",
    "correspondant",
    "inviato",
];

/// Titles behind a name, in scripts that put them there.
const TITLES_BEHIND: [&str; 8] = ["기자", "특파원", "선임기자", "인턴기자", "논설위원", "記者", "记者", "editor"];

/// Whether a name is an agency's, the outlet's, a desk's or a site's.
fn is_collective(name: &str, outlet: &Outlet<'_>) -> bool {
    let folded = folded(name);
    agency_named(name).is_some()
        || outlet.is_named(&folded)
        || folded.split(' ').any(|word| COLLECTIVE_WORDS.contains(&word))
        || name.split(' ').any(is_host)
}

/// Whether a word is a host name: `example.org`.
fn is_host(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(label, ending)| {
        label.len() > 2 && ending.len() >= 2 && ending.bytes().all(|b| b.is_ascii_lowercase())
    })
}

/// What is set behind a name with a comma.
const DEGREES: [&str; 18] = [
    "jr", "sr", "ii", "iii", "phd", "ph d", "md", "m d", "rd", "cfp", "cpa", "mba", "jd", "rn", "esq", "msc", "mph",
    "dds",
];

fn is_degree(name: &str) -> bool {
    DEGREES.contains(&folded(name).as_str())
}

/// Letters of a degree or an office behind a name: `RD`, `CEPF®`.
const ABBREVIATION_CHARS_MAX: usize = 5;

fn is_abbreviation(name: &str) -> bool {
    name.chars().count() <= ABBREVIATION_CHARS_MAX && name.chars().all(|c| c.is_ascii_uppercase() || c == '®')
}

/// Whether a name is a role: its last word is one, or one is followed by `of` or `at`.
fn is_role(name: &str) -> bool {
    let folded = folded(name);
    let words: Vec<&str> = folded.split(' ').collect();
    let is_one = |word: &&str| ROLE_WORDS.contains(word);
    words.last().is_some_and(is_one) || words.windows(2).any(|pair| is_one(&pair[0]) && matches!(pair[1], "of" | "at"))
}

/// Words between two names.
const JOINTS: [&str; 22] = [
    "and", "und", "y", "et", "e", "og", "och", "en", "&", "i", "и", "та", "й", "ve", "dan", "ja", "és", "și", "και",
    "with", "mit", "con",
];

/// Joints that also stand inside the family names of one person: `Volta e Pinto`.
const INNER_JOINTS: [&str; 3] = ["e", "y", "i"];

/// Marks that separate names.
const NAME_MARKS: [char; 9] = [',', ';', '|', '/', '、', '，', '•', '·', '／'];

/// Parts of a credit that may be names.
fn split_names(credit: &str) -> Vec<String> {
    let words: Vec<&str> = credit.split_whitespace().take(CREDIT_WORDS_MAX).collect();
    let mut parts = vec![String::new()];
    for (at, word) in words.iter().enumerate() {
        if is_joint(&words, at) && parts.last().is_some_and(|p| !p.is_empty()) {
            parts.push(String::new());
            continue;
        }
        for (at, piece) in word.split(NAME_MARKS).enumerate() {
            if at > 0 {
                parts.push(String::new());
            }
            if let Some(part) = parts.last_mut().filter(|_| !piece.is_empty()) {
                if !part.is_empty() {
                    part.push(' ');
                }
                part.push_str(piece);
            }
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

/// Words of a credit that are read.
const CREDIT_WORDS_MAX: usize = 400;

/// Whether a word stands between two names, as printed or in capitals only: `Dan` and `Con` are names.
fn is_joint(words: &[&str], at: usize) -> bool {
    let word = words[at];
    let loud = word.len() > 1 && word.chars().all(char::is_uppercase);
    let known = JOINTS.contains(&word) || loud && JOINTS.contains(&word.to_lowercase().as_str());
    let inner = || {
        let ends_here = |word: &&str| word.ends_with(NAME_MARKS);
        let one_word_left = at + 2 == words.len() || words.get(at + 1).is_some_and(ends_here);
        let one_word_before = at < 2 || words.get(at - 2).is_some_and(ends_here);
        INNER_JOINTS.contains(&word) && one_word_left && !one_word_before
    };
    known && !inner()
}

/// A text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '[' | '（' | '【' => depth += 1,
            ')' | ']' | '）' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Words before a name.
const BY: [&str; 38] = [
    "by",
    "von",
    "por",
    "par",
    "di",
    "da",
    "door",
    "av",
    "af",
    "od",
    "autor",
    "autorin",
    "autoren",
    "author",
    "authors",
    "text",
    "texte",
    "yazan",
    "written",
    "words",
    "przez",
    "story",
    "от",
    "автор",
    "автори",
    "авторы",
    "oleh",
    "penulis",
    "reported",
    "posted",
    "published",
    "geschrieben",
    "verfasst",
    "écrit",
    "scritto",
    "escrito",
    "vun",
    "interview",
];

/// A credit without the words that lead to the name.
fn strip_by(credit: &str) -> &str {
    let mut name = credit;
    while let Some((first, rest)) = name.split_once(' ') {
        if !BY.contains(&first.trim_end_matches([':', ',']).to_lowercase().as_str()) {
            break;
        }
        name = rest.trim_start_matches([':', ' ', ',']);
    }
    name
}

/// The name in one part of a credit, if it can be one.
fn name_in(part: &str) -> Option<String> {
    let mut name = strip_by(part.trim());
    for cut in [" - ", " – ", " — ", " for ", " For ", " FOR "] {
        name = name.split(cut).next().unwrap_or(name);
    }
    for title in TITLES_BEHIND {
        name = name.strip_suffix(title).map_or(name, str::trim_end);
    }
    let edge = |c: char| c.is_whitespace() || matches!(c, '.' | ':' | ',' | '-' | '–' | '"' | '*');
    let name = name.trim_start_matches(edge).trim_end_matches(edge);
    let possible = !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && !name.contains(['@', '<', '{', '=', '_', '?', '©'])
        && !name.bytes().any(|b| b.is_ascii_digit())
        && name.chars().any(char::is_alphabetic)
        && name.split(' ').count() <= NAME_WORDS_MAX
        && !BY.contains(&name.to_lowercase().as_str());
    possible.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTLET: Outlet<'_> = Outlet { name: Some("The Daily Example"), publisher: None, domain: Some("example.org") };

    fn check(credit: &str, people: &[&str], collective: Option<&str>) {
        let read = read_credit(credit, &OUTLET);
        assert_eq!(read.people, people, "{credit}");
        assert_eq!(read.collective.as_deref(), collective, "{credit}");
    }

    #[test]
    fn people_are_told_apart() {
        check("By Ann Lee and Bo Ek", &["Ann Lee", "Bo Ek"], None);
        check("Von Ann Lee, Bo Ek und Cem Öz", &["Ann Lee", "Bo Ek", "Cem Öz"], None);
        check("Por: Ana y Medio", &["Ana", "Medio"], None);
        check("José Volta e Pinto", &["José Volta e Pinto"], None);
        check("Ana Sá e José Volta", &["Ana Sá", "José Volta"], None);
        check("Ann Lee For The Post", &["Ann Lee"], None);
        check("Ann I. Lee", &["Ann I. Lee"], None);
        check("By Dan Smith and Con Ryan", &["Dan Smith", "Con Ryan"], None);
        check("BY ANN LEE AND BO EK", &["ANN LEE", "BO EK"], None);
        check("Ann Lee, PhD, Bo Ek, Jr.", &["Ann Lee", "Bo Ek"], None);
        check("Lee, Ann", &["Ann Lee"], None);
        check("Автор: Иван Петров и Анна Ли", &["Иван Петров", "Анна Ли"], None);
        check("신현주 기자", &["신현주"], None);
        check("山田太郎、鈴木花子", &["山田太郎", "鈴木花子"], None);
        check("Elena Ober (obe)", &["Elena Ober"], None);
    }

    #[test]
    fn roles_addresses_and_numbers_are_no_people() {
        check("Ann Lee, News Reporter", &["Ann Lee"], None);
        check("Ann Lee | ann@example.org", &["Ann Lee"], None);
        check("https://example.org/authors/ann-lee", &[], None);
        check("@annlee", &[], None);
        check("", &[], None);
        check("By", &[], None);
        check("admin", &[], None);
        check("Ann Lee, CEPF®, Director of Operations", &["Ann Lee"], None);
    }

    #[test]
    fn agencies_outlets_and_desks_are_collectives() {
        check("The Daily Example", &[], Some("The Daily Example"));
        check("By example.org", &[], Some("example.org"));
        check("dpa", &[], Some("dpa"));
        check("Reuters, Ann Lee", &["Ann Lee"], Some("Reuters, Ann Lee"));
        check("Example Staff", &[], Some("Example Staff"));
    }

    #[test]
    fn spelling_tells_people_from_labels() {
        for name in ["Ann Lee", "Michelle de Oliveira", "MTHOBISI SITHOLE", "松岡大地", "Gabriel García Márquez"]
        {
            assert!(looks_like_person(name), "{name}");
        }
        for name in ["Read more", "ku Frankfurt", "Lee", "follow us on facebook", "A B C D E F"] {
            assert!(!looks_like_person(name), "{name}");
        }
    }
}
