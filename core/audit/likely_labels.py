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
    """Other labels than the sample's own, likeliest first.

    Those of its nearest neighbours come first, commonest first, then those that its own is mistaken for, then the
    commonest of the data set. No proposal has a say, so that the list gives none away.

    Args:
        row: of the sample.
        neighbours: int (k,), rows of its nearest neighbours.
        labels: str (n,).
        glitches: (n,), the glitch that each row shows; views of the sample's own have no say.
        look_alikes: labels that its own is mistaken for; those that the data set does not have are left out.
        count: labels at most.
    """
    everywhere = label_counts(np.arange(len(labels)), labels=labels)
    near = label_counts(neighbours, labels=labels, glitches=glitches, row=row)
    known = [name for name in look_alikes if name in everywhere.index]
    found = dict.fromkeys([*near.index, *known, *everywhere.index])
    return tuple(str(name) for name in found if name and name != labels[row])[:count]
