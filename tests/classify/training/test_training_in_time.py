"""A classifier is trained and judged on a split in time, also where a label comes only late."""

from dataclasses import replace

import numpy as np
import pytest

from core.classify.evaluation.evaluate import evaluate_run
from core.classify.training.runs import load_run, read_curves, read_predictions, read_split
from core.classify.training.train import train_run
from core.errors import GlitchAuditError


@pytest.fixture
def dated(make_drawn):
    dataset = make_drawn(80)
    labels = dataset.samples["label"].to_numpy(dtype=object).copy()
    labels[[66, 75, 77]] = "Fast_Scattering"
    return replace(dataset, samples=dataset.samples.assign(event_time=86_400.0 * np.arange(80), label=labels))


def test_it_is_judged_on_the_latest_and_says_so(dated, quick, tmp_path):
    params = quick(split_by="time", gap_days=2.0, epochs=2)
    run = train_run(dated, params, tmp_path / "run")
    assert run.state == "done" and load_run(run.folder).split_note == run.split_note
    assert "with a gap of 2 days" in run.split_note and "Only the later part has Fast_Scattering (2)" in run.split_note
    # Tested: days 68 to 79; validating: 54 to 65; learnt from: 0 to 51; in gaps: 66, 67 and 52, 53.
    counts = read_split(run)["split"].value_counts().to_dict()
    assert counts == {"train": 52, "validation": 12, "test": 12}
    answers = read_predictions(run)
    test = answers[answers["split"] == "test"]
    assert (dated.samples.loc[test["sample_id"], "event_time"] >= 68 * 86_400).all()
    assert np.isfinite(read_curves(run)["validation_loss"]).all()
    evaluation = evaluate_run(run, bootstrap=30)
    assert run.split_note in evaluation.remarks
    assert evaluation.by_label.loc["Fast_Scattering", "n"] == 2


def test_it_is_resumed_with_the_same_gap_only(dated, quick, tmp_path):
    train_run(dated, quick(split_by="time", gap_days=2.0, epochs=1), tmp_path / "run")
    with pytest.raises(GlitchAuditError, match="with other parameters"):
        train_run(dated, quick(split_by="time", gap_days=3.0, epochs=1), tmp_path / "run")
