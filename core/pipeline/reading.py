"""The labels as one reads them: as brought, as they are now, as one person would have them, or under other classes.

A reading is no edit. It replaces the column ``label`` of what was prepared, so that whatever asks for a label sees it,
and its hash goes into every cache key that depends on labels. Embedding, neighbours, layout and clusters stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from core.audit.model import KnownLabels
from core.dataset.content import frame_hash
from core.dataset.pictures_as_samples import glitch_of
from core.errors import GlitchAuditError
from core.ledger import Ledger, Person
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.proposals import ProposalFilters, proposals
from core.ledger.views.states import what_was_decided
from core.pipeline.changed_taxonomy import ChangedTaxonomy, changed_taxonomy
from core.pipeline.stages import Prepared

BROUGHT, NOW, MINE, TAXONOMY = "brought", "now", "mine", "taxonomy"
READINGS = {
    BROUGHT: "as they were brought",
    NOW: "as they are now, with what was decided",
    MINE: "as I would have them, with what I proposed",
    TAXONOMY: "under the changed taxonomy: as they are now, with its accepted changes",
}
"""Each reading of the labels, in words."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The labels of one reading, and of which of them somebody has said that they are right.

    ``labels`` str and ``known`` bool, both with the index ``sample_id``: known are decided labels, kept ones among
    them, and in the reading "mine" what that person proposed. ``before``, str, the same index, are the labels as
    brought under the classes of this reading, where these are others; else None.
    """

    labels: pd.Series
    known: pd.Series
    before: pd.Series | None = None


@dataclass(frozen=True, eq=False)
class LabelsSaid:
    """What a reading puts in the place of the labels that were brought.

    ``labels`` str, index ``sample_id`` (glitches), are what was said of single samples; ``becomes`` then gives labels
    another name, of whatever sample.
    """

    labels: pd.Series
    becomes: Mapping[str, str] = field(default_factory=dict)


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
    present = frozenset(samples["label"].astype("str"))
    return reading_of(samples, what_is_said(reading, ledger=ledger, rule=rule, person=person, present=present))


def what_is_said(
    reading: str,
    *,
    ledger: Ledger,
    rule: DecisionRule | None = None,
    person: Person | None = None,
    present: Collection[str] = (),
) -> LabelsSaid:
    """Return what this reading puts in place of the labels that were brought; raises as :func:`labels_said` does.

    "taxonomy" puts the decided labels in their place and those of the examples of accepted changes, and then renames
    what these changes merge and rename; ``present`` are the labels that the data set has.
    """
    if reading != TAXONOMY:
        return LabelsSaid(labels_said(reading, ledger=ledger, rule=rule, person=person))
    changed = changed_taxonomy(ledger, rule, present=present)
    return LabelsSaid(_under_changed(what_was_decided(ledger, rule), changed), changed.becomes)


def labels_said(
    reading: str, *, ledger: Ledger, rule: DecisionRule | None = None, person: Person | None = None
) -> pd.Series:
    """Return the labels that this reading puts in place of those of single samples, index ``sample_id``, glitches.

    "now" puts the decided labels in their place, "mine" what ``person`` proposed last and has not taken back on top of
    these, "brought" none; "taxonomy" is more than that (:func:`what_is_said`). Raises GlitchAuditError where there is
    no such reading, or "mine" has no person.
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


def reading_of(samples: pd.DataFrame, said: LabelsSaid) -> Reading:
    """Return the samples' labels with what is ``said`` in place of those that were brought."""
    brought = samples["label"].astype("str")
    # The ledger speaks of glitches, whatever counts as a sample.
    found = said.labels.reindex(glitch_of(samples).to_numpy()).set_axis(brought.index)
    labels = brought.where(found.isna(), found).astype("str").rename("label")
    if not said.becomes:
        return Reading(labels, found.notna())
    under, before = (each.map(lambda name: said.becomes.get(name, name)).astype("str") for each in (labels, brought))
    return Reading(under, found.notna(), before)


def under_changed(samples: pd.DataFrame, read: Reading, changed: ChangedTaxonomy) -> Reading:
    """Return another reading of the samples, which differs from the labels as brought in known ones only, under these.

    ``samples`` carry the labels as brought; a known label stands against that of an example.
    """
    known = read.known.to_numpy(dtype=bool)
    said = pd.Series(read.labels.to_numpy()[known], index=glitch_of(samples).to_numpy()[known], dtype="str")
    said = said[~said.index.duplicated()]
    return reading_of(samples, LabelsSaid(_under_changed(said, changed), changed.becomes))


def _under_changed(decided: pd.Series, changed: ChangedTaxonomy) -> pd.Series:
    examples = changed.examples[~changed.examples.index.isin(decided.index)]
    return pd.concat([decided, examples]).astype("str").rename("label").rename_axis("sample_id")


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
    before = None if reading.before is None else reading.before.reindex(prepared.samples.index)
    hashed = {"label": labels, "known": known} | ({} if before is None else {"before": before})
    return replace(
        prepared,
        samples=prepared.samples.assign(label=labels.to_numpy()),
        known=KnownLabels(
            prepared.samples["label"].to_numpy(dtype=str),
            known,
            None if before is None else before.to_numpy(dtype=str),
        ),
        labels_fingerprint=frame_hash(pd.DataFrame(hashed)),
    )


def labels_brought(prepared: Prepared) -> pd.Series:
    """Return the label that each sample was brought with, index ``sample_id``, in whatever reading the labels are."""
    if prepared.known is None:
        return prepared.samples["label"].astype("str")
    return pd.Series(prepared.known.brought, index=prepared.samples.index, dtype="str", name="label")


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
