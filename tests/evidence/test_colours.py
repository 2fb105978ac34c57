"""Colours of points: the taxonomy's for labels, steps of equal shares for numbers, gray for what is missing."""

import numpy as np
import pandas as pd

from core.dataset import label_colour, taxonomy_for
from core.evidence.colours import (
    MISSING_COLOUR,
    OTHERS_NAME,
    STATE_COLOURS,
    cluster_name,
    cluster_number,
    colour_by_chance,
    colour_by_cluster,
    colour_by_column,
    colour_by_label,
    colour_by_mine,
    colour_by_state,
)


def colours_of(colouring):
    return [colouring.palette[slot] for slot in colouring.index]


def test_a_label_has_the_taxonomys_colour():
    labels = pd.Series(["Blip", "Tomte", "Blip"])
    found = colours_of(colour_by_label(labels, taxonomy_for(["Blip", "Tomte"])))
    assert found == [label_colour("Blip"), label_colour("Tomte"), label_colour("Blip")]


def test_labels_stand_in_the_order_of_the_taxonomy_with_its_signs_however_common_they_are():
    labels = pd.Series(["zebra", "Tomte", "Tomte", "Blip", "apple"])
    taxonomy = taxonomy_for(["Blip", "Tomte"])
    colouring = colour_by_label(labels, taxonomy)
    assert colouring.names == ("Blip", "Tomte", "apple", "zebra")
    assert colouring.signs == tuple(taxonomy[name].sign for name in colouring.names)
    assert [colouring.names[slot] for slot in colouring.index] == labels.tolist()


def test_no_two_labels_of_ones_own_share_a_colour_on_the_map_while_there_are_enough():
    labels = pd.Series([f"own {number}" for number in range(48)])
    assert labels.map(label_colour).nunique() == 34, "by their names alone 14 would share one"
    colouring = colour_by_label(labels, taxonomy_for(labels))
    assert len(set(colouring.palette)) == 48


def test_beyond_the_palette_signs_tell_labels_of_one_colour_apart():
    labels = pd.Series([f"own {number}" for number in range(100)])
    colouring = colour_by_label(labels, taxonomy_for(labels))
    assert len(set(colouring.palette)) == 48
    assert len(set(zip(colouring.palette, colouring.signs, strict=True))) == 100


def test_clusters_stand_by_number_and_noise_last():
    colouring = colour_by_cluster(np.array([10, 10, -1, -1, -1, 2]))
    assert colouring.names == ("cluster 2", "cluster 10", "noise")
    assert colouring.signs == ()


def test_states_stand_in_the_order_in_which_they_come_about():
    colouring = colour_by_state(pd.Series(["decided", "decided", "in review", "open"]))
    assert colouring.names == ("open", "in review", "decided")


def test_noise_is_gray_and_a_clusters_colour_does_not_depend_on_the_others():
    some, all_of_them = colour_by_cluster(np.array([3, -1])), colour_by_cluster(np.array([0, 1, 2, 3, -1]))
    assert colours_of(some)[0] == colours_of(all_of_them)[3]
    assert colours_of(some)[1] == MISSING_COLOUR


def test_cluster_names_lead_back_to_their_numbers():
    assert [cluster_number(cluster_name(number)) for number in (-1, 0, 17)] == [-1, 0, 17]


def test_numbers_are_cut_into_steps_of_equal_shares():
    colouring = colour_by_column(pd.Series(np.arange(100.0) ** 3))
    assert np.bincount(colouring.index).tolist() == [10] * 10
    assert (np.diff(colouring.index.astype(int)) >= 0).all()


def test_a_missing_number_is_gray():
    values = pd.Series([*np.arange(50.0), np.nan, np.inf])
    assert colours_of(colour_by_column(values))[-2:] == [MISSING_COLOUR, MISSING_COLOUR]


def test_a_column_of_one_value_has_one_colour():
    assert len(colour_by_column(pd.Series([5.0] * 4)).palette) == 1


def test_beyond_256_names_the_rare_ones_share_a_slot():
    names = pd.Series([f"name {number}" for number in range(400)] + ["name 399"] * 5)
    colouring = colour_by_column(names)
    assert len(colouring.palette) == 256
    assert colouring.names[-1] == OTHERS_NAME
    assert colouring.names[0] == "name 399"


def test_chances_have_ten_equal_steps_and_unknown_ones_are_gray():
    colouring = colour_by_chance(pd.Series([0.0, 0.05, 0.55, 1.0, np.nan]))
    assert [colouring.names[slot] for slot in colouring.index] == [
        *("0 to 10 %", "0 to 10 %", "50 to 60 %", "90 to 100 %", "unknown"),
    ]
    assert colours_of(colouring)[-1] == MISSING_COLOUR
    assert len(set(colouring.palette)) == 11


def test_a_state_has_its_own_colour():
    colouring = colour_by_state(pd.Series(["open", "decided", "conflict", "in review", "reopened"]))
    assert colours_of(colouring) == [
        STATE_COLOURS[name] for name in ("open", "decided", "conflict", "in review", "reopened")
    ]
    assert len(set(STATE_COLOURS.values())) == 5


def test_what_is_not_mine_is_gray():
    assert colours_of(colour_by_mine(np.array([True, False]))) == ["#e8590c", MISSING_COLOUR]
