"""From one vector a picture to one vector a glitch.

Each picture's vector is scaled to length 1, the views of a glitch are set side by side in a fixed order, and the whole
is scaled to length 1 again. With u the unit vector of a view and n the number of views that a glitch has,

    cos(a, b) = sum over the views that both have of u_a . u_b / sqrt(n_a n_b),

which is the mean of the per-view cosines where both have all views. A missing view is a block of zeros, which would
push a glitch away from complete ones (0.87 times the mean for three views against four), so such rows are only compared
by :mod:`core.embed.likeness`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Return each row of (n, d) scaled to Euclidean length 1, as float32; rows of zeros stay zero."""
    matrix = np.asarray(matrix, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(lengths > 0, lengths, 1.0)


def combine_views(
    features: np.ndarray, *, sample_ids: Sequence[str], views: Sequence[str], order: Sequence[str]
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return one row a sample from one row a picture: the sample ids, and float32 (samples, len(order) * d).

    Rows have length 1. ``features`` is (pictures, d); rows that are not finite are pictures that could not be read.
    Samples without a readable picture are left out; the others keep the order of their first readable one. ``order``
    lists the views as they are set side by side.
    """
    readable = np.isfinite(features).all(axis=1)
    codes, names = pd.factorize(np.asarray(sample_ids, dtype=object)[readable])
    blocks = pd.Index(list(order)).get_indexer(np.asarray(views, dtype=object)[readable])
    combined = np.zeros((len(names), len(order), features.shape[1]), dtype=np.float32)
    combined[codes, blocks] = unit_rows(features[readable])
    return tuple(str(name) for name in names), unit_rows(combined.reshape(len(names), -1))


def one_row_a_picture(
    features: np.ndarray, *, sample_ids: Sequence[str], views: Sequence[str]
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return ids ``sample_id/view`` and float32 (pictures, d), rows of length 1; unreadable pictures left out."""
    readable = np.isfinite(features).all(axis=1)
    ids = tuple(f"{sample}/{view}" for sample, view, kept in zip(sample_ids, views, readable, strict=True) if kept)
    return ids, unit_rows(features[readable])
