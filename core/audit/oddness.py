"""How far the nearest neighbours of a sample agree with its label: what makes one of a selection odd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

ODD_BELOW = 0.5
"""A sample is odd when less than this share of its nearest neighbours carries its label."""


@dataclass(frozen=True)
class NearAgreement:
    """For each of m samples, ``agree`` int (m,) of its ``near`` int (m,) nearest neighbours carry the same label.

    Other pictures of the same glitch are no neighbours.
    """

    agree: np.ndarray
    near: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """``agree`` of ``near``, float (m,); 1 where there is no neighbour to contradict."""
        return np.divide(self.agree, self.near, out=np.ones(len(self.near)), where=self.near > 0)

    @property
    def odd(self) -> np.ndarray:
        """Whether a sample is odd, bool (m,): a share below :data:`ODD_BELOW`, so never without neighbours."""
        return self.share < ODD_BELOW


def near_agreement(
    rows: np.ndarray,
    indices: np.ndarray,
    *,
    labels: pd.Series | np.ndarray,
    glitches: pd.Series | np.ndarray | None = None,
) -> NearAgreement:
    """Return how many of the nearest neighbours of these m samples carry their label.

    ``rows`` int (m,); ``indices`` int (n, k), the neighbours of every sample (``Neighbours.indices``); ``labels`` (n,);
    ``glitches`` (n,), the glitch that each row shows, where several rows can show one; no row is its own neighbour.
    Both may be numbers that stand for the names: they are compared faster.
    """
    rows = np.asarray(rows, dtype=int)
    around = np.asarray(indices[rows])
    counts = np.ones(around.shape, dtype=bool) if glitches is None else ~_alike(glitches, rows, around)
    return NearAgreement((_alike(labels, rows, around) & counts).sum(axis=1), counts.sum(axis=1))


def _alike(names: pd.Series | np.ndarray, rows: np.ndarray, around: np.ndarray) -> np.ndarray:
    """Whether each neighbour has the name of the sample itself, bool (m, k)."""
    values = names.array if isinstance(names, pd.Series) else np.asarray(names)
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        return values[around] == values[rows][:, None]
    # A page of tiles touches few of very many samples: no other's name is looked at.
    touched = np.zeros(len(values), dtype=bool)
    touched[rows] = touched[around] = True
    known = np.flatnonzero(touched)
    codes = np.zeros(len(values), dtype=np.intp)
    codes[known] = pd.factorize(values[known])[0]
    return codes[around] == codes[rows][:, None]
