"""A first look at a data set: what its pictures were recognised as, before all of them are read."""

from __future__ import annotations

import importlib.util
from collections import Counter

import numpy as np

from core.dataset import Dataset, decode
from core.errors import GlitchAuditError

LOOKED_AT = 12


def recognised_forms(dataset: Dataset, *, pictures: int = LOOKED_AT) -> Counter[str]:
    """How many of some pictures, spread evenly over the data set, were recognised as what; "unreadable" among them."""
    count = len(dataset.pictures)
    rows = np.unique(np.linspace(0, count - 1, min(pictures, count)).round().astype(int)) if count else []
    forms: Counter[str] = Counter()
    for location in dataset.pictures["location"].iloc[rows]:
        try:
            forms[decode(dataset.store.read(location), where=location).form] += 1
        except (GlitchAuditError, OSError):
            forms["unreadable"] += 1
    return forms


def missing_packages() -> tuple[str, ...]:
    """The packages that preparing a data set needs and that are not installed here."""
    wanted = ("torch", "torchvision", "umap", "hdbscan", "sklearn")
    return tuple(name for name in wanted if importlib.util.find_spec(name) is None)


def can_draw_figures() -> bool:
    """Whether the package that draws a report's figures is installed here."""
    return importlib.util.find_spec("matplotlib") is not None
