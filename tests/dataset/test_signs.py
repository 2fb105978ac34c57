"""Labels of a data set whose colours look alike, to whatever eyes, have different signs."""

from itertools import combinations

import numpy as np

from benchmarks.colours import VISIONS, distances
from core.dataset import SIGNS, label_sign, taxonomy_for
from core.dataset.signs import TOO_NEAR, signs_for

OWN = [f"own {number}" for number in range(22)]


def too_near(entries):
    """Pairs of labels that some eyes do not tell apart by colour."""
    colours = [entry.colour for entry in entries]
    apart = np.min([distances(colours, vision) for vision in VISIONS], axis=0)
    return [(a, b) for a, b in combinations(range(len(colours)), 2) if apart[a, b] < TOO_NEAR]


def test_twenty_two_labels_of_ones_own_with_like_colours_differ_in_sign():
    entries = taxonomy_for(OWN).entries
    pairs = too_near(entries)
    assert len(pairs) > 10
    assert any(label_sign(OWN[a]) == label_sign(OWN[b]) for a, b in pairs), "by their usual signs they would not"
    assert all(entries[a].sign != entries[b].sign for a, b in pairs)


def test_the_classes_keep_their_signs_beside_labels_of_ones_own():
    taxonomy = taxonomy_for(["Blip", *OWN])
    known = [entry for entry in taxonomy.entries if entry.name not in OWN]
    assert [entry.sign for entry in known] == [label_sign(entry.name) for entry in known]
    assert all(taxonomy.entries[a].sign != taxonomy.entries[b].sign for a, b in too_near(taxonomy.entries))


def test_the_same_labels_have_the_same_signs_in_whatever_order_they_come():
    signs = {entry.name: entry.sign for entry in taxonomy_for(OWN).entries}
    assert signs == {entry.name: entry.sign for entry in taxonomy_for(OWN[::-1]).entries}
    assert set(signs.values()) <= set(range(SIGNS))


def test_a_label_has_the_sign_it_wishes_for_until_a_like_colour_has_it():
    colours = {"a": "#ff0000", "b": "#0000ff", "c": "#fe0000", "d": "#ff0001"}
    found = signs_for(colours, {"a": 1}, {"b": 1, "c": 1, "d": 1}, count=4)
    # Blue is far from red for all eyes. Both other reds give way, to signs that no red has: 2 has nothing, then 3.
    assert found == {"a": 1, "b": 1, "c": 2, "d": 3}


def test_more_labels_of_one_colour_than_signs_share_the_signs_evenly():
    names = [str(number) for number in range(8)]
    found = signs_for(dict.fromkeys(names, "#ff0000"), {}, dict.fromkeys(names, 0), count=4)
    assert sorted(found.values()) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_no_labels_have_no_signs():
    assert signs_for({}, {}, {}, count=4) == {}
