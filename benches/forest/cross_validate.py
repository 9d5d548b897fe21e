"""Scores the forest on pages it has not learnt from: five times, each time without the pages of a fifth of the hosts.

    cross_validate.py GOLD WORK
"""
import argparse
import pathlib

import forest
import pages

FOLDS = 5
THRESHOLDS = [0.4, 0.45, 0.5]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    paths = parser.parse_args()
    learnt_from, _ = pages.read_all(paths.gold, paths.work)
    chances = {}
    for fold in range(FOLDS):
        model = forest.grow([page for page in learnt_from if page.fold(FOLDS) != fold])
        for page in learnt_from:
            if page.fold(FOLDS) == fold:
                chances[page.kind, page.name] = forest.chances(model, page)
    for kind in pages.SETS:
        of_kind = [page for page in learnt_from if page.kind == kind]
        for threshold in THRESHOLDS:
            kept = [chances[kind, page.name] > threshold for page in of_kind]
            print(f"{kind}, threshold {threshold}: F1 {pages.f1(of_kind, kept):.4f}")


if __name__ == "__main__":
    main()
