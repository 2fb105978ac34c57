"""The labels as one reads them: as they were brought, as they are now, or as one person would have them.

A reading is no edit. It replaces the column ``label`` of what was prepared, so that whatever asks for a label sees it,
and its hash goes into every cache key that depends on labels. Embedding, neighbours, layout and clusters stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from core.audit.model import KnownLabels
from core.dataset.content import frame_hash
from core.dataset.pictures_as_samples import glitch_of
from core.errors import GlitchAuditError
from core.ledger import Ledger, Person
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.proposals import ProposalFilters, proposals
from core.ledger.views.states import what_was_decided
from core.pipeline.stages import Prepared

BROUGHT, NOW, MINE = "brought", "now", "mine"
READINGS = {
    BROUGHT: "as they were brought",
    NOW: "as they are now, with what was decided",
    MINE: "as I would have them, with what I proposed",
}
"""Each reading of the labels, in words."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The labels of one reading, and of which of them somebody has said that they are right.

    ``labels`` str and ``known`` bool, both with the index ``sample_id``: known are decided labels, kept ones among
    them, and in the reading "mine" what that person proposed.
    """

    labels: pd.Series
    known: pd.Series


def labels_read(
    samples: pd.DataFrame,
    reading: str,
    *,
    ledger: Ledger,
    rule: DecisionRule | None = None,
    person: Person | None = None,
) -> Reading:
    """Return the samples' labels in this reading; raises as :func:`labels_said` does.

    ``samples`` carry the labels as brought.
    """
    return reading_of(samples, labels_said(reading, ledger=ledger, rule=rule, person=person))


def labels_said(
    reading: str, *, ledger: Ledger, rule: DecisionRule | None = None, person: Person | None = None
) -> pd.Series:
    """Return the labels that this reading puts in place of those that were brought, index ``sample_id``, glitches.

    "now" puts the decided labels in their place, "mine" what ``person`` proposed last and has not taken back on top of
    these, "brought" none. Raises GlitchAuditError where there is no such reading, or "mine" has no person.
    """
    if reading not in READINGS:
        raise GlitchAuditError(f"Labels can be read as {', '.join(READINGS)}, not as “{reading}”.")
    if reading == BROUGHT:
        return pd.Series([], index=pd.Index([], dtype="str", name="sample_id"), dtype="str", name="label")
    said = what_was_decided(ledger, rule)
    if reading == MINE:
        if person is None or not person.key:
            raise GlitchAuditError("Say who you are: labels as I would have them are those of one person.")
        mine = proposed_by(ledger, person)
        said = pd.concat([mine, said[~said.index.isin(mine.index)]])
    return said.astype("str").rename("label")


def reading_of(samples: pd.DataFrame, said: pd.Series) -> Reading:
    """Return the samples' labels with those of ``said`` (index the glitch's id) in place of those that were brought."""
    brought = samples["label"].astype("str")
    # The ledger speaks of glitches, whatever counts as a sample.
    found = said.reindex(glitch_of(samples).to_numpy()).set_axis(brought.index)
    return Reading(brought.where(found.isna(), found).astype("str").rename("label"), found.notna())


def read_as(prepared: Prepared, reading: Reading) -> Prepared:
    """Return what was prepared with the labels of this reading in place of those that were brought.

    Where nothing is known and no label differs it stays as it is, so that what was cached of it is found. Raises
    GlitchAuditError where a sample has no label in the reading.
    """
    labels = reading.labels.reindex(prepared.samples.index)
    known = reading.known.reindex(prepared.samples.index, fill_value=False).to_numpy(dtype=bool)
    if labels.isna().any():
        raise GlitchAuditError("Every sample needs a label: some of those that were handed over have none.")
    if not known.any() and (labels == prepared.samples["label"].astype("str")).all():
        return prepared
    return replace(
        prepared,
        samples=prepared.samples.assign(label=labels.to_numpy()),
        known=KnownLabels(prepared.samples["label"].to_numpy(dtype=str), known),
        labels_fingerprint=frame_hash(pd.DataFrame({"label": labels, "known": known})),
    )


def labels_brought(prepared: Prepared) -> pd.Series:
    """Return the label that each sample was brought with, index ``sample_id``, in whatever reading the labels are."""
    labels = prepared.samples["label"].to_numpy() if prepared.known is None else prepared.known.brought
    return pd.Series(labels, index=prepared.samples.index, dtype="str", name="label")


def new_labels(prepared: Prepared) -> tuple[str, ...]:
    """Return the labels that only the reading has and the data set has not, sorted."""
    if prepared.known is None:
        return ()
    return tuple(sorted(set(prepared.samples["label"].astype("str")) - set(prepared.dataset.labels)))


def proposed_by(ledger: Ledger, person: Person) -> pd.Series:
    """Return the label that this person proposed last of each sample and has not taken back, index ``sample_id``."""
    rows = proposals(ledger, ProposalFilters())
    rows = rows[rows["author_key"].isin(person.keys)].drop_duplicates("sample_id")
    return rows.set_index("sample_id")["label_proposed"]
