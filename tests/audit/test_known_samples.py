"""Known samples: decided ones where there are enough, else those where label and morphology agree; easy ones first."""

import numpy as np
import pandas as pd
import pytest

from core.audit.known_samples import FEWEST, TYPICAL, known_samples

BLIPS, TOMTES = 8, 6
COUNT = BLIPS + TOMTES
LABELS = np.array(["Blip"] * BLIPS + ["Tomte"] * TOMTES)
IN_SIGHT = 5


def suspects(**changed):
    """Blips and Tomtes that nothing speaks against: the later ones of each are the easier ones."""
    table = pd.DataFrame(
        {
            "label": LABELS,
            "suggested": np.where(LABELS == "Blip", "Tomte", "Blip"),
            "label_probability": 0.6 + 0.02 * np.arange(COUNT),
            "suggested_probability": 0.1,
            "chance_wrong": 0.01,
        }
    )
    for name, (row, value) in changed.items():
        table.loc[row, name] = value
    return table


def nearest(row):
    """Those with the same label first, in the order of the data."""
    others = [other for other in range(COUNT) if other != row]
    return sorted(others, key=lambda other: LABELS[other] != LABELS[row])[:IN_SIGHT]


def known(table=None, *, labels=LABELS, glitches=None, neighbours=None, decided=(), disputed=()):
    rows = np.arange(COUNT)
    return known_samples(
        suspects() if table is None else table,
        labels=labels,
        glitches=rows if glitches is None else glitches,
        neighbours=np.array([nearest(row) for row in rows]) if neighbours is None else neighbours,
        decided=np.isin(rows, decided),
        disputed=np.isin(rows, disputed),
    )


def test_all_are_known_where_nothing_speaks_against_them_the_easiest_first():
    found = known()
    assert list(found) == ["Blip", "Tomte"]
    assert list(found["Blip"].rows) == [7, 6, 5, 4, 3, 2, 1, 0] and not found["Blip"].checked
    assert list(found["Tomte"].rows) == [13, 12, 11, 10, 9, 8]
    assert list(found["Blip"].typical) == [7, 6, 5] and list(found["Blip"].asked) == [4, 3, 2, 1, 0]
    assert len(found["Blip"].typical) == TYPICAL


@pytest.mark.parametrize(
    "changed",
    [
        {"chance_wrong": (3, 0.06)},
        {"chance_wrong": (3, np.nan)},
        {"suggested_probability": (3, 0.7)},
        {"label": (3, "Whistle")},
    ],
)
def test_one_that_the_audit_doubts_is_not_known(changed):
    assert 3 not in known(suspects(**changed))["Blip"].rows


def test_one_among_others_is_not_known():
    neighbours = np.array([nearest(row) for row in range(COUNT)])
    # Four of five are enough, three are not.
    neighbours[2] = [0, 1, 3, 4, 8]
    neighbours[3] = [0, 1, 2, 8, 9]
    assert sorted(known(neighbours=neighbours)["Blip"].rows) == [0, 1, 2, 4, 5, 6, 7]


def test_a_rare_label_is_held_to_as_many_neighbours_as_it_can_have():
    labels = np.array(["Blip"] * 9 + ["Tomte"] * 5)
    table = suspects().assign(label=labels, suggested=np.where(labels == "Blip", "Tomte", "Blip"))
    rows = range(COUNT)
    # Ten in sight: each Tomte sees its four likes, then six blips.
    neighbours = np.array(
        [sorted((one for one in rows if one != row), key=lambda one: labels[one] != labels[row])[:10] for row in rows]
    )
    assert list(known(table, labels=labels, neighbours=neighbours)["Tomte"].rows) == [13, 12, 11, 10, 9]


def test_what_is_disputed_is_not_known_and_a_label_with_too_few_is_left_out():
    assert 3 not in known(disputed=[3])["Blip"].rows
    assert FEWEST == 5
    assert list(known(disputed=[8, 9])) == ["Blip"]


def test_views_of_a_glitch_count_once_and_are_no_neighbours_of_each_other():
    glitches = np.array([0, 0, 2, 3, 4, 5, 6, 7, *range(8, COUNT)])
    neighbours = np.array([nearest(row) for row in range(COUNT)])
    # Of the others that row 0 sees, two of three are Tomtes: its own second view says nothing.
    neighbours[0] = neighbours[1] = [1, 0, 2, 8, 9]
    found = known(glitches=glitches, neighbours=neighbours)["Blip"].rows
    assert list(found) == [7, 6, 5, 4, 3, 2]
    found = known(glitches=glitches)["Blip"].rows
    # The easier view stands for the glitch.
    assert list(found) == [7, 6, 5, 4, 3, 2, 1]


def test_what_people_decided_is_known_alone_where_it_is_enough():
    labels = LABELS.copy()
    # People say that two that were brought as Tomte, one of them doubted, are blips.
    labels[[8, 9]] = "Blip"
    table = suspects(suggested_probability=(8, 0.9))
    found = known(table, labels=labels, decided=[0, 1, 2, 8, 9])
    assert found["Blip"].checked
    # The one that the audit would call so is the easiest of them; the one that it would not comes last.
    assert list(found["Blip"].rows) == [2, 1, 0, 8, 9]
    assert "Tomte" not in found


def test_a_few_decisions_are_not_enough_and_stand_back():
    found = known(decided=[6, 7])["Blip"]
    assert not found.checked and list(found.rows) == [5, 4, 3, 2, 1, 0]


def test_a_sample_without_a_label_is_nobodys():
    labels = LABELS.copy()
    labels[0] = ""
    assert "" not in known(labels=labels) and 0 not in known(labels=labels)["Blip"].rows
