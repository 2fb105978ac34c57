"""Who found the suspects of the queue: the neighbours in the embedding, or a classifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.audit.queue import DRAWN_REASON, contradicted_reason, default_reason
from core.audit.total_wrong import DRAWN
from core.audit.volunteers import CONTRADICTED, VOTES, VOTES_AGAINST
from core.classify.evaluation.confusing import confusing_samples
from core.classify.evaluation.run_suspects import finder_reason, run_suspects
from core.classify.training.runs import Run, list_runs
from pages.parts.desk.evaluations import evaluation_or_none, evaluation_stamp, run_title
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import change_panel, forget_panel, forget_widgets, panel, set_widget, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.suspects.session import new_queue
from pages.parts.widgets.text import code_span, escaped

if TYPE_CHECKING:
    from core.audit.suspects import Suspects

FOUND = "found"
"""In the address of the page Suspects: the name of the run whose finds it opens."""

SOURCE_KEY = "suspect_source"
"""Of the chosen run's folder in the session; "" for the neighbours."""


@dataclass(frozen=True)
class FoundBy:
    """Who found the suspects, in the words of the page; ``run`` is None for the neighbours in the embedding."""

    run: Run | None = None
    stamp: tuple[int, ...] = ()
    """Changes when what the run found does."""
    why: str = ""
    """What made one look, where it is not the label; it is written with a judgement."""

    @property
    def mixes(self) -> bool:
        """Whether known samples are mixed into the queue: into that of the neighbours."""
        return self.run is None and not self.why

    @property
    def nothing(self) -> str:
        """What to say where there is no suspect."""
        if self.run is None:
            return "No sample is flagged: the embedding contradicts no label strongly enough."
        return f"The classifier {escaped(self.run.name)} names every held-out sample as it is labelled."

    @property
    def meaning(self) -> str:
        """What the chance on the card is."""
        who = "the embedding" if self.run is None else f"the classifier {escaped(self.run.name)}"
        return f"What {who} says of the label; you decide."

    @property
    def reservation(self) -> str:
        """What is to be known of the number of labels that are expected to be wrong."""
        if self.run is None:
            return (
                ". Wrong labels that the embedding finds plausible are not among them, and people make many such: how "
                "many labels are wrong in all, this does not say"
            )
        return ", if the classifier's probabilities were all there is to know; it errs too, so rather fewer"

    def counted(self, flagged: int, total: int) -> str:
        """How many there are."""
        if self.run is None:
            return f"**{flagged:,} of {total:,} samples are flagged**"
        return (
            f"**{flagged:,} held-out samples are named otherwise** by the classifier {escaped(self.run.name)} (run "
            f"{code_span(self.run.fingerprint)}, which stands with every judgement)"
        )

    def reason(self, verdict: str, chance: float) -> str:
        """What is written with a judgement unless its author says something else."""
        if self.why:
            return self.why
        return default_reason(verdict, chance) if self.run is None else finder_reason(self.run, verdict, chance)

    def reason_of(self, verdict: str, entry: pd.Series) -> str:
        """The same of one row of the queue: of a sample that is not flagged, volunteers or a draw made one look."""
        if not self.why and not entry["flagged"] and entry.get(CONTRADICTED, False):
            return contradicted_reason(verdict, votes=int(entry[VOTES]), against=int(entry[VOTES_AGAINST]))
        if not self.why and not entry["flagged"] and entry.get(DRAWN, False):
            return DRAWN_REASON
        return self.reason(verdict, float(entry["chance_wrong"]))


@dataclass(frozen=True)
class RunAsked:
    """The name of the run that the address asked for, once it was followed."""

    name: str = ""


def choose_source(here: AtDesk, samples: Samples, neighbours: Suspects) -> tuple[Suspects, FoundBy]:
    """Ask who found the suspects, where a classifier has been evaluated; else it is the neighbours."""
    runs = {str(run.folder): run for run in list_runs(here.workspace) if evaluation_or_none(run) is not None}
    _follow_address(runs)
    if widget_value(SOURCE_KEY, "") not in ("", *runs):
        forget_widgets(SOURCE_KEY)
    if not runs:
        return neighbours, FoundBy()
    folder = st.selectbox(
        "Found by",
        ["", *runs],
        key=SOURCE_KEY,
        format_func=lambda name: f"classifier {run_title(runs[name])}" if name else "neighbours",
        on_change=new_queue,
        width=150,
        label_visibility="collapsed",
        persist_state="session",
        help="The neighbours are those in the embedding; a classifier speaks only of samples that it was not trained "
        "with, of its validation and test split.",
    )
    if not folder:
        return neighbours, FoundBy()
    run = runs[folder]
    stamp = evaluation_stamp(run)
    return _suspects(folder, run.fingerprint, stamp, samples.fingerprint, run, samples), FoundBy(run, stamp)


def queue_address(run: Run) -> dict[str, str]:
    """What the address of the page Suspects says to open what this run found."""
    # A link that was followed before is followed again.
    forget_panel(RunAsked)
    return {FOUND: run.name}


def _follow_address(runs: dict[str, Run]) -> None:
    """Choose the run that the address asks for, once; where there is none of that name, say so."""
    name = st.query_params.get(FOUND)
    if not name or panel(RunAsked).name == name:
        return
    change_panel(RunAsked, name=name)
    folder = next((folder for folder, run in runs.items() if run.name == name), None)
    if folder is None:
        st.warning(
            f"The address asks for what the classifier “{escaped(name[:80])}” found, but no evaluated run is called so."
        )
        return
    set_widget(SOURCE_KEY, folder)
    new_queue()


@st.cache_resource(max_entries=4, show_spinner=False)
def _suspects(
    folder: str, fingerprint: str, stamp: tuple[int, ...], results: str, _run: Run, _samples: Samples
) -> Suspects:
    found = confusing_samples(_run, evaluation_or_none(_run))
    return run_suspects(_run, found, _samples.table, glitches=_samples.glitches)
