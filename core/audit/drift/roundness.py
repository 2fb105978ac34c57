"""How long a round cloud of the same spread would look by chance."""

from __future__ import annotations

import numpy as np

from core.audit.drift.geometry import unroll
from core.audit.drift.model import DriftParams
from core.statistics.permutation import chance_of_as_much


def chance_of_roundness(
    vectors: np.ndarray, length_to_width: float, params: DriftParams, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the mean length over width of random round clouds, and the share of clouds at least as long.

    The clouds are normal samples of the same covariance with the two largest variances replaced by their mean: of all
    clouds that are no curve, the one most like a curve. The samples count as one of the clouds in the share.
    ``vectors`` is float (m, d); ``length_to_width`` is the samples' own, from :func:`core.audit.drift.geometry.unroll`.
    """
    centred = np.asarray(vectors, dtype=float) - vectors.mean(axis=0)
    if len(centred) > params.scored:
        centred = centred[rng.choice(len(centred), params.scored, replace=False)]
    count = len(centred)
    spreads = np.linalg.svd(centred, compute_uv=False) / np.sqrt(max(count - 1, 1))
    spreads[:2] = np.sqrt(np.mean(spreads[:2] ** 2))
    spreads = spreads[spreads > 1e-9 * spreads[0]]
    clouds = np.array(
        [
            unroll(
                rng.normal(size=(count, len(spreads))) * spreads, neighbours=params.neighbours, rng=rng
            ).length_to_width
            for _ in range(params.shuffles)
        ]
    )
    return float(clouds.mean()), chance_of_as_much(length_to_width, clouds)
