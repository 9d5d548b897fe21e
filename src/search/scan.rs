//! Whether one article fits a query, told from the article itself.
//!
//! It is the slow twin of the index, and tells of a new article whether anybody waits for it.

use chrono::{Days, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    SearchOptions, Snapshot,
    address::{self, Piece},
    compile::{CompileOptions, days_back, plan_of},
    marks::Marks,
    statistics::Statistics,
};
use crate::{
    article::Article,
    date::{Confidence, DateOrigin, Published},
    error::Result,
    index::tie,
    query::{Amount, DateKind, DateSpan, Field, Pattern, Query, Trait},
    text::{fold, label_terms},
};

impl Snapshot {
    /// Whether an article fits a query. Its words are analysed for the languages that the archive holds, patterns stand
    /// for words of the archive; everything else is the article's own.
    pub(crate) fn fits_article(&self, query: &Query, article: &Article, options: &SearchOptions) -> Result<bool> {
        let scan = Scan {
            snapshot: self,
            options: options.compile_options(),
            statistics: self.statistics()?,
            article,
            body: article.body(),
        };
        scan.fits(query)
    }
}

struct Scan<'a> {
    snapshot: &'a Snapshot,
    options: CompileOptions,
    statistics: Statistics,
    article: &'a Article,
    body: String,
}

impl Scan<'_> {
    fn fits(&self, query: &Query) -> Result<bool> {
        Ok(match query {
            Query::Everything => true,
            Query::Word { field, text } | Query::Phrase { field, text, .. } if !field.is_text() => {
                self.has_label(*field, text)
            }
            Query::Named { field, name } => self.bears(*field, name),
            Query::Pattern { field, pattern } if !field.is_text() => self.has_shaped_label(*field, pattern)?,
            Query::Dates { date, span } => self.is_dated(*date, *span),
            Query::Last { date, amount, unit } => {
                let last = self.options.today.checked_add_days(Days::new(1));
                self.is_dated(*date, DateSpan { first: days_back(self.options.today, *amount, *unit), last })
            }
            Query::SureDate => self.article.published.as_ref().is_some_and(|date| date.confidence == Confidence::Sure),
            Query::Amount { what: Amount::Copies, range } => {
                let cluster = self.snapshot.copies_of(tie(&self.article.id));
                range.contains(cluster.map_or(0, |cluster| cluster.size() as u64 - 1))
            }
            Query::Amount { range, .. } => range.contains(self.words()),
            Query::Is(what) => self.has_trait(*what),
            Query::All(parts) => self.all(parts)?,
            Query::Any(parts) => self.any(parts)?,
            Query::Not(part) => !self.fits(part)?,
            placed => self.has_place(placed)?,
        })
    }

    fn all(&self, parts: &[Query]) -> Result<bool> {
        for part in parts {
            if !self.fits(part)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn any(&self, parts: &[Query]) -> Result<bool> {
        for part in parts {
            if self.fits(part)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether words stand in the text as they are asked for.
    fn has_place(&self, query: &Query) -> Result<bool> {
        let (plan, leaves) = plan_of(self.snapshot, query, self.options, &self.statistics)?;
        let mut marks = Marks::default();
        marks.every_word_counts();
        let weights = leaves.iter().map(|_| 1.0);
        marks.add(&plan, &leaves, weights);
        Ok(!marks.places(self.article, &self.body).is_empty())
    }

    /// Words of the story.
    fn words(&self) -> u64 {
        let language = self.article.language.as_ref().map(|language| language.code.as_str());
        let mut words = 0;
        let mut analyzer = crate::text::Analyzer::new(language);
        for block in &self.article.blocks {
            analyzer.each_term(&block.text, |_, _| words += 1);
        }
        words
    }

    fn labels(&self, field: Field) -> Vec<&str> {
        let article = self.article;
        let addresses = || [&article.url, &article.canonical_url].into_iter().flatten().map(String::as_str);
        match field {
            Field::Author => article.authors.iter().map(String::as_str).collect(),
            Field::Source => {
                [&article.source.name, &article.source.domain].into_iter().flatten().map(String::as_str).collect()
            }
            Field::Agency => article.agency.as_deref().into_iter().collect(),
            Field::Section => article.section.as_deref().into_iter().collect(),
            Field::Tag => article.tags.iter().map(String::as_str).collect(),
            Field::Url => addresses().collect(),
            Field::Id => {
                let file = article.origin.record.is_none().then_some(article.origin.file.as_str());
                [article.id.as_str(), &article.page].into_iter().chain(addresses()).chain(file).collect()
            }
            _ => Vec::new(),
        }
    }

    fn language(&self) -> Option<String> {
        self.article.language.as_ref().map(|language| fold(&language.code))
    }

    fn has_label(&self, field: Field, text: &str) -> bool {
        match field {
            Field::Language => self.language() == Some(fold(text)),
            Field::Id => self.labels(field).contains(&text),
            field => {
                let wanted = label_terms(text);
                let holds = |label: &&str| label_terms(label).windows(wanted.len().max(1)).any(|run| run == wanted);
                self.labels(field).iter().any(holds)
            }
        }
    }

    /// Whether the article bears a name as it is.
    fn bears(&self, field: Field, name: &str) -> bool {
        match field {
            Field::Language => self.language().as_deref() == Some(name),
            // The domain is the name of what has no other.
            Field::Source => self.labels(field).first() == Some(&name),
            field => field.is_named() && self.labels(field).contains(&name),
        }
    }

    fn has_shaped_label(&self, field: Field, pattern: &Pattern) -> Result<bool> {
        if let (Field::Url, Pattern::Wildcard(shape)) = (field, pattern)
            && let Some(runs) = address::runs(shape)?
        {
            return self.has_address(&runs);
        }
        let fields = self.snapshot.store.fields;
        let index_field = match field {
            Field::Author => fields.author,
            Field::Source => fields.source,
            Field::Agency => fields.agency,
            Field::Section => fields.section,
            Field::Tag => fields.tag,
            Field::Url => fields.url,
            Field::Language => fields.language,
            _ => fields.key,
        };
        let most = self.options.expansions_max;
        let expansion = match field {
            Field::Id => self.snapshot.expand_in_key(pattern, most)?,
            _ => self.snapshot.expand_in_label(index_field, pattern, most)?,
        };
        let words: Vec<String> = match field {
            Field::Language => self.language().into_iter().collect(),
            Field::Id => self.labels(field).into_iter().map(str::to_owned).collect(),
            field => self.labels(field).into_iter().flat_map(label_terms).collect(),
        };
        Ok(words.iter().any(|word| expansion.words.iter().any(|fitting| fitting.term == *word)))
    }

    /// Whether one of the article's addresses has these runs of words.
    fn has_address(&self, runs: &[Vec<Piece>]) -> Result<bool> {
        let mut fitting = FxHashMap::default();
        for piece in runs.iter().flatten() {
            if let Piece::Shape(pattern) = piece {
                let expansion = self.snapshot.expand_in_address(pattern, self.options.expansions_max)?;
                let words: FxHashSet<String> = expansion.words.into_iter().map(|word| word.term).collect();
                fitting.insert(pattern, words);
            }
        }
        let fits = |piece: &Piece, word: &str| match piece {
            Piece::Term(term) => term == word,
            Piece::Shape(pattern) => fitting.get(pattern).is_some_and(|words| words.contains(word)),
        };
        let stands = |label: &&str| address::stand_in(runs, &label_terms(label), fits);
        Ok(!runs.is_empty() && self.labels(Field::Url).iter().any(stands))
    }

    /// Whether all days that a date can mean are in a span.
    fn is_dated(&self, date: DateKind, span: DateSpan) -> bool {
        let days: Option<(NaiveDate, NaiveDate)> = match date {
            DateKind::Published => self.article.published.as_ref().map(Published::days),
            DateKind::Modified => self.article.modified.as_ref().map(|date| (date.days().0, date.days().0)),
            DateKind::Captured => {
                let captured = self.article.origin.captured.as_deref();
                let captured =
                    captured.and_then(|text| Published::from_iso(text, DateOrigin::Record, Confidence::Sure));
                captured.map(|date| (date.day, date.day))
            }
        };
        days.is_some_and(|(first, last)| {
            span.first.is_none_or(|day| first >= day) && span.last.is_none_or(|day| last <= day)
        })
    }

    fn has_trait(&self, what: Trait) -> bool {
        let (article, flags) = (self.article, self.article.flags);
        match what {
            Trait::Correction => flags.correction,
            Trait::Paywalled => flags.paywalled,
            Trait::Live => flags.live,
            Trait::Sponsored => flags.sponsored,
            Trait::Opinion => flags.opinion,
            Trait::Image => !article.images.is_empty(),
            Trait::Author => !article.authors.is_empty(),
            Trait::Date => article.published.is_some(),
            Trait::Section => article.section.is_some(),
            Trait::Agency => article.agency.is_some(),
            Trait::Standfirst => article.standfirst.is_some(),
            Trait::Caption => article.images.iter().any(|image| image.caption.is_some()),
            Trait::Tags => !article.tags.is_empty(),
        }
    }
}
