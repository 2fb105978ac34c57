"""What changes the ranking: each weight taken away and doubled, as a tornado shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import GlitchAuditError
from core.impact.columns.table import CostTable
from core.impact.ranking import Ranking, rank_families


@dataclass(frozen=True)
class TornadoBar:
    """What one weight does.

    Attributes:
        column: whose weight it is.
        without, doubled: by family, its rank (1 is most) if the weight is 0, and if it is twice what it was; empty
            where nothing would be left to rank by.
        swapped_without, swapped_doubled: pairs of families that would change their order.
        first_without, first_doubled: the family that would be first.
        reach: the larger of the two counts, by which the bars are ordered.
    """

    column: str
    without: Mapping[str, int]
    doubled: Mapping[str, int]
    swapped_without: int
    swapped_doubled: int
    first_without: str
    first_doubled: str

    @property
    def reach(self) -> int:
        """The most pairs that change their order."""
        return max(self.swapped_without, self.swapped_doubled)


def tornado(table: CostTable, weights: Mapping[str, float]) -> tuple[TornadoBar, ...]:
    """Return what each weight changes, the one that changes most first; families are those ranked by all weights."""
    now = rank_families(table, weights)
    ranks = _ranks(now)
    bars = []
    for column in now.weights:
        without = _ranked(table, {**now.weights, column: 0.0}, ranks)
        doubled = _ranked(table, {**now.weights, column: 2 * now.weights[column]}, ranks)
        bars.append(
            TornadoBar(
                column=column,
                without=without,
                doubled=doubled,
                swapped_without=_swapped(ranks, without),
                swapped_doubled=_swapped(ranks, doubled),
                first_without=min(without, key=without.__getitem__, default=""),
                first_doubled=min(doubled, key=doubled.__getitem__, default=""),
            )
        )
    return tuple(sorted(bars, key=lambda bar: -bar.reach))


def _ranks(ranking: Ranking) -> dict[str, int]:
    return {one.family: place + 1 for place, one in enumerate(ranking.families)}


def _ranked(table: CostTable, weights: Mapping[str, float], among: Mapping[str, int]) -> dict[str, int]:
    try:
        order = [name for name in rank_families(table, weights).names if name in among]
    except GlitchAuditError:
        return {}
    return {name: place + 1 for place, name in enumerate(order)}


def _swapped(first: Mapping[str, int], second: Mapping[str, int]) -> int:
    names = [name for name in first if name in second]
    return sum(
        (first[one] < first[other]) != (second[one] < second[other])
        for row, one in enumerate(names)
        for other in names[row + 1 :]
    )
