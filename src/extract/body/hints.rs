//! What the choice of the body is told about the page by those who read its metadata.

/// What the page's metadata already told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hints<'a> {
    /// Headline, without the site's name.
    pub title: Option<&'a str>,
    /// `articleBody` of the page's JSON-LD, plain or HTML.
    pub article_body: Option<&'a str>,
    /// Address of the page.
    pub page_url: Option<&'a str>,
    /// Address that its relative links start from, where it names another.
    pub base_url: Option<&'a str>,
    /// Description that the page gives of itself.
    pub description: Option<&'a str>,
    /// Names of the authors.
    pub authors: &'a [String],
}
