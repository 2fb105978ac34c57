"""The labels that a reviewer may choose from before the proposal is shown, made from the sample alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audit.queue import label_counts
from core.embed.likeness import likeness

CHOICES = 6
"""Labels beside the present one; each has a digit as its key."""


@dataclass(frozen=True)
class BlindLabel:
    """A label to choose, and the row of the sample called so that is most like the one in question; None for none."""

    name: str
    example: int | None


def blind_labels(
    row: int,
    *,
    neighbours: np.ndarray,
    labels: np.ndarray,
    glitches: np.ndarray,
    matrix: np.ndarray,
    weights: np.ndarray | None = None,
    look_alikes: Sequence[str] = (),
    count: int = CHOICES,
) -> tuple[BlindLabel, ...]:
    """Return the sample's present label, then at most ``count`` others in alphabetical order.

    The others are the labels of its nearest ``neighbours``, int (k,), commonest first, then those its own is mistaken
    for (``look_alikes``), then those of which a sample is nearest in the embedding, until there are ``count``. Nothing
    that anybody proposed is asked for, and the order says nothing: docs/decisions/29. ``matrix`` and ``weights`` are as
    in :class:`core.embed.likeness.Vectors`; samples that show the same glitch do not count.
    """
    examples = _nearest_of_each(row, labels=labels, glitches=glitches, matrix=matrix, weights=weights)
    near = label_counts(neighbours, labels=labels, glitches=glitches, row=row)
    known = [name for name in look_alikes if name in examples]
    found = [str(name) for name in dict.fromkeys([*near.index, *known, *examples]) if name and name != labels[row]]
    names = (str(labels[row]), *sorted(found[:count]))
    return tuple(BlindLabel(name, examples.get(name)) for name in names)


def _nearest_of_each(
    row: int, *, labels: np.ndarray, glitches: np.ndarray, matrix: np.ndarray, weights: np.ndarray | None
) -> dict[str, int]:
    """Return for every label the row of its sample nearest to ``row``, the nearest label first."""
    own = None if weights is None else weights[[row]]
    alike = likeness(matrix, matrix[[row]], weights=weights, other_weights=own)[:, 0]
    others = np.flatnonzero(glitches != glitches[row])
    order = others[np.argsort(-alike[others], kind="stable")]
    _, first = np.unique(labels[order].astype(str), return_index=True)
    return {str(labels[at]): int(at) for at in order[np.sort(first)]}
