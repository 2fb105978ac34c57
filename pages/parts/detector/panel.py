"""The detector that is shown: families against channels, and one of the pairs in depth."""

from __future__ import annotations

import streamlit as st

from core.detector.coupling.verdicts import GOES_WITH, Coupling
from core.pipeline.detector import BY_CLUSTER, BY_LABEL, coupling_csv
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.state import set_widget
from pages.parts.desk.who import AtDesk
from pages.parts.detector.channels import channels_view
from pages.parts.detector.heat import heat_panel
from pages.parts.detector.in_time import days_of
from pages.parts.detector.pair import DRAWINGS, RATE, pair_panel
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import BY, CHANNEL, DAYS, DETECTOR, DRAWN, EPOCH, FAMILY, SEED, SOURCE, VIEW
from pages.parts.detector.truth import truth_panel
from pages.parts.detector.worked_out import heat_of
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

PAIRS, CHANNELS = "Families and channels", "Channels"
VIEWS = (PAIRS, CHANNELS)


def keep_source(options: tuple[str, ...]) -> None:
    """Let the address say which detector is shown, and what a family is."""
    keep_choices(
        [Choice(SOURCE, "", options), Choice(BY, BY_LABEL, (BY_LABEL, BY_CLUSTER)), Choice(SEED, 0)],
        key="keeping_detector_source",
    )


def detector_panel(here: AtDesk, shown: DetectorShown, sheet: SheetShown) -> None:
    """Draw what was found: the bar of choices, the chosen view, and the way out as CSV."""
    couplings = shown.result.couplings
    detectors = [one for one in shown.detectors if any(pair.detector == one for pair in couplings)]
    if not detectors:
        st.warning("No channel belongs to a detector that has glitches, so there is nothing to compare.")
        channels_view(shown)
        return
    epochs = list(dict.fromkeys(sorted(pair.epoch for pair in couplings)))
    best = couplings[0]
    days = days_of(shown)
    first = [Choice(VIEW, PAIRS, VIEWS), Choice(DRAWN, RATE, DRAWINGS), Choice(DAYS, [0, days])]
    keep_choices(
        [*first, Choice(DETECTOR, best.detector, detectors), Choice(EPOCH, best.epoch, epochs)], key="keeping_detector"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control("Show", VIEWS, required=True, key=VIEW, label_visibility="collapsed", **KEPT)
        detector = _one_of("Detector", detectors, DETECTOR)
        epoch = _one_of("Epoch", epochs, EPOCH)
        st.download_button(
            "As CSV",
            data=lambda: coupling_csv(shown.result),
            file_name="coupling.csv",
            mime="text/csv",
            on_click="ignore",
            icon=icons.DOWNLOAD,
            key="detector_csv",
        )
    if view == CHANNELS:
        channels_view(shown)
    else:
        _pairs(here, shown, sheet, detector=detector, epoch=epoch)
    if shown.simulated:
        truth_panel(shown)


def _pairs(here: AtDesk, shown: DetectorShown, sheet: SheetShown, *, detector: str, epoch: str) -> None:
    heat = heat_of(shown, detector, epoch)
    own = [one for one in shown.result.couplings if (one.detector, one.epoch) == (detector, epoch)]
    _headline(shown, own)
    keep_choices(
        [Choice(FAMILY, own[0].family, heat.families), Choice(CHANNEL, own[0].channel, heat.channels)],
        key="keeping_detector_pair",
    )
    family, channel = heat_panel(heat, key=f"{detector}_{len(heat.channels)}")
    chosen = next((one for one in own if (one.family, one.channel) == (family, channel)), None)
    if chosen is not None:
        pair_panel(here, shown, sheet, chosen)


def _headline(shown: DetectorShown, own: list[Coupling]) -> None:
    """What goes with what, in one sentence, a group of channels counting once."""
    groups: dict[str, set[int]] = {}
    for one in own:
        if one.verdict == GOES_WITH:
            groups.setdefault(one.family, set()).add(one.group)
    if not groups:
        st.markdown("**No family goes with a channel here**, as far as these days can tell.")
        return
    said = [f"{escaped(family)} with {len(found)} of the groups of channels" for family, found in groups.items()]
    st.markdown(
        f"**{len(groups)} of {len({one.family for one in own})} families go with something:** {', '.join(said)}."
    )


def _one_of(title: str, options: list[str], key: str) -> str:
    """The chosen one; a menu only where there is a choice."""
    if len(options) == 1:
        set_widget(key, options[0])
        return options[0]
    return st.selectbox(title, options, key=key, **KEPT)
