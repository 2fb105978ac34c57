"""What a typed label name means: a label that is there in another spelling, or one that it is close to."""

import pytest

from core.dataset.label_names import label_meant, labels_close_to

LABELS = ("Blip", "Power_Line", "Low_Frequency_Lines", "Wandering_Line", "1080Lines", "Blip_Low_Frequency")


@pytest.mark.parametrize("typed", ["Power_Line", "power line", "POWER-LINE", " powerline ", "\uff30ower_Line"])
def test_another_spelling_is_the_same_label(typed):
    assert label_meant(typed, LABELS) == "Power_Line"


@pytest.mark.parametrize("typed", ["", "  ", "_", "Power", "Power_Lines", "Crown"])
def test_another_name_is_no_label(typed):
    assert label_meant(typed, LABELS) is None


def test_a_beginning_or_a_word_of_a_label_is_close_to_it():
    assert labels_close_to("Power", LABELS)[0] == "Power_Line"
    assert labels_close_to("blip", LABELS)[:2] == ("Blip", "Blip_Low_Frequency")
    assert "Wandering_Line" in labels_close_to("line", LABELS)


def test_a_slip_of_the_finger_is_close():
    assert labels_close_to("Powr_Line", LABELS) == ("Power_Line",)


@pytest.mark.parametrize("typed", ["", "--", "Crown"])
def test_nothing_is_close_to_a_name_of_its_own(typed):
    assert labels_close_to(typed, LABELS) == ()


def test_at_most_three_are_named():
    assert len(labels_close_to("Line", tuple(f"Line_{number}" for number in range(9)))) == 3
