"""The shipped classifier: fitted on simulated glitches, kept in a small file, refused with other weights."""

import json

import numpy as np
import pytest

from core.classify.naming import shipped
from core.classify.naming.shipped import fit_from_features, fit_shipped, load_shipped, scores_of_views
from core.dataset.model import VIEWS
from core.embed import evaluate
from core.embed.combine import unit_rows
from core.embed.evaluate import LabelledGlitches
from core.embed.glitch_head import GlitchHead, glitch_scores, picture_scores
from core.errors import GlitchAuditError

DIMENSIONS, LABELS = 24, ("Blip", "Chirp", "Helix")
CENTRES = np.random.default_rng(0).normal(size=(len(LABELS), DIMENSIONS)).astype(np.float32)
WEIGHT = unit_rows(np.tile(unit_rows(CENTRES), (1, len(VIEWS))))
HEAD = GlitchHead(LABELS, WEIGHT, 16.0, 3 * unit_rows(CENTRES), np.zeros(len(LABELS), np.float32))


def drawn(count, seed):
    rng = np.random.default_rng(seed)
    labels = np.array([LABELS[n % 3] for n in range(count)], dtype=object)
    features = CENTRES[np.arange(count) % 3][:, None] + rng.normal(0, 0.4, (count, len(VIEWS), DIMENSIONS))
    return features.astype(np.float32), labels


@pytest.fixture
def fitted(tmp_path, monkeypatch):
    """The shipped classifier's file, made without a network: a picture holds its own features."""

    def simulated(count, *, seed, varied, as_elsewhere, noise):
        assert varied and as_elsewhere and noise is None
        features, labels = drawn(count, seed)
        codes = np.clip(features * 20 + 128, 0, 255).astype(np.uint8)
        pictures = [[np.resize(view, (140, 170)) for view in glitch] for glitch in codes]
        return LabelledGlitches(pictures, labels)

    def features_of():
        return lambda pictures: (pictures.reshape(len(pictures), -1)[:, :DIMENSIONS].astype(np.float32) - 128) / 20

    monkeypatch.setattr(evaluate, "simulated_glitches", simulated)
    monkeypatch.setattr(shipped, "_features_of", features_of)
    monkeypatch.setattr(shipped, "load_glitch_head", lambda: HEAD)
    return fit_shipped(tmp_path / "fitted.safetensors", samples=120)


def test_scores_are_the_heads_own():
    features, _ = drawn(5, 1)
    every = np.ones((5, 4), bool)
    scores, joined = scores_of_views(HEAD, features, every)
    units = unit_rows(unit_rows(features.reshape(-1, DIMENSIONS)).reshape(5, -1))
    assert joined == pytest.approx(units)
    assert scores == pytest.approx(glitch_scores(HEAD, units))
    alone = np.eye(4, dtype=bool)[[2] * 5]
    assert scores_of_views(HEAD, features, alone)[0] == pytest.approx(picture_scores(HEAD, features[:, 2]))


def test_false_alarms_for_every_number_of_views():
    space, temperatures, rule = fit_from_features(HEAD, drawn(400, 1), drawn(400, 2))
    assert set(temperatures) == set(rule.quantiles) == {1, 2, 3, 4}
    assert all(temperature > 0 for temperature in temperatures.values())
    fresh, _ = drawn(1000, 3)
    for count in range(1, 5):
        present = np.zeros((1000, 4), bool)
        present[:, :count] = True
        logits, _ = scores_of_views(HEAD, fresh, present)
        scores = rule.strangeness(shipped.distances(fresh, present, space), logits, count)
        low, high = rule.interval(count)
        assert low / 2 < (scores > rule.threshold(count)).mean() < 2 * high


def test_it_is_small_and_comes_back_as_it_was(fitted):
    assert fitted.stat().st_size < 1_000_000
    classifier = load_shipped(fitted)
    assert classifier.labels == LABELS and classifier.views == VIEWS
    assert 0 < classifier.threshold < float("inf") and classifier.false_alarm_rate == shipped.SHIPPED_FALSE_ALARM_RATE
    pictures = np.zeros((1, 4, 140, 170), np.uint8)
    codes = np.clip(CENTRES[1] * 20 + 128, 0, 255).astype(np.uint8)
    pictures[:] = np.resize(codes, (140, 170))
    every = np.ones((1, 4), bool)
    scores, features = classifier.score(pictures, every)
    assert LABELS[scores.argmax()] == "Chirp"
    assert classifier.unlike_scores(scores, features, every)[0] < classifier.threshold
    rng = np.random.default_rng(0)
    scores, strange = classifier.score(rng.integers(0, 255, pictures.shape).astype(np.uint8), every)
    assert classifier.unlike_scores(scores, strange, every)[0] > classifier.threshold


def test_other_weights_are_refused(fitted, monkeypatch):
    monkeypatch.setattr(shipped, "weights_hash", lambda backbone: "others")
    with pytest.raises(GlitchAuditError, match="other weights"):
        load_shipped(fitted)


def test_a_missing_or_damaged_file_is_a_sentence(fitted, tmp_path):
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_shipped(tmp_path / "missing.safetensors")
    fitted.write_bytes(b"broken")
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_shipped(fitted)


def test_the_file_in_the_repository_belongs_to_the_weights_in_the_repository():
    from safetensors import safe_open

    with safe_open(shipped.SHIPPED_FILE, framework="numpy") as file:
        about = json.loads(file.metadata()["about"])
    assert about["weights"] == shipped.weights_hash(shipped.BACKBONES[shipped.OFFLINE_DEFAULT])
    assert shipped.SHIPPED_FILE.stat().st_size < 1_000_000
