//! Measures of ranking and extraction, as the gold data's own scorers define them.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// Words that are compared together.
const RUN_WORDS: usize = 4;

/// Judgements: the gain of each document for each query.
pub(crate) struct Judgements(HashMap<String, HashMap<String, u32>>);

/// True positives, false positives and false negatives, each a sum over pages whose shares of 1 they are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    right: f64,
    too_much: f64,
    missing: f64,
}

impl Judgements {
    /// Reads `query 0 document gain` lines. Queries without a relevant document are left out.
    pub(crate) fn read(text: &str) -> Self {
        let mut gains: HashMap<String, HashMap<String, u32>> = HashMap::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let mut parts = line.split_whitespace();
            let (Some(query), Some(_), Some(document), Some(gain)) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                panic!("no judgement: {line}");
            };
            gains.entry(query.to_owned()).or_default().insert(document.to_owned(), gain.parse().expect("a gain"));
        }
        gains.retain(|_, judged| judged.values().any(|&gain| gain > 0));
        Self(gains)
    }

    /// Mean nDCG at a depth: gain / log2(rank + 1), ideal from the judgements. `run` is documents by query, best first.
    pub(crate) fn ndcg(&self, run: &HashMap<String, Vec<String>>, depth: usize) -> f64 {
        self.mean(run, |judged, gains| {
            let mut ideal: Vec<u32> = judged.values().copied().filter(|&gain| gain > 0).collect();
            ideal.sort_unstable_by(|a, b| b.cmp(a));
            discounted(gains, depth) / discounted(&ideal, depth)
        })
    }

    /// Mean share of relevant documents among the first few.
    pub(crate) fn precision(&self, run: &HashMap<String, Vec<String>>, depth: usize) -> f64 {
        self.mean(run, |_, gains| gains.iter().take(depth).filter(|&&gain| gain > 0).count() as f64 / depth as f64)
    }

    fn mean(&self, run: &HashMap<String, Vec<String>>, measure: impl Fn(&HashMap<String, u32>, &[u32]) -> f64) -> f64 {
        let of_query = |(query, judged): (&String, &HashMap<String, u32>)| {
            let ranked = run.get(query).map_or(&[][..], Vec::as_slice);
            let gains: Vec<u32> = ranked.iter().map(|document| judged.get(document).copied().unwrap_or(0)).collect();
            measure(judged, &gains)
        };
        self.0.iter().map(of_query).sum::<f64>() / self.0.len() as f64
    }
}

fn discounted(gains: &[u32], depth: usize) -> f64 {
    gains.iter().take(depth).enumerate().map(|(i, &gain)| f64::from(gain) / (i as f64 + 2.0).log2()).sum()
}

impl Counts {
    /// Adds a page: the runs of four words of its text, compared with those of its gold text. A page counts 1, long or
    /// short.
    pub(crate) fn add(&mut self, gold: &str, found: &str) {
        let (gold, found) = (words(gold), words(found));
        let (gold, found) = (runs(&gold), runs(&found));
        let total = |runs: &HashMap<&[&str], u32>| runs.values().copied().map(f64::from).sum::<f64>();
        let both = gold.iter().map(|(run, &times)| times.min(found.get(run).copied().unwrap_or(0)));
        let right: f64 = both.map(f64::from).sum();
        let all = total(&gold) + total(&found) - right;
        if all > 0.0 {
            self.right += right / all;
            self.too_much += (total(&found) - right) / all;
            self.missing += (total(&gold) - right) / all;
        }
    }

    /// Harmonic mean of precision and recall.
    pub(crate) fn f1(self) -> f64 {
        2.0 * self.right / (2.0 * self.right + self.too_much + self.missing)
    }
}

/// A headline as it is compared: compatibility forms, case and punctuation made alike.
pub(crate) fn folded(text: &str) -> String {
    let text: String = text.nfkc().collect();
    words(&text.to_lowercase()).join(" ")
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

/// How often each run of four words stands in a text; a shorter text is one run.
fn runs<'a>(words: &'a [&'a str]) -> HashMap<&'a [&'a str], u32> {
    let mut runs: HashMap<&[&str], u32> = HashMap::new();
    for run in words.windows(RUN_WORDS.min(words.len().max(1))) {
        *runs.entry(run).or_default() += 1;
    }
    runs
}
