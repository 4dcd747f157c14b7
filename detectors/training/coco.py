"""
The COCO figures (Debian 12 has no pycocotools): 101-point average precision at IoU 0.50 to 0.95, 100 detections a
picture, crowd regions ignored.

    coco.py ANNOTATIONS DETECTIONS    prints them for detections in the COCO results format, from whatever program
"""

import json
import sys
from collections import defaultdict

import numpy as np

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0, 1, 101)
MOST_DETECTIONS = 100


def evaluate(coco, detections, image_ids=None):
    """
    {"AP50", "AP", "AR", "classes": {name: {"AP50", "AP", "recall50", "objects"}}} over the classes that have objects
    among `image_ids` (all by default). `recall50`: share of the objects found at IoU 0.5 at any score.
    """
    ids = {image["id"] for image in coco["images"]} if image_ids is None else set(image_ids)
    classes = {}
    for category in coco["categories"]:
        mine = [
            [row for row in rows if row["category_id"] == category["id"] and row["image_id"] in ids]
            for rows in (coco["annotations"], detections)
        ]
        figures = _evaluate_class(*mine)
        if figures:
            classes[category["name"]] = figures
    mean = lambda key: float(np.mean([figures[key] for figures in classes.values()])) if classes else 0.0
    return {"AP50": mean("AP50"), "AP": mean("AP"), "AR": mean("AR"), "classes": classes}


def by_kind(coco, detections):
    """The figures of everything, of real pictures, of composites, and of each source."""
    groups = defaultdict(list)
    for image in coco["images"]:
        groups["all"].append(image["id"])
        groups["composites" if image.get("synthetic") else "real"].append(image["id"])
        groups["source " + image["source"]].append(image["id"])
    return {name: evaluate(coco, detections, ids) for name, ids in groups.items()}


def table(figures_by_kind):
    """A line for each group, for people."""
    lines = []
    for name, figures in figures_by_kind.items():
        each = "  ".join(
            f"{label} {values['AP50']:.3f}/{values['recall50']:.2f}" for label, values in figures["classes"].items()
        )
        lines.append(f"{name:18s} AP50 {figures['AP50']:.3f}  AP {figures['AP']:.3f}  {each}")
    return "\n".join(lines)


def _evaluate_class(annotations, detections):
    objects, found = defaultdict(list), defaultdict(list)
    for row in annotations:
        objects[row["image_id"]].append(row)
    for row in detections:
        found[row["image_id"]].append(row)
    count = sum(not row["iscrowd"] for row in annotations)
    if count == 0:
        return None
    scores, hits, ignored = [], [np.zeros((0, 10), bool)], [np.zeros((0, 10), bool)]
    for image, rows in found.items():
        rows = sorted(rows, key=lambda row: -row["score"])[:MOST_DETECTIONS]
        scores += [row["score"] for row in rows]
        hit, ignore = _match(rows, objects.get(image, []))
        hits.append(hit)
        ignored.append(ignore)
    order = np.argsort(-np.array(scores), kind="stable")
    hits, ignored = np.concatenate(hits)[order], np.concatenate(ignored)[order]
    precisions, recalls = zip(*[_average(hits[~ignored[:, k], k], count) for k in range(10)])
    return {
        "AP50": float(precisions[0]),
        "AP": float(np.mean(precisions)),
        "AR": float(np.mean(recalls)),
        "recall50": float(recalls[0]),
        "objects": count,
    }


def _match(rows, objects):
    """Each detection, best first, takes the free object it overlaps most; else it may fall into a crowd region."""
    hit, ignore = np.zeros((len(rows), 10), bool), np.zeros((len(rows), 10), bool)
    if not objects:
        return hit, ignore
    crowd = np.array([bool(row["iscrowd"]) for row in objects])
    iou = _overlaps(_corners(rows), _corners(objects), crowd)
    for k, threshold in enumerate(THRESHOLDS):
        free = ~crowd
        for index in range(len(rows)):
            values = np.where(free, iou[index], -1)
            best = int(np.argmax(values))
            if values[best] >= threshold:
                free[best] = False
                hit[index, k] = True
            elif crowd.any() and iou[index][crowd].max() >= threshold:
                ignore[index, k] = True
    return hit, ignore


def _average(hits, count):
    """(average precision, greatest recall) of detections best first."""
    if len(hits) == 0:
        return 0.0, 0.0
    right = np.cumsum(hits)
    recall = right / count
    precision = np.maximum.accumulate((right / np.arange(1, len(hits) + 1))[::-1])[::-1]
    at = np.searchsorted(recall, RECALLS, side="left")
    return float(np.mean(np.append(precision, 0)[at])), float(recall[-1])


def _corners(rows):
    boxes = np.array([row["bbox"] for row in rows], float).reshape(-1, 4)
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], 1)


def _overlaps(a, b, crowd):
    """IoU [n, m]; with a crowd region the share of the detection inside it."""
    left_top = np.maximum(a[:, None, :2], b[None, :, :2])
    right_bottom = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inner = (right_bottom - left_top).clip(0).prod(-1)
    areas_a, areas_b = (a[:, 2:] - a[:, :2]).prod(-1)[:, None], (b[:, 2:] - b[:, :2]).prod(-1)[None]
    return inner / np.maximum(np.where(crowd[None], areas_a, areas_a + areas_b - inner), 1e-9)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as annotations_file, open(sys.argv[2], encoding="utf-8") as results_file:
        print(table(by_kind(json.load(annotations_file), json.load(results_file))))
