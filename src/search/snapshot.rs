//! An archive as one commit left it: what a search runs on.

use std::sync::{Arc, Mutex, OnceLock};

use tantivy::{Searcher, SegmentReader, columnar::StrColumn};

use super::{
    collapse::Copied, live, newest::Stretches, statistics::Statistics, stats::Counted, stories::Told, terms::TermReader,
};
use crate::{
    error::Result,
    index::{Cluster, Clusters, Store, StoredArticles, StoriesFile},
    text::{Analyzer, Stemming},
};

/// Share of the archive from which a language counts, in articles per article.
const LANGUAGE_SHARE_MIN: f64 = 0.005;

/// Most languages that query words are analysed for.
const LANGUAGES_MAX: usize = 12;

/// Most languages in which a word is read that the others do not know.
const RARE_LANGUAGES_MAX: usize = 48;

/// One state of an archive. Searches on it see that state, whatever a writer does meanwhile.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) store: Store,
    pub(crate) searcher: Searcher,
    pub(super) articles: Arc<StoredArticles>,
    languages: Arc<OnceLock<Vec<Option<String>>>>,
    /// All languages with the number of their articles, most articles first.
    by_language: Arc<OnceLock<Vec<Counted>>>,
    clusters: Arc<Clusters>,
    pub(super) copied: Arc<OnceLock<Arc<Copied>>>,
    stories_file: Arc<StoriesFile>,
    pub(super) told: Arc<OnceLock<Arc<Told>>>,
    pub(super) counted: Arc<live::Counted>,
    pub(super) stretches: Arc<OnceLock<Stretches>>,
    /// See `terms`.
    pub(super) readers: Arc<Mutex<Vec<TermReader>>>,
}

impl Snapshot {
    pub(crate) fn new(store: Store, searcher: Searcher) -> Result<Self> {
        Ok(Self {
            articles: Arc::new(StoredArticles::of(&store, &searcher)?),
            store,
            searcher,
            languages: Arc::default(),
            by_language: Arc::default(),
            clusters: Arc::default(),
            copied: Arc::default(),
            stories_file: Arc::default(),
            told: Arc::default(),
            counted: Arc::default(),
            stretches: Arc::default(),
            readers: Arc::default(),
        })
    }

    /// Reads which articles are copies of each other, and opens the file that says which tell of one event.
    pub(crate) fn with_copies(self) -> Result<Self> {
        let clusters = Arc::new(self.store.clusters()?);
        let stories_file = Arc::new(self.store.stories()?);
        Ok(Self { clusters, copied: Arc::default(), stories_file, told: Arc::default(), ..self })
    }

    /// Which articles tell of one event, not read yet.
    pub(super) fn stories_file(&self) -> &StoriesFile {
        &self.stories_file
    }

    /// The articles that are copies of the one whose id has this hash (the field `tie`), itself among them; `None`
    /// where it has none. One binary search.
    pub(crate) fn copies_of(&self, tie: u64) -> Option<Cluster<'_>> {
        self.clusters.of(tie)
    }

    /// All clusters of copies.
    pub(super) fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// Languages of the archive in earnest, most articles first; `None` stands for articles whose language is unknown.
    pub(crate) fn languages(&self) -> Result<&[Option<String>]> {
        if let Some(languages) = self.languages.get() {
            return Ok(languages);
        }
        let counted = self.by_language()?;
        let known: u64 = counted.iter().map(|c| c.articles).sum();
        let total = self.searcher.num_docs();
        let least = total as f64 * LANGUAGE_SHARE_MIN;
        let in_earnest = |articles: u64| articles as f64 >= least;
        let counted = counted.iter().filter(|c| in_earnest(c.articles)).take(LANGUAGES_MAX);
        let mut languages: Vec<Option<String>> = counted.map(|c| Some(c.name.clone())).collect();
        if languages.is_empty() || in_earnest(total.saturating_sub(known)) {
            languages.push(None);
        }
        Ok(self.languages.get_or_init(|| languages))
    }

    /// One pass over a column, the first time.
    fn by_language(&self) -> Result<&[Counted]> {
        if let Some(counted) = self.by_language.get() {
            return Ok(counted);
        }
        let counted = self.names("language")?;
        Ok(self.by_language.get_or_init(|| counted))
    }

    /// An analyser for each way in which the archive's languages take off the ends of words.
    pub(crate) fn analyzers(&self) -> Result<Vec<Analyzer>> {
        let mut seen: Vec<Stemming> = Vec::new();
        let mut analyzers = Vec::new();
        for language in self.languages()? {
            let stemming = Stemming::of(language.as_deref());
            if !seen.contains(&stemming) {
                seen.push(stemming);
                analyzers.push(Analyzer::new(language.as_deref()));
            }
        }
        Ok(analyzers)
    }

    /// An analyser for each language of the archive, and one that leaves words as they are: for words that the
    /// languages
    /// in earnest do not know.
    pub(crate) fn rare_analyzers(&self) -> Result<Vec<Analyzer>> {
        let codes = self.by_language()?.iter().take(RARE_LANGUAGES_MAX).map(|counted| Some(counted.name.as_str()));
        Ok(codes.chain([None]).map(Analyzer::new).collect())
    }

    /// The numbers that scores are reckoned from.
    pub(super) fn statistics(&self) -> Result<Statistics> {
        Statistics::of(self)
    }

    /// The column of a text field in a segment, where any of its articles has a value.
    pub(super) fn column(&self, segment: &SegmentReader, field: &str) -> Result<Option<StrColumn>> {
        segment.fast_fields().str(field).map_err(|e| self.store.error(e))
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("path", &self.store.path).field("articles", &self.searcher.num_docs()).finish()
    }
}
