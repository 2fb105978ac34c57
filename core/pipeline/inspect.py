"""A first look at a data set: what its pictures were recognised as, before all of them are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from core.dataset import Dataset, decode
from core.dataset.model import PictureStore
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

LOOKED_AT = 12


def recognised_forms(dataset: Dataset, *, pictures: int = LOOKED_AT) -> Counter[str]:
    """Return how many of some pictures, spread evenly over the data set, were recognised as what, or "unreadable".

    They are read behind the gate, because nothing has read them yet. Raises GlitchAuditError where one of them ends the
    process that reads it.
    """
    count = len(dataset.pictures)
    rows = np.unique(np.linspace(0, max(count - 1, 0), min(pictures, count)).round().astype(int))
    return _forms(dataset.store, dataset.pictures["location"].iloc[rows].tolist(), name=str(dataset.source))


@in_own_process(Limits(memory=2_000_000_000, seconds=60))
def _forms(store: PictureStore, locations: Sequence[str], *, name: str) -> Counter[str]:  # noqa: ARG001 - the gate reads it
    forms: Counter[str] = Counter()
    for location in locations:
        try:
            forms[decode(store.read(location), where=location).form] += 1
        except (GlitchAuditError, OSError):
            forms["unreadable"] += 1
    return forms
