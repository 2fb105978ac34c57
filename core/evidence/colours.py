"""How points of the map are coloured: by label, cluster, suspicion, state, or any column."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from core.dataset import Taxonomy, to_viridis

PALETTE_LIMIT = 256
"""A point's colour is one byte."""

MISSING_COLOUR = "#9aa0a6"
NOISE_NAME = "noise"
OTHERS_NAME = "all others"
_GRADIENT_STEPS = 10
UNKNOWN_NAME = "unknown"
STATE_COLOURS = {
    "open": MISSING_COLOUR,
    "in review": "#3b82f6",
    "conflict": "#e03131",
    "decided": "#2f9e44",
    "reopened": "#f08c00",
}
MINE, OTHERS_SAMPLES = "mine", "not mine"
_GOLDEN_ANGLE = 0.38196601125


@dataclass(frozen=True)
class Colouring:
    """One palette slot a point, the slots in the order of the legend.

    Attributes:
        index: uint8 (points,).
        palette: "#rrggbb" by slot.
        names: the legend's, by slot.
        signs: numbers of shapes by slot, where what is coloured has some; else empty.
    """

    index: np.ndarray
    palette: tuple[str, ...]
    names: tuple[str, ...]
    signs: tuple[int, ...] = ()


def cluster_name(number: int) -> str:
    """How a cluster is called on screens."""
    return NOISE_NAME if number < 0 else f"cluster {number}"


def cluster_number(name: str) -> int:
    """The cluster that :func:`cluster_name` called so."""
    return -1 if name == NOISE_NAME else int(name.removeprefix("cluster "))


def colour_by_label(labels: pd.Series, taxonomy: Taxonomy) -> Colouring:
    """Each label in its colour and sign of the taxonomy, and in its order; what it does not hold follows by name."""
    places = {name: place for place, name in enumerate(taxonomy.names)}
    colouring = _colour_by_name(
        labels.astype(str), lambda name: taxonomy[name].colour, lambda name: (places.get(name, len(places)), name)
    )
    signs = [0 if name == OTHERS_NAME else taxonomy[name].sign for name in colouring.names]
    return replace(colouring, signs=tuple(signs))


def colour_by_cluster(clusters: np.ndarray) -> Colouring:
    """Each cluster in a colour of its own, by number; noise (-1) in gray, last."""
    names = pd.Series(clusters).map({number: cluster_name(number) for number in np.unique(clusters)})
    return _colour_by_name(
        names,
        lambda name: MISSING_COLOUR if name == NOISE_NAME else cluster_colour(cluster_number(name)),
        lambda name: (name == NOISE_NAME, cluster_number(name)),
    )


def colour_by_column(values: pd.Series) -> Colouring:
    """Numbers on a viridis scale of 10 steps with equal shares of the points; anything else by name."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values) and values.nunique() > 12:
        return _colour_by_number(values.astype(float))
    names = values.astype("string").fillna("missing").astype(str)
    order = {name: position for position, name in enumerate(names.value_counts().index)}
    return _colour_by_name(names, lambda name: MISSING_COLOUR if name == "missing" else cluster_colour(order[name]))


def colour_by_chance(chances: pd.Series) -> Colouring:
    """Chances from 0 to 1 on a viridis scale of 10 equal steps, so that a colour means the same in every data set."""
    values = chances.to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(values)
    steps = np.where(known, np.clip(np.nan_to_num(values) * _GRADIENT_STEPS, 0, _GRADIENT_STEPS - 1), _GRADIENT_STEPS)
    names = [f"{10 * step} to {10 * (step + 1)} %" for step in range(_GRADIENT_STEPS)]
    return Colouring(steps.astype(np.uint8), (*_shades(_GRADIENT_STEPS), MISSING_COLOUR), (*names, UNKNOWN_NAME))


def colour_by_state(states: pd.Series) -> Colouring:
    """Each state of the ledger in its own colour; what the ledger does not know is open."""
    order = list(STATE_COLOURS)
    return _colour_by_name(
        states.astype(str), lambda name: STATE_COLOURS.get(name, MISSING_COLOUR), lambda name: order.index(name)
    )


def colour_by_mine(mine: np.ndarray) -> Colouring:
    """What one person spoke about in colour, everything else in gray."""
    return Colouring(np.where(mine, 0, 1).astype(np.uint8), ("#e8590c", MISSING_COLOUR), (MINE, OTHERS_SAMPLES))


def cluster_colour(number: int) -> str:
    """A colour for the number-th of many things, neighbours in number far apart in hue."""
    hue = (number * _GOLDEN_ANGLE) % 1.0
    lightness = (0.45, 0.58, 0.68)[number % 3]
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.65)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def _colour_by_name(
    names: pd.Series, colour_of: Callable[[str], str], place_of: Callable[[str], Any] | None = None
) -> Colouring:
    """Slots in the order of ``place_of``, or of frequency; the rarest names share one where there are too many."""
    counts = names.value_counts()
    shown = (
        list(counts.index[:PALETTE_LIMIT]) if len(counts) <= PALETTE_LIMIT else list(counts.index[: PALETTE_LIMIT - 1])
    )
    if place_of is not None:
        shown.sort(key=place_of)
    slots = {name: slot for slot, name in enumerate(shown)}
    palette = [colour_of(name) for name in slots]
    # Each name is looked up once, and not for each of its points.
    codes, found = pd.factorize(names)
    index = np.array([slots.get(name, len(shown)) for name in found], np.uint8)[codes]
    if len(counts) > len(shown):
        shown, palette = [*shown, OTHERS_NAME], [*palette, MISSING_COLOUR]
    return Colouring(index, tuple(palette), tuple(shown))


def _colour_by_number(values: pd.Series) -> Colouring:
    finite = values.where(np.isfinite(values))
    steps, edges = pd.qcut(finite, _GRADIENT_STEPS, labels=False, retbins=True, duplicates="drop")
    count = len(edges) - 1
    palette = _shades(count)
    names = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    index = steps.to_numpy(dtype=float)
    if np.isnan(index).any():
        index = np.where(np.isnan(index), count, index)
        palette, names = [*palette, MISSING_COLOUR], [*names, "missing"]
    return Colouring(index.astype(np.uint8), tuple(palette), tuple(names))


def _shades(count: int) -> list[str]:
    shades = to_viridis(np.linspace(0, 255, count).round().astype(np.uint8)[None, :])[0]
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in shades]
