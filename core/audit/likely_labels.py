"""The labels that a sample is likeliest to deserve, for somebody who looks at it without a suggestion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.audit.queue import label_counts


def likely_labels(
    row: int,
    *,
    neighbours: np.ndarray,
    labels: np.ndarray,
    glitches: np.ndarray,
    look_alikes: Sequence[str] = (),
    count: int = 6,
) -> tuple[str, ...]:
    """Return at most ``count`` labels other than the sample's own, likeliest first.

    First those of its nearest ``neighbours``, int (k,), commonest first (other views of its glitch do not count), then
    those its own is mistaken for (``look_alikes``), then the commonest of the data set. No proposal is used, so that
    the list gives none away. Labels that the data set does not have are left out.
    """
    everywhere = label_counts(np.arange(len(labels)), labels=labels)
    near = label_counts(neighbours, labels=labels, glitches=glitches, row=row)
    known = [name for name in look_alikes if name in everywhere.index]
    found = dict.fromkeys([*near.index, *known, *everywhere.index])
    return tuple(str(name) for name in found if name and name != labels[row])[:count]
