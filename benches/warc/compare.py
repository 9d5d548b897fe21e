"""A web archive made searchable, and what else would be used: compare.py GOLD_DIR IN.warc.gz NEWSSEARCH [ROUNDS]

Ways: `newssearch index`; trafilatura, or resiliparse, and then Lucene. Each on one core, processor seconds of all its
processes, the least of some rounds. IN.warc.gz is what make_warc.py writes of GOLD_DIR, NEWSSEARCH the program of a
release build; needs `../compare/lucene/fetch` to have run, a JDK in JAVA_HOME, and requirements.txt.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from make_warc import pages

HERE = Path(__file__).resolve().parent
LUCENE = HERE.parent / "compare" / "lucene"
SETS = ["newsrooms", "web-articles"]
OTHERS = ["trafilatura", "resiliparse", "trafilatura-bare", "resiliparse-bare"]


def cost(command):
    """Processor and wall seconds of a command and its children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # newssearch ends with 1 where it left pages out, and says which.
    if ended.returncode > 1 or (ended.returncode and "newssearch" not in Path(command[0]).name):
        sys.exit(ended.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, time.monotonic() - start


def least(rounds, command):
    """The least processor and wall seconds of a command; it is told which round it is."""
    costs = [cost(command(number)) for number in range(rounds)]
    return min(processor for processor, _ in costs), min(wall for _, wall in costs)


def body_f1(gold, articles, name):
    """Body F1 of a set, by the scorer beside the gold data. Two pages have one address; they come in their order."""
    seen = Counter()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as lines:
        for set_name, page, url, _ in pages(gold, [name]):
            bodies = articles[url]
            body = bodies[seen[url]] if seen[url] < len(bodies) else ""
            seen[url] += 1
            lines.write(json.dumps({"page": page, "body": body}) + "\n")
        lines.flush()
        score = [sys.executable, gold.parent / "score_extract.py", gold / name / "gold.json", lines.name]
        said = subprocess.run(score, check=True, capture_output=True, text=True).stdout
    return float(next(line for line in said.splitlines() if line.startswith("body")).split("F1 ")[1].split()[0])


def read(file, key):
    """Bodies by address."""
    articles = defaultdict(list)
    with open(file, encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            articles[record[key]].append(record["body"])
    return articles


def folder_share(gold, newssearch, scratch, rounds):
    """Wall and processor seconds of extraction alone and of indexing, over a folder of the gold pages, all cores."""
    folder = scratch / "pages"
    for name, page, _, path in pages(gold, SETS):
        target = folder / name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    extract = least(rounds, lambda _: [newssearch, "extract", "--report", folder])
    index = least(rounds, lambda number: [newssearch, "--index", scratch / f"folder-{number}", "index", folder])
    for what, at in [("processor", 0), ("wall", 1)]:
        print(f"folder, {what}: extraction alone {extract[at]:.2f} s, indexing {index[at]:.2f} s, "
              f"{100 * extract[at] / index[at]:.0f} % of its speed")


def main():
    gold, warc, newssearch = (Path(argument).resolve() for argument in sys.argv[1:4])
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    count = sum(1 for _ in pages(gold, SETS))
    java, javac = (Path(os.environ["JAVA_HOME"]) / "bin" / name for name in ["java", "javac"])
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        folder_share(gold, newssearch, scratch, rounds)
        # From here on one core: what is started inherits it.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        jars = f"{LUCENE}/jars/*"
        subprocess.run([javac, "-cp", jars, "-d", scratch / "classes", LUCENE / "Main.java"], check=True)
        extracted = scratch / "newssearch.jsonl"
        own, _ = least(rounds, lambda number: [newssearch, "--index", scratch / f"own-{number}", "index", warc])
        with open(extracted, "wb") as lines:
            subprocess.run([newssearch, "extract", "--format", "jsonl", warc], stdout=lines)
        rows = [("newssearch", own, 0.0, read(extracted, "url"))]
        for way in OTHERS:
            out = scratch / f"{way}.jsonl"
            # Without comments it is the scores that are of interest.
            times = 1 if way.endswith("-bare") else rounds
            extract = [sys.executable, HERE / "other.py", way, warc, out]
            lucene = [java, "-cp", f"{scratch}/classes:{jars}", "Main", "index", out]
            reading, _ = least(times, lambda _: extract)
            indexing, _ = least(times, lambda number: [*lucene, scratch / f"{way}-{number}"])
            rows.append((way, reading, indexing, read(out, "id")))
    print("way, processor s, of it Lucene s, pages a processor s, times newssearch (without Lucene), body F1 of", *SETS)
    for way, reading, indexing, articles in rows:
        scores = " ".join(f"{body_f1(gold, articles, name):.4f}" for name in SETS)
        both = reading + indexing
        times = f"{both / own:6.2f} ({reading / own:.2f})"
        print(f"{way:17} {both:7.2f} {indexing:6.2f} {count / both:7.1f} {times} {scores}")


if __name__ == "__main__":
    main()
