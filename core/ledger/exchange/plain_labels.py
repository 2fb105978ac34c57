"""The plain table for people: each sample's label before and now, who decided, and when."""

from __future__ import annotations

import pandas as pd

from core.dataset.cells import defused_column
from core.dataset.model import Dataset
from core.ledger.exchange.corrected import corrected_labels
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.states import BY_MODERATOR, decisions, sample_states

LABEL_COLUMNS = ("id", "label before", "label now", "decided by", "when (UTC)")


@in_one_snapshot
def label_table(ledger: Ledger, dataset: Dataset, *, rule: DecisionRule | None = None) -> pd.DataFrame:
    """Return one row a sample, all texts: :data:`LABEL_COLUMNS`; the decided ones first, each in the data set's order.

    A sample that nobody decided keeps its label, and the last two cells are empty. "decided by" names the people who
    agreed, or the moderator, with the word after the name.
    """
    labels = dataset.samples["label"]
    corrected = corrected_labels(ledger, labels, rule)
    states = sample_states(ledger, rule, sample_ids=tuple(labels.index))
    said = decisions(ledger)
    moderators = said.drop_duplicates("decision_id").set_index("decision_id")["author"].astype("str")
    by_moderator = corrected["decided_by"] == BY_MODERATOR
    names = states["people"].where(corrected["decided_by"] != "", "")
    names = names.mask(by_moderator, corrected["decision_id"].map(moderators).astype("str").fillna("") + " (moderator)")
    table = pd.DataFrame(
        {
            "id": labels.index.astype("str"),
            "label before": corrected["label_original"].to_numpy(),
            "label now": corrected["label"].to_numpy(),
            "decided by": names.to_numpy(),
            "when (UTC)": corrected["decided_at"].to_numpy(),
        }
    )
    return table.iloc[(table["when (UTC)"] == "").to_numpy().argsort(kind="stable")].reset_index(drop=True)


def label_csv(ledger: Ledger, dataset: Dataset, *, rule: DecisionRule | None = None) -> str:
    r"""Return :func:`label_table` as CSV text; cells that a spreadsheet would run get an apostrophe in front.

    Line breaks inside a cell become ``\n``.
    """
    table = label_table(ledger, dataset, rule=rule)
    for name in table:
        table[name] = defused_column(table[name]).str.replace("\r\n?", "\n", regex=True)
    return table.to_csv(index=False, lineterminator="\n")
