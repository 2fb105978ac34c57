"""Three rows of pictures that show what changes along a drift: its start, its middle, its end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.drift import Drift
from core.dataset import Dataset
from core.evidence.contact_sheet import contact_sheet_png
from core.evidence.tiles import tile_pictures

ROWS = ("start", "middle", "end")


def atlas_places(samples: int, *, columns: int) -> tuple[np.ndarray, ...]:
    """Return which samples of a curve are shown: for each third an int array of places, equally many, evenly spread.

    At most ``columns`` a row, fewer on a short curve; for fewer than 3 samples one array of them all.
    """
    if samples < len(ROWS):
        return (np.arange(samples),)
    thirds = np.array_split(np.arange(samples), len(ROWS))
    shown = max(1, min(columns, *(len(third) for third in thirds)))
    return tuple(third[np.linspace(0, len(third) - 1, shown).round().astype(int)] for third in thirds)


def drift_atlas_png(dataset: Dataset, drift: Drift, samples: pd.DataFrame, *, view: str, columns: int = 8) -> bytes:
    """Draw the atlas of a drift as PNG: evenly spread samples of its three thirds, each with its label and place.

    A sample that lacks the ``view`` gets a gray tile that says so. ``samples`` has the column ``label``.
    """
    rows = atlas_places(len(drift), columns=columns)
    places = np.concatenate(rows)
    ids = [drift.sample_ids[place] for place in places]
    captions = {
        sample_id: f"{drift.position[place]:.2f} {samples.at[sample_id, 'label']}"
        for sample_id, place in zip(ids, places, strict=True)
    }
    heading = f"Rows from above: {', '.join(ROWS)} of the curve. " if len(rows) == len(ROWS) else ""
    caption = (
        f"{drift.name}: {len(ids)} of {len(drift)} samples in their order along the curve, view {view}. {heading}"
        f"Under each picture: place along the curve, 0 to 1, and present label. {dataset.name}, drift "
        f"{drift.fingerprint}."
    )
    return contact_sheet_png(
        ids,
        tile_pictures(dataset, ids, view=view),
        captions=captions,
        caption=caption,
        columns=max(1, len(rows[0])),
    )
