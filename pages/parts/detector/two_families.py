"""Two families: do they go with different channels? Pictures cannot say that."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.detector.channels.names import plain_name
from core.detector.coupling.compare import Difference
from core.errors import GlitchAuditError
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import FIRST, SECOND
from pages.parts.detector.words import chance_text
from pages.parts.detector.worked_out import difference_of
from pages.parts.widgets.text import escaped


def two_families(shown: DetectorShown, *, detector: str) -> None:
    """Ask for two families, and draw how differently they go with each channel."""
    families = sorted({str(one) for one in shown.glitches.families[shown.glitches.detectors == detector]})
    if len(families) < 2:
        st.info("There is only one family of this detector.")
        return
    best = shown.result.couplings[0].family
    other = next(one for one in families if one != best)
    keep_choices([Choice(FIRST, best, families), Choice(SECOND, other, families)], key="keeping_two_families")
    left, right = st.columns(2)
    first = left.selectbox("One family", families, key=FIRST, **KEPT)
    second = right.selectbox("The other", families, key=SECOND, **KEPT)
    if first == second:
        st.info("Choose two different families.")
        return
    try:
        found = difference_of(shown, first, second, detector)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    st.markdown(f"**{escaped(found.sentence)}**")
    st.dataframe([_row(one) for one in found.differences], hide_index=True, key="detector_differences")
    st.caption(
        "Both are compared in the same ten minutes, so that what both share cancels. “How many times” is how many "
        f"times as strongly the rate of {escaped(first)} rises with the channel as that of {escaped(second)}."
    )


def _row(one: Difference) -> dict[str, object]:
    known = np.isfinite(one.ratio)
    return {
        "channel": one.channel,
        "measures": plain_name(one.channel),
        "verdict": f"{one.verdict}: {one.reason}" if one.reason else one.verdict,
        "how many times": f"{one.ratio:.3g} ({one.low:.3g} to {one.high:.3g})" if known else "",
        f"{one.first} rises": f"{one.first_ratio:.3g}" if known else "",
        f"{one.second} rises": f"{one.second_ratio:.3g}" if known else "",
        "q": chance_text(one.q_value),
    }
