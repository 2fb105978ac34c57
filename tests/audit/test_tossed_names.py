"""Labels that lie among another label's as by a coin toss: noticed, and told from labels that merely have errors."""

import numpy as np
import pandas as pd
import pytest

from core.audit.known_samples import known_samples
from core.audit.tossed_names import LUCK, tossed_names
from core.space.neighbours import find_neighbours


def islands(rng, *sizes):
    """Round clouds of the given sizes, far from each other: vectors, and the number of each row's cloud."""
    cloud = np.repeat(np.arange(len(sizes)), sizes)
    centres = 5 * np.eye(len(sizes), 8)
    matrix = centres[cloud] + rng.normal(size=(len(cloud), 8))
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32), cloud


def near(matrix):
    return find_neighbours(matrix).indices


def test_names_tossed_for_one_island_are_noticed_and_no_others():
    missed = 0
    for seed in range(60):
        rng = np.random.default_rng([3, seed])
        matrix, cloud = islands(rng, 60, 60, 60)
        labels = np.array(["Blip", "Tomte", "Koi_Fish"])[cloud]
        labels[(cloud == 0) & (rng.random(len(cloud)) < 0.4)] = "Chirp"
        found = tossed_names(labels, np.arange(len(cloud)), near(matrix))
        assert found in (frozenset(), {"Blip", "Chirp"})
        missed += not found
    # One in a hundred is to be missed: more than four of sixty would come about once in 500 times.
    assert LUCK == 0.01 and missed <= 4


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_two_islands_with_labels_mixed_up_are_told_apart(share):
    rng = np.random.default_rng(5)
    matrix, cloud = islands(rng, 80, 80)
    wrong = rng.random(len(cloud)) < share
    labels = np.array(["Blip", "Tomte"])[np.where(wrong, 1 - cloud, cloud)]
    assert tossed_names(labels, np.arange(len(cloud)), near(matrix)) == frozenset()


def test_views_of_one_glitch_do_not_speak_for_its_label():
    rng = np.random.default_rng(8)
    matrix, cloud = islands(rng, 40)
    glitches = np.repeat(np.arange(40), 4)
    labels = np.where(rng.random(40) < 0.5, "Blip", "Chirp")
    views = np.repeat(matrix, 4, axis=0) + rng.normal(scale=0.001, size=(160, 8)).astype(np.float32)
    assert tossed_names(np.repeat(labels, 4), glitches, near(views)) == {"Blip", "Chirp"}
    assert len(cloud) == 40


@pytest.mark.parametrize("labels", [[], ["Blip"], ["", ""], ["Blip", ""], ["Blip", "Blip"]])
def test_too_little_to_compare_gives_nothing(labels):
    count = len(labels)
    neighbours = np.array([[other for other in range(count) if other != row] for row in range(count)], dtype=int)
    neighbours = neighbours.reshape(count, max(count - 1, 0))
    assert tossed_names(np.array(labels, dtype=str), np.arange(count), neighbours) == frozenset()


def test_of_tossed_names_only_decided_samples_are_known():
    rng = np.random.default_rng(11)
    matrix, cloud = islands(rng, 80, 40)
    labels = np.array(["Blip", "Tomte"])[cloud]
    labels[(cloud == 0) & (rng.random(len(cloud)) < 0.3)] = "Chirp"
    suspects = pd.DataFrame(
        {
            "label": labels,
            "suggested": "Koi_Fish",
            "label_probability": 0.8,
            "suggested_probability": 0.1,
            "chance_wrong": 0.01,
        }
    )
    nobody = np.zeros(len(labels), bool)
    given = {"labels": labels, "glitches": np.arange(len(labels)), "neighbours": near(matrix), "disputed": nobody}
    assert list(known_samples(suspects, decided=nobody, **given)) == ["Tomte"]
    blips = np.flatnonzero(labels == "Blip")[:6]
    checked = known_samples(suspects, decided=np.isin(np.arange(len(labels)), blips), **given)
    assert set(checked) == {"Blip", "Tomte"} and set(checked["Blip"].rows) == set(blips)
