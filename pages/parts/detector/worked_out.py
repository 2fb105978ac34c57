"""What the core works out for a chart, once a process for each pair: the page only draws it."""

from __future__ import annotations

import streamlit as st

from core.detector.channels.fringes import Fringes, fringes_around, is_displacement
from core.detector.channels.listing import ListedChannel
from core.detector.channels.stretches import Stretches, stretches
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
