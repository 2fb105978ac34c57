"""Samples that a classifier names otherwise, as suspects for the same queue; needs numpy and pandas alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.audit.queue import QUEUE_REASON
from core.audit.suspects import Suspects
from core.statistics.percent import chance_percent

if TYPE_CHECKING:
    from core.classify.training.runs import Run


def finder_fingerprint(run: Run) -> str:
    """What the ledger keeps with a judgement, as what found the suspect: the run, by its fingerprint."""
    return f"classifier {run.fingerprint}"


def run_suspects(run: Run, found: pd.DataFrame, samples: pd.DataFrame, *, glitches: pd.Series) -> Suspects:
    """Return what a run found, on the data set as it is now, in the order of ``found``.

    Samples that are gone or carry another label than in training are left out. Where every picture counts as a sample,
    all rows of a glitch say what the run says of it. ``found`` is from
    :func:`core.classify.evaluation.confusing.confusing_samples`; ``glitches`` names the glitch of each of ``samples``.
    """
    ids = samples.index.to_series()
    named = ids.where(ids.isin(found.index), glitches)
    here = samples[named.isin(found.index).to_numpy(dtype=bool)]
    table = found.loc[named[here.index]].set_axis(here.index)
    same = table["label"].to_numpy() == here["label"].to_numpy()
    table = table[same].sort_values("score", ascending=False, kind="stable", na_position="last")
    _, numbers = np.unique(glitches[table.index].to_numpy(dtype=str), return_inverse=True)
    return Suspects(table.assign(glitch=numbers), finder_fingerprint(run))


def finder_reason(run: Run, verdict: str, chance: float) -> str:
    """The reason that is written with a judgement of such a suspect unless its author gives another."""
    known = f" (chance {chance_percent(chance)})" if math.isfinite(chance) else ""
    who = f"the classifier {run.name} (run {run.fingerprint})"
    if verdict == "accept":
        return f"{QUEUE_REASON}{who} names it otherwise{known}"
    return f"{QUEUE_REASON}looked at, though {who} names it otherwise{known}"


def cell_reason(run: Run, named: str) -> str:
    """A first draft of the reason for proposing the label that a classifier gave."""
    return f"The classifier {run.name} (run {run.fingerprint}) names it {named}"
