"""A selection: which samples, and how they were chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

ADD, SUBTRACT = "add", "subtract"
OPERATIONS = (ADD, SUBTRACT)
SHAPES = ("lasso", "box", "click")

LIKENESS_SEARCH = "likeness search"
BOX_SEARCH = "likeness search by a part of the picture"
BOX_SEARCH_CLOSER = f"{BOX_SEARCH}, the first ones looked at more closely"
_ASKED_SELDOM = ("named", "box")

Point = tuple[float, float]


@dataclass(frozen=True)
class Filters:
    """What the moderator narrowed the map to; empty fields exclude nothing.

    ``ranges`` holds (column, low, high), both ends included; ``text`` is part of the id, letter case ignored.
    ``values`` holds (column, value) of columns of text: a sample passes that has one of the values of each column.
    """

    labels: tuple[str, ...] = ()
    clusters: tuple[int, ...] = ()
    detectors: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    ranges: tuple[tuple[str, float, float], ...] = ()
    text: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """A shape drawn after the first: its ``polygon`` is added to or subtracted from the samples chosen so far.

    ``operation`` is "add" or "subtract", ``shape`` "lasso", "box" or "click". The polygon is in layout coordinates; a
    click is a tiny outline around the clicked place.
    """

    operation: str
    shape: str
    polygon: tuple[Point, ...]


@dataclass(frozen=True)
class Asked:
    """What a likeness search asked for: samples ``like`` these and ``unlike`` those, by ids.

    ``view`` is the view that they were compared by, empty for all together; ``method`` what ranked them, in words.
    ``named`` says what those are that are no samples here: pairs of an id and its name in words. ``box`` is the part of
    the picture that counted, as left, right, low and high in shares of it; empty for all of it.
    """

    like: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    view: str = ""
    method: str = LIKENESS_SEARCH
    named: tuple[tuple[str, str], ...] = ()
    box: tuple[float, ...] = ()


@dataclass(frozen=True)
class Selection:
    """A set of samples and how it was made.

    Attributes:
        sample_ids: in the order of the data set.
        how: "lasso", "box", "click", "cluster", "query" or "search".
        polygon: the outline in layout coordinates, (x, y) pairs; empty unless drawn on the map.
        parts: the shapes that were added and taken away after that, in order.
        cluster: the cluster that was chosen, where ``how`` is "cluster".
        dataset_fingerprint, layout_fingerprint: what the selection was made on.
        asked: what was searched for, where ``how`` is "search".
    """

    sample_ids: tuple[str, ...]
    how: str
    polygon: tuple[tuple[float, float], ...] = ()
    cluster: int | None = None
    filters: Filters = field(default_factory=Filters)
    dataset_fingerprint: str = ""
    layout_fingerprint: str = ""
    parts: tuple[Part, ...] = ()
    asked: Asked | None = None


def drawn_record(selection: Selection) -> str:
    """What was drawn or asked for, as JSON for the ledger.

    The corners; with parts ``{"first": corners, "then": parts}``; of a likeness search ``"asked"`` beside these two.
    """
    if not selection.parts and selection.asked is None:
        return json.dumps(selection.polygon)
    then = [{"operation": part.operation, "shape": part.shape, "polygon": part.polygon} for part in selection.parts]
    asked = {} if selection.asked is None else {"asked": _asked_record(selection.asked)}
    return json.dumps({"first": selection.polygon, "then": then, **asked})


def read_drawn_record(record: str) -> tuple[tuple[Point, ...], tuple[Part, ...]]:
    """Return the first outline and the later parts from a :func:`drawn_record`; raises ValueError for anything else."""
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


def read_asked_record(record: str) -> Asked | None:
    """Return what a likeness search asked for from a :func:`drawn_record`, None where it is of something else.

    Raises ValueError where it cannot be read.
    """
    content = json.loads(record)
    try:
        return asked_from(content["asked"]) if isinstance(content, Mapping) and "asked" in content else None
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a record of what was asked for: {record[:80]}") from error


def asked_from(content: Mapping[str, Any]) -> Asked:
    """Return what was asked for from plain values (``asdict``, JSON); raises KeyError or TypeError for others."""
    like, unlike = (tuple(map(str, content[name])) for name in ("like", "unlike"))
    # What was kept by earlier versions does not say these.
    named = tuple((str(name), str(words)) for name, words in content.get("named", ()))
    return Asked(
        like, unlike, str(content["view"]), str(content["method"]), named, tuple(map(float, content.get("box", ())))
    )


def _asked_record(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in asdict(asked).items() if value or name not in _ASKED_SELDOM}


def _corners(content: Sequence[Sequence[float]]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in content)


def filters_from(content: Mapping[str, Any]) -> Filters:
    """Return the filters from plain values (``asdict``, JSON); raises ValueError or TypeError for others."""
    return Filters(
        labels=tuple(map(str, content.get("labels", ()))),
        clusters=tuple(map(int, content.get("clusters", ()))),
        detectors=tuple(map(str, content.get("detectors", ()))),
        splits=tuple(map(str, content.get("splits", ()))),
        ranges=tuple((str(name), float(low), float(high)) for name, low, high in content.get("ranges", ())),
        text=str(content.get("text", "")),
        values=tuple((str(column), str(value)) for column, value in content.get("values", ())),
    )


def selection_from(content: Mapping[str, Any]) -> Selection:
    """Return the selection from plain values (``asdict``, JSON); raises KeyError, ValueError or TypeError else."""
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
        # What was kept before there was a search has none.
        asked=asked_from(content["asked"]) if content.get("asked") else None,
    )
