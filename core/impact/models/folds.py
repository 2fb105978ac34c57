"""Blocks of time that are held out in turn, with a gap around each, and labels shifted by whole days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.detector.coupling.counts import Grid
from core.impact.models.params import ModelParams


@dataclass(frozen=True, eq=False)
class Turn:
    """One turn: which bins the model learns from and which it foresees, int64 each."""

    train: np.ndarray
    test: np.ndarray


def turns_of(grid: Grid, params: ModelParams) -> tuple[Turn, ...]:
    """Return the turns: each bin is foreseen once, from bins that are at least ``gap_hours`` away from its block.

    With ``split`` "shuffled" single bins are dealt at random, without a gap: neighbours of what is foreseen are learnt
    from, and the skill is flattered.
    """
    bins = np.arange(grid.bins)
    if params.split == "shuffled":
        fold = np.random.default_rng(params.seed).integers(0, params.folds, grid.bins)
        return tuple(Turn(np.flatnonzero(fold != one), np.flatnonzero(fold == one)) for one in range(params.folds))
    block = bins // (params.block_days * grid.bins_a_day)
    fold = block % params.folds
    gap = round(params.gap_hours * 3600 / grid.bin_seconds)
    turns = []
    for one in range(params.folds):
        held = fold == one
        steps = np.diff(np.concatenate([[False], held, [False]]).astype(np.int8))
        near = np.zeros(grid.bins + 1, dtype=np.int64)
        for begin, end in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
            near[max(0, int(begin) - gap)] += 1
            near[min(grid.bins, int(end) + gap)] -= 1
        turns.append(Turn(np.flatnonzero(np.cumsum(near[:-1]) == 0), np.flatnonzero(held)))
    return tuple(turn for turn in turns if len(turn.train) and len(turn.test))


@dataclass(frozen=True, eq=False)
class Shifts:
    """Labels moved against the channels by whole days.

    Attributes:
        order: int64 (shifts, days), from which day each day's labels come.
        sentence: how they were made, for a person.
    """

    order: np.ndarray
    sentence: str

    def of(self, number: int, values: np.ndarray, bins_a_day: int) -> np.ndarray:
        """``values`` (bins,) under shift ``number``."""
        return values.reshape(-1, bins_a_day)[self.order[number]].ravel()


def shifts_of(days: int, *, refits: int, seed: int) -> Shifts:
    """Return at most ``refits`` shifts by whole days around the observation, none of them 0.

    D days have D - 1 of them; where more are asked for, the days are run through backwards too, which keeps the hour of
    each glitch and how much a day is like the next.
    """
    forward = [np.roll(np.arange(days), shift) for shift in range(1, days)]
    backward = [np.roll(np.arange(days)[::-1], shift) for shift in range(days)]
    random = np.random.default_rng(seed)
    chosen = list(random.permutation(len(forward))[:refits])
    order = [forward[one] for one in chosen]
    rest = refits - len(order)
    sentence = f"Chance is what {len(order)} fits to labels shifted by whole days give"
    if rest > 0:
        more = list(random.permutation(len(backward))[:rest])
        order += [backward[one] for one in more]
        sentence += f", and {len(more)} with the days run through backwards"
    sentence += f"; no chance smaller than {1 / (len(order) + 1):.3f} can be shown so."
    return Shifts(np.array(order, dtype=np.int64).reshape(-1, days), sentence)
