"""What crosses between Python and the map in the browser: points, state and picture pages down, events up."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from core.dataset.selection import OPERATIONS, Part
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

PAGE_COLUMNS = 16
SAMPLES_PER_PAGE = PAGE_COLUMNS * PAGE_COLUMNS
MAX_SLOTS = 256
OTHER = "other"
OTHER_COLOUR = "#9aa0a6"
EVENT_KINDS = ("lasso", "box", "click", "clear", "isolate")
REPLACE = "replace"
MAX_VERTICES = 400
_TOP = 65535
_JPEG_QUALITY = 82


@dataclass(frozen=True)
class ColourScale:
    """The ends of a continuous colouring; the palette then runs from ``low`` to ``high`` and the legend is a bar."""

    low: float
    high: float


@dataclass(frozen=True)
class MapPoints:
    """What the map draws; all arrays have one entry a sample, in the order of the data set.

    Attributes:
        x, y: float (n,), layout coordinates.
        colour_index: integer (n,), each sample's slot in ``palette``.
        palette: one "#rrggbb" a slot. Beyond 256 slots the rarest share one gray slot named "other".
        legend: one name a slot; not shown where ``scale`` is given.
        visible: bool (n,), False for samples that the filters exclude: they turn gray and cannot be hovered.
        selected: bool (n,), the present selection.
        fingerprint: names the picture pages that belong to these samples.
        signs: the number of a shape a slot (:func:`core.dataset.label_sign`), where what is coloured has some.
        title: heading of the legend.
        scale: set where colour stands for a number.
        picture_size: width and height of a hover picture, pixels.
        shown: names the map for its events, where the same samples can lie in other places; else ``fingerprint`` does.
    """

    x: np.ndarray
    y: np.ndarray
    colour_index: np.ndarray
    palette: tuple[str, ...]
    legend: tuple[str, ...]
    visible: np.ndarray
    selected: np.ndarray
    fingerprint: str
    title: str = ""
    signs: tuple[int, ...] = ()
    scale: ColourScale | None = None
    picture_size: tuple[int, int] = (85, 70)
    shown: str = ""

    @property
    def known_as(self) -> str:
        """What events say of the map that they were made on."""
        return self.shown or self.fingerprint

    def __post_init__(self) -> None:
        count = len(self.x)
        for name in ("y", "colour_index", "visible", "selected"):
            if len(getattr(self, name)) != count:
                raise ValueError(f"{name} has {len(getattr(self, name))} entries, x has {count}")
        if len(self.palette) != len(self.legend):
            raise ValueError(f"{len(self.palette)} colours but {len(self.legend)} legend names")
        if self.signs and len(self.signs) != len(self.palette):
            raise ValueError(f"{len(self.palette)} colours but {len(self.signs)} signs")
        if count and not (np.min(self.colour_index) >= 0 and np.max(self.colour_index) < len(self.palette)):
            raise ValueError("colour_index points outside the palette")
        if not (np.isfinite(self.x).all() and np.isfinite(self.y).all()):
            raise GlitchAuditError("The layout holds coordinates that are not numbers: compute the layout again.")


@dataclass(frozen=True)
class MapName:
    """A name on the map: its text, the sample at which it stands, and what a double click on it shows.

    ``bounds`` are the least and greatest x, then y, in layout coordinates.
    """

    text: str
    row: int
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class MapEvent:
    """What the moderator did on the map.

    Attributes:
        how: "lasso", "box", "click", "clear" or "isolate".
        polygon: the outline in layout coordinates, not closed; a click is a tiny polygon around the clicked point.
            Empty for "clear" and "isolate".
        operation: what a shape does to the present selection: "replace" it, "add" to it, "subtract" from it.
        serial: rises by at least one with every event of a session.
        label: the legend name to isolate; None shows all again. Only for "isolate".
        shown: what the :class:`MapPoints` were ``known_as`` that the browser showed.
    """

    how: str
    polygon: tuple[tuple[float, float], ...] = ()
    operation: str = REPLACE
    serial: int = 0
    label: str | None = None
    shown: str = ""


@dataclass(frozen=True)
class PictureCard:
    """What the tooltip says about one sample; all of it is shown as plain text."""

    sample_id: str
    label: str
    cluster: str = ""
    text: str = ""


def pack_points(points: MapPoints, *, channel: str) -> bytes:
    """Coordinates: 4-byte header length, JSON header, uint16 x, uint16 y; 4 bytes a point.

    Coordinates are steps of 1/65535 of the layout's extent, little-endian. The same points give the same bytes.
    """
    x, x_bounds = _quantise(points.x)
    y, y_bounds = _quantise(points.y)
    body = x.tobytes() + y.tobytes()
    header = {
        "count": len(points.x),
        "bounds": [*x_bounds, *y_bounds],
        "shown": points.known_as,
        "pictures": points.fingerprint,
        "pictureSize": list(points.picture_size),
        "samplesPerPage": SAMPLES_PER_PAGE,
    }
    return _join({"channel": channel, "fingerprint": fingerprint(header, body), **header}, body)


def pack_colours(points: MapPoints, *, channel: str) -> bytes:
    """Colours alone, so that other colours cost no coordinates: header as above, then uint8 slot; 1 byte a point."""
    slots, palette, legend, signs = _at_most_256_slots(points)
    body = slots.tobytes()
    header = {
        "count": len(points.x),
        "pictures": points.fingerprint,
        "palette": palette,
        "legend": legend,
        "signs": signs,
        "title": points.title,
        "scale": [points.scale.low, points.scale.high] if points.scale else None,
    }
    return _join({"channel": channel, "fingerprint": fingerprint(header, body), **header}, body)


def pack_state(
    points: MapPoints,
    *,
    channel: str,
    polygon: Sequence[tuple[float, float]] | None = None,
    isolated: str | None = None,
    serial: int = 0,
    parts: Sequence[Part] = (),
) -> bytes:
    """What changes with every filter and selection: two bits a point (shown, selected) and the outlines drawn last."""
    masks = (points.visible, points.selected)
    body = b"".join(np.packbits(np.asarray(mask, bool), bitorder="little").tobytes() for mask in masks)
    header = {
        "count": len(points.x),
        "shown": points.known_as,
        "polygon": _pairs(polygon or ()),
        "parts": [{"operation": part.operation, "polygon": _pairs(part.polygon)} for part in parts],
        "isolated": isolated,
        "serial": serial,
    }
    return _join({"channel": channel, "fingerprint": fingerprint(header, body), **header}, body)


def pack_names(names: Sequence[MapName], *, channel: str, shown: str) -> bytes:
    """The names on the map, the largest island first; ``shown`` is what its :class:`MapPoints` are ``known_as``."""
    header = {
        "shown": shown,
        "names": [{"text": name.text, "row": name.row, "bounds": list(name.bounds)} for name in names],
    }
    return _join({"channel": channel, "fingerprint": fingerprint(header), **header}, b"")


def _pairs(polygon: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [[float(x), float(y)] for x, y in polygon]


def pack_page(page: int, cards: Sequence[PictureCard], sprite: bytes, *, pictures: str) -> bytes:
    """One page of hover pictures: the cards of up to 256 samples and one JPEG or PNG with their pictures.

    Args:
        page: page number; sample i of the data set lies on page ``i // 256`` in cell ``i % 256``.
        cards: one a sample, in the order of the cells.
        sprite: the encoded picture, 16 columns of equal cells, row by row.
        pictures: the ``fingerprint`` of the :class:`MapPoints` they belong to.
    """
    header = {
        "channel": page_channel(pictures, page),
        "page": page,
        "columns": PAGE_COLUMNS,
        "rows": math.ceil(len(cards) / PAGE_COLUMNS),
        "cards": [{"id": c.sample_id, "label": c.label, "cluster": c.cluster, "text": c.text} for c in cards],
    }
    return _join({**header, "fingerprint": fingerprint(header, sprite)}, sprite)


def sprite_sheet(pictures: Sequence[np.ndarray | None], *, cell: tuple[int, int]) -> bytes:
    """A JPEG with one cell a picture, 16 a row; None leaves the cell black.

    Args:
        pictures: uint8 (height, width, 3) arrays; resized to the cell where they differ.
        cell: width and height of a cell, pixels.
    """
    width, height = cell
    rows = max(1, math.ceil(len(pictures) / PAGE_COLUMNS))
    sheet = Image.new("RGB", (PAGE_COLUMNS * width, rows * height))
    for position, picture in enumerate(pictures):
        if picture is not None:
            row, column = divmod(position, PAGE_COLUMNS)
            sheet.paste(Image.fromarray(picture).resize(cell), (column * width, row * height))
    encoded = io.BytesIO()
    sheet.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return encoded.getvalue()


def page_channel(pictures: str, page: int) -> str:
    """The name under which the browser keeps one page of pictures."""
    return f"{pictures}/page/{page}"


def read_events(raw: Any, *, answered: int) -> list[MapEvent]:
    """The events in what the browser sent, in order, without those up to number ``answered`` and ill-formed ones.

    The browser says each event again with the next ones until it was answered: of several messages that come while a
    run is under way, Streamlit keeps the newest alone.
    """
    entries = raw.get("entries") if isinstance(raw, Mapping) else None
    found = [read_event(entry) for entry in entries] if isinstance(entries, list) else []
    return [event for event in found if event is not None and event.serial > answered]


def read_event(raw: Any) -> MapEvent | None:
    """One event that the browser sent, checked; None where it is missing or not well formed."""
    if not isinstance(raw, Mapping) or raw.get("how") not in EVENT_KINDS:
        return None
    operation = raw.get("operation", REPLACE)
    if operation not in (REPLACE, *OPERATIONS):
        return None
    polygon = _read_polygon(raw.get("polygon") or ())
    serial, label = raw.get("serial"), raw.get("label")
    if polygon is None or not isinstance(serial, int) or not (label is None or isinstance(label, str)):
        return None
    if raw["how"] in ("lasso", "box", "click") and len(polygon) < 3:
        return None
    return MapEvent(
        how=raw["how"],
        polygon=polygon,
        operation=operation,
        serial=serial,
        label=label,
        shown=str(raw.get("shown", "")),
    )


def _read_polygon(raw: Any) -> tuple[tuple[float, float], ...] | None:
    try:
        vertices = tuple((float(x), float(y)) for x, y in raw)
    except (TypeError, ValueError):
        return None
    finite = all(math.isfinite(x) and math.isfinite(y) for x, y in vertices)
    return vertices if finite and len(vertices) <= MAX_VERTICES else None


def _join(header: dict[str, Any], body: bytes) -> bytes:
    encoded = json.dumps(header, separators=(",", ":")).encode()
    return len(encoded).to_bytes(4, "little") + encoded + body


def _quantise(values: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    values = np.asarray(values, np.float64)
    if not len(values):
        return np.zeros(0, "<u2"), (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    # Every sample at one place still needs an extent, or it would be drawn at an infinite zoom.
    if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
        low, high = low - 0.5, high + 0.5
    return np.rint((values - low) * (_TOP / (high - low))).astype("<u2"), (low, high)


def _at_most_256_slots(points: MapPoints) -> tuple[np.ndarray, list[str], list[str], list[int]]:
    index = np.asarray(points.colour_index)
    if len(points.palette) <= MAX_SLOTS:
        return index.astype(np.uint8), list(points.palette), list(points.legend), list(points.signs)
    counts = np.bincount(index, minlength=len(points.palette))
    kept = np.sort(np.argsort(-counts, kind="stable")[: MAX_SLOTS - 1])
    new_slot = np.full(len(points.palette), MAX_SLOTS - 1, np.uint8)
    new_slot[kept] = np.arange(len(kept), dtype=np.uint8)
    palette = [points.palette[slot] for slot in kept] + [OTHER_COLOUR]
    legend = [points.legend[slot] for slot in kept] + [OTHER]
    signs = [*(points.signs[slot] for slot in kept), 0] if points.signs else []
    return new_slot[index], palette, legend, signs
