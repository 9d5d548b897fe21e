//! Everything that an archive answers, to hold one against another.

use newssearch::{
    Archive, Article, Error, ExportOptions, Query, RelatedOptions, STORIES_MAX, SearchOptions, Sort, StoriesOptions,
};

use super::states::QUERIES;

/// Difference of two sums of the same numbers in another order, as a share of them.
const SCORE_ROUNDING: f32 = 1e-6;

/// What an archive answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answers {
    /// All articles, by id.
    pub(crate) articles: Vec<Article>,
    /// Ids and scores of the hits of each query in each order, and of what is related to the first hit.
    pub(crate) hits: Vec<(String, Vec<(String, f32)>)>,
    /// Articles and older versions.
    pub(crate) counts: (u64, u64),
}

/// All articles that are found, by id.
pub(crate) fn articles(archive: &Archive) -> Vec<Article> {
    try_articles(archive).expect("articles")
}

fn try_articles(archive: &Archive) -> Result<Vec<Article>, Error> {
    let options = SearchOptions { limit: 100_000, snippet_chars: 0, ..SearchOptions::default() };
    let hits = archive.search(&Query::Everything, &options)?.hits;
    let mut ids: Vec<String> = hits.into_iter().map(|hit| hit.article.id).collect();
    ids.sort_unstable();
    ids.into_iter().map(|id| archive.article(&id)).collect()
}

/// Asks an archive everything.
pub(crate) fn answers(archive: &Archive) -> Answers {
    try_answers(archive).expect("answers")
}

/// Asks an archive everything; gives the first error.
pub(crate) fn try_answers(archive: &Archive) -> Result<Answers, Error> {
    let mut hits = Vec::new();
    let mut exported = Vec::new();
    for hit in archive.export(&Query::Everything, ExportOptions { body: true, ..ExportOptions::default() })? {
        let hit = hit?;
        exported.push((hit.article.id, hit.body.map_or(0, |body| body.len()) as f32));
    }
    hits.push(("an export, with the lengths of stories".to_owned(), exported));
    for text in QUERIES {
        let query = Query::parse(text)?;
        for sort in [Sort::Relevance, Sort::Newest] {
            let options = SearchOptions { limit: 50, sort, ..SearchOptions::default() };
            let found = archive.search(&query, &options)?;
            hits.push((
                format!("{text}, {sort:?}, {:?}", found.total),
                found.hits.iter().map(|hit| (hit.article.id.clone(), hit.score)).collect(),
            ));
            if let Some(first) = found.hits.first() {
                let article = archive.article(&first.article.id)?;
                let related = archive.related(&article, &RelatedOptions::default())?;
                hits.push((
                    format!("{text}, {sort:?}, related"),
                    related.articles.iter().map(|one| (one.article.id.clone(), one.score)).collect(),
                ));
            }
        }
    }
    let every = StoriesOptions { limit: STORIES_MAX, reports_min: 1, terms: 0, ..StoriesOptions::default() };
    let stories = archive.stories(&Query::Everything, &every)?.stories;
    let story = |listed: newssearch::ListedStory| (listed.outline.id, listed.outline.articles as f32);
    hits.push(("stories, with their articles".to_owned(), stories.into_iter().map(story).collect()));
    let stats = archive.stats()?;
    Ok(Answers { articles: try_articles(archive)?, hits, counts: (stats.articles, stats.older_versions) })
}

/// Checks that two archives answer the same, and says where they do not.
pub(crate) fn check_same(what: &str, one: &Answers, other: &Answers) {
    assert_eq!(one.counts, other.counts, "{what}: articles and older versions");
    let ids = |answers: &Answers| answers.articles.iter().map(|article| article.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(one), ids(other), "{what}: ids");
    for (a, b) in one.articles.iter().zip(&other.articles) {
        assert_eq!(a, b, "{what}");
    }
    for ((asked, a), (asked_too, b)) in one.hits.iter().zip(&other.hits) {
        assert_eq!((asked, a.len()), (asked_too, b.len()), "{what}");
        for (place, (x, y)) in a.iter().zip(b).enumerate() {
            assert!(is_same_score(x.1, y.1), "{what}: {asked}, place {place}: {x:?} and {y:?}");
            // What scores alike to the last digits that are kept may change places.
            assert!(x.0 == y.0 || has_twin(a, place), "{what}: {asked}, place {place}: {x:?} and {y:?}");
        }
    }
}

/// Whether two scores are the same but for the order in which the shares of the words were added up, which is another
/// in another segment: seven digits are kept, and each of up to a hundred additions rounds.
fn is_same_score(a: f32, b: f32) -> bool {
    (a - b).abs() <= SCORE_ROUNDING * a.abs().max(b.abs())
}

/// Whether the hit before or behind one scores the same.
fn has_twin(hits: &[(String, f32)], place: usize) -> bool {
    let score = hits[place].1;
    let at = |place: Option<usize>| place.and_then(|place| hits.get(place)).map(|(_, score)| *score);
    // A twin of the last hit may have been cut off.
    place + 1 == hits.len()
        || [at(place.checked_sub(1)), at(Some(place + 1))]
            .into_iter()
            .flatten()
            .any(|other| is_same_score(score, other))
}
