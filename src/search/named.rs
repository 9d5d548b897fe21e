//! Articles that bear a whole name: those with its words, as far as their column has it letter for letter.

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED,
    columnar::{Column, StrColumn},
    query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight},
};

/// The documents of a clause that have a name in a column. The column is looked at where the clause stands, and nowhere
/// else.
#[derive(Debug)]
pub(super) struct Named {
    /// What all of them fit: the words of the name, or anything at all.
    pub(super) among: Box<dyn Query>,
    pub(super) column: &'static str,
    pub(super) name: String,
}

impl Clone for Named {
    fn clone(&self) -> Self {
        Self { among: self.among.box_clone(), column: self.column, name: self.name.clone() }
    }
}

impl Query for Named {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(NamedWeight { among: self.among.weight(scoring)?, column: self.column, name: self.name.clone() }))
    }
}

struct NamedWeight {
    among: Box<dyn Weight>,
    column: &'static str,
    name: String,
}

/// The number that a name has in a column of a segment; `None` where no article ever had it.
pub(super) fn number_in(column: &StrColumn, name: &str) -> tantivy::Result<Option<u64>> {
    Ok(column.dictionary().term_ord(name.as_bytes())?)
}

impl Weight for NamedWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(column) = segment.fast_fields().str(self.column)? else { return Ok(Box::new(EmptyScorer)) };
        let Some(number) = number_in(&column, &self.name)? else { return Ok(Box::new(EmptyScorer)) };
        let mut scorer =
            NamedScorer { among: self.among.scorer(segment, boost)?, numbers: column.ords().clone(), number };
        scorer.go_on();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(tantivy::TantivyError::InvalidArgument("the document does not match".to_owned()));
        }
        Ok(Explanation::new("bears the name", scorer.score()))
    }
}

struct NamedScorer {
    among: Box<dyn Scorer>,
    numbers: Column<u64>,
    number: u64,
}

impl NamedScorer {
    /// Goes to the first document from here on that has the name.
    fn go_on(&mut self) -> DocId {
        let mut doc = self.among.doc();
        while doc != TERMINATED && !self.numbers.values_for_doc(doc).any(|number| number == self.number) {
            doc = self.among.advance();
        }
        doc
    }
}

impl DocSet for NamedScorer {
    fn advance(&mut self) -> DocId {
        self.among.advance();
        self.go_on()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.among.seek(target);
        self.go_on()
    }

    fn doc(&self) -> DocId {
        self.among.doc()
    }

    fn size_hint(&self) -> u32 {
        self.among.size_hint()
    }

    fn cost(&self) -> u64 {
        self.among.cost()
    }
}

impl Scorer for NamedScorer {
    fn score(&mut self) -> Score {
        self.among.score()
    }
}
