//! What is typical of the hits of a query.

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::{DocAddress, Term};

use super::{
    Snapshot, Sort,
    compile::{CompileOptions, Compiled, compile},
    marks::Marks,
    statistics::Statistics,
};
use crate::{article::Article, error::Result, query::Query, text::Analyzer};

/// Most articles of a result that are read for its terms: a sample of them, the same each time.
pub const TERMS_SAMPLE_MAX: usize = 1_000;

/// Most words of one article that are looked at.
const WORDS_MAX: usize = 5_000;

/// Fewest articles of the sample that a term must stand in.
const ARTICLES_MIN: u64 = 2;

/// How to look for significant terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsOptions {
    /// Most terms to give.
    pub limit: usize,
}

impl Default for TermsOptions {
    fn default() -> Self {
        Self { limit: 25 }
    }
}

/// The terms that are typical of a result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignificantTerms {
    /// The query in its canonical spelling.
    pub query: String,
    /// The query it is compared with; `None` for the whole archive.
    pub against: Option<String>,
    /// Name of the statistic that terms are ordered by.
    pub statistic: &'static str,
    /// Articles that were read for it, of all hits.
    pub sample: u64,
    /// Articles that it is compared with.
    pub compared: u64,
    /// The terms, the most typical first. Words of the query itself, function words and numbers are left out.
    pub terms: Vec<SignificantTerm>,
}

/// A term that is typical of a result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignificantTerm {
    /// The word, in the form that is most frequent.
    pub word: String,
    /// Log-likelihood ratio G² (Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", 1993) of
    /// the number of articles with it; above 10.8 chance alone brings it about in fewer than one case in a thousand.
    pub g2: f64,
    /// Articles of the sample with it.
    pub articles: u64,
    /// Articles with it among those it is compared with.
    pub articles_compared: u64,
}

/// Articles with a term in a sample, and the forms of its word.
#[derive(Default)]
struct Found {
    articles: u64,
    forms: FxHashMap<String, u32>,
}

struct Sample {
    articles: u64,
    found: FxHashMap<String, Found>,
}

impl Snapshot {
    /// Terms that are typical of a query's hits, against the whole archive or against another query's hits.
    pub(crate) fn significant_terms(
        &self,
        query: &Query,
        against: Option<&Query>,
        options: &TermsOptions,
        compile_options: CompileOptions,
    ) -> Result<SignificantTerms> {
        let statistics = self.statistics()?;
        let compiled = compile(self, query, compile_options, &statistics)?;
        let sample = self.sample(&compiled, &statistics)?;
        let other = match against {
            Some(other) => Some(self.sample(&compile(self, other, compile_options, &statistics)?, &statistics)?),
            None => None,
        };
        let compared = other.as_ref().map_or(statistics.articles(), |other| other.articles);
        let mut terms = Vec::new();
        for (term, found) in sample.found {
            if found.articles < ARTICLES_MIN.min(sample.articles) || is_asked_for(&compiled.marks, &term, &found) {
                continue;
            }
            let articles_compared = match &other {
                Some(other) => other.found.get(&term).map_or(0, |found| found.articles),
                None => self.found(&term, &statistics)?,
            };
            let g2 = log_likelihood(found.articles, sample.articles, articles_compared, compared);
            if g2 > 0.0 {
                let articles = found.articles;
                terms.push(SignificantTerm { word: found.common_form(), g2, articles, articles_compared });
            }
        }
        terms.sort_unstable_by(|a, b| b.g2.total_cmp(&a.g2).then_with(|| a.word.cmp(&b.word)));
        terms.truncate(options.limit);
        Ok(SignificantTerms {
            query: query.to_string(),
            against: against.map(Query::to_string),
            statistic: "log-likelihood ratio of the number of articles",
            sample: sample.articles,
            compared,
            terms,
        })
    }

    fn found(&self, stem: &str, statistics: &Statistics) -> Result<u64> {
        let found = statistics.found(&Term::from_field_text(self.store.fields.text, stem));
        found.map_err(|e| self.store.error(e))
    }

    /// Reads a sample of a query's hits: those whose ids hash lowest, so that it is the same whatever the index looks
    /// like.
    fn sample(&self, compiled: &Compiled, statistics: &Statistics) -> Result<Sample> {
        let hits = self.top(&*compiled.query, Sort::Sample, TERMS_SAMPLE_MAX, None, statistics)?;
        let mut addresses: Vec<DocAddress> = hits.iter().map(|hit| hit.address).collect();
        addresses.sort_unstable();
        let mut sample = Sample { articles: addresses.len() as u64, found: FxHashMap::default() };
        let mut analyzers: FxHashMap<String, Analyzer> = FxHashMap::default();
        for address in addresses {
            let article = self.article_at(address)?;
            let language = article.language.as_ref().map(|l| l.code.clone());
            let analyzer = analyzers.entry(language.clone().unwrap_or_default());
            let analyzer = analyzer.or_insert_with(|| Analyzer::new(language.as_deref()));
            count_article(&article, analyzer, &mut sample.found);
        }
        Ok(sample)
    }
}

impl Found {
    fn common_form(self) -> String {
        let best = self.forms.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        best.map(|(form, _)| form).unwrap_or_default()
    }
}

fn count_article(article: &Article, analyzer: &mut Analyzer, found: &mut FxHashMap<String, Found>) {
    let mut here: FxHashMap<String, String> = FxHashMap::default();
    let mut words = 0;
    for text in std::iter::once(article.title.as_str()).chain(article.blocks.iter().map(|b| b.text.as_str())) {
        analyzer.each_word(text, |word, bytes| {
            words += 1;
            let (term, written) = (word.stem, &text[bytes]);
            let tells = words <= WORDS_MAX && !word.is_function_word && is_telling(term, written);
            if tells && !here.contains_key(term) {
                here.insert(term.to_owned(), written.to_owned());
            }
        });
    }
    for (term, word) in here {
        let found = found.entry(term).or_default();
        found.articles += 1;
        *found.forms.entry(word).or_default() += 1;
    }
}

fn is_telling(term: &str, word: &str) -> bool {
    term.chars().count() > 1 && !word.starts_with(|c: char| c.is_numeric())
}

/// Whether a term is a word of the query itself.
fn is_asked_for(marks: &Marks, term: &str, found: &Found) -> bool {
    marks.has_stem(term) || found.forms.keys().any(|form| marks.has_form(&form.to_lowercase()))
}

/// G² of a term in `a` of `n` articles against `b` of `m`; 0 where it is not more frequent in the first.
fn log_likelihood(a: u64, n: u64, b: u64, m: u64) -> f64 {
    let (a, n, b, m) = (a as f64, n as f64, b as f64, m as f64);
    if n == 0.0 || m == 0.0 || a / n <= b / m {
        return 0.0;
    }
    let rate = (a + b) / (n + m);
    let part = |observed: f64, expected: f64| if observed > 0.0 { observed * (observed / expected).ln() } else { 0.0 };
    let inside = part(a, n * rate) + part(n - a, n * (1.0 - rate));
    let outside = part(b, m * rate) + part(m - b, m * (1.0 - rate));
    2.0 * (inside + outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_as_frequent_as_elsewhere_says_nothing() {
        assert_eq!(log_likelihood(10, 100, 100, 1000), 0.0);
        assert_eq!(log_likelihood(5, 100, 100, 1000), 0.0);
        assert!(log_likelihood(20, 100, 100, 1000) > 0.0);
    }

    #[test]
    fn the_statistic_is_that_of_the_paper() {
        // Worked by hand: 10 of 20 against 10 of 80; the common rate is 0.2.
        let by_hand = 2.0
            * (10.0 * (10.0_f64 / 4.0).ln()
                + 10.0 * (10.0_f64 / 16.0).ln()
                + 10.0 * (10.0_f64 / 16.0).ln()
                + 70.0 * (70.0_f64 / 64.0).ln());
        assert!((log_likelihood(10, 20, 10, 80) - by_hand).abs() < 1e-9);
    }
}
