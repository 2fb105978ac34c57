"""How far apart colours lie, for eyes that see all colours and for the three common deficiencies.

A deficiency is simulated with the matrices of Machado, Oliveira and Fernandes (IEEE TVCG 15, 1291, 2009) at severity
1.0, on linear RGB. Distances are Euclidean in OKLab (Ottosson 2020), times 100: about 2 is just noticeable side by
side.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

VISIONS = MappingProxyType(
    {
        "all colours": np.eye(3),
        "protanopia": np.array(
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
        ),
        "deuteranopia": np.array(
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        ),
        "tritanopia": np.array(
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
        ),
    }
)
_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def linear(colours: Sequence[str]) -> np.ndarray:
    """Linear RGB, 0 to 1, float (n, 3), of colours ``#rrggbb``."""
    values = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def seen(colours: np.ndarray, vision: str) -> np.ndarray:
    """OKLab times 100, float (n, 3), of linear RGB as it looks to those eyes."""
    simulated = np.clip(colours @ VISIONS[vision].T, 0, 1)
    return 100 * np.cbrt(simulated @ _TO_LMS.T) @ _TO_LAB.T


def distances(colours: Sequence[str], vision: str) -> np.ndarray:
    """Of each colour from each other one, float (n, n)."""
    places = seen(linear(colours), vision)
    return np.linalg.norm(places[:, None] - places[None], axis=2)


def least_distances(colours: Sequence[str]) -> np.ndarray:
    """Of each colour from each other one, float (n, n), for the eyes to which the two look most alike."""
    return np.min([distances(colours, vision) for vision in VISIONS], axis=0)
