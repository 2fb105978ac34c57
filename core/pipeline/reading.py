"""The labels as one reads them: as they were brought, as they are now, or as one person would have them.

A reading is no edit. It replaces the column ``label`` of what was prepared, so that whatever asks for a label sees it,
and its hash goes into every cache key that depends on labels. Embedding, neighbours, layout and clusters stay.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from core.dataset.content import frame_hash
from core.dataset.pictures_as_samples import glitch_of
from core.errors import GlitchAuditError
from core.ledger import Ledger, Person, decided_labels
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.proposals import ProposalFilters, proposals
from core.pipeline.stages import Prepared

BROUGHT, NOW, MINE = "brought", "now", "mine"
READINGS = {
    BROUGHT: "as they were brought",
    NOW: "as they are now, with what was decided",
    MINE: "as I would have them, with what I proposed",
}
"""Each reading of the labels, in words."""


def labels_read(
    samples: pd.DataFrame,
    reading: str,
    *,
    ledger: Ledger,
    rule: DecisionRule | None = None,
    person: Person | None = None,
) -> pd.Series:
    """Return the label of each sample in this reading, index ``sample_id``.

    ``samples`` carry the labels as brought. "now" puts the decided labels in their place, "mine" what ``person``
    proposed last and has not taken back on top of these. Raises GlitchAuditError where there is no such reading, or
    "mine" has no person.
    """
    if reading not in READINGS:
        raise GlitchAuditError(f"Labels can be read as {', '.join(READINGS)}, not as “{reading}”.")
    brought = samples["label"].astype("str")
    if reading == BROUGHT:
        return brought
    # The ledger speaks of glitches, whatever counts as a sample.
    glitches = glitch_of(samples)
    known = pd.Series(brought.to_numpy(), index=glitches.to_numpy())
    now = decided_labels(ledger, known, rule)
    if reading == MINE:
        if person is None or not person.key:
            raise GlitchAuditError("Say who you are: labels as I would have them are those of one person.")
        mine = _proposed_by(ledger, person).reindex(now.index)
        now = now.where(mine.isna(), mine)
    return pd.Series(now.to_numpy(), index=brought.index, name="label").astype("str")


def read_as(prepared: Prepared, labels: pd.Series) -> Prepared:
    """Return what was prepared with these labels, index ``sample_id``, in place of those that were brought.

    Where they are the same it stays as it is, so that what was cached of it is found.
    """
    labels = labels.reindex(prepared.samples.index)
    if labels.isna().any():
        raise GlitchAuditError("Every sample needs a label: some of those that were handed over have none.")
    if (labels == prepared.samples["label"].astype("str")).all():
        return prepared
    samples = prepared.samples.assign(label=labels.to_numpy())
    return replace(prepared, samples=samples, labels_fingerprint=frame_hash(labels.to_frame("label")))


def _proposed_by(ledger: Ledger, person: Person) -> pd.Series:
    rows = proposals(ledger, ProposalFilters())
    rows = rows[rows["author_key"].isin(person.keys)].drop_duplicates("sample_id")
    return rows.set_index("sample_id")["label_proposed"]
