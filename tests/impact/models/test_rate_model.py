"""A model's honest skill on a simulated detector whose truth is known."""

import dataclasses

import numpy as np
import pytest

from core.detector.model import segments
from core.detector.simulated import SimulationParams, simulate_detector
from core.errors import Cancelled, GlitchAuditError
from core.impact.columns.figure import Figure
from core.impact.models.rate_model import _sentence, model_rate, rate_model_fingerprint
from core.impact.models.skill import deviance, explained
from tests.impact.conftest import PARAMS


def test_a_planted_coupling_is_foreseen_better_than_by_the_hour_and_than_chance(model):
    assert model.skilled
    assert model.p_value == pytest.approx(1 / 20)
    assert 0 < model.skill.low < model.skill.value < model.skill.high < 1
    assert model.auc > 0.6
    assert (model.chance_skill < model.skill.value).all()
    assert "The model foresees Scattered_Light in held-out blocks" in model.sentence
    judged = model.judged
    again = explained(
        deviance(model.family.counts[judged], model.foreseen[judged]),
        deviance(model.family.counts[judged], model.by_hour[judged]),
    )
    assert model.skill.value == pytest.approx(again)
    assert model.foreseen[judged].sum() == pytest.approx(model.family.counts[judged].sum(), rel=0.1)


def test_a_control_family_is_not(chance_model):
    assert not chance_model.skilled
    assert "no better than chance" in chance_model.sentence
    assert "nothing to explain" in chance_model.sentence


@pytest.mark.parametrize(
    ("low", "p_value", "words"),
    [
        (0.01, 0.05, "in held-out blocks from"),
        (-0.01, 0.05, "days differ too much"),
        (0.01, 0.06, "no better than chance"),
    ],
)
def test_the_sentence_says_what_keeps_an_explanation_back(low, p_value, words):
    sentence = _sentence("Blip", Figure(0.03, low, 0.06), p_value, level=0.05)
    assert words in sentence
    assert ("nothing to explain" in sentence) == (words != "in held-out blocks from")


def test_contributions_add_up_to_the_foreseen_rate(model):
    judged = model.judged
    rate = np.log(model.foreseen[judged] / model.family.livetime[judged])
    assert model.contributions[judged].sum(axis=1) == pytest.approx(rate, abs=1e-3)
    assert model.grouped.shape == (len(judged), len(model.features.groups))


def test_shuffled_folds_flatter_what_blocks_do_not():
    """A family with a slow rate of its own, and slow channels that have nothing to do with it."""
    simulated = simulate_detector(
        SimulationParams(
            days=24,
            glitches=1500,
            beta=0.0,
            others=6,
            plants=False,
            gaps=False,
            rate_sigma=(0.8, 0.8),
            tau_hours=(12.0, 24.0),
            rate_tau_hours=(12.0, 24.0),
        ),
        seed=8,
    )
    params = dataclasses.replace(PARAMS, depth=6, learning_rate=0.2, least_weight=1.0)
    aucs = {
        split: model_rate(
            simulated.channels,
            simulated.glitches,
            family="Blip",
            detector="L1",
            params=dataclasses.replace(params, split=split),
        ).auc
        for split in ("shuffled", "blocks")
    }
    assert aucs["shuffled"] > 0.6
    assert aucs["blocks"] < 0.56


def test_too_few_days_glitches_or_no_such_family(coupled):
    table = coupled.channels
    short = dataclasses.replace(table, live={"L1": segments([(table.start, table.start + 5 * 86400)])})
    with pytest.raises(GlitchAuditError, match="5 days of livetime of L1 are too few"):
        model_rate(short, coupled.glitches, family="Blip", detector="L1", params=PARAMS)
    many = dataclasses.replace(PARAMS, fewest_glitches=10_000)
    with pytest.raises(GlitchAuditError, match="too few to model their rate; 10000 are needed"):
        model_rate(table, coupled.glitches, family="Blip", detector="L1", params=many)
    with pytest.raises(GlitchAuditError, match="no glitches of Whistle in L1"):
        model_rate(table, coupled.glitches, family="Whistle", detector="L1", params=PARAMS)


def test_channels_that_are_all_missing_are_said_so(coupled):
    nothing = dataclasses.replace(coupled.channels, values=np.full_like(coupled.channels.values, np.nan))
    with pytest.raises(GlitchAuditError, match="was hardly recorded"):
        model_rate(nothing, coupled.glitches, family="Blip", detector="L1", params=PARAMS)


def test_it_can_be_stopped(coupled):
    def stop(done, total):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        model_rate(coupled.channels, coupled.glitches, family="Blip", detector="L1", params=PARAMS, on_progress=stop)


def test_the_fingerprint_is_known_before_and_changes_with_what_counts(coupled, model):
    known = {"family": "Scattered_Light", "detector": "L1", "params": PARAMS}
    assert rate_model_fingerprint(coupled.channels, coupled.glitches, **known) == model.fingerprint
    other = {**known, "params": dataclasses.replace(PARAMS, trees=41)}
    assert rate_model_fingerprint(coupled.channels, coupled.glitches, **other) != model.fingerprint
    state = {"wind": segments([(0.0, 1.0)])}
    assert rate_model_fingerprint(coupled.channels, coupled.glitches, **known, states=state) != model.fingerprint
