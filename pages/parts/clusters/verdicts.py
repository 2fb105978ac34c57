"""Verdicts on the two failure modes: what is said, and the one sentence with the numbers behind it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.widgets.text import escaped

SUPPORTED, NOT_SUPPORTED, CANNOT_TELL = "supported", "not supported", "cannot tell"
_ICONS = {
    SUPPORTED: ":material/priority_high:",
    NOT_SUPPORTED: ":material/check:",
    CANNOT_TELL: ":material/help:",
}
_COLOURS = {SUPPORTED: "orange", NOT_SUPPORTED: "green", CANNOT_TELL: "gray"}


def verdict_list(verdicts: pd.DataFrame, *, empty: str) -> None:
    """Draw each verdict with its sentence, the supported ones first; ``empty`` where there is none."""
    if verdicts.empty:
        st.caption(empty)
        return
    for name, icon in _ICONS.items():
        for _, verdict in verdicts[verdicts["verdict"] == name].iterrows():
            with st.container(border=True):
                st.badge(f"{escaped(verdict['mode'])}: {name}", icon=icon, color=_COLOURS[name])
                st.markdown(escaped(verdict["sentence"]))


def verdict_board(verdicts: pd.DataFrame) -> None:
    """Draw all verdicts of a data set: the supported ones in full, the others folded up by their verdict."""
    st.markdown(
        "**Over-splitting**: one shape under several names. **Over-compression**: several shapes under one name. At "
        "most 5 % of data sets with neither would get a single false “supported”, each mode by itself. Over-splitting "
        "is supported only where a difference planted into these very glitches would have been seen: its size stands "
        "in the sentence. Glitches are counted here: near duplicates, and views of one glitch, count once."
    )
    supported = verdicts[verdicts["verdict"] == SUPPORTED]
    verdict_list(supported, empty="Neither failure mode is supported by the evidence anywhere in this data set.")
    for name, title in ((CANNOT_TELL, "Cannot tell"), (NOT_SUPPORTED, "Not supported")):
        others = verdicts[verdicts["verdict"] == name]
        if others.empty:
            continue
        with st.expander(f"{title} ({len(others)})", icon=_ICONS[name]):
            for mode, group in others.groupby("mode"):
                st.markdown(f"**{escaped(mode)}**")
                st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in group["sentence"]))
