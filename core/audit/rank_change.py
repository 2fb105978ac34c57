"""What a new ranking of the suspects changed, and why, in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

_HEAD = 20


@dataclass(frozen=True)
class RankChange:
    """What changed from one queue to the next.

    Attributes:
        known: how many labels counted as known, and of those how many as wrong.
        came, left: glitches that are suspects now and were none, and the other way round.
        head: how many of the first of the queue, :data:`_HEAD` at most, were not among the first before.
        moved: how many of these first stand at another place than before.
        why: the reason, as the end of a sentence; "" where nothing changed.
    """

    known: int
    wrong: int
    came: int
    left: int
    head: int
    moved: int
    why: str = ""


def rank_change(before: pd.DataFrame, after: pd.DataFrame, decided: pd.DataFrame) -> RankChange:
    """Return what changed between two tables of suspects.

    ``before`` and ``after`` have one row a glitch by the same index, with ``label``, ``suggested``, ``flagged`` and
    ``order`` (higher is asked earlier); ``decided`` those that counted as known, by the same index, with ``label``,
    ``suggested`` and ``wrong`` (bool).
    """
    open_ones = ~before.index.isin(decided.index)
    was, now = (table["flagged"].to_numpy(dtype=bool) & open_ones for table in (before, after))
    came, left = after[now & ~was], before[was & ~now]
    first, then = (list(table[mask].nlargest(_HEAD, "order").index) for table, mask in ((before, was), (after, now)))
    return RankChange(
        known=len(decided),
        wrong=int(decided["wrong"].sum()),
        came=len(came),
        left=len(left),
        head=len(set(then) - set(first)),
        moved=sum(one != other for one, other in zip(then, first, strict=False)) + max(0, len(then) - len(first)),
        why=_why(came, left, decided),
    )


def change_sentence(change: RankChange) -> str:
    """Return the change in a sentence or two."""
    labels = "label" if change.known == 1 else "labels"
    known = (
        f"Ranked anew with {change.known:,} known {labels} ({change.wrong:,} called otherwise, "
        f"{change.known - change.wrong:,} kept)"
    )
    if not (change.came or change.left or change.head):
        if not change.moved:
            return f"{known}: nothing changed."
        stand = "stands" if change.moved == 1 else "stand"
        return f"{known}: the same suspects; {change.moved:,} of the next {_HEAD} {stand} at another place."
    moved = f"{change.came:,} came in, {change.left:,} left"
    if change.head:
        moved += f", {change.head:,} of the next {_HEAD} are others"
    return f"{known}: {moved}{', because ' + change.why if change.why else ''}."


def _why(came: pd.DataFrame, left: pd.DataFrame, decided: pd.DataFrame) -> str:
    """What most of those that came, and that left, have in common with what was decided."""
    reasons = [
        _in_common(came, decided[decided["wrong"]], "came", "which was wrong"),
        _in_common(left, decided[~decided["wrong"].astype(bool)], "left", "which was kept"),
    ]
    found = [reason for reason in reasons if reason]
    if found:
        return " and ".join(found)
    return "the labels of their neighbours are known now" if len(came) or len(left) else ""


def _in_common(moved: pd.DataFrame, decided: pd.DataFrame, did: str, what: str) -> str:
    pairs = ["label", "suggested"]
    if moved.empty or decided.empty:
        return ""
    times = decided.groupby(pairs).size()
    counts = moved.groupby(pairs).size()
    counts = counts[counts.index.isin(times.index)].sort_values(ascending=False, kind="stable")
    if counts.empty:
        return ""
    label, suggested = counts.index[0]
    count, often = int(counts.iloc[0]), int(times[counts.index[0]])
    who = f"{count:,} of those that {did} are called {label} and look like {suggested}"
    return f"{who}, {what} {often:,} {'time' if often == 1 else 'times'}"
