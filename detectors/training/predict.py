"""Detections as the service makes them: each picture whole at 480 and at 320 pixels, merged class by class."""

import json
import os

import cv2
import numpy as np
import torch
from torchvision.ops import batched_nms

from network import Deployed

PASSES_PX = (480, 320)
# In training nothing was ever seen whole that was larger than a crop: large boxes are left to the last pass.
LARGEST_BOX_PX = 256
LEAST_SCORE = 0.02
MERGE_IOU = 0.5
MOST_DETECTIONS = 100
PADDING = 114


@torch.no_grad()
def predict(detector, folder):
    """(annotations, detections in the COCO results format) of a COCO folder, boxes in pixels of the stored pictures."""
    with open(os.path.join(folder, "annotations.json"), encoding="utf-8") as file:
        coco = json.load(file)
    deployed = Deployed(detector).eval()
    detections = []
    for image in coco["images"]:
        picture = cv2.imread(os.path.join(folder, image["file_name"]), cv2.IMREAD_COLOR)[..., ::-1]
        detections += [{"image_id": image["id"], **row} for row in detect(deployed, picture)]
    return coco, detections


def detect(deployed, picture):
    """Detections of one RGB picture uint8 [H, W, 3]."""
    height, width = picture.shape[:2]
    boxes, scores, classes = (torch.cat(parts) for parts in zip(*[_pass(deployed, picture, size) for size in PASSES_PX]))
    kept = batched_nms(boxes, scores, classes, MERGE_IOU)[:MOST_DETECTIONS]
    boxes = boxes[kept].clamp(min=0).minimum(torch.tensor([width, height, width, height]))
    return [
        {"category_id": int(classes[at]) + 1, "bbox": [x1, y1, x2 - x1, y2 - y1], "score": float(scores[at])}
        for at, (x1, y1, x2, y2) in zip(kept.tolist(), boxes.tolist())
    ]


def _pass(deployed, picture, size):
    height, width = picture.shape[:2]
    scale = size / max(height, width)
    how = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
    small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=how)
    padded = np.full((size, size, 3), PADDING, np.float32)
    padded[: small.shape[0], : small.shape[1]] = small
    pixels = torch.from_numpy(padded.transpose(2, 0, 1)[None].copy()).contiguous(memory_format=torch.channels_last)
    boxes, scores = (output[0] for output in deployed(pixels))
    wanted = scores > LEAST_SCORE
    if size != PASSES_PX[-1]:
        wanted &= ((boxes[:, 2:] - boxes[:, :2]).max(1).values < LARGEST_BOX_PX)[:, None]
    cell, label = wanted.nonzero(as_tuple=True)
    return boxes[cell] / scale, scores[cell, label], label
