"""The kinds of models behind one face: fitted to counts with their livetime, asked for log rates and contributions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import GlitchAuditError
from core.impact.models.folds import Turn
from core.impact.models.params import ModelParams
from core.packages import missing_packages

_FLOOR = 1e-12
_NEEDS = {
    "xgboost": ("xgboost",),
    "boosting": ("sklearn", "shap"),
    "forest": ("sklearn", "shap"),
    "regression": ("sklearn",),
}


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model of one turn.

    Attributes:
        log_rate: of features (rows, features), the natural logarithm of the rate, 1/s.
        contributions: of the same, float (rows, features + 1): what each feature adds, and in the last column what all
            rows have; their sum is ``log_rate``, of the forest the rate itself.
    """

    log_rate: Callable[[np.ndarray], np.ndarray]
    contributions: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A turn whose features are laid out once, for many fits to shifted labels."""

    turn: Turn
    fit: Callable[[np.ndarray, np.ndarray], Fitted]


def check_installed(params: ModelParams) -> None:
    """Raise GlitchAuditError where the packages of this kind of model are not installed here."""
    missing = missing_packages(_NEEDS[params.kind])
    if missing:
        raise GlitchAuditError(
            f"Models of kind {params.kind} need {' and '.join(missing)}, not installed here; run pip install -r "
            "requirements-impact.txt, or choose the kind regression."
        )


def prepare(values: np.ndarray, turn: Turn, params: ModelParams) -> Prepared:
    """Return a turn ready to be fitted: ``fit(counts, exposure)`` takes (bins,) each."""
    make = {"xgboost": _xgboost, "boosting": _boosting, "forest": _forest, "regression": _regression}[params.kind]
    return Prepared(turn, make(values, turn, params))


def shap_kind(params: ModelParams) -> str:
    """Return which SHAP values these are and what their background is, one sentence."""
    if params.kind == "regression":
        return (
            "SHAP values of a straight line: coefficient times distance from the mean of the bins that the model "
            "learnt from (interventional)."
        )
    unit = "glitches per second" if params.kind == "forest" else "the natural logarithm of the rate"
    return (
        "SHAP values along the trees' paths (tree_path_dependent), whose background is the bins that each turn's model "
        f"learnt from, in {unit}."
    )


def _usual(counts: np.ndarray, exposure: np.ndarray, rows: np.ndarray) -> float:
    return float(np.log(max(float(counts[rows].sum()), 0.5) / max(float(exposure[rows].sum()), 1.0)))


def _xgboost(values: np.ndarray, turn: Turn, params: ModelParams) -> Callable[[np.ndarray, np.ndarray], Fitted]:
    import xgboost

    # Kept over all fits: the cuts of the features are found once.
    train = xgboost.DMatrix(values[turn.train], nthread=params.threads)
    settings = {
        "objective": "count:poisson",
        "max_depth": params.depth,
        "eta": params.learning_rate,
        "min_child_weight": params.least_weight,
        "colsample_bynode": 0.5,
        "lambda": 5.0,
        "max_bin": 32,
        "base_score": 1.0,
        "nthread": params.threads,
        "seed": params.seed,
        "verbosity": 0,
    }

    def fit(counts: np.ndarray, exposure: np.ndarray) -> Fitted:
        usual = _usual(counts, exposure, turn.train)
        live = exposure[turn.train]
        train.set_info(
            label=counts[turn.train],
            weight=(live > 0).astype(np.float64),
            base_margin=usual + np.log(np.where(live > 0, live, 1.0)),
        )
        booster = xgboost.train(settings, train, params.trees)

        def asked(rows: np.ndarray) -> Any:
            matrix = xgboost.DMatrix(rows, nthread=params.threads)
            matrix.set_info(base_margin=np.full(len(rows), usual))
            return matrix

        return Fitted(
            lambda rows: booster.predict(asked(rows), output_margin=True).astype(np.float64),
            lambda rows: booster.predict(asked(rows), pred_contribs=True),
        )

    return fit


def _boosting(values: np.ndarray, turn: Turn, params: ModelParams) -> Callable[[np.ndarray, np.ndarray], Fitted]:
    from sklearn.ensemble import HistGradientBoostingRegressor

    def fit(counts: np.ndarray, exposure: np.ndarray) -> Fitted:
        rows = turn.train[exposure[turn.train] > 0]
        scale = float(np.exp(_usual(counts, exposure, rows)))
        model = HistGradientBoostingRegressor(
            loss="poisson",
            max_iter=params.trees,
            max_depth=params.depth,
            learning_rate=params.learning_rate,
            min_samples_leaf=max(2, round(params.least_weight / max(float(counts[rows].mean()), 1e-3))),
            l2_regularization=5.0,
            max_bins=32,
            max_features=0.5,
            early_stopping=False,
            random_state=params.seed,
        )
        weight = exposure[rows] * scale
        model.fit(values[rows], counts[rows] / weight, sample_weight=weight)
        return Fitted(
            lambda asked: np.log(np.maximum(model.predict(asked), _FLOOR)) + np.log(scale),
            lambda asked: _tree_shap(model, asked, np.log(scale), 1.0),
        )

    return fit


def _forest(values: np.ndarray, turn: Turn, params: ModelParams) -> Callable[[np.ndarray, np.ndarray], Fitted]:
    from sklearn.ensemble import RandomForestRegressor

    def fit(counts: np.ndarray, exposure: np.ndarray) -> Fitted:
        rows = turn.train[exposure[turn.train] > 0]
        scale = float(np.exp(_usual(counts, exposure, rows)))
        model = RandomForestRegressor(
            n_estimators=params.trees,
            max_features=1 / 3,
            min_samples_leaf=max(5, len(rows) // 200),
            n_jobs=params.threads,
            random_state=params.seed,
        )
        weight = exposure[rows] * scale
        model.fit(values[rows], counts[rows] / weight, sample_weight=weight)
        return Fitted(
            lambda asked: np.log(np.maximum(model.predict(asked) * scale, _FLOOR)),
            lambda asked: _tree_shap(model, asked, 0.0, scale),
        )

    return fit


def _tree_shap(model: Any, rows: np.ndarray, offset: float, scale: float) -> np.ndarray:
    import shap

    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    parts = np.asarray(explainer.shap_values(rows, check_additivity=False)) * scale
    base = float(np.ravel(explainer.expected_value)[0]) * scale + offset
    return np.column_stack([parts, np.full(len(rows), base)]).astype(np.float32)


def _regression(values: np.ndarray, turn: Turn, _: ModelParams) -> Callable[[np.ndarray, np.ndarray], Fitted]:
    from sklearn.linear_model import PoissonRegressor

    with np.errstate(invalid="ignore"):
        middle = np.nan_to_num(np.nanmean(values[turn.train], axis=0))
        spread = np.nanstd(values[turn.train], axis=0)
    spread = np.where(spread > 0, spread, 1.0)

    def even(rows: np.ndarray) -> np.ndarray:
        return np.nan_to_num((rows - middle) / spread)

    def fit(counts: np.ndarray, exposure: np.ndarray) -> Fitted:
        rows = turn.train[exposure[turn.train] > 0]
        scale = float(np.exp(_usual(counts, exposure, rows)))
        weight = exposure[rows] * scale
        model = PoissonRegressor(alpha=1e-2, max_iter=300)
        model.fit(even(values[rows]), counts[rows] / weight, sample_weight=weight)
        base = float(model.intercept_) + float(np.log(scale))
        return Fitted(
            lambda asked: even(asked) @ model.coef_ + base,
            lambda asked: np.column_stack([even(asked) * model.coef_, np.full(len(asked), base)]),
        )

    return fit
