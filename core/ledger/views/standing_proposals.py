"""What stands proposed for samples, and how far each of them is: a line a sample, for a sheet of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.proposals import ProposalFilters, proposals
from core.ledger.views.states import sample_states

STANDING_COLUMNS = ("label_proposed", "author", "author_key", "state")


def standing_proposals(ledger: Ledger, rule: DecisionRule | None, sample_ids: Sequence[str]) -> pd.DataFrame:
    """Return the latest proposal that stands for each sample, index ``sample_id``: :data:`STANDING_COLUMNS`.

    Samples that nothing is proposed for have no row. ``state`` is as in :func:`core.ledger.views.states.sample_states`.
    """
    empty = pd.DataFrame(columns=list(STANDING_COLUMNS), index=pd.Index([], name="sample_id"))
    # No ids would mean every sample.
    rows = proposals(ledger, ProposalFilters(sample_ids=tuple(sample_ids))) if len(sample_ids) else empty
    if rows.empty:
        return empty
    latest = rows.drop_duplicates("sample_id").set_index("sample_id")
    states = sample_states(ledger, rule, sample_ids=list(latest.index))
    return latest.assign(state=states["state"])[list(STANDING_COLUMNS)]
