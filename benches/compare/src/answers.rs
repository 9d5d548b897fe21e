//! What one way of asking came to, over all queries.

use std::{io, time::Duration};

use crate::{
    clock::{Fastest, Spread},
    queries::{Kind, Query},
};

/// Times and hits of each query.
#[derive(Debug, Clone)]
pub struct Answers {
    fastest: Fastest,
    hits: Vec<usize>,
}

impl Answers {
    /// For so many queries, none of them asked yet.
    pub fn none(queries: usize) -> Self {
        Self { fastest: Fastest::new(queries), hits: vec![0; queries] }
    }

    /// Asks one.
    pub fn ask(&mut self, place: usize, ask: impl FnOnce() -> io::Result<usize>) -> io::Result<()> {
        self.hits[place] = self.fastest.ask(place, ask)?;
        Ok(())
    }

    /// Takes over what was measured elsewhere.
    pub fn keep(&mut self, place: usize, time: Duration, hits: usize) {
        self.fastest.keep(place, time);
        self.hits[place] = hits;
    }

    /// Mean over all queries, in microseconds.
    pub fn mean(&self) -> f64 {
        self.fastest.spread(|_| true).mean
    }

    /// Figures over the queries of a kind, or over all.
    pub fn spread(&self, queries: &[Query], kind: Option<Kind>) -> Spread {
        self.fastest.spread(|place| kind.is_none_or(|kind| queries[place].kind == kind))
    }
}

/// Asks all queries in each way, by turns, in so many rounds.
pub fn ask<W>(
    queries: &[Query],
    ways: &[(&'static str, W)],
    rounds: usize,
    ask: impl Fn(&W, &Query) -> io::Result<usize>,
) -> io::Result<Vec<(&'static str, Answers)>> {
    let mut asked: Vec<_> = ways.iter().map(|&(name, _)| (name, Answers::none(queries.len()))).collect();
    for _ in 0..rounds {
        for ((_, way), (_, answers)) in ways.iter().zip(&mut asked) {
            for (place, query) in queries.iter().enumerate() {
                answers.ask(place, || ask(way, query))?;
            }
        }
    }
    Ok(asked)
}

/// Prints a table, a row for each way of asking, by kinds of queries.
pub fn print<N: AsRef<str>>(queries: &[Query], rows: &[(N, Answers)]) {
    println!("Queries, µs as mean / p50 / p99 over queries, the fastest of the rounds for each:\n");
    let kinds =
        [None, Some(Kind::Words), Some(Kind::Term), Some(Kind::Union), Some(Kind::Intersection), Some(Kind::Phrase)];
    let count = |kind: Option<Kind>| queries.iter().filter(|query| kind.is_none_or(|kind| query.kind == kind)).count();
    let kinds: Vec<Option<Kind>> = kinds.into_iter().filter(|&kind| count(kind) > 0).collect();
    print!("| |");
    kinds.iter().for_each(|&kind| print!(" {} ({}) |", kind.map_or("all", Kind::name), count(kind)));
    println!(" times plain top 10 (means) | hits |\n|---|{}---|---|", "---|".repeat(kinds.len()));
    let first = rows.first().map_or(0.0, |(_, answers)| answers.mean());
    for (name, answers) in rows {
        print!("| {} |", name.as_ref());
        for &kind in &kinds {
            let Spread { mean, p50, p99 } = answers.spread(queries, kind);
            print!(" {mean:.0} / {p50:.0} / {p99:.0} |");
        }
        println!(" {:.2}× | {} |", answers.mean() / first, answers.hits.iter().sum::<usize>());
    }
}
