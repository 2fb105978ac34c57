"""A data set's own labels: planted over-confidence is undone, honest temperatures stay, wrong labels hardly matter."""

import numpy as np
import pytest

from core.classify.evaluation.calibration import expected_calibration_error, fit_temperature, probabilities
from core.classify.naming.classifier import as_sure_as_labels
from core.classify.naming.own_labels import FEWEST_SAMPLES, OwnConfidence, fit_factor, own_confidence, said
from tests.classify.fake_classifier import fake_classifier

LABELS = 8
CAME = {1: 0.5, 4: 0.8}


def drawn(count, *, seed, wrong=0.0):
    """Honest logits (count, 8), the true labels, which follow them, and labels of which a share is any other."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(count, LABELS))
    logits[np.arange(count), rng.integers(0, LABELS, count)] += rng.gamma(2.0, 2.0, count)
    chance = probabilities(logits).cumsum(axis=1)
    truth = (rng.random((count, 1)) > chance).sum(axis=1).clip(0, LABELS - 1)
    others = (truth + rng.integers(1, LABELS, count)) % LABELS
    return logits, truth, np.where(rng.random(count) < wrong, others, truth)


def as_scores(logits, pictures):
    """Scores whose temperatures are those that came with the classifier."""
    return logits * np.array([CAME[count] for count in pictures])[:, None]


def test_honest_temperatures_stay_in_nearly_all_of_forty_data_sets():
    """The null: the likelihood ratio moves the factor once in a hundred where the labels are right."""
    moved = [fit_factor(*drawn(200, seed=seed)[:2])[0] != 1.0 for seed in range(40)]
    assert np.mean(moved) <= 0.1


@pytest.mark.parametrize("times", [0.4, 2.0, 3.0])
def test_planted_confidence_is_undone(times):
    logits, truth, _ = drawn(1500, seed=1)
    factor, wrong = fit_factor(times * logits, truth)
    assert factor == pytest.approx(times, rel=0.12) and wrong < 0.03


def test_a_tenth_of_wrong_labels_hardly_matters():
    logits, _truth, labels = drawn(1500, seed=2, wrong=0.1)
    factor, wrong = fit_factor(2 * logits, labels)
    assert factor == pytest.approx(2.0, rel=0.15) and wrong == pytest.approx(0.1, abs=0.04)
    # Without that, each wrong label would count in full.
    assert fit_temperature(2 * logits, labels) > 2.4


def test_the_fit_is_the_best_of_a_grid():
    """Against the formula of the docstring, evaluated on a grid of factors and shares of wrong labels."""
    logits, _, labels = drawn(300, seed=3, wrong=0.05)
    factor, wrong = fit_factor(2 * logits, labels)

    def likelihood(at, share):
        chosen = probabilities(2 * logits, temperature=at)[np.arange(300), labels]
        return np.log((1 - share) * chosen + share / LABELS).sum()

    grid = [likelihood(at, share) for at in np.geomspace(0.5, 6, 60) for share in np.linspace(0, 0.1, 21)]
    assert likelihood(factor, wrong) >= max(grid) - 0.05


def test_by_number_of_pictures_and_out_of_sample():
    logits, truth, _ = drawn(1600, seed=4)
    pictures = np.where(np.arange(1600) < 800, 1, 4)
    scores = as_scores(logits, pictures)
    scores[:800] *= 3
    own = own_confidence(scores, truth, pictures, temperatures=CAME)
    assert own.temperatures == {1: pytest.approx(1.5, rel=0.15), 4: pytest.approx(0.8, rel=0.15)}
    assert own.samples == 1600 and own.labels == LABELS
    assert own.before.sure > own.before.right + 0.05
    assert own.after.low < own.after.sure < own.after.high
    assert own.example.low < own.example.sure < own.example.high and 0.7 <= own.example.sure < 0.9
    assert OwnConfidence.from_json(own.as_json()) == own


def test_a_number_of_pictures_that_few_have_gets_the_factor_of_all():
    logits, truth, _ = drawn(420, seed=5)
    pictures = np.where(np.arange(420) < 20, 1, 4)
    own = own_confidence(2 * as_scores(logits, pictures), truth, pictures, temperatures=CAME)
    assert own.temperatures[1] / CAME[1] == pytest.approx(own.temperatures[4] / CAME[4], rel=0.2)
    assert own.temperatures[1] > 1.5 * CAME[1]


def test_too_few_samples_or_labels_say_nothing():
    logits, truth, _ = drawn(FEWEST_SAMPLES, seed=6)
    pictures = np.full(FEWEST_SAMPLES, 4)
    assert own_confidence(logits, truth, pictures, temperatures=CAME) is not None
    unknown = truth.copy()
    unknown[0] = -1
    assert own_confidence(logits, unknown, pictures, temperatures=CAME) is None
    assert own_confidence(logits, truth % 2, pictures, temperatures=CAME) is None
    assert own_confidence(logits[:0], truth[:0], pictures[:0], temperatures=CAME) is None


def test_what_is_said_by_hand():
    probability = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    told = said(probability, np.array([0, 1, 1, 0]))
    assert (told.samples, told.sure, told.right) == (4, pytest.approx(0.75), 0.75)
    assert told.error == pytest.approx(expected_calibration_error(probability.max(axis=1), np.array([1, 0, 1, 1])))


def test_only_what_was_calibrated_on_simulated_glitches_takes_the_labels_temperatures():
    logits, truth, _ = drawn(400, seed=7)
    own = own_confidence(2 * logits, truth, np.full(400, 4), temperatures={4: 1.0})
    shipped, trained = fake_classifier(fits_simulated=True), fake_classifier()
    calibrated = as_sure_as_labels(shipped, own)
    assert calibrated.temperature_for(4) == pytest.approx(2.0, rel=0.2)
    assert calibrated.fingerprint != shipped.fingerprint and calibrated.own is own
    assert as_sure_as_labels(trained, own) is trained
    assert as_sure_as_labels(shipped, None) is shipped
