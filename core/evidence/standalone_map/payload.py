"""What the page is given to draw: places, colours, words and pictures, as plain JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from core.audit.physical import PHYSICAL_UNITS
from core.dataset.wording import Wording
from core.evidence.colours import (
    Colouring,
    cluster_name,
    colour_by_chance,
    colour_by_cluster,
    colour_by_label,
    colour_by_state,
)
from core.evidence.figures.model import provenance
from core.evidence.page import data_uri
from core.evidence.previews import PAGE_COLUMNS, PAGE_SIZE, PREVIEW_HEIGHT, PREVIEW_WIDTH, Previews, encode_jpeg
from core.evidence.report_input import ReportInput

PLACE_STEPS = 20_000
"""Places are whole numbers from 0 to this along the longer side of the map."""

_WORD_COLUMNS = {"detector": "detector", "split": "split"}
_DIGITS = 4
_MOST_FACTS = 12
"""So many columns of ordinary pictures are told; each makes the page larger."""
_OPEN = "open"
"""The state of what nobody spoke about, as the workbench's map calls it."""


def map_payload(subject: ReportInput, rows: np.ndarray) -> dict[str, Any]:
    """Return everything but the pictures, for the samples ``rows``, int (m,), ascending."""
    samples = subject.samples.iloc[rows]
    labels, label_names = pd.factorize(samples["label"].astype(str))
    clusters = np.asarray(subject.clusters)[rows]
    x, y = _places(np.asarray(subject.coordinates, dtype=float)[rows])
    return {
        "title": subject.name,
        "shown": len(rows),
        "total": len(subject.samples),
        "note": provenance(
            subject, f"{len(rows):,} of {len(subject.samples):,} samples", steps=("embedding", "map", "clustering")
        ),
        "ids": [str(sample_id) for sample_id in samples.index],
        "x": x,
        "y": y,
        "labels": labels.tolist(),
        "labelNames": list(label_names),
        "clusterNames": [cluster_name(int(number)) for number in clusters],
        "colourings": _colourings(subject, samples, clusters, rows),
        "facts": _facts(samples, subject.words) + _suspicion(subject, samples),
        "withoutPicture": np.flatnonzero(~np.isfinite(np.asarray(subject.intensity, float)[rows])).tolist(),
    }


def sprites(previews: Previews, positions: np.ndarray) -> list[bytes]:
    """The samples' previews as JPEG pages of 256."""
    return [previews.sprite(positions[start : start + PAGE_SIZE]) for start in range(0, len(positions), PAGE_SIZE)]


def smaller(pages: list[bytes], *, quality: int) -> list[bytes]:
    """The pages encoded again as JPEG of a lower quality."""
    return [encode_jpeg(np.asarray(Image.open(io.BytesIO(page)).convert("RGB")), quality=quality) for page in pages]


def pictures_payload(pages: list[bytes]) -> dict[str, Any]:
    """The pages as addresses that hold their own content."""
    return {
        "width": PREVIEW_WIDTH,
        "height": PREVIEW_HEIGHT,
        "columns": PAGE_COLUMNS,
        "perPage": PAGE_SIZE,
        "pages": [data_uri(page, "image/jpeg") for page in pages],
    }


def as_json(payload: dict[str, Any]) -> str:
    """JSON that may stand inside a page: no text in it can end the script element or begin a tag."""
    text = json.dumps(payload, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _places(coordinates: np.ndarray) -> tuple[list[int], list[int]]:
    """Whole numbers on one scale for both axes; a place that is not finite goes to the middle."""
    if not len(coordinates):
        return [], []
    finite = np.isfinite(coordinates).all(axis=1)
    low = coordinates[finite].min(axis=0) if finite.any() else np.zeros(2)
    span = float(np.ptp(coordinates[finite], axis=0).max()) if finite.any() else 0.0
    scaled = (coordinates - low) / (span or 1.0) * PLACE_STEPS
    scaled[~finite] = PLACE_STEPS / 2
    x, y = scaled.round().astype(int).T
    return x.tolist(), y.tolist()


def _colourings(
    subject: ReportInput, samples: pd.DataFrame, clusters: np.ndarray, rows: np.ndarray
) -> list[dict[str, Any]]:
    """Those that the workbench's map offers as well, where what they show is known here."""
    found = [
        _colouring("label", colour_by_label(samples["label"], subject.taxonomy)),
        _colouring("cluster", colour_by_cluster(clusters)),
    ]
    if subject.suspects is not None and "chance_wrong" in subject.suspects:
        chances = subject.suspects["chance_wrong"].reindex(samples.index)
        found.append(_colouring("chance that the label is wrong", _without_unused(colour_by_chance(chances))))
    if subject.people is not None and not subject.people.trouble:
        progress = subject.people.progress.set_index("sample_id")["state"]
        glitches = subject.dataset.samples.index[np.asarray(subject.positions)[rows]]
        states = progress.reindex(glitches).fillna(_OPEN)
        found.append(_colouring("state of decision", colour_by_state(states)))
    return found


def _without_unused(colouring: Colouring) -> Colouring:
    """The slots that some sample has, in their order: an empty entry of the legend shows nothing."""
    used, index = np.unique(colouring.index, return_inverse=True)
    palette, names = ([row[slot] for slot in used] for row in (colouring.palette, colouring.names))
    return Colouring(index.astype(np.uint8), tuple(palette), tuple(names))


def _colouring(name: str, colouring: Colouring) -> dict[str, Any]:
    return {
        "name": name,
        "names": list(colouring.names),
        "palette": list(colouring.palette),
        "index": colouring.index.tolist(),
    }


def _facts(samples: pd.DataFrame, words: Wording) -> list[dict[str, Any]]:
    if not words.of_detectors:
        return _own_facts(samples)
    texts = [
        {"name": heading, "unit": "", "values": samples[column].astype("string").fillna("").tolist()}
        for column, heading in _WORD_COLUMNS.items()
        if column in samples
    ]
    numbers = [
        {"name": column.replace("_", " "), "unit": unit, "values": _rounded(samples[column])}
        for column, unit in PHYSICAL_UNITS.items()
        if column in samples and pd.api.types.is_numeric_dtype(samples[column])
    ]
    return texts + numbers


def _own_facts(samples: pd.DataFrame) -> list[dict[str, Any]]:
    """The first columns of the data set's own, whatever they are called."""
    names = [str(name) for name in samples.columns if name != "label"][:_MOST_FACTS]
    return [
        {"name": name.replace("_", " "), "unit": "", "values": _rounded(samples[name])}
        if pd.api.types.is_numeric_dtype(samples[name]) and not pd.api.types.is_bool_dtype(samples[name])
        else {"name": name.replace("_", " "), "unit": "", "values": samples[name].astype("string").fillna("").tolist()}
        for name in names
    ]


def _suspicion(subject: ReportInput, samples: pd.DataFrame) -> list[dict[str, Any]]:
    table = subject.suspects
    if table is None or table.empty or not {"suggested", "chance_wrong"} <= set(table.columns):
        return []
    found = table.reindex(samples.index)
    suggested = found["suggested"].astype("string").fillna("")
    if "flagged" in found:
        # Every sample has a likeliest other label; only where the label is doubted is that a suggestion.
        suggested = suggested.where(found["flagged"].eq(True), "")
    percents = _rounded((100 * found["chance_wrong"]).round(1))
    return [
        {"name": "chance that the label is wrong", "unit": "%", "values": percents},
        {"name": "suggested label", "unit": "", "values": suggested.tolist()},
    ]


def _rounded(values: pd.Series) -> list[float | None]:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    return [float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None for value in numbers]
