"""What a user did on the map, and which samples it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.dataset.selection import ADD, OPERATIONS, SUBTRACT, Asked, Part, Point
from core.space.lasso import nearest_sample, samples_inside


@dataclass(frozen=True)
class Gesture:
    """A choice made on a map or chart, in layout coordinates; the samples are found from it.

    Coordinates mean something on one layout only. Once bound (:func:`bind`), a gesture keeps its samples whatever
    layout comes after.

    Attributes:
        how: "lasso", "box", "click", "cluster", "query" or "search".
        polygon: the outline of a lasso or box; of a click a tiny one around its place.
        place, radius: where a click fell, and how far from it a sample may lie, in layout units.
        points: the coordinates of the chosen points, from charts that give these instead of an outline.
        sample_ids: the samples, once it is bound or a saved selection was opened; only they count then.
        layout, clustering: the fingerprints of the results it was made on; empty as long as it is not bound.
        parts: shapes added and taken away after that, in order; ``sample_ids`` contains the first ``settled`` already.
        asked: what was searched for, where ``how`` is "search".
    """

    how: str
    polygon: tuple[Point, ...] = ()
    place: Point | None = None
    radius: float = 0.0
    cluster: int | None = None
    points: tuple[Point, ...] = ()
    sample_ids: tuple[str, ...] = ()
    layout: str = ""
    clustering: str = ""
    parts: tuple[Part, ...] = ()
    settled: int = 0
    asked: Asked | None = None


def extended(gesture: Gesture | None, operation: str, how: str, polygon: Sequence[Point]) -> Gesture | None:
    """Return the gesture after one more shape: ``operation`` is "add", "subtract", or "replace" to begin anew.

    None where something is to be taken away and nothing was chosen. ``how`` is "lasso", "box" or "click".
    """
    if operation not in OPERATIONS or (gesture is None and operation == ADD):
        return drawn_gesture(how, polygon)
    if gesture is None:
        return None
    return replace(gesture, parts=(*gesture.parts, Part(operation, how, tuple(polygon))))


def without_outlines(gesture: Gesture, *, layout: str, clustering: str) -> Gesture:
    """Return the same samples on other results, where the shapes that chose them mean nothing."""
    return Gesture("query", sample_ids=gesture.sample_ids, layout=layout, clustering=clustering)


def drawn_gesture(how: str, polygon: Sequence[Point]) -> Gesture:
    """Return the gesture behind an outline on the map; a click arrives as a tiny outline around the clicked place."""
    polygon = tuple(polygon)
    if how != "click":
        return Gesture(how, polygon=polygon)
    corners = np.asarray(polygon, dtype=float)
    place = corners.mean(axis=0)
    radius = float(np.hypot(*(corners - place).T).max())
    return Gesture(how, polygon=polygon, place=(float(place[0]), float(place[1])), radius=radius)


def gesture_mask(
    gesture: Gesture | None,
    coordinates: np.ndarray,
    *,
    clusters: np.ndarray,
    allowed: np.ndarray,
    clickable: np.ndarray | None = None,
    row_of: Mapping[str, int] | None = None,
) -> np.ndarray:
    """Return the samples that a gesture means, among those that the filters leave, bool (n,).

    ``coordinates`` is float (n, 2), the layout; ``allowed`` bool (n,), the samples that the filters leave,
    ``clickable`` those that a click can take, where these are others; ``row_of`` the row of each sample by its id.
    Raises ValueError where that is missing and the gesture names samples.
    """
    if gesture is None:
        return np.zeros(len(coordinates), dtype=bool)
    clickable = allowed if clickable is None else clickable
    mask = _first_mask(gesture, coordinates, clusters=clusters, allowed=allowed, clickable=clickable, row_of=row_of)
    for part in gesture.parts[gesture.settled :]:
        drawn = drawn_gesture(part.shape, part.polygon)
        inside = _first_mask(drawn, coordinates, clusters=clusters, allowed=allowed, clickable=clickable, row_of=row_of)
        mask = mask & ~inside if part.operation == SUBTRACT else mask | inside
    return mask


def _first_mask(
    gesture: Gesture,
    coordinates: np.ndarray,
    *,
    clusters: np.ndarray,
    allowed: np.ndarray,
    clickable: np.ndarray,
    row_of: Mapping[str, int] | None,
) -> np.ndarray:
    if gesture.sample_ids or gesture.layout:
        if row_of is None:
            raise ValueError("a gesture that names samples needs their rows")
        return _named(gesture.sample_ids, row_of, count=len(coordinates)) & allowed
    if gesture.how == "cluster":
        return (clusters == gesture.cluster) & allowed
    if gesture.points:
        return _at_points(coordinates, gesture.points) & allowed
    if gesture.how == "click" and gesture.place is not None:
        mask = np.zeros(len(coordinates), dtype=bool)
        row = nearest_sample(coordinates, gesture.place, radius=gesture.radius, allowed=clickable)
        if row is not None:
            mask[row] = True
        return mask
    return samples_inside(coordinates, gesture.polygon, allowed=allowed)


def _named(sample_ids: Sequence[str], row_of: Mapping[str, int], *, count: int) -> np.ndarray:
    mask = np.zeros(count, dtype=bool)
    mask[[row for row in map(row_of.get, sample_ids) if row is not None]] = True
    return mask


def bind(gesture: Gesture, mask: np.ndarray, *, ids: pd.Index, layout: str, clustering: str) -> Gesture:
    """Return the gesture with the samples in ``mask``, bool (n,), and the fingerprints of the results it was made on.

    ``mask`` comes from :func:`gesture_mask`; ``ids`` are the sample ids in the same order.
    """
    return replace(
        gesture,
        sample_ids=tuple(ids[mask].astype(str).to_numpy().tolist()),
        layout=layout,
        clustering=clustering,
        settled=len(gesture.parts),
    )


def outline(gesture: Gesture) -> tuple[Point, ...]:
    """Return the polygon to keep on record: the drawn one, or the convex hull of the chosen points."""
    if gesture.polygon or not gesture.points:
        return gesture.polygon
    import shapely

    hull = shapely.MultiPoint(list(gesture.points)).convex_hull
    ring = hull.exterior if isinstance(hull, shapely.Polygon) else hull
    return tuple((float(x), float(y)) for x, y in ring.coords)


def _at_points(coordinates: np.ndarray, points: Sequence[Point]) -> np.ndarray:
    # Coordinates are float32 and travel as text with all their digits, so equal places compare equal.
    wanted = {(np.float32(x), np.float32(y)) for x, y in points}
    return np.fromiter(((x, y) in wanted for x, y in coordinates.astype(np.float32)), bool, len(coordinates))
