//! From a query to ranked hits.

mod address;
mod alone;
mod bm25f;
mod collapse;
mod collect;
mod compile;
mod copies;
mod cursor;
mod diagnose;
mod doctor;
mod excluded;
mod expand;
mod explain;
mod export;
mod facets;
mod feedback;
mod fingerprint;
mod kwic;
mod live;
mod marks;
mod named;
mod names;
mod newest;
mod pass;
mod plan;
mod positional;
mod proximity;
mod recency;
mod related;
mod scan;
mod significant;
mod snapshot;
mod snippet;
mod statistics;
mod stats;
mod stories;
mod suggest;
mod tally;
mod terms;
mod timeline;
mod union;
mod versions;

pub use collapse::{COPIES_LISTED_MAX, CopyMode, HitCopy};
pub use copies::{COPIES_MAX, CopiedArticle, Copies, CopyDifference};
pub use cursor::Cursor;
pub use diagnose::{CLAUSES_MAX, Clause, Diagnosis};
pub use doctor::{Doctor, Finding, FindingKind};
pub use explain::{AgeShare, Explained, Explanation, ScoreNumbers};
pub use export::{Export, ExportOptions, ExportedHit, SAMPLE_MAX, Sample, Seen};
pub use facets::{Facet, FacetField};
pub use feedback::ExpandedTerm;
pub use fingerprint::Fingerprint;
pub use kwic::{KWIC_SORTED_MAX, KwicLine, KwicOptions, KwicSort};
pub use recency::Recency;
pub use related::{Related, RelatedArticles, RelatedOptions, SharedTerm, TimePart};
pub use significant::{SignificantTerm, SignificantTerms, TERMS_SAMPLE_MAX, TermsOptions};
pub use snippet::Snippet;
pub use stats::{Counted, Stats};
pub use stories::{
    ListedStory, STORIES_MAX, STORY_REPORTS_MAX, STORY_SOURCES_MAX, StoriesOptions, Story, StoryList, StoryMoment,
    StoryOutline, StoryReport, StorySort, StoryTerm,
};
pub use timeline::{PERIODS_MAX, Period, Series, TIMELINE_QUERIES_MAX, Timeline};
pub use versions::{VERSIONS_MAX, Version};

pub(crate) use snapshot::Snapshot;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tantivy::{DocAddress, query::TermQuery, schema::IndexRecordOption};

use crate::{
    article::Article,
    deadline,
    error::{Error, Result},
    index::{StoredArticle, key_term, tie},
    query::Query,
};
use collapse::Hidden;
use collect::{Key, Ranked, Wanted};
use compile::{CompileOptions, Compiled};
use expand::EXPANSIONS_MAX;
use statistics::Statistics;
use tally::{Counts, Tally};

/// Most hits one search gives; ask for the next ones with [`SearchOptions::offset`].
pub const LIMIT_MAX: usize = 100_000;

/// Articles of one key among which the one that has it for its id is looked for.
const KEYED_MAX: usize = 1_000;

/// How to search.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOptions {
    /// Most hits to give. 1 to [`LIMIT_MAX`], together with the offset.
    pub limit: usize,
    /// Hits to leave out at the top.
    pub offset: usize,
    /// Go on behind this place in the same query and order.
    pub after: Option<Cursor>,
    /// Order of the hits.
    pub sort: Sort,
    /// Most characters of a snippet; 0 for none.
    pub snippet_chars: usize,
    /// Most snippets of a hit; see [`Hit::more_snippets`].
    pub snippets: usize,
    /// Whether to add the terms that the first hits have in common (feedback), where the order is by relevance.
    /// Articles that the query does not fit come in only where any of its words was enough. There is no
    /// [`Results::next`] then.
    pub expand: bool,
    /// Whether recent articles are preferred, where the order is by relevance; the oldest keep half of their score.
    /// There is no [`Results::next`] then.
    pub recency: Option<Recency>,
    /// What becomes of hits that are copies of each other.
    pub copies: CopyMode,
    /// Most words of the archive that a pattern such as `sanction*` stands for; where there are more, the most frequent
    /// are taken and [`Results::notes`] says so.
    pub expansions_max: usize,
    /// The day that `last:7d` counts back from; today where it is not given.
    pub today: Option<NaiveDate>,
    /// Whether to count all hits. Costs a pass over all of them; without it [`Results::total`] is `None`.
    pub total: bool,
    /// What to count the hits by, in one pass with the total.
    pub facets: Vec<FacetField>,
    /// Most values of a facet.
    pub facet_values: usize,
    /// Most threads of the search, the calling one among them. A search that takes longer than a fifth of a
    /// millisecond is helped by as many as there are cores with nothing to do; 0 is no bound but that and 16. Hits,
    /// scores and counts are the same for any number.
    pub threads: usize,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            limit: 10,
            offset: 0,
            after: None,
            sort: Sort::Relevance,
            snippet_chars: 240,
            snippets: 1,
            expand: false,
            recency: None,
            copies: CopyMode::Show,
            expansions_max: EXPANSIONS_MAX,
            today: None,
            total: true,
            facets: Vec::new(),
            facet_values: 10,
            threads: 0,
        }
    }
}

impl SearchOptions {
    /// Whether all hits are counted.
    fn counts(&self) -> bool {
        self.total || !self.facets.is_empty()
    }

    /// What is counted of all hits.
    fn tally(&self) -> Tally {
        Tally {
            names: self.facets.iter().filter_map(|field| field.column()).collect(),
            days: self.facets.iter().any(|field| field.column().is_none()),
        }
    }

    pub(crate) fn compile_options(&self) -> CompileOptions {
        let today = self.today.unwrap_or_else(|| chrono::Local::now().date_naive());
        CompileOptions { expansions_max: self.expansions_max, today, threads: self.threads }
    }
}

/// Order of hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sort {
    /// Best first, by BM25F over headline, standfirst, story and captions, and how near the query's words stand.
    #[default]
    Relevance,
    /// Latest publication first; articles without a date last.
    Newest,
    /// Earliest publication first; articles without a date last.
    Oldest,
    /// Longest story first, in words.
    Longest,
    /// Shortest story first.
    Shortest,
    /// In the order of a hash of the ids, the same in every archive: a sample without a bias.
    Sample,
}

impl Sort {
    /// All orders.
    pub(crate) const ALL: [Self; 6] =
        [Self::Relevance, Self::Newest, Self::Oldest, Self::Longest, Self::Shortest, Self::Sample];
}

/// What a search gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Results {
    /// The query in its canonical spelling.
    pub query: String,
    /// Number of hits, where it was asked for; copies that are folded into one hit count once.
    pub total: Option<u64>,
    /// Number of articles that fit, each copy counted.
    pub total_with_copies: Option<u64>,
    /// All hits by the fields that were asked for.
    pub facets: Vec<Facet>,
    /// The terms that feedback added, the heaviest first; empty where it was not asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expanded: Vec<ExpandedTerm>,
    /// What was left out of account, for people: a pattern that stands for more words than are looked for.
    pub notes: Vec<String>,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// Where to go on, where there may be more.
    #[serde(serialize_with = "as_text")]
    pub next: Option<Cursor>,
}

/// An article that fits a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Place among all hits, from 1.
    pub rank: usize,
    /// How well it fits; 0 where the order is by date.
    pub score: f32,
    /// The article, without the blocks of its story; [`crate::Archive::article`] gives the whole.
    pub article: Article,
    /// A passage with the words of the query, or the story's beginning where they stand elsewhere.
    pub snippet: Option<Snippet>,
    /// Further passages, best first, where more than one was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more_snippets: Vec<Snippet>,
    /// Number of its copies in the archive; 0 where copies are hits of their own.
    #[serde(skip_serializing_if = "is_zero")]
    pub copies_total: u64,
    /// Its copies, the first [`COPIES_LISTED_MAX`] of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<HitCopy>,
}

/// Whether a number is 0, for serde.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A part of the list of hits.
struct List {
    hits: Vec<Ranked>,
    /// Whether there may be more behind it.
    goes_on: bool,
    /// See [`Cursor`].
    window: Option<Key>,
    expanded: Vec<ExpandedTerm>,
    /// What is asked for of all hits, where it was counted on the way.
    counts: Option<Counts>,
}

impl Snapshot {
    /// Searches.
    pub(crate) fn search(&self, query: &Query, options: &SearchOptions) -> Result<Results> {
        let end = checked_end(options.offset, options.limit)?;
        let statistics = match &options.after {
            Some(cursor) if cursor.sort == options.sort => Statistics::pinned(self, &cursor.statistics),
            Some(_) => return Err(wrong_order()),
            None => self.statistics()?,
        };
        let compiled = compile::compile(self, query, options.compile_options(), &statistics)?;
        let hidden = self.hidden(&*compiled.query, options.copies)?;
        let before = options.after.as_ref().map_or(0, |cursor| cursor.rank);
        let list = self.list(&compiled, options, end, hidden.as_ref(), &statistics)?;
        let (ranked, counts) = (list.hits, list.counts);
        let next = list.goes_on.then(|| ranked.last()).flatten().map(|last| Cursor {
            sort: options.sort,
            key: last.key,
            window: list.window,
            rank: before.saturating_add(ranked.len() as u64),
            statistics: statistics.pin(),
        });
        let threads = statistics.threads(options.threads);
        let (total, facets) = self.counted(&*compiled.query, options, hidden.as_ref(), counts, threads)?;
        let total_with_copies = match (total, &hidden) {
            (Some(_), Some(hidden)) => {
                let unfolded = hidden.unfolded();
                Some(self.tally(&*compiled.query, &Tally::default(), unfolded.as_ref(), threads)?.total)
            }
            (total, _) => total,
        };
        let hits = ranked.into_iter().enumerate().skip(options.offset);
        let hits =
            hits.map(|(i, ranked)| self.hit((before as usize).saturating_add(i + 1), &ranked, &compiled, options));
        let hits = hits.collect::<Result<_>>()?;
        Ok(Results {
            query: query.to_string(),
            total,
            total_with_copies,
            facets,
            expanded: list.expanded,
            notes: compiled.notes,
            hits,
            next,
        })
    }

    /// A part of the list of hits: `end` of them, from its beginning or behind a cursor.
    fn list(
        &self,
        compiled: &Compiled,
        options: &SearchOptions,
        end: usize,
        hidden: Option<&Hidden>,
        statistics: &Statistics,
    ) -> Result<List> {
        let after = options.after.as_ref();
        let wanted = Wanted {
            after: after.map(|cursor| cursor.key),
            hidden,
            threads: options.threads,
            ..Wanted::first(options.sort, end)
        };
        let by_relevance = options.sort == Sort::Relevance;
        if by_relevance && (options.expand || options.recency.is_some()) {
            if after.is_some() {
                let range = "left out with feedback or recency, whose order has no cursors; use an offset".to_owned();
                return Err(Error::Setting { name: "cursor", value: "given".to_owned(), range });
            }
            return self.expanded_list(compiled, options, &wanted, statistics);
        }
        if !by_relevance || compiled.plain.len() < 2 || after.is_some_and(|cursor| cursor.window.is_none()) {
            let (hits, counts) = if by_relevance && compiled.is_placed && options.counts() {
                let (hits, counts) = self.top_with_counts(&*compiled.query, &wanted, &options.tally(), statistics)?;
                (hits, Some(counts))
            } else {
                (self.top_of(&*compiled.query, &wanted, statistics)?, None)
            };
            return Ok(List { goes_on: hits.len() == end, hits, window: None, expanded: Vec::new(), counts });
        }
        let pinned = after.and_then(|cursor| cursor.window);
        let (mut near, lowest) = self.window(compiled, &wanted, pinned, statistics)?;
        if let Some(cursor) = after {
            near.retain(|hit| hit.key.cmp(&cursor.key).is_lt());
        }
        near.truncate(end);
        let (mut hits, mut window) = (near, lowest);
        if hits.len() < end
            && let Some(lowest) = lowest
        {
            let rest = Wanted { count: end - hits.len(), after: Some(lowest), ..wanted };
            let rest = self.top_of(&*compiled.query, &rest, statistics)?;
            // Behind the window the order is by score alone.
            window = window.filter(|_| rest.is_empty());
            hits.extend(rest);
        }
        Ok(List { goes_on: hits.len() == end, hits, window, expanded: Vec::new(), counts: None })
    }

    /// The first hits by score, put in order by how near the query's words stand, with the lowest of their places in
    /// the order by score alone. As many as are looked at for nearness, or all down to `lowest`.
    fn window(
        &self,
        compiled: &Compiled,
        wanted: &Wanted<'_>,
        lowest: Option<Key>,
        statistics: &Statistics,
    ) -> Result<(Vec<Ranked>, Option<Key>)> {
        let mut count = proximity::RERANKED;
        let mut hits = loop {
            let hits = self.top_of(&*compiled.query, &Wanted { count, after: None, ..*wanted }, statistics)?;
            let reached = lowest.is_none_or(|lowest| hits.last().is_some_and(|hit| hit.key.cmp(&lowest).is_lt()));
            if reached || hits.len() < count || count >= LIMIT_MAX {
                break hits;
            }
            count *= 2;
        };
        match lowest {
            Some(lowest) => hits.retain(|hit| hit.key.cmp(&lowest).is_ge()),
            None => hits.truncate(proximity::RERANKED),
        }
        let lowest = lowest.or_else(|| hits.last().map(|hit| hit.key));
        // Behind a cursor nobody knows which of them come before it until all are looked at.
        let right = if wanted.after.is_some() { hits.len() } else { wanted.count };
        self.rerank(&compiled.plain, &mut hits, 1.0, right, statistics)?;
        Ok((hits, lowest))
    }

    /// What nearness adds to the score of the article at an address, before its age takes from it; 0 where it is not
    /// among the first.
    fn nearness_at(
        &self,
        compiled: &Compiled,
        address: DocAddress,
        recency: Option<Recency>,
        statistics: &Statistics,
    ) -> Result<f32> {
        if compiled.plain.len() < 2 {
            return Ok(0.0);
        }
        let count = proximity::RERANKED;
        let wanted = Wanted { recency, ..Wanted::first(Sort::Relevance, count) };
        let mut hits = self.top_of(&*compiled.query, &wanted, statistics)?;
        let found = |hits: &[Ranked]| hits.iter().find(|hit| hit.address == address).cloned();
        let before = found(&hits);
        let all = hits.len();
        self.rerank(&compiled.plain, &mut hits, 1.0, all, statistics)?;
        Ok(match (before, found(&hits)) {
            (Some(before), Some(after)) => after.added_since(&before),
            _ => 0.0,
        })
    }

    /// The list with the terms that feedback adds, or with a preference for recent articles.
    fn expanded_list(
        &self,
        compiled: &Compiled,
        options: &SearchOptions,
        wanted: &Wanted<'_>,
        statistics: &Statistics,
    ) -> Result<List> {
        let wanted = Wanted { count: wanted.count.max(proximity::RERANKED), recency: options.recency, ..*wanted };
        let end = options.offset.saturating_add(options.limit);
        let near = |hits: &mut Vec<Ranked>, times: f32, right: usize| {
            let first = hits.len().min(proximity::RERANKED);
            self.rerank(&compiled.plain, &mut hits[..first], times, right, statistics)
        };
        let mut hits = self.top_of(&*compiled.query, &wanted, statistics)?;
        near(&mut hits, 1.0, if options.expand { feedback::HITS } else { end })?;
        let mut expanded = Vec::new();
        if options.expand {
            expanded = self.expansion(&hits, wanted.threads, statistics)?;
            let query = self.expanded(compiled, &expanded, statistics)?;
            hits = self.top_of(&*query, &wanted, statistics)?;
            near(&mut hits, 1.0 - feedback::SHARE, end)?;
        }
        hits.truncate(end);
        Ok(List { goes_on: false, hits, window: None, expanded, counts: None })
    }

    fn counted(
        &self,
        query: &dyn tantivy::query::Query,
        options: &SearchOptions,
        hidden: Option<&Hidden>,
        counts: Option<Counts>,
        threads: usize,
    ) -> Result<(Option<u64>, Vec<Facet>)> {
        if !options.counts() {
            return Ok((None, Vec::new()));
        }
        let counts = match counts {
            Some(counts) => counts,
            None => self.tally(query, &options.tally(), hidden, threads)?,
        };
        let total = options.total.then_some(counts.total);
        Ok((total, facets::facets(&options.facets, counts, options.facet_values)))
    }

    fn hit(&self, rank: usize, ranked: &Ranked, compiled: &Compiled, options: &SearchOptions) -> Result<Hit> {
        let stored = self.stored(ranked.address)?;
        let article = stored.head()?;
        let mut snippets = match options.snippet_chars {
            0 => Vec::new(),
            chars => {
                let body = stored.body()?;
                snippet::best(&compiled.marks, &article, &body, chars, options.snippets.max(1))
            }
        };
        let more_snippets = snippets.split_off(snippets.len().min(1));
        let (copies_total, copies) = match options.copies {
            CopyMode::Show => (0, Vec::new()),
            _ => self.copies_at(ranked.address, &*compiled.query)?,
        };
        Ok(Hit { rank, score: ranked.score, article, snippet: snippets.pop(), more_snippets, copies_total, copies })
    }

    /// The article with a key: id, address, page name or file. Of several the one whose id it is, else the one whose id
    /// comes first in the order of ties; an older version only where no other article has the key.
    pub(crate) fn by_key(&self, key: &str) -> Result<Option<Article>> {
        let query = TermQuery::new(key_term(&self.store.fields, key), IndexRecordOption::Basic);
        let live = self.top(&query, Sort::Sample, KEYED_MAX, None, &self.statistics()?)?;
        let own = live.iter().find(|ranked| ranked.key.tie.0 == tie(key));
        let found = match own.or(live.first()).cloned() {
            Some(live) => Some(live),
            None => self.any_version(&query)?,
        };
        found.map(|ranked| self.article_at(ranked.address)).transpose()
    }

    /// What is stored of the article at an address.
    fn stored(&self, address: DocAddress) -> Result<StoredArticle<'_>> {
        deadline::check();
        self.articles.at(address)
    }

    /// The whole article at an address.
    fn article_at(&self, address: DocAddress) -> Result<Article> {
        self.stored(address)?.article()
    }
}

fn wrong_order() -> Error {
    let range = "one that a search in this order gave".to_owned();
    Error::Setting { name: "cursor", value: "from a list in another order".to_owned(), range }
}

fn as_text<S: serde::Serializer>(cursor: &Option<Cursor>, serializer: S) -> Result<S::Ok, S::Error> {
    cursor.as_ref().map(Cursor::to_string).serialize(serializer)
}

/// Number of hits to collect for a page of them.
fn checked_end(offset: usize, limit: usize) -> Result<usize> {
    let end = offset.saturating_add(limit);
    if limit == 0 {
        return Err(Error::Setting { name: "limit", value: "0".to_owned(), range: "at least 1".to_owned() });
    }
    if end > LIMIT_MAX {
        let range = format!("at most {LIMIT_MAX}");
        return Err(Error::Setting { name: "offset and limit together", value: end.to_string(), range });
    }
    Ok(end)
}
