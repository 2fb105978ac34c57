"""What is said of confidence and false alarms: measured on real ones, by own labels, or that it was not measured."""

from dataclasses import replace

import pytest

from core.classify.naming.on_real import CalledUnlike, OnReal
from core.classify.naming.own_labels import OwnConfidence, Said
from core.classify.naming.words import confidence_words, false_alarm_words
from tests.classify.fake_classifier import fake_classifier

REAL = OnReal(CalledUnlike(8, 89, 5, 5), Said(94, 0.9, 0.85, 0.76, 0.91, 0.08))
OWN = OwnConfidence(
    {4: 1.2}, 1203, 20, Said(1203, 0.9, 0.8, 0.78, 0.82, 0.1), Said(1203, 0.81, 0.8, 0.78, 0.82, 0.02), wrong=0.06,
    example=Said(150, 0.8, 0.78, 0.71, 0.84, 0.02),
)  # fmt: skip


@pytest.fixture(scope="module")
def shipped():
    usual = fake_classifier(fits_simulated=True, on_real=REAL)
    return replace(usual, rule=replace(usual.rule, not_known=(2,)))


def test_false_alarms_on_real_glitches_stand_beside_the_stated_rate(shipped):
    words = false_alarm_words(shipped)
    assert "9 % of 89 real glitches of known kinds (95 % interval 5 to 17 %)" in words
    assert (
        "rightly of 5 of 5 called Helix" in words
        and "5 % of simulated ones" in words
        and "60 that were held out" in words
    )


def test_without_a_measurement_it_says_so(shipped):
    words = false_alarm_words(replace(shipped, on_real=OnReal()))
    assert "was not measured" in words and "5 % of simulated glitches" in words


def test_a_trained_run_states_its_validation_samples():
    trained = fake_classifier()
    assert "5 % of validation samples" in false_alarm_words(trained)
    assert confidence_words(trained, dataset=True) == ""
    assert "Too few samples" in false_alarm_words(fake_classifier(rule=None))


def test_nearest_samples_say_how_sure_they_are_of_samples_that_took_no_part():
    words = confidence_words(fake_classifier(said=Said(400, 0.62, 0.6, 0.55, 0.65, 0.03)), dataset=True)
    assert "it is 62 % sure on average, and 60 % are labelled so (95 % interval 55 to 65 %)" in words


def test_own_labels_are_named_with_what_they_found(shipped):
    words = confidence_words(replace(shipped, own=OWN), dataset=True)
    assert "calibrated on 1,203 labelled glitches of this data set" in words
    assert "of 100 said 80 % sure, 78 are labelled so (95 % interval 71 to 84)" in words
    assert "90 % sure on average, 80 % labelled so" in words and "6 % of the labels were taken to be wrong" in words
    words = confidence_words(replace(shipped, own=replace(OWN, example=None, wrong=0.0)), dataset=True)
    assert "it is 81 % sure on average, and 80 % are labelled so (95 % interval 78 to 82 %)" in words
    assert "wrong" not in words


def test_else_it_says_how_sure_it_was_of_real_glitches(shipped):
    words = confidence_words(shipped, dataset=False)
    assert words.endswith("too sure: 90 % sure on average, right for 85 % (95 % interval 76 to 91 %).")
    assert "fewer than 50 samples" in confidence_words(shipped, dataset=True)
    humble = replace(shipped, on_real=OnReal(said=Said(94, 0.9, 0.93, 0.85, 0.96, 0.08)))
    assert "not too sure: 90 %" in confidence_words(humble, dataset=False)
    assert confidence_words(replace(shipped, on_real=OnReal()), dataset=False).endswith("simulated glitches.")
