"""Unlike anything known: how far a glitch lies from all that a classifier has seen, and how often that errs.

The score grows with strangeness. It is the smallest squared distance to a label's mean, in coordinates in which the
labels' common spread is round (Mahalanobis' distance, after Lee and others 2018), plus the squared distance across all
other axes, in which the known hardly vary (after Wang and others 2022). Where the classifier's own doubt is known as
well, the energy of its scores (Liu and others 2020), the stranger of the two ranks among held-out glitches counts: some
kinds lie near the known and are named with doubt, others lie far off and are named without. A label that stands for all
that fits nothing else is not counted among the known. ``benchmarks/unlike.py`` compares scores. The threshold is a
quantile of the scores of held-out glitches of known labels, so its false-alarm rate is known, with an interval. Scoring
needs only numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.embed.combine import unit_rows
from core.errors import GlitchAuditError

FALSE_ALARM_RATE = 0.05
_AXES = 64
_SHRINKAGE = 0.1
_KEPT_QUANTILES = 401
_NOTHING = 1e-6
MOST_STRANGE = 100.0
"""The highest rank: stranger than all that was held out."""

_DISTANCE_TAIL = 2.0
# Held-out glitches that a label's own scale weighs as much as that of all labels together.
_SCALE_OF_ALL = 10


@dataclass(frozen=True)
class KnownSpace:
    """Where the known glitches lie, for each view by itself (one block where a network has merged the views).

    Attributes:
        centre: float32 (blocks, d), mean of the unit features.
        leading: float32 (blocks, d, k), orthonormal axes along which the known glitches vary most.
        rounding: float32 (blocks, k, k), from these to coordinates in which the labels' common spread is round.
        means: float32 (blocks, labels, k), the labels' means there; NaN for a label that was not seen.
        outside: float32 (blocks,), mean squared distance from the label's mean across all other axes.
        scale: float32 (blocks, labels), a label's own glitches' usual distance; 1 where all labels count alike.
    """

    centre: np.ndarray
    leading: np.ndarray
    rounding: np.ndarray
    means: np.ndarray
    outside: np.ndarray
    scale: np.ndarray

    @property
    def blocks(self) -> int:
        """Views that are told apart."""
        return len(self.centre)


@dataclass(frozen=True)
class UnlikeRule:
    """When a glitch is called unlike anything known.

    Attributes:
        quantiles: by number of pictures a glitch, the held-out scores' quantiles, evenly spaced from 0 to 1.
        held_out: by number of pictures, how many held-out glitches those are.
        space: what the distances are measured in; None where the scores are of another kind.
        false_alarm_rate: share of glitches of known labels that are called unlike.
        distances, doubts: by number of pictures, quantiles of the two parts of a score that is the stranger of two
            ranks, 0 to 100; empty where the distance itself is the score.
        not_known: numbers of the labels that stand for all that fits nothing else: who is named so is doubted.
    """

    quantiles: Mapping[int, np.ndarray]
    held_out: Mapping[int, int]
    space: KnownSpace | None = None
    false_alarm_rate: float = FALSE_ALARM_RATE
    distances: Mapping[int, np.ndarray] = field(default_factory=dict)
    doubts: Mapping[int, np.ndarray] = field(default_factory=dict)
    not_known: tuple[int, ...] = ()

    @property
    def by_rank(self) -> bool:
        """Whether a score is a rank, 0 to 100, and not a distance."""
        return bool(self.doubts)

    def strangeness(self, distance: np.ndarray, logits: np.ndarray, pictures: int) -> np.ndarray:
        """Return the scores, float (n,), of glitches with so many pictures, by distance (n,) and logits (n, labels)."""
        if not self.by_rank:
            return distance
        count = self._nearest_count(pictures)
        ranks = _stranger(distance, doubt_of(logits, self.not_known), self.distances[count], self.doubts[count])
        return np.where(np.isfinite(distance), ranks, np.nan)

    def threshold(self, pictures: int) -> float:
        """Scores above this are unlike; infinite where too few glitches were held out to tell."""
        count = self._nearest_count(pictures)
        if self.held_out[count] < 1 / self.false_alarm_rate:
            return float("inf")
        quantiles = self.quantiles[count]
        return float(np.interp(1 - self.false_alarm_rate, np.linspace(0, 1, len(quantiles)), quantiles))

    def share_above(self, score: float, pictures: int) -> float:
        """Share of held-out glitches of known labels that score higher."""
        quantiles = self.quantiles[self._nearest_count(pictures)]
        return float(1 - np.searchsorted(quantiles, score, side="right") / len(quantiles))

    def interval(self, pictures: int) -> tuple[float, float]:
        """Return the 95 % interval of the false-alarm rate, given how many glitches were held out.

        The share of new glitches above the m-th smallest of n scores follows Beta(n + 1 - m, m) (Wilks 1941).
        """
        from scipy.stats import beta

        n = self.held_out[self._nearest_count(pictures)]
        above = round(n * self.false_alarm_rate)
        if above < 1:
            return 0.0, 1.0
        low, high = beta.ppf([0.025, 0.975], above, n + 1 - above)
        return float(low), float(high)

    def _nearest_count(self, pictures: int) -> int:
        return min(self.quantiles, key=lambda known: (abs(known - pictures), -known))


def make_rule(
    scores: Mapping[int, np.ndarray], *, space: KnownSpace | None = None, rate: float = FALSE_ALARM_RATE
) -> UnlikeRule:
    """Return a rule with false-alarm ``rate`` from held-out scores; raises GlitchAuditError where there are none."""
    finite = {count: values[np.isfinite(values)] for count, values in scores.items()}
    finite = {count: values for count, values in finite.items() if len(values)}
    if not finite:
        raise GlitchAuditError("No samples were held out, so it cannot be told what is unlike: train with a split.")
    grid = np.linspace(0, 1, _KEPT_QUANTILES)
    return UnlikeRule(
        quantiles={count: np.quantile(values, grid, method="higher") for count, values in finite.items()},
        held_out={count: len(values) for count, values in finite.items()},
        space=space,
        false_alarm_rate=rate,
    )


def make_joint_rule(
    parts: Mapping[int, tuple[np.ndarray, np.ndarray]],
    *,
    space: KnownSpace,
    rate: float = FALSE_ALARM_RATE,
    not_known: Sequence[int] = (),
) -> UnlikeRule:
    """Return a rule with false-alarm ``rate`` in all, by the stranger of two ranks.

    ``parts`` are, by number of pictures, the held-out glitches' distances (n,) and doubts (n,). Of the rate, two
    thirds are for doubt and one for distance: what is no glitch lies far beyond all, other kinds of glitches do not.
    """
    grid = np.linspace(0, 1, _KEPT_QUANTILES)
    distances = {count: np.quantile(pair[0], grid) for count, pair in parts.items()}
    doubts = {count: np.quantile(pair[1], grid) for count, pair in parts.items()}
    scores = {count: _stranger(*pair, distances[count], doubts[count]) for count, pair in parts.items()}
    rule = make_rule(scores, space=space, rate=rate)
    return replace(rule, distances=distances, doubts=doubts, not_known=tuple(not_known))


def doubt_of(logits: np.ndarray, not_known: Sequence[int] = ()) -> np.ndarray:
    """Return the energy of logits (n, labels), float (n,): greater the less any label but ``not_known`` is meant."""
    logits = np.delete(np.asarray(logits, np.float64), list(not_known), axis=1)
    most = logits.max(axis=1)
    return -(most + np.log(np.exp(logits - most[:, None]).sum(axis=1)))


def _stranger(distance: np.ndarray, doubt: np.ndarray, distances: np.ndarray, doubts: np.ndarray) -> np.ndarray:
    """Strangeness 0 to 100, by the shares of held-out glitches (quantiles) further off, and more in doubt."""
    grid = np.linspace(1, 0, len(distances))
    further = _DISTANCE_TAIL * np.interp(distance, distances, grid)
    return MOST_STRANGE * (1 - np.clip(np.minimum(further, np.interp(doubt, doubts, grid)), 0, 1))


def scaled_to_labels(
    space: KnownSpace,
    features: np.ndarray,
    labels: Sequence[str] | np.ndarray,
    *,
    names: Sequence[str],
    not_known: Sequence[int] = (),
) -> KnownSpace:
    """Return the space with every label's distances divided by what held-out glitches of that label usually have.

    Labels differ in width, and one limit for all would be that of the widest. ``features`` (n, blocks, d) are of
    glitches that took no part in the space; nothing is near a label that is ``not_known``.
    """
    units = _unit_blocks(features)
    codes = np.array([list(names).index(label) for label in labels])
    scale, means = np.ones_like(space.scale), space.means.copy()
    for block in range(space.blocks):
        own = _distances_in_block(units[:, block], space, block)[np.arange(len(codes)), codes]
        usual = np.median(own[np.isfinite(own)])
        for code in range(len(names)):
            those = own[(codes == code) & np.isfinite(own)]
            middle = np.median(those) if len(those) else usual
            scale[block, code] = (len(those) * middle + _SCALE_OF_ALL * usual) / (len(those) + _SCALE_OF_ALL)
    means[:, list(not_known)] = np.nan
    return replace(space, scale=scale, means=means)


def fit_space(
    features: np.ndarray, labels: Sequence[str] | np.ndarray, *, names: Sequence[str], axes: int = _AXES
) -> KnownSpace:
    """Return where known glitches lie, in at most ``axes`` coordinates.

    ``features`` is (n, blocks, d), zeros or NaN for missing views; ``labels`` has one a row, ``names`` gives the order.
    """
    units = _unit_blocks(features)
    codes = np.array([list(names).index(label) if label in names else -1 for label in labels])
    fewest = int((np.abs(units).sum(axis=2) > 0).sum(axis=0).min()) if len(units) else 0
    axes = min(axes, units.shape[2], max(1, fewest - 1))
    parts = [_fit_block(units[:, block], codes, len(names), axes) for block in range(units.shape[1])]
    scale = np.ones((units.shape[1], len(names)), np.float32)
    centre, leading, rounding, means, outside = (np.stack(part) for part in zip(*parts, strict=True))
    return KnownSpace(centre, leading, rounding, means, outside, scale)


def distances(features: np.ndarray, present: np.ndarray, space: KnownSpace, *, view_known: bool = True) -> np.ndarray:
    """Return each glitch's distance from all that is known, float (n,): the mean over its views; NaN without any.

    ``features`` is (n, blocks, d), ``present`` (n, blocks). Without ``view_known`` the likeliest view counts.
    """
    units = _unit_blocks(features)
    if not view_known:
        rows = np.arange(len(units))
        single = units[rows, present.argmax(axis=1)]
        return np.stack([_distances_in_block(single, space, block).min(axis=1) for block in range(space.blocks)]).min(
            axis=0
        )
    total = np.zeros((len(units), 1))
    for block in range(space.blocks):
        total = total + np.where(present[:, block, None], _distances_in_block(units[:, block], space, block), 0.0)
    seen = present.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        # The smallest over the labels of the mean over the views: all views of a glitch are of one label.
        return np.where(seen > 0, np.nanmin(total, axis=1) / seen, np.nan)


def _unit_blocks(features: np.ndarray) -> np.ndarray:
    features = np.nan_to_num(np.asarray(features, np.float32))
    return unit_rows(features.reshape(-1, features.shape[-1])).reshape(features.shape)


def _fit_block(units: np.ndarray, codes: np.ndarray, labels: int, axes: int) -> tuple[np.ndarray, ...]:
    """The parts of a KnownSpace for one block, in its order."""
    seen = (np.abs(units).sum(axis=1) > 0) & (codes >= 0)
    known, codes = units[seen].astype(np.float64), codes[seen]
    dimensions = units.shape[1]
    centre = known.mean(axis=0) if len(known) else np.zeros(dimensions)
    centred = known - centre
    within = centred.copy()
    for code in np.unique(codes):
        within[codes == code] -= centred[codes == code].mean(axis=0)
    leading = np.linalg.svd(centred, full_matrices=False)[2][:axes].T if len(known) else np.eye(dimensions)[:, :axes]
    inside = within @ leading
    spread = inside.T @ inside / max(1, len(known) - len(np.unique(codes)))
    # A little of the mean spread is added on every axis, so that those in which the known never vary do not decide.
    spread = (1 - _SHRINKAGE) * spread + _SHRINKAGE * np.eye(axes) * max(np.trace(spread) / axes, 1e-9)
    values, vectors = np.linalg.eigh(spread)
    rounding = vectors / np.sqrt(values)
    coordinates = centred @ leading @ rounding
    means = np.full((labels, axes), np.nan)
    for code in np.unique(codes):
        means[code] = coordinates[codes == code].mean(axis=0)
    outside = float(((within**2).sum(axis=1) - (inside**2).sum(axis=1)).mean()) if len(known) else 0.0
    parts = (centre, leading, rounding, means, np.array(outside))
    return tuple(part.astype(np.float32) for part in parts)


def _distances_in_block(units: np.ndarray, space: KnownSpace, block: int) -> np.ndarray:
    """Squared distances of (n, d) unit features to each label's mean, in its scale, (n, labels)."""
    centred = units - space.centre[block]
    inside = centred @ space.leading[block]
    coordinates = inside @ space.rounding[block]
    means = space.means[block]
    to_means = (
        (coordinates**2).sum(axis=1, keepdims=True)
        - 2 * coordinates @ np.nan_to_num(means).T
        + np.where(np.isnan(means).any(axis=1), np.inf, (np.nan_to_num(means) ** 2).sum(axis=1))
    )
    if space.outside[block] < _NOTHING:
        return to_means / space.scale[block]
    across = (centred**2).sum(axis=1, keepdims=True) - (inside**2).sum(axis=1, keepdims=True)
    # Scaled so that for known glitches both parts are about as large: one for each leading axis.
    return (to_means + space.leading.shape[2] * across / space.outside[block]) / space.scale[block]
