"""Reads a web archive as one would without newssearch: other.py WAY IN.warc.gz OUT.jsonl

A way is `trafilatura` (records by warcio) or `resiliparse` (records by fastwarc); with `-bare` behind it comments of
readers are left out. Each line of the output has the page's address as its id, and its text as its body.
"""

import json
import sys


def by_trafilatura(file, comments):
    from trafilatura import extract
    from warcio.archiveiterator import ArchiveIterator

    for record in ArchiveIterator(file):
        if record.rec_type == "response" and is_html(record.http_headers.get_header("Content-Type")):
            page = record.content_stream().read()
            yield record.rec_headers.get_header("WARC-Target-URI"), extract(page, include_comments=comments)


def by_resiliparse(file, comments):
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    for record in ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="all"):
        if is_html(record.http_headers.get("Content-Type")):
            page = record.reader.read()
            tree = HTMLTree.parse_from_bytes(page, record.http_charset or detect_encoding(page))
            yield record.headers["WARC-Target-URI"], extract_plain_text(tree, main_content=True, comments=comments)


def is_html(content_type):
    return (content_type or "").startswith("text/html")


def main():
    way, warc, out = sys.argv[1:]
    name, _, bare = way.partition("-")
    extract = {"trafilatura": by_trafilatura, "resiliparse": by_resiliparse}[name]
    with open(warc, "rb") as file, open(out, "w", encoding="utf-8") as lines:
        for url, text in extract(file, not bare):
            lines.write(json.dumps({"id": url, "body": text or ""}, ensure_ascii=False) + "\n")


main()
