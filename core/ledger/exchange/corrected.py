"""The labels of a data set after correction, and what decided each change."""

from __future__ import annotations

import pandas as pd

from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.states import DECIDED, sample_states

CORRECTED_COLUMNS = ("label", "label_original", "decision_id", "decided_by", "decided_at")


def corrected_labels(ledger: Ledger, labels: pd.Series, rule: DecisionRule | None = None) -> pd.DataFrame:
    """Return the data set's labels with the decided ones in place: :data:`CORRECTED_COLUMNS`, index ``sample_id``.

    All are texts. ``label_original`` is the data set's own label. ``decision_id`` names the decision (where the rule
    decided, an id that follows from the votes), and is empty for a sample that is not decided. ``decided_by`` is
    "rule", "moderator" or empty; ``decided_at`` is ISO 8601 in UTC. Nothing is decided where the ledger is missing.
    """
    states = sample_states(ledger, rule, sample_ids=tuple(labels.index))
    decided = states["state"] == DECIDED
    own = labels.astype("str")
    times = states["decided_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ").fillna("")
    return pd.DataFrame(
        {
            "label": own.where(~decided, states["label"]),
            "label_original": own,
            "decision_id": states["decision_id"].where(decided, ""),
            "decided_by": states["decided_by"].where(decided, ""),
            "decided_at": times.where(decided, ""),
        }
    )


def rule_words(rule: DecisionRule | None = None) -> str:
    """Return the rule in words, as exports carry it."""
    count = (rule or DecisionRule()).agreeing
    people = "one person" if count == 1 else f"{count} different people"
    return (
        f"{people} agree on one label and nobody stands against it, or a moderator decides, with a reason of their own "
        "or the reasons that were given for the label"
    )
