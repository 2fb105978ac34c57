"""The labels' colours are told apart by all eyes, and those that lie closest have different signs."""

from itertools import combinations

import numpy as np
import pytest

from benchmarks.colours import VISIONS, distances, linear, seen
from core.dataset import SIGNS, label_sign, taxonomy_for

LEAST = {"all colours": 7.5, "protanopia": 5.5, "deuteranopia": 5.5, "tritanopia": 5.5}
LEAST_OF_LIKES, LEAST_OF_ONE_SIGN = 11, 11
LABELS = taxonomy_for([])


def apart(vision):
    found = distances([entry.colour for entry in LABELS.entries], vision)
    return {(LABELS.names[a], LABELS.names[b]): found[a, b] for a, b in combinations(range(len(found)), 2)}


def test_oklab_and_the_simulation_against_published_values():
    assert seen(linear(["#ff0000"]), "all colours")[0] == pytest.approx([62.80, 22.49, 12.58], abs=0.02)
    for vision in VISIONS:
        # White and black look as they are, and gray stays gray.
        assert seen(linear(["#ffffff", "#000000"]), vision) == pytest.approx(np.diag([100, 0, 0])[:2], abs=0.1)
    red_and_green = ["#d04040", "#808020"]
    assert distances(red_and_green, "deuteranopia")[0, 1] < distances(red_and_green, "all colours")[0, 1] / 2


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_labels_look_the_same(vision):
    pairs = apart(vision)
    closest = min(pairs, key=pairs.get)
    assert pairs[closest] >= LEAST[vision], closest


@pytest.mark.parametrize("vision", VISIONS)
def test_labels_that_are_mistaken_for_each_other_lie_far_apart(vision):
    for pair, distance in apart(vision).items():
        if pair[1] in LABELS[pair[0]].look_alikes:
            assert distance >= LEAST_OF_LIKES, pair


@pytest.mark.parametrize("vision", VISIONS)
def test_labels_of_one_sign_lie_far_apart(vision):
    for pair, distance in apart(vision).items():
        if label_sign(pair[0]) == label_sign(pair[1]):
            assert distance >= LEAST_OF_ONE_SIGN, pair


def test_every_sign_is_used_and_a_label_of_ones_own_keeps_its():
    assert {label_sign(name) for name in LABELS.names} == set(range(SIGNS))
    assert label_sign("dog") == label_sign("dog") < SIGNS
    assert label_sign("Crown") == label_sign("Fast_Scattering")
