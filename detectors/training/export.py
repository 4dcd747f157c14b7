"""From a trained network to an ONNX file that takes pictures of any size."""

import torch

from network import Deployed

OPSET = 13


def export(detector, file):
    """
    Writes `file`: input `images` float32 [1, 3, height, width] RGB 0…255, sides multiples of 32; outputs `boxes`
    [1, N, 4] x1 y1 x2 y2 in pixels of the input, `scores` [1, N, C] after sigmoid.
    """
    torch.onnx.export(
        Deployed(detector).eval(),
        torch.zeros(1, 3, 320, 320),
        file,
        opset_version=OPSET,
        input_names=["images"],
        output_names=["boxes", "scores"],
        dynamic_axes={"images": {2: "height", 3: "width"}, "boxes": {1: "cells"}, "scores": {1: "cells"}},
        do_constant_folding=True,
    )
