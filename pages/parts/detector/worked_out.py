"""What the core works out for a chart, once a process for each pair: the page only draws it."""

from __future__ import annotations

import streamlit as st

from core.detector.channels.fringes import Fringes, fringes_around, is_displacement
from core.detector.channels.listing import ListedChannel
from core.detector.channels.stretches import Stretches, stretches
from core.detector.coupling.around import Around, channels_at
from core.detector.coupling.compare import Comparison, compare_families
from core.detector.coupling.figures import (
    ChannelSeries,
    HeatMap,
    HoursOfDay,
    LagCurve,
    MotionCurve,
    channel_series,
    heat_map,
    hours_of_day,
    lag_curve,
    rate_against_motion,
)
from core.detector.coupling.rounds import Round
from core.detector.coupling.triggers import Coincidence
from core.pipeline.coincidences import load_coincidences, rounds_of
from core.workspace import Workspace
from pages.parts.detector.source import DetectorShown


def heat_of(shown: DetectorShown, detector: str, epoch: str) -> HeatMap:
    """Families against channels of one detector and epoch."""
    return _heat(shown.key, detector, epoch, shown)


def motion_of(shown: DetectorShown, family: str, channel: str, epoch: str) -> MotionCurve:
    """Rate against a channel; raises GlitchAuditError where it was never recorded in the livetime."""
    return _motion(shown.key, family, channel, epoch, shown)


def lags_of(shown: DetectorShown, family: str, channel: str, epoch: str) -> LagCurve:
    """The statistic at each lag, over its null."""
    return _lags(shown.key, family, channel, epoch, shown)


def hours_of(shown: DetectorShown, family: str, channel: str, detector: str, epoch: str) -> HoursOfDay:
    """A family's glitches by hour of the day."""
    return _hours(shown.key, family, channel, detector, epoch, shown)


def series_of(shown: DetectorShown, family: str, channel: str, begin: float, end: float) -> ChannelSeries:
    """A channel in time with a family's glitches, GPS seconds."""
    return channel_series(shown.detector.table, shown.glitches, channel=channel, family=family, begin=begin, end=end)


def around_of(shown: DetectorShown, time: float, detector: str) -> Around:
    """The channels at one time; raises GlitchAuditError outside of their time."""
    return _around(shown.key, time, detector, shown)


def difference_of(shown: DetectorShown, first: str, second: str, detector: str) -> Comparison:
    """Whether two families go with different channels."""
    return _difference(shown.key, first, second, detector, shown)


def events_of(workspace: Workspace, shown: DetectorShown) -> tuple[Coincidence, ...] | None:
    """How families come together with triggers and states; None where that was not asked yet."""
    found = _events(str(workspace.root), shown.key, workspace, shown)
    if found is None:
        _events.clear(str(workspace.root), shown.key, workspace, shown)
    return found


def vetoes_of(shown: DetectorShown, family: str, detector: str) -> tuple[Round, ...]:
    """The rounds of vetoes of a family."""
    return _vetoes(shown.key, family, detector, shown)


def stretches_of(shown: DetectorShown) -> tuple[Stretches, ...]:
    """What is missing of each channel, and where it does not move."""
    return _stretches(shown.key, shown)


def movers(shown: DetectorShown) -> list[ListedChannel]:
    """The channels that fringes can be told from."""
    return [one for one in shown.detector.listed if is_displacement(one.channel, rate=one.rate)]


def fringes_of(listed: ListedChannel, time: float) -> Fringes | None:
    """The fringes of a channel around a glitch; raises GlitchAuditError where its file cannot be read."""
    return _fringes(listed.channel.name, time, listed)


@st.cache_resource(max_entries=8, show_spinner=False)
def _heat(key: str, detector: str, epoch: str, _shown: DetectorShown) -> HeatMap:
    return heat_map(_shown.result, detector=detector, epoch=epoch)


@st.cache_resource(max_entries=32, show_spinner=False)
def _motion(key: str, family: str, channel: str, epoch: str, _shown: DetectorShown) -> MotionCurve:
    return rate_against_motion(
        _shown.detector.table, _shown.glitches, channel=channel, family=family, borders=_shown.borders, epoch=epoch
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _lags(key: str, family: str, channel: str, epoch: str, _shown: DetectorShown) -> LagCurve:
    return lag_curve(
        _shown.detector.table, _shown.glitches, channel=channel, family=family, borders=_shown.borders, epoch=epoch
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _hours(key: str, family: str, channel: str, detector: str, epoch: str, _shown: DetectorShown) -> HoursOfDay:
    return hours_of_day(
        _shown.detector.table,
        _shown.glitches,
        family=family,
        detector=detector,
        channel=channel,
        borders=_shown.borders,
        epoch=epoch,
    )


@st.cache_resource(max_entries=4, show_spinner="Looking for missing and constant stretches")
def _stretches(key: str, _shown: DetectorShown) -> tuple[Stretches, ...]:
    return stretches(_shown.detector.table)


@st.cache_resource(max_entries=16, show_spinner="Reading the optic’s motion")
def _fringes(channel: str, time: float, _listed: ListedChannel) -> Fringes | None:
    return fringes_around(_listed, time)


@st.cache_resource(max_entries=64, show_spinner=False)
def _around(key: str, time: float, detector: str, _shown: DetectorShown) -> Around:
    return channels_at(_shown.detector.table, time, detector=detector)


@st.cache_resource(max_entries=16, show_spinner="Comparing the two families")
def _difference(key: str, first: str, second: str, detector: str, _shown: DetectorShown) -> Comparison:
    return compare_families(_shown.detector.table, _shown.glitches, first, second, detector=detector)


@st.cache_resource(max_entries=4, show_spinner=False)
def _events(root: str, key: str, _workspace: Workspace, _shown: DetectorShown) -> tuple[Coincidence, ...] | None:
    return load_coincidences(_workspace, _shown.detector, _shown.glitches)


@st.cache_resource(max_entries=16, show_spinner="Making the rounds")
def _vetoes(key: str, family: str, detector: str, _shown: DetectorShown) -> tuple[Round, ...]:
    return rounds_of(_shown.detector, _shown.glitches, family=family, name=detector)
