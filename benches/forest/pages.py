"""Reads dumped pages and their gold, tells which runs are part of the story, and scores what is kept."""
import collections
import json
import re
import zlib
from urllib.parse import urlparse

import numpy as np

WORD = re.compile(r"\w+", re.U)

SETS = ["newsrooms", "web-articles", "made-up"]

# Words of a run that make a 3-gram or more; shorter runs are placed by their neighbours.
WORDS_MIN = 4
# Places of one 3-gram in the gold that are looked at.
PLACES_MAX = 8
# Share of a run's 3-grams that must be found for the run to have a place in the gold.
PLACED_SHARE = 0.4
# Runs on either side among which a short run's placed neighbours are looked for, and words from one alone.
NEIGHBOURS = 12
REACH = 60
# Words a page counts as having at least, so that the runs of tiny pages do not outweigh all others.
PAGE_WORDS_MIN = 20


def words(text):
    return WORD.findall(text or "")


class Page:
    """A page: the texts of its runs, their rows of features, its gold, and the labels and weights made from it."""

    def __init__(self, kind, name, texts, rows, gold, url):
        self.kind = kind
        self.name = name
        self.texts = texts
        self.rows = rows
        self.gold = gold
        self.host = (urlparse(url or "").hostname or name).replace("www.", "")
        self.labels, self.weights = label(texts, gold)

    def fold(self, folds):
        """Pages of one host are in one fold."""
        return zlib.crc32(self.host.encode()) % folds


def read_set(kind, gold_folder, work):
    """Pages of a set in the order of their names. `work` holds the dumps and the made-up pages."""
    folder = work / "made-up" if kind == "made-up" else gold_folder / kind
    gold = json.loads((folder / "gold.json").read_text())
    urls = json.loads((folder / "urls.json").read_text()) if (folder / "urls.json").exists() else {}
    lines = [json.loads(line) for line in (work / f"{kind}.jsonl").open()]
    rows = np.fromfile(work / f"{kind}.f32", dtype=np.float32).reshape(-1, max(line["width"] for line in lines))
    pages, start = [], 0
    for line in lines:
        name, end = line["page"], start + len(line["texts"])
        pages.append(Page(kind, name, line["texts"], rows[start:end], gold[name]["articleBody"], urls.get(name)))
        start = end
    return pages


def read_all(gold_folder, work):
    """(pages to learn from, pages of newsrooms held back: those at odd places)."""
    newsrooms, web, made_up = (read_set(kind, gold_folder, work) for kind in SETS)
    return newsrooms[::2] + web + made_up, newsrooms[1::2]


def label(texts, gold):
    """Per run the share of it that is part of the story, and its share of the page."""
    gold = words(gold)
    runs = [words(text) for text in texts]
    labels = np.zeros(len(runs))
    places = [None] * len(runs)
    used = np.zeros(len(gold), bool)
    place_long_runs(runs, gold, used, labels, places)
    for i, run in enumerate(runs):
        if 0 < len(run) < WORDS_MIN:
            place_short_run(i, runs, gold, used, labels, places)
    total = max(PAGE_WORDS_MIN, len(gold))
    return labels, np.array([(len(run) + 1.0) / total for run in runs])


def place_long_runs(runs, gold, used, labels, places):
    """Finds the runs' 3-grams in the gold, longest runs first; no place of the gold is taken twice."""
    starts = collections.defaultdict(list)
    for i in range(len(gold)):
        starts[tuple(gold[i:i + 3])].append(i)
    for i in sorted(range(len(runs)), key=lambda i: -len(runs[i])):
        run = runs[i]
        if len(run) < WORDS_MIN:
            continue
        found = []
        for k in range(len(run) - 2):
            free = (p for p in starts.get(tuple(run[k:k + 3]), ())[:PLACES_MAX] if not used[p])
            found.extend(p - k for p in list(free)[:1])
        labels[i] = len(found) / (len(run) - 2)
        if labels[i] > PLACED_SHARE:
            places[i] = int(np.median(found))
            used[max(0, places[i]):max(0, min(len(gold), places[i] + len(run)))] = True


def place_short_run(i, runs, gold, used, labels, places):
    """Looks for a short run between the places of its neighbours."""
    before = next((j for j in range(i - 1, max(-1, i - NEIGHBOURS), -1) if places[j] is not None), None)
    behind = next((j for j in range(i + 1, min(len(runs), i + NEIGHBOURS)) if places[j] is not None), None)
    if before is None and behind is None:
        return
    first = places[before] + len(runs[before]) - 2 if before is not None else places[behind] - REACH
    last = places[behind] + 2 if behind is not None else first + REACH
    first = max(0, first)
    last = min(len(gold), max(last, first))
    size = len(runs[i])
    for place in range(first, last - size + 1):
        if gold[place:place + size] == runs[i] and not used[place:place + size].any():
            labels[i], places[i] = 1, place
            used[place:place + size] = True
            return


def grams(text, n=4):
    found = words(text)
    if len(found) < n:
        return collections.Counter([tuple(found)] if found else [])
    return collections.Counter(tuple(found[i:i + n]) for i in range(len(found) - n + 1))


def counts(gold, got):
    """True positives, false positives and false negatives of a page, as shares."""
    gold, got = grams(gold), grams(got)
    both = sum((gold & got).values())
    wrong, missed = sum(got.values()) - both, sum(gold.values()) - both
    total = both + wrong + missed
    return np.array([both, wrong, missed]) / total if total else np.zeros(3)


def f1(pages, kept):
    """F1 over pages, `kept` holding per page whether each run is."""
    texts = ("\n".join(t for t, keep in zip(page.texts, keeps) if keep) for page, keeps in zip(pages, kept))
    both, wrong, missed = sum(counts(page.gold, text) for page, text in zip(pages, texts))
    return 2 * both / (2 * both + wrong + missed)
