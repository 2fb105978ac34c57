"""The detector that is shown: families against channels, and one of the pairs in depth."""

from __future__ import annotations

import streamlit as st

from core.detector.coupling.verdicts import GOES_WITH, Coupling
from core.pipeline.detector import coupling_csv
from pages.parts.desk.kept_choices import KEPT, Choice, asked_in_vain, keep_choices
from pages.parts.desk.shown import SheetShown
from pages.parts.desk.state import set_widget
from pages.parts.desk.who import AtDesk
from pages.parts.detector.channels import channels_view
from pages.parts.detector.events import events_view
from pages.parts.detector.heat import heat_panel
from pages.parts.detector.in_time import days_of
from pages.parts.detector.one_glitch import one_glitch
from pages.parts.detector.pair import DRAWINGS, RATE, pair_panel
from pages.parts.detector.source import DetectorShown
from pages.parts.detector.state import CHANNEL, DAYS, DETECTOR, DRAWN, EPOCH, FAMILY, VIEW
from pages.parts.detector.truth import truth_panel
from pages.parts.detector.two_families import two_families
from pages.parts.detector.words import about_channel
from pages.parts.detector.worked_out import heat_of
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped

PAIRS, CHANNELS, EVENTS = "Families and channels", "Channels", "Triggers and states"
ONE, TWO = "One glitch", "Two families"
VIEWS = (PAIRS, EVENTS, ONE, TWO, CHANNELS)
_MOST_NAMED = 3


def detector_panel(here: AtDesk, shown: DetectorShown, sheet: SheetShown) -> None:
    """Draw what was found: the bar of choices, the chosen view, and the way out as CSV."""
    couplings = shown.result.couplings
    detectors = [one for one in shown.detectors if any(pair.detector == one for pair in couplings)]
    if not detectors:
        _without_channels(here, shown)
        return
    epochs = list(dict.fromkeys(sorted(pair.epoch for pair in couplings)))
    best = couplings[0]
    days = days_of(shown)
    first = [Choice(VIEW, PAIRS, VIEWS), Choice(DRAWN, RATE, DRAWINGS), Choice(DAYS, [0, days], bounds=(0, days))]
    keep_choices(
        [*first, Choice(DETECTOR, best.detector, detectors), Choice(EPOCH, best.epoch, epochs)], key="keeping_detector"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
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
    elif view == EVENTS:
        events_view(here, shown, detector=detector)
    elif view == ONE:
        one_glitch(here, shown, detector=detector, peaks=sheet.samples.table.get("peak_frequency"))
    elif view == TWO:
        two_families(shown, detector=detector)
    else:
        _pairs(here, shown, sheet, detector=detector, epoch=epoch)
    if shown.simulated:
        truth_panel(shown)


def _without_channels(here: AtDesk, shown: DetectorShown) -> None:
    """What there is where no channel can be compared: triggers and states."""
    st.info("No channel was brought of a detector that has glitches; triggers and states are compared all the same.")
    names = sorted({str(one) for one in shown.glitches.detectors} & set(shown.detector.table.live))
    if not names:
        st.warning("The triggers and states are of other detectors than the glitches, so there is nothing to compare.")
        return
    events_view(here, shown, detector=_one_of("Detector", names, DETECTOR))


def _pairs(here: AtDesk, shown: DetectorShown, sheet: SheetShown, *, detector: str, epoch: str) -> None:
    heat = heat_of(shown, detector, epoch)
    own = [one for one in shown.result.couplings if (one.detector, one.epoch) == (detector, epoch)]
    _headline(shown, own)
    choices = [Choice(FAMILY, own[0].family, heat.families), Choice(CHANNEL, own[0].channel, heat.channels)]
    if unknown := asked_in_vain(choices):
        names = ", ".join(code_span(one) for one in unknown.values())
        st.info(f"The address asks for {names}, which is not among these families and channels: others are shown.")
    keep_choices(choices, key="keeping_detector_pair")
    family, channel = heat_panel(heat, key=widget_key("detector_heat", detector, epoch, *heat.channels))
    chosen = next((one for one in own if (one.family, one.channel) == (family, channel)), None)
    if chosen is not None:
        pair_panel(here, shown, sheet, chosen)


def _headline(shown: DetectorShown, own: list[Coupling]) -> None:
    """What goes with what, a line a family; of channels that move together the surest is named."""
    found: dict[str, list[Coupling]] = {}
    for one in own:
        named = found.setdefault(one.family, []) if one.verdict == GOES_WITH else []
        if one.group not in {other.group for other in named}:
            named.append(one)
    if not found:
        st.markdown("**No family goes with a channel here**, as far as these days can tell.")
        return
    lines = [f"- **{escaped(family)}** with {_channels(shown, pairs)}" for family, pairs in found.items()]
    families = len({one.family for one in own})
    st.markdown("\n".join([f"{len(found)} of {families} families go with something:", "", *lines]))


def _channels(shown: DetectorShown, pairs: list[Coupling]) -> str:
    """The channels that a family goes with, the surest of each group."""
    said = []
    for one in pairs[:_MOST_NAMED]:
        others = len(shown.result.groups[one.group].members) - 1
        said.append(code_span(one.channel) + escaped(about_channel(one.channel, others)))
    more = len(pairs) - _MOST_NAMED
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def _one_of(title: str, options: list[str], key: str) -> str:
    """The chosen one; a menu only where there is a choice."""
    if len(options) == 1:
        set_widget(key, options[0])
        return options[0]
    return st.selectbox(title, options, key=key, **KEPT)
