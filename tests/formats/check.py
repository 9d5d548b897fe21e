"""Reads the program's exports with the parsers that other people wrote, and compares them with its JSON lines.

    pip install -r tests/formats/requirements.txt
    python tests/formats/check.py target/debug/newssearch INDEX ["QUERY"]

INDEX is an archive, such as one of corpus/; parquet is left out where the program is built without it, biber where it
is not installed.
"""

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import bibtexparser
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_string

PROGRAM, INDEX = sys.argv[1], sys.argv[2]
QUERY = sys.argv[3] if len(sys.argv) > 3 else "*"
wrong = []


def run(*args):
    command = [PROGRAM, "--index", INDEX, "query", "--all", "--sort", "newest", *args, "--", QUERY]
    ran = subprocess.run(command, capture_output=True)
    return ran.returncode, ran.stdout, ran.stderr.decode()


def export(form, *more):
    code, out, err = run("--format", form, *more)
    if code != 0:
        sys.exit(f"{form}: {err}")
    return out.decode("utf-8")


def check(form, what, found, expected):
    if found != expected:
        wrong.append(f"{form}: {what}: {found!r} where {expected!r} is expected")


def line(text):
    """A text on one line, without controls: as records for other programs have it."""
    hidden = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    words = ("".join(c for c in word if unicodedata.category(c) != "Cc" and c not in hidden) for word in text.split())
    return " ".join(word for word in words if word)


FIELDS = "id,title,standfirst,body,authors,published,source,agency,section,tags,language,url,canonical_url"
hits = [json.loads(text) for text in export("jsonl", "--fields", FIELDS).splitlines()]
print(f"{len(hits)} hits")


def check_ris():
    records = rispy.loads(export("ris", "--fields", "body"))
    check("ris", "records", len(records), len(hits))
    for hit, record in zip(hits, records):
        check("ris", "type", record["type_of_reference"], "NEWS")
        check("ris", "title", record.get("title", record.get("primary_title", "")), line(hit["title"]))
        check("ris", "outlet", record.get("secondary_title", ""), line(hit["source"] or ""))
        check("ris", "keywords", record.get("keywords", []), [line(tag.replace(";", ",")) for tag in hit["tags"]])
        check("ris", "year", record.get("year", record.get("publication_year", "")), (hit["published"] or "")[:4])
        check("ris", "notes", record.get("notes", [""])[0], line(hit["body"]))
        check("ris", "authors", len(record.get("authors", [])), len(hit["authors"]) or int(hit["agency"] is not None))
        if unknown := record.get("unknown_tag"):
            wrong.append(f"ris: unknown tags {unknown}")


COMMANDS = {
    "\\textbackslash{}": "\\", "\\textbraceleft{}": "{", "\\textbraceright{}": "}", "\\textasciitilde{}": "~",
    "\\textasciicircum{}": "^", "\\%": "%", "\\#": "#", "\\$": "$", "\\&": "&", "\\_": "_",
}


def plain(tex):
    out, at = "", 0
    while at < len(tex):
        command = next((c for c in COMMANDS if tex.startswith(c, at)), None)
        out += COMMANDS[command] if command else tex[at]
        at += len(command) if command else 1
    return out


def check_bibtex():
    text = export("bibtex", "--fields", "body")
    database = parse_string(text, "bibtex")
    check("pybtex", "entries", len(database.entries), len(hits))
    for hit, entry in zip(hits, database.entries.values()):
        check("pybtex", "title", plain(entry.fields.get("title", "")), line(hit["title"]))
        check("pybtex", "outlet", plain(entry.fields.get("journaltitle", "")), line(hit["source"] or ""))
        check("pybtex", "date", entry.fields.get("date", ""), (hit["published"] or "")[:10])
        check("pybtex", "story", plain(entry.fields.get("annotation", "")), line(hit["body"]))
        people = entry.persons.get("author", [])
        check("pybtex", "authors", len(people), len(hit["authors"]) or int(hit["agency"] is not None))
    parser = bibtexparser.bparser.BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    entries = bibtexparser.loads(text, parser).entries
    check("bibtexparser", "entries", len(entries), len(hits))
    check("bibtexparser", "keys", len({entry["ID"] for entry in entries}), len(hits))
    if not shutil.which("biber"):
        print("skipped: there is no biber")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hits.bib"
        file.write_text(text)
        ran = subprocess.run(["biber", "--tool", "--validate-datamodel", "hits.bib"], cwd=folder, capture_output=True)
        said = [told for told in ran.stdout.decode().splitlines() if told.startswith(("WARN", "ERROR"))]
        # A newspaper need not name its writers, nor every page its date.
        said = [told for told in said if "Missing mandatory field" not in told and "WARNINGS:" not in told]
        check("biber", "complaints", (ran.returncode, said[:3]), (0, []))


# A style of our own, so that none has to be fetched: authors, title, outlet, date.
STYLE = b"""<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0" default-locale="en-US">
  <info><title>plain</title><id>plain</id><updated>2022-01-01T00:00:00+00:00</updated></info>
  <citation><layout><text variable="title"/></layout></citation>
  <bibliography><layout suffix=".">
    <names variable="author" suffix=". "><name name-as-sort-order="all" delimiter="; "/></names>
    <text variable="title" suffix=". "/><text variable="container-title" suffix=", "/>
    <date variable="issued"><date-part name="year"/><date-part name="month" prefix=" "/><date-part name="day" prefix=" "/>
    </date>
  </layout></bibliography>
</style>"""


def check_csl():
    items = json.loads(export("csl-json"))
    check("csl", "items", [item["id"] for item in items], [hit["id"] for hit in hits])
    for hit, item in zip(hits, items):
        check("csl", "type", item["type"], "article-newspaper")
        parts = [int(part) for part in (hit["published"] or "")[:10].split("-") if part]
        check("csl", "issued", item.get("issued", {"date-parts": [[]]})["date-parts"], [parts])
    source = CiteProcJSON([{**item, "id": str(at)} for at, item in enumerate(items)])
    style = CitationStylesStyle(io.BytesIO(STYLE), validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    for at in range(len(items)):
        bibliography.register(Citation([CitationItem(str(at))]))
    check("citeproc", "lines", len(bibliography.bibliography()), len(items))
    print("citeproc:", bibliography.bibliography()[0])


def check_tables():
    rows = list(csv.DictReader(io.StringIO(export("csv", "--fields", FIELDS), newline="")))
    check("csv", "rows", [row["id"].lstrip("'") for row in rows], [hit["id"].lstrip("'") for hit in hits])
    for hit, row in zip(hits, rows):
        check("csv", "paragraphs", row["body"].count("\n"), hit["body"].count("\n"))
        if any(cell.startswith(("=", "+", "-", "@")) for cell in row.values()):
            wrong.append(f"csv: a formula in {row['id']}")
    rows = [text.split("\t") for text in export("tsv", "--fields", FIELDS).splitlines()]
    check("tsv", "cells", {len(row) for row in rows}, {len(FIELDS.split(","))})
    check("tsv", "rows", len(rows), len(hits) + 1)


def check_parquet():
    code, out, err = run("--format", "parquet", "--fields", FIELDS + ",rank,score,live")
    if "built without parquet" in err:
        print("skipped: parquet is not built in")
        return
    check("parquet", "exit code", code, 0)
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(io.BytesIO(out))
    print("parquet:", ", ".join(f"{field.name} {field.type}" for field in table.schema))
    rows = table.to_pylist()
    for field in FIELDS.split(","):
        check("parquet", field, [row[field] for row in rows], [hit[field] for hit in hits])
    check("parquet", "ranks", [row["rank"] for row in rows], list(range(1, len(hits) + 1)))


for form in (check_ris, check_bibtex, check_csl, check_tables, check_parquet):
    form()
    print(f"{form.__name__.removeprefix('check_')}: read")
if wrong:
    print("\n".join(wrong[:20]))
    sys.exit(f"{len(wrong)} complaints")
