"""Models of a family's rate, and of which family a glitch will be, fitted once and kept in the cache.

What a model was told is made anew from the channels where it is read: that takes a moment, and needs no place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.detector.coupling.counts import count_families, epochs_of, grid_of
from core.detector.model import ChannelTable, GlitchTimes
from core.errors import GlitchAuditError
from core.impact.columns.figure import Figure
from core.impact.models.features import features_of
from core.impact.models.naming import FamilyModel, model_family
from core.impact.models.params import ModelParams
from core.impact.models.rate_model import RateModel, model_rate, rate_model_fingerprint
from core.pipeline.detector import glitches_key
from core.pipeline.kept_detector import Detector
from core.progress import OnProgress, ProgressMeter, ShowProgress
from core.workspace import Workspace, cached_stage, load_stage

RATE, APART = "rate-model", "family-model"
VERSION = 1
_ABOUT, _ARRAYS = "model.json", "arrays.npz"
_RATE_ARRAYS = (
    *("foreseen", "by_hour", "chance_skill", "contributions", "importance"),
    *("thin_importance", "chance_importance", "quiet"),
)
_RATE_WORDS = ("auc", "p_value", "skilled", "sentence", "null", "shap", "fingerprint")
_APART_ARRAYS = ("chances", "by_hour", "chance_skill", "importance")
_APART_WORDS = ("p_value", "skilled", "sentence", "null")


def fit_rate_model(
    workspace: Workspace,
    detector: Detector,
    glitches: GlitchTimes,
    *,
    family: str,
    name: str,
    params: ModelParams | None = None,
    report: ShowProgress = lambda progress: None,
) -> RateModel:
    """Return the model of one family's rate in detector ``name``, from the cache or fitted now.

    Raises GlitchAuditError as :func:`core.impact.models.rate_model.model_rate` does.
    """
    params, table = params or ModelParams(), detector.table
    return cached_stage(
        workspace,
        RATE,
        _rate_key(table, glitches, family, name, params),
        load=lambda folder: _kept_rate(folder, table, glitches, family, name, params),
        save=_save_rate,
        build=lambda: model_rate(
            table,
            glitches,
            family=family,
            detector=name,
            params=params,
            on_progress=_told(report, f"Foreseeing {family}"),
        ),
    )


def load_rate_model(
    workspace: Workspace,
    detector: Detector,
    glitches: GlitchTimes,
    *,
    family: str,
    name: str,
    params: ModelParams | None = None,
) -> RateModel | None:
    """Return what was fitted before; None where it was not asked yet."""
    params, table = params or ModelParams(), detector.table
    return load_stage(
        workspace,
        RATE,
        _rate_key(table, glitches, family, name, params),
        lambda folder: _kept_rate(folder, table, glitches, family, name, params),
    )


def fit_family_model(
    workspace: Workspace,
    detector: Detector,
    glitches: GlitchTimes,
    *,
    name: str,
    params: ModelParams | None = None,
    report: ShowProgress = lambda progress: None,
) -> FamilyModel:
    """Return which family each glitch of detector ``name`` is foreseen to be, from the cache or found now."""
    params = params or ModelParams()
    return cached_stage(
        workspace,
        APART,
        glitches_key(APART, VERSION, detector, glitches, name, params),
        load=_kept_apart,
        save=_save_apart,
        build=lambda: model_family(
            detector.table,
            glitches,
            detector=name,
            params=params,
            on_progress=_told(report, "Telling families apart"),
        ),
    )


def load_family_model(
    workspace: Workspace, detector: Detector, glitches: GlitchTimes, *, name: str, params: ModelParams | None = None
) -> FamilyModel | None:
    """Return what was found before; None where it was not asked yet."""
    key = glitches_key(APART, VERSION, detector, glitches, name, params or ModelParams())
    return load_stage(workspace, APART, key, _kept_apart)


def glitches_most_foreseen(model: RateModel, glitches: GlitchTimes) -> tuple[tuple[str, float], ...]:
    """Return the family's glitches that were foreseen, id and GPS seconds of each, those of the highest rate first."""
    own = np.flatnonzero((glitches.families == model.family.family) & (glitches.detectors == model.family.detector))
    grid = model.features.grid
    bins = grid.bin_of(glitches.times[own])
    inside = (bins >= 0) & (bins < grid.bins)
    own, bins = own[inside], bins[inside]
    judged = model.judged[bins]
    own, bins = own[judged], bins[judged]
    rate = model.foreseen[bins] / model.family.livetime[bins]
    return tuple(
        (str(glitches.sample_ids[row]), float(glitches.times[row])) for row in own[np.argsort(-rate, kind="stable")]
    )


def _rate_key(table: ChannelTable, glitches: GlitchTimes, family: str, name: str, params: ModelParams) -> str:
    return rate_model_fingerprint(table, glitches, family=family, detector=name, params=params)


def _save_rate(model: RateModel, folder: Path) -> None:
    _write(folder, model, _RATE_ARRAYS, {one: getattr(model, one) for one in _RATE_WORDS})


def _kept_rate(
    folder: Path, table: ChannelTable, glitches: GlitchTimes, family: str, name: str, params: ModelParams
) -> RateModel:
    about, arrays = _read(folder)
    grid = grid_of(table, params.coupling)
    own = (glitches.families == family) & (glitches.detectors == name)
    part = GlitchTimes(glitches.sample_ids[own], glitches.times[own], glitches.detectors[own], glitches.families[own])
    counts = count_families(table, part, grid=grid, epochs=epochs_of(table))[0]
    features = features_of(table, counts, grid=grid, params=params)
    if features.values.shape[1] + 1 != arrays["contributions"].shape[1]:
        raise GlitchAuditError(f"{folder} was fitted to other channels.")
    kept: dict[str, Any] = {**about, **arrays, "skill": _skill(about, arrays)}
    kept.pop("skill_draws")
    return RateModel(family=counts, features=features, params=params, **kept)


def _save_apart(model: FamilyModel, folder: Path) -> None:
    about = {one: getattr(model, one) for one in _APART_WORDS} | {
        "families": list(model.families),
        "groups": list(model.groups),
        "left_out": dict(model.left_out),
        "sample_ids": [str(one) for one in model.sample_ids],
        "given": [str(one) for one in model.given],
    }
    _write(folder, model, _APART_ARRAYS, about)


def _kept_apart(folder: Path) -> FamilyModel:
    about, arrays = _read(folder)
    kept: dict[str, Any] = {**about, **arrays, "skill": _skill(about, arrays)}
    kept.pop("skill_draws")
    kept |= {one: tuple(about[one]) for one in ("families", "groups")}
    kept |= {one: np.array(about[one], dtype=object) for one in ("sample_ids", "given")}
    return FamilyModel(**kept)


def _write(folder: Path, model: RateModel | FamilyModel, arrays: tuple[str, ...], about: dict[str, Any]) -> None:
    kept = {one: getattr(model, one) for one in arrays} | {"skill_draws": model.skill.draws}
    np.savez(folder / _ARRAYS, **kept)
    skill = [model.skill.value, model.skill.low, model.skill.high]
    plain = {name: bool(one) if isinstance(one, np.bool_) else one for name, one in about.items()}
    (folder / _ABOUT).write_text(json.dumps(plain | {"skill": skill}), encoding="utf-8")


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    with np.load(folder / _ARRAYS) as kept:
        return about, {name: kept[name] for name in kept.files}


def _skill(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> Figure:
    value, low, high = about["skill"]
    return Figure(value, low, high, draws=arrays["skill_draws"])


def _told(report: ShowProgress, stage: str) -> OnProgress:
    meter = ProgressMeter(stage)
    return lambda done, total: report(meter.at(done, total))
