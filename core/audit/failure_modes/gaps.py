"""Whether there is a gap between two parts of a label, or they flow into each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.failure_modes.probe import leading_components

_FOLDS = 10
_COMPONENTS = 20
_SHRINKAGE = 0.5
OTHER = -1


@dataclass(frozen=True)
class Gap:
    """Glitches found in three equally wide windows on the line between two parts: at its ends and half-way.

    ``p_value`` is that of so empty a middle if it were at least ``ratio`` times as dense as the thinner end; ``valley``
    the density of the middle over that of the thinner end; 0 is empty, 1 no gap.
    """

    first: int
    middle: int
    second: int
    p_value: float
    valley: float


def gap_between(vectors: np.ndarray, part: np.ndarray, *, ratio: float, random: np.random.Generator) -> Gap:
    """Look for a gap on a line found without the glitches that are counted.

    The line from part to part (shrunken linear discriminant) and its two ends (medians) come from nine tenths of the
    glitches; those of the remaining tenth are counted in windows a third of the distance wide around both ends and
    half-way between, added up over all tenths. The middle count is compared with ``ratio`` times that of each end by an
    exact binomial test, and the larger p-value holds: a density with a single peak is nowhere between two places
    thinner than at the thinner of them, and one that bends is not much thinner. ``vectors`` is float (m, d); ``part``
    int (m,), 0 and 1, or :data:`OTHER` for glitches between or beside the parts.
    """
    from scipy.stats import binom

    reduced = _reduced(vectors)
    counts = np.zeros(3, dtype=int)
    for tested in np.array_split(random.permutation(len(part)), _FOLDS):
        trained = np.setdiff1d(np.arange(len(part)), tested)
        ends = [reduced[trained[part[trained] == number]] for number in (0, 1)]
        if min(len(end) for end in ends) < 3:
            continue
        line = _direction(*ends)
        start, stop = (float(np.median(end @ line)) for end in ends)
        if not stop > start:
            continue
        place = (reduced[tested] @ line - start) / (stop - start)
        counts += [int((np.abs(place - centre) < 1 / 6).sum()) for centre in (0, 0.5, 1)]
    first, middle, second = (int(count) for count in counts)
    thinner = min(first, second)
    p_value = max(float(binom.cdf(middle, middle + end, ratio / (1 + ratio))) for end in (first, second))
    return Gap(first, middle, second, p_value, middle / thinner if thinner else 1.0)


def _reduced(vectors: np.ndarray) -> np.ndarray:
    centred = np.asarray(vectors, dtype=np.float64) - np.mean(vectors, axis=0)
    left, sizes = leading_components(centred, min(_COMPONENTS, max(1, len(vectors) // 4)))
    return left * sizes


def _direction(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    scatter = (first - first.mean(axis=0)).T @ (first - first.mean(axis=0))
    scatter += (second - second.mean(axis=0)).T @ (second - second.mean(axis=0))
    ridge = _SHRINKAGE * np.trace(scatter) / len(scatter) + 1e-12
    line = np.linalg.solve(scatter + ridge * np.eye(len(scatter)), second.mean(axis=0) - first.mean(axis=0))
    return line / max(float(np.linalg.norm(line)), 1e-12)
