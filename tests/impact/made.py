"""Glitches and livetimes made by hand for the tests of this room."""

import numpy as np

from core.detector.model import GlitchTimes, segments
from core.impact.glitches import with_boxes

DAY = 86400.0
BEGIN = 1_238_112_000.0
"""A multiple of 86,400: a GPS day begins here."""


def whole_days(count):
    return segments([(BEGIN, BEGIN + count * DAY)])


def glitches(times, families="A", **columns):
    times = np.asarray(times, dtype=float)
    names = [families] * len(times) if isinstance(families, str) else list(families)
    return with_boxes(
        GlitchTimes(
            sample_ids=np.array([f"g{row}" for row in range(len(times))], dtype=object),
            times=times,
            detectors=np.full(len(times), "L1", dtype=object),
            families=np.array(names, dtype=object),
        ),
        **{name: np.asarray(column) for name, column in columns.items()},
    )
