"""Unlike anything known: the scores against their formulas, and false alarms as often as is said."""

import numpy as np
import pytest
from scipy.stats import binom

from core.classify.naming.unknown import (
    distances,
    fit_space,
    make_rule,
)
from core.errors import GlitchAuditError

NAMES = ("Blip", "Chirp", "Helix")
DIMENSIONS = 12


def drawn(count, *, seed, blocks=2, spread=0.15):
    """Three labels as bundles of directions."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(count) % 3
    features = np.eye(DIMENSIONS)[numbers][:, None] + rng.normal(0, spread, (count, blocks, DIMENSIONS))
    return features.astype(np.float32), [NAMES[number] for number in numbers]


@pytest.fixture(scope="module")
def space():
    return fit_space(*drawn(300, seed=1), names=NAMES, axes=5)


def both(count, blocks=2):
    return np.ones((count, blocks), bool)


def strangers(count, *, seed, blocks=2):
    rng = np.random.default_rng(seed)
    return (np.eye(DIMENSIONS)[7] + rng.normal(0, 0.15, (count, blocks, DIMENSIONS))).astype(np.float32)


def test_false_alarms_are_as_frequent_as_said_and_strangers_are_found(space):
    held_out, fresh = drawn(400, seed=2)[0], drawn(2000, seed=3)[0]
    rule = make_rule({2: distances(held_out, both(400), space)}, space=space)
    alarms = int((distances(fresh, both(2000), space) > rule.threshold(2)).sum())
    low, high = rule.interval(2)
    assert low < 0.05 < high
    assert binom.ppf(0.001, 2000, low) <= alarms <= binom.ppf(0.999, 2000, high)
    assert (distances(strangers(100, seed=4), both(100), space) > rule.threshold(2)).mean() > 0.95


def test_the_interval_is_that_of_order_statistics():
    """Simulated: over many draws of held-out scores the share above the threshold lies in it 95 % of times."""
    rng = np.random.default_rng(0)
    shares, inside = [], 0
    for _ in range(400):
        rule = make_rule({1: rng.uniform(size=100)})
        shares.append(1 - rule.threshold(1))
        low, high = rule.interval(1)
    inside = np.mean([(low <= share <= high) for share in shares])
    assert 0.91 < inside < 0.985


def test_mahalanobis_by_hand():
    """One block whose spread lies inside the axes alone: the distance is the textbook's, with the shrunken spread."""
    features, labels = drawn(300, seed=1, blocks=1)
    space = fit_space(features, labels, names=NAMES, axes=DIMENSIONS)
    units = (features / np.linalg.norm(features, axis=-1, keepdims=True))[:, 0].astype(np.float64)
    means = np.stack([units[np.array(labels) == name].mean(axis=0) for name in NAMES])
    within = units - means[[NAMES.index(label) for label in labels]]
    spread = within.T @ within / (300 - 3)
    spread = 0.9 * spread + 0.1 * np.eye(DIMENSIONS) * np.trace(spread) / DIMENSIONS
    away = units[:5, None] - means
    expected = np.einsum("nld,de,nle->nl", away, np.linalg.inv(spread), away).min(axis=1)
    assert distances(features[:5], both(5, 1), space) == pytest.approx(expected, rel=1e-3)


def test_a_missing_view_drops_out(space):
    features = drawn(6, seed=5)[0]
    first = np.tile([True, False], (6, 1))
    one = fit_space(drawn(300, seed=1)[0][:, :1], drawn(300, seed=1)[1], names=NAMES, axes=5)
    alone = distances(features[:, :1], both(6, 1), one)
    assert distances(features, first, space) == pytest.approx(alone, rel=1e-5)
    assert np.isnan(distances(features, np.zeros((6, 2), bool), space)).all()


def test_a_picture_of_unknown_view_counts_as_the_likeliest(space):
    features = drawn(6, seed=5)[0]
    features[:, 1] = features[:, 0]
    each = [distances(features, np.eye(2, dtype=bool)[[block] * 6], space) for block in range(2)]
    unknown = distances(features, np.eye(2, dtype=bool)[[0] * 6], space, view_known=False)
    assert unknown == pytest.approx(np.minimum(*each))


def test_share_above_counts_the_held_out():
    rule = make_rule({4: np.arange(1000.0), 1: np.arange(500.0)})
    assert rule.share_above(899.5, 4) == pytest.approx(0.1, abs=0.005)
    assert rule.share_above(2000, 4) == 0
    assert rule.threshold(1) < rule.threshold(4) == rule.threshold(3)


def test_too_few_held_out_calls_nothing_unlike():
    rule = make_rule({1: np.array([1.0, 2.0, np.nan])})
    assert rule.threshold(1) == float("inf")
    assert rule.interval(1) == (0.0, 1.0)
    with pytest.raises(GlitchAuditError, match="held out"):
        make_rule({1: np.array([np.nan])})


@pytest.mark.parametrize("count", [1, 2, 3])
def test_hardly_anything_known(count):
    features, labels = drawn(count, seed=1)
    space = fit_space(features, labels, names=NAMES)
    assert np.isfinite(distances(drawn(4, seed=2)[0], both(4), space)).all()


def test_copies_of_one_glitch_and_a_label_never_seen():
    features = np.repeat(drawn(1, seed=1)[0], 20, axis=0)
    space = fit_space(features, ["Blip"] * 20, names=NAMES)
    score = distances(np.concatenate([features[:1], strangers(1, seed=2)]), both(2), space)
    assert np.isfinite(score).all() and score[1] > score[0]
