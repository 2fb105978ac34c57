"""Which decision a change comes from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.audit.suspects import SuspectParams
from core.audit.suspects.neighbour_vote import choose_voters
from core.embed.likeness import likeness

_AT_ONCE = 2000


def moved_by(case: AuditInput, relabelled: np.ndarray) -> np.ndarray:
    """Return for each sample the row of the relabelled one that is most like it, int (n,); (0,) where there is none.

    ``relabelled`` is bool (n,). A decision moves its neighbours' votes and what the computer learns of the place where
    it lies, so what changes there is one decision's doing, however many samples it is.
    """
    rows = np.flatnonzero(relabelled)
    if not len(rows):
        return rows
    nearest = np.empty(len(relabelled), int)
    others = case.matrix[rows], None if case.weights is None else case.weights[rows]
    for part in np.array_split(np.arange(len(relabelled)), len(relabelled) // _AT_ONCE + 1):
        weights = None if case.weights is None else case.weights[part]
        alike = likeness(case.matrix[part], others[0], weights=weights, other_weights=others[1])
        nearest[part] = rows[alike.argmax(axis=1)]
    # A duplicate may be as like it as it is itself: a relabelled sample moved itself.
    nearest[rows] = rows
    return nearest


def vote_pushes(case: AuditInput, labels: pd.DataFrame, groups: np.ndarray) -> np.ndarray:
    """Return how much each decision added to the neighbours' vote for the labels that nobody changed, by its group.

    ``labels`` has the columns ``before`` and ``after``; ``groups`` int (n,) says which samples are not independent.
    The sum of what is returned is that of all changes of the vote.
    """
    voters = choose_voters(case.neighbours, groups, count=SuspectParams().neighbours)
    then, now = (labels[name].to_numpy(dtype=str) for name in ("before", "after"))
    own = np.where(then == now, now, "")[:, None]
    step = voters.weights * ((now[voters.indices] == own).astype(float) - (then[voters.indices] == own))
    return np.bincount(groups[voters.indices].ravel(), weights=step.ravel())
