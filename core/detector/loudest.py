"""The glitches of a family that happened while a channel was at its loudest."""

from __future__ import annotations

import numpy as np

from core.detector.model import ChannelTable, GlitchTimes
from core.errors import GlitchAuditError

SHARE = 0.1
"""Of the channel's recorded livetime that counts as its loudest."""


def loudest_glitches(
    table: ChannelTable, glitches: GlitchTimes, *, channel: str, family: str, share: float = SHARE
) -> tuple[str, ...]:
    """Return the ids of a family's glitches at the channel's highest values, the highest first.

    Highest is above what the channel exceeds for ``share`` of the livetime in which it was recorded. Raises
    GlitchAuditError for a channel that is not in the table.
    """
    names = [one.name for one in table.channels]
    if channel not in names:
        raise GlitchAuditError(f"There is no channel {channel} here; choose one of the {len(names)} that were brought.")
    row = names.index(channel)
    values = np.asarray(table.values[row], dtype=np.float64)
    live = table.live.get(table.channels[row].detector)
    middles = table.start + table.step * (np.arange(len(values)) + 0.5)
    counted = np.isfinite(values) & (live.contains(middles) if live is not None else False)
    if not counted.any():
        return ()
    limit = np.quantile(values[counted], 1 - share)
    own = np.flatnonzero((glitches.families == family) & (glitches.detectors == table.channels[row].detector))
    place = np.floor((np.asarray(glitches.times, dtype=np.float64)[own] - table.start) / table.step).astype(np.int64)
    inside = (place >= 0) & (place < len(values))
    own, at = own[inside], values[place[inside]]
    loud = np.isfinite(at) & (at > limit)
    order = np.argsort(-at[loud], kind="stable")
    return tuple(str(one) for one in glitches.sample_ids[own[loud][order]])
