"""What a channel's name says: its detector, what kind of trend it is, the band of its motion."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.detector.model import Channel
from core.errors import GlitchAuditError

DETECTORS = ("H1", "L1", "V1", "K1", "G1")

BANDS = ((0.03, 0.1), (0.1, 0.3), (0.3, 1.0), (1.0, 3.0), (3.0, 10.0), (10.0, 30.0))
"""Bands of ground motion, Hz: earthquakes and wind, microseism, quiet, traffic, work on site, and above."""

_MEASURED = (
    ("GND", "ground motion"),
    ("TEMP", "temperature"),
    ("WIND", "wind"),
    ("_ACC_", "acceleration"),
    ("_MIC_", "sound"),
    ("_MAG_", "magnetic field"),
)
_BAND = re.compile(r"BLRMS_(\d+)(M?)_(\d+)(M?)$")
_TREND = re.compile(r"(\.(mean|rms|min|max|n))?(,[a-z-]+)?$")
_NO_UNIT = frozenset({"none", "undef", "undefined", "nan", "n/a", "dimensionless", "counts?", "null"})
_POWER_TEN = re.compile(r"(?:1e|10\^)([-+]?\d+) (\S+)$")
_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 3: "k", 6: "M", 9: "G"}


def detector_of(name: str, *, where: str = "") -> str:
    """Return the detector of a channel, H1, L1, V1, K1 or G1: the two letters before the colon.

    Raises GlitchAuditError where the name begins with none; ``where`` names its file.
    """
    detector = name.partition(":")[0].upper() if ":" in name else ""
    if detector not in DETECTORS:
        at = f"{where}: " if where else ""
        raise GlitchAuditError(
            f"{at}the channel “{name[:80]}” does not begin with a detector; channels are called like "
            "L1:ISI-GND_STS_ITMY_Z_BLRMS_100M_300M."
        )
    return detector


def without_trend(name: str) -> str:
    """Return the name of the channel that a trend such as ``X.mean,m-trend`` is of."""
    return _TREND.sub("", name)


def unit_text(unit: object) -> str:
    """Return a unit as it is shown: as it was read, "" where the source names none, and ``um`` for ``1e-06 m``."""
    text = unit.decode("utf-8", "replace") if isinstance(unit, bytes) else str(unit if unit is not None else "")
    text = text.strip()[:40]
    if text.lower() in _NO_UNIT:
        return ""
    # Frame files keep a prefix as a power of ten.
    if (found := _POWER_TEN.match(text)) and int(found[1]) in _PREFIXES:
        return _PREFIXES[int(found[1])] + found[2]
    return text


def band_name(low: float, high: float) -> str:
    """Return how the detectors' own channels write a band of ``low`` to ``high`` Hz: ``30M_100M``, ``1_3``."""
    return f"{_part(low)}_{_part(high)}"


def plain_name(name: str) -> str:
    """Return what a channel measures in plain words, as far as its name says: "" where it does not.

    ``L1:ISI-GND_STS_ETMX_X_BLRMS_100M_300M`` is "ground motion, 0.1 to 0.3 Hz".
    """
    bare = without_trend(name).upper()
    what = next((words for part, words in _MEASURED if part in bare), "")
    if band := _BAND.search(bare):
        low, high = (float(number) / (1000 if milli else 1) for number, milli in (band.group(1, 2), band.group(3, 4)))
        return f"{what or 'motion'}, {low:g} to {high:g} Hz"
    return what


def refuse_other_detectors(channels: Iterable[Channel], detectors: Iterable[str], *, where: str) -> None:
    """Raise GlitchAuditError where none of ``channels`` belongs to a detector that has glitches."""
    have, want = {one.detector for one in channels}, set(detectors)
    if have and want and not have & want:
        raise GlitchAuditError(
            f"{where}: the channels are of {', '.join(sorted(have))} and the glitches of {', '.join(sorted(want))}; a "
            "detector's channels say nothing of another's glitches, so bring channels of the same detector."
        )


def _part(frequency: float) -> str:
    return f"{frequency:g}" if frequency >= 1 else f"{frequency * 1000:g}M"
