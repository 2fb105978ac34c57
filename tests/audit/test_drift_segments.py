"""Segments of a curve: where they are cut, what they count, what they suggest."""

from itertools import combinations

import numpy as np
import pytest

from core.audit.drift import CHANGE_POINTS, THIRDS, order_along, segment_of, segments
from core.audit.drift.cutting import KEEP, LOOK, change_points
from core.audit.drift.model import DriftParams
from core.errors import GlitchAuditError
from core.statistics.entropy import entropy_bits
from core.statistics.intervals import wilson_interval


def line(make_input, labels, *, glitches=None):
    points = np.column_stack([np.linspace(0, 1, len(labels)), np.full(len(labels), 10.0)])
    case = make_input(points, labels, glitches=glitches)
    return case, order_along(case, np.arange(len(labels)), params=DriftParams(shuffles=1, subsamples=1))


def cheapest_by_trying(labels, least):
    """All ways of cutting, by brute force: the least description length."""
    labels = np.asarray(labels)
    names = np.unique(labels)

    def cost(part):
        bits = len(part) * entropy_bits([np.sum(part == name) for name in names])
        return bits * np.log(2) + np.log(len(labels)) + (len(names) - 1) / 2 * np.log(len(part))

    best = (np.inf, ())
    for cuts in range(4):
        for places in combinations(range(least, len(labels)), cuts):
            parts = np.split(labels, places)
            if all(len(part) >= least for part in parts):
                best = min(best, (sum(map(cost, parts)), places))
    return list(best[1])


def test_a_clean_step_is_found_where_it_is():
    assert change_points(["Blip"] * 23 + ["Whistle"] * 31).tolist() == [23]


def test_cuts_are_the_cheapest_there_are():
    rng = np.random.default_rng(1)
    for _ in range(5):
        shares = np.repeat([0.05, 0.5, 0.95], [12, 14, 10])
        labels = np.where(rng.random(36) < shares, "Whistle", "Blip")
        assert change_points(labels).tolist() == cheapest_by_trying(labels, 5)


def test_random_labels_are_rarely_cut():
    rng = np.random.default_rng(2)
    cut = sum(len(change_points(rng.choice(["Blip", "Tomte"], 120))) > 0 for _ in range(200))
    assert cut <= 0.05 * 200


def test_a_short_stretch_of_tossed_labels_between_two_pure_ones_is_found_in_most_curves():
    """As the demo's drift is planted: labels fail with a chance that peaks at 0.6 in the middle of sixty samples."""
    rng = np.random.default_rng(4)
    place = (np.arange(60) + 0.5) / 60
    true = np.where(place < 0.5, "Repeating_Blips", "Low_Frequency_Burst")
    found = beside = 0
    for _ in range(100):
        fails = rng.random(60) < 0.6 * np.exp(-(((place - 0.5) / 0.2) ** 2))
        found += len(change_points(np.where(fails, rng.choice(["Blip", "Tomte"], 60), true))) == 2
        # Without a stretch of its own: as many failures, wherever they fall.
        beside += len(change_points(np.where(rng.permutation(fails), "Blip", true))) == 2
    assert found >= 55 and beside <= 10


def test_rare_labels_do_not_hide_a_step():
    labels = np.array(["Blip"] * 50 + ["Whistle"] * 50)
    labels[[3, 30, 55, 80]] = ["Chirp", "Helix", "Tomte", "Scratchy"]
    assert change_points(labels).tolist() == [50]


def test_one_label_and_few_samples_are_not_cut():
    assert (
        len(change_points(["Blip"] * 100)) == len(change_points(["Blip", "Tomte"] * 4)) == len(change_points([])) == 0
    )


def test_views_of_one_glitch_are_less_evidence():
    labels = np.repeat(["Blip", "Tomte", "Blip", *["Tomte"] * 7], 4)
    assert len(change_points(labels, weight=1)) > len(change_points(labels, weight=0.25)) == 0


def test_a_long_curve_is_cut_near_its_step():
    labels = np.repeat(["Blip", "Whistle"], [1700, 2300])
    assert np.abs(change_points(labels) - 1700).tolist() == pytest.approx([0], abs=4)


def test_thirds_hold_equally_many(make_input):
    case, drift = line(make_input, ["Blip"] * 302)
    parts = segments(case, drift, how=THIRDS)
    assert [len(part.sample_ids) for part in parts] == [101, 101, 100]
    assert sum((part.sample_ids for part in parts), ()) == drift.sample_ids


@pytest.mark.parametrize("how", [CHANGE_POINTS, THIRDS])
@pytest.mark.parametrize("count", [1, 2])
def test_very_short_curves_have_segments_too(make_input, how, count):
    case = make_input(np.eye(3)[:count], ["Blip", "Chirp"][:count])
    parts = segments(case, order_along(case, np.arange(count)), how=how)
    assert sum(len(part.sample_ids) for part in parts) == count


def test_a_segment_counts_by_hand(make_input):
    labels = ["Blip"] * 7 + ["Whistle"] * 2 + ["Chirp"]
    case, drift = line(make_input, labels)
    suspicion = np.array([0.1] * 7 + [0.9, 0.6, 0.3])
    part = segment_of(case, drift, np.arange(10), suspicion=suspicion)
    assert dict(part.label_counts) == {"Blip": 7, "Whistle": 2, "Chirp": 1}
    assert (part.top_label, part.differing) == ("Blip", 0.3)
    assert (part.differing_low, part.differing_high) == pytest.approx(wilson_interval(3, 10))
    assert part.expected_wrong == pytest.approx(0.25) == part.error_rate
    assert (part.expected_wrong_low, part.expected_wrong_high) == pytest.approx(wilson_interval(2.5, 10))
    assert part.error_interval == (part.expected_wrong_low, part.expected_wrong_high)
    assert (part.start, part.stop) == (0.0, 1.0)
    assert set(part.differing_ids) == set(case.samples.index[7:])


def test_views_of_one_glitch_widen_the_interval(make_input):
    labels = ["Blip"] * 16 + ["Whistle"] * 4
    case, drift = line(make_input, labels, glitches=np.repeat(np.arange(5), 4))
    part = segment_of(case, drift, np.arange(20))
    assert part.glitches == 5 and part.differing == 0.2
    assert (part.differing_low, part.differing_high) == pytest.approx(wilson_interval(1, 5))


def test_without_suspicion_the_error_rate_is_that_of_other_labels(make_input):
    case, drift = line(make_input, ["Blip"] * 8 + ["Whistle"] * 2)
    part = segment_of(case, drift, np.arange(10))
    assert np.isnan(part.expected_wrong)
    assert (part.error_rate, part.error_interval) == (0.2, (part.differing_low, part.differing_high))


@pytest.mark.parametrize(
    ("labels", "chances", "suggestion"),
    [
        (["Blip"] * 20, None, KEEP),
        (["Blip"] * 18 + ["Whistle"] * 2, None, "relabel the 2 others to Blip"),
        (["Blip"] * 18 + ["Whistle"] * 2, [0.1] * 18 + [0.9, 0.7], "relabel the 2 others to Blip"),
        (["Blip"] * 18 + ["Whistle"] * 2, [0.1] * 18 + [0.1, 0.2], LOOK),
        (["Blip"] * 11 + ["Whistle"] * 9, None, LOOK),
    ],
    ids=[
        "one label",
        "a few others",
        "others are suspect",
        "nobody is sure of the others",
        "no clear majority",
    ],
)
def test_what_a_segment_suggests(make_input, labels, chances, suggestion):
    case, drift = line(make_input, labels)
    suspicion = None if chances is None else np.asarray(chances)
    assert segment_of(case, drift, np.arange(20), suspicion=suspicion).suggestion == suggestion


def test_a_handful_gets_no_suggestion_but_to_look(make_input):
    case, drift = line(make_input, ["Blip"] * 20)
    assert segment_of(case, drift, np.arange(3)).suggestion == LOOK
    assert segment_of(case, drift, np.arange(5)).suggestion == KEEP


def test_an_unknown_way_to_cut_and_an_empty_segment_are_one_sentence(make_input):
    case, drift = line(make_input, ["Blip"] * 6)
    with pytest.raises(GlitchAuditError, match="change points or thirds"):
        segments(case, drift, how="halves")
    with pytest.raises(GlitchAuditError, match="at least one sample"):
        segment_of(case, drift, np.zeros(0, int))
