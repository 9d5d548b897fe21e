//! An archive that is open for searching: what a program holds on to.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tantivy::{IndexReader, ReloadPolicy};

use crate::{
    article::Article,
    error::{Error, Result},
    index::{CHECKED_BYTES_MAX, Store, guarded},
    query::Query,
    search::{
        Copies, Counted, Diagnosis, Doctor, Explanation, Export, ExportOptions, Fingerprint, KwicLine, KwicOptions,
        Period, RelatedArticles, RelatedOptions, Results, SearchOptions, Seen, SignificantTerms, Snapshot, Stats,
        StoriesOptions, Story, StoryList, TermsOptions, Timeline, Version,
    },
};

/// An archive that is open for searching.
///
/// Cheap to clone and to share between threads; a search never writes. It shows the archive as it was when it was
/// opened
/// or last [reloaded](Archive::reload), whatever a writer does meanwhile.
///
/// ```no_run
/// use newssearch::{Archive, Query, SearchOptions};
///
/// let archive = Archive::open("index")?;
/// let results = archive.search(&Query::parse("north korea letters")?, &SearchOptions::default())?;
/// for hit in &results.hits {
///     println!("{} {}", hit.rank, hit.article.title);
/// }
/// # Ok::<(), newssearch::Error>(())
/// ```
#[derive(Clone)]
pub struct Archive {
    reader: IndexReader,
    store: Store,
    current: Arc<RwLock<Snapshot>>,
    generation: Arc<AtomicU64>,
    /// Held while it is reloaded: of two at a time the one that saw less must not come last.
    reloading: Arc<Mutex<()>>,
}

impl Archive {
    /// Opens the archive in a folder. The checksums of its smaller files are looked at, some 5 ms of work at most; all
    /// are by [`verify`](crate::verify).
    ///
    /// # Errors
    /// [`Error::NoArchive`] where there is none, [`Error::FormatVersion`] where another version wrote it,
    /// [`Error::Damaged`] or [`Error::Read`] where it cannot be read.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        Self::open_checking(folder, CHECKED_BYTES_MAX)
    }

    /// As [`Archive::open`], but looks at the checksums of the smallest files as long as they are no more than so many
    /// bytes together: [`u64::MAX`] for all, which takes about half a second a gigabyte, 0 for none. What is damaged
    /// and was not looked at may give wrong answers.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn open_checking(folder: impl AsRef<Path>, bytes_max: u64) -> Result<Self> {
        guarded(folder.as_ref(), || {
            let store = Store::open(folder.as_ref())?;
            store.check_segments(bytes_max)?;
            store.know_dictionary()?;
            // Before the reader: what is committed between the two is then seen once more, and not missed.
            let generation = Arc::new(AtomicU64::new(store.generation()?));
            let builder = store.index.reader_builder().reload_policy(ReloadPolicy::Manual);
            let reader: IndexReader = builder.try_into().map_err(|e| store.error(e))?;
            let current = Arc::new(RwLock::new(Snapshot::new(store.clone(), reader.searcher())?.with_copies()?));
            Ok(Self { reader, store, current, generation, reloading: Arc::default() })
        })
    }

    /// Shows what was committed since.
    ///
    /// # Errors
    /// As [`Archive::open`]; the archive then stays as it was shown.
    pub fn reload(&self) -> Result<()> {
        let _alone = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = self.guarded(|| self.store.generation())?;
        self.guarded(|| self.store.know_dictionary())?;
        self.guarded(|| self.reader.reload().map_err(|e| self.store.error(e)))?;
        let snapshot = self.guarded(|| Snapshot::new(self.store.clone(), self.reader.searcher())?.with_copies())?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        self.generation.store(generation, Ordering::Release);
        Ok(())
    }

    /// [Reloads](Archive::reload) where anything was committed since; gives whether it was. Cost where nothing was: one
    /// small file is read.
    ///
    /// # Errors
    /// As [`Archive::reload`].
    pub fn reload_if_changed(&self) -> Result<bool> {
        if self.guarded(|| self.store.generation())? == self.generation() {
            return Ok(false);
        }
        self.reload()?;
        Ok(true)
    }

    /// A number that stays the same as long as the archive shows the same commit, whatever process opened it.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Folder of the archive.
    pub fn folder(&self) -> &Path {
        &self.store.path
    }

    /// Searches. Cost: time grows with the number of articles that hold the query's words, less so without a total.
    ///
    /// # Errors
    /// [`Error::Setting`] for a limit out of range, [`Error::Damaged`] or [`Error::Index`] where the archive is.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Results> {
        self.guarded(|| self.snapshot().search(query, options))
    }

    /// The whole article with this id, address, page name or file.
    ///
    /// A page name that several articles have gives the one whose id comes first.
    ///
    /// # Errors
    /// [`Error::NoArticle`] where there is none.
    pub fn article(&self, name: &str) -> Result<Article> {
        let as_file = || self.kept_name(name).map_or(Ok(None), |kept| self.article_named(&kept));
        match self.article_named(name)? {
            Some(article) => Ok(article),
            None => as_file()?.ok_or_else(|| Error::NoArticle { name: name.to_owned() }),
        }
    }

    /// Whether an article fits a query, told from the article itself; it need not be in the archive, whose languages
    /// and words only say how the query is read. For telling whether anybody waits for an article that just came in.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn fits(&self, query: &Query, article: &Article, options: &SearchOptions) -> Result<bool> {
        self.guarded(|| self.snapshot().fits_article(query, article, options))
    }

    /// Counts the hits of queries by period, with the articles of the archive that they are a share of.
    ///
    /// # Errors
    /// As [`Archive::search`]; [`Error::Setting`] for no query, too many, or too many periods.
    pub fn timeline(&self, queries: &[Query], by: Period, options: &SearchOptions) -> Result<Timeline> {
        self.guarded(|| self.snapshot().timeline(queries, by, options.compile_options()))
    }

    /// Terms that are typical of a query's hits, against the whole archive or against another query's hits.
    ///
    /// Cost: up to [`TERMS_SAMPLE_MAX`](crate::TERMS_SAMPLE_MAX) articles are read for each query.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn significant_terms(
        &self,
        query: &Query,
        against: Option<&Query>,
        terms: &TermsOptions,
        options: &SearchOptions,
    ) -> Result<SignificantTerms> {
        self.guarded(|| self.snapshot().significant_terms(query, against, terms, options.compile_options()))
    }

    /// Calls `each` with every occurrence of what a query looks for, in all hits, until it breaks; gives their number.
    ///
    /// # Errors
    /// As [`Archive::search`]; [`Error::Setting`] where there are more lines than can be sorted by their context.
    pub fn kwic(
        &self,
        query: &Query,
        kwic: &KwicOptions,
        options: &SearchOptions,
        each: impl FnMut(KwicLine) -> ControlFlow<()>,
    ) -> Result<u64> {
        self.guarded(|| self.snapshot().kwic(query, kwic, options.compile_options(), each))
    }

    /// How a query is read, and, for an article, how its score comes about.
    ///
    /// # Errors
    /// As [`Archive::search`]; [`Error::NoArticle`] where the article is not there.
    pub fn explain(&self, query: &Query, article: Option<&str>, options: &SearchOptions) -> Result<Explanation> {
        let id = article.map(|name| self.article(name)).transpose()?.map(|article| article.id);
        self.guarded(|| self.snapshot().explain(query, id.as_deref(), options))
    }

    /// Why a query finds so little: how many articles each of its parts finds alone, and which part is best left out.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn diagnose(&self, query: &Query, options: &SearchOptions) -> Result<Diagnosis> {
        self.guarded(|| self.snapshot().diagnose(query, options.compile_options()))
    }

    /// The query with words that the archive does not know changed to the likeliest ones that it knows; `None` where
    /// there is nothing to change.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn did_you_mean(&self, query: &Query) -> Result<Option<Query>> {
        self.guarded(|| self.snapshot().did_you_mean(query))
    }

    /// Words of the archive that begin like this, the most frequent first, with the number of articles that hold them.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn complete(&self, prefix: &str, limit: usize) -> Result<Vec<Counted>> {
        self.guarded(|| self.snapshot().complete(prefix, limit))
    }

    /// Notes on a query that only the archive can make: fields that no of its articles has.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn notes(&self, query: &Query) -> Result<Vec<String>> {
        self.guarded(|| self.snapshot().notes(query))
    }

    /// Articles related to one, best first, with the terms they share and their place in time. The article need not be
    /// in the archive. Its copies are left out and counted. Cost: two queries of up to 100 terms, and some hundred
    /// stories read.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn related(&self, article: &Article, options: &RelatedOptions) -> Result<RelatedArticles> {
        self.guarded(|| self.snapshot().related(article, options))
    }

    /// All versions of an article, the oldest first, with what changed from each to the next; named as in
    /// [`Archive::article`]. At most [`VERSIONS_MAX`](crate::VERSIONS_MAX).
    ///
    /// ```no_run
    /// use newssearch::Archive;
    ///
    /// for version in Archive::open("index")?.versions("orrin-evacuees-count-a")? {
    ///     let parts = version.changes.map_or(0, |changes| changes.parts.len());
    ///     println!("{} {:?}: {parts} parts changed", version.number, version.article.origin.captured);
    /// }
    /// # Ok::<(), newssearch::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Archive::article`].
    pub fn versions(&self, name: &str) -> Result<Vec<Version>> {
        let article = self.article(name)?;
        self.guarded(|| self.snapshot().versions(&article.id))
    }

    /// Number of versions of an article that [`Archive::versions`] gives.
    ///
    /// # Errors
    /// As [`Archive::article`].
    #[cfg(feature = "serve")]
    pub(crate) fn version_count(&self, id: &str) -> Result<usize> {
        self.guarded(|| self.snapshot().version_count(id))
    }

    /// The copies of an article in the archive (wire copy, republication with edits), with how much of the text each
    /// shares and how it differs; named as in [`Archive::article`]. At most [`COPIES_MAX`](crate::COPIES_MAX).
    ///
    /// # Errors
    /// As [`Archive::article`].
    pub fn copies(&self, name: &str) -> Result<Copies> {
        let article = self.article(name)?;
        self.guarded(|| self.snapshot().copies(&article.id))
    }

    /// Stories with articles among the hits of a query, as the last run over the archive grouped them; with
    /// [`Query::Everything`] all. Copies count as one report.
    ///
    /// Cost: the first call on an archive looks through two columns of all articles and keeps 36 bytes for each; each
    /// call scores all hits, and reads up to 16 articles for each story that is given.
    ///
    /// ```no_run
    /// use newssearch::{Archive, Query, StoriesOptions};
    ///
    /// let archive = Archive::open("index")?;
    /// for story in archive.stories(&Query::parse("port strike")?, &StoriesOptions::default())?.stories {
    ///     let outline = story.outline;
    ///     println!("{:?} to {:?}: {}", outline.first_day, outline.last_day, outline.latest.title);
    /// }
    /// # Ok::<(), newssearch::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn stories(&self, query: &Query, options: &StoriesOptions) -> Result<StoryList> {
        let compile_options = SearchOptions::default().compile_options();
        self.guarded(|| self.snapshot().stories(query, options, compile_options))
    }

    /// The story that an article is in, with its reports by time: the first, those with which it took a turn, and the
    /// latest. Named by any of its articles, as in [`Archive::article`].
    ///
    /// Cost: as for [`Archive::stories`], and up to [`STORY_REPORTS_MAX`](crate::STORY_REPORTS_MAX) articles are read.
    ///
    /// # Errors
    /// As [`Archive::article`]; [`Error::NoStory`] where the run that added the article has not come to its end.
    pub fn story(&self, name: &str) -> Result<Story> {
        let article = self.article(name)?;
        self.guarded(|| self.snapshot().story(&article.id))
    }

    /// Looks for what is wrong in the archive: holes in its sources, odd days, dates that are missing or unsure, too
    /// many copies, damaged files. One pass over all articles' columns and over every byte of the index.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn doctor(&self) -> Result<Doctor> {
        self.doctor_checking(u64::MAX)
    }

    /// As [`Archive::doctor`], but looks at the checksums of the smallest files only, as long as they are no more than
    /// so many bytes together.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn doctor_checking(&self, bytes_max: u64) -> Result<Doctor> {
        self.guarded(|| self.snapshot().doctor(bytes_max))
    }

    /// Counts what the archive holds. One pass over dates and labels of all articles.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn stats(&self) -> Result<Stats> {
        self.guarded(|| self.snapshot().stats())
    }

    fn guarded<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        guarded(&self.store.path, work)
    }

    /// All hits of a query, one after the other, with their stories; see [`Export`].
    ///
    /// # Errors
    /// [`Error::Setting`] for a sample out of range, else as [`Archive::search`].
    pub fn export(&self, query: &Query, options: ExportOptions) -> Result<Export> {
        self.guarded(|| self.snapshot().export(query, options))
    }

    /// The articles that fit a query, without reading them: for [`ExportOptions::except`] later on.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn seen(&self, query: &Query, options: ExportOptions) -> Result<Seen> {
        self.guarded(|| self.snapshot().seen(query, options))
    }

    /// What the archive holds, as one number: it changes with every commit that changes an article. One pass over three
    /// columns.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn fingerprint(&self) -> Result<Fingerprint> {
        self.guarded(|| self.snapshot().fingerprint())
    }

    fn snapshot(&self) -> Snapshot {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The article that has this very name; no file is looked for, so that names may come from anybody.
    pub(crate) fn article_named(&self, name: &str) -> Result<Option<Article>> {
        self.guarded(|| self.snapshot().by_key(name))
    }

    /// How a file of this name is kept: relative to the archive's own place.
    fn kept_name(&self, name: &str) -> Option<String> {
        let file = PathBuf::from(name).canonicalize().ok()?;
        Some(crate::place::relative(&file, &crate::place::base(&self.store.path)))
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("folder", &self.store.path).finish_non_exhaustive()
    }
}
