//! Versions of one article: of those with the same id the newest is searched, the others are kept.
//!
//! After a run that changed anything, ids are compared over the whole archive, and documents whose mark is wrong are
//! written again. The empty file `unsettled` stands in the folder from before the first commit of such a run until that
//! is done, so that a run that dies in between leaves word for the next.

use std::{fs, path::Path};

use tantivy::{DocAddress, Searcher, Term};

use super::{Document, StoredArticles, UNSETTLED, Writer, create::sync_folder, document::place_key};
use crate::{
    article::Article,
    error::{Error, Result},
    text::Analyzer,
};

/// Leaves word in an archive's folder that versions, copies and stories are to be settled.
pub(super) fn leave_unsettled(folder: &Path) -> Result<()> {
    let path = folder.join(UNSETTLED);
    let write = fs::write(&path, "").and_then(|()| sync_folder(folder));
    write.map_err(|source| Error::Write { path, source })
}

/// A document, as far as its columns tell.
struct Marked {
    /// Hash of its id.
    tie: u64,
    superseded: bool,
    address: DocAddress,
}

impl Writer {
    /// Leaves word that versions are to be settled.
    pub(super) fn unsettle(&mut self) -> Result<()> {
        if self.unsettled {
            return Ok(());
        }
        leave_unsettled(&self.store.path)?;
        self.unsettled = true;
        Ok(())
    }

    /// Whether an earlier run left versions unsettled.
    pub(super) fn was_left_unsettled(&self) -> bool {
        self.store.is_unsettled()
    }

    /// Marks older versions as superseded, and what is no longer one as not; then finds copies and stories. Commits.
    ///
    /// Cost: one pass over two columns and a sort of the archive's ids; only articles with several versions are read.
    pub(super) fn settle(&mut self) -> Result<()> {
        self.commit()?;
        let searcher = self.store.searcher()?;
        let articles = StoredArticles::of(&self.store, &searcher)?;
        let mut documents = self.marked(&searcher)?;
        documents.sort_unstable_by_key(|document| (document.tie, document.address));
        for group in documents.chunk_by(|a, b| a.tie == b.tie) {
            if group.len() > 1 || group[0].superseded {
                self.settle_group(&articles, group)?;
            }
        }
        drop((documents, articles, searcher));
        self.commit()?;
        self.settle_copies_and_stories()?;
        let path = self.store.path.join(UNSETTLED);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(Error::Write { path, source }),
            _ => {
                self.unsettled = false;
                Ok(())
            }
        }
    }

    fn marked(&self, searcher: &Searcher) -> Result<Vec<Marked>> {
        let mut documents = Vec::with_capacity(usize::try_from(searcher.num_docs()).unwrap_or(0));
        for (ord, segment) in (0..).zip(searcher.segment_readers()) {
            let columns = segment.fast_fields();
            let ties = columns.u64("tie").map_err(|e| self.store.error(e))?;
            let marks = columns.u64("superseded").map_err(|e| self.store.error(e))?;
            documents.extend(segment.doc_ids_alive().map(|doc| Marked {
                tie: ties.first(doc).unwrap_or(0),
                superseded: marks.first(doc) == Some(1),
                address: DocAddress::new(ord, doc),
            }));
        }
        Ok(documents)
    }

    /// Settles documents whose ids have one hash: nearly always one article's versions.
    fn settle_group(&mut self, articles: &StoredArticles, group: &[Marked]) -> Result<()> {
        let mut versions = Vec::with_capacity(group.len());
        for document in group {
            versions.push((articles.at(document.address)?.article()?, document.superseded));
        }
        versions.sort_by(|a, b| a.0.age_key().cmp(&b.0.age_key()));
        for i in 0..versions.len() {
            let newer = versions[i + 1..].iter().any(|(later, _)| later.id == versions[i].0.id);
            if newer != versions[i].1 {
                self.put_again(versions[i].0.clone(), newer)?;
            }
        }
        Ok(())
    }

    fn put_again(&mut self, article: Article, superseded: bool) -> Result<()> {
        let mut analyzer = Analyzer::new(article.language.as_ref().map(|l| l.code.as_str()));
        let place = Term::from_field_text(self.store.fields.file, &place_key(&article.origin));
        self.inner.delete_term(place);
        self.add(Document::new(article, superseded, &self.store, &mut analyzer))
    }
}
