"""Labels of one's own have a colour each, as far as there are colours, and most keep their usual one."""

from collections import Counter

from core.dataset import SIGNS, label_colour, taxonomy_for
from core.dataset.label_colours import colours_for

OWN = [f"own {number}" for number in range(400)]
RED, GREEN, BLUE, PINK = "#ff0000", "#00c000", "#0000ff", "#ff4060"


def test_the_first_has_what_it_wishes_for_and_the_next_one_the_farthest_free_colour():
    found = colours_for({"a": RED, "b": RED, "c": GREEN}, [RED, GREEN, BLUE, PINK])
    # Green is wished for by c, and pink is nearly red.
    assert found == {"a": RED, "b": BLUE, "c": GREEN}
    assert list(found) == ["a", "b", "c"]


def test_a_free_colour_lies_far_from_the_fixed_ones_too():
    # Without blue in use it would be blue, as above.
    assert colours_for({"a": RED, "b": RED}, [RED, GREEN, BLUE], fixed=["#0808f0"])["b"] == GREEN


def test_more_labels_than_colours_share_them_evenly():
    found = colours_for(dict.fromkeys(OWN[:10], RED), [RED, GREEN, BLUE])
    assert sorted(Counter(found.values()).values()) == [3, 3, 4]


def test_no_labels_have_no_colours():
    assert colours_for({}, [RED]) == {} == colours_for({}, [])


def test_a_label_that_shares_its_usual_colour_with_nobody_keeps_it():
    usual = {name: label_colour(name) for name in OWN[:22]}
    counts = Counter(usual.values())
    taxonomy = taxonomy_for(usual)
    assert len({entry.colour for entry in taxonomy.entries}) == 22 > len(counts)
    for name, colour in usual.items():
        assert counts[colour] > 1 or taxonomy[name].colour == colour
    # Of those that share one, the first has it.
    assert Counter(entry.colour in counts for entry in taxonomy.entries)[False] <= 22 - len(counts)


def test_beside_the_classes_too_every_label_has_a_colour_of_its_own():
    entries = taxonomy_for(["Blip", *OWN[:48]]).entries
    assert len({entry.colour for entry in entries}) == len(entries)
    assert all(entry.colour == label_colour(entry.name) for entry in entries if entry.description)


def test_signs_tell_apart_what_shares_a_colour_until_both_are_used_up():
    entries = taxonomy_for(OWN).entries
    colours = {entry.colour for entry in entries}
    assert len(colours) == 48
    pairs = Counter((entry.colour, entry.sign) for entry in entries)
    assert len(pairs) == 48 * SIGNS and max(pairs.values()) == 2


def test_the_same_labels_have_the_same_colours_in_whatever_order_they_come():
    assert taxonomy_for(OWN[:60]) == taxonomy_for(OWN[:60][::-1])
