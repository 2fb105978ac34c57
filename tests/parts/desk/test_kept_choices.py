"""What the address keeps of a choice: written as it is read, nothing where it is usual, nothing that cannot be."""

import pytest

from pages.parts.desk.kept_choices import Choice

LABELS = Choice("labels", [], ["Blip", "Tomte, or so", "1"])
CLUSTERS = Choice("clusters", [], [-1, 0, 7])
ORDER = Choice("order", "by chance", ("by chance", "by cluster"))
HIDE = Choice("hide", True)
CHANCE = Choice("chance", 0, range(0, 101, 5))
ENDS = Choice("ends", [0.0, 9.5])
DAYS = Choice("days", [0, 40], bounds=(0, 40))
SEED = Choice("seed", 0, bounds=(0, 99))
MASS = Choice("mass", 0.0, bounds=(0.0, 500.0))


@pytest.mark.parametrize(
    ("choice", "value"),
    [
        (LABELS, ["Tomte, or so", "1"]),
        (CLUSTERS, [-1, 7]),
        (ORDER, "by cluster"),
        (HIDE, False),
        (CHANCE, 95),
        (ENDS, [1.25, 9.5]),
        (DAYS, [3, 40]),
        (SEED, 99),
        (MASS, 30.0),
        (Choice("text", ""), 'été & "so" = 1'),
    ],
)
def test_what_is_written_is_read_again(choice, value):
    assert choice.text(value) and choice.value(choice.text(value)) == value


@pytest.mark.parametrize(
    ("choice", "value"),
    [(LABELS, []), (LABELS, ()), (ORDER, "by chance"), (HIDE, True), (ENDS, (0.0, 9.5))],
)
def test_what_is_usual_takes_no_place(choice, value):
    assert choice.text(value) == ""


@pytest.mark.parametrize(
    ("choice", "text", "value"),
    [
        (LABELS, '["Blip","gone"]', ["Blip"]),
        (LABELS, '"Blip"', []),
        (LABELS, "[", []),
        (LABELS, "[1,[2],null]", []),
        (CLUSTERS, "[7,8,true]", [7]),
        (ORDER, "by nothing", "by chance"),
        (HIDE, "0", True),
        (CHANCE, "96", 0),
        (CHANCE, "true", 0),
        (CHANCE, "", 0),
        (SEED, "-7", 0),
        (SEED, "100", 0),
        (SEED, "1.5", 0),
        (MASS, "1e99", 0.0),
        (MASS, "NaN", 0.0),
        (MASS, "-1", 0.0),
        (DAYS, "[50,-3]", [0, 40]),
        (DAYS, "[3,2]", [0, 40]),
        (DAYS, "[0,41]", [0, 40]),
        (DAYS, "[1]", [0, 40]),
        (DAYS, "[1,2,3]", [0, 40]),
        (DAYS, '[1,"2"]', [0, 40]),
        (DAYS, "[true,2]", [0, 40]),
    ],
)
def test_what_cannot_be_chosen_is_left_out(choice, text, value):
    assert choice.value(text) == value


def test_a_whole_number_will_do_where_any_number_will():
    assert MASS.value("30") == 30.0 and type(MASS.value("30")) is float


def test_a_choice_that_would_fill_the_address_is_left_out():
    assert Choice("text", "").text("a" * 2001) == ""


def test_two_widgets_never_share_one_list():
    first = LABELS.value("")
    first.append("Blip")
    assert LABELS.value("") == []
