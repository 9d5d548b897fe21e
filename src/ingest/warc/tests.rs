//! Web archives, whole and spoilt.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
};

use flate2::{Compression, write::GzEncoder};

use super::*;
use crate::ingest::records::parts;

const LIMIT: u64 = 1 << 20;

/// A file that `tests/data/containers/make.py` made.
fn data(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/containers").join(name)).unwrap()
}

/// What is read from a file: for each record of use its number, and its page or the reason why there is none.
fn read(file: &[u8]) -> Vec<(u64, Result<Page, String>)> {
    let parts = parts(Box::new(Cursor::new(file.to_vec()))).unwrap();
    let mut warc = Warc::new(parts, LIMIT);
    let mut all = Vec::new();
    while let Some(Record { number, content }) = warc.next_record() {
        let page = content.and_then(|content| match content {
            Content::Page(page) => Ok(*page),
            Content::Response(response) => response.into_page(),
            _ => panic!("no page"),
        });
        all.push((number, page.map_err(|reason| reason.to_string())));
    }
    all
}

/// What is read, for comparing: the texts of the pages and the reasons, each with its number.
fn told(file: &[u8]) -> Vec<String> {
    let line = |(number, page): (u64, Result<Page, String>)| match page {
        Ok(page) => format!("{number} {}", String::from_utf8(page.bytes).unwrap()),
        Err(reason) => format!("{number} skipped: {reason}"),
    };
    read(file).into_iter().map(line).collect()
}

fn response(text: &str) -> Vec<u8> {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{text}");
    record(&block, &block.len().to_string())
}

fn record(block: &str, length: &str) -> Vec<u8> {
    let header = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/x\r\nContent-Length: ";
    format!("{header}{length}\r\n\r\n{block}\r\n\r\n").into_bytes()
}

/// A response that says that it is longer or shorter than it is.
fn lying(text: &str, by: i64) -> Vec<u8> {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{text}");
    record(&block, &(block.len() as i64 + by).to_string())
}

fn member(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn members(records: &[Vec<u8>]) -> Vec<u8> {
    records.iter().flat_map(|record| member(record)).collect()
}

#[test]
fn pages_of_a_real_writer_are_read_from_plain_gzip_and_zstd() {
    let plain = read(&data("crawl.warc"));
    let numbers: Vec<u64> = plain.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [3, 4, 5, 6, 7, 8, 9, 17, 18]);
    let corpus = corpus_pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"));
    for (number, page) in &plain {
        let page = page.as_ref().unwrap();
        assert!(corpus.contains(&page.bytes), "record {number} is not the page it was");
        assert_eq!(page.origin.captured.as_deref(), Some("2024-05-06T07:08:09Z"));
        assert!(page.url.as_ref().unwrap().starts_with("http"), "{number}");
        assert!(page.origin.entry.as_ref().unwrap().starts_with("urn:uuid:"), "{number}");
        assert_eq!(page.charset.as_deref(), (*number < 17).then_some("utf-8"));
    }
    let bytes = |pages: Vec<(u64, Result<Page, String>)>| {
        pages.into_iter().map(|(number, page)| (number, page.map(|page| page.bytes))).collect::<Vec<_>>()
    };
    let plain = bytes(plain);
    assert_eq!(bytes(read(&data("crawl.warc.gz"))), plain);
    assert_eq!(bytes(read(&data("crawl.warc.zst"))), plain);
    // As by `gzip crawl.warc`: one member.
    assert_eq!(bytes(read(&member(&data("crawl.warc")))), plain);
}

fn corpus_pages(folder: &Path) -> Vec<Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).follow_links(true).into_iter().filter_map(Result::ok);
    files.filter(|entry| entry.file_type().is_file()).map(|entry| fs::read(entry.path()).unwrap()).collect()
}

#[test]
fn members_that_do_not_end_with_the_records_are_read() {
    let plain = data("crawl.warc");
    let cut: Vec<u8> = plain.chunks(777).flat_map(member).collect();
    assert_eq!(read(&cut).len(), read(&plain).len());
}

#[test]
fn garbage_between_records_is_told_with_its_place() {
    let [one, other] = [response("one"), response("other")];
    let file = [one.clone(), b"no record\nat all\r\n".to_vec(), other.clone()].concat();
    let garbage = format!("2 skipped: broken record: 18 bytes at byte {} are no record", one.len());
    assert_eq!(told(&file), ["1 one", &garbage, "3 other"]);
    let members = members(&[one, b"no record".to_vec(), other]);
    let told = told(&members);
    assert_eq!((told[0].as_str(), told[2].as_str()), ("1 one", "3 other"));
    assert!(told[1].starts_with("2 skipped: broken record: 9 bytes at byte "), "{}", told[1]);
}

#[test]
fn a_length_that_lies_costs_its_own_record_only() {
    let place = response("one").len();
    for by in [-20, -3, 6, 30, 200, 1_000, 100_000_000, i64::MAX / 2] {
        let records = [response("one"), lying("the liar tells", by), response("other"), response("last")];
        let told_plain = told(&records.concat());
        let lie = format!("2 skipped: broken record: it is not as long as it says (byte {place})");
        assert_eq!(told_plain, ["1 one", &lie, "3 other", "4 last"], "by {by}");
        let told_packed = told(&members(&records));
        assert_eq!((told_packed.len(), told_packed[2].as_str()), (4, "3 other"), "by {by}: {told_packed:?}");
        assert!(told_packed[1].contains("not as long as it says"), "by {by}: {told_packed:?}");
    }
    let told = told(&[record("HTTP/1.1 200 OK\r\n\r\nx", "many"), response("other")].concat());
    assert_eq!(told, ["1 skipped: broken record: it does not say how long it is (byte 0)", "2 other"]);
}

#[test]
fn a_file_of_lies_is_read_once() {
    let count = 2_000;
    let file: Vec<u8> = (0..count).flat_map(|n| lying(&format!("page {n}"), 500_000)).collect();
    let started = std::time::Instant::now();
    assert_eq!(told(&file).len(), count);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn a_file_that_ends_early_gives_what_was_before() {
    let [one, other] = [response("one"), response("other page")];
    let whole = [one.clone(), other.clone()].concat();
    let told_plain = told(&whole[..whole.len() - 8]);
    let reason = format!("2 skipped: broken record: the file ends 4 bytes before the record does (byte {})", one.len());
    assert_eq!(told_plain, ["1 one", &reason]);
    assert_eq!(told(&whole[..one.len() + 30])[1..].len(), 1);
    let packed = members(&[one.clone(), other]);
    let told_packed = told(&packed[..packed.len() - 9]);
    let place = member(&one).len();
    let reason = format!("2 skipped: broken compression: it ends early (byte {place})");
    assert_eq!(told_packed, ["1 one", &reason]);
}

#[test]
fn a_record_behind_a_broken_member_is_found() {
    let texts = ["one", "two", "three"].map(|word| response(&format!("{word} {}", "about the dam ".repeat(20))));
    let [one, mut two, three] = texts.clone().map(|text| member(&text));
    // A crawler that was stopped while it wrote, and started again.
    let stopped = [one.clone(), two[..two.len() / 2].to_vec(), three.clone()].concat();
    // A disk that lost some bytes.
    let middle = two.len() / 2;
    two[middle..middle + 20].fill(0xff);
    for file in [stopped, [one.clone(), two, three].concat()] {
        let told = told(&file);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("1 one") && told[2].starts_with("3 three"), "{told:?}");
        assert!(told[1].starts_with("2 skipped: broken compression"), "{told:?}");
        assert!(told[1].ends_with(&format!("(byte {})", one.len())), "{told:?}");
    }
}

#[test]
fn a_broken_zstd_frame_costs_its_own_record_only() {
    let mut file = data("crawl.warc.zst");
    let whole = read(&file);
    let frames: Vec<usize> = memmem::find_iter(&file, &[0x28, 0xb5, 0x2f, 0xfd]).collect();
    let broken = frames[4] + 40;
    file[broken..broken + 60].fill(0xff);
    let read = read(&file);
    let failed = read.iter().filter(|(_, page)| page.is_err()).count();
    assert_eq!((read.len(), failed), (whole.len(), 1));
}

#[test]
fn a_page_over_the_limit_is_told_and_a_picture_over_it_passed_over() {
    let long = "x".repeat(2 * LIMIT as usize);
    let picture = format!("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n{long}");
    let file = [response(&long), record(&picture, &picture.len().to_string()), response("last")].concat();
    let reason = format!("1 skipped: too large: more than {LIMIT} bytes (page-bytes-max)");
    assert_eq!(told(&file), [&reason, "3 last"]);
}

#[test]
fn a_web_archive_inside_a_record_is_the_content_of_that_record() {
    let inner = String::from_utf8([response("inner"), response("inner too")].concat()).unwrap();
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: application/warc\r\n\r\n{inner}");
    let file = [record(&block, &block.len().to_string()), response("outer")].concat();
    assert_eq!(told(&file), ["2 outer"]);
}

#[test]
fn a_header_without_end_is_no_endless_header() {
    let endless = format!("WARC/1.0\r\n{}", "X: y\r\n".repeat(50_000));
    let file = [endless.into_bytes(), b"\r\n\r\n".to_vec(), response("last")].concat();
    assert_eq!(told(&file), ["1 skipped: broken record: its header has no end (byte 0)", "2 last"]);
}

#[test]
fn a_response_whose_header_has_no_end_is_told() {
    let block = |fields: usize| {
        let fields = "X: y\r\n".repeat(fields);
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{fields}\r\n<p>Dam")
    };
    let [short, long] = [block(10_000), block(12_000)].map(|block| record(&block, &block.len().to_string()));
    let reason = "2 skipped: broken record: the header of its response has no end (byte ";
    let told = told(&[short, long, response("last")].concat());
    assert_eq!((told[0].as_str(), told[2].as_str()), ("1 <p>Dam", "3 last"));
    assert!(told[1].starts_with(reason), "{}", told[1]);
}

/// Bytes that come in pieces, as one part.
struct Pieces(Vec<Vec<u8>>, usize);

impl Parts for Pieces {
    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.0.first().is_some_and(|piece| piece.len() == self.1) {
            self.0.remove(0);
            self.1 = 0;
        }
        Ok(self.0.first().map_or(&[], |piece| &piece[self.1..]))
    }

    fn consume(&mut self, bytes: usize) {
        self.1 += bytes;
    }

    fn next_part(&mut self) -> io::Result<bool> {
        Ok(false)
    }

    fn recover(&mut self) -> bool {
        false
    }

    fn place(&self, _unread: usize) -> u64 {
        0
    }
}

#[test]
fn the_record_behind_a_lie_is_found_wherever_the_bytes_are_cut() {
    let whole = [lying("the liar tells", 100_000_000), response("other")].concat();
    let next = memmem::find(&whole, NEXT).unwrap();
    for at in next..next + NEXT.len() + 2 {
        let pieces = Pieces(vec![whole[..at].to_vec(), whole[at..].to_vec()], 0);
        let mut warc = Warc::new(Box::new(pieces), LIMIT);
        let records: Vec<Record> = std::iter::from_fn(|| warc.next_record()).collect();
        assert!(matches!(records[..], [Record { content: Err(_), .. }, Record { content: Ok(_), .. }]), "{at}");
    }
}

#[test]
fn a_header_that_is_cut_off_at_the_end_of_its_member_costs_its_own_record_only() {
    let [one, cut, other] = ["one", "cut", "other"].map(response);
    for end in [12, 20, 30, 60] {
        let told = told(&members(&[one.clone(), cut[..end].to_vec(), other.clone()]));
        let reason = format!("2 skipped: broken record: its header is cut off (byte {})", member(&one).len());
        assert_eq!(told, ["1 one", &reason, "3 other"], "{end}");
    }
}
