"""A selection: which samples, and how they were chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ADD, SUBTRACT = "add", "subtract"
OPERATIONS = (ADD, SUBTRACT)
SHAPES = ("lasso", "box", "click")

Point = tuple[float, float]


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
class Part:
    """A shape that was drawn after the first one.

    Attributes:
        operation: "add" or "subtract": what it does to the samples chosen so far.
        shape: "lasso", "box" or "click".
        polygon: its outline in layout coordinates; a click is a tiny outline around the clicked place.
    """

    operation: str
    shape: str
    polygon: tuple[Point, ...]


@dataclass(frozen=True)
class Selection:
    """A set of samples and how it was made.

    Attributes:
        sample_ids: the chosen samples, in the order of the data set.
        how: "lasso", "box", "click", "cluster" or "query".
        polygon: the outline in layout coordinates, (x, y) pairs; empty unless drawn on the map.
        parts: the shapes that were added and taken away after that, in order.
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
    parts: tuple[Part, ...] = ()


def drawn_record(selection: Selection) -> str:
    """What was drawn, as JSON for the ledger: the corners, or with parts ``{"first": corners, "then": parts}``."""
    if not selection.parts:
        return json.dumps(selection.polygon)
    then = [{"operation": part.operation, "shape": part.shape, "polygon": part.polygon} for part in selection.parts]
    return json.dumps({"first": selection.polygon, "then": then})


def read_drawn_record(record: str) -> tuple[tuple[Point, ...], tuple[Part, ...]]:
    """The first outline, and the parts that came after it, of what :func:`drawn_record` wrote.

    Raises:
        ValueError: it is no such record.
    """
    content = json.loads(record)
    try:
        if not isinstance(content, Mapping):
            return _corners(content), ()
        parts = tuple(Part(str(p["operation"]), str(p["shape"]), _corners(p["polygon"])) for p in content["then"])
        first = _corners(content["first"])
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a record of what was drawn: {record[:80]}") from error
    if any(part.operation not in OPERATIONS or part.shape not in SHAPES for part in parts):
        raise ValueError(f"not a record of what was drawn: {record[:80]}")
    return first, parts


def _corners(content: Sequence[Sequence[float]]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in content)


def filters_from(content: Mapping[str, Any]) -> Filters:
    """The filters in what was kept of them as plain values, such as ``dataclasses.asdict`` and JSON make.

    Raises:
        ValueError, TypeError: it is not that.
    """
    return Filters(
        labels=tuple(map(str, content.get("labels", ()))),
        clusters=tuple(map(int, content.get("clusters", ()))),
        detectors=tuple(map(str, content.get("detectors", ()))),
        splits=tuple(map(str, content.get("splits", ()))),
        ranges=tuple((str(name), float(low), float(high)) for name, low, high in content.get("ranges", ())),
        text=str(content.get("text", "")),
    )


def selection_from(content: Mapping[str, Any]) -> Selection:
    """The selection in what was kept of it as plain values, such as ``dataclasses.asdict`` and JSON make.

    Raises:
        KeyError, ValueError, TypeError: it is not that.
    """
    cluster = content["cluster"]
    return Selection(
        sample_ids=tuple(str(name) for name in content["sample_ids"]),
        how=str(content["how"]),
        polygon=tuple((float(x), float(y)) for x, y in content["polygon"]),
        cluster=None if cluster is None else int(cluster),
        filters=filters_from(content["filters"]),
        dataset_fingerprint=str(content["dataset_fingerprint"]),
        layout_fingerprint=str(content["layout_fingerprint"]),
        parts=tuple(
            Part(str(part["operation"]), str(part["shape"]), _corners(part["polygon"])) for part in content["parts"]
        ),
    )
