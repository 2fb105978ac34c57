"""From a picture's energy to what a network reads, the same for training and for embedding.

Energy is held as uint8 tenths (0 to 255 is normalised energy 0 to 25.5), which Pillow resizes quickly and bfloat16
holds exactly; the division by 255 is folded into the network's first convolution (see ``fused``).
"""

from __future__ import annotations

import numpy as np

from core.dataset.pictures import resize_energy

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Per-channel statistics that torchvision's ImageNet weights were trained with, for pixel values in [0, 1]."""


def as_tenths(energy: np.ndarray) -> np.ndarray:
    """Return energy as uint8 tenths: uint8 as it is, floats as normalised energy clipped to 0 to 25.5, NaN as 0."""
    if energy.dtype == np.uint8:
        return energy
    tenths = np.nan_to_num(np.asarray(energy, dtype=np.float32) * 10.0, nan=0.0, posinf=255.0, neginf=0.0)
    return np.rint(np.clip(tenths, 0.0, 255.0)).astype(np.uint8)


def network_input(energy: np.ndarray, *, size: tuple[int, int]) -> np.ndarray:
    """Return one picture (height, width), tenths or float normalised energy, as uint8 tenths of shape ``size``.

    It is resized with Pillow's antialiased bilinear filter unless it fits already.
    """
    height, width = size
    return resize_energy(as_tenths(energy), height, width)
