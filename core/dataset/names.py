"""Gravity Spy file names: which detector, which glitch, which view."""

from __future__ import annotations

import re
from typing import NamedTuple

# The id has 10 characters in the published sets; other lengths occur in tests and simulations.
_FILE_NAME = re.compile(
    r"(?P<detector>[A-Z]\d)_(?P<sample_id>[A-Za-z0-9-]+)_spectrogram_(?P<view>\d+(?:\.\d+)?)\.[A-Za-z]+"
)


class GlitchName(NamedTuple):
    """What a Gravity Spy file name says: detector (H1, L1, V1), ``gravityspy_id``, and the view's duration in s."""

    detector: str
    sample_id: str
    view: str


def parse_glitch_name(file_name: str) -> GlitchName | None:
    """Take ``{IFO}_{gravityspy_id}_spectrogram_{duration}.png`` apart; None for any other name.

    The suffix may be that of any picture format, in either letter case. ``1``, ``1.0`` and ``1.00`` are one view.
    """
    match = _FILE_NAME.fullmatch(file_name)
    if match is None:
        return None
    return GlitchName(match["detector"], match["sample_id"], view_name(match["view"]))


def view_name(duration: str | float) -> str:
    """The name of a view of this duration in s: ``0.5``, ``1.0``, ``2.0``, ``4.0``; other texts stay as they are."""
    try:
        return str(float(duration))
    except ValueError:
        return str(duration)
