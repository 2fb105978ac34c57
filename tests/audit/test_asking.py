"""Which suspect to ask about next: what each order goes by."""

import numpy as np
import pandas as pd
import pytest

from core.audit.asking import ALIKE_WRONG, DOUBT, OTHERS_MOVED, RARITY, with_priorities
from core.audit.queue import (
    LIKE_WRONG,
    MOST_INFORMATIVE,
    MOST_SUSPECT,
    MOST_UNCERTAIN,
    ORDERS,
    RARE_FIRST,
    QueueFilters,
    suspect_queue,
)
from core.space.neighbours import Neighbours

ROWS = [("a", "Blip", "Tomte", 5.0, 0.9), ("b", "Blip", "Chirp", 4.0, 0.5), ("c", "Chirp", "Blip", 3.0, 0.6)]
REST = [("d", "Blip", "Tomte", 0.0, 0.0), ("e", "Tomte", "Blip", 0.0, 0.0), ("f", "Tomte", "Blip", 0.0, 0.0)]


@pytest.fixture
def entries():
    table = pd.DataFrame(ROWS + REST, columns=["sample_id", "label", "suggested", "score", "chance_wrong"])
    table = table.set_index("sample_id")
    return table.assign(flagged=table["chance_wrong"] >= 0.5, cluster=0, glitch=table.index, detector="")


@pytest.fixture
def asked(entries):
    # Only b is a neighbour of somebody in doubt, of a and of c.
    indices = np.array([[1], [3], [1], [4], [5], [4]])
    neighbours = Neighbours(indices=indices, distances=np.zeros((6, 1), np.float32), fingerprint="n")
    rows = {name: row for row, name in enumerate(entries.index)}
    return with_priorities(entries, table=entries, neighbours=neighbours, row_of=rows)


def test_each_order_goes_by_what_it_says(asked):
    orders = {name: "".join(suspect_queue(asked, QueueFilters(), order=name).index) for name in ORDERS}
    assert orders[MOST_SUSPECT] == "abc"
    assert orders[MOST_UNCERTAIN] == "bca"
    # One Chirp, two Tomtes, three Blips; of b and c, both of which may be a Chirp, b is the more suspect.
    assert orders[RARE_FIRST] == "bca"
    assert orders[MOST_INFORMATIVE] == "bac"
    # Nothing was decided yet: it begins with what most can be learnt from.
    assert orders[LIKE_WRONG] == orders[MOST_INFORMATIVE]


def test_how_many_others_would_change_is_the_chance_times_their_doubt(asked):
    doubt_of_a, doubt_of_c = 4 * 0.9 * 0.1, 4 * 0.6 * 0.4
    assert asked.loc["b", OTHERS_MOVED] == pytest.approx(0.5 * (doubt_of_a + doubt_of_c))
    assert asked.loc["a", OTHERS_MOVED] == 0
    assert asked.loc["c", DOUBT] == pytest.approx(-0.1)
    assert asked.loc["e", RARITY] == -2


def test_what_was_learnt_is_kept(entries):
    learnt = entries.assign(**{ALIKE_WRONG: [0.0, 1.0, 2.0, 0.0, 0.0, 0.0]})
    found = with_priorities(learnt, table=learnt, neighbours=None, row_of={})
    assert "".join(suspect_queue(found, QueueFilters(), order=LIKE_WRONG).index) == "cba"
    assert found[OTHERS_MOVED].isna().all()
    assert "".join(suspect_queue(found, QueueFilters(), order=MOST_INFORMATIVE).index) == "abc"
