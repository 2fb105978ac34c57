"""One glitch: which channels were unusual in its minute, and the fringes of the optics that were brought."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.detector.channels.names import plain_name
from core.detector.coupling.around import ChannelAt
from core.detector.loudest import loudest_glitches
from core.detector.strain.gps import utc_words
from core.errors import GlitchAuditError
from pages.parts.desk.addresses import SAMPLE, address_of
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import panel, set_widget, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.detector.figures import fringe_figure
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import GLITCH, GLITCH_FAMILY, ChosenGlitches
from pages.parts.detector.worked_out import around_of, fringes_of, movers
from pages.parts.widgets import icons
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.text import escaped


def one_glitch(here: AtDesk, shown: DetectorShown, *, detector: str, peaks: pd.Series | None) -> None:
    """Ask for a family and one of its glitches, and draw its minute; ``peaks`` are in Hz, by sample."""
    glitches = shown.glitches
    own = np.flatnonzero(glitches.detectors == detector)
    ids = [str(one) for one in glitches.sample_ids[own]]
    keep_choices([Choice(GLITCH, _first(shown, set(ids)) or ids[0])], key="keeping_one_glitch")
    name = (widget_value(GLITCH) or "").strip()
    families = sorted({str(one) for one in glitches.families[own]})
    known = name in ids
    family = str(glitches.families[own[ids.index(name)]]) if known else widget_value(GLITCH_FAMILY) or families[0]
    family = family if family in families else families[0]
    # By time, as the glitches are.
    of_family = [one for one, row in zip(ids, own, strict=True) if glitches.families[row] == family]
    _asking(shown, families, family, of_family, name)
    if not known:
        st.warning(f"No glitch of {escaped(detector)} with a time is called “{escaped(name)}” here.")
        return
    time = float(glitches.times[own[ids.index(name)]])
    st.markdown(
        f"**{escaped(family)}**, {of_family.index(name) + 1:,} of {len(of_family):,}, at {utc_words(time)} "
        f"(GPS {time:.3f})"
    )
    if not shown.simulated:
        st.link_button("Open the sample", address_of(here, SAMPLE, name), icon=icons.OPEN_SAMPLE)
    try:
        around = around_of(shown, time, detector)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    st.markdown(f"{escaped(around.sentence)}")
    st.dataframe(
        [_row(one) for one in around.channels],
        hide_index=True,
        key="detector_around",
        column_config=dict.fromkeys(("value", "median"), st.column_config.NumberColumn(format="%.4g")),
    )
    st.caption(
        "A channel is unusual where its value in this minute is among the highest or lowest "
        f"{around.level / 2:.1%} of those in the livetime. One glitch proves nothing: some are so by chance."
    )
    _fringes(shown, time, None if peaks is None or name not in peaks.index else float(peaks[name]), detector)


def _first(shown: DetectorShown, ids: set[str]) -> str:
    """The glitch to begin with: a chosen one, else the one at the highest value of what goes with a family."""
    if chosen := next((one for one in panel(ChosenGlitches).sample_ids if one in ids), ""):
        return chosen
    for pair in shown.result.couplings[:1] if shown.result is not None else ():
        loudest = loudest_glitches(shown.detector.table, shown.glitches, channel=pair.channel, family=pair.family)
        return next((one for one in loudest if one in ids), "")
    return ""


def _asking(shown: DetectorShown, families: list[str], family: str, of_family: list[str], name: str) -> None:
    """A family, a step to its glitch before or after, or any glitch by its id."""
    place = of_family.index(name) if name in of_family else -1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        set_widget(GLITCH_FAMILY, family)
        st.selectbox("Family", families, key=GLITCH_FAMILY, on_change=_begin_family, args=(shown,), width=260)
        for side, step in (("previous", -1), ("next", 1)):
            there = 0 <= place + step < len(of_family)
            st.button(
                side.capitalize(),
                key=f"detector_glitch_{side}",
                disabled=not there,
                on_click=set_widget,
                args=(GLITCH, of_family[place + step] if there else ""),
                help=f"The glitch of this family {'after' if step > 0 else 'before'} it in time.",
            )
        st.text_input("Or any glitch by its id", key=GLITCH, width=260, **KEPT)


def _begin_family(shown: DetectorShown) -> None:
    """Show the first glitch of the family that was chosen."""
    own = shown.glitches.families == widget_value(GLITCH_FAMILY)
    if own.any():
        set_widget(GLITCH, str(shown.glitches.sample_ids[own][0]))


def _row(one: ChannelAt) -> dict[str, object]:
    known = np.isfinite(one.value)
    return {
        "channel": one.channel,
        "unusual": "yes" if one.unusual else "",
        "value": one.value if known else None,
        "median": one.median if np.isfinite(one.median) else None,
        "unit": one.unit,
        "higher than": _higher(one),
        "measures": plain_name(one.channel),
        "safety": one.safety,
    }


def _higher(one: ChannelAt) -> str:
    if not np.isfinite(one.as_high):
        return "not recorded"
    return "constant" if one.constant else f"{1 - one.as_high:.2%} of the time"


def _fringes(shown: DetectorShown, time: float, peak: float | None, detector: str) -> None:
    own = [one for one in movers(shown) if one.channel.detector == detector]
    if not own:
        return
    st.subheader("Scattered light")
    name = st.selectbox("Optic that moves", [one.channel.name for one in own], key="detector_optic", **KEPT)
    listed = next(one for one in own if one.channel.name == name)
    try:
        found = fringes_of(listed, time)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    if found is None:
        st.info("No file holds this channel around the glitch.")
        return
    show_chart(
        fringe_figure(found, peak=peak, dark=st.context.theme.type == "dark"),
        key="detector_fringes",
        alt=f"Fringe frequency of {name} around the glitch",
    )
    st.caption(
        "Light that is scattered off this optic beats at the frequency of the line, once, twice and so on along the "
        "path. Where the glitch’s peak lies on a line, its motion is fast enough; that alone does not make it the one. "
        "On the sample’s page the lines lie over its strain, where that is at hand."
    )
