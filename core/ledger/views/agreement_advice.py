"""How far two people agree, as advice: one plain sentence, what to do about it, and the samples to look at together.

A label is named only where people surely differ more on it than on the others; below :data:`SMALL` samples nothing is
said but that they are too few.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations
from math import comb

import pandas as pd

from core.ledger.people import Person, may
from core.ledger.views.agreement_figures import SMALL
from core.statistics.intervals import wilson_interval
from core.statistics.percent import percent
from core.statistics.testing import holm

LOOK_TOGETHER, REVIEW_MORE, NOTHING = "look together", "review more", "nothing"
TO_SHOW = 12
YOU, OTHERS = "You", "the others"
_LEVEL = 0.05


@dataclass(frozen=True)
class PeoplesAdvice:
    """What is to be said of how far people agree, for people without statistics.

    Attributes:
        sentence, because, todo: what was found, what it rests on, and what to do; the last two may be "".
        action: :data:`LOOK_TOGETHER`, :data:`REVIEW_MORE` or :data:`NOTHING`.
        figures: the same with its interval.
        differing: index ``sample_id``, columns ``first`` and ``second``: the samples to look at together, and what
            each of the two sides calls them.
        sides: what the two sides are called.
    """

    sentence: str
    because: str
    todo: str
    action: str
    figures: str
    differing: pd.DataFrame
    sides: tuple[str, str] = (YOU, OTHERS)


@dataclass(frozen=True)
class _Compared:
    """Two sides' labels of the samples that both spoke about: ``first``, ``second``, ``agreed`` by ``sample_id``."""

    sides: tuple[str, str]
    table: pd.DataFrame

    @property
    def agreed(self) -> int:
        return int(self.table["agreed"].sum())

    @property
    def differing(self) -> pd.DataFrame:
        return self.table.loc[~self.table["agreed"], ["first", "second"]]

    @property
    def whose(self) -> str:
        return f"{self.sides[0]} and {self.sides[1]}"


@dataclass(frozen=True)
class _Standing:
    """A label that one side gives, and how often the two differ where it is given."""

    compared: _Compared
    side: int
    label: str
    given: int
    differing: int
    chance: float


def agreement_advice(message: pd.DataFrame, asking: Person, *, hidden: Collection[str] = ()) -> PeoplesAdvice | None:
    """Return what to say of the opinions in ``message``, from ``core.ledger.views.agreement_figures.opinions``.

    A moderator is told of the two people whom it is most useful to tell of; everybody else of themselves and all others
    together, so that no figure about another person is shown. None for who has said nothing. Samples in ``hidden`` wait
    for that person's own review and are not named.
    """
    if may(asking, "see others"):
        compared = _pairs(message)
        if not compared:
            return _too_few("No two people have labelled the same sample yet.", (YOU, OTHERS))
    else:
        own = message["author_key"].isin(asking.keys)
        if not own.any():
            return None
        compared = [_with_others(message[own], message[~own])]
    enough = [each for each in compared if len(each.table) >= SMALL]
    if not enough:
        return _few(max(compared, key=lambda each: len(each.table)))
    found = _stands_out(enough)
    if found:
        return _one_label(found, hidden)
    worst = min(enough, key=lambda each: each.agreed / len(each.table))
    return _spread_out(worst, hidden, of_several=len(enough) > 1)


def _pairs(message: pd.DataFrame) -> list[_Compared]:
    wide = message.pivot(index="sample_id", columns="person", values="label")
    found = []
    for sides in combinations(sorted(map(str, wide.columns)), 2):
        table = wide[list(sides)].dropna().set_axis(["first", "second"], axis=1)
        if len(table):
            found.append(_Compared(sides, table.assign(agreed=table["first"] == table["second"])))
    return found


def _with_others(mine: pd.DataFrame, others: pd.DataFrame) -> _Compared:
    """Return a person's labels beside what most others say; they agree where more than half of the others do."""
    counts = others.groupby(["sample_id", "label"]).size().rename("count").reset_index()
    most = counts.sort_values("count", ascending=False, kind="stable").drop_duplicates("sample_id")
    most = most.set_index("sample_id")
    total = counts.groupby("sample_id")["count"].sum()
    table = mine.set_index("sample_id")[["label"]].rename(columns={"label": "first"})
    table = table[table.index.isin(most.index)]
    table["second"] = most["label"].reindex(table.index)
    majority = 2 * most["count"].reindex(table.index) > total.reindex(table.index)
    return _Compared((YOU, OTHERS), table.assign(agreed=(table["first"] == table["second"]) & majority))


def _stands_out(compared: list[_Compared]) -> _Standing | None:
    """Return the label on which two sides most surely differ more than on their other labels; None for none.

    Fisher's exact test, one-sided, for each label of each side; Holm's method over all of them.
    """
    tried = []
    for each in compared:
        total, differing = len(each.table), len(each.differing)
        for side, column in enumerate(("first", "second")):
            groups = each.table.groupby(column)["agreed"].agg(["size", "sum"])
            for label, size, agreed in groups.itertuples():
                apart = int(size - agreed)
                chance = _at_least(apart, given=int(size), differing=differing, total=total)
                tried.append(_Standing(each, side, str(label), int(size), apart, chance))
    sure = holm([one.chance for one in tried], _LEVEL)
    passed = [one for one, passes in zip(tried, sure, strict=True) if passes]
    return min(passed, key=lambda one: one.chance, default=None)


def _at_least(apart: int, *, given: int, differing: int, total: int) -> float:
    """Return the chance that of ``given`` samples, drawn from all, at least so many are among those that differ."""
    ways = sum(
        comb(differing, count) * comb(total - differing, given - count)
        for count in range(apart, min(given, differing) + 1)
    )
    return ways / comb(total, given)


def _few(compared: _Compared) -> PeoplesAdvice:
    count = len(compared.table)
    if not count:
        return _too_few("Nobody else has labelled a sample that you labelled.", compared.sides)
    if compared.sides[0] == YOU:
        sentence = f"Of the samples that you labelled, others labelled only {count}, too."
    else:
        first, second = compared.sides
        sentence = (
            f"Only {count} sample{' has' if count == 1 else 's have'} a label from {first} and one from {second}, too."
        )
    return _too_few(sentence, compared.sides, _figures(compared))


def _too_few(sentence: str, sides: tuple[str, str], figures: str = "") -> PeoplesAdvice:
    return PeoplesAdvice(
        sentence,
        f"That is too few to say how well people agree. It takes about {SMALL} such samples.",
        "On the page Review, say what you think of what others proposed. Then more samples have two opinions.",
        REVIEW_MORE,
        figures,
        pd.DataFrame({"first": [], "second": []}),
        sides,
    )


def _one_label(found: _Standing, hidden: Collection[str]) -> PeoplesAdvice:
    compared = found.compared
    column = ("first", "second")[found.side]
    apart = compared.differing[compared.differing[column] == found.label]
    who, other = compared.sides[found.side], compared.sides[1 - found.side]
    others = len(compared.table) - found.given
    figures = (
        f"{_figures(compared)} Where {_said(who)} {found.label}, they differ on {found.differing:,} of "
        f"{found.given:,}; elsewhere on {len(compared.differing) - found.differing:,} of {others:,} "
        f"(p = {found.chance:.2g}, Fisher's exact test, Holm's method)."
    )
    shown = _shown(apart, hidden)
    instead = apart[("second", "first")[found.side]].value_counts()
    if 2 * instead.iloc[0] > len(apart):
        often, agree_on = str(instead.index[0]), f"and agree when to say {found.label} and when {instead.index[0]}"
    else:
        often, agree_on = "something else", f"and agree when to say {found.label}"
    return PeoplesAdvice(
        _agreed(compared),
        f"{_where(len(apart), len(compared.differing))}, {_said(who)} {found.label}, and {_often(other)} {often}.",
        _together(shown, agree_on),
        LOOK_TOGETHER,
        figures,
        shown,
        compared.sides,
    )


def _spread_out(compared: _Compared, hidden: Collection[str], *, of_several: bool) -> PeoplesAdvice:
    apart = compared.differing
    if apart.empty:
        because = "Any two people with enough samples in common agree on all of them." if of_several else ""
        return PeoplesAdvice(_agreed(compared), because, "", NOTHING, _figures(compared), apart, compared.sides)
    most = "Of all pairs of people, these two differ most. " if of_several else ""
    shown = _shown(apart, hidden)
    return PeoplesAdvice(
        _agreed(compared),
        f"{most}{_rest(compared)} It is not clear whether one label causes most of this.",
        _together(shown, "and talk about why the labels differ"),
        LOOK_TOGETHER,
        _figures(compared),
        shown,
        compared.sides,
    )


def _agreed(compared: _Compared) -> str:
    count, agreed = len(compared.table), compared.agreed
    if agreed == count:
        return f"{compared.whose} gave the same label to all {count:,} samples that both looked at."
    return f"{compared.whose} gave the same label to {agreed:,} of {count:,} samples."


def _where(apart: int, differing: int) -> str:
    return f"For {apart:,} of the other {differing:,}" if apart < differing else f"For the other {differing:,}"


def _rest(compared: _Compared) -> str:
    count = len(compared.differing)
    return f"For the other {count:,} the labels differ." if count > 1 else "For the other one the labels differ."


def _figures(compared: _Compared) -> str:
    count, agreed = len(compared.table), compared.agreed
    low, high = wilson_interval(agreed, count)
    return (
        f"{compared.whose} agree on {agreed:,} of {count:,} samples, {percent(agreed / count)} (95 % interval "
        f"{percent(low)} to {percent(high)})."
    )


def _said(who: str) -> str:
    return {YOU: "you say", OTHERS: "the others say"}.get(who, f"{who} says")


def _often(who: str) -> str:
    return {YOU: "you often say", OTHERS: "the others often say"}.get(who, f"{who} often says")


def _shown(apart: pd.DataFrame, hidden: Collection[str]) -> pd.DataFrame:
    return apart[~apart.index.isin(list(hidden))].head(TO_SHOW)


def _together(shown: pd.DataFrame, and_then: str) -> str:
    if shown.empty:
        return "Review them first: they wait for your own opinion."
    these = "this sample" if len(shown) == 1 else f"these {len(shown)} samples"
    return f"Look at {these} together, {and_then}."
