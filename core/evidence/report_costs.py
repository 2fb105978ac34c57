"""What the report says of costs: plain sentences and one table, made where costs are counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

COST_COLUMNS = (
    *("detector", "family", "place", "rate", "rate_low", "rate_high"),
    *("deadtime", "deadtime_low", "deadtime_high", "snr", "snr_low", "snr_high"),
    *("overlap", "overlap_low", "overlap_high", "doubt", "doubt_low", "doubt_high"),
    *("preventable", "preventable_low", "preventable_high", "group"),
)
"""Of the table.

Rates are glitches an hour; deadtime is a percentage; SNR, overlap (with heavy black holes), doubt and preventable are
shares; a place goes by the rate alone, as nobody has given weights.
"""


@dataclass(frozen=True, eq=False)
class ReportCosts:
    """What each family costs.

    Attributes:
        sentences: what the figures rest on, and what stands out.
        table: one row a detector and family, :data:`COST_COLUMNS`, most frequent first; NaN for what is not known.
    """

    sentences: tuple[str, ...]
    table: pd.DataFrame
