"""How many labels are wrong in all, from a random sample that people judge."""

import numpy as np
import pandas as pd
import pytest

from core.audit.queue import ORDERS, RANDOM_SAMPLE, QueueFilters, offered_orders, suspect_queue
from core.audit.total_wrong import (
    FLAGGED,
    NEAR,
    REST,
    asking_drawn,
    permanent_number,
    strata,
    total_of_counts,
    total_sentence,
    total_wrong,
    with_drawn,
)


def entries(count=400, flagged=20, seed=0):
    score = np.random.default_rng(seed).normal(size=count)
    names = [f"g{row}" for row in range(count)]
    return pd.DataFrame(
        {
            "glitch": names,
            "score": score,
            "flagged": score >= np.sort(score)[count - flagged] if flagged else np.zeros(count, bool),
            "suggested": "Tomte",
            "label": "Blip",
        },
        index=names,
    )


def judged(names, verdicts):
    return pd.DataFrame({"verdict": verdicts}, index=list(names))


def in_turn(drawn):
    return list(drawn[drawn["drawn"]].sort_values("drawn_rank", ascending=False).index)


def test_strata_are_the_flagged_the_most_suspect_fifth_of_the_others_and_the_rest():
    score = np.array([9, 8, 7, np.nan, 1, 2, 3, 4, 5, 6, 0, 0.5])
    flagged = score > 7
    found = strata(flagged, score)
    assert list(np.flatnonzero(found == FLAGGED)) == [0, 1]
    # A fifth of ten.
    assert list(np.flatnonzero(found == NEAR)) == [2, 9]
    assert (found == REST).sum() == 8 and found[3] == REST


def test_what_is_drawn_hangs_on_the_names_alone_within_a_stratum():
    first = with_drawn(entries())
    moved = entries()
    rest = first["stratum"] == REST
    moved.loc[rest, "score"] = moved.loc[rest, "score"].to_numpy()[::-1]
    again = with_drawn(moved.sample(frac=1, random_state=1))
    assert in_turn(first) == in_turn(again)
    assert first["drawn"].sum() == 200
    numbers = [permanent_number(f"g{row}") for row in range(4000)]
    assert abs(np.mean(numbers) - 0.5) < 0.02 and min(numbers) >= 0 and max(numbers) < 1


def test_any_first_part_holds_all_strata_and_few_samples_are_all_drawn():
    found = with_drawn(entries())
    assert list(found.loc[in_turn(found)[:5], "stratum"]) == [NEAR, REST, FLAGGED, NEAR, REST]
    small = with_drawn(entries(count=7, flagged=0))
    assert small["drawn"].all() and len(set(small["drawn_rank"])) == 7
    assert with_drawn(entries().iloc[:0]).empty


def test_the_total_is_each_stratums_share_blown_up():
    # 2 of 4 flagged, 3 of 10 and 1 of 20: 10 * 2/4 + 100 * 3/10 + 400 * 1/20 = 5 + 30 + 20.
    counts = np.array([(10, 2, 2, 4), (100, 3, 7, 10), (400, 1, 19, 20)])
    found = total_of_counts(counts)
    assert found.total == pytest.approx(55)
    assert (found.size, found.answered, found.found, found.unsure, found.missing) == (510, 34, 6, 0, 0)
    assert total_sentence(found, order=RANDOM_SAMPLE).endswith("2 of 4 flagged ones were wrong, and 4 of 30 others.")
    # At least those that were found, at most all but those that are right.
    assert 6 <= found.low < 55 < found.high <= 510 - 28


def test_where_all_are_judged_the_total_is_known():
    found = total_of_counts(np.array([(5, 3, 2, 5), (10, 1, 9, 10), (20, 0, 20, 20)]))
    assert (found.low, found.total, found.high) == (4, 4, 4)
    assert total_sentence(found, order=RANDOM_SAMPLE) == "All 35 labels were judged: 4 wrong."


def test_no_clear_answer_counts_as_right_in_the_low_end_and_as_wrong_in_the_high_one():
    found = total_of_counts(np.array([(5, 3, 2, 5), (10, 1, 7, 10), (20, 0, 20, 20)]))
    assert found.unsure == 2
    assert (found.low, found.high) == (4, 6) and found.total == pytest.approx(4 + 2 / 8)


def test_too_few_answers_give_no_total_but_how_many_more():
    found = total_of_counts(np.array([(10, 1, 1, 2), (100, 2, 1, 3), (400, 0, 2, 2)]))
    # One more of the first stratum and of the last; but ten in all.
    assert found.total is None and found.missing == 3
    said = total_sentence(found, order=RANDOM_SAMPLE)
    assert f"Choose the order “{RANDOM_SAMPLE}” and judge 3 more of it (7 so far)" in said
    in_order = total_sentence(found, order=RANDOM_SAMPLE, chosen=True)
    assert "a random sample tells. Judge 3 more of it (7 so far);" in in_order and "order" not in in_order
    nothing = total_of_counts(np.array([(0, 0, 0, 0), (100, 0, 0, 0), (400, 0, 0, 0)]))
    assert nothing.total is None and nothing.missing == 10
    empty = total_of_counts(np.zeros((3, 4), int))
    assert empty.missing == 1 or empty.total == 0


def test_only_the_part_before_the_first_open_one_counts_whatever_else_was_judged():
    drawn = with_drawn(entries())
    order = in_turn(drawn)
    found = total_wrong(drawn, judged(order[:30], ["keep"] * 30))
    assert found.answered == 30 and found.found == 0
    # Every flagged one was judged in the queue and was wrong; the most suspect of the others were looked at as well.
    flagged = list(drawn.index[drawn["flagged"]])
    others = [name for name in order[150:] if name not in flagged]
    everything = judged([*order[:30], *flagged, *others], ["keep"] * 30 + ["accept"] * 20 + ["accept"] * len(others))
    some_flagged = len(set(order[:30]) & set(flagged))
    found = total_wrong(drawn, everything)
    # Two people contradict each other about those of the first thirty that are flagged.
    assert found.answered == 24 + 20 and found.unsure == some_flagged == 6 and found.found == 14


def test_who_settled_it_outweighs_who_was_unsure():
    drawn = with_drawn(entries(count=12, flagged=0))
    names = list(drawn.index)
    found = total_wrong(drawn, judged([*names, *names[:4]], ["unsure"] * 4 + ["keep"] * 8 + ["accept"] * 4))
    assert (found.total, found.low, found.high, found.unsure) == (4, 4, 4, 0)


def test_a_random_sample_is_an_order_of_the_queue_and_suggests_nothing_of_what_is_not_flagged():
    plain = entries()
    asked = asking_drawn(plain, with_drawn(plain))
    assert offered_orders(asked)[-1] == RANDOM_SAMPLE and RANDOM_SAMPLE not in offered_orders(plain)
    assert RANDOM_SAMPLE not in ORDERS
    queue = suspect_queue(asked, QueueFilters(drawn_only=True), order=RANDOM_SAMPLE)
    assert list(queue.index) == in_turn(with_drawn(plain))
    assert (queue["suggested"] == np.where(queue["flagged"], "Tomte", "")).all()
    assert set(suspect_queue(asked, QueueFilters()).index) == set(plain.index[plain["flagged"]])
    assert suspect_queue(plain, QueueFilters(drawn_only=True), order=RANDOM_SAMPLE).empty


def test_a_new_ranking_keeps_the_sample():
    first = with_drawn(entries(seed=0))
    ranked = entries(seed=5).iloc[::-1]
    assert in_turn(asking_drawn(ranked, first)) == in_turn(first)


def _held(rates, *, size, runs, counts):
    random = np.random.default_rng(3)
    held = 0
    for run in range(runs):
        wrong = [random.random(n) < rate for n, rate in zip(size, rates, strict=True)]
        drawn = [random.permutation(one)[:k] for one, k in zip(wrong, counts, strict=True)]
        table = [(len(w), int(d.sum()), int((~d).sum()), len(d)) for w, d in zip(wrong, drawn, strict=True)]
        found = total_of_counts(np.array(table), seed=run)
        held += found.low <= sum(int(w.sum()) for w in wrong) <= found.high
    return held / runs


@pytest.mark.parametrize("rates", [(0.8, 0.2, 0.02), (0.6, 0.05, 0.05), (0, 0, 0), (0.9, 0.5, 0.3)])
def test_the_interval_holds_in_nearly_all_draws(rates):
    """300 draws: 95 % less three standard errors is 91 %."""
    assert _held(rates, size=(100, 400, 1500), runs=300, counts=(20, 40, 40)) >= 0.91


def test_a_biased_sample_would_be_seen():
    """The power of the test above: with the most suspect ones drawn first, the interval holds hardly ever."""
    random, held = np.random.default_rng(4), 0
    for run in range(50):
        wrong = np.sort(random.random(1500) < 0.1)[::-1]
        table = [(0, 0, 0, 0), (0, 0, 0, 0), (1500, int(wrong[:60].sum()), 60 - int(wrong[:60].sum()), 60)]
        found = total_of_counts(np.array(table), seed=run)
        held += found.low <= wrong.sum() <= found.high
    assert held <= 5
