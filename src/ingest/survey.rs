//! How much of each source's pages was understood.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    article::Article,
    date::Confidence,
    skip::{Skip, SkipReason},
};

/// What extraction gave, over all pages and by source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExtractionReport {
    /// Pages and records looked at.
    pub pages: u64,
    /// How many gave no article.
    pub skipped: u64,
    /// How many for each reason; whose pages they are is not known.
    pub skipped_by_reason: BTreeMap<String, u64>,
    /// All sources together.
    pub total: SourceReport,
    /// The sources, by number of articles, then by name.
    pub sources: Vec<SourceReport>,
}

/// What extraction gave from the pages of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SourceReport {
    /// Name of the outlet, else its domain; `None` for pages that name neither.
    pub source: Option<String>,
    /// Pages that gave an article.
    pub articles: u64,
    /// How many have a headline.
    pub title: u64,
    /// How many have a date of publication.
    pub date: u64,
    /// How many of these dates are sure.
    pub date_sure: u64,
    /// How many are likely.
    pub date_likely: u64,
    /// How many are a guess.
    pub date_unsure: u64,
    /// How many name an author.
    pub authors: u64,
    /// How many have a story; the others have captions only.
    pub body: u64,
    /// Bytes of all stories.
    pub body_bytes: u64,
}

impl ExtractionReport {
    /// Counts what became of a page.
    pub fn add(&mut self, found: &Result<Article, Skip>) {
        self.pages += 1;
        match found {
            Ok(article) => self.article(article),
            Err(Skip { reason, .. }) => self.skip(reason),
        }
    }

    /// Puts the sources into their order.
    pub fn finish(&mut self) {
        self.sources.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.source.cmp(&b.source)));
    }

    fn skip(&mut self, reason: &SkipReason) {
        self.skipped += 1;
        *self.skipped_by_reason.entry(reason.name().to_owned()).or_default() += 1;
    }

    fn article(&mut self, article: &Article) {
        self.total.add(article);
        let source = article.source.name.as_ref().or(article.source.domain.as_ref());
        match self.sources.iter_mut().find(|report| report.source.as_ref() == source) {
            Some(report) => report.add(article),
            None => {
                let mut report = SourceReport { source: source.cloned(), ..SourceReport::default() };
                report.add(article);
                self.sources.push(report);
            }
        }
    }
}

impl SourceReport {
    fn add(&mut self, article: &Article) {
        let confidence = article.published.as_ref().map(|date| date.confidence);
        let is = |wanted| u64::from(confidence == Some(wanted));
        self.articles += 1;
        self.title += u64::from(!article.title.is_empty());
        self.date += u64::from(confidence.is_some());
        self.date_sure += is(Confidence::Sure);
        self.date_likely += is(Confidence::Likely);
        self.date_unsure += is(Confidence::Unsure);
        self.authors += u64::from(!article.authors.is_empty());
        self.body += u64::from(!article.blocks.is_empty());
        self.body_bytes += article.blocks.iter().map(|block| block.text.len() as u64).sum::<u64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        article::{Block, BlockKind, Source},
        date::{DateOrigin, Published},
    };

    #[test]
    fn sources_are_counted_apart_and_together() {
        let article = |source: &str, day: Option<Confidence>| Article {
            title: "Dam".to_owned(),
            blocks: vec![Block::new(BlockKind::Paragraph, "It held.")],
            source: Source { name: Some(source.to_owned()), domain: None },
            published: day.and_then(|sure| Published::from_iso("2022", DateOrigin::Text, sure)),
            ..Article::default()
        };
        let mut report = ExtractionReport::default();
        report.add(&Ok(article("A", Some(Confidence::Sure))));
        report.add(&Ok(article("B", Some(Confidence::Unsure))));
        report.add(&Ok(article("B", None)));
        report.add(&Err(SkipReason::NoStory.whole()));
        report.finish();
        assert_eq!((report.pages, report.skipped, report.total.articles), (4, 1, 3));
        let b = &report.sources[0];
        assert_eq!((b.source.as_deref(), b.articles, b.date, b.date_unsure), (Some("B"), 2, 1, 1));
        assert_eq!((report.total.title, report.total.authors, report.total.body_bytes), (3, 0, 24));
    }
}
