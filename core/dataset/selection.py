"""A selection: which samples, and how they were chosen."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Filters:
    """What the moderator narrowed the map to; empty fields exclude nothing.

    Attributes:
        labels, clusters, detectors, splits: keep samples with one of these values.
        ranges: keep samples whose column lies in [low, high]; (column, low, high) triples.
        text: keep samples whose id contains this text, letter case ignored.
    """

    labels: tuple[str, ...] = ()
    clusters: tuple[int, ...] = ()
    detectors: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    ranges: tuple[tuple[str, float, float], ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Selection:
    """A set of samples and how it was made.

    Attributes:
        sample_ids: the chosen samples, in the order of the data set.
        how: "lasso", "box", "click", "cluster" or "query".
        polygon: the outline in layout coordinates, (x, y) pairs; empty unless drawn on the map.
        cluster: the cluster that was chosen, where ``how`` is "cluster".
        filters: the filters that bounded the selection.
        dataset_fingerprint, layout_fingerprint: what the selection was made on.
    """

    sample_ids: tuple[str, ...]
    how: str
    polygon: tuple[tuple[float, float], ...] = ()
    cluster: int | None = None
    filters: Filters = field(default_factory=Filters)
    dataset_fingerprint: str = ""
    layout_fingerprint: str = ""
