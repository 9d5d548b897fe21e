//! Who wrote an article, in the parts that lists of references want.

use crate::article::Article;

/// Who wrote an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name<'a> {
    /// A person.
    Person {
        /// Given names, and initials.
        given: &'a str,
        /// Family name, with the small words before it.
        family: &'a str,
        /// `Jr.`, `III`.
        suffix: Option<&'a str>,
    },
    /// An organisation, or a name whose parts cannot be told.
    Whole(&'a str),
}

/// Most words of a person's name; what is longer is an organisation.
const PERSON_WORDS_MAX: usize = 5;

/// Small words that belong to the family name behind them.
const PARTICLES: [&str; 26] = [
    "af", "al", "av", "ben", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
    "ibn", "la", "le", "ten", "ter", "van", "von", "zu", "zum",
];

/// What follows a family name.
const SUFFIXES: [&str; 6] = ["jr", "jr.", "sr", "sr.", "ii", "iii"];

/// Words that persons are not called by and newsrooms are.
const ORGANISATION_WORDS: [&str; 27] = [
    "agence",
    "agencia",
    "agency",
    "agentur",
    "associated",
    "board",
    "bureau",
    "correspondent",
    "correspondents",
    "desk",
    "editorial",
    "editors",
    "media",
    "network",
    "news",
    "newsroom",
    "press",
    "redacción",
    "redaktion",
    "redazione",
    "reporter",
    "reporters",
    "rédaction",
    "service",
    "staff",
    "team",
    "wire",
];

/// The authors of an article; where it names none, the agency that its copy came from.
pub(super) fn names(article: &Article) -> Vec<Name<'_>> {
    let organisations = [&article.source.name, &article.source.domain, &article.agency];
    let is_organisation = |name: &str| organisations.iter().any(|known| known.as_deref() == Some(name));
    let authors = article.authors.iter().filter(|name| !name.trim().is_empty());
    let authors: Vec<Name<'_>> =
        authors.map(|name| if is_organisation(name) { Name::Whole(name.trim()) } else { parts(name.trim()) }).collect();
    if authors.is_empty() { article.agency.iter().map(|agency| Name::Whole(agency)).collect() } else { authors }
}

/// Tells a person's family name, which most often comes last. Where names are written without blanks or family name
/// first, or may be no person's, the whole is kept.
fn parts(name: &str) -> Name<'_> {
    let (body, suffix) = match name.rsplit_once([' ', ',']) {
        Some((body, suffix)) if SUFFIXES.contains(&suffix.to_lowercase().as_str()) => {
            (body.trim_end_matches([' ', ',']), Some(suffix))
        }
        _ => (name, None),
    };
    let words: Vec<&str> = body.split_whitespace().collect();
    let is_letter = |c: char| c.is_alphabetic() && !is_of_east_asia(c) || matches!(c, ' ' | '.' | '-' | '\'' | '’');
    let is_person = (2..=PERSON_WORDS_MAX).contains(&words.len())
        && body.chars().all(is_letter)
        && !words.iter().any(|word| ORGANISATION_WORDS.contains(&word.to_lowercase().as_str()));
    if !is_person {
        return Name::Whole(name);
    }
    let mut first = words.len() - 1;
    while first > 1 && PARTICLES.contains(&words[first - 1]) {
        first -= 1;
    }
    // Both are parts of the name as it is written.
    let at = words[first].as_ptr() as usize - body.as_ptr() as usize;
    Name::Person { given: body[..at].trim_end(), family: &body[at..], suffix }
}

/// Whether a character is of a script whose names have the family name first and no blanks.
fn is_of_east_asia(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}')
        || u32::from(c) >= 0x2_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person<'a>(given: &'a str, family: &'a str, suffix: Option<&'a str>) -> Name<'a> {
        Name::Person { given, family, suffix }
    }

    #[test]
    fn family_names_are_told_with_their_small_words() {
        let cases = [
            ("Ann Lee", person("Ann", "Lee", None)),
            ("Jan van der Berg", person("Jan", "van der Berg", None)),
            ("Ana Luísa d’Ávila-Costa", person("Ana Luísa", "d’Ávila-Costa", None)),
            ("J. R. Ewing, Jr.", person("J. R.", "Ewing", Some("Jr."))),
            ("Van Morrison", person("Van", "Morrison", None)),
            ("محمد علي", person("محمد", "علي", None)),
        ];
        for (name, expected) in cases {
            assert_eq!(parts(name), expected, "{name}");
        }
    }

    #[test]
    fn what_may_be_no_person_is_kept_whole() {
        for name in [
            "Reuters",
            "Staff Writer Desk",
            "Associated Press",
            "김철수",
            "山田 太郎",
            "Smith & Sons",
            "Team 24",
            "Lee, Ann",
        ] {
            assert_eq!(parts(name), Name::Whole(name), "{name}");
        }
    }

    #[test]
    fn an_agency_stands_in_for_authors_that_are_not_named() {
        let article = Article { agency: Some("AP".to_owned()), ..Article::default() };
        assert_eq!(names(&article), [Name::Whole("AP")]);
        assert_eq!(names(&Article::default()), []);
    }
}
