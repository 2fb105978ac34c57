"""The order of samples along a curve of the embedding, and how firmly it is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.audit.drift.geometry import Unrolled, apartness, unroll
from core.audit.drift.model import Drift, DriftParams, OneDimensional
from core.audit.drift.roundness import chance_of_roundness
from core.audit.model import AuditInput
from core.audit.physical import physical_columns
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.statistics import NOISE
from core.statistics.intervals import UNKNOWN, drawn_interval
from core.statistics.ranks import rank_correlation

_KEPT, _KEPT_AT_MOST = 0.8, 1000
# The root mean square difference between the places of one sample in two random orders, places from 0 to 1.
_CHANCE = float(np.sqrt(1 / 6))
_CLEAR = 0.3


def order_along(
    case: AuditInput,
    rows: Sequence[int] | np.ndarray,
    *,
    params: DriftParams | None = None,
    seed: int = 0,
    name: str = "curve",
    intensity: np.ndarray | None = None,
) -> Drift:
    """Order samples along the curve that they lie on: a cluster, or a user's lasso.

    ``rows`` are rows of ``case.samples``; the same seed and rows give the same order. The curve runs so that the first
    of these with a rank correlation of 0.3 or more rises: the physical columns in their order of importance, peak
    frequency first; the ``intensity``, float (n,), sum of the pixel values; otherwise the order of the data set. For
    fewer than 3 samples, or where all are duplicates, the order is that of the data set and every figure is NaN. Raises
    GlitchAuditError for no rows, or a row twice.
    """
    params = params or DriftParams()
    rows = _each_once(rows)
    rng = np.random.default_rng(seed)
    vectors = case.matrix[rows]
    whole = unroll(vectors, neighbours=params.neighbours, rng=rng)
    known = bool(np.isfinite(whole.length_to_width))
    chance = chance_of_roundness(vectors, whole.length_to_width, params, rng) if known else (np.nan, np.nan)
    sign, direction = _direction(case, rows, whole.coordinate, intensity)
    coordinate = sign * whole.coordinate
    agreements = np.empty(0)
    confidence: np.ndarray | None = None
    if known:
        agreements, confidence = _firmness(vectors, coordinate, case.glitches[rows], params, rng)
    order = np.argsort(coordinate, kind="stable")
    low, high = drawn_interval(agreements) if len(agreements) else UNKNOWN
    return Drift(
        name=name,
        clusters=tuple(int(number) for number in np.unique(case.clusters[rows]) if number != NOISE),
        sample_ids=tuple(case.samples.index[rows[order]].astype(str)),
        position=_scaled(coordinate[order]),
        confidence=np.full(len(rows), np.nan) if confidence is None else confidence[order],
        agreement=float(np.mean(agreements)) if len(agreements) else float("nan"),
        agreement_low=float(low),
        agreement_high=float(high),
        one_dimensional=_one_dimensional(
            whole, _apartness(case, rows, whole.coordinate, params) if known else float("nan"), chance
        ),
        direction=direction,
        fingerprint=fingerprint("drift", case.fingerprint, rows.tolist(), params, seed),
    )


def _one_dimensional(whole: Unrolled, apart: float, chance: tuple[float, float]) -> OneDimensional:
    return OneDimensional(
        length_to_width=whole.length_to_width,
        share=whole.share,
        continuity=whole.continuity,
        evenness=whole.evenness,
        apartness=apart,
        chance_length_to_width=chance[0],
        p_value=chance[1],
    )


def _each_once(rows: Sequence[int] | np.ndarray) -> np.ndarray:
    rows = np.sort(np.asarray(rows, dtype=int))
    if not len(rows):
        raise GlitchAuditError("There is no sample to put in order: choose at least two.")
    if len(np.unique(rows)) < len(rows):
        raise GlitchAuditError("A sample cannot be put in order twice: give every row once.")
    return rows


def _scaled(ascending: np.ndarray) -> np.ndarray:
    extent = ascending[-1] - ascending[0]
    return (ascending - ascending[0]) / extent if extent > 0 else np.zeros(len(ascending))


def _apartness(case: AuditInput, rows: np.ndarray, coordinate: np.ndarray, params: DriftParams) -> float:
    inside = np.zeros(len(case.samples), dtype=bool)
    inside[rows] = True
    return apartness(coordinate, case.neighbours.indices[rows, : params.neighbours], inside)


def _direction(
    case: AuditInput, rows: np.ndarray, coordinate: np.ndarray, intensity: np.ndarray | None
) -> tuple[float, str]:
    columns = dict(physical_columns(case.samples))
    if intensity is not None:
        columns["intensity"] = np.asarray(intensity, dtype=float)
    for name, values in columns.items():
        correlation = rank_correlation(coordinate, values[rows])
        if abs(correlation) >= _CLEAR:
            return float(np.sign(correlation)), name
    correlation = rank_correlation(coordinate, np.arange(len(rows)))
    return (-1.0 if correlation < 0 else 1.0), ""


def _firmness(
    vectors: np.ndarray,
    coordinate: np.ndarray,
    glitches: np.ndarray,
    params: DriftParams,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import rankdata

    names, glitch = np.unique(glitches, return_inverse=True)
    agreements, squares, times = [], np.zeros(len(vectors)), np.zeros(len(vectors))
    for _ in range(params.subsamples):
        # Views of one glitch come and go together: alone, each would keep the other's place warm.
        kept = rng.permutation(len(names))[: min(int(np.ceil(_KEPT * len(names))), _KEPT_AT_MOST)]
        part = np.flatnonzero(np.isin(glitch, kept))
        if len(part) < 3:
            continue
        again = unroll(vectors[part], neighbours=params.neighbours, rng=rng).coordinate
        correlation = rank_correlation(again, coordinate[part])
        agreements.append(abs(correlation))
        turned = again if correlation >= 0 else -again
        difference = (rankdata(turned) - rankdata(coordinate[part])) / len(part)
        squares[part] += difference**2
        times[part] += 1
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(squares / times)
    return np.asarray(agreements), np.clip(1 - spread / _CHANCE, 0, 1)
