"""
Trains the river-patrol detector and exports it: one command, about 85 minutes on two quiet cores.

    /usr/bin/python3 detectors/training/train.py --data DIR --out DIR

`--data`: a folder with `train/` and `holdout/`, each `annotations.json` (COCO) beside `images/`. `--out` receives
`detector.onnx`, `detector.pt`, `detections.json` and `figures.txt` of the holdout, and `training.log`. Every random
choice follows from `--seed`: the same machine, packages and seed give the same network.
"""

import argparse
import copy
import json
import math
import multiprocessing
import os
import time

import numpy as np
import torch

import coco
from export import export
from network import Detector, normalise
from objective import loss
from pictures import Pictures
from predict import predict

BATCH = 16
CROP_PX = 320
PEAK_RATE, WARM_UP = 2.5e-3, 150
WEIGHT_DECAY = 0.04
BOX_WEIGHT = 2.0
# The network that is kept is a running mean of those on the way.
KEEP = 0.9985


def main():
    options = parse_options()
    os.makedirs(options.out, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    batches = start_loader(os.path.join(options.data, "train"), options.seed)
    with open(os.path.join(options.data, "train", "annotations.json"), encoding="utf-8") as file:
        classes = [category["name"] for category in json.load(file)["categories"]]
    detector = Detector(len(classes)).to(memory_format=torch.channels_last)
    mean = copy.deepcopy(detector).eval()
    with open(os.path.join(options.out, "training.log"), "w", encoding="utf-8") as log:
        say = lambda line: print(line, flush=True) or print(line, file=log, flush=True)
        train(detector, mean, batches, options, say)
        finish(mean, options, say)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=6000, help="batches of 16 pictures")
    return parser.parse_args()


def start_loader(folder, seed):
    """Batches come from a process of their own: the second core."""
    batches = multiprocessing.Queue(6)
    multiprocessing.Process(target=load, args=(folder, seed, batches), daemon=True).start()
    return batches


def load(folder, seed, batches):
    pictures = Pictures(folder, CROP_PX, seed)
    while True:
        batches.put(pictures.batch(BATCH))


def train(detector, mean, batches, options, say):
    matrices = [parameter for parameter in detector.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in detector.parameters() if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=PEAK_RATE)
    sums, started, cpu = np.zeros(3), time.time(), time.process_time()
    for step in range(1, options.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, options.steps)
        pictures, targets = batches.get()
        pixels = normalise(torch.from_numpy(pictures).permute(0, 3, 1, 2).float())
        class_loss, box_loss, assigned = loss(detector(pixels.contiguous(memory_format=torch.channels_last)), targets)
        optimizer.zero_grad(set_to_none=True)
        (class_loss + BOX_WEIGHT * box_loss).backward()
        torch.nn.utils.clip_grad_norm_(detector.parameters(), 10.0)
        optimizer.step()
        follow(mean, detector, min(KEEP, step / (step + 20)))
        sums += float(class_loss.detach()), float(box_loss.detach()), assigned / BATCH
        if step % 100 == 0:
            each = (time.process_time() - cpu) / step / BATCH * 1000
            minutes = (time.time() - started) / 60
            figures = "class {:.3f} box {:.3f} cells {:.1f}".format(*(sums / 100))
            say(f"step {step}/{options.steps} {figures} | {minutes:.1f} min, {each:.0f} ms of CPU a picture")
            sums[:] = 0
        if step % 1000 == 0:
            torch.save(mean.state_dict(), os.path.join(options.out, "detector.pt"))


def rate(step, steps):
    """Up in a straight line, then down in half a cosine."""
    return PEAK_RATE * min(1.0, step / WARM_UP) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))


@torch.no_grad()
def follow(mean, detector, keep):
    for kept, new in zip(mean.state_dict().values(), detector.state_dict().values()):
        if kept.dtype.is_floating_point:
            kept.mul_(keep).add_(new, alpha=1 - keep)
        else:
            kept.copy_(new)


def finish(mean, options, say):
    torch.save(mean.state_dict(), os.path.join(options.out, "detector.pt"))
    export(mean, os.path.join(options.out, "detector.onnx"))
    annotations, detections = predict(mean, os.path.join(options.data, "holdout"))
    with open(os.path.join(options.out, "detections.json"), "w", encoding="utf-8") as file:
        json.dump(detections, file)
    figures = coco.table(coco.by_kind(annotations, detections))
    with open(os.path.join(options.out, "figures.txt"), "w", encoding="utf-8") as file:
        file.write(figures + "\n")
    say(figures)


if __name__ == "__main__":
    main()
