"""Gravity Spy file names: which detector, which glitch, which view."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# The id has 10 characters in the published sets; other lengths occur in tests and simulations. Some sets name the
# glitch by its GPS time instead, with decimals, which an id does not have.
_FILE_NAME = re.compile(
    r"(?P<detector>[A-Z]\d)_(?:(?P<time>\d{9,10}\.\d+)|(?P<sample_id>[A-Za-z0-9-]+))"
    r"_spectrogram_(?P<view>\d+(?:\.\d+)?)\.[A-Za-z]+"
)
_TIMED_ID = re.compile(r"[A-Z]\d_(\d{9,10}(?:\.\d+)?)")


class GlitchName(NamedTuple):
    """What a Gravity Spy file name says: detector (H1, L1, V1), the glitch's id, and the view's duration in s.

    The id is the ``gravityspy_id``, or detector and GPS time (``L1_1261473529.5625``) where the name has a time.
    """

    detector: str
    sample_id: str
    view: str

    @property
    def event_time(self) -> float | None:
        """The GPS time in seconds, where the name gives it in place of an id."""
        match = _TIMED_ID.fullmatch(self.sample_id)
        return float(match[1]) if match else None


def parse_glitch_name(file_name: str) -> GlitchName | None:
    """Take ``{IFO}_{gravityspy_id or GPS time}_spectrogram_{duration}.png`` apart; None for any other name.

    Any picture suffix will do, in either letter case. ``1``, ``1.0`` and ``1.00`` are one view.
    """
    match = _FILE_NAME.fullmatch(file_name)
    if match is None:
        return None
    sample_id = match["sample_id"]
    if sample_id is None:
        # Written with any number of zeros at the end, it is the same time.
        sample_id = f"{match['detector']}_{match['time'].rstrip('0').rstrip('.')}"
    return GlitchName(match["detector"], sample_id, view_name(match["view"]))


def view_name(duration: str | float) -> str:
    """The name of a view of this duration in s: ``0.5``, ``1.0``, ``2.0``, ``4.0``; other texts stay as they are."""
    try:
        return str(float(duration))
    except ValueError:
        return str(duration)


def names_in_words(locations: Iterable[str], *, what: str = "picture") -> tuple[str, ...]:
    """Return how the ``what`` with these names (paths with forward slashes) were understood, a sentence a kind."""
    counts = {"id": 0, "time": 0, "plain": 0}
    examples: dict[str, tuple[str, GlitchName | None]] = {}
    for location in locations:
        file_name = location.rsplit("/", 1)[-1]
        name = parse_glitch_name(file_name)
        kind = "plain" if name is None else "id" if name.event_time is None else "time"
        counts[kind] += 1
        examples.setdefault(kind, (location if name is None else file_name, name))
    return tuple(
        _in_words(kind, f"{count:,} {what}{'' if count == 1 else 's'}", *examples[kind])
        for kind, count in counts.items()
        if count
    )


def _in_words(kind: str, pictures: str, example: str, name: GlitchName | None) -> str:
    if name is None:
        return f"{pictures}, such as {example}: each is a sample of its own, named by its path without the suffix"
    view = f"{example} is the {name.view} s view of "
    if kind == "time":
        return (
            f"{pictures} named by detector and GPS time: {view}the glitch at {name.detector} at {name.sample_id[3:]}, "
            f"whose id here is {name.sample_id}"
        )
    return f"{pictures} named by detector and gravityspy_id: {view}the glitch {name.sample_id} at {name.detector}"
