"""What channels foresee of labels: calibrated out of sample, between two labels, and nothing without skill."""

import dataclasses

import numpy as np
import pytest

from core.impact.models.foreseen import (
    LEAST_ODDS,
    Checked,
    Foreseen,
    foresee_labels,
    foreseen_in_words,
    least_refits,
    nothing_foreseen,
)
from core.impact.models.params import ModelParams
from tests.impact.conftest import PARAMS
from tests.impact.models.test_naming import part


@pytest.fixture(scope="module")
def foreseen(coupled):
    own = part(coupled.glitches, ("Scattered_Light", "Fast_Scattering", "Blip", "Tomte"))
    return own, foresee_labels(coupled.channels, own, detector="L1", params=PARAMS)


def by_hand(**changes):
    """Two glitches, one that nothing is foreseen of; evidence between the labels counts half in the second turn."""
    usual = np.full((3, 2), 0.5)
    chances = np.array([[0.8, 0.2], [0.4, 0.6], [np.nan, np.nan]])
    stretch = np.array([[[0, 1.0], [1.0, 0]], [[0, 0.5], [0.5, 0]]])
    found = Foreseen(
        "L1",
        ("Blip", "Tomte"),
        np.array(["a", "b", "c"], dtype=object),
        chances,
        usual,
        np.array([0, 1, 0]),
        stretch,
        (Checked(0.8, 0.9, 40, 0.84, 0.82, 0.7, 0.9), Checked(0.9, 1.0, 5, 0.95, 1.0, 0.5, 1.0)),
        True,
        "",
    )
    return dataclasses.replace(found, **changes)


def test_the_odds_are_those_of_both_chances_over_the_usual_ones():
    found = by_hand().log_odds(["a", "b", "c", "d", "a"], ["Tomte", "Blip", "Blip", "Blip", "Whistle"], ["Blip"] * 5)
    assert found[0] == pytest.approx(np.log(4))
    # The same label twice, and a glitch or a label that is not known.
    assert found[1] == pytest.approx(0.0) and np.isnan(found[2:]).all()
    both = by_hand(usual=np.tile([0.8, 0.2], (3, 1))).log_odds(["a", "b"], ["Blip", "Blip"], ["Tomte", "Tomte"])
    assert both == pytest.approx([0.0, 0.5 * np.log((0.6 / 0.2) / (0.4 / 0.8))])


def test_the_sentence_says_both_chances_the_usual_ones_and_how_often_it_was_so():
    assert foreseen_in_words(by_hand(), "a", "Tomte", "Blip") == (
        "From the channels alone, 80 of 100 glitches at such times are labelled Blip (usually 50) and 20 Tomte "
        "(usually 50), which speaks for Blip; about so sure, the model was right in 82 of 100 (70 to 90)."
    )
    # The same speaks for the label where it fits the label better.
    assert foreseen_in_words(by_hand(), "a", "Blip", "Tomte") == foreseen_in_words(by_hand(), "a", "Tomte", "Blip")
    assert foreseen_in_words(by_hand(checked=()), "a", "Blip", "Tomte").endswith("which speaks for Blip.")


def test_nothing_is_said_of_weak_evidence_of_unknown_glitches_and_without_skill():
    assert np.exp(abs(by_hand().log_odds(["b"], ["Blip"], ["Tomte"])[0])) < LEAST_ODDS
    for sample_id, other in (("b", "Tomte"), ("c", "Tomte"), ("a", "Whistle"), ("a", "")):
        assert foreseen_in_words(by_hand(), sample_id, "Blip", other) == ""
    nothing = nothing_foreseen("L1", "why")
    assert foreseen_in_words(nothing, "a", "Blip", "Tomte") == "" and not nothing.skilled
    assert np.isnan(nothing.log_odds(["a"], ["Blip"], ["Tomte"])).all()


def test_the_highest_chance_has_its_place():
    assert by_hand().checked_at(1.0).count == 5 and by_hand().checked_at(0.8).count == 40
    assert by_hand().checked_at(0.3) is None


def test_coupled_labels_are_foreseen_and_the_chances_hold(foreseen):
    _, found = foreseen
    assert found.skilled and found.families == ("Blip", "Fast_Scattering", "Scattered_Light", "Tomte")
    assert found.chances.sum(axis=1) == pytest.approx(1.0)
    for one in found.checked:
        if one.count >= 300:
            assert one.seen == pytest.approx(one.stated, abs=0.06)
        assert one.seen_low <= one.seen <= one.seen_high
    assert sum(one.count for one in found.checked) == found.chances.size


def test_evidence_between_two_labels_is_larger_where_channels_tell_them_apart(foreseen):
    glitches, found = foreseen

    def spread(label, other):
        ids = glitches.sample_ids[np.isin(glitches.families, (label, other))]
        return np.abs(found.log_odds(ids, [label] * len(ids), [other] * len(ids))).mean()

    assert spread("Scattered_Light", "Fast_Scattering") > 4 * spread("Blip", "Tomte")
    own = glitches.families == "Scattered_Light"
    odds = [
        found.log_odds(glitches.sample_ids[rows], ["Fast_Scattering"] * rows.sum(), ["Scattered_Light"] * rows.sum())
        for rows in (own, glitches.families == "Fast_Scattering")
    ]
    assert np.mean(odds[0]) > 0 > np.mean(odds[1])


def test_labels_that_no_channel_tells_apart_are_not_foreseen(coupled):
    found = foresee_labels(coupled.channels, part(coupled.glitches, ("Blip", "Tomte")), detector="L1", params=PARAMS)
    assert not found.skilled and not len(found.sample_ids) and "no better than chance" in found.sentence


def test_refits_are_enough_for_the_level():
    assert least_refits(ModelParams(refits=19)).refits == 39
    assert least_refits(ModelParams(refits=39, level=0.05 / 3)).refits == 119
    assert least_refits(ModelParams(refits=99)).refits == 99
