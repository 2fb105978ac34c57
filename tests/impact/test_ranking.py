"""Scores by given weights, places that are shared where families cannot be told apart, and what changes them."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.impact.columns.figure import Column, Figure, cannot
from core.impact.columns.table import CostTable, cost_table
from core.impact.rank_changes import tornado
from core.impact.ranking import cumulative_cost, rank_families, rank_moves, surely_more, weighable
from tests.impact.made import BEGIN, DAY, glitches, whole_days


def table_of(**columns):
    """A table of columns {family: (value, deviation)}."""
    families = tuple(next(iter(columns.values())))
    random = np.random.default_rng(0)
    made = []
    for key, figures in columns.items():
        own = {
            name: cannot("unknown here.")
            if one is None
            else Figure(one[0], one[0], one[0], draws=one[0] + one[1] * random.normal(size=500))
            for name, one in figures.items()
        }
        made.append(Column(key, key.capitalize(), "", "A column.", own))
    return CostTable("L1", families, tuple(made), 24.0, 5, {})


def test_the_score_is_the_weighted_mean_of_shares():
    table = table_of(rate={"A": (30, 0.1), "B": (10, 0.1)}, hours={"A": (1, 0.01), "B": (3, 0.01)})
    found = rank_families(table, {"rate": 3, "hours": 1})
    # A has 3/4 of the rate and 1/4 of the hours: 0.75 x 0.75 + 0.25 x 0.25.
    assert found.names == ("A", "B")
    assert found.families[0].score == pytest.approx(0.625)
    assert found.families[0].parts == pytest.approx({"rate": 0.5625, "hours": 0.0625})
    assert found.weights == {"rate": 0.75, "hours": 0.25}
    assert [one.place for one in found.families] == [1, 2]


def test_families_that_cannot_be_told_apart_share_a_place():
    table = table_of(rate={"A": (50, 1), "B": (20, 2), "C": (19, 2), "D": (5, 0.5)})
    found = rank_families(table, {"rate": 1})
    assert {one.family: one.place for one in found.families} == {"A": 1, "B": 2, "C": 2, "D": 4}
    assert [one.last_place for one in found.families] == [1, 3, 3, 4]
    second = found.families[1]
    assert (second.rank_low, second.rank_high) == (2, 3)


def test_places_never_fall_from_one_family_to_the_next():
    # C has a higher score than B and D, but is so steady that it alone is surely below A.
    found = rank_families(table_of(rate={"A": (50, 1), "B": (20, 30), "C": (25, 0.5), "D": (24, 20)}), {"rate": 1})
    places = [one.place for one in found.families]
    assert places == sorted(places) and found.names == ("A", "D", "B", "C")
    assert found.families[0].score > found.families[3].score > found.families[1].score
    # The drawn scores and the pairs follow the same order.
    assert found.apart[0, 3] and found.apart.sum() == 1
    assert found.draws.std(axis=0).argmin() in (0, 3)


def test_equal_families_are_seldom_told_apart():
    random = np.random.default_rng(3)
    apart = 0
    for _ in range(60):
        times = BEGIN + random.uniform(0, 10 * DAY, 400)
        made = glitches(times, random.choice(list("ABCD"), 400))
        apart += rank_families(cost_table(made, whole_days(10), detector="L1"), {"rate": 1}).apart.any()
    # At most 5 % of tables, give or take.
    assert apart <= 7


def test_a_family_twice_as_frequent_is_told_apart():
    random = np.random.default_rng(5)
    times = BEGIN + random.uniform(0, 10 * DAY, 600)
    made = glitches(times, ["A"] * 400 + ["B"] * 200)
    found = rank_families(cost_table(made, whole_days(10), detector="L1"), {"rate": 1})
    assert [one.place for one in found.families] == [1, 2]


def test_a_column_that_cannot_be_said_leaves_the_family_out_with_the_reason():
    table = table_of(rate={"A": (3, 1), "B": (2, 1), "C": None})
    found = rank_families(table, {"rate": 1})
    assert found.unranked == {"C": "Rate: unknown here."}
    assert "C" not in found.names


def test_differences_without_scatter():
    assert surely_more(np.tile([2.0, 1.0, 1.0], (10, 1))).tolist() == [
        [False, True, True],
        [False, False, False],
        [False, False, False],
    ]


@pytest.mark.parametrize(
    ("weights", "words"),
    [({}, "No column has a weight"), ({"rate": -1}, "give 0 or more"), ({"other": 1}, "no column other")],
)
def test_weights_that_mean_nothing(weights, words):
    with pytest.raises(GlitchAuditError, match=words):
        rank_families(table_of(rate={"A": (1, 1), "B": (2, 1)}), weights)


def test_one_family_alone_has_no_rank():
    with pytest.raises(GlitchAuditError, match="a ranking needs two"):
        rank_families(table_of(rate={"A": (1, 1)}), {"rate": 1})
    with pytest.raises(GlitchAuditError, match="0 for all families"):
        rank_families(table_of(rate={"A": (0, 0), "B": (0, 0)}), {"rate": 1})


def test_the_tornado_says_which_weight_changes_the_order():
    table = table_of(rate={"A": (6, 0.1), "B": (4, 0.1)}, hours={"A": (1, 0.1), "B": (2, 0.1)})
    # With equal weights A has (0.6 + 0.333) / 2 = 0.467, and B 0.533.
    bars = {bar.column: bar for bar in tornado(table, {"rate": 1, "hours": 1})}
    assert bars["hours"].first_without == "A"
    assert bars["hours"].swapped_without == 1
    assert bars["rate"].first_without == "B"
    # Twice the weight of the rate: A has (2 x 0.6 + 0.333) / 3 = 0.511.
    assert bars["rate"].first_doubled == "A"
    alone = tornado(table, {"rate": 1})
    assert alone[0].without == {}
    assert alone[0].reach == 0


def test_the_first_families_make_up_most():
    table = table_of(rate={"A": (50, 0.5), "B": (25, 0.5), "C": (15, 0.5), "D": (10, 0.5)})
    found = cumulative_cost(table, "rate")
    assert found.families == ("A", "B", "C", "D")
    assert found.share == pytest.approx([0.5, 0.75, 0.9, 1.0])
    assert (found.needed, found.needed_low, found.needed_high) == (3, 3, 3)
    assert found.sentence == "A, B and C are 90 % of rate."
    assert cumulative_cost(table, "rate", level=0.4).sentence == "A is 50 % of rate."
    assert cumulative_cost(table, "rate", level=0.95).sentence == "A, B, C and 1 more are 100 % of rate."
    with pytest.raises(GlitchAuditError, match="no values"):
        cumulative_cost(table_of(rate={"A": None}), "rate")


def test_a_column_that_is_the_same_for_all_families_weighs_nothing():
    table = table_of(rate={"A": (3, 1), "B": (2, 1)}, all={"A": (1, 0), "B": (1, 0)}, none={"A": (0, 0), "B": (0, 0)})
    shares = replace(table, columns=tuple(replace(one, unit="share") for one in table.columns))
    assert [one.key for one in weighable(shares)] == ["rate"]


def test_places_as_brought_and_now():
    brought = rank_families(table_of(rate={"A": (50, 1), "B": (20, 1)}), {"rate": 1})
    now = rank_families(table_of(rate={"B": (50, 1), "C": (20, 1)}), {"rate": 1})
    moves = {one.family: (one.brought, one.now) for one in rank_moves(brought, now)}
    assert moves == {"B": (2, 1), "C": (None, 2), "A": (1, None)}
