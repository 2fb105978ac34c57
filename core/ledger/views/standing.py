"""How far a whole data set is, in figures; and how long a judgement takes here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.queries import read_frame
from core.ledger.views.states import CONFLICT, DECIDED, IN_REVIEW, REOPENED, sample_states

ENOUGH_TO_TIME = 10
"""So many intervals between judgements say how long one takes."""

LONGEST_LOOK_S = 300.0
"""Who says nothing for longer has left the desk."""

SHORTEST_LOOK_S = 0.3
"""Nobody looks and answers faster: such judgements came from a program or a file."""

# As in the queue of suspects: who skipped or was unsure has judged nothing for the others.
_JUDGED = """
    SELECT DISTINCT sample_id FROM (
        SELECT sample_id FROM current_proposal
        UNION ALL SELECT sample_id FROM current_judgement WHERE verdict IN ('accept', 'keep')
        UNION ALL SELECT sample_id FROM current_review
        UNION ALL SELECT sample_id FROM current_decision
    )
"""
_EACH_LOOK = f"""
    SELECT seconds FROM (
        SELECT epoch(created_at - lag(created_at) OVER (PARTITION BY author_key ORDER BY created_at)) AS seconds
        FROM current_judgement
    ) WHERE seconds >= {SHORTEST_LOOK_S} AND seconds <= {LONGEST_LOOK_S}
"""
_LOOKS = f"SELECT median(seconds) AS seconds, count(*) AS looks FROM ({_EACH_LOOK})"


@dataclass(frozen=True)
class Standing:
    """How far a data set is.

    Attributes:
        samples: how many there are.
        judged: about how many something stands that somebody said; skipping, and being unsure of a suspect, is not it.
        in_review: of these, those that wait for more people, reopened ones too.
        in_conflict: of these, those for which people stand for different labels.
        decided: of these, those with a decided label.
        judged_ids: the ids of those judged.
    """

    samples: int = 0
    judged: int = 0
    in_review: int = 0
    in_conflict: int = 0
    decided: int = 0
    judged_ids: frozenset[str] = frozenset()


def standing(ledger: Ledger, sample_ids: Sequence[str], rule: DecisionRule | None = None) -> Standing:
    """Return how far these samples are; what the ledger says of others does not count.

    A ledger that is missing or cannot be read says nothing: all samples are then unjudged.
    """
    wanted = set(sample_ids)
    judged = frozenset(wanted & set(read_frame(ledger, _JUDGED, [], ("sample_id",))["sample_id"]))
    counts: dict[str, int] = {}
    if judged:
        states = sample_states(ledger, rule)
        counts = states.loc[states.index.isin(wanted), "state"].value_counts().to_dict()
    return Standing(
        samples=len(wanted),
        judged=len(judged),
        in_review=counts.get(IN_REVIEW, 0) + counts.get(REOPENED, 0),
        in_conflict=counts.get(CONFLICT, 0),
        decided=counts.get(DECIDED, 0),
        judged_ids=judged,
    )


def seconds_a_judgement(ledger: Ledger) -> float | None:
    """Return the median seconds from one judgement to the same person's next; None where too few tell.

    Intervals longer than :data:`LONGEST_LOOK_S` are pauses, those below :data:`SHORTEST_LOOK_S` no looks; neither
    counts.
    """
    found = read_frame(ledger, _LOOKS, [], ("seconds", "looks"))
    if found.empty or int(found["looks"].iloc[0]) < ENOUGH_TO_TIME or pd.isna(found["seconds"].iloc[0]):
        return None
    return float(found["seconds"].iloc[0])


def seconds_of_judgements(ledger: Ledger) -> np.ndarray:
    """Return how long each judgement took, float64 (judgements,) in s, by the same count; empty where none tells."""
    return read_frame(ledger, _EACH_LOOK, [], ("seconds",))["seconds"].to_numpy(dtype=np.float64)
