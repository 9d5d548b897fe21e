"""Makes the web archives in this folder from pages of corpus/, with the writer `warcio` (pip install warcio brotli zstandard).

    python3 tests/data/containers/make.py

Run from the root of the repository. The files are the same at each run.
"""

import gzip
import io
import json
import uuid
import zipfile
import zlib
from pathlib import Path

import brotli
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
URLS = json.loads((ROOT / "corpus/urls.json").read_text())
PAGES = {path.name.split(".")[0]: path for path in sorted(ROOT.glob("corpus/*.example/**/*.html"))}
DATE = "2024-05-06T07:08:09Z"


def page(name):
    return PAGES[name].read_bytes()


def chunked(body, size=1000):
    chunks = [body[at : at + size] for at in range(0, len(body), size)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


class Writer:
    """Writes records whose ids follow from their order."""

    def __init__(self, gzip_members):
        self.bytes = io.BytesIO()
        self.writer = WARCWriter(self.bytes, gzip=gzip_members)
        self.records = 0

    def headers(self, **more):
        self.records += 1
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"newssearch-test-{self.records}")
        return {"WARC-Record-ID": f"<urn:uuid:{name}>", "WARC-Date": DATE, **more}

    def response(self, url, body, status="200 OK", content_type="text/html; charset=utf-8", **headers):
        fields = [("Content-Type", content_type)] + [(k.replace("_", "-"), v) for k, v in headers.items()]
        http = StatusAndHeaders(status, fields, protocol="HTTP/1.1")
        self.add(url, "response", body, http_headers=http)

    def add(self, url, kind, body, warc=None, **more):
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), warc_headers_dict=self.headers(**(warc or {})), **more
        )
        self.writer.write_record(record)


def write(writer):
    """Every kind of record that a crawl holds; the numbers are those of the records."""
    names = list(PAGES)
    url = lambda name: URLS.get(name, f"https://other.example/{name}")
    record = writer.writer.create_warcinfo_record("test.warc.gz", {"software": "make.py"})
    for key, value in writer.headers().items():
        record.rec_headers.replace_header(key, value)
    writer.writer.write_record(record)  # 1
    get = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True)
    writer.add(url(names[0]), "request", b"", http_headers=get)  # 2
    writer.response(url(names[0]), page(names[0]))  # 3
    writer.response(url(names[1]), chunked(page(names[1])), Transfer_Encoding="chunked")  # 4
    writer.response(url(names[2]), gzip.compress(page(names[2]), mtime=0), Content_Encoding="gzip")  # 5
    writer.response(url(names[3]), zlib.compress(page(names[3])), Content_Encoding="deflate")  # 6
    writer.response(url(names[4]), brotli.compress(page(names[4])), Content_Encoding="br")  # 7
    both = chunked(gzip.compress(page(names[5]), mtime=0))
    writer.response(url(names[5]), both, Content_Encoding="gzip", Transfer_Encoding="chunked")  # 8
    zstd = zstandard.ZstdCompressor().compress(page(names[6]))
    writer.response(url(names[6]), zstd, Content_Encoding="zstd")  # 9
    writer.response(url("gone"), b"<html><h1>Not found</h1></html>", status="404 Not Found")  # 10
    writer.response(url("moved"), b"", status="301 Moved", Location="https://other.example/")  # 11
    writer.response(url("picture"), b"\x89PNG\r\n\x1a\n" * 50, content_type="image/png")  # 12
    writer.response(url("data"), b'{"title": "no page"}', content_type="application/json")  # 13
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer.add(url(names[0]), "revisit", b"", {"WARC-Profile": profile}, http_headers=http)  # 14
    writer.add(url(names[0]), "metadata", b"via: a", warc_content_type="application/warc-fields")  # 15
    writer.add("dns:a.example", "response", b"a. 1 IN A 10.0.0.1", warc_content_type="text/dns")  # 16
    writer.add(url(names[7]), "resource", page(names[7]), warc_content_type="text/html")  # 17
    writer.response(url(names[8]), page(names[8]), content_type="application/xhtml+xml")  # 18


def zstd_frames(plain_records, dictionary):
    """A .warc.zst: a frame a record, and the dictionary in a frame of its own before them."""
    raw = dictionary.as_bytes()
    file = b"\x5d\x2a\x4d\x18" + len(raw).to_bytes(4, "little") + raw
    compressor = zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True)
    return file + b"".join(compressor.compress(record) for record in plain_records)


def main():
    plain, packed = Writer(False), Writer(True)
    write(plain)
    write(packed)
    (HERE / "crawl.warc").write_bytes(plain.bytes.getvalue())
    (HERE / "crawl.warc.gz").write_bytes(packed.bytes.getvalue())
    pieces = plain.bytes.getvalue().split(b"\r\n\r\nWARC/1.")
    records = [pieces[0] + b"\r\n\r\n"] + [b"WARC/1." + piece + b"\r\n\r\n" for piece in pieces[1:]]
    dictionary = zstandard.train_dictionary(8 << 10, [path.read_bytes() for path in PAGES.values()])
    (HERE / "crawl.warc.zst").write_bytes(zstd_frames(records, dictionary))
    with zipfile.ZipFile(HERE / "crawl.wacz", "w") as wacz:
        for name, content in [
            ("datapackage.json", json.dumps({"profile": "data-package", "wacz_version": "1.1.1"}).encode()),
            ("pages/pages.jsonl", b'{"format": "json-pages-1.0"}\n'),
            ("archive/crawl.warc.gz", packed.bytes.getvalue()),
        ]:
            entry = zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10))
            wacz.writestr(entry, content, zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED)


main()
