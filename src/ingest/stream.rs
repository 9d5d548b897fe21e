//! What a stream without a name holds, such as standard input: told by its first bytes.

use std::io::{BufReader, Read};

use super::{
    files::{self, Files},
    jsonl::Lines,
    page,
    parts::{Parts, Whole},
    records::{self, Content, Record, Records},
    tar::{self, Tar},
    warc::Warc,
    xml_records::{self, XmlRecords},
};
use crate::skip::SkipReason;

/// Opens a stream, decompressed as its first bytes ask for.
pub(crate) fn open(from: impl Read + Send + 'static, bytes_max: u64) -> Result<Box<dyn Records>, SkipReason> {
    let mut parts = records::parts(Box::new(BufReader::new(from)))?;
    let begin = begin(&mut *parts).map_err(page::compression)?;
    let text = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&begin).trim_ascii_start();
    if begin.starts_with(b"PK\x03\x04") {
        return Err(SkipReason::Unreadable("a zip has its list at its end; give it as a file".to_owned()));
    }
    let is_web_archive = begin.starts_with(b"WARC/");
    let is_tar = tar::begins(&begin);
    let is_xml = xml_records::begins(text);
    let is_json = text.first() == Some(&b'{');
    Ok(match () {
        () if is_web_archive => Box::new(Warc::new(parts, bytes_max)),
        () if is_tar => Box::new(Files::new(Box::new(Tar::new(parts, bytes_max)), files::is_read, bytes_max)),
        () if is_xml => Box::new(XmlRecords::new(Box::new(BufReader::new(Whole(parts))), bytes_max)),
        () if is_json => Box::new(Lines::new(Box::new(BufReader::new(Whole(parts))), "", bytes_max)),
        () => Box::new(OnePage { from: Some(Whole(parts)), bytes_max }),
    })
}

/// The first bytes, which stay unread.
fn begin(parts: &mut dyn Parts) -> std::io::Result<Vec<u8>> {
    while parts.fill()?.is_empty() && parts.next_part()? {}
    Ok(parts.fill()?.iter().copied().take(tar::BLOCK_BYTES).collect())
}

/// A stream that is one page.
struct OnePage {
    from: Option<Whole>,
    bytes_max: u64,
}

impl Records for OnePage {
    fn next_record(&mut self) -> Option<Record> {
        let page = page::from_reader(self.from.take()?, "", self.bytes_max);
        Some(Record { number: 1, content: page.map(|page| Content::Page(Box::new(page))) })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn told(stream: &[u8]) -> Vec<String> {
        let mut records = open(Cursor::new(stream.to_vec()), 1 << 20).unwrap();
        let line = |record: Record| match record.content.unwrap() {
            Content::Json(_) => "line",
            Content::Page(_) => "page",
            Content::Response(_) => "response",
            Content::Xml(_) => "item",
        };
        std::iter::from_fn(move || records.next_record()).map(|record| line(record).to_owned()).collect()
    }

    #[test]
    fn streams_are_known_by_their_first_bytes() {
        assert_eq!(told(b"\xef\xbb\xbf {\"title\": \"x\"}\n{}\n"), ["line", "line"]);
        assert_eq!(told(b"<?xml version='1.0'?>\n<!-- x -->\n<rss><channel><item/></channel></rss>"), ["item"]);
        for page in ["<!DOCTYPE html><p>x", "<?xml version='1.0'?><html><p>x</p></html>", "Plain words.", ""] {
            assert_eq!(told(page.as_bytes()), ["page"], "{page}");
        }
        let data = |name: &str| std::fs::read(format!("{}/tests/data/containers/{name}", env!("CARGO_MANIFEST_DIR")));
        for name in ["crawl.warc", "crawl.warc.gz", "crawl.warc.zst"] {
            assert_eq!(told(&data(name).unwrap()).len(), 9, "{name}");
        }
        assert!(open(Cursor::new(data("crawl.wacz").unwrap()), 1 << 20).is_err());
    }
}
