"""Families beside triggers and states: what comes together, and rounds of vetoes."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.detector.coupling.rounds import Round
from core.detector.coupling.triggers import Coincidence
from core.errors import GlitchAuditError
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.who import AtDesk
from pages.parts.detector.bringing import compare_button
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import ROUNDS
from pages.parts.detector.words import chance_text
from pages.parts.detector.worked_out import events_of, vetoes_of
from pages.parts.widgets.text import escaped

_SAID = 5


def events_view(here: AtDesk, shown: DetectorShown, *, detector: str) -> None:
    """Draw what was found of one detector."""
    if shown.simulated:
        st.info("A simulated detector has no triggers and no states; those of a real one are compared here.")
        return
    if not (shown.detector.triggers or shown.detector.states):
        st.info(
            "No triggers and no states were brought. Bring tables of triggers (Omicron’s HDF5, LIGO_LW, CSV, Parquet), "
            "or segments in which a state was on."
        )
        return
    found = events_of(here.workspace, shown)
    if found is None:
        st.info("The triggers and states were not compared with these families yet.")
        compare_button(here)
        return
    own = [one for one in found if one.detector == detector]
    for one in own[:_SAID]:
        st.markdown(f"- **{escaped(one.verdict)}**: {escaped(one.sentence)} {escaped(one.action)}")
    st.dataframe([_row(one) for one in own], hide_index=True, key="detector_coincidences")
    st.caption(
        "Glitches near a trigger, or inside of a state, beside what the same times give when they are shifted by 20 s "
        "to an hour within the livetime: both rates change slowly, and only shifted times know that."
    )
    if shown.detector.triggers:
        _rounds(shown, detector)


def _row(one: Coincidence) -> dict[str, object]:
    shifted = one.shifted
    chance = "" if shifted is None else f"{np.quantile(shifted, 0.025):.0f} to {np.quantile(shifted, 0.975):.0f}"
    return {
        "family": one.family,
        "channel or state": one.channel,
        "verdict": one.verdict,
        "together": one.found,
        "of glitches": one.glitches,
        "by shifted times": chance,
        "significance": round(one.significance, 1) if np.isfinite(one.significance) else None,
        "q": chance_text(one.q_value),
        "window": f"{one.window:g} s" if np.isfinite(one.window) else "",
        "SNR from": f"{one.threshold:g}" if np.isfinite(one.threshold) else "",
    }


def _rounds(shown: DetectorShown, detector: str) -> None:
    families = sorted({str(one) for one in shown.glitches.families[shown.glitches.detectors == detector]})
    keep_choices([Choice(ROUNDS, "", ("", *families))], key="keeping_detector_rounds")
    st.subheader("Rounds of vetoes")
    family = st.selectbox(
        "Family",
        ["", *families],
        format_func=lambda name: name or "choose a family",
        key=ROUNDS,
        help="In each round the channel whose triggers come together with the most glitches wins, and what lies near "
        "its triggers is taken away; hveto does the same.",
        **KEPT,
    )
    if not family:
        return
    try:
        rounds = vetoes_of(shown, family, detector)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    if not rounds:
        st.markdown(f"No channel’s triggers come together with {escaped(family)} beyond chance.")
        return
    st.dataframe([_of_round(one) for one in rounds], hide_index=True, key="detector_rounds_table")
    last = rounds[-1]
    st.caption(
        f"Together they take away {last.all_vetoed:.1%} of the glitches and {last.all_dead:.2%} of the livetime; a "
        "veto at random would take away as much of both."
    )


def _of_round(one: Round) -> dict[str, object]:
    return {
        "round": one.number,
        "winner": one.channel,
        "SNR from": one.threshold,
        "window": f"{one.window:g} s",
        "together": one.found,
        "by shifted times": round(one.shifted_mean, 1),
        "significance": round(one.significance, 1),
        "after trials": round(one.after_trials, 1),
        "use": f"{one.use_percentage:.1f} %",
        "efficiency": f"{one.efficiency:.1%}",
        "deadtime": f"{one.deadtime:.2%}",
    }
