"""What a hand did on the map, and which samples it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.space.lasso import nearest_sample, samples_inside

Point = tuple[float, float]


@dataclass(frozen=True)
class Gesture:
    """A choice made on a map or chart, in layout coordinates; samples are found from it, never sent with it.

    Coordinates mean something on one layout only. Bound to it (:func:`bind`), a gesture keeps the samples that it means
    there, and these stay chosen whatever layout comes after.

    Attributes:
        how: "lasso", "box", "click" or "cluster".
        polygon: the outline of a lasso or box.
        place: where a click fell.
        radius: how far from the click a sample may lie, in layout units.
        cluster: the chosen cluster, where ``how`` is "cluster".
        points: the coordinates of the chosen points, from charts that tell these instead of an outline.
        sample_ids: the samples themselves, once it is bound, or where a saved selection was opened; they count, and
            the rest says how they were chosen once.
        layout: the fingerprint of the layout that it was made on; empty as long as it is not bound.
        clustering: the fingerprint of the clustering of that time.
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


def drawn_gesture(how: str, polygon: Sequence[Point]) -> Gesture:
    """The gesture behind an outline on the map; a click arrives as a tiny outline around the clicked place."""
    polygon = tuple(polygon)
    if how != "click":
        return Gesture(how, polygon=polygon)
    corners = np.asarray(polygon, dtype=float)
    place = corners.mean(axis=0)
    radius = float(np.hypot(*(corners - place).T).max())
    return Gesture(how, place=(float(place[0]), float(place[1])), radius=radius)


def gesture_mask(
    gesture: Gesture | None,
    coordinates: np.ndarray,
    *,
    clusters: np.ndarray,
    allowed: np.ndarray,
    ids: pd.Index | None = None,
) -> np.ndarray:
    """The samples that a gesture means, among those that the filters leave; bool (n,).

    Args:
        gesture: None selects nothing.
        coordinates: float (n, 2), the layout.
        clusters: int (n,), the cluster of each sample.
        allowed: bool (n,), the samples that the filters leave.
        ids: the sample ids in the same order; needed where the gesture names samples.
    """
    if gesture is None:
        return np.zeros(len(coordinates), dtype=bool)
    if gesture.sample_ids or gesture.layout:
        return ids.isin(gesture.sample_ids) & allowed
    if gesture.how == "cluster":
        return (clusters == gesture.cluster) & allowed
    if gesture.points:
        return _at_points(coordinates, gesture.points) & allowed
    if gesture.how == "click":
        mask = np.zeros(len(coordinates), dtype=bool)
        row = nearest_sample(coordinates, gesture.place, radius=gesture.radius, allowed=allowed)
        if row is not None:
            mask[row] = True
        return mask
    return samples_inside(coordinates, gesture.polygon, allowed=allowed)


def bind(gesture: Gesture, mask: np.ndarray, *, ids: pd.Index, layout: str, clustering: str) -> Gesture:
    """The gesture with the samples that it means, and on which results it means them.

    Args:
        gesture: as it was made.
        mask: bool (n,), what :func:`gesture_mask` says of it.
        ids: the sample ids in the same order.
        layout, clustering: the fingerprints of the results on which it was made.
    """
    return replace(gesture, sample_ids=tuple(ids[mask].astype(str)), layout=layout, clustering=clustering)


def outline(gesture: Gesture) -> tuple[Point, ...]:
    """The polygon to keep on record: the drawn one, or the convex hull of the chosen points."""
    if gesture.polygon or not gesture.points:
        return gesture.polygon
    import shapely

    hull = shapely.MultiPoint(list(gesture.points)).convex_hull
    ring = hull.exterior if hull.geom_type == "Polygon" else hull
    return tuple((float(x), float(y)) for x, y in ring.coords)


def _at_points(coordinates: np.ndarray, points: Sequence[Point]) -> np.ndarray:
    # Coordinates are float32 and travel as text with all their digits, so equal places compare equal.
    wanted = {(np.float32(x), np.float32(y)) for x, y in points}
    return np.fromiter(((x, y) in wanted for x, y in coordinates.astype(np.float32)), bool, len(coordinates))
