"""One glitch: which channels were unusual in its minute, and the fringes of the optics that were brought."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.detector.coupling.around import ChannelAt
from core.errors import GlitchAuditError
from pages.parts.desk.addresses import SAMPLE, address_of
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import panel
from pages.parts.desk.who import AtDesk
from pages.parts.detector.figures import fringe_figure
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import GLITCH, ChosenGlitches
from pages.parts.detector.worked_out import around_of, fringes_of, movers
from pages.parts.widgets import icons
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.text import escaped


def one_glitch(here: AtDesk, shown: DetectorShown, *, detector: str, peaks: pd.Series | None) -> None:
    """Ask for a glitch by its id, and draw its minute; ``peaks`` are the peak frequencies by sample, Hz."""
    own = np.flatnonzero(shown.glitches.detectors == detector)
    ids = [str(one) for one in shown.glitches.sample_ids[own]]
    chosen = panel(ChosenGlitches).sample_ids
    keep_choices([Choice(GLITCH, next((one for one in chosen if one in set(ids)), ids[0]))], key="keeping_one_glitch")
    name = st.text_input("Glitch, by its id", key=GLITCH, **KEPT).strip()
    if name not in ids:
        st.warning(f"No glitch of {escaped(detector)} with a time is called “{escaped(name)}” here.")
        return
    row = own[ids.index(name)]
    time = float(shown.glitches.times[row])
    st.markdown(f"**{escaped(shown.glitches.families[row])}** at GPS {time:.3f}")
    if not shown.simulated:
        st.link_button("Open the sample", address_of(here, SAMPLE, name), icon=icons.OPEN_SAMPLE)
    try:
        around = around_of(shown, time, detector)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    st.markdown(f"{escaped(around.sentence)}")
    st.dataframe([_row(one) for one in around.channels], hide_index=True, key="detector_around")
    st.caption(
        "A channel is unusual where its value in this minute is among the highest or lowest "
        f"{around.level / 2:.1%} of those in the livetime. One glitch proves nothing: some are so by chance."
    )
    _fringes(shown, time, None if peaks is None or name not in peaks.index else float(peaks[name]), detector)


def _row(one: ChannelAt) -> dict[str, object]:
    known = np.isfinite(one.value)
    return {
        "channel": one.channel,
        "unusual": "yes" if one.unusual else "",
        "value": one.value if known else None,
        "median": one.median if np.isfinite(one.median) else None,
        "unit": one.unit,
        "as high": f"{one.as_high:.2%} of the time" if np.isfinite(one.as_high) else "not recorded",
        "as low": f"{one.as_low:.2%} of the time" if np.isfinite(one.as_low) else "",
        "safety": one.safety,
    }


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
        "path. Where the glitch’s peak lies on a line, its motion is fast enough; that alone does not make it the one."
    )
