"""Runs side by side: what each row says, which may be compared, and how two differ on the same samples."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import precision_score

from core.classify.evaluation.comparison import (
    NOT_COMPARABLE,
    TABLE_MEASURES,
    comparison_table,
    describe,
    paired_difference,
)
from core.classify.evaluation.evaluate import evaluate_run
from core.classify.params import TrainParams
from core.errors import GlitchAuditError

LABELS = ("Blip", "Koi_Fish", "Scratchy", "Whistle")
HELD = {"validation": 30, "test": 60}


@pytest.fixture
def evaluated(make_run, draw_predictions):
    """``evaluated(name, ...) -> (run, evaluation)``."""

    def make(name, *, params=None, held=HELD, run_fields=None, **drawn):
        run = make_run(
            draw_predictions(LABELS, held=held, **drawn), LABELS, name=name, params=params, **(run_fields or {})
        )
        return run, evaluate_run(run, bootstrap=50)

    return make


def test_a_row_says_what_a_run_reached_and_what_it_cost(evaluated):
    run, evaluation = evaluated("first")
    row = comparison_table([(run, evaluation)]).loc["first"]
    value, low, high = evaluation.overall.loc["precision_weighted"]
    assert row["precision_weighted"] == f"{100 * value:.2f} ({100 * low:.1f} to {100 * high:.1f})"
    assert (row["precision_weighted_value"], row["precision_weighted_low"]) == (value, low)
    assert row["hours"] == 1.5 and row["hardware"] == "a test" and row["parameters"] == 123 and row["samples"] == 60
    assert row["comparable"] and not row["leak"] and row["remark"] == ""


def test_the_published_figures_stand_below_and_are_marked(evaluated):
    table = comparison_table([evaluated("first")])
    published = table.iloc[1:]
    assert list(published["accuracy"]) == ["96.31", "almost 92"]
    second = published.iloc[0]
    assert (second["precision_weighted"], second["precision_macro"], second["recall_macro"]) == (
        "96.35",
        "94.96",
        "93.17",
    )
    assert second["recall_weighted"] == "" and np.isnan(second["accuracy_low"])
    assert published["remark"].str.startswith(NOT_COMPARABLE).all()
    assert "training accuracy 95 %" in published["remark"].iloc[1]
    assert not published["comparable"].any() and published["leak"].all()


def test_what_may_not_be_compared_is_marked(evaluated):
    leaking = evaluated("leaking", params=TrainParams(split_by="picture"), run_fields={"leak": "It leaks."})
    unfinished = (evaluated("unfinished")[0], None)
    no_test = evaluated("no-test", held={"validation": 30})
    table = comparison_table([leaking, unfinished, no_test])
    assert not table["comparable"].any()
    assert table.loc["leaking", "remark"] == "It leaks." and table.loc["leaking", "leak"]
    assert table.loc["unfinished", "remark"] == "not evaluated yet" and table.loc["unfinished", "accuracy"] == ""
    assert "no test split" in table.loc["no-test", "remark"]


def test_equal_letters_mean_equal_test_samples(evaluated):
    runs = [evaluated("a"), evaluated("b", sharpness=3.0), evaluated("c", held={"validation": 30, "test": 61})]
    assert list(comparison_table(runs)["test_set"]) == ["A", "A", "B", "", ""]


def test_runs_on_pictures_stand_in_the_table_by_sample(evaluated):
    run, evaluation = evaluated("pictures", params=TrainParams(unit="picture"), views=("0.5", "1.0"))
    row = comparison_table([(run, evaluation)]).iloc[0]
    assert row["accuracy_value"] == evaluation.overall.loc["accuracy_by_sample", "value"]
    assert row["samples"] == 60


def test_without_runs_the_published_rows_remain():
    table = comparison_table([])
    assert len(table) == 2 and set(TABLE_MEASURES) <= set(table.columns)


def test_the_difference_of_two_runs_is_paired_by_glitch(evaluated):
    _, first = evaluated("first")
    _, second = evaluated("second", sharpness=1.0, separation=1.2)
    found = paired_difference(first, second, measure="precision_macro", bootstrap=60, seed=5)
    values = [
        precision_score(table["label"], table["predicted"], average="macro", zero_division=0)
        for table in (first.predicted, second.predicted)
    ]
    assert found.difference == pytest.approx(values[0] - values[1])
    assert found.low < found.difference < found.high and found.samples == found.glitches == 60
    # The same draws, by scikit-learn on repeated rows.
    random = np.random.default_rng(5)
    gaps = []
    for times in random.multinomial(60, np.full(60, 1 / 60), size=60):
        drawn = [table.loc[table.index.repeat(times)] for table in (first.predicted, second.predicted)]
        figures = [precision_score(t["label"], t["predicted"], average="macro", zero_division=0) for t in drawn]
        gaps.append(figures[0] - figures[1])
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(gaps, [0.025, 0.975])))


def test_a_run_does_not_differ_from_itself(evaluated):
    _, evaluation = evaluated("one")
    found = paired_difference(evaluation, evaluation)
    assert (found.difference, found.low, found.high) == (0, 0, 0)


def test_only_common_samples_with_one_label_are_compared(evaluated):
    _, first = evaluated("first")
    _, second = evaluated("second", held={"validation": 30, "test": 50})
    relabelled = second.predicted.assign(label=second.predicted["label"].where(np.arange(50) > 4, "other"))
    assert paired_difference(first, replace(second, predicted=relabelled)).samples == 45
    elsewhere = second.predicted.assign(sample_id=[f"x{number}" for number in range(50)])
    with pytest.raises(GlitchAuditError, match="different samples"):
        paired_difference(first, replace(second, predicted=elsewhere))
    with pytest.raises(GlitchAuditError, match="not by 'beauty'"):
        paired_difference(first, second, measure="beauty")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (TrainParams(), "resnet18 from scratch, all views joined, 140 x 170"),
        (
            TrainParams(weights="glitch", tune="frozen", views=("1.0",)),
            "resnet18 from the project's backbone, frozen, view 1.0 alone",
        ),
        (TrainParams(unit="picture", size=(70, 85)), "resnet18 from scratch, single pictures, 70 x 85"),
        (TrainParams(views=("0.5", "1.0"), merge="mean"), "resnet18 from scratch, 2 views averaged"),
    ],
)
def test_what_was_trained_is_said_in_words(params, words):
    assert describe(params).startswith(words)


def test_the_table_can_be_kept_as_parquet(evaluated, tmp_path):
    table = comparison_table([evaluated("first")])
    table.to_parquet(tmp_path / "table.parquet")
    assert list(pd.read_parquet(tmp_path / "table.parquet").index) == list(table.index)
