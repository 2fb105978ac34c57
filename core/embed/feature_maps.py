"""What a network sees at each place of a picture: its features before they are pooled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.embed.backbones import backbone_named, load_backbone

STRIDE = 32
"""Pixels of the network's input from one place of a feature map to the next, in a residual network."""

MapRunner = Callable[[np.ndarray], np.ndarray]
"""Maps uint8 pictures (n, height, width), tenths in the network's size, to float32 maps (n, d, rows, columns)."""

_BATCH = 8


def make_map_runner(backbone_name: str) -> MapRunner:
    """Return a function that gives the feature maps of pictures; their mean over places is the backbone's features.

    Raises GlitchAuditError for an unknown backbone, and where its weights are missing.
    """
    import torch

    from core.embed.fused import fuse

    backbone = backbone_named(backbone_name)
    fused: Any = fuse(load_backbone(backbone.name), size=backbone.size, mean=backbone.mean, std=backbone.std)
    # The last two pool and flatten.
    network = torch.nn.Sequential(*list(fused)[:-2])

    def run(pictures: np.ndarray) -> np.ndarray:
        found = []
        with torch.inference_mode():
            for start in range(0, len(pictures), _BATCH):
                batch = torch.from_numpy(pictures[start : start + _BATCH])[:, None].float()
                found.append(network(batch.contiguous(memory_format=torch.channels_last)).contiguous().numpy())
        return np.concatenate(found)

    return run
