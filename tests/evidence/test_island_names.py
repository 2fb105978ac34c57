"""The names of the islands: the commonest label at the middle of each cluster."""

import numpy as np
import pandas as pd

from core.evidence.island_names import island_names


def ring(count, centre=(0.0, 0.0)):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) + centre


def test_a_cluster_goes_by_its_commonest_label_and_its_share_where_they_are_mixed():
    labels = pd.Series(["Blip"] * 10 + ["Whistle"] * 5 + ["Koi_Fish"] * 3)
    clusters = np.repeat([3, 7], [10, 8])
    names = island_names(ring(18), clusters, labels)
    assert [(name.cluster, name.text, name.samples) for name in names] == [(3, "Blip", 10), (7, "Whistle 62 %", 8)]


def test_two_clusters_of_one_label_have_a_name_each_and_noise_has_none():
    clusters = np.repeat([0, 1, -1], [4, 5, 6])
    names = island_names(ring(15), clusters, pd.Series(["Blip"] * 15))
    assert [(name.cluster, name.text) for name in names] == [(1, "Blip"), (0, "Blip")]


def test_a_name_stands_at_a_sample_of_its_cluster_near_the_middle():
    places = np.concatenate([ring(20, (5, 5)), [[5.1, 5.0]], ring(6, (40, 0))])
    clusters = np.repeat([0, 1], [21, 6])
    first, other = island_names(places, clusters, pd.Series(["Blip"] * 27))
    assert first.row == 20
    assert clusters[other.row] == 1
    left, right, bottom, top = first.bounds
    assert 4 <= left < 5 < right <= 6 and 4 <= bottom < 5 < top <= 6


def test_only_what_the_filters_leave_is_named():
    clusters = np.repeat([0, 1], [6, 6])
    labels = pd.Series(["Blip", "Whistle"] * 6)
    visible = (labels == "Whistle").to_numpy() & (clusters == 1)
    (name,) = island_names(ring(12), clusters, labels, visible=visible)
    assert (name.cluster, name.text, name.samples) == (1, "Whistle", 3)
    assert visible[name.row]
    assert island_names(ring(12), clusters, labels, visible=np.zeros(12, bool)) == ()


def test_missing_labels_and_no_samples_do_no_harm():
    assert island_names(np.zeros((0, 2)), np.zeros(0, int), pd.Series([], dtype=object)) == ()
    (name,) = island_names(np.zeros((2, 2)), np.zeros(2, int), pd.Series([None, None]))
    assert name.text == "no label"


def test_noise_that_lies_apart_from_all_clusters_is_an_island_with_a_name():
    here, between, there = ring(8), ring(3, (0, 1)), ring(6, (40, 0)) / [1, 20]
    places = np.concatenate([here, between, there])
    clusters = np.repeat([0, -1, -1], [8, 3, 6])
    labels = pd.Series(["Blip"] * 11 + ["Whistle"] * 4 + ["Tomte"] * 2)
    names = island_names(places, clusters, labels)
    assert [(name.cluster, name.text, name.samples) for name in names] == [(0, "Blip", 8), (-1, "Whistle 67 %", 6)]
    assert names[1].row >= 11
    few = np.delete(places, 16, axis=0), np.delete(clusters, 16), labels[:16]
    assert len(island_names(*few)) == 2
    fewer = np.delete(places, [15, 16], axis=0), np.delete(clusters, [15, 16]), labels[:15]
    assert [name.text for name in island_names(*fewer)] == ["Blip"]


def test_samples_that_all_lie_in_one_place_have_no_islands_of_noise():
    assert island_names(np.ones((9, 2)), np.full(9, -1), pd.Series(["Blip"] * 9)) == ()
