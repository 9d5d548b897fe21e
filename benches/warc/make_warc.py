"""Writes the gold pages as a web archive: make_warc.py GOLD_DIR OUT.warc.gz [SET...]

One gzip member a record, with a request and a metadata record beside each response, as crawlers write them; every other
body is in chunks, every tenth is a picture that no reader wants. Needs `warcio` (requirements.txt).
"""

import gzip
import io
import json
import sys
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CHUNK_BYTES = 8192


def chunked(body):
    parts = (body[at:at + CHUNK_BYTES] for at in range(0, len(body), CHUNK_BYTES))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def write(writer, url, body, number):
    request = StatusAndHeaders("GET / HTTP/1.1", [("User-Agent", "bench")], is_http_request=True)
    writer.write_record(writer.create_warc_record(url, "request", http_headers=request))
    headers = [("Content-Type", "text/html"), ("Server", "bench")]
    if number % 2:
        headers.append(("Transfer-Encoding", "chunked"))
        body = chunked(body)
    status = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=status))
    fields = io.BytesIO(b"fetchTimeMs: 12\r\n")
    writer.write_record(writer.create_warc_record(url, "metadata", payload=fields))
    if number % 10 == 0:
        status = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
        picture = io.BytesIO(b"\x89PNG" + bytes(range(256)) * 64)
        writer.write_record(writer.create_warc_record(url + "#p", "response", payload=picture, http_headers=status))


def pages(gold, sets):
    """Each page as its set, its name, its address and its file."""
    for name in sets or ["newsrooms", "web-articles"]:
        urls = json.loads((Path(gold) / name / "urls.json").read_text(encoding="utf-8"))
        for path in sorted((Path(gold) / name / "html").glob("*.html.gz")):
            page = path.name.removesuffix(".html.gz")
            yield name, page, urls.get(page) or f"https://page.example/{name}/{page}", path


def main():
    gold, out, *sets = sys.argv[1:]
    with open(out, "wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, (_, _, url, path) in enumerate(pages(gold, sets)):
            write(writer, url, gzip.decompress(path.read_bytes()), number)


if __name__ == "__main__":
    main()
