"""Grows the forest from all pages that may be learnt from and scores it on the pages held back.

    train.py GOLD WORK OUT

GOLD is the folder of gold data, WORK the folder with the dumps and the made-up pages, OUT the file to write. The scores
are of the bare forest with one threshold for all pages; the library adds a threshold for each page and a few rules.
"""
import argparse
import pathlib

import forest
import pages

THRESHOLDS = [0.45, 0.5]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    paths = parser.parse_args()
    learnt_from, held_back = pages.read_all(paths.gold, paths.work)
    model = forest.grow(learnt_from)
    forest.write(model, paths.out)
    chances = [forest.chances(model, page) for page in held_back]
    for threshold in THRESHOLDS:
        f1 = pages.f1(held_back, [chance > threshold for chance in chances])
        print(f"newsrooms held back, threshold {threshold}: F1 {f1:.4f}")


if __name__ == "__main__":
    main()
