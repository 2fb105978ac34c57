"""Which sign each label of a data set has, so that labels whose colours look alike differ in it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.dataset.colour_vision import least_distances

TOO_NEAR = 5.0
"""Colours that lie nearer for some eyes are told apart only side by side; the Gravity Spy classes all lie farther."""


def signs_for(
    colours: Mapping[str, str], fixed: Mapping[str, int], wished: Mapping[str, int], count: int
) -> dict[str, int]:
    """Return the number of each label's sign, 0 to ``count`` - 1.

    Fixed signs stay. Each other label, in order, has the sign that it wishes for where no label before it has that
    sign and a colour that is too near; else the sign of which the nearest colour lies farthest.

    Args:
        colours: ``#rrggbb`` by label, in order.
        fixed: the signs that are given.
        wished: the signs of the other labels, where they are free.
        count: how many signs there are.
    """
    palette = list(dict.fromkeys(colours.values()))
    slots = {colour: slot for slot, colour in enumerate(palette)}
    apart = least_distances(palette) if palette else np.zeros((0, 0))
    nearest = np.full((count, len(palette)), np.inf)
    uses = np.zeros((count, len(palette)), int)
    found: dict[str, int] = {}
    for name in sorted(colours, key=lambda label: label not in fixed):
        slot = slots[colours[name]]
        sign = fixed[name] if name in fixed else _freest(wished[name], nearest[:, slot], uses[:, slot])
        found[name] = sign
        nearest[sign] = np.minimum(nearest[sign], apart[slot])
        uses[sign, slot] += 1
    return {name: found[name] for name in colours}


def _freest(wished: int, nearest: np.ndarray, uses: np.ndarray) -> int:
    """The wished sign where it is free; else the freest, and of equally free ones the first after the wished one."""
    if nearest[wished] >= TOO_NEAR:
        return wished
    count = len(nearest)
    return min(range(count), key=lambda sign: (-nearest[sign], uses[sign], (sign - wished) % count))
