"""A run with nothing changed as a share of the full run: run.py NEWSSEARCH [PAGES]

Small pages of HTML, each of other words: those of corpus/ drawn anew, by a seed. Processor and wall seconds of one full
run, and the least of some runs after it.
"""

import html
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
PAGES_OF_A_FOLDER = 1_000
PARAGRAPHS = 4
WORDS_OF_A_PARAGRAPH = 50
AGAIN = 5


def words():
    """The words of the corpus's pages, as often as they stand there."""
    text = " ".join(path.read_text(encoding="utf-8", errors="ignore") for path in sorted(CORPUS.rglob("*.html")))
    paragraphs = re.findall(r"<p>([^<]+)</p>", text)
    return html.unescape(" ".join(paragraphs)).split()


def page(number, known):
    chance = random.Random(number)
    paragraphs = [" ".join(chance.choices(known, k=WORDS_OF_A_PARAGRAPH)) for _ in range(PARAGRAPHS)]
    title = html.escape(" ".join(chance.choices(known, k=8)))
    day = f"20{number % 20:02}-{number // 20 % 12 + 1:02}-{number // 240 % 28 + 1:02}"
    story = "".join(f"<p>{html.escape(paragraph)}.</p>\n" for paragraph in paragraphs)
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
            f'<link rel="canonical" href="https://news.example/{number}">\n'
            f'<meta property="article:published_time" content="{day}"></head>\n'
            f"<body><article><h1>{title}</h1>\n{story}</article></body></html>\n")


def run(newssearch, index, folder):
    """Processor and wall seconds of a run, and its report."""
    before, start = getrusage(RUSAGE_CHILDREN), time.monotonic()
    command = [newssearch, "--index", index, "index", folder, "--json"]
    ran = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE)
    after = getrusage(RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return processor, time.monotonic() - start, json.loads(ran.stdout)


def main():
    newssearch, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    known, written = words(), 0
    with tempfile.TemporaryDirectory() as scratch:
        folder, index = Path(scratch, "pages"), Path(scratch, "index")
        for number in range(count):
            below = folder / f"{number // PAGES_OF_A_FOLDER:04}"
            if number % PAGES_OF_A_FOLDER == 0:
                below.mkdir(parents=True)
            written += below.joinpath(f"{number:06}.html").write_bytes(page(number, known).encode())
        full = run(newssearch, index, folder)
        assert full[2]["articles"] == count, full[2]
        again = [run(newssearch, index, folder) for _ in range(AGAIN)]
        assert all(report["files_unchanged"] == count for _, _, report in again), again
    print(f"{count} pages, {written / 1e6:.1f} MB")
    for what, at in [("processor", 0), ("wall", 1)]:
        least = min(costs[at] for costs in again)
        print(f"{what}: full {full[at]:.2f} s, unchanged {least:.3f} s, {100 * least / full[at]:.2f} %")


main()
