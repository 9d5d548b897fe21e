//! What can stand before a colon or a bracket, by name: ours, and those that users of other engines know.

use super::{Amount, DateKind, Field, Trait};

/// What a name before a colon stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Where to look.
    Fields(Fields),
    /// What an article must be.
    Condition(Condition),
}

/// A condition that is no text, by what its value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// A span of days, and which end of it the value gives.
    Dates(DateKind, Edge),
    /// The last days, counted back from the search.
    Last,
    /// A number of something.
    Amount(Amount),
    /// `is:` and `has:`.
    Trait(&'static str),
}

/// Which part of a span of days a date gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// All of it.
    In,
    /// Its first day and all later ones.
    From,
    /// Its last day and all earlier ones.
    Until,
    /// The days behind it.
    After,
    /// The days before it.
    Before,
}

/// One field, or headline and lead together, as Lexis searches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fields(Field, Option<Field>);

impl Fields {
    pub(super) const TEXT: Self = Self::one(Field::Text);
    const HEAD_AND_LEAD: Self = Self(Field::Title, Some(Field::Lead));

    const fn one(field: Field) -> Self {
        Self(field, None)
    }

    pub(super) fn each(self) -> impl Iterator<Item = Field> {
        [Some(self.0), self.1].into_iter().flatten()
    }

    /// How it is written in our language.
    pub(super) fn spelt(self) -> String {
        self.each().map(|field| format!("{}:", field.name())).collect::<Vec<_>>().join(" or ")
    }
}

impl Name {
    /// Whether `<` and `>` can stand behind it.
    pub(super) fn is_compared(self) -> bool {
        matches!(self, Self::Condition(Condition::Amount(_) | Condition::Dates(..)))
    }
}

/// Names of ours that are no fields.
const CONDITIONS: [(&str, Name); 11] = [
    ("date", Name::Condition(Condition::Dates(DateKind::Published, Edge::In))),
    ("on", Name::Condition(Condition::Dates(DateKind::Published, Edge::In))),
    ("after", Name::Condition(Condition::Dates(DateKind::Published, Edge::From))),
    ("before", Name::Condition(Condition::Dates(DateKind::Published, Edge::Until))),
    ("modified", Name::Condition(Condition::Dates(DateKind::Modified, Edge::In))),
    ("captured", Name::Condition(Condition::Dates(DateKind::Captured, Edge::In))),
    ("last", Name::Condition(Condition::Last)),
    ("words", Name::Condition(Condition::Amount(Amount::Words))),
    ("copies", Name::Condition(Condition::Amount(Amount::Copies))),
    ("is", Name::Condition(Condition::Trait("is"))),
    ("has", Name::Condition(Condition::Trait("has"))),
];

/// Names that Lexis, Factiva and Google have for the same, with what is said about them.
const THEIRS: [(&str, Name); 21] = [
    ("headline", Name::Fields(Fields::one(Field::Title))),
    ("intitle", Name::Fields(Fields::one(Field::Title))),
    ("hlead", Name::Fields(Fields::HEAD_AND_LEAD)),
    ("byline", Name::Fields(Fields::one(Field::Author))),
    ("by", Name::Fields(Fields::one(Field::Author))),
    ("publication", Name::Fields(Fields::one(Field::Source))),
    ("site", Name::Fields(Fields::one(Field::Source))),
    ("inurl", Name::Fields(Fields::one(Field::Url))),
    ("language", Name::Fields(Fields::one(Field::Language))),
    ("tags", Name::Fields(Fields::one(Field::Tag))),
    ("keyword", Name::Fields(Fields::one(Field::Tag))),
    ("subject", Name::Fields(Fields::one(Field::Tag))),
    ("deck", Name::Fields(Fields::one(Field::Standfirst))),
    ("summary", Name::Fields(Fields::one(Field::Standfirst))),
    ("when", Name::Condition(Condition::Last)),
    ("length", Name::Condition(Condition::Amount(Amount::Words))),
    ("wc", Name::Condition(Condition::Amount(Amount::Words))),
    ("since", Name::Condition(Condition::Dates(DateKind::Published, Edge::From))),
    ("until", Name::Condition(Condition::Dates(DateKind::Published, Edge::Until))),
    ("published", Name::Condition(Condition::Dates(DateKind::Published, Edge::In))),
    ("updated", Name::Condition(Condition::Dates(DateKind::Modified, Edge::In))),
];

/// Codes that Factiva has before an equals sign.
const CODES: [(&str, Name); 8] = [
    ("hd", Name::Fields(Fields::one(Field::Title))),
    ("hl", Name::Fields(Fields::one(Field::Title))),
    ("hlp", Name::Fields(Fields::HEAD_AND_LEAD)),
    ("lp", Name::Fields(Fields::one(Field::Lead))),
    ("by", Name::Fields(Fields::one(Field::Author))),
    ("sn", Name::Fields(Fields::one(Field::Source))),
    ("se", Name::Fields(Fields::one(Field::Section))),
    ("la", Name::Fields(Fields::one(Field::Language))),
];

/// What a name means before a sign: `:`, `(`, `=`, `<` or `>`. Small and capital letters are alike.
pub(super) fn named(name: &str, sign: char) -> Option<Name> {
    let name = name.to_ascii_lowercase();
    let field = Field::NAMED.iter().find(|(_, known)| *known == name).map(|(f, _)| Name::Fields(Fields::one(*f)));
    let listed = |list: &[(&str, Name)]| list.iter().find(|(known, _)| *known == name).map(|(_, meant)| *meant);
    let any = || field.or_else(|| listed(&CONDITIONS)).or_else(|| listed(&THEIRS));
    match sign {
        ':' => any(),
        '(' => any().filter(|meant| matches!(meant, Name::Fields(_))),
        '=' => listed(&CODES)
            .or_else(any)
            .filter(|meant| !matches!(meant, Name::Condition(Condition::Trait(_) | Condition::Last))),
        '<' | '>' => any().filter(|meant| meant.is_compared()),
        _ => None,
    }
}

/// How a name is written in our language, where it is one of theirs.
pub(super) fn ours_for(name: &str, meant: Name) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let is_ours = Field::NAMED.iter().any(|(_, known)| *known == lower) || CONDITIONS.iter().any(|(n, _)| *n == lower);
    if is_ours {
        return None;
    }
    let condition = || CONDITIONS.iter().find(|(_, other)| *other == meant).map(|(name, _)| format!("{name}:"));
    match meant {
        Name::Fields(fields) => Some(fields.spelt()),
        _ => condition(),
    }
}

/// The name of ours that a mistyped one is nearest to, within two letters and less than half of it.
pub(super) fn nearest(typed: &str) -> Option<&'static str> {
    let typed = typed.to_ascii_lowercase();
    let known = all().map(|name| (edits(&typed, name), name)).min();
    known.filter(|(edits, name)| *edits <= 2 && edits * 2 < name.len().max(typed.len())).map(|(_, name)| name)
}

/// All names of ours.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    Field::NAMED.iter().map(|(_, name)| *name).chain(CONDITIONS.iter().map(|(name, _)| *name))
}

/// What an article is or has, by the name behind the colon.
pub(super) fn trait_named(before: &str, typed: &str) -> Option<Trait> {
    let typed = typed.to_ascii_lowercase();
    let name = match (before, typed.as_str()) {
        ("has", "tag") => "tags",
        ("has", "images" | "picture" | "pictures" | "photo" | "photos") => "image",
        ("has", "authors" | "byline") => "author",
        ("has", "captions") => "caption",
        _ => &typed,
    };
    Trait::NAMED.iter().find(|(_, is, known)| *is == before && *known == name).map(|(found, ..)| *found)
}

/// What `is:` or `has:` may have been meant to say.
pub(super) fn trait_near(before: &str, typed: &str) -> String {
    let elsewhere = Trait::NAMED.iter().find(|(_, is, known)| *is != before && *known == typed);
    if let Some((_, is, known)) = elsewhere {
        return format!("did you mean {is}:{known}?");
    }
    let here = || Trait::NAMED.iter().filter(|(_, is, _)| *is == before).map(|(.., known)| *known);
    match here().map(|known| (edits(typed, known), known)).min().filter(|(edits, _)| *edits <= 2) {
        Some((_, known)) => format!("did you mean {before}:{known}?"),
        None => format!("there are {before}:{}", here().collect::<Vec<_>>().join(&format!(", {before}:"))),
    }
}

/// Letters to add, drop, change or swap to get from one short word to another (optimal string alignment).
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(32).collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
