"""The list of channels: unit, rate, span, gaps, what is missing or constant, and whether each is safe."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.detector.channels.names import plain_name
from core.detector.channels.stretches import Stretches
from core.detector.strain.gps import utc_words
from core.glossary import meaning
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.words import counted
from pages.parts.detector.worked_out import stretches_of
from pages.parts.widgets.text import code_span, escaped

_HOUR = 3600.0


def channels_view(shown: DetectorShown) -> None:
    """Draw the list, what was left out of the comparison, states, triggers, and files that are none of it."""
    found = stretches_of(shown)
    excluded = shown.result.excluded if shown.result is not None else {}
    st.dataframe(
        pd.DataFrame([_row(shown, one, excluded.get(one.channel.name, "")) for one in found]),
        hide_index=True,
        key="detector_channels",
        column_config={
            "recorded": st.column_config.NumberColumn(format="percent", help="Share of the table's time with a value."),
            "safety": st.column_config.TextColumn(help=meaning("safe")),
        },
    )
    table = shown.detector.table
    live = ", ".join(f"{escaped(name)} {spans.seconds / _HOUR:,.0f} h" for name, spans in sorted(table.live.items()))
    st.caption(
        f"{utc_words(table.start)} to {utc_words(table.end)} (GPS {table.start:.0f} to {table.end:.0f}), a value every "
        f"{table.step:g} s. Livetime: {live}. Left out of the comparison: {len(excluded)}."
    )
    _states(shown)
    if shown.detector.problems:
        with st.expander(f"Files that hold nothing of a detector ({len(shown.detector.problems)})"):
            lines = [f"- {code_span(one.where)}: {escaped(one.reason)}" for one in shown.detector.problems[:100]]
            st.markdown("\n".join(lines))


def _row(shown: DetectorShown, one: Stretches, excluded: str) -> dict[str, object]:
    rates = {listed.channel.name: listed.rate for listed in shown.detector.listed}
    rate = rates.get(one.channel.name, 1.0 / shown.detector.table.step)
    return {
        "channel": one.channel.name,
        "unit": one.channel.unit,
        "measures": plain_name(one.channel.name),
        "safety": one.channel.safety,
        "read every": f"{1 / rate:.4g} s",
        "recorded": one.recorded,
        "missing": f"{counted(len(one.missing.spans), 'stretch', 'stretches')}, {one.missing.seconds / _HOUR:,.1f} h",
        "constant": f"{one.constant.seconds / _HOUR:,.1f} h",
        "median": one.median if np.isfinite(one.median) else None,
        "left out": "never moves" if one.dead and not excluded else excluded,
    }


def _states(shown: DetectorShown) -> None:
    states, triggers = shown.detector.states, shown.detector.triggers
    if states:
        with st.expander(f"States ({len(states)})"):
            st.dataframe(
                {
                    "state": [one.name for one in states],
                    "stretches": [len(one.active.spans) for one in states],
                    "on": [f"{one.active.seconds / _HOUR:,.2f} h" for one in states],
                    "known": [f"{one.known.seconds / _HOUR:,.1f} h" for one in states],
                },
                hide_index=True,
                key="detector_states",
            )
    if triggers:
        with st.expander(f"Triggers ({len(triggers)})"):
            st.dataframe(
                {
                    "channel": [one.channel.name for one in triggers],
                    "triggers": [len(one.times) for one in triggers],
                    "safety": [one.channel.safety for one in triggers],
                },
                hide_index=True,
                key="detector_triggers",
            )
