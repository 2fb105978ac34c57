"""How one did: in a line, and by label."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.practice import Tally
from core.pipeline.kept_practice import PracticeProgress
from core.pipeline.practice import Practice
from core.statistics.intervals import wilson_interval
from core.statistics.percent import percent

FEWEST_TO_SAY = 5
"""Of fewer answers no share is told."""


def progress_line(progress: PracticeProgress) -> str:
    """How many samples were named, and how many rightly."""
    if not progress.answers:
        return "You have named no sample yet."
    right = sum(tally.right for tally in progress.tallies.values())
    return f"You have named {progress.answers:,} sample{'s' if progress.answers != 1 else ''}, {right:,} rightly."


def share_in_words(tally: Tally) -> str:
    """The share of right answers with its interval (Wilson's, 95 %); of few answers, that they are too few."""
    if tally.seen < FEWEST_TO_SAY:
        return "too few to say"
    low, high = wilson_interval(tally.right, tally.seen)
    return f"{percent(tally.right / tally.seen)} ({percent(low)} to {percent(high)})"


def progress_table(practice: Practice, progress: PracticeProgress) -> None:
    """Each label that can be practised, or was, with how often it was seen and found; the weakest first."""
    names = sorted({*practice.known, *progress.tallies})
    tallies = [progress.tallies.get(name, Tally()) for name in names]
    table = pd.DataFrame(
        {
            "label": names,
            "seen": [tally.seen for tally in tallies],
            "right": [tally.right for tally in tallies],
            "share right": [share_in_words(tally) for tally in tallies],
        }
    )
    wrong = table["seen"] - table["right"]
    order = pd.DataFrame({"wrong": -wrong, "seen": -table["seen"]}).sort_values(["wrong", "seen"], kind="stable").index
    st.markdown(
        "**Your progress, by label**",
        help="The brackets say where your share would probably lie after many more answers. Labels that you often get "
        "wrong come more often. Nobody else sees this.",
    )
    st.dataframe(table.loc[order], hide_index=True, width="content", key="practice_progress")
