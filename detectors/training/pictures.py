"""Training pictures: a COCO folder in memory, random crops, mosaics, pasted objects and changes of light."""

import json
import os
import random
from collections import defaultdict

import cv2
import numpy as np

cv2.setNumThreads(1)

# Boxes are rows of x1, y1, x2, y2, class index, ignore (1: neither a positive nor a negative).
COLUMNS = 6
GREY = (114, 114, 114)

# How often a picture of a source is drawn. Hand-held litter and dumps are what the detector is worst at; the frames of
# the two videos are near copies of each other and stand behind the composites too.
SOURCE_WEIGHTS = {"porong": 2.0, "dji0839": 2.0, "aerialboat": 1.5, "litter": 2.5, "dump": 1.5, "composite": 1.0}

# Seen from above, any turn of the picture is as likely as any other. At street level the sky stays up.
SEEN_FROM_ABOVE = {"porong", "dji0839", "aerialboat", "litter", "composite"}

# Objects that are cut out with their surroundings and pasted elsewhere: against one boat on one river.
PASTED_CLASSES = {"person", "boat", "debris"}


class Pictures:
    """A folder with `annotations.json` (COCO) and its JPEG files, which stay compressed until first used."""

    def __init__(self, folder, size, seed):
        """`size`: side of a training crop in pixels. The same seed gives the same batches in the same order."""
        with open(os.path.join(folder, "annotations.json"), encoding="utf-8") as file:
            coco = json.load(file)
        self.size = size
        self.classes = [category["name"] for category in coco["categories"]]
        boxes = defaultdict(list)
        for annotation in coco["annotations"]:
            x, y, width, height = annotation["bbox"]
            row = (x, y, x + width, y + height, annotation["category_id"] - 1, annotation["iscrowd"])
            boxes[annotation["image_id"]].append(row)
        self.sources = [image["source"] for image in coco["images"]]
        self.jpegs = [np.fromfile(os.path.join(folder, image["file_name"]), np.uint8) for image in coco["images"]]
        self.boxes = [np.array(boxes[image["id"]], np.float32).reshape(-1, COLUMNS) for image in coco["images"]]
        self.decoded = {}
        self.random = random.Random(seed)
        self.noise = np.random.default_rng(seed)
        self.weights = [SOURCE_WEIGHTS.get(source, 1.0) for source in self.sources]
        pasted = {self.classes.index(name) for name in PASTED_CLASSES if name in self.classes}
        self.objects = [
            (picture, row)
            for picture, rows in enumerate(self.boxes)
            for row in range(len(rows))
            if int(rows[row, 4]) in pasted and not rows[row, 5] and min(_sides(rows[row])) >= 6
        ]

    def batch(self, count):
        """Pictures uint8 [count, size, size, 3] RGB, and a list of boxes float32 [n, 6] for each."""
        pictures, boxes = zip(*[self._sample() for _ in range(count)])
        return np.stack(pictures), list(boxes)

    def _picture(self, index):
        if index not in self.decoded:
            self.decoded[index] = cv2.imdecode(self.jpegs[index], cv2.IMREAD_COLOR)
        return self.decoded[index]

    def _draw(self):
        return self.random.choices(range(len(self.jpegs)), self.weights)[0]

    def _sample(self):
        size = self.size
        if self.random.random() < 0.4:
            picture, boxes = self._mosaic()
        else:
            index = self._draw()
            picture, boxes = self._turn(*self._crop(index, size, 0.35, 1.4), self.sources[index] in SEEN_FROM_ABOVE)
        if self.random.random() < 0.35:
            picture, boxes = self._paste(picture, boxes)
        return self._light(picture)[..., ::-1], boxes

    def _mosaic(self):
        half = self.size // 2
        quarters, rows = [], []
        for quarter in range(4):
            index = self._draw()
            above = self.sources[index] in SEEN_FROM_ABOVE
            picture, boxes = self._turn(*self._crop(index, half, 0.3, 0.9), above)
            boxes[:, [0, 2]] += (quarter % 2) * half
            boxes[:, [1, 3]] += (quarter // 2) * half
            quarters.append(picture)
            rows.append(boxes)
        upper, lower = np.hstack(quarters[:2]), np.hstack(quarters[2:])
        return np.vstack([upper, lower]), np.concatenate(rows)

    def _crop(self, index, side, least, most):
        """
        A square of `side` pixels at a random scale between `least` and `most` times that of a picture of 640 pixels,
        mostly around an object. Objects less than 40 % inside are to be ignored.
        """
        picture, boxes, rng = self._picture(index), self.boxes[index].copy(), self.random
        height, width = picture.shape[:2]
        scale = np.exp(rng.uniform(np.log(least), np.log(most))) * 640 / max(height, width)
        # Shapes are not to be trusted: two sources were squeezed from 16:9 by their uploaders.
        stretch = np.exp(rng.uniform(-0.25, 0.25))
        kx, ky = scale * np.sqrt(stretch), scale / np.sqrt(stretch)
        reach_x, reach_y = side / kx, side / ky
        if len(boxes) and rng.random() < 0.75:
            box = boxes[rng.randrange(len(boxes))]
            cx = rng.uniform(box[0], box[2]) + rng.uniform(-0.4, 0.4) * reach_x
            cy = rng.uniform(box[1], box[3]) + rng.uniform(-0.4, 0.4) * reach_y
        else:
            cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        cx = min(max(cx, min(reach_x * 0.4, width / 2)), max(width - reach_x * 0.4, width / 2))
        cy = min(max(cy, min(reach_y * 0.4, height / 2)), max(height - reach_y * 0.4, height / 2))
        matrix = np.float32([[kx, 0, side / 2 - kx * cx], [0, ky, side / 2 - ky * cy]])
        how = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
        crop = cv2.warpAffine(picture, matrix, (side, side), flags=how, borderValue=GREY)
        if len(boxes):
            whole = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) * kx * ky
            boxes[:, [0, 2]] = (boxes[:, [0, 2]] * kx + matrix[0, 2]).clip(0, side)
            boxes[:, [1, 3]] = (boxes[:, [1, 3]] * ky + matrix[1, 2]).clip(0, side)
            widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
            boxes[widths * heights < 0.4 * whole, 5] = 1
            boxes = boxes[(widths > 2) & (heights > 2)]
        return crop, boxes

    def _turn(self, picture, boxes, seen_from_above):
        side = picture.shape[0]
        if self.random.random() < 0.5:
            picture = picture[:, ::-1]
            boxes[:, [0, 2]] = side - boxes[:, [2, 0]]
        if seen_from_above and self.random.random() < 0.5:
            picture = picture[::-1]
            boxes[:, [1, 3]] = side - boxes[:, [3, 1]]
        if seen_from_above and self.random.random() < 0.5:
            picture = picture.transpose(1, 0, 2)
            boxes = boxes[:, [1, 0, 3, 2, 4, 5]]
        return picture, boxes

    def _paste(self, picture, boxes):
        """One to three objects of other pictures, with soft edges, where nothing is yet."""
        picture, rows, side = np.ascontiguousarray(picture), list(boxes), self.size
        for _ in range(self.random.randint(1, 3)):
            index, row = self.random.choice(self.objects)
            x1, y1, x2, y2 = self.boxes[index][row, :4]
            longest = max(x2 - x1, y2 - y1)
            scale = np.exp(self.random.uniform(np.log(0.5), np.log(1.6)))
            scale = min(max(scale, 7 / longest), side * 0.45 / longest)
            width, height = int((x2 - x1) * scale), int((y2 - y1) * scale)
            margin = max(2, int(0.12 * max(width, height)))
            full = (width + 2 * margin, height + 2 * margin)
            if min(width, height) < 3 or max(full) >= side:
                continue
            left, top = self.random.randrange(side - full[0]), self.random.randrange(side - full[1])
            spot = (left + margin, top + margin, left + margin + width, top + margin + height)
            if any(_overlap(spot, other) > 0 for other in rows):
                continue
            matrix = np.float32([[scale, 0, margin - scale * x1], [0, scale, margin - scale * y1]])
            how = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
            cut = cv2.warpAffine(self._picture(index), matrix, full, flags=how, borderMode=cv2.BORDER_REPLICATE)
            if self.random.random() < 0.5:
                cut = cut[:, ::-1]
            alpha = _soft_edge(full, margin)
            under = picture[top : top + full[1], left : left + full[0]]
            under[:] = (alpha * cut + (1 - alpha) * under).astype(np.uint8)
            rows.append(np.array([*spot, self.boxes[index][row, 4], 0], np.float32))
        return picture, np.array(rows, np.float32).reshape(-1, COLUMNS)

    def _light(self, picture):
        rng = self.random
        picture = np.ascontiguousarray(picture)
        if rng.random() < 0.8:
            hsv = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV).astype(np.float32)
            hsv[..., 0] = (hsv[..., 0] + rng.uniform(-10, 10)) % 180
            hsv[..., 1] *= rng.uniform(0.5, 1.5)
            hsv[..., 2] *= rng.uniform(0.6, 1.4)
            picture = cv2.cvtColor(hsv.clip(0, 255).astype(np.uint8), cv2.COLOR_HSV2BGR)
        if rng.random() < 0.3:
            levels = np.arange(256) / 255
            gamma = np.exp(rng.uniform(-0.4, 0.4))
            gains = [rng.uniform(0.88, 1.12) for _ in range(3)]
            table = np.stack([(255 * gain * levels**gamma).clip(0, 255) for gain in gains], -1).astype(np.uint8)
            picture = cv2.LUT(picture, table[:, None, :])
        if rng.random() < 0.12:
            picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.4))
        if rng.random() < 0.1:
            grain = self.noise.normal(0, rng.uniform(2, 8), picture.shape)
            picture = (picture + grain).clip(0, 255).astype(np.uint8)
        if rng.random() < 0.15:
            jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(30, 85)])[1]
            picture = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
        return picture


def _sides(box):
    return box[2] - box[0], box[3] - box[1]


def _overlap(a, b):
    return max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))


def _soft_edge(size, margin):
    """Opacity float32 [height, width, 1]: 1 inside, falling to 0 over the margin."""
    width, height = size
    x = np.minimum(np.arange(width), np.arange(width)[::-1]) / margin
    y = np.minimum(np.arange(height), np.arange(height)[::-1]) / margin
    return np.minimum(np.minimum(x[None, :], y[:, None]), 1).astype(np.float32)[..., None]
