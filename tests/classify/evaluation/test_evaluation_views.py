"""What the screens show of an evaluation: orders, counts and words, by hand-worked cases."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.classify.evaluation.views import (
    accuracy_sentence,
    confused_pairs,
    f1_bars,
    f1_sentence,
    overall_table,
    presence,
    random_rows,
    row_shares,
    standing,
    top_three,
    worst_labels,
)

CONFUSION = pd.DataFrame([[6, 2, 0], [1, 9, 0], [0, 0, 0]], index=list("ABC"), columns=list("ABC"))
BY_LABEL = pd.DataFrame(
    {
        "n": [10, 20, 0, 5],
        "f1": [0.84, 0.95, np.nan, 0.2],
        "f1_low": [0.7, 0.9, np.nan, 0.1],
        "f1_high": [0.9, 0.99, np.nan, 0.5],
    },
    index=pd.Index(list("ABCD"), name="label"),
)


def test_shares_are_of_the_row_and_an_empty_row_has_none():
    assert row_shares(CONFUSION).tolist() == [[0.75, 0.25, 0.0], [0.1, 0.9, 0.0], [0.0, 0.0, 0.0]]


def test_pairs_leave_the_diagonal_out_and_begin_with_the_fullest():
    pairs = confused_pairs(CONFUSION)
    assert pairs[["label", "predicted", "n"]].to_numpy().tolist() == [["A", "B", 2], ["B", "A", 1]]
    assert pairs["share"].tolist() == [0.25, 0.1]


def test_nothing_confused_is_no_pair():
    assert confused_pairs(pd.DataFrame(np.diag([3, 4]), index=list("AB"), columns=list("AB"))).empty


def test_bars_are_sorted_and_labels_without_a_figure_left_out():
    assert list(f1_bars(BY_LABEL).index) == ["B", "A", "D"]
    assert list(worst_labels(BY_LABEL, count=2)) == ["D", "A"]


def test_the_sentence_counts_what_is_sure():
    said = f1_sentence(f1_bars(BY_LABEL))
    assert said.startswith("1 of 3 labels reach an F1 of 0.85. 1 lie above it with their whole interval, 1 below it;")


def test_random_rows_are_the_same_for_a_seed_one_a_sample_and_among_those_that_are_there():
    predicted = pd.DataFrame({"sample_id": [f"s{n // 4}" for n in range(40)], "view": ["1.0"] * 40})
    drawn = random_rows(predicted, seed=3)
    assert drawn.equals(random_rows(predicted, seed=3))
    assert drawn["sample_id"].nunique() == len(drawn) == 3
    assert set(random_rows(predicted, among=["s4", "s7"], seed=3)["sample_id"]) == {"s4", "s7"}
    assert any(not random_rows(predicted, seed=seed).equals(drawn) for seed in range(4, 9))


def test_with_two_labels_the_first_two_are_all():
    row = pd.Series(
        {
            "predicted": "A",
            "probability": 0.9,
            "second": "B",
            "second_probability": 0.1,
            "third": "",
            "third_probability": np.nan,
        }
    )
    assert top_three(row) == [("A", 0.9), ("B", 0.1)]


def samples_of(labels: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"label": labels.values()}, index=pd.Index(labels, name="sample_id"))


def test_presence_counts_the_gone_and_the_relabelled():
    samples = samples_of({"s1": "A", "s2": "B", "s9": "A"})
    here = presence(
        ("s1", "s2", "s3"),
        samples,
        glitches=samples.index.to_series(),
        labels=pd.Series({"s1": "A", "s2": "A", "s3": "A"}),
    )
    assert (here.ids, here.gone, here.relabelled) == (("s1", "s2"), 1, 1)


def test_where_pictures_count_as_samples_a_glitch_is_all_its_pictures():
    samples = samples_of({"s1/0.5": "A", "s1/1.0": "A", "s2/0.5": "B"})
    glitches = pd.Series(["s1", "s1", "s2"], index=samples.index)
    here = presence(("s1", "s3"), samples, glitches=glitches, labels=pd.Series({"s1": "B", "s3": "A"}))
    assert (here.ids, here.gone, here.relabelled) == (("s1/0.5", "s1/1.0"), 1, 1)


def overall_of(**values: float) -> pd.DataFrame:
    return pd.DataFrame({"value": values, "low": 0.1, "high": 0.9})


def test_measures_have_words_in_a_fixed_order():
    table = overall_table(overall_of(brier=0.2, accuracy=0.8))
    assert table["title"].tolist() == ["Accuracy", "Brier score"]
    assert table["value"].tolist() == [0.8, 0.2]


def test_by_sample_the_other_figures_are_taken():
    overall = overall_of(accuracy=0.8, accuracy_by_sample=0.9)
    assert overall_table(overall, by_sample=True).at["accuracy", "value"] == 0.9
    said = accuracy_sentence(SimpleNamespace(overall=overall, samples=1200, split="test"))
    assert said.startswith("It names 90.0 % (95 % interval 10.0 to 90.0 %) of the 1,200 samples of the test split")


@pytest.mark.parametrize(
    ("comparable", "remark", "said"),
    [
        (True, "", "comparable"),
        (False, "split by picture: ...", "not comparable"),
        (False, "published, split by picture, not comparable (92 %)", "published, split by picture, not comparable"),
    ],
)
def test_rows_say_whether_they_can_be_compared(comparable, remark, said):
    assert standing(pd.DataFrame({"comparable": [comparable], "remark": [remark]})) == [said]
