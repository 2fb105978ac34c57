"""Which families cost most, by weights that a person gives, and which of them cannot be ranked apart.

A column's values become shares of the column's sum over the families, so that hours and counts can be added; the score
is the weighted mean of the shares. A rank is as uncertain as every column in the score makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import GlitchAuditError
from core.impact.columns.figure import Column
from core.impact.columns.table import CostTable
from core.statistics.intervals import drawn_interval
from core.statistics.testing import holm

_LEVEL = 0.05
_MOST_NAMED = 3


@dataclass(frozen=True, eq=False)
class Ranked:
    """One family in the ranking.

    Attributes:
        family: its name.
        score, low, high: weighted mean of its shares, 0 to 1, with a 95 % interval.
        parts: by column, what it adds to the score.
        rank_low, rank_high: 95 % interval of its rank, 1 for what costs most.
        place: 1 and one more for each family that surely costs more; families that cannot be told apart may share it.
        last_place: the number of families less those that surely cost less; ``place`` where nothing is open.
    """

    family: str
    score: float
    low: float
    high: float
    parts: Mapping[str, float]
    rank_low: int
    rank_high: int
    place: int
    last_place: int


@dataclass(frozen=True, eq=False)
class Ranking:
    """Families by what they cost, most first: by place, and by score where they share one.

    Attributes:
        families: those that could be scored.
        unranked: by family, why it has no score.
        weights: by column, as given, with a sum of 1.
        draws: float64 (draws, families), scores as they may as well have been, in the order of ``families``.
        apart: bool (families, families), whether the family of the row surely costs more than that of the column.
    """

    families: tuple[Ranked, ...]
    unranked: Mapping[str, str]
    weights: Mapping[str, float]
    draws: np.ndarray
    apart: np.ndarray

    @property
    def names(self) -> tuple[str, ...]:
        """The families in their order."""
        return tuple(one.family for one in self.families)


@dataclass(frozen=True)
class RankMove:
    """A family's place under the labels as brought, and under those of now; None where it was not ranked."""

    family: str
    brought: int | None
    now: int | None


@dataclass(frozen=True, eq=False)
class Cumulative:
    """How much of a column the first families make up.

    Attributes:
        families: most first.
        share, low, high: float64 (families,), of the column's sum up to each, with a 95 % interval.
        needed, needed_low, needed_high: how many families make up ``level`` of it, with a 95 % interval.
        level: such as 0.8.
        sentence: the same for a person.
    """

    families: tuple[str, ...]
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    needed: int
    needed_low: int
    needed_high: int
    level: float
    sentence: str


def rank_families(table: CostTable, weights: Mapping[str, float]) -> Ranking:
    """Return the families ranked by the weighted mean of their shares of each column.

    ``weights`` is by column key; there is no default, as no weighting is right for everybody. Raises GlitchAuditError
    for weights that are none, below 0 or of no column, and where fewer than two families can be scored.
    """
    clean = checked_weights(table, weights)
    unranked = {
        name: _missing(table, name, clean)
        for name in table.families
        if not all(table.column(key).figures[name].known for key in clean)
    }
    names = [name for name in table.families if name not in unranked]
    if len(names) < 2:
        raise GlitchAuditError(
            f"{len(names)} of {len(table.families)} families can be scored, and a ranking needs two; choose other "
            "columns, or more families."
        )
    parts, drawn = {}, {}
    for key, weight in clean.items():
        values, draws = _shares(table, key, names)
        parts[key], drawn[key] = weight * values, weight * draws
    score, draws = sum_of(parts), sum_of(drawn)
    apart = surely_more(draws)
    order = np.lexsort((-score, apart.sum(axis=0)))
    draws, apart = draws[:, order], apart[np.ix_(order, order)]
    ranks = 1 + (draws[:, None, :] > draws[:, :, None]).sum(axis=2)
    low, high = drawn_interval(draws)
    first, last = drawn_interval(ranks)
    return Ranking(
        families=tuple(
            Ranked(
                family=names[row],
                score=float(score[row]),
                low=min(float(low[place]), float(score[row])),
                high=max(float(high[place]), float(score[row])),
                parts={key: float(part[row]) for key, part in parts.items()},
                rank_low=int(np.floor(first[place])),
                rank_high=int(np.ceil(last[place])),
                place=1 + int(apart[:, place].sum()),
                last_place=len(names) - int(apart[place].sum()),
            )
            for place, row in enumerate(order)
        ),
        unranked=unranked,
        weights=clean,
        draws=draws,
        apart=apart,
    )


def checked_weights(table: CostTable, weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights above 0 with a sum of 1; raises GlitchAuditError for those that mean nothing."""
    for key, weight in weights.items():
        table.column(key)
        if not (np.isfinite(weight) and weight >= 0):
            raise GlitchAuditError(f"The weight of {key} is {weight:g}; give 0 or more.")
    total = sum(weights.values())
    if not total > 0:
        raise GlitchAuditError("No column has a weight, so there is no score; give at least one of them some.")
    return {key: weight / total for key, weight in weights.items() if weight > 0}


def sum_of(parts: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the sum of arrays of one shape."""
    return np.sum(list(parts.values()), axis=0)


def surely_more(draws: np.ndarray) -> np.ndarray:
    """Return which family surely costs more than which, bool (families, families), from ``draws`` (draws, families).

    A pair is told apart by the mean of its drawn differences over their deviation, with a family-wise error of 5 % over
    all pairs (Holm 1979); the differences keep what both share, such as a bad day.
    """
    from scipy.stats import norm

    count = draws.shape[1]
    more = np.zeros((count, count), dtype=bool)
    pairs = [(first, second) for first in range(count) for second in range(first + 1, count)]
    if not pairs:
        return more
    differences = np.stack([draws[:, first] - draws[:, second] for first, second in pairs])
    middle, spread = differences.mean(axis=1), differences.std(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = np.where(spread > 0, middle / spread, np.where(middle == 0, 0.0, np.sign(middle) * np.inf))
    chances = 2 * norm.sf(np.abs(strength))
    for (first, second), sure, sign in zip(pairs, holm(list(chances), _LEVEL), strength, strict=True):
        more[(first, second) if sign > 0 else (second, first)] = sure
    return more


def rank_moves(brought: Ranking, now: Ranking) -> tuple[RankMove, ...]:
    """Return each family's place as brought and now, in the order of now."""
    before = {one.family: one.place for one in brought.families}
    after = {one.family: one.place for one in now.families}
    names = [*after, *(name for name in before if name not in after)]
    return tuple(RankMove(name, before.get(name), after.get(name)) for name in names)


def cumulative_cost(table: CostTable, key: str, *, level: float = 0.8) -> Cumulative:
    """Return how much of a column the first families make up; families whose value is not known are left out.

    Raises GlitchAuditError for a column without values above 0.
    """
    names = [name for name in table.families if table.column(key).figures[name].known]
    if not names:
        raise GlitchAuditError(f"The column {key} has no values, so nothing can be summed; choose another.")
    values, draws = _shares(table, key, names)
    order = np.argsort(-values, kind="stable")
    share, drawn = np.cumsum(values[order]), np.cumsum(draws[:, order], axis=1)
    low, high = drawn_interval(drawn)
    needed = int((share < level - 1e-12).sum()) + 1
    counts = (drawn < level - 1e-12).sum(axis=1) + 1
    least, most = drawn_interval(counts)
    needed_low, needed_high = min(needed, int(np.floor(least))), max(needed, min(int(np.ceil(most)), len(names)))
    between = (
        "" if needed_low == needed_high else f" ({needed_low} to {needed_high} families make up {100 * level:.0f} %)"
    )
    first = _first_names([names[row] for row in order[:needed]])
    return Cumulative(
        families=tuple(names[row] for row in order),
        share=share,
        low=np.minimum(low, share),
        high=np.maximum(high, share),
        needed=needed,
        needed_low=needed_low,
        needed_high=needed_high,
        level=level,
        sentence=f"{first} {100 * share[needed - 1]:.0f} % of {in_sentence(table.column(key))}{between}.",
    )


def _first_names(names: list[str]) -> str:
    """Return the first names and how many more there are, with their verb: "A, B, C and 9 more are"."""
    told = names[:_MOST_NAMED]
    if len(names) > len(told):
        told.append(f"{len(names) - len(told)} more")
    return f"{told[0]} is" if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]} are"


def in_sentence(column: Column) -> str:
    """Return a column's title as it stands inside a sentence: “rate”, and “SNR share” as it is."""
    title = column.title
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _shares(table: CostTable, key: str, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return each family's share of a column's sum, (families,), and drawn ones (draws, families)."""
    figures = [table.column(key).figures[name] for name in names]
    values = np.maximum([one.value for one in figures], 0.0)
    if not values.sum() > 0:
        raise GlitchAuditError(f"The column {key} is 0 for all families, so it ranks none; take its weight away.")
    count = max((len(one.draws) for one in figures), default=0) or 1
    drawn = np.column_stack(
        [np.resize(one.draws, count) if len(one.draws) else np.full(count, one.value) for one in figures]
    )
    drawn = np.maximum(drawn, 0.0)
    sums = drawn.sum(axis=1, keepdims=True)
    shares = values / values.sum()
    return shares, np.divide(drawn, sums, out=np.tile(shares, (count, 1)), where=sums > 0)


def _missing(table: CostTable, name: str, weights: Mapping[str, float]) -> str:
    columns = [table.column(key) for key in weights]
    return " ".join(f"{one.title}: {one.figures[name].why}" for one in columns if not one.figures[name].known)


def weighable(table: CostTable) -> tuple[Column, ...]:
    """Return the columns that a score can be made of: known of two families or more, and not the same for all.

    Bare ratios, of which shares mean nothing, and rates by epoch, which the whole rate holds already, are left out.
    """
    found = []
    for one in table.columns:
        known = [figure.value for figure in one.figures.values() if figure.known]
        if one.unit and not one.key.startswith("rate in ") and len(known) >= 2 and max(known) > max(min(known), 0.0):
            found.append(one)
    return tuple(found)
