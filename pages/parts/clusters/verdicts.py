"""Verdicts on the two failure modes: what is said, what to do about it, and the numbers folded up."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.audit.advice import Advice, Typical, verdict_advice
from core.glossary import meaning
from core.statistics_words import terms_help
from pages.parts.clusters.by_channels import Lines, channel_line, told_apart
from pages.parts.clusters.examples import example_sheets
from pages.parts.desk.advice_card import HOW_SURE, advice_card
from pages.parts.desk.shown import MapShown, SampleShown
from pages.parts.map.looking import look_on_map
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

SUPPORTED, NOT_SUPPORTED, CANNOT_TELL = "supported", "not supported", "cannot tell"
_ICONS = {
    SUPPORTED: ":material/priority_high:",
    NOT_SUPPORTED: icons.DONE,
    CANNOT_TELL: icons.NOT_KNOWN,
}
_COLOURS = {SUPPORTED: "orange", NOT_SUPPORTED: "green", CANNOT_TELL: "gray"}


def verdict_list(
    verdicts: pd.DataFrame, shown: MapShown, sample: SampleShown, *, empty: str, lines: Lines | None = None
) -> None:
    """Draw each verdict as advice, the supported ones first; ``empty`` where there is none.

    ``sample`` has the pictures of the examples, and is what a click on one of them opens; ``lines`` is what the
    detector's channels say.
    """
    if verdicts.empty:
        st.caption(empty)
        return
    for name, icon in _ICONS.items():
        for _, verdict in verdicts[verdicts["verdict"] == name].iterrows():
            with st.container(border=True):
                mode = str(verdict["mode"])
                st.badge(f"{escaped(mode)}: {name}", icon=icon, color=_COLOURS[name], help=meaning(mode))
                key = widget_key("advice_verdict", mode, verdict["subject"], verdict["labels"])
                advice_card(
                    _advice(verdict, sample),
                    shown.samples,
                    key=key,
                    look=partial(look_on_map, shown),
                    examples=partial(example_sheets, sample, key=key),
                )
                channel_line(verdict, lines)


def _advice(verdict: pd.Series, sample: SampleShown) -> Advice:
    """The advice, with the samples in the middle of each part as its examples."""
    samples = sample.samples
    typical = Typical(sample.vectors, samples.row_of, samples.glitches.to_numpy())
    return verdict_advice(verdict, samples.table, samples.clusters, typical=typical)


def verdict_board(verdicts: pd.DataFrame, shown: MapShown, sample: SampleShown, *, lines: Lines | None = None) -> None:
    """Draw all verdicts of a data set: the supported ones in full, the others folded up by their verdict.

    ``lines`` is what the detector's channels say.
    """
    many = sample.samples.words.many
    st.markdown(
        "**Over-splitting**: one kind under several names. **Over-compression**: several kinds under one name.",
        help="At most 5 % of data sets with neither would get a single false “supported”, each mode by itself. "
        f"Over-splitting is supported only where a difference planted into these very {many} would have been seen: "
        f"its size stands under “How sure is this?”. {many.capitalize()} are counted there: near duplicates, and views "
        f"of one {sample.samples.words.one}, count once.",
    )
    supported = verdicts[verdicts["verdict"] == SUPPORTED]
    verdict_list(
        supported,
        shown,
        sample,
        empty="Neither failure mode is supported by the evidence anywhere in this data set.",
        lines=lines,
    )
    unsure = verdicts[verdicts["verdict"] == CANNOT_TELL]
    if not unsure.empty:
        apart = sum(told_apart(verdict, lines) for _, verdict in unsure.iterrows())
        but = f": the detector’s channels tell {apart} of them apart" if apart else ""
        with st.expander(f"Cannot tell ({len(unsure)}){but}", icon=_ICONS[CANNOT_TELL]):
            verdict_list(unsure, shown, sample, empty="", lines=lines)
    _not_supported(verdicts[verdicts["verdict"] == NOT_SUPPORTED], shown)


def _not_supported(verdicts: pd.DataFrame, shown: MapShown) -> None:
    """They ask for nothing, so that a list is enough."""
    if verdicts.empty:
        return
    with st.expander(f"Not supported ({len(verdicts)}): nothing to do", icon=_ICONS[NOT_SUPPORTED]):
        for mode, group in verdicts.groupby("mode"):
            st.markdown(f"**{escaped(mode)}**", help=meaning(str(mode)))
            advice = [verdict_advice(row, shown.samples.table, shown.samples.clusters) for _, row in group.iterrows()]
            st.markdown("\n".join(f"- {escaped(each.said)}" for each in advice))
            with st.expander(HOW_SURE):
                figures = [each.figures for each in advice]
                st.markdown(
                    "\n".join(f"- {escaped(said)}" for said in figures), help=terms_help(" ".join(figures)) or None
                )
