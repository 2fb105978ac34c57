"""Unlike anything known: the scores against their formulas, and false alarms as often as is said."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import binom

from core.classify.naming.unknown import (
    distances,
    doubt_of,
    fit_space,
    make_joint_rule,
    make_rule,
    scaled_to_labels,
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


def test_doubt_is_the_energy_of_the_labels_that_are_known():
    logits = np.random.default_rng(0).normal(size=(20, 4)) * 30
    assert doubt_of(logits) == pytest.approx(-logsumexp(logits, axis=1))
    assert doubt_of(logits, [1, 3]) == pytest.approx(-logsumexp(logits[:, [0, 2]], axis=1))
    assert np.isfinite(doubt_of(logits * 1e4)).all()


def joint(count, *, seed):
    """Independent distances and logits of which the first label is meant, more or less."""
    rng = np.random.default_rng(seed)
    logits = np.zeros((count, 3))
    logits[:, 0] = rng.normal(8, 1, count)
    return rng.gamma(9.0, size=count), logits


def test_the_stranger_of_two_ranks_keeps_the_rate_and_finds_both_kinds(space):
    far, logits = joint(1000, seed=1)
    rule = make_joint_rule({2: (far, doubt_of(logits))}, space=space, rate=0.05)
    fresh_far, fresh_logits = joint(4000, seed=2)
    alarms = int((rule.strangeness(fresh_far, fresh_logits, 2) > rule.threshold(2)).sum())
    low, high = rule.interval(2)
    assert binom.ppf(0.001, 4000, low) <= alarms <= binom.ppf(0.999, 4000, high)
    assert (rule.strangeness(fresh_far + 40, fresh_logits, 2) > rule.threshold(2)).all()
    assert (rule.strangeness(fresh_far, fresh_logits - 8, 2) > rule.threshold(2)).mean() > 0.99
    # What is near and meant is no stranger than what was held out.
    assert rule.strangeness(np.array([0.1]), np.array([[12.0, 0, 0]]), 2) == pytest.approx([0.0], abs=2)


def test_two_thirds_of_the_rate_are_for_doubt(space):
    far, logits = joint(20_000, seed=3)
    rule = make_joint_rule({1: (far, doubt_of(logits))}, space=space, rate=0.06)
    by_far = (rule.strangeness(far, logits + 20, 1) > rule.threshold(1)).mean()
    by_doubt = (rule.strangeness(far * 0, logits, 1) > rule.threshold(1)).mean()
    assert by_far == pytest.approx(0.02, abs=0.005) and by_doubt == pytest.approx(0.04, abs=0.008)


def test_a_glitch_without_a_view_has_no_strangeness(space):
    far, logits = joint(100, seed=4)
    rule = make_joint_rule({1: (far, doubt_of(logits))}, space=space)
    assert np.isnan(rule.strangeness(np.array([np.nan]), logits[:1], 1)).all()
    # A label that stands for all else is no comfort.
    rule = make_joint_rule({1: (far, doubt_of(logits, [1]))}, space=space, not_known=[1])
    sure_of_nothing = np.array([[0.0, 12.0, 0.0]])
    assert rule.strangeness(far[:1], sure_of_nothing, 1)[0] > rule.threshold(1)


def test_distances_in_the_scale_of_each_label():
    """A wide and two narrow labels: after scaling their own glitches are as far off in the middle; shrunk by ten."""
    rng = np.random.default_rng(5)
    numbers = np.arange(600) % 3
    spread = np.where(numbers == 2, 0.4, 0.1)[:, None, None]
    features = np.eye(DIMENSIONS)[numbers][:, None] + spread * rng.normal(size=(600, 1, DIMENSIONS))
    names = [NAMES[number] for number in numbers]
    space = fit_space(features[:300], names[:300], names=NAMES, axes=5)
    scaled = scaled_to_labels(space, features[300:], names[300:], names=NAMES, not_known=[1])
    own = distances(features[300:], both(300, 1), space)
    in_scale = distances(features[300:], both(300, 1), scaled)
    usual = np.median(own)
    for number in (0, 2):
        middle = np.median(own[numbers[300:] == number])
        expected = (100 * middle + 10 * usual) / 110
        assert scaled.scale[0, number] == pytest.approx(expected, rel=0.05)
    wide, narrow = numbers[300:] == 2, numbers[300:] == 0
    assert np.median(own[wide]) > 2 * np.median(own[narrow])
    assert np.median(in_scale[wide]) < 1.5 * np.median(in_scale[narrow])
    # Nothing is near the label that is not known.
    assert np.median(in_scale[numbers[300:] == 1]) > 2 * np.median(in_scale[narrow])
