"""What a model uses: the driver's group first, its twin never alone, and nothing without skill."""

import dataclasses

import numpy as np
import pytest

from core.detector.simulated import NAMES
from core.errors import GlitchAuditError
from core.impact.explaining.curves import counterfactual, dependence, waterfall
from core.impact.explaining.explain import AGREES, explain, greatest_chances

DRIVER = f"L1:{NAMES['microseism']}"
TWIN = f"L1:{NAMES['microseism twin']}"


def test_the_drivers_group_is_listed_first_with_its_twin(explanation):
    first = explanation.groups[0]
    assert set(first.group.members) == {DRIVER, TWIN}
    assert {one.channel for one in first.members} == {DRIVER, TWIN}
    assert sum(one.share for one in first.members) == pytest.approx(1.0)
    assert (first.rank, first.rank_low, first.rank_high) == (1, 1, 1)
    assert first.p_value == pytest.approx(1 / 20)
    assert first.weight.low < first.weight.value < first.weight.high
    assert first.weight.value > first.by_chance
    assert first.direction > 0.8
    assert first.regression == AGREES
    assert first.sentence.startswith("The model uses")
    assert "drives" not in first.sentence
    assert "only an experiment tells" in first.action
    assert "tree_path_dependent" in explanation.shap
    assert "shifted by whole days" in explanation.null


def test_confounder_dead_unsafe_and_other_detectors_channels_are_not_listed(explanation):
    listed = {channel for one in explanation.groups for channel in one.group.members}
    assert listed == {DRIVER, TWIN}


def test_nothing_is_explained_without_skill(chance_model):
    nothing = explain(chance_model)
    assert nothing.groups == ()
    assert "nothing to explain" in nothing.sentence
    with pytest.raises(GlitchAuditError, match="not among the groups"):
        dependence(chance_model, nothing, DRIVER)
    with pytest.raises(GlitchAuditError, match="Nothing can be explained"):
        waterfall(chance_model, nothing, 0.0)


def test_where_no_group_stands_out_none_is_listed(model):
    alike = np.tile(model.thin_importance, (19, 1)) * np.linspace(0.9, 1.1, 19)[:, None]
    found = explain(dataclasses.replace(model, chance_importance=alike))
    assert found.groups == ()
    assert "No single group" in found.sentence
    assert "not to be told from chance" in found.others[0].sentence


def test_chances_of_the_greatest_group_by_hand():
    # Three shifts; the second group is as far out in one of them as in the labels as they are.
    shifted = np.array([[1.0, 5.0], [1.1, 1.0], [0.9, 1.0]])
    found = greatest_chances(np.array([9.0, 5.0]), shifted)
    assert found[0] == pytest.approx(1 / 4)
    assert found[1] == pytest.approx(2 / 4)
    assert greatest_chances(np.array([1.0]), np.ones((4, 1))).tolist() == [1.0]


def test_under_chance_a_group_is_listed_as_often_as_the_level_says():
    random = np.random.default_rng(0)
    scale = random.uniform(0.1, 10, 8)
    small = 0
    for _ in range(400):
        every = scale * random.gamma(5, size=(20, 8))
        small += greatest_chances(every[0], every[1:]).min() <= 0.05
    # 5 % of 400 are 20, with a deviation of 4.4.
    assert small <= 34


def test_the_curve_of_dependence_with_the_density_of_the_data(model, explanation):
    curve = dependence(model, explanation, explanation.groups[0].group.name)
    assert curve.density.sum() == model.judged.sum()
    dense = curve.density > 50
    assert curve.middle[dense][-1] > curve.middle[dense][0]
    assert (curve.low[dense] <= curve.middle[dense]).all()
    assert curve.value == pytest.approx(10**curve.level)
    assert curve.unit == "nm/s"
    assert np.isnan(curve.middle[curve.density == 0]).all()


def test_a_minute_taken_apart_adds_up(coupled, model, explanation):
    time = float(coupled.glitches.times[coupled.glitches.families == "Scattered_Light"][10])
    steps = waterfall(model, explanation, time, most=3)
    assert steps.base + steps.adds.sum() == pytest.approx(steps.total, abs=1e-4)
    assert np.exp(steps.total) * 3600 == pytest.approx(steps.rate, rel=1e-3)
    assert steps.steps[-1].endswith("others")
    assert steps.begin <= time < steps.end
    assert steps.sentence.startswith("For these ten minutes the model foresees")
    assert steps.chance == pytest.approx(1 - np.exp(-steps.rate / 6))
    with pytest.raises(GlitchAuditError, match="outside of what was foreseen"):
        waterfall(model, explanation, 0.0)


def test_a_quiet_group_would_spare_about_what_was_planted(coupled, model, explanation):
    name = explanation.groups[0].group.name
    found = counterfactual(model, explanation, name)
    row = [one.name for one in coupled.channels.channels].index(DRIVER)
    values = coupled.channels.values[row].astype(float)
    quiet = found.spared.quiet[list(found.spared.members).index(DRIVER)]
    own = coupled.glitches.times[coupled.glitches.families == "Scattered_Light"]
    place = ((own - coupled.channels.start) / 60).astype(int)
    truth = 1 - (np.minimum(quiet / values[place], 1.0) ** 1.2).mean()
    share = found.spared.share
    assert share.low < truth < share.high
    # Boosting with few trees draws towards the mean, so that it says less than there is, but not little.
    assert 0.6 * truth < found.by_model < 1.15 * truth
    assert found.spared.quiet_rate.value == pytest.approx(found.spared.rate.value * (1 - share.value))
    assert "is not shown" in found.sentence
    with pytest.raises(GlitchAuditError, match="not among the groups"):
        counterfactual(model, explanation, "L1:OTHER")
