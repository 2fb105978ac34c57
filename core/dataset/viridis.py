"""Viridis, both ways: colour to normalised energy, and energy to colour.

Gravity Spy draws normalised energy 0 to 25.5 with viridis, whose 256 colours stand for steps of 0.1. Energy is kept as
uint8 tenths (0 to 255), which is the number of the colour.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# matplotlib's viridis (CC0), 256 colours rounded to 8 bits, red green blue in hexadecimal.
_COLOURS_HEX = (
    "44015444025645045745055946075a46085c460a5d460b5e470d60470e61471063471164471365481467481668481769"
    "48186a481a6c481b6d481c6e481d6f481f70482071482173482374482475482576482677482878482979472a7a472c7a"
    "472d7b472e7c472f7d46307e46327e46337f463480453581453781453882443983443a83443b84433d84433e85423f85"
    "4240864241864142874144874045884046883f47883f48893e49893e4a893e4c8a3d4d8a3d4e8a3c4f8a3c508b3b518b"
    "3b528b3a538b3a548c39558c39568c38588c38598c375a8c375b8d365c8d365d8d355e8d355f8d34608d34618d33628d"
    "33638d32648e32658e31668e31678e31688e30698e306a8e2f6b8e2f6c8e2e6d8e2e6e8e2e6f8e2d708e2d718e2c718e"
    "2c728e2c738e2b748e2b758e2a768e2a778e2a788e29798e297a8e297b8e287c8e287d8e277e8e277f8e27808e26818e"
    "26828e26828e25838e25848e25858e24868e24878e23888e23898e238a8d228b8d228c8d228d8d218e8d218f8d21908d"
    "21918c20928c20928c20938c1f948c1f958b1f968b1f978b1f988b1f998a1f9a8a1e9b8a1e9c891e9d891f9e891f9f88"
    "1fa0881fa1881fa1871fa28720a38620a48621a58521a68522a78522a88423a98324aa8325ab8225ac8226ad8127ad81"
    "28ae8029af7f2ab07f2cb17e2db27d2eb37c2fb47c31b57b32b67a34b67935b77937b87838b9773aba763bbb753dbc74"
    "3fbc7340bd7242be7144bf7046c06f48c16e4ac16d4cc26c4ec36b50c46a52c56954c56856c66758c7655ac8645cc863"
    "5ec96260ca6063cb5f65cb5e67cc5c69cd5b6ccd5a6ece5870cf5773d05675d05477d1537ad1517cd2507fd34e81d34d"
    "84d44b86d54989d5488bd6468ed64590d74393d74195d84098d83e9bd93c9dd93ba0da39a2da37a5db36a8db34aadc32"
    "addc30b0dd2fb2dd2db5de2bb8de29bade28bddf26c0df25c2df23c5e021c8e020cae11fcde11dd0e11cd2e21bd5e21a"
    "d8e219dae319dde318dfe318e2e418e5e419e7e419eae51aece51befe51cf1e51df4e61ef6e620f8e621fbe723fde725"
)

VIRIDIS_BRIGHTEST = 216
"""Luminance of the last colour, of 255."""

PILLOW_LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in Pillow's mode L (ITU-R 601-2)."""

SCIKIT_IMAGE_LUMINANCE = (0.2125, 0.7154, 0.0721)
"""Weights in scikit-image's ``rgb2gray``, with which Gravity Spy's own tools turn pictures gray."""

_NEAR = 4
_COARSE_BITS = 4


def viridis_colours() -> NDArray[np.uint8]:
    """The 256 colours, shape (256, 3), red green blue; row i stands for energy i / 10."""
    return np.frombuffer(bytes.fromhex(_COLOURS_HEX), dtype=np.uint8).reshape(256, 3)


def to_viridis(energy: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the colours of energy (uint8 tenths), red green blue, uint8, shape ``energy.shape + (3,)``."""
    return viridis_colours()[np.asarray(energy, dtype=np.uint8)]


def from_viridis(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the energy of each pixel (uint8 tenths): the nearest of the 256 colours, Euclidean in red, green, blue.

    ``colours`` is uint8 (..., 3) or (..., 4) with an ignored last channel.
    """
    colours = np.asarray(colours, dtype=np.uint8)
    if colours.shape[-1] == 3:
        padded = np.empty((*colours.shape[:-1], 4), dtype=np.uint8)
        padded[..., :3] = colours
        colours = padded
    # One 32-bit word a pixel, red in the lowest byte: one lookup instead of a search.
    packed = np.ascontiguousarray(colours).view("<u4")[..., 0] & np.uint32(0xFFFFFF)
    return _nearest_by_packed_colour().take(packed)


def from_viridis_luminance(
    luminance: NDArray[np.integer | np.floating], *, weights: tuple[float, float, float] = PILLOW_LUMINANCE
) -> NDArray[np.uint8]:
    """Return the energy (uint8 tenths) of viridis pixels of which only the luminance, 0 to 255, was kept.

    Viridis grows lighter with energy. ``weights`` are the shares of red, green and blue in the luminance.
    """
    known = viridis_colours().astype(np.float64) @ np.asarray(weights, dtype=np.float64)
    return np.rint(np.interp(luminance, known, np.arange(256))).astype(np.uint8)


def distance_to_viridis(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far each pixel lies from the nearest viridis colour, 0 to 441, shape ``colours.shape[:-1]``."""
    nearest = to_viridis(from_viridis(colours)).astype(np.float32)
    return np.sqrt(((nearest - colours[..., :3]) ** 2).sum(axis=-1))


def _nearest(colours: NDArray[np.integer]) -> NDArray[np.uint8]:
    table = viridis_colours().astype(np.float32)
    query = colours.astype(np.float32)
    return ((table**2).sum(axis=1) - 2.0 * query @ table.T).argmin(axis=1).astype(np.uint8)


@lru_cache(maxsize=1)
def _nearest_by_packed_colour() -> NDArray[np.uint8]:
    """Return the nearest colour for each of the 2**24 colours (16 MB), index red + green * 256 + blue * 65536.

    Exact within a few levels of the 256 colours; elsewhere exact for the middle of a 16-level cell.
    """
    cell = 1 << _COARSE_BITS
    middles = np.arange(256 // cell) * cell + cell // 2
    blue, green, red = np.meshgrid(middles, middles, middles, indexing="ij")
    coarse = _nearest(np.stack([red, green, blue], axis=-1).reshape(-1, 3)).reshape(red.shape)
    lookup = coarse.repeat(cell, axis=0).repeat(cell, axis=1).repeat(cell, axis=2)

    step = np.arange(-_NEAR, _NEAR + 1)
    offsets = np.stack(np.meshgrid(step, step, step), axis=-1).reshape(-1, 3)
    for colour in viridis_colours().astype(np.int64):
        near = colour + offsets
        near = near[((near >= 0) & (near <= 255)).all(axis=1)]
        lookup[near[:, 2], near[:, 1], near[:, 0]] = _nearest(near)
    return lookup.reshape(-1)
