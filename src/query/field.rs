//! The parts of articles that can be searched apart, by name.

/// A part of the articles that can be searched apart.
///
/// Some are zones of text, in which words match inflected forms and stand near each other; the others are labels,
/// whose words match as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// Headline, standfirst, story and captions: what a query without a field looks at.
    Text,
    /// Headline.
    Title,
    /// The story itself.
    Body,
    /// The lead sentence set apart between headline and story.
    Standfirst,
    /// Texts below pictures.
    Caption,
    /// Standfirst and first paragraph of the story.
    Lead,
    /// Names of the authors.
    Author,
    /// Outlet, by name or domain.
    Source,
    /// News agency that the copy came from.
    Agency,
    /// Section.
    Section,
    /// Keywords.
    Tag,
    /// Language code.
    Language,
    /// Address.
    Url,
    /// Id.
    Id,
}

impl Field {
    /// All fields that have a name, with it.
    pub const NAMED: [(Self, &'static str); 13] = [
        (Self::Title, "title"),
        (Self::Body, "body"),
        (Self::Standfirst, "standfirst"),
        (Self::Caption, "caption"),
        (Self::Lead, "lead"),
        (Self::Author, "author"),
        (Self::Source, "source"),
        (Self::Agency, "agency"),
        (Self::Section, "section"),
        (Self::Tag, "tag"),
        (Self::Language, "lang"),
        (Self::Url, "url"),
        (Self::Id, "id"),
    ];

    /// The field's name in a query; empty for [`Field::Text`].
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }

    /// Whether articles bear names in it that stand for something as a whole: `=` asks for one, facets count them.
    pub fn is_named(self) -> bool {
        matches!(self, Self::Author | Self::Source | Self::Agency | Self::Section | Self::Tag | Self::Language)
    }

    /// Whether it is a zone of text, in which words have inflected forms and neighbours.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Title | Self::Body | Self::Standfirst | Self::Caption | Self::Lead)
    }
}
