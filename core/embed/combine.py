"""From one vector a picture to one vector a glitch.

Each picture's vector is scaled to length 1, the views of a glitch are set side by side in a fixed order, and the whole
is scaled to length 1 again. For two glitches a and b, with u the unit vector of a view, cos the cosine and n the number
of views that a glitch has,

    cos(a, b) = sum over the views that both have of u_a . u_b / sqrt(n_a n_b).

Where both have all views this is the mean of the per-view cosines. A view that a glitch lacks is a block of zeros,
which would push it away from complete glitches (0.87 times the mean for three views against four). So such rows are
never compared as they are: :mod:`core.embed.likeness` says how alike two glitches are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Each row of (n, d) scaled to Euclidean length 1, as float32; rows of zeros stay zero."""
    matrix = np.asarray(matrix, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(lengths > 0, lengths, 1.0)


def combine_views(
    features: np.ndarray, *, sample_ids: Sequence[str], views: Sequence[str], order: Sequence[str]
) -> tuple[tuple[str, ...], np.ndarray]:
    """One row a sample from one row a picture.

    Args:
        features: (pictures, d); rows with values that are not finite are pictures that could not be read.
        sample_ids, views: the sample and the view of each picture.
        order: the views, in the order in which they are set side by side.

    Returns:
        The ids of the samples that have at least one readable picture, in order of first appearance among all
        pictures, and their float32 matrix (samples, len(order) * d) with rows of length 1.
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
    """Ids ``sample_id/view`` and the float32 matrix (pictures, d), rows of length 1; unreadable pictures left out."""
    readable = np.isfinite(features).all(axis=1)
    ids = tuple(f"{sample}/{view}" for sample, view, kept in zip(sample_ids, views, readable, strict=True) if kept)
    return ids, unit_rows(features[readable])
