"""Which colour each label of somebody's own has, so that no two of a data set share one while there are enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from core.dataset.colour_vision import least_distances


def colours_for(wished: Mapping[str, str], palette: Sequence[str], *, fixed: Sequence[str] = ()) -> dict[str, str]:
    """Return the colour ``#rrggbb`` of each label.

    The first label that wishes for a colour has it, so most labels look the same in every data set. Each other one, in
    order, has the free colour that lies farthest from all that are in use, for the eyes to which the two look most
    alike. Where none is free any more, colours are shared as evenly as can be, and signs tell the labels apart
    (:mod:`core.dataset.signs`).

    Args:
        wished: a colour of the palette by label, in order.
        palette: the colours that may be given.
        fixed: colours of other labels of the data set.
    """
    found: dict[str, str] = {}
    uses = Counter(dict.fromkeys(palette, 0))
    for name, colour in wished.items():
        if not uses[colour]:
            found[name] = colour
            uses[colour] += 1
    every = list(dict.fromkeys([*palette, *fixed]))
    apart = least_distances(every) if every else np.zeros((0, 0))
    # How far each colour of the palette lies from the nearest one in use.
    nearest = np.full(len(palette), np.inf)
    for colour in [*fixed, *found.values()]:
        nearest = np.minimum(nearest, apart[: len(palette), every.index(colour)])
    for name in wished:
        if name not in found:
            fewest = min(uses.values())
            place = max((at for at, colour in enumerate(palette) if uses[colour] == fewest), key=nearest.__getitem__)
            found[name] = palette[place]
            uses[palette[place]] += 1
            nearest = np.minimum(nearest, apart[: len(palette), place])
    return {name: found[name] for name in wished}
