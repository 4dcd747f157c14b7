"""What the network is trained for: boxes assigned to objects as in SimOTA, quality focal loss and generalised IoU."""

import torch
import torch.nn.functional as F

from network import STRIDES

# An object's candidates are the cells within this many strides of its centre.
CENTRE_REACH = 2.0
MOST_PER_OBJECT = 10


def overlaps(a, b):
    """(IoU, generalised IoU) of boxes [..., 4]."""
    left_top = torch.max(a[..., :2], b[..., :2])
    right_bottom = torch.min(a[..., 2:], b[..., 2:])
    inner = (right_bottom - left_top).clamp(0).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - inner + 1e-7
    hull = (torch.max(a[..., 2:], b[..., 2:]) - torch.min(a[..., :2], b[..., :2])).prod(-1) + 1e-7
    iou = inner / union
    return iou, iou - (hull - union) / hull


@torch.no_grad()
def assign(logits, boxes, centres, strides, objects, labels):
    """
    Which cells answer for which objects: (cell, object, IoU). `logits` [N, C], `boxes` [N, 4], `centres` [N, 2],
    `strides` [N], `objects` [M, 4], `labels` [M].
    """
    inside = torch.cat([centres[:, None] - objects[None, :, :2], objects[None, :, 2:] - centres[:, None]], -1)
    inside = inside.min(-1).values > 0
    middle = (objects[:, :2] + objects[:, 2:]) / 2
    near = (centres[:, None] - middle[None]).abs().max(-1).values < CENTRE_REACH * strides[:, None]
    cells = (inside | near).any(1).nonzero()[:, 0]
    if len(cells) == 0:
        return cells, cells, cells.float()
    iou, _ = overlaps(boxes[cells][:, None], objects[None])
    scores = logits[cells].sigmoid()[:, labels].clamp(1e-6, 1 - 1e-6)
    class_cost = F.binary_cross_entropy(scores, iou.clamp(0, 1), reduction="none") * (iou - scores).abs() ** 2
    cost = class_cost - 3 * (iou + 1e-7).log() + 1e4 * ~(inside & near)[cells]
    counts = iou.topk(min(MOST_PER_OBJECT, len(cells)), 0).values.sum(0).int().clamp(1)
    chosen = torch.zeros_like(cost, dtype=torch.bool)
    for index, count in enumerate(counts.tolist()):
        chosen[cost[:, index].topk(count, largest=False).indices, index] = True
    disputed = chosen.sum(1) > 1
    if disputed.any():
        cheapest = cost[disputed].argmin(1)
        chosen[disputed] = False
        chosen[disputed.nonzero()[:, 0], cheapest] = True
    cell, index = chosen.nonzero(as_tuple=True)
    return cells[cell], index, iou[cell, index]


def loss(levels, targets):
    """(class loss, box loss, cells assigned). `targets`: per picture float32 [n, 6] as `pictures.py` gives them."""
    centres, strides = _grid(levels)
    logits = torch.cat([level.flatten(2) for level, _ in levels], 2).permute(0, 2, 1)
    distances = torch.cat([level.flatten(2) for _, level in levels], 2).permute(0, 2, 1) * strides[None, :, None]
    boxes = torch.cat([centres - distances[..., :2], centres + distances[..., 2:]], -1)
    wanted, counted = torch.zeros_like(logits), torch.ones_like(logits)
    box_loss, weights, assigned = logits.new_zeros(()), logits.new_zeros(()), 0
    for index, rows in enumerate(torch.from_numpy(target) for target in targets):
        ignored, objects = rows[rows[:, 5] > 0], rows[rows[:, 5] == 0]
        if len(ignored):
            within = (centres[:, None] > ignored[None, :, :2]) & (centres[:, None] < ignored[None, :, 2:4])
            counted[index, within.all(-1).any(1)] = 0
        if len(objects) == 0:
            continue
        labels = objects[:, 4].long()
        cells, which, iou = assign(
            logits[index].detach(), boxes[index].detach(), centres, strides, objects[:, :4], labels
        )
        if len(cells) == 0:
            continue
        wanted[index, cells, labels[which]] = iou.clamp(0.05, 1)
        counted[index, cells] = 1
        _, giou = overlaps(boxes[index, cells], objects[which, :4])
        weight = iou.clamp(0.3, 1)
        box_loss = box_loss + ((1 - giou) * weight).sum()
        weights = weights + weight.sum()
        assigned += len(cells)
    focal = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    focal = focal * (logits.sigmoid().detach() - wanted).abs() ** 2
    return (focal * counted).sum() / max(1, assigned), box_loss / weights.clamp(1), assigned


def _grid(levels):
    centres, strides = [], []
    for (level, _), stride in zip(levels, STRIDES):
        rows, columns = level.shape[2:]
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        centres.append(torch.stack([x + 0.5, y + 0.5], -1).reshape(-1, 2) * stride)
        strides.append(torch.full((rows * columns,), float(stride)))
    return torch.cat(centres), torch.cat(strides)
