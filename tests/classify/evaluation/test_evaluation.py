"""A run's figures: what they count, on which split, and that they are read back as they were written."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from core.classify.evaluation.evaluate import MEASURES, cell_samples, evaluate_run, load_evaluation, sample_table
from core.classify.params import TrainParams
from core.classify.training.runs import PREDICTIONS_FILE
from core.errors import Cancelled, GlitchAuditError

LABELS = ("Blip", "Koi_Fish", "Scratchy", "Whistle")
HELD = {"validation": 60, "test": 80}
FRAMES = ("overall", "by_label", "confusion", "predicted", "by_sample", "reliability", "precision_recall")


def probabilities(table, temperature=1.0):
    scores = table[[f"score:{label}" for label in LABELS]].to_numpy(float) / temperature
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def check_against_scikit_learn(values, truth, named, shares, end=""):
    assert values[f"accuracy{end}"] == pytest.approx(accuracy_score(truth, named))
    for average in ("weighted", "micro", "macro"):
        wanted = {"average": average, "zero_division": 0}
        assert values[f"precision_{average}{end}"] == pytest.approx(precision_score(truth, named, **wanted))
        assert values[f"recall_{average}{end}"] == pytest.approx(recall_score(truth, named, **wanted))
        if average != "micro":
            assert values[f"f1_{average}{end}"] == pytest.approx(f1_score(truth, named, **wanted))
    area = roc_auc_score(truth, shares, multi_class="ovr", average="macro", labels=list(LABELS))
    assert values[f"auc_macro{end}"] == pytest.approx(area)
    assert values[f"brier{end}"] == pytest.approx(brier_score_loss(truth, shares, labels=list(LABELS)))


def test_the_figures_are_those_of_the_test_split(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held=HELD)
    evaluation = evaluate_run(make_run(predictions, LABELS), bootstrap=50)
    test = predictions[predictions["split"] == "test"]
    shares = probabilities(test, evaluation.temperature)
    named = np.array(LABELS)[shares.argmax(axis=1)]
    assert (evaluation.split, evaluation.samples, evaluation.rows) == ("test", 80, 80)
    assert tuple(evaluation.overall.index) == MEASURES
    check_against_scikit_learn(evaluation.overall["value"], test["label"], named, shares)
    expected = confusion_matrix(test["label"], named, labels=list(LABELS))
    assert (evaluation.confusion.to_numpy() == expected).all()
    assert list(evaluation.predicted["predicted"]) == list(named)
    np.testing.assert_allclose(evaluation.predicted["probability"], shares.max(axis=1))
    own = shares[np.arange(80), pd.Index(LABELS).get_indexer(test["label"])]
    np.testing.assert_allclose(evaluation.predicted["label_probability"], own)
    np.testing.assert_allclose(evaluation.predicted["second_probability"], np.sort(shares, axis=1)[:, -2])
    np.testing.assert_allclose(evaluation.predicted["third_probability"], np.sort(shares, axis=1)[:, -3])
    assert evaluation.predicted["right"].sum() == np.trace(expected)


def test_every_interval_holds_its_figure(make_run, draw_predictions):
    evaluation = evaluate_run(make_run(draw_predictions(LABELS, held=HELD), LABELS), bootstrap=400)
    overall = evaluation.overall
    assert (overall["low"] <= overall["value"]).all() and (overall["value"] <= overall["high"]).all()
    assert (overall["low"] < overall["high"]).all()
    by_label = evaluation.by_label
    assert (by_label["f1_low"] < by_label["f1"]).all() and (by_label["f1"] < by_label["f1_high"]).all()


def test_a_run_on_pictures_counts_both_pictures_and_samples(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held=HELD, views=("0.5", "1.0", "2.0"))
    run = make_run(predictions, LABELS, params=TrainParams(unit="picture"))
    evaluation = evaluate_run(run, bootstrap=50)
    assert (evaluation.samples, evaluation.rows, evaluation.unit) == (80, 240, "picture")
    test = predictions[predictions["split"] == "test"]
    shares = probabilities(test, evaluation.temperature)
    check_against_scikit_learn(
        evaluation.overall["value"], test["label"], np.array(LABELS)[shares.argmax(axis=1)], shares
    )
    averaged = pd.DataFrame(shares).groupby(test["sample_id"].to_numpy(), sort=False).mean().to_numpy()
    labels = test.drop_duplicates("sample_id")["label"]
    named = np.array(LABELS)[averaged.argmax(axis=1)]
    check_against_scikit_learn(evaluation.overall["value"], labels, named, averaged, end="_by_sample")
    assert evaluation.overall.loc["accuracy_by_sample", "value"] > evaluation.overall.loc["accuracy", "value"]
    assert (evaluation.confusion.to_numpy() == confusion_matrix(labels, named, labels=list(LABELS))).all()
    assert evaluation.predicted.index[0] == "test0000/0.5" and len(evaluation.by_sample) == 80
    assert any("single pictures" in remark for remark in evaluation.remarks)


def test_pictures_of_one_glitch_do_not_narrow_the_interval(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held=HELD)
    fourfold = pd.concat([predictions.assign(view=view) for view in ("0.5", "1.0", "2.0", "4.0")])
    alone = evaluate_run(make_run(predictions, LABELS), bootstrap=300).overall.loc["accuracy"]
    run = make_run(fourfold, LABELS, name="fourfold", params=TrainParams(unit="picture"))
    pd.testing.assert_series_equal(alone, evaluate_run(run, bootstrap=300).overall.loc["accuracy"])


@pytest.mark.parametrize("unit", ["sample", "picture"])
def test_the_cells_hold_exactly_the_samples_they_count(make_run, draw_predictions, unit):
    views = ("0.5", "1.0") if unit == "picture" else ()
    run = make_run(draw_predictions(LABELS, held=HELD, views=views), LABELS, params=TrainParams(unit=unit))
    evaluation = evaluate_run(run, bootstrap=10)
    seen = []
    for label in LABELS:
        for predicted in LABELS:
            samples = cell_samples(evaluation, label, predicted)
            assert len(samples) == evaluation.confusion.loc[label, predicted]
            assert (sample_table(evaluation).loc[list(samples), "label"] == label).all()
            seen += samples
    assert sorted(seen) == [f"test{number:04d}" for number in range(80)]
    assert cell_samples(evaluation, "no such label", "Blip") == ()


def test_an_evaluation_is_read_back_as_it_was_written(make_run, draw_predictions):
    views = ("0.5", "1.0")
    run = make_run(draw_predictions(LABELS, held=HELD, views=views), LABELS, params=TrainParams(unit="picture"))
    assert load_evaluation(run) is None
    written = evaluate_run(run, bootstrap=20)
    read = load_evaluation(run)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(read, name), getattr(written, name), check_dtype=False)
    assert (read.temperature, read.remarks, read.split) == (written.temperature, written.remarks, written.split)


def test_an_evaluation_of_other_predictions_is_not_shown(make_run, draw_predictions):
    run = make_run(draw_predictions(LABELS, held=HELD), LABELS)
    evaluate_run(run, bootstrap=10)
    draw_predictions(LABELS, held=HELD, seed=1).to_parquet(run.folder / PREDICTIONS_FILE)
    assert load_evaluation(run) is None
    evaluate_run(run, bootstrap=10)
    assert load_evaluation(run) is not None
    # A run that came with the project may have come without its predictions.
    (run.folder / PREDICTIONS_FILE).unlink()
    assert load_evaluation(run) is not None
    (run.folder / "evaluation" / "predicted.parquet").write_bytes(b"damaged")
    assert load_evaluation(run) is None


def test_reading_an_evaluation_needs_no_heavy_package(make_run, draw_predictions):
    run = make_run(draw_predictions(LABELS, held=HELD), LABELS)
    evaluate_run(run, bootstrap=10)
    code = (
        "import sys; from pathlib import Path; from core.classify.training.runs import load_run\n"
        "from core.classify.evaluation.evaluate import load_evaluation\n"
        "from core.classify.evaluation.comparison import comparison_table\n"
        "from core.classify.evaluation.confusing import confusing_samples\n"
        f"run = load_run(Path({str(run.folder)!r})); evaluation = load_evaluation(run)\n"
        "comparison_table([(run, evaluation)]); confusing_samples(run, evaluation)\n"
        "print([n for n in ('torch', 'sklearn', 'scipy', 'matplotlib', 'streamlit') if n in sys.modules])"
    )
    project = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_a_test_split_validation_serves_and_it_is_said(make_run, draw_predictions):
    evaluation = evaluate_run(make_run(draw_predictions(LABELS, held={"validation": 40}), LABELS), bootstrap=10)
    assert (evaluation.split, evaluation.samples) == ("validation", 40)
    assert "no test split" in evaluation.remarks[0]


def test_without_validation_nothing_is_calibrated_and_it_is_said(make_run, draw_predictions):
    evaluation = evaluate_run(make_run(draw_predictions(LABELS, held={"test": 40}), LABELS), bootstrap=10)
    assert evaluation.temperature == 1
    assert "not calibrated" in evaluation.remarks[0]
    errors = evaluation.overall.loc[["expected_calibration_error", "expected_calibration_error_calibrated"], "value"]
    assert errors.iloc[0] == errors.iloc[1]


def test_a_label_that_was_never_taught_counts_as_missed(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held=HELD, truths=[*LABELS, "Zigzag"])
    evaluation = evaluate_run(make_run(predictions, LABELS), bootstrap=20)
    test = evaluation.predicted[evaluation.predicted["label"] == "Zigzag"]
    assert len(test) and not test["right"].any() and (test["label_probability"] == 0).all()
    assert list(evaluation.confusion.columns) == [*LABELS, "Zigzag"]
    assert any("Zigzag" in remark for remark in evaluation.remarks)
    named = evaluation.predicted["predicted"]
    truth = evaluation.predicted["label"]
    assert evaluation.overall.loc["recall_macro", "value"] == pytest.approx(
        recall_score(truth, named, average="macro", zero_division=0)
    )


@pytest.mark.parametrize("labels", [("Blip",), ("Blip", "Whistle")])
def test_one_or_two_labels_are_enough(make_run, draw_predictions, labels):
    evaluation = evaluate_run(make_run(draw_predictions(labels, held=HELD), labels), bootstrap=20)
    first = evaluation.predicted.iloc[0]
    assert first["third"] == "" and np.isnan(first["third_probability"])
    assert (first["second"] == "") == (len(labels) == 1)
    if len(labels) == 1:
        accuracy = evaluation.overall.loc["accuracy"]
        # 80 of 80 right: Wilson's interval, for the bootstrap would say that nothing can ever go wrong.
        assert accuracy["value"] == accuracy["high"] == 1 and accuracy["low"] == pytest.approx(
            80 / (80 + 1.96**2), abs=1e-4
        )
        assert np.isnan(evaluation.overall.loc["auc_macro", "value"])
        assert evaluation.temperature == 1


def test_equally_probable_labels_go_to_the_first(make_run, draw_predictions):
    predictions = draw_predictions(LABELS, held={"validation": 10, "test": 10})
    predictions[[f"score:{label}" for label in LABELS]] = np.float32(0)
    evaluation = evaluate_run(make_run(predictions, LABELS), bootstrap=20)
    assert (evaluation.predicted["predicted"] == "Blip").all()
    assert (evaluation.predicted["second"] == "Koi_Fish").all()
    assert evaluation.predicted["probability"].to_numpy() == pytest.approx(0.25)
    assert evaluation.overall.loc["auc_macro", "value"] == 0.5


def test_one_test_sample_gives_figures_without_certainty(make_run, draw_predictions):
    evaluation = evaluate_run(make_run(draw_predictions(LABELS, held={"test": 1}), LABELS), bootstrap=20)
    accuracy = evaluation.overall.loc["accuracy"]
    assert accuracy["high"] - accuracy["low"] > 0.7


def test_what_cannot_be_evaluated_is_said_in_a_sentence(make_run, draw_predictions):
    run = make_run(draw_predictions(LABELS, held=HELD), LABELS)
    with pytest.raises(GlitchAuditError, match="lack the column 'score:Zigzag'"):
        evaluate_run(replace(run, labels=(*LABELS, "Zigzag")))
    (run.folder / PREDICTIONS_FILE).unlink()
    with pytest.raises(GlitchAuditError, match="no answers on held-out samples"):
        evaluate_run(run)
    with pytest.raises(GlitchAuditError, match="holds no sample back"):
        evaluate_run(make_run(draw_predictions(LABELS, held={"train": 3}), LABELS, name="all-train"))
    astray = draw_predictions(LABELS, held=HELD)
    astray.loc[3, "score:Blip"] = np.nan
    with pytest.raises(GlitchAuditError, match="smaller learning rate"):
        evaluate_run(make_run(astray, LABELS, name="astray"))


def test_a_stopped_evaluation_leaves_nothing(make_run, draw_predictions):
    run = make_run(draw_predictions(LABELS, held=HELD), LABELS)

    def stop(done, total):
        if done == 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        evaluate_run(run, bootstrap=10, on_progress=stop)
    assert load_evaluation(run) is None and not (run.folder / "evaluation").exists()
