"""Labels, what they look like, what they are mistaken for, and their colours."""

import re
from itertools import combinations

import numpy as np
import pytest

from core.dataset import label_colour, taxonomy_for
from core.dataset.taxonomy import is_known_class

V1D1 = """
    1080Lines 1400Ripples Air_Compressor Blip Chirp Extremely_Loud Helix Koi_Fish Light_Modulation
    Low_Frequency_Burst Low_Frequency_Lines No_Glitch None_of_the_Above Paired_Doves Power_Line Repeating_Blips
    Scattered_Light Scratchy Tomte Violin_Mode Wandering_Line Whistle
""".split()  # noqa: SIM905 (22 lines as a list)


def rgb(colour):
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])


def contrast(one, other):
    """Contrast ratio of WCAG 2: (L1 + 0.05) / (L2 + 0.05)."""
    light = []
    for colour in (one, other):
        share = rgb(colour) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        light.append(float(linear @ [0.2126, 0.7152, 0.0722]))
    return (max(light) + 0.05) / (min(light) + 0.05)


def test_all_classes_have_descriptions_and_look_alikes():
    taxonomy = taxonomy_for(["Blip"])
    assert set(V1D1) | {"Blip_Low_Frequency", "Fast_Scattering"} <= set(taxonomy.names)
    for name in V1D1:
        assert taxonomy[name].description
    assert taxonomy["Tomte"].look_alikes == ("Blip", "Blip_Low_Frequency", "Koi_Fish")
    assert set(taxonomy["Whistle"].look_alikes) == {"Chirp", "Violin_Mode", "Wandering_Line"}
    assert taxonomy["No_Glitch"].look_alikes == ()


def test_look_alikes_go_both_ways():
    taxonomy = taxonomy_for(["Blip"])
    for entry in taxonomy.entries:
        for other in entry.look_alikes:
            assert entry.name in taxonomy[other].look_alikes


def test_unknown_labels_are_added_sorted_behind_the_known():
    taxonomy = taxonomy_for(["zebra", "Blip", "apple"])
    assert taxonomy.names[-2:] == ("apple", "zebra")
    assert "Chirp" in taxonomy
    assert "pear" not in taxonomy
    assert taxonomy["pear"].colour == label_colour("pear")


def test_a_data_set_of_other_things_gets_its_own_labels_only():
    assert taxonomy_for(["dog", "cat", "dog"]).names == ("cat", "dog")


def test_without_labels_the_known_classes_are_offered():
    assert set(V1D1) <= set(taxonomy_for([]).names)


def test_other_names_of_a_class_share_its_colour_and_description():
    taxonomy = taxonomy_for(["Crown"])
    assert is_known_class("Crown")
    assert taxonomy["Crown"].colour == taxonomy["Fast_Scattering"].colour
    assert taxonomy["Crown"].description == taxonomy["Fast_Scattering"].description
    assert "Scattered_Light" in taxonomy["Crown"].look_alikes


@pytest.mark.parametrize("name", [*V1D1, "Crown", "dog", "", "日本語", "a\udcffb"])
def test_colours_are_hexadecimal_and_the_same_in_every_data_set(name):
    assert re.fullmatch("#[0-9a-f]{6}", label_colour(name))
    for others in ([], ["Blip"], ["dog", "cat"]):
        assert taxonomy_for([name, *others])[name].colour == label_colour(name)


def test_an_unknown_label_keeps_its_colour_over_releases():
    assert label_colour("dog") == "#e848b8"


def test_known_colours_differ_from_each_other_and_from_gray():
    colours = [entry.colour for entry in taxonomy_for([]).entries]
    assert len(set(colours)) == len(colours)
    for one, other in combinations(colours, 2):
        # How far apart eyes see them is measured in tests/benchmarks/test_colours.py.
        assert np.abs(rgb(one) - rgb(other)).sum() >= 40, (one, other)
    for colour in colours:
        assert np.ptp(rgb(colour)) >= 50, colour


def test_colours_stand_out_on_white_and_on_dark_pages():
    many = [f"label {number}" for number in range(500)]
    for entry in taxonomy_for(["Blip", *many]).entries:
        assert contrast(entry.colour, "#ffffff") >= 2
        assert contrast(entry.colour, "#0e1117") >= 2


def test_unknown_labels_take_no_known_colour():
    known = {entry.colour for entry in taxonomy_for([]).entries}
    assert not known & {label_colour(f"label {number}") for number in range(500)}
