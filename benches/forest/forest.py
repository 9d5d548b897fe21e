"""Grows a forest and writes it as the library reads it."""
import struct

import lightgbm
import numpy as np

SETTINGS = dict(
    objective="binary", learning_rate=0.08, num_leaves=15, min_data_in_leaf=60, feature_fraction=0.4,
    bagging_fraction=0.8, bagging_freq=1, lambda_l2=5, max_bin=127, num_threads=2, verbose=-1,
)
TREES = 150
SET_WEIGHTS = {"newsrooms": 2.5, "web-articles": 1.0, "made-up": 0.4}
# Added to each run's share of its page, so that no run is for nothing.
RUN_WEIGHT_MIN = 0.002
# Weight, of 1, that is left to a run of which half is part of the story.
DOUBT_WEIGHT = 0.1


def grow(pages):
    rows = np.concatenate([page.rows for page in pages])
    labels = np.concatenate([page.labels for page in pages])
    weights = np.concatenate([(page.weights + RUN_WEIGHT_MIN) * SET_WEIGHTS[page.kind] for page in pages])
    weights = weights * np.maximum(DOUBT_WEIGHT, abs(labels - 0.5) * 2) * 100
    data = lightgbm.Dataset(rows, label=(labels > 0.5).astype(int), weight=weights)
    return lightgbm.train(SETTINGS, data, TREES)


def chances(model, page):
    return model.predict(page.rows) if len(page.rows) else np.zeros(0)


def write(model, path):
    """Writes the trees; the format is told in `forest.rs`."""
    trees = [flatten(tree["tree_structure"]) for tree in model.dump_model()["tree_info"]]
    with open(path, "wb") as out:
        out.write(struct.pack("<H", len(trees)))
        for nodes, leaves in trees:
            out.write(struct.pack("<B", len(nodes)))
            out.writelines(struct.pack("<Hfbb", *node) for node in nodes)
            out.writelines(struct.pack("<f", leaf) for leaf in leaves)


def flatten(root):
    """The inner nodes (column, bound, left, right) of a tree and its leaves; a leaf as a child is `~leaf`."""
    nodes, leaves = [], []

    def visit(node):
        if "split_feature" not in node:
            leaves.append(node["leaf_value"])
            return ~(len(leaves) - 1)
        assert node["decision_type"] == "<="
        at = len(nodes)
        nodes.append(None)
        left, right = visit(node["left_child"]), visit(node["right_child"])
        nodes[at] = (node["split_feature"], bound_of(node["threshold"]), left, right)
        return at

    visit(root)
    return nodes, leaves


def bound_of(threshold):
    """The largest f32 that is not above a threshold."""
    bound = np.float32(threshold)
    return np.nextafter(bound, np.float32(-np.inf)) if float(bound) > threshold else bound
