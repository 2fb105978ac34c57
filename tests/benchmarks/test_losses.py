"""The comparison of losses: arms differ in what they say they do, see the same order, and are compared in pairs."""

from dataclasses import astuple

import numpy as np

from benchmarks.losses import ARMS, COLUMNS, _order, arm_named, table


def test_arms_differ_from_the_shipped_one_in_what_their_name_says():
    shipped = arm_named("shipped")
    assert shipped.pairs == 0 and astuple(arm_named("both").weights) == astuple(shipped.weights)
    for name in ("pairs", "contrast"):
        weights = arm_named(name).weights
        assert weights.picture == weights.glitch == 0 and weights.profile == shipped.weights.profile
    assert (
        arm_named("pairs").weights.contrast == 0 and arm_named("pairs").pairs == arm_named("contrast").weights.contrast
    )
    assert arm_named("names").weights.contrast == 0 and arm_named("names").weights.glitch == shipped.weights.glitch
    assert len({(astuple(arm_named(name).weights), arm_named(name).pairs) for name in ARMS}) == len(ARMS)


def test_every_glitch_comes_once_before_any_comes_again_in_one_order_a_seed():
    batches = _order(10, 3, 4)
    seen = np.concatenate([next(batches) for _ in range(5)])
    assert sorted(seen[:10]) == sorted(seen[10:]) == list(range(10))
    again = _order(10, 3, 4)
    assert np.array_equal(seen, np.concatenate([next(again) for _ in range(5)]))


def test_differences_are_of_the_same_glitches_and_seeds():
    right = {"plain near": [1, 1, 0, 0], "held out near": [1, 0, 0, 0], "held out probe": [1, 1, 1, 1]}
    worse = {**right, "plain near": [1, 0, 0, 0]}
    runs = {
        ("shipped", 0): {"steps": 9, "right": right},
        ("pairs", 0): {"steps": 8, "right": worse},
        # Of a seed that the shipped arm did not run nothing is said.
        ("pairs", 1): {"steps": 7, "right": right},
    }
    shipped, pairs = table(runs, COLUMNS)
    assert shipped.split()[:2] == ["shipped", "0.500"] and "steps 9" in shipped
    assert pairs.split()[:2] == ["pairs", "0.250"] and pairs.endswith("steps 8")
    # A quarter fewer; the interval is of four glitches and holds zero.
    assert "-25.0 (" in pairs and "+0.0 (" in pairs
