"""Whether a difference between two labels would have been seen: one of known size is planted into these glitches.

A classifier that learns from a few dozen glitches misses a difference along a direction in which the embedding hardly
varies. So glitches are measured in units of the background's scatter, and their own scatter is evened out. A second
distance of the labels' middles is in plain units along the directions of largest variance; with twice as many glitches
as numbers there is a third in units of their own scatter alone (Hotelling's). The largest counts, in units of its
spread under shuffled labels. What it would be with a difference is measured: labels are shuffled, and the second group
is shifted along one direction so far that a classifier along it would be right a stated share of the time when shown
one of each. Directions come from families of different kinds; the one counts in which the difference is hardest to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.audit.failure_modes.background import Background
from core.audit.failure_modes.probe import leading_components
from core.statistics.permutation import chance_of_as_much

SIZES = (0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.98, 0.99, 0.995)
"""Chances to be right at which differences are planted, besides the margin; between them it is interpolated."""

SEEN = 0.9
"""A difference counts as visible if so many of its plantings would have been told from shuffled labels."""

_SHUFFLES = 200
_DIRECTIONS = 40
_OWN_DIRECTIONS = 5
_CERTAIN = 0.05

_OWN_WEIGHT = 1.0
"""Weight of these glitches' own scatter beside the background's."""

_LEADING = 8
"""Loudest directions of these glitches that the distance in plain units rests on."""

_MOST_DIFFERENCES = 20_000

_NO_SCATTER = 1e-9
"""Share of the largest variance up to which a direction counts as one without scatter."""


@dataclass(frozen=True)
class Planting:
    """What the distance of two labels says beside the distances of planted differences.

    ``p_value`` is that of no difference, by shuffling the labels. ``chance_right`` is the planted size that is as far
    as the one found, half of the time; 0.5 for no farther than chance. ``high`` is the smallest planted size that would
    have been farther in 19 of 20 cases, in every family; 1.0 for none. ``p_equivalent`` is the share of the plantings
    of the margin's size that lie no farther, in the family with most of them. ``visible`` is the smallest planted size
    that is seen nine times in ten in every family; NaN for none. In the family ``hardest`` the margin's difference is
    hardest to see.
    """

    p_value: float
    chance_right: float
    high: float
    p_equivalent: float
    visible: float
    hardest: str


def planting(
    values: np.ndarray,
    second: np.ndarray,
    scatter: Background,
    *,
    margin: float,
    permutations: int,
    random: np.random.Generator,
) -> Planting:
    """Compare the distance of two labels with that of shuffled labels and of planted differences.

    ``values`` is float (m, d), one row a glitch, no gaps; ``second`` bool (m,), which glitches carry the second label;
    ``scatter`` that of the other glitches, in the same ``d`` columns; ``margin`` the chance to be right that
    equivalence is tested against; ``permutations`` the shuffles behind the p-value.
    """
    second = np.asarray(second, dtype=bool)
    centred = np.asarray(values, dtype=np.float64) - np.mean(values, axis=0)
    plain = Background(np.zeros((centred.shape[1], 0)), np.zeros(0), 1.0)
    spaces = [_Space(centred, scatter), _Space(centred, plain, leading=_LEADING)]
    if 2 * centred.shape[1] <= len(centred):
        # Enough glitches to know their own scatter in all directions, quieter ones than the background's included.
        spaces.append(_Space(centred, plain, leading=centred.shape[1]))
    shuffled = np.stack([random.permutation(second) for _ in range(permutations)], axis=1)
    groups = np.column_stack([second, shuffled]).astype(np.float64)
    distances = np.array([space.distances(groups) for space in spaces])
    spreads = np.maximum(distances[:, 1:].std(axis=1), 1e-300)
    farthest = (distances / spreads[:, None]).max(axis=0)
    found, null = float(farthest[0]), farthest[1:]
    seen_from = float(np.quantile(null, 1 - _CERTAIN))
    sizes = tuple(sorted({*SIZES, margin}))
    groups = groups[:, 1 : 1 + _SHUFFLES]
    planted = {}
    for name, lines in _families(centred, scatter, random).items():
        shifts = _shifts(centred @ lines, sizes, random)
        by_space = [space.planted(lines, groups, shifts) for space in spaces]
        farthest_planted = np.max([each / spread for each, spread in zip(by_space, spreads, strict=True)], axis=0)
        planted[name] = farthest_planted.reshape(len(sizes), groups.shape[1], lines.shape[1])
    missed = {name: _share_below(by_size, found) for name, by_size in planted.items()}
    unseen = {name: _share_below(by_size, seen_from) for name, by_size in planted.items()}
    at_margin = sizes.index(margin)
    worst_missed, worst_unseen = (np.max(list(shares.values()), axis=0) for shares in (missed, unseen))
    usual = np.median([np.median(by_size, axis=(1, 2)) for by_size in planted.values()], axis=0)
    sizes_from_chance = np.array([0.5, *sizes])
    return Planting(
        p_value=chance_of_as_much(found, null),
        chance_right=_place(found, np.concatenate([[np.median(null)], usual]), sizes_from_chance),
        high=_from_where(np.array(sizes), worst_missed, _CERTAIN, otherwise=1.0),
        p_equivalent=float(worst_missed[at_margin]),
        visible=_from_where(np.array(sizes), worst_unseen, 1 - SEEN, otherwise=float("nan")),
        hardest=max(unseen, key=lambda name: unseen[name][at_margin]),
    )


class _Space:
    """Glitches in units of the background's scatter, their own directions of large variance evened out.

    With ``K`` the products of the glitches in the background's units, the products afterwards are ``K (K + r I)^-1``.
    Only ``P = (K + r I)^-1`` is kept: a planted shift changes ``K`` by a matrix of rank two (Woodbury's identity).
    """

    def __init__(self, centred: np.ndarray, scatter: Background, *, leading: int | None = None) -> None:
        self.centred, self.scatter = centred, scatter
        self.undone = scatter.undo(centred.T)
        products = centred @ self.undone
        # Eigenvalues but for the largest hardly change when one direction gains a shift, so that the ridge is the same
        # for what is found and for what is planted.
        sizes = np.linalg.eigvalsh(products)[::-1][: min(len(centred) - 1, centred.shape[1])]
        if leading is None:
            bulk = sizes[-(-len(sizes) // 10) :] if len(sizes) > 1 else sizes
            self.ridge = float(bulk.mean()) * len(centred) / max(centred.shape) / _OWN_WEIGHT
        else:
            # Numbers that add up to a constant leave a direction without any scatter: the last one with scatter counts.
            there = int((sizes > _NO_SCATTER * sizes[0]).sum())
            self.ridge = float(sizes[max(min(leading, there), 1) - 1])
        self.ridge = max(self.ridge, _NO_SCATTER * float(sizes[0]), np.finfo(float).tiny)
        self.inverse = np.linalg.inv(products + self.ridge * np.eye(len(centred)))

    def distances(self, groups: np.ndarray) -> np.ndarray:
        """Return the squared distance of both groups' middles without the scatter's share in it; groups (m, B)."""
        marks, scale = _contrast(groups)
        own = (marks**2 * np.diag(self.inverse)[:, None]).sum(axis=0)
        return scale * self.ridge * (own - (marks * (self.inverse @ marks)).sum(axis=0))

    def planted(self, lines: np.ndarray, groups: np.ndarray, shifts: np.ndarray) -> np.ndarray:
        """Return the distances (sizes, B * J) of the groups (m, B) shifted along the lines (d, J) by ``shifts``."""
        marks, scale = _contrast(groups)
        lengths = (lines * self.scatter.undo(lines)).sum(axis=0)
        places = self.undone.T @ lines
        turned, turned_places = self.inverse @ marks, self.inverse @ places
        own = (marks**2 * np.diag(self.inverse)[:, None]).sum(axis=0)[:, None]
        a, b, c = (marks * turned).sum(axis=0)[:, None], marks.T @ turned_places, (places * turned_places).sum(axis=0)
        own_a = (marks**2 * turned**2).sum(axis=0)[:, None]
        own_b, own_c = (marks**2 * turned).T @ turned_places, (marks**2).T @ turned_places**2
        found = np.empty((len(shifts), groups.shape[1] * lines.shape[1]))
        for number, shift in enumerate(shifts):
            # K gains [marks, places] [[square, shift], [shift, 0]] [marks, places]'.
            square = shift**2 * lengths
            # A ratio of determinants: zero by rounding alone.
            whole = np.maximum((1 + shift * b) ** 2 + square * a - shift**2 * a * c, np.finfo(float).eps)
            first, both, last = (square - shift**2 * c) / whole, (shift + shift**2 * b) / whole, -(shift**2) * a / whole
            change = first * (a**2 - own_a) + 2 * both * (a * b - own_b) + last * (b**2 - own_c)
            found[number] = (scale[:, None] * self.ridge * (own - a + change)).ravel()
        return found


def _contrast(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the groups centred, and the factor that turns their products into squared distances of middles."""
    ones = groups.sum(axis=0)
    zeros = len(groups) - ones
    return groups - ones / len(groups), (len(groups) / (ones * zeros)) ** 2


def _families(centred: np.ndarray, scatter: Background, random: np.random.Generator) -> Mapping[str, np.ndarray]:
    """Return directions (d, J) of different kinds; none along which these glitches do not vary at all."""
    count, dimensions = centred.shape
    some, found = min(_DIRECTIONS, dimensions), scatter.axes.shape[1]
    families = {}
    for name, start, stop in (("loud", 0, 0.25), ("middling", 0.25, 0.75), ("quiet", 0.75, 1)):
        axes = np.arange(int(start * found), int(stop * found))
        families[name] = scatter.axes[:, random.permutation(axes)[:some]]
    mixed = random.normal(size=(dimensions, some))
    families["mixed"] = mixed
    if dimensions > found:
        families["beyond"] = mixed - scatter.axes @ (scatter.axes.T @ mixed)
    families["numbers"] = np.eye(dimensions)[:, random.permutation(dimensions)[:some]]
    own, sizes = leading_components(centred, min(_OWN_DIRECTIONS, count - 1, dimensions))
    families["own"] = centred.T @ (own / np.maximum(sizes, 1e-12))
    varying = {name: _varying(centred, lines) for name, lines in families.items()}
    return {name: lines for name, lines in varying.items() if lines.size}


def _varying(centred: np.ndarray, lines: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(lines, axis=0)
    lines = lines[:, lengths > 0] / lengths[lengths > 0]
    spread = (centred @ lines).std(axis=0)
    return lines[:, spread > 1e-9 * max(float(np.abs(centred).max(initial=0)), 1e-300)]


def _shifts(along: np.ndarray, sizes: tuple[float, ...], random: np.random.Generator) -> np.ndarray:
    """Return how far to shift (sizes, J) for a shifted glitch to lie above another one with the chances ``sizes``."""
    count = len(along)
    first, other = np.triu_indices(count, 1)
    if len(first) > _MOST_DIFFERENCES:
        chosen = random.permutation(len(first))[:_MOST_DIFFERENCES]
        first, other = first[chosen], other[chosen]
    differences = np.abs(along[first] - along[other])
    return np.quantile(differences, 2 * np.array(sizes) - 1, axis=0)


def _share_below(by_size: np.ndarray, mark: float) -> np.ndarray:
    """Return the share of each size's plantings at or below a mark: the mean over the J directions.

    ``by_size`` is (sizes, B, J). A direction's share is counted over its B shuffles, or taken from a normal curve where
    that is larger: no miss in B does not prove that there is none. One normal curve over all directions would take
    their differences for luck.
    """
    from scipy.stats import norm

    counted = (by_size <= mark).mean(axis=1)
    low, middle = np.quantile(by_size, [norm.cdf(-1), 0.5], axis=1)
    return np.maximum(counted, norm.cdf((mark - middle) / np.maximum(middle - low, 1e-300))).mean(axis=1)


def _from_where(sizes: np.ndarray, shares: np.ndarray, most: float, *, otherwise: float) -> float:
    """Return the size from which on the share stays at or below ``most``, interpolated between two planted ones."""
    above = np.flatnonzero(shares > most)
    if not len(above):
        return float(sizes[0])
    last = int(above[-1])
    if last == len(sizes) - 1:
        return otherwise
    part = (shares[last] - most) / (shares[last] - shares[last + 1])
    return float(sizes[last] + part * (sizes[last + 1] - sizes[last]))


def _place(found: float, distances: np.ndarray, sizes: np.ndarray) -> float:
    return float(np.interp(found, np.maximum.accumulate(distances), sizes))
