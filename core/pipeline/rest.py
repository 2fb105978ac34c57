"""Decisions of one kind, and the rest that is proposed after them: see :mod:`core.audit.propose_rest`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.duplicates import near_duplicate_groups
from core.audit.propose_rest import LEAST_SEEDS, MODEL, Rest, propose_rest
from core.dataset.pictures_as_samples import glitch_of
from core.dataset.selection import read_asked_record
from core.ledger import Ledger, Person, ProposalFilters, judgements, proposals
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.judgements import ACCEPT, KEEP, JudgementFilters
from core.ledger.views.states import what_was_decided
from core.pipeline.audit_input import audit_input
from core.pipeline.reading import labels_brought
from core.pipeline.stages import Prepared


@dataclass(frozen=True)
class Kind:
    """Decisions of one kind: glitches called ``label`` that are ``other``, the ``seeds``, and those that were kept."""

    label: str
    other: str
    seeds: tuple[str, ...]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What was decided so far: its ``kinds``, those of most seeds first, and all glitches that are ``done``.

    Done is whatever anybody judged or proposed a label for: what waits for others is not to be seen with a suggestion.
    """

    kinds: tuple[Kind, ...]
    done: frozenset[str]


def decided_so_far(prepared: Prepared, ledger: Ledger, person: Person, rule: DecisionRule | None) -> Decided:
    """Return the kinds of decisions that have at least ``LEAST_SEEDS`` seeds, and what is done.

    Seeds are decided samples and what ``person`` proposed and has not taken back, but for what was proposed as the rest
    of others: its rightness was a guess.
    """
    brought = _brought(prepared)
    rows = proposals(ledger, ProposalFilters())
    judged = judgements(ledger)
    decided = what_was_decided(ledger, rule)
    own = rows[rows["author_key"].isin(person.keys) & ~_guessed(rows)].drop_duplicates("sample_id")
    said = pd.concat([own.set_index("sample_id")["label_proposed"], decided])
    said = said[~said.index.duplicated(keep="last")]
    mine = judged[judged["author_key"].isin(person.keys)]
    kept = {*mine.loc[mine["verdict"] == KEEP, "sample_id"]} - {*own["sample_id"]}
    settled = judged[judged["verdict"].isin((ACCEPT, KEEP))]
    done = frozenset(map(str, [*rows["sample_id"], *decided.index, *settled["sample_id"], *mine["sample_id"]]))
    pairs: dict[tuple[str, str], list[str]] = {}
    for glitch, label in said.items():
        before = brought.get(glitch)
        if before is None:
            continue
        if before == label:
            kept.add(glitch)
        else:
            pairs.setdefault((str(before), str(label)), []).append(str(glitch))
    kinds = [
        Kind(label, other, tuple(seeds), tuple(sorted(name for name in kept if brought.get(name) == label)))
        for (label, other), seeds in pairs.items()
        if len(seeds) >= LEAST_SEEDS
    ]
    return Decided(tuple(sorted(kinds, key=lambda kind: -len(kind.seeds))), done)


def pairs_accepted(ledger: Ledger, *, author_keys: Collection[str]) -> tuple[tuple[str, str, int], ...]:
    """Return the pairs of labels of which this person accepted ``LEAST_SEEDS`` suspects or more, with how many.

    Those of most come first.
    """
    own = judgements(ledger, JudgementFilters(verdicts=(ACCEPT,)))
    own = own[own["author_key"].isin(set(author_keys) - {""})]
    counts = own.groupby(["label", "label_proposed"]).size().sort_values(ascending=False, kind="stable")
    return tuple((str(a), str(b), int(n)) for (a, b), n in counts.items() if n >= LEAST_SEEDS)


def rest_of(prepared: Prepared, kind: Kind, done: Collection[str]) -> Rest:
    """Return the rest of a kind: rows of ``prepared.samples``, each glitch once."""
    glitches = glitch_of(prepared.samples).astype("str")
    labels = _brought(prepared).reindex(glitches).to_numpy(dtype=str)
    case = audit_input(prepared, with_profiles=False)
    found = propose_rest(
        case.matrix,
        labels,
        seeds=np.flatnonzero(glitches.isin(kind.seeds)),
        kept=np.flatnonzero(glitches.isin(kind.kept)),
        label=kind.label,
        other=kind.other,
        done=glitches.isin(set(done)).to_numpy(dtype=bool),
        weights=case.weights,
        groups=near_duplicate_groups(case),
    )
    once = ~glitches.iloc[found.rows].duplicated().to_numpy(dtype=bool)
    return Rest(found.rows[once], found.chances[once], found.why_not)


def _brought(prepared: Prepared) -> pd.Series:
    """The label that each glitch was brought with, whatever the labels are read as."""
    by_glitch = labels_brought(prepared).set_axis(glitch_of(prepared.samples).astype("str"))
    return by_glitch[~by_glitch.index.duplicated()]


def _guessed(rows: pd.DataFrame) -> pd.Series:
    asked = [read_asked_record(record) for record in rows["polygon"]]
    return pd.Series([one is not None and one.method == MODEL for one in asked], index=rows.index, dtype=bool)
