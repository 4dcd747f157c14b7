"""The detector: a small anchor-free network with heads on strides 8, 16 and 32."""

import torch
import torch.nn as nn
import torch.nn.functional as F

STRIDES = (8, 16, 32)
# Grey 114 is what pictures are padded with: it becomes zero.
MEAN, DEVIATION = 114.5, 57.0


def convolution(inputs, outputs, kernel=3, stride=1, groups=1, active=True):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True) if active else nn.Identity(),
    )


def separable(inputs, outputs, stride=1, kernel=5):
    """Depthwise, then pointwise."""
    return nn.Sequential(
        convolution(inputs, inputs, kernel, stride, groups=inputs),
        convolution(inputs, outputs, 1),
    )


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        narrow = channels // 2
        self.path = nn.Sequential(
            convolution(channels, narrow, 1), convolution(narrow, channels, 3, active=False)
        )

    def forward(self, x):
        return F.relu(x + self.path(x))


class Context(nn.Module):
    """What surrounds a cell, near and far: maxima over growing windows. Tells a heap on a bank from one on a roof."""

    def __init__(self, channels):
        super().__init__()
        narrow = channels // 2
        self.before = convolution(channels, narrow, 1)
        self.after = convolution(narrow * 4, channels, 1)

    def forward(self, x):
        x = self.before(x)
        near = F.max_pool2d(x, 5, 1, 2)
        far = F.max_pool2d(near, 5, 1, 2)
        farther = F.max_pool2d(far, 5, 1, 2)
        return self.after(torch.cat([x, near, far, farther], 1))


class Detector(nn.Module):
    """float32 [B, 3, H, W], normalised, sides multiples of 32 -> per stride (class logits, distances in strides)."""

    def __init__(self, classes, widths=(16, 32, 64, 96, 144), depths=(1, 2, 2, 1), neck=64):
        super().__init__()
        self.stem = convolution(3, widths[0], 3, 2)
        self.stages = nn.ModuleList(
            nn.Sequential(
                convolution(widths[i], widths[i + 1], 3, 2), *[Residual(widths[i + 1]) for _ in range(depths[i])]
            )
            for i in range(4)
        )
        self.context = Context(widths[4])
        self.lateral = nn.ModuleList(convolution(width, neck, 1) for width in widths[2:5])
        self.down = nn.ModuleList(separable(neck, neck) for _ in range(2))
        self.up = nn.ModuleList(separable(neck, neck, 2, 3) for _ in range(2))
        self.out = nn.ModuleList(separable(neck, neck) for _ in range(2))
        self.class_paths = nn.ModuleList(nn.Sequential(separable(neck, neck), separable(neck, neck)) for _ in STRIDES)
        self.box_paths = nn.ModuleList(nn.Sequential(separable(neck, neck), separable(neck, neck)) for _ in STRIDES)
        self.class_heads = nn.ModuleList(nn.Conv2d(neck, classes, 1) for _ in STRIDES)
        self.box_heads = nn.ModuleList(nn.Conv2d(neck, 4, 1) for _ in STRIDES)
        for head, bias in [(head, -4.0) for head in self.class_heads] + [(head, 1.0) for head in self.box_heads]:
            nn.init.normal_(head.weight, std=0.01)
            nn.init.constant_(head.bias, bias)

    def forward(self, x):
        x = self.stages[0](self.stem(x))
        c3 = self.stages[1](x)
        c4 = self.stages[2](c3)
        c5 = self.context(self.stages[3](c4))
        p3, p4, p5 = (lateral(c) for lateral, c in zip(self.lateral, (c3, c4, c5)))
        p4 = self.down[0](p4 + F.interpolate(p5, scale_factor=2.0, mode="nearest"))
        p3 = self.down[1](p3 + F.interpolate(p4, scale_factor=2.0, mode="nearest"))
        p4 = self.out[0](p4 + self.up[0](p3))
        p5 = self.out[1](p5 + self.up[1](p4))
        return [
            (self.class_heads[i](self.class_paths[i](level)), F.softplus(self.box_heads[i](self.box_paths[i](level))))
            for i, level in enumerate((p3, p4, p5))
        ]


def normalise(pictures):
    """RGB 0…255 float32 -> what the network was trained on."""
    return (pictures - MEAN) / DEVIATION


class Deployed(nn.Module):
    """What is exported: float32 RGB 0…255 [1, 3, H, W] -> boxes [1, N, 4] x1 y1 x2 y2 in pixels, scores [1, N, C]."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, pictures):
        boxes, scores = [], []
        for (logits, distances), stride in zip(self.detector(normalise(pictures)), STRIDES):
            # Positions by counting ones, so that the exported graph takes pictures of any size.
            ones = torch.ones_like(distances[:, :1])
            x = (torch.cumsum(ones, 3) - 0.5) * stride
            y = (torch.cumsum(ones, 2) - 0.5) * stride
            left, top, right, bottom = (distances * stride).split(1, 1)
            boxes.append(torch.cat([x - left, y - top, x + right, y + bottom], 1).flatten(2))
            scores.append(logits.flatten(2).sigmoid())
        return torch.cat(boxes, 2).permute(0, 2, 1), torch.cat(scores, 2).permute(0, 2, 1)
