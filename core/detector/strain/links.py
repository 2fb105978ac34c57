"""Where others show an instant of a detector, for whoever has no strain at hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from core.audit.observing_runs import observing_run

_GRAVITY_SPY_ID = re.compile(r"[A-Za-z0-9]{10}")
_RUN_NAMES = {"O1": "O1"}
"""What the open data call a run whose files have 4,096 samples a second; others are called ``<run>_4KHZ_R1``."""
_PUBLISHED = ("O1", "O2", "O3a", "O3b", "O4a")
_AROUND = 32


@dataclass(frozen=True)
class LinkOut:
    """A page elsewhere: its title, its address, and what has to be typed there (``time``, ``id``, or "")."""

    title: str
    url: str
    typed: str = ""


def links_out(time: float, *, detector: str, sample_id: str = "") -> tuple[LinkOut, ...]:
    """Return the pages that show this instant (GPS seconds) of a detector; those whose address leads there first."""
    found = []
    run = str(observing_run(np.array([time]))[0])
    if run in _PUBLISHED and detector in ("H1", "L1", "V1"):
        name = _RUN_NAMES.get(run, f"{run}_4KHZ_R1")
        first = int(time) - _AROUND
        found.append(
            LinkOut(
                f"The open data of {detector} at that time (GWOSC)",
                f"https://gwosc.org/archive/links/{name}/{quote(detector)}/{first}/{first + 2 * _AROUND}/simple/",
            )
        )
    if _GRAVITY_SPY_ID.fullmatch(sample_id):
        found.append(
            LinkOut("Gravity Spy’s own tools", "https://gravityspytools.ciera.northwestern.edu/search/", typed="id")
        )
    return (
        *found,
        LinkOut("GWO Glitch Plotter, made for volunteers", "https://gwo-glitch-plotter.streamlit.app/", typed="time"),
        LinkOut("GW Quickview of GWOSC", "https://gw-quickview.streamlit.app/", typed="time"),
    )
