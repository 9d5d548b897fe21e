//! Articles without end, with the words, sentences and lengths of a file of real ones.
//!
//! Sentences are walks along pairs of adjacent words of the file. An article draws a part of its words from one real
//! article, so that words gather in it as they do about a subject. The file's own words soon are all seen; what makes a
//! vocabulary grow are names, and those are coined: an article has some of its own, drawn from a power law without end.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::{
    random::Random,
    record::{self, Record},
};

/// Mean length of a generated article, in words.
const WORDS_MEAN: f64 = 500.0;

/// Share of the words that are drawn from the article's subject.
const SUBJECT_SHARE: f64 = 0.25;

/// Share of the words after which a coined name stands.
const NAME_SHARE: f64 = 0.02;

/// Names that an article has of its own.
const NAMES: usize = 6;

/// Exponent of the growth of the vocabulary by names: `n` times the articles bring `n^GROWTH` times the names.
const GROWTH: f64 = 0.7;

/// Size of the head of the power law that names are drawn from. Chosen so that 200,000 articles made from Reuters-21578
/// hold 350,000 distinct words; the vocabulary of real archives of news is about as large.
const NAMES_HEAD: f64 = 9_000.0;

/// Sentences after which a paragraph ends, at most.
const PARAGRAPH_SENTENCES_MAX: usize = 4;

/// Words of a sentence after which it is ended, if the walk did not end it.
const SENTENCE_WORDS_MAX: usize = 60;

/// Words of a headline, at least and at most.
const TITLE_WORDS: (usize, usize) = (5, 11);

/// Outlets.
const SOURCES: usize = 40;

/// People who write, for each outlet.
const AUTHORS_A_SOURCE: usize = 25;

/// Sections of every outlet.
const SECTIONS: [&str; 10] =
    ["World", "Politics", "Business", "Markets", "Sport", "Culture", "Science", "Health", "Travel", "Opinion"];

/// First day of the archive, in days since 1970: 2014-01-01. It spans ten years.
const FIRST_DAY: i64 = 16_071;

/// Days that the archive spans.
const DAYS: i64 = 3_652;

/// A word of the file, by number.
type Word = u32;

/// The end of a sentence, as the word before its first and behind its last.
const STOP: Word = 0;

/// What was learned from a file.
pub struct Generator {
    seed: u64,
    spellings: Vec<String>,
    /// All words of the file in order, sentences apart by `STOP`.
    text: Vec<Word>,
    /// Where each article of the file lies in `text`.
    articles: Vec<(usize, usize)>,
    /// Places in `text` of each word: those of word `w` are `places[place_starts[w]..place_starts[w + 1]]`.
    places: Vec<u32>,
    place_starts: Vec<u32>,
    /// Lengths of the file's articles, as multiples of their mean.
    lengths: Vec<f64>,
    sources: Vec<String>,
    authors: Vec<String>,
}

impl Generator {
    /// Learns from a file of JSON lines. Takes time and memory linear in its size.
    pub fn learn(file: &Path, seed: u64) -> io::Result<Self> {
        let mut learner = Learner::default();
        for record in record::records(file)? {
            learner.read(&record?.body);
        }
        if learner.articles.is_empty() {
            return Err(io::Error::other("no article with words to learn from"));
        }
        Ok(learner.finish(seed))
    }

    /// Writes a file of so many.
    pub fn write(&self, count: usize, out: &Path) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(out)?);
        for place in 0..count {
            serde_json::to_writer(&mut out, &self.article(place, count))?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// The article at a place of an archive of so many. It depends on nothing else that was generated.
    pub fn article(&self, place: usize, count: usize) -> Record {
        let random = &mut Random::split(self.seed, place as u64);
        let mut writer = Writer::new(self, random.clone());
        let title = writer.title();
        let body = writer.body();
        let source_place = (SOURCES as f64 * random.unit().powi(2)) as usize;
        let (source, section) = (&self.sources[source_place], random.pick(&SECTIONS));
        let domain = source.to_lowercase().replace(' ', "-");
        let byline = 1 + usize::from(random.chance(0.15));
        let of_source = source_place * AUTHORS_A_SOURCE;
        let authors = (0..byline).map(|_| self.authors[of_source + random.below(AUTHORS_A_SOURCE)].clone()).collect();
        Record {
            id: format!("{place:08}"),
            url: Some(format!("https://{domain}.example/{}/{place:08}", section.to_lowercase())),
            title,
            body,
            authors,
            date: Some(date(place, count, random)),
            source: Some(source.clone()),
            section: Some((*section).to_owned()),
        }
    }
}

/// Articles stand in the order of their dates, evenly over the years.
fn date(place: usize, count: usize, random: &mut Random) -> String {
    let day = FIRST_DAY + (place as i64 * DAYS) / count.max(1) as i64;
    let (year, month, dom) = civil(day);
    format!("{year:04}-{month:02}-{dom:02}T{:02}:{:02}:00Z", random.below(24), random.below(60))
}

/// Year, month and day of a day counted from 1970 (H. Hinnant, "chrono-compatible low-level date algorithms").
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[derive(Default)]
struct Learner {
    numbers: HashMap<String, Word>,
    spellings: Vec<String>,
    text: Vec<Word>,
    articles: Vec<(usize, usize)>,
}

impl Learner {
    fn read(&mut self, body: &str) {
        if self.spellings.is_empty() {
            self.spellings.push(String::new());
            self.text.push(STOP);
        }
        let start = self.text.len();
        for token in body.split_whitespace() {
            let word = token.trim_matches(|c: char| !c.is_alphanumeric());
            if word.is_empty() {
                continue;
            }
            let number = self.number(word);
            self.text.push(number);
            if token.ends_with(['.', '!', '?']) && word.chars().count() > 2 {
                self.text.push(STOP);
            }
        }
        if self.text.len() > start {
            self.text.push(STOP);
            self.articles.push((start, self.text.len()));
        }
    }

    /// The word's number. The first word of a sentence stands for itself in capitals, as names do.
    fn number(&mut self, word: &str) -> Word {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.spellings.len() as Word;
        self.numbers.insert(word.to_owned(), number);
        self.spellings.push(word.to_owned());
        number
    }

    fn finish(self, seed: u64) -> Generator {
        let mut place_starts = vec![0u32; self.spellings.len() + 1];
        for &word in &self.text[..self.text.len() - 1] {
            place_starts[word as usize + 1] += 1;
        }
        for word in 0..self.spellings.len() {
            place_starts[word + 1] += place_starts[word];
        }
        let mut next = place_starts.clone();
        let mut places = vec![0u32; self.text.len() - 1];
        for (place, &word) in self.text[..self.text.len() - 1].iter().enumerate() {
            places[next[word as usize] as usize] = place as u32;
            next[word as usize] += 1;
        }
        let mean = self.text.len() as f64 / self.articles.len() as f64;
        let lengths = self.articles.iter().map(|(start, end)| (end - start) as f64 / mean).collect();
        let random = &mut Random::new(seed);
        let mut name = || capitalised(&coined(random.below(1_000_000) as u64));
        let sources =
            (0..SOURCES).map(|_| format!("{} {}", name(), ["Herald", "Times", "Post", "News"][name().len() % 4]));
        let sources = sources.collect();
        let authors = (0..SOURCES * AUTHORS_A_SOURCE).map(|_| format!("{} {}", name(), name())).collect();
        let Self { spellings, text, articles, .. } = self;
        Generator { seed, spellings, text, articles, places, place_starts, lengths, sources, authors }
    }
}

/// Writes one article.
struct Writer<'a> {
    of: &'a Generator,
    random: Random,
    /// Where the article of the file lies that this one is about.
    subject: (usize, usize),
    names: Vec<String>,
    /// The word that was written last.
    last: Word,
}

impl<'a> Writer<'a> {
    fn new(of: &'a Generator, mut random: Random) -> Self {
        let subject = *random.pick(&of.articles);
        let names = (0..NAMES).map(|_| capitalised(&coined(name_rank(&mut random)))).collect();
        Self { of, random, subject, names, last: STOP }
    }

    fn title(&mut self) -> String {
        let words = TITLE_WORDS.0 + self.random.below(TITLE_WORDS.1 - TITLE_WORDS.0 + 1);
        let mut title = String::new();
        for place in 0..words {
            let word = self.next_word();
            let spelling = if word == STOP { self.names[0].clone() } else { self.of.spellings[word as usize].clone() };
            title.push_str(if place == 0 { "" } else { " " });
            title.push_str(&if place == 0 { capitalised(&spelling) } else { spelling });
        }
        self.last = STOP;
        title
    }

    fn body(&mut self) -> String {
        let words = (self.random.pick(&self.of.lengths) * WORDS_MEAN) as usize;
        let mut body = String::with_capacity(words * 7);
        let mut written = 0;
        while written < words.max(1) {
            for _ in 0..=self.random.below(PARAGRAPH_SENTENCES_MAX) {
                written += self.sentence(&mut body, words.max(1).saturating_sub(written));
                if written >= words {
                    break;
                }
                body.push(' ');
            }
            body.truncate(body.trim_end().len());
            body.push('\n');
        }
        body.pop();
        body
    }

    /// Adds a sentence of at most this many words, and gives how many it has.
    fn sentence(&mut self, body: &mut String, words_max: usize) -> usize {
        let mut words = 0;
        while words < words_max.min(SENTENCE_WORDS_MAX) {
            let word = self.next_word();
            if word == STOP && words > 0 {
                break;
            }
            let spelling = if word == STOP { &self.names[0] } else { &self.of.spellings[word as usize] };
            match words {
                0 => body.push_str(&capitalised(spelling)),
                _ => {
                    body.push(' ');
                    body.push_str(spelling);
                }
            }
            words += 1;
            if words < words_max && self.random.chance(NAME_SHARE) {
                let name = self.random.pick(&self.names);
                body.push(' ');
                body.push_str(name);
                words += 1;
            }
        }
        self.last = STOP;
        body.push('.');
        words
    }

    /// The word behind the last one at some place of the file, or one from the subject.
    fn next_word(&mut self) -> Word {
        let place = if self.random.chance(SUBJECT_SHARE) {
            self.subject.0 + self.random.below(self.subject.1 - self.subject.0)
        } else {
            let last = self.last as usize;
            let (start, end) = (self.of.place_starts[last] as usize, self.of.place_starts[last + 1] as usize);
            self.of.places[start + self.random.below(end - start)] as usize + 1
        };
        self.last = self.of.text[place];
        self.last
    }
}

/// Draws the rank of a name: the probability of rank `k` falls as `k` to the power of -1 / `GROWTH`.
fn name_rank(random: &mut Random) -> u64 {
    let exponent = 1.0 / GROWTH - 1.0;
    let rank = NAMES_HEAD * ((1.0 - random.unit()).powf(-1.0 / exponent) - 1.0);
    rank.min(1e15) as u64
}

/// Spells a name by its rank: no two ranks are spelled alike.
fn coined(rank: u64) -> String {
    const ONSETS: [&str; 20] =
        ["b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "y", "q"];
    const VOWELS: [&str; 5] = ["a", "o", "u", "e", "i"];
    const ENDS: [&str; 6] = ["k", "m", "n", "p", "rt", "x"];
    let syllables = (ONSETS.len() * VOWELS.len()) as u64;
    let mut spelling = String::new();
    let mut rest = rank / ENDS.len() as u64;
    while rest > 0 || spelling.len() < 4 {
        let syllable = (rest % syllables) as usize;
        spelling.push_str(ONSETS[syllable % ONSETS.len()]);
        spelling.push_str(VOWELS[syllable / ONSETS.len()]);
        rest /= syllables;
    }
    spelling.push_str(ENDS[(rank % ENDS.len() as u64) as usize]);
    spelling
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn learned() -> Generator {
        let mut learner = Learner::default();
        learner.read("The ferry sailed on Sunday. The mayor was there. He waved at the ferry.");
        learner.read("Copper rose on Monday. The mine was closed.");
        learner.finish(7)
    }

    #[test]
    fn an_article_depends_on_its_place_and_the_seed_alone() {
        let (one, other) = (learned(), learned());
        other.article(3, 10);
        for place in [0, 5, 9] {
            let (a, b) = (one.article(place, 10), other.article(place, 10));
            assert_eq!((a.title, a.body, a.date), (b.title, b.body, b.date));
        }
        assert_ne!(one.article(0, 10).body, one.article(1, 10).body);
    }

    #[test]
    fn lengths_are_right_in_the_mean() {
        let generator = learned();
        let words: usize = (0..400).map(|place| generator.article(place, 400).body.split_whitespace().count()).sum();
        assert!((450..550).contains(&(words / 400)), "{}", words / 400);
    }

    #[test]
    fn names_differ_by_rank() {
        let names: HashSet<String> = (0..100_000).map(coined).collect();
        assert_eq!(names.len(), 100_000);
    }

    #[test]
    fn dates_run_over_the_years_in_order() {
        let generator = learned();
        let dates: Vec<String> = (0..1000).filter_map(|place| generator.article(place, 1000).date).collect();
        assert!(dates.is_sorted_by(|a, b| a[..10] <= b[..10]));
        assert_eq!((&dates[0][..10], &dates[999][..7]), ("2014-01-01", "2023-12"));
    }
}
