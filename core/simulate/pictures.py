"""How a simulated picture is stored: gray JPEG of quality 85, pixel = energy in tenths.

Its 4.4 kB let 1,200 x 4 pictures fit in 21 MB; nothing lossless comes near, as the noise itself needs the bytes. WebP
is a little smaller, but slower to decode, and opens as RGB, which a reader may take for a coloured figure; JPEG opens
as one gray channel. benchmarks/results/picture_formats.txt has the measurements.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

QUALITY = 85


def encode_picture(energy: np.ndarray) -> bytes:
    """A gray JPEG of energies in tenths, uint8 (rows, columns)."""
    buffer = io.BytesIO()
    Image.fromarray(energy).save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
