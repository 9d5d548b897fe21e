//! The rows of one page, made inside the module of the body: its parts are nobody else's.

use super::{features::Features, hints::Hints, outline::Outline};
use crate::{extract::dom::Dom, metadata::Metadata};

/// The runs of a page and their features.
pub struct Rows {
    /// Numbers in one row.
    pub width: usize,
    /// The rows, one after the other.
    pub values: Vec<f32>,
    /// Text of each run.
    pub texts: Vec<String>,
}

/// Rows of all runs of a page.
pub fn of(dom: &Dom, metadata: &Metadata, page_url: Option<&str>) -> Rows {
    let hints = Hints {
        title: metadata.title.as_deref(),
        article_body: metadata.article_body.as_deref(),
        description: metadata.description.as_deref(),
        page_url,
        authors: &[],
    };
    let outline = Outline::of(dom);
    let features = Features::of(&outline, &hints);
    let texts = outline.runs.iter().map(|run| outline.text(run).to_owned()).collect();
    Rows { width: features.width, values: features.values, texts }
}
