"""The rarest third of the labels, and their mean F1 by hand and by scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from core.classify.evaluation.evaluate import evaluate_run
from core.classify.evaluation.rare import rare_labels, rare_sentence, rarest_labels
from core.classify.training.runs import SPLIT_FILE

LABELS = ("A", "B", "C", "D", "E")


def answers(pairs, labels=LABELS):
    """Predictions of test samples with these (label, named) and validation ones that are right."""
    rows = [("test", label, named) for label, named in pairs] + [("validation", label, label) for label in labels]
    return pd.DataFrame(
        [
            {"sample_id": f"s{n:03d}", "view": "", "glitch": f"s{n:03d}", "split": split, "label": label}
            | {f"score:{name}": np.float32(5.0 * (name == named)) for name in labels}
            for n, (split, label, named) in enumerate(rows)
        ]
    )


def test_the_rarest_third_is_rounded_up_and_ties_go_by_name():
    assert rarest_labels(pd.Series({"A": 9, "B": 1, "C": 5, "D": 1, "E": 7})) == ("B", "D")
    assert rarest_labels(pd.Series({"A": 9, "B": 2, "C": 5})) == ("B",)
    assert rarest_labels(pd.Series({"only": 3})) == ("only",)


def test_mean_f1_of_the_rare_by_hand(make_run):
    # In the test part: 6 A, 5 B, 4 C, 2 D, 1 E; with one validating each, D and E are the rarest two of five.
    pairs = [("A", "A")] * 5 + [("A", "D")] + [("B", "B")] * 5 + [("C", "C")] * 4
    pairs += [("D", "D"), ("D", "A"), ("E", "E")]
    run = make_run(answers(pairs), LABELS)
    found = rare_labels(run, evaluate_run(run, bootstrap=50))
    # D: 1 right of 2, 2 named so: F1 1/2. E: 1.
    assert found.labels == ("E", "D") and found.f1 == pytest.approx(0.75) and found.tested == 3
    assert found.low <= 0.75 <= found.high and found.low < found.high
    named = f1_score([label for label, _ in pairs], [name for _, name in pairs], labels=["D", "E"], average="macro")
    assert found.f1 == pytest.approx(named)


def test_rare_is_counted_over_all_parts_of_the_split(make_run):
    pairs = [("A", "A")] * 2 + [("B", "A"), ("C", "C"), ("D", "D"), ("E", "E")]
    run = make_run(answers(pairs), LABELS)
    counts = {"A": 3, "B": 40, "C": 50, "D": 60, "E": 2}
    glitches = [(f"g{label}{n}", label) for label, count in counts.items() for n in range(count)]
    pd.DataFrame(glitches, columns=["glitch", "label"]).assign(sample_id="x", view="", split="train").to_parquet(
        run.folder / SPLIT_FILE
    )
    found = rare_labels(run, evaluate_run(run, bootstrap=50))
    # A: 2 right of 2, 3 named so: 4/5; E: 1.
    assert found.labels == ("E", "A") and found.most == 3 and found.f1 == pytest.approx(0.9)
    assert rare_sentence(found, labels=5).startswith(
        "Mean F1 of the rarest third of the labels (2 of 5, at most 3 glitches each): 0.900 (95 % interval"
    )


def test_a_rare_label_that_neither_occurs_nor_is_named_is_unknown(make_run):
    run = make_run(answers([("A", "A"), ("B", "B")], labels=("A", "B")), ("A", "B", "C"))
    predictions = answers([("A", "A"), ("B", "B")], labels=("A", "B")).assign(**{"score:C": np.float32(-9)})
    run = make_run(predictions, ("A", "B", "C"))
    pd.DataFrame({"glitch": list("abcde"), "label": list("AABBC")}).assign(
        sample_id="x", view="", split="train"
    ).to_parquet(run.folder / SPLIT_FILE)
    found = rare_labels(run, evaluate_run(run, bootstrap=20))
    assert found.labels == ("C",) and np.isnan(found.f1) and np.isnan(found.low)
    assert "unknown, for none of them occurs" in rare_sentence(found, labels=3)


def test_where_all_are_right_or_wrong_the_interval_still_has_a_width(make_run):
    # C, the rarest of three, tested 4 times: Wilson's interval of 4 of 4 begins at 0.510, that of 0 of 4 ends at 0.490.
    common = [("A", "A"), ("B", "B")] * 8
    for name, low, high in (("C", 0.5101, 1.0), ("A", 0.0, 0.4899)):
        run = make_run(answers([*common, *[("C", name)] * 4], labels=tuple("ABC")), tuple("ABC"), name=f"named-{name}")
        found = rare_labels(run, evaluate_run(run, bootstrap=50))
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_intervals_hold_the_truth_about_as_often_as_they_say(make_run):
    """Of 60 test sets with a known mean F1 of the rare, the interval holds it in 85 % or more."""
    rng = np.random.default_rng(0)
    held, chance = 0, 0.7
    for n in range(60):
        pairs = []
        for label, count in (("A", 60), ("B", 60), ("C", 20)):
            others = [name for name in "ABC" if name != label]
            pairs += [(label, label if rng.random() < chance else others[rng.integers(2)]) for _ in range(count)]
        run = make_run(answers(pairs, labels=("A", "B", "C")), ("A", "B", "C"), name=f"run{n}")
        found = rare_labels(run, evaluate_run(run, bootstrap=0), bootstrap=200)
        # C: 14 right of 20 on average; named so: 14 + 0.15 * 120 = 32: F1 28 / 52.
        held += found.low <= 28 / 52 <= found.high
    assert held >= 51
