"""A run's best weights ready to name glitches: the same scores as in training, its own rule and its own neighbours."""

import numpy as np
import pytest

from core.classify.evaluation.calibration import probabilities
from core.classify.naming.inputs import InputGlitch, from_bytes
from core.classify.naming.loading import load_classifier
from core.classify.naming.name_glitches import name_glitches
from core.classify.naming.nearest import neighbours_in_run
from core.classify.naming.trained import can_classify, read_reference
from core.classify.training.runs import REFERENCE_FILE, WEIGHTS_FILE, load_run, read_predictions
from core.commands.classify import classify_command
from core.errors import GlitchAuditError

pytest.importorskip("torch")
SAMPLES = 90


@pytest.fixture
def trained(make_drawn, quick, tmp_path):
    """``trained(**params) -> (dataset, run)``"""
    from core.classify.training.train import train_run

    def train(**changes):
        dataset = make_drawn(SAMPLES)
        params = quick(**{"epochs": 2, "validation_share": 0.3, **changes})
        return dataset, train_run(dataset, params, tmp_path / "run")

    return train


def as_handed_in(dataset, sample_id):
    rows = dataset.pictures[dataset.pictures["sample_id"] == sample_id]
    pictures = [
        (view, from_bytes(view, dataset.store.read(at)))
        for view, at in zip(rows["view"], rows["location"], strict=True)
    ]
    return InputGlitch(sample_id, tuple(pictures))


@pytest.mark.parametrize("unit", ["sample", "picture"])
def test_it_says_what_it_said_in_training(trained, unit):
    dataset, run = trained(unit=unit)
    classifier = load_classifier(run)
    held_out = read_predictions(run)
    sample_id = held_out["sample_id"].iloc[0]
    rows = held_out[held_out["sample_id"] == sample_id]
    scores = rows[[f"score:{label}" for label in run.labels]].to_numpy()
    expected = probabilities(scores, temperature=classifier.temperature).mean(axis=0)
    (answer,) = name_glitches([as_handed_in(dataset, sample_id)], classifier, neighbours=neighbours_in_run(run))
    assert dict(answer.top) == pytest.approx(dict(zip(run.labels, expected, strict=True)), abs=1e-4)
    assert answer.views == ("1.0", "2.0")
    assert np.isfinite(answer.unlike_score) and np.isfinite(answer.unlike_threshold)
    assert len(answer.nearest) == 6
    assert all(dataset.samples.loc[near, "label"] == label for near, label, _ in answer.nearest)
    assert sample_id not in [near for near, *_ in answer.nearest]


def test_the_reference_knows_its_labels(trained):
    dataset, run = trained()
    table, features = read_reference(run)
    assert set(table["split"]) == {"train", "validation"}
    assert (dataset.samples["label"].loc[table["sample_id"]].to_numpy() == table["label"].to_numpy()).all()
    assert np.linalg.norm(features, axis=1) == pytest.approx(1, abs=2e-3)


def test_held_out_samples_are_rarely_unlike_and_noise_is(trained):
    dataset, run = trained(epochs=6)
    classifier = load_classifier(run)
    rng = np.random.default_rng(0)
    test = read_predictions(run).query("split == 'test'")["sample_id"]
    usual = list(name_glitches([as_handed_in(dataset, sample_id) for sample_id in test], classifier))
    assert np.mean([answer.unlike for answer in usual]) < 0.4

    from tests.classify.fake_classifier import png

    noise = [
        InputGlitch(
            str(n),
            tuple((v, from_bytes(v, png(rng.integers(0, 255, (32, 40)).astype(np.uint8)))) for v in ("1.0", "2.0")),
        )
        for n in range(10)
    ]
    assert np.mean([answer.unlike for answer in name_glitches(noise, classifier)]) > 0.8


def test_without_features_it_names_but_calls_nothing_unlike(trained):
    dataset, run = trained()
    (run.folder / REFERENCE_FILE).unlink()
    classifier = load_classifier(run)
    (answer,) = name_glitches([as_handed_in(dataset, "glitch000")], classifier)
    assert classifier.rule is None and answer.label and not answer.unlike
    with pytest.raises(GlitchAuditError, match="kept no features"):
        neighbours_in_run(run)


def test_without_weights_it_says_so(trained):
    _, run = trained()
    assert can_classify(run)
    (run.folder / WEIGHTS_FILE).unlink()
    assert not can_classify(load_run(run.folder))
    with pytest.raises(GlitchAuditError, match="weights"):
        load_classifier(run)


def test_at_the_terminal(trained, tmp_path, capsys):
    dataset, run = trained()
    folder = tmp_path / "pictures"
    folder.mkdir()
    for view in ("1.0", "2.0"):
        (folder / f"H1_abc_spectrogram_{view}.png").write_bytes(dataset.store.read(f"glitch001/{view}.png"))
    assert classify_command([folder], run.folder) == 0
    assert "abc" in capsys.readouterr().out
