"""Tell which packages are installed; what needs a missing one is not offered."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

PREPARING_NEEDS = ("torch", "torchvision", "umap", "hdbscan", "sklearn")

TRAINING_NEEDS = ("torch", "torchvision", "timm", "safetensors", "tensorboardX")


def missing_packages(wanted: Iterable[str]) -> tuple[str, ...]:
    """Return those of the wanted packages that are not installed here."""
    return tuple(name for name in wanted if importlib.util.find_spec(name) is None)


def can_draw_figures() -> bool:
    """Return whether the package that draws a report's figures is installed here."""
    return not missing_packages(["matplotlib"])
