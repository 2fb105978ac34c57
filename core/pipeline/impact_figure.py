"""The ranking of families as a figure that goes into a paper or a talk, with what it rests on below it."""

from __future__ import annotations

import numpy as np

from core.evidence.figures.costs import cost_bars
from core.impact.columns.table import CostTable
from core.impact.ranking import Ranking
from core.version import APP_VERSION


def ranking_png(ranking: Ranking, table: CostTable, *, axis: str) -> bytes:
    """Return the ranked families as a PNG, with their intervals, ranks, and the weights in the caption."""
    weights = ", ".join(f"{table.column(key).title} {weight:.0%}" for key, weight in ranking.weights.items())
    caption = (
        f"{table.detector}: {table.live_hours:,.0f} h of livetime on {table.live_days:,} days. Weights: {weights}. "
        "Whiskers are 95 % intervals; families that cannot be told apart may share a place. A cost is no blame. "
        f"Glitch Audit {APP_VERSION}."
    )
    return cost_bars(
        f"What each family of glitches costs in {table.detector}",
        caption,
        names=[one.family for one in ranking.families],
        values=np.array([one.score for one in ranking.families]),
        low=np.array([one.low for one in ranking.families]),
        high=np.array([one.high for one in ranking.families]),
        beside=[
            f"place {one.place}" + ("" if one.place == one.last_place else f" to {one.last_place}")
            for one in ranking.families
        ],
        axis=axis,
    )
