"""Each kind of model foresees a planted rate, and its contributions add up to what it foresees."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.impact.models.fitting import check_installed, prepare, shap_kind
from core.impact.models.folds import Turn
from core.impact.models.params import ModelParams
from core.statistics.ranks import rank_correlation

KINDS = ("xgboost", "boosting", "forest", "regression")


@pytest.fixture(scope="module")
def planted():
    random = np.random.default_rng(0)
    values = random.normal(size=(3000, 4)).astype(np.float32)
    exposure = np.where(random.random(3000) < 0.1, 0.0, random.uniform(300, 600, 3000))
    rate = np.exp(-6.5 + 0.8 * values[:, 1])
    counts = random.poisson(rate * exposure).astype(float)
    values[random.random(values.shape) < 0.02] = np.nan
    return values, counts, exposure, rate


@pytest.mark.parametrize("kind", KINDS)
def test_contributions_add_up_and_the_planted_feature_has_most(planted, kind):
    values, counts, exposure, rate = planted
    turn = Turn(np.arange(2200), np.arange(2300, 3000))
    params = ModelParams(kind=kind, trees=40)
    fitted = prepare(values, turn, params).fit(counts, exposure)
    rows = values[turn.test]
    log_rate, parts = fitted.log_rate(rows), fitted.contributions(rows)
    assert rank_correlation(log_rate, np.log(rate[turn.test])) > 0.9
    assert abs(float((np.exp(log_rate)).mean() / rate[turn.test].mean()) - 1) < 0.25
    whole = np.exp(log_rate) if kind == "forest" else log_rate
    assert parts.sum(axis=1) == pytest.approx(whole, rel=1e-3, abs=1e-3 if kind != "forest" else 1e-6)
    assert int(np.abs(parts[:, :-1]).mean(axis=0).argmax()) == 1
    assert parts.shape == (700, 5)


def test_a_turn_can_be_fitted_again_to_other_labels(planted):
    values, counts, exposure, _ = planted
    turn = Turn(np.arange(2200), np.arange(2300, 3000))
    prepared = prepare(values, turn, ModelParams())
    first = prepared.fit(counts, exposure).log_rate(values[turn.test])
    prepared.fit(counts[::-1].copy(), exposure[::-1].copy())
    again = prepared.fit(counts, exposure).log_rate(values[turn.test])
    assert again == pytest.approx(first, abs=1e-6)


def test_it_is_said_which_shap_values_these_are():
    assert "tree_path_dependent" in shap_kind(ModelParams())
    assert "interventional" in shap_kind(ModelParams(kind="regression"))
    assert "glitches per second" in shap_kind(ModelParams(kind="forest"))


def test_a_package_that_is_missing_is_said_so(monkeypatch):
    monkeypatch.setattr("core.packages.importlib.util.find_spec", lambda name: None)
    with pytest.raises(GlitchAuditError, match=r"need sklearn and shap, not installed here.*requirements-impact\.txt"):
        check_installed(ModelParams(kind="forest"))
