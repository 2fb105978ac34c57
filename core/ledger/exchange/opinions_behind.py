"""What stands behind each decided label: who said what, when, why, and looking at which selection."""

from __future__ import annotations

import pandas as pd

from core.ledger.exchange.export import describe_selection
from core.ledger.identity import JOIN_ACCOUNT, PERSON, names_apart
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.judgements import judgements
from core.ledger.views.proposals import ProposalFilters, proposals
from core.ledger.views.queries import read_frame
from core.ledger.views.reviews import reviews
from core.ledger.views.states import BY_MODERATOR, DECIDED, sample_states
from core.ledger.views.voting import votes

BEHIND_COLUMNS = ("sample_id", "said_id", "kind", "person", "verified", "label", "at", "reason", "selected")
_DECISION = "decision"


@in_one_snapshot
def opinions_behind(ledger: Ledger, labels: pd.Series, *, rule: DecisionRule | None = None) -> pd.DataFrame:
    """Return what stands behind each decided label, in the order of the samples and of time: :data:`BEHIND_COLUMNS`.

    ``labels`` are the data set's own, index ``sample_id``. ``kind`` is "proposal", "review", "judgement" or, for what a
    moderator decided, "decision", which comes last. ``person`` is the name, told apart where two persons share it;
    ``at`` is ISO 8601 in UTC; ``selected`` says how the sample was chosen, where that is known. All texts but the flag
    ``verified``.
    """
    states = sample_states(ledger, rule, sample_ids=tuple(labels.index))
    decided = states[states["state"] == DECIDED]
    said = votes(ledger, sample_ids=list(decided.index)).assign(rank=0)
    known = _known(ledger)
    said = said.join(known, on="said_id")
    ruled = _rulings(ledger, decided)
    both = pd.concat([part for part in (said, ruled) if len(part)], ignore_index=True) if len(decided) else said
    if both.empty:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in BEHIND_COLUMNS}).astype({"verified": "bool"})
    place = pd.Series(range(len(labels)), index=labels.index)
    both = both.assign(place=both["sample_id"].map(place)).sort_values(["place", "rank"], kind="stable")
    table = pd.DataFrame(
        {
            "sample_id": both["sample_id"].astype("str"),
            "said_id": both["said_id"].astype("str"),
            "kind": both["kind"].astype("str"),
            "person": names_apart(both["person"], both["author"]).astype("str"),
            "verified": both["author_verified"].astype("bool"),
            "label": both["label"].astype("str"),
            "at": pd.to_datetime(both["created_at"], utc=True).dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "reason": both["reason"].fillna("").astype("str"),
            "selected": both["selected"].fillna("").astype("str"),
        }
    )
    return table.reset_index(drop=True)[list(BEHIND_COLUMNS)]


def _known(ledger: Ledger) -> pd.DataFrame:
    """Return ``reason`` and ``selected`` of everything that was said and stands, index its id."""
    made, answers, kept = proposals(ledger, ProposalFilters()), reviews(ledger), judgements(ledger)
    # A batch of thousands has one selection, which is put into words once.
    words = {row["batch_id"]: describe_selection(row) for row in made.drop_duplicates("batch_id").to_dict("records")}
    parts = (
        pd.DataFrame({"id": made["correction_id"], "reason": made["reason"], "selected": made["batch_id"].map(words)}),
        pd.DataFrame({"id": answers["review_id"], "reason": answers["reason"], "selected": ""}),
        pd.DataFrame({"id": kept["judgement_id"], "reason": kept["reason"], "selected": "the queue of suspects"}),
    )
    found = pd.concat([part.astype("object") for part in parts], ignore_index=True)
    return found.drop_duplicates("id").set_index("id")


def _rulings(ledger: Ledger, decided: pd.DataFrame) -> pd.DataFrame:
    ids = decided.loc[decided["decided_by"] == BY_MODERATOR, "decision_id"].tolist()
    columns = ("sample_id", "said_id", "person", "author", "author_verified", "label", "reason", "created_at")
    query = f"""
        SELECT sample_id, decision_id AS said_id, {PERSON} AS person, author,
            author_verified, label, reason, created_at
        FROM decision AS said {JOIN_ACCOUNT}
        WHERE list_contains(?, decision_id)
    """
    return read_frame(ledger, query, [ids], columns).assign(kind=_DECISION, rank=1, selected="")
