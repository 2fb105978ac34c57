"""Which samples a shape drawn on the map picks out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Point = tuple[float, float]


def samples_inside(
    coordinates: np.ndarray, polygon: Sequence[Point], *, allowed: np.ndarray | None = None
) -> np.ndarray:
    """Return the samples inside a lasso, bool (n,); points on the line are inside.

    A lasso that crosses itself counts by the even-odd rule, as SVG and canvas fill it: a place that the line goes round
    twice is outside. ``polygon`` has the corners in layout units, in drawing order; fewer than three different ones, or
    all on one line, enclose nothing. ``allowed`` is bool (n,), the samples that the filters leave. Raises ValueError
    where a corner is not a pair of finite numbers.
    """
    import shapely

    corners = np.asarray(polygon, dtype=float)
    if len(corners) and (corners.ndim != 2 or corners.shape[1] != 2 or not np.isfinite(corners).all()):
        raise ValueError("the corners of a lasso must be pairs of finite numbers")
    chosen = np.zeros(len(coordinates), dtype=bool)
    if len(corners) < 3 or len(np.unique(corners, axis=0)) < 3:
        return chosen
    shape: shapely.Geometry = shapely.Polygon(corners)
    if not shapely.is_valid(shape):
        # make_valid also returns the lines and points that a crossing leaves over; they enclose nothing.
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
        shape = shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
    shapely.prepare(shape)
    candidates = np.flatnonzero(_allowed(allowed, len(coordinates)))
    points = np.asarray(coordinates, dtype=float)[candidates]
    chosen[candidates] = shapely.intersects_xy(shape, points[:, 0], points[:, 1])
    return chosen


def nearest_sample(
    coordinates: np.ndarray, point: Point, *, radius: float, allowed: np.ndarray | None = None
) -> int | None:
    """Return the row of the first sample nearest to a click within ``radius`` (layout units), None for none."""
    candidates = np.flatnonzero(_allowed(allowed, len(coordinates)))
    if not len(candidates):
        return None
    distances = np.hypot(*(np.asarray(coordinates, dtype=float)[candidates] - point).T)
    nearest = int(np.argmin(distances))
    return int(candidates[nearest]) if distances[nearest] <= radius else None


def _allowed(allowed: np.ndarray | None, rows: int) -> np.ndarray:
    if allowed is None:
        return np.ones(rows, dtype=bool)
    if len(allowed) != rows:
        raise ValueError(f"a mask of {len(allowed)} samples for a layout of {rows}")
    return np.asarray(allowed, dtype=bool)
