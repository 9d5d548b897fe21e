//! SQLite's FTS5 for a file of news, as its own documentation has it.

use std::{fs, hint::black_box, io, path::Path};

use rusqlite::{Connection, Row, params};

use crate::record::{self, Record};

/// The articles, and a full-text index over two of their columns: English stems with positions, nothing stored twice.
/// Outlet, section and month are to count by. The body comes last, so that to read the others is not to read it.
const TABLES: &str = "
    CREATE TABLE articles (
        number INTEGER PRIMARY KEY, id TEXT, date TEXT, source TEXT, section TEXT, month TEXT, title TEXT, body TEXT
    );
    CREATE VIRTUAL TABLE words USING fts5(
        title, body,
        content = 'articles', content_rowid = 'number', tokenize = 'porter unicode61 remove_diacritics 0'
    );";

/// To fill a new file: 100 MB for pages and 100 MB for words, as much as the others have; a crash would lose it all.
const FILLING: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -100000;";

/// Bytes of words that FTS5 gathers before it writes them; 1 MB unless set.
const WORDS_BYTES: i64 = 100_000_000;

/// To ask: the file mapped into memory.
const ASKING: &str = "PRAGMA mmap_size = 2000000000;";

const TOP: &str = "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rank LIMIT 10";

const TITLES: &str = "
    SELECT id, articles.title, date
    FROM (SELECT rowid AS hit, rank AS score FROM words WHERE words MATCH ?1 ORDER BY rank LIMIT 10)
    JOIN articles ON number = hit
    ORDER BY score";

/// As [`TITLES`], with about 30 words of the body.
const SNIPPETS: &str = "
    SELECT id, articles.title, date, passage
    FROM (
        SELECT rowid AS hit, rank AS score, snippet(words, 1, '<b>', '</b>', '…', 30) AS passage
        FROM words WHERE words MATCH ?1 ORDER BY rank LIMIT 10
    )
    JOIN articles ON number = hit
    ORDER BY score";

/// Hits by outlet, section and month, gathered once.
const FACETS: &str = "
    WITH hits AS MATERIALIZED (
        SELECT source, section, month FROM words JOIN articles ON number = words.rowid WHERE words MATCH ?1
    )
    SELECT source, count(*) FROM hits GROUP BY source
    UNION ALL SELECT section, count(*) FROM hits GROUP BY section
    UNION ALL SELECT month, count(*) FROM hits GROUP BY month";

const COUNT: &str = "SELECT count(*) FROM words WHERE words MATCH ?1";

const NEWEST: &str = "
    SELECT number FROM words JOIN articles ON number = words.rowid
    WHERE words MATCH ?1 ORDER BY date DESC LIMIT 10";

/// Name and version of the library.
pub fn version() -> String {
    format!("SQLite {}", rusqlite::version())
}

/// Indexes a file of JSON lines into a new folder, in one transaction.
pub fn index(file: &Path, dir: &Path) -> io::Result<u64> {
    fs::create_dir_all(dir)?;
    fill(file, &dir.join("articles.db")).map_err(io::Error::other)
}

type Error = Box<dyn std::error::Error + Send + Sync>;

fn fill(file: &Path, database: &Path) -> Result<u64, Error> {
    let mut connection = Connection::open(database)?;
    connection.execute_batch(FILLING)?;
    connection.execute_batch(TABLES)?;
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', ?1)", [WORDS_BYTES])?;
    let transaction = connection.transaction()?;
    let mut number = 0;
    {
        let mut article = transaction.prepare("INSERT INTO articles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        let mut words = transaction.prepare("INSERT INTO words (rowid, title, body) VALUES (?1, ?2, ?3)")?;
        for record in record::records(file)? {
            let record = record?;
            number += 1;
            let Record { id, date, source, section, title, body, .. } = &record;
            let month = date.as_deref().and_then(|date| date.get(..7));
            article.execute(params![number, id, date, source, section, month, title, body])?;
            words.execute(params![number, title, body])?;
        }
    }
    transaction.commit()?;
    Ok(number as u64)
}

/// An open index, ready for queries.
pub struct Sqlite(Connection);

/// A way of asking a query: how many hits there are.
pub type Way = fn(&Sqlite, &str) -> rusqlite::Result<usize>;

impl Sqlite {
    /// Opens the index in a folder.
    pub fn open(dir: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(dir.join("articles.db"))?;
        connection.execute_batch(ASKING)?;
        Ok(Self(connection))
    }

    /// The best articles by `bm25()`: how many there are. Nothing of them is fetched.
    pub fn top(&self, words: &str) -> rusqlite::Result<usize> {
        self.rows(TOP, words, |row| row.get::<_, i64>(0))
    }

    /// The same with title, date and name of each.
    pub fn top_with_titles(&self, words: &str) -> rusqlite::Result<usize> {
        self.rows(TITLES, words, texts::<3>)
    }

    /// The same with a snippet of each, by FTS5's own function.
    pub fn top_with_snippets(&self, words: &str) -> rusqlite::Result<usize> {
        self.rows(SNIPPETS, words, texts::<4>)
    }

    /// As [`Sqlite::top_with_titles`], and all hits counted by outlet, section and month, in a statement of its own.
    pub fn top_with_facets(&self, words: &str) -> rusqlite::Result<usize> {
        self.rows(FACETS, words, |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, i64>(1)?)))?;
        self.top_with_titles(words)
    }

    /// How many articles a query matches.
    pub fn count(&self, words: &str) -> rusqlite::Result<usize> {
        let count: i64 = self.0.prepare_cached(COUNT)?.query_row([words], |row| row.get(0))?;
        Ok(count as usize)
    }

    /// The newest articles that match: how many there are.
    pub fn newest(&self, words: &str) -> rusqlite::Result<usize> {
        self.rows(NEWEST, words, |row| row.get::<_, i64>(0))
    }

    fn rows<T>(&self, sql: &str, words: &str, read: impl Fn(&Row) -> rusqlite::Result<T>) -> rusqlite::Result<usize> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query([words])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            black_box(read(row)?);
            count += 1;
        }
        Ok(count)
    }
}

fn texts<const N: usize>(row: &Row) -> rusqlite::Result<[Option<String>; N]> {
    let mut texts = [const { None }; N];
    for (column, text) in texts.iter_mut().enumerate() {
        *text = row.get(column)?;
    }
    Ok(texts)
}
