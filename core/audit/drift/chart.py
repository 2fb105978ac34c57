"""A drift as points to draw, and the samples that a gesture on the drawing means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audit.drift.along import LABEL, SUSPICION, compared_columns
from core.audit.drift.model import Drift
from core.audit.drift.units import rows_of
from core.audit.model import AuditInput
from core.audit.physical import PHYSICAL_UNITS
from core.errors import GlitchAuditError


@dataclass(frozen=True)
class CurvePoints:
    """One point a sample, in order along the curve.

    ``by`` is drawn upwards; ``position`` and ``value`` are float64 (m,), place along the curve and value in ``unit``
    ("Hz", "s" or ""), NaN where it is missing; a label's value is its number in ``names``, which is empty for other
    columns; ``logarithmic`` says whether the values span decades.
    """

    by: str
    position: np.ndarray
    value: np.ndarray
    labels: np.ndarray
    unit: str
    logarithmic: bool
    names: tuple[str, ...]


def curve_columns(
    case: AuditInput, *, suspicion: np.ndarray | None = None, intensity: np.ndarray | None = None
) -> tuple[str, ...]:
    """Return what can be drawn against the place along a curve: physical columns first, the label always."""
    found = compared_columns(case, suspicion=suspicion, intensity=intensity)
    return (*(name for name in found if name != SUSPICION), *(name for name in found if name == SUSPICION), LABEL)


def curve_points(
    case: AuditInput,
    drift: Drift,
    by: str,
    *,
    suspicion: np.ndarray | None = None,
    intensity: np.ndarray | None = None,
) -> CurvePoints:
    """Return the points of a drift; ``by`` is one of :func:`curve_columns`.

    ``suspicion`` and ``intensity`` are float (n,) in the order of ``case.samples``. Raises GlitchAuditError where there
    is no such column, or where the drift was found on other data.
    """
    rows = rows_of(case, drift)
    labels = case.labels[rows]
    columns = compared_columns(case, suspicion=suspicion, intensity=intensity)
    names: tuple[str, ...] = ()
    if by == LABEL:
        found, value = np.unique(labels, return_inverse=True)
        names = tuple(found.tolist())
    elif by in columns:
        value = columns[by][rows] if by == SUSPICION else 10 ** columns[by][rows]
    else:
        raise GlitchAuditError(f"This data set has no column “{by}” to draw along a curve.")
    return CurvePoints(
        by=by,
        position=drift.position,
        value=np.asarray(value, dtype=float),
        labels=labels,
        unit=PHYSICAL_UNITS.get(by, ""),
        logarithmic=by not in (LABEL, SUSPICION),
        names=names,
    )


def places_at(points: CurvePoints, chosen: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return the numbers along the curve of the samples that lie exactly at the chosen (position, value) pairs.

    Samples at the same spot are chosen together, because nobody can see them apart.
    """
    wanted = {(float(position), float(value)) for position, value in chosen}
    there = zip(points.position.tolist(), points.value.tolist(), strict=True)
    return np.flatnonzero([place in wanted for place in there]).astype(int)
