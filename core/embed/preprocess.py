"""From a picture's energy to what a network reads, the same for training and for embedding.

Energy is held as uint8 tenths (0 to 255 is normalised energy 0 to 25.5), which Pillow resizes quickly and bfloat16
holds exactly; the division by 255 is folded into the network's first convolution (see ``fused``).
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.dataset.pictures import resize_energy

LITE_MEAN = (127 / 255, 127 / 255, 127 / 255)
LITE_STD = (128 / 255, 128 / 255, 128 / 255)
"""What EfficientNet-Lite's weights were trained with: (x - 127) / 128 of pixel values from 0 to 255."""

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


def network_colours(colours: np.ndarray, *, size: tuple[int, int], crop: float, bicubic: bool = False) -> np.ndarray:
    """Return one picture (h, w, 3) as uint8 of shape (*size, 3), as torchvision evaluates ImageNet's networks.

    The picture is resized in its own proportions until a box of ``size`` is ``crop`` of its shorter side (0.875: 224 of
    256 pixels), and its middle is taken. Pillow's antialiased filter is bilinear, or bicubic.
    """
    height, width = size
    rows, columns = colours.shape[:2]
    scale = max(height / rows, width / columns) / crop
    # Resizing only what the middle needs gives the same pixels in less time.
    tall, wide = min(height / scale, rows), min(width / scale, columns)
    top, left = (rows - tall) / 2, (columns - wide) / 2
    filter_ = Image.Resampling.BICUBIC if bicubic else Image.Resampling.BILINEAR
    picture = Image.fromarray(np.ascontiguousarray(colours))
    return np.asarray(picture.resize((width, height), filter_, box=(left, top, left + wide, top + tall)))
