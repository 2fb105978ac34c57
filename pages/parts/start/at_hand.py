"""What Start tells of, gathered once a run: everything is at hand already, nothing is computed for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core.audit.ordering import examples_by_label
from core.audit.queue import QueueFilters, decided_samples, suspect_entries, suspect_queue
from core.dataset import Dataset
from core.errors import GlitchAuditError
from core.jobs.job import job_status
from core.ledger import recovery_offer
from core.ledger.views.decision_rule import FILE_NAME, DecisionRule, read_rule
from core.ledger.views.known_asked import review_work
from core.ledger.views.mine import has_said_anything
from core.ledger.views.standing import Standing, seconds_a_judgement, standing
from core.ledger.views.states import CONFLICT, sample_states
from core.pipeline.audit_results import Audit
from core.pipeline.next_steps import Situation, most_mixed
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.visits import Audited
from pages.parts.desk.who import AtDesk
from pages.parts.suspects.session import judged_and_known


@dataclass(frozen=True)
class Island:
    """The most mixed cluster: its number, its samples, how many labels it has, and an example of the two commonest."""

    number: int
    samples: int
    labels: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class AtHand:
    """What there is to tell.

    Attributes:
        glitches: the ids that the ledger knows.
        rule: when a sample counts as decided.
        standing: how far the data set is.
        suspects: those that this person need still look at, most suspect first; None where there is no audit.
        audited: which audit found them, and how many it flags.
        waiting, conflicts: the samples that wait for this person, and those in conflict.
        island: the most mixed one; None where none is.
        situation: what the next steps are chosen by.
        newcomer: whether this person said nothing yet about any sample, and there is something to practise on.
        trouble: why the ledger, or its rule, cannot be read; empty where it can.
    """

    glitches: tuple[str, ...] = ()
    rule: DecisionRule | None = None
    standing: Standing = field(default_factory=Standing)
    suspects: tuple[str, ...] | None = None
    audited: Audited = field(default_factory=Audited)
    waiting: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    island: Island | None = None
    situation: Situation = field(default_factory=Situation)
    newcomer: bool = False
    trouble: str = ""

    @property
    def to_look_at(self) -> int:
        """How many samples were judged or are still to be."""
        return len(self.standing.judged_ids | set(self.suspects or ()))


def at_hand(here: AtDesk, dataset: Dataset | None, shown: SheetShown | None, audit: Audit | None) -> AtHand:
    """Gather it.

    Args:
        here: who is at the desk, and with which data set.
        dataset: as it was read last; None where it was not.
        shown: what its sheet shows; None where there is no map yet.
        audit: None where there is none.
    """
    if shown is not None:
        glitches = tuple(shown.samples.row_of_glitch)
    else:
        glitches = () if dataset is None else tuple(map(str, dataset.samples.index))
    found = AtHand(glitches=glitches, standing=Standing(samples=len(set(glitches))))
    found = _with_ledger(here, found)
    if shown is not None and audit is not None:
        left = _suspects_left(here, shown, audit, found)
        audited = Audited(audit.suspects.fingerprint[:8], int(audit.suspects.table["flagged"].sum()))
        found = replace(found, suspects=left, audited=audited, island=most_mixed_island(shown, audit))
        newcomer = not found.trouble and not has_said_anything(here.ledger, here.person)
        found = replace(found, newcomer=newcomer)
    return replace(found, situation=_situation(here, found, prepared=shown is not None))


def most_mixed_island(shown: SheetShown, audit: Audit) -> Island | None:
    """The cluster whose labels are most mixed; None where none is mixed beyond chance."""
    number = most_mixed(audit.clusters)
    if number is None:
        return None
    samples, facts = shown.samples, audit.clusters.loc[number]
    examples = examples_by_label(
        np.flatnonzero(samples.clusters == number),
        labels=samples.table["label"].to_numpy(dtype=str),
        intensity=shown.intensity,
        most_labels=2,
        most_samples=3,
    )
    middle = tuple(str(samples.ids[own[len(own) // 2]]) for own in examples.values())
    return Island(number, int(facts["n"]), int(facts["label_count"]), middle)


def _with_ledger(here: AtDesk, found: AtHand) -> AtHand:
    ledger = here.ledger
    try:
        rule = read_rule(here.workspace.root / FILE_NAME)
    except GlitchAuditError as error:
        return replace(found, trouble=str(error))
    offer = recovery_offer(ledger)
    if offer is not None and offer.missing:
        return replace(found, trouble="The ledger is missing, but backups of it are there.")
    if trouble := ledger.problem() or "":
        found = replace(found, trouble=trouble)
        # What can be read, though not written, is told.
        if not ledger.readable():
            return found
    figures = standing(ledger, found.glitches, rule)
    if not figures.judged:
        return replace(found, rule=rule, standing=figures)
    states, wanted = sample_states(ledger, rule), set(found.glitches)
    waiting: tuple[str, ...] = ()
    if here.person.name and here.allowed("review"):
        queue = review_work(ledger, here.person, rule=rule)
        waiting = tuple(name for name in queue["sample_id"] if name in wanted)
    conflicts = tuple(name for name in states.index[states["state"] == CONFLICT] if name in wanted)
    return replace(found, rule=rule, standing=figures, waiting=waiting, conflicts=conflicts)


def _suspects_left(here: AtDesk, shown: SheetShown, audit: Audit, found: AtHand) -> tuple[str, ...]:
    samples = shown.samples
    flagged = audit.suspects.table[audit.suspects.table["flagged"].to_numpy(dtype=bool)]
    if flagged.empty:
        return ()
    rows = [samples.row_of[name] for name in flagged.index]
    entries = suspect_entries(flagged, clusters=samples.clusters[rows], glitches=samples.glitches.iloc[rows])
    decided: frozenset[str] = frozenset()
    if not found.trouble:
        judged, _ = judged_and_known(here.ledger, here.person, entries, rule=found.rule or DecisionRule())
        decided = decided_samples(judged, author_keys=here.person.keys)
    queue = suspect_queue(entries, QueueFilters(), decided=decided)
    return tuple(queue["glitch"].astype(str))


def _situation(here: AtDesk, found: AtHand, *, prepared: bool) -> Situation:
    readable = not found.trouble
    # Who has not said a name yet is offered what waits for anybody.
    waiting = len(found.waiting) if here.person.name else found.standing.in_review
    return Situation(
        prepared=prepared,
        working=not prepared and job_status(here.workspace).running,
        audited=found.suspects is not None,
        readable=readable,
        may_judge=here.allowed("judge"),
        may_review=here.allowed("review"),
        may_decide=here.allowed("decide") and bool(here.person.name),
        may_prepare=not here.hindrance("prepare"),
        may_open=not here.hindrance("open"),
        suspects_left=len(found.suspects or ()),
        waiting=waiting,
        conflicts=len(found.conflicts),
        decided=found.standing.decided,
        mixed=found.island.samples if found.island else 0,
        seconds=seconds_a_judgement(here.ledger) if readable else None,
    )


def label_of(shown: SheetShown, glitch: str) -> str:
    """The label that the data set gives this glitch."""
    labels: pd.Series = shown.samples.table["label"]
    return str(labels.iloc[shown.samples.row_of_glitch[glitch]])
