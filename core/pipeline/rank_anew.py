"""The suspects ranked anew with what was decided: judged labels count as known, and errors like those found come first.

Nothing of it is kept in the workspace: it hangs on what one person decided until now, and takes two seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.audit.alike_wrong import Traits, log_odds_after
from core.audit.asking import ALIKE_WRONG
from core.audit.duplicates import near_duplicate_groups
from core.audit.model import AuditInput
from core.audit.rank_change import RankChange, rank_change
from core.audit.slices import slice_values
from core.audit.suspects import Smoother, SuspectParams, Suspects, find_suspects
from core.dataset.pictures_as_samples import glitch_of
from core.fingerprint import fingerprint
from core.ledger import Ledger, Person
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.judgements import ACCEPT, KEEP, judgements
from core.pipeline.audit_input import audit_input
from core.pipeline.audit_suspects import workspace_smoother
from core.pipeline.changed_taxonomy import ChangedTaxonomy
from core.pipeline.reading import MINE, NOW, Reading, labels_read, read_as, under_changed
from core.pipeline.stages import Prepared

MOST_DECIDED = 1000
"""Decided labels that are compared with all others, the latest: more would take longer than a person waits."""

_SCORED_FROM = 0.02


@dataclass(frozen=True, eq=False)
class Places:
    """What ranking needs that hangs on no label: where the samples lie, and which belong together."""

    case: AuditInput
    groups: np.ndarray
    smoother: Smoother


@dataclass(frozen=True, eq=False)
class RankedAnew:
    """The suspects with what was decided counted as known, and what that changed.

    ``suspects`` has the column :data:`core.audit.asking.ALIKE_WRONG` as well; glitches that were decided have the rows
    that they had before, so that what was said of them can be looked at and taken back.
    """

    suspects: Suspects
    change: RankChange


def places_of(prepared: Prepared) -> Places:
    """Return what does not change from one ranking to the next."""
    case = audit_input(prepared, with_profiles=False)
    groups = near_duplicate_groups(case)
    return Places(case, groups, workspace_smoother(prepared, case, groups))


def judged_reading(
    samples: pd.DataFrame,
    *,
    ledger: Ledger,
    person: Person,
    rule: DecisionRule | None = None,
    changed: ChangedTaxonomy | None = None,
) -> Reading:
    """Return the labels as this person would have them, with those that the person kept as known, too.

    They are under the ``changed`` taxonomy where that is what is looked at.
    """
    read = labels_read(samples, MINE if person.key else NOW, ledger=ledger, rule=rule, person=person)
    judged = judgements(ledger)
    mine = judged[judged["author_key"].isin(person.keys) & judged["verdict"].isin([ACCEPT, KEEP])]
    kept = mine[mine["verdict"] == KEEP].drop_duplicates("sample_id").set_index("sample_id")["label"]
    found = kept.reindex(glitch_of(samples).to_numpy()).set_axis(samples.index)
    labels = read.labels.where(found.isna(), found).astype("str").rename("label")
    judged_too = Reading(labels, read.known | found.notna())
    return judged_too if changed is None else under_changed(samples, judged_too, changed)


def rank_anew(prepared: Prepared, before: Suspects, reading: Reading, *, places: Places) -> RankedAnew:
    """Return the suspects of these labels, with what is known of them, and what changed since ``before``.

    ``before`` are the suspects that were found first; their chances by score are taken over.
    """
    read = read_as(prepared, reading)
    case = replace(
        places.case, samples=read.samples, known=read.known, fingerprint=fingerprint(read.labels_fingerprint)
    )
    found = find_suspects(
        case, SuspectParams(), groups=places.groups, smoother=lambda progress: places.smoother, calibrated=before
    )
    table, old = found.table, before.table
    known = reading.known.reindex(old.index).to_numpy(dtype=bool)
    wrong = (reading.labels.reindex(old.index) != old["label"]).to_numpy() & known
    mixed = table.assign(**{name: table[name].where(~known, old[name]) for name in table.columns if name in old})
    mixed = mixed.astype({name: old[name].dtype for name in old.columns if name in mixed})
    learnt = _learnt(prepared, places, mixed, known, wrong)
    after = mixed.assign(**{ALIKE_WRONG: learnt})
    return RankedAnew(
        Suspects(after, fingerprint("ranked anew", before.fingerprint, found.fingerprint), found.log_odds_error),
        _changed(prepared, old, after, known, wrong),
    )


def _learnt(
    prepared: Prepared, places: Places, table: pd.DataFrame, known: np.ndarray, wrong: np.ndarray
) -> np.ndarray:
    glitches, first = np.unique(places.case.glitches, return_index=True)
    of_row = np.searchsorted(glitches, places.case.glitches)
    names = np.unique(np.concatenate([table[name].to_numpy(dtype=str) for name in ("label", "suggested")]))
    facts = [pd.factorize(values.iloc[first])[0] for values in slice_values(prepared.samples).values()]
    one = table.iloc[first]
    traits = Traits(
        score=one["score"].to_numpy(dtype=float),
        chance=one["chance_wrong"].to_numpy(dtype=float),
        label=np.searchsorted(names, one["label"].to_numpy(dtype=str)),
        suggested=np.searchsorted(names, one["suggested"].to_numpy(dtype=str)),
        facts=np.column_stack(facts) if facts else np.zeros((len(first), 0), int),
        matrix=places.case.matrix[first],
    )
    decided = np.flatnonzero(known[first])[-MOST_DECIDED:]
    asked = np.flatnonzero((traits.chance >= _SCORED_FROM) | one["flagged"].to_numpy(dtype=bool))
    return log_odds_after(traits, decided, wrong[first][decided], asked=asked)[of_row]


def _changed(
    prepared: Prepared, before: pd.DataFrame, after: pd.DataFrame, known: np.ndarray, wrong: np.ndarray
) -> RankChange:
    once = ~glitch_of(prepared.samples).duplicated().to_numpy()
    kept = ["label", "suggested", "flagged"]
    decided = before.loc[known & once, ["label", "suggested"]].assign(wrong=wrong[known & once])
    return rank_change(
        before.loc[once, kept].assign(order=before.loc[once, "score"]),
        after.loc[once, kept].assign(order=after.loc[once, ALIKE_WRONG]),
        decided,
    )
